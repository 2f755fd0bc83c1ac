/*
 * sample_report.h - a run of a service company, made up from a seed: findings over all families, evidence, earlier
 * runs.
 *
 * Like a real one in its shape: a few large amounts and many small, two currencies, secondaries, pending ones, rows
 * that several findings name. Everything lies in the arena given. The same seed gives the same report.
 */
#ifndef TIEOUT_TESTS_SAMPLE_REPORT_H
#define TIEOUT_TESTS_SAMPLE_REPORT_H

#include "tieout/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

struct sample {
    struct tie_arena arena;
    struct tie_report report;
    struct tie_policy policy;
    struct tie_extract_plan plan;
    struct tie_extract_result extract;
    struct tie_findings findings;
    struct tie_kept_list cleared, carried;
    struct tie_export_list exports;
    struct tie_tally tally;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_evidence_rows evidence;
    uint64_t seed;
};

static inline uint64_t sample_draw(struct sample *sample, uint64_t below)
{
    return test_random(&sample->seed) % below;
}

static inline const char *sample_id(struct sample *sample, const char *prefix, uint64_t number)
{
    return tie_arena_printf(&sample->arena, "%s%05llu", prefix, (unsigned long long)number);
}

static inline struct tie_id_list sample_ids(struct sample *sample, const char *prefix, uint64_t number, size_t count)
{
    const char **const ids = TIE_TAKE(&sample->arena, const char *, count + 1);

    for (size_t i = 0; i < count; i++)
        ids[i] = sample_id(sample, prefix, number * 4 + i);
    return (struct tie_id_list){ count, ids };
}

static inline tie_dec sample_amount(struct sample *sample)
{
    const uint64_t size = sample_draw(sample, 20);
    const int64_t cents = (int64_t)(size == 0 ? 500000 + sample_draw(sample, 3000000)
            : size < 5                        ? 50000 + sample_draw(sample, 300000)
                                              : 500 + sample_draw(sample, 60000));

    return cents * 10000;
}

static inline void sample_fill(struct sample *sample, struct tie_finding *finding, uint64_t number)
{
    static const char *const regions[] = { "BE-N", "BE-S", "UK", "NL", "" };
    static const char *const verbs[] = { "GI", "DM", "INV", "INVST", "CM", "GR-REV", "NONE", "TRF" };
    const uint64_t order = 10000 + number / 2;
    const struct tie_check_info *const check = tie_check(finding->check);
    const uint64_t used = 1 + sample_draw(sample, 6);

    (void)snprintf(
        finding->id, sizeof finding->id, "%s-%016llx", check->code, (unsigned long long)test_random(&sample->seed));
    finding->severity = check->severity;
    finding->bucket = check->bucket;
    finding->certainty = check->certainty;
    finding->is_primary = number % 5 != 4;
    finding->status = number % 7 == 3 ? TIE_FINDING_PENDING : number % 3 == 0 ? TIE_FINDING_NEW : TIE_FINDING_OPEN;
    finding->is_pending = finding->status == TIE_FINDING_PENDING;
    finding->verdict = check->bucket == TIE_BUCKET_COST ? TIE_VERDICT_COST_GAP : TIE_VERDICT_REVENUE_GAP;
    finding->reason = check->reason;
    finding->due = sample->report.as_of + (finding->is_pending ? 3 : -(int32_t)sample_draw(sample, 110));
    finding->first_seen = finding->status == TIE_FINDING_NEW ? sample->report.as_of : finding->due;
    finding->region = regions[sample_draw(sample, 5)];
    finding->legal_entity = "BE01";
    finding->work_order = tie_arena_printf(&sample->arena, "WO-%llu", (unsigned long long)order);
    finding->customer = tie_arena_printf(
        &sample->arena, "C%03llu", (unsigned long long)(100 + sample_draw(sample, 40)));
    finding->asset = finding->contract = finding->serial = finding->technician = "";
    finding->item = tie_arena_printf(&sample->arena, "PUMP-%llu", (unsigned long long)(400 + sample_draw(sample, 60)));
    finding->location = tie_arena_printf(&sample->arena, "VAN-%02llu", (unsigned long long)sample_draw(sample, 30));
    finding->uom = "EA";
    finding->usage_qty = (tie_dec)used * TIE_DEC_ONE;
    finding->movement_qty = (tie_dec)sample_draw(sample, used + 1) * TIE_DEC_ONE;
    finding->billed_qty = (tie_dec)sample_draw(sample, used + 1) * TIE_DEC_ONE;
    finding->expected_qty = finding->usage_qty;
    finding->currency = number % 11 == 5 ? "GBP" : "EUR";
    finding->reporting_currency = "EUR";
    finding->exposure = check->bucket == TIE_BUCKET_CTRL && number % 2 == 0 ? 0 : sample_amount(sample);
    if (number % 9 == 6)
        finding->exposure = -finding->exposure;
    finding->expected_amount = finding->exposure > 0 ? finding->exposure + 120 * TIE_DEC_ONE : 0;
    finding->actual_amount = finding->expected_amount - finding->exposure;
    finding->book_effect = -finding->exposure;
    finding->exposure_reporting = finding->exposure;
    if (number % 41 == 17)
        finding->exposure = finding->expected_amount = finding->exposure_reporting = finding->book_effect = TIE_NONE;
    finding->pass = finding->movement_qty > 0 ? TIE_P1 : TIE_PASS_NONE;
    finding->usage_ids = sample_ids(sample, "U", order, 1 + used % 2);
    finding->movement_ids = sample_ids(sample, "M", order, finding->movement_qty > 0 ? 1 : 0);
    finding->billing_ids = sample_ids(sample, "I", order, finding->billed_qty > 0 ? 1 : 0);
    finding->verb = verbs[sample_draw(sample, 8)];
    finding->correction_id = "";
    finding->explanation = tie_arena_printf(&sample->arena,
        "%llu %s used on %s, none issued: issue them from %s; see the delivery note and the technician's report",
        (unsigned long long)used, finding->item, finding->work_order, finding->location);
    finding->correction_qty = finding->usage_qty;
    finding->correction_amount = finding->exposure;
    finding->event_day = finding->due;
    finding->to_location = finding->payer = finding->other_item = "";
}

