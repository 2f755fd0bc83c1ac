/*
 * odbc_link.h - one ODBC connection, its errors and its types: what odbc.c (reading) and odbc_link.c (connecting)
 * share. Internal; with these two files the only place that includes sql.h.
 */
#ifndef TIEOUT_SOURCE_ODBC_LINK_H
#define TIEOUT_SOURCE_ODBC_LINK_H

#include "odbc_quirks.h"

#include <sql.h>
#include <sqlext.h>

struct tie_link {
    SQLHENV env;
    SQLHDBC dbc;
    bool is_connected;
    bool has_zone; /* the session is in the source's zone, or knows none */
    const struct tie_odbc_quirk *quirk;
    const struct tie_source_spec *spec;
    int64_t deadline_us;
};

enum tie_status tie_odbc_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err);
void tie_odbc_close(struct tie_link *link); /* NULL is fine */

/* All diagnostic records of a handle in one text; the status by native code, else SQLSTATE of the first record that is
 * no warning, else `otherwise`. `statement` NULL: while connecting. */
enum tie_status tie_odbc_fail(const struct tie_link *link, SQLSMALLINT type, SQLHANDLE handle,
    const struct tie_statement *statement, enum tie_status otherwise, struct tie_error *err);
enum tie_raw_kind tie_odbc_kind(SQLSMALLINT sql_type);

#endif
