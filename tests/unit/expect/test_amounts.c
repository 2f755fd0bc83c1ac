/*
 * test_amounts.c - who carries which part: shares, deductible and cap once an order, goodwill and its approvals,
 * claims, debits.
 */
#include "support/expecting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ASSET "asset; asset_id=PUMP, customer_id=C1\n"
#define COVER(more)                                                                                                    \
    "asset_cover; cover_id=V1, asset_id=PUMP, kind=vendor_warranty, start_date=2025-11-01, "                           \
    "parts_end_date=2026-10-31, "                                                                                      \
    "labour_end_date=2026-10-31" more "\n"
#define CONTRACT(more)                                                                                                 \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=2026-12-31, currency=EUR\n"             \
    "contract_line; contract_id=K1, line_no=1, share_parts=1, share_labour=1, " more "\n"
#define USD_CONTRACT(more)                                                                                             \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=2026-12-31, currency=USD\n"             \
    "contract_line; contract_id=K1, line_no=1, share_parts=1, " more "\n"
#define RATE "fx_rate; rate_kind=mid, from_currency=USD, to_currency=EUR, rate_date=2026-10-01, rate=0.9\n"
#define SECOND_ITEM                                                                                                    \
    "item; item_id=B, base_uom=EA\n"                                                                                   \
    "price; price_list_id=LIST, used_item_id=B, unit_price=100, currency=EUR\n"                                        \
    "usage_line; usage_id=U2, wo_id=W1, item_id=B, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n"
#define LABOUR                                                                                                         \
    "price; price_list_id=LIST, used_item_id=work, unit_price=80, uom=h, currency=EUR\n"                               \
    "time_entry; time_id=T1, wo_id=W1, technician_id=T, kind=work, minutes=100\n"

