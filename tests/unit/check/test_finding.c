/*
 * test_finding.c - what every finding goes through: rounding, certainty, sign, severity, primaries, one gap one
 * code, order.
 */
#include "../../../src/check/judge.h"
#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct desk { /* a judge without a dossier */
    struct test_bench bench;
    struct tie_check_sink sink;
    struct judge judge;
};

static void desk_open(struct desk *desk, const char *policy)
{
    test_bench_start(&desk->bench, policy,
        "item; item_id=A, base_uom=EA\n"
        "fx_rate; from_currency=USD, to_currency=EUR, rate_date=2026-01-01, rate=0.5\n"
        "fx_rate; from_currency=JPY, to_currency=EUR, rate_date=2026-01-01, rate=0.006\n");
    tie_check_sink_init(&desk->sink, &desk->bench.rows.arena);
    desk->judge = (struct judge){ .scratch = &desk->bench.rows.arena,
        .world = &desk->bench.world,
        .pool = &desk->bench.shard.pool,
        .sink = &desk->sink };
    tie_buf_init(&desk->judge.buf, 4096);
}

static void desk_close(struct desk *desk)
{
    tie_buf_release(&desk->judge.buf);
    test_bench_stop(&desk->bench);
}

#define ANY TIE_CERTAINTY_COUNT /* the registry's */

static const struct {
    const char *why;
    enum tie_check check;
    enum tie_certainty certainty;
    const char *verb, *currency, *exposure;
    const char *want_exposure, *want_book, *want_reporting, *want_verb, *want_reason;
    enum tie_certainty want_certainty;
    int want_severity;
} cases[] = {
    { "plain: a goods issue costs", TIE_INV_01, ANY, "GI", "EUR", "80", "80", "-80", "80", "GI", "NOT_RECORDED",
        TIE_CERTAINTY_FIRM, 2 },
    { "half a cent rounds away from zero", TIE_BIL_04, ANY, "DM", "EUR", "30.005", "30.01", "30.01", "30.01", "DM",
        "PRICE", TIE_CERTAINTY_FIRM, 2 },
    { "so does a negative one", TIE_BIL_05, ANY, "CM", "EUR", "-30.005", "-30.01", "-30.01", "-30.01", "CM", "PRICE",
        TIE_CERTAINTY_FIRM, 2 },
    { "yen have no cents", TIE_BIL_04, ANY, "DM", "JPY", "5000.5", "5001", "5001", "30.01", "DM", "PRICE",
        TIE_CERTAINTY_FIRM, 2 },
    { "the rounded amount is converted and rounded once more", TIE_BIL_04, ANY, "DM", "USD", "60.014", "60.01", "60.01",
        "30.01", "DM", "PRICE", TIE_CERTAINTY_FIRM, 2 },
    { "no rate: no reporting amount, no shift", TIE_BIL_01, ANY, "INV", "CHF", "9000", "9000", "9000", "-", "INV",
        "NOT_RECORDED", TIE_CERTAINTY_FIRM, 1 },
    { "unknown: certainty NONE, reason MASTER, verb stays", TIE_INV_01, ANY, "GI", "EUR", "-", "-", "-", "-", "GI",
        "MASTER", TIE_CERTAINTY_NONE, 2 },
    { "a doubtful document turns to INVST", TIE_INV_03, TIE_CERTAINTY_CONTINGENT, "GI", "EUR", "80", "80", "0", "80",
        "INVST", "NOT_RECORDED", TIE_CERTAINTY_CONTINGENT, 2 },
    { "a doubtful report stays with the store", TIE_WOS_08, ANY, "FSM", "EUR", "80", "80", "0", "80", "FSM", "MASTER",
        TIE_CERTAINTY_CONTINGENT, 2 },
    { "a reserve posting moves no margin", TIE_WTY_01, ANY, "RCL", "EUR", "40", "40", "0", "40", "RCL", "CLAIM",
        TIE_CERTAINTY_FIRM, 1 },
    { "a claim does", TIE_WTY_01, ANY, "WCL", "EUR", "40", "40", "40", "40", "WCL", "CLAIM", TIE_CERTAINTY_FIRM, 1 },
    { "a debit is not taken as profit", TIE_CON_01, ANY, "CDEB", "EUR", "40", "40", "0", "40", "CDEB", "NOT_POSTED",
        TIE_CERTAINTY_FIRM, 2 },
    { "its reversal is a loss", TIE_CON_02, ANY, "CREV", "EUR", "-40", "-40", "-40", "-40", "CREV", "UNKNOWN",
        TIE_CERTAINTY_FIRM, 2 },
    { "correct and rebill as the exposure", TIE_BIL_05, ANY, "CRB", "EUR", "-40", "-40", "-40", "-40", "CRB", "PRICE",
        TIE_CERTAINTY_FIRM, 2 },
    { "0 is trivial", TIE_INV_03, ANY, "FSM", "EUR", "0", "0", "0", "0", "FSM", "NOT_RECORDED", TIE_CERTAINTY_FIRM, 3 },
    { "just below trivial", TIE_BIL_04, ANY, "DM", "EUR", "24.99", "24.99", "24.99", "24.99", "DM", "PRICE",
        TIE_CERTAINTY_FIRM, 3 },
    { "trivial itself is not", TIE_BIL_04, ANY, "DM", "EUR", "25", "25", "25", "25", "DM", "PRICE", TIE_CERTAINTY_FIRM,
        2 },
    { "high is one step up, at the amount", TIE_BIL_04, ANY, "DM", "EUR", "5000", "5000", "5000", "5000", "DM", "PRICE",
        TIE_CERTAINTY_FIRM, 1 },
    { "high by size, not by sign", TIE_BIL_05, ANY, "CM", "EUR", "-5000", "-5000", "-5000", "-5000", "CM", "PRICE",
        TIE_CERTAINTY_FIRM, 1 },
    { "not beyond S1", TIE_BIL_01, ANY, "INV", "EUR", "5000", "5000", "5000", "5000", "INV", "NOT_RECORDED",
        TIE_CERTAINTY_FIRM, 1 },
    { "a check without amounts has no shift", TIE_FIN_06, ANY, "NONE", "EUR", "0", "0", "0", "0", "NONE", "UNKNOWN",
        TIE_CERTAINTY_NONE, 1 },
};

