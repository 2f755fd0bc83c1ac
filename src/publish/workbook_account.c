/*
 * workbook_account.c - sheet Completeness: what was read, where every row went, and what was not looked at.
 *
 * Sections from the most to the least asked for. The first line of each leg is an identity that the run has checked
 * itself: read = matched + excepted + pending + excluded + rejected. A difference would be a fault of the engine and
 * is shown in red. The snapshot time of a source is left out unless the layout asks for it: equal data must give an
 * equal file.
 */
#include "workbook.h"

#include <string.h>

static const char *const leg_names[TIE_LEG_COUNT] = { "Usage of parts", "Time", "Stock movements", "Billing lines",
    "Contract draws", "Claims" };

static lxw_row_t section(struct book *book, struct sheet *sheet, lxw_row_t row, const char *title, const char *note)
{
    pen_row(book, sheet, row, 28);
    pen_text(book, sheet, row, 0, STYLE_SECTION, title);
    pen_text(book, sheet, row, 1, STYLE_NOTE, note);
    return row + 1;
}

static uint64_t rejected_of(const struct tie_report *report, enum tie_dataset dataset)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->plan->part_count; i++)
        if (report->plan->parts[i].dataset == dataset)
            count += report->extract->parts[i].rejected;
    return count;
}

/* ---- conservation ---- */

static lxw_row_t write_conservation(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Leg", "Dataset", "Read", "Matched", "Excepted", "Pending", "Excluded",
        "Rejected", "Difference", "" };
    const struct tie_tally *const tally = book->report->tally;

    row = section(
        book, sheet, row, "Where every row went", "read = matched + excepted + pending + excluded + rejected, in rows");
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (int leg = 0; leg < TIE_LEG_COUNT; leg++, row++) {
        const enum tie_dataset dataset = tie_leg_dataset((enum tie_leg)leg);
        const struct tie_tally_cell *const state = tally->state[leg];
        const uint64_t rejected = rejected_of(book->report, dataset);
        const uint64_t read = tally->input[leg].rows + rejected;
        const uint64_t parts[] = { state[TIE_STATE_MATCHED].rows, state[TIE_STATE_EXCEPTED].rows,
            state[TIE_STATE_PENDING].rows, state[TIE_STATE_EXCLUDED].rows, rejected };
        tie_sum difference = (tie_sum)read;

        pen_text(book, sheet, row, 0, STYLE_TEXT, leg_names[leg]);
        pen_text(book, sheet, row, 1, STYLE_ID, tie_dataset(dataset)->name);
        pen_count(book, sheet, row, 2, STYLE_COUNT, read);
        for (size_t i = 0; i < TIE_COUNT_OF(parts); i++) {
            pen_count(book, sheet, row, (lxw_col_t)(3 + i), STYLE_COUNT, parts[i]);
            difference -= (tie_sum)parts[i];
        }
        pen_decimal(book, sheet, row, 8, STYLE_COUNT, difference * TIE_DEC_ONE);
        pen_text(book, sheet, row, 9, difference == 0 ? STYLE_GOOD : STYLE_BAD,
            difference == 0 ? "balanced" : "NOT BALANCED");
    }
    return row + 1;
}

static lxw_row_t write_excluded(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const words[TIE_EXCLUSION_COUNT] = {
#define AS_WORDS(NAME, text) [TIE_EXCLUDED_##NAME] = text,
        TIE_EXCLUSIONS(AS_WORDS)
#undef AS_WORDS
    };
    static const char *const heads[] = { "Leg", "Reason", "Rows" };
    const lxw_row_t from = section(book, sheet, row, "Excluded, by reason", "rows that take no part in the comparison");

    row = from;
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        for (int i = 0; i < TIE_EXCLUSION_COUNT; i++) {
            const uint64_t rows = book->report->tally->excluded[leg][i].rows;

            if (rows == 0)
                continue;
            pen_text(book, sheet, row, 0, STYLE_TEXT, leg_names[leg]);
            pen_text(book, sheet, row, 1, STYLE_TEXT, words[i]);
            pen_count(book, sheet, row++, 2, STYLE_COUNT, rows);
        }
    }
    if (row == from + 1)
        pen_text(book, sheet, row++, 0, STYLE_NOTE, "Nothing was excluded.");
    return row + 1;
}

/* ---- groups ---- */

static lxw_row_t write_groups(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Groups", "", "Count" };
    const struct tie_tally *const tally = book->report->tally;

    row = section(book, sheet, row, "Groups compared", "by verdict, then by the weakest pass that matched them");
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (int i = 0; i < TIE_VERDICT_COUNT; i++) {
        if (tally->groups_by_verdict[i] == 0)
            continue;
        pen_text(book, sheet, row, 0, STYLE_TEXT, "verdict");
        pen_text(book, sheet, row, 1, STYLE_TEXT, tie_verdict_name((enum tie_verdict_word)i));
        pen_count(book, sheet, row++, 2, STYLE_COUNT, tally->groups_by_verdict[i]);
    }
    for (int i = 0; i <= TIE_P11; i++) {
        const char *const pass = tie_pass_name((enum tie_pass)i);

        if (tally->groups_by_pass[i] == 0)
            continue;
        pen_text(book, sheet, row, 0, STYLE_TEXT, "pass");
        pen_text(book, sheet, row, 1, STYLE_TEXT, pass[0] == '\0' ? "none" : pass);
        pen_count(book, sheet, row++, 2, STYLE_COUNT, tally->groups_by_pass[i]);
    }
    return row + 1;
}

