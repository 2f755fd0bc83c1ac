/*
 * state.c - the part of the state that a run judged by, as lines of JSON, and back.
 *
 *   {"row":{"finding_id":"INV-03-...","status":1,...},"table":"discrepancy"}
 *
 * One line a row, tables by name, rows by their columns from left to right. Tables and columns are read from the
 * database itself, so what the state learns to hold is held here, too. A table with a finding_id gives the rows of
 * findings that count: those emitted, those alive, those that a run of this as-of touched; `run` gives the newest runs
 * (the trend and the last as-of), every other table all it has. More rows than needed would do no harm, fewer would
 * change a status: so what is not known to be needless is kept.
 * Both ways hold one line at a time: a state of years is larger than the memory that a run may take.
 * Rejected: a copy of state.db; its bytes depend on its past, and it holds what this run never asked for.
 */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 << 20 };

/* ---- writing ---- */

struct export
{
    struct tie_ledger *ledger;
    const struct tie_findings *findings;
    tie_date as_of;
    size_t run_limit;
    struct tie_map wanted; /* hashes of finding ids; two that share one give a row too many, no more */
    struct tie_out *out;
    struct tie_buf line;
};

/* A number that is no value is another thing than NULL, and JSON has one of them only. */
static struct tie_json *value_of(sqlite3_stmt *row, int column)
{
    struct tie_json *none = NULL;

    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        if (sqlite3_column_int64(row, column) != TIE_NONE)
            return tie_json_int(sqlite3_column_int64(row, column));
        none = tie_json_object();
        tie_json_set(none, "none", tie_json_bool(true));
        return none;
    case SQLITE_TEXT: return tie_json_text(tie_text_of((const char *)sqlite3_column_text(row, column)));
    default: TIE_ASSERT(sqlite3_column_type(row, column) == SQLITE_NULL); return tie_json_null();
    }
}

static void put_row(struct export *export, const char *table, sqlite3_stmt *row)
{
    struct tie_json *line = tie_json_object(), *cells = tie_json_object();

    for (int c = 0; c < sqlite3_column_count(row); c++)
        tie_json_set(cells, sqlite3_column_name(row, c), value_of(row, c));
    tie_json_set_text(line, "table", table);
    tie_json_set(line, "row", cells);
    tie_buf_reset(&export->line);
    tie_json_print(line, TIE_JSON_COMPACT, &export->line);
    TIE_ASSERT(!export->line.failed);
    tie_out_put(export->out, export->line.at, export->line.size);
    tie_out_char(export->out, '\n');
    tie_json_free(line);
}

static bool is_wanted(const struct export *export, sqlite3_stmt *row)
{
    for (int c = 0; c < sqlite3_column_count(row); c++)
        if (strcmp(sqlite3_column_name(row, c), "finding_id") == 0 && sqlite3_column_type(row, c) == SQLITE_TEXT) {
            uint32_t ignored = 0;

            return tie_map_get(
                &export->wanted, tie_hash_text(tie_text_of((const char *)sqlite3_column_text(row, c))), &ignored);
        }
    return true;
}

static enum tie_status find_wanted(struct export *export, struct tie_error *err)
{
    sqlite3_stmt *rows = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < export->findings->count; i++)
        (void)tie_map_put(&export->wanted, tie_hash_text(tie_text_of(export->findings->at[i].id)), 1, NULL);
    TIE_TRY(ledger_prepare(export->ledger,
        "SELECT finding_id FROM discrepancy WHERE status NOT IN (?1, ?2) OR touched_as_of = ?3", &rows, err));
    (void)sqlite3_bind_int(rows, 1, TIE_FINDING_VOID);
    (void)sqlite3_bind_int(rows, 2, TIE_FINDING_CORRECTED);
    ledger_bind_day(rows, 3, export->as_of);
    for (;;) {
        TIE_TRY(ledger_step(export->ledger, rows, &has_row, err));
        if (!has_row)
            break;
        (void)tie_map_put(
            &export->wanted, tie_hash_text(tie_text_of((const char *)sqlite3_column_text(rows, 0))), 1, NULL);
    }
