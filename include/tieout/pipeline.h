/*
 * pipeline.h - the steps from sealed frames and a prior state to result files, for a run and for its replay.
 *
 * The caller fills the first group of members: a run from its sources and state.db, a replay from a bundle
 * (tie_bundle_open). Then, in this order: tie_pipeline_open_frames, _build_world, _reconcile, _keep, _publish;
 * tie_pipeline_close at the end, whatever happened. Who wants to look only (explain) stops behind _build_world or
 * _reconcile.
 *
 * Determinism: the result files depend on the frames' rows, the policy, the prior state, the as-of, the name of the
 * run and what extraction reported; never on threads, shards, memory, order of rows, locale, TZ or the clock.
 * Ownership: everything lies in the arena but frames, homes, master data, ledger and the reconciler's arenas, which
 * close releases.
 */
#ifndef TIEOUT_PIPELINE_H
#define TIEOUT_PIPELINE_H

#include "tieout/job.h"

struct tie_pipeline {
    /* given */
    struct tie_arena *arena;
    struct tie_job *job; /* dates, policy, zone, plan.parts, plan.shard_count, outputs, memory, threads */
    bool dry;            /* no correction files */
    bool wants_evidence; /* source rows behind findings, also where no workbook shows them */
    bool is_last_look;   /* nobody asks for rows or master data behind _reconcile: they go when all is judged */
    bool is_partial;     /* rows of some orders only: what counts over all orders means nothing */
    const char *name;    /* of the run: "2026-11-20.1" */
    const char *folder;  /* exists; the result files are written here */
    struct tie_ledger *ledger;
    struct tie_extract_result extract;
    const struct tie_watch *watch; /* of the next reconcile; NULL: nobody looks on */
    /* made by the steps */
    struct tie_frames frames;
    struct tie_trim *trim; /* of frames and of what was spilled; from _build_world to the end */
    struct tie_homes *homes;
    struct tie_arena master; /* master data and what is looked up in them */
    struct tie_pool pool;
    struct tie_world world;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_anchors anchors;
    struct tie_reconciled reconciled;
    struct tie_kept_list cleared, carried;
    struct tie_export_list exports;
    struct tie_report report;
};

TIE_MUST_CHECK enum tie_status tie_pipeline_open_frames(struct tie_pipeline *line, struct tie_error *err);
/* Homes, master data, look-ups, which checks run, which anchors count. */
TIE_MUST_CHECK enum tie_status tie_pipeline_build_world(struct tie_pipeline *line, struct tie_error *err);
/* TIE_DATA when credits have the wrong sign, TIE_INTERNAL when a row was lost (FIN-06). */
TIE_MUST_CHECK enum tie_status tie_pipeline_reconcile(struct tie_pipeline *line, struct tie_error *err);
/* Judges what was found by the state and plans corrections; ends with _fill_report. */
TIE_MUST_CHECK enum tie_status tie_pipeline_keep(struct tie_pipeline *line, struct tie_error *err);
/* Every result file but run.json, which needs what is only known behind them. Does not use the ledger. */
TIE_MUST_CHECK enum tie_status tie_pipeline_publish(struct tie_pipeline *line, struct tie_error *err);
/* line->report, from what the steps before made; for who publishes without _keep. */
TIE_MUST_CHECK enum tie_status tie_pipeline_fill_report(struct tie_pipeline *line, struct tie_error *err);
/* The audit sample into `folder`, which is made; behind _reconcile, with job.has_sample set, and _fill_report. *pack
 * tells what was drawn. */
TIE_MUST_CHECK enum tie_status tie_pipeline_sample(struct tie_pipeline *line, const struct tie_sample_setup *setup,
    const char *folder, struct tie_sample_pack *pack, struct tie_error *err);
struct tie_reconcile_plan tie_pipeline_plan(struct tie_pipeline *line);
const char *const *tie_pipeline_titles(struct tie_pipeline *line); /* of the parts, by index */
/* When all is published: gives back frames, homes and master data, so that keeping the results has their memory. */
void tie_pipeline_rest(struct tie_pipeline *line);
void tie_pipeline_close(struct tie_pipeline *line); /* also of one that was never filled: all zero */

#endif
