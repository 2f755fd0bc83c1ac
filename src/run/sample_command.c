/*
 * sample_command.c - `tieout sample`: another audit sample of the last run, drawn from its bundle.
 *
 * The bundle gives the run's frames, policy and prior state; reconciling them again gives the closed orders that the
 * run itself drew from. So the sample is of that run, no source is asked, and the run's own design gives its own bytes.
 *
 * Invariant: a folder below samples/ is whole. It is made as samples/.part under a lock of samples/ (a run holds the
 * job's lock and is not disturbed) and renamed; one that is there already is never written to, because the auditor's
 * figures may stand in it. Rejected: drawing from the sources, which tell other things by now; writing into the run's
 * folder, which is sealed.
 */
#include "signals.h"

#include "tieout/bundle.h"
#include "tieout/lock.h"
#include "tieout/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_PART, SEED_NAME_MAX = 40, SEED_MAX = 200, AMOUNT_BYTES = 64 };

struct drawing {
    struct tie_arena *arena;
    const struct tie_job *job;
    struct tie_sample_setup setup;
    struct tie_bundle bundle;
    struct tie_lock lock;
    struct tie_sample_pack pack;
    const char *samples, *part, *folder;
    bool was_there;
};

/* ---- the options ---- */

static enum tie_status read_method(const char *text, enum tie_sample_method *method, struct tie_error *err)
{
    for (enum tie_sample_method m = 0; m < TIE_SAMPLE_METHOD_COUNT; m++)
        if (strcmp(text, tie_sample_method_name(m)) == 0) {
            *method = m;
            return TIE_OK;
        }
    return tie_fail(err, TIE_USAGE,
        "--method %s: allowed are mus (an order's chance is its amount) and srs (every "
        "order has the same chance)",
        text);
}

static enum tie_status read_size(const char *text, uint64_t *size, struct tie_error *err)
{
    int64_t number = 0;

    if (!tie_int_from_text(tie_text_of(text), &number) || number < 1 || number > TIE_SAMPLE_SIZE_MAX)
        return tie_fail(err, TIE_USAGE, "--size %s: allowed is a whole number from 1 to %d", text, TIE_SAMPLE_SIZE_MAX);
    *size = (uint64_t)number;
    return TIE_OK;
}

static enum tie_status check_seed(const char *text, struct tie_error *err)
{
    const struct tie_text seed = tie_text_of(text);
    bool is_plain = seed.size <= SEED_MAX && tie_text_is_utf8(seed, NULL);

    for (size_t i = 0; i < seed.size; i++)
        is_plain &= (unsigned char)seed.at[i] >= ' ';
    return is_plain ? TIE_OK
                    : tie_fail(err, TIE_USAGE,
                          "--seed: allowed is text of at most %d bytes, UTF-8 without control "
                          "characters",
                          SEED_MAX);
}

/* Each word is asked of an order that has nothing: which words there are is known in one place. */
static enum tie_status check_strata(struct tie_arena *arena, const char *strata, struct tie_error *err)
{
    const struct tie_closed_order order = { .region = "", .legal_entity = "", .wo_type = "", .class_ = "" };
    const char *ignored = NULL;
    struct tie_error why;

    if (tie_sample_stratum_of(arena, &order, strata, &ignored, &why) == TIE_OK)
        return TIE_OK;
    return tie_fail(err, TIE_USAGE, "--%s", why.text);
}

static enum tie_status read_options(struct drawing *d, const struct tie_sample_options *options, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    d->setup = d->job->sample;
    if (options->method != NULL)
        TIE_TRY(read_method(options->method, &d->setup.method, err));
    if (options->size != NULL)
        TIE_TRY(read_size(options->size, &d->setup.size, err));
    if (options->seed != NULL) {
        TIE_TRY(check_seed(options->seed, err));
        d->setup.seed = options->seed;
    }
    if (options->strata != NULL) {
        TIE_TRY(check_strata(d->arena, options->strata, err));
        d->setup.strata = options->strata;
    }
out:
    return status;
}

/* ---- the bundle ---- */

static enum tie_status open_bundle(struct drawing *d, struct tie_error *err)
{
    const char *latest = tie_path_join(d->arena, d->job->folder, "latest");
    const char *path = tie_path_join(d->arena, latest, TIE_BUNDLE_NAME);
    enum tie_status status = TIE_OK;

