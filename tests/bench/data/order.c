/*
 * order.c - an order of the benchmark: customer, items, quantities, and what is wrong with it.
 *
 * Everything is drawn from the seed and the order's number, in integers, so an order is the same on every machine and
 * in whatever order orders are made. A key has at most one thing wrong; what would read as something else than planned
 * isn't made. Rejected: drawing the whole data in one stream of chance, which ties each file to the others.
 */
#include "data.h"

#include "tieout/hash.h"

enum {
    COVERED_PPM = 118000, /* of orders: work under a contract that pays for parts */
    AGREED_PPM = 130000   /* of orders: work under a contract with a price list of its own */
};

/* ---- chance: splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) ---- */

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static uint32_t below(uint64_t *state, uint64_t count) /* count is below 2^32 */
{
    return (uint32_t)(((next(state) >> 32) * count) >> 32);
}

static bool chance(uint64_t *state, uint32_t ppm)
{
    return below(state, MILLION) < ppm;
}

static uint64_t state_of(const struct data_sizes *sizes, uint64_t what, uint64_t number)
{
    return tie_hash_mix(tie_hash_mix(sizes->seed, what), number);
}

/* ---- masters ---- */

enum { OF_ORDER, OF_ITEM, OF_LIST_PRICE };
const char *const data_lists[LISTS] = { "LIST", "KEY", "OEM", "PUBLIC" };
tie_date data_first_day;

bool data_is_measured(const struct data_sizes *sizes, uint32_t item) /* in kilograms, else counted */
{
    uint64_t state = state_of(sizes, OF_ITEM, item);

    return chance(&state, 150000);
}

int64_t data_cost(const struct data_sizes *sizes, uint32_t item) /* cents: 1.00 to 400.00, cheap ones more often */
{
    uint64_t state = state_of(sizes, OF_ITEM, item);
    const uint32_t steps = 1 + below(&state, 20);

    return 100 + below(&state, 100 * steps * steps);
}

int64_t data_price(const struct data_sizes *sizes, uint32_t list, uint32_t item, uint32_t span) /* cents */
{
    uint64_t state = state_of(sizes, OF_LIST_PRICE, ((uint64_t)item * LISTS + list) * SPANS + span);

    return data_cost(sizes, item) * (1500 + below(&state, 1000)) / 1000;
}

static uint32_t span_of(tie_date day)
{
    return (uint32_t)(day - data_first_day) * SPANS / DAYS;
}

/* Zipf with exponent 1, roughly: every doubling of the rank is as likely. The ranks are scattered over the numbers. */
static uint32_t draw_item(const struct data_sizes *sizes, uint64_t *state)
{
    uint32_t doublings = 1;
    uint64_t rank;

    while ((UINT64_C(1) << doublings) < sizes->items)
        doublings++;
    do {
        const uint32_t octave = below(state, doublings);

        rank = (UINT64_C(1) << octave) - 1 + below(state, UINT64_C(1) << octave);
    } while (rank >= sizes->items);
    return (uint32_t)(rank * 7919 % sizes->items);
}

/* ---- an order ---- */

/* Of every class the same share of all keys; two of the classes are possible for some keys only. */
static enum trouble draw_trouble(const struct data_sizes *sizes, uint64_t *state, bool is_covered)
{
    static const enum trouble any[] = { NOT_ISSUED, NOT_USED, OTHER_QUANTITY, NOT_WORKED };
    const uint64_t each = sizes->share_ppm / 7;
    const uint64_t here = is_covered ? each * MILLION / COVERED_PPM : each * MILLION / (MILLION - COVERED_PPM);
    const uint32_t drawn = below(state, MILLION);

    if (drawn < 4 * each)
        return any[drawn / each];
    if (is_covered)
        return drawn < 4 * each + here ? COVERED_BILLED : CLEAN;
    if (drawn < 4 * each + here)
        return NOT_BILLED;
    return drawn < 4 * each + 2 * here ? OTHER_PRICE : CLEAN;
}

static int64_t draw_quantity(uint64_t *state, bool measured)
{
    static const uint8_t counted[] = { 1, 1, 1, 1, 2, 2, 3, 4, 6, 10 };

    return measured ? 500 + below(state, 20000) : 1000 * (int64_t)counted[below(state, sizeof counted)];
}

/* More or less than was used, by more than any tolerance; never so little that nothing is left. */
static int64_t deviating(uint64_t *state, int64_t quantity, bool measured)
{
    const int64_t by = measured ? quantity / 4 : 1000 * (int64_t)(1 + below(state, 2));

    return below(state, 2) == 0 && quantity > by ? quantity - by : quantity + by;
}

/* One line and one issue: of two alike, one too many would read as one that was posted twice (INV-07). */
static void deviate(const struct data_sizes *sizes, uint64_t *state, struct data_key *key)
{
    key->trouble = OTHER_QUANTITY;
    key->lines = 1;
    key->issued[0] = deviating(state, key->reported[0], data_is_measured(sizes, key->item));
    key->split = key->returned = 0;
}