out:
    (void)sqlite3_finalize(rows);
    return status;
}

/* "SELECT * FROM t ORDER BY 1, 2, 3": by all columns, so rows come in an order that they alone decide. */
static enum tie_status select_all(
    struct export *export, struct tie_arena *arena, const char *table, sqlite3_stmt **rows, struct tie_error *err)
{
    const char *where = strcmp(table, "run") != 0
        ? ""
        : tie_arena_printf(arena, " WHERE ledger_seq > (SELECT max(ledger_seq) FROM run) - %zu", export->run_limit);
    const char *sql = tie_arena_printf(arena, "SELECT * FROM \"%s\"%s", table, where);
    int columns = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(export->ledger, sql, rows, err));
    columns = sqlite3_column_count(*rows);
    (void)sqlite3_finalize(*rows);
    for (int c = 1; c <= columns; c++)
        sql = tie_arena_printf(arena, "%s%s%d", sql, c == 1 ? " ORDER BY " : ", ", c);
    TIE_TRY(ledger_prepare(export->ledger, sql, rows, err));
    return TIE_OK;
out:
    *rows = NULL;
    return status;
}

static enum tie_status put_table(
    struct export *export, struct tie_arena *arena, const char *table, struct tie_error *err)
{
    sqlite3_stmt *rows = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(select_all(export, arena, table, &rows, err));
    for (;;) {
        TIE_TRY(ledger_step(export->ledger, rows, &has_row, err));
        if (!has_row)
            break;
        if (is_wanted(export, rows))
            put_row(export, table, rows);
    }
out:
    (void)sqlite3_finalize(rows);
    return status;
}

enum tie_status tie_ledger_put_state(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_findings *findings, size_t run_limit, struct tie_out *out, struct tie_error *err)
{
    struct export export = {
        .ledger = ledger, .findings = findings, .as_of = as_of, .run_limit = run_limit, .out = out
    };
    sqlite3_stmt *tables = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    tie_map_init(&export.wanted, arena);
    tie_buf_init(&export.line, LINE_MAX_BYTES);
    TIE_TRY(find_wanted(&export, err));
    TIE_TRY(ledger_prepare(ledger,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
        &tables, err));
    for (;;) {
        TIE_TRY(ledger_step(ledger, tables, &has_row, err));
        if (!has_row)
            break;
        TIE_TRY(put_table(&export, arena, ledger_text(arena, tables, 0), err));
    }
out:
    (void)sqlite3_finalize(tables);
    tie_buf_release(&export.line);
    return status;
}

/* ---- reading ---- */

/* Only what value_of() writes: a value of another kind would become NULL, and that says something else. */
static enum tie_status bind_value(
    sqlite3_stmt *insert, int at, const char *column, const struct tie_json *value, struct tie_error *err)
{
    int code = SQLITE_OK;

    switch (tie_json_kind(value)) {
    case TIE_JSON_INT: code = sqlite3_bind_int64(insert, at, tie_json_as_int(value)); break;
    case TIE_JSON_TEXT: ledger_bind_text(insert, at, tie_json_as_text(value).at); break;
    case TIE_JSON_NULL: code = sqlite3_bind_null(insert, at); break;
    case TIE_JSON_OBJECT:
        if (tie_json_as_bool(tie_json_get(value, "none"))) {
            code = sqlite3_bind_int64(insert, at, TIE_NONE);
            break;
        }
        return tie_fail(err, TIE_DATA, "column %s: an object must be {\"none\":true}", column);
    case TIE_JSON_BOOL:
    case TIE_JSON_ARRAY:
    default: return tie_fail(err, TIE_DATA, "column %s: must be a whole number, a text or null", column);
    }
    TIE_ASSERT(code == SQLITE_OK);
    return TIE_OK;
}

