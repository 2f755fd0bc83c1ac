/*
 * company.c - chance, numbers, money and days: what every other file of the generator leans on.
 *
 * Each order has dice of its own, seeded by the company's seed and the order's number, so a plant that rolls once more
 * changes its own order and no other. Rejected: one shared stream, with which every new plant would reshuffle the
 * company.
 */
#include "company.h"

#include <stdarg.h>

#define ARENA_BYTES ((size_t)1 << 30)
#define YEAR 2026

uint32_t roll(struct dice *dice, uint32_t sides)
{
    uint64_t z = (dice->state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return (uint32_t)((z >> 32) * sides >> 32);
}

bool chance(struct dice *dice, uint32_t percent)
{
    return roll(dice, 100) < percent;
}

const char *text(struct company *c, const char *format, ...)
{
    char room[256];
    va_list arguments;

    va_start(arguments, format);
    const int size = vsnprintf(room, sizeof room, format, arguments);
    va_end(arguments);
    TIE_ASSERT(size >= 0 && (size_t)size < sizeof room);
    return tie_arena_strdup(&c->arena, room);
}

const char *next_number(struct company *c, enum number kind)
{
    static const struct {
        const char *prefix;
        int64_t first;
    } forms[] = {
        [NUMBER_VISIT] = { "APT-", 200000 },
        [NUMBER_PART] = { "JP-", 300000 },
        [NUMBER_LABOUR] = { "LB-", 400000 },
        [NUMBER_FSM_OTHER] = { "X-", 500000 },
        [NUMBER_DOC] = { "", INT64_C(4900000000) },
        [NUMBER_BILL] = { "", INT64_C(9000000000) },
        [NUMBER_LEDGER] = { "SL", 700000 },
        [NUMBER_CLAIM] = { "WC", 800000 },
    };

    c->numbers[kind]++;
    return text(c, "%s%lld", forms[kind].prefix, (long long)(forms[kind].first + c->numbers[kind]));
}

tie_dec times(tie_dec a, tie_dec b)
{
    tie_dec product = 0;

    TIE_ASSERT(tie_dec_mul(a, b, &product));
    return product;
}

tie_dec money(tie_dec a, tie_dec b)
{
    return tie_dec_round(times(a, b), 2);
}

tie_instant local_time(const struct region *region, tie_date day, int minute_of_day)
{
    const int64_t minutes = (int64_t)day * 1440 + minute_of_day - region->offset_minutes;

    return minutes * 60 * TIE_US_PER_SECOND;
}

tie_date day_of(int month, int day)
{
    return tie_date_from_civil(YEAR, month, day);
}

tie_date month_end(tie_date day)
{
    int year = 0, month = 0, date = 0;

    tie_date_to_civil(day, &year, &month, &date);
    return tie_date_from_civil(year, month, tie_month_days(year, month));
}

/* Books are closed by the month: what is done in one is closed, posted and billed in it, be it on its last day. */
tie_date in_month_of(tie_date done, tie_date day)
{
    return day > month_end(done) ? month_end(done) : day;
}

tie_date workday_from(tie_date day)
{
    const int weekday = tie_date_weekday(day);

    return weekday < 5 ? day : day + 7 - weekday;
}

const struct item *item_of(const struct company *c, enum item_kind kind, size_t nth)
{
    size_t found = 0;

    for (size_t i = 0; i < c->items.count; i++)
        found += c->items.at[i].kind == kind;
    TIE_ASSERT(found > 0);
    nth %= found;
    for (size_t i = 0; i < c->items.count; i++)
        if (c->items.at[i].kind == kind && nth-- == 0)
            return &c->items.at[i];
    return NULL;
}

bool company_init(struct company *c, uint64_t seed)
{
    *c = (struct company){ .seed = seed, .as_of = day_of(6, 30) };
    return tie_arena_init(&c->arena, ARENA_BYTES, NULL) == TIE_OK;
}

void company_release(struct company *c)
{
    tie_arena_release(&c->arena);
}
