/*
 * test_in_order.c - dossiers that look as if nothing were wrong: the three legs agree to the piece and the customer was
 * charged to the cent what was expected. Nothing of such a group is laid out; each case has one thing that says more,
 * or only looks like it.
 */
#include "dossier_bench.h"

#define WORK USED("U1", "A", "1") ISSUED("M1", "A", "1")
#define BILL INVOICE("I1") BILLED("I1", "1", "A", "1", "100")
#define SHARED                                                                                                         \
    "asset; asset_id=E1, customer_id=C1, serial_no=E1\n"                                                               \
    "asset_cover; cover_id=V1, asset_id=E1, kind=vendor_warranty, provider_id=P, start_date=2026-01-01, "              \
    "parts_end_date=2027-01-01, share_parts=0.5\n"
#define ORDER_WITH(more)                                                                                               \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z, " more "\n"

#define BY_WEIGHT                                                                                                      \
    "item; item_id=P, base_uom=KG\nprice; price_list_id=LIST, used_item_id=P, unit_price=100, currency=EUR\n"
#define FOR_NOTHING                                                                                                    \
    "item; item_id=F, base_uom=EA\nprice; price_list_id=LIST, used_item_id=F, unit_price=0, currency=EUR\n"
#define GIVEN "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=goodwill\n"

static const struct dossier_case cases[] = {
    { "nothing says more", NULL, NULL, ORDER WORK BILL, "" },
    { "nor does a group beside one that deviates", NULL, NULL,
        ORDER WORK BILL USED("U2", "B", "1") BILLED("I1", "2", "B", "1", "100"), "INV-01 yes FIRM 50 -50 GI new" },
    { "the order was cancelled", NULL, NULL, CANCELLED_ORDER WORK BILL,
        "INV-22 yes FIRM 40 40 GR-REV new; WOS-05 yes FIRM -100 -100 CM new" },
    { "half of it is the vendor's, who was not asked", NULL, SHARED,
        ORDER_WITH("asset_id=E1") WORK INVOICE("I1") BILLED("I1", "1", "A", "1", "50"),
        "WTY-01 yes FIRM 20 20 WCL new" },
    { "one sum stands for two groups, and one of them makes it up", NULL, NULL,
        ORDER_WITH("price_mode=fixed, quote_amount=200") WORK USED("U2", "B", "1") ISSUED("M2", "B", "1") BILL,
        "BIL-04 yes FIRM 100 100 DM new" },
    { "something is free beside it", NULL, NULL,
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "1", "200")
            FREE("I1", "2", "A", "1", "no_charge_goodwill"),
        "" },
    { "it was issued from another place", NULL, NULL,
        ORDER "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, server_at=2026-10-01T10:00Z, "
              "location_id=V1\n"
              "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, quantity=1, uom=EA, "
              "posting_date=2026-10-02, from_location_id=V2\n" BILL,
        "INV-09 yes NONE 0 0 TRF new" },
    { "it was posted late", NULL, NULL,
        ORDER USED("U1", "A", "1") "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, "
                                   "quantity=1, uom=EA, posting_date=2026-10-29\n" BILL,
        "TIM-14 yes TIMING 0.25 0 NONE new" },
    { "it was billed in another period", NULL, NULL,
        ORDER WORK "invoice; inv_id=I1, kind=invoice, status=released, customer_id=C1, currency=EUR, "
                   "posting_date=2026-11-12\n" BILLED("I1", "1", "A", "1", "100"),
        "TIM-02 yes TIMING 0.92 0 ACC new" },
    { "so little of it that it counts as nothing used: all of it is a bill without work",
        "[tolerance]\nquantity_abs = 0.5\n", BY_WEIGHT,
        ORDER "usage_line; usage_id=U1, wo_id=W1, item_id=P, quantity=0.4, uom=KG, server_at=2026-10-01T10:00Z\n"
              "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=P, quantity=0.4, uom=KG, "
              "posting_date=2026-10-02\n" INVOICE("I1") BILLED("I1", "1", "P", "0.4", "40"),
        "BIL-07 yes CONTINGENT -40 0 INVST new" },
    { "... and as something by the usual tolerance", NULL, BY_WEIGHT,
        ORDER "usage_line; usage_id=U1, wo_id=W1, item_id=P, quantity=0.4, uom=KG, server_at=2026-10-01T10:00Z\n"
              "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=P, quantity=0.4, uom=KG, "
              "posting_date=2026-10-02\n" INVOICE("I1") BILLED("I1", "1", "P", "0.4", "40"),
        "" },
    { "nobody approved that it is given away, and it was charged", NULL, NULL, ORDER GIVEN WORK BILL, "" },
    { "... and what was charged is not known: beside the right sum stands one without an exchange rate", NULL, NULL,
        ORDER GIVEN USED("U1", "A", "2") ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "1",
            "200") "invoice; inv_id=I2, kind=invoice, status=released, customer_id=C1, currency=USD, "
                   "posting_date=2026-10-03\n" BILLED("I2", "1", "A", "1", "5"),
        "EVD-06 yes NONE - - APP new" },
    { "a part that costs nothing, billed at nothing", NULL, FOR_NOTHING,
        ORDER USED("U1", "F", "1") ISSUED("M1", "F", "1") INVOICE("I1") BILLED("I1", "1", "F", "1", "0"), "" },
    { "... and at something", NULL, FOR_NOTHING,
        ORDER USED("U1", "F", "1") ISSUED("M1", "F", "1") INVOICE("I1") BILLED("I1", "1", "F", "1", "9"),
        "BIL-05 yes FIRM -9 -9 CRB new" },
    { "as many pieces, of another serial number", NULL, NULL,
        ORDER "usage_line; usage_id=U1, wo_id=W1, item_id=S, quantity=1, uom=EA, serial_no=N1, "
              "server_at=2026-10-01T10:00Z\n"
              "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=S, quantity=1, uom=EA, "
              "serial_no=N2, posting_date=2026-10-02\n" INVOICE("I1") BILLED("I1", "1", "S", "1", "100"),
        "INV-06 yes CONTINGENT 40 0 INVST new" },
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
