/*
 * total.c - lists and sums of groups, from shares.
 *
 * Sums are made in 128 bits and clamped once. They may be made again: after P4 or P9 gave movements to groups,
 * everything but the group's key and the shares is made anew.
 *
 * Summarised groups (fixed price, a lump line, a billing_group) can be compared in money only, and only all
 * together. So the first of them that has work carries the money of all, the others carry none, and each counts as
 * billed for what was used: sum(expected) over the groups with one `summary` against the charged_amount of that
 * group. Rejected: to spread the lump over the groups by their expectation; it would hide which money was really
 * booked, and need prices here.
 */
#include "parts.h"

#include <string.h>

/* ---- the order of shares ---- */

/* Within a group. The leg too: lines that came by exchange lie behind those of all legs. */
static int by_leg_and_line(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const uint32_t x = match->work->shares.at[a].line, y = match->work->shares.at[b].line;

    if (match->lines[x].leg != match->lines[y].leg)
        return match->lines[x].leg < match->lines[y].leg ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Counts the shares of each group, then puts each behind those before it; within a group they nearly are in order. */
static void sort_shares(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const uint32_t count = (uint32_t)work->shares.count;
    uint32_t *firsts = TIE_TAKE(match->arena, uint32_t, match->group_count + 2) + 1;
    uint32_t *order = tie_arena_take_raw(match->arena, count * sizeof *order);
    struct tie_share *sorted = tie_arena_take_raw(match->arena, count * sizeof *sorted);

    TIE_ASSERT(work->shares.count < UINT32_MAX);
    for (uint32_t i = 0; i < count; i++)
        firsts[work->shares.at[i].group + 1]++;
    for (size_t i = 0; i < match->group_count; i++)
        firsts[i + 1] += firsts[i];
    firsts--; /* firsts[group + 1] is now where the group's next share goes, and at last where the group ends */
    for (uint32_t i = 0; i < count; i++)
        order[firsts[work->shares.at[i].group + 1]++] = i;
    for (size_t i = 0; i < match->group_count; i++)
        tie_match_sort(match->arena, order + firsts[i], firsts[i + 1] - firsts[i], by_leg_and_line, match);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = work->shares.at[order[i]];
    work->shares.at = sorted;
    work->shares.room = work->shares.sorted_count = count;
}

/* ---- sums ---- */

/* `amount` in the currency `to`; false when there is no rate. */
static bool convert(
    const struct tie_match *match, tie_dec amount, const struct tie_line *line, tie_str to, tie_dec *out)
{
    *out = amount;
    return line->currency == to || line->currency == 0 || to == 0 ||
        tie_world_convert(match->world, amount, line->currency, to, line->day, out);
}

static tie_dec at_least_zero(tie_sum sum)
{
    return sum < 0 ? 0 : tie_match_fit(sum);
}

struct run { /* shares of a group in lines of one leg */
    const struct tie_share *at;
    uint32_t count;
};

static void sum_work(const struct tie_match *match, struct tie_group *group, struct run run)
{
    tie_sum quantity = 0;

    (void)match;
    for (uint32_t i = 0; i < run.count; i++)
        quantity += run.at[i].quantity;
    group->usage = at_least_zero(quantity);
}

static void sum_movements(const struct tie_match *match, struct tie_group *group, struct run run)
{
    tie_sum quantity = 0, cost = 0;
    bool has_cost = false, cost_unknown = false;

    for (uint32_t i = 0; i < run.count; i++) {
        const struct tie_line *line = &match->lines[run.at[i].line];
        tie_dec part;

        if (line->open <= 0)
            continue;
        quantity += line->open;
        if (line->amount != TIE_NONE && group->cost_currency == 0)
            group->cost_currency = line->currency;
        if (line->amount != TIE_NONE &&
            convert(match, tie_match_share_of(line->amount, line->open, line->quantity), line, group->cost_currency,
                &part)) {
            cost += part;
            has_cost = true;
        } else {
            cost_unknown = true;
        }
    }
    group->movement = tie_match_fit(quantity);
    group->movement_cost = has_cost && !cost_unknown ? tie_match_fit(cost) : TIE_NONE;
}

static bool has_billing(const struct tie_match *match, struct run run)
{
    for (uint32_t i = 0; i < run.count; i++)
        if (match->lines[run.at[i].line].amount > 0)
            return true;
    return false;
}

static void sum_billing(const struct tie_match *match, struct tie_group *group, struct run run)
{
    tie_sum charged = 0, free = 0, amount = 0;

    for (uint32_t i = 0; i < run.count; i++) {
        const struct tie_share *share = &run.at[i];
        const struct tie_line *line = &match->lines[share->line];
        tie_dec part = 0;

        if (match->work->origins[share->line].is_free)
            free += share->quantity;
        else
            charged += share->quantity;
        if (share->amount == TIE_NONE || share->amount == 0)
            continue;
        if (convert(match, share->amount, line, group->currency, &part))
            amount += part;
        else
            group->rate_missing = true;
        group->converted = group->converted || (line->currency != group->currency && line->currency != 0);
    }
    group->charged_amount = tie_match_fit(amount);
    tie_match_close_billing(group, charged, free);
    group->cancelled_without_successor = !group->has_charge && !group->has_free &&
        (match->work->groups[group - match->groups].was_billed || has_billing(match, run));
}

/* Quantities and, as far as there are rates, amounts in the currency `to`. */
static tie_sum sum_settled(const struct tie_match *match, struct run run, tie_str to, tie_sum *quantity)
{
    tie_sum amount = 0;

    for (uint32_t i = 0; i < run.count; i++) {
        tie_dec part = 0;

        if (convert(match, run.at[i].amount, &match->lines[run.at[i].line], to, &part))
            amount += part;
        *quantity += run.at[i].quantity;
    }
    return amount;
}

static void sum_debits(const struct tie_match *match, struct tie_group *group, struct run run)
{
    tie_sum quantity = 0;
    const tie_sum amount = sum_settled(match, run, group->currency, &quantity);

    group->debit_amount = tie_match_fit(amount);
    group->debit_qty = tie_match_fit(quantity);
    group->has_debit = amount > 0 || quantity > 0;
}

/* In the currency of the first that has one. */
static void sum_claims(const struct tie_match *match, struct tie_group *group, struct run run)
{
    tie_sum quantity = 0, amount = 0;

    for (uint32_t i = 0; i < run.count; i++) {
        if (group->claim_currency == 0)
            group->claim_currency = match->lines[run.at[i].line].currency;
        amount += sum_settled(match, (struct run){ &run.at[i], 1 }, group->claim_currency, &quantity);
    }
    group->claim_amount = tie_match_fit(amount);
    group->claim_qty = tie_match_fit(quantity);
    group->has_claim = amount > 0 || quantity > 0;
}

/* ---- a group ---- */

/* Labour and parts are of different groups, so usage and time never meet in one. */
static void (*const sum_leg[TIE_LEG_COUNT])(const struct tie_match *match, struct tie_group *group, struct run run) = {
    [TIE_LEG_USAGE] = sum_work,
    [TIE_LEG_TIME] = sum_work,
    [TIE_LEG_MOVEMENT] = sum_movements,
    [TIE_LEG_BILLING] = sum_billing,
    [TIE_LEG_LEDGER] = sum_debits,
    [TIE_LEG_CLAIM] = sum_claims,
};

/* List and sums of one leg, from the shares that begin at `first`; the list goes to *at. Returns where the next leg or
 * group begins. */
static const struct tie_share *sum_run(const struct tie_match *match, struct tie_group *group,
    const struct tie_share *first, const struct tie_share *end, uint32_t **at)
{
    const enum tie_leg leg = match->lines[first->line].leg;
    const struct tie_share *share = first;
    uint32_t *next = *at;

    group->lines[leg].at = next;
    do {
        if (next == *at || next[-1] != share->line) /* else a second share of the same line */
            *next++ = share->line;
        share++;
    } while (share < end && share->group == first->group && match->lines[share->line].leg == leg);
    group->lines[leg].count = (uint32_t)(next - *at);
    *at = next;
    sum_leg[leg](match, group, (struct run){ first, (uint32_t)(share - first) });
    return share;
}

static tie_dec larger(tie_dec a, tie_dec b)
{
    return a > b ? a : b;
}

static bool is_counted_singly(const struct tie_match *match, const struct tie_group *group)
{
    static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT };

    if (tie_world_is_each(match->world, group->item))
        return true;
    for (size_t l = 0; l < TIE_COUNT_OF(legs) && (match->work->has_serial || match->work->has_lot); l++)
        for (uint32_t i = 0; i < group->lines[legs[l]].count; i++) {
            const struct tie_line *line = &match->lines[group->lines[legs[l]].at[i]];

            if (line->serial != 0 || line->lot != 0)
                return true;
        }
    return false;
}

