/*
 * outcome.h - random rows judged, and two judgements compared as text.
 *
 * A view says how: in which bench, under which ids and money, and what of a finding is written (judge.h). An outcome
 * holds the rows and the sorted findings as text, which a failure prints to stderr: cmocka cuts a message after a
 * kilobyte.
 */
#ifndef TIEOUT_TESTS_OUTCOME_H
#define TIEOUT_TESTS_OUTCOME_H

#include "support/judge.h"
#include "support/random_rows.h"

struct test_outcome {          /* what one judgement left */
    struct tie_buf said, text; /* rows; sorted findings */
    struct tie_tally tally;
    bool conserved, has_duplicates;
};

struct test_view {
    struct test_bench *bench;
    struct random_text text;
    unsigned parts; /* of enum test_part */
    int divisor;    /* of money */
};

/* `look` (may be NULL) sees the judgement before it is gone. Release the outcome. */
void test_outcome_judge(const struct random_rows *rows, struct test_view view, struct test_outcome *outcome,
    void (*look)(struct test_judge *judge, void *to), void *to);
void test_outcome_release(struct test_outcome *outcome);

void test_outcome_expect_equal(
    const char *property, uint64_t seed, const struct test_outcome *before, const struct test_outcome *after);
/* Fails and shows the rows, and with `after` (may be NULL) both sides. */
void test_outcome_fail(
    const char *property, uint64_t seed, const struct test_outcome *before, const struct test_outcome *after);
/* Judges both alike and compares; returns whether a finding was there, so that a test can tell that it saw some. */
bool test_outcome_compare(const char *property, uint64_t seed, const struct random_rows *before,
    const struct random_rows *after, struct test_view view);

#endif
