/*
 * billing.c - which group each billing line covers.
 *
 * In this order: the usage or time line that it names; the group of the movement that it names; the expense; the
 * group of the document line that it cancels; else its billing owner and what it sells. Lines of one owner that
 * sell the same are a pool. The pool's candidates are the groups of that very item, used or issued; else those
 * whose item is sold as this one. One candidate takes all. Several are filled in the order of their text, each up
 * to its usage (without usage: its movement), the rest to the last; a line whose open quantity is exactly what one
 * candidate still lacks goes there first, so that two items sold as one keep their own prices. A pool without a
 * candidate is a group of its own: billed without usage.
 *
 * A line may thus be cut; its shares add up to it exactly, the last one takes what rounding leaves. An invoice line
 * tells no rate band and, for labour without an item, no activity: such a pool may fill any band, and any activity
 * that is (travel) or is not (labour) travel.
 */
#include "parts.h"

static const enum tie_word owners[] = { TIE_W_OWN, TIE_W_CONSIGNMENT, TIE_W_CUSTOMER, TIE_W_VENDOR };
static const enum tie_word conditions[] = { TIE_W_NEW, TIE_W_REFURB, TIE_W_USED };
static const enum tie_word bands[] = { TIE_W_BASE, TIE_W_AFTER_HOURS, TIE_W_WEEKEND, TIE_W_HOLIDAY, TIE_W_EMERGENCY };

struct candidates {
    struct tie_match *match;
    uint32_t *at;
    size_t count, room;
};

struct pool {
    uint32_t owner;
    enum tie_group_kind kind;
    enum tie_word word; /* of labour without an item */
    tie_str item;
    enum tie_word condition;
    bool has_item;
};

static void add(struct candidates *candidates, uint32_t group)
{
    if (group != TIE_NO_INDEX)
        TIE_PUSH(candidates->match->arena, candidates, group);
}

/* All groups of one item of the pool's kind: every owner and condition, or every band. */
static void add_item(struct candidates *candidates, const struct pool *pool, tie_str item)
{
    const struct tie_match_work *work = candidates->match->work;
    struct tie_group_key key = {
        .kind = pool->kind, .order = pool->owner, .item = item, .owner = TIE_W_OWN, .condition = TIE_W_NEW
    };

    if (work->orders[pool->owner].group_count <= TIE_MATCH_FEW) {
        for (uint32_t g = work->orders[pool->owner].first_group; g != TIE_NO_INDEX; g = work->groups[g].next_of_owner)
            if (work->groups[g].key.item == item && work->groups[g].key.kind == pool->kind)
                add(candidates, g);
        return;
    }
    if (pool->kind == TIE_GROUP_LABOUR) {
        for (size_t i = 0; i < TIE_COUNT_OF(bands); i++) {
            key.band = bands[i];
            add(candidates, tie_match_find_group(candidates->match, &key));
        }
        return;
    }
    for (size_t i = 0; i < TIE_COUNT_OF(owners); i++)
        for (size_t k = 0; k < TIE_COUNT_OF(conditions); k++) {
            key.owner = owners[i];
            key.condition = conditions[k];
            add(candidates, tie_match_find_group(candidates->match, &key));
        }
}

/* The shorter way round: the items sold as this one, or the groups of the owner. */
static void add_sold_as(struct candidates *candidates, const struct pool *pool)
{
    const struct tie_match *match = candidates->match;
    const struct tie_match_work *work = match->work;
    const tie_str *used = NULL;
    const size_t count = tie_world_used_for(match->world, pool->item, &used);

    if (count <= work->orders[pool->owner].group_count) {
        for (size_t i = 0; i < count; i++)
            add_item(candidates, pool, used[i]);
        return;
    }
    for (uint32_t g = work->orders[pool->owner].first_group; g != TIE_NO_INDEX; g = work->groups[g].next_of_owner)
        if (work->groups[g].key.kind == pool->kind && work->groups[g].key.item != pool->item &&
            tie_world_is_sold_as(match->world, work->groups[g].key.item, pool->item))
            add(candidates, g);
}

