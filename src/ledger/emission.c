/*
 * emission.c - a finding as it was last emitted, as JSON text in state.db, and back.
 *
 * One table names every member, its kind and its place; both directions walk it, so they can't differ. Amounts and
 * quantities are stored as whole millionths. What the state keeps in columns of its own (status, first_seen,
 * correction_id) is not written; what identifies the row (id, check, keys) is, so that an emission can be read by
 * people. Rejected: a column a member; the state is asked for whole findings only, and a new member would change the
 * version of the state.
 */
#include "store.h"

#include <limits.h>
#include <string.h>

enum member_kind { MEMBER_TEXT, MEMBER_DEC, MEMBER_DAY, MEMBER_NUMBER, MEMBER_BOOL, MEMBER_LIST };

struct member {
    const char *name;
    enum member_kind kind;
    size_t offset;
    int limit; /* of MEMBER_NUMBER: values are 0 to below it, since names are looked up by them */
};

enum { SEVERITY_LIMIT = 5 };

#define AT(member) offsetof(struct tie_finding, member)

/* Enums are stored by number: their order is part of the state's version. */
static const struct member members[] = {
    { "severity", MEMBER_NUMBER, AT(severity), SEVERITY_LIMIT },
    { "is_pending", MEMBER_BOOL, AT(is_pending), 0 },
    { "is_primary", MEMBER_BOOL, AT(is_primary), 0 },
    { "bucket", MEMBER_NUMBER, AT(bucket), TIE_BUCKET_COUNT },
    { "certainty", MEMBER_NUMBER, AT(certainty), TIE_CERTAINTY_COUNT },
    { "verdict", MEMBER_NUMBER, AT(verdict), TIE_VERDICT_COUNT },
    { "reason", MEMBER_TEXT, AT(reason), 0 },
    { "due", MEMBER_DAY, AT(due), 0 },
    { "is_due_from_first_seen", MEMBER_BOOL, AT(is_due_from_first_seen), 0 },
    { "due_seconds", MEMBER_DEC, AT(due_span.seconds), 0 },
    { "due_workdays", MEMBER_NUMBER, AT(due_span.workdays), INT_MAX },
    { "anchor", MEMBER_TEXT, AT(anchor), 0 },
    { "region", MEMBER_TEXT, AT(region), 0 },
    { "legal_entity", MEMBER_TEXT, AT(legal_entity), 0 },
    { "work_order", MEMBER_TEXT, AT(work_order), 0 },
    { "customer", MEMBER_TEXT, AT(customer), 0 },
    { "asset", MEMBER_TEXT, AT(asset), 0 },
    { "contract", MEMBER_TEXT, AT(contract), 0 },
    { "item", MEMBER_TEXT, AT(item), 0 },
    { "serial", MEMBER_TEXT, AT(serial), 0 },
    { "location", MEMBER_TEXT, AT(location), 0 },
    { "technician", MEMBER_TEXT, AT(technician), 0 },
    { "uom", MEMBER_TEXT, AT(uom), 0 },
    { "usage_qty", MEMBER_DEC, AT(usage_qty), 0 },
    { "movement_qty", MEMBER_DEC, AT(movement_qty), 0 },
    { "billed_qty", MEMBER_DEC, AT(billed_qty), 0 },
    { "expected_qty", MEMBER_DEC, AT(expected_qty), 0 },
    { "expected_amount", MEMBER_DEC, AT(expected_amount), 0 },
    { "actual_amount", MEMBER_DEC, AT(actual_amount), 0 },
    { "exposure", MEMBER_DEC, AT(exposure), 0 },
    { "book_effect", MEMBER_DEC, AT(book_effect), 0 },
    { "currency", MEMBER_TEXT, AT(currency), 0 },
    { "exposure_reporting", MEMBER_DEC, AT(exposure_reporting), 0 },
    { "reporting_currency", MEMBER_TEXT, AT(reporting_currency), 0 },
    { "pass", MEMBER_NUMBER, AT(pass), TIE_P11 + 1 },
    { "usage_ids", MEMBER_LIST, AT(usage_ids), 0 },
    { "movement_ids", MEMBER_LIST, AT(movement_ids), 0 },
    { "billing_ids", MEMBER_LIST, AT(billing_ids), 0 },
    { "other_ids", MEMBER_LIST, AT(other_ids), 0 },
    { "verb", MEMBER_TEXT, AT(verb), 0 },
    { "explanation", MEMBER_TEXT, AT(explanation), 0 },
    { "correction_qty", MEMBER_DEC, AT(correction_qty), 0 },
    { "correction_amount", MEMBER_DEC, AT(correction_amount), 0 },
    { "event_day", MEMBER_DAY, AT(event_day), 0 },
    { "to_location", MEMBER_TEXT, AT(to_location), 0 },
    { "payer", MEMBER_TEXT, AT(payer), 0 },
    { "other_item", MEMBER_TEXT, AT(other_item), 0 },
};
#undef AT

/* Numbers are enums and small counts, which are plain ints in memory on the platforms we build for. */
_Static_assert(sizeof(enum tie_check) == sizeof(int) && sizeof(enum tie_bucket) == sizeof(int) &&
        sizeof(enum tie_certainty) == sizeof(int) && sizeof(enum tie_verdict_word) == sizeof(int) &&
        sizeof(enum tie_pass) == sizeof(int),
    "enums are ints");

static struct tie_json *list_json(const struct tie_id_list *list)
{
    struct tie_json *array = tie_json_array();

    for (size_t i = 0; i < list->count; i++)
        tie_json_add(array, tie_json_text(tie_text_of(list->at[i])));
    return array;
}

