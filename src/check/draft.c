/*
 * draft.c - a draft knows its columns by itself: keys, parties, places and rows follow from its grain.
 *
 * Three grains make all drafts of a dossier: a group, a row of a leg, an order. Each starts plain (everything "not
 * applicable") and is filled from the match and the expectation; the family function then adds amounts, verb and
 * words. Invariant: texts are borrowed from pools or from the scratch arena; nothing is copied before
 * check_draft_finish(), because most drafts of a broken group are dropped again by suppress.c.
 */
#include "judge.h"

#include <inttypes.h>

const char *check_text_of(const struct judge *judge, tie_str id)
{
    return tie_pool_chars(judge->pool, id);
}

struct draft check_draft_plain(enum tie_check check)
{
    const struct tie_check_info *info = tie_check(check);
    struct draft draft = { .order = TIE_NO_INDEX,
        .group = TIE_NO_INDEX,
        .line = TIE_NO_INDEX,
        .other_group = TIE_NO_INDEX,
        .other_line = TIE_NO_INDEX,
        .trigger = TIE_NO_DATE,
        .quantity = TIE_NONE };
    struct tie_finding *f = &draft.f;

    *f = (struct tie_finding){ .check = check,
        .severity = info->severity,
        .bucket = info->bucket,
        .certainty = info->certainty,
        .reason = info->reason,
        .first_seen = TIE_NO_DATE,
        .due = TIE_NO_DATE,
        .anchor = "",
        .region = "",
        .legal_entity = "",
        .work_order = "",
        .customer = "",
        .asset = "",
        .contract = "",
        .item = "",
        .serial = "",
        .location = "",
        .technician = "",
        .uom = "",
        .usage_qty = TIE_NONE,
        .movement_qty = TIE_NONE,
        .billed_qty = TIE_NONE,
        .expected_qty = TIE_NONE,
        .expected_amount = TIE_NONE,
        .actual_amount = TIE_NONE,
        .currency = "",
        .exposure_reporting = TIE_NONE,
        .reporting_currency = "",
        .verb = "NONE",
        .correction_id = "",
        .explanation = "",
        .correction_qty = TIE_NONE,
        .correction_amount = TIE_NONE,
        .event_day = TIE_NO_DATE,
        .to_location = "",
        .payer = "",
        .other_item = "" };
    draft.document_amount = TIE_NONE;
    draft.words = (struct words){ .ref = "",
        .other_ref = "",
        .name = "",
        .kind = "",
        .side = "",
        .field = "",
        .fsm_value = "",
        .erp_value = "",
        .action = "",
        .other_location = "",
        .period = "",
        .hours = TIE_NONE,
        .limit = TIE_NONE,
        .ratio = TIE_NONE,
        .date = TIE_NO_DATE,
        .days = NO_DAYS };
    return draft;
}

static void key_put(struct draft *draft, const char *key)
{
    TIE_ASSERT(draft->f.key_count < TIE_FINDING_KEYS);
    draft->f.keys[draft->f.key_count++] = key;
}

/* ---- rows ---- */

const void *check_row_of(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_rows *rows = &judge->match->shard->tables[tie_leg_dataset(line->leg)];

    if (line->row == TIE_NO_INDEX)
        return NULL;
    TIE_ASSERT(line->row < rows->count);
    return (const char *)rows->at + (size_t)line->row * rows->row_bytes;
}

const char *check_row_id_of(struct judge *judge, const struct tie_line *line)
{
    const void *row = check_row_of(judge, line);

    if (row == NULL)
        return check_foreign_of(judge, line).row_id;

    const struct tie_dataset_info *info = tie_dataset(tie_leg_dataset(line->leg));
    const bool is_text = info->columns[0].type == TIE_TYPE_ID && info->columns[1].key != TIE_KEY_PK;

    if (is_text)
        return check_text_of(judge, tie_cell_str(&info->columns[0], row));
    tie_row_id(&judge->buf, judge->pool, tie_leg_dataset(line->leg), row);
    return tie_text_dup(judge->scratch, tie_buf_slice(&judge->buf));
}

const struct tie_work_order *check_work_order_of(const struct judge *judge, uint32_t order)
{
    return &TIE_ROWS(judge->match->shard->tables, WORK_ORDER, work_order)[judge->match->orders[order].row];
}

/* ---- parties and places ---- */

