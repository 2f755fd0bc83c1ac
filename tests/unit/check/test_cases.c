/*
 * test_cases.c - the worked cases of tests/cases: readable rows in, every finding compared.
 *
 * A case is a text that a finance person can check by hand (tests/cases/README.md tells its words). Its rows go the
 * whole way of a run, and all findings must meet all `expect` lines, one to one: what is missing, what is unplanned
 * and what ended with another verdict is a complaint. Three cases are planted faults: there the harness must
 * complain, so a harness that sees nothing fails. A case that waits for a later pass or check is read, judged and
 * counted; once it agrees it must not say so any more.
 *
 * Run from the root of the source tree; a case file as argument runs that one alone.
 */
#include "support/judge.h"

#include "tieout/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASES_FOLDER "tests/cases"
#define ARENA_BYTES ((size_t)64 << 20)
#define TEXT_BYTES_MAX ((size_t)1 << 20)

enum complaint { COMPLAINT_MISSING, COMPLAINT_UNPLANNED, COMPLAINT_VERDICT, COMPLAINT_COUNT };
static const char *const complaint_words[COMPLAINT_COUNT] = { "missing", "unplanned", "verdict" };

struct statement {
    const char *file;
    size_t line;
    struct tie_text rest; /* behind the first word */
};

struct statements {
    struct statement *at;
    size_t count, room;
};

struct script { /* one case as written */
    struct tie_arena *arena;
    const char *title, *waits, *planted;
    enum complaint planted_kind;
    tie_date as_of;
    bool expects_none;
    struct statements rows, delivers, expects, verdicts;
    struct tie_buf policy;
};

static struct {
    size_t agree, waiting, planted;
} counts;

/* ---- words of a line ---- */

static void fault(const struct statement *statement, const char *what)
{
    fail_msg("%s line %zu: %s: \"%.*s\"", statement->file, statement->line, what, (int)statement->rest.size,
        statement->rest.at);
}

/* The next word; blanks between quotes belong to it. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

static struct tie_text next_word(struct tie_text *rest)
{
    struct tie_text word;
    bool is_quoted = false;
    size_t i = 0;

    *rest = tie_text_trim(*rest);
    for (; i < rest->size && (is_quoted || !is_blank(rest->at[i])); i++)
        is_quoted ^= rest->at[i] == '\'';
    word = (struct tie_text){ rest->at, i };
    *rest = tie_text_trim((struct tie_text){ rest->at + i, rest->size - i });
    return word;
}

static struct tie_text unquoted(struct tie_text value)
{
    if (value.size >= 2 && value.at[0] == '\'' && value.at[value.size - 1] == '\'')
        return (struct tie_text){ value.at + 1, value.size - 2 };
    return value;
}

static const char *copy(const struct script *script, struct tie_text text)
{
    return tie_text_dup(script->arena, text);
}

/* ---- the lines of a case ---- */

static void take_case(struct script *script, const struct statement *statement)
{
    script->title = copy(script, statement->rest);
}

static void take_as_of(struct script *script, const struct statement *statement)
{
    if (!tie_date_from_text(statement->rest, &script->as_of))
        fault(statement, "as_of needs a day, YYYY-MM-DD");
}

static void take_policy(struct script *script, const struct statement *statement)
{
    tie_buf_put(&script->policy, statement->rest.at, statement->rest.size);
    tie_buf_char(&script->policy, '\n');
}

static void take_row(struct script *script, const struct statement *statement)
{
    TIE_PUSH(script->arena, &script->rows, *statement);
}

static void take_delivers(struct script *script, const struct statement *statement)
{
    TIE_PUSH(script->arena, &script->delivers, *statement);
}

static void take_expect(struct script *script, const struct statement *statement)
{
    if (tie_text_is(statement->rest, "none"))
        script->expects_none = true;
    else
        TIE_PUSH(script->arena, &script->expects, *statement);
}

static void take_verdict(struct script *script, const struct statement *statement)
{
    TIE_PUSH(script->arena, &script->verdicts, *statement);
}

static void take_waits(struct script *script, const struct statement *statement)
{
    if (statement->rest.size == 0)
        fault(statement, "waits needs a reason");
    script->waits = copy(script, statement->rest);
}

