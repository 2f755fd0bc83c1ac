/* link.h - the exchanges of the cascade over dossiers in memory, in their order: P4, then P9. */
#ifndef TIEOUT_TESTS_LINK_H
#define TIEOUT_TESTS_LINK_H

#include "tieout/trace.h"

static const struct test_link {
    enum tie_pass pass;
    tie_fold *fold;
} test_link_passes[] = { { TIE_P4, tie_match_fold_p4 }, { TIE_P9, tie_match_fold_p9 } };
#define TEST_LINKS TIE_COUNT_OF(test_link_passes)

/* Links matches of one shard; the replies live in the arena. */
static inline void test_link_traced(struct tie_arena *arena, struct tie_match *matches, size_t count,
    unsigned shard_index, const struct tie_fold_context *context)
{
    for (size_t link = 0; link < TEST_LINKS; link++) {
        struct tie_facts facts, *const emitters[] = { &facts };
        struct tie_replies *replies = TIE_TAKE(arena, struct tie_replies, 1);

        tie_facts_init(&facts, arena);
        for (size_t i = 0; i < count; i++)
            (void)tie_match_emit(&matches[i], test_link_passes[link].pass, shard_index, &facts);
        tie_exchange(arena, emitters, 1, test_link_passes[link].fold, context, replies);
        for (size_t i = 0; i < count; i++)
            tie_match_apply(&matches[i], test_link_passes[link].pass, shard_index, replies);
    }
}

static inline void test_link_all(struct tie_arena *arena, struct tie_match *matches, size_t count, unsigned shard_index)
{
    test_link_traced(arena, matches, count, shard_index, NULL);
}

#endif
