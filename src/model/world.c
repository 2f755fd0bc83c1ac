/*
 * world.c - builds the look-ups of all master data, once, before any dossier is judged.
 *
 * The pairs of ids come first, since every other key goes through them; then one walk a look-up over its dataset,
 * each row made into an entry by one small function of the table below. Nothing is copied: an entry holds the number
 * of its row.
 *
 * Invariant: after tie_world_build() nothing here writes, so all threads may read. Rows of one key and one first day
 * are ordered by the text of their primary key, so that neither parts nor row order of a source has a say.
 * Limits: a row that can't be used (a factor not above zero, another kind of rate) has no entry; saying so is a
 * check's work.
 */
#include "world_index.h"

#define ROW_ID_BYTES_MAX 65536

const void *tie_world_row(const struct tie_world *world, enum tie_dataset dataset, size_t index)
{
    const struct tie_rows *rows = &world->tables[dataset];

    return (const char *)rows->at + index * rows->row_bytes;
}

int tie_world_by_text(const void *context, uint32_t a, uint32_t b)
{
    return tie_pool_compare(context, a, b);
}

int tie_world_by_row_id(const void *context, uint32_t a, uint32_t b)
{
    struct tie_world_order *const *shared = context;
    struct tie_world_order *order = *shared; /* its buffers are written to */

    tie_row_id(&order->a, order->world->pool, order->dataset, tie_world_row(order->world, order->dataset, a));
    tie_row_id(&order->b, order->world->pool, order->dataset, tie_world_row(order->world, order->dataset, b));
    return tie_text_compare(tie_buf_slice(&order->a), tie_buf_slice(&order->b));
}

/* ---- one entry a row ---- */

struct builder {
    struct tie_world *world;
    struct tie_keys *keys;
};

/* Fills part[], order and to of a row; false: the row has no entry. */
typedef bool make_entry(struct builder *builder, const void *row, struct tie_lookup_entry *entry);

static void set_days(struct tie_lookup_entry *entry, tie_date from, tie_date to)
{
    entry->order = tie_lookup_order(from);
    entry->to = to == TIE_NO_DATE ? TIE_LOOKUP_OPEN : to;
}

static bool make_item(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_item *item = row;

    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_ITEM, item->item_id);
    return true;
}

static bool make_fsm_uom(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_fsm_item_uom *unit = row;

    entry->part[0] = tie_key_fsm(builder->keys, TIE_XREF_ITEM, unit->item_id, TIE_NO_DATE);
    entry->part[1] = unit->uom;
    return unit->factor_num > 0 && unit->factor_den > 0;
}

static bool make_erp_uom(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_item_uom *unit = row;

    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_ITEM, unit->item_id);
    entry->part[1] = unit->uom;
    return unit->factor_num > 0 && unit->factor_den > 0;
}

static bool make_cost(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_item_cost *cost = row;

    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_ITEM, cost->item_id);
    entry->part[1] = cost->plant_id;
    entry->part[2] = cost->item_condition;
    set_days(entry, cost->valid_from, TIE_NO_DATE); /* holds until the next row's first day */
    return true;
}

static bool make_price(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_price *price = row;

    entry->part[0] = price->price_list_id;
    entry->part[1] = tie_key_erp(builder->keys, TIE_XREF_ITEM, price->used_item_id);
    entry->part[2] = tie_key_erp(builder->keys, TIE_XREF_CUSTOMER, price->customer_id);
    entry->part[3] = TIE_PRICE_KIND(price->item_condition, price->rate_band);
    set_days(entry, price->valid_from, price->valid_to);
    return true;
}

static bool make_customer_price(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_price *price = row;

    make_price(builder, row, entry);
    entry->part[0] = entry->part[2];
    entry->part[2] = entry->part[3];
    entry->part[3] = 0;
    return price->customer_id != 0;
}

static bool make_fsm_customer(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    (void)builder;
    entry->part[0] = ((const struct tie_fsm_customer *)row)->customer_id;
    return true;
}

static bool make_customer(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_CUSTOMER, ((const struct tie_customer *)row)->customer_id);
    return true;
}

static bool make_technician(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_technician *technician = row;

    (void)builder;
    entry->part[0] = technician->technician_id;
    set_days(entry, technician->valid_from, technician->valid_to);
    return true;
}

static bool make_location(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_LOCATION, ((const struct tie_location *)row)->location_id);
    return true;
}

static bool make_asset(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_asset *asset = row;

    (void)builder;
    entry->part[0] = asset->asset_id;
    set_days(entry, asset->valid_from, asset->valid_to);
    return true;
}

