/*
 * relation.c - the odd-leg rule (matching, section 9.3): the 13 orders of three quantities, and the fix of each.
 *
 * Two legs that agree outweigh the third, so agreement is looked for first, in the order U-M, U-B, M-B; only without
 * any is the plain order of the three taken. "Equal within a tolerance" is not transitive: where U = M and M = B but
 * U and B differ, the stock legs count as agreed and the billing is judged against U, which is what the customer was
 * told. Rejected: sorting the three quantities first; the tolerance then depends on which leg happens to lie in the
 * middle.
 */
#include "tieout/verdict.h"

/* clang-format off */
#define A(NAME) { TIE_CODE_##NAME, 0 }
#define Q(NAME) { TIE_CODE_##NAME, TIE_MARK_CONTINGENT }
static const struct tie_relation_row rows[] = {
    { 1,  "U = M = Bq", "all agree",                                { { TIE_CODE_END, 0 } },   "-" },
    { 2,  "U = M > Bq", "billed short",                             { A(BIL_03) },             "DM" },
    { 3,  "U = M < Bq", "billed too much",                          { A(BIL_05) },             "CM" },
    { 4,  "U = Bq > M", "issue short",                              { A(INV_03) },             "GI" },
    { 5,  "U = Bq < M", "issue too large, surplus out",             { A(INV_10) },             "GR-REV" },
    { 6,  "M = Bq > U", "report short; stock and invoice agree",    { A(INV_03) },             "FSM" },
    { 7,  "M = Bq < U", "report too large",                         { A(INV_03) },             "FSM" },
    { 8,  "U > M > Bq", "none agrees",                              { A(INV_03), A(BIL_03) },  "GI+DM" },
    { 9,  "U > Bq > M", "none agrees",                              { A(INV_03), A(BIL_03) },  "GI+DM" },
    { 10, "M > U > Bq", "surplus out and short bill",               { A(INV_10), A(BIL_03) },  "GR-REV+DM" },
    { 11, "M > Bq > U", "billed above report, below issue",         { Q(INV_10), Q(BIL_05) },  "INVST" },
    { 12, "Bq > U > M", "over-billed, under-issued",                { A(BIL_05), A(INV_03) },  "CM+GI" },
    { 13, "Bq > M > U", "over-billed, over-issued",                 { Q(BIL_05), Q(INV_10) },  "INVST" },
};
/* clang-format on */

static int compare(tie_dec a, tie_dec b, tie_dec tolerance)
{
    const tie_sum difference = (tie_sum)a - b;

    return difference > tolerance ? 1 : difference < -(tie_sum)tolerance ? -1 : 0;
}

int tie_relation(tie_dec usage, tie_dec movement, tie_dec billed, tie_dec tolerance)
{
    static const int agreed[3][3] = {
        /* which pair agrees; the third below, equal, above it */
        { 2, 1, 3 }, /* U = M, then Bq */
        { 4, 1, 5 }, /* U = Bq, then M */
        { 7, 1, 6 }, /* M = Bq against U: U above is 7 */
    };
    if (usage == movement && usage == billed) /* as nearly always */
        return 1;
    const int stock = compare(movement, usage, tolerance);
    const int bill = compare(billed, usage, tolerance);
    const int outside = compare(billed, movement, tolerance);

    if (stock == 0)
        return agreed[0][bill + 1];
    if (bill == 0)
        return agreed[1][stock + 1];
    if (outside == 0)
        return agreed[2][stock + 1];
    if (stock < 0) /* U > M */
        return bill > 0 ? 12 : outside < 0 ? 8 : 9;
    return bill < 0 ? 10 : outside < 0 ? 11 : 13; /* M > U */
}

const struct tie_relation_row *tie_relation_row(int number)
{
    TIE_ASSERT(number >= 1 && number <= (int)TIE_COUNT_OF(rows));
    return &rows[number - 1];
}
