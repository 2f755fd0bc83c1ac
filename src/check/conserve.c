/*
 * conserve.c - every line ends in exactly one state, and the states add up to what came in (FIN-06).
 *
 * A finding marks the lines of the legs that it concerns, as excepted or, before it is due, as pending; the worst
 * mark of a line wins; a line without a mark is matched. Lines were counted before anything was found (survey.c); what
 * a finding marks moves its share. Rows are counted from the shard's own tables, lines from the match: a row that was
 * lost on the way makes the two differ. The split by quantity and money follows the row:
 * all of it goes where the row goes.
 */
#include "judge.h"

/* Legs that a check of the family speaks of. */
#define LEG(NAME) (1U << TIE_LEG_##NAME)
#define LEGS_WORK (LEG(USAGE) | LEG(TIME))
#define LEGS_ALL (LEGS_WORK | LEG(MOVEMENT) | LEG(BILLING) | LEG(LEDGER) | LEG(CLAIM))
static const struct {
    const char *family;
    unsigned legs;
} concerns[] = {
    { "INV", LEG(USAGE) | LEG(MOVEMENT) }, { "BIL", LEGS_WORK | LEG(BILLING) }, { "EVD", LEGS_WORK | LEG(BILLING) },
    { "WTY", LEGS_WORK | LEG(BILLING) | LEG(CLAIM) }, { "CON", LEGS_WORK | LEG(BILLING) | LEG(LEDGER) },
    { "ENT", LEGS_WORK | LEG(BILLING) }, { "WOS", LEGS_ALL }, { "TIM", 0 }, /* what is late is there */
};

static unsigned legs_of(enum tie_check check)
{
    for (size_t i = 0; i < TIE_COUNT_OF(concerns); i++) {
        if (tie_text_is(tie_text_of(concerns[i].family), tie_check(check)->family))
            return concerns[i].legs;
    }
    return LEGS_ALL;
}

/* OPEN < MATCHED < PENDING < EXCEPTED; an excluded line stays. */
static int badness(enum tie_row_state state)
{
    static const int order[] = { [TIE_STATE_OPEN] = 0,
        [TIE_STATE_MATCHED] = 1,
        [TIE_STATE_PENDING] = 2,
        [TIE_STATE_EXCEPTED] = 3,
        [TIE_STATE_EXCLUDED] = 4 };

    return order[state];
}

static void mark(struct tie_line *line, enum tie_row_state state)
{
    if (badness(state) > badness(line->state))
        line->state = state;
}

static void mark_group(const struct judge *judge, uint32_t index, unsigned legs, enum tie_row_state state)
{
    const struct tie_group *group = &judge->match->groups[index];

    for (unsigned leg = 0; leg < TIE_LEG_COUNT; leg++) {
        for (uint32_t i = 0; (legs & (1U << leg)) != 0 && i < group->lines[leg].count; i++)
            mark(&judge->match->lines[group->lines[leg].at[i]], state);
    }
}

static void mark_order(const struct judge *judge, uint32_t order, unsigned legs, enum tie_row_state state)
{
    for (uint32_t i = 0; i < judge->match->group_count; i++) {
        if (judge->match->groups[i].order == order)
            mark_group(judge, i, legs, state);
    }
}

static void mark_draft(const struct judge *judge, const struct draft *draft)
{
    const enum tie_row_state state = draft->f.is_pending ? TIE_STATE_PENDING : TIE_STATE_EXCEPTED;
    const unsigned legs = legs_of(draft->f.check);

    if (draft->line != TIE_NO_INDEX)
        mark(&judge->match->lines[draft->line], state);
    else if (draft->group != TIE_NO_INDEX)
        mark_group(judge, draft->group, legs, state);
    if (draft->other_group != TIE_NO_INDEX)
        mark_group(judge, draft->other_group, legs, state);
    for (size_t i = 0; i < draft->cause_count; i++)
        mark_group(judge, draft->cause_groups[i], legs, state);
    if (draft->line == TIE_NO_INDEX && draft->group == TIE_NO_INDEX && draft->cause_count == 0 &&
        draft->order != TIE_NO_INDEX)
        mark_order(judge, draft->order, legs, state);
}

