/*
 * plain.c - the part groups of a dossier in which order and item alone say which rows belong together.
 *
 * That is nearly every one: each order bills itself, no row reverses or names one of another group, nobody's owner or
 * condition differs, nothing is billed as another item. The lines of a leg are sorted by order and item, so usage,
 * movements and invoice lines are walked side by side: rows of one order and item are a group, found without looking
 * for it, in the order in which groups and shares are wanted at last. Quantities may be what they are; returns were
 * netted before. Labour, charges, ledger and claims come behind it, the general way (group.c, billing.c, claim.c).
 *
 * Invariant: what is walked comes out as the general way makes it. test_property.c holds one against the other, by the
 * trace, for which nothing is walked. A row that needs to be looked at with others ends the walk, and what it made is
 * dropped.
 * Cost: each line once. Rejected: to let single groups out of the walk; their invoice lines may fill groups that were
 * walked already, in an order that only the general way knows (billing.c).
 */
#include "parts.h"

static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT, TIE_LEG_BILLING };

struct cursor { /* lines of a leg that are still to be walked */
    uint32_t at, end;
};

/* What the rows said when they became lines. */
static bool is_plain(const struct tie_match *match)
{
    const struct tie_match_work *work = match->work;

    return match->trace == NULL && work->bill_themselves && work->reversals == 0 &&
        !(work->has_orphan || work->has_class || work->has_expense || work->has_cancelled || work->names_movement);
}

/* Whether the line takes part in the walk. */
static inline bool is_walked(const struct tie_match *match, uint32_t line)
{
    return tie_match_counts(&match->lines[line]) && match->work->origins[line].kind == TIE_GROUP_PART;
}

static inline void skip(const struct tie_match *match, struct cursor *cursor)
{
    while (cursor->at < cursor->end && !is_walked(match, cursor->at))
        cursor->at++;
}

/* The row that it names is of its own group, or none that its group could depend on. */
static bool names_its_own(const struct tie_match *match, uint32_t line)
{
    const struct tie_line *own = &match->lines[line];
    const uint32_t named = match->work->lines[line].named;

    if (named == TIE_NO_INDEX || match->lines[named].leg != TIE_LEG_USAGE)
        return true;
    if (own->leg == TIE_LEG_MOVEMENT && match->lines[named].item != own->item)
        return true;
    return match->lines[named].item == own->item && match->lines[named].order == own->order;
}

/* What a group holds of a line of its own; false when order and item don't say that it is. */
static inline bool share_of(struct tie_match *match, uint32_t at, struct tie_group_work *group, struct tie_share *share)
{
    const struct tie_line *line = &match->lines[at];
    const struct tie_line_work *work = &match->work->lines[at];

    share->quantity = line->quantity;
    share->amount = line->amount;
    if (match->work->names_line && !names_its_own(match, at))
        return false;
    if (line->leg == TIE_LEG_USAGE) {
        group->usage = tie_match_add(group->usage, line->quantity);
    } else if (line->leg == TIE_LEG_MOVEMENT) {
        group->movement = line->open > 0 ? tie_match_add(group->movement, line->open) : group->movement;
    } else {
        share->quantity = line->open;
        share->amount = work->net_amount;
    }
    return true;
}

/* All lines of the leg that are of the group. */
static bool take(struct tie_match *match, struct cursor *cursor, const struct tie_group_key *key, uint32_t group)
{
    struct tie_share *share = match->work->shares.at + match->work->shares.count;
    struct cursor left = *cursor;

    for (; left.at < left.end; left.at++) {
        struct tie_line *line = &match->lines[left.at];

        if (line->item != key->item || line->order != key->order)
            break;
        if (!is_walked(match, left.at))
            continue;
        if (!share_of(match, left.at, &match->work->groups[group], share))
            return false;
        line->group = share->group = group;
        share->line = left.at;
        share++;
    }
    match->work->shares.count = (size_t)(share - match->work->shares.at);
    skip(match, &left);
    *cursor = left;
    return true;
}

static bool walk(struct tie_match *match)
{
    struct cursor cursors[TIE_COUNT_OF(legs)];

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++) {
        const struct tie_range range = tie_match_leg(match, legs[l]);

        cursors[l] = (struct cursor){ range.first, range.first + range.count };
        skip(match, &cursors[l]);
    }
    for (;;) {
        uint32_t first = TIE_NO_INDEX, group;
        struct tie_group_key key;

        for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
            if (cursors[l].at < cursors[l].end &&
                (first == TIE_NO_INDEX || tie_match_is_before(match, cursors[l].at, first)))
                first = cursors[l].at;
        if (first == TIE_NO_INDEX)
            return true;
        if (match->lines[first].leg == TIE_LEG_BILLING && !tie_match_stands_alone(match, first))
            return false;
        key = (struct tie_group_key){ .kind = TIE_GROUP_PART,
            .order = match->lines[first].order,
            .item = match->lines[first].item,
            .owner = TIE_W_OWN,
            .condition = TIE_W_NEW };
        group = tie_match_new_group(match, &key);
        for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
            if (!take(match, &cursors[l], &key, group))
                return false;
    }
}

bool tie_match_plain(struct tie_match *match)
{
    if (!is_plain(match))
        return false;
    if (!walk(match)) {
        tie_match_drop_groups(match);
        return false;
    }
    match->work->groups_sorted = (uint32_t)match->group_count;
    match->work->shares.sorted_count = match->work->shares.count;
    return true;
}
