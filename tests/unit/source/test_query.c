/*
 * test_query.c - parameters of queries: what is replaced, what is left alone, what is refused and where.
 * Does not prove that a server understands the literals; tests/integration/source does.
 */
#include "../../../src/source/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const tie_instant brussels_starts[] = { INT64_MIN + 1 };
static const int32_t brussels_offsets[] = { 3600, 3600 };
static const struct tie_zone zone = { "Test/One", 1, brussels_starts, brussels_offsets };

#define PG TIE_SQL_POSTGRES
#define OD TIE_SQL_ODBC

static const struct {
    const char *why;
    enum tie_sql_dialect dialect;
    enum tie_parameter_style style;
    const char *text;
    const char *want;       /* NULL: refused */
    const char *want_error; /* the whole text of it */
} cases[] = {
    { "a date for PostgreSQL", PG, TIE_STYLE_TEXT, "select :as_of", "select DATE '2026-11-20'", NULL },
    { "an instant for PostgreSQL is UTC", PG, TIE_STYLE_TEXT, "select :window_end",
        "select TIMESTAMPTZ '2026-11-20 23:00:00+00'", NULL },
    { "an instant over ODBC is naive in the source's zone", OD, TIE_STYLE_TEXT, "select :window_end",
        "select '2026-11-21 00:00:00'", NULL },
    { "and in braces when the driver wants it", OD, TIE_STYLE_ODBC, "select :window_start, :as_of",
        "select {ts '2026-09-20 00:00:00'}, {d '2026-11-20'}", NULL },
    { "twice and touching signs", PG, TIE_STYLE_TEXT, "select (:as_of-:as_of)",
        "select (DATE '2026-11-20'-DATE '2026-11-20')", NULL },
    { "texts are left alone", PG, TIE_STYLE_TEXT, "select ':as_of', 'it''s :as_of'", "select ':as_of', 'it''s :as_of'",
        NULL },
    { "a backslash ends nothing in a plain text", PG, TIE_STYLE_TEXT, "select '\\', :as_of",
        "select '\\', DATE '2026-11-20'", NULL },
    { "but it does in E''", PG, TIE_STYLE_TEXT, "select E'\\':as_of'", "select E'\\':as_of'", NULL },
    { "a name that ends in e is no E''", PG, TIE_STYLE_TEXT, "select date'\\', :as_of",
        "select date'\\', DATE '2026-11-20'", NULL },
    { "quoted names are left alone", PG, TIE_STYLE_TEXT, "select \"a:as_of\"\"b\"", "select \"a:as_of\"\"b\"", NULL },
    { "brackets are names over ODBC", OD, TIE_STYLE_TEXT, "select [a:x]", "select [a:x]", NULL },
    { "brackets are arrays in PostgreSQL", PG, TIE_STYLE_TEXT, "select a[1:2]", "select a[1:2]", NULL },
    { "line comments are left alone", PG, TIE_STYLE_TEXT, "select 1 -- :x ' ;\n, 2", "select 1 -- :x ' ;\n, 2", NULL },
    { "block comments nest in PostgreSQL", PG, TIE_STYLE_TEXT, "select /* /* :x */ :y */ 1",
        "select /* /* :x */ :y */ 1", NULL },
    { "and do not elsewhere", OD, TIE_STYLE_TEXT, "select /* /* :x */ :as_of", "select             '2026-11-20'",
        NULL },
    { "comments are blanks over ODBC, where drivers read them", OD, TIE_STYLE_TEXT, "select 1 -- ? ;\n, 2",
        "select 1       \n, 2", NULL },
    { "dollar quotes are left alone", PG, TIE_STYLE_TEXT, "select $$:x;$$, $a$ $$ :x $a$",
        "select $$:x;$$, $a$ $$ :x $a$", NULL },
    { "casts are left alone", PG, TIE_STYLE_TEXT, "select 1::text, now()::date", "select 1::text, now()::date", NULL },
    { "a semicolon at the end may stand", PG, TIE_STYLE_TEXT, "select 1 ; -- end\n ; /* x */", "select 1", NULL },
    { "with, after a comment", PG, TIE_STYLE_TEXT, "-- c\nWITH a AS (select 1) select * from a",
        "-- c\nWITH a AS (select 1) select * from a", NULL },
    { "an unknown parameter", PG, TIE_STYLE_TEXT, "select 1\nwhere a > :since", NULL,
        "q.sql:2:11: unknown parameter :since; known are :as_of, :window_start, :window_end and :history_start" },
    { "columns count characters", PG, TIE_STYLE_TEXT, "select '\xc3\xa9\xc3\xa9', :x", NULL,
        "q.sql:1:14: unknown parameter :x; known are :as_of, :window_start, :window_end and :history_start" },
    { "names are whole words", PG, TIE_STYLE_TEXT, "select :as_of2", NULL,
        "q.sql:1:8: unknown parameter :as_of2; known are :as_of, :window_start, :window_end and :history_start" },
    { "a second statement", PG, TIE_STYLE_TEXT, "select 1; drop table x", NULL,
        "q.sql:1:11: a second statement begins here; a query file holds one SELECT" },
    { "an open text", PG, TIE_STYLE_TEXT, "select 'abc", NULL, "q.sql:1:8: this text is not closed: a ' is missing" },
    { "an open comment", PG, TIE_STYLE_TEXT, "select /* abc", NULL,
        "q.sql:1:8: this comment is not closed: a */ is missing" },
    { "an open dollar quote", PG, TIE_STYLE_TEXT, "select $a$ x $b$", NULL,
        "q.sql:1:8: this dollar-quoted text is not closed" },
    { "no SELECT", PG, TIE_STYLE_TEXT, "delete from x", NULL,
        "q.sql:1:1: a query is one SELECT: it must begin with SELECT or WITH" },
    { "nothing at all", PG, TIE_STYLE_TEXT, " -- only this\n", NULL,
        "q.sql:2:1: a query is one SELECT: it must begin with SELECT or WITH" },
    { "a marker of ODBC", OD, TIE_STYLE_TEXT, "select ?", NULL,
        "q.sql:1:8: ? is a parameter marker of ODBC; use :as_of, :window_start, :window_end, :history_start" },
    { "the operator ? of PostgreSQL", PG, TIE_STYLE_TEXT, "select a ? 'b'", "select a ? 'b'", NULL },
    { "no UTF-8", PG, TIE_STYLE_TEXT, "select '\xe9'", NULL, "q.sql:1:9: this is not UTF-8; save the file as UTF-8" },
};

