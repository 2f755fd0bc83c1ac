/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one file with LLVMFuzzerTestOneInput(), built twice: with libFuzzer (make fuzz), and with replay.c, which
 * gives it the files of corpus/<target>/ under any compiler (make check). It asserts properties; crashes, leaks, limits
 * of time and memory are the fuzzer's to see. A target keeps nothing between two inputs but caches.
 */
#ifndef TIEOUT_TESTS_FUZZ_H
#define TIEOUT_TESTS_FUZZ_H

#include "tieout/arena.h"
#include "tieout/text.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size); /* the name is libFuzzer's */

/* The property is broken: tells which and aborts, in every build. */
TIE_NORETURN void fuzz_broken(const char *file, int line, const char *property);
#define FUZZ_HOLDS(property) ((property) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #property))

/* A failure must have its status, words and no line break. */
void fuzz_failure_is_told(enum tie_status status, const struct tie_error *err);

/* A file in memory with these bytes; path and content hold until the next call. */
const char *fuzz_file(const void *bytes, size_t size);
/* All that was opened since the last call of fuzz_file() is closed again. */
void fuzz_files_closed(void);

/* An arena for all inputs, empty again with each call. */
struct tie_arena *fuzz_arena(void);

/* Decisions that an input makes, from its front; zeros behind its end. */
struct fuzz_input {
    const uint8_t *at;
    size_t left;
};
uint64_t fuzz_take(struct fuzz_input *input, size_t bytes); /* little-endian, at most 8 */

/* Appends size and bytes, so that two lists of texts are equal only when each text is. */
void fuzz_put(struct tie_buf *out, struct tie_text text);

#endif
