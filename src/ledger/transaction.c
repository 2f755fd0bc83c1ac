/*
 * transaction.c - what a run writes into state.db, in one transaction: step 2 of commit.c.
 *
 * It has two halves. tie_ledger_begin writes what is known once the findings are judged, which is nearly all, and may
 * do so while the result files are made; ledger_write_run adds what only those files tell (which corrections went out,
 * the digest of run.json) and commits. Findings go in by many at a time: a statement of one row spends as much on its
 * beginning and its end as on the row. Invariant: nothing here commits but the last statement, and nothing behind it
 * can fail. Rejected: rows without what has not changed since last night (SQLite writes the whole row in any case).
 */
#include "store.h"

#include "tieout/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_ARENA_BYTES ((size_t)1 << 32) /* address space; holds pointers to the findings, sorted */
enum {
    LINE_MAX_BYTES = 1 << 20,
    EMISSION_MAX_BYTES = 256 << 20,
    SQL_MAX_BYTES = 1 << 16,
    COLUMNS_EMITTED = 9,   /* of row_emitted */
    ROWS_A_STATEMENT = 32, /* more of them save nothing more */
    TEXTS_BYTES = 1 << 20  /* of emissions that wait */
};

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

/* Before and behind the rows, of which there may be several. */
static const char insert_emitted[] =
    "INSERT INTO discrepancy (finding_id, check_code, anchor, status, first_seen, visible_as_of, last_seen,"
    " touched_as_of, emission) VALUES ";
static const char row_emitted[] = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
/* clang-format off */
static const char or_update_emitted[] =
    " ON CONFLICT (finding_id) DO UPDATE SET" KEEP_BEFORE("excluded.touched_as_of")
    " anchor = excluded.anchor, status = excluded.status, first_seen = excluded.first_seen,"
    " visible_as_of = coalesce(" VISIBLE_BEFORE("excluded.touched_as_of") ", excluded.visible_as_of),"
    " last_seen = excluded.last_seen, emission = excluded.emission";
static const char update_kept[] =
    "UPDATE discrepancy SET" KEEP_BEFORE("?3") " status = ?2, visible_as_of = " VISIBLE_BEFORE("?3")
    " WHERE finding_id = ?1";
/* clang-format on */

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

/* Findings on their way into the table: as many as a statement takes, and their emissions, one behind the other. */
struct rows {
    const struct tie_ledger *ledger;
    tie_date as_of;
    sqlite3_stmt *put_many, *put_one;
    struct tie_buf texts;
    size_t count;
    struct {
        const struct tie_finding *finding;
        size_t at, size; /* of its emission */
    } row[ROWS_A_STATEMENT];
};

static enum tie_status prepare_rows(
    const struct tie_ledger *ledger, size_t count, sqlite3_stmt **statement, struct tie_error *err)
{
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SQL_MAX_BYTES);
    tie_buf_text(&sql, insert_emitted);
    for (size_t i = 0; i < count; i++) {
        tie_buf_text(&sql, i == 0 ? "" : ",");
        tie_buf_text(&sql, row_emitted);
    }
    tie_buf_text(&sql, or_update_emitted);
    TIE_ASSERT(!sql.failed);
    status = ledger_prepare(ledger, sql.at, statement, err);
    tie_buf_release(&sql);
    return status;
}

