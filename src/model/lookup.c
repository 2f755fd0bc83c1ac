/*
 * lookup.c - sorted entries, and a hash table from each key to its run of entries.
 *
 * All entries are sorted by (key, order, tie); an open table of the keys leads to the run of each, where a binary
 * search finds the day. A look-up costs one probe (the key lies in the slot: a miss costs one line of cache, a hit no
 * second one) and log2(rows of that key) steps, whatever the size of the table. Keys of one id, which lie close
 * together where a dataset was interned, need no probe: an array by id leads to their runs.
 *
 * Keys are needed to sort entries and to fill the slots; then they are dropped, and the rows of a key lie closer.
 *
 * Invariant: a slot is taken for a key only when all its parts are equal; the hash only says where to begin. Three
 * eighths of the slots stay empty, so a probe ends.
 * Order: total, by the caller's tie-break, so that the order in which rows came has no say.
 * Rejected: a table of tables, one a level of the key (three probes instead of one), and a key of one id per tuple
 * (needs a pool that can be written to while it is read). Rejected, too: hashes in a tie_map beside the keys, which
 * mixed each key three times and touched three arrays.
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
    if (room > 0)
        lookup->entries = TIE_TAKE(arena, struct tie_lookup_entry, room);
}

void tie_lookup_add(struct tie_lookup *lookup, const struct tie_lookup_entry *entry)
{
    if (lookup->count == lookup->room)
        lookup->entries = tie_arena_grow(
            lookup->arena, lookup->entries, lookup->count, &lookup->room, sizeof *lookup->entries);
    lookup->entries[lookup->count++] = *entry;
}

/* Ids are dense numbers: one multiplication by an odd number spreads them over the upper bits (fractions of the square
 * roots of 2 and 3). */
static size_t first_slot(const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS])
{
    const uint64_t low = (uint64_t)part[0] << 32 | part[1], high = (uint64_t)part[2] << 32 | part[3];
    uint64_t hash = (low ^ low >> 29) * UINT64_C(0x6A09E667F3BCC909) + high;

    hash = (hash ^ hash >> 32) * UINT64_C(0xBB67AE8584CAA73B);
    return (size_t)(hash >> (64 - lookup->slot_bits));
}

static bool is_key(const uint32_t a[TIE_LOOKUP_PARTS], const uint32_t b[TIE_LOOKUP_PARTS])
{
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
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
    const size_t mask = ((size_t)1 << lookup->slot_bits) - 1;
    size_t slot = 0;

    if (lookup->dense != NULL) {
        lookup->dense[lookup->entries[run.first].part[0] - lookup->dense_first] = run;
        return;
    }
    slot = first_slot(lookup, lookup->entries[run.first].part);
    while (lookup->slots[slot].run.count != 0)
        slot = (slot + 1) & mask;
    memcpy(lookup->slots[slot].part, lookup->entries[run.first].part, sizeof lookup->slots[slot].part);
    lookup->slots[slot].run = run;
}

/* An array by id takes as much memory as the table of slots, or less, up to so many ids a key. */
#define IDS_A_KEY_MAX (sizeof(struct tie_lookup_slot) / sizeof(struct tie_lookup_run) * 8 / 5)

static bool is_dense(const struct tie_lookup *lookup, size_t keys)
{
    for (size_t i = 0; i < lookup->count; i++)
        if ((lookup->entries[i].part[1] | lookup->entries[i].part[2] | lookup->entries[i].part[3]) != 0)
            return false;
    return (lookup->entries[lookup->count - 1].part[0] - lookup->entries[0].part[0]) / IDS_A_KEY_MAX < keys;
}

static void make_room(struct tie_lookup *lookup, size_t keys)
{
    if (is_dense(lookup, keys)) {
        lookup->dense_first = lookup->entries[0].part[0];
        lookup->dense_count = lookup->entries[lookup->count - 1].part[0] - lookup->dense_first + 1;
        lookup->dense = TIE_TAKE(lookup->arena, struct tie_lookup_run, lookup->dense_count);
        return;
    }
    for (lookup->slot_bits = 1; (size_t)1 << lookup->slot_bits < keys / 5 * 8 + 8;)
        lookup->slot_bits++;
    lookup->slots = TIE_TAKE(lookup->arena, struct tie_lookup_slot, (size_t)1 << lookup->slot_bits);
}

/* What is left of an entry once its key lies in a slot takes the place of the entries: half a line of cache holds two
 * rows of a key instead of one. */
