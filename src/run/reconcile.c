/*
 * reconcile.c - shards handed to threads, rounds A, C and F around the exchanges B and D.
 *
 * A task is a slice of a shard. Round A takes tasks from one counter; a slice that does not fit its worker's arena is
 * cut in two and both halves are done by the same worker, so no queue is needed; one that is cut small and still does
 * not fit (a giant dossier) waits until all others of the round are done and then has the memory of all workers.
 * Every worker has three arenas: `shard` (rows and their text, reset per slice), `scratch` (match and expectation,
 * reset per batch of a few dossiers) and `kept` (findings, evidence and facts, lives as long as the result). What is
 * found beyond its share of the memory is spilled between two slices. A worker remembers which dossiers of its slices
 * wait, and for which round; C and F load those dossiers again, and no others.
 *
 *   A  gives facts to B (an issue or a use by its serial, P4), else to D (by item and date, P9), else is judged
 *   C  applies the replies of B; what is still open then gives its facts to D, else is judged
 *   F  applies the replies of B and D, and is judged
 *
 * Invariant: which dossiers wait for what depends on rows and replies alone, so a later round finds out anew by
 * asking again; a dossier is judged exactly once, in the first round in which it has no fact left to give. Merging
 * sorts by content, so the hand-out of slices can't be seen in the result. Rejected: keeping the matches of waiting
 * dossiers in memory between rounds; their shards' rows would have to stay too.
 */
#include "reconcile_internal.h"

#include "tieout/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_BITS_MAX = 16 };
/* So many dossiers, of so many rows together, are matched, then their expectations made, then they are checked: each is
 * about as much code as the first cache of instructions holds, and would drive out the others at each dossier. More of
 * them would not lie in the first cache of data. */
enum { BATCH_DOSSIERS = 8, BATCH_ROWS = 256 };

enum round { ROUND_A, ROUND_C, ROUND_F };
enum { EXCHANGE_B, EXCHANGE_D, EXCHANGE_COUNT = TIE_RECONCILE_EXCHANGES };
static const struct {
    enum tie_pass pass;
    tie_fold *fold;
} exchanges[EXCHANGE_COUNT] = { { TIE_P4, tie_match_fold_p4 }, { TIE_P9, tie_match_fold_p9 } };

struct shared {
    const struct tie_reconcile_plan *plan;
    atomic_uint next_task;
    atomic_bool failed;
    enum round round;
    struct tie_replies replies[EXCHANGE_COUNT];
    bool has_row_anchors[TIE_DATASET_COUNT];
};

struct waiting { /* a slice that holds dossiers for later rounds */
    struct tie_slice slice;
    struct tie_roots *for_round[ROUND_F + 1]; /* NULL: none */
};

struct waiting_list {
    struct waiting *at;
    size_t count, room;
};

struct alone { /* a slice that does not fit beside others */
    struct tie_slice slice;
    struct waiting *now; /* NULL in round A */
};

struct worker {
    pthread_t thread;
    struct shared *shared;
    struct tie_arena shard_arena, scratch, *kept; /* kept: that of what it found */
    struct reconcile_found found;
    struct tie_keys keys;
    struct tie_closed_orders closed;
    struct tie_facts facts[EXCHANGE_COUNT];
    struct reconcile_evidence evidence;
    struct reconcile_picks picks;
    struct waiting_list waiting;
    struct waiting *now; /* entry that is being run; NULL in round A */
    bool is_alone;
    struct {
        struct alone *at;
        size_t count, room;
    } alone;
    uint64_t dossiers, deferred, slices;
    uint64_t credits_same_sign, credits_seen;
    enum tie_status status;
    struct tie_error error;
};

/* What to call the dossier, should it not fit. */
static void name_scratch(struct worker *w, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    const struct tie_text order = tie_pool_text(&shard->pool, dossier->root);

    w->scratch.name = order.at;
    w->scratch.name_size = order.size;
}

/* What ought to have been of a matched dossier. */
static void expect(struct worker *w, const struct tie_shard *shard, const struct tie_dossier *dossier,
    struct tie_match *match, struct tie_expectations *expectations)
{
    name_scratch(w, shard, dossier);
    tie_match_finish(match);
    tie_expect_dossier(&w->scratch, match, expectations);
}

