/*
 * commit.c - the commit of a run, step by step, and its recovery (contract.md 5).
 *
 *   1  everything in runs/.<run>.part, files and folder fsynced
 *   2  one SQLite transaction: discrepancies, corrections, the ledger line, the run as `publishing`    <- commit point
 *   3  rename to runs/<run>, fsync the parent
 *   4  append the stored ledger line, fsync
 *   5  `latest` by renaming a temporary link
 *   6  the run is `complete`; older run folders beyond keep_runs are removed
 *
 * Invariant: after 2 every later step can be repeated, so a start that finds a run in `publishing` goes on from 3.
 * Before 2 nothing but folders exists, and a .part folder without a row is removed. What step 4 left half-written is
 * the beginning of the stored line and nothing else, so only that is cut off before 4 is repeated. Rejected: the
 * ledger line written before the transaction; a line can't be taken back from a file that is only ever appended to.
 */
#include "store.h"

#include "tieout/digest.h"
#include "tieout/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 20, EMISSION_MAX_BYTES = 256 << 20, LEDGER_MAX_BYTES = 1 << 30 };
#define COMMIT_ARENA_BYTES ((size_t)1 << 32) /* address space; holds the ledger's text when it is appended to */

void (*tie_ledger_step_hook)(int step);

static void step_done(int step)
{
    if (tie_ledger_step_hook != NULL)
        tie_ledger_step_hook(step);
}

/* ---- step 1 ---- */

static enum tie_status sync_file(const char *path, struct tie_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum tie_status status = TIE_OK;

    if (fd < 0 || fsync(fd) != 0)
        status = tie_fail_os(err, TIE_IO, errno, "sync", path);
    if (fd >= 0)
        (void)close(fd);
    return status;
}

/* Folders two deep at most: corrections/<output>/. */
static enum tie_status sync_tree(struct tie_arena *arena, const char *folder, int depth, struct tie_error *err)
{
    struct tie_entries entries = { 0 };
    enum tie_status status = TIE_OK;

    TIE_ASSERT(depth < 8);
    TIE_TRY(tie_folder_list(arena, folder, &entries, err));
    for (size_t i = 0; i < entries.count; i++) {
        const char *path = tie_path_join(arena, folder, entries.at[i].name);

        if (entries.at[i].kind == TIE_ENTRY_FOLDER)
            TIE_TRY(sync_tree(arena, path, depth + 1, err));
        else if (entries.at[i].kind == TIE_ENTRY_FILE)
            TIE_TRY(sync_file(path, err));
    }
    TIE_TRY(tie_folder_sync(folder, err));
out:
    return status;
}

/* ---- the ledger line ---- */

struct tail {
    int64_t seq;
    char hash[65];
};

static const char tail_of_chain[] = "SELECT (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'next_seq'),"
                                    " (SELECT value FROM setting WHERE name = 'last_hash')";

static enum tie_status read_tail(const struct tie_ledger *ledger, struct tail *tail, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, tail_of_chain, &statement, err));
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    tail->seq = sqlite3_column_int64(statement, 0);
    (void)snprintf(tail->hash, sizeof tail->hash, "%s", (const char *)sqlite3_column_text(statement, 1));
out:
    (void)sqlite3_finalize(statement);
    return status;
}

/* Keys sorted, compact; `hash` is the SHA-256 of the line without it. */
static char *make_line(const struct tie_ledger *ledger, const struct tie_commit *commit, const struct tail *tail,
    struct tie_arena *arena, char hash[65])
{
    struct tie_json *line = tie_json_object(), *frames = tie_json_object();
    struct tie_buf text;
    char day[16];
    char *copy = NULL;

