/*
 * claim.c - contract ledger and claim lines: which groups they settle.
 *
 * A line that names a usage or time line settles that group; a claim that names an item settles the group of that
 * item. A claim keeps its amounts apart by component: parts for the part groups, labour for the labour groups, the
 * rest for charges. What names only the order settles all groups of its component: every one of them counts as
 * settled, so that none is reported as forgotten, and quantity and value fill them in their order by usage, the
 * rest to the last.
 * A ledger line's component follows the allowance of its contract line: hours are labour, parts_qty parts; else
 * every group.
 */
#include "parts.h"

struct targets {
    uint32_t *at;
    size_t count, room;
};

static int by_index(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const struct tie_group_key *x = &match->work->groups[a].key, *y = &match->work->groups[b].key;
    const int item = tie_pool_compare(&match->shard->pool, x->item, y->item);

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (item != 0)
        return item;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    if (x->condition != y->condition)
        return x->condition < y->condition ? -1 : 1;
    return x->band < y->band ? -1 : x->band > y->band;
}

/* Groups of an owner of the kinds in the mask that have something to settle, all of them when none has. */
static void find_groups(struct tie_match *match, uint32_t owner, unsigned kinds, struct targets *targets)
{
    const struct tie_match_work *work = match->work;

    targets->count = 0;
    for (int pass = 0; pass < 2 && targets->count == 0; pass++)
        for (uint32_t g = work->orders[owner].first_group; g != TIE_NO_INDEX; g = work->groups[g].next_of_owner) {
            const struct tie_group_work *group = &work->groups[g];

            if ((kinds & 1u << group->key.kind) != 0 && (pass == 1 || group->usage != 0 || group->movement != 0))
                TIE_PUSH(match->arena, targets, g);
        }
    tie_match_sort(match->arena, targets->at, targets->count, by_index, match);
}

/* Fills the targets by usage; a target that gets nothing is settled all the same. */
static void spread(
    struct tie_match *match, uint32_t line, const struct targets *targets, tie_dec quantity, tie_dec amount)
{
    tie_dec left = quantity, value_left = amount;

    for (size_t i = 0; i < targets->count; i++) {
        const tie_dec wanted = match->work->groups[targets->at[i]].usage;
        const bool is_last = i + 1 == targets->count;
        const tie_dec part = is_last ? left : left > 0 && wanted > 0 ? (wanted < left ? wanted : left) : 0;
        const tie_dec value = is_last || part == left ? value_left : tie_match_share_of(amount, part, quantity);

        tie_match_share(
            match, (struct tie_share){ .line = line, .group = targets->at[i], .quantity = part, .amount = value });
        left = tie_match_fit((tie_sum)left - part);
        value_left = tie_match_fit((tie_sum)value_left - value);
    }
}

static uint32_t named_group(const struct tie_match *match, uint32_t line)
{
    const uint32_t named = match->work->lines[line].named;

    return named == TIE_NO_INDEX ? TIE_NO_INDEX : match->lines[named].group;
}

static void place_one(struct tie_match *match, uint32_t line, uint32_t group, tie_dec quantity, tie_dec amount)
{
    tie_match_share(match, (struct tie_share){ .line = line, .group = group, .quantity = quantity, .amount = amount });
}

/* ---- ledger ---- */

static enum tie_word allowance_of(const struct tie_match *match, const struct tie_contract_ledger *row)
{
    const struct tie_contract_line *const *lines = NULL;
    const size_t count = row->contract_line_no == TIE_NONE
        ? 0
        : tie_world_contract_lines(match->world, tie_key_erp(match->keys, TIE_XREF_CONTRACT, row->contract_id), &lines);

    for (size_t i = 0; i < count; i++)
        if (lines[i]->line_no == row->contract_line_no)
            return (enum tie_word)lines[i]->allowance_kind;
    return TIE_W_EMPTY;
}

#define ALL_KINDS (1u << TIE_GROUP_PART | 1u << TIE_GROUP_LABOUR | 1u << TIE_GROUP_CHARGE)