static void bind_row(const struct rows *rows, sqlite3_stmt *put, size_t from, size_t index)
{
    const struct tie_finding *const finding = rows->row[index].finding;
    int at = (int)from * COLUMNS_EMITTED;

    ledger_bind_text(put, ++at, finding->id);
    ledger_bind_text(put, ++at, tie_check(finding->check)->code);
    ledger_bind_text(put, ++at, finding->anchor);
    (void)sqlite3_bind_int(put, ++at, (int)finding->status);
    ledger_bind_day(put, ++at, finding->first_seen);
    ledger_bind_day(put, ++at, finding->is_pending ? TIE_NO_DATE : rows->as_of);
    ledger_bind_day(put, ++at, rows->as_of);
    ledger_bind_day(put, ++at, rows->as_of);
    TIE_ASSERT(sqlite3_bind_text64(put, ++at, rows->texts.at + rows->row[index].at, rows->row[index].size,
                   SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
}

/* All that wait: by one statement when it is full, else one by one. */
static enum tie_status put_rows(struct rows *rows, struct tie_error *err)
{
    const bool is_full = rows->count == ROWS_A_STATEMENT;
    sqlite3_stmt *const put = is_full ? rows->put_many : rows->put_one;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < rows->count; i++) {
        bind_row(rows, put, is_full ? i : 0, i);
        if (!is_full || i + 1 == rows->count)
            TIE_TRY(ledger_do(rows->ledger, put, err));
    }
    rows->count = 0;
    tie_buf_reset(&rows->texts);
out:
    return status;
}

static enum tie_status add_row(struct rows *rows, const struct tie_finding *finding, struct tie_error *err)
{
    const size_t at = rows->texts.size;

    ledger_emission_put(&rows->texts, finding);
    if (rows->texts.failed)
        return tie_fail(err, TIE_DATA,
            "finding %s is longer than %d bytes, the most that the state keeps of one; narrow its check or switch it "
            "off",
            finding->id, EMISSION_MAX_BYTES);
    rows->row[rows->count].finding = finding;
    rows->row[rows->count].at = at;
    rows->row[rows->count++].size = rows->texts.size - at;
    return rows->count == ROWS_A_STATEMENT || rows->texts.size > TEXTS_BYTES ? put_rows(rows, err) : TIE_OK;
}

/* In the order of their ids: index and rows are then written one page after the other. */
static enum tie_status write_findings(struct tie_ledger *ledger, tie_date as_of, const struct tie_findings *findings,
    struct tie_arena *arena, struct tie_error *err)
{
    struct tie_finding *const *sorted = ledger_by_id(ledger, arena, findings);
    struct rows *rows = TIE_TAKE(arena, struct rows, 1);
    sqlite3_stmt *revive = NULL;
    bool has_settled = false;
    enum tie_status status = TIE_OK;

    *rows = (struct rows){ .ledger = ledger, .as_of = as_of };
    tie_buf_init(&rows->texts, EMISSION_MAX_BYTES + TEXTS_BYTES);
    TIE_TRY(prepare_rows(ledger, ROWS_A_STATEMENT, &rows->put_many, err));
    TIE_TRY(prepare_rows(ledger, 1, &rows->put_one, err));
    for (size_t i = 0; i < findings->count; i++) {
        ledger_fetch_ahead(sorted, findings->count, i, true);
        tie_findings_tend(findings, i);
        TIE_TRY(add_row(rows, sorted[i], err));
    }
    TIE_TRY(put_rows(rows, err));
    TIE_TRY(has_settled_in(ledger, as_of, &has_settled, err));
    TIE_TRY(ledger_prepare(ledger, unsettle, &revive, err));
    for (size_t i = 0; has_settled && i < findings->count; i++)
        TIE_TRY(settle_one(ledger, revive, sorted[i]->id, as_of, err));
out:
    tie_buf_release(&rows->texts);
    (void)sqlite3_finalize(rows->put_many);
    (void)sqlite3_finalize(rows->put_one);
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

void ledger_take_back(struct tie_ledger *ledger)
{
    if (ledger->is_begun)
        (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    ledger->is_begun = false;
}

/* SQLite asks every so many of its steps, some microseconds, and ends the statement at hand. */
enum { STEPS_A_QUESTION = 1000 };

static int is_given_up(void *context)
{
    const struct tie_ledger *const ledger = context;

    return atomic_load(&ledger->is_given_up);
}

void tie_ledger_give_up(struct tie_ledger *ledger)
{
    atomic_store(&ledger->is_given_up, true);
    (void)pthread_mutex_lock(&ledger->begin_lock);
    ledger_take_back(ledger);
}

enum tie_status tie_ledger_begin(struct tie_ledger *ledger, tie_date as_of, const struct tie_findings *findings,
    const struct tie_kept_list *cleared, const struct tie_kept_list *carried, struct tie_error *err)
{
    struct tie_arena arena;
    enum tie_status status = tie_arena_init(&arena, BEGIN_ARENA_BYTES, err);

    if (status != TIE_OK)
        return status;
    TIE_ASSERT(!ledger->place.read_only && !ledger->is_begun);
    (void)pthread_mutex_lock(&ledger->begin_lock);
    sqlite3_progress_handler(ledger->db, STEPS_A_QUESTION, is_given_up, ledger);
    TIE_TRY(ledger_exec(ledger, "BEGIN IMMEDIATE", err));
    ledger->is_begun = true;
    TIE_TRY(write_findings(ledger, as_of, findings, &arena, err));
    TIE_TRY(write_kept(ledger, cleared, as_of, err));
    TIE_TRY(write_kept(ledger, carried, as_of, err));
out:
    sqlite3_progress_handler(ledger->db, 0, NULL, NULL);
    if (status != TIE_OK)
        ledger_take_back(ledger);
    (void)pthread_mutex_unlock(&ledger->begin_lock);
    tie_arena_release(&arena);
    return status;
}

enum tie_status ledger_write_run(
    struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_arena *arena, struct tie_error *err)
{
    struct tail tail;
    char hash[65];
    const char *line = NULL;
    enum tie_status status = TIE_OK;

    if (!ledger->is_begun)
        TIE_TRY(tie_ledger_begin(ledger, commit->as_of, commit->findings, commit->cleared, commit->carried, err));
    TIE_TRY(read_tail(ledger, &tail, err));
    line = make_line(ledger, commit, &tail, arena, hash);
    TIE_TRY(write_exports(ledger, commit, err));
    TIE_TRY(write_run(ledger, commit, &tail, line, hash, err));
    ledger_step_done(-2); /* all is written, nothing committed */
    TIE_TRY(ledger_exec(ledger, "COMMIT", err));
    ledger->is_begun = false;
out:
    ledger_take_back(ledger);
    return status;
}
