/*
 * arena.h - memory that is given back all at once.
 *
 * An arena reserves `cap_bytes` of address space when it is made and commits pages as they are touched, so an
 * allocation never fails half-way: tie_arena_take() past the cap is a programmer error (the planner of the caller
 * proved the fit) or, where nobody can tell before, the end of the program with a line that says what did not fit;
 * tie_arena_try() returns NULL there and lets the caller split its work. Memory is zeroed, aligned to
 * 16 bytes. Lifetimes are by arena: process, run, shard, scratch. Nothing in an arena is freed singly.
 * Threads: one arena belongs to one thread at a time.
 */
#ifndef TIEOUT_ARENA_H
#define TIEOUT_ARENA_H

#include "tieout/status.h"

#include <stdint.h>

struct tie_arena {
    unsigned char *base;
    size_t cap_bytes;  /* address space reserved */
    size_t used_bytes; /* handed out since the last reset */
    size_t peak_bytes; /* most ever handed out; pages up to here may be dirty */
    /* What it holds, where the data decide how much that is, and the name of it: past the cap the program ends with
     * exit code 78 and says "<holds> '<name>' does not fit". NULL: to be full is a programmer error. */
    const char *holds, *name;
    size_t name_size;
};

struct tie_arena_mark {
    size_t used_bytes;
};

TIE_MUST_CHECK enum tie_status tie_arena_init(struct tie_arena *arena, size_t cap_bytes, struct tie_error *err);
void tie_arena_release(struct tie_arena *arena);
void tie_arena_reset(struct tie_arena *arena); /* ready for reuse; keeps the committed pages */

/* What lies in its first `bytes` won't be read again and needs no memory any more, though the arena goes on. */
void tie_arena_forget(struct tie_arena *arena, size_t bytes);

/* Asks for huge pages below a large block, of an arena or not: for speed alone, a kernel without them may refuse. */
void tie_use_huge_pages(void *at, size_t bytes);

void *tie_arena_take(struct tie_arena *arena, size_t size_bytes); /* never NULL; zeroed */
void *tie_arena_try(struct tie_arena *arena, size_t size_bytes);  /* NULL past the cap; zeroed */
/* The same for who writes all of it: holds what an earlier life of the arena left there. */
void *tie_arena_try_raw(struct tie_arena *arena, size_t size_bytes);

void *tie_arena_take_raw(struct tie_arena *arena, size_t size_bytes); /* never NULL; for what is written whole */

struct tie_arena_mark tie_arena_mark(const struct tie_arena *arena);
void tie_arena_back_to(struct tie_arena *arena, struct tie_arena_mark mark);

/* `count` elements of TYPE, zeroed; the multiplication is checked. */
void *tie_arena_take_array(struct tie_arena *arena, size_t count, size_t element_bytes);
#define TIE_TAKE(arena, TYPE, count) ((TYPE *)tie_arena_take_array((arena), (count), sizeof(TYPE)))

char *tie_arena_strdup(struct tie_arena *arena, const char *text);
char *tie_arena_printf(struct tie_arena *arena, const char *format, ...) TIE_PRINTF(2, 3);

/*
 * A growing array in an arena: declare as struct { TYPE *at; size_t count, room; } and push with TIE_PUSH.
 * Growth doubles. The last block that the arena gave out grows where it lies, at the end as far as the arena goes; any
 * other is copied and left to the arena. The pointer may move on every push.
 */
void *tie_arena_grow(struct tie_arena *arena, void *at, size_t count, size_t *room, size_t element_bytes);
#define TIE_PUSH(arena, list, ...)                                                                                     \
    do {                                                                                                               \
        if ((list)->count == (list)->room)                                                                             \
            (list)->at = tie_arena_grow((arena), (list)->at, (list)->count, &(list)->room, sizeof *(list)->at);        \
        (list)->at[(list)->count++] = (__VA_ARGS__);                                                                   \
    } while (0)

#endif
