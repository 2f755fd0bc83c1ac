/*
 * test_registry.c - the catalogue is whole and every text of it can be read by the engine.
 *
 * Counts, the two finding ids and the list of placeholders are typed from the document, not taken from the table.
 */
#include "../../../src/check/judge.h"
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_counts(void **state)
{
    static const size_t want[] = { 0, 36, 9, 3, 73, 43 };
    size_t got[TIE_COUNT_OF(want)] = { 0 };

    (void)state;
    assert_int_equal(TIE_CHECK_COUNT, 164);
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct tie_check_info *info = tie_check((enum tie_check)i);

        assert_int_equal(info->id, i);
        assert_in_range(info->release, 1, 5);
        got[info->release]++;
    }
    assert_memory_equal(got, want, sizeof want);
}

static void test_codes(void **state)
{
    (void)state;
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct tie_check_info *info = tie_check((enum tie_check)i);
        enum tie_check found = TIE_CHECK_COUNT;

        assert_true(tie_check_find(tie_text_of(info->code), &found)); /* and so unique: a repeat finds the first */
        assert_int_equal(found, i);
        assert_int_equal(strlen(info->code), 6);
        assert_int_equal(strlen(info->family), 3);
        assert_memory_equal(info->code, info->family, 3);
        assert_in_range(info->severity, 1, 4);
        assert_true(strlen(info->title) > 0 && strlen(info->definition) > 0 && strlen(info->reason) > 0);
    }
    assert_false(tie_check_find(TIE_TEXT("INV-99"), &(enum tie_check){ TIE_INV_01 }));
    assert_false(tie_check_find(TIE_TEXT("inv-01"), &(enum tie_check){ TIE_INV_01 }));
}

static void test_due_rules(void **state)
{
    (void)state;
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        if (!check_due_rule_is_known(tie_check((enum tie_check)i)->due))
            fail_msg("%s: due \"%s\"", tie_check((enum tie_check)i)->code, tie_check((enum tie_check)i)->due);
    }
    assert_false(check_due_rule_is_known("closed_at + window.no_such_window"));
    assert_false(check_due_rule_is_known("no_such_trigger"));
    assert_false(check_due_rule_is_known("closed_at + limits.late_sync"));
}

/* checks.md, section 1 */
static const char *const placeholders[] = { "work_order", "customer", "asset", "contract", "item", "serial", "location",
    "technician", "uom", "usage_qty", "movement_qty", "billed_qty", "expected_qty", "diff", "action", "expected_amount",
    "actual_amount", "exposure", "currency", "reason", "date", "due", "days", "hours", "period", "limit", "ratio",
    "count", "name", "kind", "side", "field", "fsm_value", "erp_value", "ref", "other_ref", "other_item",
    "other_location" };

static bool is_placeholder(struct tie_text name)
{
    for (size_t i = 0; i < TIE_COUNT_OF(placeholders); i++) {
        if (tie_text_is(name, placeholders[i]))
            return true;
    }
    return false;
}

static void test_placeholders(void **state)
{
    (void)state;
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct tie_check_info *info = tie_check((enum tie_check)i);
        const char *open = info->sentence;

        while ((open = strchr(open, '{')) != NULL) {
            const char *close = strchr(open, '}');

            assert_non_null(close);
            if (!is_placeholder((struct tie_text){ open + 1, (size_t)(close - open - 1) }))
                fail_msg("%s: %s", info->code, open);
            open = close;
        }
    }
}

/* The engine fills every sentence of the catalogue; a plain draft knows nothing, and says so. */
static void test_sentences(void **state)
{
    struct test_bench bench;
    struct tie_check_sink sink;
    struct judge judge = { 0 };

    (void)state;
    test_bench_start(&bench, NULL, "item; item_id=A, base_uom=EA\n");
    tie_check_sink_init(&sink, &bench.rows.arena);
    judge = (struct judge){
        .scratch = &bench.rows.arena, .world = &bench.world, .pool = bench.world.pool, .sink = &sink
    };
    tie_buf_init(&judge.buf, 4096);
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct draft draft = check_draft_plain((enum tie_check)i);
        const char *text = check_sentence_fill(&judge, &draft);

        assert_null(strchr(text, '{'));
        assert_true(strlen(text) > 10);
    }
    tie_buf_release(&judge.buf);
    test_bench_stop(&bench);
}

