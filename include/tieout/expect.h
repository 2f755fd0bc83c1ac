/*
 * expect.h - what ought to have been billed, claimed or debited for a group, and why.
 *
 * Pure. Input: a finished match. Output: one expectation a group, index for index. Order of price: contract price list,
 * contract discount on list, customer price, list (contract.md 6). Who pays: the recorded decision (line, then header),
 * beside it the derived one from asset_cover and contract_line on the deciding date; money is compared with the derived
 * one.
 *
 * Units: quantities base unit or minutes, amounts in the group's currency in millionths, rounded once to the minor unit
 * where [billing] price_rounding says (line or unit). Ownership: in the arena. Errors: none; what is unknown says so.
 */
#ifndef TIEOUT_EXPECT_H
#define TIEOUT_EXPECT_H

#include "tieout/match.h"

/* Columns of the presence table. */
enum tie_class { TIE_CLASS_T, TIE_CLASS_W, TIE_CLASS_C, TIE_CLASS_G, TIE_CLASS_S, TIE_CLASS_N, TIE_CLASS_COUNT };
/* "chargeable", "warranty", "contract", "goodwill", "shared", "no decision" */
const char *tie_class_words(enum tie_class class_);

enum tie_price_rule {
    TIE_PRICE_NONE,
    TIE_PRICE_CONTRACT_LIST,
    TIE_PRICE_CONTRACT_DISCOUNT,
    TIE_PRICE_CUSTOMER,
    TIE_PRICE_LIST
};
const char *tie_price_rule_words(enum tie_price_rule rule);

enum tie_cost_source { TIE_COST_NONE, TIE_COST_POSTED, TIE_COST_STANDARD, TIE_COST_LAST };
/* "posted value of the stock movements", "standard cost of the item", "last posted value of the item" */
const char *tie_cost_source_words(enum tie_cost_source source);

struct tie_stint { /* minutes that were rounded and priced together: an entry, a visit or a day, as the price says */
    tie_date day;
    tie_dec minutes, charged; /* as worked; after minimum and step */
    tie_dec amount;           /* not rounded yet */
};

struct tie_decision { /* of a line or a whole order */
    bool exists;
    enum tie_class class_;
    enum tie_word word; /* as recorded or derived: warranty contract chargeable goodwill shared none */
    tie_dec share_parts, share_labour, share_travel, share_expense; /* covered shares, 0..1 */
    const struct tie_asset_cover *cover;                            /* derived, warranty */
    const struct tie_contract *contract;                            /* derived, contract */
    const struct tie_contract_line *contract_line;
    bool is_metered; /* contract line keeps a balance: a debit is expected */
    bool is_vendor;  /* warranty paid by a vendor: a claim; else a reserve posting */
    tie_str scope;   /* "header", or the usage/time id of a line decision */
    tie_date day;    /* deciding date */
};

/* A recorded decision that differs from the derived one: ENT-03, one a (order, scope). */
struct tie_decision_gap {
    uint32_t order;
    struct tie_decision recorded, derived;
    uint32_t group_count;
    uint32_t *groups;    /* whose billing the decision governs */
    tie_str decision_id; /* row of entitlement_decision; 0 when it was a reason_code of the line */
};