/* ---- sources and what they delivered ---- */

static lxw_row_t write_sources(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Source", "Product", "Snapshot" };
    const struct tie_report *const report = book->report;
    char at[40];

    row = section(book, sheet, row, "Sources", "read only, one snapshot each");
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 3);
    for (size_t i = 0; i < report->plan->source_count; i++, row++) {
        const struct tie_source_result *const source = &report->extract->sources[i];

        pen_text(book, sheet, row, 0, STYLE_ID, report->plan->sources[i].name);
        pen_text(book, sheet, row, 1, STYLE_TEXT, source->product);
        if (book->layout.snapshot_times && source->read_at != TIE_NONE && tie_instant_print(source->read_at, at) > 0)
            pen_text(book, sheet, row, 2, STYLE_TEXT, at);
        else
            pen_text(book, sheet, row, 2, STYLE_TEXT, "see run.json");
    }
    return row + 1;
}

static lxw_row_t write_parts(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Dataset", "Source", "Read", "Accepted", "Rejected", "Cells rounded",
        "Controls", "" };
    const struct tie_report *const report = book->report;

    row = section(book, sheet, row, "Datasets", "rows as delivered; cells rounded had more than six decimals");
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (size_t i = 0; i < report->plan->part_count; i++, row++) {
        const struct tie_part_spec *const spec = &report->plan->parts[i];
        const struct tie_part_result *const part = &report->extract->parts[i];
        size_t equal = 0;

        for (size_t k = 0; k < part->control_count; k++)
            equal += part->controls[k].is_equal;
        pen_text(book, sheet, row, 0, STYLE_ID, spec->title);
        pen_text(book, sheet, row, 1, STYLE_ID, report->plan->sources[spec->source].name);
        pen_count(book, sheet, row, 2, STYLE_COUNT, part->rows);
        pen_count(book, sheet, row, 3, STYLE_COUNT, part->rows - part->rejected);
        pen_count(book, sheet, row, 4, STYLE_COUNT, part->rejected);
        pen_count(book, sheet, row, 5, STYLE_COUNT, part->rounded);
        pen_count(book, sheet, row, 6, STYLE_COUNT, part->control_count);
        pen_text(book, sheet, row, 7,
            part->control_count == 0           ? STYLE_TAG
                : equal == part->control_count ? STYLE_GOOD
                                               : STYLE_BAD,
            part->control_count == 0           ? "none"
                : equal == part->control_count ? "equal"
                                               : "DIFFERS");
    }
    return row + 1;
}

static lxw_row_t write_controls(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Dataset", "Figure", "By the source", "By Tieout", "" };
    const struct tie_report *const report = book->report;
    const lxw_row_t from = section(
        book, sheet, row, "Control totals", "figures that the source adds up itself, against the rows read");

    row = from;
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (size_t i = 0; i < report->plan->part_count; i++) {
        for (size_t k = 0; k < report->extract->parts[i].control_count; k++, row++) {
            const struct tie_control *const control = &report->extract->parts[i].controls[k];

            pen_text(book, sheet, row, 0, STYLE_ID, report->plan->parts[i].title);
            pen_text(book, sheet, row, 1, STYLE_ID, control->name);
            pen_text(book, sheet, row, 2, STYLE_ID, control->expected);
            pen_text(book, sheet, row, 3, STYLE_ID, control->found);
            pen_text(book, sheet, row, 4, control->is_equal ? STYLE_GOOD : STYLE_BAD,
                control->is_equal ? "equal" : "DIFFERS");
        }
    }
    if (row == from + 1)
        pen_text(book, sheet, row++, 0, STYLE_NOTE, "No dataset of this job has a control query.");
    return row + 1;
}

