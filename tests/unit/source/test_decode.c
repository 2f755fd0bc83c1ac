/*
 * test_decode.c - small decoders: COPY text, PostgreSQL types, SQLSTATEs, ODBC connection strings and quirks.
 */
#include "../../../src/source/odbc_quirks.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void test_copy(void **state)
{
    static const struct {
        const char *why, *line;
        size_t count;
        bool want;
        const char *cells[3]; /* NULL: NULL */
    } cases[] = {
        { "plain", "a\tb", 2, true, { "a", "b" } },
        { "NULL and empty are two", "\\N\t\t\\N", 3, true, { NULL, "", NULL } },
        { "escapes", "a\\tb\\\\c\\nd\\re\\bf\\fg\\vh", 1, true, { "a\tb\\c\nd\re\bf\fg\vh" } },
        { "an escaped backslash before N is no NULL", "\\\\N", 1, true, { "\\N" } },
        { "NULL mark inside a text", "x\\N", 1, true, { "xN" } },
        { "too few fields", "a", 2, false, { NULL } },
        { "too many fields", "a\tb", 1, false, { NULL } },
        { "an empty line is one empty field", "", 1, true, { "" } },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        char line[64] = "";
        struct tie_raw cells[3];

        print_message("%s\n", cases[i].why);
        memcpy(line, cases[i].line, strlen(cases[i].line));
        assert_int_equal(tie_pg_copy_split(line, strlen(cases[i].line), cells, cases[i].count), cases[i].want);
        for (size_t j = 0; cases[i].want && j < cases[i].count; j++) {
            assert_int_equal(cells[j].is_null, cases[i].cells[j] == NULL);
            assert_true(cells[j].is_null || tie_text_is(cells[j].text, cases[i].cells[j]));
        }
    }
}

/* Oracle: cut at each tab, byte by byte. Lines of every length around the eight bytes that are looked at at once. */
static void test_copy_any_line(void **state)
{
    enum { FIELDS = 40 };
    static const char alphabet[] = "ab\t\t \\N\x01\x7f\xc3\n09";
    uint64_t random = 5;

    (void)state;
    for (int round = 0; round < 50000; round++) {
        char line[40], copy[40];
        const size_t size = test_random(&random) % sizeof line;
        size_t count = 1, start = 0;
        struct tie_raw cells[FIELDS + 1];

        for (size_t i = 0; i < size; i++) {
            line[i] = copy[i] = alphabet[test_random(&random) % (sizeof alphabet - 1)];
            count += line[i] == '\t';
        }
        assert_false(tie_pg_copy_split(copy, size, cells, count + 1));
        memcpy(copy, line, size);
        assert_false(count > 1 && tie_pg_copy_split(copy, size, cells, count - 1));
        memcpy(copy, line, size);
        assert_true(tie_pg_copy_split(copy, size, cells, count));
        for (size_t f = 0; f < count; f++) {
            size_t end = start;
            bool is_plain = true, has_escape = false;

            for (; end < size && line[end] != '\t'; end++) {
                has_escape |= line[end] == '\\';
                is_plain &= (signed char)line[end] >= ' ' && line[end] != '\\'; /* char has no sign on every machine */
            }
            assert_int_equal(cells[f].is_plain, is_plain);
            assert_int_equal(cells[f].is_null, end - start == 2 && memcmp(line + start, "\\N", 2) == 0);
            if (!has_escape) /* what escapes mean is in the table above */
                assert_true(tie_text_equal(cells[f].text, (struct tie_text){ line + start, end - start }));
            start = end + 1;
        }
    }
}

static void test_types(void **state)
{
    (void)state;
    assert_int_equal(tie_pg_type_find(1700)->kind, TIE_RAW_DECIMAL);
    assert_int_equal(tie_pg_type_find(1114)->kind, TIE_RAW_NAIVE);
    assert_int_equal(tie_pg_type_find(1184)->kind, TIE_RAW_INSTANT);
    assert_int_equal(tie_pg_type_find(701)->kind, TIE_RAW_FLOAT);
    assert_null(tie_pg_type_find(17)); /* bytea */
}

static void test_states(void **state)
{
    static const struct {
        const char *sqlstate;
        enum tie_status want;
    } states[] = {
        { "42501", TIE_DENIED },
        { "42P01", TIE_CONFIG },
        { "28P01", TIE_DENIED },
        { "57014", TIE_UNAVAILABLE },
        { "08006", TIE_UNAVAILABLE },
        { "22P02", TIE_CONFIG },
        { "HYT00", TIE_UNAVAILABLE },
        { "IM002", TIE_CONFIG },
        { "25006", TIE_CONFIG },
        { "HY000", TIE_IO },
        { NULL, TIE_IO },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(states); i++)
        assert_int_equal(tie_sqlstate_status(states[i].sqlstate, TIE_IO), states[i].want);
}

