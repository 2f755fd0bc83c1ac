/*
 * world_items.c - items, units, costs, and what is sold for what is used.
 *
 * Each function is one or two look-ups of world_index.h. What is asked of an item for each line and group (unit, kept
 * in stock, counted, price for everybody) stands together, beside its look-up. Units of one item: the store's own
 * factor (for its side), the base unit, the ERP's factor, hours and minutes, and, only where the ERP delivers no items
 * at all, any unit as the base unit.
 */
#include "world_index.h"

#define MINUTES_PER_HOUR 60

const struct tie_item *tie_world_item(const struct tie_world *world, tie_str item_key)
{
    const struct tie_lookup *items = &world->index->of[TIE_LOOK_ITEM];
    const struct tie_lookup_run run = tie_lookup_id(items, item_key);

    return run.count == 0 ? NULL : tie_world_row(world, TIE_DS_ITEM, items->at[run.first].value);
}

/* h and min need no row: of an item kept in one of them, and of an activity, whose base is the hour. */
static bool time_unit(
    const struct tie_world_index *index, const struct tie_item *item, tie_str uom, int64_t *num, int64_t *den)
{
    const tie_str base = item == NULL ? index->hour : item->base_uom;

    if ((base != index->hour && base != index->minute) || (uom != index->hour && uom != index->minute))
        return false;
    *num = base == index->minute && uom == index->hour ? MINUTES_PER_HOUR : 1;
    *den = base == index->hour && uom == index->minute ? MINUTES_PER_HOUR : 1;
    return true;
}

bool tie_world_unit(
    const struct tie_world *world, enum tie_side side, tie_str item_key, tie_str uom, int64_t *num, int64_t *den)
{
    const struct tie_world_index *index = world->index;
    const struct tie_item *item = tie_world_item(world, item_key);
    const uint32_t part[TIE_LOOKUP_PARTS] = { item_key, uom };
    struct tie_lookup_run run = { 0, 0 };

    *num = 1;
    *den = 1;
    if (side == TIE_SIDE_FSM)
        run = tie_lookup_run(&index->of[TIE_LOOK_FSM_UOM], part);
    if (run.count > 0) {
        const struct tie_fsm_item_uom *own = tie_world_row(
            world, TIE_DS_FSM_ITEM_UOM, index->of[TIE_LOOK_FSM_UOM].at[run.first].value);

        *num = own->factor_num;
        *den = own->factor_den;
        return true;
    }
    if (item != NULL && item->base_uom == uom)
        return true;
    run = tie_lookup_run(&index->of[TIE_LOOK_ERP_UOM], part);
    if (run.count > 0) {
        const struct tie_item_uom *unit = tie_world_row(
            world, TIE_DS_ITEM_UOM, index->of[TIE_LOOK_ERP_UOM].at[run.first].value);

        *num = unit->factor_num;
        *den = unit->factor_den;
        return true;
    }
    return time_unit(index, item, uom, num, den) || !world->delivery->dataset[TIE_DS_ITEM];
}

static const struct tie_item_cost *cost_of(
    const struct tie_world *world, const uint32_t part[TIE_LOOKUP_PARTS], tie_date day)
{
    const struct tie_lookup_row *entry = tie_lookup_on(&world->index->of[TIE_LOOK_COST], part, day);

    return entry == NULL ? NULL : tie_world_row(world, TIE_DS_ITEM_COST, entry->value);
}

const struct tie_item_cost *tie_world_cost(
    const struct tie_world *world, tie_str item_key, tie_str plant, enum tie_word condition, tie_date day)
{
    const uint32_t own[TIE_LOOKUP_PARTS] = { item_key, plant, (uint32_t)condition };
    const uint32_t all[TIE_LOOKUP_PARTS] = { item_key, 0, (uint32_t)condition };
    const struct tie_item_cost *cost = cost_of(world, own, day);

    return cost != NULL ? cost : cost_of(world, all, day);
}

/* ---- what is known of an item beforehand ---- */

