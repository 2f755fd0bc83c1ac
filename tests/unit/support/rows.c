/*
 * rows.c - see rows.h. A cell is parsed by its column's type through one table, defaults go through the same parser,
 * so that a default of the data model that no parser takes is found by any test that leaves the column out.
 */
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_BYTES ((size_t)512 << 20) /* address space only */
#define VALUE_BYTES_MAX 8192

/* ---- cells ---- */

static void *cell_at(void *row, const struct tie_column *column)
{
    return (char *)row + column->offset;
}

static bool parse_text(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)column;
    *(tie_str *)cell = tie_pool_put(&rows->pool, text);
    return true;
}

static bool parse_word(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    const enum tie_word word = tie_word_of(text);

    (void)rows;
    *(uint8_t *)cell = (uint8_t)word;
    return text.size == 0 || (word != TIE_W_EMPTY && tie_column_allows(column, word));
}

static bool parse_bool(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)rows;
    (void)column;
    *(uint8_t *)cell = tie_text_is(text, "yes");
    return text.size == 0 || tie_text_is(text, "yes") || tie_text_is(text, "no");
}

static bool parse_date(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)rows;
    (void)column;
    *(tie_date *)cell = TIE_NO_DATE;
    return text.size == 0 || tie_date_from_text(text, cell);
}

static bool parse_instant(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    bool has_offset = false;

    (void)rows;
    (void)column;
    *(tie_instant *)cell = TIE_NONE;
    return text.size == 0 || tie_instant_from_text(text, cell, &has_offset);
}

static bool parse_decimal(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)rows;
    (void)column;
    *(tie_dec *)cell = TIE_NONE;
    return text.size == 0 || tie_dec_from_text(text, cell) == TIE_DEC_EXACT;
}

static bool parse_rate(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)rows;
    (void)column;
    *(int64_t *)cell = TIE_NONE;
    return text.size == 0 || tie_rate_from_text(text, cell);
}

static bool parse_int(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell)
{
    (void)rows;
    (void)column;
    *(int64_t *)cell = TIE_NONE;
    return text.size == 0 || tie_int_from_text(text, cell);
}

static const struct {
    bool (*parse)(struct test_rows *rows, const struct tie_column *column, struct tie_text text, void *cell);
    const char *allowed;
} forms[] = {
    [TIE_TYPE_ID] = { parse_text, "text" },
    [TIE_TYPE_TEXT] = { parse_text, "text" },
    [TIE_TYPE_OPEN] = { parse_text, "text" },
    [TIE_TYPE_WORD] = { parse_word, "one of the words" },
    [TIE_TYPE_DATE] = { parse_date, "YYYY-MM-DD" },
    [TIE_TYPE_INSTANT] = { parse_instant, "YYYY-MM-DDTHH:MM[:SS][offset]" },
    [TIE_TYPE_DECIMAL] = { parse_decimal, "a number with at most six decimals" },
    [TIE_TYPE_BOOL] = { parse_bool, "yes or no" },
    [TIE_TYPE_RATE] = { parse_rate, "a rate above zero" },
    [TIE_TYPE_INT] = { parse_int, "a whole number" },
    [TIE_TYPE_HASH] = { parse_text, "64 hex digits" },
};

/* BOOL has no empty form: a false that no line and no default wrote is no. */
static bool is_empty(const struct tie_column *column, const void *row)
{
    switch (column->type) {
    case TIE_TYPE_ID:
    case TIE_TYPE_TEXT:
    case TIE_TYPE_OPEN:
    case TIE_TYPE_HASH: return tie_cell_str(column, row) == 0;
    case TIE_TYPE_WORD: return tie_cell_number(column, row) == TIE_W_EMPTY;
    case TIE_TYPE_BOOL: return false;
    case TIE_TYPE_DATE:
    case TIE_TYPE_INSTANT:
    case TIE_TYPE_DECIMAL:
    case TIE_TYPE_RATE:
    case TIE_TYPE_INT: return tie_cell_number(column, row) == TIE_NONE;
    }
    return true;
}

/* Copies a cell into another column, of another row perhaps, by its printed form: the types may differ (a word into
 * an id). */
