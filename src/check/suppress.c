/*
 * suppress.c - one gap, one code (checks.md, section 3).
 *
 * A draft whose check stands on the left of a row names the gap instead of drafts whose check stands on the right,
 * in the same group (WOS-05: the same order), for its own quantity or amount. What it does not cover stays, in
 * proportion. Rows of checks that later versions judge stand here already: they do nothing until such a draft is
 * made. Rejected: letting each family look for its rivals; the rules of who names what would then stand in forty
 * places.
 */
#include "judge.h"

enum measure { BY_ALL, BY_QUANTITY, BY_AMOUNT, BY_ORDER };

static const struct {
    enum tie_check names, instead_of;
    enum measure measure;
} rules[] = {
    { TIE_INV_04, TIE_INV_01, BY_ALL },
    { TIE_INV_04, TIE_INV_02, BY_ALL },
    { TIE_INV_07, TIE_INV_10, BY_QUANTITY },
    { TIE_INV_08, TIE_INV_03, BY_QUANTITY },
    { TIE_INV_11, TIE_INV_03, BY_ALL },
    { TIE_INV_11, TIE_INV_10, BY_ALL },
    { TIE_INV_12, TIE_INV_01, BY_ALL },
    { TIE_INV_12, TIE_INV_02, BY_ALL },
    { TIE_INV_12, TIE_INV_03, BY_ALL },
    { TIE_INV_12, TIE_INV_04, BY_ALL },
    { TIE_INV_15, TIE_INV_01, BY_QUANTITY },
    { TIE_INV_15, TIE_INV_02, BY_QUANTITY },
    { TIE_INV_15, TIE_INV_21, BY_ALL },
    { TIE_INV_22, TIE_INV_02, BY_ALL },
    { TIE_INV_22, TIE_INV_10, BY_ALL },
    { TIE_BIL_08, TIE_BIL_05, BY_AMOUNT },
    { TIE_BIL_10, TIE_BIL_04, BY_ALL },
    { TIE_BIL_13, TIE_BIL_04, BY_ALL },
    { TIE_BIL_21, TIE_BIL_04, BY_ALL },
    { TIE_BIL_17, TIE_BIL_01, BY_ALL }, /* it is made with a net that isn't 0: then it holds all that is lacking */
    { TIE_BIL_17, TIE_BIL_03, BY_ALL },
    { TIE_BIL_17, TIE_BIL_04, BY_ALL },
    { TIE_BIL_17, TIE_BIL_09, BY_ALL }, /* labour's own BIL-01 and BIL-03 */
    { TIE_BIL_17, TIE_BIL_10, BY_ALL },
    { TIE_CON_09, TIE_CON_05, BY_ALL },
    { TIE_CON_11, TIE_BIL_06, BY_ALL },
    { TIE_WTY_13, TIE_BIL_06, BY_ALL },
    { TIE_WOS_03, TIE_BIL_05, BY_ALL },
    { TIE_WOS_03, TIE_BIL_08, BY_ALL },
    { TIE_WOS_05, TIE_BIL_07, BY_ORDER },
    { TIE_WOS_06, TIE_BIL_01, BY_ORDER },
    { TIE_WOS_06, TIE_BIL_03, BY_ORDER },
};

static bool meets(const struct draft *by, const struct draft *of, enum measure measure)
{
    if (by == of || by->dropped)
        return false;
    if (measure == BY_ORDER)
        return by->order != TIE_NO_INDEX && by->order == of->order;
    if (by->line != TIE_NO_INDEX && by->line == of->line)
        return true;
    return of->group != TIE_NO_INDEX && (by->group == of->group || by->other_group == of->group);
}

/* Quantity of a draft whose line was left out at load: it is no part of the group's difference. */
static tie_dec named_quantity(const struct judge *judge, const struct draft *by)
{
    if (by->line != TIE_NO_INDEX && judge->match->lines[by->line].group == TIE_NO_INDEX)
        return 0;
    return by->quantity == TIE_NONE ? 0 : tie_dec_abs(by->quantity);
}

static tie_dec scaled(tie_dec amount, tie_dec part, tie_dec whole)
{
    tie_dec out = TIE_NONE;

    if (amount == TIE_NONE || whole == 0)
        return amount;
    return tie_dec_muldiv(amount, part, whole, &out) ? out : TIE_NONE;
}

static void shrink_quantity(const struct judge *judge, struct draft *of, tie_dec named)
{
    const tie_dec whole = of->quantity == TIE_NONE ? 0 : tie_dec_abs(of->quantity);
    const tie_dec left = whole - named;

    if (named <= 0)
        return;
    if (left <= judge->match->groups[of->group].tolerance) {
        of->dropped = true;
        return;
    }
    of->f.exposure = scaled(of->f.exposure, left, whole);
    if (of->has_book_effect)
        of->f.book_effect = scaled(of->f.book_effect, left, whole);
    of->quantity = left;
}

static void shrink_amount(const struct judge *judge, struct draft *of, tie_dec named)
{
    const tie_dec tolerance = tie_expect_tolerance(
        judge->match, &judge->match->groups[of->group], &judge->expectations->at[of->group]);

    if (of->f.exposure == TIE_NONE) {
        of->dropped = true; /* what is known of it has a name */
        return;
    }
    of->f.exposure -= named;
    if (tie_dec_abs(of->f.exposure) <= tolerance || of->f.exposure > 0)
        of->dropped = true;
}

static void apply(struct judge *judge, struct draft *of, enum tie_check names, enum measure measure)
{
    tie_dec quantity = 0, amount = 0;
    bool is_met = false;

    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *by = &judge->drafts.at[i];

        if (by->f.check != names || !meets(by, of, measure))
            continue;
        is_met = true;
        quantity += named_quantity(judge, by);
        amount += by->f.exposure == TIE_NONE ? 0 : by->f.exposure;
    }
    if (!is_met)
        return;
    if (measure == BY_QUANTITY)
        shrink_quantity(judge, of, quantity);
    else if (measure == BY_AMOUNT)
        shrink_amount(judge, of, amount);
    else
        of->dropped = true;
}

void check_suppress(struct judge *judge)
{
    for (size_t r = 0; r < TIE_COUNT_OF(rules); r++) {
        for (size_t i = 0; i < judge->drafts.count; i++) {
            struct draft *of = &judge->drafts.at[i];

            if (of->f.check == rules[r].instead_of && !of->dropped)
                apply(judge, of, rules[r].names, rules[r].measure);
        }
    }
}
