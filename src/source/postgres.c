/*
 * postgres.c - PostgreSQL over libpq: queries described, estimated, and read by COPY out.
 *
 * A query is prepared and described first, so types are judged before a row moves; then COPY (query) TO STDOUT streams
 * it. Errors of a statement arrive after its rows, with PQgetResult: a result counts only when that says so.
 * Connections, snapshot, waiting and deadlines: pg_link.c.
 */
#include "pg_link.h"

#include "tieout/log.h"

#include <poll.h>
#include <string.h>

static const char copy_before[] = "COPY (", copy_after[] = "\n) TO STDOUT", copy_binary[] = " (FORMAT binary)";

/* ---- describing ---- */

/* Types outside the table: enums and citext are text, anything else must be cast. Domains come as their base type. */
static enum tie_status resolve_type(struct tie_arena *arena, struct tie_link *link, unsigned oid,
    struct tie_result_column *column, struct tie_error *err)
{
    const char *answer = "";
    const char *sql = tie_arena_printf(arena,
        "SELECT CASE WHEN typtype = 'e' OR typname = 'citext' THEN '+' ELSE '-' END || "
        "pg_catalog.format_type(oid, NULL) "
        "FROM pg_catalog.pg_type WHERE oid = %u",
        oid);
    const enum tie_status status = tie_pg_command(link, sql, arena, &answer, err);

    column->kind = answer[0] == '+' ? TIE_RAW_TEXT : TIE_RAW_REFUSED;
    column->type = answer[0] == '\0' ? "this type" : answer + 1;
    return status;
}

static enum tie_status read_shape(struct tie_arena *arena, struct tie_link *link, const struct tie_statement *statement,
    struct tie_result_shape *shape, tie_pg_decode ***decoders, struct tie_error *err)
{
    struct tie_result_column *columns = NULL;
    tie_pg_decode **decode = NULL;
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    if (tie_pq.sendPrepare(link->conn, "", statement->sql, 0, NULL) == 0)
        return tie_pg_fail_lost(link, statement->title, err);
    TIE_TRY(tie_pg_one_result(link, statement, PGRES_COMMAND_OK, &result, err));
    tie_pq.clear(result);
    result = NULL;
    if (tie_pq.sendDescribePrepared(link->conn, "") == 0)
        return tie_pg_fail_lost(link, statement->title, err);
    TIE_TRY(tie_pg_one_result(link, statement, PGRES_COMMAND_OK, &result, err));
    shape->count = (size_t)tie_pq.nfields(result);
    shape->columns = columns = TIE_TAKE(arena, struct tie_result_column, shape->count + 1);
    *decoders = decode = TIE_TAKE(arena, tie_pg_decode *, shape->count + 1);
    if (tie_pq.nparams(result) > 0)
        status = tie_fail(err, TIE_CONFIG,
            "%s: $1 is no parameter here; use :as_of, :window_start, :window_end, :history_start", statement->path);
    for (size_t i = 0; i < shape->count && status == TIE_OK; i++) {
        const struct tie_pg_type *type = tie_pg_type_find(tie_pq.ftype(result, (int)i));

        columns[i].name = tie_arena_strdup(arena, tie_pq.fname(result, (int)i));
        if (type == NULL) {
            status = resolve_type(arena, link, tie_pq.ftype(result, (int)i), &columns[i], err);
            decode[i] = tie_pg_decode_text; /* enum_send, citextsend; whatever else is refused */
            continue;
        }
        columns[i].type = type->name;
        columns[i].kind = type->kind;
        decode[i] = type->binary;
    }
out:
    tie_pq.clear(result);
    return status;
}

uint64_t tie_pg_plan_bytes(struct tie_text line)
{
    static const char *const marks[] = { " rows=", " width=" };
    uint64_t bytes = 1;

    for (size_t i = 0; i < TIE_COUNT_OF(marks); i++) {
        const char *const mark = memmem(line.at, line.size, marks[i], strlen(marks[i]));
        uint64_t value = 0;

        if (mark == NULL)
            return 0;
        for (const char *at = mark + strlen(marks[i]); at < line.at + line.size && *at >= '0' && *at <= '9'; at++)
            value = value * 10 + (uint64_t)(*at - '0');
        bytes = __builtin_mul_overflow(bytes, value, &bytes) ? UINT64_MAX : bytes;
    }
    return bytes;
}

