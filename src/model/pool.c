/*
 * pool.c - interned text.
 *
 * Own texts lie in the arena one behind the other, zero-ended, or where they lay if they last as long as the pool does
 * (those of a frame's map do); an open-addressing table finds them. A slot holds the id and a tag of 32 bits beside it,
 * so a probe that leads elsewhere costs no look at a text, and growing makes no tag again. A text of up to 16 bytes, as
 * nearly all are, is two words: its tag takes three multiplications, its comparison two more loads; longer ones are
 * hashed and compared as bytes. The texts of a dictionary go through in steps of some dozens: all tags, then all looks
 * below, then all looks and additions here, so that the waits for memory overlap and no step carries another's
 * variables along.
 *
 * A base pool has a sieve: a bit for the upper part of each tag, an eighth of what the slots take. Most texts of a
 * shard are no master data, so they are turned away by a line that lies in the second-level cache, where the slots of
 * many master data do not; those that pass have their slot, their text and its bytes fetched in steps of their own.
 *
 * Invariant: a text has one id in a pool and the pools below it. A lookup goes through the pool and then down its
 * bases; a text is only added where none of them has it. So ids are equal exactly when the texts are. This holds only
 * while a base is no longer written to, which is asserted on every put.
 *
 * Rejected: one pool for all shards under a lock (workers would queue); a copy of the base in each shard (memory); a
 * 64-bit hash kept beside each text (one more line of cache for each text that is found).
 */
#include "links.h"

#include <string.h>

#define FIRST_SLOTS 64U
#define FIRST_TEXTS 16U
#define BLOCK_BYTES ((size_t)4096)
#define PACKED_BYTES ((size_t)16)
#define AT_ONCE ((size_t)32)                /* texts whose slots are on their way from memory together */
#define ROOT_2 UINT64_C(0x6A09E667F3BCC909) /* fractions of square roots: no degree of freedom in choosing them */
#define ROOT_3 UINT64_C(0xBB67AE8584CAA73B)

struct packed { /* all of a text of up to PACKED_BYTES, when its size is known; else its hash */
    uint64_t first, last;
};

static inline struct packed pack(struct tie_text text)
{
    const unsigned char *const at = (const unsigned char *)text.at;
    struct packed packed = { 0, 0 };

    if (text.size > PACKED_BYTES) {
        packed.first = tie_hash_text(text);
    } else if (text.size >= 8) {
        memcpy(&packed.first, at, 8);
        memcpy(&packed.last, at + text.size - 8, 8);
    } else if (text.size >= 4) {
        memcpy(&packed.first, at, 4);
        memcpy(&packed.last, at + text.size - 4, 4);
    } else if (text.size > 0) {
        packed.first = (uint64_t)at[0] | (uint64_t)at[text.size / 2] << 8 | (uint64_t)at[text.size - 1] << 16;
    }
    return packed;
}

/* Of a text of 9 to 15 bytes both words hold some of the same bytes. Each has a factor of its own, and their sum is
 * mixed once more: ids that count up in their last digits else fall into few slots beside each other. */
static inline uint32_t tag_of(const struct packed *packed, size_t size)
{
    uint64_t hash = (packed->first ^ (uint64_t)size << 56) * ROOT_2 + packed->last * ROOT_3;

    hash = (hash ^ hash >> 32) * ROOT_2;
    return (uint32_t)(hash >> 32);
}

static inline bool is_same(struct tie_text known, struct tie_text text, const struct packed *packed)
{
    if (known.size != text.size)
        return false;
    if (text.size > PACKED_BYTES)
        return memcmp(known.at, text.at, text.size) == 0;
    const struct packed own = pack(known);
    return own.first == packed->first && own.last == packed->last;
}

/* The own name (id + 1) of `text`; else 0, and *slot is where it belongs. The table is never full. */
static inline uint32_t find_own(
    const struct tie_pool *pool, struct tie_text text, const struct packed *packed, uint32_t tag, uint32_t *slot)
{
    const struct tie_pool_slot *const slots = pool->slots;
    const uint32_t mask = pool->slot_room - 1;
    uint32_t at = tag & mask;

    if (slots == NULL)
        return 0;
    for (; slots[at].name != 0; at = (at + 1) & mask)
        if (slots[at].tag == tag && is_same(pool->texts[slots[at].name - 1 - pool->first], text, packed))
            return slots[at].name;
    *slot = at;
    return 0;
}

