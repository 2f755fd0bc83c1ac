/*
 * run_json.c - run.json: one file in two halves, "result" for proofs and "measured" for operators.
 *
 * The result's digest is over its compact text with sorted keys, so anybody can recompute it from the file with any
 * JSON tool. The file itself is the same text, indented. "files" holds the digest of every other file of the run,
 * taken from the disk, not from memory. Rejected: hashing the indented text; a change of indentation would break every
 * ledger.
 */
#include "run_json.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 64 << 20, TEXT_MAX_BYTES = 1 << 30, FOLDERS_MAX_DEPTH = 16, RESULT_KEYS_MAX = 64 };
enum { PIECE_BYTES = 64 << 10 };

/* ---- digests of the files ---- */

static enum tie_status add_files(struct tie_arena *arena, struct tie_json *files, const char *folder, const char *below,
    int depth, struct tie_error *err)
{
    struct tie_entries entries = { 0 };
    enum tie_status status = TIE_OK;

    if (depth > FOLDERS_MAX_DEPTH)
        return tie_fail(err, TIE_IO, "%s: result folders lie deeper than %d; remove what does not belong to the run",
            folder, FOLDERS_MAX_DEPTH);
    TIE_TRY(tie_folder_list(arena, tie_path_join(arena, folder, below), &entries, err));
    for (size_t i = 0; i < entries.count; i++) {
        const char *name = below[0] == '\0' ? entries.at[i].name : tie_path_join(arena, below, entries.at[i].name);
        char hex[TIE_SHA256_HEX];

        if (entries.at[i].kind == TIE_ENTRY_FOLDER) {
            TIE_TRY(add_files(arena, files, folder, name, depth + 1, err));
        } else if (strcmp(name, "run.json") != 0 && strcmp(name, TIE_BUNDLE_NAME) != 0) {
            TIE_TRY(tie_file_sha256(tie_path_join(arena, folder, name), hex, err));
            tie_json_set_text(files, name, hex);
        }
    }
out:
    return status;
}

/* ---- the file ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Where the compact text of the result goes, in pieces: to its digest, and whole to `text` or indented to `out`. */
struct sink {
    const struct tie_report *report;
    struct tie_sha256 sha;
    struct tie_buf piece;
    struct tie_buf *text; /* or NULL */
    struct tie_out *out;  /* or NULL */
    size_t depth;         /* of what was written to it */
};

static void flush(struct sink *sink)
{
    const struct tie_text piece = tie_buf_slice(&sink->piece);

    TIE_ASSERT(!sink->piece.failed);
    tie_sha256_put(&sink->sha, piece.at, piece.size);
    if (sink->text != NULL)
        tie_buf_put(sink->text, piece.at, piece.size);
    if (sink->out != NULL)
        tie_json_indent(piece, &sink->depth, sink->out);
    tie_buf_reset(&sink->piece);
}

/* Lists that are as long as there are findings or customers are written, an entry at a time. */
static void put_list(struct sink *sink, const struct run_json_list *list)
{
    const size_t count = list->count(sink->report);

    tie_buf_char(&sink->piece, '[');
    for (size_t i = 0; i < count; i++) {
        list->put(&sink->piece, sink->report, i);
        if (sink->piece.size > PIECE_BYTES)
            flush(sink);
    }
    tie_buf_char(&sink->piece, ']');
}

/* Compact, keys sorted by bytes: the result (no name) and what of it holds lists. */
static void put_object(struct sink *sink, const char *name, const struct tie_json *object)
{
    const char *keys[RESULT_KEYS_MAX] = { NULL };
    size_t count = 0;

    for (const char *key = tie_json_next_key(object, NULL); key != NULL; key = tie_json_next_key(object, key)) {
        TIE_ASSERT(count < RESULT_KEYS_MAX);
        keys[count++] = key;
    }
    qsort(keys, count, sizeof keys[0], compare_names);
    for (size_t i = 0; i < count; i++) {
        const struct tie_json *value = tie_json_get(object, keys[i]);
        const struct run_json_list *list = run_json_list_of(name, keys[i]);

        tie_buf_printf(&sink->piece, "%s\"%s\":", i == 0 ? "{" : ",", keys[i]); /* names of ours: nothing to escape */
        if (list != NULL)
            put_list(sink, list);
        else if (run_json_holds_lists(keys[i]))
            put_object(sink, keys[i], value);
        else
            tie_json_print(value, TIE_JSON_COMPACT, &sink->piece);
    }
    tie_buf_char(&sink->piece, '}');
}

