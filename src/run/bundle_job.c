/*
 * bundle_job.c - job.json and sources.json of a bundle: the job as it was resolved, without a word of how to connect.
 *
 * The job file stands in the bundle as it was written, for people. Replay does not read it: it names environment
 * variables, password files and paths of another machine. What a run needs of it stands here, member by member, so
 * that a secret would have to be added to these tables to get in. Threads, memory and shards are left out, too: they
 * are the machine's, and no result depends on them.
 */
#include "bundle_content.h"

#include "tieout/archive_reader.h"
#include "tieout/budget.h"

#include <stddef.h>
#include <string.h>

#define REPLAY_MEMORY_BYTES ((uint64_t)2 << 30)

struct identity { /* what stands in struct tie_job and struct tie_pipeline, side by side */
    const char *job, *run, *engine, *reporting_currency, *timezone;
    tie_date as_of, window_start, history_start;
    uint32_t lookback_days, history_days;
    bool is_dry, has_workbook, has_csv, has_sample;
    uint32_t sample_method;                  /* enum tie_sample_method */
    uint64_t sample_size, sample_confidence; /* confidence in millionths */
    const char *sample_strata, *sample_seed;
};

struct correction {
    const char *name, *verbs;
    bool needs_approval;
};

#define AT(type, member) offsetof(type, member)

static const struct bundle_field identity_fields[] = {
    { "job", BUNDLE_TEXT, AT(struct identity, job) },
    { "run", BUNDLE_TEXT, AT(struct identity, run) },
    { "engine", BUNDLE_TEXT, AT(struct identity, engine) },
    { "reporting_currency", BUNDLE_TEXT, AT(struct identity, reporting_currency) },
    { "timezone", BUNDLE_TEXT, AT(struct identity, timezone) },
    { "as_of", BUNDLE_DATE, AT(struct identity, as_of) },
    { "window_start", BUNDLE_DATE, AT(struct identity, window_start) },
    { "history_start", BUNDLE_DATE, AT(struct identity, history_start) },
    { "lookback_days", BUNDLE_U32, AT(struct identity, lookback_days) },
    { "history_days", BUNDLE_U32, AT(struct identity, history_days) },
    { "dry_run", BUNDLE_BOOL, AT(struct identity, is_dry) },
    { "workbook", BUNDLE_BOOL, AT(struct identity, has_workbook) },
    { "discrepancies_csv", BUNDLE_BOOL, AT(struct identity, has_csv) },
    { "sample", BUNDLE_BOOL, AT(struct identity, has_sample) },
    { "sample_method", BUNDLE_U32, AT(struct identity, sample_method) },
    { "sample_size", BUNDLE_U64, AT(struct identity, sample_size) },
    { "sample_strata", BUNDLE_TEXT, AT(struct identity, sample_strata) },
    { "sample_seed", BUNDLE_TEXT, AT(struct identity, sample_seed) },
    { "sample_confidence", BUNDLE_U64, AT(struct identity, sample_confidence) },
};

static const struct bundle_field correction_fields[] = {
    { "name", BUNDLE_TEXT, AT(struct correction, name) },
    { "verbs", BUNDLE_TEXT, AT(struct correction, verbs) },
    { "needs_approval", BUNDLE_BOOL, AT(struct correction, needs_approval) },
};

static const struct bundle_field part_fields[] = {
    { "title", BUNDLE_TEXT, AT(struct tie_part_spec, title) },
    { "dataset", BUNDLE_DATASET, AT(struct tie_part_spec, dataset) },
    { "xref_kind", BUNDLE_U32, AT(struct tie_part_spec, xref_kind) },
    { "source", BUNDLE_U64, AT(struct tie_part_spec, source) },
    { "query_path", BUNDLE_TEXT, AT(struct tie_part_spec, query_path) },
    { "control_path", BUNDLE_TEXT, AT(struct tie_part_spec, control_path) },
    { "file", BUNDLE_TEXT, AT(struct tie_part_spec, file) },
    { "split", BUNDLE_TEXT, AT(struct tie_part_spec, split) },
};

static const struct bundle_field source_fields[] = {
    { "name", BUNDLE_TEXT, AT(struct tie_source_spec, name) },
    { "driver", BUNDLE_U32, AT(struct tie_source_spec, driver) },
    { "timezone", BUNDLE_TEXT, AT(struct tie_source_spec, timezone) },
};

static const struct bundle_field reported_fields[] = {
    { "product", BUNDLE_TEXT, AT(struct tie_source_result, product) },
    { "snapshot", BUNDLE_TEXT, AT(struct tie_source_result, snapshot) },
    { "read_at", BUNDLE_INSTANT, AT(struct tie_source_result, read_at) },
    { "tries", BUNDLE_U32, AT(struct tie_source_result, tries) },
};

