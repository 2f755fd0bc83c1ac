/*
 * workbook_terms.c - sheet Definitions: what each check means, when it is due, what it costs and what is proposed.
 *
 * The rows are the registry's, so a check can't be defined in one way and judged in another. A window that a check's
 * due names is printed with the value that this run's policy gives it, overrides of single checks included.
 */
#include "workbook.h"

#include <string.h>

/* "closed_at + window.return_after_close" -> "closed_at + 10 days" */
static const char *print_due(struct book *book, const struct tie_check_info *check)
{
    const struct tie_policy *const policy = book->report->policy;
    const struct tie_check_override *const own = tie_policy_override(policy, check->code);
    const char *const window = strstr(check->due, "window.");

    if (strcmp(check->due, "-") == 0)
        return "at once";
    if (window == NULL)
        return check->due;
    for (int i = 0; i < TIE_WINDOW_COUNT; i++) {
        if (strcmp(window + strlen("window."), tie_window_name((enum tie_window)i)) != 0)
            continue;
        return tie_arena_printf(book->arena, "%.*s%s", (int)(window - check->due), check->due,
            tie_span_words(book->arena, own != NULL && own->has_window ? own->window : policy->window[i]));
    }
    return check->due;
}

static const char *print_state(const struct tie_check_switch *state)
{
    return state->off == TIE_CHECK_ON ? "runs" : state->why;
}

static int severity_of(const struct tie_policy *policy, const struct tie_check_info *check)
{
    const struct tie_check_override *const own = tie_policy_override(policy, check->code);

    return own != NULL && own->severity != 0 ? own->severity : check->severity;
}

void write_terms(struct book *book, struct sheet *sheet)
{
    static const struct {
        const char *head;
        double width;
    } heads[] = { { "Check", 11 }, { "Title", 40 }, { "What it means", 62 }, { "Severity", 9 }, { "Bucket", 9 },
        { "Certainty", 12 }, { "Due", 34 }, { "Proposed document", 30 }, { "Exposure", 38 }, { "Test", 70 },
        { "In this run", 34 } };
    lxw_row_t row = 2;

    for (size_t i = 0; i < TIE_COUNT_OF(heads); i++)
        pen_failed(
            book, sheet, 0, tie_lxw.worksheet_set_column(sheet->at, (lxw_col_t)i, (lxw_col_t)i, heads[i].width, NULL));
    pen_page(book, sheet, row);
    pen_title(book, sheet, sheet->layout->note);
    pen_row(book, sheet, row, 24);
    for (size_t i = 0; i < TIE_COUNT_OF(heads); i++)
        pen_text(book, sheet, row, (lxw_col_t)i, STYLE_HEAD, heads[i].head);
    row++;
    for (int i = 0; i < TIE_CHECK_COUNT; i++, row++) {
        const struct tie_check_info *const check = tie_check((enum tie_check)i);

        const char *const due = print_due(book, check);
        const size_t lines[] = { pen_lines(check->title, heads[1].width), pen_lines(check->definition, heads[2].width),
            pen_lines(due, heads[6].width), pen_lines(check->verbs, heads[7].width),
            pen_lines(check->exposure, heads[8].width), pen_lines(check->test, heads[9].width),
            pen_lines(print_state(&book->report->switches[i]), heads[10].width) };
        size_t most = 1;

        for (size_t k = 0; k < TIE_COUNT_OF(lines); k++)
            most = lines[k] > most ? lines[k] : most;
        pen_lined_row(book, sheet, row, most);
        pen_text(book, sheet, row, 0, STYLE_ID, check->code);
        pen_text(book, sheet, row, 1, STYLE_WRAP, check->title);
        pen_text(book, sheet, row, 2, STYLE_WRAP, check->definition);
        pen_printf(book, sheet, row, 3, STYLE_TAG, "S%d", severity_of(book->report->policy, check));
        pen_text(book, sheet, row, 4, STYLE_TAG, tie_bucket_name(check->bucket));
        pen_text(book, sheet, row, 5, STYLE_TAG, tie_certainty_name(check->certainty));
        pen_text(book, sheet, row, 6, STYLE_WRAP, due);
        pen_text(book, sheet, row, 7, STYLE_WRAP, check->verbs);
        pen_text(book, sheet, row, 8, STYLE_WRAP, check->exposure);
        pen_text(book, sheet, row, 9, STYLE_WRAP, check->test);
        pen_text(book, sheet, row, 10, STYLE_WRAP, print_state(&book->report->switches[i]));
    }
    tie_lxw.worksheet_freeze_panes(sheet->at, 3, 2);
    pen_failed(
        book, sheet, 0, tie_lxw.worksheet_autofilter(sheet->at, 2, 0, row - 1, (lxw_col_t)(TIE_COUNT_OF(heads) - 1)));
}
