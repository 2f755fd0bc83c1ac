/*
 * hash.h - 64-bit hashing of bytes, and a hash table from 64-bit keys to 32-bit values.
 *
 * The hash is fixed (no seed): a row's shard depends on its key alone, on every machine and in every run. It is no
 * protection against chosen keys; tables compare the full key, so a collision costs time only.
 */
#ifndef TIEOUT_HASH_H
#define TIEOUT_HASH_H

#include "tieout/arena.h"
#include "tieout/text.h"

#include <stdint.h>

uint64_t tie_hash_bytes(const void *bytes, size_t size);
uint64_t tie_hash_text(struct tie_text text);
uint64_t tie_hash_mix(uint64_t a, uint64_t b); /* order matters */

/* Open addressing, linear probing, in an arena; grows by doubling. Keys are full 64-bit values, equal keys are
 * equal. */
struct tie_map {
    struct tie_arena *arena;
    uint64_t *keys;
    uint32_t *values; /* value + 1; 0 is an empty slot */
    size_t count;
    size_t room; /* a power of two, or 0 */
};

void tie_map_init(struct tie_map *map, struct tie_arena *arena);
bool tie_map_get(const struct tie_map *map, uint64_t key, uint32_t *value);
/* Returns true when the key was new; else leaves the old value. *slot_value (may be NULL) gets the value that now
 * stands there. */
bool tie_map_put(struct tie_map *map, uint64_t key, uint32_t value, uint32_t *slot_value);
void tie_map_set(struct tie_map *map, uint64_t key, uint32_t value); /* put or replace */

#endif
