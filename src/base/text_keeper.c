/*
 * text_keeper.c - many short texts in an arena, without its 16 bytes a block, and most repeats only once.
 *
 * Texts are cut off blocks of 4 KiB; one that does not fit begins the next block, a long one has a block of its own. A
 * small table by hash remembers two texts in each of its places: what findings of one order, and of one night, repeat
 * (the order, its region, the currency) is met there. The first of the two has come again; a new one takes the place of
 * the second. So the many that come once don't push out the few that everybody shares, of which each copy would be one
 * more place in memory to be waited for when findings are printed.
 *
 * Invariant: a remembered text is handed out only when it equals the one that is asked for, byte by byte, so neither
 * the hash nor the size of the table shows in what is kept, only in how much memory that takes.
 * Rejected: a map of all texts (16 bytes and a miss of the cache for each, and most are ids of rows, which come once);
 * tie_pool (ids instead of pointers; what it keeps ends with a shard).
 */
#include "tieout/hash.h"
#include "tieout/text.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)4096)
#define LONG_BYTES (BLOCK_BYTES / 8) /* from here on a block of its own wastes less than the end of one at hand */
#define RECENT ((size_t)512)

struct tie_text_kept {
    uint64_t hashes[2];
    const char *texts[2]; /* NULL: none */
};

void tie_text_keeper_init(struct tie_text_keeper *keeper, struct tie_arena *arena)
{
    *keeper = (struct tie_text_keeper){ .arena = arena };
}

const char *tie_text_keep_once(struct tie_text_keeper *keeper, struct tie_text text)
{
    char *copy = keeper->at;

    if (text.size == 0)
        return "";
    if (text.size >= LONG_BYTES)
        return tie_text_dup(keeper->arena, text);
    if (text.size >= keeper->left) {
        copy = tie_arena_take_raw(keeper->arena, BLOCK_BYTES);
        keeper->left = BLOCK_BYTES;
    }
    memcpy(copy, text.at, text.size);
    copy[text.size] = '\0';
    keeper->at = copy + text.size + 1;
    keeper->left -= text.size + 1;
    return copy;
}

const char *tie_text_keep(struct tie_text_keeper *keeper, struct tie_text text)
{
    if (text.size == 0)
        return "";
    if (keeper->recent == NULL)
        keeper->recent = TIE_TAKE(keeper->arena, struct tie_text_kept, RECENT);

    const uint64_t hash = tie_hash_text(text);
    struct tie_text_kept *const kept = &keeper->recent[hash % RECENT];

    if (kept->hashes[0] == hash && kept->texts[0] != NULL && tie_text_is(text, kept->texts[0]))
        return kept->texts[0];
    if (kept->hashes[1] == hash && kept->texts[1] != NULL && tie_text_is(text, kept->texts[1])) {
        const char *const again = kept->texts[1];

        *kept = (struct tie_text_kept){ { hash, kept->hashes[0] }, { again, kept->texts[0] } };
        return again;
    }
    kept->hashes[1] = hash;
    kept->texts[1] = tie_text_keep_once(keeper, text);
    return kept->texts[1];
}
