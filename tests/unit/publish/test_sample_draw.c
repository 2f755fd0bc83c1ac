/* test_sample_draw.c - the draw as a whole against naive enumeration, how its size is split, and how it is recorded. */
#include "tieout/sample_math.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 40, MANY = 400, ARENA_BYTES = 1 << 24 };

static const int64_t items[ITEMS] = { 1200, 350, 780, 90, 2600, 415, 330, 975, 60, 1480, 720, 505, 880, 2010, 145, 660,
    1330, 270, 940, 415, 505, 3900, 120, 250, 810, 690, 455, 1710, 205, 365, 540, 980, 1125, 75, 620, 430, 1850, 310,
    275, 660 };

static struct tie_arena arena;
static char keys[MANY][16];
static struct tie_sample_unit units[MANY];

static int setup(void **state)
{
    struct tie_error error;

    (void)state;
    for (int i = 0; i < MANY; i++)
        (void)snprintf(keys[i], sizeof keys[i], "WO-%04d", i + 1);
    return tie_arena_init(&arena, ARENA_BYTES, &error) == TIE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static void fixture(void)
{
    tie_arena_reset(&arena);
    for (int i = 0; i < ITEMS; i++)
        units[i] = (struct tie_sample_unit){ .key = keys[i], .stratum = "", .book = items[i] };
}

static enum tie_status draw(
    size_t count, enum tie_sample_method method, uint64_t size, uint64_t seed, struct tie_sample *sample)
{
    const struct tie_sample_design design = { method, size, seed };
    struct tie_error error = { .status = TIE_OK };

    return tie_sample_draw(&arena, units, count, &design, sample, &error);
}

/* Every monetary unit of the rest is written down with its owner; hits are looked up. */
static void test_money_by_enumeration(void **state)
{
    static const size_t high[] = { 4, 13, 21, 27, 36 };
    static int owner[19961];

    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct tie_splitmix random = { seed };
        uint64_t times[ITEMS] = { 0 };
        struct tie_sample sample;
        size_t next_high = 0, unit = 0;

        fixture();
        assert_int_equal(draw(ITEMS, TIE_SAMPLE_MUS, 17, seed, &sample), TIE_OK);
        assert_int_equal(sample.strata[0].interval_num, 19960);
        assert_int_equal(sample.strata[0].interval_den, 12);
        for (size_t i = 0; i < ITEMS; i++)
            for (int64_t u = 0; u < items[i] && i != 4 && i != 13 && i != 21 && i != 27 && i != 36; u++)
                owner[++unit] = (int)i;
        assert_int_equal(unit, 19960);
        const uint64_t start = 1 + tie_splitmix_below(&random, 19960);

        for (uint64_t j = 0; j < 12; j++)
            times[owner[1 + (start - 1 + j * 19960) / 12]]++;
        for (size_t p = 0; p < sample.pick_count; p++) {
            const struct tie_sample_pick *const pick = &sample.picks[p];

            assert_true(p == 0 || sample.picks[p - 1].unit < pick->unit);
            if (pick->class == TIE_PICK_HIGH) {
                assert_int_equal(pick->unit, high[next_high++]);
                assert_int_equal(pick->times, 1);
                continue;
            }
            assert_int_equal(pick->class, TIE_PICK_SELECTED);
            assert_int_equal(pick->times, times[pick->unit]);
            times[pick->unit] = 0;
        }
        assert_int_equal(next_high, 5);
        for (size_t i = 0; i < ITEMS; i++)
            assert_int_equal(times[i], 0);
    }
}

/* The worked shuffle: one stratum drawn by count takes the seed as it is. */
static void test_simple(void **state)
{
    static const int want[] = { 3, 10, 14, 28, 29, 46, 66, 84, 87, 88 };
    struct tie_sample sample;

    (void)state;
    tie_arena_reset(&arena);
    for (int i = 0; i < 100; i++)
        units[i] = (struct tie_sample_unit){ .key = keys[i], .stratum = "", .book = i % 3 - 1 };
    assert_int_equal(draw(100, TIE_SAMPLE_SRS, 10, 42, &sample), TIE_OK);
    assert_int_equal(sample.pick_count, TIE_COUNT_OF(want));
    for (size_t i = 0; i < TIE_COUNT_OF(want); i++)
        assert_int_equal(sample.picks[i].unit + 1, want[i]);
    assert_int_equal(sample.attribute_size, 0); /* a book of nothing matters to money only */
}

/* ---- how the size is split ---- */

struct group {
    const char *stratum;
    size_t count;
    int64_t book;
    bool is_certainty;
};

