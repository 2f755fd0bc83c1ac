/*
 * pg_link.h - one connection to PostgreSQL, its waits and its errors: what postgres.c (queries) and pg_link.c
 * (connecting) share. Internal to source/.
 *
 * Errors: TIE_UNAVAILABLE when the server is gone, silent or past the deadline; else what tie_sqlstate_status() makes
 * of its SQLSTATE.
 */
#ifndef TIEOUT_SOURCE_PG_LINK_H
#define TIEOUT_SOURCE_PG_LINK_H

#include "driver.h"
#include "pg_library.h"

struct tie_link {
    PGconn *conn;
    const struct tie_source_spec *spec;
    int64_t deadline_us;
};

/* As struct tie_driver_ops says. */
enum tie_status tie_pg_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err);
enum tie_status tie_pg_attach(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
    struct tie_link **out, struct tie_error *err);
void tie_pg_close(struct tie_link *link);

/* The connection is gone or silent. */
enum tie_status tie_pg_fail_lost(const struct tie_link *link, const char *what, struct tie_error *err);
/* A statement failed: query file and line where the position is known. `prefix` bytes were put before the query;
 * `statement` NULL: one of ours. */
enum tie_status tie_pg_fail_statement(const struct tie_link *link, const PGresult *result,
    const struct tie_statement *statement, size_t prefix, struct tie_error *err);

/* True when the socket is ready; false at `until_us`. */
bool tie_pg_wait(const struct tie_link *link, short events, int64_t until_us);
/* The next result of what was sent, for the caller to clear; NULL when there is none left. */
TIE_MUST_CHECK enum tie_status tie_pg_next_result(
    struct tie_link *link, const char *what, PGresult **result, struct tie_error *err);
/* Takes what results are left. */
TIE_MUST_CHECK enum tie_status tie_pg_drain(struct tie_link *link, struct tie_error *err);
/* The one result of a statement already sent, for the caller to clear; `statement` NULL: one of ours. */
TIE_MUST_CHECK enum tie_status tie_pg_one_result(struct tie_link *link, const struct tie_statement *statement,
    ExecStatusType want, PGresult **out, struct tie_error *err);
/* A statement of ours; the first cell of its result into `arena` when out is given. */
TIE_MUST_CHECK enum tie_status tie_pg_command(
    struct tie_link *link, const char *sql, struct tie_arena *arena, const char **out, struct tie_error *err);
/* Ends the transaction, failed or not, and begins another. */
TIE_MUST_CHECK enum tie_status tie_pg_begin_again(struct tie_link *link, struct tie_error *err);

#endif
