/*
 * test_presence.c - all 96 cells against the document's table, typed here a second time as words.
 *
 * What it proves: src/verdict/presence.c and this table agree. What it does not: that the document is right.
 */
#include "tieout/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* U, M, B; then T W C G S N. A code may carry a mark: ? contingent, d, o, n. */
static const struct {
    const char *legs;
    const char *cells[TIE_CLASS_COUNT];
} rows[] = {
    { "++-", { "BIL-01", "WTY-01", "CON-01", "WOS-04", "BIL-01 cov", "ENT-01 WOS-04" } },
    { "++I", { "ok", "BIL-06 WTY-01", "BIL-06 o CON-01 o", "BIL-06", "cov", "ENT-01" } },
    { "++Z", { "BIL-02", "ok", "ok", "appr", "BIL-02", "ENT-01" } },
    { "++IZ", { "amt", "WTY-13 d", "CON-11 o", "amt appr", "amt", "ENT-01" } },
    { "+0-",
        { "INV-01 BIL-01", "INV-01 WTY-01", "INV-01 CON-01", "INV-01 WOS-04", "INV-01 BIL-01 cov",
            "INV-01 ENT-01 WOS-04" } },
    { "+0I",
        { "INV-01", "INV-01 BIL-06 WTY-01", "INV-01 BIL-06 o CON-01 o", "INV-01 BIL-06", "INV-01 cov",
            "INV-01 ENT-01" } },
    { "+0Z", { "INV-01 BIL-02", "INV-01", "INV-01", "INV-01 appr", "INV-01 BIL-02", "INV-01 ENT-01" } },
    { "+0IZ",
        { "INV-01 amt", "INV-01 WTY-13 d", "INV-01 CON-11 o", "INV-01 amt appr", "INV-01 amt", "INV-01 ENT-01" } },
    { "0+-",
        { "INV-02 BIL-01?", "INV-02 WTY-01?", "INV-02 CON-01?", "INV-02 WOS-04?", "INV-02 BIL-01? cov?",
            "INV-02 ENT-01 WOS-04" } },
    { "0+I",
        { "INV-02", "INV-02 BIL-06 WTY-01", "INV-02 BIL-06 o CON-01 o", "INV-02 BIL-06", "INV-02 cov",
            "INV-02 ENT-01" } },
    { "0+Z", { "INV-02 BIL-02?", "INV-02", "INV-02", "INV-02 appr", "INV-02 BIL-02?", "INV-02 ENT-01" } },
    { "0+IZ",
        { "INV-02 amt", "INV-02 WTY-13 d", "INV-02 CON-11 o", "INV-02 amt appr", "INV-02 amt", "INV-02 ENT-01" } },
    { "00-", { "ok", "ok", "ok", "ok", "ok", "ok" } },
    { "00I", { "BIL-07", "BIL-07", "BIL-07", "BIL-07", "BIL-07", "BIL-07 ENT-01" } },
    { "00Z", { "BIL-02 n", "WTY-02", "CON-02", "nil-z", "cov-", "nil-z ENT-01" } },
    { "00IZ",
        { "BIL-07 BIL-02 n", "BIL-07 WTY-02", "BIL-07 CON-02", "BIL-07 nil-z", "BIL-07 cov-", "BIL-07 nil-z ENT-01" } },
};

static const struct {
    enum tie_code code;
    const char *name;
} names[] = {
    { TIE_CODE_INV_01, "INV-01" },
    { TIE_CODE_INV_02, "INV-02" },
    { TIE_CODE_BIL_01, "BIL-01" },
    { TIE_CODE_BIL_02, "BIL-02" },
    { TIE_CODE_BIL_06, "BIL-06" },
    { TIE_CODE_BIL_07, "BIL-07" },
    { TIE_CODE_WTY_01, "WTY-01" },
    { TIE_CODE_WTY_02, "WTY-02" },
    { TIE_CODE_WTY_13, "WTY-13" },
    { TIE_CODE_CON_01, "CON-01" },
    { TIE_CODE_CON_02, "CON-02" },
    { TIE_CODE_CON_11, "CON-11" },
    { TIE_CODE_ENT_01, "ENT-01" },
    { TIE_CODE_WOS_04, "WOS-04" },
    { TIE_CODE_COV, "cov" },
    { TIE_CODE_COV_MINUS, "cov-" },
    { TIE_CODE_AMOUNT, "amt" },
    { TIE_CODE_APPROVAL, "appr" },
    { TIE_CODE_NIL, "nil-z" },
};

