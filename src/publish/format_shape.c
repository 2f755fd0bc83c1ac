/*
 * format_shape.c - the layout of a format's files and the shape of its cells, read from the format file.
 *
 * Words become enums by their place in a table. Which key goes with which type of column is a table too, so a key that
 * would do nothing is an error and not a wish. A date's format is made of six words and a few separators: what ERPs
 * document, and nothing that depends on a language. Rejected: strftime(3) itself (locale), patterns for the charset.
 */
#include "correction_format.h"

#include <string.h>

static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool format_is_file_name(const char *text, const char *also)
{
    if (text[0] == '\0' || text[0] == '.' || text[0] == '-')
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (strchr(letters_and_digits, *at) == NULL && strchr("._-", *at) == NULL && strchr(also, *at) == NULL)
            return false;
    return true;
}

/* ---- the layout of files ---- */

static unsigned word_index(
    const struct tie_config_section *section, const char *key, const char *const *words, size_t count)
{
    for (unsigned i = 0; i < count; i++)
        if (tie_config_is(section, key, words[i]))
            return i;
    return 0;
}
#define WORD_INDEX(section, key, words) word_index((section), (key), (words), TIE_COUNT_OF(words))

static bool has_known_placeholders(const char *text)
{
    static const char *const known[] = { "{model}", "{verb}", "{as_of}" };

    for (const char *brace = strpbrk(text, "{}"); brace != NULL; brace = strpbrk(brace, "{}")) {
        size_t size = 0;

        for (size_t i = 0; i < TIE_COUNT_OF(known); i++)
            if (strncmp(brace, known[i], strlen(known[i])) == 0)
                size = strlen(known[i]);
        if (size == 0)
            return false;
        brace += size;
    }
    return true;
}

static enum tie_status check_layout(
    const struct tie_config_section *head, const struct format_layout *layout, struct tie_error *err)
{
    const char *package = layout->package_name, *end = strrchr(package, '.'), *why = "";

    if (layout->is_positional && layout->omits_empty)
        return tie_config_fail(err, head, "omit_empty_columns",
            "columns that are known by their position can't be left out; say no, or layout = named");
    if (!layout->is_positional && layout->end_marker[0] != '\0')
        return tie_config_fail(err, head, "end_marker", "only layout = positional has one; name a const column");
    if (format_text_is_hostile(layout->end_marker, &why))
        return tie_config_fail(err, head, "end_marker", "the text %s", why);
    if (layout->quote == TIE_CSV_NEVER && tie_csv_needs_quotes(tie_text_of(layout->end_marker), layout->delimiter))
        return tie_config_fail(err, head, "end_marker", "the text needs quotes, and the format has quote = never");
    if (!format_is_file_name(package, "{}") || end == NULL || strcmp(end, ".zip") != 0 || end == package ||
        !has_known_placeholders(package))
        return tie_config_fail(err, head, "package_name",
            "a file name that ends in .zip: letters, digits, dots, - and _, and {model}, {verb}, {as_of}");
    return TIE_OK;
}

enum tie_status format_read_layout(
    const struct tie_config_section *head, struct format_layout *layout, struct tie_error *err)
{
    static const char *const delimiters[] = { "comma", "semicolon", "tab", "pipe" };
    static const char *const quotes[] = { "needed", "always", "never" }; /* as enum tie_csv_quote */
    static const char *const encodings[] = { "utf-8", "utf-8-bom", "iso-8859-1" };
    const bool is_positional = tie_config_is(head, "layout", "positional");

    *layout = (struct format_layout){ .is_positional = is_positional,
        .has_header = tie_config_bool(head, "header"),
        .omits_empty = tie_config_has(head, "omit_empty_columns") ? tie_config_bool(head, "omit_empty_columns")
                                                                  : !is_positional,
        .ends_lf = tie_config_is(head, "eol", "lf"),
        .is_zip = tie_config_is(head, "package", "zip"),
        .delimiter = ",;\t|"[WORD_INDEX(head, "delimiter", delimiters)],
        .quote = WORD_INDEX(head, "quote", quotes),
        .encoding = WORD_INDEX(head, "encoding", encodings),
        .end_marker = tie_config_text(head, "end_marker"),
        .max_rows = (uint64_t)tie_config_int(head, "max_rows"),
        .package_name = tie_config_text(head, "package_name") };
    return check_layout(head, layout, err);
}

/* ---- the shape of cells ---- */

#define BIT(type) (1u << FORMAT_AS_##type)

static const struct {
    const char *key;
    unsigned types; /* of columns that it means something to */
} key_types[] = {
    { "format", BIT(DATE) },
    { "scale", BIT(DECIMAL) },
    { "decimals", BIT(DECIMAL) },
    { "pad", BIT(TEXT) | BIT(CODE) | BIT(INTEGER) },
    { "case", BIT(TEXT) | BIT(CODE) },
    { "charset", BIT(TEXT) | BIT(CODE) },
    { "sign", BIT(DECIMAL) | BIT(INTEGER) },
    { "words", BIT(BOOLEAN) },
    { "default", BIT(TEXT) | BIT(CODE) | BIT(INTEGER) | BIT(DECIMAL) },
};

