/*
 * world_keys.c - one key for what two systems call by different ids.
 *
 * A key is the ERP's id, normalised. From the store's side: the id is normalised, then looked up among the pairs that
 * the master rows themselves name (erp_id, erp_resource_id), then among those of [xref KIND], each on the day asked
 * for; without either it keeps its own normalised text, so that ids which are equal in both systems need no
 * cross-reference.
 *
 * Invariant: a key depends on (kind, text, day) and the world alone. A worker remembers what it was
 * asked last in a table of memos, where a new answer takes the place of another. A memo of a dated pair
 * holds on the days on which none of the id's pairs begins or ends, so a day can't leak into another. A memo between
 * ids of the base pool, as master data have, holds for all shards; one of a shard's own ids ends with its pool.
 * Words of activities and charges ("work", "trip") stand where item ids stand, in time_entry, price and sales_map:
 * they are never normalised, or the policy's upper case would cut them off from the canonical word.
 */
#include "world_index.h"

#include <string.h>

#define ID_BYTES_MAX 4096 /* a reference is read as text to 4,000 bytes */
#define PERIOD_BITS 7     /* of two weeks and a company each */
#define MEMO_BITS 13      /* 8,192 memos of some 40 bytes, of each sort, lie in the second cache */

enum known { NOT_ASKED, KNOWN, NOT_KNOWN };

struct tie_key_memo { /* name 0: empty */
    uint64_t name;    /* side, kind and id */
    tie_str key;
    tie_date from, to; /* both inclusive */
    uint32_t pool;     /* number of the pool that it holds for; 0: for all */
    enum known known;  /* to the other side, for MDM-01 */
};

struct tie_unit_memo { /* item 0: empty */
    tie_str item, uom;
    uint32_t pool; /* as above */
    uint8_t side;
    bool is_known;
    int64_t num, den;
};

struct tie_period_memo {
    tie_str entity;
    tie_date from, to; /* as above */
    uint32_t pool;     /* as above */
    bool is_answered;  /* false: empty */
    const struct tie_period *period;
};

const enum tie_dataset tie_world_master[2][TIE_XREF_KIND_COUNT] = {
    [TIE_SIDE_FSM] = {
        [TIE_XREF_NONE] = TIE_DATASET_COUNT,
        [TIE_XREF_CUSTOMER] = TIE_DS_FSM_CUSTOMER,
        [TIE_XREF_ITEM] = TIE_DS_FSM_ITEM,
        [TIE_XREF_LOCATION] = TIE_DATASET_COUNT,
        [TIE_XREF_TECHNICIAN] = TIE_DS_TECHNICIAN,
        [TIE_XREF_CONTRACT] = TIE_DS_FSM_CONTRACT,
        [TIE_XREF_ASSET] = TIE_DS_ASSET,
        [TIE_XREF_WORK_ORDER] = TIE_DATASET_COUNT, /* orders are no master data */
    },
    [TIE_SIDE_ERP] = {
        [TIE_XREF_NONE] = TIE_DATASET_COUNT,
        [TIE_XREF_CUSTOMER] = TIE_DS_CUSTOMER,
        [TIE_XREF_ITEM] = TIE_DS_ITEM,
        [TIE_XREF_LOCATION] = TIE_DS_LOCATION,
        [TIE_XREF_TECHNICIAN] = TIE_DATASET_COUNT,
        [TIE_XREF_CONTRACT] = TIE_DS_CONTRACT,
        [TIE_XREF_ASSET] = TIE_DS_ERP_ASSET,
        [TIE_XREF_WORK_ORDER] = TIE_DATASET_COUNT,
    },
};

const char *const tie_world_activities[] = { "work", "travel", "wait", "overtime", "remote", "trip", "callout", NULL };

static bool is_activity(struct tie_text text)
{
    for (const char *const *word = tie_world_activities; *word != NULL; word++)
        if (tie_text_is(text, *word))
            return true;
    return false;
}

