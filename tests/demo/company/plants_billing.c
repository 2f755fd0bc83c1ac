/*
 * plants_billing.c - faults of the billing leg (BIL), goodwill included (EVD-06), where usage and movement agree.
 */
#include "company.h"

/* Net price of the first part as it ought to be billed. */
static tie_dec due_of_part(struct company *c, const struct order *o)
{
    const struct part *part = part_of(c, o, 0);

    return money(base_of(part), price_of(c, o, part->item));
}

static struct bill_line *line_of(struct company *c, const struct order *o)
{
    return &c->lines.at[part_of(c, o, 0)->line];
}

static void not_billed(struct company *c, struct order *o)
{
    const tie_dec due = due_of_part(c, o);

    line_of(c, o)->dropped = true;
    EXPECT_GROUP(c, o, part_of(c, o, 0)->item, "BIL-01", .exposure = due, .book = due, .verb = "INV");
    expect_unbilled(c, o, due);
}

static void part_not_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, copy == 1 ? ITEM_NONSTOCK : ITEM_PART, 2);

    not_billed(c, &o);
}

static void part_not_billed_lately(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .closed = day_of(6, 23) });

    not_billed(c, &o);
}

/* The due date of the monthly customer is the last day of the month of closing plus four days of grace. */
static void part_not_billed_monthly(struct company *c, size_t copy)
{
    const struct customer *monthly = NULL;

    for (size_t i = 0; i < c->customers.count && !monthly; i++)
        if (c->customers.at[i].monthly)
            monthly = &c->customers.at[i];
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .customer = monthly,
            .closed = copy ? day_of(6, 2) : day_of(5, 12) });

    not_billed(c, &o);
}

/* Closed at 23:30 in London on the 20th: due on the 30th there, a day later by the clock in Brussels. */
static void part_not_billed_at_midnight(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .region = &c->regions[2],
            .closed = day_of(6, 20) });

    job_of(c, &o)->closed = local_time(o.region, o.closed, 23 * 60 + 30);
    not_billed(c, &o);
}

/* Completed, not closed yet: whatever is missing is pending. */
static void part_not_billed_open(struct company *c, size_t copy)
{
    struct order o = plant_order(
        c, copy, &(struct wish){ .parts = 1, .item = item_of(c, ITEM_PART, c->plant_count), .quantity = UNITS(2) });

    job_of(c, &o)->state = "DONE";
    job_of(c, &o)->closed = TIE_NONE;
    not_billed(c, &o);
}

static void cancelled_without_successor(struct company *c, size_t copy)
{
    struct order o = plant_order(
        c, copy, &(struct wish){ .parts = 1, .item = item_of(c, ITEM_PART, c->plant_count), .quantity = UNITS(2) });
    const tie_dec due = due_of_part(c, &o);

    cancel_bill(c, &o, o.bill, c->bills.at[o.bill].date + 3);
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-01", .exposure = due, .book = due, .verb = "INV");
    expect_unbilled(c, &o, due);
}

static void closed_at_zero(struct company *c, size_t copy)
{
    static const char *const outcomes[] = { "PAY", "WAR", "CON" };
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_dec due = due_of_part(c, &o);
    struct bill_line *line = line_of(c, &o);

    line->outcome = outcomes[copy % 3];
    line->discount = line->net; /* the whole price is given away */
    line->net = 0;
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-02", .exposure = due, .book = due, .verb = "INV");
}

static void give_away(struct company *c, struct order *o)
{
    part_of(c, o, 0)->verdict = "GOODWILL";
    set_line(c, part_of(c, o, 0)->line, line_of(c, o)->quantity, 0);
    line_of(c, o)->outcome = "GOO";
}

/* Approved for three quarters of the price: the rest is due (no EVD-06, there is an approval). */
static void goodwill_beyond_approval(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_dec due = due_of_part(c, &o), granted = money(due, CENTS(75));

    add_approval(c, &o, part_of(c, &o, 0)->id, "GRANTED", granted);
    give_away(c, &o);
    EXPECT_GROUP(
        c, &o, part_of(c, &o, 0)->item, "BIL-02", .exposure = due - granted, .book = due - granted, .verb = "INV");
}

/* Free of charge and nobody approved it; the class is then chargeable, so the zero line is a second finding below. */
static void goodwill_unapproved(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec due = due_of_part(c, &o);

    give_away(c, &o);
    const char *cause = EXPECT_GROUP(c, &o, item, "EVD-06", .exposure = due, .verb = "APP");

    EXPECT_GROUP(c, &o, item, "BIL-02", .exposure = due, .book = due, .verb = "INV", .under = cause);
}