static const struct {
    const char *why;
    enum tie_sample_method method;
    uint64_t size;
    struct group groups[5];
    size_t stratum_count;
    uint64_t sizes[3], high[3], attribute, certainty;
} splits[] = {
    { "money follows the book", TIE_SAMPLE_MUS, 30, { { "A", 100, 20, false }, { "B", 100, 10, false } }, 2, { 20, 10 },
        { 0 }, 0, 0 },
    { "counting follows the number", TIE_SAMPLE_SRS, 30, { { "A", 100, 20, false }, { "B", 200, 10, false } }, 2,
        { 10, 20 }, { 0 }, 0, 0 },
    { "a small stratum gets two", TIE_SAMPLE_MUS, 20, { { "A", 100, 990, false }, { "B", 50, 1, false } }, 2, { 18, 2 },
        { 0 }, 0, 0 },
    { "certainty comes on top, whatever its book", TIE_SAMPLE_MUS, 10,
        { { "", 90, 5, false }, { "", 4, 900, true }, { "", 3, 0, true } }, 1, { 10 }, { 0 }, 0, 7 },
    { "zero books by their number: 10 of 100", TIE_SAMPLE_MUS, 40, { { "", 90, 5, false }, { "", 10, 0, false } }, 1,
        { 36 }, { 0 }, 4, 0 },
    { "negative ones too, over all strata", TIE_SAMPLE_MUS, 40,
        { { "A", 45, 5, false }, { "A", 5, -7, false }, { "B", 45, 5, false }, { "B", 5, 0, false } }, 2, { 18, 18 },
        { 0 }, 4, 0 },
    { "two of them at least", TIE_SAMPLE_MUS, 20, { { "", 300, 5, false }, { "", 3, 0, false } }, 1, { 18 }, { 0 }, 2,
        0 },
    { "half the size at most", TIE_SAMPLE_MUS, 20, { { "", 30, 5, false }, { "", 300, 0, false } }, 1, { 10 }, { 0 },
        10, 0 },
    { "only zero books", TIE_SAMPLE_MUS, 20, { { "", 300, 0, false } }, 1, { 0 }, { 0 }, 20, 0 },
    { "what others can't take goes to them", TIE_SAMPLE_MUS, 50, { { "", 5, 5, false }, { "", 300, 0, false } }, 1,
        { 0 }, { 5 }, 45, 0 },
    { "more than there is takes all", TIE_SAMPLE_SRS, 500, { { "A", 3, 5, false }, { "B", 4, 5, false } }, 2, { 3, 4 },
        { 0 }, 0, 0 },
    { "all certain", TIE_SAMPLE_SRS, 5, { { "", 3, 5, true } }, 1, { 0 }, { 0 }, 0, 3 },
    { "a giant is high, the rest is drawn", TIE_SAMPLE_MUS, 10, { { "", 1, 100000, false }, { "", 90, 10, false } }, 1,
        { 9 }, { 1 }, 0, 0 },
};

static int by_key_order(const void *a, const void *b)
{
    return strcmp(((const struct tie_sample_unit *)a)->key, ((const struct tie_sample_unit *)b)->key);
}

static void test_splits(void **state)
{
    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(splits); c++) {
        struct tie_sample sample;
        size_t count = 0;
        uint64_t picks[TIE_PICK_CLASS_COUNT] = { 0 }, hits = 0, want_hits = 0;

        tie_arena_reset(&arena);
        for (size_t g = 0; g < 5; g++)
            for (size_t i = 0; i < splits[c].groups[g].count; i++, count++)
                units[count] = (struct tie_sample_unit){ .key = keys[count],
                    .stratum = splits[c].groups[g].stratum,
                    .book = splits[c].groups[g].book,
                    .is_certainty = splits[c].groups[g].is_certainty };
        qsort(units, count, sizeof *units, by_key_order);
        if (draw(count, splits[c].method, splits[c].size, c, &sample) != TIE_OK)
            fail_msg("%s: refused", splits[c].why);
        if (sample.stratum_count != splits[c].stratum_count || sample.attribute_size != splits[c].attribute ||
            sample.certainty_orders != splits[c].certainty)
            fail_msg("%s: %zu strata, %llu attribute, %llu certain", splits[c].why, sample.stratum_count,
                (unsigned long long)sample.attribute_size, (unsigned long long)sample.certainty_orders);
        for (size_t h = 0; h < sample.stratum_count; h++) {
            if (sample.strata[h].size != splits[c].sizes[h] || sample.strata[h].high_orders != splits[c].high[h])
                fail_msg("%s: stratum %zu has %llu and %llu high", splits[c].why, h,
                    (unsigned long long)sample.strata[h].size, (unsigned long long)sample.strata[h].high_orders);
            want_hits += splits[c].sizes[h];
        }
        for (size_t p = 0; p < sample.pick_count; p++) {
            picks[sample.picks[p].class]++;
            hits += sample.picks[p].class == TIE_PICK_SELECTED ? sample.picks[p].times : 0;
        }
        assert_int_equal(hits, want_hits);
        assert_int_equal(picks[TIE_PICK_CERTAINTY], splits[c].certainty);
        assert_int_equal(picks[TIE_PICK_ATTRIBUTE], splits[c].attribute);
    }
}

