/*
 * world_items.c - items, units, costs, and what is sold for what is used.
 *
 * Each function is one or two look-ups of world_index.h. Units of one item: the store's own factor (for its side),
 * the base unit, the ERP's factor, hours and minutes, and, only where the ERP delivers no items at all, any unit as
 * the base unit.
 */
#include "world_index.h"

#define MINUTES_PER_HOUR 60

const struct tie_item *tie_world_item(const struct tie_world *world, tie_str item_key)
{
    const struct tie_lookup *items = &world->index->of[TIE_LOOK_ITEM];
    const struct tie_lookup_run run = tie_lookup_run(items, (const uint32_t[TIE_LOOKUP_PARTS]){ item_key });

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
    const struct tie_lookup_entry *entry = tie_lookup_on(&world->index->of[TIE_LOOK_COST], part, day);

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

bool tie_world_is_stocked(const struct tie_world *world, tie_str item_key)
{
    const struct tie_item *item = tie_world_item(world, item_key);

    return item == NULL || item->stock_type == TIE_W_STOCKED || item->stock_type == TIE_W_KIT ||
        item->stock_type == TIE_W_CORE;
}

bool tie_world_is_each(const struct tie_world *world, tie_str item_key)
{
    const struct tie_lookup *items = &world->index->of[TIE_LOOK_ITEM];
    const struct tie_lookup_run run = tie_lookup_run(items, (const uint32_t[TIE_LOOKUP_PARTS]){ item_key });

    return run.count > 0 && world->index->is_each[items->at[run.first].value];
}

static size_t list_of(const struct tie_lookup *lookup, const tie_str *values, tie_str key, const tie_str **list)
{
    const struct tie_lookup_run run = lookup->count == 0
        ? (struct tie_lookup_run){ 0, 0 }
        : tie_lookup_run(lookup, (const uint32_t[TIE_LOOKUP_PARTS]){ key });

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