/* Judges a dossier by what ought to have been: verdict, checks; then the evidence of what was found. */
static void judge(struct worker *w, const struct tie_shard *shard, const struct tie_dossier *dossier,
    const struct tie_match *match, const struct tie_expectations *expectations)
{
    const struct tie_reconcile_plan *plan = w->shared->plan;
    const struct reconcile_seen before = { w->found.sink.findings.count, w->found.sink.releases.count };
    const uint64_t notes_before = w->found.sink.uses.notes;

    name_scratch(w, shard, dossier);
    tie_check_dossier(&w->scratch, match, expectations, plan->switches, &w->found.sink);
    if (plan->wants_evidence)
        reconcile_evidence_add(&w->evidence, &w->scratch, shard, dossier, &w->found.sink, before);
    reconcile_count_credits(shard, dossier, &w->credits_same_sign, &w->credits_seen);
    if (plan->wants_picks &&
        (w->shared->round != ROUND_A || w->found.sink.findings.count > before.findings ||
            w->found.sink.releases.count > before.releases || w->found.sink.uses.notes > notes_before))
        reconcile_pick(&w->picks, shard, dossier);
    if (plan->wants_closed)
        tie_closed_collect(match, expectations, &w->closed);
    if (match->trace != NULL)
        plan->watch->judged(plan->watch->context, &w->scratch, match, expectations);
    w->dossiers++;
}

static void expect_and_judge(
    struct worker *w, const struct tie_shard *shard, const struct tie_dossier *dossier, struct tie_match *match)
{
    struct tie_expectations expectations;

    expect(w, shard, dossier, match, &expectations);
    judge(w, shard, dossier, match, &expectations);
}

/* A dossier that somebody looks at is told of from the start, in each round anew. */
static void match_dossier(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_match *match)
{
    const struct tie_watch *watch = w->shared->plan->watch;
    struct tie_trace *trace = NULL;

    name_scratch(w, shard, dossier);
    if (watch != NULL && watch->wants(watch->context, shard, dossier)) {
        trace = watch->trace;
        trace->count = 0;
    }
    tie_match_dossier_traced(&w->scratch, keys, shard, dossier, trace, match);
}

static bool gives(struct worker *w, const struct tie_match *match, unsigned shard_index, int exchange)
{
    return tie_match_emit(match, exchanges[exchange].pass, shard_index, &w->facts[exchange]);
}

/* Whether the dossier gave facts to an exchange in an earlier round. */
static bool gave(struct worker *w, const struct tie_match *match, unsigned shard_index, int exchange)
{
    struct tie_facts probe;

    tie_facts_init(&probe, &w->scratch);
    return tie_match_emit(match, exchanges[exchange].pass, shard_index, &probe);
}

static void apply(struct worker *w, struct tie_match *match, unsigned shard_index, int exchange)
{
    tie_match_apply(match, exchanges[exchange].pass, shard_index, &w->shared->replies[exchange]);
}

static void wait_for(
    struct worker *w, struct waiting *waiting, enum round round, const struct tie_shard *shard, tie_str root)
{
    struct tie_roots **const roots = &waiting->for_round[round];

    if (*roots == NULL) {
        *roots = TIE_TAKE(w->kept, struct tie_roots, 1);
        tie_roots_init(*roots, w->kept);
    }
    tie_roots_add(*roots, tie_pool_text(&shard->pool, root));
}

/* How many dossiers from `first` on are matched before they are judged: one that is large, or that somebody may look
 * at, is alone. */
static size_t batch_of(const struct worker *w, const struct tie_shard *shard, size_t first)
{
    const size_t left = shard->dossier_count - first, most = left < BATCH_DOSSIERS ? left : BATCH_DOSSIERS;
    size_t count = 0, rows = 0;

    for (; count < most && w->shared->plan->watch == NULL; count++) {
        for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
            rows += shard->dossiers[first + count].ranges[tie_leg_dataset((enum tie_leg)leg)].count;
        if (rows > BATCH_ROWS)
            break;
    }
    return count == 0 ? 1 : count;
}

