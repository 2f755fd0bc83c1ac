/*
 * format_fit.c - a text held against the shape of its column: what fits is written, what does not says why.
 *
 * Only case and leading zeros are changed, which an ERP's own masks do as well; nothing is cut, quoted, transliterated
 * or marked with an apostrophe, because an ERP stores what it is given. A text that a spreadsheet could take for a
 * formula is refused at its start and behind every separator or quote in it: there a cell begins in a program that
 * quotes badly or divides by another character. Numbers and dates are printed here, so they can begin with nothing but
 * a digit or a minus.
 * Pure: no files, no locale. Rejected: regular expressions for the allowed characters (a set is what ERPs document).
 */
#include "correction_format.h"

#include <string.h>

bool format_text_is_hostile(const char *text, const char **why)
{
    bool is_cell_start = true;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f)) {
            *why = "holds a control character";
            return true;
        }
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (is_cell_start && strchr("=+-@", *at) != NULL) {
            *why = strspn(text, " ") == (size_t)(at - text)
                ? "starts with = + - or @, which a spreadsheet takes for a formula"
                : "holds = + - or @ behind a separator or a quote, which a spreadsheet may take for a formula";
            return true;
        }
        is_cell_start = strchr(",;|\"", *at) != NULL || (is_cell_start && *at == ' ');
    }
    return false;
}

/* ---- what is changed ---- */

