/*
 * job.h - one job: its file and its policy, read, checked and resolved.
 *
 * The schema of a job file is put together from the modules that own the keys: [job], [limits] and [output ...] stand
 * here, sources, datasets, maps and xrefs in source/, the policy's in model/. The key reference of the README and
 * `tieout help keys` are printed from the same rows.
 */
#ifndef TIEOUT_JOB_H
#define TIEOUT_JOB_H

#include "tieout/reconcile.h"
#include "tieout/sample_file.h"

#define TIE_VERSION "0.1.0"
#define TIE_ENGINE "tieout " TIE_VERSION

struct tie_job_options {
    const char *path;
    const char *const *sets; /* of --set */
    size_t set_count;
    tie_date as_of; /* TIE_NO_DATE: yesterday in the job's zone, by `now` */
    tie_instant now;
};

enum tie_bundle_frames { TIE_BUNDLE_NONE, TIE_BUNDLE_ALL, TIE_BUNDLE_EXCEPTIONS };

struct tie_job {
    const char *path, *name, *reporting_currency, *policy_path;
    const char *output; /* folder of all jobs */
    const char *folder; /* <output>/<name> */
    struct tie_zone zone;
    tie_date as_of, window_start, history_start; /* business dates in the job's zone */
    unsigned lookback_days, history_days;
    uint64_t memory_bytes;
    unsigned threads, keep_runs;
    struct tie_policy policy;
    struct tie_extract_plan plan;      /* work_folder, shard_count and memory are set by the run */
    struct tie_text text, policy_text; /* the files as they were read, ${NAME} as written */
    const char *const *sets;           /* of --set, as given */
    size_t set_count;
    bool has_workbook, has_csv, has_sample;
    struct tie_sample_setup sample; /* the defaults when the job has no [output sample] */
    enum tie_bundle_frames bundle;  /* NONE: the job has no [output bundle] */
    const char *workbook_layout;
    size_t correction_count;
    const struct tie_correction_output *corrections;
    const struct tie_export_rule *export_rules; /* index for index */
    size_t variable_count;
    const char *const *variables; /* names of the ${NAME} that the job file asks for, by bytes */
};

/* Everything that can be wrong without asking a source is found here: TIE_CONFIG, TIE_NOINPUT. */
TIE_MUST_CHECK enum tie_status tie_job_load(
    struct tie_arena *arena, const struct tie_job_options *options, struct tie_job *job, struct tie_error *err);

/* The schemas of job and policy files, for key references. */
void tie_job_schemas(
    const struct tie_schema **job, size_t *job_count, const struct tie_schema **policy, size_t *policy_count);

/* ---- what the commands do ---- */
struct tie_run_options {
    bool dry_run;
};
/* What a run printed to its caller: TIE_OK or TIE_ALERT when it was kept. */
TIE_MUST_CHECK enum tie_status tie_run(
    struct tie_arena *arena, struct tie_job *job, const struct tie_run_options *options, struct tie_error *err);
struct tie_preflight_options {
    bool quiet;   /* nothing is printed when the job is ready */
    bool verbose; /* titles of checks, optional columns, checks of later versions by name */
};
/* Prints to out whether a run could start and which checks it would make; the status of the first dataset that can't be
 * read. */
TIE_MUST_CHECK enum tie_status tie_preflight(struct tie_arena *arena, struct tie_job *job,
    const struct tie_preflight_options *options, struct tie_out *out, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_show_status(
    struct tie_arena *arena, struct tie_job *job, struct tie_out *out, struct tie_error *err);
/* A bundle, a run's folder, a job's folder: digests of every file and the chain of the ledger. TIE_DATA names the first
 * difference, TIE_NOINPUT tells that the path is none of the three. */
TIE_MUST_CHECK enum tie_status tie_verify(
    struct tie_arena *arena, const char *path, struct tie_out *out, struct tie_error *err);
struct tie_replay_options {
    const char *keep; /* folder for what is unpacked and made, must not exist; NULL: a private one that is removed */
};
/* Makes the run of a bundle again and compares every result file, byte for byte: a line a file on `out`; TIE_DATA
 * names the first difference. */
TIE_MUST_CHECK enum tie_status tie_replay(struct tie_arena *arena, const char *path,
    const struct tie_replay_options *options, struct tie_out *out, struct tie_error *err);
/* Prints where the figures of the last kept run come from, out of its bundle: each id is a finding, a work order or a
 * row (also dataset/row id); two rows: also why they met or did not. TIE_NOINPUT: no run, no bundle, unknown id. */
TIE_MUST_CHECK enum tie_status tie_explain(struct tie_arena *arena, const struct tie_job *job, const char *const *ids,
    size_t id_count, struct tie_out *out, struct tie_error *err);
struct tie_sample_options { /* texts of the command line; NULL: as the job file says */
    const char *method, *size, *seed, *strata;
};
/* Draws a sample from the bundle of the job's last kept run into <output>/<job>/samples/NAME/, all files or none, and
 * prints where it is and what was drawn. One that is there already with the same bytes is left, with others
 * TIE_CANTCREATE. TIE_USAGE: an option; TIE_NOINPUT: no bundle with all frames; TIE_CONFIG: a size too small for the
 * strata; TIE_BUSY: another is being drawn. */
TIE_MUST_CHECK enum tie_status tie_draw_sample(struct tie_arena *arena, const struct tie_job *job,
    const struct tie_sample_options *options, struct tie_out *out, struct tie_error *err);
/* Prints a crontab line and a systemd service with its timer that start the job every night at hour:minute. */
TIE_MUST_CHECK enum tie_status tie_schedule(struct tie_arena *arena, const struct tie_job *job, unsigned hour,
    unsigned minute, struct tie_out *out, struct tie_error *err);

#endif
