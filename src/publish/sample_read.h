/*
 * sample_read.h - what the two halves of reading a filled-in sample share. Private to publish/.
 */
#ifndef TIEOUT_PUBLISH_SAMPLE_READ_H
#define TIEOUT_PUBLISH_SAMPLE_READ_H

#include "tieout/evaluate.h"

struct tie_sample_line {
    uint64_t number; /* of the row in the file */
    size_t count;
    const struct tie_text *cells;
};
struct tie_sample_table {
    const char *name; /* for error texts: "sample.xlsx, sheet Selection" */
    struct tie_sample_line *at;
    size_t count, room;
};

/* Empty beyond the last cell. */
struct tie_text tie_sample_cell(const struct tie_sample_line *line, size_t column);

/* audit has the record and the number of rows. */
TIE_MUST_CHECK enum tie_status tie_sample_read_rows(struct tie_arena *arena, const struct tie_sample_table *table,
    struct tie_audit *audit, const char *picks_sha256, struct tie_error *err);

#endif
