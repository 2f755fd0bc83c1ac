/*
 * sort.h - sorting by 64-bit keys, without calling back.
 *
 * Order: ascending by key, and stable: equal keys keep the order they came in. Ownership: both arrays are the caller's;
 * what `spare` holds afterwards is not defined. Errors: none. Threads: no state.
 */
#ifndef TIEOUT_SORT_H
#define TIEOUT_SORT_H

#include <stddef.h>
#include <stdint.h>

struct tie_keyed {
    uint64_t key;
    uint64_t value; /* travels with the key */
};

/* `spare` has room for `count` as well; not used and may be NULL when count is at most TIE_SORT_SMALL. */
#define TIE_SORT_SMALL ((size_t)32)
void tie_sort_keyed(struct tie_keyed *at, size_t count, struct tie_keyed *spare);

#endif
