/*
 * sample_math.h - the statistics of audit sampling: selection rules, factors, sizes, limits, estimators.
 *
 * Pure functions. Inside they use long double (incomplete gamma and beta functions, inverted by bisection); outside
 * there are whole numbers only: tie_e12 for factors and rates, minor units for money, exact ratios for rates that are
 * given. Accuracy: factors and limits to 1e-10 where all arguments are below 10^6; sizes are found by comparing
 * the risk with 1 - confidence to 1e-12, which is far finer than any planned size lies from its neighbour.
 * Confidence is a tie_dec above 0 and below 1 (0.95). Sources: AICPA audit guide factors (Poisson), Clopper and
 * Pearson, Stringer, and the cell method of Leslie, Teitlebaum and Anderson. Wrong arguments are programmer errors.
 */
#ifndef TIEOUT_SAMPLE_MATH_H
#define TIEOUT_SAMPLE_MATH_H

#include "tieout/sample.h"

struct tie_ratio { /* den > 0; kept exact, because ceil() of a floating product is wrong at 0.035 * 400 */
    int64_t num, den;
};

/* ---- selection: numbers of monetary units 1..total, or places 0..count-1; `out` has n slots ---- */
/* Fixed interval; start 1..total. Ascending. */
void tie_pick_interval(int64_t total, uint64_t n, int64_t start, int64_t *out);
/* One hit in each cell of total / n. Ascending. n <= total. */
void tie_pick_cells(struct tie_splitmix *random, int64_t total, uint64_t n, int64_t *out);
/* n units, each time all of them; sorted, repeats stay. */
void tie_pick_units(struct tie_splitmix *random, int64_t total, uint64_t n, int64_t *out);
/* Without replacement, in the order drawn. `places` has `count` slots and is used up. n <= count. */
void tie_pick_simple(struct tie_splitmix *random, size_t count, size_t n, size_t *places);
/* Takes out all with book >= total / n, again with what is left, until nothing changes. All book > 0, n >= 1.
 * *rest and *n_left: what is left to draw from, and how often. */
void tie_take_high(const int64_t *book, size_t count, uint64_t n, bool *is_high, int64_t *rest, uint64_t *n_left);
/* Splits `total` in proportion to weights by largest remainder: at least `least` each (or its maximum), at most
 * most[i]. Whatever doesn't fit stays out. Weights >= 0; all zero: in equal parts. Returns what was given out. */
uint64_t tie_allocate(
    uint64_t total, uint64_t least, const int64_t *weight, const uint64_t *most, size_t count, uint64_t *share);

/* ---- factors ---- */
tie_e12 tie_poisson_factor(tie_dec confidence, uint64_t errors);         /* R(CL, k): the CL quantile of Gamma(k + 1) */
tie_e12 tie_table_factor(tie_e12 factor);                                /* as auditors' tables print it: up to 0.01 */
tie_e12 tie_planning_factor(tie_dec confidence, struct tie_ratio ratio); /* MUS; ratio expected / tolerable below 1 */
tie_e12 tie_student_factor(tie_dec confidence, uint64_t freedom);        /* one-sided t; 0 degrees: the normal one */

/* ---- sizes ---- */
enum tie_error_model { TIE_BINOMIAL, TIE_HYPERGEOMETRIC, TIE_POISSON };

struct tie_attribute_plan {
    enum tie_error_model model;
    tie_dec confidence;
    struct tie_ratio tolerable;
    struct tie_ratio expected; /* a rate: errors allowed = ceil(rate * n); den 0: take `errors` */
    uint64_t errors;           /* allowed */
    uint64_t orders;           /* of the frame; hypergeometric only */
};
/* Smallest size that keeps the risk; *errors (may be NULL) gets the number allowed. 0: none up to 100,000, or frame. */
uint64_t tie_attribute_size(const struct tie_attribute_plan *plan, uint64_t *errors);
/* ceil(planning factor * book / tolerable); 0 <= expected < tolerable. */
uint64_t tie_mus_size(tie_dec confidence, int64_t book, int64_t tolerable, int64_t expected);

/* ---- upper limits ---- */
/* The risk of at most `errors` in n when the rate is `rate`; hypergeometric: rate.num errors among rate.den orders. */
tie_e12 tie_attribute_risk(enum tie_error_model model, uint64_t n, uint64_t errors, struct tie_ratio rate);
/* Rate: Clopper-Pearson or Poisson, 1 at most. n >= 1, errors <= n. */
tie_e12 tie_upper_rate(enum tie_error_model model, tie_dec confidence, uint64_t n, uint64_t errors);
/* Hypergeometric: most errors a frame of `orders` may hold. errors <= n <= orders. */
uint64_t tie_upper_count(tie_dec confidence, uint64_t orders, uint64_t n, uint64_t errors);
/* Stringer's bound as a rate; taints falling, each in 0..1, at most n. */
tie_e12 tie_stringer_rate(
    enum tie_error_model model, tie_dec confidence, uint64_t n, const tie_e12 *taints, size_t count);
/* The cell method's factor: upper limit = interval * factor. Taints falling. */
tie_e12 tie_cell_factor(tie_dec confidence, const tie_e12 *taints, size_t count);

/* ---- estimators for orders drawn by count ---- */
enum tie_estimator { TIE_ESTIMATE_DIFFERENCE, TIE_ESTIMATE_RATIO, TIE_ESTIMATE_MEAN };

struct tie_audit_pair {
    int64_t book, audit;
};
struct tie_audit_stratum {
    uint64_t orders; /* N */
    int64_t book;    /* of all N */
    size_t count;    /* n */
    const struct tie_audit_pair *pairs;
};
struct tie_estimate {
    int64_t total; /* DIFFERENCE, RATIO: book - audit of all orders; MEAN: audit of all */
    int64_t error; /* standard error, with the finite correction */
    int64_t upper; /* one-sided: total + t * error */
    uint64_t freedom;
};
/* False when it can't be said: a stratum with fewer than two of more than one, a ratio over a book of 0. */
bool tie_estimate(enum tie_estimator kind, tie_dec confidence, const struct tie_audit_stratum *strata, size_t count,
    struct tie_estimate *estimate);

struct tie_weighted {
    int64_t value;
    struct tie_ratio chance; /* of being drawn, above 0, at most 1 */
};
/* Horvitz-Thompson total; *error (may be NULL): standard error if orders are drawn independently of each other. */
int64_t tie_weighted_total(const struct tie_weighted *drawn, size_t count, int64_t *error);

#endif
