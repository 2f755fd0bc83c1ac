/*
 * merge.c - one result out of the parts: rejected rows in one order, and what the job delivers.
 *
 * Rejects are sorted by part, row and column, so they come the same whatever child or worker was faster. A column
 * counts as delivered only when every part of its dataset delivers it: a check that needs it must be able to trust
 * every row.
 */
#include "intake.h"

#include "tieout/json.h"

#include <stdlib.h>
#include <string.h>

struct reject_list {
    struct tie_reject *at;
    size_t count, room;
};

enum { REJECTS_BYTES_MAX = 512 << 20 };

static int compare_rejects(const void *left, const void *right)
{
    const struct tie_reject *a = left, *b = right;

    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    if (a->source_row != b->source_row)
        return a->source_row < b->source_row ? -1 : 1;
    return strcmp(a->column, b->column);
}

static const char *text_of(struct tie_arena *arena, const struct tie_json *json, const char *key)
{
    return tie_text_dup(arena, tie_json_as_text(tie_json_get(json, key)));
}

static enum tie_status read_rejects(
    struct tie_arena *arena, const char *path, uint32_t part, struct reject_list *list, struct tie_error *err)
{
    struct tie_arena file;
    struct tie_text rest = { "", 0 };
    enum tie_status status = tie_arena_init(&file, (size_t)REJECTS_BYTES_MAX + (1 << 20), err);

    if (status != TIE_OK)
        return status;
    TIE_TRY(tie_file_read(&file, path, REJECTS_BYTES_MAX, &rest, err));
    while (rest.size > 0) {
        struct tie_json *json = NULL;

        TIE_TRY(tie_json_parse(tie_text_cut(&rest, '\n'), path, &json, err));
        TIE_PUSH(arena, list,
            (struct tie_reject){
                .part = part,
                .source_row = (uint64_t)tie_json_as_int(tie_json_get(json, "row")),
                .row_id = text_of(arena, json, "id"),
                .column = text_of(arena, json, "column"),
                .value = text_of(arena, json, "value"),
                .reason = text_of(arena, json, "reason"),
            });
        tie_json_free(json);
    }
out:
    tie_arena_release(&file);
    return status;
}

static void unite_delivery(const struct tie_extract_plan *plan, struct tie_extract_result *result)
{
    struct tie_delivery *delivery = &result->delivery;

    for (size_t i = 0; i < plan->part_count; i++) {
        const enum tie_dataset dataset = plan->parts[i].dataset;

        for (size_t j = 0; j < TIE_COLUMN_MAX; j++)
            delivery->column[dataset][j] = result->parts[i].delivered[j] &&
                (delivery->column[dataset][j] || !delivery->dataset[dataset]);
        delivery->dataset[dataset] = true;
    }
}

enum tie_status tie_extract_merge(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_extract_result *result, struct tie_error *err)
{
    struct reject_list list = { NULL, 0, 0 };
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < plan->part_count; i++) {
        const char *path = tie_part_rejects_path(arena, plan->work_folder, plan->parts[i].part);

        if (result->parts[i].rejected > 0)
            TIE_TRY(read_rejects(arena, path, plan->parts[i].part, &list, err));
        TIE_TRY(tie_tree_remove(path, err));
    }
    if (list.count > 1)
        qsort(list.at, list.count, sizeof *list.at, compare_rejects);
    result->rejects = list.at;
    result->reject_count = list.count;
    unite_delivery(plan, result);
out:
    return status;
}
