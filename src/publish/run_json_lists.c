/*
 * run_json_lists.c - the lists of run.json's result that are as long as there are findings, written as text.
 *
 * Each is a table of members by name, so that what is written one after the other is the sorted form that is hashed.
 * In the tree of the result they are only named; who prints it asks here for the list of a name first. Rejected: a tree
 * of values a line, printed, read back and printed again; a hundred thousand instructions a finding.
 */
#include "run_json.h"

#include <string.h>

struct entry { /* a finding that was exported or not, or one that was kept */
    const struct tie_export *export;
    const struct tie_kept *kept;
    const struct tie_finding *finding;
};

struct value {
    struct tie_text text;
    bool is_word; /* null, true, false */
};

typedef struct value get_value(const struct entry *entry, char room[TIE_DEC_TEXT_MAX]);

static struct value text(const char *zero_ended)
{
    return (struct value){ tie_text_of(zero_ended), false };
}

static struct value word(const char *zero_ended)
{
    return (struct value){ tie_text_of(zero_ended), true };
}

static struct value money(tie_dec amount, const char *currency, char room[TIE_DEC_TEXT_MAX])
{
    if (amount == TIE_NONE)
        return word("null");
    tie_dec_print_fixed(amount, tie_currency_decimals(tie_text_of(currency)), room);
    return text(room);
}

static struct value get_check(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(tie_check(entry->finding->check)->code);
}

static struct value get_currency(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->finding->currency);
}

static struct value get_exposure(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    return money(entry->finding->exposure, entry->finding->currency, room);
}

static struct value get_reporting(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    return money(entry->finding->exposure_reporting, entry->finding->reporting_currency, room);
}

static struct value get_id(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->finding->id);
}

static struct value get_last_seen(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    if (entry->kept->last_seen == TIE_NO_DATE)
        return word("null");
    tie_date_print(entry->kept->last_seen, room);
    return text(room);
}

static struct value get_status(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(tie_finding_status_name(entry->kept->status));
}

static struct value get_correction_id(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->export->correction_id);
}

static struct value get_document(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->export->document);
}

static struct value get_exported(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return word(entry->export->is_exported ? "true" : "false");
}

static struct value get_output(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->export->output);
}

static struct value get_verb(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->finding->verb);
}

static struct value get_why(const struct entry *entry, char room[TIE_DEC_TEXT_MAX])
{
    (void)room;
    return text(entry->export->why);
}

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

/* The first of a list begins without the comma that its first member is written with. */
static void put_entry(
    struct tie_buf *out, const struct entry *entry, const struct member *members, size_t count, bool is_first)
{
    for (size_t i = 0; i < count; i++) {
        char room[TIE_DEC_TEXT_MAX];
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

static void put_kept(struct tie_buf *out, const struct tie_kept_list *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        const struct entry entry = { .kept = &kept->at[i], .finding = &kept->at[i].finding };

        put_entry(out, &entry, kept_members, TIE_COUNT_OF(kept_members), i == 0);
    }
}

static void put_cleared(struct tie_buf *out, const struct tie_report *report)
{
    put_kept(out, report->cleared);
}

static void put_carried(struct tie_buf *out, const struct tie_report *report)
{
    put_kept(out, report->carried);
}

static void put_exports(struct tie_buf *out, const struct tie_report *report)
{
    for (size_t i = 0; i < report->exports->count; i++) {
        const struct tie_export *export = &report->exports->at[i];
        const struct entry entry = { .export = export, .finding = &report->findings->at[export->finding] };

        put_entry(out, &entry, export_members, TIE_COUNT_OF(export_members), i == 0);
    }
}

static const struct {
    const char *key;
    void (*put)(struct tie_buf *out, const struct tie_report *report);
} lists[] = { { "carried", put_carried }, { "cleared", put_cleared }, { "exports", put_exports } };

void run_json_name_lists(struct tie_json *result)
{
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++)
        tie_json_set(result, lists[i].key, tie_json_null());
}

bool run_json_put_list(struct tie_buf *out, const char *key, const struct tie_report *report)
{
    for (size_t i = 0; i < TIE_COUNT_OF(lists); i++)
        if (strcmp(lists[i].key, key) == 0) {
            tie_buf_char(out, '[');
            lists[i].put(out, report);
            tie_buf_char(out, ']');
            return true;
        }
    return false;
}
