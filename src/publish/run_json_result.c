/*
 * run_json_result.c - the "result" of run.json: what the run found, as values that only rows, policy, as-of and prior
 * state decide.
 *
 * Invariant: nothing here reads report->measured, report->run or an address; lists follow the order of the report,
 * which is by content. Amounts are text with the decimals of their currency, quantities and counts text in shortest
 * form and whole numbers.
 */
#include "run_json.h"

#include <string.h>

/* ---- values ---- */

void run_json_set_count(struct tie_json *object, const char *key, uint64_t count)
{
    TIE_ASSERT(count <= INT64_MAX);
    tie_json_set_int(object, key, (int64_t)count);
}

void run_json_set_date(struct tie_json *object, const char *key, tie_date day)
{
    char text[16];

    if (day == TIE_NO_DATE) {
        tie_json_set(object, key, tie_json_null());
        return;
    }
    tie_date_print(day, text);
    tie_json_set_text(object, key, text);
}

void run_json_set_money(struct tie_json *object, const char *key, tie_dec amount, const char *currency)
{
    char text[TIE_DEC_TEXT_MAX];

    if (amount == TIE_NONE) {
        tie_json_set(object, key, tie_json_null());
        return;
    }
    tie_dec_print_fixed(amount, tie_currency_decimals(tie_text_of(currency)), text);
    tie_json_set_text(object, key, text);
}

void run_json_set_sum(struct tie_json *object, const char *key, tie_sum amount, const char *currency)
{
    char text[64];

    tie_sum_print_fixed(amount, tie_currency_decimals(tie_text_of(currency)), text);
    tie_json_set_text(object, key, text);
}

/* ---- totals ---- */

static struct tie_json *total_of(const struct tie_total *total, const char *currency)
{
    struct tie_json *json = tie_json_object();

    if (total->name != NULL)
        tie_json_set_text(json, "name", total->name);
    run_json_set_count(json, "findings", total->findings);
    run_json_set_sum(json, "leakage", total->leakage, currency);
    run_json_set_sum(json, "over_billing", total->over_billing, currency);
    run_json_set_sum(json, "contingent", total->contingent, currency);
    run_json_set_sum(json, "timing", total->timing, currency);
    run_json_set_sum(json, "control", total->control, currency);
    run_json_set_sum(json, "time_cost", total->time_cost, currency);
    run_json_set_sum(json, "pending", total->pending, currency);
    return json;
}

static struct tie_json *totals_list(const struct tie_total *at, size_t count, const char *currency)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < count; i++)
        tie_json_add(list, total_of(&at[i], currency));
    return list;
}

static struct tie_json *result_totals(const struct tie_report *report)
{
    const struct tie_totals *totals = &report->totals;
    const char *currency = report->reporting_currency;
    struct tie_json *json = tie_json_object(), *buckets = tie_json_object();

    for (enum tie_bucket b = 0; b < TIE_BUCKET_COUNT; b++)
        run_json_set_sum(buckets, tie_bucket_name(b), totals->leakage_by_bucket[b], currency);
    tie_json_set(json, "headline", total_of(&totals->headline, currency));
    tie_json_set(json, "leakage_by_bucket", buckets);
    run_json_set_count(json, "s1_count", totals->s1_count);
    run_json_set_count(json, "without_amount", totals->without_amount);
    run_json_set_count(json, "rate_missing", totals->rate_missing);
    run_json_set_sum(json, "carried", totals->carried, currency);
    run_json_set_count(json, "carried_count", totals->carried_count);
    tie_json_set(json, "by_check", totals_list(totals->by_check, totals->check_count, currency));
    tie_json_set(json, "by_region", totals_list(totals->by_region, totals->region_count, currency));
    tie_json_set(json, "by_age", totals_list(totals->by_age, totals->age_count, currency));
    run_json_name_lists(json, "totals");
    return json;
}

/* ---- checks and findings ---- */

static void put_checks(struct tie_json *result, const struct tie_report *report)
{
    struct tie_json *on = tie_json_array(), *off = tie_json_array();

    for (enum tie_check c = 0; c < TIE_CHECK_COUNT; c++) {
        const struct tie_check_switch *is = &report->switches[c];

        if (is->off == TIE_CHECK_ON) {
            tie_json_add(on, tie_json_text(tie_text_of(tie_check(c)->code)));
            continue;
        }
        struct tie_json *line = tie_json_object();

        tie_json_set_text(line, "check", tie_check(c)->code);
        tie_json_set_text(line, "why", is->why == NULL ? "" : is->why);
        tie_json_add(off, line);
    }
    tie_json_set(result, "checks_on", on);
    tie_json_set(result, "checks_off", off);
}

static struct tie_json *result_findings(const struct tie_findings *findings)
{
    uint64_t counts[TIE_CHECK_COUNT][TIE_FINDING_STATUS_COUNT] = { 0 };
    struct tie_json *json = tie_json_object(), *checks = tie_json_object();

    for (size_t i = 0; i < findings->count; i++)
        counts[findings->at[i].check][findings->at[i].status]++;
    for (enum tie_check c = 0; c < TIE_CHECK_COUNT; c++) {
        struct tie_json *check = tie_json_object();

        for (enum tie_finding_status s = 0; s < TIE_FINDING_STATUS_COUNT; s++)
            if (counts[c][s] > 0)
                run_json_set_count(check, tie_finding_status_name(s), counts[c][s]);
        if (tie_json_next_key(check, NULL) != NULL)
            tie_json_set(checks, tie_check(c)->code, check);
        else
            tie_json_free(check);
    }
    run_json_set_count(json, "count", findings->count);
    tie_json_set(json, "by_check_and_status", checks);
    return json;
}

/* ---- all of it ---- */

struct tie_json *run_json_result(const struct tie_report *report)
{
    struct tie_json *result = tie_json_object(), *window = tie_json_object();

    tie_json_set_text(result, "job", report->job);
    tie_json_set_text(result, "engine", report->engine);
    tie_json_set_text(result, "policy_sha256", report->policy_sha256);
    tie_json_set_text(result, "reporting_currency", report->reporting_currency);
    run_json_set_date(result, "as_of", report->as_of);
    run_json_set_date(window, "start", report->window_start);
    run_json_set_date(window, "end", report->as_of + 1); /* half open, as in the queries */
    run_json_set_date(window, "history_start", report->history_start);
    tie_json_set(result, "window", window);
    tie_json_set(result, "totals", result_totals(report));
    run_json_put_rows(result, report);
    put_checks(result, report);
    tie_json_set(result, "findings", result_findings(report->findings));
    run_json_name_lists(result, NULL);
    return result;
}
