/*
 * inv.c - parts usage against inventory: groups (INV-01, 02, 03, 06, 10, 22) and pairs of groups (INV-04).
 *
 * A stock finding is worth the cost of the quantity that is wrong, never its price. Who is right follows from the
 * relation of the three legs; where nothing tells, the finding is CONTINGENT and asks for an investigation.
 */
#include "judge.h"

static struct draft stock_draft(struct scene *scene, enum tie_check check, tie_dec quantity)
{
    struct draft draft = check_draft_of_group(scene, check);

    draft.quantity = tie_dec_abs(quantity);
    draft.f.exposure = check_cost_for(scene, quantity);
    if (scene->group->is_ambiguous)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    if (scene->order
            ->is_ambiguous_ref) /* the ERP's rows could not be told apart: nothing may be posted on their absence */
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    return draft;
}

/* Goods that come back go to the place they left. */
static void place_of_issue(const struct scene *scene, struct draft *draft)
{
    const struct judge *judge = scene->judge;
    const struct tie_lines *lines = &scene->group->lines[TIE_LEG_MOVEMENT];

    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_line *line = &judge->match->lines[lines->at[i]];

        if (line->location != 0 && line->quantity > 0) {
            draft->f.location = check_text_of(judge, line->location);
            return;
        }
    }
}

/* The report is wrong, not the stock: put it right in the field-service store, nothing is at stake. */
static void blame_report(struct draft *draft)
{
    draft->f.verb = "FSM";
    draft->f.exposure = 0;
    draft->f.certainty = TIE_CERTAINTY_FIRM;
    draft->words.action = "report";
}

void check_inv_01(struct scene *scene, unsigned marks)
{
    if (!scene->has_stock)
        return;
    struct draft draft = stock_draft(scene, TIE_INV_01, scene->usage);

    (void)marks;
    draft.f.verb = "GI";
    check_draft_add(scene->judge, &draft);
}

void check_inv_02(struct scene *scene, unsigned marks)
{
    if (!scene->has_stock)
        return;
    struct draft draft = stock_draft(scene, TIE_INV_02, scene->movement);

    (void)marks;
    draft.f.verb = "INVST";
    place_of_issue(scene, &draft);
    if (scene->relation == 6)
        blame_report(&draft);
    check_draft_add(scene->judge, &draft);
}

void check_inv_03(struct scene *scene, unsigned marks)
{
    struct draft draft = stock_draft(scene, TIE_INV_03, scene->usage - scene->movement);

    (void)marks;
    draft.f.verb = "GI";
    draft.words.action = "issue";
    if (scene->is_unsure)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    if (scene->relation == 6 || scene->relation == 7 || scene->trusts_movement) {
        blame_report(&draft);
        if (scene->usage > scene->movement)
            draft.words.action = "take off the report";
    }
    check_draft_add(scene->judge, &draft);
}

void check_inv_10(struct scene *scene, unsigned marks)
{
    struct draft draft = stock_draft(scene, TIE_INV_10, scene->movement - scene->usage);

    draft.f.verb = "GR-REV";
    place_of_issue(scene, &draft);
    draft.words.action = "return";
    if (scene->is_unsure || (marks & TIE_MARK_CONTINGENT) != 0)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(scene->judge, &draft);
}

/* The asset or a claim names the serial that stock issued: the report is the odd one. */
static bool is_issued_serial_named(const struct scene *scene)
{
    const struct judge *judge = scene->judge;
    const struct tie_asset *asset = tie_world_asset(
        judge->world, check_work_order_of(judge, scene->group->order)->asset_id, scene->order->completed);
    const struct tie_lines *claims = &scene->group->lines[TIE_LEG_CLAIM];

    if (scene->group->serial_issued == 0)
        return false;
    if (asset != NULL && asset->serial_no == scene->group->serial_issued)
        return true;
    for (uint32_t i = 0; i < claims->count; i++) {
        const struct tie_claim *claim = check_row_of(judge, &judge->match->lines[claims->at[i]]);

        if (claim != NULL && claim->asset_serial_no == scene->group->serial_issued)
            return true;
    }
    return false;
}

void check_inv_06(struct scene *scene, unsigned marks)
{
    const struct tie_group *group = scene->group;

    (void)marks;
    if (!group->serials_differ || check_exceeds(group->usage, group->movement, group->tolerance) ||
        check_exceeds(group->movement, group->usage, group->tolerance))
        return;
    struct draft draft = stock_draft(scene, TIE_INV_06, group->serial_qty);

    draft.f.verb = is_issued_serial_named(scene) ? "FSM" : "INVST";
    draft.f.serial = check_text_of(scene->judge, group->serial_used);
    draft.words.other_ref = check_text_of(scene->judge, group->serial_issued);
    check_draft_add(scene->judge, &draft);
}

