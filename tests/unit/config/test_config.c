/* test_config.c - values that parse, defaults, options on top, variables, secrets, the schema in print. */
#include "sample_schema.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

static struct tie_arena arena;

static int set_up(void **state)
{
    (void)state;
    return tie_arena_init(&arena, 16 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static const struct tie_config *load(const char *text, const char *const *sets, size_t set_count)
{
    const struct tie_config *config = NULL;
    struct tie_error err = { 0 };

    if (load_text(&arena, text, sets, set_count, &config, &err) != TIE_OK)
        fail_msg("%s", err.text);
    return config;
}

static const char full[] = "; a comment\r\n"
                           "[job]            ; a comment with = behind a title\r\n"
                           "Name = \"a ; b # c\"  # comment\r\n"
                           "output = /srv/x\r\n"
                           "start = 2026-11-20 ; the day\r\n"
                           "days=010\r\n"
                           "\r\n"
                           "[source erp]\r\n"
                           "  driver = odbc\r\n"
                           "timeout = 5min\r\n"
                           "[source FSM]\r\n"
                           "driver = 'postgres'\r\n"
                           "[dataset price contracts]\r\n"
                           "source = it's\r\n"
                           "verbs = GI , TRF\r\n"
                           "[map movement.movement_class]\r\n"
                           "issue_wo = 261, \\empty\r\n"
                           "other = *\r\n"
                           "[limits]\r\n"
                           "threads = 4\r\n"
                           "share = 0.005\r\n"
                           "units =\r\n"
                           "strict = yes";

static void values_of_a_file(void **state)
{
    const struct tie_config *const config = load(full, NULL, 0);
    const struct tie_config_section *const job = tie_config_section(config, "job");
    const struct tie_config_section *const limits = tie_config_section(config, "limits");
    const struct tie_config_section *section = tie_config_next(config, "source", NULL);
    const char *const *words = NULL;
    int64_t seconds = 0;
    int32_t workdays = 0;

    (void)state;
    assert_string_equal(tie_config_text(job, "name"), "a ; b # c");
    assert_string_equal(tie_config_text(job, "output"), "/srv/x");
    assert_int_equal(tie_config_date(job, "start"), tie_date_from_civil(2026, 11, 20));
    assert_int_equal(tie_config_int(job, "days"), 10); /* never octal */
    assert_int_equal(tie_config_line(job, "days"), 6);
    assert_string_equal(section->name, "erp");
    assert_int_equal(section->line, 8);
    assert_true(tie_config_is(section, "driver", "odbc"));
    assert_true(tie_config_duration(section, "timeout", &seconds, &workdays));
    assert_int_equal(seconds, 300);
    assert_false(tie_config_has(section, "password"));
    section = tie_config_next(config, "source", section);
    assert_string_equal(section->name, "FSM"); /* the case written */
    assert_null(tie_config_next(config, "source", section));
    section = tie_config_find(config, "dataset price contracts");
    assert_string_equal(section->part, "contracts");
    assert_string_equal(tie_config_text(section, "source"), "it's");
    assert_int_equal(tie_config_words(section, "verbs", &words), 2);
    assert_string_equal(words[1], "TRF");
    section = tie_config_find(config, "map movement.movement_class");
    assert_string_equal(tie_config_key(section, 0), "issue_wo");
    assert_string_equal(tie_config_key(section, 1), "other");
    assert_null(tie_config_key(section, 2));
    assert_int_equal(tie_config_words(section, "issue_wo", &words), 2);
    assert_string_equal(words[1], "\\empty");
    assert_false(tie_config_has(section, "never_given"));
    assert_int_equal(tie_config_int(limits, "threads"), 4);
    assert_int_equal(tie_config_dec(limits, "share"), 5000);
    assert_int_equal(tie_config_words(limits, "units", &words), 0); /* empty on purpose, not the default */
    assert_true(tie_config_bool(limits, "strict"));
}

static void defaults_of_what_is_not_there(void **state)
{
    const struct tie_config *const config = load("[job]\nname = x\n", NULL, 0);
    const struct tie_config_section *const limits = tie_config_section(config, "limits");
    const struct tie_config_section *const job = tie_config_section(config, "job");
    const char *const *words = NULL;
    int64_t seconds = 0;
    int32_t workdays = 0;

    (void)state;
    assert_int_equal(limits->line, 0);
    assert_int_equal(tie_config_int(limits, "memory"), INT64_C(2) << 30);
    assert_int_equal(tie_config_int(limits, "threads"), TIE_NONE);
    assert_true(tie_config_is(limits, "threads", "auto"));
    assert_int_equal(tie_config_dec(limits, "share"), 1000);
    assert_int_equal(tie_config_dec(limits, "amount"), 1000);
    assert_true(tie_config_duration(limits, "wait", &seconds, &workdays));
    assert_true(seconds == 0 && workdays == 5);
    assert_false(tie_config_bool(limits, "strict"));
    assert_int_equal(tie_config_words(limits, "units", &words), 2);
    assert_string_equal(words[0], "EA");
    assert_int_equal(tie_config_date(job, "start"), TIE_NO_DATE);
    assert_string_equal(tie_config_text(job, "output"), "jobs/../var");
    assert_false(tie_config_given(job, "output"));
    assert_null(tie_config_next(config, "limits", NULL)); /* not in the file */
}

static const struct {
    const char *text;
    int64_t seconds;
    int32_t workdays;
} durations[] = {
    { "6s", 6, 0 },
    { "30min", 1800, 0 },
    { "72h", 259200, 0 },
    { "10d", 864000, 0 },
    { "0d", 0, 0 },
    { "1wd", 0, 1 },
};

static void durations_have_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(durations); i++) {
        const char *const set = tie_arena_printf(&arena, "limits.wait=%s", durations[i].text);
        const struct tie_config *const config = load("[job]\nname = x\n", &set, 1);
        int64_t seconds = -1;
        int32_t workdays = -1;

        assert_true(tie_config_duration(tie_config_section(config, "limits"), "wait", &seconds, &workdays));
        assert_int_equal(seconds, durations[i].seconds);
        assert_int_equal(workdays, durations[i].workdays);
    }
}

