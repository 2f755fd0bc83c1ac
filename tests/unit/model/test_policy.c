/*
 * test_policy.c - defaults, values, faults and days of a policy.
 *
 * The table of defaults is the outside contract (config/policy.ini prints the same): a default that changes must
 * change here too.
 */
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- defaults ---- */

static const struct {
    const char *section, *key, *value;
} defaults[] = {
    { "tolerance", "quantity_share", "0.5%" },
    { "tolerance", "quantity_abs", "0.001" },
    { "tolerance", "each_units", "EA, PCE, ST, C62, UNIT" },
    { "tolerance", "money_share", "0.5%" },
    { "tolerance", "money_minor_units_per_line", "1" },
    { "tolerance", "time", "6min" },
    { "window", "movement_before_visit", "7d" },
    { "window", "movement_after_close", "5wd" },
    { "window", "return_after_close", "10d" },
    { "window", "billing_after_close", "10d" },
    { "window", "debit_after_close", "10d" },
    { "window", "claim_after_close", "10d" },
    { "window", "late_sync", "72h" },
    { "window", "late_posting", "5d" },
    { "window", "cutoff", "3wd" },
    { "window", "duplicate", "30d" },
    { "window", "date_match", "3d" },
    { "window", "credit", "30d" },
    { "window", "transit", "5d" },
    { "window", "cancelled", "5d" },
    { "window", "core_return", "30d" },
    { "window", "core_credit", "10d" },
    { "window", "vendor_credit", "30d" },
    { "window", "vendor_return", "30d" },
    { "window", "posting", "3d" },
    { "window", "release", "5d" },
    { "window", "release_reservation", "1d" },
    { "window", "reservation_age", "60d" },
    { "window", "approval", "3d" },
    { "window", "milestone", "5d" },
    { "window", "plan_visit", "0d" },
    { "window", "plan_invoice", "5d" },
    { "window", "claim_decision", "30d" },
    { "window", "settlement", "30d" },
    { "scope", "exclude_order_types", "internal, training" },
    { "scope", "cost_centre_issue_is_consumption", "no" },
    { "scope", "signoff_order_types", "repair, pm, install" },
    { "scope", "default_price_list", "LIST" },
    { "billing", "no_charge_evidence", "erp" },
    { "billing", "price_rounding", "line" },
    { "billing", "charges_need_usage", "no" },
    { "calendar *", "days", "last" },
    { "calendar *", "grace", "4d" },
    { "entitlement", "date", "completed" },
    { "entitlement", "order", "vendor_warranty, own_warranty, part_warranty, contract, chargeable" },
    { "money", "high", "5000" },
    { "money", "trivial", "25" },
    { "money", "annual_rate", "8%" },
    { "money", "billing_target", "10d" },
    { "money", "fx_kind", "mid" },
    { "goodwill", "needs_approval", "yes" },
    { "limits", "cost_outlier_factor", "3" },
    { "limits", "fx_share", "0.1%" },
    { "limits", "contract_margin", "0%" },
    { "limits", "duplicate_customer_score", "90%" },
    { "limits", "backdated", "5d" },
    { "limits", "claim_lapse_notice", "5d" },
    { "limits", "non_billable_sigma", "3" },
    { "limits", "core_value_share", "100%" },
    { "limits", "warranty_starts", "install" },
    { "guarantee", "repair_days", "30d" },
    { "discount", "authority", "0%" },
    { "alert", "firm_exposure", "0" },
    { "alert", "s1_count", "0" },
    { "alert", "unbilled_share", "0%" },
    { "sample", "confidence", "95%" },
    { "sample", "tolerable", "5%" },
    { "sample", "expected", "0.5%" },
    { "reference work_order", "pattern", "wo[ -]*([0-9]+)" },
    { "reference work_order", "ignore_case", "yes" },
    { "reference work_order", "format", "WO-{1}" },
    { "normalise", "item", "trim, upper" },
    { "normalise", "customer", "trim" },
    { "region default", "timezone", "Europe/Brussels" },
    { "region default", "weekend", "sat, sun" },
    { "region default", "holidays", "" },
    { "check *", "enabled", "yes" },
    /* not printed by the default file: what an id of any other kind is compared by, and what a single check may be
     * told */
    { "normalise", "location", "trim" },
    { "normalise", "technician", "trim" },
    { "normalise", "contract", "trim" },
    { "normalise", "asset", "trim" },
    { "normalise", "work_order", "trim" },
    { "region *", "timezone", "" },
    { "region *", "weekend", "" },
    { "region *", "holidays", "" },
    { "check *", "severity", "" },
    { "check *", "window", "" },
};

