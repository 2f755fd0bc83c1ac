/*
 * postgres.c - PostgreSQL over libpq: one snapshot, several connections, COPY out.
 *
 * open() begins REPEATABLE READ READ ONLY and exports its snapshot; attach() begins the same and imports it, so all
 * links see one state. The first link is the holder and reads too; it must be closed last. Where the export is refused
 * (a standby, a pooler) there is one link. A query is prepared and described first, so types are judged before a row
 * moves; then COPY (query) TO STDOUT streams it.
 *
 * Every wait is a poll() with the deadline, connecting included: nothing in libpq ends a wait for a stopped server. At
 * the deadline the socket is shut down; no PQcancel, which would wait for the same server without a limit. A query
 * that is only slow is ended by the server itself (statement_timeout).
 * Errors of a statement arrive after its rows, with PQgetResult: a result counts only when that says so.
 */
#include "driver.h"
#include "pg_library.h"

#include "tieout/log.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char copy_before[] = "COPY (", copy_after[] = "\n) TO STDOUT", copy_binary[] = " (FORMAT binary)";
static const char begin_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

struct tie_link {
    PGconn *conn;
    const struct tie_source_spec *spec;
    int64_t deadline_us;
};

/* ---- errors ---- */

static struct tie_text first_line(const char *text)
{
    struct tie_text rest = tie_text_of(text);

    return tie_text_trim(tie_text_cut(&rest, '\n'));
}

/* The connection is gone or silent. */
static enum tie_status fail_lost(const struct tie_link *link, const char *what, struct tie_error *err)
{
    const struct tie_text why = first_line(tie_pq.errorMessage(link->conn));

    if (tie_clock_us() >= link->deadline_us)
        return tie_fail(err, TIE_UNAVAILABLE,
            "source %s: no answer from PostgreSQL within its timeout (%lld s) while %s", link->spec->name,
            (long long)(link->spec->timeout_us / TIE_US_PER_SECOND), what);
    return tie_fail(err, TIE_UNAVAILABLE, "source %s: the connection broke off while %s: %.*s", link->spec->name, what,
        (int)why.size, why.at);
}

/* A statement failed: query file and line where the position is known. `prefix` is what was put before the query. */
static enum tie_status fail_statement(const struct tie_link *link, const PGresult *result,
    const struct tie_statement *statement, size_t prefix, struct tie_error *err)
{
    const char *state = tie_pq.resultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = tie_pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = tie_pq.resultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *position = tie_pq.resultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const enum tie_status status = tie_sqlstate_status(state, TIE_UNAVAILABLE);
    int64_t at = 0;

    if (state == NULL)
        return fail_lost(link, statement == NULL ? "preparing the session" : statement->title, err);
    if (statement == NULL || status == TIE_UNAVAILABLE)
        return tie_fail(err, status, "source %s: %s%s%s (SQLSTATE %s)", link->spec->name,
            statement == NULL ? "" : statement->title, statement == NULL ? "" : ": ", text, state);
    if (position == NULL || !tie_int_from_text(tie_text_of(position), &at) || at <= (int64_t)prefix)
        return tie_fail(err, status, "%s: %s (SQLSTATE %s)%s%s", statement->path, text, state, hint == NULL ? "" : "; ",
            hint == NULL ? "" : hint);
    return tie_fail(err, status, "%s:%zu: %s (SQLSTATE %s)%s%s", statement->path,
        tie_sql_line(statement->sql, (size_t)at - prefix), text, state, hint == NULL ? "" : "; ",
        hint == NULL ? "" : hint);
}

/* ---- waiting ---- */

