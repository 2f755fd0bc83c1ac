/* test_sample_pick.c - selection rules against published vectors, worked fixtures and enumeration. */
#include "tieout/sample_math.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 40, HITS = 17 };

static const int64_t items[ITEMS] = { 1200, 350, 780, 90, 2600, 415, 330, 975, 60, 1480, 720, 505, 880, 2010, 145, 660,
    1330, 270, 940, 415, 505, 3900, 120, 250, 810, 690, 455, 1710, 205, 365, 540, 980, 1125, 75, 620, 430, 1850, 310,
    275, 660 };
static const int64_t total = 32030;

static void test_random_source(void **state)
{
    static const uint64_t published[] = { UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431), UINT64_C(16408922859458223821) };
    struct tie_splitmix random = { 1234567 };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(published); i++)
        assert_true(tie_splitmix_next(&random) == published[i]);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(tie_splitmix_below(&random, 1 + i % 7) <= i % 7);
    /* 2^63 + 1: nearly half of all draws lie below the threshold 2^63 - 1 and must be drawn again */
    struct tie_splitmix same = random;

    for (int i = 0; i < 100; i++) {
        const uint64_t n = (UINT64_C(1) << 63) + 1;
        uint64_t drawn = tie_splitmix_next(&same);

        while (drawn < n - 2)
            drawn = tie_splitmix_next(&same);
        assert_true(tie_splitmix_below(&random, n) == (drawn < n ? drawn : drawn - n));
    }
}

static void test_seed(void **state)
{
    const tie_date day = tie_date_from_civil(2026, 6, 30);

    (void)state;
    assert_true(tie_sample_seed("42", "nightly", day) == 42);
    assert_true(tie_sample_seed("18446744073709551615", "nightly", day) == UINT64_MAX);
    /* first 8 bytes of sha256sum: of the text, and of "nightly\n2026-06-30" */
    assert_true(tie_sample_seed("18446744073709551616", "nightly", day) == UINT64_C(0x8b292fc2d32f1fd4));
    assert_true(tie_sample_seed("audit 7", "nightly", day) == UINT64_C(0x507f5d0c902dfe30));
    assert_true(tie_sample_seed("", "nightly", day) == UINT64_C(0x3cb33be24cd16c6a));
}

static void test_simple(void **state)
{
    static const struct {
        uint64_t seed;
        size_t count, n;
        size_t want[10]; /* from 1 */
    } cases[] = {
        { 42, 100, 10, { 14, 84, 87, 10, 3, 28, 88, 46, 66, 29 } },
        { 1234567, 40, 5, { 38, 6, 20, 1, 22 } },
    };
    size_t places[100];

    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(cases); c++) {
        struct tie_splitmix random = { cases[c].seed };

        tie_pick_simple(&random, cases[c].count, cases[c].n, places);
        for (size_t i = 0; i < cases[c].n; i++)
            assert_int_equal(places[i] + 1, cases[c].want[i]);
    }
}

/* Which item (from 1) owns a monetary unit. */
static int owner(int64_t unit, const int64_t *book, const bool *is_out)
{
    int64_t reached = 0;

    for (int i = 0; i < ITEMS; i++) {
        reached += is_out != NULL && is_out[i] ? 0 : book[i];
        if (unit <= reached)
            return i + 1;
    }
    return 0;
}

