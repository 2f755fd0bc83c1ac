/*
 * order.c - one order that is right in all three legs, and two months of them.
 *
 * make_order() walks the order's life: created, visited, used, closed, issued, settled. Nothing here is ever wrong on
 * purpose. Items of an order differ from each other, so that a plant on one part can't disturb the group of another.
 * An order that would close after the as-of is left planned, without any use: it waits for nothing.
 */
#include "company.h"

#define FIRST_ORDER 100001

struct part *part_of(struct company *c, const struct order *o, size_t nth)
{
    TIE_ASSERT(nth < o->part_count);
    return &c->parts.at[o->part_first + nth];
}

struct labour *labour_of(struct company *c, const struct order *o, size_t nth)
{
    TIE_ASSERT(nth < o->labour_count);
    return &c->labours.at[o->labour_first + nth];
}

struct job *job_of(struct company *c, const struct order *o)
{
    return &c->jobs.at[o->job];
}

tie_dec base_of(const struct part *part)
{
    return part->unit[0] == 'B' ? part->quantity * part->item->box : part->quantity;
}

tie_dec price_of(struct company *c, const struct order *o, const struct item *item)
{
    const tie_dec own = own_price(o->customer, item);
    const tie_dec price = own != 0 ? own : list_price(o->region, item, o->done);

    (void)c;
    return o->customer->terms == TERMS_DISCOUNT ? times(price, CENTS(90)) : price;
}

size_t add_part(struct company *c, struct order *o, const struct item *item, tie_dec quantity)
{
    const struct visit *visit = &c->visits.at[o->visit];
    const tie_instant device = visit->started + (tie_instant)(10 + roll(&o->dice, 30)) * 60 * TIE_US_PER_SECOND;
    const char *id = next_number(c, NUMBER_PART);

    TIE_PUSH(&c->arena, &c->parts,
        (struct part){ .id = id,
            .key = text(c, "%08x-%s", roll(&o->dice, UINT32_MAX), id + 3),
            .job = o->id,
            .visit = visit->id,
            .crew = o->technician->code,
            .action = "USED",
            .unit = item->unit,
            .serial = item->kind == ITEM_SERIAL ? text(c, "SN%s", id + 3) : NULL,
            .store = o->technician->van,
            .owner = "OURS",
            .state = "BOOKED",
            .item = item,
            .quantity = quantity,
            .device = device,
            .server = device + 90 * TIE_US_PER_SECOND,
            .move = NO_ROW,
            .line = NO_ROW,
            .claim = NO_ROW,
            .debit = NO_ROW });
    return c->parts.count - 1;
}

size_t add_labour(struct company *c, struct order *o, const char *kind, tie_dec minutes)
{
    const struct visit *visit = &c->visits.at[o->visit];

    TIE_PUSH(&c->arena, &c->labours,
        (struct labour){ .id = next_number(c, NUMBER_LABOUR),
            .job = o->id,
            .visit = visit->id,
            .crew = o->technician->code,
            .kind = kind,
            .minutes = minutes,
            .start = visit->started,
            .end = visit->started + minutes / TIE_DEC_ONE * 60 * TIE_US_PER_SECOND,
            .line = NO_ROW,
            .claim = NO_ROW,
            .debit = NO_ROW });
    return c->labours.count - 1;
}

const char *add_decision(struct company *c, struct order *o, const char *verdict, const char *part, const char *cover)
{
    const char *id = next_number(c, NUMBER_FSM_OTHER);

    TIE_PUSH(&c->arena, &c->decisions,
        (struct decision){ .id = id,
            .job = o->id,
            .part = part,
            .verdict = verdict,
            .cover = cover,
            .at = local_time(o->region, o->done, 16 * 60) });
    return id;
}

const char *add_approval(struct company *c, const struct order *o, const char *object, const char *state, tie_dec limit)
{
    return add_approval_of(c, o, "JOB_PART", object, "GOODWILL", state, limit);
}

