/*
 * correction_rows.h - private to publish/: rows of a correction file as bytes, and back.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_ROWS_H
#define TIEOUT_PUBLISH_CORRECTION_ROWS_H

#include "correction_format.h"

/* One document = one row: its cells by column of the document, "" where the column does not apply. */
struct correction_row {
    uint32_t entry; /* index into the report's exports */
    const struct format_document *document;
    struct tie_text verb;
    uint64_t columns; /* bit i: the file has column i; all of them unless the layout omits empty ones */
    const char **cells;
};

/* Which cells a row of the file has. */
struct correction_rows {
    const struct format_layout *layout;
    size_t width;                         /* with the end marker */
    const struct format_column **columns; /* NULL: a gap, or the end marker */
    size_t count;
    const struct correction_row *const *at; /* same document, verb and columns */
};

/* Called for each row that was read back and is as it was meant; `number` from 1. */
typedef enum tie_status (*correction_see_row)(
    void *state, const struct tie_csv_row *row, uint64_t number, struct tie_error *err);

void correction_rows_init(struct correction_rows *rows, struct tie_arena *arena, const struct format_layout *layout,
    size_t count, const struct correction_row *const *at);
/* Errors stay in the stream. */
void correction_rows_put(const struct correction_rows *rows, struct tie_out *out);
/* Every cell must be the one that was meant: else TIE_IO, and the text names `name` and the row. `see` may be NULL. */
TIE_MUST_CHECK enum tie_status correction_rows_read(const struct correction_rows *rows, const char *name,
    tie_csv_pull pull, void *pull_state, correction_see_row see, void *see_state, struct tie_error *err);
/* TIE_IO: what was written is not what is there. */
enum tie_status correction_rows_differ(const char *name, uint64_t row, const char *what, struct tie_error *err);

#endif
