/*
 * fuzz_number.c - decimals, rates, whole numbers, dates and instants as text, against oracles of another make.
 *
 * The first byte chooses the kind, the rest is the text. Decimals and rates: digits stay characters and the point is
 * moved among them, schoolbook rounding, 128 bits at the end. Dates and instants: a regular expression says what is
 * one, the C library's calendar what it means. What was read is printed and read again as the same value. Texts are
 * short: an oracle that counts with any length would be the thing tested.
 */
#include "fuzz.h"

#include "tieout/date.h"
#include "tieout/decimal.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 60, PLACES_MAX = 512 };

static bool matches(const char *pattern, regex_t *compiled, const char *text, regmatch_t *groups, size_t count)
{
    if (compiled->re_nsub == 0)
        FUZZ_HOLDS(regcomp(compiled, pattern, REG_EXTENDED) == 0);
    return regexec(compiled, text, count, groups, 0) == 0;
}

static int number_at(const char *text, regmatch_t group, int otherwise)
{
    int number = 0;

    for (regoff_t i = group.rm_so; i >= 0 && i < group.rm_eo; i++)
        number = number * 10 + (text[i] - '0');
    return group.rm_so < 0 || group.rm_so == group.rm_eo ? otherwise : number;
}

/* ---- decimals and rates ---- */

struct oracle {
    bool is_number, is_exact, is_range;
    tie_sum value; /* of 10^-decimals */
};

/* digits[0 .. point) stand before the point; what lies past the end is 0. */
static void round_digits(
    const char *digits, long count, long point, bool is_negative, unsigned decimals, struct oracle *oracle)
{
    const long keep = point + (long)decimals;
    tie_sum value = 0;

    oracle->is_exact = true;
    for (long i = keep < 0 ? 0 : keep; i < count; i++)
        oracle->is_exact = oracle->is_exact && digits[i] == '0';
    for (long i = 0; i < keep; i++) {
        value = value * 10 + (i < count ? digits[i] - '0' : 0);
        if (value > (tie_sum)INT64_MAX * 1000) {
            oracle->is_range = true;
            return;
        }
    }
    if (keep >= 0 && keep < count && digits[keep] >= '5')
        value++;
    oracle->value = is_negative ? -value : value;
}

static void decimal_oracle(const char *text, unsigned decimals, struct oracle *oracle)
{
    static regex_t form;
    regmatch_t groups[8];
    char digits[TEXT_MAX + 1] = "";
    long count = 0, point = 0, exponent = 0;
    bool is_zero = true, before = true;

    *oracle = (struct oracle){ .is_number = matches("^([+-]?)([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE]([+-]?[0-9]+))?$", &form,
                                   text, groups, 8) };
    if (!oracle->is_number)
        return;
    for (regoff_t i = groups[2].rm_so; i < groups[2].rm_eo; i++) {
        if (text[i] == '.') {
            before = false;
            continue;
        }
        digits[count++] = text[i];
        point += before;
        is_zero = is_zero && text[i] == '0';
    }
    if (is_zero) {
        oracle->is_exact = true;
        return;
    }
    if (groups[4].rm_so >= 0)
        exponent = strtol(text + groups[4].rm_so, NULL, 10); /* saturates */
    exponent = exponent > PLACES_MAX ? PLACES_MAX : exponent < -PLACES_MAX ? -PLACES_MAX : exponent;
    round_digits(digits, count, point + exponent, text[0] == '-', decimals, oracle);
}

