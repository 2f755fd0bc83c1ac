/*
 * straight.c - a dossier of parts in which order and item alone say which rows belong together, and nothing is left to
 * decide: groups, sums and pairs in one walk, in place of all steps from group.c to cascade.c.
 *
 * Most dossiers are of this kind: what plain.c asks for, and beyond that nothing but parts, every row counts, none came
 * back, names another or has a serial, and no order is billed as a whole. Then no step behind the walk can change a
 * group, so each is closed when its lines have been read: sums are additions, and one row against one of the same
 * quantity is P2. The flags of struct tie_match_work, set while lines are made, say so beforehand; what they don't
 * tell, another currency, a row without quantity or a sum beyond what is counted with, ends the walk, and the dossier
 * goes the general way as if there had been none.
 *
 * Invariant: what comes out is what the general way makes: lines, groups, lists, shares, and what a step that runs
 * again later (total.c, cascade.c after P4 or P9) reads. test_straight.c holds one against the other, by the trace,
 * for which nothing is walked.
 * Cost: each line once. Rejected: to close the groups of plain.c's walk only, by the functions of total.c and
 * cascade.c (measured: it saved a thirtieth of a match; what costs there is a call a leg, a row and a pair).
 */
#include "parts.h"

#include <string.h>

/* A dossier of more lines goes the general way, where groups are counted before there is room for them. */
#define LINES_MAX 4096
#define CLEARED 4 /* groups at once */

struct walk {
    struct tie_match *match;
    struct tie_share *share;  /* where the next goes */
    uint32_t *list;           /* where the next line of a list goes */
    uint32_t next[3], end[3]; /* of usage, movement, billing: lines that are still to be walked */
    bool is_odd;              /* something that additions don't do */
    bool all_agree;
};

static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT, TIE_LEG_BILLING };
enum { USAGE, MOVEMENT, BILLING };

static bool is_straight(const struct tie_match *match)
{
    const struct tie_match_work *work = match->work;
    /* What comes back the walk would meet too, as a quantity below zero. */
    const uint32_t others = work->legs[TIE_LEG_TIME].count | work->legs[TIE_LEG_LEDGER].count |
        work->legs[TIE_LEG_CLAIM].count | work->reversals | work->negatives;
    const bool is_entangled = work->has_orphan | work->has_class | work->has_expense | work->names_movement |
        work->names_line | work->has_repeat;
    const bool is_special = work->has_fixed_order | work->has_lump | work->has_no_part | work->has_excluded |
        work->has_serial | work->has_lot;

    return match->trace == NULL && work->bill_themselves && others == 0 && !is_entangled && !is_special &&
        match->line_count <= LINES_MAX;
}

/* The next line of a leg, when it is of the group. */
static inline struct tie_line *next_of(const struct walk *walk, int leg, const struct tie_group_key *key)
{
    struct tie_line *line = &walk->match->lines[walk->next[leg]];

    return walk->next[leg] < walk->end[leg] && line->item == key->item && line->order == key->order ? line : NULL;
}

/* Puts the next line of the leg into the group. */
static inline void put(struct walk *walk, int leg, uint32_t group, struct tie_line *line)
{
    const uint32_t at = walk->next[leg]++;

    walk->is_odd |= line->quantity <= 0;
    line->group = group;
    *walk->share++ = (struct tie_share){
        .line = at, .group = group, .quantity = line->quantity, .amount = line->amount
    };
    *walk->list++ = at;
}

static inline struct tie_lines list_of(const struct walk *walk, uint32_t *first)
{
    return (struct tie_lines){ walk->list == first ? NULL : first, (uint32_t)(walk->list - first) };
}

static inline void add(struct walk *walk, tie_dec *sum, tie_dec quantity)
{
    walk->is_odd |= __builtin_add_overflow(*sum, quantity, sum) || *sum > TIE_DEC_MAX || *sum < -TIE_DEC_MAX;
}

static inline void take_usage(
    struct walk *walk, struct tie_group *group, const struct tie_group_key *key, uint32_t index)
{
    uint32_t *const first = walk->list;

    for (struct tie_line *line; (line = next_of(walk, USAGE, key)) != NULL;) {
        put(walk, USAGE, index, line);
        add(walk, &group->usage, line->quantity);
    }
    group->lines[TIE_LEG_USAGE] = list_of(walk, first);
}

static inline void take_movements(
    struct walk *walk, struct tie_group *group, const struct tie_group_key *key, uint32_t index)
{
    uint32_t *const first = walk->list;
    const tie_str currency = walk->match->lines[walk->next[MOVEMENT]].currency; /* of the first, if there is any */
    bool is_any = false, is_all = true;
    tie_dec cost = 0;

    for (struct tie_line *line; (line = next_of(walk, MOVEMENT, key)) != NULL;) {
        const bool is_known = line->amount != TIE_NONE;

        put(walk, MOVEMENT, index, line);
        add(walk, &group->movement, line->quantity);
        add(walk, &cost, is_known ? line->amount : 0);
        walk->is_odd |= line->currency != currency;
        is_any |= is_known;
        is_all &= is_known;
    }
    group->lines[TIE_LEG_MOVEMENT] = list_of(walk, first);
    group->cost_currency = is_any ? currency : 0;
    group->movement_cost = is_any && is_all ? cost : TIE_NONE;
}

static inline void take_billing(
    struct walk *walk, struct tie_group *group, const struct tie_group_key *key, uint32_t index)
{
    uint32_t *const first = walk->list;
    tie_dec charged = 0, free = 0;
    bool is_any_charge = false;

