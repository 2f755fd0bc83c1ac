/*
 * tool_extract.c - drives source/ from a shell test: reads a job's sources and prints what came of it.
 *
 *   tool_extract JOB WORK-FOLDER                  extract; lines "source", "part", "control", "reject"
 *   tool_extract JOB WORK-FOLDER dump DATASET     and every row of one dataset, a column a word
 *   tool_extract JOB WORK-FOLDER describe         preflight of all queries
 *
 * [test] of the job file holds what a run would set: as_of, timezone, shards, retry_ms, reject_rows, reject_share. The
 * exit code is that of the status, as `tieout run` would end.
 */
#include "tieout/ledger.h"
#include "tieout/shard.h"
#include "tieout/source.h"

#include <stdio.h>
#include <string.h>

static const struct tie_schema_row test_schema[] = {
    { "test", "as_of", TIE_VALUE_DATE, "2026-11-20", NULL, 0, 0, 0, "" },
    { "test", "timezone", TIE_VALUE_TEXT, "Europe/Brussels", NULL, 0, 0, 0, "" },
    { "test", "shards", TIE_VALUE_INT, "2", NULL, 1, 64, 0, "" },
    { "test", "retry_ms", TIE_VALUE_INT, "50", NULL, 1, 100000, 0, "" },
    { "test", "reject_rows", TIE_VALUE_INT, "20", NULL, 0, 100000, 0, "" },
    { "test", "reject_share", TIE_VALUE_SHARE, "0.1%", NULL, 0, 1000000, 0, "" },
};

static enum tie_status load(struct tie_arena *arena, const char *path, struct tie_policy *policy,
    struct tie_extract_plan *plan, struct tie_error *err)
{
    const struct tie_schema schemas[] = { { test_schema, TIE_COUNT_OF(test_schema) },
        { tie_source_schema, tie_source_schema_count } };
    const struct tie_config_setup setup = { .path = path, .schemas = schemas, .schema_count = TIE_COUNT_OF(schemas) };
    const struct tie_config *config = NULL;
    const struct tie_config_section *test = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_config_load(arena, &setup, &config, err));
    test = tie_config_section(config, "test");
    TIE_TRY(tie_zone_load(arena, tie_config_text(test, "timezone"), &plan->zone, err));
    policy->order_pattern = "wo[ -]*([0-9]+)";
    policy->order_format = "WO-{1}";
    policy->order_ignore_case = true;
    plan->policy = policy;
    plan->as_of = tie_config_date(test, "as_of");
    plan->window_end = tie_zone_midnight(&plan->zone, plan->as_of + 1);
    plan->window_start = tie_zone_midnight(&plan->zone, plan->as_of - 61);
    plan->history_start = tie_zone_midnight(&plan->zone, plan->as_of - 241);
    plan->shard_count = (unsigned)tie_config_int(test, "shards");
    plan->memory_bytes = 64U << 20;
    plan->reject_rows = (uint64_t)tie_config_int(test, "reject_rows");
    plan->reject_share = tie_config_dec(test, "reject_share");
    plan->retry_delay_us = tie_config_int(test, "retry_ms") * 1000;
    TIE_TRY(tie_source_read_config(arena, config, plan, err));
out:
    return status;
}

static void print_result(const struct tie_extract_plan *plan, const struct tie_extract_result *result)
{
    for (size_t i = 0; i < plan->source_count; i++)
        printf("source %s tries=%u product=%s snapshot=%s peak_kib=%llu\n", plan->sources[i].name,
            result->sources[i].tries, result->sources[i].product, result->sources[i].snapshot,
            (unsigned long long)(result->sources[i].peak_bytes / 1024));
    for (size_t i = 0; i < plan->part_count; i++) {
        const struct tie_part_result *part = &result->parts[i];

        printf("part %s rows=%llu rejected=%llu rounded=%llu frame=%llu\n", plan->parts[i].title,
            (unsigned long long)part->rows, (unsigned long long)part->rejected, (unsigned long long)part->rounded,
            (unsigned long long)part->seal.rows);
        for (size_t j = 0; j < part->control_count; j++)
            printf("control %s %s expected=%s found=%s %s\n", plan->parts[i].title, part->controls[j].name,
                part->controls[j].expected, part->controls[j].found, part->controls[j].is_equal ? "equal" : "differs");
    }
    for (size_t i = 0; i < result->reject_count; i++)
        printf("reject %s row=%llu id=%s column=%s value=%s: %s\n", plan->parts[result->rejects[i].part].title,
            (unsigned long long)result->rejects[i].source_row, result->rejects[i].row_id, result->rejects[i].column,
            result->rejects[i].value, result->rejects[i].reason);
}