static void copy_cell(struct test_rows *rows, const struct tie_pool *from_pool, const struct tie_column *from,
    const void *from_row, const struct tie_column *to, void *to_row)
{
    struct tie_buf text;

    tie_buf_init(&text, VALUE_BYTES_MAX);
    tie_cell_print(&text, from_pool, from, from_row);
    if (!forms[to->type].parse(rows, to, tie_buf_slice(&text), cell_at(to_row, to)))
        fail_msg("default %s of %s: it can't hold \"%.*s\"", to->fallback, to->name, (int)text.size, text.at);
    tie_buf_release(&text);
}

/* ---- one line ---- */

/* Takes the next cell off `rest`: name and value, quotes undone into `value`. */
static bool next_cell(struct tie_text *rest, struct tie_text *name, struct tie_buf *value)
{
    struct tie_text plain;

    *name = tie_text_trim(tie_text_cut(rest, '='));
    *rest = tie_text_trim(*rest);
    tie_buf_reset(value);
    if (rest->size == 0 || rest->at[0] != '\'') {
        plain = tie_text_trim(tie_text_cut(rest, ','));
        tie_buf_put(value, plain.at, plain.size);
        return true;
    }
    for (size_t i = 1; i < rest->size; i++) {
        if (rest->at[i] != '\'') {
            tie_buf_char(value, rest->at[i]);
        } else if (i + 1 < rest->size && rest->at[i + 1] == '\'') {
            tie_buf_char(value, rest->at[i++]);
        } else {
            *rest = (struct tie_text){ rest->at + i + 1, rest->size - i - 1 };
            return tie_text_trim(tie_text_cut(rest, ',')).size == 0;
        }
    }
    return false;
}

static void set_defaults(struct test_rows *rows, const struct tie_dataset_info *info, void *row)
{
    for (size_t i = 0; i < info->column_count; i++) {
        const struct tie_column *column = &info->columns[i];
        const bool is_literal = column->fallback[0] != '=' && strcmp(column->fallback, "-") != 0;
        const bool is_text = is_literal && strcmp(column->fallback, "''") != 0;
        const struct tie_text text = is_text ? tie_text_of(column->fallback) : TIE_TEXT("");

        if (!forms[column->type].parse(rows, column, text, cell_at(row, column)))
            fail_msg("data model: default %s of %s.%s fits no %s", column->fallback, info->name, column->name,
                tie_type_name(column->type));
    }
}

/* =column of the same row. */
static void copy_own(struct test_rows *rows, const struct tie_dataset_info *info, void *row)
{
    for (size_t i = 0; i < info->column_count; i++) {
        const struct tie_column *column = &info->columns[i];
        const int from = column->fallback[0] == '=' ? tie_column_find(info, tie_text_of(column->fallback + 1)) : -1;

        if (from < 0 || !is_empty(column, row) || strcmp(column->fallback, "=decision_class") == 0 ||
            strcmp(column->name, "period_id") == 0)
            continue;
        copy_cell(rows, &rows->pool, &info->columns[from], row, column, row);
    }
}

static void *new_row(struct test_rows *rows, const struct tie_dataset_info *info)
{
    struct tie_rows *table = &rows->tables[info->id];

    table->at = table->count < rows->room[info->id]
        ? table->at
        : tie_arena_grow(&rows->arena, table->at, table->count, &rows->room[info->id], info->row_bytes);
    return (char *)table->at + table->count++ * info->row_bytes;
}

static void set_row_head(struct test_rows *rows, const struct tie_dataset_info *info, void *row)
{
    struct tie_row *head = row; /* the first member of every row struct */
    struct tie_buf text;

    tie_buf_init(&text, VALUE_BYTES_MAX);
    head->source_row = (uint32_t)rows->tables[info->id].count;
    if (info->order_column >= 0)
        head->order_ref = tie_cell_str(&info->columns[info->order_column], row);
    if (head->order_ref != 0 && rows->reference != NULL)
        head->order_ref = tie_reference_normalise(rows->reference, tie_pool_text(&rows->pool, head->order_ref), &text)
            ? tie_pool_put(&rows->pool, tie_buf_slice(&text))
            : 0;
    tie_buf_release(&text);
}

