/*
 * columns.c - which result column fills which column of the dataset, and everything that is wrong about it at once.
 *
 * Names are compared case-blind, in any order. All troubles are collected before anything is said: whoever writes a
 * query should not have to run preflight once a mistake.
 */
#include "intake.h"

#include <string.h>

struct complaint {
    struct tie_arena *arena;
    const struct tie_part_spec *part;
    const struct tie_dataset_info *dataset;
    struct tie_buf text;
};

static void complain(struct complaint *complaint, const char *text)
{
    tie_buf_text(&complaint->text, complaint->text.size > 0 ? " " : "");
    tie_buf_text(&complaint->text, text);
}

static bool delivers(const struct complaint *complaint, const struct tie_column_match *match, const char *name)
{
    const int column = tie_column_find(complaint->dataset, tie_text_of(name));

    return column >= 0 && match->delivered[column];
}

static void find_missing(struct complaint *complaint, const struct tie_column_match *match)
{
    struct tie_buf list;
    size_t count = 0;

    tie_buf_init(&list, 4096);
    for (size_t i = 0; i < complaint->dataset->column_count; i++) {
        const struct tie_column *column = &complaint->dataset->columns[i];

        if (column->need == TIE_NEED_OPTIONAL || match->delivered[i])
            continue;
        tie_buf_printf(&list, "%s%s (%s)", count++ > 0 ? ", " : "", column->name, tie_type_name(column->type));
    }
    if (count > 0)
        complain(complaint, tie_arena_printf(complaint->arena, "Missing column%s: %s.", count > 1 ? "s" : "", list.at));
    tie_buf_release(&list);
}

/* Needs that several columns can meet (data-model.md, section 7). */
static void find_missing_pairs(struct complaint *complaint, const struct tie_column_match *match)
{
    if (complaint->dataset->id == TIE_DS_USAGE_LINE && !delivers(complaint, match, "device_at") &&
        !delivers(complaint, match, "server_at"))
        complain(complaint, "Missing column: device_at or server_at, one of the two is needed.");
    if (complaint->dataset->id == TIE_DS_TIME_ENTRY && !delivers(complaint, match, "minutes") &&
        !(delivers(complaint, match, "start_at") && delivers(complaint, match, "end_at")))
        complain(complaint, "Missing column: minutes, or both start_at and end_at.");
    if (complaint->dataset->id == TIE_DS_MOVEMENT && delivers(complaint, match, "cost_amount") &&
        !delivers(complaint, match, "currency"))
        complain(complaint, "Missing column: currency is needed where cost_amount is delivered.");
}

/* "; did you mean item_id?", or nothing. */
static const char *near_column(const struct complaint *complaint, const char *name)
{
    const char *names[TIE_COLUMN_MAX];
    const char *near = NULL;

    for (size_t i = 0; i < complaint->dataset->column_count; i++)
        names[i] = complaint->dataset->columns[i].name;
    near = tie_nearest(name, names, complaint->dataset->column_count);
    return near == NULL ? "" : tie_arena_printf(complaint->arena, "; did you mean %s?", near);
}

static void match_one(
    struct complaint *complaint, struct tie_column_match *match, size_t at, const struct tie_result_column *given)
{
    struct tie_described_column *out = &match->columns[at];
    const int column = tie_column_find(complaint->dataset, tie_text_trim(tie_text_of(given->name)));

    *out = (struct tie_described_column){ .name = given->name, .type = given->type, .column = column };
    if (column < 0) {
        out->trouble = tie_arena_printf(complaint->arena, "%s is no column of dataset %s: leave it out or rename it%s",
            given->name, complaint->dataset->name, near_column(complaint, given->name));
    } else if (match->delivered[column]) {
        out->trouble = tie_arena_printf(complaint->arena, "%s comes twice: leave one out", given->name);
    } else {
        match->delivered[column] = true;
        out->trouble = tie_cell_kind_trouble(complaint->arena, &complaint->dataset->columns[column], given->kind,
            given->type, complaint->part->allow_float[column]);
    }
    if (out->trouble != NULL)
        complain(complaint,
            tie_arena_printf(complaint->arena, "Column %zu, %s: %s%s", at + 1, given->name, out->trouble,
                out->trouble[strlen(out->trouble) - 1] == '?' ? "" : "."));
}

void tie_columns_match(struct tie_arena *arena, const struct tie_part_spec *part, const struct tie_result_shape *shape,
    struct tie_column_match *match)
{
    struct complaint complaint = { .arena = arena, .part = part, .dataset = tie_dataset(part->dataset) };

    tie_buf_init(&complaint.text, 8192);
    *match = (struct tie_column_match){ .count = shape->count };
    match->columns = TIE_TAKE(arena, struct tie_described_column, shape->count + 1);
    for (size_t i = 0; i < shape->count; i++)
        match_one(&complaint, match, i, &shape->columns[i]);
    find_missing(&complaint, match);
    find_missing_pairs(&complaint, match);
    if (complaint.text.size > 0)
        match->trouble = tie_arena_strdup(arena, complaint.text.at);
    tie_buf_release(&complaint.text);
}
