/*
 * cells.c - what is decided from several cells of a row: defaults, signs, "one of the two is needed"; and which types
 * of the source may fill which types of the model.
 *
 * Rows of tables, not code per dataset: a rule names dataset and columns by text and is looked up once a part.
 * Defaults that need another row (=customer.country, =order, =base_uom) are left empty here; the loader finds them
 * when the other row is at hand. A default is no evidence: it never makes a column count as delivered.
 */
#include "driver.h"

#include <string.h>

struct tie_cell tie_cell_none(const struct tie_column *column)
{
    switch (column->type) {
    case TIE_TYPE_DATE: return (struct tie_cell){ .text = { "", 0 }, .number = TIE_NO_DATE };
    case TIE_TYPE_INSTANT:
    case TIE_TYPE_DECIMAL:
    case TIE_TYPE_RATE:
    case TIE_TYPE_INT: return (struct tie_cell){ .text = { "", 0 }, .number = TIE_NONE };
    case TIE_TYPE_ID:
    case TIE_TYPE_TEXT:
    case TIE_TYPE_OPEN:
    case TIE_TYPE_HASH:
    case TIE_TYPE_WORD: /* TIE_W_EMPTY */
    case TIE_TYPE_BOOL: /* a bool has no empty form in a row: not said is no */ break;
    }
    return (struct tie_cell){ .text = { "", 0 }, .number = 0 };
}

bool tie_type_holds_text(enum tie_type type)
{
    return type == TIE_TYPE_ID || type == TIE_TYPE_TEXT || type == TIE_TYPE_OPEN || type == TIE_TYPE_HASH;
}

bool tie_cell_is_none(const struct tie_column *column, const struct tie_cell *cell)
{
    if (tie_type_holds_text(column->type))
        return cell->text.size == 0;
    return column->type != TIE_TYPE_BOOL && cell->number == tie_cell_none(column).number;
}

/* ---- defaults ---- */

/* data-model.md 1: for share_* "=decision_class" is 1 for warranty and contract, 0 for chargeable. */
static int64_t share_of(int64_t decision_class)
{
    if (decision_class == TIE_W_WARRANTY || decision_class == TIE_W_CONTRACT)
        return TIE_DEC_ONE;
    return decision_class == TIE_W_CHARGEABLE ? 0 : TIE_NONE;
}

static void copy_default(
    const struct tie_column *to, struct tie_cell *cell, const struct tie_column *from, const struct tie_cell *source)
{
    if (tie_type_holds_text(to->type) && tie_type_holds_text(from->type))
        cell->text = source->text;
    else if (tie_type_holds_text(to->type) && from->type == TIE_TYPE_WORD)
        cell->text = tie_text_of(tie_word_text((enum tie_word)source->number));
    else if (to->type == TIE_TYPE_DECIMAL && from->type == TIE_TYPE_WORD)
        cell->number = share_of(source->number);
    else if (to->type == from->type)
        cell->number = source->number;
    /* else the default is a look-up (period_id from posting_date): left to the loader */
}

void tie_defaults_init(struct tie_defaults *defaults, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, const bool *delivered)
{
    defaults->count = 0;
    for (size_t i = 0; i < dataset->column_count; i++)
        if (delivered[i] && dataset->columns[i].type != TIE_TYPE_BOOL &&
            (rules[i].has_fallback || rules[i].copy_from >= 0))
            defaults->columns[defaults->count++] = (int)i;
}

void tie_cells_complete(const struct tie_defaults *defaults, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, struct tie_cell *cells, size_t rows, size_t stride)
{
    for (size_t i = 0; i < defaults->count; i++) {
        const int at = defaults->columns[i], from = rules[at].copy_from;
        const struct tie_column *column = &dataset->columns[at];
        const bool is_text = tie_type_holds_text(column->type);
        const int64_t none = rules[at].none.number;
        struct tie_cell *row = cells;

        for (size_t r = 0; r < rows; r++, row += stride) {
            if (is_text ? row[at].text.size > 0 : row[at].number != none)
                continue;
            if (rules[at].has_fallback)
                row[at] = rules[at].fallback;
            else
                copy_default(column, &row[at], &dataset->columns[from], &row[from]);
        }
    }
}

