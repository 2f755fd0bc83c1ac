/*
 * few.c - sorting and finding where there are nearly always a handful.
 *
 * A dossier has a few rows a leg, so what costs is the preparation: a map to fill, memory to take, a sort that calls
 * back for two elements. Up to TIE_MATCH_FEW elements are therefore inserted into their place or looked through, inline
 * (parts.h); here are the merge sort and the map for more, in time n log n and n.
 *
 * Invariant: both ways give the same result. The sort is stable, so elements that compare equal keep their order
 * whichever way is taken; of equal ids the first counts.
 * Rejected: qsort_r (glibc copies through a buffer and calls back through pointers to elements; other libraries are not
 * stable); maps for all (instructions of filling one: fifty times those of looking through three ids).
 */
#include "parts.h"

#include <string.h>

/* Merges the sorted runs [first, middle) and [middle, end) of `from` into `to`. */
static void merge(const uint32_t *from, uint32_t *to, struct tie_range left, struct tie_range right,
    tie_sort_compare *compare, const void *context)
{
    uint32_t a = left.first, b = right.first, next = left.first;
    const uint32_t a_end = left.first + left.count, b_end = right.first + right.count;

    while (a < a_end && b < b_end)
        to[next++] = compare(context, from[a], from[b]) <= 0 ? from[a++] : from[b++];
    while (a < a_end)
        to[next++] = from[a++];
    while (b < b_end)
        to[next++] = from[b++];
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void tie_match_sort_many(
    struct tie_arena *arena, uint32_t *at, size_t size, tie_sort_compare *compare, const void *context)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    const uint32_t count = (uint32_t)size;
    uint32_t *from = at, *to = tie_arena_take_raw(arena, size * sizeof *to);

    TIE_ASSERT(size <= INT32_MAX);
    for (uint32_t first = 0; first < count; first += TIE_MATCH_FEW)
        tie_sort_few(at + first, smaller(TIE_MATCH_FEW, count - first), compare, context);
    for (uint32_t width = TIE_MATCH_FEW; width < count; width *= 2) {
        uint32_t *const merged = to;

        for (uint32_t first = 0; first < count;) {
            const uint32_t left = smaller(width, count - first);
            const uint32_t right = smaller(width, count - first - left);

            merge(from, to, (struct tie_range){ first, left }, (struct tie_range){ first + left, right }, compare,
                context);
            first += left + right;
        }
        to = from;
        from = merged;
    }
    if (from != at)
        memcpy(at, from, size * sizeof *at);
    tie_arena_back_to(arena, mark);
}

/* ---- ids ---- */

uint32_t tie_match_ids_find_many(struct tie_match_ids *ids, tie_str id)
{
    uint32_t position = TIE_NO_INDEX;

    if (ids->mapped == 0) {
        ids->map = TIE_TAKE(ids->arena, struct tie_map, 1);
        tie_map_init(ids->map, ids->arena);
    }
    for (; ids->mapped < ids->count; ids->mapped++)
        if (ids->at[ids->mapped] != 0)
            (void)tie_map_put(ids->map, ids->at[ids->mapped], ids->mapped, NULL);
    return id != 0 && tie_map_get(ids->map, id, &position) ? position : TIE_NO_INDEX;
}
