/*
 * reconcile.c - shards handed to threads, rounds A and F around the exchange.
 *
 * A task is a slice of a shard. Round A takes tasks from one counter; a slice that does not fit its worker's arena is
 * cut in two and both halves are done by the same worker, so no queue is needed. Every worker has three arenas: `shard`
 * (rows and their text, reset per slice), `scratch` (match and expectation, reset per dossier) and `kept` (findings,
 * evidence and facts, lives as long as the result). A worker remembers which of its slices hold waiting dossiers; round
 * F loads those slices again.
 *
 * Invariant: which dossiers wait depends on their rows alone, and a dossier is judged exactly once: in A when it gave
 * no fact, in F when it did. Merging sorts by content, so the hand-out of slices can't be seen in the result.
 */
#include "reconcile_internal.h"

#include "tieout/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_BITS_MAX = 16 };

struct shared {
    const struct tie_reconcile_plan *plan;
    atomic_uint next_task;
    atomic_bool failed;
    const struct tie_replies *replies; /* NULL in round A */
    bool has_row_anchors[TIE_DATASET_COUNT];
};

struct slices {
    struct tie_slice *at;
    size_t count, room;
};

struct worker {
    pthread_t thread;
    struct shared *shared;
    struct tie_arena shard_arena, scratch, *kept;
    struct tie_check_sink sink;
    struct tie_facts facts;
    struct reconcile_evidence evidence;
    struct slices waiting; /* slices that hold dossiers for round F */
    uint64_t dossiers, deferred, slices;
    uint64_t credits_same_sign, credits_seen;
    enum tie_status status;
    struct tie_error error;
};

/* Judges a matched dossier: expectation, verdict, checks; then the evidence of what was found. */
static void judge(
    struct worker *w, const struct tie_shard *shard, const struct tie_dossier *dossier, struct tie_match *match)
{
    const struct tie_reconcile_plan *plan = w->shared->plan;
    struct tie_expectations expectations;
    const size_t findings_before = w->sink.findings.count;

    tie_match_finish(match);
    tie_expect_dossier(&w->scratch, match, &expectations);
    tie_check_dossier(&w->scratch, match, &expectations, plan->switches, &w->sink);
    reconcile_evidence_add(&w->evidence, &w->scratch, shard, dossier, &w->sink.findings, findings_before);
    reconcile_count_credits(shard, dossier, &w->credits_same_sign, &w->credits_seen);
    w->dossiers++;
}

static bool does_dossier_wait(struct worker *w, const struct tie_match *match, unsigned shard_index)
{
    struct tie_facts probe;

    tie_facts_init(&probe, &w->scratch);
    return tie_match_emit(match, shard_index, &probe);
}

/* Round A: emits facts of the dossiers that must wait and judges all others. Returns whether any waits. */
static bool round_a(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard)
{
    bool any_waits = false;

    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_dossier *dossier = &shard->dossiers[i];
        struct tie_match match;

        tie_arena_reset(&w->scratch);
        reconcile_mark_anchors(w->shared->plan->anchors, w->shared->has_row_anchors, shard, dossier);
        tie_match_dossier(&w->scratch, keys, shard, dossier, &match);
        if (tie_match_emit(&match, shard->index, &w->facts)) {
            any_waits = true;
            w->deferred++;
            continue;
        }
        judge(w, shard, dossier, &match);
    }
    return any_waits;
}

/* Round F: judges the dossiers that waited, with the replies of the exchange. */
static void round_f(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard)
{
    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_dossier *dossier = &shard->dossiers[i];
        struct tie_match match;

        tie_arena_reset(&w->scratch);
        tie_match_dossier(&w->scratch, keys, shard, dossier, &match);
        if (!does_dossier_wait(w, &match, shard->index))
            continue;
        tie_match_apply(&match, shard->index, w->shared->replies);
        reconcile_evidence_linked(&w->evidence, &w->scratch, shard, dossier, w->shared->replies);
        judge(w, shard, dossier, &match);
    }
}

static enum tie_status run_slice(struct worker *w, struct tie_slice slice, struct tie_error *err)
{
    const struct tie_reconcile_plan *plan = w->shared->plan;
    struct tie_shard shard;
    struct tie_keys keys;
    bool fits = false;
    enum tie_status status;

    tie_arena_reset(&w->shard_arena);
    status = tie_shard_load(&w->shard_arena, plan->frames, plan->homes, plan->world->pool, slice, &shard, &fits, err);
    if (status != TIE_OK)
        return status;
    if (!fits) {
        TIE_ASSERT(slice.bits < SLICE_BITS_MAX);
        for (unsigned half = 0; half < 2 && status == TIE_OK; half++)
            status = run_slice(w, (struct tie_slice){ slice.shard, slice.bits + 1, slice.slice * 2 + half }, err);
        return status;
    }
    tie_keys_init(&keys, plan->world, &shard.pool, &w->shard_arena);
    w->slices++;
    if (w->shared->replies != NULL)
        round_f(w, &keys, &shard);
    else if (round_a(w, &keys, &shard))
        TIE_PUSH(w->kept, &w->waiting, slice);
    tie_keys_release(&keys);
    return TIE_OK;
}

