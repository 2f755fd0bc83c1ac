/*
 * tim_billing.c - TIM-01: what it costs that work was billed late, or isn't billed yet.
 *
 * An order is late where a group that the customer pays for got its first invoice after closing plus [money]
 * billing_target, or where BIL-01 or BIL-09 says that it has none. Each late group counts its own days from closing,
 * and only late groups count: expected amount x annual rate x days / 365. A payer's billing calendar moves the day on,
 * because an invoice on the agreed day is not late. Work that may be billed before or without completion has no such
 * day (T34). Of a chain of credits the invoice that stands counts. It must run after check_suppress(): a group whose
 * billing lies under another item (INV-04) has no such finding, and is not late. Rejected: one number of days for the
 * whole order; one forgotten hour would then cost the delay of all that was billed in time.
 */
#include "judge.h"

#define DAYS_OF_YEAR 365

/* What each group of a dossier waits for: the finding that says nothing of it was billed, or NULL; NULL: of none. */
typedef const struct draft *const *unbilled_list;

static unbilled_list unbilled_groups(struct judge *judge)
{
    const struct draft **list = NULL;

    if (judge->drafts.count == 0)
        return NULL;
    list = TIE_TAKE(judge->scratch, const struct draft *, judge->match->group_count);
    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *draft = &judge->drafts.at[i];
        const bool is_missing = draft->f.check == TIE_BIL_01 ||
            (draft->f.check == TIE_BIL_09 && draft->f.billed_qty == 0);

        if (is_missing && !draft->dropped && draft->group != TIE_NO_INDEX)
            list[draft->group] = draft;
    }
    return list;
}

/* The day a group was first billed; TIE_NO_DATE while it isn't. A line that a cancellation took back bills nothing. */
static tie_date billed_on(const struct judge *judge, const struct tie_group *group)
{
    const struct tie_match *match = judge->match;
    tie_date first = TIE_NO_DATE;

    for (uint32_t i = 0; i < group->lines[TIE_LEG_BILLING].count; i++) {
        const struct tie_line *line = &match->lines[group->lines[TIE_LEG_BILLING].at[i]];

        if (line->excluded != TIE_EXCLUDED_NONE || line->quantity < 0 || line->amount < 0 ||
            (line->open <= 0 && line->quantity != 0))
            continue;
        if (line->posting_day != TIE_NO_DATE && (first == TIE_NO_DATE || line->posting_day < first))
            first = line->posting_day;
    }
    return first;
}

struct delay {    /* of one order */
    int32_t days; /* of the latest group; 0: none is late */
    bool is_known, is_unbilled, is_billed;
    tie_sum cost, expected, billed;
    uint32_t *groups, group_count; /* that are late; NULL while none is */
};

static void add_delay(
    const struct judge *judge, struct delay *delay, const struct scene *scene, int32_t days, tie_dec amount)
{
    tie_dec cost = 0;

    if (delay->groups == NULL)
        delay->groups = TIE_TAKE(judge->scratch, uint32_t, judge->match->group_count);
    delay->groups[delay->group_count++] = scene->index;
    if (days > delay->days)
        delay->days = days;
    if (amount == TIE_NONE ||
        !tie_dec_muldiv(amount, judge->world->policy->annual_rate * days, DAYS_OF_YEAR * TIE_DEC_ONE, &cost))
        return;
    delay->is_known = true;
    delay->cost += cost;
    delay->expected += amount;
    delay->billed += scene->actual == TIE_NONE ? 0 : scene->actual;
}

/* What was only issued is not proven to be due. */
static void add_group(
    struct judge *judge, uint32_t index, const struct draft *unbilled, tie_date target, struct delay *delay)
{
    const tie_date billed = billed_on(judge, &judge->match->groups[index]), as_of = judge->world->as_of;

    if (unbilled == NULL && billed <= target)
        return; /* in time, as nearly always */
    const struct scene *scene = check_scene_of(judge, index);
    const tie_date closed = scene->order->closed;

    if (scene->usage <= scene->group->tolerance)
        return;
    if (unbilled != NULL && as_of > target) {
        delay->is_unbilled = true;
        add_delay(judge, delay, scene, as_of - closed, unbilled->f.exposure);
    } else if (unbilled == NULL && billed > target && scene->expected != TIE_NONE &&
        scene->expected > check_money_tolerance(scene)) {
        delay->is_billed = true;
        add_delay(judge, delay, scene, billed - closed, scene->expected);
    }
}

static bool is_billed_by_terms(const struct tie_work_order *row)
{
    return row->billing_terms == TIE_W_PREPAID || row->billing_terms == TIE_W_MILESTONE;
}

static void judge_order(struct judge *judge, uint32_t order, unbilled_list unbilled)
{
    const struct tie_match *match = judge->match;
    const tie_date target = check_due_of_order(judge, order, TIE_TIM_01);
    struct delay delay = { .days = 0 };
    struct draft draft;

    for (uint32_t g = 0; target != TIE_NO_DATE && g < match->group_count; g++) {
        if (match->groups[g].order == order)
            add_group(judge, g, unbilled == NULL ? NULL : unbilled[g], target, &delay);
    }
    if (delay.days == 0)
        return;
    draft = check_draft_of_order(judge, order, TIE_TIM_01);
    if (!delay.is_known || !tie_dec_from_sum(delay.cost, &draft.f.exposure))
        draft.f.exposure = TIE_NONE;
    if (delay.is_known &&
        (!tie_dec_from_sum(delay.expected, &draft.f.expected_amount) ||
            !tie_dec_from_sum(delay.billed, &draft.f.actual_amount)))
        draft.f.expected_amount = draft.f.actual_amount = TIE_NONE;
    draft.about_groups = delay.groups;
    draft.about_count = delay.group_count;
    draft.words.date = match->orders[order].closed;
    draft.words.days = delay.days;
    draft.f.verb = "NONE";
    if (delay.is_unbilled)
        draft.note = delay.is_billed ? "Some of it is not billed yet; its days run to this run's day"
                                     : "Not billed yet: the days run to this run's day";
    check_draft_add(judge, &draft);
}

void check_tim_01(struct judge *judge)
{
    const struct tie_match *match = judge->match;

    if (!check_is_on(judge, TIE_TIM_01))
        return;
    const unbilled_list unbilled = unbilled_groups(judge);

    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct tie_order *order = &match->orders[o];

        if (order->owner == o && order->is_closed && !order->is_cancelled && !order->is_excluded &&
            !is_billed_by_terms(check_work_order_of(judge, o)))
            judge_order(judge, o, unbilled);
    }
}
