/*
 * plants_stock.c - faults between the usage leg and the movement leg (INV), with what the billing leg adds to them.
 *
 * c is the unit cost, p the unit price of the order's customer. Relations are those of the 13 orders of U, M and Bq.
 */
#include "company.h"

static void drop_issue(struct company *c, struct order *o)
{
    c->moves.at[part_of(c, o, 0)->move].dropped = true;
}

static tie_dec cost_at(const struct order *o, const struct item *item, tie_dec quantity)
{
    return money(quantity, cost_of(o->region, item));
}

static void not_issued(struct company *c, struct order *o)
{
    const struct item *item = part_of(c, o, 0)->item;
    const tie_dec cost = cost_at(o, item, base_of(part_of(c, o, 0)));

    drop_issue(c, o);
    EXPECT_GROUP(c, o, item, "INV-01", .exposure = cost, .book = -cost, .verb = "GI");
}

static void not_issued_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2 + (int)copy);

    not_issued(c, &o);
}

static void not_issued_warranty(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, copy % 2 ? PAY_RESERVE : PAY_VENDOR, ITEM_PART, 1);

    not_issued(c, &o);
}

static void not_issued_lately(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(2),
            .closed = day_of(6, 25) + (tie_date)copy % 2 });

    not_issued(c, &o);
}

static void not_issued_not_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec price = money(UNITS(3), price_of(c, &o, item));

    not_issued(c, &o);
    c->lines.at[part_of(c, &o, 0)->line].dropped = true;
    EXPECT_GROUP(c, &o, item, "BIL-01", .exposure = price, .book = price, .verb = "INV");
    expect_unbilled(c, &o, price);
}

static void drop_report(struct company *c, struct order *o)
{
    forget_refs(c, o);
    part_of(c, o, 0)->dropped = true;
}

/* M = Bq = 3, U = 0: read as relation 6, the report is missing in the app and no ERP document is due. */
static void not_reported_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);

    drop_report(c, &o);
    EXPECT_GROUP(c, &o, part_of(c, &o, 0)->item, "INV-02", .exposure = 0, .book = 0, .verb = "FSM");
}

static void not_reported_not_billed(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;

    drop_report(c, &o);
    c->lines.at[part_of(c, &o, 0)->line].dropped = true;
    EXPECT_GROUP(
        c, &o, item, "INV-02", .certainty = "CONTINGENT", .exposure = cost_at(&o, item, UNITS(2)), .verb = "INVST");
    EXPECT_GROUP(c, &o, item, "BIL-01", .certainty = "CONTINGENT", .exposure = money(UNITS(2), price_of(c, &o, item)),
        .verb = "INVST");
}

/* Unmetered contract: no billing outcome is expected, so only the stock question stays. */
static void not_reported_contract(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_FLAT, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;

    drop_report(c, &o);
    EXPECT_GROUP(
        c, &o, item, "INV-02", .certainty = "CONTINGENT", .exposure = cost_at(&o, item, UNITS(2)), .verb = "INVST");
}

struct relation { /* quantities of the three legs, and what follows */
    int usage, movement, billed;
    bool is_unsigned;
    const char *stock, *billing; /* checks; NULL: none */
};

/*
 * One row a relation. Signed and FIRM unless said; 8 and 9 without a signature are CONTINGENT, 11 and 13 always
 * are. The money is U - M at cost for the stock finding (none where M and Bq agree) and expected minus billed for
 * the other.
 */
static void make_relation(struct company *c, size_t copy, const struct relation *r)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(r->usage),
            .is_unsigned = r->is_unsigned });
    const struct part *part = part_of(c, &o, 0);
    const struct item *item = part->item;
    const tie_dec unit_cost = cost_of(o.region, item), price = price_of(c, &o, item);
    const bool is_doubtful = r->is_unsigned ||
        (r->movement > r->usage && r->billed > r->usage && r->movement != r->billed);
    const bool is_report = r->movement == r->billed;
    const bool is_issue = !is_report && r->usage > r->movement;
    const char *certainty = is_doubtful ? "CONTINGENT" : "FIRM";
    const tie_dec gap = is_report ? 0 : money(tie_dec_abs(UNITS(r->usage - r->movement)), unit_cost);
    const tie_dec due = money(UNITS(r->usage), price) - money(UNITS(r->billed), price);

    set_move(c, &o, part->move, UNITS(r->movement));
    set_line(c, part->line, UNITS(r->billed), price);
    EXPECT_GROUP(c, &o, item, r->stock, .certainty = certainty, .exposure = gap,
        .book = is_doubtful || is_report ? 0
            : is_issue                   ? -gap
                                         : gap,
        .verb = is_doubtful ? "INVST"
            : is_report     ? "FSM"
            : is_issue      ? "GI"
                            : "GR-REV");
    if (r->billing)
        EXPECT_GROUP(c, &o, item, r->billing, .certainty = certainty, .exposure = due, .book = is_doubtful ? 0 : due,
            .verb = is_doubtful ? "INVST"
                : due > 0       ? "DM"
                                : "CM");
}

