/*
 * lookup.c - sorted entries, and a hash table from each key to its run of entries.
 *
 * All entries are sorted by (key, order, tie); the map leads from the hash of a key to the run of that key, where a
 * binary search finds the day. A look-up costs one probe and log2(rows of that key) steps, whatever the size of the
 * table.
 *
 * Invariant: the key of a run is compared on every hit. Two keys with one 64-bit hash do not share a slot: the second
 * one is put under the next salt, and a reader that meets another key goes on to that salt, so a collision costs time
 * only.
 * Order: total, by the caller's tie-break, so that the order in which rows came has no say.
 * Rejected: a table of tables, one a level of the key (three probes instead of one), and a key of one id per tuple
 * (needs a pool that can be written to while it is read).
 */
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

int64_t tie_lookup_order(tie_date first_day)
{
    return -(int64_t)first_day;
}

void tie_lookup_init(struct tie_lookup *lookup, struct tie_arena *arena, size_t room)
{
    *lookup = (struct tie_lookup){ .arena = arena, .room = room };
    tie_map_init(&lookup->starts, arena);
    if (room > 0)
        lookup->at = TIE_TAKE(arena, struct tie_lookup_entry, room);
}

void tie_lookup_add(struct tie_lookup *lookup, const struct tie_lookup_entry *entry)
{
    TIE_PUSH(lookup->arena, lookup, *entry);
}

static uint64_t key_hash(const uint32_t part[TIE_LOOKUP_PARTS], uint64_t salt)
{
    const uint64_t low = (uint64_t)part[0] << 32 | part[1];
    const uint64_t high = (uint64_t)part[2] << 32 | part[3];

    return tie_hash_mix(tie_hash_mix(low, high), salt);
}

static int compare_parts(const uint32_t *a, const uint32_t *b)
{
    for (size_t i = 0; i < TIE_LOOKUP_PARTS; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

struct tie_break {
    tie_lookup_tie *tie;
    const void *context;
};

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct tie_lookup_entry *a = left, *b = right;
    const struct tie_break *last = context;
    const int by_key = compare_parts(a->part, b->part);

    if (by_key != 0)
        return by_key;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->value == b->value ? 0 : last->tie(last->context, a->value, b->value);
}

static void put_run(struct tie_lookup *lookup, struct tie_lookup_run run)
{
    const uint32_t *part = lookup->at[run.first].part;
    const uint32_t index = (uint32_t)lookup->run_count;
    uint64_t salt = 0;

    while (!tie_map_put(&lookup->starts, key_hash(part, salt), index, NULL))
        salt++;
    lookup->runs[lookup->run_count++] = run;
}

void tie_lookup_seal(struct tie_lookup *lookup, tie_lookup_tie *tie, const void *context)
{
    struct tie_break last = { tie, context };
    size_t keys = 0;

    TIE_ASSERT(lookup->count < UINT32_MAX);
    if (lookup->count == 0)
        return;
    qsort_r(lookup->at, lookup->count, sizeof *lookup->at, compare_entries, &last);
    for (size_t i = 0; i < lookup->count; i++)
        keys += i == 0 || compare_parts(lookup->at[i - 1].part, lookup->at[i].part) != 0;
    lookup->runs = TIE_TAKE(lookup->arena, struct tie_lookup_run, keys);
    for (size_t first = 0, end; first < lookup->count; first = end) {
        for (end = first + 1; end < lookup->count; end++)
            if (compare_parts(lookup->at[first].part, lookup->at[end].part) != 0)
                break;
        put_run(lookup, (struct tie_lookup_run){ (uint32_t)first, (uint32_t)(end - first) });
    }
}

struct tie_lookup_run tie_lookup_run(const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS])
{
    uint32_t index = 0;

    for (uint64_t salt = 0; tie_map_get(&lookup->starts, key_hash(part, salt), &index); salt++) {
        const struct tie_lookup_run run = lookup->runs[index];

        if (compare_parts(lookup->at[run.first].part, part) == 0)
            return run;
    }
    return (struct tie_lookup_run){ 0, 0 };
}

struct tie_lookup_run tie_lookup_since(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day)
{
    const struct tie_lookup_run run = tie_lookup_run(lookup, part);
    const int64_t wanted = tie_lookup_order(day);
    uint32_t low = run.first, high = run.first + run.count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (lookup->at[middle].order < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return (struct tie_lookup_run){ low, run.first + run.count - low };
}

const struct tie_lookup_entry *tie_lookup_on(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day)
{
    const struct tie_lookup_run run = tie_lookup_since(lookup, part, day);

    for (uint32_t i = run.first; i < run.first + run.count; i++)
        if (lookup->at[i].to >= day)
            return &lookup->at[i];
    return NULL;
}
