/*
 * evd.c - evidence and approvals: EVD-06.
 *
 * Goodwill that nobody approved is judged as chargeable work; the findings on its money stay, but the missing
 * approval is their cause and stands before them (primary.c). Issued and not reported as used, it is a potential like
 * the billing of its cell: else a part that was taken in place of another would be given away twice.
 */
#include "judge.h"

void check_evd_06(struct scene *scene, unsigned marks)
{
    const tie_dec gap = check_less(scene->expected, scene->actual);

    (void)marks;
    if (!scene->expect->is_goodwill || scene->expect->is_approved ||
        !scene->judge->world->policy->goodwill_needs_approval)
        return;
    if (!check_has_presence(scene) || (gap != TIE_NONE && gap <= check_money_tolerance(scene)))
        return;
    struct draft draft = check_draft_of_group(scene, TIE_EVD_06);

    draft.f.exposure = gap;
    draft.f.verb = scene->expect->is_refused ? "INV" : "APP";
    draft.quantity = draft.f.expected_qty;
    if (scene->usage <= scene->group->tolerance)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(scene->judge, &draft);
}
