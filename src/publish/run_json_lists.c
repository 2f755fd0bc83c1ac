/*
 * run_json_lists.c - the lists of run.json's result that are as long as there are findings or customers, as text.
 *
 * Each is a table of members by name, so that what is written one after the other is the sorted form that is hashed.
 * In the tree of the result they are only named; who prints it asks here for the list of a name first. Rejected: a tree
 * of values a line, printed, read back and printed again; a hundred thousand instructions a finding.
 */
#include "run_json.h"

#include <string.h>

struct entry { /* a finding that was exported or not, one that was kept, or a total */
    const struct tie_export *export;
    const struct tie_kept *kept;
    const struct tie_finding *finding;
    const struct tie_total *total;
    const char *currency; /* of the total */
};

enum { ROOM = 64 }; /* of a number as text */

_Static_assert(ROOM >= TIE_DEC_TEXT_MAX, "an amount");

struct value {
    struct tie_text text;
    bool is_word; /* null, true, false, a count */
};

typedef struct value get_value(const struct entry *entry, char room[ROOM]);

static struct value text(const char *zero_ended)
{
    return (struct value){ tie_text_of(zero_ended), false };
}

static struct value word(const char *zero_ended)
{
    return (struct value){ tie_text_of(zero_ended), true };
}

static struct value money(tie_dec amount, const char *currency, char room[ROOM])
{
    if (amount == TIE_NONE)
        return word("null");
    tie_dec_print_fixed(amount, tie_currency_decimals(tie_text_of(currency)), room);
    return text(room);
}

static struct value get_check(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(tie_check(entry->finding->check)->code);
}

static struct value get_currency(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->finding->currency);
}

static struct value get_exposure(const struct entry *entry, char room[ROOM])
{
    return money(entry->finding->exposure, entry->finding->currency, room);
}

static struct value get_reporting(const struct entry *entry, char room[ROOM])
{
    return money(entry->finding->exposure_reporting, entry->finding->reporting_currency, room);
}

static struct value get_id(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->finding->id);
}

static struct value get_last_seen(const struct entry *entry, char room[ROOM])
{
    if (entry->kept->last_seen == TIE_NO_DATE)
        return word("null");
    tie_date_print(entry->kept->last_seen, room);
    return text(room);
}

static struct value get_status(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(tie_finding_status_name(entry->kept->status));
}

static struct value get_correction_id(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->export->correction_id);
}

static struct value get_document(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->export->document);
}

static struct value get_exported(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return word(entry->export->is_exported ? "true" : "false");
}

static struct value get_output(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->export->output);
}

static struct value get_verb(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->finding->verb);
}

static struct value get_why(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->export->why);
}

static struct value get_name(const struct entry *entry, char room[ROOM])
{
    (void)room;
    return text(entry->total->name);
}

static struct value get_findings(const struct entry *entry, char room[ROOM])
{
    return (struct value){ { room, (size_t)(tie_json_write_int(room, (int64_t)entry->total->findings) - room) }, true };
}

#define TIE_GET_SUM(NAME)                                                                                              \
    static struct value get_##NAME(const struct entry *entry, char room[ROOM]) {                                       \
        tie_sum_print_fixed(entry->total->NAME, tie_currency_decimals(tie_text_of(entry->currency)), room);            \
        return text(room);                                                                                             \
    }
TIE_GET_SUM(leakage)
TIE_GET_SUM(over_billing)
TIE_GET_SUM(contingent)
TIE_GET_SUM(timing)
TIE_GET_SUM(control)
TIE_GET_SUM(time_cost)
TIE_GET_SUM(pending)
#undef TIE_GET_SUM

struct member {
    const char *name; /* as it is written */
    get_value *get;
};

