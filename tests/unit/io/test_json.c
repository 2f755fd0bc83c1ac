/* test_json.c - equal values give equal bytes; what is no exact JSON is refused with its place. */
#include "tieout/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct tie_json *sample(bool turned)
{
    struct tie_json *const object = tie_json_object();
    struct tie_json *const list = tie_json_array();
    tie_dec price = 0;

    assert_int_equal(tie_dec_from_text(TIE_TEXT("12.50"), &price), TIE_DEC_EXACT);
    tie_json_add(list, tie_json_int(INT64_MAX));
    tie_json_add(list, tie_json_dec(price));
    tie_json_add(list, tie_json_bool(true));
    if (turned)
        tie_json_set_int(object, "b", TIE_NONE);
    tie_json_set_text(object, "a", "caf\xC3\xA9 \"x\"\n");
    if (!turned)
        tie_json_set_int(object, "b", TIE_NONE);
    tie_json_set(object, "B", list);
    return object;
}

static void the_order_of_setting_does_not_matter(void **state)
{
    static const char want[] =
        "{\"B\":[9223372036854775807,\"12.5\",true],\"a\":\"caf\xC3\xA9 \\\"x\\\"\\n\",\"b\":null}";
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    for (int turned = 0; turned < 2; turned++) {
        struct tie_json *const json = sample(turned);

        tie_buf_reset(&out);
        tie_json_print(json, TIE_JSON_COMPACT, &out);
        assert_string_equal(out.at, want);
        tie_json_free(json);
    }
    tie_buf_release(&out);
}

static void pretty_keeps_the_order(void **state)
{
    static const char want[] = "{\n  \"b\": null,\n  \"a\": \"x\"\n}";
    struct tie_json *const json = tie_json_object();
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    tie_json_set_text(json, "b", NULL);
    tie_json_set_text(json, "a", "x");
    tie_json_set_text(json, "gone", "x");
    tie_json_remove(json, "gone");
    tie_json_remove(json, "never there");
    tie_json_print(json, TIE_JSON_PRETTY, &out);
    assert_string_equal(out.at, want);
    tie_buf_release(&out);
    tie_json_free(json);
}

static void put_text(struct tie_buf *out, const char *text)
{
    char *to = tie_buf_room(out, TIE_JSON_TEXT_MAX(strlen(text)));

    assert_non_null(to);
    tie_buf_filled(out, tie_json_write_text(to, tie_text_of(text)));
}

/* Every byte that a text may hold, alone and at each place of a longer one, against the library's own printer. */
static void pieces_are_as_the_library_prints_them(void **state)
{
    static const int64_t numbers[] = { 0, 1, -1, 9, 10, -10, 1234567890123456789, INT64_MAX, INT64_MIN + 1, TIE_NONE };
    struct tie_buf got, want;

    (void)state;
    tie_buf_init(&got, 4096);
    tie_buf_init(&want, 4096);
    for (int byte = 1; byte < 128; byte++)
        for (size_t at = 0; at < 24; at++) {
            char text[] = "plain caf\xC3\xA9, twenty-four";
            struct tie_json *json = NULL;

            if (text[at] == '\xC3' || text[at] == '\xA9')
                continue;
            text[at] = (char)byte;
            json = tie_json_text(tie_text_of(text));
            tie_buf_reset(&got);
            tie_buf_reset(&want);
            tie_json_print(json, TIE_JSON_COMPACT, &want);
            put_text(&got, text);
            assert_string_equal(got.at, want.at);
            tie_json_free(json);
        }
    for (size_t i = 0; i < TIE_COUNT_OF(numbers); i++) {
        struct tie_json *json = tie_json_int(numbers[i]);

        tie_buf_reset(&got);
        tie_buf_reset(&want);
        tie_json_print(json, TIE_JSON_COMPACT, &want);
        tie_buf_filled(&got, tie_json_write_int(tie_buf_room(&got, TIE_JSON_INT_MAX), numbers[i]));
        assert_string_equal(got.at, want.at);
        tie_json_free(json);
    }
    tie_buf_release(&got);
    tie_buf_release(&want);
}

/* Between two tokens, outside of texts; not behind a bracket that opens, nor inside a number or a word. */
static bool may_be_cut(const char *json, size_t at)
{
    const char before = at == 0 ? ',' : json[at - 1];
    bool in_text = false;

    for (size_t i = 0; i < at; i++) {
        if (in_text && json[i] == '\\')
            i++;
        else if (json[i] == '"')
            in_text = !in_text;
    }
    return !in_text && strchr(",:]}\"", before) != NULL;
}

static void put_indented(struct tie_buf *out, struct tie_text first, struct tie_text second)
{
    const int fd = memfd_create("indented", MFD_CLOEXEC);
    struct tie_out file;
    size_t depth = 0;
    char bytes[1024];
    ssize_t size = 0;

    assert_true(fd >= 0);
    tie_out_init(&file, fd, "indented", false);
    tie_json_indent(first, &depth, &file);
    tie_json_indent(second, &depth, &file);
    assert_int_equal(depth, 0);
    assert_int_equal(tie_out_flush(&file, NULL), TIE_OK);
    tie_out_release(&file);
    size = pread(fd, bytes, sizeof bytes, 0);
    assert_true(size > 0 && (size_t)size < sizeof bytes);
    tie_buf_put(out, bytes, (size_t)size);
    assert_int_equal(close(fd), 0);
}

