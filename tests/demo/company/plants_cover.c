/*
 * plants_cover.c - faults of who pays: decisions (ENT), contracts (CON), warranty claims (WTY).
 *
 * A claim is worth what the parts cost (no claim price list is agreed), a debit what the customer would have paid.
 */
#include "company.h"

static tie_dec price_of_part(struct company *c, const struct order *o)
{
    const struct part *part = part_of(c, o, 0);

    return money(base_of(part), price_of(c, o, part->item));
}

/* Covered by the facts and settled so, but nobody recorded a decision: nothing depends on it in money. */
static void no_decision(struct company *c, size_t copy)
{
    static const enum payer payers[] = { PAY_VENDOR, PAY_FLAT, PAY_RESERVE };
    struct order o = plant_order(c, copy,
        &(struct wish){ .payer = payers[copy % 3],
            .parts = 1,
            .minutes = 60,
            .quantity = UNITS(1),
            .item = item_of(c, ITEM_PART, c->plant_count),
            .has_no_header = true });

    EXPECT_ORDER(c, &o, "ENT-01", .certainty = "CONTINGENT", .exposure = 0, .verb = "FSM");
}

/*
 * Chargeable by the facts, nothing recorded, nothing charged. The class is derived where none is recorded (data model,
 * section 5), so BIL-01 stands beside ENT-01, which is an order finding and a unit of its own.
 */
static void no_decision_not_billed(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){
            .parts = 1, .quantity = UNITS(2), .item = item_of(c, ITEM_PART, c->plant_count), .has_no_header = true });
    const tie_dec due = price_of_part(c, &o);

    c->lines.at[part_of(c, &o, 0)->line].dropped = true;
    EXPECT_ORDER(c, &o, "ENT-01", .certainty = "CONTINGENT", .exposure = due, .verb = "FSM");
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-01", .exposure = due, .book = due, .verb = "INV");
    expect_unbilled(c, &o, due);
}

/* Decided as chargeable and billed, while a warranty or an unmetered contract covers it. */
static void decided_chargeable(struct company *c, size_t copy)
{
    static const enum payer payers[] = { PAY_VENDOR, PAY_FLAT };
    const bool is_vendor = copy % 2 == 0;
    struct order o = plant_order(c, copy,
        &(struct wish){ .payer = payers[copy % 2],
            .parts = 1,
            .quantity = UNITS(1),
            .item = item_of(c, ITEM_PART, c->plant_count) });
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_date day = o.closed + 4;
    const size_t bill = open_bill(c, &o, "F2", "FSM", day);
    const size_t line = bill_part(c, &o, bill, o.part_first, UNITS(1));
    const tie_dec billed = c->lines.at[line].net;

    c->decisions.at[o.header].verdict = "BILLABLE";
    c->decisions.at[o.header].cover = NULL;
    const char *cause = EXPECT_KEYS(c, &o, "ENT-03", KEYS(o.id, "header"), .exposure = -billed, .verb = "FSM");

    EXPECT_GROUP(
        c, &o, item, "BIL-06", .exposure = -billed, .book = -billed, .verb = "CM", .row_day = day, .under = cause);
    if (!is_vendor)
        return;
    const tie_dec cost = cost_of(o.region, item);

    c->claims.at[part_of(c, &o, 0)->claim].dropped = true;
    EXPECT_GROUP(c, &o, item, "WTY-01", .exposure = cost, .book = cost, .verb = "WCL");
}

/* Decided as covered and closed at zero, while no warranty and no contract runs. */
static void decided_covered(struct company *c, size_t copy)
{
    const bool is_contract = copy % 2;
    struct order o = plant_order(
        c, copy, &(struct wish){ .parts = 1, .quantity = UNITS(2), .item = item_of(c, ITEM_PART, c->plant_count) });
    const tie_dec due = price_of_part(c, &o);
    struct bill_line *line = &c->lines.at[part_of(c, &o, 0)->line];

    c->decisions.at[o.header].verdict = is_contract ? "AGREEMENT" : "OWN_WTY";
    set_line(c, part_of(c, &o, 0)->line, UNITS(2), 0);
    line->outcome = is_contract ? "CON" : "WAR";
    const char *cause = EXPECT_KEYS(c, &o, "ENT-03", KEYS(o.id, "header"), .exposure = due, .verb = "FSM");

    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-02", .exposure = due, .book = due, .verb = "INV", .under = cause);
}

static void no_debit(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 2);
    struct debit *debit = &c->debits.at[part_of(c, &o, 0)->debit];

    debit->dropped = true;
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "CON-01", .exposure = debit->amount, .verb = "CDEB");
}

static void half_debit(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 2);
    struct debit *debit = &c->debits.at[part_of(c, &o, 0)->debit];
    const tie_dec all = debit->amount;

    debit->amount = money(all, CENTS(50));
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "CON-01", .exposure = all - debit->amount, .verb = "CDEB");
}

