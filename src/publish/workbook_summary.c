/*
 * workbook_summary.c - the page that finance opens every morning.
 *
 * A grid of a narrow margin and 14 equal columns, 1,390 pixels wide. The first 640 pixels hold what must be seen
 * without scrolling: the headline figures, three charts and the largest discrepancies. Below stand the breakdowns
 * that charts and totals rest on, each with the same total line as the headline, so every figure can be traced down
 * the page and, by its link, to its sheet. Charts are anchored before the rows they read are written; their places
 * are known from the counts alone.
 */
#include "workbook.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN_PX 14
#define COLUMN_PX 96
#define TILE_ROW 3
#define CHART_ROW 8
#define CHART_ROWS 13
#define CAUSES_SHOWN 8
#define FIGURES 8 /* columns of a breakdown, 7 to 14 */
#define FIRST_FIGURE 7

static enum style money(const struct book *book, enum style base)
{
    return pen_amount_style(base, book->report->reporting_currency);
}

/* ---- title and headline ---- */

static void write_title(struct book *book, struct sheet *sheet)
{
    const struct tie_report *const report = book->report;

    pen_row(book, sheet, 0, 38);
    pen_text(book, sheet, 0, 1, STYLE_TITLE, book->layout.title);
    pen_row(book, sheet, 1, 20);
    pen_printf(book, sheet, 1, 1, STYLE_SUBTITLE,
        "As of %s \xC2\xB7 job %s \xC2\xB7 run %s \xC2\xB7 amounts in %s \xC2\xB7 orders with an event since %s",
        pen_date_words(book->arena, report->as_of), report->job, report->run, report->reporting_currency,
        pen_date_words(book->arena, report->window_start));
    pen_row(book, sheet, 2, 10);
}

struct tile {
    const char *label, *note;
    bool is_count;
    tie_sum value;
};

static void write_tiles(struct book *book, struct sheet *sheet)
{
    const struct tie_totals *const totals = &book->report->totals;
    const struct tie_total *const all = &totals->headline;
    const struct tile tiles[] = {
        { "Leakage, firm", "lost unless someone acts", false, all->leakage },
        { "Over-billing", "not ours; never netted", false, all->over_billing },
        { "Contingent", "depends on a fact to find out", false, all->contingent },
        { "Time cost", "interest on what is late", false, all->time_cost },
        { "Pending", "not yet due", false, all->pending },
        { "Carried over",
            tie_arena_printf(book->arena, "%llu not read in this run", (unsigned long long)totals->carried_count),
            false, totals->carried },
        { "Severity S1", tie_arena_printf(book->arena, "of %llu due", (unsigned long long)all->findings), true,
            (tie_sum)totals->s1_count * TIE_DEC_ONE },
    };

    pen_row(book, sheet, TILE_ROW, 6);
    for (size_t i = 0; i < TIE_COUNT_OF(tiles); i++) {
        pen_blank(book, sheet, TILE_ROW, (lxw_col_t)(1 + 2 * i), i == 0 ? STYLE_TILE_RULE_ACCENT : STYLE_TILE_RULE);
        pen_blank(book, sheet, TILE_ROW, (lxw_col_t)(2 + 2 * i), i == 0 ? STYLE_TILE_RULE_ACCENT : STYLE_TILE_RULE);
    }
    pen_row(book, sheet, TILE_ROW + 1, 20);
    for (size_t i = 0; i < TIE_COUNT_OF(tiles); i++)
        pen_text(book, sheet, TILE_ROW + 1, (lxw_col_t)(1 + 2 * i), STYLE_TILE_LABEL, tiles[i].label);
    pen_row(book, sheet, TILE_ROW + 2, 34);
    for (size_t i = 0; i < TIE_COUNT_OF(tiles); i++) {
        const enum style style = i == 0 ? STYLE_TILE_VALUE_ACCENT
            : tiles[i].is_count         ? STYLE_TILE_COUNT
                                        : STYLE_TILE_VALUE;
        const lxw_col_t col = (lxw_col_t)(1 + 2 * i);

        pen_merge(book, sheet, TILE_ROW + 2, col, (lxw_col_t)(col + 1), style, NULL);
        pen_decimal(book, sheet, TILE_ROW + 2, col, style, tiles[i].value);
        sheet->cells--; /* the figure takes the place of the merged range's first cell */
    }
    pen_row(book, sheet, TILE_ROW + 3, 18);
    for (size_t i = 0; i < TIE_COUNT_OF(tiles); i++)
        pen_text(book, sheet, TILE_ROW + 3, (lxw_col_t)(1 + 2 * i), STYLE_TILE_NOTE, tiles[i].note);
    pen_row(book, sheet, TILE_ROW + 4, 10);
}

