/*
 * bundle_write.c - puts the evidence of a run into one file.
 *
 * Members go in one after the other, the manifest last, when all digests are known. A tar member needs its size before
 * its bytes, so a frame's CSV is made in a scratch file first: one at a time, so the disk needs room for the largest
 * part and memory for none. Files that a run reads by path (layout, formats) are read again here; that they are still
 * the same is proved by replay, like everything else.
 */
#include "tieout/bundle.h"

#include "bundle_content.h"

#include <string.h>
#include <unistd.h>

enum { DOCUMENT_MAX_BYTES = 1 << 30, TREND_RUNS = 30, INI_MAX_BYTES = 1 << 20 };

struct packing {
    struct tie_pipeline *line;
    struct tie_archive_writer *archive;
    struct tie_json *files; /* of the manifest */
    const char *scratch;    /* path of a file */
    struct tie_buf text;
    struct tie_buf
        result; /* compact text of the result, made before the archive is begun: it lists the folder's files */
    char result_sha256[TIE_SHA256_HEX];
};

static void list_member(struct packing *packing, const char *name, const struct tie_member_seal *seal)
{
    struct tie_json *entry = tie_json_object();

    tie_json_set_int(entry, "bytes", (int64_t)seal->bytes);
    tie_json_set_text(entry, "sha256", seal->sha256);
    tie_json_set(packing->files, name, entry);
}

static enum tie_status add_text(struct packing *packing, const char *name, struct tie_text text, struct tie_error *err)
{
    struct tie_member_seal seal;
    enum tie_status status = tie_archive_add(packing->archive, name, text, &seal, err);

    if (status == TIE_OK)
        list_member(packing, name, &seal);
    return status;
}

static enum tie_status add_file(struct packing *packing, const char *name, const char *path, struct tie_error *err)
{
    struct tie_member_seal seal;
    enum tie_status status = tie_archive_add_file(packing->archive, name, path, &seal, err);

    if (status == TIE_OK)
        list_member(packing, name, &seal);
    return status;
}

/* Takes the value. */
static enum tie_status add_json(struct packing *packing, const char *name, struct tie_json *json, struct tie_error *err)
{
    tie_buf_reset(&packing->text);
    tie_json_print(json, TIE_JSON_PRETTY, &packing->text);
    tie_buf_char(&packing->text, '\n');
    tie_json_free(json);
    if (packing->text.failed)
        return tie_fail(err, TIE_IO, "%s of the bundle is larger than %d bytes", name, DOCUMENT_MAX_BYTES);
    return add_text(packing, name, tie_buf_slice(&packing->text), err);
}

/* Whether a line that is no comment takes an environment variable: its value may not go into a bundle, and without it
 * the file means nothing. */
static bool has_variable(struct tie_text text)
{
    while (text.size > 0) {
        const struct tie_text line = tie_text_trim(tie_text_cut(&text, '\n'));

        for (size_t i = 0; i + 1 < line.size && line.at[0] != ';' && line.at[0] != '#'; i++)
            if (line.at[i] == '$' && line.at[i + 1] == '{' && (i == 0 || line.at[i - 1] != '$'))
                return true;
    }
    return false;
}

static enum tie_status add_ini(
    struct packing *packing, const char *name, const char *path, struct tie_text text, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (text.at == NULL)
        TIE_TRY(tie_file_read(packing->line->arena, path, INI_MAX_BYTES, &text, err));
    if (has_variable(text))
        return tie_fail(err, TIE_CONFIG,
            "%s takes an environment variable; the value may not stand in a bundle and replay could not do without: "
            "write it out, or leave [output bundle] away",
            path);
    TIE_TRY(add_text(packing, name, text, err));
out:
    return status;
}

/* ---- what was read ---- */

static enum tie_status add_scratch(
    struct packing *packing, struct tie_new_file *file, const char *name, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_new_file_commit(file, err));
    TIE_TRY(add_file(packing, name, packing->scratch, err));
    TIE_TRY(tie_tree_remove(packing->scratch, err));
out:
    return status;
}

static enum tie_status add_frame(struct packing *packing, size_t part, struct tie_error *err)
{
    const struct tie_pipeline *line = packing->line;
    const char *title = line->job->plan.parts[part].title;
    const struct tie_frame_picks *picks = line->job->bundle == TIE_BUNDLE_ALL ? NULL : &line->reconciled.picks[part];
    struct tie_new_file file = { .fd = -1 };
    uint64_t rows = 0;
    enum tie_status status = TIE_OK;

    if (tie_dataset(line->job->plan.parts[part].dataset)->home == TIE_HOME_BROADCAST)
        picks = NULL; /* master data are whole: any row may have been looked up */
    TIE_TRY(tie_new_file_open(&file, packing->scratch, 0600, false, err));
    TIE_TRY(tie_frame_put_csv(line->frames.at[part], picks, &file.out, &rows, err));
    TIE_TRY(add_scratch(packing, &file, bundle_part_name(line->arena, "frames", part, title, ".csv"), err));
out:
    tie_new_file_release(&file);
    return status;
}

static enum tie_status add_reads(struct packing *packing, struct tie_error *err)
{
    const struct tie_pipeline *line = packing->line;
    const struct tie_extract_plan *plan = &line->job->plan;
    enum tie_status status = TIE_OK;