void check_inv_22(struct scene *scene, unsigned marks)
{
    const struct tie_group *group = scene->group;

    (void)marks;
    if (!scene->has_stock || tie_dec_abs(group->movement) <= group->tolerance)
        return;
    struct draft draft = stock_draft(scene, TIE_INV_22, group->movement);

    draft.f.verb = group->movement < 0 ? "GI" : "GR-REV";
    place_of_issue(scene, &draft);
    check_draft_add(scene->judge, &draft);
}

/* ---- INV-04: reported one item, issued another ---- */

#define CHAIN_MAX 5 /* longest path of substitutions, as pass P7 will take it */

struct reach { /* items that may stand for the one used, breadth first */
    tie_str at[64];
    size_t count;
};

static void reach_add(struct reach *reach, tie_str item)
{
    for (size_t i = 0; i < reach->count; i++) {
        if (reach->at[i] == item)
            return;
    }
    if (reach->count < TIE_COUNT_OF(reach->at))
        reach->at[reach->count++] = item;
}

static bool is_valid_on(const struct tie_supersession *row, tie_date day)
{
    return day >= row->valid_from && (row->valid_to == TIE_NO_DATE || day <= row->valid_to);
}

static void reach_from(const struct judge *judge, struct reach *reach, tie_str item, tie_date day)
{
    const struct tie_rows *table = &judge->world->tables[TIE_DS_SUPERSESSION];
    const struct tie_supersession *rows = table->at;

    for (size_t i = 0; i < table->count; i++) {
        const tie_str from = tie_key_erp(judge->match->keys, TIE_XREF_ITEM, rows[i].from_item_id);
        const tie_str to = tie_key_erp(judge->match->keys, TIE_XREF_ITEM, rows[i].to_item_id);

        if (!is_valid_on(&rows[i], day))
            continue;
        if (from == item)
            reach_add(reach, to);
        if (to == item && rows[i].direction == TIE_W_FULL)
            reach_add(reach, from);
    }
}

/* Whether `issued` may stand for `used` on the day, along the direction of each step. */
static bool may_stand_for(const struct judge *judge, tie_str used, tie_str issued, tie_date day)
{
    struct reach reach = { .at = { used }, .count = 1 };
    size_t first = 0;

    for (int step = 0; step < CHAIN_MAX && first < reach.count; step++) {
        const size_t end = reach.count;

        for (; first < end; first++)
            reach_from(judge, &reach, reach.at[first], day);
    }
    for (size_t i = 1; i < reach.count; i++) {
        if (reach.at[i] == issued)
            return true;
    }
    return false;
}

static bool is_alike(const struct scene *used, const struct scene *issued)
{
    const struct tie_world *world = used->judge->world;
    const struct tie_item *a = tie_world_item(world, used->group->item),
                          *b = tie_world_item(world, issued->group->item);

    if (used->usage == issued->movement)
        return true;
    return a != NULL && b != NULL && a->product_class != 0 && a->product_class == b->product_class;
}

enum billed_item { BILLED_NEITHER, BILLED_USED, BILLED_ISSUED };

static bool is_sold_as(const struct judge *judge, tie_str item, tie_str sold)
{
    return item == sold || tie_world_is_sold_as(judge->world, item, sold);
}

/* Which item the lines of one group name: 1 the used, 2 the issued one, 3 both. A line that stands for either, or
 * names no item, tells nothing. */
static unsigned named_items(const struct scene *of, tie_str used, tie_str issued)
{
    const struct judge *judge = of->judge;
    const struct tie_lines *lines = &of->group->lines[TIE_LEG_BILLING];
    unsigned named = 0;

    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_line *line = &judge->match->lines[lines->at[i]];
        const bool is_used = is_sold_as(judge, used, line->item), is_issued = is_sold_as(judge, issued, line->item);

        if (line->open > 0 && is_used != is_issued)
            named |= is_used ? 1 : 2;
    }
    return named;
}

/* A line may hang on the reported part by its reference and yet name the issued one: the item on it counts. Where no
 * line can tell, the group that was billed does. */
static enum billed_item billed_item_of(const struct scene *used, const struct scene *issued)
{
    const unsigned named = named_items(used, used->group->item, issued->group->item) |
        named_items(issued, used->group->item, issued->group->item);

    if (named != 0)
        return (named & 1) != 0 ? BILLED_USED : BILLED_ISSUED;
    if (used->outcome != TIE_OUTCOME_NONE)
        return BILLED_USED;
    return issued->outcome != TIE_OUTCOME_NONE ? BILLED_ISSUED : BILLED_NEITHER;
}

