/*
 * emission.c - a finding as it was last emitted, as JSON text in state.db, and back.
 *
 * One table names every member, its kind and its place; both directions walk it, so they can't differ. It is written
 * straight into the text, without a tree of values in between: half the rows of a store may be findings. Amounts and
 * quantities are stored as whole millionths. Half of the members of a finding are empty, zero or false: these are left
 * out and their number stands at the end ("zeros"), so that a text that lost a member is still told from a whole one;
 * texts of version 1 have all members. What the state keeps in columns of its own (status, first_seen,
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

enum {
    SEVERITY_LIMIT = 5,
    ROOM_BYTES = 4096 /* asked for at once while a finding is written */
};

struct member {
    const char *key;
    enum member_kind kind;
    int limit; /* of MEMBER_NUMBER: values are 0 to below it, since names are looked up by them */
    size_t offset;
};

/* By name, so that what is written one after the other is the sorted form of JSON: name, kind, member of the struct,
 * limit. Enums are stored by number: their order is part of the state's version. */
#define MEMBERS(X)                                                                                                     \
    X(actual_amount, DEC, actual_amount, 0)                                                                            \
    X(anchor, TEXT, anchor, 0)                                                                                         \
    X(asset, TEXT, asset, 0)                                                                                           \
    X(billed_qty, DEC, billed_qty, 0)                                                                                  \
    X(billing_ids, LIST, billing_ids, 0)                                                                               \
    X(book_effect, DEC, book_effect, 0)                                                                                \
    X(bucket, NUMBER, bucket, TIE_BUCKET_COUNT)                                                                        \
    X(certainty, NUMBER, certainty, TIE_CERTAINTY_COUNT)                                                               \
    X(check, CHECK, check, 0)                                                                                          \
    X(contract, TEXT, contract, 0)                                                                                     \
    X(correction_amount, DEC, correction_amount, 0)                                                                    \
    X(correction_qty, DEC, correction_qty, 0)                                                                          \
    X(currency, TEXT, currency, 0)                                                                                     \
    X(customer, TEXT, customer, 0)                                                                                     \
    X(due, DAY, due, 0)                                                                                                \
    X(due_seconds, DEC, due_span.seconds, 0)                                                                           \
    X(due_workdays, NUMBER, due_span.workdays, INT_MAX)                                                                \
    X(event_day, DAY, event_day, 0)                                                                                    \
    X(expected_amount, DEC, expected_amount, 0)                                                                        \
    X(expected_qty, DEC, expected_qty, 0)                                                                              \
    X(explanation, TEXT, explanation, 0)                                                                               \
    X(exposure, DEC, exposure, 0)                                                                                      \
    X(exposure_reporting, DEC, exposure_reporting, 0)                                                                  \
    X(id, CHARS, id, 0)                                                                                                \
    X(is_due_from_first_seen, BOOL, is_due_from_first_seen, 0)                                                         \
    X(is_pending, BOOL, is_pending, 0)                                                                                 \
    X(is_primary, BOOL, is_primary, 0)                                                                                 \
    X(item, TEXT, item, 0)                                                                                             \
    X(keys, KEYS, keys, 0)                                                                                             \
    X(legal_entity, TEXT, legal_entity, 0)                                                                             \
    X(location, TEXT, location, 0)                                                                                     \
    X(movement_ids, LIST, movement_ids, 0)                                                                             \
    X(movement_qty, DEC, movement_qty, 0)                                                                              \
    X(other_ids, LIST, other_ids, 0)                                                                                   \
    X(other_item, TEXT, other_item, 0)                                                                                 \
    X(pass, NUMBER, pass, TIE_P11 + 1)                                                                                 \
    X(payer, TEXT, payer, 0)                                                                                           \
    X(primary_id, CHARS, primary_id, 0)                                                                                \
    X(reason, TEXT, reason, 0)                                                                                         \
    X(region, TEXT, region, 0)                                                                                         \
    X(reporting_currency, TEXT, reporting_currency, 0)                                                                 \
    X(serial, TEXT, serial, 0)                                                                                         \
    X(severity, NUMBER, severity, SEVERITY_LIMIT)                                                                      \
    X(technician, TEXT, technician, 0)                                                                                 \
    X(to_location, TEXT, to_location, 0)                                                                               \
    X(uom, TEXT, uom, 0)                                                                                               \
    X(usage_ids, LIST, usage_ids, 0)                                                                                   \
    X(usage_qty, DEC, usage_qty, 0)                                                                                    \
    X(verb, TEXT, verb, 0)                                                                                             \
    X(verdict, NUMBER, verdict, TIE_VERDICT_COUNT)                                                                     \
    X(work_order, TEXT, work_order, 0)

static const struct member members[] = {
#define ROW(name, kind, member, limit) { #name, MEMBER_##kind, limit, offsetof(struct tie_finding, member) },
    MEMBERS(ROW)
#undef ROW
};

/* How many members are left out; behind all others by name. */
static const char zeros_key[] = "zeros";

/* Numbers are enums and small counts, which are plain ints in memory on the platforms we build for. */
_Static_assert(sizeof(enum tie_check) == sizeof(int) && sizeof(enum tie_bucket) == sizeof(int) &&
        sizeof(enum tie_certainty) == sizeof(int) && sizeof(enum tie_verdict_word) == sizeof(int) &&
        sizeof(enum tie_pass) == sizeof(int),
    "enums are ints");

/* ---- writing ---- */

struct pen {
    struct tie_buf *out;
    char *to, *end; /* room that was asked for; NULL before, and when it was refused */
};

