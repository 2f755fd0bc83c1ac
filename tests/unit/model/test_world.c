/*
 * test_world.c - every look-up of master data: both ends of each date, ties by text, what is missing.
 *
 * Keys of both systems are test_world_keys.c; random worlds against a plain walk are test_world_walk.c.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- items, units, costs ---- */

static const char item_rows[] =
    "item; item_id=a, base_uom=EA\n"
    "item; item_id=OIL, base_uom=L, stock_type=expensed\n"
    "item; item_id=PUMP, base_uom=SET, serial_profile=at_issue\n"
    "item; item_id=LOT, base_uom=kg, is_lot_managed=yes, stock_type=nonstock\n"
    "item; item_id=LAB, base_uom=h, stock_type=service\n"
    "item; item_id=LABM, base_uom=min, stock_type=kit\n"
    "item; item_id=CORE, base_uom=ea, stock_type=core\n"
    "item_uom; item_id=A, uom=BOX, factor_num=12\n"
    "item_uom; item_id=A, uom=HALF, factor_num=1, factor_den=2\n"
    "item_uom; item_id=A, uom=BAD, factor_num=1, factor_den=0\n"
    "item_uom; item_id=A, uom=NIL, factor_num=0\n"
    "fsm_item_uom; item_id=F-A, uom=BOX, factor_num=10\n"
    "xref item; fsm_id=F-A, erp_id=A\n"
    "item_cost; item_id=A, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"
    "item_cost; item_id=A, valid_from=2026-07-01, unit_cost=44, currency=EUR\n"
    "item_cost; item_id=A, plant_id=P1, valid_from=2026-03-01, unit_cost=41, currency=EUR\n"
    "item_cost; item_id=A, item_condition=refurb, valid_from=2026-01-01, unit_cost=20, currency=EUR\n";

static void test_units(void **state)
{
    static const struct {
        const char *why;
        enum tie_side side;
        const char *item, *uom;
        bool is_known;
        int64_t num, den;
    } cases[] = {
        { "the base unit is one", TIE_SIDE_ERP, "a", "EA", true, 1, 1 },
        { "a box of the ERP", TIE_SIDE_ERP, "A", "BOX", true, 12, 1 },
        { "a box of the store", TIE_SIDE_FSM, "A", "BOX", true, 10, 1 },
        { "the store falls back to the ERP's factor", TIE_SIDE_FSM, "A", "HALF", true, 1, 2 },
        { "a factor by zero is none", TIE_SIDE_ERP, "A", "BAD", false, 0, 0 },
        { "a factor of zero is none", TIE_SIDE_ERP, "A", "NIL", false, 0, 0 },
        { "no conversion", TIE_SIDE_ERP, "A", "PAL", false, 0, 0 },
        { "units are told apart by case", TIE_SIDE_ERP, "A", "box", false, 0, 0 },
        { "hours of a part are none", TIE_SIDE_ERP, "A", "h", false, 0, 0 },
        { "minutes of labour kept in hours", TIE_SIDE_ERP, "LAB", "min", true, 1, 60 },
        { "hours of labour kept in hours", TIE_SIDE_FSM, "LAB", "h", true, 1, 1 },
        { "hours of labour kept in minutes", TIE_SIDE_FSM, "LABM", "h", true, 60, 1 },
        { "minutes of labour kept in minutes", TIE_SIDE_FSM, "LABM", "min", true, 1, 1 },
        { "minutes of an activity", TIE_SIDE_FSM, "work", "min", true, 1, 60 },
        { "an unknown item, where items are given", TIE_SIDE_ERP, "ZZZ", "EA", false, 0, 0 },
    };
    struct test_bench bench;
    int64_t num = 0, den = 0;

    (void)state;
    test_bench_start(&bench, NULL, item_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const tie_str key = test_item_key(&bench, cases[i].item), uom = test_bench_id(&bench, cases[i].uom);
        const bool is_known = tie_world_unit(&bench.world, cases[i].side, key, uom, &num, &den);

        TEST_EXPECT(is_known == cases[i].is_known, cases[i].why);
        TEST_EXPECT(!is_known || (num == cases[i].num && den == cases[i].den), cases[i].why);
    }
    test_bench_stop(&bench);

    test_bench_start(&bench, NULL, "");
    TEST_EXPECT(tie_world_unit(
                    &bench.world, TIE_SIDE_ERP, test_item_key(&bench, "A"), test_bench_id(&bench, "PAL"), &num, &den) &&
            num == 1 && den == 1,
        "without items every unit is the base unit");
    TEST_EXPECT(tie_world_unit(
                    &bench.world, TIE_SIDE_ERP, test_item_key(&bench, "A"), test_bench_id(&bench, "min"), &num, &den) &&
            den == 60,
        "and minutes are still minutes");
    test_bench_stop(&bench);
}

