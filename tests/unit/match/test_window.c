/*
 * test_window.c - P4 and P9: which issue without an order belongs to which usage line, and when nothing is said.
 */
#include "match/scene.h"

#define VANS                                                                                                           \
    "technician; technician_id=T1, van_location_id=V1\ntechnician; technician_id=T2, van_location_id=V2\n"             \
    "item; item_id=A, base_uom=EA\n"
#define BY_T1 ", technician_id=T1"
#define FROM(van) ", from_location_id=" van ", cost_amount=40"

static void test_links(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "an issue without an order from the technician's van belongs to his usage line",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1")),
            .want = "movement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M1/1 came\n" },
        { .why = "W12: of two vans the technician's",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) MOVED_ON("M1", "issue_wo", "", "A", "1",
                "2026-10-05", FROM("V2")) MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-06", FROM("V1")),
            .want = "movement M2/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M2/1 came\n" },
        { .why = "W13: two of the same van, day, cost and period: the smaller id",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M2", "", "A", "1", FROM("V1"))
                ISSUED("M1", "", "A", "1", FROM("V1")),
            .want = "movement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M1/1 came\n" },
        { .why = "of different cost they are not interchangeable: nothing is guessed",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1"))
                ISSUED("M2", "", "A", "1", ", from_location_id=V1, cost_amount=41"),
            .want = "movement M1/1 rivals=1\nmovement M2/1 rivals=1\nW1 A U=1 M=0 B=0+0 0 - ambiguous\n"
                    "usage_line U1 rivals=2\n" },
        { .why = "posted in different periods they are not interchangeable either",
            .master = VANS,
            .rows = ORDER("W1", "") USED_AT("U1", "W1", "A", "1", "2026-10-01T10:00Z", BY_T1)
                MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-09-30", FROM("V1") ", doc_date=2026-09-30")
                    MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-01", FROM("V1") ", doc_date=2026-09-30"),
            .want = "movement M1/1 rivals=1\nmovement M2/1 rivals=1\n"
                    "W1 A U=1 M=0 B=0+0 0 - ambiguous\nusage_line U1 rivals=2\n" },
        { .why = "two orders want the only issue: nothing is guessed",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") USED("U1", "W1", "A", "1", BY_T1) USED("U2", "W2", "A", "1", BY_T1)
                ISSUED("M1", "", "A", "1", FROM("V1")),
            .want = "movement M1/1 rivals=2\nW1 A U=1 M=0 B=0+0 0 - ambiguous\nusage_line U1 rivals=1\n"
                    "W2 A U=1 M=0 B=0+0 0 - ambiguous\nusage_line U2 rivals=1\n" },
        { .why = "the nearer day decides, and the other finds its own in the next round",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") USED_AT("U1", "W1", "A", "1", "2026-10-05T10:00Z", BY_T1)
                USED_AT("U2", "W2", "A", "1", "2026-10-07T10:00Z", BY_T1)
                    MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-10-05", FROM("V1")) MOVED_ON("M2", "issue_wo", "",
                        "A", "1", "2026-10-05", ", from_location_id=V1, cost_amount=40, doc_date=2026-10-04"),
            .want = "movement M2/1 open=0 to=W2/U2\nmovement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\n"
                    "movement M1/1 came\nW2 A U=1 M=1 B=0+0 0 P9\nmovement M2/1 came\n" },
        { .why = "outside the window there is no link",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1)
                MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-10-09", FROM("V1")),
            .want = "W1 A U=1 M=0 B=0+0 0 -\n" },
        { .why = "a visit day of the order opens the window as well",
            .master = VANS,
            .rows = ORDER("W1", "") "visit; visit_id=V1, wo_id=W1, started_at=2026-10-09T08:00Z, outcome=done\n" USED(
                "U1", "W1", "A", "1", BY_T1) MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-10-09", FROM("V1")),
            .want = "movement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M1/1 came\n" },
        { .why = "another place, but entered by the technician",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1)
                ISSUED("M1", "", "A", "1", ", from_location_id=H1, entered_by=T1"),
            .want = "movement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M1/1 came\n" },
        { .why = "another place and another hand",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1)
                ISSUED("M1", "", "A", "1", ", from_location_id=H1, entered_by=T2"),
            .want = "W1 A U=1 M=0 B=0+0 0 -\n" },
        { .why = "an issue to an unknown order, and one to a cost centre, are candidates too",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M1", "W9", "A", "1", FROM("V1"))
                ORDER("W2", "") USED("U2", "W2", "A", "2", BY_T1) MOVED("M2", "issue_cc", "", "A", "2", FROM("V1")),
            .want = "movement M2/1 open=0 to=W2/U2\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M1/1 came\n"
                    "W2 A U=2 M=2 B=0+0 0 P9\n"
                    "movement M2/1 came\nmovement M1/1 open=0 to=W1/U1\n" },
        { .why = "a reversed issue is no candidate",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1"))
                RETURNED("M2", "", "A", "-1", ", reverses_mov_id=M1, reverses_line_no=1"),
            .want = "movement M1/1 open=0\nmovement M2/1 open=0 reverses=M1/1\nW1 A U=1 M=0 B=0+0 0 -\n" },
        { .why = "what the order has already needs no other",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M1", "W1", "A", "1", FROM("V1"))
                ISSUED("M2", "", "A", "1", FROM("V1")),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\n" },
        { .why = "grouped: two issues make up one use",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "3", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1"))
                ISSUED("M2", "", "A", "2", FROM("V1")),
            .want = "movement M1/1 open=0 to=W1/U1\nmovement M2/1 open=0 to=W1/U1\nW1 A U=3 M=3 B=0+0 0 P9\n"
                    "movement M1/1 came\nmovement M2/1 came\n" },
        { .why = "grouped: one issue for two uses of an order, cut into both",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) USED("U2", "W1", "A", "2", BY_T1)
                ISSUED("M1", "", "A", "3", FROM("V1")),
            .want = "movement M1/1 open=0 to=W1/U1\nW1 A U=3 M=3 B=0+0 0 P9\nmovement M1/1 came\n"
                    "movement M1/1 came\n" },
        { .why = "sums that do not agree stay apart",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "3", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1"))
                ISSUED("M2", "", "A", "1", FROM("V1")),
            .want = "W1 A U=3 M=0 B=0+0 0 -\n" },
        { .why = "lots decide before the place, and one that contradicts is no candidate",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1 ", lot_no=S1") ISSUED("M1", "", "A", "1",
                FROM("V1") ", lot_no=S2") ISSUED("M2", "", "A", "1", FROM("V2") ", lot_no=S1, entered_by=T1")
                ISSUED("M3", "", "A", "1", FROM("V1") ", lot_no="),
            .want = "movement M2/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P9\nmovement M2/1 came\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

