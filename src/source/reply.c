/*
 * reply.c - the child's replies as JSON lines, both ways.
 *
 * What a source says (names of columns, messages) may hold any bytes; JSON text is UTF-8, so foreign bytes become '?'
 * here, in one place. Sizes and counts fit int64: a frame has at most 2^32 rows.
 */
#include "protocol.h"

#include "tieout/json.h"

#include <string.h>

static const char *const event_names[] = {
    [TIE_EVENT_SESSION] = "session",
    [TIE_EVENT_PROGRESS] = "progress",
    [TIE_EVENT_PART] = "part",
    [TIE_EVENT_DESCRIBED] = "described",
    [TIE_EVENT_ERROR] = "error",
    [TIE_EVENT_DONE] = "done",
};

/* ---- out ---- */

static void put_foreign(struct tie_json *json, const char *key, const char *text)
{
    const struct tie_text slice = tie_text_of(text);
    struct tie_buf safe;
    size_t bad_at = 0;

    if (text == NULL || tie_text_is_utf8(slice, &bad_at)) {
        tie_json_set_text(json, key, text);
        return;
    }
    tie_buf_init(&safe, 1 << 20);
    for (size_t i = 0; i < slice.size; i++)
        tie_buf_char(&safe, (unsigned char)slice.at[i] >= 0x80 ? '?' : slice.at[i]);
    tie_json_set(json, key, tie_json_text(tie_buf_slice(&safe)));
    tie_buf_release(&safe);
}

static void print_part(struct tie_json *json, const struct tie_part_result *result)
{
    struct tie_json *delivered = tie_json_array(), *controls = tie_json_array();

    tie_json_set_int(json, "rows", (int64_t)result->rows);
    tie_json_set_int(json, "rejected", (int64_t)result->rejected);
    tie_json_set_int(json, "rounded", (int64_t)result->rounded);
    for (int i = 0; i < TIE_COLUMN_MAX; i++)
        if (result->delivered[i])
            tie_json_add(delivered, tie_json_int(i));
    tie_json_set(json, "delivered", delivered);
    tie_json_set_text(json, "frame_path", result->frame_path);
    tie_json_set_int(json, "frame_rows", (int64_t)result->seal.rows);
    tie_json_set_int(json, "frame_bytes", (int64_t)result->seal.bytes);
    tie_json_set_text(json, "sha256", result->seal.sha256);
    for (size_t i = 0; i < result->control_count; i++) {
        struct tie_json *control = tie_json_object();

        put_foreign(control, "name", result->controls[i].name);
        put_foreign(control, "expected", result->controls[i].expected);
        put_foreign(control, "found", result->controls[i].found);
        tie_json_set(control, "is_equal", tie_json_bool(result->controls[i].is_equal));
        tie_json_add(controls, control);
    }
    tie_json_set(json, "controls", controls);
}

static void print_described(struct tie_json *json, const struct tie_described_part *described)
{
    struct tie_json *columns = tie_json_array();

    tie_json_set_int(json, "status", described->status);
    put_foreign(json, "text", described->text);
    for (size_t i = 0; i < described->column_count; i++) {
        struct tie_json *column = tie_json_object();

        put_foreign(column, "name", described->columns[i].name);
        put_foreign(column, "type", described->columns[i].type);
        tie_json_set_int(column, "column", described->columns[i].column);
        put_foreign(column, "trouble", described->columns[i].trouble);
        tie_json_add(columns, column);
    }
    tie_json_set(json, "columns", columns);
}

void tie_source_reply_print(const struct tie_source_reply *reply, struct tie_buf *out)
{
    struct tie_json *json = tie_json_object();

    tie_json_set_text(json, "event", event_names[reply->event]);
    tie_json_set_int(json, "part", reply->part);
    switch (reply->event) {
    case TIE_EVENT_SESSION:
        put_foreign(json, "product", reply->session.product);
        put_foreign(json, "snapshot", reply->session.snapshot);
        tie_json_set_int(json, "read_at", reply->session.read_at);
        break;
    case TIE_EVENT_PROGRESS: tie_json_set_int(json, "rows", (int64_t)reply->rows); break;
    case TIE_EVENT_PART: print_part(json, &reply->result); break;
    case TIE_EVENT_DESCRIBED: print_described(json, &reply->described); break;
    case TIE_EVENT_ERROR:
        tie_json_set_int(json, "status", reply->error.status);
        put_foreign(json, "text", reply->error.text);
        break;
    case TIE_EVENT_DONE:
        tie_json_set_int(json, "cpu_us", reply->session.cpu_us);
        tie_json_set_int(json, "peak_bytes", (int64_t)reply->session.peak_bytes);
        break;
    }
    tie_json_print(json, TIE_JSON_COMPACT, out);
    tie_buf_char(out, '\n');
    tie_json_free(json);
}

/* ---- in ---- */

static const char *get_text(struct tie_arena *arena, const struct tie_json *json, const char *key)
{
    const struct tie_json *value = tie_json_get(json, key);

    return tie_json_kind(value) == TIE_JSON_TEXT ? tie_text_dup(arena, tie_json_as_text(value)) : NULL;
}

