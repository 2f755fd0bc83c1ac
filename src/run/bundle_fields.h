/*
 * bundle_fields.h - structs to JSON and back by one table of fields, so that both ways can't drift apart.
 *
 * Private to run/. Text that is no UTF-8 (a rejected value may be) stands as {"hex": "..."}, dates and instants as ISO
 * text, nothing as null.
 */
#ifndef TIEOUT_RUN_BUNDLE_FIELDS_H
#define TIEOUT_RUN_BUNDLE_FIELDS_H

#include "tieout/date.h"
#include "tieout/json.h"

enum bundle_kind {
    BUNDLE_TEXT,    /* const char *, may be NULL */
    BUNDLE_BOOL,    /* bool */
    BUNDLE_U32,     /* uint32_t, or an enum of its size */
    BUNDLE_U64,     /* uint64_t or size_t */
    BUNDLE_DATE,    /* tie_date */
    BUNDLE_INSTANT, /* tie_instant */
    BUNDLE_DATASET  /* enum tie_dataset, by name */
};

struct bundle_field {
    const char *key;
    enum bundle_kind kind;
    size_t offset;
};

struct tie_json *bundle_put(const struct bundle_field *fields, size_t count, const void *from); /* the caller's */
/* TIE_DATA names the key that is missing, of another kind or out of range. Keys that no field names are passed over. */
TIE_MUST_CHECK enum tie_status bundle_get(struct tie_arena *arena, const struct tie_json *json,
    const struct bundle_field *fields, size_t count, void *to, struct tie_error *err);
/* The same for `count` structs of `each_bytes` that lie one behind the other. */
struct tie_json *bundle_put_list(
    const struct bundle_field *fields, size_t field_count, const void *at, size_t each_bytes, size_t count);
/* The list under `key` of `object`, made anew in the arena; *at is NULL when it is empty. */
TIE_MUST_CHECK enum tie_status bundle_get_list(struct tie_arena *arena, const struct tie_json *object, const char *key,
    const struct bundle_field *fields, size_t field_count, size_t each_bytes, void **at, size_t *count,
    struct tie_error *err);

#endif
