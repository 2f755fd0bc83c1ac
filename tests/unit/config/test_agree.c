/*
 * test_agree.c - property: whatever the scan accepts, iniparser reads alike.
 *
 * Files are put together from pieces that are known to be read in unusual ways. Every file must either load or be
 * refused with a line; "two readings differ" would mean that the scan knows a trap of iniparser less.
 */
#include "../../../src/config/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct tie_schema_row any_rows[] = {
    { "* *? *?", "*", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "anything" },
};
static const struct tie_schema any_schema = { any_rows, 1 };

static const char *const pieces[] = { "[", "]", "a", "B", "a.b", "=", " = ", "\"", "'", "\"\"", ";", " ; x=y", "#",
    " # ", "\\", "\n", "\r\n", "\n[s]\n", "\n[t u] ; c\n", "\nkey = ", "\nk2=", "\nk3 = \"", " ", "\t", ":", "%s",
    "\xC3\xA9", "\xC2\xA0", "$", "=\"x\"", "'y'", ",", "\n\n", "\n;", "\n=", "key" };

static void accepted_files_are_read_alike(void **state)
{
    struct tie_arena arena;
    struct tie_buf text;
    uint64_t seed = 20261120;
    unsigned accepted = 0;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    tie_buf_init(&text, 4096);
    for (int round = 0; round < 10000; round++) {
        const struct tie_config *config = NULL;
        struct tie_error err = { 0 };

        tie_buf_reset(&text);
        tie_buf_text(&text, "[first]\nkey0 = ");
        for (int i = 0; i < 12; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            tie_buf_text(&text, pieces[(seed >> 33) % TIE_COUNT_OF(pieces)]);
            if ((seed >> 60) == 0)
                break;
        }
        const struct tie_config_setup setup = {
            .path = "t.ini", .schemas = &any_schema, .schema_count = 1, .bytes = text.at
        };

        if (tie_config_load(&arena, &setup, &config, &err) == TIE_OK)
            accepted++;
        else if (strstr(err.text, "two readings") != NULL || strncmp(err.text, "t.ini:", 6) != 0 || err.text[6] == ' ')
            fail_msg("%s\nin\n%s", err.text, text.at);
        tie_arena_reset(&arena);
    }
    print_message("%u of 10000 files accepted\n", accepted);
    assert_true(accepted > 200); /* else the property says nothing */
    tie_buf_release(&text);
    tie_arena_release(&arena);
}

/* The second reader is no ornament: a scan that read something else is caught. */
static void a_difference_is_an_error(void **state)
{
    static const struct {
        const char *why, *plain, *want;
    } cases[] = {
        { "equal", "[s]\nk = v\n", NULL },
        { "another value", "[s]\nk = w\n",
            "t.ini:2: [s] k: two readings of this line differ; put the value in quotes" },
        { "another key", "[s]\nq = v\n", "t.ini:2: [s] k: two readings of this line differ; put the value in quotes" },
        { "a key more", "[s]\nk = v\nq = 1\n", "t.ini: two readings of this file differ: 3 entries and 2" },
        { "no INI", "[s]\nk\n", "t.ini: the INI library refuses this file; look for unusual lines" },
    };
    struct raw_section section = { "s", 1 };
    struct raw_key key = { "k", "v", 2, 0 };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct raw_file raw = { .path = "t.ini", .sections = { &section, 1, 1 }, .keys = { &key, 1, 1 } };
        struct tie_error err = { 0 };

        print_message("%s\n", cases[i].why);
        tie_buf_init(&raw.plain, 1000);
        tie_buf_text(&raw.plain, cases[i].plain);
        assert_int_equal(raw_compare(&raw, &err), cases[i].want ? TIE_CONFIG : TIE_OK);
        if (cases[i].want != NULL)
            assert_string_equal(err.text, cases[i].want);
        tie_buf_release(&raw.plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(accepted_files_are_read_alike),
        cmocka_unit_test(a_difference_is_an_error) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