/* Which of the two the customer was billed for decides who is wrong. */
static void inv_04(struct scene *used, struct scene *issued, enum billed_item billed)
{
    const tie_dec cost_used = check_cost_for(used, used->usage), cost_issued = check_cost_for(issued, issued->movement);
    struct draft draft = check_draft_of_group(used, TIE_INV_04);
    tie_dec difference = check_less(cost_used, cost_issued);

    if (used->expect->cost_currency != issued->expect->cost_currency)
        difference = TIE_NONE;
    draft.other_group = issued->index;
    draft.quantity = used->usage;
    draft.f.other_item = check_text_of(used->judge, issued->group->item);
    draft.f.movement_qty = issued->movement;
    draft.f.exposure = difference == TIE_NONE ? TIE_NONE : tie_dec_abs(difference);
    draft.has_book_effect = true;
    if (billed == BILLED_USED) {
        draft.f.verb = "GI+GR-REV";
        draft.f.book_effect = check_negated(difference);
    } else if (billed == BILLED_ISSUED) {
        draft.f.verb = "FSM";
        draft.f.exposure = 0;
    } else {
        draft.f.verb = "INVST";
    }
    check_draft_add(used->judge, &draft);
}

/* INV-01 and INV-02 of a valid substitution are no gap, and the substitute's potential billing isn't one either. */
static void forget(struct judge *judge, uint32_t group, bool (*gone)(const struct draft *draft))
{
    for (size_t i = 0; i < judge->drafts.count; i++) {
        if (judge->drafts.at[i].group == group && gone(&judge->drafts.at[i]))
            judge->drafts.at[i].dropped = true;
    }
}

static bool is_one_sided(const struct draft *draft)
{
    return draft->f.check == TIE_INV_01 || draft->f.check == TIE_INV_02;
}

static bool is_potential(const struct draft *draft)
{
    return draft->f.check != TIE_INV_02 && draft->f.certainty == TIE_CERTAINTY_CONTINGENT;
}

static bool is_unbilled(const struct draft *draft)
{
    return draft->f.check == TIE_BIL_01 || draft->f.check == TIE_WTY_01 || draft->f.check == TIE_CON_01;
}

static bool is_price(const struct draft *draft)
{
    return draft->f.check == TIE_BIL_04 || draft->f.check == TIE_BIL_05 || draft->f.check == TIE_BIL_10;
}

/* The issued item stands on the line that hangs on the reported one: its price is the measure. */
static void price_as_issued(struct judge *judge, struct scene *used, struct scene *issued)
{
    struct scene priced = *used;

    if (used->outcome != TIE_OUTCOME_I && used->outcome != TIE_OUTCOME_IZ)
        return;
    if (check_exceeds(used->billed, used->usage, used->group->tolerance) || used->group->is_summarised)
        return; /* the quantity is wrong, whichever part it was */
    forget(judge, used->index, is_price);
    priced.expected = check_expected_for(issued, used->billed);
    if (!check_exceeds(used->usage, used->billed, used->group->tolerance))
        check_bil_money(&priced, TIE_CODE_END, 0);
}

static void judge_pair(struct judge *judge, uint32_t used_group, uint32_t issued_group)
{
    struct scene used = *check_scene_of(judge, used_group), issued = *check_scene_of(judge, issued_group);
    const tie_date day = used.order->completed != TIE_NO_DATE ? used.order->completed : judge->world->as_of;

    if (!is_alike(&used, &issued))
        return;
    forget(judge, issued_group, is_potential);
    if (judge->asks_wos_04 != NULL)
        judge->asks_wos_04[issued_group] = false;
    if (may_stand_for(judge, used.group->item, issued.group->item, day)) {
        forget(judge, used_group, is_one_sided);
        forget(judge, issued_group, is_one_sided);
        return;
    }
    if (!check_is_on(judge, TIE_INV_04))
        return;
    const enum billed_item billed = billed_item_of(&used, &issued);

    if (used.outcome == TIE_OUTCOME_NONE && billed != BILLED_NEITHER)
        forget(judge, used_group, is_unbilled);
    if (billed == BILLED_ISSUED)
        price_as_issued(judge, &used, &issued);
    inv_04(&used, &issued, billed);
}

struct sides { /* one-sided groups of one order */
    uint32_t used, issued;
    size_t used_count, issued_count;
};

static void count_side(const struct tie_group *group, uint32_t index, struct sides *sides)
{
    if (group->kind != TIE_GROUP_PART || !group->is_stocked || !group->is_owned || group->is_ambiguous)
        return;
    if (group->usage > group->tolerance && group->movement <= group->tolerance) {
        sides->used = index;
        sides->used_count++;
    } else if (group->movement > group->tolerance && group->usage <= group->tolerance) {
        sides->issued = index;
        sides->issued_count++;
    }
}

void check_inv_pairs(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    uint32_t g = 0;

    while (g < match->group_count) { /* groups of an order lie together */
        const uint32_t order = match->groups[g].order;
        struct sides sides = { 0 };

        for (; g < match->group_count && match->groups[g].order == order; g++)
            count_side(&match->groups[g], g, &sides);
        if (sides.used_count == 1 && sides.issued_count == 1 && !match->orders[order].is_excluded &&
            !match->orders[order].is_cancelled)
            judge_pair(judge, sides.used, sides.issued);
    }
}