static void test_deductible_and_cap(void **state)
{
    static const struct test_expect_case cases[] = {
        { "the customer pays the deductible", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER(", deductible_amount=30"), .item = "A",
            .want = "customer=30, deductible=30, covered=170" },
        { "a deductible above the work is the work", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER(", deductible_amount=900"), .item = "A",
            .want = "customer=200, deductible=200, covered=0" },
        { "once an order: the first group", .order = "asset_id=PUMP", .usage = "1",
            .lines = ASSET COVER(", deductible_amount=30") SECOND_ITEM, .item = "A", .want = "customer=30" },
        { "... and not the second", .order = "asset_id=PUMP", .usage = "1",
            .lines = ASSET COVER(", deductible_amount=30") SECOND_ITEM, .item = "B",
            .want = "customer=0, deductible=0" },
        { "the contract's deductible", .usage = "2", .lines = CONTRACT("deductible_amount=25"), .item = "A",
            .want = "customer=25" },
        { "in another currency", .usage = "2", .lines = USD_CONTRACT("deductible_amount=25") RATE, .item = "A",
            .want = "customer=22.5" },
        { "... without a rate nobody knows", .usage = "2", .lines = USD_CONTRACT("deductible_amount=25"), .item = "A",
            .want = "customer=unknown, covered=unknown" },
        { "up to the cap", .usage = "2", .lines = CONTRACT("cap_amount=150"), .item = "A",
            .want = "customer=50, covered=150" },
        { "the cap is the order's: what is left", .usage = "1", .lines = CONTRACT("cap_amount=150") SECOND_ITEM,
            .item = "B", .want = "customer=50, covered=50" },
        { "the cap of another currency", .usage = "2", .lines = USD_CONTRACT("cap_amount=100") RATE, .item = "A",
            .want = "customer=110, covered=90" },
        { "cap, then deductible", .usage = "2", .lines = CONTRACT("cap_amount=150, deductible_amount=20"), .item = "A",
            .want = "customer=70, covered=130" },
        { "a share, rounded to the cent", .order = "asset_id=PUMP", .usage = "1",
            .lines = ASSET COVER(
                ", share_parts=0.333333") "price; price_list_id=LIST, used_item_id=A, unit_price=10, currency=EUR, "
                                          "valid_from=2026-02-01\n",
            .item = "A", .want = "covered=3.33, customer=6.67" },
        { "covered wholly without a price: nothing to pay", .order = "asset_id=PUMP",
            .lines = ASSET COVER(
                "") "item; item_id=B, base_uom=EA\n"
                    "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "customer=0, covered=unknown" },
        { "covered by half without a price: unknown", .order = "asset_id=PUMP",
            .lines = ASSET COVER(
                ", share_parts=0.5") "item; item_id=B, base_uom=EA\n"
                                     "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=1, uom=EA, "
                                     "server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "customer=unknown" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- goodwill ---- */

#define GOODWILL "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=goodwill\n"
#define APPROVAL(id, type, object, more)                                                                               \
    "approval; approval_id=" id ", object_type=" type ", object_id=" object ", kind=goodwill, approved_by=BOSS, "      \
    "approved_at=2026-10-05T12:00Z" more "\n"

static void test_goodwill(void **state)
{
    static const struct test_expect_case cases[] = {
        { "W20: approved up to 150 of 200", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", amount_limit=150"), .item = "A",
            .want = "class=goodwill, approved=yes, approval=G1, limit=150, customer=50, covered=150" },
        { "without a limit", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ""), .item = "A",
            .want = "class=goodwill, limit=unknown, customer=0, covered=200" },
        { "not approved: chargeable", .usage = "2", .lines = GOODWILL, .item = "A",
            .want = "class=chargeable, approved=no, customer=200" },
        { "the policy needs no approval", .policy = "[goodwill]\nneeds_approval = no\n", .usage = "2",
            .lines = GOODWILL, .item = "A", .want = "class=goodwill, approved=yes, approval=-, customer=0" },
        { "what the customer still pays", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", customer_amount=60"), .item = "A",
            .want = "customer=60, covered=140" },
        { "... and the limit", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", customer_amount=60, amount_limit=100"), .item = "A",
            .want = "customer=100, covered=100" },
        { "rejected", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", status=rejected"),
            .item = "A", .want = "approved=no, refused=yes, customer=200" },
        { "withdrawn", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", status=withdrawn"),
            .item = "A", .want = "approved=no, refused=yes" },
        { "still to be decided", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", status=pending"),
            .item = "A", .want = "approved=no, refused=no, customer=200" },
        { "refused once, approved after", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", status=rejected")
                APPROVAL("G2", "work_order", "W1", ""),
            .item = "A", .want = "approved=yes, refused=no, approval=G2, customer=0" },
        { "of another order", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W2", ""), .item = "A",
            .want = "approved=no, refused=no" },
        { "of the line", .usage = "2", .lines = GOODWILL APPROVAL("G1", "usage_line", "U1", ""), .item = "A",
            .want = "approved=yes" },
        { "of the decision", .usage = "2", .lines = GOODWILL APPROVAL("G1", "decision", "D1", ""), .item = "A",
            .want = "approved=yes" },
        { "of the billing line", .usage = "2",
            .lines = GOODWILL APPROVAL(
                "G1", "invoice_line", "I1/1", "") "invoice; inv_id=I1, kind=invoice, status=released, customer_id=C1, "
                                                  "currency=EUR, posting_date=2026-10-08\n"
                                                  "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=A, "
                                                  "quantity=2, net_amount=0, outcome=no_charge_goodwill\n",
            .item = "A", .want = "approved=yes" },
        { "of the document", .usage = "2",
            .lines = GOODWILL APPROVAL(
                "G1", "invoice", "I1", "") "invoice; inv_id=I1, kind=invoice, status=released, customer_id=C1, "
                                           "currency=EUR, posting_date=2026-10-08\n"
                                           "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=A, "
                                           "quantity=2, net_amount=0, outcome=no_charge_goodwill\n",
            .item = "A", .want = "approved=yes" },
        { "a discount is no goodwill", .usage = "2",
            .lines = GOODWILL
            "approval; approval_id=G1, object_type=work_order, object_id=W1, kind=discount, approved_by=BOSS, "
            "approved_at=2026-10-05T12:00Z\n",
            .item = "A", .want = "approved=no" },
        { "ran out the day before", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", valid_to=2026-10-04"), .item = "A",
            .want = "approved=no" },
        { "its last day", .usage = "2", .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", valid_to=2026-10-05"),
            .item = "A", .want = "approved=yes" },
        { "given after the as-of: not yet", .usage = "2",
            .lines = GOODWILL
            "approval; approval_id=G1, object_type=work_order, object_id=W1, kind=goodwill, approved_by=BOSS, "
            "approved_at=2026-11-21T12:00Z\n",
            .item = "A", .want = "approved=no" },
        { "nobody gave it yet", .usage = "2",
            .lines = GOODWILL
            "approval; approval_id=G1, object_type=work_order, object_id=W1, kind=goodwill, approved_by=BOSS, "
            "approved_at=\n",
            .item = "A", .want = "approved=no" },
        { "closed without charge out of goodwill", .order = "no_charge_reason=goodwill", .usage = "2",
            .lines = APPROVAL("G1", "work_order", "W1", ""), .item = "A", .want = "class=goodwill, customer=0" },
        { "a limit is used once: the first group", .usage = "1",
            .lines = GOODWILL SECOND_ITEM APPROVAL("G1", "work_order", "W1", ", amount_limit=150"), .item = "A",
            .want = "customer=0, covered=100" },
        { "... leaves 50 for the second", .usage = "1",
            .lines = GOODWILL SECOND_ITEM APPROVAL("G1", "work_order", "W1", ", amount_limit=150"), .item = "B",
            .want = "limit=50, customer=50, covered=50" },
        { "only what was given away is used", .usage = "1",
            .lines = GOODWILL SECOND_ITEM APPROVAL("G1", "work_order", "W1", ", amount_limit=150, customer_amount=20"),
            .item = "B", .want = "limit=70, customer=30" },
        { "one that is used up gives way to the next", .usage = "1",
            .lines = GOODWILL SECOND_ITEM APPROVAL("G1", "work_order", "W1", ", amount_limit=100")
                APPROVAL("G2", "usage_line", "U2", ""),
            .item = "B", .want = "approval=G2, customer=0" },
        { "a limit in another currency", .usage = "2",
            .lines = GOODWILL RATE APPROVAL("G1", "work_order", "W1", ", amount_limit=100, currency=USD"), .item = "A",
            .want = "limit=90, customer=110" },
        { "... without a rate approves nothing", .usage = "2",
            .lines = GOODWILL APPROVAL("G1", "work_order", "W1", ", amount_limit=100, currency=USD"), .item = "A",
            .want = "limit=0, customer=200" },
        { "covered anyway: the approval is not touched", .order = "asset_id=PUMP", .usage = "2",
            .lines = GOODWILL ASSET COVER("") APPROVAL("G1", "work_order", "W1", ", amount_limit=150"), .item = "A",
            .want = "class=warranty, customer=0, covered=200, claim=80" },
        { "the rest of a shared line is given away", .order = "asset_id=PUMP", .usage = "2",
            .lines = GOODWILL ASSET COVER(", share_parts=0.5") APPROVAL("G1", "work_order", "W1", ""), .item = "A",
            .want = "class=shared, customer=0, covered=100, claim=40" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- claims ---- */

static void test_claims(void **state)
{
    static const struct test_expect_case cases[] = {
        { "W4: the cost of what was used", .order = "asset_id=PUMP", .usage = "1", .lines = ASSET COVER(""),
            .item = "A", .want = "class=warranty, claim=40, claim_currency=EUR, vendor=yes" },
        { "the covered share of it", .order = "asset_id=PUMP", .usage = "1", .lines = ASSET COVER(", share_parts=0.25"),
            .item = "A", .want = "claim=10" },
        { "the provider's own price list", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER(
                ", claim_price_list_id=MAKER") "price; price_list_id=MAKER, used_item_id=A, unit_price=33, "
                                               "currency=USD\n",
            .item = "A", .want = "claim=66, claim_currency=USD" },
        { "... by the box", .order = "asset_id=PUMP", .usage = "6",
            .lines = ASSET COVER(
                ", claim_price_list_id=MAKER") "item_uom; item_id=A, uom=BOX, factor_num=12\n"
                                               "price; price_list_id=MAKER, used_item_id=A, unit_price=360, "
                                               "uom=BOX, currency=EUR\n",
            .item = "A", .want = "claim=180" },
        { "... flat for the task", .order = "asset_id=PUMP",
            .lines = ASSET COVER(", claim_price_list_id=MAKER") LABOUR
            "price; price_list_id=MAKER, used_item_id=work, unit_price=50, uom=h, currency=EUR, flat_amount=75\n",
            .item = "work", .want = "claim=75" },
        { "... by the hour", .order = "asset_id=PUMP",
            .lines = ASSET COVER(", claim_price_list_id=MAKER") LABOUR
            "price; price_list_id=MAKER, used_item_id=work, unit_price=30, uom=h, "
            "currency=EUR\n",
            .item = "work", .want = "claim=50" },
        { "labour: what the technician costs", .order = "asset_id=PUMP",
            .lines = ASSET COVER("") LABOUR "technician; technician_id=T, labour_unit_cost=36, currency=EUR\n",
            .item = "work", .want = "claim=60" },
        { "... of his chargeable time", .order = "asset_id=PUMP",
            .lines = ASSET COVER("") LABOUR "technician; technician_id=T, labour_unit_cost=36, currency=EUR\n"
                                            "time_entry; time_id=T9, wo_id=W1, technician_id=T, kind=work, "
                                            "minutes=50, is_billable=no\n",
            .item = "work", .want = "claim=60" },
        { "labour of a technician whose cost nobody knows", .order = "asset_id=PUMP", .lines = ASSET COVER("") LABOUR,
            .item = "work", .want = "claim=unknown" },
        { "a contract claims nothing", .usage = "1", .lines = CONTRACT("allowance_kind=none"), .item = "A",
            .want = "class=contract, claim=0" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- debits ---- */

static void test_debits(void **state)
{
    static const struct test_expect_case cases[] = {
        { "unmetered: no debit", .usage = "2", .lines = CONTRACT("allowance_kind=none"), .item = "A",
            .want = "debit=0, debit_qty=0" },
        { "by parts", .usage = "2", .lines = CONTRACT("allowance_kind=parts_qty"), .item = "A",
            .want = "debit=200, debit_qty=2" },
        { "by parts: hours are not measured", .lines = CONTRACT("allowance_kind=parts_qty") LABOUR, .item = "work",
            .want = "debit=0, debit_qty=0" },
        { "by hours, to the millionth", .lines = CONTRACT("allowance_kind=hours") LABOUR, .item = "work",
            .want = "debit=133.33, debit_qty=1.666667" },
        { "by hours: parts are not measured", .usage = "2", .lines = CONTRACT("allowance_kind=hours"), .item = "A",
            .want = "debit=0" },
        { "by visits: once an order", .usage = "1", .lines = CONTRACT("allowance_kind=visits") SECOND_ITEM, .item = "A",
            .want = "debit_qty=1, debit=100" },
        { "... and not for the second group", .usage = "1", .lines = CONTRACT("allowance_kind=visits") SECOND_ITEM,
            .item = "B", .want = "debit_qty=0, debit=0" },
        { "by amount", .usage = "2", .lines = CONTRACT("allowance_kind=amount"), .item = "A",
            .want = "debit=200, debit_qty=200" },
        { "what the cap leaves", .usage = "2", .lines = CONTRACT("allowance_kind=amount, cap_amount=150"), .item = "A",
            .want = "debit=150, customer=50" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deductible_and_cap),
        cmocka_unit_test(test_goodwill),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_debits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
