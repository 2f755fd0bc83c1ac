/*
 * test_survey.c - what one walk over the lines of a dossier says before it is judged: between which days they lie, so
 * that nobody looks for late bookings where none can be (TIM-02, TIM-14), and how many are matched, excepted, excluded.
 * Every group here is in order but for the day: no other check would look at it. Lines of a leg stand by item.
 */
#include "dossier_bench.h"

#define PERIODS                                                                                                        \
    "period; period_id=P10, legal_entity_id=, start_date=2026-09-27, end_date=2026-10-24\n"                            \
    "period; period_id=P11, legal_entity_id=, start_date=2026-10-25, end_date=2026-11-28\n"
#define PART(item, used, issued, billed)                                                                               \
    USED_ON("U" item, item, used) ISSUED_ON("M" item, item, issued) BILLED_ON("I" item, item, billed)
#define USED_ON(id, item, day)                                                                                         \
    "usage_line; usage_id=" id ", wo_id=W1, item_id=" item ", quantity=1, uom=EA, server_at=" day "T10:00Z\n"
#define ISSUED_ON(id, item, day)                                                                                       \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=" item                            \
    ", quantity=1, uom=EA, posting_date=" day "\n"
#define BILLED_ON(id, item, day)                                                                                       \
    "invoice; inv_id=" id ", kind=invoice, status=released, customer_id=C1, currency=EUR, posting_date=" day           \
    "\n" BILLED(id, "1", item, "1", "100")
#define PIECE(id, serial, day)                                                                                         \
    "usage_line; usage_id=" id ", wo_id=W1, item_id=S, quantity=1, uom=EA, serial_no=" serial ", server_at=" day       \
    "T10:00Z\n"
#define PIECE_OUT(id, order, serial, day)                                                                              \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=" order ", item_id=S, quantity=1, uom=EA, "   \
    "serial_no=" serial ", posting_date=" day "\n"

static const struct dossier_case days[] = {
    { "all of one period, and in time", NULL, PERIODS,
        CLOSED_ON("2026-10-02") PART("A", "2026-10-01", "2026-10-06", "2026-10-24")
            PART("B", "2026-10-01", "2026-09-27", "2026-10-02"),
        "" },
    { "the first issue is late, the second is not", NULL, PERIODS,
        CLOSED_ON("2026-10-02") PART("A", "2026-10-01", "2026-10-12", "2026-10-13")
            PART("B", "2026-10-01", "2026-10-02", "2026-10-13"),
        "TIM-14 yes TIMING 0.1 0 NONE new" },
    { "the second issue is late, the first is not", NULL, PERIODS,
        CLOSED_ON("2026-10-02") PART("A", "2026-10-01", "2026-10-02", "2026-10-13")
            PART("B", "2026-10-01", "2026-10-12", "2026-10-13"),
        "TIM-14 yes TIMING 0.12 0 NONE new" },
    { "late for the first use, by the second it would not be", NULL, PERIODS,
        CLOSED_ON("2026-10-12") PART("A", "2026-10-01", "2026-10-12", "2026-10-13")
            PART("B", "2026-10-12", "2026-10-12", "2026-10-13"),
        "TIM-14 yes TIMING 0.1 0 NONE new" },
    { "late for the second use, by the first it would not be", NULL, PERIODS,
        CLOSED_ON("2026-10-12") PART("A", "2026-10-12", "2026-10-12", "2026-10-13")
            PART("B", "2026-10-01", "2026-10-12", "2026-10-13"),
        "TIM-14 yes TIMING 0.12 0 NONE new" },
    { "the first is billed in the next period", NULL, PERIODS,
        CLOSED_ON("2026-10-02") PART("A", "2026-10-01", "2026-10-02", "2026-11-10")
            PART("B", "2026-10-01", "2026-10-02", "2026-10-03"),
        "TIM-02 yes TIMING 0.88 0 ACC new" },
    { "the second is billed in the next period", NULL, PERIODS,
        CLOSED_ON("2026-10-02") PART("A", "2026-10-01", "2026-10-02", "2026-10-03")
            PART("B", "2026-10-01", "2026-10-02", "2026-11-10"),
        "TIM-02 yes TIMING 0.88 0 ACC new" },
    { "the first was issued in the period before", NULL, PERIODS,
        CLOSED_ON("2026-11-05") PART("A", "2026-11-04", "2026-10-12", "2026-11-05")
            PART("B", "2026-11-04", "2026-11-04", "2026-11-05"),
        "TIM-02 yes TIMING 0.2 0 ACC new" },
    { "the second was issued in the period before", NULL, PERIODS,
        CLOSED_ON("2026-11-05") PART("A", "2026-11-04", "2026-11-04", "2026-11-05")
            PART("B", "2026-11-04", "2026-10-12", "2026-11-05"),
        "TIM-02 yes TIMING 0.25 0 ACC new" },
    { "taken back in the next period, and issued again in its own", NULL, PERIODS,
        CLOSED_ON("2026-10-02") USED_ON("U1", "A", "2026-10-01") ISSUED_ON("M1", "A", "2026-10-02")
            ISSUED_ON("M2", "A", "2026-10-02")
                BILLED_ON("I1", "A", "2026-10-03") "movement; mov_id=M3, line_no=1, movement_class=return_wo, "
                                                   "wo_ref=W1, item_id=A, quantity=-1, uom=EA, "
                                                   "posting_date=2026-11-03, reverses_mov_id=M1, reverses_line_no=1\n",
        "TIM-02 yes TIMING 0.28 0 ACC new" },
    { "late, beside one that came in time, without an order, by its serial", NULL, PERIODS,
        CLOSED_ON("2026-10-02") USED_ON("U1", "A", "2026-10-01") ISSUED_ON("M1", "A", "2026-10-12")
            BILLED_ON("I1", "A", "2026-10-13") PIECE("U2", "N1", "2026-10-01") PIECE_OUT("M2", "", "N1", "2026-10-02")
                BILLED_ON("I2", "S", "2026-10-13"),
        "TIM-14 yes TIMING 0.1 0 NONE new" },
};