static struct tie_json *member_json(const struct member *member, const char *base)
{
    const void *at = base + member->offset;
    const char *text = NULL;
    int number = 0;

    switch (member->kind) {
    case MEMBER_TEXT: memcpy(&text, at, sizeof text); return tie_json_text(tie_text_of(text));
    case MEMBER_DEC: return tie_json_int(*(const tie_dec *)at);
    case MEMBER_DAY:
        return *(const tie_date *)at == TIE_NO_DATE ? tie_json_null() : tie_json_int(*(const tie_date *)at);
    case MEMBER_NUMBER: memcpy(&number, at, sizeof number); return tie_json_int(number);
    case MEMBER_BOOL: return tie_json_bool(*(const bool *)at);
    case MEMBER_LIST: break;
    }
    return list_json(at);
}

struct tie_json *ledger_emission_json(const struct tie_finding *finding)
{
    struct tie_json *object = tie_json_object();
    struct tie_json *keys = tie_json_array();

    tie_json_set_text(object, "id", finding->id);
    tie_json_set_text(object, "check", tie_check(finding->check)->code);
    tie_json_set_text(object, "primary_id", finding->primary_id);
    for (size_t i = 0; i < finding->key_count; i++)
        tie_json_add(keys, tie_json_text(tie_text_of(finding->keys[i])));
    tie_json_set(object, "keys", keys);
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++)
        tie_json_set(object, members[i].name, member_json(&members[i], (const char *)finding));
    return object;
}

static void read_list(struct tie_arena *arena, const struct tie_json *array, struct tie_id_list *list)
{
    const char **at = TIE_TAKE(arena, const char *, tie_json_count(array));

    list->count = tie_json_count(array);
    for (size_t i = 0; i < list->count; i++)
        at[i] = tie_text_dup(arena, tie_json_as_text(tie_json_at(array, i)));
    list->at = at;
}

/* False: not what was written. */
static bool is_sound(const struct member *member, const struct tie_json *value)
{
    static const struct {
        enum tie_json_kind kind;
        bool may_be_null;
    } written[] = {
        [MEMBER_TEXT] = { TIE_JSON_TEXT, false },
        [MEMBER_DEC] = { TIE_JSON_INT, true },
        [MEMBER_DAY] = { TIE_JSON_INT, true },
        [MEMBER_NUMBER] = { TIE_JSON_INT, false },
        [MEMBER_BOOL] = { TIE_JSON_BOOL, false },
        [MEMBER_LIST] = { TIE_JSON_ARRAY, false },
    };
    const enum tie_json_kind kind = tie_json_kind(value);
    const int64_t number = tie_json_as_int(value);

    if (value == NULL ||
        (kind != written[member->kind].kind && !(kind == TIE_JSON_NULL && written[member->kind].may_be_null)))
        return false;
    if (member->kind == MEMBER_NUMBER)
        return number >= 0 && number < member->limit;
    return member->kind != MEMBER_DAY || kind == TIE_JSON_NULL || (number > INT32_MIN && number <= INT32_MAX);
}

static void read_member(struct tie_arena *arena, const struct tie_json *value, const struct member *member, char *base)
{
    void *at = base + member->offset;
    const char *text = NULL;
    int number = 0;

    switch (member->kind) {
    case MEMBER_TEXT:
        text = tie_text_dup(arena, tie_json_as_text(value));
        memcpy(at, &text, sizeof text);
        break;
    case MEMBER_DEC: *(tie_dec *)at = tie_json_as_int(value); break;
    case MEMBER_DAY:
        *(tie_date *)at = tie_json_kind(value) == TIE_JSON_INT ? (tie_date)tie_json_as_int(value) : TIE_NO_DATE;
        break;
    case MEMBER_NUMBER:
        number = (int)tie_json_as_int(value);
        memcpy(at, &number, sizeof number);
        break;
    case MEMBER_BOOL: *(bool *)at = tie_json_as_bool(value); break;
    case MEMBER_LIST: read_list(arena, value, at); break;
    }
}

static void read_id(const struct tie_json *object, const char *key, char out[TIE_FINDING_ID_MAX])
{
    const struct tie_text text = tie_json_as_text(tie_json_get(object, key));
    const size_t size = text.size < TIE_FINDING_ID_MAX - 1 ? text.size : TIE_FINDING_ID_MAX - 1;

    memcpy(out, text.at, size);
    out[size] = '\0';
}

enum tie_status ledger_emission_read(
    struct tie_arena *arena, struct tie_text json, struct tie_finding *finding, struct tie_error *err)
{
    struct tie_json *object = NULL;
    const struct tie_json *keys = NULL;
    bool sound = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_json_parse(json, "state.db: emission", &object, err));
    *finding = (struct tie_finding){ .first_seen = TIE_NO_DATE, .correction_id = "" };
    read_id(object, "id", finding->id);
    read_id(object, "primary_id", finding->primary_id);
    keys = tie_json_get(object, "keys");
    for (size_t i = 0; i < tie_json_count(keys) && i < TIE_FINDING_KEYS; i++)
        finding->keys[finding->key_count++] = tie_text_dup(arena, tie_json_as_text(tie_json_at(keys, i)));
    sound = tie_check_find(tie_json_as_text(tie_json_get(object, "check")), &finding->check);
    for (size_t i = 0; i < TIE_COUNT_OF(members) && sound; i++) {
        const struct tie_json *value = tie_json_get(object, members[i].name);

        sound = is_sound(&members[i], value);
        if (sound)
            read_member(arena, value, &members[i], (char *)finding);
    }
    if (!sound)
        status = tie_fail(err, TIE_DATA,
            "state.db: what it keeps of finding %s is damaged; restore the state from a backup", finding->id);
out:
    tie_json_free(object);
    return status;
}