/* True when the socket is ready; false at `until_us`. */
static bool wait_socket(const struct tie_link *link, short events, int64_t until_us)
{
    for (;;) {
        struct pollfd fd = { .fd = tie_pq.socket(link->conn), .events = events };
        const int64_t left_ms = (until_us - tie_clock_us() + 999) / 1000;
        int ready = 0;

        if (left_ms <= 0 || fd.fd < 0)
            return false;
        ready = poll(&fd, 1, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

/* The next result of what was sent; NULL in *result when there is none left. */
static enum tie_status next_result(struct tie_link *link, const char *what, PGresult **result, struct tie_error *err)
{
    while (tie_pq.isBusy(link->conn))
        if (!wait_socket(link, POLLIN, link->deadline_us) || tie_pq.consumeInput(link->conn) == 0)
            return fail_lost(link, what, err);
    *result = tie_pq.getResult(link->conn);
    return TIE_OK;
}

static enum tie_status drain(struct tie_link *link, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    do {
        tie_pq.clear(result);
        result = NULL;
        status = next_result(link, "ending a statement", &result, err);
    } while (status == TIE_OK && result != NULL);
    return status;
}

/* One result of a statement already sent; `statement` NULL: one of ours. The caller clears it. */
static enum tie_status one_result(struct tie_link *link, const struct tie_statement *statement, ExecStatusType want,
    PGresult **out, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = next_result(
        link, statement == NULL ? "preparing the session" : statement->title, &result, err);

    *out = NULL;
    if (status != TIE_OK)
        return status;
    if (tie_pq.resultStatus(result) != want) {
        status = fail_statement(link, result, statement, 0, err);
        tie_pq.clear(result);
        return status;
    }
    *out = result;
    return drain(link, err);
}

/* A statement of ours; first cell of its result into `arena` when out is given. */
static enum tie_status command(
    struct tie_link *link, const char *sql, struct tie_arena *arena, const char **out, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    if (tie_pq.sendQuery(link->conn, sql) == 0)
        return fail_lost(link, "preparing the session", err);
    status = one_result(link, NULL, out == NULL ? PGRES_COMMAND_OK : PGRES_TUPLES_OK, &result, err);
    if (status == TIE_OK && out != NULL)
        *out = tie_arena_strdup(arena, tie_pq.ntuples(result) > 0 ? tie_pq.getvalue(result, 0, 0) : "");
    tie_pq.clear(result);
    return status;
}

/* ---- connecting ---- */

/* libpq has no field for it before a session stands; with PQERRORS_VERBOSE it is in the text: "FATAL:  28P01: password
 * ..." */
static bool find_sqlstate(const char *message, char state[6], size_t *at)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (const char *colon = strstr(message, ":  "); colon != NULL; colon = strstr(colon + 1, ":  ")) {
        if (strspn(colon + 3, allowed) != 5 || colon[8] != ':')
            continue;
        memcpy(state, colon + 3, 5);
        state[5] = '\0';
        *at = (size_t)(colon + 3 - message);
        return true;
    }
    return false;
}

static enum tie_status fail_connect(const struct tie_link *link, struct tie_error *err)
{
    const char *message = tie_pq.errorMessage(link->conn);
    const struct tie_text line = first_line(message);
    char state[6] = "";
    size_t at = 0;

    if (tie_pq.connectionNeedsPassword(link->conn))
        return tie_fail(err, TIE_DENIED,
            "source %s: PostgreSQL wants a password; give password_file, or ~/.pgpass with mode 0600",
            link->spec->name);
    if (!find_sqlstate(message, state, &at) || at + 7 > line.size)
        return tie_fail(err, TIE_UNAVAILABLE, "source %s: no connection to PostgreSQL: %.*s", link->spec->name,
            (int)line.size, line.at);
    return tie_fail(err, tie_sqlstate_status(state, TIE_UNAVAILABLE),
        "source %s: PostgreSQL refused the login: %.*s (SQLSTATE %s)", link->spec->name, (int)(line.size - at - 7),
        line.at + at + 7, state);
}

/* A malformed conninfo is told without its text: it may hold a secret. */
static enum tie_status check_conninfo(const struct tie_source_spec *spec, struct tie_error *err)
{
    char *message = NULL;
    PQconninfoOption *options = tie_pq.conninfoParse(spec->connection, &message);
    const bool is_good = options != NULL;

    tie_pq.conninfoFree(options);
    tie_pq.freemem(message);
    if (is_good)
        return TIE_OK;
    return tie_fail(err, TIE_CONFIG,
        "source %s: conninfo can't be read; write key=value pairs as libpq does (\"host=db dbname=fsm user=tieout\"), "
        "or a URI",
        spec->name);
}

static enum tie_status connect_link(struct tie_link *link, struct tie_error *err)
{
    const struct tie_source_spec *spec = link->spec;
    const int64_t limit_us = tie_clock_us() + spec->connect_timeout_us;
    const int64_t until_us = limit_us < link->deadline_us ? limit_us : link->deadline_us;
    /* keepalives find a dead host or a cut network within about a minute; a stopped server only the deadline finds */
    const char *const keywords[] = { "dbname", "application_name", "client_encoding", "keepalives", "keepalives_idle",
        "keepalives_interval", "keepalives_count", spec->password == NULL ? NULL : "password", NULL };
    const char *const values[] = { spec->connection, "tieout", "UTF8", "1", "30", "10", "3", spec->password, NULL };
    PostgresPollingStatusType poll_status = PGRES_POLLING_WRITING;

    link->conn = tie_pq.connectStartParams(keywords, values, 1);
    if (link->conn == NULL)
        return tie_fail(
            err, TIE_CONFIG, "source %s: no memory for a connection; raise memory of the source", spec->name);
    (void)tie_pq.setErrorVerbosity(link->conn, PQERRORS_VERBOSE);
    if (tie_pq.status(link->conn) == CONNECTION_BAD)
        return fail_connect(link, err);
    while (poll_status != PGRES_POLLING_OK) {
        if (!wait_socket(link, poll_status == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_us)) {
            if (tie_clock_us() < limit_us || limit_us >= link->deadline_us) /* lost, or the whole try is over first */
                return fail_lost(link, "connecting", err);
            return tie_fail(err, TIE_UNAVAILABLE,
                "source %s: PostgreSQL did not answer a connection within %lld ms (connect_timeout)", spec->name,
                (long long)(spec->connect_timeout_us / 1000));
        }
        poll_status = tie_pq.connectPoll(link->conn);
        if (poll_status == PGRES_POLLING_FAILED)
            return fail_connect(link, err);
    }
    (void)tie_pq.setErrorVerbosity(link->conn, PQERRORS_DEFAULT);
    return TIE_OK;
}

static void close_link(struct tie_link *link)
{
    if (link == NULL)
        return;
    if (link->conn != NULL && tie_pq.socket(link->conn) >= 0 && tie_clock_us() >= link->deadline_us)
        (void)shutdown(tie_pq.socket(link->conn), SHUT_RDWR); /* PQfinish must not wait for who did not answer */
    tie_pq.finish(link->conn);
    free(link);
}

static void no_notice(void *context, const char *text)
{
    (void)context;
    (void)text; /* NOTICE and WARNING of a server are no news of this run, and may quote data */
}

/* A link with its session set up and no transaction yet. */
static enum tie_status new_link(const struct tie_driver_setup *setup, struct tie_link **out, struct tie_error *err)
{
    struct tie_link *link = calloc(1, sizeof *link);
    struct tie_buf sql;
    enum tie_status status = TIE_OK;
    int64_t left_ms = 0;

    *out = NULL;
    tie_buf_init(&sql, 4096);
    if (link == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for a connection; raise memory of the source");
    link->spec = setup->spec;
    link->deadline_us = setup->deadline_us;
    TIE_TRY(check_conninfo(setup->spec, err));
    TIE_TRY(connect_link(link, err));
    (void)tie_pq.setNoticeProcessor(link->conn, no_notice, NULL);
    left_ms = (link->deadline_us - tie_clock_us()) / 1000;
    left_ms = left_ms < 1 ? 1 : left_ms > INT32_MAX ? INT32_MAX : left_ms;
    tie_buf_printf(&sql,
        "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET client_encoding = 'UTF8'; SET statement_timeout = %lld; "
        "SET lock_timeout = %lld; SET idle_in_transaction_session_timeout = %lld",
        (long long)left_ms, (long long)left_ms, (long long)left_ms);
    if (tie_pq.sendQuery(link->conn, sql.at) == 0)
        status = fail_lost(link, "preparing the session", err);
    for (PGresult *result = NULL; status == TIE_OK; tie_pq.clear(result)) {
        status = next_result(link, "preparing the session", &result, err);
        if (status != TIE_OK || result == NULL)
            break;
        if (tie_pq.resultStatus(result) != PGRES_COMMAND_OK)
            status = fail_statement(link, result, NULL, 0, err);
    }
out:
    tie_buf_release(&sql);
    if (status == TIE_OK)
        *out = link;
    else
        close_link(link);
    return status;
}

/* Exports the snapshot; where that is not possible the transaction starts anew and stays alone. */
static enum tie_status take_snapshot(struct tie_arena *arena, struct tie_link *link, bool wants_export,
    struct tie_driver_session *session, struct tie_error *err)
{
    struct tie_error refused = { .status = TIE_OK };
    enum tie_status status = TIE_OK;

    session->can_attach = wants_export &&
        command(link, "SELECT pg_catalog.pg_export_snapshot()", arena, &session->snapshot, &refused) == TIE_OK;
    if (session->can_attach)
        return TIE_OK;
    if (wants_export) {
        TIE_TRY(command(link, "ROLLBACK", NULL, NULL, err));
        TIE_TRY(command(link, begin_sql, NULL, NULL, err));
    }
    TIE_TRY(command(link, "SELECT pg_catalog.pg_current_snapshot()::text", arena, &session->snapshot, err));
out:
    return status;
}

static enum tie_status pg_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err)
{
    struct tie_text version = { "", 0 };
    const char *epoch_us = "";
    struct tie_link *link = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_pq_load(err));
    TIE_TRY(new_link(setup, &link, err));
    TIE_TRY(command(link, begin_sql, NULL, NULL, err));
    TIE_TRY(take_snapshot(arena, link, setup->wants_snapshot, session, err));
    TIE_TRY(command(link, "SELECT (extract(epoch FROM pg_catalog.transaction_timestamp()) * 1000000)::bigint", arena,
        &epoch_us, err));
    if (!tie_int_from_text(tie_text_of(epoch_us), &session->read_at))
        session->read_at = TIE_NONE;
    version = tie_text_of(tie_pq.parameterStatus(link->conn, "server_version"));
    version = tie_text_cut(&version, ' ');
    session->product = tie_arena_printf(arena, "PostgreSQL %.*s", (int)version.size, version.at);
    *out = link;
    return TIE_OK;
out:
    close_link(link);
    return status;
}

static enum tie_status pg_attach(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
    struct tie_link **out, struct tie_error *err)
{
    struct tie_link *link = NULL;
    struct tie_buf sql;
    char *quoted = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, 4096);
    TIE_TRY(new_link(setup, &link, err));
    TIE_ASSERT(link != NULL); /* else new_link had failed */
    TIE_TRY(command(link, begin_sql, NULL, NULL, err));
    quoted = tie_pq.escapeLiteral(link->conn, session->snapshot, strlen(session->snapshot));
    if (quoted == NULL) {
        status = fail_lost(link, "importing the snapshot", err);
        goto out;
    }
    tie_buf_printf(&sql, "SET TRANSACTION SNAPSHOT %s", quoted);
    TIE_TRY(command(link, sql.at, NULL, NULL, err));
    *out = link;
    link = NULL;
out:
    tie_pq.freemem(quoted);
    tie_buf_release(&sql);
    close_link(link);
    return status;
}

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
    const enum tie_status status = command(link, sql, arena, &answer, err);

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
        return fail_lost(link, statement->title, err);
    TIE_TRY(one_result(link, statement, PGRES_COMMAND_OK, &result, err));
    tie_pq.clear(result);
    result = NULL;
    if (tie_pq.sendDescribePrepared(link->conn, "") == 0)
        return fail_lost(link, statement->title, err);
    TIE_TRY(one_result(link, statement, PGRES_COMMAND_OK, &result, err));
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

