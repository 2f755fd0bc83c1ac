/*
 * test_arena.c - arenas: alignment, zeroes also after reuse, the cap, growing arrays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/random.h"
#include "tieout/arena.h"

#include <sys/wait.h>
#include <unistd.h>

static bool is_zero(const unsigned char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

static void test_cap(void **state)
{
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1000, NULL), TIE_OK);
    assert_non_null(tie_arena_try(&arena, 900));
    assert_null(tie_arena_try(&arena, 200));
    assert_null(tie_arena_try(&arena, SIZE_MAX));
    assert_null(tie_arena_try(&arena, SIZE_MAX - 8));
    assert_int_equal(arena.used_bytes, 912);
    assert_non_null(tie_arena_try(&arena, 80));
    assert_null(tie_arena_try(&arena, 1));
    assert_non_null(tie_arena_try(&arena, 0));
    tie_arena_release(&arena);
    assert_null(arena.base);
    tie_arena_release(&arena);
}

static void test_refused(void **state)
{
    static const struct {
        const char *why;
        size_t cap_bytes;
    } cases[] = {
        { "nothing", 0 },
        { "less than one block", 15 },
        { "more than there is address space", SIZE_MAX },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_arena arena;
        struct tie_error err = { .status = TIE_OK };

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_arena_init(&arena, cases[i].cap_bytes, &err), TIE_CONFIG);
        assert_non_null(strstr(err.text, "memory limit too small"));
        assert_null(arena.base);
    }
}

/* Random takes, marks and resets; every block must come zeroed, aligned and apart from its neighbours. */
static void test_zeroed_after_reuse(void **state)
{
    struct tie_arena arena;
    uint64_t counter = 1;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)16 << 20, NULL), TIE_OK);
    for (int round = 0; round < 200; round++) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);

        for (int i = 0; i < 20; i++) {
            const size_t size = test_random(&counter) % 3000;
            const size_t used = arena.used_bytes;
            unsigned char *block = tie_arena_take(&arena, size);

            assert_ptr_equal(block, arena.base + used);
            assert_int_equal((uintptr_t)block % 16, 0);
            assert_true(is_zero(block, size));
            memset(block, 0xAB, size);
        }
        if (test_random(&counter) % 3 == 0)
            tie_arena_back_to(&arena, mark);
        if (test_random(&counter) % 10 == 0)
            tie_arena_reset(&arena);
        assert_true(arena.used_bytes <= arena.peak_bytes);
    }
    tie_arena_release(&arena);
}

static void test_texts(void **state)
{
    struct tie_arena arena;
    const char *source = "usage";
    char *copy;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 4096, NULL), TIE_OK);
    copy = tie_arena_strdup(&arena, source);
    assert_string_equal(copy, "usage");
    assert_ptr_not_equal(copy, source);
    assert_string_equal(tie_arena_strdup(&arena, ""), "");
    assert_string_equal(tie_arena_printf(&arena, "%s of %d", "row", 12345), "row of 12345");
    tie_arena_release(&arena);
}

/* A list alone grows where it lies; with something behind it, or in elements of an odd size, it loses nothing. */
static void test_push(void **state)
{
    struct tie_arena arena;
    struct {
        uint64_t *at;
        size_t count, room;
    } alone = { NULL, 0, 0 }, among = { NULL, 0, 0 };
    struct {
        struct three {
            unsigned char bytes[3];
        } * at;
        size_t count, room;
    } odd = { NULL, 0, 0 };

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)4 << 20, NULL), TIE_OK);
    for (uint64_t i = 0; i < 10000; i++) {
        TIE_PUSH(&arena, &alone, i * i);
        assert_ptr_equal(alone.at, arena.base);
    }
    assert_int_equal(arena.used_bytes, alone.room * sizeof *alone.at);
    for (uint64_t i = 0; i < 1000; i++) {
        TIE_PUSH(&arena, &among, i * 3);
        TIE_PUSH(&arena, &odd, (struct three){ { (unsigned char)i, (unsigned char)(i >> 8), 7 } });
        *TIE_TAKE(&arena, uint64_t, 1) = UINT64_MAX; /* in the way of both, now and then */
    }
    for (uint64_t i = 1000; i < 5000; i++)
        TIE_PUSH(&arena, &odd, (struct three){ { (unsigned char)i, (unsigned char)(i >> 8), 7 } });
    assert_int_equal(alone.count, 10000);
    for (uint64_t i = 0; i < alone.count; i++)
        assert_int_equal(alone.at[i], i * i);
    for (uint64_t i = 0; i < among.count; i++)
        assert_int_equal(among.at[i], i * 3);
    for (uint64_t i = 0; i < odd.count; i++)
        assert_memory_equal(
            odd.at[i].bytes, (&(struct three){ { (unsigned char)i, (unsigned char)(i >> 8), 7 } })->bytes, 3);
    tie_arena_release(&arena);
}

/* A list in an arena of its own can be as long as the arena, though its room doubles. */
static void test_push_to_the_end(void **state)
{
    struct tie_arena arena;
    struct {
        struct part {
            uint64_t words[5];
        } * at;
        size_t count, room;
    } list = { NULL, 0, 0 };
    const size_t most = 1000;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, most * sizeof *list.at, NULL), TIE_OK);
    for (uint64_t i = 0; i < most; i++)
        TIE_PUSH(&arena, &list, (struct part){ { i, 1, 2, 3, i } });
    assert_int_equal(list.room, most);
    for (uint64_t i = 0; i < most; i++)
        assert_true(list.at[i].words[0] == i && list.at[i].words[4] == i);
    tie_arena_release(&arena);
}

/* What does not fit by the size of the data ends the program with a line about it. */
static void test_refusal(void **state)
{
    char line[512] = "";
    size_t size = 0;
    ssize_t got;
    int ends[2], result = 0;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        static const char name[] = "WO-7 and more";
        struct tie_arena arena;
        (void)dup2(ends[1], STDERR_FILENO);
        if (tie_arena_init(&arena, (size_t)3 << 20, NULL) != TIE_OK)
            _exit(1);
        arena.holds = "the dossier of order";
        arena.name = name;
        arena.name_size = 4;
        (void)tie_arena_take(&arena, (size_t)2 << 20);
        (void)tie_arena_take_raw(&arena, (size_t)2 << 20);
        _exit(0);
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], line + size, sizeof line - 1 - size)) > 0)
        size += (size_t)got;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 78);
    assert_non_null(strstr(
        line, "memory limit too small: the dossier of order 'WO-7' does not fit into 3 MiB; raise [limits] memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_zeroed_after_reuse),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_push_to_the_end),
        cmocka_unit_test(test_refusal),
    };

    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