static void goodwill_refused(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec due = due_of_part(c, &o);

    add_approval(c, &o, part_of(c, &o, 0)->id, "REFUSED", due);
    give_away(c, &o);
    const char *cause = EXPECT_GROUP(c, &o, item, "EVD-06", .exposure = due, .book = due, .verb = "INV");

    EXPECT_GROUP(c, &o, item, "BIL-02", .exposure = due, .book = due, .verb = "INV", .under = cause);
}

static void billed_short(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 4);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = price_of(c, &o, item), due = money(UNITS(2), price);

    set_line(c, part_of(c, &o, 0)->line, UNITS(2), price);
    EXPECT_GROUP(c, &o, item, "BIL-03", .exposure = due, .book = due, .verb = "DM");
}

/* Too few and too cheap: the quantity finding carries the whole gap, the price finding shows its part of the billed
 * two. */
static void billed_short_and_cheap(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 4);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = price_of(c, &o, item), cheap = money(price, CENTS(80));
    const tie_dec all = money(UNITS(4), price) - money(UNITS(2), cheap);
    const tie_dec part = money(UNITS(2), price) - money(UNITS(2), cheap);

    set_line(c, part_of(c, &o, 0)->line, UNITS(2), cheap);
    const char *cause = EXPECT_GROUP(c, &o, item, "BIL-03", .exposure = all, .book = all, .verb = "DM");

    EXPECT_GROUP(c, &o, item, "BIL-04", .exposure = part, .book = part, .verb = "DM", .under = cause);
}

static void billed_cheap(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = price_of(c, &o, item), cheap = money(price, CENTS(85));
    const tie_dec gap = money(UNITS(3), price) - money(UNITS(3), cheap);

    set_line(c, part_of(c, &o, 0)->line, UNITS(3), cheap);
    EXPECT_GROUP(c, &o, item, "BIL-04", .exposure = gap, .book = gap, .verb = "DM");
}

static void billed_too_many(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = price_of(c, &o, item), surplus = money(UNITS(3), price);

    set_line(c, part_of(c, &o, 0)->line, UNITS(5), price);
    EXPECT_GROUP(c, &o, item, "BIL-05", .exposure = -surplus, .book = -surplus, .verb = "CM");
}

static void billed_dear(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = price_of(c, &o, item), dear = money(price, CENTS(130));
    const tie_dec surplus = money(UNITS(2), dear) - money(UNITS(2), price);

    set_line(c, part_of(c, &o, 0)->line, UNITS(2), dear);
    EXPECT_GROUP(c, &o, item, "BIL-05", .exposure = -surplus, .book = -surplus, .verb = "CRB");
}

/* Bills the part of a covered order by hand, a few days after closing; returns the net amount. */
static tie_dec bill_covered(struct company *c, struct order *o)
{
    o->bill = open_bill(c, o, "F2", "MAN", o->closed + 4);
    const size_t row = bill_part(c, o, o->bill, o->part_first, base_of(part_of(c, o, 0)));

    return c->lines.at[row].net;
}

static void warranty_billed(struct company *c, size_t copy)
{
    const bool is_vendor = copy % 2 == 0;
    struct order o = one_part_order(c, copy, is_vendor ? PAY_VENDOR : PAY_RESERVE, ITEM_PART, 1);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec billed = bill_covered(c, &o), cost = cost_of(o.region, item);

    c->claims.at[part_of(c, &o, 0)->claim].dropped = true;
    EXPECT_GROUP(c, &o, item, "BIL-06", .exposure = -billed, .book = -billed, .verb = "CM", .row_day = o.closed + 4);
    EXPECT_GROUP(
        c, &o, item, "WTY-01", .exposure = cost, .book = is_vendor ? cost : 0, .verb = is_vendor ? "WCL" : "RCL");
}

/* Both are in REV, of one rank and one amount: BIL-06 comes first by its code. */
static void metered_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_METERED, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec billed = bill_covered(c, &o);

    c->debits.at[part_of(c, &o, 0)->debit].dropped = true;
    const char *first = EXPECT_GROUP(
        c, &o, item, "BIL-06", .exposure = -billed, .book = -billed, .verb = "CM", .row_day = o.closed + 4);

    EXPECT_GROUP(c, &o, item, "CON-01", .exposure = billed, .book = 0, .verb = "CDEB", .under = first);
}

static void flat_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_FLAT, ITEM_PART, 2);
    const tie_dec billed = bill_covered(c, &o);

    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-06", .exposure = -billed, .book = -billed, .verb = "CM",
        .row_day = o.closed + 4);
}

