/*
 * expect.c - one expectation a group, in a fixed order of steps.
 *
 * Per group: who pays (recorded and derived), goodwill, price, cost, amounts, parties. Groups are walked in their
 * own order, so what is used up once an order (deductible, cap, limit of an approval, debit of a visit) falls to the
 * first group that can use it, whatever the order of rows. The derived decision is the one money is compared with;
 * the recorded one stands where nothing can be derived. With neither covers, contracts nor decisions delivered every
 * order is chargeable.
 */
#include "expect_internal.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *words;
} class_words[TIE_CLASS_COUNT] = { { "chargeable" }, { "warranty" }, { "contract" }, { "goodwill" }, { "shared" },
    { "no decision" } };

const char *tie_class_words(enum tie_class class_)
{
    return class_words[class_].words;
}

const char *tie_price_rule_words(enum tie_price_rule rule)
{
    static const char *const words[] = { "no price known", "contract price list", "contract discount on list",
        "customer price", "list price" };

    return words[rule];
}

const char *tie_cost_source_words(enum tie_cost_source source)
{
    static const char *const words[] = { "no cost known", "posted value of the stock movements",
        "standard cost of the item", "last posted value of the item" };

    return words[source];
}

/* ---- what every step asks about a group ---- */

const struct tie_line *expect_first_line(const struct tie_match *match, const struct tie_group *group)
{
    static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_TIME, TIE_LEG_MOVEMENT, TIE_LEG_BILLING, TIE_LEG_CLAIM,
        TIE_LEG_LEDGER };

    for (size_t i = 0; i < TIE_COUNT_OF(legs); i++)
        for (uint32_t n = 0; n < group->lines[legs[i]].count; n++) {
            const struct tie_line *line = &match->lines[group->lines[legs[i]].at[n]];

            if (line->state != TIE_STATE_EXCLUDED)
                return line;
        }
    return NULL;
}

static enum expect_component component_of(
    const struct tie_match *match, const struct tie_group *group, const struct tie_line *first)
{
    if (group->kind == TIE_GROUP_PART)
        return EXPECT_PARTS;
    if (group->kind == TIE_GROUP_CHARGE)
        return EXPECT_TRAVEL;
    if (first != NULL && first->leg == TIE_LEG_TIME && first->row != TIE_NO_INDEX &&
        TIE_ROWS(match->shard->tables, TIME_ENTRY, time_entry)[first->row].kind == TIE_W_TRAVEL)
        return EXPECT_TRAVEL;
    return EXPECT_LABOUR;
}

/* Sets *hangs_on_order, when the order alone says which. */
static tie_date deciding_day(const struct expect_context *context, const struct tie_order *order,
    const struct tie_line *first, bool *hangs_on_order)
{
    const enum tie_cover_date rule = context->world->policy->cover_date;
    tie_date day = TIE_NO_DATE;

    if (order != NULL)
        day = rule == TIE_COVER_CREATED       ? order->created
            : order->completed != TIE_NO_DATE ? order->completed
                                              : order->closed;
    *hangs_on_order = rule != TIE_COVER_USAGE && day != TIE_NO_DATE;
    if (!*hangs_on_order && first != NULL && first->day != TIE_NO_DATE)
        day = first->day;
    if (day == TIE_NO_DATE && order != NULL)
        day = order->created;
    return day == TIE_NO_DATE ? context->world->as_of : day;
}

/* Groups stand by order, so what was found for the last one mostly holds for this one. */
static const struct expect_terms *terms_of(
    struct expect_context *context, uint32_t order, const struct tie_work_order *row, tie_date day)
{
    struct expect_terms *terms = &context->terms;

    if (terms->order == order && (terms->day == day || order == TIE_NO_INDEX))
        return terms;
    *terms = (struct expect_terms){ .order = order, .day = day, .billing_due = TIE_NO_DATE };
    if (order != TIE_NO_INDEX) {
        expect_cover_terms(context, terms);
        expect_party_terms(context, terms);
        terms->say_who_pays = !context->may_be_recorded && terms->cover_count == 0 &&
            row->no_charge_reason != TIE_W_GOODWILL;
    }
    return terms;
}

/* `about` is that of the last group, or all zero without an order. */
static void next_subject(struct expect_context *context, const struct tie_group *group, struct expect_subject *about)
{
    const struct tie_match *match = context->match;
    const struct tie_line *first = expect_first_line(match, group);
    const uint32_t order = first != NULL && first->order != TIE_NO_INDEX && first->foreign == NULL ? first->order
                                                                                                   : group->order;

    about->component = component_of(match, group, first);
    about->first = first;
    if (about->group == NULL || about->group->currency != group->currency)
        about->decimals = tie_key_decimals(match->keys, group->currency);
    about->group = group;
    if (about->order == order && about->hangs_on_order)
        return;
    about->order = order;
    about->row = order == TIE_NO_INDEX ? NULL : &context->orders[match->orders[order].row];
    about->day = deciding_day(
        context, order == TIE_NO_INDEX ? NULL : &match->orders[order], first, &about->hangs_on_order);
    about->terms = terms_of(context, order, about->row, about->day);
}