static inline void sample_findings(struct sample *sample, size_t count)
{
    static const enum tie_check checks[] = { TIE_INV_01, TIE_INV_03, TIE_BIL_01, TIE_BIL_03, TIE_BIL_04, TIE_BIL_05,
        TIE_INV_10, TIE_WTY_01, TIE_CON_01, TIE_ENT_03, TIE_EVD_06, TIE_EVD_01, TIE_WOS_04, TIE_MDM_01, TIE_INV_02,
        TIE_BIL_02, TIE_TIM_02 };

    sample->findings.arena = &sample->arena;
    sample->findings.at = TIE_TAKE(&sample->arena, struct tie_finding, count + 1);
    sample->findings.count = count;
    for (size_t i = 0; i < count; i++) {
        const uint64_t a = sample_draw(sample, TIE_COUNT_OF(checks)), b = sample_draw(sample, TIE_COUNT_OF(checks));
        sample->findings.at[i].check = checks[a < b ? a : b]; /* the first ones more often */
        sample_fill(sample, &sample->findings.at[i], i);
    }
    tie_findings_sort(&sample->arena, &sample->findings);
    for (size_t i = 0, primary = 0; i < count; i++) {
        primary = sample->findings.at[i].is_primary ? i : primary;
        if (!sample->findings.at[i].is_primary)
            memcpy(sample->findings.at[i].primary_id, sample->findings.at[primary].id, TIE_FINDING_ID_MAX);
    }
}

/* ---- evidence: the rows that the id lists name, sorted ---- */

static inline int sample_compare(const void *a, const void *b)
{
    const struct tie_evidence_row *const x = a, *const y = b;

    return x->dataset != y->dataset ? (x->dataset < y->dataset ? -1 : 1) : strcmp(x->row_id, y->row_id);
}

static inline size_t sample_rows(struct sample *sample, struct tie_evidence_row *rows, size_t count,
    enum tie_dataset dataset, const struct tie_id_list *ids)
{
    static const char *const names[3][6] = { { "usage_id", "wo_id", "item_id", "quantity", "uom", "server_at" },
        { "mov_id", "wo_ref", "item_id", "quantity", "posting_date", "cost_amount" },
        { "inv_id", "wo_ref", "sales_item_id", "quantity", "net_amount", "description" } };
    const size_t kind = dataset == TIE_DS_USAGE_LINE ? 0 : dataset == TIE_DS_MOVEMENT ? 1 : 2;

    for (size_t i = 0; i < ids->count; i++) {
        const char **const values = TIE_TAKE(&sample->arena, const char *, 6);

        values[0] = ids->at[i];
        values[1] = tie_arena_printf(&sample->arena, "WO-%.5s", ids->at[i] + 1);
        values[2] = "PUMP-401";
        values[3] = "2";
        values[4] = kind == 0 ? "EA" : kind == 1 ? "2026-11-03" : "129.5";
        values[5] = kind == 0 ? "2026-11-02T10:15:00Z" : kind == 1 ? "80.25" : "=HYPERLINK(\"http://example.com\")";
        rows[count] = (struct tie_evidence_row){ .dataset = dataset,
            .row_id = ids->at[i],
            .part_title = tie_dataset(dataset)->name,
            .cell_count = 6,
            .names = names[kind],
            .values = values };
        count++;
    }
    return count;
}

