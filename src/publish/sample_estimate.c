/*
 * sample_estimate.c - totals of a frame from orders drawn by count or by known chances: see sample_math.h.
 *
 * Sums of amounts are exact; variances are long double (they are statistics, not money) and leave rounded to minor
 * units. Variance of a stratum: N^2 (1 - n/N) s^2 / n. The ratio is the combined one (one ratio over all strata); its
 * residuals take the place of the differences. Degrees of freedom: n less one for each stratum that isn't taken whole.
 */
#include "sample_special.h"

#include <math.h>

struct spread {
    long double mean, variance; /* variance with n - 1 */
};

/* What is estimated of one order: a - r * b, with r = 0 but for the ratio. */
static long double value_of(enum tie_estimator kind, const struct tie_audit_pair *pair, long double ratio)
{
    const long double book = (long double)pair->book, audit = (long double)pair->audit;

    return kind == TIE_ESTIMATE_MEAN ? audit : book - audit - ratio * book;
}

static struct spread spread_of(enum tie_estimator kind, const struct tie_audit_stratum *stratum, long double ratio)
{
    struct spread spread = { 0, 0 };

    for (size_t i = 0; i < stratum->count; i++)
        spread.mean += value_of(kind, &stratum->pairs[i], ratio) / (long double)stratum->count;
    for (size_t i = 0; i < stratum->count && stratum->count > 1; i++) {
        const long double off = value_of(kind, &stratum->pairs[i], ratio) - spread.mean;

        spread.variance += off * off / (long double)(stratum->count - 1);
    }
    return spread;
}

/* Sum of differences over sum of books, each stratum blown up to its size. False when there is no book. */
static bool ratio_of(const struct tie_audit_stratum *strata, size_t count, long double *ratio)
{
    long double differences = 0, books = 0;

    for (size_t h = 0; h < count; h++) {
        const long double weight = (long double)strata[h].orders / (long double)strata[h].count;

        for (size_t i = 0; i < strata[h].count; i++) {
            differences += weight * (long double)(strata[h].pairs[i].book - strata[h].pairs[i].audit);
            books += weight * (long double)strata[h].pairs[i].book;
        }
    }
    *ratio = books > 0 ? differences / books : 0;
    return books > 0;
}

bool tie_estimate(enum tie_estimator kind, tie_dec confidence, const struct tie_audit_stratum *strata, size_t count,
    struct tie_estimate *estimate)
{
    long double total = 0, variance = 0, book = 0, ratio = 0;

    *estimate = (struct tie_estimate){ 0 };
    for (size_t h = 0; h < count; h++)
        if (strata[h].count < 2 && strata[h].orders > strata[h].count)
            return false;
    if (kind == TIE_ESTIMATE_RATIO && !ratio_of(strata, count, &ratio))
        return false;
    for (size_t h = 0; h < count; h++) {
        const struct spread spread = spread_of(kind, &strata[h], ratio);
        const long double orders = (long double)strata[h].orders, n = (long double)strata[h].count;

        book += (long double)strata[h].book;
        if (strata[h].count == 0)
            continue;
        total += orders * spread.mean;
        variance += orders * (orders - n) * spread.variance / n;
        estimate->freedom += strata[h].orders > strata[h].count ? strata[h].count - 1 : 0;
    }
    if (kind == TIE_ESTIMATE_RATIO)
        total = ratio * book;
    const long double error = sqrtl(variance);
    const long double factor = estimate->freedom == 0
        ? 0
        : tie_student_quantile(tie_share_of(confidence), estimate->freedom);

    estimate->total = llroundl(total);
    estimate->error = llroundl(error);
    estimate->upper = llroundl(total + factor * error);
    return true;
}

int64_t tie_weighted_total(const struct tie_weighted *drawn, size_t count, int64_t *error)
{
    long double total = 0, variance = 0;

    for (size_t i = 0; i < count; i++) {
        TIE_ASSERT(drawn[i].chance.num > 0 && drawn[i].chance.num <= drawn[i].chance.den);
        const long double chance = (long double)drawn[i].chance.num / (long double)drawn[i].chance.den;
        const long double part = (long double)drawn[i].value / chance;

        total += part;
        variance += (1 - chance) * part * part;
    }
    if (error != NULL)
        *error = llroundl(sqrtl(variance));
    return llroundl(total);
}