/* Matches a dossier; the round in which it is judged: a later one when it gives facts to an exchange. */
static enum round start_dossier(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_match *match)
{
    match_dossier(w, keys, shard, dossier, match);
    reconcile_mark_anchors(w->shared->plan->anchors, w->shared->has_row_anchors, match);
    return gives(w, match, shard->index, EXCHANGE_B) ? ROUND_C
        : gives(w, match, shard->index, EXCHANGE_D)  ? ROUND_F
                                                     : ROUND_A;
}

/* Emits facts of the dossiers that must wait and judges all others; tells what they wait for. */
static void round_a(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard, struct waiting *waiting)
{
    for (size_t first = 0, count; first < shard->dossier_count; first += count) {
        const struct tie_dossier *const dossiers = &shard->dossiers[first];
        struct tie_match matches[BATCH_DOSSIERS];
        struct tie_expectations expectations[BATCH_DOSSIERS];
        enum round rounds[BATCH_DOSSIERS];

        count = batch_of(w, shard, first);
        tie_arena_reset(&w->scratch);
        for (size_t i = 0; i < count; i++)
            rounds[i] = start_dossier(w, keys, shard, &dossiers[i], &matches[i]);
        for (size_t i = 0; i < count; i++)
            if (rounds[i] == ROUND_A)
                expect(w, shard, &dossiers[i], &matches[i], &expectations[i]);
        for (size_t i = 0; i < count; i++) {
            if (rounds[i] == ROUND_A) {
                judge(w, shard, &dossiers[i], &matches[i], &expectations[i]);
            } else {
                wait_for(w, waiting, rounds[i], shard, dossiers[i].root);
                w->deferred++;
            }
        }
    }
}

/* The dossiers that waited for B, with its replies; those with something left to ask wait on, for D. */
static void round_c(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard, struct waiting *waiting)
{
    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_dossier *dossier = &shard->dossiers[i];
        struct tie_match match;

        tie_arena_reset(&w->scratch);
        match_dossier(w, keys, shard, dossier, &match);
        if (!gave(w, &match, shard->index, EXCHANGE_B))
            continue;
        apply(w, &match, shard->index, EXCHANGE_B);
        reconcile_evidence_linked(&w->evidence, &w->scratch, shard, dossier, &w->shared->replies[EXCHANGE_B]);
        if (gives(w, &match, shard->index, EXCHANGE_D))
            wait_for(w, waiting, ROUND_F, shard, dossier->root);
        else
            expect_and_judge(w, shard, dossier, &match);
    }
}

/* The dossiers that waited for D, whether since A or since C. */
static void round_f(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard)
{
    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_dossier *dossier = &shard->dossiers[i];
        struct tie_match match;

        tie_arena_reset(&w->scratch);
        match_dossier(w, keys, shard, dossier, &match);
        if (gave(w, &match, shard->index, EXCHANGE_B))
            apply(w, &match, shard->index, EXCHANGE_B);
        if (!gave(w, &match, shard->index, EXCHANGE_D))
            continue;
        apply(w, &match, shard->index, EXCHANGE_D);
        reconcile_evidence_linked(&w->evidence, &w->scratch, shard, dossier, &w->shared->replies[EXCHANGE_D]);
        expect_and_judge(w, shard, dossier, &match);
    }
}

/* The slices of a shard follow each other: what waits in them is few, and loaded at once. */
static void run_round_a(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard)
{
    struct waiting *const last = w->waiting.count == 0 ? NULL : &w->waiting.at[w->waiting.count - 1];
    struct waiting waiting = { .slice = { .shard = shard->index } };

    if (last != NULL && last->slice.shard == shard->index) {
        round_a(w, keys, shard, last);
        return;
    }
    round_a(w, keys, shard, &waiting);
    if (waiting.for_round[ROUND_C] != NULL || waiting.for_round[ROUND_F] != NULL)
        TIE_PUSH(w->kept, &w->waiting, waiting);
}

static void run_loaded(struct worker *w, struct tie_keys *keys, const struct tie_shard *shard)
{
    switch (w->shared->round) {
    case ROUND_A: run_round_a(w, keys, shard); return;
    case ROUND_C: round_c(w, keys, shard, w->now); return;
    case ROUND_F: round_f(w, keys, shard); return;
    }
}

