/* test_money.c - the money layer: which code names a gap, at and around the tolerance. */
#include "tieout/verdict.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CENT 10000
#define HOUR (60 * TIE_DEC_ONE)

static const struct {
    const char *why;
    enum tie_group_kind kind;
    bool has_free, is_rounded, is_flat, is_shared;
    tie_dec expected, actual;
    enum tie_code want;
} cases[] = {
    { "equal", TIE_GROUP_PART, false, false, false, false, 100 * CENT, 100 * CENT, TIE_CODE_END },
    { "short by the tolerance is nothing", TIE_GROUP_PART, false, false, false, false, 100 * CENT, 99 * CENT,
        TIE_CODE_END },
    { "short by one millionth more", TIE_GROUP_PART, false, false, false, false, 100 * CENT, 99 * CENT - 1,
        TIE_CODE_BIL_04 },
    { "over by the tolerance is nothing", TIE_GROUP_PART, false, false, false, false, 100 * CENT, 101 * CENT,
        TIE_CODE_END },
    { "over by one millionth more", TIE_GROUP_PART, false, false, false, false, 100 * CENT, 101 * CENT + 1,
        TIE_CODE_BIL_05 },
    { "a free part is the gap", TIE_GROUP_PART, true, false, false, false, 200 * CENT, 100 * CENT, TIE_CODE_BIL_02 },
    { "a covered free part is not", TIE_GROUP_PART, true, false, false, true, 200 * CENT, 100 * CENT, TIE_CODE_BIL_04 },
    { "rounding of minutes explains it", TIE_GROUP_LABOUR, false, true, false, false, 75 * CENT, 61 * CENT,
        TIE_CODE_BIL_10 },
    { "a flat fee explains it", TIE_GROUP_LABOUR, false, false, true, false, 75 * CENT, 61 * CENT, TIE_CODE_BIL_10 },
    { "plain hourly labour is a price", TIE_GROUP_LABOUR, false, false, false, false, 75 * CENT, 61 * CENT,
        TIE_CODE_BIL_04 },
    { "labour over is over", TIE_GROUP_LABOUR, false, true, false, false, 61 * CENT, 75 * CENT, TIE_CODE_BIL_05 },
    { "rounding is no matter of parts", TIE_GROUP_PART, false, true, false, false, 75 * CENT, 61 * CENT,
        TIE_CODE_BIL_04 },
    { "no expectation, no gap", TIE_GROUP_PART, false, false, false, false, TIE_NONE, 61 * CENT, TIE_CODE_END },
    { "no actual amount, no gap", TIE_GROUP_PART, false, false, false, false, 61 * CENT, TIE_NONE, TIE_CODE_END },
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_price price = { .flat_amount = cases[i].is_flat ? 75 * CENT : TIE_NONE,
            .minimum_amount = TIE_NONE };
        const struct tie_group group = { .kind = cases[i].kind, .has_free = cases[i].has_free, .usage = HOUR };
        const struct tie_expectation expectation = { .price = &price,
            .expected_qty = cases[i].is_rounded ? HOUR + 1 : HOUR,
            .share = cases[i].is_shared ? TIE_DEC_ONE / 2 : 0 };
        const enum tie_code got = tie_money_code(NULL, &group, &expectation, cases[i].expected, cases[i].actual, CENT);

        if (got != cases[i].want)
            fail_msg("%s: code %d, wanted %d", cases[i].why, (int)got, (int)cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
