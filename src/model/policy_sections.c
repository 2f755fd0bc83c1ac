/*
 * policy_sections.c - what a policy says in words: order types, covers, ids, regions, calendars, single checks.
 *
 * Words become enums here, once, so that no judging code compares text. Zones are resolved into tables, dates are
 * sorted, and a region takes what it leaves out from [region default]. Every fault names its line: config knows where
 * a value stood.
 */
#include "policy_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

struct choice {
    const char *word;
    int value;
};

/* The value of a WORD; the schema has let only these words through. */
static int choice_of(
    const struct tie_config_section *section, const char *key, const struct choice *choices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tie_config_is(section, key, choices[i].word))
            return choices[i].value;
    TIE_ASSERT(false);
    return 0;
}

static void read_types(const struct tie_config_section *section, const char *key, bool set[256])
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, key, &words);

    for (size_t i = 0; i < count; i++)
        set[tie_word_of(tie_text_of(words[i]))] = true;
}

static enum tie_status read_cover_order(
    const struct tie_config_section *section, struct tie_policy *policy, struct tie_error *err)
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, "order", &words);

    if (count == 0)
        return tie_config_fail(err, section, "order", "name at least one cover");
    for (size_t i = 0; i < count; i++) {
        const enum tie_word word = tie_word_of(tie_text_of(words[i]));

        for (size_t k = 0; k < policy->cover_order_count; k++)
            if (policy->cover_order[k] == word)
                return tie_config_fail(err, section, "order", "%s stands there twice: name each cover once", words[i]);
        TIE_ASSERT(policy->cover_order_count < TIE_COUNT_OF(policy->cover_order));
        policy->cover_order[policy->cover_order_count++] = word;
    }
    return TIE_OK;
}

enum tie_status tie_policy_read_words(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err)
{
    static const struct choice sides[] = { { "erp", TIE_EVIDENCE_ERP }, { "fsm", TIE_EVIDENCE_FSM },
        { "both", TIE_EVIDENCE_BOTH } };
    static const struct choice dates[] = { { "completed", TIE_COVER_COMPLETED }, { "usage", TIE_COVER_USAGE },
        { "created", TIE_COVER_CREATED } };
    const struct tie_config_section *scope = tie_config_section(config, "scope");
    const struct tie_config_section *billing = tie_config_section(config, "billing");
    const struct tie_config_section *entitlement = tie_config_section(config, "entitlement");

    policy->each_unit_count = tie_config_words(
        tie_config_section(config, "tolerance"), "each_units", &policy->each_units);
    read_types(scope, "exclude_order_types", policy->excluded_type);
    read_types(scope, "signoff_order_types", policy->signoff_type);
    policy->default_price_list = tie_arena_strdup(arena, tie_config_text(scope, "default_price_list"));
    policy->no_charge_evidence = (enum tie_evidence_side)choice_of(
        billing, "no_charge_evidence", sides, TIE_COUNT_OF(sides));
    policy->round_unit_price = tie_config_is(billing, "price_rounding", "unit");
    policy->cover_date = (enum tie_cover_date)choice_of(entitlement, "date", dates, TIE_COUNT_OF(dates));
    policy->fx_kind = tie_word_of(tie_text_of(tie_config_text(tie_config_section(config, "money"), "fx_kind")));
    policy->warranty_starts_at_ship = tie_config_is(tie_config_section(config, "limits"), "warranty_starts", "ship");
    return read_cover_order(entitlement, policy, err);
}

/* ---- ids ---- */

enum tie_status tie_policy_read_reference(
    const struct tie_config *config, struct tie_policy *policy, struct tie_error *err)
{
    const struct tie_config_section *section = tie_config_section(config, "reference work_order");
    struct tie_reference *reference = NULL;
    enum tie_status status;

    policy->order_pattern = tie_config_text(section, "pattern");
    policy->order_format = tie_config_text(section, "format");
    status = tie_reference_compile(
        policy, &reference, err); /* a pattern that is none is told before any source is asked */
    tie_reference_free(reference);
    if (status != TIE_OK)
        tie_error_prefix(err, "%s:%zu: ", tie_config_path(config), section->line);
    return status;
}