const char *add_approval_of(struct company *c, const struct order *o, const char *object_kind, const char *object,
    const char *topic, const char *state, tie_dec limit)
{
    const char *id = next_number(c, NUMBER_FSM_OTHER);

    TIE_PUSH(&c->arena, &c->approvals,
        (struct approval){ id, object_kind, object, topic, state, o->region->currency, limit,
            local_time(o->region, o->done, 16 * 60 + 30) });
    return id;
}

void drop_order_header(struct company *c, struct order *o)
{
    if (o->header != NO_ROW)
        c->decisions.at[o->header].dropped = true;
    o->header = NO_ROW;
}

static void choose_days(struct order *o, const struct wish *wish)
{
    if (wish->closed) {
        o->closed = wish->closed;
        o->done = wish->is_plain ? wish->closed : wish->closed - (tie_date)roll(&o->dice, 2);
        if (month_end(o->done) < o->closed)
            o->done = o->closed;
        o->created = o->done - 1 - (tie_date)roll(&o->dice, 3);
        return;
    }
    o->created = wish->created;
    o->done = workday_from(wish->created + (tie_date)roll(&o->dice, 4));
    o->closed = in_month_of(o->done, o->done + (tie_date)roll(&o->dice, 3));
}

static void choose_people(struct company *c, struct order *o, const struct wish *wish)
{
    o->customer = wish->customer ? wish->customer : customer_for(c, &o->dice, wish);
    o->region = o->customer->region;
    do
        o->technician = &c->technicians.at[roll(&o->dice, TECHNICIANS)];
    while (o->technician->region != o->region);
    if (o->payer != PAY_VENDOR && o->payer != PAY_RESERVE)
        return;
    const char *equip = o->customer->equip[o->payer == PAY_VENDOR ? 1 : 2];

    for (size_t i = 0; i < c->covers.count; i++)
        if (c->covers.at[i].equip == equip)
            o->cover = c->covers.at[i].id;
}

static void add_job(struct company *c, struct order *o)
{
    static const char *const kinds[] = { "REPAIR", "REPAIR", "REPAIR", "MAINT", "INSTALL" };
    const size_t machine = o->payer == PAY_VENDOR ? 1 : o->payer == PAY_RESERVE ? 2 : 0;
    const bool is_late = o->closed > c->as_of;

    o->id = text(c, "WO-%zu", FIRST_ORDER + c->order_count);
    c->order_count++;
    TIE_PUSH(&c->arena, &c->jobs,
        (struct job){ .id = o->id,
            .kind = kinds[roll(&o->dice, TIE_COUNT_OF(kinds))],
            .state = is_late ? "PLANNED" : "CLOSED",
            .account = o->customer->account,
            .equip = o->customer->equip[machine],
            .agreement = o->customer->contract,
            .area = o->region->code,
            .company = o->region->entity,
            .currency = o->region->currency,
            .price_mode = "TIME_MATERIAL",
            .billing_rule = "AFTER",
            .fixed_price = TIE_NONE,
            .created = local_time(o->region, o->created, 8 * 60 + (int)roll(&o->dice, 500)),
            .done = is_late ? TIE_NONE : local_time(o->region, o->done, 16 * 60),
            .closed = is_late ? TIE_NONE : local_time(o->region, o->closed, 17 * 60 + (int)roll(&o->dice, 60)),
            .cancelled = TIE_NONE });
    o->job = c->jobs.count - 1;
}

static void add_visit(struct company *c, struct order *o)
{
    const tie_instant start = local_time(o->region, o->done, 8 * 60 + (int)roll(&o->dice, 240));
    char day[16];

    tie_date_print(o->done, day);
    TIE_PUSH(&c->arena, &c->visits,
        (struct visit){ next_number(c, NUMBER_VISIT), o->id, o->technician->code, o->technician->van,
            text(c, "%s/%s", o->technician->code, day), "DONE", start, start + 3 * 3600 * TIE_US_PER_SECOND });
    o->visit = c->visits.count - 1;
}

