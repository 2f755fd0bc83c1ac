/*
 * amounts.c - cost, and who carries which part of the full amount.
 *
 * customer = full * (1 - share) + deductible, each rounded once to the minor unit; covered = full - customer's part.
 * A contract's cap and every deductible hold once an order and fall to the first group that meets them. A claim asks
 * the provider for the covered share of the cost (or of the provider's own price list), a metered contract is
 * debited in its own unit. Approved goodwill comes last, on what the customer would still pay. Amounts whose
 * currency has no rate are unknown, never zero. Until allowances are walked in event order a metered line covers in
 * full.
 */
#include "expect_internal.h"

static tie_dec less(tie_dec a, tie_dec b)
{
    return a < b ? a : b;
}

/* ---- cost ---- */

static bool posted_cost(const struct tie_group *group, struct tie_expectation *e)
{
    if (group->movement_cost != TIE_NONE && group->movement > 0 && group->movement_cost > 0 &&
        tie_dec_muldiv(group->movement_cost, TIE_DEC_ONE, group->movement, &e->unit_cost)) {
        e->cost_currency = group->cost_currency;
        e->cost_source = TIE_COST_POSTED;
        return true;
    }
    return false;
}

static bool standard_cost(const struct tie_match *match, const struct tie_group *group, struct tie_expectation *e)
{
    const struct tie_line *line = expect_first_line(match, group);
    const struct tie_location *place = line == NULL ? NULL : tie_world_location(match->world, line->location);
    const enum tie_word condition = group->condition == TIE_W_EMPTY ? TIE_W_NEW : group->condition;
    const tie_date day = line != NULL && line->day != TIE_NO_DATE ? line->day : e->money_day;
    const struct tie_item_cost *cost = tie_world_cost(
        match->world, group->item, place == NULL ? 0 : place->plant_id, condition, day);

    if (cost == NULL)
        return false;
    e->unit_cost = cost->unit_cost;
    e->cost_currency = cost->currency;
    e->cost_source = TIE_COST_STANDARD;
    e->cost = cost;
    return true;
}

/* The last posted value of the item among the movements at hand, netted ones too. */
static bool last_cost(const struct tie_match *match, const struct tie_group *group, struct tie_expectation *e)
{
    const struct tie_line *last = NULL;

    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->leg == TIE_LEG_MOVEMENT && line->item == group->item && line->amount != TIE_NONE &&
            line->quantity > 0 && line->state != TIE_STATE_EXCLUDED &&
            (last == NULL || line->posting_day >= last->posting_day))
            last = line;
    }
    if (last == NULL || !tie_dec_muldiv(last->amount, TIE_DEC_ONE, last->quantity, &e->unit_cost))
        return false;
    e->cost_currency = last->currency;
    e->cost_source = TIE_COST_LAST;
    return true;
}

void tie_expect_find_cost(const struct tie_match *match, const struct tie_group *group, struct tie_expectation *e)
{
    if (e->is_cost_found)
        return;
    e->is_cost_found = true;
    if (group->kind == TIE_GROUP_PART)
        e->has_cost = posted_cost(group, e) || standard_cost(match, group, e) || last_cost(match, group, e);
}

bool tie_expect_cost(const struct tie_expectation *expectation, tie_dec quantity, tie_dec *amount)
{
    return expectation->has_cost && tie_dec_mul(quantity, expectation->unit_cost, amount);
}

/* ---- claims ---- */

static bool labour_cost(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_match *match = context->match;
    const struct tie_time_entry *rows = TIE_ROWS(match->shard->tables, TIME_ENTRY, time_entry);
    tie_sum total = 0;

    for (uint32_t n = 0; n < about->group->lines[TIE_LEG_TIME].count; n++) {
        const struct tie_line *line = &match->lines[about->group->lines[TIE_LEG_TIME].at[n]];
        const struct tie_technician *technician = NULL;
        tie_dec cost = 0;

        if (line->state == TIE_STATE_EXCLUDED || !expect_is_billable(match, line))
            continue;
        technician = tie_world_technician(context->world, rows[line->row].technician_id, line->day);
        if (technician == NULL || technician->labour_unit_cost == TIE_NONE ||
            !tie_dec_muldiv(line->quantity, technician->labour_unit_cost, 60 * TIE_DEC_ONE, &cost))
            return false;
        e->claim_currency = technician->currency;
        total += cost;
    }
    return tie_dec_from_sum(total, &e->claim_amount);
}

