/*
 * explain.c - `tieout explain`: one discrepancy, one work order, one row or two, out of the evidence of the last run.
 *
 * The bundle of the run is opened and judged as the run judged it; that gives the findings with status and corrections.
 * Then it is judged once more with a trace: only dossiers that hold a row that is asked for are traced, and while their
 * match and expectation are at hand each writes its page. Two rounds instead of one, because which rows a finding names
 * is known only when all are judged; a trace of every dossier would hold a whole run in memory.
 *
 * Invariant: every figure comes from a finding, a match, an expectation or a row; nothing is computed anew. Order: as
 * asked; the pages of one id by the root of their dossier, rows without an order last.
 */
#include "explain_internal.h"

#include "tieout/log.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_MAX_BYTES = 1 << 28, NEAR_MAX = 3, PART_MAX_BYTES = 1 << 26 };

/* Datasets whose rows can be asked for. */
static const enum tie_dataset asked_datasets[] = { TIE_DS_WORK_ORDER, TIE_DS_USAGE_LINE, TIE_DS_TIME_ENTRY,
    TIE_DS_MOVEMENT, TIE_DS_INVOICE_LINE, TIE_DS_CONTRACT_LEDGER, TIE_DS_CLAIM };

/* ---- which rows of a dossier are asked for ---- */

static struct tie_text row_id(const struct tie_shard *shard, const struct tie_dossier *dossier,
    enum tie_dataset dataset, size_t i, struct tie_buf *id)
{
    const struct tie_rows *rows = &shard->tables[dataset];

    tie_buf_reset(id);
    tie_row_id(
        id, &shard->pool, dataset, (const char *)rows->at + (dossier->ranges[dataset].first + i) * rows->row_bytes);
    return tie_buf_slice(id);
}

/* The uses of a known order may look for stock elsewhere: what the folds say of them is wanted, too. */
static void widen_focus(struct explain *explain, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    struct tie_buf id;

    tie_buf_init(&id, 1 << 16);
    for (size_t i = 0; dossier->is_known && i < TIE_OF_COUNT(dossier, USAGE_LINE); i++)
        (void)tie_map_put(
            &explain->fold_focus, tie_hash_text(row_id(shard, dossier, TIE_DS_USAGE_LINE, i, &id)), 1, NULL);
    tie_buf_release(&id);
}

static bool wants(void *context, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    struct explain *explain = context;
    bool found = false;
    struct tie_buf id;

    tie_buf_init(&id, 1 << 16);
    for (size_t d = 0; d < TIE_COUNT_OF(asked_datasets) && !found; d++)
        for (size_t i = 0; i < dossier->ranges[asked_datasets[d]].count && !found; i++) {
            uint32_t ignored = 0;

            found = tie_map_get(
                &explain->rows, tie_hash_text(row_id(shard, dossier, asked_datasets[d], i, &id)), &ignored);
        }
    tie_buf_release(&id);
    if (found)
        widen_focus(explain, shard, dossier);
    return found;
}

/* ---- a dossier at hand ---- */

static bool is_order(const struct explain_seen *seen, uint32_t order, const char *wo_id)
{
    return order != TIE_NO_INDEX &&
        strcmp(explain_str(seen->match,
                   TIE_ROWS(seen->match->shard->tables, WORK_ORDER, work_order)[seen->match->orders[order].row].wo_id),
            wo_id) == 0;
}

static bool is_about_line(const struct explain_seen *seen, const struct explain_target *target, uint32_t index)
{
    const struct tie_line *line = &seen->match->lines[index];

    switch (target->kind) {
    case EXPLAIN_FINDING: return explain_names(target->finding, explain_line_id(seen, index));
    case EXPLAIN_ORDER:
        return is_order(seen, line->order, target->row_id) ||
            (line->group != TIE_NO_INDEX && is_order(seen, seen->match->groups[line->group].order, target->row_id));
    case EXPLAIN_ROW: break;
    }
    return (target->dataset == TIE_DATASET_COUNT || target->dataset == tie_leg_dataset(line->leg)) &&
        strcmp(explain_line_id(seen, index), target->row_id) == 0;
}