    for (size_t i = 0; i < commit->frame_count; i++) {
        struct tie_json *frame = tie_json_object();

        tie_json_set_int(frame, "rows", (int64_t)commit->frames[i].rows);
        tie_json_set_text(frame, "sha256", commit->frames[i].sha256);
        tie_json_set(frames, commit->frames[i].dataset, frame);
    }
    (void)tie_date_print(commit->as_of, day);
    tie_json_set_int(line, "seq", tail->seq);
    tie_json_set_text(line, "run", commit->run);
    tie_json_set_text(line, "as_of", day);
    tie_json_set_text(line, "job", ledger->place.job);
    tie_json_set_text(line, "policy_sha256", commit->policy_sha256);
    tie_json_set_text(line, "engine", commit->engine);
    tie_json_set(line, "frames", frames);
    tie_json_set_text(line, "result_sha256", commit->result_sha256);
    tie_json_set_text(line, "run_json_sha256", commit->run_json_sha256);
    tie_json_set_text(line, "prev", tail->hash);
    tie_buf_init(&text, LINE_MAX_BYTES);
    tie_json_print(line, TIE_JSON_COMPACT, &text);
    tie_sha256_hex(tie_buf_slice(&text), hash);
    tie_json_set_text(line, "hash", hash);
    tie_buf_reset(&text);
    tie_json_print(line, TIE_JSON_COMPACT, &text);
    TIE_ASSERT(!text.failed); /* a few dozen datasets, a few names */
    copy = tie_text_dup(arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    tie_json_free(line);
    return copy;
}

/* ---- step 2 ---- */

/* Both keep the state before this as-of when they touch a row for the first time in it, and start from that state
 * when it was touched before: what an earlier run of the as-of made visible or settled is taken back first. */
#define KEEP_BEFORE(AS_OF)                                                                                             \
    " before_status = CASE WHEN touched_as_of = " AS_OF " THEN before_status ELSE status END,"                         \
    " before_visible_as_of = CASE WHEN touched_as_of = " AS_OF " THEN before_visible_as_of ELSE visible_as_of END,"    \
    " touched_as_of = " AS_OF ","
#define VISIBLE_BEFORE(AS_OF) "CASE WHEN touched_as_of = " AS_OF " THEN before_visible_as_of ELSE visible_as_of END"

static const char upsert_emitted[] =
    "INSERT INTO discrepancy (finding_id, check_code, anchor, status, first_seen, visible_as_of, last_seen,"
    " touched_as_of, emission) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)"
    " ON CONFLICT (finding_id) DO UPDATE SET" KEEP_BEFORE("?7") " anchor = ?3, status = ?4, first_seen = ?5,"
                                                                " visible_as_of = coalesce(" VISIBLE_BEFORE(
                                                                    "?7") ", ?6), last_seen = ?7, emission = ?8";
static const char update_kept[] = "UPDATE discrepancy SET" KEEP_BEFORE("?3") " status = ?2,"
                                                                             " visible_as_of = " VISIBLE_BEFORE(
                                                                                 "?3") " WHERE finding_id = ?1";

/* A discrepancy that is there is not gone: what an earlier run of this as-of settled lives again. */
static const char unsettle[] =
    "UPDATE correction SET settled_as_of = NULL WHERE finding_id = ?1 AND settled_as_of = ?2";
static const char settle[] = "UPDATE correction SET settled_as_of = ?2 WHERE finding_id = ?1 AND settled_as_of IS NULL";

static enum tie_status settle_one(
    struct tie_ledger *ledger, sqlite3_stmt *statement, const char *id, tie_date as_of, struct tie_error *err)
{
    ledger_bind_text(statement, 1, id);
    ledger_bind_day(statement, 2, as_of);
    return ledger_do(ledger, statement, err);
}

/* Whether there is anything to revive: only a day that is run again settled anything before. */
static enum tie_status has_settled_in(const struct tie_ledger *ledger, tie_date as_of, bool *has, struct tie_error *err)
{
    sqlite3_stmt *find = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "SELECT 1 FROM correction WHERE settled_as_of = ?1 LIMIT 1", &find, err));
    ledger_bind_day(find, 1, as_of);
    TIE_TRY(ledger_step(ledger, find, has, err));
out:
    (void)sqlite3_finalize(find);
    return status;
}

static enum tie_status print_emission(struct tie_buf *text, const struct tie_finding *finding, struct tie_error *err)
{
    tie_buf_reset(text);
    ledger_emission_put(text, finding);
    if (text->failed)
        return tie_fail(err, TIE_DATA,
            "finding %s is longer than %d bytes, the most that the state keeps of one; narrow its check or switch it "
            "off",
            finding->id, EMISSION_MAX_BYTES);
    return TIE_OK;
}

