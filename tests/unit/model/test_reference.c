/*
 * test_reference.c - writings of one order number become one text; ids as each kind is compared.
 */
#include "base/random.h"
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define DEMO "(wo[ -]*)?0*([0-9]+)"
#define DEFAULT "wo[ -]*([0-9]+)"

/* want NULL: no reference */
static void test_references(void **state)
{
    static const struct {
        const char *why, *pattern, *format;
        bool ignore_case;
        const char *text, *want;
    } cases[] = {
        { "as the store writes it", DEFAULT, "WO-{1}", true, "WO-123", "WO-123" },
        { "leading zeros", DEFAULT, "WO-{1}", true, "WO-000123", "WO-123" },
        { "small letters and a blank", DEFAULT, "WO-{1}", true, "wo 123", "WO-123" },
        { "nothing between", DEFAULT, "WO-{1}", true, "WO123", "WO-123" },
        { "text around it", DEFAULT, "WO-{1}", true, "repair, see wo - 0123/2 thanks", "WO-123" },
        { "the first of two", DEFAULT, "WO-{1}", true, "WO-5 and WO-6", "WO-5" },
        { "digits alone are no order by the default pattern", DEFAULT, "WO-{1}", true, "123", NULL },
        { "text without a number", DEFAULT, "WO-{1}", true, "WO pending", NULL },
        { "empty text", DEFAULT, "WO-{1}", true, "", NULL },
        { "zero is a number", DEFAULT, "WO-{1}", true, "WO-000", "WO-0" },
        { "zeros inside and behind stay", DEFAULT, "WO-{1}", true, "WO-0100200", "WO-100200" },
        { "case matters when the policy says so", DEFAULT, "WO-{1}", false, "WO-123", NULL },
        { "and what it found stays as it is", "(wo[ab])([0-9]+)", "{1}-{2}", false, "woa012", "woa-12" },
        { "letters of a group become upper case", "(wo[ab])([0-9]+)", "{1}-{2}", true, "woa012", "WOA-12" },
        { "digits alone by a pattern that allows it", DEMO, "{2}", true, "000123", "123" },
        { "and with the prefix the same", DEMO, "{2}", true, "wo-000123", "123" },
        { "the whole match", "[a-z]+-[0-9]+", "{0}", true, " sr-7.", "SR-7" },
        { "leading zeros kept", DEFAULT, "WO-{1:raw}", true, "WO-007", "WO-007" },
        { "a group that took no part", "(a([0-9]+)|b([0-9]+))", "{2}{3}", true, "b12", "12" },
        { "only groups that took no part are no reference", "a([0-9]+)?", "X{1}", true, "a", NULL },
        { "literals may be empty or many", "([0-9]+)-([0-9]+)", "<{2}/{1}>", true, "2026-0042", "<42/2026>" },
        { "UTF-8 around it", DEFAULT, "WO-{1}", true, "\xc3\xa9t\xc3\xa9 wo 9 \xe2\x82\xac", "WO-9" },
    };
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_policy policy = { .order_pattern = cases[i].pattern,
            .order_format = cases[i].format,
            .order_ignore_case = cases[i].ignore_case };
        struct tie_reference *reference = NULL;
        bool found;

        assert_int_equal(tie_reference_compile(&policy, &reference, NULL), TIE_OK);
        found = tie_reference_normalise(reference, tie_text_of(cases[i].text), &out);
        TEST_EXPECT(found == (cases[i].want != NULL), cases[i].why);
        TEST_EXPECT(!found || tie_text_is(tie_buf_slice(&out), cases[i].want), cases[i].why);
        tie_reference_free(reference);
    }
    tie_buf_release(&out);
}

/* A slice need not end in NUL, and only the first 4,000 bytes are searched. */
static void test_reference_bounds(void **state)
{
    const struct tie_policy policy = { .order_pattern = DEFAULT, .order_format = "WO-{1}", .order_ignore_case = true };
    static char text[5000];
    struct tie_reference *reference = NULL;
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    assert_int_equal(tie_reference_compile(&policy, &reference, NULL), TIE_OK);
    memset(text, ' ', sizeof text);
    memcpy(text + 3995, "WO123", 5);
    assert_true(tie_reference_normalise(reference, (struct tie_text){ text, sizeof text }, &out));
    assert_true(tie_text_is(tie_buf_slice(&out), "WO-123"));
    memcpy(text + 3995, " WO123", 6);
    assert_true(tie_reference_normalise(reference, (struct tie_text){ text, sizeof text }, &out));
    assert_true(tie_text_is(tie_buf_slice(&out), "WO-12"));
    assert_true(tie_reference_normalise(reference, (struct tie_text){ text + 3996, 3 }, &out));
    assert_true(tie_text_is(tie_buf_slice(&out), "WO-1"));
    memset(text, ' ', sizeof text);
    memcpy(text + 4001, "WO123", 5);
    assert_false(tie_reference_normalise(reference, (struct tie_text){ text, sizeof text }, &out));
    tie_reference_free(reference);
    tie_reference_free(NULL);
    tie_buf_release(&out);
}

