/*
 * scene.c - a group as the three-way tables read it, and the facts that several families ask for.
 *
 * Overlays of matching 9.5 are applied here, before any table is read: items that need no movement, goods of others,
 * labour and charges take M := U and get no INV code; goodwill without approval is chargeable; Bq counts what claims
 * and debits cover, but never the same piece twice. Invariant: the tables never see who owns the stock, what was
 * summarised or how an outcome is recorded. Of labour only the minutes marked as chargeable are compared; where none
 * are, all of them stand for the work, and nothing is expected.
 */
#include "judge.h"

tie_dec check_less(tie_dec a, tie_dec b)
{
    return a == TIE_NONE || b == TIE_NONE ? TIE_NONE : a - b;
}

tie_dec check_negated(tie_dec value)
{
    return value == TIE_NONE ? TIE_NONE : -value;
}

bool check_exceeds(tie_dec larger, tie_dec smaller, tie_dec tolerance)
{
    return larger != TIE_NONE && smaller != TIE_NONE && (tie_sum)larger - smaller > tolerance;
}

static tie_dec larger_of(tie_dec a, tie_dec b)
{
    return a > b ? a : b;
}

/* The store closed the order without charge, and the ERP has no billing line of this group. Counts for lines that
 * nobody is to pay (data-model.md 5, checks.md 8). */
static bool is_closed_free(const struct scene *scene)
{
    const struct tie_work_order *row = check_work_order_of(scene->judge, scene->group->order);

    return row->no_charge_reason != TIE_W_EMPTY && scene->class_ != TIE_CLASS_T &&
        scene->group->lines[TIE_LEG_BILLING].count == 0;
}

/* [billing] no_charge_evidence says where a no-charge closing must stand: zero lines of the ERP, the store's reason,
 * either. */
static bool has_free_record(const struct scene *scene)
{
    switch (scene->judge->world->policy->no_charge_evidence) {
    case TIE_EVIDENCE_ERP: return scene->group->has_free;
    case TIE_EVIDENCE_FSM: return is_closed_free(scene);
    case TIE_EVIDENCE_BOTH: break;
    }
    return scene->group->has_free || is_closed_free(scene);
}

static enum tie_outcome outcome_of(const struct scene *scene)
{
    const struct tie_group *group = scene->group;
    const bool is_free = has_free_record(scene) || group->has_debit || group->has_claim;

    if (group->has_charge)
        return is_free ? TIE_OUTCOME_IZ : TIE_OUTCOME_I;
    return is_free ? TIE_OUTCOME_Z : TIE_OUTCOME_NONE;
}

/* Labour is sold by the rounded minutes or at a flat fee: more than was worked is then no surplus. */
static bool bills_other_minutes(const struct scene *scene, tie_dec billed)
{
    const struct tie_expectation *expect = scene->expect;

    if (expect->price != NULL && expect->price->flat_amount != TIE_NONE)
        return billed > 0;
    return billed > scene->usage && !check_exceeds(billed, expect->expected_qty, scene->group->tolerance);
}

/* What the customer outcome covers. A shared line may stand charged and free for the same pieces; a claim or a debit
 * covers what was used unless it says how much. */
static tie_dec covered_quantity(const struct scene *scene)
{
    const struct tie_group *group = scene->group;
    tie_dec billed = group->billed;

    if (scene->class_ == TIE_CLASS_S)
        billed = larger_of(group->charged_qty, group->free_qty);
    if (scene->judge->world->policy->no_charge_evidence != TIE_EVIDENCE_ERP && is_closed_free(scene))
        billed = larger_of(billed, scene->usage);
    if (group->has_claim && scene->class_ != TIE_CLASS_T)
        billed = larger_of(billed, group->claim_qty > 0 ? group->claim_qty : scene->usage);
    if (group->has_debit && scene->class_ != TIE_CLASS_T)
        billed = larger_of(billed, scene->usage);
    if (group->kind == TIE_GROUP_LABOUR && bills_other_minutes(scene, billed))
        billed = scene->usage;
    return billed;
}

/* Three legs and none agrees: which one is to be believed (checks.md, section 4). */
static void find_reference(struct scene *scene)
{
    const tie_dec tolerance = scene->group->tolerance;
    const bool can_tell = scene->relation != 11 && scene->relation != 13;

    if (scene->relation < 8 || scene->usage <= tolerance || scene->movement <= tolerance || scene->billed <= 0)
        return;
    if (can_tell && check_is_signed(scene->judge, scene))
        return;
    if (can_tell && check_is_serialised(scene))
        scene->trusts_movement = true;
    else
        scene->is_unsure = true;
}