static void test_defaults(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(defaults); i++) {
        const char *found = NULL;

        for (size_t k = 0; k < tie_policy_schema_count; k++)
            if (strcmp(tie_policy_schema[k].section, defaults[i].section) == 0 &&
                strcmp(tie_policy_schema[k].key, defaults[i].key) == 0)
                found = tie_policy_schema[k].fallback;
        TEST_EXPECT(found != NULL, defaults[i].key);
        test_expect_text(found, defaults[i].value, defaults[i].key);
    }
    assert_int_equal(tie_policy_schema_count, TIE_COUNT_OF(defaults));
    for (size_t k = 0; k < tie_policy_schema_count; k++)
        TEST_EXPECT(
            tie_policy_schema[k].help != NULL && tie_policy_schema[k].help[0] != '\0', tie_policy_schema[k].key);
}

static struct tie_arena arena;

static int set_up(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)64 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

static struct tie_policy read_policy(const char *text)
{
    struct tie_policy policy;
    struct tie_error error;

    if (test_policy_read(&arena, text, &policy, &error) != TIE_OK)
        fail_msg("%s", error.text);
    return policy;
}

static void test_values_without_a_file(void **state)
{
    const struct tie_policy policy = read_policy("");

    (void)state;
    test_expect_text(
        policy.digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "of the empty text");
    assert_int_equal(policy.quantity_share, 5000);
    assert_int_equal(policy.quantity_abs, 1000);
    assert_int_equal(policy.money_minor_units_per_line, TIE_DEC_ONE);
    assert_int_equal(policy.time_tolerance.seconds, 360);
    assert_int_equal(policy.each_unit_count, 5);
    test_expect_text(policy.each_units[4], "UNIT", "the last unit");
    assert_int_equal(policy.window[TIE_WINDOW_MOVEMENT_BEFORE_VISIT].seconds, 7 * 86400);
    assert_int_equal(policy.window[TIE_WINDOW_MOVEMENT_AFTER_CLOSE].workdays, 5);
    assert_int_equal(policy.window[TIE_WINDOW_MOVEMENT_AFTER_CLOSE].seconds, 0);
    assert_int_equal(policy.window[TIE_WINDOW_LATE_SYNC].seconds, 72 * 3600);
    assert_int_equal(policy.window[TIE_WINDOW_PLAN_VISIT].seconds, 0);
    assert_int_equal(policy.window[TIE_WINDOW_SETTLEMENT].seconds, 30 * 86400);
    assert_true(policy.excluded_type[TIE_W_INTERNAL] && policy.excluded_type[TIE_W_TRAINING]);
    assert_false(policy.excluded_type[TIE_W_REPAIR] || policy.excluded_type[TIE_W_EMPTY]);
    assert_true(
        policy.signoff_type[TIE_W_REPAIR] && policy.signoff_type[TIE_W_PM] && policy.signoff_type[TIE_W_INSTALL]);
    assert_false(policy.signoff_type[TIE_W_RECALL]);
    test_expect_text(policy.default_price_list, "LIST", "price list");
    assert_int_equal(policy.no_charge_evidence, TIE_EVIDENCE_ERP);
    assert_false(policy.round_unit_price || policy.charges_need_usage || policy.cost_centre_counts);
    assert_int_equal(policy.cover_date, TIE_COVER_COMPLETED);
    assert_int_equal(policy.cover_order_count, 5);
    assert_int_equal(policy.cover_order[0], TIE_W_VENDOR_WARRANTY);
    assert_int_equal(policy.cover_order[4], TIE_W_CHARGEABLE);
    assert_int_equal(policy.high, 5000 * TIE_DEC_ONE);
    assert_int_equal(policy.annual_rate, 80000);
    assert_int_equal(policy.fx_kind, TIE_W_MID);
    assert_true(policy.goodwill_needs_approval);
    assert_int_equal(policy.fx_share, 1000);
    assert_int_equal(policy.core_value_share, TIE_DEC_ONE);
    assert_int_equal(policy.repair_guarantee.seconds, 30 * 86400);
    assert_false(policy.warranty_starts_at_ship);
    assert_int_equal(policy.alert_s1_count, 0);
    assert_int_equal(policy.sample_confidence, 950000);
    assert_true(policy.normalise[TIE_XREF_ITEM].upper && !policy.normalise[TIE_XREF_CUSTOMER].upper);
    assert_int_equal(policy.region_count, 1);
    test_expect_text(policy.regions[0].code, "default", "the default region is always there");
    assert_int_equal(policy.regions[0].workdays.weekend_mask, 0x60);
    assert_int_equal(policy.calendar_count, 0);
    assert_int_equal(policy.override_count, 0);
}