/* PREPARE asks for no rights, EXPLAIN does, and runs nothing. */
static enum tie_status check_rights(struct tie_link *link, const struct tie_statement *statement, struct tie_error *err)
{
    static const char explain[] = "EXPLAIN ";
    struct tie_buf sql;
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    tie_buf_printf(&sql, "%s%s", explain, statement->sql);
    if (sql.failed || tie_pq.sendQuery(link->conn, sql.at) == 0)
        status = fail_lost(link, statement->title, err);
    else
        status = next_result(link, statement->title, &result, err);
    if (status == TIE_OK && tie_pq.resultStatus(result) != PGRES_TUPLES_OK)
        status = fail_statement(link, result, statement, sizeof explain - 1, err);
    tie_pq.clear(result);
    tie_buf_release(&sql);
    return status == TIE_OK ? drain(link, err) : status;
}

static enum tie_status pg_describe(struct tie_arena *arena, struct tie_link *link,
    const struct tie_statement *statement, struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_error ignored;
    tie_pg_decode **decode = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_shape(arena, link, statement, shape, &decode, err));
    TIE_TRY(check_rights(link, statement, err));
out:
    /* the failed transaction must not hide what the next query has to say */
    if (status != TIE_OK && status != TIE_UNAVAILABLE && drain(link, &ignored) == TIE_OK)
        (void)(command(link, "ROLLBACK", NULL, NULL, &ignored) == TIE_OK &&
            command(link, begin_sql, NULL, NULL, &ignored) == TIE_OK);
    return status;
}