    if (tie_path_kind(latest) == TIE_ENTRY_NONE)
        return tie_fail(err, TIE_NOINPUT,
            "%s: there is no kept run to draw from; run the job first, with [output bundle] frames = all in %s", latest,
            d->job->path);
    if (tie_path_kind(path) == TIE_ENTRY_NONE)
        return tie_fail(err, TIE_NOINPUT,
            "%s: the last run kept no evidence to draw from; add [output bundle] to %s and run the job again", path,
            d->job->path);
    TIE_TRY(tie_bundle_open(d->arena, path, NULL, &d->bundle, err));
    if (!d->bundle.has_all_frames)
        return tie_fail(err, TIE_NOINPUT,
            "%s: holds orders with findings only, and a sample is drawn from all closed orders; set [output bundle] "
            "frames = all in %s and run the job again",
            path, d->job->path);
    if (strcmp(d->bundle.engine, TIE_ENGINE) != 0)
        tie_log(TIE_LOG_WARNING, "the run was made by %s, this is %s: findings and books may differ for that alone",
            d->bundle.engine, TIE_ENGINE);
out:
    return status;
}

/* ---- drawing ---- */

/* The seed's text where it can stand in a name, else the number that it gives. */
static const char *seed_name(const struct drawing *d)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const struct tie_pipeline *line = &d->bundle.line;
    const size_t size = strlen(d->setup.seed);

    TIE_ASSERT(line->job != NULL); /* an opened bundle has its job */
    if (size > 0 && size <= SEED_NAME_MAX && strspn(d->setup.seed, plain) == size)
        return d->setup.seed;
    return tie_arena_printf(d->arena, "%" PRIu64, tie_sample_seed(d->setup.seed, line->job->name, line->job->as_of));
}

/* "-region+who_pays": the same numbers in other strata are another sample. */
static const char *strata_name(const struct drawing *d)
{
    struct tie_text rest = tie_text_of(d->setup.strata);
    const char *name = "";

    while (rest.size > 0) {
        const struct tie_text word = tie_text_trim(tie_text_cut(&rest, ','));

        name = tie_arena_printf(d->arena, "%s%c%.*s", name, name[0] == '\0' ? '-' : '+', (int)word.size, word.at);
    }
    return name;
}

static enum tie_status take_place(struct drawing *d, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    d->samples = tie_path_join(d->arena, d->job->folder, "samples");
    d->part = tie_path_join(d->arena, d->samples, ".part");
    d->folder = tie_arena_printf(d->arena, "%s/%s-%s-%" PRIu64 "-%s%s", d->samples, d->bundle.line.name,
        tie_sample_method_name(d->setup.method), d->setup.size, seed_name(d), strata_name(d));
    TIE_TRY(tie_folder_make(d->samples, err));
    TIE_TRY(tie_folder_sync(d->job->folder, err));
    TIE_TRY(tie_lock_take(&d->lock, d->samples, err));
    run_signals_remove(SLOT_PART, d->part);
    TIE_TRY(tie_tree_remove(d->part, err)); /* of one that was killed */
out:
    return status;
}

static enum tie_status draw(struct drawing *d, struct tie_error *err)
{
    struct tie_pipeline *line = &d->bundle.line;
    enum tie_status status = TIE_OK;

    line->job->has_sample = true; /* closed orders are collected */
    line->job->memory_bytes = d->job->memory_bytes;
    line->job->threads = d->job->threads;
    TIE_TRY(tie_pipeline_reconcile(line, err));
    TIE_TRY(tie_pipeline_keep(line, err));
    TIE_TRY(tie_pipeline_fill_report(line, err));
    TIE_TRY(tie_pipeline_sample(line, &d->setup, d->part, &d->pack, err));
out:
    return status;
}

/* ---- keeping ---- */

/* Every file that was drawn stands in the folder with the same bytes; what else stands there is the auditor's. */
static enum tie_status compare(struct drawing *d, struct tie_error *err)
{
    struct tie_entries entries = { 0 };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_folder_list(d->arena, d->part, &entries, err));
    for (size_t i = 0; i < entries.count; i++) {
        const char *there = tie_path_join(d->arena, d->folder, entries.at[i].name);
        char drawn[TIE_SHA256_HEX], found[TIE_SHA256_HEX] = "";

        TIE_TRY(tie_file_sha256(tie_path_join(d->arena, d->part, entries.at[i].name), drawn, err));
        if (tie_path_kind(there) != TIE_ENTRY_NONE)
            TIE_TRY(tie_file_sha256(there, found, err));
        if (strcmp(drawn, found) != 0)
            return tie_fail(err, TIE_CANTCREATE,
                "%s is there already and %s; it may have been filled in, so it is left as it is: move the folder away, "
                "or draw with another --seed",
                d->folder,
                found[0] == '\0' ? tie_arena_printf(d->arena, "lacks %s", entries.at[i].name)
                                 : tie_arena_printf(d->arena, "has another %s", entries.at[i].name));
    }
out:
    return status;
}

static enum tie_status keep(struct drawing *d, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    d->was_there = tie_path_kind(d->folder) != TIE_ENTRY_NONE;
    if (d->was_there)
        return compare(d, err);
    TIE_TRY(tie_folder_sync(d->part, err));
    TIE_TRY(tie_path_rename(d->part, d->folder, err));
out:
    return status;
}

