/*
 * sample.c - the audit sample of a run: drawn from its closed orders, with every source row of the orders drawn.
 *
 * Drawing needs the records that reconciling left; showing an order needs its rows, which are read once more from the
 * shards that hold a drawn order (tie_reconcile_look). Memory: the records of all closed orders, and the rows of at
 * most TIE_SAMPLE_SIZE_MAX + TIE_SAMPLE_EVIDENCE_MAX orders, whatever the size of the run.
 *
 * Rows of an order: all of its family's dossier. Where the family is billed by several orders, a row goes to the one
 * that it was compared under, else to the one that it names; what names none of them stands with each.
 */
#include "reconcile_internal.h"

#include "tieout/log.h"
#include "tieout/pipeline.h"

#include <stdlib.h>
#include <string.h>

struct wanted {
    const char *wo_id;
    size_t pick;
};

struct collector {
    struct tie_pipeline *line;
    struct tie_sample_pack *pack;
    const char *const *part_titles;
    struct wanted *wanted; /* sorted by wo_id */
    size_t wanted_count;
    bool *masks[TIE_DATASET_COUNT]; /* of the dossier that is looked at: rows of the order; NULL: all */
};

/* ---- which orders ---- */

static int by_wo_id(const void *a, const void *b)
{
    return strcmp(((const struct wanted *)a)->wo_id, ((const struct wanted *)b)->wo_id);
}

static const struct wanted *find_wanted(const struct collector *c, struct tie_text wo_id)
{
    size_t low = 0, high = c->wanted_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = tie_text_compare(tie_text_of(c->wanted[middle].wo_id), wo_id);

        if (order == 0)
            return &c->wanted[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_wanted(void *context, struct tie_text wo_id)
{
    return find_wanted(context, wo_id) != NULL;
}

/* ---- what is compared ---- */

static const char *ids_of(
    struct tie_arena *arena, const struct tie_match *match, const struct tie_group *group, unsigned legs)
{
    const char *const *ids = NULL;
    const size_t count = tie_group_row_ids(match->arena, match, group, legs, &ids);
    struct tie_buf text;
    const char *joined = "";

    tie_buf_init(&text, 1U << 24);
    for (size_t i = 0; i < count; i++)
        tie_buf_printf(&text, "%s%s", i > 0 ? "; " : "", ids[i]);
    if (count > 0)
        joined = tie_text_dup(arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    return joined;
}

static tie_dec shown(const struct tie_group *group, tie_dec quantity) /* minutes as hours */
{
    tie_dec hours = quantity;

    if (group->kind != TIE_GROUP_LABOUR || quantity == TIE_NONE)
        return quantity;
    return tie_dec_muldiv(quantity, 1, 60, &hours) ? hours : TIE_NONE;
}

static void add_compared(struct collector *c, struct tie_sample_evidence *evidence, const struct tie_match *match,
    const struct tie_group *group, const struct tie_expectation *expect)
{
    struct tie_arena *arena = c->line->arena;
    const struct tie_pool *pool = &match->shard->pool;
    const struct tie_item *item = tie_world_item(match->world, group->item);
    const unsigned rest = ~(1U << TIE_LEG_USAGE | 1U << TIE_LEG_TIME | 1U << TIE_LEG_MOVEMENT | 1U << TIE_LEG_BILLING);

    TIE_PUSH(arena, &evidence->compared,
        (struct tie_sample_compared){ .item = tie_text_dup(arena, tie_pool_text(pool, group->item)),
            .uom = group->kind == TIE_GROUP_LABOUR ? "h"
                : item == NULL                     ? ""
                                                   : tie_text_dup(arena, tie_pool_text(pool, item->base_uom)),
            .who_pays = tie_class_words(expect->class_),
            .price_from = tie_price_rule_words(expect->price_rule),
            .pass = tie_pass_name(group->pass),
            .currency = tie_text_dup(arena, tie_pool_text(pool, group->currency)),
            .used = shown(group, group->usage),
            .issued = group->kind == TIE_GROUP_PART && group->is_stocked ? group->movement : TIE_NONE,
            .billed = shown(group, group->billed),
            .expected = expect->customer_amount,
            .actual = group->rate_missing ? TIE_NONE : group->charged_amount,
            .usage_ids = ids_of(arena, match, group, 1U << TIE_LEG_USAGE | 1U << TIE_LEG_TIME),
            .movement_ids = ids_of(arena, match, group, 1U << TIE_LEG_MOVEMENT),
            .billing_ids = ids_of(arena, match, group, 1U << TIE_LEG_BILLING),
            .other_ids = ids_of(arena, match, group, rest) });
}

/* ---- whose row ---- */

static bool has_one_biller(const struct tie_match *match)
{
    for (size_t i = 1; i < match->order_count; i++)
        if (match->orders[i].owner != match->orders[0].owner)
            return false;
    return true;
}

/* Biller of the order with that wo_id; TIE_NO_INDEX. */
static uint32_t biller_of(const struct tie_match *match, tie_str wo_id)
{
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);

    for (size_t i = 0; i < match->order_count && wo_id != 0; i++)
        if (rows[match->orders[i].row].wo_id == wo_id)
            return match->orders[i].owner;
    return TIE_NO_INDEX;
}

static void mark_by_column(const struct tie_match *match, uint32_t order, enum tie_dataset dataset, bool *mask)
{
    static const char *const names[] = { "wo_id", "object_id" };
    const struct tie_dataset_info *info = tie_dataset(dataset);
    const struct tie_range range = match->dossier->ranges[dataset];
    const struct tie_rows *rows = &match->shard->tables[dataset];
    int column = -1;

    for (size_t n = 0; n < TIE_COUNT_OF(names) && column < 0; n++)
        column = tie_column_find(info, tie_text_of(names[n]));
    for (uint32_t i = 0; i < range.count; i++) {
        const void *row = (const char *)rows->at + (size_t)(range.first + i) * rows->row_bytes;
        const uint32_t biller = column < 0 ? TIE_NO_INDEX : biller_of(match, tie_cell_str(&info->columns[column], row));

        mask[i] = biller == TIE_NO_INDEX || biller == order;
    }
}

static void mark_lines(const struct tie_match *match, uint32_t order, struct collector *c)
{
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];
        const enum tie_dataset dataset = tie_leg_dataset(line->leg);
        const uint32_t biller = line->group != TIE_NO_INDEX ? match->groups[line->group].order
            : line->order != TIE_NO_INDEX                   ? match->orders[line->order].owner
                                                            : TIE_NO_INDEX;

        if (line->row != TIE_NO_INDEX)
            c->masks[dataset][line->row - match->dossier->ranges[dataset].first] = biller == TIE_NO_INDEX ||
                biller == order;
    }
    for (size_t g = 0; g < match->group_count; g++)
        for (int leg = 0; leg < TIE_LEG_COUNT && match->groups[g].order == order; leg++)
            for (uint32_t i = 0; i < match->groups[g].lines[leg].count; i++) {
                const struct tie_line *line = &match->lines[match->groups[g].lines[leg].at[i]];
                const enum tie_dataset dataset = tie_leg_dataset(line->leg);

                if (line->row != TIE_NO_INDEX) /* a line spread over several groups names the first only */
                    c->masks[dataset][line->row - match->dossier->ranges[dataset].first] = true;
            }
}