static void check_decimal(const char *text)
{
    char printed[TIE_DEC_TEXT_MAX];
    struct oracle want;
    tie_dec value = TIE_NONE, again = TIE_NONE;
    const enum tie_dec_parse got = tie_dec_from_text(tie_text_of(text), &value);

    decimal_oracle(text, 6, &want);
    FUZZ_HOLDS((got == TIE_DEC_BAD) == !want.is_number);
    if (got == TIE_DEC_BAD)
        return;
    FUZZ_HOLDS((got == TIE_DEC_RANGE) == (want.is_range || want.value > TIE_DEC_MAX || want.value < -TIE_DEC_MAX));
    if (got == TIE_DEC_RANGE)
        return;
    FUZZ_HOLDS(value == want.value && (got == TIE_DEC_EXACT) == want.is_exact);
    FUZZ_HOLDS(tie_dec_print(value, printed) == strlen(printed) && strlen(printed) < TIE_DEC_TEXT_MAX);
    FUZZ_HOLDS(tie_dec_from_text(tie_text_of(printed), &again) == TIE_DEC_EXACT && again == value);
    for (unsigned decimals = 0; decimals <= 6; decimals++) {
        (void)tie_dec_print_fixed(value, decimals, printed);
        FUZZ_HOLDS(tie_dec_from_text(tie_text_of(printed), &again) != TIE_DEC_BAD);
        FUZZ_HOLDS(tie_dec_abs(value) > TIE_DEC_MAX - TIE_DEC_ONE || again == tie_dec_round(value, decimals));
    }
}

static void check_rate(const char *text)
{
    char printed[TIE_DEC_TEXT_MAX];
    struct oracle want;
    int64_t rate = 0, again = 0;
    const bool got = tie_rate_from_text(tie_text_of(text), &rate);

    decimal_oracle(text, 12, &want);
    FUZZ_HOLDS(got == (want.is_number && !want.is_range && want.value > 0 && want.value <= INT64_MAX));
    if (!got)
        return;
    FUZZ_HOLDS(rate == want.value);
    (void)tie_rate_print(rate, printed);
    FUZZ_HOLDS(tie_rate_from_text(tie_text_of(printed), &again) && again == rate);
}

