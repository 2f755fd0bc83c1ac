/*
 * order.c - findings by id, and the list in the order that it is published in.
 *
 * Ids are sorted as numbers of eight bytes, the last first: each pass keeps the order of the one before it, and bytes
 * that are the same in all ids cost nothing. The list is sorted the same way, by size over the order of the ids. Both
 * look at each finding once; what is sorted is 16 bytes of it. At last each finding moves to its place once, along the
 * cycles of the permutation, so the list is never held twice.
 * Rejected: qsort with a comparison (it reads two findings a comparison, and of half a million none is in the cache).
 */
#include "tieout/check.h"

#include "tieout/sort.h"

#include <string.h>

enum { PIECES = TIE_FINDING_ID_MAX / sizeof(uint64_t) };
_Static_assert(TIE_FINDING_ID_MAX % sizeof(uint64_t) == 0, "an id is whole numbers of eight bytes");

/* An id as numbers that sort as its bytes do; behind its end zeros. */
static void pieces_of(const char *id, uint64_t pieces[PIECES])
{
    size_t at = 0;

    for (size_t p = 0; p < PIECES; p++) {
        uint64_t piece = 0;

        for (size_t i = 0; i < sizeof piece; i++) {
            piece = piece << 8 | (unsigned char)id[at];
            at += id[at] != '\0';
        }
        pieces[p] = piece;
    }
}

/* Indices of the findings by their ids, as values. */
static struct tie_keyed *sort_ids(struct tie_arena *arena, const struct tie_findings *findings, struct tie_keyed *spare)
{
    const size_t count = findings->count;
    struct tie_keyed *keyed = TIE_TAKE(arena, struct tie_keyed, count + 1);
    uint64_t(*pieces)[PIECES] = tie_arena_take_raw(arena, (count + 1) * sizeof *pieces);

    for (size_t i = 0; i < count; i++) {
        keyed[i].value = i;
        pieces_of(findings->at[i].id, pieces[i]);
    }
    for (size_t p = PIECES; p-- > 0;) {
        for (size_t i = 0; i < count; i++)
            keyed[i].key = pieces[keyed[i].value][p];
        tie_sort_keyed(keyed, count, spare);
    }
    return keyed;
}

struct tie_finding **tie_findings_by_id(struct tie_arena *arena, const struct tie_findings *findings)
{
    struct tie_finding **sorted = TIE_TAKE(arena, struct tie_finding *, findings->count + 1);
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    struct tie_keyed *spare = TIE_TAKE(arena, struct tie_keyed, findings->count + 1);
    const struct tie_keyed *keyed = sort_ids(arena, findings, spare);

    for (size_t i = 0; i < findings->count; i++)
        sorted[i] = &findings->at[keyed[i].value];
    tie_arena_back_to(arena, mark);
    return sorted;
}

/* The largest first, what has no amount last. */
static uint64_t size_key(const struct tie_finding *f)
{
    return f->exposure_reporting == TIE_NONE ? UINT64_MAX
                                             : UINT64_MAX - 1 - (uint64_t)tie_dec_abs(f->exposure_reporting);
}

/* Place i takes the finding that stands at from[i]; `from` is used up. */
static void move_to_places(struct tie_finding *at, struct tie_keyed *from, size_t count)
{
    for (size_t start = 0; start < count; start++) {
        struct tie_finding first;
        size_t to = start;

        if (from[start].value == start)
            continue;
        first = at[start];
        while (from[to].value != start) {
            const size_t next = from[to].value;

            at[to] = at[next];
            from[to].value = to;
            to = next;
        }
        at[to] = first;
        from[to].value = to;
    }
}

void tie_findings_sort(struct tie_arena *scratch, struct tie_findings *findings)
{
    const struct tie_arena_mark mark = tie_arena_mark(scratch);
    struct tie_keyed *spare = TIE_TAKE(scratch, struct tie_keyed, findings->count + 1);
    struct tie_keyed *keyed = sort_ids(scratch, findings, spare);

    /* two findings of one run with one id are a programmer error: state.db would follow one of them only */
    for (size_t i = 1; i < findings->count; i++)
        TIE_ASSERT(strcmp(findings->at[keyed[i - 1].value].id, findings->at[keyed[i].value].id) != 0);
    for (size_t i = 0; i < findings->count; i++)
        keyed[i].key = size_key(&findings->at[keyed[i].value]);
    tie_sort_keyed(keyed, findings->count, spare);
    move_to_places(findings->at, keyed, findings->count);
    tie_arena_back_to(scratch, mark);
}
