/*
 * correction_value.c - what fills a cell of a correction file, and what keeps a correction out of it.
 *
 * A value goes through one path: taken from the finding, refused when it could act as a formula, turned into the ERP's
 * own name, measured against the decimals that unit and column allow. Nothing is cut, rounded or quoted to make it
 * fit: a correction that does not fit is not exported and says why. The one exception is the unit cost on a stock
 * move, which is information beside a quantity and is rounded to four decimals.
 * Invariant of billing lines: quantity * price is exactly the correction's amount. Where the division has no end within
 * four decimals, the quantity has too many, or nothing but money is wrong, the line bills 1 at the amount.
 * Of "GR-REV+GI" (an issue moved to the order that used the part) the return belongs to the order of the wrong posting,
 * of which a movement tells the number and nobody the customer. Rejected: the customer of the right order in its place;
 * that party never got the goods, and a return and an issue for the same party move nothing. So customer, payer and
 * order of that return are empty, and a format that demands one of them takes the correction back.
 */
#include "correction_value.h"

#include <string.h>

/* A bill's line without product has no unit, and then two decimals are what an ERP takes. */
enum { PRICE_DECIMALS = 4, QUANTITY_DECIMALS = 4, QUANTITY_DECIMALS_WITHOUT_PRODUCT = 2, NO_DIGITS_GIVEN = 6 };

/* ---- the parts of a correction ---- */

static bool is_return_half(const struct correction *correction)
{
    return correction->is_half && tie_text_is(correction->verb, "GR-REV");
}

/* Whether the document takes back what stands on another order than the finding's. */
static bool is_of_other_order(const struct correction *correction)
{
    return is_return_half(correction) && strcmp(correction->finding->verb, "GR-REV+GI") == 0;
}

/* Of "GI+GR-REV" the issue is of the item used, the return of the item that was issued instead; a part that is moved
 * from order to order is the same in both. */
static bool is_of_other_item(const struct correction *correction)
{
    return is_return_half(correction) && correction->finding->other_item[0] != '\0';
}

static const char *item_of(const struct correction *correction)
{
    return is_of_other_item(correction) ? correction->finding->other_item : correction->finding->item;
}

/* All that was issued of the other item comes back, which need not be as much as was used. */
static tie_dec quantity_of(const struct correction *correction)
{
    const struct tie_finding *finding = correction->finding;
    const bool is_posted = is_of_other_item(correction) && finding->movement_qty != TIE_NONE;
    const tie_dec quantity = is_posted ? finding->movement_qty : finding->correction_qty;

    return quantity == TIE_NONE ? TIE_NONE : tie_dec_abs(quantity);
}

static tie_str key_of(const struct correction *correction, const char *text)
{
    const tie_str key = tie_pool_find(correction->report->world->pool, tie_text_of(text));

    return key == TIE_STR_UNKNOWN ? 0 : key;
}

static const char *unit_of(const struct correction *correction)
{
    const struct tie_world *world = correction->report->world;
    const tie_str key = is_of_other_item(correction) ? key_of(correction, correction->finding->other_item) : 0;
    const struct tie_item *item = key == 0 ? NULL : tie_world_item(world, key);

    return item == NULL ? correction->finding->uom : tie_pool_chars(world->pool, item->base_uom);
}

/* Whether the ERP knows an id: its master data, else the pairs of ids; without either both systems use the same ids. */
static bool is_known(const struct correction *correction, enum tie_xref_kind kind, const char *id)
{
    const struct tie_world *world = correction->report->world;
    const bool *is_delivered = world->delivery->dataset;
    const tie_str key = key_of(correction, id);

    if (kind == TIE_XREF_ITEM && is_delivered[TIE_DS_ITEM])
        return key != 0 && tie_world_item(world, key) != NULL;
    if (kind == TIE_XREF_CUSTOMER && is_delivered[TIE_DS_CUSTOMER])
        return key != 0 && tie_world_customer(world, key) != NULL;
    if (kind == TIE_XREF_LOCATION && is_delivered[TIE_DS_LOCATION])
        return key != 0 && tie_world_location(world, key) != NULL;
    return !world->has_xref[kind] || (key != 0 && tie_key_to_fsm(world, kind, key) != 0);
}

/* Labour and charges carry a word ("work", "trip") in place of an item: no product, unless the format names one for
 * it. */
