/*
 * sample_evaluate.c - what a filled-in sample proves: see evaluate.h for the formulas.
 *
 * Each row goes into exactly one class of its stratum. Money is exact: an interval is a ratio of whole numbers, taints
 * and factors are whole numbers of 10^-12, products are 128 bits and are rounded once, to the minor unit. The taint's
 * own rounding moves a figure by less than a millionth of a millionth of the interval.
 */
#include "tieout/evaluate.h"

#include <stdlib.h>

#define E12 ((tie_sum)TIE_E12_ONE)

struct taints { /* of one direction, of one stratum or all; an order hit twice stands there twice */
    tie_e12 *at;
    size_t count, room;
};

struct judging {
    struct tie_arena *arena;
    const struct tie_audit *audit;
    struct tie_evaluation *result;
    struct taints *taints; /* [stratum * TIE_DIRECTION_COUNT + direction] */
};

static int falling(const void *a, const void *b)
{
    const tie_e12 x = *(const tie_e12 *)a, y = *(const tie_e12 *)b;

    return (x < y) - (x > y);
}

static tie_sum divide(tie_sum value, tie_sum by)
{
    const tie_sum half = value < 0 ? -(by / 2) : by / 2;

    return (value + half) / by;
}

/* interval * factor */
static int64_t money(const struct tie_sample_stratum *stratum, tie_sum factor)
{
    return (int64_t)divide(factor * stratum->interval_num, (tie_sum)stratum->interval_den * E12);
}

/* ---- rows ---- */

static bool is_wrong(const struct tie_audited *row)
{
    return row->not_auditable || row->audit != row->book;
}

/* A selected order whose book reaches the interval: nothing is projected from it. (The draw takes such orders out;
 * cell and random selection do not.) */
static bool is_large(const struct tie_audit *audit, const struct tie_audited *row)
{
    const struct tie_sample_stratum *const stratum = &audit->strata[row->stratum];

    return (tie_sum)row->book * stratum->interval_den >= stratum->interval_num;
}

static void add_taint(struct judging *judging, const struct tie_audited *row, enum tie_direction direction, int64_t off)
{
    struct taints *const taints = &judging->taints[row->stratum * TIE_DIRECTION_COUNT + direction];
    struct tie_projection *const side = &judging->result->strata[row->stratum].side[direction];
    tie_e12 taint = TIE_E12_ONE;

    side->errors++;
    if (off > row->book) {
        side->known += off - row->book;
        judging->result->capped[judging->result->capped_count++] = (size_t)(row - judging->audit->rows);
    } else {
        taint = (tie_e12)divide((tie_sum)off * TIE_E12_ONE, row->book);
    }
    for (uint64_t i = 0; i < row->times; i++)
        TIE_PUSH(judging->arena, taints, taint);
}

static void judge_row(struct judging *judging, const struct tie_audited *row)
{
    const struct tie_audit *const audit = judging->audit;
    struct tie_stratum_result *const stratum = &judging->result->strata[row->stratum];
    const int64_t difference = row->book - row->audit;
    const enum tie_direction direction = difference >= 0 ? TIE_SHORTFALL : TIE_OVER_RECOVERY;
    const int64_t off = difference >= 0 ? difference : -difference;

    judging->result->not_auditable += row->not_auditable;
    if (row->class == TIE_PICK_ATTRIBUTE)
        judging->result->zero_book.errors += is_wrong(row);
    if (row->class == TIE_PICK_SELECTED && audit->method == TIE_SAMPLE_SRS) {
        stratum->attribute.errors += is_wrong(row);
        judging->result->differences += off != 0;
        stratum->side[direction].errors += off != 0;
    } else if (off != 0 && row->class == TIE_PICK_SELECTED && !is_large(audit, row)) {
        add_taint(judging, row, direction, off);
    } else {
        stratum->side[direction].known += off;
    }
}

/* ---- money: Stringer ---- */

/* Sum of (R(i) - R(i-1)) * t(i), in 10^-24. */
static tie_sum spread(const struct taints *taints, tie_dec confidence, bool by_table)
{
    tie_e12 before = tie_poisson_factor(confidence, 0);
    tie_sum sum = 0;

    before = by_table ? tie_table_factor(before) : before;
    for (size_t i = 0; i < taints->count; i++) {
        const tie_e12 exact = tie_poisson_factor(confidence, i + 1);
        const tie_e12 factor = by_table ? tie_table_factor(exact) : exact;

        sum += (tie_sum)(factor - before) * taints->at[i];
        before = factor;
    }
    return sum;
}

