/*
 * tool_odbc.c - the least that anything can do that reads over ODBC: fetch a query's rows in column-bound blocks and
 * throw them away. What a driver costs with this program, nobody who uses it can undercut.
 *
 *   tool_odbc CONNECTION QUERY-FILE [ROWS-OF-A-BLOCK [char|typed [autocommit|transaction]]]
 *
 * char binds every column as text; typed binds whole numbers as SBIGINT, dates and timestamps as their structs, the
 * rest as text. Streaming is the connection string's matter; psqlodbc streams in a transaction, SQLite in autocommit
 * (the default). Printed, in one line that commands.sh reads: rows, wall and processor seconds of the fetching.
 */
#include "tieout/date.h"
#include "tieout/log.h"
#include "tieout/text.h"

#include <sql.h>
#include <sqlext.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MAX = 256, TEXT_ROOM_MAX = 256 };

struct bound {
    SQLSMALLINT type;
    SQLLEN room;
    void *data;
    SQLLEN *sizes;
};

struct session {
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
    SQLULEN block_rows, fetched;
    bool is_typed;
    SQLSMALLINT count;
    struct bound columns[COLUMNS_MAX];
};

static double cpu_seconds(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int fail(SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
    SQLCHAR state[6] = "", message[512] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT size = 0;

    (void)SQLGetDiagRec(type, handle, 1, state, &native, message, (SQLSMALLINT)sizeof message, &size);
    fprintf(stderr, "tool_odbc: %s: %s (%s)\n", what, (const char *)message, (const char *)state);
    return 69;
}

static int connect_to(struct session *session, char *connection, bool autocommit)
{
    if (SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &session->env) != SQL_SUCCESS ||
        SQLSetEnvAttr(session->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0) != SQL_SUCCESS ||
        SQLAllocHandle(SQL_HANDLE_DBC, session->env, &session->dbc) != SQL_SUCCESS)
        return fail(SQL_HANDLE_ENV, session->env, "environment");
    if (!SQL_SUCCEEDED(
            SQLDriverConnect(session->dbc, NULL, (SQLCHAR *)connection, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)))
        return fail(SQL_HANDLE_DBC, session->dbc, "connect");
    if (!autocommit &&
        !SQL_SUCCEEDED(SQLSetConnectAttr(
            session->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)(uintptr_t)SQL_AUTOCOMMIT_OFF, SQL_IS_UINTEGER)))
        return fail(SQL_HANDLE_DBC, session->dbc, "autocommit");
    return 0;
}

static struct bound bound_of(bool is_typed, SQLSMALLINT sql_type, SQLULEN described)
{
    switch (is_typed ? sql_type : SQL_VARCHAR) {
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT: return (struct bound){ .type = SQL_C_SBIGINT, .room = sizeof(SQLBIGINT) };
    case SQL_TYPE_DATE: return (struct bound){ .type = SQL_C_TYPE_DATE, .room = sizeof(SQL_DATE_STRUCT) };
    case SQL_TYPE_TIMESTAMP:
        return (struct bound){ .type = SQL_C_TYPE_TIMESTAMP, .room = sizeof(SQL_TIMESTAMP_STRUCT) };
    default:
        return (struct bound){ .type = SQL_C_CHAR,
            .room = described == 0 || described >= TEXT_ROOM_MAX ? TEXT_ROOM_MAX : (SQLLEN)described + 4 };
    }
}

