/*
 * test_xlsx_reader.c - what a workbook's parts may look like, and what is refused.
 *
 * Parts are written by hand, so that every way of saving a value is met; workbooks that programs saved are read in
 * tests/integration/evaluate.sh.
 */
#include "tieout/xlsx_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA_BYTES ((size_t)1 << 30)
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define ROOT                                                                                                           \
    XML "<Relationships " REL "><Relationship Id=\"a\" Type=\"" TYPE                                                   \
        "/officeDocument\" Target=\"xl/book.xml\"/></Relationships>"
#define BOOK                                                                                                           \
    XML "<x:workbook xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" TYPE "\">"      \
        "<x:workbookPr date1904=\"1\"/><x:sheets><x:sheet name=\"Other\" sheetId=\"1\" r:id=\"r7\"/>"                  \
        "<x:sheet name=\"Data &amp; more\" sheetId=\"2\" r:id=\"r1\"/></x:sheets></x:workbook>"
#define RELATIONS                                                                                                      \
    XML "<Relationships " REL "><Relationship Id=\"r1\" Type=\"" TYPE "/worksheet\" Target=\"/xl/sheets/one.xml\"/>"   \
        "<Relationship Id=\"r2\" Type=\"" TYPE "/sharedStrings\" Target=\"strings.xml\"/></Relationships>"
#define STRINGS                                                                                                        \
    XML "<sst " MAIN                                                                                                   \
        "><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">ch </t></r>"            \
        "<rPh sb=\"0\" eb=\"1\"><t>hint</t></rPh></si><si><t>a_x000A_b_x005F_xé</t></si><si><t/></si></sst>"

static struct tie_arena arena;
static char path[64];

static int setup(void **state)
{
    struct tie_error error;

    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/tieout-xlsx-%ld.xlsx", (long)getpid());
    return tie_arena_init(&arena, ARENA_BYTES, &error) == TIE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    tie_arena_release(&arena);
    return 0;
}

static void put(struct archive *zip, const char *name, const char *bytes)
{
    struct archive_entry *const entry = archive_entry_new();

    if (bytes != NULL) {
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)strlen(bytes));
        assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(zip, bytes, strlen(bytes)), (la_ssize_t)strlen(bytes));
    }
    archive_entry_free(entry);
}

/* The sheet comes first and the relations last: the order of parts is the writer's own. */
static void write_book(const char *root, const char *strings, const char *sheet)
{
    struct archive *const zip = archive_write_new();

    assert_int_equal(archive_write_set_format_zip(zip), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(zip, path), ARCHIVE_OK);
    put(zip, "xl/sheets/one.xml", sheet);
    put(zip, "xl/strings.xml", strings);
    put(zip, "xl/book.xml", BOOK);
    put(zip, "_rels/.rels", root);
    put(zip, "xl/_rels/book.xml.rels", RELATIONS);
    assert_int_equal(archive_write_close(zip), ARCHIVE_OK);
    (void)archive_write_free(zip);
}

static enum tie_status read_book(struct tie_xlsx_sheet *sheet, struct tie_error *error)
{
    tie_arena_reset(&arena);
    *error = (struct tie_error){ .status = TIE_OK };
    return tie_xlsx_read(&arena, path, "Data & more", sheet, error);
}

/* "2: T plain|E |N 1.5" and so on, a line a row. */
static void flatten(const struct tie_xlsx_sheet *sheet, struct tie_buf *out)
{
    static const char kinds[] = { 'E', 'T', 'N', 'B', 'X' };

    tie_buf_reset(out);
    for (size_t i = 0; i < sheet->count; i++) {
        tie_buf_printf(out, "%llu:", (unsigned long long)sheet->at[i].number);
        for (size_t c = 0; c < sheet->at[i].count; c++)
            tie_buf_printf(
                out, "%s%c %s", c > 0 ? "|" : " ", kinds[sheet->at[i].cells[c].kind], sheet->at[i].cells[c].text.at);
        tie_buf_char(out, '\n');
    }
}

