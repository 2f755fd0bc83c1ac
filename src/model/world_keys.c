/*
 * world_keys.c - one key for what two systems call by different ids.
 *
 * A key is the ERP's id, normalised. From the store's side: the id is normalised, then looked up among the pairs that
 * the master rows themselves name (erp_id, erp_resource_id), then among those of [xref KIND], each on the day asked
 * for; without either it keeps its own normalised text, so that ids which are equal in both systems need no
 * cross-reference.
 *
 * Invariant: a key depends on (kind, text, day) and the world alone. A worker remembers normalised text in a map, and
 * what it was asked last in a table of memos, where a new answer takes the place of another. A memo of a dated pair
 * holds on the days on which none of the id's pairs begins or ends, so a day can't leak into another.
 * Words of activities and charges ("work", "trip") stand where item ids stand, in time_entry, price and sales_map:
 * they are never normalised, or the policy's upper case would cut them off from the canonical word.
 */
#include "world_index.h"

#define ID_BYTES_MAX 4096 /* a reference is read as text to 4,000 bytes */
#define MEMO_BITS 10      /* 1,024 memos of 24 bytes and as many units lie in the second cache */

struct tie_key_memo { /* name 0: empty */
    uint64_t name;    /* side, kind and id */
    tie_str key;
    tie_date from, to; /* both inclusive */
};

struct tie_unit_memo { /* item 0: empty */
    tie_str item, uom;
    uint8_t side;
    bool is_known;
    int64_t num, den;
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

static const char *const activity_words[] = { "work", "travel", "wait", "overtime", "remote", "trip", "callout", NULL };

static bool is_activity(struct tie_text text)
{
    for (const char *const *word = activity_words; *word != NULL; word++)
        if (tie_text_is(text, *word))
            return true;
    return false;
}

/* ---- keys ---- */

void tie_keys_init(struct tie_keys *keys, const struct tie_world *world, struct tie_pool *pool, struct tie_arena *arena)
{
    *keys = (struct tie_keys){ .world = world, .pool = pool };
    tie_map_init(&keys->cache, arena);
    keys->memos = TIE_TAKE(arena, struct tie_key_memo, (size_t)1 << MEMO_BITS);
    keys->units = TIE_TAKE(arena, struct tie_unit_memo, (size_t)1 << MEMO_BITS);
    tie_buf_init(&keys->scratch, ID_BYTES_MAX);
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
    const uint64_t slot = (uint64_t)kind << 32 | id;
    uint32_t key = 0;
    struct tie_text text;

    if (tie_map_get(&keys->cache, slot, &key))
        return key;
    text = tie_pool_text(keys->pool, id);
    if (kind != TIE_XREF_ITEM || !is_activity(text)) {
        tie_id_normalise(keys->world->policy, kind, text, &keys->scratch);
        TIE_ASSERT(!keys->scratch.failed);
        text = tie_buf_slice(&keys->scratch);
    }
    key = tie_pool_put(keys->pool, text);
    tie_map_set(&keys->cache, slot, key);
    return key;
}

tie_str tie_key_erp(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    const uint64_t name = name_of(TIE_SIDE_ERP, kind, id);
    struct tie_key_memo *memo;

    if (id == 0)
        return 0;
    memo = &keys->memos[memo_slot(name)];
    if (memo->name != name)
        *memo = (struct tie_key_memo){ .name = name, .key = normalised(keys, kind, id) };
    return memo->key;
}

static const enum tie_pair_rank pair_ranks[] = { TIE_PAIR_OWN, TIE_PAIR_XREF };

/* The ERP key that a pair gives to a normalised id of the store on a day; 0 when none does. */
static tie_str paired_key(const struct tie_world *world, enum tie_xref_kind kind, tie_str fsm_key, tie_date day)
{
    const tie_date on = day == TIE_NO_DATE ? world->as_of : day;

    for (size_t i = 0; i < TIE_COUNT_OF(pair_ranks); i++) {
        const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, fsm_key, (uint32_t)pair_ranks[i] };
        const struct tie_lookup_entry *pair = tie_lookup_on(&world->index->of[TIE_LOOK_PAIR], part, on);

        if (pair != NULL)
            return pair->value;
    }
    return 0;
}

