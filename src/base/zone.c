/*
 * zone.c - a time zone as a table of offsets, read from the system's tz database.
 *
 * TZif (RFC 8536): a header, a block with 32-bit times, and from version 2 on a second header, a block with 64-bit
 * times and a line with a POSIX TZ rule that holds after the last transition. Which part of the future is spelt out and
 * which is left to the rule depends on how the database was packed ("fat" to 2037, "slim" to the last change of law),
 * so both are needed.
 *
 *   "TZif" version 15*0 | six counts | times | type of each | types: offset, is_dst, name | names | leaps | flags
 *   ... the same again with 8-byte times ... | \n rule \n
 *
 * From these the table is made: only changes of the offset between 1990 and 2060 (a change of name or of the summer
 * flag alone is none), ascending. Looking up is a binary search. Local time to UTC: a transition at T that turns the
 * offset from b to a is over, in local time, at T + max(a, b), whether it skips an hour or repeats one; before that the
 * earlier offset holds, as the header promises.
 *
 * Rejected: localtime_r and TZ (one zone a process); shipping a database of our own (laws change, the system is
 * updated). The "right/" zones count leap seconds, which no store here does: they are refused.
 */
#include "tieout/date.h"

#include "tieout/decimal.h" /* TIE_NONE */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo"
#define FILE_BYTES_MAX ((size_t)256 << 10) /* the largest file of the database has 4 KiB */
#define HEADER_BYTES 44
#define RULE_BYTES_MAX 128
#define FIRST_YEAR 1990
#define LAST_YEAR 2060
#define SECONDS_PER_DAY INT64_C(86400)

/* One half of a POSIX rule: on which day, at which second of local time. */
struct change {
    char form; /* 'M' week of month, 'J' day 1..365 without leap day, 'N' day 0..365 */
    int month, week, day;
    int at_seconds;
};

struct rule {
    int std_seconds; /* east of Greenwich is plus */
    int dst_seconds;
    bool has_dst;
    struct change to_dst, to_std;
};

/* A block of the file, as offsets into its bytes. */
struct block {
    size_t time_count, type_count, time_bytes;
    const unsigned char *times, *indexes, *types, *end;
};

struct builder {
    tie_instant *starts_at;
    int32_t *offset_seconds;
    size_t count, room;
};

/* ---- bytes ---- */