static void take_planted(struct script *script, const struct statement *statement)
{
    struct tie_text rest = statement->rest;
    const struct tie_text kind = next_word(&rest);

    for (size_t i = 0; i < COMPLAINT_COUNT; i++)
        if (tie_text_is(kind, complaint_words[i])) {
            script->planted_kind = (enum complaint)i;
            script->planted = copy(script, rest);
        }
    if (script->planted == NULL)
        fault(statement, "planted needs missing, unplanned or verdict, and what was planted");
}

static void read_script(struct script *script, const char *path);

static void take_include(struct script *script, const struct statement *statement)
{
    read_script(script, tie_path_beside(script->arena, statement->file, copy(script, statement->rest)));
}

static const struct {
    const char *word;
    void (*take)(struct script *script, const struct statement *statement);
} words[] = {
    { "case", take_case },
    { "include", take_include },
    { "as_of", take_as_of },
    { "policy", take_policy },
    { "row", take_row },
    { "delivers", take_delivers },
    { "expect", take_expect },
    { "verdict", take_verdict },
    { "waits", take_waits },
    { "planted", take_planted },
};

static void read_line(struct script *script, struct statement statement)
{
    const struct tie_text word = next_word(&statement.rest);

    if (word.size == 0 || word.at[0] == '#')
        return;
    for (size_t i = 0; i < TIE_COUNT_OF(words); i++)
        if (tie_text_is(word, words[i].word)) {
            words[i].take(script, &statement);
            return;
        }
    fail_msg("%s line %zu: \"%.*s\" is no word of a case; see the README there", statement.file, statement.line,
        (int)word.size, word.at);
}

/* A line that begins with a blank goes on with the one before. */
static struct tie_text next_statement(struct tie_text *bytes, size_t *lines)
{
    struct tie_text statement = tie_text_cut(bytes, '\n');

    for (*lines = 1; bytes->size > 0 && bytes->at[0] == ' '; ++*lines) {
        const struct tie_text more = tie_text_cut(bytes, '\n');

        statement.size = (size_t)(more.at + more.size - statement.at);
    }
    return statement;
}

static void read_script(struct script *script, const char *path)
{
    struct tie_text bytes;
    struct tie_error error;

    if (tie_file_read(script->arena, path, TEXT_BYTES_MAX, &bytes, &error) != TIE_OK)
        fail_msg("%s", error.text);
    for (size_t line = 1, lines = 0; bytes.size > 0; line += lines) {
        const struct tie_text text = next_statement(&bytes, &lines);

        read_line(script, (struct statement){ path, line, text });
    }
}

/* ---- from lines to rows ---- */

/* "usage_line usage_id=U1 quantity=2" as rows.h wants it: "usage_line; usage_id='U1', quantity='2'". */
static const char *row_line(const struct script *script, const struct statement *statement, bool *is_master)
{
    struct tie_text rest = statement->rest;
    const struct tie_text name = next_word(&rest);
    enum tie_dataset id = TIE_DATASET_COUNT;
    struct tie_buf out;
    const char *line;

    if (!tie_dataset_find(name, &id))
        fault(statement, "row needs a dataset first");
    *is_master = tie_dataset(id)->home == TIE_HOME_BROADCAST;
    tie_buf_init(&out, TEXT_BYTES_MAX);
    tie_buf_put(&out, name.at, name.size);
    if (id == TIE_DS_XREF) {
        const struct tie_text kind = next_word(&rest);

        tie_buf_printf(&out, " %.*s", (int)kind.size, kind.at);
    }
    for (const char *before = ";"; rest.size > 0; before = ",") {
        struct tie_text value = next_word(&rest);
        const struct tie_text column = tie_text_cut(&value, '=');

        value = unquoted(value);
        tie_buf_printf(&out, "%s %.*s='%.*s'", before, (int)column.size, column.at, (int)value.size, value.at);
    }
    line = tie_text_dup(script->arena, tie_buf_slice(&out));
    tie_buf_release(&out);
    return line;
}

static void add_rows(const struct script *script, struct test_rows *rows, bool masters)
{
    for (size_t i = 0; i < script->rows.count; i++) {
        const struct statement *statement = &script->rows.at[i];
        bool is_master = false;
        const char *line = row_line(script, statement, &is_master);
        struct tie_error error;

        if (is_master == masters && test_rows_try(rows, tie_text_of(line), &error) != TIE_OK)
            fail_msg("%s line %zu: %s", statement->file, statement->line, error.text);
    }
}

