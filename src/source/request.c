/*
 * request.c - the request of an extraction as JSON, both ways.
 *
 * Writer and reader of a key stand close together, in the order of the struct; what one writes the other must find, so
 * a missing key is a programmer's mistake that shows at once in every run. Zones travel by name and are loaded by the
 * child.
 */
#include "protocol.h"

#include "tieout/json.h"

#include <string.h>

/* ---- out ---- */

static struct tie_json *print_source(const struct tie_source_spec *source)
{
    struct tie_json *json = tie_json_object();

    tie_json_set_text(json, "name", source->name);
    tie_json_set_int(json, "driver", source->driver);
    tie_json_set_text(json, "connection", source->connection);
    tie_json_set_text(json, "password", source->password);
    tie_json_set_text(json, "timezone", source->timezone);
    tie_json_set_int(json, "timeout_us", source->timeout_us);
    tie_json_set_int(json, "connect_timeout_us", source->connect_timeout_us);
    tie_json_set_int(json, "fetch_rows", source->fetch_rows);
    tie_json_set_int(json, "connections", source->connections);
    tie_json_set_int(json, "copy", source->copy);
    tie_json_set_int(json, "memory_bytes", (int64_t)source->memory_bytes);
    tie_json_set_int(json, "style", source->style);
    tie_json_set_int(json, "delimiter", source->delimiter);
    tie_json_set_int(json, "max_bytes", (int64_t)source->max_bytes);
    tie_json_set_int(json, "max_ratio", (int64_t)source->max_ratio);
    return json;
}

static struct tie_json *print_map(const struct tie_code_map *map)
{
    struct tie_json *json = tie_json_object(), *lists = tie_json_array();

    tie_json_set_int(json, "column", map->column);
    for (size_t i = 0; i < map->count; i++) {
        struct tie_json *list = tie_json_object(), *codes = tie_json_array();

        tie_json_set_text(list, "word", map->lists[i].word);
        tie_json_set(list, "is_rest", tie_json_bool(map->lists[i].is_rest));
        for (size_t j = 0; j < map->lists[i].count; j++)
            tie_json_add(codes, tie_json_text(tie_text_of(map->lists[i].codes[j])));
        tie_json_set(list, "codes", codes);
        tie_json_add(lists, list);
    }
    tie_json_set(json, "lists", lists);
    return json;
}

static struct tie_json *print_part(const struct tie_part_spec *part)
{
    struct tie_json *json = tie_json_object(), *floats = tie_json_array(), *maps = tie_json_array();

    tie_json_set_text(json, "title", part->title);
    tie_json_set_int(json, "dataset", part->dataset);
    tie_json_set_int(json, "xref_kind", part->xref_kind);
    tie_json_set_int(json, "part", part->part);
    tie_json_set_text(json, "query_path", part->query_path);
    tie_json_set_text(json, "query", part->query);
    tie_json_set_text(json, "control_path", part->control_path);
    tie_json_set_text(json, "control", part->control);
    tie_json_set_text(json, "file", part->file);
    tie_json_set_text(json, "split", part->split);
    tie_json_set_int(json, "ids", part->ids);
    for (int i = 0; i < TIE_COLUMN_MAX; i++)
        if (part->allow_float[i])
            tie_json_add(floats, tie_json_int(i));
    tie_json_set(json, "allow_float", floats);
    for (size_t i = 0; i < part->map_count; i++)
        tie_json_add(maps, print_map(&part->maps[i]));
    tie_json_set(json, "maps", maps);
    return json;
}

