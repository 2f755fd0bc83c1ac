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

struct sums { /* of one group, while it is being added up */
    tie_sum usage, movement, charged, free, amount, claim, claim_qty, debit, debit_qty, cost;
    bool has_cost, cost_unknown, has_open;
};

/* ---- the order of shares, lists ---- */

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
    uint32_t *sorted = tie_arena_take_raw(match->arena, count * sizeof *sorted);

    TIE_ASSERT(work->shares.count < UINT32_MAX);
    for (uint32_t i = 0; i < count; i++)
        firsts[work->shares.at[i].group + 1]++;
    for (size_t i = 0; i < match->group_count; i++)
        firsts[i + 1] += firsts[i];
    firsts--; /* firsts[group + 1] is now where the group's next share goes, and at last where the group ends */
    for (uint32_t i = 0; i < count; i++)
        sorted[firsts[work->shares.at[i].group + 1]++] = i;
    for (size_t i = 0; i < match->group_count; i++)
        tie_match_sort(match->arena, sorted + firsts[i], firsts[i + 1] - firsts[i], by_leg_and_line, match);
    work->shares.sorted = sorted;
    work->shares.firsts = firsts;
}

/* The lines of a group, leg by leg, into room that begins at `at`; returns where it ends. */
static uint32_t *make_lists(const struct tie_match *match, struct tie_group *group, uint32_t *at)
{
    const struct tie_match_work *work = match->work;
    const size_t index = (size_t)(group - match->groups);

    for (uint32_t i = work->shares.firsts[index]; i < work->shares.firsts[index + 1]; i++) {
        const uint32_t line = work->shares.at[work->shares.sorted[i]].line;
        struct tie_lines *list = &group->lines[match->lines[line].leg];

        if (list->count > 0 && list->at[list->count - 1] == line)
            continue; /* a second share of the same line */
        if (list->count == 0)
            list->at = at;
        *at++ = line;
        list->count++;
    }
    return at;
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

static void add_movement(
    const struct tie_match *match, struct tie_group *group, struct sums *sums, const struct tie_line *line)
{
    tie_dec cost;

    if (line->open <= 0)
        return;
    sums->movement += line->open;
    sums->has_open = true;
    if (line->amount == TIE_NONE) {
        sums->cost_unknown = true;
        return;
    }
    if (group->cost_currency == 0)
        group->cost_currency = line->currency;
    if (convert(
            match, tie_match_share_of(line->amount, line->open, line->quantity), line, group->cost_currency, &cost)) {
        sums->cost += cost;
        sums->has_cost = true;
    } else {
        sums->cost_unknown = true;
    }
}

static void add_billing(
    const struct tie_match *match, struct tie_group *group, struct sums *sums, const struct tie_share *share)
{
    const struct tie_line *line = &match->lines[share->line];
    tie_dec amount = 0;

    *(match->work->lines[share->line].is_free ? &sums->free : &sums->charged) += share->quantity;
    if (share->amount == TIE_NONE || share->amount == 0)
        return;
    if (convert(match, share->amount, line, group->currency, &amount))
        sums->amount += amount;
    else
        group->rate_missing = true;
    group->converted = group->converted || (line->currency != group->currency && line->currency != 0);
}

static void add_claim(
    const struct tie_match *match, struct tie_group *group, struct sums *sums, const struct tie_share *share)
{
    tie_dec amount = 0;

    if (group->claim_currency == 0)
        group->claim_currency = match->lines[share->line].currency;
    if (convert(match, share->amount, &match->lines[share->line], group->claim_currency, &amount))
        sums->claim += amount;
    sums->claim_qty += share->quantity;
    group->has_claim = true;
}

static void add_debit(
    const struct tie_match *match, struct tie_group *group, struct sums *sums, const struct tie_share *share)
{
    tie_dec amount = 0;

    if (convert(match, share->amount, &match->lines[share->line], group->currency, &amount))
        sums->debit += amount;
    sums->debit_qty += share->quantity;
    group->has_debit = true;
}

static void add_share(
    const struct tie_match *match, struct tie_group *group, struct sums *sums, const struct tie_share *share)
{
    switch (match->lines[share->line].leg) {
    case TIE_LEG_USAGE:
    case TIE_LEG_TIME: sums->usage += share->quantity; return;
    case TIE_LEG_MOVEMENT: add_movement(match, group, sums, &match->lines[share->line]); return;
    case TIE_LEG_BILLING: add_billing(match, group, sums, share); return;
    case TIE_LEG_LEDGER: add_debit(match, group, sums, share); return;
    case TIE_LEG_CLAIM: add_claim(match, group, sums, share); return;
    case TIE_LEG_COUNT: return;
    }
}

static tie_dec at_least_zero(tie_sum sum)
{
    return sum < 0 ? 0 : tie_match_fit(sum);
}

static bool has_billing(const struct tie_match *match, const struct tie_group *group)
{
    for (uint32_t i = 0; i < group->lines[TIE_LEG_BILLING].count; i++)
        if (match->lines[group->lines[TIE_LEG_BILLING].at[i]].amount > 0)
            return true;
    return false;
}

static void close_billing(const struct tie_match *match, struct tie_group *group, const struct sums *sums)
{
    const bool was_billed = match->work->groups[group - match->groups].was_billed;

    if (group->lines[TIE_LEG_BILLING].count == 0) {
        group->cancelled_without_successor = was_billed;
        return;
    }
    group->charged_qty = at_least_zero(sums->charged);
    group->free_qty = at_least_zero(sums->free);
    group->charged_amount = tie_match_fit(sums->amount);
    if (group->charged_amount == 0 &&
        !group->rate_missing) { /* credited down to nothing: the quantity is there, the charge is not */
        group->free_qty = at_least_zero(sums->free + sums->charged);
        group->charged_qty = 0;
    }
    group->has_charge = group->charged_amount > 0 || (group->rate_missing && group->charged_qty > 0);
    group->has_free = group->free_qty > 0;
    group->billed = tie_match_fit((tie_sum)group->charged_qty + group->free_qty);
    group->cancelled_without_successor = !group->has_charge && !group->has_free &&
        (was_billed || has_billing(match, group));
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
    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
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
    const tie_sum minutes = (tie_sum)policy->time_tolerance.seconds * TIE_DEC_ONE / 60;
    tie_dec share = 0;

    group->each = group->kind == TIE_GROUP_PART && is_counted_singly(match, group);
    if (group->kind == TIE_GROUP_LABOUR) {
        group->tolerance = tie_match_fit(minutes * group->lines[TIE_LEG_TIME].count);
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
    for (uint32_t i = 0; i < list->count; i++) {
        const struct tie_usage_line *row = match->work->lines[list->at[i]].source;

        if (row->owner == TIE_W_OWN || row->owner == TIE_W_EMPTY)
            return true;
    }
    return false;
}

static void close_group(struct tie_match *match, struct tie_group *group, const struct sums *sums)
{
    group->usage = at_least_zero(sums->usage);
    group->movement = tie_match_fit(sums->movement);
    group->is_stocked = group->kind == TIE_GROUP_PART && tie_world_is_stocked(match->world, group->item);
    if (!group->is_stocked)
        group->movement = group->usage;
    group->is_owned = is_owned(match, group);
    group->movement_cost = sums->has_cost && !sums->cost_unknown ? tie_match_fit(sums->cost) : TIE_NONE;
    close_billing(match, group, sums);
    if (group->has_claim) {
        group->claim_amount = tie_match_fit(sums->claim);
        group->claim_qty = tie_match_fit(sums->claim_qty);
        group->has_claim = sums->claim > 0 || sums->claim_qty > 0;
    }
    if (group->has_debit) {
        group->debit_amount = tie_match_fit(sums->debit);
        group->debit_qty = tie_match_fit(sums->debit_qty);
        group->has_debit = sums->debit > 0 || sums->debit_qty > 0;
    }
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

/* ---- the steps ---- */

/* A group without lists and sums. */
static void start_group(struct tie_match *match, size_t index)
{
    const struct tie_group_work *work = &match->work->groups[index];
    const struct tie_work_order *orders = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);

    match->groups[index] = (struct tie_group){ .kind = work->key.kind,
        .order = work->key.order,
        .item = work->key.item,
        .owner = work->key.owner,
        .condition = work->key.condition,
        .band = work->key.band,
        .currency = orders[match->orders[work->key.order].row].currency,
        .summary = TIE_NO_INDEX,
        .is_ambiguous = work->is_contested,
        .rivals = work->rivals };
}

void tie_match_totals(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    uint32_t *at = tie_arena_take_raw(match->arena, work->shares.count * sizeof *at);
    bool is_any_summary = false;

    sort_shares(match);
    for (size_t i = 0; i < match->group_count; i++) {
        struct sums sums = { 0 };

        start_group(match, i);
        at = make_lists(match, &match->groups[i], at);
        for (uint32_t k = work->shares.firsts[i]; k < work->shares.firsts[i + 1]; k++)
            add_share(match, &match->groups[i], &sums, &work->shares.at[work->shares.sorted[k]]);
        close_group(match, &match->groups[i], &sums);
        is_any_summary = is_any_summary || work->groups[i].in_summary;
    }
    for (size_t first = 0, end; is_any_summary && first < match->group_count; first = end) {
        for (end = first + 1; end < match->group_count && match->groups[end].order == match->groups[first].order;)
            end++;
        summarise(match, first, end);
    }
}

struct tie_part tie_group_part(const struct tie_match *match, const struct tie_group *group, uint32_t line)
{
    const struct tie_match_work *work = match->work;
    const size_t index = (size_t)(group - match->groups);
    tie_sum quantity = 0, amount = 0;
    bool is_known = true;

    for (uint32_t i = work->shares.firsts[index]; i < work->shares.firsts[index + 1]; i++) {
        const struct tie_share *share = &work->shares.at[work->shares.sorted[i]];

        if (share->line != line)
            continue;
        quantity += share->quantity;
        amount += share->amount == TIE_NONE ? 0 : share->amount;
        is_known = is_known && share->amount != TIE_NONE;
    }
    return (struct tie_part){ tie_match_fit(quantity), is_known ? tie_match_fit(amount) : TIE_NONE };
}
