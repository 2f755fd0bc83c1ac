/*
 * odbc_split.c - reading in ranges of one result column, for drivers that always load a whole result.
 *
 *     count rows                               all within the one snapshot of the connection
 *     upper = the value RANGE_ROWS places above lower;  read rows with lower < value <= upper;  lower = upper
 *     ... until there is no upper: read rows with value > lower;  read rows without a value
 *
 * Memory: a range holds RANGE_ROWS rows and the equals of its last value, and is read with a LIMIT, so a column with
 * few values is refused and not loaded. It is short enough for the second thread (odbc_blocks.c) to live on its rows
 * until the driver has loaded the next, and long enough for a column without an index.
 * Invariant: a row lies in one range, whatever its value, because every bound is used twice by the source's own
 * comparison, once as <= and once as >. What that does not catch (values that don't order as they compare) the count
 * does: rows delivered and rows counted before must agree.
 * Rejected: LIMIT with OFFSET through the whole result (quadratic, and unordered between statements), and ranges of the
 * primary key (the query may deliver it in no column of its own).
 */
#include "odbc_read.h"

#include <string.h>

enum {
    RANGE_ROWS = 25000,
    EQUALS_MAX = 150000, /* rows of one value, or without one */
    BOUND_BYTES = 256
};

struct bound { /* a value of the split column, as a parameter */
    bool is_given;
    char text[BOUND_BYTES];
    SQLLEN size;
    SQLBIGINT number;
};

struct splitting {
    struct tie_odbc_reading *reading;
    const char *name; /* of the column, as the source writes it */
    bool is_integer;
    struct bound lower, upper;
};

static const struct tie_result_column *split_column(
    const struct tie_statement *statement, const struct tie_result_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        if (tie_text_is_nocase(tie_text_of(shape->columns[i].name), statement->split))
            return &shape->columns[i];
    return NULL;
}

enum tie_status tie_odbc_check_split(
    const struct tie_statement *statement, const struct tie_result_shape *shape, struct tie_error *err)
{
    const struct tie_result_column *column = split_column(statement, shape);

    if (column == NULL)
        return tie_fail(
            err, TIE_CONFIG, "%s: split names %s, which the query does not deliver", statement->path, statement->split);
    /* others are compared with a parameter in ways of their own: decimals as binary floats, times as texts */
    if (column->kind != TIE_RAW_INTEGER && column->kind != TIE_RAW_TEXT)
        return tie_fail(err, TIE_CONFIG,
            "%s: split names %s, which comes as %s; a column of whole numbers or of text is allowed, best an indexed "
            "key",
            statement->path, column->name, column->type[0] == '\0' ? "another type" : column->type);
    return TIE_OK;
}

static enum tie_status bind_bound(
    struct splitting *splitting, SQLUSMALLINT at, struct bound *bound, struct tie_error *err)
{
    SQLHSTMT stmt = splitting->reading->stmt;
    SQLRETURN rc = SQL_SUCCESS;

    if (splitting->is_integer)
        rc = SQLBindParameter(stmt, at, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &bound->number, 0, NULL);
    else
        rc = SQLBindParameter(stmt, at, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, BOUND_BYTES - 1, 0, bound->text,
            (SQLLEN)sizeof bound->text, &bound->size);
    return SQL_SUCCEEDED(rc) ? TIE_OK : tie_odbc_fail_stmt(splitting->reading, TIE_UNAVAILABLE, err);
}

/* One value of a helper statement over the query, whose parameter is `lower` where given; is_given false: no row. */
static enum tie_status ask_value(struct splitting *splitting, const char *sql, struct bound *lower, bool is_integer,
    struct bound *value, struct tie_error *err)
{
    struct tie_odbc_reading *reading = splitting->reading;
    SQLRETURN rc = SQL_SUCCESS;
    SQLLEN size = 0;
    int64_t number = 0;
    enum tie_status status = TIE_OK;

    value->is_given = false;
    TIE_TRY(tie_odbc_new_statement(reading, err));
    if (!SQL_SUCCEEDED(SQLPrepare(reading->stmt, tie_odbc_text(sql), SQL_NTS))) {
        status = tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
        goto out;
    }
    if (lower->is_given)
        TIE_TRY(bind_bound(splitting, 1, lower, err));
    rc = SQLExecute(reading->stmt);
    if (SQL_SUCCEEDED(rc))
        rc = SQLFetch(reading->stmt);
    if (rc == SQL_NO_DATA)
        goto out;
    if (SQL_SUCCEEDED(rc))
        rc = SQLGetData(reading->stmt, 1, SQL_C_CHAR, value->text, (SQLLEN)sizeof value->text, &size);
    if (!SQL_SUCCEEDED(rc)) {
        status = tie_odbc_fail_stmt(reading, TIE_CONFIG, err);
        goto out;
    }
    if (size < 0 || size >= (SQLLEN)sizeof value->text ||
        (is_integer && !tie_int_from_text(tie_text_of(value->text), &number))) {
        status = tie_fail(err, TIE_CONFIG,
            "%s: column %s can't be split by: its values must be whole numbers up to 9223372036854775807, or texts of "
            "at most %d bytes",
            reading->statement->path, splitting->name, BOUND_BYTES - 1);
        goto out;
    }
    value->is_given = true;
    value->size = size;
    value->number = number;
out:
    tie_odbc_drop_statement(reading);
    return status;
}