static void test_values_of_a_file(void **state)
{
    const struct tie_policy policy = read_policy("[window]\nlate_sync = 4d\n"
                                                 "[scope]\nexclude_order_types =\n"
                                                 "[billing]\nno_charge_evidence = both\nprice_rounding = unit\n"
                                                 "[entitlement]\ndate = usage\norder = contract, chargeable\n"
                                                 "[money]\nfx_kind = closing\n"
                                                 "[limits]\nwarranty_starts = ship\n"
                                                 "[alert]\ns1_count = 3\n"
                                                 "[normalise]\nitem = upper, strip:-., zeros\nasset =\n"
                                                 "[check INV-03]\nenabled = no\n"
                                                 "[check TIM-02]\nseverity = S4\nwindow = 2wd\n");
    const struct tie_check_override *override = tie_policy_override(&policy, "TIM-02");

    (void)state;
    assert_int_equal(strlen(policy.digest), 64);
    assert_int_equal(policy.window[TIE_WINDOW_LATE_SYNC].seconds, 4 * 86400);
    assert_false(policy.excluded_type[TIE_W_INTERNAL]);
    assert_int_equal(policy.no_charge_evidence, TIE_EVIDENCE_BOTH);
    assert_true(policy.round_unit_price);
    assert_int_equal(policy.cover_date, TIE_COVER_USAGE);
    assert_int_equal(policy.cover_order_count, 2);
    assert_int_equal(policy.cover_order[0], TIE_W_CONTRACT);
    assert_int_equal(policy.fx_kind, TIE_W_CLOSING);
    assert_true(policy.warranty_starts_at_ship);
    assert_int_equal(policy.alert_s1_count, 3);
    test_expect_text(policy.normalise[TIE_XREF_ITEM].strip, "-.", "characters to strip");
    assert_true(policy.normalise[TIE_XREF_ITEM].zeros && !policy.normalise[TIE_XREF_ITEM].trim);
    assert_false(policy.normalise[TIE_XREF_ASSET].trim);
    assert_non_null(override);
    assert_true(override->enabled && override->severity == 4 && override->has_window && override->window.workdays == 2);
    override = tie_policy_override(&policy, "INV-03");
    assert_true(!override->enabled && override->severity == 0 && !override->has_window);
    assert_null(tie_policy_override(&policy, "INV-04"));
    test_expect_text(tie_window_name(TIE_WINDOW_SETTLEMENT), "settlement", "as checks.tsv names it");
}

/* ---- faults: the text must name the line and what is wrong ---- */

