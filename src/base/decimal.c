/*
 * decimal.c - exact decimals: parse, print, multiply, divide, round.
 *
 * Reading keeps up to 37 significant digits in 128 bits; what stands behind them only matters for "was anything lost",
 * since a digit that far back can't turn a half: 37 digits leave at least one below the half of any value that still
 * fits. Then one function, fit(), brings digits * 10^exponent to the wanted number of decimals, for decimals and rates
 * of exchange alike. Printing goes the other way through one function too.
 *
 * Decimals of up to 18 digits, which nearly all are, are read in 64 bits; those of up to eight characters as one word.
 *
 * Rounding is everywhere the same division: quotient of the magnitudes, one more when twice the remainder reaches the
 * divisor, then the sign. Products of two 64-bit numbers, and 9.2e18 * 10^12, stay below 2^127. A product that fits 64
 * bits, as that of most amounts does, is divided in 64 bits: the same quotient at a tenth of the cost.
 *
 * TIE_NONE as an operand is "no value" and has no product: the functions that may fail return false, rounding and the
 * magnitude hand it on.
 *
 * Rejected: strtod and any double; decimal floating point (_Decimal64 is no part of C17); a scale kept beside each
 * value.
 */
#include "tieout/decimal.h"

#include "tieout/bytes.h"

#include <string.h>

__extension__ typedef unsigned __int128 magnitude;

#define DIGITS_KEPT 37    /* 10^37 - 1 is the longest row of nines that 128 bits hold with room for a carry */
#define EXPONENT_MAX 9999 /* beyond it every value is zero or out of range, whatever its digits */
#define DEC_DECIMALS 6
#define SHORT_BYTES 20                                                        /* a sign, 12 digits, a point, 6 digits */
static const int64_t powers[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 }; /* by decimals */
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

/* The same where the magnitudes fit 64 bits. */
static uint64_t divide_small(uint64_t dividend, uint64_t divisor)
{
    const uint64_t rest = dividend % divisor;

    return dividend / divisor + (rest >= divisor - rest);
}

static uint64_t small_magnitude_of(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
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

/* Up to eight characters without sign: the point is taken out from among them, zeros stand before the first one, and
 * eight digits are one number. No loop, so nothing that a processor would have to guess. */
static inline bool read_eight(const char *at, size_t size, uint64_t *digits, unsigned *decimals)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030), ones = UINT64_C(0x0101010101010101);
    const uint64_t word = tie_bytes_word(at, size) | zeros >> 8 * (size - 1) >> 8;
    const uint64_t other = word ^ ones * '.';
    const uint64_t points = (other - ones) & ~other & ones << 7; /* the lowest bit is that of the first point */
    unsigned place = 0;
    uint64_t till_point = 0;

    *decimals = 0;
    if (points == 0)
        return tie_bytes_number(word, digits);
    place = (unsigned)__builtin_ctzll(points) - 7;
    till_point = (UINT64_C(0x100) << place) - 1;
    *decimals = 7 - place / 8;
    return size > 1 && *decimals <= DEC_DECIMALS &&
        tie_bytes_number((word & ~till_point) | (word & till_point >> 8) << 8 | '0', digits);
}

/* What nearly every decimal is: a sign, at most 12 digits, a point and at most 6 more. False: read it the long way. */
static inline bool read_short(struct tie_text text, tie_dec *value)
{
    const char *at = text.at, *const end = text.at + text.size, *point = NULL;
    uint64_t digits = 0;
    ptrdiff_t whole = 0, decimals = 0;

    if (text.size == 0 || text.size > SHORT_BYTES)
        return false;
    at += *at == '-' || *at == '+';
    for (point = at; point < end && is_digit(*point); point++)
        digits = digits * 10 + (unsigned)(*point - '0');
    whole = point - at;
    if (point < end && *point == '.') {
        for (at = ++point; at < end && is_digit(*at); at++)
            digits = digits * 10 + (unsigned)(*at - '0');
        decimals = at - point;
        point = at;
    }
    if (point < end || whole > 12 || decimals > DEC_DECIMALS || whole + decimals == 0)
        return false;
    *value = (int64_t)digits * powers[decimals];
    if (text.at[0] == '-')
        *value = -*value;
    return true;
}