/* The days around `day` on which the same pairs of the id hold. */
static void set_days(
    const struct tie_world *world, enum tie_xref_kind kind, tie_str fsm_key, tie_date day, struct tie_key_memo *memo)
{
    const struct tie_lookup *pairs = &world->index->of[TIE_LOOK_PAIR];
    int64_t from = INT32_MIN, to = INT32_MAX;

    for (size_t i = 0; i < TIE_COUNT_OF(pair_ranks); i++) {
        const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, fsm_key, (uint32_t)pair_ranks[i] };
        const struct tie_lookup_run run = tie_lookup_run(pairs, part);

        for (uint32_t k = run.first; k < run.first + run.count; k++) {
            const int64_t changes[] = { -pairs->at[k].order, (int64_t)pairs->at[k].to + 1 };

            for (size_t c = 0; c < TIE_COUNT_OF(changes); c++)
                if (changes[c] <= day)
                    from = changes[c] > from ? changes[c] : from;
                else
                    to = changes[c] <= to ? changes[c] - 1 : to;
        }
    }
    memo->from = (tie_date)from;
    memo->to = (tie_date)to;
}

tie_str tie_key_fsm(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    const uint64_t name = name_of(TIE_SIDE_FSM, kind, id);
    const tie_date on = day == TIE_NO_DATE ? keys->world->as_of : day;
    struct tie_key_memo *memo;

    if (id == 0)
        return 0;
    memo = &keys->memos[memo_slot(name)];
    if (memo->name != name || on < memo->from || on > memo->to) {
        const tie_str own = normalised(keys, kind, id); /* both sides are normalised alike */
        const tie_str paired = paired_key(keys->world, kind, own, on);

        *memo = (struct tie_key_memo){ .name = name, .key = paired != 0 ? paired : own };
        set_days(keys->world, kind, own, on, memo);
    }
    return memo->key;
}

tie_str tie_key_word(struct tie_keys *keys, enum tie_word word)
{
    if (keys->words[word] == 0)
        keys->words[word] = tie_pool_put(keys->pool, tie_text_of(tie_word_text(word)));
    return keys->words[word];
}

bool tie_key_unit(struct tie_keys *keys, enum tie_side side, tie_str item_key, tie_str uom, int64_t *num, int64_t *den)
{
    struct tie_unit_memo *memo = &keys->units[memo_slot(((uint64_t)item_key << 32 | uom) * 2 + side)];

    if (memo->item != item_key || memo->uom != uom || memo->side != side || item_key == 0) {
        *memo = (struct tie_unit_memo){ .item = item_key, .uom = uom, .side = (uint8_t)side };
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

static bool is_delivered(const struct tie_world *world, enum tie_side side, enum tie_xref_kind kind)
{
    const enum tie_dataset master = tie_world_master[side][kind];

    return master != TIE_DATASET_COUNT && world->delivery->dataset[master];
}

bool tie_key_fsm_is_mapped(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id, tie_date day)
{
    const struct tie_world *world = keys->world;
    const tie_str own = tie_key_erp(keys, kind, id);
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, own };

    if (own == 0 || (kind == TIE_XREF_ITEM && is_activity(tie_pool_text(keys->pool, own))))
        return true; /* nothing to map */
    if (paired_key(world, kind, own, day) != 0)
        return true;
    if (world->has_xref[kind])
        return false;
    return !is_delivered(world, TIE_SIDE_ERP, kind) ||
        tie_lookup_run(&world->index->of[TIE_LOOK_ERP_MASTER], part).count > 0;
}

bool tie_key_erp_is_known(struct tie_keys *keys, enum tie_xref_kind kind, tie_str id)
{
    const struct tie_world *world = keys->world;
    const struct tie_lookup *back = &world->index->of[TIE_LOOK_BACK];
    const tie_str own = tie_key_erp(keys, kind, id);
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, own };
    struct tie_lookup_run run;

    if (own == 0 || (kind == TIE_XREF_ITEM && is_activity(tie_pool_text(keys->pool, own))))
        return true;
    run = tie_lookup_run(back, part);
    if (run.count > 0 && (back->at[run.first].order == TIE_BACK_PAIR || !world->has_xref[kind]))
        return true;
    return !world->has_xref[kind] && !is_delivered(world, TIE_SIDE_FSM, kind);
}