static void test_interval(void **state)
{
    static const int want[HITS] = { 1, 4, 5, 8, 10, 13, 14, 17, 19, 22, 22, 25, 28, 30, 33, 36, 37 };
    int64_t units[HITS];

    (void)state;
    tie_pick_interval(total, HITS, 8484, units);
    assert_int_equal(units[0], 500);
    for (size_t i = 0; i < HITS; i++)
        assert_int_equal(owner(units[i], items, NULL), want[i]);
    /* every start: all hits inside, neighbours an interval apart, and each unit is hit by exactly n starts */
    for (int64_t all = 1; all <= 23; all++)
        for (uint64_t n = 1; n <= 7; n++) {
            int met[24] = { 0 };

            for (int64_t start = 1; start <= all; start++) {
                tie_pick_interval(all, n, start, units);
                for (uint64_t j = 0; j < n; j++) {
                    assert_in_range(units[j], 1, (uint64_t)all);
                    met[units[j]]++;
                }
            }
            for (int64_t unit = 1; unit <= all; unit++)
                assert_int_equal(met[unit], n);
        }
    /* a book of 9.2e16 minor units: no overflow on the way */
    tie_pick_interval(INT64_C(92000000000000000), HITS, INT64_C(92000000000000000), units);
    assert_in_range(units[HITS - 1], UINT64_C(92000000000000000) / HITS * (HITS - 1), UINT64_C(92000000000000000));
}

static void test_cells_and_units(void **state)
{
    static const int64_t cell_units[HITS] = { 1274, 3056, 3823, 7249, 7607, 10783, 12038, 14829, 15363, 17884, 19885,
        21804, 24268, 26349, 26818, 30028, 31350 };
    static const int cell_items[HITS] = { 2, 5, 5, 10, 10, 14, 14, 19, 19, 22, 22, 26, 28, 32, 33, 37, 39 };
    static const int64_t random_units[HITS] = { 5356, 6687, 7325, 8006, 11258, 12681, 13499, 14862, 15369, 17615, 18019,
        20137, 21843, 22994, 23950, 25711, 31456 };
    static const int random_items[HITS] = { 6, 8, 10, 10, 14, 16, 17, 19, 19, 22, 22, 22, 26, 28, 28, 32, 40 };
    struct tie_splitmix random = { 42 };
    int64_t units[HITS];

    (void)state;
    tie_pick_cells(&random, total, HITS, units);
    for (size_t i = 0; i < HITS; i++) {
        assert_int_equal(units[i], cell_units[i]);
        assert_int_equal(owner(units[i], items, NULL), cell_items[i]);
    }
    random.state = 42;
    tie_pick_units(&random, total, HITS, units);
    for (size_t i = 0; i < HITS; i++) {
        assert_int_equal(units[i], random_units[i]);
        assert_int_equal(owner(units[i], items, NULL), random_items[i]);
    }
}

/* The loop: 1884.12 takes three, 1680 two more, 1663.33 none. One round alone would leave 28 and 37. */
static void test_high(void **state)
{
    static const int high[] = { 5, 14, 22, 28, 37 };
    static const int rest_items[] = { 1, 3, 8, 10, 13, 17, 19, 23, 26, 31, 33, 38 };
    bool is_high[ITEMS];
    int64_t rest = 0, units[ITEMS];
    uint64_t left = 0;
    size_t h = 0;

    (void)state;
    tie_take_high(items, ITEMS, HITS, is_high, &rest, &left);
    for (int i = 0; i < ITEMS; i++)
        if (is_high[i])
            assert_int_equal(i + 1, high[h++]);
    assert_int_equal(h, TIE_COUNT_OF(high));
    assert_int_equal(rest, 19960);
    assert_int_equal(left, 12);
    tie_pick_interval(rest, left, 499 * 12 + 1, units); /* first hit on unit 500 */
    for (size_t i = 0; i < TIE_COUNT_OF(rest_items); i++)
        assert_int_equal(owner(units[i], items, is_high), rest_items[i]);
    tie_take_high(items, ITEMS, ITEMS, is_high, &rest, &left); /* as many hits as items: all are high */
    assert_int_equal(left, 0);
    assert_int_equal(rest, 0);
}

/* ---- allocation ---- */