static void settle_class(const struct expect_context *context, struct tie_expectation *e)
{
    const struct tie_decision *used = e->derived.exists ? &e->derived : &e->recorded;

    if (!e->derived.exists && !e->recorded.exists)
        e->class_ = context->has_decisions ? TIE_CLASS_N : TIE_CLASS_T;
    else
        e->class_ = used->class_;
    if (e->class_ == TIE_CLASS_G || (e->is_goodwill && (e->class_ == TIE_CLASS_T || e->class_ == TIE_CLASS_N)))
        e->class_ = e->is_approved ? TIE_CLASS_G : TIE_CLASS_T;
}

/* The part of an expectation that says who pays, all zero before. */
static size_t find_who_pays(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const struct tie_decision *used = NULL;
    size_t approval = EXPECT_NO_APPROVAL;

    e->approved_limit = TIE_NONE;
    expect_recorded(context, about, e);
    expect_derived(context, about, &e->derived);
    e->customer = about->terms->customer;
    e->payer = about->terms->payer;
    e->billing_due = about->terms->billing_due;
    e->has_calendar = about->terms->has_calendar;
    approval = expect_goodwill(context, about, &e->recorded, e->decision_id, e);
    settle_class(context, e);
    used = e->derived.exists ? &e->derived : &e->recorded;
    e->share = e->class_ == TIE_CLASS_G || e->class_ == TIE_CLASS_T || !used->exists
        ? 0
        : expect_share(used, about->component);
    return approval;
}

/* The same, or that of another group; the rest is all zero then. */
static size_t who_pays(struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    enum { WHO_PAYS_BYTES = offsetof(struct tie_expectation, decimals) };
    const struct tie_expectation **like = &context->terms.like[about->component];
    const bool is_shared = about->terms->say_who_pays &&
        !(context->has_outcomes && expect_has_goodwill_outcome(context->match, about->group));
    size_t approval = EXPECT_NO_APPROVAL;

    if (is_shared && *like != NULL) {
        memcpy(e, *like, WHO_PAYS_BYTES);
        memset((char *)e + WHO_PAYS_BYTES, 0, sizeof *e - WHO_PAYS_BYTES);
        return approval;
    }
    memset(e, 0, sizeof *e);
    approval = find_who_pays(context, about, e);
    if (is_shared)
        *like = e;
    return approval;
}

static void expect_group(struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    const size_t approval = who_pays(context, about, e);

    e->decimals = about->decimals;
    e->unit_cost = TIE_NONE;
    expect_price(context, about, e);
    expect_amounts(context, about, approval, e);
}

/* ---- decisions that differ ---- */

/*
 * By what it means for this group: the share, and who bears it. A decision that leaves the component out says the
 * same as one that is chargeable; a shared one names nobody who bears the covered part.
 */
static bool differs(const struct expect_subject *about, const struct tie_expectation *e)
{
    const struct tie_group *group = about->group;
    const tie_dec recorded = expect_share(&e->recorded, about->component);
    const tie_dec derived = expect_share(&e->derived, about->component);

    if (!e->recorded.exists || !e->derived.exists || e->recorded.word == TIE_W_GOODWILL ||
        e->recorded.word == TIE_W_NONE)
        return false;
    if (group->lines[TIE_LEG_USAGE].count == 0 && group->lines[TIE_LEG_TIME].count == 0)
        return false;
    return recorded != derived ||
        (recorded > 0 && e->recorded.word != TIE_W_SHARED && e->recorded.word != e->derived.word);
}

static int compare_scope(const struct tie_pool *pool, const struct tie_decision_gap *gap, uint32_t order, tie_str scope)
{
    if (gap->order != order)
        return gap->order < order ? -1 : 1;
    return tie_pool_compare(pool, gap->recorded.scope, scope);
}

/* Inserts in (order, scope) order; gaps are few. */
static void add_gap(struct expect_context *context, struct tie_expectations *all, uint32_t order, uint32_t group)
{
    const struct tie_pool *pool = &context->match->shard->pool;
    const struct tie_expectation *e = &all->at[group];
    const size_t room = context->match->group_count + 1;
    size_t at = 0;

    if (all->gaps == NULL)
        all->gaps = TIE_TAKE(context->arena, struct tie_decision_gap, room);
    while (at < all->gap_count && compare_scope(pool, &all->gaps[at], order, e->recorded.scope) < 0)
        at++;
    if (at == all->gap_count || compare_scope(pool, &all->gaps[at], order, e->recorded.scope) != 0) {
        TIE_ASSERT(all->gap_count < room);
        memmove(&all->gaps[at + 1], &all->gaps[at], (all->gap_count - at) * sizeof all->gaps[0]);
        all->gap_count++;
        all->gaps[at] = (struct tie_decision_gap){ .order = order,
            .recorded = e->recorded,
            .derived = e->derived,
            .groups = TIE_TAKE(context->arena, uint32_t, context->match->group_count),
            .decision_id = e->decision_id };
    }
    all->gaps[at].groups[all->gaps[at].group_count++] = group;
}

