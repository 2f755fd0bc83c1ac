/*
 * mdm.c - records missing on one side: MDM-01.
 *
 * A record is used in many dossiers, so a dossier only notes that it uses an id that the other side does not know;
 * the notes are kept once a worker and id, and folded by (kind, id) at the end of the run. Due counts from the first
 * run that saw it, because the record itself has no date: the ledger sets it anew. The amount is what is blocked:
 * expected or posted amounts of the rows that use the record, in reporting currency, 0 if none is known.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

struct use {
    enum tie_xref_kind kind;
    tie_str id;
    enum tie_side missing_in;
    tie_dec amount; /* in `currency`; TIE_NONE: not known */
    tie_str currency;
    const char *row;
    uint32_t order;              /* not TIE_NO_INDEX: the amount is what its groups expect */
    const struct tie_line *line; /* not NULL: row and amount are the line's; found when there is something to note */
};

static tie_dec in_reporting(const struct judge *judge, const struct use *use)
{
    const struct tie_world *world = judge->world;
    tie_dec amount = 0;

    if (use->amount == TIE_NONE || use->currency == 0 ||
        !tie_world_convert(world, use->amount, use->currency, world->reporting_currency, world->as_of, &amount))
        return 0;
    return tie_dec_abs(tie_dec_round(amount, world->reporting_decimals));
}

/* Place of the note on (kind, id, side) in the list, made when it is new. Hashes that collide move on by one. */
static struct tie_master_use *note_of(struct tie_master_uses *uses, const struct use *use, const char *id)
{
    uint64_t key = tie_hash_mix(tie_hash_text(tie_text_of(id)), (uint64_t)use->kind << 8 | (uint64_t)use->missing_in);
    uint32_t at = 0;

    for (;; key++) {
        if (tie_map_put(&uses->index, key, (uint32_t)uses->count, &at))
            break;
        if (uses->at[at].kind == use->kind && uses->at[at].missing_in == use->missing_in &&
            strcmp(uses->at[at].id, id) == 0)
            return &uses->at[at];
    }
    TIE_PUSH(uses->arena, uses,
        (struct tie_master_use){
            .kind = use->kind, .id = tie_arena_strdup(uses->arena, id), .missing_in = use->missing_in });
    return &uses->at[uses->count - 1];
}

/* ---- a note ---- */

/* Expected price of a reported row, else its cost, else what was posted for it. */
static void value_line(const struct judge *judge, const struct tie_line *line, struct use *use)
{
    use->amount = line->amount;
    use->currency = line->currency;
    if (line->group == TIE_NO_INDEX || line->amount != TIE_NONE)
        return;
    struct tie_expectation *expect = &judge->expectations->at[line->group];
    const struct tie_group *group = &judge->match->groups[line->group];

    tie_expect_find_cost(judge->match, group, expect);

    if (tie_expect_value(expect, group, line->quantity, &use->amount))
        use->currency = group->currency;
    else if (tie_expect_cost(expect, line->quantity, &use->amount))
        use->currency = expect->cost_currency;
    else
        use->amount = TIE_NONE;
}

static void value_order(const struct judge *judge, struct use *use)
{
    const struct tie_match *match = judge->match;
    tie_sum sum = 0;

    for (size_t i = 0; i < match->group_count; i++) {
        if (match->groups[i].order == use->order && judge->expectations->at[i].customer_amount != TIE_NONE)
            sum += judge->expectations->at[i].customer_amount;
    }
    if (!tie_dec_from_sum(sum, &use->amount))
        use->amount = TIE_NONE;
}

static void note(
    struct judge *judge, const struct use *by, enum tie_xref_kind kind, tie_str id, enum tie_side missing_in)
{
    struct tie_master_uses *uses = &judge->sink->uses;
    struct tie_master_use *entry;
    struct use use = *by;

    use.kind = kind;
    use.id = id;
    use.missing_in = missing_in;
    entry = note_of(uses, &use, check_text_of(judge, id));
    if (use.line != NULL) {
        value_line(judge, use.line, &use);
        use.row = check_row_id_of(judge, use.line);
    } else if (use.order != TIE_NO_INDEX) {
        value_order(judge, &use);
    }
    uses->notes++;
    entry->rows++;
    entry->amount_reporting += in_reporting(judge, &use);
    if (entry->first_row == NULL || strcmp(use.row, entry->first_row) < 0)
        entry->first_row = tie_arena_strdup(uses->arena, use.row);
}