static void no_labour_debit(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 1);
    struct debit *debit = &c->debits.at[labour_of(c, &o, 0)->debit];

    debit->dropped = true;
    EXPECT_LABOUR(c, &o, "CON-01", .exposure = debit->amount, .verb = "CDEB");
}

static void debit_without_work(struct company *c, size_t copy)
{
    static const char *const refs[] = { NULL, "WO-997301", "997302" };
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 1);
    const tie_dec amount = CENTS(11550 + 1000 * (int)copy);
    const size_t row = debit_contract(c, &o, NULL, NULL, amount);
    struct debit *debit = &c->debits.at[row];

    debit->order = refs[copy];
    EXPECT_ROW(c, &o, "contract_ledger", debit->no, "CON-02", .exposure = -amount, .book = -amount, .verb = "CREV",
        .row_day = debit->date);
}

static void debited_and_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 2);
    const tie_date day = o.closed + 5;
    const size_t line = bill_part(c, &o, open_bill(c, &o, "F2", "MAN", day), o.part_first, UNITS(2));
    const tie_dec billed = c->lines.at[line].net;

    EXPECT_GROUP(
        c, &o, part_of(c, &o, 0)->item, "CON-11", .exposure = -billed, .book = -billed, .verb = "CM", .row_day = day);
}

static void not_claimed(struct company *c, struct order *o)
{
    const struct part *part = part_of(c, o, 0);
    const bool is_vendor = o->payer == PAY_VENDOR;
    const tie_dec cost = money(part->quantity, cost_of(o->region, part->item));

    c->claims.at[part->claim].dropped = true;
    EXPECT_GROUP(
        c, o, part->item, "WTY-01", .exposure = cost, .book = is_vendor ? cost : 0, .verb = is_vendor ? "WCL" : "RCL");
}

static void no_claim(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, copy % 2 ? PAY_RESERVE : PAY_VENDOR, ITEM_PART, 2);

    not_claimed(c, &o);
}

static void no_claim_lately(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .payer = PAY_VENDOR,
            .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(2),
            .closed = day_of(6, 24) });

    not_claimed(c, &o);
}

/* No order, an unknown order, and a known one on which that part was neither used nor issued. */
static void claim_without_work(struct company *c, size_t copy)
{
    static const char *const refs[] = { NULL, "wo 997401" };
    struct order o = one_part_order(c, copy, PAY_VENDOR, ITEM_PART, 1);
    const struct item *item = item_of(c, ITEM_PART, c->plant_count + 9);
    const size_t part = add_part(c, &o, item, UNITS(2));
    const size_t row = claim_part(c, &o, part);
    struct claim *claim = &c->claims.at[row];

    c->parts.at[part].dropped = true;
    claim->part = NULL;
    if (copy < TIE_COUNT_OF(refs))
        claim->order = refs[copy];
    EXPECT_ROW(c, &o, "claim", claim->no, "WTY-02", .exposure = -claim->parts, .book = -claim->parts, .verb = "WREV",
        .row_day = claim->filed);
}

static void claimed_and_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, copy % 2 ? PAY_RESERVE : PAY_VENDOR, ITEM_PART, 1);
    const tie_date day = o.closed + 5;
    const size_t line = bill_part(c, &o, open_bill(c, &o, "F2", "MAN", day), o.part_first, UNITS(1));
    const tie_dec billed = c->lines.at[line].net, claimed = c->claims.at[part_of(c, &o, 0)->claim].parts;
    const tie_dec least = billed < claimed ? billed : claimed;

    EXPECT_GROUP(
        c, &o, part_of(c, &o, 0)->item, "WTY-13", .exposure = -least, .book = -least, .verb = "CM", .row_day = day);
}

const struct plant cover_plants[] = {
    { "ENT-01", "no decision", "covered and settled, nothing recorded", no_decision, 3 },
    { "ENT-01", "no decision, not billed", "chargeable, nothing recorded, nothing charged", no_decision_not_billed, 2 },
    { "ENT-03", "decided chargeable", "covered by the facts, decided and billed as chargeable", decided_chargeable, 2 },
    { "ENT-03", "decided covered", "chargeable by the facts, decided as covered", decided_covered, 2 },
    { "CON-01", "no debit", "metered work without debit", no_debit, 2 },
    { "CON-01", "half a debit", "metered work, debited in part", half_debit, 1 },
    { "CON-01", "no debit of labour", "metered hours without debit", no_labour_debit, 1 },
    { "CON-02", "debit without work", "no order, unknown order", debit_without_work, 3 },
    { "CON-11", "debited and billed", "recovered twice", debited_and_billed, 3 },
    { "WTY-01", "no claim", "neither claim nor reserve posting", no_claim, 3 },
    { "WTY-01", "no claim lately", "the claim may still come", no_claim_lately, 1 },
    { "WTY-02", "claim without work", "no order, unknown order, part not used", claim_without_work, 3 },
    { "WTY-13", "claimed and billed", "paid by the customer and claimed", claimed_and_billed, 3 },
};
const size_t cover_plant_count = TIE_COUNT_OF(cover_plants);
