/*
 * price.c - the expected price of what was consumed.
 *
 * Order (contract.md 6): the contract's own price list; the contract's discount on the list price; a price for the
 * customer; the list. The price key is the item or activity as used, then what it is sold as (sales_map). Parts are
 * priced on net usage (on the movement when nothing was reported: the verdict then is contingent). Labour is rounded
 * as the price row says: minutes of one entry, or of one visit or day where charge_basis says so, are raised to
 * minimum_minutes and to the next step; a flat amount is charged once each. Time that its technician marked as not
 * chargeable is nobody's to pay: it is left out here, and out of claims (amounts.c).
 */
#include "expect_internal.h"

struct price_found {
    struct tie_priced priced;
    enum tie_price_rule rule;
    tie_dec discount; /* a fraction */
    tie_str key;      /* that found it */
};

/* `query` but for its list and customer, which are set. */
static bool in_list(const struct expect_context *context, struct tie_price_query *query, tie_str price_list,
    tie_str customer, struct tie_priced *priced)
{
    query->price_list = price_list;
    query->customer = customer;
    return price_list != 0 && tie_world_priced(context->world, query, priced);
}

/* On any list but the default one, which `query` names. */
static bool in_other_lists(
    const struct expect_context *context, const struct tie_price_query *query, struct tie_priced *priced)
{
    const struct tie_price *row = tie_world_customer_price(context->world, query);

    if (row != NULL)
        *priced = (struct tie_priced){ row, row->unit_price, row->currency, row->uom };
    return row != NULL;
}

/* What the customer's own terms say (0: one without prices of its own), and, `or_list`, what the list says to all. */
static bool find_for_customer(const struct expect_context *context, struct tie_price_query *query, tie_str customer,
    const struct expect_subject *about, bool or_list, struct price_found *found)
{
    const struct tie_contract_line *line = about->terms->line;
    const tie_dec discount = line == NULL      ? 0
        : about->group->kind == TIE_GROUP_PART ? line->discount_parts_pct
                                               : line->discount_labour_pct;
    const tie_str list = context->world->default_price_list;
    struct tie_priced *priced = &found->priced;

    found->key = query->used_key;
    found->discount = 0;
    found->rule = TIE_PRICE_CONTRACT_LIST;
    if (line != NULL && line->price_list_id != 0 &&
        (in_list(context, query, line->price_list_id, customer, priced) ||
            (customer != 0 && in_list(context, query, line->price_list_id, 0, priced))))
        return true;
    if (discount != TIE_NONE && discount > 0 && in_list(context, query, list, 0, priced)) {
        found->rule = TIE_PRICE_CONTRACT_DISCOUNT;
        found->discount = discount;
        return true;
    }
    found->rule = TIE_PRICE_CUSTOMER;
    if (customer != 0 && (in_list(context, query, list, customer, priced) || in_other_lists(context, query, priced)))
        return true;
    found->rule = TIE_PRICE_LIST;
    return or_list && in_list(context, query, list, 0, priced);
}

static bool find_price(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_expectation *e, struct price_found *found)
{
    const struct tie_group *group = about->group;
    const bool is_part = group->kind == TIE_GROUP_PART;
    const tie_str *sold = NULL;
    struct tie_price_query query = { .condition = is_part && group->condition != TIE_W_EMPTY ? group->condition
                                                                                             : TIE_W_NEW,
        .band = is_part || group->band == TIE_W_EMPTY ? TIE_W_BASE : group->band,
        .day = about->day };
    const struct expect_terms *terms = about->terms;
    const tie_str payer = terms->payer_has_prices ? e->payer : 0;
    const tie_str customer = terms->customer_has_prices ? e->customer : 0;
    const size_t sold_count = tie_world_sold_as(context->world, group->item, &sold);

    for (size_t k = 0; k <= sold_count; k++) {
        query.used_key = k == 0 ? group->item : sold[k - 1];
        if ((payer != customer && find_for_customer(context, &query, payer, about, false, found)) ||
            find_for_customer(context, &query, customer, about, true, found))
            return true;
    }
    return false;
}

/* ---- labour: minutes that are charged ---- */

struct stint { /* minutes that are rounded together */
    tie_str visit;
    struct tie_stint told;
};

static bool belongs_together(enum tie_word basis, const struct stint *stint, tie_str visit, tie_date day)
{
    if (basis == TIE_W_VISIT)
        return stint->visit == visit && visit != 0;
    return (basis == TIE_W_DAY || basis == TIE_W_TOUR) && stint->told.day == day;
}

