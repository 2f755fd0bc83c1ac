/*
 * main.c - the command line: words and options in, exit code out.
 *
 * Data goes to stdout, progress and log to stderr. A command is one row of a table; a new one is a row and a function.
 */
#include "tieout/digest.h"
#include "tieout/evaluate.h"
#include "tieout/job.h"
#include "tieout/log.h"

#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES_LOG2 = 33, SETS_MAX = 64, INTERRUPT_BASE = 128, START_MINUTE = 3 * 60 + 15 };

struct options {
    struct tie_job_options job;
    const char *sets[SETS_MAX];
    const char *keep; /* of replay */
    bool dry_run, quiet, verbose, no_colour, help, version;
    unsigned start_minute; /* of the day, for schedule */
    struct tie_evaluate_options evaluate;
    struct tie_sample_options sample;
    const char *const *words; /* behind the command */
    int word_count;
};

struct command {
    const char *name, *arguments, *help;
    int words_min, words_max;
    bool takes_job; /* words[0] is a job file */
    enum tie_status (*run)(
        struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err);
};

static enum tie_status load_job(
    struct tie_arena *arena, struct options *options, struct tie_job **job, struct tie_error *err)
{
    enum tie_status status;

    *job = TIE_TAKE(arena, struct tie_job, 1);
    options->job.path = options->words[0];
    options->job.sets = options->sets;
    options->job.now = tie_now();
    status = tie_job_load(arena, &options->job, *job, err);
    if (status == TIE_OK)
        tie_log_setup(&(struct tie_log_setup){ .level = options->quiet ? TIE_LOG_ERROR
                : options->verbose                                     ? TIE_LOG_DETAIL
                                                                       : TIE_LOG_INFO,
            .is_terminal = isatty(STDERR_FILENO) == 1,
            .use_colour = isatty(STDERR_FILENO) == 1 && !options->no_colour,
            .zone = &(*job)->zone });
    return status;
}

static enum tie_status command_run(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    const enum tie_status status = load_job(arena, options, &job, err);

    (void)out;
    return status != TIE_OK ? status
                            : tie_run(arena, job, &(struct tie_run_options){ .dry_run = options->dry_run }, err);
}

static enum tie_status command_preflight(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    const enum tie_status status = load_job(arena, options, &job, err);

    return status != TIE_OK
        ? status
        : tie_preflight(arena, job,
              &(struct tie_preflight_options){ .quiet = options->quiet, .verbose = options->verbose }, out, err);
}

static enum tie_status command_status(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    const enum tie_status status = load_job(arena, options, &job, err);

    return status != TIE_OK ? status : tie_show_status(arena, job, out, err);
}

static enum tie_status command_verify(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    return tie_verify(arena, options->words[0], out, err);
}

static enum tie_status command_explain(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    enum tie_status status;

    options->quiet = options->quiet || !options->verbose; /* the page is the answer */
    status = load_job(arena, options, &job, err);
    return status != TIE_OK ? status
                            : tie_explain(arena, job, &options->words[1], (size_t)options->word_count - 1, out, err);
}

static enum tie_status command_schedule(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    const enum tie_status status = load_job(arena, options, &job, err);

    return status != TIE_OK
        ? status
        : tie_schedule(arena, job, options->start_minute / 60, options->start_minute % 60, out, err);
}

static enum tie_status command_sample(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    struct tie_job *job = NULL;
    enum tie_status status;

    if (options->job.as_of != TIE_NO_DATE)
        return tie_fail(err, TIE_USAGE, "--as-of does not go with sample: it draws from the last kept run");
    status = load_job(arena, options, &job, err);
    if (status != TIE_OK)
        return status;
    tie_log_setup(&(struct tie_log_setup){ .level = options->verbose ? TIE_LOG_INFO : TIE_LOG_WARNING });
    return tie_draw_sample(arena, job, &options->sample, out, err);
}

static enum tie_status command_evaluate(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    return tie_evaluate_file(arena, options->words[0], &options->evaluate, out, err);
}

static enum tie_status command_replay(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    tie_log_setup(&(struct tie_log_setup){ .level = options->verbose ? TIE_LOG_INFO : TIE_LOG_WARNING });
    return tie_replay(arena, options->words[0], &(struct tie_replay_options){ .keep = options->keep }, out, err);
}

static void print_check_list(struct tie_out *out)
{
    for (enum tie_check id = 0; id < TIE_CHECK_COUNT; id++) {
        const struct tie_check_info *check = tie_check(id);

        tie_out_printf(out, "%s  S%d  %-5s %-10s %s\n        %s\n", check->code, check->severity,
            tie_bucket_name(check->bucket), tie_certainty_name(check->certainty), check->title, check->definition);
    }
}

