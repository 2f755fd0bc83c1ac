/*
 * test_late.c - decisions that somebody changed (ENT-04), contracts not in force (CON-05), invoices too late (TIM-01)
 * and too early (EVD-04): each by a dossier that has it and by ones that only look like it.
 */
#include "dossier_bench.h"

#define WORK USED("U1", "A", "1") ISSUED("M1", "A", "1")
#define BILL INVOICE("I1") BILLED("I1", "1", "A", "1", "100")
#define ZERO(outcome) INVOICE("I1") FREE("I1", "1", "A", "1", outcome)
#define DECIDED(id, word, more)                                                                                        \
    "entitlement_decision; decision_id=" id ", wo_id=W1, decision_class=" word ", decided_at=2026-10-01T12:00Z" more   \
    "\n"
#define ANSWER(type, object, status)                                                                                   \
    "approval; approval_id=P1, object_type=" type ", object_id=" object ", kind=override, status=" status              \
    ", approved_by=BOSS, approved_at=2026-10-01T15:00Z\n"
#define ASSET                                                                                                          \
    "asset; asset_id=E1, customer_id=C1\n"                                                                             \
    "asset_cover; cover_id=V1, asset_id=E1, kind=own_warranty, start_date=2025-01-01, parts_end_date=2025-12-31\n"

