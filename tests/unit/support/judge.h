/*
 * judge.h - rows to findings: groups.h, then checks and the end of the run.
 *
 * test_judge_start() judges the rows in bench->shard and leaves the sorted findings, the tally and the groups.
 * test_findings_print() writes findings as lines of text that two runs can be compared by: everything that a reader
 * of the CSV sees, one line a finding, in their order. Ownership: everything lies in judge->groups.arena or in the
 * bench, which must outlive the judge.
 */
#ifndef TIEOUT_TESTS_JUDGE_H
#define TIEOUT_TESTS_JUDGE_H

#include "support/groups.h"

#include "tieout/check.h"

struct test_judge {
    struct test_groups groups;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_check_sink sink;
    struct tie_findings findings;
    struct tie_tally tally;
    bool conserved;
};

void test_judge_start(struct test_judge *judge, struct test_bench *bench);
void test_judge_stop(struct test_judge *judge);

/* What of a finding is written. Who is primary may be compared apart from ids: among row findings of one unit that are
 * worth the same the finding_id decides, a hash of the ids. */
enum test_part {
    TEST_PART_IDS = 1,
    TEST_PART_PASS = 2,
    TEST_PART_SEVERITY = 4,
    TEST_PART_QUANTITIES = 8,
    TEST_PART_PRIMARY = 16,
    TEST_PART_ALL = 31
};
/* Appends one line without its end; money is divided by `divisor`. */
void test_finding_describe(const struct test_judge *judge, const struct tie_finding *finding, unsigned parts,
    int divisor, struct tie_buf *out);
/* Code of the finding that stands before this one: "yes" when none does. */
const char *test_primary_code(const struct test_judge *judge, const struct tie_finding *finding);

/* How a group ended: verdict word of its findings, else "ambiguous" or "matched". */
const char *test_verdict_of(const struct test_judge *judge, const char *wo_id, const char *item);

#endif
