/*
 * test_hash.c - pinned values (they are part of the format of frames), avalanche, spread, and the map against a sorted
 * array.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tieout/hash.h"

static const char letters[] = "The field-service store and the ledger agree, line by line, or say why.";

/* Computed by a second implementation, in Python, from the description in hash.c. A change moves rows to other shards:
 * frames of older runs could not be read again. */
static void test_pinned(void **state)
{
    static const struct {
        const char *why;
        size_t size; /* first bytes of `letters` */
        uint64_t hash;
    } cases[] = {
        { "nothing", 0, UINT64_C(0xED2FED36842B90B9) },
        { "one byte", 1, UINT64_C(0x1B6F179F891D5478) },
        { "three bytes", 3, UINT64_C(0xB364CC860B849725) },
        { "four bytes", 4, UINT64_C(0x874CC6985B71B4D6) },
        { "seven bytes", 7, UINT64_C(0x66417C2C366AF99D) },
        { "eight bytes", 8, UINT64_C(0xA9E5DBAD6B36FD6B) },
        { "one block", 16, UINT64_C(0x8F46D71A55D5B35C) },
        { "a block and a byte", 17, UINT64_C(0x10C1663F17E32D73) },
        { "two blocks", 32, UINT64_C(0xD2C5E53A204C0F73) },
        { "many", sizeof letters - 1, UINT64_C(0x9BE79E463FD4329B) },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const uint64_t hash = tie_hash_bytes(letters, cases[i].size);

        print_message("%s: %016llX\n", cases[i].why, (unsigned long long)hash);
        assert_true(hash == cases[i].hash);
        assert_true(tie_hash_text((struct tie_text){ letters, cases[i].size }) == hash);
    }
    assert_true(tie_hash_mix(1, 2) == UINT64_C(0x5B270D186AEE1C9D));
}

/* The place in memory must not matter: every alignment gives the same value. */
static void test_alignment(void **state)
{
    char shifted[128];

    (void)state;
    for (size_t size = 0; size < sizeof letters; size++) {
        for (size_t shift = 0; shift < 16; shift++) {
            memset(shifted, (int)shift, sizeof shifted);
            memcpy(shifted + shift, letters, size);
            assert_true(tie_hash_bytes(shifted + shift, size) == tie_hash_bytes(letters, size));
        }
    }
}

/* One bit of input turns each bit of output about half of the time. */
static void test_avalanche(void **state)
{
    static const size_t sizes[] = { 2, 3, 4, 7, 8, 12, 16, 17, 31, 33 };
    uint64_t counter = 9;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(sizes); i++) {
        unsigned turned[64] = { 0 };
        const unsigned rounds = 20000;

        for (unsigned round = 0; round < rounds; round++) {
            unsigned char bytes[40];
            const size_t bit = test_random(&counter) % (sizes[i] * 8);
            uint64_t difference;

            for (size_t k = 0; k < sizeof bytes; k++)
                bytes[k] = (unsigned char)test_random(&counter);
            difference = tie_hash_bytes(bytes, sizes[i]);
            bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1U << bit % 8);
            difference ^= tie_hash_bytes(bytes, sizes[i]);
            for (unsigned k = 0; k < 64; k++)
                turned[k] += (unsigned)(difference >> k & 1U);
        }
        for (unsigned k = 0; k < 64; k++) /* 20,000 throws of a coin: 10,000 with a deviation of 71; 6 deviations */
            if (turned[k] < 9575 || turned[k] > 10425)
                fail_msg("%zu bytes: bit %u turned %u times of %u", sizes[i], k, turned[k], rounds);
    }
}

