/*
 * closed.c - the orders that an audit sample is drawn from: see closed.h.
 *
 * Collecting adds up the groups of each order in one walk, so a dossier costs its groups once more and nothing is
 * remembered but the sums. Findings are joined at the end, because some of them are only made when all dossiers are
 * judged; they are looked up by binary search in the sorted list. Rejected: keeping the finding ids of each order;
 * whoever wants to show them has the list of findings.
 */
#include "tieout/closed.h"

#include <stdlib.h>
#include <string.h>

const char *tie_closed_trouble_words(enum tie_closed_trouble trouble)
{
    static const char *const words[] = { [TIE_CLOSED_FINE] = "",
        [TIE_CLOSED_NO_PRICE] = "no price",
        [TIE_CLOSED_NO_RATE] = "no exchange rate",
        [TIE_CLOSED_TOO_LARGE] = "amount too large" };

    return words[trouble];
}

void tie_closed_init(struct tie_closed_orders *orders, struct tie_arena *arena)
{
    *orders = (struct tie_closed_orders){ .arena = arena };
    tie_pool_init(&orders->texts, arena, NULL);
}

bool tie_closed_counts(const struct tie_match *match, uint32_t order)
{
    const struct tie_order *o = &match->orders[order];

    return o->owner == order && !o->is_excluded && !o->is_cancelled && o->is_closed &&
        o->closed >= match->world->window_start;
}

/* ---- one dossier ---- */

struct sums { /* of one order */
    tie_sum expected, charged;
    tie_str currency;
    bool lacks_price, lacks_rate; /* lacks_rate: of a document in another currency */
    bool has_class, is_mixed;
    enum tie_class class_;
};

static void add_group(struct sums *sums, const struct tie_group *group, const struct tie_expectation *expect)
{
    sums->currency = group->currency;
    if (expect->customer_amount == TIE_NONE)
        sums->lacks_price = true;
    else
        sums->expected += expect->customer_amount;
    sums->lacks_rate |= group->rate_missing;
    sums->charged += group->charged_amount;
    sums->is_mixed |= sums->has_class && sums->class_ != expect->class_;
    sums->has_class = true;
    sums->class_ = expect->class_;
}

/* A sum in the order's currency as a rounded amount of the reporting currency. Nothing needs no rate. */
static enum tie_closed_trouble convert(const struct tie_match *match, tie_sum sum, tie_str currency, tie_dec *amount)
{
    const struct tie_world *world = match->world;
    tie_dec own = 0;

    *amount = 0;
    if (sum == 0)
        return TIE_CLOSED_FINE;
    if (!tie_dec_from_sum(sum, &own)) {
        *amount = TIE_NONE;
        return TIE_CLOSED_TOO_LARGE;
    }
    if (!tie_world_convert(world, own, currency, world->reporting_currency, world->as_of, amount)) {
        *amount = TIE_NONE;
        return TIE_CLOSED_NO_RATE;
    }
    *amount = tie_dec_round(*amount, world->reporting_decimals);
    return TIE_CLOSED_FINE;
}

enum kept { KEPT_REGION, KEPT_ENTITY, KEPT_CUSTOMER };

static const char *kept(struct tie_closed_orders *orders, enum kept which, struct tie_text text)
{
    struct tie_text *last = &orders->last[which];

    if (last->at == NULL || !tie_text_equal(*last, text))
        *last = tie_pool_text(&orders->texts, tie_pool_put(&orders->texts, text));
    return last->at;
}

static void add_order(
    const struct tie_match *match, uint32_t index, const struct sums *sums, struct tie_closed_orders *orders)
{
    const struct tie_order *order = &match->orders[index];
    const struct tie_work_order *row = &TIE_ROWS(match->shard->tables, WORK_ORDER, work_order)[order->row];
    const struct tie_pool *pool = &match->shard->pool;
    struct tie_closed_order closed = { .wo_id = tie_text_dup(orders->arena, tie_pool_text(pool, row->wo_id)),
        .customer = kept(orders, KEPT_CUSTOMER,
            tie_pool_text(pool, tie_key_fsm(match->keys, TIE_XREF_CUSTOMER, row->customer_id, TIE_NO_DATE))),
        .region = kept(orders, KEPT_REGION, tie_pool_text(pool, row->region)),
        .legal_entity = kept(orders, KEPT_ENTITY, tie_pool_text(pool, row->legal_entity_id)),
        .wo_type = tie_word_text(row->wo_type),
        .class_ = !sums->has_class ? "nothing used"
            : sums->is_mixed       ? "mixed"
                                   : tie_class_words(sums->class_),
        .closed = order->closed,
        .shard = match->shard->index };

    closed.trouble = convert(match, sums->expected, sums->currency, &closed.book);
    if (sums->lacks_price)
        closed.trouble = TIE_CLOSED_NO_PRICE;
    if (closed.trouble != TIE_CLOSED_FINE)
        closed.book = TIE_NONE;
    if (convert(match, sums->charged, sums->currency, &closed.billed) != TIE_CLOSED_FINE || sums->lacks_rate)
        closed.billed = TIE_NONE;
    TIE_PUSH(orders->arena, orders, closed);
}