static int bind_columns(struct session *session)
{
    SQLHSTMT stmt = session->stmt;

    if (!SQL_SUCCEEDED(SQLNumResultCols(stmt, &session->count)) || session->count > COLUMNS_MAX)
        return fail(SQL_HANDLE_STMT, stmt, "columns");
    (void)SQLSetStmtAttr(stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(uintptr_t)session->block_rows, 0);
    (void)SQLSetStmtAttr(stmt, SQL_ATTR_ROWS_FETCHED_PTR, &session->fetched, 0);
    for (SQLSMALLINT i = 0; i < session->count; i++) {
        struct bound *bound = &session->columns[i];
        SQLCHAR name[256];
        SQLSMALLINT name_size = 0, type = 0, digits = 0, nulls = 0;
        SQLULEN described = 0;

        if (!SQL_SUCCEEDED(SQLDescribeCol(stmt, (SQLUSMALLINT)(i + 1), name, (SQLSMALLINT)sizeof name, &name_size,
                &type, &described, &digits, &nulls)))
            return fail(SQL_HANDLE_STMT, stmt, "describe");
        *bound = bound_of(session->is_typed, type, described);
        bound->data = calloc(session->block_rows, (size_t)bound->room);
        bound->sizes = calloc(session->block_rows, sizeof *bound->sizes);
        if (bound->data == NULL || bound->sizes == NULL ||
            !SQL_SUCCEEDED(
                SQLBindCol(stmt, (SQLUSMALLINT)(i + 1), bound->type, bound->data, bound->room, bound->sizes)))
            return fail(SQL_HANDLE_STMT, stmt, "bind");
    }
    return 0;
}

static int fetch_all(struct session *session, char *query)
{
    const double started_cpu = cpu_seconds();
    const int64_t started_us = tie_clock_us();
    unsigned long long rows = 0;
    SQLRETURN rc = SQL_SUCCESS;
    int code = 0;

    if (SQLAllocHandle(SQL_HANDLE_STMT, session->dbc, &session->stmt) != SQL_SUCCESS)
        return fail(SQL_HANDLE_DBC, session->dbc, "statement");
    if (!SQL_SUCCEEDED(SQLPrepare(session->stmt, (SQLCHAR *)query, SQL_NTS)))
        return fail(SQL_HANDLE_STMT, session->stmt, "prepare");
    code = bind_columns(session);
    if (code != 0)
        return code;
    if (!SQL_SUCCEEDED(SQLExecute(session->stmt)))
        return fail(SQL_HANDLE_STMT, session->stmt, "execute");
    while ((rc = SQLFetch(session->stmt)) != SQL_NO_DATA) {
        if (!SQL_SUCCEEDED(rc))
            return fail(SQL_HANDLE_STMT, session->stmt, "fetch");
        rows += session->fetched;
    }
    printf("%llu rows, %.3f s wall, %.3f s cpu\n", rows, (double)(tie_clock_us() - started_us) / TIE_US_PER_SECOND,
        cpu_seconds() - started_cpu);
    return 0;
}

static void end(struct session *session)
{
    for (size_t i = 0; i < COLUMNS_MAX; i++) {
        free(session->columns[i].data);
        free(session->columns[i].sizes);
    }
    if (session->stmt != SQL_NULL_HSTMT)
        (void)SQLFreeHandle(SQL_HANDLE_STMT, session->stmt);
    if (session->dbc != SQL_NULL_HDBC) {
        (void)SQLEndTran(SQL_HANDLE_DBC, session->dbc, SQL_ROLLBACK);
        (void)SQLDisconnect(session->dbc);
        (void)SQLFreeHandle(SQL_HANDLE_DBC, session->dbc);
    }
    if (session->env != SQL_NULL_HENV)
        (void)SQLFreeHandle(SQL_HANDLE_ENV, session->env);
}

int main(int argc, char **argv)
{
    static char query[65536];
    static struct session session;
    FILE *file = NULL;
    size_t size = 0;
    int code = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: tool_odbc CONNECTION QUERY-FILE [BLOCK [char|typed [autocommit|transaction]]]\n");
        return 64;
    }
    file = fopen(argv[2], "re");
    if (file != NULL) {
        size = fread(query, 1, sizeof query - 1, file);
        (void)fclose(file);
    }
    if (size == 0 || size == sizeof query - 1) {
        fprintf(stderr, "tool_odbc: %s can't be read\n", argv[2]);
        return 66;
    }
    session.block_rows = argc > 3 ? strtoul(argv[3], NULL, 10) : 1000;
    session.is_typed = argc > 4 && strcmp(argv[4], "typed") == 0;
    code = connect_to(&session, argv[1], argc <= 5 || strcmp(argv[5], "transaction") != 0);
    if (code == 0)
        code = fetch_all(&session, query);
    end(&session);
    return code;
}
