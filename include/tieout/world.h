/*
 * world.h - what every dossier may look up: master data, policy, the run's dates. Built once, read-only, shared by
 * all threads.
 *
 * Ids of both systems are compared as *keys*: the ERP's id, normalised by [normalise] (items, customers, locations,
 * technicians, contracts, assets). A struct tie_keys, one a worker, turns raw ids of either side into keys and
 * remembers them. A key is a tie_str of the pool given; keys of known master data are ids of the base pool. Without
 * an [xref KIND] (and, for customers and technicians, without erp_id / erp_resource_id) the ids of both systems are
 * taken as equal.
 *
 * Look-ups by date are inclusive at both ends. Where several rows fit, the order is written at each function; the
 * last tie is broken by primary key text, never by row order. All return NULL or false when nothing is known: that is
 * no error.
 */
#ifndef TIEOUT_WORLD_H
#define TIEOUT_WORLD_H

#include "tieout/policy.h"

struct tie_world_index;

struct tie_world {
    const struct tie_policy *policy;
    const struct tie_pool *pool;               /* the base pool, sealed */
    struct tie_rows tables[TIE_DATASET_COUNT]; /* broadcast datasets only */
    const struct tie_delivery *delivery;
    tie_date as_of, window_start, history_start;
    tie_str reporting_currency;
    unsigned reporting_decimals; /* its minor unit digits */
    tie_str default_price_list;  /* of the policy */
    tie_str whole_order;         /* "header": the scope of a decision on a whole order */
    struct tie_zone zone;        /* of the job */
    bool has_xref[TIE_XREF_KIND_COUNT];
    struct tie_reject_refs rejects;
    struct tie_world_index *index;
};

struct tie_world_setup {
    const struct tie_policy *policy;
    const struct tie_delivery *delivery;
    tie_date as_of, window_start, history_start;
    const char *reporting_currency;
    const struct tie_zone *zone;
    struct tie_reject_refs rejects; /* none: all zero */
};

/* `tables` and `pool` as tie_broadcast_load left them; interns the keys of all master data, then the pool is sealed. */
TIE_MUST_CHECK enum tie_status tie_world_build(struct tie_arena *arena, struct tie_pool *pool,
    const struct tie_rows tables[TIE_DATASET_COUNT], const struct tie_world_setup *setup, struct tie_world *world,
    struct tie_error *err);

/* ---- rejected rows ---- */
/* Whether a rejected row named the order (normalised reference); *dataset says of which dataset it was. */
bool tie_world_has_reject(const struct tie_world *world, const char *order_ref, enum tie_dataset *dataset);
bool tie_world_has_rejected_invoice(const struct tie_world *world, const char *inv_id);

/* ---- keys ---- */
/* What an id of master data is as an id of a kind, one bit each. No bit says nothing. */
struct tie_id_facts {
    uint16_t own;   /* it is its own key, whatever the day */
    uint16_t known; /* ... and the other side knows it */
    uint16_t has;   /* enum tie_has: of a customer; no bit says that there is none */
};
enum tie_has {
    TIE_HAS_BILL_TO = 1,   /* the store's row of this id names who pays */
    TIE_HAS_PAYER = 2,     /* of this key: the ERP's row names somebody else who pays */
    TIE_HAS_CALENDAR = 4,  /* ... or a billing calendar */
    TIE_HAS_PRICES = 8,    /* some row, of any day, is for this customer alone */
    TIE_HAS_CONTRACTS = 16 /* some contract is the customer's */
};
#define TIE_ID_FACT(side, kind) ((unsigned)1 << ((unsigned)(side)*8 + (unsigned)(kind)))

struct tie_keys {
    const struct tie_world *world;
    struct tie_pool *pool; /* the shard's; may be used by one thread */
    struct tie_buf scratch;
    struct tie_key_memo *memos; /* private to model/world_keys.c, as these are */
    struct tie_unit_memo *units;
    struct tie_period_memo *periods;
    const struct tie_id_facts *ids; /* of the world; NULL, and none, while that is built */
    uint32_t id_count;
    bool may_lack[2][TIE_XREF_KIND_COUNT]; /* by the side that may have no record of an id of the kind */
    uint32_t pool_number;                  /* of the pool among those that the keys were moved to */
    tie_str words[TIE_WORD_COUNT];         /* 0: not asked for yet */
    tie_str currency;                      /* asked last, and its digits */
    unsigned decimals;
    struct tie_region_memo { /* region NULL: empty */
        tie_str code;
        const struct tie_region *region;
        struct tie_zone_hint hint;
    } regions[8];
};
void tie_keys_init(
    struct tie_keys *keys, const struct tie_world *world, struct tie_pool *pool, struct tie_arena *arena);
