/*
 * outcome.c - see outcome.h.
 */
#include "support/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_BYTES_MAX ((size_t)4 << 20)

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void describe_all(struct test_judge *judge, unsigned parts, int divisor, struct test_outcome *outcome)
{
    struct tie_arena *arena = &judge->groups.arena;
    const char **lines = TIE_TAKE(arena, const char *, judge->findings.count);
    struct tie_buf line;

    tie_buf_init(&line, TEXT_BYTES_MAX);
    for (size_t i = 0; i < judge->findings.count; i++) {
        const enum tie_check check = judge->findings.at[i].check;

        tie_buf_reset(&line);
        test_finding_describe(judge, &judge->findings.at[i], parts, divisor, &line);
        lines[i] = tie_text_dup(arena, tie_buf_slice(&line));
        outcome->has_duplicates |= check == TIE_INV_07 || check == TIE_INV_08 || check == TIE_BIL_08;
    }
    tie_buf_release(&line);
    if (judge->findings.count > 1)
        qsort(lines, judge->findings.count, sizeof *lines, by_bytes);
    for (size_t i = 0; i < judge->findings.count; i++)
        tie_buf_printf(&outcome->text, "  %s\n", lines[i]);
}

void test_outcome_judge(const struct random_rows *rows, struct test_view view, struct test_outcome *outcome,
    void (*look)(struct test_judge *judge, void *to), void *to)
{
    struct test_judge judge;

    *outcome = (struct test_outcome){ .conserved = false };
    tie_buf_init(&outcome->said, TEXT_BYTES_MAX);
    tie_buf_init(&outcome->text, TEXT_BYTES_MAX);
    test_bench_renew(view.bench);
    random_rows_add(rows, view.text, view.bench, &outcome->said);
    test_judge_start(&judge, view.bench);
    describe_all(&judge, view.parts, view.divisor, outcome);
    outcome->tally = judge.tally;
    outcome->conserved = judge.conserved;
    if (look != NULL)
        look(&judge, to);
    test_judge_stop(&judge);
}

void test_outcome_release(struct test_outcome *outcome)
{
    tie_buf_release(&outcome->said);
    tie_buf_release(&outcome->text);
}

static const char *text_of(const struct tie_buf *buf)
{
    return buf->size == 0 ? "" : buf->at;
}

void test_outcome_fail(
    const char *property, uint64_t seed, const struct test_outcome *before, const struct test_outcome *after)
{
    fprintf(stderr, "rows\n%s", text_of(&before->said));
    if (after != NULL)
        fprintf(stderr, "changed\n%sfindings\n%snow\n%s", text_of(&after->said), text_of(&before->text),
            text_of(&after->text));
    fail_msg("%s: seed %llu", property, (unsigned long long)seed);
}

void test_outcome_expect_equal(
    const char *property, uint64_t seed, const struct test_outcome *before, const struct test_outcome *after)
{
    if (strcmp(text_of(&before->text), text_of(&after->text)) != 0)
        test_outcome_fail(property, seed, before, after);
}

bool test_outcome_compare(const char *property, uint64_t seed, const struct random_rows *before,
    const struct random_rows *after, struct test_view view)
{
    struct test_outcome first, second;
    bool found;

    test_outcome_judge(before, view, &first, NULL, NULL);
    test_outcome_judge(after, view, &second, NULL, NULL);
    test_outcome_expect_equal(property, seed, &first, &second);
    found = first.text.size > 0;
    test_outcome_release(&first);
    test_outcome_release(&second);
    return found;
}
