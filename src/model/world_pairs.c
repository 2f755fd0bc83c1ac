/*
 * world_pairs.c - which ids of the two systems mean the same, as look-ups: made once, before keys are asked for.
 *
 * Pairs come from the master rows themselves (erp_id, erp_resource_id) and from [xref KIND]; the first win on the days
 * on which they hold. The way back, from a key to the store's id, is made of the same pairs, walked a second time, and
 * of ids that no pair names. Invariant: both ways are filled by one walk of one list, so they can't disagree.
 */
#include "world_index.h"

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
    world->index->has_pair[pair->kind][pair->rank] = true;
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

bool tie_world_is_paired(const struct tie_world *world, enum tie_xref_kind kind, tie_str key)
{
    for (uint32_t rank = TIE_PAIR_OWN; rank <= TIE_PAIR_XREF; rank++) {
        const uint32_t part[TIE_LOOKUP_PARTS] = { (uint32_t)kind, key, rank };

        if (tie_lookup_run(&world->index->of[TIE_LOOK_PAIR], part).count > 0)
            return true;
    }
    return false;
}

/* Ids that no pair names stand for themselves. */
static void add_equal_ids(struct tie_keys *keys, struct tie_world *world, enum tie_xref_kind kind)
{
    const enum tie_dataset dataset = tie_world_master[TIE_SIDE_FSM][kind];

    if (dataset == TIE_DATASET_COUNT)
        return;
    for (size_t i = 0; i < world->tables[dataset].count; i++) {
        const tie_str id = tie_cell_str(&tie_dataset(dataset)->columns[0], tie_world_row(world, dataset, i));
        const tie_str key = tie_key_erp(keys, kind, id);

        if (!tie_world_is_paired(world, kind, key))
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

    for (const char *const *word = tie_world_activities; *word != NULL; word++)
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
