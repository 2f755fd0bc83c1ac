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
    { "BIL-03 without a price: something is short all the same", NULL, "item; item_id=X, base_uom=EA\n",
        ORDER USED("U1", "X", "2") ISSUED("M1", "X", "2") INVOICE("I1") BILLED("I1", "1", "X", "1", "50"),
        "BIL-03 yes NONE - - DM new" },
    { "BIL-04: too cheap", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "180"),
        "BIL-04 yes FIRM 20 20 DM new" },
    { "BIL-04 not within tolerance", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "199"), "" },
    { "BIL-04 a cent beyond it", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "198.99"),
        "BIL-04 yes FIRM 1.01 1.01 DM new" },
    { "BIL-05 not within tolerance", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "201"), "" },
    { "BIL-05 a cent beyond it", NULL, NULL, BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "201.01"),
        "BIL-05 yes FIRM -1.01 -1.01 CRB new" },
    { "BIL-06 not for a cent on a covered line", NULL,
        "contract; contract_id=K1, customer_id=C1, currency=EUR, "
        "start_date=2026-01-01, end_date=2026-12-31\ncontract_line; contract_id=K1, line_no=1, share_parts=1\n",
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, contract_id=K1, currency=EUR, "
        "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n" USED("U1", "A", "2") ISSUED("M1", "A", "2")
            INVOICE("I1") BILLED("I1", "1", "A", "2", "0.01"),
        "" },
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
    { "BIL-09: an hour that nobody billed", NULL, NULL, ORDER WORKED("T1", "60"), "BIL-09 yes FIRM 60 60 INV new" },
    { "BIL-09 not for five minutes, within the tolerance of an entry", NULL, NULL, ORDER WORKED("T1", "5"), "" },
    { "BIL-09 not yet due", NULL, NULL,
        CLOSED_ON("2026-11-15") "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=work, minutes=60\n",
        "BIL-09 yes FIRM 60 60 INV pending" },
    { "BIL-09: two hours worked, one billed", NULL, NULL,
        ORDER WORKED("T1", "120") INVOICE("I1") LABOUR("I1", "1", "60", "60"), "BIL-09 yes FIRM 60 60 DM new" },
    { "BIL-09 not where two entries lack twelve minutes, but the quarter that it makes", NULL, NULL,
        ORDER WORKED("T1", "60") WORKED("T2", "72") INVOICE("I1") LABOUR("I1", "1", "120", "120"),
        "BIL-10 yes FIRM 15 15 DM new" },
    { "BIL-09 carries the whole gap, BIL-04 its price part", NULL, NULL,
        ORDER WORKED("T1", "120") INVOICE("I1") LABOUR("I1", "1", "60", "50"),
        "BIL-04 BIL-09 FIRM 10 10 DM new; BIL-09 yes FIRM 70 70 DM new" },
    { "BIL-09 without a price", NULL, NULL,
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=wait, minutes=60\n",
        "BIL-09 yes NONE - - INV new" },
    { "BIL-09: a flat fee that nobody charged", NULL,
        "price; price_list_id=LIST, used_item_id=remote, unit_price=60, flat_amount=85, currency=EUR\n",
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=remote, minutes=20\n",
        "BIL-09 yes FIRM 85 85 INV new" },
    { "BIL-09 not for time marked as not chargeable", NULL, NULL,
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=work, minutes=60, is_billable=no\n", "" },
    { "BIL-09: only the chargeable entry is missing", NULL, NULL,
        ORDER WORKED("T1", "60") "time_entry; time_id=T2, wo_id=W1, technician_id=T1, kind=work, minutes=90, "
                                 "is_billable=no\n",
        "BIL-09 yes FIRM 60 60 INV new" },
    { "BIL-05: time marked as not chargeable was billed", NULL, NULL,
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=work, minutes=60, is_billable=no\n" INVOICE(
            "I1") LABOUR("I1", "1", "60", "60"),
        "BIL-05 yes FIRM -60 -60 CM new" },
    { "BIL-05: both entries billed, one is chargeable", NULL, NULL,
        ORDER WORKED("T1", "60") "time_entry; time_id=T2, wo_id=W1, technician_id=T1, kind=work, minutes=60, "
                                 "is_billable=no\n" INVOICE("I1") LABOUR("I1", "1", "120", "120"),
        "BIL-05 yes FIRM -60 -60 CM new" },
    { "eight minutes less than the chargeable hour are within the tolerance: its price is short", NULL, NULL,
        ORDER WORKED("T1", "60") "time_entry; time_id=T2, wo_id=W1, technician_id=T1, kind=work, minutes=60, "
                                 "is_billable=no\n" INVOICE("I1") LABOUR("I1", "1", "52", "52"),
        "BIL-04 yes FIRM 8 8 DM new" },
    { "BIL-02: an hour at no charge", NULL, NULL,
        ORDER WORKED("T1", "60") INVOICE("I1") "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=work, "
                                               "line_kind=labour, quantity=60, uom=min, net_amount=0, "
                                               "outcome=no_charge_warranty\n",
        "BIL-02 yes FIRM 60 60 INV new" },
    { "BIL-09: cancelled, nothing after", NULL, NULL,
        ORDER WORKED("T1", "60") INVOICE("I1") LABOUR("I1", "1", "60", "60")
            LATER("I2", "cancel", ", cancels_inv_id=I1") LABOUR("I2", "1", "-60", "-60"),
        "BIL-09 yes FIRM 60 60 INV new" },
};