/* Place for so many bytes more: false when there is none. */
static bool has_room(struct pen *pen, size_t bytes)
{
    if (pen->to != NULL && (size_t)(pen->end - pen->to) >= bytes)
        return true;
    if (pen->to != NULL)
        tie_buf_filled(pen->out, pen->to);
    bytes += ROOM_BYTES;
    pen->to = tie_buf_room(pen->out, bytes);
    pen->end = pen->to == NULL ? NULL : pen->to + bytes;
    return pen->to != NULL;
}

static inline void put_name(struct pen *pen, const char *name, size_t size)
{
    memcpy(pen->to, name, size);
    pen->to += size;
}

/* One function a kind: writes the member unless it is empty, zero or false, and says whether it did. */
static inline bool put_TEXT(struct pen *pen, const char *name, size_t name_size, const char *const *at)
{
    const struct tie_text text = tie_text_of(*at);

    if (text.size == 0 || !has_room(pen, name_size + TIE_JSON_TEXT_MAX(text.size)))
        return false;
    put_name(pen, name, name_size);
    pen->to = tie_json_write_text(pen->to, text);
    return true;
}

static inline bool put_CHARS(struct pen *pen, const char *name, size_t name_size, const char (*at)[TIE_FINDING_ID_MAX])
{
    const char *const text = *at;

    return put_TEXT(pen, name, name_size, &text);
}

static inline bool put_CHECK(struct pen *pen, const char *name, size_t name_size, const enum tie_check *at)
{
    return put_TEXT(pen, name, name_size, &tie_check(*at)->code);
}

static inline bool put_DEC(struct pen *pen, const char *name, size_t name_size, const int64_t *at)
{
    if (*at == 0 || !has_room(pen, name_size + TIE_JSON_INT_MAX))
        return false;
    put_name(pen, name, name_size);
    pen->to = tie_json_write_int(pen->to, *at);
    return true;
}

static inline bool put_DAY(struct pen *pen, const char *name, size_t name_size, const tie_date *at)
{
    const int64_t number = *at == TIE_NO_DATE ? TIE_NONE : *at;

    return put_DEC(pen, name, name_size, &number);
}

static inline bool put_NUMBER(struct pen *pen, const char *name, size_t name_size, const void *at)
{
    int number = 0;

    memcpy(&number, at, sizeof number);
    return put_DEC(pen, name, name_size, &(const int64_t){ number });
}

static inline bool put_BOOL(struct pen *pen, const char *name, size_t name_size, const bool *at)
{
    if (!*at || !has_room(pen, name_size + 4))
        return false;
    put_name(pen, name, name_size);
    put_name(pen, "true", 4);
    return true;
}

static bool put_texts(struct pen *pen, const char *name, size_t name_size, const char *const *at, size_t count)
{
    if (count == 0 || !has_room(pen, name_size))
        return false;
    put_name(pen, name, name_size);
    for (size_t i = 0; i < count; i++) {
        const struct tie_text text = tie_text_of(at[i]);

        if (!has_room(pen, TIE_JSON_TEXT_MAX(text.size) + 2))
            return false;
        *pen->to++ = i == 0 ? '[' : ',';
        pen->to = tie_json_write_text(pen->to, text);
    }
    *pen->to++ = ']';
    return true;
}

static inline bool put_LIST(struct pen *pen, const char *name, size_t name_size, const struct tie_id_list *at)
{
    return put_texts(pen, name, name_size, at->at, at->count);
}

/* Straight through the list of members, without a table to be looked at: half of them are left out. */
void ledger_emission_put(struct tie_buf *out, const struct tie_finding *finding)
{
    struct pen pen = { .out = out };
    const size_t start = out->size;
    int64_t zeros = 0;

#define put_KEYS(pen, name, name_size, at) put_texts(pen, name, name_size, *(at), finding->key_count)
#define PUT(name, kind, member, limit)                                                                                 \
    zeros += !put_##kind(&pen, ",\"" #name "\":", sizeof #name + 3, &finding->member);
    MEMBERS(PUT)
#undef PUT
#undef put_KEYS
    (void)put_DEC(&pen, ",\"zeros\":", 9, &zeros);
    if (!has_room(&pen, 1))
        return;
    *pen.to++ = '}';
    tie_buf_filled(out, pen.to);
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

    if ((kind != written[member->kind].kind && !(kind == TIE_JSON_NULL && written[member->kind].may_be_null)))
        return false;
    if (member->kind == MEMBER_NUMBER)
        return number >= 0 && number < member->limit;
    return member->kind != MEMBER_DAY || kind == TIE_JSON_NULL || (number > INT32_MIN && number <= INT32_MAX);
}

static void set_text(void *member, const char *text)
{
    memcpy(member, &text, sizeof text);
}

static void read_member(struct tie_arena *arena, const struct tie_json *value, const struct member *member, char *base)
{
    void *at = base + member->offset;
    int number = 0;

    switch (member->kind) {
    case MEMBER_TEXT: set_text(at, tie_text_dup(arena, tie_json_as_text(value))); break;
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
    const struct tie_json *keys = NULL, *stated = NULL;
    int64_t zeros = 0;
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

        zeros += value == NULL;
        if (value == NULL && members[i].kind == MEMBER_TEXT)
            set_text((char *)finding + members[i].offset, "");
        if (value == NULL || members[i].kind >= MEMBER_CHARS)
            continue;
        sound = is_sound(&members[i], value);
        if (sound)
            read_member(arena, value, &members[i], (char *)finding);
    }
    stated = tie_json_get(object, zeros_key);
    if (!sound || zeros != (stated == NULL ? 0 : tie_json_as_int(stated)))
        status = tie_fail(err, TIE_DATA,
            "state.db: what it keeps of finding %s is damaged; restore the state from a backup", finding->id);
out:
    tie_json_free(object);
    return status;
}
