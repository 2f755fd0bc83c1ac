/*
 * json.h - JSON values, written so that equal values give equal bytes.
 *
 * The only module that knows jansson. There is no floating point: whole numbers are int64, decimals travel as text in
 * shortest form ("12.5"), and a number with a fraction or an exponent is refused when read. Ownership: a new value
 * belongs to the caller until tie_json_free(), or until it is handed to tie_json_set()/tie_json_add(), which take it
 * over. What the getters return is borrowed from the value asked. Errors: of a text that is no JSON TIE_DATA with name,
 * line and column. Text that is no UTF-8 is a programmer error when built. Threads: one tree belongs to one thread at a
 * time.
 */
#ifndef TIEOUT_JSON_H
#define TIEOUT_JSON_H

#include "tieout/decimal.h"
#include "tieout/file.h"

struct tie_json; /* opaque */

enum tie_json_kind { TIE_JSON_NULL, TIE_JSON_BOOL, TIE_JSON_INT, TIE_JSON_TEXT, TIE_JSON_ARRAY, TIE_JSON_OBJECT };

struct tie_json *tie_json_object(void);
struct tie_json *tie_json_array(void);
struct tie_json *tie_json_text(struct tie_text text);
struct tie_json *tie_json_int(int64_t value); /* TIE_NONE gives null */
struct tie_json *tie_json_bool(bool value);
struct tie_json *tie_json_null(void);
struct tie_json *tie_json_dec(tie_dec value); /* as text; TIE_NONE gives null */
void tie_json_free(struct tie_json *json);    /* NULL is fine */

void tie_json_set(
    struct tie_json *object, const char *key, struct tie_json *value); /* takes value; replaces an equal key */
void tie_json_add(struct tie_json *array, struct tie_json *value);     /* takes value */
void tie_json_set_text(struct tie_json *object, const char *key, const char *zero_ended); /* NULL gives null */
void tie_json_set_int(struct tie_json *object, const char *key, int64_t value);
void tie_json_remove(struct tie_json *object, const char *key); /* harmless when absent */

enum tie_json_form {
    TIE_JSON_COMPACT, /* one line, keys sorted by bytes: the form that is hashed */
    TIE_JSON_PRETTY   /* two blanks a level, keys in the order they were set, for people; no newline at the end */
};

void tie_json_write(const struct tie_json *json, enum tie_json_form form, struct tie_out *out);
void tie_json_print(const struct tie_json *json, enum tie_json_form form, struct tie_buf *out);

/* Pieces of the compact form for who writes many alike values and needs no tree of them: "..." with its escapes (at
 * most TIE_JSON_TEXT_MAX(size) bytes) and a whole number (TIE_JSON_INT_MAX; TIE_NONE gives null), written at `to`; the
 * result is the place behind. Names, their order, commas and brackets are the caller's. */
#define TIE_JSON_TEXT_MAX(size) (6 * (size) + 2)
enum { TIE_JSON_INT_MAX = TIE_INT_TEXT_MAX };
char *tie_json_write_text(char *to, struct tie_text text);
char *tie_json_write_int(char *to, int64_t value);
/* Compact JSON, which must be sound, in the other form; keys keep their order. It may come in pieces, cut between two
 * tokens but not behind a bracket that opens: *depth is that of what stands before, 0 at first. */
void tie_json_indent(struct tie_text compact, size_t *depth, struct tie_out *out);

/* `name` stands in error texts ("run.json"). Repeated keys are refused. */
TIE_MUST_CHECK enum tie_status tie_json_parse(
    struct tie_text text, const char *name, struct tie_json **json, struct tie_error *err);

enum tie_json_kind tie_json_kind(const struct tie_json *json);                       /* of NULL: TIE_JSON_NULL */
const struct tie_json *tie_json_get(const struct tie_json *object, const char *key); /* NULL when absent or no object */
const char *tie_json_next_key(const struct tie_json *object, const char *key);  /* first with NULL; NULL at the end */
size_t tie_json_count(const struct tie_json *json);                             /* of an array or object, else 0 */
const struct tie_json *tie_json_at(const struct tie_json *array, size_t index); /* NULL past the end */
struct tie_text tie_json_as_text(const struct tie_json *json); /* zero-ended; empty when it is no text */
int64_t tie_json_as_int(const struct tie_json *json);          /* TIE_NONE when it is no whole number */
bool tie_json_as_bool(const struct tie_json *json);            /* false when it is no bool */

/* A field that must be there: TIE_DATA that names the key when it is absent or of another kind. */
TIE_MUST_CHECK enum tie_status tie_json_need(const struct tie_json *object, const char *key, enum tie_json_kind kind,
    const struct tie_json **value, struct tie_error *err);

#endif