static inline bool may_hold(const struct tie_pool *pool, uint32_t tag)
{
    const uint32_t bit = tag >> pool->sieve_shift;

    return pool->sieve == NULL || (pool->sieve[bit / 64] >> bit % 64 & 1) != 0;
}

static inline void put_in_sieve(struct tie_pool *pool, uint32_t tag)
{
    const uint32_t bit = tag >> pool->sieve_shift;

    pool->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
}

static uint32_t free_slot(const struct tie_pool *pool, uint32_t tag)
{
    uint32_t slot = tag & (pool->slot_room - 1);

    while (pool->slots[slot].name != 0)
        slot = (slot + 1) & (pool->slot_room - 1);
    return slot;
}

/* ---- growing: at most half of the slots are taken ---- */

static void make_sieve(struct tie_pool *pool)
{
    if (pool->base != NULL)
        return;
    pool->sieve_shift = 32;
    for (uint64_t bits = 8 * (uint64_t)pool->slot_room; bits > 1 && pool->sieve_shift > 0; bits /= 2)
        pool->sieve_shift--;
    pool->sieve = TIE_TAKE(pool->arena, uint64_t, ((UINT32_MAX >> pool->sieve_shift) >> 6) + 1);
    for (uint32_t i = 0; i < pool->slot_room; i++)
        if (pool->slots[i].name != 0)
            put_in_sieve(pool, pool->slots[i].tag);
}

static void grow_slots(struct tie_pool *pool, uint32_t room)
{
    const struct tie_pool_slot *const old = pool->slots;
    const uint32_t old_room = pool->slot_room;

    TIE_ASSERT(room > old_room);
    pool->slots = TIE_TAKE(pool->arena, struct tie_pool_slot, room);
    pool->slot_room = room;
    for (uint32_t i = 0; i < old_room; i++)
        if (old[i].name != 0)
            pool->slots[free_slot(pool, old[i].tag)] = old[i];
    make_sieve(pool);
}

static void grow_texts(struct tie_pool *pool, uint32_t room)
{
    struct tie_text *const texts = tie_arena_try_raw(pool->arena, (size_t)room * sizeof *texts);

    TIE_ASSERT(room > pool->room && texts != NULL);
    if (pool->count > 0)
        memcpy(texts, pool->texts, pool->count * sizeof *texts);
    pool->texts = texts;
    pool->room = room;
}

void tie_pool_reserve(struct tie_pool *pool, uint32_t texts)
{
    uint32_t room = pool->room == 0 ? FIRST_TEXTS : pool->room,
             slots = pool->slot_room == 0 ? FIRST_SLOTS : pool->slot_room;

    TIE_ASSERT(texts < TIE_STR_UNKNOWN / 4);
    while (room < texts)
        room *= 2;
    while (slots / 2 < texts)
        slots *= 2;
    if (room > pool->room)
        grow_texts(pool, room);
    if (slots > pool->slot_room)
        grow_slots(pool, slots);
}

size_t tie_growth_of_pool(const struct tie_pool *pool, size_t texts, size_t bytes)
{
    const size_t count = (size_t)pool->count + texts;
    size_t need = 2 * (bytes + texts) + BLOCK_BYTES +
        32; /* each zero-ended; one that opens a block may waste its size */
    size_t room = pool->room, slots = pool->slot_room;

    while (room < count) {
        room = room == 0 ? FIRST_TEXTS : 2 * room;
        need += sizeof(struct tie_text) * room + 16;
    }
    while (slots / 2 < count + 1) {
        slots = slots == 0 ? FIRST_SLOTS : 2 * slots;
        need += (sizeof(struct tie_pool_slot) + 1) * slots + 32; /* and the sieve */
    }
    return need;
}

static struct tie_text keep_text(struct tie_pool *pool, struct tie_text text)
{
    const size_t size = text.size + 1;

    if (pool->block_left < size) {
        pool->block_left = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        pool->block = tie_arena_take(pool->arena, pool->block_left);
    }
    char *const at = pool->block;
    if (text.size > 0)
        memcpy(at, text.at, text.size);
    at[text.size] = '\0';
    pool->block += size;
    pool->block_left -= size;
    return (struct tie_text){ at, text.size };
}