static const struct {
    const char *why, *sheet, *want;
} values[] = {
    { "shared strings: plain, rich without its hint, escaped, empty",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
        "<c r=\"D1\" t=\"s\"><v>3</v></c></row>",
        "1: T plain|T rich |T a\nb_xé\n" },
    { "gaps in rows and cells",
        "<row r=\"2\"><c r=\"C2\"><v>1</v></c></row><row r=\"7\"><c r=\"AB7\"><v>2</v></c></row>",
        "2: E |E |N 1\n7: E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |E |N 2\n" },
    { "no references at all",
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c t=\"inlineStr\"><is><t>x</t></is></c></row>",
        "1: N 1|N 2\n2: T x\n" },
    { "numbers as they stand", "<row><c><v>80.099999999999994</v></c><c t=\"n\"><v>1E-3</v></c></row>",
        "1: N 80.099999999999994|N 1E-3\n" },
    { "a formula's stored value, not the formula",
        "<row><c><f>1+1</f><v>2</v></c><c t=\"str\"><f>A1&amp;\"z\"</f><v>2z</v></c><c><f>9*9</f></c></row>",
        "1: N 2|T 2z\n" },
    { "booleans and errors", "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#REF!</v></c></row>",
        "1: B TRUE|B FALSE|X #REF!\n" },
    { "inline rich text", "<row><c t=\"inlineStr\"><is><r><t>a</t></r><r><t>&lt;b</t></r></is></c></row>",
        "1: T a<b\n" },
    { "styled cells without a value are none", "<row r=\"3\"><c r=\"A3\" s=\"4\"/></row><row r=\"4\" spans=\"1:2\"/>",
        "" },
    { "what is no cell is no text", "<row><c><v>1</v></c><extLst><ext>noise</ext></extLst></row>", "1: N 1\n" },
};

static void test_values(void **state)
{
    struct tie_buf got;

    (void)state;
    tie_buf_init(&got, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(values); i++) {
        char xml[2048];
        struct tie_xlsx_sheet sheet;
        struct tie_error error;

        (void)snprintf(xml, sizeof xml,
            XML "<worksheet " MAIN "><cols><col/></cols><sheetData>%s</sheetData></worksheet>", values[i].sheet);
        write_book(ROOT, STRINGS, xml);
        if (read_book(&sheet, &error) != TIE_OK)
            fail_msg("%s: %s", values[i].why, error.text);
        assert_true(sheet.is_1904);
        flatten(&sheet, &got);
        if (strcmp(got.size > 0 ? got.at : "", values[i].want) != 0)
            fail_msg("%s: %s", values[i].why, got.at);
    }
    tie_buf_release(&got);
}

#define SHEET(rows) XML "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define GOOD SHEET("<row><c><v>1</v></c></row>")

static const struct {
    const char *why, *root, *strings, *sheet, *says;
} refusals[] = {
    { "entities that grow", ROOT, STRINGS,
        XML "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><worksheet " MAIN
            "><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>",
        "one.xml, line 2: holds a document type declaration" },
    { "an entity that reads a file", ROOT,
        XML "<!DOCTYPE s [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><sst " MAIN "><si><t>&f;</t></si></sst>", GOOD,
        "strings.xml, line 2: holds a document type declaration" },
    { "a document type without entities too", "<!DOCTYPE r><Relationships " REL "/>", STRINGS, GOOD,
        "_rels/.rels, line 1: holds a document type declaration" },
    { "an entity that nobody declared", ROOT, STRINGS, SHEET("<row><c t=\"str\"><v>&b;</v></c></row>"),
        "line 2: is no well-formed XML: undefined entity" },
    { "cut short", ROOT, STRINGS, XML "<worksheet " MAIN "><sheetData><row>", "is no well-formed XML" },
    { "no string of that number", ROOT, STRINGS, SHEET("<row><c t=\"s\"><v>4</v></c></row>"),
        "a cell of row 1 names string 4, and there are 4" },
    { "nor of that", ROOT, STRINGS, SHEET("<row><c t=\"s\"><v>-1</v></c></row>"), "names string -1" },
    { "a part that isn't there", ROOT, NULL, GOOD, "strings.xml" },
    { "rows that go back", ROOT, STRINGS, SHEET("<row r=\"5\"/><row r=\"5\"/>"), "row \"5\" stands behind row 5" },
    { "cells that go back", ROOT, STRINGS, SHEET("<row><c r=\"B1\"/><c r=\"A1\"/></row>"),
        "cell \"A1\" is out of order" },
    { "below the last row", ROOT, STRINGS, SHEET("<row r=\"1048577\"/>"), "row 1048577 lies below" },
    { "a row number beyond all numbers", ROOT, STRINGS, SHEET("<row r=\"99999999999999999999\"/>"), "row \"9999" },
    { "right of the last column", ROOT, STRINGS, SHEET("<row><c r=\"XFE1\"><v>1</v></c></row>"), "cell \"XFE1\"" },
    { "a cell outside a row", ROOT, STRINGS, SHEET("<c r=\"A1\"><v>1</v></c>"), "a cell stands outside a row" },
    { "an unknown type", ROOT, STRINGS, SHEET("<row><c t=\"q\"><v>1</v></c></row>"), "unknown type \"q\"" },
    { "no workbook inside", XML "<Relationships " REL "/>", STRINGS, GOOD, "names no workbook inside" },
    { "a relation without a target", XML "<Relationships " REL "><Relationship Id=\"a\" Type=\"t\"/></Relationships>",
        STRINGS, GOOD, "lacks Id, Type or Target" },
    { "a target outside the archive",
        XML "<Relationships " REL "><Relationship Id=\"a\" Type=\"" TYPE
            "/officeDocument\" Target=\"../../etc/passwd\"/></Relationships>",
        STRINGS, GOOD, "../../etc/passwd" },
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(refusals); i++) {
        struct tie_xlsx_sheet sheet;
        struct tie_error error;

        write_book(refusals[i].root, refusals[i].strings, refusals[i].sheet);
        if (read_book(&sheet, &error) != TIE_DATA || strstr(error.text, refusals[i].says) == NULL)
            fail_msg("%s: %s, \"%s\"", refusals[i].why, tie_status_name(error.status), error.text);
    }
}

