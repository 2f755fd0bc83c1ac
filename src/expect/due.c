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
    const struct tie_fsm_customer *served = NULL;
    const struct tie_customer *customer = NULL;

    if (order->bill_to_id != 0)
        return tie_key_fsm(keys, TIE_XREF_CUSTOMER, order->bill_to_id, terms->day);
    served = tie_world_fsm_customer(context->world, order->customer_id);
    if (served != NULL && served->bill_to_id != 0)
        return tie_key_fsm(keys, TIE_XREF_CUSTOMER, served->bill_to_id, terms->day);
    if (terms->contract != NULL && terms->contract->payer_id != 0)
        return tie_key_erp(keys, TIE_XREF_CUSTOMER, terms->contract->payer_id);
    customer = tie_world_customer(context->world, terms->customer);
    if (customer != NULL && customer->payer_id != 0)
        return tie_key_erp(keys, TIE_XREF_CUSTOMER, customer->payer_id);
    return terms->customer;
}

static tie_date billing_due(
    const struct expect_context *context, const struct tie_order *order, tie_str payer, bool *has_calendar)
{
    const struct tie_policy *policy = context->world->policy;
    const struct tie_customer *customer = tie_world_customer(context->world, payer);
    const struct tie_calendar *calendar = NULL;
    tie_date due = TIE_NO_DATE;

    if (!order->is_closed || order->closed == TIE_NO_DATE)
        return TIE_NO_DATE;
    if (customer != NULL)
        calendar = tie_policy_calendar(policy, tie_pool_text(&context->match->shard->pool, customer->billing_calendar));
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

    terms->customer = tie_key_fsm(context->match->keys, TIE_XREF_CUSTOMER, row->customer_id, terms->day);
    terms->payer = payer_of(context, row, terms);
    terms->customer_has_prices = tie_world_has_prices(context->world, terms->customer);
    terms->payer_has_prices = tie_world_has_prices(context->world, terms->payer);
    terms->billing_due = billing_due(context, order, terms->payer, &terms->has_calendar);
}
