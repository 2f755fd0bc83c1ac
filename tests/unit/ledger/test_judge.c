/*
 * test_judge.c - the life of discrepancies over nights.
 *
 * Each life is a table of nights with the answer expected. A life in which no day comes twice is lived four times:
 * each night once; each night three times; each night's first run killed behind the commit point; each killed before
 * it. All must tell the same, and hand out the same corrections. Lives in which a day is run again with other data
 * are lived as they stand.
 */
#include "ledger/night.h"

#include <pthread.h>

enum { NIGHTS_MAX = 8 };

static const struct life {
    const char *why;
    struct {
        int day;
        const char *emitted, *read, *want;
        const char *sql; /* before the night */
    } nights[NIGHTS_MAX];
} lives[] = {
    { "new once, open after, void when gone, reopened when back",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 2, "A", NIGHT_ALL, "A open 1", NULL },
            { 4, "", NIGHT_ALL, "A void 1", NULL }, { 5, "", NIGHT_ALL, "", NULL },
            { 6, "A", NIGHT_ALL, "A reopened 1", NULL }, { 7, "A", NIGHT_ALL, "A open 1", NULL } } },
    { "pending turns new on the day it is due, and keeps first seen",
        { { 1, "A*", NIGHT_ALL, "A pending 1", NULL }, { 2, "A*", NIGHT_ALL, "A pending 1", NULL },
            { 3, "A", NIGHT_ALL, "A new 1", NULL }, { 4, "A", NIGHT_ALL, "A open 1", NULL } } },
    { "pending and gone is void, and back is reopened",
        { { 1, "A*", NIGHT_ALL, "A pending 1", NULL }, { 2, "", NIGHT_ALL, "A void 1", NULL },
            { 3, "A", NIGHT_ALL, "A reopened 1", NULL } } },
    { "new only once: an order that opens again makes it pending, then open",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 2, "A*", NIGHT_ALL, "A pending 1", NULL },
            { 3, "A", NIGHT_ALL, "A open 1", NULL } } },
    { "corrected only when it was exported; a new life gets a new correction",
        { { 1, "A+ B", NIGHT_ALL, "A new 1 C1, B new 1", NULL },
            { 2, "A+ B", NIGHT_ALL, "A open 1 C1, B open 1", NULL },
            { 3, "", NIGHT_ALL, "A corrected 1 C1, B void 1", NULL }, { 4, "", NIGHT_ALL, "", NULL },
            { 5, "A+ B", NIGHT_ALL, "A reopened 1 C2, B reopened 1", NULL },
            { 6, "", NIGHT_ALL, "A corrected 1 C2, B void 1", NULL } } },
    { "a correction settled in an earlier life does not make the next one corrected",
        { { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL }, { 2, "", NIGHT_ALL, "A corrected 1 C1", NULL },
            { 3, "A", NIGHT_ALL, "A reopened 1", NULL }, { 4, "", NIGHT_ALL, "A void 1", NULL } } },
    { "pending is not exported, due is",
        { { 1, "A*+", NIGHT_ALL, "A pending 1", NULL }, { 2, "A+", NIGHT_ALL, "A new 1 C1", NULL },
            { 3, "", NIGHT_ALL, "A corrected 1 C1", NULL } } },
    { "not read is carried with its correction, and never exported again",
        { { 1, "A+ B", NIGHT_ALL, "A new 1 C1, B new 1", NULL }, { 2, "B", "B", "B open 1, A carried 1 C1", NULL },
            { 3, "", "", "A carried 1 C1, B carried 1", NULL }, { 4, "A+", "A", "A open 1 C1, B carried 1", NULL },
            { 5, "", "B", "B void 1, A carried 1 C1", NULL }, { 6, "", NIGHT_ALL, "A corrected 1 C1", NULL } } },
    { "what was carried before it was exported is exported when it is back",
        { { 1, "A*+", NIGHT_ALL, "A pending 1", NULL }, { 2, "", "", "A carried 1", NULL },
            { 3, "A+", NIGHT_ALL, "A new 1 C1", NULL } } },
    { "the run itself is always read",
        { { 1, "A R", NIGHT_ALL, "A new 1, R new 1", NULL }, { 2, "", "", "R void 1, A carried 1", NULL } } },
    { "an acceptance holds to its last day, both ends inclusive, then it is reopened",
        { { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL },
            { 2, "A+ B+", NIGHT_ALL, "A accepted 1 C1, B accepted 2",
                "INSERT INTO decision SELECT 'INV-01-' || column1, 'accept', 'ann', 'scrap', 20757 + 3"
                " FROM (VALUES ('A'), ('B'))" },
            { 3, "A+ B+", NIGHT_ALL, "A accepted 1 C1, B accepted 2", NULL },
            { 4, "A+ B+", NIGHT_ALL, "A reopened 1 C1, B reopened 2 C2", NULL },
            { 5, "A+ B+", NIGHT_ALL, "A open 1 C1, B open 2 C2", NULL } } },
    { "an explanation without end, gone is void",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL },
            { 2, "A", NIGHT_ALL, "A explained 1",
                "INSERT INTO decision VALUES ('INV-01-A', 'explain', 'ann', 'paid twice', NULL)" },
            { 6, "A", NIGHT_ALL, "A explained 1", NULL }, { 7, "", NIGHT_ALL, "A void 1", NULL } } },
    { "an explanation that is withdrawn",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL },
            { 2, "A", NIGHT_ALL, "A explained 1",
                "INSERT INTO decision VALUES ('INV-01-A', 'explain', 'ann', 'paid twice', NULL)" },
            { 3, "A", NIGHT_ALL, "A reopened 1", "DELETE FROM decision" } } },
    { "accepted outranks explained, and both outrank pending",
        { { 1, "A*", NIGHT_ALL, "A pending 1", NULL },
            { 2, "A*", NIGHT_ALL, "A accepted 1",
                "INSERT INTO decision VALUES ('INV-01-A', 'explain', 'ann', 'x', NULL),"
                " ('INV-01-A', 'accept', 'bob', 'y', 20757 + 2)" },
            { 3, "A*", NIGHT_ALL, "A explained 1", NULL },
            { 4, "A*", NIGHT_ALL, "A pending 1", "DELETE FROM decision" }, { 5, "A", NIGHT_ALL, "A new 1", NULL } } },
    { "approval is no acceptance",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL },
            { 2, "A", NIGHT_ALL, "A open 1",
                "INSERT INTO decision VALUES ('INV-01-A', 'approve', 'ann', '', NULL)" } } },
    { "accepted, carried, still accepted",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL },
            { 2, "A", NIGHT_ALL, "A accepted 1",
                "INSERT INTO decision VALUES ('INV-01-A', 'accept', 'ann', 'x', NULL)" },
            { 3, "", "", "A carried 1", NULL }, { 4, "A", NIGHT_ALL, "A accepted 1", NULL } } },
    { "due three days after first seen, and only once",
        { { 1, "A~+", NIGHT_ALL, "A pending 1", NULL }, { 3, "A~+", NIGHT_ALL, "A pending 1", NULL },
            { 4, "A~+", NIGHT_ALL, "A new 1 C1", NULL }, { 5, "", NIGHT_ALL, "A corrected 1 C1", NULL },
            { 6, "A~+", NIGHT_ALL, "A reopened 1 C2", NULL } } },
    { "a day again: cleared by its first run, back in its second",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 2, "", NIGHT_ALL, "A void 1", NULL },
            { 2, "A", NIGHT_ALL, "A open 1", NULL }, { 3, "A", NIGHT_ALL, "A open 1", NULL } } },
    { "a day again: a correction that its first run settled is live again, and not exported twice, today or tomorrow",
        { { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL }, { 2, "", NIGHT_ALL, "A corrected 1 C1", NULL },
            { 2, "A+", NIGHT_ALL, "A open 1 C1", NULL }, { 3, "A+", NIGHT_ALL, "A open 1 C1", NULL },
            { 4, "", NIGHT_ALL, "A corrected 1 C1", NULL }, { 4, "", NIGHT_ALL, "A corrected 1 C1", NULL } } },
    { "a day again: settled by its first run, not read by its second",
        { { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL }, { 2, "", NIGHT_ALL, "A corrected 1 C1", NULL },
            { 2, "", "", "A carried 1 C1", NULL }, { 3, "A+", NIGHT_ALL, "A open 1 C1", NULL },
            { 4, "", NIGHT_ALL, "A corrected 1 C1", NULL } } },
    { "a day again: exported by its first run and gone in its second is corrected, not forgotten",
        { { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL }, { 1, "", NIGHT_ALL, "A corrected 1 C1", NULL },
            { 1, "", NIGHT_ALL, "A corrected 1 C1", NULL }, { 1, "A+", NIGHT_ALL, "A new 1 C1", NULL },
            { 2, "A+", NIGHT_ALL, "A open 1 C1", NULL } } },
    { "a day again: seen by its first run only is void that day and silent the next",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 1, "", NIGHT_ALL, "A void 1", NULL },
            { 1, "", NIGHT_ALL, "A void 1", NULL }, { 2, "", NIGHT_ALL, "", NULL } } },
    { "a day again: seen by its first run only and then not read is carried",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 1, "", "", "A carried 1", NULL },
            { 2, "", NIGHT_ALL, "A void 1", NULL } } },
    { "a day again: reopened by its first run only does not stay alive",
        { { 1, "A", NIGHT_ALL, "A new 1", NULL }, { 2, "", NIGHT_ALL, "A void 1", NULL },
            { 3, "A", NIGHT_ALL, "A reopened 1", NULL }, { 3, "", NIGHT_ALL, "A void 1", NULL },
            { 4, "", NIGHT_ALL, "", NULL }, { 5, "A", NIGHT_ALL, "A reopened 1", NULL } } },
    { "a day again: due in its first run, pending in its second, is new when it is due",
        { { 1, "A*", NIGHT_ALL, "A pending 1", NULL }, { 2, "A", NIGHT_ALL, "A new 1", NULL },
            { 2, "A*", NIGHT_ALL, "A pending 1", NULL }, { 3, "A", NIGHT_ALL, "A new 1", NULL } } },
    { "a day again: carried by its first run, read by its second",
        { { 1, "A B", NIGHT_ALL, "A new 1, B new 1", NULL }, { 2, "", "", "A carried 1, B carried 1", NULL },
            { 2, "A", NIGHT_ALL, "A open 1, B void 1", NULL }, { 3, "A", NIGHT_ALL, "A open 1", NULL } } },
};

