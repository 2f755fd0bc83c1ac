/*
 * sample_record.c - how a sample is written down: names, digests, sample.json and its key/value rows.
 *
 * Under a digest each field ends with a NUL and each row with a newline: no two rows can give the same bytes, because
 * no field holds a NUL. Order numbers of a row are left out, its place in the order of `no` says them.
 */
#include "tieout/sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const method_names[TIE_SAMPLE_METHOD_COUNT] = { "mus", "srs" };
static const char *const class_names[TIE_PICK_CLASS_COUNT] = { "certainty", "high", "selected", "attribute" };

const char *tie_sample_method_name(enum tie_sample_method method)
{
    return method_names[method];
}

const char *tie_sample_class_name(enum tie_sample_class class)
{
    return class_names[class];
}

static void put_text(struct tie_sha256 *sha, const char *text)
{
    tie_sha256_put(sha, text, strlen(text) + 1);
}

static void put_number(struct tie_sha256 *sha, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRId64, value);
    put_text(sha, text);
}

void tie_sample_digest_unit(struct tie_sha256 *sha, const struct tie_sample_unit *unit)
{
    put_text(sha, unit->key);
    put_text(sha, unit->stratum);
    put_number(sha, unit->book);
    put_text(sha, unit->is_certainty ? "certainty" : "");
    tie_sha256_put(sha, "\n", 1);
}

void tie_sample_digest_pick(struct tie_sha256 *sha, const char *key, const char *stratum, enum tie_sample_class class,
    uint64_t times, int64_t book)
{
    put_text(sha, key);
    put_text(sha, stratum);
    put_text(sha, class_names[class]);
    put_number(sha, (int64_t)times);
    put_number(sha, book);
    tie_sha256_put(sha, "\n", 1);
}

void tie_sample_digest_field(struct tie_sha256 *sha, const char *key, const char *value)
{
    put_text(sha, key);
    put_text(sha, value);
    tie_sha256_put(sha, "\n", 1);
}

void tie_sample_seal(const char *key, const char *stratum, enum tie_sample_class class, uint64_t times, int64_t book,
    char seal[TIE_SAMPLE_SEAL])
{
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;

    tie_sha256_init(&sha);
    tie_sample_digest_pick(&sha, key, stratum, class, times, book);
    tie_sha256_final(&sha, digest);
    tie_hex(digest, (TIE_SAMPLE_SEAL - 1) / 2, seal);
}

static void set_digest(struct tie_json *object, struct tie_sha256 *sha)
{
    unsigned char digest[TIE_SHA256_BYTES];
    char hex[TIE_SHA256_HEX];

    tie_sha256_final(sha, digest);
    tie_hex(digest, sizeof digest, hex);
    tie_json_set_text(object, "sha256", hex);
}

static struct tie_json *frame_json(const struct tie_sample *sample, const char *currency)
{
    struct tie_json *const frame = tie_json_object();
    struct tie_sha256 sha;

    tie_json_set_int(frame, "orders", (int64_t)sample->orders);
    tie_json_set_int(frame, "book", sample->book);
    tie_json_set_text(frame, "currency", currency);
    tie_sha256_init(&sha);
    for (size_t i = 0; i < sample->orders; i++)
        tie_sample_digest_unit(&sha, &sample->units[i]);
    set_digest(frame, &sha);
    return frame;
}

static struct tie_json *stratum_json(const struct tie_sample_stratum *stratum)
{
    struct tie_json *const json = tie_json_object();

    tie_json_set_text(json, "name", stratum->name);
    tie_json_set_int(json, "orders", (int64_t)stratum->orders);
    tie_json_set_int(json, "book", stratum->book);
    tie_json_set_int(json, "certainty_orders", (int64_t)stratum->certainty_orders);
    tie_json_set_int(json, "certainty_book", stratum->certainty_book);
    tie_json_set_int(json, "high_orders", (int64_t)stratum->high_orders);
    tie_json_set_int(json, "high_book", stratum->high_book);
    tie_json_set_int(json, "zero_orders", (int64_t)stratum->zero_orders);
    tie_json_set_int(json, "zero_book", stratum->zero_book);
    tie_json_set_int(json, "rest_orders", (int64_t)stratum->rest_orders);
    tie_json_set_int(json, "rest_book", stratum->rest_book);
    tie_json_set_int(json, "size", (int64_t)stratum->size);
    tie_json_set_int(json, "interval_num", stratum->interval_num);
    tie_json_set_int(json, "interval_den", stratum->interval_den);
    return json;
}

