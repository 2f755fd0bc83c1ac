/*
 * con_period.c - CON-05: work decided as covered by a contract that was not in force on the deciding day.
 *
 * One finding a decision (order, scope). The contract is the one that the decision row names, else the order's; both
 * ends of its days are inclusive, and a signature that came late doesn't matter (T28). Like ENT-03 it is a cause: it
 * holds the groups that were billed as the decision says, and is silent where the customer paid all the same or where
 * something else covers the work. Nothing of the contract is left to cover the work, so it is worth its full price
 * even where the job delivers no contract lines to derive by.
 */
#include "judge.h"

static const struct tie_entitlement_decision *row_of(const struct judge *judge, tie_str decision_id)
{
    const struct tie_match *match = judge->match;
    const struct tie_entitlement_decision *rows = TIE_OF(
        match->shard, match->dossier, ENTITLEMENT_DECISION, entitlement_decision);

    for (size_t i = 0; decision_id != 0 && i < TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION); i++) {
        if (rows[i].decision_id == decision_id)
            return &rows[i];
    }
    return NULL;
}

static const struct tie_contract *contract_by(const struct judge *judge, tie_str id, tie_date day)
{
    return id == 0 ? NULL
                   : tie_world_contract(judge->world, tie_key_fsm(judge->match->keys, TIE_XREF_CONTRACT, id, day));
}

/* The contract that the recorded decision of a group leans on; NULL when it leans on none that is known. */
static const struct tie_contract *named_contract(const struct judge *judge, uint32_t group, uint32_t order)
{
    const struct tie_expectation *expect = &judge->expectations->at[group];
    const struct tie_entitlement_decision *row = row_of(judge, expect->decision_id);
    const tie_date day = expect->recorded.day;
    const struct tie_contract *contract = row == NULL ? NULL : contract_by(judge, row->coverage_ref, day);

    return contract != NULL ? contract : contract_by(judge, check_work_order_of(judge, order)->contract_id, day);
}

static bool is_outside(const struct judge *judge, uint32_t group)
{
    const struct tie_decision *recorded = &judge->expectations->at[group].recorded;
    const struct tie_contract *contract;

    if (!recorded->exists || recorded->word != TIE_W_CONTRACT || recorded->day == TIE_NO_DATE)
        return false;
    contract = named_contract(judge, group, check_worked_order(judge->match, &judge->match->groups[group]));
    return contract != NULL && !tie_world_contract_runs(judge->world, contract, recorded->day);
}

/* Groups of the same decision from `first` on; those before it belong to another finding. */
static uint32_t collect(const struct judge *judge, uint32_t first, uint32_t *groups)
{
    const struct tie_match *match = judge->match;
    const uint32_t order = check_worked_order(match, &match->groups[first]);
    uint32_t count = 0;

    for (uint32_t g = 0; g < match->group_count; g++) {
        if (check_worked_order(match, &match->groups[g]) != order ||
            judge->expectations->at[g].recorded.scope != judge->expectations->at[first].recorded.scope ||
            !is_outside(judge, g))
            continue;
        if (g < first)
            return 0;
        groups[count++] = g;
    }
    return count;
}

static void judge_scope(struct judge *judge, uint32_t first, uint32_t order)
{
    const struct tie_decision *recorded = &judge->expectations->at[first].recorded;
    uint32_t *groups = TIE_TAKE(judge->scratch, uint32_t, judge->match->group_count);
    const uint32_t count = collect(judge, first, groups);

    if (count == 0)
        return;
    struct draft draft = check_draft_of_order(judge, order, TIE_CON_05);

    check_cause_hold(judge, &draft, groups, count, true);
    if (draft.f.exposure == 0)
        return;
    TIE_ASSERT(draft.f.key_count < TIE_FINDING_KEYS);
    draft.f.keys[draft.f.key_count++] = check_text_of(judge, recorded->scope);
    draft.f.contract = check_text_of(judge, named_contract(judge, first, order)->contract_id);
    draft.extra_id = check_text_of(judge, judge->expectations->at[first].decision_id);
    draft.words.date = recorded->day;
    draft.f.verb = "INV";
    check_draft_add(judge, &draft);
}

void check_con_05(struct judge *judge)
{
    const struct tie_match *match = judge->match;

    for (uint32_t g = 0; g < match->group_count; g++) {
        if (judge->expectations->at[g].recorded.word != TIE_W_CONTRACT)
            continue;
        const uint32_t order = check_worked_order(match, &match->groups[g]);

        if (!match->orders[order].is_cancelled && !match->orders[order].is_excluded && is_outside(judge, g))
            judge_scope(judge, g, order);
    }
}
