/*
 * world_price.c - prices, exchange rates, periods: what changes by the day.
 *
 * The rows of one key lie with the last first day first (lookup.h), so the answer is the first row that has not
 * ended. What a price says of most groups takes the place of the rows of its look-up: a row of the dataset is two lines
 * of cache, and there may be hundreds of thousands. A rate holds until the next one; the direct pair wins whatever its
 * age, the inverse is tried only where no direct rate is known.
 */
#include "world_index.h"

#include <string.h>

/* The rows of the item on the default list for all customers are known beforehand. */
static struct tie_lookup_run rows_of(const struct tie_world *world, const struct tie_price_query *query)
{
    const uint32_t kind = TIE_PRICE_KIND(query->condition, query->band);
    const uint32_t part[TIE_LOOKUP_PARTS] = { query->price_list, query->used_key, query->customer, kind };

    if (query->price_list == world->default_price_list && query->customer == 0 &&
        kind == TIE_PRICE_KIND(TIE_W_NEW, TIE_W_BASE)) {
        const struct tie_item_facts *item = tie_world_item_facts(world, query->used_key);

        if (item != NULL)
            return item->list_price;
    }
    return tie_lookup_run(&world->index->of[TIE_LOOK_PRICE], part);
}

/* How many of the days, of which there is one at least and which fall, lie behind `day`. No branch hangs on a day: each
 * would be guessed wrong half of the time. */
static uint32_t count_later(const tie_date *days, uint32_t count, tie_date day)
{
    const tie_date *at = days;

    for (uint32_t left = count; left > 1;) {
        const uint32_t half = left / 2;

        at += at[half - 1] > day ? half : 0;
        left -= half;
    }
    return (uint32_t)(at - days) + (*at > day);
}

/* The last of the rows that began by `day` and have not ended before it; NULL when there is none. */
static const struct tie_price_terms *terms_on(
    const struct tie_world_index *index, struct tie_lookup_run run, tie_date day)
{
    const struct tie_price_terms *terms = NULL;

    if (run.count == 0)
        return NULL; /* there may be no price at all */
    terms = &index->prices[run.first];
    for (uint32_t i = count_later(&index->price_from[run.first], run.count, day); i < run.count; i++)
        if (terms[i].to >= day)
            return &terms[i];
    return NULL;
}

static bool tell(const struct tie_world *world, const struct tie_price_terms *terms, struct tie_priced *out)
{
    if (terms == NULL) {
        *out = (struct tie_priced){ .row = NULL };
        return false;
    }
    *out = (struct tie_priced){ &TIE_ROWS(world->tables, PRICE, price)[terms->row], terms->unit_price, terms->currency,
        terms->uom };
    return true;
}

bool tie_world_priced(const struct tie_world *world, const struct tie_price_query *query, struct tie_priced *out)
{
    return tell(world, terms_on(world->index, rows_of(world, query), query->day), out);
}

bool tie_world_list_price(const struct tie_world *world, tie_str item_key, tie_date day, struct tie_priced *out)
{
    const struct tie_item_facts *item = tie_world_item_facts(world, item_key);

    return item != NULL && tell(world, terms_on(world->index, item->list_price, day), out) &&
        out->unit_price != TIE_NONE && (out->uom == 0 || out->uom == item->base_uom);
}

const struct tie_price *tie_world_price(const struct tie_world *world, const struct tie_price_query *query)
{
    struct tie_priced priced;

    return tie_world_priced(world, query, &priced) ? priced.row : NULL;
}

/* Terms are larger than rows of the look-up: the last is made first, and none is written over a row still to be read;
 * the days lie behind all terms. */
void tie_world_index_prices(const struct tie_world *world)
{
    struct tie_lookup *prices = &world->index->of[TIE_LOOK_PRICE];
    size_t bytes = 0;
    unsigned char *const memory = tie_lookup_take_rows(prices, &bytes);
    const size_t days_from = prices->count * sizeof(struct tie_price_terms);

    if (prices->count == 0)
        return;
    TIE_ASSERT(days_from + prices->count * sizeof(tie_date) <= bytes);
    for (size_t i = prices->count; i-- > 0;) {
        struct tie_lookup_row at;

        memcpy(&at, memory + i * sizeof at, sizeof at);
        const struct tie_price *row = tie_world_row(world, TIE_DS_PRICE, at.value);
        const tie_date from = (tie_date)-at.order;
        const struct tie_price_terms terms = { row->unit_price, row->currency, row->uom, at.to, at.value };

        memcpy(memory + i * sizeof terms, &terms, sizeof terms);
        memcpy(memory + days_from + i * sizeof from, &from, sizeof from);
    }
    world->index->prices = (const struct tie_price_terms *)memory;
    world->index->price_from = (const tie_date *)(memory + days_from);
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
    const struct tie_lookup_row *entry = tie_lookup_on(&world->index->of[TIE_LOOK_FX], part, day);

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
    const struct tie_lookup_row *entry = tie_lookup_on(
        periods, (const uint32_t[TIE_LOOKUP_PARTS]){ legal_entity }, day);

    if (entry == NULL)
        entry = tie_lookup_on(periods, (const uint32_t[TIE_LOOKUP_PARTS]){ 0 }, day);
    return entry == NULL ? NULL : tie_world_row(world, TIE_DS_PERIOD, entry->value);
}