static const struct member kept_members[] = {
    { ",{\"check\":", get_check },
    { ",\"currency\":", get_currency },
    { ",\"exposure\":", get_exposure },
    { ",\"exposure_reporting\":", get_reporting },
    { ",\"finding_id\":", get_id },
    { ",\"last_seen\":", get_last_seen },
    { ",\"status\":", get_status },
};
static const struct member export_members[] = {
    { ",{\"correction_id\":", get_correction_id },
    { ",\"document\":", get_document },
    { ",\"exported\":", get_exported },
    { ",\"finding_id\":", get_id },
    { ",\"output\":", get_output },
    { ",\"verb\":", get_verb },
    { ",\"why\":", get_why },
};
static const struct member total_members[] = {
    { ",{\"contingent\":", get_contingent },
    { ",\"control\":", get_control },
    { ",\"findings\":", get_findings },
    { ",\"leakage\":", get_leakage },
    { ",\"name\":", get_name },
    { ",\"over_billing\":", get_over_billing },
    { ",\"pending\":", get_pending },
    { ",\"time_cost\":", get_time_cost },
    { ",\"timing\":", get_timing },
};

/* The first of a list begins without the comma that its first member is written with. */
static void put_entry(
    struct tie_buf *out, const struct entry *entry, const struct member *members, size_t count, bool is_first)
{
    for (size_t i = 0; i < count; i++) {
        char room[ROOM];
        const struct tie_text name = tie_text_of(members[i].name + (is_first && i == 0));
        const struct value value = members[i].get(entry, room);
        char *to = tie_buf_room(out, name.size + TIE_JSON_TEXT_MAX(value.text.size) + 1);

        if (to == NULL)
            return;
        memcpy(to, name.at, name.size);
        to += name.size;
        if (value.is_word) {
            memcpy(to, value.text.at, value.text.size);
            to += value.text.size;
        } else {
            to = tie_json_write_text(to, value.text);
        }
        if (i + 1 == count)
            *to++ = '}';
        tie_buf_filled(out, to);
    }
}

static void put_kept(struct tie_buf *out, const struct tie_kept_list *kept, size_t i)
{
    const struct entry entry = { .kept = &kept->at[i], .finding = &kept->at[i].finding };

    put_entry(out, &entry, kept_members, TIE_COUNT_OF(kept_members), i == 0);
}

static size_t count_cleared(const struct tie_report *report)
{
    return report->cleared->count;
}

static void put_cleared(struct tie_buf *out, const struct tie_report *report, size_t i)
{
    put_kept(out, report->cleared, i);
}

static size_t count_carried(const struct tie_report *report)
{
    return report->carried->count;
}

static void put_carried(struct tie_buf *out, const struct tie_report *report, size_t i)
{
    put_kept(out, report->carried, i);
}

static size_t count_exports(const struct tie_report *report)
{
    return report->exports->count;
}

static void put_export(struct tie_buf *out, const struct tie_report *report, size_t i)
{
    const struct tie_export *export = &report->exports->at[i];
    const struct entry entry = { .export = export, .finding = &report->findings->at[export->finding] };

    put_entry(out, &entry, export_members, TIE_COUNT_OF(export_members), i == 0);
}

static size_t count_customers(const struct tie_report *report)
{
    return report->totals.customer_count;
}

static void put_customer(struct tie_buf *out, const struct tie_report *report, size_t i)
{
    const struct entry entry = { .total = &report->totals.by_customer[i], .currency = report->reporting_currency };

    put_entry(out, &entry, total_members, TIE_COUNT_OF(total_members), i == 0);
}

static const struct run_json_list lists[] = {
    { NULL, "carried", count_carried, put_carried },
    { NULL, "cleared", count_cleared, put_cleared },
    { NULL, "exports", count_exports, put_export },
    { "totals", "by_customer", count_customers, put_customer },
};

/* NULL is the result itself. */
static bool is_same(const char *within, const char *other)
{
    return within == NULL || other == NULL ? within == other : strcmp(within, other) == 0;
}

void run_json_name_lists(struct tie_json *object, const char *within)
{
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++)
        if (is_same(lists[i].within, within))
            tie_json_set(object, lists[i].key, tie_json_null());
}

const struct run_json_list *run_json_list_of(const char *within, const char *key)
{
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++)
        if (is_same(lists[i].within, within) && strcmp(lists[i].key, key) == 0)
            return &lists[i];
    return NULL;
}

bool run_json_holds_lists(const char *key)
{
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++)
        if (is_same(lists[i].within, key))
            return true;
    return false;
}