static void expect_amount(tie_dec got, const char *want, const char *why, const char *what)
{
    char text[TIE_DEC_TEXT_MAX] = "-";

    if (got != TIE_NONE)
        tie_dec_print(got, text);
    if (strcmp(text, want) != 0)
        fail_msg("%s: %s %s, wanted %s", why, what, text, want);
}

static void test_finish(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, NULL);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct draft draft = check_draft_plain(cases[i].check);
        const struct tie_finding *f = &draft.f;

        if (cases[i].certainty != ANY)
            draft.f.certainty = cases[i].certainty;
        draft.f.verb = cases[i].verb;
        draft.f.exposure = strcmp(cases[i].exposure, "-") == 0 ? TIE_NONE : test_dec(cases[i].exposure);
        draft.currency = test_str(&desk.bench.shard, cases[i].currency);
        check_draft_finish(&desk.judge, &draft);
        expect_amount(f->exposure, cases[i].want_exposure, cases[i].why, "exposure");
        expect_amount(f->book_effect, cases[i].want_book, cases[i].why, "book effect");
        expect_amount(f->exposure_reporting, cases[i].want_reporting, cases[i].why, "reporting");
        test_expect_text(f->verb, cases[i].want_verb, cases[i].why);
        test_expect_text(f->reason, cases[i].want_reason, cases[i].why);
        TEST_EXPECT(f->certainty == cases[i].want_certainty, cases[i].why);
        TEST_EXPECT(f->severity == cases[i].want_severity, cases[i].why);
    }
    desk_close(&desk);
}