static void add_activities(struct candidates *candidates, const struct pool *pool)
{
    const struct tie_match *match = candidates->match;
    const struct tie_match_work *work = match->work;

    for (uint32_t g = work->orders[pool->owner].first_group; g != TIE_NO_INDEX; g = work->groups[g].next_of_owner)
        if (work->groups[g].key.kind == TIE_GROUP_LABOUR && work->groups[g].activity != TIE_W_EMPTY &&
            (work->groups[g].activity == TIE_W_TRAVEL) == (pool->word == TIE_W_TRAVEL))
            add(candidates, g);
}

/* Where the invoice tells the condition, candidates of that condition only, if there are any. */
static void keep_condition(struct candidates *candidates, const struct pool *pool)
{
    size_t kept = 0;

    if (!candidates->match->work->use_billing_condition || pool->kind != TIE_GROUP_PART)
        return;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->match->work->groups[candidates->at[i]].key.condition == pool->condition)
            candidates->at[kept++] = candidates->at[i];
    candidates->count = kept > 0 ? kept : candidates->count;
}

static int by_text(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const struct tie_group_key *x = &match->work->groups[a].key, *y = &match->work->groups[b].key;
    const int item = tie_pool_compare(&match->shard->pool, x->item, y->item);
    const enum tie_word words[][2] = { { x->owner, y->owner }, { x->condition, y->condition }, { x->band, y->band } };

    if (item != 0)
        return item;
    for (size_t i = 0; i < TIE_COUNT_OF(words); i++)
        if (words[i][0] != words[i][1])
            return tie_text_compare(tie_text_of(tie_word_text(words[i][0])), tie_text_of(tie_word_text(words[i][1])));
    return 0;
}

/* A group of its own. The only item that is sold as this one is what was meant, or the sold item itself. */
static uint32_t new_group(struct tie_match *match, const struct pool *pool)
{
    const tie_str *used = NULL;
    const size_t count = pool->has_item && pool->kind != TIE_GROUP_CHARGE
        ? tie_world_used_for(match->world, pool->item, &used)
        : 0;
    const struct tie_group_key key = { .kind = pool->kind,
        .order = pool->owner,
        .item = count == 1 ? used[0] : pool->item,
        .owner = TIE_W_OWN,
        .condition = pool->condition,
        .band = pool->kind == TIE_GROUP_LABOUR ? TIE_W_BASE : TIE_W_EMPTY };

    return tie_match_group(match, &key);
}

static void find_candidates(struct candidates *candidates, const struct pool *pool, bool may_make)
{
    struct tie_match *match = candidates->match;

    candidates->count = 0;
    if (pool->kind == TIE_GROUP_LABOUR && !pool->has_item)
        add_activities(candidates, pool);
    else if (pool->kind != TIE_GROUP_CHARGE) {
        add_item(candidates, pool, pool->item);
        if (candidates->count == 0)
            add_sold_as(candidates, pool);
    }
    keep_condition(candidates, pool);
    if (candidates->count == 0 && may_make)
        add(candidates, new_group(match, pool));
    tie_match_sort(match->arena, candidates->at, candidates->count, by_text, match);
}

/* ---- filling ---- */

static tie_dec lacks(const struct tie_match *match, uint32_t group)
{
    const struct tie_group_work *own = &match->work->groups[group];
    const tie_dec wanted = own->usage != 0 ? own->usage : own->movement;

    return tie_match_add(wanted, -own->billed);
}

static void give(struct tie_match *match, uint32_t line, uint32_t group, tie_dec quantity, tie_dec amount)
{
    tie_dec *billed = &match->work->groups[group].billed;

    *billed = tie_match_add(*billed, quantity);
    tie_match_share(match, (struct tie_share){ .line = line, .group = group, .quantity = quantity, .amount = amount });
}

