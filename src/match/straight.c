/*
 * straight.c - a dossier of parts in which order and item alone say which rows belong together, and nothing is left to
 * decide: groups, sums and pairs in one walk, in place of all steps from refs.c to cascade.c.
 *
 * Most dossiers are of this kind: what plain.c asks for, and beyond that nothing but parts, every row counts, none came
 * back, names another or has a serial, and no order is billed as a whole. Then no step behind the walk can change a
 * group, so each is closed when its lines have been read: sums are additions, and one row against one of the same
 * quantity is P2. The flags of struct tie_match_work, set while lines are made, say so beforehand; what they don't
 * tell, another currency, a row without quantity or a sum beyond what is counted with, ends the walk, and the dossier
 * goes the general way as if there had been none. It is tried as soon as there are lines: references (refs.c) and
 * netting (net.c) would find nothing to do.
 *
 * Where all sides agree, nobody asks what is left of a line, or what of it a group holds other than all: struct
 * tie_line_work, shares and struct tie_group_work are not made. Else tie_match_spell_out() makes them, and groups whose
 * sides differ go through the cascade.
 *
 * Invariant: what comes out is what the general way makes: lines, groups, lists, and once they are spelled out the
 * works and shares that a step reads which runs again later (total.c, cascade.c after P4 or P9). test_straight.c holds
 * one against the other, by the trace, for which nothing is walked.
 * Cost: each line once. Rejected: to close the groups of plain.c's walk only, by the functions of total.c and
 * cascade.c (measured: it saved a thirtieth of a match; what costs there is a call a leg, a row and a pair).
 */
#include "parts.h"

#include <string.h>

/* A dossier of more lines goes the general way, where groups are counted before there is room for them. */
#define LINES_MAX 4096
#define CLEARED 4 /* groups at once */
#define MOST ((uint64_t)TIE_DEC_MAX / LINES_MAX)