static void note_place(const struct explain_seen *seen, struct explain_target *target, uint32_t index)
{
    const struct tie_line *line = &seen->match->lines[index];
    struct tie_arena *arena = seen->explain->arena;

    if (target->kind != EXPLAIN_ROW || tie_line_source(seen->match, line) == NULL)
        return;
    target->place = (struct explain_place){ .is_found = true,
        .dataset = tie_leg_dataset(line->leg),
        .order = tie_text_dup(arena, tie_line_order_text(seen->match, line)),
        .item = tie_arena_strdup(arena, explain_str(seen->match, line->item)),
        .group = line->group == TIE_NO_INDEX ? "" : tie_arena_strdup(arena, explain_group_name(seen, line->group)),
        .why_out = tie_exclusion_words(line->excluded) };
}

static void mark_groups(const struct explain_seen *seen, uint32_t line, bool *groups)
{
    const struct tie_match *match = seen->match;

    if (match->lines[line].group != TIE_NO_INDEX)
        groups[match->lines[line].group] = true;
    for (uint32_t g = 0; g < match->group_count; g++)
        for (uint32_t i = 0; i < match->groups[g].lines[match->lines[line].leg].count; i++)
            groups[g] = groups[g] || match->groups[g].lines[match->lines[line].leg].at[i] == line;
}

/* The page that this dossier has for a target; nothing when it holds no row of it. */
static void write_part(const struct explain_seen *seen, struct explain_target *target)
{
    const struct tie_match *match = seen->match;
    bool *groups = TIE_TAKE(seen->scratch, bool, match->group_count);
    size_t shown = 0, left_out = 0;
    struct tie_buf page;

    tie_buf_init(&page, PART_MAX_BYTES);
    for (uint32_t i = 0; i < match->line_count; i++) {
        if (!is_about_line(seen, target, i))
            continue;
        target->is_found = true;
        note_place(seen, target, i);
        mark_groups(seen, i, groups);
        if (match->lines[i].group == TIE_NO_INDEX)
            explain_lone_row(seen, i, &page);
    }
    for (uint32_t g = 0; g < match->group_count; g++)
        if (groups[g] && shown++ < EXPLAIN_GROUPS_MAX)
            explain_group(seen, g, &page);
        else
            left_out += groups[g];
    if (left_out > 0)
        explain_line(&page, 0, "... and %zu more comparisons; explain one of their rows", left_out);
    if (page.size > 0)
        TIE_PUSH(seen->explain->arena, &target->parts,
            (struct explain_part){ .root = match->dossier->is_known
                    ? tie_arena_strdup(seen->explain->arena, explain_str(match, match->dossier->root))
                    : "",
                .text = tie_text_dup(seen->explain->arena, tie_buf_slice(&page)) });
    tie_buf_release(&page);
}

static bool has_text(const struct tie_trace_fact *fact, const char *id)
{
    return tie_text_is(fact->a, id) || tie_text_is(fact->b, id) || tie_text_is(fact->c, id);
}

static void note_both(struct explain *explain, const struct tie_trace *trace)
{
    for (size_t i = 0; explain->is_pair && i < trace->count; i++)
        if (has_text(&trace->at[i], explain->targets[0].row_id) && has_text(&trace->at[i], explain->targets[1].row_id))
            TIE_PUSH(explain->arena, &explain->both, trace->at[i]);
}

static void judged(void *context, struct tie_arena *scratch, const struct tie_match *match,
    const struct tie_expectations *expectations)
{
    struct explain *explain = context;
    const struct explain_seen seen = {
        .explain = explain, .scratch = scratch, .match = match, .expectations = expectations
    };

    note_both(explain, &explain->trace);
    for (size_t i = 0; i < explain->target_count; i++) {
        for (size_t o = 0; o < match->order_count; o++)
            explain->targets[i].is_found = explain->targets[i].is_found ||
                (explain->targets[i].kind == EXPLAIN_ORDER && is_order(&seen, (uint32_t)o, explain->targets[i].row_id));
        write_part(&seen, &explain->targets[i]);
    }
}

/* ---- who is asked about ---- */

static void want_ids(struct explain *explain, const struct tie_id_list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        (void)tie_map_put(&explain->rows, tie_hash_text(tie_text_of(ids->at[i])), 1, NULL);
        (void)tie_map_put(&explain->fold_focus, tie_hash_text(tie_text_of(ids->at[i])), 1, NULL);
    }
}

static void want_row(struct explain *explain, const char *id)
{
    want_ids(explain, &(struct tie_id_list){ 1, &id });
}

