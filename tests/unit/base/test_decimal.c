/*
 * test_decimal.c - decimals: hand-made cases, and properties against plain 128-bit arithmetic.
 *
 * The oracle for rounding multiplies and compares instead of dividing: q is right when |2 * (n - q * d)| < |d|, or
 * equal with q away from zero.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tieout/decimal.h"

__extension__ typedef unsigned __int128 wide;

static void test_parse(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        enum tie_dec_parse result;
        tie_dec value;
        const char *printed;
    } cases[] = {
        { "whole", "2", TIE_DEC_EXACT, 2000000, "2" },
        { "zero", "0", TIE_DEC_EXACT, 0, "0" },
        { "minus zero is zero", "-0.000", TIE_DEC_EXACT, 0, "0" },
        { "sign of a value under one", "-0.5", TIE_DEC_EXACT, -500000, "-0.5" },
        { "plus sign", "+1.25", TIE_DEC_EXACT, 1250000, "1.25" },
        { "six decimals", "1234.567891", TIE_DEC_EXACT, 1234567891, "1234.567891" },
        { "the smallest", "0.000001", TIE_DEC_EXACT, 1, "0.000001" },
        { "no digit before the point (Oracle, SQL Server)", ".5", TIE_DEC_EXACT, 500000, "0.5" },
        { "no digit behind the point", "5.", TIE_DEC_EXACT, 5000000, "5" },
        { "zeros beyond six decimals lose nothing", "1.2000000000", TIE_DEC_EXACT, 1200000, "1.2" },
        { "below half is cut", "0.0000014999", TIE_DEC_ROUNDED, 1, "0.000001" },
        { "half goes away from zero", "0.0000015", TIE_DEC_ROUNDED, 2, "0.000002" },
        { "negative half goes away from zero", "-0.0000005", TIE_DEC_ROUNDED, -1, "-0.000001" },
        { "just below half, 45 digits behind", "0.000000499999999999999999999999999999999999999", TIE_DEC_ROUNDED, 0,
            "0" },
        { "rounded to nothing", "0.0000001", TIE_DEC_ROUNDED, 0, "0" },
        { "leading zeros", "000000000000000000000000000000000000000000000012.5", TIE_DEC_EXACT, 12500000, "12.5" },
        { "exponent", "1.5e3", TIE_DEC_EXACT, 1500000000, "1500" },
        { "upper case exponent with plus", "15E+2", TIE_DEC_EXACT, 1500000000, "1500" },
        { "negative exponent", "15e-7", TIE_DEC_ROUNDED, 2, "0.000002" },
        { "exponent far below", "9e-400", TIE_DEC_ROUNDED, 0, "0" },
        { "zero with a huge exponent", "0e99999999999999999999", TIE_DEC_EXACT, 0, "0" },
        { "many digits, taken back by the exponent", "12345678901234567890123456789012345678901234567890e-49",
            TIE_DEC_ROUNDED, 1234568, "1.234568" },
        { "many zeros, taken back by the exponent", "10000000000000000000000000000000000000000000000000e-49",
            TIE_DEC_EXACT, 1000000, "1" },
        { "a digit far behind is a loss", "1.00000000000000000000000000000000000000000000001", TIE_DEC_ROUNDED, 1000000,
            "1" },
        { "nines without end", "999999999999999999999999999999999999999999999e-45", TIE_DEC_ROUNDED, 1000000, "1" },
        { "the largest", "9200000000000", TIE_DEC_EXACT, TIE_DEC_MAX, "9200000000000" },
        { "the least", "-9200000000000", TIE_DEC_EXACT, -TIE_DEC_MAX, "-9200000000000" },
        { "one past the largest", "9200000000000.000001", TIE_DEC_RANGE, 0, NULL },
        { "rounded past the largest", "9200000000000.0000005", TIE_DEC_RANGE, 0, NULL },
        { "rounded down to the largest", "9200000000000.0000004", TIE_DEC_ROUNDED, TIE_DEC_MAX, "9200000000000" },
        { "exponent far above", "1e400", TIE_DEC_RANGE, 0, NULL },
        { "forty digits", "1234567890123456789012345678901234567890", TIE_DEC_RANGE, 0, NULL },
        { "empty is not zero", "", TIE_DEC_BAD, 0, NULL },
        { "sign alone", "-", TIE_DEC_BAD, 0, NULL },
        { "point alone", ".", TIE_DEC_BAD, 0, NULL },
        { "two points", "1.2.3", TIE_DEC_BAD, 0, NULL },
        { "two signs", "--1", TIE_DEC_BAD, 0, NULL },
        { "sign behind", "1-", TIE_DEC_BAD, 0, NULL },
        { "blank before", " 1", TIE_DEC_BAD, 0, NULL },
        { "blank behind", "1 ", TIE_DEC_BAD, 0, NULL },
        { "decimal comma", "1,5", TIE_DEC_BAD, 0, NULL },
        { "thousands", "1,000.00", TIE_DEC_BAD, 0, NULL },
        { "exponent without digits", "1e", TIE_DEC_BAD, 0, NULL },
        { "exponent with a sign only", "1e-", TIE_DEC_BAD, 0, NULL },
        { "exponent with a point", "1e1.5", TIE_DEC_BAD, 0, NULL },
        { "exponent without a number", "e5", TIE_DEC_BAD, 0, NULL },
        { "hexadecimal", "0x10", TIE_DEC_BAD, 0, NULL },
        { "not a number", "NaN", TIE_DEC_BAD, 0, NULL },
        { "infinity", "Infinity", TIE_DEC_BAD, 0, NULL },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        tie_dec value = -77;
        char printed[TIE_DEC_TEXT_MAX];
        const enum tie_dec_parse result = tie_dec_from_text(tie_text_of(cases[i].text), &value);

        print_message("%s\n", cases[i].why);
        assert_int_equal(result, cases[i].result);
        if (cases[i].printed == NULL) {
            assert_int_equal(value, -77);
            continue;
        }
        assert_int_equal(value, cases[i].value);
        assert_int_equal(tie_dec_print(value, printed), strlen(cases[i].printed));
        assert_string_equal(printed, cases[i].printed);
    }
}

/* A short text is read as one word, the same behind many zeros by digits: they are refused and read alike. */
static void test_two_ways(void **state)
{
    static const char zeros[] = "000000000000000000000000";
    uint64_t counter = 11;

    (void)state;
    for (int round = 0; round < 400000; round++) {
        char text[16] = "", long_text[48];
        const size_t size = 1 + test_random(&counter) % 10;
        tie_dec value = 1, again = 1;
        size_t sign = 0;

        for (size_t i = 0; i < size; i++)
            text[i] = "0123456789012345678901234567890123456789....-+x/"[test_random(&counter) % 48];
        if (strpbrk(text, "0123456789") == NULL) {
            assert_int_equal(tie_dec_from_text(tie_text_of(text), &value), TIE_DEC_BAD);
            continue;
        }
        sign = text[0] == '-' || text[0] == '+';
        (void)snprintf(long_text, sizeof long_text, "%.*s%s%s", (int)sign, text, zeros, text + sign);
        if (tie_dec_from_text(tie_text_of(text), &value) != tie_dec_from_text(tie_text_of(long_text), &again) ||
            value != again)
            fail_msg("\"%s\" is read as %lld, \"%s\" as %lld", text, (long long)value, long_text, (long long)again);
    }
}