/* "delivers claim claim_id kind": these columns, or all. */
static void add_deliveries(const struct script *script, struct tie_delivery *delivery)
{
    for (size_t i = 0; i < script->delivers.count; i++) {
        const struct statement *statement = &script->delivers.at[i];
        struct tie_text rest = statement->rest;
        const struct tie_text name = next_word(&rest);
        enum tie_dataset id = TIE_DATASET_COUNT;

        if (!tie_dataset_find(name, &id))
            fault(statement, "delivers needs a dataset first");
        delivery->dataset[id] = true;
        for (size_t c = 0; rest.size == 0 && c < tie_dataset(id)->column_count; c++)
            delivery->column[id][c] = true;
        while (rest.size > 0) {
            const int column = tie_column_find(tie_dataset(id), next_word(&rest));

            if (column < 0)
                fault(statement, "delivers names a column that the dataset has not");
            delivery->column[id][column] = true;
        }
    }
}

/* ---- what a finding says, by name ---- */

struct compared {
    const struct test_judge *judge;
    const struct tie_finding *finding;
    char number[TIE_DEC_TEXT_MAX];
};

static const char *number(struct compared *at, tie_dec value)
{
    if (value == TIE_NONE)
        return "unknown";
    tie_dec_print(value, at->number);
    return at->number;
}

/* Text of a field of the finding; NULL when there is no such field. */
static const char *field(struct compared *at, struct tie_text name)
{
    const struct tie_finding *f = at->finding;
    const struct {
        const char *name, *text;
    } texts[] = {
        { "primary", test_primary_code(at->judge, f) },
        { "verb", f->verb },
        { "status", tie_finding_status_name(f->status) },
        { "certainty", tie_certainty_name(f->certainty) },
        { "bucket", tie_bucket_name(f->bucket) },
        { "reason", f->reason },
        { "verdict", tie_verdict_name(f->verdict) },
        { "order", f->work_order },
        { "item", f->item },
        { "currency", f->currency },
        { "pass", tie_pass_name(f->pass) },
        { "row", f->key_count > 1 ? f->keys[1] : "" },
    };
    const struct {
        const char *name;
        tie_dec value;
    } numbers[] = {
        { "exposure", f->exposure },
        { "book_effect", f->book_effect },
        { "quantity", f->correction_qty },
        { "amount", f->correction_amount },
        { "expected", f->expected_amount },
        { "actual", f->actual_amount },
        { "severity", f->severity * TIE_DEC_ONE },
        { "usage", f->usage_qty },
        { "movement", f->movement_qty },
        { "billed", f->billed_qty },
    };

    for (size_t i = 0; i < TIE_COUNT_OF(texts); i++)
        if (tie_text_is(name, texts[i].name))
            return texts[i].text;
    for (size_t i = 0; i < TIE_COUNT_OF(numbers); i++)
        if (tie_text_is(name, numbers[i].name))
            return number(at, numbers[i].value);
    return NULL;
}

static bool is_equal(const char *got, struct tie_text want)
{
    tie_dec a = 0, b = 0;

    return tie_text_is(want, got) ||
        (tie_dec_from_text(tie_text_of(got), &a) == TIE_DEC_EXACT && tie_dec_from_text(want, &b) == TIE_DEC_EXACT &&
            a == b);
}

/* Whether the finding is the one that the line expects; what differs is written to `why`, when there is one. */
static bool meets(const struct test_judge *judge, const struct tie_finding *finding, const struct statement *expect,
    struct tie_buf *why)
{
    struct compared at = { .judge = judge, .finding = finding };
    struct tie_text rest = expect->rest;
    bool is_met = tie_text_is(next_word(&rest), tie_check(finding->check)->code);

    while (is_met && rest.size > 0) {
        struct tie_text want = next_word(&rest);
        const struct tie_text name = tie_text_cut(&want, '=');
        const char *got = field(&at, name);

        if (got == NULL)
            fault(expect, "expect names a field that a finding has not");
        if (is_equal(got, unquoted(want)))
            continue;
        if (why == NULL)
            return false;
        tie_buf_printf(why, " %.*s is %s, not %.*s;", (int)name.size, name.at, got, (int)want.size, want.at);
    }
    return is_met && (why == NULL || why->size == 0);
}

