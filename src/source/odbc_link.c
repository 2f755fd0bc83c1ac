/*
 * odbc_link.c - connecting over ODBC, and what drivers say when something is wrong.
 *
 * The driver's quirks must be known before connecting (SQLite makes a missing file when it is merely opened), so the
 * driver is found from DRIVER= or from the manager's list of DSNs; after connecting it is asked itself, and when it
 * turns out to be another one the connection is made again with the right keys. The whole connection string is ours:
 * nothing of a driver's forced keys can be overridden by the job. The password is in it only here, in this child.
 */
#include "odbc_link.h"

#include "tieout/log.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MESSAGE_BYTES = 1024, MESSAGES_MAX = 4 };

static SQLCHAR *sql_text(const char *text)
{
    union {
        const char *in;
        SQLCHAR *out;
    } cast = { .in = text }; /* the ODBC functions take input as pointers to non-const and leave it alone */

    return cast.out;
}

enum tie_status tie_odbc_fail(const struct tie_link *link, SQLSMALLINT type, SQLHANDLE handle,
    const struct tie_statement *statement, enum tie_status otherwise, struct tie_error *err)
{
    enum tie_status status = otherwise;
    bool is_judged = false; /* by a record that is no warning */
    size_t at_line = 0;     /* of the statement, where the driver names it */
    struct tie_buf text;

    tie_buf_init(&text, 8192);
    for (int i = 1; i <= MESSAGES_MAX; i++) {
        SQLCHAR state[6] = "", message[MESSAGE_BYTES] = "";
        SQLINTEGER native = 0;
        SQLSMALLINT size = 0;
        struct tie_text line;

        if (!SQL_SUCCEEDED(SQLGetDiagRec(
                type, handle, (SQLSMALLINT)i, state, &native, message, (SQLSMALLINT)sizeof message, &size)))
            break;
        line = tie_text_trim(tie_text_of((const char *)message));
        if (!is_judged)
            status = tie_odbc_native_status(link->quirk, native, tie_sqlstate_status((const char *)state, otherwise));
        if (at_line == 0)
            at_line = tie_odbc_message_line(line);
        is_judged = is_judged || strncmp((const char *)state, "01", 2) != 0;
        tie_buf_printf(&text, "%s%.*s (SQLSTATE %s, code %ld)", i > 1 ? "; " : "", (int)line.size, line.at,
            (const char *)state, (long)native);
    }
    if (text.size == 0)
        tie_buf_text(&text, "the driver gives no reason");
    if (statement != NULL && at_line > 0 && (status == TIE_CONFIG || status == TIE_DENIED))
        status = tie_fail(err, status, "%s:%zu: %s", statement->path, at_line, text.at);
    else if (statement != NULL && (status == TIE_CONFIG || status == TIE_DENIED))
        status = tie_fail(err, status, "%s: %s", statement->path, text.at);
    else
        status = tie_fail(err, status, "source %s: %s%s%s", link->spec->name, statement == NULL ? "" : statement->title,
            statement == NULL ? "" : ": ", text.at);
    tie_buf_release(&text);
    return status;
}

static const struct {
    SQLSMALLINT sql_type;
    enum tie_raw_kind kind;
} kinds[] = {
    { SQL_CHAR, TIE_RAW_TEXT },
    { SQL_VARCHAR, TIE_RAW_TEXT },
    { SQL_LONGVARCHAR, TIE_RAW_TEXT },
    { SQL_WCHAR, TIE_RAW_TEXT },
    { SQL_WVARCHAR, TIE_RAW_TEXT },
    { SQL_WLONGVARCHAR, TIE_RAW_TEXT },
    { SQL_GUID, TIE_RAW_TEXT },
    { SQL_DECIMAL, TIE_RAW_DECIMAL },
    { SQL_NUMERIC, TIE_RAW_DECIMAL },
    { SQL_TINYINT, TIE_RAW_INTEGER },
    { SQL_SMALLINT, TIE_RAW_INTEGER },
    { SQL_INTEGER, TIE_RAW_INTEGER },
    { SQL_BIGINT, TIE_RAW_INTEGER },
    { SQL_REAL, TIE_RAW_FLOAT },
    { SQL_FLOAT, TIE_RAW_FLOAT },
    { SQL_DOUBLE, TIE_RAW_FLOAT },
    { SQL_BIT, TIE_RAW_BOOL },
    { SQL_DATE, TIE_RAW_DATE },
    { SQL_TYPE_DATE, TIE_RAW_DATE },
    { SQL_TIMESTAMP, TIE_RAW_NAIVE },
    { SQL_TYPE_TIMESTAMP, TIE_RAW_NAIVE },
    { -155, TIE_RAW_INSTANT }, /* SQL_SS_TIMESTAMPOFFSET of SQL Server */
    { SQL_BINARY, TIE_RAW_REFUSED },
    { SQL_VARBINARY, TIE_RAW_REFUSED },
    { SQL_LONGVARBINARY, TIE_RAW_REFUSED },
    { SQL_TIME, TIE_RAW_REFUSED },
    { SQL_TYPE_TIME, TIE_RAW_REFUSED },
};