enum way { ONCE, THRICE, KILLED_AFTER_COMMIT, KILLED_BEFORE_COMMIT, WAY_COUNT };

static bool has_day_twice(const struct life *life)
{
    for (size_t i = 1; i < NIGHTS_MAX && life->nights[i].emitted != NULL; i++)
        if (life->nights[i].day == life->nights[i - 1].day)
            return true;
    return false;
}

static void live(const struct life *life, enum way way, struct tie_buf *corrections)
{
    struct night_place place;
    struct tie_error err;
    uint64_t lines = 0;

    night_place_start(&place);
    for (size_t i = 0; i < NIGHTS_MAX && life->nights[i].emitted != NULL; i++) {
        const int again = way == THRICE ? 3 : 1;
        struct night night = {
            .day = life->nights[i].day, .emitted = life->nights[i].emitted, .read = life->nights[i].read
        };

        if (life->nights[i].sql != NULL)
            night_sql(&place, life->nights[i].sql);
        if (way == KILLED_AFTER_COMMIT || way == KILLED_BEFORE_COMMIT)
            night_run_killed(&place, &night, way == KILLED_AFTER_COMMIT ? 2 : -2);
        for (int n = 0; n < again; n++) {
            const char *why = tie_arena_printf(
                &place.arena, "%s, day %d, way %d, run %d", life->why, night.day, way, n + 1);

            night_run(&place, &night);
            test_expect_text(night.text, life->nights[i].want, why);
            TEST_EXPECT((n == 0 && way != KILLED_AFTER_COMMIT) || night.exported == 0, why);
        }
    }
    night_query(&place, "SELECT correction_id, finding_id, as_of, quantity, settled_as_of FROM correction ORDER BY 1",
        corrections);
    if (night_verify(&place, &lines, &err) != TIE_OK)
        fail_msg("%s: %s", life->why, err.text);
    night_place_stop(&place);
}