static void test_items(void **state)
{
    static const struct {
        const char *why, *item;
        bool is_there, is_stocked, is_each;
    } cases[] = {
        { "counted by each, stocked by default, key upper case", "A", true, true, true },
        { "expensed needs no movement", "OIL", true, false, false },
        { "serialised is counted by each whatever its unit", "PUMP", true, true, true },
        { "so is a lot", "LOT", true, false, true },
        { "a service needs no movement", "LAB", true, false, false },
        { "a kit does", "LABM", true, true, false },
        { "a core does; units are each in any case of letters", "CORE", true, true, true },
        { "an unknown item is taken as stocked", "ZZZ", false, true, false },
        { "no item", "", false, true, false },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, item_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const tie_str key = test_item_key(&bench, cases[i].item);

        TEST_EXPECT((tie_world_item(&bench.world, key) != NULL) == cases[i].is_there, cases[i].why);
        TEST_EXPECT(tie_world_is_stocked(&bench.world, key) == cases[i].is_stocked, cases[i].why);
        TEST_EXPECT(tie_world_is_each(&bench.world, key) == cases[i].is_each, cases[i].why);
    }
    test_bench_stop(&bench);
}

static void test_costs(void **state)
{
    static const struct {
        const char *why, *item, *plant;
        enum tie_word condition;
        const char *day, *want;
    } cases[] = {
        { "first day", "A", "", TIE_W_NEW, "2026-01-01", "40" },
        { "the day before", "A", "", TIE_W_NEW, "2025-12-31", NULL },
        { "last day before the next row", "A", "", TIE_W_NEW, "2026-06-30", "40" },
        { "first day of the next row", "A", "", TIE_W_NEW, "2026-07-01", "44" },
        { "its own plant goes first, though its row is older", "A", "P1", TIE_W_NEW, "2026-11-01", "41" },
        { "the empty plant before the own plant's first day", "A", "P1", TIE_W_NEW, "2026-02-28", "40" },
        { "the empty plant for a plant without rows", "A", "P2", TIE_W_NEW, "2026-11-01", "44" },
        { "condition is exact", "A", "P1", TIE_W_REFURB, "2026-11-01", "20" },
        { "a condition without rows", "A", "", TIE_W_USED, "2026-11-01", NULL },
        { "an item without rows", "OIL", "", TIE_W_NEW, "2026-11-01", NULL },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, item_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_item_cost *cost = tie_world_cost(&bench.world, test_item_key(&bench, cases[i].item),
            test_bench_id(&bench, cases[i].plant), cases[i].condition, test_date(cases[i].day));

        TEST_EXPECT((cost == NULL) == (cases[i].want == NULL), cases[i].why);
        TEST_EXPECT(cost == NULL || cost->unit_cost == test_dec(cases[i].want), cases[i].why);
    }
    test_bench_stop(&bench);
}

