/*
 * plants_late.c - hours, credits, overruled decisions, contracts out of force, late and early invoices (BIL-09, BIL-17,
 * ENT-04, CON-05, TIM-01, EVD-04), and what only looks like them.
 */
#include "company.h"

static struct bill_line *first_line(struct company *c, const struct order *o)
{
    return &c->lines.at[part_of(c, o, 0)->line];
}

static struct bill_line *work_line(struct company *c, const struct order *o)
{
    return &c->lines.at[labour_of(c, o, 0)->line];
}

/* ---- hours ---- */

static void hours_not_billed(struct company *c, size_t copy)
{
    static const int minutes[] = { 60, 35, 150 };
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = minutes[copy % 3],
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1) });
    const tie_dec due = money(billed_hours(UNITS(minutes[copy % 3])), work_price(o.region));

    work_line(c, &o)->dropped = true;
    EXPECT_LABOUR(c, &o, "BIL-09", .exposure = due, .book = due, .verb = "INV");
    expect_unbilled(c, &o, due);
}

static void hours_not_billed_lately(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 90,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .closed = day_of(6, 24) });
    const tie_dec due = money(UNITS(3) / 2, work_price(o.region));

    work_line(c, &o)->dropped = true;
    EXPECT_LABOUR(c, &o, "BIL-09", .exposure = due, .book = due, .verb = "INV");
}

static void hours_billed_short(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){
            .parts = 1, .minutes = 150, .item = item_of(c, ITEM_PART, c->plant_count), .quantity = UNITS(1) });
    const tie_dec due = money(UNITS(3) / 2, work_price(o.region));

    set_line(c, labour_of(c, &o, 0)->line, UNITS(1), work_price(o.region));
    EXPECT_LABOUR(c, &o, "BIL-09", .exposure = due, .book = due, .verb = "DM");
}

static void travel_not_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const tie_dec due = money(UNITS(3) / 4, travel_price(o.region));

    add_labour(c, &o, "TRAVEL", UNITS(45));
    EXPECT_KEYS(c, &o, "BIL-09", KEYS(o.id, "travel", "base"), .exposure = due, .book = due, .verb = "INV");
    expect_unbilled(c, &o, due);
}

/* ---- credits ---- */

/* A credit memo for the first part, by hand. */
static size_t credit(struct company *c, struct order *o, tie_dec quantity, tie_dec net, tie_date day)
{
    const size_t bill = open_bill(c, o, "G2", "MAN", day);
    const size_t line = bill_copy(c, bill, part_of(c, o, 0)->line);
    struct bill_line *copy = &c->lines.at[line];

    copy->quantity = quantity;
    copy->discount = 0;
    copy->price = copy->net = net;
    return line;
}

static void expect_credit(struct company *c, struct order *o, size_t line, tie_dec lacking, tie_date day)
{
    EXPECT_ROW(c, o, "invoice_line", line_row(c, line), "BIL-17", .exposure = lacking, .book = lacking, .verb = "DM",
        .row_day = day);
}

static void credit_unapproved(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);
    const tie_date day = c->bills.at[o.bill].date + 5;
    const tie_dec given = money(first_line(c, &o)->net, CENTS(40));

    expect_credit(c, &o, credit(c, &o, 0, given, day), given, day);
}

static void one_piece_credited(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_date day = c->bills.at[o.bill].date + 4;
    const tie_dec given = price_of(c, &o, part_of(c, &o, 0)->item);

    expect_credit(c, &o, credit(c, &o, UNITS(1), given, day), given, day);
}

static void credited_too_much(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_date day = c->bills.at[o.bill].date + 3;
    const tie_dec given = first_line(c, &o)->net + UNITS(25);

    expect_credit(c, &o, credit(c, &o, UNITS(2), given, day), given, day);
}

static void credit_approved(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);
    const tie_dec given = money(first_line(c, &o)->net, CENTS(40));
    const size_t line = credit(c, &o, 0, given, c->bills.at[o.bill].date + 5);

    add_approval_of(c, &o, "BILL", bill_of_line(c, line), "CREDIT", "GRANTED", copy % 2 ? given : TIE_NONE);
}

/* ---- decisions that somebody changed ---- */

static const char *expect_override(
    struct company *c, struct order *o, tie_dec lost, const char *verb, const char *under)
{
    return EXPECT_KEYS(
        c, o, "ENT-04", KEYS(o->id, "header"), .exposure = lost, .verb = verb, .row_day = o->done, .under = under);
}

