/*
 * workbook_rows.c - the source rows that findings name, as the sources delivered them.
 *
 * One section a dataset with the dataset's own column names, each row once, so that it reads like the source and not
 * like a dump of pairs. The first cell leads back to the largest finding that names the row, the second names the
 * others. Numbers and dates are written as such by the type that the data model gives a column; ids stay text.
 */
#include "workbook.h"

#include <string.h>

/* Finding, also, row id, part. No position in the delivery: the same rows in another order give the same workbook. */
#define LEADING 4
#define OTHERS_SHOWN 3

static const double widths[LEADING] = { 25, 25, 20, 18 };

static bool is_number(const struct tie_column *column)
{
    return column != NULL && (column->type == TIE_TYPE_DECIMAL || column->type == TIE_TYPE_INT);
}

static const struct tie_column *column_of(const struct tie_evidence_row *evidence, size_t cell)
{
    const struct tie_dataset_info *const info = tie_dataset(evidence->dataset);
    int index = -1;

    /* names come in model order and mostly are the model's own: no cell stands before its own number */
    for (size_t i = cell; i < info->column_count; i++)
        if (info->columns[i].name == evidence->names[cell])
            return &info->columns[i];
    index = tie_column_find(info, tie_text_of(evidence->names[cell]));
    return index < 0 ? NULL : &info->columns[index];
}

bool rows_is_number(const struct tie_evidence_row *evidence, size_t cell)
{
    return is_number(column_of(evidence, cell));
}

void rows_write_value(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col,
    const struct tie_evidence_row *evidence, size_t cell)
{
    const struct tie_column *const column = column_of(evidence, cell);
    const char *const text = evidence->values[cell];
    const struct tie_text slice = tie_text_of(text);
    tie_dec number = 0;
    tie_date date = TIE_NO_DATE;

    if (is_number(column) && tie_dec_from_text(slice, &number) == TIE_DEC_EXACT)
        pen_decimal(book, sheet, row, col, STYLE_QUANTITY, number);
    else if (column != NULL && column->type == TIE_TYPE_DATE && tie_date_from_text(slice, &date))
        pen_date(book, sheet, row, col, STYLE_DATE, date);
    else
        pen_text(book, sheet, row, col, STYLE_ID, text);
}

static void write_section(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_evidence_row *evidence)
{
    static const char *const heads[LEADING] = { "Finding", "Also named by", "Row", "Delivered by" };
    const struct tie_dataset_info *const info = tie_dataset(evidence->dataset);

    pen_row(book, sheet, row, 24);
    pen_text(book, sheet, row, 0, STYLE_SECTION, info->name);
    pen_text(book, sheet, row, 1, STYLE_NOTE, info->holds);
    for (size_t i = 0; i < LEADING; i++)
        pen_text(book, sheet, row + 1, (lxw_col_t)i, STYLE_HEAD, heads[i]);
    for (size_t i = 0; i < evidence->cell_count; i++)
        pen_text(book, sheet, row + 1, (lxw_col_t)(LEADING + i),
            rows_is_number(evidence, i) ? STYLE_HEAD_RIGHT : STYLE_HEAD, evidence->names[i]);
}

static const char *others(struct book *book, size_t row)
{
    const uint32_t from = book->named_at[row];
    const uint32_t count = book->named_at[row + 1] - from;
    const char *text = "";

    for (uint32_t i = 1; i < count && i <= OTHERS_SHOWN; i++)
        text = tie_arena_printf(
            book->arena, "%s%s%s", text, i > 1 ? ", " : "", book->report->findings->at[book->named_by[from + i]].id);
    return count > OTHERS_SHOWN + 1
        ? tie_arena_printf(book->arena, "%s and %u more", text, (unsigned)(count - OTHERS_SHOWN - 1))
        : text;
}

static void write_row(struct book *book, struct sheet *sheet, lxw_row_t row, size_t index)
{
    const struct tie_evidence_row *const evidence = &book->report->evidence->at[index];
    const bool is_named = book->named_at[index + 1] > book->named_at[index];
    const uint32_t finding = is_named ? book->named_by[book->named_at[index]] : 0;
    lxw_col_t col = 0;

    if (is_named)
        pen_link(
            book, sheet, row, col++, STYLE_LINK, book->finding_place[finding], book->report->findings->at[finding].id);
    else
        pen_blank(book, sheet, row, col++, STYLE_TEXT);
    pen_text(book, sheet, row, col++, STYLE_ID, others(book, index));
    pen_text(book, sheet, row, col++, STYLE_ID, evidence->row_id);
    pen_text(book, sheet, row, col++, STYLE_TEXT, evidence->part_title);
    for (size_t i = 0; i < evidence->cell_count; i++)
        rows_write_value(book, sheet, row, col++, evidence, i);
}

void write_rows(struct book *book, struct sheet *sheet)
{
    const struct tie_evidence_rows *const evidence = book->report->evidence;
    const char *note = sheet->layout->note;

    for (lxw_col_t i = 0; i < LEADING; i++)
        pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, i, i, widths[i], NULL));
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, LEADING, LEADING + TIE_COLUMN_MAX, 17, NULL));
    pen_page(book, sheet, 0);
    if (sheet->links_wanted > book->layout.link_limit)
        note = tie_arena_printf(book->arena, "%s Links end after %u: Excel takes no more on a sheet.", note,
            (unsigned)book->layout.link_limit);
    pen_title(book, sheet, sheet->count > 0 ? note : tie_arena_printf(book->arena, "%s None in this run.", note));
    for (size_t i = sheet->first; i < sheet->first + sheet->count && book->error.status == TIE_OK; i++) {
        const lxw_row_t row = book->evidence_place[i].row;
        const struct tie_arena_mark mark = tie_arena_mark(book->arena);

        if (i == sheet->first || evidence->at[i].dataset != evidence->at[i - 1].dataset)
            write_section(book, sheet, row - 2, &evidence->at[i]);
        write_row(book, sheet, row, i);
        tie_arena_back_to(book->arena, mark);
    }
    tie_lxw.worksheet_freeze_panes(sheet->at, 2, 3);
}
