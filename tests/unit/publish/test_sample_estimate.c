/*
 * test_sample_estimate.c - totals from orders drawn by count, against worked figures.
 *
 * Amounts are given in ten-thousandths, so that a result rounded to the minor unit still shows six digits.
 */
#include "tieout/sample_math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define UNIT INT64_C(10000)
#define CL95 (TIE_DEC_ONE / 100 * 95)

static void near(int64_t got, double want, const char *why)
{
    if (!(fabs((double)got / (double)UNIT - want) <= 1e-6 * fabs(want) + 1e-4))
        fail_msg("%s: %.6f, expected %.6f", why, (double)got / (double)UNIT, want);
}

static const int64_t book[] = { 100, 250, 80, 400, 150, 90, 300, 120, 60, 200 };
static const int64_t audit[] = { 100, 240, 80, 380, 150, 60, 300, 120, 60, 170 };

static const struct {
    const char *why;
    enum tie_estimator kind;
    double total, error, upper;
} simple[] = {
    { "difference", TIE_ESTIMATE_DIFFERENCE, 4500, 2013.978925, 8191.850814 },
    { "ratio", TIE_ESTIMATE_RATIO, 4628.571429, 1972.589950, 8244.551577 },
    { "mean per unit", TIE_ESTIMATE_MEAN, 83000, 16974.097914, 83000 + 1.8331129327 * 16974.097914 },
};

static void test_simple(void **state)
{
    struct tie_audit_pair pairs[TIE_COUNT_OF(book)];
    const struct tie_audit_stratum stratum = { 500, 90000 * UNIT, TIE_COUNT_OF(book), pairs };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(book); i++)
        pairs[i] = (struct tie_audit_pair){ book[i] * UNIT, audit[i] * UNIT };
    for (size_t i = 0; i < TIE_COUNT_OF(simple); i++) {
        struct tie_estimate estimate;

        assert_true(tie_estimate(simple[i].kind, CL95, &stratum, 1, &estimate));
        near(estimate.total, simple[i].total, simple[i].why);
        near(estimate.error, simple[i].error, simple[i].why);
        near(estimate.upper, simple[i].upper, simple[i].why);
        assert_int_equal(estimate.freedom, 9);
    }
}

/* n values with the mean and the standard deviation given: pairs at equal distance, the odd one in the middle. */
static void spread(struct tie_audit_pair *pairs, size_t n, double mean, double deviation)
{
    const double step = deviation * sqrt((double)(n - 1) / (double)(n - n % 2));

    for (size_t i = 0; i < n; i++) {
        const double off = i + 1 == n && n % 2 == 1 ? 0 : i % 2 == 0 ? step : -step;

        pairs[i] = (struct tie_audit_pair){ 0, -llround((mean + off) * (double)UNIT) };
    }
}

static const struct {
    const char *why;
    size_t size[3];
    double variance, limit;
} stratified[] = {
    { "proportional", { 50, 30, 20 }, 30690000, 35112.251566 },
    { "Neyman", { 12, 29, 59 }, 13401562.4391, 32021.503926 },
};

static void test_stratified(void **state)
{
    static const uint64_t orders[] = { 500, 300, 200 };
    static const double means[] = { 4, 20, 90 }, deviations[] = { 10, 40, 120 };
    struct tie_audit_pair pairs[3][60];

    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(stratified); c++) {
        struct tie_audit_stratum strata[3];
        struct tie_estimate estimate;

        for (size_t h = 0; h < 3; h++) {
            spread(pairs[h], stratified[c].size[h], means[h], deviations[h]);
            strata[h] = (struct tie_audit_stratum){ orders[h], 0, stratified[c].size[h], pairs[h] };
        }
        assert_true(tie_estimate(TIE_ESTIMATE_DIFFERENCE, CL95, strata, 3, &estimate));
        near(estimate.total, 26000, stratified[c].why);
        near(estimate.error, sqrt(stratified[c].variance), stratified[c].why);
        assert_int_equal(estimate.freedom, 97);
        /* the worked limit takes the normal factor, ours the t of 97 degrees, which is wider */
        near(estimate.total + llround((double)tie_student_factor(CL95, 0) / 1e12 * (double)estimate.error),
            stratified[c].limit, stratified[c].why);
        assert_true((double)estimate.upper / (double)UNIT > stratified[c].limit);
    }
}

static void test_edges(void **state)
{
    const struct tie_audit_pair pairs[] = { { 10, 4 }, { 0, 0 } };
    const struct tie_audit_stratum one_of_many = { 50, 900, 1, pairs }, all_of_one = { 1, 10, 1, pairs },
                                   no_book = { 5, 0, 1, &pairs[1] };
    struct tie_estimate estimate;

    (void)state;
    assert_false(tie_estimate(TIE_ESTIMATE_DIFFERENCE, CL95, &one_of_many, 1, &estimate));
    assert_true(tie_estimate(TIE_ESTIMATE_DIFFERENCE, CL95, &all_of_one, 1, &estimate));
    assert_int_equal(estimate.total, 6);
    assert_int_equal(estimate.upper, 6); /* nothing left to be uncertain of */
    assert_false(tie_estimate(TIE_ESTIMATE_RATIO, CL95, &no_book, 1, &estimate));
}

static void test_weighted(void **state)
{
    static const struct tie_weighted drawn[] = { { 120 * UNIT, { 9, 10 } }, { 0, { 1, 2 } }, { 80 * UNIT, { 1, 4 } },
        { 0, { 1, 10 } }, { 40 * UNIT, { 1, 20 } } };
    int64_t error = 0;

    (void)state;
    near(tie_weighted_total(drawn, TIE_COUNT_OF(drawn), &error), 1253.333333, "total");
    near(error, sqrt(686577.777778), "standard error");
    near(tie_weighted_total(drawn, TIE_COUNT_OF(drawn), NULL), 1253.333333, "total alone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simple),
        cmocka_unit_test(test_stratified),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_weighted),
    };

    return cmocka_run_group_tests_name("publish/sample_estimate", tests, NULL, NULL);
}
