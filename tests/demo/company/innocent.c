/*
 * innocent.c - look-alikes: orders that a careless matcher would report, and that must give no finding at all.
 *
 * Numbers T1 to T38 are the traps of the catalogue. Traps that ordinary orders already show (T11 use in one month
 * and invoice in the next, T15 minimum charge, T16 trip charge, T19 items sold under another number, T23 non-stock
 * items, T28 contracts signed late, the spelling of order numbers) and those of the background (T6 transfers, T32
 * opening stock) aren't repeated.
 */
#include "company.h"

static struct booking hand_booking(
    const struct order *o, const char *type, const char *side, const struct item *item, tie_dec quantity)
{
    return (struct booking){ .type = type,
        .side = side,
        .order = o->id,
        .user = "STOREMAN",
        .item = item,
        .quantity = quantity,
        .day = o->done };
}

static void split_issue(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 4);
    const struct booking rest = hand_booking(&o, "261", "H", part_of(c, &o, 0)->item, UNITS(1));

    set_move(c, &o, part_of(c, &o, 0)->move, UNITS(3));
    book_move(c, &o, &rest);
}

static void surplus_returned(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const size_t out = part_of(c, &o, 0)->move;
    const struct booking booking = hand_booking(&o, "262", "S", part_of(c, &o, 0)->item, UNITS(1));

    set_move(c, &o, out, UNITS(3));
    const size_t back = book_move(c, &o, &booking);

    if (copy % 2)
        return; /* the return names no original: netted by sign */
    c->moves.at[back].back_doc = c->docs.at[c->moves.at[out].doc].no;
    c->moves.at[back].back_line = c->moves.at[out].line;
}

static void used_and_brought_back(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const size_t back = add_part(c, &o, part_of(c, &o, 0)->item, UNITS(1));

    part_of(c, &o, 0)->quantity = UNITS(3);
    c->parts.at[back].action = "BROUGHT_BACK";
    forget_refs(c, &o);
}

static void consignment(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);

    part_of(c, &o, 0)->owner = "CONSIGNMENT";
    c->moves.at[part_of(c, &o, 0)->move].dropped = true;
}

static void box_and_each(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_BOXED, 24);
    struct part *part = part_of(c, &o, 0);

    part->unit = "BOX";
    part->quantity = UNITS(2);
}

static void one_cent(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 3);

    c->lines.at[part_of(c, &o, 0)->line].net += copy % 2 ? CENTS(1) : -CENTS(1);
}

static void cable_offcut(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_METRE, 20);

    set_move(c, &o, part_of(c, &o, 0)->move, UNITS(20) + CENTS(8));
}

static void entered_late(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    struct doc *doc = &c->docs.at[c->moves.at[part_of(c, &o, 0)->move].doc];

    doc->posted = o.done + 1;
    doc->date = o.done;
    doc->entered = o.done + 4;
}

static void late_sync(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);

    part_of(c, &o, 0)->server += (tie_instant)60 * 3600 * TIE_US_PER_SECOND;
}

static void credit_and_rebill(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    const tie_date day = c->bills.at[o.bill].date;
    const size_t first = o.bill;

    cancel_bill(c, &o, first, day + 2);
    o.bill = open_bill(c, &o, "F2", copy % 2 ? "MAN" : "FSM", day + 3);
    c->bills.at[o.bill].corrects = c->bills.at[first].no;
    bill_part(c, &o, o.bill, o.part_first, UNITS(2));
    bill_labour(c, &o, o.bill, o.labour_first);
}

static void goodwill_approved(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    struct part *part = part_of(c, &o, 0);
    const tie_dec due = c->lines.at[part->line].net;

    part->verdict = "GOODWILL";
    set_line(c, part->line, UNITS(1), 0);
    c->lines.at[part->line].outcome = "GOO";
    add_approval(c, &o, part->id, "GRANTED", due);
}

static void fixed_price(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 2);
    struct bill_line *line = &c->lines.at[part_of(c, &o, 0)->line];

    c->lines.at[labour_of(c, &o, 0)->line].dropped = true;
    line->part = line->sold = NULL;
    line->kind = "FIX";
    line->text = "Repair at a fixed price";
    line->unit = "EA";
    line->quantity = UNITS(1);
    line->price = line->net = UNITS(480);
    job_of(c, &o)->price_mode = "FIXED";
    job_of(c, &o)->fixed_price = UNITS(480);
}