static void test_faults(void **state)
{
    static const struct {
        const char *why, *text, *says;
    } cases[] = {
        { "unknown key", "[window]\nlate_synch = 3d\n", "policy.ini:2" },
        { "unknown section", "[windows]\nlate_sync = 3d\n", "policy.ini:1" },
        { "a share above one", "[tolerance]\nmoney_share = 101%\n", "policy.ini:2" },
        { "a duration without unit", "[window]\ncredit = 30\n", "policy.ini:2" },
        { "trivial above high", "[money]\nhigh = 10\n", "at most 10" },
        { "an order type that is none", "[scope]\nexclude_order_types = repairs\n", "repairs" },
        { "a cover twice", "[entitlement]\norder = contract, chargeable, contract\n", "contract stands there twice" },
        { "no cover", "[entitlement]\norder =\n", "at least one cover" },
        { "a rule for ids that is none", "[normalise]\nitem = trim, lower\n", "\"lower\" is no rule" },
        { "nothing to strip", "[normalise]\nitem = strip:\n", "\"strip:\" is no rule" },
        { "half a character to strip", "[normalise]\nitem = strip:\xc3\xa9\n", "ASCII" },
        { "a pattern that is none", "[reference work_order]\npattern = \"wo([0-9]+\"\n", "pattern = \"wo([0-9]+\"" },
        { "a group that the pattern lacks", "[reference work_order]\nformat = \"{2}\"\n", "no group of that number" },
        { "a format without group", "[reference work_order]\nformat = WO\n", "all orders would be one" },
        { "an open brace", "[reference work_order]\nformat = \"WO-{1\"\n", "a brace must be" },
        { "a zone that is none", "[region X]\ntimezone = Mars/Olympus\n", "[region X] timezone" },
        { "a holiday that is none", "[region default]\nholidays = 2026-02-30\n", "\"2026-02-30\" is no date" },
        { "a week without work", "[region default]\nweekend = mon, tue, wed, thu, fri, sat, sun\n", "working day" },
        { "a day of the month that is none", "[calendar m]\ndays = 32\n", "\"32\" is no billing day" },
        { "day zero", "[calendar m]\ndays = 0\n", "\"0\" is no billing day" },
        { "no day", "[calendar m]\ndays =\n", "at least one billing day" },
        { "a check in small letters", "[check inv-03]\nenabled = no\n", "\"inv-03\" is no check" },
        { "a check with three digits", "[check INV-003]\nenabled = no\n", "\"INV-003\" is no check" },
        { "a severity that is none", "[check INV-03]\nseverity = S5\n", "policy.ini:2" },
    };
    struct tie_policy policy;
    struct tie_error error;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        TEST_EXPECT(test_policy_read(&arena, cases[i].text, &policy, &error) == TIE_CONFIG, cases[i].why);
        if (strstr(error.text, cases[i].says) == NULL || strstr(error.text, "policy.ini") == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\" and the file", cases[i].why, error.text, cases[i].says);
    }
}

/* ---- regions, spans, calendars ---- */

static const char regions[] = "[region default]\nholidays = 2026-12-25, 2026-05-01, 2026-05-01\n"
                              "[region US]\ntimezone = America/New_York\n"
                              "[region AE]\ntimezone = Asia/Dubai\nweekend = fri\nholidays =\n";

static void test_regions(void **state)
{
    const struct tie_policy policy = read_policy(regions);
    const struct tie_region *us = tie_policy_region(&policy, TIE_TEXT("US"));
    const struct tie_region *ae = tie_policy_region(&policy, TIE_TEXT("AE"));

    (void)state;
    assert_int_equal(policy.region_count, 3);
    test_expect_text(tie_policy_region(&policy, TIE_TEXT(""))->code, "default", "no region");
    test_expect_text(tie_policy_region(&policy, TIE_TEXT("FR"))->code, "default", "an unknown region");
    test_expect_text(us->zone.name, "America/New_York", "its own zone");
    assert_int_equal(us->workdays.weekend_mask, 0x60); /* what it leaves out is the default's */
    assert_int_equal(us->workdays.holiday_count, 2);   /* also the holidays, of which one stood twice */
    assert_int_equal(us->workdays.holidays[0], test_date("2026-05-01"));
    assert_int_equal(ae->workdays.weekend_mask, 0x10);
    assert_int_equal(ae->workdays.holiday_count, 0); /* an empty list is a list */
}