static const struct {
    const char *why;
    uint64_t total, least;
    size_t count;
    int64_t weight[4];
    uint64_t most[4], want[4], given;
} shares[] = {
    { "in proportion", 100, 2, 3, { 500, 300, 200 }, { 500, 300, 200 }, { 50, 30, 20 }, 100 },
    { "Neyman: orders times deviation; 12.195, 29.268, 58.537", 100, 2, 3, { 5000, 12000, 24000 }, { 500, 300, 200 },
        { 12, 29, 59 }, 100 },
    { "of equal remainders the first", 10, 0, 4, { 1, 1, 1, 1 }, { 9, 9, 9, 9 }, { 3, 3, 2, 2 }, 10 },
    { "a small one gets its two", 20, 2, 3, { 980, 10, 10 }, { 50, 50, 50 }, { 16, 2, 2 }, 20 },
    { "or the one it has", 20, 2, 3, { 980, 10, 10 }, { 50, 1, 50 }, { 17, 1, 2 }, 20 },
    { "what a full one can't take goes to the others", 20, 2, 3, { 900, 60, 40 }, { 5, 50, 50 }, { 5, 9, 6 }, 20 },
    { "both bounds at once", 10, 2, 2, { 100, 1 }, { 9, 100 }, { 8, 2 }, 10 },
    { "a full one against one at its least", 10, 2, 2, { 100, 1 }, { 3, 100 }, { 3, 7 }, 10 },
    { "more than there is", 99, 2, 3, { 5, 3, 1 }, { 4, 2, 1 }, { 4, 2, 1 }, 7 },
    { "no weights: equal parts", 9, 0, 2, { 0, 0 }, { 9, 9 }, { 5, 4 }, 9 },
    { "no weight among weights: its least", 9, 2, 2, { 0, 7 }, { 9, 9 }, { 2, 7 }, 9 },
    { "book totals near 64 bits", 60, 2, 2, { INT64_MAX / 2, INT64_MAX / 2 }, { 90, 90 }, { 30, 30 }, 60 },
};

static void test_shares(void **state)
{
    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(shares); c++) {
        uint64_t share[4] = { 0 };

        if (tie_allocate(shares[c].total, shares[c].least, shares[c].weight, shares[c].most, shares[c].count, share) !=
            shares[c].given)
            fail_msg("%s: not all given", shares[c].why);
        for (size_t i = 0; i < shares[c].count; i++)
            if (share[i] != shares[c].want[i])
                fail_msg("%s: share %zu is %llu", shares[c].why, i, (unsigned long long)share[i]);
    }
}

/* Random strata: all is given, bounds hold, and no unit could move from an unbound stratum to a worse served one. */
static void test_share_properties(void **state)
{
    struct tie_splitmix random = { 7 };

    (void)state;
    for (int round = 0; round < 3000; round++) {
        int64_t weight[6];
        uint64_t most[6], share[6], room = 0, sum = 0, need = 0;
        const size_t count = 1 + tie_splitmix_below(&random, 6);

        for (size_t i = 0; i < count; i++) {
            weight[i] = (int64_t)tie_splitmix_below(&random, 3 + 100 * (uint64_t)(round % 5));
            most[i] = tie_splitmix_below(&random, 30);
            room += most[i];
            need += most[i] < 2 ? most[i] : 2;
        }
        const uint64_t size = need + tie_splitmix_below(&random, 60);
        const uint64_t given = tie_allocate(size, 2, weight, most, count, share);

        assert_int_equal(given, size < room ? size : room);
        for (size_t i = 0; i < count; i++) {
            sum += share[i];
            assert_in_range(share[i], most[i] < 2 ? most[i] : 2, most[i]);
        }
        assert_int_equal(sum, given);
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++) /* j far above its quota while i could take one */
                if (share[i] < most[i] && share[j] > 2)
                    assert_true(
                        (int64_t)(share[j] - 1) * weight[i] <= (int64_t)(share[i] + 1) * weight[j] || weight[i] == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_source),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_simple),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_cells_and_units),
        cmocka_unit_test(test_high),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_share_properties),
    };

    return cmocka_run_group_tests_name("publish/sample_pick", tests, NULL, NULL);
}
