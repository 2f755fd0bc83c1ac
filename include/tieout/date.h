/*
 * date.h - civil dates, instants, time zones as tables, working days.
 *
 * Dates are int32 days since 1970-01-01 (proleptic Gregorian), TIE_NO_DATE = none. Instants are int64 microseconds UTC,
 * TIE_NONE = none. A zone is resolved once, at start, from the system's tz database (TZif files under
 * /usr/share/zoneinfo) into a table of UTC transitions 1990..2060; afterwards nothing here looks at files, at TZ or at
 * the locale. A day of a naive local time that a clock change skips or repeats takes the earlier offset.
 */
#ifndef TIEOUT_DATE_H
#define TIEOUT_DATE_H

#include "tieout/text.h"

#include <stdint.h>

typedef int32_t tie_date;
typedef int64_t tie_instant;

#define TIE_NO_DATE INT32_MIN
#define TIE_US_PER_SECOND INT64_C(1000000)
#define TIE_US_PER_DAY (INT64_C(86400) * TIE_US_PER_SECOND)

TIE_MUST_CHECK bool tie_date_from_text(struct tie_text text, tie_date *date); /* YYYY-MM-DD, years 0001..9999 */
size_t tie_date_print(tie_date date, char out[16]);                           /* "2026-11-20" */
tie_date tie_date_from_civil(int year, int month, int day);
void tie_date_to_civil(tie_date date, int *year, int *month, int *day);
int tie_date_weekday(tie_date date); /* 0 Monday .. 6 Sunday */
int tie_month_days(int year, int month);

/* YYYY-MM-DD[ T]HH:MM[:SS[.ffffff]][offset], offset Z, +HH, +HH:MM, +HHMM; *has_offset tells whether one stood there
 * (the instant is then UTC, else the naive local time as if UTC). A bare date is midnight. More than six digits are
 * rounded. */
TIE_MUST_CHECK bool tie_instant_from_text(struct tie_text text, tie_instant *at, bool *has_offset);
/* The same for many whose days repeat: remembers the last one. All zero at first. */
struct tie_day_hint {
    char text[10];
    tie_date date;
};
TIE_MUST_CHECK bool tie_instant_from_text_near(
    struct tie_day_hint *hint, struct tie_text text, tie_instant *at, bool *has_offset);
/* "2026-11-20T03:15:00Z", with .ffffff only when not whole seconds */
size_t tie_instant_print(tie_instant at, char out[40]);

struct tie_zone {
    char name[64];
    size_t count;                  /* transitions */
    const tie_instant *starts_at;  /* ascending; from here on the offset below holds */
    const int32_t *offset_seconds; /* count + 1 values: [0] holds before the first transition */
};

TIE_MUST_CHECK enum tie_status tie_zone_load(struct tie_arena *arena, const char *name, struct tie_zone *zone,
    struct tie_error *err); /* unknown zone: TIE_CONFIG */
/* Zones that are known beforehand, in place of the system's database: a run is judged again by the tables of its
 * day. */
struct tie_zone_set {
    size_t count;
    const struct tie_zone *at;
};
/* From the set, and from it alone; `set` NULL: tie_zone_load(). The tables of a set are borrowed. */
TIE_MUST_CHECK enum tie_status tie_zone_get(const struct tie_zone_set *set, struct tie_arena *arena, const char *name,
    struct tie_zone *zone, struct tie_error *err);
int32_t tie_zone_offset(const struct tie_zone *zone, tie_instant at);
tie_date tie_zone_date(const struct tie_zone *zone, tie_instant at); /* the local date; TIE_NO_DATE for TIE_NONE */
/* The same for many instants that lie near each other: remembers between which transitions the last one lay. All zero
 * at first; belongs to one thread. */
struct tie_zone_hint {
    const struct tie_zone *zone;
    tie_instant from, to; /* from <= at < to have the offset */
    int32_t offset_seconds;
};
tie_date tie_zone_date_near(struct tie_zone_hint *hint, const struct tie_zone *zone, tie_instant at);
tie_instant tie_zone_to_utc(const struct tie_zone *zone, tie_instant naive_local);
tie_instant tie_zone_midnight(const struct tie_zone *zone, tie_date date); /* UTC instant of 00:00 local */
/* local with offset: 2026-11-20T04:15:00+01:00 */
size_t tie_zone_print(const struct tie_zone *zone, tie_instant at, char out[40]);

/* Working days: a weekend mask and sorted holidays. Bit 0 of weekend_mask is Monday. */
struct tie_workdays {
    unsigned weekend_mask;
    size_t holiday_count;
    const tie_date *holidays;
};

bool tie_is_workday(const struct tie_workdays *calendar, tie_date date);
/* count >= 0; the count-th workday after */
tie_date tie_add_workdays(const struct tie_workdays *calendar, tie_date date, int count);

#endif
