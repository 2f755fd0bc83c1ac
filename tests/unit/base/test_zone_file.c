/*
 * test_zone_file.c - the reader of TZif files on files made here: rules of every form against the C library, which
 * takes the same rule in TZ; both versions; and damage, which must be refused or read, but never read past the end.
 *
 * The reader has no public door but a name below the system's database, so the source is included.
 */
#include "../../../src/base/zone.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base/random.h"

static struct tie_arena arena;

static int open_arena(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)4 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static void put_be(struct tie_buf *out, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        tie_buf_char(out, (char)(unsigned char)(value >> 8 * bytes));
}

/* A block with `count` transitions that go round the types; type k has the offset of offsets[k]. */
static void put_block(struct tie_buf *out, char version, unsigned time_bytes, const int64_t *times, unsigned count,
    const int32_t *offsets, unsigned types, unsigned leaps)
{
    tie_buf_text(out, "TZif");
    tie_buf_char(out, version);
    for (int i = 0; i < 15; i++)
        tie_buf_char(out, '\0');
    put_be(out, 0, 4);
    put_be(out, 0, 4);
    put_be(out, leaps, 4);
    put_be(out, count, 4);
    put_be(out, types, 4);
    put_be(out, 4, 4);
    for (unsigned i = 0; i < count; i++)
        put_be(out, (uint64_t)times[i], time_bytes);
    for (unsigned i = 0; i < count; i++)
        put_be(out, (i + 1) % types, 1);
    for (unsigned i = 0; i < types; i++) {
        put_be(out, (uint64_t)(int64_t)offsets[i], 4);
        put_be(out, 0, 2);
    }
    tie_buf_put(out, "LMT", 4);
    for (unsigned i = 0; i < leaps * (time_bytes + 4); i++)
        tie_buf_char(out, '\0');
}

/* Version 2: an empty first block, a second one without transitions, the rule. */
static void put_rule_file(struct tie_buf *out, const char *rule)
{
    const int32_t offset = 0;

    tie_buf_reset(out);
    put_block(out, '2', 4, NULL, 0, &offset, 1, 0);
    put_block(out, '2', 8, NULL, 0, &offset, 1, 0);
    tie_buf_printf(out, "\n%s\n", rule);
}

/* The reader gets a heap copy of exactly this size, so that a sanitizer sees every byte read too far. */
static bool read_copy(const struct tie_buf *file, size_t size, struct tie_zone *zone)
{
    unsigned char *copy = malloc(size == 0 ? 1 : size);
    bool is_read;

    assert_non_null(copy);
    if (size > 0)
        memcpy(copy, file->at, size);
    tie_arena_reset(&arena);
    is_read = build(&arena, copy, size, zone);
    free(copy);
    return is_read;
}

