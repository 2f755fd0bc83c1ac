/*
 * pg_library.c - libpq, loaded when it is needed (library.h).
 *
 * libpq brings twenty more libraries (Kerberos, LDAP, GnuTLS), and the loader spends as much on them as on all others
 * together, at every start of the program. But only the child that reads a PostgreSQL source calls it.
 */
#include "pg_library.h"

#include "tieout/library.h"

struct tie_pq tie_pq;

static const struct tie_library_function functions[] = {
#define TIE_PQ_ROW(name) { "PQ" #name, offsetof(struct tie_pq, name) },
    TIE_PQ_FUNCTIONS(TIE_PQ_ROW)
#undef TIE_PQ_ROW
};

enum tie_status tie_pq_load(struct tie_error *err)
{
    static struct tie_library libpq = {
        .file = "libpq.so.5", /* its number since PostgreSQL 8.0 */
        .what = "PostgreSQL's client library",
        .package = "libpq5",
        .functions = functions,
        .count = TIE_COUNT_OF(functions),
        .table = &tie_pq,
    };

    return tie_library_load(&libpq, err);
}