/* digits * 10^exponent, as binary decoders give them, against the same in text. */
static void check_scaled(const char *text)
{
    struct fuzz_input input = { (const uint8_t *)text, strlen(text) };
    const int exponent = (int)(fuzz_take(&input, 1) % 64) - 40;
    const bool is_negative = fuzz_take(&input, 1) % 2 == 1;
    const uint64_t low = fuzz_take(&input, 8), high = fuzz_take(&input, 8) >> 4;
    tie_sum digits = (tie_sum)high << 64 | low, rest = digits;
    char reversed[48], plain[64];
    size_t count = 0, size = 0;
    tie_dec a = TIE_NONE, b = TIE_NONE;

    do {
        reversed[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    plain[size++] = is_negative ? '-' : '+';
    while (count > 0)
        plain[size++] = reversed[--count];
    (void)snprintf(plain + size, sizeof plain - size, "e%d", exponent);
    digits = is_negative ? -digits : digits;
    const enum tie_dec_parse got = tie_dec_from_scaled(digits, exponent, &a);
    FUZZ_HOLDS(got == tie_dec_from_text(tie_text_of(plain), &b) && a == b);
}

static void check_int(const char *text)
{
    static regex_t form;
    regmatch_t groups[1];
    int64_t value = 0;
    const bool got = tie_int_from_text(tie_text_of(text), &value);
    long long want = 0;

    errno = 0;
    if (!matches("^[+-]?[0-9]+()$", &form, text, groups, 1)) {
        FUZZ_HOLDS(!got);
        return;
    }
    want = strtoll(text, NULL, 10);
    FUZZ_HOLDS(got == (errno == 0 && want != INT64_MIN));
    FUZZ_HOLDS(!got || value == want);
}

/* ---- dates and instants ---- */

/* Seconds since 1970 of a civil day, by the C library; false when it shifts the day. */
static bool days_oracle(int year, int month, int day, int64_t *days)
{
    struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
    const time_t at = timegm(&tm);

    *days = at / 86400;
    return year >= 1 && tm.tm_year == year - 1900 && tm.tm_mon == month - 1 && tm.tm_mday == day;
}

static void check_date(const char *text)
{
    static regex_t form;
    regmatch_t groups[4];
    char printed[16];
    tie_date date = TIE_NO_DATE;
    const bool got = tie_date_from_text(tie_text_of(text), &date);
    int64_t days = 0;

    if (!matches("^([0-9]{4})-([0-9]{2})-([0-9]{2})$", &form, text, groups, 4)) {
        FUZZ_HOLDS(!got);
        return;
    }
    FUZZ_HOLDS(got ==
        days_oracle(
            number_at(text, groups[1], 0), number_at(text, groups[2], 0), number_at(text, groups[3], 0), &days));
    if (!got)
        return;
    FUZZ_HOLDS(date == days && tie_date_print(date, printed) == 10 && strcmp(printed, text) == 0);
    FUZZ_HOLDS(tie_date_weekday(date) == (int)(((days + 3) % 7 + 7) % 7));
}

static void check_instant(const char *text)
{
    /*                           1          2          3       4     5          6          7  8       9   10     */
    static const char pattern[] =
        "^([0-9]{4})-([0-9]{2})-([0-9]{2})([ T]([0-9]{2}):([0-9]{2})(:([0-9]{2})(\\.([0-9]+))?)?"
        "( ?(Z|([+-])([0-9]{2})(:([0-9]{2})(:([0-9]{2}))?|([0-9]{2}))?))?)?$";
    static regex_t form; /*       11  12 13    14         15 16       17 18          19 */
    regmatch_t g[20];
    char printed[40], six[8] = "0000000";
    tie_instant at = TIE_NONE, again = TIE_NONE;
    bool has_offset = false, is_good = false;
    const bool got = tie_instant_from_text(tie_text_of(text), &at, &has_offset);
    int64_t days = 0, offset = 0, seconds = 0, us = 0;

    if (!matches(pattern, &form, text, g, 20)) {
        FUZZ_HOLDS(!got);
        return;
    }
    is_good = days_oracle(number_at(text, g[1], 0), number_at(text, g[2], 0), number_at(text, g[3], 0), &days);
    const int hour = number_at(text, g[5], 0), minute = number_at(text, g[6], 0), second = number_at(text, g[8], 0);
    const int off_hour = number_at(text, g[14], 0), off_minute = number_at(text, g[16], number_at(text, g[19], 0)),
              off_second = number_at(text, g[18], 0);
    is_good = is_good && hour < 24 && minute < 60 && second < 60 && off_hour <= 15 && off_minute < 60 &&
        off_second < 60;
    FUZZ_HOLDS(got == is_good);
    if (!got)
        return;
    for (regoff_t i = 0; i < 7 && g[10].rm_so >= 0 && g[10].rm_so + i < g[10].rm_eo; i++)
        six[i] = text[g[10].rm_so + i];
    us = strtol(six, NULL, 10);
    us = us / 10 + (us % 10 >= 5);
    offset = (off_hour * 60 + off_minute) * 60 + off_second;
    offset = g[13].rm_so >= 0 && text[g[13].rm_so] == '-' ? -offset : offset;
    seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
    FUZZ_HOLDS(has_offset == (g[11].rm_so >= 0 && g[11].rm_eo > g[11].rm_so));
    FUZZ_HOLDS(at == seconds * TIE_US_PER_SECOND + us);
    FUZZ_HOLDS(tie_instant_print(at, printed) == strlen(printed));
    /* an offset may lead out of the years that text can say */
    if (seconds >= INT64_C(-62135596800) && seconds < INT64_C(253402300799))
        FUZZ_HOLDS(tie_instant_from_text(tie_text_of(printed), &again, &has_offset) && again == at && has_offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static void (*const checks[])(
        const char *) = { check_decimal, check_rate, check_scaled, check_int, check_date, check_instant };
    char *text = NULL;

    if (size == 0 || size > TEXT_MAX || memchr(bytes + 1, '\0', size - 1) != NULL)
        return 0;
    text = strndup((const char *)bytes + 1, size - 1);
    FUZZ_HOLDS(text != NULL);
    checks[bytes[0] % TIE_COUNT_OF(checks)](text);
    free(text);
    return 0;
}