static void test_binding(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_query_values values = {
            .dialect = cases[i].dialect,
            .style = cases[i].style,
            .zone = &zone,
            .as_of = tie_date_from_civil(2026, 11, 20),
            .window_start = (tie_instant)tie_date_from_civil(2026, 9, 20) * TIE_US_PER_DAY - 3600 * TIE_US_PER_SECOND,
            .window_end = (tie_instant)tie_date_from_civil(2026, 11, 21) * TIE_US_PER_DAY - 3600 * TIE_US_PER_SECOND,
        };
        struct tie_error err = { .status = TIE_OK };
        struct tie_buf out;

        tie_buf_init(&out, 1 << 16);
        print_message("%s\n", cases[i].why);
        if (cases[i].want != NULL) {
            assert_int_equal(tie_query_bind("q.sql", cases[i].text, &values, &out, &err), TIE_OK);
            assert_string_equal(out.at, cases[i].want);
        } else {
            assert_int_equal(tie_query_bind("q.sql", cases[i].text, &values, &out, &err), TIE_CONFIG);
            assert_string_equal(err.text, cases[i].want_error);
        }
        tie_buf_release(&out);
    }
}

static void test_too_long(void **state)
{
    const struct tie_query_values values = { .dialect = PG };
    struct tie_error err = { .status = TIE_OK };
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 16);
    assert_int_equal(tie_query_bind("q.sql", "select 1234567890, 1234567890", &values, &out, &err), TIE_CONFIG);
    assert_string_equal(err.text, "q.sql: the query is too long with its parameters; 16 bytes are allowed");
    tie_buf_release(&out);
}

static void test_lines(void **state)
{
    static const struct {
        const char *why, *sql;
        size_t position, want;
    } lines[] = {
        { "first character", "a\nb", 1, 1 },
        { "the line break belongs to its line", "a\nb", 2, 1 },
        { "behind it", "a\nb", 3, 2 },
        { "characters, not bytes", "\xc3\xa9\xc3\xa9\nb\nc", 4, 2 },
        { "past the end", "a\nb", 99, 2 },
        { "unknown", "a\nb", 0, 1 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(lines); i++) {
        print_message("%s\n", lines[i].why);
        assert_int_equal(tie_sql_line(lines[i].sql, lines[i].position), lines[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_binding), cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_lines) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
