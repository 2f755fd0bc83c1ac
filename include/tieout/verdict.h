/*
 * verdict.h - the three-way tables of reference matching, section 9, as tables.
 *
 * Pure. From presence (U, M, B) and class: the codes of the presence cell (9.2, all 96 combinations). From three
 * positive quantities: one of the 13 relations (9.3) with its codes. From money: the layer of 9.4. A code is a check
 * with marks; check/ turns it into a finding with amounts. The tables in src/verdict/ read like the tables of the
 * document.
 */
#ifndef TIEOUT_VERDICT_H
#define TIEOUT_VERDICT_H

#include "tieout/expect.h"

enum tie_outcome { TIE_OUTCOME_NONE, TIE_OUTCOME_I, TIE_OUTCOME_Z, TIE_OUTCOME_IZ };

/* What a cell or a relation says. check/ maps the words to its catalogue. */
enum tie_code {
    TIE_CODE_END,
    TIE_CODE_INV_01,
    TIE_CODE_INV_02,
    TIE_CODE_INV_03,
    TIE_CODE_INV_10,
    TIE_CODE_BIL_01,
    TIE_CODE_BIL_02,
    TIE_CODE_BIL_03,
    TIE_CODE_BIL_04,
    TIE_CODE_BIL_05,
    TIE_CODE_BIL_06,
    TIE_CODE_BIL_07,
    TIE_CODE_BIL_10,
    TIE_CODE_WTY_01,
    TIE_CODE_WTY_02,
    TIE_CODE_WTY_13,
    TIE_CODE_CON_01,
    TIE_CODE_CON_02,
    TIE_CODE_CON_11,
    TIE_CODE_ENT_01,
    TIE_CODE_WOS_04,
    TIE_CODE_COV,       /* WTY-01 or CON-01 for the covered share */
    TIE_CODE_COV_MINUS, /* WTY-02 or CON-02 */
    TIE_CODE_AMOUNT,    /* presence is right: compare amounts */
    TIE_CODE_APPROVAL,  /* run EVD-06/07 on the approval */
    TIE_CODE_NIL        /* zero line without consumption: information only, no finding */
};

enum tie_mark {
    TIE_MARK_CONTINGENT = 1,        /* `?` */
    TIE_MARK_UNLESS_DEDUCTIBLE = 2, /* `d` */
    TIE_MARK_UNLESS_USED_UP = 4,    /* `o` */
    TIE_MARK_INFORMATION = 8        /* `n` */
};

struct tie_cell_code {
    enum tie_code code;
    unsigned marks; /* of enum tie_mark */
};
#define TIE_CELL_CODES 4
struct tie_presence_cell {
    struct tie_cell_code codes[TIE_CELL_CODES]; /* ends with TIE_CODE_END or when full */
};
const struct tie_presence_cell *tie_presence(
    bool usage, bool movement, enum tie_outcome outcome, enum tie_class class_);

/* 1..13 for three quantities > 0 (and, with a zero leg, the relation that the same comparison gives); equal = within
 * tolerance. */
int tie_relation(tie_dec usage, tie_dec movement, tie_dec billed, tie_dec tolerance);
struct tie_relation_row {
    int number;
    const char *relation, *reading;
    struct tie_cell_code codes[3];
    const char *verbs;
};
const struct tie_relation_row *tie_relation_row(int number);

/* The money layer: which code names act - exp. */
enum tie_code tie_money_code(const struct tie_match *match, const struct tie_group *group,
    const struct tie_expectation *expectation, tie_dec expected, tie_dec actual, tie_dec tolerance);

#endif
