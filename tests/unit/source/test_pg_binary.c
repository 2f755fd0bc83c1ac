/*
 * test_pg_binary.c - COPY in binary form says what its text form says.
 *
 * The bytes of the table are what the manual says of each type; case copy_forms of integration/source/test_source.sh
 * asks the server itself. Each value goes through the cell readers in both forms: same result, cell and reason.
 */
#include "../../../src/source/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *why;
    unsigned oid;
    const char *hex, *text; /* text NULL: no value of the type */
    enum tie_raw_form form;
    int64_t number;
} values[] = {
    { "smallint", 21, "fffe", "-2", TIE_FORM_INTEGER, -2 },
    { "integer", 23, "7fffffff", "2147483647", TIE_FORM_INTEGER, INT32_MAX },
    { "bigint", 20, "0000000000000000", "0", TIE_FORM_INTEGER, 0 },
    { "the smallest bigint is no number of ours", 20, "8000000000000000", "-9223372036854775808", TIE_FORM_TEXT, 0 },
    { "an integer of three bytes", 23, "000001", NULL, TIE_FORM_TEXT, 0 },
    { "true", 16, "01", "t", TIE_FORM_TEXT, 0 },
    { "false", 16, "00", "f", TIE_FORM_TEXT, 0 },
    { "a third truth", 16, "02", NULL, TIE_FORM_TEXT, 0 },
    { "text", 25, "c3bc09", "\xC3\xBC\t", TIE_FORM_TEXT, 0 },
    { "empty text", 1043, "", "", TIE_FORM_TEXT, 0 },
    { "text with NUL", 25, "6100", NULL, TIE_FORM_TEXT, 0 },
    { "uuid", 2950, "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff", TIE_FORM_TEXT, 0 },
    { "a short uuid", 2950, "0011", NULL, TIE_FORM_TEXT, 0 },
    { "date", 1082, "00000000", "2000-01-01", TIE_FORM_DATE, 10957 },
    { "the first day", 1082, "fff4dbf9", "0001-01-01", TIE_FORM_DATE, -719162 },
    { "before our era", 1082, "fff4dbf8", "0001-12-31 BC", TIE_FORM_TEXT, 0 },
    { "the year 10000", 1082, "002c95d4", "10000-01-01", TIE_FORM_TEXT, 0 },
    { "date without end", 1082, "7fffffff", "infinity", TIE_FORM_TEXT, 0 },
    { "date without start", 1082, "80000000", "-infinity", TIE_FORM_TEXT, 0 },
    { "timestamp", 1114, "0000000000000001", "2000-01-01 00:00:00.000001", TIE_FORM_NAIVE, INT64_C(946684800000001) },
    { "a short fraction", 1114, "fffffffffff85ee0", "1999-12-31 23:59:59.5", TIE_FORM_NAIVE, INT64_C(946684799500000) },
    { "timestamptz", 1184, "0000000000000000", "2000-01-01 00:00:00+00", TIE_FORM_INSTANT, INT64_C(946684800000000) },
    { "timestamptz before our era", 1184, "ff1fe2eba7c50000", "0001-12-31 00:00:00+00 BC", TIE_FORM_TEXT, 0 },
    { "instant without end", 1184, "7fffffffffffffff", "infinity", TIE_FORM_TEXT, 0 },
    { "numeric nought", 1700, "0000000000000000", "0", TIE_FORM_DECIMAL, 0 },
    { "nought with decimals", 1700, "0000000000000002", "0.00", TIE_FORM_DECIMAL, 0 },
    { "1.50", 1700,
        "00020000000000020001"
        "1388",
        "1.50", TIE_FORM_DECIMAL, 1500000 },
    { "-12345.678", 1700,
        "0003000140000003"
        "00010929"
        "1a7c",
        "-12345.678", TIE_FORM_DECIMAL, -INT64_C(12345678000) },
    { "0.00000050: six decimals and a half", 1700,
        "0001fffe00000008"
        "0032",
        "0.00000050", TIE_FORM_ROUNDED, 1 },
    { "-0.0000004 is rounded to nought", 1700,
        "0001fffe40000007"
        "0028",
        "-0.0000004", TIE_FORM_ROUNDED, 0 },
    { "100000000", 1700,
        "0001000200000000"
        "0001",
        "100000000", TIE_FORM_DECIMAL, INT64_C(100000000000000) },
    { "a number too large", 1700,
        "0001000500000000"
        "0001",
        "100000000000000000000", TIE_FORM_TEXT, 0 },
    { "NaN", 1700, "00000000c0000000", "NaN", TIE_FORM_TEXT, 0 },
    { "Infinity", 1700, "00000000d0000020", "Infinity", TIE_FORM_TEXT, 0 },
    { "-Infinity", 1700, "00000000f0000020", "-Infinity", TIE_FORM_TEXT, 0 },
    { "a digit above 9999", 1700,
        "0001000000000000"
        "2710",
        NULL, TIE_FORM_TEXT, 0 },
    { "a digit past the scale", 1700,
        "00020000000000020001"
        "1389",
        NULL, TIE_FORM_TEXT, 0 },
    { "fewer digits than it says", 1700,
        "0002000000000000"
        "0001",
        NULL, TIE_FORM_TEXT, 0 },
    { "an unknown sign", 1700,
        "0001000010000000"
        "0001",
        NULL, TIE_FORM_TEXT, 0 },
};

