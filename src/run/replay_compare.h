/*
 * replay_compare.h - where two files of results differ first, in the words of their kind. Private to run/.
 */
#ifndef TIEOUT_RUN_REPLAY_COMPARE_H
#define TIEOUT_RUN_REPLAY_COMPARE_H

#include "tieout/file.h"

/* TIE_OK when both have the same bytes; *bytes gets how many. Else TIE_DATA: CSV names line and column, JSON the path
 * of the value, a workbook member and offset, anything else the offset. `name` stands in the text. */
TIE_MUST_CHECK enum tie_status replay_compare(struct tie_arena *arena, const char *name, const char *bundled,
    const char *made, uint64_t *bytes, struct tie_error *err);

#endif