/* ---- P4: one piece with a serial, whatever the place ---- */

#define S1 ", serial_no=S1"
#define PIECE(id, order) USED(id, order, "A", "1", BY_T1 S1)
#define OUT(id, day, more) MOVED_ON(id, "issue_wo", "", "A", "1", day, ", cost_amount=40" S1 more)
#define LINKED "movement M1/1 open=0 to=W1/U1\nW1 A U=1 M=1 B=0+0 0 P4\nmovement M1/1 came\n"
#define OPEN "W1 A U=1 M=0 B=0+0 0 -\n"

static void test_pieces(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "another place, another hand, far away in time: the serial tells",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-10-12", ", from_location_id=H1, entered_by=T2"),
            .want = LINKED },
        { .why = "five working days after the closing are over",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-10-13", ""),
            .want = OPEN },
        { .why = "seven days before the order was made, when there is no visit",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-09-24", ""),
            .want = LINKED },
        { .why = "eight days before",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-09-23", ""),
            .want = OPEN },
        { .why = "a first visit is where the seven days end",
            .master = VANS,
            .rows = ORDER("W1", "") "visit; visit_id=V1, wo_id=W1, started_at=2026-10-03T08:00Z, outcome=done\n" PIECE(
                "U1", "W1") OUT("M1", "2026-09-25", ""),
            .want = OPEN },
        { .why = "the span of the policy counts, in working days too",
            .policy = "[window]\nmovement_before_visit = 2wd\n",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-09-28", ""),
            .want = OPEN },
        { .why = "an open order has no last day",
            .master = VANS,
            .rows = "work_order; wo_id=W1, wo_type=repair, status=open, customer_id=C1, currency=EUR, "
                    "created_at=2026-10-01T08:00Z, closed_at=\n" PIECE("U1", "W1") OUT("M1", "2026-11-15", ""),
            .want = LINKED },
        { .why = "the day of the document counts, not that of the ledger",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-11-02", ", doc_date=2026-10-12"),
            .want = LINKED },
        { .why = "another condition is another ware",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", S1 ", item_condition=new")
                OUT("M1", "2026-10-05", ", item_condition=refurb"),
            .want = OPEN },
        { .why = "two of a number are no piece",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", S1)
                MOVED_ON("M1", "issue_wo", "", "A", "2", "2026-10-05", S1),
            .want = "W1 A U=2 M=0 B=0+0 0 -\n" },
        { .why = "a cost centre is a candidate, an unknown order too",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") MOVED("M1", "issue_cc", "", "A", "1", S1) ORDER("W2", "")
                USED("U2", "W2", "A", "1", ", serial_no=S2") ISSUED("M2", "W9", "A", "1", ", serial_no=S2"),
            .want = LINKED "W2 A U=1 M=1 B=0+0 0 P4\nmovement M2/1 came\nmovement M2/1 open=0 to=W2/U2\n" },
        { .why = "an issue that names another known order is not without one",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") ORDER("W2", "") ISSUED("M1", "W2", "A", "1", S1),
            .want = OPEN "W2 A U=0 M=1 B=0+0 0 -\n" },
        { .why = "of two issues of one serial the nearer day",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-10-06", "") OUT("M2", "2026-10-12", ""),
            .want = LINKED },
        { .why = "of the same day and different cost: nothing is guessed, and P9 does not guess either",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-10-05", ", from_location_id=V1")
                MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-05", ", cost_amount=41, from_location_id=V1" S1)
                    ISSUED("M3", "", "A", "1", FROM("V1") ", serial_no="),
            .want = "movement M1/1 rivals=1\nmovement M2/1 rivals=1\nW1 A U=1 M=0 B=0+0 0 - ambiguous\n"
                    "usage_line U1 rivals=2\n" },
        { .why = "what is tied by its serial is not given to a piece without one, though P9 would",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M1", "2026-10-05", ", from_location_id=H1")
                MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-05", ", cost_amount=41, from_location_id=H1" S1)
                    ISSUED("M3", "", "A", "1", FROM("V1") ", serial_no="),
            .want = "movement M1/1 rivals=1\nmovement M2/1 rivals=1\nW1 A U=1 M=0 B=0+0 0 - ambiguous\n"
                    "usage_line U1 rivals=2\n" },
        { .why = "interchangeable: the smaller id",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") OUT("M2", "2026-10-05", "") OUT("M1", "2026-10-05", ""),
            .want = LINKED },
        { .why = "two orders report one piece: nothing is guessed",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") PIECE("U1", "W1") PIECE("U2", "W2") OUT("M1", "2026-10-05", ""),
            .want = "movement M1/1 rivals=2\nW1 A U=1 M=0 B=0+0 0 - ambiguous\nusage_line U1 rivals=1\n"
                    "W2 A U=1 M=0 B=0+0 0 - ambiguous\nusage_line U2 rivals=1\n" },
        { .why = "two orders report one piece on two days: the nearer one has it",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") PIECE("U1", "W1")
                USED_AT("U2", "W2", "A", "1", "2026-10-03T10:00Z", BY_T1 S1) OUT("M1", "2026-10-05", ""),
            .want = LINKED "W2 A U=1 M=0 B=0+0 0 -\n" },
        { .why = "what P4 took is no rival for P9",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") ORDER("W2", "") USED("U2", "W2", "A", "1", BY_T1 ", serial_no=")
                OUT("M1", "2026-10-05", ", from_location_id=V1") ISSUED("M2", "", "A", "1", FROM("V1") ", serial_no="),
            .want = "movement M1/1 open=0 to=W1/U1\nmovement M2/1 open=0 to=W2/U2\nW1 A U=1 M=1 B=0+0 0 P4\n"
                    "movement M1/1 came\nW2 A U=1 M=1 B=0+0 0 P9\nmovement M2/1 came\n" },
        { .why = "one group, one piece by P4 and one by P9: the weaker is its label",
            .master = VANS,
            .rows = ORDER("W1", "") PIECE("U1", "W1") USED("U2", "W1", "A", "1", BY_T1 ", serial_no=")
                OUT("M1", "2026-10-05", "") ISSUED("M2", "", "A", "1", FROM("V1") ", serial_no="),
            .want = "movement M1/1 open=0 to=W1/U1\nmovement M2/1 open=0 to=W1/U2\nW1 A U=2 M=2 B=0+0 0 P9\n"
                    "movement M1/1 came\nmovement M2/1 came\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

/* What check/ reads of a movement that came by exchange. */
static void test_what_came(void **state)
{
    struct scene scene;
    const struct tie_match *match;
    const struct tie_line *line;
    size_t came = 0;
    struct tie_buf id;
    uint32_t part = 7, source_row = 0;

    (void)state;
    scene_start(&scene, NULL, VANS,
        ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1) ISSUED("M0", "W1", "B", "1", "")
            ISSUED("M1", "w/o 99", "A", "1", FROM("V1")));
    tie_buf_init(&id, 100);
    match = &scene.matches[0];
    for (size_t d = 0; d < scene.shard.dossier_count; d++)
        if (scene.shard.dossiers[d].is_known)
            match = &scene.matches[d];
    for (size_t i = 0; i < match->line_count; i++)
        if (match->lines[i].leg == TIE_LEG_MOVEMENT && match->lines[i].row == TIE_NO_INDEX)
            came = i;
    assert_true(came > 0);
    line = &match->lines[came];
    tie_line_row_id(match, line, &id);
    assert_string_equal(id.at, "M1/1");
    assert_true(tie_text_is(tie_line_order_text(match, line), "w/o 99"));
    assert_int_equal(tie_line_class(match, line), TIE_W_ISSUE_WO);
    tie_line_place(match, line, &part, &source_row);
    assert_int_equal(part, 0);
    assert_int_equal(source_row, 2); /* the second movement of the text */
    assert_int_equal(line->amount, 40 * TIE_DEC_ONE);
    assert_true(tie_text_is(tie_pool_text(&scene.shard.pool, line->location), "V1"));
    assert_true(tie_text_is(tie_pool_text(&scene.shard.pool, line->currency), "EUR"));
    assert_int_equal(line->posting_day, test_date("2026-10-05"));
    assert_int_equal(tie_line_named(match, line), 0); /* the only usage line */
    assert_null(tie_line_source(match, line));
    tie_buf_release(&id);
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_what_came),
    };

    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
