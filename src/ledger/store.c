/*
 * store.c - state.db: its tables, opening it, and thin wrappers around SQLite.
 *
 * One file, rollback journal, synchronous=EXTRA: FULL, and the folder is synced too when the journal goes, because
 * else a power cut could bring the journal back and with it take back a commit on which steps 3 to 6 were built. Days
 * are whole numbers since 1970-01-01, amounts millionths. Rejected: WAL, which leaves two more files beside the
 * state, also for readers.
 *
 *   run          one row a run: publishing until the run folder, the ledger line and `latest` stand, then complete
 *   discrepancy  one row a finding_id that was ever emitted. touched_as_of is the as-of of the last run that emitted
 *                or listed it. A run of an as-of computes from the before_* columns when that as-of touched the row:
 *                they hold the state before its first run, so running a day again gives the same answer. first_seen
 *                never changes. It alone has rowids: its rows are a kilobyte, and in the tree of a table WITHOUT
 *                ROWID what is longer than a quarter of a page goes to a page of its own
 *   correction   one row an exported correction; the id is never reused. settled_as_of: the as-of whose run found the
 *                discrepancy gone; a correction is live for a run of as-of D while it is empty or not before D
 *                From version 2 on emission leaves out what is zero
 *   decision     what persons decided (accept and approve with an expiry, explain)
 *   setting      next correction number, next seq and hash of the last ledger line
 */
#include "store.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SCHEMA_VERSION = 2, OLDEST_VERSION = 1, ARENA_BYTES = 16 << 20, READ_WAIT_MS = 2000, WRITE_WAIT_MS = 30000 };

#define CACHE_BYTES_MAX ((size_t)32 << 20)
#define MARK_VERSION "PRAGMA user_version = 2;"

static const char schema[] =
    "CREATE TABLE run (run TEXT PRIMARY KEY, as_of INTEGER NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL"
    " CHECK (state IN ('publishing', 'complete')), ledger_seq INTEGER NOT NULL, ledger_line TEXT NOT NULL,"
    " run_json_sha256 TEXT NOT NULL, findings INTEGER NOT NULL, open_primary INTEGER NOT NULL, firm INTEGER NOT NULL,"
    " over_billing INTEGER NOT NULL, contingent INTEGER NOT NULL, currency TEXT NOT NULL, keep_runs INTEGER NOT NULL,"
    " UNIQUE (as_of, sequence), UNIQUE (ledger_seq)) WITHOUT ROWID;"
    "CREATE TABLE discrepancy (finding_id TEXT NOT NULL PRIMARY KEY, check_code TEXT NOT NULL, anchor TEXT NOT NULL,"
    " status INTEGER NOT NULL, first_seen INTEGER NOT NULL, visible_as_of INTEGER, last_seen INTEGER NOT NULL,"
    " touched_as_of INTEGER NOT NULL, before_status INTEGER, before_visible_as_of INTEGER, "
    " emission TEXT NOT NULL);"
    "CREATE TABLE correction (correction_id TEXT PRIMARY KEY, finding_id TEXT NOT NULL, verb TEXT NOT NULL,"
    " output TEXT NOT NULL, run TEXT NOT NULL, as_of INTEGER NOT NULL, quantity INTEGER, amount INTEGER,"
    " currency TEXT NOT NULL, document TEXT NOT NULL, settled_as_of INTEGER) WITHOUT ROWID;"
    "CREATE INDEX correction_finding ON correction (finding_id);"
    "CREATE TABLE decision (finding_id TEXT NOT NULL, kind TEXT NOT NULL"
    " CHECK (kind IN ('accept', 'explain', 'approve')), decided_by TEXT NOT NULL,"
    " reason TEXT NOT NULL, valid_to INTEGER, PRIMARY KEY (finding_id, kind)) WITHOUT ROWID;"
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "INSERT INTO setting VALUES ('next_correction', '1'), ('next_seq', '1'),"
    " ('last_hash', '0000000000000000000000000000000000000000000000000000000000000000');" MARK_VERSION;

