/*
 * world_price.c - prices, exchange rates, periods: what changes by the day.
 *
 * The rows of one key lie with the last first day first (lookup.h), so the answer is the first row that has not
 * ended. A rate holds until the next one; the direct pair wins whatever its age, the inverse is tried only where no
 * direct rate is known.
 */
#include "world_index.h"

struct tie_lookup_run tie_world_price_run(const struct tie_world *world, const struct tie_price_query *query)
{
    const uint32_t part[TIE_LOOKUP_PARTS] = { query->price_list, query->used_key, query->customer,
        TIE_PRICE_KIND(query->condition, query->band) };

    return tie_lookup_run(&world->index->of[TIE_LOOK_PRICE], part);
}

const struct tie_price *tie_world_price_in(const struct tie_world *world, struct tie_lookup_run run, tie_date day)
{
    const struct tie_lookup_entry *entry = tie_lookup_in(&world->index->of[TIE_LOOK_PRICE], run, day);

    return entry == NULL ? NULL : tie_world_row(world, TIE_DS_PRICE, entry->value);
}

const struct tie_price *tie_world_price(const struct tie_world *world, const struct tie_price_query *query)
{
    return tie_world_price_in(world, tie_world_price_run(world, query), query->day);
}

bool tie_world_has_prices(const struct tie_world *world, tie_str customer)
{
    const struct tie_lookup *priced = &world->index->of[TIE_LOOK_PRICED_CUSTOMER];

    return tie_lookup_run(priced, (const uint32_t[TIE_LOOKUP_PARTS]){ customer }).count > 0;
}

const struct tie_price *tie_world_customer_price(const struct tie_world *world, const struct tie_price_query *query)
{
    const struct tie_lookup *prices = &world->index->of[TIE_LOOK_CUSTOMER_PRICE];
    const uint32_t part[TIE_LOOKUP_PARTS] = { query->customer, query->used_key,
        TIE_PRICE_KIND(query->condition, query->band) };
    const struct tie_lookup_run run = tie_lookup_since(prices, part, query->day);

    for (uint32_t i = run.first; i < run.first + run.count; i++) {
        const struct tie_price *price = tie_world_row(world, TIE_DS_PRICE, prices->at[i].value);

        /* rows of one first day stand by primary key text, and that begins with the list */
        if (prices->at[i].to >= query->day && price->price_list_id != query->price_list)
            return price;
    }
    return NULL;
}

static const struct tie_fx_rate *rate_on(const struct tie_world *world, tie_str from, tie_str to, tie_date day)
{
    const uint32_t part[TIE_LOOKUP_PARTS] = { from, to };
    const struct tie_lookup_entry *entry = tie_lookup_on(&world->index->of[TIE_LOOK_FX], part, day);

    return entry == NULL ? NULL : tie_world_row(world, TIE_DS_FX_RATE, entry->value);
}

const struct tie_fx_rate *tie_world_rate(
    const struct tie_world *world, tie_str from_currency, tie_str to_currency, tie_date day, bool *is_inverse)
{
    const struct tie_fx_rate *rate = NULL;

    *is_inverse = false;
    if (from_currency == to_currency)
        return NULL;
    rate = rate_on(world, from_currency, to_currency, day);
    if (rate != NULL)
        return rate;
    *is_inverse = true;
    return rate_on(world, to_currency, from_currency, day);
}

bool tie_world_convert(const struct tie_world *world, tie_dec amount, tie_str from_currency, tie_str to_currency,
    tie_date day, tie_dec *out)
{
    const struct tie_fx_rate *rate = NULL;
    bool is_inverse = false;

    if (day > world->as_of)
        day = world->as_of; /* no figure of a run may hang on a rate that was not known yet */
    if (amount == TIE_NONE)
        return false;
    if (from_currency == to_currency) {
        *out = amount;
        return true;
    }
    rate = tie_world_rate(world, from_currency, to_currency, day, &is_inverse);
    if (rate == NULL)
        return false;
    return is_inverse ? tie_dec_div_rate(amount, rate->rate, out) : tie_dec_mul_rate(amount, rate->rate, out);
}

unsigned tie_world_decimals(const struct tie_pool *pool, tie_str currency)
{
    return tie_currency_decimals(tie_pool_text(pool, currency));
}

const struct tie_period *tie_world_period(const struct tie_world *world, tie_str legal_entity, tie_date day)
{
    const struct tie_lookup *periods = &world->index->of[TIE_LOOK_PERIOD];
    const struct tie_lookup_entry *entry = tie_lookup_on(
        periods, (const uint32_t[TIE_LOOKUP_PARTS]){ legal_entity }, day);

    if (entry == NULL)
        entry = tie_lookup_on(periods, (const uint32_t[TIE_LOOKUP_PARTS]){ 0 }, day);
    return entry == NULL ? NULL : tie_world_row(world, TIE_DS_PERIOD, entry->value);
}