/* Covered as the facts say, but a person said so and nobody approved it. */
static void overruled_rightly(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_FLAT, ITEM_PART, 1);

    c->decisions.at[o.header].overruled = true;
    if (copy % 2)
        c->decisions.at[o.header].approval = add_approval_of(
            c, &o, "DECISION", c->decisions.at[o.header].id, "OVERRULE", "REFUSED", TIE_NONE);
    expect_override(c, &o, 0, copy % 2 ? "FSM" : "APP", NULL);
}

/* First chargeable, then under the contract: the second row is in force, and a change. */
static void decided_twice(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_FLAT, ITEM_PART, 1);
    const struct decision *first = NULL;

    add_decision(c, &o, "BILLABLE", NULL, NULL);
    c->decisions.at[c->decisions.count - 1].at -= 3600 * TIE_US_PER_SECOND;
    first = &c->decisions.at[c->decisions.count - 1];
    TIE_ASSERT(first->at < c->decisions.at[o.header].at);
    expect_override(c, &o, 0, "APP", NULL);
}

/* Overruled to a warranty that there is none of, and closed at zero: the wrong decision stands before the rest. */
static void overruled_wrongly(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_dec part = first_line(c, &o)->net, work = work_line(c, &o)->net;

    c->decisions.at[o.header].verdict = "OWN_WTY";
    c->decisions.at[o.header].overruled = true;
    set_line(c, part_of(c, &o, 0)->line, UNITS(2), 0);
    set_line(c, labour_of(c, &o, 0)->line, UNITS(1), 0);
    first_line(c, &o)->outcome = work_line(c, &o)->outcome = "WAR";
    const char *cause = EXPECT_KEYS(c, &o, "ENT-03", KEYS(o.id, "header"), .exposure = part + work, .verb = "FSM");

    expect_override(c, &o, part + work, "APP", cause);
    EXPECT_GROUP(
        c, &o, part_of(c, &o, 0)->item, "BIL-02", .exposure = part, .book = part, .verb = "INV", .under = cause);
    EXPECT_LABOUR(c, &o, "BIL-02", .exposure = work, .book = work, .verb = "INV", .under = cause);
}

static void overruled_with_approval(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_FLAT, ITEM_PART, 1);
    struct decision *decision = &c->decisions.at[o.header];
    const char *id = add_approval_of(
        c, &o, copy % 2 ? "JOB" : "DECISION", copy % 2 ? o.id : decision->id, "OVERRULE", "GRANTED", TIE_NONE);

    decision->overruled = true;
    if (copy % 3 == 0)
        decision->approval = id;
}

/* ---- contracts that were not in force ---- */

/* In force on no day of the two months, so that it covers no other order of the customer: it ended before, begins
 * after, or is suspended. */
static const char *add_old_contract(struct company *c, const struct order *o, size_t copy)
{
    struct old_contract old = { .no = text(c, "%zu", 4900000 + c->plant_count), .customer = o->customer };

    old.from = copy % 3 == 1 ? day_of(7, 15) : day_of(1, 1) - 700;
    old.to = copy % 3 == 0 ? day_of(3, 31) : day_of(12, 31);
    old.is_suspended = copy % 3 == 2;
    TIE_PUSH(&c->arena, &c->old_contracts, old);
    return old.no;
}

/* Decided as covered by it and billed at zero; the decision is wrong too, and that stands before the rest. */
static void contract_not_in_force(struct company *c, size_t copy)
{
    struct order o = plant_order(
        c, copy, &(struct wish){ .parts = 1, .item = item_of(c, ITEM_PART, c->plant_count), .quantity = UNITS(2) });
    const tie_dec due = first_line(c, &o)->net;
    struct decision *decision = &c->decisions.at[o.header];

    decision->verdict = "AGREEMENT";
    decision->cover = job_of(c, &o)->agreement = add_old_contract(c, &o, copy);
    set_line(c, part_of(c, &o, 0)->line, UNITS(2), 0);
    first_line(c, &o)->outcome = "CON";
    const char *cause = EXPECT_KEYS(c, &o, "ENT-03", KEYS(o.id, "header"), .exposure = due, .verb = "FSM");

    EXPECT_KEYS(c, &o, "CON-05", KEYS(o.id, "header"), .exposure = due, .book = due, .verb = "INV", .under = cause);
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "BIL-02", .exposure = due, .book = due, .verb = "INV", .under = cause);
}