/* Names come from the line, so they are quoted; one that the state does not have fails in SQLite's words. */
static enum tie_status insert_row(
    const struct tie_ledger *ledger, const char *table, const struct tie_json *row, struct tie_error *err)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_stmt *insert = NULL;
    char *text = NULL;
    int count = 0;
    enum tie_status status = TIE_OK;

    sqlite3_str_appendf(sql, "INSERT OR REPLACE INTO \"%w\" (", table);
    for (const char *key = tie_json_next_key(row, NULL); key != NULL; key = tie_json_next_key(row, key))
        sqlite3_str_appendf(sql, "%s\"%w\"", count++ == 0 ? "" : ", ", key);
    sqlite3_str_appendall(sql, ") VALUES (");
    for (int i = 0; i < count; i++)
        sqlite3_str_appendall(sql, i == 0 ? "?" : ", ?");
    sqlite3_str_appendall(sql, ")");
    text = sqlite3_str_finish(sql);
    TIE_ASSERT(text != NULL); /* no memory */
    TIE_TRY(ledger_prepare(ledger, text, &insert, err));
    count = 0;
    for (const char *key = tie_json_next_key(row, NULL); key != NULL; key = tie_json_next_key(row, key))
        TIE_TRY(bind_value(insert, ++count, key, tie_json_get(row, key), err));
    TIE_TRY(ledger_do(ledger, insert, err));
out:
    (void)sqlite3_finalize(insert);
    sqlite3_free(text);
    return status;
}

static enum tie_status read_line(
    const struct tie_ledger *ledger, struct tie_text text, const char *path, uint64_t number, struct tie_error *err)
{
    const struct tie_json *table = NULL, *row = NULL;
    struct tie_json *line = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_json_parse(text, path, &line, err));
    TIE_TRY(tie_json_need(line, "table", TIE_JSON_TEXT, &table, err));
    TIE_TRY(tie_json_need(line, "row", TIE_JSON_OBJECT, &row, err));
    TIE_TRY(insert_row(ledger, tie_json_as_text(table).at, row, err));
out:
    tie_json_free(line);
    if (status != TIE_OK) {
        status = status == TIE_IO ? TIE_IO : TIE_DATA;
        tie_error_prefix(err, "%s:%llu: ", path, (unsigned long long)number);
        if (err != NULL)
            err->status = status;
    }
    return status;
}

static enum tie_status read_lines(const struct tie_ledger *ledger, FILE *file, const char *path, struct tie_error *err)
{
    char *line = NULL;
    size_t room = 0;
    uint64_t number = 0;
    ssize_t size = 0;
    enum tie_status status = TIE_OK;

    while (errno = 0, (size = getline(&line, &room, file)) >= 0) {
        const bool has_end = size > 0 && line[size - 1] == '\n';

        TIE_TRY(read_line(ledger, (struct tie_text){ line, (size_t)size - has_end }, path, ++number, err));
    }
    if (ferror(file) != 0 || errno == ENOMEM)
        status = tie_fail_os(err, TIE_IO, errno, "read", path);
out:
    free(line);
    return status;
}

enum tie_status tie_ledger_make_state(const char *folder, const char *path, struct tie_error *err)
{
    struct tie_ledger *ledger = NULL;
    FILE *file = fopen(path, "re");
    enum tie_status status = TIE_OK;

    if (file == NULL)
        return tie_fail_os(err, TIE_NOINPUT, errno, "open", path);
    TIE_TRY(tie_ledger_open(&(struct tie_ledger_place){ .job = "", .folder = folder }, &ledger, err));
    TIE_TRY(ledger_exec(ledger, "BEGIN IMMEDIATE", err));
    TIE_TRY(read_lines(ledger, file, path, err));
    TIE_TRY(ledger_exec(ledger, "COMMIT", err));
out:
    tie_ledger_close(ledger);
    (void)fclose(file); /* nothing was written */
    return status;
}
