/*
 * odbc_quirks.c - drivers differ; every difference that matters is a cell of the table below, measured before it was
 * written.
 *
 * Streaming: psqlodbc and SQLite load the whole result unless told; MariaDB's 3.1 does so whatever it is told, so it
 * is read in key ranges (`split`) or not at all. Read-only: the ODBC attribute is ignored by all three, so each gets
 * what it obeys. INITSTMT of MariaDB is left to the job (SET sql_mode = ANSI); our statements come after it and win.
 * Dates: psqlodbc and MariaDB's driver take each apart and write it anew by the C library, dearer than all of the other
 * columns; psqlodbc forgets on the way what is infinite or before our era. So the server is asked for texts, which the
 * drivers hand on.
 * Zones: instants in queries are written in the source's zone, so the session gets that zone, and values with a zone
 * come back in it. SQLite keeps autocommit, because StepAPI streams only so; its BEGIN is sent as a statement of ours
 * and holds the snapshot.
 */
#include "odbc_quirks.h"

#include "tieout/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct tie_odbc_quirk quirks[] = {
    { .mark = "sqlite",
        .name = "SQLite",
        .can_stream = true,
        .has_limit = true,
        .forced = "StepAPI=1;NoCreat=1;Timeout=5000;NoTXN=0",
        .statements = { "PRAGMA query_only = ON", "BEGIN", NULL } },
    { .mark = "psqlodbc",
        .name = "psqlodbc",
        .can_stream = true,
        .has_limit = true,
        .has_sbigint = true,
        .wants_autocommit_off = true,
        .zone = "SET TimeZone = '%z'",
        .utc = "UTC",
        .zoned_type = "timestamptz",
        .date_text = "CAST(q.%s AS text)",
        .naive_text = "CAST(CAST(q.%s AS timestamp) AS text)", /* of an instant: in the session's zone */
        .quote = '"',
        .forced = "UseDeclareFetch=1;Fetch=%u;ReadOnly=0;CommLog=0;Debug=0;"
                  "pqopt={options='-c default_transaction_read_only=on'}",
        .statements = { "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", NULL } },
    { .mark = "maodbc",
        .name = "MariaDB Connector/ODBC",
        .has_limit = true,
        .has_sbigint = true,
        .zone = "SET SESSION time_zone = '%z'",
        .utc = "+00:00",
        .zoned_type = "timestamp",
        .date_text = "CAST(q.%s AS char)",
        .naive_text = "CAST(q.%s AS char)",
        .quote = '`', /* whatever sql_mode says */
        .forced = "CHARSET=utf8mb4;CONN_TIMEOUT=%c;READ_TIMEOUT=%l;FORWARDONLY=1",
        .statements = { "SET SESSION max_statement_time = %l",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", NULL } },
    { .mark = "myodbc",
        .name = "MySQL Connector/ODBC",
        .has_limit = true,
        .has_sbigint = true,
        .zone = "SET SESSION time_zone = '%z'",
        .utc = "+00:00",
        .zoned_type = "timestamp",
        .forced = "CHARSET=utf8mb4;READTIMEOUT=%l;FORWARD_CURSOR=1",
        .statements = { "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", NULL } },
    { .mark = "tdsodbc",
        .name = "FreeTDS",
        .can_stream = true,
        .has_sbigint = true,
        .wants_autocommit_off = true,
        .forced = "ClientCharset=UTF-8",
        .statements = { NULL } },
    { .mark = "",
        .name = "ODBC driver",
        .can_stream = true,
        .wants_autocommit_off = true,
        .forced = "",
        .statements = { NULL } },
};

static const struct {
    const char *mark;
    long native;
    enum tie_status status;
} natives[] = {
    { "sqlite", 3, TIE_DENIED },       /* SQLITE_PERM */
    { "sqlite", 5, TIE_UNAVAILABLE },  /* BUSY */
    { "sqlite", 6, TIE_UNAVAILABLE },  /* LOCKED */
    { "sqlite", 7, TIE_UNAVAILABLE },  /* NOMEM */
    { "sqlite", 10, TIE_UNAVAILABLE }, /* IOERR */
    { "sqlite", 11, TIE_UNAVAILABLE }, /* CORRUPT */
    { "sqlite", 14, TIE_UNAVAILABLE }, /* CANTOPEN */
    { "sqlite", 23, TIE_DENIED },      /* AUTH */
    { "sqlite", 26, TIE_UNAVAILABLE }, /* NOTADB */
    { "maodbc", 1044, TIE_DENIED },    /* no right on the database, table, column, routine */
    { "maodbc", 1045, TIE_DENIED },
    { "maodbc", 1142, TIE_DENIED },
    { "maodbc", 1143, TIE_DENIED },
    { "maodbc", 1227, TIE_DENIED },
    { "maodbc", 1356, TIE_DENIED }, /* a view whose owner lacks a right */
    { "maodbc", 1370, TIE_DENIED },
    { "maodbc", 1698, TIE_DENIED },      /* login by another way than a password */
    { "maodbc", 1203, TIE_UNAVAILABLE }, /* too many connections of this user */
    { "maodbc", 1205, TIE_UNAVAILABLE }, /* lock wait */
    { "maodbc", 1226, TIE_UNAVAILABLE }, /* too many queries of this user */
    { "maodbc", 1317, TIE_UNAVAILABLE }, /* KILL QUERY */
    { "maodbc", 1927, TIE_UNAVAILABLE }, /* KILL */
    { "myodbc", 1044, TIE_DENIED },
    { "myodbc", 1045, TIE_DENIED },
    { "myodbc", 1142, TIE_DENIED },
    { "myodbc", 1143, TIE_DENIED },
    { "maodbc", 1969, TIE_UNAVAILABLE }, /* max_statement_time */
    { "maodbc", 2006, TIE_UNAVAILABLE }, /* gone away */
    { "maodbc", 2013, TIE_UNAVAILABLE }, /* lost connection */
    { "tdsodbc", 229, TIE_DENIED },
    { "tdsodbc", 230, TIE_DENIED },
    { "tdsodbc", 18456, TIE_DENIED },
};

const struct tie_odbc_quirk *tie_odbc_quirk_of(const char *driver_name)
{
    size_t i = 0;

    while (strcasestr(driver_name, quirks[i].mark) == NULL)
        i++;
    return &quirks[i];
}

enum tie_status tie_odbc_native_status(const struct tie_odbc_quirk *quirk, long native, enum tie_status otherwise)
{
    for (size_t i = 0; i < TIE_COUNT_OF(natives); i++)
        if (natives[i].native == native && strcmp(natives[i].mark, quirk->mark) == 0)
            return natives[i].status;
    return otherwise;
}

/* ---- statements and messages ---- */

/* The expression with the column's name in place of its mark; a quote in the name is doubled. */
static void put_column(struct tie_buf *out, char quote, const char *expression, const char *name)
{
    const char *const mark = strstr(expression, "%s");

    TIE_ASSERT(mark != NULL);
    tie_buf_put(out, expression, (size_t)(mark - expression));
    tie_buf_char(out, quote);
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == quote)
            tie_buf_char(out, quote);
        tie_buf_char(out, *at);
    }
    tie_buf_char(out, quote);
    tie_buf_text(out, mark + 2);
}