/* "usage_line" or "xref item". */
static enum tie_status find_dataset(
    struct tie_text title, enum tie_dataset *id, enum tie_xref_kind *kind, struct tie_error *err)
{
    struct tie_text rest = title;
    const struct tie_text name = tie_text_cut(&rest, ' ');

    rest = tie_text_trim(rest);
    *kind = TIE_XREF_NONE;
    if (!tie_dataset_find(name, id))
        return tie_fail(err, TIE_DATA, "there is no dataset \"%.*s\"", (int)name.size, name.at);
    if (*id != TIE_DS_XREF)
        return rest.size == 0 ? TIE_OK
                              : tie_fail(err, TIE_DATA, "only xref has a kind, not %.*s", (int)name.size, name.at);
    for (int i = TIE_XREF_NONE + 1; i < TIE_XREF_KIND_COUNT; i++)
        if (tie_text_is(rest, tie_xref_kind_name((enum tie_xref_kind)i)))
            *kind = (enum tie_xref_kind)i;
    return *kind != TIE_XREF_NONE ? TIE_OK : tie_fail(err, TIE_DATA, "xref needs its kind: \"xref item; fsm_id=...\"");
}

static enum tie_status read_cell(struct test_rows *rows, const struct tie_dataset_info *info, void *row,
    struct tie_text *rest, bool seen[TIE_COLUMN_MAX], struct tie_buf *value, struct tie_error *err)
{
    struct tie_text name = { "", 0 };
    const bool is_whole = next_cell(rest, &name, value);
    const int index = tie_column_find(info, name);
    const struct tie_column *column;

    if (index < 0)
        return tie_fail(err, TIE_DATA, "%s has no column \"%.*s\"", info->name, (int)name.size, name.at);
    column = &info->columns[index];
    if (!is_whole)
        return tie_fail(err, TIE_DATA, "%s.%s: the quote is not closed, or text follows it", info->name, column->name);
    if (seen[index])
        return tie_fail(err, TIE_DATA, "%s.%s is given twice", info->name, column->name);
    seen[index] = true;
    rows->delivery.column[info->id][index] = true;
    if (value->size == 0 && column->nullable)
        return TIE_OK; /* NULL: the default stands */
    if (!forms[column->type].parse(rows, column, tie_buf_slice(value), cell_at(row, column)))
        return tie_fail(err, TIE_DATA, "%s.%s is \"%.*s\", allowed is %s%s%s", info->name, column->name,
            (int)value->size, value->size == 0 ? "" : value->at, forms[column->type].allowed,
            column->words[0] == '\0' ? "" : " ", column->words);
    return TIE_OK;
}

enum tie_status test_rows_try(struct test_rows *rows, struct tie_text line, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_text rest = tie_text_trim(line);
    struct tie_text title;
    const struct tie_dataset_info *info;
    enum tie_dataset id = TIE_DATASET_COUNT;
    enum tie_xref_kind kind = TIE_XREF_NONE;
    bool seen[TIE_COLUMN_MAX] = { false };
    struct tie_buf value;
    void *row;

    tie_buf_init(&value, VALUE_BYTES_MAX);
    rows->line++;
    if (rest.size == 0 || rest.at[0] == '#')
        goto out;
    title = tie_text_trim(tie_text_cut(&rest, ';'));
    TIE_TRY(find_dataset(title, &id, &kind, err));
    info = tie_dataset(id);
    row = new_row(rows, info);
    rows->delivery.dataset[id] = true;
    set_defaults(rows, info, row);
    for (rest = tie_text_trim(rest); rest.size > 0; rest = tie_text_trim(rest)) {
        status = read_cell(rows, info, row, &rest, seen, &value, err);
        if (status != TIE_OK) {
            rows->tables[id].count--;
            goto out;
        }
    }
    copy_own(rows, info, row);
    ((struct tie_row *)row)->xref_kind = (uint8_t)kind;
    set_row_head(rows, info, row);
out:
    if (status != TIE_OK)
        tie_error_prefix(err, "line %zu \"%.*s\": ", rows->line, (int)line.size, line.at);
    tie_buf_release(&value);
    return status;
}

/* ---- defaults that lead to other rows ---- */