/* Marks of findings; what they leave open is settled while lines are counted. */
static void mark_lines(const struct judge *judge)
{
    struct tie_line *lines = judge->match->lines;

    for (size_t i = 0; i < judge->match->line_count; i++)
        lines[i].state = lines[i].excluded != TIE_EXCLUDED_NONE ? TIE_STATE_EXCLUDED : TIE_STATE_OPEN;
    for (size_t i = 0; i < judge->drafts.count; i++) {
        if (!judge->drafts.at[i].dropped)
            mark_draft(judge, &judge->drafts.at[i]);
    }
    for (uint32_t i = 0; i < judge->match->group_count; i++) {
        if (judge->verdicts[i] == TIE_VERDICT_PENDING)
            mark_group(judge, i, LEGS_ALL, TIE_STATE_PENDING);
    }
}

/* ---- the tally ---- */

static void add_cell(struct tie_tally_cell *sum, const struct tie_tally_cell *part)
{
    sum->rows += part->rows;
    sum->quantity += part->quantity;
    sum->amount += part->amount;
}

static void move_share(struct tie_tally_cell *from, struct tie_tally_cell *to, const struct tie_line *line)
{
    const tie_dec quantity = line->quantity == TIE_NONE ? 0 : line->quantity;
    const tie_dec amount = line->amount == TIE_NONE ? 0 : line->amount;

    from->rows--;
    from->quantity -= quantity;
    from->amount -= amount;
    add_cell(to, &(struct tie_tally_cell){ 1, quantity, amount });
}

/* What was counted as if nothing had been found. */
static void settle_lines(const struct judge *judge, struct tie_tally *tally)
{
    for (size_t i = 0; i < judge->match->line_count; i++) {
        struct tie_line *line = &judge->match->lines[i];
        const enum tie_row_state plain = check_plain_state(line);

        if (line->state == TIE_STATE_OPEN)
            line->state = plain;
        if (line->state != plain && line->row != TIE_NO_INDEX)
            move_share(&tally->state[line->leg][plain], &tally->state[line->leg][line->state], line);
    }
}

/* ---- closure completeness (matching 9.7) ---- */

static const enum tie_check missing_stock[] = { TIE_INV_01, TIE_INV_03, TIE_INV_04, TIE_INV_10 };
static const enum tie_check missing_billing[] = { TIE_BIL_01, TIE_BIL_02, TIE_WTY_01, TIE_CON_01, TIE_WOS_04,
    TIE_ENT_01 };

static bool is_among(enum tie_check check, const enum tie_check *checks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (checks[i] == check)
            return true;
    }
    return false;
}

/* What is billed in part has an outcome, however short. */
static bool lacks_outcome(const struct draft *draft)
{
    if (draft->f.check == TIE_BIL_09)
        return draft->f.billed_qty == 0;
    if (draft->f.check == TIE_BIL_17)
        return draft->group != TIE_NO_INDEX && draft->f.expected_amount != TIE_NONE && draft->f.exposure != TIE_NONE &&
            draft->f.exposure > draft->f.expected_amount;
    return is_among(draft->f.check, missing_billing, TIE_COUNT_OF(missing_billing));
}

struct closure {
    bool needs_stock, has_billing, lacks_stock, lacks_billing;
};

/* Adds what findings say of the orders. */
static void find_lacks(const struct judge *judge, struct closure *closures)
{
    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *draft = &judge->drafts.at[i];

        if (draft->dropped || draft->order == TIE_NO_INDEX)
            continue;
        closures[draft->order].lacks_stock |= is_among(draft->f.check, missing_stock, TIE_COUNT_OF(missing_stock));
        closures[draft->order].lacks_billing |= lacks_outcome(draft);
    }
}

