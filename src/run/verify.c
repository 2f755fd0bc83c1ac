/*
 * verify.c - `tieout verify`: a bundle, a run's folder or a job's folder, told apart by what lies there.
 *
 * What vouches for what: state.db for the last line of the ledger, a line for the line before it and for a run.json,
 * run.json for every file of its run, the bundle's too; a bundle for itself by its seal, and for its members by its
 * manifest. So a run's folder alone proves its files by run.json, and run.json only as far as a bundle lies beside it
 * that holds the same result: the digest that the ledger must have is printed, to be looked up there. Within its job
 * the ledger is asked, and first: else a changed run.json would blame the files that it lists.
 */
#include "tieout/bundle.h"

#include "bundle_unpack.h"

#include <stdlib.h>
#include <string.h>

enum { RUN_JSON_MAX_BYTES = 1 << 28 };

static bool has(struct tie_arena *arena, const char *folder, const char *name)
{
    return tie_path_kind(tie_path_join(arena, folder, name)) != TIE_ENTRY_NONE;
}

static enum tie_status verify_job(const char *folder, uint64_t *lines, uint64_t *files, struct tie_error *err)
{
    return tie_ledger_verify(
        &(struct tie_ledger_place){ .job = tie_path_name(folder), .folder = folder, .read_only = true }, lines, files,
        err);
}

/* run.json's result is the one that the bundle beside it was made from. */
static enum tie_status compare_results(
    struct tie_arena *arena, const char *folder, const char *bundle, uint64_t *files, struct tie_error *err)
{
    const char *path = tie_path_join(arena, folder, "run.json");
    struct tie_json *run = NULL, *manifest = NULL;
    struct tie_text bytes, stated;
    char found[TIE_SHA256_HEX];
    struct tie_buf text;
    uint64_t members = 0;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, RUN_JSON_MAX_BYTES);
    TIE_TRY(bundle_unpack(arena, bundle, NULL, &manifest, &members, err));
    TIE_TRY(tie_file_read(arena, path, RUN_JSON_MAX_BYTES, &bytes, err));
    TIE_TRY(tie_json_parse(bytes, path, &run, err));
    tie_json_print(tie_json_get(run, "result"), TIE_JSON_COMPACT, &text);
    tie_sha256_hex(tie_buf_slice(&text), found);
    stated = tie_json_as_text(tie_json_get(manifest, "result_sha256"));
    if (!tie_text_is(stated, found))
        status = tie_fail(err, TIE_DATA,
            "%s: digest of \"result\" is %.12s..., the bundle beside it says %.12s...; one of the two was changed",
            path, found, stated.size == 0 ? "nothing" : stated.at);
    *files += members;
out:
    tie_json_free(run);
    tie_json_free(manifest);
    tie_buf_release(&text);
    return status;
}

/* The folder of the job that keeps this run; NULL when it lies somewhere else, a dry run's too: no line tells of it. */
static const char *job_of(struct tie_arena *arena, const char *folder)
{
    char *real = realpath(folder, NULL); /* `latest` is a link */
    const char *runs = NULL, *job = NULL;

    if (real != NULL)
        runs = tie_path_folder(arena, real);
    free(real);
    if (runs == NULL || strcmp(tie_path_name(runs), "runs") != 0)
        return NULL;
    job = tie_path_folder(arena, runs);
    return has(arena, job, "state.db") || has(arena, job, "ledger.jsonl") ? job : NULL;
}

/* Within its job the ledger goes first: it proves the run.json, which proves the rest. */
static enum tie_status verify_run(
    struct tie_arena *arena, const char *folder, struct tie_out *out, struct tie_error *err)
{
    const char *job = job_of(arena, folder);
    const char *bundle = tie_path_join(arena, folder, TIE_BUNDLE_NAME);
    const bool has_bundle = tie_path_kind(bundle) == TIE_ENTRY_FILE;
    char run_json[TIE_SHA256_HEX];
    uint64_t lines = 0, files = 0, all = 0;
    enum tie_status status = TIE_OK;

    if (job != NULL)
        TIE_TRY(verify_job(job, &lines, &all, err));
    TIE_TRY(tie_ledger_verify_run(arena, folder, NULL, &files, err));
    if (has_bundle)
        TIE_TRY(compare_results(arena, folder, bundle, &files, err));
    TIE_TRY(tie_file_sha256(tie_path_join(arena, folder, "run.json"), run_json, err));
    if (job != NULL)
        tie_out_printf(out, "verified: %llu files of this run, and by the ledger of its job %llu lines, %llu files\n",
            (unsigned long long)files, (unsigned long long)lines, (unsigned long long)all);
    else
        tie_out_printf(out,
            "verified: %llu files of this run by its run.json%s\n"
            "not verified: run.json itself, for the folder lies in no job. In the ledger of its job the line of this "
            "run must have run_json_sha256 %s\n",
            (unsigned long long)files, has_bundle ? ", whose result is the one that the bundle holds" : "", run_json);
out:
    return status;
}

enum tie_status tie_verify(struct tie_arena *arena, const char *path, struct tie_out *out, struct tie_error *err)
{
    uint64_t lines = 0, files = 0;
    enum tie_status status = TIE_OK;

    switch (tie_path_kind(path)) {
    case TIE_ENTRY_FILE:
        TIE_TRY(tie_bundle_check(arena, path, &files, err));
        tie_out_printf(out, "verified: the seal and %llu members of the bundle\n", (unsigned long long)files);
        return TIE_OK;
    case TIE_ENTRY_FOLDER:
    case TIE_ENTRY_LINK:
        if (has(arena, path, "state.db") || has(arena, path, "ledger.jsonl")) {
            TIE_TRY(verify_job(path, &lines, &files, err));
            tie_out_printf(out, "verified: %llu ledger lines, %llu files, all digests right\n",
                (unsigned long long)lines, (unsigned long long)files);
            return TIE_OK;
        }
        if (has(arena, path, "run.json"))
            return verify_run(arena, path, out, err);
        break;
    case TIE_ENTRY_NONE:
    case TIE_ENTRY_OTHER: break;
    }
    status = tie_fail(err, TIE_NOINPUT,
        "%s is nothing that can be verified; name a bundle, a run's folder (it holds run.json) or the job's folder "
        "below output (it holds state.db and ledger.jsonl)",
        path);
out:
    return status;
}