/* ---- rules over several cells ---- */

static int column_of(const struct tie_dataset_info *dataset, const char *name)
{
    const int column = tie_column_find(dataset, tie_text_of(name));

    TIE_ASSERT(column >= 0);
    return column;
}

/* One of the columns is needed in a row: at least one of `either`, or all of `or_both`. */
static const struct need {
    enum tie_dataset dataset;
    const char *either, *or_first, *or_second;
    const char *reason;
} needs[] = {
    { TIE_DS_USAGE_LINE, "device_at", "server_at", "server_at",
        "device_at and server_at are empty; one of the two is needed." },
    { TIE_DS_TIME_ENTRY, "minutes", "start_at", "end_at", "minutes is empty; give minutes, or start_at and end_at." },
};

/* Which way goods of a class go: +1 out to the job, -1 back. Classes that are not named go either way. */
static const struct direction {
    enum tie_word class;
    int sign;
} directions[] = {
    { TIE_W_ISSUE_WO, 1 },
    { TIE_W_ISSUE_CC, 1 },
    { TIE_W_RETURN_WO, -1 },
    { TIE_W_RETURN_CC, -1 },
    { TIE_W_CORE_IN, -1 },
};

void tie_judge_init(struct tie_judge *judge, const struct tie_dataset_info *dataset)
{
    *judge = (struct tie_judge){ .needs = NULL };
    for (size_t i = 0; i < TIE_COUNT_OF(needs); i++) {
        if (needs[i].dataset != dataset->id)
            continue;
        judge->needs = needs[i].reason;
        judge->either = column_of(dataset, needs[i].either);
        judge->first = column_of(dataset, needs[i].or_first);
        judge->second = column_of(dataset, needs[i].or_second);
    }
    if (dataset->id != TIE_DS_MOVEMENT)
        return;
    judge->has_signs = true;
    for (size_t i = 0; i < TIE_COUNT_OF(directions); i++)
        judge->sign_of[directions[i].class] = directions[i].sign;
    judge->class = column_of(dataset, "movement_class");
    judge->reverses = column_of(dataset, "reverses_mov_id");
    judge->signs[0] = column_of(dataset, "quantity");
    judge->signs[1] = column_of(dataset, "base_quantity");
    judge->signs[2] = column_of(dataset, "cost_amount");
}

static int judge_signs(const struct tie_judge *judge, const struct tie_dataset_info *dataset, const bool *delivered,
    const struct tie_cell *cells, struct tie_buf *reason)
{
    const int64_t class = cells[judge->class].number;
    int sign = judge->sign_of[class];

    if (cells[judge->reverses].text.size > 0)
        sign = 0; /* a reversal may have either sign */
    for (size_t i = 0; sign != 0 && i < TIE_COUNT_OF(judge->signs); i++) {
        const int column = judge->signs[i];
        const int64_t number = cells[column].number;
        char shown[TIE_DEC_TEXT_MAX];

        if (!delivered[column] || number == TIE_NONE || (sign > 0 ? number >= 0 : number <= 0))
            continue;
        tie_dec_print(number, shown);
        tie_buf_reset(reason);
        tie_buf_printf(reason,
            "movement.%s %s does not fit %s, which %s stock: %s is allowed. Turn the sign in the query, or name "
            "the document that is reversed in reverses_mov_id.",
            dataset->columns[column].name, shown, tie_word_text((enum tie_word) class),
            sign > 0 ? "leaves" : "comes back into", sign > 0 ? "zero or more" : "zero or less");
        return column;
    }
    return -1;
}

int tie_cells_judge(const struct tie_judge *judge, const struct tie_dataset_info *dataset, const bool *delivered,
    const struct tie_cell *cells, struct tie_buf *reason)
{
    if (judge->needs != NULL && cells[judge->either].number == TIE_NONE &&
        (cells[judge->first].number == TIE_NONE || cells[judge->second].number == TIE_NONE)) {
        tie_buf_reset(reason);
        tie_buf_printf(reason, "%s.%s", dataset->name, judge->needs);
        return judge->either;
    }
    return judge->has_signs ? judge_signs(judge, dataset, delivered, cells, reason) : -1;
}

