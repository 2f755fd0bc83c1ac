/*
 * workbook_details.c - sheets that are one table of findings: the families, Carried over, Cleared, Corrections.
 *
 * Four rows of head (title, sentence, bands, headings), then one row a finding. Columns that the layout does not
 * name stand behind the others in a folded group, so that the sheet is calm and still complete. A finding that is
 * secondary is greyed: its money stands at its primary.
 */
#include "workbook.h"

#include <stdio.h>
#include <string.h>

#define HEAD_ROW 3

static const enum style styles_of[FORMAT_COUNT_OF] = { [FORMAT_TEXT] = STYLE_TEXT,
    [FORMAT_ID] = STYLE_ID,
    [FORMAT_WRAP] = STYLE_WRAP,
    [FORMAT_TAG] = STYLE_TAG,
    [FORMAT_DATE] = STYLE_DATE,
    [FORMAT_QUANTITY] = STYLE_QUANTITY,
    [FORMAT_AMOUNT] = STYLE_AMOUNT0,
    [FORMAT_COUNT] = STYLE_COUNT };

/* ---- cells ---- */

/* Row ids as the CSV joins them. */
static const char *join(struct book *book, const struct tie_id_list *ids)
{
    size_t size = 1;
    char *joined = NULL, *at = NULL;

    if (ids->count == 0)
        return "";
    for (size_t i = 0; i < ids->count; i++)
        size += 3 * strlen(ids->at[i]) + 1;
    joined = at = tie_arena_take(book->arena, size);
    for (size_t i = 0; i < ids->count; i++) {
        if (i > 0)
            *at++ = ';';
        for (const char *c = ids->at[i]; *c != '\0'; c++) {
            if (*c == ';') {
                memcpy(at, "%3B", 3);
                at += 3;
            } else {
                *at++ = *c;
            }
        }
    }
    *at = '\0';
    return joined;
}

static void write_number(
    struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, const struct value *value, enum format format)
{
    const enum style style = format == FORMAT_AMOUNT
        ? pen_amount_style(STYLE_AMOUNT0, value->currency == NULL ? "" : value->currency)
        : styles_of[format];

    if (value->number == TIE_NONE)
        pen_blank(book, sheet, row, col, style);
    else if (value->kind == VALUE_DATE)
        pen_date(book, sheet, row, col, style, (tie_date)value->number);
    else if (value->kind == VALUE_COUNT)
        pen_decimal(book, sheet, row, col, style, (tie_sum)value->number * TIE_DEC_ONE);
    else
        pen_decimal(book, sheet, row, col, style, value->number);
}

static struct place place_of_rows(const struct book *book, const struct sheet *sheet, size_t list, size_t finding)
{
    size_t row = SIZE_MAX;

    if (sheet->layout->kind == SHEET_FAMILY && (list == SIZE_MAX || sheet->links_lists))
        for (size_t i = list == SIZE_MAX ? 0 : list; row == SIZE_MAX && i < (list == SIZE_MAX ? 4 : list + 1); i++)
            row = book->ids_of[i][finding];
    return row == SIZE_MAX ? (struct place){ NO_PLACE, 0 } : book->evidence_place[row];
}

static void write_cell(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, const struct item *item)
{
    const struct layout_column *const look = &sheet->layout->columns[col];
    char scratch[COLUMN_SCRATCH];
    const struct value value = column_value(look->column, item, scratch);
    const size_t finding = item->kept != NULL ? 0 : (size_t)(item->finding - book->report->findings->at);
    struct place place = { NO_PLACE, 0 };

    if (value.kind == VALUE_IDS) {
        if (item->kept == NULL)
            place = place_of_rows(book, sheet, look->list, finding);
        pen_link(book, sheet, row, col, place.sheet == NO_PLACE ? styles_of[look->format] : STYLE_LINK, place,
            join(book, value.ids));
    } else if (value.kind != VALUE_TEXT) {
        write_number(book, sheet, row, col, &value, look->format);
    } else if (look->is_finding_id) {
        if (sheet->layout->kind == SHEET_CORRECTIONS)
            place = book->finding_place[finding];
        else if (item->kept == NULL)
            place = place_of_rows(book, sheet, SIZE_MAX, finding);
        pen_link(book, sheet, row, col, STYLE_LINK, place, value.text);
    } else {
        pen_text(book, sheet, row, col, styles_of[look->format], value.text);
    }
}

