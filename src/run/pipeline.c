/*
 * pipeline.c - from sealed frames and a prior state to result files: reconcile, keep, publish.
 *
 * The same steps for a run and for the replay of one; what differs (where frames and state come from, what happens to
 * the results) stays with the caller. Nothing here reads a clock for anything but what is measured, and nothing looks
 * at a source, a job file or a time-zone database: all that decides the results stands in struct tie_pipeline.
 */
#include "tieout/pipeline.h"

#include "tieout/budget.h"
#include "tieout/digest.h"
#include "tieout/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TREND_RUNS = 30 };

enum tie_status tie_pipeline_open_frames(struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_extract_plan *plan = &line->job->plan;
    enum tie_status status = TIE_OK;

    line->frames.shard_count = plan->shard_count;
    line->frames.at = TIE_TAKE(line->arena, struct tie_frame *, plan->part_count);
    for (size_t i = 0; i < plan->part_count; i++) {
        TIE_TRY(tie_frame_open(line->extract.parts[i].frame_path, &line->frames.at[i], err));
        line->frames.count++;
    }
out:
    return status;
}

/* ---- reconcile ---- */

/* Of all threads of this process; the sources' children are not in it. */
static int64_t cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) + used.ru_utime.tv_usec +
        used.ru_stime.tv_usec;
}

enum tie_status tie_pipeline_build_world(struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_job *job = line->job;
    struct tie_rows tables[TIE_DATASET_COUNT] = { { NULL, 0, 0 } };
    const struct tie_budget budget = tie_budget_of(job->memory_bytes, job->threads);
    const int64_t started_us = tie_clock_us(), cpu_started_us = cpu_us();
    enum tie_status status = TIE_OK;

    if (line->trim == NULL)
        TIE_TRY(tie_trim_start(job->memory_bytes, &line->trim, err));
    tie_frames_watch(&line->frames, line->trim);
    TIE_TRY(tie_homes_find(&line->frames, budget.homes, job->threads, &line->homes, err));
    tie_frames_watch(tie_homes_frames(line->homes), line->trim);
    line->report.measured.homes_us = tie_clock_us() - started_us;
    line->report.measured.homes = tie_homes_count(line->homes);
    TIE_TRY(tie_arena_init(&line->master, budget.master, err));
    line->master.holds = "what is looked up in master data";
    tie_pool_init(&line->pool, &line->master, NULL);
    TIE_TRY(tie_broadcast_load(&line->master, &line->frames, &line->pool, tables, err));
    TIE_TRY(tie_world_build(&line->master, &line->pool, tables,
        &(struct tie_world_setup){ .policy = &job->policy,
            .delivery = &line->extract.delivery,
            .as_of = job->as_of,
            .window_start = job->window_start,
            .history_start = job->history_start,
            .reporting_currency = job->reporting_currency,
            .zone = &job->zone,
            .rejects = line->extract.reject_refs },
        &line->world, err));
    tie_check_switches(line->arena, &line->extract.delivery, &job->policy, line->switches);
    TIE_TRY(tie_ledger_anchors(line->ledger, line->arena, &line->anchors, err));
    /* what a check that is off would have said is not known: carried, not void */
    line->anchors.switches = line->switches;
    line->report.measured.reconcile_us = tie_clock_us() - started_us;
    line->report.measured.reconcile_cpu_us = cpu_us() - cpu_started_us;
out:
    return status;
}

/* data-model.md 3: an ERP that stores credits positive must be turned in the query, else every net is wrong. */
static enum tie_status check_credit_signs(const struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_reconciled *r = &line->reconciled;

    if (line->is_partial || r->credits_seen == 0 || r->credits_same_sign * 2 <= r->credits_seen)
        return TIE_OK;
    return tie_fail(err, TIE_DATA,
        "invoice_line: %llu of %llu credit and cancel lines have the sign of the line they take back; "
        "credits must be negative: "
        "negate quantity and net_amount of such documents in the query",
        (unsigned long long)r->credits_same_sign, (unsigned long long)r->credits_seen);
}

static uint64_t rows_in_frames(const struct tie_pipeline *line, enum tie_dataset dataset)
{
    uint64_t rows = 0;

    for (size_t f = 0; f < line->frames.count; f++)
        rows += tie_frame_dataset(line->frames.at[f]) == dataset ? tie_frame_rows(line->frames.at[f]) : 0;
    return rows;
}

/* FIN-06: an engine that loses a row must not publish a figure. Rows are counted when they are loaded, so those of a
 * shard or slice that nobody loaded show in the frames alone. */
