/*
 * sample_book_about.c - sheets Design (how the sample was drawn, for `tieout evaluate`) and Guide (what to do with it).
 *
 * Design holds the record of sample.h as key and value, all text, under a digest; rows for people follow behind it with
 * keys that are none of the record's. Guide is half a page, in words of an auditor and not of the engine.
 */
#include "sample_book.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- Design ---- */

static lxw_row_t write_pair(struct book *book, struct sheet *sheet, lxw_row_t row, const char *key, const char *value)
{
    pen_text(book, sheet, row, 0, STYLE_ID, key);
    pen_text(book, sheet, row, 1, STYLE_ID, value);
    return row + 1;
}

/* For people: what the numbers of the record mean, and what could not be drawn. */
static void write_remarks(struct book *book, struct sheet *sheet, const struct sample_view *view, lxw_row_t row)
{
    const struct tie_sample_pack *pack = view->pack;
    const unsigned decimals = tie_currency_decimals(tie_text_of(view->report->reporting_currency));
    uint64_t apart = 0;
    size_t by_class[TIE_PICK_CLASS_COUNT] = { 0 };
    tie_sum book_total = 0;
    char total[64];

    for (size_t i = 0; i < pack->unit_count; i++)
        book_total += pack->orders[i]->book;
    for (size_t i = 0; i < pack->sample.pick_count; i++)
        by_class[pack->sample.picks[i].class]++;
    (void)tie_sum_print_fixed(book_total, decimals, total);
    row = write_pair(book, sheet, row, "about: amounts",
        decimals == 0 ? "frame.book, strata.*.book and intervals are whole units of the currency"
                      : "frame.book, strata.*.book and intervals are in minor units of the currency (cents)");
    row = write_pair(book, sheet, row, "about: book of the frame",
        tie_arena_printf(
            book->arena, "%s %s in %zu closed orders", total, view->report->reporting_currency, pack->unit_count));
    for (int c = 0; c < TIE_PICK_CLASS_COUNT; c++)
        row = write_pair(book, sheet, row,
            tie_arena_printf(book->arena, "about: orders taken as %s", tie_sample_class_name((enum tie_sample_class)c)),
            tie_arena_printf(book->arena, "%zu", by_class[c]));
    for (int t = TIE_CLOSED_NO_PRICE; t <= TIE_CLOSED_TOO_LARGE; t++) {
        apart += pack->apart[t];
        row = write_pair(book, sheet, row,
            tie_arena_printf(book->arena, "about: closed orders not in the frame, %s",
                tie_closed_trouble_words((enum tie_closed_trouble)t)),
            tie_arena_printf(book->arena, "%" PRIu64, pack->apart[t]));
    }
    if (apart > 0)
        (void)write_pair(book, sheet, row, "about: orders not in the frame",
            "named in frame.csv; the sample says nothing about them: look at them apart");
}

void sample_design_write(struct book *book, struct sheet *sheet, const struct sample_view *view)
{
    lxw_row_t row = 1;

    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 0, 0, 44, NULL));
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 1, 1, 76, NULL));
    pen_page(book, sheet, 0);
    pen_text(book, sheet, 0, 0, STYLE_HEAD, "key");
    pen_text(book, sheet, 0, 1, STYLE_HEAD, "value");
    for (size_t i = 0; i < view->record.count; i++)
        row = write_pair(book, sheet, row, view->record.at[i].key, view->record.at[i].value);
    write_remarks(book, sheet, view, row);
    tie_lxw.worksheet_freeze_panes(sheet->at, 1, 0);
}

/* ---- Guide ---- */

static const struct {
    const char *head, *text;
} guide[] = {
    { "What this is",
        "A sample of the orders that were closed in the period, drawn after the automatic checks. It answers one "
        "question: what did the automatic checks miss? Work through every row of sheet Selection." },
    { "book_amount",
        "What the customer ought to have paid for the order by the records: entitlement, contract and price, net of "
        "tax, in the currency of the row. It is what the drawing was based on; do not change it." },
    { "How to audit an order",
        "1. Follow the link under evidence: all rows of both systems stand there. 2. Look at the original papers: "
        "service report, signature, contract, delivery note. 3. Decide what really should have been paid, and what "
        "was. 4. Write down the result." },
    { "audit_amount",
        "The book amount less what was lost, plus what was billed too much; credit notes count, tax does not. "
        "Everything in order: write the book amount again. Nothing was billed: write 0. Work for 50 was neither "
        "written down nor billed: write the book amount less 50. Billed 20 too much: the book amount plus 20." },
    { "not_auditable",
        "Choose yes where it can't be found out, because papers are missing or nobody answers, and leave audit_amount "
        "empty. The order then counts as not recovered at all. Never replace it by another order." },
    { "audit_note", "Your reason, in your words. It is not evaluated." },
    { "class",
        "certainty: has findings that are certain, taken whole. high: worth so much that it is taken whole. selected: "
        "drawn, stands for others like it. attribute: has no book amount, judged by number: is it right that nothing "
        "was to be paid? Then write 0, or what was billed all the same." },
    { "times", "How often the drawing hit the order. Audit it once; the evaluation counts it that often." },
    { "Handing back",
        "Fill in every row; a sample with gaps is not evaluated. You may sort, filter, colour and add columns. Leave "
        "rows, the other columns and sheet Design as they are: each row carries a seal, and a change is refused by "
        "name. Save as .xlsx and run:   tieout evaluate sample.xlsx   or, with the amount of error you could live "
        "with:   tieout evaluate sample.xlsx --tolerable 5000" },
    { "What comes out",
        "The errors found, projected to all orders of the period, and the amount that the total error does not exceed "
        "with the confidence that sheet Design names. Shortfall and over-billing are told apart, never netted." },
};

static void write_facts(struct book *book, struct sheet *sheet, const struct sample_view *view)
{
    const struct tie_report *report = view->report;
    const struct tie_sample *sample = &view->pack->sample;

    pen_row(book, sheet, 0, 34);
    pen_text(book, sheet, 0, 0, STYLE_TITLE, "Audit sample");
    pen_row(book, sheet, 1, 22);
    pen_printf(book, sheet, 1, 0, STYLE_SUBTITLE,
        "Job %s, run %s: orders closed from %s to %s. %zu of %" PRIu64
        " orders to be audited, drawn by %s with seed %" PRIu64 ".",
        report->job, report->run, pen_date_words(book->arena, report->window_start),
        pen_date_words(book->arena, report->as_of), sample->pick_count, sample->orders,
        sample->design.method == TIE_SAMPLE_MUS ? "monetary units" : "simple random selection", sample->design.seed);
}

void sample_guide_write(struct book *book, struct sheet *sheet, const struct sample_view *view)
{
    const double width = 105;
    lxw_row_t row = 3;

    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 0, 0, 24, NULL));
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, 1, 1, width, NULL));
    pen_page(book, sheet, 0);
    write_facts(book, sheet, view);
    for (size_t i = 0; i < TIE_COUNT_OF(guide); i++, row++) {
        pen_lined_row(book, sheet, row, pen_lines(guide[i].text, width));
        pen_text(book, sheet, row, 0, STYLE_HEAD_WRAP, guide[i].head);
        pen_text(book, sheet, row, 1, STYLE_WRAP, guide[i].text);
    }
}