static void test_scaled(void **state)
{
    const tie_sum most = (tie_sum)(~(wide)0 >> 1);
    tie_dec value = 0;

    (void)state;
    assert_int_equal(tie_dec_from_scaled(12345, -2, &value), TIE_DEC_EXACT);
    assert_int_equal(value, 123450000);
    assert_int_equal(tie_dec_from_scaled(-5, -7, &value), TIE_DEC_ROUNDED);
    assert_int_equal(value, -1);
    assert_int_equal(tie_dec_from_scaled(92, 11, &value), TIE_DEC_EXACT);
    assert_int_equal(value, TIE_DEC_MAX);
    assert_int_equal(tie_dec_from_scaled(93, 11, &value), TIE_DEC_RANGE);
    assert_int_equal(tie_dec_from_scaled(0, INT32_MAX, &value), TIE_DEC_EXACT);
    assert_int_equal(value, 0);
    /* 2^127 - 1 = 170141183460469231731687303715884105727 */
    assert_int_equal(tie_dec_from_scaled(most, -38, &value), TIE_DEC_ROUNDED);
    assert_int_equal(value, 1701412);
    assert_int_equal(tie_dec_from_scaled(-most - 1, -38, &value), TIE_DEC_ROUNDED);
    assert_int_equal(value, -1701412);
    assert_int_equal(tie_dec_from_scaled(most, 0, &value), TIE_DEC_RANGE);
    assert_int_equal(tie_dec_from_scaled(most, INT32_MIN, &value), TIE_DEC_ROUNDED);
    assert_int_equal(value, 0);
}

