/*
 * tool_explain.c - explains every finding of a run: opening the bundle once for each id would take minutes.
 *
 *   tool_explain JOB OUTPUT < ids      one id a line; prints all pages
 */
#include "tieout/job.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES_LOG2 = 33, IDS_MAX_BYTES = 1 << 24 };

static size_t read_ids(struct tie_arena *arena, struct tie_text text, const char ***ids)
{
    size_t count = 0;

    *ids = TIE_TAKE(arena, const char *, text.size + 1);
    while (text.size > 0) {
        const struct tie_text line = tie_text_cut(&text, '\n');

        if (line.size > 0)
            (*ids)[count++] = tie_text_dup(arena, line);
    }
    return count;
}

static enum tie_status work(struct tie_arena *arena, char **argv, struct tie_out *out, struct tie_error *err)
{
    const char *const sets[] = { tie_arena_printf(arena, "job.output=%s", argv[2]) };
    const struct tie_job_options options = {
        .path = argv[1], .sets = sets, .set_count = 1, .as_of = TIE_NO_DATE, .now = 0
    };
    struct tie_job *job = TIE_TAKE(arena, struct tie_job, 1);
    struct tie_text text;
    const char **ids = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_job_load(arena, &options, job, err));
    TIE_TRY(tie_fd_read(arena, STDIN_FILENO, "standard input", IDS_MAX_BYTES, &text, err));
    const size_t count = read_ids(arena, text, &ids);

    TIE_TRY(tie_explain(arena, job, ids, count, out, err));
out:
    return status;
}

int main(int argc, char **argv)
{
    struct tie_arena arena = { 0 };
    struct tie_error error = { .status = TIE_OK };
    struct tie_out out;
    enum tie_status status = TIE_OK;

    if (argc != 3)
        return 64;
    status = tie_arena_init(&arena, (size_t)1 << ARENA_BYTES_LOG2, &error);
    tie_out_init(&out, STDOUT_FILENO, "standard output", false);
    if (status == TIE_OK)
        status = work(&arena, argv, &out, &error);
    if (status == TIE_OK)
        status = tie_out_flush(&out, &error);
    tie_out_release(&out);
    if (status != TIE_OK)
        (void)fprintf(stderr, "%s\n", error.text);
    tie_arena_release(&arena);
    return tie_status_exit_code(status);
}