static enum tie_status check_conservation(const struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_tally *tally = &line->reconciled.tally;

    for (int leg = 0; leg <= TIE_LEG_BILLING; leg++) {
        const enum tie_dataset dataset = tie_leg_dataset((enum tie_leg)leg);
        const uint64_t extracted = rows_in_frames(line, dataset);
        if (extracted != tally->input[leg].rows)
            return tie_fail(err, TIE_INTERNAL, "FIN-06: %s: %llu rows extracted, %llu judged; nothing was published",
                tie_dataset(dataset)->name, (unsigned long long)extracted, (unsigned long long)tally->input[leg].rows);
    }

    for (enum tie_leg leg = 0; leg <= TIE_LEG_BILLING && !line->reconciled.conserved; leg++) {
        uint64_t rows = 0;

        for (size_t state = 0; state <= TIE_STATE_EXCLUDED; state++)
            rows += tally->state[leg][state].rows;
        if (rows != tally->input[leg].rows || tally->state[leg][TIE_STATE_OPEN].rows > 0)
            return tie_fail(err, TIE_INTERNAL,
                "FIN-06: %s: %llu rows read, %llu accounted for, %llu left open; nothing was published",
                tie_dataset(tie_leg_dataset(leg))->name, (unsigned long long)tally->input[leg].rows,
                (unsigned long long)rows, (unsigned long long)tally->state[leg][TIE_STATE_OPEN].rows);
    }
    if (!line->reconciled.conserved)
        return tie_fail(
            err, TIE_INTERNAL, "FIN-06: quantities or amounts read and accounted for differ; nothing was published");
    return TIE_OK;
}

const char *const *tie_pipeline_titles(struct tie_pipeline *line)
{
    const struct tie_extract_plan *plan = &line->job->plan;
    const char **titles = TIE_TAKE(line->arena, const char *, plan->part_count);

    for (size_t i = 0; i < plan->part_count; i++)
        titles[i] = plan->parts[i].title;
    return titles;
}

/* What was found has their memory from here on. */
static void drop_master(void *context)
{
    struct tie_pipeline *const line = context;

    tie_frames_unwatch(tie_homes_frames(line->homes), line->trim);
    tie_homes_free(line->homes);
    line->homes = NULL;
    tie_arena_release(&line->master);
}

struct tie_reconcile_plan tie_pipeline_plan(struct tie_pipeline *line)
{
    const struct tie_job *job = line->job;
    const struct tie_budget budget = tie_budget_of(job->memory_bytes, job->threads);

    return (struct tie_reconcile_plan){ .frames = &line->frames,
        .homes = line->homes,
        .world = &line->world,
        .switches = line->switches,
        .anchors = &line->anchors,
        .part_titles = tie_pipeline_titles(line),
        .budget = tie_budget_beside(budget, line->master.used_bytes, job->threads),
        .held_bytes = line->master.used_bytes + line->arena->used_bytes,
        .spill_folder = job->plan.work_folder,
        .trim = line->trim,
        .threads = job->threads,
        .judged = line->is_last_look ? drop_master : NULL,
        .context = line,
        .watch = line->watch,
        .part_count = job->plan.part_count,
        .wants_evidence = job->has_workbook || line->wants_evidence,
        .wants_picks = job->bundle == TIE_BUNDLE_EXCEPTIONS,
        .wants_closed = job->has_sample };
}

enum tie_status tie_pipeline_reconcile(struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_reconcile_plan plan = tie_pipeline_plan(line);
    const int64_t started_us = tie_clock_us(), cpu_started_us = cpu_us();
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_reconcile(line->arena, &plan, &line->reconciled, err));
    tie_frames_forget(&line->frames);
    tie_frames_forget(tie_homes_frames(line->homes));
    TIE_TRY(check_credit_signs(line, err));
    TIE_TRY(check_conservation(line, err));
    line->report.measured.reconcile_us += tie_clock_us() - started_us;
    line->report.measured.reconcile_cpu_us += cpu_us() - cpu_started_us;
    tie_log(TIE_LOG_INFO, "reconcile: %llu dossiers, %zu findings in %.1f s",
        (unsigned long long)line->reconciled.dossiers, line->reconciled.findings.count,
        (double)line->report.measured.reconcile_us / 1e6);
out:
    return status;
}

/* ---- keep ---- */

/* "keep: 185 discrepancies: 176 new, 9 pending; 3 cleared, 0 carried" */
static void report_kept(const struct tie_pipeline *line)
{
    const struct tie_findings *findings = &line->reconciled.findings;
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
        text.size > 0 ? text.at : "", line->cleared.count, line->carried.count);
    tie_buf_release(&text);
}

/* ---- publish ---- */

static int compare_digests(const void *a, const void *b)
{
    return strcmp(((const struct tie_frame_digest *)a)->dataset, ((const struct tie_frame_digest *)b)->dataset);
}