bool tie_world_is_stocked(const struct tie_world *world, tie_str item_key)
{
    const struct tie_item_facts *item = tie_world_item_facts(world, item_key);

    return item == NULL || item->is_stocked;
}

bool tie_world_is_service(const struct tie_world *world, tie_str item_key)
{
    const struct tie_item_facts *item = tie_world_item_facts(world, item_key);

    return item != NULL && item->is_service;
}

bool tie_world_is_each(const struct tie_world *world, tie_str item_key)
{
    const struct tie_item_facts *item = tie_world_item_facts(world, item_key);

    return item != NULL && item->is_each;
}

/* Serialised, kept in lots, or counted in a unit that has no parts. */
static bool is_each(const struct tie_world *world, const struct tie_item *item)
{
    const struct tie_text unit = tie_pool_text(world->pool, item->base_uom);

    if (item->serial_profile == TIE_W_AT_ISSUE || item->serial_profile == TIE_W_ALWAYS || item->is_lot_managed != 0)
        return true;
    for (size_t k = 0; k < world->policy->each_unit_count; k++)
        if (tie_text_is_nocase(unit, world->policy->each_units[k]))
            return true;
    return false;
}

void tie_world_index_items(struct tie_arena *arena, struct tie_keys *keys, const struct tie_world *world)
{
    const struct tie_lookup *items = &world->index->of[TIE_LOOK_ITEM];
    const size_t places = items->dense != NULL ? items->dense_count : 0;
    struct tie_item_facts *facts = TIE_TAKE(arena, struct tie_item_facts, places > 0 ? places : items->count);

    for (size_t i = 0; i < items->count; i++) {
        const struct tie_item *item = tie_world_row(world, TIE_DS_ITEM, items->at[i].value);
        const tie_str key = tie_key_erp(keys, TIE_XREF_ITEM, item->item_id);
        const uint32_t unit[TIE_LOOKUP_PARTS] = { key, item->base_uom };
        const uint32_t price[TIE_LOOKUP_PARTS] = { world->default_price_list, key, 0,
            TIE_PRICE_KIND(TIE_W_NEW, TIE_W_BASE) };

        const size_t place = places > 0 ? key - items->dense_first : i;

        if (facts[place].is_item)
            continue; /* of several rows with one key the first counts */
        facts[place] = (struct tie_item_facts){ .base_uom = item->base_uom,
            .is_item = true,
            .is_stocked = item->stock_type == TIE_W_STOCKED || item->stock_type == TIE_W_KIT ||
                item->stock_type == TIE_W_CORE,
            .is_service = item->stock_type == TIE_W_SERVICE,
            .is_each = is_each(world, item),
            .has_own_base = tie_lookup_run(&world->index->of[TIE_LOOK_FSM_UOM], unit).count > 0,
            .list_price = tie_lookup_run(&world->index->of[TIE_LOOK_PRICE], price) };
    }
    world->index->items = facts;
    world->index->first_item = items->dense_first;
    world->index->item_places = (uint32_t)places;
}

/* ---- what is sold ---- */

static size_t list_of(const struct tie_lookup *lookup, const tie_str *values, tie_str key, const tie_str **list)
{
    const struct tie_lookup_run run = tie_lookup_id(lookup, key);

    *list = run.count == 0 ? NULL : &values[run.first];
    return run.count;
}

size_t tie_world_sold_as(const struct tie_world *world, tie_str used_key, const tie_str **sold_keys)
{
    return list_of(&world->index->of[TIE_LOOK_SOLD_AS], world->index->sold_as, used_key, sold_keys);
}

size_t tie_world_used_for(const struct tie_world *world, tie_str sold_key, const tie_str **used_keys)
{
    return list_of(&world->index->of[TIE_LOOK_USED_FOR], world->index->used_for, sold_key, used_keys);
}

bool tie_world_is_sold_as(const struct tie_world *world, tie_str used_key, tie_str sold_key)
{
    const tie_str *sold = NULL;
    const size_t count = tie_world_sold_as(world, used_key, &sold);

    for (size_t i = 0; i < count; i++)
        if (sold[i] == sold_key)
            return true;
    return count == 0 && used_key == sold_key;
}
