/*
 * control.c - control totals: what the source says about a result, against what was read of it.
 *
 * The control query runs first, in the same snapshot; the names of its columns say which figures to keep while rows
 * pass, so a part without control pays nothing. Figures are over the rows as read, rejected ones included; a cell that
 * could not be read counts as nothing, one that was read and then refused by a rule (a sign) counts. Sums are 128 bits
 * of millionths and compared exactly; only where the source delivered more than six decimals may the sums lie one
 * millionth a rounded cell apart, since each was rounded by at most half of one. min_ and max_ of text are by bytes
 * (COLLATE "C" in PostgreSQL); of ids that the source delivers as integers, by number.
 */
#include "intake.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum figure_kind { FIGURE_ROWS, FIGURE_SUM, FIGURE_MIN, FIGURE_MAX };
enum { FIGURES_MAX = 64, SHOWN_BYTES = 128 };

struct figure {
    enum figure_kind kind;
    int column; /* -1: rows */
    const char *name;
    char *expected; /* as the control query delivered it, NULL: NULL */
    bool is_number; /* of min and max: values came as whole numbers */
    uint64_t rounded;
    tie_sum sum;
    bool has_best;
    int64_t best_number;
    struct tie_buf best;
};

struct tie_figures {
    struct tie_arena *arena;
    const struct tie_part_spec *part;
    const struct tie_dataset_info *dataset;
    struct tie_cell_rule rules[TIE_COLUMN_MAX];
    size_t count, rows_seen;
    uint64_t rows;
    uint64_t wanted; /* bit i: a figure is of column i */
    struct figure at[FIGURES_MAX];
};

struct tie_figures *tie_figures_new(
    struct tie_arena *arena, const struct tie_part_spec *part, const struct tie_zone *zone)
{
    struct tie_figures *figures = TIE_TAKE(arena, struct tie_figures, 1);

    figures->arena = arena;
    figures->part = part;
    figures->dataset = tie_dataset(part->dataset);
    for (size_t i = 0; i < figures->dataset->column_count; i++)
        tie_cell_rule_init(&figures->rules[i], figures->dataset, (int)i, part->maps, part->map_count, zone);
    return figures;
}

void tie_figures_free(struct tie_figures *figures)
{
    for (size_t i = 0; figures != NULL && i < figures->count; i++)
        tie_buf_release(&figures->at[i].best);
}

/* ---- what the control query says ---- */

static const struct {
    const char *prefix;
    enum figure_kind kind;
} kinds[] = { { "sum_", FIGURE_SUM }, { "min_", FIGURE_MIN }, { "max_", FIGURE_MAX } };

static bool parse_name(const struct tie_figures *figures, struct tie_text name, struct figure *figure)
{
    *figure = (struct figure){ .column = -1 };
    if (tie_text_is_nocase(name, "rows"))
        return true;
    for (size_t i = 0; i < TIE_COUNT_OF(kinds); i++) {
        const size_t skip = strlen(kinds[i].prefix);
        const struct tie_column *column = NULL;

        if (name.size <= skip || !tie_text_is_nocase((struct tie_text){ name.at, skip }, kinds[i].prefix))
            continue;
        figure->kind = kinds[i].kind;
        figure->column = tie_column_find(figures->dataset, (struct tie_text){ name.at + skip, name.size - skip });
        if (figure->column < 0)
            return false;
        column = &figures->dataset->columns[figure->column];
        if (figure->kind == FIGURE_SUM)
            return column->type == TIE_TYPE_DECIMAL || column->type == TIE_TYPE_INT;
        return column->key == TIE_KEY_PK;
    }
    return false;
}

/* Whoever wrote a query mends a query; a file is mended by whoever sends it. */
static enum tie_status fault(const struct tie_figures *figures)
{
    return figures->part->file == NULL ? TIE_CONFIG : TIE_DATA;
}

static const char *noun(const struct tie_figures *figures)
{
    return figures->part->file == NULL ? "query" : "file";
}

