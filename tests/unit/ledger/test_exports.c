/*
 * test_exports.c - the rule of contract.md 5, "Corrections", word by word.
 *
 * The base finding is exported; each case changes one thing of it and names the answer. Then numbers over runs, and
 * every verb of the catalogue.
 */
#include "ledger/night.h"

static const struct {
    const char *why;
    enum tie_finding_status status;
    bool is_secondary;
    enum tie_certainty certainty;
    const char *verb;
    const char *verbs;    /* of output goods */
    const char *others;   /* of output money, which comes second; NULL: there is none */
    bool needs_approval;  /* of output goods */
    const char *decision; /* a row of `decision` */
    const char *want;     /* output name, or why it is not exported */
} cases[] = {
    { "status new", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL, "goods" },
    { "status open", TIE_FINDING_OPEN, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL, "goods" },
    { "status reopened", TIE_FINDING_REOPENED, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL, "goods" },
    { "not due", TIE_FINDING_PENDING, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL,
        "pending: not due yet" },
    { "accepted", TIE_FINDING_ACCEPTED, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL,
        "accepted by a person" },
    { "explained", TIE_FINDING_EXPLAINED, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL,
        "explained by a person" },
    { "not primary", TIE_FINDING_NEW, true, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, false, NULL,
        "not primary: ENT-03-cause names the gap" },
    { "verb carried by nobody", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "CDEB", "GI, INV", NULL, false, NULL,
        "no output of this job carries verb CDEB" },
    { "a verb is a whole word", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI2, AGI, INV", NULL, false, NULL,
        "no output of this job carries verb GI" },
    { "no verbs at all", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "", NULL, false, NULL,
        "no output of this job carries verb GI" },
    { "blanks between verbs", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "TRF", " GI ,GR-REV,  TRF ", NULL, false,
        NULL, "goods" },
    { "the second output carries it", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "INV", "GI", "INV, CM", false, NULL,
        "money" },
    { "both carry it: the first", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", "GI", false, NULL, "goods" },
    { "two documents, one output", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI+GR-REV", "GR-REV, GI", NULL, false,
        NULL, "goods" },
    { "two documents are not split", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI+GR-REV", "GI", "GR-REV", false,
        NULL, "no output of this job carries verb GI+GR-REV" },
    { "approval missing", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true, NULL,
        "waits for approval" },
    { "approval of another", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true,
        "'INV-01-B', 'approve', 'ann', '', NULL", "waits for approval" },
    { "an explanation is no approval", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true,
        "'INV-01-A', 'explain', 'ann', '', NULL", "waits for approval" },
    { "approved", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true,
        "'INV-01-A', 'approve', 'ann', '', NULL", "goods" },
    { "approved to this day", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true,
        "'INV-01-A', 'approve', 'ann', '', 20757 + 9", "goods" },
    { "approved to the day before", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "GI", "GI", NULL, true,
        "'INV-01-A', 'approve', 'ann', '', 20757 + 8", "waits for approval" },
    { "contingent", TIE_FINDING_NEW, false, TIE_CERTAINTY_CONTINGENT, "GI", "GI", NULL, false, NULL,
        "certainty CONTINGENT: only firm amounts are posted" },
    { "contingent, though the verb moves no margin", TIE_FINDING_NEW, false, TIE_CERTAINTY_CONTINGENT, "TRF", "TRF",
        NULL, false, NULL, "certainty CONTINGENT: only firm amounts are posted" },
    { "no amount", TIE_FINDING_NEW, false, TIE_CERTAINTY_NONE, "GI", "GI", NULL, false, NULL,
        "certainty NONE: only firm amounts are posted" },
    { "no amount, a transfer", TIE_FINDING_NEW, false, TIE_CERTAINTY_NONE, "TRF", "TRF", NULL, false, NULL, "goods" },
    { "no amount, a release", TIE_FINDING_NEW, false, TIE_CERTAINTY_NONE, "RLS", "RLS", NULL, false, NULL, "goods" },
    { "no amount, a rebill", TIE_FINDING_NEW, false, TIE_CERTAINTY_NONE, "CRB", "CRB", NULL, false, NULL, "goods" },
    { "no amount, an accrual", TIE_FINDING_NEW, false, TIE_CERTAINTY_NONE, "ACC", "ACC", NULL, false, NULL,
        "certainty NONE: only firm amounts are posted" },
    { "timing, an accrual", TIE_FINDING_NEW, false, TIE_CERTAINTY_TIMING, "ACC", "ACC", NULL, false, NULL, "goods" },
    { "timing, a transfer", TIE_FINDING_NEW, false, TIE_CERTAINTY_TIMING, "TRF", "TRF", NULL, false, NULL,
        "certainty TIMING: only firm amounts are posted" },
    { "firm, an accrual", TIE_FINDING_NEW, false, TIE_CERTAINTY_FIRM, "ACC", "ACC", NULL, false, NULL, "goods" },
    { "the finding's own fault is named before the job's", TIE_FINDING_PENDING, false, TIE_CERTAINTY_FIRM, "CDEB", "GI",
        NULL, false, NULL, "pending: not due yet" },
};

struct plan {
    struct night_place place;
    struct tie_ledger *ledger;
    struct tie_findings findings;
    struct tie_export_list exports;
};

static void plan_start(struct plan *plan, const char *emitted)
{
    static const struct tie_region region = { .code = "default" };
    const struct tie_anchors anchors = { 0 };
    struct tie_kept_list cleared, carried;

    night_place_start(&plan->place);
    assert_int_equal(tie_ledger_open(&plan->place.place, &plan->ledger, NULL), TIE_OK);
    plan->findings = night_findings(&plan->place.arena, emitted);
    assert_int_equal(tie_ledger_judge(plan->ledger, &plan->place.arena, night_day(9), &region, &plan->findings,
                         &anchors, &cleared, &carried, NULL),
        TIE_OK);
}

static void plan_make(struct plan *plan, const struct tie_export_rule *rules, size_t count)
{
    assert_int_equal(
        tie_ledger_plan_exports(plan->ledger, &plan->place.arena, &plan->findings, rules, count, &plan->exports, NULL),
        TIE_OK);
}

static void plan_stop(struct plan *plan)
{
    tie_ledger_close(plan->ledger);
    night_place_stop(&plan->place);
}

static void one_rule_at_a_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_export_rule rules[] = { { "goods", cases[i].verbs, cases[i].needs_approval },
            { "money", cases[i].others, false } };
        const size_t rule_count = cases[i].others == NULL ? 1 : 2;
        struct plan plan;
        struct tie_finding *finding = NULL;
        const struct tie_export *entry = NULL;

        plan_start(&plan, "A");
        finding = &plan.findings.at[0];
        finding->status = cases[i].status;
        finding->certainty = cases[i].certainty;
        finding->verb = cases[i].verb;
        finding->is_primary = !cases[i].is_secondary;
        if (cases[i].is_secondary)
            (void)snprintf(finding->primary_id, sizeof finding->primary_id, "ENT-03-cause");
        if (cases[i].decision != NULL)
            night_sql(&plan.place,
                tie_arena_printf(&plan.place.arena, "INSERT INTO decision VALUES (%s)", cases[i].decision));
        plan_make(&plan, rules, rule_count);
        TEST_EXPECT(plan.exports.count == 1, cases[i].why);
        entry = &plan.exports.at[0];
        test_expect_text(entry->is_exported ? entry->output : entry->why, cases[i].want, cases[i].why);
        test_expect_text(entry->correction_id, entry->is_exported ? "C000000001" : "", cases[i].why);
        test_expect_text(finding->correction_id, entry->correction_id, cases[i].why);
        if (entry->is_exported)
            test_expect_text(entry->why, "", cases[i].why);
        plan_stop(&plan);
    }
}