static size_t from_hex(const char *hex, char *out)
{
    size_t size = 0;

    for (unsigned byte = 0; hex[2 * size] != '\0'; size++) {
        assert_int_equal(sscanf(hex + 2 * size, "%2x", &byte), 1);
        out[size] = (char)byte;
    }
    return size;
}

static bool decode(size_t index, struct tie_buf *texts, struct tie_raw *cell, char bytes[64])
{
    const struct tie_text field = { bytes, from_hex(values[index].hex, bytes) };

    tie_buf_reset(texts);
    *cell = (struct tie_raw){ .text = { "", 0 } };
    if (!tie_pg_type_find(values[index].oid)->binary(field, texts, cell))
        return false;
    if (texts->size > 0)
        cell->text = tie_buf_slice(texts);
    return true;
}

static void test_values(void **state)
{
    char bytes[64];
    struct tie_buf texts;
    struct tie_raw cell;

    (void)state;
    tie_buf_init(&texts, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(values); i++) {
        print_message("%s\n", values[i].why);
        assert_int_equal(decode(i, &texts, &cell, bytes), values[i].text != NULL);
        if (values[i].text == NULL)
            continue;
        assert_true(tie_text_is(cell.text, values[i].text));
        assert_int_equal(cell.form, values[i].form);
        if (cell.form != TIE_FORM_TEXT)
            assert_true(cell.integer == values[i].number);
    }
    tie_buf_release(&texts);
}

/* Every value into every column of a dataset that has all types. */
static void same_cell(const struct tie_cell_rule *rule, const struct tie_raw *binary)
{
    const struct tie_raw text = { .text = binary->text };
    char rooms[2][TIE_CELL_ROOM];
    struct tie_cell cells[2];
    struct tie_buf reasons[2];

    tie_buf_init(&reasons[0], 4096);
    tie_buf_init(&reasons[1], 4096);
    const enum tie_cell_result a = tie_cell_read(rule, &text, &cells[0], rooms[0], &reasons[0]);
    const enum tie_cell_result b = tie_cell_read(rule, binary, &cells[1], rooms[1], &reasons[1]);
    assert_int_equal(a, b);
    if (a == TIE_CELL_BAD)
        assert_true(tie_text_equal(tie_buf_slice(&reasons[0]), tie_buf_slice(&reasons[1])));
    else
        assert_true(tie_text_equal(cells[0].text, cells[1].text) && cells[0].number == cells[1].number);
    tie_buf_release(&reasons[0]);
    tie_buf_release(&reasons[1]);
}

static void test_cells(void **state)
{
    struct tie_arena arena;
    struct tie_zone zone;
    struct tie_buf texts;
    size_t compared = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 16 << 20, NULL), TIE_OK);
    assert_int_equal(tie_zone_load(&arena, "Europe/Brussels", &zone, NULL), TIE_OK);
    tie_buf_init(&texts, SIZE_MAX);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_dataset_info *info = tie_dataset((enum tie_dataset)d);

        for (int c = 0; c < (int)info->column_count; c++) {
            struct tie_cell_rule rule;

            tie_cell_rule_init(&rule, info, c, NULL, 0, &zone);
            for (size_t i = 0; i < TIE_COUNT_OF(values); i++) {
                struct tie_raw cell;
                char bytes[64];

                if (!decode(i, &texts, &cell, bytes))
                    continue;
                same_cell(&rule, &cell);
                compared++;
            }
        }
    }
    assert_true(compared > 1000);
    tie_buf_release(&texts);
    tie_arena_release(&arena);
}

