/*
 * tool_score.c - compares what a run found with the demo company's answer key.
 *
 *   tool_score DISCREPANCIES.csv ANSWER.csv
 *
 * Findings are paired by finding_id; of a pair, primary, certainty, exposure, currency, verb and status must agree.
 * Both files are sorted by finding_id and walked once. A currency is compared only beside an amount: where nothing
 * is at stake there is nothing to count it in. Prints a line a check, the first 20 differences with both sides, and
 * last `demo: found N, missed M, unplanned U`. Exit code 0 only when nothing is missed, unplanned or different; 1
 * otherwise; 64 to 66 when a file can't be used.
 */
#include "tieout/arena.h"
#include "tieout/csv.h"
#include "tieout/decimal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define SHOWN_MOST 20
#define CHECKS_MOST 256

enum field { ID, CHECK, PRIMARY, CERTAINTY, EXPOSURE, CURRENCY, VERB, STATUS, PLANTED, FIELD_COUNT };

/* Where a field stands: its name in the run's file and in the key; NULL: not there. */
static const struct {
    const char *in_run, *in_key;
} names[FIELD_COUNT] = {
    [ID] = { "finding_id", "finding_id" },
    [CHECK] = { "check", "check" },
    [PRIMARY] = { "primary", "primary" },
    [CERTAINTY] = { "certainty", "certainty" },
    [EXPOSURE] = { "exposure", "exposure" },
    [CURRENCY] = { "currency", "currency" },
    [VERB] = { "correction", "verb" },
    [STATUS] = { "status", "status" },
    [PLANTED] = { NULL, "planted" },
};

struct finding {
    const char *cell[FIELD_COUNT];
};
struct findings {
    struct finding *at;
    size_t count, room;
};

struct tally {
    const char *check;
    size_t planted, found, missed, unplanned, different, wrong_amount;
};

struct score {
    struct tally at[CHECKS_MOST];
    size_t count;
    struct tally all;
    size_t shown;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct finding *)a)->cell[ID], ((const struct finding *)b)->cell[ID]);
}

static enum tie_status find_columns(
    const struct tie_csv_row *row, bool is_key, const char *path, size_t *columns, struct tie_error *err)
{
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        const char *name = is_key ? names[f].in_key : names[f].in_run;

        columns[f] = SIZE_MAX;
        for (size_t i = 0; i < row->count; i++)
            if (name && tie_text_is(row->fields[i], name))
                columns[f] = i;
        if (name && columns[f] == SIZE_MAX)
            return tie_fail(err, TIE_DATA, "%s: has no column %s", path, name);
    }
    return TIE_OK;
}

static enum tie_status read_rows(struct tie_arena *arena, struct tie_csv_reader *reader, bool is_key, const char *path,
    struct findings *findings, struct tie_error *err)
{
    size_t columns[FIELD_COUNT];
    struct tie_csv_row row;
    bool end = false;
    enum tie_status status = tie_csv_next(reader, &row, &end, err);

    if (status == TIE_OK && end)
        return tie_fail(err, TIE_DATA, "%s: is empty, a header is expected", path);
    if (status == TIE_OK)
        status = find_columns(&row, is_key, path, columns, err);
    while (status == TIE_OK) {
        struct finding finding = { { NULL } };

        status = tie_csv_next(reader, &row, &end, err);
        if (status != TIE_OK || end)
            break;
        for (size_t f = 0; f < FIELD_COUNT; f++)
            finding.cell[f] = columns[f] == SIZE_MAX ? "" : tie_text_dup(arena, row.fields[columns[f]]);
        TIE_PUSH(arena, findings, finding);
    }
    return status;
}

static enum tie_status read_findings(
    struct tie_arena *arena, const char *path, bool is_key, struct findings *findings, struct tie_error *err)
{
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_fd source = { open(path, O_RDONLY | O_CLOEXEC), path };
    const struct tie_csv_setup setup = { .name = path, .delimiter = ',', .pull = tie_csv_pull_fd, .state = &source };
    enum tie_status status;

    if (source.fd < 0)
        return tie_fail(err, TIE_NOINPUT, "%s: %s", path, strerror(errno));
    TIE_TRY(tie_csv_open(&setup, &reader, err));
    TIE_TRY(read_rows(arena, reader, is_key, path, findings, err));
    if (findings->count > 0)
        qsort(findings->at, findings->count, sizeof *findings->at, by_id);
out:
    tie_csv_close(reader);
    close(source.fd);
    return status;
}

static struct tally *tally_of(struct score *score, const char *check)
{
    for (size_t i = 0; i < score->count; i++)
        if (strcmp(score->at[i].check, check) == 0)
            return &score->at[i];
    TIE_ASSERT(score->count < CHECKS_MOST);
    score->at[score->count] = (struct tally){ .check = check };
    return &score->at[score->count++];
}

