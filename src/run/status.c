/*
 * status.c - what `tieout status` prints.
 */
#include "tieout/job.h"
#include "tieout/json.h"

#include <stdio.h>
#include <string.h>

enum { RUNS_SHOWN = 10, RUN_JSON_MAX_BYTES = 1 << 28 };

static void print_runs(struct tie_out *out, const struct tie_run_row *rows, size_t count)
{
    tie_out_text(out, "Last runs\n  run              findings       leakage   over-billing    contingent\n");
    for (size_t i = 0; i < count; i++) {
        char leakage[TIE_DEC_TEXT_MAX], over[TIE_DEC_TEXT_MAX], contingent[TIE_DEC_TEXT_MAX];

        (void)tie_dec_print_fixed(rows[i].firm_leakage, 2, leakage);
        (void)tie_dec_print_fixed(rows[i].over_billing, 2, over);
        (void)tie_dec_print_fixed(rows[i].contingent, 2, contingent);
        tie_out_printf(out, "  %-15s %9llu %13s %14s %13s %s%s\n", rows[i].run, (unsigned long long)rows[i].findings,
            leakage, over, contingent, rows[i].reporting_currency,
            strcmp(rows[i].state, "complete") == 0 ? "" : "  (being published)");
    }
    if (count == 0)
        tie_out_text(out, "  none yet\n");
}

static void print_open(struct tie_out *out, const struct tie_open_row *rows, size_t count, uint64_t *needs_person)
{
    tie_out_text(out,
        "\nOpen discrepancies by check and age in days\n"
        "  check      0-7     8-30    31-90  over 90  pending  carried   exposure\n");
    for (size_t i = 0; i < count; i++) {
        tie_sum exposure = 0;
        char text[64];

        for (size_t band = 0; band < TIE_AGE_BANDS; band++) {
            exposure += rows[i].exposure_reporting[band];
            *needs_person += rows[i].count[band];
        }
        (void)tie_sum_print_fixed(exposure, 2, text);
        tie_out_printf(out, "  %-8s %5llu %8llu %8llu %8llu %8llu %8llu %10s\n", rows[i].check,
            (unsigned long long)rows[i].count[0], (unsigned long long)rows[i].count[1],
            (unsigned long long)rows[i].count[2], (unsigned long long)rows[i].count[3],
            (unsigned long long)rows[i].pending, (unsigned long long)rows[i].carried, text);
    }
    if (count == 0)
        tie_out_text(out, "  none\n");
}

/* Checks that do not run are named from the last run's own record: what they need depends on what that run was
 * given. */
static enum tie_status print_checks_off(
    struct tie_arena *arena, const struct tie_job *job, struct tie_out *out, struct tie_error *err)
{
    const char *path = tie_path_join(arena, job->folder, "latest/run.json");
    struct tie_json *run = NULL;
    const struct tie_json *list = NULL;
    struct tie_text bytes;
    enum tie_status status = TIE_OK;

    if (tie_path_kind(path) != TIE_ENTRY_FILE)
        return TIE_OK; /* no run yet */
    TIE_TRY(tie_file_read(arena, path, RUN_JSON_MAX_BYTES, &bytes, err));
    TIE_TRY(tie_json_parse(bytes, path, &run, err));
    list = tie_json_get(tie_json_get(run, "result"), "checks_off");
    tie_out_printf(out, "\nChecks not run: %zu\n", tie_json_count(list));
    for (size_t i = 0; i < tie_json_count(list); i++) {
        const struct tie_text why = tie_json_as_text(tie_json_get(tie_json_at(list, i), "why"));

        if (tie_text_is(why, "not judged by this version"))
            continue; /* the workbook's Completeness sheet names them all */
        tie_out_printf(
            out, "  %s  not run: %s\n", tie_json_as_text(tie_json_get(tie_json_at(list, i), "check")).at, why.at);
    }
out:
    tie_json_free(run);
    return status;
}

enum tie_status tie_show_status(
    struct tie_arena *arena, struct tie_job *job, struct tie_out *out, struct tie_error *err)
{
    struct tie_ledger *ledger = NULL;
    const struct tie_run_row *runs = NULL;
    const struct tie_open_row *open = NULL;
    size_t run_count = 0, open_count = 0;
    uint64_t needs_person = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_ledger_open(
        &(struct tie_ledger_place){ .job = job->name, .folder = job->folder, .read_only = true }, &ledger, err));
    TIE_TRY(tie_ledger_runs(ledger, arena, RUNS_SHOWN, &run_count, &runs, err));
    TIE_TRY(tie_ledger_open_by_age(ledger, arena, &open_count, &open, err));
    tie_out_printf(out, "Job %s in %s\n\n", job->name, job->folder);
    print_runs(out, runs, run_count);
    print_open(out, open, open_count, &needs_person);
    TIE_TRY(print_checks_off(arena, job, out, err));
    tie_out_printf(out, "\n%llu open discrepancies need a person; the workbook of the last run lists them.\n",
        (unsigned long long)needs_person);
out:
    tie_ledger_close(ledger);
    return status;
}