static void a_life_is_told_the_same_however_often_a_night_runs(void **state)
{
    struct tie_buf once, again;

    (void)state;
    tie_buf_init(&once, 1 << 16);
    tie_buf_init(&again, 1 << 16);
    assert_int_equal(night_day(1), 20757 + 1); /* the SQL above counts days from there */
    for (size_t i = 0; i < TIE_COUNT_OF(lives); i++)
        for (enum way way = ONCE; way < WAY_COUNT && (way == ONCE || !has_day_twice(&lives[i])); way++) {
            struct tie_buf *told = way == ONCE ? &once : &again;

            tie_buf_reset(told);
            tie_buf_text(told, "corrections: ");
            live(&lives[i], way, told);
            test_expect_text(told->at, once.at, lives[i].why);
        }
    tie_buf_release(&once);
    tie_buf_release(&again);
}

static void a_check_that_is_off_clears_nothing(void **state)
{
    struct tie_check_switch switches[TIE_CHECK_COUNT] = { [TIE_INV_01] = { TIE_CHECK_OFF_NEEDS, "needs movement" } };
    struct night_place place;
    struct night nights[] = {
        { .day = 1, .emitted = "A+ R", .read = NIGHT_ALL },
        { .day = 2, .emitted = "", .read = NIGHT_ALL, .switches = switches },
        { .day = 3, .emitted = "", .read = NIGHT_ALL },
    };
    static const char *const want[] = { "A new 1 C1, R new 1", "A carried 1 C1, R carried 1",
        "A corrected 1 C1, R void 1" };

    (void)state;
    night_place_start(&place);
    for (size_t i = 0; i < TIE_COUNT_OF(nights); i++) {
        night_run(&place, &nights[i]);
        assert_string_equal(nights[i].text, want[i]);
    }
    night_place_stop(&place);
}