static const struct dossier_case overrides[] = {
    { "ENT-04: overridden, as the facts say, and nobody approved", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes"), "ENT-04 yes FIRM 0 0 APP new" },
    { "not where nothing was overridden", NULL, NULL, ORDER WORK BILL DECIDED("D1", "chargeable", ""), "" },
    { "ENT-04 below the decision that the facts contradict", NULL, ASSET,
        ORDER WORK ZERO("no_charge_warranty") DECIDED("D1", "warranty", ", is_override=yes"),
        "BIL-02 ENT-03 FIRM 100 100 INV new; ENT-03 yes FIRM 100 0 FSM new; ENT-04 ENT-03 FIRM 100 0 APP new" },
    { "ENT-04 holds no group that was billed as it ought to be", NULL, ASSET,
        ORDER WORK BILL DECIDED("D1", "warranty", ", is_override=yes"),
        "ENT-03 yes FIRM 0 0 FSM new; ENT-04 yes FIRM 0 0 APP new" },
    { "an approval of the decision", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes") ANSWER("decision", "D1", "approved"), "" },
    { "an approval that the decision names", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes, approval_id=P1")
            ANSWER("work_order", "W1", "approved"),
        "" },
    { "an approval of another decision", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes") DECIDED("D7", "chargeable", ", usage_id=U1")
            ANSWER("decision", "D7", "approved"),
        "ENT-04 yes FIRM 0 0 APP new" },
    { "an approval that is still asked for", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes") ANSWER("decision", "D1", "pending"),
        "ENT-04 yes FIRM 0 0 APP new" },
    { "refused: the decision must go back", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", ", is_override=yes") ANSWER("decision", "D1", "rejected"),
        "ENT-04 yes FIRM 0 0 FSM new" },
    { "ENT-04: another class than before", NULL, NULL,
        ORDER WORK BILL "entitlement_decision; decision_id=D0, wo_id=W1, decision_class=warranty, "
                        "decided_at=2026-09-30T12:00Z\n" DECIDED("D1", "chargeable", ""),
        "ENT-04 yes FIRM 0 0 APP new" },
    { "not a first decision after none", NULL, NULL,
        ORDER WORK BILL "entitlement_decision; decision_id=D0, wo_id=W1, decision_class=none, "
                        "decided_at=2026-09-30T12:00Z\n" DECIDED("D1", "chargeable", ""),
        "" },
    { "nor the same class again", NULL, NULL,
        ORDER WORK BILL "entitlement_decision; decision_id=D0, wo_id=W1, decision_class=chargeable, "
                        "decided_at=2026-09-30T12:00Z\n" DECIDED("D1", "chargeable", ""),
        "" },
    { "a line's decision is a scope of its own", NULL, NULL,
        ORDER WORK BILL DECIDED("D1", "chargeable", "") DECIDED("D2", "chargeable", ", usage_id=U1, is_override=yes"),
        "ENT-04 yes FIRM 0 0 APP new" },
    { "pending while the order is open", NULL, NULL, OPEN_ORDER DECIDED("D1", "chargeable", ", is_override=yes"),
        "ENT-04 yes FIRM 0 0 APP pending" },
    { "not on a cancelled order", NULL, NULL, CANCELLED_ORDER DECIDED("D1", "chargeable", ", is_override=yes"), "" },
};

#define CONTRACT_ORDER                                                                                                 \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, contract_id=K1, currency=EUR, "              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
#define CONTRACT(from, to, more)                                                                                       \
    "contract; contract_id=K1, customer_id=C1, start_date=" from ", end_date=" to ", currency=EUR" more "\n"           \
    "contract_line; contract_id=K1, line_no=1, share_parts=1, share_labour=1\n"
#define OUTSIDE "BIL-01 ENT-03 FIRM 100 100 INV new; CON-05 ENT-03 FIRM 100 100 INV new; ENT-03 yes FIRM 100 0 FSM new"

static const struct dossier_case periods[] = {
    { "CON-05: a day after the end", NULL, CONTRACT("2026-01-01", "2026-10-01", ""),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), OUTSIDE },
    { "not on the last day", NULL, CONTRACT("2026-01-01", "2026-10-02", ""),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), "" },
    { "CON-05: a day before the start", NULL, CONTRACT("2026-10-03", "", ""),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), OUTSIDE },
    { "not on the first day, signed later", NULL, CONTRACT("2026-10-02", "", ", signed_date=2026-11-01"),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), "" },
    { "CON-05: suspended on the day", NULL,
        CONTRACT("2026-01-01", "", ", suspended_from_date=2026-10-02, suspended_to_date=2026-10-02"),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), OUTSIDE },
    { "not the day after the suspension", NULL,
        CONTRACT("2026-01-01", "", ", suspended_from_date=2026-09-01, suspended_to_date=2026-10-01"),
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ""), "" },
    { "silent where the customer paid", NULL, CONTRACT("2026-01-01", "2026-10-01", ""),
        CONTRACT_ORDER WORK BILL DECIDED("D1", "contract", ""), "ENT-03 yes FIRM 0 0 FSM new" },
    { "silent on work decided as chargeable", NULL, CONTRACT("2026-01-01", "2026-10-01", ""),
        CONTRACT_ORDER WORK BILL DECIDED("D1", "chargeable", ""), "" },
    { "the decision's own contract counts before the order's", NULL,
        CONTRACT("2026-01-01", "", "") "contract; contract_id=K2, customer_id=C1, start_date=2025-01-01, "
                                       "end_date=2025-12-31, currency=EUR\n",
        CONTRACT_ORDER WORK DECIDED("D1", "contract", ", coverage_ref=K2"), "" /* K1 covers it: nothing is lost */ },
    { "parts and hours of one decision are one finding", NULL, CONTRACT("2026-01-01", "2026-10-01", ""),
        CONTRACT_ORDER WORK WORKED("T1", "60") DECIDED("D1", "contract", ""),
        "BIL-01 ENT-03 FIRM 100 100 INV new; BIL-09 ENT-03 FIRM 60 60 INV new; CON-05 ENT-03 FIRM 160 160 INV new; "
        "ENT-03 yes FIRM 160 0 FSM new" },
    { "changed to a contract out of force, without approval: both causes stand below the wrong decision", NULL,
        CONTRACT("2026-01-01", "2026-10-01", ""), CONTRACT_ORDER WORK DECIDED("D1", "contract", ", is_override=yes"),
        "BIL-01 ENT-03 FIRM 100 100 INV new; CON-05 ENT-03 FIRM 100 100 INV new; ENT-03 yes FIRM 100 0 FSM new; "
        "ENT-04 ENT-03 FIRM 100 0 APP new" },
};

/* Closed on 2026-10-02; 8 % of 100.00 are 8.00 a year. */
#define BILLED_ON(id, day)                                                                                             \
    "invoice; inv_id=" id ", kind=invoice, status=released, customer_id=C1, currency=EUR, posting_date=" day "\n"
#define TERMS(more)                                                                                                    \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z" more "\n"