struct walk {
    struct tie_match *match;
    uint32_t *all;            /* of all lines: those of a group and leg lie together, so each list is a part of it */
    uint32_t next[3], end[3]; /* of usage, movement, billing: lines that are still to be walked */
    bool is_odd;              /* something that additions don't do */
    bool all_settled;
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

/* A quantity that is none or below zero, and what might lead a sum of so many beyond what is counted with. */
static inline bool is_odd_quantity(tie_dec quantity)
{
    return (uint64_t)quantity - 1 >= MOST;
}

static inline bool is_odd_amount(tie_dec amount)
{
    return (uint64_t)amount + MOST > 2 * MOST;
}

/* Whether the line is of the group, and of the leg: the one behind the last is of none. */
static inline bool is_of(const struct tie_line *line, enum tie_leg leg, const struct tie_group *group)
{
    return ((line->item ^ group->item) | (line->order ^ group->order) | (uint32_t)(line->leg ^ leg)) == 0;
}

/* The lines from the next of the leg up to `end` are the group's. */
static inline struct tie_lines take(struct walk *walk, int leg, const struct tie_line *end)
{
    const uint32_t first = walk->next[leg], count = (uint32_t)(end - walk->match->lines) - first;

    walk->next[leg] += count;
    return (struct tie_lines){ count == 0 ? NULL : walk->all + first, count };
}

static inline void take_usage(struct walk *walk, struct tie_group *group, uint32_t index)
{
    struct tie_line *line = &walk->match->lines[walk->next[USAGE]];
    tie_dec quantity = 0;
    bool is_odd = false;

    for (; is_of(line, TIE_LEG_USAGE, group); line++) {
        line->group = index;
        if (is_odd_quantity(line->quantity))
            is_odd = true;
        else
            quantity += line->quantity;
    }
    walk->is_odd |= is_odd;
    group->usage = quantity;
    group->lines[TIE_LEG_USAGE] = take(walk, USAGE, line);
}

static inline void take_movements(struct walk *walk, struct tie_group *group, uint32_t index)
{
    struct tie_line *line = &walk->match->lines[walk->next[MOVEMENT]];
    const tie_str currency = line->currency; /* of the first, if there is any */
    tie_dec quantity = 0, cost = 0;
    bool is_any = false, is_all = true, is_odd = false;

    for (; is_of(line, TIE_LEG_MOVEMENT, group); line++) {
        const bool is_known = line->amount != TIE_NONE;
        const tie_dec amount = is_known ? line->amount : 0;

        line->group = index;
        is_any |= is_known;
        is_all &= is_known;
        if (is_odd_quantity(line->quantity) || is_odd_amount(amount) || line->currency != currency) {
            is_odd = true;
        } else {
            quantity += line->quantity;
            cost += amount;
        }
    }
    walk->is_odd |= is_odd;
    group->movement = quantity;
    group->lines[TIE_LEG_MOVEMENT] = take(walk, MOVEMENT, line);
    group->cost_currency = is_any ? currency : 0;
    group->movement_cost = is_any && is_all ? cost : TIE_NONE;
}

static inline void take_billing(struct walk *walk, struct tie_group *group, uint32_t index)
{
    struct tie_line *line = &walk->match->lines[walk->next[BILLING]];
    const struct tie_line_origin *origin = &walk->match->work->origins[walk->next[BILLING]];
    tie_dec quantity = 0, free = 0, charged = 0;
    bool is_any_charge = false, is_odd = false;

    for (; is_of(line, TIE_LEG_BILLING, group); line++, origin++) {
        const tie_dec amount = line->amount == TIE_NONE ? 0 : line->amount;

        line->group = index;
        is_any_charge |= amount > 0;
        if (is_odd_quantity(line->quantity) || is_odd_amount(amount) || line->currency != group->currency) {
            is_odd = true;
        } else {
            quantity += line->quantity;
            free += origin->is_free ? line->quantity : 0;
            charged += amount;
        }
    }
    walk->is_odd |= is_odd;
    group->charged_amount = charged;
    group->lines[TIE_LEG_BILLING] = take(walk, BILLING, line);
    tie_match_close_billing(group, quantity - free, free);
    group->cancelled_without_successor = is_any_charge && !group->has_charge && !group->has_free;
}

/* ---- the labels of a group that agrees ---- */

static uint32_t count_of(const struct walk *walk, const struct tie_lines *list, tie_dec quantity, uint32_t *last)
{
    const struct tie_line *lines = walk->match->lines;
    uint32_t count = 0;

    for (uint32_t i = 0; i < list->count; i++)
        if (lines[list->at[i]].quantity == quantity) {
            *last = list->at[i];
            count++;
        }
    return count;
}

static inline void label_all(const struct walk *walk, const struct tie_lines *list, enum tie_pass pass)
{
    for (uint32_t i = 0; i < list->count; i++)
        walk->match->lines[list->at[i]].pass = pass;
}

/* P2 for a quantity that stands once on either side, P3 for the others where the two sides can be closed. */
__attribute__((noinline)) static enum tie_pass pair_several(const struct walk *walk, const struct tie_group *group)
{
    const struct tie_lines *const usage = &group->lines[TIE_LEG_USAGE], *const moved = &group->lines[TIE_LEG_MOVEMENT];
    const enum tie_pass rest = group->is_stocked ? TIE_P3 : TIE_PASS_NONE;
    struct tie_line *lines = walk->match->lines;
    uint32_t paired = 0, use = 0, issue = 0;

    label_all(walk, usage, rest);
    label_all(walk, moved, rest);
    for (uint32_t i = 0; i < usage->count; i++) {
        const tie_dec quantity = lines[usage->at[i]].quantity;

        if (count_of(walk, usage, quantity, &use) != 1 || count_of(walk, moved, quantity, &issue) != 1)
            continue;
        lines[use].pass = lines[issue].pass = TIE_P2;
        paired++;
    }
    return !group->is_stocked ? TIE_PASS_NONE : paired == usage->count && paired == moved->count ? TIE_P2 : TIE_P3;
}

/* One row against one of the same quantity, as in most groups, or some. */
static inline void pair(const struct walk *walk, struct tie_group *group)
{
    const struct tie_lines *const usage = &group->lines[TIE_LEG_USAGE], *const moved = &group->lines[TIE_LEG_MOVEMENT];
    struct tie_line *lines = walk->match->lines;

    if (usage->count == 0 || moved->count == 0)
        return;
    if (usage->count + moved->count == 2 && lines[usage->at[0]].quantity == lines[moved->at[0]].quantity) {
        lines[usage->at[0]].pass = lines[moved->at[0]].pass = TIE_P2;
        group->pass = group->is_stocked ? TIE_P2 : TIE_PASS_NONE;
        return;
    }
    group->pass = pair_several(walk, group);
}

/* All sides agree, of rows that can be looked through: nobody asks what is left of one. */
static inline bool is_settled(const struct tie_group *group)
{
    const tie_dec u = group->usage, m = group->movement, b = group->billed;
    const tie_dec largest = u > m ? (u > b ? u : b) : m > b ? m : b;
    const tie_dec smallest = u < m ? (u < b ? u : b) : m < b ? m : b;

    return largest - smallest <= group->tolerance && /* none is below zero */
        group->lines[TIE_LEG_USAGE].count <= TIE_MATCH_FEW && group->lines[TIE_LEG_MOVEMENT].count <= TIE_MATCH_FEW;
}

/* Billing lines lie where order and item put them: P3, where there is anything that they could be for. */
static inline void label(const struct walk *walk, struct tie_group *group)
{
    pair(walk, group);
    label_all(walk, &group->lines[TIE_LEG_BILLING], group->usage > 0 || group->movement > 0 ? TIE_P3 : TIE_PASS_NONE);
}

/* ---- the walk ---- */

/* The group of the line, which has none yet, with all its lines. */
static void gather(struct walk *walk, const struct tie_line *first)
{
    struct tie_match *match = walk->match;
    const struct tie_work_order *orders = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);
    const uint32_t index = (uint32_t)match->group_count++;
    struct tie_group *group = &match->groups[index];