/* ---- orders ---- */

/* The order that a line charges: the one it names, else that of the usage line or time entry it names, else that of its
 * group; TIE_NO_INDEX. */
static uint32_t charged_order(const struct tie_match *match, const struct tie_line *line)
{
    const uint32_t named = tie_line_named(match, line);

    if (line->order != TIE_NO_INDEX)
        return line->order;
    if (named != TIE_NO_INDEX && match->lines[named].order != TIE_NO_INDEX)
        return match->lines[named].order;
    return line->group != TIE_NO_INDEX ? match->groups[line->group].order : TIE_NO_INDEX;
}

/* A header row of the order, or its reason for no charge. */
static bool is_decided(const struct tie_match *match, const struct tie_work_order *row)
{
    const struct tie_entitlement_decision *decisions = TIE_OF(
        match->shard, match->dossier, ENTITLEMENT_DECISION, entitlement_decision);

    for (size_t d = 0; d < TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION); d++)
        if (decisions[d].wo_id == row->wo_id && decisions[d].usage_id == 0 && decisions[d].time_id == 0)
            return true;
    return row->no_charge_reason != TIE_W_EMPTY;
}

const bool *tie_expect_decided_orders(struct tie_arena *arena, const struct tie_match *match)
{
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);
    bool *decided = TIE_TAKE(arena, bool, match->order_count);

    for (size_t o = 0; o < match->order_count; o++)
        decided[o] = is_decided(match, &rows[match->orders[o].row]);
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];
        const uint32_t order = line->leg == TIE_LEG_BILLING ? charged_order(match, line) : TIE_NO_INDEX;

        if (order != TIE_NO_INDEX && line->state != TIE_STATE_EXCLUDED && line->amount > 0 &&
            (line->open > 0 || line->quantity == 0)) { /* a cancelled charge is none any more */
            decided[order] = true;
            decided[match->orders[order].owner] = true;
        }
    }
    for (size_t o = 0; o < match->order_count; o++) /* what is billed on the owner speaks for its children */
        if (decided[match->orders[o].owner])
            decided[o] = true;
    return decided;
}

static void open_context(struct expect_context *context, struct tie_arena *arena, const struct tie_match *match)
{
    const struct tie_delivery *delivery = match->world->delivery;

    *context = (struct expect_context){ .arena = arena,
        .match = match,
        .world = match->world,
        .orders = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order),
        .decisions = TIE_OF(match->shard, match->dossier, ENTITLEMENT_DECISION, entitlement_decision),
        .decision_count = TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION),
        .approvals = TIE_OF(match->shard, match->dossier, APPROVAL, approval),
        .approval_count = TIE_OF_COUNT(match->dossier, APPROVAL),
        .can_derive = delivery->dataset[TIE_DS_ASSET_COVER] || delivery->dataset[TIE_DS_CONTRACT_LINE],
        .has_decisions = delivery->dataset[TIE_DS_ENTITLEMENT_DECISION],
        .has_outcomes = TIE_DELIVERED(delivery, INVOICE_LINE, invoice_line, outcome),
        .terms = { .order = TIE_NO_INDEX, .billing_due = TIE_NO_DATE } };
    context->may_be_recorded = context->decision_count > 0 ||
        TIE_DELIVERED(delivery, USAGE_LINE, usage_line, reason_code) ||
        TIE_DELIVERED(delivery, TIME_ENTRY, time_entry, reason_code);
    if (context->approval_count > 0)
        context->approval_left = tie_arena_take_raw(arena, context->approval_count * sizeof *context->approval_left);
    for (size_t i = 0; i < context->approval_count; i++)
        context->approval_left[i] = context->approvals[i].amount_limit;
}

void tie_expect_dossier(struct tie_arena *arena, const struct tie_match *match, struct tie_expectations *expectations)
{
    struct expect_context context;
    struct expect_subject about = { .order = TIE_NO_INDEX };

    open_context(&context, arena, match);
    *expectations = (struct tie_expectations){ .at = tie_arena_take_raw(
                                                   arena, match->group_count * sizeof *expectations->at) };
    for (uint32_t g = 0; g < match->group_count; g++) {
        next_subject(&context, &match->groups[g], &about);
        expect_group(&context, &about, &expectations->at[g]);
        if (expectations->at[g].recorded.exists && about.order != TIE_NO_INDEX && differs(&about, &expectations->at[g]))
            add_gap(&context, expectations, about.order, g);
    }
}