static const struct dossier_case delays[] = {
    { "TIM-01: billed on the eleventh day", NULL, NULL,
        ORDER WORK BILLED_ON("I1", "2026-10-13") BILLED("I1", "1", "A", "1", "100"),
        "TIM-01 yes TIMING 0.24 0 NONE new" },
    { "not on the tenth", NULL, NULL, ORDER WORK BILLED_ON("I1", "2026-10-12") BILLED("I1", "1", "A", "1", "100"), "" },
    { "a target of its own", "[money]\nbilling_target = 20d\n", NULL,
        ORDER WORK BILLED_ON("I1", "2026-10-22") BILLED("I1", "1", "A", "1", "100"), "" },
    { "a rate of its own, a whole year later", "[money]\nannual_rate = 36.5%\n", NULL,
        ORDER WORK BILLED_ON("I1", "2026-10-22") BILLED("I1", "1", "A", "1", "100"), "TIM-01 yes TIMING 2 0 NONE new" },
    { "not billed yet: 49 days by the as-of", NULL, NULL, ORDER WORK,
        "BIL-01 yes FIRM 100 100 INV new; TIM-01 yes TIMING 1.07 0 NONE new" },
    { "not billed, and the tenth day is today", NULL, NULL,
        CLOSED_ON("2026-11-10") USED("U1", "A", "1") ISSUED("M1", "A", "1"), "BIL-01 yes FIRM 100 100 INV new" },
    { "only the hour is late", NULL, NULL,
        ORDER WORK WORKED("T1", "60")
            BILL BILLED_ON("I2", "2026-11-01") "invoice_line; inv_id=I2, line_no=1, wo_ref=W1, "
                                               "sales_item_id=work, line_kind=labour, "
                                               "quantity=60, uom=min, net_amount=60\n",
        "TIM-01 yes TIMING 0.39 0 NONE new" },
    { "closed at zero in time is BIL-02's, not late", NULL, NULL, ORDER WORK ZERO("no_charge_warranty"),
        "BIL-02 yes FIRM 100 100 INV new" },
    { "cancelled and billed again: the bill that stands counts", NULL, NULL,
        ORDER WORK BILL "invoice; inv_id=I2, kind=cancel, status=released, customer_id=C1, currency=EUR, "
                        "posting_date=2026-10-20, cancels_inv_id=I1\n" BILLED("I2", "1", "A", "-1", "-100")
                            BILLED_ON("I3", "2026-10-22") BILLED("I3", "1", "A", "1", "100"),
        "TIM-01 yes TIMING 0.44 0 NONE new" },
    { "prepaid work is not late", NULL, NULL,
        TERMS(", billing_terms=prepaid") WORK BILLED_ON("I1", "2026-10-30") BILLED("I1", "1", "A", "1", "100"), "" },
    { "nor is covered work", NULL, CONTRACT("2026-01-01", "", ""), CONTRACT_ORDER WORK DECIDED("D1", "contract", ""),
        "" },
    { "a payer with a billing calendar is billed on its day", "[calendar monthly]\ndays = 20\ngrace = 4d\n",
        "customer; customer_id=C2, name=Two, billing_calendar=monthly\n",
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C2, currency=EUR, "
        "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n" WORK BILLED_ON("I1", "2026-10-24")
            BILLED("I1", "1", "A", "1", "100"),
        "" },
    { "... and late after its grace", "[calendar monthly]\ndays = 20\ngrace = 4d\n",
        "customer; customer_id=C2, name=Two, billing_calendar=monthly\n",
        "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C2, currency=EUR, "
        "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n" WORK BILLED_ON("I1", "2026-10-25")
            BILLED("I1", "1", "A", "1", "100"),
        "TIM-01 yes TIMING 0.5 0 NONE new" },
    { "an issue without a report proves no delay", NULL, NULL, ORDER ISSUED("M1", "A", "1"),
        "BIL-01 yes CONTINGENT 100 0 INVST new; INV-02 yes CONTINGENT 40 0 INVST new" },
    { "an open order is not late", NULL, NULL, OPEN_ORDER WORK, "BIL-01 yes FIRM 100 100 INV pending" },
};

#define RELEASED(id, at)                                                                                               \
    "invoice; inv_id=" id ", kind=invoice, status=released, customer_id=C1, currency=EUR, posting_date=2026-10-03, "   \
    "released_at=" at "\n"
#define OUT RELEASED("I1", "2026-10-03T10:00Z") BILLED("I1", "1", "A", "1", "100")
#define PROOF(id, type, object, kind, at, more)                                                                        \
    "evidence; evidence_id=" id ", object_type=" type ", object_id=" object ", kind=" kind ", captured_at=" at more "\n"
#define EARLY "EVD-04 yes CONTINGENT 100 0 APP new"

