/*
 * corrections.c - the exports of one output as files that the ERP imports.
 *
 * One document a correction and one row a document: an import that fails names neither row nor document, so each
 * document must stand and fall alone, and its reference is the correction id, which is never used twice. An export
 * whose documents can't all be written is taken back with the reason before anything is written; "GI+GR-REV" makes two
 * documents or none.
 * A file holds documents of one model, verb and set of filled columns (all columns where the layout omits none), and
 * no more rows than the format allows: corrections/<output>/<model>.<verb>.csv, further ones as .2.csv, .3.csv in the
 * order in which they begin; of a zip the format gives the name. Names and bytes depend on the exports alone.
 * Rejected: one document a work order with many lines; one refused line would hold back all others, and Tryton stores
 * neither.
 */
#include "correction_file.h"
#include "correction_value.h"

#include <string.h>

struct file_set {
    const char *name; /* without number and ending */
    unsigned number;  /* among the files of that name, from 1 */
    struct {
        const struct correction_row **at;
        size_t count, room;
    } rows;
};

struct maker {
    struct tie_arena *arena;
    struct tie_report *report;
    struct correction_format format;
    struct tie_map customer_names;
    struct {
        struct correction_row *at;
        size_t count, room;
    } rows;
    struct {
        struct file_set *at;
        size_t count, room;
    } files;
};

/* ---- documents ---- */

static bool fill_row(const struct correction *correction, struct correction_row *row, const char **why)
{
    const struct format_document *document = row->document;

    row->cells = TIE_TAKE(correction->arena, const char *, document->column_count);
    for (size_t c = 0; c < document->column_count; c++) {
        if (!correction_cell(correction, &document->columns[c], &row->cells[c], why))
            return false;
        row->columns |= (uint64_t)(row->cells[c][0] != '\0' || !correction->format->layout.omits_empty) << c;
    }
    return true;
}

/* All documents of an export, or none and the reason. */
static const char *make_documents(struct maker *maker, uint32_t index)
{
    const struct tie_export *entry = &maker->report->exports->at[index];
    const struct tie_finding *finding = &maker->report->findings->at[entry->finding];
    struct correction correction = { .arena = maker->arena,
        .report = maker->report,
        .format = &maker->format,
        .customer_names = &maker->customer_names,
        .finding = finding,
        .entry = entry };
    struct tie_text verbs = tie_text_of(finding->verb);
    const size_t count_before = maker->rows.count;
    const char *why = NULL;

    correction.is_half = strchr(finding->verb, '+') != NULL;
    while (why == NULL && verbs.size > 0) {
        struct correction_row row = { .entry = index };

        correction.verb = row.verb = tie_text_cut(&verbs, '+');
        row.document = correction_format_document(&maker->format, row.verb);
        if (row.document == NULL)
            why = tie_arena_printf(maker->arena, "format %s has no document for verb %.*s", maker->format.name,
                (int)row.verb.size, row.verb.at);
        else if (fill_row(&correction, &row, &why))
            TIE_PUSH(maker->arena, &maker->rows, row);
    }
    if (why != NULL)
        maker->rows.count = count_before;
    return why;
}

static void make_all(struct maker *maker, const char *output)
{
    struct tie_export_list *exports = maker->report->exports;

    for (size_t i = 0; i < exports->count; i++) {
        struct tie_export *entry = &exports->at[i];

        if (!entry->is_exported || strcmp(entry->output, output) != 0)
            continue;
        const char *why = make_documents(maker, (uint32_t)i);

        if (why == NULL) {
            entry->document = tie_arena_strdup(maker->arena, entry->correction_id);
            continue;
        }
        entry->is_exported = false;
        entry->why = why;
        entry->correction_id[0] = '\0';
        maker->report->findings->at[entry->finding].correction_id = "";
    }
}

/* ---- files ---- */

static bool is_same_file(const struct correction_row *a, const struct correction_row *b)
{
    return a->document == b->document && tie_text_equal(a->verb, b->verb) && a->columns == b->columns;
}