static const char *get_text_or_empty(struct tie_arena *arena, const struct tie_json *json, const char *key)
{
    const char *text = get_text(arena, json, key);

    return text == NULL ? "" : text;
}

static int64_t get_int(const struct tie_json *json, const char *key)
{
    return tie_json_as_int(tie_json_get(json, key));
}

static uint64_t get_count(const struct tie_json *json, const char *key)
{
    const int64_t value = get_int(json, key);

    return value < 0 ? 0 : (uint64_t)value;
}

static void read_part(struct tie_arena *arena, const struct tie_json *json, struct tie_part_result *result)
{
    const struct tie_json *delivered = tie_json_get(json, "delivered"), *from = tie_json_get(json, "controls");
    const char *sha256 = get_text_or_empty(arena, json, "sha256");
    struct tie_control *controls = NULL;

    result->rows = get_count(json, "rows");
    result->rejected = get_count(json, "rejected");
    result->rounded = get_count(json, "rounded");
    for (size_t i = 0; i < tie_json_count(delivered); i++) {
        const int64_t column = tie_json_as_int(tie_json_at(delivered, i));

        TIE_ASSERT(column >= 0 && column < TIE_COLUMN_MAX);
        result->delivered[column] = true;
    }
    result->frame_path = get_text(arena, json, "frame_path");
    result->seal.rows = get_count(json, "frame_rows");
    result->seal.bytes = get_count(json, "frame_bytes");
    TIE_ASSERT(strlen(sha256) < sizeof result->seal.sha256);
    memcpy(result->seal.sha256, sha256, strlen(sha256) + 1);
    result->control_count = tie_json_count(from);
    result->controls = controls = TIE_TAKE(arena, struct tie_control, result->control_count);
    for (size_t i = 0; i < result->control_count; i++) {
        const struct tie_json *control = tie_json_at(from, i);

        controls[i].name = get_text_or_empty(arena, control, "name");
        controls[i].expected = get_text_or_empty(arena, control, "expected");
        controls[i].found = get_text_or_empty(arena, control, "found");
        controls[i].is_equal = tie_json_as_bool(tie_json_get(control, "is_equal"));
    }
}

static void read_described(struct tie_arena *arena, const struct tie_json *json, struct tie_described_part *described)
{
    const struct tie_json *from = tie_json_get(json, "columns");
    struct tie_described_column *columns = NULL;

    described->status = (enum tie_status)get_int(json, "status");
    described->text = get_text_or_empty(arena, json, "text");
    described->column_count = tie_json_count(from);
    described->columns = columns = TIE_TAKE(arena, struct tie_described_column, described->column_count);
    for (size_t i = 0; i < described->column_count; i++) {
        const struct tie_json *column = tie_json_at(from, i);

        columns[i].name = get_text_or_empty(arena, column, "name");
        columns[i].type = get_text_or_empty(arena, column, "type");
        columns[i].column = (int)get_int(column, "column");
        columns[i].trouble = get_text(arena, column, "trouble");
    }
}

static void read_error(const struct tie_json *json, struct tie_error *error)
{
    (void)tie_fail(
        error, (enum tie_status)get_int(json, "status"), "%s", tie_json_as_text(tie_json_get(json, "text")).at);
}

static void read_event(struct tie_arena *arena, const struct tie_json *json, struct tie_source_reply *reply)
{
    switch (reply->event) {
    case TIE_EVENT_SESSION:
        reply->session.product = get_text_or_empty(arena, json, "product");
        reply->session.snapshot = get_text_or_empty(arena, json, "snapshot");
        reply->session.read_at = get_int(json, "read_at");
        break;
    case TIE_EVENT_PROGRESS: reply->rows = get_count(json, "rows"); break;
    case TIE_EVENT_PART: read_part(arena, json, &reply->result); break;
    case TIE_EVENT_DESCRIBED: read_described(arena, json, &reply->described); break;
    case TIE_EVENT_ERROR: read_error(json, &reply->error); break;
    case TIE_EVENT_DONE:
        reply->session.cpu_us = get_int(json, "cpu_us");
        reply->session.peak_bytes = get_count(json, "peak_bytes");
        break;
    }
}

enum tie_status tie_source_reply_parse(
    struct tie_arena *arena, struct tie_text line, struct tie_source_reply *reply, struct tie_error *err)
{
    struct tie_json *json = NULL;
    enum tie_status status = tie_json_parse(line, "reply", &json, err);
    size_t event = 0;

    *reply = (struct tie_source_reply){ .event = TIE_EVENT_DONE };
    if (status != TIE_OK)
        return status;
    while (event < TIE_COUNT_OF(event_names) &&
        !tie_text_is(tie_json_as_text(tie_json_get(json, "event")), event_names[event]))
        event++;
    if (event == TIE_COUNT_OF(event_names)) {
        status = tie_fail(err, TIE_DATA, "reply: unknown event");
    } else {
        reply->event = (enum tie_source_event)event;
        reply->part = (uint32_t)get_count(json, "part");
        read_event(arena, json, reply);
    }
    tie_json_free(json);
    return status;
}