bool expect_is_billable(const struct tie_match *match, const struct tie_line *line)
{
    return line->leg != TIE_LEG_TIME || line->row == TIE_NO_INDEX ||
        TIE_ROWS(match->shard->tables, TIME_ENTRY, time_entry)[line->row].is_billable;
}

static tie_dec billable_minutes(const struct tie_match *match, const struct tie_group *group)
{
    tie_sum sum = 0;
    tie_dec minutes = 0;

    for (uint32_t n = 0; n < group->lines[TIE_LEG_TIME].count; n++) {
        const struct tie_line *line = &match->lines[group->lines[TIE_LEG_TIME].at[n]];

        if (line->state != TIE_STATE_EXCLUDED && expect_is_billable(match, line))
            sum += line->quantity;
    }
    return tie_dec_from_sum(sum, &minutes) ? minutes : group->usage;
}

static size_t collect_stints(
    const struct expect_context *context, const struct expect_subject *about, enum tie_word basis, struct stint *stints)
{
    const struct tie_match *match = context->match;
    const struct tie_group *group = about->group;
    size_t count = 0;

    for (uint32_t n = 0; n < group->lines[TIE_LEG_TIME].count; n++) {
        const struct tie_line *line = &match->lines[group->lines[TIE_LEG_TIME].at[n]];
        const tie_str visit = TIE_ROWS(match->shard->tables, TIME_ENTRY, time_entry)[line->row].visit_id;
        size_t at = 0;

        if (line->state == TIE_STATE_EXCLUDED || !expect_is_billable(match, line))
            continue;
        while (at < count && !belongs_together(basis, &stints[at], visit, line->day))
            at++;
        if (at == count)
            stints[count++] = (struct stint){ visit, { .day = line->day } };
        stints[at].told.minutes += line->quantity;
    }
    return count;
}

tie_dec tie_expect_charged_minutes(const struct tie_price *price, tie_dec minutes)
{
    const tie_dec least = price->minimum_minutes, step = price->round_to_minutes;
    tie_dec charged = least != TIE_NONE && minutes < least ? least : minutes;

    if (minutes <= 0)
        return 0; /* nothing worked: no minimum either */
    if (step == TIE_NONE || step <= 0)
        return charged;
    if (price->round_mode == TIE_W_DOWN)
        return charged / step * step;
    if (price->round_mode == TIE_W_NEAREST)
        return (charged + step / 2) / step * step;
    return (charged + step - 1) / step * step;
}

/* ---- amounts ---- */

bool expect_in_currency(const struct expect_context *context, const struct expect_subject *about, tie_str currency,
    tie_dec amount, tie_dec *out)
{
    if (currency == about->group->currency || currency == 0) {
        *out = amount;
        return true;
    }
    return tie_world_convert(context->world, amount, currency, about->group->currency, about->day, out);
}

bool expect_price_units(
    const struct expect_context *context, const struct expect_subject *about, tie_str uom, int64_t *num, int64_t *den)
{
    const struct tie_group *group = about->group;

    *num = *den = 1;
    if (group->kind == TIE_GROUP_LABOUR) {
        if (!tie_text_is_nocase(tie_pool_text(&context->match->shard->pool, uom), "min"))
            *den = 60; /* a price of labour is for an hour unless it says minutes */
        return true;
    }
    /* the unit's factor turned round */
    return uom == 0 || group->kind == TIE_GROUP_CHARGE ||
        tie_key_unit(context->match->keys, TIE_SIDE_ERP, group->item, uom, den, num);
}

static bool set_unit(const struct expect_context *context, const struct expect_subject *about,
    const struct price_found *found, struct tie_expectation *e)
{
    const struct tie_priced *price = &found->priced;
    tie_dec unit = 0;

    if (price->unit_price == TIE_NONE ||
        !expect_in_currency(context, about, price->currency, price->unit_price, &unit) ||
        (found->discount != 0 && !tie_dec_mul(unit, TIE_DEC_ONE - found->discount, &unit)) ||
        !expect_price_units(context, about, price->uom, &e->price_num, &e->price_den))
        return false;
    e->unit_price = context->world->policy->round_unit_price ? tie_dec_round(unit, about->decimals) : unit;
    return true;
}

/* What a visit, a day or an entry costs flat: a list price like any other, so the contract's discount holds for it. */
static bool flat_charge(const struct expect_context *context, const struct expect_subject *about,
    const struct price_found *found, tie_dec *amount)
{
    return expect_in_currency(context, about, found->priced.currency, found->priced.row->flat_amount, amount) &&
        tie_dec_mul(*amount, TIE_DEC_ONE - found->discount, amount);
}

/* In one step: a third of a box, cut to millionths before it is priced, would cost a cent. In two only where the
 * factors are too large for one. */