static void test_days(void **state)
{
    (void)state;
    run_cases(days, TIE_COUNT_OF(days));
}

/* ---- the count of lines ---- */

#define WORK USED("U1", "A", "1") ISSUED("M1", "A", "1")
#define BILL INVOICE("I1") BILLED("I1", "1", "A", "1", "100")

static const struct {
    const char *why, *rows;
    enum tie_leg leg;
    uint64_t matched, excepted, excluded;
    enum tie_exclusion reason;
    tie_sum left_out; /* quantity of what is excluded */
} counts[] = {
    { "all match", ORDER WORK BILL, TIE_LEG_USAGE, 1, 0, 0, TIE_EXCLUDED_NONE, 0 },
    { "a deleted use",
        ORDER WORK BILL "usage_line; usage_id=U2, wo_id=W1, item_id=A, quantity=3, uom=EA, deleted=yes, "
                        "server_at=2026-10-01T10:00Z\n",
        TIE_LEG_USAGE, 1, 0, 1, TIE_EXCLUDED_DELETED, 3 },
    { "a transfer",
        ORDER WORK BILL "movement; mov_id=M2, line_no=1, movement_class=transfer_out, wo_ref=W1, "
                        "item_id=A, quantity=5, uom=EA, posting_date=2026-10-02\n",
        TIE_LEG_MOVEMENT, 1, 0, 1, TIE_EXCLUDED_NOT_CONSUMPTION, 5 },
    { "a draft",
        ORDER WORK BILL "invoice; inv_id=I2, kind=invoice, status=draft, customer_id=C1, currency=EUR, "
                        "posting_date=2026-10-03\n" BILLED("I2", "1", "A", "2", "200"),
        TIE_LEG_BILLING, 1, 0, 1, TIE_EXCLUDED_NOT_BILLED, 2 },
    { "a bill for an order that nobody knows",
        ORDER WORK BILL "invoice_line; inv_id=I1, line_no=2, wo_ref=W9, sales_item_id=A, quantity=1, net_amount=100\n",
        TIE_LEG_BILLING, 1, 1, 0, TIE_EXCLUDED_NONE, 0 },
    { "an issue without an order is counted once, where its row lies",
        ORDER PIECE("U1", "N1", "2026-10-01") PIECE_OUT("M1", "", "N1", "2026-10-02") INVOICE("I1")
            BILLED("I1", "1", "S", "1", "100"),
        TIE_LEG_MOVEMENT, 1, 0, 0, TIE_EXCLUDED_NONE, 0 },
};

static void test_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(counts); i++) {
        const struct dossier_case one = { .why = counts[i].why, .rows = counts[i].rows };
        const enum tie_leg leg = counts[i].leg;
        struct judged *judged = calloc(1, sizeof *judged);
        const struct tie_tally_cell *cells, *excluded;

        assert_non_null(judged);
        judge_start(judged, &one);
        cells = judged->tally.state[leg];
        excluded = &judged->tally.excluded[leg][counts[i].reason];
        if (cells[TIE_STATE_MATCHED].rows != counts[i].matched ||
            cells[TIE_STATE_EXCEPTED].rows != counts[i].excepted ||
            cells[TIE_STATE_EXCLUDED].rows != counts[i].excluded || excluded->rows != counts[i].excluded ||
            excluded->quantity != counts[i].left_out * TIE_DEC_ONE)
            fail_msg("%s: %d matched, %d excepted, %d excluded, of them %d for their reason, a quantity of %d",
                counts[i].why, (int)cells[TIE_STATE_MATCHED].rows, (int)cells[TIE_STATE_EXCEPTED].rows,
                (int)cells[TIE_STATE_EXCLUDED].rows, (int)excluded->rows, (int)(excluded->quantity / TIE_DEC_ONE));
        assert_true(judged->conserved);
        judge_stop(judged);
        free(judged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_days), cmocka_unit_test(test_counts) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
