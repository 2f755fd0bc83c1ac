/*
 * check.h - the registry of checks, the findings they make, and the conservation.
 *
 * Pure. check_table.h is the catalogue (keys, due, bucket, certainty, severity, verbs, sentence); src/check/ holds one
 * file a family with a small function a check. tie_check_dossier() judges one dossier whose match and expectations are
 * done: verdict codes (verdict.h) become findings, row checks run, codes that another code names are dropped, primaries
 * are chosen, and each line gets its state. Checks of other grains than a dossier (master data) leave facts that
 * tie_check_fold() folds at the end.
 *
 * A finding owns its text in the arena of the sink; it holds no tie_str, so findings of many shards can be merged.
 * Order of the final list: tie_findings_sort.
 */
#ifndef TIEOUT_CHECK_H
#define TIEOUT_CHECK_H

#include "tieout/check_table.h"
#include "tieout/trim.h"
#include "tieout/verdict.h"

enum tie_check {
#define TIE_AS_ENUM(NAME, ...) TIE_##NAME,
    TIE_CHECKS(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_CHECK_COUNT
};

enum tie_grain {
    TIE_GRAIN_GROUP,
    TIE_GRAIN_ROW,
    TIE_GRAIN_LOCATION_ITEM,
    TIE_GRAIN_DOCUMENT,
    TIE_GRAIN_ORDER,
    TIE_GRAIN_LABOUR,
    TIE_GRAIN_PARTY,
    TIE_GRAIN_CONTRACT_LINE,
    TIE_GRAIN_CONTRACT,
    TIE_GRAIN_CLAIM,
    TIE_GRAIN_CLAIM_CHAIN,
    TIE_GRAIN_RUN,
    TIE_GRAIN_MASTER,
    TIE_GRAIN_FAMILY,
    TIE_GRAIN_ASSET
};
enum tie_bucket {
    TIE_BUCKET_REV,
    TIE_BUCKET_COST,
    TIE_BUCKET_CLAIM,
    TIE_BUCKET_CORE,
    TIE_BUCKET_TIME,
    TIE_BUCKET_CTRL,
    TIE_BUCKET_COUNT
};
enum tie_certainty {
    TIE_CERTAINTY_FIRM,
    TIE_CERTAINTY_CONTINGENT,
    TIE_CERTAINTY_TIMING,
    TIE_CERTAINTY_NONE,
    TIE_CERTAINTY_COUNT
};
const char *tie_bucket_name(enum tie_bucket bucket);
const char *tie_certainty_name(enum tie_certainty certainty);

struct tie_check_info {
    enum tie_check id;
    const char *code;   /* "INV-01" */
    const char *family; /* "INV" */
    int release;
    const char *title;
    enum tie_grain grain;
    const char *key, *due;
    enum tie_bucket bucket;
    enum tie_certainty certainty;
    int severity;
    const char *verbs, *reason;
    const char *needs, *test, *exposure, *book_effect, *sentence, *definition;
};
const struct tie_check_info *tie_check(enum tie_check id);
bool tie_check_find(struct tie_text code, enum tie_check *id);
bool tie_check_is_judged(enum tie_check id); /* built in this version */

enum tie_verdict_word {
    TIE_VERDICT_MATCHED,
    TIE_VERDICT_COST_GAP,
    TIE_VERDICT_REVENUE_GAP,
    TIE_VERDICT_OVER_RECOVERY,
    TIE_VERDICT_BOTH,
    TIE_VERDICT_PHANTOM,
    TIE_VERDICT_DECISION_GAP,
    TIE_VERDICT_PENDING,
    TIE_VERDICT_AMBIGUOUS,
    TIE_VERDICT_COUNT
};
const char *tie_verdict_name(enum tie_verdict_word verdict);

/* Whether a check runs in this job: built in this version, its columns delivered, not switched off. */
enum tie_check_off { TIE_CHECK_ON, TIE_CHECK_OFF_VERSION, TIE_CHECK_OFF_NEEDS, TIE_CHECK_OFF_POLICY };
struct tie_check_switch {
    enum tie_check_off off;
    /* "needs contract_line.allowance_qty", "switched off by the policy", "not judged by this version"; NULL when on */
    const char *why;
};
void tie_check_switches(struct tie_arena *arena, const struct tie_delivery *delivery, const struct tie_policy *policy,
    struct tie_check_switch switches[TIE_CHECK_COUNT]);

enum tie_finding_status {
    TIE_FINDING_NEW,
    TIE_FINDING_OPEN,
    TIE_FINDING_PENDING,
    TIE_FINDING_REOPENED,
    TIE_FINDING_EXPLAINED,
    TIE_FINDING_ACCEPTED,
    TIE_FINDING_CORRECTED,
    TIE_FINDING_VOID,
    TIE_FINDING_CARRIED,
    TIE_FINDING_STATUS_COUNT
};
const char *tie_finding_status_name(enum tie_finding_status status);

#define TIE_FINDING_ID_MAX 32 /* "INV-01-" + 16 characters + NUL, with room */
#define TIE_FINDING_KEYS 5

struct tie_id_list { /* row ids, sorted by bytes, no repeats */
    size_t count;
    const char *const *at;
};

struct tie_finding {
    char id[TIE_FINDING_ID_MAX];
    enum tie_check check;
    size_t key_count;
    const char *keys[TIE_FINDING_KEYS];
    int severity;                   /* 1..4 */
    bool is_pending;                /* as-of before due, or order not closed */
    enum tie_finding_status status; /* NEW or PENDING from check/; ledger/ sets the final one */
    bool is_primary;
    char primary_id[TIE_FINDING_ID_MAX]; /* of the primary when it is not this one */
    enum tie_bucket bucket;
    enum tie_certainty certainty;
    enum tie_verdict_word verdict;
    const char *reason;  /* reason code */
    tie_date first_seen; /* set by ledger/ */
    tie_date due;        /* TIE_NO_DATE: none */
    /* due is due_span after first_seen, by the default region: ledger/ sets due and is_pending anew */
    bool is_due_from_first_seen;
    struct tie_span due_span;
    /* work order (or dataset/row) whose reading decides void or carried; "" = the run */
    const char *anchor;
    /* what the CSV shows; "" or TIE_NONE = not applicable */
    const char *region, *legal_entity, *work_order, *customer, *asset, *contract, *item, *serial, *location,
        *technician, *uom;
    tie_dec usage_qty, movement_qty, billed_qty, expected_qty;
    tie_dec expected_amount, actual_amount, exposure, book_effect; /* rounded to the currency's minor unit */
    const char *currency;
    tie_dec exposure_reporting;
    const char *reporting_currency;
    enum tie_pass pass;
    struct tie_id_list usage_ids, movement_ids, billing_ids, other_ids; /* usage_ids also hold time entries */
    const char *verb;          /* correction: "GI", "GI+GR-REV", "INVST", "NONE", ... */
    const char *correction_id; /* set by ledger/ when exported; "" */
    const char *explanation;   /* the filled sentence */
    /* what a correction document needs beside the columns above */
    tie_dec correction_qty;    /* base unit, positive */
    tie_dec correction_amount; /* positive */
    tie_date event_day;
    const char *to_location; /* TRF */
    const char *payer;       /* customer key billed */
    const char *other_item;  /* INV-04 */
};

struct tie_findings {
    struct tie_arena *arena; /* of texts */
    struct tie_arena *list;  /* of the list; an arena that holds nothing else lets it grow where it lies */
    struct tie_finding *at;
    size_t count, room;
    const uint32_t *by_id; /* set by tie_findings_sort: indices in the order of the ids, of so many; NULL: not known */
    size_t by_id_count;
    struct tie_trim *trim; /* knows their texts, when they were spilled: see tie_findings_tend; else NULL */
};
/* In each walk over all of them that reads their texts, at place i: what lies behind may be given back. */
static inline void tie_findings_tend(const struct tie_findings *findings, size_t i)
{
    if (findings->trim != NULL && i % 64 == 0)
        tie_trim_look(findings->trim);
}

/* Conservation: counts, quantities and money of every leg row by its final state. */
struct tie_tally_cell {
    uint64_t rows;
    /* plain sums over all units and currencies: an identity, not a figure for people */
    tie_sum quantity, amount;
};
struct tie_tally {
    struct tie_tally_cell input[TIE_LEG_COUNT];
    struct tie_tally_cell state[TIE_LEG_COUNT][TIE_STATE_EXCLUDED + 1];
    struct tie_tally_cell excluded[TIE_LEG_COUNT][TIE_EXCLUSION_COUNT];
    uint64_t groups_by_verdict[TIE_VERDICT_COUNT];
    uint64_t groups_by_pass[TIE_P11 + 1];
    /* closure completeness (matching.md 9.7) */
    uint64_t orders, orders_closed, orders_complete_strict, orders_complete_expected;
    tie_sum expected_revenue_reporting; /* of chargeable groups, for the unbilled share */
};
void tie_tally_add(struct tie_tally *sum, const struct tie_tally *part);

/* Facts that checks of a wider grain need from dossiers: ids used without a record on the other side (MDM-01). */
struct tie_master_use {
    enum tie_xref_kind kind;
    const char *id; /* as written */
    enum tie_side missing_in;
    uint64_t rows;
    tie_sum amount_reporting;
    const char *first_row; /* smallest row id */
};
struct tie_master_uses {
    struct tie_arena *arena;
    struct tie_master_use *at;
    size_t count, room;
    struct tie_map index; /* hash of (kind, side, id) to its place in `at` */
    uint64_t notes;       /* how often a dossier noted one */
};

/* A line of an invoice that went out too early (EVD-04): an invoice may bill orders of many dossiers. */
struct tie_early_release {
    const char *inv_id, *work_order, *region, *legal_entity, *customer, *row_id, *currency;
    const char *name, *proof_id; /* of the approval or sign-off that came latest; its row */
    tie_instant needed_at;
    tie_date posting;
    tie_dec amount; /* in `currency` */
};
struct tie_early_releases {
    struct tie_arena *arena;
    struct tie_early_release *at;
    size_t count, room;
};

struct tie_check_sink { /* one a worker */
    struct tie_findings findings;
    struct tie_text_keeper texts; /* of findings */
    struct tie_master_uses uses;
    struct tie_early_releases releases;
    struct tie_tally tally;
    /* private to check/: due rule and sentence of each check, read from its texts once; what the policy says of it */
    const struct tie_check_rule *rules;
    const struct tie_check_override **overrides; /* NULL: not asked for yet */
};
/* Everything in `arena`; findings.list may be set to another behind it. */
void tie_check_sink_init(struct tie_check_sink *sink, struct tie_arena *arena);

void tie_check_dossier(struct tie_arena *scratch, const struct tie_match *match,
    const struct tie_expectations *expectations, const struct tie_check_switch switches[TIE_CHECK_COUNT],
    struct tie_check_sink *sink);

/* What only all sinks together can say: run-grain checks, FIN-06 (a difference is an assertion by the caller's choice:
 * *conserved = false). What they find goes to the first sink's list, its texts to `arena`. The last that looks at
 * master data; behind it lists are joined and sorted, by the caller. */
void tie_check_fold(struct tie_arena *arena, const struct tie_world *world,
    const struct tie_check_switch switches[TIE_CHECK_COUNT], struct tie_check_sink *const *sinks, size_t sink_count,
    struct tie_tally *tally, bool *conserved);

/* Why `first` stands before `other` in their unit: "it is a cause that is put right first", ... */
const char *tie_primary_reason(const struct tie_finding *first, const struct tie_finding *other);

/* A group as the three-way tables were given it, for who explains a finding. Quantities base unit or minutes. */
struct tie_reading {
    bool has_usage, has_movement, has_stock; /* has_stock: INV codes are made; else movement = usage */
    tie_dec usage, movement, billed, tolerance;
    enum tie_outcome outcome;
    enum tie_class class_;
    int relation;                              /* 1..13 */
    tie_dec expected, actual, money_tolerance; /* of the customer, in `currency`; TIE_NONE: not known */
    const char *currency;
    bool is_unsure, trusts_movement; /* no two legs agree: nothing tells which is right; a serial tells for the stock */
};
void tie_check_read_group(struct tie_arena *scratch, const struct tie_match *match,
    const struct tie_expectations *expectations, uint32_t group, struct tie_reading *reading);

/* |exposure_reporting| falling (empty last), then finding_id. Two with one id are a programmer error. */
void tie_findings_sort(struct tie_arena *arena, struct tie_findings *findings);
/* Pointers to all, in the order of the bytes of their ids. */
struct tie_finding **tie_findings_by_id(struct tie_arena *arena, const struct tie_findings *findings);

/* For speed alone: asks for memory that is read soon, some findings ahead of the one at hand. A list that is sorted by
 * size or by id meets its findings, or at least their texts, in no order that a processor could foresee. */
enum { TIE_FINDING_AHEAD = 6, TIE_FINDING_FAR_AHEAD = 2 * TIE_FINDING_AHEAD };
void tie_finding_fetch(const struct tie_finding *f);       /* the finding itself: far ahead */
void tie_finding_fetch_texts(const struct tie_finding *f); /* what it points at: ahead */

void tie_finding_id(char out[TIE_FINDING_ID_MAX], enum tie_check check, const char *const *keys, size_t key_count);

#endif