/* `side` has known and projected. The limit is what is judged by, so it is rounded from the exact product; the
 * allowance takes what rounding leaves, and the page adds up. */
static void bound(const struct tie_sample_stratum *stratum, const struct taints *taints, tie_dec confidence,
    struct tie_projection *side)
{
    for (int by_table = 0; by_table < 2; by_table++) {
        struct tie_bound *const limit = by_table ? &side->table : &side->exact;
        const tie_e12 exact = tie_poisson_factor(confidence, 0);
        const tie_e12 basic = by_table ? tie_table_factor(exact) : exact;
        const tie_sum weighted = divide(spread(taints, confidence, by_table), E12);

        limit->basic = money(stratum, basic);
        limit->upper = side->known + money(stratum, basic + weighted);
        limit->incremental = limit->upper - limit->basic - side->projected;
    }
}

static void set_net(struct tie_projection side[TIE_DIRECTION_COUNT])
{
    side[TIE_SHORTFALL].net_upper = side[TIE_SHORTFALL].exact.upper - side[TIE_OVER_RECOVERY].projected;
    side[TIE_OVER_RECOVERY].net_upper = side[TIE_OVER_RECOVERY].exact.upper - side[TIE_SHORTFALL].projected;
}

/* The stratum with the largest interval. */
static const struct tie_sample_stratum *coarsest(const struct tie_audit *audit)
{
    const struct tie_sample_stratum *most = &audit->strata[0];

    for (size_t h = 1; h < audit->stratum_count; h++)
        if ((tie_sum)audit->strata[h].interval_num * most->interval_den >
            (tie_sum)most->interval_num * audit->strata[h].interval_den)
            most = &audit->strata[h];
    return most;
}

static void project(struct judging *judging, enum tie_direction direction)
{
    struct tie_evaluation *const result = judging->result;
    struct tie_projection *const total = &result->side[direction];
    struct taints all = { 0 };

    for (size_t h = 0; h < judging->audit->stratum_count; h++) {
        struct taints *const taints = &judging->taints[h * TIE_DIRECTION_COUNT + direction];
        struct tie_projection *const side = &result->strata[h].side[direction];
        tie_sum sum = 0;

        for (size_t i = 0; i < taints->count; i++) {
            sum += taints->at[i];
            TIE_PUSH(judging->arena, &all, taints->at[i]);
        }
        if (taints->count > 0)
            qsort(taints->at, taints->count, sizeof *taints->at, falling);
        side->projected = side->known + money(&judging->audit->strata[h], sum);
        bound(&judging->audit->strata[h], taints, result->confidence, side);
        total->errors += side->errors;
        total->known += side->known;
        total->projected += side->projected;
    }
    if (all.count > 0)
        qsort(all.at, all.count, sizeof *all.at, falling);
    bound(coarsest(judging->audit), &all, result->confidence, total);
}

/* ---- counts ---- */

static void limit_count(struct tie_attribute_result *attribute, tie_dec confidence)
{
    attribute->count_upper = tie_upper_count(confidence, attribute->orders, attribute->sampled, attribute->errors);
    attribute->rate_upper = attribute->sampled == 0
        ? (attribute->orders > 0 ? TIE_E12_ONE : 0)
        : tie_upper_rate(TIE_BINOMIAL, confidence, attribute->sampled, attribute->errors);
}

/* Was every stratum drawn as densely as the whole, up to one order of rounding? */
static bool is_proportional(const struct tie_evaluation *result, size_t count, const struct tie_attribute_result *all)
{
    for (size_t h = 0; h < count; h++) {
        const struct tie_attribute_result *const part = &result->strata[h].attribute;
        const tie_sum off = (tie_sum)part->sampled * all->orders - (tie_sum)all->sampled * part->orders;

        if ((off < 0 ? -off : off) > (tie_sum)all->orders)
            return false;
    }
    return true;
}

