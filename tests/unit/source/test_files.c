/*
 * test_files.c - the driver that reads files: names and places, what a file gives, what it is refused for.
 *
 * The driver runs with a sink of its own that writes down what it gets. Archives, folders and whole jobs:
 * tests/integration/files.sh; the archive reader itself: tests/unit/io/test_archive_reader.c.
 */
#include "../../../src/source/driver.h"
#include "../../../src/source/files.h"

#include "tieout/file.h"
#include "tieout/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/tieout-files.XXXXXX";
static struct tie_arena arena;

struct taken { /* what the sink got: "name|name" and, for each row, "\n3:value|-|value" with its line; - is NULL */
    struct tie_buf text;
    uint64_t line;
    size_t width;
    const char *spoil; /* a file that is written to when the first row comes */
};

static enum tie_status take_shape(void *context, const struct tie_result_shape *shape, struct tie_error *err)
{
    struct taken *taken = context;

    (void)err;
    taken->width = shape->count;
    for (size_t i = 0; i < shape->count; i++) {
        assert_int_equal(shape->columns[i].kind, TIE_RAW_UNKNOWN);
        tie_buf_printf(&taken->text, "%s%s", i == 0 ? "" : "|", shape->columns[i].name);
    }
    return TIE_OK;
}

static enum tie_status take_row(void *context, const struct tie_raw *cells, struct tie_error *err)
{
    struct taken *taken = context;

    (void)err;
    tie_buf_printf(&taken->text, "\n%llu:", (unsigned long long)taken->line);
    for (size_t i = 0; i < taken->width; i++)
        tie_buf_printf(&taken->text, "%s%.*s", i == 0 ? "" : "|", cells[i].is_null ? 1 : (int)cells[i].text.size,
            cells[i].is_null ? "-" : cells[i].text.at);
    if (taken->spoil != NULL)
        assert_int_equal(tie_file_append(taken->spoil, TIE_TEXT("3,4\n"), NULL), TIE_OK);
    taken->spoil = NULL;
    return TIE_OK;
}

static void write_file(const char *name, const char *bytes, size_t size)
{
    assert_int_equal(
        tie_file_write(tie_path_join(&arena, folder, name), (struct tie_text){ bytes, size }, NULL), TIE_OK);
}

static struct tie_source_spec spec_of(const char *path)
{
    return (struct tie_source_spec){ .name = "drop",
        .driver = TIE_DRIVER_FILES,
        .connection = path,
        .timeout_us = 60 * TIE_US_PER_SECOND,
        .max_bytes = 4096,
        .max_ratio = 200 };
}

static enum tie_status read_file(const struct tie_source_spec *spec, const char *file, int64_t deadline_us,
    struct taken *taken, struct tie_error *err)
{
    const struct tie_driver_setup setup = { .spec = spec, .work_folder = folder, .deadline_us = deadline_us };
    const struct tie_row_sink sink = { .begin = take_shape, .row = take_row, .context = taken, .line = &taken->line };
    const char *file_path = tie_files_kind_of(spec->connection) == TIE_FILES_FOLDER
        ? tie_path_join(&arena, spec->connection, file)
        : spec->connection;
    const struct tie_statement statement = { .title = "price", .path = file_path, .file = file };
    struct tie_driver_session session;
    struct tie_link *link = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_reset(&taken->text);
    TIE_TRY(tie_driver_files.open(&arena, &setup, &link, &session, err));
    TIE_TRY(tie_driver_files.run(link, &statement, &sink, err));
out:
    tie_driver_files.close(link);
    return status;
}