/* Bytes are stripped one by one, which would break a character of several in two. */
static bool is_ascii(struct tie_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

enum tie_status tie_policy_read_normalise(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err)
{
    const struct tie_config_section *section = tie_config_section(config, "normalise");

    for (int kind = TIE_XREF_NONE + 1; kind < TIE_XREF_KIND_COUNT; kind++) {
        const char *key = tie_xref_kind_name((enum tie_xref_kind)kind);
        struct tie_normalise *rule = &policy->normalise[kind];
        const char *const *words = NULL;
        const size_t count = tie_config_words(section, key, &words);

        rule->strip = "";
        for (size_t i = 0; i < count; i++) {
            const struct tie_text word = tie_text_of(words[i]);

            if (tie_text_is(word, "trim"))
                rule->trim = true;
            else if (tie_text_is(word, "upper"))
                rule->upper = true;
            else if (tie_text_is(word, "zeros"))
                rule->zeros = true;
            else if (tie_text_starts(word, "strip:") && is_ascii(word) && word.size > strlen("strip:"))
                rule->strip = tie_arena_printf(arena, "%s%s", rule->strip, words[i] + strlen("strip:"));
            else
                return tie_config_fail(err, section, key,
                    "\"%s\" is no rule; write trim, upper, zeros or strip: with ASCII characters to take out",
                    words[i]);
        }
    }
    return TIE_OK;
}

/* ---- regions ---- */

static int compare_dates(const void *left, const void *right)
{
    const tie_date a = *(const tie_date *)left, b = *(const tie_date *)right;

    return (a > b) - (a < b);
}

static enum tie_status read_holidays(struct tie_arena *arena, const struct tie_config_section *section,
    struct tie_workdays *workdays, struct tie_error *err)
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, "holidays", &words);
    tie_date *dates = TIE_TAKE(arena, tie_date, count);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (!tie_date_from_text(tie_text_of(words[i]), &dates[i]))
            return tie_config_fail(
                err, section, "holidays", "\"%s\" is no date; write YYYY-MM-DD, comma separated", words[i]);
    qsort(dates, count, sizeof *dates, compare_dates);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || dates[i] != dates[i - 1])
            dates[kept++] = dates[i];
    workdays->holidays = dates;
    workdays->holiday_count = kept;
    return TIE_OK;
}

static enum tie_status read_weekend(
    const struct tie_config_section *section, struct tie_workdays *workdays, struct tie_error *err)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, "weekend", &words);

    workdays->weekend_mask = 0;
    for (size_t i = 0; i < count; i++)
        for (unsigned day = 0; day < TIE_COUNT_OF(days); day++)
            if (strcmp(words[i], days[day]) == 0)
                workdays->weekend_mask |= 1U << day;
    if (workdays->weekend_mask == 0x7f)
        return tie_config_fail(err, section, "weekend", "all seven days are taken: leave at least one working day");
    return TIE_OK;
}

/* `first`: the default's section, which is read whole whether the file has it or not. */
static enum tie_status read_region(struct tie_arena *arena, const struct tie_config_section *section,
    const struct tie_zone_set *zones, bool first, struct tie_region *region, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    region->code = tie_arena_strdup(arena, section->name);
    if (first || tie_config_has(section, "timezone")) {
        status = tie_zone_get(zones, arena, tie_config_text(section, "timezone"), &region->zone, err);
        if (status != TIE_OK)
            return tie_config_fail(err, section, "timezone", "%s",
                zones != NULL ? "the bundle holds no table of this zone; it is damaged or of another version"
                              : "this zone is not known on this machine; "
                                "write a name of the tz database such as Europe/Brussels");
    }
    if (first || tie_config_given(section, "weekend"))
        TIE_TRY(read_weekend(section, &region->workdays, err));
    if (first || tie_config_given(section, "holidays"))
        TIE_TRY(read_holidays(arena, section, &region->workdays, err));
out:
    return status;
}

