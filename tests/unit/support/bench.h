/*
 * bench.h - a world made of a few lines: rows.h for master data, a policy of text, keys over a pool of their own.
 *
 *   struct test_bench bench;
 *   test_bench_start(&bench, "[window]\nbilling_after_close = 3d\n", "item; item_id=A, base_uom=EA\n");
 *   ... tie_world_item(&bench.world, test_item_key(&bench, "A")) ...
 *   test_bench_stop(&bench);
 *
 * The as-of is 2026-11-20, the window starts 2026-09-20, the history 2026-03-24; reporting currency EUR, zone of the
 * job that of region default. Between test_bench_init() and test_bench_build() a test may add rows and change the
 * policy. `shard` is for the rows that are judged: test_rows_add(&bench.shard, ...) then test_rows_end(&bench.shard,
 * &bench.rows).
 */
#ifndef TIEOUT_TESTS_BENCH_H
#define TIEOUT_TESTS_BENCH_H

#include "support/rows.h"

#include "tieout/world.h"

struct test_bench {
    struct test_rows rows;  /* master data, in the base pool */
    struct test_rows shard; /* above it; from test_bench_build() on */
    struct tie_policy policy;
    struct tie_world world;
    struct tie_keys keys;            /* over shard's pool */
    unsigned shards;                 /* the dossiers are dealt to so many; 0: all lie in one */
    struct tie_reference *reference; /* of the policy; tests of many writings set shard.reference to it */
};

/* `policy`: the text of a policy file; NULL or "" for the defaults. */
void test_bench_init(struct test_bench *bench, const char *policy);
void test_bench_build(struct test_bench *bench);
void test_bench_start(struct test_bench *bench, const char *policy, const char *lines); /* init, rows, build */
void test_bench_stop(struct test_bench *bench);

/* Reads a policy of text into `policy`; everything lies in `arena`. */
TIE_MUST_CHECK enum tie_status test_policy_read(
    struct tie_arena *arena, const char *text, struct tie_policy *policy, struct tie_error *err);

tie_str test_bench_id(struct test_bench *bench, const char *id); /* as delivered */
const char *test_bench_text(struct test_bench *bench, tie_str id);
tie_str test_item_key(struct test_bench *bench, const char *erp_id);
tie_date test_day(const char *iso_or_null); /* NULL: TIE_NO_DATE */

/* Fails the test and says why the case stands there. */
void test_expect_text(const char *got, const char *want, const char *why);
#define TEST_EXPECT(condition, why)                                                                                    \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("%s: %s", why, #condition);                                                                       \
    } while (0)

#endif