static enum tie_status control_begin(void *context, const struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_figures *figures = context;
    bool has_rows = false;

    tie_figures_free(figures);
    figures->count = figures->rows_seen = 0;
    figures->wanted = 0;
    if (shape->count > FIGURES_MAX)
        return tie_fail(err, fault(figures), "%s: %zu columns; a control %s may have %d", figures->part->control_path,
            shape->count, noun(figures), FIGURES_MAX);
    for (size_t i = 0; i < shape->count; i++) {
        struct figure *figure = &figures->at[i];

        if (!parse_name(figures, tie_text_trim(tie_text_of(shape->columns[i].name)), figure))
            return tie_fail(err, fault(figures),
                "%s: column %s of the control %s is unknown; allowed are rows, sum_<column> of a decimal or int "
                "column, "
                "min_<key> and max_<key> of a column of the primary key of %s",
                figures->part->control_path, shape->columns[i].name, noun(figures), figures->dataset->name);
        figure->name = tie_arena_strdup(figures->arena, shape->columns[i].name);
        tie_buf_init(&figure->best, 1 << 16);
        figures->count = i + 1;
        has_rows |= figure->kind == FIGURE_ROWS;
        figures->wanted |= figure->column < 0 ? 0 : UINT64_C(1) << figure->column;
    }
    if (!has_rows)
        return tie_fail(err, fault(figures), "%s: the control %s has no column \"rows\"; add %s",
            figures->part->control_path, noun(figures),
            figures->part->file == NULL ? "count(*) AS rows, quoted where the source wants it" : "the number of rows");
    return TIE_OK;
}

static enum tie_status control_row(void *context, const struct tie_raw *cells, struct tie_error *err)
{
    struct tie_figures *figures = context;

    if (++figures->rows_seen > 1)
        return tie_fail(err, fault(figures), "%s: the control %s delivers more than one row; it must deliver one",
            figures->part->control_path, noun(figures));
    for (size_t i = 0; i < figures->count; i++) {
        figures->at[i].expected = NULL;
        if (cells[i].is_integer)
            figures->at[i].expected = tie_arena_printf(figures->arena, "%lld", (long long)cells[i].integer);
        else if (!cells[i].is_null)
            figures->at[i].expected = tie_text_dup(figures->arena, tie_text_trim(cells[i].text));
    }
    return TIE_OK;
}

struct tie_row_sink tie_figures_sink(struct tie_figures *figures)
{
    return (struct tie_row_sink){ .begin = control_begin, .row = control_row, .context = figures };
}

enum tie_status tie_figures_check_read(const struct tie_figures *figures, struct tie_error *err)
{
    if (figures->rows_seen == 1)
        return TIE_OK;
    return tie_fail(err, fault(figures), "%s: the control %s delivers no row; it must deliver one",
        figures->part->control_path, noun(figures));
}

/* ---- what is read ---- */

void tie_figures_restart(struct tie_figures *figures)
{
    figures->rows = 0;
    for (size_t i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->at[i];

        figure->sum = 0;
        figure->rounded = 0;
        figure->has_best = figure->is_number = false;
        tie_buf_reset(&figure->best);
    }
}

bool tie_figures_want(const struct tie_figures *figures, int column)
{
    return (figures->wanted >> column & 1) != 0;
}

void tie_figures_row(struct tie_figures *figures)
{
    figures->rows++;
}

/* Below, equal to or above zero: the value against the best so far. */
static int compare_best(
    const struct tie_column *column, const struct figure *figure, const struct tie_cell *cell, bool is_number)
{
    int64_t number = 0, best = 0;

    if (column->type != TIE_TYPE_ID && column->type != TIE_TYPE_TEXT && column->type != TIE_TYPE_OPEN)
        return (cell->number > figure->best_number) - (cell->number < figure->best_number);
    if (is_number && tie_int_from_text(cell->text, &number) && tie_int_from_text(tie_buf_slice(&figure->best), &best))
        return (number > best) - (number < best);
    return tie_text_compare(cell->text, tie_buf_slice(&figure->best));
}

static void keep_best(
    const struct tie_column *column, struct figure *figure, const struct tie_cell *cell, bool is_number)
{
    if (tie_cell_is_none(column, cell))
        return;
    if (figure->has_best) {
        const int order = compare_best(column, figure, cell, is_number);

        if (figure->kind == FIGURE_MIN ? order >= 0 : order <= 0)
            return;
    }
    figure->has_best = true;
    figure->best_number = cell->number;
    tie_buf_reset(&figure->best);
    tie_cell_text(&figure->best, column, cell);
}

void tie_figures_cell(
    struct tie_figures *figures, int column, const struct tie_cell *cell, bool is_number, bool is_rounded)
{
    const struct tie_column *info = &figures->dataset->columns[column];

    for (size_t i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->at[i];

        if (figure->column != column)
            continue;
        figure->rounded += is_rounded;
        if (figure->kind != FIGURE_SUM)
            keep_best(info, figure, cell, is_number);
        else if (cell->number != TIE_NONE)
            figure->sum += info->type == TIE_TYPE_INT ? (tie_sum)cell->number * TIE_DEC_ONE : (tie_sum)cell->number;
    }
}