/* ---- what a file gives ---- */

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *why;
    const char *bytes;
    size_t size;
    char delimiter;
    enum tie_status want_status;
    const char *want; /* what the sink got; or the error behind the path */
} cases[] = {
    { "columns and rows", BYTES("a,b\n1,2\n3,4\n"), 0, TIE_OK, "a|b\n2:1|2\n3:3|4" },
    { "CRLF, no line end at the end", BYTES("a,b\r\n1,2\r\n3,4"), 0, TIE_OK, "a|b\n2:1|2\n3:3|4" },
    { "a header alone is no row", BYTES("a,b\n"), 0, TIE_OK, "a|b" },
    { "names are trimmed, values are the readers' to trim", BYTES(" a , b \n 1 ,2\n"), 0, TIE_OK, "a|b\n2: 1 |2" },
    { "the mark that Excel writes",
        BYTES("\xEF\xBB\xBF"
              "a,b\n1,2\n"),
        0, TIE_OK, "a|b\n2:1|2" },
    { "empty is NULL, quoted or not", BYTES("a,b\n,\"\"\n"), 0, TIE_OK, "a|b\n2:-|-" },
    { "quotes", BYTES("a,b\n\"x,y\",\"say \"\"no\"\"\"\n"), 0, TIE_OK, "a|b\n2:x,y|say \"no\"" },
    { "breaks inside quotes count as lines", BYTES("a,b\n\"1\n2\r\n3\",4\n5,6\n"), 0, TIE_OK,
        "a|b\n2:1\n2\r\n3|4\n5:5|6" },
    { "semicolons", BYTES("a;b\n1,5;2\n"), ';', TIE_OK, "a|b\n2:1,5|2" },
    { "one column", BYTES("a\n1\n"), 0, TIE_OK, "a\n2:1" },
    { "nothing", BYTES(""), 0, TIE_DATA, " is empty; at least a line with the names of the columns is expected" },
    { "nothing but a mark", BYTES("\xEF\xBB\xBF"), 0, TIE_DATA,
        " is empty; at least a line with the names of the columns is expected" },
    { "a column without a name", BYTES("a,,b\n"), 0, TIE_DATA,
        ":1: column 2 has no name; the first line must name every column" },
    { "a column with a break in its name", BYTES("a,\"b\n1,2\n\"\n"), 0, TIE_DATA,
        ":1: the name of column 2 holds a line break or a control character; is a quote left open?" },
    { "another delimiter", BYTES("a;b\n1;2\n"), 0, TIE_DATA,
        ":1: the header is one column, \"a;b\"; write delimiter = semicolon in [source drop] if that is what divides "
        "the columns" },
    { "another delimiter than was said", BYTES("a,b\n1,2\n"), '\t', TIE_DATA,
        ":1: the header is one column, \"a,b\"; write delimiter = comma in [source drop] if that is what divides the "
        "columns" },
    { "a short row", BYTES("a,b\n1\n"), 0, TIE_DATA,
        ":2: 1 field, the first row has 2; a field that holds the delimiter must be in quotes" },
    { "a long row", BYTES("a,b\n1,2\n1,2,3\n"), 0, TIE_DATA,
        ":3: 3 fields, the first row has 2; a field that holds the delimiter must be in quotes" },
    { "an open quote, told where it opens", BYTES("a,b\n1,\"2\n3,4\n5,6\n"), 0, TIE_DATA,
        ":2: field 2, byte 3: the quote that opens here is never closed" },
    { "a NUL", BYTES("a,b\n1,\0\n"), 0, TIE_DATA, ":2: field 2, byte 3: a NUL byte; the file is no text" },
    { "Latin 1", BYTES("a,b\n1,K\xF6ln\n"), 0, TIE_DATA,
        ":2: field 2, byte 3: not UTF-8 text; convert the file to UTF-8" },
    { "UTF-16, low byte first",
        BYTES("\xFF\xFE"
              "a\0,\0b\0\n\0"),
        0, TIE_DATA, ":1: the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in Excel)" },
    { "UTF-16, high byte first", BYTES("\xFE\xFF\0a\0,\0b\0\n"), 0, TIE_DATA,
        ":1: the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in Excel)" },
};

static void test_cases(void **state)
{
    struct tie_source_spec spec = spec_of(folder);
    const char *path = tie_path_join(&arena, folder, "price.csv");
    struct tie_error err = { .text = "" };
    struct taken taken = { .line = 0 };

    (void)state;
    tie_buf_init(&taken.text, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        write_file("price.csv", cases[i].bytes, cases[i].size);
        spec.delimiter = cases[i].delimiter;
        assert_int_equal(read_file(&spec, "price.csv", INT64_MAX, &taken, &err), cases[i].want_status);
        if (cases[i].want_status == TIE_OK) {
            assert_string_equal(taken.text.at, cases[i].want);
        } else {
            assert_memory_equal(err.text, path, strlen(path));
            assert_string_equal(err.text + strlen(path), cases[i].want);
        }
    }
    tie_buf_release(&taken.text);
}

