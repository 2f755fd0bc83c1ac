/* test_order.c - orders and master data: WOS-04, WOS-05, WOS-08, MDM-01, and the states that lines end in. */
#include "dossier_bench.h"

#define PM_ORDER(type)                                                                                                 \
    "work_order; wo_id=W1, wo_type=" type                                                                              \
    ", status=closed, customer_id=C1, currency=EUR, created_at=2026-09-30T08:00Z, "                                    \
    "closed_at=2026-10-02T16:00Z\n"
#define USED_BY_T1                                                                                                     \
    "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=2, uom=EA, technician_id=T1, "                             \
    "server_at=2026-10-01T10:00Z\n"
#define CLEAN USED("U1", "A", "2") ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200")
static const struct dossier_case cases[] = {
    { "WOS-04: closed, nothing happened", NULL, NULL, PM_ORDER("repair"), "WOS-04 yes CONTINGENT 0 0 INVST new" },
    { "WOS-04 not for a type that expects no work", NULL, NULL, PM_ORDER("inspection"), "" },
    { "WOS-04 not for an internal order", NULL, NULL, PM_ORDER("internal"), "" },
    { "WOS-05: cancelled and billed", NULL, NULL, CANCELLED_ORDER INVOICE("I1") BILLED("I1", "1", "A", "1", "100"),
        "WOS-05 yes FIRM -100 -100 CM new" },
    { "WOS-05: only hours remain", NULL, NULL, CANCELLED_ORDER WORKED("T1", "90"), "WOS-05 yes FIRM 0 0 NONE new" },
    { "WOS-05 not for a clean cancellation", NULL, NULL, CANCELLED_ORDER, "" },
    { "WOS-08: usage of an order nobody knows", NULL, NULL,
        ORDER CLEAN "usage_line; usage_id=U9, wo_id=W99, item_id=A, quantity=2, uom=EA, server_at=2026-10-01T10:00Z\n",
        "WOS-08 yes CONTINGENT 200 0 FSM new" },
    { "WOS-08: an order of a customer nobody knows", NULL, "fsm_customer; customer_id=C2, name=Two\n", ORDER CLEAN,
        "MDM-01 yes CONTINGENT 0 0 MDM pending; WOS-08 yes CONTINGENT 0 0 FSM new" },
    { "WOS-08: evidence of an order nobody knows", NULL, NULL,
        ORDER CLEAN
        "evidence; evidence_id=E9, object_type=work_order, object_id=W99, kind=photo, captured_at=2026-10-02T12:00Z\n",
        "WOS-08 yes CONTINGENT 0 0 FSM new" },
    { "MDM-01: an item without record, pending on its first run", NULL, NULL,
        ORDER USED("U1", "Z", "1") "invoice; inv_id=I1, kind=invoice, status=released, customer_id=C1, currency=EUR, "
                                   "posting_date=2026-10-03\n" BILLED("I1", "1", "Z", "1", "100"),
        "INV-01 yes NONE - - GI new; MDM-01 yes CONTINGENT 0 0 MDM pending" },
    { "MDM-01: what the rows of an unmapped technician are worth", NULL, "xref technician; fsm_id=T9, erp_id=900\n",
        ORDER USED_BY_T1 ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        "MDM-01 yes CONTINGENT 200 0 MDM pending" },
    { "MDM-01: what an order of an unmapped customer expects", NULL, "xref customer; fsm_id=C9, erp_id=900\n",
        ORDER CLEAN, "MDM-01 yes CONTINGENT 200 0 MDM pending" },
    { "MDM-01 not for a technician that is mapped", NULL, "xref technician; fsm_id=T1, erp_id=900\n",
        ORDER USED_BY_T1 ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"), "" },
};

static void test_cases(void **state)
{
    (void)state;
    run_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- what a finding tells, and the rows it names ---- */

static const struct {
    const char *why, *rows, *check, *tells, *ids; /* usage and time, movements, billing */
} told[] = {
    { "WOS-05 names hours and billing",
        CANCELLED_ORDER WORKED("T1", "90") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), "WOS-05",
        "100.00 is still billed and 1.5 h reported: credit 100.00 EUR", "T1 | | I1/1" },
    { "WOS-05 rounds a third of an hour, and has nothing to credit", CANCELLED_ORDER WORKED("T1", "20"), "WOS-05",
        "0.333333 h reported: credit 0.00 EUR. Nothing is billed, so there is nothing to credit", "T1 | |" },
    { "INV-03: the report is too high",
        ORDER USED("U1", "A", "3") ISSUED("M1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"), "INV-03",
        "2 billed: take off the report 1;", "U1 | M1/1 | I1/1" },
    { "INV-03: the report is too low",
        ORDER USED("U1", "A", "2") ISSUED("M1", "A", "3") INVOICE("I1") BILLED("I1", "1", "A", "3", "300"), "INV-03",
        "3 billed: report 1;", "U1 | M1/1 | I1/1" },
    { "BIL-05: only the price, of goods that no stock is kept of",
        ORDER USED("U1", "N", "2") INVOICE("I1") BILLED("I1", "1", "N", "2", "250"), "BIL-05",
        "none issued, 2 billed: credit 2 N; 50.00 EUR over-billed. Only the price is wrong", "U1 | | I1/1" },
};

static const char *spell_ids(struct tie_arena *arena, const struct tie_finding *f)
{
    const struct tie_id_list lists[] = { f->usage_ids, f->movement_ids, f->billing_ids };
    const char *all = "";

    for (size_t l = 0; l < TIE_COUNT_OF(lists); l++) {
        all = l == 0 ? all : tie_arena_printf(arena, "%s%s|", all, all[0] == '\0' ? "" : " ");
        for (size_t i = 0; i < lists[l].count; i++)
            all = tie_arena_printf(arena, "%s%s%s", all, all[0] == '\0' ? "" : " ", lists[l].at[i]);
    }
    return all;
}

static void test_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(told); i++) {
        const struct dossier_case one = { .why = told[i].why, .rows = told[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);
        size_t found = 0;

        assert_non_null(judged);
        judge_start(judged, &one);
        for (size_t f = 0; f < judged->findings.count; f++) {
            const struct tie_finding *finding = &judged->findings.at[f];

            if (strcmp(tie_check(finding->check)->code, told[i].check) != 0)
                continue;
            found++;
            if (strstr(finding->explanation, told[i].tells) == NULL)
                fail_msg("%s: \"%s\" lacks \"%s\"", told[i].why, finding->explanation, told[i].tells);
            test_expect_text(spell_ids(&judged->bench.shard.arena, finding), told[i].ids, told[i].why);
        }
        TEST_EXPECT(found == 1, told[i].why);
        judge_stop(judged);
        free(judged);
    }
}

