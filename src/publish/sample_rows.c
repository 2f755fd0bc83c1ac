/*
 * sample_rows.c - the rows of a filled-in sample: was it drawn so, and has every order a result?
 *
 * First what was drawn must stand there unchanged: the seal of each row names a changed one, every `no` must be there
 * once, the digest is over all rows, and the numbers of the design must agree with them. Then every row must have a
 * result. A sample that is only partly audited is never evaluated: orders are seldom left out by chance.
 */
#include "sample_read.h"

#include <string.h>

#define PENDING_SHOWN 5

enum column {
    COLUMN_NO,
    COLUMN_WORK_ORDER,
    COLUMN_STRATUM,
    COLUMN_CLASS,
    COLUMN_TIMES,
    COLUMN_BOOK,
    COLUMN_AUDIT,
    COLUMN_NOTE,
    COLUMN_NOT_AUDITABLE,
    COLUMN_SEAL,
    COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = { "no", "work_order", "stratum", "class", "times", "book_amount",
    "audit_amount", "audit_note", "not_auditable", "seal" };

#define NO_COLUMN SIZE_MAX

struct selection {
    struct tie_arena *arena;
    struct tie_audit *audit;
    const struct tie_sample_table *table;
    size_t at[COLUMN_COUNT]; /* where a column stands; NO_COLUMN */
    struct tie_audited *rows;
    bool *is_there, *is_pending; /* by no */
    struct tie_error *err;
};

struct tie_text tie_sample_cell(const struct tie_sample_line *line, size_t column)
{
    return column < line->count ? line->cells[column] : TIE_TEXT("");
}

static enum tie_status refuse(
    const struct selection *selection, const struct tie_sample_line *line, enum column column, const char *expected)
{
    const struct tie_text text = tie_sample_cell(line, selection->at[column]);

    return tie_fail(selection->err, TIE_DATA, "%s, row %llu, column %s: \"%.*s\" is no %s", selection->table->name,
        (unsigned long long)line->number, column_names[column], (int)(text.size < 60 ? text.size : 60), text.at,
        expected);
}

static enum tie_status find_columns(struct selection *selection)
{
    const struct tie_sample_table *const table = selection->table;