const char *bundle_part_name(
    struct tie_arena *arena, const char *folder, size_t part, const char *title, const char *ending)
{
    char *name = tie_arena_printf(arena, "%s/%03zu-%.64s%s", folder, part, title, ending);

    for (char *at = name + strlen(folder) + 1; *at != '\0'; at++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *at) == NULL)
            *at = '_';
    return name;
}

/* ---- out ---- */

static struct tie_json *put_maps(const struct tie_part_spec *part)
{
    struct tie_json *maps = tie_json_object();

    for (size_t m = 0; m < part->map_count; m++) {
        const struct tie_code_map *map = &part->maps[m];
        struct tie_json *words = tie_json_object();

        for (size_t l = 0; l < map->count; l++) {
            struct tie_json *codes = tie_json_array();

            for (size_t i = 0; i < map->lists[l].count; i++)
                tie_json_add(codes, tie_json_text(tie_text_of(map->lists[l].codes[i])));
            if (map->lists[l].is_rest)
                tie_json_add(codes, tie_json_text(TIE_TEXT("*")));
            tie_json_set(words, map->lists[l].word, codes);
        }
        tie_json_set(maps, tie_dataset(part->dataset)->columns[map->column].name, words);
    }
    return maps;
}

/* Of a source's keys the name alone: a connection may hold what nobody else should read. */
static struct tie_json *put_sets(struct tie_arena *arena, const struct tie_job *job)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < job->set_count; i++) {
        const char *set = job->sets[i];
        const char *shown = strncmp(set, "source ", 7) != 0
            ? set
            : tie_arena_printf(arena, "%.*s=...", (int)strcspn(set, "="), set);

        tie_json_add(list, tie_json_text(tie_text_of(shown)));
    }
    return list;
}

struct tie_json *bundle_put_job(struct tie_arena *arena, const struct tie_pipeline *line)
{
    const struct tie_job *job = line->job;
    const struct identity identity = { .job = job->name,
        .run = line->name,
        .engine = TIE_ENGINE,
        .reporting_currency = job->reporting_currency,
        .timezone = job->zone.name,
        .as_of = job->as_of,
        .window_start = job->window_start,
        .history_start = job->history_start,
        .lookback_days = job->lookback_days,
        .history_days = job->history_days,
        .is_dry = line->dry,
        .has_workbook = job->has_workbook,
        .has_csv = job->has_csv,
        .has_sample = job->has_sample,
        .sample_method = (uint32_t)job->sample.method,
        .sample_size = job->sample.size,
        .sample_confidence = (uint64_t)job->sample.confidence,
        .sample_strata = job->sample.strata,
        .sample_seed = job->sample.seed };
    struct tie_json *json = bundle_put(identity_fields, TIE_COUNT_OF(identity_fields), &identity);
    struct tie_json *corrections = tie_json_array(), *parts = tie_json_array();

    for (size_t i = 0; i < job->correction_count; i++)
        tie_json_add(corrections,
            bundle_put(correction_fields, TIE_COUNT_OF(correction_fields),
                &(struct correction){
                    job->corrections[i].name, job->export_rules[i].verbs, job->export_rules[i].needs_approval }));
    for (size_t i = 0; i < job->plan.part_count; i++) {
        struct tie_json *part = bundle_put(part_fields, TIE_COUNT_OF(part_fields), &job->plan.parts[i]);

        tie_json_set(part, "maps", put_maps(&job->plan.parts[i]));
        tie_json_add(parts, part);
    }
    tie_json_set(json, "corrections", corrections);
    tie_json_set(json, "parts", parts);
    tie_json_set(json, "set", put_sets(arena, job));
    return json;
}

struct tie_json *bundle_put_sources(const struct tie_pipeline *line)
{
    const struct tie_extract_plan *plan = &line->job->plan;
    struct tie_json *json = tie_json_object();

    tie_json_set(json, "sources",
        bundle_put_list(
            source_fields, TIE_COUNT_OF(source_fields), plan->sources, sizeof plan->sources[0], plan->source_count));
    tie_json_set(json, "reported",
        bundle_put_list(reported_fields, TIE_COUNT_OF(reported_fields), line->extract.sources,
            sizeof line->extract.sources[0], plan->source_count));
    return json;
}

/* ---- in ---- */