/* ---- the largest ---- */

static lxw_row_t write_section(struct book *book, struct sheet *sheet, lxw_row_t row, const char *title)
{
    pen_row(book, sheet, row, 26);
    pen_text(book, sheet, row, 1, STYLE_SECTION, title);
    return row + 1;
}

static size_t count_largest(const struct book *book)
{
    const struct tie_findings *const findings = book->report->findings;
    size_t count = 0;

    for (size_t i = 0; i < findings->count && count < (size_t)book->layout.largest; i++)
        count += findings->at[i].is_primary && findings->at[i].status != TIE_FINDING_PENDING;
    return count;
}

static void write_finding(struct book *book, struct sheet *sheet, lxw_row_t row, size_t index)
{
    const struct tie_finding *const finding = &book->report->findings->at[index];

    pen_link(book, sheet, row, 1, STYLE_LINK, book->finding_place[index], finding->id);
    pen_blank(book, sheet, row, 2, STYLE_TEXT);
    pen_text(book, sheet, row, 3, STYLE_TEXT, tie_check(finding->check)->title);
    for (lxw_col_t col = 4; col <= 6; col++)
        pen_blank(book, sheet, row, col, STYLE_TEXT);
    pen_text(book, sheet, row, 7, STYLE_ID, finding->work_order);
    pen_text(book, sheet, row, 8, STYLE_ID, finding->customer);
    pen_text(book, sheet, row, 9, STYLE_ID, finding->item);
    pen_text(book, sheet, row, 10, STYLE_TEXT, finding->region);
    pen_text(book, sheet, row, 11, STYLE_TAG, tie_finding_status_name(finding->status));
    pen_printf(book, sheet, row, 12, STYLE_TAG, "S%d", finding->severity);
    if (finding->due == TIE_NO_DATE)
        pen_blank(book, sheet, row, 13, STYLE_COUNT);
    else
        pen_decimal(book, sheet, row, 13, STYLE_COUNT, (tie_sum)(book->report->as_of - finding->due) * TIE_DEC_ONE);
    if (finding->exposure_reporting == TIE_NONE)
        pen_text(book, sheet, row, 14, STYLE_TAG, "unknown");
    else
        pen_decimal(book, sheet, row, 14, money(book, STYLE_AMOUNT0), finding->exposure_reporting);
}

static lxw_row_t write_largest(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[SUMMARY_COLUMNS] = { "Finding", "", "What is wrong", "", "", "", "Work order",
        "Customer", "Item", "Region", "Status", "Severity", "Days overdue", "Exposure" };
    const struct tie_findings *const findings = book->report->findings;
    const size_t count = count_largest(book);

    row = write_section(book, sheet, row, "Largest discrepancies");
    if (count == 0) {
        pen_text(book, sheet, row, 1, STYLE_SUBTITLE, "No discrepancy is due in this run.");
        return row + 2;
    }
    for (lxw_col_t i = 0; i < SUMMARY_COLUMNS; i++)
        pen_text(book, sheet, row, i + 1,
            i == 10 || i == 11 ? STYLE_HEAD_CENTRE
                : i > 11       ? STYLE_HEAD_RIGHT
                               : STYLE_HEAD,
            heads[i]);
    row++;
    for (size_t i = 0, shown = 0; shown < count; i++) {
        if (!findings->at[i].is_primary || findings->at[i].status == TIE_FINDING_PENDING)
            continue;
        write_finding(book, sheet, row++, i);
        shown++;
    }
    return row + 1;
}

/* ---- breakdowns ---- */

static void write_figures(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_total *total, bool is_total)
{
    const tie_sum sums[] = { total->leakage, total->over_billing, total->contingent, total->timing, total->control,
        total->time_cost, total->pending };
    const enum style style = money(book, is_total ? STYLE_TOTAL_AMOUNT0 : STYLE_AMOUNT0);

    pen_count(book, sheet, row, FIRST_FIGURE, is_total ? STYLE_TOTAL_COUNT : STYLE_COUNT, total->findings);
    for (size_t i = 0; i < TIE_COUNT_OF(sums); i++)
        pen_decimal(book, sheet, row, (lxw_col_t)(FIRST_FIGURE + 1 + i), style, sums[i]);
}

static void write_names(
    struct book *book, struct sheet *sheet, lxw_row_t row, enum style style, const char *first, const char *second)
{
    pen_text(book, sheet, row, 1, style, first);
    pen_text(book, sheet, row, 2, style, second);
    for (lxw_col_t col = 3; col < FIRST_FIGURE; col++)
        pen_blank(book, sheet, row, col, style);
}

