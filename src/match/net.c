/*
 * net.c - what is left of each row after reversals, returns and credits.
 *
 * In this order, per leg:
 *   1. Explicit links. In a tree (refs.c) a row against the root takes from the root's open quantity, a row against
 *      that one gives it back (reversal of a reversal). What the root can't give is left with the reversal, and is
 *      its excess: it never reaches other rows.
 *   2. Serials (usage, movement). Rows of one serial in time order are a stack: out pushes, back pops.
 *   3. Implicit. Remaining negative rows take from positive ones, the newest first (a return usually undoes the
 *      latest issue): within order, lot and place, then without the place, then without the lot, at last within the
 *      comparison unit, which is one billing owner. Never across owners, never among rows that name no order at all.
 *   4. Excess. A negative row that has quantity left is INV-16 (movement) or BIL-17 (billing).
 *
 * Billing carries money along: what a credit takes, it takes with its share of the credit's amount, so that
 * `net_amount` of an invoice line is what the customer still owes for its open quantity.
 *
 * Invariant: quantity moves between `open` of two rows of opposite sign only, so the sum of `open` over a leg stays
 * the sum of `quantity`; the sum of net_amount stays the sum of amount. Cost: sorting.
 */
#include "parts.h"

tie_dec tie_match_share_of_some(tie_dec amount, tie_dec part, tie_dec whole)
{
    tie_dec share = 0;

    return whole != 0 && tie_dec_muldiv(amount, part, whole, &share) ? share : 0;
}

