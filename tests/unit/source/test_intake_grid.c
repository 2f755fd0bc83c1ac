/*
 * test_intake_grid.c - rows of a grid become the same frame, the same rejects and the same figures as the same rows one
 * by one, whatever stands between two good ones.
 */
#include "../../../src/source/intake.h"

#include "base/random.h"
#include "tieout/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROWS = 300, ROUNDS = 8, ARENA_BYTES = 8 << 20 };

static char folder[] = "/tmp/tieout-grid.XXXXXX";

static const struct {
    const char *before, *behind; /* behind the number; NULL: there is none */
} orders[] = { { "WO-000", "" }, { "wo ", "/9" }, { "", "" }, { "none", NULL }, { "", NULL },
    { "WO-", " as the technician wrote it down on the back of the second form" } };
static const char *const shares[] = { "", "0.5", "1", "2", " 0.25", "" };

/* Keys come again, just now or long ago; shares are no fraction, or left to the default. */
static void print_cover(struct tie_buf *out, unsigned id, unsigned row, uint64_t *random)
{
    tie_buf_printf(out, "K-%06u,A-%u,own_warranty,2026-01-05,%s\n", id, row % 7,
        shares[test_random(random) % TIE_COUNT_OF(shares)]);
}

/* And references that are long or name no order, quantities that are no number. */
static void print_usage(struct tie_buf *out, unsigned id, unsigned row, uint64_t *random)
{
    const size_t order = test_random(random) % TIE_COUNT_OF(orders);

    tie_buf_printf(out, "U-%06u,%s", id, orders[order].before);
    if (orders[order].behind != NULL)
        tie_buf_printf(out, "%u%s", row / 3, orders[order].behind);
    tie_buf_printf(out, ",P-%u,%s,EA,2026-01-05 07:17:52\n", row % 5, test_random(random) % 20 == 0 ? "x" : "1.5");
}

static const struct kind {
    struct tie_part_spec part;
    const char *header, *sum;
    void (*print)(struct tie_buf *out, unsigned id, unsigned row, uint64_t *random);
} kinds[] = {
    { { .title = "asset_cover", .dataset = TIE_DS_ASSET_COVER, .query_path = "q", .control_path = "c" },
        "cover_id,asset_id,kind,start_date,share_parts", "sum_share_parts", print_cover },
    { { .title = "usage_line", .dataset = TIE_DS_USAGE_LINE, .query_path = "q", .control_path = "c" },
        "usage_id,wo_id,item_id,quantity,uom,server_at", "sum_quantity", print_usage },
};

static void make_file(const struct kind *kind, struct tie_buf *out, uint64_t *random)
{
    tie_buf_printf(out, "%s\n", kind->header);
    for (unsigned row = 1; row <= ROWS; row++)
        kind->print(out, test_random(random) % 9 == 0 ? (unsigned)(test_random(random) % row) : row, row, random);
}

/* A control whose sum is wrong, so that the one found is told. */
static struct tie_figures *ask_sum(struct tie_arena *arena, const struct kind *kind)
{
    const struct tie_result_column columns[] = { { .name = "rows" }, { .name = kind->sum } };
    struct tie_figures *figures = tie_figures_new(arena, &kind->part, NULL);
    const struct tie_row_sink sink = tie_figures_sink(figures);
    const struct tie_raw answer[] = { { .is_integer = true, .integer = ROWS }, { .text = TIE_TEXT("-7") } };

    assert_int_equal(sink.begin(sink.context, &(struct tie_result_shape){ 2, columns }, NULL), TIE_OK);
    assert_int_equal(sink.row(sink.context, answer, NULL), TIE_OK);
    return figures;
}

static void feed(struct tie_row_sink sink, struct tie_text file, bool as_grid)
{
    const struct tie_csv_setup setup = { .name = "t", .delimiter = ',', .pull = tie_csv_pull_text, .state = &file };
    struct tie_result_column columns[TIE_COLUMN_MAX];
    struct tie_raw raws[TIE_COLUMN_MAX];
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_row row;
    struct tie_csv_grid grid;
    char *names[TIE_COLUMN_MAX];
    size_t width = 0;
    bool end = false;

    assert_int_equal(tie_csv_open(&setup, &reader, NULL), TIE_OK);
    assert_int_equal(tie_csv_next(reader, &row, &end, NULL), TIE_OK);
    width = row.count;
    for (size_t i = 0; i < width; i++) {
        names[i] = strndup(row.fields[i].at, row.fields[i].size);
        columns[i] = (struct tie_result_column){ .name = names[i], .type = "", .kind = TIE_RAW_UNKNOWN };
    }
    assert_int_equal(sink.begin(sink.context, &(struct tie_result_shape){ width, columns }, NULL), TIE_OK);
    for (;;) {
        while (as_grid && tie_csv_next_grid(reader, &grid))
            assert_int_equal(sink.grid(sink.context, &grid, NULL), TIE_OK);
        assert_int_equal(tie_csv_next(reader, &row, &end, NULL), TIE_OK);
        if (end)
            break;
        for (size_t i = 0; i < width; i++)
            raws[i] = (struct tie_raw){ .text = row.fields[i], .is_null = row.fields[i].size == 0 };
        *sink.line = row.line;
        assert_int_equal(sink.row(sink.context, raws, NULL), TIE_OK);
    }
    for (size_t i = 0; i < width; i++)
        free(names[i]);
    tie_csv_close(reader);
}

