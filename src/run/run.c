/*
 * run.c - a night's work: lock, extract, reconcile, keep, publish.
 *
 * Each step is one function over struct run. Nothing is visible outside until tie_ledger_commit: everything is written
 * into `runs/.<run>.part` (or `dry/.<as-of>.part`), and an interrupted run leaves only folders that the next start
 * removes.
 */
#include "signals.h"

#include "tieout/budget.h"
#include "tieout/bundle.h"
#include "tieout/lock.h"
#include "tieout/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SLOT_WORK, SLOT_PART };

struct run {
    struct tie_pipeline line; /* first the steps that a replay makes, too */
    struct tie_lock lock;
    char name[32];
    const char *work_folder, *part_folder, *final_folder;
    char result_sha256[65], run_json_sha256[65];
    pthread_t sweeper; /* removes the frames while the run is committed */
    bool is_swept;
    struct keeper { /* writes the state while result files are made */
        pthread_t thread;
        bool is_started;
        enum tie_status status;
        struct tie_error error;
    } keeper;
};

/* ---- before ---- */

static enum tie_status take_place(struct run *run, struct tie_error *err)
{
    struct tie_job *job = run->line.job;
    enum tie_status status = TIE_OK;
    char day[16], last[16];

    TIE_TRY(tie_folder_make(job->folder, err));
    TIE_TRY(tie_lock_take(&run->lock, job->folder, err));
    TIE_TRY(tie_ledger_open(&(struct tie_ledger_place){ .job = job->name,
                                .folder = job->folder,
                                .read_only = run->line.dry,
                                .cache_bytes = tie_budget_of(job->memory_bytes, 1).state },
        &run->line.ledger, err));
    if (!run->line.dry && tie_ledger_last_as_of(run->line.ledger) != TIE_NO_DATE &&
        job->as_of < tie_ledger_last_as_of(run->line.ledger)) {
        (void)tie_date_print(job->as_of, day);
        (void)tie_date_print(tie_ledger_last_as_of(run->line.ledger), last);
        return tie_fail(err, TIE_USAGE,
            "as-of %s is older than the last kept run (%s); the past can't be kept again: add --dry-run to look at it",
            day, last);
    }
    (void)tie_date_print(job->as_of, day);
    if (run->line.dry) {
        (void)snprintf(run->name, sizeof run->name, "%s.dry", day);
        run->part_folder = tie_arena_printf(run->line.arena, "%s/dry/.%s.part", job->folder, day);
        run->final_folder = tie_arena_printf(run->line.arena, "%s/dry/%s", job->folder, day);
    } else {
        TIE_TRY(tie_ledger_next_run(run->line.ledger, job->as_of, run->name, err));
        run->part_folder = tie_arena_printf(run->line.arena, "%s/runs/.%s.part", job->folder, run->name);
        run->final_folder = tie_arena_printf(run->line.arena, "%s/runs/%s", job->folder, run->name);
    }
    run->line.name = run->name;
    run->line.folder = run->part_folder;
    run->work_folder = tie_path_join(run->line.arena, job->folder, "work");
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
    struct tie_extract_plan *plan = &run->line.job->plan;
    const int64_t started_us = tie_clock_us();
    uint64_t rows = 0;
    enum tie_status status = TIE_OK;

    plan->work_folder = run->work_folder;
    plan->memory_bytes = tie_budget_of(run->line.job->memory_bytes, plan->threads).frames;
    TIE_TRY(tie_extract(run->line.arena, plan, &run->line.extract, err));
    TIE_TRY(tie_pipeline_open_frames(&run->line, err));
    for (size_t i = 0; i < plan->part_count; i++)
        rows += run->line.extract.parts[i].rows;
    run->line.report.measured.extract_us = tie_clock_us() - started_us;
    tie_log(TIE_LOG_INFO, "extract: %llu rows of %zu datasets in %.1f s", (unsigned long long)rows, plan->part_count,
        (double)run->line.report.measured.extract_us / 1e6);
out:
    return status;
}

/* ---- publish ---- */

