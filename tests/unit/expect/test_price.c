/*
 * test_price.c - the expected price: order of rules, units, rounding of money and of minutes; cost, parties, due
 * dates, tolerance.
 */
#include "support/expecting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PRICE(list, price, more)                                                                                       \
    "price; price_list_id=" list ", used_item_id=A, unit_price=" price ", currency=EUR" more "\n"
#define CONTRACT(more)                                                                                                 \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=2026-12-31, currency=EUR\n"             \
    "contract_line; contract_id=K1, line_no=1, " more "\n"

static void test_rules(void **state)
{
    static const struct test_expect_case cases[] = {
        { "the list", .usage = "2", .lines = "", .item = "A", .want = "rule=list price, unit_price=100, full=200" },
        { "the customer's price wins over the list", .usage = "2", .lines = PRICE("SPECIAL", "95", ", customer_id=C1"),
            .item = "A", .want = "rule=customer price, full=190" },
        { "another customer's price", .usage = "2", .lines = PRICE("SPECIAL", "95", ", customer_id=C2"), .item = "A",
            .want = "rule=list price, full=200" },
        { "the payer's price before the customer's", .usage = "2",
            .lines = "customer; customer_id=C1, name=Bakery, payer_id=P4\n" PRICE("SPECIAL", "95", ", customer_id=C1")
                PRICE("SPECIAL", "93", ", customer_id=P4"),
            .item = "A", .want = "rule=customer price, full=186" },
        { "the payer has a price of its own, the customer none", .usage = "2",
            .lines = "customer; customer_id=C1, name=Bakery, payer_id=P4\n" PRICE("SPECIAL", "93", ", customer_id=P4"),
            .item = "A", .want = "rule=customer price, full=186" },
        { "the contract's discount wins over the customer's price", .usage = "2",
            .lines = PRICE("SPECIAL", "85", ", customer_id=C1") CONTRACT("discount_parts_pct=0.1"), .item = "A",
            .want = "rule=contract discount on list, unit_price=90, full=180, discount=0.1" },
        { "a discount on labour is none on parts", .usage = "2", .lines = CONTRACT("discount_labour_pct=0.1"),
            .item = "A", .want = "rule=list price, full=200" },
        { "the contract's own list wins over its discount", .usage = "2",
            .lines = PRICE("CONTRACT", "97", "") CONTRACT("discount_parts_pct=0.1, price_list_id=CONTRACT"),
            .item = "A", .want = "rule=contract price list, full=194" },
        { "a contract's list without the item: the discount", .usage = "2",
            .lines = CONTRACT("discount_parts_pct=0.1, price_list_id=CONTRACT"), .item = "A",
            .want = "rule=contract discount on list, full=180" },
        { "no row at all",
            .lines = "item; item_id=B, base_uom=EA\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=2, uom=EA, server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "rule=no price known, full=unknown, customer=unknown" },
        { "the row that is valid on the deciding day", .usage = "2",
            .lines = PRICE("LIST", "110", ", valid_from=2026-10-05") PRICE("LIST", "120", ", valid_from=2026-10-06"),
            .item = "A", .want = "full=220" },
        { "sold as another item",
            .lines = "item; item_id=B, base_uom=EA\nsales_map; used_item_id=B, sales_item_id=A\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=2, uom=EA, server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "rule=list price, full=200, price_key=A" },
        { "its own price before that of the item it is sold as",
            .lines = "item; item_id=B, base_uom=EA\nsales_map; used_item_id=B, sales_item_id=A\n"
                     "price; price_list_id=LIST, used_item_id=B, unit_price=70, currency=EUR\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=2, uom=EA, server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "full=140" },
        { "issued and not reported: priced on the movement",
            .lines = "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, "
                     "item_id=A, quantity=3, uom=EA, posting_date=2026-10-02\n",
            .item = "A", .want = "quantity=3, full=300" },
        { "a list in another currency", .usage = "2",
            .lines = "price; price_list_id=LIST, used_item_id=A, unit_price=55, currency=USD, valid_from=2026-02-01\n"
                     "fx_rate; rate_kind=mid, from_currency=USD, to_currency=EUR, rate_date=2026-10-01, rate=0.9\n",
            .item = "A", .want = "unit_price=49.5, full=99, money_day=2026-10-05, price_key=A, discount=0" },
        { "... without a rate is no price", .usage = "2",
            .lines = "price; price_list_id=LIST, used_item_id=A, unit_price=55, currency=USD, valid_from=2026-02-01\n",
            .item = "A", .want = "full=unknown, customer=unknown" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

static void test_units_and_rounding(void **state)
{
    static const struct test_expect_case cases[] = {
        { "a box of twelve, priced by the box",
            .lines = "item_uom; item_id=A, uom=BOX, factor_num=12\n"
                     "price; price_list_id=LIST, used_item_id=A, unit_price=600, uom=BOX, currency=EUR, "
                     "valid_from=2026-02-01\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=2, uom=BOX, "
                     "server_at=2026-10-02T10:00Z\n",
            .item = "A", .want = "quantity=24, full=1200" },
        { "six pieces out of a box of twelve", .usage = "6",
            .lines = "item_uom; item_id=A, uom=BOX, factor_num=12\n"
                     "price; price_list_id=LIST, used_item_id=A, unit_price=600, uom=BOX, "
                     "currency=EUR, valid_from=2026-02-01\n",
            .item = "A", .want = "full=300" },
        { "a price by a unit that nobody can convert", .usage = "2",
            .lines = "price; price_list_id=LIST, used_item_id=A, unit_price=600, uom=PALLET, currency=EUR, "
                     "valid_from=2026-02-01\n",
            .item = "A", .want = "full=unknown" },
        { "rounded on the line: 3 x 0.333 is 1.00", .usage = "3",
            .lines = PRICE("LIST", "0.333", ", valid_from=2026-02-01"), .item = "A", .want = "full=1.00" },
        { "rounded on the unit: 3 x 0.33 is 0.99", .policy = "[billing]\nprice_rounding = unit\n", .usage = "3",
            .lines = PRICE("LIST", "0.333", ", valid_from=2026-02-01"), .item = "A",
            .want = "unit_price=0.33, full=0.99" },
        { "half a cent goes up", .usage = "1", .lines = PRICE("LIST", "0.125", ", valid_from=2026-02-01"), .item = "A",
            .want = "full=0.13" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- labour ---- */

#define HOURLY(more) "price; price_list_id=LIST, used_item_id=work, unit_price=60, uom=h, currency=EUR, " more "\n"
#define WORKED(id, minutes, more)                                                                                      \
    "time_entry; time_id=" id ", wo_id=W1, technician_id=T, kind=work, minutes=" minutes more "\n"

static void test_labour(void **state)
{
    static const struct test_expect_case cases[] = {
        { "W17: 35 minutes at a minimum of an hour",
            .lines = HOURLY("minimum_minutes=60, round_to_minutes=15") WORKED("T1", "35", ""), .item = "work",
            .want = "quantity=60, full=60" },
        { "W18: the first minute of a quarter is a quarter",
            .lines = HOURLY("minimum_minutes=60, round_to_minutes=15") WORKED("T1", "61", ""), .item = "work",
            .want = "quantity=75, full=75, stints=61>75=75, rule=list price, price_key=work" },
        { "a whole step stays", .lines = HOURLY("minimum_minutes=60, round_to_minutes=15") WORKED("T1", "75", ""),
            .item = "work", .want = "quantity=75, full=75" },
        { "down", .lines = HOURLY("round_to_minutes=15, round_mode=down") WORKED("T1", "74", ""), .item = "work",
            .want = "quantity=60" },
        { "to the nearest, below the half",
            .lines = HOURLY("round_to_minutes=15, round_mode=nearest") WORKED("T1", "67", ""), .item = "work",
            .want = "quantity=60" },
        { "to the nearest, from the half up",
            .lines = HOURLY("round_to_minutes=15, round_mode=nearest") WORKED("T1", "67.5", ""), .item = "work",
            .want = "quantity=75" },
        { "no step", .lines = HOURLY("minimum_minutes=30") WORKED("T1", "61", ""), .item = "work",
            .want = "quantity=61, full=61" },
        { "each entry by itself",
            .lines = HOURLY("charge_basis=each, minimum_minutes=60") WORKED("T1", "20", "") WORKED("T2", "20", ""),
            .item = "work", .want = "quantity=120, full=120" },
        { "one visit together",
            .lines = HOURLY("charge_basis=visit, minimum_minutes=60") WORKED("T1", "20", ", visit_id=V1")
                WORKED("T2", "20", ", visit_id=V1") WORKED("T3", "20", ", visit_id=V2"),
            .item = "work", .want = "quantity=120" },
        { "one day together",
            .lines = HOURLY("charge_basis=day, minimum_minutes=60") WORKED("T1", "20", ", start_at=2026-10-02T08:00Z")
                WORKED("T2", "50", ", start_at=2026-10-02T14:00Z"),
            .item = "work", .want = "quantity=70" },
        { "nothing worked is nothing charged, whatever the minimum",
            .lines = HOURLY("minimum_minutes=60") WORKED("T1", "0", ""), .item = "work", .want = "quantity=0, full=0" },
        { "a flat fee", .lines = HOURLY("flat_amount=45") WORKED("T1", "20", ""), .item = "work", .want = "full=45" },
        { "the least amount", .lines = HOURLY("minimum_amount=25") WORKED("T1", "20", ""), .item = "work",
            .want = "full=25" },
        { "above the least amount", .lines = HOURLY("minimum_amount=25") WORKED("T1", "30", ""), .item = "work",
            .want = "full=30" },
        { "a price of a minute",
            .lines = "price; price_list_id=LIST, used_item_id=work, unit_price=1.5, uom=min, currency=EUR\n" WORKED(
                "T1", "20", ""),
            .item = "work", .want = "full=30" },
        { "a flat fee in another currency",
            .lines =
                "price; price_list_id=LIST, used_item_id=work, unit_price=60, uom=h, currency=USD, "
                "flat_amount=50\n"
                "fx_rate; rate_kind=mid, from_currency=USD, to_currency=EUR, rate_date=2026-10-01, rate=0.9\n" WORKED(
                    "T1", "20", ""),
            .item = "work", .want = "full=45" },
        { "the contract's discount holds for a flat fee too",
            .lines = HOURLY("flat_amount=45") CONTRACT("discount_labour_pct=0.2") WORKED("T1", "20", ""),
            .item = "work", .want = "rule=contract discount on list, full=36" },
        { "time that is marked as not chargeable is not charged",
            .lines = HOURLY("") WORKED("T1", "60", "") WORKED("T2", "30", ", is_billable=no"), .item = "work",
            .want = "quantity=60, full=60" },
        { "... nor lifts a visit over its minimum",
            .lines = HOURLY("charge_basis=visit, minimum_minutes=60") WORKED("T1", "20", ", visit_id=V1")
                WORKED("T2", "70", ", visit_id=V1, is_billable=no"),
            .item = "work", .want = "quantity=60, full=60" },
        { "... nor costs a flat fee when there is nothing else",
            .lines = HOURLY("flat_amount=45") WORKED("T1", "60", ", is_billable=no"), .item = "work",
            .want = "full=0" },
        { "the contract's discount on labour",
            .lines = HOURLY("") CONTRACT("discount_labour_pct=0.25") WORKED("T1", "60", ""), .item = "work",
            .want = "rule=contract discount on list, full=45" },
        { "three entries of 20 minutes at 10.00 are 10.00, rounded once",
            .lines = "price; price_list_id=LIST, used_item_id=work, "
                     "unit_price=10, uom=h, currency=EUR\n" WORKED("T1", "20", "") WORKED("T2", "20", "")
                         WORKED("T3", "20", ""),
            .item = "work", .want = "full=10" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- cost ---- */

#define ISSUE(id, quantity, more)                                                                                      \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, quantity=" quantity            \
    ", uom=EA, posting_date=2026-10-02" more "\n"

static void test_cost(void **state)
{
    static const struct test_expect_case cases[] = {
        { "posted cost", .usage = "2", .lines = ISSUE("M1", "2", ", cost_amount=84, currency=EUR"), .item = "A",
            .want = "unit_cost=42, cost_currency=EUR, cost_source=posted value of the stock movements" },
        { "standard cost where nothing was posted", .usage = "2", .lines = ISSUE("M1", "2", ""), .item = "A",
            .want = "unit_cost=40, cost_source=standard cost of the item" },
        { "standard cost of the day", .usage = "2",
            .lines = "item_cost; item_id=A, valid_from=2026-10-03, unit_cost=50, currency=EUR\n", .item = "A",
            .want = "unit_cost=40" },
        { "no cost known",
            .lines = "item; item_id=B, base_uom=EA\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=2, uom=EA, server_at=2026-10-02T10:00Z\n",
            .item = "B", .want = "unit_cost=unknown" },
        { "the last posted value of an item without a standard cost",
            .lines =
                "item; item_id=B, base_uom=EA\n"
                "usage_line; usage_id=U1, wo_id=W1, item_id=B, quantity=2, uom=EA, server_at=2026-10-02T10:00Z\n"
                "movement; mov_id=M1, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=B, quantity=2, uom=EA, "
                "posting_date=2026-10-02, cost_amount=30, currency=EUR\n"
                "movement; mov_id=M2, line_no=1, movement_class=return_wo, wo_ref=W1, item_id=B, quantity=-2, uom=EA, "
                "posting_date=2026-10-03, cost_amount=-30, currency=EUR, reverses_mov_id=M1, reverses_line_no=1\n",
            .item = "B", .want = "unit_cost=15, cost_source=last posted value of the item" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- who pays the invoice, and from when it is late ---- */

#define CUSTOMERS(more, payer)                                                                                         \
    "fsm_customer; customer_id=C1, name=Bakery" more "\ncustomer; customer_id=C1, name=Bakery" payer "\n"

static void test_parties(void **state)
{
    static const struct test_expect_case cases[] = {
        { "the customer", .usage = "1", .lines = CUSTOMERS("", ""), .item = "A", .want = "customer_id=C1, payer=C1" },
        { "the payer of the ERP's customer", .usage = "1", .lines = CUSTOMERS("", ", payer_id=P4"), .item = "A",
            .want = "customer_id=C1, payer=P4" },
        { "the contract's payer before it", .usage = "1",
            .lines = CUSTOMERS(
                "", ", payer_id=P4") "contract; contract_id=K1, customer_id=C1, payer_id=P3, start_date=2026-01-01, "
                                     "end_date=2026-12-31, currency=EUR\n",
            .item = "A", .want = "payer=P3" },
        { "the store's own bill-to before them", .usage = "1", .lines = CUSTOMERS(", bill_to_id=P2", ", payer_id=P4"),
            .item = "A", .want = "payer=P2" },
        { "the order's bill-to before all", .order = "bill_to_id=P1", .usage = "1",
            .lines = CUSTOMERS(", bill_to_id=P2", ", payer_id=P4"), .item = "A", .want = "payer=P1" },
        { "ten days after closing", .usage = "1", .lines = "", .item = "A", .want = "due=2026-10-15" },
        { "the window of the policy", .policy = "[window]\nbilling_after_close = 3d\n", .usage = "1", .lines = "",
            .item = "A", .want = "due=2026-10-08" },
        { "the payer's calendar: end of the month and four days",
            .policy = "[calendar monthly]\ndays = last\ngrace = 4d\n", .usage = "1",
            .lines = CUSTOMERS("", ", billing_calendar=monthly"), .item = "A", .want = "due=2026-11-04" },
        { "closed on a day of the calendar: the next one counts", .policy = "[calendar fifth]\ndays = 5\ngrace = 0d\n",
            .usage = "1", .lines = CUSTOMERS("", ", billing_calendar=fifth"), .item = "A", .want = "due=2026-11-05" },
        { "the calendar of the one who pays, not of the one who is served",
            .policy = "[calendar monthly]\ndays = last\ngrace = 4d\n", .usage = "1",
            .lines = CUSTOMERS(
                "", ", payer_id=P4, billing_calendar=monthly") "customer; customer_id=P4, name=Head office\n",
            .item = "A", .want = "payer=P4, due=2026-10-15" },
        { "a calendar that the policy has not", .usage = "1", .lines = CUSTOMERS("", ", billing_calendar=weekly"),
            .item = "A", .want = "due=2026-10-15" },
        { "a calendar whose dates have gone by", .policy = "[calendar once]\ndays = 2026-03-31\ngrace = 4d\n",
            .usage = "1", .lines = CUSTOMERS("", ", billing_calendar=once"), .item = "A", .want = "due=2026-10-15" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

static void test_no_due_while_open(void **state)
{
    struct test_bench bench;
    struct test_groups groups;

    (void)state;
    test_bench_start(&bench, NULL, "item; item_id=A, base_uom=EA\n");
    test_rows_text(&bench.shard,
        "work_order; wo_id=W1, wo_type=repair, status=open, customer_id=C1, currency=EUR, "
        "created_at=2026-09-28T08:00Z\n"
        "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n");
    test_groups_start(&groups, &bench);
    assert_int_equal(test_group(&groups, "W1", "A").expect->billing_due, TIE_NO_DATE);
    test_groups_stop(&groups);
    test_bench_stop(&bench);
}

/* ---- tolerance ---- */

#define BILLED(amount)                                                                                                 \
    "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=A, quantity=1, net_amount=" amount "\n"
#define DOCUMENT                                                                                                       \
    "invoice; inv_id=I1, kind=invoice, status=released, customer_id=C1, currency=EUR, posting_date=2026-10-08\n"

static void test_tolerance(void **state)
{
    static const struct test_expect_case cases[] = {
        { "half a percent of the expected amount", .usage = "2", .lines = DOCUMENT BILLED("200"), .item = "A",
            .want = "tolerance=1" },
        { "nothing billed: of the expected amount as well", .usage = "2", .lines = "", .item = "A",
            .want = "tolerance=1" },
        { "a cent a line where that is more", .usage = "1",
            .lines = PRICE("LIST", "1", ", valid_from=2026-02-01") DOCUMENT BILLED(
                "0.50") "invoice_line; inv_id=I1, line_no=2, wo_ref=W1, sales_item_id=A, quantity=1, net_amount=0.50\n",
            .item = "A", .want = "tolerance=0.02" },
        { "nothing is expected: a cent", .usage = "1",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty\n" DOCUMENT BILLED("100"),
            .item = "A", .want = "customer=0, tolerance=0.01" },
        { "as the policy says", .policy = "[tolerance]\nmoney_share = 2%\nmoney_minor_units_per_line = 5\n",
            .usage = "2", .lines = DOCUMENT BILLED("200"), .item = "A", .want = "tolerance=4" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_units_and_rounding),
        cmocka_unit_test(test_labour),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_parties),
        cmocka_unit_test(test_no_due_while_open),
        cmocka_unit_test(test_tolerance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