struct outcome {
    struct tie_part_result part;
    struct tie_error err; /* with figures: the sum that was found */
    struct tie_text rejects;
};

/* References as they are in life, and longer than is kept of a row. */
static const struct tie_policy policies[] = {
    { .order_pattern = "(^|wo)[ -]*([0-9]+)", .order_format = "WO-{2}", .order_ignore_case = true },
    { .order_pattern = "(^|wo)[ -]*([0-9]+)",
        .order_format = "WO-{2} of a system that puts much behind its numbers, sixty bytes and more",
        .order_ignore_case = true },
};

static void take(struct tie_arena *arena, const struct kind *kind, struct tie_text file, bool as_grid, bool has_figures,
    struct outcome *outcome, const struct tie_policy *policy)
{
    struct tie_reference *reference = NULL;
    struct tie_zone zone;
    struct tie_intake_setup setup = { .part = &kind->part,
        .zone = &zone,
        .shard_count = 3,
        .memory_bytes = 1 << 20,
        .work_folder = folder,
        .reject_rows = ROWS };
    struct tie_intake *intake = NULL;

    outcome->err = (struct tie_error){ .status = TIE_OK };
    assert_int_equal(tie_zone_load(arena, "UTC", &zone, NULL), TIE_OK);
    assert_int_equal(tie_reference_compile(policy, &reference, NULL), TIE_OK);
    assert_int_equal(tie_keys_create(tie_path_join(arena, folder, "keys"), &setup.keys, NULL), TIE_OK);
    setup.reference = reference;
    setup.figures = has_figures ? ask_sum(arena, kind) : NULL;
    assert_int_equal(tie_intake_open(arena, &setup, &intake, NULL), TIE_OK);
    feed(tie_intake_sink(intake), file, as_grid);
    assert_int_equal(tie_intake_seal(intake, &outcome->part, &outcome->err), has_figures ? TIE_DATA : TIE_OK);
    tie_intake_close(intake);
    assert_int_equal(
        tie_file_read(arena, tie_part_rejects_path(arena, folder, kind->part.part), 1 << 20, &outcome->rejects, NULL),
        TIE_OK);
    tie_figures_free(setup.figures);
    tie_keys_close(setup.keys);
    tie_reference_free(reference);
}

static void expect_same(const struct kind *kind, const struct tie_policy *policy, struct tie_text file)
{
    struct tie_arena arena;
    struct outcome outcomes[2];

    for (int has_figures = 0; has_figures < 2; has_figures++) {
        assert_int_equal(tie_arena_init(&arena, ARENA_BYTES, NULL), TIE_OK);
        for (int as_grid = 0; as_grid < 2; as_grid++)
            take(&arena, kind, file, as_grid != 0, has_figures != 0, &outcomes[as_grid], policy);
        assert_int_equal(outcomes[0].part.rows, ROWS);
        assert_true(outcomes[0].part.rejected > ROWS / 20 && outcomes[0].part.rejected < ROWS / 2);
        assert_int_equal(outcomes[1].part.rejected, outcomes[0].part.rejected);
        assert_true(tie_text_equal(outcomes[1].rejects, outcomes[0].rejects));
        assert_string_equal(outcomes[1].part.seal.sha256, outcomes[0].part.seal.sha256);
        assert_string_equal(outcomes[1].err.text, outcomes[0].err.text);
        tie_arena_release(&arena);
    }
}

static void test_as_rows(void **state)
{
    uint64_t random = 11;
    struct tie_buf file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    tie_buf_init(&file, 1 << 20);
    for (int i = 0; i < ROUNDS * (int)TIE_COUNT_OF(kinds); i++) {
        tie_buf_reset(&file);
        make_file(&kinds[i % (int)TIE_COUNT_OF(kinds)], &file, &random);
        expect_same(&kinds[i % (int)TIE_COUNT_OF(kinds)], &policies[i / 2 % 2], tie_buf_slice(&file));
    }
    tie_buf_release(&file);
    assert_int_equal(tie_tree_remove(folder, NULL), TIE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_rows) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
