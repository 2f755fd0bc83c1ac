/*
 * pg_library.c - libpq, loaded when it is needed.
 *
 * libpq brings twenty more libraries (Kerberos, LDAP, GnuTLS), and the loader spends as much on them as on all others
 * together, at every start of the program. But only the child that reads a PostgreSQL source calls it. So it is opened
 * there, and the table below is filled from the same list that its header declares: a function that is not in the list
 * does not compile.
 *
 * Invariant: all functions or none; the types are those of libpq-fe.h. It is never closed: connections outlive calls.
 * Rejected: lazy binding (the loader's time is spent on tables of addresses, which it fills at once in any case), a
 * program of its own for the child (two files to install, and to keep of one version).
 */
#include "pg_library.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libpq.so.5" /* its number since PostgreSQL 8.0 */

struct tie_pq tie_pq;

/* Where each member of the table lies, and the function that fills it. */
static const struct {
    const char *name;
    size_t at;
} functions[] = {
#define TIE_PQ_ROW(name) { "PQ" #name, offsetof(struct tie_pq, name) },
    TIE_PQ_FUNCTIONS(TIE_PQ_ROW)
#undef TIE_PQ_ROW
};

enum tie_status tie_pq_load(struct tie_error *err)
{
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    struct tie_pq found;

    if (library == NULL)
        return tie_fail(
            err, TIE_CONFIG, "PostgreSQL's client library can't be loaded: %s; install it (Debian: libpq5)", dlerror());
    for (size_t i = 0; i < TIE_COUNT_OF(functions); i++) {
        void *const address = dlsym(library, functions[i].name);

        if (address == NULL)
            return tie_fail(err, TIE_CONFIG,
                "PostgreSQL's client library %s has no function %s; install a newer one (Debian: libpq5)", LIBRARY,
                functions[i].name);
        /* POSIX: a pointer of dlsym() may be a function's, but C has no cast for it */
        memcpy((char *)&found + functions[i].at, &address, sizeof address);
    }
    tie_pq = found;
    return TIE_OK;
}