static bool has_product(const struct correction *correction)
{
    const char *item = item_of(correction);
    bool is_rest = false;

    if (item[0] == '\0')
        return false;
    if (tie_word_of(tie_text_of(item)) == TIE_W_EMPTY)
        return true;
    for (size_t i = 0; i < correction->format->list_count; i++) {
        const struct format_list *list = &correction->format->lists[i];

        if (strcmp(list->kind, "item") == 0 && format_list_find(list, item, &is_rest) != NULL && !is_rest)
            return true;
    }
    return correction->report->world->delivery->dataset[TIE_DS_ITEM] && is_known(correction, TIE_XREF_ITEM, item);
}

/* Decimals that a quantity may have: of the unit, where the format says so. */
static unsigned unit_digits(const struct correction *correction)
{
    const struct format_list *digits = correction->format->digits;
    bool is_rest = false;
    const struct format_pair *pair = digits == NULL ? NULL : format_list_find(digits, unit_of(correction), &is_rest);

    return pair == NULL ? NO_DIGITS_GIVEN : (unsigned)(pair->to[0] - '0');
}

/* ---- quantities and prices ---- */

static bool divides(tie_dec amount, tie_dec quantity, tie_dec *price)
{
    tie_dec back = 0;

    return tie_dec_muldiv(amount, TIE_DEC_ONE, quantity, price) && tie_dec_round(*price, PRICE_DECIMALS) == *price &&
        tie_dec_mul(*price, quantity, &back) && back == amount;
}

static bool is_billable(const struct correction *correction, tie_dec quantity)
{
    const unsigned most = has_product(correction) ? QUANTITY_DECIMALS : QUANTITY_DECIMALS_WITHOUT_PRODUCT;
    const unsigned digits = unit_digits(correction);

    return quantity != TIE_NONE && quantity != 0 && tie_dec_round(quantity, digits < most ? digits : most) == quantity;
}

static void billing_line(const struct correction *correction, tie_dec *quantity, tie_dec *price)
{
    const tie_dec amount = correction->finding->correction_amount;

    *quantity = quantity_of(correction);
    *price = TIE_NONE;
    if (amount == TIE_NONE) {
        *quantity = TIE_NONE;
        return;
    }
    if (!is_billable(correction, *quantity) || !divides(amount, *quantity, price)) {
        *quantity = TIE_DEC_ONE;
        *price = amount;
    }
    if (tie_text_is(correction->verb, "CM"))
        *quantity = -*quantity;
}

/* Keys of a stock group are order, item family, owner, condition, currency; a move of anything else is of new stock. */
static enum tie_word condition_of(const struct tie_finding *finding)
{
    static const enum tie_word conditions[] = { TIE_W_NEW, TIE_W_REFURB, TIE_W_USED };
    enum { CONDITION_KEY = 3 };

    for (size_t i = 0; i < TIE_COUNT_OF(conditions) && finding->key_count > CONDITION_KEY; i++)
        if (strcmp(finding->keys[CONDITION_KEY], tie_word_text(conditions[i])) == 0)
            return conditions[i];
    return TIE_W_NEW;
}

/* Cost of one base unit: of the finding, which knows the posted cost; of half a pair, whose amount is a difference,
 * the item's. */
static tie_dec unit_cost(const struct correction *correction)
{
    const struct tie_world *world = correction->report->world;
    const struct tie_finding *finding = correction->finding;
    const tie_dec quantity = quantity_of(correction);
    const tie_str place = key_of(correction, finding->location), item = key_of(correction, item_of(correction));
    const struct tie_location *location = place == 0 ? NULL : tie_world_location(world, place);
    const struct tie_item_cost *cost = NULL;
    tie_dec price = TIE_NONE;

    if (!correction->is_half) {
        if (quantity == TIE_NONE || quantity == 0 || finding->correction_amount == TIE_NONE ||
            !tie_dec_muldiv(finding->correction_amount, TIE_DEC_ONE, quantity, &price))
            return TIE_NONE;
        return tie_dec_round(price, PRICE_DECIMALS);
    }
    if (item != 0)
        cost = tie_world_cost(
            world, item, location == NULL ? 0 : location->plant_id, condition_of(finding), finding->event_day);
    if (cost == NULL || !tie_text_is(tie_pool_text(world->pool, cost->currency), finding->currency))
        return TIE_NONE;
    return tie_dec_round(cost->unit_cost, PRICE_DECIMALS);
}

/* ---- the sources of a cell ---- */

/* What the finding tells of its own order is wrong on a document of another one. */
static const char *of_own_order(const struct correction *correction, const char *text)
{
    return is_of_other_order(correction) ? "" : text;
}

