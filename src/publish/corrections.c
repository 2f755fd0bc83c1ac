/*
 * corrections.c - the exports of one output as files that the ERP imports.
 *
 * One document a correction and one row a document: an import that fails names neither row nor document, so each
 * document must stand and fall alone, and its reference is the correction id, which is never used twice. An export
 * whose documents can't all be written is taken back with the reason before anything is written; "GI+GR-REV" makes two
 * documents or none.
 * A file holds documents of one model, verb and set of filled columns: corrections/<output>/<model>.<verb>.csv, further
 * sets as .2.csv, .3.csv in the order in which they first occur. Names and bytes depend on the exports alone.
 * Rejected: one document a work order with many lines; one refused line would hold back all others, and Tryton stores
 * neither.
 */
#include "correction_file.h"
#include "correction_value.h"

#include <string.h>

struct file_set {
    const struct correction_row *head;
    unsigned number; /* among the files of its model and verb, from 1 */
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
        row->columns |= (uint64_t)(row->cells[c][0] != '\0') << c;
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

/* A file begins with the first row of its kind; later ones of that kind join it. */
static void add_to_file(struct maker *maker, const struct correction_row *row)
{
    struct file_set set = { .head = row, .number = 1 };

    for (size_t i = 0; i < maker->files.count; i++) {
        const struct correction_row *head = maker->files.at[i].head;

        if (is_same_file(head, row))
            return;
        set.number += strcmp(head->document->model, row->document->model) == 0 && tie_text_equal(head->verb, row->verb);
    }
    TIE_PUSH(maker->arena, &maker->files, set);
}

static enum tie_status write_file(
    struct maker *maker, const char *folder, const struct file_set *set, struct tie_error *err)
{
    const struct correction_row **rows = TIE_TAKE(maker->arena, const struct correction_row *, maker->rows.count);
    struct correction_file file = { .format = &maker->format, .rows = rows };
    const char *name = tie_arena_printf(
        maker->arena, "%s.%.*s", set->head->document->model, (int)set->head->verb.size, set->head->verb.at);

    for (size_t i = 0; i < maker->rows.count; i++)
        if (is_same_file(set->head, &maker->rows.at[i]))
            rows[file.row_count++] = &maker->rows.at[i];
    name = set->number == 1 ? tie_arena_printf(maker->arena, "%s.csv", name)
                            : tie_arena_printf(maker->arena, "%s.%u.csv", name, set->number);
    file.path = tie_path_join(maker->arena, folder, name);
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
