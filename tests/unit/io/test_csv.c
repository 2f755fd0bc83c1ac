/* test_csv.c - what the reader refuses, what the writer quotes, and that reading undoes writing. */
#include "../../../src/io/csv_index.h"

#include "tieout/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A source that gives at most `step` bytes at a time, so that every boundary is crossed. */
struct drip {
    struct tie_text rest;
    size_t step;
};

static enum tie_status pull_drip(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct drip *const drip = state;

    return tie_csv_pull_text(&drip->rest, buffer, room < drip->step ? room : drip->step, got, err);
}

static void put_row(struct tie_buf *out, const struct tie_text *fields, size_t count, uint64_t line)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            tie_buf_char(out, '|');
        tie_buf_put(out, fields[i].at, fields[i].size);
    }
    tie_buf_printf(out, "@%d\n", (int)line);
}

static void put_grid(struct tie_buf *out, const struct tie_csv_grid *grid)
{
    struct tie_text fields[8];

    assert_in_range(grid->rows, 1, SIZE_MAX);
    for (size_t row = 0; row < grid->rows; row++) {
        for (size_t i = 0; i < grid->width; i++)
            fields[i] = tie_csv_field(grid, row, i);
        put_row(out, fields, grid->width, grid->line + row);
    }
}

/* Reads all rows into "a|b@line" lines with '|' between fields; what can come as a grid does, if asked for. */
static enum tie_status flatten_rows(
    struct tie_text text, size_t step, char delimiter, bool as_grids, struct tie_buf *out, struct tie_error *err)
{
    struct drip drip = { text, step };
    const struct tie_csv_setup setup = { "t.csv", delimiter, pull_drip, &drip, 64, 8, step };
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_grid grid;
    struct tie_csv_row row;
    bool end = false;
    enum tie_status status = tie_csv_open(&setup, &reader, err);

    tie_buf_reset(out);
    while (status == TIE_OK) {
        while (as_grids && tie_csv_next_grid(reader, &grid))
            put_grid(out, &grid);
        status = tie_csv_next(reader, &row, &end, err);
        if (status != TIE_OK || end)
            break;
        put_row(out, row.fields, row.count, row.line);
    }
    tie_csv_close(reader);
    return status;
}

/* Both ways, which say the same. */
static enum tie_status flatten(
    struct tie_text text, size_t step, char delimiter, struct tie_buf *out, struct tie_error *err)
{
    struct tie_error other_err = { 0 };
    struct tie_buf other;

    tie_buf_init(&other, 1 << 20);
    const enum tie_status status = flatten_rows(text, step, delimiter, false, out, err);
    assert_int_equal(flatten_rows(text, step, delimiter, true, &other, &other_err), status);
    assert_true(tie_text_equal(tie_buf_slice(out), tie_buf_slice(&other)));
    if (status != TIE_OK && err != NULL)
        assert_string_equal(err->text, other_err.text);
    tie_buf_release(&other);
    return status;
}

