/*
 * ent_override.c - ENT-04: somebody changed who pays, and no approval can be traced to it.
 *
 * Of the rows that decide on one scope of an order the one in force is looked at. It needs an approval when it says
 * that a person overrode the proposal, or when it is of another class than a row before it; a row that decided
 * nothing changes nothing by being replaced. The approval is the one that the row names, or one whose object is the
 * decision or what it decides on. A refused one counts as the answer that the store must put right (FSM). Like ENT-03
 * it is a cause, and holds the groups that were billed as recorded; where the facts bear the change out it is worth
 * nothing, and the approval is missing all the same. Money given away as goodwill is EVD-06's.
 */
#include "judge.h"

static bool is_same_scope(const struct tie_entitlement_decision *a, const struct tie_entitlement_decision *b)
{
    return a->wo_id == b->wo_id && a->usage_id == b->usage_id && a->time_id == b->time_id;
}

struct scope_rows { /* of one scope */
    bool is_in_force, is_changed;
};

static struct scope_rows look_around(const struct judge *judge, const struct tie_entitlement_decision *row)
{
    const struct tie_match *match = judge->match;
    const struct tie_entitlement_decision *rows = TIE_OF(
        match->shard, match->dossier, ENTITLEMENT_DECISION, entitlement_decision);
    struct scope_rows around = { .is_in_force = true };

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION); i++) {
        if (&rows[i] == row || !is_same_scope(&rows[i], row))
            continue;
        if (tie_expect_decides_after(judge->pool, &rows[i], row))
            around.is_in_force = false;
        around.is_changed |= rows[i].decision_class != row->decision_class && rows[i].decision_class != TIE_W_NONE;
    }
    return around;
}

/* ---- the approval ---- */

static bool is_about(const struct tie_approval *approval, const struct tie_entitlement_decision *row)
{
    const tie_str line = row->usage_id != 0 ? row->usage_id : row->time_id;

    if (row->approval_id != 0 && approval->approval_id == row->approval_id)
        return true;
    switch ((int)approval->object_type) {
    case TIE_W_DECISION: return approval->object_id == row->decision_id;
    case TIE_W_WORK_ORDER: return line == 0 && approval->object_id == row->wo_id;
    case TIE_W_USAGE_LINE: return row->usage_id != 0 && approval->object_id == row->usage_id;
    case TIE_W_TIME_ENTRY: return row->time_id != 0 && approval->object_id == row->time_id;
    default: return false;
    }
}

/* Approvals of goodwill serve a decision for goodwill. */
static bool is_of_kind(const struct tie_approval *approval, const struct tie_entitlement_decision *row)
{
    return approval->kind == TIE_W_OVERRIDE || approval->kind == TIE_W_CHANGE ||
        (approval->kind == TIE_W_GOODWILL && row->decision_class == TIE_W_GOODWILL);
}

enum answer { ANSWER_NONE, ANSWER_REFUSED, ANSWER_APPROVED };

static enum answer answer_of(const struct judge *judge, const struct tie_entitlement_decision *row, tie_date day)
{
    const struct tie_match *match = judge->match;
    const struct tie_approval *rows = TIE_OF(match->shard, match->dossier, APPROVAL, approval);
    enum answer answer = ANSWER_NONE;

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, APPROVAL); i++) {
        if (!is_about(&rows[i], row) || !is_of_kind(&rows[i], row))
            continue;
        if (tie_expect_approval_holds(judge->world, &rows[i], rows[i].kind, day))
            return ANSWER_APPROVED;
        if (rows[i].status == TIE_W_REJECTED || rows[i].status == TIE_W_WITHDRAWN)
            answer = ANSWER_REFUSED;
    }
    return answer;
}

/* ---- the finding ---- */

static void hold_groups(struct judge *judge, struct draft *draft, tie_str decision_id)
{
    uint32_t *groups = TIE_TAKE(judge->scratch, uint32_t, judge->match->group_count);
    uint32_t count = 0;

    for (uint32_t g = 0; g < judge->match->group_count; g++) {
        if (judge->expectations->at[g].decision_id == decision_id)
            groups[count++] = g;
    }
    check_cause_hold(judge, draft, groups, count, false);
}

static void judge_decision(struct judge *judge, uint32_t order, const struct tie_entitlement_decision *row)
{
    const struct scope_rows around = look_around(judge, row);
    const struct tie_region *region = judge->match->orders[order].region;
    const tie_date decided = tie_zone_date(
        region != NULL ? &region->zone : &judge->world->policy->regions[0].zone, row->decided_at);
    const tie_date day = decided != TIE_NO_DATE ? decided : judge->match->orders[order].created;
    const enum answer answer = around.is_in_force && (row->is_override || around.is_changed)
        ? answer_of(judge, row, day)
        : ANSWER_APPROVED;

    if (answer == ANSWER_APPROVED)
        return;
    struct draft draft = check_draft_of_order(judge, order, TIE_ENT_04);

    hold_groups(judge, &draft, row->decision_id);
    TIE_ASSERT(draft.f.key_count < TIE_FINDING_KEYS);
    draft.f.keys[draft.f.key_count++] = row->usage_id != 0 ? check_text_of(judge, row->usage_id)
        : row->time_id != 0                                ? check_text_of(judge, row->time_id)
                                                           : "header";
    draft.extra_id = check_text_of(judge, row->decision_id);
    draft.trigger = day;
    draft.words.fsm_value = tie_word_text(row->decision_class);
    draft.f.verb = answer == ANSWER_REFUSED ? "FSM" : "APP";
    if (answer == ANSWER_REFUSED)
        draft.note = "The approval was refused: put the decision back";
    check_draft_add(judge, &draft);
}

void check_ent_04(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct tie_entitlement_decision *rows = TIE_OF(
        match->shard, match->dossier, ENTITLEMENT_DECISION, entitlement_decision);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION); i++) {
        for (uint32_t o = 0; o < match->order_count; o++) {
            const struct tie_order *order = &match->orders[o];

            if (check_work_order_of(judge, o)->wo_id == rows[i].wo_id && !order->is_cancelled && !order->is_excluded)
                judge_decision(judge, o, &rows[i]);
        }
    }
}
