/* test_malformed.c - files that must be refused, each with its exact text. */
#include "sample_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define JOB "[job]\nname = x\n"
#define X100 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

static const struct {
    const char *why;
    const char *text;
    const char *want; /* the error, without "jobs/t.ini:" */
} cases[] = {
    /* the form of the file */
    { "a byte order mark", "\xEF\xBB\xBF" JOB,
        "1: the file starts with a byte order mark; save it as UTF-8 without one" },
    { "Latin-1", JOB "output = caf\xE9\n", "3: byte 13 (0xE9) is not UTF-8; save the file as UTF-8" },
    { "Latin-1 in a comment", "; caf\xE9\n" JOB, "1: byte 6 (0xE9) is not UTF-8; save the file as UTF-8" },
    { "a control character",
        JOB "output = a\x0B"
            "b\n",
        "3: byte 11 is the control character 0x0B; take it out" },
    { "a lone CR", "[job]\rname = x\n", "1: byte 6 is the control character 0x0D; take it out" },
    { "a long line", JOB "output = " X100 X100 X100 X100 X100 X100 X100 X100 X100 X100 "\n",
        "3: a line of 1009 bytes; at most 1000 are allowed" },
    { "a joined line", JOB "output = a\\\nb\n",
        "3: a backslash at the end of a line; lines can't be joined, put the value in quotes or in a file of its own" },
    { "a joined line behind blanks", JOB "output = a\\ \t\n",
        "3: a backslash at the end of a line; lines can't be joined, put the value in quotes or in a file of its own" },
    { "a comment that joins the next line", "; windows\\\n" JOB,
        "1: a backslash at the end of a line; lines can't be joined, put the value in quotes or in a file of its own" },
    /* titles */
    { "an open title", "[job\nname = x\n", "1: '[' is not closed; write [job]" },
    { "an empty title", "[]\n", "1: an empty section title; write [name]" },
    { "text behind a title", "[job] name = x\n",
        "1: text behind the section title [job]; only a blank and a comment may stand there" },
    { "a comment behind a title needs a blank", "[job];x\n",
        "1: text behind the section title [job]; only a blank and a comment may stand there" },
    { "a colon in a title", "[job:x]\n",
        "1: ':' in the section title [job:x]; a title is words separated by one blank, without : [ ] = ; # and "
        "quotes" },
    { "double blanks in a title", JOB "[source  a]\n",
        "3: the section title [source  a] has outer or double blanks; write one blank between words" },
    { "outer blanks in a title", "[ job ]\n",
        "1: the section title [ job ] has outer or double blanks; write one blank between words" },
    { "a reopened section", JOB "[limits]\nshare = 0\n[job]\ndays = 3\n",
        "5: [job] was already opened at line 1; put all its keys there" },
    { "reopened in another case", JOB "[source A]\ndriver = odbc\n[source a]\n",
        "5: [source a] was already opened at line 3; put all its keys there" },
    /* keys */
    { "no equals sign", JOB "days\n", "3: 'days' has no '='; write key = value" },
    { "no key", JOB "= 5\n", "3: '=' without a key before it; write key = value" },
    { "a colon in a key", JOB "a:b = 5\n",
        "3: 'a:b' can't be a key: only letters, digits, '_', '-' and '.' may stand in one" },
    { "a blank in a key", JOB "a b = 5\n",
        "3: 'a b' can't be a key: only letters, digits, '_', '-' and '.' may stand in one" },
    { "a comment sign in a key", JOB "days ; x = 5\n",
        "3: 'days ; x' can't be a key: only letters, digits, '_', '-' and '.' may stand in one" },
    { "a key before any section", "name = x\n[job]\n", "1: name stands before the first [section]; put it below one" },
    { "a repeated key", JOB "days = 1\nDays = 2\n", "4: days stands in [job] twice, first at line 3; keep one" },
    /* values */
    { "a semicolon in a bare value", JOB "output = a;b\n",
        "3: output: ';' in a value without quotes; put the value in quotes, or a blank before a comment" },
    { "a hash in a bare value", JOB "output = ab#cd\n",
        "3: output: '#' in a value without quotes; put the value in quotes, or a blank before a comment" },
    { "a comment right behind the equals sign", JOB "output =;x\n",
        "3: output: ';' in a value without quotes; put the value in quotes, or a blank before a comment" },
    { "an open double quote", JOB "output = \"ab\n",
        "3: output: the quote \" is not closed on this line; end the value with it" },
    { "an open single quote", JOB "output = 'ab\"\n",
        "3: output: the quote ' is not closed on this line; end the value with it" },
    { "a doubled quote", JOB "output = \"a \"\"b\"\n",
        "3: output: text behind the closing quote; a value with \" inside goes into the other kind of quotes, and a "
        "comment "
        "needs a blank before it" },
    { "text behind a quote", JOB "output = 'it''s'\n",
        "3: output: text behind the closing quote; a value with ' inside goes into the other kind of quotes, and a "
        "comment "
        "needs a blank before it" },
    { "a comment right behind a quote", JOB "output = \"a\";x\n",
        "3: output: text behind the closing quote; a value with \" inside goes into the other kind of quotes, and a "
        "comment "
        "needs a blank before it" },
    /* names the schema does not have */
    { "an unknown section, near", JOB "[limit]\n", "3: [limit]: unknown section; did you mean limits?" },
    { "an unknown section, far", JOB "[weather]\n",
        "3: [weather]: unknown section; allowed: job, limits, source *, dataset * *?, map *" },
    { "another case of a title", "[Job]\nname = x\n", "1: [Job]: unknown section; did you mean job?" },
    { "a section without its name", JOB "[source]\n",
        "3: [source]: unknown section; write it as [source *], where * is a name and *? may be left out" },
    { "a section with too many words", JOB "[source a b]\n",
        "3: [source a b]: unknown section; write it as [source *], where * is a name and *? may be left out" },
    { "an unknown key, near", JOB "[limits]\nmemmory = 1GiB\n",
        "4: [limits] memmory: unknown key; did you mean memory?" },
    { "an unknown key, far", JOB "colour = red\n", "3: [job] colour: unknown key; allowed: name, start, output, days" },
    { "a key of another section", JOB "memory = 1GiB\n",
        "3: [job] memory: unknown key; allowed: name, start, output, days" },
    /* what is missing */
    { "a required section", "[limits]\n", " section [job] is missing; it is required: What this file is about" },
    { "an empty file", "", " section [job] is missing; it is required: What this file is about" },
    { "a required key", "[job]\n", "1: [job] name: this key is missing and required: the name of the job" },
    { "a required key of a named section", JOB "[source erp]\ntimeout = 5min\n",
        "3: [source erp] driver: this key is missing and required: how it is read" },
    { "an empty required key", "[job]\nname =\n", "2: [job] name = : a value is missing; allowed: any text" },
    { "an empty key with a default", JOB "days =\n",
        "3: [job] days = : a value is missing; allowed: a whole number, from 1 to 366" },
    /* values that do not parse */
    { "no number", JOB "days = 12abc\n",
        "3: [job] days = 12abc: not a whole number; allowed: a whole number, from 1 to 366" },
    { "hexadecimal", JOB "days = 0x10\n",
        "3: [job] days = 0x10: not a whole number; allowed: a whole number, from 1 to 366" },
    { "past 64 bits", JOB "days = 99999999999999999999\n",
        "3: [job] days = 99999999999999999999: not a whole number; allowed: a whole number, from 1 to 366" },
    { "below the range", JOB "days = 0\n", "3: [job] days = 0: out of range; allowed: a whole number, from 1 to 366" },
    { "above the range", JOB "days = 367\n",
        "3: [job] days = 367: out of range; allowed: a whole number, from 1 to 366" },
    { "no such word for a number", JOB "[limits]\nthreads = many\n",
        "4: [limits] threads = many: not a whole number; allowed: a whole number, from 1 to 64, or auto" },
    { "a wrong unit", JOB "[limits]\nmemory = 2XB\n",
        "4: [limits] memory = 2XB: not a size; allowed: a whole number with KiB, MiB, GiB or TiB, from 64MiB to 1TiB" },
    { "a blank before the unit", JOB "[limits]\nmemory = 2 GiB\n",
        "4: [limits] memory = 2 GiB: not a size; allowed: a whole number with KiB, MiB, GiB or TiB, from 64MiB to "
        "1TiB" },
    { "a size past 64 bits", JOB "[limits]\nmemory = 9999999999TiB\n",
        "4: [limits] memory = 9999999999TiB: not a size; allowed: a whole number with KiB, MiB, GiB or TiB, from "
        "64MiB to "
        "1TiB" },
    { "a size below the range", JOB "[limits]\nmemory = 1MiB\n",
        "4: [limits] memory = 1MiB: out of range; allowed: a whole number with KiB, MiB, GiB or TiB, from 64MiB to "
        "1TiB" },
    { "a duration without a unit", JOB "[limits]\nwait = 5\n",
        "4: [limits] wait = 5: not a duration; allowed: a whole number with s, min, h, d or wd (working days), from "
        "0s to 10d" },
    { "a long duration", JOB "[limits]\nwait = 241h\n",
        "4: [limits] wait = 241h: out of range; allowed: a whole number with s, min, h, d or wd (working days), from "
        "0s to "
        "10d" },
    { "a share past the whole", JOB "[limits]\nshare = 100.1%\n",
        "4: [limits] share = 100.1%: out of range; allowed: a number, or a number with %, from 0% to 100%" },
    { "a share with too many decimals", JOB "[limits]\nshare = 0.00001%\n",
        "4: [limits] share = 0.00001%: not a share; allowed: a number, or a number with %, from 0% to 100%" },
    { "a decimal comma", JOB "[limits]\namount = 0,5\n",
        "4: [limits] amount = 0,5: not a decimal number; allowed: digits with at most six after the point" },
    { "a seventh decimal", JOB "[limits]\namount = 0.0000001\n",
        "4: [limits] amount = 0.0000001: not a decimal number; allowed: digits with at most six after the point" },
    { "an exponent", JOB "[limits]\namount = 1e3\n",
        "4: [limits] amount = 1e3: not a decimal number; allowed: digits with at most six after the point" },
    { "no way is not no", JOB "[limits]\nstrict = no way\n",
        "4: [limits] strict = no way: not yes or no; allowed: yes, no" },
    { "true is not yes", JOB "[limits]\nstrict = true\n",
        "4: [limits] strict = true: not yes or no; allowed: yes, no" },
    { "no such day", JOB "start = 2026-02-30\n", "3: [job] start = 2026-02-30: not a date; allowed: YYYY-MM-DD" },
    { "an empty word", JOB "[limits]\nunits = EA,,PCE\n",
        "4: [limits] units = EA,,PCE: an empty word between commas; allowed: words, comma separated" },
    { "a comma at the end", JOB "[limits]\nunits = EA,\n",
        "4: [limits] units = EA,: an empty word between commas; allowed: words, comma separated" },
    { "an unknown word, near", JOB "[source a]\ndriver = postgre\n",
        "4: [source a] driver = postgre: 'postgre' is not allowed; did you mean postgres? allowed: postgres, odbc, "
        "files" },
    { "an unknown word of a list", JOB "[dataset d]\nsource = a\nverbs = GI, XYZ9\n",
        "5: [dataset d] verbs = GI, XYZ9: 'XYZ9' is not allowed; allowed: any of GI, GR, TRF" },
    /* variables and secrets */
    { "an undefined variable", JOB "output = ${TIEOUT_NOT_SET}\n",
        "3: [job] output = ${TIEOUT_NOT_SET}: the environment variable TIEOUT_NOT_SET is not set; set it where the "
        "job is "
        "started" },
    { "an open variable", JOB "output = ${HOME\n",
        "3: [job] output = ${HOME: '${' without a name and '}'; write ${NAME}, or $${ for the two characters" },
    { "a variable without a name", JOB "output = ${}\n",
        "3: [job] output = ${}: '${' without a name and '}'; write ${NAME}, or $${ for the two characters" },
    { "a literal secret is refused and not printed", JOB "[source a]\ndriver = odbc\npassword = hunter2\n",
        "5: [source a] password: a secret may not stand in a file; write password = ${NAME} and set that variable "
        "where the "
        "job is started" },
    { "a half literal secret too", JOB "[source a]\ndriver = odbc\npassword = x${HOME}\n",
        "5: [source a] password: a secret may not stand in a file; write password = ${NAME} and set that variable "
        "where the "
        "job is started" },
};

