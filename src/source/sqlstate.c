/*
 * sqlstate.c - what an SQLSTATE means to a scheduler, for both drivers of databases; and the table of drivers.
 *
 * The class (first two characters) says who can help: whoever wrote the query (CONFIG), whoever grants rights
 * (DENIED), or time (UNAVAILABLE, another try may work). The longest prefix stands first.
 */
#include "driver.h"

#include <string.h>

static const struct {
    const char *prefix;
    enum tie_status status;
} states[] = {
    { "01", TIE_CONFIG },    /* a failure with nothing but warnings: the manager can't load the driver */
    { "42501", TIE_DENIED }, /* no right on a table or column */
    { "42000", TIE_CONFIG }, /* ODBC: syntax or access, drivers use it for syntax */
    { "28", TIE_DENIED },    /* login */
    { "0A", TIE_CONFIG },
    { "07", TIE_CONFIG }, /* ODBC: dynamic SQL, as a parameter without a value */
    { "21", TIE_CONFIG },
    { "22", TIE_CONFIG }, /* a cast or division in the query that the data do not bear */
    { "23", TIE_CONFIG },
    { "25", TIE_CONFIG }, /* 25006: the query writes */
    { "26", TIE_CONFIG },
    { "34", TIE_CONFIG },
    { "3D", TIE_CONFIG }, /* no such database */
    { "3F", TIE_CONFIG },
    { "37", TIE_CONFIG }, /* ODBC 2: syntax */
    { "42", TIE_CONFIG },
    { "IM", TIE_CONFIG }, /* driver manager: no such DSN or driver */
    { "S0", TIE_CONFIG }, /* ODBC 2: no such table or column */
    { "08", TIE_UNAVAILABLE },
    { "40", TIE_UNAVAILABLE }, /* serialization, deadlock; recovery conflict on a standby */
    { "53", TIE_UNAVAILABLE },
    { "55", TIE_UNAVAILABLE }, /* lock not available */
    { "57", TIE_UNAVAILABLE }, /* shutdown, terminated, timeout */
    { "58", TIE_UNAVAILABLE },
    { "72", TIE_UNAVAILABLE }, /* snapshot too old */
    { "HYT", TIE_UNAVAILABLE },
    { "HY008", TIE_UNAVAILABLE },
    { "XX", TIE_UNAVAILABLE },
};

enum tie_status tie_sqlstate_status(const char *sqlstate, enum tie_status otherwise)
{
    for (size_t i = 0; sqlstate != NULL && i < TIE_COUNT_OF(states); i++)
        if (strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) == 0)
            return states[i].status;
    return otherwise;
}

const struct tie_driver_ops *tie_driver_ops_of(enum tie_driver driver)
{
    switch (driver) {
    case TIE_DRIVER_POSTGRES: return &tie_driver_postgres;
    case TIE_DRIVER_ODBC: return &tie_driver_odbc;
    case TIE_DRIVER_FILES: break;
    }
    return &tie_driver_files;
}
