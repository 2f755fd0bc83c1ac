/*
 * sort.c - least significant digit first, a byte a pass, and only the bytes in which keys differ.
 *
 * One look at the keys tells which bits vary and whether all is in order already; then each varying byte costs a count
 * and a move of 16 bytes a key. Few keys are sorted by insertion.
 *
 * Invariant: every pass is stable, so after the pass of a byte the keys are sorted by all bytes up to it.
 * Rejected: qsort (a call per comparison, and glibc's takes memory of its own).
 */
#include "tieout/sort.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS = 256 };

static void insert_all(struct tie_keyed *at, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct tie_keyed moving = at[i];
        size_t to = i;

        for (; to > 0 && at[to - 1].key > moving.key; to--)
            at[to] = at[to - 1];
        at[to] = moving;
    }
}

static void deal(const struct tie_keyed *from, size_t count, unsigned shift, struct tie_keyed *to)
{
    size_t first[DIGITS] = { 0 };
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        first[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        const size_t here = first[d];

        first[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        to[first[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

void tie_sort_keyed(struct tie_keyed *at, size_t count, struct tie_keyed *spare)
{
    struct tie_keyed *from = at, *to = spare;
    uint64_t varying = 0;
    bool is_sorted = true;

    if (count <= TIE_SORT_SMALL) {
        insert_all(at, count);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        varying |= at[i].key ^ at[0].key;
        is_sorted = is_sorted && at[i - 1].key <= at[i].key;
    }
    if (is_sorted)
        return;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        struct tie_keyed *const dealt = to;

        if ((varying >> shift & (DIGITS - 1)) == 0)
            continue;
        deal(from, count, shift, to);
        to = from;
        from = dealt;
    }
    if (from != at)
        memcpy(at, from, count * sizeof *at);
}
