/*
 * test_posting.c - the right part from the wrong place (INV-09), in the wrong month (TIM-02), or late (TIM-14): each
 * by a dossier that has it and by ones that only look like it. The edges stand on both sides.
 */
#include "dossier_bench.h"

#define PLACES                                                                                                         \
    "location; location_id=VAN1, kind=van\nlocation; location_id=VAN2, kind=van, technician_id=T2\n"                   \
    "location; location_id=STORE, kind=warehouse\nlocation; location_id=SHELF, kind=warehouse\n"                       \
    "technician; technician_id=T1, van_location_id=VAN1\ntechnician; technician_id=T2\n"
#define TAKEN(quantity, technician, place)                                                                             \
    "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=" quantity ", uom=EA, technician_id=" technician           \
    ", location_id=" place ", server_at=2026-10-01T10:00Z\n"
#define FROM(id, quantity, place)                                                                                      \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, quantity=" quantity            \
    ", uom=EA, posting_date=2026-10-02, from_location_id=" place "\n"
#define BILL(quantity, net) INVOICE("I1") BILLED("I1", "1", "A", quantity, net)
#define KEPT(id, order, item, status)                                                                                  \
    "reservation; res_id=" id ", wo_ref=" order ", item_id=" item ", location_id=STORE, quantity=1, status=" status "\n"
#define FSM_KEPT(status)                                                                                               \
    "fsm_reservation; req_id=R1, wo_id=W1, item_id=A, location_id=STORE, quantity=1, status=" status "\n"
#define MISPLACED "INV-09 yes NONE 0 0 TRF new"

