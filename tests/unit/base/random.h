/*
 * random.h - numbers for property tests: the same ones on every machine and in every run.
 *
 * A 64-bit counter through a bijection (xor-shift and multiply). A failing case prints its index or its input, and the
 * next run meets it again.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdint.h>

static inline uint64_t test_random(uint64_t *counter)
{
    uint64_t x = *counter += UINT64_C(0x9E3779B97F4A7C15);

    x = (x ^ x >> 31) * UINT64_C(0xD6E8FEB86659FD93);
    x = (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return x ^ x >> 31;
}

/* A number of random size, so that small ones are met as often as large ones. */
static inline int64_t test_random_sized(uint64_t *counter)
{
    const uint64_t bits = test_random(counter) % 63 + 1;
    const int64_t value = (int64_t)(test_random(counter) >> (64 - bits));

    return test_random(counter) % 2 == 0 ? value : -value;
}

#endif
