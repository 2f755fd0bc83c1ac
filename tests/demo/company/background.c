/*
 * background.c - what an ERP holds besides the orders: opening stock, receipts, transfers to the vans, consumables
 * for a cost centre, counter sales and contract fees. None of it is consumption of an order, all of it is read.
 *
 * Consumables are items that no order uses, so a cost-centre issue is never the only candidate for somebody's
 * missing part.
 */
#include "company.h"

static void opening_stock(struct company *c, struct order *o)
{
    for (size_t i = 0; i < 20; i++) {
        const size_t row = book_move(c, o,
            &(struct booking){ .type = "561",
                .side = "S",
                .order = text(c, "WO-0000%zu", 10 + i),
                .user = "MIGRATION",
                .item = item_of(c, ITEM_PART, i),
                .quantity = UNITS(200),
                .day = day_of(1, 2) });

        c->moves.at[row].to = o->region->warehouse;
    }
}

static void refill_van(struct company *c, struct order *o, tie_date day)
{
    struct booking booking = { .type = "301",
        .side = "H",
        .user = "STOREMAN",
        .day = day,
        .item = item_of(c, ITEM_PART, roll(&o->dice, 24)),
        .quantity = UNITS(5 + roll(&o->dice, 20)) };
    const size_t out = book_move(c, o, &booking);

    c->moves.at[out].from = o->region->warehouse;
    c->moves.at[out].to = o->technician->bin;
    struct move in = c->moves.at[out]; /* the second leg of the same document */

    in.line = ++c->docs.at[in.doc].lines;
    in.side = "S";
    TIE_PUSH(&c->arena, &c->moves, in);
    booking.type = "101";
    booking.side = "S";
    const size_t receipt = book_move(c, o, &booking);

    c->moves.at[receipt].to = o->region->warehouse;
    if (!chance(&o->dice, 40))
        return;
    booking.type = "201";
    booking.side = "H";
    booking.item = item_of(c, ITEM_CONSUMABLE, roll(&o->dice, 3));
    booking.centre = "CC-4000";
    book_move(c, o, &booking);
}

static void counter_sale(struct company *c, struct order *o, tie_date day, bool is_fee)
{
    const size_t bill = open_bill(c, o, "F2", is_fee ? "CON" : "SO", day);
    const struct item *item = item_of(c, ITEM_PART, roll(&o->dice, 24));
    const tie_dec price = is_fee ? UNITS(240) : list_price(o->region, item, day);

    TIE_PUSH(&c->arena, &c->lines,
        (struct bill_line){ .bill = bill,
            .line = 10,
            .sold = is_fee ? NULL : item->material,
            .outcome = "PAY",
            .kind = is_fee ? "FEE" : "MAT",
            .unit = "EA",
            .text = is_fee ? "Contract fee" : item->label,
            .agreement = is_fee ? o->customer->contract : NULL,
            .quantity = UNITS(1),
            .price = price,
            .net = price });
}

void make_background(struct company *c)
{
    struct order o = { .dice = { c->seed ^ UINT64_C(0xB0C5) }, .doc = NO_ROW };

    o.region = &c->regions[0];
    o.technician = &c->technicians.at[0];
    opening_stock(c, &o);
    for (tie_date day = day_of(4, 27); day <= c->as_of; day++) {
        if (tie_date_weekday(day) > 4)
            continue;
        for (size_t i = 0; i < TECHNICIANS; i++) {
            o.technician = &c->technicians.at[i];
            o.region = o.technician->region;
            if (chance(&o.dice, 50))
                refill_van(c, &o, day);
        }
        o.customer = &c->customers.at[roll(&o.dice, 90)];
        o.region = o.customer->region;
        counter_sale(c, &o, day, false);
        if (o.customer->contract)
            counter_sale(c, &o, day, true);
    }
}