static void put_result(struct sink *sink, const struct tie_json *result, char result_sha256[65])
{
    unsigned char digest[TIE_SHA256_BYTES];

    tie_buf_init(&sink->piece, TEXT_MAX_BYTES);
    tie_sha256_init(&sink->sha);
    put_object(sink, NULL, result);
    flush(sink);
    tie_sha256_final(&sink->sha, digest);
    tie_hex(digest, sizeof digest, result_sha256);
    tie_buf_release(&sink->piece);
}

/* The result with the digests of the files in `folder`; run.json and the bundle, which hold it, are not among them. */
static enum tie_status make_result(
    const struct tie_report *report, const char *folder, struct tie_json **result, struct tie_error *err)
{
    struct tie_json *files = tie_json_object();
    struct tie_arena arena = { 0 };
    enum tie_status status = TIE_OK;

    *result = run_json_result(report);
    tie_json_set(*result, "files", files);
    TIE_TRY(tie_arena_init(&arena, ARENA_BYTES, err));
    TIE_TRY(add_files(&arena, files, folder, "", 0, err));
out:
    tie_arena_release(&arena);
    return status;
}

enum tie_status tie_publish_result(const struct tie_report *report, const char *folder, struct tie_buf *text,
    char result_sha256[65], struct tie_error *err)
{
    struct tie_json *result = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(make_result(report, folder, &result, err));
    tie_buf_reset(text);
    put_result(&(struct sink){ .report = report, .text = text }, result, result_sha256);
    TIE_ASSERT(!text->failed);
out:
    tie_json_free(result);
    return status;
}

/* The result is hashed and indented on its way to the disk, and never held: of many findings it would be the largest
 * thing at hand. */
static enum tie_status write_run_json(const char *path, const struct tie_report *report, const struct tie_json *result,
    char result_sha256[65], char file_sha256[65], struct tie_error *err)
{
    struct tie_new_file file;
    struct tie_json *json = run_json_measured(report);
    struct tie_buf measured;
    struct sink sink = { .report = report, .out = &file.out };
    enum tie_status status = TIE_OK;

    tie_buf_init(&measured, TEXT_MAX_BYTES);
    TIE_TRY(tie_new_file_open(&file, path, 0666, true, err));
    tie_buf_text(&measured, "{\"measured\":");
    tie_json_print(json, TIE_JSON_COMPACT, &measured);
    tie_buf_text(&measured, ",\"result\":");
    TIE_ASSERT(!measured.failed);
    tie_json_indent(tie_buf_slice(&measured), &sink.depth, &file.out);
    put_result(&sink, result, result_sha256);
    tie_json_indent(TIE_TEXT("}"), &sink.depth, &file.out);
    tie_out_char(&file.out, '\n');
    tie_out_sha256(&file.out, file_sha256);
    status = tie_new_file_commit(&file, err);
    tie_new_file_release(&file);
out:
    tie_json_free(json);
    tie_buf_release(&measured);
    return status;
}

enum tie_status tie_publish_run_json(const struct tie_report *report, const char *folder, char result_sha256[65],
    char file_sha256[65], struct tie_error *err)
{
    struct tie_arena arena = { 0 };
    struct tie_json *result = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_arena_init(&arena, ARENA_BYTES, err));
    TIE_TRY(make_result(report, folder, &result, err));
    TIE_TRY(write_run_json(tie_path_join(&arena, folder, "run.json"), report, result, result_sha256, file_sha256, err));
out:
    tie_json_free(result);
    tie_arena_release(&arena);
    return status;
}

