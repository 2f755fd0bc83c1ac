/*
 * decimal.c - exact decimals: parse, print, multiply, divide, round.
 *
 * Reading keeps up to 37 significant digits in 128 bits; what stands behind them only matters for "was anything lost",
 * since a digit that far back can't turn a half: 37 digits leave at least one below the half of any value that still
 * fits. Then one function, fit(), brings digits * 10^exponent to the wanted number of decimals, for decimals and rates
 * of exchange alike. Printing goes the other way through one function too.
 *
 * Rounding is everywhere the same division: quotient of the magnitudes, one more when twice the remainder reaches the
 * divisor, then the sign. Products of two 64-bit numbers, and 9.2e18 * 10^12, stay below 2^127.
 *
 * TIE_NONE as an operand is "no value" and has no product: the functions that may fail return false, rounding and the
 * magnitude hand it on.
 *
 * Rejected: strtod and any double; decimal floating point (_Decimal64 is no part of C17); a scale kept beside each
 * value.
 */
#include "tieout/decimal.h"

#include <string.h>

__extension__ typedef unsigned __int128 magnitude;

#define DIGITS_KEPT 37    /* 10^37 - 1 is the longest row of nines that 128 bits hold with room for a carry */
#define EXPONENT_MAX 9999 /* beyond it every value is zero or out of range, whatever its digits */
#define DEC_DECIMALS 6
#define RATE_DECIMALS 12
#define RATE_ONE INT64_C(1000000000000)