/* On to another pool above the world's: what is remembered of ids of the world's own pool stays. */
void tie_keys_move(struct tie_keys *keys, struct tie_pool *pool);
void tie_keys_release(struct tie_keys *keys);
/* Asked for each row, and answered by one bit nearly always, whose callers need no call then; the rest is found. */
static inline struct tie_id_facts tie_key_facts(const struct tie_keys *keys, tie_str id)
{
    return id < keys->id_count ? keys->ids[id] : (struct tie_id_facts){ 0, 0, 0 };
}
tie_str tie_key_find_erp(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id);
tie_str tie_key_find_fsm(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day);
bool tie_key_find_mapped(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day);
bool tie_key_find_known(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id);
/* Key of an id written by the ERP; 0 for 0. Words of activities and charges ("work", "trip") that stand in place of
 * an item id are keys as they are and need no mapping. */
static inline tie_str tie_key_erp(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    return id == 0 || (tie_key_facts(keys, id).own & TIE_ID_FACT(TIE_SIDE_ERP, kind)) != 0
        ? id
        : tie_key_find_erp(keys, kind, id);
}
/* Key of an id written by the field-service store, on a day (TIE_NO_DATE: the as-of). fsm_customer.erp_id and
 * technician.erp_resource_id win over xref. An id that an existing xref does not know keeps its own text as key. */
static inline tie_str tie_key_fsm(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    return id == 0 || (tie_key_facts(keys, id).own & TIE_ID_FACT(TIE_SIDE_FSM, kind)) != 0
        ? id
        : tie_key_find_fsm(keys, kind, id, day);
}
/* Id of a word's text in the pool, where a word stands in place of an item id ("work", "trip"). */
tie_str tie_key_word(struct tie_keys *keys, enum tie_word word);
/* tie_world_unit(), remembered by item and unit. */
bool tie_key_unit(struct tie_keys *keys, enum tie_side side, tie_str item_key, tie_str uom, int64_t *num, int64_t *den);
/* tie_policy_region() by the text of an id of the pool, and the day of an instant there: the last answer is remembered,
 * which serves most rows of a dossier. */
const struct tie_region *tie_key_region(struct tie_keys *keys, tie_str code);
tie_date tie_key_day(struct tie_keys *keys, const struct tie_region *region, tie_instant at);
/* tie_world_period(), remembered by company and days. */
const struct tie_period *tie_key_period(struct tie_keys *keys, tie_str legal_entity, tie_date day);
/* Each day from `first` to `last` lies in one and the same period; false as well where that needs a closer look, and
 * where `first` lies in none. */
bool tie_key_is_one_period(struct tie_keys *keys, tie_str legal_entity, tie_date first, tie_date last);
/* Whether the other side knows the id, for MDM-01: an xref or erp_id names it, or (without xref) the other side's
 * master dataset holds the key; true as well when neither an xref nor a master dataset of that kind is delivered. */
static inline bool tie_key_fsm_is_mapped(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    return id == 0 || !keys->may_lack[TIE_SIDE_ERP][kind] ||
        (tie_key_facts(keys, id).known & TIE_ID_FACT(TIE_SIDE_FSM, kind)) != 0 ||
        tie_key_find_mapped(keys, kind, id, day);
}
static inline bool tie_key_erp_is_known(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    return id == 0 || !keys->may_lack[TIE_SIDE_FSM][kind] ||
        (tie_key_facts(keys, id).known & TIE_ID_FACT(TIE_SIDE_ERP, kind)) != 0 || tie_key_find_known(keys, kind, id);
}
/* Back: the field-service id of a key (smallest by bytes when several; one named by xref or erp_id before one that is
 * merely equal), 0 when none is known. */
tie_str tie_key_to_fsm(const struct tie_world *world, enum tie_xref_kind kind, tie_str key);

/* ---- items, units, costs ---- */
const struct tie_item *tie_world_item(const struct tie_world *world, tie_str item_key);
/* base = quantity * num / den. The item's base unit and, without dataset item, every unit are 1/1; h and min (60 min
 * = 1 h, base h) need no row. A fsm_item_uom row is tried before item_uom for the store's side. false: no
 * conversion. */
bool tie_world_unit(
    const struct tie_world *world, enum tie_side side, tie_str item_key, tie_str uom, int64_t *num, int64_t *den);
/* Row valid on the day: its own plant before the empty one, exact condition; last valid_from not after the day. */
const struct tie_item_cost *tie_world_cost(
    const struct tie_world *world, tie_str item_key, tie_str plant, enum tie_word condition, tie_date day);
bool tie_world_is_stocked(
    const struct tie_world *world, tie_str item_key); /* needs a movement: stocked, kit, core; unknown item: yes */
bool tie_world_is_service(const struct tie_world *world, tie_str item_key); /* sold, never on stock; unknown item: no */
bool tie_world_is_each(
    const struct tie_world *world, tie_str item_key); /* serialised, lot or counted by each: no quantity tolerance */