/* "usage_line/U1" names the dataset; an id of a movement has a '/' of its own. */
static void read_row_id(struct explain_target *target)
{
    struct tie_text rest = tie_text_of(target->asked);
    const struct tie_text name = tie_text_cut(&rest, '/');
    enum tie_dataset dataset = TIE_DATASET_COUNT;

    target->dataset = TIE_DATASET_COUNT;
    target->row_id = target->asked;
    if (rest.size > 0 && tie_dataset_find(name, &dataset)) {
        target->dataset = dataset;
        target->row_id = target->asked + name.size + 1;
    }
}

static void read_target(struct explain *explain, struct explain_target *target, const char *asked)
{
    *target = (struct explain_target){ .asked = asked, .kind = EXPLAIN_ROW };
    read_row_id(target);
    for (size_t i = 0; i < explain->findings->count; i++) {
        const struct tie_finding *f = &explain->findings->at[i];

        if (strcmp(f->id, asked) == 0) {
            target->kind = EXPLAIN_FINDING;
            target->finding = f;
            target->is_found = true;
            want_ids(explain, &f->usage_ids);
            want_ids(explain, &f->movement_ids);
            want_ids(explain, &f->billing_ids);
            want_ids(explain, &f->other_ids);
            if (f->work_order != NULL && f->work_order[0] != '\0')
                want_row(explain, f->work_order); /* a row may have been given to it from elsewhere */
            return;
        }
        if (f->work_order != NULL && strcmp(f->work_order, target->row_id) == 0)
            target->kind = EXPLAIN_ORDER;
    }
    if (target->dataset == TIE_DS_WORK_ORDER)
        target->kind = EXPLAIN_ORDER;
    want_row(explain, target->row_id);
}

/* ---- the page of a target ---- */

static int by_root(const void *a, const void *b)
{
    const struct explain_part *x = a, *y = b;

    if ((x->root[0] == '\0') != (y->root[0] == '\0'))
        return x->root[0] == '\0' ? 1 : -1;
    return strcmp(x->root, y->root) != 0 ? strcmp(x->root, y->root) : strcmp(x->text, y->text);
}

static void put_parts(struct explain *explain, struct explain_target *target)
{
    if (target->parts.count > 1)
        qsort(target->parts.at, target->parts.count, sizeof target->parts.at[0], by_root);
    for (size_t i = 0; i < target->parts.count; i++)
        tie_buf_text(&explain->page, target->parts.at[i].text);
}

/* A finding of a wider grain, or on rows that are no line of a comparison: its rows as evidence. */
static void put_evidence(struct explain *explain, const struct tie_finding *finding)
{
    size_t shown = 0;

    explain_title(&explain->page, "Rows that it names, as they were read");
    for (size_t i = 0; i < explain->evidence->count; i++) {
        const struct tie_evidence_row *row = &explain->evidence->at[i];
        const char *cells = "";

        if (!explain_names(finding, row->row_id) || shown == EXPLAIN_ROWS_MAX)
            continue;
        for (size_t c = 0; c < row->cell_count; c++)
            if (row->values[c][0] != '\0')
                cells = tie_arena_printf(
                    explain->arena, "%s%s%s=%s", cells, cells[0] == '\0' ? "" : ", ", row->names[c], row->values[c]);
        explain_line(&explain->page, 2, "%s %s, from [dataset %s]", tie_dataset(row->dataset)->name, row->row_id,
            row->part_title);
        explain_line(&explain->page, 4, "%s", cells);
        shown++;
    }
    if (shown == 0)
        explain_line(&explain->page, 2, "It names no single row.");
}

static void put_finding(struct explain *explain, const struct tie_finding *finding, struct explain_target *with_parts)
{
    explain_finding(explain, finding);
    if (with_parts != NULL && with_parts->parts.count > 0)
        put_parts(explain, with_parts);
    else if (with_parts != NULL)
        put_evidence(explain, finding);
    explain_rule(explain->arena, explain->line, finding, &explain->page);
    explain_correction(explain, finding);
}

/* Findings that name the row, or that stand on the order. */
static size_t put_findings(struct explain *explain, const struct explain_target *target)
{
    size_t count = 0;

    for (size_t i = 0; i < explain->findings->count; i++) {
        const struct tie_finding *f = &explain->findings->at[i];
        const bool is_named = target->kind == EXPLAIN_ORDER
            ? f->work_order != NULL && strcmp(f->work_order, target->row_id) == 0
            : explain_names(f, target->row_id);

        if (!is_named)
            continue;
        if (count++ > 0)
            tie_buf_char(&explain->page, '\n');
        put_finding(explain, f, NULL);
    }
    return count;
}

