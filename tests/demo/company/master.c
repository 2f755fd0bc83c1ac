/*
 * master.c - regions, items, customers, technicians, equipment, covers and prices of the demo company.
 *
 * Prices are written for the answer key as much as for the price list: list_price() and own_price() are the only
 * places that know them, the writer of the ERP prints what they return. British customers have prices of their own
 * for everything, since a price list has one currency; that keeps every expected amount free of exchange rates.
 */
#include "company.h"

#define EUR 0
#define GBP 1

static void make_regions(struct company *c)
{
    static tie_date belgium[3], britain[2];

    belgium[0] = day_of(5, 1);
    belgium[1] = day_of(5, 14);
    belgium[2] = day_of(5, 25);
    britain[0] = day_of(5, 4);
    britain[1] = day_of(5, 25);
    const struct tie_workdays be = { .weekend_mask = 0x60, .holiday_count = 3, .holidays = belgium };
    const struct tie_workdays uk = { .weekend_mask = 0x60, .holiday_count = 2, .holidays = britain };

    c->regions[0] = (struct region){ "BE-N", "BE01", "1000", "EUR", "BE", "W-N", 120, EUR, be };
    c->regions[1] = (struct region){ "BE-S", "BE01", "1000", "EUR", "BE", "W-S", 120, EUR, be };
    c->regions[2] = (struct region){ "UK", "UK01", "2000", "GBP", "GB", "W-UK", 60, GBP, uk };
}

static void make_items(struct company *c)
{
    static const struct {
        enum item_kind kind;
        size_t count;
        const char *prefix, *label, *unit;
        int64_t box;
        int cents; /* cost of the first; the next ones cost a bit more each */
    } kinds[] = {
        { ITEM_PART, 24, "FLT", "Filter cartridge", "EA", 0, 1240 },
        { ITEM_SERIAL, 8, "PCB", "Control board", "EA", 0, 14300 },
        { ITEM_METRE, 3, "CBL", "Cable", "M", 0, 180 },
        { ITEM_BOXED, 4, "SCR", "Screw set", "EA", 12, 110 },
        { ITEM_NONSTOCK, 4, "SPC", "Special part, bought to order", "EA", 0, 6400 },
        { ITEM_RENAMED, 4, "VLV", "Valve", "EA", 0, 3300 },
        { ITEM_RISING, 4, "CMP", "Compressor oil", "EA", 0, 2100 },
        { ITEM_RARE, 24, "RAR", "Rare spare part", "EA", 0, 5150 },
        { ITEM_CONSUMABLE, 3, "RAG", "Workshop consumable", "EA", 0, 90 },
    };

    for (size_t k = 0; k < TIE_COUNT_OF(kinds); k++) {
        for (size_t i = 0; i < kinds[k].count; i++) {
            const int step = (int)(kinds[k].kind == ITEM_RARE ? i / 2 : i); /* rare ones come in pairs of one price */
            struct item item = { .kind = kinds[k].kind, .unit = kinds[k].unit, .box = kinds[k].box };
            const tie_dec cost = CENTS(kinds[k].cents + kinds[k].cents * step / 7 / 10 * 10);

            item.part_no = text(c, "%s-%zu", kinds[k].prefix, 100 + i);
            item.material = text(c, "M-%zu", 100000 + k * 1000 + i);
            item.label = text(c, "%s %zu", kinds[k].label, i + 1);
            item.sold_as = kinds[k].kind == ITEM_RENAMED ? text(c, "S-%zu", 600000 + i) : NULL;
            item.cost[EUR] = cost;
            item.cost[GBP] = money(cost, CENTS(86));
            item.price[EUR] = tie_dec_round(times(cost, CENTS(250)), 1);
            item.price[GBP] = tie_dec_round(times(item.price[EUR], CENTS(86)), 1);
            TIE_PUSH(&c->arena, &c->items, item);
        }
    }
}

static void make_technicians(struct company *c)
{
    static const struct {
        const char *code, *person, *name, *van, *bin;
        size_t region;
        int cents;
    } staff[] = {
        { "T-01", "30000101", "An Peeters", "VAN-N1", "V101", 0, 4200 },
        { "T-02", "30000102", "Bart Maes", "VAN-N2", "V102", 0, 4200 },
        { "T-03", "30000103", "Carla Wouters", "VAN-N3", "V103", 0, 4400 },
        { "T-04", "30000104", "Didier Lambert", "VAN-S1", "V201", 1, 4200 },
        { "T-05", "30000105", "Elise Dubois", "VAN-S2", "V202", 1, 4300 },
        { "T-06", "30000106", "Fabrice Simon", "VAN-S3", "V203", 1, 4200 },
        { "T-07", "30000107", "Grace Turner", "VAN-U1", "V301", 2, 3800 },
        { "T-08", "30000108", "Harry Webb", "VAN-U2", "V302", 2, 3800 },
        { "T-91", NULL, "Agency technician", "VAN-N1", "V101", 0, 4200 },
        { "T-92", NULL, "Second agency technician", "VAN-S1", "V201", 1, 4200 },
        { "T-09", "30000109", "Ivo Claes, hired van", "VAN-77", NULL, 0, 4200 },
    };

    for (size_t i = 0; i < TIE_COUNT_OF(staff); i++)
        TIE_PUSH(&c->arena, &c->technicians,
            (struct technician){ staff[i].code, staff[i].person, staff[i].name, staff[i].van, staff[i].bin,
                &c->regions[staff[i].region], CENTS(staff[i].cents) });
}