static enum tie_status ask_count(struct splitting *splitting, int64_t *count, struct tie_error *err)
{
    struct tie_odbc_reading *reading = splitting->reading;
    struct bound none = { .is_given = false }, value = { .is_given = false };
    const char *sql = tie_arena_printf(&reading->arena, "SELECT count(*) FROM (%s\n) q", reading->statement->sql);
    const enum tie_status status = ask_value(splitting, sql, &none, true, &value, err);

    *count = value.number;
    return status;
}

static enum tie_status fail_equals(
    const struct splitting *splitting, const char *quote, const char *value, const char *stands, struct tie_error *err)
{
    return tie_fail(err, TIE_CONFIG,
        "%s: column %s can't be split by: %s%s%s %s more than %d rows; split by a column with more values, best a key",
        splitting->reading->statement->path, splitting->name, quote, value, quote, stands, EQUALS_MAX);
}

/* Executes the query bounded by `where`, for at most `limit` rows; *is_more when there are more. */
static enum tie_status read_where(struct splitting *splitting, const char *where, const struct bound *lower,
    const struct bound *upper, int limit, bool *is_more, struct tie_error *err)
{
    struct tie_odbc_reading *reading = splitting->reading;
    struct bound bounds[2] = { *lower, *upper };
    const uint64_t before = reading->rows;
    SQLUSMALLINT at = 1;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_odbc_prepare(reading,
        tie_arena_printf(&reading->arena, "SELECT %s FROM (%s\n) q WHERE %s LIMIT %d", reading->list,
            reading->statement->sql, where, limit + 1),
        err));
    for (size_t i = 0; i < TIE_COUNT_OF(bounds); i++)
        if (bounds[i].is_given)
            TIE_TRY(bind_bound(splitting, at++, &bounds[i], err));
    TIE_TRY(tie_odbc_execute(reading, err));
    *is_more = reading->rows - before > (uint64_t)limit;
out:
    tie_odbc_drop_statement(reading);
    return status;
}

/* The rows with lower < value <= upper; a bound that is not given does not bound. */
static enum tie_status read_range(struct splitting *splitting, struct tie_error *err)
{
    struct tie_arena *const arena = &splitting->reading->arena;
    const struct bound *const lower = &splitting->lower, *const upper = &splitting->upper;
    const char *name = splitting->name;
    const char *above = lower->is_given ? tie_arena_printf(arena, "q.%s > ?", name)
                                        : tie_arena_printf(arena, "q.%s IS NOT NULL", name);
    const char *where = upper->is_given ? tie_arena_printf(arena, "%s AND q.%s <= ?", above, name) : above;
    bool is_more = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_where(splitting, where, lower, upper, RANGE_ROWS + EQUALS_MAX, &is_more, err));
    if (is_more)
        status = fail_equals(splitting, splitting->is_integer ? "" : "\"", upper->text, "stands in", err);
out:
    return status;
}

static enum tie_status read_nulls(struct splitting *splitting, struct tie_error *err)
{
    static const struct bound none = { .is_given = false };
    bool is_more = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_where(splitting, tie_arena_printf(&splitting->reading->arena, "q.%s IS NULL", splitting->name), &none,
        &none, EQUALS_MAX, &is_more, err));
    if (is_more)
        status = fail_equals(splitting, "", "it", "is NULL in", err);
out:
    return status;
}

static enum tie_status read_ranges(struct splitting *splitting, struct tie_error *err)
{
    struct tie_odbc_reading *reading = splitting->reading;
    enum tie_status status = TIE_OK;

    do {
        const struct tie_arena_mark mark = tie_arena_mark(&reading->arena);
        const char *name = splitting->name;
        const char *next = tie_arena_printf(&reading->arena,
            "SELECT q.%s FROM (%s\n) q WHERE q.%s %s ORDER BY q.%s LIMIT 1 OFFSET %d", name, reading->statement->sql,
            name, splitting->lower.is_given ? "> ?" : "IS NOT NULL", name, RANGE_ROWS - 1);

        TIE_TRY(ask_value(splitting, next, &splitting->lower, splitting->is_integer, &splitting->upper, err));
        TIE_TRY(read_range(splitting, err));
        splitting->lower = splitting->upper;
        tie_arena_back_to(&reading->arena, mark);
    } while (splitting->upper.is_given && reading->goes_on);
out:
    return status;
}

enum tie_status tie_odbc_run_split(struct tie_odbc_reading *reading, struct tie_error *err)
{
    struct splitting splitting = { .reading = reading };
    const struct tie_result_column *column = NULL;
    int64_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_odbc_prepare(reading, reading->statement->sql, err));
    tie_odbc_drop_statement(reading);
    TIE_TRY(reading->sink->begin(reading->sink->context, &reading->shape, err));
    TIE_TRY(tie_odbc_check_split(reading->statement, &reading->shape, err));
    column = split_column(reading->statement, &reading->shape);
    TIE_ASSERT(column != NULL); /* just checked */
    splitting.name = column->name;
    splitting.is_integer = column->kind == TIE_RAW_INTEGER;
    TIE_TRY(ask_count(&splitting, &count, err));
    TIE_TRY(read_ranges(&splitting, err));
    if (reading->goes_on)
        TIE_TRY(read_nulls(&splitting, err));
    if (reading->goes_on && (uint64_t)count != reading->rows)
        status = tie_fail(err, TIE_DATA,
            "%s: ranges of %s gave %llu rows, the query has %lld; split by a column whose values order as they compare",
            reading->statement->path, splitting.name, (unsigned long long)reading->rows, (long long)count);
out:
    tie_odbc_drop_statement(reading);
    return status;
}