/* In the order of their ids: index and rows are then written one page after the other. */
static enum tie_status write_findings(
    struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_arena *arena, struct tie_error *err)
{
    struct tie_finding *const *sorted = ledger_by_id(arena, commit->findings);
    sqlite3_stmt *put = NULL, *revive = NULL;
    bool has_settled = false;
    struct tie_buf text;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, EMISSION_MAX_BYTES);
    TIE_TRY(has_settled_in(ledger, commit->as_of, &has_settled, err));
    TIE_TRY(ledger_prepare(ledger, upsert_emitted, &put, err));
    TIE_TRY(ledger_prepare(ledger, unsettle, &revive, err));
    for (size_t i = 0; i < commit->findings->count; i++) {
        const struct tie_finding *finding = sorted[i];

        TIE_TRY(print_emission(&text, finding, err));
        ledger_bind_text(put, 1, finding->id);
        ledger_bind_text(put, 2, tie_check(finding->check)->code);
        ledger_bind_text(put, 3, finding->anchor);
        (void)sqlite3_bind_int(put, 4, (int)finding->status);
        ledger_bind_day(put, 5, finding->first_seen);
        ledger_bind_day(put, 6, finding->is_pending ? TIE_NO_DATE : commit->as_of);
        ledger_bind_day(put, 7, commit->as_of);
        ledger_bind_text(put, 8, text.at);
        TIE_TRY(ledger_do(ledger, put, err));
        if (has_settled)
            TIE_TRY(settle_one(ledger, revive, finding->id, commit->as_of, err));
    }
out:
    tie_buf_release(&text);
    (void)sqlite3_finalize(put);
    (void)sqlite3_finalize(revive);
    return status;
}

static enum tie_status write_kept(
    struct tie_ledger *ledger, const struct tie_kept_list *kept, tie_date as_of, struct tie_error *err)
{
    sqlite3_stmt *put = NULL, *revive = NULL, *end = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, update_kept, &put, err));
    TIE_TRY(ledger_prepare(ledger, unsettle, &revive, err));
    TIE_TRY(ledger_prepare(ledger, settle, &end, err));
    for (size_t i = 0; i < kept->count; i++) {
        const char *id = kept->at[i].finding.id;

        ledger_bind_text(put, 1, id);
        (void)sqlite3_bind_int(put, 2, (int)kept->at[i].status);
        ledger_bind_day(put, 3, as_of);
        TIE_TRY(ledger_do(ledger, put, err));
        TIE_TRY(settle_one(ledger, kept->at[i].status == TIE_FINDING_CARRIED ? revive : end, id, as_of, err));
    }
out:
    (void)sqlite3_finalize(put);
    (void)sqlite3_finalize(revive);
    (void)sqlite3_finalize(end);
    return status;
}

static enum tie_status write_exports(struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_error *err)
{
    sqlite3_stmt *put = NULL, *bump = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger,
        "INSERT INTO correction (correction_id, finding_id, verb, output, run, as_of, quantity, amount, currency,"
        " document)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &put, err));
    TIE_TRY(ledger_prepare(ledger,
        "UPDATE setting SET value = CAST(max(CAST(value AS INTEGER), CAST(substr(?1, 2) AS INTEGER) + 1) AS TEXT)"
        " WHERE name = 'next_correction'",
        &bump, err));
    for (size_t i = 0; i < commit->exports->count; i++) {
        const struct tie_export *entry = &commit->exports->at[i];
        const struct tie_finding *finding = &commit->findings->at[entry->finding];

        if (!entry->is_exported)
            continue;
        ledger_bind_text(put, 1, entry->correction_id);
        ledger_bind_text(put, 2, finding->id);
        ledger_bind_text(put, 3, finding->verb);
        ledger_bind_text(put, 4, entry->output);
        ledger_bind_text(put, 5, commit->run);
        ledger_bind_day(put, 6, commit->as_of);
        (void)sqlite3_bind_int64(put, 7, finding->correction_qty);
        (void)sqlite3_bind_int64(put, 8, finding->correction_amount);
        ledger_bind_text(put, 9, finding->currency);
        ledger_bind_text(put, 10, entry->document == NULL ? "" : entry->document);
        TIE_TRY(ledger_do(ledger, put, err));
        ledger_bind_text(bump, 1, entry->correction_id);
        TIE_TRY(ledger_do(ledger, bump, err));
    }
out:
    (void)sqlite3_finalize(put);
    (void)sqlite3_finalize(bump);
    return status;
}

