/*
 * ledger.h - discrepancies over time, corrections, and the commit of a run.
 *
 * state.db (SQLite; a transaction that was committed survives a power cut) holds runs, discrepancies, corrections,
 * decisions and the hash of the last ledger line. A run uses it so:
 *
 *   tie_ledger_open           under the job's lock; rolls an interrupted commit forward, removes what a killed run left
 *   tie_ledger_anchors        which anchors the reconciler must look out for
 *   tie_ledger_judge          findings get status, first_seen, due; cleared and carried discrepancies are listed
 *   tie_ledger_plan_exports   which corrections are due for export, and why the others are not
 *   (publish writes <runs>/.<run>.part)
 *   tie_ledger_commit         contract.md 5, steps 1 to 6; the transaction of step 2 is the commit point
 *
 * A run of an as-of starts from the state before the first run of that as-of, so a day that is run again gives the
 * same statuses, lists and correction ids; only what was exported stays exported. Nothing before tie_ledger_commit
 * changes the state; --dry-run opens read-only and never commits. Units: amounts and quantities millionths, days
 * since 1970-01-01. Ownership: texts in the arena given. Order: lists are sorted by finding_id. Threads: one; only
 * tie_anchor_mark may be called by several at once. Errors: of SQLite TIE_IO (disk), TIE_BUSY (locked by another
 * program), TIE_DENIED, TIE_CANTCREATE, TIE_DATA (damaged).
 */
#ifndef TIEOUT_LEDGER_H
#define TIEOUT_LEDGER_H

#include "tieout/check.h"
#include "tieout/file.h"

struct tie_ledger;

struct tie_ledger_place { /* folders and names of one job */
    const char *job;
    const char *folder; /* <output>/<job>: holds state.db, ledger.jsonl, runs/, latest, work/ */
    bool read_only;     /* --dry-run, status, verify: no state.db is made; a missing one is an empty state */
    size_t cache_bytes; /* pages of state.db in memory while it is written; 0, or more than 32 MiB: 32 MiB */
};

TIE_MUST_CHECK enum tie_status tie_ledger_open(
    const struct tie_ledger_place *place, struct tie_ledger **ledger, struct tie_error *err);
void tie_ledger_close(struct tie_ledger *ledger);
/* For a process without a ledger in which no two threads use a connection to SQLite at once (a source's child): SQLite,
 * a driver's too, takes no locks and counts no memory. To be called before anything opens a database. */
void tie_ledger_unlock_sqlite(void);

/* as-of of the last run that was kept, TIE_NO_DATE when there is none. */
tie_date tie_ledger_last_as_of(const struct tie_ledger *ledger);
/* "2026-11-20.2": the next sequence of that as-of that neither the state nor a folder below runs/ has. */
TIE_MUST_CHECK enum tie_status tie_ledger_next_run(
    const struct tie_ledger *ledger, tie_date as_of, char out[32], struct tie_error *err);

/* Anchors of discrepancies that are alive, or were before the last as-of: sorted by bytes, unique. */
struct tie_anchors {
    size_t count;
    const char *const *at;
    bool *seen;                              /* one an anchor; set by the reconciler */
    const struct tie_check_switch *switches; /* of this run, TIE_CHECK_COUNT; NULL: all checks run. A check that is off
                                                leaves its discrepancies carried: nobody looked whether they are gone */
};
TIE_MUST_CHECK enum tie_status tie_ledger_anchors(
    struct tie_ledger *ledger, struct tie_arena *arena, struct tie_anchors *anchors, struct tie_error *err);
void tie_anchor_mark(struct tie_anchors *anchors, const char *anchor); /* the same flag may be set by several threads */

/* A discrepancy that this run did not emit. */
struct tie_kept {
    struct tie_finding finding;     /* its last emission: amounts, columns, texts */
    enum tie_finding_status status; /* CORRECTED, VOID or CARRIED */
    tie_date last_seen;
};
struct tie_kept_list {
    size_t count;
    const struct tie_kept *at;
};
/* Sets status, first_seen and, of checks due from first seen, due and is_pending of all findings; `region` gives the
 * working days of such dues. Fills cleared (corrected or void in this run) and carried. A finding within a decision
 * by a person is ACCEPTED or EXPLAINED, also before it is due. */
TIE_MUST_CHECK enum tie_status tie_ledger_judge(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_region *region, struct tie_findings *findings, const struct tie_anchors *anchors,
    struct tie_kept_list *cleared, struct tie_kept_list *carried, struct tie_error *err);

/* ---- corrections ---- */
struct tie_export_rule { /* [output corrections NAME] */
    const char *output;  /* NAME */
    const char *verbs;   /* "GI, GR-REV, TRF" */
    bool needs_approval; /* export = approved */
};
struct tie_export {
    uint32_t finding;       /* index into findings->at */
    const char *output;     /* "" when no output carries its verb */
    bool is_exported;       /* false: why says the reason */
    const char *why;        /* "no output of this job carries verb CDEB", "already exported as C000000012 in run ..." */
    char correction_id[32]; /* "C" + ledger sequence, 9 digits at least; never reused */
    const char *document;   /* publish/ fills: the document reference in the file */
};
struct tie_export_list {
    size_t count;
    struct tie_export *at; /* one a finding whose verb posts a document, in finding_id order */
};
/* For the as-of and the findings that tie_ledger_judge judged last. Sets correction_id of findings that are exported
 * or were. publish/ may still take an export back (no xref for a name): it sets is_exported = false and why, and
 * empties correction_id; such an id was shown to nobody and may be given again. */
