/*
 * json_put.c - texts and whole numbers as json.c prints them, straight into a text.
 *
 * A text that needs no escape, nearly each, is found by eight bytes at a time and copied at once. Invariant: the same
 * bytes as the library's printer (a test holds them against each other for every byte). Rejected: a tree a value; for
 * what is written once and never read it costs a hundred times the text.
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

/* How many bytes at the start need no escape. */
static size_t plain_bytes(const char *at, size_t size)
{
    size_t done = 0;
    uint64_t bytes;

    for (; size - done >= sizeof bytes; done += sizeof bytes) {
        memcpy(&bytes, at + done, sizeof bytes);
        if (any_special(bytes))
            break;
    }
    while (done < size && !is_special((unsigned char)at[done]))
        done++;
    return done;
}

static void put_escaped(struct tie_buf *out, unsigned char byte)
{
    static const char letters[' '] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
    static const char digits[] = "0123456789ABCDEF";
    const char code[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
    const char letter[] = { '\\', byte >= ' ' ? (char)byte : letters[byte] };

    if (letter[1] != '\0')
        tie_buf_put(out, letter, sizeof letter);
    else
        tie_buf_put(out, code, sizeof code);
}

void tie_json_put_text(struct tie_buf *out, struct tie_text text)
{
    tie_buf_char(out, '"');
    while (text.size > 0) {
        const size_t plain = plain_bytes(text.at, text.size);

        tie_buf_put(out, text.at, plain);
        if (plain == text.size)
            break;
        put_escaped(out, (unsigned char)text.at[plain]);
        text.at += plain + 1;
        text.size -= plain + 1;
    }
    tie_buf_char(out, '"');
}

void tie_json_put_int(struct tie_buf *out, int64_t value)
{
    char text[24];
    size_t first = sizeof text;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    if (value == TIE_NONE) {
        tie_buf_put(out, "null", 4);
        return;
    }
    do {
        text[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        text[--first] = '-';
    tie_buf_put(out, text + first, sizeof text - first);
}
