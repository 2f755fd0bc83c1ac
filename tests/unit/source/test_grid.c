/*
 * test_grid.c - the cells of a grid, read a column at a time, are those that are read one by one; where they are not
 * taken, the row is said to be odd.
 */
#include "../../../src/source/intake.h"

#include "base/random.h"
#include "tieout/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 64, ROUNDS = 12 };

static const char *const texts[] = { "", "WO-00000001", "WO-00000001", " x", "x ", "P-4711", "1", "0", "-1", "0.5",
    "1.5", "12.345", "12.3456789", "-0.001", "9999999999999", "nan", "issue_wo", "return_wo", "used", "yes", "no",
    "maybe", "2026-02-28", "2026-02-30", "2026-01-05 07:17:52+00", "2026-01-05 07:17:52", "2026-01-05 25:17:52",
    "2026-01-35 07:17:52", "2026-01-05 07:18:00", "EUR", "\xC3\xA9",
    "an id of sixty-five bytes; which is one byte longer than allowed." };

/* ROWS rows of one field of the texts, the one before again as often as not, and read past the first as a grid. */
static void make_rows(struct tie_buf *out, uint64_t *random)
{
    const char *text = texts[0];

    tie_buf_reset(out);
    tie_buf_text(out, "name\n");
    for (size_t row = 0; row < ROWS; row++) {
        if (test_random(random) % 2 == 0)
            text = texts[test_random(random) % TIE_COUNT_OF(texts)];
        tie_buf_text(out, text);
        tie_buf_char(out, '\n');
    }
}

static size_t taken; /* rows that were not odd */

static void expect_same(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid)
{
    struct tie_cell cells[ROWS][3];
    bool is_odd[ROWS] = { false };
    const struct tie_grid_cells column = { .rows = ROWS, .column = &cells[0][1], .stride = 3, .is_odd = is_odd };
    struct tie_buf reason, shown[2];
    char room[TIE_CELL_ROOM];

    tie_buf_init(&reason, 1 << 16);
    for (size_t row = 0; row < ROWS; row++)
        cells[row][1] = rule->none;
    tie_grid_read(rule, grid, 0, 0, &column);
    for (size_t row = 0; row < ROWS; row++) {
        const struct tie_raw raw = { .text = tie_csv_field(grid, row, 0) };
        struct tie_cell cell;
        const enum tie_cell_result result = tie_cell_read(rule, &raw, &cell, room, &reason);

        if (result == TIE_CELL_BAD || result == TIE_CELL_ROUNDED)
            assert_true(is_odd[row]);
        if (is_odd[row])
            continue;
        taken++;
        assert_int_equal(cells[row][1].number, cell.number);
        for (size_t i = 0; i < 2; i++)
            tie_buf_init(&shown[i], 1 << 16);
        tie_cell_text(&shown[0], rule->column, &cell);
        tie_cell_text(&shown[1], rule->column, &cells[row][1]);
        assert_true(tie_text_equal(tie_buf_slice(&shown[0]), tie_buf_slice(&shown[1])));
        for (size_t i = 0; i < 2; i++)
            tie_buf_release(&shown[i]);
    }
    tie_buf_release(&reason);
}

static void read_all(const struct tie_cell_rule *rule, uint64_t *random)
{
    struct tie_buf text;

    tie_buf_init(&text, 1 << 20);
    for (int round = 0; round < ROUNDS; round++) {
        struct tie_text rest;
        const struct tie_csv_setup setup = { .name = "t", .delimiter = ',', .pull = tie_csv_pull_text, .state = &rest };
        struct tie_csv_reader *reader = NULL;
        struct tie_csv_row row;
        struct tie_csv_grid grid;
        bool end = false;

        make_rows(&text, random);
        rest = tie_buf_slice(&text);
        assert_int_equal(tie_csv_open(&setup, &reader, NULL), TIE_OK);
        assert_int_equal(tie_csv_next(reader, &row, &end, NULL), TIE_OK);
        assert_true(tie_csv_next_grid(reader, &grid));
        assert_int_equal(grid.rows, ROWS);
        expect_same(rule, &grid);
        tie_csv_close(reader);
    }
    tie_buf_release(&text);
}

static void test_every_column(void **state)
{
    struct tie_arena arena;
    struct tie_zone zone;
    uint64_t random = 5;
    size_t read = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    assert_int_equal(tie_zone_load(&arena, "Europe/Brussels", &zone, NULL), TIE_OK);
    for (int d = 0; d < TIE_DATASET_COUNT; d++)
        for (size_t c = 0; c < tie_dataset((enum tie_dataset)d)->column_count; c++) {
            struct tie_cell_memo memo = { 0 };
            struct tie_cell_rule rule;

            tie_cell_rule_init(&rule, tie_dataset((enum tie_dataset)d), (int)c, NULL, 0, &zone);
            if (tie_cell_wants_memo(&rule))
                rule.memo = &memo;
            if (!tie_grid_takes(&rule))
                continue;
            read_all(&rule, &random);
            read++;
        }
    assert_true(read > 100);
    assert_true(taken > read * ROUNDS * ROWS / 5);
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_column) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