void tie_ledger_unlock_sqlite(void)
{
    /* refused only when SQLite is in use already, and then it is merely slower: a lock and its release a value read */
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What SQLite refuses, and what a person can do about it. */
static const struct {
    int code;
    enum tie_status status;
    const char *advice;
} refusals[] = {
    { SQLITE_FULL, TIE_IO, "disk full: free some space and run again" },
    { SQLITE_BUSY, TIE_BUSY, "another program has it open for writing: wait for it or end it, then run again" },
    { SQLITE_LOCKED, TIE_BUSY, "another program has it open for writing: wait for it or end it, then run again" },
    { SQLITE_CANTOPEN, TIE_CANTCREATE,
        "check that its folder exists, that this user may write there, and that the disk is sound and not full" },
    { SQLITE_READONLY, TIE_DENIED, "give this user the right to write it and its folder" },
    { SQLITE_PERM, TIE_DENIED, "give this user the right to it" },
    { SQLITE_NOMEM, TIE_CONFIG, "memory limit too small: raise the limit of the process (ulimit -v)" },
    { SQLITE_CORRUPT, TIE_DATA, "the state is damaged: restore it from a backup" },
    { SQLITE_NOTADB, TIE_DATA, "the state is damaged or no state of Tieout: restore it from a backup" },
};

/* SQLite's words for a write that failed hide that the disk is full, and its own record of errno is empty after a
 * COMMIT: so the callers set errno to 0 before each call, and what it is behind it is believed when it speaks of the
 * disk. A file that can't be opened is tried again to read only, so errno then speaks of the second try: the advice
 * names the disk as well. */
static bool is_of_the_disk(int os_error)
{
    return os_error == ENOSPC || os_error == EDQUOT || os_error == EFBIG || os_error == EIO;
}

static enum tie_status fail_sql(const struct tie_ledger *ledger, int code, struct tie_error *err)
{
    const int os_error = errno, primary = code & 0xff;

    if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && is_of_the_disk(os_error))
        return tie_fail_os(err, TIE_IO, os_error, "write", ledger->database_path);
    for (size_t i = 0; i < TIE_COUNT_OF(refusals); i++)
        if (refusals[i].code == primary)
            return tie_fail(err, refusals[i].status, "cannot use %s: %s; %s", ledger->database_path,
                sqlite3_errmsg(ledger->db), refusals[i].advice);
    return tie_fail(err, primary == SQLITE_IOERR ? TIE_IO : TIE_DATA, "cannot use %s: %s; see that the disk is sound",
        ledger->database_path, sqlite3_errmsg(ledger->db));
}

enum tie_status ledger_prepare(
    const struct tie_ledger *ledger, const char *sql, sqlite3_stmt **statement, struct tie_error *err)
{
    const int code = sqlite3_prepare_v2(ledger->db, sql, -1, statement, NULL);

    return code == SQLITE_OK ? TIE_OK : fail_sql(ledger, code, err);
}

enum tie_status ledger_step(
    const struct tie_ledger *ledger, sqlite3_stmt *statement, bool *has_row, struct tie_error *err)
{
    int code;

    errno = 0;
    code = sqlite3_step(statement);
    *has_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? TIE_OK : fail_sql(ledger, code, err);
}

enum tie_status ledger_do(const struct tie_ledger *ledger, sqlite3_stmt *statement, struct tie_error *err)
{
    bool has_row = false;
    const enum tie_status status = ledger_step(ledger, statement, &has_row, err);

    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return status;
}

enum tie_status ledger_exec(const struct tie_ledger *ledger, const char *sql, struct tie_error *err)
{
    int code;

    errno = 0;
    code = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TIE_OK : fail_sql(ledger, code, err);
}

enum tie_status ledger_begin_reading(const struct tie_ledger *ledger, struct tie_error *err)
{
    return ledger_exec(ledger, "BEGIN", err);
}

void ledger_end_reading(const struct tie_ledger *ledger)
{
    (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL); /* nothing was written */
}

void ledger_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    TIE_ASSERT(sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC) == SQLITE_OK);
}

void ledger_bind_day(sqlite3_stmt *statement, int at, tie_date day)
{
    TIE_ASSERT(
        (day == TIE_NO_DATE ? sqlite3_bind_null(statement, at) : sqlite3_bind_int(statement, at, day)) == SQLITE_OK);
}

const char *ledger_text(struct tie_arena *arena, sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text == NULL ? "" : tie_arena_strdup(arena, (const char *)text);
}

tie_date ledger_day(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? TIE_NO_DATE : sqlite3_column_int(statement, column);
}

static enum tie_status read_version(const struct tie_ledger *ledger, int *version, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "PRAGMA user_version", &statement, err));
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    *version = has_row ? sqlite3_column_int(statement, 0) : 0;
out:
    (void)sqlite3_finalize(statement);
    return status;
}

static enum tie_status connect_to(struct tie_ledger *ledger, const char *path, int flags, struct tie_error *err)
{
    int code;

    (void)sqlite3_close(ledger->db);
    ledger->db = NULL;
    errno = 0;
    code = sqlite3_open_v2(path, &ledger->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return fail_sql(ledger, code, err);
    /* A commit is worth waiting for: `tieout status` may be reading. */
    (void)sqlite3_busy_timeout(ledger->db, ledger->place.read_only ? READ_WAIT_MS : WRITE_WAIT_MS);
    return TIE_OK;
}

static enum tie_status make_tables(const struct tie_ledger *ledger, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_exec(ledger, "BEGIN IMMEDIATE", err));
    TIE_TRY(ledger_exec(ledger, schema, err));
    TIE_TRY(ledger_exec(ledger, "COMMIT", err));
out:
    return status;
}

static enum tie_status check_version(const struct tie_ledger *ledger, int version, struct tie_error *err)
{
    if (version >= OLDEST_VERSION && version <= SCHEMA_VERSION)
        return TIE_OK;
    return tie_fail(err, TIE_DATA,
        "%s has version %d, this program reads versions %d to %d: use the program that wrote it", ledger->database_path,
        version, OLDEST_VERSION, SCHEMA_VERSION);
}

