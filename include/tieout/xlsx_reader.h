/*
 * xlsx_reader.h - one sheet of a workbook as rows of text, whoever saved it (Excel, LibreOffice, a library).
 *
 * Input: an .xlsx file. A cell's value is what the file keeps: shared and inline strings (rich text joined, phonetic
 * hints left out, _xHHHH_ escapes resolved), numbers as the file writes them ("80.099999999999994", "1E-3"), dates as
 * serial numbers (tie_xlsx_date), booleans as TRUE and FALSE, formulas by the value stored when it was last calculated,
 * errors as they show ("#REF!"). Formats, styles, hidden rows and merged ranges are not looked at.
 * Output: rows in ascending order with the sheet's own numbers; rows without cells are left out. All texts are UTF-8
 * and zero-ended.
 * Limits: 256 MiB and 300 times the file's size unpacked, 4,000,000 cells (gaps in a row count), Excel's own 1,048,576
 * rows and 16,384 columns. A document type declaration, and with it every entity, is refused.
 * Errors: no file TIE_NOINPUT; no workbook, a damaged one, a limit: TIE_DATA with file, part and line. No such sheet:
 * TIE_DATA that names the sheets there are.
 * Ownership: everything lies in the arena given. Threads: no shared state.
 */
#ifndef TIEOUT_XLSX_READER_H
#define TIEOUT_XLSX_READER_H

#include "tieout/date.h"
#include "tieout/file.h"

enum tie_xlsx_kind { TIE_XLSX_EMPTY, TIE_XLSX_TEXT, TIE_XLSX_NUMBER, TIE_XLSX_BOOL, TIE_XLSX_ERROR };

struct tie_xlsx_cell {
    enum tie_xlsx_kind kind;
    struct tie_text text; /* empty when the cell is */
};
struct tie_xlsx_row {
    uint64_t number; /* from 1, as on the screen */
    size_t count;    /* columns A.. up to the last cell that holds something */
    const struct tie_xlsx_cell *cells;
};
struct tie_xlsx_sheet {
    const char *name;
    bool is_1904; /* dates count from 1904, not 1900 */
    struct tie_xlsx_row *at;
    size_t count, room;
};

TIE_MUST_CHECK enum tie_status tie_xlsx_read(struct tie_arena *arena, const char *path, const char *sheet_name,
    struct tie_xlsx_sheet *sheet, struct tie_error *err);

/* The day of a serial number; a time of day is cut off. False for what is no number, or no day from 1900-03-01 to 9999
 * (earlier ones are off by Excel's leap day of 1900). */
TIE_MUST_CHECK bool tie_xlsx_date(struct tie_text serial, bool is_1904, tie_date *date);
/* "A", "Z", "AA": the letters of a column counted from 0; `out` has 8 bytes. */
const char *tie_xlsx_column_name(size_t column, char out[8]);

#endif
