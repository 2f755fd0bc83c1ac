/*
 * test_world_walk.c - random worlds: each answer equals that of a plain walk over the rows, which knows no hash, no
 * sort and no binary search. The seed is fixed: a failure repeats.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static int pick(uint64_t *seed, int count)
{
    return (int)(next_random(seed) % (uint64_t)count);
}

/* The default one is the first. */
static const char *const lists[] = { "LIST", "P1", "P2" };
static const char *const customers[] = { "", "K1", "K2" };

/* Master rows of the ids that the others name and of some more, so that they are known of beforehand. */
static void add_masters(struct test_bench *bench)
{
    char line[100];

    for (int i = 0; i < 9; i++) {
        (void)snprintf(line, sizeof line, "item; item_id=I%d, base_uom=pc, stock_type=%s", i,
            i % 3 == 0       ? "stocked"
                : i % 3 == 1 ? "service"
                             : "nonstock");
        test_rows_add(&bench->rows, line);
        (void)snprintf(line, sizeof line, "fsm_item; item_id=F%d", i);
        test_rows_add(&bench->rows, line);
        if (i % 2 == 0) {
            (void)snprintf(
                line, sizeof line, "fsm_item_uom; item_id=I%d, uom=pc, factor_num=%d, factor_den=1", i, i + 2);
            test_rows_add(&bench->rows, line);
        }
    }
}

static void add_random_rows(struct test_bench *bench, uint64_t *seed, int count)
{
    static const char *const conditions[] = { "new", "refurb" }, *const units[] = { "", "pc", "box" };
    char line[400];

    for (int i = 0; i < count; i++) {
        const int from = 1 + pick(seed, 20);

        (void)snprintf(line, sizeof line,
            "price; price_list_id=%s, used_item_id=I%d, customer_id=%s, item_condition=%s, unit_price=%d, "
            "currency=EUR, valid_from=2026-03-%02d, valid_to=2026-03-%02d, uom=%s",
            lists[pick(seed, 3)], pick(seed, 4), customers[pick(seed, 3)], conditions[pick(seed, 2)], i + 1, from,
            from + pick(seed, 9), units[i % 3]);
        test_rows_add(&bench->rows, line);
        (void)snprintf(line, sizeof line,
            "item_cost; item_id=I%d, plant_id=%s, valid_from=2026-03-%02d, unit_cost=%d, currency=EUR", pick(seed, 5),
            pick(seed, 2) == 0 ? "" : "W", 1 + pick(seed, 28), i + 1);
        test_rows_add(&bench->rows, line);
        (void)snprintf(line, sizeof line,
            "xref item; fsm_id=F%d, erp_id=I%d, valid_from=2026-03-%02d, valid_to=2026-03-%02d", pick(seed, 6),
            pick(seed, 6), from, from + pick(seed, 9));
        test_rows_add(&bench->rows, line);
    }
}

/* Whether row a of a dataset goes before row b, which holds on the same day: later first day, then smaller primary
 * key text. */
static bool goes_before(const struct test_rows *rows, enum tie_dataset dataset, tie_date from_a, const void *a,
    tie_date from_b, const void *b)
{
    struct tie_buf text_a, text_b;
    bool is_smaller;

    if (from_a != from_b)
        return from_a > from_b;
    tie_buf_init(&text_a, 1000);
    tie_buf_init(&text_b, 1000);
    tie_row_id(&text_a, &rows->pool, dataset, a);
    tie_row_id(&text_b, &rows->pool, dataset, b);
    is_smaller = tie_text_compare(tie_buf_slice(&text_a), tie_buf_slice(&text_b)) < 0;
    tie_buf_release(&text_a);
    tie_buf_release(&text_b);
    return is_smaller;
}

/* The query's list, or any other. */
static const struct tie_price *walk_prices(
    const struct test_rows *rows, const struct tie_price_query *query, bool any_other)
{
    const struct tie_price *at = TEST_ROWS(rows, PRICE, price), *best = NULL;

    for (size_t i = 0; i < rows->tables[TIE_DS_PRICE].count; i++) {
        const bool fits_list = (at[i].price_list_id == query->price_list) != any_other;

        if (fits_list && at[i].used_item_id == query->used_key && at[i].customer_id == query->customer &&
            at[i].item_condition == query->condition && at[i].rate_band == query->band &&
            at[i].valid_from <= query->day && query->day <= at[i].valid_to &&
            (best == NULL || goes_before(rows, TIE_DS_PRICE, at[i].valid_from, &at[i], best->valid_from, best)))
            best = &at[i];
    }
    return best;
}

static bool walk_has_prices(const struct test_rows *rows, tie_str customer)
{
    const struct tie_price *at = TEST_ROWS(rows, PRICE, price);

    for (size_t i = 0; i < rows->tables[TIE_DS_PRICE].count; i++)
        if (at[i].customer_id == customer)
            return true;
    return false;
}