static tie_dec any_quantity(struct order *o, const struct item *item)
{
    if (item->kind == ITEM_SERIAL)
        return UNITS(1);
    if (item->kind == ITEM_METRE)
        return UNITS(5 + roll(&o->dice, 40)) / 2;
    return UNITS(1 + roll(&o->dice, item->kind == ITEM_BOXED ? 18 : 4));
}

static const struct item *any_item(struct company *c, struct order *o)
{
    const struct item *item;
    bool is_taken;

    do {
        item = &c->items.at[roll(&o->dice, (uint32_t)c->items.count)];
        is_taken = item->kind == ITEM_RARE || item->kind == ITEM_CONSUMABLE;
        for (size_t i = 0; i < o->part_count; i++)
            is_taken = is_taken || part_of(c, o, i)->item == item;
    } while (is_taken);
    return item;
}

static void use_parts(struct company *c, struct order *o, const struct wish *wish)
{
    static const uint8_t counts[] = { 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6 };
    const size_t count = wish->parts >= 0 ? (size_t)wish->parts : counts[roll(&o->dice, sizeof counts)];

    o->part_first = c->parts.count;
    for (size_t i = 0; i < count; i++) {
        const struct item *item = i == 0 && wish->item ? wish->item : any_item(c, o);
        const tie_dec quantity = i == 0 && wish->quantity ? wish->quantity : any_quantity(o, item);

        add_part(c, o, item, quantity);
        o->part_count++;
        struct part *part = part_of(c, o, i);

        if (item->kind == ITEM_BOXED && !wish->item && chance(&o->dice, 50)) {
            part->unit = "BOX";
            part->quantity = UNITS(1 + roll(&o->dice, 3));
        }
        /* Off-line devices deliver up to two days late. */
        if (!o->is_plain && chance(&o->dice, 8) && o->done + 3 < c->as_of)
            part->server += (tie_instant)roll(&o->dice, 48) * 3600 * TIE_US_PER_SECOND;
    }
}

static void spend_time(struct company *c, struct order *o, const struct wish *wish)
{
    static const int lengths[] = { 25, 35, 45, 60, 61, 75, 90, 100, 120, 150, 165 };
    const bool by_chance = o->part_count == 0 || chance(&o->dice, 80);
    const int minutes = wish->minutes >= 0 ? wish->minutes
        : by_chance                        ? lengths[roll(&o->dice, TIE_COUNT_OF(lengths))]
                                           : 0;

    o->labour_first = c->labours.count;
    if (minutes == 0)
        return;
    add_labour(c, o, "WORK", UNITS(minutes));
    o->labour_count = 1;
    if (o->is_plain || (o->payer != PAY_CUSTOMER && o->payer != PAY_FLAT) || !chance(&o->dice, 40))
        return;
    add_labour(c, o, "TRAVEL", UNITS(15 * (1 + roll(&o->dice, 4))));
    o->labour_count = 2;
}

static void decide(struct company *c, struct order *o, const struct wish *wish)
{
    static const char *const verdicts[] = { "BILLABLE", "VENDOR_WTY", "OWN_WTY", "AGREEMENT", "AGREEMENT" };
    const bool by_chance = o->payer != PAY_CUSTOMER || (o->customer->terms != TERMS_DISCOUNT && chance(&o->dice, 50));
    const char *named = o->cover ? o->cover : o->payer != PAY_CUSTOMER ? o->customer->contract : NULL;

    if (wish->has_no_header || (!by_chance && !wish->has_header))
        return;
    add_decision(c, o, verdicts[o->payer], NULL, named);
    o->header = c->decisions.count - 1;
}

struct order make_order(struct company *c, const struct wish *wish)
{
    struct order o = { .dice = { c->seed * UINT64_C(0xD1342543DE82EF95) + c->order_count },
        .payer = wish->payer,
        .is_plain = wish->is_plain,
        .bill = NO_ROW,
        .header = NO_ROW,
        .visit = NO_ROW,
        .doc = NO_ROW,
        .part_first = c->parts.count,
        .labour_first = c->labours.count };