static void test_sold_as(void **state)
{
    struct test_bench bench;
    const tie_str *list = NULL;
    tie_str a, b, work;

    (void)state;
    test_bench_start(&bench, NULL,
        "sales_map; used_item_id=a, sales_item_id=s2\n"
        "sales_map; used_item_id=A, sales_item_id=S1\n"
        "sales_map; used_item_id=B, sales_item_id=S1\n"
        "sales_map; used_item_id=work, sales_item_id=LAB\n");
    a = test_item_key(&bench, "A");
    b = test_item_key(&bench, "B");
    work = test_item_key(&bench, "work");
    assert_int_equal(tie_world_sold_as(&bench.world, a, &list), 2);
    test_expect_text(test_bench_text(&bench, list[0]), "S1", "sorted by text, not by row");
    test_expect_text(test_bench_text(&bench, list[1]), "S2", "keys, not ids as written");
    assert_int_equal(tie_world_sold_as(&bench.world, work, &list), 1);
    test_expect_text(test_bench_text(&bench, list[0]), "LAB", "a word of an activity");
    assert_int_equal(tie_world_sold_as(&bench.world, test_item_key(&bench, "C"), &list), 0);
    assert_int_equal(tie_world_used_for(&bench.world, test_item_key(&bench, "S1"), &list), 2);
    assert_true(list[0] == a && list[1] == b);
    assert_int_equal(tie_world_used_for(&bench.world, a, &list), 0);
    TEST_EXPECT(tie_world_is_sold_as(&bench.world, a, test_item_key(&bench, "S2")), "by a row");
    TEST_EXPECT(!tie_world_is_sold_as(&bench.world, a, a), "a row for another item takes the key itself away");
    TEST_EXPECT(tie_world_is_sold_as(&bench.world, test_item_key(&bench, "C"), test_item_key(&bench, "c")),
        "without a row itself");
    TEST_EXPECT(!tie_world_is_sold_as(&bench.world, test_item_key(&bench, "C"), a), "without a row nothing else");
    test_bench_stop(&bench);
}

/* ---- prices, rates, periods ---- */

#define PRICE "price; used_item_id=A, currency=EUR, uom=EA, unit_price="
static const char price_rows[] =
    "price; price_list_id=LIST, used_item_id=a, unit_price=100, currency=EUR, uom=EA, valid_from=2026-01-01, "
    "valid_to=2026-12-31\n" PRICE "110, price_list_id=LIST, valid_from=2026-06-01, valid_to=2026-06-30\n" PRICE
    "60, price_list_id=LIST, item_condition=refurb\n" PRICE "90, price_list_id=LIST, customer_id=K1\n" PRICE
    "83, price_list_id=Z, customer_id=K1, valid_from=2026-02-01\n" PRICE
    "82, price_list_id=B, customer_id=K1, valid_from=2026-02-01\n" PRICE
    "81, price_list_id=C, customer_id=K1, valid_from=2026-03-01, valid_to=2026-03-31\n"
    "price; price_list_id=LIST, used_item_id=work, rate_band=weekend, unit_price=95, currency=EUR, uom=h\n"
    "price; price_list_id=LIST, used_item_id=trip, unit_price=55, currency=EUR, uom=EA\n";

