/*
 * test_zone.c - zones against known instants, against the C library over random instants 1990..2060, and local to UTC
 * against a search that knows only tie_zone_offset().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "tieout/date.h"
#include "tieout/decimal.h"

/* Two changes a year north and south, half hours, a summer of half an hour, rules that were given up, winter time as
 * the exception (Dublin), Ramadan (Casablanca), a skipped day (Apia), hours beyond 24 in the rule (Godthab), no change
 * at all. */
static const char *const zones[] = { "UTC", "Europe/Brussels", "Europe/Dublin", "America/New_York", "America/Sao_Paulo",
    "America/Godthab", "America/St_Johns", "Asia/Kolkata", "Asia/Beirut", "Asia/Tokyo", "Africa/Casablanca",
    "Africa/Cairo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "America/Santiago",
    "Etc/GMT+5", "Europe/Moscow", "Asia/Gaza" };

static struct tie_arena arena;

static int open_arena(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)1 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static tie_instant instant(const char *text)
{
    tie_instant at = 0;
    bool has_offset = false;

    assert_true(tie_instant_from_text(tie_text_of(text), &at, &has_offset));
    return at;
}

static void test_known_instants(void **state)
{
    static const struct {
        const char *why;
        const char *zone, *utc, *local, *date;
    } cases[] = {
        { "winter", "Europe/Brussels", "2026-11-20T03:15:00Z", "2026-11-20T04:15:00+01:00", "2026-11-20" },
        { "summer", "Europe/Brussels", "2026-07-01T22:30:00Z", "2026-07-02T00:30:00+02:00", "2026-07-02" },
        { "a second before summer", "Europe/Brussels", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00",
            "2026-03-29" },
        { "summer begins", "Europe/Brussels", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00", "2026-03-29" },
        { "a second before winter", "Europe/Brussels", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59+02:00",
            "2026-10-25" },
        { "winter begins", "Europe/Brussels", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00", "2026-10-25" },
        { "after 2037 by the rule", "Europe/Brussels", "2059-07-01T12:00:00Z", "2059-07-01T14:00:00+02:00",
            "2059-07-01" },
        { "winter ended in September until 1995", "Europe/Brussels", "1995-10-01T12:00:00Z",
            "1995-10-01T13:00:00+01:00", "1995-10-01" },
        { "the day before in New York", "America/New_York", "2026-01-15T04:59:59Z", "2026-01-14T23:59:59-05:00",
            "2026-01-14" },
        { "summer in New York", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00-04:00", "2026-03-08" },
        { "the law of 2007", "America/New_York", "2006-03-20T12:00:00Z", "2006-03-20T07:00:00-05:00", "2006-03-20" },
        { "half hours", "Asia/Kolkata", "2026-11-20T18:30:00Z", "2026-11-21T00:00:00+05:30", "2026-11-21" },
        { "fractions stay", "Asia/Kolkata", "2026-11-20T18:29:59.999999Z", "2026-11-20T23:59:59.999999+05:30",
            "2026-11-20" },
        { "half past, west", "America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31T20:30:00-03:30", "2025-12-31" },
        { "UTC", "UTC", "2026-11-20T23:59:59Z", "2026-11-20T23:59:59+00:00", "2026-11-20" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_zone zone;
        struct tie_error err = { .text = "" };
        const tie_instant at = instant(cases[i].utc);
        char out[40];

        print_message("%s\n", cases[i].why);
        if (tie_zone_load(&arena, cases[i].zone, &zone, &err) != TIE_OK)
            fail_msg("%s", err.text);
        assert_string_equal(zone.name, cases[i].zone);
        assert_int_equal(tie_zone_print(&zone, at, out), strlen(cases[i].local));
        assert_string_equal(out, cases[i].local);
        (void)tie_date_print(tie_zone_date(&zone, at), out);
        assert_string_equal(out, cases[i].date);
    }
}

static void test_local_to_utc(void **state)
{
    static const struct {
        const char *why;
        const char *zone, *local, *utc;
    } cases[] = {
        { "plain", "Europe/Brussels", "2026-11-20T04:15:00", "2026-11-20T03:15:00Z" },
        { "last before the skipped hour", "Europe/Brussels", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z" },
        { "skipped: the earlier offset", "Europe/Brussels", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z" },
        { "first after the skipped hour", "Europe/Brussels", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z" },
        { "repeated: the earlier offset", "Europe/Brussels", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z" },
        { "first after the repeated hour", "Europe/Brussels", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z" },
        { "midnight is skipped: the day's first instant", "America/Sao_Paulo", "2018-11-04T00:00:00",
            "2018-11-04T03:00:00Z" },
        { "the hour before midnight is repeated", "America/Sao_Paulo", "2018-02-18T00:00:00", "2018-02-18T03:00:00Z" },
        { "a whole day is skipped", "Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z" },
        { "and the next one is not", "Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_zone zone;
        const tie_instant local = instant(cases[i].local);
        char out[40];

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_zone_load(&arena, cases[i].zone, &zone, NULL), TIE_OK);
        (void)tie_instant_print(tie_zone_to_utc(&zone, local), out);
        assert_string_equal(out, cases[i].utc);
        if (local % TIE_US_PER_DAY == 0)
            assert_true(tie_zone_midnight(&zone, (tie_date)(local / TIE_US_PER_DAY)) == instant(cases[i].utc));
    }
}

static void test_no_value(void **state)
{
    struct tie_zone zone;
    char out[40];

    (void)state;
    assert_int_equal(tie_zone_load(&arena, "Europe/Brussels", &zone, NULL), TIE_OK);
    assert_true(tie_zone_date(&zone, TIE_NONE) == TIE_NO_DATE);
    assert_true(tie_zone_to_utc(&zone, TIE_NONE) == TIE_NONE);
    assert_true(tie_zone_midnight(&zone, TIE_NO_DATE) == TIE_NONE);
    assert_int_equal(tie_zone_print(&zone, TIE_NONE, out), 0);
    (void)tie_zone_date(&zone, INT64_MAX);
    (void)tie_zone_date(&zone, INT64_MIN + 1);
    (void)tie_zone_to_utc(&zone, INT64_MAX);
    (void)tie_zone_to_utc(&zone, INT64_MIN + 1);
    (void)tie_zone_midnight(&zone, INT32_MAX);
    (void)tie_zone_midnight(&zone, INT32_MIN + 1);
}

/* Instants near each other, a second around each transition, and both ends, with one hint for two zones. */
static void test_near(void **state)
{
    static const tie_instant steps[] = { -TIE_US_PER_SECOND, -1, 0, 1, 5 * TIE_US_PER_DAY, -5 * TIE_US_PER_DAY };
    static const tie_instant ends[] = { TIE_NONE, TIE_NONE + 1, 0, INT64_MAX - 1, INT64_MAX };
    struct tie_zone two[2];
    struct tie_zone_hint hint = { 0 };

    (void)state;
    assert_int_equal(tie_zone_load(&arena, "Europe/Brussels", &two[0], NULL), TIE_OK);
    assert_int_equal(tie_zone_load(&arena, "Pacific/Apia", &two[1], NULL), TIE_OK);
    for (size_t k = 0; k < two[0].count + two[1].count; k++) {
        const bool is_first = k < two[0].count;
        const tie_instant at = is_first ? two[0].starts_at[k] : two[1].starts_at[k - two[0].count];

        for (size_t i = 0; i < 2 * TIE_COUNT_OF(steps); i++) {
            const struct tie_zone *zone = &two[(i / 3 + k) % 2];
            const tie_instant moved = at + steps[i % TIE_COUNT_OF(steps)];

            assert_int_equal(tie_zone_date_near(&hint, zone, moved), tie_zone_date(zone, moved));
        }
    }
    for (size_t i = 0; i < TIE_COUNT_OF(ends); i++)
        assert_int_equal(tie_zone_date_near(&hint, &two[0], ends[i]), tie_zone_date(&two[0], ends[i]));
}

static void test_refused(void **state)
{
    static const struct {
        const char *why;
        const char *name;
        const char *says;
    } cases[] = {
        { "misspelt", "Europe/Brussel", "unknown time zone 'Europe/Brussel'" },
        { "below a zone", "Europe/Brussels/North", "unknown time zone" },
        { "a folder", "Europe", "folder" },
        { "out of the folder", "../../../etc/passwd", "no name of a time zone" },
        { "dots inside", "Europe/../Europe/Brussels", "no name of a time zone" },
        { "from the root", "/etc/localtime", "no name of a time zone" },
        { "empty", "", "no name of a time zone" },
        { "blank", "Europe/ Brussels", "no name of a time zone" },
        { "too long", "America/North_Dakota/Center/America/North_Dakota/Center/America/North",
            "no name of a time zone" },
        { "no zone but a file", "leapseconds", "no usable time zone" },
        { "counts leap seconds", "right/Europe/Brussels", "time zone" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_zone zone;
        struct tie_error err = { .text = "" };

        print_message("%s\n", cases[i].why);
        assert_int_equal(tie_zone_load(&arena, cases[i].name, &zone, &err), TIE_CONFIG);
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
    }
}

/* The C library reads the same database with code of its own. */
static void test_against_the_c_library(void **state)
{
    const int64_t first = tie_date_from_civil(1990, 1, 1) * INT64_C(86400);
    const int64_t last = tie_date_from_civil(2061, 1, 1) * INT64_C(86400);
    uint64_t counter = 7;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(zones); i++) {
        struct tie_zone zone;
        struct tie_error err = { .text = "" };

        if (tie_zone_load(&arena, zones[i], &zone, &err) != TIE_OK)
            fail_msg("%s", err.text);
        assert_int_equal(setenv("TZ", zones[i], 1), 0);
        tzset();
        for (size_t k = 0; k < 20000 + 2 * zone.count; k++) {
            /* random instants, then both sides of every transition of the table */
            const size_t change = k - 20000;
            const time_t at = k < 20000
                ? (time_t)(first + (int64_t)(test_random(&counter) % (uint64_t)(last - first)))
                : (time_t)(zone.starts_at[change / 2] / TIE_US_PER_SECOND - (change % 2 == 0 ? 0 : 1));
            struct tm local;

            assert_non_null(localtime_r(&at, &local));
            if (tie_zone_offset(&zone, (int64_t)at * TIE_US_PER_SECOND) != local.tm_gmtoff)
                fail_msg("%s at %lld: %d, the C library says %ld", zones[i], (long long)at,
                    (int)tie_zone_offset(&zone, (int64_t)at * TIE_US_PER_SECOND), local.tm_gmtoff);
        }
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

/* Local time to UTC from the offsets alone: the earliest instant that shows this local time; if none shows it, it was
 * skipped, and the offset of the last instant that shows an earlier time counts. */
static tie_instant search_utc(const struct tie_zone *zone, tie_instant local)
{
    const tie_instant step = 15 * 60 * TIE_US_PER_SECOND; /* transitions and offsets are multiples of it here */
    const tie_instant start = local - 27 * 4 * step;
    tie_instant before = start;

    for (tie_instant at = start; at <= local + 27 * 4 * step; at += step) {
        const tie_instant shown = at + tie_zone_offset(zone, at) * TIE_US_PER_SECOND;

        if (shown == local)
            return at;
        if (shown < local)
            before = at;
        else
            break;
    }
    return local - tie_zone_offset(zone, before) * TIE_US_PER_SECOND;
}

static void test_local_to_utc_against_a_search(void **state)
{
    const tie_instant step = 15 * 60 * TIE_US_PER_SECOND;
    uint64_t counter = 8;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(zones); i++) {
        struct tie_zone zone;

        assert_int_equal(tie_zone_load(&arena, zones[i], &zone, NULL), TIE_OK);
        for (size_t k = 0; k < zone.count; k++) {
            for (int near = 0; near < 20; near++) {
                const tie_instant around = zone.starts_at[k] - zone.starts_at[k] % step;
                const tie_instant local = around + ((tie_instant)(test_random(&counter) % 240) - 120) * step;
                char out[40];

                if (zone.starts_at[k] % step != 0)
                    continue; /* Newfoundland changed at 00:01 until 2011 */
                (void)tie_instant_print(local, out);
                if (tie_zone_to_utc(&zone, local) != search_utc(&zone, local))
                    fail_msg("%s local %s", zones[i], out);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_instants),
        cmocka_unit_test(test_local_to_utc),
        cmocka_unit_test(test_no_value),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_against_the_c_library),
        cmocka_unit_test(test_local_to_utc_against_a_search),
    };

    return cmocka_run_group_tests_name("base/zone", tests, open_arena, close_arena);
}
