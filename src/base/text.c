/*
 * text.c - slices and the builder.
 *
 * The builder takes a write whole or not at all: a half-written value would look like a value. After the first write
 * that does not fit, `failed` stands and every later write is dropped, so a caller checks once, at the end. Room
 * doubles and holds one byte more than `max_bytes`, for the zero at the end.
 *
 * UTF-8 is checked eight bytes at a time while the text is plain ASCII without NUL, which nearly all of it is.
 */
#include "tieout/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)64) /* bytes */

struct tie_text tie_text_of(const char *zero_ended)
{
    return zero_ended == NULL ? TIE_TEXT("") : (struct tie_text){ zero_ended, strlen(zero_ended) };
}

bool tie_text_equal(struct tie_text a, struct tie_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool tie_text_is(struct tie_text a, const char *b)
{
    return tie_text_equal(a, tie_text_of(b));
}

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool tie_text_is_nocase(struct tie_text a, const char *b)
{
    const struct tie_text other = tie_text_of(b);

    if (a.size != other.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (ascii_lower(a.at[i]) != ascii_lower(other.at[i]))
            return false;
    return true;
}

int tie_text_compare(struct tie_text a, struct tie_text b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static bool is_outer_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct tie_text tie_text_trim(struct tie_text text)
{
    while (text.size > 0 && is_outer_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_outer_blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

bool tie_text_starts(struct tie_text text, const char *prefix)
{
    const size_t size = strlen(prefix);

    return text.size >= size && (size == 0 || memcmp(text.at, prefix, size) == 0);
}

struct tie_text tie_text_cut(struct tie_text *rest, char separator)
{
    const struct tie_text whole = *rest;
    const char *found = whole.size == 0 ? NULL : memchr(whole.at, separator, whole.size);
    size_t size;

    if (found == NULL) {
        *rest = TIE_TEXT("");
        return whole;
    }
    size = (size_t)(found - whole.at);
    *rest = (struct tie_text){ found + 1, whole.size - size - 1 };
    return (struct tie_text){ whole.at, size };
}

/* Bytes of the well-formed character at `at` (Unicode table 3-7), 0 when there is none. */
static size_t utf8_character(const unsigned char *at, size_t left)
{
    /* lead bytes low..high are followed by `tail` more, the first of them within second_low..second_high */
    static const struct {
        unsigned char low, high, second_low, second_high, tail;
    } forms[] = {
        /* clang-format off */
        { 0xC2, 0xDF, 0x80, 0xBF, 1 }, /* C0 and C1 would be overlong */
        { 0xE0, 0xE0, 0xA0, 0xBF, 2 }, /* below A0: overlong */
        { 0xE1, 0xEC, 0x80, 0xBF, 2 },
        { 0xED, 0xED, 0x80, 0x9F, 2 }, /* from A0 on: surrogates */
        { 0xEE, 0xEF, 0x80, 0xBF, 2 },
        { 0xF0, 0xF0, 0x90, 0xBF, 3 }, /* below 90: overlong */
        { 0xF1, 0xF3, 0x80, 0xBF, 3 },
        { 0xF4, 0xF4, 0x80, 0x8F, 3 }, /* from 90 on: past U+10FFFF */
        /* clang-format on */
    };

    if (at[0] < 0x80)
        return at[0] != 0;
    for (size_t i = 0; i < TIE_COUNT_OF(forms); i++) {
        if (at[0] < forms[i].low || at[0] > forms[i].high)
            continue;
        if (left <= forms[i].tail || at[1] < forms[i].second_low || at[1] > forms[i].second_high)
            return 0;
        for (size_t k = 2; k <= forms[i].tail; k++)
            if ((at[k] & 0xC0U) != 0x80U)
                return 0;
        return (size_t)forms[i].tail + 1;
    }
    return 0;
}

/* No byte of the word is NUL or has its high bit. A high bit stands for itself; a zero byte, once 1 is taken off,
 * borrows into its own high bit. */
static bool is_ascii_word(uint64_t word)
{
    return ((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) == 0;
}

/* The same of a text: its ends overlap rather than being read byte by byte. */
static bool is_ascii(struct tie_text text)
{
    uint64_t word = 0;
    uint32_t ends[2];
    size_t i = 0;

    if (text.size < sizeof ends[0]) {
        for (; i < text.size && (unsigned char)(text.at[i] - 1) < 0x7F; i++)
            ;
        return i == text.size;
    }
    if (text.size < sizeof word) {
        memcpy(&ends[0], text.at, sizeof ends[0]);
        memcpy(&ends[1], text.at + text.size - sizeof ends[1], sizeof ends[1]);
        memcpy(&word, ends, sizeof word);
        return is_ascii_word(word);
    }
    for (; text.size - i > sizeof word; i += sizeof word) {
        memcpy(&word, text.at + i, sizeof word);
        if (!is_ascii_word(word))
            return false;
    }
    memcpy(&word, text.at + text.size - sizeof word, sizeof word);
    return is_ascii_word(word);
}

bool tie_text_is_utf8(struct tie_text text, size_t *bad_at)
{
    const unsigned char *bytes = (const unsigned char *)text.at;
    size_t i = 0;

    if (is_ascii(text))
        return true;

    while (i < text.size) {
        uint64_t word;
        size_t step;

        if (text.size - i >= sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            if (is_ascii_word(word)) {
                i += sizeof word;
                continue;
            }
        }
        step = utf8_character(bytes + i, text.size - i);
        if (step == 0) {
            if (bad_at != NULL)
                *bad_at = i;
            return false;
        }
        i += step;
    }
    return true;
}

char *tie_text_dup(struct tie_arena *arena, struct tie_text text)
{
    char *copy = tie_arena_take(arena, text.size + 1);

    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    return copy;
}

void tie_buf_init(struct tie_buf *buf, size_t max_bytes)
{
    *buf = (struct tie_buf){ .max_bytes = max_bytes };
}

void tie_buf_release(struct tie_buf *buf)
{
    free(buf->at);
    *buf = (struct tie_buf){ .max_bytes = buf->max_bytes };
}

void tie_buf_reset(struct tie_buf *buf)
{
    buf->size = 0;
    buf->failed = false;
    if (buf->at != NULL)
        buf->at[0] = '\0';
}

/* Makes place for `size` more bytes and the zero after them. */
static bool reserve(struct tie_buf *buf, size_t size)
{
    size_t room = buf->room == 0 ? FIRST_ROOM : buf->room;
    char *at;

    if (buf->failed || size > buf->max_bytes - buf->size || buf->size + size == SIZE_MAX) {
        buf->failed = true;
        return false;
    }
    if (buf->size + size < buf->room)
        return true;
    while (room <= buf->size + size)
        room = room > SIZE_MAX / 2 ? SIZE_MAX : room * 2;
    if (room > buf->max_bytes)
        room = buf->max_bytes == SIZE_MAX ? SIZE_MAX : buf->max_bytes + 1;
    at = realloc(buf->at, room);
    if (at == NULL) {
        buf->failed = true;
        return false;
    }
    buf->at = at;
    buf->room = room;
    return true;
}

void tie_buf_put(struct tie_buf *buf, const void *bytes, size_t size)
{
    if (size == 0 || !reserve(buf, size))
        return;
    memcpy(buf->at + buf->size, bytes, size);
    buf->size += size;
    buf->at[buf->size] = '\0';
}

void tie_buf_text(struct tie_buf *buf, const char *zero_ended)
{
    tie_buf_put(buf, zero_ended, strlen(zero_ended));
}

void tie_buf_char(struct tie_buf *buf, char c)
{
    tie_buf_put(buf, &c, 1);
}

char *tie_buf_room(struct tie_buf *buf, size_t most)
{
    return reserve(buf, most) ? buf->at + buf->size : NULL;
}

void tie_buf_filled(struct tie_buf *buf, char *end)
{
    TIE_ASSERT(end >= buf->at + buf->size && end < buf->at + buf->room);
    buf->size = (size_t)(end - buf->at);
    *end = '\0';
}

void tie_buf_printf(struct tie_buf *buf, const char *format, ...)
{
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0) {
        buf->failed = true;
        return;
    }
    if (size == 0 || !reserve(buf, (size_t)size))
        return;
    va_start(args, format);
    (void)vsnprintf(buf->at + buf->size, (size_t)size + 1, format, args);
    va_end(args);
    buf->size += (size_t)size;
}

struct tie_text tie_buf_slice(const struct tie_buf *buf)
{
    return buf->size == 0 ? TIE_TEXT("") : (struct tie_text){ buf->at, buf->size };
}
