/*
 * odbc.c - reading over ODBC: column-bound blocks, streaming, nothing ever cut.
 *
 *     describe -> buffers by type -> bind -> execute -> fetch block -> indicator of every cell -> rows to the sink
 *                      ^                                   |
 *                      \__ a value longer than its buffer: enlarge that column, begin again from the first row
 *
 * Everything is bound as text (decimals are exact only so), whole numbers as SBIGINT where the driver means it.
 * Described sizes are not believed: the indicator of each cell tells the true length, and a value that did not fit
 * restarts the reading of this part with a larger buffer. SQLGetData after block fetch would fetch single values, but
 * works in none of the drivers alike.
 * Invariant: a cell reaches the sink whole or not at all. Each restart at least doubles a buffer, so there are few.
 *
 * Drivers that can't stream are read in ranges of the `split` column, with bound parameters; rows are counted by the
 * source beforehand and must agree, because a range over values that don't order as they compare would lose rows
 * silently.
 */
#include "odbc_link.h"

#include "tieout/log.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXT_ROOM_FIRST = 256, /* bytes for a text whose described size is unknown or huge */
    TEXT_ROOM_DESCRIBED = 2048,
    NUMBER_ROOM = 64,
    VALUE_BYTES_MAX = 1 << 20, /* one value; longer ones must be cut in the query */
    BLOCK_BYTES_MAX = 8 << 20,
    RANGE_ROWS = 50000,
    NAME_BYTES = 256
};

struct column {
    SQLSMALLINT c_type;
    size_t room;         /* bytes of one value in the block */
    unsigned char *data; /* room * block_rows */
    SQLLEN *indicator;   /* block_rows */
};

struct reading {
    struct tie_link *link;
    const struct tie_statement *statement;
    const struct tie_row_sink *sink;
    SQLHSTMT stmt;
    struct tie_arena arena; /* of the shape */
    struct tie_result_shape shape;
    struct column *columns;
    struct tie_raw *cells;
    SQLULEN block_rows, fetched;
    SQLUSMALLINT *row_status;
    bool is_short; /* a value did not fit: enlarged, begin again */
    uint64_t rows;
};

static SQLCHAR *sql_text(const char *text)
{
    union {
        const char *in;
        SQLCHAR *out;
    } cast = { .in = text };

    return cast.out;
}

static enum tie_status fail_stmt(const struct reading *reading, enum tie_status otherwise, struct tie_error *err)
{
    return tie_odbc_fail(reading->link, SQL_HANDLE_STMT, reading->stmt, reading->statement, otherwise, err);
}

/* ---- statement and shape ---- */

static enum tie_status new_statement(struct reading *reading, struct tie_error *err)
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

static void drop_statement(struct reading *reading)
{
    if (reading->stmt != SQL_NULL_HSTMT)
        (void)SQLFreeHandle(SQL_HANDLE_STMT, reading->stmt);
    reading->stmt = SQL_NULL_HSTMT;
}

/* Reads names and types of the prepared or executed statement. */
static enum tie_status read_shape(struct reading *reading, struct tie_arena *arena, struct tie_result_shape *shape,
    SQLULEN *sizes, size_t size_room, struct tie_error *err)
{
    struct tie_result_column *columns = NULL;
    SQLSMALLINT count = 0;

    if (!SQL_SUCCEEDED(SQLNumResultCols(reading->stmt, &count)))
        return fail_stmt(reading, TIE_CONFIG, err);
    if (count <= 0)
        return tie_fail(
            err, TIE_CONFIG, "%s: the query delivers no columns; it must be a SELECT", reading->statement->path);
    shape->count = (size_t)count;
    shape->columns = columns = TIE_TAKE(arena, struct tie_result_column, shape->count);
    for (SQLUSMALLINT i = 1; i <= (SQLUSMALLINT)count; i++) {
        SQLCHAR name[NAME_BYTES] = "";
        char type[NAME_BYTES] = "";
        SQLSMALLINT name_size = 0, sql_type = 0, digits = 0, nulls = 0, type_size = 0;
        SQLULEN size = 0;

        if (!SQL_SUCCEEDED(SQLDescribeCol(
                reading->stmt, i, name, (SQLSMALLINT)sizeof name, &name_size, &sql_type, &size, &digits, &nulls)))
            return fail_stmt(reading, TIE_CONFIG, err);
        (void)SQLColAttribute(reading->stmt, i, SQL_DESC_TYPE_NAME, type, (SQLSMALLINT)sizeof type, &type_size, NULL);
        columns[i - 1].name = tie_arena_strdup(arena, (const char *)name);
        columns[i - 1].type = tie_arena_strdup(arena, type);
        columns[i - 1].kind = tie_odbc_kind(sql_type);
        if (i <= size_room)
            sizes[i - 1] = size;
    }
    return TIE_OK;
}

