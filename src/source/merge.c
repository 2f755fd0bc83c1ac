/*
 * merge.c - one result out of the parts: rejected rows in one order, what they name, and what the job delivers.
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

struct ref_list {
    struct tie_reject_ref *at;
    size_t count, room;
};

struct merging {
    struct tie_arena *arena;
    struct reject_list rejects;
    struct ref_list orders, invoices;
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

static int compare_refs(const void *left, const void *right)
{
    const struct tie_reject_ref *a = left, *b = right;
    const int order = strcmp(a->text, b->text);

    return order != 0 ? order : (a->dataset > b->dataset) - (a->dataset < b->dataset);
}

static void sort_refs(struct ref_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, compare_refs);
    for (size_t i = 0; i < list->count; i++)
        if (i == 0 || strcmp(list->at[i].text, list->at[kept - 1].text) != 0)
            list->at[kept++] = list->at[i];
    list->count = kept;
}

static void take_reject(struct merging *merging, const struct tie_part_spec *part, const struct tie_json *json)
{
    const struct tie_reject reject = {
        .part = part->part,
        .source_row = (uint64_t)tie_json_as_int(tie_json_get(json, "row")),
        .order_ref = text_of(merging->arena, json, "order"),
        .row_id = text_of(merging->arena, json, "id"),
        .column = text_of(merging->arena, json, "column"),
        .value = text_of(merging->arena, json, "value"),
        .reason = text_of(merging->arena, json, "reason"),
    };

    if (reject.column[0] != '\0') /* else one past those whose reasons are kept */
        TIE_PUSH(merging->arena, &merging->rejects, reject);
    if (reject.order_ref[0] != '\0')
        TIE_PUSH(merging->arena, &merging->orders, (struct tie_reject_ref){ reject.order_ref, part->dataset });
    if (part->dataset == TIE_DS_INVOICE && reject.row_id[0] != '\0')
        TIE_PUSH(merging->arena, &merging->invoices, (struct tie_reject_ref){ reject.row_id, part->dataset });
}

static enum tie_status read_rejects(
    struct merging *merging, const char *path, const struct tie_part_spec *part, struct tie_error *err)
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
        take_reject(merging, part, json);
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
    struct merging merging = { .arena = arena };
    struct reject_list *list = &merging.rejects;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < plan->part_count; i++) {
        const char *path = tie_part_rejects_path(arena, plan->work_folder, plan->parts[i].part);

        if (result->parts[i].rejected > 0)
            TIE_TRY(read_rejects(&merging, path, &plan->parts[i], err));
        TIE_TRY(tie_tree_remove(path, err));
    }
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, compare_rejects);
    result->rejects = list->at;
    result->reject_count = list->count;
    sort_refs(&merging.orders);
    sort_refs(&merging.invoices);
    result->reject_refs = (struct tie_reject_refs){ .order_count = merging.orders.count,
        .invoice_count = merging.invoices.count,
        .orders = merging.orders.at,
        .invoices = merging.invoices.at };
    unite_delivery(plan, result);
out:
    return status;
}