static uint32_t be32_at(const unsigned char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

static int64_t time_at(const struct block *block, size_t index)
{
    const unsigned char *at = block->times + index * block->time_bytes;
    uint64_t value;

    if (block->time_bytes == 4)
        return (int32_t)be32_at(at);
    memcpy(&value, at, sizeof value);
    return (int64_t)be64toh(value);
}

static int32_t type_offset(const struct block *block, size_t type)
{
    return (int32_t)be32_at(block->types + 6 * type);
}

/* RFC 8536 gives offsets from -25 to +26 hours, both ends excluded; the lookups below count on that. */
static bool is_offset(int32_t seconds)
{
    return seconds > -25 * 3600 && seconds < 26 * 3600;
}

/* Finds the parts of the block whose header stands at `at`; false when the file is cut off or contradicts itself. */
static bool read_block(const unsigned char *at, const unsigned char *end, size_t time_bytes, struct block *block)
{
    size_t counts[6]; /* UT flags, standard flags, leap seconds, times, types, characters of names */
    size_t size;

    if ((size_t)(end - at) < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
        return false;
    for (size_t i = 0; i < TIE_COUNT_OF(counts); i++) {
        counts[i] = be32_at(at + 20 + 4 * i);
        if (counts[i] > FILE_BYTES_MAX)
            return false;
    }
    size = counts[3] * (time_bytes + 1) + counts[4] * 6 + counts[5] + counts[2] * (time_bytes + 4) + counts[1] +
        counts[0];
    if (counts[4] == 0 || size > (size_t)(end - at) - HEADER_BYTES)
        return false;
    block->time_count = counts[3];
    block->type_count = counts[4];
    block->time_bytes = time_bytes;
    block->times = at + HEADER_BYTES;
    block->indexes = block->times + counts[3] * time_bytes;
    block->types = block->indexes + counts[3];
    block->end = at + HEADER_BYTES + size;
    for (size_t i = 0; i < block->type_count; i++)
        if (!is_offset(type_offset(block, i)))
            return false;
    for (size_t i = 0; i < block->time_count; i++)
        if (block->indexes[i] >= block->type_count || (i > 0 && time_at(block, i) <= time_at(block, i - 1)))
            return false;
    return counts[2] == 0; /* leap seconds */
}

/* ---- POSIX rule: CET-1CEST,M3.5.0,M10.5.0/3 ---- */

static bool rule_name(const char **at)
{
    const char *start = *at;

    if (**at == '<') {
        const char *close = strchr(*at, '>');

        *at = close == NULL ? *at : close + 1;
        return close != NULL;
    }
    while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z'))
        (*at)++;
    return *at - start >= 3;
}

static bool rule_number(const char **at, int most, int *value)
{
    const char *start = *at;
    int number = 0;

    while (**at >= '0' && **at <= '9' && number <= most)
        number = number * 10 + (*(*at)++ - '0');
    *value = number;
    return *at > start && number <= most;
}

/* [+-]hh[:mm[:ss]]; RFC 8536 allows up to 167 hours in a time of change. */
static bool rule_time(const char **at, int *seconds)
{
    const int sign = **at == '-' ? -1 : 1;
    int part[3] = { 0, 0, 0 };

    if (**at == '-' || **at == '+')
        (*at)++;
    if (!rule_number(at, 167, &part[0]))
        return false;
    for (size_t i = 1; i < TIE_COUNT_OF(part) && **at == ':'; i++) {
        (*at)++;
        if (!rule_number(at, 59, &part[i]))
            return false;
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool rule_dot_number(const char **at, int most, int *value)
{
    return *(*at)++ == '.' && rule_number(at, most, value);
}

static bool rule_change(const char **at, struct change *change)
{
    bool is_right;

    *change = (struct change){ .form = 'N', .at_seconds = 2 * 3600 };
    if (*(*at)++ != ',')
        return false;
    if (**at == 'M' || **at == 'J')
        change->form = *(*at)++;
    if (change->form == 'M')
        is_right = rule_number(at, 12, &change->month) && rule_dot_number(at, 5, &change->week) &&
            rule_dot_number(at, 6, &change->day) && change->month > 0 && change->week > 0;
    else
        is_right = rule_number(at, 365, &change->day) && (change->form == 'N' || change->day > 0);
    if (!is_right || **at != '/')
        return is_right;
    (*at)++;
    return rule_time(at, &change->at_seconds);
}

/* The signs of offsets in a rule are those of POSIX: west is plus. */
static bool read_rule(const char *text, struct rule *rule)
{
    const char *at = text;

    *rule = (struct rule){ .has_dst = false };
    if (!rule_name(&at) || !rule_time(&at, &rule->std_seconds))
        return false;
    rule->std_seconds = -rule->std_seconds;
    if (*at == '\0')
        return is_offset(rule->std_seconds);
    rule->has_dst = true;
    if (!rule_name(&at))
        return false;
    rule->dst_seconds = rule->std_seconds + 3600;
    if (*at != ',' && *at != '\0') {
        if (!rule_time(&at, &rule->dst_seconds))
            return false;
        rule->dst_seconds = -rule->dst_seconds;
    }
    if (!is_offset(rule->std_seconds) || !is_offset(rule->dst_seconds))
        return false;
    return rule_change(&at, &rule->to_dst) && rule_change(&at, &rule->to_std) && *at == '\0';
}

/* Seconds since 1970 of the change in `year`, as local time. */
static int64_t change_seconds(const struct change *change, int year)
{
    int64_t day = tie_date_from_civil(year, 1, 1);

    if (change->form == 'M') {
        const tie_date first = tie_date_from_civil(year, change->month, 1);
        const int weekday = (change->day + 6) % 7; /* the rule counts from Sunday */
        int of_month = (weekday - tie_date_weekday(first) + 7) % 7 + 7 * (change->week - 1);

        while (of_month >= tie_month_days(year, change->month)) /* week 5 is the last one */
            of_month -= 7;
        day = first + of_month;
    } else if (change->form == 'J') {
        day += change->day - 1 + (change->day >= 60 && tie_month_days(year, 2) == 29);
    } else {
        day += change->day;
    }
    return day * SECONDS_PER_DAY + change->at_seconds;
}

/* ---- building the table ---- */

static int64_t year_start_seconds(int year)
{
    return tie_date_from_civil(year, 1, 1) * SECONDS_PER_DAY;
}

/* Times come ascending. Before 1990 only the last offset counts, after 2060 nothing does. */
static void add_change(struct builder *table, int64_t seconds, int32_t offset)
{
    if (seconds <= year_start_seconds(FIRST_YEAR)) {
        table->offset_seconds[0] = offset;
        return;
    }
    if (seconds >= year_start_seconds(LAST_YEAR + 1))
        return;
    /* A later change at the same instant wins (a rule whose summer lasts all year). */
    if (table->count > 0 && table->starts_at[table->count - 1] >= seconds * TIE_US_PER_SECOND)
        table->count--;
    if (table->offset_seconds[table->count] == offset)
        return;
    TIE_ASSERT(table->count < table->room);
    table->starts_at[table->count] = seconds * TIE_US_PER_SECOND;
    table->count++;
    table->offset_seconds[table->count] = offset;
}

static void add_rule(struct builder *table, const struct rule *rule, int64_t after_seconds)
{
    /* One year early: south of the equator the offset of 1 January began the year before. */
    for (int year = FIRST_YEAR - 1; rule->has_dst && year <= LAST_YEAR; year++) {
        const struct {
            int64_t at;
            int offset;
        } changes[2] = {
            { change_seconds(&rule->to_dst, year) - rule->std_seconds, rule->dst_seconds },
            { change_seconds(&rule->to_std, year) - rule->dst_seconds, rule->std_seconds },
        };
        const size_t first = changes[0].at <= changes[1].at ? 0 : 1; /* south of the equator summer ends first */

        for (size_t i = 0; i < 2; i++)
            if (changes[first ^ i].at > after_seconds)
                add_change(table, changes[first ^ i].at, changes[first ^ i].offset);
    }
}

/* The rule behind the last block, as a zero-ended copy; empty when there is none. */
static bool copy_rule(const struct block *block, const unsigned char *end, char out[RULE_BYTES_MAX])
{
    const unsigned char *at = block->end;
    const unsigned char *close;

    out[0] = '\0';
    if (block->time_bytes == 4)
        return true; /* version 1 has none */
    if (at >= end || *at++ != '\n')
        return false;
    close = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    if (close == NULL || (size_t)(close - at) >= RULE_BYTES_MAX)
        return false;
    memcpy(out, at, (size_t)(close - at));
    out[close - at] = '\0';
    return true;
}

static bool build(struct tie_arena *arena, const unsigned char *bytes, size_t size, struct tie_zone *zone)
{
    const unsigned char *end = bytes + size;
    struct block block;
    struct rule rule;
    struct builder table;
    char text[RULE_BYTES_MAX];

    if (!read_block(bytes, end, 4, &block))
        return false;
    if (bytes[4] >= '2' && !read_block(block.end, end, 8, &block))
        return false;
    if (!copy_rule(&block, end, text) || (text[0] != '\0' && !read_rule(text, &rule)))
        return false;
    table.count = 0;
    table.room = block.time_count + (size_t)2 * (LAST_YEAR - FIRST_YEAR + 2);
    table.starts_at = TIE_TAKE(arena, tie_instant, table.room);
    table.offset_seconds = TIE_TAKE(arena, int32_t, table.room + 1);
    /* RFC 8536, 3.2: without a transition the rule holds for all times, whatever the first type says. */
    table.offset_seconds[0] = block.time_count == 0 && text[0] != '\0' ? rule.std_seconds : type_offset(&block, 0);
    for (size_t i = 0; i < block.time_count; i++)
        add_change(&table, time_at(&block, i), type_offset(&block, block.indexes[i]));
    if (text[0] != '\0')
        add_rule(&table, &rule, block.time_count == 0 ? INT64_MIN : time_at(&block, block.time_count - 1));
    zone->count = table.count;
    zone->starts_at = table.starts_at;
    zone->offset_seconds = table.offset_seconds;
    return true;
}

/* ---- loading ---- */

/* The name becomes a path below the folder, so nothing that could lead out of it. */
static bool is_zone_name(const char *name)
{
    const size_t size = strlen(name);

    if (size == 0 || size >= sizeof((struct tie_zone *)NULL)->name || name[0] == '/' || strstr(name, "..") != NULL)
        return false;
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == size;
}

static enum tie_status open_zone(const char *name, int *file, struct tie_error *err)
{
    char path[sizeof ZONE_FOLDER + sizeof((struct tie_zone *)NULL)->name + 1];

    (void)snprintf(path, sizeof path, "%s/%s", ZONE_FOLDER, name);
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file >= 0)
        return TIE_OK;
    if (errno != ENOENT && errno != ENOTDIR)
        return tie_fail(err, errno == EACCES ? TIE_DENIED : TIE_IO, "time zone %s: %s can't be opened: %s", name, path,
            strerror(errno));
    if (access(ZONE_FOLDER, F_OK) != 0)
        return tie_fail(
            err, TIE_CONFIG, "time zone %s: %s does not exist; install the package tzdata", name, ZONE_FOLDER);
    return tie_fail(err, TIE_CONFIG,
        "unknown time zone '%s': %s has no such file; name a zone as the tz database does, for example "
        "Europe/Brussels, America/New_York or UTC",
        name, ZONE_FOLDER);
}

static enum tie_status read_zone(const char *name, unsigned char *bytes, size_t *size, struct tie_error *err)
{
    int file = -1;
    enum tie_status status = TIE_OK;

    *size = 0;
    TIE_TRY(open_zone(name, &file, err));
    while (*size < FILE_BYTES_MAX) {
        const ssize_t got = read(file, bytes + *size, FILE_BYTES_MAX - *size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EISDIR)
            status = tie_fail(
                err, TIE_CONFIG, "unknown time zone '%s': it is a folder of the tz database, not a zone", name);
        else if (got < 0)
            status = tie_fail(
                err, TIE_IO, "time zone %s: reading %s/%s failed: %s", name, ZONE_FOLDER, name, strerror(errno));
        if (got <= 0)
            break;
        *size += (size_t)got;
    }
out:
    if (file >= 0)
        (void)close(file);
    return status;
}

enum tie_status tie_zone_load(struct tie_arena *arena, const char *name, struct tie_zone *zone, struct tie_error *err)
{
    static const int32_t utc_offset = 0;
    enum tie_status status = TIE_OK;
    unsigned char *bytes = NULL;
    size_t size = 0;

    *zone = (struct tie_zone){ .offset_seconds = &utc_offset };
    if (!is_zone_name(name))
        return tie_fail(err, TIE_CONFIG,
            "'%s' is no name of a time zone: letters, digits and _ + - /, without .. and no / in front, for example "
            "Europe/Brussels",
            name);
    (void)snprintf(zone->name, sizeof zone->name, "%s", name);
    if (strcmp(name, "UTC") == 0) /* by definition, also where no database is installed */
        return TIE_OK;
    bytes = malloc(FILE_BYTES_MAX);
    if (bytes == NULL)
        return tie_fail(err, TIE_CONFIG, "memory limit too small to read the time zone %s", name);
    TIE_TRY(read_zone(name, bytes, &size, err));
    if (!build(arena, bytes, size, zone))
        status = tie_fail(err, TIE_CONFIG,
            "%s/%s is no usable time zone (damaged, or one that counts leap seconds); name another one or install the "
            "package tzdata again",
            ZONE_FOLDER, name);
out:
    free(bytes);
    return status;
}

enum tie_status tie_zone_get(const struct tie_zone_set *set, struct tie_arena *arena, const char *name,
    struct tie_zone *zone, struct tie_error *err)
{
    if (set == NULL)
        return tie_zone_load(arena, name, zone, err);
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->at[i].name, name) == 0) {
            *zone = set->at[i];
            return TIE_OK;
        }
    return tie_fail(err, TIE_CONFIG, "the time zone '%s' is not among the %zu tables that are given", name, set->count);
}

/* ---- use ---- */

/* `at` moved by seconds; at the ends of the range it stops. */
static tie_instant moved(tie_instant at, int64_t seconds)
{
    tie_instant us;
    tie_instant result;

    if (!__builtin_mul_overflow(seconds, TIE_US_PER_SECOND, &us) && !__builtin_add_overflow(at, us, &result) &&
        result != TIE_NONE)
        return result;
    return seconds < 0 ? TIE_NONE + 1 : INT64_MAX;
}

/* How many transitions lie at or before `at`: the index of the offset in force. */
static size_t offset_index(const struct tie_zone *zone, tie_instant at)
{
    size_t low = 0;
    size_t high = zone->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (zone->starts_at[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int32_t tie_zone_offset(const struct tie_zone *zone, tie_instant at)
{
    return zone->offset_seconds[offset_index(zone, at)];
}

static tie_date day_of(tie_instant local)
{
    return (tie_date)(local / TIE_US_PER_DAY - (local % TIE_US_PER_DAY < 0));
}

tie_date tie_zone_date(const struct tie_zone *zone, tie_instant at)
{
    return at == TIE_NONE ? TIE_NO_DATE : day_of(moved(at, tie_zone_offset(zone, at)));
}

tie_date tie_zone_date_near(struct tie_zone_hint *hint, const struct tie_zone *zone, tie_instant at)
{
    if (at == TIE_NONE)
        return TIE_NO_DATE;
    if (hint->zone != zone || at < hint->from || at >= hint->to) {
        const size_t index = offset_index(zone, at);

        *hint = (struct tie_zone_hint){ .zone = zone,
            .from = index == 0 ? INT64_MIN : zone->starts_at[index - 1],
            .to = index == zone->count ? INT64_MAX : zone->starts_at[index],
            .offset_seconds = zone->offset_seconds[index] };
    }
    return day_of(moved(at, hint->offset_seconds));
}

tie_instant tie_zone_to_utc(const struct tie_zone *zone, tie_instant naive_local)
{
    size_t index;

    if (naive_local == TIE_NONE)
        return TIE_NONE;
    /* Offsets are less than two days: no transition past that can matter; from there back to the one that is over. */
    index = offset_index(zone, moved(naive_local, 2 * SECONDS_PER_DAY));
    for (; index > 0; index--) {
        const int32_t before = zone->offset_seconds[index - 1];
        const int32_t after = zone->offset_seconds[index];

        if (naive_local >= moved(zone->starts_at[index - 1], before > after ? before : after))
            break;
    }
    return moved(naive_local, -(int64_t)zone->offset_seconds[index]);
}

tie_instant tie_zone_midnight(const struct tie_zone *zone, tie_date date)
{
    return date == TIE_NO_DATE ? TIE_NONE : tie_zone_to_utc(zone, moved(0, date * SECONDS_PER_DAY));
}

size_t tie_zone_print(const struct tie_zone *zone, tie_instant at, char out[40])
{
    const int32_t offset = tie_zone_offset(zone, at);
    const unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;
    size_t size;

    if (at == TIE_NONE)
        return tie_instant_print(at, out);
    size = tie_instant_print(moved(at, offset), out) - 1; /* without the Z */
    size += (size_t)snprintf(
        out + size, 40 - size, "%c%02u:%02u", offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
    return size;
}
