/*
 * test_relation.c - the 13 orders of three quantities against a definition that looks at every pair.
 *
 * Exhaustive over small quantities and two tolerances. The naive definition is a list of the document's formulas;
 * where the tolerance makes equality intransitive, it is asked in the order U-M, U-B, M-B, as relation.c promises.
 */
#include "tieout/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool eq(tie_dec a, tie_dec b, tie_dec tolerance)
{
    return tie_dec_abs(a - b) <= tolerance;
}

static bool gt(tie_dec a, tie_dec b, tie_dec tolerance)
{
    return a - b > tolerance;
}

static int naive(tie_dec u, tie_dec m, tie_dec b, tie_dec t)
{
    const bool holds[14] = { false, eq(u, m, t) && eq(u, b, t), eq(u, m, t) && gt(u, b, t), eq(u, m, t) && gt(b, u, t),
        eq(u, b, t) && gt(u, m, t), eq(u, b, t) && gt(m, u, t), eq(m, b, t) && gt(m, u, t), eq(m, b, t) && gt(u, m, t),
        gt(u, m, t) && gt(m, b, t), gt(u, b, t) && gt(b, m, t), gt(m, u, t) && gt(u, b, t), gt(m, b, t) && gt(b, u, t),
        gt(b, u, t) && gt(u, m, t), gt(b, m, t) && gt(m, u, t) };

    for (int i = 1; i <= 13; i++) {
        if (holds[i])
            return i;
    }
    return 0;
}

static void test_exhaustive(void **state)
{
    static const tie_dec tolerances[] = { 0, TIE_DEC_ONE / 2, TIE_DEC_ONE };
    bool seen[14] = { false };

    (void)state;
    for (size_t t = 0; t < TIE_COUNT_OF(tolerances); t++) {
        for (int u = 0; u <= 6; u++) {
            for (int m = 0; m <= 6; m++) {
                for (int b = 0; b <= 6; b++) {
                    const int got = tie_relation(u * TIE_DEC_ONE, m * TIE_DEC_ONE, b * TIE_DEC_ONE, tolerances[t]);
                    const int want = naive(u * TIE_DEC_ONE, m * TIE_DEC_ONE, b * TIE_DEC_ONE, tolerances[t]);

                    if (got != want)
                        fail_msg("U %d M %d B %d tolerance %d: %d, naive %d", u, m, b, (int)t, got, want);
                    seen[got] = true;
                }
            }
        }
    }
    for (int i = 1; i <= 13; i++)
        assert_true(seen[i]); /* a relation that never shows is not tested */
}

static const struct {
    const char *why;
    int number;
    const char *codes; /* as the document's column, ? for contingent */
} rows[] = {
    { "all agree", 1, "" },
    { "billed short", 2, "B3" },
    { "billed too much", 3, "B5" },
    { "issue short", 4, "I3" },
    { "surplus out", 5, "I10" },
    { "report short", 6, "I3" },
    { "report too large", 7, "I3" },
    { "U > M > B", 8, "I3 B3" },
    { "U > B > M", 9, "I3 B3" },
    { "M > U > B", 10, "I10 B3" },
    { "M > B > U is doubtful on both sides", 11, "I10? B5?" },
    { "B > U > M", 12, "B5 I3" },
    { "B > M > U is doubtful on both sides", 13, "B5? I10?" },
};

static const char *short_name(enum tie_code code)
{
    return code == TIE_CODE_BIL_03 ? "B3"
        : code == TIE_CODE_BIL_05  ? "B5"
        : code == TIE_CODE_INV_03  ? "I3"
        : code == TIE_CODE_INV_10  ? "I10"
                                   : "other";
}

static void test_rows(void **state)
{
    struct tie_buf got;

    (void)state;
    tie_buf_init(&got, 64);
    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++) {
        const struct tie_relation_row *row = tie_relation_row(rows[i].number);

        tie_buf_reset(&got);
        tie_buf_text(&got, "");
        for (size_t c = 0; c < TIE_COUNT_OF(row->codes) && row->codes[c].code != TIE_CODE_END; c++)
            tie_buf_printf(&got, "%s%s%s", c > 0 ? " " : "", short_name(row->codes[c].code),
                (row->codes[c].marks & TIE_MARK_CONTINGENT) != 0 ? "?" : "");
        assert_int_equal(row->number, rows[i].number);
        if (!tie_text_is(tie_buf_slice(&got), rows[i].codes))
            fail_msg("%s: \"%s\", wanted \"%s\"", rows[i].why, got.size > 0 ? got.at : "", rows[i].codes);
    }
    tie_buf_release(&got);
}

/* The largest quantities must not overflow on their way through a difference. */
static void test_extremes(void **state)
{
    (void)state;
    assert_int_equal(tie_relation(TIE_DEC_MAX, -TIE_DEC_MAX, 0, 0), 9);
    assert_int_equal(tie_relation(-TIE_DEC_MAX, TIE_DEC_MAX, -TIE_DEC_MAX, 0), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exhaustive),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_extremes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
