/*
 * derive.c - the derived decision: what asset, dates, meter, cause and contract say about who pays.
 *
 * Covers of the order's asset that hold on the deciding date for the group's component are ranked by their own
 * priority (lower wins, none last), then by the policy's order of kinds, then by cover_id. The contract is the one
 * the order names, else the customer's only contract that runs on the day; of its lines the one that names the asset
 * wins over one for all assets, then the narrower scope, then the smaller line number. Whether cover or contract
 * comes first is the policy's order; what nothing covers is chargeable.
 */
#include "expect_internal.h"

enum { NO_RANK = 99, CONTRACTS_ROOM = 8 };

static int rank_of(const struct tie_policy *policy, enum tie_word kind)
{
    for (size_t i = 0; i < policy->cover_order_count; i++)
        if (policy->cover_order[i] == kind)
            return (int)i;
    return NO_RANK;
}

/* Is `code` one of the codes in a list separated by semicolons? */
static bool is_listed(struct tie_text list, struct tie_text code)
{
    if (code.size == 0)
        return false;
    while (list.size > 0)
        if (tie_text_equal(tie_text_trim(tie_text_cut(&list, ';')), code))
            return true;
    return false;
}

static bool is_excluded(const struct expect_context *context, tie_str exclusions, const struct tie_work_order *order)
{
    const struct tie_pool *pool = &context->match->shard->pool;

    return is_listed(tie_pool_text(pool, exclusions), tie_pool_text(pool, order->cause_code));
}

static tie_date cover_end(const struct tie_asset_cover *cover, enum expect_component component)
{
    switch (component) {
    case EXPECT_PARTS: return cover->parts_end_date;
    case EXPECT_LABOUR: return cover->labour_end_date;
    case EXPECT_TRAVEL: return cover->travel_end_date;
    case EXPECT_EXPENSE: break;
    }
    return cover->expense_end_date;
}

static tie_dec or_default(tie_dec value, tie_dec fallback)
{
    return value == TIE_NONE ? fallback : value;
}

static struct tie_decision from_cover(const struct tie_asset_cover *cover)
{
    return (struct tie_decision){ .exists = true,
        .word = TIE_W_WARRANTY,
        .share_parts = or_default(cover->share_parts, TIE_DEC_ONE),
        .share_labour = or_default(cover->share_labour, TIE_DEC_ONE),
        .share_travel = or_default(cover->share_travel, TIE_DEC_ONE),
        .share_expense = or_default(cover->share_expense, TIE_DEC_ONE),
        .cover = cover,
        .is_vendor = cover->kind == TIE_W_VENDOR_WARRANTY ||
            (cover->kind == TIE_W_PART_WARRANTY && cover->provider_id != 0) };
}

/* The asset must still belong to the owner whom the cover was given to, unless the cover goes on. */
static bool has_right_owner(const struct expect_context *context, const struct tie_asset_cover *cover, tie_date day)
{
    const struct tie_asset *then = NULL, *now = NULL;

    if (cover->is_transferable || !context->world->delivery->dataset[TIE_DS_ASSET])
        return true;
    then = tie_world_asset(context->world, cover->asset_id, cover->start_date);
    now = tie_world_asset(context->world, cover->asset_id, day);
    return then == NULL || now == NULL || then->customer_id == now->customer_id;
}

/* Is the covered piece among what the order took out or put in? The failed one is reported as removed, which is no
 * usage. */
static bool has_serial(const struct expect_context *context, const struct tie_work_order *order, tie_str serial)
{
    const struct tie_match *match = context->match;
    const struct tie_usage_line *rows = TIE_OF(match->shard, match->dossier, USAGE_LINE, usage_line);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, USAGE_LINE); i++)
        if (!rows[i].deleted && rows[i].serial_no == serial && rows[i].row.order_ref == order->row.order_ref)
            return true;
    return false;
}