/* Items as sold: targets of sales_map for a used key, sorted by text; 0 without a row: then the key itself is sold. */
size_t tie_world_sold_as(const struct tie_world *world, tie_str used_key, const tie_str **sold_keys);
/* The other way: used keys that are sold as this one (the key itself is not among them unless a row says so). */
size_t tie_world_used_for(const struct tie_world *world, tie_str sold_key, const tie_str **used_keys);
/* A row says so, or there is no row for the used key and both are the same. */
bool tie_world_is_sold_as(const struct tie_world *world, tie_str used_key, tie_str sold_key);

/* ---- prices ---- */
struct tie_price_query {
    tie_str price_list; /* text id of the list */
    tie_str used_key;   /* item key, or the word of an activity or charge */
    tie_str customer;   /* ERP customer key, 0: only rows for all customers */
    enum tie_word condition, band;
    tie_date day;
};
/* Row of that list for that customer (0 = all: exactly the rows with empty customer), valid on the day; condition and
 * band exact; last valid_from. The caller walks contract list, list, customer in the order it needs. */
const struct tie_price *tie_world_price(const struct tie_world *world, const struct tie_price_query *query);
/* The same, and what most who ask want to know of the row, which then needn't be read. */
struct tie_priced {
    const struct tie_price *row; /* NULL: none */
    tie_dec unit_price;          /* TIE_NONE: none, or not in a unit of its own */
    tie_str currency, uom;
};
bool tie_world_priced(const struct tie_world *world, const struct tie_price_query *query, struct tie_priced *out);
/* The price of an item that the policy's list has for all customers, new, by its base unit. False: none is such, or
 * there is more to look at; tie_world_priced() knows. */
bool tie_world_list_price(const struct tie_world *world, tie_str item_key, tie_date day, struct tie_priced *out);
/* Rows for this customer on any list but query->price_list, the last valid_from, then the smallest list by text. */
const struct tie_price *tie_world_customer_price(const struct tie_world *world, const struct tie_price_query *query);

/* ---- parties, assets, contracts ---- */
const struct tie_fsm_customer *tie_world_fsm_customer(const struct tie_world *world, tie_str customer_id);
const struct tie_customer *tie_world_customer(const struct tie_world *world, tie_str customer_key);
const struct tie_technician *tie_world_technician(
    const struct tie_world *world, tie_str technician_id, tie_date day); /* FSM id */
const struct tie_location *tie_world_location(const struct tie_world *world, tie_str location_key);
const struct tie_asset *tie_world_asset(const struct tie_world *world, tie_str asset_id, tie_date day); /* FSM id */
/* Covers of an asset, sorted by cover_id text. */
size_t tie_world_covers(const struct tie_world *world, tie_str asset_id, const struct tie_asset_cover *const **covers);
const struct tie_asset_cover *tie_world_cover(const struct tie_world *world, tie_str cover_id);
const struct tie_contract *tie_world_contract(const struct tie_world *world, tie_str contract_key);
/* In its dates on that day, not suspended and not cancelled before it. A status of today (expired, suspended,
 * cancelled) decides alone only where the date of the change is empty; a draft never runs. */
bool tie_world_contract_runs(const struct tie_world *world, const struct tie_contract *contract, tie_date day);
/* By line_no. */
size_t tie_world_contract_lines(
    const struct tie_world *world, tie_str contract_key, const struct tie_contract_line *const **lines);
/* The customer's contracts that run on the day; sorted by contract_id text. Returns how many, of which `room` at most
 * are put. */
size_t tie_world_customer_contracts(
    const struct tie_world *world, tie_str customer_key, tie_date day, const struct tie_contract **out, size_t room);

/* ---- money ---- */
/* Converts by the policy's kind of rate, last date not after `day` nor after the as-of, direct else inverse; false when
 * there is no rate. A rate holds from its day until the next one (data-model.tsv, fx_rate.rate_date): a document is
 * compared by its own day, a price by the deciding day, so that no comparison moves with the as-of, and what remains of
 * a document's rate is BIL-15's; amounts in the reporting currency are by the as-of. The result keeps millionths. */
bool tie_world_convert(const struct tie_world *world, tie_dec amount, tie_str from_currency, tie_str to_currency,
    tie_date day, tie_dec *out);
/* The row that the conversion uses and whether it is used the other way round; NULL: same currency, or no rate. */
const struct tie_fx_rate *tie_world_rate(
    const struct tie_world *world, tie_str from_currency, tie_str to_currency, tie_date day, bool *is_inverse);
unsigned tie_world_decimals(const struct tie_pool *pool, tie_str currency); /* minor unit digits */
unsigned tie_key_decimals(struct tie_keys *keys, tie_str currency); /* the same; the last answer is remembered */
/* The last that began; of the company, else of the rows with an empty company. */
const struct tie_period *tie_world_period(const struct tie_world *world, tie_str legal_entity, tie_date day);

#endif
