/*
 * books.c - what the ERP books for an order: movements, billing documents, contract debits and claims.
 *
 * The ERP keeps quantities and amounts without sign; type and side of a movement and the kind of a billing document say
 * which way they go, and the extraction queries put the sign on. Order numbers are spelled as clerks and interfaces do.
 */
#include "company.h"

/* Six ways to write one number; the reference pattern of the policy reads them all. */
const char *spelled(struct company *c, struct order *o)
{
    const char *digits = o->id + 3;

    switch (roll(&o->dice, 12)) {
    case 0: return text(c, "wo %s", digits);
    case 1: return text(c, "WO%s", digits);
    case 2: return digits;
    case 3: return text(c, "WO-00%s", digits);
    case 4: return text(c, " Wo - %s ", digits);
    default: return o->id;
    }
}

size_t book_move(struct company *c, struct order *o, const struct booking *booking)
{
    const bool is_out = booking->side[0] == 'H';
    const struct region *region = o->region;
    const struct item *item = booking->item;
    const char *user = booking->user ? booking->user : "IFACE";
    const bool joins = booking->key && o->doc != NO_ROW && c->docs.at[o->doc].posted == booking->day;

    if (!joins) {
        TIE_PUSH(&c->arena, &c->docs,
            (struct doc){ next_number(c, NUMBER_DOC), user, booking->day, booking->day, booking->day, 0 });
        if (booking->key)
            o->doc = c->docs.count - 1;
    }
    const size_t doc = joins ? o->doc : c->docs.count - 1;

    TIE_PUSH(&c->arena, &c->moves,
        (struct move){ .doc = doc,
            .line = ++c->docs.at[doc].lines,
            .type = booking->type,
            .side = booking->side,
            .material = item->material,
            .unit = item->unit,
            .currency = region->currency,
            .order = booking->order,
            .centre = booking->centre,
            .from = is_out ? o->technician->bin : NULL,
            .to = is_out ? NULL : o->technician->bin,
            .part = booking->part,
            .key = booking->key,
            .serial = booking->serial,
            .owner = "OWN",
            .quantity = booking->quantity,
            .value = money(booking->quantity, cost_of(region, item)) });
    return c->moves.count - 1;
}

void issue_part(struct company *c, struct order *o, size_t part)
{
    struct part *used = &c->parts.at[part];
    const bool by_interface = chance(&o->dice, 60);
    tie_date day = o->done + (tie_date)roll(&o->dice, 3);

    if (used->item->kind == ITEM_NONSTOCK)
        return;
    day = in_month_of(o->done, day > c->as_of ? c->as_of : day);
    const struct booking booking = { .type = "261",
        .side = "H",
        .order = spelled(c, o),
        .part = by_interface ? used->id : NULL,
        .key = by_interface ? text(c, "GI:%s", used->key) : NULL,
        .serial = used->serial,
        .user = by_interface ? NULL : "STOREMAN",
        .item = used->item,
        .quantity = base_of(used),
        .day = day };
    const size_t move = book_move(c, o, &booking);

    c->parts.at[part].move = move;
}

size_t open_bill(struct company *c, struct order *o, const char *kind, const char *source, tie_date day)
{
    TIE_PUSH(&c->arena, &c->bills,
        (struct bill){ .no = next_number(c, NUMBER_BILL),
            .kind = kind,
            .state = roll(&o->dice, 3) == 0 ? "P" : "C",
            .source = source,
            .debtor = o->customer->debtor,
            .currency = o->region->currency,
            .entity = o->region->entity,
            .date = day });
    return c->bills.count - 1;
}

static size_t add_line(struct company *c, struct order *o, size_t bill, const struct bill_line *line)
{
    TIE_PUSH(&c->arena, &c->lines, *line);
    struct bill_line *added = &c->lines.at[c->lines.count - 1];

    added->bill = bill;
    added->line = 10 * ++c->bills.at[bill].lines;
    added->order = spelled(c, o);
    if (!added->outcome)
        added->outcome = "PAY";
    return c->lines.count - 1;
}