/* ---- states ---- */

static const struct {
    const char *why, *rows;
    uint64_t usage[5], movement[5], billing[5]; /* by enum tie_row_state */
} tallies[] = {
    { "all matched", ORDER CLEAN, { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 } },
    { "INV-01 leaves the invoice matched", ORDER USED("U1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        { 0, 0, 1, 0, 0 }, { 0 }, { 0, 1, 0, 0, 0 } },
    { "a pending group is pending whole",
        OPEN_ORDER USED("U1", "A", "2") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"), { 0, 0, 0, 1, 0 }, { 0 },
        { 0, 0, 0, 1, 0 } },
    { "a deleted report is left out",
        ORDER CLEAN "usage_line; usage_id=U2, wo_id=W1, item_id=A, quantity=1, uom=EA, "
                    "server_at=2026-10-01T10:00Z, deleted=yes\n",
        { 0, 1, 0, 0, 1 }, { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 } },
};

static void expect_rows(const struct judged *judged, enum tie_leg leg, const uint64_t want[5], const char *why)
{
    for (int s = TIE_STATE_OPEN; s <= TIE_STATE_EXCLUDED; s++) {
        if (judged->tally.state[leg][s].rows != want[s])
            fail_msg("%s: leg %d state %d holds %d rows, wanted %d", why, (int)leg, s,
                (int)judged->tally.state[leg][s].rows, (int)want[s]);
    }
}

static void test_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(tallies); i++) {
        const struct dossier_case one = { .why = tallies[i].why, .rows = tallies[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);

        assert_non_null(judged);
        judge_start(judged, &one);
        expect_rows(judged, TIE_LEG_USAGE, tallies[i].usage, tallies[i].why);
        expect_rows(judged, TIE_LEG_MOVEMENT, tallies[i].movement, tallies[i].why);
        expect_rows(judged, TIE_LEG_BILLING, tallies[i].billing, tallies[i].why);
        TEST_EXPECT(judged->conserved, tallies[i].why);
        judge_stop(judged);
        free(judged);
    }
}

/* ---- verdicts ---- */

static const struct {
    const char *why, *rows;
    enum tie_verdict_word want; /* of the one group */
} verdicts[] = {
    { "none", ORDER CLEAN, TIE_VERDICT_MATCHED },
    { "stock only", ORDER USED("U1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), TIE_VERDICT_COST_GAP },
    { "billing only", ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1"), TIE_VERDICT_REVENUE_GAP },
    { "billed too much",
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "2", "200"),
        TIE_VERDICT_OVER_RECOVERY },
    { "both", ORDER USED("U1", "A", "1"), TIE_VERDICT_BOTH },
    { "out of nothing", ORDER INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), TIE_VERDICT_PHANTOM },
    { "only a decision is missing",
        ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1") INVOICE("I1") FREE("I1", "1", "A", "1",
            "no_charge_warranty") "entitlement_decision; decision_id=D9, wo_id=W9, decision_class=chargeable\n",
        TIE_VERDICT_DECISION_GAP },
    { "not yet", OPEN_ORDER USED("U1", "A", "1"), TIE_VERDICT_PENDING },
};

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(verdicts); i++) {
        const struct dossier_case one = { .why = verdicts[i].why, .rows = verdicts[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);

        assert_non_null(judged);
        judge_start(judged, &one);
        TEST_EXPECT(judged->tally.groups_by_verdict[verdicts[i].want] == 1, verdicts[i].why);
        for (size_t f = 0; f < judged->findings.count; f++)
            TEST_EXPECT(judged->findings.at[f].verdict == verdicts[i].want, verdicts[i].why);
        judge_stop(judged);
        free(judged);
    }
}