static const struct {
    const char *why;
    const char *text;
    char delimiter;
    const char *want; /* rows, or the error text */
    enum tie_status status;
} read_cases[] = {
    { "an empty file has no rows", "", ',', "", TIE_OK },
    { "CRLF and LF", "a,b\r\nc,d\n", ',', "a|b@1\nc|d@2\n", TIE_OK },
    { "the last line end may lack", "a,b\nc,d", ',', "a|b@1\nc|d@2\n", TIE_OK },
    { "empty fields", ",\n,", ',', "|@1\n|@2\n", TIE_OK },
    { "a trailing delimiter is an empty field", "a,\n", ',', "a|@1\n", TIE_OK },
    { "a byte order mark is skipped",
        "\xEF\xBB\xBF"
        "a\n",
        ',', "a@1\n", TIE_OK },
    { "quoted delimiter, quote and newline; lines are counted", "\"a,\"\"b\",\"x\r\ny\"\nc,d\n", ',',
        "a,\"b|x\r\ny@1\nc|d@3\n", TIE_OK },
    { "an empty quoted field", "\"\"\n", ',', "@1\n", TIE_OK },
    { "another delimiter", "a;b,c\n", ';', "a|b,c@1\n", TIE_OK },
    { "tabs", "a\tb\n", '\t', "a|b@1\n", TIE_OK },
    { "blanks are data", " a , b\n", ',', " a | b@1\n", TIE_OK },
    { "too few fields", "a,b\nc\n", ',',
        "t.csv:2: 1 field, the first row has 2; a field that holds the delimiter must be in quotes", TIE_DATA },
    { "too many fields", "a\nc,d\n", ',',
        "t.csv:2: 2 fields, the first row has 1; a field that holds the delimiter must be in quotes", TIE_DATA },
    { "a blank line in a table", "a,b\n\nc,d\n", ',',
        "t.csv:2: 1 field, the first row has 2; a field that holds the delimiter must be in quotes", TIE_DATA },
    { "a quote inside a bare field", "a,5\" pipe\n", ',',
        "t.csv:1: field 2, byte 4: a quote inside a field without quotes; quote the field and double the quote",
        TIE_DATA },
    { "text after a closing quote", "x\n\"a\"b\n", ',',
        "t.csv:2: field 1, byte 4: text after a closing quote; a quote inside must be doubled", TIE_DATA },
    { "an open quote", "x\nab,\"c\nd\n", ',', "t.csv:2: field 2, byte 4: the quote that opens here is never closed",
        TIE_DATA },
    { "a lone CR", "a\rb\n", ',', "t.csv:1: field 1, byte 3: a carriage return without a line feed", TIE_DATA },
    { "a lone CR at the end", "a\r", ',', "t.csv:1: field 1, byte 3: a carriage return without a line feed", TIE_DATA },
    { "Latin-1", "a,caf\xE9,b\n", ',', "t.csv:1: field 2, byte 3: not UTF-8 text; convert the file to UTF-8",
        TIE_DATA },
    { "a row past the limit", "0123456789012345678901234567890123456789012345678901234567890123456789\n", ',',
        "t.csv:1: the row is longer than 64 bytes; is a quote left open?", TIE_DATA },
    { "fields past the limit", "1,2,3,4,5,6,7,8,9\n", ',', "t.csv:1: more than 8 fields; is the delimiter right?",
        TIE_DATA },
};

static void reading(void **state)
{
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(read_cases); i++) {
        for (size_t step = 1; step < 200; step += step < 5 ? 1 : 94) {
            struct tie_error err = { 0 };
            const enum tie_status status = flatten(
                tie_text_of(read_cases[i].text), step, read_cases[i].delimiter, &out, &err);

            print_message("%s, %zu bytes a time\n", read_cases[i].why, step);
            assert_int_equal(status, read_cases[i].status);
            assert_string_equal(status == TIE_OK ? (out.size ? out.at : "") : err.text, read_cases[i].want);
        }
    }
    tie_buf_release(&out);
}

static const struct {
    const char *why, *text;
    const char *want; /* by row: 'y' known to be plain */
} plain_cases[] = {
    { "ASCII", "a,b\nc,d\r\n", "yy" },
    { "quotes may hold a delimiter", "a,\"b,c\"\nd,e\n", "yy" },
    { "but no line feed", "a,\"b\nc\"\nd,e\n", "ny" },
    { "a doubled quote is read carefully, and not looked at", "a,\"b\"\"c\"\nd,e\n", "ny" },
    { "a block with a byte above 0x7F", "a,b\nc,\xC3\xA9\n", "nn" },
};

static void plain_rows_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(plain_cases); i++) {
        struct tie_text text = tie_text_of(plain_cases[i].text);
        const struct tie_csv_setup setup = {
            .name = "t.csv", .delimiter = ',', .pull = tie_csv_pull_text, .state = &text
        };
        struct tie_csv_reader *reader = NULL;
        struct tie_csv_row row;
        bool end = false;

        print_message("%s\n", plain_cases[i].why);
        assert_int_equal(tie_csv_open(&setup, &reader, NULL), TIE_OK);
        for (const char *want = plain_cases[i].want; *want != '\0'; want++) {
            assert_int_equal(tie_csv_next(reader, &row, &end, NULL), TIE_OK);
            assert_false(end);
            assert_int_equal(row.is_plain, *want == 'y');
        }
        tie_csv_close(reader);
    }
}