static void count_orders(const struct judge *judge, const struct closure *closures, struct tie_tally *tally)
{
    const struct tie_match *match = judge->match;

    for (size_t o = 0; o < match->order_count; o++) {
        const struct tie_order *order = &match->orders[o];
        const struct closure *closure = &closures[order->owner];
        const bool is_closed = order->is_closed & !order->is_cancelled & !order->is_excluded;
        const bool is_complete = is_closed & !closure->lacks_stock & !closure->lacks_billing;

        tally->orders += !order->is_excluded;
        tally->orders_closed += is_closed;
        tally->orders_complete_expected += is_complete;
        tally->orders_complete_strict += is_complete & closure->needs_stock & closure->has_billing;
    }
}

static tie_dec expected_in_reporting(
    const struct tie_world *world, const struct tie_group *group, const struct tie_expectation *expect)
{
    tie_dec amount = expect->customer_amount;

    if (amount == TIE_NONE || amount <= 0 ||
        (group->currency != world->reporting_currency &&
            !tie_world_convert(
                world, expect->customer_amount, group->currency, world->reporting_currency, world->as_of, &amount)))
        return 0;
    return tie_dec_round(amount, world->reporting_decimals);
}

/* One walk over the groups for their verdicts, and for what their orders need and have. */
static void count_groups(const struct judge *judge, struct closure *closures, struct tie_tally *tally)
{
    const struct tie_match *match = judge->match;

    for (size_t i = 0; i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];
        struct closure *closure = &closures[group->order];

        closure->needs_stock |= (group->kind == TIE_GROUP_PART) & group->is_stocked & group->is_owned &
            (group->usage > group->tolerance);
        closure->has_billing |= group->has_charge | group->has_free | group->has_debit | group->has_claim;
        if (match->orders[group->order].is_excluded)
            continue;
        tally->groups_by_verdict[judge->verdicts != NULL ? judge->verdicts[i]
                : group->is_ambiguous                    ? TIE_VERDICT_AMBIGUOUS
                                                         : TIE_VERDICT_MATCHED]++;
        tally->groups_by_pass[group->pass]++;
        tally->expected_revenue_reporting += expected_in_reporting(judge->world, group, &judge->expectations->at[i]);
    }
}

void check_states(struct judge *judge)
{
    struct tie_tally *tally = &judge->sink->tally;
    const size_t orders = judge->match->order_count;
    struct closure single = { false }; /* most dossiers are of one order */
    struct closure *closures = orders == 1 ? &single : TIE_TAKE(judge->scratch, struct closure, orders);

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
        tally->input[leg].rows += judge->match->dossier->ranges[tie_leg_dataset((enum tie_leg)leg)].count;
    count_groups(judge, closures, tally);
    if (judge->drafts.count > 0) {
        mark_lines(judge);
        settle_lines(judge, tally);
        find_lacks(judge, closures);
    }
    count_orders(judge, closures, tally);
}

/* ---- tallies of many workers ---- */

void tie_tally_add(struct tie_tally *sum, const struct tie_tally *part)
{
    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        add_cell(&sum->input[leg], &part->input[leg]);
        for (int s = 0; s <= TIE_STATE_EXCLUDED; s++)
            add_cell(&sum->state[leg][s], &part->state[leg][s]);
        for (int e = 0; e < TIE_EXCLUSION_COUNT; e++)
            add_cell(&sum->excluded[leg][e], &part->excluded[leg][e]);
    }
    for (int i = 0; i < TIE_VERDICT_COUNT; i++)
        sum->groups_by_verdict[i] += part->groups_by_verdict[i];
    for (int i = 0; i <= TIE_P11; i++)
        sum->groups_by_pass[i] += part->groups_by_pass[i];
    sum->orders += part->orders;
    sum->orders_closed += part->orders_closed;
    sum->orders_complete_strict += part->orders_complete_strict;
    sum->orders_complete_expected += part->orders_complete_expected;
    sum->expected_revenue_reporting += part->expected_revenue_reporting;
}