struct number {
    magnitude digits;
    long exponent; /* value = digits * 10^exponent */
    bool is_negative;
    bool is_cut; /* a digit other than 0 was left out behind `digits` */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static magnitude power_of_ten(unsigned exponent)
{
    magnitude power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

static magnitude magnitude_of(tie_sum value)
{
    return value < 0 ? (magnitude)0 - (magnitude)value : (magnitude)value;
}

/* Half away from zero, of magnitudes. The remainder is compared from above so that nothing can overflow. */
static magnitude divide(magnitude dividend, magnitude divisor)
{
    const magnitude rest = dividend % divisor;

    return dividend / divisor + (rest >= divisor - rest);
}

static void add_digit(struct number *number, char c, bool is_decimal, unsigned *kept)
{
    if (*kept == DIGITS_KEPT) {
        number->is_cut = number->is_cut || c != '0';
        number->exponent += is_decimal ? 0 : 1;
        return;
    }
    number->digits = number->digits * 10 + (magnitude)(unsigned)(c - '0');
    *kept += number->digits != 0;
    number->exponent -= is_decimal ? 1 : 0;
}

/* [+-]digits behind the e; false when no digit stands there. */
static bool read_exponent(struct tie_text text, long *exponent)
{
    const bool is_signed = text.size > 0 && (text.at[0] == '-' || text.at[0] == '+');
    long value = 0;

    if (text.size == (is_signed ? 1U : 0U))
        return false;
    for (size_t i = is_signed ? 1 : 0; i < text.size; i++) {
        if (!is_digit(text.at[i]))
            return false;
        if (value <= EXPONENT_MAX)
            value = value * 10 + (text.at[i] - '0');
    }
    *exponent = text.at[0] == '-' ? -value : value;
    return true;
}

/* Drivers write 0.5 as ".5" and 5 as "5." too, so one side of the point may be empty, but not both. */
static bool read_number(struct tie_text text, struct number *number)
{
    size_t i = 0;
    size_t digit_count = 0;
    unsigned kept = 0;
    long exponent = 0;
    bool is_decimal = false;

    *number = (struct number){ .digits = 0 };
    if (text.size > 0 && (text.at[0] == '-' || text.at[0] == '+')) {
        number->is_negative = text.at[0] == '-';
        i = 1;
    }
    for (; i < text.size; i++) {
        if (is_digit(text.at[i])) {
            add_digit(number, text.at[i], is_decimal, &kept);
            digit_count++;
        } else if (text.at[i] == '.' && !is_decimal) {
            is_decimal = true;
        } else {
            break;
        }
    }
    if (digit_count == 0)
        return false;
    if (i == text.size)
        return true;
    if (text.at[i] != 'e' && text.at[i] != 'E')
        return false;
    if (!read_exponent((struct tie_text){ text.at + i + 1, text.size - i - 1 }, &exponent))
        return false;
    number->exponent += exponent;
    return true;
}

/* The number as a count of 10^-decimals, at most `limit` either way. */
static enum tie_dec_parse fit(const struct number *number, unsigned decimals, int64_t limit, int64_t *value)
{
    const long shift = number->exponent + (long)decimals;
    magnitude result = number->digits;
    bool is_exact = !number->is_cut;

    if (result == 0) {
        *value = 0;
        return is_exact ? TIE_DEC_EXACT : TIE_DEC_ROUNDED;
    }
    if (shift >= 0) {
        for (long i = 0; i < shift && result <= (magnitude)limit; i++)
            result *= 10;
    } else if (shift >= -(DIGITS_KEPT + 1)) {
        const magnitude power = power_of_ten((unsigned)-shift);

        is_exact = is_exact && result % power == 0;
        result = divide(result, power);
    } else {
        is_exact = false;
        result = 0;
    }
    if (result > (magnitude)limit)
        return TIE_DEC_RANGE;
    *value = number->is_negative ? -(int64_t)result : (int64_t)result;
    return is_exact ? TIE_DEC_EXACT : TIE_DEC_ROUNDED;
}

enum tie_dec_parse tie_dec_from_text(struct tie_text text, tie_dec *value)
{
    struct number number;

    return read_number(text, &number) ? fit(&number, DEC_DECIMALS, TIE_DEC_MAX, value) : TIE_DEC_BAD;
}

/* Takes the last digits off until at most DIGITS_KEPT are left, so that rounding can't overflow. */
enum tie_dec_parse tie_dec_from_scaled(tie_sum digits, int exponent, tie_dec *value)
{
    struct number number = { .digits = magnitude_of(digits), .exponent = exponent, .is_negative = digits < 0 };
    const magnitude most = power_of_ten(DIGITS_KEPT);

    while (number.digits >= most) {
        number.is_cut = number.is_cut || number.digits % 10 != 0;
        number.digits /= 10;
        number.exponent++;
    }
    return fit(&number, DEC_DECIMALS, TIE_DEC_MAX, value);
}

/* Writes value * 10^-decimals with at least `least` decimals and without further zeros at the end. */
static size_t print(bool is_negative, magnitude value, unsigned decimals, unsigned least, char *out)
{
    char reversed[64];
    size_t count = 0;
    size_t size = 0;
    unsigned left = decimals;

    while (left > least && value % 10 == 0) {
        value /= 10;
        left--;
    }
    if (is_negative && value != 0)
        out[size++] = '-';
    for (unsigned i = 0; i < left; i++, value /= 10)
        reversed[count++] = (char)('0' + (int)(value % 10));
    if (left > 0)
        reversed[count++] = '.';
    do {
        reversed[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    while (count > 0)
        out[size++] = reversed[--count];
    out[size] = '\0';
    return size;
}

static size_t print_none(char *out)
{
    out[0] = '\0';
    return 0;
}

size_t tie_sum_print(tie_sum value, char *out)
{
    return print(value < 0, magnitude_of(value), DEC_DECIMALS, 0, out);
}

size_t tie_sum_print_fixed(tie_sum value, unsigned decimals, char *out)
{
    TIE_ASSERT(decimals <= DEC_DECIMALS);
    return print(
        value < 0, divide(magnitude_of(value), power_of_ten(DEC_DECIMALS - decimals)), decimals, decimals, out);
}

size_t tie_dec_print(tie_dec value, char *out)
{
    return value == TIE_NONE ? print_none(out) : tie_sum_print(value, out);
}

size_t tie_dec_print_fixed(tie_dec value, unsigned decimals, char *out)
{
    return value == TIE_NONE ? print_none(out) : tie_sum_print_fixed(value, decimals, out);
}

bool tie_dec_from_sum(tie_sum sum, tie_dec *out)
{
    if (sum > TIE_DEC_MAX || sum < -TIE_DEC_MAX)
        return false;
    *out = (tie_dec)sum;
    return true;
}

bool tie_dec_muldiv(tie_dec a, int64_t num, int64_t den, tie_dec *out)
{
    tie_sum result;

    if (a == TIE_NONE || num == TIE_NONE || den == TIE_NONE || den == 0)
        return false;
    result = (tie_sum)divide(magnitude_of((tie_sum)a * num), magnitude_of(den));
    return tie_dec_from_sum(((a < 0) != (num < 0)) != (den < 0) ? -result : result, out);
}

bool tie_dec_mul(tie_dec a, tie_dec b, tie_dec *out)
{
    return tie_dec_muldiv(a, b, TIE_DEC_ONE, out);
}

bool tie_dec_add(tie_dec a, tie_dec b, tie_dec *out)
{
    return a != TIE_NONE && b != TIE_NONE && tie_dec_from_sum((tie_sum)a + b, out);
}

bool tie_dec_mul_rate(tie_dec a, int64_t rate_e12, tie_dec *out)
{
    return rate_e12 > 0 && tie_dec_muldiv(a, rate_e12, RATE_ONE, out);
}

bool tie_dec_div_rate(tie_dec a, int64_t rate_e12, tie_dec *out)
{
    return rate_e12 > 0 && tie_dec_muldiv(a, RATE_ONE, rate_e12, out);
}

tie_dec tie_dec_round(tie_dec value, unsigned decimals)
{
    magnitude step;
    tie_dec result;

    TIE_ASSERT(decimals <= DEC_DECIMALS);
    if (value == TIE_NONE)
        return TIE_NONE;
    step = power_of_ten(DEC_DECIMALS - decimals);
    result = (tie_dec)(divide(magnitude_of(value), step) * step);
    return value < 0 ? -result : result;
}

tie_dec tie_dec_abs(tie_dec value)
{
    return value == TIE_NONE || value >= 0 ? value : -value;
}

unsigned tie_currency_decimals(struct tie_text iso_code)
{
    /* ISO 4217, list one: every currency in use whose minor unit is not a hundredth */
    static const struct {
        char code[4];
        unsigned decimals;
    } units[] = {
        /* clang-format off */
        { "BHD", 3 }, { "BIF", 0 }, { "CLF", 4 }, { "CLP", 0 }, { "DJF", 0 }, { "GNF", 0 }, { "IQD", 3 },
        { "ISK", 0 }, { "JOD", 3 }, { "JPY", 0 }, { "KMF", 0 }, { "KRW", 0 }, { "KWD", 3 }, { "LYD", 3 },
        { "OMR", 3 }, { "PYG", 0 }, { "RWF", 0 }, { "TND", 3 }, { "UGX", 0 }, { "UYI", 0 }, { "UYW", 4 },
        { "VND", 0 }, { "VUV", 0 }, { "XAF", 0 }, { "XOF", 0 }, { "XPF", 0 },
        /* clang-format on */
    };

    for (size_t i = 0; i < TIE_COUNT_OF(units); i++)
        if (tie_text_is_nocase(iso_code, units[i].code))
            return units[i].decimals;
    return 2;
}

bool tie_rate_from_text(struct tie_text text, int64_t *rate_e12)
{
    struct number number;
    int64_t value = 0;
    enum tie_dec_parse result;

    if (!read_number(text, &number))
        return false;
    result = fit(&number, RATE_DECIMALS, INT64_MAX, &value);
    if ((result != TIE_DEC_EXACT && result != TIE_DEC_ROUNDED) || value <= 0)
        return false;
    *rate_e12 = value;
    return true;
}

size_t tie_rate_print(int64_t rate_e12, char *out)
{
    return rate_e12 == TIE_NONE ? print_none(out) : print(rate_e12 < 0, magnitude_of(rate_e12), RATE_DECIMALS, 0, out);
}

/* The smallest 64-bit number is TIE_NONE and therefore out of range. */
bool tie_int_from_text(struct tie_text text, int64_t *value)
{
    const bool is_signed = text.size > 0 && (text.at[0] == '-' || text.at[0] == '+');
    int64_t result = 0;

    if (text.size == (is_signed ? 1U : 0U))
        return false;
    for (size_t i = is_signed ? 1 : 0; i < text.size; i++) {
        if (!is_digit(text.at[i]) || __builtin_mul_overflow(result, INT64_C(10), &result) ||
            __builtin_add_overflow(result, (int64_t)(text.at[i] - '0'), &result))
            return false;
    }
    *value = text.at[0] == '-' ? -result : result;
    return true;
}
