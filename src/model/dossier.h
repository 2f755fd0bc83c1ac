/*
 * dossier.h - private to model/: from rows with roots to sorted tables and dossiers.
 */
#ifndef TIEOUT_MODEL_DOSSIER_H
#define TIEOUT_MODEL_DOSSIER_H

#include "tieout/shard.h"

/* A document and a dossier that holds one of its lines: inv_id in the high word, root in the low one. */
struct tie_line_pairs {
    uint64_t *at; /* sorted, each once */
    size_t count;
};

/* What says where a row of a table belongs: its dossier, and what nearly always orders it there. So rows are sorted
 * without a look at them. */
struct tie_placed {
    tie_str root;   /* from tie_dossiers_make on its place in the table */
    tie_str id;     /* the first part of its primary key; 0 where that is no text */
    int64_t number; /* the part behind it, or the first one where that is a number; 0 where there is none */
};

/* Columns of those parts; -1: none. */
struct tie_placing {
    int id, number;
};

bool tie_in_dossiers(enum tie_dataset dataset); /* neither broadcast nor outside the model */

struct tie_placing tie_placing_of(enum tie_dataset dataset);
/* Sets all but the root, out of the row. */
void tie_place_row(enum tie_dataset dataset, struct tie_placing placing, const void *row, struct tie_placed *placed);

/* `placed[i]` is lines row i. NULL `at` when the arena is full. */
struct tie_line_pairs tie_line_pairs_make(
    struct tie_arena *arena, const struct tie_rows *lines, const struct tie_placed *placed);
/* Dossiers of one document: count of pairs from *first on. */
size_t tie_line_pairs_of(const struct tie_line_pairs *pairs, tie_str inv_id, size_t *first);

/* Tables whose rows are counted but not written as yet: how two compare by all parts of their primary key. */
typedef int tie_compare_unwritten(const void *context, enum tie_dataset dataset, uint32_t a, uint32_t b);
struct tie_unwritten {
    tie_compare_unwritten *compare;
    const void *context;
};

/* Sorts every table by (root text, primary key) and makes the dossiers. placed[d] belongs to tables[d] and is used up:
 * rows are in their places, or, where they are still to be written, placed[d][i].root is the place of row i. false when
 * the arena is full. */
bool tie_dossiers_make(struct tie_arena *arena, struct tie_shard *shard,
    struct tie_placed *const placed[TIE_DATASET_COUNT], const struct tie_unwritten *unwritten);
/* Sorts one table by (kind of xref, primary key). */
bool tie_broadcast_sort(
    struct tie_arena *arena, const struct tie_pool *pool, enum tie_dataset dataset, struct tie_rows *rows);

#endif
