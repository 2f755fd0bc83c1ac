/*
 * test_sample_evaluate.c - what a filled-in sample proves, against worked evaluations.
 *
 * Amounts are in ten-thousandths, so that figures rounded to the minor unit still show the digits of the sources.
 */
#include "tieout/evaluate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define UNIT INT64_C(10000)
#define CL95 (TIE_DEC_ONE / 100 * 95)

enum { ROWS = 8, ARENA_BYTES = 1 << 24 };

static struct tie_arena arena;

static int setup(void **state)
{
    struct tie_error error;

    (void)state;
    return tie_arena_init(&arena, ARENA_BYTES, &error) == TIE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static void near(int64_t got, double want, const char *why, const char *what)
{
    if (want >= 0 && !(fabs((double)got / (double)UNIT - want) <= 1e-6 * want + 1e-4))
        fail_msg("%s, %s: %.6f, expected %.6f", why, what, (double)got / (double)UNIT, want);
}

struct row {
    double book, audit;
    enum tie_sample_class class;
    uint64_t times; /* 0: once */
    size_t stratum;
    bool not_auditable;
};
struct limits {
    double projected, basic, incremental, upper; /* below 0: the source doesn't say */
};

static const struct {
    const char *why;
    int64_t interval_num, interval_den;
    struct row rows[ROWS];
    struct limits exact, table;
    double over_projected, over_upper, net, over_net;
} cases[] = {
    { "E1, no errors", 2500000, 93, { { 0, 0, TIE_PICK_SELECTED, 0, 0, false } }, { 0, 80530.4375, 0, 80530.4375 },
        { 0, 80645.16129, 0, 80645.16129 }, 0, 80530.4375, 80530.4375, 80530.4375 },
    { "E2, one large", 34000, 3,
        { { 100, 95, TIE_PICK_SELECTED, 0, 0, false }, { 11700, 11488, TIE_PICK_HIGH, 0, 0, false },
            { 65, 58.5, TIE_PICK_SELECTED, 0, 0, false } },
        { 1912, 33951.632434, 1160.643036, 37024.275470 }, { 1912, 34000, 1161.666667, 37073.666667 }, 0, 33951.632434,
        37024.275470, 33951.632434 - 1912 },
    { "E3; a published answer projects nothing and says 9,500", 12300, 1,
        { { 15000, 12500, TIE_PICK_HIGH, 0, 0, false }, { 10000, 4000, TIE_PICK_SELECTED, 0, 0, false },
            { 3000, 2000, TIE_PICK_SELECTED, 0, 0, false } },
        { 13980, 36847.506965, 7784.125291, 58611.632256 }, { 13980, 36900, 7790, 58670 }, 0, -1, -1, -1 },
    { "E3 with the large order not marked: its book says so", 12300, 1,
        { { 15000, 12500, TIE_PICK_SELECTED, 0, 0, false }, { 10000, 4000, TIE_PICK_SELECTED, 0, 0, false },
            { 3000, 2000, TIE_PICK_SELECTED, 0, 0, false } },
        { 13980, 36847.506965, 7784.125291, 58611.632256 }, { 13980, 36900, 7790, 58670 }, 0, -1, -1, -1 },
    { "E4, one not recovered at all", 300000, 181,
        { { 400, 320, TIE_PICK_SELECTED, 0, 0, false }, { 500, 0, TIE_PICK_SELECTED, 0, 0, false },
            { 3000, 2500, TIE_PICK_HIGH, 0, 0, false } },
        { 2488.950276, -1, -1, 8877.210507 }, { 2488.950276, 4972.375691, 1425.414365, 8886.740331 }, 0, -1, -1, -1 },
    { "E4 with that one not auditable: the same", 300000, 181,
        { { 400, 320, TIE_PICK_SELECTED, 0, 0, false }, { 500, 0, TIE_PICK_SELECTED, 0, 0, true },
            { 3000, 2500, TIE_PICK_HIGH, 0, 0, false } },
        { 2488.950276, -1, -1, 8877.210507 }, { 2488.950276, 4972.375691, 1425.414365, 8886.740331 }, 0, -1, -1, -1 },
    { "E5, taints 1, 0.4, 0.25, 0.05 out of order", 1200000, 93,
        { { 1000, 600, TIE_PICK_SELECTED, 0, 0, false }, { 1000, 0, TIE_PICK_SELECTED, 0, 0, false },
            { 200, 190, TIE_PICK_SELECTED, 0, 0, false }, { 100, 75, TIE_PICK_SELECTED, 0, 0, false },
            { 20000, 16500, TIE_PICK_CERTAINTY, 0, 0, false } },
        { 25435.483871, 38654.609981, 14236.938551, 78327.032403 }, { -1, -1, -1, -1 }, 0, -1, -1, -1 },
    { "E6, both directions", 10000, 1,
        { { 1000, 200, TIE_PICK_SELECTED, 0, 0, false }, { 1000, 1500, TIE_PICK_SELECTED, 0, 0, false },
            { 10, 7, TIE_PICK_SELECTED, 0, 0, false } },
        { 11000, 29957.322736, -1, 48598.168005 }, { -1, -1, -1, -1 }, 5000, 38697.983960, 43598.168005, 27697.983960 },
    { "an order hit twice counts twice: 0.5, 0.5", 10000, 1, { { 100, 50, TIE_PICK_SELECTED, 2, 0, false } },
        { 10000, 29957.322736, -1, 29957.322736 + 10000 * 0.5 * (6.2957936219 - 2.9957322736) }, { -1, -1, -1, -1 }, 0,
        -1, -1, -1 },
    { "a taint of 1.2: 1 is projected, 0.2 is known", 10000, 1, { { 100, -20, TIE_PICK_SELECTED, 0, 0, false } },
        { 10020, 29957.322736, 7481.322454, 47458.645184 }, { -1, -1, -1, -1 }, 0, -1, -1, -1 },
    { "a zero-book order is known, not projected", 10000, 1, { { 0, 30, TIE_PICK_ATTRIBUTE, 0, 0, false } },
        { 0, 29957.322736, 0, 29957.322736 }, { -1, -1, -1, -1 }, 30, 29987.322736, 29927.322736, -1 },
};

static struct tie_audit audit_of(const struct row *rows, size_t row_count, const struct tie_sample_stratum *strata,
    size_t stratum_count, enum tie_sample_method method)
{
    struct tie_audited *const audited = TIE_TAKE(&arena, struct tie_audited, row_count);

    for (size_t i = 0; i < row_count; i++)
        audited[i] = (struct tie_audited){ .work_order = "WO-1",
            .note = "",
            .row = i + 2,
            .stratum = rows[i].stratum,
            .class = rows[i].class,
            .times = rows[i].times == 0 ? 1 : rows[i].times,
            .book = llround(rows[i].book * (double)UNIT),
            .audit = llround(rows[i].audit * (double)UNIT),
            .not_auditable = rows[i].not_auditable };
    return (struct tie_audit){ .method = method,
        .decimals = 4,
        .confidence = CL95,
        .stratum_count = stratum_count,
        .strata = strata,
        .count = row_count,
        .rows = audited };
}

static void test_money(void **state)
{
    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(cases); c++) {
        const struct tie_sample_stratum stratum = {
            .name = "", .interval_num = cases[c].interval_num * UNIT, .interval_den = cases[c].interval_den
        };
        size_t count = 0;
        struct tie_evaluation evaluation;

        tie_arena_reset(&arena);
        while (count < ROWS && (cases[c].rows[count].book > 0 || cases[c].rows[count].class == TIE_PICK_ATTRIBUTE))
            count++;
        struct tie_audit audit = audit_of(cases[c].rows, count, &stratum, 1, TIE_SAMPLE_MUS);

        for (size_t i = 0; i < count; i++)
            audit.attribute_size = audit.zero_orders += cases[c].rows[i].class == TIE_PICK_ATTRIBUTE;
        tie_evaluate(&arena, &audit, CL95, &evaluation);
        const struct tie_projection *const side = &evaluation.side[TIE_SHORTFALL];
        const struct tie_projection *const over = &evaluation.side[TIE_OVER_RECOVERY];

        near(side->projected, cases[c].exact.projected, cases[c].why, "projected");
        near(side->exact.basic, cases[c].exact.basic, cases[c].why, "basic");
        near(side->exact.incremental, cases[c].exact.incremental, cases[c].why, "incremental");
        near(side->exact.upper, cases[c].exact.upper, cases[c].why, "upper");
        near(side->table.basic, cases[c].table.basic, cases[c].why, "table basic");
        near(side->table.incremental, cases[c].table.incremental, cases[c].why, "table incremental");
        near(side->table.upper, cases[c].table.upper, cases[c].why, "table upper");
        near(over->projected, cases[c].over_projected, cases[c].why, "over");
        near(over->exact.upper, cases[c].over_upper, cases[c].why, "over upper");
        near(side->net_upper, cases[c].net, cases[c].why, "net");
        near(over->net_upper, cases[c].over_net, cases[c].why, "over net");
        assert_int_equal(side->exact.upper, side->projected + side->exact.basic + side->exact.incremental);
        assert_int_equal(evaluation.strata[0].side[TIE_SHORTFALL].exact.upper, side->exact.upper);
        assert_int_equal(evaluation.capped_count, cases[c].rows[0].audit < 0);
    }
}