static void test_own_severity(void **state)
{
    struct desk desk;
    struct draft draft = check_draft_plain(TIE_BIL_04);

    (void)state;
    desk_open(&desk, "[check BIL-04]\nseverity = S4\n");
    draft.f.verb = "DM";
    draft.f.exposure = 100 * TIE_DEC_ONE;
    draft.currency = test_str(&desk.bench.shard, "EUR");
    check_draft_finish(&desk.judge, &draft);
    assert_int_equal(draft.f.severity, 4);
    desk_close(&desk);
}

static void test_sentence(void **state)
{
    struct desk desk;
    struct draft draft = check_draft_plain(TIE_INV_01);

    (void)state;
    desk_open(&desk, NULL);
    draft.f.usage_qty = draft.quantity = 2500000;
    draft.f.item = "A";
    draft.f.work_order = "W1";
    draft.f.verb = "GI";
    draft.f.exposure = 80 * TIE_DEC_ONE;
    draft.currency = test_str(&desk.bench.shard, "EUR");
    check_draft_finish(&desk.judge, &draft);
    assert_string_equal(draft.f.explanation, "2.5 A used on W1, none issued: issue 2.5 from unknown; cost 80.00 EUR");
    draft = check_draft_plain(TIE_BIL_05);
    draft.f.verb = "CM";
    draft.f.usage_qty = draft.f.movement_qty = 2 * TIE_DEC_ONE;
    draft.f.billed_qty = 3 * TIE_DEC_ONE;
    draft.quantity = -TIE_DEC_ONE;
    draft.f.item = "A";
    draft.f.work_order = "W1";
    draft.f.exposure = TIE_NONE;
    draft.currency = test_str(&desk.bench.shard, "JPY");
    check_draft_finish(&desk.judge, &draft);
    assert_string_equal(draft.f.explanation, "2 used on W1, 2 issued, 3 billed: credit 1 A; unknown JPY over-billed");
    desk_close(&desk);
}

/* ---- primaries ---- */

#define GROUPS 2

static const struct {
    const char *why;
    struct {
        enum tie_check check;
        enum tie_certainty certainty;
        tie_dec exposure;
        bool is_cause; /* holds both groups */
        uint32_t group;
    } drafts[4];
    int primary_of[4]; /* index of the primary; itself: yes */
} units[] = {
    { "the larger first",
        { { TIE_BIL_05, TIE_CERTAINTY_FIRM, -10, false, 0 }, { TIE_BIL_03, TIE_CERTAINTY_FIRM, 20, false, 0 } },
        { 1, 1 } },
    { "firm before large",
        { { TIE_BIL_03, TIE_CERTAINTY_CONTINGENT, 90, false, 0 }, { TIE_BIL_05, TIE_CERTAINTY_FIRM, -1, false, 0 } },
        { 1, 1 } },
    { "price after quantity",
        { { TIE_BIL_04, TIE_CERTAINTY_FIRM, 90, false, 0 }, { TIE_BIL_03, TIE_CERTAINTY_FIRM, 20, false, 0 } },
        { 1, 1 } },
    { "equal in all: the smaller code",
        { { TIE_BIL_06, TIE_CERTAINTY_FIRM, 5, false, 0 }, { TIE_BIL_03, TIE_CERTAINTY_FIRM, 5, false, 0 } },
        { 1, 1 } },
    { "each bucket has its own",
        { { TIE_INV_01, TIE_CERTAINTY_FIRM, 5, false, 0 }, { TIE_BIL_01, TIE_CERTAINTY_FIRM, 9, false, 0 } },
        { 0, 1 } },
    { "each group has its own",
        { { TIE_BIL_01, TIE_CERTAINTY_FIRM, 5, false, 0 }, { TIE_BIL_01, TIE_CERTAINTY_FIRM, 9, false, 1 } },
        { 0, 1 } },
    { "a missing approval before the money",
        { { TIE_BIL_02, TIE_CERTAINTY_FIRM, 99, false, 0 }, { TIE_EVD_06, TIE_CERTAINTY_FIRM, 5, false, 0 } },
        { 1, 1 } },
    { "a wrong decision before all, in every group it holds",
        { { TIE_BIL_02, TIE_CERTAINTY_FIRM, 99, false, 0 }, { TIE_EVD_06, TIE_CERTAINTY_FIRM, 5, false, 0 },
            { TIE_BIL_06, TIE_CERTAINTY_FIRM, -5, false, 1 },
            { TIE_ENT_03, TIE_CERTAINTY_FIRM, 1, true, TIE_NO_INDEX } },
        { 3, 3, 3, 3 } },
    { "a cause takes no primacy in another bucket",
        { { TIE_WTY_01, TIE_CERTAINTY_FIRM, 9, false, 0 }, { TIE_ENT_03, TIE_CERTAINTY_FIRM, 1, true, TIE_NO_INDEX } },
        { 0, 1 } },
};

