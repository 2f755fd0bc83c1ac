/* test_cover.c - who pays: warranty, contract, decisions, goodwill. */
#include "dossier_bench.h"

#define ASSET_ORDER                                                                                                    \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, asset_id=E1, currency=EUR, "                 \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
#define CONTRACT_ORDER                                                                                                 \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, contract_id=K1, currency=EUR, "              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
#define VENDOR                                                                                                         \
    "asset; asset_id=E1, customer_id=C1, serial_no=E1\n"                                                               \
    "asset_cover; cover_id=V1, asset_id=E1, kind=vendor_warranty, provider_id=P, start_date=2026-01-01, "              \
    "parts_end_date=2027-01-01, labour_end_date=2027-01-01\n"
#define OWN                                                                                                            \
    "asset; asset_id=E1, customer_id=C1, serial_no=E1\n"                                                               \
    "asset_cover; cover_id=V1, asset_id=E1, kind=own_warranty, start_date=2026-01-01, parts_end_date=2027-01-01\n"
#define METERED                                                                                                        \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=, currency=EUR\n"                       \
    "contract_line; contract_id=K1, line_no=1, share_parts=1, share_labour=1, allowance_kind=amount, "                 \
    "allowance_qty=1000\n"
#define UNMETERED                                                                                                      \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=, currency=EUR\n"                       \
    "contract_line; contract_id=K1, line_no=1, share_parts=1, share_labour=1\n"
#define DECIDED(word) "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=" word "\n"
#define WORK USED("U1", "A", "1") ISSUED("M1", "A", "1")
#define CLAIMED                                                                                                        \
    "claim; claim_id=Q1, kind=vendor, wo_ref=W1, usage_ref=U1, item_id=A, quantity=1, parts_amount=40, currency=EUR, " \
    "filed_date=2026-10-05, status=filed\n"
#define DEBITED                                                                                                        \
    "contract_ledger; entry_id=L1, contract_id=K1, contract_line_no=1, posting_date=2026-10-05, kind=debit, "          \
    "quantity=100, amount=100, wo_ref=W1, usage_ref=U1\n"
#define BILL INVOICE("I1") BILLED("I1", "1", "A", "1", "100")
#define ZERO(outcome) INVOICE("I1") FREE("I1", "1", "A", "1", outcome)

#define FOR_B(kind, more)                                                                                              \
    "asset; asset_id=E1, customer_id=C1, serial_no=E1\n"                                                               \
    "asset_cover; cover_id=V1, asset_id=E1, kind=" kind ", start_date=2026-01-01, parts_end_date=2027-01-01" more "\n"
#define WORK_B USED("U2", "B", "1") ISSUED("M2", "B", "1")

#define BOTH_FREE                                                                                                      \
    INVOICE("I1") FREE("I1", "1", "A", "1", "no_charge_warranty") FREE("I1", "2", "B", "1", "no_charge_warranty")
#define GIVEN_ORDER                                                                                                    \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, no_charge_reason=goodwill, currency=EUR, "   \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
#define APPROVED(type, object, more)                                                                                   \
    "approval; approval_id=P1, object_type=" type ", object_id=" object ", kind=goodwill, approved_by=B, "             \
    "approved_at=2026-10-01T12:00Z" more "\n"

