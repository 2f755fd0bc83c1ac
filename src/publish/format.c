/*
 * format.c - a correction format file: which documents an ERP imports, and what fills each of their columns.
 *
 * The file is INI against the schema below; names that matter stand in values, so nothing depends on the case of keys.
 * After the schema come the rules that no single key can break: a verb has one document, a header stands once, exactly
 * one column holds the correction id, a column is filled from one thing. All are found at the start of a run, before
 * any work is done. What a file of the format looks like is read by format_shape.c. Rejected: paths and names in keys
 * (the parser folds their case), conditions in the file (a format is a table, not a program).
 */
#include "correction_format.h"

#include <string.h>

#define VERBS "GI, GR-REV, TRF, ADJ, INV, CM, DM, CRB, CDEB, CREV, WCL, WREV, RCL, RLS, ACC"

static const struct tie_schema_row rows[] = {
    { .section = "format", .key = NULL, .flags = TIE_SCHEMA_REQUIRED, .help = "what the file describes" },
    { "format", "name", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "name of the format" },
    { "format", "target", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "system and version it was made for" },
    { "format", "version", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "of the ERP's own definition; stands in the sidecar" },
    { "format", "delimiter", TIE_VALUE_WORD, "comma", "comma, semicolon, tab, pipe", 0, 0, 0,
        "between the cells of a row" },
    { "format", "layout", TIE_VALUE_WORD, "named", "named, positional", 0, 0, 0,
        "columns are known by their header, or by the number in the title of [column LABEL NN]" },
    { "format", "header", TIE_VALUE_BOOL, "yes", NULL, 0, 0, 0, "the first row holds the headers" },
    { "format", "quote", TIE_VALUE_WORD, "needed", "needed, always, never", 0, 0, 0, "which cells stand in quotes" },
    { "format", "eol", TIE_VALUE_WORD, "crlf", "crlf, lf", 0, 0, 0, "end of a row" },
    { "format", "encoding", TIE_VALUE_WORD, "utf-8", "utf-8, utf-8-bom, iso-8859-1", 0, 0, 0, "of the file" },
    { "format", "bad_char", TIE_VALUE_WORD, "reject", "reject", 0, 0, 0,
        "a character that the encoding lacks takes the correction back" },
    { "format", "omit_empty_columns", TIE_VALUE_BOOL, "", NULL, 0, 0, 0,
        "a file holds only columns that all of its rows fill; default: yes when named" },
    { "format", "end_marker", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "last cell of each row of a positional layout" },
    { "format", "max_rows", TIE_VALUE_INT, "0", NULL, 0, 10000000, 0, "most rows of a file; 0 = any number" },
    { "format", "package", TIE_VALUE_WORD, "none", "none, zip", 0, 0, 0, "each file in a zip of its own" },
    { "format", "package_name", TIE_VALUE_TEXT, "{model}.{verb}.zip", NULL, 0, 0, 0,
        "name of the zip; {model}, {verb}, {as_of} (20260630)" },
    { .section = "document *", .key = NULL, .help = "a kind of document; its columns are [column DOCUMENT NN]" },
    { "document *", "model", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "what the ERP calls it; part of the file name" },
    { "document *", "verbs", TIE_VALUE_WORDS, NULL, VERBS, 0, 0, 0, "corrections that become this document" },
    { "document *", "columns", TIE_VALUE_INT, "0", NULL, 0, 2000, 0, "cells of a row of a positional layout" },
    { "document *", "member", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "name of the file in its zip; default MODEL.VERB.csv" },
    { .section = "column * *", .key = NULL, .help = "a column of a document, in the order of the file" },
    { "column * *", "name", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "header" },
    { "column * *", "from", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "value of the correction that fills it" },
    { "column * *", "const", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "the same text in every row" },
    { "column * *", "names", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "[names KIND] that turns the value into the ERP's name" },
    { "column * *", "decimals", TIE_VALUE_INT, "4", NULL, 0, 6, 0, "most decimals of a number" },
    { "column * *", "required", TIE_VALUE_BOOL, "no", NULL, 0, 0, 0, "a correction without a value is not exported" },
    { "column * *", "type", TIE_VALUE_WORD, "", "text, code, integer, decimal, date, boolean", 0, 0, 0,
        "default: as the value is" },
    { "column * *", "length", TIE_VALUE_INT, "0", NULL, 0, 32767, 0,
        "a longer text takes the correction back; 0 = any" },
    { "column * *", "length_unit", TIE_VALUE_WORD, "chars", "chars, bytes", 0, 0, 0, "what length counts" },
    { "column * *", "scale", TIE_VALUE_INT, "", NULL, 0, 6, 0, "exactly that many decimals, as 12.50" },
    { "column * *", "format", TIE_VALUE_TEXT, "%Y-%m-%d", NULL, 0, 0, 0, "of a date: %Y %m %d %H %M %S" },
    { "column * *", "pad", TIE_VALUE_INT, "0", NULL, 0, 40, 0, "whole numbers get leading zeros to this many digits" },
    { "column * *", "case", TIE_VALUE_WORD, "keep", "keep, upper, lower", 0, 0, 0, "ASCII letters are changed to it" },
    { "column * *", "charset", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "allowed characters and ranges, as A-Z0-9; another one takes the correction back" },
    { "column * *", "default", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "in place of an empty value" },
    { "column * *", "sign", TIE_VALUE_WORD, "none", "none, by-verb", 0, 0, 0, "a number is multiplied by [sign]" },
    { "column * *", "words", TIE_VALUE_WORDS, "", NULL, 0, 0, 0, "of a boolean: with a value, without one; as Y, N" },
    { .section = "names *", .key = NULL, .help = "ids and the names the ERP's import looks for" },
    { "names *", "*", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0,
        "id -> name; * stands for every id the ERP knows, {id} and {name} for its own" },
    { .section = "digits uom", .key = NULL, .help = "decimals that quantities in a unit may have" },
    { "digits uom", "*", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "unit -> 0 to 6" },
    { .section = "sign", .key = NULL, .help = "sign of a verb's numbers" },
    { "sign", "*", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "verb -> 1 or -1" },
};
static const struct tie_schema schema = { rows, TIE_COUNT_OF(rows) };

