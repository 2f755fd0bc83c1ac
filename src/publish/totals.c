/*
 * totals.c - the headline and its breakdowns by check, region, customer and age.
 *
 * Each primary finding goes into exactly one column of its line, by the first rule that fits:
 *
 *   pending                                   pending
 *   bucket CTRL, TIME                         control, time_cost
 *   certainty CONTINGENT, TIMING              contingent, timing
 *   certainty FIRM, exposure > 0, < 0         leakage, over_billing
 *
 * Secondary findings, and those that a person accepted or explained, are in no total: the first would count twice,
 * the second are decided. Amounts are the printed ones in reporting currency, added as they stand, so the sum of any
 * breakdown is the headline and a clerk's SUM over the sheets agrees. Over-billing is never netted against leakage.
 * The bucket goes before the certainty: nearly all amounts of CTRL are contingent on somebody disputing an invoice;
 * beside the contingent money of stock and billing they would drown it.
 */
#include "tieout/publish.h"

#include <stdlib.h>
#include <string.h>

static bool is_counted(const struct tie_finding *finding)
{
    return finding->is_primary && finding->status != TIE_FINDING_ACCEPTED && finding->status != TIE_FINDING_EXPLAINED;
}

static tie_sum *column_of(struct tie_total *total, const struct tie_finding *finding)
{
    if (finding->status == TIE_FINDING_PENDING)
        return &total->pending;
    if (finding->bucket == TIE_BUCKET_CTRL)
        return &total->control;
    if (finding->bucket == TIE_BUCKET_TIME)
        return &total->time_cost;
    if (finding->certainty == TIE_CERTAINTY_CONTINGENT)
        return &total->contingent;
    if (finding->certainty == TIE_CERTAINTY_TIMING)
        return &total->timing;
    if (finding->certainty == TIE_CERTAINTY_FIRM)
        return finding->exposure_reporting > 0 ? &total->leakage : &total->over_billing;
    return NULL;
}

static void add(struct tie_total *total, const struct tie_finding *finding)
{
    tie_sum *const column = column_of(total, finding);

    total->findings += finding->status != TIE_FINDING_PENDING;
    if (column != NULL && finding->exposure_reporting != TIE_NONE)
        *column += finding->exposure_reporting;
}

/* ---- breakdowns by a text ---- */

struct named {
    const char *name;
    const struct tie_finding *finding;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int by_leakage(const void *a, const void *b)
{
    const struct tie_total *const x = a, *const y = b;

    if (x->leakage != y->leakage)
        return x->leakage > y->leakage ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Lines of one text column of the findings; the text's offset in struct tie_finding tells which. */
static struct tie_total *break_down(
    struct tie_arena *arena, const struct tie_findings *findings, size_t offset, size_t *count)
{
    struct named *const names = TIE_TAKE(arena, struct named, findings->count + 1);
    struct tie_total *totals = NULL;
    size_t used = 0;

    *count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const char *name = NULL;

        memcpy(&name, (const char *)&findings->at[i] + offset, sizeof name);
        if (is_counted(&findings->at[i]))
            names[used++] = (struct named){ name == NULL ? "" : name, &findings->at[i] };
    }
    qsort(names, used, sizeof *names, by_name);
    for (size_t i = 0; i < used; i++)
        *count += i == 0 || strcmp(names[i].name, names[i - 1].name) != 0;
    totals = TIE_TAKE(arena, struct tie_total, *count + 1);
    for (size_t i = 0, line = 0; i < used; i++) {
        line += i > 0 && strcmp(names[i].name, names[i - 1].name) != 0;
        totals[line].name = names[i].name;
        add(&totals[line], names[i].finding);
    }
    qsort(totals, *count, sizeof *totals, by_leakage);
    return totals;
}

static void break_down_checks(struct tie_arena *arena, const struct tie_findings *findings, struct tie_totals *totals)
{
    struct tie_total *const all = TIE_TAKE(arena, struct tie_total, TIE_CHECK_COUNT);

    for (size_t i = 0; i < findings->count; i++) {
        struct tie_total *const line = &all[findings->at[i].check];

        if (is_counted(&findings->at[i])) {
            line->name = tie_check(findings->at[i].check)->code;
            add(line, &findings->at[i]);
        }
    }
    totals->by_check = all;
    for (size_t i = 0; i < TIE_CHECK_COUNT; i++)
        if (all[i].name != NULL)
            all[totals->check_count++] = all[i];
}

static size_t age_band(tie_date as_of, tie_date due)
{
    static const int32_t last_day[TIE_AGE_BANDS - 1] = { 7, 30, 90 };
    const int32_t age = due == TIE_NO_DATE ? 0 : as_of - due;
    size_t band = 0;

    while (band < TIE_AGE_BANDS - 1 && age > last_day[band])
        band++;
    return band;
}

void tie_totals_make(struct tie_arena *arena, const struct tie_report *report, struct tie_totals *totals)
{
    static const char *const bands[TIE_AGE_BANDS] = { "0-7 days", "8-30 days", "31-90 days", "over 90 days" };
    const struct tie_findings *const findings = report->findings;

    *totals = (struct tie_totals){ .headline.name = "all", .age_count = TIE_AGE_BANDS };
    for (size_t i = 0; i < TIE_AGE_BANDS; i++)
        totals->by_age[i].name = bands[i];
    for (size_t i = 0; i < findings->count; i++) {
        const struct tie_finding *const finding = &findings->at[i];
        const bool is_due = finding->status != TIE_FINDING_PENDING;

        totals->rate_missing += finding->exposure != TIE_NONE && finding->exposure_reporting == TIE_NONE;
        if (!is_counted(finding))
            continue;
        add(&totals->headline, finding);
        totals->s1_count += is_due && finding->severity == 1;
        totals->without_amount += finding->exposure == TIE_NONE;
        if (column_of(&totals->headline, finding) == &totals->headline.leakage)
            totals->leakage_by_bucket[finding->bucket] += finding->exposure_reporting;
        if (is_due)
            add(&totals->by_age[age_band(report->as_of, finding->due)], finding);
    }
    for (size_t i = 0; i < report->carried->count; i++) {
        const struct tie_finding *const finding = &report->carried->at[i].finding;

        totals->carried_count++;
        if (finding->is_primary && finding->exposure_reporting != TIE_NONE)
            totals->carried += finding->exposure_reporting;
    }
    break_down_checks(arena, findings, totals);
    totals->by_region = break_down(arena, findings, offsetof(struct tie_finding, region), &totals->region_count);
    totals->by_customer = break_down(arena, findings, offsetof(struct tie_finding, customer), &totals->customer_count);
}