static const struct dossier_case releases[] = {
    { "EVD-04: signed a minute after the release", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-03T10:01Z", ""), EARLY },
    { "not at the same moment", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-03T10:00Z", ""), "" },
    { "a second signature later changes nothing", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-02T10:00Z", "")
            PROOF("X2", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""),
        "" },
    { "... unless the first was refused", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-02T10:00Z", ", is_accepted=no")
            PROOF("X2", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""),
        EARLY },
    { "an order type that needs no signature", "[scope]\nsignoff_order_types = install\n", NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""), "" },
    { "a photo is needed only where it is mandatory", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "photo", "2026-10-09T10:00Z", ""), "" },
    { "EVD-04: a mandatory photo of the line is still missing", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "usage_line", "U1", "photo", "", ", is_mandatory=yes"), EARLY },
    { "a mandatory test of a visit came in time", NULL, NULL,
        ORDER "visit; visit_id=V1, wo_id=W1, outcome=done, started_at=2026-10-01T09:00Z\n" WORK OUT PROOF(
            "X1", "visit", "V1", "test_record", "2026-10-01T12:00Z", ", is_mandatory=yes"),
        "" },
    { "EVD-04: ... and did not", NULL, NULL,
        ORDER "visit; visit_id=V1, wo_id=W1, outcome=done, started_at=2026-10-01T09:00Z\n" WORK OUT PROOF(
            "X1", "visit", "V1", "test_record", "2026-10-04T12:00Z", ", is_mandatory=yes"),
        EARLY },
    { "EVD-04: evidence of an order that is billed under another", NULL, NULL,
        ORDER WORK OUT
        "work_order; wo_id=W2, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z, parent_wo_id=W1, "
        "billing_owner_wo_id=W1\n" PROOF("X1", "work_order", "W2", "photo", "2026-10-09T10:00Z", ", is_mandatory=yes"),
        EARLY },
    { "deleted evidence is none", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "photo", "2026-10-09T10:00Z", ", is_mandatory=yes, deleted=yes"),
        "" },
    { "EVD-04: released before the approval to release", NULL, NULL,
        ORDER WORK OUT "approval; approval_id=P1, object_type=invoice, object_id=I1, kind=release, approved_by=BOSS, "
                       "approved_at=2026-10-04T10:00Z\n",
        EARLY },
    { "not for an approval of goodwill", NULL, NULL,
        ORDER WORK OUT "approval; approval_id=P1, object_type=work_order, object_id=W1, kind=discount, "
                       "approved_by=BOSS, approved_at=2026-10-04T10:00Z\n",
        "" },
    { "EVD-04: hours approved after the release", NULL, NULL,
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=work, minutes=60, "
              "approved_at=2026-10-05T10:00Z\n" RELEASED("I1", "2026-10-03T10:00Z") "invoice_line; inv_id=I1, "
                                                                                    "line_no=1, wo_ref=W1, "
                                                                                    "sales_item_id=work, "
                                                                                    "line_kind=labour, quantity=60, "
                                                                                    "uom=min, net_amount=60\n",
        "EVD-04 yes CONTINGENT 60 0 APP new" },
    { "EVD-04: hours billed that nobody approved yet", NULL, NULL,
        ORDER "time_entry; time_id=T1, wo_id=W1, technician_id=T1, kind=work, minutes=60, "
              "approval_status=submitted\n" RELEASED("I1", "2026-10-03T10:00Z") "invoice_line; inv_id=I1, line_no=1, "
                                                                                "wo_ref=W1, sales_item_id=work, "
                                                                                "line_kind=labour, quantity=60, "
                                                                                "uom=min, net_amount=60\n",
        "EVD-04 yes CONTINGENT 60 0 APP new" },
    { "prepaid work is billed before it is signed", NULL, NULL,
        TERMS(", billing_terms=prepaid") WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""),
        "" },
    { "a document without a release says nothing", NULL, NULL,
        ORDER WORK BILL PROOF("X1", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""), "" },
    { "one invoice for two orders is one finding, of the lines concerned", NULL, NULL,
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-04T10:00Z",
            "") "work_order; wo_id=W2, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
                "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
                "usage_line; usage_id=U2, wo_id=W2, item_id=B, quantity=1, uom=EA, server_at=2026-10-01T10:00Z\n"
                "movement; mov_id=M2, line_no=1, movement_class=issue_wo, wo_ref=W2, item_id=B, quantity=1, uom=EA, "
                "posting_date=2026-10-02\n"
                "invoice_line; inv_id=I1, line_no=2, wo_ref=W2, sales_item_id=B, quantity=1, net_amount=100\n"
                "evidence; evidence_id=X2, object_type=work_order, object_id=W2, kind=signature, "
                "captured_at=2026-10-05T10:00Z\n"
                "work_order; wo_id=W3, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
                "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
                "usage_line; usage_id=U3, wo_id=W3, item_id=C, quantity=1, uom=EA, server_at=2026-10-01T10:00Z\n"
                "movement; mov_id=M3, line_no=1, movement_class=issue_wo, wo_ref=W3, item_id=C, quantity=1, uom=EA, "
                "posting_date=2026-10-02\n"
                "invoice_line; inv_id=I1, line_no=3, wo_ref=W3, sales_item_id=C, quantity=1, net_amount=100\n"
                "evidence; evidence_id=X3, object_type=work_order, object_id=W3, kind=signature, "
                "captured_at=2026-10-02T10:00Z\n",
        "EVD-04 yes CONTINGENT 200 0 APP new" },
};