static void each_is_refused_with_its_text(void **state)
{
    struct tie_arena arena;
    size_t failed = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_config *config = NULL;
        struct tie_error err = { 0 };
        const enum tie_status status = load_text(&arena, cases[i].text, NULL, 0, &config, &err);
        static const char path[] = "jobs/t.ini:";
        const bool ok = status == TIE_CONFIG && config == NULL && strncmp(err.text, path, sizeof path - 1) == 0 &&
            strcmp(err.text + sizeof path - 1, cases[i].want) == 0;

        if (!ok)
            print_error("%s:\n  got  %d %s\n  want %s\n", cases[i].why, (int)status, err.text, cases[i].want);
        failed += !ok;
        tie_arena_reset(&arena);
    }
    assert_int_equal(failed, 0);
    tie_arena_release(&arena);
}

/* NUL and size can't be written as text above: through a file. */
static void files_that_are_no_text(void **state)
{
    char path[] = "/tmp/tieout-config-XXXXXX";
    const int fd = mkstemp(path);
    struct tie_arena arena;
    struct tie_error err = { 0 };
    const struct tie_config *config = NULL;
    struct tie_config_setup setup = { .path = path, .schemas = sample_schemas, .schema_count = 2 };
    char want[128];

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    assert_int_equal(write(fd, "[job]\nna\0me = x\n", 16), 16);
    assert_int_equal(tie_config_load(&arena, &setup, &config, &err), TIE_CONFIG);
    (void)snprintf(want, sizeof want, "%s:2: byte 3 is the control character 0x00; take it out", path);
    assert_string_equal(err.text, want);
    assert_int_equal(ftruncate(fd, 1024 * 1024 + 1), 0);
    assert_int_equal(tie_config_load(&arena, &setup, &config, &err), TIE_CONFIG);
    (void)snprintf(want, sizeof want, "%s is larger than 1048576 bytes; is it the right file?", path);
    assert_string_equal(err.text, want);
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tie_config_load(&arena, &setup, &config, &err), TIE_NOINPUT);
    tie_arena_release(&arena);
}