static void test_connection_strings(void **state)
{
    static const struct {
        const char *why, *text;
        bool is_good;
        const char *key, *value, *printed;
    } cases[] = {
        { "plain", "DSN=erp;UID=tieout", true, "uid", "tieout", "DSN=erp;UID=tieout;" },
        { "blanks and empty pairs", " DSN = erp ;; UID=x;", true, "DSN", "erp", "DSN=erp;UID=x;" },
        { "braces", "Driver={My {x}}};PWD={a;b}}c}", true, "PWD", "a;b}c", "Driver={My {x}}};PWD={a;b}}c};" },
        { "equals in a value", "Database=file:/x?mode=ro;A=1", true, "database", "file:/x?mode=ro",
            "Database=file:/x?mode=ro;A=1;" },
        { "an open brace", "PWD={abc", false, NULL, NULL, NULL },
        { "a word alone", "DSN=erp;abc", false, NULL, NULL, NULL },
        { "a word alone in the middle", "abc;DSN=erp", false, NULL, NULL, NULL },
        { "text behind braces", "PWD={a}b;DSN=x", false, NULL, NULL, NULL },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_connstr pairs;
        struct tie_buf out;

        tie_buf_init(&out, 4096);
        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_connstr_parse(&arena, cases[i].text, &pairs), cases[i].is_good);
        if (cases[i].is_good) {
            assert_string_equal(tie_connstr_get(&pairs, cases[i].key), cases[i].value);
            tie_connstr_print(&pairs, &out);
            assert_string_equal(out.at, cases[i].printed);
        }
        tie_buf_release(&out);
    }
    tie_arena_release(&arena);
}

static void test_quirks(void **state)
{
    const struct tie_source_spec spec = {
        .timezone = "UTC", .fetch_rows = 500, .connect_timeout_us = 1500000, .password = "p;}w"
    };
    struct tie_connstr pairs;
    struct tie_arena arena;
    struct tie_buf out;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    tie_buf_init(&out, 4096);
    assert_true(tie_odbc_quirk_of("libsqlite3odbc.so")->can_stream);
    assert_false(tie_odbc_quirk_of("/usr/lib/LIBMAODBC.so")->can_stream);
    assert_string_equal(tie_odbc_quirk_of("whatever")->name, "ODBC driver");
    assert_int_equal(tie_odbc_native_status(tie_odbc_quirk_of("sqlite"), 5, TIE_CONFIG), TIE_UNAVAILABLE);
    assert_int_equal(tie_odbc_native_status(tie_odbc_quirk_of("sqlite"), 1, TIE_CONFIG), TIE_CONFIG);
    assert_true(tie_connstr_parse(&arena, "DSN=x;UseDeclareFetch=0;Fetch=7", &pairs));
    tie_odbc_force(&arena, tie_odbc_quirk_of("psqlodbcw.so"), &spec, 90 * TIE_US_PER_SECOND, &pairs);
    tie_connstr_print(&pairs, &out);
    assert_string_equal(out.at,
        "DSN=x;UseDeclareFetch=1;Fetch=500;ReadOnly=0;CommLog=0;Debug=0;"
        "pqopt={options='-c default_transaction_read_only=on'};PWD={p;}}w};");
    tie_buf_reset(&out);
    assert_true(tie_connstr_parse(&arena, "DSN=x", &pairs));
    tie_odbc_force(&arena, tie_odbc_quirk_of("libmaodbc.so"), &spec, 90 * TIE_US_PER_SECOND, &pairs);
    assert_string_equal(tie_connstr_get(&pairs, "CONN_TIMEOUT"), "2");
    assert_string_equal(tie_connstr_get(&pairs, "READ_TIMEOUT"), "91");
    tie_buf_release(&out);
    tie_arena_release(&arena);
}

static void test_marks(void **state)
{
    static const struct {
        const char *why, *driver, *text, *zone, *want;
    } cases[] = {
        { "no mark", "psqlodbc", "SET x", "UTC", "SET x" },
        { "a zone by its name", "libmaodbc.so", "SET time_zone = '%z'", "Europe/Brussels",
            "SET time_zone = 'Europe/Brussels'" },
        { "UTC is known to a MariaDB without tables of zones", "libmaodbc.so", "SET time_zone = '%z'", "UTC",
            "SET time_zone = '+00:00'" },
        { "and PostgreSQL has a name for it", "psqlodbcw.so", "SET TimeZone = '%z'", "Etc/UTC",
            "SET TimeZone = 'UTC'" },
        { "seconds left, rounded up", "libmaodbc.so", "%l s", "UTC", "91 s" },
        { "seconds to connect, rounded up", "libmaodbc.so", "%c", "UTC", "2" },
        { "rows of a block", "psqlodbc", "%u", "UTC", "500" },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_source_spec spec = {
            .timezone = cases[i].zone, .fetch_rows = 500, .connect_timeout_us = 1500000
        };

        print_message("%s\n", cases[i].why);
        assert_string_equal(
            tie_odbc_fill(&arena, tie_odbc_quirk_of(cases[i].driver), cases[i].text, &spec, 90 * TIE_US_PER_SECOND),
            cases[i].want);
    }
    tie_arena_release(&arena);
}