/* Whether a dossier may take more than there is to match and judge it; what that takes is less than three times its
 * rows. */
static bool holds_giant(const struct worker *w, const struct tie_shard *shard)
{
    const size_t most = w->scratch.cap_bytes / 3;

    if (w->shard_arena.used_bytes <= most)
        return false;
    for (size_t i = 0; i < shard->dossier_count; i++) {
        size_t bytes = 0;

        for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
            bytes += shard->dossiers[i].ranges[d].count * shard->tables[d].row_bytes;
        if (bytes > most)
            return true;
    }
    return false;
}

static enum tie_status run_slice(struct worker *w, struct tie_slice slice, struct tie_error *err)
{
    const struct tie_reconcile_plan *plan = w->shared->plan;
    struct tie_shard shard;
    bool fits = false;
    enum tie_status status;

    tie_arena_reset(&w->shard_arena);
    status = tie_shard_load_roots(&w->shard_arena, plan->frames, plan->homes, plan->world->pool, slice,
        w->now == NULL ? NULL : w->now->for_round[w->shared->round], &shard, &fits, err);
    if (status != TIE_OK)
        return status;
    fits = fits && (w->is_alone || !holds_giant(w, &shard));
    if (!fits && slice.bits >= TIE_SLICE_BITS_ALONE && !w->is_alone) {
        TIE_PUSH(w->kept, &w->alone, (struct alone){ slice, w->now });
        return TIE_OK;
    }
    if (!fits) {
        TIE_ASSERT(slice.bits < SLICE_BITS_MAX);
        for (unsigned half = 0; half < 2 && status == TIE_OK; half++)
            status = run_slice(w, (struct tie_slice){ slice.shard, slice.bits + 1, slice.slice * 2 + half }, err);
        return status;
    }
    if (w->is_alone) /* its columns were copied: of its frames only texts are looked at from here on */
        tie_shard_forget(plan->frames, plan->homes, slice.shard);
    tie_keys_move(&w->keys, &shard.pool);
    w->slices++;
    run_loaded(w, &w->keys, &shard);
    return TIE_OK;
}

/* A whole shard, or one slice that waits: behind it there is room for what the next one finds. */
static enum tie_status run_task(struct worker *w, struct tie_slice slice)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(run_slice(w, slice, &w->error));
    tie_shard_forget(w->shared->plan->frames, w->shared->plan->homes, slice.shard);
    if (reconcile_found_held(&w->found) > w->shared->plan->budget.found)
        TIE_TRY(reconcile_found_spill(&w->found, &w->error));
out:
    return status;
}

static void *work_round_a(void *argument)
{
    struct worker *w = argument;
    const unsigned tasks = w->shared->plan->frames->shard_count + 1; /* the last is the leftover shard */

    for (;;) {
        const unsigned task = atomic_fetch_add(&w->shared->next_task, 1);

        if (task >= tasks || atomic_load(&w->shared->failed))
            break;
        w->status = run_task(w, (struct tie_slice){ task, 0, 0 });
        if (w->status != TIE_OK) {
            atomic_store(&w->shared->failed, true);
            break;
        }
        tie_log_progress("reconcile", task + 1, tasks, "shards");
    }
    return NULL;
}

static void *work_waiting(void *argument)
{
    struct worker *w = argument;

    for (size_t i = 0; i < w->waiting.count && w->status == TIE_OK; i++) {
        w->now = &w->waiting.at[i];
        if (w->now->for_round[w->shared->round] != NULL)
            w->status = run_task(w, w->now->slice);
    }
    return NULL;
}

static void close_arenas(struct worker *w)
{
    tie_arena_release(&w->shard_arena);
    tie_arena_release(&w->scratch);
}

static enum tie_status open_arenas(struct worker *w, const struct tie_budget *budget, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_arena_init(&w->shard_arena, budget->rows, err));
    TIE_TRY(tie_arena_init(&w->scratch, budget->scratch, err));
    w->scratch.holds = "the dossier of order";
out:
    return status;
}