int tie_match_chronological(const struct tie_match *match, uint32_t a, uint32_t b)
{
    const struct tie_line *x = &match->lines[a], *y = &match->lines[b];
    const tie_instant x_at = match->work->lines[a].entry_at, y_at = match->work->lines[b].entry_at;

    if (x->posting_day != y->posting_day)
        return x->posting_day < y->posting_day ? -1 : 1;
    if (x_at != y_at)
        return x_at < y_at ? -1 : 1;
    if ((x->quantity < 0) != (y->quantity < 0))
        return x->quantity < 0 ? 1 : -1; /* of the same moment, what goes out went first */
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Moves `quantity` (positive) from the negative or positive row `from` onto `to`, which has the opposite sign. */
static void take(struct tie_match *match, uint32_t from, uint32_t to, tie_dec quantity, enum tie_trace_outcome outcome)
{
    struct tie_line *taker = &match->lines[from], *giver = &match->lines[to];
    struct tie_line_work *work = match->work->lines;

    if (taker->leg == TIE_LEG_BILLING && work[from].net_amount != TIE_NONE && work[to].net_amount != TIE_NONE) {
        const tie_dec share = tie_match_share_of(work[from].net_amount, quantity, tie_dec_abs(taker->open));

        work[from].net_amount = tie_match_fit((tie_sum)work[from].net_amount - share);
        work[to].net_amount = tie_match_fit((tie_sum)work[to].net_amount + share);
    }
    taker->open += taker->open < 0 ? quantity : -quantity;
    giver->open += giver->open < 0 ? quantity : -quantity;
    TIE_TELL(match, .outcome = outcome, .group = TIE_NO_INDEX, .a = from, .b = to, .measured = quantity);
}

static tie_dec smaller(tie_dec a, tie_dec b)
{
    return a < b ? a : b;
}

static bool are_opposite(tie_dec a, tie_dec b)
{
    return (a > 0 && b < 0) || (a < 0 && b > 0);
}

/* ---- 1. explicit links ---- */

static int by_tree(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;
    const struct tie_line_work *p = &match->work->lines[x], *q = &match->work->lines[y];

    if (p->root != q->root)
        return p->root < q->root ? -1 : 1;
    if (p->depth != q->depth)
        return p->depth < q->depth ? -1 : 1;
    return tie_match_chronological(match, x, y);
}

/* A member with the root's sign gives back what its parent took: first what the parent has left over, then the
 * root's part. */
static void give_back(struct tie_match *match, uint32_t line, uint32_t root, tie_dec *taken)
{
    struct tie_line *own = &match->lines[line];
    const uint32_t parent = own->reverses;
    struct tie_line_work *work = match->work->lines;
    tie_dec part;

    if (parent == root || !are_opposite(own->quantity, match->lines[parent].quantity))
        return;
    part = smaller(tie_dec_abs(own->open), tie_dec_abs(match->lines[parent].open));
    if (part > 0)
        take(match, line, parent, part, TIE_TRACE_NET_RESTORED);
    part = smaller(tie_dec_abs(own->open), taken[parent]);
    if (part == 0)
        return;
    if (work[line].net_amount != TIE_NONE && work[root].net_amount != TIE_NONE && own->leg == TIE_LEG_BILLING) {
        const tie_dec share = tie_match_share_of(work[line].net_amount, part, tie_dec_abs(own->open));

        work[line].net_amount = tie_match_fit((tie_sum)work[line].net_amount - share);
        work[root].net_amount = tie_match_fit((tie_sum)work[root].net_amount + share);
    }
    taken[parent] -= part;
    own->open += own->open < 0 ? part : -part;
    match->lines[root].open += own->quantity < 0 ? -part : part;
    TIE_TELL(match, .outcome = TIE_TRACE_NET_RESTORED, .group = TIE_NO_INDEX, .a = line, .b = parent, .measured = part);
}

static void net_member(struct tie_match *match, uint32_t line, tie_dec *taken)
{
    struct tie_line_work *work = match->work->lines;
    const uint32_t root = work[line].root;
    const struct tie_line *own = &match->lines[line], *top = &match->lines[root];

    if (own->quantity == 0) { /* a credit of value only */
        if (own->leg == TIE_LEG_BILLING && work[line].net_amount != TIE_NONE && work[root].net_amount != TIE_NONE) {
            work[root].net_amount = tie_match_fit((tie_sum)work[root].net_amount + work[line].net_amount);
            work[line].net_amount = 0;
        }
        return;
    }
    if (are_opposite(own->quantity, top->quantity)) {
        const tie_dec part = are_opposite(own->open, top->open)
            ? smaller(tie_dec_abs(own->open), tie_dec_abs(top->open))
            : 0;

        if (part > 0)
            take(match, line, root, part, TIE_TRACE_NET_NAMED);
        taken[line] += part;
    } else {
        give_back(match, line, root, taken);
    }
}

static bool is_member(const struct tie_match *match, uint32_t line)
{
    return match->work->lines[line].root != line && tie_match_counts(&match->lines[line]);
}

uint32_t *tie_match_indices(struct tie_arena *arena, struct tie_range range, size_t *count,
    bool (*takes)(const struct tie_match *match, uint32_t line), const struct tie_match *match)
{
    uint32_t *indices = tie_arena_take_raw(arena, range.count * sizeof *indices);

    *count = 0;
    for (uint32_t i = range.first; i < range.first + range.count; i++)
        if (takes(match, i))
            indices[(*count)++] = i;
    return indices;
}

/* Levels are walked down, then once more in time order: what a later member gave back may serve one that came away
 * empty. */
static void net_trees(struct tie_match *match, enum tie_leg leg)
{
    tie_dec *taken = TIE_TAKE(match->arena, tie_dec, match->line_count);
    size_t count = 0;
    uint32_t *members = tie_match_indices(match->arena, tie_match_leg(match, leg), &count, is_member, match);

    tie_match_sort(match->arena, members, count, by_tree, match);
    for (size_t i = 0; i < count; i++)
        net_member(match, members[i], taken);
    for (size_t i = 0; i < count; i++) {
        const struct tie_line *own = &match->lines[members[i]];
        const uint32_t root = match->work->lines[members[i]].root;

        if (are_opposite(own->open, match->lines[root].open))
            take(match, members[i], root, smaller(tie_dec_abs(own->open), tie_dec_abs(match->lines[root].open)),
                TIE_TRACE_NET_NAMED);
    }
}

/* ---- 2. serials ---- */

struct net_entry {
    uint32_t line;
    uint32_t unit; /* billing owner; without one the reference itself, moved out of the way */
    uint64_t key;  /* of the stage, compared for equality only */
    bool is_unknown;
};

struct net_list { /* entries of a leg, and some of them in the order of a stage */
    struct tie_match *match;
    struct net_entry *entries;
    uint32_t *at; /* indices into entries */
    size_t count;
};

static int by_key(const void *context, uint32_t a, uint32_t b)
{
    const struct net_list *list = context;
    const struct net_entry *x = &list->entries[a], *y = &list->entries[b];

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return tie_match_chronological(list->match, x->line, y->line);
}

static uint64_t unit_key(const struct tie_match *match, const struct net_entry *entry)
{
    const struct tie_line *line = &match->lines[entry->line];
    const struct tie_line_origin *origin = &match->work->origins[entry->line];
    uint64_t key = tie_hash_mix((uint64_t)entry->is_unknown << 32 | entry->unit, line->item);

    key = tie_hash_mix(key, (uint64_t)line->owner << 8 | (uint64_t)line->condition);
    return tie_hash_mix(key, (uint64_t)origin->kind << 1 | origin->is_free);
}

/* Two keys that meet in one hash would net strangers; the fields decide. */
static bool is_same_unit(const struct tie_match *match, const struct net_entry *a, const struct net_entry *b)
{
    const struct tie_line *x = &match->lines[a->line], *y = &match->lines[b->line];

    return a->key == b->key && a->unit == b->unit && a->is_unknown == b->is_unknown && x->item == y->item;
}

static uint32_t line_at(const struct net_list *list, size_t i)
{
    return list->entries[list->at[i]].line;
}

static size_t run_end(const struct net_list *list, size_t first)
{
    size_t end = first + 1;

    while (
        end < list->count && is_same_unit(list->match, &list->entries[list->at[first]], &list->entries[list->at[end]]))
        end++;
    return end;
}

/* Whether a row is left that could take; clean data leave here. */
static bool has_taker(const struct net_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->match->lines[line_at(list, i)].open < 0)
            return true;
    return false;
}