static void set_tolerance(const struct tie_match *match, struct tie_group *group)
{
    const struct tie_policy *policy = match->world->policy;
    tie_dec share = 0;

    group->each = group->kind == TIE_GROUP_PART && is_counted_singly(match, group);
    if (group->kind == TIE_GROUP_LABOUR) {
        group->tolerance = tie_match_fit(
            (tie_sum)policy->time_tolerance.seconds * TIE_DEC_ONE / 60 * group->lines[TIE_LEG_TIME].count);
        return;
    }
    if (group->each)
        return;
    if (!tie_dec_mul(larger(larger(group->usage, group->movement), group->billed), policy->quantity_share, &share))
        share = 0;
    group->tolerance = larger(policy->quantity_abs, share);
}

/* Without the column on both legs, a group is owned by others only when all of its usage says so. */
static bool is_owned(const struct tie_match *match, const struct tie_group *group)
{
    const struct tie_lines *list = &group->lines[TIE_LEG_USAGE];

    if (match->work->use_owner || list->count == 0)
        return group->owner == TIE_W_OWN;
    for (uint32_t i = 0; i < list->count; i++)
        if (match->work->origins[list->at[i]].is_own)
            return true;
    return false;
}

void tie_match_close_group(struct tie_match *match, struct tie_group *group)
{
    group->is_stocked = group->kind == TIE_GROUP_PART && tie_world_is_stocked(match->world, group->item);
    if (!group->is_stocked)
        group->movement = group->usage;
    group->is_owned = is_owned(match, group);
    set_tolerance(match, group);
}

