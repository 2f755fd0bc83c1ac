/*
 * world_index.h - private to model/: what stands behind struct tie_world_index, shared by the world_*.c files.
 */
#ifndef TIEOUT_MODEL_WORLD_INDEX_H
#define TIEOUT_MODEL_WORLD_INDEX_H

#include "lookup.h"

#include "tieout/world.h"

/* Key of each look-up in brackets; "row" and "text" say what an entry's value is: an index into the dataset, or a
 * tie_str. */
enum tie_world_lookup {
    TIE_LOOK_PAIR,               /* [kind, normalised FSM id, own or xref] text: the ERP key */
    TIE_LOOK_BACK,               /* [kind, key] text: the FSM id as written; order: enum tie_back_rank */
    TIE_LOOK_ERP_MASTER,         /* [kind, key] row of the ERP's master dataset of that kind */
    TIE_LOOK_ITEM,               /* [item] row */
    TIE_LOOK_FSM_UOM,            /* [item, uom] row */
    TIE_LOOK_ERP_UOM,            /* [item, uom] row */
    TIE_LOOK_COST,               /* [item, plant, condition] row by day */
    TIE_LOOK_SOLD_AS,            /* [used key] text: sold key */
    TIE_LOOK_USED_FOR,           /* [sold key] text: used key */
    TIE_LOOK_PRICE,              /* [list, used key, customer, condition and band] row by day */
    TIE_LOOK_CUSTOMER_PRICE,     /* [customer, used key, condition and band] row by day */
    TIE_LOOK_FSM_CUSTOMER,       /* [FSM id] row */
    TIE_LOOK_CUSTOMER,           /* [customer] row */
    TIE_LOOK_TECHNICIAN,         /* [FSM id] row by day */
    TIE_LOOK_LOCATION,           /* [location] row */
    TIE_LOOK_ASSET,              /* [FSM id] row by day */
    TIE_LOOK_COVERS,             /* [asset, FSM id] row by cover_id */
    TIE_LOOK_COVER,              /* [cover_id] row */
    TIE_LOOK_CONTRACT,           /* [contract] row */
    TIE_LOOK_LINES,              /* [contract] row by line_no */
    TIE_LOOK_CUSTOMER_CONTRACTS, /* [customer] row by contract_id */
    TIE_LOOK_FX,                 /* [from, to] row by day, only the policy's kind of rate */
    TIE_LOOK_PERIOD,             /* [legal entity] row by day */
    TIE_LOOK_COUNT
};

enum tie_pair_rank { TIE_PAIR_OWN, TIE_PAIR_XREF };   /* erp_id and erp_resource_id win over xref */
enum tie_back_rank { TIE_BACK_PAIR, TIE_BACK_EQUAL }; /* named by a pair; taken as equal */

/* What is asked of an item for each of its lines and groups: a quarter of a line of cache. */
struct tie_item_facts {
    tie_str base_uom;
    bool is_item : 1; /* else nothing is known of the id */
    bool is_stocked : 1, is_service : 1, is_each : 1;
    bool has_own_base : 1;            /* the store has a factor of its own for the base unit */
    struct tie_lookup_run list_price; /* of the default list for all customers, new, base band */
};

/* What a price says of most groups. The days on which prices begin stand in an array of their own, which is searched:
 * those of sixteen prices are a line of cache. */
struct tie_price_terms {
    tie_dec unit_price;
    tie_str currency, uom;
    tie_date to; /* last day, inclusive */
    uint32_t row;
};

struct tie_world_index {
    struct tie_lookup of[TIE_LOOK_COUNT];
    tie_str hour, minute;                  /* "h" and "min" */
    bool has_pair[TIE_XREF_KIND_COUNT][2]; /* by enum tie_pair_rank: TIE_LOOK_PAIR has some */
    /* Of all ids from the first item's to the last one's, where items lie so close together that their look-up is an
     * array as well; else beside its rows, and item_places is 0. */
    const struct tie_item_facts *items;
    tie_str first_item;
    uint32_t item_places;
    const struct tie_price_terms *prices; /* in place of the rows of TIE_LOOK_PRICE, which has none any more */
    const tie_date *price_from;           /* beside them; falling within a run */
    const struct tie_id_facts *ids;       /* by id of the base pool; what lies behind them is of no master data */
    uint32_t id_count;
    const struct tie_asset_cover **covers;  /* beside the rows of TIE_LOOK_COVERS */
    const struct tie_contract_line **lines; /* beside the rows of TIE_LOOK_LINES */
    const tie_str *sold_as, *used_for;      /* beside the rows of their look-ups */
};

/* Master dataset of each kind on either side; TIE_DATASET_COUNT where the side has none. */
extern const enum tie_dataset tie_world_master[2][TIE_XREF_KIND_COUNT]; /* [TIE_SIDE_FSM or TIE_SIDE_ERP] */

/* Condition and band of a price in one part of a key. */
#define TIE_PRICE_KIND(condition, band) ((uint32_t)(condition) << 8 | (uint32_t)(band))

/* NULL: no item of the ERP. */
static inline const struct tie_item_facts *tie_world_item_facts(const struct tie_world *world, tie_str item_key)
{
    const struct tie_world_index *index = world->index;
    const uint32_t place = item_key - index->first_item;

    if (place < index->item_places)
        return index->items[place].is_item ? &index->items[place] : NULL;
    if (index->item_places > 0)
        return NULL;
    const struct tie_lookup_run run = tie_lookup_id(&index->of[TIE_LOOK_ITEM], item_key);

    return run.count == 0 ? NULL : &index->items[run.first];
}
/* Fills items, once the look-ups of items, units and prices are sealed; prices. */
void tie_world_index_items(struct tie_arena *arena, struct tie_keys *keys, const struct tie_world *world);
void tie_world_index_prices(const struct tie_world *world);
/* What facts by id say of customers. */
void tie_world_learn_customers(struct tie_keys *keys, const struct tie_world *world, struct tie_id_facts *facts);
/* Fills ids, once all else is. */
void tie_world_index_ids(struct tie_arena *arena, struct tie_keys *keys, const struct tie_world *world);

const void *tie_world_row(const struct tie_world *world, enum tie_dataset dataset, size_t index);

/* Fills TIE_LOOK_PAIR, then (with the keys it gives) TIE_LOOK_BACK and TIE_LOOK_ERP_MASTER; world->has_xref too. */
void tie_world_index_pairs(struct tie_arena *arena, struct tie_keys *keys, struct tie_world *world);
/* Whether any pair, on any day, is of the store's id that normalises to `key`. */
bool tie_world_is_paired(const struct tie_world *world, enum tie_xref_kind kind, tie_str key);
extern const char *const tie_world_activities[]; /* words that are never normalised; ends with NULL */

/* Ties by primary key text (context: struct tie_world_order *const *) and by text of the value itself. */
struct tie_world_order {
    const struct tie_world *world;
    enum tie_dataset dataset;
    struct tie_buf a, b;
};
int tie_world_by_row_id(const void *context, uint32_t a, uint32_t b);
int tie_world_by_text(const void *context, uint32_t a, uint32_t b); /* context: const struct tie_pool * */

#endif