static void test_rules_against_the_c_library(void **state)
{
    static const struct {
        const char *why;
        const char *rule;
    } cases[] = {
        { "no summer", "CET-1" },
        { "names in brackets, west", "<-0330>3:30" },
        { "seconds in the offset", "LMT-0:17:30" },
        { "last Sundays", "CET-1CEST,M3.5.0,M10.5.0/3" },
        { "second and first Sunday", "EST5EDT,M3.2.0,M11.1.0" },
        { "south of the equator", "AEST-10AEDT,M10.1.0,M4.1.0/3" },
        { "half an hour of summer", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0" },
        { "winter time as the exception", "IST-1GMT0,M10.5.0,M3.5.0/1" },
        { "more than a day after", "EET-2EEST,M3.4.4/50,M10.4.4/50" },
        { "before the day begins", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0" },
        { "counted without 29 February, on it", "CET-1CEST,J60/2,J300/3" },
        { "counted without 29 February, before it", "CET-1CEST,J59/2,J300/3" },
        { "counted with 29 February", "CET-1CEST,59/2,300/3" },
        { "counted from the first day", "CET-1CEST,0/5,200/3" },
        { "minutes and seconds of the change", "NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01:30" },
        { "a Thursday and a Saturday", "EET-2EEST,M4.5.5/0,M10.5.4/24" },
    };
    const int64_t span = year_start_seconds(LAST_YEAR + 1) - year_start_seconds(FIRST_YEAR);
    struct tie_buf file;
    uint64_t counter = 12;

    (void)state;
    tie_buf_init(&file, 65536);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_zone zone = { .count = 0 };

        print_message("%s\n", cases[i].why);
        put_rule_file(&file, cases[i].rule);
        assert_true(read_copy(&file, file.size, &zone));
        assert_int_equal(setenv("TZ", cases[i].rule, 1), 0);
        tzset();
        for (int k = 0; k < 10000; k++) {
            const uint64_t into = k < 100 ? (uint64_t)k * 10000 : test_random(&counter) % (uint64_t)span;
            const time_t at = (time_t)(year_start_seconds(FIRST_YEAR) + (int64_t)into);
            struct tm local;

            assert_non_null(localtime_r(&at, &local));
            if (tie_zone_offset(&zone, at * TIE_US_PER_SECOND) != local.tm_gmtoff)
                fail_msg("%s at %lld: %d, the C library says %ld", cases[i].rule, (long long)at,
                    (int)tie_zone_offset(&zone, at * TIE_US_PER_SECOND), local.tm_gmtoff);
        }
    }
    tie_buf_release(&file);
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

/* RFC 8536, 3.3.1: summer that lasts all year; the two changes fall on one instant, and there is none. */
static void test_summer_all_year(void **state)
{
    struct tie_zone zone = { .count = 77 };
    struct tie_buf file;

    (void)state;
    tie_buf_init(&file, 65536);
    put_rule_file(&file, "XXX3EDT4,0/0,J365/23");
    assert_true(read_copy(&file, file.size, &zone));
    assert_int_equal(zone.count, 0);
    assert_int_equal(zone.offset_seconds[0], -4 * 3600);
    tie_buf_release(&file);
}

static void test_refused_rules(void **state)
{
    static const struct {
        const char *why;
        const char *rule;
    } cases[] = {
        { "short name", "CE-1" },
        { "open bracket", "<+01-1" },
        { "no offset", "CET" },
        { "offset beyond a day", "CET-26" },
        { "offset of summer beyond a day", "CET-1CEST-30,M3.5.0,M10.5.0" },
        { "name of summer missing", "CET-1,M3.5.0,M10.5.0" },
        { "summer without days", "CET-1CEST" },
        { "summer without an end", "CET-1CEST,M3.5.0" },
        { "month 13", "CET-1CEST,M13.5.0,M10.5.0" },
        { "month 0", "CET-1CEST,M0.5.0,M10.5.0" },
        { "week 6", "CET-1CEST,M3.6.0,M10.5.0" },
        { "week 0", "CET-1CEST,M3.0.0,M10.5.0" },
        { "day 7", "CET-1CEST,M3.5.7,M10.5.0" },
        { "day missing", "CET-1CEST,M3.5,M10.5.0" },
        { "J0", "CET-1CEST,J0,J300" },
        { "day 366", "CET-1CEST,366,J300" },
        { "minute 60", "CET-1CEST,M3.5.0/2:60,M10.5.0" },
        { "168 hours", "CET-1CEST,M3.5.0/168,M10.5.0" },
        { "something behind", "CET-1CEST,M3.5.0,M10.5.0,M11.1.0" },
        { "bad offset of summer", "CET-1CEST-,M3.5.0,M10.5.0" },
        { "longer than any rule",
            "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>-1" },
    };
    struct tie_buf file;

    (void)state;
    tie_buf_init(&file, 65536);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_zone zone;

        print_message("%s\n", cases[i].why);
        put_rule_file(&file, cases[i].rule);
        assert_false(read_copy(&file, file.size, &zone));
    }
    tie_buf_release(&file);
}

/* Transitions as they stand in a file: before 1990, two that change nothing, after 2060. */
static void test_transitions(void **state)
{
    static const int64_t times[] = { 0, 631152000, 700000000, 800000000, INT32_MAX };
    static const int32_t offsets[] = { 3600, 7200, -1800 };
    struct tie_zone zone = { .count = 0 };
    struct tie_buf file;

    (void)state;
    tie_buf_init(&file, 65536);
    put_block(&file, '\0', 4, times, 5, offsets, 3, 0); /* version 1 ends here */
    assert_true(read_copy(&file, file.size, &zone));
    assert_int_equal(zone.count, 3); /* 1970 and 1990-01-01 only tell what holds at the start */
    assert_int_equal(zone.offset_seconds[0], -1800);
    assert_true(zone.starts_at[0] == 700000000 * TIE_US_PER_SECOND);
    assert_int_equal(zone.offset_seconds[1], 3600);
    assert_int_equal(tie_zone_offset(&zone, 800000000 * TIE_US_PER_SECOND - 1), 3600);
    assert_int_equal(tie_zone_offset(&zone, 800000000 * TIE_US_PER_SECOND), 7200);
    assert_int_equal(zone.offset_seconds[3], -1800);
    tie_buf_reset(&file);
    put_block(&file, '\0', 4, times, 5, offsets, 3, 1);
    assert_false(read_copy(&file, file.size, &zone)); /* leap seconds */
    tie_buf_release(&file);
}

static void test_damage(void **state)
{
    static const int64_t times[] = { -86400, 631152000, 700000000, 800000000, 1900000000 };
    static const int32_t offsets[] = { 3600, 7200, -1800 };
    struct tie_buf whole;
    struct tie_buf file;
    struct tie_zone zone;
    uint64_t counter = 13;

    (void)state;
    tie_buf_init(&whole, 65536);
    tie_buf_init(&file, 65536);
    put_block(&whole, '2', 4, times, 5, offsets, 3, 0);
    put_block(&whole, '2', 8, times, 5, offsets, 3, 0);
    tie_buf_text(&whole, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
    assert_true(read_copy(&whole, whole.size, &zone));
    for (size_t size = 0; size < whole.size; size++)
        assert_false(read_copy(&whole, size, &zone));
    for (int i = 0; i < 50000; i++) {
        tie_buf_reset(&file);
        tie_buf_put(&file, whole.at, whole.size);
        for (uint64_t k = test_random(&counter) % 4 + 1; k > 0; k--)
            file.at[test_random(&counter) % file.size] = (char)(unsigned char)test_random(&counter);
        if (read_copy(&file, file.size, &zone)) { /* what is read must at least be a table */
            for (size_t k = 0; k < zone.count; k++) {
                assert_true(k == 0 || zone.starts_at[k] > zone.starts_at[k - 1]);
                assert_int_not_equal(zone.offset_seconds[k], zone.offset_seconds[k + 1]);
            }
        }
    }
    tie_buf_release(&whole);
    tie_buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_against_the_c_library),
        cmocka_unit_test(test_summer_all_year),
        cmocka_unit_test(test_refused_rules),
        cmocka_unit_test(test_transitions),
        cmocka_unit_test(test_damage),
    };

    return cmocka_run_group_tests_name("base/zone file", tests, open_arena, close_arena);
}