static void drop_keys(struct tie_lookup *lookup)
{
    lookup->at = (struct tie_lookup_row *)lookup->entries;
    for (size_t i = 0; i < lookup->count; i++) {
        const struct tie_lookup_entry *entry = &lookup->entries[i];
        const struct tie_lookup_row row = { entry->order, entry->to, entry->value };

        memcpy(&lookup->at[i], &row, sizeof row);
    }
    lookup->entries = NULL;
}

/* Room was taken for an entry a row; where few rows have one it goes back, if nothing was taken behind it. */
static void give_room_back(struct tie_lookup *lookup)
{
    struct tie_arena *const arena = lookup->arena;
    const size_t spare = (lookup->room - lookup->count) * sizeof *lookup->entries;

    if (lookup->room == 0 || (unsigned char *)(lookup->entries + lookup->room) != arena->base + arena->used_bytes)
        return;
    tie_arena_back_to(arena, (struct tie_arena_mark){ arena->used_bytes - spare });
    lookup->room = lookup->count;
}

void tie_lookup_seal(struct tie_lookup *lookup, tie_lookup_tie *tie, const void *context)
{
    struct tie_break last = { tie, context };
    size_t keys = 0;

    TIE_ASSERT(lookup->count < UINT32_MAX);
    give_room_back(lookup);
    if (lookup->count == 0)
        return;
    qsort_r(lookup->entries, lookup->count, sizeof *lookup->entries, compare_entries, &last);
    for (size_t i = 0; i < lookup->count; i++)
        keys += i == 0 || compare_parts(lookup->entries[i - 1].part, lookup->entries[i].part) != 0;
    make_room(lookup, keys);
    for (size_t first = 0, end; first < lookup->count; first = end) {
        for (end = first + 1; end < lookup->count; end++)
            if (compare_parts(lookup->entries[first].part, lookup->entries[end].part) != 0)
                break;
        put_run(lookup, (struct tie_lookup_run){ (uint32_t)first, (uint32_t)(end - first) });
    }
    drop_keys(lookup);
}

void *tie_lookup_take_rows(struct tie_lookup *lookup, size_t *bytes)
{
    void *const memory = lookup->at;

    *bytes = lookup->count * sizeof(struct tie_lookup_entry);
    lookup->at = NULL;
    return memory;
}

struct tie_lookup_run tie_lookup_run(const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS])
{
    const size_t mask = ((size_t)1 << lookup->slot_bits) - 1;
    const uint32_t place = part[0] - lookup->dense_first;

    if (lookup->dense != NULL && place < lookup->dense_count && (part[1] | part[2] | part[3]) == 0)
        return lookup->dense[place];
    if (lookup->slots == NULL)
        return (struct tie_lookup_run){ 0, 0 };
    for (size_t slot = first_slot(lookup, part);; slot = (slot + 1) & mask) {
        const struct tie_lookup_slot *found = &lookup->slots[slot];

        if (found->run.count == 0 || is_key(found->part, part))
            return found->run;
    }
}

/* The entries of a run that began by the day. */
static struct tie_lookup_run since(const struct tie_lookup *lookup, struct tie_lookup_run run, tie_date day)
{
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

struct tie_lookup_run tie_lookup_since(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day)
{
    return since(lookup, tie_lookup_run(lookup, part), day);
}

const struct tie_lookup_row *tie_lookup_in(const struct tie_lookup *lookup, struct tie_lookup_run run, tie_date day)
{
    const struct tie_lookup_run begun = since(lookup, run, day);

    for (uint32_t i = begun.first; i < begun.first + begun.count; i++)
        if (lookup->at[i].to >= day)
            return &lookup->at[i];
    return NULL;
}

const struct tie_lookup_row *tie_lookup_on(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day)
{
    return tie_lookup_in(lookup, tie_lookup_run(lookup, part), day);
}

void tie_lookup_days(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day, tie_date *from, tie_date *to)
{
    const struct tie_lookup_run run = tie_lookup_run(lookup, part);

    for (uint32_t i = run.first; i < run.first + run.count; i++) {
        const int64_t changes[] = { -lookup->at[i].order, (int64_t)lookup->at[i].to + 1 };

        for (size_t c = 0; c < TIE_COUNT_OF(changes); c++) {
            if (changes[c] <= day)
                *from = changes[c] > *from ? (tie_date)changes[c] : *from;
            else if (changes[c] <= *to)
                *to = (tie_date)(changes[c] - 1);
        }
    }
}
