/*
 * odbc.c - reading over ODBC: column-bound blocks, streaming, nothing ever cut.
 *
 *     describe -> rooms by type -> execute -> fetch block -> indicator of every cell -> rows to the sink
 *                      ^                           |              (odbc_blocks.c, a second thread)
 *                      \__ a value longer than its room: enlarge that column, begin again from the first row
 *
 * Everything is bound as text (decimals are exact only so), whole numbers as SBIGINT where the driver means it.
 * Described sizes are not believed: the indicator of each cell tells the true length, and a value that did not fit
 * restarts the reading of this part with a larger buffer. SQLGetData after block fetch would fetch single values, but
 * works in none of the drivers alike.
 * Invariant: a cell reaches the sink whole or not at all. Each restart at least doubles a buffer, so there are few.
 *
 * Drivers that can't stream are read in ranges (odbc_split.c) or not at all; a control query, which must deliver one
 * row, is cut off after the second there.
 */
#include "odbc_read.h"

#include "tieout/log.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TEXT_ROOM_FIRST = 256, /* bytes for a text whose described size is unknown or huge */
    TEXT_ROOM_DESCRIBED = 2048,
    NUMBER_ROOM = 32,
    NAME_BYTES = 256
};

struct described { /* what the driver says of a column beside its name and kind */
    SQLULEN size;
    bool is_above_int64; /* an unsigned bigint */
};

SQLCHAR *tie_odbc_text(const char *text)
{
    union {
        const char *in;
        SQLCHAR *out;
    } cast = { .in = text };

    return cast.out;
}

enum tie_status tie_odbc_fail_stmt(
    const struct tie_odbc_reading *reading, enum tie_status otherwise, struct tie_error *err)
{
    return tie_odbc_fail(reading->link, SQL_HANDLE_STMT, reading->stmt, reading->statement, otherwise, err);
}

/* ---- statement and shape ---- */

enum tie_status tie_odbc_new_statement(struct tie_odbc_reading *reading, struct tie_error *err)
{
    const int64_t left_s = (reading->link->deadline_us - tie_clock_us()) / TIE_US_PER_SECOND + 1;

    if (SQLAllocHandle(SQL_HANDLE_STMT, reading->link->dbc, &reading->stmt) != SQL_SUCCESS) {
        reading->stmt = SQL_NULL_HSTMT;
        return tie_odbc_fail(
            reading->link, SQL_HANDLE_DBC, reading->link->dbc, reading->statement, TIE_UNAVAILABLE, err);
    }
    /* wishes: a driver that does not know them says so, and the deadline of the parent holds anyway */
    (void)SQLSetStmtAttr(
        reading->stmt, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)(uintptr_t)SQL_CURSOR_FORWARD_ONLY, SQL_IS_UINTEGER);
    (void)SQLSetStmtAttr(
        reading->stmt, SQL_ATTR_CONCURRENCY, (SQLPOINTER)(uintptr_t)SQL_CONCUR_READ_ONLY, SQL_IS_UINTEGER);
    (void)SQLSetStmtAttr(
        reading->stmt, SQL_ATTR_QUERY_TIMEOUT, (SQLPOINTER)(uintptr_t)(left_s < 1 ? 1 : left_s), SQL_IS_UINTEGER);
    return TIE_OK;
}

void tie_odbc_drop_statement(struct tie_odbc_reading *reading)
{
    if (reading->stmt != SQL_NULL_HSTMT)
        (void)SQLFreeHandle(SQL_HANDLE_STMT, reading->stmt);
    reading->stmt = SQL_NULL_HSTMT;
}

static enum tie_status read_column(struct tie_odbc_reading *reading, struct tie_arena *arena, SQLUSMALLINT at,
    struct tie_result_column *column, struct described *described, struct tie_error *err)
{
    const struct tie_link *link = reading->link;
    SQLCHAR name[NAME_BYTES] = "";
    char type[NAME_BYTES] = "";
    SQLSMALLINT name_size = 0, sql_type = 0, digits = 0, nulls = 0, type_size = 0;
    SQLLEN is_unsigned = SQL_FALSE;

    if (!SQL_SUCCEEDED(SQLDescribeCol(reading->stmt, at, name, (SQLSMALLINT)sizeof name, &name_size, &sql_type,
            &described->size, &digits, &nulls)))
        return tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
    (void)SQLColAttribute(reading->stmt, at, SQL_DESC_TYPE_NAME, type, (SQLSMALLINT)sizeof type, &type_size, NULL);
    (void)SQLColAttribute(reading->stmt, at, SQL_DESC_UNSIGNED, NULL, 0, NULL, &is_unsigned);
    described->is_above_int64 = sql_type == SQL_BIGINT && is_unsigned == SQL_TRUE;
    column->name = tie_arena_strdup(arena, (const char *)name);
    column->type = tie_arena_strdup(arena, type);
    column->kind = tie_odbc_kind(sql_type);
    if (!link->has_zone && link->quirk->zoned_type != NULL && strcasecmp(type, link->quirk->zoned_type) == 0) {
        column->kind = TIE_RAW_REFUSED;
        column->type = tie_arena_printf(
            arena, "%s, whose zone is unknown because the server knows no zone %s,", type, link->spec->timezone);
    }
    return TIE_OK;
}

