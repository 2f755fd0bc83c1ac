/*
 * test_pool.c - interned text: ids are equal exactly when texts are, also over a base and a child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tieout/model.h"

static struct tie_arena arena;

static int open_arena(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)64 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static void test_empty(void **state)
{
    struct tie_pool base;
    struct tie_pool child;

    (void)state;
    tie_pool_init(&base, &arena, NULL);
    tie_pool_init(&child, &arena, &base);
    assert_int_equal(tie_pool_put(&base, TIE_TEXT("")), 0);
    assert_int_equal(tie_pool_put(&child, TIE_TEXT("")), 0);
    assert_int_equal(tie_pool_find(&child, TIE_TEXT("")), 0);
    assert_string_equal(tie_pool_chars(&child, 0), "");
    assert_int_equal(tie_pool_text(&base, 0).size, 0);
    assert_int_equal(tie_pool_put(&base, (struct tie_text){ NULL, 0 }), 0);
    assert_int_equal(base.count, 1);
    assert_int_equal(child.count, 0);
}

static void test_texts(void **state)
{
    struct tie_pool pool;
    char text[] = "WO-17";
    tie_str a;
    tie_str b;
    tie_str c;

    (void)state;
    tie_pool_init(&pool, &arena, NULL);
    a = tie_pool_put(&pool, tie_text_of(text));
    text[0] = 'X'; /* the pool holds a copy */
    assert_string_equal(tie_pool_chars(&pool, a), "WO-17");
    b = tie_pool_put(&pool, (struct tie_text){ "WO-171", 5 }); /* a slice need not end in a zero */
    assert_int_equal(a, b);
    c = tie_pool_put(&pool, TIE_TEXT("WO-17\0x"));
    assert_int_not_equal(a, c);
    assert_int_equal(tie_pool_text(&pool, c).size, 7);
    assert_int_equal(tie_pool_find(&pool, TIE_TEXT("WO-1")), TIE_STR_UNKNOWN);
    assert_int_equal(tie_pool_find(&pool, TIE_TEXT("wo-17")), TIE_STR_UNKNOWN);
    assert_true(tie_pool_compare(&pool, a, c) < 0);
    assert_true(tie_pool_compare(&pool, c, a) > 0);
    assert_int_equal(tie_pool_compare(&pool, a, a), 0);
    assert_true(tie_pool_compare(&pool, 0, a) < 0);
}

static struct tie_text numbered(char out[32], uint64_t number)
{
    return (struct tie_text){ out, (size_t)snprintf(out, 32, "%llX", (unsigned long long)number) };
}

/* Three pools on each other; the oracle is the number from which a text is made. */
static void test_ids_against_texts(void **state)
{
    enum { NUMBERS = 30000 };
    static tie_str ids[NUMBERS]; /* 0: never put */
    static bool is_of_number[3 * NUMBERS];
    struct tie_pool pools[3];
    uint64_t counter = 11;
    uint32_t distinct = 1;
    char text[32];

    (void)state;
    for (size_t level = 0; level < 3; level++) {
        tie_pool_init(&pools[level], &arena, level == 0 ? NULL : &pools[level - 1]);
        assert_int_equal(pools[level].first, level == 0 ? 0 : distinct);
        for (int i = 0; i < 20000; i++) {
            const size_t number = test_random(&counter) % NUMBERS;
            const tie_str id = tie_pool_put(&pools[level], numbered(text, number));

            if (ids[number] == 0) {
                assert_int_equal(id, distinct);
                assert_false(is_of_number[id]);
                is_of_number[id] = true;
                ids[number] = id;
                distinct++;
            }
            if (id != ids[number])
                fail_msg("'%s' has two ids: %u and %u", text, ids[number], id);
        }
    }
    for (size_t number = 0; number < NUMBERS; number++) {
        const tie_str id = tie_pool_find(&pools[2], numbered(text, number));

        assert_int_equal(id, ids[number] == 0 ? TIE_STR_UNKNOWN : ids[number]);
        if (ids[number] != 0) {
            assert_string_equal(tie_pool_chars(&pools[2], id), text);
            /* a pool knows what lies below it and nothing of what lies above */
            assert_int_equal(tie_pool_find(&pools[0], tie_text_of(text)) == id, id < pools[1].first);
        }
    }
    assert_int_equal(pools[0].count + pools[1].count + pools[2].count, distinct);
}

