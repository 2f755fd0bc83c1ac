/*
 * bundle_tables.c - zones.json and calendars.json of a bundle.
 *
 * A zone is its offset before the first transition and pairs of an instant (microseconds UTC) and the offset from there
 * on (seconds): the table that the run looked up, so replay needs no tz database, and a law that changes later changes
 * no proof. Calendars follow from the policy's text; they stand here to be read and compared, not to be used.
 */
#include "bundle_content.h"

#include <stdio.h>
#include <string.h>

enum { TRANSITIONS_MAX = 100000 };

/* ---- zones ---- */

static void put_zone(struct tie_json *zones, const struct tie_zone *zone)
{
    struct tie_json *json = NULL, *transitions = NULL;

    if (tie_json_get(zones, zone->name) != NULL)
        return; /* one name, one table */
    json = tie_json_object();
    transitions = tie_json_array();
    for (size_t i = 0; i < zone->count; i++) {
        struct tie_json *pair = tie_json_array();

        tie_json_add(pair, tie_json_int(zone->starts_at[i]));
        tie_json_add(pair, tie_json_int(zone->offset_seconds[i + 1]));
        tie_json_add(transitions, pair);
    }
    tie_json_set_int(json, "before", zone->offset_seconds[0]);
    tie_json_set(json, "transitions", transitions);
    tie_json_set(zones, zone->name, json);
}

struct tie_json *bundle_put_zones(const struct tie_job *job)
{
    struct tie_json *zones = tie_json_object();

    put_zone(zones, &job->zone);
    for (size_t i = 0; i < job->policy.region_count; i++)
        put_zone(zones, &job->policy.regions[i].zone);
    return zones;
}

static bool is_offset(int64_t seconds)
{
    return seconds > INT64_C(-26) * 3600 && seconds < INT64_C(27) * 3600;
}

static enum tie_status get_zone(struct tie_arena *arena, const struct tie_json *json, const char *name,
    struct tie_zone *zone, struct tie_error *err)
{
    const struct tie_json *transitions = tie_json_get(json, "transitions");
    const size_t count = tie_json_count(transitions);
    tie_instant *starts = TIE_TAKE(arena, tie_instant, count + 1);
    int32_t *offsets = TIE_TAKE(arena, int32_t, count + 1);
    bool is_right = strlen(name) < sizeof zone->name && count <= TRANSITIONS_MAX &&
        tie_json_kind(transitions) == TIE_JSON_ARRAY && is_offset(tie_json_as_int(tie_json_get(json, "before")));

    offsets[0] = (int32_t)tie_json_as_int(tie_json_get(json, "before"));
    for (size_t i = 0; i < count && is_right; i++) {
        const struct tie_json *pair = tie_json_at(transitions, i);
        const int64_t offset = tie_json_as_int(tie_json_at(pair, 1));

        starts[i] = tie_json_as_int(tie_json_at(pair, 0));
        is_right = starts[i] != TIE_NONE && is_offset(offset) && (i == 0 || starts[i] > starts[i - 1]);
        offsets[i + 1] = (int32_t)offset;
    }
    if (!is_right)
        return tie_fail(err, TIE_DATA, "the table of zone \"%s\" can't be used; the bundle is damaged", name);
    *zone = (struct tie_zone){ .count = count, .starts_at = starts, .offset_seconds = offsets };
    (void)snprintf(zone->name, sizeof zone->name, "%s", name);
    return TIE_OK;
}

enum tie_status bundle_get_zones(
    struct tie_arena *arena, const struct tie_json *json, struct tie_zone_set *zones, struct tie_error *err)
{
    struct tie_zone *list = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    for (const char *name = tie_json_next_key(json, NULL); name != NULL; name = tie_json_next_key(json, name))
        count++;
    list = TIE_TAKE(arena, struct tie_zone, count + 1);
    count = 0;
    for (const char *name = tie_json_next_key(json, NULL); name != NULL; name = tie_json_next_key(json, name))
        TIE_TRY(get_zone(arena, tie_json_get(json, name), name, &list[count++], err));
    *zones = (struct tie_zone_set){ count, list };
out:
    return status;
}

/* ---- calendars ---- */

static struct tie_json *put_days(const tie_date *dates, size_t count)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < count; i++) {
        char text[16];

        (void)tie_date_print(dates[i], text);
        tie_json_add(list, tie_json_text(tie_text_of(text)));
    }
    return list;
}

static struct tie_json *put_region(const struct tie_region *region)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    struct tie_json *json = tie_json_object(), *weekend = tie_json_array();

    for (size_t day = 0; day < TIE_COUNT_OF(days); day++)
        if ((region->workdays.weekend_mask >> day & 1) != 0)
            tie_json_add(weekend, tie_json_text(tie_text_of(days[day])));
    tie_json_set_text(json, "zone", region->zone.name);
    tie_json_set(json, "weekend", weekend);
    tie_json_set(json, "holidays", put_days(region->workdays.holidays, region->workdays.holiday_count));
    return json;
}

static struct tie_json *put_calendar(const struct tie_calendar *calendar)
{
    struct tie_json *json = tie_json_object(), *days = tie_json_array();

    for (int day = 1; day <= 31; day++)
        if ((calendar->month_days >> day & 1) != 0)
            tie_json_add(days, tie_json_int(day));
    tie_json_set(json, "month_days", days);
    tie_json_set(json, "last_of_month", tie_json_bool(calendar->has_last));
    tie_json_set(json, "dates", put_days(calendar->dates, calendar->date_count));
    tie_json_set_int(json, "grace_seconds", calendar->grace.seconds);
    tie_json_set_int(json, "grace_workdays", calendar->grace.workdays);
    return json;
}

struct tie_json *bundle_put_calendars(const struct tie_policy *policy)
{
    struct tie_json *json = tie_json_object(), *regions = tie_json_object(), *calendars = tie_json_object();

    for (size_t i = 0; i < policy->region_count; i++)
        tie_json_set(regions, policy->regions[i].code, put_region(&policy->regions[i]));
    for (size_t i = 0; i < policy->calendar_count; i++)
        tie_json_set(calendars, policy->calendars[i].name, put_calendar(&policy->calendars[i]));
    tie_json_set(json, "regions", regions);
    tie_json_set(json, "billing", calendars);
    return json;
}
