/*
 * sample_book_evidence.c - sheet Evidence: everything both systems know of each order, a block an order.
 *
 * A block begins with what is compared: a line an item, an activity or a charge, the field's figure beside the stock's
 * and the bill's. Below stand all source rows by dataset, with the dataset's own column names; columns that are empty
 * in all rows of the block are left out, so that a block can be read without scrolling far. Places are planned first,
 * so Selection can link forward. When the sheet is full the rest has no block, and Selection says where to look.
 */
#include "sample_book.h"

#include <string.h>

#define CELLS_A_ROW 14 /* planned: about what a source row fills */

static const struct compared_column {
    const char *head;
    enum style style;
} compared_columns[] = { { "item", STYLE_HEAD }, { "unit", STYLE_HEAD_CENTRE }, { "used (field)", STYLE_HEAD_RIGHT },
    { "issued (stock)", STYLE_HEAD_RIGHT }, { "billed (ERP)", STYLE_HEAD_RIGHT },
    { "expected amount", STYLE_HEAD_RIGHT }, { "billed amount", STYLE_HEAD_RIGHT }, { "currency", STYLE_HEAD_CENTRE },
    { "who pays", STYLE_HEAD_CENTRE }, { "price from", STYLE_HEAD_CENTRE }, { "matched by", STYLE_HEAD_CENTRE },
    { "field rows", STYLE_HEAD }, { "stock rows", STYLE_HEAD }, { "bill rows", STYLE_HEAD },
    { "other rows", STYLE_HEAD } };
#define TAGS 4 /* of the texts behind the amounts: currency to matched by */
#define WIDTH TIE_COUNT_OF(compared_columns)

/* Head, names of the columns, one line a group or one sentence. */
static uint32_t compared_rows(const struct tie_sample_evidence *evidence)
{
    return evidence->compared.count == 0 ? 2 : 2 + (uint32_t)evidence->compared.count;
}

static size_t section_end(const struct tie_sample_evidence *evidence, size_t first)
{
    size_t end = first;

    while (end < evidence->rows.count && evidence->rows.at[end].dataset == evidence->rows.at[first].dataset)
        end++;
    return end;
}

static uint32_t block_rows(const struct tie_sample_evidence *evidence)
{
    uint32_t rows = compared_rows(evidence) + 1; /* a blank one behind */

    for (size_t first = 0; first < evidence->rows.count; first = section_end(evidence, first))
        rows += 1 + (uint32_t)(section_end(evidence, first) - first);
    return rows;
}

void sample_evidence_plan(struct book *book, const struct sample_view *view, struct place *places)
{
    uint32_t row = SAMPLE_EVIDENCE_HEAD_ROWS;

    for (size_t i = 0; i < view->pack->sample.pick_count; i++) {
        const uint32_t rows = block_rows(&view->pack->evidence[i]);

        places[i] = (struct place){ NO_PLACE, 0 };
        if (!view->pack->has_evidence[i] || row + rows > book->layout.row_limit)
            continue;
        places[i] = (struct place){ SAMPLE_EVIDENCE, row };
        row += rows;
    }
    book->cells_planned += (uint64_t)row * CELLS_A_ROW;
}

/* ---- what is compared ---- */

static void write_quantity(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, tie_dec value)
{
    if (value == TIE_NONE)
        pen_blank(book, sheet, row, col, STYLE_QUANTITY);
    else
        pen_decimal(book, sheet, row, col, STYLE_QUANTITY, value);
}

static void write_amount(
    struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, tie_dec value, const char *currency)
{
    const enum style style = pen_amount_style(STYLE_AMOUNT0, currency);

    if (value == TIE_NONE)
        pen_blank(book, sheet, row, col, style);
    else
        pen_decimal(book, sheet, row, col, style, value);
}

static void write_compared(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_sample_compared *group)
{
    const char *const texts[] = { group->currency, group->who_pays, group->price_from, group->pass, group->usage_ids,
        group->movement_ids, group->billing_ids, group->other_ids };
    lxw_col_t col = 0;

    pen_text(book, sheet, row, col++, STYLE_ID, group->item);
    pen_text(book, sheet, row, col++, STYLE_TAG, group->uom);
    write_quantity(book, sheet, row, col++, group->used);
    write_quantity(book, sheet, row, col++, group->issued);
    write_quantity(book, sheet, row, col++, group->billed);
    write_amount(book, sheet, row, col++, group->expected, group->currency);
    write_amount(book, sheet, row, col++, group->actual, group->currency);
    for (size_t i = 0; i < TIE_COUNT_OF(texts); i++)
        pen_text(book, sheet, row, col++, i < TAGS ? STYLE_TAG : STYLE_ID, texts[i]);
}