/* Two strata with one interval are one sample; with two intervals the larger one rules what is uncertain. */
static void test_strata(void **state)
{
    static const struct row rows[] = { { 1000, 200, TIE_PICK_SELECTED, 0, 0, false },
        { 1000, 700, TIE_PICK_SELECTED, 0, 1, false } };
    struct tie_sample_stratum strata[] = { { .name = "N", .interval_num = 10000 * UNIT, .interval_den = 1 },
        { .name = "S", .interval_num = 20000 * UNIT, .interval_den = 2 } };
    struct tie_evaluation evaluation;

    (void)state;
    tie_arena_reset(&arena);
    const struct tie_audit audit = audit_of(rows, 2, strata, 2, TIE_SAMPLE_MUS);

    tie_evaluate(&arena, &audit, CL95, &evaluation);
    near(evaluation.side[0].projected, 11000, "equal", "projected");
    near(evaluation.side[0].exact.upper, 48598.168005, "equal", "upper");
    near(evaluation.strata[0].side[0].projected, 8000, "equal", "N");
    near(evaluation.strata[1].side[0].projected, 3000, "equal", "S");
    strata[0].interval_num = 4000 * UNIT; /* drawn two and a half times as densely */
    tie_evaluate(&arena, &audit, CL95, &evaluation);
    near(evaluation.side[0].projected, 4000 * 0.8 + 3000, "unequal", "projected");
    near(evaluation.side[0].exact.basic, 29957.322736, "unequal", "basic");
    near(evaluation.side[0].exact.upper, 48598.168005, "unequal", "upper"); /* the same taints, the larger interval */
    assert_true(evaluation.strata[0].side[0].exact.upper < evaluation.side[0].exact.upper);
}

