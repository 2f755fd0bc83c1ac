/*
 * test_pg_lines.c - lines of COPY that are gathered give the rows, in the order, that tie_pg_copy_split() gives line by
 * line, whatever is in them.
 */
#include "../../../src/source/driver.h"

#include "base/random.h"
#include "tieout/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTH = 5, LINE_BYTES = 12000 };

static struct { /* fields as they came, each behind its size */
    struct tie_buf fields;
    size_t rows, in_grids;
} seen;

static void see(struct tie_text text)
{
    tie_buf_printf(&seen.fields, "%zu:", text.size);
    tie_buf_put(&seen.fields, text.at, text.size);
}

static enum tie_status take_row(void *context, const struct tie_raw *cells, struct tie_error *err)
{
    (void)context;
    (void)err;
    for (size_t i = 0; i < WIDTH; i++)
        see(cells[i].text);
    seen.rows++;
    return TIE_OK;
}

static enum tie_status take_grid(void *context, const struct tie_csv_grid *grid, struct tie_error *err)
{
    (void)context;
    (void)err;
    assert_true(grid->rows > 0 && grid->width == WIDTH && grid->line == 0);
    for (size_t row = 0; row < grid->rows; row++)
        for (size_t i = 0; i < WIDTH; i++) {
            const struct tie_text text = tie_csv_field(grid, row, i);

            assert_true(tie_text_is_utf8(text, NULL) && memchr(text.at, '\\', text.size) == NULL);
            see(text);
        }
    seen.rows += grid->rows;
    seen.in_grids += grid->rows;
    return TIE_OK;
}

static const char *const texts[] = { "", "\\N", "WO-00000001", "a text that is longer than sixteen bytes", "-0.5", "x",
    "\\\\", "\\t", "\\\\N", "N\\\\", "tab\\tin it", "\xC3\xA9t\xC3\xA9", "\xFF", "\x01", "\\N", "\\N",
    "2026-01-05 07:17:52+00" };

static size_t make_line(char *line, size_t fields, uint64_t *random)
{
    /* most lines have none of the odd ones, some are too long to be gathered */
    const size_t choice = test_random(random) % 4 == 0 ? TIE_COUNT_OF(texts) : 6;
    size_t size = 0;

    for (size_t i = 0; i < fields; i++) {
        const struct tie_text text = tie_text_of(texts[test_random(random) % choice]);

        if (i > 0)
            line[size++] = '\t';
        memcpy(line + size, text.at, text.size);
        size += text.size;
    }
    if (test_random(random) % 512 == 0) {
        memset(line + size, 'y', 9000);
        size += 9000;
    }
    return size;
}

static void test_as_line_by_line(void **state)
{
    const struct tie_row_sink sink = { .row = take_row, .grid = take_grid };
    struct tie_arena arena;
    struct tie_pg_lines lines;
    struct tie_buf wanted;
    uint64_t random = 7;
    size_t rows = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    tie_buf_init(&wanted, SIZE_MAX);
    tie_buf_init(&seen.fields, SIZE_MAX);
    tie_pg_lines_init(&lines, &arena, &sink, WIDTH);
    for (int round = 0; round < 20000; round++) {
        const size_t fields = test_random(&random) % 256 == 0 ? test_random(&random) % 8 + 1 : WIDTH;
        char line[LINE_BYTES], *again = NULL;
        struct tie_raw cells[WIDTH];
        const size_t size = make_line(line, fields, &random);
        bool has_fields = false;

        again = tie_text_dup(&arena, (struct tie_text){ line, size });
        assert_int_equal(tie_pg_copy_split(again, size, cells, WIDTH), fields == WIDTH);
        assert_int_equal(tie_pg_lines_put(&lines, line, size, &has_fields, NULL), TIE_OK);
        assert_int_equal(has_fields, fields == WIDTH);
        for (size_t i = 0; has_fields && i < WIDTH; i++) {
            tie_buf_printf(&wanted, "%zu:", cells[i].text.size);
            tie_buf_put(&wanted, cells[i].text.at, cells[i].text.size);
        }
        rows += has_fields;
    }
    assert_int_equal(tie_pg_lines_end(&lines, NULL), TIE_OK);
    assert_int_equal(seen.rows, rows);
    assert_true(seen.in_grids > rows * 3 / 4);
    assert_true(seen.in_grids < rows);
    assert_true(tie_text_equal(tie_buf_slice(&seen.fields), tie_buf_slice(&wanted)));
    tie_buf_release(&seen.fields);
    tie_buf_release(&wanted);
    tie_arena_release(&arena);
}

static enum tie_status refuse_grid(void *context, const struct tie_csv_grid *grid, struct tie_error *err)
{
    (void)context;
    (void)grid;
    return tie_fail(err, TIE_IO, "full");
}

/* A sink without grids gets rows; what a sink refuses is told, at the latest at the end. */
static void test_sinks(void **state)
{
    const struct tie_row_sink rows_only = { .row = take_row }, refusing = { .row = take_row, .grid = refuse_grid };
    struct tie_arena arena;
    struct tie_pg_lines lines;
    struct tie_error err;
    bool has_fields = false;
    char line[] = "a\tb\tc\td\t\\N";

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    tie_buf_init(&seen.fields, SIZE_MAX);
    seen.rows = 0;
    tie_pg_lines_init(&lines, &arena, &rows_only, WIDTH);
    assert_int_equal(tie_pg_lines_put(&lines, line, strlen(line), &has_fields, NULL), TIE_OK);
    assert_true(has_fields && seen.rows == 1);
    assert_true(tie_text_is(tie_buf_slice(&seen.fields), "1:a1:b1:c1:d0:"));
    tie_pg_lines_init(&lines, &arena, &refusing, WIDTH);
    assert_int_equal(tie_pg_lines_put(&lines, line, strlen(line), &has_fields, &err), TIE_OK);
    assert_int_equal(tie_pg_lines_end(&lines, &err), TIE_IO);
    tie_buf_release(&seen.fields);
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_line_by_line), cmocka_unit_test(test_sinks) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