static void no_rules_export_nothing(void **state)
{
    struct plan plan;

    (void)state;
    plan_start(&plan, "A+ B");
    plan_make(&plan, NULL, 0);
    assert_int_equal(plan.exports.count, 1);
    assert_string_equal(plan.exports.at[0].why, "no output of this job carries verb GI");
    assert_string_equal(plan.exports.at[0].output, "");
    plan_stop(&plan);
}

static void numbers_follow_the_ids_whatever_the_order_of_findings(void **state)
{
    static const struct tie_export_rule rule = { "goods", "GI", false };
    struct plan plan;

    (void)state;
    plan_start(&plan, "C+ A+ D B+");
    plan_make(&plan, &rule, 1);
    assert_int_equal(plan.exports.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct tie_finding *finding = &plan.findings.at[plan.exports.at[i].finding];

        assert_string_equal(finding->id, ((const char *[]){ "INV-01-A", "INV-01-B", "INV-01-C" })[i]);
        assert_string_equal(finding->correction_id, ((const char *[]){ "C000000001", "C000000002", "C000000003" })[i]);
    }
    plan_stop(&plan);
}

/* Every verb that a row of the catalogue proposes either posts a document, and is listed, or is one of those that
 * never do. */
static void every_verb_of_the_catalogue_is_known(void **state)
{
    static const char *const silent[] = { "NONE", "INVST", "FSM", "APP", "MDM" };
    struct plan plan;

    (void)state;
    plan_start(&plan, "A");
    for (enum tie_check check = 0; check < TIE_CHECK_COUNT; check++) {
        struct tie_text rest = tie_text_of(tie_check(check)->verbs);

        while (rest.size > 0) {
            struct tie_text words = tie_text_cut(&rest, '|');
            const char *verb = tie_text_dup(&plan.place.arena, tie_text_trim(tie_text_cut(&words, ' ')));
            bool is_silent = false;

            for (size_t i = 0; i < TIE_COUNT_OF(silent); i++)
                is_silent |= strcmp(silent[i], verb) == 0;
            plan.findings.at[0].verb = verb;
            plan_make(&plan, NULL, 0);
            TEST_EXPECT(plan.exports.count == !is_silent, verb);
        }
    }
    plan_stop(&plan);
}