/* ---- what is told ---- */

static const char *amount(const struct drawing *d, tie_sum value)
{
    const char *currency = d->bundle.line.report.reporting_currency;
    char text[AMOUNT_BYTES];

    (void)tie_sum_print_fixed(value, tie_currency_decimals(tie_text_of(currency)), text);
    return tie_arena_printf(d->arena, "%s %s", text, currency);
}

/* ", interval 1200.50 EUR"; of several strata the smallest and the largest; "" where nothing was drawn by it. */
static const char *interval_words(const struct drawing *d)
{
    const struct tie_sample *sample = &d->pack.sample;
    const unsigned decimals = tie_currency_decimals(tie_text_of(d->bundle.line.report.reporting_currency));
    tie_sum least = 0, most = 0, minor_unit = TIE_DEC_ONE;

    for (unsigned i = 0; i < decimals; i++)
        minor_unit /= 10;
    for (size_t h = 0; h < sample->stratum_count; h++) {
        const struct tie_sample_stratum *stratum = &sample->strata[h];
        const tie_sum interval = stratum->interval_num * minor_unit / stratum->interval_den;

        if (interval == 0)
            continue;
        least = least == 0 || interval < least ? interval : least;
        most = interval > most ? interval : most;
    }
    if (most == 0)
        return "";
    if (least == most)
        return tie_arena_printf(d->arena, ", interval %s", amount(d, most));
    return tie_arena_printf(
        d->arena, ", interval %s to %s in %zu strata", amount(d, least), amount(d, most), sample->stratum_count);
}

static void print_drawn(const struct drawing *d, struct tie_out *out)
{
    const struct tie_sample *sample = &d->pack.sample;
    uint64_t apart = 0, orders[TIE_PICK_CLASS_COUNT] = { 0 };
    tie_sum book = 0, certain = 0;
    char *whole = realpath(d->folder, NULL); /* for people: without the ../ of a job file */

    for (int t = TIE_CLOSED_NO_PRICE; t <= TIE_CLOSED_TOO_LARGE; t++)
        apart += d->pack.apart[t];
    for (size_t i = 0; i < d->pack.unit_count; i++)
        book += d->pack.orders[i]->book;
    for (size_t i = 0; i < sample->pick_count; i++) {
        orders[sample->picks[i].class]++;
        if (sample->picks[i].class == TIE_PICK_CERTAINTY)
            certain += d->pack.orders[sample->picks[i].unit]->book;
    }
    tie_out_printf(out, "sample: %s%s\n", whole != NULL ? whole : d->folder,
        d->was_there ? ", which is there already with the same bytes and was left as it is" : "");
    free(whole);
    tie_out_printf(out, "  frame      %zu closed orders of run %s, book %s", d->pack.unit_count, d->bundle.line.name,
        amount(d, book));
    if (apart > 0)
        tie_out_printf(out, "; %" PRIu64 " more can't be drawn, frame.csv says why", apart);
    tie_out_printf(out, "\n  certainty  %" PRIu64 " orders with firm findings, taken whole: book %s\n",
        orders[TIE_PICK_CERTAINTY], amount(d, certain));
    tie_out_printf(out, "  selected   %" PRIu64 " orders by %s", orders[TIE_PICK_SELECTED],
        tie_sample_method_name(sample->design.method));
    if (sample->design.method == TIE_SAMPLE_MUS)
        tie_out_printf(out, ", %" PRIu64 " for their size, %" PRIu64 " without a book amount", orders[TIE_PICK_HIGH],
            orders[TIE_PICK_ATTRIBUTE]);
    tie_out_printf(out, "%s, seed %" PRIu64 "\n", interval_words(d), sample->design.seed);
}

static void end_drawing(struct drawing *d)
{
    struct tie_error why;

    if (d->lock.fd >= 0 && tie_tree_remove(d->part, &why) != TIE_OK)
        tie_log(TIE_LOG_WARNING, "%s", why.text);
    run_signals_remove(SLOT_PART, NULL);
    tie_lock_release(&d->lock);
    tie_bundle_close(&d->bundle);
}

enum tie_status tie_draw_sample(struct tie_arena *arena, const struct tie_job *job,
    const struct tie_sample_options *options, struct tie_out *out, struct tie_error *err)
{
    struct drawing *d = TIE_TAKE(arena, struct drawing, 1);
    enum tie_status status = TIE_OK;

    *d = (struct drawing){ .arena = arena, .job = job, .lock = TIE_LOCK_NONE };
    TIE_TRY(read_options(d, options, err));
    TIE_TRY(open_bundle(d, err));
    TIE_TRY(take_place(d, err));
    TIE_TRY(draw(d, err));
    TIE_TRY(keep(d, err));
    print_drawn(d, out);
out:
    run_signals_settle();
    end_drawing(d);
    return status;
}