static const char *name_of(enum tie_code code)
{
    for (size_t i = 0; i < TIE_COUNT_OF(names); i++) {
        if (names[i].code == code)
            return names[i].name;
    }
    return "no code of a presence cell";
}

/* The cell in the words of the table above. */
static void spell(const struct tie_presence_cell *cell, struct tie_buf *out)
{
    tie_buf_reset(out);
    for (size_t i = 0; i < TIE_CELL_CODES && cell->codes[i].code != TIE_CODE_END; i++) {
        const unsigned marks = cell->codes[i].marks;

        tie_buf_printf(out, "%s%s", i > 0 ? " " : "", name_of(cell->codes[i].code));
        if ((marks & TIE_MARK_CONTINGENT) != 0)
            tie_buf_text(out, "?");
        if ((marks & TIE_MARK_UNLESS_DEDUCTIBLE) != 0)
            tie_buf_text(out, " d");
        if ((marks & TIE_MARK_UNLESS_USED_UP) != 0)
            tie_buf_text(out, " o");
        if ((marks & TIE_MARK_INFORMATION) != 0 && cell->codes[i].code != TIE_CODE_NIL)
            tie_buf_text(out, " n");
    }
    if (out->size == 0)
        tie_buf_text(out, "ok");
}

static enum tie_outcome outcome_of(const char *text)
{
    static const char *const words[] = { "-", "I", "Z", "IZ" };

    for (int i = 0; i < 4; i++) {
        if (strcmp(words[i], text) == 0)
            return (enum tie_outcome)i;
    }
    fail_msg("no outcome: %s", text);
    return TIE_OUTCOME_NONE;
}

static void test_all_cells(void **state)
{
    struct tie_buf got;
    size_t cells = 0;

    (void)state;
    tie_buf_init(&got, 256);
    for (size_t r = 0; r < TIE_COUNT_OF(rows); r++) {
        for (int c = 0; c < TIE_CLASS_COUNT; c++) {
            const char *legs = rows[r].legs;

            spell(tie_presence(legs[0] == '+', legs[1] == '+', outcome_of(legs + 2), (enum tie_class)c), &got);
            if (strcmp(got.at, rows[r].cells[c]) != 0)
                fail_msg("%s class %d: \"%s\", the document says \"%s\"", legs, c, got.at, rows[r].cells[c]);
            cells++;
        }
    }
    assert_int_equal(cells, 96);
    tie_buf_release(&got);
}

/* INV codes never depend on who pays: the stock half of a row is the same in all classes. */
static void test_stock_half_is_one(void **state)
{
    (void)state;
    for (int legs = 0; legs < 4; legs++) {
        for (int outcome = 0; outcome < 4; outcome++) {
            const enum tie_code wanted = legs == 1 ? TIE_CODE_INV_01 : legs == 2 ? TIE_CODE_INV_02 : TIE_CODE_END;

            for (int c = 0; c < TIE_CLASS_COUNT; c++) {
                const struct tie_presence_cell *cell = tie_presence(
                    (legs & 1) != 0, (legs & 2) != 0, (enum tie_outcome)outcome, (enum tie_class)c);

                if (wanted != TIE_CODE_END)
                    assert_int_equal(cell->codes[0].code, wanted);
                else
                    assert_true(cell->codes[0].code != TIE_CODE_INV_01 && cell->codes[0].code != TIE_CODE_INV_02);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_cells),
        cmocka_unit_test(test_stock_half_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