    for (enum column c = 0; c < COLUMN_COUNT; c++) {
        selection->at[c] = NO_COLUMN;
        for (size_t i = 0; table->count > 0 && i < table->at[0].count; i++) {
            if (!tie_text_is_nocase(table->at[0].cells[i], column_names[c]))
                continue;
            if (selection->at[c] != NO_COLUMN)
                return tie_fail(
                    selection->err, TIE_DATA, "%s has two columns %s; which one counts?", table->name, column_names[c]);
            selection->at[c] = i;
        }
        if (selection->at[c] == NO_COLUMN && c != COLUMN_SEAL && c != COLUMN_NOTE)
            return tie_fail(selection->err, TIE_DATA,
                "%s has no column %s in its first row; take the file as the run wrote it", table->name,
                column_names[c]);
    }
    return TIE_OK;
}

/* An amount with at most the decimals of the currency, to minor units. A spreadsheet's 80.099999999999994 is 80.10. */
static bool amount_of(struct tie_text text, unsigned decimals, int64_t *minor)
{
    tie_dec value = 0, unit = TIE_DEC_ONE;
    const enum tie_dec_parse parse = tie_dec_from_text(text, &value);

    for (unsigned i = 0; i < decimals; i++)
        unit /= 10;
    *minor = value / unit;
    return (parse == TIE_DEC_EXACT || parse == TIE_DEC_ROUNDED) && value % unit == 0;
}

static bool flag_of(struct tie_text text, bool *flag)
{
    static const char *const yes[] = { "yes", "x", "true", "1" }, *const no[] = { "", "no", "false", "0" };

    for (size_t i = 0; i < TIE_COUNT_OF(yes); i++) {
        if (tie_text_is_nocase(text, yes[i]) || tie_text_is_nocase(text, no[i])) {
            *flag = tie_text_is_nocase(text, yes[i]);
            return true;
        }
    }
    return false;
}

static bool stratum_of(const struct tie_audit *audit, struct tie_text name, size_t *stratum)
{
    for (*stratum = 0; *stratum < audit->stratum_count; ++*stratum)
        if (tie_text_is(name, audit->strata[*stratum].name))
            return true;
    return false;
}

static bool class_of(struct tie_text name, enum tie_sample_class *class)
{
    for (*class = 0; *class < TIE_PICK_CLASS_COUNT; ++*class)
        if (tie_text_is(name, tie_sample_class_name(*class)))
            return true;
    return false;
}

/* What the draw wrote; `row` gets it. */
static enum tie_status read_drawn(
    const struct selection *selection, const struct tie_sample_line *line, struct tie_audited *row, int64_t *no)
{
    const struct tie_audit *const audit = selection->audit;
    int64_t times = 0;

    if (!tie_int_from_text(tie_sample_cell(line, selection->at[COLUMN_NO]), no) || *no < 1 ||
        (uint64_t)*no > audit->count)
        return refuse(selection, line, COLUMN_NO, "number of a row of this sample");
    row->row = line->number;
    row->work_order = tie_text_dup(selection->arena, tie_sample_cell(line, selection->at[COLUMN_WORK_ORDER]));
    if (!stratum_of(audit, tie_sample_cell(line, selection->at[COLUMN_STRATUM]), &row->stratum))
        return refuse(selection, line, COLUMN_STRATUM, "stratum of this sample");
    if (!class_of(tie_sample_cell(line, selection->at[COLUMN_CLASS]), &row->class))
        return refuse(selection, line, COLUMN_CLASS, "class; allowed: certainty, high, selected, attribute");
    if (!tie_int_from_text(tie_sample_cell(line, selection->at[COLUMN_TIMES]), &times) || times < 1)
        return refuse(selection, line, COLUMN_TIMES, "number of hits");
    row->times = (uint64_t)times;
    if (!amount_of(tie_sample_cell(line, selection->at[COLUMN_BOOK]), audit->decimals, &row->book))
        return refuse(selection, line, COLUMN_BOOK, "amount in the sample's currency; write 1234.50");
    if (audit->method == TIE_SAMPLE_MUS && row->book <= 0 &&
        (row->class == TIE_PICK_SELECTED || row->class == TIE_PICK_HIGH))
        return refuse(selection, line, COLUMN_BOOK, "book amount that monetary-unit sampling can select");
    return TIE_OK;
}

static enum tie_status check_seal(
    const struct selection *selection, const struct tie_sample_line *line, const struct tie_audited *row)
{
    const struct tie_text seal = tie_sample_cell(line, selection->at[COLUMN_SEAL]);
    char want[TIE_SAMPLE_SEAL];

    tie_sample_seal(
        row->work_order, selection->audit->strata[row->stratum].name, row->class, row->times, row->book, want);
    if (seal.size == 0 || tie_text_is(seal, want))
        return TIE_OK;
    return tie_fail(selection->err, TIE_DATA,
        "%s, row %llu: order %s was changed after the draw (work_order, stratum, class, times or book_amount do not "
        "fit its seal); only audit_amount, audit_note and not_auditable are to be filled in",
        selection->table->name, (unsigned long long)line->number, row->work_order);
}

static enum tie_status read_row(struct selection *selection, const struct tie_sample_line *line)
{
    const struct tie_text result = tie_sample_cell(line, selection->at[COLUMN_AUDIT]);
    struct tie_audited row = { .note = tie_text_dup(
                                   selection->arena, tie_sample_cell(line, selection->at[COLUMN_NOTE])) };
    int64_t no = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_drawn(selection, line, &row, &no));
    TIE_TRY(check_seal(selection, line, &row));
    if (selection->is_there[no - 1]) {
        status = tie_fail(selection->err, TIE_DATA, "%s, row %llu: no %lld stands there twice (row %llu has it too)",
            selection->table->name, (unsigned long long)line->number, (long long)no,
            (unsigned long long)selection->rows[no - 1].row);
        goto out;
    }
    if (!flag_of(tie_sample_cell(line, selection->at[COLUMN_NOT_AUDITABLE]), &row.not_auditable)) {
        status = refuse(selection, line, COLUMN_NOT_AUDITABLE, "answer; allowed: yes, no or empty");
        goto out;
    }
    selection->is_there[no - 1] = true;
    selection->is_pending[no - 1] = result.size == 0 && !row.not_auditable;
    if (row.not_auditable)
        row.audit = row.book < 0 ? row.book : 0;
    else if (result.size > 0 && !amount_of(result, selection->audit->decimals, &row.audit))
        status = refuse(selection, line, COLUMN_AUDIT, "amount in the sample's currency; write 1234.50");
    selection->rows[no - 1] = row;
out:
    return status;
}

/* ---- the whole ---- */

static enum tie_status check_digest(const struct selection *selection, const char *picks_sha256)
{
    const struct tie_audit *const audit = selection->audit;
    unsigned char digest[TIE_SHA256_BYTES];
    char hex[TIE_SHA256_HEX];
    struct tie_sha256 sha;
    size_t missing = 0, first = 0;