/* ---- blocks ---- */

static size_t first_room(enum tie_raw_kind kind, SQLULEN described)
{
    if (kind != TIE_RAW_TEXT && kind != TIE_RAW_UNKNOWN && kind != TIE_RAW_REFUSED)
        return NUMBER_ROOM;
    if (described == 0 || described > TEXT_ROOM_DESCRIBED / 4)
        return TEXT_ROOM_FIRST;
    return described * 4 + 1 < NUMBER_ROOM ? NUMBER_ROOM
                                           : described * 4 + 1; /* characters of up to four bytes, and the NUL */
}

static void free_block(struct reading *reading)
{
    for (size_t i = 0; reading->columns != NULL && i < reading->shape.count; i++) {
        free(reading->columns[i].data);
        free(reading->columns[i].indicator);
        reading->columns[i].data = NULL;
        reading->columns[i].indicator = NULL;
    }
    free(reading->row_status);
    reading->row_status = NULL;
}

static enum tie_status make_block(struct reading *reading, struct tie_error *err)
{
    size_t row_bytes = 0;
    bool has_memory = true;

    free_block(reading);
    for (size_t i = 0; i < reading->shape.count; i++)
        row_bytes += reading->columns[i].room + sizeof(SQLLEN);
    TIE_ASSERT(row_bytes > 0);
    reading->block_rows = reading->link->spec->fetch_rows;
    if (reading->block_rows > BLOCK_BYTES_MAX / row_bytes)
        reading->block_rows = BLOCK_BYTES_MAX / row_bytes + (BLOCK_BYTES_MAX < row_bytes);
    for (size_t i = 0; i < reading->shape.count; i++) {
        reading->columns[i].data = calloc(reading->block_rows, reading->columns[i].room);
        reading->columns[i].indicator = calloc(reading->block_rows, sizeof(SQLLEN));
        has_memory = has_memory && reading->columns[i].data != NULL && reading->columns[i].indicator != NULL;
    }
    reading->row_status = calloc(reading->block_rows, sizeof *reading->row_status);
    if (!has_memory || reading->row_status == NULL)
        return tie_fail(err, TIE_CONFIG,
            "source %s: %s: no memory for a block of %llu rows; lower fetch_rows or raise memory",
            reading->link->spec->name, reading->statement->title, (unsigned long long)reading->block_rows);
    return TIE_OK;
}

static enum tie_status bind_block(struct reading *reading, struct tie_error *err)
{
    SQLHSTMT stmt = reading->stmt;

    if (!SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)(uintptr_t)SQL_BIND_BY_COLUMN, 0)) ||
        !SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(uintptr_t)reading->block_rows, 0)) ||
        !SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROWS_FETCHED_PTR, &reading->fetched, 0)) ||
        !SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_STATUS_PTR, reading->row_status, 0)))
        return fail_stmt(reading, TIE_UNAVAILABLE, err);
    for (SQLUSMALLINT i = 0; i < (SQLUSMALLINT)reading->shape.count; i++) {
        const struct column *column = &reading->columns[i];

        if (!SQL_SUCCEEDED(SQLBindCol(
                stmt, (SQLUSMALLINT)(i + 1), column->c_type, column->data, (SQLLEN)column->room, column->indicator)))
            return fail_stmt(reading, TIE_UNAVAILABLE, err);
    }
    return TIE_OK;
}

/* A value longer than its buffer: room for it, at least twice as much as before. */
static enum tie_status enlarge(struct reading *reading, size_t column, SQLLEN need, struct tie_error *err)
{
    struct column *at = &reading->columns[column];
    size_t room = at->room * 2;

    if (need > 0 && (size_t)need + 1 > room)
        room = (size_t)need + 1;
    if (room > VALUE_BYTES_MAX)
        return tie_fail(err, TIE_CONFIG, "%s: a value of column %s has more than %d bytes; cut it in the query",
            reading->statement->path, reading->shape.columns[column].name, VALUE_BYTES_MAX);
    at->room = room;
    reading->is_short = true;
    return TIE_OK;
}