static void test_print_fixed(void **state)
{
    static const struct {
        const char *why;
        tie_dec value;
        unsigned decimals;
        const char *text;
    } cases[] = {
        { "zeros are filled in", 2000000, 2, "2.00" },
        { "half away from zero", 2005000, 2, "2.01" },
        { "negative half away from zero", -2005000, 2, "-2.01" },
        { "below half", 2004999, 2, "2.00" },
        { "no minus before zero", -4999, 2, "0.00" },
        { "carry through nines", 9999999, 2, "10.00" },
        { "no decimals, no point", 2500000, 0, "3" },
        { "all decimals", -1, 6, "-0.000001" },
        { "largest", TIE_DEC_MAX, 2, "9200000000000.00" },
        { "no value", TIE_NONE, 2, "" },
    };
    char out[64];

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_dec_print_fixed(cases[i].value, cases[i].decimals, out), strlen(cases[i].text));
        assert_string_equal(out, cases[i].text);
    }
    assert_int_equal(tie_dec_print(TIE_NONE, out), 0);
    assert_string_equal(out, "");
    (void)tie_sum_print((tie_sum)TIE_NONE, out); /* a sum has no such mark */
    assert_string_equal(out, "-9223372036854.775808");
    (void)tie_sum_print((tie_sum)(~(wide)0 >> 1), out);
    assert_string_equal(out, "170141183460469231731687303715884.105727");
    (void)tie_sum_print_fixed(-(tie_sum)(~(wide)0 >> 1) - 1, 2, out);
    assert_string_equal(out, "-170141183460469231731687303715884.11");
}

static tie_sum absolute(tie_sum value)
{
    return value < 0 ? -value : value;
}

/* Is q = n / d, half away from zero? */
static bool is_rounded(tie_sum n, tie_sum d, tie_sum q)
{
    const tie_sum rest = absolute(n) - absolute(q) * absolute(d);

    if (q != 0 && (q < 0) != ((n < 0) != (d < 0)))
        return false;
    return rest * 2 < absolute(d) && rest * 2 >= -absolute(d);
}

static void test_products(void **state)
{
    uint64_t counter = 3;
    unsigned refused = 0;

    (void)state;
    for (int i = 0; i < 300000; i++) {
        const tie_dec a = test_random_sized(&counter);
        const tie_dec b = test_random_sized(&counter);
        const int64_t den = test_random_sized(&counter);
        tie_dec out = -77;

        if (tie_dec_muldiv(a, b, den, &out)) {
            if (!is_rounded((tie_sum)a * b, den, out) || absolute(out) > TIE_DEC_MAX)
                fail_msg("%lld * %lld / %lld = %lld", (long long)a, (long long)b, (long long)den, (long long)out);
        } else {
            refused++;
            assert_int_equal(out, -77);
            /* refused: the true quotient reaches the limit, or there is none */
            assert_true(den == 0 || absolute((tie_sum)a * b) * 2 / absolute(den) >= (tie_sum)TIE_DEC_MAX * 2);
        }
        if (tie_dec_mul(a, b, &out) && !is_rounded((tie_sum)a * b, TIE_DEC_ONE, out))
            fail_msg("%lld * %lld = %lld", (long long)a, (long long)b, (long long)out);
        if (b > 0 && tie_dec_mul_rate(a, b, &out) && !is_rounded((tie_sum)a * b, INT64_C(1000000000000), out))
            fail_msg("%lld at rate %lld = %lld", (long long)a, (long long)b, (long long)out);
        if (b > 0 && tie_dec_div_rate(a, b, &out) && !is_rounded((tie_sum)a * INT64_C(1000000000000), b, out))
            fail_msg("%lld over rate %lld = %lld", (long long)a, (long long)b, (long long)out);
    }
    assert_true(refused > 1000 && refused < 200000);
}