static void test_zero_book(void **state)
{
    static const struct row rows[] = { { 0, 0, TIE_PICK_ATTRIBUTE, 0, 0, false },
        { 0, 0, TIE_PICK_ATTRIBUTE, 0, 0, true }, { -5, -5, TIE_PICK_ATTRIBUTE, 0, 0, false } };
    const struct tie_sample_stratum stratum = { .name = "", .interval_num = 10000 * UNIT, .interval_den = 1 };
    struct tie_evaluation evaluation;

    (void)state;
    tie_arena_reset(&arena);
    struct tie_audit audit = audit_of(rows, 3, &stratum, 1, TIE_SAMPLE_MUS);

    audit.zero_orders = 200;
    audit.attribute_size = 20;
    tie_evaluate(&arena, &audit, CL95, &evaluation);
    assert_int_equal(
        evaluation.zero_book.errors, 1); /* a book of 0 that can't be audited has no amount, but is wrong */
    assert_int_equal(evaluation.zero_book.count_upper, 41);
    assert_true(llabs(evaluation.zero_book.rate_upper - INT64_C(216106163000)) < 1000000);
    assert_int_equal(evaluation.side[0].projected, 0);
    assert_int_equal(evaluation.not_auditable, 1);
}

/* ---- drawn by count ---- */