/* A part warranty is for one item (and one piece of it, when it names a serial number). */
static bool fits_part(
    const struct expect_context *context, const struct tie_asset_cover *cover, const struct expect_subject *about)
{
    const struct tie_group *group = about->group;

    if (cover->kind != TIE_W_PART_WARRANTY)
        return true;
    if (group->kind != TIE_GROUP_PART)
        return cover->item_id == 0;
    if (cover->item_id != 0 &&
        tie_key_fsm(context->match->keys, TIE_XREF_ITEM, cover->item_id, cover->start_date) != group->item)
        return false;
    return cover->serial_no == 0 || has_serial(context, about->row, cover->serial_no);
}

static bool is_cover_good(
    const struct expect_context *context, const struct tie_asset_cover *cover, const struct expect_subject *about)
{
    const enum expect_component component = about->component;
    const struct tie_work_order *order = about->row;
    const tie_date day = about->day;
    const struct tie_decision decision = from_cover(cover);
    const tie_date end = cover_end(cover, component);

    if (expect_share(&decision, component) == 0)
        return false; /* it must not stand before one that covers something */
    if (cover->start_date == TIE_NO_DATE || day < cover->start_date || end == TIE_NO_DATE || day > end)
        return false;
    if (cover->meter_limit_qty != TIE_NONE && order->meter_qty != TIE_NONE && order->meter_qty > cover->meter_limit_qty)
        return false;
    return !is_excluded(context, cover->exclusions, order) && has_right_owner(context, cover, day) &&
        fits_part(context, cover, about) && rank_of(context->world->policy, cover->kind) != NO_RANK;
}

/* Covers come sorted by cover_id, so an earlier equal stays. */
static bool is_better(const struct tie_policy *policy, const struct tie_asset_cover *a, const struct tie_asset_cover *b)
{
    const int64_t x = a->priority == TIE_NONE ? INT64_MAX : a->priority,
                  y = b->priority == TIE_NONE ? INT64_MAX : b->priority;

    return x != y ? x < y : rank_of(policy, a->kind) < rank_of(policy, b->kind);
}

static const struct tie_asset_cover *best_cover(
    const struct expect_context *context, const struct expect_subject *about)
{
    const struct tie_asset_cover *const *covers = about->terms->covers, *best = NULL;

    for (size_t i = 0; i < about->terms->cover_count; i++)
        if (is_cover_good(context, covers[i], about) &&
            (best == NULL || is_better(context->world->policy, covers[i], best)))
            best = covers[i];
    return best;
}

/* ---- contracts ---- */

static const struct tie_contract *contract_of(
    const struct expect_context *context, const struct tie_work_order *order, tie_date day)
{
    struct tie_keys *keys = context->match->keys;
    const struct tie_contract *found[CONTRACTS_ROOM];

    if (order->contract_id != 0) {
        const struct tie_contract *contract = tie_world_contract(
            context->world, tie_key_fsm(keys, TIE_XREF_CONTRACT, order->contract_id, day));

        return contract != NULL && tie_world_contract_runs(context->world, contract, day) ? contract : NULL;
    }
    const tie_str customer = tie_key_fsm(keys, TIE_XREF_CUSTOMER, order->customer_id, day);

    if ((tie_key_facts(keys, customer).has & TIE_HAS_CONTRACTS) != 0 &&
        tie_world_customer_contracts(context->world, customer, day, found, CONTRACTS_ROOM) == 1)
        return found[0];
    return NULL;
}

static bool does_line_hold(const struct expect_context *context, const struct tie_contract *contract,
    const struct tie_contract_line *line, const struct tie_work_order *order, tie_date day)
{
    const tie_date from = line->valid_from == TIE_NO_DATE ? contract->start_date : line->valid_from;
    const tie_date to = line->valid_to == TIE_NO_DATE ? contract->end_date : line->valid_to;
    struct tie_keys *keys = context->match->keys;

    if ((from != TIE_NO_DATE && day < from) || (to != TIE_NO_DATE && day > to))
        return false;
    if (line->cover_scope != TIE_W_ALL && line->cover_scope != TIE_W_EMPTY && line->cover_scope != order->wo_type)
        return false;
    return line->asset_id == 0 ||
        (order->asset_id != 0 &&
            tie_key_erp(keys, TIE_XREF_ASSET, line->asset_id) ==
                tie_key_fsm(keys, TIE_XREF_ASSET, order->asset_id, day));
}

