/*
 * test_text_keeper.c - texts kept byte behind byte: what is given is what is kept, for as long as the arena lives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tieout/text.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define TEXTS ((size_t)20000)
#define TEXT_BYTES_MAX ((size_t)700)

/* Texts of a small alphabet, so that many come again, share a beginning, or are the beginning of another. */
static struct tie_text make_text(uint64_t *counter, char *room)
{
    const size_t most = test_random(counter) % 50 == 0 ? TEXT_BYTES_MAX : 6;
    const size_t size = (size_t)(test_random(counter) % (most + 1));

    for (size_t i = 0; i < size; i++)
        room[i] = (char)('a' + test_random(counter) % 3);
    return (struct tie_text){ room, size };
}

static void test_texts_stay(void **state)
{
    static const char *kept[TEXTS];
    static char expected[TEXTS][TEXT_BYTES_MAX + 1];
    uint64_t counter = 7;
    struct tie_text_keeper keeper;
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_text_keeper_init(&keeper, &arena);
    for (size_t i = 0; i < TEXTS; i++) {
        char room[TEXT_BYTES_MAX];
        const struct tie_text text = make_text(&counter, room);

        memcpy(expected[i], room, text.size);
        expected[i][text.size] = '\0';
        kept[i] = test_random(&counter) % 2 == 0 ? tie_text_keep(&keeper, text) : tie_text_keep_once(&keeper, text);
        memset(room, '#', sizeof room);
        if (test_random(&counter) % 100 == 0) /* others take from the arena, too */
            memset(tie_arena_take_raw(&arena, 40), '#', 40);
    }
    for (size_t i = 0; i < TEXTS; i++)
        assert_string_equal(kept[i], expected[i]);
    tie_arena_release(&arena);
}

static void test_memory(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        size_t times;
        bool once;
        size_t most_bytes; /* of the arena, with the table of what was kept lately */
    } cases[] = {
        { "nothing takes nothing", "", 1000, false, 0 },
        { "a text that comes again is there", "WO-1", 1000, false, 4096 + 16384 },
        { "one that is not looked for lies behind itself", "WO-12345", 1000, true, 3 * 4096 },
        { "a byte each for its end", "a", 2048, true, 4096 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_text text = tie_text_of(cases[i].text);
        struct tie_text_keeper keeper;
        struct tie_arena arena;

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
        tie_text_keeper_init(&keeper, &arena);
        for (size_t k = 0; k < cases[i].times; k++)
            assert_string_equal(
                cases[i].once ? tie_text_keep_once(&keeper, text) : tie_text_keep(&keeper, text), cases[i].text);
        assert_true(arena.used_bytes <= cases[i].most_bytes);
        tie_arena_release(&arena);
    }
}

/* What everybody shares is copied a few times at most, however many texts come once in between. */
static void test_shared_texts_stay(void **state)
{
    static const char *const shared[] = { "EUR", "north", "BE01", "EA", "C-000017" };
    enum { ROUNDS = 20000, OTHERS = 8, MOST_COPIES = 3 };
    struct tie_text_keeper keeper;
    struct tie_arena arena;
    size_t changes[TIE_COUNT_OF(shared)] = { 0 };
    const char *last[TIE_COUNT_OF(shared)] = { NULL };
    char room[32];

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_text_keeper_init(&keeper, &arena);
    for (int r = 0; r < ROUNDS; r++) {
        for (size_t i = 0; i < TIE_COUNT_OF(shared); i++) {
            const char *const kept = tie_text_keep(&keeper, tie_text_of(shared[i]));

            assert_string_equal(kept, shared[i]);
            changes[i] += kept != last[i];
            last[i] = kept;
        }
        for (int i = 0; i < OTHERS; i++) {
            (void)snprintf(room, sizeof room, "row %d", r * OTHERS + i);
            (void)tie_text_keep(&keeper, tie_text_of(room));
        }
    }
    for (size_t i = 0; i < TIE_COUNT_OF(shared); i++)
        assert_in_range(changes[i], 1, MOST_COPIES);
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_texts_stay),
        cmocka_unit_test(test_texts_stay),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