static bool id_equals(const struct tie_pool *pool, tie_str id, struct tie_text text)
{
    return tie_text_equal(tie_pool_text(pool, id), text);
}

/* The row of `info` whose first key part is `text`; of several (dated rows) the first. */
static const void *find_row(const struct test_rows *in, const struct tie_dataset_info *info, struct tie_text text)
{
    const struct tie_rows *table = &in->tables[info->id];

    for (size_t i = 0; i < table->count; i++) {
        const void *row = (const char *)table->at + i * info->row_bytes;

        if (id_equals(&in->pool, tie_cell_str(&info->columns[0], row), text))
            return row;
    }
    return NULL;
}

/* The target of a rule: dataset and column, and the column of the row itself whose id leads there; false for other
 * rules. */
static bool rule_target(const struct tie_dataset_info *info, const struct tie_column *column,
    const struct tie_dataset_info **target, const struct tie_column **from, const struct tie_column **link)
{
    static const struct {
        const char *rule, *dataset, *column;
    } named[] = {
        { "=order", "work_order", "currency" }, { "=base_uom", "item", "base_uom" },
        { "=customer.country", "fsm_customer", "country" }, /* a work order's customer is the store's */
    };
    struct tie_text rest = tie_text_of(column->fallback + 1);
    struct tie_text dataset = tie_text_cut(&rest, '.');
    enum tie_dataset id = TIE_DATASET_COUNT;
    int index;

    for (size_t i = 0; i < TIE_COUNT_OF(named); i++)
        if (strcmp(column->fallback, named[i].rule) == 0) {
            dataset = tie_text_of(named[i].dataset);
            rest = tie_text_of(named[i].column);
        }
    if (rest.size == 0 || !tie_dataset_find(dataset, &id))
        return false;
    *target = tie_dataset(id);
    index = tie_column_find(*target, rest);
    if (index < 0)
        return false;
    *from = &(*target)->columns[index];
    for (size_t i = 0; i < info->column_count; i++)
        if (strcmp(info->columns[i].foreign, (*target)->name) == 0 ||
            (id == TIE_DS_ITEM && strcmp(info->columns[i].name, "used_item_id") == 0)) {
            *link = &info->columns[i];
            return true;
        }
    return false;
}

static void copy_foreign(struct test_rows *rows, const struct test_rows *master, const struct tie_dataset_info *info,
    const struct tie_column *column, void *row)
{
    const struct tie_dataset_info *target = NULL;
    const struct tie_column *from = NULL, *link = NULL;
    const struct test_rows *in = rows;
    const void *found;
    struct tie_text id;

    if (!is_empty(column, row) || !rule_target(info, column, &target, &from, &link) || tie_cell_str(link, row) == 0)
        return;
    id = tie_pool_text(&rows->pool, tie_cell_str(link, row));
    found = find_row(in, target, id);
    if (found == NULL && master != NULL) {
        in = master;
        found = find_row(in, target, id);
    }
    if (found != NULL)
        copy_cell(rows, &in->pool, from, found, column, row);
}

static void set_shares(struct test_rows *rows)
{
    struct tie_entitlement_decision *at = TEST_ROWS(rows, ENTITLEMENT_DECISION, entitlement_decision);

    for (size_t i = 0; i < rows->tables[TIE_DS_ENTITLEMENT_DECISION].count; i++) {
        tie_dec *const shares[] = { &at[i].share_parts, &at[i].share_labour, &at[i].share_travel,
            &at[i].share_expense };
        const bool is_covered = at[i].decision_class == TIE_W_WARRANTY || at[i].decision_class == TIE_W_CONTRACT;
        const bool is_charged = at[i].decision_class == TIE_W_CHARGEABLE;

        for (size_t k = 0; k < TIE_COUNT_OF(shares); k++)
            if (*shares[k] == TIE_NONE && (is_covered || is_charged))
                *shares[k] = is_covered ? TIE_DEC_ONE : 0;
    }
}

/* The period of the same company, else of the empty one, that holds the posting date; the data model's rule
 * =posting_date. */
