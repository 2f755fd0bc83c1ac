/*
 * groups.h - rows of a bench, matched and expected: what expect/ and everything behind it is tested on.
 *
 *   test_rows_add(&bench.shard, "work_order; wo_id=W1, ...");
 *   test_groups_start(&groups, &bench);
 *   ... test_group(&groups, "W1", "A") ...
 *   test_groups_stop(&groups);
 *
 * The rows in bench->shard become one shard, or are dealt to several (bench->shards): then each has an emitter of its
 * own and an address that says which. Every dossier is matched, P4 and P9 go through exchanges with itself, and
 * each finished match gets its expectations. What bench->rows and bench->shard name together is what counts as
 * delivered. The bench must outlive the groups; its shard rows are used up: test_bench_renew() makes room for the
 * next ones. Ownership: everything lies in `arena` or in the bench. Errors fail the running test.
 */
#ifndef TIEOUT_TESTS_GROUPS_H
#define TIEOUT_TESTS_GROUPS_H

#include "support/bench.h"
#include "support/link.h"

#include "tieout/expect.h"

struct test_dossier {
    struct tie_match match;
    struct tie_expectations expectations;
};

struct test_groups {
    struct tie_arena arena;
    struct tie_delivery delivery;
    struct tie_shard shard;
    struct tie_keys keys;
    struct tie_replies replies[TEST_LINKS];
    bool *waits[TEST_LINKS]; /* by dossier: gave facts to that exchange */
    unsigned shards;         /* as the bench says, at least 1 */
    size_t count;
    struct test_dossier *at; /* dossiers in order of their root */
};

void test_groups_start(struct test_groups *groups, struct test_bench *bench);
void test_groups_stop(struct test_groups *groups);

/* Forgets the rows in bench->shard. */
void test_bench_renew(struct test_bench *bench);

struct test_place { /* one group and where it stands */
    const struct test_dossier *dossier;
    const struct tie_group *group;
    const struct tie_expectation *expect;
};
/* The group of this billing owner and item, activity or charge word; fails the test when there is none, or several. */
struct test_place test_group(const struct test_groups *groups, const char *wo_id, const char *item);

#endif
