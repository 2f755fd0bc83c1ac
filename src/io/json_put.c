/*
 * json_put.c - texts and whole numbers as json.c prints them, straight into memory; and compact JSON made readable.
 *
 * Eight bytes of a text at a time are looked at and copied; nearly none needs an escape, and one that has none is
 * copied without looking at any byte alone. Invariant: the same bytes as
 * the library's printer (a test holds them against each other for every byte). Rejected: a tree a value; for what is
 * written once and never read it costs a hundred times the text.
 */
#include "tieout/json.h"

#include <string.h>

static const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);

/* Whether one of eight bytes is a quote, a backslash or below a blank. */
static bool any_special(uint64_t bytes)
{
    const uint64_t quote = bytes ^ (ones * '"'), backslash = bytes ^ (ones * '\\');

    return (((bytes - ones * ' ') & ~bytes) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highs;
}

static bool is_special(unsigned char byte)
{
    return byte < ' ' || byte == '"' || byte == '\\';
}

static char *put_escaped(char *to, unsigned char byte)
{
    static const char letters[' '] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
    static const char digits[] = "0123456789ABCDEF";
    const char letter = byte >= ' ' ? (char)byte : letters[byte];

    *to++ = '\\';
    if (letter != '\0') {
        *to++ = letter;
        return to;
    }
    *to++ = 'u';
    *to++ = '0';
    *to++ = '0';
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 15];
    return to;
}

/* Copies a text of which no byte needs an escape, and says whether it is one. What is left of it behind whole eight
 * bytes is the end of the last eight, or of the last four: looked at twice, which is less than byte by byte. */
static bool copy_plain(char *to, struct tie_text text)
{
    const uint64_t blanks = ones * ' ';
    const size_t wide = text.size - text.size % sizeof blanks;
    uint64_t bytes = 0;
    uint32_t four = 0;

    for (size_t at = 0; at < wide; at += sizeof bytes) {
        memcpy(&bytes, text.at + at, sizeof bytes);
        if (any_special(bytes))
            return false;
        memcpy(to + at, &bytes, sizeof bytes);
    }
    if (wide > 0) {
        memcpy(&bytes, text.at + text.size - sizeof bytes, sizeof bytes);
        memcpy(to + text.size - sizeof bytes, &bytes, sizeof bytes);
        return !any_special(bytes);
    }
    if (text.size >= sizeof four) {
        bytes = blanks;
        memcpy(&bytes, text.at, sizeof four);
        memcpy(to, &bytes, sizeof four);
        if (any_special(bytes))
            return false;
        memcpy(&four, text.at + text.size - sizeof four, sizeof four);
        memcpy(to + text.size - sizeof four, &four, sizeof four);
        memcpy(&bytes, &four, sizeof four);
        return !any_special(bytes);
    }
    for (size_t at = 0; at < text.size; at++) {
        if (is_special((unsigned char)text.at[at]))
            return false;
        to[at] = text.at[at];
    }
    return true;
}

char *tie_json_write_text(char *to, struct tie_text text)
{
    size_t done = 0;
    uint64_t bytes;

    *to++ = '"';
    if (copy_plain(to, text)) {
        to[text.size] = '"';
        return to + text.size + 1;
    }
    while (done < text.size) {
        for (; text.size - done >= sizeof bytes; done += sizeof bytes, to += sizeof bytes) {
            memcpy(&bytes, text.at + done, sizeof bytes);
            if (any_special(bytes))
                break;
            memcpy(to, &bytes, sizeof bytes);
        }
        for (size_t i = 0; i < sizeof bytes && done < text.size; i++, done++) {
            const unsigned char byte = (unsigned char)text.at[done];

            if (is_special(byte))
                to = put_escaped(to, byte);
            else
                *to++ = (char)byte;
        }
    }
    *to++ = '"';
    return to;
}

char *tie_json_write_int(char *to, int64_t value)
{
    static const char none[] = { 'n', 'u', 'l', 'l' };

    if (value != TIE_NONE)
        return to + tie_int_print(value, to);
    memcpy(to, none, sizeof none);
    return to + sizeof none;
}

/* ---- the form for people ---- */

/* What is written waits in a piece of memory: a call of the stream for each comma and blank costs more than they do. */
struct pen {
    struct tie_out *out;
    size_t used;
    char piece[4096];
};

static void pass_on(struct pen *pen)
{
    tie_out_put(pen->out, pen->piece, pen->used);
    pen->used = 0;
}

static inline void put(struct pen *pen, const char *bytes, size_t size)
{
    if (size > sizeof pen->piece - pen->used) {
        pass_on(pen);
        if (size > sizeof pen->piece) {
            tie_out_put(pen->out, bytes, size);
            return;
        }
    }
    memcpy(pen->piece + pen->used, bytes, size);
    pen->used += size;
}

static void put_line(struct pen *pen, size_t depth)
{
    static const char line[] = "\n                                ";

    if (2 * depth < sizeof line - 1) {
        put(pen, line, 1 + 2 * depth);
        return;
    }
    put(pen, line, 1);
    for (size_t i = 0; i < depth; i++)
        put(pen, "  ", 2);
}

/* Where the text that opens at `at` ends: behind its closing quote. */
static size_t end_of_text(struct tie_text json, size_t at)
{
    uint64_t bytes = 0;

    at++;
    for (;;) {
        for (; json.size - at >= sizeof bytes; at += sizeof bytes) {
            memcpy(&bytes, json.at + at, sizeof bytes);
            if (any_special(bytes))
                break;
        }
        for (size_t i = 0; i < sizeof bytes; i++) {
            if (at >= json.size)
                return json.size;
            if (json.at[at] == '"')
                return at + 1;
            at += json.at[at] == '\\' ? 2 : 1;
        }
        if (at >= json.size)
            return json.size;
    }
}

void tie_json_indent(struct tie_text compact, size_t *depth, struct tie_out *out)
{
    struct pen pen = { .out = out, .used = 0 };
    size_t plain = 0;

    for (size_t at = 0; at < compact.size;) {
        const char c = compact.at[at];
        const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';

        if (!opens && !closes && c != ',' && c != ':') {
            at = c == '"' ? end_of_text(compact, at) : at + 1;
            continue;
        }
        at++;
        if (closes) { /* of an empty one nothing was begun */
            put(&pen, compact.at + plain, at - 1 - plain);
            put_line(&pen, --*depth);
            put(&pen, &c, 1);
        } else {
            put(&pen, compact.at + plain, at - plain);
        }
        plain = at;
        if (opens && at < compact.size && (compact.at[at] == '}' || compact.at[at] == ']'))
            at++; /* is written with what follows */
        else if (opens)
            put_line(&pen, ++*depth);
        else if (c == ',')
            put_line(&pen, *depth);
        else if (c == ':')
            put(&pen, " ", 1);
    }
    put(&pen, compact.at + plain, compact.size - plain);
    pass_on(&pen);
}