static void child_billed_on_parent(struct company *c, size_t copy)
{
    struct order parent = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    struct order child = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count + 1),
            .quantity = UNITS(2),
            .customer = parent.customer,
            .closed = parent.closed });

    job_of(c, &child)->master = job_of(c, &child)->invoice_job = parent.id;
    c->lines.at[part_of(c, &child, 0)->line].order = parent.id;
    c->lines.at[labour_of(c, &child, 0)->line].order = parent.id;
}

static void bought_to_order(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_NONSTOCK, 1);
    const struct booking receipt = hand_booking(&o, "101", "S", part_of(c, &o, 0)->item, UNITS(1));

    book_move(c, &o, &receipt);
}

/* A machine with a warranty of its own days, and perhaps an earlier owner. */
static void give_machine(
    struct company *c, struct order *o, const char *id, tie_date last_day, const char *earlier_owner)
{
    const tie_date sold = o->done - 10;
    const char *cover = text(c, "CV-%s", id);

    if (earlier_owner)
        TIE_PUSH(&c->arena, &c->equips, (struct equip){ id, earlier_owner, day_of(1, 1) - 700, sold });
    TIE_PUSH(&c->arena, &c->equips,
        (struct equip){ id, o->customer->account, earlier_owner ? sold + 1 : day_of(1, 1) - 700, TIE_NO_DATE });
    TIE_PUSH(&c->arena, &c->covers, (struct cover){ cover, id, "VENDOR", "70001", day_of(1, 1) - 700, last_day });
    job_of(c, o)->equip = id;
    c->decisions.at[o->header].cover = cover;
    c->claims.at[part_of(c, o, 0)->claim].cover = cover;
    c->claims.at[labour_of(c, o, 0)->claim].cover = cover;
}

static void machine_sold(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_VENDOR, ITEM_PART, 1);

    give_machine(c, &o, text(c, "EQ-77%zu", copy), day_of(12, 31), c->customers.at[copy].account);
}

/* Finished in London at 23:30 on the last day of the warranty; in Brussels it was the next day. */
static void last_minute(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .payer = PAY_VENDOR,
            .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .region = &c->regions[2] });

    give_machine(c, &o, text(c, "EQ-78%zu", copy), o.done, NULL);
    job_of(c, &o)->done = local_time(o.region, o.done, 23 * 60 + 30);
    job_of(c, &o)->closed = local_time(o.region, o.closed, 23 * 60 + 45);
}

static void twins(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const size_t second = add_part(c, &o, part_of(c, &o, 0)->item, UNITS(1));

    o.part_count++;
    issue_part(c, &o, second);
    bill_part(c, &o, o.bill, second, UNITS(1));
    forget_refs(c, &o);
}

static void training(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = copy < 2,
            .item = item_of(c, ITEM_PART, c->plant_count),
            .quantity = UNITS(1),
            .has_no_header = true });

    job_of(c, &o)->kind = copy % 2 ? "INHOUSE" : "TRAINING";
    if (o.part_count)
        c->lines.at[part_of(c, &o, 0)->line].dropped = true;
}

static void price_went_up(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .item = item_of(c, ITEM_RISING, copy),
            .quantity = UNITS(2),
            .region = &c->regions[copy % 2],
            .closed = day_of(6, 2) });

    c->bills.at[o.bill].date = day_of(6, 4);
}

/* P4: the serial tells whose it is, though the issue names nothing, days away from the visit. */
static void serial_without_order(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_SERIAL, 1);
    struct move *move = &c->moves.at[part_of(c, &o, 0)->move];
    struct doc *doc = &c->docs.at[move->doc];

    forget_refs(c, &o);
    move->order = NULL;
    doc->date = doc->posted = doc->entered = in_month_of(o.done, o.done + 5);
}

static void prepaid(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    struct job *job = job_of(c, &o);

    forget_refs(c, &o);
    drop_order_header(c, &o);
    part_of(c, &o, 0)->dropped = true;
    c->moves.at[part_of(c, &o, 0)->move].dropped = true;
    c->lines.at[labour_of(c, &o, 0)->line].dropped = true;
    labour_of(c, &o, 0)->dropped = true;
    c->visits.at[o.visit].result = "CALLED_OFF";
    job->billing_rule = "PREPAID";
    job->state = "PLANNED";
    job->done = job->closed = TIE_NONE;
}

