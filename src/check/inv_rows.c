/*
 * inv_rows.c - single rows of the stock legs: duplicates (INV-07, 08), wrong objects (INV-15), excess (INV-16),
 * unknown orders (INV-21).
 *
 * What a row is was decided by match/ (duplicate_of, excess, pass); here it is only worded and valued. The cost of a
 * movement row is its posted value, in proportion to the part concerned.
 */
#include "judge.h"

static void doubt(struct draft *draft)
{
    draft->f.certainty = TIE_CERTAINTY_CONTINGENT;
}

static struct draft duplicate_draft(struct judge *judge, uint32_t index, enum tie_check check)
{
    const struct tie_line *line = &judge->match->lines[index];
    struct draft draft = check_draft_of_row(judge, index, check);

    draft.other_line = line->duplicate_of;
    draft.words.other_ref = check_row_id_of(judge, &judge->match->lines[line->duplicate_of]);
    draft.quantity = line->open > 0 ? line->open : line->quantity;
    if (line->duplicate_tier == 3)
        doubt(&draft);
    return draft;
}

void check_inv_07(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];

    if (line->duplicate_of == TIE_NO_INDEX || line->quantity <= 0)
        return;
    struct draft draft = duplicate_draft(judge, index, TIE_INV_07);

    draft.f.movement_qty = draft.quantity;
    draft.f.exposure = check_line_cost(judge, line, draft.quantity, &draft.currency);
    draft.f.verb = "GR-REV";
    check_draft_add(judge, &draft);
}

void check_inv_08(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];

    if (line->duplicate_of == TIE_NO_INDEX)
        return;
    struct draft draft = duplicate_draft(judge, index, TIE_INV_08);
    uint32_t group = line->group;

    if (group == TIE_NO_INDEX) /* left out at load: the group of the report it repeats */
        group = judge->match->lines[line->duplicate_of].group;
    draft.f.usage_qty = draft.quantity;
    draft.f.movement_qty = group == TIE_NO_INDEX ? TIE_NONE : judge->match->groups[group].movement;
    draft.f.exposure = 0;
    draft.f.verb = "FSM";
    draft.currency = draft.order == TIE_NO_INDEX ? 0 : check_work_order_of(judge, draft.order)->currency;
    check_draft_add(judge, &draft);
}

/* ---- INV-15: linked here by a weaker pass, posted to something else ---- */

void check_inv_15(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    const struct foreign foreign = check_foreign_of(judge, line);

    if (line->row != TIE_NO_INDEX || (foreign.order[0] == '\0' && !foreign.is_cost_centre))
        return; /* an issue without any reference that a pass links is no finding */
    struct draft draft = check_draft_of_row(judge, index, TIE_INV_15);

    TIE_ASSERT(draft.f.key_count < TIE_FINDING_KEYS);
    draft.f.keys[draft.f.key_count++] = draft.f.work_order;
    draft.words.other_ref = foreign.is_cost_centre ? "a cost centre" : foreign.order;
    draft.quantity = line->quantity;
    draft.f.movement_qty = line->quantity;
    draft.f.exposure = 0;
    draft.f.verb = foreign.is_cost_centre ? "NONE" : "GR-REV+GI";
    check_draft_add(judge, &draft);
}

/* ---- INV-16: more came back than ever went out ---- */

void check_inv_16(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];

    if (line->excess == TIE_NONE || line->excess <= 0 || line->order == TIE_NO_INDEX)
        return; /* without a known order it is INV-21 */
    struct draft draft = check_draft_of_row(judge, index, TIE_INV_16);

    draft.quantity = line->excess;
    draft.f.movement_qty = line->quantity;
    draft.f.exposure = check_line_cost(judge, line, line->excess, &draft.currency);
    draft.f.verb = "GI";
    if (line->history_may_hold_original) {
        draft.f.verb = "INVST";
        doubt(&draft);
    }
    check_draft_add(judge, &draft);
}

/* ---- INV-21 ---- */

void check_inv_21(struct judge *judge, uint32_t index)
{
    const struct tie_line *line = &judge->match->lines[index];
    const struct tie_movement *row = check_row_of(judge, line);

    if (row == NULL || line->order != TIE_NO_INDEX || line->pass != TIE_PASS_NONE || line->quantity == 0 ||
        line->open == 0)
        return;
    struct draft draft = check_draft_of_row(judge, index, TIE_INV_21);
    const tie_dec cost = check_line_cost(judge, line, tie_dec_abs(line->quantity), &draft.currency);

    draft.words.other_ref = row->wo_ref == 0 ? "none" : check_text_of(judge, row->wo_ref);
    if (check_fits_two(judge, row->row.order_ref)) { /* the number is known, but not whose it is */
        draft.f.reason = "MASTER";
        draft.words.other_ref = tie_arena_printf(judge->scratch, "%s (fits two orders)", draft.words.other_ref);
    }
    draft.quantity = line->quantity;
    draft.f.movement_qty = line->quantity;
    draft.f.exposure = line->quantity < 0 ? check_negated(cost) : cost;
    draft.f.verb = "INVST";
    check_draft_add(judge, &draft);
}