static void give_all(struct tie_match *match, uint32_t line, uint32_t group)
{
    give(match, line, group, match->lines[line].open, match->work->lines[line].net_amount);
}

static void spread(const struct candidates *candidates, uint32_t line)
{
    struct tie_match *match = candidates->match;
    const size_t last = candidates->count - 1;
    const tie_dec whole = match->lines[line].open;
    tie_dec left = whole;
    tie_dec amount = match->work->lines[line].net_amount;

    TIE_ASSERT(candidates->at != NULL); /* a pool without a group got one made */
    for (size_t i = 0; i <= last && whole > 0; i++)
        if (lacks(match, candidates->at[i]) == whole) {
            give_all(match, line, candidates->at[i]);
            return;
        }
    for (size_t i = 0; i < last && whole > 0; i++) {
        const tie_dec room = lacks(match, candidates->at[i]);
        const tie_dec part = room < left ? room : left;
        const tie_dec value = part == left ? amount
                                           : tie_match_share_of(match->work->lines[line].net_amount, part, whole);

        if (part <= 0)
            continue;
        give(match, line, candidates->at[i], part, value);
        left -= part;
        amount = amount == TIE_NONE ? TIE_NONE : tie_match_fit((tie_sum)amount - value);
        if (left == 0)
            return;
    }
    give(match, line, candidates->at[whole > 0 ? last : 0], left, amount);
}

/* ---- the step ---- */

static struct pool pool_of(const struct tie_match *match, uint32_t line)
{
    const struct tie_line_origin *origin = &match->work->origins[line];

    return (struct pool){ .owner = match->work->lines[line].owner,
        .kind = origin->kind,
        .word = origin->word,
        .item = match->lines[line].item,
        .condition = match->lines[line].condition,
        .has_item = origin->has_item };
}

static int by_pool(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;
    const struct pool p = pool_of(match, x), q = pool_of(match, y);

    if (p.owner != q.owner)
        return p.owner < q.owner ? -1 : 1;
    if (p.kind != q.kind)
        return p.kind < q.kind ? -1 : 1;
    if (p.item != q.item)
        return tie_pool_compare(&match->shard->pool, p.item, q.item);
    if (p.has_item != q.has_item)
        return p.has_item ? -1 : 1;
    if (p.condition != q.condition)
        return p.condition < q.condition ? -1 : 1;
    return x < y ? -1 : x > y; /* lines are sorted already */
}

static bool is_same_pool(const struct pool *a, const struct pool *b)
{
    return a->owner == b->owner && a->kind == b->kind && a->item == b->item && a->has_item == b->has_item &&
        a->condition == b->condition;
}

/* Group that the line points at by itself; TIE_NO_INDEX when it must go through its pool. */
static uint32_t explicit_group(struct tie_match *match, uint32_t line)
{
    const struct tie_line_work *work = &match->work->lines[line];
    const struct tie_invoice_line *row = match->work->origins[line].source;
    const enum tie_group_kind kind = match->work->origins[line].kind;
    const uint32_t owner = work->owner;

    if (kind != TIE_GROUP_CHARGE && work->named != TIE_NO_INDEX && match->work->origins[work->named].kind == kind)
        return match->lines[work->named].group;
    if (kind == TIE_GROUP_PART && work->named_movement != TIE_NO_INDEX)
        return match->lines[work->named_movement].group;
    if (row->expense_ref == 0 || owner == TIE_NO_INDEX)
        return TIE_NO_INDEX;
    return tie_match_group(match,
        &(struct tie_group_key){ .kind = TIE_GROUP_CHARGE,
            .order = owner,
            .owner = TIE_W_OWN,
            .condition = TIE_W_NEW,
            .item = tie_key_word(match->keys, TIE_W_EXPENSE) });
}