static void an_export_with_other_figures_waits_for_a_person(void **state)
{
    struct plan plan;
    struct night night = { .day = 8, .emitted = "A+ B+", .read = NIGHT_ALL };
    static const struct tie_export_rule rule = { "goods", "GI", false };
    static const struct tie_region region = { .code = "default" };
    const struct tie_anchors anchors = { 0 };
    struct tie_kept_list cleared, carried;

    (void)state;
    night_place_start(&plan.place);
    night_run(&plan.place, &night);
    assert_int_equal(tie_ledger_open(&plan.place.place, &plan.ledger, NULL), TIE_OK);
    plan.findings = night_findings(&plan.place.arena, "A+ B+");
    plan.findings.at[1].correction_qty += 1;
    assert_int_equal(tie_ledger_judge(plan.ledger, &plan.place.arena, night_day(9), &region, &plan.findings, &anchors,
                         &cleared, &carried, NULL),
        TIE_OK);
    plan_make(&plan, &rule, 1);
    assert_string_equal(plan.exports.at[0].why, "already exported as C000000001 in run 2026-11-08.1");
    assert_string_equal(plan.exports.at[1].why,
        "already exported as C000000002 in run 2026-11-08.1 with other figures: reject or acknowledge it first");
    assert_false(plan.exports.at[0].is_exported || plan.exports.at[1].is_exported);
    plan_stop(&plan);
}

/* Numbers taken by a run that is killed before its commit point are free again; those behind it are not. */
static void numbers_are_never_given_twice(void **state)
{
    struct night_place place;
    struct tie_buf rows;
    struct night nights[] = { { .day = 1, .emitted = "A+ B+", .read = NIGHT_ALL },
        { .day = 2, .emitted = "C+", .read = NIGHT_ALL }, { .day = 3, .emitted = "D+ E+", .read = NIGHT_ALL } };

    (void)state;
    tie_buf_init(&rows, 1 << 16);
    night_place_start(&place);
    night_run_killed(&place, &nights[0], 1);
    night_run(&place, &nights[0]);
    night_run(&place, &nights[1]);
    night_sql(&place, "UPDATE setting SET value = '999999999' WHERE name = 'next_correction'");
    night_run(&place, &nights[2]);
    night_query(&place,
        "SELECT correction_id, finding_id, verb, output, run, as_of - 20757, quantity, amount, currency,"
        " settled_as_of - 20757 FROM correction ORDER BY length(correction_id), correction_id",
        &rows);
    assert_string_equal(rows.at,
        "C000000001|INV-01-A|GI|goods|2026-11-01.1|1|2000000|-9223372036854775808|EUR|2;"
        "C000000002|INV-01-B|GI|goods|2026-11-01.1|1|2000000|-9223372036854775808|EUR|2;"
        "C000000003|INV-01-C|GI|goods|2026-11-02.1|2|2000000|-9223372036854775808|EUR|3;"
        "C999999999|INV-01-D|GI|goods|2026-11-03.1|3|2000000|-9223372036854775808|EUR|-;"
        "C1000000000|INV-01-E|GI|goods|2026-11-03.1|3|2000000|-9223372036854775808|EUR|-;");
    tie_buf_reset(&rows);
    night_query(&place, "SELECT value FROM setting WHERE name = 'next_correction'", &rows);
    assert_string_equal(rows.at, "1000000001;");
    tie_buf_release(&rows);
    night_place_stop(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_rule_at_a_time),
        cmocka_unit_test(no_rules_export_nothing),
        cmocka_unit_test(numbers_follow_the_ids_whatever_the_order_of_findings),
        cmocka_unit_test(every_verb_of_the_catalogue_is_known),
        cmocka_unit_test(an_export_with_other_figures_waits_for_a_person),
        cmocka_unit_test(numbers_are_never_given_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
