/*
 * pg_link.c - connections to PostgreSQL: the session of each, the one snapshot that they share, waiting, errors.
 *
 * tie_pg_open() begins REPEATABLE READ READ ONLY and exports its snapshot; tie_pg_attach() begins the same and imports
 * it, so all links see one state. The first link is the holder and reads too; it must be closed last. Where the export
 * is refused (a standby, a pooler) there is one link.
 *
 * Every wait is a poll() with the deadline, connecting included: nothing in libpq ends a wait for a stopped server. At
 * the deadline the socket is shut down; no PQcancel, which would wait for the same server without a limit. A query
 * that is only slow is ended by the server itself (statement_timeout).
 */
#include "pg_link.h"

#include "tieout/log.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char begin_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/* ---- errors ---- */

static struct tie_text first_line(const char *text)
{
    struct tie_text rest = tie_text_of(text);

    return tie_text_trim(tie_text_cut(&rest, '\n'));
}

enum tie_status tie_pg_fail_lost(const struct tie_link *link, const char *what, struct tie_error *err)
{
    const struct tie_text why = first_line(tie_pq.errorMessage(link->conn));

    if (tie_clock_us() >= link->deadline_us)
        return tie_fail(err, TIE_UNAVAILABLE,
            "source %s: no answer from PostgreSQL within its timeout (%lld s) while %s", link->spec->name,
            (long long)(link->spec->timeout_us / TIE_US_PER_SECOND), what);
    return tie_fail(err, TIE_UNAVAILABLE, "source %s: the connection broke off while %s: %.*s", link->spec->name, what,
        (int)why.size, why.at);
}

