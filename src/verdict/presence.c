/*
 * presence.c - the presence table (matching, section 9.2): what U, M and B that are there or not there say, class by
 * class.
 *
 * The table is the document's, row by row and column by column, so that the two can be read side by side; a cell is
 * found by index, never by a condition. Invariant: all 16 rows x 6 classes are written out; a cell without a code is
 * `ok`. Rejected: rules that make the cells ("no invoice and class T gives BIL-01"). They are shorter, and nobody
 * can check 96 cells against them.
 */
#include "tieout/verdict.h"

/* clang-format off */
#define A(NAME)  { TIE_CODE_##NAME, 0 }
#define Q(NAME)  { TIE_CODE_##NAME, TIE_MARK_CONTINGENT }
#define UD(NAME) { TIE_CODE_##NAME, TIE_MARK_UNLESS_DEDUCTIBLE }
#define UO(NAME) { TIE_CODE_##NAME, TIE_MARK_UNLESS_USED_UP }
#define NI(NAME) { TIE_CODE_##NAME, TIE_MARK_INFORMATION }
#define CELL(...) { { __VA_ARGS__ } }
#define OK { { { TIE_CODE_END, 0 } } }

#define COV   A(COV)
#define APPR  A(APPROVAL)
#define AMT   A(AMOUNT)
#define NIL   NI(NIL)

/* Rows: (U M) = ++ +0 0+ 00, each with B = none, I, Z, IZ. Columns: T W, C G, S N. */
static const struct tie_presence_cell table[16][TIE_CLASS_COUNT] = {
    /* + + -  */ { CELL(A(BIL_01)), CELL(A(WTY_01)),
                   CELL(A(CON_01)), CELL(A(WOS_04)),
                   CELL(A(BIL_01), COV), CELL(A(ENT_01), A(WOS_04)) },
    /* + + I  */ { OK, CELL(A(BIL_06), A(WTY_01)),
                   CELL(UO(BIL_06), UO(CON_01)), CELL(A(BIL_06)),
                   CELL(COV), CELL(A(ENT_01)) },
    /* + + Z  */ { CELL(A(BIL_02)), OK,
                   OK, CELL(APPR),
                   CELL(A(BIL_02)), CELL(A(ENT_01)) },
    /* + + IZ */ { CELL(AMT), CELL(UD(WTY_13)),
                   CELL(UO(CON_11)), CELL(AMT, APPR),
                   CELL(AMT), CELL(A(ENT_01)) },
    /* + 0 -  */ { CELL(A(INV_01), A(BIL_01)), CELL(A(INV_01), A(WTY_01)),
                   CELL(A(INV_01), A(CON_01)), CELL(A(INV_01), A(WOS_04)),
                   CELL(A(INV_01), A(BIL_01), COV), CELL(A(INV_01), A(ENT_01), A(WOS_04)) },
    /* + 0 I  */ { CELL(A(INV_01)), CELL(A(INV_01), A(BIL_06), A(WTY_01)),
                   CELL(A(INV_01), UO(BIL_06), UO(CON_01)), CELL(A(INV_01), A(BIL_06)),
                   CELL(A(INV_01), COV), CELL(A(INV_01), A(ENT_01)) },
    /* + 0 Z  */ { CELL(A(INV_01), A(BIL_02)), CELL(A(INV_01)),
                   CELL(A(INV_01)), CELL(A(INV_01), APPR),
                   CELL(A(INV_01), A(BIL_02)), CELL(A(INV_01), A(ENT_01)) },
    /* + 0 IZ */ { CELL(A(INV_01), AMT), CELL(A(INV_01), UD(WTY_13)),
                   CELL(A(INV_01), UO(CON_11)), CELL(A(INV_01), AMT, APPR),
                   CELL(A(INV_01), AMT), CELL(A(INV_01), A(ENT_01)) },
    /* 0 + -  */ { CELL(A(INV_02), Q(BIL_01)), CELL(A(INV_02), Q(WTY_01)),
                   CELL(A(INV_02), Q(CON_01)), CELL(A(INV_02), Q(WOS_04)),
                   CELL(A(INV_02), Q(BIL_01), Q(COV)), CELL(A(INV_02), A(ENT_01), A(WOS_04)) },
    /* 0 + I  */ { CELL(A(INV_02)), CELL(A(INV_02), A(BIL_06), A(WTY_01)),
                   CELL(A(INV_02), UO(BIL_06), UO(CON_01)), CELL(A(INV_02), A(BIL_06)),
                   CELL(A(INV_02), COV), CELL(A(INV_02), A(ENT_01)) },
    /* 0 + Z  */ { CELL(A(INV_02), Q(BIL_02)), CELL(A(INV_02)),
                   CELL(A(INV_02)), CELL(A(INV_02), APPR),
                   CELL(A(INV_02), Q(BIL_02)), CELL(A(INV_02), A(ENT_01)) },
    /* 0 + IZ */ { CELL(A(INV_02), AMT), CELL(A(INV_02), UD(WTY_13)),
                   CELL(A(INV_02), UO(CON_11)), CELL(A(INV_02), AMT, APPR),
                   CELL(A(INV_02), AMT), CELL(A(INV_02), A(ENT_01)) },
    /* 0 0 -  */ { OK, OK,
                   OK, OK,
                   OK, OK },
    /* 0 0 I  */ { CELL(A(BIL_07)), CELL(A(BIL_07)),
                   CELL(A(BIL_07)), CELL(A(BIL_07)),
                   CELL(A(BIL_07)), CELL(A(BIL_07), A(ENT_01)) },
    /* 0 0 Z  */ { CELL(NI(BIL_02)), CELL(A(WTY_02)),
                   CELL(A(CON_02)), CELL(NIL),
                   CELL(A(COV_MINUS)), CELL(NIL, A(ENT_01)) },
    /* 0 0 IZ */ { CELL(A(BIL_07), NI(BIL_02)), CELL(A(BIL_07), A(WTY_02)),
                   CELL(A(BIL_07), A(CON_02)), CELL(A(BIL_07), NIL),
                   CELL(A(BIL_07), A(COV_MINUS)), CELL(A(BIL_07), NIL, A(ENT_01)) },
};
/* clang-format on */

const struct tie_presence_cell *tie_presence(bool usage, bool movement, enum tie_outcome outcome, enum tie_class class_)
{
    const unsigned row = (usage ? 0U : 8U) + (movement ? 0U : 4U) + (unsigned)outcome;

    TIE_ASSERT(outcome <= TIE_OUTCOME_IZ && class_ < TIE_CLASS_COUNT);
    return &table[row][class_];
}
