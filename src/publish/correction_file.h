/*
 * correction_file.h - private to publish/: one file of correction documents and its control sidecar.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_FILE_H
#define TIEOUT_PUBLISH_CORRECTION_FILE_H

#include "correction_rows.h"

struct correction_file {
    const char *path;
    const char *member; /* name in the zip that the file is; NULL: the file is the CSV itself */
    const struct correction_format *format;
    size_t row_count;
    const struct correction_row *const *rows; /* same document, verb and columns */
};

/* Writes the file and <path>.control.json; the figures of the sidecar come from the file, read back. */
TIE_MUST_CHECK enum tie_status correction_file_write(
    struct tie_arena *arena, const struct correction_file *file, struct tie_error *err);

#endif