    if (index % CLEARED == 0)
        memset(group, 0, CLEARED * sizeof *group);
    group->kind = TIE_GROUP_PART;
    group->order = first->order;
    group->item = first->item;
    group->owner = TIE_W_OWN;
    group->condition = TIE_W_NEW;
    group->currency = orders[match->orders[first->order].row].currency;
    group->summary = TIE_NO_INDEX;
    take_usage(walk, group, index);
    take_movements(walk, group, index);
    take_billing(walk, group, index);
    if (walk->is_odd)
        return;
    tie_match_close_group(match, group);
    if (is_settled(group))
        label(walk, group);
    else
        walk->all_settled = false;
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
            gather(walk, &match->lines[first]);
    }
    return false;
}

/* What the general way writes down while it makes the same groups. */
void tie_match_spell_out(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    struct tie_share *share = tie_arena_take_raw(match->arena, match->line_count * sizeof *share);
    uint32_t *first = tie_arena_take_raw(match->arena, (match->group_count + 1) * sizeof *first);

    tie_match_start_works(match);
    work->groups = tie_arena_take_raw(match->arena, match->group_count * sizeof *work->groups);
    work->shares.at = share;
    work->shares.firsts = first;
    work->shares.count = work->shares.sorted_count = work->shares.room = match->line_count;
    for (uint32_t g = 0; g < match->group_count; g++) {
        const struct tie_group *group = &match->groups[g];

        work->groups[g] = (struct tie_group_work){ .key = { .order = group->order,
                                                       .item = group->item,
                                                       .kind = group->kind,
                                                       .owner = group->owner,
                                                       .condition = group->condition } };
        *first++ = (uint32_t)(share - work->shares.at);
        for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
            for (uint32_t i = 0; i < group->lines[legs[l]].count; i++) {
                const uint32_t line = group->lines[legs[l]].at[i];

                *share++ = (struct tie_share){ .line = line,
                    .group = g,
                    .quantity = match->lines[line].quantity,
                    .amount = match->lines[line].amount };
            }
    }
    *first = (uint32_t)(share - work->shares.at);
}

/* Groups whose sides differ go through the cascade; what is left of rows is asked of them only. */
__attribute__((noinline)) static void settle_rest(struct tie_match *match)
{
    tie_match_spell_out(match);
    for (uint32_t g = 0; g < match->group_count; g++)
        if (!is_settled(&match->groups[g]))
            tie_match_cascade_group(match, g);
}

bool tie_match_straight(struct tie_match *match)
{
    const size_t count = match->line_count; /* a line makes one group at most */
    struct walk walk = { .match = match, .all_settled = true };

    if (!is_straight(match))
        return false;
    match->groups = tie_arena_take_raw(match->arena, (count + CLEARED) * sizeof *match->groups);
    walk.all = tie_arena_take_raw(match->arena, count * sizeof *walk.all);
    for (uint32_t i = 0; i < count; i++)
        walk.all[i] = i;
    if (!walk_all(&walk)) {
        tie_match_drop_groups(match);
        return false;
    }
    match->work->all_agree = walk.all_settled;
    if (!walk.all_settled)
        settle_rest(match);
    return true;
}
