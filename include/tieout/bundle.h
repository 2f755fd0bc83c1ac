/*
 * bundle.h - the evidence of a run in one file, and a pipeline out of it.
 *
 * bundle.tar.zst holds everything that decided the results, and the results:
 *
 *   job.ini  job.json         the job file as written (${NAME} stays), and what it resolved to; no secret
 *   policy.ini  zones.json  calendars.json
 *   sources.json  extract.json   what reading told; queries/NNN-TITLE.sql  .control.sql
 *   frames/NNN-TITLE.csv      one a part, see frame_csv.h
 *   state.jsonl               the prior state of the findings concerned
 *   layout.ini  formats/NAME.ini
 *   results/...               the result files; results/result.json is the "result" of run.json
 *   manifest.json             last: digest and size of every other member
 *
 * Opening trusts nothing: the seal, every digest, names, sizes and the form of every document are checked, and what is
 * wrong is TIE_DATA that names the member. Nothing outside the bundle is read: no job file, environment, tz database
 * or source. Bytes: the same for the same frames, state, files and reports of the sources, whatever threads, shards,
 * memory and order of rows were; sources.json (snapshot, instant of reading) is the one member that differs between
 * two reads of the same data.
 */
#ifndef TIEOUT_BUNDLE_H
#define TIEOUT_BUNDLE_H

#include "tieout/archive_writer.h"
#include "tieout/pipeline.h"

/* Behind tie_pipeline_publish: puts the bundle of the run at `path`. `scratch`: a folder for one frame's CSV at a time,
 * which is removed again. */
TIE_MUST_CHECK enum tie_status tie_bundle_write(struct tie_pipeline *line, const char *scratch, const char *path,
    struct tie_archive_seal *seal, struct tie_error *err);

struct tie_bundle {
    struct tie_pipeline line; /* as tie_pipeline_build_world leaves it; reconcile, keep, publish may follow */
    const char *folder;       /* where it is unpacked */
    const char *engine;       /* that made it: "tieout 0.1.0" */
    bool has_all_frames;      /* false: rows of orders with findings only */
    bool is_kept;             /* the folder stays */
};

/* Unpacks into a private folder (below TMPDIR, else /tmp), or into `keep`, which must not exist, and opens it up to the
 * world. Everything lies in the arena. Close also after a failure. SIGTERM and SIGINT remove a private folder. */
TIE_MUST_CHECK enum tie_status tie_bundle_open(
    struct tie_arena *arena, const char *path, const char *keep, struct tie_bundle *bundle, struct tie_error *err);
void tie_bundle_close(struct tie_bundle *bundle);

/* Seal, digests and completeness, without unpacking to disk. *files gets how many members were right. */
TIE_MUST_CHECK enum tie_status tie_bundle_check(
    struct tie_arena *arena, const char *path, uint64_t *files, struct tie_error *err);

#endif
