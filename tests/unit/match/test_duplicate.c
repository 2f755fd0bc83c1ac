/*
 * test_duplicate.c - repeated postings: what is left out at load, what is called a duplicate among the residual, and
 * what is not.
 */
#include "match/scene.h"

#define ONE_BOTH ORDER("W1", "") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W1", "A", "1", "")

static void test_at_load(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "D1: the same external id and the same report, the first to arrive stays",
            .rows = ORDER("W1", "") USED_AT("U2", "W1", "A", "1", "2026-10-05T09:00Z",
                ", external_id=X, device_at=2026-10-05T08:00Z") USED_AT("U1", "W1", "A", "1", "2026-10-05T11:00Z",
                ", external_id=X, device_at=2026-10-05T08:00Z") ISSUED("M1", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\nusage_line U1 DUPLICATE_LOAD D1=U2\n" },
        { .why = "of equal arrival the smaller id",
            .rows = ORDER("W1", "") USED("U2", "W1", "A", "1", ", external_id=X")
                USED("U1", "W1", "A", "1", ", external_id=X"),
            .want = "W1 A U=1 M=0 B=0+0 0 -\nusage_line U2 DUPLICATE_LOAD D1=U1\n" },
        { .why = "another content: the newest version counts",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", ", external_id=X, row_version=2") USED("U2", "W1", "A",
                "3", ", external_id=X, row_version=7") USED("U3", "W1", "A", "4", ", external_id=X, row_version=5"),
            .want = "W1 A U=3 M=0 B=0+0 0 -\nusage_line U1 DUPLICATE_LOAD D1=U2\n"
                    "usage_line U3 DUPLICATE_LOAD D1=U2\n" },
        { .why = "without versions nothing is guessed",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", ", external_id=X")
                USED("U2", "W1", "A", "3", ", external_id=X"),
            .want = "W1 A U=5 M=0 B=0+0 0 - ambiguous\nusage_line U1 rivals=1\nusage_line U2 rivals=1\n" },
        { .why = "two reports that were never one message",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", external_id=X")
                USED("U2", "W1", "A", "1", ", external_id=Y"),
            .want = "W1 A U=2 M=0 B=0+0 0 -\n" },
        { .why = "a movement that names the repeated row means the first",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", external_id=X")
                USED("U2", "W1", "A", "1", ", external_id=X") ISSUED("M1", "W1", "A", "1", ", usage_ref=U2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P0\nusage_line U2 DUPLICATE_LOAD D1=U1\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

static void test_residual(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W10: two equal reports, one issue, one invoice: the later report is the second of one",
            .rows = ONE_BOTH USED("U2", "W1", "A", "1", "") BILLED("I1", "W1", "A", "1", "100", ""),
            .want = "W1 A U=2 M=1 B=1+0 100 - I\nusage_line U2 D2=U1\n" },
        { .why = "nothing issued and nothing billed: two reports are two parts not issued",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", ""),
            .want = "W1 A U=2 M=0 B=0+0 0 -\n" },
        { .why = "the only issue belongs to another report: the two that are equal both miss theirs",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", "")
                USED("U3", "W1", "A", "5", "") ISSUED("M1", "W1", "A", "5", ""),
            .want = "W1 A U=7 M=5 B=0+0 0 -\n" },
        { .why = "billed once, not issued: the invoice accounts for one of them",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", "")
                BILLED("I1", "W1", "A", "1", "100", ""),
            .want = "W1 A U=2 M=0 B=1+0 100 - I\nusage_line U2 D2=U1\n" },
        { .why = "billed twice as well: then the issue is what is missing",
            .rows = ONE_BOTH USED("U2", "W1", "A", "1", "") BILLED("I1", "W1", "A", "2", "200", ""),
            .want = "W1 A U=2 M=1 B=2+0 200 - I\n" },
        { .why = "an issue posted twice on a day by one hand",
            .rows = ONE_BOTH ISSUED("M2", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=2 B=0+0 0 -\nmovement M2/1 D2=M1/1\n" },
        { .why = "the same external id on two documents is the strongest tier",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W1", "A", "1", ", external_id=X")
                ISSUED("M2", "W1", "A", "1", ", external_id=X"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\nmovement M2/1 D1=M1/1\n" },
        { .why = "another hand, but within ten minutes: only similar",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", ", entered_by=P1, entry_at=2026-10-05T12:00Z")
                    ISSUED("M2", "W1", "A", "1", ", entered_by=P2, entry_at=2026-10-05T12:10Z"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\nmovement M2/1 D3=M1/1\n" },
        { .why = "another hand and later is a surplus, no duplicate",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", ", entered_by=P1, entry_at=2026-10-05T12:00Z")
                    ISSUED("M2", "W1", "A", "1", ", entered_by=P2, entry_at=2026-10-05T12:11Z"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\n" },
        { .why = "only whole postings: a surplus of 1 is no second issue of 2",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "3", "") ISSUED("M1", "W1", "A", "2", "")
                ISSUED("M2", "W1", "A", "2", ""),
            .want = "W1 A U=3 M=4 B=0+0 0 -\n" },
        { .why = "what partly came back is no whole posting any more",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "2", "") ISSUED(
                "M2", "W1", "A", "2", "") RETURNED("M3", "W1", "A", "-1", ", reverses_mov_id=M2, reverses_line_no=1")
                ISSUED("M4", "W1", "A", "1", ""),
            .want = "W1 A U=2 M=4 B=0+0 0 -\nmovement M2/1 open=1\nmovement M3/1 open=0 reverses=M2/1\n" },
        { .why = "the one with a partner is never the duplicate, though it is the later",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W1", "A", "1", "")
                ISSUED("M2", "W1", "A", "1", ", usage_ref=U1"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\n" },
        { .why = "three of one lead to the first",
            .rows = ONE_BOTH ISSUED("M2", "W1", "A", "1", "") ISSUED("M3", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=3 B=0+0 0 -\nmovement M2/1 D2=M1/1\nmovement M3/1 D2=M1/1\n" },
        { .why = "two invoices for one use",
            .rows = ONE_BOTH BILLED("I1", "W1", "A", "1", "100", "") BILLED("I2", "W1", "A", "1", "100", ""),
            .want = "W1 A U=1 M=1 B=2+0 200 P2 I\ninvoice_line I2/1 D2=I1/1\n" },
        { .why = "at another price it is no repetition",
            .rows = ONE_BOTH BILLED("I1", "W1", "A", "1", "100", "") BILLED("I2", "W1", "A", "1", "90", ""),
            .want = "W1 A U=1 M=1 B=2+0 190 P2 I\n" },
        { .why = "billed, cancelled and billed again is one chain, no duplicate",
            .rows = ONE_BOTH BILLED("I1", "W1", "A", "1", "100", "") INVOICE("I2", "cancel", ", cancels_inv_id=I1")
                LINE("I2", "1", "W1", "A", "-1", "-100", "") BILLED("I3", "W1", "A", "1", "100", ""),
            .want = "W1 A U=1 M=1 B=1+0 100 P2 I\ninvoice_line I1/1 open=0\n"
                    "invoice_line I2/1 open=0 reverses=I1/1\n" },
        { .why = "a charge of the same text and amount from two origins is similar, from one origin it is two charges",
            .rows = ORDER("W1", "") INVOICE("I1", "invoice", ", origin=fsm") INVOICE("I2", "invoice", ", origin=manual")
                LINE("I1", "1", "W1", "", "1", "40", ", line_text=Trip") LINE("I2", "1", "W1", "", "1", "40",
                    ", line_text=Trip") LINE("I2", "2", "W1", "", "1", "50", ", line_text=Toll")
                    LINE("I2", "3", "W1", "", "1", "50", ", line_text=Toll"),
            .want = "W1 charge U=0 M=0 B=4+0 180 - I\ninvoice_line I2/1 D3=I1/1\n" },
        { .why = "two serials are two parts",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", serial_no=S1") ISSUED("M2", "W1", "A", "1", ", serial_no=S2"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\n" },
        { .why = "one serial issued twice is not, whoever did it when",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", serial_no=S1, entered_by=P1, doc_date=2026-10-01")
                    ISSUED("M2", "W1", "A", "1", ", serial_no=S1, entered_by=P2, doc_date=2026-10-05"),
            .want = "W1 A U=1 M=2 B=0+0 0 -\nmovement M2/1 D2=M1/1\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_load),
        cmocka_unit_test(test_residual),
    };

    return cmocka_run_group_tests_name("duplicate", tests, NULL, NULL);
}