/* Batches of every size, with repeats inside them, empty texts, long ones, and texts that lie below or were put. Not
 * one is copied: a text that is new is where it lies. */
static void test_many_at_once(void **state)
{
    enum { NUMBERS = 3000, BATCH_MAX = 100 };
    static char texts[NUMBERS][48];
    static tie_str ids[NUMBERS]; /* TIE_STR_UNKNOWN: not in the pools as yet */
    struct tie_pool pools[3];
    uint64_t counter = 12;

    (void)state;
    for (size_t number = 0; number < NUMBERS; number++) {
        ids[number] = number == 0 ? 0 : TIE_STR_UNKNOWN;      /* the empty text */
        memset(texts[number], 'x', sizeof texts[number] - 1); /* what lies behind a text is not part of it */
        texts[number][0] = '\0';
        if (number > 0)
            (void)snprintf(texts[number], sizeof texts[0], "%0*zu", 1 + (int)(number % 40), number);
    }
    for (size_t level = 0; level < 3; level++) {
        struct tie_pool *const pool = &pools[level];

        tie_pool_init(pool, &arena, level == 0 ? NULL : &pools[level - 1]);
        for (size_t step = 0; step < 400; step++) {
            const size_t count = test_random(&counter) % (BATCH_MAX + 1);
            const bool one_by_one = step % 5 == 4;
            size_t numbers[BATCH_MAX];
            struct tie_text batch[BATCH_MAX];
            tie_str got[BATCH_MAX];

            for (size_t i = 0; i < count; i++) {
                numbers[i] = test_random(&counter) % (NUMBERS * (level + 1) / 3);
                batch[i] = tie_text_of(texts[numbers[i]]);
                if (one_by_one && step % 7 != 3)
                    got[i] = i % 2 == 0 ? tie_pool_put(pool, batch[i]) : tie_pool_refer(pool, batch[i]);
            }
            if (step % 7 == 3) { /* found, or not there as yet; nothing is added */
                tie_pool_find_all(pool, batch, count, got);
                for (size_t i = 0; i < count; i++)
                    assert_int_equal(got[i], ids[numbers[i]]);
                continue;
            }
            if (!one_by_one)
                tie_pool_refer_all(pool, batch, count, got);
            for (size_t i = 0; i < count; i++) {
                const bool is_new = ids[numbers[i]] == TIE_STR_UNKNOWN;

                if (is_new)
                    ids[numbers[i]] = got[i];
                assert_int_equal(got[i], ids[numbers[i]]);
                assert_string_equal(tie_pool_chars(pool, got[i]), texts[numbers[i]]);
                if (is_new && !one_by_one)
                    assert_ptr_equal(tie_pool_chars(pool, got[i]), texts[numbers[i]]);
            }
        }
    }
    for (size_t a = 0; a < NUMBERS; a++) /* in use at the end, and found again */
        assert_int_equal(tie_pool_find(&pools[2], tie_text_of(texts[a])), ids[a]);
}

/* Ids that count up, as stores give them, lie nearly as well in the slots as random ones would: a text is found in the
 * first or second slot that is looked at, on average. */
