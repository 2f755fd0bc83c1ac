/*
 * emission.c - a finding as it was last emitted, as JSON text in state.db, and back.
 *
 * One table names every member, its kind and its place; both directions walk it, so they can't differ. It is written
 * straight into the text, without a tree of values in between: half the rows of a store may be findings. Amounts and
 * quantities are stored as whole millionths. What the state keeps in columns of its own (status, first_seen,
 * correction_id) is not written; what identifies the row (id, check, keys) is, so that an emission can be read by
 * people. Rejected: a column a member; the state is asked for whole findings only, and a new member would change the
 * version of the state.
 */
#include "store.h"

#include <limits.h>
#include <string.h>

enum member_kind {
    MEMBER_TEXT,
    MEMBER_DEC,
    MEMBER_DAY,
    MEMBER_NUMBER,
    MEMBER_BOOL,
    MEMBER_LIST,
    /* what identifies the finding; read by itself */
    MEMBER_CHARS,
    MEMBER_CHECK,
    MEMBER_KEYS
};

struct member {
    const char *key;  /* as it is asked for */
    const char *name; /* as it is written: ,"key": */
    size_t name_size;
    enum member_kind kind;
    int limit; /* of MEMBER_NUMBER: values are 0 to below it, since names are looked up by them */
    size_t offset;
};

enum { SEVERITY_LIMIT = 5 };

#define LIMITED(name, kind, member, limit)                                                                             \
    {                                                                                                                  \
        "" #name, ",\"" #name "\":", sizeof #name + 3, MEMBER_##kind, limit, offsetof(struct tie_finding, member)      \
    }
#define PLAIN(name, kind) LIMITED(name, kind, name, 0)

/* By name, so that what is written one after the other is the sorted form of JSON. Enums are stored by number: their
 * order is part of the state's version. */
static const struct member members[] = {
    PLAIN(actual_amount, DEC),
    PLAIN(anchor, TEXT),
    PLAIN(asset, TEXT),
    PLAIN(billed_qty, DEC),
    PLAIN(billing_ids, LIST),
    PLAIN(book_effect, DEC),
    LIMITED(bucket, NUMBER, bucket, TIE_BUCKET_COUNT),
    LIMITED(certainty, NUMBER, certainty, TIE_CERTAINTY_COUNT),
    PLAIN(check, CHECK),
    PLAIN(contract, TEXT),
    PLAIN(correction_amount, DEC),
    PLAIN(correction_qty, DEC),
    PLAIN(currency, TEXT),
    PLAIN(customer, TEXT),
    PLAIN(due, DAY),
    LIMITED(due_seconds, DEC, due_span.seconds, 0),
    LIMITED(due_workdays, NUMBER, due_span.workdays, INT_MAX),
    PLAIN(event_day, DAY),
    PLAIN(expected_amount, DEC),
    PLAIN(expected_qty, DEC),
    PLAIN(explanation, TEXT),
    PLAIN(exposure, DEC),
    PLAIN(exposure_reporting, DEC),
    PLAIN(id, CHARS),
    PLAIN(is_due_from_first_seen, BOOL),
    PLAIN(is_pending, BOOL),
    PLAIN(is_primary, BOOL),
    PLAIN(item, TEXT),
    PLAIN(keys, KEYS),
    PLAIN(legal_entity, TEXT),
    PLAIN(location, TEXT),
    PLAIN(movement_ids, LIST),
    PLAIN(movement_qty, DEC),
    PLAIN(other_ids, LIST),
    PLAIN(other_item, TEXT),
    LIMITED(pass, NUMBER, pass, TIE_P11 + 1),
    PLAIN(payer, TEXT),
    PLAIN(primary_id, CHARS),
    PLAIN(reason, TEXT),
    PLAIN(region, TEXT),
    PLAIN(reporting_currency, TEXT),
    PLAIN(serial, TEXT),
    LIMITED(severity, NUMBER, severity, SEVERITY_LIMIT),
    PLAIN(technician, TEXT),
    PLAIN(to_location, TEXT),
    PLAIN(uom, TEXT),
    PLAIN(usage_ids, LIST),
    PLAIN(usage_qty, DEC),
    PLAIN(verb, TEXT),
    LIMITED(verdict, NUMBER, verdict, TIE_VERDICT_COUNT),
    PLAIN(work_order, TEXT),
};
#undef PLAIN
#undef LIMITED

