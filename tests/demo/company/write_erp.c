/*
 * write_erp.c - the ERP as INSERT statements for SQLite, one function a group of tables, cells in the order of the
 * schema.
 */
#include "company.h"

#define EVERY(list, row) for (size_t row##_at = 0; row##_at < (list).count; row##_at++)

static void put_words(struct writer *w, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_text(w, words[i]);
    end_row(w);
}
#define ROW(w, ...)                                                                                                    \
    put_words(w, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void write_calendar(struct writer *w)
{
    static const char *const companies[] = { "BE01", "UK01" };

    begin_table(w, "company_period", NULL);
    for (size_t i = 0; i < TIE_COUNT_OF(companies); i++) {
        for (int month = 1; month <= 6; month++) {
            put_text(w, companies[i]);
            put_text(w, (const char[]){ '2', '0', '2', '6', '-', '0', (char)('0' + month), '\0' });
            put_date(w, day_of(month, 1));
            put_date(w, day_of(month, tie_month_days(2026, month)));
            put_date(w, month < 5 ? day_of(month + 1, 8) : TIE_NO_DATE);
            end_row(w);
        }
    }
    begin_table(w, "exchange_rate", NULL);
    for (tie_date day = day_of(4, 1); day <= day_of(6, 30); day += 7) {
        put_text(w, "GBP");
        put_text(w, "EUR");
        put_date(w, day);
        put_text(w, "M");
        put_number(w, 1165000 + (day - day_of(4, 1)) * 130);
        end_row(w);
    }
}

static void write_material(struct writer *w, const struct item *item)
{
    const bool bought = item->kind == ITEM_NONSTOCK;

    begin_table(w, "material", NULL);
    ROW(w, item->material, item->label, item->unit, bought ? "NLAG" : "LAGR", item->kind == ITEM_SERIAL ? "2" : "0",
        item->kind == ITEM_SERIAL ? "BOARD" : "SPARE");
    if (item->sold_as) {
        ROW(w, item->sold_as, item->label, item->unit, "VERK", "0", "SPARE");
        begin_table(w, "sales_code", NULL);
        ROW(w, item->material, item->sold_as);
    }
    begin_table(w, "material_unit", NULL);
    if (item->box) {
        put_text(w, item->material);
        put_text(w, "BOX");
        put_int(w, item->box);
        put_int(w, 1);
        end_row(w);
    }
    begin_table(w, "material_cost", NULL);
    for (int year = 2025; year <= 2026; year++) {
        for (size_t k = 0; k < 2; k++) {
            put_text(w, item->material);
            put_text(w, k ? "2000" : "");
            put_date(w, tie_date_from_civil(year, 1, 1));
            put_money(w, year == 2026 ? item->cost[k] : money(item->cost[k], CENTS(95)));
            put_text(w, k ? "GBP" : "EUR");
            end_row(w);
        }
    }
}

static void write_materials(const struct company *c, struct writer *w)
{
    EVERY(c->items, row)
    write_material(w, &c->items.at[row_at]);
    begin_table(w, "material", NULL);
    ROW(w, "SV-1000", "Labour", "h", "DIEN", "0", "SERVICE");
    ROW(w, "SV-1100", "Travel time", "h", "DIEN", "0", "SERVICE");
    begin_table(w, "sales_code", NULL);
    ROW(w, "work", "SV-1000");
    ROW(w, "travel", "SV-1100");
    begin_table(w, "storage_bin", NULL);
    for (size_t r = 0; r < TIE_COUNT_OF(c->regions); r++)
        ROW(w, c->regions[r].warehouse, "W", c->regions[r].entity, c->regions[r].plant);
    EVERY(c->technicians, row)
    {
        const struct technician *row = &c->technicians.at[row_at];

        if (row->bin && row->person)
            ROW(w, row->bin, "V", row->region->entity, row->region->plant);
    }
}

struct condition {
    const char *list, *used, *debtor, *unit, *currency;
    tie_date from, to;
    tie_dec price, least, step; /* minutes; TIE_NONE: not labour */
};

static void write_condition(struct writer *w, const struct condition *condition)
{
    put_text(w, condition->list);
    put_text(w, condition->used);
    put_text(w, condition->debtor);
    put_date(w, condition->from);
    put_date(w, condition->to);
    put_money(w, condition->price);
    put_text(w, condition->unit);
    put_text(w, condition->currency);
    put_number(w, condition->least);
    put_number(w, condition->step);
    end_row(w);
}

static void write_list_prices(const struct company *c, struct writer *w)
{
    const struct region *home = &c->regions[0];
    const tie_date increase = day_of(INCREASE_MONTH, 1);

    EVERY(c->items, row)
    {
        const struct item *row = &c->items.at[row_at];
        struct condition p = { "LIST", row->material, "", row->unit, "EUR", day_of(1, 1) - 365, TIE_NO_DATE,
            list_price(home, row, increase - 1), TIE_NONE, TIE_NONE };

        if (row->kind == ITEM_RISING)
            p.to = increase - 1;
        write_condition(w, &p);
        if (row->kind != ITEM_RISING)
            continue;
        p.from = increase;
        p.to = TIE_NO_DATE;
        p.price = list_price(home, row, increase);
        write_condition(w, &p);
    }
}

static void write_labour_prices(const struct region *region, const char *list, const char *debtor, struct writer *w)
{
    const tie_date from = day_of(1, 1);

    write_condition(w,
        &(struct condition){
            list, "work", debtor, "h", region->currency, from, TIE_NO_DATE, work_price(region), UNITS(60), UNITS(15) });
    write_condition(w,
        &(struct condition){
            list, "travel", debtor, "h", region->currency, from, TIE_NO_DATE, travel_price(region), 0, UNITS(15) });
}

static void write_prices(const struct company *c, struct writer *w)
{
    begin_table(w, "price_condition", NULL);
    write_list_prices(c, w);
    write_labour_prices(&c->regions[0], "LIST", "", w);
    for (size_t i = 0; i < c->customers.count; i++) {
        const struct customer *customer = &c->customers.at[i];

        for (size_t k = 0; k < c->items.count; k++) {
            const struct item *item = &c->items.at[k];
            const tie_dec price = own_price(customer, item);

            if (price != 0 && customer->debtor)
                write_condition(w,
                    &(struct condition){ "SPECIAL", item->material, customer->debtor, item->unit,
                        customer->region->currency, day_of(1, 1), TIE_NO_DATE, price, TIE_NONE, TIE_NONE });
        }
        if (customer->region->money && customer->debtor)
            write_labour_prices(customer->region, "SPECIAL", customer->debtor, w);
    }
}

static void write_customers(const struct company *c, struct writer *w)
{
    EVERY(c->customers, row)
    {
        const struct customer *row = &c->customers.at[row_at];
        const bool is_discount = row->terms == TERMS_DISCOUNT;

        if (!row->debtor)
            continue;
        begin_table(w, "debtor", NULL);
        ROW(w, row->debtor, row->name, row->monthly ? "monthly" : NULL, row->region->currency, row->region->entity,
            row->region->country);
        if (!row->contract)
            continue;
        begin_table(w, "service_contract", NULL);
        put_text(w, row->contract);
        put_text(w, row->debtor);
        put_date(w, day_of(1, 1) - 365);
        put_date(w, day_of(12, 31));
        put_text(w, "AKT");
        put_text(w, row->region->currency);
        put_text(w, row->region->entity);
        /* Every other one was signed late for cover that began long before: retroactive, and valid. */
        put_date(w, row_at % 2 ? day_of(6, 20) : day_of(1, 1) - 380);
        end_row(w);
        begin_table(w, "service_contract_pos", NULL);
        put_text(w, row->contract);
        put_int(w, 1);
        put_int(w, is_discount ? 0 : 100);
        put_int(w, is_discount ? 10 : 0);
        put_text(w, row->terms == TERMS_METERED ? "900000.00" : NULL);
        end_row(w);
    }
}

/* Their lines would cover everything, if the contract were in force. */
static void write_old_contracts(const struct company *c, struct writer *w)
{
    EVERY(c->old_contracts, row)
    {
        const struct old_contract *row = &c->old_contracts.at[row_at];

        begin_table(w, "service_contract", NULL);
        put_text(w, row->no);
        put_text(w, row->customer->debtor);
        put_date(w, row->from);
        put_date(w, row->to);
        put_text(w, row->is_suspended ? "RUH" : "AKT");
        put_text(w, row->customer->region->currency);
        put_text(w, row->customer->region->entity);
        put_date(w, row->from);
        end_row(w);
        begin_table(w, "service_contract_pos", NULL);
        put_text(w, row->no);
        put_int(w, 1);
        put_int(w, 100);
        put_int(w, 0);
        put_text(w, NULL);
        end_row(w);
    }
}

static void write_moves(const struct company *c, struct writer *w)
{
    begin_table(w, "matdoc", NULL);
    EVERY(c->docs, row)
    {
        put_text(w, c->docs.at[row_at].no);
        put_date(w, c->docs.at[row_at].date);
        put_date(w, c->docs.at[row_at].posted);
        put_date(w, c->docs.at[row_at].entered);
        put_text(w, c->docs.at[row_at].user);
        end_row(w);
    }
    begin_table(w, "matdoc_item", NULL);
    EVERY(c->moves, row)
    {
        const struct move *row = &c->moves.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, c->docs.at[row->doc].no);
        put_int(w, row->line);
        put_text(w, row->type);
        put_text(w, row->side);
        put_text(w, row->material);
        put_number(w, row->quantity);
        put_text(w, row->unit);
        put_money(w, row->value);
        put_text(w, row->currency);
        put_text(w, row->order);
        put_text(w, row->centre);
        put_text(w, row->from);
        put_text(w, row->to);
        put_text(w, row->part);
        put_text(w, row->key);
        put_text(w, row->serial);
        put_text(w, row->owner);
        put_text(w, row->back_doc);
        put_number(w, row->back_doc ? UNITS(row->back_line) : TIE_NONE);
        end_row(w);
    }
}