const char *tie_odbc_select_list(
    struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const struct tie_result_shape *shape)
{
    struct tie_buf list;
    const char *kept = NULL;
    bool is_changed = false;

    tie_buf_init(&list, SIZE_MAX);
    for (size_t i = 0; i < shape->count; i++) {
        const enum tie_raw_kind kind = shape->columns[i].kind;
        const char *const text = kind == TIE_RAW_DATE ? quirk->date_text
            : kind == TIE_RAW_NAIVE                   ? quirk->naive_text
                                                      : NULL;

        is_changed |= text != NULL;
        tie_buf_text(&list, i == 0 ? "" : ", ");
        put_column(&list, quirk->quote, text == NULL ? "q.%s" : text, shape->columns[i].name);
    }
    kept = is_changed && !list.failed ? tie_arena_strdup(arena, list.at) : "*";
    tie_buf_release(&list);
    return kept;
}

size_t tie_odbc_message_line(struct tie_text message)
{
    static const char words[] = " at line ";
    const struct tie_text text = tie_text_trim(message);
    size_t digits = 0;
    int64_t line = 0;

    while (digits < text.size && text.at[text.size - digits - 1] >= '0' && text.at[text.size - digits - 1] <= '9')
        digits++;
    const size_t tail = digits + sizeof words - 1;

    if (digits == 0 || tail > text.size || memcmp(text.at + text.size - tail, words, sizeof words - 1) != 0 ||
        !tie_int_from_text((struct tie_text){ text.at + text.size - digits, digits }, &line))
        return 0;
    return (size_t)line;
}

/* ---- what is set ---- */