static void net_serials(struct net_list *list)
{
    struct tie_match *match = list->match;
    uint32_t *stack = TIE_TAKE(match->arena, uint32_t, list->count);

    for (size_t i = 0; i < list->count; i++) {
        struct net_entry *entry = &list->entries[list->at[i]];

        entry->key = tie_hash_mix(unit_key(match, entry), match->lines[entry->line].serial);
    }
    tie_match_sort(match->arena, list->at, list->count, by_key, list);
    for (size_t first = 0, end; first < list->count; first = end) {
        size_t depth = 0;

        end = run_end(list, first);
        if (match->lines[line_at(list, first)].serial == 0)
            continue;
        for (size_t i = first; i < end; i++) {
            const uint32_t line = line_at(list, i);

            if (match->lines[line].open > 0)
                stack[depth++] = line;
            while (match->lines[line].open < 0 && depth > 0) {
                const uint32_t out = stack[depth - 1];

                take(match, line, out, smaller(-match->lines[line].open, match->lines[out].open), TIE_TRACE_NET_SERIAL);
                depth -= match->lines[out].open == 0;
            }
        }
    }
}

/* ---- 3. implicit ---- */

enum stage { WITH_PLACE, WITH_LOT, WITH_ORDER, WITHIN_UNIT, STAGE_COUNT };
static const enum tie_trace_outcome stage_outcomes[STAGE_COUNT] = { TIE_TRACE_NET_PLACE, TIE_TRACE_NET_LOT,
    TIE_TRACE_NET_ORDER, TIE_TRACE_NET_UNIT };

static uint64_t stage_key(const struct tie_match *match, const struct net_entry *entry, enum stage stage)
{
    const struct tie_line *line = &match->lines[entry->line];
    uint64_t key = unit_key(match, entry);

    if (stage <= WITH_ORDER)
        key = tie_hash_mix(key, line->order);
    if (stage <= WITH_LOT)
        key = tie_hash_mix(key, line->lot);
    if (stage <= WITH_PLACE)
        key = tie_hash_mix(key, line->location);
    return key;
}

static void sort_for_stage(struct net_list *list, enum stage stage)
{
    for (size_t i = 0; i < list->count; i++)
        list->entries[list->at[i]].key = stage_key(list->match, &list->entries[list->at[i]], stage);
    tie_match_sort(list->match->arena, list->at, list->count, by_key, list);
}

/* Takers in time order, givers newest first. A serial that came back fits only an issue that noted none. */
static void net_run(
    struct net_list *list, size_t first, size_t end, enum stage stage, bool with_serial, uint32_t *stack)
{
    struct tie_match *match = list->match;
    size_t depth = 0;

    for (size_t i = first; i < end; i++) {
        const struct tie_line *line = &match->lines[line_at(list, i)];

        if (line->open > 0 && (!with_serial || line->serial == 0))
            stack[depth++] = line_at(list, i);
    }
    for (size_t i = first; i < end && depth > 0; i++) {
        const uint32_t line = line_at(list, i);

        if ((match->lines[line].serial != 0) != with_serial)
            continue;
        while (match->lines[line].open < 0 && depth > 0) {
            const uint32_t out = stack[depth - 1];

            take(match, line, out, smaller(-match->lines[line].open, match->lines[out].open), stage_outcomes[stage]);
            depth -= match->lines[out].open == 0;
        }
    }
}

static void net_implicit(struct net_list *list)
{
    struct tie_match *match = list->match;
    uint32_t *stack = TIE_TAKE(match->arena, uint32_t, list->count);

    for (int stage = 0; stage < STAGE_COUNT && has_taker(list); stage++) {
        sort_for_stage(list, (enum stage)stage);
        for (size_t first = 0, end; first < list->count; first = end) {
            end = run_end(list, first);
            net_run(list, first, end, (enum stage)stage, false, stack);
            net_run(list, first, end, (enum stage)stage, true, stack);
        }
    }
}

