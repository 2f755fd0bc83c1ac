/*
 * odbc_quirks.h - what is special about each ODBC driver, as measured; and a clean place for its settings. Internal to
 * source/. Knows no ODBC header, so it is testable without a driver.
 */
#ifndef TIEOUT_SOURCE_ODBC_QUIRKS_H
#define TIEOUT_SOURCE_ODBC_QUIRKS_H

#include "connstr.h"
#include "driver.h"

struct tie_odbc_quirk {
    const char *mark; /* stands in the driver's name, any case */
    const char *name; /* for people */
    bool can_stream;  /* rows come while the query runs, in bounded memory */
    bool has_limit;   /* understands LIMIT n OFFSET m: `split` can be used */
    bool has_sbigint; /* integers may be bound as such */
    bool wants_autocommit_off;
    const char *zone;       /* statement that sets the session to the source's zone, %z; NULL: has none */
    const char *utc;        /* how it writes UTC, which every server knows */
    const char *zoned_type; /* type whose values come in the session's zone */
    /* Expressions by which the server itself writes a column %s of dates, or of dates and times, as text: for a driver
     * whose own way is dear or loses something. NULL: as the driver does. Names are put into `quote`. */
    const char *date_text, *naive_text;
    char quote;
    const char *forced;        /* keys put into the connection string: see tie_odbc_fill() */
    const char *statements[5]; /* run after connecting, NULL-ended */
};

const struct tie_odbc_quirk *tie_odbc_quirk_of(const char *driver_name); /* never NULL: the last row fits all */
/* Status of a native error code of that driver; `otherwise` when it is not known. */
enum tie_status tie_odbc_native_status(const struct tie_odbc_quirk *quirk, long native, enum tie_status otherwise);
/* A text of the table with its mark replaced: %z zone, %l seconds left, %c seconds to connect, %u fetch_rows. */
const char *tie_odbc_fill(struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const char *text,
    const struct tie_source_spec *spec, int64_t left_us);
/* What to select of the query "(...) q", so that each column is written by who does it better: "*" where the driver
 * may. Names must be different. */
const char *tie_odbc_select_list(
    struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const struct tie_result_shape *shape);
/* The line of the statement that a driver's message names at its end, 0 when it names none. */
size_t tie_odbc_message_line(struct tie_text message);
/* Puts the forced keys and the password into the pairs. */
void tie_odbc_force(struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const struct tie_source_spec *spec,
    int64_t left_us, struct tie_connstr *pairs);
/*
 * Drivers read logging keys from odbcinst.ini when they are loaded, whatever the connection string says; psqlodbc then
 * writes every statement to /tmp, and the manager's trace writes passwords. When the system's odbcinst.ini has such
 * keys, a copy without them is made in the work folder and ODBCSYSINI is set to it. Call before the first ODBC
 * function.
 */
TIE_MUST_CHECK enum tie_status tie_odbc_quiet(
    struct tie_arena *arena, const char *work_folder, const char *source, struct tie_error *err);
/* The text of an odbcinst.ini without its logging lines; *changed tells whether there were any. */
void tie_odbc_without_logging(struct tie_text ini, struct tie_buf *out, bool *changed);

#endif
