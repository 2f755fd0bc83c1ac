/*
 * verify.c - proves that the kept runs are what they were when they were kept.
 *
 * ledger.jsonl is walked line by line: seq counts from 1, prev is the hash before, hash is right, the bytes are those
 * that were hashed, and the last hash is the one in state.db, so a changed, removed, swapped or cut line is found. Of
 * every run whose folder is still kept (keep_runs tells) run.json must have the digest of its ledger line, and every
 * file that run.json lists the digest listed there; a file in the folder that it does not list was put there by
 * somebody else, as was a folder beside the runs that no line tells of. A line is proved before the files are that it
 * vouches for. Only reads: a run that a crash left half published is not finished here, it is named and the verdict
 * put off.
 */
#include "store.h"

#include "tieout/digest.h"

#include <stdio.h>
#include <string.h>

enum { LEDGER_MAX_BYTES = 1 << 30, RUN_JSON_MAX_BYTES = 1 << 28 };
#define ARENA_BYTES ((size_t)1 << 34) /* address space: the ledger, one run.json, one file's name at a time */

static enum tie_status fail_line(
    struct tie_error *err, const struct tie_ledger *ledger, uint64_t number, const char *what)
{
    return tie_fail(err, TIE_DATA, "%s:%llu: %s; the ledger was changed after it was written", ledger->ledger_path,
        (unsigned long long)number, what);
}

/* A line of ours without one of its texts was changed. */
static enum tie_status need_text(const struct tie_ledger *ledger, const struct tie_json *line, uint64_t number,
    const char *key, struct tie_text *text, struct tie_error *err)
{
    char what[64];

    *text = tie_json_as_text(tie_json_get(line, key));
    if (text->size > 0)
        return TIE_OK;
    (void)snprintf(what, sizeof what, "has no \"%s\"", key);
    return fail_line(err, ledger, number, what);
}

/* Digest of a file against an expected one. */
static enum tie_status check_file(const char *path, struct tie_text expected, uint64_t *files, struct tie_error *err)
{
    char found[TIE_SHA256_HEX];
    enum tie_status status = TIE_OK;

    if (tie_path_kind(path) == TIE_ENTRY_NONE)
        return tie_fail(err, TIE_DATA, "%s is missing; it belongs to a kept run: restore it from a backup", path);
    status = tie_file_sha256(path, found, err);
    if (status == TIE_OK && !tie_text_is(expected, found))
        status = tie_fail(err, TIE_DATA,
            "%s: digest is %.12s..., it was %.12s... when the run was kept; the file was changed: restore it from a "
            "backup",
            path, found, expected.size == 0 ? "nothing" : expected.at);
    *files += status == TIE_OK;
    return status;
}

/* Whether keep_runs of this or a later run let it be removed. */
static enum tie_status was_removed(const struct tie_ledger *ledger, uint64_t seq, bool *removed, struct tie_error *err)
{
    sqlite3_stmt *find = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(
        ledger_prepare(ledger, "SELECT 1 FROM run WHERE keep_runs > 0 AND ledger_seq - ?1 >= keep_runs", &find, err));
    (void)sqlite3_bind_int64(find, 1, (int64_t)seq);
    TIE_TRY(ledger_step(ledger, find, removed, err));
out:
    (void)sqlite3_finalize(find);
    return status;
}

static bool is_listed(const struct tie_json *json, const char *name)
{
    const struct tie_json *bundle = tie_json_get(tie_json_get(json, "measured"), "bundle");

    return strcmp(name, "run.json") == 0 || tie_text_is(tie_json_as_text(tie_json_get(bundle, "file")), name) ||
        tie_json_get(tie_json_get(tie_json_get(json, "result"), "files"), name) != NULL;
}

/* Folder after folder, each name put behind those that are still to be looked at. */
static enum tie_status refuse_strays(
    struct tie_arena *arena, const char *folder, const struct tie_json *json, struct tie_error *err)
{
    struct {
        const char **at;
        size_t count, room;
    } names = { 0 }; /* of folders, below `folder` */
    enum tie_status status = TIE_OK;

    TIE_PUSH(arena, &names, "");
    for (size_t i = 0; i < names.count; i++) {
        struct tie_entries entries;

        TIE_TRY(tie_folder_list(arena, tie_path_join(arena, folder, names.at[i]), &entries, err));
        for (size_t e = 0; e < entries.count; e++) {
            const char *name = tie_arena_printf(
                arena, "%s%s%s", names.at[i], names.at[i][0] == '\0' ? "" : "/", entries.at[e].name);

            if (entries.at[e].kind == TIE_ENTRY_FOLDER)
                TIE_PUSH(arena, &names, name);
            else if (!is_listed(json, name))
                return tie_fail(err, TIE_DATA,
                    "%s/%s is no file of this run, its run.json does not list it: it was put there later; take it away",
                    folder, name);
        }
    }
out:
    return status;
}

