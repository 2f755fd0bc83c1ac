/*
 * bytes.h - sixteen bytes at a time, in the compiler's vectors: SSE2, NEON, or words where a machine has neither.
 *
 * A comparison of two vectors gives a byte 0xFF where it holds and 0 elsewhere; tie_bytes_mask() makes one bit of each,
 * the lowest for the first byte in memory.
 *
 * x86-64 gathers them by one instruction that its base has; elsewhere by a multiplication of each half. Both are here
 * so that tests can compare them on one machine.
 */
#ifndef TIEOUT_BYTES_H
#define TIEOUT_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether two texts of one size are the same; of up to 16 bytes, which most are, without a call. */
static inline bool tie_bytes_same(const void *one, const void *other, size_t size)
{
    const unsigned char *const a = one, *const b = other;
    uint64_t words[4];
    uint32_t halves[4];

    if (size > 16)
        return memcmp(a, b, size) == 0;
    if (size >= 8) {
        memcpy(&words[0], a, 8);
        memcpy(&words[1], b, 8);
        memcpy(&words[2], a + size - 8, 8);
        memcpy(&words[3], b + size - 8, 8);
        return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
    }
    if (size >= 4) {
        memcpy(&halves[0], a, 4);
        memcpy(&halves[1], b, 4);
        memcpy(&halves[2], a + size - 4, 4);
        memcpy(&halves[3], b + size - 4, 4);
        return ((halves[0] ^ halves[1]) | (halves[2] ^ halves[3])) == 0;
    }
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

/* The one to eight bytes of a text as they are read, the last one uppermost; below them stand zeros. */
static inline uint64_t tie_bytes_word(const char *at, size_t size)
{
    const unsigned shift = 64 - 8 * (unsigned)size;
    uint32_t ends[2];

    if (size >= 4) { /* its two ends, which overlap */
        memcpy(&ends[0], at, 4);
        memcpy(&ends[1], at + size - 4, 4);
        return (uint64_t)le32toh(ends[0]) << shift | (uint64_t)le32toh(ends[1]) << 32;
    }
    return (uint64_t)(unsigned char)at[0] << shift | (uint64_t)(unsigned char)at[size / 2] << (shift + size / 2 * 8) |
        (uint64_t)(unsigned char)at[size - 1] << 56;
}

/* Eight digits, the first one lowest, at once: neighbours are joined to two digits, those to four, those to eight.
 * False: a byte is none. */
static inline bool tie_bytes_number(uint64_t word, uint64_t *number)
{
    word -= UINT64_C(0x3030303030303030);
    /* a byte below '0' borrows into its own high bit, one above '9' gets there by what ten lacks to it */
    if (((word | (word + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080)) != 0)
        return false;
    word = (word & UINT64_C(0x00FF00FF00FF00FF)) * 10 + (word >> 8 & UINT64_C(0x00FF00FF00FF00FF));
    word = (word & UINT64_C(0x0000FFFF0000FFFF)) * 100 + (word >> 16 & UINT64_C(0x0000FFFF0000FFFF));
    *number = (word & UINT32_MAX) * 10000 + (word >> 32);
    return true;
}

typedef unsigned char tie_bytes __attribute__((vector_size(16)));
typedef signed char tie_signed_bytes __attribute__((vector_size(16)));

static inline tie_bytes tie_bytes_each(char byte)
{
    tie_bytes each;

    memset(&each, byte, sizeof each);
    return each;
}

/* Eight bits, the lowest for the first byte in memory, of eight bytes that are 0 or 1. */
static inline unsigned tie_bytes_gather(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (unsigned)((word * UINT64_C(0x0102040810204080)) >> 56);
}

/* How many bits are set: the compiler's own is a call on a machine whose base has no instruction for it. */
static inline size_t tie_bits_count(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (size_t)((word * UINT64_C(0x0101010101010101)) >> 56);
}

static inline unsigned tie_bytes_mask_portable(tie_bytes hits)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t words[2];

    memcpy(words, &hits, sizeof words);
    return tie_bytes_gather(words[0] & ones) | tie_bytes_gather(words[1] & ones) << 8;
}

static inline unsigned tie_bytes_mask(tie_bytes hits)
{
#ifdef __SSE2__
    typedef char plain_bytes __attribute__((vector_size(16)));

    return (unsigned)__builtin_ia32_pmovmskb128((plain_bytes)hits);
#else
    return tie_bytes_mask_portable(hits);
#endif
}

#endif