/* Numbers are enums and small counts, which are plain ints in memory on the platforms we build for. */
_Static_assert(sizeof(enum tie_check) == sizeof(int) && sizeof(enum tie_bucket) == sizeof(int) &&
        sizeof(enum tie_certainty) == sizeof(int) && sizeof(enum tie_verdict_word) == sizeof(int) &&
        sizeof(enum tie_pass) == sizeof(int),
    "enums are ints");

/* ---- writing ---- */

static void put_list(struct tie_buf *out, const char *const *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct tie_text text = tie_text_of(at[i]);
        char *to = tie_buf_room(out, TIE_JSON_TEXT_MAX(text.size) + 1);

        if (to == NULL)
            return;
        *to = ',';
        tie_buf_filled(out, tie_json_write_text(to + (i > 0), text));
    }
    tie_buf_char(out, ']');
}

static struct tie_text text_of(const struct member *member, const struct tie_finding *finding)
{
    const void *at = (const char *)finding + member->offset;

    switch (member->kind) {
    case MEMBER_TEXT: return tie_text_of(*(const char *const *)at);
    case MEMBER_CHARS: return tie_text_of(at);
    case MEMBER_CHECK: return tie_text_of(tie_check(finding->check)->code);
    case MEMBER_DEC:
    case MEMBER_DAY:
    case MEMBER_NUMBER:
    case MEMBER_BOOL:
    case MEMBER_LIST:
    case MEMBER_KEYS: break;
    }
    return TIE_TEXT("");
}

static char *write_word(char *to, const char *word)
{
    while (*word != '\0')
        *to++ = *word++;
    return to;
}

static void put_member(struct tie_buf *out, const struct member *member, const struct tie_finding *finding)
{
    const void *at = (const char *)finding + member->offset;
    const struct tie_text text = text_of(member, finding);
    char *to = tie_buf_room(out, member->name_size + TIE_JSON_INT_MAX + TIE_JSON_TEXT_MAX(text.size));
    int number = 0;

    if (to == NULL)
        return;
    memcpy(to, member->name, member->name_size);
    to += member->name_size;
    switch (member->kind) {
    case MEMBER_TEXT:
    case MEMBER_CHARS:
    case MEMBER_CHECK: to = tie_json_write_text(to, text); break;
    case MEMBER_DEC: to = tie_json_write_int(to, *(const tie_dec *)at); break;
    case MEMBER_DAY:
        to = tie_json_write_int(to, *(const tie_date *)at == TIE_NO_DATE ? TIE_NONE : *(const tie_date *)at);
        break;
    case MEMBER_NUMBER:
        memcpy(&number, at, sizeof number);
        to = tie_json_write_int(to, number);
        break;
    case MEMBER_BOOL: to = write_word(to, *(const bool *)at ? "true" : "false"); break;
    case MEMBER_LIST:
    case MEMBER_KEYS: *to++ = '['; break;
    }
    tie_buf_filled(out, to);
    if (member->kind == MEMBER_LIST)
        put_list(out, ((const struct tie_id_list *)at)->at, ((const struct tie_id_list *)at)->count);
    else if (member->kind == MEMBER_KEYS)
        put_list(out, finding->keys, finding->key_count);
}

void ledger_emission_put(struct tie_buf *out, const struct tie_finding *finding)
{
    const size_t start = out->size;

    for (size_t i = 0; i < TIE_COUNT_OF(members); i++)
        put_member(out, &members[i], finding);
    tie_buf_char(out, '}');
    if (!out->failed)
        out->at[start] = '{'; /* in the place of the first comma */
}

/* ---- reading ---- */

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
    case MEMBER_CHARS:
    case MEMBER_CHECK:
    case MEMBER_KEYS: break; /* what identifies it is read by itself */
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
        const struct tie_json *value = tie_json_get(object, members[i].key);

        if (members[i].kind >= MEMBER_CHARS)
            continue;
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
