/* expect_internal.h - between the files of expect/: the working state of one dossier. */
#ifndef TIEOUT_EXPECT_INTERNAL_H
#define TIEOUT_EXPECT_INTERNAL_H

#include "tieout/expect.h"

enum expect_component { EXPECT_PARTS, EXPECT_LABOUR, EXPECT_TRAVEL, EXPECT_EXPENSE };

/* Who pays and what may cover it: the same for all groups of one order on one day, so it is found once for them. All
 * zero without an order. */
struct expect_terms {
    uint32_t order; /* TIE_NO_INDEX: of none */
    tie_date day;
    const struct tie_contract *contract;
    const struct tie_contract_line *line;
    bool is_line_excluded; /* by the order's cause */
    const struct tie_asset_cover *const *covers;
    size_t cover_count;
    tie_str customer, payer;                    /* keys */
    bool customer_has_prices, payer_has_prices; /* rows for it alone */
    bool are_parts_by_list;                     /* neither these nor the contract say anything of prices of parts */
    tie_date billing_due;
    bool has_calendar;
    bool say_who_pays; /* for all groups of a component alike, but for what a zero line of billing says */
    /* Where they do, a group of the component for whom it was found; NULL: none yet. */
    const struct tie_expectation *like[EXPECT_EXPENSE + 1];
};

/* A group, and what every step asks about it. */
struct expect_subject {
    const struct tie_group *group;
    /* The line that stands for it in questions of date, order and decision: its first usage or time line, else any. */
    const struct tie_line *first;
    enum expect_component component;
    uint32_t order;                   /* of that line, else the billing owner; TIE_NO_INDEX */
    const struct tie_work_order *row; /* of that order; NULL: none */
    tie_date day;                     /* deciding day */
    bool hangs_on_order;              /* ... which is the order's own, whatever the line */
    unsigned decimals;                /* of its currency */
    const struct expect_terms *terms;
};

struct expect_spent { /* what holds once an order, and is used up */
    bool is_capped;   /* the contract's cap was met */
    tie_dec cap_left; /* ... and still covers so much, in the currency of the groups */
    bool is_deductible_taken, is_visit_debited;
};

struct expect_context {
    struct tie_arena *arena;
    const struct tie_match *match;
    const struct tie_world *world;
    const struct tie_work_order *orders; /* shard rows; index by match->orders[].row */
    const struct tie_entitlement_decision *decisions;
    size_t decision_count;
    const struct tie_approval *approvals;
    size_t approval_count;
    tie_dec *approval_left;     /* per approval, in its currency: what its limit still covers; TIE_NONE: no limit */
    struct expect_spent *spent; /* per order; NULL: nothing of any yet */
    bool can_derive, has_decisions, has_outcomes; /* what the job delivers */
    bool may_be_recorded;                         /* some row of the dossier may say who pays */
    struct expect_terms terms;                    /* of the last group */
};

/* decide.c: recorded and decision_id, which are all zero */
void expect_recorded(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *expectation);
/* derive.c: into a decision that is all zero */
void expect_derived(
    const struct expect_context *context, const struct expect_subject *about, struct tie_decision *decision);
/* Contract, its line and covers of terms whose order and day are set. */
void expect_cover_terms(const struct expect_context *context, struct expect_terms *terms);
tie_dec expect_share_of(const struct tie_decision *decision, enum expect_component component); /* of one that exists */
static inline tie_dec expect_share(const struct tie_decision *decision, enum expect_component component)
{
    return decision->exists ? expect_share_of(decision, component) : 0;
}
/* goodwill.c: the approval that gives it (index into the context's), EXPECT_NO_APPROVAL when none is there or needed */
#define EXPECT_NO_APPROVAL SIZE_MAX
/* Where outcomes are delivered at all. */
bool expect_has_goodwill_outcome(const struct tie_match *match, const struct tie_group *group);
size_t expect_goodwill(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *recorded, tie_str decision_id, struct tie_expectation *expectation);
/* price.c: a time entry that its technician marked as not chargeable is not; every other line is. */
bool expect_is_billable(const struct tie_match *match, const struct tie_line *line);
/* price.c: billable_qty, expected_qty, unit_price, full_amount */
void expect_price(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *expectation);
/* Price units of one base unit (labour: of a minute) are num / den; false when the unit of the price can't be
 * converted. */
bool expect_price_units(
    const struct expect_context *context, const struct expect_subject *about, tie_str uom, int64_t *num, int64_t *den);
/* An amount in the currency of the group, 0 standing for that currency itself; false when there is no rate. */
bool expect_in_currency(const struct expect_context *context, const struct expect_subject *about, tie_str currency,
    tie_dec amount, tie_dec *out);
/* expect.c: see expect_subject; NULL when all are left out */
const struct tie_line *expect_first_line(const struct tie_match *match, const struct tie_group *group);
/* amounts.c: customer, covered, claim and debit amounts */
void expect_amounts(struct expect_context *context, const struct expect_subject *about, size_t approval,
    struct tie_expectation *expectation);
/* due.c: payer and due of terms whose contract is known */
void expect_party_terms(const struct expect_context *context, struct expect_terms *terms);

#endif