/* What the planner makes of the query, which is not run: an error where a right is missing (PREPARE asks for none), and
 * how much it thinks will come. */
static enum tie_status pg_estimate(
    struct tie_link *link, const struct tie_statement *statement, uint64_t *bytes, struct tie_error *err)
{
    static const char explain[] = "EXPLAIN ";
    struct tie_buf sql;
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    tie_buf_printf(&sql, "%s%s", explain, statement->sql);
    if (sql.failed || tie_pq.sendQuery(link->conn, sql.at) == 0)
        status = tie_pg_fail_lost(link, statement->title, err);
    else
        status = tie_pg_next_result(link, statement->title, &result, err);
    if (status == TIE_OK && tie_pq.resultStatus(result) != PGRES_TUPLES_OK)
        status = tie_pg_fail_statement(link, result, statement, sizeof explain - 1, err);
    *bytes = status == TIE_OK ? tie_pg_plan_bytes(tie_text_of(tie_pq.getvalue(result, 0, 0))) : 0;
    tie_pq.clear(result);
    tie_buf_release(&sql);
    return status == TIE_OK ? tie_pg_drain(link, err) : status;
}

static enum tie_status pg_describe(struct tie_arena *arena, struct tie_link *link,
    const struct tie_statement *statement, struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_error ignored;
    tie_pg_decode **decode = NULL;
    uint64_t bytes = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_shape(arena, link, statement, shape, &decode, err));
    TIE_TRY(pg_estimate(link, statement, &bytes, err));
out:
    /* the failed transaction must not hide what the next query has to say */
    if (status != TIE_OK && status != TIE_UNAVAILABLE && tie_pg_drain(link, &ignored) == TIE_OK)
        (void)(tie_pg_begin_again(link, &ignored) == TIE_OK);
    return status;
}

/* ---- reading ---- */

struct copying {
    struct tie_link *link;
    const struct tie_statement *statement;
    const struct tie_row_sink *sink;
    struct tie_raw *cells; /* of binary form */
    size_t count;
    struct tie_pg_lines lines;
    struct tie_pg_binary binary;
    bool is_binary;
};

static enum tie_status fail_copy(const struct copying *copying, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s: COPY broke off: %s", copying->link->spec->name,
        copying->statement->title, what);
}

/* One message of COPY: a line in text form, any piece of the stream in binary form. */
static enum tie_status copy_message(struct copying *copying, char *at, size_t size, struct tie_error *err)
{
    const struct tie_row_sink *sink = copying->sink;
    enum tie_status status = TIE_OK;
    enum tie_pg_step step = TIE_PG_MORE;
    bool has_fields = true;

    if (!copying->is_binary) {
        status = tie_pg_lines_put(&copying->lines, at, size - (at[size - 1] == '\n'), &has_fields, err);
        if (has_fields)
            return status;
        return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s: a row of COPY has not %zu fields",
            copying->link->spec->name, copying->statement->title, copying->count);
    }
    tie_pg_binary_feed(&copying->binary, at, size);
    while (status == TIE_OK && (step = tie_pg_binary_next(&copying->binary, copying->cells)) == TIE_PG_ROW)
        status = sink->row(sink->context, copying->cells, err);
    return status == TIE_OK && step == TIE_PG_BAD ? fail_copy(copying, copying->binary.trouble, err) : status;
}

/* Rows until the server says that there are no more; a row that the sink refuses ends the reading. */
static enum tie_status copy_rows(struct copying *copying, struct tie_error *err)
{
    struct tie_link *link = copying->link;
    enum tie_status status = TIE_OK;
    char *message = NULL;
    bool is_dry = false; /* the socket had nothing when it was asked */
    int size = 0;