/* ---- summarised groups: [first, end) are the groups of one billing owner ---- */

static void summarise(struct tie_match *match, size_t first, size_t end)
{
    struct tie_group *groups = match->groups;
    size_t carrier = end;
    tie_sum amount = 0;
    bool converted = false, rate_missing = false, has_charge = false;

    for (size_t i = first; i < end; i++) {
        const bool has_work = groups[i].usage > 0 || groups[i].movement > 0;

        if (!match->work->groups[i].in_summary)
            continue;
        if (carrier == end || (has_work && groups[carrier].usage == 0 && groups[carrier].movement == 0))
            carrier = i;
        amount += groups[i].charged_amount;
        converted = converted || groups[i].converted;
        rate_missing = rate_missing || groups[i].rate_missing;
        has_charge = has_charge || groups[i].has_charge;
    }
    for (size_t i = first; i < end; i++) {
        struct tie_group *group = &groups[i];
        const tie_dec work = group->usage > 0 ? group->usage : group->movement;

        if (!match->work->groups[i].in_summary)
            continue;
        group->is_summarised = true;
        group->summary = (uint32_t)carrier;
        group->charged_amount = i == carrier ? tie_match_fit(amount) : 0;
        group->converted = i == carrier && converted;
        group->rate_missing = i == carrier && rate_missing;
        group->charged_qty = has_charge ? at_least_zero((tie_sum)work - group->free_qty) : 0;
        group->has_charge = has_charge && (group->charged_qty > 0 || i == carrier);
        group->cancelled_without_successor = group->cancelled_without_successor && !has_charge;
        group->billed = tie_match_fit((tie_sum)group->charged_qty + group->free_qty);
    }
}

static void summarise_orders(struct tie_match *match)
{
    for (size_t first = 0, end; first < match->group_count; first = end) {
        for (end = first + 1; end < match->group_count && match->groups[end].order == match->groups[first].order;)
            end++;
        summarise(match, first, end);
    }
}

/* ---- the steps ---- */

/* Of zeros: what it has without lists and sums. */
static void start_group(struct tie_match *match, size_t index)
{
    const struct tie_group_work *work = &match->work->groups[index];
    const struct tie_work_order *orders = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);
    struct tie_group *group = &match->groups[index];

    group->kind = work->key.kind;
    group->order = work->key.order;
    group->item = work->key.item;
    group->owner = work->key.owner;
    group->condition = work->key.condition;
    group->band = work->key.band;
    group->currency = orders[match->orders[work->key.order].row].currency;
    group->summary = TIE_NO_INDEX;
    group->movement_cost = TIE_NONE;
    group->cancelled_without_successor = work->was_billed;
    group->is_ambiguous = work->is_contested;
    group->rivals = work->rivals;
}

void tie_match_totals(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    uint32_t *at = tie_arena_take_raw(match->arena, work->shares.count * sizeof *at);
    const struct tie_share *next, *end;
    bool is_any_summary = false;

    if (work->shares.sorted_count < work->shares.count)
        sort_shares(match);
    work->shares.firsts = tie_arena_take_raw(match->arena, (match->group_count + 1) * sizeof *work->shares.firsts);
    if (match->group_count > 0)
        memset(match->groups, 0, match->group_count * sizeof *match->groups);
    work->all_agree = false;
    next = work->shares.at;
    end = next + work->shares.count;
    for (size_t i = 0; i < match->group_count; i++) {
        start_group(match, i);
        work->shares.firsts[i] = (uint32_t)(next - work->shares.at);
        while (next < end && next->group == i)
            next = sum_run(match, &match->groups[i], next, end, &at);
        tie_match_close_group(match, &match->groups[i]);
        is_any_summary = is_any_summary || work->groups[i].in_summary;
    }
    work->shares.firsts[match->group_count] = (uint32_t)work->shares.count;
    if (is_any_summary)
        summarise_orders(match);
}

struct tie_part tie_group_part(const struct tie_match *match, const struct tie_group *group, uint32_t line)
{
    const struct tie_match_work *work = match->work;
    const size_t index = (size_t)(group - match->groups);
    tie_sum quantity = 0, amount = 0;
    bool is_known = true;

    if (work->lines == NULL) /* each line is whole in its group (straight.c) */
        return match->lines[line].group != index
            ? (struct tie_part){ 0, 0 }
            : (struct tie_part){ match->lines[line].quantity, match->lines[line].amount };
    for (uint32_t i = work->shares.firsts[index]; i < work->shares.firsts[index + 1]; i++) {
        const struct tie_share *share = &work->shares.at[i];

        if (share->line != line)
            continue;
        quantity += share->quantity;
        amount += share->amount == TIE_NONE ? 0 : share->amount;
        is_known = is_known && share->amount != TIE_NONE;
    }
    return (struct tie_part){ tie_match_fit(quantity), is_known ? tie_match_fit(amount) : TIE_NONE };
}
