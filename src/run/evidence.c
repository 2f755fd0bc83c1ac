/*
 * evidence.c - the source rows behind findings, and two things that are counted while a dossier is at hand.
 *
 * Findings are few, so a dossier is only searched when it made some: the row ids of the datasets that id lists may name
 * are printed once and looked up by hash; a hit copies the row's delivered cells as canonical text into the worker's
 * kept arena.
 */
#include "reconcile_internal.h"

#include <stdlib.h>
#include <string.h>

/* Datasets whose rows findings may name, in model order. */
static const enum tie_dataset named_datasets[] = { TIE_DS_WORK_ORDER, TIE_DS_USAGE_LINE, TIE_DS_TIME_ENTRY,
    TIE_DS_ENTITLEMENT_DECISION, TIE_DS_APPROVAL, TIE_DS_EVIDENCE, TIE_DS_MOVEMENT, TIE_DS_INVOICE, TIE_DS_INVOICE_LINE,
    TIE_DS_CONTRACT_LEDGER, TIE_DS_CLAIM };

void reconcile_evidence_init(struct reconcile_evidence *evidence, struct tie_arena *arena,
    const char *const *part_titles, const struct tie_delivery *delivery)
{
    *evidence = (struct reconcile_evidence){ .arena = arena, .part_titles = part_titles, .delivery = delivery };
}

static uint64_t hash_id(const char *id)
{
    return tie_hash_text(tie_text_of(id));
}

static bool is_wanted(const struct tie_map *wanted, uint64_t hash)
{
    uint32_t ignored = 0;

    return tie_map_get(wanted, hash, &ignored);
}

static void add_list(struct tie_map *wanted, const struct tie_id_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        (void)tie_map_put(wanted, hash_id(list->at[i]), 1, NULL);
}

static void add_finding(struct tie_map *wanted, const struct tie_finding *finding)
{
    add_list(wanted, &finding->usage_ids);
    add_list(wanted, &finding->movement_ids);
    add_list(wanted, &finding->billing_ids);
    add_list(wanted, &finding->other_ids);
    if (finding->work_order != NULL && finding->work_order[0] != '\0')
        (void)tie_map_put(wanted, hash_id(finding->work_order), 1, NULL);
}

/* Lines that a finding of a whole document will name when the run ends. */
static void add_release(struct tie_map *wanted, const struct tie_early_release *release)
{
    (void)tie_map_put(wanted, hash_id(release->row_id), 1, NULL);
    (void)tie_map_put(wanted, hash_id(release->proof_id), 1, NULL);
    (void)tie_map_put(wanted, hash_id(release->work_order), 1, NULL);
}

static const void *row_at(
    const struct tie_shard *shard, const struct tie_dossier *dossier, enum tie_dataset dataset, size_t i)
{
    const struct tie_rows *rows = &shard->tables[dataset];

    return (const char *)rows->at + (dossier->ranges[dataset].first + i) * rows->row_bytes;
}

/* Names of the delivered columns of a dataset, made for its first row. */
static const char *const *names_of(struct reconcile_evidence *evidence, enum tie_dataset dataset, size_t *count)
{
    const struct tie_dataset_info *info = tie_dataset(dataset);
    struct evidence_names *names = &evidence->names[dataset];

    if (names->at == NULL) {
        names->at = TIE_TAKE(evidence->arena, const char *, info->column_count + 1);
        for (size_t c = 0; c < info->column_count; c++)
            if (evidence->delivery->column[dataset][c])
                names->at[names->count++] = info->columns[c].name;
    }
    *count = names->count;
    return names->at;
}

/* Copies one row: every delivered cell, also an empty one, so that the rows of a dataset have the same columns. Its
 * texts lie in one block, each with its zero. */
void reconcile_evidence_keep(struct reconcile_evidence *evidence, const struct tie_shard *shard,
    enum tie_dataset dataset, const void *row, const char *row_id)
{
    const struct tie_dataset_info *info = tie_dataset(dataset);
    const struct tie_row *head = row;
    size_t count = 0, filled = 0, starts[TIE_COLUMN_MAX + 1];
    const char *const *names = names_of(evidence, dataset, &count);
    const char **values = TIE_TAKE(evidence->arena, const char *, count);
    char *block = NULL;
    struct tie_buf text;

    tie_buf_init(&text, 1U << 20);
    for (size_t c = 0; c < info->column_count; c++) {
        if (!evidence->delivery->column[dataset][c])
            continue;
        starts[filled++] = text.size;
        tie_cell_print(&text, &shard->pool, &info->columns[c], row);
        tie_buf_char(&text, '\0');
    }
    starts[filled] = text.size;
    tie_buf_text(&text, row_id);
    TIE_ASSERT(!text.failed);
    block = tie_arena_take(evidence->arena, text.size + 1);
    memcpy(block, text.at, text.size + 1);
    tie_buf_release(&text);
    TIE_ASSERT(filled == count);
    for (size_t i = 0; i < count; i++)
        values[i] = &block[starts[i]];
    TIE_PUSH(evidence->arena, evidence,
        (struct tie_evidence_row){ .dataset = dataset,
            .row_id = &block[starts[count]],
            .part_title = evidence->part_titles[head->part],
            .cell_count = count,
            .names = names,
            .values = values });
}