static void test_primaries(void **state)
{
    static const uint32_t both[GROUPS] = { 0, 1 };
    struct desk desk;

    (void)state;
    desk_open(&desk, NULL);
    for (size_t u = 0; u < TIE_COUNT_OF(units); u++) {
        struct tie_group groups[GROUPS] = { 0 };
        const struct tie_match match = { .group_count = GROUPS, .groups = groups };
        size_t count = 0;

        desk.judge.match = &match;
        desk.judge.drafts.count = 0;
        for (; count < 4 && units[u].drafts[count].certainty + units[u].drafts[count].exposure != 0; count++) {
            struct draft draft = check_draft_plain(units[u].drafts[count].check);

            draft.f.certainty = units[u].drafts[count].certainty;
            draft.f.exposure = units[u].drafts[count].exposure;
            draft.group = units[u].drafts[count].group;
            draft.cause_groups = both;
            draft.cause_count = units[u].drafts[count].is_cause ? GROUPS : 0;
            draft.f.id[0] = (char)('a' + (int)count);
            TIE_PUSH(desk.judge.scratch, &desk.judge.drafts, draft);
        }
        check_primaries(&desk.judge);
        for (size_t i = 0; i < count; i++) {
            const struct tie_finding *f = &desk.judge.drafts.at[i].f;
            const int got = f->is_primary ? (int)i : f->primary_id[0] - 'a';

            if (got != units[u].primary_of[i])
                fail_msg("%s: draft %d stands under %d, wanted %d", units[u].why, (int)i, got, units[u].primary_of[i]);
        }
    }
    desk_close(&desk);
}

/* ---- one gap, one code ---- */

static const struct {
    const char *why;
    enum tie_check names, of;
    tie_dec named, quantity, exposure; /* whole units */
    bool want_dropped;
    tie_dec want_exposure;
} gaps[] = {
    { "a duplicate issue names the whole surplus", TIE_INV_07, TIE_INV_10, 1, 1, 40, true, 0 },
    { "what it does not name stays", TIE_INV_07, TIE_INV_10, 1, 3, 120, false, 80 },
    { "a duplicate report names the difference", TIE_INV_08, TIE_INV_03, 2, 2, 0, true, 0 },
    { "the minimum names the price", TIE_BIL_10, TIE_BIL_04, 1, 1, 14, true, 0 },
    { "recovered twice names covered and invoiced", TIE_CON_11, TIE_BIL_06, 1, 1, -100, true, 0 },
    { "a code that names another is not named by a third", TIE_INV_02, TIE_INV_07, 1, 1, 40, false, 40 },
    { "strangers name nothing", TIE_INV_01, TIE_BIL_01, 1, 1, 40, false, 40 },
};

static void test_suppress(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, NULL);
    for (size_t i = 0; i < TIE_COUNT_OF(gaps); i++) {
        struct tie_group group = { .kind = TIE_GROUP_PART };
        const struct tie_match match = { .group_count = 1, .groups = &group };
        struct draft names = check_draft_plain(gaps[i].names), of = check_draft_plain(gaps[i].of);

        names.group = of.group = 0;
        names.quantity = gaps[i].named * TIE_DEC_ONE;
        of.quantity = gaps[i].quantity * TIE_DEC_ONE;
        of.f.exposure = gaps[i].exposure * TIE_DEC_ONE;
        desk.judge.match = &match;
        desk.judge.drafts.count = 0;
        TIE_PUSH(desk.judge.scratch, &desk.judge.drafts, of);
        TIE_PUSH(desk.judge.scratch, &desk.judge.drafts, names);
        check_suppress(&desk.judge);
        TEST_EXPECT(desk.judge.drafts.at[0].dropped == gaps[i].want_dropped, gaps[i].why);
        TEST_EXPECT(!desk.judge.drafts.at[1].dropped, gaps[i].why);
        if (!gaps[i].want_dropped)
            TEST_EXPECT(desk.judge.drafts.at[0].f.exposure == gaps[i].want_exposure * TIE_DEC_ONE, gaps[i].why);
    }
    desk_close(&desk);
}

