/*
 * date.c - civil dates, instants as text, working days.
 *
 * The civil calendar is counted from 1 March of year 0, so the leap day is the last day of a year and months have the
 * lengths of a fixed pattern (31 30 31 30 31 | 31 30 31 30 31 | 31 28), whose running sum is (153 * m + 2) / 5 exactly.
 * 400 years have 146,097 days. Both ways are plain integer arithmetic without tables or loops, right for every int32.
 *
 * Text is read strictly: digits are counted, a date that does not exist (30 February) is refused, never shifted. Two
 * forms that drivers print are taken beside those of the header: one blank before the offset (SQL Server's
 * datetimeoffset) and an offset with seconds (PostgreSQL, dates before standard time).
 *
 * Rejected: strptime and timegm (locale, leniency, TZ).
 */
#include "tieout/date.h"

#include "tieout/bytes.h"
#include "tieout/decimal.h" /* TIE_NONE */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_PER_400_YEARS 146097
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */
#define OFFSET_HOURS_MAX 15  /* as PostgreSQL: real offsets end at +14 */

/* Quotient rounded towards minus infinity. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int tie_month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    TIE_ASSERT(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* TIE_NO_DATE for a day that does not exist, and outside the years 1..9999. */
tie_date tie_date_from_civil(int year, int month, int day)
{
    int from_march;
    int in_year;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > tie_month_days(year, month))
        return TIE_NO_DATE;
    from_march = (month + 9) % 12;
    if (from_march >= 10) /* January and February belong to the year before */
        year--;
    in_year = (153 * from_march + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + in_year - DAYS_TO_EPOCH;
}

void tie_date_to_civil(tie_date date, int *year, int *month, int *day)
{
    const int64_t days = (int64_t)date + DAYS_TO_EPOCH;
    const int64_t era = floor_div(days, DAYS_PER_400_YEARS);
    const int in_era = (int)(days - era * DAYS_PER_400_YEARS);
    /* Take the leap days out, then divide: one in 1,461 days, none in 36,524, one in 146,097 (the era's last day). */
    const int year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int from_march = (5 * in_year + 2) / 153;

    if (date == TIE_NO_DATE) {
        *year = *month = *day = 0;
        return;
    }
    *day = in_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = (int)(era * 400) + year_of_era + (*month <= 2);
}

int tie_date_weekday(tie_date date)
{
    const int64_t since_monday = (int64_t)date + 3; /* 1970-01-01 was a Thursday */

    return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

/* Takes exactly `count` digits off the front. */
static bool take_number(struct tie_text *rest, size_t count, int *value)
{
    int number = 0;

    if (rest->size < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->at[i] < '0' || rest->at[i] > '9')
            return false;
        number = number * 10 + (rest->at[i] - '0');
    }
    rest->at += count;
    rest->size -= count;
    *value = number;
    return true;
}

static bool take_char(struct tie_text *rest, char c)
{
    if (rest->size == 0 || rest->at[0] != c)
        return false;
    rest->at++;
    rest->size--;
    return true;
}

