/*
 * test_status.c - the public table of exit codes, and error texts that always fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tieout/status.h"

static void test_table(void **state)
{
    static const struct {
        const char *why;
        enum tie_status status;
        const char *name;
        int exit_code;
        bool may_retry;
    } cases[] = {
        { "done", TIE_OK, "OK", 0, false },
        { "done with an alert", TIE_ALERT, "ALERT", 1, false },
        { "EX_USAGE", TIE_USAGE, "USAGE", 64, false },
        { "EX_DATAERR", TIE_DATA, "DATA", 65, false },
        { "EX_NOINPUT", TIE_NOINPUT, "NOINPUT", 66, false },
        { "a source may come back", TIE_UNAVAILABLE, "UNAVAILABLE", 69, true },
        { "EX_SOFTWARE", TIE_INTERNAL, "INTERNAL", 70, false },
        { "EX_CANTCREAT", TIE_CANTCREATE, "CANTCREATE", 73, false },
        { "EX_IOERR", TIE_IO, "IO", 74, false },
        { "a lock is given back", TIE_BUSY, "BUSY", 75, true },
        { "EX_NOPERM", TIE_DENIED, "DENIED", 77, false },
        { "EX_CONFIG", TIE_CONFIG, "CONFIG", 78, false },
        { "the command line adds the signal", TIE_INTERRUPTED, "INTERRUPTED", 128, false },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_status_exit_code(cases[i].status), cases[i].exit_code);
        assert_string_equal(tie_status_name(cases[i].status), cases[i].name);
        assert_int_equal(tie_status_may_retry(cases[i].status), cases[i].may_retry);
        assert_true(strlen(tie_status_meaning(cases[i].status)) > 0);
    }
}

static void test_fail(void **state)
{
    struct tie_error err = { .status = TIE_OK };

    (void)state;
    assert_int_equal(tie_fail(&err, TIE_IO, "file %s: line %d", "a.csv", 7), TIE_IO);
    assert_int_equal(err.status, TIE_IO);
    assert_string_equal(err.text, "file a.csv: line 7");
    assert_int_equal(tie_fail(&err, TIE_DATA, "reading: %s", err.text), TIE_DATA);
    assert_string_equal(err.text, "reading: file a.csv: line 7");
    tie_error_prefix(&err, "extract %s: ", "usage_line");
    assert_string_equal(err.text, "extract usage_line: reading: file a.csv: line 7");
    assert_int_equal(err.status, TIE_DATA);
    (void)tie_fail(&err, TIE_IO, "libraries end with a newline\r\n\n");
    assert_string_equal(err.text, "libraries end with a newline");
    assert_int_equal(tie_fail(NULL, TIE_BUSY, "nobody listens"), TIE_BUSY);
    tie_error_prefix(NULL, "nobody listens");
}

/* A text of `ascii` letters and then characters of one length: what is kept must be whole characters, and as many as
 * fit. */
static void test_cut(void **state)
{
    static const struct {
        const char *why;
        const char *character;
    } cases[] = {
        { "one byte", "x" },
        { "two bytes", "\xC3\xA9" },
        { "three bytes", "\xE2\x82\xAC" },
        { "four bytes", "\xF0\x9F\x94\xA7" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const size_t width = strlen(cases[i].character);

        for (size_t ascii = 1010; ascii <= 1024; ascii++) {
            char text[1100] = "";
            struct tie_error err;
            size_t room;
            size_t expected;

            memset(text, 'a', ascii);
            while (strlen(text) < 1060)
                strncat(text, cases[i].character, 4);
            (void)tie_fail(&err, TIE_IO, "%s", text);
            room = sizeof err.text - 1;
            expected = ascii >= room ? room : ascii + (room - ascii) / width * width;
            if (strlen(err.text) != expected || strncmp(err.text, text, expected) != 0)
                fail_msg("%s after %zu: kept %zu, expected %zu", cases[i].why, ascii, strlen(err.text), expected);
        }
    }
}

static void test_words_of_others(void **state)
{
    static const struct {
        const char *why, *quoted, *want;
    } cases[] = {
        { "a character cut by a %.60s", "caf\xC3", "says caf?." },
        { "a whole one stays", "caf\xC3\xA9", "says caf\xC3\xA9." },
        { "bytes that are no UTF-8", "\xFF\x80x\xE2\x82", "says ??x??." },
        { "a line break inside", "wrong size\n", "says wrong size ." },
        { "what moves a terminal", "\x1B[2J\t\x7F", "says  [2J  ." },
        { "nothing", "", "says ." },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_error err = { .text = "" };

        print_message("%s\n", cases[i].why);
        (void)tie_fail(&err, TIE_DATA, "says %s.", cases[i].quoted);
        assert_string_equal(err.text, cases[i].want);
    }
}

static void test_prefix_keeps_the_front(void **state)
{
    struct tie_error err;
    char text[2000];

    (void)state;
    memset(text, 'b', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)tie_fail(&err, TIE_IO, "%s", text);
    tie_error_prefix(&err, "where: ");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "where: bbb", 10);
}

/* In a child: one line on stderr that names the expression, exit code 70. */
static void test_assertion(void **state)
{
    int ends[2];
    char line[512] = "";
    size_t size = 0;
    ssize_t got;
    int result = 0;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        TIE_ASSERT(ends[0] < 0);
        _exit(0);
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], line + size, sizeof line - 1 - size)) > 0)
        size += (size_t)got;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 70);
    assert_non_null(strstr(line, "test_status.c"));
    assert_non_null(strstr(line, "ends[0] < 0"));
    assert_ptr_equal(strchr(line, '\n'), line + size - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_fail),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_words_of_others),
        cmocka_unit_test(test_prefix_keeps_the_front),
        cmocka_unit_test(test_assertion),
    };

    return cmocka_run_group_tests_name("base/status", tests, NULL, NULL);
}