void tie_source_request_print(const struct tie_source_request *request, struct tie_buf *out)
{
    const struct tie_extract_plan *plan = &request->plan;
    struct tie_json *json = tie_json_object(), *parts = tie_json_array(), *imports = tie_json_array();

    tie_json_set(json, "is_describe", tie_json_bool(request->is_describe));
    tie_json_set_int(json, "source_index", (int64_t)request->source);
    tie_json_set(json, "source", print_source(&plan->sources[0]));
    for (size_t i = 0; i < plan->part_count; i++)
        tie_json_add(parts, print_part(&plan->parts[i]));
    tie_json_set(json, "parts", parts);
    for (size_t i = 0; i < request->import_count; i++) {
        struct tie_json *import = tie_json_object();

        tie_json_set_int(import, "part", request->import_parts[i]);
        tie_json_set_text(import, "path", request->import_paths[i]);
        tie_json_add(imports, import);
    }
    tie_json_set(json, "imports", imports);
    tie_json_set_text(json, "order_pattern", plan->policy->order_pattern);
    tie_json_set_text(json, "order_format", plan->policy->order_format);
    tie_json_set(json, "order_ignore_case", tie_json_bool(plan->policy->order_ignore_case));
    tie_json_set_int(json, "as_of", plan->as_of);
    tie_json_set_int(json, "window_start", plan->window_start);
    tie_json_set_int(json, "window_end", plan->window_end);
    tie_json_set_int(json, "history_start", plan->history_start);
    tie_json_set_int(json, "shard_count", plan->shard_count);
    tie_json_set_int(json, "memory_bytes", (int64_t)plan->memory_bytes);
    tie_json_set_text(json, "work_folder", plan->work_folder);
    tie_json_set_int(json, "reject_share", plan->reject_share);
    tie_json_set_int(json, "reject_rows", (int64_t)plan->reject_rows);
    tie_json_print(json, TIE_JSON_COMPACT, out);
    tie_json_free(json);
}

/* ---- in ---- */

struct reading {
    struct tie_arena *arena;
    enum tie_status status; /* of the first key that was not as it must be */
    struct tie_error *err;
};

static int64_t get_int(struct reading *reading, const struct tie_json *json, const char *key)
{
    const struct tie_json *value = NULL;

    if (reading->status == TIE_OK)
        reading->status = tie_json_need(json, key, TIE_JSON_INT, &value, reading->err);
    return reading->status == TIE_OK ? tie_json_as_int(value) : 0;
}

static bool get_bool(const struct tie_json *json, const char *key)
{
    return tie_json_as_bool(tie_json_get(json, key));
}

static const char *get_text(struct reading *reading, const struct tie_json *json, const char *key)
{
    const struct tie_json *value = tie_json_get(json, key);

    return tie_json_kind(value) == TIE_JSON_TEXT ? tie_text_dup(reading->arena, tie_json_as_text(value)) : NULL;
}

static void read_source(struct reading *reading, const struct tie_json *json, struct tie_source_spec *source)
{
    source->name = get_text(reading, json, "name");
    source->driver = (enum tie_driver)get_int(reading, json, "driver");
    source->connection = get_text(reading, json, "connection");
    source->password = get_text(reading, json, "password");
    source->timezone = get_text(reading, json, "timezone");
    source->timeout_us = get_int(reading, json, "timeout_us");
    source->connect_timeout_us = get_int(reading, json, "connect_timeout_us");
    source->fetch_rows = (unsigned)get_int(reading, json, "fetch_rows");
    source->connections = (unsigned)get_int(reading, json, "connections");
    source->copy = (enum tie_copy)get_int(reading, json, "copy");
    source->memory_bytes = (uint64_t)get_int(reading, json, "memory_bytes");
    source->style = (enum tie_parameter_style)get_int(reading, json, "style");
    source->delimiter = (char)get_int(reading, json, "delimiter");
    source->max_bytes = (uint64_t)get_int(reading, json, "max_bytes");
    source->max_ratio = (uint64_t)get_int(reading, json, "max_ratio");
}

static void read_map(struct reading *reading, const struct tie_json *json, struct tie_code_map *map)
{
    const struct tie_json *from = tie_json_get(json, "lists");
    struct tie_code_list *lists = NULL;

    map->column = (int)get_int(reading, json, "column");
    map->count = tie_json_count(from);
    map->lists = lists = TIE_TAKE(reading->arena, struct tie_code_list, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const struct tie_json *list = tie_json_at(from, i), *list_codes = tie_json_get(list, "codes");
        const char **codes = NULL;

        lists[i].word = get_text(reading, list, "word");
        lists[i].is_rest = get_bool(list, "is_rest");
        lists[i].count = tie_json_count(list_codes);
        lists[i].codes = codes = TIE_TAKE(reading->arena, const char *, lists[i].count);
        for (size_t j = 0; j < lists[i].count; j++)
            codes[j] = tie_text_dup(reading->arena, tie_json_as_text(tie_json_at(list_codes, j)));
    }
}

