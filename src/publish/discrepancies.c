/*
 * discrepancies.c - discrepancies.csv: one line a finding of this run, in the order given.
 *
 * A table of columns, each with the function that gives its cell and the member it gives; the header and the rows
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
    unsigned decimals, reporting_decimals; /* of amounts in either currency */
    char *room;                            /* ROOM_BYTES for what is printed */
    struct tie_buf *ids;                   /* for what may be longer */
};

enum { ROOM_BYTES = 64 };
_Static_assert((int)ROOM_BYTES >= (int)TIE_DEC_TEXT_MAX && (int)ROOM_BYTES >= (int)TIE_INT_TEXT_MAX, "numbers fit");

/* What stands in the cell: a text where it lies, or in the room. */
typedef struct tie_text get_cell(const struct cell *cell);

static struct tie_text get_chars(const struct cell *cell)
{
    return tie_text_of(cell->member);
}

static struct tie_text get_text(const struct cell *cell)
{
    const char *text = *(const char *const *)cell->member;

    return tie_text_of(text == NULL ? "" : text);
}

static struct tie_text get_date(const struct cell *cell)
{
    return (struct tie_text){ cell->room, tie_date_print(*(const tie_date *)cell->member, cell->room) };
}

static struct tie_text get_quantity(const struct cell *cell)
{
    return (struct tie_text){ cell->room, tie_dec_print(*(const tie_dec *)cell->member, cell->room) };
}

static struct tie_text get_amount(const struct cell *cell)
{
    return (
        struct tie_text){ cell->room, tie_dec_print_fixed(*(const tie_dec *)cell->member, cell->decimals, cell->room) };
}

static struct tie_text get_reporting(const struct cell *cell)
{
    return (struct tie_text){ cell->room,
        tie_dec_print_fixed(*(const tie_dec *)cell->member, cell->reporting_decimals, cell->room) };
}

/* Ids separated by ';'; one inside an id is written %3B, so that a split gives the ids back. */
static struct tie_text get_ids(const struct cell *cell)
{
    const struct tie_id_list *ids = cell->member;

    if (ids->count == 0)
        return TIE_TEXT("");
    tie_buf_reset(cell->ids);
    for (size_t i = 0; i < ids->count; i++) {
        struct tie_text rest = tie_text_of(ids->at[i]);
        const char *semicolon = NULL;

        if (i > 0)
            tie_buf_char(cell->ids, ';');
        while ((semicolon = memchr(rest.at, ';', rest.size)) != NULL) {
            tie_buf_put(cell->ids, rest.at, (size_t)(semicolon - rest.at));
            tie_buf_put(cell->ids, "%3B", 3);
            rest.size -= (size_t)(semicolon - rest.at) + 1;
            rest.at = semicolon + 1;
        }
        tie_buf_put(cell->ids, rest.at, rest.size);
    }
    TIE_ASSERT(!cell->ids->failed);
    return tie_buf_slice(cell->ids);
}

static struct tie_text get_check(const struct cell *cell)
{
    return tie_text_of(tie_check(cell->finding->check)->code);
}

static struct tie_text get_title(const struct cell *cell)
{
    return tie_text_of(tie_check(cell->finding->check)->title);
}

static struct tie_text get_severity(const struct cell *cell)
{
    cell->room[0] = 'S';
    return (struct tie_text){ cell->room, 1 + tie_int_print(cell->finding->severity, cell->room + 1) };
}

static struct tie_text get_status(const struct cell *cell)
{
    return tie_text_of(tie_finding_status_name(cell->finding->status));
}

static struct tie_text get_primary(const struct cell *cell)
{
    return tie_text_of(cell->finding->is_primary ? "yes" : cell->finding->primary_id);
}

static struct tie_text get_bucket(const struct cell *cell)
{
    return tie_text_of(tie_bucket_name(cell->finding->bucket));
}

static struct tie_text get_certainty(const struct cell *cell)
{
    return tie_text_of(tie_certainty_name(cell->finding->certainty));
}

static struct tie_text get_verdict(const struct cell *cell)
{
    return tie_text_of(tie_verdict_name(cell->finding->verdict));
}

static struct tie_text get_age(const struct cell *cell)
{
    if (cell->finding->due == TIE_NO_DATE)
        return TIE_TEXT("");
    return (
        struct tie_text){ cell->room, tie_int_print((int64_t)cell->report->as_of - cell->finding->due, cell->room) };
}

static struct tie_text get_pass(const struct cell *cell)
{
    return tie_text_of(tie_pass_name(cell->finding->pass));
}