static int compare_words(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

/* Running numbers, as order ids are: no two hashes alike, and even shards whether cut by high or by low bits. */
static void test_spread(void **state)
{
    enum { COUNT = 300000, SHARDS = 64 };
    uint64_t *hashes = calloc(COUNT, sizeof *hashes);
    unsigned high[SHARDS] = { 0 };
    unsigned low[SHARDS] = { 0 };

    (void)state;
    assert_non_null(hashes);
    for (unsigned i = 0; i < COUNT; i++) {
        char text[32];
        const int size = snprintf(text, sizeof text, "WO-%08u", i);

        hashes[i] = tie_hash_bytes(text, (size_t)size);
        high[hashes[i] >> 58]++;
        low[hashes[i] & 63]++;
    }
    qsort(hashes, COUNT, sizeof *hashes, compare_words);
    for (size_t i = 1; i < COUNT; i++)
        assert_true(hashes[i] != hashes[i - 1]);
    for (size_t i = 0; i < SHARDS; i++) { /* 4687.5 expected, deviation 68 */
        assert_in_range(high[i], 4280, 5095);
        assert_in_range(low[i], 4280, 5095);
    }
    free(hashes);
}

static void test_mix(void **state)
{
    enum { SIDE = 400 };
    uint64_t *hashes = calloc((size_t)SIDE * SIDE, sizeof *hashes);

    (void)state;
    assert_non_null(hashes);
    assert_true(tie_hash_mix(1, 2) != tie_hash_mix(2, 1));
    for (uint64_t a = 0; a < SIDE; a++)
        for (uint64_t b = 0; b < SIDE; b++)
            hashes[a * SIDE + b] = tie_hash_mix(a, b);
    qsort(hashes, (size_t)SIDE * SIDE, sizeof *hashes, compare_words);
    for (size_t i = 1; i < (size_t)SIDE * SIDE; i++)
        assert_true(hashes[i] != hashes[i - 1]);
    free(hashes);
}

/* Oracle: an array in which the place is the key. Keys are close together or 2^40 apart, to meet bad low bits. */
static void test_map(void **state)
{
    enum { KEYS = 3000 };
    static struct {
        bool is_in;
        uint32_t value;
    } expected[KEYS];
    struct tie_arena arena;
    struct tie_map map;
    uint64_t counter = 10;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)8 << 20, NULL), TIE_OK);
    for (unsigned shift = 0; shift <= 40; shift += 20) {
        size_t count = 0;

        memset(expected, 0, sizeof expected);
        tie_map_init(&map, &arena);
        for (int i = 0; i < 20000; i++) {
            const size_t index = test_random(&counter) % KEYS;
            const uint64_t key = (uint64_t)index << shift;
            const uint32_t value = (uint32_t)test_random(&counter) >> 1;
            uint32_t stands = 0;
            const bool is_replaced = i % 5 == 0;

            if (is_replaced)
                tie_map_set(&map, key, value);
            else
                assert_int_equal(tie_map_put(&map, key, value, i % 2 == 0 ? &stands : NULL), !expected[index].is_in);
            count += !expected[index].is_in;
            if (is_replaced || !expected[index].is_in)
                expected[index].value = value;
            expected[index].is_in = true;
            if (!is_replaced && i % 2 == 0)
                assert_int_equal(stands, expected[index].value);
            assert_int_equal(map.count, count);
        }
        for (size_t index = 0; index < KEYS; index++) {
            uint32_t value = 0;

            assert_int_equal(tie_map_get(&map, (uint64_t)index << shift, &value), expected[index].is_in);
            if (expected[index].is_in)
                assert_int_equal(value, expected[index].value);
        }
    }
    tie_arena_release(&arena);
}

static void test_map_ends(void **state)
{
    struct tie_arena arena;
    struct tie_map map;
    uint32_t value = 77;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 65536, NULL), TIE_OK);
    tie_map_init(&map, &arena);
    assert_false(tie_map_get(&map, 0, &value));
    assert_true(tie_map_put(&map, 0, 0, NULL)); /* key 0 and value 0 are as good as any */
    assert_true(tie_map_get(&map, 0, &value));
    assert_int_equal(value, 0);
    assert_true(tie_map_put(&map, UINT64_MAX, UINT32_MAX - 1, &value));
    assert_true(value == UINT32_MAX - 1);
    assert_false(tie_map_get(&map, 1, &value));
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pinned),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_avalanche),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_mix),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_map_ends),
    };

    return cmocka_run_group_tests_name("base/hash", tests, NULL, NULL);
}
