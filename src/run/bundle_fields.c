/*
 * bundle_fields.c - see bundle_fields.h. A row of two functions a kind; nothing is guessed when a value does not fit.
 */
#include "bundle_fields.h"

#include "tieout/model.h"

#include <string.h>

static struct tie_json *put_text(const void *from)
{
    const char *const *text = from;
    struct tie_text slice = tie_text_of(*text);
    struct tie_json *hex = NULL;
    char *digits = NULL;
    struct tie_buf buf;

    if (*text == NULL)
        return tie_json_null();
    if (tie_text_is_utf8(slice, NULL))
        return tie_json_text(slice);
    hex = tie_json_object();
    tie_buf_init(&buf, SIZE_MAX / 4);
    for (size_t i = 0; i < slice.size; i++)
        tie_buf_printf(&buf, "%02x", (unsigned char)slice.at[i]);
    TIE_ASSERT(!buf.failed);
    digits = buf.at;
    tie_json_set_text(hex, "hex", digits);
    tie_buf_release(&buf);
    return hex;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool get_text(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    const char **text = to;
    const struct tie_text hex = tie_json_as_text(tie_json_get(json, "hex"));
    char *bytes = NULL;

    *text = NULL;
    if (tie_json_kind(json) == TIE_JSON_TEXT)
        *text = tie_text_dup(arena, tie_json_as_text(json));
    if (tie_json_kind(json) != TIE_JSON_OBJECT)
        return *text != NULL || tie_json_kind(json) == TIE_JSON_NULL;
    bytes = TIE_TAKE(arena, char, hex.size / 2 + 1);
    for (size_t i = 0; i < hex.size / 2; i++) {
        const int high = digit_of(hex.at[2 * i]), low = digit_of(hex.at[2 * i + 1]);

        if (high < 0 || low < 0 || high + low == 0)
            return false;
        bytes[i] = (char)(high * 16 + low);
    }
    *text = bytes;
    return hex.size > 0 && hex.size % 2 == 0;
}

static struct tie_json *put_bool(const void *from)
{
    return tie_json_bool(*(const bool *)from);
}

static bool get_bool(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    (void)arena;
    *(bool *)to = tie_json_as_bool(json);
    return tie_json_kind(json) == TIE_JSON_BOOL;
}

static struct tie_json *put_u32(const void *from)
{
    return tie_json_int(*(const uint32_t *)from);
}

static bool get_u32(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    const int64_t value = tie_json_as_int(json);

    (void)arena;
    *(uint32_t *)to = (uint32_t)value;
    return value >= 0 && value <= UINT32_MAX;
}

static struct tie_json *put_u64(const void *from)
{
    const uint64_t value = *(const uint64_t *)from;

    TIE_ASSERT(value <= INT64_MAX);
    return tie_json_int((int64_t)value);
}

static bool get_u64(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    const int64_t value = tie_json_as_int(json);

    (void)arena;
    *(uint64_t *)to = (uint64_t)value;
    return value >= 0;
}

static struct tie_json *put_date(const void *from)
{
    char text[16];

    (void)tie_date_print(*(const tie_date *)from, text);
    return text[0] == '\0' ? tie_json_null() : tie_json_text(tie_text_of(text));
}

static bool get_date(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    (void)arena;
    *(tie_date *)to = TIE_NO_DATE;
    return tie_json_kind(json) == TIE_JSON_NULL || tie_date_from_text(tie_json_as_text(json), to);
}

static struct tie_json *put_instant(const void *from)
{
    char text[40];

    if (*(const tie_instant *)from == TIE_NONE)
        return tie_json_null();
    (void)tie_instant_print(*(const tie_instant *)from, text);
    return tie_json_text(tie_text_of(text));
}

static bool get_instant(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    bool has_offset = false;

    (void)arena;
    *(tie_instant *)to = TIE_NONE;
    return tie_json_kind(json) == TIE_JSON_NULL || tie_instant_from_text(tie_json_as_text(json), to, &has_offset);
}

static struct tie_json *put_dataset(const void *from)
{
    return tie_json_text(tie_text_of(tie_dataset(*(const enum tie_dataset *)from)->name));
}

static bool get_dataset(struct tie_arena *arena, const struct tie_json *json, void *to)
{
    (void)arena;
    return tie_dataset_find(tie_json_as_text(json), to);
}

static const struct {
    struct tie_json *(*put)(const void *from);
    bool (*get)(struct tie_arena *arena, const struct tie_json *json, void *to);
} kinds[] = {
    [BUNDLE_TEXT] = { put_text, get_text },
    [BUNDLE_BOOL] = { put_bool, get_bool },
    [BUNDLE_U32] = { put_u32, get_u32 },
    [BUNDLE_U64] = { put_u64, get_u64 },
    [BUNDLE_DATE] = { put_date, get_date },
    [BUNDLE_INSTANT] = { put_instant, get_instant },
    [BUNDLE_DATASET] = { put_dataset, get_dataset },
};

struct tie_json *bundle_put(const struct bundle_field *fields, size_t count, const void *from)
{
    struct tie_json *object = tie_json_object();

    for (size_t i = 0; i < count; i++)
        tie_json_set(object, fields[i].key, kinds[fields[i].kind].put((const char *)from + fields[i].offset));
    return object;
}

enum tie_status bundle_get(struct tie_arena *arena, const struct tie_json *json, const struct bundle_field *fields,
    size_t count, void *to, struct tie_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct tie_json *value = tie_json_get(json, fields[i].key);

        if (value == NULL || !kinds[fields[i].kind].get(arena, value, (char *)to + fields[i].offset))
            return tie_fail(err, TIE_DATA,
                "\"%s\" is missing or can't be used; the bundle is damaged or of another version", fields[i].key);
    }
    return TIE_OK;
}

struct tie_json *bundle_put_list(
    const struct bundle_field *fields, size_t field_count, const void *at, size_t each_bytes, size_t count)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < count; i++)
        tie_json_add(list, bundle_put(fields, field_count, (const char *)at + i * each_bytes));
    return list;
}

enum tie_status bundle_get_list(struct tie_arena *arena, const struct tie_json *object, const char *key,
    const struct bundle_field *fields, size_t field_count, size_t each_bytes, void **at, size_t *count,
    struct tie_error *err)
{
    const struct tie_json *list = NULL;
    enum tie_status status = TIE_OK;

    *at = NULL;
    *count = 0;
    TIE_TRY(tie_json_need(object, key, TIE_JSON_ARRAY, &list, err));
    *count = tie_json_count(list);
    if (*count > 0)
        *at = tie_arena_take_array(arena, *count, each_bytes);
    for (size_t i = 0; i < *count && status == TIE_OK; i++) {
        status = bundle_get(arena, tie_json_at(list, i), fields, field_count, (char *)*at + i * each_bytes, err);
        if (status != TIE_OK)
            tie_error_prefix(err, "%s[%zu]: ", key, i);
    }
out:
    return status;
}