static bool make_covers(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    (void)builder;
    entry->part[0] = ((const struct tie_asset_cover *)row)->asset_id;
    return true;
}

static bool make_cover(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    (void)builder;
    entry->part[0] = ((const struct tie_asset_cover *)row)->cover_id;
    return true;
}

static bool make_contract(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_CONTRACT, ((const struct tie_contract *)row)->contract_id);
    return true;
}

static bool make_line(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_contract_line *line = row;

    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_CONTRACT, line->contract_id);
    entry->order = line->line_no;
    return true;
}

static bool make_customer_contract(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    entry->part[0] = tie_key_erp(builder->keys, TIE_XREF_CUSTOMER, ((const struct tie_contract *)row)->customer_id);
    return true;
}

static bool make_fx(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_fx_rate *fx = row;

    entry->part[0] = fx->from_currency;
    entry->part[1] = fx->to_currency;
    set_days(entry, fx->rate_date, TIE_NO_DATE); /* holds until the next one */
    return fx->rate_kind == builder->world->policy->fx_kind && fx->rate > 0;
}

static bool make_period(struct builder *builder, const void *row, struct tie_lookup_entry *entry)
{
    const struct tie_period *period = row;

    (void)builder;
    entry->part[0] = period->legal_entity_id;
    set_days(entry, period->start_date, period->end_date);
    return true;
}

static const struct {
    enum tie_world_lookup lookup;
    enum tie_dataset dataset;
    make_entry *make;
} row_lookups[] = {
    { TIE_LOOK_ITEM, TIE_DS_ITEM, make_item },
    { TIE_LOOK_FSM_UOM, TIE_DS_FSM_ITEM_UOM, make_fsm_uom },
    { TIE_LOOK_ERP_UOM, TIE_DS_ITEM_UOM, make_erp_uom },
    { TIE_LOOK_COST, TIE_DS_ITEM_COST, make_cost },
    { TIE_LOOK_PRICE, TIE_DS_PRICE, make_price },
    { TIE_LOOK_CUSTOMER_PRICE, TIE_DS_PRICE, make_customer_price },
    { TIE_LOOK_FSM_CUSTOMER, TIE_DS_FSM_CUSTOMER, make_fsm_customer },
    { TIE_LOOK_CUSTOMER, TIE_DS_CUSTOMER, make_customer },
    { TIE_LOOK_TECHNICIAN, TIE_DS_TECHNICIAN, make_technician },
    { TIE_LOOK_LOCATION, TIE_DS_LOCATION, make_location },
    { TIE_LOOK_ASSET, TIE_DS_ASSET, make_asset },
    { TIE_LOOK_COVERS, TIE_DS_ASSET_COVER, make_covers },
    { TIE_LOOK_COVER, TIE_DS_ASSET_COVER, make_cover },
    { TIE_LOOK_CONTRACT, TIE_DS_CONTRACT, make_contract },
    { TIE_LOOK_LINES, TIE_DS_CONTRACT_LINE, make_line },
    { TIE_LOOK_CUSTOMER_CONTRACTS, TIE_DS_CONTRACT, make_customer_contract },
    { TIE_LOOK_FX, TIE_DS_FX_RATE, make_fx },
    { TIE_LOOK_PERIOD, TIE_DS_PERIOD, make_period },
};

static void index_rows(struct tie_arena *arena, struct builder *builder)
{
    struct tie_world *world = builder->world;
    struct tie_world_order order = { .world = world };
    struct tie_world_order *const shared = &order;

    tie_buf_init(&order.a, ROW_ID_BYTES_MAX);
    tie_buf_init(&order.b, ROW_ID_BYTES_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(row_lookups); i++) {
        struct tie_lookup *lookup = &world->index->of[row_lookups[i].lookup];
        const size_t count = world->tables[row_lookups[i].dataset].count;

        order.dataset = row_lookups[i].dataset;
        tie_lookup_init(lookup, arena, count);
        for (size_t row = 0; row < count; row++) {
            struct tie_lookup_entry entry = { .to = TIE_LOOKUP_OPEN, .value = (uint32_t)row };

            if (row_lookups[i].make(builder, tie_world_row(world, order.dataset, row), &entry))
                tie_lookup_add(lookup, &entry);
        }
        tie_lookup_seal(lookup, tie_world_by_row_id, &shared);
    }
    tie_buf_release(&order.a);
    tie_buf_release(&order.b);
}

/* ---- lists that are handed out as they lie ---- */