/* Two digits as a number; anything else is 100 or more. */
static unsigned two_digits(const char *at)
{
    const unsigned tens = (unsigned)(unsigned char)at[0] - '0', ones = (unsigned)(unsigned char)at[1] - '0';

    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

static bool take_date(struct tie_text *rest, tie_date *date)
{
    const char *at = rest->at;

    if (rest->size < 10 || at[4] != '-' || at[7] != '-')
        return false;
    const unsigned century = two_digits(at), year = two_digits(at + 2), month = two_digits(at + 5),
                   day = two_digits(at + 8);

    if (century > 99 || year > 99) /* of month and day the calendar says so */
        return false;
    *rest = (struct tie_text){ at + 10, rest->size - 10 };
    *date = tie_date_from_civil((int)(century * 100 + year), (int)month, (int)day);
    return *date != TIE_NO_DATE;
}

bool tie_date_from_text(struct tie_text text, tie_date *date)
{
    tie_date value;

    if (!take_date(&text, &value) || text.size != 0)
        return false;
    *date = value;
    return true;
}

/* Days are printed with every row that is told of: two digits, without a format to read. */
static void put_two(char *out, int value)
{
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
}

size_t tie_date_print(tie_date date, char out[16])
{
    int year;
    int month;
    int day;

    if (date == TIE_NO_DATE) {
        out[0] = '\0';
        return 0;
    }
    tie_date_to_civil(date, &year, &month, &day);
    if (year < 0 || year > 9999)
        return (size_t)snprintf(out, 16, "%04d-%02u-%02u", year, (unsigned)month % 100, (unsigned)day % 100);
    put_two(out, year / 100);
    put_two(out + 2, year % 100);
    out[4] = '-';
    put_two(out + 5, month);
    out[7] = '-';
    put_two(out + 8, day);
    out[10] = '\0';
    return 10;
}

/* Digits after the point, as microseconds; the seventh rounds, half up. */
static bool take_fraction(struct tie_text *rest, int64_t *us)
{
    size_t count = 0;

    *us = 0;
    for (; rest->size > 0 && rest->at[0] >= '0' && rest->at[0] <= '9'; count++) {
        if (count < 6)
            *us = *us * 10 + (rest->at[0] - '0');
        else if (count == 6 && rest->at[0] >= '5')
            *us += 1;
        rest->at++;
        rest->size--;
    }
    for (size_t i = count; i < 6; i++)
        *us *= 10;
    return count > 0;
}

/* HH:MM[:SS[.ffffff]] as microseconds of the day. */
static bool take_time(struct tie_text *rest, int64_t *us)
{
    const char *at = rest->at;
    unsigned hour, minute, second = 0;
    int64_t fraction = 0;

    if (rest->size < 5 || at[2] != ':')
        return false;
    hour = two_digits(at);
    minute = two_digits(at + 3);
    *rest = (struct tie_text){ at + 5, rest->size - 5 };
    if (take_char(rest, ':')) {
        if (rest->size < 2)
            return false;
        second = two_digits(rest->at);
        *rest = (struct tie_text){ rest->at + 2, rest->size - 2 };
        if (take_char(rest, '.') && !take_fraction(rest, &fraction))
            return false;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *us = (int64_t)(hour * 3600 + minute * 60 + second) * TIE_US_PER_SECOND + fraction;
    return true;
}

/* Z, +HH, +HH:MM, +HHMM, +HH:MM:SS to the end of the text. */
static bool take_offset(struct tie_text *rest, int *seconds)
{
    const int sign = rest->at[0] == '-' ? -1 : 1;
    int hour;
    int minute = 0;
    int second = 0;

    *seconds = 0;
    if (take_char(rest, 'Z'))
        return rest->size == 0;
    if ((!take_char(rest, '+') && !take_char(rest, '-')) || !take_number(rest, 2, &hour))
        return false;
    if (rest->size > 0) {
        const bool has_colon = take_char(rest, ':');

        if (!take_number(rest, 2, &minute))
            return false;
        if (has_colon && take_char(rest, ':') && !take_number(rest, 2, &second))
            return false;
    }
    *seconds = sign * (hour * 3600 + minute * 60 + second);
    return rest->size == 0 && hour <= OFFSET_HOURS_MAX && minute <= 59 && second <= 59;
}

/* The day that ten bytes are, which the last ones may have been, too. */
static bool take_day(struct tie_day_hint *hint, const char *from)
{
    struct tie_text day = { from, sizeof hint->text };

    if (tie_bytes_same(hint->text, from, sizeof hint->text))
        return true;
    hint->text[0] = '\0'; /* of no day */
    if (!take_date(&day, &hint->date))
        return false;
    memcpy(hint->text, from, sizeof hint->text);
    return true;
}

/* HH:MM:SS as seconds of the day, eight bytes at once; -1: it is no time. */
static inline int read_clock(const char *from)
{
    uint64_t word = 0;
    unsigned hour, minute, second;

    memcpy(&word, from, sizeof word);
    word = le64toh(word) ^ UINT64_C(0x30303A30303A3030); /* of a digit its value is left, of a colon nothing */
    if (((word | (word + UINT64_C(0x76767F76767F7676))) & UINT64_C(0x8080808080808080)) != 0)
        return -1;
    word = word * 10 + (word >> 8);
    hour = word & 0xFF;
    minute = word >> 24 & 0xFF;
    second = word >> 48 & 0xFF;
    return hour > 23 || minute > 59 || second > 59 ? -1 : (int)(hour * 3600 + minute * 60 + second);
}

/* Whole seconds, naive or with the offset of UTC, as stores write them. False: read it the long way. */
static bool read_seconds(struct tie_day_hint *hint, struct tie_text text, tie_instant *at, bool *has_offset)
{
    const char *from = text.at;
    int seconds = 0;

    if (text.size < 19 || (from[10] != ' ' && from[10] != 'T'))
        return false;
    *has_offset = (text.size == 22 && memcmp(from + 19, "+00", 3) == 0) || (text.size == 20 && from[19] == 'Z');
    seconds = read_clock(from + 11);
    if ((text.size > 19 && !*has_offset) || seconds < 0 || !take_day(hint, from))
        return false;
    *at = (int64_t)hint->date * TIE_US_PER_DAY + (int64_t)seconds * TIE_US_PER_SECOND;
    return true;
}

bool tie_instant_from_text(struct tie_text text, tie_instant *at, bool *has_offset)
{
    struct tie_day_hint hint = { .date = TIE_NO_DATE };

    return tie_instant_from_text_near(&hint, text, at, has_offset);
}

bool tie_instant_from_text_near(struct tie_day_hint *hint, struct tie_text text, tie_instant *at, bool *has_offset)
{
    tie_date date;
    int64_t us = 0;
    int offset_seconds = 0;
    bool found = false;

    if (read_seconds(hint, text, at, has_offset))
        return true;
    if (!take_date(&text, &date))
        return false;
    if (text.size > 0) {
        if ((!take_char(&text, ' ') && !take_char(&text, 'T')) || !take_time(&text, &us))
            return false;
        found = text.size > 0;
        if (text.size > 1)
            (void)take_char(&text, ' ');
        if (found && !take_offset(&text, &offset_seconds))
            return false;
    }
    *at = (int64_t)date * TIE_US_PER_DAY + us - offset_seconds * TIE_US_PER_SECOND;
    *has_offset = found;
    return true;
}

size_t tie_instant_print(tie_instant at, char out[40])
{
    const int64_t day = floor_div(at, TIE_US_PER_DAY);
    const int64_t in_day = (at % TIE_US_PER_DAY + TIE_US_PER_DAY) % TIE_US_PER_DAY;
    const int second = (int)(in_day / TIE_US_PER_SECOND);
    const int fraction = (int)(in_day % TIE_US_PER_SECOND);
    size_t size;

    if (at == TIE_NONE) {
        out[0] = '\0';
        return 0;
    }
    size = tie_date_print((tie_date)day, out);
    memcpy(out + size, "T00:00:00", 9);
    put_two(out + size + 1, second / 3600);
    put_two(out + size + 4, second / 60 % 60);
    put_two(out + size + 7, second % 60);
    size += 9;
    if (fraction != 0) {
        out[size] = '.';
        put_two(out + size + 1, fraction / 10000);
        put_two(out + size + 3, fraction / 100 % 100);
        put_two(out + size + 5, fraction % 100);
        size += 7;
    }
    memcpy(out + size, "Z", 2);
    return size + 1;
}

static int compare_dates(const void *a, const void *b)
{
    const tie_date left = *(const tie_date *)a;
    const tie_date right = *(const tie_date *)b;

    return (left > right) - (left < right);
}

bool tie_is_workday(const struct tie_workdays *calendar, tie_date date)
{
    if ((calendar->weekend_mask >> tie_date_weekday(date) & 1U) != 0)
        return false;
    return calendar->holiday_count == 0 ||
        bsearch(&date, calendar->holidays, calendar->holiday_count, sizeof date, compare_dates) == NULL;
}

/* Holidays are a finite list, so the search ends as soon as the week has one working day. TIE_NO_DATE stays. */
tie_date tie_add_workdays(const struct tie_workdays *calendar, tie_date date, int count)
{
    TIE_ASSERT(count >= 0 && (calendar->weekend_mask & 0x7FU) != 0x7FU);
    if (date == TIE_NO_DATE)
        return TIE_NO_DATE;
    while (count > 0) {
        TIE_ASSERT(date < INT32_MAX);
        date++;
        count -= tie_is_workday(calendar, date);
    }
    return date;
}