static void kept_ones_show_their_last_emission_and_day(void **state)
{
    static const struct tie_region region = { .code = "default" };
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A B+", .read = NIGHT_ALL };
    struct night second = { .day = 2, .emitted = "B+", .read = "B" };
    struct tie_ledger *ledger = NULL;
    struct tie_anchors anchors;
    struct tie_findings none = { 0 };
    struct tie_kept_list cleared, carried;

    (void)state;
    night_place_start(&place);
    night_run(&place, &night);
    night_run(&place, &second);
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_anchors(ledger, &place.arena, &anchors, NULL), TIE_OK);
    tie_anchor_mark(&anchors, "WB");
    tie_anchor_mark(&anchors, "no anchor of ours");
    assert_int_equal(
        tie_ledger_judge(ledger, &place.arena, night_day(5), &region, &none, &anchors, &cleared, &carried, NULL),
        TIE_OK);
    assert_int_equal(cleared.count, 1);
    assert_int_equal(carried.count, 1);
    assert_int_equal(cleared.at[0].last_seen, night_day(2));
    assert_int_equal(carried.at[0].last_seen, night_day(1));
    assert_int_equal(carried.at[0].finding.exposure, 80 * TIE_DEC_ONE);
    assert_string_equal(carried.at[0].finding.id, "INV-01-A");
    assert_string_equal(carried.at[0].finding.explanation, "two pieces were used and never issued");
    assert_string_equal(cleared.at[0].finding.correction_id, "C000000001");
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