/* ---- printing ---- */

void tie_cell_text(struct tie_buf *out, const struct tie_column *column, const struct tie_cell *cell)
{
    char text[64] = "";

    if (tie_type_holds_text(column->type)) {
        tie_buf_put(out, cell->text.at, cell->text.size);
        return;
    }
    if (tie_cell_is_none(column, cell))
        return;
    switch (column->type) {
    case TIE_TYPE_WORD: tie_buf_text(out, tie_word_text((enum tie_word)cell->number)); return;
    case TIE_TYPE_BOOL: tie_buf_text(out, cell->number != 0 ? "yes" : "no"); return;
    case TIE_TYPE_DATE: tie_date_print((tie_date)cell->number, text); break;
    case TIE_TYPE_INSTANT: tie_instant_print(cell->number, text); break;
    case TIE_TYPE_DECIMAL: tie_dec_print(cell->number, text); break;
    case TIE_TYPE_RATE: tie_rate_print(cell->number, text); break;
    case TIE_TYPE_INT:
    case TIE_TYPE_ID:
    case TIE_TYPE_TEXT:
    case TIE_TYPE_OPEN:
    case TIE_TYPE_HASH: tie_buf_printf(out, "%lld", (long long)cell->number); return;
    }
    tie_buf_text(out, text);
}

/* ---- which kind may fill which type ---- */

/* Columns of the table: text integer decimal float date naive instant bool unknown refused. '+' yes, 'f' only with
 * allow_float, '-' no. A naive value in a date column is judged row by row (midnight only). */
static const char *const fits[] = {
    [TIE_TYPE_ID] = "+++-+++-+-",
    [TIE_TYPE_TEXT] = "+++++++++-",
    [TIE_TYPE_OPEN] = "+++-+--++-",
    [TIE_TYPE_WORD] = "+++----++-",
    [TIE_TYPE_DATE] = "+---++--+-",
    [TIE_TYPE_INSTANT] = "+---+++-+-",
    [TIE_TYPE_DECIMAL] = "+++f----+-",
    [TIE_TYPE_BOOL] = "+++----++-",
    [TIE_TYPE_RATE] = "+++f----+-",
    [TIE_TYPE_INT] = "+++-----+-",
    [TIE_TYPE_HASH] = "+-------+-",
};

/* What to write in the query instead, by the column's type. */
static const char *const casts[] = {
    [TIE_TYPE_ID] = "cast it to a text or integer type",
    [TIE_TYPE_TEXT] = "cast it to a text type",
    [TIE_TYPE_OPEN] = "cast it to a text type",
    [TIE_TYPE_WORD] = "cast it to a text type",
    [TIE_TYPE_DATE] = "make a local date of it, such as CAST(x AT TIME ZONE 'Europe/Brussels' AS date)",
    [TIE_TYPE_INSTANT] = "cast it to a timestamp type",
    [TIE_TYPE_DECIMAL] = "cast it to an exact type such as numeric(18,6)",
    [TIE_TYPE_BOOL] = "cast it to boolean, or to a text of yes and no",
    [TIE_TYPE_RATE] = "cast it to an exact type such as numeric(18,12)",
    [TIE_TYPE_INT] = "cast it to an integer type",
    [TIE_TYPE_HASH] = "write it as 64 hex digits, such as encode(x, 'hex')",
};

const char *tie_cell_kind_trouble(struct tie_arena *arena, const struct tie_column *column, enum tie_raw_kind kind,
    const char *type, bool allow_float)
{
    const char mark = fits[column->type][kind];
    const char *shown = type[0] == '\0' ? "this type" : type;

    if (mark == '+' || (mark == 'f' && allow_float))
        return NULL;
    if (mark == 'f')
        return tie_arena_printf(arena,
            "%s is a binary float, which can't hold decimal amounts exactly; %s, or list the column in "
            "allow_float",
            shown, casts[column->type]);
    return tie_arena_printf(arena, "%s can't be read into %s, a column of type %s; %s", shown, column->name,
        tie_type_name(column->type), casts[column->type]);
}
