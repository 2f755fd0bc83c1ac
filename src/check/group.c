/*
 * group.c - the verdict of each group: presence, then relation, then money.
 *
 * The cell of the presence table comes first and names what is there and ought not to be, or the reverse. The
 * relation of the three quantities then names the odd leg, stock and billing apart: a stock code needs both stock
 * legs (a missing one is the presence table's), a billing code needs an invoice to compare. Money is compared last,
 * with the quantity that the odd-leg rule believes. Codes become findings through one table of functions. Invariant:
 * nothing here knows an amount, and no family function knows a cell.
 */
#include "judge.h"

static void nothing(struct scene *scene, unsigned marks)
{
    (void)scene; /* a row or an order says it: CON-02, WTY-02, ENT-01; or it is information only */
    (void)marks;
}

static void compare_money(struct scene *scene, unsigned marks)
{
    (void)scene; /* bil_money() runs for every group with an invoice; the word only says that presence is right */
    (void)marks;
}

/* A goodwill line: within what was approved it is right; beyond, the rest is due. */
static void judge_approval(struct scene *scene, unsigned marks)
{
    if (scene->outcome == TIE_OUTCOME_Z)
        check_bil_02(scene, marks);
}

static maker *const makers[] = {
    [TIE_CODE_END] = nothing,
    [TIE_CODE_INV_01] = check_inv_01,
    [TIE_CODE_INV_02] = check_inv_02,
    [TIE_CODE_INV_03] = check_inv_03,
    [TIE_CODE_INV_10] = check_inv_10,
    [TIE_CODE_BIL_01] = check_bil_01,
    [TIE_CODE_BIL_02] = check_bil_02,
    [TIE_CODE_BIL_03] = nothing, /* quantity and price: check_bil_money() */
    [TIE_CODE_BIL_04] = nothing,
    [TIE_CODE_BIL_05] = nothing,
    [TIE_CODE_BIL_06] = check_bil_06,
    [TIE_CODE_BIL_07] = check_bil_07,
    [TIE_CODE_BIL_10] = nothing,
    [TIE_CODE_WTY_01] = check_wty_01,
    [TIE_CODE_WTY_02] = nothing, /* a row check: each claim without work */
    [TIE_CODE_WTY_13] = check_wty_13,
    [TIE_CODE_CON_01] = check_con_01,
    [TIE_CODE_CON_02] = nothing, /* a row check: each debit without work */
    [TIE_CODE_CON_11] = check_con_11,
    [TIE_CODE_ENT_01] = nothing, /* an order check */
    [TIE_CODE_WOS_04] = check_wos_04_ask,
    [TIE_CODE_COV] = check_recover,
    [TIE_CODE_COV_MINUS] = nothing,
    [TIE_CODE_AMOUNT] = compare_money,
    [TIE_CODE_APPROVAL] = judge_approval,
    [TIE_CODE_NIL] = nothing,
};

bool check_has_presence(const struct scene *scene)
{
    return scene->usage > scene->group->tolerance || scene->movement > scene->group->tolerance;
}

static bool is_stock_code(enum tie_code code)
{
    return code == TIE_CODE_INV_03 || code == TIE_CODE_INV_10;
}

static void judge_presence(struct scene *scene)
{
    const tie_dec tolerance = scene->group->tolerance;
    const struct tie_presence_cell *cell = tie_presence(
        scene->usage > tolerance, scene->movement > tolerance, scene->outcome, scene->class_);

    for (size_t i = 0; i < TIE_CELL_CODES && cell->codes[i].code != TIE_CODE_END; i++) {
        if ((cell->codes[i].marks & TIE_MARK_INFORMATION) == 0)
            makers[cell->codes[i].code](scene, cell->codes[i].marks);
    }
}

static void judge_stock(struct scene *scene)
{
    const struct tie_relation_row *row = tie_relation_row(scene->relation);
    const tie_dec tolerance = scene->group->tolerance;

    if (!scene->has_stock || scene->usage <= tolerance || scene->movement <= tolerance)
        return;
    for (size_t i = 0; i < TIE_COUNT_OF(row->codes) && row->codes[i].code != TIE_CODE_END; i++) {
        if (is_stock_code(row->codes[i].code))
            makers[scene->trusts_movement ? TIE_CODE_INV_03 : row->codes[i].code](scene, row->codes[i].marks);
    }
    check_inv_06(scene, 0);
}

/* Which way the billed quantity differs from the leg that is believed. */
static struct tie_cell_code billing_code(const struct scene *scene)
{
    const struct tie_relation_row *row = tie_relation_row(scene->relation);

    if (scene->group->is_summarised)
        return (struct tie_cell_code){ TIE_CODE_END, 0 };
    if (scene->trusts_movement) /* 8, 10 lie below the movement, 9, 12 above it */
        return (struct tie_cell_code){ scene->billed < scene->movement ? TIE_CODE_BIL_03 : TIE_CODE_BIL_05, 0 };
    for (size_t i = 0; i < TIE_COUNT_OF(row->codes) && row->codes[i].code != TIE_CODE_END; i++) {
        if (!is_stock_code(row->codes[i].code))
            return row->codes[i];
    }
    return (struct tie_cell_code){ TIE_CODE_END, 0 };
}

