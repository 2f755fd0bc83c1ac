/*
 * replay.c - makes a run again from its bundle and holds every result file against the bundled one.
 *
 * Which files there must be is told by results/result.json, which the run wrote; what replay made beyond is a
 * difference, too. A bundle of exceptions gives the findings of its orders again and nothing that counts rows of
 * others: then the two outputs that only findings decide are compared, the list of discrepancies and the corrections,
 * and the rest is named as not compared.
 */
#include "tieout/bundle.h"

#include "replay_compare.h"

#include "tieout/archive_reader.h"
#include "tieout/json.h"
#include "tieout/log.h"

#include <string.h>

enum { RESULT_MAX_BYTES = 1 << 30 };

struct replay {
    struct tie_bundle bundle;
    struct tie_out *out;
    uint64_t equal, left_out;
};

static enum tie_status make_again(struct replay *replay, struct tie_error *err)
{
    struct tie_pipeline *line = &replay->bundle.line;
    char ignored[TIE_SHA256_HEX];
    struct tie_buf text;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, RESULT_MAX_BYTES);
    line->is_partial = !replay->bundle.has_all_frames;
    TIE_TRY(tie_pipeline_reconcile(line, err));
    TIE_TRY(tie_pipeline_keep(line, err));
    TIE_TRY(tie_pipeline_publish(line, err));
    TIE_TRY(tie_publish_result(&line->report, line->folder, &text, ignored, err));
    TIE_TRY(tie_file_write(tie_path_join(line->arena, line->folder, "result.json"), tie_buf_slice(&text), err));
out:
    tie_buf_release(&text);
    return status;
}

/* Names that result.json lists become paths; one that no run makes is not followed. */
static enum tie_status check_names(const struct tie_json *files, struct tie_error *err)
{
    for (const char *name = tie_json_next_key(files, NULL); name != NULL; name = tie_json_next_key(files, name)) {
        const char *trouble = tie_archive_name_trouble(tie_text_of(name));

        if (trouble != NULL)
            return tie_fail(err, TIE_DATA, "result.json lists a file \"%.80s\": %s", name, trouble);
    }
    return TIE_OK;
}

static bool is_compared(const struct replay *replay, const char *name)
{
    return replay->bundle.has_all_frames || strcmp(name, "discrepancies.csv") == 0 ||
        tie_text_starts(tie_text_of(name), "corrections/");
}

/* Prints the line of a file; a difference is printed, too, and returned when it is the first. */
static enum tie_status compare_one(
    struct replay *replay, const char *name, enum tie_status so_far, struct tie_error *err)
{
    struct tie_arena *arena = replay->bundle.line.arena;
    const char *bundled = tie_path_join(arena, replay->bundle.folder, tie_arena_printf(arena, "results/%s", name));
    struct tie_error why;
    uint64_t bytes = 0;
    enum tie_status status;

    if (!is_compared(replay, name)) {
        tie_out_printf(replay->out, "left out   %s (needs the rows of all orders)\n", name);
        replay->left_out++;
        return so_far;
    }
    status = replay_compare(arena, name, bundled, tie_path_join(arena, replay->bundle.line.folder, name), &bytes, &why);
    if (status == TIE_OK) {
        tie_out_printf(replay->out, "equal      %s, %llu bytes\n", name, (unsigned long long)bytes);
        replay->equal++;
        return so_far;
    }
    tie_out_printf(replay->out, "different  %s\n", why.text);
    if (so_far == TIE_OK && err != NULL)
        *err = why;
    return so_far == TIE_OK ? status : so_far;
}

/* What replay made and the run did not. */
static enum tie_status find_surplus(struct replay *replay, const struct tie_json *files, const struct tie_json *made,
    enum tie_status so_far, struct tie_error *err)
{
    for (const char *name = tie_json_next_key(made, NULL); name != NULL; name = tie_json_next_key(made, name))
        if (tie_json_get(files, name) == NULL && is_compared(replay, name)) {
            tie_out_printf(replay->out, "different  %s is made by replay, but does not stand in the bundle\n", name);
            if (so_far == TIE_OK)
                so_far = tie_fail(err, TIE_DATA, "%s is made by replay, but does not stand in the bundle", name);
        }
    return so_far;
}

static enum tie_status read_result(
    struct tie_arena *arena, const char *folder, struct tie_json **result, struct tie_error *err)
{
    const char *path = tie_path_join(arena, folder, "result.json");
    struct tie_text text;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_file_read(arena, path, RESULT_MAX_BYTES, &text, err));
    TIE_TRY(tie_json_parse(text, path, result, err));
out:
    return status;
}

static enum tie_status compare_all(struct replay *replay, struct tie_error *err)
{
    struct tie_arena *arena = replay->bundle.line.arena;
    struct tie_json *bundled = NULL, *made = NULL;
    const struct tie_json *files = NULL, *again = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_result(arena, tie_path_join(arena, replay->bundle.folder, "results"), &bundled, err));
    TIE_TRY(read_result(arena, replay->bundle.line.folder, &made, err));
    TIE_TRY(tie_json_need(bundled, "files", TIE_JSON_OBJECT, &files, err));
    TIE_TRY(tie_json_need(made, "files", TIE_JSON_OBJECT, &again, err));
    TIE_TRY(check_names(files, err));
    for (const char *name = tie_json_next_key(files, NULL); name != NULL; name = tie_json_next_key(files, name))
        status = compare_one(replay, name, status, err);
    status = compare_one(replay, "result.json", status, err);
    status = find_surplus(replay, files, again, status, err);
out:
    tie_json_free(bundled);
    tie_json_free(made);
    return status;
}

enum tie_status tie_replay(struct tie_arena *arena, const char *path, const struct tie_replay_options *options,
    struct tie_out *out, struct tie_error *err)
{
    struct replay *replay = TIE_TAKE(arena, struct replay, 1);
    enum tie_status status = TIE_OK;

    replay->out = out;
    TIE_TRY(tie_bundle_open(arena, path, options->keep, &replay->bundle, err));
    if (strcmp(replay->bundle.engine, TIE_ENGINE) != 0)
        tie_log(TIE_LOG_WARNING, "the bundle was made by %s, this is %s: results may differ for that alone",
            replay->bundle.engine, TIE_ENGINE);
    TIE_TRY(make_again(replay, err));
    TIE_TRY(compare_all(replay, err));
    if (replay->left_out > 0)
        tie_out_printf(out, "replay: %llu files equal, %llu left out: the bundle holds orders with findings only\n",
            (unsigned long long)replay->equal, (unsigned long long)replay->left_out);
    else
        tie_out_printf(out, "replay: %llu files equal\n", (unsigned long long)replay->equal);
out:
    if (status == TIE_DATA && err != NULL &&
        strcmp(replay->bundle.engine == NULL ? TIE_ENGINE : replay->bundle.engine, TIE_ENGINE) != 0)
        tie_error_prefix(err, "made by %s, replayed by %s: ", replay->bundle.engine, TIE_ENGINE);
    tie_bundle_close(&replay->bundle);
    return status;
}