static const char *payer_of(const struct correction *correction)
{
    const struct tie_finding *finding = correction->finding;

    return of_own_order(correction, finding->payer[0] == '\0' ? finding->customer : finding->payer);
}

/* Item, order and finding; what there is none of (the item of a bill for a whole order) goes with its comma. */
static const char *description_of(const struct correction *correction)
{
    const char *item = item_of(correction);
    const char *order = of_own_order(correction, correction->finding->work_order);

    return tie_arena_printf(correction->arena, "%s%s%s%s%s%s", item, item[0] == '\0' ? "" : ", ",
        order[0] == '\0' ? "" : "work order ", order, order[0] == '\0' ? "" : ", ", correction->finding->id);
}

#define TEXT_SOURCE(function, expression)                                                                              \
    static void function(const struct correction *correction, struct correction_value *value)                          \
    {                                                                                                                  \
        value->text = (expression);                                                                                    \
    }

TEXT_SOURCE(get_correction_id, correction->entry->correction_id)
TEXT_SOURCE(get_finding_id, correction->finding->id)
TEXT_SOURCE(get_check, tie_check(correction->finding->check)->code)
TEXT_SOURCE(get_verb, tie_text_dup(correction->arena, correction->verb))
TEXT_SOURCE(get_work_order, of_own_order(correction, correction->finding->work_order))
TEXT_SOURCE(get_customer, of_own_order(correction, correction->finding->customer))
TEXT_SOURCE(get_payer, payer_of(correction))
TEXT_SOURCE(get_item, has_product(correction) ? item_of(correction) : "")
TEXT_SOURCE(get_location, correction->finding->location)
TEXT_SOURCE(get_to_location, correction->finding->to_location)
TEXT_SOURCE(get_uom, unit_of(correction))
TEXT_SOURCE(get_product_uom, has_product(correction) ? unit_of(correction) : "")
TEXT_SOURCE(get_currency, correction->finding->currency)
TEXT_SOURCE(get_serial, correction->finding->serial)
TEXT_SOURCE(get_legal_entity, correction->finding->legal_entity)
TEXT_SOURCE(get_explanation, correction->finding->explanation)
TEXT_SOURCE(get_description, description_of(correction))

static void get_event_day(const struct correction *correction, struct correction_value *value)
{
    value->date = correction->finding->event_day;
}

static void get_as_of(const struct correction *correction, struct correction_value *value)
{
    value->date = correction->report->as_of;
}

/* "C000000012" is number 12. */
static void get_correction_no(const struct correction *correction, struct correction_value *value)
{
    int64_t number = 0;

    if (tie_int_from_text(tie_text_of(correction->entry->correction_id + 1), &number) &&
        number <= TIE_DEC_MAX / TIE_DEC_ONE)
        value->number = number * TIE_DEC_ONE;
}

static void get_quantity(const struct correction *correction, struct correction_value *value)
{
    value->number = quantity_of(correction);
}

static void get_unit_cost(const struct correction *correction, struct correction_value *value)
{
    value->number = unit_cost(correction);
}

static void get_billing_quantity(const struct correction *correction, struct correction_value *value)
{
    tie_dec price;

    billing_line(correction, &value->number, &price);
}

static void get_billing_price(const struct correction *correction, struct correction_value *value)
{
    tie_dec quantity;

    billing_line(correction, &quantity, &value->number);
}

/* X(word, value, role, kind) */
#define SOURCES(X)                                                                                                     \
    X(correction_id, TEXT, ID, NONE)                                                                                   \
    X(finding_id, TEXT, NONE, NONE)                                                                                    \
    X(check, TEXT, NONE, NONE)                                                                                         \
    X(verb, TEXT, NONE, NONE)                                                                                          \
    X(work_order, TEXT, NONE, NONE)                                                                                    \
    X(customer, TEXT, NONE, CUSTOMER)                                                                                  \
    X(payer, TEXT, NONE, CUSTOMER)                                                                                     \
    X(item, TEXT, NONE, ITEM)                                                                                          \
    X(location, TEXT, NONE, LOCATION)                                                                                  \
    X(to_location, TEXT, NONE, LOCATION)                                                                               \
    X(uom, TEXT, UNIT, NONE)                                                                                           \
    X(product_uom, TEXT, UNIT, NONE)                                                                                   \
    X(currency, TEXT, CURRENCY, NONE)                                                                                  \
    X(serial, TEXT, NONE, NONE)                                                                                        \
    X(legal_entity, TEXT, NONE, NONE)                                                                                  \
    X(explanation, TEXT, NONE, NONE)                                                                                   \
    X(description, TEXT, NONE, NONE)                                                                                   \
    X(event_day, DATE, NONE, NONE)                                                                                     \
    X(as_of, DATE, NONE, NONE)                                                                                         \
    X(correction_no, NUMBER, NONE, NONE)                                                                               \
    X(quantity, NUMBER, QUANTITY, NONE)                                                                                \
    X(unit_cost, NUMBER, PRICE, NONE)                                                                                  \
    X(billing_quantity, NUMBER, QUANTITY, NONE)                                                                        \
    X(billing_price, NUMBER, PRICE, NONE)