/* ---- comparison ---- */

/* [+-]digits[.digits] to 128 bits of millionths, rounded; tie_dec's 9.2e12 is too small for totals. */
static bool sum_from_text(const char *text, tie_sum *sum)
{
    const bool is_negative = text[0] == '-';
    unsigned digits = 0, decimals = 0;
    bool has_point = false, round_up = false;

    *sum = 0;
    for (text += text[0] == '-' || text[0] == '+'; *text != '\0'; text++) {
        if (*text == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!isdigit((unsigned char)*text))
            return false;
        if (decimals >= 6) {
            round_up |= decimals++ == 6 && *text >= '5';
            continue;
        }
        if (digits++ > 30)
            return false;
        *sum = *sum * 10 + (*text - '0');
        decimals += has_point;
    }
    for (unsigned i = decimals > 6 ? 6 : decimals; i < 6; i++)
        *sum *= 10;
    *sum += round_up;
    *sum = is_negative ? -*sum : *sum;
    return digits > 0;
}

static bool sum_agrees(const struct figure *figure, const char *expected)
{
    tie_sum sum = 0, gap = 0;

    if (!sum_from_text(expected, &sum))
        return false;
    gap = sum > figure->sum ? sum - figure->sum : figure->sum - sum;
    return gap <= (tie_sum)figure->rounded;
}

static bool best_agrees(const struct tie_figures *figures, const struct figure *figure)
{
    const struct tie_column *column = &figures->dataset->columns[figure->column];
    char room[TIE_CELL_ROOM];
    struct tie_raw raw = { .text = tie_text_of(figure->expected) };
    struct tie_cell cell = tie_cell_none(column);
    struct tie_buf text, reason;
    bool agrees = false;

    if (figure->expected == NULL || figure->expected[0] == '\0')
        return !figure->has_best;
    tie_buf_init(&text, 1 << 16);
    tie_buf_init(&reason, 4096);
    if (tie_cell_read(&figures->rules[figure->column], &raw, &cell, room, &reason) != TIE_CELL_BAD) {
        tie_cell_text(&text, column, &cell);
        agrees = figure->has_best && tie_text_equal(tie_buf_slice(&text), tie_buf_slice(&figure->best));
    }
    tie_buf_release(&text);
    tie_buf_release(&reason);
    return agrees;
}

static enum tie_status refuse(const struct tie_figures *figures, const struct figure *figure,
    const struct tie_control *control, uint64_t rejected, struct tie_error *err)
{
    char also[128] = "";

    if (rejected > 0)
        (void)snprintf(also, sizeof also, "; %llu rows were rejected, whose unreadable cells count as nothing",
            (unsigned long long)rejected);
    return tie_fail(err, TIE_DATA, "%s: control figure %s of %s is %s at the source, but %s was read (FIN-05)%s; %s",
        figures->part->title, control->name, figures->part->control_path,
        figure->expected == NULL ? "NULL" : control->expected, control->found, also,
        figures->part->file == NULL ? "make both queries select the same rows"
                                    : "the file is not what was sent, or its control is of another");
}

enum tie_status tie_figures_compare(
    struct tie_arena *arena, struct tie_figures *figures, struct tie_part_result *result, struct tie_error *err)
{
    struct tie_control *controls = TIE_TAKE(arena, struct tie_control, figures->count + 1);
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->at[i];
        struct tie_control *control = &controls[i];
        const bool is_best = figure->kind == FIGURE_MIN || figure->kind == FIGURE_MAX;
        char shown[SHOWN_BYTES] = "0";

        control->name = figure->name;
        control->expected = figure->expected == NULL ? "" : figure->expected;
        if (figure->kind == FIGURE_ROWS)
            figure->sum = (tie_sum)figures->rows * TIE_DEC_ONE;
        if (is_best)
            control->found = figure->has_best ? tie_text_dup(arena, tie_buf_slice(&figure->best)) : "";
        else if (tie_sum_print(figure->sum, shown) > 0)
            control->found = tie_arena_strdup(arena, shown);
        control->is_equal = is_best ? best_agrees(figures, figure)
                                    : sum_agrees(figure, figure->expected == NULL ? "0" : figure->expected);
        if (!control->is_equal && status == TIE_OK)
            status = refuse(figures, figure, control, result->rejected, err);
    }
    result->controls = controls;
    result->control_count = figures->count;
    return status;
}
