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
    const tie_dec debited = scene->group->debit_amount;
    const tie_dec gap = check_less(due, debited);
    const bool is_debited = debited != TIE_NONE && debited > 0;

    if (!check_deciding(scene)->is_metered || (gap == TIE_NONE ? is_debited : gap <= check_money_tolerance(scene)))
        return; /* where nobody knows what is due, only a debit that is missing altogether is a gap */
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
        !check_exceeds(scene->actual, scene->expected == TIE_NONE ? 0 : scene->expected, check_money_tolerance(scene)))
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

/* Usage line and time entry that a claim or a debit names; 0 none. */
static void named_work(const struct judge *judge, const struct tie_line *line, tie_str *usage, tie_str *time)
{
    const void *row = check_row_of(judge, line);

    *usage = *time = 0;
    if (row == NULL)
        return;
    if (line->leg == TIE_LEG_LEDGER) {
        *usage = ((const struct tie_contract_ledger *)row)->usage_ref;
        *time = ((const struct tie_contract_ledger *)row)->time_ref;
    } else if (line->leg == TIE_LEG_CLAIM) {
        *usage = ((const struct tie_claim *)row)->usage_ref;
        *time = ((const struct tie_claim *)row)->time_ref;
    }
}

static bool is_there(const struct tie_line *line)
{
    return line->excluded != TIE_EXCLUDED_DELETED && line->excluded != TIE_EXCLUDED_LINE_NOT_USED;
}

/* The row says itself which usage line or time entry it stands on, and there is none. Hours that are not approved yet
 * are there. */
static bool names_missing_work(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_match *match = judge->match;
    tie_str usage, time;

    named_work(judge, line, &usage, &time);
    if ((usage == 0 && time == 0) || tie_line_named(match, line) != TIE_NO_INDEX)
        return false;
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *other = &match->lines[i];
        const void *row = other->leg <= TIE_LEG_TIME ? check_row_of(judge, other) : NULL;

        if (row == NULL || !is_there(other))
            continue;
        if (other->leg == TIE_LEG_USAGE ? ((const struct tie_usage_line *)row)->usage_id == usage
                                        : ((const struct tie_time_entry *)row)->time_id == time)
            return false;
    }
    return true;
}

static tie_str named_order(const struct judge *judge, const struct tie_line *line)
{
    const void *row = check_row_of(judge, line);

    if (row == NULL)
        return 0;
    return line->leg == TIE_LEG_LEDGER ? ((const struct tie_contract_ledger *)row)->row.order_ref
                                       : ((const struct tie_claim *)row)->row.order_ref;
}

/* Groups of the billing owner of the order that the row names. Where the number fits several orders, work on any of
 * them stands behind the row. */
static bool may_be_of(const struct judge *judge, const struct tie_line *line, uint32_t group_order)
{
    const struct tie_match *match = judge->match;
    const tie_str reference = line->order == TIE_NO_INDEX ? named_order(judge, line) : 0;

    if (line->order != TIE_NO_INDEX)
        return group_order == match->orders[line->order].owner;
    for (uint32_t o = 0; reference != 0 && o < match->order_count; o++) {
        if (match->orders[o].is_ambiguous_ref && match->orders[o].owner == group_order &&
            check_work_order_of(judge, o)->row.order_ref == reference)
            return true;
    }
    return false;
}

/* Anything used, issued or worked on the order that the row names, or on its billing owner; of a row that names an item
 * only that item counts, of one that names a usage line or a time entry only that. */
bool check_has_work(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_match *match = judge->match;

    if (names_missing_work(judge, line))
        return false;
    if (line->group != TIE_NO_INDEX) {
        const struct tie_group *group = &match->groups[line->group];

        return group->usage > group->tolerance || group->movement > group->tolerance;
    }
    for (size_t i = 0; i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];

        if (may_be_of(judge, line, group->order) && (line->item == 0 || group->item == line->item) &&
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
        (line->group == TIE_NO_INDEX && line->order != TIE_NO_INDEX && !names_missing_work(judge, line) &&
            has_visit(judge, line->order)))
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