/* ---- the stream ---- */

#define HEADER                                                                                                         \
    "50474f50590aff0d0a0000"                                                                                           \
    "00000000"                                                                                                         \
    "00000000"
#define HEAD                                                                                                           \
    "5047434f50590aff0d0a00"                                                                                           \
    "00000000"                                                                                                         \
    "00000000"
#define ROW                                                                                                            \
    "0002"                                                                                                             \
    "00000004"                                                                                                         \
    "00000007"                                                                                                         \
    "00000002"                                                                                                         \
    "6162"
#define END "ffff"

static const struct {
    const char *why, *hex;
    size_t rows;
    bool is_whole;
    const char *trouble; /* NULL: none */
} streams[] = {
    { "two rows", HEAD ROW ROW END, 2, true, NULL },
    { "no row", HEAD END, 0, true, NULL },
    { "NULL",
        HEAD "0002"
             "ffffffff"
             "ffffffff" END,
        1, true, NULL },
    { "an extension is passed over",
        "5047434f50590aff0d0a00"
        "00000000"
        "00000002"
        "1234" ROW END,
        1, true, NULL },
    { "the end mark is missing", HEAD ROW, 1, false, NULL },
    { "cut in a row",
        HEAD ROW "0002"
                 "00000004"
                 "00",
        1, false, NULL },
    { "nothing", "", 0, false, NULL },
    { "another signature", HEADER ROW END, 0, false, "does not begin" },
    { "unknown flags",
        "5047434f50590aff0d0a00"
        "00010000"
        "00000000" ROW END,
        0, false, "flags" },
    { "a negative extension",
        "5047434f50590aff0d0a00"
        "00000000"
        "ffffffff" ROW END,
        0, false, "extension" },
    { "another number of fields",
        HEAD "0001"
             "00000004"
             "00000007" END,
        0, false, "number of fields" },
    { "a negative size",
        HEAD "0002"
             "fffffffe" END,
        0, false, "negative size" },
    { "bytes that are no integer",
        HEAD "0002"
             "00000003"
             "000007"
             "00000002"
             "6162" END,
        0, false, "no value" },
    { "bytes behind the end", HEAD ROW END "00", 1, false, "behind its end" },
};

static void read_stream(size_t index, size_t piece)
{
    tie_pg_decode *const decoders[] = { tie_pg_decode_int, tie_pg_decode_text };
    char bytes[256];
    size_t starts[2], rows = 0;
    const size_t size = from_hex(streams[index].hex, bytes);
    struct tie_raw cells[2];
    struct tie_pg_binary binary;
    enum tie_pg_step step = TIE_PG_MORE;

    tie_pg_binary_init(&binary, decoders, starts, 2);
    for (size_t at = 0; at < size && step == TIE_PG_MORE; at += piece) {
        tie_pg_binary_feed(&binary, bytes + at, size - at < piece ? size - at : piece);
        while ((step = tie_pg_binary_next(&binary, cells)) == TIE_PG_ROW) {
            rows++;
            assert_true(cells[0].is_null == cells[1].is_null);
            assert_true(cells[0].is_null || (tie_text_is(cells[0].text, "7") && tie_text_is(cells[1].text, "ab")));
        }
    }
    assert_int_equal(rows, streams[index].rows);
    assert_int_equal(step == TIE_PG_BAD, streams[index].trouble != NULL);
    if (step == TIE_PG_BAD)
        assert_non_null(strstr(binary.trouble, streams[index].trouble));
    else
        assert_int_equal(tie_pg_binary_is_whole(&binary), streams[index].is_whole);
    tie_pg_binary_release(&binary);
}

static void test_streams(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(streams); i++)
        for (size_t piece = 1; piece <= 128; piece = piece == 9 ? 128 : piece + 1) {
            print_message("%s, messages of %zu bytes\n", streams[i].why, piece);
            read_stream(i, piece);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_streams),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