tie_str tie_key_to_fsm(const struct tie_world *world, enum tie_xref_kind kind, tie_str key)
{
    const struct tie_lookup *back = &world->index->of[TIE_LOOK_BACK];
    const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, key };
    const struct tie_lookup_run run = tie_lookup_run(back, part);

    return run.count > 0 ? back->at[run.first].value : 0;
}

/* ---- building the pairs ---- */

struct pair {
    enum tie_xref_kind kind;
    enum tie_pair_rank rank;
    tie_str fsm_id, erp_id; /* as written */
    tie_date from, to;
};

static struct tie_lookup_entry pair_entry(struct tie_keys *keys, const struct pair *pair)
{
    return (struct tie_lookup_entry){
        .part = { (uint32_t)pair->kind, tie_key_erp(keys, pair->kind, pair->fsm_id), (uint32_t)pair->rank },
        .order = tie_lookup_order(pair->from),
        .to = pair->to == TIE_NO_DATE ? TIE_LOOKUP_OPEN : pair->to,
        .value = tie_key_erp(keys, pair->kind, pair->erp_id),
    };
}

/* Whether pairs of the id's own master row hold on all days of an xref pair, which then says nothing. */
static bool is_overruled(const struct tie_world *world, const struct tie_lookup_entry *entry)
{
    const struct tie_lookup *pairs = &world->index->of[TIE_LOOK_PAIR];
    const uint32_t own[TIE_LOOKUP_PARTS] = { entry->part[0], entry->part[1], TIE_PAIR_OWN };
    const struct tie_lookup_run run = tie_lookup_run(pairs, own);

    for (uint32_t i = run.first; i < run.first + run.count; i++)
        if (pairs->at[i].order >= entry->order && pairs->at[i].to >= entry->to)
            return true;
    return false;
}

static void add_back(
    struct tie_world *world, enum tie_xref_kind kind, tie_str key, tie_str fsm_id, enum tie_back_rank rank)
{
    const struct tie_lookup_entry entry = { .part = { (uint32_t)kind, key }, .order = rank, .value = fsm_id };

    tie_lookup_add(&world->index->of[TIE_LOOK_BACK], &entry);
}

/* Walks all pairs of the tables; with `back` it fills TIE_LOOK_BACK from the sealed pairs, else TIE_LOOK_PAIR
 * itself. */
static void add_pair(struct tie_keys *keys, struct tie_world *world, const struct pair *pair, bool back)
{
    struct tie_lookup_entry entry;

    if (pair->fsm_id == 0 || pair->erp_id == 0)
        return;
    entry = pair_entry(keys, pair);
    if (!back)
        tie_lookup_add(&world->index->of[TIE_LOOK_PAIR], &entry);
    else if (pair->rank == TIE_PAIR_OWN || !is_overruled(world, &entry))
        add_back(world, pair->kind, entry.value, pair->fsm_id, TIE_BACK_PAIR);
}

static void walk_pairs(struct tie_keys *keys, struct tie_world *world, bool back)
{
    const struct tie_fsm_customer *customers = TIE_ROWS(world->tables, FSM_CUSTOMER, fsm_customer);
    const struct tie_technician *technicians = TIE_ROWS(world->tables, TECHNICIAN, technician);
    const struct tie_xref *xrefs = TIE_ROWS(world->tables, XREF, xref);

    for (size_t i = 0; i < world->tables[TIE_DS_FSM_CUSTOMER].count; i++)
        add_pair(keys, world,
            &(struct pair){ TIE_XREF_CUSTOMER, TIE_PAIR_OWN, customers[i].customer_id, customers[i].erp_id, TIE_NO_DATE,
                TIE_NO_DATE },
            back);
    for (size_t i = 0; i < world->tables[TIE_DS_TECHNICIAN].count; i++)
        add_pair(keys, world,
            &(struct pair){ TIE_XREF_TECHNICIAN, TIE_PAIR_OWN, technicians[i].technician_id,
                technicians[i].erp_resource_id, technicians[i].valid_from, technicians[i].valid_to },
            back);
    for (size_t i = 0; i < world->tables[TIE_DS_XREF].count; i++) {
        const enum tie_xref_kind kind = (enum tie_xref_kind)xrefs[i].row.xref_kind;

        TIE_ASSERT(kind > TIE_XREF_NONE && kind < TIE_XREF_KIND_COUNT);
        world->has_xref[kind] = true;
        add_pair(keys, world,
            &(struct pair){
                kind, TIE_PAIR_XREF, xrefs[i].fsm_id, xrefs[i].erp_id, xrefs[i].valid_from, xrefs[i].valid_to },
            back);
    }
}