/* FIN-06 must notice: a row that got lost, a quantity that changed. */
static void test_loss_is_noticed(void **state)
{
    const struct dossier_case one = { .why = "loss", .rows = ORDER CLEAN };
    struct judged *judged = calloc(1, sizeof *judged);
    struct tie_check_switch switches[TIE_CHECK_COUNT] = { 0 };
    struct tie_check_sink *sink;
    struct tie_tally tally;
    bool conserved = true;

    (void)state;
    assert_non_null(judged);
    judge_start(judged, &one);
    all_judged(switches);
    sink = &judged->sink;
    sink->tally.input[TIE_LEG_MOVEMENT].rows++;
    sink->tally.state[TIE_LEG_BILLING][TIE_STATE_MATCHED].amount--;
    tie_check_fold(&judged->bench.shard.arena, &judged->bench.world, switches, &sink, 1, &tally, &conserved);
    assert_false(conserved);
    assert_int_equal(sink->findings.count, 2);
    for (size_t i = 0; i < sink->findings.count; i++)
        assert_int_equal(sink->findings.at[i].check, TIE_FIN_06);
    judge_stop(judged);
    free(judged);
}

static void test_closure(void **state)
{
    static const struct {
        const char *why, *rows;
        uint64_t closed, expected, strict;
    } closures[] = {
        { "complete both ways", ORDER CLEAN, 1, 1, 1 },
        { "no stock needed: not complete in the strict sense",
            ORDER USED("U1", "N", "1") INVOICE("I1") BILLED("I1", "1", "N", "1", "100"), 1, 1, 0 },
        { "nothing issued", ORDER USED("U1", "A", "1") INVOICE("I1") BILLED("I1", "1", "A", "1", "100"), 1, 0, 0 },
        { "nothing billed", ORDER USED("U1", "A", "1") ISSUED("M1", "A", "1"), 1, 0, 0 },
        { "an open order does not count", OPEN_ORDER CLEAN, 0, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(closures); i++) {
        const struct dossier_case one = { .why = closures[i].why, .rows = closures[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);

        assert_non_null(judged);
        judge_start(judged, &one);
        TEST_EXPECT(judged->tally.orders == 1, closures[i].why);
        TEST_EXPECT(judged->tally.orders_closed == closures[i].closed, closures[i].why);
        TEST_EXPECT(judged->tally.orders_complete_expected == closures[i].expected, closures[i].why);
        TEST_EXPECT(judged->tally.orders_complete_strict == closures[i].strict, closures[i].why);
        judge_stop(judged);
        free(judged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_loss_is_noticed),
        cmocka_unit_test(test_closure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
