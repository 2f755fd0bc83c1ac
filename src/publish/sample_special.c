/*
 * sample_special.c - see sample_special.h.
 *
 * Incomplete gamma: the power series below shape + 1, Lentz's continued fraction above, where each converges fast.
 * Incomplete beta: Lentz's continued fraction on the side of the mean where it converges, else its mirror.
 * Quantiles: bisection on functions known to be monotone, until the interval can't be halved. It is slower than Newton
 * and needs no derivative, no start value and no argument about convergence. Every loop has a bound.
 */
#include "sample_special.h"

#include <float.h>
#include <math.h>

#define ROUNDS_MAX 200000
#define TINY (LDBL_MIN * 1e10L)

static long double log_gamma(long double x)
{
    int sign = 0;

    return lgammal_r(x, &sign);
}

static long double gamma_series(long double shape, long double x)
{
    long double term = 1 / shape, sum = term;

    for (int i = 1; i < ROUNDS_MAX && term > sum * LDBL_EPSILON; i++) {
        term *= x / (shape + i);
        sum += term;
    }
    return sum * expl(shape * logl(x) - x - log_gamma(shape));
}

/* 1 - P */
static long double gamma_fraction(long double shape, long double x)
{
    long double b = x + 1 - shape, c = 1 / TINY, d = 1 / b, h = d;

    for (int i = 1; i < ROUNDS_MAX; i++) {
        const long double a = -(long double)i * ((long double)i - shape);

        b += 2;
        d = a * d + b;
        d = 1 / (fabsl(d) < TINY ? TINY : d);
        c = b + a / c;
        c = fabsl(c) < TINY ? TINY : c;
        h *= d * c;
        if (fabsl(d * c - 1) <= LDBL_EPSILON)
            break;
    }
    return h * expl(shape * logl(x) - x - log_gamma(shape));
}

long double tie_gamma_below(long double shape, long double x)
{
    if (x <= 0)
        return 0;
    return x < shape + 1 ? gamma_series(shape, x) : 1 - gamma_fraction(shape, x);
}

/* The x in low..high where `below` reaches `share`. */
static long double invert(long double share, long double low, long double high,
    long double (*below)(long double x, const long double *given), const long double *given)
{
    for (int i = 0; i < 2 * LDBL_MANT_DIG; i++) {
        const long double middle = low + (high - low) / 2;

        if (middle <= low || middle >= high)
            break;
        if (below(middle, given) < share)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

static long double gamma_at(long double x, const long double *given)
{
    return tie_gamma_below(given[0], x);
}

long double tie_gamma_quantile(long double share, long double shape)
{
    long double high = shape + 1;

    while (tie_gamma_below(shape, high) < share)
        high *= 2;
    return invert(share, 0, high, gamma_at, &shape);
}

static long double beta_fraction(long double x, long double a, long double b)
{
    long double c = 1, d = 1 - (a + b) * x / (a + 1);
    long double h = d = 1 / (fabsl(d) < TINY ? TINY : d);

    for (int m = 1; m < ROUNDS_MAX; m++) {
        const long double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const long double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 + even * d;
        d = 1 / (fabsl(d) < TINY ? TINY : d);
        c = 1 + even / c;
        c = fabsl(c) < TINY ? TINY : c;
        h *= d * c;
        d = 1 + odd * d;
        d = 1 / (fabsl(d) < TINY ? TINY : d);
        c = 1 + odd / c;
        c = fabsl(c) < TINY ? TINY : c;
        h *= d * c;
        if (fabsl(d * c - 1) <= LDBL_EPSILON)
            break;
    }
    return h;
}

long double tie_beta_below(long double x, long double a, long double b)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const long double front = expl(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * logl(x) + b * log1pl(-x));

    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a : 1 - front * beta_fraction(1 - x, b, a) / b;
}

static long double beta_at(long double x, const long double *given)
{
    return tie_beta_below(x, given[0], given[1]);
}

long double tie_beta_quantile(long double share, long double a, long double b)
{
    const long double given[] = { a, b };

    return invert(share, 0, 1, beta_at, given);
}

static long double normal_at(long double x, const long double *given)
{
    (void)given;
    return erfcl(-x / sqrtl(2)) / 2;
}

/* t >= 0: P(T > t) = I_x(v/2, 1/2) / 2 with x = v / (v + t^2). */
static long double student_at(long double t, const long double *given)
{
    return 1 - tie_beta_below(given[0] / (given[0] + t * t), given[0] / 2, 0.5L) / 2;
}

long double tie_student_quantile(long double share, uint64_t freedom)
{
    const long double degrees = (long double)freedom;
    long double high = 1;

    if (freedom == 0)
        return invert(share, 0, 40, normal_at, NULL);
    while (student_at(high, &degrees) < share)
        high *= 2;
    return invert(share, 0, high, student_at, &degrees);
}

static long double log_choose(uint64_t n, uint64_t k)
{
    return log_gamma((long double)n + 1) - log_gamma((long double)k + 1) - log_gamma((long double)(n - k) + 1);
}

/* Sums from the last term down: each is the one above times a ratio, and they soon fall. */
long double tie_hypergeometric_below(uint64_t errors, uint64_t orders, uint64_t bad, uint64_t n)
{
    const uint64_t fewest = n + bad > orders ? n + bad - orders : 0;
    const uint64_t most = bad < n ? bad : n;
    long double term = 0, sum = 0;

    if (errors >= most)
        return 1;
    if (errors < fewest)
        return 0;
    term = expl(log_choose(bad, errors) + log_choose(orders - bad, n - errors) - log_choose(orders, n));
    for (uint64_t x = errors;; x--) {
        sum += term;
        if (x == fewest)
            break;
        /* P(x - 1) / P(x) */
        term *= (long double)x * (long double)(orders - bad - n + x) /
            ((long double)(bad - x + 1) * (long double)(n - x + 1));
    }
    return sum;
}

tie_e12 tie_e12_of(long double value)
{
    return (tie_e12)llroundl(value * (long double)TIE_E12_ONE);
}

long double tie_share_of(tie_dec confidence)
{
    TIE_ASSERT(confidence > 0 && confidence < TIE_DEC_ONE);
    return (long double)confidence / (long double)TIE_DEC_ONE;
}
