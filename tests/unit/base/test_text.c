/*
 * test_text.c - slices, strict UTF-8 against a decoder written the long way, the bounded builder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/random.h"
#include "tieout/text.h"

static void test_slices(void **state)
{
    static const struct {
        const char *why;
        const char *text, *trimmed, *first, *rest;
    } cases[] = {
        { "nothing", "", "", "", "" },
        { "one part", "abc", "abc", "abc", "" },
        { "two parts", "abc|def", "abc|def", "abc", "def" },
        { "empty first", "|def", "|def", "", "def" },
        { "empty last", "abc|", "abc|", "abc", "" },
        { "only the first one cuts", "a|b|c", "a|b|c", "a", "b|c" },
        { "blanks of all four kinds", " \t\r\nx y\n\r\t ", "x y", " \t\r\nx y\n\r\t ", "" },
        { "only blanks", " \t ", "", " \t ", "" },
        { "form feed is no blank", "\fx", "\fx", "\fx", "" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_text rest = tie_text_of(cases[i].text);

        print_message("%s\n", cases[i].why);
        assert_true(tie_text_is(tie_text_trim(rest), cases[i].trimmed));
        assert_true(tie_text_is(tie_text_cut(&rest, '|'), cases[i].first));
        assert_true(tie_text_is(rest, cases[i].rest));
    }
    assert_int_equal(tie_text_of(NULL).size, 0);
    assert_non_null(tie_text_of(NULL).at);
}

static void test_comparisons(void **state)
{
    static const struct {
        const char *why;
        const char *a, *b;
        int order;
        bool same_nocase;
    } cases[] = {
        { "both empty", "", "", 0, true },
        { "the shorter first", "ab", "abc", -1, false },
        { "bytes, not letters", "Z", "a", -1, false },
        { "bytes without sign", "\xC3\xA9", "z", 1, false },
        { "case", "WO-1", "wo-1", -1, true },
        { "the neighbours of letters have no case", "[", "{", -1, false },
        { "no case beyond ASCII", "\xC3\x89", "\xC3\xA9", -1, false },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_text a = tie_text_of(cases[i].a);
        const struct tie_text b = tie_text_of(cases[i].b);
        const int order = tie_text_compare(a, b);

        print_message("%s\n", cases[i].why);
        assert_int_equal((order > 0) - (order < 0), cases[i].order);
        assert_int_equal(tie_text_compare(b, a) > 0, cases[i].order < 0);
        assert_int_equal(tie_text_equal(a, b), cases[i].order == 0);
        assert_int_equal(tie_text_is_nocase(a, cases[i].b), cases[i].same_nocase);
    }
    assert_true(tie_text_starts(TIE_TEXT("work_order"), "work"));
    assert_true(tie_text_starts(TIE_TEXT("work"), ""));
    assert_false(tie_text_starts(TIE_TEXT("wor"), "work"));
    assert_false(tie_text_starts(TIE_TEXT("Work"), "work"));
}

/* TIE_TEXT is no constant initialiser */
/* clang-format off */
#define BYTES(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */

static void test_utf8_cases(void **state)
{
    static const struct {
        const char *why;
        struct tie_text text;
        bool is_right;
        size_t bad_at;
    } cases[] = {
        { "empty", BYTES(""), true, 0 },
        { "long ASCII", BYTES("0123456789abcdef0123"), true, 0 },
        { "NUL", BYTES("ab\0cd"), false, 2 },
        { "NUL in the fast path", BYTES("0123456\0"), false, 7 },
        { "NUL behind a byte 1", BYTES("\1\0001234567"), false, 1 },
        { "byte 80 alone", BYTES("0123\200567"), false, 4 },
        { "least of two bytes", BYTES("\xC2\x80"), true, 0 },
        { "overlong slash", BYTES("\xC0\xAF"), false, 0 },
        { "overlong of three", BYTES("\xE0\x9F\xBF"), false, 0 },
        { "euro", BYTES("12 \xE2\x82\xAC"), true, 0 },
        { "last before surrogates", BYTES("\xED\x9F\xBF"), true, 0 },
        { "surrogate", BYTES("a\xED\xA0\x80"), false, 1 },
        { "four bytes", BYTES("\xF0\x90\x80\x80"), true, 0 },
        { "overlong of four", BYTES("\xF0\x8F\xBF\xBF"), false, 0 },
        { "U+10FFFF", BYTES("\xF4\x8F\xBF\xBF"), true, 0 },
        { "past the end of Unicode", BYTES("\xF4\x90\x80\x80"), false, 0 },
        { "cut off", BYTES("abcdefgh\xE2\x82"), false, 8 },
        { "Latin-1", BYTES("caf\xE9 au lait"), false, 3 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        size_t bad_at = 0;

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_text_is_utf8(cases[i].text, &bad_at), cases[i].is_right);
        assert_int_equal(bad_at, cases[i].bad_at);
        assert_int_equal(tie_text_is_utf8(cases[i].text, NULL), cases[i].is_right);
    }
}