/* Reads names and types of the prepared or executed statement; `described` of the first `room` columns. */
static enum tie_status read_shape(struct tie_odbc_reading *reading, struct tie_arena *arena,
    struct tie_result_shape *shape, struct described *described, size_t room, struct tie_error *err)
{
    struct tie_result_column *columns = NULL;
    SQLSMALLINT count = 0;
    enum tie_status status = TIE_OK;

    if (!SQL_SUCCEEDED(SQLNumResultCols(reading->stmt, &count)))
        return tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
    if (count <= 0)
        return tie_fail(
            err, TIE_CONFIG, "%s: the query delivers no columns; it must be a SELECT", reading->statement->path);
    shape->count = (size_t)count;
    shape->columns = columns = TIE_TAKE(arena, struct tie_result_column, shape->count);
    for (size_t i = 0; i < shape->count; i++) {
        struct described beyond;

        TIE_TRY(
            read_column(reading, arena, (SQLUSMALLINT)(i + 1), &columns[i], i < room ? &described[i] : &beyond, err));
    }
out:
    return status;
}

/* ---- rows ---- */

static size_t first_room(enum tie_raw_kind kind, SQLULEN described)
{
    if (kind != TIE_RAW_TEXT && kind != TIE_RAW_UNKNOWN && kind != TIE_RAW_REFUSED)
        return NUMBER_ROOM;
    if (described == 0 || described > TEXT_ROOM_DESCRIBED / 4)
        return TEXT_ROOM_FIRST;
    return described * 4 + 1; /* characters of up to four bytes, and the NUL */
}

/* The statement is executed: all its blocks. */
static enum tie_status take_rows(struct tie_odbc_reading *reading, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    while (reading->goes_on) {
        SQLRETURN rc = SQL_SUCCESS;

        if (tie_clock_us() >= reading->link->deadline_us)
            return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s was not read within its timeout",
                reading->link->spec->name, reading->statement->title);
        rc = SQLFetch(reading->stmt);
        if (rc == SQL_NO_DATA)
            return TIE_OK;
        if (!SQL_SUCCEEDED(rc))
            return tie_odbc_fail_stmt(reading, TIE_UNAVAILABLE, err);
        TIE_TRY(tie_odbc_blocks_give(reading, err));
    }
out:
    return status;
}

/* ---- one statement from start to end ---- */

static enum tie_status make_columns(
    struct tie_odbc_reading *reading, const struct described *described, size_t room, struct tie_error *err)
{
    reading->columns = calloc(reading->shape.count, sizeof *reading->columns);
    if (reading->columns == NULL)
        return tie_fail(err, TIE_CONFIG, "source %s: no memory to read %s; raise memory of the source",
            reading->link->spec->name, reading->statement->title);
    for (size_t i = 0; i < reading->shape.count; i++) {
        struct tie_odbc_column *column = &reading->columns[i];
        const enum tie_raw_kind kind = reading->shape.columns[i].kind;

        const bool is_known = i < room;

        column->c_type = kind == TIE_RAW_INTEGER && reading->link->quirk->has_sbigint && is_known &&
                !described[i].is_above_int64
            ? SQL_C_SBIGINT
            : SQL_C_CHAR;
        /* in a block a driver places fixed types by their own size, whatever room is said */
        column->room = column->c_type == SQL_C_SBIGINT ? sizeof(SQLBIGINT)
                                                       : first_room(kind, is_known ? described[i].size : 0);
    }
    return TIE_OK;
}

/* Prepares `sql` and, the first time, learns its shape. */
enum tie_status tie_odbc_prepare(struct tie_odbc_reading *reading, const char *sql, struct tie_error *err)
{
    struct described described[TIE_COLUMN_MAX];
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_odbc_new_statement(reading, err));
    if (!SQL_SUCCEEDED(SQLPrepare(reading->stmt, tie_odbc_text(sql), SQL_NTS)))
        return tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
    if (reading->columns != NULL)
        return TIE_OK;
    TIE_TRY(read_shape(reading, &reading->arena, &reading->shape, described, TIE_COLUMN_MAX, err));
    reading->list = tie_odbc_select_list(&reading->arena, reading->link->quirk, &reading->shape);
    TIE_TRY(make_columns(reading, described, TIE_COLUMN_MAX, err));
out:
    return status;
}

