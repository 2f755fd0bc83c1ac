/*
 * test_world_keys.c - ids of two systems under one key: pairs on their days, what wins, what is known, and back.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char key_rows[] =
    "xref item; fsm_id=F-1, erp_id=e1, valid_from=2026-01-01, valid_to=2026-06-30\n"
    "xref item; fsm_id=F-1, erp_id=e2, valid_from=2026-07-01\n"
    "xref item; fsm_id=F-2, erp_id=E9, valid_from=2026-01-01\n"
    "xref item; fsm_id=f-2, erp_id=E8, valid_from=2026-01-01\n"
    "xref item; fsm_id=F-3, erp_id=E2, valid_from=2026-01-01\n"
    "item; item_id=e1, base_uom=EA\n"
    "fsm_item; item_id=F-1\n"
    "fsm_item; item_id=LOOSE\n"
    "fsm_customer; customer_id=C1, name=one, erp_id=K1\n"
    "fsm_customer; customer_id=C2, name=two\n"
    "fsm_customer; customer_id=C3, name=three\n"
    "xref customer; fsm_id=C1, erp_id=K9\n"
    "xref customer; fsm_id=C2, erp_id=K2\n"
    "technician; technician_id=T1, erp_resource_id=R1, valid_from=2026-01-01, valid_to=2026-03-31\n"
    "technician; technician_id=T1, valid_from=2026-04-01\n"
    "xref technician; fsm_id=T1, erp_id=R7\n"
    "location; location_id=L1, kind=van\n"
    "fsm_contract; contract_id=N1, customer_id=C1, start_date=2026-01-01\n"
    "contract; contract_id=N1, customer_id=K1, start_date=2026-01-01, end_date=, currency=EUR\n";

static void test_keys_of_the_store(void **state)
{
    static const struct {
        const char *why;
        enum tie_xref_kind kind;
        const char *id, *day, *want;
        bool is_mapped;
    } cases[] = {
        { "last day of the first pair", TIE_XREF_ITEM, "F-1", "2026-06-30", "E1", true },
        { "first day of the second pair", TIE_XREF_ITEM, "F-1", "2026-07-01", "E2", true },
        { "first day of the first pair", TIE_XREF_ITEM, "F-1", "2026-01-01", "E1", true },
        { "a day before every pair keeps its own text", TIE_XREF_ITEM, "F-1", "2025-12-31", "F-1", false },
        { "no day is the as-of", TIE_XREF_ITEM, "F-1", NULL, "E2", true },
        { "ids of the store are normalised before they are looked up", TIE_XREF_ITEM, "f-1", NULL, "E2", true },
        { "two pairs of one day: the smaller text", TIE_XREF_ITEM, "F-2", NULL, "E8", true },
        { "an id that the xref does not know keeps its own text", TIE_XREF_ITEM, "x7", NULL, "X7", false },
        { "an ERP id that the xref does not name is unmapped, though the ERP has it", TIE_XREF_ITEM, "E1", NULL, "E1",
            false },
        { "erp_id wins over xref", TIE_XREF_CUSTOMER, "C1", NULL, "K1", true },
        { "without erp_id xref", TIE_XREF_CUSTOMER, "C2", NULL, "K2", true },
        { "customer that neither names", TIE_XREF_CUSTOMER, "C3", NULL, "C3", false },
        { "customers are not made upper case by this policy", TIE_XREF_CUSTOMER, "c1", NULL, "c1", false },
        { "erp_resource_id on its last day", TIE_XREF_TECHNICIAN, "T1", "2026-03-31", "R1", true },
        { "then xref", TIE_XREF_TECHNICIAN, "T1", "2026-04-01", "R7", true },
        { "no xref location: equal ids, known to the ERP", TIE_XREF_LOCATION, "L1", NULL, "L1", true },
        { "no xref location: unknown to the ERP", TIE_XREF_LOCATION, "L2", NULL, "L2", false },
        { "neither xref nor master of assets: nothing to ask", TIE_XREF_ASSET, "A1", NULL, "A1", true },
        { "a word of an activity is no item id", TIE_XREF_ITEM, "work", NULL, "work", true },
        { "an item that is called like one is", TIE_XREF_ITEM, "Work", NULL, "WORK", false },
        { "empty stays empty", TIE_XREF_ITEM, "", NULL, "", true },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, key_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const tie_str id = test_bench_id(&bench, cases[i].id);
        const tie_str key = tie_key_fsm(&bench.keys, cases[i].kind, id, test_day(cases[i].day));

        test_expect_text(test_bench_text(&bench, key), cases[i].want, cases[i].why);
        TEST_EXPECT(tie_key_fsm_is_mapped(&bench.keys, cases[i].kind, id, test_day(cases[i].day)) == cases[i].is_mapped,
            cases[i].why);
        TEST_EXPECT(
            tie_key_fsm(&bench.keys, cases[i].kind, id, test_day(cases[i].day)) == key, "the same from the cache");
    }
    test_bench_stop(&bench);
}

static void test_keys_back(void **state)
{
    static const struct {
        const char *why;
        enum tie_xref_kind kind;
        const char *id, *want_fsm;
        bool is_known;
    } cases[] = {
        { "of a pair that has ended", TIE_XREF_ITEM, "e1", "F-1", true },
        { "two ids of the store for one key: the smaller", TIE_XREF_ITEM, "E2", "F-1", true },
        { "as written, not as normalised", TIE_XREF_ITEM, "E8", "f-2", true },
        { "equal to an id of the store, but the xref does not name it", TIE_XREF_ITEM, "loose", "LOOSE", false },
        { "unknown", TIE_XREF_ITEM, "E77", "", false },
        { "by erp_id", TIE_XREF_CUSTOMER, "K1", "C1", true },
        { "a pair that erp_id overrules leads nowhere", TIE_XREF_CUSTOMER, "K9", "", false },
        { "both resources of one technician, the first", TIE_XREF_TECHNICIAN, "R1", "T1", true },
        { "both resources of one technician, the second", TIE_XREF_TECHNICIAN, "R7", "T1", true },
        { "equal ids without xref", TIE_XREF_CONTRACT, "N1", "N1", true },
        { "without xref, unknown to the store", TIE_XREF_CONTRACT, "N2", "", false },
        { "the store has no locations of its own: nothing to ask", TIE_XREF_LOCATION, "L1", "", true },
        { "a word of a charge is known", TIE_XREF_ITEM, "trip", "", true },
    };
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, key_rows);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const tie_str id = test_bench_id(&bench, cases[i].id);
        const tie_str key = tie_key_erp(&bench.keys, cases[i].kind, id);

        test_expect_text(
            test_bench_text(&bench, tie_key_to_fsm(&bench.world, cases[i].kind, key)), cases[i].want_fsm, cases[i].why);
        TEST_EXPECT(tie_key_erp_is_known(&bench.keys, cases[i].kind, id) == cases[i].is_known, cases[i].why);
    }
    test_bench_stop(&bench);
}

/* Words of the data model that stand where item ids stand must all be left alone by [normalise] item = upper. */
static void test_activity_words(void **state)
{
    const struct tie_dataset_info *info = tie_dataset(TIE_DS_TIME_ENTRY);
    const int index = tie_column_find(info, TIE_TEXT("kind"));
    struct tie_text rest;
    struct test_bench bench;

    (void)state;
    test_bench_start(&bench, NULL, "");
    assert_true(index >= 0);
    rest = tie_text_of(info->columns[index].words);
    while (rest.size > 0) {
        const struct tie_text word = tie_text_cut(&rest, '|');
        const tie_str id = tie_pool_find(&bench.rows.pool, word);

        TEST_EXPECT(id != TIE_STR_UNKNOWN, "the sealed pool holds the word");
        TEST_EXPECT(tie_key_erp(&bench.keys, TIE_XREF_ITEM, id) == id, "the word is its own key");
    }
    test_bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_of_the_store),
        cmocka_unit_test(test_keys_back),
        cmocka_unit_test(test_activity_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