static void goodwill_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const tie_dec billed = line_of(c, &o)->net;

    part_of(c, &o, 0)->verdict = "GOODWILL";
    add_approval(c, &o, part_of(c, &o, 0)->id, "GRANTED", billed);
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-06", .exposure = -billed, .book = -billed, .verb = "CM",
        .row_day = c->bills.at[o.bill].date);
}

static void phantom(struct company *c, size_t copy)
{
    static const int8_t days[][2] = { { 5, 7 }, { 5, 12 }, { 5, 18 }, { 6, 10 } };
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .closed = day_of(days[copy][0], days[copy][1]) });
    const struct item *item = item_of(c, ITEM_PART, c->plant_count + 7);
    const size_t line = bill_phantom(c, &o, o.bill, item, UNITS(2));
    const tie_dec billed = c->lines.at[line].net;

    EXPECT_GROUP(c, &o, item, "BIL-07", .certainty = "CONTINGENT", .exposure = -billed, .verb = "INVST",
        .row_day = c->bills.at[o.bill].date);
}

static void billed_twice(struct company *c, size_t copy)
{
    static const char *const sources[] = { "MAN", "SO", "FSM" };
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_dec billed = line_of(c, &o)->net;
    const tie_date day = c->bills.at[o.bill].date + 6;

    if (copy % 3 != 2) /* the interface's second document names the use again, the clerks' do not */
        forget_refs(c, &o);
    const size_t again = bill_copy(c, open_bill(c, &o, "F2", sources[copy % 3], day), part_of(c, &o, 0)->line);

    EXPECT_ROW(c, &o, "invoice_line", line_row(c, again), "BIL-08", .exposure = -billed, .book = -billed, .verb = "CM",
        .row_day = day);
}

static void minutes_as_worked(struct company *c, size_t copy)
{
    static const int minutes[] = { 61, 35, 100 };
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = minutes[copy],
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1) });
    const size_t line = labour_of(c, &o, 0)->line;
    const tie_dec due = c->lines.at[line].net;
    tie_dec hours = 0;

    TIE_ASSERT(tie_dec_muldiv(UNITS(minutes[copy]), 1, 60, &hours));
    set_line(c, line, hours, work_price(o.region));
    const tie_dec gap = due - c->lines.at[line].net;

    EXPECT_LABOUR(c, &o, "BIL-10", .exposure = gap, .book = gap, .verb = "DM");
}

const struct plant billing_plants[] = {
    { "BIL-01", "part not billed", "used and issued, no invoice line", part_not_billed, 3 },
    { "BIL-01", "part not billed lately", "the invoice may still come", part_not_billed_lately, 2 },
    { "BIL-01", "part not billed, monthly customer", "due by the customer's billing calendar", part_not_billed_monthly,
        2 },
    { "BIL-01", "part not billed, closed before midnight", "the day is that of the site (T29)",
        part_not_billed_at_midnight, 1 },
    { "BIL-01", "part not billed, order open", "not closed: pending", part_not_billed_open, 2 },
    { "BIL-01", "invoice cancelled", "cancelled and never billed again", cancelled_without_successor, 2 },
    { "BIL-02", "closed at zero", "a chargeable line at no charge", closed_at_zero, 3 },
    { "BIL-02", "goodwill beyond approval", "approved for less than was given", goodwill_beyond_approval, 2 },
    { "EVD-06", "goodwill unapproved", "given free, nobody approved", goodwill_unapproved, 3 },
    { "EVD-06", "goodwill refused", "given free although refused", goodwill_refused, 1 },
    { "BIL-03", "billed short", "relation 2", billed_short, 3 },
    { "BIL-03", "billed short and cheap", "quantity before price", billed_short_and_cheap, 1 },
    { "BIL-04", "billed cheap", "below the agreed price", billed_cheap, 3 },
    { "BIL-05", "billed too many", "relation 3", billed_too_many, 2 },
    { "BIL-05", "billed dear", "above the agreed price", billed_dear, 2 },
    { "BIL-06", "warranty billed", "invoiced instead of claimed", warranty_billed, 2 },
    { "BIL-06", "metered contract billed", "invoiced instead of debited", metered_billed, 1 },
    { "BIL-06", "unmetered contract billed", "invoiced although the fee covers it", flat_billed, 1 },
    { "BIL-06", "goodwill billed", "approved as free and invoiced all the same", goodwill_billed, 1 },
    { "BIL-07", "phantom", "billed, never used, never issued", phantom, 4 },
    { "BIL-08", "billed twice", "a second document for one use", billed_twice, 3 },
    { "BIL-10", "minutes as worked", "neither minimum nor step applied", minutes_as_worked, 3 },
};
const size_t billing_plant_count = TIE_COUNT_OF(billing_plants);