static void test_prices(void **state)
{
    static const struct {
        const char *why, *list, *used, *customer;
        enum tie_word condition, band;
        const char *day, *want;
    } cases[] = {
        { "first day", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE, "2026-01-01", "100" },
        { "the day before", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE, "2025-12-31", NULL },
        { "last day", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE, "2026-12-31", "100" },
        { "the day after", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE, "2027-01-01", NULL },
        { "the last valid_from of two that hold", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE, "2026-06-30", "110" },
        { "the wider row comes back when the narrow one has ended", "LIST", "A", "", TIE_W_NEW, TIE_W_BASE,
            "2026-07-01", "100" },
        { "condition is exact", "LIST", "A", "", TIE_W_REFURB, TIE_W_BASE, "2026-06-15", "60" },
        { "no row of that condition", "LIST", "A", "", TIE_W_USED, TIE_W_BASE, "2026-06-15", NULL },
        { "the customer's own row of that list", "LIST", "A", "K1", TIE_W_NEW, TIE_W_BASE, "2026-06-15", "90" },
        { "a customer without a row gets none, not the row for all", "LIST", "A", "K2", TIE_W_NEW, TIE_W_BASE,
            "2026-06-15", NULL },
        { "band is exact", "LIST", "work", "", TIE_W_NEW, TIE_W_WEEKEND, "2026-06-15", "95" },
        { "no row of that band", "LIST", "work", "", TIE_W_NEW, TIE_W_BASE, "2026-06-15", NULL },
        { "a charge", "LIST", "trip", "", TIE_W_NEW, TIE_W_BASE, "2026-06-15", "55" },
        { "another list", "OTHER", "A", "", TIE_W_NEW, TIE_W_BASE, "2026-06-15", NULL },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, price_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_price_query query = { .price_list = test_bench_id(&bench, cases[i].list),
            .used_key = test_item_key(&bench, cases[i].used),
            .customer = test_bench_id(&bench, cases[i].customer),
            .condition = cases[i].condition,
            .band = cases[i].band,
            .day = test_date(cases[i].day) };
        const struct tie_price *price = tie_world_price(&bench.world, &query);

        TEST_EXPECT((price == NULL) == (cases[i].want == NULL), cases[i].why);
        TEST_EXPECT(price == NULL || price->unit_price == test_dec(cases[i].want), cases[i].why);
    }
    test_bench_stop(&bench);
}

static void test_customer_prices(void **state)
{
    static const struct {
        const char *why, *but_list, *customer, *day, *want;
    } cases[] = {
        { "the last valid_from", "LIST", "K1", "2026-03-31", "81" },
        { "after its end: two of one day, the smaller list", "LIST", "K1", "2026-04-01", "82" },
        { "but not the list that was asked already", "B", "K1", "2026-04-01", "83" },
        { "the only other list", "LIST", "K1", "2026-01-31", NULL },
        { "on any list", "", "K1", "2026-01-31", "90" },
        { "another customer", "LIST", "K2", "2026-03-15", NULL },
        { "rows for all customers are no customer's", "", "", "2026-03-15", NULL },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, price_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_price_query query = { .price_list = test_bench_id(&bench, cases[i].but_list),
            .used_key = test_item_key(&bench, "A"),
            .customer = test_bench_id(&bench, cases[i].customer),
            .condition = TIE_W_NEW,
            .band = TIE_W_BASE,
            .day = test_date(cases[i].day) };
        const struct tie_price *price = tie_world_customer_price(&bench.world, &query);

        TEST_EXPECT((price == NULL) == (cases[i].want == NULL), cases[i].why);
        TEST_EXPECT(price == NULL || price->unit_price == test_dec(cases[i].want), cases[i].why);
    }
    test_bench_stop(&bench);
}