/* ---- lists of pairs ---- */

const struct format_pair *format_list_find(const struct format_list *list, const char *id, bool *is_rest)
{
    const struct format_pair *rest = NULL;

    *is_rest = false;
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->pairs[i].from, id) == 0)
            return &list->pairs[i];
        if (strcmp(list->pairs[i].from, "*") == 0)
            rest = &list->pairs[i];
    }
    *is_rest = rest != NULL;
    return rest;
}

static bool placeholders_are_known(const char *text)
{
    for (const char *brace = strpbrk(text, "{}"); brace != NULL; brace = strpbrk(brace, "{}")) {
        const size_t size = strncmp(brace, "{id}", 4) == 0 ? 4 : strncmp(brace, "{name}", 6) == 0 ? 6 : 0;

        if (size == 0)
            return false;
        brace += size;
    }
    return true;
}

static enum tie_status read_pair(struct tie_arena *arena, const struct tie_config_section *section, const char *key,
    struct format_pair *pair, struct tie_error *err)
{
    const char *text = tie_config_text(section, key), *arrow = strstr(text, "->"), *why = "";
    int64_t digits = 0;

    if (arrow == NULL)
        return tie_config_fail(err, section, key, "write the pair as: id -> name");
    pair->from = tie_text_dup(arena, tie_text_trim((struct tie_text){ text, (size_t)(arrow - text) }));
    pair->to = tie_text_dup(arena, tie_text_trim(tie_text_of(arrow + 2)));
    if (pair->from[0] == '\0' || pair->to[0] == '\0')
        return tie_config_fail(err, section, key, "both sides of -> must stand there: id -> name");
    if (strcmp(section->kind, "digits") == 0) {
        if (!tie_int_from_text(tie_text_of(pair->to), &digits) || digits < 0 || digits > 6)
            return tie_config_fail(err, section, key, "decimals of a unit are a whole number from 0 to 6");
        return TIE_OK;
    }
    if (strcmp(section->kind, "sign") == 0) {
        if (strcmp(pair->to, "1") != 0 && strcmp(pair->to, "-1") != 0)
            return tie_config_fail(err, section, key, "the sign of a verb is 1 or -1");
        return TIE_OK;
    }
    if (format_text_is_hostile(pair->to, &why))
        return tie_config_fail(err, section, key, "the name %s; no such text is written for the ERP", why);
    if (!placeholders_are_known(pair->to))
        return tie_config_fail(err, section, key, "only {id} and {name} may stand in braces");
    return TIE_OK;
}