void reconcile_evidence_add(struct reconcile_evidence *evidence, struct tie_arena *scratch,
    const struct tie_shard *shard, const struct tie_dossier *dossier, const struct tie_check_sink *sink,
    struct reconcile_seen seen)
{
    struct tie_map wanted;
    struct tie_buf id;

    if (sink->findings.count == seen.findings && sink->releases.count == seen.releases)
        return;
    tie_map_init(&wanted, scratch);
    for (size_t i = seen.findings; i < sink->findings.count; i++)
        add_finding(&wanted, &sink->findings.at[i]);
    for (size_t i = seen.releases; i < sink->releases.count; i++)
        add_release(&wanted, &sink->releases.at[i]);
    tie_buf_init(&id, 1024);
    for (size_t d = 0; d < TIE_COUNT_OF(named_datasets); d++)
        for (size_t i = 0; i < dossier->ranges[named_datasets[d]].count; i++) {
            const void *row = row_at(shard, dossier, named_datasets[d], i);

            tie_buf_reset(&id);
            tie_row_id(&id, &shard->pool, named_datasets[d], row);
            if (id.size > 0 && is_wanted(&wanted, tie_hash_text(tie_buf_slice(&id))))
                reconcile_evidence_keep(evidence, shard, named_datasets[d], row, id.at);
        }
    tie_buf_release(&id);
}

void reconcile_evidence_linked(struct reconcile_evidence *evidence, struct tie_arena *scratch,
    const struct tie_shard *shard, const struct tie_dossier *dossier, const struct tie_replies *replies)
{
    struct tie_buf id;

    (void)scratch;
    tie_buf_init(&id, 1024);
    for (size_t i = 0; i < dossier->ranges[TIE_DS_MOVEMENT].count; i++) {
        const void *row = row_at(shard, dossier, TIE_DS_MOVEMENT, i);
        const struct tie_row *head = row;
        const struct tie_address address = { .dataset = (uint16_t)TIE_DS_MOVEMENT,
            .shard = (uint16_t)shard->index,
            .part = head->part,
            .source_row = head->source_row };
        const struct tie_reply *first = NULL;

        if (tie_replies_to(replies, address, &first) == 0)
            continue;
        tie_buf_reset(&id);
        tie_row_id(&id, &shard->pool, TIE_DS_MOVEMENT, row);
        TIE_PUSH(evidence->arena, &evidence->linked, evidence->count);
        reconcile_evidence_keep(evidence, shard, TIE_DS_MOVEMENT, row, id.at);
    }
    tie_buf_release(&id);
}

static int compare_rows(const void *a, const void *b)
{
    const struct tie_evidence_row *x = a, *y = b;

    if (x->dataset != y->dataset)
        return x->dataset < y->dataset ? -1 : 1;
    return strcmp(x->row_id, y->row_id);
}

size_t reconcile_evidence_sort(struct tie_evidence_row *rows, size_t count)
{
    size_t unique = 0;

    if (count > 0)
        qsort(rows, count, sizeof rows[0], compare_rows);
    for (size_t i = 0; i < count; i++)
        if (unique == 0 || compare_rows(&rows[unique - 1], &rows[i]) != 0)
            rows[unique++] = rows[i];
    return unique;
}

void reconcile_evidence_merge(struct tie_arena *arena, const struct reconcile_evidence *const *parts, size_t part_count,
    const struct tie_findings *findings, struct tie_evidence_rows *all)
{
    struct tie_evidence_row *rows = NULL;
    struct tie_map wanted;
    size_t total = 0, count = 0;

    tie_map_init(&wanted, arena);
    for (size_t i = 0; i < findings->count; i++)
        add_finding(&wanted, &findings->at[i]);
    for (size_t p = 0; p < part_count; p++)
        total += parts[p]->count;
    rows = TIE_TAKE(arena, struct tie_evidence_row, total);
    for (size_t p = 0; p < part_count; p++)
        for (size_t i = 0; i < parts[p]->count; i++)
            if (is_wanted(&wanted, hash_id(parts[p]->at[i].row_id)))
                rows[count++] = parts[p]->at[i];
    *all = (struct tie_evidence_rows){ .count = reconcile_evidence_sort(rows, count), .at = rows };
}

void reconcile_evidence_merge_linked(struct tie_arena *arena, const struct reconcile_evidence *const *parts,
    size_t part_count, struct tie_evidence_rows *all)
{
    struct tie_evidence_row *rows = NULL;
    size_t total = 0, count = 0;

    for (size_t p = 0; p < part_count; p++)
        total += parts[p]->linked.count;
    rows = TIE_TAKE(arena, struct tie_evidence_row, total + 1);
    for (size_t p = 0; p < part_count; p++)
        for (size_t i = 0; i < parts[p]->linked.count; i++)
            rows[count++] = parts[p]->at[parts[p]->linked.at[i]];
    *all = (struct tie_evidence_rows){ .count = reconcile_evidence_sort(rows, count), .at = rows };
}