    choose_people(c, &o, wish);
    choose_days(&o, wish);
    add_job(c, &o);
    if (o.closed > c->as_of)
        return o;
    add_visit(c, &o);
    use_parts(c, &o, wish);
    spend_time(c, &o, wish);
    decide(c, &o, wish);
    if (!wish->is_unsigned)
        TIE_PUSH(&c->arena, &c->proofs,
            (struct proof){ next_number(c, NUMBER_FSM_OTHER), "JOB", o.id, "SIGNATURE",
                local_time(o.region, o.done, 15 * 60 + 50), false });
    for (size_t i = 0; i < o.part_count; i++)
        issue_part(c, &o, o.part_first + i);
    settle_order(c, &o);
    return o;
}

void call_off(struct company *c, struct order *o)
{
    struct job *job = job_of(c, o);

    job->state = "CANCELLED";
    job->cancelled = job->closed;
    job->done = job->closed = TIE_NONE;
    c->visits.at[o->visit].result = "CALLED_OFF";
}

/* A cancelled order; every third had its part issued and brought back (net nothing). */
static void make_cancelled(struct company *c, const struct wish *wish)
{
    struct wish empty = *wish;

    empty.parts = empty.minutes = 0;
    empty.has_no_header = true;
    struct order o = make_order(c, &empty);

    if (o.closed > c->as_of)
        return;
    call_off(c, &o);
    if (!chance(&o.dice, 33))
        return;
    struct booking booking = { .type = "261",
        .side = "H",
        .order = o.id,
        .user = "STOREMAN",
        .item = item_of(c, ITEM_PART, roll(&o.dice, 24)),
        .quantity = UNITS(2),
        .day = o.done };
    const size_t out = book_move(c, &o, &booking);

    booking.type = "262";
    booking.side = "S";
    const size_t back = book_move(c, &o, &booking);

    c->moves.at[back].back_doc = c->docs.at[c->moves.at[out].doc].no;
    c->moves.at[back].back_line = c->moves.at[out].line;
}

static void make_some_order(struct company *c, struct dice *dice, tie_date created)
{
    static const enum payer by_terms[] = { PAY_CUSTOMER, PAY_CUSTOMER, PAY_CUSTOMER, PAY_METERED, PAY_FLAT };
    const struct customer *customer = &c->customers.at[roll(dice, (uint32_t)c->customers.count)];
    struct wish wish = {
        .customer = customer, .payer = by_terms[customer->terms], .parts = -1, .minutes = -1, .created = created
    };
    const uint32_t luck = roll(dice, 100);

    if (customer->terms < TERMS_DISCOUNT && luck < 18)
        wish.payer = PAY_VENDOR;
    else if (customer->terms < TERMS_DISCOUNT && luck < 30)
        wish.payer = PAY_RESERVE;
    if (chance(dice, 2))
        make_cancelled(c, &wish);
    else
        make_order(c, &wish);
}

void make_clean_orders(struct company *c, size_t count)
{
    static const uint32_t rhythm[7] = { 24, 23, 21, 21, 18, 5, 1 };
    struct dice dice = { c->seed };
    const tie_date first = day_of(4, 30);
    const uint32_t days = (uint32_t)(c->as_of - first + 1);

    for (size_t i = 0; i < count; i++) {
        tie_date day;

        do
            day = first + (tie_date)roll(&dice, days);
        while (roll(&dice, 24) >= rhythm[tie_date_weekday(day)]);
        make_some_order(c, &dice, day);
    }
    /* Some of the weeks before the window: read as history, out of scope. */
    for (size_t i = 0; i < count / 40; i++)
        make_some_order(c, &dice, day_of(4, 1) + (tie_date)roll(&dice, 20));
}
