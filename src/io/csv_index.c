/*
 * csv_index.c - the bytes of delimited text that may mean something, found 64 at a time.
 *
 *     bytes   W O - 1 , 2 , " a b " \n ...     four times sixteen, compared with each of the four
 *     hits    0 0 0 0 1 0 1 1 0 0 1 1          a byte each
 *     window                                   a bit each: 64 bits
 *     marks   4 6 7 10 11                      the places of its set bits, four at a time whether they are there or not
 *
 * The comparison is written in the compiler's vectors, which become SSE2 or NEON, or words where a machine has neither.
 * Writing marks that are overwritten again costs less than a branch on every bit, which no processor can foresee.
 * Rejected: memchr for each of the four (fields are short, a call costs more than it skips), words of eight bytes with
 * borrowed high bits (three times the instructions), intrinsics (a second copy to keep equal, for the gathering alone).
 */
#include "csv_index.h"

#include <string.h>

typedef unsigned char vector __attribute__((vector_size(16)));

#define EACH(byte) (UINT64_C(0x0101010101010101) * (uint8_t)(byte))

/* Eight bits, the lowest for the first byte in memory, of eight bytes that are 0 or 1. */
static inline uint64_t gather(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (word * UINT64_C(0x0102040810204080)) >> 56;
}

/* One bit a byte: whether it is one of the four. */
static inline uint64_t window_of(const char *bytes, const vector wanted[4], vector *seen)
{
    uint64_t window = 0;

    for (size_t i = 0; i < 4; i++) {
        vector part, hits;
        uint64_t words[2];

        memcpy(&part, bytes + i * sizeof part, sizeof part);
        *seen |= part;
        hits = (vector)((part == wanted[0]) | (part == wanted[1]) | (part == wanted[2]) | (part == wanted[3]));
        memcpy(words, &hits, sizeof words);
        window |= (gather(words[0] & EACH(1)) | gather(words[1] & EACH(1)) << 8) << (16 * i);
    }
    return window;
}

size_t tie_csv_index(const char *bytes, size_t size, char delimiter, uint32_t *marks, bool *is_ascii)
{
    const char four[] = { delimiter, '"', '\r', '\n' };
    vector wanted[4], seen = { 0 };
    uint64_t words[2];
    size_t count = 0;

    for (size_t i = 0; i < sizeof four; i++)
        memset(&wanted[i], four[i], sizeof wanted[i]);
    for (size_t at = 0; at < size; at += TIE_CSV_WINDOW) {
        uint64_t window = window_of(bytes + at, wanted, &seen);
        size_t next = count;

        count += (size_t)__builtin_popcountll(window);
        while (next < count)
            for (size_t i = 0; i < 4; i++) {
                marks[next++] = (uint32_t)at + (uint32_t)__builtin_ctzll(window | UINT64_C(1) << 63);
                window &= window - 1;
            }
    }
    marks[count] = (uint32_t)size;
    memcpy(words, &seen, sizeof words);
    *is_ascii = ((words[0] | words[1]) & EACH(0x80)) == 0;
    return count;
}