static void test_convert(void **state)
{
    static const struct {
        const char *why, *amount, *from, *to, *day, *want;
    } cases[] = {
        { "one currency needs no rate", "7", "XXX", "XXX", "2026-01-01", "7" },
        { "direct, on the day", "100", "USD", "EUR", "2026-11-01", "90" },
        { "direct, the day before the next rate", "100", "USD", "EUR", "2026-11-09", "90" },
        { "direct, on the next rate's day", "100", "USD", "EUR", "2026-11-10", "80" },
        { "no rate yet: the inverse, which began earlier", "100", "USD", "EUR", "2026-10-31", "50" },
        { "inverse keeps millionths", "100", "EUR", "GBP", "2026-11-10", "83.333333" },
        { "another kind of rate is none", "100", "CHF", "EUR", "2026-11-10", NULL },
        { "no pair", "100", "JPY", "EUR", "2026-11-10", NULL },
        { "before every rate", "100", "GBP", "EUR", "2026-10-31", NULL },
        { "a negative amount", "-100", "USD", "EUR", "2026-11-10", "-80" },
        { "a later day: the last rate not after the as-of", "100", "USD", "EUR", "2026-12-24", "80" },
    };
    struct test_bench bench;
    tie_dec out = 0;

    (void)state;
    test_bench_start(&bench, NULL,
        "fx_rate; from_currency=USD, to_currency=EUR, rate_date=2026-11-01, rate=0.9\n"
        "fx_rate; from_currency=USD, to_currency=EUR, rate_date=2026-11-10, rate=0.8\n"
        "fx_rate; from_currency=USD, to_currency=EUR, rate_date=2026-11-21, rate=0.7\n"
        "fx_rate; from_currency=EUR, to_currency=USD, rate_date=2026-10-01, rate=2\n"
        "fx_rate; from_currency=GBP, to_currency=EUR, rate_date=2026-11-01, rate=1.2\n"
        "fx_rate; from_currency=CHF, to_currency=EUR, rate_date=2026-11-01, rate_kind=closing, rate=1.1\n");
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const bool is_known = tie_world_convert(&bench.world, test_dec(cases[i].amount),
            test_bench_id(&bench, cases[i].from), test_bench_id(&bench, cases[i].to), test_date(cases[i].day), &out);

        TEST_EXPECT(is_known == (cases[i].want != NULL), cases[i].why);
        TEST_EXPECT(!is_known || out == test_dec(cases[i].want), cases[i].why);
    }
    TEST_EXPECT(
        !tie_world_convert(&bench.world, TIE_NONE, test_bench_id(&bench, "EUR"), test_bench_id(&bench, "EUR"), 0, &out),
        "no amount is no amount in any currency");
    TEST_EXPECT(tie_world_decimals(&bench.shard.pool, test_bench_id(&bench, "JPY")) == 0, "no minor unit");
    TEST_EXPECT(tie_world_decimals(&bench.shard.pool, test_bench_id(&bench, "EUR")) == 2, "cents");
    test_bench_stop(&bench);
}

static void test_periods(void **state)
{
    static const struct {
        const char *why, *company, *day, *want;
    } cases[] = {
        { "first day", "", "2026-10-01", "2026-10" },
        { "last day", "", "2026-10-31", "2026-10" },
        { "a gap", "", "2026-11-01", NULL },
        { "a company's own period", "BE", "2026-10-15", "BE-10" },
        { "the common one where the company has none on the day", "BE", "2026-10-01", "2026-10" },
        { "two that began on one day: the smaller text", "NL", "2026-10-15", "A" },
        { "an unknown company takes the common one", "FR", "2026-10-15", "2026-10" },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL,
        "period; period_id=2026-10, start_date=2026-10-01, end_date=2026-10-31\n"
        "period; legal_entity_id=BE, period_id=BE-10, start_date=2026-10-02, end_date=2026-10-31\n"
        "period; legal_entity_id=NL, period_id=B, start_date=2026-10-01, end_date=2026-10-31\n"
        "period; legal_entity_id=NL, period_id=A, start_date=2026-10-01, end_date=2026-10-31\n");
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_period *period = tie_world_period(
            &bench.world, test_bench_id(&bench, cases[i].company), test_date(cases[i].day));

        test_expect_text(period == NULL ? "none" : test_bench_text(&bench, period->period_id),
            cases[i].want == NULL ? "none" : cases[i].want, cases[i].why);
    }
    test_bench_stop(&bench);
}

