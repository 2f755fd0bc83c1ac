/*
 * wos.c - the state of an order: WOS-04 (closed without outcome), WOS-05 (cancelled with billing), WOS-08 (orphans).
 *
 * WOS-04 collects what single groups ask for (their class has no code of its own for "nothing billed") into one
 * finding of the order, and is silent where INV-01, BIL-01 (of labour BIL-09), WTY-01 or CON-01 name the gap. It must
 * run after check_suppress().
 */
#include "judge.h"

#include <string.h>

void check_wos_04_ask(struct scene *scene, unsigned marks)
{
    struct judge *judge = scene->judge;

    (void)marks;
    if (judge->asks_wos_04 == NULL)
        judge->asks_wos_04 = TIE_TAKE(judge->scratch, bool, judge->match->group_count);
    judge->asks_wos_04[scene->index] = true;
}

struct outcome { /* of one order */
    bool has_rows, is_asked, is_named, is_known;
    tie_sum expected, movement;
};

static bool names_the_gap(enum tie_check check)
{
    return check == TIE_INV_01 || check == TIE_BIL_01 || check == TIE_BIL_09 || check == TIE_WTY_01 ||
        check == TIE_CON_01;
}

static struct outcome *outcomes_of(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    struct outcome *outcomes = TIE_TAKE(judge->scratch, struct outcome, match->order_count);

    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->order != TIE_NO_INDEX && line->excluded != TIE_EXCLUDED_DELETED)
            outcomes[line->order].has_rows = outcomes[match->orders[line->order].owner].has_rows = true;
    }
    for (size_t i = 0; i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];
        struct outcome *outcome = &outcomes[group->order];

        outcome->has_rows = true;
        if (group->kind == TIE_GROUP_PART && group->is_stocked)
            outcome->movement += group->movement;
        if (judge->asks_wos_04 == NULL || !judge->asks_wos_04[i])
            continue;
        outcome->is_asked = true;
        if (judge->expectations->at[i].full_amount != TIE_NONE) {
            outcome->is_known = true;
            outcome->expected += judge->expectations->at[i].full_amount;
        }
    }
    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *draft = &judge->drafts.at[i];

        if (!draft->dropped && draft->order != TIE_NO_INDEX && names_the_gap(draft->f.check))
            outcomes[draft->order].is_named = true;
    }
    return outcomes;
}

/* Closed as if there had been work: without any row of it that says something. */
static bool expects_rows(const struct judge *judge, uint32_t index)
{
    const struct tie_order *order = &judge->match->orders[index];

    return order->is_closed && !order->is_cancelled && !order->is_excluded && order->owner == index &&
        judge->world->policy->signoff_type[check_work_order_of(judge, index)->wo_type];
}

/* No group asks, and no order that expects rows is without a group: then no order's outcome needs to be known. */
static bool is_silent(const struct judge *judge)
{
    const struct tie_match *match = judge->match;
    size_t g = 0;

    if (judge->asks_wos_04 != NULL)
        return false;
    for (uint32_t o = 0; o < match->order_count; o++) { /* groups stand by order */
        while (g < match->group_count && match->groups[g].order < o)
            g++;
        if ((g == match->group_count || match->groups[g].order != o) && expects_rows(judge, o))
            return false;
    }
    return true;
}

void check_wos_04(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct outcome *outcomes;

    if (!check_is_on(judge, TIE_WOS_04) || is_silent(judge))
        return;
    outcomes = outcomes_of(judge);
    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct tie_order *order = &match->orders[o];
        const struct outcome *outcome = &outcomes[o];
        const bool is_empty = !outcome->has_rows && expects_rows(judge, o);

        if (!order->is_closed || order->is_cancelled || order->is_excluded || outcome->is_named ||
            !(outcome->is_asked || is_empty))
            continue;
        struct draft draft = check_draft_of_order(judge, o, TIE_WOS_04);

        if (outcome->is_asked && (!outcome->is_known || !tie_dec_from_sum(outcome->expected, &draft.f.exposure)))
            draft.f.exposure = TIE_NONE;
        if (!tie_dec_from_sum(outcome->movement, &draft.f.movement_qty))
            draft.f.movement_qty = TIE_NONE;
        draft.f.verb = "INVST";
        draft.words.date = order->closed;
        check_draft_add(judge, &draft);
    }
}

/* ---- WOS-05 ---- */