static struct tie_json *picks_json(const struct tie_sample *sample)
{
    struct tie_json *const picks = tie_json_object();
    struct tie_sha256 sha;

    tie_json_set_int(picks, "count", (int64_t)sample->pick_count);
    tie_sha256_init(&sha);
    for (size_t i = 0; i < sample->pick_count; i++) {
        const struct tie_sample_pick *const pick = &sample->picks[i];
        const struct tie_sample_unit *const unit = &sample->units[pick->unit];

        tie_sample_digest_pick(&sha, unit->key, unit->stratum, pick->class, pick->times, unit->book);
    }
    set_digest(picks, &sha);
    return picks;
}

/* ---- key/value rows ---- */

static void flatten(
    struct tie_arena *arena, const struct tie_json *json, const char *path, struct tie_sample_fields *fields);

static void flatten_member(struct tie_arena *arena, const struct tie_json *value, const char *path, const char *name,
    struct tie_sample_fields *fields)
{
    flatten(arena, value,
        path[0] == '\0' ? tie_arena_strdup(arena, name) : tie_arena_printf(arena, "%s.%s", path, name), fields);
}

static const char *print_value(struct tie_arena *arena, const struct tie_json *json)
{
    switch (tie_json_kind(json)) {
    case TIE_JSON_INT: return tie_arena_printf(arena, "%" PRId64, tie_json_as_int(json));
    case TIE_JSON_BOOL: return tie_json_as_bool(json) ? "yes" : "no";
    case TIE_JSON_TEXT: return tie_text_dup(arena, tie_json_as_text(json));
    case TIE_JSON_NULL:
    case TIE_JSON_ARRAY:
    case TIE_JSON_OBJECT: break;
    }
    return "";
}

static void flatten(
    struct tie_arena *arena, const struct tie_json *json, const char *path, struct tie_sample_fields *fields)
{
    const enum tie_json_kind kind = tie_json_kind(json);

    if (kind == TIE_JSON_OBJECT) {
        for (const char *key = tie_json_next_key(json, NULL); key != NULL; key = tie_json_next_key(json, key))
            flatten_member(arena, tie_json_get(json, key), path, key, fields);
    } else if (kind == TIE_JSON_ARRAY) {
        for (size_t i = 0; i < tie_json_count(json); i++)
            flatten_member(arena, tie_json_at(json, i), path, tie_arena_printf(arena, "%zu", i + 1), fields);
    } else {
        TIE_PUSH(arena, fields, (struct tie_sample_field){ .key = path, .value = print_value(arena, json) });
    }
}

void tie_sample_flatten(struct tie_arena *arena, const struct tie_json *json, struct tie_sample_fields *fields)
{
    *fields = (struct tie_sample_fields){ 0 };
    flatten(arena, json, "", fields);
}

/* ---- sample.json ---- */

struct tie_json *tie_sample_to_json(
    struct tie_arena *arena, const struct tie_sample *sample, const struct tie_sample_meta *meta)
{
    struct tie_json *const json = tie_json_object(), *attribute = tie_json_object(), *strata = tie_json_array();
    struct tie_sample_fields fields;
    struct tie_sha256 sha;
    char text[32];

    tie_json_set_text(json, "format", "tieout-sample-1");
    tie_json_set_text(json, "job", meta->job);
    tie_json_set_text(json, "run", meta->run);
    (void)tie_date_print(meta->as_of, text);
    tie_json_set_text(json, "as_of", text);
    tie_json_set_text(json, "method", tie_sample_method_name(sample->design.method));
    tie_json_set_int(json, "size", (int64_t)sample->design.size);
    (void)snprintf(text, sizeof text, "%" PRIu64, sample->design.seed); /* passes what JSON readers keep of a number */
    tie_json_set_text(json, "seed", text);
    tie_json_set(json, "confidence", tie_json_dec(meta->confidence));
    tie_json_set(json, "frame", frame_json(sample, meta->currency));
    tie_json_set_int(attribute, "orders", (int64_t)sample->zero_orders);
    tie_json_set_int(attribute, "size", (int64_t)sample->attribute_size);
    tie_json_set(json, "attribute", attribute);
    for (size_t h = 0; h < sample->stratum_count; h++)
        tie_json_add(strata, stratum_json(&sample->strata[h]));
    tie_json_set(json, "strata", strata);
    tie_json_set(json, "picks", picks_json(sample));
    tie_sample_flatten(arena, json, &fields);
    tie_sha256_init(&sha);
    for (size_t i = 0; i < fields.count; i++)
        tie_sample_digest_field(&sha, fields.at[i].key, fields.at[i].value);
    set_digest(json, &sha);
    return json;
}