/* ---- the comparison ---- */

struct complaints {
    struct tie_buf text;
    size_t count[COMPLAINT_COUNT];
};

static void complain(struct complaints *complaints, enum complaint kind, const char *what, const char *more)
{
    complaints->count[kind]++;
    tie_buf_printf(&complaints->text, "    %s: %s%s\n", complaint_words[kind], what, more);
}

/* The finding of that check that nobody expected, for the reader of a complaint. */
static void tell_nearest(
    const struct test_judge *judge, const struct statement *expect, const bool *taken, struct tie_buf *why)
{
    tie_buf_reset(why);
    for (size_t f = 0; f < judge->findings.count && why->size == 0; f++)
        if (!taken[f])
            (void)meets(judge, &judge->findings.at[f], expect, why);
}

static void compare_findings(const struct script *script, const struct test_judge *judge, struct complaints *complaints)
{
    bool *taken = TIE_TAKE(script->arena, bool, judge->findings.count);
    bool *met = TIE_TAKE(script->arena, bool, script->expects.count);
    struct tie_buf line;

    tie_buf_init(&line, TEXT_BYTES_MAX);
    for (size_t e = 0; e < script->expects.count; e++)
        for (size_t f = 0; f < judge->findings.count && !met[e]; f++)
            if (!taken[f] && meets(judge, &judge->findings.at[f], &script->expects.at[e], NULL))
                met[e] = taken[f] = true;
    for (size_t e = 0; e < script->expects.count; e++) {
        if (met[e])
            continue;
        tell_nearest(judge, &script->expects.at[e], taken, &line);
        complain(complaints, COMPLAINT_MISSING, copy(script, script->expects.at[e].rest),
            copy(script, tie_buf_slice(&line)));
    }
    for (size_t f = 0; f < judge->findings.count; f++) {
        if (taken[f])
            continue;
        tie_buf_reset(&line);
        test_finding_describe(judge, &judge->findings.at[f], TEST_PART_ALL, 1, &line);
        complain(complaints, COMPLAINT_UNPLANNED, copy(script, tie_text_trim(tie_buf_slice(&line))), "");
    }
    tie_buf_release(&line);
}

/* "verdict W1 A matched P3": order, item, word, and the pass when it matters. */
static void compare_verdicts(const struct script *script, const struct test_judge *judge, struct complaints *complaints)
{
    for (size_t i = 0; i < script->verdicts.count; i++) {
        struct tie_text rest = script->verdicts.at[i].rest;
        const char *order = copy(script, next_word(&rest)), *item = copy(script, next_word(&rest));
        const struct tie_text word = next_word(&rest), pass = next_word(&rest);
        const char *got = test_verdict_of(judge, order, item);
        const char *got_pass = tie_pass_name(test_group(&judge->groups, order, item).group->pass);

        if (!tie_text_is(word, got) || (pass.size > 0 && !tie_text_is(pass, got_pass)))
            complain(complaints, COMPLAINT_VERDICT, copy(script, script->verdicts.at[i].rest),
                tie_arena_printf(script->arena, " is %s %s", got, got_pass));
    }
}

/* ---- one case ---- */

static void judge_script(const struct script *script, struct complaints *complaints)
{
    struct test_bench bench;
    struct test_judge judge;

    test_bench_init(&bench, copy(script, tie_buf_slice(&script->policy)));
    add_rows(script, &bench.rows, true);
    add_deliveries(script, &bench.rows.delivery);
    test_bench_build(&bench);
    if (script->as_of != TIE_NO_DATE)
        bench.world.as_of = script->as_of;
    add_rows(script, &bench.shard, false);
    test_judge_start(&judge, &bench);
    compare_findings(script, &judge, complaints);
    compare_verdicts(script, &judge, complaints);
    if (!judge.conserved)
        complain(complaints, COMPLAINT_UNPLANNED, "rows are not conserved", "");
    test_judge_stop(&judge);
    test_bench_stop(&bench);
}

