/*
 * intake.h - one part on its way from raw rows to a sealed frame: columns matched, cells read, rows judged, rejects
 * written, figures of the control query compared. Internal to source/; runs in the child.
 */
#ifndef TIEOUT_SOURCE_INTAKE_H
#define TIEOUT_SOURCE_INTAKE_H

#include "driver.h"

#include "tieout/file.h"

/* ---- columns.c: result columns against columns of the dataset ---- */
struct tie_column_match {
    size_t count;                         /* of result columns */
    struct tie_described_column *columns; /* by result column */
    bool delivered[TIE_COLUMN_MAX];       /* by column of the dataset */
    const char *trouble;                  /* all troubles in sentences, or NULL */
};
void tie_columns_match(struct tie_arena *arena, const struct tie_part_spec *part, const struct tie_result_shape *shape,
    struct tie_column_match *match);

/* ---- row_key.c: the primary key of a row as bytes ---- */
struct tie_row_key { /* of a part */
    const struct tie_dataset_info *dataset;
    const struct tie_cell_rule *rules;
    const bool *delivered;
    size_t count, room; /* columns; bytes of the longest key */
    int columns[TIE_COLUMN_MAX];
};
/* Borrows all. What is delivered may be known later. */
void tie_row_key_init(struct tie_row_key *key, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, const bool *delivered);
/* The cell of the key's column `at`. A key needs the default of a column that is not delivered, too. */
const struct tie_cell *tie_row_key_cell(const struct tie_row_key *key, const struct tie_cell *cells, size_t at);
/* Into key->room bytes. */
struct tie_text tie_row_key_put(const struct tie_row_key *key, const struct tie_cell *cells, char *bytes);

/* ---- control.c: the figures of a control query ---- */
struct tie_figures;
/* Names are checked against the dataset: TIE_CONFIG for unknown ones, for no row or more than one. */
struct tie_row_sink tie_figures_sink(struct tie_figures *figures);
struct tie_figures *tie_figures_new(
    struct tie_arena *arena, const struct tie_part_spec *part, const struct tie_zone *zone);
enum tie_status tie_figures_check_read(
    const struct tie_figures *figures, struct tie_error *err); /* after the control ran */
void tie_figures_restart(struct tie_figures *figures);
void tie_figures_row(struct tie_figures *figures);
bool tie_figures_want(const struct tie_figures *figures, int column); /* some figure is of the column */
/* A cell that could be read; `is_number` when the source gave the value of a text column as a whole number. */
void tie_figures_cell(
    struct tie_figures *figures, int column, const struct tie_cell *cell, bool is_number, bool is_rounded);
/* All figures in `out` (in the arena); TIE_DATA that names the first that differs, after all were compared. */
enum tie_status tie_figures_compare(
    struct tie_arena *arena, struct tie_figures *figures, struct tie_part_result *result, struct tie_error *err);
void tie_figures_free(struct tie_figures *figures); /* NULL is fine */

/* ---- refs.c: order references, normalised, with a memory of the last ones ---- */
struct tie_refs;
struct tie_refs *tie_refs_new(struct tie_arena *arena, const struct tie_reference *reference);
/* As tie_reference_normalise(); *found lives until the next call. */
bool tie_refs_find(struct tie_refs *refs, struct tie_text text, struct tie_text *found);
void tie_refs_release(struct tie_refs *refs); /* NULL is fine */

/* ---- grid.c: the cells of a grid of CSV ---- */
struct tie_csv_grid;
struct tie_grid_cells { /* of one column, for some rows */
    size_t rows;
    struct tie_cell *column; /* of the first row; its empty value stands in all */
    size_t stride;           /* cells from row to row */
    bool *is_odd;            /* [rows]: set where the row is to be read cell by cell; never taken back */
};
bool tie_grid_takes(const struct tie_cell_rule *rule); /* columns that may be read so */
/* Reads a field of the rows from `first` on. */
void tie_grid_read(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells);

/* ---- intake.c ---- */
struct tie_intake_setup {
    const struct tie_part_spec *part;
    const struct tie_zone *zone; /* of the source's naive instants */
    const struct tie_reference *reference;
    unsigned shard_count;
    size_t memory_bytes; /* of the frame's buffers */
    const char *work_folder;
    struct tie_keys *keys;       /* of the dataset, shared by its parts of this source */
    struct tie_figures *figures; /* NULL when the part has no control */
    void (*progress)(void *context, uint32_t part, uint64_t rows); /* now and then */
    void *progress_context;
    tie_dec reject_share; /* past both limits the part is refused */
    uint64_t reject_rows;
};

struct tie_intake;
TIE_MUST_CHECK enum tie_status tie_intake_open(
    struct tie_arena *arena, const struct tie_intake_setup *setup, struct tie_intake **intake, struct tie_error *err);
struct tie_row_sink tie_intake_sink(struct tie_intake *intake);
/* Compares figures and limits, seals the frame. */
TIE_MUST_CHECK enum tie_status tie_intake_seal(
    struct tie_intake *intake, struct tie_part_result *result, struct tie_error *err);
void tie_intake_close(struct tie_intake *intake); /* NULL is fine; discards what is not sealed */

/* Paths in the work folder. */
char *tie_part_frame_path(struct tie_arena *arena, const char *work_folder, uint32_t part);
char *tie_part_rejects_path(struct tie_arena *arena, const char *work_folder, uint32_t part);
char *tie_keys_path(struct tie_arena *arena, const char *work_folder, const struct tie_part_spec *part, size_t source);

/* ---- merge.c, in the parent: rejects of all parts and the delivery, from what the children left ---- */
TIE_MUST_CHECK enum tie_status tie_extract_merge(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_extract_result *result, struct tie_error *err);

#define TIE_REJECTS_KEPT 10000 /* rows of a part whose reasons are kept */
#define TIE_REJECT_VALUE_BYTES 200

#endif
