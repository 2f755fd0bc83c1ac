/*
 * memory.c - an allocation that is refused ends the program: a line on stderr, exit code 78.
 *
 * The libraries a run lives on don't all look whether they got their memory: libxlsxwriter prints a line and goes on
 * with a style, a link or a chart missing, or without the pointer; drivers crash. A workbook that lacks something is
 * worse than none, and which allocation is refused is chance. So malloc and its family are taken over for the whole
 * program, libraries included, and a refusal is never handed to anybody. Ending at any instant is what a run promises
 * to survive (kill -9 is no different): what lies half-done is removed or finished by the next start. A child that
 * ends so is a source that broke off, and its last words reach the log.
 *
 * Only the program `tieout` has this. In the library an allocation that fails is an error return (TIE_CONFIG), as far
 * as the code is ours; arenas are mapped, not allocated, and say themselves when they are full.
 *
 * Invariant: nothing here allocates, locks or uses stdio. The family is whole, so a block never goes to another
 * allocator than the one it came from. Rejected: a reserve that is given back when memory is short (the next refusal is
 * only later); a child process for the workbook (it would still lack what was refused); checking the library's calls
 * one by one (its void functions allocate too).
 */
#include "tieout/status.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !HAS_FEATURE(address_sanitizer) &&              \
    !HAS_FEATURE(thread_sanitizer)

/* The C library's own names for the same functions. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *__libc_valloc(size_t size);
void *__libc_pvalloc(size_t size);
void __libc_free(void *block);

TIE_NORETURN static void refused(size_t size)
{
    static const char before[] = "tieout: out of memory: ";
    static const char after[] = " bytes were refused. The memory limit is too small: raise it (ulimit -v, of a service "
                                "MemoryMax, `memory` of a source), or lower `memory` in [limits]; the next start puts "
                                "in order what this one left\n";
    char digits[24];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + size % 10);
        size /= 10;
    } while (size > 0);
    tie_stderr_put(before, sizeof before - 1);
    tie_stderr_put(digits + at, sizeof digits - at);
    tie_stderr_put(after, sizeof after - 1);
    _exit(tie_status_exit_code(TIE_CONFIG));
}

static void *granted(void *block, size_t size)
{
    if (block == NULL && size > 0)
        refused(size);
    return block;
}

/* The headers' names are reserved. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
void *malloc(size_t size)
{
    return granted(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
    size_t all = 0;

    if (__builtin_mul_overflow(count, size, &all))
        all = SIZE_MAX;
    return granted(__libc_calloc(count, size), all);
}

void *realloc(void *block, size_t size)
{
    return granted(__libc_realloc(block, size), size); /* size 0 gives the block back, and NULL is no refusal */
}

void *memalign(size_t alignment, size_t size)
{
    return granted(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return granted(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
        return EINVAL;
    *block = granted(__libc_memalign(alignment, size), size);
    return 0;
}

void *valloc(size_t size)
{
    return granted(__libc_valloc(size), size);
}

void *pvalloc(size_t size)
{
    return granted(__libc_pvalloc(size), size);
}

void free(void *block)
{
    __libc_free(block);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

#endif