    for (size_t i = audit->count; i > 0; i--)
        if (!selection->is_there[i - 1]) {
            missing++;
            first = i;
        }
    if (missing > 0)
        return tie_fail(selection->err, TIE_DATA,
            "%s: %zu of the %zu rows of the sample are gone, the first is no %zu; an order may not be left out (write "
            "not_auditable = yes)",
            selection->table->name, missing, audit->count, first);
    tie_sha256_init(&sha);
    for (size_t i = 0; i < audit->count; i++)
        tie_sample_digest_pick(&sha, audit->rows[i].work_order, audit->strata[audit->rows[i].stratum].name,
            audit->rows[i].class, audit->rows[i].times, audit->rows[i].book);
    tie_sha256_final(&sha, digest);
    tie_hex(digest, sizeof digest, hex);
    if (strcmp(hex, picks_sha256) != 0)
        return tie_fail(selection->err, TIE_DATA,
            "%s is not the sample that was drawn: work_order, stratum, class, times or book_amount of some row was "
            "changed (digest %s, drawn %s); only audit_amount, audit_note and not_auditable are to be filled in",
            selection->table->name, hex, picks_sha256);
    return TIE_OK;
}

/* Digests are right, so only the program that wrote the sample can have got these wrong. */
static enum tie_status check_numbers(const struct selection *selection)
{
    const struct tie_audit *const audit = selection->audit;
    uint64_t attribute = 0, orders = 0;
    bool fits = audit->attribute_size <= audit->zero_orders;

    for (size_t h = 0; h < audit->stratum_count; h++) {
        const struct tie_sample_stratum *const stratum = &audit->strata[h];
        uint64_t hits = 0;

        for (size_t i = 0; i < audit->count; i++)
            if (audit->rows[i].stratum == h) {
                hits += audit->rows[i].class == TIE_PICK_SELECTED ? audit->rows[i].times : 0;
                attribute += audit->rows[i].class == TIE_PICK_ATTRIBUTE;
            }
        orders += stratum->orders;
        fits = fits && hits == stratum->size && (audit->method == TIE_SAMPLE_MUS || hits <= stratum->rest_orders);
    }
    if (fits && attribute == audit->attribute_size && orders == audit->orders)
        return TIE_OK;
    return tie_fail(selection->err, TIE_DATA,
        "%s: the numbers of the design don't agree with the rows of the sample; draw the sample again",
        selection->table->name);
}

static enum tie_status check_results(const struct selection *selection)
{
    const struct tie_audit *const audit = selection->audit;
    enum tie_status status = TIE_OK;
    struct tie_buf list;
    size_t pending = 0;

    tie_buf_init(&list, 512);
    for (size_t i = 0; i < audit->count; i++)
        if (selection->is_pending[i] && pending++ < PENDING_SHOWN)
            tie_buf_printf(&list, "%srow %llu (%.40s)", pending > 1 ? ", " : "", (unsigned long long)audit->rows[i].row,
                audit->rows[i].work_order);
    if (pending > 0)
        status = tie_fail(selection->err, TIE_DATA,
            "%s: %zu of %zu orders have no result yet: %.*s%s; fill in audit_amount (0 where nothing was recovered), "
            "or yes under not_auditable, which counts as a full error",
            selection->table->name, pending, audit->count, (int)list.size, list.at,
            pending > PENDING_SHOWN ? ", ..." : "");
    tie_buf_release(&list);
    return status;
}

enum tie_status tie_sample_read_rows(struct tie_arena *arena, const struct tie_sample_table *table,
    struct tie_audit *audit, const char *picks_sha256, struct tie_error *err)
{
    struct selection selection = { .arena = arena,
        .audit = audit,
        .table = table,
        .rows = TIE_TAKE(arena, struct tie_audited, audit->count),
        .is_there = TIE_TAKE(arena, bool, audit->count),
        .is_pending = TIE_TAKE(arena, bool, audit->count),
        .err = err };
    enum tie_status status = TIE_OK;

    audit->rows = selection.rows;
    TIE_TRY(find_columns(&selection));
    for (size_t i = 1; i < table->count; i++)
        if (tie_sample_cell(&table->at[i], selection.at[COLUMN_NO]).size > 0 ||
            tie_sample_cell(&table->at[i], selection.at[COLUMN_WORK_ORDER]).size > 0)
            TIE_TRY(read_row(&selection, &table->at[i]));
    TIE_TRY(check_digest(&selection, picks_sha256));
    TIE_TRY(check_numbers(&selection));
    TIE_TRY(check_results(&selection));
out:
    return status;
}