static const char *const types[] = { "text", "code", "integer", "decimal", "date", "boolean" };

static enum tie_status read_type(
    const struct tie_config_section *section, struct format_column *column, struct tie_error *err)
{
    static const enum format_type natural[] = {
        [FORMAT_TEXT] = FORMAT_AS_TEXT, [FORMAT_DATE] = FORMAT_AS_DATE, [FORMAT_NUMBER] = FORMAT_AS_DECIMAL
    };
    static const struct {
        unsigned types;
        const char *words;
    } fitting[] = { [FORMAT_TEXT] = { BIT(TEXT) | BIT(CODE) | BIT(INTEGER) | BIT(BOOLEAN),
                        "text, code, integer, boolean" },
        [FORMAT_DATE] = { BIT(DATE), "date" },
        [FORMAT_NUMBER] = { BIT(DECIMAL) | BIT(INTEGER), "decimal, integer" } };
    const enum format_value value = column->source == NULL ? FORMAT_TEXT : column->source->value;

    column->shape.type = natural[value];
    if (tie_config_has(section, "type"))
        column->shape.type = WORD_INDEX(section, "type", types);
    if ((fitting[value].types >> column->shape.type & 1) == 0 ||
        (column->source == NULL && column->shape.type == FORMAT_AS_BOOLEAN))
        return tie_config_fail(err, section, "type", "%s can be: %s",
            column->source == NULL ? "a constant" : column->source->word,
            column->source == NULL ? "text, code, integer" : fitting[value].words);
    for (size_t i = 0; i < TIE_COUNT_OF(key_types); i++)
        if (tie_config_given(section, key_types[i].key) && (key_types[i].types >> column->shape.type & 1) == 0)
            return tie_config_fail(err, section, key_types[i].key, "it means nothing to a column of type %s; remove it",
                types[column->shape.type]);
    return TIE_OK;
}

/* "A-Z0-9_-": single characters and ranges; a minus in front or at the end is itself. */
static enum tie_status read_charset(struct tie_arena *arena, const struct tie_config_section *section,
    struct format_shape *shape, struct tie_error *err)
{
    bool *allowed;

    shape->charset = tie_config_text(section, "charset");
    if (shape->charset[0] == '\0')
        return TIE_OK;
    allowed = TIE_TAKE(arena, bool, FORMAT_CHARSET_SIZE);
    for (const char *at = shape->charset; *at != '\0'; at++) {
        const bool is_range = at[1] == '-' && at[2] != '\0';
        const unsigned char first = (unsigned char)*at, last = (unsigned char)(is_range ? at[2] : *at);

        if (first < 0x20 || first > 0x7e || last > 0x7e || last < first)
            return tie_config_fail(
                err, section, "charset", "printable ASCII characters and ranges from low to high, as A-Za-z0-9._-");
        for (unsigned c = first; c <= last; c++)
            allowed[c] = true;
        at += is_range ? 2 : 0;
    }
    shape->allowed = allowed;
    return TIE_OK;
}

static enum tie_status read_date_format(
    const struct tie_config_section *section, struct format_shape *shape, struct tie_error *err)
{
    static const char words[] = "YmdHMS";
    unsigned seen[sizeof words] = { 0 };
    bool is_good = true;

    shape->date_format = tie_config_text(section, "format");
    if (strlen(shape->date_format) > 64)
        is_good = false;
    for (const char *at = shape->date_format; is_good && *at != '\0'; at++) {
        const char *word = *at == '%' && at[1] != '\0' ? strchr(words, at[1]) : NULL;

        if (word != NULL) {
            seen[word - words]++;
            at++;
        } else if (strchr("-/.: T", *at) == NULL) {
            is_good = false;
        }
    }
    for (size_t i = 0; i < 6; i++)
        is_good = is_good && seen[i] <= 1 && (i >= 3 || seen[i] == 1);
    if (!is_good || strchr("-/.: ", shape->date_format[0]) != NULL)
        return tie_config_fail(err, section, "format",
            "%%Y, %%m and %%d once each, %%H, %%M, %%S at most once, between them - / . : T or a blank");
    return TIE_OK;
}

static enum tie_status read_words(
    const struct tie_config_section *section, struct format_column *column, struct tie_error *err)
{
    const char *const *words = NULL, *why = "";
    const size_t count = tie_config_words(section, "words", &words);

    if (column->shape.type != FORMAT_AS_BOOLEAN)
        return TIE_OK;
    if (count != 2 || strcmp(words[0], words[1]) == 0)
        return tie_config_fail(err, section, "words", "two words: with a value, without one; as Y, N");
    if (format_text_is_hostile(words[0], &why) || format_text_is_hostile(words[1], &why))
        return tie_config_fail(err, section, "words", "the word %s", why);
    column->shape.words[0] = words[0];
    column->shape.words[1] = words[1];
    return TIE_OK;
}