/* What the provider's own price list says: a flat amount for the task, or a price of parts or hours. */
static bool provider_price(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_price_query query = { .price_list = e->derived.cover->claim_price_list_id,
        .used_key = about->group->item,
        .condition = TIE_W_NEW,
        .band = TIE_W_BASE,
        .day = e->derived.day };
    const struct tie_price *price = query.price_list == 0 ? NULL : tie_world_price(context->world, &query);
    int64_t num = 1, den = 1;
    tie_dec units = 0;

    if (price == NULL)
        return false;
    e->claim_currency = price->currency;
    if (price->flat_amount != TIE_NONE) {
        e->claim_amount = price->flat_amount;
        return true;
    }
    return expect_price_units(context, about, price->uom, &num, &den) &&
        tie_dec_muldiv(e->expected_qty, num, den, &units) && tie_dec_mul(units, price->unit_price, &e->claim_amount);
}

static void set_claim(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    bool is_known = e->derived.cover != NULL && provider_price(context, about, e);

    if (!is_known && about->group->kind == TIE_GROUP_PART) {
        tie_expect_find_cost(context->match, about->group, e);
        is_known = tie_expect_cost(e, e->expected_qty, &e->claim_amount);
        e->claim_currency = e->cost_currency;
    } else if (!is_known && about->group->kind == TIE_GROUP_LABOUR) {
        is_known = labour_cost(context, about, e);
    }
    if (!is_known || !tie_dec_mul(e->claim_amount, e->share, &e->claim_amount)) {
        e->claim_amount = TIE_NONE;
        e->claim_currency = 0;
        return;
    }
    e->claim_amount = tie_dec_round(e->claim_amount, tie_key_decimals(context->match->keys, e->claim_currency));
}

/* ---- debits ---- */

static struct expect_spent *spent_of(struct expect_context *context, uint32_t order)
{
    if (context->spent == NULL)
        context->spent = TIE_TAKE(context->arena, struct expect_spent, context->match->order_count);
    return &context->spent[order];
}

static void set_debit(struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_contract_line *line = e->derived.contract_line;
    const uint32_t order = about->order;

    e->debit_amount = e->covered_amount;
    switch ((int)line->allowance_kind) {
    case TIE_W_PARTS_QTY: e->debit_qty = about->group->kind == TIE_GROUP_PART ? e->expected_qty : 0; break;
    case TIE_W_HOURS:
        if (about->group->kind != TIE_GROUP_LABOUR || !tie_dec_muldiv(e->expected_qty, 1, 60, &e->debit_qty))
            e->debit_qty = 0;
        break;
    case TIE_W_VISITS:
        e->debit_qty = order != TIE_NO_INDEX && !spent_of(context, order)->is_visit_debited ? TIE_DEC_ONE : 0;
        if (order != TIE_NO_INDEX)
            spent_of(context, order)->is_visit_debited = true;
        break;
    default: /* amount */ e->debit_qty = e->covered_amount == TIE_NONE ? 0 : e->covered_amount; break;
    }
    if (e->debit_qty == 0 &&
        line->allowance_kind != TIE_W_AMOUNT) /* the allowance does not measure this kind of work */
        e->debit_amount = 0;
}

/* ---- who carries what ---- */

/* In the currency of the group, rounded to its minor unit. */
static bool in_group_currency(const struct expect_context *context, const struct expect_subject *about,
    tie_str currency, tie_dec amount, tie_dec *out)
{
    if (!expect_in_currency(context, about, currency, amount, out))
        return false;
    *out = tie_dec_round(*out, about->decimals);
    return true;
}

/* Takes the order's deductible off `covered`, once; false when its currency has no rate. */
static bool take_deductible(struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *decision, tie_dec covered, tie_dec *taken)
{
    const uint32_t order = about->order;
    tie_dec whole = 0;
    tie_str currency = 0;

    *taken = 0;
    if (decision->cover != NULL) {
        whole = decision->cover->deductible_amount;
        currency = decision->cover->currency;
    } else if (decision->contract_line != NULL) {
        whole = decision->contract_line->deductible_amount;
        currency = decision->contract->currency;
    }
    if (whole == TIE_NONE || whole <= 0 || covered <= 0 || order == TIE_NO_INDEX ||
        spent_of(context, order)->is_deductible_taken)
        return true;
    if (!in_group_currency(context, about, currency, whole, &whole))
        return false;
    spent_of(context, order)->is_deductible_taken = true;
    *taken = less(whole, covered);
    return true;
}

/* What of `covered` is left within the order's cap; false when its currency has no rate. */
static bool apply_cap(struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *decision, tie_dec covered, tie_dec *taken)
{
    const uint32_t order = about->order;
    tie_dec cap = decision->contract_line == NULL ? TIE_NONE : decision->contract_line->cap_amount;
    struct expect_spent *spent = NULL;

    *taken = covered;
    if (cap == TIE_NONE || order == TIE_NO_INDEX)
        return true;
    spent = spent_of(context, order);
    if (!spent->is_capped) {
        if (!in_group_currency(context, about, decision->contract->currency, cap, &cap))
            return false;
        spent->is_capped = true;
        spent->cap_left = cap;
    }
    *taken = less(covered, spent->cap_left);
    spent->cap_left -= *taken;
    return true;
}

