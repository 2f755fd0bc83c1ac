/*
 * test_date.c - the calendar day by day over all years, instants as text, working days.
 *
 * The oracle of the calendar is a walk: from 0001-01-01 one day at a time with the lengths of months counted by hand.
 * The oracle of working days counts them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tieout/date.h"
#include "tieout/decimal.h"

static void test_every_day(void **state)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    tie_date date = -719162; /* 0001-01-01, a Monday */
    int weekday = 0;

    (void)state;
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            const bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
            const int days = lengths[month - 1] + (month == 2 && is_leap ? 1 : 0);

            assert_int_equal(tie_month_days(year, month), days);
            for (int day = 1; day <= days; day++, date++, weekday = (weekday + 1) % 7) {
                int y;
                int m;
                int d;

                tie_date_to_civil(date, &y, &m, &d);
                if (tie_date_from_civil(year, month, day) != date || y != year || m != month || d != day ||
                    tie_date_weekday(date) != weekday)
                    fail_msg("%04d-%02d-%02d", year, month, day);
            }
            assert_true(tie_date_from_civil(year, month, days + 1) == TIE_NO_DATE);
        }
    }
    assert_int_equal(date, 2932897); /* 10000-01-01 */
}

static void test_dates_as_text(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        bool is_right;
        tie_date date;
    } cases[] = {
        { "the first day of Unix", "1970-01-01", true, 0 },
        { "the day before", "1969-12-31", true, -1 },
        { "first", "0001-01-01", true, -719162 },
        { "last", "9999-12-31", true, 2932896 },
        { "leap day", "2024-02-29", true, 19782 },
        { "leap day of a full century", "2000-02-29", true, 11016 },
        { "no leap day", "2023-02-29", false, 0 },
        { "no leap day in 1900", "1900-02-29", false, 0 },
        { "30 February", "2024-02-30", false, 0 },
        { "31 April", "2024-04-31", false, 0 },
        { "month 0", "2024-00-10", false, 0 },
        { "month 13", "2024-13-10", false, 0 },
        { "day 0", "2024-01-00", false, 0 },
        { "year 0", "0000-01-01", false, 0 },
        { "zero date of MariaDB", "0000-00-00", false, 0 },
        { "short year", "24-01-01", false, 0 },
        { "no leading zero", "2024-1-1", false, 0 },
        { "slashes", "2024/01/01", false, 0 },
        { "German", "01.02.2024", false, 0 },
        { "blank behind", "2024-01-01 ", false, 0 },
        { "time behind", "2024-01-01T00:00", false, 0 },
        { "sign", "+024-01-01", false, 0 },
        { "empty", "", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        tie_date date = -77;
        char out[16];

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_date_from_text(tie_text_of(cases[i].text), &date), cases[i].is_right);
        assert_int_equal(date, cases[i].is_right ? cases[i].date : -77);
        if (cases[i].is_right) {
            assert_int_equal(tie_date_print(date, out), 10);
            assert_string_equal(out, cases[i].text);
        }
    }
}

/* What is no date at all, and int32's ends: no crash, no nonsense. */
static void test_ends(void **state)
{
    int year = -1;
    int month = -1;
    int day = -1;
    char out[16];

    (void)state;
    assert_int_equal(tie_date_print(TIE_NO_DATE, out), 0);
    assert_string_equal(out, "");
    tie_date_to_civil(TIE_NO_DATE, &year, &month, &day);
    assert_int_equal(year + month + day, 0);
    (void)tie_date_print(INT32_MAX, out);
    assert_string_equal(out, "5881580-07-11");
    (void)tie_date_print(INT32_MIN + 1, out);
    assert_string_equal(out, "-5877641-06-24");
    assert_int_equal(tie_date_weekday(INT32_MAX), 4); /* (2^31 - 1 + 3) mod 7 = 4 */
    assert_true(tie_date_from_civil(10000, 1, 1) == TIE_NO_DATE);
    assert_true(tie_date_from_civil(2024, 13, 1) == TIE_NO_DATE);
}

#define DAY(n) ((n)*TIE_US_PER_DAY)
#define SECONDS(n) ((n)*TIE_US_PER_SECOND)

