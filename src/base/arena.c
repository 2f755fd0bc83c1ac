/*
 * arena.c - a bump allocator on reserved address space.
 *
 * The whole cap is mapped at once without reserving swap; the kernel gives zeroed pages when they are first touched. So
 * memory above peak_bytes is zero already, and only what an earlier life of the arena handed out is wiped, when it is
 * handed out anew.
 *
 * Invariant: used_bytes <= peak_bytes <= cap_bytes, used_bytes is a multiple of 16, every byte at or above peak_bytes
 * is zero. Huge pages are asked for from 8 MiB on: fresh 4 KiB pages cost eight times the faults, but a small arena
 * would waste 2 MiB.
 *
 * Rejected: a list of malloc'ed blocks (allocation could fail half-way, and blocks can't be given back by a mark
 * alone); MADV_DONTNEED on reset (page faults cost more than wiping what is used again).
 */
#include "tieout/arena.h"

#include "tieout/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN_BYTES ((size_t)16)
#define HUGE_PAGES_FROM_BYTES ((size_t)4 << 20)
#define PAGE_BYTES 4096
#define FIRST_ROOM ((size_t)8) /* elements of a growing array that holds none yet */

void tie_use_huge_pages(void *at, size_t bytes)
{
    const size_t skip = (PAGE_BYTES - (uintptr_t)at % PAGE_BYTES) % PAGE_BYTES;

    if (bytes >= HUGE_PAGES_FROM_BYTES)
        (void)madvise((unsigned char *)at + skip, bytes - skip, MADV_HUGEPAGE);
}

enum tie_status tie_arena_init(struct tie_arena *arena, size_t cap_bytes, struct tie_error *err)
{
    void *base;