static void print_data_model(struct tie_out *out)
{
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_dataset_info *dataset = tie_dataset(d);

        tie_out_printf(out, "%s: %s\n", dataset->name, dataset->holds);
        for (size_t c = 0; c < dataset->column_count; c++) {
            const struct tie_column *column = &dataset->columns[c];

            tie_out_printf(out, "  %-24s %-8s %s%s%s\n", column->name, tie_type_name(column->type),
                column->need == TIE_NEED_MIN         ? "[needed] "
                    : column->need == TIE_NEED_GIVEN ? "[needed with the dataset] "
                                                     : "",
                column->key == TIE_KEY_PK ? "[key] " : "", column->meaning);
        }
    }
}

static enum tie_status command_help(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    const struct tie_schema *job = NULL, *policy = NULL;
    size_t job_count = 0, policy_count = 0;
    const char *topic = options->word_count > 0 ? options->words[0] : "";

    (void)arena;
    tie_job_schemas(&job, &job_count, &policy, &policy_count);
    if (strcmp(topic, "checks") == 0) {
        print_check_list(out);
    } else if (strcmp(topic, "model") == 0) {
        print_data_model(out);
    } else if (strcmp(topic, "job") == 0) {
        tie_schema_help(job, job_count, out);
    } else if (strcmp(topic, "policy") == 0) {
        tie_schema_help(policy, policy_count, out);
    } else if (strcmp(topic, "keys-markdown") == 0) {
        tie_out_text(out, "## Job file\n\n");
        tie_schema_markdown(job, job_count, out);
        tie_out_text(out, "\n## Policy file\n\n");
        tie_schema_markdown(policy, policy_count, out);
    } else {
        return tie_fail(err, TIE_USAGE, "no help on \"%s\"; topics: checks, model, job, policy", topic);
    }
    return TIE_OK;
}

static const struct command commands[] = {
    { "run", "JOB", "extract, reconcile, keep, publish", 1, 1, true, command_run },
    { "preflight", "JOB", "prove the job without running it: files, connections, columns, checks", 1, 1, true,
        command_preflight },
    { "status", "JOB", "last runs, open discrepancies by check and age, what needs a person", 1, 1, true,
        command_status },
    { "replay", "BUNDLE", "make a run again from its evidence and compare every file byte by byte", 1, 1, false,
        command_replay },
    { "explain", "JOB ID [ID]", "where the figures of a finding, a work order or a row come from", 2, 3, true,
        command_explain },
    { "verify", "PATH", "check digests and the ledger chain: a job's folder, a run's folder or a bundle", 1, 1, false,
        command_verify },
    { "schedule", "JOB", "print the crontab line and the systemd timer for this job", 1, 1, true, command_schedule },
    { "sample", "JOB", "draw an audit sample from the evidence of the last run, into <output>/<job>/samples/", 1, 1,
        true, command_sample },
    { "evaluate", "FILE", "project the results of a filled-in audit sample (.xlsx, or .csv beside sample.json)", 1, 1,
        false, command_evaluate },
    { "help", "TOPIC", "checks, model, job or policy: the catalogue, the data model, the keys", 1, 1, false,
        command_help },
};

static const struct {
    const char *option, *help;
} option_help[] = {
    { "--as-of YYYY-MM-DD", "the day that is reconciled; default: yesterday in the job's time zone" },
    { "--set 'section.key=value'", "overrides one key of the job file; may be repeated; not for secrets" },
    { "--dry-run", "run: results go to <output>/<job>/dry/<as-of>/, nothing is kept or exported" },
    { "--at HH:MM", "schedule: when the job shall start, in its own time zone; default: 03:15" },
    { "--size N", "sample: orders to draw, 1 to 5000; this and the next three: default as [output sample] says" },
    { "--seed TEXT", "sample: number or text that the drawing begins with" },
    { "--method mus|srs", "sample: an order's chance is its amount, or the same for all" },
    { "--strata WORDS", "sample: drawn apart by any of " TIE_SAMPLE_STRATA },
    { "--confidence 95%", "evaluate: of the limits; default: as the sample says" },
    { "--tolerable AMOUNT", "evaluate: accept the frame when the upper limit is not above it" },
    { "--json", "evaluate: JSON instead of a page" },
    { "--keep FOLDER", "replay: what is unpacked and made stays there; must not exist" },
    { "--quiet", "print nothing on success" },
    { "--verbose", "more detail on stderr" },
    { "--no-color", "no colours on stderr" },
    { "--help", "this text" },
    { "--version", "the version" },
};