/* A reference that is blind to digits finds the same places whatever the digits are. */
static void test_blind(void **state)
{
    static const struct {
        const char *why, *pattern;
        bool is_blind;
    } cases[] = {
        { "digits as a class", DEFAULT, true },
        { "of the demo", "(^|wo)[ -]*([0-9]+)", true },
        { "a class by name", "wo[[:space:]]?([[:digit:]]{4,10})", true },
        { "among others", "([a-f0-9]+|[-0-9x]+|[]0-9-]+)", true },
        { "all but digits", "[^0-9]([0-9]+)", true },
        { "a repetition counts no digit", "([0-9]{3})", true },
        { "a literal zero", DEMO, false },
        { "part of the digits", "wo([1-9][0-9]*)", false },
        { "one digit of a list", "wo([0-9]+[x7])", false },
        { "a range that ends in a digit", "([!-5]+)", false },
        { "a reference back", "(wo|so)\\1", false },
    };
    static const char alphabet[] = "0123456789wo -xa{}";
    uint64_t random = 7;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_policy policy = { .order_pattern = cases[i].pattern, .order_format = "{0}" };
        struct tie_reference *reference = NULL;

        assert_int_equal(tie_reference_compile(&policy, &reference, NULL), TIE_OK);
        TEST_EXPECT(tie_reference_is_blind(reference) == cases[i].is_blind, cases[i].why);
        for (int round = 0; cases[i].is_blind && round < 2000; round++) {
            struct tie_reference_match match, other;
            char text[24], changed[24];
            const size_t size = test_random(&random) % sizeof text;

            for (size_t k = 0; k < size; k++) {
                text[k] = alphabet[test_random(&random) % (sizeof alphabet - 1)];
                changed[k] = text[k] >= '0' && text[k] <= '9' ? (char)('0' + test_random(&random) % 10) : text[k];
            }
            tie_reference_match(reference, (struct tie_text){ text, size }, &match);
            tie_reference_match(reference, (struct tie_text){ changed, size }, &other);
            TEST_EXPECT(memcmp(match.from, other.from, sizeof match.from) == 0 &&
                    memcmp(match.to, other.to, sizeof match.to) == 0 && match.is_found == other.is_found,
                cases[i].why);
        }
        tie_reference_free(reference);
    }
}

static void test_ids(void **state)
{
    static const struct {
        const char *why;
        struct tie_normalise rule;
        const char *id, *want;
    } cases[] = {
        { "no rule", { false, false, false, "" }, " a-01 ", " a-01 " },
        { "trim", { true, false, false, "" }, " a-01\t", "a-01" },
        { "upper", { false, true, false, "" }, "aZ-\xc3\xa9", "AZ-\xc3\xa9" },
        { "strip", { false, false, false, "-. " }, "a-0.1 b", "a01b" },
        { "zeros", { false, false, true, "" }, "00120", "120" },
        { "all zeros keep one", { false, false, true, "" }, "000", "0" },
        { "zeros behind a letter stay", { false, false, true, "" }, "a001", "a001" },
        { "zeros behind stripped characters", { false, false, true, "-" }, "-0-012-", "12" },
        { "all together", { true, true, true, "/" }, " 00a/b ", "AB" },
        { "nothing but stripped characters stays as it is", { true, false, false, "-" }, " -- ", "--" },
        { "empty stays empty", { true, true, true, "-" }, "", "" },
    };
    struct tie_buf out;

    (void)state;
    tie_buf_init(&out, 4096);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_policy policy = { .order_pattern = "" };

        policy.normalise[TIE_XREF_LOCATION] = cases[i].rule;
        tie_id_normalise(&policy, TIE_XREF_LOCATION, tie_text_of(cases[i].id), &out);
        TEST_EXPECT(tie_text_is(tie_buf_slice(&out), cases[i].want), cases[i].why);
    }
    tie_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_reference_bounds),
        cmocka_unit_test(test_blind),
        cmocka_unit_test(test_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