static uint64_t peak_bytes(const struct run *run)
{
    struct rusage self;
    uint64_t peak = 0;

    if (getrusage(RUSAGE_SELF, &self) == 0)
        peak = (uint64_t)self.ru_maxrss * 1024;
    for (size_t i = 0; i < run->line.job->plan.source_count; i++)
        peak += run->line.extract.sources[i].peak_bytes; /* children read at the same time */
    return peak;
}

static void report_published(const struct run *run)
{
    const struct tie_total *headline = &run->line.report.totals.headline;
    const char *currency = run->line.job->reporting_currency;
    size_t exported = 0;
    char leakage[64], over[64];

    for (size_t i = 0; i < run->line.exports.count; i++)
        exported += run->line.exports.at[i].is_exported;
    (void)tie_sum_print_fixed(headline->leakage, 2, leakage);
    (void)tie_sum_print_fixed(headline->over_billing, 2, over);
    tie_log(TIE_LOG_INFO, "publish: leakage %s %s, over-billing %s %s, %zu corrections%s, in %.1f s", leakage, currency,
        over, currency, exported, run->line.dry ? " (not exported: dry run)" : "",
        (double)run->line.report.measured.publish_us / 1e6);
}

/* The evidence of all that was published so far. */
static enum tie_status put_bundle(struct run *run, struct tie_error *err)
{
    struct tie_measured *measured = &run->line.report.measured;
    const int64_t started_us = tie_clock_us();
    struct tie_archive_seal seal;
    enum tie_status status = TIE_OK;

    if (run->line.job->bundle == TIE_BUNDLE_NONE)
        return TIE_OK;
    TIE_TRY(tie_bundle_write(
        &run->line, run->work_folder, tie_path_join(run->line.arena, run->part_folder, TIE_BUNDLE_NAME), &seal, err));
    measured->bundle_bytes = seal.bytes;
    memcpy(measured->bundle_sha256, seal.sha256, sizeof seal.sha256);
    measured->bundle_us = tie_clock_us() - started_us;
    tie_log(TIE_LOG_INFO, "bundle: %llu bytes in %.1f s", (unsigned long long)seal.bytes,
        (double)measured->bundle_us / 1e6);
out:
    return status;
}

static void *keep(void *argument)
{
    struct run *run = argument;

    run->keeper.status = tie_ledger_begin(run->line.ledger, run->line.job->as_of, &run->line.reconciled.findings,
        &run->line.cleared, &run->line.carried, &run->keeper.error);
    return NULL;
}

/* What a night found is the largest part of its commit, and known before the files are made of it. Without a thread
 * the commit does it all. */
static void begin_keeping(struct run *run)
{
    if (run->line.dry)
        return;
    run_signals_give_up(run->line.ledger);
    run->keeper.is_started = pthread_create(&run->keeper.thread, NULL, keep, run) == 0;
}

static enum tie_status end_keeping(struct run *run, struct tie_error *err)
{
    if (!run->keeper.is_started)
        return TIE_OK;
    (void)pthread_join(run->keeper.thread, NULL);
    run->keeper.is_started = false;
    if (run->keeper.status != TIE_OK && err != NULL)
        *err = run->keeper.error;
    return run->keeper.status;
}

/* run.json is last: it holds the digests of all others. The state is written beside files that take no longer than it
 * does: while it is, nobody can read it, and a workbook may take minutes; a bundle holds what the state was before. */
static enum tie_status publish(struct run *run, struct tie_error *err)
{
    const struct tie_job *job = run->line.job;
    const bool is_quick = !job->has_workbook && !job->has_sample && job->bundle == TIE_BUNDLE_NONE;
    struct tie_report *report = &run->line.report;
    const int64_t started_us = tie_clock_us();
    enum tie_status status = TIE_OK;

    if (is_quick)
        begin_keeping(run);
    TIE_TRY(tie_pipeline_publish(&run->line, err));
    TIE_TRY(put_bundle(run, err));
    if (!is_quick)
        begin_keeping(run);
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
    const struct tie_totals *totals = &run->line.report.totals;
    struct tie_run_row row = { .run = run->name,
        .as_of = run->line.job->as_of,
        .findings = run->line.reconciled.findings.count,
        .open_primary = totals->headline.findings,
        .reporting_currency = run->line.job->reporting_currency };
    enum tie_status status = TIE_OK;

