/*
 * discrepancies.c - discrepancies.csv: one line a finding of this run, in the order given.
 *
 * A table of columns, each with the function that prints its cell and the member it prints; the header and the rows
 * walk the same table, so they can't drift apart. The order of the table is the contract's and a breaking change.
 * Invariant: a cell is empty exactly when its value does not apply (TIE_NONE, TIE_NO_DATE, ""), never when it is zero.
 * It is data: text stays as it is, also where a spreadsheet would take it for a formula (the workbook is for reading).
 */
#include "tieout/csv.h"
#include "tieout/publish.h"

#include <stddef.h>
#include <string.h>

struct cell {
    const struct tie_report *report;
    const struct tie_finding *finding;
    const void *member;
};

typedef void put_cell(struct tie_buf *out, const struct cell *cell);

static void put_chars(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, cell->member);
}

static void put_text(struct tie_buf *out, const struct cell *cell)
{
    const char *text = *(const char *const *)cell->member;

    tie_buf_text(out, text == NULL ? "" : text);
}

static void put_date(struct tie_buf *out, const struct cell *cell)
{
    const tie_date day = *(const tie_date *)cell->member;
    char text[16];

    if (day == TIE_NO_DATE)
        return;
    tie_date_print(day, text);
    tie_buf_text(out, text);
}

static void put_whole(struct tie_buf *out, int64_t number)
{
    char text[TIE_INT_TEXT_MAX];

    tie_buf_put(out, text, tie_int_print(number, text));
}

static void put_quantity(struct tie_buf *out, const struct cell *cell)
{
    const tie_dec quantity = *(const tie_dec *)cell->member;
    char text[TIE_DEC_TEXT_MAX];

    if (quantity == TIE_NONE)
        return;
    tie_dec_print(quantity, text);
    tie_buf_text(out, text);
}

static void put_money(struct tie_buf *out, tie_dec amount, const char *currency)
{
    char text[TIE_DEC_TEXT_MAX];

    if (amount == TIE_NONE)
        return;
    tie_dec_print_fixed(amount, tie_currency_decimals(tie_text_of(currency)), text);
    tie_buf_text(out, text);
}

static void put_amount(struct tie_buf *out, const struct cell *cell)
{
    put_money(out, *(const tie_dec *)cell->member, cell->finding->currency);
}

static void put_reporting(struct tie_buf *out, const struct cell *cell)
{
    put_money(out, *(const tie_dec *)cell->member, cell->finding->reporting_currency);
}

/* Ids separated by ';'; one inside an id is written %3B, so that a split gives the ids back. */
static void put_ids(struct tie_buf *out, const struct cell *cell)
{
    const struct tie_id_list *ids = cell->member;

    for (size_t i = 0; i < ids->count; i++) {
        struct tie_text rest = tie_text_of(ids->at[i]);
        const char *semicolon = NULL;

        if (i > 0)
            tie_buf_char(out, ';');
        while ((semicolon = memchr(rest.at, ';', rest.size)) != NULL) {
            tie_buf_put(out, rest.at, (size_t)(semicolon - rest.at));
            tie_buf_put(out, "%3B", 3);
            rest.size -= (size_t)(semicolon - rest.at) + 1;
            rest.at = semicolon + 1;
        }
        tie_buf_put(out, rest.at, rest.size);
    }
}

static void put_check(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_check(cell->finding->check)->code);
}

static void put_title(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_check(cell->finding->check)->title);
}

static void put_severity(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_char(out, 'S');
    put_whole(out, cell->finding->severity);
}

static void put_status(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_finding_status_name(cell->finding->status));
}

static void put_primary(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, cell->finding->is_primary ? "yes" : cell->finding->primary_id);
}

static void put_bucket(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_bucket_name(cell->finding->bucket));
}

static void put_certainty(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_certainty_name(cell->finding->certainty));
}

static void put_verdict(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_verdict_name(cell->finding->verdict));
}

static void put_age(struct tie_buf *out, const struct cell *cell)
{
    if (cell->finding->due != TIE_NO_DATE)
        put_whole(out, (int64_t)cell->report->as_of - cell->finding->due);
}

static void put_pass(struct tie_buf *out, const struct cell *cell)
{
    tie_buf_text(out, tie_pass_name(cell->finding->pass));
}

