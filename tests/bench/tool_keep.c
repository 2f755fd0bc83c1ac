/*
 * tool_keep.c - what comes behind the findings: opens a bundle, reconciles it once, then keeps, publishes and commits
 * as many nights in FOLDER as asked for, each from the same findings, and says how long each step of a night took.
 * Under callgrind (--toggle-collect=tie_ledger_commit, =tie_pipeline_keep, ...) it counts the instructions of a step.
 *
 *   tool_keep BUNDLE FOLDER [NIGHTS]       FOLDER must be empty
 */
#include "tieout/bundle.h"

#include "tieout/log.h"

#include <stdio.h>
#include <stdlib.h>

static int fail(const struct tie_error *err)
{
    fprintf(stderr, "tool_keep: %s\n", err->text);
    return 70;
}

static enum tie_status commit(
    struct tie_pipeline *line, const char *result_sha256, const char *file_sha256, struct tie_error *err)
{
    return tie_ledger_commit(line->ledger,
        &(struct tie_commit){ .run = line->name,
            .as_of = line->job->as_of,
            .part_folder = line->folder,
            .policy_sha256 = line->job->policy.digest,
            .engine = line->report.engine,
            .frame_count = line->report.measured.frame_count,
            .frames = line->report.measured.frames,
            .result_sha256 = result_sha256,
            .run_json_sha256 = file_sha256,
            .totals = { .run = line->name, .as_of = line->job->as_of, .reporting_currency = "EUR" },
            .findings = &line->reconciled.findings,
            .cleared = &line->cleared,
            .carried = &line->carried,
            .exports = &line->exports },
        err);
}

static enum tie_status night(struct tie_pipeline *line, const char *folder, struct tie_error *err)
{
    char *name = TIE_TAKE(line->arena, char, 32);
    char result_sha256[65], file_sha256[65];
    int64_t at[5];
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_ledger_next_run(line->ledger, line->job->as_of, name, err));
    line->name = name;
    line->folder = tie_arena_printf(line->arena, "%s/runs/.%s.part", folder, name);
    TIE_TRY(tie_folder_make(line->folder, err));
    at[0] = tie_clock_us();
    TIE_TRY(tie_pipeline_keep(line, err));
    at[1] = tie_clock_us();
    TIE_TRY(tie_pipeline_publish(line, err));
    at[2] = tie_clock_us();
    TIE_TRY(tie_publish_run_json(&line->report, line->folder, result_sha256, file_sha256, err));
    at[3] = tie_clock_us();
    TIE_TRY(commit(line, result_sha256, file_sha256, err));
    at[4] = tie_clock_us();
    printf("%s: keep %.3f s, publish %.3f s, run.json %.3f s, commit %.3f s\n", name, (double)(at[1] - at[0]) / 1e6,
        (double)(at[2] - at[1]) / 1e6, (double)(at[3] - at[2]) / 1e6, (double)(at[4] - at[3]) / 1e6);
out:
    return status;
}

int main(int argc, char **argv)
{
    const int nights = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 1;
    struct tie_bundle bundle = { 0 };
    struct tie_arena arena = { 0 };
    struct tie_error err = { 0 };
    enum tie_status status = TIE_OK;

    if (argc < 3 || nights < 1) {
        fprintf(stderr, "usage: tool_keep BUNDLE FOLDER [NIGHTS]\n");
        return 64;
    }
    TIE_TRY(tie_arena_init(&arena, (size_t)16 << 30, &err));
    TIE_TRY(tie_bundle_open(&arena, argv[1], NULL, &bundle, &err));
    TIE_TRY(tie_pipeline_reconcile(&bundle.line, &err));
    tie_ledger_close(bundle.line.ledger);
    bundle.line.ledger = NULL;
    TIE_TRY(
        tie_ledger_open(&(struct tie_ledger_place){ .job = "bench", .folder = argv[2] }, &bundle.line.ledger, &err));
    for (int i = 0; i < nights; i++, bundle.line.job->as_of++)
        TIE_TRY(night(&bundle.line, argv[2], &err));
out:
    tie_bundle_close(&bundle);
    tie_arena_release(&arena);
    return status == TIE_OK ? 0 : fail(&err);
}