static void short_issue(struct company *c, size_t copy)
{
    make_relation(c, copy, &(struct relation){ 4, 3, 4, false, "INV-03", NULL });
}
static void short_report(struct company *c, size_t copy)
{
    make_relation(c, copy, &(struct relation){ 2, 3, 3, false, "INV-03", NULL });
}
static void long_report(struct company *c, size_t copy)
{
    make_relation(c, copy, &(struct relation){ 5, 3, 3, false, "INV-03", NULL });
}
static void all_differ_signed(struct company *c, size_t copy)
{
    static const struct relation rows[] = { { 5, 3, 2, false, "INV-03", "BIL-03" },
        { 5, 2, 3, false, "INV-03", "BIL-03" }, { 3, 2, 5, false, "INV-03", "BIL-05" } };

    make_relation(c, copy, &rows[copy % TIE_COUNT_OF(rows)]);
}
static void all_differ_unsigned(struct company *c, size_t copy)
{
    static const struct relation rows[] = { { 5, 3, 2, true, "INV-03", "BIL-03" },
        { 5, 2, 3, true, "INV-03", "BIL-03" } };

    make_relation(c, copy, &rows[copy % TIE_COUNT_OF(rows)]);
}
static void surplus(struct company *c, size_t copy)
{
    make_relation(c, copy, &(struct relation){ 2, 3, 2, false, "INV-10", NULL });
}
static void surplus_short_bill(struct company *c, size_t copy)
{
    make_relation(c, copy, &(struct relation){ 4, 5, 2, false, "INV-10", "BIL-03" });
}
static void surplus_doubtful(struct company *c, size_t copy)
{
    static const struct relation rows[] = { { 2, 5, 4, false, "INV-10", "BIL-05" },
        { 2, 4, 5, false, "INV-10", "BIL-05" } };

    make_relation(c, copy, &rows[copy % TIE_COUNT_OF(rows)]);
}

/* Under a warranty the claim covers what was used: Bq = U = 2, M = 3. */
static void surplus_warranty(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_VENDOR, ITEM_PART, 2);
    const struct item *item = part_of(c, &o, 0)->item;
    const tie_dec cost = cost_of(o.region, item);

    set_move(c, &o, part_of(c, &o, 0)->move, UNITS(3));
    EXPECT_GROUP(c, &o, item, "INV-10", .exposure = cost, .book = cost, .verb = "GR-REV");
}

/* The billing names the part that was reported: stock is put right, the difference in cost is at stake. */
static void wrong_item(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const struct item *used = part_of(c, &o, 0)->item;
    const struct item *issued = item_of(c, ITEM_PART, c->plant_count + 5 + copy);
    const tie_dec gap = cost_at(&o, issued, UNITS(2)) - cost_at(&o, used, UNITS(2));
    struct move *move = &c->moves.at[part_of(c, &o, 0)->move];

    forget_refs(c, &o);
    move->material = issued->material;
    move->value = cost_at(&o, issued, UNITS(2));
    EXPECT_GROUP(c, &o, used, "INV-04", .exposure = tie_dec_abs(gap), .book = gap, .verb = "GI+GR-REV");
}

/*
 * The billing names the part that was issued: the report is wrong. Two items of one price, because the expectation
 * then has one amount under any reading; key and item are those of the reported part, as the check's sentence has
 * it.
 */
static void wrong_report(struct company *c, size_t copy)
{
    const struct item *used = item_of(c, ITEM_RARE, 2 * copy), *issued = item_of(c, ITEM_RARE, 2 * copy + 1);
    struct order o = plant_order(
        c, copy, &(struct wish){ .parts = 1, .minutes = 60, .item = issued, .quantity = UNITS(1) });

    forget_refs(c, &o);
    part_of(c, &o, 0)->item = used;
    EXPECT_GROUP(c, &o, used, "INV-04", .exposure = 0, .book = 0, .verb = "FSM");
}

