/*
 * test_spill.c - what an arena holds is the same whether it was spilled or not, also where it is written to afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tieout/file.h"
#include "tieout/spill.h"

#include <dirent.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)16 << 20)
#define BLOCK_BYTES_MAX 3000
#define BLOCKS 4000

/* Blocks of an arena, and copies of them that are never spilled. */
static void test_same_bytes(void **state)
{
    static unsigned char *blocks[BLOCKS], copies[BLOCKS][BLOCK_BYTES_MAX];
    static size_t sizes[BLOCKS];
    struct tie_arena arena;
    struct tie_spill spill;
    uint64_t counter = 11;
    unsigned spills = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_spill_init(&spill, &arena, "/tmp", NULL);
    for (size_t i = 0; i < BLOCKS; i++) {
        sizes[i] = (size_t)(test_random(&counter) % BLOCK_BYTES_MAX) + 1;
        blocks[i] = tie_arena_take(&arena, sizes[i]);
        for (size_t b = 0; b < sizes[i]; b++)
            assert_int_equal(blocks[i][b], 0);
        memset(blocks[i], (int)(test_random(&counter) % 255) + 1, sizes[i]);
        memcpy(copies[i], blocks[i], sizes[i]);
        if (test_random(&counter) % 50 == 0) {
            assert_int_equal(tie_spill_out(&spill, arena.used_bytes, NULL), TIE_OK);
            assert_true(tie_spill_held(&spill) < 4096);
            spills++;
        }
        const size_t old = (size_t)(test_random(&counter) % (i + 1)); /* one of any age is written to */
        blocks[old][0] = copies[old][0] = (unsigned char)test_random(&counter);
    }
    assert_true(spills > 20);
    for (size_t i = 0; i < BLOCKS; i++)
        assert_memory_equal(blocks[i], copies[i], sizes[i]);
    tie_spill_close(&spill);
    for (size_t i = 0; i < BLOCKS; i++)
        assert_memory_equal(blocks[i], copies[i], sizes[i]);
    tie_arena_release(&arena);
}

/* A list goes on growing where it lies, behind what was spilled of it. */
static void test_list_grows_on(void **state)
{
    struct tie_arena arena;
    struct tie_spill spill;
    struct {
        uint64_t *at;
        size_t count, room;
    } list = { NULL, 0, 0 };

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_spill_init(&spill, &arena, "/tmp", NULL);
    for (uint64_t i = 0; i < ARENA_BYTES / sizeof i; i++) {
        TIE_PUSH(&arena, &list, i * 3);
        if (i % 300000 == 299999) { /* the room behind it stays as it is */
            assert_int_equal(tie_spill_out(&spill, list.count * sizeof *list.at, NULL), TIE_OK);
            assert_true(spill.spilled_bytes <= list.count * sizeof *list.at);
        }
    }
    for (uint64_t i = 0; i < list.count; i++)
        assert_int_equal(list.at[i], i * 3);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
}

static void test_nothing_to_do(void **state)
{
    struct tie_arena arena;
    struct tie_spill spill;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_spill_init(&spill, &arena, NULL, NULL);
    memset(tie_arena_take(&arena, 100000), 1, 100000);
    assert_int_equal(tie_spill_out(&spill, arena.used_bytes, NULL), TIE_OK);
    assert_int_equal(tie_spill_held(&spill), arena.used_bytes);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
}

/* A folder that isn't there is said, and what the arena holds stays. */
static void test_no_folder(void **state)
{
    struct tie_error err = { .status = TIE_OK };
    struct tie_arena arena;
    struct tie_spill spill;
    unsigned char *at;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_spill_init(&spill, &arena, "/nonexistent", NULL);
    at = tie_arena_take(&arena, 100000);
    memset(at, 7, 100000);
    assert_int_not_equal(tie_spill_out(&spill, arena.used_bytes, &err), TIE_OK);
    assert_non_null(strstr(err.text, "/nonexistent"));
    assert_int_equal(tie_spill_held(&spill), arena.used_bytes);
    assert_int_equal(at[99999], 7);
    tie_spill_close(&spill);
    tie_arena_release(&arena);
}

/* The file has no name. */
static void test_leaves_nothing(void **state)
{
    char folder[] = "/tmp/test_spill.XXXXXX";
    struct tie_arena arena;
    struct tie_spill spill;
    size_t entries = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
    tie_spill_init(&spill, &arena, folder, NULL);
    memset(tie_arena_take(&arena, ARENA_BYTES), 5, ARENA_BYTES);
    assert_int_equal(tie_spill_out(&spill, arena.used_bytes, NULL), TIE_OK);
    assert_int_equal(tie_spill_held(&spill), 0);
    DIR *const listing = opendir(folder);
    assert_non_null(listing);
    while (readdir(listing) != NULL)
        entries++;
    (void)closedir(listing);
    assert_int_equal(entries, 2); /* . and .. */
    tie_spill_close(&spill);
    tie_arena_release(&arena);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_list_grows_on),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