static void read_part(struct reading *reading, const struct tie_json *json, struct tie_part_spec *part)
{
    const struct tie_json *floats = tie_json_get(json, "allow_float"), *from = tie_json_get(json, "maps");
    struct tie_code_map *maps = NULL;

    part->title = get_text(reading, json, "title");
    part->dataset = (enum tie_dataset)get_int(reading, json, "dataset");
    part->xref_kind = (enum tie_xref_kind)get_int(reading, json, "xref_kind");
    part->part = (uint32_t)get_int(reading, json, "part");
    part->query_path = get_text(reading, json, "query_path");
    part->query = get_text(reading, json, "query");
    part->control_path = get_text(reading, json, "control_path");
    part->control = get_text(reading, json, "control");
    part->file = get_text(reading, json, "file");
    part->split = get_text(reading, json, "split");
    part->ids = (enum tie_side)get_int(reading, json, "ids");
    for (size_t i = 0; i < tie_json_count(floats); i++) {
        const int64_t column = tie_json_as_int(tie_json_at(floats, i));

        TIE_ASSERT(column >= 0 && column < TIE_COLUMN_MAX);
        part->allow_float[column] = true;
    }
    part->map_count = tie_json_count(from);
    part->maps = maps = TIE_TAKE(reading->arena, struct tie_code_map, part->map_count);
    for (size_t i = 0; i < part->map_count; i++)
        read_map(reading, tie_json_at(from, i), &maps[i]);
}

static void read_lists(struct reading *reading, const struct tie_json *json, struct tie_source_request *request)
{
    const struct tie_json *from = tie_json_get(json, "parts"), *imports = tie_json_get(json, "imports");
    struct tie_extract_plan *plan = &request->plan;
    struct tie_part_spec *parts = NULL;
    const char **paths = NULL;
    uint32_t *import_parts = NULL;

    plan->part_count = tie_json_count(from);
    plan->parts = parts = TIE_TAKE(reading->arena, struct tie_part_spec, plan->part_count);
    for (size_t i = 0; i < plan->part_count; i++)
        read_part(reading, tie_json_at(from, i), &parts[i]);
    request->import_count = tie_json_count(imports);
    request->import_paths = paths = TIE_TAKE(reading->arena, const char *, request->import_count);
    request->import_parts = import_parts = TIE_TAKE(reading->arena, uint32_t, request->import_count);
    for (size_t i = 0; i < request->import_count; i++) {
        paths[i] = get_text(reading, tie_json_at(imports, i), "path");
        import_parts[i] = (uint32_t)get_int(reading, tie_json_at(imports, i), "part");
    }
}

enum tie_status tie_source_request_parse(
    struct tie_arena *arena, struct tie_text text, struct tie_source_request *request, struct tie_error *err)
{
    struct reading reading = { arena, TIE_OK, err };
    struct tie_extract_plan *plan = &request->plan;
    struct tie_source_spec *source = TIE_TAKE(arena, struct tie_source_spec, 1);
    struct tie_policy *policy = TIE_TAKE(arena, struct tie_policy, 1);
    struct tie_json *json = NULL;
    enum tie_status status = tie_json_parse(text, "request", &json, err);

    *request = (struct tie_source_request){ .is_describe = false };
    if (status != TIE_OK)
        return status;
    request->is_describe = get_bool(json, "is_describe");
    request->source = (size_t)get_int(&reading, json, "source_index");
    plan->source_count = 1;
    plan->sources = source;
    plan->policy = policy;
    read_source(&reading, tie_json_get(json, "source"), source);
    read_lists(&reading, json, request);
    policy->order_pattern = get_text(&reading, json, "order_pattern");
    policy->order_format = get_text(&reading, json, "order_format");
    policy->order_ignore_case = get_bool(json, "order_ignore_case");
    plan->as_of = (tie_date)get_int(&reading, json, "as_of");
    plan->window_start = get_int(&reading, json, "window_start");
    plan->window_end = get_int(&reading, json, "window_end");
    plan->history_start = get_int(&reading, json, "history_start");
    plan->shard_count = (unsigned)get_int(&reading, json, "shard_count");
    plan->memory_bytes = (uint64_t)get_int(&reading, json, "memory_bytes");
    plan->work_folder = get_text(&reading, json, "work_folder");
    plan->reject_share = get_int(&reading, json, "reject_share");
    plan->reject_rows = (uint64_t)get_int(&reading, json, "reject_rows");
    tie_json_free(json);
    return reading.status;
}
