/*
 * look.c - some dossiers once more, after the rounds: see tie_reconcile_look.
 *
 * The rows of matched orders are gone when their slice is done, so whoever wants to show an order that made no finding
 * must load it again. Loading costs as much as it did the first time, matching is done for the dossiers asked for only.
 * A dossier that waited for an exchange is matched again with the kept replies: what is seen is what was judged.
 * Rejected: keeping rows in memory while judging; which orders will be asked for is known when all are judged.
 */
#include "reconcile_internal.h"

#include <string.h>

enum { SLICE_BITS_MAX = 16 };

struct looking {
    const struct tie_reconcile_plan *plan;
    const struct tie_reconciled *result;
    const struct tie_reconcile_look *look;
    struct tie_arena shard_arena, scratch;
};

static bool is_wanted(const struct looking *l, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    const struct tie_work_order *orders = TIE_OF(shard, dossier, WORK_ORDER, work_order);

    for (size_t i = 0; i < TIE_OF_COUNT(dossier, WORK_ORDER); i++)
        if (l->look->is_wanted(l->look->context, tie_pool_text(&shard->pool, orders[i].wo_id)))
            return true;
    return false;
}

static void visit(
    struct looking *l, struct tie_keys *keys, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    static const enum tie_pass passes[TIE_RECONCILE_EXCHANGES] = { TIE_P4, TIE_P9 };
    struct tie_expectations expectations;
    struct tie_match match;

    tie_arena_reset(&l->scratch);
    tie_match_dossier(&l->scratch, keys, shard, dossier, &match);
    for (int x = 0; x < TIE_RECONCILE_EXCHANGES; x++) {
        struct tie_facts probe;

        tie_facts_init(&probe, &l->scratch);
        if (tie_match_emit(&match, passes[x], shard->index, &probe))
            tie_match_apply(&match, passes[x], shard->index, &l->result->exchanged[x]);
    }
    tie_match_finish(&match);
    tie_expect_dossier(&l->scratch, &match, &expectations);
    l->look->visit(l->look->context, &match, &expectations);
}

static enum tie_status look_at(struct looking *l, struct tie_slice slice, struct tie_error *err)
{
    const struct tie_reconcile_plan *plan = l->plan;
    struct tie_shard shard;
    struct tie_keys keys;
    bool fits = false;
    enum tie_status status = TIE_OK;

    tie_arena_reset(&l->shard_arena);
    TIE_TRY(tie_shard_load(&l->shard_arena, plan->frames, plan->homes, plan->world->pool, slice, &shard, &fits, err));
    if (!fits) {
        TIE_ASSERT(slice.bits < SLICE_BITS_MAX);
        for (unsigned half = 0; half < 2; half++)
            TIE_TRY(look_at(l, (struct tie_slice){ slice.shard, slice.bits + 1, slice.slice * 2 + half }, err));
        return TIE_OK;
    }
    tie_keys_init(&keys, plan->world, &shard.pool, &l->shard_arena);
    for (size_t i = 0; i < shard.dossier_count; i++)
        if (is_wanted(l, &shard, &shard.dossiers[i]))
            visit(l, &keys, &shard, &shard.dossiers[i]);
    tie_keys_release(&keys);
out:
    return status;
}

enum tie_status tie_reconcile_look(const struct tie_reconcile_plan *plan, const struct tie_reconciled *result,
    const struct tie_reconcile_look *look, struct tie_error *err)
{
    struct looking l = { .plan = plan, .result = result, .look = look };
    const struct tie_budget alone = tie_budget_alone(&plan->budget, plan->held_bytes + result->held_bytes);
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_arena_init(&l.shard_arena, alone.rows, err));
    TIE_TRY(tie_arena_init(&l.scratch, alone.scratch, err));
    for (unsigned s = 0; s <= plan->frames->shard_count; s++)
        if (look->shards[s])
            TIE_TRY(look_at(&l, (struct tie_slice){ s, 0, 0 }, err));
out:
    tie_arena_release(&l.shard_arena);
    tie_arena_release(&l.scratch);
    return status;
}