TIE_MUST_CHECK enum tie_status tie_ledger_plan_exports(struct tie_ledger *ledger, struct tie_arena *arena,
    const struct tie_findings *findings, const struct tie_export_rule *rules, size_t rule_count,
    struct tie_export_list *exports, struct tie_error *err);

/* ---- earlier runs, for trend and status ---- */
struct tie_run_row {
    const char *run; /* "2026-11-20.1" */
    tie_date as_of;
    const char *state; /* publishing | complete */
    uint64_t findings, open_primary;
    tie_dec firm_leakage, over_billing, contingent; /* headline, reporting currency */
    const char *reporting_currency;
};
/* At most `limit` of the newest runs, oldest first. Only a read-only ledger can show one that is `publishing`. */
TIE_MUST_CHECK enum tie_status tie_ledger_runs(struct tie_ledger *ledger, struct tie_arena *arena, size_t limit,
    size_t *count, const struct tie_run_row **rows, struct tie_error *err);
/* Open primary discrepancies by check and age at the last as-of (0-7, 8-30, 31-90, over 90 days), for `status`;
 * pending and carried ones apart, primary or not. */
struct tie_open_row {
    const char *check;
    uint64_t count[4];
    tie_dec exposure_reporting[4];
    uint64_t pending, carried;
};
TIE_MUST_CHECK enum tie_status tie_ledger_open_by_age(struct tie_ledger *ledger, struct tie_arena *arena, size_t *count,
    const struct tie_open_row **rows, struct tie_error *err);

/* ---- commit ---- */
struct tie_frame_digest { /* one a dataset: rows and the digest over the digests of its frames in part order */
    const char *dataset;
    uint64_t rows;
    char sha256[65];
};
struct tie_commit {
    const char *run;
    tie_date as_of;
    const char *part_folder;            /* <folder>/runs/.<run>.part, complete */
    const char *policy_sha256, *engine; /* engine: version text */
    size_t frame_count;
    const struct tie_frame_digest *frames; /* sorted by dataset name */
    const char *result_sha256, *run_json_sha256;
    struct tie_run_row totals;
    const struct tie_findings *findings;
    const struct tie_kept_list *cleared, *carried;
    const struct tie_export_list *exports;
    unsigned keep_runs; /* 0 = all; older complete run folders are removed after step 6 */
};
/* Called when not NULL with 0 before step 1, then after each step with its number, and with -2 when all of step 2 is
 * written but not committed; a test kills the process there. */
extern void (*tie_ledger_step_hook)(int step);
/* Writes findings, cleared and carried into a transaction that tie_ledger_commit goes on with and ends; nobody sees
 * them before. For who has something else to do meanwhile: it may run in a thread of its own, and until it has ended
 * nobody else may use this ledger; of the findings only correction_id may change. Readers wait from its first pages on
 * that leave the cache until the commit, so it does not begin long before that. Its error is that of the run: no commit
 * may follow. What is begun and not committed ends with tie_ledger_close. Without it the commit begins by itself. */
TIE_MUST_CHECK enum tie_status tie_ledger_begin(struct tie_ledger *ledger, tie_date as_of,
    const struct tie_findings *findings, const struct tie_kept_list *cleared, const struct tie_kept_list *carried,
    struct tie_error *err);
/* For a process that is about to end, out of any thread: tie_ledger_begin ends with an error wherever it is, and what
 * it wrote is taken back, its journal with it. Waits for that, milliseconds. Nobody gets at the state afterwards: the
 * next call of tie_ledger_begin waits forever. Not while a commit runs. */
void tie_ledger_give_up(struct tie_ledger *ledger);
/* An error before the commit point leaves the old state; one behind it leaves a run that the next tie_ledger_open
 * finishes. */
TIE_MUST_CHECK enum tie_status tie_ledger_commit(
    struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_error *err);

/* ---- the prior state in a bundle ---- */
/* Writes what tie_ledger_judge, tie_ledger_plan_exports and tie_ledger_runs look at for these findings, as lines of
 * JSON in an order that the state alone decides; before the commit. `run_limit`: of the newest runs. */
TIE_MUST_CHECK enum tie_status tie_ledger_put_state(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_findings *findings, size_t run_limit, struct tie_out *out, struct tie_error *err);
/* Makes a state.db in `folder`, which has none, from such a file. TIE_DATA names the first line that can't be used. */
TIE_MUST_CHECK enum tie_status tie_ledger_make_state(const char *folder, const char *path, struct tie_error *err);

/* Recomputes the chain of ledger.jsonl against state.db, and the digests of every kept run's files: TIE_DATA names
 * the first difference, TIE_BUSY a run that is half published. Changes nothing. *lines and *files get how many were
 * right. */
TIE_MUST_CHECK enum tie_status tie_ledger_verify(
    const struct tie_ledger_place *place, uint64_t *lines, uint64_t *files, struct tie_error *err);
/* The files of one run's folder by its run.json, and that by its digest, where it is known (else NULL). Adds to
 * *files. */
TIE_MUST_CHECK enum tie_status tie_ledger_verify_run(
    struct tie_arena *arena, const char *folder, const char *run_json_sha256, uint64_t *files, struct tie_error *err);

#endif
