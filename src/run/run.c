/*
 * run.c - a night's work: lock, extract, reconcile, keep, publish.
 *
 * Each step is one function over struct run. Nothing is visible outside until tie_ledger_commit: everything is written
 * into `runs/.<run>.part` (or `dry/.<as-of>.part`), and an interrupted run leaves only folders that the next start
 * removes.
 */
#include "signals.h"

#include "tieout/digest.h"
#include "tieout/job.h"
#include "tieout/lock.h"
#include "tieout/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SLOT_WORK, SLOT_PART };
enum { TREND_RUNS = 30 };

struct run {
    struct tie_arena *arena;
    struct tie_job *job;
    bool dry;
    struct tie_lock lock;
    struct tie_ledger *ledger;
    char name[32];
    const char *work_folder, *part_folder, *final_folder;
    struct tie_extract_result extract;
    struct tie_frames frames;
    struct tie_homes *homes;
    struct tie_pool pool;
    struct tie_world world;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_anchors anchors;
    struct tie_reconciled reconciled;
    struct tie_kept_list cleared, carried;
    struct tie_export_list exports;
    struct tie_report report;
    char result_sha256[65], run_json_sha256[65];
};

/* ---- before ---- */

static enum tie_status take_place(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    enum tie_status status = TIE_OK;
    char day[16], last[16];

    TIE_TRY(tie_folder_make(job->folder, err));
    TIE_TRY(tie_lock_take(&run->lock, job->folder, err));
    TIE_TRY(
        tie_ledger_open(&(struct tie_ledger_place){ .job = job->name, .folder = job->folder, .read_only = run->dry },
            &run->ledger, err));
    if (!run->dry && tie_ledger_last_as_of(run->ledger) != TIE_NO_DATE &&
        job->as_of < tie_ledger_last_as_of(run->ledger)) {
        (void)tie_date_print(job->as_of, day);
        (void)tie_date_print(tie_ledger_last_as_of(run->ledger), last);
        return tie_fail(err, TIE_USAGE,
            "as-of %s is older than the last kept run (%s); the past can't be kept again: add --dry-run to look at it",
            day, last);
    }
    (void)tie_date_print(job->as_of, day);
    if (run->dry) {
        (void)snprintf(run->name, sizeof run->name, "%s.dry", day);
        run->part_folder = tie_arena_printf(run->arena, "%s/dry/.%s.part", job->folder, day);
        run->final_folder = tie_arena_printf(run->arena, "%s/dry/%s", job->folder, day);
    } else {
        TIE_TRY(tie_ledger_next_run(run->ledger, job->as_of, run->name, err));
        run->part_folder = tie_arena_printf(run->arena, "%s/runs/.%s.part", job->folder, run->name);
        run->final_folder = tie_arena_printf(run->arena, "%s/runs/%s", job->folder, run->name);
    }
    run->work_folder = tie_path_join(run->arena, job->folder, "work");
    tie_log(TIE_LOG_INFO, "lock: run %s in %s", run->name, job->folder);
    run_signals_remove(SLOT_WORK, run->work_folder);
    run_signals_remove(SLOT_PART, run->part_folder);
    TIE_TRY(tie_tree_remove(run->work_folder, err));
    TIE_TRY(tie_tree_remove(run->part_folder, err));
    TIE_TRY(tie_folder_make(run->work_folder, err));
    TIE_TRY(tie_folder_make(run->part_folder, err));
out:
    return status;
}

/* ---- extract ---- */

static enum tie_status extract(struct run *run, struct tie_error *err)
{
    struct tie_extract_plan *plan = &run->job->plan;
    const int64_t started_us = tie_clock_us();
    uint64_t rows = 0;
    enum tie_status status = TIE_OK;

    plan->work_folder = run->work_folder;
    plan->memory_bytes = run->job->memory_bytes / 4;
    TIE_TRY(tie_extract(run->arena, plan, &run->extract, err));
    run->frames.shard_count = plan->shard_count;
    run->frames.at = TIE_TAKE(run->arena, struct tie_frame *, plan->part_count);
    for (size_t i = 0; i < plan->part_count; i++) {
        TIE_TRY(tie_frame_open(run->extract.parts[i].frame_path, &run->frames.at[i], err));
        run->frames.count++;
        rows += run->extract.parts[i].rows;
    }
    run->report.measured.extract_us = tie_clock_us() - started_us;
    tie_log(TIE_LOG_INFO, "extract: %llu rows of %zu datasets in %.1f s", (unsigned long long)rows, plan->part_count,
        (double)run->report.measured.extract_us / 1e6);
out:
    return status;
}