#define AT(member) offsetof(struct tie_finding, member)
static const struct {
    const char *name;
    put_cell *put;
    size_t offset;
} columns[] = {
    { "finding_id", put_chars, AT(id) },
    { "check", put_check, 0 },
    { "title", put_title, 0 },
    { "severity", put_severity, 0 },
    { "status", put_status, 0 },
    { "primary", put_primary, 0 },
    { "bucket", put_bucket, 0 },
    { "certainty", put_certainty, 0 },
    { "verdict", put_verdict, 0 },
    { "reason", put_text, AT(reason) },
    { "first_seen", put_date, AT(first_seen) },
    { "due", put_date, AT(due) },
    { "age_days", put_age, 0 },
    { "region", put_text, AT(region) },
    { "legal_entity", put_text, AT(legal_entity) },
    { "work_order", put_text, AT(work_order) },
    { "customer", put_text, AT(customer) },
    { "asset", put_text, AT(asset) },
    { "contract", put_text, AT(contract) },
    { "item", put_text, AT(item) },
    { "serial", put_text, AT(serial) },
    { "location", put_text, AT(location) },
    { "technician", put_text, AT(technician) },
    { "uom", put_text, AT(uom) },
    { "usage_qty", put_quantity, AT(usage_qty) },
    { "movement_qty", put_quantity, AT(movement_qty) },
    { "billed_qty", put_quantity, AT(billed_qty) },
    { "expected_qty", put_quantity, AT(expected_qty) },
    { "expected_amount", put_amount, AT(expected_amount) },
    { "actual_amount", put_amount, AT(actual_amount) },
    { "exposure", put_amount, AT(exposure) },
    { "book_effect", put_amount, AT(book_effect) },
    { "currency", put_text, AT(currency) },
    { "exposure_reporting", put_reporting, AT(exposure_reporting) },
    { "reporting_currency", put_text, AT(reporting_currency) },
    { "pass", put_pass, 0 },
    { "usage_ids", put_ids, AT(usage_ids) },
    { "movement_ids", put_ids, AT(movement_ids) },
    { "billing_ids", put_ids, AT(billing_ids) },
    { "other_ids", put_ids, AT(other_ids) },
    { "correction", put_text, AT(verb) },
    { "correction_id", put_text, AT(correction_id) },
    { "explanation", put_text, AT(explanation) },
};
#undef AT

#define CELL_MAX_BYTES (64u << 20) /* id lists of a whole run's finding; beyond it something is wrong */

static void put_row(struct tie_csv_writer *writer, struct tie_buf *buf, const struct tie_report *report,
    const struct tie_finding *finding)
{
    for (size_t i = 0; i < TIE_COUNT_OF(columns); i++) {
        const struct cell cell = { report, finding, (const char *)finding + columns[i].offset };

        tie_buf_reset(buf);
        columns[i].put(buf, &cell);
        TIE_ASSERT(!buf->failed);
        tie_csv_put(writer, tie_buf_slice(buf));
    }
    tie_csv_end_row(writer);
}

enum tie_status tie_publish_discrepancies(const struct tie_report *report, const char *folder, struct tie_error *err)
{
    struct tie_new_file file = { 0 };
    struct tie_csv_writer writer;
    struct tie_arena arena = { 0 };
    struct tie_buf buf;
    enum tie_status status = TIE_OK;

    tie_buf_init(&buf, CELL_MAX_BYTES);
    TIE_TRY(tie_arena_init(&arena, 1 << 16, err));
    TIE_TRY(tie_new_file_open(&file, tie_path_join(&arena, folder, "discrepancies.csv"), 0666, false, err));
    tie_csv_writer_init(&writer, &file.out, ',');
    for (size_t i = 0; i < TIE_COUNT_OF(columns); i++)
        tie_csv_put(&writer, tie_text_of(columns[i].name));
    tie_csv_end_row(&writer);
    for (size_t i = 0; i < report->findings->count; i++)
        put_row(&writer, &buf, report, &report->findings->at[i]);
    TIE_TRY(tie_new_file_commit(&file, err));
out:
    tie_new_file_release(&file);
    tie_buf_release(&buf);
    tie_arena_release(&arena);
    return status;
}
