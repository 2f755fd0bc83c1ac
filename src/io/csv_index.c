/*
 * csv_index.c - the bytes of delimited text that may mean something, found 64 at a time.
 *
 *     bytes   W O - 1 , 2 , " a b " \n ...     four times sixteen, compared with each of the four
 *     hits    0 0 0 0 1 0 1 1 0 0 1 1          a byte each
 *     window                                   a bit each: 64 bits
 *     marks   4 6 7 10 11                      the places of its set bits, four at a time whether they are there or not
 *
 * The comparison is written in the compiler's vectors (bytes.h).
 * Writing marks that are overwritten again costs less than a branch on every bit, which no processor can foresee.
 * Rejected: memchr for each of the four (fields are short, a call costs more than it skips), words of eight bytes with
 * borrowed high bits (three times the instructions).
 */
#include "csv_index.h"

#include "tieout/bytes.h"

/* One bit a byte: whether it is one of the four. */
static inline uint64_t window_of(const char *bytes, const tie_bytes wanted[4], tie_bytes *seen)
{
    uint64_t window = 0;

    for (size_t i = 0; i < 4; i++) {
        tie_bytes part, hits;

        memcpy(&part, bytes + i * sizeof part, sizeof part);
        *seen |= part;
        hits = (tie_bytes)((part == wanted[0]) | (part == wanted[1]) | (part == wanted[2]) | (part == wanted[3]));
        window |= (uint64_t)tie_bytes_mask(hits) << (16 * i);
    }
    return window;
}

size_t tie_csv_index(const char *bytes, size_t size, char delimiter, uint32_t *marks, bool *is_ascii)
{
    const char four[] = { delimiter, '"', '\r', '\n' };
    tie_bytes wanted[4], seen = { 0 };
    size_t count = 0;

    for (size_t i = 0; i < sizeof four; i++)
        wanted[i] = tie_bytes_each(four[i]);
    for (size_t at = 0; at < size; at += TIE_CSV_WINDOW) {
        uint64_t window = window_of(bytes + at, wanted, &seen);
        size_t next = count;

        count += tie_bits_count(window);
        while (next < count)
            for (size_t i = 0; i < 4; i++) {
                marks[next++] = (uint32_t)at + (uint32_t)__builtin_ctzll(window | UINT64_C(1) << 63);
                window &= window - 1;
            }
    }
    marks[count] = (uint32_t)size;
    *is_ascii = tie_bytes_mask((tie_bytes)(seen > tie_bytes_each(0x7F))) == 0;
    return count;
}