static bool has_lines(const struct company *c, size_t bill)
{
    for (size_t i = 0; i < c->lines.count; i++)
        if (c->lines.at[i].bill == bill && !c->lines.at[i].dropped)
            return true;
    return false;
}

static void write_bill_lines(const struct company *c, struct writer *w)
{
    begin_table(w, "billdoc_item", NULL);
    EVERY(c->lines, row)
    {
        const struct bill_line *row = &c->lines.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, c->bills.at[row->bill].no);
        put_int(w, row->line);
        put_text(w, row->order);
        put_text(w, row->part);
        put_text(w, row->labour);
        put_text(w, row->sold);
        put_text(w, row->kind);
        put_text(w, row->outcome);
        put_number(w, row->quantity);
        put_text(w, row->unit);
        put_money(w, row->price);
        put_money(w, row->discount);
        put_money(w, row->net);
        put_money(w, money(row->net, CENTS(c->bills.at[row->bill].currency[0] == 'G' ? 20 : 21)));
        put_text(w, row->text);
        put_text(w, row->group);
        put_text(w, row->agreement);
        put_number(w, row->cancels_line ? UNITS(row->cancels_line) : TIE_NONE);
        end_row(w);
    }
}

static void write_bills(const struct company *c, struct writer *w)
{
    size_t line = 0;

    begin_table(w, "billdoc", NULL);
    EVERY(c->bills, row)
    {
        const struct bill *row = &c->bills.at[row_at];

        /* Lines of a document mostly stand together; the full look is for those that a plant took apart. */
        while (line < c->lines.count && c->lines.at[line].bill < row_at)
            line++;
        const bool found = line < c->lines.count && c->lines.at[line].bill == row_at && !c->lines.at[line].dropped;

        if (!found && !has_lines(c, row_at))
            continue;
        put_text(w, row->no);
        put_text(w, row->kind);
        put_text(w, row->state);
        put_text(w, row->source);
        put_text(w, row->debtor);
        put_text(w, row->currency);
        put_text(w, row->entity);
        put_date(w, row->date);
        put_text(w, row->cancels);
        put_text(w, row->corrects);
        put_text(w, "180000");
        end_row(w);
    }
    write_bill_lines(c, w);
}