/* ---- keys ---- */

static bool is_delivered(const struct tie_world *world, enum tie_side side, enum tie_xref_kind kind)
{
    const enum tie_dataset master = tie_world_master[side][kind];

    return master != TIE_DATASET_COUNT && world->delivery->dataset[master];
}

/* Without an xref and without master data on the other side nothing can lack a record there. */
static bool may_lack(const struct tie_world *world, enum tie_side other, int kind)
{
    return world->has_xref[kind] || is_delivered(world, other, (enum tie_xref_kind)kind);
}

void tie_keys_init(struct tie_keys *keys, const struct tie_world *world, struct tie_pool *pool, struct tie_arena *arena)
{
    *keys = (struct tie_keys){ .world = world, .ids = world->index->ids, .id_count = world->index->id_count };
    keys->memos = TIE_TAKE(arena, struct tie_key_memo, (size_t)2 << MEMO_BITS);
    keys->units = TIE_TAKE(arena, struct tie_unit_memo, (size_t)1 << MEMO_BITS);
    keys->periods = TIE_TAKE(arena, struct tie_period_memo, (size_t)1 << PERIOD_BITS);
    tie_buf_init(&keys->scratch, ID_BYTES_MAX);
    tie_keys_move(keys, pool);
}

void tie_keys_move(struct tie_keys *keys, struct tie_pool *pool)
{
    keys->pool = pool;
    keys->pool_number++;
    TIE_ASSERT(keys->pool_number != 0);
    memset(keys->words, 0, sizeof keys->words);
    memset(keys->regions, 0, sizeof keys->regions);
    keys->currency = TIE_STR_UNKNOWN;
    for (int kind = 0; kind < TIE_XREF_KIND_COUNT; kind++) {
        keys->may_lack[TIE_SIDE_FSM][kind] = may_lack(keys->world, TIE_SIDE_FSM, kind);
        keys->may_lack[TIE_SIDE_ERP][kind] = may_lack(keys->world, TIE_SIDE_ERP, kind);
    }
}

/* The pool that an answer on two ids holds for: see tie_key_memo. */
static uint32_t holds_for(const struct tie_keys *keys, tie_str a, tie_str b)
{
    return a < keys->pool->first && b < keys->pool->first ? 0 : keys->pool_number;
}

static bool still_holds(const struct tie_keys *keys, uint32_t pool)
{
    return pool == 0 || pool == keys->pool_number;
}

void tie_keys_release(struct tie_keys *keys)
{
    tie_buf_release(&keys->scratch);
}

/* Ids are dense numbers: one multiplication by an odd number (the fraction of the square root of 2) spreads them. */
static size_t memo_slot(uint64_t name)
{
    return (size_t)((name * UINT64_C(0x6A09E667F3BCC909)) >> (64 - MEMO_BITS));
}

static uint64_t name_of(enum tie_side side, enum tie_xref_kind kind, tie_str id)
{
    return ((uint64_t)side + 1) << 40 | (uint64_t)kind << 32 | id; /* never 0 */
}

static tie_str normalised(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    const struct tie_text text = tie_pool_text(keys->pool, id);

    if (tie_id_is_normal(keys->world->policy, kind, text) || (kind == TIE_XREF_ITEM && is_activity(text)))
        return id; /* as nearly all are */
    tie_id_normalise(keys->world->policy, kind, text, &keys->scratch);
    TIE_ASSERT(!keys->scratch.failed);
    return tie_pool_put(keys->pool, tie_buf_slice(&keys->scratch));
}

/* Ids of a shard, of which each has others, don't push out those of master data. */
static struct tie_key_memo *memo_of(const struct tie_keys *keys, tie_str id, uint64_t name)
{
    return &keys->memos[memo_slot(name) + (id < keys->pool->first ? 0 : (size_t)1 << MEMO_BITS)];
}

