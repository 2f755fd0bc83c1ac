/*
 * sample_book.c - sample.xlsx: the sheets in order, and Selection, which the auditor fills in.
 *
 * `tieout evaluate` reads Selection and Design by the names in their first row, so nothing may stand above it: what
 * people must be told stands on Guide. Cells to be filled in are coloured, turn white once they hold something, and
 * take amounts or yes only. Colours are fixed here and not read from a layout: a sample must look alike in every job
 * that an auditor sees. Rejected: protecting the other cells; a protected sheet can't be sorted, and a changed row is
 * found by its digest.
 */
#include "sample_book.h"

#include <string.h>

#define MEMORY_CELLS 400000
#define LINKS_LIMIT 65000

static const char *const sheet_names[SAMPLE_SHEET_COUNT] = { [SAMPLE_SELECTION] = "Selection",
    [SAMPLE_EVIDENCE] = "Evidence",
    [SAMPLE_DESIGN] = "Design",
    [SAMPLE_GUIDE] = "Guide" };

static const struct layout look = { .title = "Audit sample",
    .font = "Calibri",
    .colours = { [COLOUR_INK] = 0x262626,
        [COLOUR_ACCENT] = 0x1F4E79,
        [COLOUR_GREY] = 0x7F7F7F,
        [COLOUR_LINE] = 0xD9D9D9,
        [COLOUR_WASH] = 0xF2F5F8,
        [COLOUR_BAD] = 0xA61C1C,
        [COLOUR_WARN] = 0x8A5A00,
        [COLOUR_GOOD] = 0x2E6B3A,
        [COLOUR_BAD_WASH] = 0xF9E4E2,
        [COLOUR_WARN_WASH] = 0xFFF2CC,
        [COLOUR_GOOD_WASH] = 0xE5F1E7 },
    .row_limit = 1000000,
    .link_limit = LINKS_LIMIT,
    .memory_cells = MEMORY_CELLS };

/* ---- Selection ---- */

static void write_fill(struct book *book, struct sheet *sheet, lxw_row_t row, size_t column)
{
    const char *name = sample_columns[column].name;
    const enum style style = strcmp(name, "audit_amount") == 0
        ? pen_amount_style(STYLE_FILL_AMOUNT0, book->report->reporting_currency)
        : strcmp(name, "not_auditable") == 0 ? STYLE_FILL_TAG
                                             : STYLE_FILL_TEXT;

    pen_blank(book, sheet, row, (lxw_col_t)column, style);
}

static void write_cell(struct book *book, struct sheet *sheet, const struct sample_view *view, size_t pick,
    size_t column, const struct place *places)
{
    static const enum style styles[] = { [SAMPLE_TEXT] = STYLE_WRAP, [SAMPLE_ID] = STYLE_ID, [SAMPLE_TAG] = STYLE_TAG };
    const struct sample_column *c = &sample_columns[column];
    const struct sample_value value = c->get(view, pick);
    const lxw_row_t row = (lxw_row_t)pick + 1;
    const lxw_col_t col = (lxw_col_t)column;

    switch (c->kind) {
    case SAMPLE_COUNT: pen_count(book, sheet, row, col, STYLE_TAG, (uint64_t)value.number); return;
    case SAMPLE_DATE: pen_date(book, sheet, row, col, STYLE_DATE, (tie_date)value.number); return;
    case SAMPLE_FILL: write_fill(book, sheet, row, column); return;
    case SAMPLE_AMOUNT:
        if (value.number == TIE_NONE)
            pen_blank(book, sheet, row, col, STYLE_TEXT);
        else
            pen_decimal(
                book, sheet, row, col, pen_amount_style(STYLE_AMOUNT0, book->report->reporting_currency), value.number);
        return;
    case SAMPLE_TEXT:
    case SAMPLE_ID:
    case SAMPLE_TAG: break;
    }
    if (c->only_book && places[pick].sheet != NO_PLACE)
        pen_link(book, sheet, row, col, STYLE_LINK, places[pick], value.text);
    else
        pen_text(book, sheet, row, col, styles[c->kind], value.text);
}

static char *words(struct book *book, const char *text)
{
    return tie_arena_strdup(book->arena, text); /* the library wants them writable */
}

static void set_validation(
    struct book *book, struct sheet *sheet, const char *name, lxw_row_t last, lxw_data_validation *rule)
{
    const lxw_col_t col = (lxw_col_t)sample_column_at(name);

    rule->ignore_blank = LXW_VALIDATION_ON;
    rule->input_title = words(book, name);
    pen_failed(book, sheet, 1, tie_lxw.worksheet_data_validation_range(sheet->at, 1, col, last, col, rule));
}