/* The same of at most eight characters behind the sign. */
static inline bool read_brief(struct tie_text text, tie_dec *value)
{
    const bool is_signed = text.size > 0 && (text.at[0] == '-' || text.at[0] == '+');
    const size_t size = text.size - is_signed;
    unsigned decimals = 0;
    uint64_t digits = 0;

    if (size - 1 >= 8 || !read_eight(text.at + is_signed, size, &digits, &decimals))
        return false;
    *value = (int64_t)digits * powers[decimals];
    if (text.at[0] == '-')
        *value = -*value;
    return true;
}

__attribute__((noinline)) static enum tie_dec_parse read_long(struct tie_text text, tie_dec *value)
{
    struct number number;

    return read_number(text, &number) ? fit(&number, DEC_DECIMALS, TIE_DEC_MAX, value) : TIE_DEC_BAD;
}

enum tie_dec_parse tie_dec_from_text(struct tie_text text, tie_dec *value)
{
    return read_brief(text, value) || read_short(text, value) ? TIE_DEC_EXACT : read_long(text, value);
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

/* Takes the last digit off; in 64 bits as soon as the rest fits. */
static unsigned take_digit(magnitude *value)
{
    if (*value <= UINT64_MAX) {
        const uint64_t small = (uint64_t)*value;

        *value = small / 10;
        return (unsigned)(small % 10);
    }
    const unsigned digit = (unsigned)(*value % 10);

    *value /= 10;
    return digit;
}

/* The digits of a small number, and where the point stands in them. */
static size_t print_small(uint64_t value, unsigned decimals, char *out)
{
    char digits[TIE_INT_TEXT_MAX];
    const size_t count = tie_int_print((int64_t)value, digits);
    size_t whole = 1;

    if (decimals == 0) {
        memcpy(out, digits, count + 1);
        return count;
    }
    if (count > decimals) {
        whole = count - decimals;
        memcpy(out, digits, whole);
        memcpy(out + whole + 1, digits + whole, decimals + 1U); /* with the zero behind them */
    } else {
        memset(out, '0', 2 + decimals - count);
        memcpy(out + 2 + decimals - count, digits, count + 1);
    }
    out[whole] = '.';
    return whole + 1 + decimals;
}

/* Writes value * 10^-decimals with at least `least` decimals and without further zeros at the end. */
static size_t print(bool is_negative, magnitude value, unsigned decimals, unsigned least, char *out)
{
    char reversed[64];
    size_t count = 0;
    size_t size = 0;
    unsigned left = decimals;

    for (magnitude rest = value; left > least && take_digit(&rest) == 0; left--)
        value = rest;
    if (is_negative && value != 0)
        out[size++] = '-';
    if (value <= INT64_MAX)
        return size + print_small((uint64_t)value, left, out + size);
    for (unsigned i = 0; i < left; i++)
        reversed[count++] = (char)('0' + take_digit(&value));
    if (left > 0)
        reversed[count++] = '.';
    do
        reversed[count++] = (char)('0' + take_digit(&value));
    while (value != 0);
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

/* Inline, so that a divisor known beforehand becomes a multiplication. */
static inline bool muldiv(tie_dec a, int64_t num, int64_t den, tie_dec *out)
{
    const bool is_negative = ((a < 0) != (num < 0)) != (den < 0);
    uint64_t small;
    tie_sum result;

    if (a == TIE_NONE || num == TIE_NONE || den == TIE_NONE || den == 0)
        return false;
    if (!__builtin_mul_overflow(small_magnitude_of(a), small_magnitude_of(num), &small)) {
        small = divide_small(small, small_magnitude_of(den));
        if (small > (uint64_t)TIE_DEC_MAX)
            return false;
        *out = is_negative ? -(tie_dec)small : (tie_dec)small;
        return true;
    }
    result = (tie_sum)divide(magnitude_of((tie_sum)a * num), magnitude_of(den));
    return tie_dec_from_sum(is_negative ? -result : result, out);
}

bool tie_dec_muldiv(tie_dec a, int64_t num, int64_t den, tie_dec *out)
{
    return muldiv(a, num, den, out);
}

bool tie_dec_mul(tie_dec a, tie_dec b, tie_dec *out)
{
    return muldiv(a, b, TIE_DEC_ONE, out);
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
    static const uint64_t steps[DEC_DECIMALS + 1] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
    tie_dec result;

    TIE_ASSERT(decimals <= DEC_DECIMALS);
    if (value == TIE_NONE)
        return TIE_NONE;
    result = (tie_dec)(divide_small(small_magnitude_of(value), steps[decimals]) * steps[decimals]);
    return value < 0 ? -result : result;
}

tie_dec tie_dec_abs(tie_dec value)
{
    return value == TIE_NONE || value >= 0 ? value : -value;
}

/* Three letters in one number, in the order of the alphabet; 0 where the text is no code of three letters. */
static uint32_t code_of(struct tie_text iso_code)
{
    uint32_t code = 0;

    if (iso_code.size != 3)
        return 0;
    for (size_t i = 0; i < 3; i++) {
        const unsigned char letter = (unsigned char)iso_code.at[i];

        code = code << 8 | (letter >= 'a' && letter <= 'z' ? (uint32_t)letter - ('a' - 'A') : letter);
    }
    return code;
}

/* Asked for with every amount, so the table is sorted and compared by numbers. */
unsigned tie_currency_decimals(struct tie_text iso_code)
{
#define CODE(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))
    /* ISO 4217, list one: every currency in use whose minor unit is not a hundredth; ascending */
    static const struct {
        uint32_t code;
        unsigned decimals;
    } units[] = {
        /* clang-format off */
        { CODE('B', 'H', 'D'), 3 }, { CODE('B', 'I', 'F'), 0 }, { CODE('C', 'L', 'F'), 4 }, { CODE('C', 'L', 'P'), 0 },
        { CODE('D', 'J', 'F'), 0 }, { CODE('G', 'N', 'F'), 0 }, { CODE('I', 'Q', 'D'), 3 }, { CODE('I', 'S', 'K'), 0 },
        { CODE('J', 'O', 'D'), 3 }, { CODE('J', 'P', 'Y'), 0 }, { CODE('K', 'M', 'F'), 0 }, { CODE('K', 'R', 'W'), 0 },
        { CODE('K', 'W', 'D'), 3 }, { CODE('L', 'Y', 'D'), 3 }, { CODE('O', 'M', 'R'), 3 }, { CODE('P', 'Y', 'G'), 0 },
        { CODE('R', 'W', 'F'), 0 }, { CODE('T', 'N', 'D'), 3 }, { CODE('U', 'G', 'X'), 0 }, { CODE('U', 'Y', 'I'), 0 },
        { CODE('U', 'Y', 'W'), 4 }, { CODE('V', 'N', 'D'), 0 }, { CODE('V', 'U', 'V'), 0 }, { CODE('X', 'A', 'F'), 0 },
        { CODE('X', 'O', 'F'), 0 }, { CODE('X', 'P', 'F'), 0 },
        /* clang-format on */
    };
#undef CODE
    const uint32_t code = code_of(iso_code);
    size_t low = 0, high = TIE_COUNT_OF(units);

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (units[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < TIE_COUNT_OF(units) && units[low].code == code ? units[low].decimals : 2;
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

/* Two digits a division, from the last; then all of the room is copied, which is less than as much as was filled. */
size_t tie_int_print(int64_t value, char out[TIE_INT_TEXT_MAX])
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
        "9899";
    char text[2 * TIE_INT_TEXT_MAX] = { 0 };
    size_t first = TIE_INT_TEXT_MAX;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    for (; rest >= 10; rest /= 100) {
        first -= 2;
        memcpy(text + first, pairs + 2 * (rest % 100), 2);
    }
    if (rest > 0 || first == TIE_INT_TEXT_MAX)
        text[--first] = (char)('0' + rest);
    if (value < 0)
        text[--first] = '-';
    memcpy(out, text + first, TIE_INT_TEXT_MAX);
    return TIE_INT_TEXT_MAX - first;
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