/* What is remembered of days is what a look-up says of each of them, in whatever order they are asked for. */
static void test_remembered_periods(void **state)
{
    static const char *const companies[] = { "", "BE", "NL", "FR" };
    struct test_bench bench;
    size_t same = 0;

    (void)state;
    test_bench_start(&bench, NULL,
        "period; period_id=2026-10, start_date=2026-10-01, end_date=2026-10-31\n"
        "period; period_id=2026-11, start_date=2026-11-03, end_date=2026-11-30\n"
        "period; legal_entity_id=BE, period_id=BE-10, start_date=2026-10-02, end_date=2026-10-20\n"
        "period; legal_entity_id=NL, period_id=A, start_date=2026-10-05, end_date=2026-11-10\n"
        "period; legal_entity_id=NL, period_id=B, start_date=2026-10-12, end_date=2026-10-14\n");
    for (size_t c = 0; c < TIE_COUNT_OF(companies); c++) {
        const tie_str company = test_bench_id(&bench, companies[c]);
        const tie_date from = test_date("2026-09-28");

        for (int i = 0; i < 70 * 70; i++) {
            const tie_date first = from + i % 70, last = first + i / 70;
            const struct tie_period *want = tie_world_period(&bench.world, company, first);
            bool is_one = want != NULL;

            for (tie_date day = first; day <= last; day++)
                is_one = is_one && tie_world_period(&bench.world, company, day) == want;
            TEST_EXPECT(tie_key_period(&bench.keys, company, first) == want, "the period of a day");
            if (tie_key_is_one_period(&bench.keys, company, first, last)) {
                TEST_EXPECT(is_one, "no other period begins or holds between");
                same++;
            }
        }
    }
    TEST_EXPECT(same > 1000, "most days of a month lie in one period, and that is seen");
    test_bench_stop(&bench);
}

/* ---- parties, assets, contracts ---- */

static void test_parties(void **state)
{
    struct test_bench bench;
    const struct tie_asset_cover *const *covers = NULL;

    (void)state;
    test_bench_start(&bench, NULL,
        "fsm_customer; customer_id=C1, name=one\n"
        "customer; customer_id=K1, name=eins\n"
        "location; location_id=L1, kind=van\n"
        "technician; technician_id=T1, valid_from=2026-01-01, valid_to=2026-06-30, max_minutes=480\n"
        "technician; technician_id=T1, valid_from=2026-07-01, max_minutes=600\n"
        "asset; asset_id=A1, customer_id=C1, valid_from=2026-01-01, valid_to=2026-03-31, serial_no=S1\n"
        "asset_cover; cover_id=V2, asset_id=A1, kind=own_warranty, start_date=2026-01-01\n"
        "asset_cover; cover_id=V10, asset_id=A1, kind=own_warranty, start_date=2026-01-01\n"
        "asset_cover; cover_id=V3, asset_id=A2, kind=own_warranty, start_date=2026-01-01\n");
    assert_non_null(tie_world_fsm_customer(&bench.world, test_bench_id(&bench, "C1")));
    assert_null(tie_world_fsm_customer(&bench.world, test_bench_id(&bench, "K1")));
    assert_non_null(tie_world_customer(&bench.world, test_bench_id(&bench, "K1")));
    assert_null(tie_world_customer(&bench.world, 0));
    assert_non_null(tie_world_location(&bench.world, test_bench_id(&bench, "L1")));
    assert_null(tie_world_location(&bench.world, test_bench_id(&bench, "L2")));
    assert_true(tie_world_technician(&bench.world, test_bench_id(&bench, "T1"), test_date("2026-06-30"))->max_minutes ==
        test_dec("480"));
    assert_true(tie_world_technician(&bench.world, test_bench_id(&bench, "T1"), test_date("2026-07-01"))->max_minutes ==
        test_dec("600"));
    assert_null(tie_world_technician(&bench.world, test_bench_id(&bench, "T1"), test_date("2025-12-31")));
    assert_non_null(tie_world_asset(&bench.world, test_bench_id(&bench, "A1"), test_date("2026-03-31")));
    assert_null(tie_world_asset(&bench.world, test_bench_id(&bench, "A1"), test_date("2026-04-01")));
    assert_int_equal(tie_world_covers(&bench.world, test_bench_id(&bench, "A1"), &covers), 2);
    test_expect_text(test_bench_text(&bench, covers[0]->cover_id), "V10", "by text, in bytes");
    test_expect_text(test_bench_text(&bench, covers[1]->cover_id), "V2", "by text, in bytes");
    assert_int_equal(tie_world_covers(&bench.world, test_bench_id(&bench, "A9"), &covers), 0);
    assert_true(tie_world_cover(&bench.world, test_bench_id(&bench, "V3"))->asset_id == test_bench_id(&bench, "A2"));
    assert_null(tie_world_cover(&bench.world, test_bench_id(&bench, "V9")));
    test_bench_stop(&bench);
}

