/*
 * bundle_extract.c - extract.json of a bundle: what reading the sources told beside the rows.
 *
 * Rejected rows are in no frame, so all that is known of them stands here: replay prints the same rejected.csv, and the
 * orders they named stay in doubt. Indices that lead to other parts of the bundle are checked when read, because the
 * code behind takes them for granted.
 */
#include "bundle_content.h"

#include <stddef.h>
#include <string.h>

#define AT(type, member) offsetof(type, member)

static const struct bundle_field part_fields[] = {
    { "rows", BUNDLE_U64, AT(struct tie_part_result, rows) },
    { "rejected", BUNDLE_U64, AT(struct tie_part_result, rejected) },
    { "rounded", BUNDLE_U64, AT(struct tie_part_result, rounded) },
};

static const struct bundle_field control_fields[] = {
    { "name", BUNDLE_TEXT, AT(struct tie_control, name) },
    { "expected", BUNDLE_TEXT, AT(struct tie_control, expected) },
    { "found", BUNDLE_TEXT, AT(struct tie_control, found) },
    { "is_equal", BUNDLE_BOOL, AT(struct tie_control, is_equal) },
};

static const struct bundle_field reject_fields[] = {
    { "part", BUNDLE_U32, AT(struct tie_reject, part) },
    { "position", BUNDLE_U64, AT(struct tie_reject, source_row) },
    { "order_ref", BUNDLE_TEXT, AT(struct tie_reject, order_ref) },
    { "row_id", BUNDLE_TEXT, AT(struct tie_reject, row_id) },
    { "column", BUNDLE_TEXT, AT(struct tie_reject, column) },
    { "value", BUNDLE_TEXT, AT(struct tie_reject, value) },
    { "reason", BUNDLE_TEXT, AT(struct tie_reject, reason) },
};

static const struct bundle_field ref_fields[] = {
    { "text", BUNDLE_TEXT, AT(struct tie_reject_ref, text) },
    { "dataset", BUNDLE_DATASET, AT(struct tie_reject_ref, dataset) },
};

static struct tie_json *put_delivery(const struct tie_delivery *delivery)
{
    struct tie_json *json = tie_json_object();

    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_dataset_info *info = tie_dataset(d);
        struct tie_json *columns = NULL;

        if (!delivery->dataset[d])
            continue;
        columns = tie_json_array();
        for (size_t c = 0; c < info->column_count; c++)
            if (delivery->column[d][c])
                tie_json_add(columns, tie_json_text(tie_text_of(info->columns[c].name)));
        tie_json_set(json, info->name, columns);
    }
    return json;
}

struct tie_json *bundle_put_extract(const struct tie_pipeline *line)
{
    const struct tie_extract_result *extract = &line->extract;
    const struct tie_reject_refs *refs = &extract->reject_refs;
    struct tie_json *json = tie_json_object(), *parts = tie_json_array();

    for (size_t i = 0; i < line->job->plan.part_count; i++) {
        const struct tie_part_result *read = &extract->parts[i];
        struct tie_json *part = bundle_put(part_fields, TIE_COUNT_OF(part_fields), read);

        tie_json_set(part, "controls",
            bundle_put_list(control_fields, TIE_COUNT_OF(control_fields), read->controls, sizeof read->controls[0],
                read->control_count));
        tie_json_add(parts, part);
    }
    tie_json_set(json, "parts", parts);
    tie_json_set(json, "delivered", put_delivery(&extract->delivery));
    tie_json_set(json, "rejects",
        bundle_put_list(reject_fields, TIE_COUNT_OF(reject_fields), extract->rejects, sizeof extract->rejects[0],
            extract->reject_count));
    tie_json_set(json, "rejected_orders",
        bundle_put_list(ref_fields, TIE_COUNT_OF(ref_fields), refs->orders, sizeof refs->orders[0], refs->order_count));
    tie_json_set(json, "rejected_invoices",
        bundle_put_list(
            ref_fields, TIE_COUNT_OF(ref_fields), refs->invoices, sizeof refs->invoices[0], refs->invoice_count));
    return json;
}

/* ---- in ---- */