static enum tie_status write_run(struct tie_ledger *ledger, const struct tie_commit *commit, const struct tail *tail,
    const char *line, const char *hash, struct tie_error *err)
{
    const char *dot = strrchr(commit->run, '.');
    sqlite3_stmt *put = NULL, *set = NULL;
    enum tie_status status = TIE_OK;

    TIE_ASSERT(dot != NULL);
    TIE_TRY(ledger_prepare(ledger,
        "INSERT INTO run VALUES (?1, ?2, ?3, 'publishing', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)", &put, err));
    ledger_bind_text(put, 1, commit->run);
    ledger_bind_day(put, 2, commit->as_of);
    (void)sqlite3_bind_int64(put, 3, strtoll(dot + 1, NULL, 10));
    (void)sqlite3_bind_int64(put, 4, tail->seq);
    ledger_bind_text(put, 5, line);
    ledger_bind_text(put, 6, commit->run_json_sha256);
    (void)sqlite3_bind_int64(put, 7, (int64_t)commit->totals.findings);
    (void)sqlite3_bind_int64(put, 8, (int64_t)commit->totals.open_primary);
    (void)sqlite3_bind_int64(put, 9, commit->totals.firm_leakage);
    (void)sqlite3_bind_int64(put, 10, commit->totals.over_billing);
    (void)sqlite3_bind_int64(put, 11, commit->totals.contingent);
    ledger_bind_text(put, 12, commit->totals.reporting_currency);
    (void)sqlite3_bind_int64(put, 13, commit->keep_runs);
    TIE_TRY(ledger_do(ledger, put, err));
    TIE_TRY(ledger_prepare(ledger, "UPDATE setting SET value = ?2 WHERE name = ?1", &set, err));
    ledger_bind_text(set, 1, "last_hash");
    ledger_bind_text(set, 2, hash);
    TIE_TRY(ledger_do(ledger, set, err));
    ledger_bind_text(set, 1, "next_seq");
    (void)sqlite3_bind_int64(set, 2, tail->seq + 1);
    TIE_TRY(ledger_do(ledger, set, err));
out:
    (void)sqlite3_finalize(put);
    (void)sqlite3_finalize(set);
    return status;
}

static enum tie_status write_all(
    struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_arena *arena, struct tie_error *err)
{
    struct tail tail;
    char hash[65];
    const char *line = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_exec(ledger, "BEGIN IMMEDIATE", err));
    TIE_TRY(read_tail(ledger, &tail, err));
    line = make_line(ledger, commit, &tail, arena, hash);
    TIE_TRY(write_findings(ledger, commit, arena, err));
    TIE_TRY(write_kept(ledger, commit->cleared, commit->as_of, err));
    TIE_TRY(write_kept(ledger, commit->carried, commit->as_of, err));
    TIE_TRY(write_exports(ledger, commit, err));
    TIE_TRY(write_run(ledger, commit, &tail, line, hash, err));
    step_done(-2); /* all is written, nothing committed */
    TIE_TRY(ledger_exec(ledger, "COMMIT", err));
out:
    if (status != TIE_OK)
        (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* ---- steps 3 to 6, also after a crash ---- */

struct pending_run {
    char run[64];
    const char *line;
    int64_t keep_runs;
};

static enum tie_status move_folder(
    const struct tie_ledger *ledger, struct tie_arena *arena, const char *run, struct tie_error *err)
{
    const char *part = tie_arena_printf(arena, "%s/.%s.part", ledger->runs_folder, run);
    const char *final = tie_path_join(arena, ledger->runs_folder, run);

    if (tie_path_kind(final) == TIE_ENTRY_FOLDER && tie_path_kind(part) == TIE_ENTRY_NONE)
        return tie_folder_sync(ledger->runs_folder, err); /* renamed before the crash */
    return tie_path_rename(part, final, err);
}

/* Appends the line unless it is the last one already. The beginning of it behind the last newline is a torn write and
 * is cut off first; anything else there is none of ours to remove: it gets the newline it lacks, and `verify` names
 * it. */
static enum tie_status append_line(
    const struct tie_ledger *ledger, struct tie_arena *arena, const char *line, struct tie_error *err)
{
    struct tie_text bytes = { "", 0 }, torn;
    const size_t size = strlen(line);
    const char *with_end = tie_arena_printf(arena, "\n%s\n", line);
    size_t whole = 0;
    enum tie_status status = TIE_OK;

    if (tie_path_kind(ledger->ledger_path) != TIE_ENTRY_NONE)
        TIE_TRY(tie_file_read(arena, ledger->ledger_path, LEDGER_MAX_BYTES, &bytes, err));
    for (whole = bytes.size; whole > 0 && bytes.at[whole - 1] != '\n'; whole--) {
    }
    torn = (struct tie_text){ bytes.at + whole, bytes.size - whole };
    if (torn.size == 0 && whole >= size + 1 && memcmp(bytes.at + whole - size - 1, with_end + 1, size + 1) == 0)
        return TIE_OK;
    if (torn.size > size || memcmp(torn.at, line, torn.size) != 0)
        return tie_file_append(ledger->ledger_path, tie_text_of(with_end), err);
    if (torn.size > 0 && truncate(ledger->ledger_path, (off_t)whole) != 0)
        return tie_fail_os(err, TIE_IO, errno, "cut the torn last line of", ledger->ledger_path);
    TIE_TRY(tie_file_append(ledger->ledger_path, tie_text_of(with_end + 1), err));
out:
    return status;
}

static enum tie_status complete(struct tie_ledger *ledger, const char *run, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "UPDATE run SET state = 'complete' WHERE run = ?1", &statement, err));
    ledger_bind_text(statement, 1, run);
    TIE_TRY(ledger_do(ledger, statement, err));