static void *work_round_a(void *argument)
{
    struct worker *w = argument;
    const unsigned tasks = w->shared->plan->frames->shard_count + 1; /* the last is the leftover shard */

    for (;;) {
        const unsigned task = atomic_fetch_add(&w->shared->next_task, 1);

        if (task >= tasks || atomic_load(&w->shared->failed))
            break;
        w->status = run_slice(w, (struct tie_slice){ task, 0, 0 }, &w->error);
        if (w->status != TIE_OK) {
            atomic_store(&w->shared->failed, true);
            break;
        }
        tie_log_progress("reconcile", task + 1, tasks, "shards");
    }
    return NULL;
}

static void *work_round_f(void *argument)
{
    struct worker *w = argument;

    for (size_t i = 0; i < w->waiting.count && w->status == TIE_OK; i++)
        w->status = run_slice(w, w->waiting.at[i], &w->error);
    return NULL;
}

/* Runs one round on all workers; the calling thread is the first of them. */
static enum tie_status run_round(struct worker *workers, unsigned count, void *(*work)(void *), struct tie_error *err)
{
    unsigned started = 1;

    for (; started < count; started++)
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break;            /* fewer threads do the same work */
    if (work == work_round_f) /* waiting slices belong to their worker: without its thread, the first does them */
        for (unsigned i = started; i < count; i++)
            (void)work(&workers[i]);
    (void)work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        (void)pthread_join(workers[i].thread, NULL);
    for (unsigned i = 0; i < count; i++)
        if (workers[i].status != TIE_OK) {
            if (err != NULL)
                *err = workers[i].error;
            return workers[i].status;
        }
    return TIE_OK;
}

static enum tie_status open_worker(
    struct worker *w, struct shared *shared, struct tie_arena *kept, uint64_t share, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *w = (struct worker){ .shared = shared, .kept = kept };
    TIE_TRY(tie_arena_init(&w->shard_arena, (size_t)(share / 2), err));
    TIE_TRY(tie_arena_init(&w->scratch, (size_t)share, err));
    TIE_TRY(tie_arena_init(kept, (size_t)share * 2, err));
    tie_check_sink_init(&w->sink, kept);
    tie_facts_init(&w->facts, kept);
    reconcile_evidence_init(&w->evidence, kept, shared->plan->part_titles, shared->plan->world->delivery);
out:
    return status;
}

static void merge(struct tie_arena *arena, const struct tie_reconcile_plan *plan, struct worker *workers,
    unsigned count, struct tie_reconciled *result)
{
    struct tie_check_sink **sinks = TIE_TAKE(arena, struct tie_check_sink *, count);
    const struct reconcile_evidence **evidence = TIE_TAKE(arena, const struct reconcile_evidence *, count);

    for (unsigned i = 0; i < count; i++) {
        sinks[i] = &workers[i].sink;
        evidence[i] = &workers[i].evidence;
        result->dossiers += workers[i].dossiers;
        result->deferred += workers[i].deferred;
        result->slices += workers[i].slices;
        result->facts += workers[i].facts.count;
        result->credits_same_sign += workers[i].credits_same_sign;
        result->credits_seen += workers[i].credits_seen;
    }
    tie_check_run(
        arena, plan->world, plan->switches, sinks, count, &result->findings, &result->tally, &result->conserved);
    reconcile_evidence_merge(arena, evidence, count, &result->findings, &result->evidence);
}

enum tie_status tie_reconcile(struct tie_arena *arena, const struct tie_reconcile_plan *plan,
    struct tie_reconciled *result, struct tie_error *err)
{
    const unsigned count = plan->threads == 0 ? 1 : plan->threads;
    struct worker *workers = TIE_TAKE(arena, struct worker, count);
    struct shared shared = { .plan = plan };
    struct tie_facts **emitters = TIE_TAKE(arena, struct tie_facts *, count);
    struct tie_replies replies = { .arena = arena };
    enum tie_status status = TIE_OK;
    int64_t started_us = 0;

    *result = (struct tie_reconciled){ .arenas = TIE_TAKE(arena, struct tie_arena, count), .arena_count = count };
    reconcile_find_row_anchors(plan->anchors, shared.has_row_anchors);
    for (unsigned i = 0; i < count; i++)
        TIE_TRY(open_worker(&workers[i], &shared, &result->arenas[i], plan->memory_bytes / count, err));
    TIE_TRY(run_round(workers, count, work_round_a, err));

    started_us = tie_clock_us();
    for (unsigned i = 0; i < count; i++)
        emitters[i] = &workers[i].facts;
    tie_exchange(arena, emitters, count, tie_match_fold_p9, plan->world, &replies);
    shared.replies = &replies;
    result->replies = replies.count;
    TIE_TRY(run_round(workers, count, work_round_f, err));
    result->exchange_us = tie_clock_us() - started_us;
    merge(arena, plan, workers, count, result);
out:
    tie_log_progress_end();
    for (unsigned i = 0; i < count; i++) {
        tie_arena_release(&workers[i].shard_arena);
        tie_arena_release(&workers[i].scratch);
    }
    if (status != TIE_OK)
        tie_reconciled_release(result);
    return status;
}

void tie_reconciled_release(struct tie_reconciled *result)
{
    for (unsigned i = 0; i < result->arena_count; i++)
        tie_arena_release(&result->arenas[i]);
    result->arena_count = 0;
}
