/*
 * money.c - the money layer (matching, section 9.4): presence and quantity are right, the amount is not.
 *
 * The codes of this version; a discount, a rate band, a party, a tax or a period that explains a gap has a code of
 * its own in later ones, and then stands before BIL-04 in the table. The first rule that holds names the gap.
 * Invariant: within tolerance nothing is said; above expectation it is always BIL-05, whatever the reason.
 */
#include "tieout/verdict.h"

struct gap {
    const struct tie_group *group;
    const struct tie_expectation *expectation;
    bool is_over;
};

static bool is_over(const struct gap *gap)
{
    return gap->is_over;
}

/* Part of the line was given free though nothing of it is covered: the free part is the gap, not the price. */
static bool is_free_in_part(const struct gap *gap)
{
    return gap->group->has_free && gap->expectation->share == 0;
}

/* Minimum, step or flat fee of labour makes the price other than minutes x rate. */
static bool has_labour_terms(const struct gap *gap)
{
    const struct tie_price *price = gap->expectation->price;

    if (gap->group->kind != TIE_GROUP_LABOUR || price == NULL)
        return false;
    return price->flat_amount != TIE_NONE || price->minimum_amount != TIE_NONE ||
        gap->expectation->expected_qty > gap->group->usage;
}

static bool is_short(const struct gap *gap)
{
    return !gap->is_over;
}

static const struct {
    bool (*holds)(const struct gap *gap);
    enum tie_code code;
} rules[] = {
    { is_over, TIE_CODE_BIL_05 },
    { is_free_in_part, TIE_CODE_BIL_02 },
    { has_labour_terms, TIE_CODE_BIL_10 },
    { is_short, TIE_CODE_BIL_04 },
};

enum tie_code tie_money_code(const struct tie_match *match, const struct tie_group *group,
    const struct tie_expectation *expectation, tie_dec expected, tie_dec actual, tie_dec tolerance)
{
    const tie_sum difference = (tie_sum)actual - expected;
    const struct gap gap = { .group = group, .expectation = expectation, .is_over = difference > 0 };

    (void)match; /* later codes look at lines */
    if (expected == TIE_NONE || actual == TIE_NONE || (difference <= tolerance && difference >= -(tie_sum)tolerance))
        return TIE_CODE_END;
    for (size_t i = 0; i < TIE_COUNT_OF(rules); i++) {
        if (rules[i].holds(&gap))
            return rules[i].code;
    }
    return TIE_CODE_END;
}