/* Amounts and yes only; a cell that holds something is no longer yellow. */
static void set_rules(struct book *book, struct sheet *sheet, lxw_row_t last)
{
    char *answers[] = { words(book, "yes"), NULL };
    lxw_data_validation number = { .validate = LXW_VALIDATION_TYPE_DECIMAL,
        .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
        .minimum_number = -9.2e12,
        .maximum_number = 9.2e12,
        .input_message = words(book,
            "book_amount less what was lost, plus what was billed too much. Nothing wrong: book_amount again. Nothing "
            "recovered: 0."),
        .error_title = words(book, "No amount"),
        .error_message = words(book,
            "Write a number, e.g. 1234.50. Can't be found out: leave it empty and choose yes under not_auditable.") };
    lxw_data_validation list = { .validate = LXW_VALIDATION_TYPE_LIST,
        .value_list = answers,
        .input_message = words(book, "yes: it can't be found out. The order then counts as not recovered at all."),
        .error_title = words(book, "yes or empty"),
        .error_message = words(book, "Choose yes, or leave the cell empty.") };
    lxw_conditional_format filled = { .type = LXW_CONDITIONAL_TYPE_NO_BLANKS, .format = book->tints[COLOUR_GOOD_WASH] };

    set_validation(book, sheet, "audit_amount", last, &number);
    set_validation(book, sheet, "not_auditable", last, &list);
    pen_failed(book, sheet, 1,
        tie_lxw.worksheet_conditional_format_range(sheet->at, 1, (lxw_col_t)sample_column_at("audit_amount"), last,
            (lxw_col_t)sample_column_at("audit_note"), &filled));
}

static enum style head_style(const struct sample_column *column)
{
    static const enum style styles[] = { [SAMPLE_TEXT] = STYLE_HEAD,
        [SAMPLE_ID] = STYLE_HEAD,
        [SAMPLE_TAG] = STYLE_HEAD_CENTRE,
        [SAMPLE_DATE] = STYLE_HEAD_CENTRE,
        [SAMPLE_COUNT] = STYLE_HEAD_CENTRE,
        [SAMPLE_AMOUNT] = STYLE_HEAD_RIGHT,
        [SAMPLE_FILL] = STYLE_HEAD_CENTRE };

    return styles[column->kind];
}

static void write_selection(
    struct book *book, struct sheet *sheet, const struct sample_view *view, const struct place *places)
{
    const size_t count = view->pack->sample.pick_count;

    for (size_t c = 0; c < sample_column_count; c++)
        pen_failed(book, sheet, 0,
            tie_lxw.worksheet_set_column(sheet->at, (lxw_col_t)c, (lxw_col_t)c, sample_columns[c].width, NULL));
    pen_page(book, sheet, 0);
    pen_failed(book, sheet, 0, tie_lxw.worksheet_repeat_rows(sheet->at, 0, 0));
    pen_row(book, sheet, 0, 24);
    for (size_t c = 0; c < sample_column_count; c++)
        pen_text(book, sheet, 0, (lxw_col_t)c, head_style(&sample_columns[c]), sample_columns[c].name);
    for (size_t i = 0; i < count && book->error.status == TIE_OK; i++) {
        const struct tie_arena_mark mark = tie_arena_mark(book->arena);

        pen_lined_row(book, sheet, (lxw_row_t)i + 1,
            pen_lines(view->findings[i], sample_columns[sample_column_at("findings")].width));
        for (size_t c = 0; c < sample_column_count; c++)
            write_cell(book, sheet, view, i, c, places);
        tie_arena_back_to(book->arena, mark);
    }
    tie_lxw.worksheet_freeze_panes(sheet->at, 1, 2);
    if (count == 0)
        return;
    pen_failed(book, sheet, 0,
        tie_lxw.worksheet_autofilter(sheet->at, 0, 0, (lxw_row_t)count, (lxw_col_t)(sample_column_count - 1)));
    set_rules(book, sheet, (lxw_row_t)count);
}

/* ---- the workbook ---- */

enum tie_status sample_book_write(struct sample_view *view, const char *folder, struct tie_error *err)
{
    struct book book = { .arena = view->arena, .report = view->report, .file_name = "sample.xlsx", .layout = look };
    struct place *places = TIE_TAKE(view->arena, struct place, view->pack->sample.pick_count + 1);
    enum tie_status status = TIE_OK;

    for (int i = 0; i < SAMPLE_SHEET_COUNT; i++)
        TIE_PUSH(book.arena, &book.sheets, (struct sheet){ .name = sheet_names[i] });
    book.cells_planned = (view->pack->sample.pick_count + 1) * sample_column_count + 2 * view->record.count + 512;
    sample_evidence_plan(&book, view, places);
    TIE_TRY(book_begin(&book, folder, err));
    tie_lxw.worksheet_set_tab_color(book.sheets.at[SAMPLE_SELECTION].at, look.colours[COLOUR_ACCENT]);
    write_selection(&book, &book.sheets.at[SAMPLE_SELECTION], view, places);
    sample_evidence_write(&book, &book.sheets.at[SAMPLE_EVIDENCE], view, places);
    sample_design_write(&book, &book.sheets.at[SAMPLE_DESIGN], view);
    sample_guide_write(&book, &book.sheets.at[SAMPLE_GUIDE], view);
    TIE_TRY(book_end(&book, err));
out:
    book_drop(&book, status);
    return status;
}