static const struct {
    const char *why, *text;
    size_t rows; /* of the grid behind the first row */
} grid_cases[] = {
    { "all rows", "a,b\nc,d\n,\n", 2 },
    { "of a file from another system", "a,b\r\nc,d\r\n,\r\n", 2 },
    { "up to another line end", "a,b\nc,d\ne,f\r\n", 1 },
    { "up to a quote", "a,b\nc,d\n\"e\",f\ng,h\n", 1 },
    { "up to a row with too few fields", "a,b\nc,d\ne\n", 1 },
    { "up to a row with too many", "a,b\nc,d\ne,f,g\n", 1 },
    { "up to a row without an end", "a,b\nc,d\ne,f", 1 },
    { "of texts of any letters", "a,b\nc,\xC3\xA9\n", 1 },
    { "none where bytes are no text", "a,b\nc,\xC3\n", 0 },
    { "none of more bytes than a row may have",
        "a,b\n1234567890123456789012345678901234567890123456789012345678901234567890,\n", 0 },
};

static void rows_come_as_grids(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(grid_cases); i++) {
        struct tie_text text = tie_text_of(grid_cases[i].text);
        const struct tie_csv_setup setup = {
            .name = "t.csv", .delimiter = ',', .pull = tie_csv_pull_text, .state = &text, .max_row_bytes = 64
        };
        struct tie_csv_reader *reader = NULL;
        struct tie_csv_grid grid = { .rows = 0 };
        struct tie_csv_row row;
        bool end = false;

        print_message("%s\n", grid_cases[i].why);
        assert_int_equal(tie_csv_open(&setup, &reader, NULL), TIE_OK);
        assert_false(tie_csv_next_grid(reader, &grid));
        assert_int_equal(tie_csv_next(reader, &row, &end, NULL), TIE_OK);
        assert_int_equal(tie_csv_next_grid(reader, &grid), grid_cases[i].rows > 0);
        assert_int_equal(grid.rows, grid_cases[i].rows);
        tie_csv_close(reader);
    }
}

/* A source that breaks off: what it gave is read first, its failure told then. */
static enum tie_status pull_broken(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct tie_text *const rest = state;

    if (rest->size == 0)
        return tie_fail(err, TIE_IO, "broke off");
    return tie_csv_pull_text(rest, buffer, room, got, err);
}

static const struct {
    const char *why, *text;
    int rows;
} broken_cases[] = {
    { "before the first byte", "", 0 },
    { "behind a row", "a,b\nc,d\n", 2 },
    { "in a row", "a,b\nc", 1 },
    { "in quotes", "a,b\n\"c", 1 },
    { "behind a row that is read carefully", "a,\"b\"\"\"\nc", 1 },
};

static void a_broken_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(broken_cases); i++) {
        struct tie_text text = tie_text_of(broken_cases[i].text);
        const struct tie_csv_setup setup = { .name = "t.csv", .delimiter = ',', .pull = pull_broken, .state = &text };
        struct tie_csv_reader *reader = NULL;
        struct tie_csv_row row;
        struct tie_error err = { 0 };
        bool end = false;
        int rows = 0;
        enum tie_status status = tie_csv_open(&setup, &reader, &err);

        print_message("%s\n", broken_cases[i].why);
        while (status == TIE_OK && (status = tie_csv_next(reader, &row, &end, &err)) == TIE_OK) {
            assert_false(end);
            rows++;
        }
        tie_csv_close(reader);
        assert_int_equal(status, TIE_IO);
        assert_string_equal(err.text, "broke off");
        assert_int_equal(rows, broken_cases[i].rows);
    }
}