static bool value_of(const struct tie_expectation *e, tie_dec quantity, tie_dec *amount)
{
    int64_t num, den;

    if (e->price_num == 1 && e->price_den == 1) /* priced in its base unit, as nearly all is */
        return tie_dec_mul(quantity, e->unit_price, amount);
    if (__builtin_mul_overflow(e->unit_price, e->price_num, &num) ||
        __builtin_mul_overflow(e->price_den, TIE_DEC_ONE, &den))
        return tie_dec_muldiv(quantity, e->price_num, e->price_den, amount) &&
            tie_dec_mul(*amount, e->unit_price, amount);
    return tie_dec_muldiv(quantity, num, den, amount);
}

static bool price_labour(const struct expect_context *context, const struct expect_subject *about,
    const struct price_found *found, struct tie_expectation *e)
{
    const struct tie_price *price = e->price;
    const uint32_t room = about->group->lines[TIE_LEG_TIME].count;
    struct stint *stints = TIE_TAKE(context->arena, struct stint, room + 1);
    struct tie_stint *told = TIE_TAKE(context->arena, struct tie_stint, room + 1);
    const size_t count = collect_stints(context, about, price->charge_basis, stints);
    tie_sum total = 0;

    e->expected_qty = 0;
    for (size_t i = 0; i < count; i++) {
        const tie_dec minutes = tie_expect_charged_minutes(price, stints[i].told.minutes);
        tie_dec amount = 0, least = 0;

        e->expected_qty += minutes;
        if (minutes > 0 && price->flat_amount != TIE_NONE) {
            if (!flat_charge(context, about, found, &amount))
                return false;
        } else if (!value_of(e, minutes, &amount)) {
            return false;
        }
        if (minutes > 0 && price->minimum_amount != TIE_NONE &&
            expect_in_currency(context, about, price->currency, price->minimum_amount, &least) && amount < least)
            amount = least;
        total += amount;
        told[i] = stints[i].told;
        told[i].charged = minutes;
        told[i].amount = amount;
    }
    e->stints = told;
    e->stint_count = count;
    return tie_dec_from_sum(total, &e->full_amount);
}

/* What is left of all the rest for most groups: a part at the list's price for all customers, new, by its base unit and
 * in the currency of the order. False: nothing was set, and it is to be found the long way. */
static bool price_by_list(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_group *group = about->group;
    struct tie_priced priced;

    if (group->kind != TIE_GROUP_PART || !about->terms->are_parts_by_list || group->currency == 0 ||
        (group->condition != TIE_W_EMPTY && group->condition != TIE_W_NEW) ||
        !tie_world_list_price(context->world, group->item, about->day, &priced) ||
        (priced.currency != group->currency && priced.currency != 0))
        return false;
    e->unit_price = context->world->policy->round_unit_price ? tie_dec_round(priced.unit_price, about->decimals)
                                                             : priced.unit_price;
    e->price = priced.row;
    e->price_rule = TIE_PRICE_LIST;
    e->price_key = group->item;
    e->is_priced = tie_dec_mul(e->expected_qty, e->unit_price, &e->full_amount);
    e->full_amount = e->is_priced ? tie_dec_round(e->full_amount, about->decimals) : TIE_NONE;
    return true;
}

void expect_price(const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_group *group = about->group;
    struct price_found found;

    e->full_amount = TIE_NONE;
    e->unit_price = TIE_NONE;
    e->price_num = e->price_den = 1;
    e->money_day = about->day;
    e->billable_qty = group->kind == TIE_GROUP_LABOUR ? billable_minutes(context->match, group) : group->usage;
    e->expected_qty = group->usage != 0 ? e->billable_qty : group->movement;
    if (price_by_list(context, about, e))
        return;
    if (group->currency == 0 || !find_price(context, about, e, &found) || !set_unit(context, about, &found, e)) {
        e->full_amount = e->expected_qty == 0 ? 0 : TIE_NONE;
        return;
    }
    e->price = found.priced.row;
    e->price_rule = found.rule;
    e->price_key = found.key;
    e->discount = found.discount;
    e->is_priced = group->kind == TIE_GROUP_LABOUR ? price_labour(context, about, &found, e)
                                                   : tie_expect_value(e, group, e->expected_qty, &e->full_amount);
    if (e->is_priced)
        e->full_amount = tie_dec_round(e->full_amount, about->decimals);
    else
        e->full_amount = TIE_NONE;
}

bool tie_expect_value(
    const struct tie_expectation *expectation, const struct tie_group *group, tie_dec quantity, tie_dec *amount)
{
    (void)group;
    return expectation->unit_price != TIE_NONE && value_of(expectation, quantity, amount);
}