/* A few kilobytes that unpack to much, elements without end, and cells far to the right in every row. */
static void test_bombs(void **state)
{
    enum { BLANKS = 4 << 20, DEEP = 70, WIDE = 300 };
    static char xml[BLANKS + 4096];
    struct tie_xlsx_sheet sheet;
    struct tie_error error;
    size_t size = 0;

    (void)state;
    (void)memset(xml, ' ', sizeof xml);
    (void)memcpy(xml, XML, sizeof XML - 1);
    (void)memcpy(xml + BLANKS, "<worksheet/>", sizeof "<worksheet/>");
    write_book(ROOT, STRINGS, xml);
    assert_int_equal(read_book(&sheet, &error), TIE_DATA);
    for (int i = 0; i < DEEP; i++)
        size += (size_t)snprintf(xml + size, sizeof xml - size, "<d>");
    write_book(ROOT, STRINGS, xml);
    assert_int_equal(read_book(&sheet, &error), TIE_DATA);
    assert_non_null(strstr(error.text, "deeper than 64"));
    size = (size_t)snprintf(xml, sizeof xml, XML "<worksheet " MAIN "><sheetData>");
    for (int i = 1; i <= WIDE; i++)
        size += (size_t)snprintf(xml + size, sizeof xml - size, "<row><c r=\"XFD%d\"><v>%d</v></c></row>", i, i * 7919);
    (void)snprintf(xml + size, sizeof xml - size, "</sheetData></worksheet>");
    write_book(ROOT, STRINGS, xml);
    assert_int_equal(read_book(&sheet, &error), TIE_DATA);
    assert_non_null(strstr(error.text, "more than 4000000 cells"));
}

static void test_files(void **state)
{
    struct tie_xlsx_sheet sheet;
    struct tie_error error;

    (void)state;
    write_book(ROOT, STRINGS, GOOD);
    assert_int_equal(tie_xlsx_read(&arena, path, "Data", &sheet, &error), TIE_DATA);
    assert_non_null(strstr(error.text, "has no sheet \"Data\"; its sheets: Other, Data & more"));
    assert_int_equal(tie_xlsx_read(&arena, "/nowhere/a.xlsx", "Data", &sheet, &error), TIE_NOINPUT);
    assert_int_equal(tie_file_write(path, TIE_TEXT("no,zip\n"), &error), TIE_OK);
    assert_int_equal(tie_xlsx_read(&arena, path, "Data", &sheet, &error), TIE_DATA);
}

static void test_dates(void **state)
{
    static const struct {
        const char *serial, *want; /* NULL: no day */
        bool is_1904;
    } cases[] = { { "61", "1900-03-01", false }, { "60", NULL, false }, { "45658", "2025-01-01", false },
        { "45658.75", "2025-01-01", false }, { "2958465", "9999-12-31", false }, { "2958466", NULL, false },
        { "0", "1904-01-01", true }, { "44196", "2025-01-01", true }, { "2957003", "9999-12-31", true },
        { "2957004", NULL, true }, { "-1", NULL, true }, { "2025-01-01", NULL, false }, { "", NULL, false } };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        tie_date date = TIE_NO_DATE;
        char text[16] = "";

        if (tie_xlsx_date(tie_text_of(cases[i].serial), cases[i].is_1904, &date))
            (void)tie_date_print(date, text);
        assert_string_equal(text, cases[i].want != NULL ? cases[i].want : "");
    }
}

static void test_column_names(void **state)
{
    static const struct {
        size_t column;
        const char *name;
    } cases[] = { { 0, "A" }, { 25, "Z" }, { 26, "AA" }, { 51, "AZ" }, { 701, "ZZ" }, { 702, "AAA" },
        { 16383, "XFD" } };
    char name[8];

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        assert_string_equal(tie_xlsx_column_name(cases[i].column, name), cases[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_column_names),
    };

    return cmocka_run_group_tests_name("io/xlsx_reader", tests, setup, teardown);
}