/* ---- measured ---- */

static void set_instant(struct tie_json *object, const char *key, tie_instant at)
{
    char text[40];

    if (at == TIE_NONE) {
        tie_json_set(object, key, tie_json_null());
        return;
    }
    tie_instant_print(at, text);
    tie_json_set_text(object, key, text);
}

static struct tie_json *measured_sources(const struct tie_report *report)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < report->plan->source_count; i++) {
        const struct tie_source_result *from = &report->extract->sources[i];
        struct tie_json *source = tie_json_object();

        tie_json_set_text(source, "name", report->plan->sources[i].name);
        tie_json_set_text(source, "product", from->product);
        tie_json_set_text(source, "snapshot", from->snapshot);
        set_instant(source, "read_at", from->read_at);
        tie_json_set_int(source, "tries", from->tries);
        tie_json_set_int(source, "wall_us", from->wall_us);
        tie_json_set_int(source, "cpu_us", from->cpu_us);
        run_json_set_count(source, "peak_bytes", from->peak_bytes);
        tie_json_add(list, source);
    }
    return list;
}

static struct tie_json *measured_frames(const struct tie_measured *measured)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < measured->frame_count; i++) {
        struct tie_json *frame = tie_json_object();

        tie_json_set_text(frame, "dataset", measured->frames[i].dataset);
        run_json_set_count(frame, "rows", measured->frames[i].rows);
        tie_json_set_text(frame, "sha256", measured->frames[i].sha256);
        tie_json_add(list, frame);
    }
    return list;
}

static struct tie_json *measured_bundle(const struct tie_measured *measured)
{
    struct tie_json *bundle = tie_json_object();

    tie_json_set_text(bundle, "file", TIE_BUNDLE_NAME);
    run_json_set_count(bundle, "bytes", measured->bundle_bytes);
    tie_json_set_text(bundle, "sha256", measured->bundle_sha256);
    tie_json_set_int(bundle, "us", measured->bundle_us);
    return bundle;
}

/* `run` stands here and not in the result: the same night done again has the next sequence and the same result. */
struct tie_json *run_json_measured(const struct tie_report *report)
{
    const struct tie_measured *measured = &report->measured;
    struct tie_json *json = tie_json_object(), *homes = tie_json_object(), *exchange = tie_json_object();

    tie_json_set_text(json, "run", report->run);
    set_instant(json, "started_at", measured->started_at);
    set_instant(json, "ended_at", measured->ended_at);
    tie_json_set_int(json, "extract_us", measured->extract_us);
    tie_json_set_int(json, "reconcile_us", measured->reconcile_us);
    tie_json_set_int(json, "reconcile_cpu_us", measured->reconcile_cpu_us);
    tie_json_set_int(json, "homes_us", measured->homes_us);
    tie_json_set_int(json, "keep_us", measured->keep_us);
    tie_json_set_int(json, "publish_us", measured->publish_us);
    run_json_set_count(json, "peak_bytes", measured->peak_bytes);
    tie_json_set_text(json, "host", measured->host);
    tie_json_set_int(json, "threads", measured->threads);
    tie_json_set_int(json, "shards", measured->shards);
    run_json_set_count(homes, "emigrants", measured->homes.emigrants);
    run_json_set_count(homes, "visitors", measured->homes.visitors);
    run_json_set_count(homes, "families", measured->homes.families);
    run_json_set_count(homes, "linked_orders", measured->homes.linked_orders);
    tie_json_set(json, "homes", homes);
    run_json_set_count(exchange, "facts", measured->exchange_facts);
    run_json_set_count(exchange, "replies", measured->exchange_replies);
    tie_json_set_int(exchange, "us", measured->exchange_us);
    tie_json_set(json, "exchange", exchange);
    tie_json_set(json, "sources", measured_sources(report));
    tie_json_set(json, "frames", measured_frames(measured));
    if (measured->bundle_bytes > 0)
        tie_json_set(json, "bundle", measured_bundle(measured));
    return json;
}