static void make_key(
    const struct data_sizes *sizes, uint64_t *state, const struct data_order *order, struct data_key *key)
{
    const bool measured = data_is_measured(sizes, key->item);
    const uint32_t lines = below(state, 1000);

    key->trouble = draw_trouble(sizes, state, order->is_covered);
    key->lines = lines < 20 ? 3 : lines < 230 ? 2 : 1;
    for (uint32_t i = 0; i < key->lines; i++)
        key->reported[i] = key->issued[i] = draw_quantity(state, measured);
    const int64_t last = key->issued[key->lines - 1];

    key->split = key->returned = 0;
    if (chance(state, 35000) && last >= 2000)
        key->split = measured ? last / 3 : 1000;
    else if (chance(state, 27000))
        key->returned = measured ? last / 2 : 2000;
    if (key->trouble == OTHER_QUANTITY)
        deviate(sizes, state, key);
    key->price = data_price(sizes, order->list, key->item, span_of(order->day));
    key->billed_price = key->price;
    if (key->trouble == OTHER_PRICE) {
        const int64_t by = key->price * (100 + below(state, 200)) / 1000;

        key->billed_price += below(state, 2) == 0 ? -by : by;
    }
}

/* A part issued but not reported beside one reported but not issued would read as one swapped part (INV-04). */
static void separate(struct data_order *order, const struct data_sizes *sizes, uint64_t *state)
{
    bool has_missing = false;

    for (uint32_t i = 0; i < order->key_count; i++)
        has_missing = has_missing || order->keys[i].trouble == NOT_ISSUED;
    for (uint32_t i = 0; i < order->key_count && has_missing; i++)
        if (order->keys[i].trouble == NOT_USED)
            deviate(sizes, state, &order->keys[i]);
}

static void draw_customer(const struct data_sizes *sizes, uint64_t *state, struct data_order *order)
{
    const uint32_t drawn = below(state, MILLION);
    const uint64_t covered = (sizes->contracts + 1) / 2; /* the first half of the contracts pays for parts */

    order->contract = 0;
    order->list = 0;
    order->is_covered = drawn < COVERED_PPM;
    if (order->is_covered) {
        order->contract = 1 + below(state, covered);
    } else if (drawn < COVERED_PPM + AGREED_PPM) {
        order->contract = 1 + covered + below(state, sizes->contracts - covered);
        order->list = (uint32_t)(1 + order->contract % (LISTS - 1));
    }
    order->customer = order->contract != 0 ? order->contract
                                           : 1 + sizes->contracts + below(state, sizes->customers - sizes->contracts);
}

void data_order(const struct data_sizes *sizes, uint64_t number, struct data_order *order)
{
    static const uint32_t cumulated[KEYS_MOST] = { 310, 580, 775, 885, 945, 975, 990, 1000 }; /* of 1,000 */
    uint64_t state = state_of(sizes, OF_ORDER, number);
    const uint32_t drawn = below(&state, 1000);

    order->number = order->work = number;
    draw_customer(sizes, &state, order);
    order->kind = below(&state, KINDS);
    order->day = data_first_day + (tie_date)(number * DAYS / sizes->orders);
    order->second = 6 * 3600 + below(&state, 9 * 3600); /* the same day in Brussels */
    order->movement_delay = below(&state, 3);
    order->invoice_delay = 1 + below(&state, 5);
    order->key_count = 1;
    while (cumulated[order->key_count - 1] <= drawn)
        order->key_count++;
    for (uint32_t i = 0; i < order->key_count; i++) {
        struct data_key *key = &order->keys[i];
        bool again = true;

        while (again) {
            key->item = draw_item(sizes, &state);
            again = false;
            for (uint32_t j = 0; j < i; j++)
                again = again || order->keys[j].item == key->item;
        }
        make_key(sizes, &state, order, key);
    }
    separate(order, sizes, &state);
}

/* The giant comes after all other orders: one that used, issued and billed everything, in slices of as many rows as an
 * order can have, each with documents of its own. Nothing is wrong in it. */
void data_slice(const struct data_sizes *sizes, uint64_t slice, struct data_order *order)
{
    data_order(sizes, sizes->orders, order);
    order->number += slice;
    order->day = data_first_day + DAYS / 2;
    order->key_count = KEYS_MOST;
    for (uint32_t i = 0; i < KEYS_MOST; i++) {
        struct data_key *key = &order->keys[i];

        *key = (struct data_key){ .item = (uint32_t)((slice * KEYS_MOST + i) % sizes->items), .lines = LINES_MOST };
        for (uint32_t l = 0; l < LINES_MOST; l++)
            key->reported[l] = key->issued[l] = 1000 * (int64_t)(l + 1);
        key->price = key->billed_price = data_price(sizes, order->list, key->item, span_of(order->day));
    }
}