static void write_ledgers(const struct company *c, struct writer *w)
{
    begin_table(w, "service_ledger", NULL);
    EVERY(c->debits, row)
    {
        const struct debit *row = &c->debits.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->no);
        put_text(w, row->contract);
        put_int(w, 1);
        put_date(w, row->date);
        put_text(w, row->kind);
        put_money(w, row->amount);
        put_text(w, row->order);
        put_text(w, row->part);
        put_text(w, row->labour);
        end_row(w);
    }
    begin_table(w, "warranty_claim", NULL);
    EVERY(c->claims, row)
    {
        const struct claim *row = &c->claims.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->no);
        put_text(w, row->kind);
        put_text(w, row->party);
        put_text(w, row->cover);
        put_text(w, row->order);
        put_text(w, row->part);
        put_text(w, row->labour);
        put_text(w, row->material);
        put_number(w, row->quantity ? row->quantity : TIE_NONE);
        put_money(w, row->parts);
        put_money(w, row->work);
        put_text(w, row->currency);
        put_date(w, row->filed);
        put_text(w, "S");
        end_row(w);
    }
}

void write_erp(const struct company *c, FILE *out)
{
    struct writer w = { .out = out, .is_sql = true };

    fputs("BEGIN;\n", out);
    write_calendar(&w);
    write_materials(c, &w);
    write_prices(c, &w);
    write_customers(c, &w);
    write_old_contracts(c, &w);
    write_moves(c, &w);
    write_bills(c, &w);
    write_ledgers(c, &w);
    fputs("COMMIT;\n", out);
}