static size_t sum_of(const struct complaints *complaints)
{
    return complaints->count[COMPLAINT_MISSING] + complaints->count[COMPLAINT_UNPLANNED] +
        complaints->count[COMPLAINT_VERDICT];
}

static void settle(const struct script *script, const char *path, const struct complaints *complaints)
{
    const bool is_planted = script->planted != NULL;
    const bool is_wrong = is_planted ? complaints->count[script->planted_kind] == 0
                                     : script->waits == NULL && sum_of(complaints) > 0;

    if (is_wrong && complaints->text.size > 0) /* by stderr: cmocka cuts a message after a kilobyte */
        fprintf(stderr, "%s", complaints->text.at);
    if (is_planted) {
        if (complaints->count[script->planted_kind] == 0)
            fail_msg("%s: planted \"%s\", and nothing is %s", script->title, script->planted,
                complaint_words[script->planted_kind]);
        printf("  %s: reported, as planted\n", script->title);
        counts.planted++;
    } else if (script->waits != NULL) {
        if (sum_of(complaints) == 0)
            fail_msg(
                "%s: agrees and waits for nothing any more; take the line \"waits\" out of %s", script->title, path);
        printf("  %s: waits for %s\n", script->title, script->waits);
        counts.waiting++;
    } else {
        if (sum_of(complaints) > 0)
            fail_msg("%s (%s)", script->title, path);
        printf("  %s: agrees\n", script->title);
        counts.agree++;
    }
}

static void test_case(void **state)
{
    const char *path = *state;
    struct tie_arena arena;
    struct tie_error error;
    struct script script = { .arena = &arena, .as_of = TIE_NO_DATE };
    struct complaints complaints = { .count = { 0 } };

    if (tie_arena_init(&arena, ARENA_BYTES, &error) != TIE_OK)
        fail_msg("%s", error.text);
    tie_buf_init(&script.policy, TEXT_BYTES_MAX);
    tie_buf_init(&complaints.text, TEXT_BYTES_MAX);
    read_script(&script, path);
    if (script.title == NULL || script.expects_none == (script.expects.count > 0))
        fail_msg("%s: a case has one line \"case\", and either \"expect none\" or what it expects", path);
    judge_script(&script, &complaints);
    settle(&script, path, &complaints);
    tie_buf_release(&complaints.text);
    tie_buf_release(&script.policy);
    tie_arena_release(&arena);
}

/* ---- all cases ---- */

static bool is_case(const char *name)
{
    const size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".case") == 0;
}

static int run_all(struct tie_arena *arena, const char *only)
{
    struct tie_entries entries = { .count = 0 };
    struct CMUnitTest *tests;
    struct tie_error error;
    size_t count = 0;
    int failed;

    if (only == NULL && tie_folder_list(arena, CASES_FOLDER, &entries, &error) != TIE_OK) {
        fprintf(stderr, "%s; run this from the root of the source tree\n", error.text);
        return EXIT_FAILURE;
    }
    tests = TIE_TAKE(arena, struct CMUnitTest, entries.count + 1);
    for (size_t i = 0; i < entries.count; i++)
        if (is_case(entries.at[i].name))
            tests[count++] = (struct CMUnitTest){ .name = entries.at[i].name,
                .test_func = test_case,
                .initial_state = tie_path_join(arena, CASES_FOLDER, entries.at[i].name) };
    if (only != NULL)
        tests[count++] = (struct CMUnitTest){
            .name = only, .test_func = test_case, .initial_state = tie_arena_strdup(arena, only)
        };
    failed = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
    printf("%zu cases agree, %zu wait, %zu planted faults reported, %d failed\n", counts.agree, counts.waiting,
        counts.planted, failed);
    if (only == NULL && (counts.planted < COMPLAINT_COUNT || counts.agree + counts.waiting == 0)) {
        fprintf(stderr, "a planted fault of each kind (missing, unplanned, verdict) and real cases are needed\n");
        return EXIT_FAILURE;
    }
    return failed;
}

int main(int argument_count, char **arguments)
{
    struct tie_arena arena;
    struct tie_error error;
    int failed;

    if (tie_arena_init(&arena, ARENA_BYTES, &error) != TIE_OK)
        return EXIT_FAILURE;
    failed = run_all(&arena, argument_count > 1 ? arguments[1] : NULL);
    tie_arena_release(&arena);
    return failed;
}