static void dump_rows(const struct tie_pool *pool, const struct tie_dataset_info *dataset, const struct tie_rows *rows,
    const struct tie_extract_result *result)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *row = (const char *)rows->at + i * rows->row_bytes;
        struct tie_buf line;

        tie_buf_init(&line, 1 << 20);
        tie_buf_text(&line, "row");
        for (size_t j = 0; j < dataset->column_count; j++) {
            if (!result->delivery.column[dataset->id][j])
                continue;
            tie_buf_printf(&line, " %s=", dataset->columns[j].name);
            tie_cell_print(&line, pool, &dataset->columns[j], row);
        }
        tie_buf_printf(
            &line, " order=%s", tie_pool_chars(pool, ((const struct tie_row *)(const void *)row)->order_ref));
        puts(line.at);
        tie_buf_release(&line);
    }
}

static enum tie_status dump(struct tie_arena *arena, const struct tie_extract_plan *plan,
    const struct tie_extract_result *result, const char *name, struct tie_error *err)
{
    struct tie_frames frames = { plan->shard_count, plan->part_count,
        TIE_TAKE(arena, struct tie_frame *, plan->part_count) };
    struct tie_homes *homes = NULL;
    struct tie_pool pool;
    struct tie_rows tables[TIE_DATASET_COUNT] = { { NULL, 0, 0 } };
    enum tie_dataset id = TIE_DATASET_COUNT;
    enum tie_status status = TIE_OK;

    TIE_ASSERT(tie_dataset_find(tie_text_of(name), &id));
    for (size_t i = 0; i < plan->part_count; i++)
        TIE_TRY(tie_frame_open(result->parts[i].frame_path, &frames.at[i], err));
    tie_pool_init(&pool, arena, NULL);
    TIE_TRY(tie_broadcast_load(arena, &frames, &pool, tables, err));
    dump_rows(&pool, tie_dataset(id), &tables[id], result);
    TIE_TRY(tie_homes_find(&frames, 64 << 20, 2, &homes, err));
    for (unsigned i = 0; i <= plan->shard_count; i++) {
        struct tie_shard shard;
        bool fits = false;

        TIE_TRY(tie_shard_load(arena, &frames, homes, &pool, (struct tie_slice){ i, 0, 0 }, &shard, &fits, err));
        TIE_ASSERT(fits);
        dump_rows(&shard.pool, tie_dataset(id), &shard.tables[id], result);
    }
out:
    tie_homes_free(homes);
    for (size_t i = 0; i < plan->part_count; i++)
        tie_frame_close(frames.at[i]);
    return status;
}

static enum tie_status describe(struct tie_arena *arena, const struct tie_extract_plan *plan, struct tie_error *err)
{
    struct tie_described_part *parts = TIE_TAKE(arena, struct tie_described_part, plan->part_count);
    struct tie_source_result *sources = TIE_TAKE(arena, struct tie_source_result, plan->source_count);
    const enum tie_status status = tie_describe(arena, plan, parts, sources, err);

    for (size_t i = 0; i < plan->part_count && status == TIE_OK; i++) {
        printf("part %s %s %s\n", plan->parts[i].title, tie_status_name(parts[i].status), parts[i].text);
        for (size_t j = 0; j < parts[i].column_count; j++)
            printf("column %s %s type=%s trouble=%s\n", plan->parts[i].title, parts[i].columns[j].name,
                parts[i].columns[j].type, parts[i].columns[j].trouble == NULL ? "" : parts[i].columns[j].trouble);
    }
    return status;
}

int main(int argc, char **argv)
{
    struct tie_arena arena;
    struct tie_policy policy = { .order_pattern = NULL };
    struct tie_extract_plan plan = { .policy = NULL };
    struct tie_extract_result result;
    struct tie_error err = { .status = TIE_OK };
    enum tie_status status = TIE_OK;

    if (argc > 1 && strcmp(argv[1], TIE_SOURCE_CHILD_WORD) == 0) {
        tie_ledger_unlock_sqlite(); /* as the program does */
        return tie_source_child_main();
    }
    if (argc < 3)
        return 64;
    tie_io_ignore_signals();
    if (tie_arena_init(&arena, (size_t)1 << 30, &err) != TIE_OK)
        return 70;
    TIE_TRY(load(&arena, argv[1], &policy, &plan, &err));
    plan.work_folder = argv[2];
    if (argc > 3 && strcmp(argv[3], "describe") == 0) {
        TIE_TRY(describe(&arena, &plan, &err));
        goto out;
    }
    TIE_TRY(tie_extract(&arena, &plan, &result, &err));
    print_result(&plan, &result);
    if (argc > 4 && strcmp(argv[3], "dump") == 0)
        TIE_TRY(dump(&arena, &plan, &result, argv[4], &err));
out:
    if (status != TIE_OK)
        fprintf(stderr, "%s: %s\n", tie_status_name(status), err.text);
    tie_arena_release(&arena);
    return tie_status_exit_code(status);
}