static void read_scene(struct judge *judge, uint32_t index, struct scene *scene)
{
    const struct tie_group *group = &judge->match->groups[index];
    struct tie_expectation *expect = &judge->expectations->at[index];

    tie_expect_find_cost(judge->match, group, expect);
    *scene = (struct scene){ .judge = judge,
        .index = index,
        .group = group,
        .expect = expect,
        .order = &judge->match->orders[group->order],
        .usage = group->usage,
        .movement = group->movement,
        .class_ = expect->class_,
        .expected = expect->customer_amount,
        .actual = group->rate_missing ? TIE_NONE : group->charged_amount,
        .money_tolerance = TIE_NONE };

    if (group->kind == TIE_GROUP_LABOUR && expect->billable_qty > 0)
        scene->usage = expect->billable_qty;
    scene->has_stock = group->kind == TIE_GROUP_PART && group->is_stocked && group->is_owned;
    if (!scene->has_stock)
        scene->movement = scene->usage;
    if (scene->class_ == TIE_CLASS_G && !expect->is_approved && judge->world->policy->goodwill_needs_approval)
        scene->class_ = TIE_CLASS_T;
    scene->outcome = outcome_of(scene);
    scene->billed = covered_quantity(scene);
    scene->relation = tie_relation(scene->usage, scene->movement, scene->billed, group->tolerance);
    find_reference(scene);
}

struct scene *check_scene_of(struct judge *judge, uint32_t index)
{
    if (judge->scenes == NULL)
        judge->scenes = TIE_TAKE(judge->scratch, struct scene *, judge->match->group_count);
    if (judge->scenes[index] == NULL) {
        judge->scenes[index] = tie_arena_take_raw(judge->scratch, sizeof(struct scene));
        read_scene(judge, index, judge->scenes[index]);
    }
    return judge->scenes[index];
}

tie_dec check_money_tolerance(const struct scene *scene)
{
    return scene->money_tolerance != TIE_NONE ? scene->money_tolerance
                                              : tie_expect_tolerance(scene->judge->match, scene->group, scene->expect);
}

const struct tie_decision *check_deciding(const struct scene *scene)
{
    return scene->expect->derived.exists ? &scene->expect->derived : &scene->expect->recorded;
}

/* ---- money of a quantity ---- */

tie_dec check_expected_for(const struct scene *scene, tie_dec quantity)
{
    const struct tie_expectation *expect = scene->expect;
    tie_dec full = TIE_NONE, part = TIE_NONE;

    if (quantity == expect->expected_qty || scene->expected == TIE_NONE)
        return scene->expected;
    if (!tie_expect_value(expect, scene->group, quantity, &full))
        return TIE_NONE;
    /* as expect/ rounds the whole: what is expected is an amount that could stand on a document */
    full = tie_dec_round(full, tie_world_decimals(scene->judge->pool, scene->group->currency));
    if (scene->class_ == TIE_CLASS_T)
        return full;
    /* the customer's share of the whole group, in proportion */
    if (expect->full_amount == TIE_NONE || expect->full_amount == 0 ||
        !tie_dec_muldiv(full, scene->expected, expect->full_amount, &part))
        return TIE_NONE;
    return part;
}

tie_dec check_cost_for(const struct scene *scene, tie_dec quantity)
{
    tie_dec amount = TIE_NONE;

    return tie_expect_cost(scene->expect, quantity, &amount) ? amount : TIE_NONE;
}

tie_dec check_line_cost(struct judge *judge, const struct tie_line *line, tie_dec quantity, tie_str *currency)
{
    const struct tie_location *place = tie_world_location(judge->world, line->location);
    const struct tie_item_cost *cost;
    tie_dec amount = TIE_NONE;

    if (line->amount != TIE_NONE && line->quantity != 0) {
        *currency = line->currency;
        return tie_dec_muldiv(tie_dec_abs(line->amount), quantity, tie_dec_abs(line->quantity), &amount) ? amount
                                                                                                         : TIE_NONE;
    }
    if (line->group != TIE_NO_INDEX) {
        struct tie_expectation *expect = &judge->expectations->at[line->group];

        tie_expect_find_cost(judge->match, &judge->match->groups[line->group], expect);
        if (expect->has_cost) {
            *currency = expect->cost_currency;
            return tie_expect_cost(expect, quantity, &amount) ? amount : TIE_NONE;
        }
    }
    cost = tie_world_cost(judge->world, line->item, place != NULL ? place->plant_id : 0,
        line->condition == TIE_W_EMPTY ? TIE_W_NEW : line->condition, line->day);
    if (cost == NULL)
        return TIE_NONE;
    *currency = cost->currency;
    return tie_dec_mul(cost->unit_cost, quantity, &amount) ? amount : TIE_NONE;
}

