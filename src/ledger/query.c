/*
 * query.c - earlier runs and open discrepancies, for the trend chart and `tieout status`.
 */
#include "store.h"

#include <stdio.h>
#include <string.h>

/* A folder that state.db does not know (it was restored from a backup) is skipped, never overwritten. */
enum tie_status tie_ledger_next_run(
    const struct tie_ledger *ledger, tie_date as_of, char out[32], struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    struct tie_buf path;
    bool has_row = false;
    char day[16];
    int sequence;
    enum tie_status status = TIE_OK;

    tie_buf_init(&path, 1 << 16);
    TIE_TRY(ledger_prepare(ledger, "SELECT coalesce(max(sequence), 0) + 1 FROM run WHERE as_of = ?1", &statement, err));
    ledger_bind_day(statement, 1, as_of);
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    (void)tie_date_print(as_of, day);
    sequence = sqlite3_column_int(statement, 0);
    do {
        (void)snprintf(out, 32, "%s.%d", day, sequence++);
        tie_buf_reset(&path);
        tie_buf_printf(&path, "%s/%s", ledger->runs_folder, out);
    } while (tie_path_kind(path.at) != TIE_ENTRY_NONE);
out:
    tie_buf_release(&path);
    (void)sqlite3_finalize(statement);
    return status;
}

enum tie_status tie_ledger_runs(struct tie_ledger *ledger, struct tie_arena *arena, size_t limit, size_t *count,
    const struct tie_run_row **rows, struct tie_error *err)
{
    struct tie_run_row *list = TIE_TAKE(arena, struct tie_run_row, limit + 1);
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    *count = 0;
    TIE_TRY(ledger_prepare(ledger,
        "SELECT * FROM (SELECT run, as_of, state, findings, open_primary, firm, over_billing, contingent, currency,"
        " ledger_seq FROM run ORDER BY ledger_seq DESC LIMIT ?1) ORDER BY ledger_seq",
        &statement, err));
    (void)sqlite3_bind_int64(statement, 1, (int64_t)limit);
    for (;;) {
        TIE_TRY(ledger_step(ledger, statement, &has_row, err));
        if (!has_row)
            break;
        list[(*count)++] = (struct tie_run_row){ .run = ledger_text(arena, statement, 0),
            .as_of = ledger_day(statement, 1),
            .state = ledger_text(arena, statement, 2),
            .findings = (uint64_t)sqlite3_column_int64(statement, 3),
            .open_primary = (uint64_t)sqlite3_column_int64(statement, 4),
            .firm_leakage = sqlite3_column_int64(statement, 5),
            .over_billing = sqlite3_column_int64(statement, 6),
            .contingent = sqlite3_column_int64(statement, 7),
            .reporting_currency = ledger_text(arena, statement, 8) };
    }
    *rows = list;
out:
    (void)sqlite3_finalize(statement);
    return status;
}

static size_t band_of(tie_date as_of, tie_date due)
{
    const tie_date age = due == TIE_NO_DATE ? 0 : as_of - due;

    return age <= 7 ? 0 : age <= 30 ? 1 : age <= 90 ? 2 : 3;
}

static enum tie_status add_open(struct tie_ledger *ledger, sqlite3_stmt *rows, struct tie_arena *scratch,
    struct tie_open_row *row, struct tie_error *err)
{
    struct tie_finding finding;
    const enum tie_finding_status state = (enum tie_finding_status)sqlite3_column_int(rows, 1);
    const enum tie_status status = ledger_emission_read(
        scratch, tie_text_of((const char *)sqlite3_column_text(rows, 2)), &finding, err);
    const size_t band = status == TIE_OK ? band_of(ledger->last_as_of, finding.due) : 0;

    if (status != TIE_OK)
        return status;
    if (state == TIE_FINDING_PENDING) {
        row->pending++;
    } else if (state == TIE_FINDING_CARRIED) {
        row->carried++;
    } else if (finding.is_primary) {
        row->count[band]++;
        if (finding.exposure_reporting != TIE_NONE &&
            !tie_dec_add(row->exposure_reporting[band], finding.exposure_reporting, &row->exposure_reporting[band]))
            row->exposure_reporting[band] = TIE_DEC_MAX;
    }
    return TIE_OK;
}

enum tie_status tie_ledger_open_by_age(struct tie_ledger *ledger, struct tie_arena *arena, size_t *count,
    const struct tie_open_row **rows, struct tie_error *err)
{
    struct tie_open_row *list = TIE_TAKE(arena, struct tie_open_row, TIE_CHECK_COUNT + 1);
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    *count = 0;
    TIE_TRY(ledger_prepare(ledger,
        "SELECT check_code, status, emission FROM discrepancy WHERE status NOT IN (?1, ?2, ?3, ?4) ORDER BY check_code",
        &statement, err));
    (void)sqlite3_bind_int(statement, 1, TIE_FINDING_VOID);
    (void)sqlite3_bind_int(statement, 2, TIE_FINDING_CORRECTED);
    (void)sqlite3_bind_int(statement, 3, TIE_FINDING_ACCEPTED);
    (void)sqlite3_bind_int(statement, 4, TIE_FINDING_EXPLAINED);
    for (;;) {
        struct tie_arena_mark mark;
        const char *code = NULL;

        TIE_TRY(ledger_step(ledger, statement, &has_row, err));
        if (!has_row)
            break;
        code = (const char *)sqlite3_column_text(statement, 0);
        if (*count == 0 || strcmp(list[*count - 1].check, code) != 0) {
            TIE_ASSERT(*count < TIE_CHECK_COUNT);
            list[(*count)++] = (struct tie_open_row){ .check = tie_arena_strdup(arena, code) };
        }
        mark = tie_arena_mark(arena);
        TIE_TRY(add_open(ledger, statement, arena, &list[*count - 1], err));
        tie_arena_back_to(arena, mark);
    }
    *rows = list;
out:
    (void)sqlite3_finalize(statement);
    return status;
}