static enum tie_status get_parts(const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_json *list = tie_json_get(json, "parts");
    struct tie_part_result *parts = NULL;
    void *at = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(bundle_get_list(
        line->arena, json, "parts", part_fields, TIE_COUNT_OF(part_fields), sizeof *parts, &at, &count, err));
    parts = at;
    if (count != line->job->plan.part_count)
        return tie_fail(err, TIE_DATA, "%zu parts, but the job has %zu", count, line->job->plan.part_count);
    for (size_t i = 0; i < count; i++) {
        TIE_TRY(bundle_get_list(line->arena, tie_json_at(list, i), "controls", control_fields,
            TIE_COUNT_OF(control_fields), sizeof(struct tie_control), &at, &parts[i].control_count, err));
        parts[i].controls = at;
        for (size_t c = 0; c < parts[i].control_count; c++)
            if (parts[i].controls[c].name == NULL || parts[i].controls[c].expected == NULL ||
                parts[i].controls[c].found == NULL)
                return tie_fail(err, TIE_DATA, "parts[%zu]: controls[%zu] is not whole", i, c);
    }
    line->extract.parts = parts;
out:
    return status;
}

static enum tie_status get_delivery(const struct tie_json *json, struct tie_delivery *delivery, struct tie_error *err)
{
    const struct tie_json *datasets = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_json_need(json, "delivered", TIE_JSON_OBJECT, &datasets, err));
    for (const char *name = tie_json_next_key(datasets, NULL); name != NULL; name = tie_json_next_key(datasets, name)) {
        const struct tie_json *columns = tie_json_get(datasets, name);
        enum tie_dataset d;

        if (!tie_dataset_find(tie_text_of(name), &d))
            return tie_fail(err, TIE_DATA, "delivered: dataset \"%s\" is unknown to this engine", name);
        delivery->dataset[d] = true;
        for (size_t i = 0; i < tie_json_count(columns); i++) {
            const int column = tie_column_find(tie_dataset(d), tie_json_as_text(tie_json_at(columns, i)));

            if (column < 0)
                return tie_fail(err, TIE_DATA, "delivered: %s has a column that this engine does not know", name);
            delivery->column[d][column] = true;
        }
    }
out:
    return status;
}

/* Texts that other code reads without a question. */
static enum tie_status check_rejects(const struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_extract_result *extract = &line->extract;

    for (size_t i = 0; i < extract->reject_count; i++) {
        const struct tie_reject *reject = &extract->rejects[i];

        if (reject->part >= line->job->plan.part_count || reject->order_ref == NULL || reject->row_id == NULL ||
            reject->column == NULL || reject->value == NULL || reject->reason == NULL)
            return tie_fail(err, TIE_DATA, "rejects[%zu] is not whole", i);
    }
    return TIE_OK;
}

static enum tie_status get_refs(struct tie_pipeline *line, const struct tie_json *json, const char *key,
    const struct tie_reject_ref **refs, size_t *count, struct tie_error *err)
{
    void *at = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(bundle_get_list(
        line->arena, json, key, ref_fields, TIE_COUNT_OF(ref_fields), sizeof(struct tie_reject_ref), &at, count, err));
    *refs = at;
    for (size_t i = 0; i < *count; i++)
        if ((*refs)[i].text == NULL || (i > 0 && strcmp((*refs)[i - 1].text, (*refs)[i].text) >= 0))
            return tie_fail(err, TIE_DATA, "%s[%zu] is empty or out of order", key, i);
out:
    return status;
}

enum tie_status bundle_get_extract(const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_extract_result *extract = &line->extract;
    void *at = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(get_parts(json, line, err));
    TIE_TRY(get_delivery(json, &extract->delivery, err));
    TIE_TRY(bundle_get_list(line->arena, json, "rejects", reject_fields, TIE_COUNT_OF(reject_fields),
        sizeof(struct tie_reject), &at, &extract->reject_count, err));
    extract->rejects = at;
    TIE_TRY(check_rejects(line, err));
    TIE_TRY(
        get_refs(line, json, "rejected_orders", &extract->reject_refs.orders, &extract->reject_refs.order_count, err));
    TIE_TRY(get_refs(
        line, json, "rejected_invoices", &extract->reject_refs.invoices, &extract->reject_refs.invoice_count, err));
out:
    return status;
}