static lxw_row_t write_head(struct book *book, struct sheet *sheet, lxw_row_t row, const char *title, const char *first)
{
    static const char *const heads[FIGURES] = { "Findings", "Leakage", "Over-billing", "Contingent", "Timing",
        "Control", "Time cost", "Pending" };

    row = write_section(book, sheet, row, title);
    write_names(book, sheet, row, STYLE_HEAD, first, "");
    for (size_t i = 0; i < FIGURES; i++)
        pen_text(book, sheet, row, (lxw_col_t)(FIRST_FIGURE + i), STYLE_HEAD_RIGHT, heads[i]);
    return row + 1;
}

static void add_total(struct tie_total *to, const struct tie_total *from)
{
    to->findings += from->findings;
    to->leakage += from->leakage;
    to->over_billing += from->over_billing;
    to->contingent += from->contingent;
    to->timing += from->timing;
    to->control += from->control;
    to->time_cost += from->time_cost;
    to->pending += from->pending;
}

static lxw_row_t write_total(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    write_names(book, sheet, row, STYLE_TOTAL_TEXT, "Total", "");
    write_figures(book, sheet, row, &book->report->totals.headline, true);
    return row + 2;
}

struct breakdown {
    const char *title, *head, *noun, *nameless;
    const struct tie_total *at;
    size_t count;
};

static lxw_row_t write_breakdown(struct book *book, struct sheet *sheet, lxw_row_t row, const struct breakdown *down)
{
    const size_t limit = (size_t)book->layout.summary_rows;
    const size_t shown = down->count <= limit ? down->count : limit - 1;
    struct tie_total rest = { 0 };

    row = write_head(book, sheet, row, down->title, down->head);
    for (size_t i = 0; i < shown; i++) {
        write_names(book, sheet, row, STYLE_TEXT, down->at[i].name[0] == '\0' ? down->nameless : down->at[i].name, "");
        write_figures(book, sheet, row++, &down->at[i], false);
    }
    for (size_t i = shown; i < down->count; i++)
        add_total(&rest, &down->at[i]);
    if (shown < down->count) {
        write_names(book, sheet, row, STYLE_TEXT,
            tie_arena_printf(book->arena, "%u other %s", (unsigned)(down->count - shown), down->noun), "");
        write_figures(book, sheet, row++, &rest, false);
    }
    return write_total(book, sheet, row);
}

/* ---- by check, which the first chart reads ---- */

static int by_leakage(const void *a, const void *b)
{
    const struct tie_total *const x = a, *const y = b;

    if (x->leakage != y->leakage)
        return x->leakage > y->leakage ? -1 : 1;
    return strcmp(x->name, y->name);
}

static struct tie_total *sort_checks(const struct book *book)
{
    const struct tie_totals *const totals = &book->report->totals;
    struct tie_total *const sorted = TIE_TAKE(book->arena, struct tie_total, totals->check_count + 1);

    if (totals->check_count > 0)
        memcpy(sorted, totals->by_check, totals->check_count * sizeof *sorted);
    qsort(sorted, totals->check_count, sizeof *sorted, by_leakage);
    return sorted;
}

static struct place first_of_check(const struct book *book, enum tie_check check)
{
    const struct tie_findings *const findings = book->report->findings;

    for (size_t i = 0; i < findings->count; i++)
        if (findings->at[i].check == check)
            return book->finding_place[i];
    return (struct place){ NO_PLACE, 0 };
}

static lxw_row_t write_checks(struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_total *checks)
{
    row = write_head(book, sheet, row, "By check", "Check");
    for (size_t i = 0; i < book->report->totals.check_count; i++, row++) {
        enum tie_check check = TIE_CHECK_COUNT;

        TIE_ASSERT(tie_check_find(tie_text_of(checks[i].name), &check));
        pen_link(book, sheet, row, 1, STYLE_LINK, first_of_check(book, check), checks[i].name);
        pen_text(book, sheet, row, 2, STYLE_TEXT, tie_check(check)->title);
        for (lxw_col_t col = 3; col < FIRST_FIGURE; col++)
            pen_blank(book, sheet, row, col, STYLE_TEXT);
        write_figures(book, sheet, row, &checks[i], false);
    }
    return write_total(book, sheet, row);
}

/* ---- closure and runs, which the other charts read ---- */