static tie_str *values_of(struct tie_arena *arena, const struct tie_lookup *lookup)
{
    tie_str *values = TIE_TAKE(arena, tie_str, lookup->count);

    for (size_t i = 0; i < lookup->count; i++)
        values[i] = lookup->at[i].value;
    return values;
}

static void index_sales(struct tie_arena *arena, struct builder *builder)
{
    struct tie_world_index *index = builder->world->index;
    struct tie_lookup *sold_as = &index->of[TIE_LOOK_SOLD_AS], *used_for = &index->of[TIE_LOOK_USED_FOR];
    const struct tie_sales_map *maps = TIE_ROWS(builder->world->tables, SALES_MAP, sales_map);
    const size_t count = builder->world->tables[TIE_DS_SALES_MAP].count;

    tie_lookup_init(sold_as, arena, count);
    tie_lookup_init(used_for, arena, count);
    for (size_t i = 0; i < count; i++) {
        const tie_str used = tie_key_erp(builder->keys, TIE_XREF_ITEM, maps[i].used_item_id);
        const tie_str sold = tie_key_erp(builder->keys, TIE_XREF_ITEM, maps[i].sales_item_id);

        tie_lookup_add(sold_as, &(struct tie_lookup_entry){ .part = { used }, .value = sold });
        tie_lookup_add(used_for, &(struct tie_lookup_entry){ .part = { sold }, .value = used });
    }
    tie_lookup_seal(sold_as, tie_world_by_text, builder->world->pool);
    tie_lookup_seal(used_for, tie_world_by_text, builder->world->pool);
    index->sold_as = values_of(arena, sold_as);
    index->used_for = values_of(arena, used_for);
}

static void index_lists(struct tie_arena *arena, const struct tie_world *world)
{
    struct tie_world_index *index = world->index;
    const struct tie_lookup *covers = &index->of[TIE_LOOK_COVERS], *lines = &index->of[TIE_LOOK_LINES];

    index->covers = TIE_TAKE(arena, const struct tie_asset_cover *, covers->count);
    for (size_t i = 0; i < covers->count; i++)
        index->covers[i] = &TIE_ROWS(world->tables, ASSET_COVER, asset_cover)[covers->at[i].value];
    index->lines = TIE_TAKE(arena, const struct tie_contract_line *, lines->count);
    for (size_t i = 0; i < lines->count; i++)
        index->lines[i] = &TIE_ROWS(world->tables, CONTRACT_LINE, contract_line)[lines->at[i].value];
}

enum tie_status tie_world_build(struct tie_arena *arena, struct tie_pool *pool,
    const struct tie_rows tables[TIE_DATASET_COUNT], const struct tie_world_setup *setup, struct tie_world *world,
    struct tie_error *err)
{
    struct tie_keys keys;
    struct builder builder = { world, &keys };

    *world = (struct tie_world){
        .policy = setup->policy,
        .pool = pool,
        .delivery = setup->delivery,
        .as_of = setup->as_of,
        .window_start = setup->window_start,
        .history_start = setup->history_start,
        .zone = *setup->zone,
        .rejects = setup->rejects,
        .index = TIE_TAKE(arena, struct tie_world_index, 1),
    };
    for (int i = 0; i < TIE_DATASET_COUNT; i++) {
        if (tables[i].count >= UINT32_MAX)
            return tie_fail(err, TIE_CONFIG,
                "dataset %s has %zu rows, but master data may have at most %u: narrow its query",
                tie_dataset((enum tie_dataset)i)->name, tables[i].count, UINT32_MAX - 1);
        if (tie_dataset((enum tie_dataset)i)->home == TIE_HOME_BROADCAST)
            world->tables[i] = tables[i];
    }
    world->reporting_currency = tie_pool_put(pool, tie_text_of(setup->reporting_currency));
    world->reporting_decimals = tie_currency_decimals(tie_text_of(setup->reporting_currency));
    world->default_price_list = tie_pool_put(pool, tie_text_of(setup->policy->default_price_list));
    world->whole_order = tie_pool_put(pool, TIE_TEXT("header"));
    world->index->hour = tie_pool_put(pool, TIE_TEXT("h"));
    world->index->minute = tie_pool_put(pool, TIE_TEXT("min"));
    tie_keys_init(&keys, world, pool, arena);
    tie_world_index_pairs(arena, &keys, world);
    index_rows(arena, &builder);
    index_sales(arena, &builder);
    index_lists(arena, world);
    tie_world_index_items(arena, &keys, world);
    tie_world_index_prices(world);
    tie_world_index_ids(arena, &keys, world);
    tie_keys_release(&keys);
    return TIE_OK;
}