static void make_equipment(struct company *c, struct customer *customer, size_t number)
{
    static const char *const kinds[] = { "VENDOR", "VENDOR", "OWN" };
    const bool is_covered = customer->terms < TERMS_DISCOUNT;

    for (size_t i = 0; i < (is_covered ? 3U : 1U); i++) {
        customer->equip[i] = text(c, "EQ-%zu%zu", 2000 + number, i);
        TIE_PUSH(&c->arena, &c->equips,
            (struct equip){ customer->equip[i], customer->account, day_of(1, 1) - 900, TIE_NO_DATE });
        if (!is_covered)
            continue;
        /* The first machine's warranty ended in March: a look-alike that covers nothing any more. */
        TIE_PUSH(&c->arena, &c->covers,
            (struct cover){ text(c, "CV-%zu%zu", 2000 + number, i), customer->equip[i], kinds[i],
                i < 2 ? text(c, "%zu", 70000 + number % 5) : NULL, day_of(1, 1) - 800,
                i == 0 ? day_of(3, 31) : day_of(12, 31) });
    }
}

static void make_customers(struct company *c)
{
    static const enum terms pattern[10] = { TERMS_LIST, TERMS_LIST, TERMS_LIST, TERMS_LIST, TERMS_LIST,
        TERMS_OWN_PRICES, TERMS_OWN_PRICES, TERMS_DISCOUNT, TERMS_METERED, TERMS_FLAT };
    static const size_t counts[3] = { 40, 30, 30 };
    static const char *const names[] = { "Bakery", "Hospital", "School", "Hotel", "Cold store", "Printer", "Brewery" };

    for (size_t r = 0; r < 3; r++) {
        for (size_t i = 0; i < counts[r]; i++) {
            const size_t number = r * 100 + i;
            enum terms terms = pattern[i % 10];

            if (c->regions[r].money == GBP && terms <= TERMS_DISCOUNT)
                terms = TERMS_OWN_PRICES;
            struct customer customer = { .region = &c->regions[r], .terms = terms, .monthly = i % 10 == 4 };

            customer.account = text(c, "ACC-%zu", 1000 + number);
            customer.debtor = text(c, "%zu", 500000 + number * 7);
            customer.name = text(c, "%s %zu", names[number % TIE_COUNT_OF(names)], number);
            customer.contract = terms >= TERMS_DISCOUNT ? text(c, "%zu", 4000000 + number) : NULL;
            make_equipment(c, &customer, number);
            TIE_PUSH(&c->arena, &c->customers, customer);
        }
    }
}

void make_master(struct company *c)
{
    make_regions(c);
    make_items(c);
    make_technicians(c);
    make_customers(c);
}

tie_dec cost_of(const struct region *region, const struct item *item)
{
    return item->cost[region->money];
}

tie_dec list_price(const struct region *region, const struct item *item, tie_date day)
{
    const tie_dec price = item->price[region->money];
    const bool is_raised = item->kind == ITEM_RISING && day >= day_of(INCREASE_MONTH, 1);

    return is_raised ? tie_dec_round(times(price, CENTS(104)), 1) : price;
}

tie_dec own_price(const struct customer *customer, const struct item *item)
{
    if (customer->region->money == GBP)
        return item->price[GBP];
    /* Every third ordinary part: the price list still serves the others, so both ways are walked. */
    if (customer->terms != TERMS_OWN_PRICES || item->kind != ITEM_PART || (item->cost[EUR] / CENTS(1)) % 3 != 0)
        return 0;
    return tie_dec_round(times(item->price[EUR], CENTS(92)), 1);
}

tie_dec work_price(const struct region *region)
{
    return region->money == GBP ? UNITS(72) : UNITS(78);
}

tie_dec travel_price(const struct region *region)
{
    return region->money == GBP ? UNITS(48) : UNITS(54);
}

tie_dec billed_hours(tie_dec minutes)
{
    const tie_dec step = UNITS(15);
    const tie_dec least = minutes < UNITS(60) ? UNITS(60) : minutes;

    return (least + step - 1) / step * (TIE_DEC_ONE / 4);
}

/* Never a customer of monthly billing: those have due dates of their own. */
const struct customer *customer_for(const struct company *c, struct dice *dice, const struct wish *wish)
{
    static const enum terms by_payer[] = { [PAY_METERED] = TERMS_METERED, [PAY_FLAT] = TERMS_FLAT };
    const bool is_contract = wish->payer == PAY_METERED || wish->payer == PAY_FLAT;

    for (size_t tries = 0; tries < 10000; tries++) {
        const struct customer *customer = &c->customers.at[roll(dice, (uint32_t)c->customers.count)];
        const bool is_plain_one = customer->terms == wish->terms ||
            (wish->terms == TERMS_LIST && customer->terms == TERMS_OWN_PRICES && customer->region->money == GBP);

        if (customer->monthly || !customer->debtor || (wish->region && customer->region != wish->region))
            continue;
        if (is_contract ? customer->terms == by_payer[wish->payer] : is_plain_one)
            return customer;
    }
    tie_assert_failed(__FILE__, __LINE__, "a customer that fits the wish");
}
