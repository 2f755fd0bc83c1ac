/*
 * bil.c - consumption against billing, for groups; BIL-08, which is about one row, too.
 *
 * Money is compared as what the customer ought to pay (expectation) against what all documents of the group net to.
 * Quantity stands before price: a wrong quantity carries the whole gap, and the price part of it is shown beside it,
 * never added. A residual within tolerance is no finding, whichever rule asked.
 */
#include "judge.h"

/* The gap as exposure: + the company lacks it, - the customer does. TIE_NONE when the expectation has no price. */
static tie_dec gap_of(const struct scene *scene, tie_dec expected)
{
    return check_less(expected, scene->actual);
}

static bool is_within(const struct scene *scene, tie_dec gap)
{
    return gap == 0 || (gap != TIE_NONE && tie_dec_abs(gap) <= check_money_tolerance(scene));
}

static struct draft money_draft(struct scene *scene, enum tie_check check, tie_dec expected, unsigned marks)
{
    struct draft draft = check_draft_of_group(scene, check);

    draft.f.expected_amount = expected;
    draft.f.exposure = gap_of(scene, expected);
    draft.quantity = check_shown_quantity(scene->group, tie_dec_abs(scene->usage - scene->billed));
    draft.words.hours = check_shown_quantity(scene->group, scene->usage);
    if ((marks & TIE_MARK_CONTINGENT) != 0 || scene->order->is_ambiguous_ref)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    if (scene->group->cancelled_without_successor &&
        (check == TIE_BIL_01 || check == TIE_BIL_03 || check == TIE_BIL_09))
        draft.f.reason = "CREDIT_REBILL";
    return draft;
}

/* Quantity that the expectation stands on. */
static tie_dec due_quantity(const struct scene *scene)
{
    return check_shown_quantity(scene->group, scene->expect->expected_qty);
}

/* Nothing is billed; an hour that nobody billed has a code of its own. */
void check_bil_01(struct scene *scene, unsigned marks)
{
    const tie_dec expected = check_less(scene->expected, check_approved_credit(scene, scene->expected));

    if (expected != TIE_NONE && expected <= check_money_tolerance(scene))
        return;
    struct draft draft = money_draft(
        scene, scene->group->kind == TIE_GROUP_LABOUR ? TIE_BIL_09 : TIE_BIL_01, scene->expected, marks);

    draft.f.verb = "INV";
    draft.f.exposure = expected; /* a credit that stands alone is no part of it: BIL-17 */
    draft.quantity = due_quantity(scene);
    check_draft_add(scene->judge, &draft);
}

void check_bil_02(struct scene *scene, unsigned marks)
{
    const tie_dec gap = gap_of(scene, scene->expected);

    if (gap != TIE_NONE && gap <= check_money_tolerance(scene))
        return;
    struct draft draft = money_draft(scene, TIE_BIL_02, scene->expected, marks);

    draft.f.verb = "INV";
    draft.quantity = due_quantity(scene);
    check_draft_add(scene->judge, &draft);
}

void check_bil_06(struct scene *scene, unsigned marks)
{
    const tie_dec expected = scene->expected == TIE_NONE ? 0 : scene->expected;
    const tie_dec gap = check_less(expected, scene->actual);

    (void)marks; /* an allowance that is used up: not known before allowances are walked in order */
    if (is_within(scene, gap) || gap > 0)
        return;
    struct draft draft = money_draft(scene, TIE_BIL_06, expected, 0);

    draft.f.verb = "CM";
    draft.quantity = check_shown_quantity(scene->group, scene->billed);
    draft.trigger = check_last_posting(scene->judge, scene->group, TIE_LEG_BILLING);
    if (check_deciding(scene)->is_metered)
        draft.note = NOTE_METERED;
    check_draft_add(scene->judge, &draft);
}

/* ---- BIL-07: billed, nothing used, nothing issued ---- */

/* Prepaid, fixed-price and milestone work is billed before or without use. */
static bool is_billed_by_terms(const struct scene *scene)
{
    const struct tie_work_order *row = check_work_order_of(scene->judge, scene->group->order);

    return scene->group->is_summarised || row->price_mode == TIE_W_FIXED || row->billing_terms == TIE_W_PREPAID ||
        row->billing_terms == TIE_W_MILESTONE;
}

/* Hours were reported and not approved yet: the invoice was early (EVD-04), not without work. */
static bool has_unapproved_time(const struct scene *scene)
{
    const struct tie_match *match = scene->judge->match;

    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->leg == TIE_LEG_TIME && line->excluded == TIE_EXCLUDED_NOT_APPROVED && line->order != TIE_NO_INDEX &&
            match->orders[line->order].owner == scene->group->order)
            return true;
    }
    return false;
}

