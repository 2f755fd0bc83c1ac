/*
 * correction_value.h - private to publish/: one document in the making, and what fills its cells.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_VALUE_H
#define TIEOUT_PUBLISH_CORRECTION_VALUE_H

#include "correction_format.h"

struct correction {
    struct tie_arena *arena;
    const struct tie_report *report;
    const struct correction_format *format;
    const struct tie_map *customer_names; /* name id -> how many customers bear it */
    const struct tie_finding *finding;
    const struct tie_export *entry;
    struct tie_text verb; /* of this document: "GI" of "GI+GR-REV" */
    bool is_half;         /* the finding's verb makes two documents */
};

/* The text of a cell, "" when the column is empty for this correction. false: *why says why it can't be written. */
bool correction_cell(
    const struct correction *correction, const struct format_column *column, const char **cell, const char **why);
/* Counts the customers of each name, for `customer_names`. */
void correction_count_names(const struct tie_world *world, struct tie_map *names);

#endif