static lxw_row_t write_closure(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    const struct tie_tally *const tally = book->report->tally;
    const struct {
        const char *name, *meaning;
        uint64_t complete;
    } forms[] = {
        { "Strict", "both stock and billing recorded for every order", tally->orders_complete_strict },
        { "Expected", "what the lines of the order require", tally->orders_complete_expected },
    };
    static const char *const heads[] = { "Closed orders", "Complete", "Not complete", "Share", "Open share" };

    row = write_section(book, sheet, row, "Closure completeness");
    write_names(book, sheet, row, STYLE_HEAD, "Form", "");
    for (size_t i = 0; i < TIE_COUNT_OF(heads); i++)
        pen_text(book, sheet, row, (lxw_col_t)(FIRST_FIGURE + i), STYLE_HEAD_RIGHT, heads[i]);
    row++;
    for (size_t i = 0; i < TIE_COUNT_OF(forms); i++, row++) {
        write_names(book, sheet, row, STYLE_TEXT, forms[i].name, forms[i].meaning);
        pen_count(book, sheet, row, 7, STYLE_COUNT, tally->orders_closed);
        pen_count(book, sheet, row, 8, STYLE_COUNT, forms[i].complete);
        pen_count(book, sheet, row, 9, STYLE_COUNT, tally->orders_closed - forms[i].complete);
        pen_share(book, sheet, row, 10, forms[i].complete, tally->orders_closed);
        pen_share(book, sheet, row, 11, tally->orders_closed - forms[i].complete, tally->orders_closed);
    }
    return row + 1;
}

/* Earlier runs that the trend shows: the newest, in the same currency. */
static size_t first_run(const struct book *book)
{
    const struct tie_report *const report = book->report;
    size_t from = report->run_count;

    for (size_t shown = 1; from > 0 && shown < (size_t)book->layout.trend_runs; shown++, from--)
        if (strcmp(report->runs[from - 1].reporting_currency, report->reporting_currency) != 0)
            break;
    return from;
}

static void write_run(
    struct book *book, struct sheet *sheet, lxw_row_t row, const struct tie_run_row *run, bool is_this)
{
    const tie_sum sums[] = { run->firm_leakage, run->over_billing, run->contingent };
    char day[16];

    (void)tie_date_print(run->as_of, day);
    write_names(book, sheet, row, STYLE_TEXT, day + (strlen(day) > 5 ? 5 : 0), run->run);
    pen_count(book, sheet, row, FIRST_FIGURE, STYLE_COUNT, run->open_primary);
    for (size_t i = 0; i < TIE_COUNT_OF(sums); i++)
        pen_decimal(book, sheet, row, (lxw_col_t)(FIRST_FIGURE + 1 + i), money(book, STYLE_AMOUNT0), sums[i]);
    pen_text(book, sheet, row, FIRST_FIGURE + 4, STYLE_TAG, is_this ? "this run" : "");
}

static lxw_row_t write_runs(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Findings due", "Leakage", "Over-billing", "Contingent", "" };
    const struct tie_report *const report = book->report;
    const struct tie_total *const all = &report->totals.headline;
    struct tie_run_row own = { .run = report->run, .as_of = report->as_of, .open_primary = all->findings };

    if (!tie_dec_from_sum(all->leakage, &own.firm_leakage) || !tie_dec_from_sum(all->over_billing, &own.over_billing) ||
        !tie_dec_from_sum(all->contingent, &own.contingent))
        (void)tie_fail(&book->error, TIE_DATA,
            "the totals of run %s pass 9.2e12 and can't be shown; look for a wrong amount or rate", report->run);
    row = write_section(book, sheet, row, "Runs");
    write_names(book, sheet, row, STYLE_HEAD, "As of", "Run");
    for (size_t i = 0; i < TIE_COUNT_OF(heads); i++)
        pen_text(book, sheet, row, (lxw_col_t)(FIRST_FIGURE + i), STYLE_HEAD_RIGHT, heads[i]);
    row++;
    for (size_t i = first_run(book); i < report->run_count; i++)
        write_run(book, sheet, row++, &report->runs[i], false);
    write_run(book, sheet, row, &own, true);
    return row + 2;
}

static void write_sheets(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    row = write_section(book, sheet, row, "Sheets");
    for (size_t i = 1; i < book->sheets.count; i++, row++) {
        const struct sheet *const to = &book->sheets.at[i];

        pen_link(book, sheet, row, 1, STYLE_LINK, (struct place){ (uint32_t)i, 0 }, to->name);
        pen_blank(book, sheet, row, 2, STYLE_TEXT);
        pen_text(book, sheet, row, 3, STYLE_TEXT, to->layout->note);
        for (lxw_col_t col = 4; col < 14; col++)
            pen_blank(book, sheet, row, col, STYLE_TEXT);
        if (to->count > 0)
            pen_count(book, sheet, row, 14, STYLE_COUNT, to->count);
        else
            pen_blank(book, sheet, row, 14, STYLE_TEXT);
    }
}