/* Adds a text that is known to be new and kept; `slot` is where it belongs, unless the table must grow. */
static inline tie_str add(struct tie_pool *pool, struct tie_text kept, uint32_t tag, uint32_t slot)
{
    const tie_str id = pool->first + pool->count;

    TIE_ASSERT(id < TIE_STR_UNKNOWN - 1);
    if (pool->count == pool->room)
        grow_texts(pool, pool->room == 0 ? FIRST_TEXTS : 2 * pool->room);
    if (pool->count >= pool->slot_room / 2) {
        grow_slots(pool, pool->slot_room == 0 ? FIRST_SLOTS : 2 * pool->slot_room);
        slot = free_slot(pool, tag);
    }
    pool->texts[pool->count++] = kept;
    pool->slots[slot] = (struct tie_pool_slot){ tag, id + 1 };
    if (pool->sieve != NULL)
        put_in_sieve(pool, tag);
    return id;
}

void tie_pool_init(struct tie_pool *pool, struct tie_arena *arena, const struct tie_pool *base)
{
    const struct packed none = { 0, 0 };

    *pool = (struct tie_pool){ .base = base, .arena = arena, .first = base == NULL ? 0 : base->first + base->count };
    if (base == NULL)
        (void)add(pool, TIE_TEXT(""), tag_of(&none, 0), 0);
}

/* The name of a text in the pool or below it; else 0, and *slot is where it belongs in the pool. */
static inline uint32_t find(
    const struct tie_pool *pool, struct tie_text text, const struct packed *packed, uint32_t tag, uint32_t *slot)
{
    uint32_t ignored = 0, name = find_own(pool, text, packed, tag, slot);

    for (const struct tie_pool *base = pool->base; name == 0 && base != NULL; base = base->base)
        if (may_hold(base, tag))
            name = find_own(base, text, packed, tag, &ignored);
    return name;
}

static inline tie_str put(struct tie_pool *pool, struct tie_text text, bool copies)
{
    uint32_t slot = 0;

    TIE_ASSERT(pool->base == NULL || pool->first == pool->base->first + pool->base->count);
    if (text.size == 0)
        return 0;
    const struct packed packed = pack(text);
    const uint32_t tag = tag_of(&packed, text.size), name = find(pool, text, &packed, tag, &slot);
    return name != 0 ? name - 1 : add(pool, copies ? keep_text(pool, text) : text, tag, slot);
}

tie_str tie_pool_put(struct tie_pool *pool, struct tie_text text)
{
    return put(pool, text, true);
}

tie_str tie_pool_refer(struct tie_pool *pool, struct tie_text text)
{
    return put(pool, text, false);
}

/* ---- many at once ---- */

struct some { /* texts whose slots are on their way from memory together */
    const struct tie_text *texts;
    size_t count;
    struct packed packed[AT_ONCE];
    uint32_t tags[AT_ONCE], names[AT_ONCE]; /* a name of 0: not found as yet */
};

/* Tags of all texts; memory is asked for their slots in the pool, which has slots. */
static void tag_some(struct some *some, const struct tie_pool *pool)
{
    const struct tie_pool_slot *const slots = pool->slots;
    const uint32_t mask = pool->slot_room - 1;

    for (size_t i = 0; i < some->count; i++) {
        const struct packed packed = pack(some->texts[i]);
        const uint32_t tag = tag_of(&packed, some->texts[i].size);

        some->packed[i] = packed;
        some->tags[i] = tag;
        some->names[i] = some->texts[i].size == 0; /* the empty text has name 1 in every pool */
        __builtin_prefetch(&slots[tag & mask]);
    }
}

/* Which of the texts without a name a pool below may have; memory is asked for their slots. */
static size_t sift_some(const struct some *some, const struct tie_pool *below, uint8_t *passed)
{
    const struct tie_pool_slot *const slots = below->slots;
    const uint32_t mask = below->slot_room - 1;
    size_t count = 0;

    for (size_t i = 0; i < some->count; i++) {
        passed[count] = (uint8_t)i;
        count += some->names[i] == 0 && may_hold(below, some->tags[i]);
    }
    for (size_t p = 0; p < count; p++)
        __builtin_prefetch(&slots[some->tags[passed[p]] & mask]);
    return count;
}

