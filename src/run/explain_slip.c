/*
 * explain_slip.c - the calculation behind the expected money of one comparison, as expect/ recorded it.
 *
 * Price (row, key, discount, conversion), quantity (minutes as they were rounded), who pays (recorded and derived
 * decision, and where each comes from), cap, deductible, goodwill, claim, debit, cost. Nothing is computed here: each
 * figure is a member of the expectation.
 */
#include "explain_internal.h"

struct slip {
    const struct explain_seen *seen;
    const struct tie_group *group;
    const struct tie_expectation *e;
    struct tie_arena *arena;
    const char *currency;
    struct tie_buf *page;
};

static const char *str(const struct slip *slip, tie_str id)
{
    return explain_str(slip->seen->match, id);
}

static const char *money(const struct slip *slip, tie_dec amount)
{
    return amount == TIE_NONE ? "not known" : explain_money(slip->arena, amount, slip->currency);
}

static void print_rate(const struct slip *slip, tie_str from)
{
    bool is_inverse = false;
    const struct tie_fx_rate *rate = from == 0
        ? NULL
        : tie_world_rate(slip->seen->match->world, from, slip->group->currency, slip->e->money_day, &is_inverse);
    char text[64];

    if (rate == NULL)
        return;
    (void)tie_rate_print(rate->rate, text);
    explain_line(slip->page, 4, "Converted from %s to %s: 1 %s = %s %s, rate of %s (dataset fx_rate)", str(slip, from),
        slip->currency, str(slip, rate->from_currency), text, str(slip, rate->to_currency),
        explain_day(slip->arena, rate->rate_date));
}

static void print_minutes(const struct slip *slip)
{
    const struct tie_price *price = slip->e->price;

    for (size_t i = 0; i < slip->e->stint_count; i++) {
        const struct tie_stint *stint = &slip->e->stints[i];

        explain_line(slip->page, 4, "%s: %s minutes worked, %s charged = %s", explain_day(slip->arena, stint->day),
            explain_quantity(slip->arena, stint->minutes), explain_quantity(slip->arena, stint->charged),
            explain_money(slip->arena, stint->amount, slip->currency));
    }
    if (price->minimum_minutes != TIE_NONE)
        explain_line(
            slip->page, 4, "At least %s minutes are charged", explain_quantity(slip->arena, price->minimum_minutes));
    if (price->round_to_minutes != TIE_NONE)
        explain_line(slip->page, 4, "Rounded %s to steps of %s minutes",
            price->round_mode == TIE_W_EMPTY ? "up" : tie_word_text((enum tie_word)price->round_mode),
            explain_quantity(slip->arena, price->round_to_minutes));
    if (price->flat_amount != TIE_NONE)
        explain_line(slip->page, 4, "A flat amount for each: %s",
            explain_money(slip->arena, price->flat_amount, str(slip, price->currency)));
}

static void print_price(const struct slip *slip)
{
    const struct tie_expectation *e = slip->e;
    const struct tie_price *price = e->price;
    const bool is_labour = slip->group->kind == TIE_GROUP_LABOUR;

    if (price == NULL) {
        explain_line(slip->page, 4, "No price is known for %s on %s: what the customer should pay is not known.",
            str(slip, slip->group->item), explain_day(slip->arena, e->money_day));
        return;
    }
    explain_line(slip->page, 4, "Price row: %s%s%s, %s: list %s, item %s, valid from %s (dataset price)",
        explain_money(slip->arena, price->unit_price, str(slip, price->currency)), price->uom == 0 ? "" : " per ",
        str(slip, price->uom), tie_price_rule_words(e->price_rule), str(slip, price->price_list_id),
        str(slip, e->price_key), explain_day(slip->arena, price->valid_from));
    print_rate(slip, price->currency);
    if (e->discount != 0)
        explain_line(slip->page, 4, "Discount of the contract: %s", explain_percent(slip->arena, e->discount));
    explain_line(slip->page, 4, "Price used: %s; prices and rates of %s", money(slip, e->unit_price),
        explain_day(slip->arena, e->money_day));
    if (is_labour)
        print_minutes(slip);
    explain_line(slip->page, 4, "Full amount: %s%s x %s = %s, rounded to the currency's smallest coin",
        explain_quantity(slip->arena, e->expected_qty), is_labour ? " minutes" : "",
        e->price_num == e->price_den ? money(slip, e->unit_price)
                                     : tie_arena_printf(slip->arena, "%s x %lld/%lld", money(slip, e->unit_price),
                                           (long long)e->price_num, (long long)e->price_den),
        money(slip, e->full_amount));
}

/* ---- who pays ---- */

