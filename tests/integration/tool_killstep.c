/*
 * tool_killstep.c - a run that kills itself in the middle of its commit.
 *
 *   tool_killstep N JOB AS-OF [section.key=value...]
 *
 * Runs the job as `tieout run` does and ends by SIGKILL when the ledger calls its step hook for the Nth time, so a
 * script can go through every step by counting up until the tool ends by itself. The step is printed before. A real
 * SIGKILL, not _exit: no destructor, no flush, no unlock may help. What it does not show: a machine that loses power,
 * where unsynced pages are lost too.
 */
#include "tieout/job.h"
#include "tieout/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES_LOG2 = 34 };

static int64_t steps_left;

static void kill_at(int step)
{
    if (--steps_left > 0)
        return;
    (void)printf("killed at step %d\n", step);
    (void)fflush(stdout);
    (void)kill(getpid(), SIGKILL);
}

int main(int argc, char **argv)
{
    struct tie_arena arena = { 0 };
    struct tie_job job;
    struct tie_job_options options = { .as_of = TIE_NO_DATE };
    struct tie_error err = { .status = TIE_OK };
    enum tie_status status = TIE_OK;

    tie_io_ignore_signals();
    if (argc == 2 && strcmp(argv[1], TIE_SOURCE_CHILD_WORD) == 0)
        return tie_source_child_main();
    if (argc < 4 || !tie_int_from_text(tie_text_of(argv[1]), &steps_left) || steps_left < 1 ||
        !tie_date_from_text(tie_text_of(argv[3]), &options.as_of)) {
        fprintf(stderr, "usage: tool_killstep N JOB AS-OF [section.key=value...]; N counts from 1\n");
        return tie_status_exit_code(TIE_USAGE);
    }
    options.path = argv[2];
    options.sets = (const char *const *)&argv[4];
    options.set_count = (size_t)(argc - 4);
    options.now = tie_now();
    TIE_TRY(tie_arena_init(&arena, (size_t)1 << ARENA_BYTES_LOG2, &err));
    TIE_TRY(tie_job_load(&arena, &options, &job, &err));
    tie_ledger_step_hook = kill_at;
    TIE_TRY(tie_run(&arena, &job, &(struct tie_run_options){ .dry_run = false }, &err));
out:
    if (status != TIE_OK)
        fprintf(stderr, "tool_killstep: %s\n", err.text);
    tie_arena_release(&arena);
    return tie_status_exit_code(status);
}