/* Oracle: decode by the length of the lead byte, then judge the code point. */
static bool decodes(const unsigned char *at, size_t size)
{
    static const uint32_t least[] = { 1, 0x80, 0x800, 0x10000 };
    static const unsigned char leads[] = { 0x00, 0xC0, 0xE0, 0xF0,
        0xF8 }; /* a tail of k bytes: from [k] to below [k + 1] */
    size_t i = 0;

    while (i < size) {
        size_t tail = 0;
        uint32_t point;

        while (tail < 4 && at[i] >= leads[tail + 1])
            tail++;
        if (tail == 4 || (tail == 0 && at[i] >= 0x80) || i + tail >= size)
            return false;
        point = tail == 0 ? at[i] : at[i] & (0x3FU >> tail);
        for (size_t k = 1; k <= tail; k++) {
            if (at[i + k] >> 6 != 2)
                return false;
            point = point << 6 | (at[i + k] & 0x3FU);
        }
        if (point < least[tail] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        i += tail + 1;
    }
    return true;
}

static void test_utf8_against_a_decoder(void **state)
{
    /* bytes at which the rules change, so that random rows of them meet every rule */
    static const unsigned char edges[] = { 0x00, 0x01, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF,
        0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF };
    uint64_t counter = 2;
    unsigned right = 0;

    (void)state;
    for (int i = 0; i < 400000; i++) {
        unsigned char bytes[12];
        const size_t size = test_random(&counter) % 4 + 1;
        const size_t front = test_random(&counter) % 9; /* plain ASCII before it, so that words straddle */
        bool expected;

        memset(bytes, 'a', sizeof bytes);
        for (size_t k = 0; k < size && front + k < sizeof bytes; k++)
            bytes[front + k] = edges[test_random(&counter) % TIE_COUNT_OF(edges)];
        expected = decodes(bytes, sizeof bytes);
        right += expected;
        if (tie_text_is_utf8((struct tie_text){ (const char *)bytes, sizeof bytes }, NULL) != expected)
            fail_msg("case %d", i);
    }
    assert_true(right > 1000);
}

static void test_builder(void **state)
{
    struct tie_buf buf;

    (void)state;
    tie_buf_init(&buf, 1000);
    assert_int_equal(tie_buf_slice(&buf).size, 0);
    assert_non_null(tie_buf_slice(&buf).at);
    tie_buf_text(&buf, "line ");
    tie_buf_printf(&buf, "%d%s", 12, ": ");
    tie_buf_char(&buf, 'x');
    tie_buf_put(&buf, "a\0b", 3);
    assert_int_equal(buf.size, 13);
    assert_memory_equal(buf.at, "line 12: xa\0b", 14);
    tie_buf_reset(&buf);
    assert_int_equal(tie_buf_slice(&buf).size, 0);
    assert_false(buf.failed);
    tie_buf_release(&buf);
}

/* At every maximum: what fits stands whole, what does not is absent, and room never passes the maximum and its zero. */
static void test_builder_maximum(void **state)
{
    (void)state;
    for (size_t max = 0; max <= 300; max++) {
        struct tie_buf buf;
        size_t expected = 0;

        tie_buf_init(&buf, max);
        for (size_t i = 0; i < 60; i++) {
            if (i % 2 == 0)
                tie_buf_printf(&buf, "%s", "1234567");
            else
                tie_buf_text(&buf, "abcdefg");
            if (expected + 7 <= max)
                expected += 7;
            assert_int_equal(buf.size, expected);
            assert_true(buf.room <= max + 1);
        }
        assert_true(buf.failed);
        tie_buf_char(&buf, 'z');
        assert_int_equal(buf.size, expected);
        if (expected > 0)
            assert_int_equal(strlen(buf.at), expected);
        tie_buf_reset(&buf);
        assert_false(buf.failed);
        tie_buf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_utf8_cases),
        cmocka_unit_test(test_utf8_against_a_decoder),
        cmocka_unit_test(test_builder),
        cmocka_unit_test(test_builder_maximum),
    };

    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
