/*
 * exchange.c - facts of all workers, sorted, folded key by key, answered row by row.
 *
 * Pointers to the facts are sorted by a total order of what the facts say (key, kind, texts, numbers, address), the
 * facts are laid out in that order and each run of one key goes to the fold. Replies are sorted by the row they go
 * to.
 *
 * Invariant: the order is total, so neither the number of emitters nor the order in which they emitted shows in any
 * result. A key is 64 bits, mostly a hash of texts: two things may share a key by chance. They then come in one run,
 * and a fold that can't bear that compares the texts, which is why facts carry them.
 * Memory: a fact twice (216 bytes each) and its texts, all in the arena. Scratch of the fold stays there until the
 * caller gives the arena back. Rejected: partitions by key on several threads; facts are few by nature
 * (architecture.md, section 3).
 */
#include "tieout/shard.h"

#include <stdlib.h>

static void copy_texts(struct tie_arena *arena, struct tie_text *texts)
{
    for (size_t i = 0; i < TIE_FACT_TEXTS; i++)
        texts[i] = texts[i].size == 0 ? TIE_TEXT("")
                                      : (struct tie_text){ tie_text_dup(arena, texts[i]), texts[i].size };
}

void tie_facts_init(struct tie_facts *facts, struct tie_arena *arena)
{
    *facts = (struct tie_facts){ .arena = arena };
}

void tie_facts_emit(struct tie_facts *facts, const struct tie_fact *fact)
{
    struct tie_fact copy = *fact;

    copy_texts(facts->arena, copy.text);
    TIE_PUSH(facts->arena, facts, copy);
}

void tie_reply_add(struct tie_replies *replies, const struct tie_reply *reply)
{
    struct tie_reply copy = *reply;

    copy_texts(replies->arena, copy.text);
    TIE_PUSH(replies->arena, replies, copy);
}

/* ---- orders ---- */

static int compare_words(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_texts(const struct tie_text *a, const struct tie_text *b)
{
    int order = 0;

    for (size_t i = 0; i < TIE_FACT_TEXTS && order == 0; i++)
        order = tie_text_compare(a[i], b[i]);
    return order;
}

static int compare_numbers(const int64_t *a, const int64_t *b)
{
    for (size_t i = 0; i < TIE_FACT_NUMBERS; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_addresses(const struct tie_address *a, const struct tie_address *b)
{
    int order = compare_words(a->shard, b->shard);

    if (order == 0)
        order = compare_words(a->dataset, b->dataset);
    if (order == 0)
        order = compare_words(a->part, b->part);
    return order != 0 ? order : compare_words(a->source_row, b->source_row);
}

/* The shard decides last: it depends on shard_count, and only copies of one row in two shards differ in nothing
 * else. */
static int compare_rows(const struct tie_address *a, const struct tie_address *b)
{
    int order = compare_words(a->dataset, b->dataset);

    if (order == 0)
        order = compare_words(a->part, b->part);
    if (order == 0)
        order = compare_words(a->source_row, b->source_row);
    return order != 0 ? order : compare_words(a->shard, b->shard);
}

static int compare_facts(const void *left, const void *right)
{
    const struct tie_fact *const *const l = left, *const *const r = right;
    const struct tie_fact *a = *l, *b = *r;
    int order = compare_words(a->key, b->key);

    if (order == 0)
        order = compare_words(a->kind, b->kind);
    if (order == 0)
        order = compare_texts(a->text, b->text);
    if (order == 0)
        order = compare_numbers(a->number, b->number);
    return order != 0 ? order : compare_rows(&a->from, &b->from);
}

static int compare_replies(const void *left, const void *right)
{
    const struct tie_reply *a = left, *b = right;
    int order = compare_addresses(&a->to, &b->to);

    if (order == 0)
        order = compare_words(a->kind, b->kind);
    if (order == 0)
        order = compare_texts(a->text, b->text);
    return order != 0 ? order : compare_numbers(a->number, b->number);
}

/* ---- the exchange ---- */

static struct tie_fact *sorted_facts(
    struct tie_arena *arena, struct tie_facts *const *emitters, size_t emitter_count, size_t *count)
{
    size_t total = 0, at = 0;

    for (size_t e = 0; e < emitter_count; e++)
        total += emitters[e]->count;
    struct tie_fact *const sorted = TIE_TAKE(arena, struct tie_fact, total + 1);
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    const struct tie_fact **const order = TIE_TAKE(arena, const struct tie_fact *, total + 1);
    for (size_t e = 0; e < emitter_count; e++)
        for (size_t i = 0; i < emitters[e]->count; i++)
            order[at++] = &emitters[e]->at[i];
    if (total > 1)
        qsort(order, total, sizeof *order, compare_facts);
    for (size_t i = 0; i < total; i++)
        sorted[i] = *order[i];
    tie_arena_back_to(arena, mark);
    *count = total;
    return sorted;
}

void tie_exchange(struct tie_arena *arena, struct tie_facts *const *emitters, size_t emitter_count, tie_fold *fold,
    const void *context, struct tie_replies *replies)
{
    size_t count = 0;
    const struct tie_fact *const facts = sorted_facts(arena, emitters, emitter_count, &count);

    *replies = (struct tie_replies){ .arena = arena };
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && facts[end].key == facts[first].key;)
            end++;
        fold(arena, facts + first, end - first, context, replies);
    }
    if (replies->count > 1)
        qsort(replies->at, replies->count, sizeof *replies->at, compare_replies);
}

size_t tie_replies_to(const struct tie_replies *replies, struct tie_address to, const struct tie_reply **first)
{
    size_t low = 0, high = replies->count, count = 0;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_addresses(&replies->at[middle].to, &to) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < replies->count && compare_addresses(&replies->at[low + count].to, &to) == 0)
        count++;
    *first = count == 0 ? NULL : &replies->at[low];
    return count;
}