    if (!tie_dec_from_sum(totals->headline.leakage, &row.firm_leakage) ||
        !tie_dec_from_sum(totals->headline.over_billing, &row.over_billing) ||
        !tie_dec_from_sum(totals->headline.contingent, &row.contingent))
        return tie_fail(err, TIE_DATA, "a headline total is larger than 9.2e12 %s; are amounts in the right unit?",
            run->line.job->reporting_currency);
    const int64_t started_us = tie_clock_us();

    run_signals_commit_begin();
    status = tie_ledger_commit(run->line.ledger,
        &(struct tie_commit){ .run = run->name,
            .as_of = run->line.job->as_of,
            .part_folder = run->part_folder,
            .policy_sha256 = run->line.job->policy.digest,
            .engine = TIE_ENGINE,
            .frame_count = run->line.report.measured.frame_count,
            .frames = run->line.report.measured.frames,
            .result_sha256 = run->result_sha256,
            .run_json_sha256 = run->run_json_sha256,
            .totals = row,
            .findings = &run->line.reconciled.findings,
            .cleared = &run->line.cleared,
            .carried = &run->line.carried,
            .exports = &run->line.exports,
            .keep_runs = run->line.job->keep_runs },
        err);
    run_signals_remove(SLOT_PART, NULL);
    run_signals_commit_end();
    if (status == TIE_OK) /* run.json can't say it: its digest is committed */
        tie_log(TIE_LOG_INFO, "commit: in %.1f s", (double)(tie_clock_us() - started_us) / 1e6);
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
    const struct tie_policy *policy = &run->line.job->policy;
    const struct tie_totals *totals = &run->line.report.totals;
    const tie_sum expected = run->line.report.tally->expected_revenue_reporting;
    char text[64];

    if (policy->alert_firm_exposure > 0 && totals->headline.leakage >= policy->alert_firm_exposure) {
        (void)tie_sum_print_fixed(totals->headline.leakage, 2, text);
        return tie_fail(err, TIE_ALERT, "alert: firm leakage of %s %s reached [alert] firm_exposure", text,
            run->line.job->reporting_currency);
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

/* Frames of a million rows take a tenth of a second to be given back, and nobody reads them any more. What this leaves,
 * the end of the run removes. */
static void *sweep(void *work_folder)
{
    const enum tie_status ignored = tie_tree_remove(work_folder, NULL);

    (void)ignored;
    return NULL;
}

static void begin_sweep(struct run *run)
{
    tie_pipeline_rest(&run->line);
    run->is_swept = pthread_create(&run->sweeper, NULL, sweep, tie_arena_strdup(run->line.arena, run->work_folder)) ==
        0;
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
    const enum tie_status ignored = end_keeping(run, NULL); /* of a run that failed elsewhere */

    (void)ignored;
    tie_pipeline_close(&run->line);
    if (run->is_swept)
        (void)pthread_join(run->sweeper, NULL);
    if (run->lock.fd >= 0)
        remove_folders(run, done);
    tie_lock_release(&run->lock);
}

/* Whether rows or master data are asked for when all is judged. */
static bool looks_back(const struct tie_job *job)
{
    return job->correction_count > 0 || job->has_sample || job->bundle != TIE_BUNDLE_NONE;
}

enum tie_status tie_run(
    struct tie_arena *arena, struct tie_job *job, const struct tie_run_options *options, struct tie_error *err)
{
    struct run *run = TIE_TAKE(arena, struct run, 1);
    bool done = false;
    enum tie_status status = TIE_OK;

    *run = (struct run){ .line = { .arena = arena, .job = job, .dry = options->dry_run }, .lock = TIE_LOCK_NONE };
    run->line.report.measured.started_at = tie_now();
    TIE_TRY(run_signals_start(err));
    TIE_TRY(take_place(run, err));
    TIE_TRY(extract(run, err));
    run->line.is_last_look = !looks_back(job);
    TIE_TRY(tie_pipeline_build_world(&run->line, err));
    TIE_TRY(tie_pipeline_reconcile(&run->line, err));
    TIE_TRY(tie_pipeline_keep(&run->line, err));
    TIE_TRY(publish(run, err));
    begin_sweep(run);
    TIE_TRY(end_keeping(run, err));
    status = run->line.dry ? replace_dry(run, err) : commit(run, err);
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