/* Executes what is prepared (and has its parameters bound) and reads it. */
enum tie_status tie_odbc_execute(struct tie_odbc_reading *reading, struct tie_error *err)
{
    SQLRETURN rc = SQL_SUCCESS;
    enum tie_status status = TIE_OK;

    if (reading->blocks == NULL)
        TIE_TRY(tie_odbc_blocks_make(reading, err));
    TIE_TRY(tie_odbc_blocks_attach(reading, err));
    rc = SQLExecute(reading->stmt);
    if (rc == SQL_NO_DATA)
        return TIE_OK;
    if (!SQL_SUCCEEDED(rc))
        return tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
    TIE_TRY(take_rows(reading, err));
out:
    return status;
}

/* ---- the driver ---- */

/* What no driver can hide: one that loads whole results gets none of unknown size. */
static enum tie_status check_bounded(
    const struct tie_link *link, const struct tie_statement *statement, struct tie_error *err)
{
    if (link->quirk->can_stream || statement->is_control || (statement->split != NULL && link->quirk->has_limit))
        return TIE_OK;
    return tie_fail(err, TIE_CONFIG,
        "source %s: %s: %s loads a whole result into memory, whatever it is told; name a result column to read it in "
        "ranges of, [dataset %s] split = COLUMN, best an indexed key",
        link->spec->name, statement->title, link->quirk->name, statement->title);
}

static enum tie_status run_whole(struct tie_odbc_reading *reading, struct tie_error *err)
{
    const struct tie_odbc_quirk *quirk = reading->link->quirk;
    const char *sql = reading->statement->sql;
    enum tie_status status = TIE_OK;

    if (!quirk->can_stream && quirk->has_limit)
        sql = tie_arena_printf(&reading->arena, "SELECT * FROM (%s\n) q LIMIT 2", sql);
    TIE_TRY(tie_odbc_prepare(reading, sql, err));
    TIE_TRY(reading->sink->begin(reading->sink->context, &reading->shape, err));
    if (strcmp(reading->list, "*") != 0) {
        tie_odbc_drop_statement(reading);
        TIE_TRY(tie_odbc_prepare(reading,
            tie_arena_printf(&reading->arena, "SELECT %s FROM (%s\n) q", reading->list, reading->statement->sql), err));
    }
    TIE_TRY(tie_odbc_execute(reading, err));
out:
    tie_odbc_drop_statement(reading);
    return status;
}

static enum tie_status odbc_run(struct tie_link *link, const struct tie_statement *statement,
    const struct tie_row_sink *sink, struct tie_error *err)
{
    struct tie_odbc_reading reading = { .link = link, .statement = statement, .sink = sink, .stmt = SQL_NULL_HSTMT };
    const bool is_split = statement->split != NULL && link->quirk->has_limit;
    enum tie_status status = check_bounded(link, statement, err), taken = TIE_OK;

    if (status != TIE_OK)
        return status;
    TIE_TRY(tie_arena_init(&reading.arena, 256 << 20, err));
    do {
        reading.goes_on = true;
        reading.is_short = false;
        reading.rows = 0;
        status = is_split ? tie_odbc_run_split(&reading, err) : run_whole(&reading, err);
        taken = tie_odbc_blocks_end(&reading, err); /* what the rows before say comes first */
        TIE_TRY(taken != TIE_OK ? taken : status);
    } while (reading.is_short);
out:
    free(reading.columns);
    tie_arena_release(&reading.arena);
    return status;
}

static enum tie_status odbc_describe(struct tie_arena *arena, struct tie_link *link,
    const struct tie_statement *statement, struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_odbc_reading reading = { .link = link, .statement = statement, .stmt = SQL_NULL_HSTMT };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_odbc_new_statement(&reading, err));
    if (!SQL_SUCCEEDED(SQLPrepare(reading.stmt, tie_odbc_text(statement->sql), SQL_NTS))) {
        status = tie_odbc_fail_stmt(&reading, TIE_CONFIG, err);
        goto out;
    }
    TIE_TRY(read_shape(&reading, arena, shape, NULL, 0, err));
    if (statement->split != NULL)
        TIE_TRY(tie_odbc_check_split(statement, shape, err));
    TIE_TRY(check_bounded(link, statement, err));
out:
    tie_odbc_drop_statement(&reading);
    return status;
}

static enum tie_status odbc_attach(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
    struct tie_link **out, struct tie_error *err)
{
    (void)session;
    (void)out;
    return tie_fail(
        err, TIE_CONFIG, "source %s: ODBC has no snapshot to share; connections must be 1", setup->spec->name);
}

const struct tie_driver_ops tie_driver_odbc = {
    .name = "odbc",
    .open = tie_odbc_open,
    .attach = odbc_attach,
    .describe = odbc_describe,
    .run = odbc_run,
    .close = tie_odbc_close,
};