/* ---- charts: their rows follow from counts ---- */

static void draw_charts(struct book *book, struct sheet *sheet, lxw_row_t below, const struct tie_total *checks)
{
    const struct tie_report *const report = book->report;
    const size_t check_count = report->totals.check_count;
    struct chart_range cause = { .names = 2, .values = FIRST_FIGURE + 1, .first = below + 2 };
    struct chart_range closure = { .names = 1, .values = 10, .others = 11 };
    struct chart_range trend = { .names = 1, .values = FIRST_FIGURE + 1, .others = FIRST_FIGURE + 3 };
    lxw_row_t bars = 0;

    while (bars < CAUSES_SHOWN && bars < check_count && checks[bars].leakage > 0)
        bars++;
    cause.last = cause.first + bars - 1;
    if (bars == 0) {
        cause.first = 1;
        cause.last = 0;
        pen_text(book, sheet, CHART_ROW, 1, STYLE_SECTION, "No leakage in this run");
    }
    closure.first = below + 2 + (lxw_row_t)check_count + 2 + 2;
    closure.last = report->tally->orders_closed > 0 ? closure.first + 1 : 0;
    trend.first = closure.first + 2 + 1 + 2;
    trend.last = trend.first + (lxw_row_t)(report->run_count - first_run(book));
    draw_chart(book, sheet, CHART_CAUSE, CHART_ROW, &cause);
    draw_chart(book, sheet, CHART_TREND, CHART_ROW, &trend);
    draw_chart(book, sheet, CHART_CLOSURE, CHART_ROW, &closure);
}

static void tint(struct book *book, struct sheet *sheet, lxw_row_t first, lxw_row_t last)
{
    char first_class[] = "\"S1\"", second_class[] = "\"S2\"";
    lxw_conditional_format rule = { .type = LXW_CONDITIONAL_TYPE_CELL,
        .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
        .value_string = first_class,
        .format = book->tints[COLOUR_BAD_WASH] };

    pen_failed(book, sheet, 0, tie_lxw.worksheet_conditional_format_range(sheet->at, first, 12, last, 12, &rule));
    rule.value_string = second_class;
    rule.format = book->tints[COLOUR_WARN_WASH];
    pen_failed(book, sheet, 0, tie_lxw.worksheet_conditional_format_range(sheet->at, first, 12, last, 12, &rule));
}

void write_summary(struct book *book, struct sheet *sheet)
{
    const struct tie_report *const report = book->report;
    const struct tie_totals *const totals = &report->totals;
    const struct tie_total *const checks = sort_checks(book);
    const size_t largest = count_largest(book);
    const lxw_row_t list = CHART_ROW + CHART_ROWS;
    const lxw_row_t below = list + 3 + (lxw_row_t)largest; /* section, headings or a sentence, a blank row */
    lxw_row_t row = 0;

    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column_pixels(sheet->at, 0, 0, MARGIN_PX, NULL));
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_column_pixels(sheet->at, 1, SUMMARY_COLUMNS, COLUMN_PX, NULL));
    pen_page(book, sheet, 0);
    tie_lxw.worksheet_set_default_row(sheet->at, 15, LXW_FALSE);
    write_title(book, sheet);
    write_tiles(book, sheet);
    draw_charts(book, sheet, below, checks);
    row = write_largest(book, sheet, list);
    TIE_ASSERT(row == below);
    if (largest > 0)
        tint(book, sheet, list + 2, row - 2);
    row = write_checks(book, sheet, row, checks);
    row = write_closure(book, sheet, row);
    row = write_runs(book, sheet, row);
    row = write_breakdown(book, sheet, row,
        &(struct breakdown){
            "By region", "Region", "regions", "(no region)", totals->by_region, totals->region_count });
    row = write_breakdown(book, sheet, row,
        &(struct breakdown){
            "By customer", "Customer", "customers", "(no customer)", totals->by_customer, totals->customer_count });
    row = write_breakdown(book, sheet, row,
        &(struct breakdown){ "By age since due", "Age", "bands", "", totals->by_age, totals->age_count });
    pen_printf(book, sheet, row - 1, 1, STYLE_NOTE,
        "Pending findings have no age. %llu findings have no amount, %llu amounts no exchange rate; "
        "both are in no sum.",
        (unsigned long long)totals->without_amount, (unsigned long long)totals->rate_missing);
    write_sheets(book, sheet, row + 1);
    tie_lxw.worksheet_activate(sheet->at);
}
