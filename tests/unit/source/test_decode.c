/*
 * test_decode.c - small decoders: COPY text, PostgreSQL types, SQLSTATEs, ODBC connection strings and quirks.
 */
#include "../../../src/source/odbc_quirks.h"

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
    const struct tie_source_spec spec = { .fetch_rows = 500, .connect_timeout_us = 1500000, .password = "p;}w" };
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
        "DSN=x;UseDeclareFetch=1;Fetch=500;ReadOnly=1;CommLog=0;Debug=0;"
        "pqopt={options='-c default_transaction_read_only=on'};PWD={p;}}w};");
    tie_buf_reset(&out);
    assert_true(tie_connstr_parse(&arena, "DSN=x", &pairs));
    tie_odbc_force(&arena, tie_odbc_quirk_of("libmaodbc.so"), &spec, 90 * TIE_US_PER_SECOND, &pairs);
    assert_string_equal(tie_connstr_get(&pairs, "CONN_TIMEOUT"), "2");
    assert_string_equal(tie_connstr_get(&pairs, "READ_TIMEOUT"), "91");
    tie_buf_release(&out);
    tie_arena_release(&arena);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_connection_strings),
        cmocka_unit_test(test_quirks),
        cmocka_unit_test(test_logging),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