/* Digest of a dataset: over the digests of its frames in part order, each as 64 hex digits. Sorted by dataset name. */
static const struct tie_frame_digest *digest_frames(struct tie_pipeline *line, size_t *count)
{
    const struct tie_extract_plan *plan = &line->job->plan;
    struct tie_frame_digest *digests = TIE_TAKE(line->arena, struct tie_frame_digest, TIE_DATASET_COUNT);

    *count = 0;
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        struct tie_sha256 sha;
        struct tie_frame_digest *digest = &digests[*count];
        unsigned char bytes[TIE_SHA256_BYTES];
        bool any = false;

        tie_sha256_init(&sha);
        for (size_t i = 0; i < plan->part_count; i++)
            if (plan->parts[i].dataset == d) {
                tie_sha256_put(&sha, line->extract.parts[i].seal.sha256, 64);
                digest->rows += line->extract.parts[i].seal.rows;
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

enum tie_status tie_pipeline_fill_report(struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_job *job = line->job;
    struct tie_report *report = &line->report;
    char *host = TIE_TAKE(line->arena, char, 256);
    enum tie_status status = TIE_OK;

    report->job = job->name;
    report->run = line->name;
    report->engine = TIE_ENGINE;
    report->as_of = job->as_of;
    report->window_start = job->window_start;
    report->history_start = job->history_start;
    report->reporting_currency = job->reporting_currency;
    report->policy_sha256 = job->policy.digest;
    report->policy = &job->policy;
    report->plan = &job->plan;
    report->extract = &line->extract;
    report->findings = &line->reconciled.findings;
    report->cleared = &line->cleared;
    report->carried = &line->carried;
    report->exports = &line->exports;
    report->tally = &line->reconciled.tally;
    report->switches = line->switches;
    report->evidence = &line->reconciled.evidence;
    report->world = &line->world;
    TIE_TRY(tie_ledger_runs(line->ledger, line->arena, TREND_RUNS, &report->run_count, &report->runs, err));
    tie_totals_make(line->arena, report, &report->totals);
    report->measured.frames = digest_frames(line, &report->measured.frame_count);
    (void)gethostname(host, 255);
    report->measured.host = host;
    report->measured.threads = job->threads;
    report->measured.shards = job->plan.shard_count;
    report->measured.exchange_facts = line->reconciled.facts;
    report->measured.exchange_replies = line->reconciled.replies;
    report->measured.exchange_us = line->reconciled.exchange_us;
out:
    return status;
}

/* The last that asks the state stands here: publishing does not, so that it may be written meanwhile. */
enum tie_status tie_pipeline_keep(struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_job *job = line->job;
    const int64_t started_us = tie_clock_us();
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_ledger_judge(line->ledger, line->arena, job->as_of, &job->policy.regions[0], &line->reconciled.findings,
        &line->anchors, &line->cleared, &line->carried, err));
    TIE_TRY(tie_ledger_plan_exports(line->ledger, line->arena, &line->reconciled.findings, job->export_rules,
        job->correction_count, &line->exports, err));
    line->report.measured.keep_us = tie_clock_us() - started_us;
    report_kept(line);
    TIE_TRY(tie_pipeline_fill_report(line, err));
out:
    return status;
}

static enum tie_status put_sample(struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_sample_pack ignored;
    const enum tie_status status = tie_pipeline_sample(
        line, &line->job->sample, tie_path_join(line->arena, line->folder, "sample"), &ignored, err);

    if (status == TIE_CONFIG)
        tie_error_prefix(err, "[output sample] ");
    return status;
}

/* Corrections first: they may take exports back. */
enum tie_status tie_pipeline_publish(struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_job *job = line->job;
    struct tie_report *report = &line->report;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < job->correction_count && !line->dry; i++)
        TIE_TRY(tie_publish_corrections(line->arena, report, &job->corrections[i], line->folder, err));
    if (job->has_csv)
        TIE_TRY(tie_publish_discrepancies(report, line->folder, err));
    TIE_TRY(tie_publish_rejected(report, line->folder, err));
    if (job->has_workbook)
        TIE_TRY(tie_publish_workbook(line->arena, report, job->workbook_layout, line->folder, err));
    if (job->has_sample && !line->is_partial)
        TIE_TRY(put_sample(line, err));
out:
    return status;
}

void tie_pipeline_rest(struct tie_pipeline *line)
{
    tie_frames_unwatch(&line->frames, line->trim);
    for (size_t i = 0; i < line->frames.count; i++)
        tie_frame_close(line->frames.at[i]);
    line->frames.count = 0;
    drop_master(line);
}

void tie_pipeline_close(struct tie_pipeline *line)
{
    tie_pipeline_rest(line);
    tie_reconciled_release(&line->reconciled);
    tie_trim_stop(line->trim);
    line->trim = NULL;
    tie_ledger_close(line->ledger);
    line->ledger = NULL;
}