static void put_target(struct explain *explain, struct explain_target *target)
{
    if (target->kind == EXPLAIN_FINDING) {
        put_finding(explain, target->finding, target);
        return;
    }
    explain_line(&explain->page, 0, "%s %s", target->kind == EXPLAIN_ORDER ? "Work order" : "Row", target->asked);
    tie_buf_char(&explain->page, '\n');
    if (put_findings(explain, target) == 0)
        explain_line(&explain->page, 2, "No finding of this run names it.");
    put_parts(explain, target);
}

/* ---- two rows ---- */

static void put_difference(struct explain *explain, const char *what, const char *a, const char *b)
{
    TIE_ASSERT(a != NULL && b != NULL); /* of a place that is found, what there is none of is "" */
    if (strcmp(a, b) != 0)
        explain_line(
            &explain->page, 4, "%s: %s against %s", what, a[0] == '\0' ? "none" : a, b[0] == '\0' ? "none" : b);
}

/* Whether some step put the two together: netting, a pass, or an exchange. */
static bool have_met(const struct explain *explain)
{
    for (size_t i = 0; i < explain->both.count; i++)
        if (explain->both.at[i].outcome <= TIE_TRACE_PAIRED || explain->both.at[i].outcome == TIE_TRACE_LINKED)
            return true;
    return false;
}

static void put_pair(struct explain *explain)
{
    const struct explain_target *a = &explain->targets[0], *b = &explain->targets[1];
    const bool is_one = a->place.group != NULL && b->place.group != NULL && a->place.group[0] != '\0' &&
        strcmp(a->place.group, b->place.group) == 0;

    explain_line(&explain->page, 0, "%s and %s", a->asked, b->asked);
    explain_line(&explain->page, 2, "%s",
        have_met(explain) ? "They were put together."
            : is_one      ? "They stand in the same comparison."
                          : "They do not stand in the same comparison.");
    for (size_t i = 0; i < explain->both.count; i++) {
        explain_line(&explain->page, 4, "%s",
            explain->both.at[i].pass == TIE_PASS_NONE ? "Taken back:" : tie_pass_name(explain->both.at[i].pass));
        explain_fact(explain->arena, &explain->both.at[i], &explain->page);
    }
    if (explain->both.count == 0)
        explain_line(&explain->page, 4, "%s",
            is_one ? "No pass put these two together one to one; the sums of the comparison decide."
                   : "They were never held against each other. What differs:");
    if (!is_one && !have_met(explain) && a->place.is_found && b->place.is_found) {
        put_difference(explain, "order as written", a->place.order, b->place.order);
        put_difference(explain, "item", a->place.item, b->place.item);
        put_difference(explain, "comparison", a->place.group, b->place.group);
        put_difference(explain, "left out", a->place.why_out, b->place.why_out);
    }
    tie_buf_char(&explain->page, '\n');
}

/* ---- opening ---- */

/* Evidence of the last run; TIE_NOINPUT says how to get it. */
static enum tie_status find_bundle(
    struct tie_arena *arena, const struct tie_job *job, const char **path, struct tie_error *err)
{
    const char *latest = tie_path_join(arena, job->folder, "latest");

    *path = tie_path_join(arena, latest, "bundle.tar.zst");
    if (tie_path_kind(tie_path_join(arena, latest, "run.json")) == TIE_ENTRY_NONE)
        return tie_fail(err, TIE_NOINPUT, "job %s has no kept run in %s; run it first: tieout run %s", job->name,
            job->folder, job->path);
    if (tie_path_kind(*path) == TIE_ENTRY_NONE)
        return tie_fail(err, TIE_NOINPUT,
            "the last run of job %s left no evidence: switch on [output bundle] in %s and run it again", job->name,
            job->path);
    return TIE_OK;
}