/* What the customer pays under a decision, without deductible and cap: the recorded decision is only compared, not
 * carried out. */
static tie_dec plain_customer_amount(const struct tie_expectation *e, tie_dec share, unsigned decimals)
{
    tie_dec covered = 0;

    if (e->full_amount == TIE_NONE)
        return share == TIE_DEC_ONE ? 0 : TIE_NONE;
    if (share == 0) /* nothing is covered, as of most groups */
        return e->full_amount;
    if (!tie_dec_mul(e->full_amount, share, &covered))
        return TIE_NONE;
    return e->full_amount - tie_dec_round(covered, decimals);
}

/* Gives away what the approval allows of what the customer would pay, and takes it off the approval. */
static void give_away(const struct expect_context *context, size_t approval, struct tie_expectation *e)
{
    const bool is_limited = e->approved_limit != TIE_NONE;
    const tie_dec due = e->customer_amount;
    tie_dec given = 0, left = 0;

    if (due == TIE_NONE) {
        e->customer_amount = is_limited ? TIE_NONE : e->approved_customer_amount;
        return;
    }
    if (due > e->approved_customer_amount)
        given = due - e->approved_customer_amount;
    if (is_limited)
        given = less(given, e->approved_limit);
    e->customer_amount = due - given;
    e->covered_amount += e->class_ == TIE_CLASS_G ? given : 0;
    if (!is_limited || approval == EXPECT_NO_APPROVAL)
        return;
    /* in proportion, so that what is used up wholly leaves nothing behind in another currency either */
    if (e->approved_limit > 0 &&
        tie_dec_muldiv(context->approval_left[approval], e->approved_limit - given, e->approved_limit, &left))
        context->approval_left[approval] = left;
}

/* Cap and deductible of the order, then what is left is covered. */
static void set_covered(struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *used, struct tie_expectation *e)
{
    tie_dec covered = 0;

    if (e->full_amount == TIE_NONE || e->customer_amount == TIE_NONE) {
        e->covered_amount = TIE_NONE;
        return;
    }
    if (!apply_cap(context, about, used, e->full_amount - e->customer_amount, &covered) ||
        !take_deductible(context, about, used, covered, &e->deductible_amount)) {
        e->customer_amount = e->covered_amount = TIE_NONE;
        return;
    }
    e->covered_amount = covered - e->deductible_amount;
    e->customer_amount = e->full_amount - e->covered_amount;
}

void expect_amounts(
    struct expect_context *context, const struct expect_subject *about, size_t approval, struct tie_expectation *e)
{
    const struct tie_decision *used = e->derived.exists ? &e->derived : &e->recorded;
    const tie_dec recorded = expect_share(&e->recorded, about->component);

    if ((e->share | recorded) == 0 && !e->is_goodwill) { /* the customer pays it all, as for most groups */
        e->customer_amount = e->recorded_customer_amount = e->full_amount;
        return;
    }
    e->customer_amount = plain_customer_amount(e, e->share, about->decimals);
    e->recorded_customer_amount = recorded == e->share ? e->customer_amount
                                                       : plain_customer_amount(e, recorded, about->decimals);
    if (e->share > 0) {
        set_covered(context, about, used, e);
        if (used->word == TIE_W_WARRANTY)
            set_claim(context, about, e);
        if (used->is_metered && used->contract_line != NULL)
            set_debit(context, about, e);
    }
    if (e->is_goodwill && e->is_approved)
        give_away(context, approval, e);
}

tie_dec tie_expect_tolerance(
    const struct tie_match *match, const struct tie_group *group, const struct tie_expectation *expectation)
{
    static const tie_dec minor_unit[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 }; /* by digits of the currency */
    const struct tie_policy *policy = match->world->policy;
    const uint32_t lines = group->lines[TIE_LEG_BILLING].count;
    const tie_dec expected = expectation->customer_amount == TIE_NONE ? 0 : tie_dec_abs(expectation->customer_amount);
    tie_dec by_lines = 0, by_share = 0;

    TIE_ASSERT(expectation->decimals < TIE_COUNT_OF(minor_unit));
    if (!tie_dec_mul(minor_unit[expectation->decimals], policy->money_minor_units_per_line, &by_lines) ||
        !tie_dec_muldiv(by_lines, lines > 0 ? lines : 1, 1, &by_lines))
        by_lines = 0;
    if (!tie_dec_mul(expected, policy->money_share, &by_share))
        by_share = 0;
    return by_lines > by_share ? by_lines : by_share;
}