static void test_switches(void **state)
{
    struct test_bench bench;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_delivery nothing;
    struct tie_delivery all;

    (void)state;
    memset(&nothing, 0, sizeof nothing);
    memset(&all, 1, sizeof all);
    test_bench_start(&bench, "[check INV-03]\nenabled = no\n", "item; item_id=A, base_uom=EA\n");
    tie_check_switches(&bench.rows.arena, &all, &bench.policy, switches);
    for (int i = 0; i < TIE_CHECK_COUNT; i++) {
        const int release = tie_check((enum tie_check)i)->release;
        const bool is_judged = tie_check_is_judged((enum tie_check)i);
        const enum tie_check_off want = !is_judged ? TIE_CHECK_OFF_VERSION
            : i == TIE_INV_03                      ? TIE_CHECK_OFF_POLICY
                                                   : TIE_CHECK_ON;

        assert_true(is_judged ? release <= 2 : release > 1);
        assert_int_equal(switches[i].off, want);
        assert_true((switches[i].why == NULL) == (want == TIE_CHECK_ON));
    }
    tie_check_switches(&bench.rows.arena, &nothing, &bench.policy, switches);
    assert_int_equal(switches[TIE_WTY_01].off, TIE_CHECK_OFF_NEEDS);
    assert_string_equal(switches[TIE_INV_01].why, "needs work_order.wo_id");
    all.column[TIE_DS_CLAIM][tie_column_find(tie_dataset(TIE_DS_CLAIM), TIE_TEXT("filed_date"))] = false;
    tie_check_switches(&bench.rows.arena, &all, &bench.policy, switches);
    assert_string_equal(switches[TIE_WTY_02].why, "needs claim.filed_date");
    assert_int_equal(switches[TIE_CON_02].off, TIE_CHECK_ON);
    test_bench_stop(&bench);
}

static void test_ids(void **state)
{
    static const struct {
        enum tie_check check;
        size_t count;
        const char *keys[5];
        const char *want;
    } ids[] = {
        { TIE_INV_01, 5, { "W1", "A", "own", "new", "EUR" }, "INV-01-3bhm3gsinatmzkxo" },
        { TIE_INV_08, 2, { "usage_line", "U2" }, "INV-08-h3y6pmuj6zcyanja" },
    };
    char a[TIE_FINDING_ID_MAX], b[TIE_FINDING_ID_MAX], long_key[601] = "";

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(ids); i++) {
        tie_finding_id(a, ids[i].check, ids[i].keys, ids[i].count);
        assert_string_equal(a, ids[i].want);
    }
    /* an empty key stays, and keys don't run together */
    tie_finding_id(a, TIE_INV_08, (const char *const[]){ "usage_line", "" }, 2);
    tie_finding_id(b, TIE_INV_08, (const char *const[]){ "usage_line" }, 1);
    assert_string_not_equal(a, b);
    tie_finding_id(a, TIE_INV_08, (const char *const[]){ "ab", "c" }, 2);
    tie_finding_id(b, TIE_INV_08, (const char *const[]){ "a", "bc" }, 2);
    assert_string_not_equal(a, b);
    /* hashlib.sha256(b"tieout-finding-1\0INV-08\0usage_line\0" + b"A" * 600), as base32 */
    memset(long_key, 'A', sizeof long_key - 1);
    tie_finding_id(a, TIE_INV_08, (const char *const[]){ "usage_line", long_key }, 2);
    assert_string_equal(a, "INV-08-fxoyh5kdqbfopqc3");
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(tie_bucket_name(TIE_BUCKET_CTRL), "CTRL");
    assert_string_equal(tie_certainty_name(TIE_CERTAINTY_NONE), "NONE");
    assert_string_equal(tie_verdict_name(TIE_VERDICT_AMBIGUOUS), "ambiguous");
    assert_string_equal(tie_finding_status_name(TIE_FINDING_CARRIED), "carried");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_due_rules),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
