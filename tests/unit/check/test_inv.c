/* test_inv.c - parts usage against inventory: each check by a dossier that has it, and by one that looks like it. */
#include "dossier_bench.h"

#define RETURNED(id, quantity)                                                                                         \
    "movement; mov_id=" id ", line_no=1, movement_class=return_wo, wo_ref=W1, item_id=A, quantity=" quantity           \
    ", uom=EA, posting_date=2026-10-02\n"
#define LOOSE(id, reference, class, day)                                                                               \
    "movement; mov_id=" id ", line_no=1, movement_class=" class ", wo_ref=" reference                                  \
                                                                ", item_id=A, quantity=1, uom=EA, posting_date=" day   \
                                                                ", from_location_id=V1\n"
#define USED_FROM_VAN                                                                                                  \
    "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, server_at=2026-10-01T10:00Z, "                  \
    "location_id=V1\n"
#define SERIAL_ISSUED(serial)                                                                                          \
    "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=S, quantity=1, uom=EA, "              \
    "posting_date=2026-10-02, serial_no=" serial "\n"
#define SERIAL_USED                                                                                                    \
    "usage_line; usage_id=U1, wo_id=W1, item_id=S, quantity=1, uom=EA, serial_no=S1, server_at=2026-10-01T10:00Z\n"
#define SIGNED                                                                                                         \
    "evidence; evidence_id=E1, object_type=work_order, object_id=W1, kind=signature, captured_at=2026-10-02T12:00Z\n"
#define ITEM_D                                                                                                         \
    "item; item_id=D, base_uom=EA, product_class=x\n"                                                                  \
    "item_cost; item_id=D, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=D, unit_price=80, currency=EUR\n"
#define BILLED_FOR_U1(item, net)                                                                                       \
    "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, usage_ref=U1, sales_item_id=" item ", quantity=1, net_amount=" net \
    "\n"