/* ---- reconcile ---- */

static enum tie_status build_world(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    struct tie_rows tables[TIE_DATASET_COUNT] = { { NULL, 0, 0 } };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_homes_find(&run->frames, (size_t)job->memory_bytes / 4, &run->homes, err));
    tie_pool_init(&run->pool, run->arena, NULL);
    TIE_TRY(tie_broadcast_load(run->arena, &run->frames, &run->pool, tables, err));
    TIE_TRY(tie_world_build(run->arena, &run->pool, tables,
        &(struct tie_world_setup){ .policy = &job->policy,
            .delivery = &run->extract.delivery,
            .as_of = job->as_of,
            .window_start = job->window_start,
            .history_start = job->history_start,
            .reporting_currency = job->reporting_currency,
            .zone = &job->zone,
            .rejects = run->extract.reject_refs },
        &run->world, err));
    tie_check_switches(run->arena, &run->extract.delivery, &job->policy, run->switches);
    TIE_TRY(tie_ledger_anchors(run->ledger, run->arena, &run->anchors, err));
    /* what a check that is off would have said is not known: carried, not void */
    run->anchors.switches = run->switches;
out:
    return status;
}

/* data-model.md 3: an ERP that stores credits positive must be turned in the query, else every net is wrong. */
static enum tie_status check_credit_signs(const struct run *run, struct tie_error *err)
{
    const struct tie_reconciled *r = &run->reconciled;

    if (r->credits_seen == 0 || r->credits_same_sign * 2 <= r->credits_seen)
        return TIE_OK;
    return tie_fail(err, TIE_DATA,
        "invoice_line: %llu of %llu credit and cancel lines have the sign of the line they take back; "
        "credits must be negative: "
        "negate quantity and net_amount of such documents in the query",
        (unsigned long long)r->credits_same_sign, (unsigned long long)r->credits_seen);
}

/* FIN-06: an engine that loses a row must not publish a figure. */
static enum tie_status check_conservation(const struct run *run, struct tie_error *err)
{
    const struct tie_tally *tally = &run->reconciled.tally;

    for (enum tie_leg leg = 0; leg <= TIE_LEG_BILLING && !run->reconciled.conserved; leg++) {
        uint64_t rows = 0;

        for (size_t state = 0; state <= TIE_STATE_EXCLUDED; state++)
            rows += tally->state[leg][state].rows;
        if (rows != tally->input[leg].rows || tally->state[leg][TIE_STATE_OPEN].rows > 0)
            return tie_fail(err, TIE_INTERNAL,
                "FIN-06: %s: %llu rows read, %llu accounted for, %llu left open; nothing was published",
                tie_dataset(tie_leg_dataset(leg))->name, (unsigned long long)tally->input[leg].rows,
                (unsigned long long)rows, (unsigned long long)tally->state[leg][TIE_STATE_OPEN].rows);
    }
    if (!run->reconciled.conserved)
        return tie_fail(
            err, TIE_INTERNAL, "FIN-06: quantities or amounts read and accounted for differ; nothing was published");
    return TIE_OK;
}

static enum tie_status reconcile(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    const int64_t started_us = tie_clock_us();
    const char **titles = TIE_TAKE(run->arena, const char *, job->plan.part_count);
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < job->plan.part_count; i++)
        titles[i] = job->plan.parts[i].title;
    TIE_TRY(build_world(run, err));
    TIE_TRY(tie_reconcile(run->arena,
        &(struct tie_reconcile_plan){ .frames = &run->frames,
            .homes = run->homes,
            .world = &run->world,
            .switches = run->switches,
            .anchors = &run->anchors,
            .part_titles = titles,
            .memory_bytes = job->memory_bytes / 2,
            .threads = job->threads },
        &run->reconciled, err));
    TIE_TRY(check_credit_signs(run, err));
    TIE_TRY(check_conservation(run, err));
    run->report.measured.reconcile_us = tie_clock_us() - started_us;
    tie_log(TIE_LOG_INFO, "reconcile: %llu dossiers, %zu findings in %.1f s",
        (unsigned long long)run->reconciled.dossiers, run->reconciled.findings.count,
        (double)run->report.measured.reconcile_us / 1e6);