const struct format_source *format_source_find(const char *word)
{
    static const struct format_source sources[] = {
#define AS_ROW(word, value, role, kind) { #word, FORMAT_##value, FORMAT_ROLE_##role, TIE_XREF_##kind, get_##word },
        SOURCES(AS_ROW)
#undef AS_ROW
    };

    for (size_t i = 0; i < TIE_COUNT_OF(sources); i++)
        if (strcmp(sources[i].word, word) == 0)
            return &sources[i];
    return NULL;
}

const char *format_source_words(void)
{
#define AS_TEXT(word, value, role, kind) #word ", "
    static const char words[] = SOURCES(AS_TEXT) "and nothing else";
#undef AS_TEXT

    return words;
}

/* ---- names ---- */

void correction_count_names(const struct tie_world *world, struct tie_map *names)
{
    const struct tie_customer *customers = TIE_ROWS(world->tables, CUSTOMER, customer);

    for (size_t i = 0; i < world->tables[TIE_DS_CUSTOMER].count; i++) {
        uint32_t count = 0;

        (void)tie_map_get(names, customers[i].name, &count);
        tie_map_set(names, customers[i].name, count + 1);
    }
}

/* The ERP's own name of a customer, when exactly one customer bears it: an import looks records up by name. */
static bool customer_name(const struct correction *correction, const char *id, const char **name, const char **why)
{
    const struct tie_world *world = correction->report->world;
    const tie_str key = key_of(correction, id);
    const struct tie_customer *customer = key == 0 ? NULL : tie_world_customer(world, key);
    uint32_t count = 0;

    if (customer == NULL || customer->name == 0) {
        *why = tie_arena_printf(
            correction->arena, "no name for customer %s: add it to [names] of %s", id, correction->format->file);
        return false;
    }
    *name = tie_pool_chars(world->pool, customer->name);
    if (tie_map_get(correction->customer_names, customer->name, &count) && count > 1) {
        *why = tie_arena_printf(correction->arena,
            "customer %s: %u customers of the ERP bear its name: add the id to [names] of %s", id, count,
            correction->format->file);
        return false;
    }
    return true;
}