/* A row that crosses the end of a block at each of its bytes, and one that no block holds. */
static void blocks_cut_rows(void **state)
{
    static const char *const lines[] = { "WO-1,\"a,b\r\n\",7\r\n", "x,\xC3\xA9,\n", "1,\"5\"\" pipe\",2\n", ",,\r\n",
        "\"\",\"\",\"\"\n" };
    struct tie_buf text, want, got;
    struct tie_error err = { 0 };

    (void)state;
    tie_buf_init(&text, 1 << 20);
    tie_buf_init(&want, 1 << 20);
    tie_buf_init(&got, 1 << 20);
    for (size_t i = 0; i < 400; i++)
        tie_buf_text(&text, lines[i * i % TIE_COUNT_OF(lines)]);
    assert_int_equal(flatten(tie_buf_slice(&text), 8, ',', &want, &err), TIE_OK);
    for (size_t block = 9; block < 140; block++) {
        assert_int_equal(flatten(tie_buf_slice(&text), block, ',', &got, &err), TIE_OK);
        assert_string_equal(got.at, want.at);
    }
    tie_buf_release(&text);
    tie_buf_release(&want);
    tie_buf_release(&got);
}

/* The marks of a block against a loop over its bytes. */
static void marks_are_all_there(void **state)
{
    static const char alphabet[] = "a,;\"\r\n\t\0|,\x8C\xA2\x2D\x0B";
    static char block[512];
    static uint32_t marks[512];
    uint64_t seed = 7;

    (void)state;
    for (size_t round = 0; round < 4000; round++) {
        const size_t size = round % 300, kinds = round % 7 == 0 ? 10 : sizeof alphabet - 1;
        const char delimiter = ",;\t|"[round % 4];
        bool is_ascii = false, want_ascii = true;
        size_t count = 0, at = 0;

        memset(block, '\0', sizeof block);
        for (size_t i = 0; i < size; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            block[i] = alphabet[(seed >> 40) % kinds];
        }
        count = tie_csv_index(block, size, delimiter, marks, &is_ascii);
        for (size_t i = 0; i < size; i++) {
            const char c = block[i];

            want_ascii = want_ascii && (c & 0x80) == 0;
            if (c == delimiter || c == '"' || c == '\r' || c == '\n')
                assert_int_equal(marks[at++], i);
        }
        assert_int_equal(at, count);
        assert_int_equal(marks[count], size);
        assert_int_equal(is_ascii, want_ascii);
    }
}

static void nul_is_no_text(void **state)
{
    static const struct tie_text texts[] = { { "a\0b\n", 4 }, { "\"a\0b\"\n", 6 } };
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(texts); i++) {
        struct tie_error err = { 0 };

        assert_int_equal(flatten(texts[i], 3, ',', &out, &err), TIE_DATA);
        assert_non_null(strstr(err.text, "a NUL byte; the file is no text"));
    }
    tie_buf_release(&out);
}

static const struct {
    const char *why, *field, *want;
} write_cases[] = {
    { "plain stays plain", "abc", "abc\r\n" },
    { "blanks need no quotes", " a ", " a \r\n" },
    { "the delimiter does", "a,b", "\"a,b\"\r\n" },
    { "quotes double", "a\"\"b\"", "\"a\"\"\"\"b\"\"\"\r\n" },
    { "newlines do", "a\nb", "\"a\nb\"\r\n" },
    { "one empty field is no empty line", "", "\"\"\r\n" },
    { "a byte order mark is data", "\xEF\xBB\xBF", "\"\xEF\xBB\xBF\"\r\n" },
};

/* What was written to a memory file. */
static size_t written(int fd, char *buffer, size_t room)
{
    const ssize_t size = pread(fd, buffer, room - 1, 0);

    assert_true(size >= 0);
    buffer[size] = '\0';
    return (size_t)size;
}

static void writing(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(write_cases); i++) {
        const int fd = memfd_create("csv", MFD_CLOEXEC);
        struct tie_csv_writer writer;
        struct tie_out out;
        char text[64];

        tie_out_init(&out, fd, "memory", false);
        tie_csv_writer_init(&writer, &out, ',');
        tie_csv_put(&writer, tie_text_of(write_cases[i].field));
        tie_csv_end_row(&writer);
        assert_int_equal(tie_out_flush(&out, NULL), TIE_OK);
        (void)written(fd, text, sizeof text);
        print_message("%s\n", write_cases[i].why);
        assert_string_equal(text, write_cases[i].want);
        tie_out_release(&out);
        assert_int_equal(close(fd), 0);
    }
}