static void test_contract_runs(void **state)
{
    static const struct {
        const char *why, *cells, *day;
        bool runs;
    } cases[] = {
        { "first day", "", "2026-01-01", true },
        { "the day before", "", "2025-12-31", false },
        { "last day", "", "2026-12-31", true },
        { "the day after", "", "2027-01-01", false },
        { "no end is open", "end_date=,", "2030-01-01", true },
        { "a draft never runs", "status=draft,", "2026-06-01", false },
        { "expired since, but it ran then", "status=expired,", "2026-06-01", true },
        { "expired, and nothing tells since when", "status=expired, end_date=,", "2026-06-01", false },
        { "first day of a suspension", "suspended_from_date=2026-05-01, suspended_to_date=2026-05-31,", "2026-05-01",
            false },
        { "last day of a suspension", "suspended_from_date=2026-05-01, suspended_to_date=2026-05-31,", "2026-05-31",
            false },
        { "before it", "suspended_from_date=2026-05-01, suspended_to_date=2026-05-31,", "2026-04-30", true },
        { "after it", "suspended_from_date=2026-05-01, suspended_to_date=2026-05-31,", "2026-06-01", true },
        { "a suspension without end", "status=suspended, suspended_from_date=2026-05-01,", "2026-11-01", false },
        { "before a suspension without end", "status=suspended, suspended_from_date=2026-05-01,", "2026-04-30", true },
        { "suspended, and nothing tells since when", "status=suspended,", "2026-04-30", false },
        { "on the day it was cancelled", "status=cancelled, cancelled_date=2026-05-01,", "2026-05-01", true },
        { "the day after", "status=cancelled, cancelled_date=2026-05-01,", "2026-05-02", false },
        { "cancelled, and nothing tells since when", "status=cancelled,", "2026-04-30", false },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_contract *contract;
        struct test_bench bench;
        char line[400];

        test_bench_init(&bench, NULL);
        (void)snprintf(line, sizeof line,
            "contract; contract_id=N1, customer_id=K1, start_date=2026-01-01, %s %s currency=EUR", cases[i].cells,
            strstr(cases[i].cells, "end_date") == NULL ? "end_date=2026-12-31," : "");
        test_rows_add(&bench.rows, line);
        test_bench_build(&bench);
        contract = tie_world_contract(&bench.world, test_bench_id(&bench, "N1"));
        assert_non_null(contract);
        TEST_EXPECT(
            tie_world_contract_runs(&bench.world, contract, test_date(cases[i].day)) == cases[i].runs, cases[i].why);
        test_bench_stop(&bench);
    }
}