static void place_ledger(struct tie_match *match, uint32_t line, struct targets *targets)
{
    const enum tie_word allowance = allowance_of(match, match->work->origins[line].source);
    const bool is_hours = allowance == TIE_W_HOURS;
    const uint32_t owner = match->work->lines[line].owner;
    tie_dec quantity = match->lines[line].quantity;
    uint32_t group = named_group(match, line);

    if (is_hours)
        quantity = tie_match_fit((tie_sum)quantity * 60);
    if (group == TIE_NO_INDEX && match->work->lines[line].root != line)
        group = match->lines[match->work->lines[line].root].group;
    if (group != TIE_NO_INDEX) {
        place_one(match, line, group, quantity, match->lines[line].amount);
        return;
    }
    if (owner == TIE_NO_INDEX)
        return;
    find_groups(match, owner,
        is_hours                           ? 1u << TIE_GROUP_LABOUR
            : allowance == TIE_W_PARTS_QTY ? 1u << TIE_GROUP_PART
                                           : ALL_KINDS,
        targets);
    spread(match, line, targets, quantity, match->lines[line].amount);
}

/* ---- claims ---- */

static uint32_t item_group(struct tie_match *match, uint32_t line, uint32_t owner)
{
    static const enum tie_word owners[] = { TIE_W_OWN, TIE_W_CONSIGNMENT, TIE_W_CUSTOMER, TIE_W_VENDOR };
    static const enum tie_word any_condition[] = { TIE_W_NEW, TIE_W_REFURB, TIE_W_USED };

    for (size_t k = 0; k <= TIE_COUNT_OF(any_condition); k++) /* its own condition first */
        for (size_t i = 0; i < TIE_COUNT_OF(owners); i++) {
            const struct tie_group_key key = { .kind = TIE_GROUP_PART,
                .order = owner,
                .item = match->lines[line].item,
                .owner = owners[i],
                .condition = k == 0 ? match->lines[line].condition : any_condition[k - 1] };
            const uint32_t group = tie_match_find_group(match, &key);

            if (group != TIE_NO_INDEX)
                return group;
        }
    return TIE_NO_INDEX;
}

static void place_claim(struct tie_match *match, uint32_t line, struct targets *targets)
{
    const struct tie_claim *row = match->work->origins[line].source;
    const uint32_t owner = match->work->lines[line].owner;
    const struct {
        enum tie_group_kind kind;
        tie_dec amount;
    } components[] = { { TIE_GROUP_PART, row->parts_amount }, { TIE_GROUP_LABOUR, row->labour_amount },
        { TIE_GROUP_CHARGE, row->other_amount } };
    uint32_t own = named_group(match, line);
    tie_dec rest = 0;

    if (owner == TIE_NO_INDEX)
        return;
    if (own == TIE_NO_INDEX && match->work->origins[line].has_item)
        own = item_group(match, line, owner);
    if (own == TIE_NO_INDEX && match->work->lines[line].root != line)
        own = match->lines[match->work->lines[line].root].group;
    if (own == TIE_NO_INDEX && match->work->origins[line].has_item)
        return; /* claims a part that the order does not know: it settles no other one */
    for (size_t i = 0; i < TIE_COUNT_OF(components); i++) {
        const tie_dec amount = components[i].amount == TIE_NONE ? 0 : components[i].amount;

        if (amount == 0)
            continue;
        find_groups(match, owner, 1u << components[i].kind, targets);
        if (targets->count > 0 && (own == TIE_NO_INDEX || match->work->groups[own].key.kind != components[i].kind))
            spread(match, line, targets,
                own == TIE_NO_INDEX && components[i].kind == TIE_GROUP_PART ? match->lines[line].quantity : 0, amount);
        else
            rest = tie_match_fit((tie_sum)rest + amount);
    }
    if (own == TIE_NO_INDEX && rest != 0) { /* no group of that component: what there is of the order */
        find_groups(match, owner, ALL_KINDS, targets);
        own = targets->count > 0 ? targets->at[0] : TIE_NO_INDEX;
    }
    if (own != TIE_NO_INDEX)
        place_one(match, line, own, match->lines[line].quantity, rest);
}

void tie_match_ledger_and_claims(struct tie_match *match)
{
    static const enum tie_leg legs[] = { TIE_LEG_LEDGER, TIE_LEG_CLAIM };
    struct targets targets = { 0 };

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++) {
        const struct tie_range range = tie_match_leg(match, legs[l]);

        for (uint32_t i = range.first; i < range.first + range.count; i++) {
            if (!tie_match_counts(&match->lines[i]))
                continue;
            if (legs[l] == TIE_LEG_LEDGER)
                place_ledger(match, i, &targets);
            else
                place_claim(match, i, &targets);
        }
    }
}