struct remains { /* on a cancelled order */
    tie_sum billed, minutes;
    bool has_expense;
};

static void add_expenses(const struct judge *judge, struct remains *remains)
{
    const struct tie_match *match = judge->match;
    const struct tie_expense *rows = TIE_OF(match->shard, match->dossier, EXPENSE, expense);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, EXPENSE); i++) {
        for (uint32_t o = 0; !rows[i].deleted && o < match->order_count; o++) {
            if (check_work_order_of(judge, o)->wo_id == rows[i].wo_id)
                remains[o].has_expense = true;
        }
    }
}

static struct remains *remains_of(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    struct remains *remains = TIE_TAKE(judge->scratch, struct remains, match->order_count);

    for (size_t i = 0; i < match->group_count; i++)
        remains[match->groups[i].order].billed += match->groups[i].charged_amount;
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->leg == TIE_LEG_TIME && line->order != TIE_NO_INDEX && line->excluded == TIE_EXCLUDED_NONE)
            remains[line->order].minutes += line->quantity;
    }
    add_expenses(judge, remains);
    return remains;
}

void check_wos_05(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct remains *remains = NULL;

    for (uint32_t o = 0; o < match->order_count; o++) {
        if (!match->orders[o].is_cancelled || match->orders[o].is_excluded)
            continue;
        if (remains == NULL)
            remains = remains_of(judge);
        const bool is_billed = remains[o].billed > 0;
        if (!is_billed && remains[o].minutes == 0 && !remains[o].has_expense)
            continue;
        struct draft draft = check_draft_of_order(judge, o, TIE_WOS_05);
        tie_dec minutes = 0;

        TIE_ASSERT(tie_dec_from_sum(remains[o].billed, &draft.f.actual_amount));
        TIE_ASSERT(tie_dec_from_sum(remains[o].minutes, &minutes));
        TIE_ASSERT(tie_dec_muldiv(minutes, 1, 60, &draft.words.hours));
        draft.f.expected_amount = 0;
        draft.f.exposure = is_billed ? -draft.f.actual_amount : 0;
        draft.f.verb = is_billed ? "CM" : "NONE";
        if (!is_billed)
            draft.note = "Nothing is billed, so there is nothing to credit: hours or expenses are what remains";
        check_draft_add(judge, &draft);
    }
}

/* ---- WOS-08 ---- */

/* List price of an orphan's quantity: there is no order that could tell a better one. */
static tie_dec orphan_value(struct judge *judge, const struct tie_line *line, tie_str *currency)
{
    const struct tie_price_query query = { .price_list = judge->world->default_price_list,
        .used_key = line->item,
        .condition = line->condition == TIE_W_EMPTY ? TIE_W_NEW : line->condition,
        .band = line->band == TIE_W_EMPTY ? TIE_W_BASE : line->band,
        .day = line->day };
    const struct tie_price *price = tie_world_price(judge->world, &query);
    const tie_dec quantity = line->quantity;
    tie_dec amount = TIE_NONE, units = quantity;

    if (price == NULL)
        return TIE_NONE;
    *currency = price->currency;
    if (line->leg == TIE_LEG_TIME && !tie_dec_muldiv(tie_expect_charged_minutes(price, quantity), 1, 60, &units))
        return TIE_NONE;
    return tie_dec_mul(price->unit_price, units, &amount) ? amount : TIE_NONE;
}

void check_wos_08(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    const void *row = check_row_of(judge, line);

    if (line->order != TIE_NO_INDEX || row == NULL)
        return;
    const tie_str named = line->leg == TIE_LEG_USAGE ? ((const struct tie_usage_line *)row)->wo_id
                                                     : ((const struct tie_time_entry *)row)->wo_id;
    const tie_str order_ref = line->leg == TIE_LEG_USAGE ? ((const struct tie_usage_line *)row)->row.order_ref
                                                         : ((const struct tie_time_entry *)row)->row.order_ref;
    struct draft draft = check_draft_of_row(judge, index, TIE_WOS_08);

    draft.words.name = tie_dataset(tie_leg_dataset(line->leg))->name;
    draft.words.other_ref = tie_arena_printf(judge->scratch, "order %s%s", check_text_of(judge, named),
        check_fits_two(judge, order_ref) ? " (fits two orders)" : "");
    draft.f.usage_qty = line->quantity;
    draft.f.exposure = orphan_value(judge, line, &draft.currency);
    draft.f.verb = "FSM";
    check_draft_add(judge, &draft);
}