/* The reference is what the ERP and we know a correction by: it must come back as it went. */
static enum tie_status check_key(
    const struct tie_config_section *section, const struct format_column *column, struct tie_error *err)
{
    if (column->source == NULL || column->source->role != FORMAT_ROLE_ID)
        return TIE_OK;
    if (column->shape.fallback[0] != '\0')
        return tie_config_fail(err, section, "default", "every correction has an id of its own; remove it");
    if (column->shape.type != FORMAT_AS_TEXT && column->shape.type != FORMAT_AS_CODE)
        return tie_config_fail(err, section, "type", "a correction id is text or code; correction_no is its number");
    for (size_t i = 0; column->names != NULL && i < column->names->count; i++)
        if (strstr(column->names->pairs[i].to, "{id}") == NULL)
            return tie_config_fail(err, section, "names",
                "[names %s] must keep the id ({id}); the same text for two corrections is no reference",
                column->names->kind);
    return TIE_OK;
}

static enum tie_status read_position(
    const struct tie_config_section *section, bool is_positional, struct format_column *column, struct tie_error *err)
{
    int64_t position = 0;

    if (!is_positional)
        return TIE_OK;
    if (section->part[strspn(section->part, "0123456789")] != '\0' ||
        !tie_int_from_text(tie_text_of(section->part), &position) || position < 1 || position > 9999)
        return tie_config_fail(
            err, section, NULL, "in a positional layout the title ends with the column's number, from 1");
    column->position = (unsigned)position;
    return TIE_OK;
}

enum tie_status format_read_shape(struct tie_arena *arena, const struct tie_config_section *section,
    const struct correction_format *format, struct format_column *column, struct tie_error *err)
{
    static const char *const cases[] = { "keep", "upper", "lower" };
    struct format_shape *shape = &column->shape;
    const char *why = "";
    enum tie_status status = TIE_OK;

    *shape = (struct format_shape){ .letters = WORD_INDEX(section, "case", cases),
        .fallback = tie_config_text(section, "default"),
        .length = (unsigned)tie_config_int(section, "length"),
        .is_length_in_bytes = tie_config_is(section, "length_unit", "bytes"),
        .scale = FORMAT_NO_SCALE,
        .pad = (unsigned)tie_config_int(section, "pad"),
        .has_sign = tie_config_is(section, "sign", "by-verb") };
    TIE_TRY(read_position(section, format->layout.is_positional, column, err));
    TIE_TRY(read_type(section, column, err));
    if (shape->type == FORMAT_AS_INTEGER)
        column->decimals = 0;
    if (tie_config_has(section, "scale"))
        column->decimals = shape->scale = (unsigned)tie_config_int(section, "scale");
    if (column->source == NULL && (shape->fallback[0] != '\0' || shape->has_sign))
        return tie_config_fail(
            err, section, shape->has_sign ? "sign" : "default", "it means nothing to a constant; remove it");
    if (shape->has_sign && column->source->value != FORMAT_NUMBER)
        return tie_config_fail(err, section, "sign", "%s is no number", column->source->word);
    if (shape->has_sign && shape->pad > 0)
        return tie_config_fail(err, section, "pad", "a number with a sign has no leading zeros");
    if (shape->type != FORMAT_AS_DECIMAL && format_text_is_hostile(shape->fallback, &why))
        return tie_config_fail(err, section, "default", "the text %s", why);
    TIE_TRY(read_charset(arena, section, shape, err));
    TIE_TRY(read_date_format(section, shape, err));
    TIE_TRY(read_words(section, column, err));
    TIE_TRY(check_key(section, column, err));
out:
    return status;
}

enum tie_status format_check_positions(const struct tie_config_section *section, const struct format_document *document,
    bool is_positional, struct tie_error *err)
{
    if (is_positional && document->width == 0)
        return tie_config_fail(err, section, "columns", "a positional layout needs the number of cells of a row");
    if (!is_positional && document->width != 0)
        return tie_config_fail(err, section, "columns", "only layout = positional counts columns; remove it");
    for (size_t i = 0; is_positional && i < document->column_count; i++) {
        const struct format_column *column = &document->columns[i];

        if (column->position > document->width)
            return tie_config_fail(err, section, NULL, "column %u (%s) stands behind the last one, columns = %u",
                column->position, column->header, document->width);
        for (size_t k = 0; k < i; k++)
            if (document->columns[k].position == column->position)
                return tie_config_fail(err, section, NULL, "columns %s and %s have the same position %u",
                    document->columns[k].header, column->header, column->position);
    }
    return TIE_OK;
}
