/*
 * match.h - from the rows of a dossier to groups: common terms, netting, the cascade, duplicates.
 *
 * Pure. Input: one dossier of a shard and the world. Output: lines (one a row of a leg, in common terms), groups
 * (the unit of comparison) and orders. Decisions are taken on sums of groups; lines carry pass and state for the
 * explanation and for the conservation (each line ends in exactly one state).
 *
 * Units: part quantities in the item's base unit, labour in minutes; amounts in the currency named beside them.
 * Signs: usage and movement + = out to the job; billing + = charged.
 * Ownership: all in `arena`, which must outlive the match.
 * Order: orders by wo_id, lines by (leg, order, item, day, primary key) and behind them those that came by exchange,
 * groups by (order, kind, item, owner, condition, band, currency), all by text in bytes.
 * Errors: none; disagreement is data.
 *
 * Calls: tie_match_dossier; then for P4 and for P9, in this order: if tie_match_emit gave facts, the dossier waits for
 * that exchange and is matched again in a later round with the replies of each exchange that it gave facts to
 * (tie_match_apply, in the same order); then tie_match_finish.
 */
#ifndef TIEOUT_MATCH_H
#define TIEOUT_MATCH_H

#include "tieout/shard.h"
#include "tieout/world.h"

#define TIE_NO_INDEX UINT32_MAX

enum TIE_SMALL tie_leg {
    TIE_LEG_USAGE,
    TIE_LEG_TIME,
    TIE_LEG_MOVEMENT,
    TIE_LEG_BILLING,
    TIE_LEG_LEDGER,
    TIE_LEG_CLAIM,
    TIE_LEG_COUNT
};
static inline enum tie_dataset tie_leg_dataset(enum tie_leg leg)
{
    static const enum tie_dataset datasets[TIE_LEG_COUNT] = {
        [TIE_LEG_USAGE] = TIE_DS_USAGE_LINE,
        [TIE_LEG_TIME] = TIE_DS_TIME_ENTRY,
        [TIE_LEG_MOVEMENT] = TIE_DS_MOVEMENT,
        [TIE_LEG_BILLING] = TIE_DS_INVOICE_LINE,
        [TIE_LEG_LEDGER] = TIE_DS_CONTRACT_LEDGER,
        [TIE_LEG_CLAIM] = TIE_DS_CLAIM,
    };

    TIE_ASSERT(leg < TIE_LEG_COUNT);
    return datasets[leg];
}

/* Passes, strong to weak. P5 to P8, P10 and P11 belong to later versions; their place in the order is kept. */
enum tie_pass {
    TIE_PASS_NONE,
    TIE_P0,
    TIE_P1,
    TIE_P2,
    TIE_P3,
    TIE_P4,
    TIE_P5,
    TIE_P6,
    TIE_P7,
    TIE_P8,
    TIE_P9,
    TIE_P10,
    TIE_P11
};
const char *tie_pass_name(enum tie_pass pass); /* "P3", "" for none */

enum TIE_SMALL tie_row_state {
    TIE_STATE_OPEN,
    TIE_STATE_MATCHED,
    TIE_STATE_EXCEPTED,
    TIE_STATE_PENDING,
    TIE_STATE_EXCLUDED
};

/* Why a row takes no part; X(NAME, words for people). Counted by name in the conservation. */
#define TIE_EXCLUSIONS(X)                                                                                              \
    X(NONE, "")                                                                                                        \
    X(DELETED, "deleted in the field-service store")                                                                   \
    X(LINE_NOT_USED, "line is estimated or cancelled")                                                                 \
    X(NOT_USAGE, "removed or scrapped part, no usage of its own")                                                      \
    X(ORDER_TYPE, "order type excluded by policy")                                                                     \
    X(OUT_OF_SCOPE, "order known but outside the window")                                                              \
    X(AFTER_AS_OF, "after the as-of")                                                                                  \
    X(NOT_CONSUMPTION, "movement class that is no consumption")                                                        \
    X(NOT_POSTED, "document is stuck in draft or error")                                                               \
    X(CANCELLED, "document is cancelled")                                                                              \
    X(NOT_BILLED, "document is not released")                                                                          \
    X(NOT_SERVICE, "names no order, usage, time or movement: not service billing")                                     \
    X(DUPLICATE_LOAD, "repeats an earlier row with the same external id")                                              \
    X(NOT_APPROVED, "time is not approved")                                                                            \
    X(TEXT_LINE, "text line without amount")                                                                           \
    X(PARENT_REJECTED, "hangs on a rejected row")                                                                      \
    X(COST_CENTRE, "issued to a cost centre, which policy does not count")