    *arena = (struct tie_arena){ .base = NULL };
    cap_bytes -= cap_bytes % ALIGN_BYTES;
    if (cap_bytes == 0)
        return tie_fail(
            err, TIE_CONFIG, "memory limit too small: nothing is left for a work area; raise the memory limit");
    base = mmap(NULL, cap_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return tie_fail(err, TIE_CONFIG,
            "memory limit too small: %zu MiB of address space are refused (%s); lower `memory` in the job or raise the "
            "limit of the process (ulimit -v)",
            (cap_bytes + 1048575) / 1048576, strerror(errno));
    tie_use_huge_pages(base, cap_bytes);
    arena->base = base;
    arena->cap_bytes = cap_bytes;
    return TIE_OK;
}

void tie_arena_release(struct tie_arena *arena)
{
    if (arena->base != NULL)
        (void)munmap(arena->base, arena->cap_bytes);
    *arena = (struct tie_arena){ .base = NULL };
}

void tie_arena_reset(struct tie_arena *arena)
{
    arena->used_bytes = 0;
}

void tie_arena_forget(struct tie_arena *arena, size_t bytes)
{
    (void)madvise(arena->base, bytes / PAGE_BYTES * PAGE_BYTES, MADV_DONTNEED);
}

static size_t aligned(size_t size_bytes)
{
    return (size_bytes + (ALIGN_BYTES - 1)) / ALIGN_BYTES * ALIGN_BYTES;
}

void *tie_arena_try_raw(struct tie_arena *arena, size_t size_bytes)
{
    const size_t start = arena->used_bytes;

    if (size_bytes > arena->cap_bytes - start)
        return NULL;
    /* The cap is a multiple of 16 too, so rounding up can't step over it. */
    arena->used_bytes = start + aligned(size_bytes);
    if (arena->used_bytes > arena->peak_bytes)
        arena->peak_bytes = arena->used_bytes;
    return arena->base + start;
}

void *tie_arena_try(struct tie_arena *arena, size_t size_bytes)
{
    const size_t start = arena->used_bytes, dirty = arena->peak_bytes;
    void *const block = tie_arena_try_raw(arena, size_bytes);

    if (block != NULL && start < dirty)
        memset(block, 0, (arena->used_bytes < dirty ? arena->used_bytes : dirty) - start);
    return block;
}

/* Ending at any instant is what a run survives (a refused malloc does the same): what lies half-done is removed by the
 * next start. To hand the refusal up through all that judges would put a branch behind each allocation. */
TIE_NORETURN static void refuse(const struct tie_arena *arena)
{
    TIE_ASSERT(arena->holds != NULL && "the arena's cap was planned too small");
    tie_log_progress_end();
    tie_log(TIE_LOG_ERROR, "memory limit too small: %s%s%.*s%s does not fit into %zu MiB; raise [limits] memory",
        arena->holds, arena->name != NULL ? " '" : "", (int)arena->name_size, arena->name != NULL ? arena->name : "",
        arena->name != NULL ? "'" : "", arena->cap_bytes >> 20);
    _exit(tie_status_exit_code(TIE_CONFIG));
}

void *tie_arena_take(struct tie_arena *arena, size_t size_bytes)
{
    void *block = tie_arena_try(arena, size_bytes);

    if (block == NULL)
        refuse(arena);
    return block;
}

void *tie_arena_take_raw(struct tie_arena *arena, size_t size_bytes)
{
    void *block = tie_arena_try_raw(arena, size_bytes);

    if (block == NULL)
        refuse(arena);
    return block;
}

struct tie_arena_mark tie_arena_mark(const struct tie_arena *arena)
{
    return (struct tie_arena_mark){ .used_bytes = arena->used_bytes };
}

void tie_arena_back_to(struct tie_arena *arena, struct tie_arena_mark mark)
{
    TIE_ASSERT(mark.used_bytes <= arena->used_bytes);
    arena->used_bytes = mark.used_bytes;
}

void *tie_arena_take_array(struct tie_arena *arena, size_t count, size_t element_bytes)
{
    size_t size_bytes;

    TIE_ASSERT(!__builtin_mul_overflow(count, element_bytes, &size_bytes));
    return tie_arena_take(arena, size_bytes);
}

char *tie_arena_strdup(struct tie_arena *arena, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = tie_arena_take(arena, size);

    memcpy(copy, text, size);
    return copy;
}

char *tie_arena_printf(struct tie_arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    int size;
    char *text;

    va_start(args, format);
    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    TIE_ASSERT(size >= 0);
    text = tie_arena_take(arena, (size_t)size + 1);
    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

/* Bytes by which the arena's last block grows to twice its size, or as far as the arena goes when that still makes room
 * for one more element: an arena that holds nothing but a list can be full of it. */
static size_t growth_in_place(const struct tie_arena *arena, size_t old_bytes, size_t new_bytes, size_t element_bytes)
{
    const size_t left = arena->cap_bytes - arena->used_bytes;
    const size_t wanted = aligned(new_bytes) - old_bytes;

    return wanted > left && left >= aligned(element_bytes) ? left : wanted;
}

void *tie_arena_grow(struct tie_arena *arena, void *at, size_t count, size_t *room, size_t element_bytes)
{
    const size_t new_room = *room == 0 ? FIRST_ROOM : *room * 2;
    const size_t old_bytes = aligned(*room * element_bytes);
    size_t new_bytes;
    void *moved;

    TIE_ASSERT(new_room > *room && count <= *room && !__builtin_mul_overflow(new_room, element_bytes, &new_bytes));
    if (old_bytes > 0 && old_bytes <= arena->used_bytes && at == arena->base + arena->used_bytes - old_bytes) {
        const size_t more = growth_in_place(arena, old_bytes, new_bytes, element_bytes);

        (void)tie_arena_take(arena, more);
        *room = (old_bytes + more) / element_bytes;
        return at;
    }
    moved = tie_arena_take_array(arena, new_room, element_bytes);
    if (count > 0)
        memcpy(moved, at, count * element_bytes);
    *room = new_room;
    return moved;
}