static inline void sample_evidence(struct sample *sample)
{
    struct tie_evidence_row *const rows = TIE_TAKE(
        &sample->arena, struct tie_evidence_row, sample->findings.count * 4 + 1);
    size_t count = 0, used = 0;

    for (size_t i = 0; i < sample->findings.count; i++) {
        const struct tie_finding *const finding = &sample->findings.at[i];
        count = sample_rows(sample, rows, count, TIE_DS_USAGE_LINE, &finding->usage_ids);
        count = sample_rows(sample, rows, count, TIE_DS_MOVEMENT, &finding->movement_ids);
        count = sample_rows(sample, rows, count, TIE_DS_INVOICE_LINE, &finding->billing_ids);
    }
    qsort(rows, count, sizeof *rows, sample_compare);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sample_compare(&rows[used - 1], &rows[i]) != 0)
            rows[used++] = rows[i];
    sample->evidence = (struct tie_evidence_rows){ used, rows };
}

/* ---- the rest ---- */

static inline void sample_extract(struct sample *sample)
{
    static const struct tie_source_spec sources[] = { { .name = "fsm", .driver = TIE_DRIVER_POSTGRES },
        { .name = "erp", .driver = TIE_DRIVER_ODBC } };
    static struct tie_source_result results[] = { { .product = "PostgreSQL 15.18", .snapshot = "", .read_at = 0 },
        { .product = "SQLite 3.40.1 (libsqliteodbc.so 0.9998)", .snapshot = "", .read_at = 0 } };
    static const struct tie_part_spec parts[] = { { .title = "work_order", .dataset = TIE_DS_WORK_ORDER },
        { .title = "usage_line", .dataset = TIE_DS_USAGE_LINE, .part = 1 },
        { .title = "movement", .dataset = TIE_DS_MOVEMENT, .part = 2, .source = 1 },
        { .title = "invoice_line", .dataset = TIE_DS_INVOICE_LINE, .part = 3, .source = 1 } };
    static const struct tie_control controls[] = { { "rows", "8413", "8413", true },
        { "sum_quantity", "19220.5", "19220.5", true } };
    static struct tie_part_result part_results[] = { { .rows = 3120 },
        { .rows = 8413, .rejected = 2, .control_count = 2, .controls = controls }, { .rows = 9120, .rounded = 3 },
        { .rows = 10233 } };
    static const struct tie_reject rejects[] = {
        { 1, 77, "", "U00077", "quantity", "12,5", "is no decimal number; write 12.5" },
        { 1, 912, "", "U00912", "uom", "", "is empty; a unit is required" },
    };

    sample->plan = (struct tie_extract_plan){ .source_count = 2, .sources = sources, .part_count = 4, .parts = parts };
    sample->extract = (struct tie_extract_result){
        .sources = results, .parts = part_results, .reject_count = 2, .rejects = rejects
    };
}

static inline void sample_tally(struct sample *sample)
{
    static const uint64_t rows[TIE_LEG_COUNT][5] = { { 8411, 8103, 190, 60, 58 }, { 0 }, { 9120, 8690, 171, 41, 218 },
        { 10233, 9904, 160, 33, 136 } };
    static const enum tie_row_state states[] = { TIE_STATE_MATCHED, TIE_STATE_EXCEPTED, TIE_STATE_PENDING,
        TIE_STATE_EXCLUDED };

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        sample->tally.input[leg].rows = rows[leg][0];
        for (size_t i = 0; i < 4; i++)
            sample->tally.state[leg][states[i]].rows = rows[leg][i + 1];
        sample->tally.excluded[leg][TIE_EXCLUDED_OUT_OF_SCOPE].rows = rows[leg][4];
    }
    sample->tally.groups_by_verdict[TIE_VERDICT_MATCHED] = 7800;
    sample->tally.groups_by_verdict[TIE_VERDICT_COST_GAP] = 120;
    sample->tally.groups_by_pass[TIE_P1] = 7000;
    sample->tally.groups_by_pass[TIE_P3] = 920;
    sample->tally.orders = 3120;
    sample->tally.orders_closed = 2870;
    sample->tally.orders_complete_strict = 2392;
    sample->tally.orders_complete_expected = 2741;
}