enum tie_status tie_ledger_verify_run(
    struct tie_arena *arena, const char *folder, const char *run_json_sha256, uint64_t *files, struct tie_error *err)
{
    const char *path = tie_path_join(arena, folder, "run.json");
    struct tie_json *json = NULL;
    const struct tie_json *list = NULL, *bundle = NULL;
    struct tie_text bytes;
    enum tie_status status = TIE_OK;

    if (run_json_sha256 != NULL)
        TIE_TRY(check_file(path, tie_text_of(run_json_sha256), files, err));
    TIE_TRY(tie_file_read(arena, path, RUN_JSON_MAX_BYTES, &bytes, err));
    TIE_TRY(tie_json_parse(bytes, path, &json, err));
    list = tie_json_get(tie_json_get(json, "result"), "files");
    for (const char *name = tie_json_next_key(list, NULL); name != NULL; name = tie_json_next_key(list, name))
        TIE_TRY(check_file(tie_path_join(arena, folder, name), tie_json_as_text(tie_json_get(list, name)), files, err));
    bundle = tie_json_get(tie_json_get(json, "measured"), "bundle"); /* it holds the result, so it is beside it */
    if (bundle != NULL)
        TIE_TRY(check_file(tie_path_join(arena, folder, tie_json_as_text(tie_json_get(bundle, "file")).at),
            tie_json_as_text(tie_json_get(bundle, "sha256")), files, err));
    TIE_TRY(refuse_strays(arena, folder, json, err));
out:
    tie_json_free(json);
    return status;
}

/* The bytes, the hash, the place in the chain. `prev` becomes the hash of this line. */
static enum tie_status check_chain(const struct tie_ledger *ledger, struct tie_json *line, struct tie_text bytes,
    uint64_t number, char prev[TIE_SHA256_HEX], struct tie_error *err)
{
    struct tie_buf text;
    struct tie_text before;
    char stored[TIE_SHA256_HEX], computed[TIE_SHA256_HEX];
    struct tie_text hash;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, LEDGER_MAX_BYTES);
    TIE_TRY(need_text(ledger, line, number, "hash", &hash, err));
    TIE_TRY(need_text(ledger, line, number, "prev", &before, err));
    (void)snprintf(stored, sizeof stored, "%.*s", (int)hash.size, hash.at);
    tie_json_print(line, TIE_JSON_COMPACT, &text);
    if (!tie_text_equal(bytes, tie_buf_slice(&text)))
        status = fail_line(err, ledger, number, "is not in the form in which it was written");
    tie_json_remove(line, "hash");
    tie_buf_reset(&text);
    tie_json_print(line, TIE_JSON_COMPACT, &text);
    tie_sha256_hex(tie_buf_slice(&text), computed);
    if (strcmp(stored, computed) != 0)
        status = fail_line(err, ledger, number, "does not have the hash that it states");
    else if (tie_json_as_int(tie_json_get(line, "seq")) != (int64_t)number)
        status = fail_line(err, ledger, number, "has the wrong seq: a line is missing, doubled or moved");
    else if (!tie_text_is(before, prev))
        status = fail_line(err, ledger, number, "does not follow the line before it");
    (void)snprintf(prev, TIE_SHA256_HEX, "%s", computed);
out:
    tie_buf_release(&text);
    return status;
}

/* `runs` gets the name of the run. A folder that keep_runs had removed and somebody put back is proved like any. */
static enum tie_status check_line(const struct tie_ledger *ledger, struct tie_arena *arena, struct tie_text bytes,
    uint64_t number, char prev[TIE_SHA256_HEX], struct tie_json *runs, uint64_t *files, struct tie_error *err)
{
    struct tie_json *line = NULL;
    struct tie_text run, run_json;
    const char *folder = NULL;
    bool removed = false;
    enum tie_status status = TIE_OK;

    if (tie_json_parse(bytes, "ledger.jsonl", &line, NULL) != TIE_OK || tie_json_kind(line) != TIE_JSON_OBJECT) {
        status = fail_line(err, ledger, number, "is no JSON object");
        goto out;
    }
    TIE_TRY(check_chain(ledger, line, bytes, number, prev, err));
    TIE_TRY(need_text(ledger, line, number, "run", &run, err));
    TIE_TRY(need_text(ledger, line, number, "run_json_sha256", &run_json, err));
    TIE_TRY(was_removed(ledger, number, &removed, err));
    tie_json_set(runs, tie_text_dup(arena, run), tie_json_bool(true));
    folder = tie_path_join(arena, ledger->runs_folder, tie_text_dup(arena, run));
    if (!removed || tie_path_kind(folder) != TIE_ENTRY_NONE)
        TIE_TRY(tie_ledger_verify_run(arena, folder, tie_text_dup(arena, run_json), files, err));
out:
    tie_json_free(line);
    return status;
}