/* ---- reading ---- */

struct copying {
    struct tie_link *link;
    const struct tie_statement *statement;
    const struct tie_row_sink *sink;
    struct tie_raw *cells;
    size_t count;
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

    if (!copying->is_binary && !tie_pg_copy_split(at, size - (at[size - 1] == '\n'), copying->cells, copying->count))
        return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s: a row of COPY has not %zu fields",
            copying->link->spec->name, copying->statement->title, copying->count);
    if (!copying->is_binary)
        return sink->row(sink->context, copying->cells, err);
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
            const bool is_late = is_dry ? !wait_socket(link, POLLIN, link->deadline_us)
                                        : tie_clock_us() >= link->deadline_us;

            if (is_late || tie_pq.consumeInput(link->conn) == 0)
                status = fail_lost(link, copying->statement->title, err);
            is_dry = true;
            continue;
        }
        is_dry = false;
        status = copy_message(copying, message, (size_t)size, err);
        tie_pq.freemem(message);
        message = NULL;
    }
    if (status == TIE_OK && size == -2)
        status = fail_lost(link, copying->statement->title, err);
    return status;
}

/* The statement was sent: COPY must begin, run to its end and be confirmed. */
static enum tie_status copy_out(struct copying *copying, struct tie_error *err)
{
    struct tie_link *link = copying->link;
    const struct tie_statement *statement = copying->statement;
    PGresult *result = NULL;
    enum tie_status status = next_result(link, statement->title, &result, err);