/* The slices that did not fit beside others, by the first worker, in the memory of all. */
static enum tie_status run_alone(struct worker *workers, unsigned count, struct tie_error *err)
{
    const struct tie_budget *const budget = &workers[0].shared->plan->budget;
    size_t slices = 0, held = workers[0].shared->plan->held_bytes;
    enum tie_status status = TIE_OK;

    for (unsigned i = 0; i < count; i++)
        slices += workers[i].alone.count;
    if (slices == 0)
        return TIE_OK;
    for (unsigned i = 0; i < count; i++) {
        close_arenas(&workers[i]);
        TIE_TRY(reconcile_found_spill(&workers[i].found, err));
        held += reconcile_found_held(&workers[i].found);
    }
    const struct tie_budget alone = tie_budget_alone(budget, held);
    TIE_TRY(open_arenas(&workers[0], &alone, err));
    workers[0].is_alone = true;
    for (unsigned i = 0; i < count; i++) {
        for (size_t a = 0; a < workers[i].alone.count; a++) {
            const struct alone *const one = &workers[i].alone.at[a];
            workers[0].now = one->now;
            TIE_TRY(run_slice(&workers[0], one->slice, err));
        }
        workers[i].alone.count = 0;
    }
    workers[0].is_alone = false;
    close_arenas(&workers[0]);
    for (unsigned i = 0; i < count; i++)
        TIE_TRY(open_arenas(&workers[i], budget, err));
out:
    return status;
}

/* Runs one round on all workers; the calling thread is the first of them. */
static enum tie_status run_round(struct worker *workers, unsigned count, enum round round, struct tie_error *err)
{
    void *(*const work)(void *) = round == ROUND_A ? work_round_a : work_waiting;
    unsigned started = 1;

    workers[0].shared->round = round;
    for (; started < count; started++)
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break;        /* fewer threads do the same work */
    if (round != ROUND_A) /* waiting slices belong to their worker: without its thread, the first does them */
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
    return run_alone(workers, count, err);
}

static enum tie_status open_worker(
    struct worker *w, struct shared *shared, struct tie_arena *kept, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *w = (struct worker){ .shared = shared, .kept = kept };
    TIE_TRY(open_arenas(w, &shared->plan->budget, err));
    TIE_TRY(reconcile_found_open(&w->found, shared->plan, kept, err));
    tie_keys_init(&w->keys, shared->plan->world, NULL, kept);
    tie_closed_init(&w->closed, kept);
    for (int i = 0; i < EXCHANGE_COUNT; i++)
        tie_facts_init(&w->facts[i], kept);
    reconcile_evidence_init(&w->evidence, kept, shared->plan->part_titles, shared->plan->world->delivery);
    w->picks.arena = kept;
out:
    return status;
}

/* What only all workers together can say; the last that looks at master data. */
static void fold(struct tie_arena *arena, const struct tie_reconcile_plan *plan, struct worker *workers, unsigned count,
    struct tie_reconciled *result)
{
    struct tie_check_sink **sinks = TIE_TAKE(arena, struct tie_check_sink *, count);

    for (unsigned i = 0; i < count; i++)
        sinks[i] = &workers[i].found.sink;
    tie_check_fold(arena, plan->world, plan->switches, sinks, count, &result->tally, &result->conserved);
    for (unsigned i = 0; i < count; i++)
        close_arenas(&workers[i]);
    if (plan->judged != NULL)
        plan->judged(plan->context);
}

