/*
 * text.h - borrowed slices of text, and a bounded builder.
 *
 * struct tie_text borrows bytes that need not end in NUL; an empty slice is {"" , 0}. Text is UTF-8; comparison is by
 * bytes. No function here looks at the locale.
 */
#ifndef TIEOUT_TEXT_H
#define TIEOUT_TEXT_H

#include "tieout/arena.h"

struct tie_text {
    const char *at;
    size_t size;
};

#define TIE_TEXT(literal) ((struct tie_text){ "" literal, sizeof(literal) - 1 })

struct tie_text tie_text_of(const char *zero_ended); /* NULL gives the empty slice */
bool tie_text_equal(struct tie_text a, struct tie_text b);
bool tie_text_is(struct tie_text a, const char *b);
bool tie_text_is_nocase(struct tie_text a, const char *b);  /* ASCII only */
int tie_text_compare(struct tie_text a, struct tie_text b); /* by bytes, as memcmp, the shorter first */
struct tie_text tie_text_trim(struct tie_text text);        /* blanks and tabs, CR, LF at both ends */
bool tie_text_starts(struct tie_text text, const char *prefix);
/* Splits at the first `separator`: returns what stands before it and leaves the rest in *rest. */
struct tie_text tie_text_cut(struct tie_text *rest, char separator);
bool tie_text_is_utf8(struct tie_text text, size_t *bad_at); /* strict: no surrogates, no overlong forms, no NUL */
char *tie_text_dup(struct tie_arena *arena, struct tie_text text); /* zero-ended copy */

/* Copies of many short texts that live as long as an arena: they lie byte behind byte, zero-ended, and a text that was
 * kept not long ago is found instead of kept again. Nothing of it is given back. */
struct tie_text_keeper {
    struct tie_arena *arena;
    char *at; /* free bytes of the block at hand */
    size_t left;
    struct tie_text_kept *recent; /* by hash; NULL: none */
};

void tie_text_keeper_init(struct tie_text_keeper *keeper, struct tie_arena *arena);
const char *tie_text_keep(struct tie_text_keeper *keeper, struct tie_text text); /* "" takes no memory */
/* The same for a text that hardly comes twice: it is not looked for, and pushes no other out. */
const char *tie_text_keep_once(struct tie_text_keeper *keeper, struct tie_text text);

/* A builder with a maximum. It owns malloc'ed memory; a write past `max_bytes` or without memory sets `failed` and
 * drops the rest. */
struct tie_buf {
    char *at; /* zero-ended when size > 0 */
    size_t size;
    size_t room;
    size_t max_bytes;
    bool failed;
};

void tie_buf_init(struct tie_buf *buf, size_t max_bytes); /* no allocation */
void tie_buf_release(struct tie_buf *buf);
void tie_buf_reset(struct tie_buf *buf); /* empty, keeps memory */
void tie_buf_put(struct tie_buf *buf, const void *bytes, size_t size);
void tie_buf_text(struct tie_buf *buf, const char *zero_ended);
void tie_buf_char(struct tie_buf *buf, char c);
/* For who writes many small pieces: the place of up to `most` more bytes, which the caller fills from the left and ends
 * with tie_buf_filled, given the place behind the last. NULL when the buffer failed: then nothing is to be ended. */
char *tie_buf_room(struct tie_buf *buf, size_t most);
void tie_buf_filled(struct tie_buf *buf, char *end);
void tie_buf_printf(struct tie_buf *buf, const char *format, ...) TIE_PRINTF(2, 3);
struct tie_text tie_buf_slice(const struct tie_buf *buf);

#endif
