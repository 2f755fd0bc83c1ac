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

#include "tieout/hash.h"

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

/* A line a text, found by its hash, and by the next number where that is another text's: as many as there are
 * customers, of as many findings as a bad night has. */
struct lines {
    struct tie_arena *arena;
    struct tie_total *at;
    size_t count, room;
    struct tie_map by_hash;
};

static struct tie_total *line_of(struct lines *lines, const char *name)
{
    const struct tie_text text = tie_text_of(name);
    uint64_t hash = tie_hash_text(text);
    uint32_t line = 0;

    for (; tie_map_get(&lines->by_hash, hash, &line); hash++)
        if (tie_text_is(text, lines->at[line].name))
            return &lines->at[line];
    TIE_PUSH(lines->arena, lines, (struct tie_total){ .name = name });
    (void)tie_map_put(&lines->by_hash, hash, (uint32_t)lines->count - 1, NULL);
    return &lines->at[lines->count - 1];
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
    struct lines lines = { .arena = arena };

    tie_map_init(&lines.by_hash, arena);
    for (size_t i = 0; i < findings->count; i++) {
        const char *name = NULL;

        tie_findings_tend(findings, i);
        memcpy(&name, (const char *)&findings->at[i] + offset, sizeof name);
        if (is_counted(&findings->at[i]))
            add(line_of(&lines, name == NULL ? "" : name), &findings->at[i]);
    }
    *count = lines.count;
    if (lines.count == 0) /* nothing to be sorted, but something to be pointed at */
        return TIE_TAKE(arena, struct tie_total, 1);
    qsort(lines.at, lines.count, sizeof *lines.at, by_leakage);
    return lines.at;
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
