/*
 * sample_factor.c - factors, sizes and limits of audit sampling: see sample_math.h.
 *
 * Sizes are searched upwards, one by one: with an allowed number of errors that is ceil(rate * n) the risk is no
 * monotone function of n, so nothing may be skipped. ceil() is over exact ratios: a floating 0.035 * 400 is
 * 14.000000000000002 and would ask for 423 orders instead of 400.
 */
#include "sample_special.h"

#include <math.h>

#define RISK_GUARD 1e-12L /* far below the distance of any planned size from its neighbour, far above our rounding */
#define SIZE_MAX_SEARCHED 100000
#define PLANNING_ROUNDS 10000
#define CENT (TIE_E12_ONE / 100)

tie_e12 tie_poisson_factor(tie_dec confidence, uint64_t errors)
{
    return tie_e12_of(tie_gamma_quantile(tie_share_of(confidence), (long double)errors + 1));
}

tie_e12 tie_table_factor(tie_e12 factor)
{
    return (factor + CENT - 1) / CENT * CENT;
}

/* F = quantile(CL; 1 + ratio * F): the iteration from ratio 0 climbs and is bounded by the smallest solution. */
tie_e12 tie_planning_factor(tie_dec confidence, struct tie_ratio ratio)
{
    const long double share = tie_share_of(confidence);
    long double factor = 0, next = tie_gamma_quantile(share, 1);

    TIE_ASSERT(ratio.den > 0 && ratio.num >= 0 && ratio.num < ratio.den);
    for (int i = 0; i < PLANNING_ROUNDS && fabsl(next - factor) > 1e-15L * next; i++) {
        factor = next;
        next = tie_gamma_quantile(share, 1 + (long double)ratio.num / (long double)ratio.den * factor);
    }
    return tie_e12_of(next);
}

tie_e12 tie_student_factor(tie_dec confidence, uint64_t freedom)
{
    const long double share = tie_share_of(confidence);

    return share < 0.5L ? -tie_e12_of(tie_student_quantile(1 - share, freedom))
                        : tie_e12_of(tie_student_quantile(share, freedom));
}

/* ---- sizes ---- */

static int64_t ceil_of(struct tie_ratio ratio, uint64_t times)
{
    return (int64_t)(((tie_sum)ratio.num * (tie_sum)times + ratio.den - 1) / ratio.den);
}

static long double risk_of(enum tie_error_model model, uint64_t n, uint64_t errors, struct tie_ratio rate)
{
    const long double p = (long double)rate.num / (long double)rate.den;

    switch (model) {
    case TIE_HYPERGEOMETRIC: return tie_hypergeometric_below(errors, (uint64_t)rate.den, (uint64_t)rate.num, n);
    case TIE_POISSON: return 1 - tie_gamma_below((long double)errors + 1, p * (long double)n);
    case TIE_BINOMIAL: break;
    }
    return errors >= n ? 1 : 1 - tie_beta_below(p, (long double)errors + 1, (long double)(n - errors));
}

tie_e12 tie_attribute_risk(enum tie_error_model model, uint64_t n, uint64_t errors, struct tie_ratio rate)
{
    TIE_ASSERT(rate.den > 0 && rate.num >= 0 && rate.num <= rate.den);
    return tie_e12_of(risk_of(model, n, errors, rate));
}

uint64_t tie_attribute_size(const struct tie_attribute_plan *plan, uint64_t *errors)
{
    const long double risk_most = 1 - tie_share_of(plan->confidence);
    struct tie_ratio rate = plan->tolerable;
    uint64_t most = SIZE_MAX_SEARCHED;

    TIE_ASSERT(rate.den > 0 && rate.num > 0 && rate.num <= rate.den);
    if (plan->model == TIE_HYPERGEOMETRIC) {
        rate = (struct tie_ratio){ ceil_of(plan->tolerable, plan->orders), (int64_t)plan->orders };
        most = plan->orders < most ? plan->orders : most;
    }
    for (uint64_t n = 1; n <= most; n++) {
        const uint64_t allowed = plan->expected.den == 0 ? plan->errors : (uint64_t)ceil_of(plan->expected, n);

        if (risk_of(plan->model, n, allowed, rate) > risk_most + RISK_GUARD)
            continue;
        if (errors != NULL)
            *errors = allowed;
        return n;
    }
    return 0;
}