void tie_closed_collect(
    const struct tie_match *match, const struct tie_expectations *expectations, struct tie_closed_orders *orders)
{
    struct sums *sums = TIE_TAKE(match->arena, struct sums, match->order_count);
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);
    const struct tie_pool *pool = &match->shard->pool;

    for (size_t i = 0; i < match->group_count; i++)
        add_group(&sums[match->groups[i].order], &match->groups[i], &expectations->at[i]);
    for (uint32_t i = 0; i < match->order_count; i++) {
        const uint32_t owner = match->orders[i].owner;

        if (tie_closed_counts(match, i))
            add_order(match, i, &sums[i], orders);
        else if (owner != i && tie_closed_counts(match, owner))
            TIE_PUSH(orders->arena, &orders->members,
                (struct tie_closed_member){
                    .wo_id = tie_text_dup(orders->arena, tie_pool_text(pool, rows[match->orders[i].row].wo_id)),
                    .owner = tie_text_dup(orders->arena, tie_pool_text(pool, rows[match->orders[owner].row].wo_id)) });
    }
}

/* ---- all of them ---- */

static int by_wo_id(const void *a, const void *b)
{
    return strcmp(((const struct tie_closed_order *)a)->wo_id, ((const struct tie_closed_order *)b)->wo_id);
}

static int by_member(const void *a, const void *b)
{
    return strcmp(((const struct tie_closed_member *)a)->wo_id, ((const struct tie_closed_member *)b)->wo_id);
}

struct tie_closed_order *tie_closed_find(const struct tie_closed_orders *all, const char *wo_id)
{
    const struct tie_closed_order wanted = { .wo_id = wo_id };
    const struct tie_closed_member member = { .wo_id = wo_id };
    const struct tie_closed_member *found = NULL;
    struct tie_closed_order *order = NULL;

    if (all->count == 0)
        return NULL;
    order = bsearch(&wanted, all->at, all->count, sizeof *all->at, by_wo_id);
    if (order != NULL || all->members.count == 0)
        return order;
    found = bsearch(&member, all->members.at, all->members.count, sizeof *all->members.at, by_member);
    if (found == NULL)
        return NULL;
    return bsearch(&(struct tie_closed_order){ .wo_id = found->owner }, all->at, all->count, sizeof *all->at, by_wo_id);
}

void tie_closed_merge(struct tie_arena *arena, const struct tie_closed_orders *const *parts, size_t part_count,
    const struct tie_findings *findings, struct tie_closed_orders *all)
{
    size_t orders = 0, members = 0;

    *all = (struct tie_closed_orders){ .arena = arena };
    for (size_t p = 0; p < part_count; p++) {
        orders += parts[p]->count;
        members += parts[p]->members.count;
    }
    all->at = TIE_TAKE(arena, struct tie_closed_order, orders + 1);
    all->members.at = TIE_TAKE(arena, struct tie_closed_member, members + 1);
    all->room = orders + 1;
    all->members.room = members + 1;
    for (size_t p = 0; p < part_count; p++) {
        for (size_t i = 0; i < parts[p]->count; i++)
            all->at[all->count++] = parts[p]->at[i];
        for (size_t i = 0; i < parts[p]->members.count; i++)
            all->members.at[all->members.count++] = parts[p]->members.at[i];
    }
    qsort(all->at, all->count, sizeof *all->at, by_wo_id);
    qsort(all->members.at, all->members.count, sizeof *all->members.at, by_member);
    for (size_t i = 0; i < findings->count; i++) {
        struct tie_closed_order *order = tie_closed_find(all, findings->at[i].work_order);

        if (order == NULL)
            continue;
        order->findings++;
        order->is_firm |= findings->at[i].certainty == TIE_CERTAINTY_FIRM;
    }
}