static bool is_digits(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Letters beyond ASCII stay: what their other case is depends on the language. */
static const char *in_case(struct tie_arena *arena, enum format_case letters, const char *text)
{
    const char first = letters == FORMAT_CASE_UPPER ? 'a' : 'A', last = letters == FORMAT_CASE_UPPER ? 'z' : 'Z';
    char *changed;

    if (letters == FORMAT_CASE_KEEP)
        return text;
    changed = tie_arena_strdup(arena, text);
    for (char *at = changed; *at != '\0'; at++)
        if (*at >= first && *at <= last)
            *at ^= 'a' ^ 'A';
    return changed;
}

/* Only whole numbers have leading zeros; "A-7" stays as it is. */
static const char *padded(struct tie_arena *arena, unsigned width, const char *text)
{
    const size_t size = strlen(text);
    char *filled;

    if (size >= width || !is_digits(text))
        return text;
    filled = TIE_TAKE(arena, char, width + 1);
    memset(filled, '0', width - size);
    memcpy(filled + width - size, text, size + 1);
    return filled;
}

/* ---- what is asked ---- */

/* Bytes of the character that begins here; the text is UTF-8. */
static size_t character_bytes(const char *at)
{
    const unsigned char first = (unsigned char)*at;

    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Digits, and digits behind a point; no exponent, no separator of thousands. */
static bool is_decimal(const char *text)
{
    const size_t whole = strspn(text, "0123456789");

    return whole > 0 && (text[whole] == '\0' || (text[whole] == '.' && is_digits(text + whole + 1)));
}

static bool is_of_type(struct tie_arena *arena, const struct format_column *column, const char *text, const char **why)
{
    static const char code[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./";
    const char *bad = text + strspn(text, code);

    if (column->shape.type == FORMAT_AS_CODE && *bad != '\0') {
        *why = tie_arena_printf(
            arena, "holds \"%.*s\"; a code has letters, digits and _ - . / only", (int)character_bytes(bad), bad);
        return false;
    }
    if (column->shape.type == FORMAT_AS_INTEGER && !is_digits(text + (text[0] == '-'))) {
        *why = tie_arena_printf(arena, "is \"%s\", no whole number", text);
        return false;
    }
    if (column->shape.type == FORMAT_AS_DECIMAL && !is_decimal(text + (text[0] == '-'))) {
        *why = tie_arena_printf(arena, "is \"%s\", no decimal number", text);
        return false;
    }
    return true;
}

/* Length in characters or in bytes of the encoding. */
static bool is_short_enough(struct tie_arena *arena, const struct format_layout *layout,
    const struct format_shape *shape, const char *text, const char **why)
{
    const bool counts_bytes = shape->is_length_in_bytes && layout->encoding != FORMAT_ISO_8859_1;
    size_t length = 0;

    for (const char *at = text; *at != '\0'; at += character_bytes(at))
        length += counts_bytes ? character_bytes(at) : 1;
    if (shape->length == 0 || length <= shape->length)
        return true;
    *why = tie_arena_printf(
        arena, "has %zu %s, %u fit", length, shape->is_length_in_bytes ? "bytes" : "characters", shape->length);
    return false;
}

static bool is_allowed(struct tie_arena *arena, const struct format_shape *shape, const char *text, const char **why)
{
    if (shape->allowed == NULL)
        return true;
    for (const char *at = text; *at != '\0'; at += character_bytes(at)) {
        if ((unsigned char)*at >= FORMAT_CHARSET_SIZE || !shape->allowed[(unsigned char)*at]) {
            *why = tie_arena_printf(
                arena, "holds \"%.*s\"; charset = %s", (int)character_bytes(at), at, shape->charset);
            return false;
        }
    }
    return true;
}

/* ISO 8859-1 ends with U+00FF, whose UTF-8 is C3 BF. */
static bool is_encodable(
    struct tie_arena *arena, const struct format_layout *layout, const char *text, const char **why)
{
    size_t bad_at = 0;

    if (!tie_text_is_utf8(tie_text_of(text), &bad_at)) {
        *why = tie_arena_printf(arena, "is no UTF-8 from byte %zu on", bad_at + 1);
        return false;
    }
    for (const char *at = text; layout->encoding == FORMAT_ISO_8859_1 && *at != '\0'; at += character_bytes(at)) {
        if ((unsigned char)*at > 0xc3) {
            *why = tie_arena_printf(
                arena, "holds \"%.*s\", which ISO 8859-1 does not have", (int)character_bytes(at), at);
            return false;
        }
    }
    return true;
}

static bool is_unquoted(const struct format_layout *layout, const char *text, const char **why)
{
    if (layout->quote != TIE_CSV_NEVER || !tie_csv_needs_quotes(tie_text_of(text), layout->delimiter))
        return true;
    *why = "holds the delimiter or a quote, and the format has quote = never";
    return false;
}

bool format_fit(struct tie_arena *arena, const struct format_layout *layout, const struct format_column *column,
    const char **cell, const char **why)
{
    const struct format_shape *shape = &column->shape;

    if ((*cell)[0] == '\0')
        return true;
    if (!is_encodable(arena, layout, *cell, why))
        return false;
    *cell = padded(arena, shape->pad, in_case(arena, shape->letters, *cell));
    return is_of_type(arena, column, *cell, why) && is_allowed(arena, shape, *cell, why) &&
        is_short_enough(arena, layout, shape, *cell, why) && is_unquoted(layout, *cell, why);
}

/* ---- dates and signs ---- */

const char *format_print_date(struct tie_arena *arena, tie_date date, const char *format)
{
    struct tie_buf text;
    const char *printed;
    int year, month, day;

    tie_date_to_civil(date, &year, &month, &day);
    tie_buf_init(&text, 256);
    for (const char *at = format; *at != '\0'; at++) {
        if (*at != '%') {
            tie_buf_char(&text, *at);
            continue;
        }
        switch (*++at) {
        case 'Y': tie_buf_printf(&text, "%04d", year); break;
        case 'm': tie_buf_printf(&text, "%02d", month); break;
        case 'd': tie_buf_printf(&text, "%02d", day); break;
        default: tie_buf_text(&text, "00"); break; /* %H, %M, %S: a day begins at midnight */
        }
    }
    TIE_ASSERT(!text.failed);
    printed = tie_text_dup(arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    return printed;
}

int format_sign(const struct correction_format *format, struct tie_text verb)
{
    for (size_t i = 0; format->signs != NULL && i < format->signs->count; i++)
        if (tie_text_is(verb, format->signs->pairs[i].from))
            return format->signs->pairs[i].to[0] == '-' ? -1 : 1;
    return 1;
}