static void test_overrides(void **state)
{
    (void)state;
    run_cases(overrides, TIE_COUNT_OF(overrides));
}

static void test_periods(void **state)
{
    (void)state;
    run_cases(periods, TIE_COUNT_OF(periods));
}

static void test_delays(void **state)
{
    (void)state;
    counts_delay = true;
    run_cases(delays, TIE_COUNT_OF(delays));
    counts_delay = false;
}

static void test_releases(void **state)
{
    (void)state;
    run_cases(releases, TIE_COUNT_OF(releases));
}

/* ---- closure completeness and the state of lines ---- */

#define HOURS(id, minutes, net)                                                                                        \
    "invoice_line; inv_id=" id ", line_no=9, wo_ref=W1, sales_item_id=work, line_kind=labour, quantity=" minutes       \
    ", uom=min, net_amount=" net "\n"

static const struct {
    const char *why, *rows;
    uint64_t complete, excepted;
} closures[] = {
    { "an hour that nobody billed", ORDER WORK BILL WORKED("T1", "60"), 0, 1 },
    { "hours billed in part have an outcome", ORDER WORK BILL WORKED("T1", "120") HOURS("I1", "60", "60"), 1, 2 },
    { "a credit that leaves something",
        ORDER WORK BILL "invoice; inv_id=I2, kind=credit, status=released, "
                        "customer_id=C1, currency=EUR, posting_date=2026-10-04\n" BILLED("I2", "1", "A", "0", "-40"),
        1, 1 },
    { "a credit that leaves less than nothing",
        ORDER WORK BILL "invoice; inv_id=I2, kind=credit, status=released, "
                        "customer_id=C1, currency=EUR, "
                        "posting_date=2026-10-04\n" BILLED("I2", "1", "A", "0", "-140"),
        0, 1 },
    { "late is not missing, and excepts no line",
        ORDER WORK BILLED_ON("I1", "2026-11-01") BILLED("I1", "1", "A", "1", "100"), 1, 0 },
    { "nor does an invoice that went out too early",
        ORDER WORK OUT PROOF("X1", "work_order", "W1", "signature", "2026-10-09T10:00Z", ""), 1, 0 },
};

static void test_closures(void **state)
{
    (void)state;
    counts_delay = true;
    for (size_t i = 0; i < TIE_COUNT_OF(closures); i++) {
        const struct dossier_case one = { .why = closures[i].why, .rows = closures[i].rows };
        struct judged *judged = calloc(1, sizeof *judged);
        uint64_t excepted = 0;

        assert_non_null(judged);
        judge_start(judged, &one);
        for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
            excepted += judged->tally.state[leg][TIE_STATE_EXCEPTED].rows;
        if (judged->tally.orders_complete_expected != closures[i].complete || excepted != closures[i].excepted)
            fail_msg("%s: %d complete, %d lines excepted", closures[i].why, (int)judged->tally.orders_complete_expected,
                (int)excepted);
        assert_true(judged->findings.count > 0);
        judge_stop(judged);
        free(judged);
    }
    counts_delay = false;
}

/* What the texts of a collective invoice say, and which lines it names. */
static void test_words(void **state)
{
    const struct dossier_case *last = &releases[TIE_COUNT_OF(releases) - 1];
    struct judged *judged = calloc(1, sizeof *judged);
    const struct tie_finding *f;

    (void)state;
    assert_non_null(judged);
    judge_start(judged, last);
    assert_int_equal(judged->findings.count, 1);
    f = &judged->findings.at[0];
    assert_string_equal(f->explanation, "I1 for W1 was released before the customer's signature X2; 200.00 EUR");
    assert_string_equal(f->anchor, "W1");
    assert_int_equal(f->billing_ids.count, 2);
    assert_string_equal(f->billing_ids.at[0], "I1/1");
    assert_string_equal(f->billing_ids.at[1], "I1/2");
    assert_int_equal(f->other_ids.count, 1);
    assert_string_equal(f->other_ids.at[0], "X2");
    judge_stop(judged);
    free(judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_overrides), cmocka_unit_test(test_periods),
        cmocka_unit_test(test_delays), cmocka_unit_test(test_releases), cmocka_unit_test(test_closures),
        cmocka_unit_test(test_words) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