/* ---- 4. excess ---- */

/* Whether the original may lie before the history that was read: it is named and missing, or nothing was issued at
 * all to an order
 * that is older than the history. */
static bool may_be_older(const struct tie_match *match, uint32_t line, bool is_any_out)
{
    const struct tie_line *own = &match->lines[line];

    if (match->work->lines[line].named_missing)
        return true;
    return !is_any_out && own->order != TIE_NO_INDEX && match->orders[own->order].created < match->world->history_start;
}

/* The list is sorted by unit. Rows of unknown orders are INV-21 as they stand, not an excess. */
static void mark_excess(struct net_list *list)
{
    struct tie_match *match = list->match;

    for (size_t first = 0, end; first < list->count; first = end) {
        bool is_any_out = false;

        end = run_end(list, first);
        for (size_t i = first; i < end; i++)
            is_any_out = is_any_out || match->lines[line_at(list, i)].quantity > 0;
        for (size_t i = first; i < end; i++) {
            struct tie_line *line = &match->lines[line_at(list, i)];

            if (line->open >= 0 || list->entries[list->at[i]].is_unknown)
                continue;
            line->excess = -line->open;
            TIE_TELL(match, .outcome = TIE_TRACE_NET_EXCESS, .group = TIE_NO_INDEX, .a = line_at(list, i),
                .b = TIE_NO_INDEX, .measured = line->excess);
            line->history_may_hold_original = may_be_older(match, line_at(list, i), is_any_out);
        }
    }
}

/* ---- the step ---- */

/* A row whose original is named but absent stays out of the implicit netting: the original says what it undoes. */
static bool is_free_to_net(const struct tie_match *match, const struct net_entry *entry)
{
    return !match->work->lines[entry->line].named_missing && match->work->lines[entry->line].root == entry->line;
}

/* Items of the rows below zero of a leg, while they are few: rows of other items meet none of them. */
struct items_back {
    tie_str at[TIE_MATCH_FEW];
    size_t count;
    bool are_many;
};

static struct items_back items_back_of(const struct tie_match *match, struct tie_range range)
{
    struct items_back items = { .count = 0 };

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        if (match->lines[i].quantity >= 0 && match->lines[i].open >= 0)
            continue;
        if (items.count == TIE_COUNT_OF(items.at)) {
            items.are_many = true;
            break;
        }
        items.at[items.count++] = match->lines[i].item;
    }
    return items;
}

static bool may_meet(const struct items_back *items, tie_str item)
{
    for (size_t i = 0; i < items->count; i++)
        if (items->at[i] == item)
            return true;
    return items->are_many;
}

static void net_leg(struct tie_match *match, enum tie_leg leg)
{
    const struct tie_range range = tie_match_leg(match, leg);
    const struct items_back items = items_back_of(match, range);
    struct net_entry *entries = TIE_TAKE(match->arena, struct net_entry, range.count);
    struct net_list all = { match, entries, TIE_TAKE(match->arena, uint32_t, range.count), 0 };
    struct net_list some = { match, entries, TIE_TAKE(match->arena, uint32_t, range.count), 0 };

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const uint32_t owner = match->work->lines[i].owner;
        const struct tie_row *row = match->work->origins[i].source; /* the first member of every row */
        const uint32_t at = i - range.first;

        entries[at] = (struct net_entry){
            .line = i, .unit = owner == TIE_NO_INDEX ? row->order_ref : owner, .is_unknown = owner == TIE_NO_INDEX
        };
        if (!tie_match_counts(&match->lines[i]) || !may_meet(&items, match->lines[i].item) ||
            (entries[at].is_unknown && entries[at].unit == 0))
            continue;
        all.at[all.count++] = at;
        if (is_free_to_net(match, &entries[at]) && match->lines[i].open != 0)
            some.at[some.count++] = at;
    }
    if (has_taker(&some)) {
        if (leg != TIE_LEG_BILLING)
            net_serials(&some);
        net_implicit(&some);
    }
    if (leg == TIE_LEG_USAGE || !has_taker(&all))
        return;
    sort_for_stage(&all, WITHIN_UNIT);
    mark_excess(&all);
}

/* Only a quantity below zero takes from others, and only a row that names another hangs in a tree. */
void tie_match_net(struct tie_match *match)
{
    static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT, TIE_LEG_BILLING };

    for (size_t i = 0; i < TIE_COUNT_OF(legs); i++) {
        if ((match->work->reversals & 1u << legs[i]) != 0)
            net_trees(match, legs[i]);
        if ((match->work->negatives & 1u << legs[i]) != 0)
            net_leg(match, legs[i]);
    }
}