static void test_arithmetic(void **state)
{
    tie_dec out = -77;

    (void)state;
    assert_true(tie_dec_mul(2500000, -3000000, &out));
    assert_int_equal(out, -7500000);
    assert_true(tie_dec_mul(1, 500000, &out)); /* half a millionth */
    assert_int_equal(out, 1);
    assert_true(tie_dec_mul(-1, 500000, &out));
    assert_int_equal(out, -1);
    assert_true(tie_dec_mul(1, 499999, &out));
    assert_int_equal(out, 0);
    assert_true(tie_dec_mul_rate(100 * TIE_DEC_ONE, INT64_C(1083700000000), &out));
    assert_int_equal(out, 108370000);
    assert_true(tie_dec_div_rate(108370000, INT64_C(1083700000000), &out));
    assert_int_equal(out, 100 * TIE_DEC_ONE);
    assert_true(tie_dec_add(TIE_DEC_MAX, -TIE_DEC_MAX, &out));
    assert_int_equal(out, 0);
    out = -77;
    assert_false(tie_dec_add(TIE_DEC_MAX, 1, &out));
    assert_false(tie_dec_add(TIE_NONE, 1, &out));
    assert_false(tie_dec_mul(TIE_NONE, 1, &out));
    assert_false(tie_dec_mul(1, TIE_NONE, &out));
    assert_false(tie_dec_muldiv(1, 1, 0, &out));
    assert_false(tie_dec_muldiv(1, 1, TIE_NONE, &out));
    assert_false(tie_dec_mul_rate(1, 0, &out));
    assert_false(tie_dec_div_rate(1, 0, &out));
    assert_false(tie_dec_div_rate(1, TIE_NONE, &out));
    assert_false(tie_dec_from_sum((tie_sum)TIE_DEC_MAX + 1, &out));
    assert_false(tie_dec_from_sum(-(tie_sum)TIE_DEC_MAX - 1, &out));
    assert_int_equal(out, -77);
    assert_true(tie_dec_from_sum(-(tie_sum)TIE_DEC_MAX, &out));
    assert_int_equal(tie_dec_abs(-5), 5);
    assert_int_equal(tie_dec_abs(5), 5);
    assert_true(tie_dec_abs(TIE_NONE) == TIE_NONE);
    assert_true(tie_dec_round(TIE_NONE, 2) == TIE_NONE);
}

/* Printing and reading are inverse; rounding, the fixed form and reading it again agree. */
static void test_round_trip(void **state)
{
    uint64_t counter = 4;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        tie_dec value = test_random_sized(&counter);
        const unsigned decimals = (unsigned)(test_random(&counter) % 7);
        char out[TIE_DEC_TEXT_MAX];
        tie_sum step = 1;
        tie_dec again = 0;
        tie_dec rounded;

        if (absolute(value) > TIE_DEC_MAX - TIE_DEC_ONE)
            value /= 2;
        (void)tie_dec_print(value, out);
        if (tie_dec_from_text(tie_text_of(out), &again) != TIE_DEC_EXACT || again != value)
            fail_msg("%lld printed as %s is read as %lld", (long long)value, out, (long long)again);
        assert_true(strchr(out, '.') == NULL || out[strlen(out) - 1] != '0');
        rounded = tie_dec_round(value, decimals);
        for (unsigned k = decimals; k < 6; k++)
            step *= 10;
        assert_true(rounded % step == 0 && is_rounded(value, step, rounded / step));
        (void)tie_dec_print_fixed(value, decimals, out);
        assert_int_equal(tie_dec_from_text(tie_text_of(out), &again), TIE_DEC_EXACT);
        assert_int_equal(again, rounded);
    }
}

static void test_rates(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        bool is_right;
        int64_t rate;
        const char *printed;
    } cases[] = {
        { "one", "1", true, INT64_C(1000000000000), "1" },
        { "usual", "1.0837", true, INT64_C(1083700000000), "1.0837" },
        { "twelve decimals", "0.000000000001", true, 1, "0.000000000001" },
        { "the thirteenth rounds", "0.0000000000015", true, 2, "0.000000000002" },
        { "exponent", "6.1e-3", true, INT64_C(6100000000), "0.0061" },
        { "largest", "9223372.036854775807", true, INT64_MAX, "9223372.036854775807" },
        { "past the largest", "9223372.036854775808", false, 0, NULL },
        { "zero", "0", false, 0, NULL },
        { "rounded to zero", "0.0000000000004", false, 0, NULL },
        { "negative", "-1.5", false, 0, NULL },
        { "empty", "", false, 0, NULL },
        { "text", "EUR", false, 0, NULL },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        int64_t rate = -77;
        char out[TIE_DEC_TEXT_MAX];

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_rate_from_text(tie_text_of(cases[i].text), &rate), cases[i].is_right);
        assert_int_equal(rate, cases[i].is_right ? cases[i].rate : -77);
        if (cases[i].is_right) {
            (void)tie_rate_print(rate, out);
            assert_string_equal(out, cases[i].printed);
        }
    }
}