static void test_instants_as_text(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        bool is_right, has_offset;
        tie_instant at;
        const char *printed; /* NULL: as read */
    } cases[] = {
        { "the start of Unix", "1970-01-01T00:00:00Z", true, true, 0, NULL },
        { "a bare date is midnight", "1970-01-02", true, false, DAY(1), "1970-01-02T00:00:00Z" },
        { "blank between", "1970-01-02 03:04:05", true, false, DAY(1) + SECONDS(11045), "1970-01-02T03:04:05Z" },
        { "no seconds", "1970-01-01T00:01", true, false, SECONDS(60), "1970-01-01T00:01:00Z" },
        { "no seconds, offset", "1970-01-01T01:01+01", true, true, SECONDS(60), "1970-01-01T00:01:00Z" },
        { "microseconds", "1970-01-01T00:00:00.000001Z", true, true, 1, NULL },
        { "short fraction", "1970-01-01 00:00:00.5", true, false, 500000, "1970-01-01T00:00:00.500000Z" },
        { "the seventh digit rounds up", "1970-01-01 00:00:00.0000015", true, false, 2, "1970-01-01T00:00:00.000002Z" },
        { "the seventh digit rounds down", "1970-01-01 00:00:00.0000014999", true, false, 1,
            "1970-01-01T00:00:00.000001Z" },
        { "rounding carries into the next day", "1970-01-01 23:59:59.9999999", true, false, DAY(1),
            "1970-01-02T00:00:00Z" },
        { "before Unix", "1969-12-31T23:59:59.250000Z", true, true, -750000, NULL },
        { "hours and minutes", "1970-01-01T05:30:00+05:30", true, true, 0, "1970-01-01T00:00:00Z" },
        { "west, without colon", "1969-12-31T19:00:00-0500", true, true, 0, "1970-01-01T00:00:00Z" },
        { "two digits (PostgreSQL)", "1970-01-01 02:00:00+02", true, true, 0, "1970-01-01T00:00:00Z" },
        { "seconds (PostgreSQL, local mean time)", "1970-01-01 00:17:30+00:17:30", true, true, 0,
            "1970-01-01T00:00:00Z" },
        { "blank before the offset (SQL Server)", "1970-01-01 01:00:00.0000000 +01:00", true, true, 0,
            "1970-01-01T00:00:00Z" },
        { "offset with fraction", "1970-01-01T01:00:00.25+01:00", true, true, 250000, "1970-01-01T00:00:00.250000Z" },
        { "first", "0001-01-01T00:00:00Z", true, true, DAY(-719162), NULL },
        { "last", "9999-12-31T23:59:59.999999Z", true, true, DAY(2932897) - 1, NULL },
        { "hour 24", "1970-01-01T24:00:00", false, false, 0, NULL },
        { "minute 60", "1970-01-01T00:60:00", false, false, 0, NULL },
        { "second 60", "1970-01-01T00:00:60", false, false, 0, NULL },
        { "hour alone", "1970-01-01T12", false, false, 0, NULL },
        { "point without digits", "1970-01-01T12:00:00.", false, false, 0, NULL },
        { "letter between", "1970-01-01t12:00:00", false, false, 0, NULL },
        { "nothing behind T", "1970-01-01T", false, false, 0, NULL },
        { "blank behind", "1970-01-01 12:00:00 ", false, false, 0, NULL },
        { "two blanks before the offset", "1970-01-01 12:00:00  +01:00", false, false, 0, NULL },
        { "offset on a bare date", "1970-01-01+01:00", false, false, 0, NULL },
        { "one digit of offset", "1970-01-01T12:00:00+1", false, false, 0, NULL },
        { "offset of 16 hours", "1970-01-01T12:00:00+16:00", false, false, 0, NULL },
        { "offset of 60 minutes", "1970-01-01T12:00:00+01:60", false, false, 0, NULL },
        { "name of a zone", "1970-01-01T12:00:00 CET", false, false, 0, NULL },
        { "something behind Z", "1970-01-01T12:00:00Zulu", false, false, 0, NULL },
        { "infinity", "infinity", false, false, 0, NULL },
        { "before Christ", "0044-03-15 12:00:00 BC", false, false, 0, NULL },
        { "wrong date", "1970-02-30T00:00:00", false, false, 0, NULL },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        tie_instant at = -77;
        bool has_offset = false;
        char out[40];

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_instant_from_text(tie_text_of(cases[i].text), &at, &has_offset), cases[i].is_right);
        assert_int_equal(at, cases[i].is_right ? cases[i].at : -77);
        assert_int_equal(has_offset, cases[i].has_offset);
        if (cases[i].is_right) {
            const char *expected = cases[i].printed == NULL ? cases[i].text : cases[i].printed;

            assert_int_equal(tie_instant_print(at, out), strlen(expected));
            assert_string_equal(out, expected);
        }
    }
}

