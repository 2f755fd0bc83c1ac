/* test_bil.c - consumption against billing: each check by a dossier that has it and by one that only looks like it. */
#include "dossier_bench.h"

#define BASE ORDER USED("U1", "A", "2") ISSUED("M1", "A", "2")
#define LATER(id, kind, extra)                                                                                         \
    "invoice; inv_id=" id ", kind=" kind                                                                               \
    ", status=released, customer_id=C1, currency=EUR, posting_date=2026-10-04" extra "\n"
#define LABOUR(id, line, minutes, net)                                                                                 \
    "invoice_line; inv_id=" id ", line_no=" line                                                                       \
    ", wo_ref=W1, sales_item_id=work, line_kind=labour, quantity=" minutes ", uom=min, net_amount=" net "\n"
#define FIXED_ORDER                                                                                                    \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z, billing_terms=prepaid\n"

static const struct dossier_case cases[] = {
    { "BIL-01: nothing billed", NULL, NULL, BASE, "BIL-01 yes FIRM 200 200 INV new" },
    { "BIL-01 not yet due", NULL, NULL, CLOSED_ON("2026-11-15") USED("U1", "A", "2") ISSUED("M1", "A", "2"),
        "BIL-01 yes FIRM 200 200 INV pending" },
    { "BIL-01 on the day it is due", NULL, NULL, CLOSED_ON("2026-11-10") USED("U1", "A", "2") ISSUED("M1", "A", "2"),
        "BIL-01 yes FIRM 200 200 INV new" },
    { "BIL-01 waits for the payer's billing calendar", "[calendar monthly]\ndays = last\ngrace = 4d\n",
        "customer; customer_id=C2, name=Two, billing_calendar=monthly\n",
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C2, currency=EUR, "
        "created_at=2026-10-30T08:00Z, closed_at=2026-11-02T16:00Z\n" USED("U1", "A", "1") ISSUED("M1", "A", "1"),
        "BIL-01 yes FIRM 100 100 INV pending" },
    { "BIL-01: a window of its own", "[check BIL-01]\nwindow = 60d\n", NULL, BASE,
        "BIL-01 yes FIRM 200 200 INV pending" },
    { "BIL-01 without a price", NULL, "item; item_id=X, base_uom=EA\n",
        ORDER USED("U1", "X", "1") ISSUED("M1", "X", "1"), "BIL-01 yes NONE - - INV new" },
    { "BIL-01: cancelled, nothing after", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "200") LATER("I2", "cancel", ", cancels_inv_id=I1")
            BILLED("I2", "1", "A", "-2", "-200"),
        "BIL-01 yes FIRM 200 200 INV new" },
    { "cancelled and billed again", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "200") LATER("I2", "cancel", ", cancels_inv_id=I1") BILLED("I2",
            "1", "A", "-2", "-200") LATER("I3", "invoice", ", corrects_inv_id=I1") BILLED("I3", "1", "A", "2", "200"),
        "" },
    { "BIL-02: chargeable and free", NULL, NULL, BASE INVOICE("I1") FREE("I1", "1", "A", "2", "no_charge_warranty"),
        "BIL-02 yes FIRM 200 200 INV new" },
    { "BIL-02: half of it free", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "1", "100") FREE("I1", "2", "A", "1", "no_charge_warranty"),
        "BIL-02 yes FIRM 100 100 INV new" },
    { "BIL-02 not for a zero line without work", NULL, NULL,
        ORDER INVOICE("I1") FREE("I1", "1", "A", "2", "no_charge_warranty"), "" },
    { "BIL-03: one of two billed (2)", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "BIL-03 yes FIRM 100 100 DM new" },
    { "BIL-03 carries the whole gap, BIL-04 its price part", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "1", "80"),
        "BIL-03 yes FIRM 120 120 DM new; BIL-04 BIL-03 FIRM 20 20 DM new" },
    { "BIL-04: too cheap", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "180"),
        "BIL-04 yes FIRM 20 20 DM new" },
    { "BIL-04 not within tolerance", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "199"), "" },
    { "BIL-05: one too many (3)", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "3", "300"),
        "BIL-05 yes FIRM -100 -100 CM new" },
    { "BIL-05: only the price is wrong", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "230"),
        "BIL-05 yes FIRM -30 -30 CRB new" },
    { "BIL-07: billed out of nothing", NULL, NULL, ORDER INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "BIL-07 yes CONTINGENT -100 0 INVST new" },
    { "BIL-07 not for prepaid work", NULL, NULL, FIXED_ORDER INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), "" },
    { "BIL-07 not for a trip charge", NULL, NULL,
        ORDER INVOICE(
            "I1") "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=, quantity=1, net_amount=35\n",
        "" },
    { "BIL-08: the line on another document", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "200") LATER("I2", "invoice", "")
            BILLED("I2", "1", "A", "2", "200"),
        "BIL-08 yes FIRM -200 -200 CM new" },
    { "BIL-08 not for two lines of two uses", NULL, NULL,
        ORDER USED("U1", "A", "1") USED("U2", "A", "1") ISSUED("M1", "A", "2") INVOICE("I1")
            BILLED("I1", "1", "A", "1", "100") BILLED("I1", "2", "A", "1", "100"),
        "" },
    { "BIL-10: 61 minutes billed as 61", NULL, NULL,
        ORDER WORKED("T1", "61") INVOICE("I1") LABOUR("I1", "1", "61", "61"), "BIL-10 yes FIRM 14 14 DM new" },
    { "BIL-10 not where the minimum is billed", NULL, NULL,
        ORDER WORKED("T1", "35") INVOICE("I1") LABOUR("I1", "1", "60", "60"), "" },
    { "labour at too low a rate is a price", NULL, NULL,
        ORDER WORKED("T1", "60") INVOICE("I1") LABOUR("I1", "1", "60", "50"), "BIL-04 yes FIRM 10 10 DM new" },
    { "labour over", NULL, NULL, ORDER WORKED("T1", "60") INVOICE("I1") LABOUR("I1", "1", "120", "120"),
        "BIL-05 yes FIRM -60 -60 CM new" },
    { "BIL-08: labour of 50 minutes, sold as an hour, billed twice", NULL, NULL,
        ORDER WORKED("T1", "50") INVOICE("I1") LABOUR("I1", "1", "60", "60") LABOUR("I1", "2", "60", "60"),
        "BIL-08 yes FIRM -60 -60 CM new" },
    { "BIL-08 not for two short visits that are each sold as an hour", NULL, NULL,
        ORDER WORKED("T1", "10") WORKED("T2", "10") INVOICE("I1") LABOUR("I1", "1", "60", "60")
            LABOUR("I1", "2", "60", "60"),
        "" },
    { "BIL-08: two short visits, and one hour too many", NULL, NULL,
        ORDER WORKED("T1", "10") WORKED("T2", "10") INVOICE("I1") LABOUR("I1", "1", "60", "60")
            LABOUR("I1", "2", "60", "60") LABOUR("I1", "3", "60", "60"),
        "BIL-08 yes FIRM -60 -60 CM new" },
    { "labour without billing waits for BIL-09", NULL, NULL, ORDER WORKED("T1", "60"), "" },
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
