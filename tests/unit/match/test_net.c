/*
 * test_net.c - netting of movements: explicit links up to what the original has left, serials, returns newest first,
 * excess.
 */
#include "match/scene.h"

#define TWO_USED ORDER("W1", "") USED("U1", "W1", "A", "2", "")
#define UNDOES(id) ", reverses_mov_id=" id ", reverses_line_no=1"

static void test_movements(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W1: an issue of 3, a return of 1 that names it, is 2; the issue was touched, so only the sum agrees",
            .rows = TWO_USED ISSUED("M1", "W1", "A", "3", "") RETURNED("M2", "W1", "A", "-1", UNDOES("M1")),
            .want = "W1 A U=2 M=2 B=0+0 0 P3\nmovement M1/1 open=2\nmovement M2/1 open=0 reverses=M1/1\n" },
        { .why = "W1 with three issues of 1",
            .rows = TWO_USED ISSUED("M1", "W1", "A", "1", "") ISSUED("M2", "W1", "A", "1", "")
                ISSUED("M3", "W1", "A", "1", "") RETURNED("M4", "W1", "A", "-1", UNDOES("M2")),
            .want = "W1 A U=2 M=2 B=0+0 0 P3\nmovement M2/1 open=0\nmovement M4/1 open=0 reverses=M2/1\n" },
        { .why = "a reversal of a reversal opens the original again",
            .rows = TWO_USED ISSUED("M1", "W1", "A", "2", "") RETURNED("M2", "W1", "A", "-2", UNDOES("M1"))
                RETURNED("M3", "W1", "A", "2", UNDOES("M2")),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\nmovement M2/1 open=0 reverses=M1/1\n"
                    "movement M3/1 open=0 reverses=M2/1\n" },
        { .why = "and the third reversal closes it for good",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "2", "") RETURNED("M2", "W1", "A", "-2", UNDOES("M1"))
                RETURNED("M3", "W1", "A", "2", UNDOES("M2")) RETURNED("M4", "W1", "A", "-2", UNDOES("M3")),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M2/1 open=0 reverses=M1/1\n"
                    "movement M3/1 open=0 reverses=M2/1\nmovement M4/1 open=0 reverses=M3/1\n" },
        { .why = "two reversals of one issue, the first taken back: the second still finds it",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "1", "") RETURNED("M2", "W1", "A", "-1", UNDOES("M1"))
                RETURNED("M3", "W1", "A", "1", UNDOES("M2"))
                    RETURNED("M4", "W1", "A", "-1", UNDOES("M1") ", entry_at=2026-10-05T23:00Z"),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M2/1 open=0 reverses=M1/1\n"
                    "movement M3/1 open=0 reverses=M2/1\nmovement M4/1 open=0 reverses=M1/1\n" },
        { .why = "what a reversal takes beyond its original is excess and reaches no other issue",
            .rows = TWO_USED ISSUED("M1", "W1", "A", "1", "") ISSUED("M2", "W1", "A", "2", "")
                RETURNED("M3", "W1", "A", "-3", UNDOES("M1")),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\nmovement M1/1 open=0\nmovement M3/1 open=-2 reverses=M1/1 excess=2\n" },
        { .why = "an original that was named and is not there may lie before the history",
            .rows = TWO_USED ISSUED("M1", "W1", "A", "2", "") RETURNED("M3", "W1", "A", "-1", UNDOES("M0")),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\nmovement M3/1 excess?=1\n" },
        { .why = "two documents that reverse each other are no chain without an end",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "1", UNDOES("M2"))
                RETURNED("M2", "W1", "A", "-1", UNDOES("M1")),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M2/1 open=0 reverses=M1/1\n" },
        { .why = "a reversal without line takes the line of the same item and quantity",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "5",
                "") "movement; mov_id=M1, line_no=2, movement_class=issue_wo, wo_ref=W1, item_id=A, "
                    "quantity=2, uom=EA, "
                    "posting_date=2026-10-05\n" RETURNED("M2", "W1", "A", "-2", ", reverses_mov_id=M1"),
            .want = "W1 A U=0 M=5 B=0+0 0 -\nmovement M1/2 open=0\nmovement M2/1 open=0 reverses=M1/2\n" },
        { .why = "two reversals without line take two lines that are alike, not the same one twice",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "2",
                "") "movement; mov_id=M1, line_no=2, movement_class=issue_wo, wo_ref=W1, item_id=A, "
                    "quantity=2, uom=EA, "
                    "posting_date=2026-10-05\n" RETURNED("M2", "W1", "A", "-2", ", reverses_mov_id=M1")
                        RETURNED("M3", "W1", "A", "-2", ", reverses_mov_id=M1"),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M1/2 open=0\n"
                    "movement M2/1 open=0 reverses=M1/1\nmovement M3/1 open=0 reverses=M1/2\n" },
        { .why = "a return without a link takes from the newest issue",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "2", ", entry_at=2026-10-05T01:00Z") ISSUED("M2", "W1", "A",
                "2", ", entry_at=2026-10-05T02:00Z") RETURNED("M3", "W1", "A", "-3", ", entry_at=2026-10-05T03:00Z"),
            .want = "W1 A U=0 M=1 B=0+0 0 -\nmovement M1/1 open=1\nmovement M2/1 open=0\nmovement M3/1 open=0\n" },
        { .why = "the issue from the place it came back to is first, though older",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "1", ", from_location_id=V1, entry_at=2026-10-05T01:00Z")
                ISSUED("M2", "W1", "A", "1", ", from_location_id=V2, entry_at=2026-10-05T02:00Z")
                    RETURNED("M3", "W1", "A", "-1", ", to_location_id=V1, entry_at=2026-10-05T03:00Z"),
            .want = "W1 A U=0 M=1 B=0+0 0 -\nmovement M1/1 open=0\nmovement M3/1 open=0\n" },
        { .why = "the issue of the same lot is first",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", lot_no=L2")
                ISSUED("M1", "W1", "A", "1", ", lot_no=L1, entry_at=2026-10-05T01:00Z")
                    ISSUED("M2", "W1", "A", "1", ", lot_no=L2, entry_at=2026-10-05T02:00Z")
                        RETURNED("M3", "W1", "A", "-1", ", lot_no=L1, entry_at=2026-10-05T03:00Z"),
            .want = "W1 A U=1 M=1 B=0+0 0 P1\nmovement M1/1 open=0\nmovement M3/1 open=0\n" },
        { .why = "nothing was issued at all: the return is excess, and the order is younger than the history",
            .rows = ORDER("W1", "") RETURNED("M1", "W1", "A", "-1", ""),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 excess=1\n" },
        { .why = "of an order older than the history nobody knows",
            .rows = "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
                    "created_at=2026-01-01T08:00Z, closed_at=2026-10-05T16:00Z\n" RETURNED("M1", "W1", "A", "-1", ""),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 excess?=1\n" },
        { .why = "excess of one order is not carried to another",
            .rows = ORDER("W1", "") ORDER("W2", "") RETURNED("M1", "W1", "A", "-1", "")
                ISSUED("M2", "W2", "A", "1", ""),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 excess=1\nW2 A U=0 M=1 B=0+0 0 -\n" },
        { .why = "orders billed together are one unit: the return of the child undoes the parent's issue",
            .rows = ORDER("W1", "") ORDER("W2", ", billing_owner_wo_id=W1") ISSUED("M1", "W1", "A", "1", "")
                RETURNED("M2", "W2", "A", "-1", ""),
            .want = "W1 A U=0 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M2/1 open=0\n" },
        { .why = "a reversal of a cancelled document goes out with it",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "1", ", status=cancelled")
                RETURNED("M2", "W1", "A", "-1", ", status=posted" UNDOES("M1")),
            .want = "movement M1/1 CANCELLED\nmovement M2/1 CANCELLED reverses=M1/1\n" },
        { .why = "transfers, drafts and what lies after the as-of never count",
            .rows = ORDER("W1", "") MOVED("M1", "transfer_out", "W1", "A", "9", "")
                ISSUED("M2", "W1", "A", "1", ", status=draft") MOVED("M4", "issue_cc", "W1", "A", "1",
                    "") "movement; mov_id=M3, line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, "
                        "quantity=1, uom=EA, "
                        "posting_date=2026-11-21\n",
            .want = "movement M1/1 NOT_CONSUMPTION\nmovement M2/1 NOT_POSTED\nmovement M4/1 COST_CENTRE\n"
                    "movement M3/1 AFTER_AS_OF\n" },
        { .why = "where policy counts cost centres they are consumption",
            .policy = "[scope]\ncost_centre_issue_is_consumption = yes\n",
            .rows = TWO_USED MOVED("M4", "issue_cc", "W1", "A", "2", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

#define SERIAL_ITEM "item; item_id=A, base_uom=EA, serial_profile=always\n"

static void test_serials(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "a serial that went out, came back and went out again is out once",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", serial_no=S1, entry_at=2026-10-05T01:00Z")
                    RETURNED("M2", "W1", "A", "-1", ", serial_no=S1, entry_at=2026-10-05T02:00Z")
                        ISSUED("M3", "W1", "A", "1", ", serial_no=S1, entry_at=2026-10-05T03:00Z"),
            .want = "W1 A U=1 M=1 B=0+0 0 P1\nmovement M1/1 open=0\nmovement M2/1 open=0\n" },
        { .why = "of one moment, what goes out went first, whatever the ids",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S9")
                ISSUED("M2", "W1", "A", "1", ", serial_no=S1") RETURNED("M1", "W1", "A", "-1", ", serial_no=S1"),
            .want = "W1 A U=1 M=0 B=0+0 0 -\nmovement M1/1 open=0\nmovement M2/1 open=0\n" },
        { .why = "another serial came back than went out: both stand",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", serial_no=S1") RETURNED("M2", "W1", "A", "-1", ", serial_no=S2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P1\nmovement M2/1 excess=1\n" },
        { .why = "an issue that noted no serial takes any back",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1") ISSUED("M1", "W1", "A", "2", "")
                RETURNED("M2", "W1", "A", "-1", ", serial_no=S2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P3\nmovement M1/1 open=1\nmovement M2/1 open=0\n" },
        { .why = "used and issued differ in the serial",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", serial_no=S2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P2 S1#S2x1\n" },
        { .why = "a report without serial contradicts nothing",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                USED("U2", "W1", "A", "1", ", serial_no=") ISSUED("M1", "W1", "A", "1", ", serial_no=S1")
                    ISSUED("M2", "W1", "A", "1", ", serial_no=S2"),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\n" },
        { .why = "lots that differ count by quantity",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "3", ", lot_no=L1")
                ISSUED("M1", "W1", "A", "1", ", lot_no=L1") ISSUED("M2", "W1", "A", "2", ", lot_no=L2"),
            .want = "W1 A U=3 M=3 B=0+0 0 P3 L1#L2x2\n" },
        { .why = "a serial that only one leg delivers is no evidence",
            .master = SERIAL_ITEM,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W1", "A", "1", ", serial_no=S2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_movements),
        cmocka_unit_test(test_serials),
    };

    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