static void judge_counts(struct judging *judging)
{
    struct tie_evaluation *const result = judging->result;
    struct tie_attribute_result *const all = &result->attribute;
    uint64_t summed = 0;

    for (size_t h = 0; h < judging->audit->stratum_count; h++) {
        struct tie_attribute_result *const part = &result->strata[h].attribute;

        part->orders = judging->audit->strata[h].rest_orders;
        part->sampled = judging->audit->strata[h].size;
        limit_count(part, result->confidence);
        all->orders += part->orders;
        all->sampled += part->sampled;
        all->errors += part->errors;
        summed += part->count_upper;
    }
    limit_count(all, result->confidence);
    all->is_summed = !is_proportional(result, judging->audit->stratum_count, all);
    if (all->is_summed) {
        all->count_upper = summed;
        all->rate_upper = (tie_e12)divide((tie_sum)summed * TIE_E12_ONE, (tie_sum)all->orders);
    }
}

static void estimate_differences(struct judging *judging)
{
    const struct tie_audit *const audit = judging->audit;
    struct tie_evaluation *const result = judging->result;
    struct tie_audit_stratum *const strata = TIE_TAKE(judging->arena, struct tie_audit_stratum, audit->stratum_count);
    size_t count = 0;

    for (size_t h = 0; h < audit->stratum_count; h++) {
        struct tie_audit_pair *const pairs = TIE_TAKE(judging->arena, struct tie_audit_pair, audit->count);
        size_t n = 0;

        result->net_known += result->strata[h].side[TIE_SHORTFALL].known;
        result->net_known -= result->strata[h].side[TIE_OVER_RECOVERY].known;
        for (size_t i = 0; i < audit->count; i++)
            if (audit->rows[i].stratum == h && audit->rows[i].class == TIE_PICK_SELECTED)
                pairs[n++] = (struct tie_audit_pair){ audit->rows[i].book, audit->rows[i].audit };
        if (audit->strata[h].rest_orders == 0)
            continue;
        strata[count] = (struct tie_audit_stratum){
            .orders = audit->strata[h].rest_orders, .book = audit->strata[h].rest_book, .count = n, .pairs = pairs
        };
        count++;
    }
    result->has_difference = tie_estimate(
        TIE_ESTIMATE_DIFFERENCE, result->confidence, strata, count, &result->difference);
    result->has_ratio = tie_estimate(TIE_ESTIMATE_RATIO, result->confidence, strata, count, &result->ratio);
}

/* Errors and known amounts only: SRS projects by the estimators. */
static void add_sides(struct judging *judging)
{
    for (size_t h = 0; h < judging->audit->stratum_count; h++)
        for (enum tie_direction d = 0; d < TIE_DIRECTION_COUNT; d++) {
            judging->result->side[d].errors += judging->result->strata[h].side[d].errors;
            judging->result->side[d].known += judging->result->strata[h].side[d].known;
        }
}

void tie_evaluate(
    struct tie_arena *arena, const struct tie_audit *audit, tie_dec confidence, struct tie_evaluation *evaluation)
{
    struct judging judging = { .arena = arena, .audit = audit, .result = evaluation };

    *evaluation = (struct tie_evaluation){ .confidence = confidence,
        .strata = TIE_TAKE(arena, struct tie_stratum_result, audit->stratum_count),
        .capped = TIE_TAKE(arena, size_t, audit->count) };
    judging.taints = TIE_TAKE(arena, struct taints, audit->stratum_count * TIE_DIRECTION_COUNT);
    for (size_t i = 0; i < audit->count; i++)
        judge_row(&judging, &audit->rows[i]);
    if (audit->stratum_count == 0)
        return;
    if (audit->method == TIE_SAMPLE_SRS) {
        add_sides(&judging);
        judge_counts(&judging);
        estimate_differences(&judging);
        return;
    }
    for (enum tie_direction d = 0; d < TIE_DIRECTION_COUNT; d++)
        project(&judging, d);
    set_net(evaluation->side);
    for (size_t h = 0; h < audit->stratum_count; h++)
        set_net(evaluation->strata[h].side);
    evaluation->zero_book.orders = audit->zero_orders;
    evaluation->zero_book.sampled = audit->attribute_size;
    limit_count(&evaluation->zero_book, confidence);
}
