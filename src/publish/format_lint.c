/*
 * format_lint.c - a format tried before any work is done: what it writes of itself must fit, and be readable.
 *
 * All texts that stand in the format file (constants, names without placeholders, defaults, words, headers) are held
 * against the shape of their columns, and so is a correction id. Then one synthetic row of each document is written as
 * a run would write it, to memory, and read back with the CSV reader of io. A format that passes can still meet data
 * that does not fit; that takes a single correction back, not the run down.
 */
#include "correction_rows.h"

#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

static const char sample_id[] = "C999999999"; /* as the ledger gives them; longer ones come after a billion */

/* The section of a column, for its line. */
static const struct tie_config_section *section_of(
    const struct tie_config *config, const struct format_document *document, const struct format_column *column)
{
    const struct tie_config_section *at = NULL;

    while ((at = tie_config_next(config, "column", at)) != NULL)
        if (strcmp(at->name, document->label) == 0 && strcmp(tie_config_text(at, "name"), column->header) == 0)
            break;
    TIE_ASSERT(at != NULL);
    return at;
}

static enum tie_status fit(struct tie_arena *arena, const struct tie_config_section *section, const char *key,
    const struct format_layout *layout, const struct format_column *column, const char **text, struct tie_error *err)
{
    const char *whole = *text, *why = "";

    if (format_fit(arena, layout, column, text, &why))
        return TIE_OK;
    return tie_config_fail(err, section, key, "\"%s\" does not fit the column: it %s", whole, why);
}

/* A header is a text of its own shape. */
static enum tie_status check_header(struct tie_arena *arena, const struct tie_config_section *section,
    const struct format_layout *layout, const struct format_column *column, struct tie_error *err)
{
    const struct format_column plain = { .header = column->header };
    const char *header = column->header;

    return layout->has_header ? fit(arena, section, "name", layout, &plain, &header, err) : TIE_OK;
}

/* The names that the file gives; of those with a placeholder only a correction's own id is known here. */
static enum tie_status check_names(struct tie_arena *arena, const struct tie_config_section *section,
    const struct format_layout *layout, const struct format_column *column, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t i = 0; column->names != NULL && i < column->names->count; i++) {
        const char *name = column->names->pairs[i].to;

        if (strchr(name, '{') == NULL)
            TIE_TRY(fit(arena, section, "names", layout, column, &name, err));
    }
out:
    return status;
}

/* "tieout.{id}" with the id in its place. */
static const char *id_in(struct tie_arena *arena, const struct format_column *column)
{
    const char *pattern = column->names == NULL || column->names->count == 0 ? "{id}" : column->names->pairs[0].to;
    const char *brace = strstr(pattern, "{id}");

    TIE_ASSERT(brace != NULL);
    return tie_arena_printf(arena, "%.*s%s%s", (int)(brace - pattern), pattern, sample_id, brace + 4);
}

/* Any text that the column takes. */
static const char *text_for(struct tie_arena *arena, const struct format_column *column)
{
    const struct format_list *names = column->names;

    for (size_t i = 0; names != NULL && i < names->count; i++)
        if (strchr(names->pairs[i].to, '{') == NULL)
            return names->pairs[i].to;
    for (int c = '0'; column->shape.allowed != NULL && c <= '~'; c++)
        if ((c < ';' || c > '@') && column->shape.allowed[c])
            return tie_arena_printf(arena, "%c", c);
    return "1";
}

static const char *sample_of(struct tie_arena *arena, const struct format_column *column)
{
    if (column->source == NULL)
        return column->constant;
    if (column->shape.type == FORMAT_AS_BOOLEAN)
        return column->shape.words[0];
    if (column->source->role == FORMAT_ROLE_ID)
        return id_in(arena, column);
    switch (column->source->value) {
    case FORMAT_DATE: return format_print_date(arena, tie_date_from_civil(2000, 12, 31), column->shape.date_format);
    case FORMAT_NUMBER: {
        char number[TIE_DEC_TEXT_MAX];

        tie_dec_print_fixed(TIE_DEC_ONE, column->shape.scale == FORMAT_NO_SCALE ? 0 : column->shape.scale, number);
        return tie_arena_strdup(arena, number);
    }
    case FORMAT_TEXT: break;
    }
    return text_for(arena, column);
}

static enum tie_status make_row(struct tie_arena *arena, const struct tie_config *config,
    const struct correction_format *format, struct correction_row *row, struct tie_error *err)
{
    const struct format_layout *layout = &format->layout;
    enum tie_status status = TIE_OK;

    row->cells = TIE_TAKE(arena, const char *, row->document->column_count);
    for (size_t c = 0; c < row->document->column_count; c++) {
        const struct format_column *column = &row->document->columns[c];
        const struct tie_config_section *section = section_of(config, row->document, column);
        const char *fallback = column->shape.fallback, *without = column->shape.words[1];

        TIE_TRY(check_header(arena, section, layout, column, err));
        TIE_TRY(check_names(arena, section, layout, column, err));
        TIE_TRY(fit(arena, section, "default", layout, column, &fallback, err));
        if (without != NULL)
            TIE_TRY(fit(arena, section, "words", layout, column, &without, err));
        row->cells[c] = sample_of(arena, column);
        TIE_TRY(fit(arena, section, NULL, layout, column, &row->cells[c], err));
    }
out:
    return status;
}

static enum tie_status write_and_read(struct tie_arena *arena, const struct correction_format *format,
    const struct correction_row *row, struct tie_error *err)
{
    const struct correction_row *const at[] = { row };
    struct tie_csv_fd source = { memfd_create("format", MFD_CLOEXEC), format->file };
    struct correction_rows rows;
    struct tie_out out = { 0 };
    enum tie_status status = TIE_OK;

    if (source.fd < 0)
        return tie_fail(err, TIE_IO, "%s: no memory for a row to try it on", format->file);
    correction_rows_init(&rows, arena, &format->layout, 1, at);
    tie_out_init(&out, source.fd, format->file, false);
    correction_rows_put(&rows, &out);
    TIE_TRY(tie_out_flush(&out, err));
    TIE_ASSERT(lseek(source.fd, 0, SEEK_SET) == 0);
    TIE_TRY(correction_rows_read(&rows, format->file, tie_csv_pull_fd, &source, NULL, NULL, err));
out:
    tie_out_release(&out);
    (void)close(source.fd);
    return status;
}

enum tie_status format_lint(struct tie_arena *arena, const struct tie_config *config,
    const struct correction_format *format, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t d = 0; d < format->document_count; d++) {
        struct correction_row row = { .document = &format->documents[d], .columns = UINT64_MAX };

        TIE_TRY(make_row(arena, config, format, &row, err));
        TIE_TRY(write_and_read(arena, format, &row, err));
    }
out:
    return status;
}