static void test_select_lists(void **state)
{
    static const struct {
        const char *why, *driver;
        enum tie_raw_kind kind;
        const char *name, *want; /* behind a column of text, which is left alone */
    } cases[] = {
        { "a date of PostgreSQL", "psqlodbcw.so", TIE_RAW_DATE, "day", "q.\"t\", CAST(q.\"day\" AS text)" },
        { "a date and time", "psqlodbcw.so", TIE_RAW_NAIVE, "at",
            "q.\"t\", CAST(CAST(q.\"at\" AS timestamp) AS text)" },
        { "a quote in a name", "psqlodbcw.so", TIE_RAW_DATE, "a\"b", "q.\"t\", CAST(q.\"a\"\"b\" AS text)" },
        { "nothing that is better written by the server", "psqlodbcw.so", TIE_RAW_DECIMAL, "n", "*" },
        { "MariaDB, whose quotes stand for names in every mode", "libmaodbc.so", TIE_RAW_NAIVE, "a`b\"",
            "q.`t`, CAST(q.`a``b\"` AS char)" },
        { "SQLite has no types of dates", "libsqlite3odbc.so", TIE_RAW_DATE, "day", "*" },
        { "nor does anybody know those of others", "libtdsodbc.so", TIE_RAW_NAIVE, "at", "*" },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_result_column columns[] = { { "t", "", TIE_RAW_TEXT }, { cases[i].name, "", cases[i].kind } };
        const struct tie_result_shape shape = { TIE_COUNT_OF(columns), columns };

        print_message("%s\n", cases[i].why);
        assert_string_equal(tie_odbc_select_list(&arena, tie_odbc_quirk_of(cases[i].driver), &shape), cases[i].want);
    }
    tie_arena_release(&arena);
}

static void test_message_lines(void **state)
{
    static const struct {
        const char *message;
        size_t want;
    } cases[] = {
        { "near ' \nfrom t' at line 2", 2 },
        { "near '' at line 14 ", 14 },
        { "no such table: nowhere", 0 },
        { "at line ", 0 },
        { "12", 0 },
        { "", 0 },
        { " at line 99999999999999999999", 0 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        assert_int_equal(tie_odbc_message_line(tie_text_of(cases[i].message)), cases[i].want);
}

static void test_logging(void **state)
{
    struct tie_buf out;
    bool changed = false;

    (void)state;
    tie_buf_init(&out, 4096);
    tie_odbc_without_logging(
        TIE_TEXT("[ODBC]\nTrace = Yes\nTraceFile=/tmp/x\n[PostgreSQL]\nDriver=psqlodbca.so\nCommLog=1\nDebug=0\n"),
        &out, &changed);
    assert_true(changed);
    assert_string_equal(out.at, "[ODBC]\n[PostgreSQL]\nDriver=psqlodbca.so\n");
    tie_buf_reset(&out);
    tie_odbc_without_logging(TIE_TEXT("[SQLite3]\nDriver=libsqlite3odbc.so\n"), &out, &changed);
    assert_false(changed);
    tie_buf_release(&out);
}

static void test_plans(void **state)
{
    static const struct {
        const char *why, *line;
        uint64_t want;
    } cases[] = {
        { "a scan", "Seq Scan on m  (cost=0.00..17353.00 rows=1000000 width=45)", 45000000 },
        { "rows of a name are no rows", "Seq Scan on \"m rows\"  (cost=0.00..1.00 rows=3 width=4)", 12 },
        { "nothing of a width", "Result  (cost=0.00..0.01 rows=1 width=0)", 0 },
        { "more than fits", "Append  (cost=0.00..0.01 rows=9223372036854775807 width=1000)", UINT64_MAX },
        { "no rows", "Utility Statement", 0 },
        { "no width", "Scan  (cost=0.00..0.01 rows=5)", 0 },
        { "nothing", "", 0 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_pg_plan_bytes(tie_text_of(cases[i].line)), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_copy_any_line),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_connection_strings),
        cmocka_unit_test(test_quirks),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_select_lists),
        cmocka_unit_test(test_message_lines),
        cmocka_unit_test(test_logging),
        cmocka_unit_test(test_plans),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