void reconcile_find_row_anchors(const struct tie_anchors *anchors, bool has_row_anchors[TIE_DATASET_COUNT])
{
    for (size_t d = 0; d < TIE_COUNT_OF(named_datasets); d++) {
        const char *name = tie_dataset(named_datasets[d])->name;
        const size_t name_size = strlen(name);

        for (size_t a = 0; a < anchors->count && !has_row_anchors[named_datasets[d]]; a++)
            has_row_anchors[named_datasets[d]] = strncmp(anchors->at[a], name, name_size) == 0 &&
                anchors->at[a][name_size] == '/';
    }
}

static void mark_row(struct tie_anchors *anchors, const struct tie_shard *shard, const struct tie_dossier *dossier,
    enum tie_dataset dataset, size_t index)
{
    struct tie_buf anchor, id;

    tie_buf_init(&anchor, 1024);
    tie_buf_init(&id, 1024);
    tie_row_id(&id, &shard->pool, dataset, row_at(shard, dossier, dataset, index));
    tie_buf_printf(&anchor, "%s/%s", tie_dataset(dataset)->name, id.size > 0 ? id.at : "");
    tie_anchor_mark(anchors, anchor.at);
    tie_buf_release(&id);
    tie_buf_release(&anchor);
}

static bool is_leg_of(enum tie_dataset dataset, enum tie_leg *leg)
{
    for (*leg = 0; *leg < TIE_LEG_COUNT; (*leg)++)
        if (tie_leg_dataset(*leg) == dataset)
            return true;
    return false;
}

static void mark_rows(struct tie_anchors *anchors, const struct tie_match *match, enum tie_dataset dataset)
{
    const struct tie_dossier *dossier = match->dossier;
    enum tie_leg leg;

    if (!is_leg_of(dataset, &leg)) {
        for (size_t i = 0; i < dossier->ranges[dataset].count; i++)
            mark_row(anchors, match->shard, dossier, dataset, i);
        return;
    }
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->leg == leg && line->row != TIE_NO_INDEX && line->excluded != TIE_EXCLUDED_OUT_OF_SCOPE)
            mark_row(anchors, match->shard, dossier, dataset, line->row - dossier->ranges[dataset].first);
    }
}

/* What lies before the window was read but is not judged: its discrepancies are carried, as if it had not been read. */
void reconcile_mark_anchors(
    struct tie_anchors *anchors, const bool has_row_anchors[TIE_DATASET_COUNT], const struct tie_match *match)
{
    const struct tie_shard *shard = match->shard;
    const struct tie_work_order *orders = TIE_OF(shard, match->dossier, WORK_ORDER, work_order);
    const size_t first = match->dossier->ranges[TIE_DS_WORK_ORDER].first;

    if (anchors->count == 0)
        return;
    for (size_t i = 0; i < match->order_count; i++)
        if (!match->orders[i].is_out_of_scope)
            tie_anchor_mark(anchors, tie_pool_chars(&shard->pool, orders[match->orders[i].row - first].wo_id));
    /* An anchor of a row without a known order is "dataset/row id": meanwhile the row may lie in any dossier. */
    for (size_t d = 0; d < TIE_COUNT_OF(named_datasets); d++)
        if (has_row_anchors[named_datasets[d]])
            mark_rows(anchors, match, named_datasets[d]);
}

static bool has_same_sign(tie_dec a, tie_dec b)
{
    return (a > 0 && b > 0) || (a < 0 && b < 0);
}

void reconcile_count_credits(
    const struct tie_shard *shard, const struct tie_dossier *dossier, uint64_t *same_sign, uint64_t *seen)
{
    const struct tie_invoice *headers = TIE_OF(shard, dossier, INVOICE, invoice);
    const struct tie_invoice_line *lines = TIE_OF(shard, dossier, INVOICE_LINE, invoice_line);
    const size_t header_count = TIE_OF_COUNT(dossier, INVOICE), line_count = TIE_OF_COUNT(dossier, INVOICE_LINE);

    for (size_t h = 0; h < header_count; h++) {
        if (headers[h].kind != TIE_W_CREDIT && headers[h].kind != TIE_W_CANCEL)
            continue;
        for (size_t i = 0; i < line_count; i++) {
            const struct tie_invoice_line *line = &lines[i];
            const tie_str original = line->cancels_inv_id != 0 ? line->cancels_inv_id : headers[h].cancels_inv_id;

            if (line->inv_id != headers[h].inv_id || original == 0 || line->net_amount == 0)
                continue;
            for (size_t o = 0; o < line_count; o++)
                if (lines[o].inv_id == original && lines[o].net_amount != 0 &&
                    (line->cancels_line_no == TIE_NONE || line->cancels_line_no == lines[o].line_no)) {
                    (*seen)++;
                    *same_sign += has_same_sign(line->net_amount, lines[o].net_amount);
                    break;
                }
        }
    }
}