const char *tie_odbc_fill(struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const char *text,
    const struct tie_source_spec *spec, int64_t left_us)
{
    const char *mark = strchr(text, '%');
    const char *value = NULL;

    if (mark == NULL)
        return text;
    switch (mark[1]) {
    case 'z':
        value = strcmp(spec->timezone, "UTC") == 0 || strcmp(spec->timezone, "Etc/UTC") == 0 ? quirk->utc
                                                                                             : spec->timezone;
        break;
    case 'l': value = tie_arena_printf(arena, "%lld", (long long)left_us / TIE_US_PER_SECOND + 1); break;
    case 'c':
        value = tie_arena_printf(arena, "%lld", (long long)((spec->connect_timeout_us + 999999) / TIE_US_PER_SECOND));
        break;
    default: TIE_ASSERT(mark[1] == 'u'); value = tie_arena_printf(arena, "%u", spec->fetch_rows);
    }
    return tie_arena_printf(arena, "%.*s%s%s", (int)(mark - text), text, value, mark + 2);
}

void tie_odbc_force(struct tie_arena *arena, const struct tie_odbc_quirk *quirk, const struct tie_source_spec *spec,
    int64_t left_us, struct tie_connstr *pairs)
{
    struct tie_connstr forced;
    const bool is_good = tie_connstr_parse(arena, quirk->forced, &forced);

    TIE_ASSERT(is_good);
    for (size_t i = 0; i < forced.count; i++)
        tie_connstr_set(arena, pairs, forced.at[i].key, tie_odbc_fill(arena, quirk, forced.at[i].value, spec, left_us),
            forced.at[i].is_braced);
    if (spec->password != NULL)
        tie_connstr_set(arena, pairs, "PWD", spec->password, true);
}

/* ---- logging ---- */

void tie_odbc_without_logging(struct tie_text ini, struct tie_buf *out, bool *changed)
{
    static const char *const keys[] = { "commlog", "debug", "trace", "tracefile", "logging", "dumpfile" };

    *changed = false;
    while (ini.size > 0) {
        const struct tie_text line = tie_text_cut(&ini, '\n');
        struct tie_text rest = line;
        const struct tie_text key = tie_text_trim(tie_text_cut(&rest, '='));
        bool is_logging = false;

        for (size_t i = 0; i < TIE_COUNT_OF(keys); i++)
            is_logging |= tie_text_is_nocase(key, keys[i]);
        *changed |= is_logging;
        if (is_logging)
            continue;
        tie_buf_put(out, line.at, line.size);
        tie_buf_char(out, '\n');
    }
}

enum tie_status tie_odbc_quiet(
    struct tie_arena *arena, const char *work_folder, const char *source, struct tie_error *err)
{
    const char *system = getenv("ODBCSYSINI"), *name = getenv("ODBCINSTINI");
    const char *from = system == NULL ? "/etc" : system;
    char *folder = NULL;
    struct tie_text ini = { "", 0 }, dsns = { "", 0 };
    struct tie_buf quiet;
    bool changed = false;
    enum tie_status status = TIE_OK;

    if (work_folder == NULL)
        return TIE_OK; /* a preflight without a folder: nothing but catalogue answers passes through the driver */
    folder = tie_path_join(arena, work_folder, tie_arena_printf(arena, "odbc.%s", source));
    /* joined as unixODBC joins them, also when the name is absolute */
    if (tie_file_read(arena, tie_arena_printf(arena, "%s/%s", from, name == NULL ? "odbcinst.ini" : name), 1 << 18,
            &ini, NULL) != TIE_OK)
        return TIE_OK; /* none: nothing is registered, so nothing logs */
    tie_buf_init(&quiet, 1 << 19);
    tie_odbc_without_logging(ini, &quiet, &changed);
    if (changed) {
        if (tie_file_read(arena, tie_path_join(arena, from, "odbc.ini"), 1 << 18, &dsns, NULL) != TIE_OK)
            dsns = (struct tie_text){ "", 0 };
        /* not its parents: a run that is being ended has removed them for good */
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            status = tie_fail_os(err, TIE_CANTCREATE, errno, "create the folder", folder);
            goto out;
        }
        TIE_TRY(tie_file_write(tie_path_join(arena, folder, "odbcinst.ini"), tie_buf_slice(&quiet), err));
        TIE_TRY(tie_file_write(tie_path_join(arena, folder, "odbc.ini"), dsns, err));
        if (setenv("ODBCSYSINI", folder, 1) != 0 || setenv("ODBCINSTINI", "odbcinst.ini", 1) != 0)
            status = tie_fail(err, TIE_CONFIG, "no memory for the environment of source %s", source);
    }
out:
    tie_buf_release(&quiet);
    return status;
}