enum tie_raw_kind tie_odbc_kind(SQLSMALLINT sql_type)
{
    for (size_t i = 0; i < TIE_COUNT_OF(kinds); i++)
        if (kinds[i].sql_type == sql_type)
            return kinds[i].kind;
    return TIE_RAW_UNKNOWN;
}

/* ---- connecting ---- */

/* What the manager's list says of a DSN: the driver's name or path; "" when it does not know the DSN. */
static const char *driver_of_dsn(struct tie_arena *arena, SQLHENV env, const char *dsn)
{
    SQLUSMALLINT direction = SQL_FETCH_FIRST;
    SQLCHAR name[256] = "", driver[1024] = "";
    SQLSMALLINT name_size = 0, driver_size = 0;

    while (SQL_SUCCEEDED(SQLDataSources(env, direction, name, (SQLSMALLINT)sizeof name, &name_size, driver,
        (SQLSMALLINT)sizeof driver, &driver_size))) {
        if (tie_text_is_nocase(tie_text_of((const char *)name), dsn))
            return tie_arena_strdup(arena, (const char *)driver);
        direction = SQL_FETCH_NEXT;
    }
    return "";
}

/* The library that stands under a driver's name in the manager's list; the name itself when it is not there. */
static const char *library_of(struct tie_arena *arena, SQLHENV env, const char *driver)
{
    static const char key[] = "Driver=";
    SQLUSMALLINT direction = SQL_FETCH_FIRST;
    SQLCHAR name[256] = "", attributes[2048] = "";
    SQLSMALLINT name_size = 0, size = 0;

    while (SQL_SUCCEEDED(SQLDrivers(env, direction, name, (SQLSMALLINT)sizeof name, &name_size, attributes,
        (SQLSMALLINT)sizeof attributes, &size))) {
        const char *at = (const char *)attributes; /* texts with a NUL behind each, and one more at the end */

        direction = SQL_FETCH_NEXT;
        if (!tie_text_is_nocase(tie_text_of((const char *)name), driver))
            continue;
        attributes[sizeof attributes - 2] = attributes[sizeof attributes - 1] = '\0';
        for (; *at != '\0'; at += strlen(at) + 1)
            if (strncasecmp(at, key, sizeof key - 1) == 0)
                return tie_arena_strdup(arena, at + sizeof key - 1);
    }
    return driver;
}

static enum tie_status connect_once(
    struct tie_arena *arena, struct tie_link *link, const struct tie_connstr *given, struct tie_error *err)
{
    struct tie_connstr pairs = { NULL, 0, 0 };
    struct tie_buf text;
    SQLCHAR completed[1024];
    SQLSMALLINT size = 0;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < given->count; i++)
        tie_connstr_set(arena, &pairs, given->at[i].key, given->at[i].value, given->at[i].is_braced);
    tie_odbc_force(arena, link->quirk, link->spec, link->deadline_us - tie_clock_us(), &pairs);
    tie_buf_init(&text, 1 << 16);
    tie_connstr_print(&pairs, &text);
    if (SQLAllocHandle(SQL_HANDLE_DBC, link->env, &link->dbc) != SQL_SUCCESS) {
        link->dbc = SQL_NULL_HDBC;
        status = tie_fail(
            err, TIE_CONFIG, "source %s: no memory for a connection; raise memory of the source", link->spec->name);
        goto out;
    }
    (void)SQLSetConnectAttr(link->dbc, SQL_ATTR_LOGIN_TIMEOUT,
        (SQLPOINTER)(uintptr_t)((link->spec->connect_timeout_us + 999999) / TIE_US_PER_SECOND), SQL_IS_UINTEGER);
    if (!SQL_SUCCEEDED(SQLDriverConnect(link->dbc, NULL, (SQLCHAR *)text.at, (SQLSMALLINT)text.size, completed,
            (SQLSMALLINT)sizeof completed, &size, SQL_DRIVER_NOPROMPT)))
        status = tie_odbc_fail(link, SQL_HANDLE_DBC, link->dbc, NULL, TIE_UNAVAILABLE, err);
    else
        link->is_connected = true;
out:
    if (text.at != NULL)
        explicit_bzero(text.at, text.room);
    explicit_bzero(completed, sizeof completed);
    tie_buf_release(&text);
    return status;
}

static void disconnect(struct tie_link *link)
{
    if (link->dbc == SQL_NULL_HDBC)
        return;
    if (link->is_connected) {
        (void)SQLEndTran(SQL_HANDLE_DBC, link->dbc, SQL_ROLLBACK);
        (void)SQLDisconnect(link->dbc);
    }
    (void)SQLFreeHandle(SQL_HANDLE_DBC, link->dbc);
    link->dbc = SQL_NULL_HDBC;
    link->is_connected = false;
}

void tie_odbc_close(struct tie_link *link)
{
    if (link == NULL)
        return;
    disconnect(link);
    if (link->env != SQL_NULL_HENV)
        (void)SQLFreeHandle(SQL_HANDLE_ENV, link->env);
    free(link);
}

