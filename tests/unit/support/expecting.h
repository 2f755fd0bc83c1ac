/*
 * expecting.h - tables of expectations: rows as text, a group, and what is expected of it as text.
 *
 *   { "a cover that has ended covers nothing", .order = "asset_id=PUMP",
 *     .lines = COVER "usage_line; usage_id=U1, ...\n", .item = "A", .want = "class=chargeable, customer=200" },
 *
 * Every case has order W1 of customer C1: created 2026-09-28, closed 2026-10-05, currency EUR; `order` adds cells to
 * it. Lines of broadcast datasets are master data, the others rows of the dossier; `usage` is the commonest row.
 * Words of `want`: see the table in expecting.c; an unknown one fails. "unknown" is an amount that is not known, "-"
 * an empty text.
 */
#ifndef TIEOUT_TESTS_EXPECTING_H
#define TIEOUT_TESTS_EXPECTING_H

#include "support/groups.h"

struct test_expect_case {
    const char *why;
    const char *policy; /* NULL: the defaults */
    const char *order;  /* more cells of order W1, or NULL */
    const char *usage;  /* quantity of item A used on 2026-10-02, or NULL */
    const char *lines;
    const char *item; /* of the group that is looked at */
    const char *want;
};

/* `lines` of every case: item A (each, stocked, cost 40), list price 100. */
void test_expect_cases(const struct test_expect_case *cases, size_t count);

/* The same rows as a bench that the test looks at by itself; stop both. */
void test_expect_start(struct test_bench *bench, struct test_groups *groups, const struct test_expect_case *at);

#endif