    while (status == TIE_OK && (size = tie_pq.getCopyData(link->conn, &message, 1)) >= 0) {
        if (size == 0) {
            const bool is_late = is_dry ? !tie_pg_wait(link, POLLIN, link->deadline_us)
                                        : tie_clock_us() >= link->deadline_us;

            if (is_late || tie_pq.consumeInput(link->conn) == 0)
                status = tie_pg_fail_lost(link, copying->statement->title, err);
            is_dry = true;
            continue;
        }
        is_dry = false;
        status = copy_message(copying, message, (size_t)size, err);
        tie_pq.freemem(message);
        message = NULL;
    }
    if (status == TIE_OK && size == -2)
        status = tie_pg_fail_lost(link, copying->statement->title, err);
    return status == TIE_OK ? tie_pg_lines_end(&copying->lines, err) : status;
}

/* The statement was sent: COPY must begin, run to its end and be confirmed. */
static enum tie_status copy_out(struct copying *copying, struct tie_error *err)
{
    struct tie_link *link = copying->link;
    const struct tie_statement *statement = copying->statement;
    PGresult *result = NULL;
    enum tie_status status = tie_pg_next_result(link, statement->title, &result, err);

    if (status != TIE_OK)
        return status;
    if (tie_pq.resultStatus(result) != PGRES_COPY_OUT) {
        status = tie_pg_fail_statement(link, result, statement, sizeof copy_before - 1, err);
        tie_pq.clear(result);
        return status;
    }
    tie_pq.clear(result);
    status = copy_rows(copying, err);
    if (status != TIE_OK)
        return status; /* the link is of no more use; close() ends the COPY */
    status = tie_pg_next_result(link, statement->title, &result, err);
    if (status == TIE_OK && tie_pq.resultStatus(result) != PGRES_COMMAND_OK)
        status = tie_pg_fail_statement(link, result, statement, sizeof copy_before - 1, err);
    tie_pq.clear(result);
    if (status == TIE_OK && copying->is_binary && !tie_pg_binary_is_whole(&copying->binary))
        return fail_copy(copying, "its end mark is missing", err);
    return status == TIE_OK ? tie_pg_drain(link, err) : status;
}

/* copy = auto is text: measured, see README.md. */
static bool is_binary(const struct tie_source_spec *spec, tie_pg_decode *const *decode, size_t count)
{
    size_t known = 0;

    while (known < count && decode[known] != NULL)
        known++;
    return spec->copy == TIE_COPY_BINARY && known == count;
}

static enum tie_status pg_run(struct tie_link *link, const struct tie_statement *statement,
    const struct tie_row_sink *sink, struct tie_error *err)
{
    struct tie_arena arena = { .base = NULL };
    struct tie_result_shape shape = { 0, NULL };
    struct copying copying = { .link = link, .statement = statement, .sink = sink };
    tie_pg_decode **decode = NULL;
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    TIE_TRY(tie_arena_init(&arena, 1 << 20, err));
    TIE_TRY(read_shape(&arena, link, statement, &shape, &decode, err));
    TIE_ASSERT(decode != NULL);
    TIE_TRY(sink->begin(sink->context, &shape, err));
    copying.count = shape.count;
    copying.cells = TIE_TAKE(&arena, struct tie_raw, shape.count + 1);
    tie_pg_lines_init(&copying.lines, &arena, sink, shape.count);
    copying.is_binary = is_binary(link->spec, decode, shape.count);
    tie_pg_binary_init(&copying.binary, decode, TIE_TAKE(&arena, size_t, shape.count + 1), shape.count);
    tie_buf_printf(&sql, "%s%s%s%s", copy_before, statement->sql, copy_after, copying.is_binary ? copy_binary : "");
    if (sql.failed)
        status = tie_fail(err, TIE_CONFIG, "%s: no memory for the query; raise memory of the source", statement->path);
    else if (tie_pq.sendQuery(link->conn, sql.at) == 0)
        status = tie_pg_fail_lost(link, statement->title, err);
    else
        status = copy_out(&copying, err);
out:
    tie_pg_binary_release(&copying.binary);
    tie_buf_release(&sql);
    tie_arena_release(&arena);
    return status;
}

const struct tie_driver_ops tie_driver_postgres = {
    .name = "postgres",
    .open = tie_pg_open,
    .attach = tie_pg_attach,
    .describe = pg_describe,
    .estimate = pg_estimate,
    .run = pg_run,
    .close = tie_pg_close,
};