static void test_spans(void **state)
{
    static const struct {
        const char *why, *region, *from;
        struct tie_span span;
        const char *want;
    } cases[] = {
        { "whole days", "", "2026-11-20", { 3 * 86400, 0 }, "2026-11-23" },
        { "hours are rounded up", "", "2026-11-20", { 1, 0 }, "2026-11-21" },
        { "72 hours are three days", "", "2026-11-20", { 72 * 3600, 0 }, "2026-11-23" },
        { "nothing is the same day", "", "2026-11-20", { 0, 0 }, "2026-11-20" },
        { "working days skip the weekend", "", "2026-11-20", { 0, 1 }, "2026-11-23" },
        { "working days of another week", "AE", "2026-11-19", { 0, 1 }, "2026-11-21" },
        { "working days skip holidays", "", "2026-12-24", { 0, 1 }, "2026-12-28" },
        { "no day, no due", "", NULL, { 86400, 0 }, NULL },
    };
    const struct tie_policy policy = read_policy(regions);

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        TEST_EXPECT(tie_span_after(tie_policy_region(&policy, tie_text_of(cases[i].region)), test_day(cases[i].from),
                        cases[i].span) == test_day(cases[i].want),
            cases[i].why);
}

static void test_spans_back(void **state)
{
    static const struct {
        const char *why, *region, *from;
        struct tie_span span;
        const char *want;
    } cases[] = {
        { "whole days", "", "2026-11-20", { 7 * 86400, 0 }, "2026-11-13" },
        { "hours are rounded up", "", "2026-11-20", { 1, 0 }, "2026-11-19" },
        { "nothing is the same day", "", "2026-11-20", { 0, 0 }, "2026-11-20" },
        { "working days skip the weekend", "", "2026-11-23", { 0, 1 }, "2026-11-20" },
        { "working days of another week", "AE", "2026-11-21", { 0, 1 }, "2026-11-19" },
        { "working days skip holidays", "", "2026-12-28", { 0, 1 }, "2026-12-24" },
        { "no day, none before it", "", NULL, { 86400, 0 }, NULL },
    };
    const struct tie_policy policy = read_policy(regions);

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        TEST_EXPECT(tie_span_before(tie_policy_region(&policy, tie_text_of(cases[i].region)), test_day(cases[i].from),
                        cases[i].span) == test_day(cases[i].want),
            cases[i].why);
}

static void test_calendars(void **state)
{
    static const struct {
        const char *why, *calendar, *closed, *want;
    } cases[] = {
        { "the last day of the month and the grace", "monthly", "2026-11-20", "2026-12-04" },
        { "closed on a billing day: the next one", "monthly", "2026-11-30", "2027-01-04" },
        { "the last day of a short month", "monthly", "2028-02-01", "2028-03-04" },
        { "two days a month, the nearer", "twice", "2026-11-10", "2026-11-15" },
        { "two days a month, over the month's end", "twice", "2026-11-15", "2026-12-01" },
        { "day 31 waits for a month that has one", "late", "2027-01-31", "2027-03-31" },
        { "a date before the day of the month", "dates", "2026-11-10", "2026-11-12" },
        { "the day of the month before a date", "dates", "2026-11-12", "2026-11-25" },
        { "only dates: the next", "gone", "2026-01-01", "2026-01-02" },
        { "only dates: all gone by", "gone", "2026-01-02", NULL },
        { "grace of working days", "work", "2026-11-19", "2026-11-24" },
        { "never closed, never due", "monthly", NULL, NULL },
    };
    const struct tie_policy policy = read_policy("[calendar monthly]\n"
                                                 "[calendar twice]\ndays = 15, 1\ngrace = 0d\n"
                                                 "[calendar late]\ndays = 31\ngrace = 0d\n"
                                                 "[calendar dates]\ndays = 25, 2026-12-01, 2026-11-12\ngrace = 0d\n"
                                                 "[calendar gone]\ndays = 2026-01-02\ngrace = 0d\n"
                                                 "[calendar work]\ndays = 20\ngrace = 2wd\n");

    (void)state;
    assert_null(tie_policy_calendar(&policy, TIE_TEXT("")));
    assert_null(tie_policy_calendar(&policy, TIE_TEXT("Monthly")));
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        TEST_EXPECT(tie_calendar_due(tie_policy_calendar(&policy, tie_text_of(cases[i].calendar)), &policy.regions[0],
                        test_day(cases[i].closed)) == test_day(cases[i].want),
            cases[i].why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_without_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_of_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_regions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spans_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_calendars, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
