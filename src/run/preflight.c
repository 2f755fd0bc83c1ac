/*
 * preflight.c - proves a job without running it: what each query would deliver, what is missing, which checks run.
 *
 * The job file, the policy, layouts and formats are already read when this is called; here the sources are asked to
 * describe their queries. No full query runs. The report is a guide for whoever connects a new ERP: the outcome first,
 * then only what asks for a decision. A source that does not answer is told once and not once a dataset. Checks that
 * are off are grouped by everything they lack, the largest group first: that is the dataset worth connecting next.
 * Rejected: telling the checks while a dataset can't be read; half the list would be wrong a minute later.
 */
#include "tieout/job.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_WIDTH = 110, PARTS_INDENT = 10, LIST_BYTES_MAX = 1 << 16 };

struct preflight {
    struct tie_arena *arena;
    struct tie_out *out;
    const struct tie_job *job;
    const struct tie_preflight_options *options;
    struct tie_described_part *described;
    struct tie_source_result *sources;
    struct tie_delivery *delivery;
    size_t faults;         /* parts that can't be read */
    enum tie_status worst; /* of the first of them */
};

/* ---- wrapped text ---- */

/* Prints words, a new line with `indent` blanks wherever the next one would pass the margin, and ends the line;
 * `column` is where it stands. A path longer than a line stays whole, so it can be copied. */
static void print_wrapped(struct tie_out *out, size_t column, size_t indent, const char *text)
{
    struct tie_text rest = tie_text_of(text);
    bool is_first = true;

    while (rest.size > 0) {
        const struct tie_text word = tie_text_cut(&rest, ' ');

        if (!is_first && column + 1 + word.size > PAGE_WIDTH) {
            tie_out_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!is_first) {
            tie_out_char(out, ' ');
            column++;
        }
        tie_out_put(out, word.at, word.size);
        column += word.size;
        is_first = false;
    }
    tie_out_char(out, '\n');
}

static void print_labelled(struct tie_out *out, size_t indent, const char *label, const char *text)
{
    tie_out_printf(out, "%*s%s", (int)indent, "", label);
    print_wrapped(out, indent + strlen(label), indent + 2, text);
}

/* ---- sources ---- */

static bool answers(const struct preflight *preflight, size_t source)
{
    const char *product = preflight->sources[source].product;

    return product != NULL && product[0] != '\0';
}

static void print_sources(const struct preflight *preflight)
{
    const struct tie_extract_plan *plan = &preflight->job->plan;

    tie_out_text(preflight->out, "\nSources\n");
    for (size_t s = 0; s < plan->source_count; s++) {
        const char *why = "";
        size_t used = 0;

        for (size_t i = plan->part_count; i-- > 0;)
            if (plan->parts[i].source == s) {
                used++;
                why = preflight->described[i].text;
            }
        if (answers(preflight, s)) {
            tie_out_printf(preflight->out, "  ok      %s: %s\n", plan->sources[s].name, preflight->sources[s].product);
        } else if (used == 0) {
            tie_out_printf(preflight->out, "  unused  %s: no dataset names it\n", plan->sources[s].name);
        } else {
            tie_out_printf(preflight->out, "  FAULT   %s: no answer; %zu dataset%s of it can't be judged\n",
                plan->sources[s].name, used, used == 1 ? "" : "s");
            print_labelled(preflight->out, PARTS_INDENT, "", why);
        }
    }
}

/* ---- datasets ---- */

/* Names of the optional columns that a query leaves out, or NULL. */
static const char *not_given(const struct preflight *preflight, const struct tie_dataset_info *dataset,
    const struct tie_described_part *described)
{
    bool found[TIE_COLUMN_MAX] = { false };
    struct tie_buf list;
    const char *names = NULL;

    tie_buf_init(&list, LIST_BYTES_MAX);
    for (size_t i = 0; i < described->column_count; i++)
        if (described->columns[i].column >= 0)
            found[described->columns[i].column] = true;
    for (size_t c = 0; c < dataset->column_count; c++)
        if (!found[c] && dataset->columns[c].need == TIE_NEED_OPTIONAL)
            tie_buf_printf(&list, "%s%s", list.size > 0 ? ", " : "", dataset->columns[c].name);
    if (list.size > 0)
        names = tie_arena_strdup(preflight->arena, list.at);
    tie_buf_release(&list);
    return names;
}

/* The text of a fault opens with the query's path, which the line above has already said; a path with a line stays. */
static const char *without_path(const char *text, const char *path)
{
    const size_t size = path == NULL ? 0 : strlen(path);

    return size > 0 && strncmp(text, path, size) == 0 && strncmp(text + size, ": ", 2) == 0 ? text + size + 2 : text;
}

/* The complaints of a query come in one text; each gets a line of its own. */
static void print_complaints(const struct preflight *preflight, const char *text)
{
    static const char *const openings[] = { " Column ", " Missing column" };

    while (text != NULL) {
        const char *next = NULL;

        for (size_t i = 0; i < TIE_COUNT_OF(openings); i++) {
            const char *at = strstr(text, openings[i]);

            if (at != NULL && (next == NULL || at < next))
                next = at;
        }
        print_labelled(preflight->out, PARTS_INDENT, "",
            next == NULL ? text : tie_text_dup(preflight->arena, (struct tie_text){ text, (size_t)(next - text) }));
        text = next == NULL ? NULL : next + 1;
    }
}