static const struct dossier_case cases[] = {
    { "beside a part that the customer pays, one under a warranty of its own", NULL,
        FOR_B("part_warranty", ", item_id=B, provider_id=P"), ASSET_ORDER WORK BILL WORK_B,
        "WTY-01 yes FIRM 50 50 WCL new" },
    { "beside a part that is charged, one that a document calls goodwill", NULL, NULL,
        ORDER WORK BILL WORK_B FREE("I1", "2", "B", "1", "no_charge_goodwill"),
        "BIL-02 EVD-06 FIRM 100 100 INV new; EVD-06 yes FIRM 100 0 APP new" },
    { "beside a part under contract, work that it leaves out", NULL,
        "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=, currency=EUR\n"
        "contract_line; contract_id=K1, line_no=1, share_parts=1, share_labour=0\n",
        CONTRACT_ORDER WORK WORK_B WORKED("T1", "60"), "BIL-09 yes FIRM 60 60 INV new" },
    { "beside a part that is given away with an approval of its own, one without any", NULL, NULL,
        GIVEN_ORDER WORK WORK_B BOTH_FREE APPROVED("usage_line", "U1", ""),
        "BIL-02 EVD-06 FIRM 100 100 INV new; EVD-06 yes FIRM 100 0 APP new" },
    { "beside a part that takes most of what an approval allows, one that has the rest", NULL, NULL,
        GIVEN_ORDER WORK WORK_B BOTH_FREE APPROVED("work_order", "W1", ", amount_limit=130"),
        "BIL-02 yes FIRM 70 70 INV new" },
    { "beside a part that the order's decision covers, one that a decision of its own leaves to the customer", NULL,
        NULL,
        ORDER DECIDED("warranty") WORK WORK_B
        "entitlement_decision; decision_id=D2, wo_id=W1, usage_id=U2, decision_class=chargeable\n",
        "BIL-01 yes FIRM 100 100 INV new; WTY-01 yes FIRM 40 0 RCL new" },
    { "warranty, claimed", NULL, VENDOR, ASSET_ORDER DECIDED("warranty") WORK CLAIMED, "" },
    { "WTY-01: nothing claimed", NULL, VENDOR, ASSET_ORDER DECIDED("warranty") WORK, "WTY-01 yes FIRM 40 40 WCL new" },
    { "WTY-01 of own warranty posts to the reserve", NULL, OWN, ASSET_ORDER DECIDED("warranty") WORK,
        "WTY-01 yes FIRM 40 0 RCL new" },
    { "WTY-01 not where own warranty is closed by a zero line", NULL, OWN,
        ASSET_ORDER DECIDED("warranty") WORK ZERO("no_charge_warranty"), "" },
    { "WTY-01: a zero line recovers nothing from the vendor", NULL, VENDOR,
        ASSET_ORDER DECIDED("warranty") WORK ZERO("no_charge_warranty"), "WTY-01 yes FIRM 40 40 WCL new" },
    { "BIL-06 and WTY-01: covered and invoiced", NULL, VENDOR, ASSET_ORDER DECIDED("warranty") WORK BILL,
        "BIL-06 yes FIRM -100 -100 CM new; WTY-01 yes FIRM 40 40 WCL new" },
    { "WTY-13: invoiced and claimed", NULL, VENDOR, ASSET_ORDER DECIDED("warranty") WORK BILL CLAIMED,
        "WTY-13 yes FIRM -40 -40 CM new" },
    { "WTY-02: a claim without work", NULL, VENDOR,
        ASSET_ORDER DECIDED(
            "warranty") "claim; claim_id=Q1, kind=vendor, wo_ref=W1, item_id=A, quantity=1, parts_amount=40, "
                        "currency=EUR, filed_date=2026-10-05, status=filed\n",
        "WTY-02 yes FIRM -40 -40 WREV new" },
    { "metered contract, debited", NULL, METERED, CONTRACT_ORDER DECIDED("contract") WORK DEBITED, "" },
    { "CON-01: nothing debited", NULL, METERED, CONTRACT_ORDER DECIDED("contract") WORK,
        "CON-01 yes FIRM 100 0 CDEB new" },
    { "CON-01 not under an unmetered line", NULL, UNMETERED, CONTRACT_ORDER DECIDED("contract") WORK, "" },
    { "CON-01: a zero line is no debit", NULL, METERED,
        CONTRACT_ORDER DECIDED("contract") WORK ZERO("contract_covered"), "CON-01 yes FIRM 100 0 CDEB new" },
    { "BIL-06 under an unmetered line asks for no debit", NULL, UNMETERED, CONTRACT_ORDER DECIDED("contract") WORK BILL,
        "BIL-06 yes FIRM -100 -100 CM new" },
    { "CON-11: debited and invoiced", NULL, METERED, CONTRACT_ORDER DECIDED("contract") WORK BILL DEBITED,
        "CON-11 yes FIRM -100 -100 CM new" },
    { "CON-02: a debit without work", NULL, METERED,
        CONTRACT_ORDER DECIDED(
            "contract") "contract_ledger; entry_id=L1, contract_id=K1, posting_date=2026-10-05, kind=debit, "
                        "quantity=100, amount=100, wo_ref=W1\n",
        "CON-02 yes FIRM -100 -100 CREV new" },
    { "CON-02 of an order nobody knows", NULL, METERED,
        CONTRACT_ORDER DECIDED("contract") WORK DEBITED
        "contract_ledger; entry_id=L2, contract_id=K1, posting_date=2026-10-05, "
        "kind=debit, quantity=50, amount=50, wo_ref=W99\n",
        "CON-02 yes FIRM -50 -50 CREV new" },
    { "CON-02: a debit of a report that is not there, on an order with work", NULL, METERED,
        CONTRACT_ORDER DECIDED("contract") WORK DEBITED
        "contract_ledger; entry_id=L2, contract_id=K1, posting_date=2026-10-05, kind=debit, quantity=50, amount=50, "
        "wo_ref=W1, usage_ref=U9\n",
        "CON-02 yes FIRM -50 -50 CREV new" },
    { "WTY-02: a claim of hours that are not there, on an order with work", NULL, VENDOR,
        ASSET_ORDER DECIDED("warranty") WORK CLAIMED
        "claim; claim_id=Q2, kind=vendor, wo_ref=W1, time_ref=T9, quantity=1, parts_amount=0, "
        "labour_amount=40, currency=EUR, "
        "filed_date=2026-10-05, status=filed\n",
        "WTY-02 yes FIRM -40 -40 WREV new" },
    { "CON-01 of work without a price: debited, so nobody can say that it lacks", NULL, METERED "item; item_id=X\n",
        CONTRACT_ORDER DECIDED("contract") USED("U1", "X", "1") ISSUED("M1", "X", "1") DEBITED, "" },
    { "CON-01 of work without a price: not debited at all", NULL, METERED "item; item_id=X\n",
        CONTRACT_ORDER DECIDED("contract") USED("U1", "X", "1") ISSUED("M1", "X", "1"),
        "CON-01 yes NONE - - CDEB new" },
    { "ENT-03: decided warranty, nothing covers it", NULL, OWN,
        ORDER DECIDED("warranty") WORK ZERO("no_charge_warranty"),
        "BIL-02 ENT-03 FIRM 100 100 INV new; ENT-03 yes FIRM 100 0 FSM new" },
    { "ENT-03: decided chargeable, under warranty", NULL, VENDOR, ASSET_ORDER DECIDED("chargeable") WORK BILL,
        "BIL-06 ENT-03 FIRM -100 -100 CM new; ENT-03 yes FIRM -100 0 FSM new; WTY-01 yes FIRM 40 40 WCL new" },
    { "ENT-03 is worth nothing where it was billed as derived", NULL, VENDOR,
        ASSET_ORDER DECIDED("chargeable") WORK CLAIMED, "ENT-03 yes FIRM 0 0 FSM new" },
    { "ENT-01: nobody decided", NULL, NULL,
        ORDER WORK "entitlement_decision; decision_id=D9, wo_id=W9, decision_class=chargeable\n",
        "ENT-01 yes CONTINGENT 100 0 FSM new; WOS-04 yes CONTINGENT 100 0 INVST new" },
    { "ENT-01 not where a line is charged", NULL, NULL,
        ORDER WORK BILL "entitlement_decision; decision_id=D9, wo_id=W9, decision_class=chargeable\n", "" },
    { "EVD-06: goodwill nobody approved", NULL, NULL, ORDER DECIDED("goodwill") WORK ZERO("no_charge_goodwill"),
        "BIL-02 EVD-06 FIRM 100 100 INV new; EVD-06 yes FIRM 100 0 APP new" },
    { "EVD-06 not with an approval", NULL, NULL,
        ORDER DECIDED("goodwill") WORK ZERO("no_charge_goodwill") "approval; approval_id=P1, object_type=work_order, "
                                                                  "object_id=W1, kind=goodwill, approved_by=B, "
                                                                  "approved_at=2026-10-01T12:00Z\n",
        "" },
    { "BIL-02: what the approval does not cover", NULL, NULL,
        ORDER DECIDED("goodwill")
            WORK ZERO("no_charge_goodwill") "approval; approval_id=P1, object_type=work_order, "
                                            "object_id=W1, kind=goodwill, approved_by=B, amount_limit=70, "
                                            "approved_at=2026-10-01T12:00Z\n",
        "BIL-02 yes FIRM 30 30 INV new" },
    { "goodwill needs no approval where policy says so", "[goodwill]\nneeds_approval = no\n", NULL,
        ORDER DECIDED("goodwill") WORK ZERO("no_charge_goodwill"), "" },
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