static void place_pools(struct tie_match *match, uint32_t *lines, size_t count)
{
    struct candidates candidates = { .match = match };
    struct pool pool = { .owner = TIE_NO_INDEX };

    tie_match_sort(match->arena, lines, count, by_pool, match);
    for (size_t i = 0; i < count; i++) {
        const struct pool own = pool_of(match, lines[i]);

        if (i == 0 || !is_same_pool(&own, &pool)) {
            pool = own;
            find_candidates(&candidates, &pool, true);
        }
        spread(&candidates, lines[i]);
    }
}

/* An invoice that went out with its cancellation leaves a trace: the groups that it had covered were billed once. */
static void note_cancelled(struct tie_match *match, uint32_t line)
{
    struct candidates candidates = { .match = match };
    const struct pool pool = pool_of(match, line);
    const uint32_t named = match->work->lines[line].named;

    if (named != TIE_NO_INDEX && match->lines[named].group != TIE_NO_INDEX) {
        match->work->groups[match->lines[named].group].was_billed = true;
        return;
    }
    if (pool.owner == TIE_NO_INDEX)
        return;
    find_candidates(&candidates, &pool, false);
    for (size_t i = 0; i < candidates.count; i++)
        match->work->groups[candidates.at[i]].was_billed = true;
}

/* price_mode fixed, a fixed line, or a billing_group: money is then compared on the sum (total.c). A summary line
 * that covers no item or activity of its own stands for the whole order. */
static void mark_summary(struct tie_match *match, uint32_t owner)
{
    struct tie_match_work *work = match->work;

    for (uint32_t g = work->orders[owner].first_group; g != TIE_NO_INDEX; g = work->groups[g].next_of_owner)
        work->groups[g].in_summary = true;
}

static void mark_summaries(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const struct tie_work_order *orders = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);

    for (uint32_t i = 0; i < match->order_count; i++)
        if (match->orders[i].owner == i && orders[match->orders[i].row].price_mode == TIE_W_FIXED)
            mark_summary(match, i);
    for (size_t i = 0; work->has_lump && i < work->shares.count; i++) {
        const struct tie_share *share = &work->shares.at[i];
        const struct tie_group_key *group = &work->groups[share->group].key;
        const struct tie_invoice_line *row = work->origins[share->line].source;

        if (match->lines[share->line].leg != TIE_LEG_BILLING)
            continue;
        if (row->line_kind == TIE_W_FIXED ||
            (row->billing_group != 0 && group->kind == TIE_GROUP_CHARGE && row->sales_item_id == 0))
            mark_summary(match, group->order);
        else if (row->billing_group != 0)
            work->groups[share->group].in_summary = true;
    }
}

void tie_match_billing(struct tie_match *match)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_BILLING);
    uint32_t *lines = tie_arena_take_raw(match->arena, range.count * sizeof *lines);
    size_t count = 0;

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        uint32_t group;

        if (match->lines[i].excluded == TIE_EXCLUDED_CANCELLED && match->lines[i].amount > 0)
            note_cancelled(match, i);
        if (!tie_match_counts(&match->lines[i]) || match->work->lines[i].root != i ||
            match->lines[i].group != TIE_NO_INDEX) /* by its chain, or placed already (plain.c) */
            continue;
        group = explicit_group(match, i);
        if (group != TIE_NO_INDEX)
            give_all(match, i, group);
        else if (match->work->lines[i].owner != TIE_NO_INDEX)
            lines[count++] = i;
    }
    place_pools(match, lines, count);
    for (uint32_t i = range.first; match->work->reversals != 0 && i < range.first + range.count; i++) {
        const uint32_t root = match->work->lines[i].root;

        if (tie_match_counts(&match->lines[i]) && root != i && match->lines[root].group != TIE_NO_INDEX)
            give_all(match, i, match->lines[root].group);
    }
    mark_summaries(match);
}