/* The same through its own path; the ending tells the delimiter. */
static void test_single(void **state)
{
    const struct tie_source_spec spec = spec_of(tie_path_join(&arena, folder, "one.tsv"));
    struct tie_error err = { .text = "" };
    struct taken taken = { .line = 0 };

    (void)state;
    tie_buf_init(&taken.text, SIZE_MAX);
    write_file("one.tsv", BYTES("a\tb\n1\t2\n"));
    assert_int_equal(read_file(&spec, "one.tsv", INT64_MAX, &taken, &err), TIE_OK);
    assert_string_equal(taken.text.at, "a|b\n2:1|2");
    tie_buf_release(&taken.text);
}

/* ---- what stands in the way ---- */

static const struct {
    const char *why;
    const char *path, *file; /* in the folder */
    int64_t deadline_us;
    enum tie_status want_status;
    const char *want; /* @ is the folder */
} places[] = {
    { "no such file, its folder is small", "in", "price.cvs", INT64_MAX, TIE_NOINPUT,
        "@/in/price.cvs does not exist; @/in holds deep, link, list.csv, long.csv" },
    { "no such folder", "out", "price.csv", INT64_MAX, TIE_NOINPUT, NULL },
    { "a link", "in", "link", INT64_MAX, TIE_DATA,
        "@/in/link is a link, or lies behind one; links are not followed, put the file itself there" },
    { "a link on the way", "in/deep", "link/x.csv", INT64_MAX, TIE_NOINPUT,
        "cannot open @/in/deep/link/x.csv: Not a directory; a part of the path is no folder; check the path" },
    { "a folder in place of a file", "in", "deep", INT64_MAX, TIE_DATA,
        "@/in/deep is no regular file; a CSV file was expected" },
    { "a file in place of a folder", "in/deep/noending", "x.csv", INT64_MAX, TIE_CONFIG,
        "source drop: @/in/deep/noending is a file, but its name does not tell which kind; name it .zip, .tar, "
        ".tar.gz, .tgz, .tar.zst, .tzst, .csv, .tsv, .tab, .psv, .txt" },
    { "a folder in place of a zip", "in.zip", "x.csv", INT64_MAX, TIE_DATA,
        "source drop: @/in.zip is a folder, but its name says that it is a file" },
    { "too long", "in", "long.csv", INT64_MAX, TIE_DATA,
        "@/in/long.csv is longer than 4096 bytes, which is all that is allowed; if that is right, raise max_bytes or "
        "max_ratio of [source drop]" },
    { "too late", "in", "list.csv", 1, TIE_UNAVAILABLE,
        "source drop: @/in/list.csv was not read within its timeout (60 s)" },
};

static void test_places(void **state)
{
    struct tie_error err = { .text = "" };
    struct taken taken = { .line = 0 };
    char *text = TIE_TAKE(&arena, char, 5000);

    (void)state;
    tie_buf_init(&taken.text, SIZE_MAX);
    memset(text, 'a', 5000);
    assert_int_equal(tie_folder_make(tie_path_join(&arena, folder, "in/deep"), NULL), TIE_OK);
    assert_int_equal(tie_folder_make(tie_path_join(&arena, folder, "in.zip"), NULL), TIE_OK);
    write_file("in/list.csv", BYTES("a,b\n1,2\n"));
    write_file("in/long.csv", text, 5000);
    write_file("in/deep/noending", BYTES("a,b\n"));
    write_file("in/deep/x.csv", BYTES("a,b\n1,2\n"));
    write_file("in/\033[2J.csv", BYTES("a\n")); /* is not shown, it would clear the terminal */
    assert_int_equal(symlink("/etc/passwd", tie_path_join(&arena, folder, "in/link")), 0);
    assert_int_equal(symlink(".", tie_path_join(&arena, folder, "in/deep/link")), 0);
    for (size_t i = 0; i < TIE_COUNT_OF(places); i++) {
        struct tie_source_spec spec = spec_of(tie_path_join(&arena, folder, places[i].path));
        struct tie_text rest = tie_text_of(places[i].want);
        struct tie_buf want;

        print_message("%s\n", places[i].why);
        spec.delimiter = ',';
        assert_int_equal(read_file(&spec, places[i].file, places[i].deadline_us, &taken, &err), places[i].want_status);
        tie_buf_init(&want, SIZE_MAX);
        while (rest.size > 0) {
            const bool is_last = memchr(rest.at, '@', rest.size) == NULL;
            const struct tie_text piece = tie_text_cut(&rest, '@');

            tie_buf_put(&want, piece.at, piece.size);
            tie_buf_text(&want, is_last ? "" : folder);
        }
        if (want.size > 0)
            assert_string_equal(err.text, want.at);
        tie_buf_release(&want);
    }
    tie_buf_release(&taken.text);
}

