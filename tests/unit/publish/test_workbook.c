/*
 * test_workbook.c - the file that is written: same bytes for the same report, sheets that split, links that end,
 * text that no cell can hold; and what a layout may not say. That every cell equals the CSV is the business of
 * tests/integration/workbook_check.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "publish/sample_report.h"

#include "tieout/zip_check.h"

#define LAYOUT "reports/nightly.ini"

struct bench {
    struct sample sample;
    char folder[64], path[96], layout[96];
};

static void start(struct bench *bench, size_t findings)
{
    struct tie_error error;

    if (sample_init(&bench->sample, findings, 7, &error) != TIE_OK)
        fail_msg("%s", error.text);
    (void)snprintf(bench->folder, sizeof bench->folder, "/tmp/tieout-workbook-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    (void)snprintf(bench->path, sizeof bench->path, "%s/discrepancies.xlsx", bench->folder);
    (void)snprintf(bench->layout, sizeof bench->layout, "%s/layout.ini", bench->folder);
}

static void stop(struct bench *bench)
{
    struct tie_error error;

    assert_int_equal(tie_tree_remove(bench->folder, &error), TIE_OK);
    tie_arena_release(&bench->sample.arena);
}

/* The product's layout with `from` replaced by `to`. */
static void change_layout(struct bench *bench, const char *from, const char *to)
{
    struct tie_error error;
    struct tie_text text;
    struct tie_buf out;
    const char *at = NULL;

    if (tie_file_read(&bench->sample.arena, LAYOUT, 1 << 20, &text, &error) != TIE_OK)
        fail_msg("%s", error.text);
    at = strstr(text.at, from);
    if (at == NULL)
        fail_msg("the layout has no '%s'", from);
    tie_buf_init(&out, 1 << 20);
    tie_buf_put(&out, text.at, (size_t)(at - text.at));
    tie_buf_text(&out, to);
    tie_buf_text(&out, at + strlen(from));
    assert_int_equal(tie_file_write(bench->layout, tie_buf_slice(&out), &error), TIE_OK);
    tie_buf_release(&out);
}

static void publish(struct bench *bench, const char *layout)
{
    struct tie_error error;

    if (tie_publish_workbook(&bench->sample.arena, &bench->sample.report, layout, bench->folder, &error) != TIE_OK)
        fail_msg("%s", error.text);
}

static size_t count_sheets(struct bench *bench, uint64_t *rows)
{
    struct tie_error error;
    struct tie_zip_sheets sheets;

    if (tie_zip_count_sheets(&bench->sample.arena, bench->path, "xl/worksheets/", &sheets, &error) != TIE_OK)
        fail_msg("%s", error.text);
    *rows = 0;
    for (size_t i = 0; i < sheets.count; i++)
        *rows = sheets.at[i].rows > *rows ? sheets.at[i].rows : *rows;
    return sheets.count;
}

static void test_same_bytes(void **state)
{
    char first[TIE_SHA256_HEX], second[TIE_SHA256_HEX];
    struct bench bench;
    struct tie_error error;

    (void)state;
    start(&bench, 200);
    publish(&bench, LAYOUT);
    assert_int_equal(tie_file_sha256(bench.path, first, &error), TIE_OK);
    publish(&bench, LAYOUT);
    assert_int_equal(tie_file_sha256(bench.path, second, &error), TIE_OK);
    assert_string_equal(first, second);
    bench.sample.findings.at[3].exposure += TIE_DEC_ONE; /* the digest sees a cell */
    publish(&bench, LAYOUT);
    assert_int_equal(tie_file_sha256(bench.path, second, &error), TIE_OK);
    assert_string_not_equal(first, second);
    stop(&bench);
}