/* What fills a memo stands apart from what reads it, which is short and asked for each row. */
__attribute__((noinline)) static struct tie_key_memo *fill_erp(
    struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, struct tie_key_memo *memo)
{
    const tie_str key = normalised(keys, kind, id);

    *memo = (struct tie_key_memo){
        .name = name_of(TIE_SIDE_ERP, kind, id), .key = key, .pool = holds_for(keys, id, key)
    };
    return memo;
}

static inline struct tie_key_memo *erp_memo(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    const uint64_t name = name_of(TIE_SIDE_ERP, kind, id);
    struct tie_key_memo *memo = memo_of(keys, id, name);

    return memo->name == name && still_holds(keys, memo->pool) ? memo : fill_erp(keys, kind, id, memo);
}

tie_str tie_key_find_erp(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    return erp_memo(keys, kind, id)->key;
}

static const enum tie_pair_rank pair_ranks[] = { TIE_PAIR_OWN, TIE_PAIR_XREF };

/* The ERP key that a pair gives to a normalised id of the store on a day; 0 when none does. */
static tie_str paired_key(const struct tie_world *world, enum tie_xref_kind kind, tie_str fsm_key, tie_date day)
{
    const tie_date on = day == TIE_NO_DATE ? world->as_of : day;

    for (size_t i = 0; i < TIE_COUNT_OF(pair_ranks); i++) {
        if (!world->index->has_pair[kind][pair_ranks[i]])
            continue;
        const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, fsm_key, (uint32_t)pair_ranks[i] };
        const struct tie_lookup_row *pair = tie_lookup_on(&world->index->of[TIE_LOOK_PAIR], part, on);

        if (pair != NULL)
            return pair->value;
    }
    return 0;
}

/* The days around `day` on which the same pairs of the id hold. */
static void set_days(
    const struct tie_world *world, enum tie_xref_kind kind, tie_str fsm_key, tie_date day, struct tie_key_memo *memo)
{
    memo->from = INT32_MIN;
    memo->to = INT32_MAX;
    for (size_t i = 0; i < TIE_COUNT_OF(pair_ranks); i++) {
        if (!world->index->has_pair[kind][pair_ranks[i]])
            continue;
        const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, fsm_key, (uint32_t)pair_ranks[i] };

        tie_lookup_days(&world->index->of[TIE_LOOK_PAIR], part, day, &memo->from, &memo->to);
    }
}

__attribute__((noinline)) static struct tie_key_memo *fill_fsm(
    struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date on, struct tie_key_memo *memo)
{
    const tie_str own = normalised(keys, kind, id); /* both sides are normalised alike */
    const tie_str paired = paired_key(keys->world, kind, own, on);
    const tie_str key = paired != 0 ? paired : own;

    *memo = (struct tie_key_memo){
        .name = name_of(TIE_SIDE_FSM, kind, id), .key = key, .pool = holds_for(keys, id, key)
    };
    set_days(keys->world, kind, own, on, memo);
    return memo;
}

static inline struct tie_key_memo *fsm_memo(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    const uint64_t name = name_of(TIE_SIDE_FSM, kind, id);
    const tie_date on = day == TIE_NO_DATE ? keys->world->as_of : day;
    struct tie_key_memo *memo = memo_of(keys, id, name);

    return memo->name == name && on >= memo->from && on <= memo->to && still_holds(keys, memo->pool)
        ? memo
        : fill_fsm(keys, kind, id, on, memo);
}

tie_str tie_key_find_fsm(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    return fsm_memo(keys, kind, id, day)->key;
}

tie_str tie_key_word(struct tie_keys *keys, enum tie_word word)
{
    if (keys->words[word] == 0)
        keys->words[word] = tie_pool_put(keys->pool, tie_text_of(tie_word_text(word)));
    return keys->words[word];
}

unsigned tie_key_decimals(struct tie_keys *keys, tie_str currency)
{
    if (keys->currency != currency) {
        keys->currency = currency;
        keys->decimals = tie_world_decimals(keys->pool, currency);
    }
    return keys->decimals;
}

