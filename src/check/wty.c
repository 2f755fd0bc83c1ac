/*
 * wty.c - warranty work against claims and reserve postings: WTY-01, WTY-02, WTY-13.
 *
 * A vendor's warranty is recovered by a claim (WCL), the company's own by a posting against its reserve (RCL), which
 * moves no margin. What is claimed is worth the cost of the covered share, in the claim's currency.
 */
#include "judge.h"

void check_wty_01(struct scene *scene, unsigned marks)
{
    const tie_dec due = scene->expect->claim_amount;

    if (scene->group->has_claim || due == 0)
        return;
    struct draft draft = check_draft_of_group(scene, TIE_WTY_01);

    if (scene->expect->claim_currency != 0)
        draft.currency = scene->expect->claim_currency;
    draft.f.expected_amount = due;
    draft.f.actual_amount = 0;
    draft.f.exposure = due;
    draft.f.verb = check_deciding(scene)->is_vendor ? "WCL" : "RCL";
    draft.quantity = draft.f.expected_qty;
    if ((marks & TIE_MARK_CONTINGENT) != 0)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(scene->judge, &draft);
}

void check_wty_13(struct scene *scene, unsigned marks)
{
    const tie_dec deductible = scene->expected == TIE_NONE ? 0 : scene->expected;
    const tie_dec claimed = scene->group->claim_amount;

    if (!scene->group->has_claim) { /* a zero line and an invoice: only invoiced */
        check_bil_06(scene, marks);
        return;
    }
    if (scene->actual != TIE_NONE && !check_exceeds(scene->actual, deductible, check_money_tolerance(scene)))
        return; /* the invoice is the deductible */
    struct draft draft = check_draft_of_group(scene, TIE_WTY_13);
    const bool is_comparable = scene->group->claim_currency == 0 ||
        scene->group->claim_currency == scene->group->currency;

    draft.currency = scene->group->currency;
    draft.f.exposure = check_negated(scene->actual);
    if (is_comparable && claimed != TIE_NONE && scene->actual != TIE_NONE && claimed < scene->actual)
        draft.f.exposure = -claimed;
    draft.f.verb = "CM";
    draft.quantity = check_shown_quantity(scene->group, scene->billed);
    draft.trigger = check_last_posting(scene->judge, scene->group, TIE_LEG_BILLING);
    check_draft_add(scene->judge, &draft);
}

void check_wty_02(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    const struct tie_claim *row = check_row_of(judge, line);

    if (row == NULL || line->amount == TIE_NONE || line->amount <= 0 || line->open == 0 || check_has_work(judge, line))
        return;
    struct draft draft = check_draft_of_row(judge, index, TIE_WTY_02);

    if (draft.f.work_order[0] == '\0')
        draft.f.work_order = check_text_of(judge, row->wo_ref);
    draft.trigger = row->filed_date;
    draft.f.actual_amount = line->amount;
    draft.f.expected_amount = 0;
    draft.f.exposure = -line->amount;
    draft.f.verb = "WREV";
    draft.quantity = row->quantity;
    check_draft_add(judge, &draft);
}
