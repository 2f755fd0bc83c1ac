/*
 * explain_internal.h - between the files of `tieout explain`.
 *
 *   explain.c        opens the bundle, judges it twice, finds who is asked about, puts the pages together
 *   explain_page.c   lines of text: wrapped, indented, harmless to a terminal
 *   explain_head.c   a finding: sentence, status, money, why it is primary or not, what its correction would do
 *   explain_group.c  a comparison: rows of both systems, the rule, the policy
 *   explain_steps.c  the facts of a trace as sentences
 *   explain_slip.c   price, who pays, cost
 */
#ifndef TIEOUT_RUN_EXPLAIN_INTERNAL_H
#define TIEOUT_RUN_EXPLAIN_INTERNAL_H

#include "tieout/bundle.h"
#include "tieout/trace.h"

enum { EXPLAIN_WIDTH = 120, EXPLAIN_GROUPS_MAX = 12, EXPLAIN_ROWS_MAX = 40, EXPLAIN_FACTS_MAX = 12 };

/* ---- explain_page.c ---- */
/* One paragraph, wrapped at EXPLAIN_WIDTH; continued lines stand two further in. */
void explain_line(struct tie_buf *page, unsigned indent, const char *format, ...) TIE_PRINTF(3, 4);
void explain_title(struct tie_buf *page, const char *title);
/* "  Exposure          80.00 EUR"; nothing when the value is empty. */
void explain_pair(struct tie_buf *page, const char *name, const char *value);
const char *explain_quantity(struct tie_arena *arena, tie_dec quantity); /* "" for TIE_NONE */
const char *explain_money(struct tie_arena *arena, tie_dec amount, const char *currency);
const char *explain_percent(struct tie_arena *arena, tie_dec share);
const char *explain_day(struct tie_arena *arena, tie_date day); /* "" for none */

/* ---- who is asked about ---- */
enum explain_kind { EXPLAIN_FINDING, EXPLAIN_ORDER, EXPLAIN_ROW };

struct explain_part { /* what one dossier has to say */
    const char *root; /* "" for rows without a known order: they come last */
    const char *text;
};

struct explain_place { /* where a row that was asked for stands */
    bool is_found;
    enum tie_dataset dataset;
    const char *order, *item, *group, *why_out; /* "" none */
};

struct explain_target {
    const char *asked; /* the id as given */
    enum explain_kind kind;
    const struct tie_finding *finding;
    enum tie_dataset dataset; /* of a row, when the id names it: TIE_DATASET_COUNT none */
    const char *row_id;       /* also the order's own id */
    bool is_found;
    struct explain_place place;
    struct {
        struct explain_part *at;
        size_t count, room;
    } parts;
};

struct explain {
    struct tie_arena *arena;
    const struct tie_pipeline *line;
    const struct tie_findings *findings; /* judged, with status and corrections */
    const struct tie_evidence_rows *evidence;
    size_t target_count;
    struct explain_target *targets;
    bool is_pair;
    struct tie_map rows; /* hashes of the row ids that are asked for */
    struct tie_map fold_focus;
    struct tie_trace trace, folds;
    struct { /* facts that name both rows of a pair */
        struct tie_trace_fact *at;
        size_t count, room;
    } both;
    struct tie_buf page;
};

/* ---- explain_head.c ---- */
void explain_finding(struct explain *explain, const struct tie_finding *finding);
void explain_correction(struct explain *explain, const struct tie_finding *finding);
bool explain_names(const struct tie_finding *finding, const char *row_id);

/* ---- explain_group.c: appends to `page` ---- */
struct explain_seen {
    struct explain *explain;
    struct tie_arena *scratch;
    const struct tie_match *match;
    const struct tie_expectations *expectations;
};
void explain_group(const struct explain_seen *seen, uint32_t index, struct tie_buf *page);
/* Rows that stand in no comparison. */
void explain_lone_row(const struct explain_seen *seen, uint32_t line, struct tie_buf *page);
void explain_rule(
    struct tie_arena *arena, const struct tie_pipeline *line, const struct tie_finding *finding, struct tie_buf *page);
/* "comparison of part A, own, new, EUR in order W1" */
const char *explain_group_name(const struct explain_seen *seen, uint32_t index);
const char *explain_line_id(const struct explain_seen *seen, uint32_t line); /* its row id, kept in scratch */
const char *explain_str(const struct tie_match *match, tie_str id);

/* ---- explain_steps.c ---- */
/* What was decided about the rows in `ids` or the group (TIE_NO_INDEX: rows only), in the order of the passes. */
void explain_steps(const struct explain *explain, struct tie_arena *scratch, const struct tie_map *ids, uint32_t group,
    struct tie_buf *page);
void explain_fact(struct tie_arena *scratch, const struct tie_trace_fact *fact, struct tie_buf *page);

/* ---- explain_slip.c ---- */
void explain_slip(const struct explain_seen *seen, uint32_t group, struct tie_buf *page);

#endif