static void print_help(struct tie_out *out)
{
    tie_out_text(out,
        "tieout - ties field service out to the books: parts used, stock moved, money billed\n\n"
        "Usage: tieout COMMAND ...\n\n");
    for (size_t i = 0; i < TIE_COUNT_OF(commands); i++)
        tie_out_printf(out, "  tieout %-9s %-11s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
    tie_out_text(out, "\nOptions\n");
    for (size_t i = 0; i < TIE_COUNT_OF(option_help); i++)
        tie_out_printf(out, "  %-26s %s\n", option_help[i].option, option_help[i].help);
    tie_out_text(out, "\nExit codes\n");
#define TIE_AS_LINE(name, code, retry, text)                                                                           \
    if ((code) < INTERRUPT_BASE)                                                                                       \
        tie_out_printf(out, "  %3d  %s%s\n", code, text, (retry) ? "; may be tried again at once" : "");
    TIE_STATUSES(TIE_AS_LINE)
#undef TIE_AS_LINE
}

/* `tieout run --help`: the keys of the job file as well. */
static void print_help_of(struct tie_out *out, const struct options *options)
{
    const struct tie_schema *job = NULL, *policy = NULL;
    size_t job_count = 0, policy_count = 0;

    print_help(out);
    for (size_t i = 0; i < TIE_COUNT_OF(commands); i++) {
        if (options->word_count == 0 || !commands[i].takes_job || strcmp(options->words[0], commands[i].name) != 0)
            continue;
        tie_job_schemas(&job, &job_count, &policy, &policy_count);
        tie_out_text(out, "\nKeys of a job file (of a policy file: tieout help policy)\n\n");
        tie_schema_help(job, job_count, out);
    }
}

static bool parse_time(const char *text, unsigned *minute_of_day)
{
    static const char shape[] = "dd:dd";
    unsigned digits[4] = { 0 }, count = 0;

    for (size_t i = 0; i < sizeof shape; i++) {
        if (shape[i] == 'd' && text[i] >= '0' && text[i] <= '9')
            digits[count++] = (unsigned)(text[i] - '0');
        else if (text[i] != shape[i])
            return false;
    }
    const unsigned hour = digits[0] * 10 + digits[1], minute = digits[2] * 10 + digits[3];

    *minute_of_day = hour * 60 + minute;
    return hour < 24 && minute < 60;
}

/* 95% or 0.95 */
static bool parse_confidence(const char *text, tie_dec *confidence)
{
    struct tie_text digits = tie_text_of(text);
    const bool is_percent = digits.size > 0 && digits.at[digits.size - 1] == '%';

    digits.size -= is_percent;
    if (tie_dec_from_text(digits, confidence) != TIE_DEC_EXACT || (is_percent && *confidence % 100 != 0))
        return false;
    *confidence /= is_percent ? 100 : 1;
    return *confidence >= TIE_DEC_ONE / 2 && *confidence < TIE_DEC_ONE;
}

static enum tie_status parse_options(int argc, char **argv, struct options *options, struct tie_error *err)
{
    static const struct option longs[] = { { "as-of", required_argument, NULL, 'a' },
        { "set", required_argument, NULL, 's' }, { "dry-run", no_argument, NULL, 'd' },
        { "at", required_argument, NULL, 't' }, { "confidence", required_argument, NULL, 'c' },
        { "tolerable", required_argument, NULL, 'e' }, { "json", no_argument, NULL, 'j' },
        { "keep", required_argument, NULL, 'k' }, { "size", required_argument, NULL, 'S' },
        { "seed", required_argument, NULL, 'E' }, { "method", required_argument, NULL, 'M' },
        { "strata", required_argument, NULL, 'R' }, { "quiet", no_argument, NULL, 'q' },
        { "verbose", no_argument, NULL, 'v' }, { "no-color", no_argument, NULL, 'n' },
        { "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
    int choice = 0;

    options->job.as_of = TIE_NO_DATE;
    options->evaluate.confidence = TIE_NONE;
    opterr = 0;
    while ((choice = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
        switch (choice) {
        case 'a':
            if (!tie_date_from_text(tie_text_of(optarg), &options->job.as_of))
                return tie_fail(err, TIE_USAGE, "--as-of %s: not a date; write YYYY-MM-DD", optarg);
            break;
        case 's':
            if (options->job.set_count == SETS_MAX)
                return tie_fail(err, TIE_USAGE, "--set may be given %d times at most", SETS_MAX);
            options->sets[options->job.set_count++] = optarg;
            break;
        case 't':
            if (!parse_time(optarg, &options->start_minute))
                return tie_fail(err, TIE_USAGE, "--at %s: not a time of day; write HH:MM, 00:00 to 23:59", optarg);
            break;
        case 'c':
            if (!parse_confidence(optarg, &options->evaluate.confidence))
                return tie_fail(
                    err, TIE_USAGE, "--confidence %s: not a share from 50%% to 99.9999%%; write 95%%", optarg);
            break;
        case 'e': options->evaluate.tolerable = tie_text_of(optarg); break;
        case 'j': options->evaluate.as_json = true; break;
        case 'k': options->keep = optarg; break;
        case 'S': options->sample.size = optarg; break;
        case 'E': options->sample.seed = optarg; break;
        case 'M': options->sample.method = optarg; break;
        case 'R': options->sample.strata = optarg; break;
        case 'd': options->dry_run = true; break;
        case 'q': options->quiet = true; break;
        case 'v': options->verbose = true; break;
        case 'n': options->no_colour = true; break;
        case 'h': options->help = true; break;
        case 'V': options->version = true; break;
        case ':': return tie_fail(err, TIE_USAGE, "%s needs a value; see tieout --help", argv[optind - 1]);
        default: return tie_fail(err, TIE_USAGE, "unknown option %s; see tieout --help", argv[optind - 1]);
        }
    }
    options->words = (const char *const *)&argv[optind];
    options->word_count = argc - optind;
    return TIE_OK;
}

/* `arena` lives until the process ends: the log's time zone lies in it. */
static enum tie_status run_command(
    struct tie_arena *arena, struct options *options, struct tie_out *out, struct tie_error *err)
{
    const char *names[TIE_COUNT_OF(commands)];
    const char *word = options->word_count > 0 ? options->words[0] : "";
    const char *near = NULL;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < TIE_COUNT_OF(commands); i++) {
        const struct command *command = &commands[i];

        names[i] = command->name;
        if (strcmp(word, command->name) != 0)
            continue;
        options->words++;
        options->word_count--;
        if (options->word_count < command->words_min || options->word_count > command->words_max)
            return tie_fail(
                err, TIE_USAGE, "usage: tieout %s %s [options]; see tieout --help", command->name, command->arguments);
        if (options->dry_run && command->run != command_run)
            return tie_fail(err, TIE_USAGE, "--dry-run goes with run only");
        if (command->run != command_evaluate &&
            (options->evaluate.confidence != TIE_NONE || options->evaluate.tolerable.size > 0 ||
                options->evaluate.as_json))
            return tie_fail(err, TIE_USAGE, "--confidence, --tolerable and --json go with evaluate only");
        if (command->run != command_sample &&
            (options->sample.size != NULL || options->sample.seed != NULL || options->sample.method != NULL ||
                options->sample.strata != NULL))
            return tie_fail(err, TIE_USAGE, "--size, --seed, --method and --strata go with sample only");
        if (options->keep != NULL && command->run != command_replay)
            return tie_fail(err, TIE_USAGE, "--keep goes with replay only");
        status = tie_arena_init(arena, (size_t)1 << ARENA_BYTES_LOG2, err);
        if (status == TIE_OK)
            status = tie_digest_load(err); /* nearly all need it: said here when it isn't there */
        return status != TIE_OK ? status : command->run(arena, options, out, err);
    }
    if (word[0] == '\0')
        return tie_fail(
            err, TIE_USAGE, "what shall be done? for example: tieout run jobs/nightly.ini; see tieout --help");
    near = tie_nearest(word, names, TIE_COUNT_OF(names));
    return tie_fail(err, TIE_USAGE, "unknown command \"%s\"%s%s%s; see tieout --help", word,
        near != NULL ? ", did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?" : "");
}

int main(int argc, char **argv)
{
    struct options options = { .start_minute = START_MINUTE };
    struct tie_arena arena = { 0 };
    struct tie_error error = { .status = TIE_OK };
    struct tie_out out;
    enum tie_status status = TIE_OK;

    tie_io_ignore_signals();
    if (argc == 2 && strcmp(argv[1], TIE_SOURCE_CHILD_WORD) == 0) {
        tie_ledger_unlock_sqlite();
        return tie_source_child_main();
    }
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive needs it for names; nothing else looks at it */
    tie_out_init(&out, STDOUT_FILENO, "standard output", false);
    status = parse_options(argc, argv, &options, &error);
    tie_log_setup(&(struct tie_log_setup){ .level = options.quiet ? TIE_LOG_ERROR : TIE_LOG_INFO });
    if (status == TIE_OK && options.version)
        tie_out_text(&out, TIE_ENGINE "\n");
    else if (status == TIE_OK && options.help)
        print_help_of(&out, &options);
    else if (status == TIE_OK)
        status = run_command(&arena, &options, &out, &error);
    {
        struct tie_error written;

        if (tie_out_flush(&out, &written) != TIE_OK && status == TIE_OK) {
            status = written.status;
            error = written;
        }
    }
    tie_out_release(&out);
    if (status != TIE_OK)
        /* cron mails it */
        tie_log(status == TIE_ALERT && !options.quiet ? TIE_LOG_WARNING : TIE_LOG_ERROR, "%s", error.text);
    tie_arena_release(&arena);
    return tie_status_exit_code(status);
}