static const struct {
    const char *why;
    enum tie_sample_method method;
    uint64_t size;
    size_t same_key; /* this unit gets the key of the one before */
    int64_t huge;    /* book of units 0 and 1 */
    enum tie_status want;
} refusals[] = {
    { "as it is", TIE_SAMPLE_MUS, 17, 0, 0, TIE_OK },
    { "nothing asked for", TIE_SAMPLE_MUS, 0, 0, 0, TIE_CONFIG },
    { "one is below two a stratum", TIE_SAMPLE_SRS, 1, 0, 0, TIE_CONFIG },
    { "an order twice", TIE_SAMPLE_SRS, 17, 8, 0, TIE_DATA },
    { "a book beyond 64 bits", TIE_SAMPLE_MUS, 17, 0, INT64_MAX / 2 + 1, TIE_DATA },
    { "also with signs that cancel", TIE_SAMPLE_MUS, 17, 0, INT64_MIN, TIE_DATA },
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(refusals); c++) {
        struct tie_sample sample;

        fixture();
        if (refusals[c].same_key > 0)
            units[refusals[c].same_key].key = units[refusals[c].same_key - 1].key;
        if (refusals[c].huge != 0)
            units[0].book = units[1].book = refusals[c].huge;
        if (draw(ITEMS, refusals[c].method, refusals[c].size, 1, &sample) != refusals[c].want)
            fail_msg("%s", refusals[c].why);
    }
    fixture();
    struct tie_sample none;

    assert_int_equal(draw(0, TIE_SAMPLE_MUS, 17, 1, &none), TIE_OK);
    assert_int_equal(none.pick_count + none.stratum_count, 0);
}

/* ---- the record ---- */

static void test_record(void **state)
{
    static const char picks_bytes[] = "WO-0001\0"
                                      "N\0"
                                      "certainty\0"
                                      "1\0"
                                      "500\0\n"
                                      "WO-0002\0"
                                      "N\0"
                                      "attribute\0"
                                      "1\0"
                                      "-3\0\n"
                                      "WO-0003\0"
                                      "S\0"
                                      "high\0"
                                      "1\0"
                                      "70\0\n";
    static const struct {
        const char *key, *value;
    } want[] = { { "format", "tieout-sample-1" }, { "job", "nightly" }, { "run", "2026-06-30.1" },
        { "as_of", "2026-06-30" }, { "method", "mus" }, { "size", "4" }, { "seed", "18446744073709551615" },
        { "confidence", "0.95" }, { "frame.orders", "3" }, { "frame.book", "567" }, { "frame.currency", "EUR" },
        { "frame.sha256", NULL }, { "attribute.orders", "1" }, { "attribute.size", "1" }, { "strata.1.name", "N" },
        { "strata.1.orders", "2" }, { "strata.1.book", "497" } };
    const struct tie_sample_meta meta = { "nightly", "2026-06-30.1", "EUR", tie_date_from_civil(2026, 6, 30), 950000 };
    struct tie_sample sample;
    struct tie_sample_fields fields;
    char hex[TIE_SHA256_HEX];

    (void)state;
    tie_arena_reset(&arena);
    units[0] = (struct tie_sample_unit){ keys[0], "N", 500, true };
    units[1] = (struct tie_sample_unit){ keys[1], "N", -3, false };
    units[2] = (struct tie_sample_unit){ keys[2], "S", 70, false };
    assert_int_equal(draw(3, TIE_SAMPLE_MUS, 4, UINT64_MAX, &sample), TIE_OK);
    struct tie_json *const json = tie_sample_to_json(&arena, &sample, &meta);

    tie_sample_flatten(&arena, json, &fields);
    tie_json_free(json);
    assert_int_equal(fields.count, 14 + 2 * 14 + 3);
    for (size_t i = 0; i < TIE_COUNT_OF(want); i++) {
        assert_string_equal(fields.at[i].key, want[i].key);
        if (want[i].value != NULL)
            assert_string_equal(fields.at[i].value, want[i].value);
    }
    assert_string_equal(fields.at[fields.count - 4].key, "strata.2.interval_den");
    assert_string_equal(fields.at[fields.count - 3].key, "picks.count");
    assert_string_equal(fields.at[fields.count - 3].value, "3");
    assert_string_equal(fields.at[fields.count - 2].key, "picks.sha256");
    tie_sha256_hex((struct tie_text){ picks_bytes, sizeof picks_bytes - 1 }, hex);
    assert_string_equal(fields.at[fields.count - 2].value, hex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_by_enumeration),
        cmocka_unit_test(test_simple),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_record),
    };

    return cmocka_run_group_tests_name("publish/sample_draw", tests, setup, teardown);
}