uint64_t tie_mus_size(tie_dec confidence, int64_t book, int64_t tolerable, int64_t expected)
{
    TIE_ASSERT(book > 0 && tolerable > 0 && expected >= 0 && expected < tolerable);
    const tie_sum factor = tie_planning_factor(confidence, (struct tie_ratio){ expected, tolerable });
    const tie_sum unit = (tie_sum)tolerable * TIE_E12_ONE;

    return (uint64_t)((factor * book + unit - 1) / unit);
}

/* ---- limits ---- */

static long double upper_rate(enum tie_error_model model, long double share, uint64_t n, uint64_t errors)
{
    if (model == TIE_POISSON)
        return tie_gamma_quantile(share, (long double)errors + 1) / (long double)n;
    return errors >= n ? 1 : tie_beta_quantile(share, (long double)errors + 1, (long double)(n - errors));
}

tie_e12 tie_upper_rate(enum tie_error_model model, tie_dec confidence, uint64_t n, uint64_t errors)
{
    TIE_ASSERT(n > 0 && errors <= n && model != TIE_HYPERGEOMETRIC);
    const tie_e12 rate = tie_e12_of(upper_rate(model, tie_share_of(confidence), n, errors));

    return rate < TIE_E12_ONE ? rate : TIE_E12_ONE;
}

/* The risk falls as the frame holds more errors: the last count whose risk is above 1 - confidence. */
uint64_t tie_upper_count(tie_dec confidence, uint64_t orders, uint64_t n, uint64_t errors)
{
    const long double risk_most = 1 - tie_share_of(confidence);
    uint64_t low = errors, high = orders - (n - errors) + 1;

    TIE_ASSERT(errors <= n && n <= orders);
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;

        if (tie_hypergeometric_below(errors, orders, middle, n) > risk_most + RISK_GUARD)
            low = middle;
        else
            high = middle;
    }
    return low;
}

tie_e12 tie_stringer_rate(
    enum tie_error_model model, tie_dec confidence, uint64_t n, const tie_e12 *taints, size_t count)
{
    const long double share = tie_share_of(confidence);
    long double before = upper_rate(model, share, n, 0);
    long double bound = before;

    TIE_ASSERT(n > 0 && count <= n);
    for (size_t i = 0; i < count; i++) {
        const long double limit = upper_rate(model, share, n, i + 1);

        TIE_ASSERT(taints[i] >= 0 && taints[i] <= (i == 0 ? TIE_E12_ONE : taints[i - 1]));
        bound += (limit - before) * (long double)taints[i] / (long double)TIE_E12_ONE;
        before = limit;
    }
    return tie_e12_of(bound);
}

/* Each stage: the larger of "load and spread" (one more taint) and "simple spread" (all taints at their mean). */
tie_e12 tie_cell_factor(tie_dec confidence, const tie_e12 *taints, size_t count)
{
    tie_sum sum = 0;
    tie_e12 bound = tie_poisson_factor(confidence, 0);

    for (size_t i = 0; i < count; i++) {
        TIE_ASSERT(taints[i] >= 0 && taints[i] <= (i == 0 ? TIE_E12_ONE : taints[i - 1]));
        sum += taints[i];
        const tie_sum places = (tie_sum)(i + 1) * TIE_E12_ONE;
        const tie_e12 spread = (tie_e12)((tie_poisson_factor(confidence, i + 1) * sum + places / 2) / places);

        bound = bound + taints[i] > spread ? bound + taints[i] : spread;
    }
    return bound;
}
