/*
 * pool.c - interned text.
 *
 * Own texts lie in the arena one behind the other, zero-ended, or where they lay if they last as long as the pool does
 * (those of a frame's map do); an open-addressing table finds them. Beside each text lies its key: two words that are
 * all of a text of up to 16 bytes, as nearly all are, once the size is known; so a look-up touches a slot and a key and
 * no text. A slot holds the id and a tag of 32 bits: five of them are the size, the others of a hash of both words, of
 * which the upper ones say where in the table the text belongs. So a probe that leads elsewhere costs no look at a key,
 * growing makes no tag again, and equal tag and key are an equal text; only longer ones, whose second word is a hash,
 * are compared as bytes.
 *
 * The texts of a dictionary go through in steps of some dozens: all tags, then all looks below, then all looks and
 * additions here, so that the waits for memory overlap and no step carries another's variables along. Which texts are
 * new can't be foretold, nor how long each is: so a key is made of masked words and not by a branch a size, lists are
 * closed up by adding a comparison, and a text that is found is written to its slot once more, as one that is new is
 * written. What branches is rare: a first slot that another text took.
 *
 * A base pool has a sieve: a bit for the upper part of each tag, an eighth of what the slots take. Most texts of a
 * shard are no master data, so they are turned away by a line that lies in the second-level cache, where the slots of
 * many master data do not; those that pass have their slot and their key fetched in steps of their own.
 *
 * Invariant: a text has one id in a pool and the pools below it. A lookup goes through the pool and then down its
 * bases; a text is only added where none of them has it. So ids are equal exactly when the texts are. This holds only
 * while a base is no longer written to, which is asserted on every put.
 *
 * Rejected: one pool for all shards under a lock (workers would queue); a copy of the base in each shard (memory).
 */
#include "links.h"

#include <string.h>

#define FIRST_SLOTS 64U
#define FIRST_TEXTS 16U
#define BLOCK_BYTES ((size_t)4096)
#define AT_ONCE ((size_t)64)                /* texts whose slots are on their way from memory together */
#define ROOT_2 UINT64_C(0x6A09E667F3BCC909) /* fractions of square roots: no degree of freedom in choosing them */
#define ROOT_3 UINT64_C(0xBB67AE8584CAA73B)

/* ---- keys and tags ---- */

enum { KEYED_BYTES = 16, SIZE_MASK = 31, SIZE_LONG = SIZE_MASK }; /* sizes of texts that are all in their key */