static void test_integers(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        bool is_right;
        int64_t value;
    } cases[] = {
        { "zero", "0", true, 0 },
        { "leading zeros are decimal", "0017", true, 17 },
        { "signs", "+5", true, 5 },
        { "negative", "-5", true, -5 },
        { "largest", "9223372036854775807", true, INT64_MAX },
        { "least", "-9223372036854775807", true, -INT64_MAX },
        { "the mark for none is no number", "-9223372036854775808", false, 0 },
        { "one too many", "9223372036854775808", false, 0 },
        { "twenty digits", "99999999999999999999", false, 0 },
        { "empty", "", false, 0 },
        { "sign alone", "+", false, 0 },
        { "decimal", "1.0", false, 0 },
        { "blank", " 1", false, 0 },
        { "hexadecimal", "0x1", false, 0 },
        { "exponent", "1e3", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        int64_t value = -77;

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_int_from_text(tie_text_of(cases[i].text), &value), cases[i].is_right);
        assert_int_equal(value, cases[i].is_right ? cases[i].value : -77);
    }
}

/* Either side of where a product leaves 64 bits, the quotient is that of whole numbers, and so is what is refused. */
static void test_narrow_and_wide_products(void **state)
{
    static const int64_t divisors[] = { 1, 2, 3, 7, 1000000, -1000000, 999999999999, INT64_MAX, -INT64_MAX };
    uint64_t counter = 9;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const int64_t a = (int64_t)(test_random(&counter) >> (1 + test_random(&counter) % 62)) + 1;
        const uint64_t about = UINT64_MAX / (uint64_t)a + test_random(&counter) % 5 - 2;
        const int64_t b = about > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)about;
        const int64_t num = test_random(&counter) % 2 == 0 ? b : -b;
        const int64_t den = divisors[test_random(&counter) % TIE_COUNT_OF(divisors)];
        const tie_sum product = (tie_sum)a * num;
        const bool fits = absolute(product) / absolute(den) + 1 <= TIE_DEC_MAX;
        tie_dec out = -77;

        if (tie_dec_muldiv(a, num, den, &out) ? !is_rounded(product, den, out) : fits)
            fail_msg("%lld * %lld / %lld is not %lld", (long long)a, (long long)num, (long long)den, (long long)out);
    }
}

/* The list of ISO 4217 anew, in whatever case. */
static void test_all_currencies(void **state)
{
    static const struct {
        unsigned decimals;
        const char *codes;
    } lists[] = {
        { 0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF" },
        { 3, "BHD IQD JOD KWD LYD OMR TND" },
        { 4, "CLF UYW" },
        { 2, "AED BHE CHF CLE EUR GBP JPX KRV UGY USD UYX VNE XPG ZZZ AAA" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++) {
        struct tie_text rest = tie_text_of(lists[i].codes);

        while (rest.size > 0) {
            const struct tie_text code = tie_text_cut(&rest, ' ');
            const char mixed[] = { (char)(code.at[0] | 0x20), code.at[1], (char)(code.at[2] | 0x20) };

            if (tie_currency_decimals(code) != lists[i].decimals ||
                tie_currency_decimals((struct tie_text){ mixed, sizeof mixed }) != lists[i].decimals)
                fail_msg("%.3s", code.at);
        }
    }
}

static void test_currencies(void **state)
{
    (void)state;
    assert_int_equal(tie_currency_decimals(TIE_TEXT("EUR")), 2);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("JPY")), 0);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("KWD")), 3);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("CLF")), 4);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("XXQ")), 2);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("")), 2);
    assert_int_equal(tie_currency_decimals(TIE_TEXT("JPYX")), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_two_ways),
        cmocka_unit_test(test_scaled),
        cmocka_unit_test(test_print_fixed),
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_all_currencies),
        cmocka_unit_test(test_narrow_and_wide_products),
    };

    return cmocka_run_group_tests_name("base/decimal", tests, NULL, NULL);
}