out:
    return status;
}

/* ---- keep ---- */

/* "keep: 185 discrepancies: 176 new, 9 pending; 3 cleared, 0 carried" */
static void report_kept(const struct run *run)
{
    const struct tie_findings *findings = &run->reconciled.findings;
    size_t by_status[TIE_FINDING_STATUS_COUNT] = { 0 };
    struct tie_buf text;

    tie_buf_init(&text, 512);
    for (size_t i = 0; i < findings->count; i++)
        by_status[findings->at[i].status]++;
    for (enum tie_finding_status status = 0; status < TIE_FINDING_STATUS_COUNT; status++)
        if (by_status[status] > 0)
            tie_buf_printf(
                &text, "%s%zu %s", text.size > 0 ? ", " : ": ", by_status[status], tie_finding_status_name(status));
    tie_log(TIE_LOG_INFO, "keep: %zu discrepancies%s; %zu cleared, %zu carried", findings->count,
        text.size > 0 ? text.at : "", run->cleared.count, run->carried.count);
    tie_buf_release(&text);
}

static enum tie_status keep(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_ledger_judge(run->ledger, run->arena, job->as_of, &job->policy.regions[0], &run->reconciled.findings,
        &run->anchors, &run->cleared, &run->carried, err));
    TIE_TRY(tie_ledger_plan_exports(run->ledger, run->arena, &run->reconciled.findings, job->export_rules,
        job->correction_count, &run->exports, err));
    report_kept(run);
out:
    return status;
}

/* ---- publish ---- */

static int compare_digests(const void *a, const void *b)
{
    return strcmp(((const struct tie_frame_digest *)a)->dataset, ((const struct tie_frame_digest *)b)->dataset);
}

/* Digest of a dataset: over the digests of its frames in part order, each as 64 hex digits. Sorted by dataset name. */
static const struct tie_frame_digest *digest_frames(struct run *run, size_t *count)
{
    const struct tie_extract_plan *plan = &run->job->plan;
    struct tie_frame_digest *digests = TIE_TAKE(run->arena, struct tie_frame_digest, TIE_DATASET_COUNT);

    *count = 0;
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        struct tie_sha256 sha;
        struct tie_frame_digest *digest = &digests[*count];
        unsigned char bytes[TIE_SHA256_BYTES];
        bool any = false;

        tie_sha256_init(&sha);
        for (size_t i = 0; i < plan->part_count; i++)
            if (plan->parts[i].dataset == d) {
                tie_sha256_put(&sha, run->extract.parts[i].seal.sha256, 64);
                digest->rows += run->extract.parts[i].seal.rows;
                any = true;
            }
        tie_sha256_final(&sha, bytes);
        tie_hex(bytes, sizeof bytes, digest->sha256);
        digest->dataset = tie_dataset(d)->name;
        *count += any;
    }
    qsort(digests, *count, sizeof digests[0], compare_digests);
    return digests;
}

static uint64_t peak_bytes(const struct run *run)
{
    struct rusage self;
    uint64_t peak = 0;

    if (getrusage(RUSAGE_SELF, &self) == 0)
        peak = (uint64_t)self.ru_maxrss * 1024;
    for (size_t i = 0; i < run->job->plan.source_count; i++)
        peak += run->extract.sources[i].peak_bytes; /* children read at the same time */
    return peak;
}