static void wrong_serial(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_SERIAL, 1);
    const struct item *item = part_of(c, &o, 0)->item;
    struct move *move = &c->moves.at[part_of(c, &o, 0)->move];

    move->serial = text(c, "%sX", move->serial);
    EXPECT_GROUP(
        c, &o, item, "INV-06", .certainty = "CONTINGENT", .exposure = cost_of(o.region, item), .verb = "INVST");
}

static void issued_twice(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1 + (int)copy % 3);
    const struct part *part = part_of(c, &o, 0);
    const tie_dec cost = cost_at(&o, part->item, part->quantity);
    const tie_date day = c->docs.at[c->moves.at[part->move].doc].posted;

    if (copy % 2) { /* the interface sent it again: same key, a document of its own, the day after */
        c->moves.at[part->move].part = part->id;
        c->moves.at[part->move].key = text(c, "GI:%s", part->key);
    } else { /* typed in twice: order, item, quantity, day and user are the same */
        forget_refs(c, &o);
    }
    const size_t again = repeat_move(c, part->move, copy % 2 ? day + 1 : day);

    EXPECT_ROW(c, &o, "movement", move_row(c, again), "INV-07", .exposure = cost, .book = cost, .verb = "GR-REV",
        .row_day = copy % 2 ? day + 1 : day);
}

static void reported_twice(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const bool same_key = copy % 2;
    struct part again = *part_of(c, &o, 0);

    forget_refs(c, &o);
    again.id = next_number(c, NUMBER_PART);
    if (same_key) { /* sent again by the device: same key, same content, received later */
        again.server += 3600 * TIE_US_PER_SECOND;
    } else {
        again.key = text(c, "%08x-%s", roll(&o.dice, UINT32_MAX), again.id + 3);
        again.device += 20 * 60 * TIE_US_PER_SECOND;
        again.server += 20 * 60 * TIE_US_PER_SECOND;
    }
    TIE_PUSH(&c->arena, &c->parts, again);
    EXPECT_ROW(c, &o, "usage_line", again.id, "INV-08", .exposure = 0, .book = 0, .verb = "FSM", .row_day = o.done);
}

/* The serial ties a posting to a cost centre, or to an order that does not exist, to the use (P4). */
static void wrong_object(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_SERIAL, 1);
    const size_t row = part_of(c, &o, 0)->move;
    struct move *move = &c->moves.at[row];
    const bool is_centre = copy % 2 == 0;

    forget_refs(c, &o);
    if (is_centre) {
        move->type = "201";
        move->order = NULL;
        move->centre = "CC-4711";
    } else {
        move->order = text(c, "WO-99%zu", 8100 + c->plant_count);
    }
    EXPECT_KEYS(c, &o, "INV-15", KEYS("movement", move_row(c, row), o.id), .exposure = 0, .book = 0,
        .verb = is_centre ? "NONE" : "GR-REV+GI", .row_day = c->docs.at[move->doc].posted);
}

/* Without serial: the only issue of that item from that van in those days (P9). */
static void wrong_order_by_van(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1, .minutes = 60, .item = item_of(c, ITEM_RARE, 6 + copy), .quantity = UNITS(2) });
    const size_t row = part_of(c, &o, 0)->move;

    forget_refs(c, &o);
    c->moves.at[row].order = text(c, "WO-99%zu", 8100 + c->plant_count);
    EXPECT_KEYS(c, &o, "INV-15", KEYS("movement", move_row(c, row), o.id), .exposure = 0, .book = 0,
        .verb = "GR-REV+GI", .row_day = c->docs.at[c->moves.at[row].doc].posted);
}

static void return_without_issue(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const struct item *item = item_of(c, ITEM_RARE, 12 + copy);
    const tie_dec cost = cost_at(&o, item, UNITS(2));
    const size_t row = book_move(c, &o,
        &(struct booking){ .type = "262",
            .side = "S",
            .order = o.id,
            .user = "STOREMAN",
            .item = item,
            .quantity = UNITS(2),
            .day = o.done });

    EXPECT_ROW(c, &o, "movement", move_row(c, row), "INV-16", .exposure = cost, .book = -cost, .verb = "GI",
        .row_day = o.done);
}

/* One issue, brought back twice: the second return exceeds it. */
static void returned_twice(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const struct item *item = item_of(c, ITEM_RARE, 16 + copy);
    struct booking booking = {
        .type = "261", .side = "H", .order = o.id, .user = "STOREMAN", .item = item, .quantity = UNITS(1), .day = o.done
    };
    const size_t out = book_move(c, &o, &booking);

    booking.type = "262";
    booking.side = "S";
    const size_t back = book_move(c, &o, &booking);

    c->moves.at[back].back_doc = c->docs.at[c->moves.at[out].doc].no;
    c->moves.at[back].back_line = c->moves.at[out].line;
    const size_t again = repeat_move(c, back, o.done + 2);
    const tie_dec cost = cost_of(o.region, item);

    EXPECT_ROW(c, &o, "movement", move_row(c, again), "INV-16", .exposure = cost, .book = -cost, .verb = "GI",
        .row_day = o.done + 2);
}