/* Ids that no pair names stand for themselves. */
static void add_equal_ids(struct tie_keys *keys, struct tie_world *world, enum tie_xref_kind kind)
{
    const struct tie_lookup *pairs = &world->index->of[TIE_LOOK_PAIR];
    const enum tie_dataset dataset = tie_world_master[TIE_SIDE_FSM][kind];

    if (dataset == TIE_DATASET_COUNT)
        return;
    for (size_t i = 0; i < world->tables[dataset].count; i++) {
        const tie_str id = tie_cell_str(&tie_dataset(dataset)->columns[0], tie_world_row(world, dataset, i));
        const tie_str key = tie_key_erp(keys, kind, id);
        const uint32_t own[TIE_LOOKUP_PARTS] = { (uint32_t)kind, key, TIE_PAIR_OWN };
        const uint32_t xref[TIE_LOOKUP_PARTS] = { (uint32_t)kind, key, TIE_PAIR_XREF };

        if (tie_lookup_run(pairs, own).count == 0 && tie_lookup_run(pairs, xref).count == 0)
            add_back(world, kind, key, id, TIE_BACK_EQUAL);
    }
}

static void add_erp_master(struct tie_keys *keys, struct tie_world *world, enum tie_xref_kind kind)
{
    const enum tie_dataset dataset = tie_world_master[TIE_SIDE_ERP][kind];

    if (dataset == TIE_DATASET_COUNT)
        return;
    for (size_t i = 0; i < world->tables[dataset].count; i++) {
        const tie_str id = tie_cell_str(&tie_dataset(dataset)->columns[0], tie_world_row(world, dataset, i));
        const struct tie_lookup_entry entry = { .part = { (uint32_t)kind, tie_key_erp(keys, kind, id) }, .value = id };

        tie_lookup_add(&world->index->of[TIE_LOOK_ERP_MASTER], &entry);
    }
}

void tie_world_index_pairs(struct tie_arena *arena, struct tie_keys *keys, struct tie_world *world)
{
    struct tie_lookup *of = world->index->of;
    const size_t pairs = world->tables[TIE_DS_XREF].count + world->tables[TIE_DS_FSM_CUSTOMER].count +
        world->tables[TIE_DS_TECHNICIAN].count;

    for (const char *const *word = activity_words; *word != NULL; word++)
        tie_pool_put(keys->pool, tie_text_of(*word)); /* so that a reader of the sealed pool finds them */
    tie_lookup_init(&of[TIE_LOOK_PAIR], arena, pairs);
    walk_pairs(keys, world, false);
    tie_lookup_seal(&of[TIE_LOOK_PAIR], tie_world_by_text, world->pool);

    tie_lookup_init(&of[TIE_LOOK_BACK], arena, pairs);
    tie_lookup_init(&of[TIE_LOOK_ERP_MASTER], arena, 0);
    walk_pairs(keys, world, true);
    for (int kind = TIE_XREF_NONE + 1; kind < TIE_XREF_KIND_COUNT; kind++) {
        add_equal_ids(keys, world, (enum tie_xref_kind)kind);
        add_erp_master(keys, world, (enum tie_xref_kind)kind);
    }
    tie_lookup_seal(&of[TIE_LOOK_BACK], tie_world_by_text, world->pool);
    tie_lookup_seal(&of[TIE_LOOK_ERP_MASTER], tie_world_by_text, world->pool);
}
