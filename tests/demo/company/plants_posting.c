/*
 * plants_posting.c - the right part, but out of the wrong place or on the wrong day (INV-09, TIM-02, TIM-14).
 *
 * The cost of a delay is amount x 8% x days / 365. Days before and after stand in the plants, so that a month's end
 * lies where it is wanted: 2026-05-29 is a Friday, and three working days after it is the 3rd of June.
 */
#include "company.h"

#define RATE_PERCENT 8

static tie_dec delay_cost(tie_dec amount, int days)
{
    tie_dec cost = 0;

    TIE_ASSERT(tie_dec_muldiv(amount, RATE_PERCENT * days, 100 * 365, &cost));
    return tie_dec_round(cost, 2);
}

static struct order used_on(struct company *c, size_t copy, tie_date day, int quantity)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(quantity),
            .closed = day });

    forget_refs(c, &o);
    return o;
}

static tie_dec cost_of_part(struct company *c, const struct order *o)
{
    return money(part_of(c, o, 0)->quantity, cost_of(o->region, part_of(c, o, 0)->item));
}

/* The goods left the van on the day of use; the ledger hears of it later. */
static void post_on(struct company *c, const struct order *o, tie_date day)
{
    struct doc *doc = &c->docs.at[c->moves.at[part_of(c, o, 0)->move].doc];

    doc->date = o->done;
    doc->posted = doc->entered = day;
}

static void wrong_place(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1 + (int)copy);
    struct move *move = &c->moves.at[part_of(c, &o, 0)->move];

    move->from = o.region->warehouse;
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "INV-09", .certainty = "NONE", .exposure = 0, .verb = "TRF",
        .row_day = c->docs.at[move->doc].posted);
}

static void posted_in_next_month(struct company *c, size_t copy)
{
    struct order o = used_on(c, copy, day_of(5, 29), 2);

    post_on(c, &o, day_of(6, 1 + 2 * (int)copy));
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "TIM-02", .certainty = "TIMING", .exposure = 0, .verb = "NONE",
        .row_day = day_of(6, 1 + 2 * (int)copy));
}

static void posted_much_later(struct company *c, size_t copy)
{
    struct order o = used_on(c, copy, day_of(5, 27), 3);
    const tie_dec cost = delay_cost(cost_of_part(c, &o), 12);

    post_on(c, &o, day_of(6, 8));
    const char *id = EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "TIM-02", .certainty = "TIMING", .exposure = cost,
        .verb = "ACC", .row_day = day_of(6, 8));

    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "TIM-14", .certainty = "TIMING", .exposure = cost, .verb = "NONE",
        .row_day = day_of(6, 8), .under = id);
}

/* Used before the list prices rose and billed after it: the old price is right, the period is not. */
static void billed_in_next_month(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_RISING, copy),
            .quantity = UNITS(2),
            .closed = day_of(5, 29) });
    const tie_dec cost = delay_cost(c->lines.at[part_of(c, &o, 0)->line].net, 6);

    c->bills.at[o.bill].date = day_of(6, 4);
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "TIM-02", .certainty = "TIMING", .exposure = cost, .verb = "ACC",
        .row_day = day_of(6, 4));
}

static void posted_late(struct company *c, size_t copy)
{
    struct order o = used_on(c, copy, day_of(5, 11), 2 + (int)copy);
    const int days = 6 + 3 * (int)copy;

    post_on(c, &o, day_of(5, 11 + days));
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "TIM-14", .certainty = "TIMING",
        .exposure = delay_cost(cost_of_part(c, &o), days), .verb = "NONE", .row_day = day_of(5, 11 + days));
}

const struct plant posting_plants[] = {
    { "INV-09", "wrong place", "used from the van, issued from the warehouse", wrong_place, 3 },
    { "TIM-02", "posted in the next month", "within three working days: information", posted_in_next_month, 2 },
    { "TIM-02", "posted much later", "the next month, and late besides", posted_much_later, 2 },
    { "TIM-02", "billed in the next month", "the price is that of the day of use (T33)", billed_in_next_month, 2 },
    { "TIM-14", "posted late", "six and nine days after the use, in its month", posted_late, 2 },
};
const size_t posting_plant_count = TIE_COUNT_OF(posting_plants);