void check_bil_07(struct scene *scene, unsigned marks)
{
    (void)marks;
    if (scene->actual != TIE_NONE && scene->actual <= check_money_tolerance(scene))
        return;
    if (is_billed_by_terms(scene) || (scene->group->kind == TIE_GROUP_LABOUR && has_unapproved_time(scene)))
        return;
    struct draft draft = money_draft(scene, TIE_BIL_07, 0, 0);

    draft.f.verb = "INVST";
    draft.f.exposure = check_negated(scene->actual);
    draft.quantity = draft.f.billed_qty;
    draft.trigger = check_last_posting(scene->judge, scene->group, TIE_LEG_BILLING);
    check_draft_add(scene->judge, &draft);
}

/* ---- quantity, then price ---- */

static const struct {
    enum tie_code code;
    enum tie_check check, of_labour;
    const char *verb, *verb_of_price; /* the second when only the price is wrong */
} money_rows[] = {
    { TIE_CODE_BIL_02, TIE_BIL_02, TIE_BIL_02, "INV", "INV" },
    { TIE_CODE_BIL_03, TIE_BIL_03, TIE_BIL_09, "DM", "DM" },
    { TIE_CODE_BIL_04, TIE_BIL_04, TIE_BIL_04, "DM", "DM" },
    { TIE_CODE_BIL_05, TIE_BIL_05, TIE_BIL_05, "CM", "CRB" },
    { TIE_CODE_BIL_10, TIE_BIL_10, TIE_BIL_10, "DM", "DM" },
};

static void bil_gap(struct scene *scene, enum tie_code code, tie_dec expected, unsigned marks, bool is_price)
{
    for (size_t i = 0; i < TIE_COUNT_OF(money_rows); i++) {
        if (money_rows[i].code != code)
            continue;
        const bool is_labour = scene->group->kind == TIE_GROUP_LABOUR;
        struct draft draft = money_draft(
            scene, is_labour ? money_rows[i].of_labour : money_rows[i].check, expected, marks);

        draft.f.verb = is_price ? money_rows[i].verb_of_price : money_rows[i].verb;
        if (is_price)
            draft.quantity = due_quantity(scene);
        if (is_price && code == TIE_CODE_BIL_05) {
            draft.quantity = check_shown_quantity(scene->group, scene->billed);
            draft.note = "Only the price is wrong";
        }
        if (code == TIE_CODE_BIL_05 && is_labour && scene->group->usage > scene->expect->billable_qty) {
            draft.f.verb = "CM";
            draft.note = "Part of the time is marked as not chargeable";
        }
        check_draft_add(scene->judge, &draft);
    }
}

/* Relations 6 and 7, and a serial number, put the reported quantity in the wrong: what is due follows the movement. */
tie_dec check_believed_expectation(const struct scene *scene)
{
    const bool is_report_wrong = scene->relation == 6 || scene->relation == 7 || scene->trusts_movement;

    return is_report_wrong && scene->has_stock ? check_expected_for(scene, scene->movement) : scene->expected;
}

/* What a sum was billed for: the quote of a fixed-price order, else all that its groups expect. */
static tie_dec summary_expectation(const struct scene *scene)
{
    const struct tie_work_order *row = check_work_order_of(scene->judge, scene->group->order);
    tie_sum total = 0;
    tie_dec expected = TIE_NONE;

    if (row->price_mode == TIE_W_FIXED && row->quote_amount != TIE_NONE)
        return row->quote_amount;
    for (size_t i = 0; i < scene->judge->match->group_count; i++) {
        const tie_dec part = scene->judge->expectations->at[i].customer_amount;

        if (scene->judge->match->groups[i].summary != scene->index)
            continue;
        if (part == TIE_NONE)
            return TIE_NONE;
        total += part;
    }
    return tie_dec_from_sum(total, &expected) ? expected : TIE_NONE;
}

/* A summary, a fixed price or a billing group is one amount for many groups (T18): the group that carries it
 * answers. */
bool check_take_summary(struct scene *scene)
{
    struct tie_expectation whole = *scene->expect;

    if (scene->index != scene->group->summary)
        return false;
    whole.customer_amount = scene->expected = summary_expectation(scene);
    scene->money_tolerance = tie_expect_tolerance(scene->judge->match, scene->group, &whole);
    return true;
}