static bool same_amount(const char *a, const char *b)
{
    tie_dec left = 0, right = 0;

    if (!a[0] || !b[0]) /* unknown is not nothing */
        return a[0] == b[0];
    return tie_dec_from_text(tie_text_of(a), &left) == TIE_DEC_EXACT &&
        tie_dec_from_text(tie_text_of(b), &right) == TIE_DEC_EXACT && left == right;
}

static bool is_amount(const char *text)
{
    return strpbrk(text, "123456789") != NULL;
}

static bool same_field(const struct finding *run, const struct finding *key, enum field f)
{
    if (f == EXPOSURE)
        return same_amount(run->cell[f], key->cell[f]);
    if (f == CURRENCY && !is_amount(key->cell[EXPOSURE]))
        return true;
    return strcmp(run->cell[f], key->cell[f]) == 0;
}

static void show_side(const char *side, const struct finding *finding)
{
    printf("  %-9s", side);
    if (!finding) {
        printf(" -\n");
        return;
    }
    for (size_t f = PRIMARY; f <= STATUS; f++)
        printf(" %s=%s", names[f].in_key, finding->cell[f][0] ? finding->cell[f] : "(empty)");
    putchar('\n');
}

static void show(struct score *score, const char *what, const struct finding *run, const struct finding *key)
{
    if (score->shown++ >= SHOWN_MOST)
        return;
    printf("%s %s%s%s\n", what, (key ? key : run)->cell[ID], key ? " planted as " : "", key ? key->cell[PLANTED] : "");
    show_side("expected:", key);
    show_side("found:", run);
}

static void compare(struct score *score, const struct finding *run, const struct finding *key)
{
    struct tally *tally = tally_of(score, key->cell[CHECK]);
    bool differs = false;

    tally->found++;
    for (size_t f = PRIMARY; f <= STATUS; f++) {
        if (same_field(run, key, (enum field)f))
            continue;
        differs = true;
        tally->wrong_amount += f == EXPOSURE;
    }
    tally->different += differs;
    if (differs)
        show(score, "different:", run, key);
}

static void walk(struct score *score, const struct findings *run, const struct findings *key)
{
    size_t r = 0, k = 0;

    while (r < run->count || k < key->count) {
        const int order = r == run->count ? 1 : k == key->count ? -1 : by_id(&run->at[r], &key->at[k]);

        if (order < 0) {
            tally_of(score, run->at[r].cell[CHECK])->unplanned++;
            show(score, "unplanned:", &run->at[r++], NULL);
            continue;
        }
        tally_of(score, key->at[k].cell[CHECK])->planted++;
        if (order == 0) {
            compare(score, &run->at[r++], &key->at[k]);
        } else {
            tally_of(score, key->at[k].cell[CHECK])->missed++;
            show(score, "missed:", NULL, &key->at[k]);
        }
        k++;
    }
}

static int by_check(const void *a, const void *b)
{
    return strcmp(((const struct tally *)a)->check, ((const struct tally *)b)->check);
}

static void print_tallies(struct score *score)
{
    if (score->shown > SHOWN_MOST)
        printf("... and %zu more differences\n", score->shown - SHOWN_MOST);
    qsort(score->at, score->count, sizeof score->at[0], by_check);
    printf("%-8s %8s %8s %8s %10s %10s %13s\n", "check", "planted", "found", "missed", "unplanned", "different",
        "wrong amount");
    for (size_t i = 0; i < score->count; i++) {
        const struct tally *t = &score->at[i];

        printf("%-8s %8zu %8zu %8zu %10zu %10zu %13zu\n", t->check, t->planted, t->found, t->missed, t->unplanned,
            t->different, t->wrong_amount);
        score->all.found += t->found;
        score->all.missed += t->missed;
        score->all.unplanned += t->unplanned;
        score->all.different += t->different;
    }
    if (score->all.different)
        printf("demo: %zu of the findings differ from the key\n", score->all.different);
    printf("demo: found %zu, missed %zu, unplanned %zu\n", score->all.found, score->all.missed, score->all.unplanned);
}

int main(int argc, char **argv)
{
    static struct score score;
    struct tie_arena arena = { 0 };
    struct tie_error err = { .status = TIE_OK };
    struct findings run = { 0 }, key = { 0 };
    enum tie_status status;

    if (argc != 3) {
        fprintf(stderr, "usage: tool_score DISCREPANCIES.csv ANSWER.csv\n");
        return tie_status_exit_code(TIE_USAGE);
    }
    TIE_TRY(tie_arena_init(&arena, ARENA_BYTES, &err));
    TIE_TRY(read_findings(&arena, argv[1], false, &run, &err));
    TIE_TRY(read_findings(&arena, argv[2], true, &key, &err));
    walk(&score, &run, &key);
    print_tallies(&score);
    if (score.all.missed || score.all.unplanned || score.all.different)
        status = TIE_ALERT;
out:
    if (status != TIE_OK && status != TIE_ALERT)
        fprintf(stderr, "tool_score: %s\n", err.text);
    tie_arena_release(&arena);
    return tie_status_exit_code(status);
}