#define AT(member) offsetof(struct tie_finding, member)
static const struct {
    const char *name;
    get_cell *get;
    size_t offset;
} columns[] = {
    { "finding_id", get_chars, AT(id) },
    { "check", get_check, 0 },
    { "title", get_title, 0 },
    { "severity", get_severity, 0 },
    { "status", get_status, 0 },
    { "primary", get_primary, 0 },
    { "bucket", get_bucket, 0 },
    { "certainty", get_certainty, 0 },
    { "verdict", get_verdict, 0 },
    { "reason", get_text, AT(reason) },
    { "first_seen", get_date, AT(first_seen) },
    { "due", get_date, AT(due) },
    { "age_days", get_age, 0 },
    { "region", get_text, AT(region) },
    { "legal_entity", get_text, AT(legal_entity) },
    { "work_order", get_text, AT(work_order) },
    { "customer", get_text, AT(customer) },
    { "asset", get_text, AT(asset) },
    { "contract", get_text, AT(contract) },
    { "item", get_text, AT(item) },
    { "serial", get_text, AT(serial) },
    { "location", get_text, AT(location) },
    { "technician", get_text, AT(technician) },
    { "uom", get_text, AT(uom) },
    { "usage_qty", get_quantity, AT(usage_qty) },
    { "movement_qty", get_quantity, AT(movement_qty) },
    { "billed_qty", get_quantity, AT(billed_qty) },
    { "expected_qty", get_quantity, AT(expected_qty) },
    { "expected_amount", get_amount, AT(expected_amount) },
    { "actual_amount", get_amount, AT(actual_amount) },
    { "exposure", get_amount, AT(exposure) },
    { "book_effect", get_amount, AT(book_effect) },
    { "currency", get_text, AT(currency) },
    { "exposure_reporting", get_reporting, AT(exposure_reporting) },
    { "reporting_currency", get_text, AT(reporting_currency) },
    { "pass", get_pass, 0 },
    { "usage_ids", get_ids, AT(usage_ids) },
    { "movement_ids", get_ids, AT(movement_ids) },
    { "billing_ids", get_ids, AT(billing_ids) },
    { "other_ids", get_ids, AT(other_ids) },
    { "correction", get_text, AT(verb) },
    { "correction_id", get_text, AT(correction_id) },
    { "explanation", get_text, AT(explanation) },
};
#undef AT

#define CELL_MAX_BYTES (64u << 20) /* id lists of a whole run's finding; beyond it something is wrong */

/* Whether a text of other systems or a sentence stands there: all else is made of letters, digits and "-._" alone. */
static bool may_need_quotes(get_cell *get)
{
    return get == get_text || get == get_ids || get == get_title;
}

static void put_row(struct tie_csv_writer *writer, struct tie_buf *ids, const struct tie_report *report,
    const struct tie_finding *finding)
{
    char room[ROOM_BYTES];
    struct cell cell = { .report = report,
        .finding = finding,
        .decimals = tie_currency_decimals(tie_text_of(finding->currency)),
        .reporting_decimals = tie_currency_decimals(tie_text_of(finding->reporting_currency)),
        .room = room,
        .ids = ids };

    for (size_t i = 0; i < TIE_COUNT_OF(columns); i++) {
        cell.member = (const char *)finding + columns[i].offset;
        if (may_need_quotes(columns[i].get))
            tie_csv_put(writer, columns[i].get(&cell));
        else
            tie_csv_put_plain(writer, columns[i].get(&cell));
    }
    tie_csv_end_row(writer);
}

enum tie_status tie_publish_discrepancies(const struct tie_report *report, const char *folder, struct tie_error *err)
{
    struct tie_new_file file = { 0 };
    struct tie_csv_writer writer;
    struct tie_arena arena = { 0 };
    struct tie_buf ids;
    enum tie_status status = TIE_OK;

    tie_buf_init(&ids, CELL_MAX_BYTES);
    TIE_TRY(tie_arena_init(&arena, 1 << 16, err));
    TIE_TRY(tie_new_file_open(&file, tie_path_join(&arena, folder, "discrepancies.csv"), 0666, false, err));
    tie_csv_writer_init(&writer, &file.out, ',');
    for (size_t i = 0; i < TIE_COUNT_OF(columns); i++)
        tie_csv_put(&writer, tie_text_of(columns[i].name));
    tie_csv_end_row(&writer);
    for (size_t i = 0; i < report->findings->count; i++) {
        if (i + TIE_FINDING_AHEAD < report->findings->count)
            tie_finding_fetch_texts(&report->findings->at[i + TIE_FINDING_AHEAD]);
        tie_findings_tend(report->findings, i);
        put_row(&writer, &ids, report, &report->findings->at[i]);
    }
    TIE_TRY(tie_new_file_commit(&file, err));
out:
    tie_new_file_release(&file);
    tie_buf_release(&ids);
    tie_arena_release(&arena);
    return status;
}