static struct draft object_draft(struct judge *judge, enum tie_dataset dataset, const char *row_id, uint32_t order)
{
    struct draft draft = order == TIE_NO_INDEX ? check_draft_plain(TIE_WOS_08)
                                               : check_draft_of_order(judge, order, TIE_WOS_08);

    draft.words.name = tie_dataset(dataset)->name;
    draft.words.ref = row_id;
    draft.f.key_count = 2;
    draft.f.keys[0] = draft.words.name;
    draft.f.keys[1] = row_id;
    draft.f.verb = "FSM";
    draft.f.exposure = 0; /* the money of the work is judged where the work is */
    draft.currency = order == TIE_NO_INDEX ? 0 : check_work_order_of(judge, order)->currency;
    if (order == TIE_NO_INDEX)
        draft.f.anchor = tie_arena_printf(judge->scratch, "%s/%s", draft.words.name, row_id);
    return draft;
}

/* An order that names no customer, or a customer or asset that the store does not hold. */
static void wos_08_orders(struct judge *judge)
{
    const struct tie_world *world = judge->world;

    for (uint32_t o = 0; o < judge->match->order_count; o++) {
        const struct tie_work_order *row = check_work_order_of(judge, o);
        const struct tie_order *order = &judge->match->orders[o];
        const bool has_customer = row->customer_id != 0 &&
            (!world->delivery->dataset[TIE_DS_FSM_CUSTOMER] || tie_world_fsm_customer(world, row->customer_id) != NULL);
        const bool has_asset = row->asset_id == 0 || !world->delivery->dataset[TIE_DS_ASSET] ||
            tie_world_asset(world, row->asset_id, world->as_of) != NULL ||
            tie_world_asset(world, row->asset_id, order->completed) != NULL ||
            tie_world_asset(world, row->asset_id, order->created) != NULL;

        if (order->is_excluded || (has_customer && has_asset))
            continue;
        struct draft draft = object_draft(judge, TIE_DS_WORK_ORDER, check_text_of(judge, row->wo_id), o);

        draft.trigger = order->created;
        draft.words.other_ref = has_customer
            ? tie_arena_printf(judge->scratch, "asset %s", check_text_of(judge, row->asset_id))
            : row->customer_id == 0
            ? "no customer"
            : tie_arena_printf(judge->scratch, "customer %s", check_text_of(judge, row->customer_id));
        check_draft_add(judge, &draft);
    }
}

static bool is_object_here(const struct judge *judge, const struct tie_evidence *evidence)
{
    const struct tie_match *match = judge->match;
    const struct tie_usage_line *usage = TIE_OF(match->shard, match->dossier, USAGE_LINE, usage_line);
    const struct tie_time_entry *time = TIE_OF(match->shard, match->dossier, TIME_ENTRY, time_entry);

    for (size_t i = 0; evidence->object_type == TIE_W_USAGE_LINE && i < TIE_OF_COUNT(match->dossier, USAGE_LINE); i++) {
        if (usage[i].usage_id == evidence->object_id)
            return true;
    }
    for (size_t i = 0; evidence->object_type == TIE_W_TIME_ENTRY && i < TIE_OF_COUNT(match->dossier, TIME_ENTRY); i++) {
        if (time[i].time_id == evidence->object_id)
            return true;
    }
    return false;
}

/* Evidence lies with its object; where no order lies, the object is missing too. */
static void wos_08_evidence(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct tie_evidence *rows = TIE_OF(match->shard, match->dossier, EVIDENCE, evidence);

    for (size_t i = 0; !match->dossier->is_known && i < TIE_OF_COUNT(match->dossier, EVIDENCE); i++) {
        if (rows[i].deleted || is_object_here(judge, &rows[i]))
            continue;
        struct draft draft = object_draft(
            judge, TIE_DS_EVIDENCE, check_text_of(judge, rows[i].evidence_id), TIE_NO_INDEX);

        draft.trigger = tie_zone_date(&judge->world->policy->regions[0].zone, rows[i].captured_at);
        draft.words.other_ref = tie_arena_printf(
            judge->scratch, "%s %s", tie_word_text(rows[i].object_type), check_text_of(judge, rows[i].object_id));
        check_draft_add(judge, &draft);
    }
}

void check_wos_08_objects(struct judge *judge)
{
    wos_08_orders(judge);
    wos_08_evidence(judge);
}
