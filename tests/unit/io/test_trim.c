/*
 * test_trim.c - pages of maps that a trim knows are given back, and nothing of them is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tieout/spill.h"

#include <unistd.h>

#define BYTES ((size_t)8 << 20)
#define NO_LIMIT UINT64_MAX
#define ROUNDS_MAX 200000

static size_t mapped_pages(void)
{
    char text[128] = { 0 };
    FILE *const file = fopen("/proc/self/statm", "r");
    char *at = text;

    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    (void)fclose(file);
    (void)strtoull(at, &at, 10);
    (void)strtoull(at, &at, 10);
    return (size_t)strtoull(at, NULL, 10);
}

static void fill(struct tie_arena *arena, struct tie_spill *spill, struct tie_trim *trim)
{
    unsigned char *at;

    assert_int_equal(tie_arena_init(arena, BYTES, NULL), TIE_OK);
    tie_spill_init(spill, arena, "/tmp", trim);
    at = tie_arena_take(arena, BYTES);
    memset(at, 7, BYTES);
    assert_int_equal(tie_spill_out(spill, BYTES, NULL), TIE_OK);
    memset(at, 9, BYTES); /* through the map: pages that were written to are the file's, too */
}

static void test_gives_back(void **state)
{
    struct tie_trim *trim = NULL;
    struct tie_arena arena;
    struct tie_spill spill;
    const size_t pages = BYTES / (size_t)sysconf(_SC_PAGESIZE);

    (void)state;
    assert_int_equal(tie_trim_start(NO_LIMIT, &trim, NULL), TIE_OK);
    fill(&arena, &spill, trim);
    const size_t full = mapped_pages();
    tie_trim_now(trim);
    assert_true(mapped_pages() + pages / 2 < full);
    for (size_t i = 0; i < BYTES; i++)
        if (arena.base[i] != 9)
            fail_msg("byte %zu is %d", i, arena.base[i]);
    tie_trim_remove(trim, arena.base);
    const size_t read = mapped_pages();
    tie_trim_now(trim);
    assert_true(mapped_pages() + pages / 2 > read);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
    tie_trim_stop(trim);
}

/* A limit that is always reached: the thread gives pages back by itself while they are written to. */
static void test_nothing_is_lost(void **state)
{
    struct tie_trim *trim = NULL;
    struct tie_arena arena;
    struct tie_spill spill;

    (void)state;
    assert_int_equal(tie_trim_start(1, &trim, NULL), TIE_OK);
    fill(&arena, &spill, trim);
    for (unsigned char round = 1; round <= 20; round++) {
        for (size_t i = 0; i < BYTES; i += 64)
            arena.base[i] = round;
        for (size_t i = 0; i < BYTES; i += 64)
            if (arena.base[i] != round)
                fail_msg("byte %zu is %d in round %d", i, arena.base[i], round);
    }
    tie_trim_remove(trim, arena.base);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
    tie_trim_stop(trim);
    tie_trim_stop(NULL);
    tie_trim_add(NULL, "", 1);
    tie_trim_remove(NULL, "");
    tie_trim_now(NULL);
}

/* A look costs a thousandth of a second at most, a round some microseconds: a thread that looks is seen long before
 * the last of them. */
static void test_looks_by_itself(void **state)
{
    struct tie_trim *trim = NULL;
    struct tie_arena arena;
    struct tie_spill spill;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = BYTES / page;
    size_t most = 0, least = SIZE_MAX;

    (void)state;
    assert_int_equal(tie_trim_start(1, &trim, NULL), TIE_OK);
    fill(&arena, &spill, trim);
    for (unsigned round = 0; round < ROUNDS_MAX && (most == 0 || least + pages / 2 > most); round++) {
        for (size_t i = 0; i < BYTES; i += page)
            arena.base[i]++;
        const size_t now = mapped_pages();
        most = now > most ? now : most;
        least = now < least ? now : least;
    }
    assert_true(least + pages / 2 <= most);
    tie_trim_remove(trim, arena.base);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
    tie_trim_stop(trim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_back),
        cmocka_unit_test(test_looks_by_itself),
        cmocka_unit_test(test_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
