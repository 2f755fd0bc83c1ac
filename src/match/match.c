/*
 * match.c - the calls of match.h: the steps in their order, and what stands behind a line.
 *
 * tie_match_dossier: orders, lines, repeated reports, references, netting, groups, billing, sums, P0 to P3.
 * tie_match_emit and tie_match_apply are P4 and P9 (window.c). tie_match_finish looks for duplicates among what is then
 * left, compares serials and counts passes. Each step reads what the one before made; the list of files is in
 * parts.h.
 *
 * Money of summarised groups lies on one group of the order: see total.c.
 * Invariant: every usage, time, movement and invoice row of the dossier is exactly one line, whatever happens to it.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

/* Room for the ids of rows that are asked for whenever there are any; refs.c has those that hardly are. */
static void init_ids(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const struct tie_range *ranges = match->dossier->ranges;
    const struct {
        struct tie_match_ids *ids;
        enum tie_dataset dataset;
    } all[] = { { &work->order_ids, TIE_DS_WORK_ORDER }, { &work->order_refs, TIE_DS_WORK_ORDER },
        { &work->visits, TIE_DS_VISIT }, { &work->invoices, TIE_DS_INVOICE }, { &work->claims, TIE_DS_CLAIM } };
    size_t room = 0;
    tie_str *block;

    for (size_t i = 0; i < TIE_COUNT_OF(all); i++)
        room += ranges[all[i].dataset].count;
    block = tie_arena_take_raw(match->arena, room * sizeof *block);
    for (size_t i = 0; i < TIE_COUNT_OF(all); i++)
        block = tie_match_ids_init(all[i].ids, match->arena, block, ranges[all[i].dataset].count);
}

void tie_match_dossier(struct tie_arena *arena, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_match *match)
{
    tie_match_dossier_traced(arena, keys, shard, dossier, NULL, match);
}

void tie_match_dossier_traced(struct tie_arena *arena, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_trace *trace, struct tie_match *match)
{
    *match = (struct tie_match){
        .world = keys->world, .keys = keys, .shard = shard, .dossier = dossier, .arena = arena, .trace = trace
    };
    match->work = TIE_TAKE(arena, struct tie_match_work, 1);
    init_ids(match);
    tie_match_orders(match);
    tie_match_lines(match);
    tie_match_bound_orders(match);
    tie_match_load_duplicates(match);
    if (tie_match_straight(match))
        return;
    tie_match_start_works(match);
    tie_match_refs(match);
    tie_match_net(match);
    tie_match_groups(match);
    tie_match_billing(match);
    tie_match_ledger_and_claims(match);
    tie_match_sort_groups(match);
    tie_match_totals(match);
    tie_match_cascade(match);
}

void tie_match_finish(struct tie_match *match)
{
    tie_match_residual_duplicates(match);
    tie_match_serials(match);
    memset(match->pairs_by_pass, 0, sizeof match->pairs_by_pass);
    for (size_t i = 0; i < match->group_count; i++)
        match->pairs_by_pass[match->groups[i].pass] += match->groups[i].pass != TIE_PASS_NONE;
}

/* ---- what stands behind a line ---- */

static size_t index_of(const struct tie_match *match, const struct tie_line *line)
{
    TIE_ASSERT(line >= match->lines && line < match->lines + match->line_count);
    return (size_t)(line - match->lines);
}

const void *tie_line_source(const struct tie_match *match, const struct tie_line *line)
{
    return match->work->origins[index_of(match, line)].source;
}

const struct tie_invoice *tie_line_invoice(const struct tie_match *match, const struct tie_line *line)
{
    return match->work->origins[index_of(match, line)].invoice;
}

void tie_line_row_id(const struct tie_match *match, const struct tie_line *line, struct tie_buf *out)
{
    const void *source = tie_line_source(match, line);

    if (source != NULL) {
        tie_row_id(out, &match->shard->pool, tie_leg_dataset(line->leg), source);
        return;
    }
    tie_buf_reset(out);
    tie_buf_put(out, line->foreign->text[TIE_LINK_M_ID].at, line->foreign->text[TIE_LINK_M_ID].size);
    tie_buf_printf(out, "/%lld", (long long)line->foreign->number[TIE_LINK_M_LINE_NO]);
}

struct tie_text tie_line_order_text(const struct tie_match *match, const struct tie_line *line)
{
    const struct tie_dataset_info *info = tie_dataset(tie_leg_dataset(line->leg));
    const void *source = tie_line_source(match, line);

    if (source == NULL)
        return line->foreign->text[TIE_LINK_M_ORDER];
    return tie_pool_text(&match->shard->pool, tie_cell_str(&info->columns[info->order_column], source));
}

enum tie_word tie_line_class(const struct tie_match *match, const struct tie_line *line)
{
    const struct tie_movement *source = tie_line_source(match, line);

    if (line->leg != TIE_LEG_MOVEMENT)
        return TIE_W_EMPTY;
    return source == NULL ? (enum tie_word)line->foreign->number[TIE_LINK_M_WORD]
                          : (enum tie_word)source->movement_class;
}

void tie_line_place(const struct tie_match *match, const struct tie_line *line, uint32_t *part, uint32_t *source_row)
{
    const struct tie_row *source = tie_line_source(match, line); /* the first member of every row */
    const int64_t packed = source == NULL ? line->foreign->number[TIE_LINK_M_PERIOD] : 0;

    *part = source == NULL ? (uint32_t)(packed >> 32) : source->part;
    *source_row = source == NULL ? (uint32_t)(packed & UINT32_MAX) : source->source_row;
}

bool tie_line_is_gone(const struct tie_match *match, const struct tie_line *line, struct tie_gone *gone)
{
    if (line->foreign == NULL || tie_line_source(match, line) == NULL)
        return false;
    *gone = (struct tie_gone){ .wo_id = line->foreign->text[TIE_LINK_R_ORDER],
        .usage_id = line->foreign->text[TIE_LINK_R_USAGE],
        .quantity = tie_match_fit((tie_sum)line->quantity - line->open) };
    return true;
}

uint32_t tie_line_named(const struct tie_match *match, const struct tie_line *line)
{
    const struct tie_line_work *works = match->work->lines; /* none: nobody names any (straight.c) */

    return works == NULL ? TIE_NO_INDEX : works[index_of(match, line)].named;
}

/* ---- ids of a group ---- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t tie_group_row_ids(struct tie_arena *arena, const struct tie_match *match, const struct tie_group *group,
    unsigned legs, const char *const **ids)
{
    size_t room = 0, count = 0, kept = 0;
    const char **at;
    struct tie_buf text;

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
        room += (legs & 1u << leg) != 0 ? group->lines[leg].count : 0;
    at = TIE_TAKE(arena, const char *, room);
    tie_buf_init(&text, 1u << 16);
    for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
        for (uint32_t i = 0; (legs & 1u << leg) != 0 && i < group->lines[leg].count; i++) {
            tie_line_row_id(match, &match->lines[group->lines[leg].at[i]], &text);
            at[count++] = tie_text_dup(arena, tie_buf_slice(&text));
        }
    tie_buf_release(&text);
    if (count > 1)
        qsort(at, count, sizeof *at, by_bytes);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(at[kept - 1], at[i]) != 0)
            at[kept++] = at[i];
    *ids = at;
    return kept;
}