size_t bill_part(struct company *c, struct order *o, size_t bill, size_t part, tie_dec quantity)
{
    const struct part *used = &c->parts.at[part];
    const struct item *item = used->item;
    const bool boxed = used->unit[0] == 'B' && quantity % UNITS(item->box) == 0;
    const tie_dec in_unit = boxed ? quantity / item->box : quantity;
    const tie_dec expected = price_of(c, o, item);
    const bool discounted = o->customer->terms == TERMS_DISCOUNT;
    const tie_dec price = discounted ? list_price(o->region, item, o->done) : expected;
    const struct bill_line line = { .part = chance(&o->dice, 70) ? used->id : NULL,
        .sold = item->sold_as ? item->sold_as : item->material,
        .kind = "MAT",
        .unit = boxed ? "BOX" : item->unit,
        .text = item->label,
        .agreement = o->customer->contract,
        .quantity = in_unit,
        .price = boxed ? price * item->box : price,
        .discount = discounted ? money(quantity, price) - money(quantity, expected) : 0,
        .net = money(quantity, expected) };
    const size_t row = add_line(c, o, bill, &line);

    c->parts.at[part].line = row;
    return row;
}

size_t bill_labour(struct company *c, struct order *o, size_t bill, size_t labour)
{
    const struct labour *spent = &c->labours.at[labour];
    const bool is_work = spent->kind[0] == 'W';
    const tie_dec hours = is_work ? billed_hours(spent->minutes) : spent->minutes / 60;
    const tie_dec price = is_work ? work_price(o->region) : travel_price(o->region);
    const struct bill_line line = { .labour = spent->id,
        .sold = is_work ? "SV-1000" : "SV-1100",
        .kind = is_work ? "LAB" : "TRV",
        .unit = "h",
        .text = is_work ? "Labour" : "Travel time",
        .agreement = o->customer->contract,
        .quantity = hours,
        .price = price,
        .net = money(hours, price) };
    const size_t row = add_line(c, o, bill, &line);

    c->labours.at[labour].line = row;
    return row;
}

size_t bill_copy(struct company *c, size_t bill, size_t line)
{
    struct bill_line copy = c->lines.at[line];

    copy.bill = bill;
    copy.line = 10 * ++c->bills.at[bill].lines;
    TIE_PUSH(&c->arena, &c->lines, copy);
    return c->lines.count - 1;
}

const char *bill_of_line(const struct company *c, size_t line)
{
    return c->bills.at[c->lines.at[line].bill].no;
}

/* A cancelling document copies the original and offsets it; the original stays released (so the ERP works, not we). */
void cancel_bill(struct company *c, struct order *o, size_t bill, tie_date day)
{
    const size_t last = c->lines.count;
    const size_t cancel = open_bill(c, o, "S1", c->bills.at[bill].source, day);

    c->bills.at[cancel].cancels = c->bills.at[bill].no;
    for (size_t i = 0; i < last; i++) {
        if (c->lines.at[i].bill != bill || c->lines.at[i].dropped)
            continue;
        const size_t copy = bill_copy(c, cancel, i);

        c->lines.at[copy].cancels_line = c->lines.at[i].line;
    }
}

static tie_date soon_after_close(const struct company *c, struct order *o)
{
    const tie_date day = o->closed + (tie_date)roll(&o->dice, 5);

    return in_month_of(o->done, day > c->as_of ? c->as_of : day);
}

size_t debit_contract(struct company *c, struct order *o, const char *part, const char *labour, tie_dec amount)
{
    TIE_PUSH(&c->arena, &c->debits,
        (struct debit){ .no = next_number(c, NUMBER_LEDGER),
            .contract = o->customer->contract,
            .kind = "D",
            .order = spelled(c, o),
            .part = part,
            .labour = labour,
            .date = soon_after_close(c, o),
            .amount = amount });
    return c->debits.count - 1;
}