    TIE_TRY(add_json(packing, "sources.json", bundle_put_sources(line), err));
    TIE_TRY(add_json(packing, "extract.json", bundle_put_extract(line), err));
    for (size_t i = 0; i < plan->part_count; i++) {
        const struct tie_part_spec *part = &plan->parts[i];

        if (part->query != NULL)
            TIE_TRY(add_text(packing, bundle_part_name(line->arena, "queries", i, part->title, ".sql"),
                tie_text_of(part->query), err));
        if (part->query != NULL && part->control != NULL) /* of a file `control` is a name, which job.ini holds */
            TIE_TRY(add_text(packing, bundle_part_name(line->arena, "queries", i, part->title, ".control.sql"),
                tie_text_of(part->control), err));
    }
    for (size_t i = 0; i < plan->part_count; i++)
        TIE_TRY(add_frame(packing, i, err));
out:
    return status;
}

/* ---- by what it was judged ---- */

static enum tie_status add_state(struct packing *packing, struct tie_error *err)
{
    struct tie_pipeline *line = packing->line;
    struct tie_new_file file = { .fd = -1 };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_new_file_open(&file, packing->scratch, 0600, false, err));
    TIE_TRY(tie_ledger_put_state(
        line->ledger, line->arena, line->job->as_of, &line->reconciled.findings, TREND_RUNS, &file.out, err));
    TIE_TRY(add_scratch(packing, &file, "state.jsonl", err));
out:
    tie_new_file_release(&file);
    return status;
}

static enum tie_status add_rules(struct packing *packing, struct tie_error *err)
{
    const struct tie_pipeline *line = packing->line;
    const struct tie_job *job = line->job;
    const struct tie_text unread = { NULL, 0 };
    enum tie_status status = TIE_OK;

    TIE_TRY(add_text(packing, "job.ini", job->text, err));
    TIE_TRY(add_json(packing, "job.json", bundle_put_job(line->arena, line), err));
    TIE_TRY(add_ini(packing, "policy.ini", job->policy_path, job->policy_text, err));
    TIE_TRY(add_json(packing, "zones.json", bundle_put_zones(job), err));
    TIE_TRY(add_json(packing, "calendars.json", bundle_put_calendars(&job->policy), err));
    if (job->has_workbook)
        TIE_TRY(add_ini(packing, "layout.ini", job->workbook_layout, unread, err));
    for (size_t i = 0; i < job->correction_count; i++)
        TIE_TRY(add_ini(packing, tie_arena_printf(line->arena, "formats/%s.ini", job->corrections[i].name),
            job->corrections[i].format_path, unread, err));
    TIE_TRY(add_state(packing, err));
out:
    return status;
}

/* ---- what came out ---- */

static enum tie_status add_results(struct packing *packing, struct tie_error *err)
{
    struct tie_pipeline *line = packing->line;
    struct tie_json *result = NULL;
    const struct tie_json *files = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_json_parse(tie_buf_slice(&packing->result), "result.json", &result, err));
    files = tie_json_get(result, "files");
    for (const char *name = tie_json_next_key(files, NULL); name != NULL; name = tie_json_next_key(files, name))
        TIE_TRY(add_file(packing, tie_arena_printf(line->arena, "results/%s", name),
            tie_path_join(line->arena, line->folder, name), err));
    TIE_TRY(add_text(packing, "results/result.json", tie_buf_slice(&packing->result), err));
out:
    tie_json_free(result);
    return status;
}

static enum tie_status add_manifest(struct packing *packing, struct tie_error *err)
{
    const struct tie_job *job = packing->line->job;
    const bool is_whole = job->bundle == TIE_BUNDLE_ALL;
    struct tie_json *manifest = tie_json_object();
    char day[16];

    (void)tie_date_print(job->as_of, day);
    tie_json_set_int(manifest, "bundle", 1);
    tie_json_set_text(manifest, "engine", TIE_ENGINE);
    tie_json_set_text(manifest, "job", job->name);
    tie_json_set_text(manifest, "run", packing->line->name);
    tie_json_set_text(manifest, "as_of", day);
    tie_json_set_text(manifest, "policy_sha256", job->policy.digest);
    tie_json_set_text(manifest, "result_sha256", packing->result_sha256);
    tie_json_set_text(manifest, "frames", is_whole ? "all" : "exceptions");
    tie_json_set_text(manifest, "scope",
        is_whole ? "replay makes every result file again, byte for byte"
                 : "the frames hold the orders that have findings and those paired with others: replay makes the "
                   "findings of these orders again, not the totals, nor the other files");
    tie_json_set(manifest, "files", packing->files);
    packing->files = tie_json_object(); /* the manifest does not list itself */
    return add_json(packing, "manifest.json", manifest, err);
}

enum tie_status tie_bundle_write(struct tie_pipeline *line, const char *scratch, const char *path,
    struct tie_archive_seal *seal, struct tie_error *err)
{
    struct packing packing = {
        .line = line, .files = tie_json_object(), .scratch = tie_path_join(line->arena, scratch, "bundle.part")
    };
    enum tie_status status = TIE_OK;

    tie_buf_init(&packing.text, DOCUMENT_MAX_BYTES);
    tie_buf_init(&packing.result, DOCUMENT_MAX_BYTES);
    TIE_TRY(tie_publish_result(&line->report, line->folder, &packing.result, packing.result_sha256, err));
    TIE_TRY(tie_archive_create(path, &packing.archive, err));
    TIE_TRY(add_rules(&packing, err));
    TIE_TRY(add_reads(&packing, err));
    TIE_TRY(add_results(&packing, err));
    TIE_TRY(add_manifest(&packing, err));
    status = tie_archive_seal(packing.archive, seal, err);
    packing.archive = NULL;
out:
    tie_archive_discard(packing.archive);
    tie_json_free(packing.files);
    tie_buf_release(&packing.text);
    tie_buf_release(&packing.result);
    return status;
}