static void write_head(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct sample_view *view, size_t pick)
{
    const struct tie_closed_order *order = sample_order_of(view, pick);
    char day[16];

    (void)tie_date_print(order->closed, day);
    pen_row(book, sheet, row, 26);
    pen_link(book, sheet, row, 0, STYLE_SECTION, (struct place){ SAMPLE_SELECTION, (uint32_t)pick + 1 },
        tie_arena_printf(book->arena, "%zu   %s", pick + 1, order->wo_id));
    pen_blank(book, sheet, row, 1, STYLE_NOTE);
    pen_printf(book, sheet, row, 2, STYLE_NOTE, "%s %s, %s, %s, closed %s, %s", order->customer,
        sample_customer_name(view, pick), order->region, order->wo_type, day, order->class_);
}

/* ---- source rows ---- */

static bool is_filled(const struct tie_evidence_row *rows, size_t count, size_t cell)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].values[cell][0] != '\0')
            return true;
    return false;
}

static void write_section(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_evidence_row *rows, size_t count)
{
    static const char *const sides[] = {
        [TIE_SIDE_FSM] = "field service", [TIE_SIDE_ERP] = "ERP", [TIE_SIDE_BOTH] = "both"
    };
    const struct tie_dataset_info *info = tie_dataset(rows[0].dataset);
    lxw_col_t col = 1;

    pen_printf(book, sheet, row, 0, STYLE_HEAD, "%s (%s)", info->name, sides[info->side]);
    for (size_t c = 0; c < rows[0].cell_count; c++)
        if (is_filled(rows, count, c))
            pen_text(
                book, sheet, row, col++, rows_is_number(&rows[0], c) ? STYLE_HEAD_RIGHT : STYLE_HEAD, rows[0].names[c]);
    for (size_t i = 0; i < count; i++) {
        const lxw_row_t at = row + 1 + (lxw_row_t)i;

        col = 1;
        pen_text(book, sheet, at, 0, STYLE_ID, rows[i].row_id);
        for (size_t c = 0; c < rows[i].cell_count; c++)
            if (is_filled(rows, count, c))
                rows_write_value(book, sheet, at, col++, &rows[i], c);
    }
}

/* ---- the sheet ---- */

static void write_block(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct sample_view *view, size_t pick)
{
    const struct tie_sample_evidence *evidence = &view->pack->evidence[pick];

    write_head(book, sheet, row, view, pick);
    if (evidence->compared.count == 0)
        pen_text(book, sheet, row + 1, 0, STYLE_NOTE, "Nothing was used, issued or billed for this order.");
    for (size_t c = 0; c < WIDTH && evidence->compared.count > 0; c++)
        pen_text(book, sheet, row + 1, (lxw_col_t)c, compared_columns[c].style, compared_columns[c].head);
    for (size_t i = 0; i < evidence->compared.count; i++)
        write_compared(book, sheet, row + 2 + (lxw_row_t)i, &evidence->compared.at[i]);
    row += compared_rows(evidence);
    for (size_t first = 0; first < evidence->rows.count;) {
        const size_t end = section_end(evidence, first);

        write_section(book, sheet, row, &evidence->rows.at[first], end - first);
        row += 1 + (lxw_row_t)(end - first);
        first = end;
    }
}

void sample_evidence_write(
    struct book *book, struct sheet *sheet, const struct sample_view *view, const struct place *places)
{
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 0, 0, 34, NULL));
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 1, TIE_COLUMN_MAX, 21, NULL));
    pen_page(book, sheet, 0);
    pen_row(book, sheet, 0, 34);
    pen_text(book, sheet, 0, 0, STYLE_TITLE, sheet->name);
    pen_text(book, sheet, 1, 0, STYLE_SUBTITLE,
        "What the field service, the stock and the bills say of each order, and every source row behind it. The number "
        "leads back to Selection.");
    for (size_t i = 0; i < view->pack->sample.pick_count && book->error.status == TIE_OK; i++) {
        const struct tie_arena_mark mark = tie_arena_mark(book->arena);

        if (places[i].sheet != NO_PLACE)
            write_block(book, sheet, places[i].row, view, i);
        tie_arena_back_to(book->arena, mark);
    }
    tie_lxw.worksheet_freeze_panes(sheet->at, 2, 1);
}
