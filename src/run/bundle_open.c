/*
 * bundle_open.c - a bundle becomes a pipeline again: frames from CSV, state.db from lines, zones from tables.
 *
 * Layout of the folder: the members as they are named, and beside them work/ (frames), state/ (state.db), made/ (for
 * what a replay publishes). What a document says wrongly is told with the member's name before it.
 */
#include "tieout/bundle.h"

#include "bundle_content.h"
#include "bundle_unpack.h"
#include "signals.h"

#include "tieout/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOT_BUNDLE = 2, DOCUMENT_MAX_BYTES = 1 << 30 };

static enum tie_status make_folder(
    struct tie_arena *arena, const char *keep, struct tie_bundle *bundle, struct tie_error *err)
{
    const char *base = getenv("TMPDIR");
    char *folder = NULL;
    enum tie_status status = TIE_OK;

    if (keep != NULL) {
        if (tie_path_kind(keep) != TIE_ENTRY_NONE)
            return tie_fail(err, TIE_CANTCREATE, "%s is there already; name a folder that does not exist yet", keep);
        TIE_TRY(tie_folder_make(keep, err));
        bundle->folder = keep;
        bundle->is_kept = true;
        return TIE_OK;
    }
    folder = tie_path_join(arena, base == NULL || base[0] == '\0' ? "/tmp" : base, "tieout-bundle-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "make the folder", folder);
    bundle->folder = folder;
    run_signals_remove(SLOT_BUNDLE, folder);
out:
    return status;
}

static const char *member(const struct tie_bundle *bundle, const char *name)
{
    return tie_path_join(bundle->line.arena, bundle->folder, name);
}

static enum tie_status read_document(
    const struct tie_bundle *bundle, const char *name, struct tie_json **json, struct tie_error *err)
{
    struct tie_text text;
    enum tie_status status = TIE_OK;

    *json = NULL;
    TIE_TRY(tie_file_read(bundle->line.arena, member(bundle, name), DOCUMENT_MAX_BYTES, &text, err));
    TIE_TRY(tie_json_parse(text, name, json, err));
out:
    return status;
}

/* ---- documents ---- */

static enum tie_status read_policy(struct tie_bundle *bundle, const struct tie_zone_set *zones, struct tie_error *err)
{
    struct tie_arena *arena = bundle->line.arena;
    struct tie_job *job = bundle->line.job;
    const struct tie_schema *schemas = NULL, *ignored = NULL;
    size_t count = 0, ignored_count = 0;
    const struct tie_config *config = NULL;
    struct tie_json *calendars = NULL;
    struct tie_buf text;
    struct tie_text stated;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, DOCUMENT_MAX_BYTES);
    job->policy_path = member(bundle, "policy.ini");
    tie_job_schemas(&ignored, &ignored_count, &schemas, &count);
    TIE_TRY(tie_config_load(arena,
        &(struct tie_config_setup){
            .path = job->policy_path, .schemas = schemas, .schema_count = count, .leave_variables = true },
        &config, err));
    job->policy_text = tie_config_bytes(config);
    TIE_TRY(tie_policy_read(arena, config, zones, &job->policy, err));
    calendars = bundle_put_calendars(&job->policy);
    tie_json_print(calendars, TIE_JSON_PRETTY, &text);
    tie_buf_char(&text, '\n');
    TIE_TRY(tie_file_read(arena, member(bundle, "calendars.json"), DOCUMENT_MAX_BYTES, &stated, err));
    if (!tie_text_equal(stated, tie_buf_slice(&text)))
        status = tie_fail(err, TIE_DATA,
            "calendars.json: this engine reads other working days or billing days from policy.ini than %s did",
            bundle->engine);
out:
    tie_json_free(calendars);
    tie_buf_release(&text);
    return status;
}

/* The document goes through `get`; what that says is told with the document's name. */
static enum tie_status fill_from(struct tie_bundle *bundle, const char *name,
    enum tie_status (*get)(const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err),
    struct tie_error *err)
{
    struct tie_json *json = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_document(bundle, name, &json, err));
    status = get(json, &bundle->line, err);
    if (status != TIE_OK)
        tie_error_prefix(err, "%s: ", name);
out:
    tie_json_free(json);
    return status;
}

static enum tie_status read_job(struct tie_bundle *bundle, struct tie_error *err)
{
    struct tie_pipeline *line = &bundle->line;
    struct tie_correction_output *outputs = NULL;
    struct tie_zone_set zones;
    struct tie_json *json = NULL, *table = NULL;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    enum tie_status status = TIE_OK;

    line->job = TIE_TAKE(line->arena, struct tie_job, 1);
    TIE_TRY(read_document(bundle, "zones.json", &table, err));
    TIE_TRY(bundle_get_zones(line->arena, table, &zones, err));
    TIE_TRY(read_document(bundle, "job.json", &json, err));
    status = bundle_get_job(json, &zones, line, err);
    if (status != TIE_OK) {
        tie_error_prefix(err, "job.json: ");
        goto out;
    }
    line->job->path = member(bundle, "job.ini");
    line->job->workbook_layout = member(bundle, "layout.ini");
    line->job->threads = processors > 0 ? (unsigned)processors : 1;
    outputs = TIE_TAKE(line->arena, struct tie_correction_output, line->job->correction_count + 1);
    for (size_t i = 0; i < line->job->correction_count; i++)
        outputs[i] = (struct tie_correction_output){ line->job->corrections[i].name,
            member(bundle, tie_arena_printf(line->arena, "formats/%s.ini", line->job->corrections[i].name)) };
    line->job->corrections = outputs;
    TIE_TRY(read_policy(bundle, &zones, err));
    TIE_TRY(fill_from(bundle, "sources.json", bundle_get_sources, err));
    TIE_TRY(fill_from(bundle, "extract.json", bundle_get_extract, err));
out:
    tie_json_free(json);
    tie_json_free(table);
    return status;
}