enum TIE_SMALL tie_exclusion {
#define TIE_AS_ENUM(NAME, words) TIE_EXCLUDED_##NAME,
    TIE_EXCLUSIONS(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_EXCLUSION_COUNT
};
const char *tie_exclusion_words(enum tie_exclusion exclusion);

/* One row of a leg, in common terms. */
struct tie_line {
    enum tie_leg leg;
    enum tie_row_state state;
    enum tie_exclusion excluded;
    enum tie_word owner, condition, band;
    uint8_t duplicate_tier;         /* 1, 2, 3; 0 none */
    bool unit_unknown;              /* no conversion: counted as base unit */
    bool history_may_hold_original; /* excess whose original may be older than history_start */
    enum tie_pass pass;
    uint32_t row;   /* index into shard->tables[tie_leg_dataset(leg)]; TIE_NO_INDEX for a line that came by exchange */
    uint32_t order; /* index into match->orders of the order it names; TIE_NO_INDEX */
    /* Index into match->groups; TIE_NO_INDEX. A line spread over several groups: the first; lists of the others hold
     * it too. A row left out as DUPLICATE_LOAD has the group of the row that it repeats, but stands in no list. */
    uint32_t group;
    tie_str item; /* item key; labour: price key of the activity; charge: its word */
    tie_str serial, lot;
    tie_str location;      /* key of the place the goods left (return: came back to) */
    tie_str technician;    /* key; movements: entered_by as written */
    tie_str currency;      /* of amount */
    tie_date day;          /* business date of the event */
    tie_date posting_day;  /* ledger date; usage: day the store received it */
    uint32_t rivals;       /* > 0 with pass NONE: ambiguous (a tie of P4 or P9, or other contents of its external id) */
    uint32_t duplicate_of; /* line this one repeats; TIE_NO_INDEX */
    uint32_t reverses;     /* line that this one reverses or cancels (explicit link), TIE_NO_INDEX */
    tie_dec quantity;      /* signed, base unit or minutes */
    tie_dec amount;        /* movement: posted cost; billing: net; ledger, claim: value; TIE_NONE when not known */
    tie_dec open;          /* what netting and exact links left of quantity; a fully netted row has 0 */
    tie_dec excess; /* movement, billing: part of a reversal that has no original left (INV-16, BIL-17), positive */
    /* Set where an exchange linked, on the movement that came here and on the one that went away; read through
     * tie_line_...() */
    const struct tie_reply *foreign;
};

enum TIE_SMALL tie_group_kind { TIE_GROUP_PART, TIE_GROUP_LABOUR, TIE_GROUP_CHARGE };

struct tie_lines { /* indices into match->lines, in line order */
    uint32_t *at;
    uint32_t count;
};

struct tie_group {
    enum tie_group_kind kind;
    uint32_t order; /* billing owner's index in match->orders */
    tie_str item;   /* head of the family: item key, activity or charge word */
    enum tie_word owner, condition, band;
    tie_str currency; /* of the billing owner order */
    struct tie_lines lines[TIE_LEG_COUNT];
    /* net quantities after netting; base unit or minutes */
    tie_dec usage, movement, billed; /* billed = charged + free: what charge and no-charge invoice lines cover (Bq) */
    tie_dec charged_qty, free_qty;
    tie_dec charged_amount; /* net of all counted billing lines, converted into `currency`; 0 when none */
    bool converted;         /* some billing line stood in another currency */
    bool rate_missing;      /* ... and could not be converted: charged_amount leaves it out */
    /* outcomes: see the presence table. has_charge: B holds I; the other three make Z */
    bool has_charge, has_free, has_debit, has_claim;
    bool cancelled_without_successor; /* billing chain nets to nothing: reason CREDIT_REBILL */
    bool is_summarised; /* billed by a billing_group, fixed-price or summary line: compare money only, Bq := U */
    /* Group that carries the charged_amount of all summarised groups of this order, itself perhaps; the others have 0.
     * Money: sum of exp over the groups with this `summary` against act of that one. TIE_NO_INDEX: not summarised. */
    uint32_t summary;
    tie_dec claim_amount, claim_qty, debit_amount, debit_qty;
    tie_str claim_currency, cost_currency;
    tie_dec movement_cost; /* posted value of the open movement, in cost_currency; TIE_NONE when not known */
    bool is_stocked;       /* needs a movement; else M := U was set and no INV code is made */
    bool is_owned;         /* stock of the company (owner own) */
    bool each;             /* no quantity tolerance */
    tie_dec tolerance;     /* of quantities, from the larger side */
    enum tie_pass pass;    /* weakest pass that took part in closing U and M, NONE when they do not agree */
    bool is_ambiguous;     /* an undecided tie: a row check says so, nothing is guessed */
    uint32_t rivals;
    bool serials_differ;                /* U = M but the sets of serials (or lots) differ */
    tie_str serial_used, serial_issued; /* smallest differing pair */
    tie_dec serial_qty;                 /* how many differ */
};

/* A work order of the dossier. Dates are business dates in its region. */
struct tie_order {
    uint32_t row;   /* index into shard->tables[TIE_DS_WORK_ORDER] */
    uint32_t owner; /* billing owner, index into match->orders (itself when none; cycles end at the smallest wo_id) */
    const struct tie_region *region;
    tie_date created, completed, closed, cancelled; /* TIE_NO_DATE when not */
    tie_date first_visit;                           /* first visit's day, else created */
    bool is_closed, is_cancelled, is_excluded;
    bool is_out_of_scope;  /* ended before the window: it was read, and is not judged */
    bool is_ambiguous_ref; /* another order has the same normalised reference: ERP rows are not linked, reason MASTER */
};

struct tie_match {
    const struct tie_world *world;
    struct tie_keys *keys;
    const struct tie_shard *shard;
    const struct tie_dossier *dossier;
    struct tie_arena *arena;
    size_t order_count, line_count, group_count;
    struct tie_order *orders;
    struct tie_line *lines;
    struct tie_group *groups;
    uint64_t pairs_by_pass[TIE_P11 + 1]; /* groups or lines closed by pass, for run.json */
    struct tie_match_work *work;         /* private to match/ */
    struct tie_trace *trace;             /* trace.h; NULL: nobody asks */
};

void tie_match_dossier(struct tie_arena *arena, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_match *match);
/* Facts for the exchange of a pass, TIE_P4 or TIE_P9; true when the dossier gave any and must wait. For P9 the replies
 * of P4 have been applied: what P4 took or left tied is no rival any more. `shard_index` fills the address. */
bool tie_match_emit(const struct tie_match *match, enum tie_pass pass, unsigned shard_index, struct tie_facts *facts);
tie_fold tie_match_fold_p4, tie_match_fold_p9; /* context: NULL, or struct tie_fold_context of trace.h */
void tie_match_apply(
    struct tie_match *match, enum tie_pass pass, unsigned shard_index, const struct tie_replies *replies);
/* Duplicates among the residual, totals, serial sets. After this groups and lines are final but for `state`. */
void tie_match_finish(struct tie_match *match);

/* ---- what stands behind a line, whether its row lies in this dossier or came by exchange ---- */
/* The row; NULL for a movement that came by exchange. Cast by leg: struct tie_usage_line, tie_time_entry,
 * tie_movement, ... */
const void *tie_line_source(const struct tie_match *match, const struct tie_line *line);
/* Header of a billing line; NULL when it was not delivered, and for other legs. */
const struct tie_invoice *tie_line_invoice(const struct tie_match *match, const struct tie_line *line);
/* Primary key, parts joined by '/', into out (reset first). */
void tie_line_row_id(const struct tie_match *match, const struct tie_line *line, struct tie_buf *out);
/* The order reference as written: wo_id or wo_ref; empty when the row names none. */
struct tie_text tie_line_order_text(const struct tie_match *match, const struct tie_line *line);
/* movement_class; TIE_W_EMPTY for other legs. */
enum tie_word tie_line_class(const struct tie_match *match, const struct tie_line *line);
/* Part and 1-based row in the source, for evidence. */
void tie_line_place(const struct tie_match *match, const struct tie_line *line, uint32_t *part, uint32_t *source_row);
/* Movement that an exchange gave to an order elsewhere: that order and usage line, and the quantity given; false when
 * it was not. */
struct tie_gone {
    struct tie_text wo_id, usage_id;
    tie_dec quantity;
};
bool tie_line_is_gone(const struct tie_match *match, const struct tie_line *line, struct tie_gone *gone);
/* Usage line (TIE_NO_INDEX: none) that a movement, billing, ledger or claim line names, or that got a foreign
 * movement to. */
uint32_t tie_line_named(const struct tie_match *match, const struct tie_line *line);

/* What a group holds of a line (a billing line may be spread over several): quantity as open, amount in the line's
 * currency after what was credited, TIE_NONE when not known. Zero for a line that isn't the group's. */
struct tie_part {
    tie_dec quantity, amount;
};
struct tie_part tie_group_part(const struct tie_match *match, const struct tie_group *group, uint32_t line);

/* Row ids of the lines of a group in the legs of the mask (1u << leg), sorted by bytes, no repeats; returns how
 * many. Texts lie in
 * `arena`. */
size_t tie_group_row_ids(struct tie_arena *arena, const struct tie_match *match, const struct tie_group *group,
    unsigned legs, const char *const **ids);

#endif