static void fill_order(struct judge *judge, struct draft *draft, uint32_t order)
{
    if (order == TIE_NO_INDEX)
        return;
    const struct tie_work_order *row = check_work_order_of(judge, order);
    struct tie_finding *f = &draft->f;

    draft->order = order;
    f->anchor = f->work_order = check_text_of(judge, row->wo_id);
    f->region = check_text_of(judge, row->region);
    f->legal_entity = check_text_of(judge, row->legal_entity_id);
    f->asset = check_text_of(judge, row->asset_id);
    f->contract = check_text_of(
        judge, tie_key_fsm(judge->match->keys, TIE_XREF_CONTRACT, row->contract_id, TIE_NO_DATE));
    f->customer = check_text_of(
        judge, tie_key_fsm(judge->match->keys, TIE_XREF_CUSTOMER, row->customer_id, TIE_NO_DATE));
    if (judge->match->orders[order].is_ambiguous_ref)
        f->reason = "MASTER";
}

static void fill_expectation(struct judge *judge, struct draft *draft, const struct tie_expectation *expect)
{
    const struct tie_contract *contract = expect->derived.contract != NULL ? expect->derived.contract
                                                                           : expect->recorded.contract;

    if (expect->customer != 0)
        draft->f.customer = check_text_of(judge, expect->customer);
    draft->f.payer = check_text_of(judge, expect->payer);
    if (contract != NULL)
        draft->f.contract = check_text_of(judge, contract->contract_id);
}

/* The first line of the legs, in this order, that says something. */
static const struct tie_line *first_line(const struct judge *judge, const struct tie_group *group,
    const enum tie_leg *legs, size_t leg_count, tie_str (*says)(const struct tie_line *line))
{
    for (size_t l = 0; l < leg_count; l++) {
        const struct tie_lines *lines = &group->lines[legs[l]];

        for (uint32_t i = 0; i < lines->count; i++) {
            const struct tie_line *line = &judge->match->lines[lines->at[i]];

            TIE_ASSERT(line != NULL); /* a leg of a group names lines of this match */
            if (says == NULL || says(line) != 0)
                return line;
        }
    }
    return NULL;
}

static tie_str says_location(const struct tie_line *line)
{
    return line->location;
}

static tie_str says_technician(const struct tie_line *line)
{
    return line->technician;
}

static void fill_lines(const struct judge *judge, struct draft *draft, const struct tie_group *group)
{
    static const enum tie_leg field[] = { TIE_LEG_USAGE, TIE_LEG_TIME };
    static const enum tie_leg any[] = { TIE_LEG_USAGE, TIE_LEG_TIME, TIE_LEG_MOVEMENT, TIE_LEG_BILLING, TIE_LEG_LEDGER,
        TIE_LEG_CLAIM };
    static const enum tie_leg goods[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT };
    const struct tie_line *line = first_line(judge, group, any, TIE_COUNT_OF(any), NULL);

    if (line != NULL)
        draft->f.event_day = line->day;
    line = first_line(judge, group, goods, TIE_COUNT_OF(goods), says_location);
    if (line != NULL)
        draft->f.location = check_text_of(judge, line->location);
    line = first_line(judge, group, field, TIE_COUNT_OF(field), says_technician);
    if (line != NULL)
        draft->f.technician = check_text_of(judge, line->technician);
    if (group->lines[TIE_LEG_USAGE].count == 1)
        draft->f.serial = check_text_of(judge, judge->match->lines[group->lines[TIE_LEG_USAGE].at[0]].serial);
}

/* ---- groups ---- */

tie_dec check_shown_quantity(const struct tie_group *group, tie_dec quantity)
{
    tie_dec hours = quantity;

    if (group->kind == TIE_GROUP_LABOUR && quantity != TIE_NONE)
        TIE_ASSERT(tie_dec_muldiv(quantity, 1, 60, &hours));
    return hours;
}

static const char *word_or(enum tie_word word, const char *fallback)
{
    return word == TIE_W_EMPTY ? fallback : tie_word_text(word);
}

/* A group check that fires on labour or on a charge takes that kind's key. */
static void group_keys(const struct judge *judge, struct draft *draft, const struct tie_group *group)
{
    key_put(draft, draft->f.work_order);
    key_put(draft, check_text_of(judge, group->item));
    if (group->kind == TIE_GROUP_LABOUR) {
        key_put(draft, word_or(group->band, "base"));
    } else if (group->kind == TIE_GROUP_CHARGE) {
        key_put(draft, ""); /* visit or tour: not told apart yet */
        key_put(draft, check_text_of(judge, group->currency));
    } else {
        key_put(draft, word_or(group->owner, "own"));
        key_put(draft, word_or(group->condition, "new"));
        key_put(draft, check_text_of(judge, group->currency));
    }
}

struct draft check_draft_of_group(const struct scene *scene, enum tie_check check)
{
    struct judge *judge = scene->judge;
    const struct tie_group *group = scene->group;
    const struct tie_item *item = tie_world_item(judge->world, group->item);
    struct draft draft = check_draft_plain(check);
    struct tie_finding *f = &draft.f;