static const struct dossier_case places[] = {
    { "INV-09: out of the store, where the van was relieved", NULL, PLACES,
        ORDER TAKEN("1", "T1", "STORE") FROM("M1", "1", "SHELF") BILL("1", "100"), MISPLACED },
    { "not from the reported place", NULL, PLACES,
        ORDER TAKEN("1", "T1", "STORE") FROM("M1", "1", "STORE") BILL("1", "100"), "" },
    { "nor from the technician's van, whatever place is reported", NULL, PLACES,
        ORDER TAKEN("1", "T1", "STORE") FROM("M1", "1", "VAN1") BILL("1", "100"), "" },
    { "nor from the van that names him", NULL, PLACES,
        ORDER TAKEN("1", "T2", "STORE") FROM("M1", "1", "VAN2") BILL("1", "100"), "" },
    { "INV-09: from another technician's van", NULL, PLACES,
        ORDER TAKEN("1", "T1", "STORE") FROM("M1", "1", "VAN2") BILL("1", "100"), MISPLACED },
    { "a use that tells no place", NULL, PLACES, ORDER TAKEN("1", "", "") FROM("M1", "1", "STORE") BILL("1", "100"),
        "" },
    { "reserved there for the order", NULL, PLACES,
        ORDER KEPT("R1", "W1", "A", "open") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"), "" },
    { "INV-09: that reservation was cancelled", NULL, PLACES,
        ORDER KEPT("R1", "W1", "A", "cancelled") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"),
        MISPLACED },
    { "INV-09: another part is reserved there", NULL, PLACES,
        ORDER KEPT("R1", "W1", "B", "open") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"),
        MISPLACED },
    { "INV-09: reserved there for the order's child, which is billed by itself", NULL, PLACES,
        ORDER "work_order; wo_id=W2, wo_type=inspection, status=closed, customer_id=C1, currency=EUR, parent_wo_id=W1, "
              "billing_owner_wo_id=W2, created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n" KEPT(
                  "R1", "W2", "A", "open") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"),
        MISPLACED },
    { "reserved there by the store system", NULL, PLACES,
        ORDER FSM_KEPT("open") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"), "" },
    { "INV-09: and cancelled there", NULL, PLACES,
        ORDER FSM_KEPT("cancelled") TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("1", "100"), MISPLACED },
    { "an issue that no pass matched is named by its quantity", NULL, PLACES,
        ORDER TAKEN("2", "T1", "VAN1") FROM("M1", "1", "STORE") BILL("2", "200"), "INV-03 yes FIRM 40 -40 GI new" },
    { "an issue that came back left no wrong place", NULL, PLACES,
        ORDER TAKEN("1", "T1", "VAN1") FROM("M1", "1", "STORE") FROM("M2", "1", "VAN1")
            BILL("1", "100") "movement; mov_id=M3, line_no=1, movement_class=return_wo, wo_ref=W1, item_id=A, "
                             "quantity=-1, uom=EA, posting_date=2026-10-03, from_location_id=STORE, "
                             "reverses_mov_id=M1, reverses_line_no=1\n",
        "" },
};

#define USED_ON(id, quantity, day, more)                                                                               \
    "usage_line; usage_id=" id ", wo_id=W1, item_id=A, quantity=" quantity ", uom=EA, server_at=" day "T10:00Z" more   \
    "\n"
#define ISSUED_ON(id, quantity, day, more)                                                                             \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=A, quantity=" quantity            \
    ", uom=EA, posting_date=" day more "\n"
#define BACK_ON(id, quantity, day, original)                                                                           \
    "movement; mov_id=" id ", line_no=1, movement_class=return_wo, wo_ref=W1, item_id=A, quantity=" quantity           \
    ", uom=EA, posting_date=" day ", reverses_mov_id=" original ", reverses_line_no=1\n"
#define DOCUMENT(id, kind, day, more)                                                                                  \
    "invoice; inv_id=" id ", kind=" kind ", status=released, customer_id=C1, currency=EUR, posting_date=" day more "\n"
#define BILLED_ON(id, quantity, net, day) DOCUMENT(id, "invoice", day, "") BILLED(id, "1", "A", quantity, net)
#define LAST_DAY CLOSED_ON("2026-10-31") USED_ON("U1", "1", "2026-10-31", "")
#define PERIODS                                                                                                        \
    "period; period_id=P10, legal_entity_id=, start_date=2026-09-27, end_date=2026-10-24\n"                            \
    "period; period_id=P11, legal_entity_id=, start_date=2026-10-25, end_date=2026-11-28\n"
#define PIECE(id, serial, day)                                                                                         \
    "usage_line; usage_id=" id ", wo_id=W1, item_id=S, quantity=1, uom=EA, serial_no=" serial ", server_at=" day       \
    "T10:00Z\n"
#define PIECE_OUT(id, order, serial, day)                                                                              \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=" order ", item_id=S, quantity=1, uom=EA, "   \
    "serial_no=" serial ", posting_date=" day "\n"

/* Saturday 2026-10-31; three working days after it end on Wednesday, 2026-11-04. 8 % of 40.00 are 3.20 a year. */
static const struct dossier_case periods[] = {
    { "TIM-02: the last working day of the cut-off", NULL, NULL,
        LAST_DAY ISSUED_ON("M1", "1", "2026-11-04", "") BILLED_ON("I1", "1", "100", "2026-10-31"),
        "TIM-02 yes TIMING 0 0 NONE new" },
    { "TIM-02: the day after it", NULL, NULL,
        LAST_DAY ISSUED_ON("M1", "1", "2026-11-05", "") BILLED_ON("I1", "1", "100", "2026-10-31"),
        "TIM-02 yes TIMING 0.04 0 ACC new" },
    { "TIM-02: one issue within and one beyond: the one beyond", NULL, NULL,
        CLOSED_ON("2026-10-31") USED_ON("U1", "2", "2026-10-31", "") ISSUED_ON("M1", "1", "2026-11-04", "")
            ISSUED_ON("M2", "1", "2026-11-05", "") BILLED_ON("I1", "2", "200", "2026-10-31"),
        "TIM-02 yes TIMING 0.04 0 ACC new" },
    { "TIM-02: booked before the use, within", NULL, NULL,
        CLOSED_ON("2026-11-02") USED_ON("U1", "1", "2026-11-02", "") ISSUED_ON("M1", "1", "2026-10-28", "")
            BILLED_ON("I1", "1", "100", "2026-11-03"),
        "TIM-02 yes TIMING 0 0 NONE new" },
    { "TIM-02: and beyond", NULL, NULL,
        CLOSED_ON("2026-11-02") USED_ON("U1", "1", "2026-11-02", "") ISSUED_ON("M1", "1", "2026-10-27", "")
            BILLED_ON("I1", "1", "100", "2026-11-03"),
        "TIM-02 yes TIMING 0.05 0 ACC new" },
    { "TIM-02: the same month of another year", NULL, NULL,
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2025-11-01T08:00Z, closed_at=2025-11-06T16:00Z\n" USED_ON("U1", "1", "2025-11-05", "")
            ISSUED_ON("M1", "1", "2025-11-05", "") BILLED_ON("I1", "1", "100", "2026-11-05"),
        "TIM-02 yes TIMING 8 0 ACC new" },
    { "another month of one ledger period", NULL, PERIODS,
        LAST_DAY ISSUED_ON("M1", "1", "2026-10-31", "") BILLED_ON("I1", "1", "100", "2026-11-09"), "" },
    { "TIM-02: another ledger period of one month", NULL, PERIODS,
        CLOSED_ON("2026-10-23") USED_ON("U1", "1", "2026-10-23", "") ISSUED_ON("M1", "1", "2026-10-23", "")
            BILLED_ON("I1", "1", "100", "2026-10-30"),
        "TIM-02 yes TIMING 0.15 0 ACC new" },
    { "TIM-02: half of one line is for last month's use", NULL, NULL,
        CLOSED_ON("2026-11-02") USED_ON("U1", "1", "2026-10-20", "") USED_ON("U2", "1", "2026-11-02", "")
            ISSUED_ON("M1", "1", "2026-10-20", "") ISSUED_ON("M2", "1", "2026-11-02", "")
                BILLED_ON("I1", "2", "200", "2026-11-05"),
        "TIM-02 yes TIMING 0.35 0 ACC new" },
    { "TIM-02: what is billed is billed for the first use", NULL, NULL,
        CLOSED_ON("2026-11-03") USED_ON("U1", "1", "2026-10-20", "") USED_ON("U2", "1", "2026-11-03", "")
            ISSUED_ON("M1", "1", "2026-10-20", "") ISSUED_ON("M2", "1", "2026-11-03", "")
                BILLED_ON("I1", "1", "100", "2026-11-05"),
        "BIL-03 yes FIRM 100 100 DM new; TIM-02 yes TIMING 0.35 0 ACC new" },
    { "... unless the line names the second", NULL, NULL,
        CLOSED_ON("2026-11-03") USED_ON("U1", "1", "2026-10-20", "") USED_ON("U2", "1", "2026-11-03", "")
            ISSUED_ON("M1", "1", "2026-10-20", "") ISSUED_ON("M2", "1", "2026-11-03", "")
                DOCUMENT("I1", "invoice", "2026-11-05", "") "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, "
                                                            "usage_ref=U2, sales_item_id=A, quantity=1, "
                                                            "net_amount=100\n",
        "BIL-03 yes FIRM 100 100 DM new" },
    { "TIM-02: a serial says which use an issue is for", NULL, NULL,
        CLOSED_ON("2026-11-03") PIECE("U1", "N1", "2026-10-20") PIECE("U2", "N2", "2026-11-03")
            PIECE_OUT("M1", "W1", "N1", "2026-11-05") PIECE_OUT("M2", "W1", "N2", "2026-10-30")
                DOCUMENT("I1", "invoice", "2026-10-20", "") BILLED("I1", "1", "S", "1", "100")
                    DOCUMENT("I2", "invoice", "2026-11-03", "") BILLED("I2", "1", "S", "1", "100"),
        "TIM-02 yes TIMING 0.14 0 ACC new; TIM-14 TIM-02 TIMING 0.14 0 NONE new" },
    { "labour has no use that a movement could follow", NULL, NULL,
        CLOSED_ON("2026-10-02") WORKED("T1", "60") DOCUMENT("I1", "invoice", "2026-11-12",
            "") "invoice_line; inv_id=I1, line_no=1, wo_ref=W1, sales_item_id=work, line_kind=labour, quantity=60, "
                "uom=min, net_amount=60\n",
        "" },
};

static const struct dossier_case reversals[] = {
    { "TIM-02: taken back a month later", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3") BACK_ON("M2", "-2", "2026-11-03", "M1") BILL("1", "100"),
        "TIM-02 yes TIMING 0.56 0 ACC new" },
    { "not in the same month", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3") BACK_ON("M2", "-2", "2026-10-30", "M1") BILL("1", "100"),
        "" },
    { "a return that names no issue is of its own day", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3") BACK_ON("M2", "-2", "2026-11-03", "") BILL("1", "100"), "" },
    { "a reversal that was taken back in its own month", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") BACK_ON("M2", "-1", "2026-11-03", "M1")
            BACK_ON("M3", "1", "2026-11-05", "M2") BILL("1", "100"),
        "" },
    { "TIM-02: nothing used, and no more taken back than was there", NULL, NULL,
        ORDER ISSUED("M1", "A", "1") BACK_ON("M2", "-2", "2026-11-03", "M1"),
        "INV-16 yes FIRM 40 -40 GI new; TIM-02 yes TIMING 0.28 0 ACC new" },
    { "TIM-02: worth what was posted for it", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED_ON("M1", "1", "2026-10-02", ", cost_amount=70, currency=EUR")
            ISSUED_ON("M2", "1", "2026-10-02", ", cost_amount=40, currency=EUR") BACK_ON("M3", "-1", "2026-11-03", "M1")
                BILL("1", "100"),
        "TIM-02 yes TIMING 0.49 0 ACC new" },
    { "cancelled and billed again in one month", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") BILL("1", "100") DOCUMENT("I2", "cancel", "2026-11-05",
            ", cancels_inv_id=I1") BILLED("I2", "1", "A", "-1", "-100") BILLED_ON("I3", "1", "100", "2026-11-06"),
        "" },
    { "TIM-02: cancelled in October, billed again in November", NULL, NULL,
        CLOSED_ON("2026-09-20") "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, "
                                "server_at=2026-09-20T10:00Z\n" ISSUED_ON("M1", "1", "2026-09-20", "")
                                    BILLED_ON("I1", "1", "100", "2026-09-25")
                                        DOCUMENT("I2", "cancel", "2026-10-08", ", cancels_inv_id=I1") BILLED(
                                            "I2", "1", "A", "-1", "-100") BILLED_ON("I3", "1", "100", "2026-11-05"),
        "TIM-02 yes TIMING 1.29 0 ACC new" },
};

static const struct dossier_case delays[] = {
    { "the fifth day after the use", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED_ON("M1", "1", "2026-10-06", "") BILL("1", "100"), "" },
    { "TIM-14: the sixth", NULL, NULL,
        ORDER USED("U1", "A", "1") ISSUED_ON("M1", "1", "2026-10-07", "") BILL("1", "100"),
        "TIM-14 yes TIMING 0.05 0 NONE new" },
    { "not where the serial found it, without an order", NULL, NULL,
        ORDER PIECE("U1", "N1", "2026-10-01") PIECE_OUT("M1", "", "N1", "2026-10-09") INVOICE("I1")
            BILLED("I1", "1", "S", "1", "100"),
        "" },
    { "TIM-14: with its order", NULL, NULL,
        ORDER PIECE("U1", "N1", "2026-10-01") PIECE_OUT("M1", "W1", "N1", "2026-10-09") INVOICE("I1")
            BILLED("I1", "1", "S", "1", "100"),
        "TIM-14 yes TIMING 0.07 0 NONE new" },
};

static void test_places(void **state)
{
    (void)state;
    run_cases(places, TIE_COUNT_OF(places));
}

static void test_periods(void **state)
{
    (void)state;
    run_cases(periods, TIE_COUNT_OF(periods));
}

static void test_reversals(void **state)
{
    (void)state;
    run_cases(reversals, TIE_COUNT_OF(reversals));
}

static void test_delays(void **state)
{
    (void)state;
    run_cases(delays, TIE_COUNT_OF(delays));
}

/* ---- what a finding tells ---- */

static const struct {
    const char *why, *master, *rows, *tells;
} told[] = {
    { "two wrong places: the first, with its quantity", PLACES,
        ORDER TAKEN("4", "T1", "VAN1") FROM("M1", "2", "STORE") FROM("M2", "1", "SHELF") FROM("M3", "1", "VAN1")
            BILL("4", "400"),
        "A for W1 was reported from VAN1 but issued from STORE: transfer 2. "
        "More of it was issued from further places" },
    { "the period of the use, the day of the booking", PERIODS,
        CLOSED_ON("2026-10-23") USED_ON("U1", "1", "2026-10-23", "") ISSUED_ON("M1", "1", "2026-10-23", "")
            BILLED_ON("I1", "1", "100", "2026-10-30"),
        "A on W1: used in P10, booked on 2026-10-30; 100.00 EUR is in the wrong period" },
    { "a reversal", NULL,
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "3") BACK_ON("M2", "-2", "2026-11-03", "M1") BILL("1", "100"),
        "A on W1: used in 2026-10, booked on 2026-11-03; 80.00 EUR is in the wrong period. It takes back what stands "
        "in that period" },
    { "two of three are late: how many, and the latest", NULL,
        ORDER USED("U1", "A", "3") ISSUED_ON("M1", "1", "2026-10-02", "") ISSUED_ON("M2", "1", "2026-10-08", "")
            ISSUED_ON("M3", "1", "2026-10-12", "") BILL("3", "300"),
        "2 A used on W1 was issued 11 days late, on 2026-10-12" },
};

static void test_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(told); i++) {
        const struct dossier_case one = { .why = told[i].why, .master = told[i].master, .rows = told[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);

        assert_non_null(judged);
        judge_start(judged, &one);
        assert_int_equal(judged->findings.count, 1);
        test_expect_text(judged->findings.at[0].explanation, told[i].tells, told[i].why);
        judge_stop(judged);
        free(judged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_places), cmocka_unit_test(test_periods),
        cmocka_unit_test(test_reversals), cmocka_unit_test(test_delays), cmocka_unit_test(test_told) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
