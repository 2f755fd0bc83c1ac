/* aid.c - see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)1 << 30) /* of address space; what is touched is bounded by the fuzzer's own limit */

void fuzz_broken(const char *file, int line, const char *property)
{
    (void)fprintf(stderr, "%s:%d: broken: %s\n", file, line, property);
    abort();
}

void fuzz_failure_is_told(enum tie_status status, const struct tie_error *err)
{
    const bool is_told = status != TIE_OK && status == err->status && err->text[0] != '\0' &&
        strchr(err->text, '\n') == NULL && tie_text_is_utf8(tie_text_of(err->text), NULL);

    if (!is_told)
        (void)fprintf(stderr, "status %d, text: %s\n", (int)err->status, err->text);
    FUZZ_HOLDS(is_told);
}

static int lowest_free(void)
{
    const int fd = dup(STDERR_FILENO);

    FUZZ_HOLDS(fd >= 0 && close(fd) == 0);
    return fd;
}

static int lowest_before; /* by the last fuzz_file(): a fuzzer opens files between two inputs */

const char *fuzz_file(const void *bytes, size_t size)
{
    static char path[64];
    static int fd = -1;
    const char *at = bytes;

    if (fd < 0) {
        fd = memfd_create("tieout-fuzz", MFD_CLOEXEC);
        FUZZ_HOLDS(fd >= 0);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    lowest_before = lowest_free();
    FUZZ_HOLDS(ftruncate(fd, 0) == 0);
    for (size_t done = 0; done < size;) {
        const ssize_t put = pwrite(fd, at + done, size - done, (off_t)done);

        FUZZ_HOLDS(put > 0);
        done += (size_t)put;
    }
    return path;
}

void fuzz_files_closed(void)
{
    FUZZ_HOLDS(lowest_free() == lowest_before);
}

struct tie_arena *fuzz_arena(void)
{
    static struct tie_arena arena;

    if (arena.base == NULL)
        FUZZ_HOLDS(tie_arena_init(&arena, ARENA_BYTES, NULL) == TIE_OK);
    tie_arena_reset(&arena);
    return &arena;
}

uint64_t fuzz_take(struct fuzz_input *input, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes && input->left > 0; i++) {
        value |= (uint64_t)*input->at++ << (8 * i);
        input->left--;
    }
    return value;
}

void fuzz_put(struct tie_buf *out, struct tie_text text)
{
    tie_buf_put(out, &text.size, sizeof text.size);
    tie_buf_put(out, text.at, text.size);
}