#define CREDIT(id, line, item, quantity, net) LATER(id, "credit", "") BILLED(id, line, item, quantity, net)
#define APPROVED(type, object, limit, more)                                                                            \
    "approval; approval_id=P1, object_type=" type ", object_id=" object ", kind=credit, amount_limit=" limit           \
    ", currency=EUR, approved_by=BOSS, approved_at=2026-10-04T10:00Z" more "\n"
#define PAID BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "200")

#define LUMP(id, kind, quantity, net)                                                                                  \
    LATER(id, kind, "")                                                                                                \
    "invoice_line; inv_id=" id ", line_no=1, wo_ref=W1, sales_item_id=, line_kind=fixed, "                             \
    "quantity=" quantity ", net_amount=" net "\n"

static const struct dossier_case credits[] = {
    { "BIL-17: a credit that nobody approved", NULL, NULL, PAID CREDIT("I2", "1", "A", "0", "-50"),
        "BIL-17 yes FIRM 50 50 DM new" },
    { "BIL-17 replaces the quantity code", NULL, NULL, PAID CREDIT("I2", "1", "A", "-1", "-100"),
        "BIL-17 yes FIRM 100 100 DM new" },
    { "BIL-17 within its window", "[window]\ncredit = 90d\n", NULL, PAID CREDIT("I2", "1", "A", "0", "-50"),
        "BIL-17 yes FIRM 50 50 DM pending" },
    { "BIL-17: two credits make the gap together", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") CREDIT("I3", "1", "A", "0", "-30"), "BIL-17 yes FIRM 80 80 DM new" },
    { "BIL-17: more credited than billed", NULL, NULL, PAID CREDIT("I2", "1", "A", "-2", "-260"),
        "BIL-17 yes FIRM 260 260 DM new" },
    { "BIL-17: a credit on what was never billed, nor used", NULL, NULL, ORDER CREDIT("I2", "1", "A", "-1", "-100"),
        "BIL-17 yes FIRM 100 0 INVST new" },
    { "BIL-17: a trip charge credited, never billed", NULL, NULL,
        ORDER LATER("I2", "credit", "") "invoice_line; inv_id=I2, line_no=1, wo_ref=W1, sales_item_id=, quantity=-1, "
                                        "net_amount=-35\n",
        "BIL-17 yes FIRM 35 0 INVST new" },
    { "BIL-17 on a cancelled order asks what happened", NULL, NULL,
        CANCELLED_ORDER CREDIT("I2", "1", "A", "-1", "-100"), "BIL-17 yes FIRM 100 0 INVST new" },
    { "BIL-17 of labour", NULL, NULL,
        ORDER WORKED("T1", "120") INVOICE("I1") LABOUR("I1", "1", "120", "120") LATER("I2", "credit", "")
            LABOUR("I2", "1", "-60", "-60"),
        "BIL-17 yes FIRM 60 60 DM new" },
    { "a reason alone is no approval", NULL, NULL,
        PAID LATER("I2", "credit", ", reason_code=R7") BILLED("I2", "1", "A", "0", "-50"),
        "BIL-17 yes FIRM 50 50 DM new" },
    { "BIL-17 not for an approved credit", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice", "I2", "50", ""), "" },
    { "... nor for an approved line, without a limit", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice_line", "I2/1", "", ""), "" },
    { "an approval for less than the credit", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice", "I2", "49", ""), "BIL-17 yes FIRM 50 50 DM new" },
    { "a limit holds for the document, not for each of its lines", NULL, NULL,
        PAID USED("U2", "B", "1") ISSUED("M2", "B", "1") BILLED("I1", "2", "B", "1", "100")
            CREDIT("I2", "1", "A", "0", "-50") BILLED("I2", "2", "B", "0", "-50") APPROVED("invoice", "I2", "60", ""),
        "BIL-17 yes FIRM 50 50 DM new; BIL-17 yes FIRM 50 50 DM new" },
    { "an approval that was refused", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice", "I2", "50", ", status=rejected"),
        "BIL-17 yes FIRM 50 50 DM new" },
    { "an approval that had run out", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice", "I2", "50", ", valid_to=2026-10-03"),
        "BIL-17 yes FIRM 50 50 DM new" },
    { "an approval of something else", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "0", "-50") APPROVED("invoice", "I1", "50", ""), "BIL-17 yes FIRM 50 50 DM new" },
    { "all of it given back, and approved", NULL, NULL,
        PAID CREDIT("I2", "1", "A", "-2", "-200") APPROVED("invoice", "I2", "200", ""), "" },
    { "all of it given back: BIL-01, as net is 0", NULL, NULL, PAID CREDIT("I2", "1", "A", "-2", "-200"),
        "BIL-01 yes FIRM 200 200 INV new" },
    { "BIL-17 not where the credit puts a bill right that was too high", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "250") CREDIT("I2", "1", "A", "0", "-50"), "" },
    { "... approved or not", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "250") CREDIT("I2", "1", "A", "0", "-50")
            APPROVED("invoice", "I2", "50", ""),
        "" },
    { "a gap that is not the credit keeps its own code", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "230") CREDIT("I2", "1", "A", "0", "-70"),
        "BIL-04 yes FIRM 40 40 DM new" },
    { "cancelled and billed again at half the price: a price, though the gap is as large as the cancellation", NULL,
        NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "2", "100") LATER("I2", "cancel", ", cancels_inv_id=I1")
            BILLED("I2", "1", "A", "-2", "-100") LATER("I3", "invoice", "") BILLED("I3", "1", "A", "2", "100"),
        "BIL-04 yes FIRM 100 100 DM new" },
    { "cancelled, and less of it billed again: a quantity, though the gap is as large as the cancellation", NULL, NULL,
        ORDER USED("U1", "A", "5") ISSUED("M1", "A", "5") INVOICE("I1") BILLED("I1", "1", "A", "3", "300")
            LATER("I2", "cancel", ", cancels_inv_id=I1") BILLED("I2", "1", "A", "-3", "-300") LATER("I3", "invoice", "")
                BILLED("I3", "1", "A", "2", "200"),
        "BIL-03 yes FIRM 300 300 DM new" },
    { "a credit that names nothing is not made good by a smaller bill after it", NULL, NULL,
        ORDER USED("U1", "A", "5") ISSUED("M1", "A", "5") INVOICE("I1") BILLED("I1", "1", "A", "3", "300")
            CREDIT("I2", "1", "A", "-3", "-300") LATER("I3", "invoice", "") BILLED("I3", "1", "A", "2", "200"),
        "BIL-17 yes FIRM 300 300 DM new" },
    { "one of two bills cancelled, and none after", NULL, NULL,
        BASE INVOICE("I1") BILLED("I1", "1", "A", "1", "100") INVOICE("I3") BILLED("I3", "1", "A", "1", "100")
            LATER("I2", "cancel", ", cancels_inv_id=I3") BILLED("I2", "1", "A", "-1", "-100"),
        "BIL-17 yes FIRM 100 100 DM new" },
    { "BIL-17 of a fixed price", NULL, NULL,
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, price_mode=fixed, "
        "quote_amount=480, created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n" USED("U1", "A", "2")
            ISSUED("M1", "A", "2") LUMP("I1", "invoice", "1", "480") LUMP("I2", "credit", "0", "-80"),
        "BIL-17 yes FIRM 80 80 DM new" },
};