static const struct tie_item_cost *walk_costs(const struct test_rows *rows, tie_str item, tie_str plant, tie_date day)
{
    const struct tie_item_cost *at = TEST_ROWS(rows, ITEM_COST, item_cost), *best = NULL;

    for (size_t i = 0; i < rows->tables[TIE_DS_ITEM_COST].count; i++)
        if (at[i].item_id == item && at[i].plant_id == plant && at[i].valid_from <= day &&
            (best == NULL || goes_before(rows, TIE_DS_ITEM_COST, at[i].valid_from, &at[i], best->valid_from, best)))
            best = &at[i];
    return best;
}

/* The pair that holds on the day; NULL when none does. */
static const struct tie_xref *walk_xref(const struct test_rows *rows, tie_str fsm_id, tie_date day)
{
    const struct tie_xref *at = TEST_ROWS(rows, XREF, xref), *best = NULL;

    for (size_t i = 0; i < rows->tables[TIE_DS_XREF].count; i++)
        if (at[i].fsm_id == fsm_id && at[i].valid_from <= day && day <= at[i].valid_to &&
            (best == NULL || goes_before(rows, TIE_DS_XREF, at[i].valid_from, &at[i], best->valid_from, best)))
            best = &at[i];
    return best;
}

static void compare_day(struct test_bench *bench, uint64_t *seed, tie_date day)
{
    char name[16];
    struct tie_price_query query = {
        .condition = pick(seed, 2) == 0 ? TIE_W_NEW : TIE_W_REFURB, .band = TIE_W_BASE, .day = day
    };
    const struct tie_price *price, *want_price;
    struct tie_priced priced;
    const struct tie_item_cost *cost, *want_cost;
    const struct tie_xref *xref;
    tie_str fsm_id, plant;

    query.price_list = test_bench_id(bench, lists[pick(seed, 3)]);
    (void)snprintf(name, sizeof name, "I%d", pick(seed, 5));
    query.used_key = test_item_key(bench, name);
    query.customer = test_bench_id(bench, customers[pick(seed, 3)]);
    price = tie_world_price(&bench->world, &query);
    want_price = walk_prices(&bench->rows, &query, false);
    TEST_EXPECT((price == NULL) == (want_price == NULL), "price: found by both or none");
    TEST_EXPECT(price == NULL || price->valid_from == want_price->valid_from, "price: the last valid_from");
    TEST_EXPECT(tie_world_priced(&bench->world, &query, &priced) == (price != NULL) && priced.row == price,
        "price: the same row with what it says");
    TEST_EXPECT(price == NULL ||
            (priced.unit_price == price->unit_price && priced.currency == price->currency && priced.uom == price->uom),
        "price: what stands beside the look-up is what the row says");
    TEST_EXPECT(query.customer == 0 ||
            ((tie_key_facts(&bench->keys, query.customer).has & TIE_HAS_PRICES) != 0) ==
                walk_has_prices(&bench->rows, query.customer),
        "price: some row names the customer");
    price = tie_world_customer_price(&bench->world, &query);
    want_price = query.customer == 0 ? NULL : walk_prices(&bench->rows, &query, true);
    TEST_EXPECT((price == NULL) == (want_price == NULL), "customer price: found by both or none");
    TEST_EXPECT(price == NULL ||
            (price->valid_from == want_price->valid_from && price->price_list_id == want_price->price_list_id),
        "customer price: the last valid_from, then the smaller list");

    plant = pick(seed, 2) == 0 ? 0 : test_bench_id(bench, "W");
    cost = tie_world_cost(&bench->world, query.used_key, plant, TIE_W_NEW, day);
    want_cost = walk_costs(&bench->rows, query.used_key, plant, day);
    if (want_cost == NULL)
        want_cost = walk_costs(&bench->rows, query.used_key, 0, day);
    TEST_EXPECT((cost == NULL) == (want_cost == NULL), "cost: found by both or none");
    TEST_EXPECT(cost == NULL || (cost->valid_from == want_cost->valid_from && cost->plant_id == want_cost->plant_id),
        "cost: own plant, then the last valid_from");

    (void)snprintf(name, sizeof name, "F%d", pick(seed, 7));
    fsm_id = test_bench_id(bench, name);
    xref = walk_xref(&bench->rows, fsm_id, day);
    TEST_EXPECT(
        tie_key_fsm(&bench->keys, TIE_XREF_ITEM, fsm_id, day) == (xref == NULL ? fsm_id : xref->erp_id), "xref");
}

/* The list's price of most groups is that of the long way, or is left to it. */
static void compare_list_price(struct test_bench *bench, uint64_t *seed, tie_date day)
{
    struct tie_price_query query = {
        .price_list = test_bench_id(bench, lists[0]), .condition = TIE_W_NEW, .band = TIE_W_BASE, .day = day
    };
    struct tie_priced priced;
    char name[16];

    (void)snprintf(name, sizeof name, "I%d", pick(seed, 11));
    query.used_key = test_item_key(bench, name);
    const struct tie_price *row = walk_prices(&bench->rows, &query, false);
    const bool is_plain = row != NULL && tie_world_item(&bench->world, query.used_key) != NULL &&
        (row->uom == 0 || row->uom == test_bench_id(bench, "pc"));

    TEST_EXPECT(
        tie_world_list_price(&bench->world, query.used_key, day, &priced) == is_plain, "list price: by the base unit");
    TEST_EXPECT(!is_plain ||
            (priced.row->valid_from == row->valid_from && priced.row == tie_world_price(&bench->world, &query) &&
                priced.unit_price == priced.row->unit_price && priced.uom == priced.row->uom),
        "list price: the row of the long way");
}

