/*
 * test_cell.c - generic access to cells: the value a struct holds, and its one canonical text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tieout/model.h"

static struct tie_arena arena;
static struct tie_pool pool;

static int open_pool(void **state)
{
    (void)state;
    if (tie_arena_init(&arena, (size_t)1 << 20, NULL) != TIE_OK)
        return -1;
    tie_pool_init(&pool, &arena, NULL);
    return 0;
}

static int close_pool(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static const struct tie_column *column_of(enum tie_dataset dataset, const char *name)
{
    const struct tie_dataset_info *info = tie_dataset(dataset);
    const int index = tie_column_find(info, tie_text_of(name));

    assert_true(index >= 0);
    return &info->columns[index];
}

static void check_cell(enum tie_dataset dataset, const char *name, const void *row, const char *expected)
{
    struct tie_buf out;

    tie_buf_init(&out, 1000);
    tie_cell_print(&out, &pool, column_of(dataset, name), row);
    if (!tie_text_is(tie_buf_slice(&out), expected))
        fail_msg("%s: '%.*s' instead of '%s'", name, (int)out.size, tie_buf_slice(&out).at, expected);
    tie_buf_release(&out);
}

/* Every type once with a value and once without. */
static void test_cells(void **state)
{
    const struct tie_movement movement = {
        .mov_id = tie_pool_put(&pool, TIE_TEXT("M-1")),
        .line_no = 10,
        .movement_class = TIE_W_ISSUE_WO,
        .quantity = -2500000,
        .posting_date = 19782,
        .entry_at = 1500000,
        .uom = tie_pool_put(&pool, TIE_TEXT("ea")),
    };
    const struct tie_movement empty = { .quantity = TIE_NONE, .posting_date = TIE_NO_DATE, .entry_at = TIE_NONE };
    const struct tie_fx_rate rate = { .rate = INT64_C(1083700000000) };
    const struct tie_fx_rate no_rate = { .rate = TIE_NONE };
    const struct tie_billing_plan plan = { .seq_no = -3 };
    const struct tie_billing_plan no_plan = { .seq_no = TIE_NONE };
    const struct tie_xref merged = { .is_merge = 1 };
    const struct tie_xref plain = { .is_merge = 0 };
    const struct {
        const char *why;
        enum tie_dataset dataset;
        const char *name;
        const void *row;
        const char *text;
    } cases[] = {
        { "id", TIE_DS_MOVEMENT, "mov_id", &movement, "M-1" },
        { "no id", TIE_DS_MOVEMENT, "mov_id", &empty, "" },
        { "open code", TIE_DS_MOVEMENT, "uom", &movement, "ea" },
        { "word", TIE_DS_MOVEMENT, "movement_class", &movement, "issue_wo" },
        { "no word", TIE_DS_MOVEMENT, "movement_class", &empty, "" },
        { "decimal", TIE_DS_MOVEMENT, "quantity", &movement, "-2.5" },
        { "no decimal", TIE_DS_MOVEMENT, "quantity", &empty, "" },
        { "date", TIE_DS_MOVEMENT, "posting_date", &movement, "2024-02-29" },
        { "no date", TIE_DS_MOVEMENT, "posting_date", &empty, "" },
        { "instant", TIE_DS_MOVEMENT, "entry_at", &movement, "1970-01-01T00:00:01.500000Z" },
        { "no instant", TIE_DS_MOVEMENT, "entry_at", &empty, "" },
        { "rate", TIE_DS_FX_RATE, "rate", &rate, "1.0837" },
        { "no rate", TIE_DS_FX_RATE, "rate", &no_rate, "" },
        { "whole number", TIE_DS_BILLING_PLAN, "seq_no", &plan, "-3" },
        { "no whole number", TIE_DS_BILLING_PLAN, "seq_no", &no_plan, "" },
        { "yes", TIE_DS_XREF, "is_merge", &merged, "yes" },
        { "no", TIE_DS_XREF, "is_merge", &plain, "no" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        check_cell(cases[i].dataset, cases[i].name, cases[i].row, cases[i].text);
    }
    assert_int_equal(tie_cell_str(column_of(TIE_DS_MOVEMENT, "uom"), &movement), movement.uom);
    assert_int_equal(tie_cell_number(column_of(TIE_DS_MOVEMENT, "quantity"), &movement), -2500000);
    assert_int_equal(tie_cell_number(column_of(TIE_DS_MOVEMENT, "movement_class"), &movement), TIE_W_ISSUE_WO);
    assert_int_equal(tie_cell_number(column_of(TIE_DS_MOVEMENT, "posting_date"), &movement), 19782);
    assert_true(tie_cell_number(column_of(TIE_DS_MOVEMENT, "posting_date"), &empty) == TIE_NONE);
    assert_int_equal(tie_cell_number(column_of(TIE_DS_XREF, "is_merge"), &merged), 1);
}

static void test_row_id(void **state)
{
    const struct tie_movement movement = {
        .mov_id = tie_pool_put(&pool, TIE_TEXT("M-1")),
        .line_no = 10,
    };
    const struct tie_work_order order = { .wo_id = tie_pool_put(&pool, TIE_TEXT("WO-7")) };
    const struct tie_fx_rate rate = {
        .from_currency = tie_pool_put(&pool, TIE_TEXT("EUR")),
        .to_currency = tie_pool_put(&pool, TIE_TEXT("USD")),
        .rate_date = 19782,
        .rate_kind = TIE_W_MID,
    };
    const struct tie_period period = { .period_id = tie_pool_put(&pool, TIE_TEXT("2026-11")) };
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 1000);
    tie_buf_text(&out, "left from before");
    tie_row_id(&out, &pool, TIE_DS_WORK_ORDER, &order);
    assert_string_equal(out.at, "WO-7");
    tie_row_id(&out, &pool, TIE_DS_MOVEMENT, &movement);
    assert_string_equal(out.at, "M-1/10");
    tie_row_id(&out, &pool, TIE_DS_FX_RATE, &rate);
    assert_string_equal(out.at, "EUR/USD/2024-02-29/mid");
    tie_row_id(&out, &pool, TIE_DS_PERIOD, &period); /* an empty part keeps its place */
    assert_string_equal(out.at, "/2026-11");
    tie_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_row_id),
    };

    return cmocka_run_group_tests_name("model/cell", tests, open_pool, close_pool);
}