bool tie_key_unit(struct tie_keys *keys, enum tie_side side, tie_str item_key, tie_str uom, int64_t *num, int64_t *den)
{
    const struct tie_item_facts *item = tie_world_item_facts(keys->world, item_key);
    struct tie_unit_memo *memo;

    if (item != NULL && item->base_uom == uom && (side == TIE_SIDE_ERP || !item->has_own_base)) {
        *num = *den = 1;
        return true;
    }
    memo = &keys->units[memo_slot(((uint64_t)item_key << 32 | uom) * 2 + side)];
    if (memo->item != item_key || memo->uom != uom || memo->side != side || item_key == 0 ||
        !still_holds(keys, memo->pool)) {
        *memo = (struct tie_unit_memo){
            .item = item_key, .uom = uom, .pool = holds_for(keys, item_key, uom), .side = (uint8_t)side
        };
        memo->is_known = tie_world_unit(keys->world, side, item_key, uom, &memo->num, &memo->den);
    }
    *num = memo->num;
    *den = memo->den;
    return memo->is_known;
}

const struct tie_region *tie_key_region(struct tie_keys *keys, tie_str code)
{
    struct tie_region_memo *memo = &keys->regions[code % TIE_COUNT_OF(keys->regions)];

    if (memo->region == NULL || memo->code != code) {
        memo->region = tie_policy_region(keys->world->policy, tie_pool_text(keys->pool, code));
        memo->code = code;
    }
    return memo->region;
}

/* Regions have their hints by their place in the policy, so that orders of several don't push each other out. */
tie_date tie_key_day(struct tie_keys *keys, const struct tie_region *region, tie_instant at)
{
    const size_t place = (size_t)(region - keys->world->policy->regions);

    return tie_zone_date_near(&keys->regions[place % TIE_COUNT_OF(keys->regions)].hint, &region->zone, at);
}

__attribute__((noinline)) static void fill_period(
    struct tie_keys *keys, tie_str entity, tie_date day, struct tie_period_memo *memo)
{
    const struct tie_lookup *periods = &keys->world->index->of[TIE_LOOK_PERIOD];
    const uint32_t own[TIE_LOOKUP_PARTS] = { entity }, all[TIE_LOOKUP_PARTS] = { 0 };

    *memo = (struct tie_period_memo){ .entity = entity,
        .from = INT32_MIN,
        .to = INT32_MAX,
        .pool = holds_for(keys, entity, entity),
        .is_answered = true,
        .period = tie_world_period(keys->world, entity, day) };
    tie_lookup_days(periods, own, day, &memo->from, &memo->to);
    tie_lookup_days(periods, all, day, &memo->from, &memo->to);
}

static const struct tie_period_memo *period_memo(struct tie_keys *keys, tie_str entity, tie_date day)
{
    const uint32_t fortnight = (uint32_t)day >> 4;
    struct tie_period_memo *memo =
        &keys->periods[memo_slot((uint64_t)entity << 32 | fortnight) >> (MEMO_BITS - PERIOD_BITS)];

    if (!memo->is_answered || memo->entity != entity || day < memo->from || day > memo->to ||
        !still_holds(keys, memo->pool))
        fill_period(keys, entity, day, memo);
    return memo;
}

const struct tie_period *tie_key_period(struct tie_keys *keys, tie_str entity, tie_date day)
{
    return period_memo(keys, entity, day)->period;
}

bool tie_key_is_one_period(struct tie_keys *keys, tie_str entity, tie_date first, tie_date last)
{
    const struct tie_period_memo *memo = period_memo(keys, entity, first);

    return memo->period != NULL && last <= memo->to;
}

/* Nothing to map: "", or the word of an activity. */
static bool is_no_record(const struct tie_keys *keys, enum tie_xref_kind kind, tie_str own)
{
    return own == 0 || (kind == TIE_XREF_ITEM && is_activity(tie_pool_text(keys->pool, own)));
}