out:
    (void)sqlite3_finalize(statement);
    return status;
}

/* The run is complete: a folder that can't be removed now is worth a line, and the next run tries again. */
static enum tie_status remove_old_runs(
    const struct tie_ledger *ledger, struct tie_arena *arena, int64_t keep_runs, struct tie_error *err)
{
    sqlite3_stmt *rows = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    if (keep_runs <= 0)
        return TIE_OK;
    TIE_TRY(ledger_prepare(ledger, "SELECT run FROM run ORDER BY ledger_seq DESC LIMIT -1 OFFSET ?1", &rows, err));
    (void)sqlite3_bind_int64(rows, 1, keep_runs);
    for (;;) {
        struct tie_error why;

        TIE_TRY(ledger_step(ledger, rows, &has_row, err));
        if (!has_row)
            break;
        if (tie_tree_remove(tie_path_join(arena, ledger->runs_folder, ledger_text(arena, rows, 0)), &why) != TIE_OK)
            tie_log(TIE_LOG_WARNING, "%s", why.text);
    }
out:
    (void)sqlite3_finalize(rows);
    return status;
}

static enum tie_status finish(
    struct tie_ledger *ledger, struct tie_arena *arena, const struct pending_run *pending, struct tie_error *err)
{
    const char *latest = tie_path_join(arena, ledger->place.folder, "latest");
    enum tie_status status = TIE_OK;

    TIE_TRY(move_folder(ledger, arena, pending->run, err));
    step_done(3);
    TIE_TRY(append_line(ledger, arena, pending->line, err));
    step_done(4);
    TIE_TRY(tie_link_replace(tie_arena_printf(arena, "runs/%s", pending->run), latest, err));
    step_done(5);
    TIE_TRY(complete(ledger, pending->run, err));
    step_done(6);
    TIE_TRY(remove_old_runs(ledger, arena, pending->keep_runs, err));
out:
    return status;
}

static enum tie_status read_pending(
    struct tie_ledger *ledger, struct tie_arena *arena, struct pending_run *pending, bool *found, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum tie_status status = TIE_OK;

    *found = false;
    TIE_TRY(ledger_prepare(ledger,
        "SELECT run, ledger_line, keep_runs FROM run WHERE state = 'publishing' ORDER BY ledger_seq", &statement, err));
    TIE_TRY(ledger_step(ledger, statement, found, err));
    if (*found) {
        (void)snprintf(pending->run, sizeof pending->run, "%s", (const char *)sqlite3_column_text(statement, 0));
        pending->line = ledger_text(arena, statement, 1);
        pending->keep_runs = sqlite3_column_int64(statement, 2);
    }
out:
    (void)sqlite3_finalize(statement);
    return status;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t size = strlen(text), end_size = strlen(end);

    return size > end_size && strcmp(text + size - end_size, end) == 0;
}

/* What a killed run leaves: `.<run>.part` folders, and the link that was to become `latest`. */
static const struct leftover {
    const char *folder, *start, *end;
    enum tie_entry_kind kind;
} leftovers[] = {
    { "runs", ".", ".part", TIE_ENTRY_FOLDER },
    { "dry", ".", ".part", TIE_ENTRY_FOLDER },
    { "", "latest.", ".tmp", TIE_ENTRY_LINK },
};