static const double book[] = { 100, 250, 80, 400, 150, 90, 300, 120, 60, 200 };
static const double audited[] = { 100, 240, 80, 380, 150, 60, 300, 120, 60, 170 };

static void test_simple(void **state)
{
    struct row rows[11];
    const struct tie_sample_stratum stratum = {
        .name = "", .rest_orders = 500, .rest_book = 90000 * UNIT, .size = 10, .interval_den = 1
    };
    struct tie_evaluation evaluation;

    (void)state;
    tie_arena_reset(&arena);
    for (size_t i = 0; i < 10; i++)
        rows[i] = (struct row){ book[i], audited[i], TIE_PICK_SELECTED, 0, 0, false };
    rows[10] = (struct row){ 900, 850, TIE_PICK_CERTAINTY, 0, 0, false };
    const struct tie_audit audit = audit_of(rows, 11, &stratum, 1, TIE_SAMPLE_SRS);

    tie_evaluate(&arena, &audit, CL95, &evaluation);
    assert_true(evaluation.has_difference && evaluation.has_ratio);
    near(evaluation.difference.total, 4500, "difference", "total");
    near(evaluation.difference.upper, 8191.850814, "difference", "upper");
    near(evaluation.ratio.total, 4628.571429, "ratio", "total");
    near(evaluation.ratio.upper, 8244.551577, "ratio", "upper");
    near(evaluation.net_known, 50, "certainty", "known");
    assert_int_equal(evaluation.differences, 4);
    assert_int_equal(evaluation.attribute.errors, 4);
    assert_int_equal(evaluation.attribute.sampled, 10);
    assert_int_equal(evaluation.attribute.rate_upper, tie_upper_rate(TIE_BINOMIAL, CL95, 10, 4));
    assert_int_equal(evaluation.attribute.count_upper, tie_upper_count(CL95, 500, 10, 4));
    assert_false(evaluation.attribute.is_summed);
}

/* Strata that were drawn unequally densely may not be pooled: their limits are added. */
static void test_unequal(void **state)
{
    struct row rows[10];
    struct tie_sample_stratum strata[] = {
        { .name = "N", .rest_orders = 100, .rest_book = 900 * UNIT, .size = 5, .interval_den = 1 },
        { .name = "S", .rest_orders = 100, .rest_book = 900 * UNIT, .size = 5, .interval_den = 1 }
    };
    struct tie_evaluation evaluation;

    (void)state;
    tie_arena_reset(&arena);
    for (size_t i = 0; i < 10; i++)
        rows[i] = (struct row){ book[i], audited[i], TIE_PICK_SELECTED, 0, i / 5, false };
    const struct tie_audit audit = audit_of(rows, 10, strata, 2, TIE_SAMPLE_SRS);

    tie_evaluate(&arena, &audit, CL95, &evaluation);
    assert_false(evaluation.attribute.is_summed);
    assert_int_equal(evaluation.attribute.count_upper, tie_upper_count(CL95, 200, 10, 4));
    strata[0].rest_orders = 1000;
    tie_evaluate(&arena, &audit, CL95, &evaluation);
    assert_true(evaluation.attribute.is_summed);
    assert_int_equal(
        evaluation.attribute.count_upper, tie_upper_count(CL95, 1000, 5, 2) + tie_upper_count(CL95, 100, 5, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_strata),
        cmocka_unit_test(test_zero_book),
        cmocka_unit_test(test_simple),
        cmocka_unit_test(test_unequal),
    };

    return cmocka_run_group_tests_name("publish/sample_evaluate", tests, setup, teardown);
}
