/*
 * job.c - reads a job: assembles the schema of all modules, parses the job file, then its policy.
 */
#include "tieout/job.h"

#include "tieout/budget.h"

#include <string.h>
#include <unistd.h>

enum { LOOKBACK_MAX_DAYS = 3660 };

static const struct tie_schema_row job_rows[] = {
    { .section = "job", .key = NULL, .flags = TIE_SCHEMA_REQUIRED, .help = "what the job is and where its results go" },
    { "job", "name", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0,
        "name of the job: a folder below output; letters, digits, - and _" },
    { "job", "reporting_currency", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "ISO 4217 code in which totals are added" },
    { "job", "timezone", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "zone of the job's days, e.g. Europe/Brussels" },
    { "job", "lookback_days", TIE_VALUE_INT, "62", NULL, 1, LOOKBACK_MAX_DAYS, 0,
        "orders with an event in so many days are in scope" },
    { "job", "history_days", TIE_VALUE_INT, "180", NULL, 0, LOOKBACK_MAX_DAYS, 0,
        "how far before that ERP queries reach back" },
    { "job", "policy", TIE_VALUE_PATH, NULL, NULL, 0, 0, 0, "policy file: tolerances, windows, regions" },
    { "job", "output", TIE_VALUE_PATH, NULL, NULL, 0, 0, 0, "folder of the results; made when missing" },
    { .section = "limits", .key = NULL, .help = "what a run may use, and when it must stop" },
    { "limits", "memory", TIE_VALUE_SIZE, "2GiB", NULL, INT64_C(64) << 20, INT64_C(1) << 40, 0,
        "memory of the engine and of frame writing; sources have limits of their own" },
    { "limits", "threads", TIE_VALUE_INT, "auto", "auto", 1, 256, 0,
        "threads of the reconciler, and files of a source read at once; auto: one a processor" },
    { "limits", "shards", TIE_VALUE_INT, "auto", "auto", 1, TIE_SHARDS_MAX, 0,
        "parts the data are cut into; auto: 512; one too large for the memory is cut further" },
    { "limits", "reject_share", TIE_VALUE_SHARE, "0.1%", NULL, 0, 1000000, 0,
        "a dataset with a larger share of rejected rows ..." },
    { "limits", "reject_rows", TIE_VALUE_INT, "20", NULL, 0, INT64_C(1000000000), 0,
        "... and more than so many stops the run" },
    { "limits", "keep_runs", TIE_VALUE_INT, "0", NULL, 0, 100000, 0, "older run folders are removed; 0 keeps all" },
    { .section = "output workbook", .key = NULL, .help = "discrepancies.xlsx, for finance" },
    { "output workbook", "layout", TIE_VALUE_PATH, NULL, NULL, 0, 0, 0, "layout file: sheets, columns, charts" },
    { .section = "output discrepancies_csv", .key = NULL, .help = "discrepancies.csv, one line a finding" },
    { .section = "output corrections *", .key = NULL, .help = "a set of correction files that the ERP imports" },
    { "output corrections *", "format", TIE_VALUE_PATH, NULL, NULL, 0, 0, 0,
        "format file, e.g. config/formats/tryton-csv.ini" },
    { "output corrections *", "verbs", TIE_VALUE_WORDS, NULL,
        "GI, GR-REV, TRF, ADJ, INV, CM, DM, CRB, CDEB, CREV, WCL, WREV, RCL, RLS, ACC", 0, 0, 0,
        "which corrections it carries" },
    { "output corrections *", "export", TIE_VALUE_WORD, "firm", "firm, approved", 0, 0, 0,
        "firm: all that are due; approved: only those a person approved" },
    { .section = "output bundle",
        .key = NULL,
        .help = "bundle.tar.zst: the evidence of a run, from which `tieout replay` makes it again" },
    { "output bundle", "frames", TIE_VALUE_WORD, "all", "all, exceptions", 0, 0, 0,
        "all: every row; exceptions: rows of orders with findings only" },
    { .section = "output sample",
        .key = NULL,
        .help = "sample/: closed orders drawn for an audit, with their evidence" },
    { "output sample", "method", TIE_VALUE_WORD, "mus", "mus, srs", 0, 0, 0,
        "mus: an order's chance is its amount; srs: every order has the same chance" },
    { "output sample", "size", TIE_VALUE_INT, "60", NULL, 1, TIE_SAMPLE_SIZE_MAX, 0,
        "orders to draw; those with firm findings come on top" },
    { "output sample", "strata", TIE_VALUE_WORDS, "", TIE_SAMPLE_STRATA, 0, 0, 0,
        "drawn apart by these; empty: all orders together" },
    { "output sample", "seed", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "number or text that the drawing begins with; empty: from job name and as-of" },
    { "output sample", "confidence", TIE_VALUE_SHARE, "95%", NULL, 500000, 999999, 0,
        "of the limits that tieout evaluate works out, unless it is asked for another" },
};

static struct tie_schema job_schemas[2],
    policy_schema[1]; /* filled by tie_job_schemas: the counts live in other modules */