    for (struct tie_line *line; (line = next_of(walk, BILLING, key)) != NULL;) {
        const bool is_free = walk->match->work->lines[walk->next[BILLING]].is_free;

        put(walk, BILLING, index, line);
        add(walk, is_free ? &free : &charged, line->quantity);
        add(walk, &group->charged_amount, line->amount == TIE_NONE ? 0 : line->amount);
        walk->is_odd |= line->currency != group->currency;
        is_any_charge |= line->amount > 0;
    }
    group->lines[TIE_LEG_BILLING] = list_of(walk, first);
    tie_match_close_billing(group, charged, free);
    group->cancelled_without_successor = is_any_charge && !group->has_charge && !group->has_free;
}

/* P2 where one row stands against one of the same quantity, as in most groups; others by cascade.c. What is left of
 * the two, nothing, is not written down: it is asked where the sides of a group differ, or where one has several. */
static inline void pair(struct tie_match *match, struct tie_group *group, uint32_t index)
{
    const struct tie_lines *const usage = &group->lines[TIE_LEG_USAGE], *const moved = &group->lines[TIE_LEG_MOVEMENT];

    if (usage->count == 0 || moved->count == 0)
        return;
    if (usage->count != 1 || moved->count != 1 ||
        match->lines[usage->at[0]].quantity != match->lines[moved->at[0]].quantity) {
        tie_match_pair_group(match, index);
        return;
    }
    match->lines[usage->at[0]].pass = match->lines[moved->at[0]].pass = TIE_P2;
    group->pass = group->is_stocked ? TIE_P2 : TIE_PASS_NONE;
}

/* Billing lines lie where order and item put them: P3, where there is anything that they could be for. */
static inline void label_billing(struct tie_match *match, const struct tie_group *group)
{
    const struct tie_lines *list = &group->lines[TIE_LEG_BILLING];
    const enum tie_pass pass = group->usage > 0 || group->movement > 0 ? TIE_P3 : TIE_PASS_NONE;

    for (uint32_t i = 0; i < list->count; i++)
        match->lines[list->at[i]].pass = pass;
}

static inline bool does_agree(const struct tie_group *group)
{
    const tie_dec u = group->usage, m = group->movement, b = group->billed;
    const tie_dec largest = u > m ? (u > b ? u : b) : m > b ? m : b;
    const tie_dec smallest = u < m ? (u < b ? u : b) : m < b ? m : b;

    return largest - smallest <= group->tolerance; /* none is below zero */
}

/* The group of the line, which has none yet, with all its lines. */
static void gather(struct walk *walk, uint32_t first)
{
    struct tie_match *match = walk->match;
    const struct tie_group_key key = { .kind = TIE_GROUP_PART,
        .order = match->lines[first].order,
        .item = match->lines[first].item,
        .owner = TIE_W_OWN,
        .condition = TIE_W_NEW };
    const uint32_t index = tie_match_new_group(match, &key);
    struct tie_group *group = &match->groups[index];

    if (index % CLEARED == 0)
        memset(group, 0, CLEARED * sizeof *group);
    tie_match_start_group(match, index);
    match->work->shares.firsts[index] = (uint32_t)(walk->share - match->work->shares.at);
    take_usage(walk, group, &key, index);
    take_movements(walk, group, &key, index);
    take_billing(walk, group, &key, index);
    if (walk->is_odd)
        return;
    tie_match_close_group(match, group);
    pair(match, group, index);
    label_billing(match, group);
    walk->all_agree &= does_agree(group);
}

/* The line that comes first by order and item; TIE_NO_INDEX when all are walked. */
static inline uint32_t first_of(const struct walk *walk)
{
    uint32_t first = TIE_NO_INDEX;

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
        if (walk->next[l] < walk->end[l] &&
            (first == TIE_NO_INDEX || tie_match_is_before(walk->match, walk->next[l], first)))
            first = walk->next[l];
    return first;
}

static bool walk_all(struct walk *walk)
{
    const struct tie_match *match = walk->match;

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++) {
        const struct tie_range range = tie_match_leg(match, legs[l]);

        walk->next[l] = range.first;
        walk->end[l] = range.first + range.count;
    }
    while (!walk->is_odd) {
        const uint32_t first = first_of(walk);

        if (first == TIE_NO_INDEX)
            return true;
        walk->is_odd |= match->lines[first].leg == TIE_LEG_BILLING && !tie_match_stands_alone(match, first);
        if (!walk->is_odd)
            gather(walk, first);
    }
    return false;
}

bool tie_match_straight(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const size_t count = match->line_count; /* a line makes one group at most */
    struct walk walk = { .match = match, .all_agree = true };

    if (!is_straight(match))
        return false;
    match->groups = tie_arena_take_raw(match->arena, (count + CLEARED) * sizeof *match->groups);
    work->shares.firsts = tie_arena_take_raw(match->arena, (count + 1) * sizeof *work->shares.firsts);
    walk.list = tie_arena_take_raw(match->arena, count * sizeof *walk.list);
    walk.share = work->shares.at;
    if (!walk_all(&walk)) {
        tie_match_drop_groups(match);
        return false;
    }
    work->shares.count = work->shares.sorted_count = count;
    work->shares.firsts[match->group_count] = (uint32_t)count;
    work->groups_sorted = (uint32_t)match->group_count;
    work->all_agree = walk.all_agree;
    return true;
}