static bool lacks_in_erp(const struct judge *judge, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    struct tie_keys *keys = judge->match->keys;

    return keys->may_lack[TIE_SIDE_ERP][kind] && !tie_key_fsm_is_mapped(keys, kind, id, day);
}

static bool lacks_in_store(const struct judge *judge, enum tie_xref_kind kind, tie_str id)
{
    struct tie_keys *keys = judge->match->keys;

    return keys->may_lack[TIE_SIDE_FSM][kind] && !tie_key_erp_is_known(keys, kind, id);
}

/* ---- what uses records ---- */

static void note_line(
    struct judge *judge, const struct tie_line *line, enum tie_xref_kind kind, tie_str id, enum tie_side missing_in)
{
    const struct use use = { .row = "", .order = TIE_NO_INDEX, .line = line };

    note(judge, &use, kind, id, missing_in);
}

/* A line of this dossier. */
static void line_uses(struct judge *judge, const struct tie_line *line)
{
    const struct tie_rows *const tables = judge->match->shard->tables;

    if (line->leg == TIE_LEG_USAGE) {
        const struct tie_usage_line *row = &TIE_ROWS(tables, USAGE_LINE, usage_line)[line->row];

        if (lacks_in_erp(judge, TIE_XREF_ITEM, row->item_id, line->day))
            note_line(judge, line, TIE_XREF_ITEM, row->item_id, TIE_SIDE_ERP);
        if (lacks_in_erp(judge, TIE_XREF_TECHNICIAN, row->technician_id, line->day))
            note_line(judge, line, TIE_XREF_TECHNICIAN, row->technician_id, TIE_SIDE_ERP);
        if (lacks_in_erp(judge, TIE_XREF_LOCATION, row->location_id, line->day))
            note_line(judge, line, TIE_XREF_LOCATION, row->location_id, TIE_SIDE_ERP);
    } else if (line->leg == TIE_LEG_TIME) {
        const struct tie_time_entry *row = &TIE_ROWS(tables, TIME_ENTRY, time_entry)[line->row];

        if (lacks_in_erp(judge, TIE_XREF_TECHNICIAN, row->technician_id, line->day))
            note_line(judge, line, TIE_XREF_TECHNICIAN, row->technician_id, TIE_SIDE_ERP);
    } else if (judge->match->keys->may_lack[TIE_SIDE_FSM][TIE_XREF_ITEM]) {
        const struct tie_movement *row = &TIE_ROWS(tables, MOVEMENT, movement)[line->row];

        if (lacks_in_store(judge, TIE_XREF_ITEM, row->item_id))
            note_line(judge, line, TIE_XREF_ITEM, row->item_id, TIE_SIDE_FSM);
    }
}

static void lines_use(struct judge *judge)
{
    const struct tie_line *const lines = judge->match->lines;
    const size_t count = judge->match->line_count;

    for (size_t i = 0; i < count && lines[i].leg <= TIE_LEG_MOVEMENT; i++)
        if (lines[i].excluded == TIE_EXCLUDED_NONE && lines[i].order != TIE_NO_INDEX && lines[i].row != TIE_NO_INDEX)
            line_uses(judge, &lines[i]);
}

static void order_uses(struct judge *judge, uint32_t order, enum tie_xref_kind kind, tie_str id)
{
    const struct tie_work_order *row = check_work_order_of(judge, order);

    if (lacks_in_erp(judge, kind, id, TIE_NO_DATE)) {
        const struct use use = { .row = check_text_of(judge, row->wo_id), .order = order, .currency = row->currency };

        note(judge, &use, kind, id, TIE_SIDE_ERP);
    }
}

static void orders_use(struct judge *judge)
{
    const struct tie_match *match = judge->match;

    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct tie_work_order *row = check_work_order_of(judge, o);

        if (match->orders[o].is_excluded)
            continue;
        order_uses(judge, o, TIE_XREF_CUSTOMER, row->customer_id);
        if (row->bill_to_id != row->customer_id)
            order_uses(judge, o, TIE_XREF_CUSTOMER, row->bill_to_id);
        order_uses(judge, o, TIE_XREF_ASSET, row->asset_id);
        order_uses(judge, o, TIE_XREF_CONTRACT, row->contract_id);
    }
}