/* A document goes where one of its lines goes. */
static void mark_invoices(const struct tie_match *match, struct collector *c)
{
    const struct tie_invoice *headers = TIE_OF(match->shard, match->dossier, INVOICE, invoice);
    const struct tie_invoice_line *lines = TIE_OF(match->shard, match->dossier, INVOICE_LINE, invoice_line);

    for (size_t h = 0; h < TIE_OF_COUNT(match->dossier, INVOICE); h++) {
        bool has_line = false, is_ours = false;

        for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, INVOICE_LINE); i++)
            if (lines[i].inv_id == headers[h].inv_id) {
                has_line = true;
                is_ours |= c->masks[TIE_DS_INVOICE_LINE][i];
            }
        c->masks[TIE_DS_INVOICE][h] = is_ours || !has_line;
    }
}

static void mark_rows(struct collector *c, const struct tie_match *match, uint32_t order)
{
    memset(c->masks, 0, sizeof c->masks);
    if (has_one_biller(match))
        return;
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        c->masks[d] = TIE_TAKE(match->arena, bool, match->dossier->ranges[d].count + 1);
        mark_by_column(match, order, d, c->masks[d]);
    }
    mark_lines(match, order, c);
    mark_invoices(match, c);
}

/* ---- the rows ---- */

static void add_linked(
    struct collector *c, const struct tie_match *match, const struct tie_line *line, struct reconcile_evidence *kept)
{
    const struct tie_evidence_rows *linked = &c->line->reconciled.linked;
    struct tie_buf id;