static void judge_billing(struct scene *scene)
{
    const bool has_invoice = scene->outcome == TIE_OUTCOME_I || scene->outcome == TIE_OUTCOME_IZ;
    const bool pays = scene->class_ == TIE_CLASS_T || scene->class_ == TIE_CLASS_S ||
        (scene->class_ == TIE_CLASS_G && scene->outcome == TIE_OUTCOME_IZ);
    const bool is_used = scene->usage > scene->group->tolerance;
    struct tie_cell_code code = billing_code(scene);

    if (!has_invoice || !pays || !check_has_presence(scene))
        return;
    if (!is_used && scene->relation != 6)
        return; /* nothing reported and billing disagrees with stock too: INV-02 asks */
    if (!is_used)
        code = (struct tie_cell_code){ TIE_CODE_END, TIE_MARK_CONTINGENT };
    if (scene->is_unsure)
        code.marks |= TIE_MARK_CONTINGENT;
    check_bil_money(scene, code.code, code.marks);
}

/* Closed without charge for the customer, but who covers it was not charged either. A zero line closes own warranty. */
static void judge_recovery(struct scene *scene)
{
    const bool is_covered = scene->class_ == TIE_CLASS_W || scene->class_ == TIE_CLASS_C ||
        scene->class_ == TIE_CLASS_S;
    const bool has_record = scene->outcome == TIE_OUTCOME_Z || scene->outcome == TIE_OUTCOME_IZ;
    const struct tie_decision *deciding = check_deciding(scene);

    if (is_covered && has_record && scene->usage > scene->group->tolerance &&
        (deciding->is_vendor || deciding->is_metered))
        check_recover(scene, 0);
}

/*
 * The three legs agree and the customer was charged just what was expected: presence, relation and money have nothing
 * to say, as for nearly all groups, and nobody needs to lay the group out. It says what follows from scene.c and the
 * tables, and no more: relation 1 has no code, nor has the cell of chargeable work with an invoice, whether something
 * is free beside it or not, and no gap of money asks for a tolerance or a credit. Whether anything was charged is not
 * asked: where nothing was, nothing is expected, and no code speaks of what lacks nothing. Nearly all are in order, so
 * that it is one test of many facts and not many tests.
 */
static bool is_in_order(
    const struct tie_group *group, const struct tie_expectation *expect, const struct tie_order *order)
{
    const bool has_stock = (group->kind == TIE_GROUP_PART) & group->is_stocked & group->is_owned;
    const bool has_hours = (group->kind == TIE_GROUP_LABOUR) & (expect->billable_qty > 0);
    const tie_dec usage = has_hours ? expect->billable_qty : group->usage;
    const tie_dec movement = has_stock ? group->movement : usage;
    const bool is_apart = order->is_cancelled | group->is_summarised | group->serials_differ | group->rate_missing;

    return (expect->class_ == TIE_CLASS_T) & !is_apart & (usage > group->tolerance) & (movement == usage) &
        (group->billed == usage) & (group->charged_amount == expect->customer_amount) &
        (expect->customer_amount != TIE_NONE);
}

static void judge_group(struct scene *scene)
{
    const bool is_free_charge = scene->group->kind == TIE_GROUP_CHARGE && !check_has_presence(scene) &&
        !scene->judge->world->policy->charges_need_usage;

    if (is_free_charge)
        return;
    judge_presence(scene);
    judge_stock(scene);
    judge_billing(scene);
    judge_recovery(scene);
    check_evd_06(scene, 0);
    check_inv_09(scene, 0);
    check_posting(scene);
}

__attribute__((noinline)) static void judge_deviating(struct judge *judge, uint32_t index)
{
    struct scene *scene = check_scene_of(judge, index), own;

    if (scene->group->is_summarised) { /* its money becomes that of the summary on the way */
        own = *scene;
        scene = &own;
    }
    check_bil_17(scene, 0);
    if (scene->order->is_cancelled)
        check_inv_22(scene, 0);
    else
        judge_group(scene);
}

void check_judge_groups(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const bool asks_place = check_is_on(judge, TIE_INV_09), asks_posting = check_may_post_late(judge);
    bool is_one_sided = false; /* some group may be */

    for (uint32_t i = 0; i < match->group_count; i++) {
        const struct tie_group *group = &match->groups[i];
        const struct tie_order *order = &match->orders[group->order];

        if (order->is_excluded)
            continue;
        if (!is_in_order(group, &judge->expectations->at[i], order)) {
            judge_deviating(judge, i);
            is_one_sided = true;
            continue;
        }
        if (asks_place && check_may_lie_elsewhere(judge, group))
            check_inv_09(check_scene_of(judge, i), 0);
        if (asks_posting)
            check_posting(check_scene_of(judge, i));
    }
    if (is_one_sided)
        check_inv_pairs(judge);
}