/* Whoever delivers was still writing: worth another try, and nothing of it counts. */
static void test_changed(void **state)
{
    const struct tie_source_spec spec = spec_of(folder);
    struct tie_error err = { .text = "" };
    struct taken taken = { .line = 0 };

    (void)state;
    tie_buf_init(&taken.text, SIZE_MAX);
    write_file("price.csv", BYTES("a,b\n1,2\n"));
    taken.spoil = tie_path_join(&arena, folder, "price.csv");
    assert_int_equal(read_file(&spec, "price.csv", INT64_MAX, &taken, &err), TIE_UNAVAILABLE);
    assert_non_null(strstr(err.text, "was changed while it was read; deliver under another name and rename"));
    tie_buf_release(&taken.text);
}

/* ---- names ---- */

static void test_names(void **state)
{
    static const struct {
        const char *path;
        enum tie_files_kind kind;
        char delimiter;
    } rows[] = {
        { "/srv/drop", TIE_FILES_FOLDER, 0 },
        { "/srv/drop/", TIE_FILES_FOLDER, 0 },
        { "/srv/drop.gz", TIE_FILES_FOLDER, 0 },
        { "/srv/drop/a.ZIP", TIE_FILES_ARCHIVE, 0 },
        { "a.tar.gz", TIE_FILES_ARCHIVE, 0 },
        { "a.tgz", TIE_FILES_ARCHIVE, 0 },
        { "a.tar.zst", TIE_FILES_ARCHIVE, 0 },
        { "a.tar", TIE_FILES_ARCHIVE, 0 },
        { "a.csv", TIE_FILES_SINGLE, ',' },
        { "a.CSV", TIE_FILES_SINGLE, ',' },
        { "a.tsv", TIE_FILES_SINGLE, '\t' },
        { "a.psv", TIE_FILES_SINGLE, '|' },
        { "a.txt", TIE_FILES_SINGLE, 0 },
        { ".csv", TIE_FILES_FOLDER, 0 },
    };
    struct tie_source_spec source = { .connection = "/srv/{as_of}/a-{as_of}.zip" };
    struct tie_part_spec parts[2] = { { .file = "p-{as_of}.csv", .control = "c.csv" }, { .file = "q.csv" } };
    struct tie_extract_plan plan = { .sources = &source, .source_count = 1, .parts = parts, .part_count = 2 };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].path);
        assert_int_equal(tie_files_kind_of(rows[i].path), rows[i].kind);
        assert_int_equal(tie_files_delimiter(rows[i].path), rows[i].delimiter);
    }
    assert_true(tie_date_from_text(TIE_TEXT("2026-06-30"), &plan.as_of));
    tie_files_prepare(&arena, &plan);
    assert_string_equal(plan.sources[0].connection, "/srv/2026-06-30/a-2026-06-30.zip");
    assert_string_equal(plan.parts[0].file, "p-2026-06-30.csv");
    assert_string_equal(plan.parts[0].query_path, "/srv/2026-06-30/a-2026-06-30.zip: p-2026-06-30.csv");
    assert_string_equal(plan.parts[0].control_path, "/srv/2026-06-30/a-2026-06-30.zip: c.csv");
    assert_null(plan.parts[1].control_path);
    source.connection = "/srv/{as_of}.csv";
    parts[0].file = NULL;
    plan.sources = &source;
    plan.parts = parts;
    tie_files_prepare(&arena, &plan);
    assert_string_equal(plan.parts[0].file, "2026-06-30.csv");
    assert_string_equal(plan.parts[0].query_path, "/srv/2026-06-30.csv");
    assert_string_equal(plan.parts[0].control_path, "/srv/c.csv");
}

static int make_folder(void **state)
{
    (void)state;
    return tie_arena_init(&arena, 16 << 20, NULL) == TIE_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return tie_tree_remove(folder, NULL) == TIE_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_single),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