static enum tie_status fill_report(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    struct tie_report *report = &run->report;
    char *host = TIE_TAKE(run->arena, char, 256);
    enum tie_status status = TIE_OK;

    report->job = job->name;
    report->run = run->name;
    report->engine = TIE_ENGINE;
    report->as_of = job->as_of;
    report->window_start = job->window_start;
    report->history_start = job->history_start;
    report->reporting_currency = job->reporting_currency;
    report->policy_sha256 = job->policy.digest;
    report->policy = &job->policy;
    report->plan = &job->plan;
    report->extract = &run->extract;
    report->findings = &run->reconciled.findings;
    report->cleared = &run->cleared;
    report->carried = &run->carried;
    report->exports = &run->exports;
    report->tally = &run->reconciled.tally;
    report->switches = run->switches;
    report->evidence = &run->reconciled.evidence;
    report->world = &run->world;
    TIE_TRY(tie_ledger_runs(run->ledger, run->arena, TREND_RUNS, &report->run_count, &report->runs, err));
    tie_totals_make(run->arena, report, &report->totals);
    report->measured.frames = digest_frames(run, &report->measured.frame_count);
    (void)gethostname(host, 255);
    report->measured.host = host;
    report->measured.threads = job->threads;
    report->measured.shards = job->plan.shard_count;
    report->measured.homes = tie_homes_count(run->homes);
    report->measured.exchange_facts = run->reconciled.facts;
    report->measured.exchange_replies = run->reconciled.replies;
    report->measured.exchange_us = run->reconciled.exchange_us;
out:
    return status;
}

static void report_published(const struct run *run)
{
    const struct tie_total *headline = &run->report.totals.headline;
    const char *currency = run->job->reporting_currency;
    size_t exported = 0;
    char leakage[64], over[64];

    for (size_t i = 0; i < run->exports.count; i++)
        exported += run->exports.at[i].is_exported;
    (void)tie_sum_print_fixed(headline->leakage, 2, leakage);
    (void)tie_sum_print_fixed(headline->over_billing, 2, over);
    tie_log(TIE_LOG_INFO, "publish: leakage %s %s, over-billing %s %s, %zu corrections%s, in %.1f s", leakage, currency,
        over, currency, exported, run->dry ? " (not exported: dry run)" : "",
        (double)run->report.measured.publish_us / 1e6);
}

/* Corrections first (they may take exports back), run.json last (it holds the digests of all others). */
static enum tie_status publish(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->job;
    struct tie_report *report = &run->report;
    const int64_t started_us = tie_clock_us();
    enum tie_status status = TIE_OK;

    TIE_TRY(fill_report(run, err));
    for (size_t i = 0; i < job->correction_count && !run->dry; i++)
        TIE_TRY(tie_publish_corrections(run->arena, report, &job->corrections[i], run->part_folder, err));
    if (job->has_csv)
        TIE_TRY(tie_publish_discrepancies(report, run->part_folder, err));
    TIE_TRY(tie_publish_rejected(report, run->part_folder, err));
    if (job->has_workbook)
        TIE_TRY(tie_publish_workbook(run->arena, report, job->workbook_layout, run->part_folder, err));
    report->measured.publish_us = tie_clock_us() - started_us;
    report->measured.ended_at = tie_now();
    report->measured.peak_bytes = peak_bytes(run);
    TIE_TRY(tie_publish_run_json(report, run->part_folder, run->result_sha256, run->run_json_sha256, err));
    report_published(run);
out:
    return status;
}

static enum tie_status commit(struct run *run, struct tie_error *err)
{
    const struct tie_totals *totals = &run->report.totals;
    struct tie_run_row row = { .run = run->name,
        .as_of = run->job->as_of,
        .findings = run->reconciled.findings.count,
        .open_primary = totals->headline.findings,
        .reporting_currency = run->job->reporting_currency };
    enum tie_status status = TIE_OK;

    if (!tie_dec_from_sum(totals->headline.leakage, &row.firm_leakage) ||
        !tie_dec_from_sum(totals->headline.over_billing, &row.over_billing) ||
        !tie_dec_from_sum(totals->headline.contingent, &row.contingent))
        return tie_fail(err, TIE_DATA, "a headline total is larger than 9.2e12 %s; are amounts in the right unit?",
            run->job->reporting_currency);
    run_signals_commit_begin();
    status = tie_ledger_commit(run->ledger,
        &(struct tie_commit){ .run = run->name,
            .as_of = run->job->as_of,
            .part_folder = run->part_folder,
            .policy_sha256 = run->job->policy.digest,
            .engine = TIE_ENGINE,
            .frame_count = run->report.measured.frame_count,
            .frames = run->report.measured.frames,
            .result_sha256 = run->result_sha256,
            .run_json_sha256 = run->run_json_sha256,
            .totals = row,
            .findings = &run->reconciled.findings,
            .cleared = &run->cleared,
            .carried = &run->carried,
            .exports = &run->exports,
            .keep_runs = run->job->keep_runs },
        err);
    run_signals_remove(SLOT_PART, NULL);
    run_signals_commit_end();
    return status;
}

