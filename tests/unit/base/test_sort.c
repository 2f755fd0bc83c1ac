/*
 * test_sort.c - keys ascend, equal keys keep their order, nothing is lost: against a nested loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "tieout/sort.h"
#include "tieout/status.h"

enum { MOST = 3000 };

static const struct {
    const char *why;
    size_t count;
    uint64_t mask; /* bits of the keys that vary */
    unsigned step; /* not 0: keys ascend by it before they are masked */
} cases[] = {
    { "none", 0, UINT64_MAX, 0 },
    { "one", 1, UINT64_MAX, 0 },
    { "few: by insertion", TIE_SORT_SMALL, 0xff, 0 },
    { "one more than few", TIE_SORT_SMALL + 1, 0xff, 0 },
    { "all bytes vary", MOST, UINT64_MAX, 0 },
    { "an odd number of bytes varies: the last pass ends in the spare", MOST, 0xff00ff0000ff0000, 0 },
    { "the highest bit alone", MOST, UINT64_C(1) << 63, 0 },
    { "all keys equal", MOST, 0, 0 },
    { "in order already", MOST, UINT64_MAX, 7 },
    { "in order but for the wrap", MOST, 0xfff, 3 },
};

static void test_cases(void **state)
{
    static struct tie_keyed at[MOST], spare[MOST];
    static uint64_t keys[MOST];
    uint64_t seed = 5;

    (void)state;
    for (size_t c = 0; c < TIE_COUNT_OF(cases); c++) {
        for (size_t i = 0; i < cases[c].count; i++) {
            keys[i] = (cases[c].step > 0 ? (uint64_t)i * cases[c].step : test_random(&seed)) & cases[c].mask;
            at[i] = (struct tie_keyed){ keys[i], i };
        }
        tie_sort_keyed(at, cases[c].count, spare);
        for (size_t i = 0; i < cases[c].count; i++) {
            size_t place = 0; /* where the i-th of the keys belongs: behind all smaller ones and its equals before it */

            for (size_t k = 0; k < cases[c].count; k++)
                place += keys[k] < keys[i] || (keys[k] == keys[i] && k < i);
            if (at[place].key != keys[i] || at[place].value != i)
                fail_msg("%s: key %zu is not at place %zu", cases[c].why, i, place);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
    };

    return cmocka_run_group_tests_name("base/sort", tests, NULL, NULL);
}