static enum tie_status take_cell(struct reading *reading, SQLULEN row, size_t i, struct tie_error *err)
{
    const struct column *column = &reading->columns[i];
    const SQLLEN size = column->indicator[row];
    const unsigned char *data = column->data + row * column->room;
    struct tie_raw *cell = &reading->cells[i];

    *cell = (struct tie_raw){ .text = { "", 0 }, .is_null = size == SQL_NULL_DATA };
    if (cell->is_null)
        return TIE_OK;
    if (column->c_type == SQL_C_SBIGINT) {
        SQLBIGINT number = 0;

        memcpy(&number, data, sizeof number);
        cell->is_integer = true;
        cell->integer = number;
        return TIE_OK;
    }
    if (size == SQL_NO_TOTAL || size < 0 || (size_t)size >= column->room)
        return enlarge(reading, i, size, err);
    cell->text = (struct tie_text){ (const char *)data, (size_t)size };
    return TIE_OK;
}

static enum tie_status take_block(struct reading *reading, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (SQLULEN row = 0; row < reading->fetched; row++) {
        if (reading->row_status[row] == SQL_ROW_NOROW)
            break;
        if (reading->row_status[row] == SQL_ROW_ERROR)
            return fail_stmt(reading, TIE_UNAVAILABLE, err);
        for (size_t i = 0; i < reading->shape.count; i++)
            TIE_TRY(take_cell(reading, row, i, err));
        if (reading->is_short)
            continue; /* to learn of every column in this block that is too narrow */
        reading->rows++;
        TIE_TRY(reading->sink->row(reading->sink->context, reading->cells, err));
    }
out:
    return status;
}

/* The statement is executed: all its blocks. */
static enum tie_status take_rows(struct reading *reading, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    while (!reading->is_short) {
        SQLRETURN rc = SQL_SUCCESS;

        reading->fetched = 0;
        if (tie_clock_us() >= reading->link->deadline_us)
            return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s was not read within its timeout",
                reading->link->spec->name, reading->statement->title);
        rc = SQLFetch(reading->stmt);
        if (rc == SQL_NO_DATA)
            return TIE_OK;
        if (!SQL_SUCCEEDED(rc))
            return fail_stmt(reading, TIE_UNAVAILABLE, err);
        TIE_TRY(take_block(reading, err));
    }
out:
    return status;
}

/* ---- one statement from start to end ---- */

static enum tie_status make_columns(
    struct reading *reading, const SQLULEN *sizes, size_t size_room, struct tie_error *err)
{
    reading->columns = calloc(reading->shape.count, sizeof *reading->columns);
    reading->cells = calloc(reading->shape.count, sizeof *reading->cells);
    if (reading->columns == NULL || reading->cells == NULL)
        return tie_fail(err, TIE_CONFIG, "source %s: no memory to read %s; raise memory of the source",
            reading->link->spec->name, reading->statement->title);
    for (size_t i = 0; i < reading->shape.count; i++) {
        struct column *column = &reading->columns[i];
        const enum tie_raw_kind kind = reading->shape.columns[i].kind;

        column->c_type = kind == TIE_RAW_INTEGER && reading->link->quirk->has_sbigint ? SQL_C_SBIGINT : SQL_C_CHAR;
        column->room = first_room(kind, i < size_room ? sizes[i] : 0);
    }
    return TIE_OK;
}

/* Prepares `sql` and, the first time, learns its shape. */
static enum tie_status prepare(struct reading *reading, const char *sql, struct tie_error *err)
{
    SQLULEN sizes[TIE_COLUMN_MAX] = { 0 };
    enum tie_status status = TIE_OK;

    TIE_TRY(new_statement(reading, err));
    if (!SQL_SUCCEEDED(SQLPrepare(reading->stmt, sql_text(sql), SQL_NTS)))
        return fail_stmt(reading, TIE_CONFIG, err);
    if (reading->columns != NULL)
        return TIE_OK;
    TIE_TRY(read_shape(reading, &reading->arena, &reading->shape, sizes, TIE_COLUMN_MAX, err));
    TIE_TRY(make_columns(reading, sizes, TIE_COLUMN_MAX, err));
out:
    return status;
}

/* Executes what is prepared (and has its parameters bound) and reads it. */
static enum tie_status execute(struct reading *reading, struct tie_error *err)
{
    SQLRETURN rc = SQL_SUCCESS;
    enum tie_status status = TIE_OK;

