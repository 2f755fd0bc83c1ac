/*
 * correction_file.h - private to publish/: one file of correction documents and its control sidecar.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_FILE_H
#define TIEOUT_PUBLISH_CORRECTION_FILE_H

#include "correction_format.h"

/* One document = one row: its cells by column of the document, "" where the column does not apply. */
struct correction_row {
    uint32_t entry; /* index into the report's exports */
    const struct format_document *document;
    struct tie_text verb;
    uint64_t columns; /* bit i: cell i holds something */
    const char **cells;
};

struct correction_file {
    const char *path;
    const struct correction_format *format;
    size_t row_count;
    const struct correction_row *const *rows; /* same document, verb and columns */
};

/* Writes the file and <path>.control.json; the figures of the sidecar come from the file, read back. */
TIE_MUST_CHECK enum tie_status correction_file_write(
    struct tie_arena *arena, const struct correction_file *file, struct tie_error *err);

#endif