/* The file's name up to its number: model.verb, or what the format says of the zip. */
static const char *base_name(struct maker *maker, const struct correction_row *row)
{
    const struct format_layout *layout = &maker->format.layout;
    const char *pattern = layout->is_zip ? layout->package_name : "{model}.{verb}.csv";
    const char *base;
    struct tie_buf name;

    tie_buf_init(&name, 1 << 12);
    for (const char *at = pattern; strrchr(pattern, '.') != at; at++) {
        if (*at != '{') {
            tie_buf_char(&name, *at);
            continue;
        }
        if (at[1] == 'm')
            tie_buf_text(&name, row->document->model);
        else if (at[1] == 'v')
            tie_buf_put(&name, row->verb.at, row->verb.size);
        else
            tie_buf_text(&name, format_print_date(maker->arena, maker->report->as_of, "%Y%m%d"));
        at = strchr(at, '}');
    }
    TIE_ASSERT(!name.failed);
    base = tie_text_dup(maker->arena, tie_buf_slice(&name));
    tie_buf_release(&name);
    return base;
}

/* A file begins with the first row of its kind; later ones of that kind join it until it is full. */
static void add_to_file(struct maker *maker, const struct correction_row *row)
{
    const uint64_t max_rows = maker->format.layout.max_rows;
    struct file_set set = { .name = base_name(maker, row), .number = 1 };

    for (size_t i = 0; i < maker->files.count; i++) {
        struct file_set *file = &maker->files.at[i];

        if (is_same_file(file->rows.at[0], row) && (max_rows == 0 || file->rows.count < max_rows)) {
            TIE_PUSH(maker->arena, &file->rows, row);
            return;
        }
        set.number += strcmp(file->name, set.name) == 0;
    }
    TIE_PUSH(maker->arena, &set.rows, row);
    TIE_PUSH(maker->arena, &maker->files, set);
}

static enum tie_status write_file(
    struct maker *maker, const char *folder, const struct file_set *set, struct tie_error *err)
{
    const struct correction_row *head = set->rows.at[0];
    const bool is_zip = maker->format.layout.is_zip;
    const char *number = set->number == 1 ? "" : tie_arena_printf(maker->arena, ".%u", set->number);
    struct correction_file file = {
        .path = tie_path_join(
            maker->arena, folder, tie_arena_printf(maker->arena, "%s%s.%s", set->name, number, is_zip ? "zip" : "csv")),
        .format = &maker->format,
        .row_count = set->rows.count,
        .rows = set->rows.at,
    };

    if (is_zip)
        file.member = head->document->member[0] != '\0'
            ? head->document->member
            : tie_arena_printf(maker->arena, "%s.%.*s.csv", head->document->model, (int)head->verb.size, head->verb.at);
    return correction_file_write(maker->arena, &file, err);
}

static enum tie_status write_files(struct maker *maker, const char *folder, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_folder_make(folder, err));
    for (size_t i = 0; i < maker->rows.count; i++)
        add_to_file(maker, &maker->rows.at[i]);
    for (size_t i = 0; i < maker->files.count; i++)
        TIE_TRY(write_file(maker, folder, &maker->files.at[i], err));
    TIE_TRY(tie_folder_sync(folder, err));
out:
    return status;
}

enum tie_status tie_publish_corrections(struct tie_arena *arena, struct tie_report *report,
    const struct tie_correction_output *output, const char *folder, struct tie_error *err)
{
    struct maker maker = { .arena = arena, .report = report };
    enum tie_status status = TIE_OK;

    TIE_TRY(correction_format_load(arena, output->format_path, &maker.format, err));
    tie_map_init(&maker.customer_names, arena);
    correction_count_names(report->world, &maker.customer_names);
    make_all(&maker, output->name);
    if (maker.rows.count > 0)
        TIE_TRY(
            write_files(&maker, tie_path_join(arena, tie_path_join(arena, folder, "corrections"), output->name), err));
out:
    if (status != TIE_OK)
        tie_error_prefix(err, "output corrections %s: ", output->name);
    return status;
}
