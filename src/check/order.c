/*
 * order.c - findings by id, and the list in the order that it is published in.
 *
 * Ids become numbers that sort as they do: a place of the text takes as much of the number as there are different bytes
 * in it. Codes of checks take few bits, so that nearly a whole id stands in 64; the few that share a number are put in
 * order by their texts. The list is sorted by size over that order: numbers again, and what is sorted is 16 bytes of a
 * finding. At last each finding moves to its place once, along the cycles of the permutation, so the list is never held
 * twice; the order of the ids is noted for who asks for it next.
 * Rejected: qsort with a comparison (it reads two findings a comparison, and of half a million none is in the cache);
 * the bytes of the ids as they are (three times as many passes, most of them over bytes of few values).
 */
#include "tieout/check.h"

#include "tieout/sort.h"

#include <string.h>

/* A line of the cache, and how many of them the texts take that a finding shares with no other: explanation and ids of
 * rows are kept one behind the other (finding.c). */
enum { LINE_BYTES = 64, OWN_LINES = 6 };

typedef unsigned char id_bytes[TIE_FINDING_ID_MAX]; /* behind the end of the id zeros */

struct ranks { /* of a place in the ids: how many bytes are met there, and which of them a byte is */
    unsigned count;
    unsigned char of[256];
};

static void copy_ids(const struct tie_findings *findings, id_bytes *ids, bool is_met[TIE_FINDING_ID_MAX][256])
{
    for (size_t i = 0; i < findings->count; i++) {
        const size_t size = strnlen(findings->at[i].id, sizeof *ids);

        memcpy(ids[i], findings->at[i].id, size);
        memset(ids[i] + size, 0, sizeof *ids - size);
        for (size_t p = 0; p < sizeof *ids; p++)
            is_met[p][ids[i][p]] = true;
    }
}

/* Returns of how many places the ranks fit into one number. */
static size_t rank_places(bool is_met[TIE_FINDING_ID_MAX][256], struct ranks ranks[TIE_FINDING_ID_MAX])
{
    uint64_t numbers = 1;

    for (size_t p = 0; p < TIE_FINDING_ID_MAX; p++) {
        ranks[p].count = 0;
        for (size_t byte = 0; byte < 256; byte++)
            if (is_met[p][byte])
                ranks[p].of[byte] = (unsigned char)ranks[p].count++;
        if (__builtin_mul_overflow(numbers, (uint64_t)ranks[p].count, &numbers))
            return p;
    }
    return TIE_FINDING_ID_MAX;
}

/* Those of one number, by their texts; nearly always one, and in a run no two have the same text. */
static void order_same(struct tie_keyed *at, size_t count, id_bytes *ids)
{
    for (size_t i = 1; i < count; i++) {
        const struct tie_keyed moving = at[i];
        size_t to = i;

        for (; to > 0 && at[to - 1].key == moving.key &&
             memcmp(ids[at[to - 1].value], ids[moving.value], sizeof *ids) > 0;
             to--)
            at[to] = at[to - 1];
        at[to] = moving;
    }
}

/* Indices of the findings by their ids, as values. */
static struct tie_keyed *sort_ids(struct tie_arena *arena, const struct tie_findings *findings, struct tie_keyed *spare)
{
    const size_t count = findings->count;
    struct tie_keyed *keyed = TIE_TAKE(arena, struct tie_keyed, count + 1);
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    id_bytes *ids = tie_arena_take_raw(arena, (count + 1) * sizeof *ids);
    struct ranks *ranks = TIE_TAKE(arena, struct ranks, TIE_FINDING_ID_MAX);
    bool is_met[TIE_FINDING_ID_MAX][256] = { { false } };

    copy_ids(findings, ids, is_met);
    const size_t places = rank_places(is_met, ranks);

    for (size_t i = 0; i < count; i++) {
        uint64_t number = 0;

        for (size_t p = 0; p < places; p++)
            number = number * ranks[p].count + ranks[p].of[ids[i][p]];
        keyed[i] = (struct tie_keyed){ number, i };
    }
    tie_sort_keyed(keyed, count, spare);
    order_same(keyed, count, ids);
    tie_arena_back_to(arena, mark);
    return keyed;
}

struct tie_finding **tie_findings_by_id(struct tie_arena *arena, const struct tie_findings *findings)
{
    struct tie_finding **sorted = TIE_TAKE(arena, struct tie_finding *, findings->count + 1);
    const struct tie_arena_mark mark = tie_arena_mark(arena);

    if (findings->by_id != NULL && findings->by_id_count == findings->count) {
        for (size_t i = 0; i < findings->count; i++)
            sorted[i] = &findings->at[findings->by_id[i]];
        return sorted;
    }
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

/* Which place each of the list takes that is sorted by id now and by `keyed` from now on: by_id. */
static void note_ids(struct tie_findings *findings, uint32_t *by_id, const struct tie_keyed *keyed, uint32_t *rank_of)
{
    for (size_t i = 0; i < findings->count; i++)
        by_id[rank_of[keyed[i].value]] = (uint32_t)i;
    findings->by_id = by_id;
    findings->by_id_count = findings->count;
}

void tie_findings_sort(struct tie_arena *arena, struct tie_findings *findings)
{
    uint32_t *by_id = tie_arena_take_raw(arena, (findings->count + 1) * sizeof *by_id);
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    uint32_t *rank_of = tie_arena_take_raw(arena, (findings->count + 1) * sizeof *rank_of);
    struct tie_keyed *spare = TIE_TAKE(arena, struct tie_keyed, findings->count + 1);
    struct tie_keyed *keyed = sort_ids(arena, findings, spare);

    TIE_ASSERT(findings->count < UINT32_MAX);
    /* two findings of one run with one id are a programmer error: state.db would follow one of them only */
    for (size_t i = 1; i < findings->count; i++)
        TIE_ASSERT(keyed[i - 1].key != keyed[i].key ||
            strcmp(findings->at[keyed[i - 1].value].id, findings->at[keyed[i].value].id) != 0);
    for (size_t i = 0; i < findings->count; i++) {
        rank_of[keyed[i].value] = (uint32_t)i;
        keyed[i].key = size_key(&findings->at[keyed[i].value]);
    }
    tie_sort_keyed(keyed, findings->count, spare);
    note_ids(findings, by_id, keyed, rank_of);
    move_to_places(findings->at, keyed, findings->count);
    tie_arena_back_to(arena, mark);
}

static void fetch(const void *at, size_t lines)
{
    const uintptr_t first = (uintptr_t)at;

    for (size_t i = 0; i < lines;
         i++) /* as numbers: what lies behind the end is asked for in vain, but not pointed at */
        __builtin_prefetch((const void *)(first + i * LINE_BYTES));
}

void tie_finding_fetch(const struct tie_finding *f)
{
    fetch(f, sizeof *f / LINE_BYTES + 1);
}

void tie_finding_fetch_texts(const struct tie_finding *f)
{
    const void *const shared[] = { f->work_order, f->customer, f->asset, f->contract, f->item, f->location,
        f->technician, f->usage_ids.at, f->movement_ids.at, f->billing_ids.at, f->other_ids.at };

    for (size_t i = 0; i < TIE_COUNT_OF(shared); i++)
        __builtin_prefetch(shared[i]);
    fetch(f->explanation, OWN_LINES);
}
