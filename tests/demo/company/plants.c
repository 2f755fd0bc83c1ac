/*
 * plants.c - how a fault is planted: a fresh clean order, and the few ways to spoil it that several plants share.
 */
#include "company.h"

#define LAST_DAYS 6

struct order plant_order(struct company *c, size_t copy, const struct wish *wish)
{
    static const size_t region_of_copy[] = { 0, 2, 1 };
    struct wish plain = *wish;

    plain.is_plain = true;
    plain.has_header = !wish->has_no_header;
    if (!plain.region && !plain.customer)
        plain.region = &c->regions[region_of_copy[copy % 3]];
    if (!plain.closed) {
        plain.closed = workday_from(day_of(5, 6) + (tie_date)(c->plant_count * 7 % 30));
        if (month_end(plain.closed) <
            plain.closed + LAST_DAYS) /* what a plant books a few days later stays in the month */
            plain.closed = workday_from(month_end(plain.closed) + 1);
    }
    return make_order(c, &plain);
}

struct order one_part_order(struct company *c, size_t copy, enum payer payer, enum item_kind kind, int quantity)
{
    return plant_order(c, copy,
        &(struct wish){ .payer = payer,
            .parts = 1,
            .minutes = 60,
            .item = item_of(c, kind, c->plant_count),
            .quantity = UNITS(quantity) });
}

void forget_refs(struct company *c, struct order *o)
{
    for (size_t i = 0; i < o->part_count; i++) {
        const struct part *part = part_of(c, o, i);

        if (part->move != NO_ROW) {
            c->moves.at[part->move].part = c->moves.at[part->move].key = NULL;
            c->docs.at[c->moves.at[part->move].doc].user = "STOREMAN";
        }
        if (part->line != NO_ROW)
            c->lines.at[part->line].part = NULL;
    }
}

void set_move(struct company *c, struct order *o, size_t move, tie_dec quantity)
{
    for (size_t i = 0; i < c->items.count; i++)
        if (strcmp(c->items.at[i].material, c->moves.at[move].material) == 0)
            c->moves.at[move].value = money(quantity, cost_of(o->region, &c->items.at[i]));
    c->moves.at[move].quantity = quantity;
}

void set_line(struct company *c, size_t line, tie_dec quantity, tie_dec price)
{
    c->lines.at[line].quantity = quantity;
    c->lines.at[line].price = price;
    c->lines.at[line].discount = 0;
    c->lines.at[line].net = money(quantity, price);
}

size_t repeat_move(struct company *c, size_t move, tie_date day)
{
    struct move copy = c->moves.at[move];

    TIE_PUSH(
        &c->arena, &c->docs, (struct doc){ next_number(c, NUMBER_DOC), c->docs.at[copy.doc].user, day, day, day, 1 });
    copy.doc = c->docs.count - 1;
    copy.line = 1;
    TIE_PUSH(&c->arena, &c->moves, copy);
    return c->moves.count - 1;
}

const char *move_row(struct company *c, size_t move)
{
    return row_id(c, c->docs.at[c->moves.at[move].doc].no, c->moves.at[move].line);
}

const char *line_row(struct company *c, size_t line)
{
    return row_id(c, bill_of_line(c, line), c->lines.at[line].line);
}

/* A line for something that was neither used nor issued. */
size_t bill_phantom(struct company *c, struct order *o, size_t bill, const struct item *item, tie_dec quantity)
{
    const size_t part = add_part(c, o, item, quantity);
    const size_t line = bill_part(c, o, bill, part, quantity);

    c->parts.at[part].dropped = true;
    c->lines.at[line].part = NULL;
    return line;
}

void run_plants(struct company *c, const struct plant *plants, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        c->plant_name = plants[i].name;
        c->plant_why = plants[i].why;
        for (size_t copy = 0; copy < plants[i].copies; copy++) {
            c->plant_count++;
            plants[i].plant(c, copy);
        }
    }
}
