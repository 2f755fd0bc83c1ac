/*
 * goodwill.c - is it given away, and did somebody approve it?
 *
 * Goodwill stands on the line's reason, on the recorded decision, on the order's no_charge_reason or on the outcome
 * of a zero billing line. An approval counts when it is of kind goodwill, approved, of that object (line, decision,
 * billing document or order), given by the as-of and still valid on the deciding date. It covers up to amount_limit,
 * once: what one group uses up is gone for the next. The customer still pays what is not covered, and
 * customer_amount at least.
 */
#include "expect_internal.h"

bool expect_has_goodwill_outcome(const struct tie_match *match, const struct tie_group *group)
{
    const struct tie_invoice_line *rows = TIE_ROWS(match->shard->tables, INVOICE_LINE, invoice_line);

    for (uint32_t n = 0; n < group->lines[TIE_LEG_BILLING].count; n++) {
        const struct tie_line *line = &match->lines[group->lines[TIE_LEG_BILLING].at[n]];

        if (line->state != TIE_STATE_EXCLUDED && line->row != TIE_NO_INDEX &&
            rows[line->row].outcome == TIE_W_NO_CHARGE_GOODWILL)
            return true;
    }
    return false;
}

static bool names_line(
    const struct expect_context *context, const struct tie_group *group, const struct tie_approval *approval)
{
    static const struct {
        enum tie_word object;
        enum tie_leg leg;
    } objects[] = { { TIE_W_USAGE_LINE, TIE_LEG_USAGE }, { TIE_W_TIME_ENTRY, TIE_LEG_TIME },
        { TIE_W_INVOICE_LINE, TIE_LEG_BILLING } };
    const struct tie_match *match = context->match;
    const struct tie_text wanted = tie_pool_text(&match->shard->pool, approval->object_id);
    bool found = false;
    struct tie_buf id;

    tie_buf_init(&id, 512);
    for (size_t o = 0; o < TIE_COUNT_OF(objects) && !found; o++) {
        const enum tie_dataset dataset = tie_leg_dataset(objects[o].leg);
        const struct tie_rows *rows = &match->shard->tables[dataset];

        if (approval->object_type != objects[o].object)
            continue;
        for (uint32_t n = 0; n < group->lines[objects[o].leg].count && !found; n++) {
            const struct tie_line *line = &match->lines[group->lines[objects[o].leg].at[n]];

            if (line->row == TIE_NO_INDEX)
                continue;
            tie_buf_reset(&id);
            tie_row_id(&id, &match->shard->pool, dataset, (const char *)rows->at + (size_t)line->row * rows->row_bytes);
            found = tie_text_equal(tie_buf_slice(&id), wanted);
        }
    }
    tie_buf_release(&id);
    return found;
}

static bool names_invoice(const struct tie_match *match, const struct tie_group *group, tie_str inv_id)
{
    const struct tie_invoice_line *rows = TIE_ROWS(match->shard->tables, INVOICE_LINE, invoice_line);

    for (uint32_t n = 0; n < group->lines[TIE_LEG_BILLING].count; n++) {
        const struct tie_line *line = &match->lines[group->lines[TIE_LEG_BILLING].at[n]];

        if (line->row != TIE_NO_INDEX && rows[line->row].inv_id == inv_id)
            return true;
    }
    return false;
}

static bool is_for(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_approval *approval, tie_str decision_id)
{
    if (approval->object_type == TIE_W_WORK_ORDER)
        return approval->object_id == about->row->wo_id;
    if (approval->object_type == TIE_W_DECISION)
        return decision_id != 0 && approval->object_id == decision_id;
    if (approval->object_type == TIE_W_INVOICE)
        return names_invoice(context->match, about->group, approval->object_id);
    return names_line(context, about->group, approval);
}

bool tie_expect_approval_holds(
    const struct tie_world *world, const struct tie_approval *approval, enum tie_word kind, tie_date day)
{
    const tie_date given = tie_zone_date(&world->zone, approval->approved_at);

    return approval->kind == kind && (approval->status == TIE_W_APPROVED || approval->status == TIE_W_EMPTY) &&
        given != TIE_NO_DATE && given <= world->as_of &&
        (approval->valid_to == TIE_NO_DATE || day <= approval->valid_to);
}

static tie_dec in_group_currency(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_approval *approval, tie_dec amount, tie_dec unknown)
{
    tie_dec out = 0;

    if (amount == TIE_NONE)
        return TIE_NONE;
    return expect_in_currency(context, about, approval->currency, amount, &out) ? out : unknown;
}

/* One with something left before one that is used up; of several the smallest id. Without a rate nothing is provably
 * approved. */
static size_t take_approval(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *recorded, tie_str decision_id, struct tie_expectation *e)
{
    const tie_date day = recorded->day != TIE_NO_DATE ? recorded->day : about->day;
    size_t found = EXPECT_NO_APPROVAL;

    for (size_t i = 0; i < context->approval_count; i++)
        if ((found == EXPECT_NO_APPROVAL || (context->approval_left[found] == 0 && context->approval_left[i] != 0)) &&
            tie_expect_approval_holds(context->world, &context->approvals[i], TIE_W_GOODWILL, day) &&
            is_for(context, about, &context->approvals[i], decision_id))
            found = i;
    if (found == EXPECT_NO_APPROVAL)
        return found;
    e->is_approved = true;
    e->approval_id = context->approvals[found].approval_id;
    e->approved_limit = in_group_currency(context, about, &context->approvals[found], context->approval_left[found], 0);
    if (context->approvals[found].customer_amount != TIE_NONE)
        e->approved_customer_amount = in_group_currency(
            context, about, &context->approvals[found], context->approvals[found].customer_amount, TIE_DEC_MAX);
    return found;
}

/* Somebody was asked and said no, or took the approval back. */
static bool was_refused(const struct expect_context *context, const struct expect_subject *about, tie_str decision_id)
{
    for (size_t i = 0; i < context->approval_count; i++) {
        const struct tie_approval *approval = &context->approvals[i];

        if (approval->kind == TIE_W_GOODWILL &&
            (approval->status == TIE_W_REJECTED || approval->status == TIE_W_WITHDRAWN) &&
            is_for(context, about, approval, decision_id))
            return true;
    }
    return false;
}

size_t expect_goodwill(const struct expect_context *context, const struct expect_subject *about,
    const struct tie_decision *recorded, tie_str decision_id, struct tie_expectation *e)
{
    size_t approval = EXPECT_NO_APPROVAL;

    if (about->order == TIE_NO_INDEX)
        return EXPECT_NO_APPROVAL;
    e->is_goodwill = (recorded->exists && recorded->word == TIE_W_GOODWILL) ||
        about->row->no_charge_reason == TIE_W_GOODWILL ||
        (context->has_outcomes && expect_has_goodwill_outcome(context->match, about->group));
    if (!e->is_goodwill)
        return EXPECT_NO_APPROVAL;
    if (!context->world->policy->goodwill_needs_approval) {
        e->is_approved = true;
        return EXPECT_NO_APPROVAL;
    }
    approval = take_approval(context, about, recorded, decision_id, e);
    e->is_refused = approval == EXPECT_NO_APPROVAL && was_refused(context, about, decision_id);
    return approval;
}
