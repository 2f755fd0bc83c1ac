/*
 * workbook_columns.c - what a column of a finding holds, by its name in discrepancies.csv.
 *
 * One row a column: either a member of struct tie_finding, read by kind and offset, or a small function. The order
 * of the rows is that of the CSV, which is also the order of the columns that a sheet's layout does not name.
 */
#include "workbook.h"

#include <stdio.h>
#include <string.h>

static void get_id(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->finding->id;
}

static void get_check(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_check(item->finding->check)->code;
}

static void get_title(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_check(item->finding->check)->title;
}

static void get_severity(const struct item *item, struct value *value, char *scratch)
{
    (void)snprintf(scratch, COLUMN_SCRATCH, "S%d", item->finding->severity);
    value->text = scratch;
}

static void get_status(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_finding_status_name(item->kept != NULL ? item->kept->status : item->finding->status);
}

static void get_primary(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->finding->is_primary ? "yes" : item->finding->primary_id;
}

static void get_bucket(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_bucket_name(item->finding->bucket);
}

static void get_certainty(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_certainty_name(item->finding->certainty);
}

static void get_verdict(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_verdict_name(item->finding->verdict);
}

static void get_age(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->number = item->finding->due == TIE_NO_DATE ? TIE_NONE : item->report->as_of - item->finding->due;
}

static void get_pass(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = tie_pass_name(item->finding->pass);
}

static void get_last_seen(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->number = item->kept->last_seen == TIE_NO_DATE ? TIE_NONE : item->kept->last_seen;
}

static void get_exported(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->export->is_exported ? "yes" : "no";
}

static void get_output(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->export->output;
}

static void get_document(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->export->document;
}

static void get_why(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->export->why;
}

static void get_correction_id(const struct item *item, struct value *value, char *scratch)
{
    (void)scratch;
    value->text = item->export != NULL && item->export->is_exported ? item->export->correction_id
                                                                    : item->finding->correction_id;
}

#define MEMBER(name, kind)                                                                                             \
    {                                                                                                                  \
#name, ON_CSV, VALUE_##kind, offsetof(struct tie_finding, name), NULL                                          \
    }
#define GIVEN(name, on, kind, get)                                                                                     \
    {                                                                                                                  \
        name, on, VALUE_##kind, 0, get                                                                                 \
    }
const struct column columns[] = {
    GIVEN("finding_id", ON_CSV, TEXT, get_id),
    GIVEN("check", ON_CSV, TEXT, get_check),
    GIVEN("title", ON_CSV, TEXT, get_title),
    GIVEN("severity", ON_CSV, TEXT, get_severity),
    GIVEN("status", ON_CSV, TEXT, get_status),
    GIVEN("primary", ON_CSV, TEXT, get_primary),
    GIVEN("bucket", ON_CSV, TEXT, get_bucket),
    GIVEN("certainty", ON_CSV, TEXT, get_certainty),
    GIVEN("verdict", ON_CSV, TEXT, get_verdict),
    MEMBER(reason, TEXT),
    MEMBER(first_seen, DATE),
    MEMBER(due, DATE),
    GIVEN("age_days", ON_CSV, COUNT, get_age),
    MEMBER(region, TEXT),
    MEMBER(legal_entity, TEXT),
    MEMBER(work_order, TEXT),
    MEMBER(customer, TEXT),
    MEMBER(asset, TEXT),
    MEMBER(contract, TEXT),
    MEMBER(item, TEXT),
    MEMBER(serial, TEXT),
    MEMBER(location, TEXT),
    MEMBER(technician, TEXT),
    MEMBER(uom, TEXT),
    MEMBER(usage_qty, DECIMAL),
    MEMBER(movement_qty, DECIMAL),
    MEMBER(billed_qty, DECIMAL),
    MEMBER(expected_qty, DECIMAL),
    MEMBER(expected_amount, AMOUNT),
    MEMBER(actual_amount, AMOUNT),
    MEMBER(exposure, AMOUNT),
    MEMBER(book_effect, AMOUNT),
    MEMBER(currency, TEXT),
    MEMBER(exposure_reporting, AMOUNT),
    MEMBER(reporting_currency, TEXT),
    GIVEN("pass", ON_CSV, TEXT, get_pass),
    MEMBER(usage_ids, IDS),
    MEMBER(movement_ids, IDS),
    MEMBER(billing_ids, IDS),
    MEMBER(other_ids, IDS),
    { "correction", ON_CSV, VALUE_TEXT, offsetof(struct tie_finding, verb), NULL },
    GIVEN("correction_id", ON_CSV, TEXT, get_correction_id),
    MEMBER(explanation, TEXT),
    GIVEN("last_seen", ON_KEPT, DATE, get_last_seen),
    GIVEN("exported", ON_EXPORT, TEXT, get_exported),
    GIVEN("output", ON_EXPORT, TEXT, get_output),
    GIVEN("document", ON_EXPORT, TEXT, get_document),
    GIVEN("why", ON_EXPORT, TEXT, get_why),
    { "correction_qty", ON_EXPORT, VALUE_DECIMAL, offsetof(struct tie_finding, correction_qty), NULL },
    { "correction_amount", ON_EXPORT, VALUE_AMOUNT, offsetof(struct tie_finding, correction_amount), NULL },
};
const size_t columns_count = TIE_COUNT_OF(columns);

const struct column *column_find(const char *name)
{
    for (size_t i = 0; i < columns_count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

static bool is_in_reporting_currency(const struct column *column)
{
    return column->offset == offsetof(struct tie_finding, exposure_reporting);
}

struct value column_value(const struct column *column, const struct item *item, char scratch[COLUMN_SCRATCH])
{
    const char *const member = (const char *)item->finding + column->offset;
    struct value value = { .kind = column->kind, .number = TIE_NONE };
    tie_date day = TIE_NO_DATE;

    if (column->get != NULL) {
        column->get(item, &value, scratch);
        return value;
    }
    switch (column->kind) {
    case VALUE_TEXT: memcpy(&value.text, member, sizeof value.text); break;
    case VALUE_DECIMAL:
    case VALUE_COUNT: memcpy(&value.number, member, sizeof value.number); break;
    case VALUE_AMOUNT:
        memcpy(&value.number, member, sizeof value.number);
        value.currency = is_in_reporting_currency(column) ? item->finding->reporting_currency : item->finding->currency;
        break;
    case VALUE_DATE:
        memcpy(&day, member, sizeof day);
        value.number = day == TIE_NO_DATE ? TIE_NONE : day;
        break;
    case VALUE_IDS: value.ids = (const struct tie_id_list *)(const void *)member; break;
    }
    return value;
}