void tie_job_schemas(
    const struct tie_schema **job, size_t *job_count, const struct tie_schema **policy, size_t *policy_count)
{
    job_schemas[0] = (struct tie_schema){ job_rows, TIE_COUNT_OF(job_rows) };
    job_schemas[1] = (struct tie_schema){ tie_source_schema, tie_source_schema_count };
    policy_schema[0] = (struct tie_schema){ tie_policy_schema, tie_policy_schema_count };
    *job = job_schemas;
    *job_count = TIE_COUNT_OF(job_schemas);
    *policy = policy_schema;
    *policy_count = TIE_COUNT_OF(policy_schema);
}

static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && strlen(name) <= 64 &&
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(name);
}

static enum tie_status read_identity(
    struct tie_arena *arena, const struct tie_config *config, struct tie_job *job, struct tie_error *err)
{
    const struct tie_config_section *section = tie_config_section(config, "job");
    const char *zone = tie_config_text(section, "timezone");
    struct tie_error why;

    job->name = tie_config_text(section, "name");
    if (!is_plain_name(job->name))
        return tie_config_fail(err, section, "name", "use 1 to 64 letters, digits, - and _; it names a folder");
    job->reporting_currency = tie_config_text(section, "reporting_currency");
    if (strlen(job->reporting_currency) != 3 || strspn(job->reporting_currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return tie_config_fail(
            err, section, "reporting_currency", "not an ISO 4217 code; three capital letters, e.g. EUR");
    if (tie_zone_load(arena, zone, &job->zone, &why) != TIE_OK)
        return tie_config_fail(err, section, "timezone", "%s", why.text);
    job->plan.zone = job->zone; /* reading the queries tries their parameters */
    job->lookback_days = (unsigned)tie_config_int(section, "lookback_days");
    job->history_days = (unsigned)tie_config_int(section, "history_days");
    job->policy_path = tie_config_text(section, "policy");
    job->output = tie_config_text(section, "output");
    job->folder = tie_path_join(arena, job->output, job->name);
    return TIE_OK;
}

static void read_limits(const struct tie_config *config, struct tie_job *job)
{
    const struct tie_config_section *section = tie_config_section(config, "limits");
    const int64_t threads = tie_config_int(section, "threads");
    const int64_t shards = tie_config_int(section, "shards");
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    job->memory_bytes = (uint64_t)tie_config_int(section, "memory");
    job->threads = threads != TIE_NONE ? (unsigned)threads : processors > 0 ? (unsigned)processors : 1;
    job->plan.threads = job->threads;
    job->keep_runs = (unsigned)tie_config_int(section, "keep_runs");
    job->plan.reject_share = tie_config_dec(section, "reject_share");
    job->plan.reject_rows = (uint64_t)tie_config_int(section, "reject_rows");
    job->plan.shard_count = shards != TIE_NONE ? (unsigned)shards : TIE_SHARDS_OF_RUN;
}

/* A file that is wrong inside names itself and its line; one that can't be read is the fault of the key naming it. */
static enum tie_status blame_path(
    enum tie_status status, const struct tie_config_section *section, const char *key, struct tie_error *err)
{
    return status == TIE_OK || status == TIE_CONFIG ? status : tie_config_blame(err, status, section, key);
}

static const char *text_or_empty(const struct tie_config_section *section, const char *key)
{
    return tie_config_has(section, key) ? tie_config_text(section, key) : "";
}

/* Without [output sample] its defaults: `tieout sample` draws from any job that keeps its evidence. */
static void read_sample(const struct tie_config_section *section, struct tie_job *job)
{
    job->sample = (struct tie_sample_setup){ .method = tie_config_is(section, "method", "srs") ? TIE_SAMPLE_SRS
                                                                                               : TIE_SAMPLE_MUS,
        .size = (uint64_t)tie_config_int(section, "size"),
        .strata = text_or_empty(section, "strata"),
        .seed = text_or_empty(section, "seed"),
        .confidence = tie_config_dec(section, "confidence") };
}

static enum tie_status read_outputs(
    struct tie_arena *arena, const struct tie_config *config, struct tie_job *job, struct tie_error *err)
{
    const struct tie_config_section *section = NULL;
    struct tie_correction_output *outputs = NULL;
    struct tie_export_rule *rules = NULL;
    size_t room = 0;
    enum tie_status status = TIE_OK;

    read_sample(tie_config_section(config, "output sample"), job);
    while ((section = tie_config_next(config, "output", section)) != NULL)
        room++;
    outputs = TIE_TAKE(arena, struct tie_correction_output, room);
    rules = TIE_TAKE(arena, struct tie_export_rule, room);
    while ((section = tie_config_next(config, "output", section)) != NULL) {
        if (strcmp(section->name, "workbook") == 0) {
            job->has_workbook = true;
            job->workbook_layout = tie_config_text(section, "layout");
            TIE_TRY(blame_path(tie_workbook_layout_check(job->workbook_layout, err), section, "layout", err));
        } else if (strcmp(section->name, "discrepancies_csv") == 0) {
            job->has_csv = true;
        } else if (strcmp(section->name, "bundle") == 0) {
            job->bundle = tie_config_is(section, "frames", "all") ? TIE_BUNDLE_ALL : TIE_BUNDLE_EXCEPTIONS;
        } else if (strcmp(section->name, "sample") == 0) {
            job->has_sample = true;
        } else {
            if (!is_plain_name(section->part))
                return tie_config_fail(
                    err, section, NULL, "name the output: [output corrections NAME], letters, digits, - and _");
            outputs[job->correction_count] = (struct tie_correction_output){ section->part,
                tie_config_text(section, "format") };
            rules[job->correction_count] = (struct tie_export_rule){ .output = section->part,
                .verbs = tie_config_text(section, "verbs"),
                .needs_approval = tie_config_is(section, "export", "approved") };
            TIE_TRY(blame_path(
                tie_correction_format_check(outputs[job->correction_count].format_path, err), section, "format", err));
            job->correction_count++;
        }
    }
    if (job->bundle == TIE_BUNDLE_EXCEPTIONS && !job->has_csv)
        return tie_config_fail(err, tie_config_section(config, "output bundle"), "frames",
            "exceptions can be proved by discrepancies.csv only: add [output discrepancies_csv], or write all");
    job->corrections = outputs;
    job->export_rules = rules;
out:
    return status;
}

/* Days and the four instants: midnights of the job's zone. */
static enum tie_status set_dates(const struct tie_job_options *options, struct tie_job *job, struct tie_error *err)
{
    const tie_date today = tie_zone_date(&job->zone, options->now);

    job->as_of = options->as_of != TIE_NO_DATE ? options->as_of : today - 1;
    if (job->as_of > today) {
        char day[16], last[16];

        (void)tie_date_print(job->as_of, day);
        (void)tie_date_print(today, last);
        return tie_fail(err, TIE_USAGE,
            "--as-of %s lies in the future: the sources can't know that day yet; the last day allowed is %s", day,
            last);
    }
    job->window_start = job->as_of - (tie_date)job->lookback_days + 1;
    job->history_start = job->window_start - (tie_date)job->history_days;
    job->plan.as_of = job->as_of;
    job->plan.window_start = tie_zone_midnight(&job->zone, job->window_start);
    job->plan.window_end = tie_zone_midnight(&job->zone, job->as_of + 1);
    job->plan.history_start = tie_zone_midnight(&job->zone, job->history_start);
    return TIE_OK;
}

static enum tie_status check_overrides(
    const struct tie_config *config, const struct tie_policy *policy, struct tie_error *err)
{
    enum tie_check id;

    for (size_t i = 0; i < policy->override_count; i++)
        if (!tie_check_find(tie_text_of(policy->overrides[i].check), &id)) {
            const struct tie_config_section *section = NULL;

            while ((section = tie_config_next(config, "check", section)) != NULL)
                if (strcmp(section->name, policy->overrides[i].check) == 0)
                    return tie_config_fail(
                        err, section, NULL, "no such check; the catalogue is printed by `tieout help checks`");
            return tie_fail(err, TIE_CONFIG, "[check %s]: no such check", policy->overrides[i].check);
        }
    return TIE_OK;
}

enum tie_status tie_job_load(
    struct tie_arena *arena, const struct tie_job_options *options, struct tie_job *job, struct tie_error *err)
{
    const struct tie_schema *schemas = NULL, *policy_schemas = NULL;
    size_t schema_count = 0, policy_schema_count = 0;
    const struct tie_config *config = NULL, *policy = NULL;
    enum tie_status status = TIE_OK;

    *job = (struct tie_job){ .path = options->path, .sets = options->sets, .set_count = options->set_count };
    tie_job_schemas(&schemas, &schema_count, &policy_schemas, &policy_schema_count);
    TIE_TRY(tie_config_load(arena,
        &(struct tie_config_setup){ .path = options->path,
            .schemas = schemas,
            .schema_count = schema_count,
            .sets = options->sets,
            .set_count = options->set_count },
        &config, err));
    job->variable_count = tie_config_variables(arena, config, &job->variables);
    TIE_TRY(read_identity(arena, config, job, err));
    job->text = tie_config_bytes(config);
    read_limits(config, job);
    status = tie_config_load(arena,
        &(struct tie_config_setup){
            .path = job->policy_path, .schemas = policy_schemas, .schema_count = policy_schema_count },
        &policy, err);
    if (status != TIE_OK) {
        status = blame_path(status, tie_config_section(config, "job"), "policy", err);
        goto out;
    }
    job->policy_text = tie_config_bytes(policy);
    TIE_TRY(tie_policy_read(arena, policy, NULL, &job->policy, err));
    TIE_TRY(check_overrides(policy, &job->policy, err));
    job->plan.policy = &job->policy;
    TIE_TRY(tie_source_read_config(arena, config, &job->plan, err));
    TIE_TRY(read_outputs(arena, config, job, err));
    TIE_TRY(set_dates(options, job, err));
out:
    return status;
}