    tie_buf_init(&id, 1024);
    tie_line_row_id(match, line, &id);
    for (size_t i = 0; i < linked->count; i++)
        if (tie_text_is(tie_buf_slice(&id), linked->at[i].row_id))
            TIE_PUSH(kept->arena, kept, linked->at[i]);
    tie_buf_release(&id);
}

static void add_rows(
    struct collector *c, const struct tie_match *match, uint32_t order, struct reconcile_evidence *kept)
{
    const struct tie_shard *shard = match->shard;
    struct tie_buf id;

    tie_buf_init(&id, 1024);
    mark_rows(c, match, order);
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++)
        for (uint32_t i = 0; i < match->dossier->ranges[d].count; i++) {
            const struct tie_rows *rows = &shard->tables[d];
            const void *row = (const char *)rows->at + (size_t)(match->dossier->ranges[d].first + i) * rows->row_bytes;

            if (c->masks[d] != NULL && !c->masks[d][i])
                continue;
            tie_buf_reset(&id);
            tie_row_id(&id, &shard->pool, d, row);
            reconcile_evidence_keep(kept, shard, d, row, id.size > 0 ? id.at : "");
        }
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->row == TIE_NO_INDEX && line->group != TIE_NO_INDEX && match->groups[line->group].order == order)
            add_linked(c, match, line, kept);
    }
    tie_buf_release(&id);
}

static void visit(void *context, const struct tie_match *match, const struct tie_expectations *expectations)
{
    struct collector *c = context;
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);

    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct wanted *wanted = find_wanted(
            c, tie_pool_text(&match->shard->pool, rows[match->orders[o].row].wo_id));
        struct reconcile_evidence kept;
        struct tie_sample_evidence *evidence = NULL;

        if (wanted == NULL || !tie_closed_counts(match, o))
            continue;
        evidence = &c->pack->evidence[wanted->pick];
        for (size_t g = 0; g < match->group_count; g++)
            if (match->groups[g].order == o)
                add_compared(c, evidence, match, &match->groups[g], &expectations->at[g]);
        reconcile_evidence_init(&kept, c->line->arena, c->part_titles, match->world->delivery);
        add_rows(c, match, o, &kept);
        evidence->rows.count = reconcile_evidence_sort(kept.at, kept.count);
        evidence->rows.at = kept.at;
    }
}

static enum tie_status collect(struct tie_pipeline *line, struct tie_sample_pack *pack, struct tie_error *err)
{
    const size_t count = pack->sample.pick_count;
    struct collector c = { .line = line,
        .pack = pack,
        .part_titles = tie_pipeline_titles(line),
        .wanted = TIE_TAKE(line->arena, struct wanted, count + 1) };
    bool *shards = TIE_TAKE(line->arena, bool, line->frames.shard_count + 1);
    const struct tie_reconcile_plan plan = tie_pipeline_plan(line);

    for (size_t i = 0; i < count; i++) {
        const struct tie_closed_order *order = pack->orders[pack->sample.picks[i].unit];

        if (!pack->has_evidence[i])
            continue;
        c.wanted[c.wanted_count++] = (struct wanted){ order->wo_id, i };
        shards[order->shard] = true;
    }
    qsort(c.wanted, c.wanted_count, sizeof *c.wanted, by_wo_id);
    return tie_reconcile_look(&plan, &line->reconciled,
        &(struct tie_reconcile_look){ .shards = shards, .is_wanted = is_wanted, .visit = visit, .context = &c }, err);
}

/* ---- the step ---- */

static void report_sample(const struct tie_sample_pack *pack)
{
    uint64_t apart = 0;

    for (int t = TIE_CLOSED_NO_PRICE; t <= TIE_CLOSED_TOO_LARGE; t++)
        apart += pack->apart[t];
    tie_log(TIE_LOG_INFO, "sample: %zu of %zu closed orders, %llu of them for their firm findings%s",
        pack->sample.pick_count, pack->unit_count, (unsigned long long)pack->sample.certainty_orders,
        apart == 0 ? "" : "; orders without price or rate are left out: frame.csv names them");
}

enum tie_status tie_pipeline_sample(struct tie_pipeline *line, const struct tie_sample_setup *setup, const char *folder,
    struct tie_sample_pack *pack, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_sample_pack_draw(line->arena, &line->reconciled.closed, setup, &line->report, pack, err));
    TIE_TRY(collect(line, pack, err));
    TIE_TRY(tie_folder_make(folder, err));
    TIE_TRY(tie_publish_sample(line->arena, &line->report, pack, folder, err));
    report_sample(pack);
out:
    return status;
}