/* Two ways to write one instant, one of them read at once and the other part by part, are refused and read alike. */
static void test_two_ways(void **state)
{
    static const struct {
        const char *short_end, *long_end;
    } ends[] = { { "", ".0" }, { "+00", "+00:00" }, { "Z", ".0Z" }, { "+00", " +00" } };
    static const char wrong[] = "0123456789x:/"; /* no sign: behind minutes it begins an offset */
    struct tie_day_hint hint = { .text = "" };
    tie_instant near = 1;
    bool near_has_offset = false;
    uint64_t counter = 3;

    (void)state;
    for (int round = 0; round < 60000; round++) {
        char texts[2][64];
        tie_instant at[2] = { 1, 1 };
        bool has_offset[2] = { false, false }, is_right[2];
        const size_t end = test_random(&counter) % TIE_COUNT_OF(ends);

        for (size_t i = 0; i < 2; i++)
            (void)snprintf(texts[i], sizeof texts[i], "%04d-%02d-%02d %02d:%02d:%02d%s", 1996 + round % 30, round % 13,
                round % 32, round % 25, round % 61, round % 60 + round % 7 / 6,
                i == 0 ? ends[end].short_end : ends[end].long_end);
        if (round % 2 == 0) /* one byte that may have no place there */
            texts[0][round / 2 % 19] = texts[1][round / 2 % 19] = wrong[test_random(&counter) % (sizeof wrong - 1)];
        for (size_t i = 0; i < 2; i++)
            is_right[i] = tie_instant_from_text(tie_text_of(texts[i]), &at[i], &has_offset[i]);
        for (int times = 0; times < 2; times++) /* the second time the day is known, if it is one */
            if (tie_instant_from_text_near(&hint, tie_text_of(texts[0]), &near, &near_has_offset) != is_right[0] ||
                (is_right[0] && (near != at[0] || near_has_offset != has_offset[0])))
                fail_msg("\"%s\" is read differently behind another", texts[0]);
        if (is_right[0] != is_right[1] || (is_right[0] && (at[0] != at[1] || has_offset[0] != has_offset[1])))
            fail_msg("\"%s\" and \"%s\" differ", texts[0], texts[1]);
    }
}

static void test_instants_round_trip(void **state)
{
    uint64_t counter = 5;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        const uint64_t span = (uint64_t)DAY(719162 + 2932897);
        tie_instant at = DAY(-719162) + (tie_instant)(test_random(&counter) % span);
        tie_instant again = 0;
        bool has_offset = false;
        char out[40];

        if (i % 2 == 0)
            at -= at % TIE_US_PER_SECOND;
        (void)tie_instant_print(at, out);
        if (!tie_instant_from_text(tie_text_of(out), &again, &has_offset) || again != at || !has_offset)
            fail_msg("%s", out);
    }
    for (size_t i = 0; i < 2; i++) {
        char out[40];

        assert_true(tie_instant_print(i == 0 ? INT64_MAX : INT64_MIN + 1, out) < sizeof out);
    }
}

static void test_workdays(void **state)
{
    /* 2026-12-25 is a Friday, 2027-01-01 too */
    const tie_date holidays[] = { tie_date_from_civil(2026, 12, 25), tie_date_from_civil(2026, 12, 28),
        tie_date_from_civil(2027, 1, 1) };
    const struct tie_workdays europe = { .weekend_mask = 0x60, .holiday_count = 3, .holidays = holidays };
    const struct tie_workdays gulf = { .weekend_mask = 0x30, .holiday_count = 0, .holidays = NULL };
    static const struct {
        const char *why;
        int month, day, count, expected_month, expected_day;
    } cases[] = {
        { "none: the day itself", 12, 26, 0, 12, 26 },
        { "the next day", 12, 23, 1, 12, 24 },
        { "over Christmas, a weekend and its Monday", 12, 24, 1, 12, 29 },
        { "from a Saturday", 12, 19, 1, 12, 21 },
        { "from a holiday", 12, 25, 1, 12, 29 },
        { "a week", 12, 14, 5, 12, 21 },
    };
    uint64_t counter = 6;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].why);
        assert_int_equal(
            tie_add_workdays(&europe, tie_date_from_civil(2026, cases[i].month, cases[i].day), cases[i].count),
            tie_date_from_civil(2026, cases[i].expected_month, cases[i].expected_day));
    }
    assert_true(tie_is_workday(&gulf, tie_date_from_civil(2026, 12, 27))); /* a Sunday */
    assert_false(tie_is_workday(&gulf, tie_date_from_civil(2026, 12, 25)));
    assert_true(tie_add_workdays(&europe, TIE_NO_DATE, 3) == TIE_NO_DATE);
    for (int i = 0; i < 1000; i++) { /* the days in between hold exactly `count` working days, the last is one */
        const tie_date from = tie_date_from_civil(2026, 11, 1) + (tie_date)(test_random(&counter) % 90);
        const int count = (int)(test_random(&counter) % 30) + 1;
        const tie_date to = tie_add_workdays(&europe, from, count);
        int met = 0;

        for (tie_date date = from + 1; date <= to; date++)
            met += tie_is_workday(&europe, date);
        assert_int_equal(met, count);
        assert_true(tie_is_workday(&europe, to));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_dates_as_text),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_instants_as_text),
        cmocka_unit_test(test_two_ways),
        cmocka_unit_test(test_instants_round_trip),
        cmocka_unit_test(test_workdays),
    };

    return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
