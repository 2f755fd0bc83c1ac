/* test_totals.c - which column a finding's money goes into, and that every breakdown adds up to the headline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/sample_report.h"

#define A (10 * TIE_DEC_ONE)

enum column { NOWHERE, LEAKAGE, OVER_BILLING, CONTINGENT, TIMING, CONTROL, TIME_COST, PENDING };

static const struct {
    const char *why;
    enum tie_bucket bucket;
    enum tie_certainty certainty;
    enum tie_finding_status status;
    bool is_secondary;
    tie_dec exposure;
    enum column want;
    uint64_t findings;
} cases[] = {
    { "firm revenue is leakage", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_NEW, false, A, LEAKAGE, 1 },
    { "cost, claim and core too", TIE_BUCKET_CORE, TIE_CERTAINTY_FIRM, TIE_FINDING_OPEN, false, A, LEAKAGE, 1 },
    { "what belongs to others stands beside it", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_OPEN, false, -A,
        OVER_BILLING, 1 },
    { "a secondary would count twice", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_OPEN, true, A, NOWHERE, 0 },
    { "contingent apart", TIE_BUCKET_COST, TIE_CERTAINTY_CONTINGENT, TIE_FINDING_OPEN, false, A, CONTINGENT, 1 },
    { "timing apart", TIE_BUCKET_REV, TIE_CERTAINTY_TIMING, TIE_FINDING_OPEN, false, A, TIMING, 1 },
    { "control goes by its bucket, whatever the certainty", TIE_BUCKET_CTRL, TIE_CERTAINTY_CONTINGENT, TIE_FINDING_OPEN,
        false, A, CONTROL, 1 },
    { "time goes by its bucket", TIE_BUCKET_TIME, TIE_CERTAINTY_TIMING, TIE_FINDING_OPEN, false, A, TIME_COST, 1 },
    { "pending before all, and not counted as due", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_PENDING, false, A,
        PENDING, 0 },
    { "an accepted one is decided", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_ACCEPTED, false, A, NOWHERE, 0 },
    { "an explained one is decided", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_FINDING_EXPLAINED, false, A, NOWHERE, 0 },
    { "an unknown amount is counted and not added", TIE_BUCKET_REV, TIE_CERTAINTY_NONE, TIE_FINDING_OPEN, false,
        TIE_NONE, NOWHERE, 1 },
};

static tie_sum column_at(const struct tie_total *total, enum column column)
{
    const tie_sum sums[] = { 0, total->leakage, total->over_billing, total->contingent, total->timing, total->control,
        total->time_cost, total->pending };

    return sums[column];
}

static void test_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct sample sample;
        struct tie_error error;
        struct tie_finding finding = { .check = TIE_INV_01,
            .bucket = cases[i].bucket,
            .certainty = cases[i].certainty,
            .status = cases[i].status,
            .is_primary = !cases[i].is_secondary,
            .severity = 1,
            .due = TIE_NO_DATE,
            .region = "R",
            .customer = "C",
            .exposure = cases[i].exposure,
            .exposure_reporting = cases[i].exposure };
        struct tie_totals totals;

        assert_int_equal(sample_init(&sample, 0, 1, &error), TIE_OK);
        sample.findings = (struct tie_findings){ .at = &finding, .count = 1 };
        tie_totals_make(&sample.arena, &sample.report, &totals);
        for (int column = LEAKAGE; column <= PENDING; column++) {
            const tie_sum want = (enum column)column == cases[i].want ? cases[i].exposure : 0;
            if (column_at(&totals.headline, (enum column)column) != want)
                fail_msg("%s: column %d", cases[i].why, column);
        }
        if (totals.headline.findings != cases[i].findings || totals.s1_count != cases[i].findings)
            fail_msg("%s: %d findings due", cases[i].why, (int)totals.headline.findings);
        assert_int_equal(totals.without_amount, cases[i].exposure == TIE_NONE);
        tie_arena_release(&sample.arena);
    }
}

static void check_sum(
    const struct tie_total *headline, const struct tie_total *at, size_t count, bool has_pending, const char *what)
{
    struct tie_total sum = { 0 };

    for (size_t i = 0; i < count; i++) {
        sum.findings += at[i].findings;
        sum.leakage += at[i].leakage;
        sum.over_billing += at[i].over_billing;
        sum.contingent += at[i].contingent;
        sum.timing += at[i].timing;
        sum.control += at[i].control;
        sum.time_cost += at[i].time_cost;
        sum.pending += at[i].pending;
    }
    if (sum.findings != headline->findings)
        fail_msg("%s: %d findings of %d", what, (int)sum.findings, (int)headline->findings);
    for (int column = LEAKAGE; column <= (has_pending ? PENDING : TIME_COST); column++)
        if (column_at(&sum, (enum column)column) != column_at(headline, (enum column)column))
            fail_msg("%s: column %d does not add up", what, column);
}

static void test_breakdowns(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct sample sample;
        struct tie_error error;
        const struct tie_totals *const totals = &sample.report.totals;
        tie_sum buckets = 0;

        assert_int_equal(sample_init(&sample, 300, seed, &error), TIE_OK);
        check_sum(&totals->headline, totals->by_check, totals->check_count, true, "by check");
        check_sum(&totals->headline, totals->by_region, totals->region_count, true, "by region");
        check_sum(&totals->headline, totals->by_customer, totals->customer_count, true, "by customer");
        check_sum(&totals->headline, totals->by_age, totals->age_count, false, "by age");
        for (int i = 0; i < TIE_BUCKET_COUNT; i++)
            buckets += totals->leakage_by_bucket[i];
        assert_true(buckets == totals->headline.leakage && buckets > 0);
        for (size_t i = 1; i < totals->customer_count; i++)
            assert_true(totals->by_customer[i - 1].leakage >= totals->by_customer[i].leakage);
        for (size_t i = 1; i < totals->check_count; i++) {
            enum tie_check before = TIE_CHECK_COUNT, after = TIE_CHECK_COUNT;
            assert_true(tie_check_find(tie_text_of(totals->by_check[i - 1].name), &before));
            assert_true(tie_check_find(tie_text_of(totals->by_check[i].name), &after));
            assert_true(before < after);
        }
        assert_int_equal(totals->carried_count, 2);
        tie_arena_release(&sample.arena);
    }
}

static void test_ages(void **state)
{
    static const struct {
        const char *why;
        int32_t days;
        size_t band;
    } ages[] = { { "due today", 0, 0 }, { "a week", 7, 0 }, { "eight days", 8, 1 }, { "thirty", 30, 1 },
        { "thirty-one", 31, 2 }, { "ninety", 90, 2 }, { "ninety-one", 91, 3 }, { "very old", 4000, 3 } };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(ages); i++) {
        struct sample sample;
        struct tie_error error;
        struct tie_finding finding = { .check = TIE_INV_01,
            .status = TIE_FINDING_OPEN,
            .is_primary = true,
            .region = "",
            .customer = "",
            .exposure = A,
            .exposure_reporting = A };
        struct tie_totals totals;

        assert_int_equal(sample_init(&sample, 0, 1, &error), TIE_OK);
        finding.due = sample.report.as_of - ages[i].days;
        sample.findings = (struct tie_findings){ .at = &finding, .count = 1 };
        tie_totals_make(&sample.arena, &sample.report, &totals);
        for (size_t band = 0; band < TIE_AGE_BANDS; band++)
            if (totals.by_age[band].findings != (band == ages[i].band))
                fail_msg("%s: band %zu", ages[i].why, band);
        tie_arena_release(&sample.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_breakdowns),
        cmocka_unit_test(test_ages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