static const struct dossier_case cases[] = {
    { "all three agree", NULL, NULL,
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"), "" },
    { "INV-01: used, nothing issued", NULL, NULL,
        ORDER USED("U1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"), "INV-01 yes FIRM 80 -80 GI new" },
    { "INV-01 not for an item without stock", NULL, NULL,
        ORDER USED("U1", "N", "1") INVOICE("I1") BILLED("I1", "1", "N", "1", "100"), "" },
    { "INV-01 waits for the window", NULL, NULL,
        CLOSED_ON("2026-11-18") USED("U1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "INV-01 yes FIRM 80 -80 GI pending" },
    { "INV-01 of an open order is pending", NULL, NULL,
        OPEN_ORDER USED("U1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "INV-01 yes FIRM 40 -40 GI pending" },
    { "INV-02: issued, none used, none billed", NULL, NULL, ORDER ISSUED("M1", "A", "1"),
        "BIL-01 yes CONTINGENT 100 0 INVST new; INV-02 yes CONTINGENT 40 0 INVST new" },
    { "INV-02: billing agrees with the issue", NULL, NULL,
        ORDER ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), "INV-02 yes FIRM 0 0 FSM new" },
    { "INV-03: issue short (4)", NULL, NULL,
        ORDER USED("U1", "A", "3") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "3", "300"),
        "INV-03 yes FIRM 80 -80 GI new" },
    { "INV-03: report short (6)", NULL, NULL,
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "3") INVOICE("I1") BILLED("I1", "1", "A", "3", "300"),
        "INV-03 yes FIRM 0 0 FSM new" },
    { "INV-03: none agrees (9), unsigned, no serial: both doubtful", NULL, NULL,
        ORDER USED("U1", "A", "3") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "BIL-03 yes CONTINGENT 100 0 INVST new; INV-03 yes CONTINGENT 80 0 INVST new" },
    { "INV-03: none agrees (9), signed: both firm", NULL, NULL,
        ORDER SIGNED USED("U1", "A", "3") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "BIL-03 yes FIRM 100 100 DM new; INV-03 yes FIRM 80 -80 GI new" },
    { "INV-03: none agrees (8), serialised: the movement is right", NULL, NULL,
        ORDER USED("U1", "S", "3") ISSUED("M1", "S", "2") INVOICE("I1") BILLED("I1", "1", "S", "1", "100"),
        "BIL-03 yes FIRM 100 100 DM new; INV-03 yes FIRM 0 0 FSM new" },
    { "INV-03: none agrees (9), serialised: over-billed against the movement", NULL, NULL,
        ORDER USED("U1", "S", "3") ISSUED("M1", "S", "1") INVOICE("I1") BILLED("I1", "1", "S", "2", "200"),
        "BIL-05 yes FIRM -100 -100 CM new; INV-03 yes FIRM 0 0 FSM new" },
    { "INV-10: surplus (5)", NULL, NULL,
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "3") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "INV-10 yes FIRM 40 40 GR-REV new" },
    { "INV-10 not where the surplus came back", NULL, NULL,
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "3") RETURNED("M2", "-1") INVOICE("I1")
            BILLED("I1", "1", "A", "2", "200"),
        "" },
    { "INV-10 and BIL-05 are doubtful (11)", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "BIL-05 yes CONTINGENT -100 0 INVST new; INV-10 yes CONTINGENT 80 0 INVST new" },
    { "INV-10 stays firm where nothing is billed", NULL, NULL, ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3"),
        "BIL-01 yes FIRM 100 100 INV new; INV-10 yes FIRM 80 80 GR-REV new" },
    { "INV-04: B issued for A, A billed", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "B", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "INV-04 yes FIRM 10 10 GI+GR-REV new" },
    { "INV-04: B issued for A, B billed: the report is wrong", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "B", "1") INVOICE("I1") BILLED("I1", "1", "B", "1", "100"),
        "INV-04 yes FIRM 0 0 FSM new" },
    { "INV-04: the line names A's report, but item D and D's price: the report is wrong, no price is", NULL, ITEM_D,
        ORDER USED("U1", "A", "1") ISSUED("M1", "D", "1") INVOICE("I1") BILLED_FOR_U1("D", "80"),
        "INV-04 yes FIRM 0 0 FSM new" },
    { "INV-04: D on the line of A's report, and below D's price", NULL, ITEM_D,
        ORDER USED("U1", "A", "1") ISSUED("M1", "D", "1") INVOICE("I1") BILLED_FOR_U1("D", "70"),
        "BIL-04 yes FIRM 10 10 DM new; INV-04 yes FIRM 0 0 FSM new" },
    { "INV-04: sold under another number, which stands for A", NULL, "sales_map; used_item_id=A, sales_item_id=SA\n",
        ORDER USED("U1", "A", "1") ISSUED("M1", "B", "1") INVOICE("I1") BILLED_FOR_U1("SA", "100"),
        "INV-04 yes FIRM 10 10 GI+GR-REV new" },
    { "INV-04: neither billed", NULL, NULL, ORDER USED("U1", "A", "1") ISSUED("M1", "B", "1"),
        "BIL-01 yes FIRM 100 100 INV new; INV-04 yes FIRM 10 0 INVST new" },
    { "INV-04 not for a valid substitute", NULL, "supersession; from_item_id=A, to_item_id=B\n",
        ORDER USED("U1", "A", "1") ISSUED("M1", "B", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), "" },
    { "INV-04 for a substitute in the wrong direction", NULL, "supersession; from_item_id=C, to_item_id=A\n",
        ORDER USED("U1", "A", "1") ISSUED("M1", "C", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "INV-04 yes FIRM 0 0 GI+GR-REV new" },
    { "INV-06: another serial", NULL, NULL,
        ORDER SERIAL_USED SERIAL_ISSUED("S2") INVOICE("I1") BILLED("I1", "1", "S", "1", "100"),
        "INV-06 yes CONTINGENT 40 0 INVST new" },
    { "INV-06 not for the same serial", NULL, NULL,
        ORDER SERIAL_USED SERIAL_ISSUED("S1") INVOICE("I1") BILLED("I1", "1", "S", "1", "100"), "" },
    { "INV-07: issued twice, used and billed once", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") ISSUED("M2", "A", "1") INVOICE("I1")
            BILLED("I1", "1", "A", "1", "100"),
        "INV-07 yes FIRM 40 40 GR-REV new" },
    { "INV-07 not for two real filters", NULL, NULL,
        ORDER USED("U1", "A", "1") USED("U2", "A", "1") ISSUED("M1", "A", "1") ISSUED("M2", "A", "1") INVOICE("I1")
            BILLED("I1", "1", "A", "2", "200"),
        "" },
    { "INV-08: reported twice (7)", NULL, NULL,
        ORDER USED("U1", "A", "1") USED("U2", "A", "1") ISSUED("M1", "A", "1") INVOICE("I1")
            BILLED("I1", "1", "A", "1", "100"),
        "INV-08 yes FIRM 0 0 FSM new" },
    { "INV-15: P9 finds the issue of a cost centre", NULL, NULL,
        ORDER USED_FROM_VAN LOOSE("M1", "", "issue_cc", "2026-10-02") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "INV-15 yes FIRM 0 0 NONE new" },
    { "INV-15 not where the issue names nothing", NULL, NULL,
        ORDER USED_FROM_VAN LOOSE("M1", "", "issue_wo", "2026-10-02") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "" },
    { "INV-16: returned, never issued", NULL, NULL, ORDER RETURNED("M1", "-1"), "INV-16 yes FIRM 40 -40 GI new" },
    { "INV-21: an order nobody knows", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100")
            LOOSE("M9", "W77", "issue_wo", "2026-10-02"),
        "INV-21 yes CONTINGENT 40 0 INVST new" },
    { "INV-21 not for a cost centre that policy does not count", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100")
            LOOSE("M9", "", "issue_cc", "2026-10-02"),
        "" },
    { "INV-22: cancelled and still issued", NULL, NULL, CANCELLED_ORDER ISSUED("M1", "A", "1"),
        "INV-22 yes FIRM 40 40 GR-REV new" },
    { "INV-22 not when it came back", NULL, NULL, CANCELLED_ORDER ISSUED("M1", "A", "1") RETURNED("M2", "-1"), "" },
    { "an unknown cost leaves the amount empty", NULL, "item; item_id=X, base_uom=EA\n",
        ORDER USED("U1", "X", "1") INVOICE("I1") BILLED("I1", "1", "X", "1", "100"), "INV-01 yes NONE - - GI new" },
};

static void test_cases(void **state)
{
    (void)state;
    run_cases(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