static void other_lines(struct company *c, size_t copy)
{
    static const char *const actions[] = { "SCRAPPED", "TAKEN_OUT", "USED", "USED" };
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const size_t row = add_part(c, &o, item_of(c, ITEM_PART, c->plant_count + 3), UNITS(1));
    struct part *part = &c->parts.at[row];

    part->action = actions[copy % 4];
    part->deleted = copy % 4 == 2;
    if (copy % 4 == 3)
        part->state = "ESTIMATE";
}

static void after_as_of(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy, &(struct wish){ .closed = c->as_of + 2, .region = &c->regions[0] });
    const struct item *item = item_of(c, ITEM_RARE, 23);

    job_of(c, &o)->created = local_time(o.region, c->as_of + 1, 8 * 60);
    struct booking booking = hand_booking(&o, "261", "H", item, UNITS(1));

    booking.day = c->as_of + 1;
    book_move(c, &o, &booking);
}

static void issue_without_order(struct company *c, size_t copy)
{
    struct order o = plant_order(c, copy,
        &(struct wish){ .parts = 1,
            .minutes = 60,
            .quantity = UNITS(1),
            .item = copy % 2 ? item_of(c, ITEM_RARE, 20 + copy / 2) : item_of(c, ITEM_SERIAL, c->plant_count) });

    forget_refs(c, &o);
    c->moves.at[part_of(c, &o, 0)->move].order = NULL;
}

static void not_a_bill_yet(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    const size_t bill = open_bill(c, &o, copy % 2 ? "F5" : "F2", "MAN", o.closed + 1);

    c->bills.at[bill].state = copy % 2 ? "C" : "A";
    bill_copy(c, bill, part_of(c, &o, 0)->line);
}

static void careless_typing(struct company *c, size_t copy)
{
    struct order o = one_part_order(c, copy, PAY_CUSTOMER, ITEM_PART, 1);
    struct move *move = &c->moves.at[part_of(c, &o, 0)->move];

    forget_refs(c, &o);
    move->material = text(c, " m-%s", move->material + 2);
    move->order = text(c, "wo -%s", o.id + 3);
}

const struct plant innocent_table[] = {
    { NULL, "split issue", "T1", split_issue, 3 },
    { NULL, "surplus returned", "T2", surplus_returned, 4 },
    { NULL, "used and brought back", "T2", used_and_brought_back, 3 },
    { NULL, "consignment", "T5", consignment, 3 },
    { NULL, "box and each", "T7", box_and_each, 3 },
    { NULL, "one cent", "T8", one_cent, 4 },
    { NULL, "cable offcut", "within the quantity tolerance", cable_offcut, 3 },
    { NULL, "entered late", "T9", entered_late, 3 },
    { NULL, "late sync", "T10", late_sync, 3 },
    { NULL, "credit and rebill", "T13", credit_and_rebill, 4 },
    { NULL, "goodwill approved", "T14", goodwill_approved, 3 },
    { NULL, "fixed price", "T18", fixed_price, 3 },
    { NULL, "child billed on parent", "T22", child_billed_on_parent, 3 },
    { NULL, "bought to order", "T24", bought_to_order, 3 },
    { NULL, "machine sold", "T27", machine_sold, 3 },
    { NULL, "last minute", "T29", last_minute, 3 },
    { NULL, "twins", "T30", twins, 3 },
    { NULL, "training", "T31", training, 4 },
    { NULL, "price went up", "T33", price_went_up, 3 },
    { NULL, "serial without order", "P4: T6 T9", serial_without_order, 3 },
    { NULL, "prepaid", "T34", prepaid, 3 },
    { NULL, "other lines", "T35 T37 T38", other_lines, 4 },
    { NULL, "after the as-of", "T36", after_as_of, 3 },
    { NULL, "issue without order", "linked by serial or by van", issue_without_order, 4 },
    { NULL, "not a bill yet", "draft and proforma", not_a_bill_yet, 4 },
    { NULL, "careless typing", "blanks, lower case", careless_typing, 3 },
};
const size_t innocent_count = TIE_COUNT_OF(innocent_table);