static void test_counted_ids(void **state)
{
    enum { COUNT = 30000 };
    static const struct {
        const char *why, *prefix;
        int digits;
    } cases[] = {
        { "two words of four bytes", "P", 6 },
        { "two words that are one", "C-", 6 },
        { "words that share five bytes", "WO-", 8 },
        { "words that share four bytes", "M-2026-", 5 },
        { "words that share one byte", "WO-2026-", 7 },
        { "sixteen bytes", "INV-2026-", 7 },
        { "longer than two words", "BELG-2026-", 8 },
    };

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);
        struct tie_pool pool;
        uint64_t away = 0;

        tie_pool_init(&pool, &arena, NULL);
        for (int number = 1; number <= COUNT; number++) {
            char text[32];
            (void)snprintf(text, sizeof text, "%s%0*d", cases[c].prefix, cases[c].digits, number);
            (void)tie_pool_put(&pool, tie_text_of(text));
        }
        for (uint32_t at = 0; at < pool.slot_room; at++)
            if (pool.slots[at].name != 0)
                away += (at - (pool.slots[at].tag >> pool.slot_shift)) & (pool.slot_room - 1);
        if (away >= COUNT)
            print_error("%s: %.1f slots away on average\n", cases[c].why, (double)away / COUNT);
        assert_true(away < COUNT);
        tie_arena_back_to(&arena, mark);
    }
}

/* Texts of other sizes with the same first and last eight bytes, one at a time in each of three pools: the first of a
 * pool's own texts, too, is found for itself alone. */
static void test_alike(void **state)
{
    static const char letters[] = "AAAAAAAAAAAAAAAAAAAAAAAA", zeros[16];
    struct tie_pool pools[3];
    tie_str ids[3 * 17], got = 0;
    size_t count = 0;

    (void)state;
    for (size_t level = 0; level < 3; level++) {
        tie_pool_init(&pools[level], &arena, level == 0 ? NULL : &pools[level - 1]);
        for (size_t size = 9 + level; size <= 24; size += 3, count++) {
            const struct tie_text text = { letters, size };
            tie_pool_find_all(&pools[level], &text, 1, &got);
            assert_int_equal(got, TIE_STR_UNKNOWN);
            tie_pool_refer_all(&pools[level], &text, 1, &ids[count]);
            assert_int_equal(tie_pool_text(&pools[level], ids[count]).size, size);
            for (size_t other = 0; other < count; other++)
                assert_int_not_equal(ids[count], ids[other]);
        }
    }
    const struct tie_text zero = { zeros, 1 }; /* as long as the empty text, if sizes were not compared */
    tie_pool_find_all(&pools[2], &zero, 1, &got);
    assert_int_equal(got, TIE_STR_UNKNOWN);
}

/* Order of ids against that of their texts, over pools on each other: sizes around those of the words of a key, few
 * different bytes, zeros among them, and texts of which one is the beginning of another. */
static void test_order(void **state)
{
    enum { TEXTS = 399, A_POOL = TEXTS / 3 };
    static const char bytes[] = { '\0', 'A', 'B', '\xc3' };
    static char texts[TEXTS][24];
    struct tie_pool pools[3];
    tie_str ids[TEXTS];
    uint64_t counter = 13;

    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        const size_t size = test_random(&counter) % 20;
        const size_t same = size == 0 || i == 0 ? 0 : test_random(&counter) % (size + 1);

        if (i % A_POOL == 0)
            tie_pool_init(&pools[i / A_POOL], &arena, i < A_POOL ? NULL : &pools[i / A_POOL - 1]);
        memcpy(texts[i], texts[i == 0 ? 0 : test_random(&counter) % i], same);
        for (size_t b = same; b < size; b++)
            texts[i][b] = bytes[test_random(&counter) % sizeof bytes];
        ids[i] = tie_pool_put(&pools[i / A_POOL], (struct tie_text){ texts[i], size });
    }
    for (size_t i = 0; i < TEXTS; i++)
        for (size_t j = 0; j < TEXTS; j++) {
            const struct tie_text a = tie_pool_text(&pools[2], ids[i]), b = tie_pool_text(&pools[2], ids[j]);
            const int order = tie_pool_compare(&pools[2], ids[i], ids[j]), wanted = tie_text_compare(a, b);

            assert_int_equal((order > 0) - (order < 0), (wanted > 0) - (wanted < 0));
            assert_int_equal(ids[i] == ids[j], wanted == 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_ids_against_texts),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_counted_ids),
        cmocka_unit_test(test_alike),
        cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests_name("model/pool", tests, open_arena, close_arena);
}
