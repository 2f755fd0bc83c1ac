/*
 * closed.h - one small record of every closed order: what an audit sample is drawn from.
 *
 * Pure. An order counts when its close lies in the window, it is neither cancelled nor excluded, and it bills itself:
 * work that another order bills is part of that one, as in the findings. book is the sum of what its customer ought to
 * pay by entitlement and price (tie_expectation.customer_amount over the order's groups), billed the sum of what was
 * charged; each is added up in the order's currency, converted once to the reporting currency as of the as-of, and
 * rounded once to its minor unit. An order whose book is not known (no price, no rate) has a trouble instead: it can't
 * be drawn by what it is worth, and is named, never dropped.
 *
 * Units: amounts in millionths of the reporting currency. Size: 96 bytes and the order's number, about 112 bytes an
 * order; words and names that repeat are kept once a worker. Ownership: everything lies in the arena of the list.
 * Order: after tie_closed_merge by wo_id in bytes, whatever workers and shards were. Errors: none.
 */
#ifndef TIEOUT_CLOSED_H
#define TIEOUT_CLOSED_H

#include "tieout/check.h"

enum tie_closed_trouble {
    TIE_CLOSED_FINE,
    TIE_CLOSED_NO_PRICE, /* the price of something that was used is not known */
    TIE_CLOSED_NO_RATE,  /* no rate converts the order's currency */
    TIE_CLOSED_TOO_LARGE /* the sum does not fit a decimal */
};
const char *tie_closed_trouble_words(enum tie_closed_trouble trouble); /* "" for fine, "no price", ... */

struct tie_closed_order {
    const char *wo_id;
    const char *customer; /* key */
    const char *region, *legal_entity, *wo_type;
    const char *class_; /* who pays: tie_class_words, "mixed", "nothing used" */
    tie_date closed;    /* in the order's region */
    enum tie_closed_trouble trouble;
    unsigned shard;       /* where its rows lie */
    tie_dec book, billed; /* TIE_NONE: not known */
    uint32_t findings;    /* set by tie_closed_merge */
    bool is_firm;         /* ... one of them has certainty FIRM */
};

struct tie_closed_member { /* an order that another one bills */
    const char *wo_id, *owner;
};

struct tie_closed_orders {
    struct tie_arena *arena;
    struct tie_pool texts;
    struct tie_text last[3]; /* region, legal entity, customer as kept last: they mostly repeat */
    struct tie_closed_order *at;
    size_t count, room;
    struct {
        struct tie_closed_member *at;
        size_t count, room;
    } members;
};

void tie_closed_init(struct tie_closed_orders *orders, struct tie_arena *arena);
/* Adds the orders of a matched dossier with its expectations. */
void tie_closed_collect(
    const struct tie_match *match, const struct tie_expectations *expectations, struct tie_closed_orders *orders);
/* Unites the lists of all workers and counts the findings of each order, those of orders that it bills included. */
void tie_closed_merge(struct tie_arena *arena, const struct tie_closed_orders *const *parts, size_t part_count,
    const struct tie_findings *findings, struct tie_closed_orders *all);
/* In a merged list: the order itself or the one that bills it; NULL when there is none. */
struct tie_closed_order *tie_closed_find(const struct tie_closed_orders *all, const char *wo_id);

/* Whether an order of a match stands in the list. */
bool tie_closed_counts(const struct tie_match *match, uint32_t order);

#endif