/* What stands beside an item says what its rows say, also for an item that has none. */
static void compare_item(struct test_bench *bench, int number)
{
    const bool is_item = number < 9, has_own = is_item && number % 2 == 0;
    const tie_str pc = test_bench_id(bench, "pc");
    int64_t num = 0, den = 0;
    char name[16];

    (void)snprintf(name, sizeof name, "I%d", number);
    const tie_str key = test_item_key(bench, name);

    TEST_EXPECT(tie_world_is_stocked(&bench->world, key) == (!is_item || number % 3 == 0), "stocked");
    TEST_EXPECT(tie_world_is_service(&bench->world, key) == (is_item && number % 3 == 1), "service");
    TEST_EXPECT(tie_key_unit(&bench->keys, TIE_SIDE_ERP, key, pc, &num, &den) == is_item, "the ERP's base unit");
    TEST_EXPECT(!is_item || (num == 1 && den == 1), "the ERP's base unit is one");
    TEST_EXPECT(tie_key_unit(&bench->keys, TIE_SIDE_FSM, key, pc, &num, &den) == is_item, "the store's unit");
    TEST_EXPECT(!is_item || (num == (has_own ? number + 2 : 1) && den == 1), "the store's own factor comes first");
}

static void test_random_worlds(void **state)
{
    uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

    (void)state;
    for (int world = 0; world < 20; world++) {
        struct test_bench bench;

        test_bench_init(&bench, NULL);
        add_masters(&bench);
        add_random_rows(&bench, &seed, 1 + pick(&seed, 120));
        test_bench_build(&bench);
        for (int number = 0; number < 11; number++)
            compare_item(&bench, number);
        for (int question = 0; question < 400; question++) {
            const tie_date day = test_date("2026-02-27") + pick(&seed, 35);

            compare_day(&bench, &seed, day);
            compare_list_price(&bench, &seed, day);
        }
        test_bench_stop(&bench);
    }
}

/* Texts that the world does not have, as those not in capitals, get the same numbers in each pool, in another order:
 * none may be remembered. */
static void compare_keys(struct test_bench *bench, struct test_rows *shard, uint64_t *seed)
{
    const struct test_rows *rows = &bench->rows;
    const struct tie_xref *at = TEST_ROWS(rows, XREF, xref), *wanted;
    const tie_date day = test_date("2026-02-27") + pick(seed, 35);
    bool is_named = false;
    char name[16], written[16];

    (void)snprintf(name, sizeof name, "F%d", pick(seed, 9));
    (void)snprintf(written, sizeof written, "%c%s", pick(seed, 2) == 0 ? 'F' : 'f', name + 1);
    const tie_str id = test_str(shard, written);

    wanted = walk_xref(rows, tie_pool_find(&rows->pool, tie_text_of(name)), day);
    TEST_EXPECT(strcmp(tie_pool_chars(&shard->pool, tie_key_fsm(&bench->keys, TIE_XREF_ITEM, id, day)),
                    wanted == NULL ? name : tie_pool_chars(&rows->pool, wanted->erp_id)) == 0,
        "the key of a pool's id");
    TEST_EXPECT(tie_key_fsm_is_mapped(&bench->keys, TIE_XREF_ITEM, id, day) == (wanted != NULL), "mapped on the day");

    (void)snprintf(name, sizeof name, "I%d", pick(seed, 9));
    (void)snprintf(written, sizeof written, "%c%s", pick(seed, 2) == 0 ? 'I' : 'i', name + 1);
    const tie_str item = test_str(shard, written), key = test_str(shard, name);

    for (size_t i = 0; i < rows->tables[TIE_DS_XREF].count; i++)
        is_named = is_named || strcmp(tie_pool_chars(&rows->pool, at[i].erp_id), name) == 0;
    TEST_EXPECT(tie_key_erp(&bench->keys, TIE_XREF_ITEM, item) == key, "the ERP's id, in capitals, is the key");
    TEST_EXPECT(tie_key_erp_is_known(&bench->keys, TIE_XREF_ITEM, item) == is_named, "known to the store");
}

static void test_keys_of_many_pools(void **state)
{
    uint64_t seed = UINT64_C(0x2545f4914f6cdd1d);
    struct test_bench bench;

    (void)state;
    test_bench_init(&bench, NULL);
    add_masters(&bench);
    add_random_rows(&bench, &seed, 6);
    test_bench_build(&bench);
    for (int pool = 0; pool < 60; pool++) {
        struct test_rows shard;

        test_rows_init(&shard, &bench.rows.pool);
        tie_keys_move(&bench.keys, &shard.pool);
        for (int question = 0; question < 60; question++)
            compare_keys(&bench, &shard, &seed);
        test_rows_release(&shard);
    }
    test_bench_stop(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_worlds),
        cmocka_unit_test(test_keys_of_many_pools),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
