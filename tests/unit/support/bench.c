/*
 * bench.c - see bench.h. The policy goes through config and tie_policy_read() like a real one, so a bench has all
 * defaults.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum tie_status test_policy_read(
    struct tie_arena *arena, const char *text, struct tie_policy *policy, struct tie_error *err)
{
    const struct tie_schema schema = { tie_policy_schema, tie_policy_schema_count };
    const struct tie_config_setup setup = {
        .path = "policy.ini", .schemas = &schema, .schema_count = 1, .bytes = text == NULL ? "" : text
    };
    const struct tie_config *config = NULL;
    enum tie_status status = tie_config_load(arena, &setup, &config, err);

    return status != TIE_OK ? status : tie_policy_read(arena, config, NULL, policy, err);
}

void test_bench_init(struct test_bench *bench, const char *policy)
{
    struct tie_error error;

    memset(bench, 0, sizeof *bench);
    test_rows_init(&bench->rows, NULL);
    if (test_policy_read(&bench->rows.arena, policy, &bench->policy, &error) != TIE_OK ||
        tie_reference_compile(&bench->policy, &bench->reference, &error) != TIE_OK)
        fail_msg("%s", error.text);
}

void test_bench_build(struct test_bench *bench)
{
    const struct tie_world_setup setup = { .policy = &bench->policy,
        .delivery = &bench->rows.delivery,
        .as_of = test_date("2026-11-20"),
        .window_start = test_date("2026-09-20"),
        .history_start = test_date("2026-03-24"),
        .reporting_currency = "EUR",
        .zone = &bench->policy.regions[0].zone };
    struct tie_error error;

    test_rows_end(&bench->rows, NULL);
    if (tie_world_build(&bench->rows.arena, &bench->rows.pool, bench->rows.tables, &setup, &bench->world, &error) !=
        TIE_OK)
        fail_msg("%s", error.text);
    test_rows_init(&bench->shard, &bench->rows.pool);
    tie_keys_init(&bench->keys, &bench->world, &bench->shard.pool, &bench->shard.arena);
}

void test_bench_start(struct test_bench *bench, const char *policy, const char *lines)
{
    test_bench_init(bench, policy);
    test_rows_text(&bench->rows, lines);
    test_bench_build(bench);
}

void test_bench_stop(struct test_bench *bench)
{
    tie_keys_release(&bench->keys);
    tie_reference_free(bench->reference);
    test_rows_release(&bench->shard);
    test_rows_release(&bench->rows);
}

tie_str test_bench_id(struct test_bench *bench, const char *id)
{
    return test_str(&bench->shard, id);
}

const char *test_bench_text(struct test_bench *bench, tie_str id)
{
    return tie_pool_chars(&bench->shard.pool, id);
}

tie_str test_item_key(struct test_bench *bench, const char *erp_id)
{
    return tie_key_erp(&bench->keys, TIE_XREF_ITEM, test_str(&bench->shard, erp_id));
}

tie_date test_day(const char *iso_or_null)
{
    return iso_or_null == NULL ? TIE_NO_DATE : test_date(iso_or_null);
}

void test_expect_text(const char *got, const char *want, const char *why)
{
    if (strcmp(got, want) != 0)
        fail_msg("%s: got \"%s\", want \"%s\"", why, got, want);
}