struct tie_expectation {
    /* who pays; in expect/, groups of one order mostly take this part over from the first of them, up to `decimals` */
    struct tie_decision recorded, derived;
    enum tie_class class_; /* the one money is compared with */
    tie_dec share;         /* covered share of this group's component, 0..1 */
    tie_str decision_id;   /* entitlement_decision row that `recorded` comes from; 0: none, or the line's own reason */
    /* goodwill */
    bool is_goodwill; /* a goodwill reason stands on line, decision or no-charge outcome */
    bool is_approved; /* ... and a valid approval covers the object on the date */
    bool is_refused;  /* ... or somebody refused it: an approval of that object is rejected or withdrawn */
    tie_str approval_id;
    tie_dec approved_limit; /* TIE_NONE: no limit */
    tie_dec approved_customer_amount;
    /* parties */
    tie_str payer;    /* customer key */
    tie_str customer; /* key of the customer served */
    /* closed_at + billing_after_close, or the payer's billing calendar; TIE_NO_DATE while open */
    tie_date billing_due;
    bool has_calendar; /* ... and it is the calendar's day */
    /* price */
    unsigned decimals; /* minor unit digits of the group's currency */
    bool is_priced;
    enum tie_price_rule price_rule;
    const struct tie_price *price;
    tie_str price_key;  /* that the row was found by: the item or activity as used, or as sold */
    tie_dec discount;   /* of the contract, a fraction; 0 where the rule gives none */
    tie_date money_day; /* whose prices and exchange rates count */
    size_t stint_count; /* labour with a price */
    const struct tie_stint *stints;
    tie_dec unit_price;           /* net, after contract discount, of one price unit, in the group's currency */
    int64_t price_num, price_den; /* price units = base units (labour: minutes) * price_num / price_den */
    tie_dec billable_qty;         /* labour: approved minutes that are marked as chargeable, as worked; else U */
    tie_dec expected_qty; /* to be billed: U, or the rounded minutes; when U = 0 and M > 0 it is M (contingent) */
    tie_dec full_amount;  /* expected_qty at the full price: what a customer without cover pays */
    /* the customer's share: full * (1 - share) + deductible; TIE_NONE when not priced and not 0 */
    tie_dec customer_amount;
    tie_dec recorded_customer_amount; /* the same under the recorded decision */
    tie_dec covered_amount, deductible_amount;
    /* vendor or reserve: cost of the covered share (W4: unit cost x quantity), claim currency = claim_currency */
    tie_dec claim_amount;
    tie_str claim_currency;
    tie_dec debit_amount, debit_qty; /* metered contract: value and quantity to debit */
    /* cost, once tie_expect_find_cost() was asked for it */
    bool is_cost_found, has_cost;
    enum tie_cost_source cost_source;
    const struct tie_item_cost *cost; /* TIE_COST_STANDARD */
    tie_dec unit_cost;                /* posted cost per base unit, else item_cost on the day, in cost_currency */
    tie_str cost_currency;
};

struct tie_expectations {
    struct tie_expectation *at; /* match->group_count entries */
    size_t gap_count;
    struct tie_decision_gap *gaps; /* sorted by order, scope; NULL: none */
};

void tie_expect_dossier(struct tie_arena *arena, const struct tie_match *match, struct tie_expectations *expectations);

/* What one of the group costs. Few groups are asked, and who asks calls this first; it finds it once. */
void tie_expect_find_cost(
    const struct tie_match *match, const struct tie_group *group, struct tie_expectation *expectation);

/* Shared with check/: value of `quantity` base units at the group's expected price, and at its cost; false when not
 * known. */
bool tie_expect_value(
    const struct tie_expectation *expectation, const struct tie_group *group, tie_dec quantity, tie_dec *amount);
bool tie_expect_cost(const struct tie_expectation *expectation, tie_dec quantity, tie_dec *amount);
/* Minutes that a price row charges for worked ones: raised to minimum_minutes and rounded to the step. */
tie_dec tie_expect_charged_minutes(const struct tie_price *price, tie_dec minutes);
/* Per match->orders whether somebody decided who pays: a header row, a no_charge_reason, or a charged line of the order
 * or of its billing owner (ENT-01). In the arena. */
const bool *tie_expect_decided_orders(struct tie_arena *arena, const struct tie_match *match);
/* Whether an approval of that kind counts on a day: approved, given by the as-of, not past its last day. */
bool tie_expect_approval_holds(
    const struct tie_world *world, const struct tie_approval *approval, enum tie_word kind, tie_date day);
/* Whether `a` is the one in force of two decisions on one scope: the later decided, then the larger decision_id. */
bool tie_expect_decides_after(
    const struct tie_pool *pool, const struct tie_entitlement_decision *a, const struct tie_entitlement_decision *b);
/* Money tolerance of a group: max(lines x minor units, share x expected). */
tie_dec tie_expect_tolerance(
    const struct tie_match *match, const struct tie_group *group, const struct tie_expectation *expectation);

#endif