    if (status != TIE_OK)
        return status;
    if (tie_pq.resultStatus(result) != PGRES_COPY_OUT) {
        status = fail_statement(link, result, statement, sizeof copy_before - 1, err);
        tie_pq.clear(result);
        return status;
    }
    tie_pq.clear(result);
    status = copy_rows(copying, err);
    if (status != TIE_OK)
        return status; /* the link is of no more use; close() ends the COPY */
    status = next_result(link, statement->title, &result, err);
    if (status == TIE_OK && tie_pq.resultStatus(result) != PGRES_COMMAND_OK)
        status = fail_statement(link, result, statement, sizeof copy_before - 1, err);
    tie_pq.clear(result);
    if (status == TIE_OK && copying->is_binary && !tie_pg_binary_is_whole(&copying->binary))
        return fail_copy(copying, "its end mark is missing", err);
    return status == TIE_OK ? drain(link, err) : status;
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
    copying.is_binary = is_binary(link->spec, decode, shape.count);
    tie_pg_binary_init(&copying.binary, decode, TIE_TAKE(&arena, size_t, shape.count + 1), shape.count);
    tie_buf_printf(&sql, "%s%s%s%s", copy_before, statement->sql, copy_after, copying.is_binary ? copy_binary : "");
    if (sql.failed)
        status = tie_fail(err, TIE_CONFIG, "%s: no memory for the query; raise memory of the source", statement->path);
    else if (tie_pq.sendQuery(link->conn, sql.at) == 0)
        status = fail_lost(link, statement->title, err);
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
    .open = pg_open,
    .attach = pg_attach,
    .describe = pg_describe,
    .run = pg_run,
    .close = close_link,
};