static void invoices_use(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct tie_invoice *rows = TIE_OF(match->shard, match->dossier, INVOICE, invoice);

    for (size_t i = 0; match->dossier->is_known && i < TIE_OF_COUNT(match->dossier, INVOICE); i++)
        if (lacks_in_store(judge, TIE_XREF_CUSTOMER, rows[i].customer_id)) {
            const struct use use = {
                .row = check_text_of(judge, rows[i].inv_id), .order = TIE_NO_INDEX, .amount = TIE_NONE
            };

            note(judge, &use, TIE_XREF_CUSTOMER, rows[i].customer_id, TIE_SIDE_FSM);
        }
}

void check_mdm_01(struct judge *judge)
{
    if (!check_is_on(judge, TIE_MDM_01))
        return;
    lines_use(judge);
    orders_use(judge);
    invoices_use(judge);
}

/* ---- the fold ---- */

static int compare_uses(const void *a, const void *b)
{
    const struct tie_master_use *x = a, *y = b;
    const int id = strcmp(x->id, y->id);

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return id != 0 ? id : (int)x->missing_in - (int)y->missing_in;
}

struct folded {
    struct tie_master_use sum;
    bool missing[2]; /* by enum tie_side: FSM, ERP */
};

static void fold_finding(struct judge *judge, const struct folded *folded)
{
    const struct tie_master_use *use = &folded->sum;
    const struct tie_world *world = judge->world;
    const struct tie_check_override *own = tie_policy_override(world->policy, tie_check(TIE_MDM_01)->code);
    struct draft draft = check_draft_plain(TIE_MDM_01);
    struct tie_finding *f = &draft.f;

    f->key_count = 2;
    f->keys[0] = draft.words.kind = tie_xref_kind_name(use->kind);
    f->keys[1] = draft.words.name = use->id;
    draft.words.count = use->rows;
    draft.words.side = folded->missing[TIE_SIDE_FSM] && folded->missing[TIE_SIDE_ERP]
        ? "ERP and in the field-service store"
        : folded->missing[TIE_SIDE_ERP] ? "ERP"
                                        : "field-service store";
    draft.currency = world->reporting_currency;
    if (!tie_dec_from_sum(use->amount_reporting, &f->exposure))
        f->exposure = TIE_NONE;
    f->verb = "MDM";
    f->is_due_from_first_seen = true;
    f->due_span = own != NULL && own->has_window ? own->window : world->policy->window[TIE_WINDOW_LATE_SYNC];
    f->due = tie_span_after(&world->policy->regions[0], world->as_of, f->due_span);
    f->is_pending = world->as_of < f->due;
    draft.extra_id = use->first_row;
    check_draft_finish(judge, &draft);
    f->is_primary = true;
    f->verdict = f->is_pending ? TIE_VERDICT_PENDING : TIE_VERDICT_MATCHED;
    TIE_PUSH(judge->sink->findings.list, &judge->sink->findings, *f);
}

void check_mdm_01_fold(struct judge *judge, struct tie_check_sink *const *sinks, size_t sink_count)
{
    struct {
        struct tie_master_use *at;
        size_t count, room;
    } all = { 0 };

    for (size_t s = 0; s < sink_count; s++) {
        for (size_t i = 0; i < sinks[s]->uses.count; i++)
            TIE_PUSH(judge->scratch, &all, sinks[s]->uses.at[i]);
    }
    if (all.count > 1)
        qsort(all.at, all.count, sizeof *all.at, compare_uses);
    for (size_t i = 0; i < all.count;) {
        struct folded folded = { .sum = { .kind = all.at[i].kind, .id = all.at[i].id } };
        const size_t first = i;

        for (; i < all.count && all.at[i].kind == all.at[first].kind && strcmp(all.at[i].id, all.at[first].id) == 0;
             i++) {
            folded.missing[all.at[i].missing_in == TIE_SIDE_ERP ? TIE_SIDE_ERP : TIE_SIDE_FSM] = true;
            folded.sum.rows += all.at[i].rows;
            folded.sum.amount_reporting += all.at[i].amount_reporting;
            if (folded.sum.first_row == NULL || strcmp(all.at[i].first_row, folded.sum.first_row) < 0)
                folded.sum.first_row = all.at[i].first_row;
        }
        fold_finding(judge, &folded);
    }
}
