/*
 * test_rows.c - the test helper that makes rows from text: what it reads, what it fills in, what it refuses.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_cells_and_defaults(void **state)
{
    struct test_rows rows;
    const struct tie_usage_line *usage;
    const struct tie_work_order *order;

    (void)state;
    test_rows_init(&rows, NULL);
    test_rows_text(&rows,
        "# a comment\n"
        "\n"
        "visit; visit_id=V1, wo_id=W1, technician_id=T1\n"
        "technician; technician_id=T1, van_location_id='VAN, 7'\n"
        "usage_line; usage_id=U1, wo_id=W1, visit_id=V1, item_id='it''s', quantity=2.5, uom=EA, "
        "server_at=2026-11-02 10:00, lot_no=\n"
        "usage_line ;usage_id = U2,wo_id=W1,item_id=B,quantity=1,uom=EA,direction=returned\n"
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-11-01T08:00Z, closed_at=2026-11-02T18:00+01:00\n");
    test_rows_end(&rows, NULL);
    usage = TEST_ROWS(&rows, USAGE_LINE, usage_line);
    order = TEST_ROWS(&rows, WORK_ORDER, work_order);
    assert_int_equal(rows.tables[TIE_DS_USAGE_LINE].count, 2);
    test_expect_text(tie_pool_chars(&rows.pool, usage[0].item_id), "it's", "a quote within quotes");
    assert_int_equal(usage[0].quantity, 2500000);
    assert_int_equal(usage[0].direction, TIE_W_USED);
    assert_int_equal(usage[1].direction, TIE_W_RETURNED);
    assert_true(usage[0].device_at == usage[0].server_at && usage[0].device_at != TIE_NONE);
    assert_true(usage[1].device_at == TIE_NONE);
    test_expect_text(tie_pool_chars(&rows.pool, usage[0].technician_id), "T1", "by way of the visit");
    test_expect_text(tie_pool_chars(&rows.pool, usage[0].location_id), "VAN, 7", "by way of the technician");
    assert_int_equal(usage[0].lot_no, 0);
    assert_int_equal(usage[1].row.source_row, 2);
    assert_true(usage[0].row.order_ref == test_str(&rows, "W1"));
    assert_true(order->completed_at == order->closed_at);
    assert_true(order->billing_owner_wo_id == order->wo_id);
    assert_true(TIE_DELIVERED(&rows.delivery, USAGE_LINE, usage_line, direction));
    assert_false(TIE_DELIVERED(&rows.delivery, USAGE_LINE, usage_line, device_at));
    assert_false(rows.delivery.dataset[TIE_DS_INVOICE]);
    test_rows_release(&rows);
}

static void test_defaults_across_pools(void **state)
{
    struct test_bench bench;
    const struct tie_movement *movement;
    const struct tie_entitlement_decision *decision;

    (void)state;
    test_bench_start(&bench, NULL,
        "item; item_id=A, base_uom=EA\n"
        "contract; contract_id=N1, customer_id=K1, start_date=2026-01-01, end_date=2026-12-31, "
        "currency=EUR\n"
        "contract_line; contract_id=N1, line_no=1\n"
        "price; price_list_id=L, used_item_id=A, unit_price=1, currency=EUR\n"
        "period; period_id=2026-11, start_date=2026-11-01, end_date=2026-11-30\n"
        "xref location; fsm_id=a, erp_id=b\n");
    bench.shard.reference = bench.reference;
    test_rows_add(&bench.shard,
        "movement; mov_id=M1, line_no=1, movement_class=issue_wo, item_id=A, quantity=1, uom=EA, "
        "posting_date=2026-11-30, wo_ref=order wo 007");
    test_rows_add(
        &bench.shard, "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, share_labour=0.5");
    test_rows_end(&bench.shard, &bench.rows);
    movement = TEST_ROWS(&bench.shard, MOVEMENT, movement);
    decision = TEST_ROWS(&bench.shard, ENTITLEMENT_DECISION, entitlement_decision);
    test_expect_text(test_bench_text(&bench, movement->period_id), "2026-11", "the period of the posting date");
    assert_int_equal(movement->doc_date, movement->posting_date);
    test_expect_text(test_bench_text(&bench, movement->row.order_ref), "WO-7", "by the policy's pattern");
    assert_int_equal(decision->share_parts, TIE_DEC_ONE);
    assert_int_equal(decision->share_labour, TIE_DEC_ONE / 2);
    assert_int_equal(TEST_ROWS(&bench.rows, CONTRACT_LINE, contract_line)->valid_to, test_date("2026-12-31"));
    test_expect_text(test_bench_text(&bench, TEST_ROWS(&bench.rows, PRICE, price)->uom), "EA", "the item's base unit");
    assert_int_equal(TEST_ROWS(&bench.rows, XREF, xref)->row.xref_kind, TIE_XREF_LOCATION);
    test_bench_stop(&bench);
}

static void test_faults(void **state)
{
    static const struct {
        const char *why, *line, *says;
    } cases[] = {
        { "unknown dataset", "usage; usage_id=U1", "no dataset \"usage\"" },
        { "unknown column", "usage_line; usage=U1", "usage_line has no column \"usage\"" },
        { "no such word", "work_order; status=done", "open|completed|closed|cancelled|reopened" },
        { "no number", "usage_line; quantity=two", "usage_line.quantity is \"two\"" },
        { "a seventh decimal", "usage_line; quantity=0.1234567", "at most six decimals" },
        { "no date", "movement; posting_date=2026-02-30", "YYYY-MM-DD" },
        { "no truth", "item; is_active=1", "yes or no" },
        { "a quote left open", "item; item_id='A", "quote is not closed" },
        { "a column twice", "item; item_id=A, item_id=B", "given twice" },
        { "xref of no kind", "xref; fsm_id=A, erp_id=B", "xref needs its kind" },
        { "a kind without need", "item customer; item_id=A", "only xref has a kind" },
    };
    struct test_rows rows;
    struct tie_error error;

    (void)state;
    test_rows_init(&rows, NULL);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        TEST_EXPECT(test_rows_try(&rows, tie_text_of(cases[i].line), &error) == TIE_DATA, cases[i].why);
        if (strstr(error.text, cases[i].says) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].why, error.text, cases[i].says);
    }
    assert_int_equal(rows.tables[TIE_DS_ITEM].count, 0); /* a refused line leaves no row */
    test_rows_release(&rows);
}

/* Every default of the data model is one that its own column's type can hold. */
static void test_every_default_fits(void **state)
{
    struct test_rows rows;

    (void)state;
    test_rows_init(&rows, NULL);
    for (int id = 0; id < TIE_DATASET_COUNT; id++)
        if (id != TIE_DS_XREF)
            test_rows_add(&rows, tie_dataset((enum tie_dataset)id)->name);
    test_rows_end(&rows, NULL);
    test_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_and_defaults),
        cmocka_unit_test(test_defaults_across_pools),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_every_default_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