/* ---- head ---- */

static enum style head_of(enum format format)
{
    if (format == FORMAT_QUANTITY || format == FORMAT_AMOUNT || format == FORMAT_COUNT)
        return STYLE_HEAD_RIGHT;
    if (format == FORMAT_WRAP)
        return STYLE_HEAD_WRAP;
    return format == FORMAT_TAG || format == FORMAT_DATE ? STYLE_HEAD_CENTRE : STYLE_HEAD;
}

/* A row is as high as its longest wrapped text: not every program fits rows when it opens a file. */
static size_t lines_of(const struct sheet *sheet, const struct item *item)
{
    char scratch[COLUMN_SCRATCH];
    size_t most = 1;

    for (size_t i = 0; i < sheet->layout->column_count; i++) {
        const struct layout_column *const look = &sheet->layout->columns[i];
        size_t lines = 0;

        if (look->format != FORMAT_WRAP || look->is_rest || look->column->kind != VALUE_TEXT)
            continue;
        lines = pen_lines(column_value(look->column, item, scratch).text, look->width);
        most = lines > most ? lines : most;
    }
    return most;
}

/* Paper ends where the lists of source rows begin: they are for clicking. */
static void set_print_area(struct book *book, struct sheet *sheet, lxw_row_t last)
{
    size_t end = 0;

    while (end < sheet->layout->column_count && !sheet->layout->columns[end].is_rest &&
        sheet->layout->columns[end].column->kind != VALUE_IDS)
        end++;
    if (end > 0)
        pen_failed(book, sheet, 0, tie_lxw.worksheet_print_area(sheet->at, 0, 0, last, (lxw_col_t)(end - 1)));
}

static void write_bands(struct book *book, struct sheet *sheet)
{
    const struct layout_sheet *const layout = sheet->layout;

    pen_row(book, sheet, HEAD_ROW - 1, 18);
    for (size_t i = 0, end = 0; i < layout->column_count; i = end) {
        for (end = i + 1; end < layout->column_count &&
             strcmp(layout->columns[end].band, layout->columns[i].band) == 0 &&
             layout->columns[end].is_rest == layout->columns[i].is_rest;)
            end++;
        if (layout->columns[i].band[0] == '\0')
            end = i + 1;
        pen_merge(book, sheet, HEAD_ROW - 1, (lxw_col_t)i, (lxw_col_t)(end - 1), STYLE_BAND, layout->columns[i].band);
    }
}

static void set_columns(struct book *book, struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->layout->column_count; i++) {
        const struct layout_column *const column = &sheet->layout->columns[i];
        const lxw_col_t at = (lxw_col_t)i;
        lxw_row_col_options fold = { .hidden = 1, .level = 1 };

        pen_failed(book, sheet, 0,
            column->is_rest ? tie_lxw.worksheet_set_column_opt(sheet->at, at, at, column->width, NULL, &fold)
                            : tie_lxw.worksheet_set_column(sheet->at, at, at, column->width, NULL));
    }
}

static const char *sentence(struct book *book, const struct sheet *sheet)
{
    const char *const noun = sheet->layout->kind == SHEET_CORRECTIONS ? "documents" : "discrepancies";
    const char *const note = sheet->layout->note;
    const char *text = sheet->count == 0
        ? tie_arena_printf(book->arena, "%s None in this run.", note)
        : tie_arena_printf(book->arena, "%s %u %s, largest first.", note, (unsigned)sheet->count, noun);

    if (sheet->count > 0 && sheet->layout->kind != SHEET_FAMILY)
        text = tie_arena_printf(book->arena, "%s %u %s.", note, (unsigned)sheet->count, noun);
    if (sheet->links_wanted > book->layout.link_limit)
        text = tie_arena_printf(book->arena, "%s Links end after %u: Excel takes no more on a sheet.", text,
            (unsigned)book->layout.link_limit);
    else if (!sheet->links_lists)
        text = tie_arena_printf(book->arena, "%s Only the finding links to its rows: Excel takes %u links a sheet.",
            text, (unsigned)book->layout.link_limit);
    return text;
}

/* ---- colours that follow the words ---- */

