/*
 * json.c - a thin wrapper over jansson.
 *
 * jansson keeps a number with a fraction as double. No such number passes here in either direction: none can be built,
 * and a small scan finds them in a text before jansson reads it, with line and column. jansson keeps objects in the
 * order keys were set and sorts by bytes on demand; those are the two forms. An allocation that fails while building is
 * treated as a programmer error: run.json is a few kilobytes, and a half-built value must never be hashed.
 */
#include "tieout/json.h"

#include <jansson.h>
#include <string.h>

/* struct tie_json is never defined: a pointer to one is a json_t pointer. */
static json_t *inner(struct tie_json *json)
{
    return (json_t *)json;
}

static const json_t *inner_const(const struct tie_json *json)
{
    return (const json_t *)json;
}

static struct tie_json *made(json_t *value)
{
    TIE_ASSERT(value != NULL);
    return (struct tie_json *)value;
}

struct tie_json *tie_json_object(void)
{
    return made(json_object());
}

struct tie_json *tie_json_array(void)
{
    return made(json_array());
}

struct tie_json *tie_json_text(struct tie_text text)
{
    return made(json_stringn(text.at, text.size));
}

struct tie_json *tie_json_int(int64_t value)
{
    return value == TIE_NONE ? tie_json_null() : made(json_integer(value));
}

struct tie_json *tie_json_bool(bool value)
{
    return made(json_boolean(value));
}

struct tie_json *tie_json_null(void)
{
    return made(json_null());
}

struct tie_json *tie_json_dec(tie_dec value)
{
    char text[TIE_DEC_TEXT_MAX];

    if (value == TIE_NONE)
        return tie_json_null();
    const size_t size = tie_dec_print(value, text);

    return tie_json_text((struct tie_text){ text, size });
}

void tie_json_free(struct tie_json *json)
{
    json_decref(inner(json));
}

void tie_json_set(struct tie_json *object, const char *key, struct tie_json *value)
{
    TIE_ASSERT(json_object_set_new(inner(object), key, inner(value)) == 0);
}

void tie_json_add(struct tie_json *array, struct tie_json *value)
{
    TIE_ASSERT(json_array_append_new(inner(array), inner(value)) == 0);
}

void tie_json_set_text(struct tie_json *object, const char *key, const char *zero_ended)
{
    tie_json_set(object, key, zero_ended ? tie_json_text(tie_text_of(zero_ended)) : tie_json_null());
}

void tie_json_set_int(struct tie_json *object, const char *key, int64_t value)
{
    tie_json_set(object, key, tie_json_int(value));
}

void tie_json_remove(struct tie_json *object, const char *key)
{
    (void)json_object_del(inner(object), key);
}

static size_t flags_of(enum tie_json_form form)
{
    return JSON_ENCODE_ANY | (form == TIE_JSON_COMPACT ? JSON_COMPACT | JSON_SORT_KEYS : JSON_INDENT(2));
}

static int to_out(const char *bytes, size_t size, void *out)
{
    tie_out_put(out, bytes, size);
    return 0;
}

static int to_buf(const char *bytes, size_t size, void *buf)
{
    tie_buf_put(buf, bytes, size);
    return 0;
}

void tie_json_write(const struct tie_json *json, enum tie_json_form form, struct tie_out *out)
{
    TIE_ASSERT(json_dump_callback(inner_const(json), to_out, out, flags_of(form)) == 0);
}

void tie_json_print(const struct tie_json *json, enum tie_json_form form, struct tie_buf *out)
{
    TIE_ASSERT(json_dump_callback(inner_const(json), to_buf, out, flags_of(form)) == 0);
}

/* Looks for a point or an exponent in a number outside of strings. Faults of another kind are left to jansson. */
static enum tie_status refuse_fractions(struct tie_text text, const char *name, struct tie_error *err)
{
    size_t line = 1;
    size_t column = 0;
    bool in_text = false;
    bool in_number = false;