static inline void sample_runs(struct sample *sample)
{
    struct tie_run_row *const runs = TIE_TAKE(&sample->arena, struct tie_run_row, 12);
    char day[16];

    for (int i = 0; i < 12; i++) {
        (void)tie_date_print(sample->report.as_of - 12 + i, day);
        runs[i] = (struct tie_run_row){ .run = tie_arena_printf(&sample->arena, "%s.1", day),
            .as_of = sample->report.as_of - 12 + i,
            .state = "complete",
            .findings = 210,
            .open_primary = 140,
            .reporting_currency = "EUR",
            .firm_leakage = (tie_dec)(230000 - 6000 * i + (int)sample_draw(sample, 9000)) * TIE_DEC_ONE,
            .over_billing = -21000 * TIE_DEC_ONE,
            .contingent = (tie_dec)(40000 + (int)sample_draw(sample, 20000)) * TIE_DEC_ONE };
    }
    sample->report.run_count = 12;
    sample->report.runs = runs;
}

static inline void sample_kept(struct sample *sample)
{
    struct tie_kept *const kept = TIE_TAKE(&sample->arena, struct tie_kept, 6);

    for (uint64_t i = 0; i < 6; i++) {
        kept[i].finding.check = i % 2 == 0 ? TIE_INV_01 : TIE_BIL_01;
        sample_fill(sample, &kept[i].finding, 20000 + i);
        kept[i].finding.is_primary = true;
        kept[i].status = i < 2 ? TIE_FINDING_CARRIED : i < 4 ? TIE_FINDING_CORRECTED : TIE_FINDING_VOID;
        kept[i].last_seen = sample->report.as_of - 1;
    }
    sample->carried = (struct tie_kept_list){ 2, kept };
    sample->cleared = (struct tie_kept_list){ 4, kept + 2 };
}

static inline void sample_exports(struct sample *sample)
{
    struct tie_export *const exports = TIE_TAKE(&sample->arena, struct tie_export, sample->findings.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < sample->findings.count; i++) {
        const struct tie_finding *const finding = &sample->findings.at[i];
        struct tie_export *const to = &exports[count];

        if (strcmp(finding->verb, "NONE") == 0 || strcmp(finding->verb, "INVST") == 0)
            continue;
        *to = (struct tie_export){ .finding = (uint32_t)i,
            .output = "goods",
            .is_exported = finding->is_primary && !finding->is_pending && count % 4 != 3,
            .why = "",
            .document = "" };
        if (to->is_exported) {
            (void)snprintf(to->correction_id, sizeof to->correction_id, "C%09zu", count + 1);
            to->document = tie_arena_printf(&sample->arena, "TIE-%zu", count + 1);
        } else {
            to->why = finding->is_pending ? "pending until its due date"
                : !finding->is_primary    ? "not primary"
                                          : "no xref for location VAN-07";
        }
        count++;
    }
    sample->exports = (struct tie_export_list){ count, exports };
}

static inline enum tie_status sample_init(struct sample *sample, size_t findings, uint64_t seed, struct tie_error *err)
{
    struct tie_report *const report = &sample->report;
    enum tie_status status = TIE_OK;

    memset(sample, 0, sizeof *sample);
    TIE_TRY(tie_arena_init(&sample->arena, (size_t)4 << 30, err));
    sample->seed = seed;
    *report = (struct tie_report){ .job = "nightly",
        .run = "2026-11-20.1",
        .engine = "tieout 0.1.0",
        .as_of = tie_date_from_civil(2026, 11, 20),
        .window_start = tie_date_from_civil(2026, 9, 20),
        .history_start = tie_date_from_civil(2026, 3, 24),
        .reporting_currency = "EUR",
        .policy_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .policy = &sample->policy,
        .plan = &sample->plan,
        .extract = &sample->extract,
        .findings = &sample->findings,
        .cleared = &sample->cleared,
        .carried = &sample->carried,
        .exports = &sample->exports,
        .tally = &sample->tally,
        .switches = sample->switches,
        .evidence = &sample->evidence };
    for (int i = 0; i < TIE_WINDOW_COUNT; i++)
        sample->policy.window[i] = i % 2 == 0 ? (struct tie_span){ 0, 5 } : (struct tie_span){ 864000, 0 };
    for (int i = 0; i < TIE_CHECK_COUNT; i++)
        if (!tie_check_is_judged((enum tie_check)i))
            sample->switches[i] = (struct tie_check_switch){ TIE_CHECK_OFF_VERSION, "not judged by this version" };
    sample_extract(sample);
    sample_tally(sample);
    sample_runs(sample);
    if (findings > 0) {
        sample_findings(sample, findings);
        sample_evidence(sample);
        sample_kept(sample);
        sample_exports(sample);
    }
    tie_totals_make(&sample->arena, report, &report->totals);
out:
    return status;
}

#endif