/* Names of those that a pool below has; the others are left as they are. */
static void find_some(struct some *some, const struct tie_pool *below)
{
    const struct tie_pool_slot *const slots = below->slots;
    const struct tie_text *const texts = below->texts;
    const uint32_t mask = below->slot_room - 1, first = below->first;
    uint8_t passed[AT_ONCE] = { 0 };
    uint32_t names[AT_ONCE], ignored = 0; /* that the first slot of the same tag holds; 0: there is none */
    const size_t count = sift_some(some, below, passed);

    for (size_t p = 0; p < count; p++) {
        const uint32_t tag = some->tags[passed[p]];
        uint32_t at = tag & mask;

        while (slots[at].name != 0 && slots[at].tag != tag)
            at = (at + 1) & mask;
        names[p] = slots[at].name;
        if (names[p] != 0)
            __builtin_prefetch(&texts[names[p] - 1 - first]);
    }
    for (size_t p = 0; p < count; p++)
        if (names[p] != 0)
            __builtin_prefetch(texts[names[p] - 1 - first].at);
    for (size_t p = 0; p < count; p++) {
        const size_t i = passed[p];

        if (names[p] == 0)
            continue;
        some->names[i] = is_same(texts[names[p] - 1 - first], some->texts[i], &some->packed[i])
            ? names[p]
            : find_own(below, some->texts[i], &some->packed[i], some->tags[i], &ignored);
    }
}

/* Texts without a name are found in the pool, where there is room for all of them, or added. Names become ids. */
static void add_some(const struct some *some, struct tie_pool *pool, tie_str *ids)
{
    struct tie_pool_slot *const slots = pool->slots;
    struct tie_text *const texts = pool->texts;
    const uint32_t mask = pool->slot_room - 1, first = pool->first;
    uint32_t count = pool->count;

    for (size_t i = 0; i < some->count; i++) {
        const struct tie_text text = some->texts[i];
        const uint32_t tag = some->tags[i];
        uint32_t at = tag & mask;

        if (some->names[i] != 0) {
            ids[i] = some->names[i] - 1;
            continue;
        }
        for (; slots[at].name != 0; at = (at + 1) & mask)
            if (slots[at].tag == tag && is_same(texts[slots[at].name - 1 - first], text, &some->packed[i]))
                break;
        if (slots[at].name == 0) {
            texts[count++] = text;
            slots[at] = (struct tie_pool_slot){ tag, first + count };
            if (pool->sieve != NULL)
                put_in_sieve(pool, tag);
        }
        ids[i] = slots[at].name - 1;
    }
    pool->count = count;
}

void tie_pool_refer_all(struct tie_pool *pool, const struct tie_text *texts, size_t count, tie_str *ids)
{
    struct some some;

    TIE_ASSERT(pool->base == NULL || pool->first == pool->base->first + pool->base->count);
    TIE_ASSERT((uint64_t)pool->first + pool->count + count < TIE_STR_UNKNOWN - 1);
    for (size_t first = 0; first < count; first += some.count) {
        some.texts = texts + first;
        some.count = count - first < AT_ONCE ? count - first : AT_ONCE;
        tie_pool_reserve(pool, pool->count + (uint32_t)some.count);
        tag_some(&some, pool);
        for (const struct tie_pool *below = pool->base; below != NULL; below = below->base)
            if (below->slots != NULL)
                find_some(&some, below);
        add_some(&some, pool, ids + first);
    }
}

tie_str tie_pool_find(const struct tie_pool *pool, struct tie_text text)
{
    uint32_t ignored = 0, name = 0;

    if (text.size == 0)
        return 0;
    const struct packed packed = pack(text);
    const uint32_t tag = tag_of(&packed, text.size);
    for (; name == 0 && pool != NULL; pool = pool->base)
        name = find_own(pool, text, &packed, tag, &ignored);
    return name != 0 ? name - 1 : TIE_STR_UNKNOWN;
}

struct tie_text tie_pool_text(const struct tie_pool *pool, tie_str id)
{
    while (id < pool->first)
        pool = pool->base;
    TIE_ASSERT(id - pool->first < pool->count);
    return pool->texts[id - pool->first];
}

const char *tie_pool_chars(const struct tie_pool *pool, tie_str id)
{
    return tie_pool_text(pool, id).at;
}

int tie_pool_compare(const struct tie_pool *pool, tie_str a, tie_str b)
{
    return a == b ? 0 : tie_text_compare(tie_pool_text(pool, a), tie_pool_text(pool, b));
}
