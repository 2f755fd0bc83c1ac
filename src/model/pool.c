/*
 * pool.c - interned text.
 *
 * Own texts lie in the arena, zero-ended; an open-addressing table of ids finds them by their hash, which is kept
 * beside the text, so growing never hashes again and a probe compares bytes only where all 64 bits agree.
 *
 * Invariant: a text has one id in a pool and the pools below it. A lookup goes through the pool and then down its
 * bases; a text is only added where none of them has it. So ids are equal exactly when the texts are. This holds only
 * while a base is no longer written to, which is asserted on every put.
 *
 * Rejected: one pool for all shards under a lock (workers would queue); a copy of the base in each shard (memory).
 */
#include "tieout/model.h"

#define FIRST_SLOTS 64U

/* The own id of `text`, or the slot where it belongs. */
static bool find_own(const struct tie_pool *pool, struct tie_text text, uint64_t hash, uint32_t *slot, tie_str *id)
{
    const uint32_t mask = pool->slot_room - 1;

    *slot = 0;
    if (pool->slot_room == 0)
        return false;
    for (*slot = (uint32_t)hash & mask; pool->slots[*slot] != 0; *slot = (*slot + 1) & mask) {
        const uint32_t index = pool->slots[*slot] - 1 - pool->first;

        if (pool->hashes[index] == hash && tie_text_equal(pool->texts[index], text)) {
            *id = pool->slots[*slot] - 1;
            return true;
        }
    }
    return false;
}

static void grow_slots(struct tie_pool *pool)
{
    const uint32_t room = pool->slot_room == 0 ? FIRST_SLOTS : pool->slot_room * 2;
    const uint32_t mask = room - 1;

    TIE_ASSERT(room > pool->slot_room);
    pool->slots = TIE_TAKE(pool->arena, uint32_t, room);
    pool->slot_room = room;
    for (uint32_t index = 0; index < pool->count; index++) {
        uint32_t slot = (uint32_t)pool->hashes[index] & mask;

        while (pool->slots[slot] != 0)
            slot = (slot + 1) & mask;
        pool->slots[slot] = pool->first + index + 1;
    }
}

static void grow_texts(struct tie_pool *pool)
{
    size_t text_room = pool->room;
    size_t hash_room = pool->room;

    pool->texts = tie_arena_grow(pool->arena, pool->texts, pool->count, &text_room, sizeof *pool->texts);
    pool->hashes = tie_arena_grow(pool->arena, pool->hashes, pool->count, &hash_room, sizeof *pool->hashes);
    TIE_ASSERT(text_room <= UINT32_MAX && text_room == hash_room);
    pool->room = (uint32_t)text_room;
}

/* Adds a text that is known to be new. */
static tie_str add(struct tie_pool *pool, struct tie_text text, uint64_t hash)
{
    const tie_str id = pool->first + pool->count;
    tie_str found = 0;
    uint32_t slot = 0;

    TIE_ASSERT(id < TIE_STR_UNKNOWN - 1);
    if (pool->count == pool->room)
        grow_texts(pool);
    if (pool->count >= pool->slot_room / 8 * 5)
        grow_slots(pool);
    TIE_ASSERT(!find_own(pool, text, hash, &slot, &found));
    pool->texts[pool->count] = (struct tie_text){ tie_text_dup(pool->arena, text), text.size };
    pool->hashes[pool->count] = hash;
    pool->slots[slot] = id + 1;
    pool->count++;
    return id;
}

void tie_pool_init(struct tie_pool *pool, struct tie_arena *arena, const struct tie_pool *base)
{
    *pool = (struct tie_pool){ .base = base, .arena = arena, .first = base == NULL ? 0 : base->first + base->count };
    if (base == NULL)
        (void)add(pool, TIE_TEXT(""), tie_hash_text(TIE_TEXT("")));
}

static tie_str find(const struct tie_pool *pool, struct tie_text text, uint64_t hash)
{
    uint32_t slot;
    tie_str id;

    for (; pool != NULL; pool = pool->base)
        if (find_own(pool, text, hash, &slot, &id))
            return id;
    return TIE_STR_UNKNOWN;
}

tie_str tie_pool_put(struct tie_pool *pool, struct tie_text text)
{
    uint64_t hash;
    tie_str id;

    TIE_ASSERT(pool->base == NULL || pool->first == pool->base->first + pool->base->count);
    if (text.size == 0)
        return 0;
    hash = tie_hash_text(text);
    id = find(pool, text, hash);
    return id != TIE_STR_UNKNOWN ? id : add(pool, text, hash);
}

tie_str tie_pool_find(const struct tie_pool *pool, struct tie_text text)
{
    return text.size == 0 ? 0 : find(pool, text, tie_hash_text(text));
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