enum tie_status tie_policy_read_regions(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_zone_set *zones, struct tie_policy *policy, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_config_section *section = NULL;
    struct tie_region *regions;
    size_t count = 1;

    while ((section = tie_config_next(config, "region", section)) != NULL)
        count++;
    regions = TIE_TAKE(arena, struct tie_region, count);
    TIE_TRY(read_region(arena, tie_config_section(config, "region default"), zones, true, &regions[0], err));
    regions[0].code = "default";
    count = 1;
    while ((section = tie_config_next(config, "region", section)) != NULL) {
        if (strcmp(section->name, "default") == 0)
            continue;
        regions[count] = regions[0];
        TIE_TRY(read_region(arena, section, zones, false, &regions[count], err));
        count++;
    }
    policy->regions = regions;
    policy->region_count = count;
out:
    return status;
}

/* ---- billing calendars ---- */

static enum tie_status read_calendar(struct tie_arena *arena, const struct tie_config_section *section,
    struct tie_calendar *calendar, struct tie_error *err)
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, "days", &words);
    tie_date *dates = TIE_TAKE(arena, tie_date, count);

    if (count == 0)
        return tie_config_fail(
            err, section, "days", "name at least one billing day: 1 to 31, last, or a date YYYY-MM-DD");
    calendar->name = tie_arena_strdup(arena, section->name);
    (void)tie_config_duration(section, "grace", &calendar->grace.seconds, &calendar->grace.workdays);
    for (size_t i = 0; i < count; i++) {
        const struct tie_text word = tie_text_of(words[i]);
        int64_t day = 0;

        if (tie_text_is(word, "last"))
            calendar->has_last = true;
        else if (tie_date_from_text(word, &dates[calendar->date_count]))
            calendar->date_count++;
        else if (tie_int_from_text(word, &day) && day >= 1 && day <= 31)
            calendar->month_days |= UINT32_C(1) << day;
        else
            return tie_config_fail(err, section, "days",
                "\"%s\" is no billing day; allowed are day numbers 1 to 31, last, and dates YYYY-MM-DD", words[i]);
    }
    qsort(dates, calendar->date_count, sizeof *dates, compare_dates);
    calendar->dates = dates;
    return TIE_OK;
}

enum tie_status tie_policy_read_calendars(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct {
        struct tie_calendar *at;
        size_t count, room;
    } list = { NULL, 0, 0 };

    for (const struct tie_config_section *section = NULL;
         (section = tie_config_next(config, "calendar", section)) != NULL;) {
        struct tie_calendar calendar = { .has_last = false };

        TIE_TRY(read_calendar(arena, section, &calendar, err));
        TIE_PUSH(arena, &list, calendar);
    }
    policy->calendars = list.at;
    policy->calendar_count = list.count;
out:
    return status;
}

/* ---- single checks ---- */

/* AAA-00: three capitals, a hyphen, two digits. */
static bool looks_like_check(const char *name)
{
    static const char shape[] = "AAA-00";

    for (size_t i = 0; i < sizeof shape; i++) {
        const char c = name[i];
        const bool fits = (shape[i] == 'A' && c >= 'A' && c <= 'Z') || (shape[i] == '0' && c >= '0' && c <= '9') ||
            (shape[i] == '-' && c == '-') || (shape[i] == '\0' && c == '\0');

        if (!fits)
            return false;
    }
    return true;
}

enum tie_status tie_policy_read_checks(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err)
{
    struct {
        struct tie_check_override *at;
        size_t count, room;
    } list = { NULL, 0, 0 };

    for (const struct tie_config_section *section = NULL;
         (section = tie_config_next(config, "check", section)) != NULL;) {
        struct tie_check_override over = { .enabled = tie_config_bool(section, "enabled") };
        const char *severity = tie_config_text(section, "severity"); /* "S1" to "S4", or "" */

        if (!looks_like_check(section->name))
            return tie_config_fail(
                err, section, NULL, "\"%s\" is no check; a check is called like INV-03", section->name);
        over.check = tie_arena_strdup(arena, section->name);
        over.severity = severity[0] == '\0' ? 0 : severity[1] - '0';
        over.has_window = tie_config_duration(section, "window", &over.window.seconds, &over.window.workdays);
        TIE_PUSH(arena, &list, over);
    }
    policy->overrides = list.at;
    policy->override_count = list.count;
    return TIE_OK;
}