    TIE_TRY(make_block(reading, err));
    TIE_TRY(bind_block(reading, err));
    rc = SQLExecute(reading->stmt);
    if (rc == SQL_NO_DATA)
        return TIE_OK;
    if (!SQL_SUCCEEDED(rc))
        return fail_stmt(reading, TIE_CONFIG, err);
    TIE_TRY(take_rows(reading, err));
out:
    return status;
}

static enum tie_status run_whole(struct reading *reading, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(prepare(reading, reading->statement->sql, err));
    TIE_TRY(reading->sink->begin(reading->sink->context, &reading->shape, err));
    TIE_TRY(execute(reading, err));
out:
    drop_statement(reading);
    return status;
}

/* ---- ranges ---- */

struct bound { /* a value of the split column, as a parameter */
    bool is_given;
    char text[NAME_BYTES];
    SQLLEN size;
    SQLBIGINT number;
};

static const char *split_name(const struct reading *reading, bool *is_integer)
{
    for (size_t i = 0; i < reading->shape.count; i++) {
        if (!tie_text_is_nocase(tie_text_of(reading->shape.columns[i].name), reading->statement->split))
            continue;
        *is_integer = reading->shape.columns[i].kind == TIE_RAW_INTEGER;
        return reading->shape.columns[i].name;
    }
    return NULL;
}

static enum tie_status bind_value(
    struct reading *reading, SQLUSMALLINT at, struct bound *bound, bool is_integer, struct tie_error *err)
{
    SQLRETURN rc = SQL_SUCCESS;

    if (is_integer)
        rc = SQLBindParameter(
            reading->stmt, at, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &bound->number, 0, NULL);
    else
        rc = SQLBindParameter(reading->stmt, at, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, NAME_BYTES - 1, 0,
            bound->text, (SQLLEN)sizeof bound->text, &bound->size);
    return SQL_SUCCEEDED(rc) ? TIE_OK : fail_stmt(reading, TIE_UNAVAILABLE, err);
}

/* One value of a helper statement over the query; is_given false: no row. */
static enum tie_status ask_value(struct reading *reading, const char *sql, struct bound *lower, bool is_integer,
    struct bound *value, struct tie_error *err)
{
    SQLRETURN rc = SQL_SUCCESS;
    SQLLEN indicator = 0;
    int64_t number = 0;
    enum tie_status status = TIE_OK;

    value->is_given = false;
    TIE_TRY(new_statement(reading, err));
    if (!SQL_SUCCEEDED(SQLPrepare(reading->stmt, sql_text(sql), SQL_NTS))) {
        status = fail_stmt(reading, TIE_CONFIG, err);
        goto out;
    }
    if (lower != NULL && lower->is_given)
        TIE_TRY(bind_value(reading, 1, lower, is_integer, err));
    rc = SQLExecute(reading->stmt);
    if (SQL_SUCCEEDED(rc))
        rc = SQLFetch(reading->stmt);
    if (rc == SQL_NO_DATA)
        goto out;
    if (SQL_SUCCEEDED(rc))
        rc = SQLGetData(reading->stmt, 1, SQL_C_CHAR, value->text, (SQLLEN)sizeof value->text, &indicator);
    if (!SQL_SUCCEEDED(rc)) {
        status = fail_stmt(reading, TIE_CONFIG, err);
        goto out;
    }
    if (indicator < 0 || indicator >= (SQLLEN)sizeof value->text ||
        (is_integer && !tie_int_from_text(tie_text_of(value->text), &number))) {
        status = tie_fail(err, TIE_CONFIG,
            "%s: column %s can't be split by: its values must be whole numbers or short texts",
            reading->statement->path, reading->statement->split);
        goto out;
    }
    value->is_given = true;
    value->size = indicator;
    value->number = number;
out:
    drop_statement(reading);
    return status;
}

static enum tie_status run_range(struct reading *reading, const char *where, struct bound *lower, struct bound *upper,
    bool is_integer, struct tie_error *err)
{
    const char *sql = tie_arena_printf(
        &reading->arena, "SELECT * FROM (%s\n) q WHERE %s", reading->statement->sql, where);
    SQLUSMALLINT at = 1;
    enum tie_status status = TIE_OK;

    TIE_TRY(prepare(reading, sql, err));
    if (lower->is_given)
        TIE_TRY(bind_value(reading, at++, lower, is_integer, err));
    if (upper->is_given)
        TIE_TRY(bind_value(reading, at, upper, is_integer, err));
    TIE_TRY(execute(reading, err));
out:
    drop_statement(reading);
    return status;
}