static void test_what_customers_have(void **state)
{
    static const struct {
        const char *id;
        unsigned has;
        const char *why;
    } cases[] = {
        { "K1", TIE_HAS_CONTRACTS | TIE_HAS_CALENDAR, "that it pays itself is nothing to look up" },
        { "K2", TIE_HAS_PAYER | TIE_HAS_PRICES, "somebody else pays" },
        { "K3", 0, "nothing is known of it but its name" },
        { "K4", TIE_HAS_PRICES, "no customer of the ERP's, but one with a price" },
        { "C1", TIE_HAS_BILL_TO, "the store's own id says who pays" },
        { "C2", 0, "the ERP's id of that customer is its key, so that it has what K2 has under that" },
        { "K9", 0, "an id of nobody" },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL,
        "fsm_customer; customer_id=C1, bill_to_id=C2\n"
        "fsm_customer; customer_id=C2, erp_id=K2\n"
        "customer; customer_id=K1, payer_id=K1, billing_calendar=monthly\n"
        "customer; customer_id=K2, payer_id=K1\n"
        "customer; customer_id=K3, name=three\n"
        "contract; contract_id=N1, customer_id=K1, start_date=2026-01-01, end_date=, currency=EUR\n"
        "price; price_list_id=LIST, used_item_id=A, customer_id=K2, unit_price=1, currency=EUR\n"
        "price; price_list_id=LIST, used_item_id=A, unit_price=2, currency=EUR\n"
        "price; price_list_id=P1, used_item_id=B, customer_id=K4, unit_price=1, currency=EUR\n");
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        TEST_EXPECT(tie_key_facts(&bench.keys, test_bench_id(&bench, cases[i].id)).has == cases[i].has, cases[i].why);
    assert_int_equal(tie_key_facts(&bench.keys, 0).has, 0);
    test_bench_stop(&bench);
}

static void test_contracts(void **state)
{
    struct test_bench bench;
    const struct tie_contract *found[2] = { NULL, NULL };
    const struct tie_contract_line *const *lines = NULL;

    (void)state;
    test_bench_start(&bench, NULL,
        "contract; contract_id=N3, customer_id=K1, start_date=2026-01-01, end_date=, currency=EUR\n"
        "contract; contract_id=N1, customer_id=K1, start_date=2026-02-01, end_date=, currency=EUR\n"
        "contract; contract_id=N2, customer_id=K1, start_date=2026-03-01, end_date=, currency=EUR\n"
        "contract; contract_id=N4, customer_id=K2, start_date=2026-01-01, end_date=, currency=EUR\n"
        "contract_line; contract_id=N1, line_no=10\n"
        "contract_line; contract_id=N1, line_no=2\n");
    assert_int_equal(
        tie_world_customer_contracts(&bench.world, test_bench_id(&bench, "K1"), test_date("2026-02-28"), found, 2), 2);
    test_expect_text(test_bench_text(&bench, found[0]->contract_id), "N1", "by text");
    test_expect_text(
        test_bench_text(&bench, found[1]->contract_id), "N3", "by text, without the one that has not begun");
    assert_int_equal(
        tie_world_customer_contracts(&bench.world, test_bench_id(&bench, "K1"), test_date("2026-03-01"), found, 2), 3);
    assert_int_equal(
        tie_world_customer_contracts(&bench.world, test_bench_id(&bench, "K1"), test_date("2026-03-01"), NULL, 0), 3);
    assert_int_equal(
        tie_world_customer_contracts(&bench.world, test_bench_id(&bench, "K9"), test_date("2026-03-01"), found, 2), 0);
    assert_int_equal(tie_world_contract_lines(&bench.world, test_bench_id(&bench, "N1"), &lines), 2);
    assert_int_equal(lines[0]->line_no, 2); /* by number, not by text */
    assert_int_equal(lines[0]->valid_from, test_date("2026-02-01"));
    assert_int_equal(tie_world_contract_lines(&bench.world, test_bench_id(&bench, "N2"), &lines), 0);
    test_bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_sold_as),
        cmocka_unit_test(test_prices),
        cmocka_unit_test(test_customer_prices),
        cmocka_unit_test(test_convert),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_remembered_periods),
        cmocka_unit_test(test_parties),
        cmocka_unit_test(test_contract_runs),
        cmocka_unit_test(test_what_customers_have),
        cmocka_unit_test(test_contracts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