/* What can be known of a day past: who was seen later did not exist, and nothing is written. */
static void a_dry_run_of_a_day_past(void **state)
{
    static const struct tie_region region = { .code = "default" };
    struct night_place place;
    struct night nights[] = { { .day = 2, .emitted = "A", .read = NIGHT_ALL },
        { .day = 5, .emitted = "A B", .read = NIGHT_ALL } };
    struct tie_ledger *ledger = NULL;
    struct tie_anchors anchors;
    struct tie_findings findings;
    struct tie_kept_list cleared, carried;

    (void)state;
    night_place_start(&place);
    night_run(&place, &nights[0]);
    night_run(&place, &nights[1]);
    place.place.read_only = true;
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_last_as_of(ledger), night_day(5));
    assert_int_equal(tie_ledger_anchors(ledger, &place.arena, &anchors, NULL), TIE_OK);
    findings = night_findings(&place.arena, "C");
    night_mark(&anchors, NIGHT_ALL);
    assert_int_equal(
        tie_ledger_judge(ledger, &place.arena, night_day(3), &region, &findings, &anchors, &cleared, &carried, NULL),
        TIE_OK);
    assert_int_equal(findings.at[0].status, TIE_FINDING_NEW);
    assert_int_equal(cleared.count, 1);
    assert_string_equal(cleared.at[0].finding.id, "INV-01-A");
    assert_int_equal(carried.count, 0);
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

/* ---- anchors ---- */

static void anchors_are_sorted_unique_and_alive(void **state)
{
    struct night_place place;
    struct night nights[] = {
        { .day = 1, .emitted = "D C B A R", .read = NIGHT_ALL },
        { .day = 2, .emitted = "D B A R", .read = NIGHT_ALL }, /* C is gone */
        { .day = 3, .emitted = "D A R", .read = NIGHT_ALL },   /* B is gone in the last as-of: a run again needs it */
    };
    static const char *const want[] = { "WA", "WB", "WD", "WZ" };
    struct tie_ledger *ledger = NULL;
    struct tie_anchors anchors;

    (void)state;
    night_place_start(&place);
    for (size_t i = 0; i < TIE_COUNT_OF(nights); i++)
        night_run(&place, &nights[i]);
    night_sql(&place,
        "INSERT INTO discrepancy SELECT 'INV-02-x', check_code, 'WZ', status, first_seen, visible_as_of, last_seen,"
        " touched_as_of, NULL, NULL, emission FROM discrepancy WHERE finding_id = 'INV-01-A';"
        "INSERT INTO discrepancy SELECT 'INV-02-y', check_code, 'WA', status, first_seen, visible_as_of, last_seen,"
        " touched_as_of, NULL, NULL, emission FROM discrepancy WHERE finding_id = 'INV-01-A'");
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_anchors(ledger, &place.arena, &anchors, NULL), TIE_OK);
    assert_int_equal(anchors.count, TIE_COUNT_OF(want));
    for (size_t i = 0; i < TIE_COUNT_OF(want); i++) {
        assert_string_equal(anchors.at[i], want[i]);
        assert_false(anchors.seen[i]);
    }
    assert_null(anchors.switches);
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

enum { ANCHORS = 1000, THREADS = 4 };

static void *mark_all(void *anchors)
{
    char anchor[16];

    for (int i = 0; i < ANCHORS; i += 2) { /* even ones; and ones that are not in the list */
        (void)snprintf(anchor, sizeof anchor, "W%04d", i);
        tie_anchor_mark(anchors, anchor);
        (void)snprintf(anchor, sizeof anchor, "W%04d/", i + 1);
        tie_anchor_mark(anchors, anchor);
    }
    return NULL;
}

static void threads_may_mark_the_same_anchor(void **state)
{
    static char texts[ANCHORS][8];
    static const char *at[ANCHORS];
    static bool seen[ANCHORS];
    struct tie_anchors anchors = { .count = ANCHORS, .at = at, .seen = seen };
    struct tie_anchors none = { 0 };
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < ANCHORS; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "W%04d", i);
        at[i] = texts[i];
    }
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, mark_all, &anchors), 0);
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_join(threads[t], NULL), 0);
    for (int i = 0; i < ANCHORS; i++)
        assert_int_equal(seen[i], i % 2 == 0);
    tie_anchor_mark(&none, "W0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_told_the_same_however_often_a_night_runs),
        cmocka_unit_test(a_check_that_is_off_clears_nothing),
        cmocka_unit_test(kept_ones_show_their_last_emission_and_day),
        cmocka_unit_test(a_dry_run_of_a_day_past),
        cmocka_unit_test(anchors_are_sorted_unique_and_alive),
        cmocka_unit_test(threads_may_mark_the_same_anchor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