static enum tie_status merge(struct tie_arena *arena, const struct tie_reconcile_plan *plan, struct worker *workers,
    unsigned count, struct tie_reconciled *result, struct tie_error *err)
{
    struct reconcile_found **found = TIE_TAKE(arena, struct reconcile_found *, count);
    const struct reconcile_evidence **evidence = TIE_TAKE(arena, const struct reconcile_evidence *, count);
    const struct reconcile_picks **picks = TIE_TAKE(arena, const struct reconcile_picks *, count);
    const struct tie_closed_orders **closed = TIE_TAKE(arena, const struct tie_closed_orders *, count);
    enum tie_status status = TIE_OK;

    for (unsigned i = 0; i < count; i++) {
        picks[i] = &workers[i].picks;
        found[i] = &workers[i].found;
        evidence[i] = &workers[i].evidence;
        closed[i] = &workers[i].closed;
        result->dossiers += workers[i].dossiers;
        result->deferred += workers[i].deferred;
        result->slices += workers[i].slices;
        for (int x = 0; x < EXCHANGE_COUNT; x++)
            result->facts += workers[i].facts[x].count;
        result->credits_same_sign += workers[i].credits_same_sign;
        result->credits_seen += workers[i].credits_seen;
    }
    if (plan->wants_picks)
        result->picks = reconcile_picks_merge(arena, picks, count, plan->part_count);
    TIE_TRY(reconcile_found_join(plan, found, count, &result->arenas[count], arena, &result->findings, err));
    if (plan->wants_evidence)
        reconcile_evidence_merge(arena, evidence, count, &result->findings, &result->evidence);
    reconcile_evidence_merge_linked(arena, evidence, count, &result->linked);
    tie_closed_merge(arena, closed, count, &result->findings, &result->closed);
    for (int x = 0; x < EXCHANGE_COUNT; x++)
        result->exchanged[x] = workers[0].shared->replies[x];
    for (unsigned i = 0; i < count; i++)
        result->held_bytes += tie_spill_held(&found[i]->kept_spill);
out:
    return status;
}

static void run_exchange(
    struct tie_arena *arena, struct worker *workers, unsigned count, int exchange, struct tie_reconciled *result)
{
    struct shared *shared = workers[0].shared;
    struct tie_facts **emitters = TIE_TAKE(arena, struct tie_facts *, count);
    const struct tie_watch *watch = shared->plan->watch;
    const struct tie_fold_context context = { .trace = watch == NULL ? NULL : watch->folds };

    for (unsigned i = 0; i < count; i++) {
        emitters[i] = &workers[i].facts[exchange];
        tie_arena_forget(&workers[i].shard_arena, workers[i].shard_arena.used_bytes); /* facts are sorted in copies */
    }
    tie_exchange(arena, emitters, count, exchanges[exchange].fold, &context, &shared->replies[exchange]);
    result->replies += shared->replies[exchange].count;
}

enum tie_status tie_reconcile(struct tie_arena *arena, const struct tie_reconcile_plan *plan,
    struct tie_reconciled *result, struct tie_error *err)
{
    const unsigned count = plan->threads == 0 ? 1 : plan->threads;
    struct worker *workers = TIE_TAKE(arena, struct worker, count);
    struct shared shared = { .plan = plan };
    enum tie_status status = TIE_OK;
    int64_t started_us = 0;

    *result = (struct tie_reconciled){
        .arenas = TIE_TAKE(arena, struct tie_arena, count + 1), .arena_count = count + 1, .trim = plan->trim
    };
    reconcile_find_row_anchors(plan->anchors, shared.has_row_anchors);
    for (unsigned i = 0; i < count; i++)
        TIE_TRY(open_worker(&workers[i], &shared, &result->arenas[i], err));
    TIE_TRY(run_round(workers, count, ROUND_A, err));

    started_us = tie_clock_us();
    run_exchange(arena, workers, count, EXCHANGE_B, result);
    TIE_TRY(run_round(workers, count, ROUND_C, err));
    run_exchange(arena, workers, count, EXCHANGE_D, result);
    TIE_TRY(run_round(workers, count, ROUND_F, err));
    result->exchange_us = tie_clock_us() - started_us;
    fold(arena, plan, workers, count, result);
    TIE_TRY(merge(arena, plan, workers, count, result, err));
out:
    tie_log_progress_end();
    for (unsigned i = 0; i < count; i++) {
        tie_keys_release(&workers[i].keys);
        close_arenas(&workers[i]);
        reconcile_found_close(&workers[i].found);
    }
    if (status != TIE_OK)
        tie_reconciled_release(result);
    return status;
}

void tie_reconciled_release(struct tie_reconciled *result)
{
    for (unsigned i = 0; i < result->arena_count; i++) {
        tie_trim_remove(result->trim, result->arenas[i].base);
        tie_arena_release(&result->arenas[i]);
    }
    result->arena_count = 0;
}
