/*
 * test_few.c - the stable sort against qsort with the position as last tie, and ids against a plain walk; sizes on both
 * sides of where a handful ends. The seed is fixed: a failure repeats.
 */
#include "../../../src/match/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 700

static struct tie_arena arena;

static int open_arena(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)1 << 24, NULL) == TIE_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint32_t value_of[ROOM]; /* what the elements are sorted by */
static uint32_t place_of[ROOM]; /* where they stood */

static int by_value(const void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return value_of[a] < value_of[b] ? -1 : value_of[a] > value_of[b];
}

static int by_value_and_place(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const int order = by_value(NULL, x, y);

    return order != 0 ? order : place_of[x] < place_of[y] ? -1 : place_of[x] > place_of[y];
}

static void test_sort(void **state)
{
    static const uint32_t counts[] = { 0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 48, 100, 513, ROOM };
    static const uint32_t spreads[] = { 1, 3, 20, 1000000 };
    uint64_t seed = 11;
    uint32_t at[ROOM], want[ROOM];

    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(counts); c++)
        for (size_t s = 0; s < TIE_COUNT_OF(spreads); s++) {
            const size_t used = arena.used_bytes;

            for (uint32_t i = 0; i < counts[c]; i++) {
                at[i] = want[i] = counts[c] - 1 - i; /* every element once, the last first */
                place_of[at[i]] = i;
                value_of[i] = (uint32_t)(next_random(&seed) % spreads[s]);
            }
            if (counts[c] > 0)
                qsort(want, counts[c], sizeof *want, by_value_and_place);
            tie_match_sort(&arena, at, counts[c], by_value, NULL);
            for (uint32_t i = 0; i < counts[c]; i++)
                assert_int_equal(at[i], want[i]);
            assert_int_equal(arena.used_bytes, used);
        }
}

static uint32_t walk(const tie_str *ids, uint32_t count, tie_str id)
{
    for (uint32_t i = 0; i < count; i++)
        if (id != 0 && ids[i] == id)
            return i;
    return TIE_NO_INDEX;
}

/* Looked for while they are being added too: what was not there may come. */
static void test_ids(void **state)
{
    static const uint32_t counts[] = { 0, 1, 5, 16, 17, 18, 200, ROOM };
    uint64_t seed = 5;

    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(counts); c++) {
        struct tie_match_ids ids;
        tie_str copy[ROOM], block[ROOM];

        assert_ptr_equal(tie_match_ids_init(&ids, &arena, block, counts[c]), block + counts[c]);
        for (uint32_t i = 0; i < counts[c]; i++) {
            copy[i] = (tie_str)(next_random(&seed) % (counts[c] + 2));
            ids.at[ids.count++] = copy[i];
            assert_int_equal(tie_match_ids_find(&ids, copy[i]), walk(copy, i + 1, copy[i]));
        }
        for (tie_str id = 0; id < counts[c] + 4; id++)
            assert_int_equal(tie_match_ids_find(&ids, id), walk(copy, counts[c], id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_ids),
    };

    return cmocka_run_group_tests_name("match/few", tests, open_arena, close_arena);
}