/* ---- what speaks for usage, what for movement ---- */

static bool names_usage(const struct scene *scene, tie_str object)
{
    const struct tie_lines *lines = &scene->group->lines[TIE_LEG_USAGE];

    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_usage_line *row = check_row_of(scene->judge, &scene->judge->match->lines[lines->at[i]]);

        if (row != NULL && row->usage_id == object)
            return true;
    }
    return false;
}

static bool names_visit(const struct scene *scene, tie_str object)
{
    const struct tie_match *match = scene->judge->match;
    const struct tie_visit *visits = TIE_OF(match->shard, match->dossier, VISIT, visit);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, VISIT); i++) {
        if (visits[i].visit_id == object)
            return visits[i].row.order_ref == check_work_order_of(scene->judge, scene->group->order)->row.order_ref;
    }
    return false;
}

/* The customer signed the order, one of its visits, or this very line. */
bool check_is_signed(struct judge *judge, const struct scene *scene)
{
    const struct tie_match *match = judge->match;
    const struct tie_evidence *evidence = TIE_OF(match->shard, match->dossier, EVIDENCE, evidence);
    const tie_str order = check_work_order_of(judge, scene->group->order)->wo_id;

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, EVIDENCE); i++) {
        const struct tie_evidence *row = &evidence[i];

        if (row->kind != TIE_W_SIGNATURE || !row->is_accepted || row->deleted || row->captured_at == TIE_NONE)
            continue;
        if ((row->object_type == TIE_W_WORK_ORDER && row->object_id == order) ||
            (row->object_type == TIE_W_USAGE_LINE && names_usage(scene, row->object_id)) ||
            (row->object_type == TIE_W_VISIT && names_visit(scene, row->object_id)))
            return true;
    }
    return false;
}

bool check_is_serialised(const struct scene *scene)
{
    const struct tie_item *item = tie_world_item(scene->judge->world, scene->group->item);

    return item != NULL && item->serial_profile != TIE_W_EMPTY && item->serial_profile != TIE_W_NONE;
}

bool check_fits_two(const struct judge *judge, tie_str order_ref)
{
    const struct tie_match *match = judge->match;

    for (uint32_t o = 0; order_ref != 0 && o < match->order_count; o++) {
        if (match->orders[o].is_ambiguous_ref && check_work_order_of(judge, o)->row.order_ref == order_ref)
            return true;
    }
    return false;
}

tie_date check_last_posting(const struct judge *judge, const struct tie_group *group, enum tie_leg leg)
{
    tie_date last = TIE_NO_DATE;

    for (uint32_t i = 0; i < group->lines[leg].count; i++) {
        const struct tie_line *line = &judge->match->lines[group->lines[leg].at[i]];

        if (line->posting_day > last) /* TIE_NO_DATE is the smallest */
            last = line->posting_day;
    }
    return last;
}

void tie_check_read_group(struct tie_arena *scratch, const struct tie_match *match,
    const struct tie_expectations *expectations, uint32_t group, struct tie_reading *reading)
{
    struct judge judge = { .scratch = scratch,
        .match = match,
        .world = match->world,
        .pool = &match->shard->pool,
        .expectations = expectations };
    struct scene scene;

    tie_buf_init(&judge.buf, (size_t)1 << 16);
    read_scene(&judge, group, &scene);
    *reading = (struct tie_reading){ .has_usage = scene.usage > scene.group->tolerance,
        .has_movement = scene.movement > scene.group->tolerance,
        .has_stock = scene.has_stock,
        .usage = scene.usage,
        .movement = scene.movement,
        .billed = scene.billed,
        .tolerance = scene.group->tolerance,
        .outcome = scene.outcome,
        .class_ = scene.class_,
        .relation = scene.relation,
        .expected = scene.expected,
        .actual = scene.actual,
        .money_tolerance = check_money_tolerance(&scene),
        .currency = check_text_of(&judge, scene.group->currency),
        .is_unsure = scene.is_unsure,
        .trusts_movement = scene.trusts_movement };
    tie_buf_release(&judge.buf);
}
