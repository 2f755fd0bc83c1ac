/*
 * inv_place.c - INV-09: the matched issue left another place than the one the part was taken from.
 *
 * A place is right for an issue when it is the reported place or the van of the technician of any use of the group,
 * or a place where the part was reserved for the order. Groups, not pairs of lines: with two technicians on one order
 * nothing says which issue was whose. Where a use tells no place at all, the issue may be its own, and nothing is said.
 *
 * No money is at stake: the books hold the part in the wrong place. The transfer goes the way the goods should have:
 * out of the place where the part was really taken, into the one that was wrongly relieved.
 * Cost: a group whose issues all left the place of its first use is not looked at; reservations are walked
 * for a group that has a suspect issue only.
 */
#include "judge.h"

/* Van of the technician, as the store or as the ERP has it. */
static bool is_van_of(const struct judge *judge, const struct tie_line *use, tie_str place)
{
    const struct tie_usage_line *row = check_row_of(judge, use);
    const struct tie_location *location = tie_world_location(judge->world, place);
    tie_str technician_id = row != NULL ? row->technician_id : 0;
    const struct tie_technician *technician;

    if (technician_id == 0)
        technician_id = tie_key_to_fsm(judge->world, TIE_XREF_TECHNICIAN, use->technician);
    technician = technician_id == 0 ? NULL : tie_world_technician(judge->world, technician_id, use->day);
    if (technician != NULL && technician->van_location_id != 0 &&
        tie_key_fsm(judge->match->keys, TIE_XREF_LOCATION, technician->van_location_id, use->day) == place)
        return true;
    return location != NULL && location->kind == TIE_W_VAN && use->technician != 0 &&
        tie_key_erp(judge->match->keys, TIE_XREF_TECHNICIAN, location->technician_id) == use->technician;
}

/* False as well when some use tells no place. */
static bool is_foreign_to_uses(const struct scene *scene, tie_str place)
{
    const struct judge *judge = scene->judge;
    const struct tie_lines *uses = &scene->group->lines[TIE_LEG_USAGE];

    for (uint32_t i = 0; i < uses->count; i++) {
        const struct tie_line *use = &judge->match->lines[uses->at[i]];

        if (use->open > 0 && (use->location == 0 || use->location == place || is_van_of(judge, use, place)))
            return false;
    }
    return true;
}

static bool is_of_group(const struct scene *scene, tie_str order_ref, tie_str item)
{
    const struct tie_match *match = scene->judge->match;

    if (item != scene->group->item)
        return false;
    for (uint32_t i = 0; i < match->order_count; i++)
        if (match->orders[i].owner == scene->group->order &&
            check_work_order_of(scene->judge, i)->row.order_ref == order_ref)
            return true;
    return false;
}

static bool is_reserved(const struct scene *scene, tie_str place)
{
    const struct tie_match *match = scene->judge->match;
    const struct tie_reservation *erp = TIE_OF(match->shard, match->dossier, RESERVATION, reservation);
    const struct tie_fsm_reservation *fsm = TIE_OF(match->shard, match->dossier, FSM_RESERVATION, fsm_reservation);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, RESERVATION); i++)
        if (erp[i].status != TIE_W_CANCELLED &&
            tie_key_erp(match->keys, TIE_XREF_LOCATION, erp[i].location_id) == place &&
            is_of_group(scene, erp[i].row.order_ref, tie_key_erp(match->keys, TIE_XREF_ITEM, erp[i].item_id)))
            return true;
    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, FSM_RESERVATION); i++)
        if (fsm[i].status != TIE_W_CANCELLED &&
            tie_key_fsm(match->keys, TIE_XREF_LOCATION, fsm[i].location_id, TIE_NO_DATE) == place &&
            is_of_group(
                scene, fsm[i].row.order_ref, tie_key_fsm(match->keys, TIE_XREF_ITEM, fsm[i].item_id, TIE_NO_DATE)))
            return true;
    return false;
}

struct misplaced { /* issues from the first wrong place, and what came from further ones */
    const struct tie_line *first;
    tie_dec quantity, elsewhere;
    tie_date posted;
};

static void look_at(const struct scene *scene, const struct tie_line *issue, struct misplaced *misplaced)
{
    if (issue->quantity <= 0 || issue->open <= 0 || issue->pass == TIE_PASS_NONE || issue->location == 0)
        return;
    if (!is_foreign_to_uses(scene, issue->location) || is_reserved(scene, issue->location))
        return;
    if (misplaced->first == NULL)
        misplaced->first = issue;
    if (issue->location != misplaced->first->location)
        misplaced->elsewhere += issue->open;
    else
        misplaced->quantity += issue->open;
    if (issue->posting_day > misplaced->posted)
        misplaced->posted = issue->posting_day;
}

/* The place of the first use that tells one: where the part was taken from. */
static tie_str place_of_use(const struct judge *judge, const struct tie_group *group)
{
    const struct tie_lines *uses = &group->lines[TIE_LEG_USAGE];

    for (uint32_t i = 0; i < uses->count; i++)
        if (judge->match->lines[uses->at[i]].open > 0)
            return judge->match->lines[uses->at[i]].location;
    return 0;
}

bool check_may_lie_elsewhere(const struct judge *judge, const struct tie_group *group)
{
    const struct tie_lines *issues = &group->lines[TIE_LEG_MOVEMENT];
    const tie_str place = place_of_use(judge, group);

    for (uint32_t i = 0; i < issues->count; i++) {
        const tie_str from = judge->match->lines[issues->at[i]].location;

        if (from != 0 && from != place)
            return true;
    }
    return false;
}

void check_inv_09(struct scene *scene, unsigned marks)
{
    struct judge *judge = scene->judge;
    const struct tie_lines *issues = &scene->group->lines[TIE_LEG_MOVEMENT];
    struct misplaced misplaced = { .posted = TIE_NO_DATE };

    (void)marks;
    if (!scene->has_stock || scene->usage <= 0 || !check_is_on(judge, TIE_INV_09))
        return;
    for (uint32_t i = 0; i < issues->count; i++)
        look_at(scene, &judge->match->lines[issues->at[i]], &misplaced);
    if (misplaced.first == NULL)
        return;
    struct draft draft = check_draft_of_group(scene, TIE_INV_09);

    draft.f.verb = "TRF";
    draft.f.exposure = 0;
    draft.f.location = check_text_of(judge, place_of_use(judge, scene->group));
    draft.f.to_location = draft.words.other_location = check_text_of(judge, misplaced.first->location);
    draft.quantity = draft.f.movement_qty = misplaced.quantity;
    draft.trigger = misplaced.posted;
    if (misplaced.elsewhere > 0)
        draft.note = "More of it was issued from further places";
    check_draft_add(judge, &draft);
}