static void unknown_order(struct company *c, size_t copy)
{
    static const char *const refs[] = { "WO-997001", NULL, "garage" };
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const struct item *item = item_of(c, ITEM_RARE, 8 + copy);
    const size_t row = book_move(c, &o,
        &(struct booking){ .type = "261",
            .side = "H",
            .order = refs[copy],
            .user = "STOREMAN",
            .item = item,
            .quantity = UNITS(3),
            .day = o.done });

    EXPECT_ROW(c, &o, "movement", move_row(c, row), "INV-21", .certainty = "CONTINGENT",
        .exposure = cost_at(&o, item, UNITS(3)), .verb = "INVST", .row_day = o.done);
}

static void cancelled_with_stock(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ .has_no_header = true });
    const struct item *item = item_of(c, ITEM_PART, c->plant_count);
    const tie_dec cost = cost_at(&o, item, UNITS(2));

    call_off(c, &o);
    book_move(c, &o,
        &(struct booking){ .type = "261",
            .side = "H",
            .order = spelled(c, &o),
            .user = "STOREMAN",
            .item = item,
            .quantity = UNITS(2),
            .day = o.done });
    EXPECT_GROUP(c, &o, item, "INV-22", .exposure = cost, .book = cost, .verb = "GR-REV", .row_day = o.closed);
}

const struct plant stock_plants[] = {
    { "INV-01", "not issued, billed", "used and billed, stock never issued", not_issued_billed, 3 },
    { "INV-01", "not issued, warranty", "used and claimed, stock never issued", not_issued_warranty, 2 },
    { "INV-01", "not issued lately", "the movement may still come: five working days are not over", not_issued_lately,
        2 },
    { "INV-01", "not issued, not billed", "one gap in stock and one in revenue", not_issued_not_billed, 2 },
    { "INV-02", "not reported, billed", "issue and invoice agree, the report is missing", not_reported_billed, 2 },
    { "INV-02", "not reported, not billed", "stock left, nobody reports a use", not_reported_not_billed, 2 },
    { "INV-02", "not reported, contract", "stock left under an unmetered contract", not_reported_contract, 2 },
    { "INV-03", "issue short", "relation 4", short_issue, 3 },
    { "INV-03", "report short", "relation 6", short_report, 2 },
    { "INV-03", "report long", "relation 7, no duplicate", long_report, 2 },
    { "INV-03", "all three differ, signed", "relations 8, 9 and 12: the signed use is the reference", all_differ_signed,
        3 },
    { "INV-03", "all three differ, unsigned", "relations 8 and 9 without a reference", all_differ_unsigned, 2 },
    { "INV-04", "wrong part issued", "billing names the reported part", wrong_item, 3 },
    { "INV-04", "wrong part reported", "billing names the issued part", wrong_report, 2 },
    { "INV-06", "wrong serial", "one serial reported, another issued", wrong_serial, 3 },
    { "INV-07", "issued twice", "a second posting of one issue", issued_twice, 4 },
    { "INV-08", "reported twice", "a second report of one use", reported_twice, 4 },
    { "INV-10", "surplus out", "relation 5", surplus, 3 },
    { "INV-10", "surplus out, warranty", "the claim covers what was used", surplus_warranty, 1 },
    { "INV-10", "surplus out, bill short", "relation 10, signed", surplus_short_bill, 2 },
    { "INV-10", "surplus out, bill doubtful", "relations 11 and 13", surplus_doubtful, 2 },
    { "INV-15", "wrong object by serial", "cost centre or unknown order", wrong_object, 4 },
    { "INV-15", "wrong order by van", "unknown order, the only candidate of the van", wrong_order_by_van, 2 },
    { "INV-16", "return without issue", "nothing of it was ever issued to the order", return_without_issue, 2 },
    { "INV-16", "returned twice", "two returns of one issue", returned_twice, 2 },
    { "INV-21", "unknown order", "unknown number, no number, no reference", unknown_order, 3 },
    { "INV-22", "cancelled with stock", "issued, cancelled, never returned", cancelled_with_stock, 3 },
};
const size_t stock_plant_count = TIE_COUNT_OF(stock_plants);
