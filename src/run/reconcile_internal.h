/* reconcile_internal.h - between reconcile.c, found.c, evidence.c, picks.c and look.c. */
#ifndef TIEOUT_RECONCILE_INTERNAL_H
#define TIEOUT_RECONCILE_INTERNAL_H

#include "tieout/reconcile.h"
#include "tieout/spill.h"

/* ---- what a worker found ---- */
struct reconcile_found { /* zeroed, or opened */
    struct tie_check_sink sink;
    struct tie_arena *kept;  /* texts of findings, evidence and facts: the caller's, until the result goes */
    struct tie_arena listed; /* the list of findings, until all are joined */
    struct tie_spill kept_spill, listed_spill;
};
TIE_MUST_CHECK enum tie_status reconcile_found_open(struct reconcile_found *found,
    const struct tie_reconcile_plan *plan, struct tie_arena *kept, struct tie_error *err);
size_t reconcile_found_held(const struct reconcile_found *found); /* bytes that are memory */
TIE_MUST_CHECK enum tie_status reconcile_found_spill(struct reconcile_found *found, struct tie_error *err);
/* All lists, one behind the other, in an arena that is made here and outlives them; sorted. */
TIE_MUST_CHECK enum tie_status reconcile_found_join(const struct tie_reconcile_plan *plan,
    struct reconcile_found *const *found, unsigned count, struct tie_arena *arena, struct tie_arena *scratch,
    struct tie_findings *all, struct tie_error *err);
void reconcile_found_close(struct reconcile_found *found); /* all but `kept` */

/* ---- evidence ---- */
struct evidence_names { /* of the delivered columns of a dataset */
    const char **at;
    size_t count;
};
struct reconcile_evidence { /* rows that findings name, as one worker met them; may repeat */
    struct tie_arena *arena;
    const char *const *part_titles;
    const struct tie_delivery *delivery;
    struct evidence_names names[TIE_DATASET_COUNT];
    struct tie_evidence_row *at;
    size_t count, room;
    struct {
        size_t *at;
        size_t count, room;
    } linked; /* which of them came through reconcile_evidence_linked */
};

void reconcile_evidence_init(struct reconcile_evidence *evidence, struct tie_arena *arena,
    const char *const *part_titles, const struct tie_delivery *delivery);
struct reconcile_seen { /* of a sink, before a dossier was judged */
    size_t findings, releases;
};
/* Rows of the dossier that what it added to the sink names. */
void reconcile_evidence_add(struct reconcile_evidence *evidence, struct tie_arena *scratch,
    const struct tie_shard *shard, const struct tie_dossier *dossier, const struct tie_check_sink *sink,
    struct reconcile_seen seen);
/* Rows of the dossier that the exchange linked to another one: evidence of findings made there. */
void reconcile_evidence_linked(struct reconcile_evidence *evidence, struct tie_arena *scratch,
    const struct tie_shard *shard, const struct tie_dossier *dossier, const struct tie_replies *replies);
/* United, sorted by dataset and row id, without repeats; only rows that a finding names. */
void reconcile_evidence_merge(struct tie_arena *arena, const struct reconcile_evidence *const *parts, size_t part_count,
    const struct tie_findings *findings, struct tie_evidence_rows *all);

/* ---- rows for a bundle of exceptions ---- */
struct reconcile_picked {
    uint32_t part, source_row;
};
struct reconcile_picks { /* of one worker; rows may repeat */
    struct tie_arena *arena;
    struct reconcile_picked *at;
    size_t count, room;
};
/* All rows of the dossier. */
void reconcile_pick(struct reconcile_picks *picks, const struct tie_shard *shard, const struct tie_dossier *dossier);
/* By part, ascending, without repeats. */
struct tie_frame_picks *reconcile_picks_merge(
    struct tie_arena *arena, const struct reconcile_picks *const *lists, size_t list_count, size_t part_count);

/* ---- rows for an audit sample ---- */
/* Movements that were linked to another dossier, whether a finding names them or not. */
void reconcile_evidence_merge_linked(struct tie_arena *arena, const struct reconcile_evidence *const *parts,
    size_t part_count, struct tie_evidence_rows *all);
/* By dataset and row id, without repeats; returns how many are left. */
size_t reconcile_evidence_sort(struct tie_evidence_row *rows, size_t count);
/* Copies one row of a shard. */
void reconcile_evidence_keep(struct reconcile_evidence *evidence, const struct tie_shard *shard,
    enum tie_dataset dataset, const void *row, const char *row_id);

/* ---- while a dossier is at hand ---- */
/* Datasets that some anchor of the form "dataset/row id" names: few runs have any, so rows are rarely looked at. */
void reconcile_find_row_anchors(const struct tie_anchors *anchors, bool has_row_anchors[TIE_DATASET_COUNT]);
/* Sets the flags of anchors whose order or row lies in the dossier and is in scope. */
void reconcile_mark_anchors(
    struct tie_anchors *anchors, const bool has_row_anchors[TIE_DATASET_COUNT], const struct tie_match *match);
/* Credit and cancel lines that name an original of the dossier, and how many of them have its sign. */
void reconcile_count_credits(
    const struct tie_shard *shard, const struct tie_dossier *dossier, uint64_t *same_sign, uint64_t *seen);

#endif