/* The last day of a contract is inclusive: covered, nothing billed, nothing wrong. */
static void contract_on_its_last_day(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){
            .parts = 1, .item = item_of(c, ITEM_PART, c->plant_count), .quantity = UNITS(2), .closed = day_of(5, 31) });
    struct decision *decision = &c->decisions.at[o.header];

    decision->verdict = "AGREEMENT";
    decision->cover = job_of(c, &o)->agreement = add_old_contract(c, &o, 0);
    c->old_contracts.at[c->old_contracts.count - 1].from = o.done; /* one day, for the same reason */
    c->old_contracts.at[c->old_contracts.count - 1].to = o.done;
    first_line(c, &o)->dropped = true;
}

/* ---- late and early ---- */

static void billed_late(struct company *c, size_t copy)
{
    static const tie_date days[] = { 11, 16, 25 };
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(4),
            .closed = day_of(6, 1) });

    c->bills.at[o.bill].date = o.closed + days[copy % 3];
    expect_delay(c, &o, first_line(c, &o)->net + work_line(c, &o)->net, days[copy % 3]);
}

static void billed_on_the_last_day(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 4);

    c->bills.at[o.bill].date = o.closed + 10;
}

static struct proof *signature_of(struct company *c, const struct order *o)
{
    for (size_t i = c->proofs.count; i > 0; i--)
        if (strcmp(c->proofs.at[i - 1].object, o->id) == 0)
            return &c->proofs.at[i - 1];
    tie_assert_failed(__FILE__, __LINE__, "an order that the customer signed");
}

static void expect_early(struct company *c, struct order *o)
{
    const tie_dec billed = first_line(c, o)->net + work_line(c, o)->net;

    EXPECT_KEYS(c, o, "EVD-04", KEYS(c->bills.at[o->bill].no), .certainty = "CONTINGENT", .exposure = billed,
        .verb = "APP", .row_day = c->bills.at[o->bill].date);
}

static void billed_before_signed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);

    job_of(c, &o)->kind = copy % 2 ? "MAINT" : "REPAIR";
    signature_of(c, &o)->at = local_time(o.region, c->bills.at[o.bill].date + 1 + (tie_date)copy, 9 * 60);
    expect_early(c, &o);
}

static void billed_before_release(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);

    add_approval_of(c, &o, "JOB", o.id, "RELEASE", "GRANTED", TIE_NONE);
    c->approvals.at[c->approvals.count - 1].at = local_time(o.region, c->bills.at[o.bill].date + 2, 10 * 60);
    expect_early(c, &o);
}

static void signed_in_time(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);

    signature_of(c, &o)->at = local_time(o.region, c->bills.at[o.bill].date, 16 * 60 + 30);
}

const struct plant late_plants[] = {
    { "BIL-09", "hours not billed", "approved hours, no invoice line", hours_not_billed, 3 },
    { "BIL-09", "hours not billed lately", "the invoice may still come", hours_not_billed_lately, 1 },
    { "BIL-09", "hours billed short", "two and a half hours worked, one billed", hours_billed_short, 2 },
    { "BIL-09", "travel not billed", "travel time, no invoice line", travel_not_billed, 1 },
    { "BIL-17", "credit unapproved", "part of the price given back, nobody approved", credit_unapproved, 3 },
    { "BIL-17", "one piece credited", "one of two pieces given back, no new invoice", one_piece_credited, 2 },
    { "BIL-17", "credited too much", "more given back than was billed", credited_too_much, 1 },
    { NULL, "credit approved", "T13", credit_approved, 2 },
    { "ENT-04", "overruled rightly", "the facts bear it out, nobody approved", overruled_rightly, 2 },
    { "ENT-04", "decided twice", "another class than before, nobody approved", decided_twice, 1 },
    { "ENT-04", "overruled wrongly", "a warranty that there is none of", overruled_wrongly, 2 },
    { NULL, "overruled with approval", "T14", overruled_with_approval, 3 },
    { "CON-05", "contract not in force", "ended, not begun, suspended", contract_not_in_force, 3 },
    { NULL, "contract on its last day", "T28", contract_on_its_last_day, 1 },
    { "TIM-01", "billed late", "beyond the target of ten days", billed_late, 3 },
    { NULL, "billed on the last day", "T11", billed_on_the_last_day, 2 },
    { "EVD-04", "billed before signed", "released, then signed", billed_before_signed, 3 },
    { "EVD-04", "billed before release", "released, then approved", billed_before_release, 1 },
    { NULL, "signed in time", "an hour and a half before the release", signed_in_time, 3 },
};
const size_t late_plant_count = TIE_COUNT_OF(late_plants);