static bool expand(
    const struct correction *correction, const char *pattern, const char *id, const char **name, const char **why)
{
    struct tie_buf text;
    bool done = true;

    tie_buf_init(&text, 1 << 16);
    for (const char *at = pattern; done && *at != '\0';) {
        if (strncmp(at, "{id}", 4) == 0) {
            tie_buf_text(&text, id);
            at += 4;
        } else if (strncmp(at, "{name}", 6) == 0) {
            const char *own = "";

            done = customer_name(correction, id, &own, why);
            tie_buf_text(&text, own);
            at += 6;
        } else {
            tie_buf_char(&text, *at++);
        }
    }
    TIE_ASSERT(!text.failed);
    *name = tie_text_dup(correction->arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    return done;
}

static bool translate(const struct correction *correction, const struct format_column *column, const char *id,
    const char **name, const char **why)
{
    const enum tie_xref_kind kind = column->source->kind;
    bool is_rest = true;
    const struct format_pair *pair = column->names == NULL ? NULL : format_list_find(column->names, id, &is_rest);

    *name = id;
    if (column->names != NULL && pair == NULL) {
        *why = tie_arena_printf(correction->arena, "no name for %s %s: add it to [names %s] of %s",
            column->source->word, id, column->names->kind, correction->format->file);
        return false;
    }
    if (kind != TIE_XREF_NONE && is_rest && !is_known(correction, kind, id)) {
        *why = tie_arena_printf(correction->arena, "no xref for %s %s", tie_xref_kind_name(kind), id);
        return false;
    }
    return pair == NULL || expand(correction, pair->to, id, name, why);
}

/* ---- cells ---- */

static bool is_clean(
    const struct correction *correction, const struct format_column *column, const char *text, const char **why)
{
    const char *what = "";

    if (!format_text_is_hostile(text, &what))
        return true;
    *why = tie_arena_printf(correction->arena, "the %s for column %s %s", column->source->word, column->header, what);
    return false;
}

static bool text_cell(const struct correction *correction, const struct format_column *column, const char *text,
    const char **cell, const char **why)
{
    if (text[0] == '\0')
        return true;
    return is_clean(correction, column, text, why) && translate(correction, column, text, cell, why) &&
        is_clean(correction, column, *cell, why);
}

static bool number_cell(const struct correction *correction, const struct format_column *column, tie_dec number,
    const char **cell, const char **why)
{
    const bool is_quantity = column->source->role == FORMAT_ROLE_QUANTITY;
    const unsigned digits = is_quantity ? unit_digits(correction) : NO_DIGITS_GIVEN;
    char text[TIE_DEC_TEXT_MAX];

    if (number == TIE_NONE || (is_quantity && number == 0))
        return true;
    if (column->shape.has_sign)
        number *= format_sign(correction->format, correction->verb);
    if (column->shape.scale == FORMAT_NO_SCALE || tie_dec_round(number, column->shape.scale) != number)
        tie_dec_print(number, text);
    else
        tie_dec_print_fixed(number, column->shape.scale, text);
    if (tie_dec_round(number, digits) != number) {
        *why = tie_arena_printf(correction->arena, "%s %s: unit %s takes %u decimals", column->source->word, text,
            unit_of(correction), digits);
        return false;
    }
    if (tie_dec_round(number, column->decimals) != number) {
        *why = tie_arena_printf(correction->arena, "%s %s: column %s takes %u decimals", column->source->word, text,
            column->header, column->decimals);
        return false;
    }
    *cell = tie_arena_strdup(correction->arena, text);
    return true;
}

/* Why a column that must be filled is empty. */
static const char *missing(const struct correction *correction, const struct format_column *column)
{
    const struct tie_finding *finding = correction->finding;
    const bool is_about_order = column->source->kind == TIE_XREF_CUSTOMER ||
        strcmp(column->source->word, "work_order") == 0;

    if (!is_of_other_order(correction) || !is_about_order)
        return tie_arena_printf(
            correction->arena, "no %s: column %s must be filled", column->source->word, column->header);
    return tie_arena_printf(correction->arena,
        "no %s for the return (column %s): the issue stands on another order, of which the run knows only the number;"
        " move %s to %s in the ERP by hand",
        column->source->word, column->header, finding->movement_ids.count > 0 ? finding->movement_ids.at[0] : "it",
        finding->work_order[0] == '\0' ? "the order that used the part" : finding->work_order);
}

/* The last steps: what stands for nothing, or for something; then the column's shape. */
static bool in_shape(
    const struct correction *correction, const struct format_column *column, const char **cell, const char **why)
{
    const char *what = "";

    if (column->shape.type == FORMAT_AS_BOOLEAN)
        *cell = column->shape.words[(*cell)[0] == '\0'];
    if ((*cell)[0] == '\0')
        *cell = column->shape.fallback;
    if (format_fit(correction->arena, &correction->format->layout, column, cell, &what))
        return true;
    *why = tie_arena_printf(correction->arena, "the %s for column %s %s", column->source->word, column->header, what);
    return false;
}

bool correction_cell(
    const struct correction *correction, const struct format_column *column, const char **cell, const char **why)
{
    struct correction_value value = { "", TIE_NO_DATE, TIE_NONE };
    bool fits = true;

    *cell = column->constant;
    if (column->source == NULL)
        return format_fit(correction->arena, &correction->format->layout, column, cell, why);
    *cell = "";
    column->source->get(correction, &value);
    switch (column->source->value) {
    case FORMAT_TEXT: fits = text_cell(correction, column, value.text, cell, why); break;
    case FORMAT_DATE:
        if (value.date != TIE_NO_DATE)
            *cell = format_print_date(correction->arena, value.date, column->shape.date_format);
        break;
    case FORMAT_NUMBER: fits = number_cell(correction, column, value.number, cell, why); break;
    }
    fits = fits && in_shape(correction, column, cell, why);
    if (fits && column->is_required && (*cell)[0] == '\0') {
        *why = missing(correction, column);
        return false;
    }
    return fits;
}
