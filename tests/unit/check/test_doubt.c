/* test_doubt.c - orders that a rejected row names: nothing of them is firm, nothing is exported, all amounts stay. */
#include "dossier_bench.h"

#define ORDER_2                                                                                                        \
    "work_order; wo_id=W2, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z"
#define USED_ON_2 "usage_line; usage_id=U2, wo_id=W2, item_id=A, quantity=2, uom=EA, server_at=2026-10-01T10:00Z\n"
#define ISSUED_ON_2                                                                                                    \
    "movement; mov_id=M2, line_no=1, movement_class=issue_wo, wo_ref=W2, item_id=A, quantity=2, uom=EA, "              \
    "posting_date=2026-10-02\n"
#define UNISSUED ORDER USED("U1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200")
#define UNBILLED ORDER USED("U1", "A", "2") ISSUED("M1", "A", "2")
#define HEADERLESS UNBILLED BILLED("I1", "1", "A", "2", "200")

static const struct tie_reject_ref before_and_here[] = { { "W0", TIE_DS_USAGE_LINE }, { "W1", TIE_DS_MOVEMENT } },
                                   elsewhere[] = { { "W", TIE_DS_MOVEMENT }, { "W11", TIE_DS_MOVEMENT } },
                                   here[] = { { "W1", TIE_DS_INVOICE_LINE } },
                                   second[] = { { "W2", TIE_DS_USAGE_LINE } },
                                   unknown[] = { { "W99", TIE_DS_WORK_ORDER } },
                                   invoice[] = { { "I1", TIE_DS_INVOICE } },
                                   other_invoice[] = { { "I", TIE_DS_INVOICE } };
#define ORDERS(list) .rejects = { .order_count = TIE_COUNT_OF(list), .orders = (list) }
#define INVOICES(list) .rejects = { .invoice_count = TIE_COUNT_OF(list), .invoices = (list) }

static const struct {
    const char *why, *rows, *want;
    struct tie_reject_refs rejects;
} cases[] = {
    { "no row was rejected", UNISSUED, "INV-01 yes FIRM 80 -80 GI new", .rejects = { 0 } },
    { "a movement of the order was rejected", UNISSUED, "INV-01 yes CONTINGENT 80 0 INVST new",
        ORDERS(before_and_here) },
    { "one of orders whose numbers are alike", UNISSUED, "INV-01 yes FIRM 80 -80 GI new", ORDERS(elsewhere) },
    { "an invoice line was rejected", UNBILLED, "BIL-01 yes CONTINGENT 200 0 INVST new", ORDERS(here) },
    { "labour at too low a rate",
        ORDER WORKED("T1", "60") INVOICE("I1") "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=work, "
                                               "line_kind=labour, quantity=60, uom=min, net_amount=50\n",
        "BIL-04 yes CONTINGENT 10 0 INVST new", ORDERS(here) },
    { "an order that was cancelled and billed", CANCELLED_ORDER INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "WOS-05 yes CONTINGENT -100 0 INVST new", ORDERS(here) },
    { "a row that stands twice",
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "2") ISSUED("M2", "A", "2") INVOICE("I1")
            BILLED("I1", "1", "A", "2", "200"),
        "INV-07 yes CONTINGENT 80 0 INVST new", ORDERS(before_and_here) },
    { "an amount that is not known stays unknown, and nothing is posted",
        ORDER USED("U1", "Z", "1") INVOICE("I1") BILLED("I1", "1", "Z", "1", "100"),
        "INV-01 yes NONE - - INVST new; MDM-01 yes CONTINGENT 0 0 MDM pending", ORDERS(here) },
    { "a header without its order: the lines' order", HEADERLESS, "BIL-01 yes CONTINGENT 200 0 INVST new",
        INVOICES(invoice) },
    { "a header that was never there", HEADERLESS, "BIL-01 yes FIRM 200 200 INV new", INVOICES(other_invoice) },
    { "an order billed with the one that lacks a row",
        UNBILLED ORDER_2 ", billing_owner_wo_id=W1\n" USED_ON_2 ISSUED_ON_2, "BIL-01 yes CONTINGENT 400 0 INVST new",
        ORDERS(second) },
    { "another order of the same customer is firm", UNISSUED ORDER_2 "\n" USED_ON_2 ISSUED_ON_2,
        "BIL-01 yes CONTINGENT 200 0 INVST new; INV-01 yes FIRM 80 -80 GI new", ORDERS(second) },
    { "usage of an order whose own row was rejected",
        "usage_line; usage_id=U9, wo_id=W99, item_id=A, quantity=2, uom=EA, server_at=2026-10-01T10:00Z\n",
        "WOS-08 yes CONTINGENT 200 0 FSM new", ORDERS(unknown) },
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct dossier_case one = { .why = cases[i].why, .rows = cases[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);

        assert_non_null(judged);
        judge_start_with(judged, &one, &cases[i].rejects);
        test_expect_text(spell_findings(judged), cases[i].want, cases[i].why);
        TEST_EXPECT(judged->conserved, cases[i].why);
        judge_stop(judged);
        free(judged);
    }
}

/* ---- the explanation ---- */

static const struct {
    const char *why;
    struct tie_reject_refs rejects;
    const char *rows, *want; /* NULL: nothing of it */
} notes[] = {
    { "of a movement", { .order_count = 2, .orders = before_and_here }, UNISSUED,
        ". A rejected movement row names this order or one billed with it; see rejected.csv" },
    { "of an invoice header", { .invoice_count = 1, .invoices = invoice }, HEADERLESS,
        ". A rejected invoice row names this order or one billed with it; see rejected.csv" },
    { "of none", { 0 }, UNISSUED, NULL },
};

static void test_notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(notes); i++) {
        const struct dossier_case one = { .why = notes[i].why, .rows = notes[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);
        const char *found;

        assert_non_null(judged);
        judge_start_with(judged, &one, &notes[i].rejects);
        assert_int_equal(judged->findings.count, 1);
        found = strstr(judged->findings.at[0].explanation, ". A rejected ");
        test_expect_text(found == NULL ? "" : found, notes[i].want == NULL ? "" : notes[i].want, notes[i].why);
        judge_stop(judged);
        free(judged);
    }
}

/* A line without its header is left out by name, whether or not its order is in doubt. */
static void test_lines_are_left_out(void **state)
{
    const struct dossier_case one = { .why = "left out", .rows = HEADERLESS };
    const struct tie_reject_refs rejects = { .invoice_count = 1, .invoices = invoice };
    struct judged *judged = calloc(1, sizeof *judged);

    (void)state;
    assert_non_null(judged);
    judge_start_with(judged, &one, &rejects);
    assert_int_equal(judged->tally.excluded[TIE_LEG_BILLING][TIE_EXCLUDED_PARENT_REJECTED].rows, 1);
    judge_stop(judged);
    free(judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases), cmocka_unit_test(test_notes),
        cmocka_unit_test(test_lines_are_left_out) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
