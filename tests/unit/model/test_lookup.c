/*
 * test_lookup.c - the index of master data against a walk over its entries: keys of one and of four parts, dense ids,
 * keys that differ in one part only, keys that are not there, days before, at and after the first.
 */
#include "../../../src/model/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

enum { ENTRIES = 3000 };

static int by_value(const void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

static bool is_same(const uint32_t *a, const uint32_t *b)
{
    for (int i = 0; i < TIE_LOOKUP_PARTS; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* The last that began by the day and has not ended; of one first day the smallest value. */
static const struct tie_lookup_entry *walk(
    const struct tie_lookup_entry *entries, const uint32_t *part, tie_date day, uint32_t *count)
{
    const struct tie_lookup_entry *best = NULL;

    *count = 0;
    for (int i = 0; i < ENTRIES; i++) {
        const struct tie_lookup_entry *entry = &entries[i];

        if (!is_same(entry->part, part))
            continue;
        (*count)++;
        if (entry->order < tie_lookup_order(day) || entry->to < day)
            continue;
        if (best == NULL || entry->order < best->order || (entry->order == best->order && entry->value < best->value))
            best = entry;
    }
    return best;
}

/* Ids far apart in no order: dense ones hardly ever meet in a slot. Those below 100 stay as they are. */
static uint32_t id_of(uint64_t number)
{
    const uint32_t id = (uint32_t)number;

    return id < 100 ? id : id * id * 40503U + id;
}

/* `spread`: how many ids a part has; parts before `from` and from `to` on are 0. */
static void compare(unsigned from, unsigned to, uint32_t spread)
{
    static struct tie_lookup_entry entries[ENTRIES];
    struct tie_arena arena;
    struct tie_lookup lookup;
    uint64_t counter = spread + to;

    assert_int_equal(tie_arena_init(&arena, (size_t)16 << 20, NULL), TIE_OK);
    tie_lookup_init(&lookup, &arena, 0);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        const tie_date first = (tie_date)(test_random(&counter) % 60);

        entries[i] = (struct tie_lookup_entry){ .order = tie_lookup_order(first), .to = first + 20, .value = i };
        for (unsigned p = from; p < to; p++)
            entries[i].part[p] = id_of(test_random(&counter) % spread);
        tie_lookup_add(&lookup, &entries[i]);
    }
    tie_lookup_seal(&lookup, by_value, NULL);
    for (int i = 0; i < 4000; i++) {
        uint32_t part[TIE_LOOKUP_PARTS] = { 0 }, count = 0;
        const tie_date day = (tie_date)(test_random(&counter) % 100) - 10;

        for (unsigned p = from; p < to; p++)
            part[p] = id_of(test_random(&counter) % (2 * (uint64_t)spread));
        const struct tie_lookup_entry *wanted = walk(entries, part, day, &count);
        const struct tie_lookup_row *found = tie_lookup_on(&lookup, part, day);

        assert_int_equal(tie_lookup_run(&lookup, part).count, count);
        if ((wanted == NULL) != (found == NULL) || (wanted != NULL && wanted->value != found->value))
            fail_msg("key %u %u %u %u on day %d", part[0], part[1], part[2], part[3], (int)day);
    }
    tie_arena_release(&arena);
}

static void test_one_part(void **state)
{
    (void)state;
    compare(0, 1, 40);
    compare(0, 1, 100000);
}

static void test_four_parts(void **state)
{
    (void)state;
    compare(0, 4, 2);
    compare(0, 4, 6);
    compare(0, 4, 30);
    for (unsigned p = 0; p < TIE_LOOKUP_PARTS; p++) /* keys that meet in a slot differ in this part only */
        compare(p, p + 1, 2000);
}

/* Remembered days give on each of them what the entries give. */
static void test_days(void **state)
{
    const uint32_t part[TIE_LOOKUP_PARTS] = { 7 };
    struct tie_arena arena;
    struct tie_lookup lookup;
    uint64_t counter = 5;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)1 << 20, NULL), TIE_OK);
    tie_lookup_init(&lookup, &arena, 0);
    for (uint32_t i = 0; i < 12; i++) {
        const tie_date first = i == 0 ? TIE_NO_DATE : (tie_date)(test_random(&counter) % 300);
        const tie_date last = i == 1 ? TIE_LOOKUP_OPEN : (tie_date)(first + (tie_date)(test_random(&counter) % 90));

        tie_lookup_add(&lookup,
            &(struct tie_lookup_entry){ .part = { 7 }, .order = tie_lookup_order(first), .to = last, .value = i });
    }
    tie_lookup_seal(&lookup, by_value, NULL);
    for (tie_date day = -20; day < 420; day++) {
        tie_date from = INT32_MIN, to = INT32_MAX;

        tie_lookup_days(&lookup, part, day, &from, &to);
        assert_true(from <= day && day <= to);
        for (tie_date other = -20; other < 420; other++)
            if (other >= from && other <= to)
                assert_ptr_equal(tie_lookup_on(&lookup, part, other), tie_lookup_on(&lookup, part, day));
    }
    tie_arena_release(&arena);
}

static void test_nothing(void **state)
{
    struct tie_arena arena;
    struct tie_lookup lookup;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)1 << 20, NULL), TIE_OK);
    tie_lookup_init(&lookup, &arena, 0);
    tie_lookup_seal(&lookup, by_value, NULL);
    assert_int_equal(tie_lookup_run(&lookup, (const uint32_t[TIE_LOOKUP_PARTS]){ 0 }).count, 0);
    assert_null(tie_lookup_on(&lookup, (const uint32_t[TIE_LOOKUP_PARTS]){ 7 }, 10));
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_part),
        cmocka_unit_test(test_four_parts),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests_name("model/lookup", tests, NULL, NULL);
}