/* ---- frames and state ---- */

static enum tie_status make_frames(struct tie_bundle *bundle, struct tie_error *err)
{
    struct tie_pipeline *line = &bundle->line;
    struct tie_extract_plan *plan = &line->job->plan;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_folder_make(member(bundle, "work"), err));
    plan->work_folder = member(bundle, "work");
    for (size_t i = 0; i < plan->part_count; i++) {
        const struct tie_part_spec *part = &plan->parts[i];
        struct tie_part_result *result = &line->extract.parts[i];
        const struct tie_frame_spec spec = { .dataset = part->dataset,
            .part = (uint32_t)i,
            .shard_count = plan->shard_count,
            .xref_kind = part->xref_kind,
            .memory_bytes = (size_t)line->job->memory_bytes / 8 };

        result->frame_path = member(bundle, tie_arena_printf(line->arena, "work/%03zu.frame", i));
        TIE_TRY(tie_frame_read_csv(member(bundle, bundle_part_name(line->arena, "frames", i, part->title, ".csv")),
            result->frame_path, &spec, result->delivered, &result->seal, err));
        if (bundle->has_all_frames && result->seal.rows != result->rows - result->rejected)
            return tie_fail(err, TIE_DATA, "%s: the frame has %llu rows, extract.json says %llu", part->title,
                (unsigned long long)result->seal.rows, (unsigned long long)(result->rows - result->rejected));
    }
out:
    return status;
}

static enum tie_status make_state(struct tie_bundle *bundle, struct tie_error *err)
{
    struct tie_pipeline *line = &bundle->line;
    const char *folder = member(bundle, "state");
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_folder_make(folder, err));
    TIE_TRY(tie_ledger_make_state(folder, member(bundle, "state.jsonl"), err));
    TIE_TRY(tie_ledger_open(
        &(struct tie_ledger_place){ .job = line->job->name, .folder = folder, .read_only = true }, &line->ledger, err));
out:
    return status;
}

enum tie_status tie_bundle_open(
    struct tie_arena *arena, const char *path, const char *keep, struct tie_bundle *bundle, struct tie_error *err)
{
    struct tie_json *manifest = NULL;
    uint64_t files = 0;
    enum tie_status status = TIE_OK;

    *bundle = (struct tie_bundle){ .line = { .arena = arena } };
    TIE_TRY(run_signals_start(err));
    if (tie_path_kind(path) == TIE_ENTRY_NONE)
        return tie_fail_os(err, TIE_NOINPUT, ENOENT, "open", path);
    TIE_TRY(make_folder(arena, keep, bundle, err));
    TIE_TRY(bundle_unpack(arena, path, bundle->folder, &manifest, &files, err));
    bundle->engine = tie_text_dup(arena, tie_json_as_text(tie_json_get(manifest, "engine")));
    bundle->has_all_frames = tie_text_is(tie_json_as_text(tie_json_get(manifest, "frames")), "all");
    status = read_job(bundle, err);
    if (status == TIE_OK)
        status = make_frames(bundle, err);
    if (status == TIE_OK)
        status = make_state(bundle, err);
    if (status == TIE_OK)
        status = tie_folder_make(member(bundle, "made"), err);
    if (status != TIE_OK) {
        status = status == TIE_CONFIG ? TIE_DATA : status; /* not the user's file: the bundle's */
        tie_error_prefix(err, "%s: ", path);
        if (err != NULL)
            err->status = status;
        goto out;
    }
    bundle->line.folder = member(bundle, "made");
    TIE_TRY(tie_pipeline_open_frames(&bundle->line, err));
    TIE_TRY(tie_pipeline_build_world(&bundle->line, err));
    tie_log(TIE_LOG_INFO, "bundle: run %s of job %s, %llu members, %zu parts", bundle->line.name,
        bundle->line.job->name, (unsigned long long)files, bundle->line.job->plan.part_count);
out:
    tie_json_free(manifest);
    return status;
}

void tie_bundle_close(struct tie_bundle *bundle)
{
    struct tie_error why;

    tie_pipeline_close(&bundle->line);
    run_signals_settle();
    if (bundle->folder != NULL && !bundle->is_kept && tie_tree_remove(bundle->folder, &why) != TIE_OK)
        tie_log(TIE_LOG_WARNING, "%s", why.text);
    run_signals_remove(SLOT_BUNDLE, NULL);
    bundle->folder = NULL;
}

enum tie_status tie_bundle_check(struct tie_arena *arena, const char *path, uint64_t *files, struct tie_error *err)
{
    struct tie_json *manifest = NULL;
    const enum tie_status status = bundle_unpack(arena, path, NULL, &manifest, files, err);

    tie_json_free(manifest);
    return status;
}