static const struct {
    const char *why, *set;
    enum tie_status status;
    const char *want;
} set_cases[] = {
    { "no equals sign", "limits.memory", TIE_USAGE, "--set 'limits.memory': write it as --set 'section.key=value'" },
    { "no dot", "memory=1GiB", TIE_USAGE, "--set 'memory': write it as --set 'section.key=value'" },
    { "a dot only in the value", "memory=1.5", TIE_USAGE, "--set 'memory': write it as --set 'section.key=value'" },
    { "no such section", "source fms.timeout=5min", TIE_CONFIG,
        "--set 'source fms.timeout': jobs/t.ini has no section [source fms]; did you mean source fsm?" },
    { "no such key", "source fsm.timeot=5min", TIE_CONFIG,
        "--set: [source fsm] timeot: unknown key; did you mean timeout?" },
    { "a wrong value", "limits.memory=2XB", TIE_CONFIG,
        "--set: [limits] memory = 2XB: not a size; allowed: a whole number with KiB, MiB, GiB or TiB, from 64MiB to "
        "1TiB" },
    { "a secret is refused and not printed", "source fsm.password=hunter2", TIE_CONFIG,
        "--set 'source fsm.password': a secret can't be given on the command line, where everyone can read it; use "
        "${NAME} in "
        "the file" },
};

static void wrong_options(void **state)
{
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(set_cases); i++) {
        const struct tie_config *config = NULL;
        struct tie_error err = { 0 };

        print_message("%s\n", set_cases[i].why);
        assert_int_equal(
            load_text(&arena, JOB "[source fsm]\ndriver = postgres\n", &set_cases[i].set, 1, &config, &err),
            set_cases[i].status);
        assert_string_equal(err.text, set_cases[i].want);
    }
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_with_its_text),
        cmocka_unit_test(files_that_are_no_text),
        cmocka_unit_test(wrong_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