__attribute__((noinline)) static bool find_mapped(
    struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    const struct tie_world *world = keys->world;
    const tie_str own = normalised(keys, kind, id);
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, own };

    return paired_key(world, kind, own, day) != 0 ||
        (!world->has_xref[kind] && tie_lookup_run(&world->index->of[TIE_LOOK_ERP_MASTER], part).count > 0) ||
        is_no_record(keys, kind, own);
}

bool tie_key_find_mapped(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    struct tie_key_memo *const memo = fsm_memo(keys, kind, id, day);

    /* of days on which the same pairs hold, so it is mapped on all or none */
    if (memo->known == NOT_ASKED)
        memo->known = find_mapped(keys, kind, id, day) ? KNOWN : NOT_KNOWN;
    return memo->known == KNOWN;
}

__attribute__((noinline)) static bool find_known(struct tie_keys *keys, enum tie_xref_kind kind, tie_str own)
{
    const struct tie_lookup *back = &keys->world->index->of[TIE_LOOK_BACK];
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, own };
    const struct tie_lookup_run run = tie_lookup_run(back, part);

    return (run.count > 0 && (back->at[run.first].order == TIE_BACK_PAIR || !keys->world->has_xref[kind])) ||
        is_no_record(keys, kind, own);
}

bool tie_key_find_known(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    struct tie_key_memo *const memo = erp_memo(keys, kind, id);

    if (memo->known == NOT_ASKED)
        memo->known = find_known(keys, kind, memo->key) ? KNOWN : NOT_KNOWN;
    return memo->known == KNOWN;
}

tie_str tie_key_to_fsm(const struct tie_world *world, enum tie_xref_kind kind, tie_str key)
{
    const struct tie_lookup *back = &world->index->of[TIE_LOOK_BACK];
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, key };
    const struct tie_lookup_run run = tie_lookup_run(back, part);

    return run.count > 0 ? back->at[run.first].value : 0;
}

/* ---- what is known of ids beforehand ---- */

/* An id that some pair names has other keys on other days: nothing is said of it as the store's. */
static void learn_id(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, struct tie_id_facts *facts)
{
    if (id == 0 || normalised(keys, kind, id) != id)
        return;
    facts->own |= (uint16_t)TIE_ID_FACT(TIE_SIDE_ERP, kind);
    if (find_known(keys, kind, id))
        facts->known |= (uint16_t)TIE_ID_FACT(TIE_SIDE_ERP, kind);
    if (tie_world_is_paired(keys->world, kind, id))
        return;
    facts->own |= (uint16_t)TIE_ID_FACT(TIE_SIDE_FSM, kind);
    if (find_mapped(keys, kind, id, keys->world->as_of))
        facts->known |= (uint16_t)TIE_ID_FACT(TIE_SIDE_FSM, kind);
}

void tie_world_index_ids(struct tie_arena *arena, struct tie_keys *keys, const struct tie_world *world)
{
    struct tie_id_facts *facts = TIE_TAKE(arena, struct tie_id_facts, world->pool->count);

    TIE_ASSERT(world->pool->first == 0 && TIE_XREF_KIND_COUNT <= 8);
    for (int side = TIE_SIDE_FSM; side <= TIE_SIDE_ERP; side++)
        for (int kind = TIE_XREF_NONE + 1; kind < TIE_XREF_KIND_COUNT; kind++) {
            const enum tie_dataset dataset = tie_world_master[side][kind];

            for (size_t i = 0; dataset != TIE_DATASET_COUNT && i < world->tables[dataset].count; i++) {
                const tie_str id = tie_cell_str(&tie_dataset(dataset)->columns[0], tie_world_row(world, dataset, i));

                learn_id(keys, (enum tie_xref_kind)kind, id, &facts[id]);
            }
        }
    tie_world_learn_customers(keys, world, facts);
    world->index->ids = facts;
    world->index->id_count = world->pool->count;
}