    for (size_t i = 0; i < text.size; i++) {
        const char c = text.at[i];

        column++;
        if (c == '\n') {
            line++;
            column = 0;
        }
        if (in_text && c == '\\') { /* the next byte is no closing quote */
            i++;
            column++;
        } else if (c == '"') {
            in_text = !in_text;
            in_number = false;
        } else if (!in_text && in_number && (c == '.' || c == 'e' || c == 'E')) {
            return tie_fail(err, TIE_DATA,
                "%s:%zu:%zu: a number with a fraction or exponent; decimals must be text, as in \"12.5\"", name, line,
                column);
        } else {
            in_number = !in_text && ((c >= '0' && c <= '9') || c == '-');
        }
    }
    return TIE_OK;
}

enum tie_status tie_json_parse(struct tie_text text, const char *name, struct tie_json **json, struct tie_error *err)
{
    const enum tie_status status = refuse_fractions(text, name, err);
    json_error_t trouble;
    json_t *value = NULL;

    *json = NULL;
    if (status != TIE_OK)
        return status;
    value = json_loadb(text.at, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &trouble);
    if (value == NULL)
        return tie_fail(err, TIE_DATA, "%s:%d:%d: no JSON: %s", name, trouble.line, trouble.column, trouble.text);
    *json = made(value);
    return TIE_OK;
}

enum tie_json_kind tie_json_kind(const struct tie_json *json)
{
    const json_t *const value = inner_const(json);

    if (value == NULL)
        return TIE_JSON_NULL;
    TIE_ASSERT(!json_is_real(value)); /* refused before it was parsed */
    switch (json_typeof(value)) {
    case JSON_OBJECT: return TIE_JSON_OBJECT;
    case JSON_ARRAY: return TIE_JSON_ARRAY;
    case JSON_STRING: return TIE_JSON_TEXT;
    case JSON_INTEGER: return TIE_JSON_INT;
    case JSON_TRUE:
    case JSON_FALSE: return TIE_JSON_BOOL;
    case JSON_NULL:
    case JSON_REAL:
    default: return TIE_JSON_NULL;
    }
}

const struct tie_json *tie_json_get(const struct tie_json *object, const char *key)
{
    return (const struct tie_json *)json_object_get(inner_const(object), key);
}

const char *tie_json_next_key(const struct tie_json *object, const char *key)
{
    json_t *value = NULL;
    void *place = NULL;

    if (tie_json_kind(object) != TIE_JSON_OBJECT)
        return NULL;
    memcpy(&value, &object, sizeof value); /* the iterator lacks the const, but changes nothing */
    place = key ? json_object_iter_next(value, json_object_key_to_iter(key)) : json_object_iter(value);
    return place ? json_object_iter_key(place) : NULL;
}

size_t tie_json_count(const struct tie_json *json)
{
    const json_t *const value = inner_const(json);

    return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

const struct tie_json *tie_json_at(const struct tie_json *array, size_t index)
{
    return (const struct tie_json *)json_array_get(inner_const(array), index);
}

struct tie_text tie_json_as_text(const struct tie_json *json)
{
    const json_t *const value = inner_const(json);

    if (!json_is_string(value))
        return TIE_TEXT("");
    return (struct tie_text){ json_string_value(value), json_string_length(value) };
}

int64_t tie_json_as_int(const struct tie_json *json)
{
    const json_t *const value = inner_const(json);

    return json_is_integer(value) ? json_integer_value(value) : TIE_NONE;
}

bool tie_json_as_bool(const struct tie_json *json)
{
    return json_is_true(inner_const(json));
}

enum tie_status tie_json_need(const struct tie_json *object, const char *key, enum tie_json_kind kind,
    const struct tie_json **value, struct tie_error *err)
{
    static const char *const names[] = { "null", "true or false", "a whole number", "text", "an array", "an object" };

    *value = tie_json_get(object, key);
    if (*value == NULL)
        return tie_fail(err, TIE_DATA, "\"%s\" is missing", key);
    if (tie_json_kind(*value) != kind)
        return tie_fail(err, TIE_DATA, "\"%s\" is %s, not %s", key, names[tie_json_kind(*value)], names[kind]);
    return TIE_OK;
}
