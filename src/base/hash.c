/*
 * hash.c - a fixed 64-bit hash by folded multiplication, and the map.
 *
 * Hash: the text is eaten in blocks of 16 bytes, read as two little-endian words a and b on every machine. A block is
 * folded into the state by one 64 x 64 -> 128 bit multiplication whose halves are xored; the old state, rotated, is
 * added, so a factor that happens to be zero loses one word at most and never the state. The last 1..16 bytes are read
 * as two words that may overlap, the length goes in at the end, and the result passes a bijective finish (xor-shift and
 * multiply, twice). The constants are the fractions of the square roots of 2, 3, 5 and 7: no degree of freedom was used
 * up in choosing them. Its values are part of the format of frames (the shard of a row), so they never change;
 * tests/unit/base/test_hash.c pins some of them, and measures avalanche and spread.
 *
 * Map: linear probing at 5/8 load at most. Keys may be packed numbers, so the slot comes from the finished key, never
 * from its raw low bits. Rejected: tombstones and deletion, nobody needs them; values in one array with the keys,
 * because 12 bytes side by side are read unaligned.
 */
#include "tieout/hash.h"

#include <endian.h>
#include <string.h>

#define ROOT_2 UINT64_C(0x6A09E667F3BCC909)
#define ROOT_3 UINT64_C(0xBB67AE8584CAA73B)
#define ROOT_5 UINT64_C(0x3C6EF372FE94F82B)
#define ROOT_7 UINT64_C(0xA54FF53A5F1D36F1)

#define FIRST_ROOM ((size_t)16)

__extension__ typedef unsigned __int128 wide;

static uint64_t word_at(const unsigned char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

static uint64_t half_word_at(const unsigned char *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    return le32toh(word);
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t fold(uint64_t state, uint64_t a, uint64_t b)
{
    const wide product = (wide)(a ^ ROOT_2) * (b ^ state);

    return rotate(state, 23) + ((uint64_t)product ^ (uint64_t)(product >> 64));
}

/* Bijective: different inputs stay different. */
static uint64_t finish(uint64_t x)
{
    x ^= x >> 32;
    x *= ROOT_3;
    x ^= x >> 29;
    x *= ROOT_7;
    x ^= x >> 32;
    return x;
}

uint64_t tie_hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    size_t left = size;
    uint64_t state = ROOT_5;
    uint64_t a = 0;
    uint64_t b = 0;

    for (; left > 16; left -= 16, at += 16)
        state = fold(state, word_at(at), word_at(at + 8));
    if (left >= 8) {
        a = word_at(at);
        b = word_at(at + left - 8);
    } else if (left >= 4) {
        a = half_word_at(at);
        b = half_word_at(at + left - 4);
    } else if (left > 0) {
        a = (uint64_t)at[0] | (uint64_t)at[left / 2] << 8 | (uint64_t)at[left - 1] << 16;
    }
    state = fold(state, a, b);
    return finish(fold(state, ROOT_7, (uint64_t)size));
}

uint64_t tie_hash_text(struct tie_text text)
{
    return tie_hash_bytes(text.at, text.size);
}

uint64_t tie_hash_mix(uint64_t a, uint64_t b)
{
    return finish(rotate(finish(a + ROOT_5), 17) + b);
}

void tie_map_init(struct tie_map *map, struct tie_arena *arena)
{
    *map = (struct tie_map){ .arena = arena };
}

/* The slot that holds `key`, or the empty one where it belongs. room is not 0, and never full. */
static size_t slot_of(const struct tie_map *map, uint64_t key)
{
    const size_t mask = map->room - 1;
    size_t slot = (size_t)finish(key) & mask;

    while (map->values[slot] != 0 && map->keys[slot] != key)
        slot = (slot + 1) & mask;
    return slot;
}

static void grow(struct tie_map *map)
{
    const struct tie_map old = *map;

    map->room = old.room == 0 ? FIRST_ROOM : old.room * 2;
    TIE_ASSERT(map->room > old.room);
    map->keys = TIE_TAKE(map->arena, uint64_t, map->room);
    map->values = TIE_TAKE(map->arena, uint32_t, map->room);
    for (size_t i = 0; i < old.room; i++) {
        if (old.values[i] != 0) {
            const size_t slot = slot_of(map, old.keys[i]);

            map->keys[slot] = old.keys[i];
            map->values[slot] = old.values[i];
        }
    }
}

bool tie_map_get(const struct tie_map *map, uint64_t key, uint32_t *value)
{
    size_t slot;

    if (map->count == 0)
        return false;
    slot = slot_of(map, key);
    if (map->values[slot] == 0)
        return false;
    *value = map->values[slot] - 1;
    return true;
}

/* Slot of `key` after it was made sure that there is one; *is_new tells whether it stands empty. */
static size_t claim(struct tie_map *map, uint64_t key, bool *is_new)
{
    size_t slot;

    if (map->count >= map->room / 8 * 5)
        grow(map);
    slot = slot_of(map, key);
    *is_new = map->values[slot] == 0;
    if (*is_new) {
        map->keys[slot] = key;
        map->count++;
    }
    return slot;
}

bool tie_map_put(struct tie_map *map, uint64_t key, uint32_t value, uint32_t *slot_value)
{
    bool is_new;
    const size_t slot = claim(map, key, &is_new);

    TIE_ASSERT(value < UINT32_MAX);
    if (is_new)
        map->values[slot] = value + 1;
    if (slot_value != NULL)
        *slot_value = map->values[slot] - 1;
    return is_new;
}

void tie_map_set(struct tie_map *map, uint64_t key, uint32_t value)
{
    bool is_new;
    const size_t slot = claim(map, key, &is_new);

    TIE_ASSERT(value < UINT32_MAX);
    map->values[slot] = value + 1;
}
