/*
 * library.h - a shared library that is loaded when it is first needed, not at every start of the program.
 *
 * The loader spends some milliseconds on a library that brings many others, at each start: of a child that reads one
 * source, of `tieout --help`. What only some of them call is described by a struct tie_library beside the code that
 * calls it: a table of its functions, one pointer each, and the name of each in the library. The types are those of
 * the library's own header, by a list that makes both:
 *
 *     #define TIE_PQ_FUNCTIONS(X) X(clear) X(finish)
 *     struct tie_pq {
 *     #define TIE_PQ_MEMBER(name) __typeof__(PQ##name) *name;
 *         TIE_PQ_FUNCTIONS(TIE_PQ_MEMBER)
 *     };
 *
 * Ownership: a library is never closed; what it gave out may outlive any call. Errors: TIE_CONFIG when it is not
 * installed or has not all of the functions; the table is then as it was. Threads: any may load, at any time; who has
 * loaded it may call its functions.
 */
#ifndef TIEOUT_LIBRARY_H
#define TIEOUT_LIBRARY_H

#include "tieout/status.h"

struct tie_library_function {
    const char *name; /* in the library */
    size_t at;        /* where its pointer lies in the table, bytes */
};

struct tie_library {
    const char *file;    /* with the number of its interface: "libpq.so.5" */
    const char *what;    /* for people: "PostgreSQL's client library" */
    const char *package; /* Debian's: "libpq5" */
    const struct tie_library_function *functions;
    size_t count;
    void *table; /* the struct of pointers to functions */
    bool is_loaded;
};

/* Again is fine, and costs a lock. */
TIE_MUST_CHECK enum tie_status tie_library_load(struct tie_library *library, struct tie_error *err);

#endif