static lxw_row_t write_rejected(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const char *const heads[] = { "Dataset", "Reason", "Position", "Row", "Column", "Value" };
    const struct tie_extract_result *const extract = book->report->extract;
    const size_t shown = extract->reject_count < (size_t)book->layout.rejects_shown
        ? extract->reject_count
        : (size_t)book->layout.rejects_shown;

    row = section(book, sheet, row, "Rejected rows",
        tie_arena_printf(
            book->arena, "%zu cells that break the data model; rejected.csv has all of them", extract->reject_count));
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 6);
    for (size_t i = 0; i < shown; i++, row++) {
        const struct tie_reject *const reject = &extract->rejects[i];

        pen_text(book, sheet, row, 0, STYLE_ID, book->report->plan->parts[reject->part].title);
        pen_text(book, sheet, row, 1, STYLE_WRAP, reject->reason);
        pen_count(book, sheet, row, 2, STYLE_COUNT, reject->source_row);
        pen_text(book, sheet, row, 3, STYLE_ID, reject->row_id);
        pen_text(book, sheet, row, 4, STYLE_ID, reject->column);
        pen_text(book, sheet, row, 5, STYLE_ID, reject->value);
    }
    if (extract->reject_count == 0)
        pen_text(book, sheet, row++, 0, STYLE_NOTE, "No row was rejected.");
    else if (shown < extract->reject_count)
        pen_printf(book, sheet, row++, 0, STYLE_NOTE, "%zu more in rejected.csv", extract->reject_count - shown);
    return row + 1;
}

/* ---- what was not looked at ---- */

static lxw_row_t write_gaps(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    const struct tie_totals *const totals = &book->report->totals;
    const struct {
        const char *what, *meaning;
        uint64_t count;
    } gaps[] = {
        { "Findings without an amount", "neither a posted cost nor a price is known; they are in no sum",
            totals->without_amount },
        { "Amounts without exchange rate", "no rate of the policy's kind on or before the as-of; they are in no sum",
            totals->rate_missing },
        { "Carried over", "their orders were not read in this run; see the sheet", totals->carried_count },
    };
    static const char *const heads[] = { "What", "Why it matters", "Count" };

    row = section(book, sheet, row, "What the totals leave out", "");
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 2);
    for (size_t i = 0; i < TIE_COUNT_OF(gaps); i++, row++) {
        pen_text(book, sheet, row, 0, STYLE_TEXT, gaps[i].what);
        pen_text(book, sheet, row, 1, STYLE_WRAP, gaps[i].meaning);
        pen_count(book, sheet, row, 2, STYLE_COUNT, gaps[i].count);
    }
    return row + 1;
}

static lxw_row_t write_switched_off(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    static const enum tie_check_off order[] = { TIE_CHECK_OFF_NEEDS, TIE_CHECK_OFF_POLICY, TIE_CHECK_OFF_VERSION };
    static const char *const heads[] = { "Check", "Title", "Why" };
    uint64_t off = 0;

    for (int i = 0; i < TIE_CHECK_COUNT; i++)
        off += book->report->switches[i].off != TIE_CHECK_ON;
    row = section(book, sheet, row, "Checks not run",
        tie_arena_printf(book->arena, "%u of %d checks of the catalogue", (unsigned)off, (int)TIE_CHECK_COUNT));
    pen_heads(book, sheet, row++, heads, TIE_COUNT_OF(heads), 3);
    for (size_t k = 0; k < TIE_COUNT_OF(order); k++) {
        for (int i = 0; i < TIE_CHECK_COUNT; i++) {
            if (book->report->switches[i].off != order[k])
                continue;
            pen_text(book, sheet, row, 0, STYLE_ID, tie_check((enum tie_check)i)->code);
            pen_text(book, sheet, row, 1, STYLE_TEXT, tie_check((enum tie_check)i)->title);
            pen_text(book, sheet, row++, 2, STYLE_TEXT, book->report->switches[i].why);
        }
    }
    return row + 1;
}

static lxw_row_t write_origin(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    const struct tie_report *const report = book->report;
    const struct {
        const char *what, *value;
    } lines[] = {
        { "Engine", report->engine },
        { "Policy (SHA-256)", report->policy_sha256 },
        { "Orders in the window since", pen_date_words(book->arena, report->window_start) },
        { "ERP history since", pen_date_words(book->arena, report->history_start) },
    };

    row = section(book, sheet, row, "Made by", "");
    for (size_t i = 0; i < TIE_COUNT_OF(lines); i++, row++) {
        pen_text(book, sheet, row, 0, STYLE_TEXT, lines[i].what);
        pen_text(book, sheet, row, 1, STYLE_ID, lines[i].value);
    }
    return row + 1;
}

void write_account(struct book *book, struct sheet *sheet)
{
    static lxw_row_t (*const sections[])(struct book *, struct sheet *, lxw_row_t) = { write_conservation,
        write_excluded, write_gaps, write_groups, write_parts, write_controls, write_sources, write_rejected,
        write_switched_off, write_origin };
    static const double widths[] = { 27, 62, 18, 18, 12, 14, 12, 12, 12, 15 };
    lxw_row_t row = 3;

    for (size_t i = 0; i < TIE_COUNT_OF(widths); i++)
        pen_failed(
            book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL));
    pen_page(book, sheet, 0);
    pen_title(book, sheet, sheet->layout->note);
    for (size_t i = 0; i < TIE_COUNT_OF(sections); i++)
        row = sections[i](book, sheet, row);
    tie_lxw.worksheet_freeze_panes(sheet->at, 2, 0);
}
