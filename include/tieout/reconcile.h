/*
 * reconcile.h - the rounds: sealed frames in, findings, conservation and evidence out.
 *
 * Round A loads shard after shard, by as many threads as asked for, and judges every dossier that gave no fact.
 * Dossiers that gave facts (an open part on one side, a movement without an order on the other) wait: exchange B pairs
 * them by serial (pass P4), round C loads their shards again and judges those that have nothing left to ask; exchange
 * D pairs the rest by item and date (pass P9), round F judges them. A shard that does not fit into its share of the
 * memory is cut into slices; one that is small and still does not fit is judged alone when all others are done, in
 * what they no longer need; only a single dossier that can't fit then is an error, which names it.
 *
 * Output depends on the rows, the policy and the as-of alone: never on threads, shard_count, memory or order.
 */
#ifndef TIEOUT_RECONCILE_H
#define TIEOUT_RECONCILE_H

#include "tieout/budget.h"
#include "tieout/frame_csv.h"
#include "tieout/closed.h"
#include "tieout/publish.h"
#include "tieout/trace.h"

/* Who looks on while dossiers are judged (explain). One thread only. */
struct tie_watch {
    void *context;
    /* Whether the dossier is to be traced; asked in every round, in round A before any exchange. */
    bool (*wants)(void *context, const struct tie_shard *shard, const struct tie_dossier *dossier);
    /* Of a dossier that is wanted, when it has been judged; `scratch` and all else is gone behind the call. */
    void (*judged)(void *context, struct tie_arena *scratch, const struct tie_match *match,
        const struct tie_expectations *expectations);
    struct tie_trace *trace; /* of the dossier at hand: emptied before each */
    struct tie_trace *folds; /* of the exchanges */
};

struct tie_reconcile_plan {
    const struct tie_frames *frames;
    const struct tie_homes *homes;
    const struct tie_world *world;
    const struct tie_check_switch *switches; /* [TIE_CHECK_COUNT] */
    struct tie_anchors *anchors;             /* flags are set here */
    const char *const *part_titles;          /* by part index, for evidence */
    struct tie_budget budget;
    size_t held_bytes;        /* of it, by master data and homes */
    const char *spill_folder; /* for what was found and is more than its share; NULL: then the share is the end */
    struct tie_trim *trim;    /* is told of these files; NULL: nobody looks at the memory */
    unsigned threads;
    /* Called when all is judged: nothing here looks at master data or homes any more. NULL: they stay. */
    void (*judged)(void *context);
    void *context;
    const struct tie_watch *watch; /* NULL in a run */
    size_t part_count;
    bool wants_evidence; /* the source rows behind findings, for the workbook and for who explains */
    bool wants_picks;    /* list the rows of dossiers with findings, see tie_reconciled.picks */
    bool wants_closed;   /* the closed orders, for an audit sample */
};

enum { TIE_RECONCILE_EXCHANGES = 2 }; /* P4, P9 */

struct tie_reconciled {
    struct tie_findings findings;
    struct tie_tally tally;
    struct tie_evidence_rows evidence;                     /* empty unless wanted */
    struct tie_evidence_rows linked;                       /* all movements that an exchange linked elsewhere */
    struct tie_closed_orders closed;                       /* empty unless wanted */
    struct tie_replies exchanged[TIE_RECONCILE_EXCHANGES]; /* for tie_reconcile_look */
    bool conserved;                                        /* FIN-06 */
    uint64_t credits_same_sign, credits_seen; /* credit and cancel lines that name an original (data-model.md 3) */
    uint64_t dossiers, deferred, slices;
    uint64_t facts, replies; /* of both exchanges */
    int64_t exchange_us;     /* the exchanges and the rounds behind them */
    /* By part, when they were wanted: rows of the dossiers that made a finding or gave a fact. To judge these rows
     * again gives their findings again: what a dossier is told by others comes from dossiers that gave facts. */
    struct tie_frame_picks *picks;
    struct tie_arena *arenas; /* of the workers: hold the texts of findings and evidence; the last holds the list */
    unsigned arena_count;
    struct tie_trim *trim; /* knows of those that were spilled */
    size_t held_bytes;     /* by them, what lies in files left out */
};

TIE_MUST_CHECK enum tie_status tie_reconcile(struct tie_arena *arena, const struct tie_reconcile_plan *plan,
    struct tie_reconciled *result, struct tie_error *err);
void tie_reconciled_release(struct tie_reconciled *result);

/*
 * Looks at some dossiers once more, when all rounds are over: loads only `shards`, and gives those dossiers that hold
 * an order of `wanted` to `visit`, matched and with expectations as they were judged. One thread; at a time one slice
 * of a shard is in memory, within the budget of one judged alone. Dossiers come by shard, slice and root, an order that
 * shard_count decides: the visitor must not depend on it.
 */
typedef void tie_reconcile_visit(
    void *context, const struct tie_match *match, const struct tie_expectations *expectations);
struct tie_reconcile_look {
    const bool *shards; /* [shard_count + 1] */
    bool (*is_wanted)(void *context, struct tie_text wo_id);
    tie_reconcile_visit *visit;
    void *context;
};
TIE_MUST_CHECK enum tie_status tie_reconcile_look(const struct tie_reconcile_plan *plan,
    const struct tie_reconciled *result, const struct tie_reconcile_look *look, struct tie_error *err);

#endif
