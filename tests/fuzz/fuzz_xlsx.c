/*
 * fuzz_xlsx.c - workbooks of others.
 *
 * The input is the XML of up to five parts, each ended by a byte 0xFF (which is no UTF-8): workbook, its relations, the
 * shared strings, a sheet, another sheet. The zip around them, stored and with right checksums, is made here: behind
 * checksums and compression a fuzzer would see nothing. A part that is missing is left out; a first part that begins
 * "PK" is the file as it is. Properties: rows ascend and lie within Excel's limits; texts are UTF-8 and zero-ended; an
 * empty cell has no text; the same file reads the same twice; every file is closed again.
 */
#include "fuzz.h"

#include "tieout/xlsx_reader.h"

#include <string.h>
#include <zlib.h>

enum { PARTS = 5, ROWS_MAX = 1048576, COLUMNS_MAX = 16384, CELLS_MAX = 4000000 };

static const char *const part_names[PARTS] = { "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml" };

static void put_number(struct tie_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        tie_buf_char(out, (char)(value >> (8 * i) & 0xFF));
}

/* The fields that local header and directory share. */
static void put_member(struct tie_buf *out, const char *name, struct tie_text part)
{
    const uLong sum = crc32(crc32(0, NULL, 0), (const Bytef *)part.at, (uInt)part.size);

    put_number(out, 20, 2); /* version; then flags, method, time, date */
    put_number(out, 0, 8);
    put_number(out, sum, 4);
    put_number(out, part.size, 4);
    put_number(out, part.size, 4);
    put_number(out, strlen(name), 2);
    put_number(out, 0, 2);
}

static void make_zip(struct tie_text parts, struct tie_buf *zip)
{
    struct tie_buf directory;
    size_t count = 0;

    tie_buf_init(&directory, SIZE_MAX);
    for (size_t i = 0; i < PARTS && parts.size > 0; i++) {
        const struct tie_text part = tie_text_cut(&parts, '\xFF');
        const size_t at = zip->size;

        if (part.size == 0)
            continue;
        tie_buf_put(zip, "PK\3\4", 4);
        put_member(zip, part_names[i], part);
        tie_buf_text(zip, part_names[i]);
        tie_buf_put(zip, part.at, part.size);
        tie_buf_put(&directory, "PK\1\2", 4);
        put_number(&directory, 20, 2);
        put_member(&directory, part_names[i], part);
        put_number(&directory, 0, 6); /* comment, disk, attributes */
        put_number(&directory, 0, 4);
        put_number(&directory, at, 4);
        tie_buf_text(&directory, part_names[i]);
        count++;
    }
    const size_t at = zip->size;
    tie_buf_put(zip, directory.at, directory.size);
    tie_buf_put(zip, "PK\5\6\0\0\0\0", 8);
    put_number(zip, count, 2);
    put_number(zip, count, 2);
    put_number(zip, directory.size, 4);
    put_number(zip, at, 4);
    put_number(zip, 0, 2);
    tie_buf_release(&directory);
}

static void check_cell(const struct tie_xlsx_cell *cell)
{
    if (cell->kind == TIE_XLSX_EMPTY) {
        FUZZ_HOLDS(cell->text.size == 0);
        return;
    }
    FUZZ_HOLDS(cell->text.at[cell->text.size] == '\0');
    FUZZ_HOLDS(cell->text.size == 0 || tie_text_is_utf8(cell->text, NULL));
}

static void check_sheet(const struct tie_xlsx_sheet *sheet, struct tie_buf *seen)
{
    uint64_t last = 0, cells = 0;

    for (size_t r = 0; r < sheet->count; r++) {
        const struct tie_xlsx_row *row = &sheet->at[r];

        FUZZ_HOLDS(row->number > last && row->number <= ROWS_MAX);
        FUZZ_HOLDS(row->count > 0 && row->count <= COLUMNS_MAX);
        FUZZ_HOLDS(row->cells[row->count - 1].kind != TIE_XLSX_EMPTY);
        last = row->number;
        cells += row->count;
        tie_buf_put(seen, &row->number, sizeof row->number);
        for (size_t c = 0; c < row->count; c++) {
            tie_date date = TIE_NO_DATE;

            check_cell(&row->cells[c]);
            if (row->cells[c].kind == TIE_XLSX_NUMBER && tie_xlsx_date(row->cells[c].text, sheet->is_1904, &date))
                FUZZ_HOLDS(date != TIE_NO_DATE);
            if (row->cells[c].kind != TIE_XLSX_EMPTY)
                fuzz_put(seen, row->cells[c].text);
        }
    }
    FUZZ_HOLDS(cells <= CELLS_MAX);
}

static enum tie_status read_sheet(const char *path, struct tie_buf *seen, struct tie_error *err)
{
    struct tie_xlsx_sheet sheet = { .count = 0 };
    const enum tie_status status = tie_xlsx_read(fuzz_arena(), path, "S", &sheet, err);

    if (status == TIE_OK)
        check_sheet(&sheet, seen);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct tie_text input = { (const char *)bytes, size };
    struct tie_error err = { .text = "" }, other = { .text = "" };
    struct tie_buf zip, seen, again;
    const char *path = NULL;

    tie_buf_init(&zip, SIZE_MAX);
    tie_buf_init(&seen, SIZE_MAX);
    tie_buf_init(&again, SIZE_MAX);
    if (tie_text_starts(input, "PK"))
        path = fuzz_file(bytes, size);
    else {
        make_zip(input, &zip);
        path = fuzz_file(zip.at, zip.size);
    }
    const enum tie_status status = read_sheet(path, &seen, &err);
    if (status != TIE_OK)
        fuzz_failure_is_told(status, &err);
    FUZZ_HOLDS(read_sheet(path, &again, &other) == status && strcmp(err.text, other.text) == 0);
    FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&seen), tie_buf_slice(&again)));
    fuzz_files_closed();
    tie_buf_release(&zip);
    tie_buf_release(&seen);
    tie_buf_release(&again);
    return 0;
}