static void options_go_on_top(void **state)
{
    static const char *const sets[] = { "limits.memory=1GiB", "source FSM.timeout = 7s", "job.Name=a.b=c",
        "map movement.movement_class.issue_wo=999", "limits.memory=3GiB" };
    const struct tie_config *const config = load(full, sets, TIE_COUNT_OF(sets));
    const struct tie_config_section *const limits = tie_config_section(config, "limits");
    const char *const *words = NULL;
    struct tie_error err = { 0 };
    int64_t seconds = 0;
    int32_t workdays = 0;

    (void)state;
    assert_int_equal(tie_config_int(limits, "memory"), INT64_C(3) << 30); /* the last one wins */
    assert_true(tie_config_duration(tie_config_find(config, "source FSM"), "timeout", &seconds, &workdays));
    assert_int_equal(seconds, 7);
    assert_string_equal(tie_config_text(tie_config_section(config, "job"), "name"), "a.b=c");
    assert_int_equal(tie_config_words(tie_config_find(config, "map movement.movement_class"), "issue_wo", &words), 1);
    assert_string_equal(words[0], "999");
    assert_int_equal(tie_config_fail(&err, limits, "memory", "too much for %d", 1), TIE_CONFIG);
    assert_string_equal(err.text, "--set: [limits] memory = 3GiB: too much for 1");
    assert_int_equal(tie_config_fail(&err, limits, "threads", "too many"), TIE_CONFIG);
    assert_string_equal(err.text, "jobs/t.ini:20: [limits] threads = 4: too many");
    assert_int_equal(tie_config_fail(&err, limits, NULL, "odd"), TIE_CONFIG);
    assert_string_equal(err.text, "jobs/t.ini:19: [limits]: odd");
}