static enum tie_status open_to_write(struct tie_ledger *ledger, struct tie_error *err)
{
    const size_t wanted = ledger->place.cache_bytes;
    const size_t cache_bytes = wanted == 0 || wanted > CACHE_BYTES_MAX ? CACHE_BYTES_MAX : wanted;
    char sql[256];
    int version = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(connect_to(ledger, ledger->database_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err));
    /* A disk that fails while it is opened makes SQLite fall back to reading, in silence. */
    if (sqlite3_db_readonly(ledger->db, "main") == 1 && access(ledger->database_path, W_OK) == 0)
        return tie_fail(err, TIE_IO, "cannot open %s for writing, though this user may: see that the disk is sound",
            ledger->database_path);
    /* In SQLite's own 2 MiB of pages the inserts of a night, in the order of their hashes, evict each other.
     * Large pages, of a state that is made now: fewer of them are asked for and written. */
    (void)sqlite3_snprintf(sizeof sql, sql,
        "PRAGMA page_size = 16384; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;"
        " PRAGMA cache_size = -%d",
        (int)(cache_bytes >> 10));
    TIE_TRY(ledger_exec(ledger, sql, err));
    TIE_TRY(read_version(ledger, &version, err));
    if (version == 0)
        TIE_TRY(make_tables(ledger, err));
    else
        TIE_TRY(check_version(ledger, version, err));
    if (version == OLDEST_VERSION) /* the tables are the same; what is written from now on, older programs can't read */
        TIE_TRY(ledger_exec(ledger, MARK_VERSION, err));
out:
    return status;
}

/* No state yet is an empty state, in memory. After a crash in the middle of a transaction a journal lies beside the
 * state, and only a connection that may write can take back what was never committed; that changes nothing that
 * was. */
static enum tie_status open_to_read(struct tie_ledger *ledger, struct tie_error *err)
{
    const char *journal = tie_arena_printf(&ledger->arena, "%s-journal", ledger->database_path);
    const int flags = tie_path_kind(journal) == TIE_ENTRY_NONE ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int version = 0;
    enum tie_status status = TIE_OK;

    if (tie_path_kind(ledger->database_path) != TIE_ENTRY_NONE) {
        TIE_TRY(connect_to(ledger, ledger->database_path, flags, err));
        TIE_TRY(read_version(ledger, &version, err));
    }
    if (version == 0) {
        TIE_TRY(connect_to(ledger, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err));
        TIE_TRY(make_tables(ledger, err));
    } else {
        TIE_TRY(check_version(ledger, version, err));
    }
    TIE_TRY(ledger_exec(ledger, "PRAGMA query_only = ON", err));
out:
    return status;
}

static enum tie_status read_last_as_of(struct tie_ledger *ledger, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(ledger, "SELECT max(as_of) FROM run", &statement, err));
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    ledger->last_as_of = has_row ? ledger_day(statement, 0) : TIE_NO_DATE;
out:
    (void)sqlite3_finalize(statement);
    return status;
}

enum tie_status tie_ledger_open(const struct tie_ledger_place *place, struct tie_ledger **result, struct tie_error *err)
{
    struct tie_arena arena;
    struct tie_ledger *ledger = NULL;
    enum tie_status status = tie_arena_init(&arena, ARENA_BYTES, err);

    *result = NULL;
    if (status != TIE_OK)
        return status;
    ledger = TIE_TAKE(&arena, struct tie_ledger, 1);
    ledger->place = (struct tie_ledger_place){ .job = tie_arena_strdup(&arena, place->job),
        .folder = tie_arena_strdup(&arena, place->folder),
        .read_only = place->read_only,
        .cache_bytes = place->cache_bytes };
    (void)pthread_mutex_init(&ledger->begin_lock, NULL);
    ledger->judged_as_of = TIE_NO_DATE;
    ledger->database_path = tie_path_join(&arena, place->folder, "state.db");
    ledger->ledger_path = tie_path_join(&arena, place->folder, "ledger.jsonl");
    ledger->runs_folder = tie_path_join(&arena, place->folder, "runs");
    ledger->arena = arena;
    TIE_TRY(place->read_only ? open_to_read(ledger, err) : open_to_write(ledger, err));
    if (!place->read_only)
        TIE_TRY(ledger_recover(ledger, err));
    TIE_TRY(read_last_as_of(ledger, err));
out:
    if (status == TIE_OK)
        *result = ledger;
    else
        tie_ledger_close(ledger);
    return status;
}

void tie_ledger_close(struct tie_ledger *ledger)
{
    struct tie_arena arena;

    if (ledger == NULL)
        return;
    (void)sqlite3_close(ledger->db); /* a transaction that was begun is rolled back */
    (void)pthread_mutex_destroy(&ledger->begin_lock);
    arena = ledger->arena; /* the ledger itself lies in it */
    tie_arena_release(&arena);
}

tie_date tie_ledger_last_as_of(const struct tie_ledger *ledger)
{
    return ledger->last_as_of;
}