static void test_cases(void **state)
{
    (void)state;
    run_cases(cases, TIE_COUNT_OF(cases));
}

static void test_credits(void **state)
{
    (void)state;
    run_cases(credits, TIE_COUNT_OF(credits));
}

/* The sentence calls it a credit and so gives it without a sign; the column keeps the sign. The row names no order: its
 * finding is of the order whose invoice it cancels. */
static void test_words(void **state)
{
    static const struct dossier_case one = { .why = "one of two bills cancelled by a row without an order",
        .rows = BASE INVOICE("I1") BILLED("I1", "1", "A", "1", "100") INVOICE("I3") BILLED("I3", "1", "A", "1", "100")
            LATER("I2", "cancel", ", cancels_inv_id=I3") "invoice_line; inv_id=I2, line_no=1, wo_ref=, "
                                                         "sales_item_id=A, quantity=-1, net_amount=-100\n" };
    struct judged *judged = calloc(1, sizeof *judged);
    const struct tie_finding *f;

    (void)state;
    assert_non_null(judged);
    judge_start(judged, &one);
    assert_int_equal(judged->findings.count, 1);
    f = &judged->findings.at[0];
    assert_string_equal(
        f->explanation, "Credit I2/1 of 100.00 on W1 has no reason and no new invoice: bill 100.00 EUR or approve it");
    assert_int_equal(f->actual_amount, -100 * TIE_DEC_ONE);
    assert_string_equal(f->anchor, "W1");
    assert_string_equal(f->work_order, "W1");
    judge_stop(judged);
    free(judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases), cmocka_unit_test(test_credits),
        cmocka_unit_test(test_words) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
