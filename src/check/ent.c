/*
 * ent.c - who pays: ENT-01 (nobody decided) and ENT-03 (decided otherwise than dates, contract and cause say).
 *
 * Both are findings of an order. ENT-03 is a cause: its amount is what the groups that were billed as recorded would
 * bring under the derived decision, and it holds those groups, so that their own findings stand below it
 * (primary.c).
 */
#include "judge.h"

/* ---- ENT-01 ---- */

uint32_t check_worked_order(const struct tie_match *match, const struct tie_group *group)
{
    static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_TIME, TIE_LEG_MOVEMENT };

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++) {
        for (uint32_t i = 0; i < group->lines[legs[l]].count; i++) {
            const struct tie_line *line = &match->lines[group->lines[legs[l]].at[i]];

            if (line->order != TIE_NO_INDEX)
                return line->order;
        }
    }
    return group->order;
}

struct at_stake { /* of one order */
    bool has_work, is_known;
    tie_sum expected;
};

static struct at_stake *stakes_of(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    struct at_stake *stakes = TIE_TAKE(judge->scratch, struct at_stake, match->order_count);

    for (size_t i = 0; i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];
        struct at_stake *stake = &stakes[check_worked_order(match, group)];

        if (group->usage <= group->tolerance && group->movement <= group->tolerance)
            continue;
        stake->has_work = true;
        if (judge->expectations->at[i].customer_amount != TIE_NONE) {
            stake->is_known = true;
            stake->expected += judge->expectations->at[i].customer_amount;
        }
    }
    return stakes;
}

void check_ent_01(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const struct at_stake *stakes = NULL;
    const bool *is_decided = NULL;

    is_decided = tie_expect_decided_orders(judge->scratch, match);
    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct tie_order *order = &match->orders[o];

        if (!order->is_closed || order->is_cancelled || order->is_excluded || is_decided[o])
            continue;
        if (stakes == NULL)
            stakes = stakes_of(judge);
        if (!stakes[o].has_work)
            continue;
        struct draft draft = check_draft_of_order(judge, o, TIE_ENT_01);

        if (!stakes[o].is_known || !tie_dec_from_sum(stakes[o].expected, &draft.f.exposure))
            draft.f.exposure = TIE_NONE;
        draft.f.verb = "FSM";
        check_draft_add(judge, &draft);
    }
}

/* ---- ENT-03 ---- */

/* What the group lacks because it was billed as recorded; 0 when it was billed as it ought to be, or as neither. */
static tie_dec misbilled(struct judge *judge, uint32_t index, bool is_uncovered)
{
    const struct scene scene = *check_scene_of(judge, index);
    const tie_dec recorded = scene.expect->recorded_customer_amount;
    const tie_dec expected = is_uncovered && !scene.expect->derived.exists ? scene.expect->full_amount : scene.expected;
    const tie_dec difference = check_less(expected, recorded);

    if (difference == TIE_NONE)
        return TIE_NONE;
    if (scene.actual == TIE_NONE || tie_dec_abs(scene.actual - recorded) > check_money_tolerance(&scene) ||
        tie_dec_abs(scene.actual - expected) <= check_money_tolerance(&scene))
        return 0;
    return difference;
}

void check_cause_hold(
    struct judge *judge, struct draft *draft, const uint32_t *groups, uint32_t group_count, bool is_uncovered)
{
    uint32_t *held = TIE_TAKE(judge->scratch, uint32_t, group_count);
    tie_sum sum = 0;
    bool is_known = true;

    for (uint32_t i = 0; i < group_count; i++) {
        const tie_dec amount = misbilled(judge, groups[i], is_uncovered);

        if (amount == TIE_NONE)
            is_known = false;
        else
            sum += amount;
        if (amount != 0 && amount != TIE_NONE)
            held[draft->cause_count++] = groups[i];
    }
    if ((!is_known && sum == 0) || !tie_dec_from_sum(sum, &draft->f.exposure))
        draft->f.exposure = TIE_NONE;
    draft->cause_groups = held;
    if (group_count > 0)
        draft->currency = judge->match->groups[groups[0]].currency;
}

static const char *decision_words(struct judge *judge, const struct tie_decision *decision)
{
    char share[TIE_DEC_TEXT_MAX];
    tie_dec percent = 0;

    if (!decision->exists || decision->word == TIE_W_EMPTY)
        return tie_class_words(TIE_CLASS_N);
    if (decision->class_ != TIE_CLASS_S || !tie_dec_muldiv(decision->share_parts, 100, 1, &percent))
        return tie_word_text(decision->word);
    tie_dec_print(percent, share);
    return tie_arena_printf(judge->scratch, "%s (parts %s %%)", tie_word_text(decision->word), share);
}

static void gap_finding(struct judge *judge, const struct tie_decision_gap *gap)
{
    struct draft draft = check_draft_of_order(judge, gap->order, TIE_ENT_03);

    check_cause_hold(judge, &draft, gap->groups, gap->group_count, false);
    TIE_ASSERT(draft.f.key_count < TIE_FINDING_KEYS);
    draft.f.keys[draft.f.key_count++] = check_text_of(judge, gap->recorded.scope);
    draft.extra_id = check_text_of(judge, gap->decision_id);
    draft.f.verb = "FSM";
    draft.words.fsm_value = decision_words(judge, &gap->recorded);
    draft.words.erp_value = decision_words(judge, &gap->derived);
    check_draft_add(judge, &draft);
}

void check_ent_03(struct judge *judge)
{
    for (size_t i = 0; i < judge->expectations->gap_count; i++) {
        const struct tie_decision_gap *gap = &judge->expectations->gaps[i];
        const struct tie_order *order = &judge->match->orders[gap->order];

        if (!order->is_cancelled && !order->is_excluded)
            gap_finding(judge, gap);
    }
}