static enum tie_status read_list(
    struct tie_arena *arena, const struct tie_config_section *section, struct format_list *list, struct tie_error *err)
{
    size_t count = 0;
    struct format_pair *pairs;
    enum tie_status status = TIE_OK;

    while (tie_config_key(section, count) != NULL)
        count++;
    pairs = TIE_TAKE(arena, struct format_pair, count + 1);
    for (size_t i = 0; i < count; i++) {
        TIE_TRY(read_pair(arena, section, tie_config_key(section, i), &pairs[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(pairs[k].from, pairs[i].from) == 0)
                return tie_config_fail(err, section, tie_config_key(section, i),
                    "%s has a name already (key %s); remove one", pairs[i].from, tie_config_key(section, k));
    }
    *list = (struct format_list){ section->name, count, pairs };
out:
    return status;
}

static enum tie_status read_lists(
    struct tie_arena *arena, const struct tie_config *config, struct correction_format *format, struct tie_error *err)
{
    const struct tie_config_section *section = NULL;
    struct format_list *digits = TIE_TAKE(arena, struct format_list, 1);
    struct format_list *signs = TIE_TAKE(arena, struct format_list, 1);
    size_t count = 0;
    enum tie_status status = TIE_OK;

    while ((section = tie_config_next(config, "names", section)) != NULL)
        count++;
    format->lists = TIE_TAKE(arena, struct format_list, count + 1);
    while ((section = tie_config_next(config, "names", section)) != NULL)
        TIE_TRY(read_list(arena, section, &format->lists[format->list_count++], err));
    section = tie_config_find(config, "digits uom");
    if (section != NULL) {
        TIE_TRY(read_list(arena, section, digits, err));
        format->digits = digits;
    }
    section = tie_config_find(config, "sign");
    if (section != NULL) {
        TIE_TRY(read_list(arena, section, signs, err));
        format->signs = signs;
    }
out:
    return status;
}

/* ---- columns ---- */

static const struct format_list *list_of(const struct correction_format *format, const char *kind)
{
    for (size_t i = 0; i < format->list_count; i++)
        if (strcmp(format->lists[i].kind, kind) == 0)
            return &format->lists[i];
    return NULL;
}

static bool uses_name(const struct format_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (strstr(list->pairs[i].to, "{name}") != NULL)
            return true;
    return false;
}

static enum tie_status read_names(const struct tie_config_section *section, const struct correction_format *format,
    struct format_column *column, struct tie_error *err)
{
    const char *kind = tie_config_text(section, "names");

    if (kind[0] == '\0')
        return TIE_OK;
    if (column->source == NULL || column->source->value != FORMAT_TEXT)
        return tie_config_fail(err, section, "names", "only a text taken by from = has names");
    column->names = list_of(format, kind);
    if (column->names == NULL)
        return tie_config_fail(err, section, "names", "the file has no section [names %s]", kind);
    if (column->source->kind != TIE_XREF_CUSTOMER && uses_name(column->names))
        return tie_config_fail(err, section, "names", "{name} is known of customers only; use {id}");
    return TIE_OK;
}

static enum tie_status read_column(struct tie_arena *arena, const struct tie_config_section *section,
    const struct correction_format *format, struct format_column *column, struct tie_error *err)
{
    const char *from = tie_config_text(section, "from"), *constant = tie_config_text(section, "const"), *why = "";
    enum tie_status status = TIE_OK;

    *column = (struct format_column){ .header = tie_config_text(section, "name"),
        .constant = constant,
        .decimals = (unsigned)tie_config_int(section, "decimals"),
        .is_required = tie_config_bool(section, "required") };
    if (column->header[0] == '\0')
        return tie_config_fail(err, section, "name", "a column needs a header");
    if (format_text_is_hostile(column->header, &why))
        return tie_config_fail(err, section, "name", "the header %s", why);
    if ((from[0] == '\0') == (constant[0] == '\0'))
        return tie_config_fail(err, section, NULL, "give either from = or const =");
    if (format_text_is_hostile(constant, &why))
        return tie_config_fail(err, section, "const", "the text %s", why);
    if (from[0] != '\0') {
        column->source = format_source_find(from);
        if (column->source == NULL)
            return tie_config_fail(err, section, "from", "allowed: %s", format_source_words());
        column->is_required |= column->source->role == FORMAT_ROLE_ID;
    }
    TIE_TRY(read_names(section, format, column, err));
    TIE_TRY(format_read_shape(arena, section, format, column, err));
out:
    return status;
}

static enum tie_status check_columns(
    const struct tie_config_section *section, const struct format_document *document, struct tie_error *err)
{
    size_t ids = 0;

    if (document->column_count == 0)
        return tie_config_fail(
            err, section, NULL, "the document has no columns; add [column %s 01] and further ones", document->label);
    for (size_t i = 0; i < document->column_count; i++) {
        const struct format_column *column = &document->columns[i];

        ids += column->source != NULL && column->source->role == FORMAT_ROLE_ID;
        for (size_t k = 0; k < i; k++)
            if (strcmp(document->columns[k].header, column->header) == 0)
                return tie_config_fail(err, section, NULL, "header %s stands in two columns", column->header);
    }
    if (ids != 1)
        return tie_config_fail(
            err, section, NULL, "%zu columns hold from = correction_id; exactly one must, the ERP's reference", ids);
    return TIE_OK;
}

/* A number that changes its sign needs one for each verb of the document: a forgotten verb would go the wrong way. */
static enum tie_status check_signs(const struct tie_config_section *section, const struct correction_format *format,
    const struct format_document *document, struct tie_error *err)
{
    bool has_sign = false, is_rest = false;

    for (size_t i = 0; i < document->column_count; i++)
        has_sign |= document->columns[i].shape.has_sign;
    for (size_t v = 0; has_sign && v < document->verb_count; v++)
        if (format->signs == NULL || format_list_find(format->signs, document->verbs[v], &is_rest) == NULL || is_rest)
            return tie_config_fail(
                err, section, NULL, "a column has sign = by-verb; add %s -> 1 or -1 to [sign]", document->verbs[v]);
    return TIE_OK;
}

static enum tie_status read_columns(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_config_section *section, const struct correction_format *format, struct format_document *document,
    struct tie_error *err)
{
    const struct tie_config_section *at = NULL;
    enum tie_status status = TIE_OK;

    document->columns = TIE_TAKE(arena, struct format_column, FORMAT_COLUMNS_MAX);
    while ((at = tie_config_next(config, "column", at)) != NULL) {
        if (strcmp(at->name, document->label) != 0)
            continue;
        if (document->column_count == FORMAT_COLUMNS_MAX)
            return tie_config_fail(err, at, NULL, "a document has at most %d columns", FORMAT_COLUMNS_MAX);
        TIE_TRY(read_column(arena, at, format, &document->columns[document->column_count++], err));
    }
    TIE_TRY(check_columns(section, document, err));
    TIE_TRY(format_check_positions(section, document, format->layout.is_positional, err));
    TIE_TRY(check_signs(section, format, document, err));
out:
    return status;
}

/* ---- documents ---- */

const struct format_document *correction_format_document(const struct correction_format *format, struct tie_text verb)
{
    for (size_t i = 0; i < format->document_count; i++)
        for (size_t v = 0; v < format->documents[i].verb_count; v++)
            if (tie_text_is(verb, format->documents[i].verbs[v]))
                return &format->documents[i];
    return NULL;
}

static enum tie_status read_document(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_config_section *section, struct correction_format *format, struct tie_error *err)
{
    struct format_document document = { .label = section->name,
        .model = tie_config_text(section, "model"),
        .member = tie_config_text(section, "member"),
        .width = (unsigned)tie_config_int(section, "columns") };
    const char *why = "";
    enum tie_status status = TIE_OK;

    if (document.model[0] == '\0' || document.model[0] == '.' || strpbrk(document.model, "/\\ ") != NULL ||
        format_text_is_hostile(document.model, &why))
        return tie_config_fail(
            err, section, "model", "the model is part of a file name: letters, digits, dots, - and _");
    if (document.member[0] != '\0' && (!format->layout.is_zip || !format_is_file_name(document.member, "")))
        return tie_config_fail(err, section, "member",
            format->layout.is_zip ? "a plain file name: letters, digits, dots, - and _"
                                  : "only a format with package = zip has members; remove it");
    document.verb_count = tie_config_words(section, "verbs", &document.verbs);
    for (size_t v = 0; v < document.verb_count; v++) {
        const struct format_document *other = correction_format_document(format, tie_text_of(document.verbs[v]));

        if (other != NULL)
            return tie_config_fail(
                err, section, "verbs", "%s is carried by [document %s] already", document.verbs[v], other->label);
    }
    TIE_TRY(read_columns(arena, config, section, format, &document, err));
    format->documents[format->document_count++] = document;
out:
    return status;
}

static enum tie_status check_orphans(
    const struct tie_config *config, const struct correction_format *format, struct tie_error *err)
{
    const struct tie_config_section *at = NULL;

    while ((at = tie_config_next(config, "column", at)) != NULL) {
        bool is_known = false;

        for (size_t i = 0; i < format->document_count; i++)
            is_known |= strcmp(format->documents[i].label, at->name) == 0;
        if (!is_known)
            return tie_config_fail(err, at, NULL, "the file has no section [document %s]", at->name);
    }
    return TIE_OK;
}

enum tie_status correction_format_load(
    struct tie_arena *arena, const char *path, struct correction_format *format, struct tie_error *err)
{
    const struct tie_config_setup setup = { .path = path, .schemas = &schema, .schema_count = 1 };
    const struct tie_config *config = NULL;
    const struct tie_config_section *section = NULL, *head = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    *format = (struct correction_format){ 0 };
    TIE_TRY(tie_config_load(arena, &setup, &config, err));
    head = tie_config_section(config, "format");
    format->name = tie_config_text(head, "name");
    format->file = tie_path_name(path);
    format->version = tie_config_text(head, "version");
    TIE_TRY(format_read_layout(head, &format->layout, err));
    TIE_TRY(read_lists(arena, config, format, err));
    while ((section = tie_config_next(config, "document", section)) != NULL)
        count++;
    if (count == 0)
        return tie_config_fail(
            err, head, NULL, "the file has no [document NAME]; a format without documents exports nothing");
    format->documents = TIE_TAKE(arena, struct format_document, count);
    while ((section = tie_config_next(config, "document", section)) != NULL)
        TIE_TRY(read_document(arena, config, section, format, err));
    TIE_TRY(check_orphans(config, format, err));
    TIE_TRY(format_lint(arena, config, format, err));
out:
    return status;
}

enum tie_status tie_correction_format_check(const char *format_path, struct tie_error *err)
{
    struct tie_arena arena = { 0 };
    struct correction_format format;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_arena_init(&arena, 16 << 20, err));
    TIE_TRY(correction_format_load(&arena, format_path, &format, err));
out:
    tie_arena_release(&arena);
    return status;
}
