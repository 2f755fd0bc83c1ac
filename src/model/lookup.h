/*
 * lookup.h - private to model/: a read-only index from a tuple of ids (and a day) to rows.
 *
 * Built once: init, add, seal; then read by any number of threads. Lives in the arena given to init.
 */
#ifndef TIEOUT_MODEL_LOOKUP_H
#define TIEOUT_MODEL_LOOKUP_H

#include "tieout/model.h"

#define TIE_LOOKUP_PARTS 4
#define TIE_LOOKUP_OPEN INT32_MAX /* `to` of a row without an end */

struct tie_lookup_row {
    int64_t order; /* ascending within a key; of dated rows tie_lookup_order(first day) */
    tie_date to;   /* last day, inclusive */
    uint32_t value;
};

struct tie_lookup_entry {            /* how a row is added */
    uint32_t part[TIE_LOOKUP_PARTS]; /* the key; unused parts are 0 */
    int64_t order;
    tie_date to;
    uint32_t value;
};

struct tie_lookup_run { /* the rows of one key */
    uint32_t first, count;
};

struct tie_lookup_slot { /* count 0: empty */
    uint32_t part[TIE_LOOKUP_PARTS];
    struct tie_lookup_run run;
};

struct tie_lookup {
    struct tie_arena *arena;
    struct tie_lookup_row *at;        /* once sealed */
    struct tie_lookup_entry *entries; /* until then */
    size_t count, room;
    struct tie_lookup_slot *slots; /* 1 << slot_bits of them; NULL while there is no entry, or where `dense` is used */
    unsigned slot_bits;
    struct tie_lookup_run *dense; /* by the only part of all keys, from dense_first on; NULL: see slots */
    uint32_t dense_first, dense_count;
};

/* Which of two values of one key and order comes first; never 0 for different values. */
typedef int tie_lookup_tie(const void *context, uint32_t a, uint32_t b);

/* Later first days sort first, so the first entry at or behind the order of a day is the last row that began by
 * then. */
int64_t tie_lookup_order(tie_date first_day);

void tie_lookup_init(struct tie_lookup *lookup, struct tie_arena *arena, size_t room);
void tie_lookup_add(struct tie_lookup *lookup, const struct tie_lookup_entry *entry);
void tie_lookup_seal(struct tie_lookup *lookup, tie_lookup_tie *tie, const void *context);

/* The memory of the rows of a sealed look-up, with room that their keys had: `bytes` in all, the rows at its beginning;
 * for who keeps them in another shape. From then on it answers tie_lookup_run() and tie_lookup_id() alone. */
void *tie_lookup_take_rows(struct tie_lookup *lookup, size_t *bytes);

/* All entries of a key; {0, 0} when there is none. */
struct tie_lookup_run tie_lookup_run(const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS]);
/* The same of a key of one id, as most are. */
static inline struct tie_lookup_run tie_lookup_id(const struct tie_lookup *lookup, uint32_t id)
{
    const uint32_t place = id - lookup->dense_first;

    if (lookup->count == 0)
        return (struct tie_lookup_run){ 0, 0 };
    if (lookup->dense != NULL)
        return place < lookup->dense_count ? lookup->dense[place] : (struct tie_lookup_run){ 0, 0 };
    return tie_lookup_run(lookup, (const uint32_t[TIE_LOOKUP_PARTS]){ id });
}
/* The entries of a key that began by `day`, the last first. */
struct tie_lookup_run tie_lookup_since(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day);
/* The last of them that has not ended before `day`; NULL when there is none. */
const struct tie_lookup_row *tie_lookup_on(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day);

/* The same of the entries of a key. */
const struct tie_lookup_row *tie_lookup_in(const struct tie_lookup *lookup, struct tie_lookup_run run, tie_date day);
/* Narrows from..to, both inclusive, to the days around `day` on which the same entries of a key hold, if the order of
 * its entries is that of their first days. */
void tie_lookup_days(
    const struct tie_lookup *lookup, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day, tie_date *from, tie_date *to);

#endif
