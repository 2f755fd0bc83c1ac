/*
 * evaluate.h - what a filled-in audit sample proves: `tieout evaluate FILE`.
 *
 * Input: the sample's workbook (sheets Selection and Design), or a CSV of Selection with sample.json beside it; columns
 * and keys are defined in sample.h. Every order is judged in its own class:
 *   certainty, high   by what was found: no projection, no sampling error
 *   selected          MUS: taint (book - audit) / book times the interval, with Stringer's bound
 *                     SRS: the share of wrong orders, and the difference and ratio estimators
 *   attribute         by number: how many zero-book orders may be wrong
 * A shortfall (leakage) and over-recovery are projected apart. Not auditable counts as a full shortfall (taint 1).
 * A taint above 1 is projected as 1, what is above it is added as known, and the order is listed.
 *
 * Formulas of one direction, I the interval, t the taints falling, R the Poisson factors:
 *   projected = known + sum over strata of I * sum of t        basic = I * R(0)
 *   incremental = I * sum of (R(i) - R(i-1)) * t(i) - projected of selected ones       upper = their sum, rounded by
 *   itself; incremental takes the cent that rounding may leave, so that the page adds up
 * With strata, basic and incremental are taken over all taints with the largest interval: to treat a stratum drawn more
 * densely as if it were drawn less densely can only raise the limit.
 *
 * Units: minor units of the sample's currency; rates tie_e12. Rounded half away from zero.
 */
#ifndef TIEOUT_EVALUATE_H
#define TIEOUT_EVALUATE_H

#include "tieout/sample_math.h"

struct tie_audited { /* one row of Selection */
    const char *work_order, *note;
    uint64_t row;   /* in the file, from 1 */
    size_t stratum; /* index into strata */
    enum tie_sample_class class;
    uint64_t times;
    int64_t book, audit; /* audit is 0 where not_auditable */
    bool not_auditable;
};

struct tie_audit { /* a sample that was filled in, whole and with its digest compared */
    const char *job, *run, *as_of, *currency, *seed;
    enum tie_sample_method method;
    unsigned decimals;  /* of the currency */
    tie_dec confidence; /* as the sample says */
    uint64_t orders;    /* of the frame */
    int64_t book;
    uint64_t zero_orders, attribute_size;
    size_t stratum_count;
    const struct tie_sample_stratum *strata;
    size_t count;
    const struct tie_audited *rows; /* in order of `no` */
};

/* ---- what is proven ---- */

enum tie_direction { TIE_SHORTFALL, TIE_OVER_RECOVERY, TIE_DIRECTION_COUNT };

struct tie_bound {
    int64_t basic, incremental, upper;
};
struct tie_projection {
    uint64_t errors;   /* selected orders off in this direction */
    int64_t known;     /* of orders taken whole or without a book, and above a taint of 1 */
    int64_t projected; /* known included */
    struct tie_bound exact, table;
    int64_t net_upper; /* exact.upper less what the other direction projects */
};
struct tie_attribute_result { /* orders judged by number */
    uint64_t orders, sampled, errors;
    tie_e12 rate_upper;   /* Clopper-Pearson */
    uint64_t count_upper; /* of `orders`; hypergeometric, so sharper in a small frame */
    bool is_summed;       /* the sum of the strata's limits, because they were drawn unequally densely */
};
struct tie_stratum_result {
    struct tie_projection side[TIE_DIRECTION_COUNT]; /* MUS */
    struct tie_attribute_result attribute;           /* SRS: selected ones */
};
struct tie_evaluation {
    tie_dec confidence;
    struct tie_projection side[TIE_DIRECTION_COUNT]; /* MUS; of SRS errors and known only */
    struct tie_attribute_result zero_book;           /* MUS */
    struct tie_attribute_result attribute;           /* SRS */
    bool has_difference, has_ratio;                  /* SRS: enough orders drawn to estimate */
    struct tie_estimate difference, ratio;           /* net of selected orders, shortfall above 0 */
    int64_t net_known;                               /* SRS: of certainty orders */
    uint64_t differences;                            /* SRS: selected orders with one */
    struct tie_stratum_result *strata;
    size_t capped_count; /* taint above 1, indexes into rows */
    size_t *capped;
    uint64_t not_auditable;
};

/* SRS estimators want this many orders that differ; below it the page says so. */
#define TIE_DIFFERENCES_WANTED 20

void tie_evaluate(
    struct tie_arena *arena, const struct tie_audit *audit, tie_dec confidence, struct tie_evaluation *evaluation);

/* ---- files ---- */

/*
 * Reads a filled-in sample. TIE_NOINPUT: no such file, no sample.json beside a CSV. TIE_DATA: sheet, column or key
 * missing; a value that is none; rows missing, added or changed against the digest of the picks (the first row that
 * can be told is named); rows without a result, with their number and the first few.
 */
TIE_MUST_CHECK enum tie_status tie_audit_read(
    struct tie_arena *arena, const char *path, struct tie_audit *audit, struct tie_error *err);

struct tie_evaluate_options {
    tie_dec confidence;        /* TIE_NONE: as the sample says */
    struct tie_text tolerable; /* an amount; empty: no judgement */
    bool as_json;
};
/* `tieout evaluate FILE`: the page, or the same figures as JSON, to `out`. */
TIE_MUST_CHECK enum tie_status tie_evaluate_file(struct tie_arena *arena, const char *path,
    const struct tie_evaluate_options *options, struct tie_out *out, struct tie_error *err);

#endif
