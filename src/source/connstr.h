/*
 * connstr.h - ODBC connection strings ("DSN=erp;UID=tieout;PWD={a;b}") as lists of keys. Internal to source/.
 * Keys are compared case-blind. A value in braces may hold anything; a } in it is doubled.
 */
#ifndef TIEOUT_SOURCE_CONNSTR_H
#define TIEOUT_SOURCE_CONNSTR_H

#include "tieout/text.h"

struct tie_connstr_pair {
    const char *key, *value; /* braces taken off */
    bool is_braced;          /* it had braces, or must get them */
};
struct tie_connstr {
    struct tie_connstr_pair *at;
    size_t count, room;
};

bool tie_connstr_parse(struct tie_arena *arena, const char *text, struct tie_connstr *pairs); /* false: malformed */
const char *tie_connstr_get(const struct tie_connstr *pairs, const char *key);                /* NULL when absent */
void tie_connstr_set(struct tie_arena *arena, struct tie_connstr *pairs, const char *key, const char *value,
    bool is_braced); /* adds or replaces */
void tie_connstr_print(const struct tie_connstr *pairs, struct tie_buf *out);

#endif