static void test_sizes(void **state)
{
    static const struct {
        const char *why;
        size_t findings;
        const char *from, *to;
        size_t sheets_at_least, sheets_at_most;
        uint64_t rows_at_most;
    } sizes[] = {
        { "a run without findings has the fixed sheets", 0, "row_limit      = 1000000", "row_limit = 1000000", 7, 7,
            300 },
        { "one finding, one family", 1, "row_limit      = 1000000", "row_limit = 1000000", 8, 8, 300 },
        { "streamed, the same cells are found again", 200, "memory_cells   = 400000", "memory_cells = 0", 12, 20, 500 },
        { "a full sheet is followed by another", 200, "row_limit      = 1000000", "row_limit = 20", 30, 80, 300 },
        { "links end at the limit", 200, "link_limit     = 65530", "link_limit = 5", 12, 20, 500 },
        { "no links at all", 200, "link_limit     = 65530", "link_limit = 0", 12, 20, 500 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(sizes); i++) {
        struct bench bench;
        uint64_t rows = 0;
        size_t sheets = 0;

        start(&bench, sizes[i].findings);
        change_layout(&bench, sizes[i].from, sizes[i].to);
        publish(&bench, bench.layout);
        sheets = count_sheets(&bench, &rows);
        if (sheets < sizes[i].sheets_at_least || sheets > sizes[i].sheets_at_most || rows > sizes[i].rows_at_most)
            fail_msg("%s: %zu sheets, %d rows", sizes[i].why, sheets, (int)rows);
        stop(&bench);
    }
}

static void test_strange_text(void **state)
{
    struct bench bench;
    struct tie_finding *finding = NULL;
    char *const longest = malloc(200001);

    (void)state;
    assert_non_null(longest);
    memset(longest, 'x', 200000);
    longest[200000] = '\0';
    start(&bench, 40);
    finding = &bench.sample.findings.at[0];
    finding->explanation = longest;
    finding->customer = "=1+1";
    finding->item = "http://example.com/";
    finding->work_order = "bad \xC3\x28 utf-8";
    finding->serial = "no character \xEF\xBF\xBF";
    finding->asset = "control \x01 <&> \xF0\x9F\x94\xA7";
    finding->expected_amount = TIE_DEC_MAX; /* no double holds it */
    finding->due = tie_date_from_civil(1, 1, 1);
    publish(&bench, LAYOUT); /* reads back what it wrote */
    free(longest);
    stop(&bench);
}

static void test_damage(void **state)
{
    static const char noise[] = "no zip at all";
    struct tie_zip_sheets sheets;
    struct bench bench;
    struct tie_error error;
    struct tie_text text;

    (void)state;
    start(&bench, 60);
    publish(&bench, LAYOUT);
    assert_int_equal(tie_file_read(&bench.sample.arena, bench.path, 1 << 26, &text, &error), TIE_OK);
    assert_int_equal(tie_file_write(bench.path, (struct tie_text){ text.at, text.size / 2 }, &error), TIE_OK);
    assert_int_equal(
        tie_zip_count_sheets(&bench.sample.arena, bench.path, "xl/worksheets/", &sheets, &error), TIE_DATA);
    assert_int_equal(tie_file_write(bench.path, (struct tie_text){ noise, sizeof noise }, &error), TIE_OK);
    assert_int_equal(
        tie_zip_count_sheets(&bench.sample.arena, bench.path, "xl/worksheets/", &sheets, &error), TIE_DATA);
    assert_int_equal(
        tie_zip_count_sheets(&bench.sample.arena, "/nowhere/x.xlsx", "xl/worksheets/", &sheets, &error), TIE_NOINPUT);
    assert_int_not_equal(
        tie_publish_workbook(&bench.sample.arena, &bench.sample.report, LAYOUT, "/nowhere", &error), TIE_OK);
    stop(&bench);
}

static void test_layouts(void **state)
{
    static const struct {
        const char *why, *from, *to, *text; /* text: must stand in the error; NULL: the layout is right */
    } layouts[] = {
        { "as delivered", "[sheet INV]", "[sheet INV]", NULL },
        { "a family without a sheet would lose findings", "[sheet INV]", "[sheet XYZ]",
            "[sheet XYZ]: there is no such sheet" },
        { "a column that no CSV has", "finding_id, title, severity, status, work_order", "finding, title",
            "finding is no column" },
        { "a column twice", "finding_id, title, severity", "finding_id, title, title", "title stands there twice" },
        { "a column without its line", "usage_qty          =", "; usage_qty =", "[columns] has no line for usage_qty" },
        { "an unknown format", "Used, 10, quantity", "Used, 10, money", "format 'money' is unknown" },
        { "a width that is no number", "Used, 10, quantity", "Used, wide, quantity", "width 'wide'" },
        { "a title that Excel refuses", "title   = Billing", "title   = Bil/ling", "a tab is named by" },
        { "titles that differ in case only", "title   = Billing", "title   = INVENTORY", "has this title already" },
        { "a colour", "accent    = 1F4E79", "accent = blue", "not a colour" },
        { "more links than Excel takes", "link_limit     = 65530", "link_limit = 65531", "link_limit" },
        { "more rows than Excel has", "row_limit      = 1000000", "row_limit = 1048577", "row_limit" },
        { "an unknown key", "title   = Billing", "titel   = Billing", "titel" },
        { "a sheet with columns of its own", "[sheet rows]", "[sheet rows]\ncolumns = item", "columns of its own" },
        { "opens on the summary", "[sheet summary]\ntitle = Summary", "[sheet carried]\ntitle = Sum", "" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(layouts); i++) {
        struct bench bench;
        struct tie_error error = { 0 };
        enum tie_status status = TIE_OK;

        start(&bench, 0);
        change_layout(&bench, layouts[i].from, layouts[i].to);
        status = tie_workbook_layout_check(bench.layout, &error);
        if (status != (layouts[i].text == NULL ? TIE_OK : TIE_CONFIG) ||
            (layouts[i].text != NULL && strstr(error.text, layouts[i].text) == NULL))
            fail_msg("%s: %s", layouts[i].why, error.text);
        stop(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_strange_text),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_layouts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