/* Rows without a value first, then ranges (lower, upper] of RANGE_ROWS rows and their equals. */
static enum tie_status run_ranges(struct reading *reading, const char *name, bool is_integer, struct tie_error *err)
{
    struct bound lower = { .is_given = false }, upper = { .is_given = false };
    enum tie_status status = TIE_OK;

    TIE_TRY(
        run_range(reading, tie_arena_printf(&reading->arena, "q.%s IS NULL", name), &lower, &upper, is_integer, err));
    do {
        const char *above = lower.is_given ? tie_arena_printf(&reading->arena, "q.%s > ?", name)
                                           : tie_arena_printf(&reading->arena, "q.%s IS NOT NULL", name);
        const char *next = tie_arena_printf(&reading->arena,
            "SELECT q.%s FROM (%s\n) q WHERE %s ORDER BY q.%s LIMIT 1 OFFSET %d", name, reading->statement->sql, above,
            name, RANGE_ROWS - 1);

        TIE_TRY(ask_value(reading, next, &lower, is_integer, &upper, err));
        if (upper.is_given)
            above = tie_arena_printf(&reading->arena, "%s AND q.%s <= ?", above, name);
        TIE_TRY(run_range(reading, above, &lower, &upper, is_integer, err));
        lower = upper;
    } while (upper.is_given && !reading->is_short);
out:
    return status;
}

static enum tie_status run_split(struct reading *reading, struct tie_error *err)
{
    struct bound count = { .is_given = false };
    const char *name = NULL;
    bool is_integer = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(prepare(reading, reading->statement->sql, err));
    drop_statement(reading);
    TIE_TRY(reading->sink->begin(reading->sink->context, &reading->shape, err));
    name = split_name(reading, &is_integer);
    if (name == NULL) {
        status = tie_fail(err, TIE_CONFIG, "%s: split names %s, which the query does not deliver",
            reading->statement->path, reading->statement->split);
        goto out;
    }
    TIE_TRY(
        ask_value(reading, tie_arena_printf(&reading->arena, "SELECT count(*) FROM (%s\n) q", reading->statement->sql),
            NULL, true, &count, err));
    TIE_TRY(run_ranges(reading, name, is_integer, err));
    if (!reading->is_short && (uint64_t)count.number != reading->rows)
        status = tie_fail(err, TIE_DATA,
            "%s: ranges of %s gave %llu rows, the query has %lld; split by a column whose values order as they compare",
            reading->statement->path, name, (unsigned long long)reading->rows, (long long)count.number);
out:
    drop_statement(reading);
    return status;
}

/* ---- the driver ---- */

static enum tie_status odbc_run(struct tie_link *link, const struct tie_statement *statement,
    const struct tie_row_sink *sink, struct tie_error *err)
{
    struct reading reading = { .link = link, .statement = statement, .sink = sink, .stmt = SQL_NULL_HSTMT };
    const bool is_split = statement->split != NULL && link->quirk->has_limit;
    enum tie_status status = TIE_OK;

    if (!link->quirk->can_stream && !is_split)
        return tie_fail(err, TIE_CONFIG,
            "source %s: %s loads a whole result into memory, whatever it is told; give [dataset %s] "
            "split = <a result column>, "
            "so it is read in ranges",
            link->spec->name, link->quirk->name, statement->title);
    TIE_TRY(tie_arena_init(&reading.arena, 256 << 20, err));
    do {
        reading.is_short = false;
        reading.rows = 0;
        TIE_TRY(is_split ? run_split(&reading, err) : run_whole(&reading, err));
    } while (reading.is_short);
out:
    drop_statement(&reading);
    free_block(&reading);
    free(reading.columns);
    free(reading.cells);
    tie_arena_release(&reading.arena);
    return status;
}

static enum tie_status odbc_describe(struct tie_arena *arena, struct tie_link *link,
    const struct tie_statement *statement, struct tie_result_shape *shape, struct tie_error *err)
{
    struct reading reading = { .link = link, .statement = statement, .stmt = SQL_NULL_HSTMT };
    enum tie_status status = new_statement(&reading, err);

    if (status == TIE_OK && !SQL_SUCCEEDED(SQLPrepare(reading.stmt, sql_text(statement->sql), SQL_NTS)))
        status = fail_stmt(&reading, TIE_CONFIG, err);
    if (status == TIE_OK)
        status = read_shape(&reading, arena, shape, NULL, 0, err);
    drop_statement(&reading);
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