/* Property: for any table, reading what was written gives the table. */
static void reading_undoes_writing(void **state)
{
    static const char *const atoms[] = { "a", "\"", ",", ";", "\r", "\n", "\r\n", "\xC3\xA9", "\xEF\xBB\xBF", " ",
        "1" };
    struct tie_buf got;
    struct tie_buf want;
    static char text[8192];
    uint64_t seed = 20261120;

    (void)state;
    tie_buf_init(&got, 65536);
    tie_buf_init(&want, 65536);
    for (int round = 0; round < 2000; round++) {
        const int fd = memfd_create("csv", MFD_CLOEXEC);
        const char delimiter = round % 2 ? ';' : ',';
        struct tie_csv_writer writer;
        struct tie_out out;
        struct tie_error err = { 0 };
        const int width = 1 + round % 4;

        tie_out_init(&out, fd, "memory", false);
        tie_csv_writer_init(&writer, &out, delimiter);
        writer.quote = round % 3 == 0 ? TIE_CSV_ALWAYS : TIE_CSV_NEEDED;
        writer.ends_lf = round % 5 == 0;
        tie_buf_reset(&want);
        for (int row = 0, line = 1; row < 3; row++) {
            const int row_line = line;

            for (int i = 0; i < width; i++) {
                char field[32] = "";
                size_t size = 0;

                for (seed = seed * 6364136223846793005u + 1442695040888963407u; (seed >> 40) % 3 != 0 && size < 10;
                     seed = seed * 6364136223846793005u + 1442695040888963407u) {
                    const char *const atom = atoms[(seed >> 44) % TIE_COUNT_OF(atoms)];

                    memcpy(field + size, atom, strlen(atom));
                    size += strlen(atom);
                    line += strchr(atom, '\n') != NULL;
                }
                tie_csv_put(&writer, (struct tie_text){ field, size });
                tie_buf_printf(&want, "%s%s", i > 0 ? "|" : "", field);
            }
            tie_csv_end_row(&writer);
            tie_buf_printf(&want, "@%d\n", row_line);
            line++;
        }
        assert_int_equal(tie_out_flush(&out, NULL), TIE_OK);
        const size_t size = written(fd, text, sizeof text);

        for (size_t step = 1 + (size_t)round % 9; step < 600; step += 500) { /* in pieces, and whole */
            assert_int_equal(flatten((struct tie_text){ text, size }, step, delimiter, &got, &err), TIE_OK);
            assert_string_equal(got.at, want.at);
        }
        tie_out_release(&out);
        assert_int_equal(close(fd), 0);
    }
    tie_buf_release(&got);
    tie_buf_release(&want);
}

/* Each byte at each place of a field, which is looked at eight bytes at a time and then one by one. */
static void what_needs_quotes(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++)
        for (size_t at = 0; at < 20; at++) {
            char field[] = "twenty bytes of text";

            field[at] = (char)byte;
            assert_int_equal(tie_csv_needs_quotes(tie_text_of(field), ','), strchr(",\"\r\n", byte) != NULL);
            assert_int_equal(tie_csv_needs_quotes(tie_text_of(field), '\xFC'), strchr("\xFC\"\r\n", byte) != NULL);
        }
    assert_false(tie_csv_needs_quotes(TIE_TEXT(""), ','));
    assert_true(tie_csv_needs_quotes(TIE_TEXT("\xEF\xBB\xBF"), ','));
    assert_true(tie_csv_needs_quotes(TIE_TEXT("\xEF\xBB\xBFtext behind the mark"), ','));
    assert_false(tie_csv_needs_quotes(TIE_TEXT("\xEF\xBB\xBE"), ','));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_quotes),
        cmocka_unit_test(reading),
        cmocka_unit_test(plain_rows_are_known),
        cmocka_unit_test(rows_come_as_grids),
        cmocka_unit_test(a_broken_source),
        cmocka_unit_test(blocks_cut_rows),
        cmocka_unit_test(marks_are_all_there),
        cmocka_unit_test(nul_is_no_text),
        cmocka_unit_test(writing),
        cmocka_unit_test(reading_undoes_writing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