static const struct {
    const char *column, *word;
    enum colour tint;
} tints[] = {
    { "severity", "S1", COLOUR_BAD_WASH },
    { "severity", "S2", COLOUR_WARN_WASH },
    { "severity", "S4", COLOUR_GREY },
    { "status", "new", COLOUR_WARN_WASH },
    { "status", "reopened", COLOUR_BAD_WASH },
    { "status", "pending", COLOUR_GREY },
    { "status", "accepted", COLOUR_GOOD_WASH },
    { "status", "explained", COLOUR_GOOD_WASH },
    { "status", "corrected", COLOUR_GOOD_WASH },
    { "exported", "yes", COLOUR_GOOD_WASH },
    { "exported", "no", COLOUR_GREY },
};

static int column_at(const struct sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->layout->column_count; i++)
        if (strcmp(sheet->layout->columns[i].column->name, name) == 0)
            return (int)i;
    return -1;
}

static void tint(struct book *book, struct sheet *sheet, lxw_row_t last)
{
    char quoted[32];

    for (size_t i = 0; i < TIE_COUNT_OF(tints); i++) {
        const int at = column_at(sheet, tints[i].column);
        lxw_conditional_format rule = { .type = LXW_CONDITIONAL_TYPE_CELL,
            .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
            .format = book->tints[tints[i].tint] };

        if (at < 0)
            continue;
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", tints[i].word);
        rule.value_string = quoted;
        pen_failed(book, sheet, 0,
            tie_lxw.worksheet_conditional_format_range(
                sheet->at, DETAIL_HEAD_ROWS, (lxw_col_t)at, last, (lxw_col_t)at, &rule));
    }
}

static void grey_secondary(struct book *book, struct sheet *sheet, lxw_row_t last)
{
    const int at = column_at(sheet, "primary");
    char name[8], formula[32];
    lxw_conditional_format rule = { .type = LXW_CONDITIONAL_TYPE_FORMULA, .format = book->tints[COLOUR_GREY] };

    if (at < 0 || sheet->layout->kind != SHEET_FAMILY)
        return;
    tie_lxw.lxw_col_to_name(name, (lxw_col_t)at, 1);
    (void)snprintf(formula, sizeof formula, "=%s%d<>\"yes\"", name, DETAIL_HEAD_ROWS + 1);
    rule.value_string = formula;
    pen_failed(book, sheet, 0,
        tie_lxw.worksheet_conditional_format_range(
            sheet->at, DETAIL_HEAD_ROWS, 0, last, (lxw_col_t)(sheet->layout->column_count - 1), &rule));
}

void write_details(struct book *book, struct sheet *sheet)
{
    const size_t count = sheet->layout->column_count;
    const lxw_row_t last = DETAIL_HEAD_ROWS + (sheet->count > 0 ? sheet->count - 1 : 0);

    set_columns(book, sheet);
    pen_page(book, sheet, HEAD_ROW);
    pen_title(book, sheet, sentence(book, sheet));
    write_bands(book, sheet);
    pen_row(book, sheet, HEAD_ROW, 34);
    for (size_t i = 0; i < count; i++)
        pen_text(book, sheet, HEAD_ROW, (lxw_col_t)i, head_of(sheet->layout->columns[i].format),
            sheet->layout->columns[i].heading);
    for (uint32_t i = 0; i < sheet->count && book->error.status == TIE_OK; i++) {
        const struct item item = plan_item(book, sheet, i);
        const struct tie_arena_mark mark = tie_arena_mark(book->arena);

        pen_lined_row(book, sheet, DETAIL_HEAD_ROWS + i, lines_of(sheet, &item));
        for (size_t col = 0; col < count; col++)
            write_cell(book, sheet, DETAIL_HEAD_ROWS + i, (lxw_col_t)col, &item);
        tie_arena_back_to(book->arena, mark);
    }
    tie_lxw.worksheet_freeze_panes(sheet->at, DETAIL_HEAD_ROWS, 1);
    set_print_area(book, sheet, last);
    pen_failed(book, sheet, 0, tie_lxw.worksheet_autofilter(sheet->at, HEAD_ROW, 0, last, (lxw_col_t)(count - 1)));
    if (sheet->count > 0) {
        tint(book, sheet, last);
        grey_secondary(book, sheet, last);
    }
}
