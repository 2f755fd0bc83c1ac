/*
 * con.c - covered work against the contract's ledger: CON-01, CON-02, CON-11.
 *
 * A debit is asked for only under a metered contract line; under an unmetered one no billing outcome is right. Until
 * allowances are walked in event order a metered line covers in full, and the finding says so.
 */
#include "judge.h"

static tie_str ledger_currency(const struct scene *scene)
{
    const struct tie_contract *contract = check_deciding(scene)->contract;

    return contract != NULL && contract->currency != 0 ? contract->currency : scene->group->currency;
}

void check_con_01(struct scene *scene, unsigned marks)
{
    const tie_dec due = scene->expect->debit_amount;
    const tie_dec gap = check_less(due, scene->group->debit_amount);

    if (!check_deciding(scene)->is_metered || (gap != TIE_NONE && gap <= scene->money_tolerance))
        return;
    struct draft draft = check_draft_of_group(scene, TIE_CON_01);

    draft.currency = ledger_currency(scene);
    draft.f.expected_amount = due;
    draft.f.actual_amount = scene->group->debit_amount;
    draft.f.exposure = gap;
    draft.f.verb = "CDEB";
    draft.quantity = scene->expect->debit_qty;
    draft.note = NOTE_METERED;
    if ((marks & TIE_MARK_CONTINGENT) != 0)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(scene->judge, &draft);
}

void check_con_11(struct scene *scene, unsigned marks)
{
    if (!scene->group->has_debit) { /* a zero line and an invoice: not recovered twice, only invoiced */
        check_bil_06(scene, marks);
        return;
    }
    if (scene->actual != TIE_NONE &&
        !check_exceeds(scene->actual, scene->expected == TIE_NONE ? 0 : scene->expected, scene->money_tolerance))
        return;
    struct draft draft = check_draft_of_group(scene, TIE_CON_11);

    draft.f.exposure = check_negated(scene->actual);
    draft.f.verb = "CM";
    draft.quantity = check_shown_quantity(scene->group, scene->billed);
    draft.trigger = check_last_posting(scene->judge, scene->group, TIE_LEG_BILLING);
    if (check_deciding(scene)->is_metered)
        draft.note = NOTE_METERED;
    check_draft_add(scene->judge, &draft);
}

void check_recover(struct scene *scene, unsigned marks)
{
    if (check_deciding(scene)->contract != NULL)
        check_con_01(scene, marks);
    else
        check_wty_01(scene, marks);
}

/* ---- CON-02 ---- */

static bool has_visit(const struct judge *judge, uint32_t order)
{
    const struct tie_match *match = judge->match;
    const struct tie_visit *visits = TIE_OF(match->shard, match->dossier, VISIT, visit);
    const tie_str reference = check_work_order_of(judge, order)->row.order_ref;

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, VISIT); i++) {
        if (visits[i].row.order_ref == reference)
            return true;
    }
    return false;
}

/* Anything used, issued or worked on the order that the row names, or on its billing owner; of a row that names an item
 * only that item counts. */
bool check_has_work(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_match *match = judge->match;

    if (line->group != TIE_NO_INDEX) {
        const struct tie_group *group = &match->groups[line->group];

        return group->usage > group->tolerance || group->movement > group->tolerance;
    }
    for (size_t i = 0; line->order != TIE_NO_INDEX && i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];

        if (group->order == match->orders[line->order].owner && (line->item == 0 || group->item == line->item) &&
            (group->usage > group->tolerance || group->movement > group->tolerance))
            return true;
    }
    return false;
}

void check_con_02(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    const struct tie_contract_ledger *row = check_row_of(judge, line);

    if (row == NULL || row->kind != TIE_W_DEBIT || line->amount == TIE_NONE || line->amount <= 0 || line->open == 0)
        return;
    if (check_has_work(judge, line) ||
        (line->group == TIE_NO_INDEX && line->order != TIE_NO_INDEX && has_visit(judge, line->order)))
        return;
    struct draft draft = check_draft_of_row(judge, index, TIE_CON_02);

    draft.f.contract = check_text_of(judge, tie_key_erp(judge->match->keys, TIE_XREF_CONTRACT, row->contract_id));
    if (draft.f.work_order[0] == '\0')
        draft.f.work_order = check_text_of(judge, row->wo_ref);
    draft.f.actual_amount = line->amount;
    draft.f.expected_amount = 0;
    draft.f.exposure = -line->amount;
    draft.f.verb = "CREV";
    draft.quantity = row->quantity;
    check_draft_add(judge, &draft);
}