static enum tie_status get_identity(
    const struct tie_json *json, const struct tie_zone_set *zones, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_job *job = line->job;
    struct identity identity;
    enum tie_status status = TIE_OK;

    TIE_TRY(bundle_get(line->arena, json, identity_fields, TIE_COUNT_OF(identity_fields), &identity, err));
    if (identity.job == NULL || identity.run == NULL || identity.reporting_currency == NULL ||
        identity.timezone == NULL || identity.as_of == TIE_NO_DATE)
        return tie_fail(err, TIE_DATA, "job, run, currency, zone or day is empty; the bundle is damaged");
    TIE_TRY(tie_zone_get(zones, line->arena, identity.timezone, &job->zone, err));
    job->name = identity.job;
    job->reporting_currency = identity.reporting_currency;
    job->as_of = job->plan.as_of = identity.as_of;
    job->window_start = identity.window_start;
    job->history_start = identity.history_start;
    job->lookback_days = identity.lookback_days;
    job->history_days = identity.history_days;
    job->has_workbook = identity.has_workbook;
    job->has_csv = identity.has_csv;
    if (identity.sample_method >= TIE_SAMPLE_METHOD_COUNT || identity.sample_size > TIE_SAMPLE_SIZE_MAX ||
        identity.sample_confidence >= TIE_DEC_ONE)
        return tie_fail(err, TIE_DATA, "the design of the sample is none that a job can have; the bundle is damaged");
    job->has_sample = identity.has_sample;
    job->sample = (struct tie_sample_setup){ .method = (enum tie_sample_method)identity.sample_method,
        .size = identity.sample_size,
        .strata = identity.sample_strata == NULL ? "" : identity.sample_strata,
        .seed = identity.sample_seed == NULL ? "" : identity.sample_seed,
        .confidence = (tie_dec)identity.sample_confidence };
    job->plan.zone = job->zone;
    job->plan.policy = &job->policy;
    job->plan.shard_count = TIE_SHARDS_OF_REPLAY;
    job->memory_bytes = REPLAY_MEMORY_BYTES;
    line->name = identity.run;
    line->dry = identity.is_dry;
out:
    return status;
}

static enum tie_status get_corrections(const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_correction_output *outputs = NULL;
    struct tie_export_rule *rules = NULL;
    struct correction *read = NULL;
    void *at = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(bundle_get_list(line->arena, json, "corrections", correction_fields, TIE_COUNT_OF(correction_fields),
        sizeof *read, &at, &count, err));
    read = at;
    outputs = TIE_TAKE(line->arena, struct tie_correction_output, count + 1);
    rules = TIE_TAKE(line->arena, struct tie_export_rule, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (read[i].name == NULL || read[i].verbs == NULL ||
            tie_archive_name_trouble(tie_text_of(read[i].name)) != NULL)
            return tie_fail(err, TIE_DATA, "corrections[%zu] has no name that may stand in a path, or no verbs", i);
        outputs[i] = (struct tie_correction_output){ .name = read[i].name };
        rules[i] = (struct tie_export_rule){ read[i].name, read[i].verbs, read[i].needs_approval };
    }
    line->job->correction_count = count;
    line->job->corrections = outputs;
    line->job->export_rules = rules;
out:
    return status;
}

enum tie_status bundle_get_job(
    const struct tie_json *json, const struct tie_zone_set *zones, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_part_spec *parts = NULL;
    void *at = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(get_identity(json, zones, line, err));
    TIE_TRY(get_corrections(json, line, err));
    TIE_TRY(bundle_get_list(
        line->arena, json, "parts", part_fields, TIE_COUNT_OF(part_fields), sizeof *parts, &at, &count, err));
    parts = at;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].title == NULL || (unsigned)parts[i].xref_kind >= TIE_XREF_KIND_COUNT)
            return tie_fail(err, TIE_DATA, "parts[%zu] has no title or an unknown kind of xref", i);
        parts[i].part = (uint32_t)i;
    }
    line->job->plan.parts = parts;
    line->job->plan.part_count = count;
out:
    return status;
}

enum tie_status bundle_get_sources(const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_extract_plan *plan = &line->job->plan;
    void *specs = NULL, *reported = NULL;
    size_t reported_count = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(bundle_get_list(line->arena, json, "sources", source_fields, TIE_COUNT_OF(source_fields),
        sizeof(struct tie_source_spec), &specs, &plan->source_count, err));
    TIE_TRY(bundle_get_list(line->arena, json, "reported", reported_fields, TIE_COUNT_OF(reported_fields),
        sizeof(struct tie_source_result), &reported, &reported_count, err));
    plan->sources = specs;
    line->extract.sources = reported;
    if (reported_count != plan->source_count)
        return tie_fail(err, TIE_DATA, "%zu sources, but %zu of them reported", plan->source_count, reported_count);
    for (size_t i = 0; i < plan->source_count; i++)
        if (plan->sources[i].name == NULL || line->extract.sources[i].product == NULL)
            return tie_fail(err, TIE_DATA, "sources[%zu] has no name or no product", i);
    for (size_t i = 0; i < plan->part_count; i++)
        if (plan->parts[i].source >= plan->source_count)
            return tie_fail(err, TIE_DATA, "%s: its source is number %zu of %zu", plan->parts[i].title,
                plan->parts[i].source, plan->source_count);
out:
    return status;
}
