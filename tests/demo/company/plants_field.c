/*
 * plants_field.c - faults of orders, records and master data (WOS, MDM).
 */
#include "company.h"

/*
 * The record exists in the app only; the amount is that of the rows that use it. Due is counted from the first run that
 * saw it, so the first run shows it as pending.
 */
static void master_finding(struct company *c, const struct order *o, const char *kind, const char *id, tie_dec amount)
{
    EXPECT_KEYS(c, o, "MDM-01", KEYS(kind, id), .certainty = "CONTINGENT", .exposure = amount, .verb = "MDM",
        .row_day = c->as_of);
}

static tie_dec part_value(struct company *c, const struct order *o)
{
    const struct part *part = part_of(c, o, 0);

    return money(base_of(part), price_of(c, o, part->item));
}

static void unknown_technician(struct company *c, size_t copy)
{
    const struct technician *agency = &c->technicians.at[TECHNICIANS + copy];
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .region = agency->region });

    c->visits.at[o.visit].crew = agency->code;
    part_of(c, &o, 0)->crew = agency->code;
    labour_of(c, &o, 0)->crew = agency->code;
    master_finding(c, &o, "technician", agency->code, part_value(c, &o) + work_price(o.region));
}

static void unknown_van(struct company *c, size_t copy)
{
    const struct technician *hired = &c->technicians.at[c->technicians.count - 1];
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .region = hired->region });

    part_of(c, &o, 0)->store = hired->van;
    c->visits.at[o.visit].van = hired->van;
    master_finding(c, &o, "location", hired->van, part_value(c, &o));
}

/* A new customer whose first order is planned: nothing is consumed yet, so nothing else can be said. */
static void unknown_customer(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ .closed = c->as_of + 1, .region = &c->regions[0] });
    struct customer fresh = { .account = text(c, "ACC-%zu", 9000 + copy), .name = "New customer", .region = o.region };

    TIE_PUSH(&c->arena, &c->customers, fresh);
    job_of(c, &o)->account = fresh.account;
    job_of(c, &o)->equip = NULL;
    master_finding(c, &o, "customer", fresh.account, 0);
}

static void closed_with_nothing(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ 0 });

    EXPECT_ORDER(c, &o, "WOS-04", .certainty = "CONTINGENT", .exposure = 0, .verb = "INVST");
}

static void cancelled_and_billed(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ .has_no_header = true });
    const struct item *item = item_of(c, ITEM_PART, c->plant_count);
    const size_t bill = open_bill(c, &o, "F2", "FSM", o.closed);
    const size_t line = bill_phantom(c, &o, bill, item, UNITS(2));
    tie_dec billed = c->lines.at[line].net;

    call_off(c, &o);
    if (copy % 2) { /* one of the two was credited */
        const tie_dec price = price_of(c, &o, item);
        const size_t credit = open_bill(c, &o, "G2", "MAN", o.closed + 3);
        const size_t back = bill_copy(c, credit, line);

        c->bills.at[credit].corrects = c->bills.at[bill].no;
        set_line(c, back, UNITS(1), price);
        billed -= c->lines.at[back].net;
    }
    EXPECT_ORDER(c, &o, "WOS-05", .exposure = -billed, .book = -billed, .verb = "CM", .row_day = o.closed);
}

static void cancelled_with_hours(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ .has_no_header = true });

    call_off(c, &o);
    add_labour(c, &o, "WORK", UNITS(45));
    EXPECT_ORDER(c, &o, "WOS-05", .exposure = 0, .book = 0, .verb = "NONE", .row_day = o.closed);
}

/*
 * A row of the app names an order that does not exist. Without an order there is no customer and no price: the
 * amount is unknown, so the certainty is NONE and the exposure empty; a piece of evidence has no amount at all, its
 * exposure is 0.
 */
static void orphan_part(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const size_t row = add_part(c, &o, item_of(c, ITEM_PART, c->plant_count + 4), UNITS(1));
    struct part *part = &c->parts.at[row];

    part->job = text(c, "WO-99%zu", 5100 + copy);
    part->visit = NULL;
    /* no order, so no customer and no contract: the list price tells what hangs in the air */
    EXPECT_ROW(c, NULL, "usage_line", part->id, "WOS-08", .certainty = "CONTINGENT", .currency = "EUR",
        .exposure = list_price(&c->regions[0], part->item, o.done), .verb = "FSM", .row_day = o.done);
}

static void orphan_labour(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const size_t row = add_labour(c, &o, "WORK", UNITS(30));
    struct labour *labour = &c->labours.at[row];

    labour->job = text(c, "WO-99%zu", 5200 + copy);
    labour->visit = NULL;
    EXPECT_ROW(c, NULL, "time_entry", labour->id, "WOS-08", .certainty = "CONTINGENT", .currency = "EUR",
        .exposure = money(billed_hours(labour->minutes), work_price(&c->regions[0])), .verb = "FSM", .row_day = o.done);
}

static void orphan_evidence(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const char *id = next_number(c, NUMBER_FSM_OTHER);

    TIE_PUSH(&c->arena, &c->proofs,
        (struct proof){
            id, "JOB", text(c, "WO-99%zu", 5300 + copy), "PHOTO", local_time(o.region, o.done, 900), false });
    EXPECT_ROW(
        c, NULL, "evidence", id, "WOS-08", .certainty = "CONTINGENT", .exposure = 0, .verb = "FSM", .row_day = o.done);
}

const struct plant field_plants[] = {
    { "MDM-01", "unknown technician", "agency staff without a resource in the ERP", unknown_technician, 2 },
    { "MDM-01", "unknown van", "a hired van without a storage bin", unknown_van, 1 },
    { "MDM-01", "unknown customer", "not in the ERP yet", unknown_customer, 1 },
    { "WOS-04", "closed with nothing", "no use, no time, no movement, no billing", closed_with_nothing, 3 },
    { "WOS-05", "cancelled and billed", "billed, also where half of it was credited", cancelled_and_billed, 2 },
    { "WOS-05", "cancelled with hours", "hours on a cancelled order, nothing billed", cancelled_with_hours, 1 },
    { "WOS-08", "orphan part", "names an order that does not exist", orphan_part, 2 },
    { "WOS-08", "orphan labour", "names an order that does not exist", orphan_labour, 1 },
    { "WOS-08", "orphan evidence", "names an order that does not exist", orphan_evidence, 1 },
};
const size_t field_plant_count = TIE_COUNT_OF(field_plants);