static enum tie_status remove_leftovers(const struct tie_ledger *ledger, struct tie_arena *arena, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t f = 0; f < TIE_COUNT_OF(leftovers); f++) {
        const char *folder = tie_arena_printf(arena, "%s/%s", ledger->place.folder, leftovers[f].folder);
        struct tie_entries entries = { 0 };

        if (tie_path_kind(folder) == TIE_ENTRY_NONE)
            continue;
        TIE_TRY(tie_folder_list(arena, folder, &entries, err));
        for (size_t i = 0; i < entries.count; i++) {
            const struct tie_entry *entry = &entries.at[i];

            if (entry->kind == leftovers[f].kind && tie_text_starts(tie_text_of(entry->name), leftovers[f].start) &&
                ends_with(entry->name, leftovers[f].end))
                TIE_TRY(tie_tree_remove(tie_path_join(arena, folder, entry->name), err));
        }
    }
    TIE_TRY(tie_tree_remove(tie_path_join(arena, ledger->place.folder, "work"), err));
out:
    return status;
}

enum tie_status ledger_recover(struct tie_ledger *ledger, struct tie_error *err)
{
    struct tie_arena arena;
    struct pending_run pending;
    bool found = false;
    enum tie_status status = tie_arena_init(&arena, COMMIT_ARENA_BYTES, err);

    if (status != TIE_OK)
        return status;
    TIE_TRY(read_pending(ledger, &arena, &pending, &found, err));
    if (found) {
        tie_log(TIE_LOG_INFO, "run %s was interrupted while it was published; finishing it", pending.run);
        status = finish(ledger, &arena, &pending, err);
        if (status != TIE_OK) {
            tie_error_prefix(err, "finishing run %s, which was interrupted: ", pending.run);
            goto out;
        }
    }
    TIE_TRY(remove_leftovers(ledger, &arena, err));
out:
    tie_arena_release(&arena);
    return status;
}

/* Before the commit point, what would stop every start behind it. */
static enum tie_status check_names(
    const struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_commit *commit, struct tie_error *err)
{
    const char *final = tie_path_join(arena, ledger->runs_folder, commit->run);

    TIE_ASSERT(strcmp(tie_path_name(commit->part_folder), tie_arena_printf(arena, ".%s.part", commit->run)) == 0);
    if (tie_path_kind(final) == TIE_ENTRY_NONE)
        return TIE_OK;
    return tie_fail(err, TIE_CANTCREATE,
        "cannot put the run in place: %s stands there, but state.db knows no such run; move it away and run again",
        final);
}

enum tie_status tie_ledger_commit(struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_error *err)
{
    struct tie_arena arena;
    struct pending_run pending = { .keep_runs = commit->keep_runs };
    bool found = false;
    enum tie_status status = tie_arena_init(&arena, COMMIT_ARENA_BYTES, err);

    if (status != TIE_OK)
        return status;
    TIE_ASSERT(!ledger->place.read_only);
    step_done(0);
    TIE_TRY(check_names(ledger, &arena, commit, err));
    TIE_TRY(sync_tree(&arena, commit->part_folder, 0, err));
    TIE_TRY(tie_folder_sync(ledger->runs_folder, err));
    TIE_TRY(tie_folder_sync(ledger->place.folder, err)); /* of the first run: `runs` itself is new */
    step_done(1);
    TIE_TRY(write_all(ledger, commit, &arena, err));
    step_done(2);
    TIE_TRY(read_pending(ledger, &arena, &pending, &found, err));
    TIE_ASSERT(found);
    TIE_TRY(finish(ledger, &arena, &pending, err));
    ledger->last_as_of = commit->as_of;
out:
    /* Before the commit point the folder is of no use to anybody, and on a full disk it is in the way. When the state
     * can't be asked it stays: the next start decides. */
    if (status != TIE_OK && read_pending(ledger, &arena, &pending, &found, NULL) == TIE_OK && !found &&
        tie_tree_remove(commit->part_folder, NULL) != TIE_OK)
        tie_log(TIE_LOG_WARNING, "cannot remove %s; the next start does", commit->part_folder);
    tie_arena_release(&arena);
    return status;
}
