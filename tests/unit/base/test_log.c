/*
 * test_log.c - what stands on stderr: levels, time stamps, one line an event, progress only on a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tieout/log.h"

static char written[8192];
static int saved_stderr = -1;
static FILE *catcher;

static void catch_stderr(void)
{
    catcher = tmpfile();
    assert_non_null(catcher);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(catcher), STDERR_FILENO) >= 0);
}

static const char *caught(void)
{
    size_t size;

    assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
    (void)close(saved_stderr);
    rewind(catcher);
    size = fread(written, 1, sizeof written - 1, catcher);
    written[size] = '\0';
    (void)fclose(catcher);
    return written;
}

/* The text behind "<stamp> <level> " of the only line; the stamp must be an instant close to now, with that offset. */
static const char *only_line(const char *all, const char *offset, const char *level)
{
    const char *blank = strchr(all, ' ');
    tie_instant at = 0;
    bool has_offset = false;

    assert_non_null(blank);
    assert_true(tie_instant_from_text((struct tie_text){ all, (size_t)(blank - all) }, &at, &has_offset));
    assert_true(has_offset && at % TIE_US_PER_SECOND == 0);
    assert_true(tie_now() - at >= 0 && tie_now() - at < 60 * TIE_US_PER_SECOND);
    assert_memory_equal(blank - strlen(offset), offset, strlen(offset));
    assert_memory_equal(blank + 1, level, strlen(level));
    assert_ptr_equal(strchr(all, '\n'), all + strlen(all) - 1);
    return blank + 1 + strlen(level) + 1;
}

static void test_line(void **state)
{
    struct tie_arena arena;
    struct tie_zone zone;
    struct tie_log_setup setup = { .level = TIE_LOG_INFO };

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 65536, NULL), TIE_OK);
    assert_int_equal(tie_zone_load(&arena, "Asia/Kolkata", &zone, NULL), TIE_OK);
    tie_log_setup(&setup);
    catch_stderr();
    tie_log(TIE_LOG_INFO, "read %d rows", 12);
    assert_string_equal(only_line(caught(), "Z", "info"), "read 12 rows\n");
    setup.zone = &zone;
    tie_log_setup(&setup);
    catch_stderr();
    tie_log(TIE_LOG_WARNING, "%s", "late");
    assert_string_equal(only_line(caught(), "+05:30", "warning"), "late\n");
    setup.zone = NULL;
    tie_log_setup(&setup);
    tie_arena_release(&arena);
}

static void test_levels(void **state)
{
    static const struct {
        const char *why;
        enum tie_log_level level;
        size_t lines;
    } cases[] = {
        { "quiet", TIE_LOG_ERROR, 1 },
        { "warnings", TIE_LOG_WARNING, 2 },
        { "normal", TIE_LOG_INFO, 3 },
        { "verbose", TIE_LOG_DETAIL, 4 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        size_t lines = 0;

        tie_log_setup(&(struct tie_log_setup){ .level = cases[i].level });
        catch_stderr();
        tie_log(TIE_LOG_ERROR, "1");
        tie_log(TIE_LOG_WARNING, "2");
        tie_log(TIE_LOG_INFO, "3");
        tie_log(TIE_LOG_DETAIL, "4");
        tie_log_progress("extract", 1, 2, "rows");
        tie_log_progress_end();
        for (const char *at = caught(); (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        print_message("%s\n", cases[i].why);
        assert_int_equal(lines, cases[i].lines);
        assert_null(strchr(written, '\r'));
    }
}

/* Text of drivers and of data: no second line, no escape to the terminal, and no length that breaks the line. */
static void test_hostile_text(void **state)
{
    char text[5000];
    const char *line;

    (void)state;
    tie_log_setup(&(struct tie_log_setup){ .level = TIE_LOG_INFO });
    catch_stderr();
    tie_log(TIE_LOG_ERROR, "%s", "refused\nHINT: \033[2J cast\177 it\r\n");
    assert_string_equal(only_line(caught(), "Z", "error"), "refused HINT:  [2J cast  it\n");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    catch_stderr();
    tie_log(TIE_LOG_ERROR, "%s", text);
    line = only_line(caught(), "Z", "error");
    assert_in_range(strlen(line), 1900, 2048);
    catch_stderr();
    tie_log(TIE_LOG_ERROR, "%s", "\n");
    assert_string_equal(only_line(caught(), "Z", "error"), "\n");
}

static void test_colour(void **state)
{
    (void)state;
    tie_log_setup(&(struct tie_log_setup){ .level = TIE_LOG_INFO, .use_colour = true });
    catch_stderr();
    tie_log(TIE_LOG_ERROR, "x");
    tie_log(TIE_LOG_INFO, "y");
    assert_non_null(strstr(caught(), " \033[31merror\033[0m x\n"));
    assert_non_null(strstr(written, " info y\n"));
}

static void test_progress(void **state)
{
    const char *all;
    size_t drawn = 0;

    (void)state;
    tie_log_setup(&(struct tie_log_setup){ .level = TIE_LOG_INFO, .is_terminal = true });
    catch_stderr();
    for (uint64_t i = 0; i < 1000; i++)
        tie_log_progress("extract movement", 500 + i, 2000, "rows");
    tie_log(TIE_LOG_INFO, "a line between");
    tie_log_progress("extract movement", 1600, 2000, "rows");
    tie_log_progress("extract invoice", 7, 0, "rows");
    tie_log_progress_end();
    tie_log_progress_end();
    all = caught();
    for (const char *at = all; (at = strstr(at, "extract movement: ")) != NULL; at++)
        drawn++;
    assert_in_range(drawn, 1, 5); /* a thousand calls in far less than half a second */
    assert_non_null(strstr(all, "\r\033[Kextract movement: 500 of 2000 rows (25 %), "));
    assert_non_null(strstr(all, "\r\033[Kextract invoice: 7 rows, "));
    assert_null(strstr(all, "extract invoice: 7 of"));
    assert_non_null(strstr(all, "a line between\n"));
    assert_true(strlen(all) > 4 && strcmp(all + strlen(all) - 4, "\r\033[K") == 0); /* nothing is left standing */
    tie_log_setup(&(struct tie_log_setup){ .level = TIE_LOG_ERROR, .is_terminal = true });
    catch_stderr();
    tie_log_progress("extract", 1, 2, "rows"); /* --quiet */
    tie_log_progress_end();
    assert_string_equal(caught(), "");
}

static void test_clocks(void **state)
{
    const int64_t before = tie_clock_us();
    const tie_instant now = tie_now();

    (void)state;
    assert_true(tie_clock_us() >= before);
    assert_true(now > tie_date_from_civil(2024, 1, 1) * TIE_US_PER_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