static inline uint64_t eight_bytes(const char *at)
{
    uint64_t bytes = 0;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static inline uint64_t four_bytes(const char *at)
{
    uint32_t bytes = 0;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static struct tie_pool_key key_of_long(struct tie_text text)
{
    return (struct tie_pool_key){ eight_bytes(text.at), tie_hash_text(text) };
}

/* The first and the last eight bytes; of fewer than eight both words are all of them, and zeros. */
static inline struct tie_pool_key key_of(struct tie_text text)
{
    const char *const at = text.at;
    const size_t size = text.size;
    uint64_t all = 0;

    if (size > KEYED_BYTES)
        return key_of_long(text);
    if (size >= 8)
        return (struct tie_pool_key){ eight_bytes(at), eight_bytes(at + size - 8) };
    if (size >= 4)
        all = four_bytes(at) | four_bytes(at + size - 4) << 8 * (size - 4);
    else if (size > 0)
        all = (unsigned char)at[0] | (uint64_t)(unsigned char)at[size / 2] << 8 * (size / 2) |
            (uint64_t)(unsigned char)at[size - 1] << 8 * (size - 1);
    return (struct tie_pool_key){ all, all };
}

/* Five bits of a tag. */
static inline uint32_t size_of(struct tie_text text)
{
    return text.size <= KEYED_BYTES ? (uint32_t)text.size : SIZE_LONG;
}

/* Of a text of 9 to 15 bytes both words hold some of the same bytes. Each has a factor of its own, and their sum is
 * mixed once more: ids that count up in their last digits else fall into few slots beside each other. */
static inline uint32_t tag_of(const struct tie_pool_key *key, uint32_t size)
{
    uint64_t hash = (key->first ^ (uint64_t)size << 56) * ROOT_2 + key->last * ROOT_3;

    hash = (hash ^ hash >> 32) * ROOT_2;
    return ((uint32_t)(hash >> 32) & ~(uint32_t)SIZE_MASK) | size;
}

/* One or the other without a branch: nothing foretells which. */
static inline uint32_t choose(bool one, uint32_t a, uint32_t b)
{
    return b ^ ((a ^ b) & -(uint32_t)one);
}

static inline uint32_t slot_of(const struct tie_pool *pool, uint32_t tag)
{
    return tag >> pool->slot_shift;
}

/* Words that differ as numbers that order as their bytes do: what a text has not is zero, and stands first. */
static inline int in_order(uint64_t a, uint64_t b)
{
    return __builtin_bswap64(a) < __builtin_bswap64(b) ? -1 : 1;
}

static inline bool is_same_key(const struct tie_pool_key *a, const struct tie_pool_key *b)
{
    return ((a->first ^ b->first) | (a->last ^ b->last)) == 0;
}

/* Whether an own text, of the same tag, is `text`. */
static inline bool is_same(
    const struct tie_pool *pool, uint32_t name, struct tie_text text, const struct tie_pool_key *key)
{
    const uint32_t own = name - 1 - pool->first;

    if (!is_same_key(&pool->keys[own], key))
        return false;
    return text.size <= KEYED_BYTES ||
        (pool->texts[own].size == text.size && memcmp(pool->texts[own].at, text.at, text.size) == 0);
}

/* The own name (id + 1) of `text`; else 0, and *slot is where it belongs. The table is never full. */
static inline uint32_t find_own(
    const struct tie_pool *pool, struct tie_text text, const struct tie_pool_key *key, uint32_t tag, uint32_t *slot)
{
    const struct tie_pool_slot *const slots = pool->slots;
    const uint32_t mask = pool->slot_room - 1;

    if (slots == NULL)
        return 0;
    for (*slot = slot_of(pool, tag); slots[*slot].name != 0; *slot = (*slot + 1) & mask)
        if (slots[*slot].tag == tag && is_same(pool, slots[*slot].name, text, key))
            return slots[*slot].name;
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
    uint32_t slot = slot_of(pool, tag);

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
    pool->slot_shift = 32;
    for (uint32_t left = room; left > 1; left /= 2)
        pool->slot_shift--;
    for (uint32_t i = 0; i < old_room; i++)
        if (old[i].name != 0)
            pool->slots[free_slot(pool, old[i].tag)] = old[i];
    make_sieve(pool);
}

static void grow_texts(struct tie_pool *pool, uint32_t room)
{
    struct tie_text *const texts = tie_arena_try_raw(pool->arena, (size_t)room * sizeof *texts);
    struct tie_pool_key *const keys = tie_arena_try_raw(pool->arena, (size_t)room * sizeof *keys);

    TIE_ASSERT(room > pool->room && texts != NULL && keys != NULL);
    if (pool->count > 0) {
        memcpy(texts, pool->texts, pool->count * sizeof *texts);
        memcpy(keys, pool->keys, pool->count * sizeof *keys);
    }
    pool->texts = texts;
    pool->keys = keys;
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
        need += (sizeof(struct tie_text) + sizeof(struct tie_pool_key)) * room + 32;
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
static inline tie_str add(
    struct tie_pool *pool, struct tie_text kept, const struct tie_pool_key *key, uint32_t tag, uint32_t slot)
{
    const tie_str id = pool->first + pool->count;

    TIE_ASSERT(id < TIE_STR_UNKNOWN - 1);
    if (pool->count == pool->room)
        grow_texts(pool, pool->room == 0 ? FIRST_TEXTS : 2 * pool->room);
    if (pool->count >= pool->slot_room / 2) {
        grow_slots(pool, pool->slot_room == 0 ? FIRST_SLOTS : 2 * pool->slot_room);
        slot = free_slot(pool, tag);
    }
    pool->keys[pool->count] = *key;
    pool->texts[pool->count++] = kept;
    pool->slots[slot] = (struct tie_pool_slot){ tag, id + 1 };
    if (pool->sieve != NULL)
        put_in_sieve(pool, tag);
    return id;
}

void tie_pool_init(struct tie_pool *pool, struct tie_arena *arena, const struct tie_pool *base)
{
    const struct tie_pool_key none = { 0, 0 };

    *pool = (struct tie_pool){ .base = base, .arena = arena, .first = base == NULL ? 0 : base->first + base->count };
    if (base == NULL)
        (void)add(pool, TIE_TEXT(""), &none, tag_of(&none, 0), 0);
}

/* The name of a text in the pool or below it; else 0, and *slot is where it belongs in the pool. */
static inline uint32_t find(
    const struct tie_pool *pool, struct tie_text text, const struct tie_pool_key *key, uint32_t tag, uint32_t *slot)
{
    uint32_t ignored = 0, name = find_own(pool, text, key, tag, slot);

    for (const struct tie_pool *base = pool->base; name == 0 && base != NULL; base = base->base)
        if (may_hold(base, tag))
            name = find_own(base, text, key, tag, &ignored);
    return name;
}

static inline tie_str put(struct tie_pool *pool, struct tie_text text, bool copies)
{
    uint32_t slot = 0;

    TIE_ASSERT(pool->base == NULL || pool->first == pool->base->first + pool->base->count);
    if (text.size == 0)
        return 0;
    const struct tie_pool_key key = key_of(text);
    const uint32_t tag = tag_of(&key, size_of(text)), name = find(pool, text, &key, tag, &slot);
    return name != 0 ? name - 1 : add(pool, copies ? keep_text(pool, text) : text, &key, tag, slot);
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
    struct tie_pool_key keys[AT_ONCE];
    uint32_t tags[AT_ONCE];
    uint8_t left[AT_ONCE]; /* of which no id is known as yet */
    size_t left_count;
};

/* Keys and tags of all texts; memory is asked for their slots in the pool, which has slots, and for what a sieve below
 * says of them. */
static void tag_some(struct some *some, const struct tie_pool *pool, tie_str *ids)
{
    static const uint64_t no_sieve[1] = { 0 };
    const bool sifts = pool->base != NULL && pool->base->sieve != NULL;
    const uint64_t *const sieve = sifts ? pool->base->sieve : no_sieve;
    const unsigned sieve_shift = sifts ? pool->base->sieve_shift : 32;
    static const uint64_t masks[] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff,
        0xffffffffffffff, UINT64_MAX };
    const struct tie_pool_slot *const slots = pool->slots;
    const unsigned shift = pool->slot_shift;
    size_t left = 0;

    for (size_t i = 0; i < some->count; i++) {
        const struct tie_text text = some->texts[i];
        const size_t front = text.size < 8 ? text.size : 8;
        uint32_t size = (uint32_t)text.size;
        struct tie_pool_key key;

        if (__builtin_expect(text.size > KEYED_BYTES, 0)) {
            key = key_of_long(text);
            size = SIZE_LONG;
        } else { /* as key_of makes it */
            key.first = eight_bytes(text.at) & masks[front];
            key.last = eight_bytes(text.at + text.size - front) & masks[front];
        }
        const uint32_t tag = tag_of(&key, size);
        some->keys[i] = key;
        some->tags[i] = tag;
        ids[i] = 0; /* of the empty text in every pool */
        some->left[left] = (uint8_t)i;
        left += size != 0;
        __builtin_prefetch(&slots[tag >> shift]);
        __builtin_prefetch(&sieve[(uint64_t)tag >> sieve_shift >> 6]);
    }
    some->left_count = left;
}

/* Of the texts that are left those that a pool below may have; the others stay. Memory is asked for their slots. */
static size_t sift_some(struct some *some, const struct tie_pool *below, uint8_t *passed)
{
    const uint64_t *const sieve = below->sieve;
    const unsigned shift = below->sieve_shift;
    size_t count = 0, left = 0;

    for (size_t l = 0; l < some->left_count; l++) {
        const uint32_t bit = sieve == NULL ? 0 : some->tags[some->left[l]] >> shift;
        const size_t may = sieve == NULL ? 1 : sieve[bit / 64] >> bit % 64 & 1;

        passed[count] = some->left[l];
        some->left[left] = some->left[l];
        count += may;
        left += 1 - may;
    }
    some->left_count = left;
    for (size_t p = 0; p < count; p++)
        __builtin_prefetch(&below->slots[slot_of(below, some->tags[passed[p]])]);
    return count;
}

/* Ids of those that a pool below has; the others are left. */
static void find_some(struct some *some, const struct tie_pool *below, tie_str *ids)
{
    const struct tie_pool_slot *const slots = below->slots;
    const uint32_t first = below->first;
    uint8_t passed[AT_ONCE] = { 0 };
    uint32_t owns[AT_ONCE], others[AT_ONCE]; /* what the first slot holds; not 0 where that is of another tag */
    const size_t count = sift_some(some, below, passed);

    for (size_t p = 0; p < count; p++) {
        const uint32_t tag = some->tags[passed[p]];
        const struct tie_pool_slot slot = slots[slot_of(below, tag)];

        others[p] = slot.tag ^ tag;
        owns[p] = choose(slot.tag == tag, slot.name - 1 - first, 0);
        __builtin_prefetch(&below->keys[owns[p]]);
    }
    for (size_t p = 0; p < count; p++) {
        const size_t i = passed[p];
        uint32_t name = first + owns[p] + 1, ignored = 0;

        if (others[p] != 0 || !is_same_key(&below->keys[owns[p]], &some->keys[i]) ||
            (some->tags[i] & SIZE_MASK) == SIZE_LONG)
            name = find_own(below, some->texts[i], &some->keys[i], some->tags[i], &ignored);
        if (name != 0)
            ids[i] = name - 1;
        else
            some->left[some->left_count++] = (uint8_t)i;
    }
}

/* A text that is not in its first slot, or is long: found further on, or added. Its own index. */
static __attribute__((noinline)) uint32_t add_further(
    const struct some *some, size_t i, struct tie_pool *pool, uint32_t count)
{
    uint32_t slot = 0;
    const uint32_t name = find_own(pool, some->texts[i], &some->keys[i], some->tags[i], &slot);

    if (name == 0)
        pool->slots[slot] = (struct tie_pool_slot){ some->tags[i], pool->first + count + 1 };
    return name == 0 ? count : name - 1 - pool->first;
}

/* Texts that are left are found in the pool, where there is room for all of them, or added. */
static void add_some(const struct some *some, struct tie_pool *pool, tie_str *ids)
{
    struct tie_pool_slot *const slots = pool->slots;
    struct tie_text *const texts = pool->texts;
    struct tie_pool_key *const keys = pool->keys;
    const uint32_t first = pool->first;
    const unsigned shift = pool->slot_shift;
    uint32_t count = pool->count;

    for (size_t l = 0; l < some->left_count; l++) {
        const uint32_t name = slots[some->tags[some->left[l]] >> shift].name;

        __builtin_prefetch(&keys[choose(name == 0, count, name - 1 - first)]);
    }
    for (size_t l = 0; l < some->left_count; l++) {
        const size_t i = some->left[l];
        const struct tie_pool_key key = some->keys[i];
        const uint32_t tag = some->tags[i];
        struct tie_pool_slot *const slot = &slots[tag >> shift];
        const bool is_free = slot->name == 0;
        uint32_t own = choose(is_free, count, slot->name - 1 - first);

        texts[count] = some->texts[i]; /* if it is new; then it is found to be itself */
        keys[count] = key;
        if (choose(is_free, tag, slot->tag) == tag && is_same_key(&keys[own], &key) && (tag & SIZE_MASK) != SIZE_LONG)
            *slot = (struct tie_pool_slot){ tag, first + own + 1 };
        else
            own = add_further(some, i, pool, count);
        count += own == count;
        ids[i] = first + own;
    }
    pool->count = count;
    for (size_t l = 0; pool->sieve != NULL && l < some->left_count; l++)
        put_in_sieve(pool, some->tags[some->left[l]]);
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
        tag_some(&some, pool, ids + first);
        for (const struct tie_pool *below = pool->base; below != NULL; below = below->base)
            if (below->slots != NULL)
                find_some(&some, below, ids + first);
        add_some(&some, pool, ids + first);
    }
}

void tie_pool_find_all(const struct tie_pool *pool, const struct tie_text *texts, size_t count, tie_str *ids)
{
    struct some some;

    while (pool->slots == NULL && pool->base != NULL)
        pool = pool->base;
    TIE_ASSERT(pool->slots != NULL); /* a pool on no other holds the empty text */
    for (size_t first = 0; first < count; first += some.count) {
        some.texts = texts + first;
        some.count = count - first < AT_ONCE ? count - first : AT_ONCE;
        tag_some(&some, pool, ids + first);
        for (const struct tie_pool *here = pool; here != NULL; here = here->base)
            if (here->slots != NULL)
                find_some(&some, here, ids + first);
        for (size_t l = 0; l < some.left_count; l++)
            ids[first + some.left[l]] = TIE_STR_UNKNOWN;
    }
}

tie_str tie_pool_find(const struct tie_pool *pool, struct tie_text text)
{
    uint32_t ignored = 0, name = 0;

    if (text.size == 0)
        return 0;
    const struct tie_pool_key key = key_of(text);
    const uint32_t tag = tag_of(&key, size_of(text));
    for (; name == 0 && pool != NULL; pool = pool->base)
        name = find_own(pool, text, &key, tag, &ignored);
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
    const struct tie_pool *of_a = pool, *of_b = pool;

    if (a == b)
        return 0;
    while (a < of_a->first)
        of_a = of_a->base;
    while (b < of_b->first)
        of_b = of_b->base;
    const uint32_t own_a = a - of_a->first, own_b = b - of_b->first;
    TIE_ASSERT(own_a < of_a->count && own_b < of_b->count);
    const struct tie_pool_key *const x = &of_a->keys[own_a], *const y = &of_b->keys[own_b];
    const struct tie_text s = of_a->texts[own_a], t = of_b->texts[own_b];
    if (x->first != y->first)
        return in_order(x->first, y->first);
    return s.size == t.size && s.size <= KEYED_BYTES ? in_order(x->last, y->last) : tie_text_compare(s, t);
}