void check_bil_money(struct scene *scene, enum tie_code quantity_code, unsigned marks)
{
    if (scene->group->is_summarised && !check_take_summary(scene))
        return;
    const tie_dec whole = scene->group->is_summarised ? scene->expected : check_believed_expectation(scene);
    const tie_dec expected = check_less(whole, check_approved_credit(scene, gap_of(scene, whole)));
    const tie_dec gap = gap_of(scene, expected);
    enum tie_code code = quantity_code;

    if (is_within(scene, gap) || (gap == TIE_NONE && quantity_code == TIE_CODE_END))
        return;
    /* the money tells the other way: the price outweighs the quantity */
    if (gap != TIE_NONE && ((code == TIE_CODE_BIL_03 && gap < 0) || (code == TIE_CODE_BIL_05 && gap > 0)))
        code = TIE_CODE_END;
    const bool is_price = code == TIE_CODE_END;
    if (is_price)
        code = tie_money_code(
            scene->judge->match, scene->group, scene->expect, expected, scene->actual, check_money_tolerance(scene));
    if (code == TIE_CODE_BIL_05 && scene->class_ == TIE_CLASS_S) {
        check_bil_06(scene, marks); /* above the customer's share: the covered share was invoiced */
        return;
    }
    bil_gap(scene, code, expected, marks, is_price);
    if (code == TIE_CODE_BIL_03) { /* shown beside it: what the price of the billed part lacks */
        const tie_dec billed_value = check_expected_for(scene, scene->billed);

        if (check_exceeds(billed_value, scene->actual, check_money_tolerance(scene)))
            bil_gap(scene, TIE_CODE_BIL_04, billed_value, marks, true);
    }
}

/* ---- BIL-08: a line that repeats another ---- */

/* Quantities or money of one group, whichever tells how often it was sold. */
struct sold {
    bool by_money;
    tie_sum surplus, repeated; /* over what may be billed; lines that repeat, up to the one asked for */
};

/* Labour is billed by rounded minutes or flat: only what goes beyond the billable part can be a repetition. */
static bool is_beyond_billable(const struct judge *judge, uint32_t index)
{
    const struct tie_match *match = judge->match;
    const struct tie_line *line = &match->lines[index];
    const struct tie_group *group = line->group == TIE_NO_INDEX ? NULL : &match->groups[line->group];
    const struct tie_expectation *expect = group == NULL ? NULL : &judge->expectations->at[line->group];

    if (group == NULL || group->kind != TIE_GROUP_LABOUR || !expect->is_priced || line->currency != group->currency)
        return true;
    struct sold sold = { .by_money = expect->price->flat_amount != TIE_NONE };

    sold.surplus = sold.by_money ? (tie_sum)group->charged_amount - expect->full_amount
                                 : (tie_sum)group->billed - expect->expected_qty;
    for (uint32_t i = 0; i < group->lines[TIE_LEG_BILLING].count; i++) {
        const struct tie_line *other = &match->lines[group->lines[TIE_LEG_BILLING].at[i]];

        if (other->duplicate_of != TIE_NO_INDEX && other->amount != TIE_NONE &&
            group->lines[TIE_LEG_BILLING].at[i] <= index)
            sold.repeated += sold.by_money ? other->amount : other->quantity;
    }
    return sold.repeated <=
        sold.surplus + (sold.by_money ? tie_expect_tolerance(match, group, expect) : group->tolerance);
}

void check_bil_08(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    struct draft draft;
    tie_dec net = line->amount;

    if (line->duplicate_of == TIE_NO_INDEX || net == TIE_NONE || net <= 0)
        return;
    if (line->order != TIE_NO_INDEX && judge->match->orders[line->order].is_cancelled)
        return; /* WOS-05 credits all of it */
    if (!is_beyond_billable(judge, index))
        return;
    if (line->quantity > 0 && line->open > 0 && line->open < line->quantity &&
        !tie_dec_muldiv(net, line->open, line->quantity, &net))
        return;
    draft = check_draft_of_row(judge, index, TIE_BIL_08);
    draft.other_line = line->duplicate_of;
    draft.words.other_ref = check_row_id_of(judge, &judge->match->lines[line->duplicate_of]);
    draft.quantity = line->open > 0 ? line->open : line->quantity;
    if (line->group != TIE_NO_INDEX)
        draft.quantity = check_shown_quantity(&judge->match->groups[line->group], draft.quantity);
    draft.f.billed_qty = draft.quantity;
    draft.f.expected_amount = 0;
    draft.f.actual_amount = net;
    draft.f.exposure = -net;
    draft.f.verb = "CM";
    if (line->duplicate_tier == 3)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(judge, &draft);
}