static void print_part(const struct preflight *preflight, size_t index)
{
    const struct tie_part_spec *part = &preflight->job->plan.parts[index];
    const struct tie_described_part *described = &preflight->described[index];
    const struct tie_dataset_info *dataset = tie_dataset(part->dataset);
    const char *source = preflight->job->plan.sources[part->source].name;
    const char *path = part->query_path != NULL ? part->query_path : part->file != NULL ? part->file : "";
    const char *names = NULL;

    if (described->status != TIE_OK && !answers(preflight, part->source)) {
        tie_out_printf(preflight->out, "  -       %s: not judged, source %s does not answer\n", part->title, source);
        return;
    }
    if (described->status != TIE_OK) {
        tie_out_printf(preflight->out, "  FAULT   %s: %s (source %s)\n", part->title, path, source);
        print_complaints(preflight, without_path(described->text, part->query_path));
        return;
    }
    tie_out_printf(preflight->out, "  ok      %s: %zu of %zu columns, source %s\n", part->title,
        described->column_count, dataset->column_count, source);
    names = not_given(preflight, dataset, described);
    if (names != NULL && preflight->options->verbose)
        print_labelled(preflight->out, PARTS_INDENT, "optional, not given: ", names);
}

/* A dataset delivers a column when each of its parts does. */
static void unite(struct preflight *preflight, enum tie_dataset dataset, const struct tie_described_part *described)
{
    struct tie_delivery *delivery = preflight->delivery;
    bool delivered[TIE_COLUMN_MAX] = { false };

    for (size_t i = 0; i < described->column_count; i++)
        if (described->columns[i].column >= 0)
            delivered[described->columns[i].column] = true;
    for (size_t c = 0; c < TIE_COLUMN_MAX; c++)
        delivery->column[dataset][c] = delivered[c] && (!delivery->dataset[dataset] || delivery->column[dataset][c]);
    delivery->dataset[dataset] = true;
}

static void judge_parts(struct preflight *preflight)
{
    const struct tie_extract_plan *plan = &preflight->job->plan;

    for (size_t i = 0; i < plan->part_count; i++) {
        unite(preflight, plan->parts[i].dataset, &preflight->described[i]);
        if (preflight->described[i].status == TIE_OK)
            continue;
        if (preflight->faults++ == 0)
            preflight->worst = preflight->described[i].status;
    }
}

/* ---- checks ---- */

struct group { /* checks that are off for one reason */
    const char *why;
    size_t count, first; /* `first`: position of its first check, for a stable order */
    struct tie_buf codes;
};

/* Everything a check lacks, not only the first thing: "customer, movement.cost_amount". A dataset that is not there
 * at all is named without a column. */
static const char *lacks(const struct preflight *preflight, const struct tie_check_info *check)
{
    struct tie_text rest = tie_text_of(check->needs);
    struct tie_text last = { "", 0 };
    struct tie_buf list;
    const char *text = NULL;

    tie_buf_init(&list, LIST_BYTES_MAX);
    while (rest.size > 0) {
        const struct tie_text need = tie_text_cut(&rest, ',');
        struct tie_text column = need;
        const struct tie_text name = tie_text_cut(&column, '.');
        enum tie_dataset id = TIE_DATASET_COUNT;
        struct tie_text shown = need;

        TIE_ASSERT(tie_dataset_find(name, &id));
        const int index = tie_column_find(tie_dataset(id), column);
        TIE_ASSERT(index >= 0);
        if (preflight->delivery->dataset[id] && preflight->delivery->column[id][index])
            continue;
        if (!preflight->delivery->dataset[id])
            shown = name;
        if (!tie_text_equal(shown, last)) /* the needs of a dataset stand together */
            tie_buf_printf(&list, "%s%.*s", list.size > 0 ? ", " : "", (int)shown.size, shown.at);
        last = shown;
    }
    text = tie_arena_strdup(preflight->arena, list.at);
    tie_buf_release(&list);
    return text;
}

static void add_to_group(struct group *groups, size_t *count, const char *why, enum tie_check id)
{
    size_t i = 0;

    while (i < *count && strcmp(groups[i].why, why) != 0)
        i++;
    if (i == *count) {
        groups[(*count)++] = (struct group){ .why = why, .first = id };
        tie_buf_init(&groups[i].codes, LIST_BYTES_MAX);
    }
    tie_buf_printf(&groups[i].codes, "%s%s", groups[i].count++ > 0 ? ", " : "", tie_check(id)->code);
}

static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left, *b = right;

    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static void print_groups(const struct preflight *preflight, struct group *groups, size_t count)
{
    qsort(groups, count, sizeof *groups, compare_groups);
    for (size_t i = 0; i < count; i++) {
        const char *line = tie_arena_printf(preflight->arena, "%s (%zu check%s): %s", groups[i].why, groups[i].count,
            groups[i].count == 1 ? "" : "s", groups[i].codes.at);

        print_labelled(preflight->out, 2, "off, ", line);
        tie_buf_release(&groups[i].codes);
    }
}

