/*
 * commit.c - the commit of a run, step by step, and its recovery (contract.md 5).
 *
 *   1  everything in runs/.<run>.part, files and folder fsynced
 *   2  one SQLite transaction (transaction.c): discrepancies, corrections, the ledger line, the run as `publishing`;
 *      its first half may have been written before 1
 *                                                                                                 <- commit point
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

#include "tieout/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEDGER_MAX_BYTES = 1 << 30 };
#define COMMIT_ARENA_BYTES ((size_t)1 << 32) /* address space; holds the ledger's text when it is appended to */

void (*tie_ledger_step_hook)(int step);

void ledger_step_done(int step)
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
    ledger_step_done(3);
    TIE_TRY(append_line(ledger, arena, pending->line, err));
    ledger_step_done(4);
    TIE_TRY(tie_link_replace(tie_arena_printf(arena, "runs/%s", pending->run), latest, err));
    ledger_step_done(5);
    TIE_TRY(complete(ledger, pending->run, err));
    ledger_step_done(6);
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
    ledger_step_done(0);
    TIE_TRY(check_names(ledger, &arena, commit, err));
    TIE_TRY(sync_tree(&arena, commit->part_folder, 0, err));
    TIE_TRY(tie_folder_sync(ledger->runs_folder, err));
    TIE_TRY(tie_folder_sync(ledger->place.folder, err)); /* of the first run: `runs` itself is new */
    ledger_step_done(1);
    TIE_TRY(ledger_write_run(ledger, commit, &arena, err));
    ledger_step_done(2);
    TIE_TRY(read_pending(ledger, &arena, &pending, &found, err));
    TIE_ASSERT(found);
    TIE_TRY(finish(ledger, &arena, &pending, err));
    ledger->last_as_of = commit->as_of;
out:
    ledger_take_back(ledger); /* begun, and then no file could be synced */
    /* Before the commit point the folder is of no use to anybody, and on a full disk it is in the way. When the state
     * can't be asked it stays: the next start decides. */
    if (status != TIE_OK && read_pending(ledger, &arena, &pending, &found, NULL) == TIE_OK && !found &&
        tie_tree_remove(commit->part_folder, NULL) != TIE_OK)
        tie_log(TIE_LOG_WARNING, "cannot remove %s; the next start does", commit->part_folder);
    tie_arena_release(&arena);
    return status;
}