    fill_order(judge, &draft, group->order);
    fill_expectation(judge, &draft, scene->expect);
    fill_lines(judge, &draft, group);
    group_keys(judge, &draft, group);
    draft.group = scene->index;
    draft.currency = f->bucket == TIE_BUCKET_COST ? scene->expect->cost_currency : group->currency;
    if (draft.currency == 0)
        draft.currency = group->currency;
    f->item = check_text_of(judge, group->item);
    if (group->kind == TIE_GROUP_LABOUR)
        f->uom = "h";
    else if (item != NULL)
        f->uom = check_text_of(judge, item->base_uom);
    f->usage_qty = check_shown_quantity(group, group->usage);
    f->movement_qty = group->kind == TIE_GROUP_PART && group->is_stocked ? group->movement : TIE_NONE;
    f->billed_qty = check_shown_quantity(group, group->billed);
    f->expected_qty = check_shown_quantity(group, scene->expect->expected_qty);
    f->expected_amount = scene->expected;
    f->actual_amount = scene->actual;
    f->pass = group->pass;
    return draft;
}

/* ---- orders and rows ---- */

struct draft check_draft_of_order(struct judge *judge, uint32_t order, enum tie_check check)
{
    struct draft draft = check_draft_plain(check);

    fill_order(judge, &draft, order);
    key_put(&draft, draft.f.work_order);
    draft.currency = check_work_order_of(judge, order)->currency;
    draft.f.event_day = judge->match->orders[order].completed;
    for (size_t i = 0; i < judge->match->group_count; i++) {
        if (judge->match->groups[i].order == order) {
            fill_expectation(judge, &draft, &judge->expectations->at[i]);
            break;
        }
    }
    return draft;
}

static tie_date row_day(enum tie_leg leg, const struct tie_line *line)
{
    return leg == TIE_LEG_USAGE || leg == TIE_LEG_TIME || line->posting_day == TIE_NO_DATE ? line->day
                                                                                           : line->posting_day;
}

struct draft check_draft_of_row(struct judge *judge, uint32_t line_index, enum tie_check check)
{
    const struct tie_line *line = &judge->match->lines[line_index];
    const char *dataset = tie_dataset(tie_leg_dataset(line->leg))->name;
    struct draft draft = check_draft_plain(check);
    struct tie_finding *f = &draft.f;
    const struct tie_item *item = tie_world_item(judge->world, line->item);
    /* a cancellation that names no order belongs to that of the document it cancels */
    const uint32_t order = line->order == TIE_NO_INDEX && line->group != TIE_NO_INDEX
        ? judge->match->groups[line->group].order
        : line->order;

    draft.words.ref = check_row_id_of(judge, line);
    fill_order(judge, &draft, order);
    if (line->group != TIE_NO_INDEX) {
        fill_expectation(judge, &draft, &judge->expectations->at[line->group]);
        draft.group = line->group;
    }
    if (order == TIE_NO_INDEX)
        f->anchor = tie_arena_printf(judge->scratch, "%s/%s", dataset, draft.words.ref);
    key_put(&draft, dataset);
    key_put(&draft, draft.words.ref);
    draft.line = line_index;
    draft.currency = line->currency;
    draft.trigger = row_day(line->leg, line);
    f->item = check_text_of(judge, line->item);
    f->serial = check_text_of(judge, line->serial);
    f->location = check_text_of(judge, line->location);
    f->uom = line->leg == TIE_LEG_TIME ? "h" : item != NULL ? check_text_of(judge, item->base_uom) : "";
    f->event_day = line->day;
    f->pass = line->pass;
    if (line->leg == TIE_LEG_USAGE || line->leg == TIE_LEG_TIME)
        f->technician = check_text_of(judge, line->technician);
    return draft;
}

void check_draft_add(struct judge *judge, const struct draft *draft)
{
    if (!check_is_on(judge, draft->f.check))
        return;
    if (judge->drafts.room ==
        0) { /* a dossier has one draft or two, and each is large: no room to be wiped for eight */
        judge->drafts.room = 2;
        judge->drafts.at = tie_arena_take_raw(judge->scratch, judge->drafts.room * sizeof *judge->drafts.at);
    }
    TIE_PUSH(judge->scratch, &judge->drafts, *draft);
}

/* ---- rows of other dossiers ---- */

struct foreign check_foreign_of(struct judge *judge, const struct tie_line *line)
{
    if (line->foreign == NULL)
        return (struct foreign){ "", "", false };
    const enum tie_word class_ = tie_line_class(judge->match, line);

    tie_buf_reset(&judge->buf);
    tie_line_row_id(judge->match, line, &judge->buf);
    return (struct foreign){ .row_id = tie_text_dup(judge->scratch, tie_buf_slice(&judge->buf)),
        .order = tie_text_dup(judge->scratch, tie_line_order_text(judge->match, line)),
        .is_cost_centre = class_ == TIE_W_ISSUE_CC || class_ == TIE_W_RETURN_CC };
}