static void print_on(const struct preflight *preflight, const struct tie_check_switch switches[TIE_CHECK_COUNT])
{
    struct tie_buf codes;

    tie_buf_init(&codes, LIST_BYTES_MAX);
    for (enum tie_check id = 0; id < TIE_CHECK_COUNT; id++) {
        if (switches[id].off != TIE_CHECK_ON)
            continue;
        if (preflight->options->verbose)
            tie_out_printf(preflight->out, "  on   %s %s\n", tie_check(id)->code, tie_check(id)->title);
        else
            tie_buf_printf(&codes, "%s%s", codes.size > 0 ? ", " : "", tie_check(id)->code);
    }
    if (codes.size > 0)
        print_labelled(preflight->out, 2, "on: ", codes.at);
    tie_buf_release(&codes);
}

static void print_checks(const struct preflight *preflight)
{
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct group *groups = TIE_TAKE(preflight->arena, struct group, TIE_CHECK_COUNT);
    size_t by_reason[TIE_CHECK_OFF_POLICY + 1] = { 0 }, count = 0;

    tie_check_switches(preflight->arena, preflight->delivery, &preflight->job->policy, switches);
    for (enum tie_check id = 0; id < TIE_CHECK_COUNT; id++)
        by_reason[switches[id].off]++;
    tie_out_printf(preflight->out,
        "\nChecks: %zu on; off: %zu need data that the job does not deliver, %zu by the policy, "
        "%zu of later versions\n",
        by_reason[TIE_CHECK_ON], by_reason[TIE_CHECK_OFF_NEEDS], by_reason[TIE_CHECK_OFF_POLICY],
        by_reason[TIE_CHECK_OFF_VERSION]);
    print_on(preflight, switches);
    for (enum tie_check id = 0; id < TIE_CHECK_COUNT; id++) {
        if (switches[id].off == TIE_CHECK_OFF_NEEDS)
            add_to_group(
                groups, &count, tie_arena_printf(preflight->arena, "needs %s", lacks(preflight, tie_check(id))), id);
        else if (switches[id].off == TIE_CHECK_OFF_POLICY)
            add_to_group(groups, &count, switches[id].why, id);
    }
    print_groups(preflight, groups, count);
    count = 0;
    for (enum tie_check id = 0; id < TIE_CHECK_COUNT && preflight->options->verbose; id++)
        if (switches[id].off == TIE_CHECK_OFF_VERSION)
            add_to_group(groups, &count, switches[id].why, id);
    print_groups(preflight, groups, count);
    if (by_reason[TIE_CHECK_OFF_VERSION] > 0 && !preflight->options->verbose)
        tie_out_printf(preflight->out,
            "  off, not judged by this version (%zu checks); --verbose and the workbook name them\n",
            by_reason[TIE_CHECK_OFF_VERSION]);
}

/* ---- the whole ---- */

static void print_report(const struct preflight *preflight)
{
    const size_t part_count = preflight->job->plan.part_count;
    char day[16];

    (void)tie_date_print(preflight->job->as_of, day);
    tie_out_printf(
        preflight->out, "Job %s for %s, policy %s\n", preflight->job->name, day, preflight->job->policy_path);
    if (preflight->faults == 0)
        tie_out_printf(preflight->out, "READY: all %zu datasets can be read; `tieout run %s` can start.\n", part_count,
            preflight->job->path);
    else
        tie_out_printf(preflight->out,
            "NOT READY: %zu of %zu datasets can't be read yet. Mend what is marked FAULT and ask again.\n",
            preflight->faults, part_count);
    print_sources(preflight);
    tie_out_text(preflight->out, "\nDatasets\n");
    for (size_t i = 0; i < part_count; i++)
        print_part(preflight, i);
    if (preflight->faults == 0)
        print_checks(preflight);
    else
        tie_out_text(preflight->out, "\nWhich checks run is told as soon as every dataset can be read.\n");
}

enum tie_status tie_preflight(struct tie_arena *arena, struct tie_job *job, const struct tie_preflight_options *options,
    struct tie_out *out, struct tie_error *err)
{
    const struct tie_extract_plan *plan = &job->plan;
    struct preflight preflight = { .arena = arena,
        .out = out,
        .job = job,
        .options = options,
        .described = TIE_TAKE(arena, struct tie_described_part, plan->part_count),
        .sources = TIE_TAKE(arena, struct tie_source_result, plan->source_count),
        .delivery = TIE_TAKE(arena, struct tie_delivery, 1),
        .worst = TIE_OK };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_describe(arena, plan, preflight.described, preflight.sources, err));
    judge_parts(&preflight);
    if (preflight.faults > 0 || !options->quiet)
        print_report(&preflight);
    if (preflight.faults > 0)
        status = tie_fail(err, preflight.worst,
            "preflight: %zu of %zu datasets of job %s can't be read yet; see FAULT above", preflight.faults,
            plan->part_count, job->name);
out:
    return status;
}