/* Ids that begin like the one asked for or differ little from it. */
static enum tie_status unknown_id(
    const struct explain *explain, const struct explain_target *target, bool has_all, struct tie_error *err)
{
    const char **names = TIE_TAKE(
        explain->arena, const char *, explain->findings->count * 2 + explain->evidence->count);
    const char *near = NULL;
    size_t count = 0;

    for (size_t i = 0; i < explain->findings->count; i++) {
        names[count++] = explain->findings->at[i].id;
        if (explain->findings->at[i].work_order != NULL && explain->findings->at[i].work_order[0] != '\0')
            names[count++] = explain->findings->at[i].work_order;
    }
    for (size_t i = 0; i < explain->evidence->count; i++)
        names[count++] = explain->evidence->at[i].row_id;
    near = tie_nearest(target->asked, names, count);
    return tie_fail(err, TIE_NOINPUT,
        "%s is no finding, work order or row of run %s%s%s%s%s; ids stand in discrepancies.csv and in the workbook",
        target->asked, explain->line->name, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
        near == NULL ? "" : "?",
        has_all ? "" : " (its bundle holds orders with findings only: [output bundle] frames = all keeps the others)");
}

/* Findings as the run had them: status, due days, corrections. */
static enum tie_status judge_first(struct tie_pipeline *line, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    line->job->has_csv = line->job->has_workbook = line->job->has_sample = false;
    TIE_TRY(tie_pipeline_reconcile(line, err));
    TIE_TRY(tie_pipeline_keep(line, err));
    TIE_TRY(tie_pipeline_publish(line, err));
out:
    return status;
}

static enum tie_status judge_traced(struct explain *explain, struct tie_pipeline *line, struct tie_error *err)
{
    const struct tie_watch watch = {
        .context = explain, .wants = wants, .judged = judged, .trace = &explain->trace, .folds = &explain->folds
    };
    struct tie_reconciled first = line->reconciled;
    enum tie_status status = TIE_OK;

    explain->trace.arena = explain->folds.arena = explain->arena;
    explain->folds.focus = &explain->fold_focus;
    line->watch = &watch;
    line->job->threads = 1;
    status = tie_pipeline_reconcile(line, err);
    line->watch = NULL;
    if (status == TIE_OK)
        tie_reconciled_release(&line->reconciled);
    line->reconciled = first;
    return status;
}

static enum tie_status write_pages(struct explain *explain, bool has_all, struct tie_out *out, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < explain->target_count; i++)
        if (!explain->targets[i].is_found)
            return unknown_id(explain, &explain->targets[i], has_all, err);
    if (explain->is_pair)
        put_pair(explain);
    for (size_t i = 0; i < explain->target_count; i++) {
        if (i > 0)
            tie_buf_text(&explain->page, "\n");
        put_target(explain, &explain->targets[i]);
        tie_out_put(out, explain->page.at, explain->page.size);
        tie_buf_reset(&explain->page);
    }
    return status;
}

enum tie_status tie_explain(struct tie_arena *arena, const struct tie_job *job, const char *const *ids, size_t id_count,
    struct tie_out *out, struct tie_error *err)
{
    struct tie_bundle *bundle = TIE_TAKE(arena, struct tie_bundle, 1);
    struct explain *explain = TIE_TAKE(arena, struct explain, 1);
    const char *path = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&explain->page, PAGE_MAX_BYTES);
    TIE_TRY(find_bundle(arena, job, &path, err));
    TIE_TRY(tie_bundle_open(arena, path, NULL, bundle, err));
    bundle->line.is_partial = !bundle->has_all_frames;
    bundle->line.wants_evidence = true;
    TIE_TRY(judge_first(&bundle->line, err));
    explain->arena = arena;
    explain->line = &bundle->line;
    explain->findings = &bundle->line.reconciled.findings;
    explain->evidence = &bundle->line.reconciled.evidence;
    tie_map_init(&explain->rows, arena);
    tie_map_init(&explain->fold_focus, arena);
    explain->target_count = id_count;
    explain->targets = TIE_TAKE(arena, struct explain_target, id_count);
    for (size_t i = 0; i < id_count; i++)
        read_target(explain, &explain->targets[i], ids[i]);
    explain->is_pair = id_count == 2 && explain->targets[0].kind == EXPLAIN_ROW &&
        explain->targets[1].kind == EXPLAIN_ROW;
    TIE_TRY(judge_traced(explain, &bundle->line, err));
    note_both(explain, &explain->folds);
    TIE_TRY(write_pages(explain, bundle->has_all_frames, out, err));
out:
    tie_buf_release(&explain->page);
    tie_bundle_close(bundle);
    return status;
}