static size_t add_claim(struct company *c, struct order *o, struct claim claim)
{
    const bool is_vendor = o->payer == PAY_VENDOR;

    claim.no = next_number(c, NUMBER_CLAIM);
    claim.kind = is_vendor ? "V" : "R";
    claim.cover = o->cover;
    claim.order = spelled(c, o);
    claim.currency = o->region->currency;
    claim.filed = soon_after_close(c, o);
    for (size_t i = 0; i < c->covers.count && o->cover; i++)
        if (c->covers.at[i].id == o->cover)
            claim.party = c->covers.at[i].provider;
    TIE_PUSH(&c->arena, &c->claims, claim);
    return c->claims.count - 1;
}

size_t claim_part(struct company *c, struct order *o, size_t part)
{
    const struct part *used = &c->parts.at[part];
    const tie_dec quantity = base_of(used);
    const size_t row = add_claim(c, o,
        (struct claim){ .part = used->id,
            .material = used->item->material,
            .quantity = quantity,
            .parts = money(quantity, cost_of(o->region, used->item)) });

    c->parts.at[part].claim = row;
    return row;
}

size_t claim_labour(struct company *c, struct order *o, size_t labour)
{
    const struct labour *spent = &c->labours.at[labour];
    tie_dec cost = 0;

    TIE_ASSERT(tie_dec_muldiv(o->technician->hour_cost, spent->minutes / TIE_DEC_ONE, 60, &cost));
    const size_t row = add_claim(c, o, (struct claim){ .labour = spent->id, .work = tie_dec_round(cost, 2) });

    c->labours.at[labour].claim = row;
    return row;
}

static void zero_lines(struct company *c, struct order *o, const char *outcome)
{
    const size_t bill = open_bill(c, o, "F2", "FSM", soon_after_close(c, o));

    for (size_t i = 0; i < o->part_count; i++) {
        const size_t row = bill_part(c, o, bill, o->part_first + i, base_of(part_of(c, o, i)));
        struct bill_line *line = &c->lines.at[row];

        line->outcome = outcome;
        line->price = line->discount = line->net = 0;
    }
    o->bill = bill;
}

static void bill_order(struct company *c, struct order *o)
{
    tie_date day = soon_after_close(c, o);

    if (o->customer->monthly)
        day = month_end(o->closed);
    o->bill = open_bill(c, o, "F2", "FSM", day);
    for (size_t i = 0; i < o->part_count; i++)
        bill_part(c, o, o->bill, o->part_first + i, base_of(part_of(c, o, i)));
    for (size_t i = 0; i < o->labour_count; i++)
        bill_labour(c, o, o->bill, o->labour_first + i);
    if (!o->is_plain && chance(&o->dice, 20))
        add_line(c, o, o->bill,
            &(struct bill_line){ .kind = "FEE",
                .unit = "EA",
                .text = "Trip charge",
                .quantity = UNITS(1),
                .price = UNITS(35),
                .net = UNITS(35) });
}

void settle_order(struct company *c, struct order *o)
{
    const bool has_zero_lines = !o->is_plain && o->part_count > 0 && chance(&o->dice, 30);

    if (o->part_count + o->labour_count == 0)
        return;
    if (o->payer == PAY_CUSTOMER) {
        bill_order(c, o);
        return;
    }
    for (size_t i = 0; i < o->part_count && o->payer != PAY_FLAT; i++) {
        const size_t part = o->part_first + i;

        if (o->payer == PAY_METERED)
            c->parts.at[part].debit = debit_contract(c, o, c->parts.at[part].id, NULL,
                money(base_of(&c->parts.at[part]), price_of(c, o, c->parts.at[part].item)));
        else
            claim_part(c, o, part);
    }
    for (size_t i = 0; i < o->labour_count && o->payer != PAY_FLAT; i++) {
        const size_t labour = o->labour_first + i;

        if (o->payer == PAY_METERED)
            c->labours.at[labour].debit = debit_contract(c, o, NULL, c->labours.at[labour].id,
                money(billed_hours(c->labours.at[labour].minutes), work_price(o->region)));
        else
            claim_labour(c, o, labour);
    }
    if (has_zero_lines)
        zero_lines(c, o, o->payer == PAY_VENDOR || o->payer == PAY_RESERVE ? "WAR" : "CON");
}
