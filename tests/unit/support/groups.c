/*
 * groups.c - see groups.h. The calls are those of one worker of a run: match, emit, exchange, match again, apply,
 * finish.
 */
#include "support/groups.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SHARDS_MAX = 4 };
#define ARENA_BYTES ((size_t)256 << 20) /* address space only */

static void unite_deliveries(struct test_groups *groups, struct test_bench *bench)
{
    groups->delivery = bench->rows.delivery;
    for (size_t d = 0; d < TIE_DATASET_COUNT; d++) {
        groups->delivery.dataset[d] |= bench->shard.delivery.dataset[d];
        for (size_t c = 0; c < TIE_COLUMN_MAX; c++)
            groups->delivery.column[d][c] |= bench->shard.delivery.column[d][c];
    }
    bench->world.delivery = &groups->delivery;
}

static void make_shard(struct test_groups *groups, struct test_bench *bench)
{
    struct tie_error error;

    test_rows_end(&bench->shard, &bench->rows);
    groups->shard = (struct tie_shard){ .pool = bench->shard.pool };
    for (size_t d = 0; d < TIE_DATASET_COUNT; d++)
        if (tie_dataset((enum tie_dataset)d)->home != TIE_HOME_BROADCAST)
            groups->shard.tables[d] = bench->shard.tables[d];
    if (tie_shard_from_rows(&groups->arena, &groups->shard, &error) != TIE_OK)
        fail_msg("%s", error.text);
}

static unsigned shard_of(const struct test_groups *groups, size_t dossier)
{
    return groups->shard.index + (unsigned)(dossier % groups->shards);
}

/* The dossier matched anew, with the replies of the exchanges before `link`; whether it waits for that one. */
static bool match_again(struct test_groups *groups, size_t dossier, size_t link, struct tie_facts *facts)
{
    struct tie_match *match = &groups->at[dossier].match;

    tie_match_dossier(&groups->arena, &groups->keys, &groups->shard, &groups->shard.dossiers[dossier], match);
    for (size_t before = 0; before < link; before++)
        if (groups->waits[before][dossier]) {
            struct tie_facts probe;

            tie_facts_init(&probe, &groups->arena);
            TEST_EXPECT(tie_match_emit(match, test_link_passes[before].pass, shard_of(groups, dossier), &probe),
                "a dossier that waited waits when matched again");
            tie_match_apply(match, test_link_passes[before].pass, shard_of(groups, dossier), &groups->replies[before]);
        }
    return link < TEST_LINKS && tie_match_emit(match, test_link_passes[link].pass, shard_of(groups, dossier), facts);
}

static void match_all(struct test_groups *groups)
{
    for (size_t link = 0; link < TEST_LINKS; link++) {
        struct tie_facts facts[SHARDS_MAX], *emitters[SHARDS_MAX];

        for (size_t s = 0; s < groups->shards; s++) {
            emitters[s] = &facts[s];
            tie_facts_init(&facts[s], &groups->arena);
        }
        groups->waits[link] = TIE_TAKE(&groups->arena, bool, groups->count);
        for (size_t i = 0; i < groups->count; i++)
            groups->waits[link][i] = match_again(groups, i, link, &facts[i % groups->shards]);
        tie_exchange(
            &groups->arena, emitters, groups->shards, test_link_passes[link].fold, NULL, &groups->replies[link]);
    }
    for (size_t i = 0; i < groups->count; i++) {
        struct tie_match *match = &groups->at[i].match;

        (void)match_again(groups, i, TEST_LINKS, NULL);
        tie_match_finish(match);
        tie_expect_dossier(&groups->arena, match, &groups->at[i].expectations);
        for (size_t g = 0; g < match->group_count; g++)
            tie_expect_find_cost(match, &match->groups[g], &groups->at[i].expectations.at[g]);
    }
}

void test_groups_start(struct test_groups *groups, struct test_bench *bench)
{
    struct tie_error error;

    *groups = (struct test_groups){ .shards = bench->shards > 0 ? bench->shards : 1 };
    TIE_ASSERT(groups->shards <= SHARDS_MAX);
    if (tie_arena_init(&groups->arena, ARENA_BYTES, &error) != TIE_OK)
        fail_msg("%s", error.text);
    unite_deliveries(groups, bench);
    make_shard(groups, bench);
    tie_keys_init(&groups->keys, &bench->world, &groups->shard.pool, &groups->arena);
    groups->count = groups->shard.dossier_count;
    groups->at = TIE_TAKE(&groups->arena, struct test_dossier, groups->count);
    match_all(groups);
}

void test_groups_stop(struct test_groups *groups)
{
    tie_keys_release(&groups->keys);
    tie_arena_release(&groups->arena);
}

void test_bench_renew(struct test_bench *bench)
{
    tie_keys_release(&bench->keys);
    test_rows_release(&bench->shard);
    test_rows_init(&bench->shard, &bench->rows.pool);
    bench->world.delivery = &bench->rows.delivery; /* the groups' own may be gone, and keys ask for it */
    tie_keys_init(&bench->keys, &bench->world, &bench->shard.pool, &bench->shard.arena);
}

struct test_place test_group(const struct test_groups *groups, const char *wo_id, const char *item)
{
    const struct tie_work_order *orders = TIE_ROWS(groups->shard.tables, WORK_ORDER, work_order);
    const struct tie_pool *pool = &groups->shard.pool;
    struct test_place found = { NULL, NULL, NULL };

    for (size_t d = 0; d < groups->count; d++) {
        const struct test_dossier *dossier = &groups->at[d];

        for (size_t g = 0; g < dossier->match.group_count; g++) {
            const struct tie_group *group = &dossier->match.groups[g];
            const struct tie_work_order *order = &orders[dossier->match.orders[group->order].row];

            if (!tie_text_is(tie_pool_text(pool, order->wo_id), wo_id) ||
                !tie_text_is(tie_pool_text(pool, group->item), item))
                continue;
            if (found.group != NULL)
                fail_msg("order %s has several groups of %s", wo_id, item);
            found = (struct test_place){ dossier, group, &dossier->expectations.at[g] };
        }
    }
    if (found.group == NULL)
        fail_msg("order %s has no group of %s", wo_id, item);
    return found;
}
