/*
 * due.c - who pays, and from when a missing invoice is late.
 *
 * Payer: the order's own bill_to, the customer's, the contract's, the ERP customer's. The payer's billing calendar,
 * where there is one, replaces [window] billing_after_close: due is the first of its days after closing, plus its
 * grace. A calendar that the policy has not, or whose days have all gone by, replaces nothing.
 */
#include "expect_internal.h"

static tie_str payer_of(
    const struct expect_context *context, const struct tie_work_order *order, const struct expect_terms *terms)
{
    struct tie_keys *keys = context->match->keys;
    const struct tie_customer *customer = NULL;

    if (order->bill_to_id != 0)
        return tie_key_fsm(keys, TIE_XREF_CUSTOMER, order->bill_to_id, terms->day);
    if ((tie_key_facts(keys, order->customer_id).has & TIE_HAS_BILL_TO) != 0) {
        const struct tie_fsm_customer *served = tie_world_fsm_customer(context->world, order->customer_id);

        if (served->bill_to_id != 0) /* of several rows with that id the first counts */
            return tie_key_fsm(keys, TIE_XREF_CUSTOMER, served->bill_to_id, terms->day);
    }
    if (terms->contract != NULL && terms->contract->payer_id != 0)
        return tie_key_erp(keys, TIE_XREF_CUSTOMER, terms->contract->payer_id);
    if ((tie_key_facts(keys, terms->customer).has & TIE_HAS_PAYER) == 0)
        return terms->customer;
    customer = tie_world_customer(context->world, terms->customer);
    return customer->payer_id != 0 ? tie_key_erp(keys, TIE_XREF_CUSTOMER, customer->payer_id) : terms->customer;
}

static tie_date billing_due(
    const struct expect_context *context, const struct tie_order *order, tie_str payer, bool *has_calendar)
{
    const struct tie_policy *policy = context->world->policy;
    const struct tie_calendar *calendar = NULL;
    tie_date due = TIE_NO_DATE;

    if (!order->is_closed || order->closed == TIE_NO_DATE)
        return TIE_NO_DATE;
    if ((tie_key_facts(context->match->keys, payer).has & TIE_HAS_CALENDAR) != 0)
        calendar = tie_policy_calendar(policy,
            tie_pool_text(&context->match->shard->pool, tie_world_customer(context->world, payer)->billing_calendar));
    if (calendar != NULL)
        due = tie_calendar_due(calendar, order->region, order->closed);
    *has_calendar = due != TIE_NO_DATE;
    return due != TIE_NO_DATE
        ? due
        : tie_span_after(order->region, order->closed, policy->window[TIE_WINDOW_BILLING_AFTER_CLOSE]);
}

void expect_party_terms(const struct expect_context *context, struct expect_terms *terms)
{
    const struct tie_order *order = &context->match->orders[terms->order];
    const struct tie_work_order *row = &context->orders[order->row];

    struct tie_keys *keys = context->match->keys;

    terms->customer = tie_key_fsm(keys, TIE_XREF_CUSTOMER, row->customer_id, terms->day);
    terms->payer = payer_of(context, row, terms);
    terms->customer_has_prices = (tie_key_facts(keys, terms->customer).has & TIE_HAS_PRICES) != 0;
    terms->payer_has_prices = (tie_key_facts(keys, terms->payer).has & TIE_HAS_PRICES) != 0;
    terms->are_parts_by_list = !terms->customer_has_prices && !terms->payer_has_prices &&
        context->world->default_price_list != 0 &&
        (terms->line == NULL || (terms->line->price_list_id == 0 && !(terms->line->discount_parts_pct > 0)));
    terms->billing_due = billing_due(context, order, terms->payer, &terms->has_calendar);
}