static const char *info(struct tie_arena *arena, const struct tie_link *link, SQLUSMALLINT what)
{
    char text[256] = "";
    SQLSMALLINT size = 0;

    if (!SQL_SUCCEEDED(SQLGetInfo(link->dbc, what, text, (SQLSMALLINT)sizeof text, &size)))
        return "";
    return tie_arena_strdup(arena, text);
}

/* Connects with the quirks that the driver is believed to have, then asks it, and once more if it is another. */
static enum tie_status connect_known(struct tie_arena *arena, struct tie_link *link, struct tie_error *err)
{
    struct tie_connstr pairs;
    const char *driver = NULL, *dsn = NULL;
    const struct tie_odbc_quirk *asked = NULL;
    enum tie_status status = TIE_OK;

    if (!tie_connstr_parse(arena, link->spec->connection, &pairs))
        return tie_fail(err, TIE_CONFIG,
            "source %s: connection can't be read; write key=value pairs separated by ; (\"DSN=erp;UID=tieout\")",
            link->spec->name);
    driver = tie_connstr_get(&pairs, "DRIVER");
    dsn = tie_connstr_get(&pairs, "DSN");
    if (driver == NULL)
        driver = dsn == NULL ? "" : driver_of_dsn(arena, link->env, dsn);
    link->quirk = tie_odbc_quirk_of(library_of(arena, link->env, driver));
    TIE_TRY(connect_once(arena, link, &pairs, err));
    asked = tie_odbc_quirk_of(info(arena, link, SQL_DRIVER_NAME));
    if (asked != link->quirk && asked->mark[0] != '\0') {
        disconnect(link);
        link->quirk = asked;
        TIE_TRY(connect_once(arena, link, &pairs, err));
    }
out:
    return status;
}

static enum tie_status run_statement(struct tie_link *link, const char *sql, struct tie_error *err)
{
    SQLHSTMT stmt = SQL_NULL_HSTMT;
    SQLRETURN rc = SQL_SUCCESS;
    enum tie_status status = TIE_OK;

    if (SQLAllocHandle(SQL_HANDLE_STMT, link->dbc, &stmt) != SQL_SUCCESS)
        return tie_odbc_fail(link, SQL_HANDLE_DBC, link->dbc, NULL, TIE_UNAVAILABLE, err);
    rc = SQLExecDirect(stmt, sql_text(sql), SQL_NTS);
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        status = tie_odbc_fail(link, SQL_HANDLE_STMT, stmt, NULL, TIE_UNAVAILABLE, err);
    (void)SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    return status;
}

static enum tie_status prepare_session(struct tie_arena *arena, struct tie_link *link, struct tie_error *err)
{
    const struct tie_odbc_quirk *quirk = link->quirk;
    const int64_t left_us = link->deadline_us - tie_clock_us();
    enum tie_status status = TIE_OK;

    /* a server that lacks the zone is fine as long as no column needs it: see read_column() */
    link->has_zone = quirk->zone == NULL;
    if (quirk->zone != NULL) {
        status = run_statement(link, tie_odbc_fill(arena, quirk, quirk->zone, link->spec, left_us), err);
        link->has_zone = status == TIE_OK;
        status = TIE_OK;
    }
    if (quirk->wants_autocommit_off &&
        !SQL_SUCCEEDED(SQLSetConnectAttr(
            link->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)(uintptr_t)SQL_AUTOCOMMIT_OFF, SQL_IS_UINTEGER)))
        return tie_odbc_fail(link, SQL_HANDLE_DBC, link->dbc, NULL, TIE_UNAVAILABLE, err);
    for (size_t i = 0; quirk->statements[i] != NULL; i++)
        TIE_TRY(run_statement(link, tie_odbc_fill(arena, quirk, quirk->statements[i], link->spec, left_us), err));
out:
    return status;
}

enum tie_status tie_odbc_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err)
{
    struct tie_link *link = calloc(1, sizeof *link);
    const char *product = NULL;
    enum tie_status status = TIE_OK;

    if (link == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for a connection; raise memory of the source");
    link->spec = setup->spec;
    link->deadline_us = setup->deadline_us;
    link->quirk = tie_odbc_quirk_of("");
    TIE_TRY(tie_odbc_quiet(arena, setup->work_folder, setup->spec->name, err));
    if (SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &link->env) != SQL_SUCCESS ||
        SQLSetEnvAttr(link->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0) != SQL_SUCCESS) {
        status = tie_fail(err, TIE_UNAVAILABLE, "source %s: the ODBC driver manager does not start", setup->spec->name);
        goto out;
    }
    TIE_TRY(connect_known(arena, link, err));
    TIE_TRY(prepare_session(arena, link, err));
    product = info(arena, link, SQL_DBMS_NAME);
    session->product = tie_arena_printf(arena, "%s %s (%s %s)", product, info(arena, link, SQL_DBMS_VER),
        info(arena, link, SQL_DRIVER_NAME), info(arena, link, SQL_DRIVER_VER));
    session->snapshot = "";
    session->read_at = TIE_NONE;
    *out = link;
    return TIE_OK;
out:
    tie_odbc_close(link);
    return status;
}