/* ---- order of the list ---- */

static void test_sort(void **state)
{
    struct tie_finding at[] = { { .id = "d", .exposure_reporting = TIE_NONE }, { .id = "c", .exposure_reporting = 5 },
        { .id = "b", .exposure_reporting = -9 }, { .id = "a", .exposure_reporting = 5 },
        { .id = "e", .exposure_reporting = TIE_NONE } };
    struct tie_findings list = { .at = at, .count = TIE_COUNT_OF(at) };
    struct tie_arena arena;
    char order[TIE_COUNT_OF(at) + 1] = "";

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    tie_findings_sort(&arena, &list);
    for (size_t i = 0; i < list.count; i++)
        order[i] = list.at[i].id[0];
    assert_string_equal(order, "bacde");
    tie_arena_release(&arena);
}

static int compare_by_rule(const void *a, const void *b)
{
    const struct tie_finding *x = a, *y = b;
    const bool x_none = x->exposure_reporting == TIE_NONE, y_none = y->exposure_reporting == TIE_NONE;

    if (x_none != y_none)
        return x_none ? 1 : -1;
    if (!x_none && tie_dec_abs(x->exposure_reporting) != tie_dec_abs(y->exposure_reporting))
        return tie_dec_abs(x->exposure_reporting) > tie_dec_abs(y->exposure_reporting) ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* Against qsort: ids of several lengths and beginnings, some that differ behind what a number takes of them; amounts
 * that repeat, differ in sign, or are the largest. */
static void test_sort_many(void **state)
{
    enum { MANY = 3000 };
    static struct tie_finding at[MANY], want[MANY];
    static const char *const codes[] = { "INV-01", "BIL-04", "INV-1", "X", "INV-01-" };
    struct tie_findings list = { .at = at, .count = MANY };
    struct tie_finding **by_id = NULL;
    struct tie_arena arena;
    uint64_t seed = 1;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 24, NULL), TIE_OK);
    for (size_t i = 0; i < MANY; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        (void)snprintf(at[i].id, sizeof at[i].id, "%s-%llx", codes[seed >> 32 & 3], (unsigned long long)(seed >> 20));
        if (i % 3 == 0)
            (void)snprintf(at[i].id, sizeof at[i].id, "INV-0%llx-%016llx%zx", (unsigned long long)(seed >> 60),
                (unsigned long long)(seed >> 62) << 30, i * 7919 % MANY);
        at[i].exposure_reporting = (tie_dec)(seed >> 40 & 15) - 8;
        at[i].exposure_reporting = i % 7 == 0 ? TIE_NONE : i % 97 == 0 ? INT64_MAX : at[i].exposure_reporting;
        at[i].severity = (int)i;
    }
    memcpy(want, at, sizeof want);
    qsort(want, MANY, sizeof want[0], compare_by_rule);
    tie_findings_sort(&arena, &list);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(at[i].severity, want[i].severity);
    for (int is_noted = 1; is_noted >= 0; is_noted--) {
        by_id = tie_findings_by_id(&arena, &list);
        for (size_t i = 1; i < MANY; i++)
            assert_true(strcmp(by_id[i - 1]->id, by_id[i]->id) < 0);
        list.by_id = NULL;
    }
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finish),
        cmocka_unit_test(test_own_severity),
        cmocka_unit_test(test_sentence),
        cmocka_unit_test(test_primaries),
        cmocka_unit_test(test_suppress),
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_sort_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