static void variables_come_from_the_environment(void **state)
{
    const struct tie_config *config = NULL;
    const struct tie_config_section *source = NULL;
    struct tie_error err = { 0 };

    (void)state;
    assert_int_equal(setenv("TIEOUT_TEST_A", "x;${B}", 1), 0);
    assert_int_equal(setenv("TIEOUT_TEST_N", "12", 1), 0);
    config = load("[job]\nname = a${TIEOUT_TEST_A}-$${c}-$d\ndays = ${TIEOUT_TEST_N}\n"
                  "[source a]\ndriver = odbc\npassword = ${TIEOUT_TEST_A}\n",
        NULL, 0);
    assert_string_equal(tie_config_text(tie_config_section(config, "job"), "name"), "ax;${B}-${c}-$d");
    assert_int_equal(tie_config_int(tie_config_section(config, "job"), "days"), 12);
    source = tie_config_find(config, "source a");
    assert_string_equal(tie_config_text(source, "password"), "x;${B}");
    (void)tie_config_fail(&err, source, "password", "refused by the server");
    assert_null(strstr(err.text, "x;"));
    const struct tie_config_setup setup = { .path = "t.ini",
        .schemas = sample_schemas,
        .schema_count = 2,
        .bytes = "[job]\nname = ${TIEOUT_NOT_SET}\n",
        .leave_variables = true };

    assert_int_equal(tie_config_load(&arena, &setup, &config, &err), TIE_OK);
    assert_string_equal(tie_config_text(tie_config_section(config, "job"), "name"), "${TIEOUT_NOT_SET}");
}

static const struct {
    const char *why, *content;
    unsigned mode;
    enum tie_status status;
    const char *want; /* the secret, or a part of the error */
} secret_cases[] = {
    { "one newline is taken off", "pa ss\n", 0600, TIE_OK, "pa ss" },
    { "CRLF too", "pass\r\n", 0400, TIE_OK, "pass" },
    { "no newline", "pass", 0600, TIE_OK, "pass" },
    { "blanks are part of it", " pass ", 0600, TIE_OK, " pass " },
    { "the group may read", "pass", 0640, TIE_DENIED,
        "may be read by others (mode 0640); take the right away: chmod 600" },
    { "others may read", "pass", 0604, TIE_DENIED, "may be read by others (mode 0604)" },
    { "empty", "\n", 0600, TIE_CONFIG, "is empty; write the password into it" },
    { "two lines", "a\nb\n", 0600, TIE_CONFIG, "must hold one line" },
};

static void secrets_from_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(secret_cases); i++) {
        char path[] = "/tmp/tieout-secret-XXXXXX";
        const int fd = mkstemp(path);
        const char *secret = NULL;
        struct tie_error err = { 0 };

        print_message("%s\n", secret_cases[i].why);
        assert_true(fd >= 0 && fchmod(fd, secret_cases[i].mode) == 0);
        assert_int_equal(
            write(fd, secret_cases[i].content, strlen(secret_cases[i].content)), strlen(secret_cases[i].content));
        assert_int_equal(tie_secret_read(&arena, path, &secret, &err), secret_cases[i].status);
        if (secret_cases[i].status == TIE_OK)
            assert_string_equal(secret, secret_cases[i].want);
        else
            assert_non_null(strstr(err.text, secret_cases[i].want));
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink(path), 0);
    }
}

static void the_schema_in_print(void **state)
{
    const int fd = memfd_create("print", MFD_CLOEXEC);
    struct tie_out out;
    struct tie_text text;
    struct tie_error err = { 0 };

    (void)state;
    tie_out_init(&out, fd, "memory", false);
    tie_schema_markdown(sample_schemas, TIE_COUNT_OF(sample_schemas), &out);
    tie_schema_help(sample_schemas, TIE_COUNT_OF(sample_schemas), &out);
    assert_int_equal(tie_out_flush(&out, &err), TIE_OK);
    tie_out_release(&out);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(tie_fd_read(&arena, fd, "memory", 1 << 20, &text, &err), TIE_OK);
    assert_non_null(
        strstr(text.at, "### `[source *]`\n\nA system that is read\n\n| key | allowed | default | meaning |\n"));
    assert_non_null(strstr(text.at, "| `driver` | postgres, odbc, files | required | how it is read |\n"));
    assert_non_null(strstr(text.at, "| `password` | only as `${NAME}` | | its password |\n"));
    assert_non_null(
        strstr(text.at, "| `threads` | a whole number, from 1 to 64, or auto | `auto` | worker threads |\n"));
    assert_non_null(strstr(text.at, "[job]  What this file is about\n  name "));
    assert_non_null(strstr(text.at, "a whole number, from 1 to 366; default 62\n"));
    assert_int_equal(close(fd), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_file),
        cmocka_unit_test(defaults_of_what_is_not_there),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(options_go_on_top),
        cmocka_unit_test(variables_come_from_the_environment),
        cmocka_unit_test(secrets_from_files),
        cmocka_unit_test(the_schema_in_print),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