static enum tie_status check_tail(const struct tie_ledger *ledger, const char *last, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "SELECT value FROM setting WHERE name = 'last_hash'", &statement, err));
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    if (!has_row || strcmp((const char *)sqlite3_column_text(statement, 0), last) != 0)
        status = tie_fail(err, TIE_DATA,
            "%s does not end with the line that %s knows last: the end of the ledger was cut or added to, or the "
            "state is not the one that belongs to it",
            ledger->ledger_path, ledger->database_path);
out:
    (void)sqlite3_finalize(statement);
    return status;
}

/* A name with a dot is a part folder: what a killed run left, until the next one. */
static enum tie_status refuse_stray_runs(
    const struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_json *runs, struct tie_error *err)
{
    struct tie_entries entries = { 0 };
    enum tie_status status = TIE_OK;

    if (tie_path_kind(ledger->runs_folder) != TIE_ENTRY_NONE)
        TIE_TRY(tie_folder_list(arena, ledger->runs_folder, &entries, err));
    for (size_t i = 0; i < entries.count; i++)
        if (entries.at[i].name[0] != '.' && tie_json_get(runs, entries.at[i].name) == NULL)
            return tie_fail(err, TIE_DATA,
                "%s/%s is no run of this job: no line of %s tells of it; it was put there by somebody else, take it "
                "away",
                ledger->runs_folder, entries.at[i].name, ledger->ledger_path);
out:
    return status;
}

static enum tie_status refuse_half_published(const struct tie_ledger *ledger, struct tie_error *err)
{
    sqlite3_stmt *find = NULL;
    bool found = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "SELECT run FROM run WHERE state = 'publishing'", &find, err));
    TIE_TRY(ledger_step(ledger, find, &found, err));
    if (found)
        status = tie_fail(err, TIE_BUSY,
            "run %s is being published, or was interrupted while it was: the next run finishes it; verify again after "
            "that",
            (const char *)sqlite3_column_text(find, 0));
out:
    (void)sqlite3_finalize(find);
    return status;
}

enum tie_status tie_ledger_verify(
    const struct tie_ledger_place *place, uint64_t *lines, uint64_t *files, struct tie_error *err)
{
    struct tie_ledger_place looked_at = *place;
    struct tie_ledger *ledger = NULL;
    struct tie_arena arena;
    struct tie_text rest = { "", 0 };
    struct tie_json *runs = NULL; /* their names */
    char prev[TIE_SHA256_HEX];
    enum tie_status status = tie_arena_init(&arena, ARENA_BYTES, err);

    *lines = *files = 0;
    if (status != TIE_OK)
        return status;
    memset(prev, '0', sizeof prev - 1);
    prev[sizeof prev - 1] = '\0';
    looked_at.read_only = true;
    runs = tie_json_object();
    TIE_TRY(tie_ledger_open(&looked_at, &ledger, err));
    TIE_TRY(refuse_half_published(ledger, err));
    if (tie_path_kind(ledger->ledger_path) != TIE_ENTRY_NONE)
        TIE_TRY(tie_file_read(&arena, ledger->ledger_path, LEDGER_MAX_BYTES, &rest, err));
    while (rest.size > 0) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);
        const bool is_whole = memchr(rest.at, '\n', rest.size) != NULL;
        const struct tie_text line = tie_text_cut(&rest, '\n');

        if (!is_whole) {
            status = fail_line(err, ledger, *lines + 1, "has no end of line");
            goto out;
        }
        TIE_TRY(check_line(ledger, &arena, line, *lines + 1, prev, runs, files, err));
        ++*lines;
        tie_arena_back_to(&arena, mark);
    }
    TIE_TRY(check_tail(ledger, prev, err));
    TIE_TRY(refuse_stray_runs(ledger, &arena, runs, err));
out:
    tie_json_free(runs);
    tie_ledger_close(ledger);
    tie_arena_release(&arena);
    return status;
}