enum tie_status tie_pg_fail_statement(const struct tie_link *link, const PGresult *result,
    const struct tie_statement *statement, size_t prefix, struct tie_error *err)
{
    const char *state = tie_pq.resultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = tie_pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = tie_pq.resultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *position = tie_pq.resultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const enum tie_status status = tie_sqlstate_status(state, TIE_UNAVAILABLE);
    int64_t at = 0;

    if (state == NULL)
        return tie_pg_fail_lost(link, statement == NULL ? "preparing the session" : statement->title, err);
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

bool tie_pg_wait(const struct tie_link *link, short events, int64_t until_us)
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

enum tie_status tie_pg_next_result(struct tie_link *link, const char *what, PGresult **result, struct tie_error *err)
{
    while (tie_pq.isBusy(link->conn))
        if (!tie_pg_wait(link, POLLIN, link->deadline_us) || tie_pq.consumeInput(link->conn) == 0)
            return tie_pg_fail_lost(link, what, err);
    *result = tie_pq.getResult(link->conn);
    return TIE_OK;
}

enum tie_status tie_pg_drain(struct tie_link *link, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    do {
        tie_pq.clear(result);
        result = NULL;
        status = tie_pg_next_result(link, "ending a statement", &result, err);
    } while (status == TIE_OK && result != NULL);
    return status;
}

enum tie_status tie_pg_one_result(struct tie_link *link, const struct tie_statement *statement, ExecStatusType want,
    PGresult **out, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = tie_pg_next_result(
        link, statement == NULL ? "preparing the session" : statement->title, &result, err);

    *out = NULL;
    if (status != TIE_OK)
        return status;
    if (tie_pq.resultStatus(result) != want) {
        status = tie_pg_fail_statement(link, result, statement, 0, err);
        tie_pq.clear(result);
        return status;
    }
    *out = result;
    return tie_pg_drain(link, err);
}

enum tie_status tie_pg_command(
    struct tie_link *link, const char *sql, struct tie_arena *arena, const char **out, struct tie_error *err)
{
    PGresult *result = NULL;
    enum tie_status status = TIE_OK;

    if (tie_pq.sendQuery(link->conn, sql) == 0)
        return tie_pg_fail_lost(link, "preparing the session", err);
    status = tie_pg_one_result(link, NULL, out == NULL ? PGRES_COMMAND_OK : PGRES_TUPLES_OK, &result, err);
    if (status == TIE_OK && out != NULL)
        *out = tie_arena_strdup(arena, tie_pq.ntuples(result) > 0 ? tie_pq.getvalue(result, 0, 0) : "");
    tie_pq.clear(result);
    return status;
}

enum tie_status tie_pg_begin_again(struct tie_link *link, struct tie_error *err)
{
    const enum tie_status status = tie_pg_command(link, "ROLLBACK", NULL, NULL, err);

    return status == TIE_OK ? tie_pg_command(link, begin_sql, NULL, NULL, err) : status;
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
        if (!tie_pg_wait(link, poll_status == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_us)) {
            if (tie_clock_us() < limit_us || limit_us >= link->deadline_us) /* lost, or the whole try is over first */
                return tie_pg_fail_lost(link, "connecting", err);
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

void tie_pg_close(struct tie_link *link)
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
        status = tie_pg_fail_lost(link, "preparing the session", err);
    for (PGresult *result = NULL; status == TIE_OK; tie_pq.clear(result)) {
        status = tie_pg_next_result(link, "preparing the session", &result, err);
        if (status != TIE_OK || result == NULL)
            break;
        if (tie_pq.resultStatus(result) != PGRES_COMMAND_OK)
            status = tie_pg_fail_statement(link, result, NULL, 0, err);
    }
out:
    tie_buf_release(&sql);
    if (status == TIE_OK)
        *out = link;
    else
        tie_pg_close(link);
    return status;
}

/* Exports the snapshot; where that is not possible the transaction starts anew and stays alone. */
static enum tie_status take_snapshot(struct tie_arena *arena, struct tie_link *link, bool wants_export,
    struct tie_driver_session *session, struct tie_error *err)
{
    struct tie_error refused = { .status = TIE_OK };
    enum tie_status status = TIE_OK;

    session->can_attach = wants_export &&
        tie_pg_command(link, "SELECT pg_catalog.pg_export_snapshot()", arena, &session->snapshot, &refused) == TIE_OK;
    if (session->can_attach)
        return TIE_OK;
    if (wants_export)
        TIE_TRY(tie_pg_begin_again(link, err));
    TIE_TRY(tie_pg_command(link, "SELECT pg_catalog.pg_current_snapshot()::text", arena, &session->snapshot, err));
out:
    return status;
}

enum tie_status tie_pg_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err)
{
    struct tie_text version = { "", 0 };
    const char *epoch_us = "";
    struct tie_link *link = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_pq_load(err));
    TIE_TRY(new_link(setup, &link, err));
    TIE_ASSERT(link != NULL); /* else new_link had failed */
    TIE_TRY(tie_pg_command(link, begin_sql, NULL, NULL, err));
    TIE_TRY(take_snapshot(arena, link, setup->wants_snapshot, session, err));
    TIE_TRY(tie_pg_command(link, "SELECT (extract(epoch FROM pg_catalog.transaction_timestamp()) * 1000000)::bigint",
        arena, &epoch_us, err));
    if (!tie_int_from_text(tie_text_of(epoch_us), &session->read_at))
        session->read_at = TIE_NONE;
    version = tie_text_of(tie_pq.parameterStatus(link->conn, "server_version"));
    version = tie_text_cut(&version, ' ');
    session->product = tie_arena_printf(arena, "PostgreSQL %.*s", (int)version.size, version.at);
    *out = link;
    return TIE_OK;
out:
    tie_pg_close(link);
    return status;
}

enum tie_status tie_pg_attach(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
    struct tie_link **out, struct tie_error *err)
{
    struct tie_link *link = NULL;
    struct tie_buf sql;
    char *quoted = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, 4096);
    TIE_TRY(new_link(setup, &link, err));
    TIE_ASSERT(link != NULL); /* else new_link had failed */
    TIE_TRY(tie_pg_command(link, begin_sql, NULL, NULL, err));
    quoted = tie_pq.escapeLiteral(link->conn, session->snapshot, strlen(session->snapshot));
    if (quoted == NULL) {
        status = tie_pg_fail_lost(link, "importing the snapshot", err);
        goto out;
    }
    tie_buf_printf(&sql, "SET TRANSACTION SNAPSHOT %s", quoted);
    TIE_TRY(tie_pg_command(link, sql.at, NULL, NULL, err));
    *out = link;
    link = NULL;
out:
    tie_pq.freemem(quoted);
    tie_buf_release(&sql);
    tie_pg_close(link);
    return status;
}