static const char *source_of(const struct slip *slip, const struct tie_decision *decision)
{
    if (decision->cover != NULL)
        return tie_arena_printf(slip->arena, "cover %s of asset %s", str(slip, decision->cover->cover_id),
            str(slip, decision->cover->asset_id));
    if (decision->contract != NULL && decision->contract_line != NULL)
        return tie_arena_printf(slip->arena, "contract %s, line %lld%s", str(slip, decision->contract->contract_id),
            (long long)decision->contract_line->line_no, decision->is_metered ? " (keeps a balance)" : "");
    return "no cover and no contract line holds";
}

static void print_decisions(const struct slip *slip)
{
    const struct tie_expectation *e = slip->e;

    if (!e->recorded.exists)
        explain_line(slip->page, 4, "Recorded decision: none");
    else
        explain_line(slip->page, 4, "Recorded decision: %s, by %s", tie_class_words(e->recorded.class_),
            e->decision_id != 0 ? tie_arena_printf(slip->arena, "row %s of entitlement_decision (%s)",
                                      str(slip, e->decision_id), str(slip, e->recorded.scope))
                                : tie_arena_printf(slip->arena, "the reason on line %s", str(slip, e->recorded.scope)));
    if (e->derived.exists)
        explain_line(slip->page, 4, "Derived decision: %s on %s: %s", tie_class_words(e->derived.class_),
            explain_day(slip->arena, e->derived.day), source_of(slip, &e->derived));
    else
        explain_line(slip->page, 4, "Derived decision: none, covers and contract lines were not delivered");
    explain_line(slip->page, 4, "Money is compared with the %s decision: %s",
        e->derived.exists        ? "derived"
            : e->recorded.exists ? "recorded"
                                 : "missing",
        tie_class_words(e->class_));
}

static void print_shares(const struct slip *slip)
{
    const struct tie_expectation *e = slip->e;

    if (e->share > 0)
        explain_line(slip->page, 4, "Covered: %s of the full amount = %s", explain_percent(slip->arena, e->share),
            money(slip, e->covered_amount));
    if (e->deductible_amount != 0)
        explain_line(slip->page, 4, "Deductible of the order: %s", money(slip, e->deductible_amount));
    if (e->is_goodwill)
        explain_line(slip->page, 4, "Goodwill: %s",
            !e->is_approved ? (e->is_refused ? "was refused, so the customer pays"
                                             : "without approval, so the "
                                               "customer pays")
                : e->approval_id == 0
                ? "needs no approval by this policy"
                : tie_arena_printf(slip->arena, "approval %s, up to %s", str(slip, e->approval_id),
                      e->approved_limit == TIE_NONE ? "any amount" : money(slip, e->approved_limit)));
    explain_line(slip->page, 4, "The customer should pay: %s; payer %s", money(slip, e->customer_amount),
        e->payer == 0 ? "not known" : str(slip, e->payer));
    explain_line(slip->page, 4, "Billed: %s%s", slip->group->rate_missing ? "a part has no exchange rate; known " : "",
        money(slip, slip->group->charged_amount));
    if (e->claim_currency != 0)
        explain_line(slip->page, 4, "A vendor should pay: %s; claimed: %s",
            explain_money(slip->arena, e->claim_amount, str(slip, e->claim_currency)),
            explain_money(slip->arena, slip->group->claim_amount, str(slip, e->claim_currency)));
    if (e->debit_qty != 0)
        explain_line(slip->page, 4, "The contract should be debited: %s, worth %s; debited: %s",
            explain_quantity(slip->arena, e->debit_qty), money(slip, e->debit_amount),
            money(slip, slip->group->debit_amount));
}

void explain_slip(const struct explain_seen *seen, uint32_t group, struct tie_buf *page)
{
    struct tie_expectation *e = &seen->expectations->at[group];
    const struct slip slip = { .seen = seen,
        .group = &seen->match->groups[group],
        .e = e,
        .arena = seen->scratch,
        .currency = explain_str(seen->match, seen->match->groups[group].currency),
        .page = page };

    explain_line(page, 2, "What it should cost the customer");
    print_price(&slip);
    print_decisions(&slip);
    print_shares(&slip);
    if (slip.group->kind != TIE_GROUP_PART)
        return;
    tie_expect_find_cost(seen->match, slip.group, e);
    if (e->has_cost)
        explain_line(page, 4, "Cost of one: %s, %s%s%s",
            explain_money(slip.arena, e->unit_cost, str(&slip, e->cost_currency)),
            tie_cost_source_words(e->cost_source), e->cost == NULL ? "" : ", valid from ",
            e->cost == NULL ? "" : explain_day(slip.arena, e->cost->valid_from));
    else
        explain_line(page, 4, "Cost of one: not known");
}