static void indented_is_the_library_s_other_form(void **state)
{
    static const char *const texts[] = { "{}", "[]", "1", "\"a\"", "[[],{},[{}],{\"a\":[]}]",
        "{\"a\":\"b,c:{[\\\"]}\\\\\",\"d\":[1,-2,null,true,{\"e\":\"\"}],\"f\":{\"g\":{\"h\":[\"]\"]}}}",
        "[\"seven b\",\"eight by\",\"nine byte\",\"eight, \\\",\",\"fifteen, \\\\\",{\"a long name, of sixteen\":[]}]",
        "[[[[[[[[[[[[[[[[[[1],{}]]]]]]]]]]]]]]]]]" };
    struct tie_buf got, want;

    (void)state;
    tie_buf_init(&got, 4096);
    tie_buf_init(&want, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(texts); i++) {
        struct tie_json *json = NULL;

        assert_int_equal(tie_json_parse(tie_text_of(texts[i]), texts[i], &json, NULL), TIE_OK);
        tie_buf_reset(&got);
        tie_buf_reset(&want);
        tie_json_print(json, TIE_JSON_PRETTY, &want);
        for (size_t cut = 0; cut <= strlen(texts[i]); cut++) {
            if (!may_be_cut(texts[i], cut))
                continue;
            tie_buf_reset(&got);
            put_indented(&got, (struct tie_text){ texts[i], cut }, tie_text_of(texts[i] + cut));
            assert_string_equal(got.at, want.at);
        }
        tie_json_free(json);
    }
    tie_buf_release(&got);
    tie_buf_release(&want);
}

static const struct {
    const char *why, *text, *want; /* want: start of the error; "" when fine */
} parse_cases[] = {
    { "an object", "{\"a\": [1, -2, null, false]}", "" },
    { "a point inside text", "{\"a.b\": \"1.5e3\"}", "" },
    { "an escaped quote before a point", "[\"\\\"\", \"1.5\", \"\\\\\"]", "" },
    { "a fraction", "{\n  \"a\": 1.5}", "x.json:2:9: a number with a fraction or exponent" },
    { "an exponent", "[1E3]", "x.json:1:3: a number with a fraction or exponent" },
    { "behind an escaped quote", "[\"\\\"\", 2.5]", "x.json:1:9: a number with a fraction" },
    { "a repeated key", "{\"a\":1,\"a\":2}", "x.json:1:" },
    { "cut off", "{\"a\":", "x.json:1:" },
    { "text behind the value", "{} x", "x.json:1:" },
    { "a number past 64 bits", "[9223372036854775808]", "x.json:1:" },
    { "no UTF-8", "[\"\xE9\"]", "x.json:1:" },
    { "nothing", "", "x.json:1:" },
};

static void parsing(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(parse_cases); i++) {
        struct tie_error err = { 0 };
        struct tie_json *json = NULL;
        const enum tie_status status = tie_json_parse(tie_text_of(parse_cases[i].text), "x.json", &json, &err);

        print_message("%s: %s\n", parse_cases[i].why, err.text);
        assert_int_equal(status, parse_cases[i].want[0] ? TIE_DATA : TIE_OK);
        assert_int_equal(strncmp(err.text, parse_cases[i].want, strlen(parse_cases[i].want)), 0);
        assert_true((json != NULL) == (status == TIE_OK));
        tie_json_free(json);
    }
}

static void reading_back(void **state)
{
    static const char text[] = "{\"t\":\"x\",\"n\":-5,\"b\":true,\"l\":[1,2],\"z\":null}";
    struct tie_json *json = NULL;
    const struct tie_json *value = NULL;
    struct tie_error err = { 0 };
    struct tie_buf keys;

    (void)state;
    tie_buf_init(&keys, 100);
    assert_int_equal(tie_json_parse(tie_text_of(text), "x", &json, &err), TIE_OK);
    for (const char *key = tie_json_next_key(json, NULL); key != NULL; key = tie_json_next_key(json, key))
        tie_buf_text(&keys, key);
    assert_string_equal(keys.at, "tnblz");
    assert_true(tie_text_is(tie_json_as_text(tie_json_get(json, "t")), "x"));
    assert_int_equal(tie_json_as_int(tie_json_get(json, "n")), -5);
    assert_true(tie_json_as_bool(tie_json_get(json, "b")));
    assert_int_equal(tie_json_count(tie_json_get(json, "l")), 2);
    assert_int_equal(tie_json_as_int(tie_json_at(tie_json_get(json, "l"), 1)), 2);
    assert_null(tie_json_at(tie_json_get(json, "l"), 2));
    assert_int_equal(tie_json_kind(tie_json_get(json, "z")), TIE_JSON_NULL);
    assert_int_equal(tie_json_as_int(tie_json_get(json, "t")), TIE_NONE);
    assert_null(tie_json_get(json, "none"));
    assert_int_equal(tie_json_need(json, "t", TIE_JSON_TEXT, &value, &err), TIE_OK);
    assert_int_equal(tie_json_need(json, "n", TIE_JSON_TEXT, &value, &err), TIE_DATA);
    assert_string_equal(err.text, "\"n\" is a whole number, not text");
    assert_int_equal(tie_json_need(json, "q", TIE_JSON_TEXT, &value, &err), TIE_DATA);
    assert_string_equal(err.text, "\"q\" is missing");
    tie_buf_release(&keys);
    tie_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indented_is_the_library_s_other_form),
        cmocka_unit_test(pieces_are_as_the_library_prints_them),
        cmocka_unit_test(the_order_of_setting_does_not_matter),
        cmocka_unit_test(pretty_keeps_the_order),
        cmocka_unit_test(parsing),
        cmocka_unit_test(reading_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
