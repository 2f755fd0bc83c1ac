/*
 * pool.c - interned text.
 *
 * Own texts lie in the arena one behind the other, zero-ended; an open-addressing table finds them. A slot holds the id
 * and a tag of 32 bits beside it, so a probe that leads elsewhere costs no look at a text, and growing makes no tag
 * again. A text of up to 16 bytes, as nearly all are, is two words: its tag takes two multiplications, its comparison
 * two more loads; longer ones are hashed and compared as bytes.
 *
 * Invariant: a text has one id in a pool and the pools below it. A lookup goes through the pool and then down its
 * bases; a text is only added where none of them has it. So ids are equal exactly when the texts are. This holds only
 * while a base is no longer written to, which is asserted on every put.
 *
 * Rejected: one pool for all shards under a lock (workers would queue); a copy of the base in each shard (memory); a
 * 64-bit hash kept beside each text (one more line of cache for each text that is found).
 */
#include "tieout/model.h"

#include <string.h>

#define FIRST_SLOTS 64U
#define BLOCK_BYTES ((size_t)4096)
#define PACKED_BYTES ((size_t)16)
#define ROOT_2 UINT64_C(0x6A09E667F3BCC909) /* fractions of square roots: no degree of freedom in choosing them */
#define ROOT_3 UINT64_C(0xBB67AE8584CAA73B)

struct packed { /* all of a text of up to PACKED_BYTES, when its size is known; else its hash */
    uint64_t first, last;
};

static struct packed pack(struct tie_text text)
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

static uint32_t tag_of(const struct packed *packed, size_t size)
{
    uint64_t hash = (packed->first ^ (uint64_t)size << 56) * ROOT_2;

    hash = ((hash ^ hash >> 32) + packed->last) * ROOT_3;
    return (uint32_t)(hash >> 32);
}

static bool is_same(struct tie_text known, struct tie_text text, const struct packed *packed)
{
    if (known.size != text.size)
        return false;
    if (text.size > PACKED_BYTES)
        return memcmp(known.at, text.at, text.size) == 0;
    const struct packed own = pack(known);
    return own.first == packed->first && own.last == packed->last;
}

/* The own id of `text`, or the slot where it belongs. */
static bool find_own(const struct tie_pool *pool, struct tie_text text, const struct packed *packed, uint32_t tag,
    uint32_t *slot, tie_str *id)
{
    const uint32_t mask = pool->slot_room - 1;

    *slot = 0;
    if (pool->slot_room == 0)
        return false;
    for (*slot = tag & mask; pool->slots[*slot].name != 0; *slot = (*slot + 1) & mask) {
        const struct tie_pool_slot *const found = &pool->slots[*slot];

        if (found->tag == tag && is_same(pool->texts[found->name - 1 - pool->first], text, packed)) {
            *id = found->name - 1;
            return true;
        }
    }
    return false;
}

static void grow_slots(struct tie_pool *pool)
{
    const struct tie_pool_slot *const old = pool->slots;
    const uint32_t old_room = pool->slot_room, room = old_room == 0 ? FIRST_SLOTS : old_room * 2;

    TIE_ASSERT(room > old_room);
    pool->slots = TIE_TAKE(pool->arena, struct tie_pool_slot, room);
    pool->slot_room = room;
    for (uint32_t i = 0; i < old_room; i++) {
        uint32_t slot = old[i].tag & (room - 1);

        if (old[i].name == 0)
            continue;
        while (pool->slots[slot].name != 0)
            slot = (slot + 1) & (room - 1);
        pool->slots[slot] = old[i];
    }
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

/* Adds a text that is known to be new; `slot` is where it belongs, unless the table must grow. */
static tie_str add(
    struct tie_pool *pool, struct tie_text text, const struct packed *packed, uint32_t tag, uint32_t slot)
{
    const tie_str id = pool->first + pool->count;
    tie_str found = 0;

    TIE_ASSERT(id < TIE_STR_UNKNOWN - 1);
    if (pool->count == pool->room) {
        size_t room = pool->room;
        pool->texts = tie_arena_grow(pool->arena, pool->texts, pool->count, &room, sizeof *pool->texts);
        TIE_ASSERT(room <= UINT32_MAX);
        pool->room = (uint32_t)room;
    }
    if (pool->count >= pool->slot_room / 8 * 5) {
        grow_slots(pool);
        TIE_ASSERT(!find_own(pool, text, packed, tag, &slot, &found));
    }
    pool->texts[pool->count] = keep_text(pool, text);
    pool->slots[slot] = (struct tie_pool_slot){ tag, id + 1 };
    pool->count++;
    return id;
}

void tie_pool_init(struct tie_pool *pool, struct tie_arena *arena, const struct tie_pool *base)
{
    const struct packed none = { 0, 0 };

    *pool = (struct tie_pool){ .base = base, .arena = arena, .first = base == NULL ? 0 : base->first + base->count };
    if (base == NULL)
        (void)add(pool, TIE_TEXT(""), &none, tag_of(&none, 0), 0);
}

tie_str tie_pool_put(struct tie_pool *pool, struct tie_text text)
{
    uint32_t slot = 0, ignored = 0;
    tie_str id = 0;

    TIE_ASSERT(pool->base == NULL || pool->first == pool->base->first + pool->base->count);
    if (text.size == 0)
        return 0;
    const struct packed packed = pack(text);
    const uint32_t tag = tag_of(&packed, text.size);
    if (find_own(pool, text, &packed, tag, &slot, &id))
        return id;
    for (const struct tie_pool *base = pool->base; base != NULL; base = base->base)
        if (find_own(base, text, &packed, tag, &ignored, &id))
            return id;
    return add(pool, text, &packed, tag, slot);
}

tie_str tie_pool_find(const struct tie_pool *pool, struct tie_text text)
{
    uint32_t slot = 0;
    tie_str id = 0;

    if (text.size == 0)
        return 0;
    const struct packed packed = pack(text);
    const uint32_t tag = tag_of(&packed, text.size);
    for (; pool != NULL; pool = pool->base)
        if (find_own(pool, text, &packed, tag, &slot, &id))
            return id;
    return TIE_STR_UNKNOWN;
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