/* 2 for naming the asset, 1 for a narrower scope: the larger wins, then the smaller line number. */
static int closeness(const struct tie_contract_line *line)
{
    return (line->asset_id != 0 ? 2 : 0) + (line->cover_scope != TIE_W_ALL && line->cover_scope != TIE_W_EMPTY ? 1 : 0);
}

static const struct tie_contract_line *best_line(const struct expect_context *context,
    const struct tie_contract *contract, const struct tie_work_order *order, tie_date day)
{
    const struct tie_contract_line *const *lines = NULL, *best = NULL;
    const size_t count = tie_world_contract_lines(
        context->world, tie_key_erp(context->match->keys, TIE_XREF_CONTRACT, contract->contract_id), &lines);

    for (size_t i = 0; i < count; i++)
        if (does_line_hold(context, contract, lines[i], order, day) &&
            (best == NULL || closeness(lines[i]) > closeness(best) ||
                (closeness(lines[i]) == closeness(best) && lines[i]->line_no < best->line_no)))
            best = lines[i];
    return best;
}

void expect_cover_terms(const struct expect_context *context, struct expect_terms *terms)
{
    const struct tie_work_order *order = &context->orders[context->match->orders[terms->order].row];

    if (order->asset_id != 0)
        terms->cover_count = tie_world_covers(context->world, order->asset_id, &terms->covers);
    if (!context->world->delivery->dataset[TIE_DS_CONTRACT])
        return;
    terms->contract = contract_of(context, order, terms->day);
    if (terms->contract != NULL)
        terms->line = best_line(context, terms->contract, order, terms->day);
    terms->is_line_excluded = terms->line != NULL && is_excluded(context, terms->line->exclusions, order);
}

/* ---- both ---- */

static struct tie_decision from_contract(const struct tie_contract *contract, const struct tie_contract_line *line)
{
    return (struct tie_decision){ .exists = true,
        .word = TIE_W_CONTRACT,
        .share_parts = or_default(line->share_parts, 0),
        .share_labour = or_default(line->share_labour, 0),
        .share_travel = or_default(line->share_travel, 0),
        .share_expense = or_default(line->share_expense, 0),
        .contract = contract,
        .contract_line = line,
        .is_metered = line->allowance_kind != TIE_W_NONE && line->allowance_kind != TIE_W_EMPTY };
}

static void set_class(struct tie_decision *decision, enum tie_class whole, enum expect_component component)
{
    const tie_dec share = expect_share(decision, component);

    decision->class_ = share == 0 ? TIE_CLASS_T : share < TIE_DEC_ONE ? TIE_CLASS_S : whole;
}

void expect_derived(
    const struct expect_context *context, const struct expect_subject *about, struct tie_decision *decision)
{
    const struct tie_policy *policy = context->world->policy;
    const enum expect_component component = about->component;
    const struct tie_contract_line *line = about->terms->is_line_excluded ? NULL : about->terms->line;
    const struct tie_asset_cover *cover = NULL;

    decision->class_ = TIE_CLASS_N;
    if (!context->can_derive || about->order == TIE_NO_INDEX)
        return;
    if (about->terms->cover_count > 0)
        cover = best_cover(context, about);
    if (line != NULL) {
        *decision = from_contract(about->terms->contract, line);
        if (expect_share(decision, component) == 0)
            line = NULL;
    }
    if (cover != NULL && (line == NULL || rank_of(policy, cover->kind) <= rank_of(policy, TIE_W_CONTRACT))) {
        *decision = from_cover(cover);
        set_class(decision, TIE_CLASS_W, component);
    } else if (line != NULL) {
        set_class(decision, TIE_CLASS_C, component);
    } else {
        *decision = (struct tie_decision){ .exists = true, .word = TIE_W_CHARGEABLE, .class_ = TIE_CLASS_T };
    }
    decision->day = about->day;
}
