/*
 * workbook.c - discrepancies.xlsx: plan, write, read back.
 *
 * Everything is planned first, so each sheet is written once and downwards. A book up to [workbook] memory_cells is
 * built in memory: shared strings and cached chart figures, which previewers need. A larger one is streamed
 * (constant_memory): 100,000 findings then take a few MiB instead of about 700. Both ways write the same cells; the
 * plan makes the difference a single flag. Rejected: two passes over the sheets (positions are known from counts); a
 * hidden sheet for chart data (auditors ask what it hides).
 */
#include "workbook.h"

#include <string.h>

static void write_sheet_of_kind(struct book *book, struct sheet *sheet)
{
    static void (*const writers[SHEET_KIND_COUNT])(struct book *, struct sheet *) = { [SHEET_SUMMARY] = write_summary,
        [SHEET_FAMILY] = write_details,
        [SHEET_ROWS] = write_rows,
        [SHEET_COMPLETENESS] = write_account,
        [SHEET_CARRIED] = write_details,
        [SHEET_CLEARED] = write_details,
        [SHEET_CORRECTIONS] = write_details,
        [SHEET_DEFINITIONS] = write_terms };

    writers[sheet->layout->kind](book, sheet);
}

enum tie_status tie_publish_workbook(struct tie_arena *arena, const struct tie_report *report, const char *layout_path,
    const char *folder, struct tie_error *err)
{
    struct book book = { .arena = arena, .report = report, .file_name = "discrepancies.xlsx" };
    enum tie_status status = TIE_OK;

    TIE_TRY(layout_load(arena, layout_path, &book.layout, err));
    plan_sheets(&book);
    TIE_TRY(book_begin(&book, folder, err));
    for (size_t i = 0; i < book.sheets.count && book.error.status == TIE_OK; i++)
        write_sheet_of_kind(&book, &book.sheets.at[i]);
    TIE_TRY(book_end(&book, err));
out:
    book_drop(&book, status);
    return status;
}
