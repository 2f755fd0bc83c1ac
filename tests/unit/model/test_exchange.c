/*
 * test_exchange.c - facts meet by key: the exchange against a nested loop, and no trace of who emitted what in which
 * order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tieout/shard.h"

#define FACTS 600
#define SERIALS 90

static struct tie_arena arena;

static int open_arena(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)256 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

/* A serial number was used (kind 0) or moved (kind 1) by a row; keys have six bits only, so that strangers share
 * one. */
static struct tie_fact make_fact(uint64_t *seed, uint32_t row)
{
    char serial[16];
    struct tie_fact fact = { .kind = (uint32_t)(test_random(seed) % 2) };

    (void)snprintf(serial, sizeof serial, "SN-%u", (unsigned)(test_random(seed) % SERIALS));
    const struct tie_text text = { tie_arena_strdup(&arena, serial), strlen(serial) };
    fact.key = tie_hash_text(text) & 63;
    fact.text[0] = text;
    fact.number[0] = (int64_t)(test_random(seed) % 5);
    fact.from = (struct tie_address){ .dataset = (uint16_t)(fact.kind == 0 ? TIE_DS_USAGE_LINE : TIE_DS_MOVEMENT),
        .shard = (uint16_t)(row % 7),
        .part = row % 2,
        .source_row = row };
    return fact;
}

static unsigned folds;

/* Each use is answered with the sum and the count of the moves of the same serial number. */
static void fold_serials(struct tie_arena *scratch, const struct tie_fact *facts, size_t count, const void *context,
    struct tie_replies *replies)
{
    unsigned *const calls = TIE_TAKE(scratch, unsigned, 1);

    folds += *calls + 1;
    assert_ptr_equal(context, &arena);
    for (size_t i = 1; i < count; i++) {
        assert_true(facts[i].key == facts[0].key);
        assert_true(facts[i - 1].kind <= facts[i].kind);
    }
    for (size_t u = 0; u < count; u++) {
        struct tie_reply reply = { .to = facts[u].from, .kind = 3 };
        reply.text[1] = facts[u].text[0];
        for (size_t m = 0; m < count; m++)
            if (facts[m].kind == 1 && tie_text_equal(facts[m].text[0], facts[u].text[0])) {
                reply.number[0] += facts[m].number[0];
                reply.number[1]++;
            }
        if (facts[u].kind == 0)
            tie_reply_add(replies, &reply);
    }
}

static void run(const struct tie_fact *facts, const uint32_t *order, size_t emitter_count, struct tie_replies *replies)
{
    struct tie_facts emitters[8];
    struct tie_facts *list[8];

    for (size_t e = 0; e < emitter_count; e++) {
        tie_facts_init(&emitters[e], &arena);
        list[e] = &emitters[e];
    }
    for (size_t i = 0; i < FACTS; i++)
        tie_facts_emit(&emitters[i % emitter_count], &facts[order[i]]);
    tie_exchange(&arena, list, emitter_count, fold_serials, &arena, replies);
}

static void test_nested_loop(void **state)
{
    uint64_t seed = 5;
    struct tie_fact facts[FACTS];
    uint32_t order[FACTS];
    struct tie_replies replies;
    uint64_t keys = 0;

    (void)state;
    for (uint32_t i = 0; i < FACTS; i++) {
        facts[i] = make_fact(&seed, i + 1);
        keys |= UINT64_C(1) << facts[i].key;
        order[i] = i;
    }
    folds = 0;
    run(facts, order, 3, &replies);
    assert_int_equal(folds, __builtin_popcountll(keys)); /* once a key */
    size_t uses = 0;
    for (size_t u = 0; u < FACTS; u++) {
        const struct tie_reply *reply = NULL;
        int64_t sum = 0, count = 0;
        for (size_t m = 0; m < FACTS; m++)
            if (facts[m].kind == 1 && tie_text_equal(facts[m].text[0], facts[u].text[0])) {
                sum += facts[m].number[0];
                count++;
            }
        const size_t found = tie_replies_to(&replies, facts[u].from, &reply);
        assert_int_equal(found, facts[u].kind == 0);
        if (reply == NULL)
            continue;
        uses++;
        assert_int_equal(reply->number[0], sum);
        assert_int_equal(reply->number[1], count);
        assert_true(tie_text_equal(reply->text[1], facts[u].text[0]));
    }
    assert_int_equal(replies.count, uses);
}

