/*
 * sort.h - sorting by 64-bit keys, without calling back; and the few, by a comparison.
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

/* Below 0: a stands before b. `at` holds whatever the comparison understands, indices mostly. Quadratic: for a handful.
 * Inline, so that a comparison known where it is called needs no call. */
typedef int tie_sort_compare(const void *context, uint32_t a, uint32_t b);
static inline void tie_sort_few(uint32_t *at, size_t count, tie_sort_compare *compare, const void *context)
{
    for (size_t i = 1; i < count; i++) {
        const uint32_t one = at[i];
        size_t to = i;

        for (; to > 0 && compare(context, at[to - 1], one) > 0; to--)
            at[to] = at[to - 1];
        at[to] = one;
    }
}

#endif