static tie_str period_of(struct test_rows *rows, const struct test_rows *in, const char *company, tie_date day)
{
    const struct tie_period *at = TEST_ROWS(in, PERIOD, period);

    for (size_t i = 0; i < in->tables[TIE_DS_PERIOD].count; i++)
        if (tie_text_is(tie_pool_text(&in->pool, at[i].legal_entity_id), company) && at[i].start_date <= day &&
            day <= at[i].end_date)
            return tie_pool_put(&rows->pool, tie_pool_text(&in->pool, at[i].period_id));
    return 0;
}

static void set_period(
    struct test_rows *rows, const struct test_rows *master, tie_str company, tie_date day, tie_str *period)
{
    const struct test_rows *const places[] = { rows, master == NULL ? rows : master };
    const char *const companies[] = { tie_pool_chars(&rows->pool, company), "" };

    for (size_t i = 0; i < TIE_COUNT_OF(companies) && day != TIE_NO_DATE; i++)
        for (size_t k = 0; k < TIE_COUNT_OF(places) && *period == 0; k++)
            *period = period_of(rows, places[k], companies[i], day);
}

static void set_periods(struct test_rows *rows, const struct test_rows *master)
{
    struct tie_movement *movements = TEST_ROWS(rows, MOVEMENT, movement);
    struct tie_invoice *invoices = TEST_ROWS(rows, INVOICE, invoice);

    for (size_t i = 0; i < rows->tables[TIE_DS_MOVEMENT].count; i++)
        set_period(rows, master, 0, movements[i].posting_date, &movements[i].period_id);
    for (size_t i = 0; i < rows->tables[TIE_DS_INVOICE].count; i++)
        set_period(rows, master, invoices[i].legal_entity_id, invoices[i].posting_date, &invoices[i].period_id);
}

void test_rows_end(struct test_rows *rows, const struct test_rows *master)
{
    for (int id = 0; id < TIE_DATASET_COUNT; id++) {
        const struct tie_dataset_info *info = tie_dataset((enum tie_dataset)id);

        for (size_t i = 0; i < rows->tables[id].count; i++)
            for (size_t k = 0; k < info->column_count; k++)
                if (info->columns[k].fallback[0] == '=')
                    copy_foreign(
                        rows, master, info, &info->columns[k], (char *)rows->tables[id].at + i * info->row_bytes);
    }
    set_shares(rows);
    set_periods(rows, master);
}

/* ---- the rest ---- */

void test_rows_init(struct test_rows *rows, const struct tie_pool *base)
{
    struct tie_error error;

    *rows = (struct test_rows){ .line = 0 };
    if (tie_arena_init(&rows->arena, ARENA_BYTES, &error) != TIE_OK)
        fail_msg("%s", error.text);
    tie_pool_init(&rows->pool, &rows->arena, base);
    for (int i = 0; i < TIE_DATASET_COUNT; i++)
        rows->tables[i].row_bytes = tie_dataset((enum tie_dataset)i)->row_bytes;
}

void test_rows_release(struct test_rows *rows)
{
    tie_arena_release(&rows->arena);
}

static void add_or_fail(struct test_rows *rows, struct tie_text line)
{
    struct tie_error error;

    if (test_rows_try(rows, line, &error) != TIE_OK)
        fail_msg("%s", error.text);
}

void test_rows_add(struct test_rows *rows, const char *line)
{
    add_or_fail(rows, tie_text_of(line));
}

void test_rows_text(struct test_rows *rows, const char *lines)
{
    struct tie_text rest = tie_text_of(lines);

    while (rest.size > 0)
        add_or_fail(rows, tie_text_cut(&rest, '\n'));
}

tie_str test_str(struct test_rows *rows, const char *text)
{
    return tie_pool_put(&rows->pool, tie_text_of(text));
}

tie_date test_date(const char *iso)
{
    tie_date date = TIE_NO_DATE;

    if (!tie_date_from_text(tie_text_of(iso), &date))
        fail_msg("\"%s\" is no date", iso);
    return date;
}

tie_dec test_dec(const char *text)
{
    tie_dec value = 0;

    if (tie_dec_from_text(tie_text_of(text), &value) != TIE_DEC_EXACT)
        fail_msg("\"%s\" is no number of at most six decimals", text);
    return value;
}