static enum tie_status replace_dry(struct run *run, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_tree_remove(run->final_folder, err));
    TIE_TRY(tie_path_rename(run->part_folder, run->final_folder, err));
out:
    return status;
}

/* ---- after ---- */

static enum tie_status alert(const struct run *run, struct tie_error *err)
{
    const struct tie_policy *policy = &run->job->policy;
    const struct tie_totals *totals = &run->report.totals;
    const tie_sum expected = run->report.tally->expected_revenue_reporting;
    char text[64];

    if (policy->alert_firm_exposure > 0 && totals->headline.leakage >= policy->alert_firm_exposure) {
        (void)tie_sum_print_fixed(totals->headline.leakage, 2, text);
        return tie_fail(err, TIE_ALERT, "alert: firm leakage of %s %s reached [alert] firm_exposure", text,
            run->job->reporting_currency);
    }
    if (policy->alert_s1_count > 0 && totals->s1_count >= (uint64_t)policy->alert_s1_count)
        return tie_fail(err, TIE_ALERT, "alert: %llu findings of severity S1 reached [alert] s1_count",
            (unsigned long long)totals->s1_count);
    if (policy->alert_unbilled_share > 0 && expected > 0 &&
        totals->leakage_by_bucket[TIE_BUCKET_REV] * TIE_DEC_ONE >= expected * policy->alert_unbilled_share)
        return tie_fail(err, TIE_ALERT, "alert: the unbilled share of expected revenue reached [alert] unbilled_share");
    return TIE_OK;
}

static void report_end(const struct run *run)
{
    char *whole = realpath(run->final_folder, NULL); /* for people: without the ../ of a job file */

    tie_log(TIE_LOG_INFO, "%s: done, results in %s", run->name, whole != NULL ? whole : run->final_folder);
    free(whole);
}

/* What can't be removed now is removed by the next start: worth a line, not a failure. */
static void remove_folders(const struct run *run, bool done)
{
    const char *folders[] = { run->work_folder, done ? NULL : run->part_folder };

    for (size_t i = 0; i < TIE_COUNT_OF(folders); i++) {
        struct tie_error why;

        if (folders[i] != NULL && tie_tree_remove(folders[i], &why) != TIE_OK)
            tie_log(TIE_LOG_WARNING, "%s", why.text);
    }
}

static void end_run(struct run *run, bool done)
{
    for (size_t i = 0; i < run->frames.count; i++)
        tie_frame_close(run->frames.at[i]);
    tie_homes_free(run->homes);
    tie_reconciled_release(&run->reconciled);
    if (run->lock.fd >= 0)
        remove_folders(run, done);
    tie_ledger_close(run->ledger);
    tie_lock_release(&run->lock);
}

enum tie_status tie_run(
    struct tie_arena *arena, struct tie_job *job, const struct tie_run_options *options, struct tie_error *err)
{
    struct run *run = TIE_TAKE(arena, struct run, 1);
    bool done = false;
    enum tie_status status = TIE_OK;

    *run = (struct run){ .arena = arena, .job = job, .dry = options->dry_run, .lock = TIE_LOCK_NONE };
    run->report.measured.started_at = tie_now();
    TIE_TRY(run_signals_start(err));
    TIE_TRY(take_place(run, err));
    TIE_TRY(extract(run, err));
    TIE_TRY(reconcile(run, err));
    TIE_TRY(keep(run, err));
    TIE_TRY(publish(run, err));
    status = run->dry ? replace_dry(run, err) : commit(run, err);
    done = true; /* a commit that failed half-way is rolled forward or removed by the next start */
    if (status == TIE_OK) {
        report_end(run);
        status = alert(run, err);
    }
out:
    run_signals_settle();
    end_run(run, done);
    return status;
}
