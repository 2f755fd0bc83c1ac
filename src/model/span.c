/*
 * span.c - days that a policy gives: spans, regions, billing calendars, and the overrides of single checks.
 *
 * A span of seconds is rounded up to whole days: what may come within 72 hours is not late before three days have
 * gone by. Lists of a policy are short (a handful of regions, calendars, overrides), so they are walked.
 */
#include "tieout/policy.h"

#include <string.h>

#define SECONDS_PER_DAY INT64_C(86400)

const struct tie_region *tie_policy_region(const struct tie_policy *policy, struct tie_text code)
{
    for (size_t i = 0; i < policy->region_count; i++)
        if (tie_text_is(code, policy->regions[i].code))
            return &policy->regions[i];
    return &policy->regions[0];
}

tie_date tie_span_after(const struct tie_region *region, tie_date date, struct tie_span span)
{
    if (date == TIE_NO_DATE)
        return TIE_NO_DATE;
    if (span.workdays > 0)
        return tie_add_workdays(&region->workdays, date, span.workdays);
    return date + (tie_date)((span.seconds + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY);
}

tie_date tie_span_before(const struct tie_region *region, tie_date date, struct tie_span span)
{
    int left = span.workdays;

    if (date == TIE_NO_DATE || left == 0)
        return date == TIE_NO_DATE ? TIE_NO_DATE
                                   : date - (tie_date)((span.seconds + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY);
    while (left > 0)
        left -= tie_is_workday(&region->workdays, --date);
    return date;
}

const struct tie_calendar *tie_policy_calendar(const struct tie_policy *policy, struct tie_text name)
{
    for (size_t i = 0; i < policy->calendar_count; i++)
        if (tie_text_is(name, policy->calendars[i].name))
            return &policy->calendars[i];
    return NULL;
}

static bool is_month_day(const struct tie_calendar *calendar, tie_date date)
{
    int year = 0, month = 0, day = 0;

    tie_date_to_civil(date, &year, &month, &day);
    return (calendar->month_days >> day & 1U) != 0 || (calendar->has_last && day == tie_month_days(year, month));
}

tie_date tie_calendar_due(const struct tie_calendar *calendar, const struct tie_region *region, tie_date closed)
{
    /* the 30th and the 31st are at most two months apart, so a day number comes within 62 days, if it ever does */
    const tie_date horizon = 62;
    tie_date first = TIE_NO_DATE;

    if (closed == TIE_NO_DATE)
        return TIE_NO_DATE;
    for (tie_date ahead = 1; ahead <= horizon && first == TIE_NO_DATE; ahead++)
        if (is_month_day(calendar, closed + ahead))
            first = closed + ahead;
    for (size_t i = 0; i < calendar->date_count; i++)
        if (calendar->dates[i] > closed) {
            if (first == TIE_NO_DATE || calendar->dates[i] < first)
                first = calendar->dates[i];
            break; /* they ascend */
        }
    return tie_span_after(region, first, calendar->grace);
}

const struct tie_check_override *tie_policy_override(const struct tie_policy *policy, const char *check)
{
    for (size_t i = 0; i < policy->override_count; i++)
        if (strcmp(policy->overrides[i].check, check) == 0)
            return &policy->overrides[i];
    return NULL;
}

const char *tie_span_words(struct tie_arena *arena, struct tie_span span)
{
    if (span.workdays > 0)
        return tie_arena_printf(arena, "%d working days", (int)span.workdays);
    if (span.seconds % 86400 == 0)
        return tie_arena_printf(arena, "%lld days", (long long)(span.seconds / 86400));
    return tie_arena_printf(arena, "%lld hours", (long long)(span.seconds / 3600));
}