static void test_any_order(void **state)
{
    uint64_t seed = 6;
    struct tie_fact facts[FACTS];
    uint32_t order[FACTS];
    struct tie_replies first, again;

    (void)state;
    for (uint32_t i = 0; i < FACTS; i++) {
        facts[i] = make_fact(&seed, i / 2 + 1); /* two facts a row */
        order[i] = i;
    }
    run(facts, order, 1, &first);
    for (size_t emitter_count = 1; emitter_count <= 8; emitter_count++) {
        for (uint32_t i = FACTS - 1; i > 0; i--) {
            const uint32_t other = (uint32_t)(test_random(&seed) % (i + 1)), kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        run(facts, order, emitter_count, &again);
        assert_int_equal(again.count, first.count);
        for (size_t i = 0; i < first.count; i++) {
            assert_memory_equal(&again.at[i].to, &first.at[i].to, sizeof first.at[i].to);
            assert_memory_equal(again.at[i].number, first.at[i].number, sizeof first.at[i].number);
            for (size_t t = 0; t < TIE_FACT_TEXTS; t++)
                assert_true(tie_text_equal(again.at[i].text[t], first.at[i].text[t]));
        }
    }
}

/* Which fact comes first in a fold: each member of the order decides when those before are equal. */
static void remember_first(struct tie_arena *scratch, const struct tie_fact *facts, size_t count, const void *context,
    struct tie_replies *replies)
{
    (void)scratch;
    (void)context;
    assert_int_equal(count, 2);
    tie_reply_add(replies, &(struct tie_reply){ .to = facts[0].from });
}

static void test_total_order(void **state)
{
    static const struct {
        const char *why;
        struct tie_fact low, high;
    } cases[] = {
        { "kind", { .kind = 1, .number = { 9 } }, { .kind = 2, .number = { 1 } } },
        { "text before number", { .text = { { "a", 1 } }, .number = { 9 } },
            { .text = { { "b", 1 } }, .number = { 1 } } },
        { "shorter text", { .text = { { "a", 1 } } }, { .text = { { "ab", 2 } } } },
        { "the last text", { .text = { [7] = { "a", 1 } } }, { .text = { [7] = { "b", 1 } } } },
        { "negative number", { .number = { -1 } }, { .number = { 1 } } },
        { "the last number", { .number = { [7] = 1 } }, { .number = { [7] = 2 } } },
        { "dataset", { .from = { .dataset = 1, .part = 9 } }, { .from = { .dataset = 2 } } },
        { "part", { .from = { .part = 1, .source_row = 9 } }, { .from = { .part = 2 } } },
        { "row", { .from = { .source_row = 1 } }, { .from = { .source_row = 2 } } },
        { "row before shard", { .from = { .source_row = 1, .shard = 9 } },
            { .from = { .source_row = 2, .shard = 1 } } },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        for (unsigned swapped = 0; swapped < 2; swapped++) {
            struct tie_facts emitter, *list = &emitter;
            struct tie_replies replies;
            struct tie_fact low = cases[i].low, high = cases[i].high;
            low.from.source_row += 100; /* tells them apart, and keeps their order where rows decide */
            high.from.source_row += 100;
            if (low.from.source_row == high.from.source_row)
                low.from.part += cases[i].low.from.part == cases[i].high.from.part ? 1 : 0;
            tie_facts_init(&emitter, &arena);
            tie_facts_emit(&emitter, swapped == 0 ? &low : &high);
            tie_facts_emit(&emitter, swapped == 0 ? &high : &low);
            tie_exchange(&arena, &list, 1, remember_first, NULL, &replies);
            if (memcmp(&replies.at[0].to, &low.from, sizeof low.from) != 0)
                fail_msg("%s does not decide", cases[i].why);
        }
}

static void test_nothing(void **state)
{
    struct tie_facts emitter, *list = &emitter;
    struct tie_replies replies;
    const struct tie_reply *first = NULL;

    (void)state;
    tie_facts_init(&emitter, &arena);
    tie_exchange(&arena, &list, 1, fold_serials, &arena, &replies);
    assert_int_equal(replies.count, 0);
    assert_int_equal(tie_replies_to(&replies, (struct tie_address){ 0 }, &first), 0);
    tie_exchange(&arena, NULL, 0, fold_serials, &arena, &replies);
    assert_int_equal(replies.count, 0);
}

/* Emitted texts are copies: the emitter's buffers may be used again at once. */
static void test_copies(void **state)
{
    char text[] = "SN-1";
    struct tie_facts emitter;

    (void)state;
    tie_facts_init(&emitter, &arena);
    tie_facts_emit(&emitter, &(struct tie_fact){ .text = { { text, 4 } } });
    memset(text, 'x', sizeof text);
    assert_true(tie_text_is(emitter.at[0].text[0], "SN-1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested_loop),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_total_order),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_copies),
    };

    return cmocka_run_group_tests_name("model/exchange", tests, open_arena, close_arena);
}
