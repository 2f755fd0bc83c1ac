/*
 * decide.c - the recorded decision: what the field-service store says about who pays.
 *
 * Order of authority: reason_code of the line, a decision row for the line, the order's header row, else none. Of
 * several rows for one scope the last decided counts, then the largest decision_id in bytes. Lines of one group may
 * be decided differently; the group then takes the decision of its first line and the share weighted by quantity,
 * and is shared where classes differ.
 */
#include "expect_internal.h"

static enum tie_class class_of_word(enum tie_word word, tie_dec share)
{
    const bool is_part = share > 0 && share < TIE_DEC_ONE;

    switch ((int)word) { /* a cover that leaves this component out leaves it to the customer */
    case TIE_W_WARRANTY: return share == 0 ? TIE_CLASS_T : is_part ? TIE_CLASS_S : TIE_CLASS_W;
    case TIE_W_CONTRACT: return share == 0 ? TIE_CLASS_T : is_part ? TIE_CLASS_S : TIE_CLASS_C;
    case TIE_W_GOODWILL: return TIE_CLASS_G;
    case TIE_W_SHARED: return TIE_CLASS_S;
    case TIE_W_CHARGEABLE: return TIE_CLASS_T;
    default: return TIE_CLASS_N;
    }
}

static tie_dec share_or(tie_dec given, enum tie_word word)
{
    if (given != TIE_NONE)
        return given;
    return word == TIE_W_WARRANTY || word == TIE_W_CONTRACT ? TIE_DEC_ONE : 0;
}

static struct tie_decision from_row(const struct tie_entitlement_decision *row)
{
    const enum tie_word word = row->decision_class;

    return (struct tie_decision){ .exists = true,
        .word = word,
        .share_parts = share_or(row->share_parts, word),
        .share_labour = share_or(row->share_labour, word),
        .share_travel = share_or(row->share_travel, word),
        .share_expense = share_or(row->share_expense, word),
        .is_vendor = word == TIE_W_WARRANTY && row->decision_source == TIE_W_VENDOR_WARRANTY };
}

bool tie_expect_decides_after(
    const struct tie_pool *pool, const struct tie_entitlement_decision *a, const struct tie_entitlement_decision *b)
{
    if (a->decided_at != b->decided_at)
        return a->decided_at > b->decided_at; /* no date is the smallest value: an undated row gives way */
    return tie_pool_compare(pool, a->decision_id, b->decision_id) > 0;
}

/* The row that decides on a line (0, 0: on the header) of an order; NULL when there is none. */
static const struct tie_entitlement_decision *find_row(
    const struct expect_context *context, tie_str wo_id, tie_str usage_id, tie_str time_id)
{
    const struct tie_entitlement_decision *best = NULL;

    for (size_t i = 0; i < context->decision_count; i++) {
        const struct tie_entitlement_decision *row = &context->decisions[i];

        if (row->wo_id == wo_id && row->usage_id == usage_id && row->time_id == time_id &&
            (best == NULL || tie_expect_decides_after(&context->match->shard->pool, row, best)))
            best = row;
    }
    return best;
}

static struct tie_decision decide_line(
    const struct expect_context *context, const struct tie_line *line, tie_str wo_id, tie_str *decision_id)
{
    const struct tie_shard *shard = context->match->shard;
    const struct tie_entitlement_decision *header = find_row(context, wo_id, 0, 0), *own = NULL;
    tie_str usage_id = 0, time_id = 0;
    enum tie_word reason = TIE_W_EMPTY;
    struct tie_decision decision = { .exists = false };

    *decision_id = 0;
    if (line->leg == TIE_LEG_USAGE && line->row != TIE_NO_INDEX) {
        const struct tie_usage_line *row = &TIE_ROWS(shard->tables, USAGE_LINE, usage_line)[line->row];
        usage_id = row->usage_id;
        reason = row->reason_code;
    } else if (line->leg == TIE_LEG_TIME && line->row != TIE_NO_INDEX) {
        const struct tie_time_entry *row = &TIE_ROWS(shard->tables, TIME_ENTRY, time_entry)[line->row];
        time_id = row->time_id;
        reason = row->reason_code;
    }
    if (usage_id != 0 || time_id != 0)
        own = find_row(context, wo_id, usage_id, time_id);
    if (reason != TIE_W_EMPTY) {
        /* a shared reason names no shares: they come from the rows, the line's before the header's */
        const struct tie_entitlement_decision *shares = own != NULL ? own : header;

        decision = (struct tie_decision){ .exists = true, .word = reason };
        if (reason == TIE_W_SHARED && shares != NULL)
            decision = from_row(shares);
        else
            decision.share_parts = decision.share_labour = decision.share_travel = decision.share_expense = share_or(
                TIE_NONE, reason);
        decision.word = reason;
        decision.scope = usage_id != 0 ? usage_id : time_id;
    } else if (own != NULL) {
        decision = from_row(own);
        decision.scope = usage_id != 0 ? usage_id : time_id;
        *decision_id = own->decision_id;
    } else if (header != NULL) {
        decision = from_row(header);
        decision.scope = context->world->whole_order;
        *decision_id = header->decision_id;
    }
    return decision;
}

static tie_dec *share_member(struct tie_decision *decision, enum expect_component component)
{
    switch (component) {
    case EXPECT_PARTS: return &decision->share_parts;
    case EXPECT_LABOUR: return &decision->share_labour;
    case EXPECT_TRAVEL: return &decision->share_travel;
    case EXPECT_EXPENSE: break;
    }
    return &decision->share_expense;
}

/* Lines of one group may be decided differently. */
static struct tie_decision decide_group(
    const struct expect_context *context, const struct expect_subject *about, tie_str *decision_id)
{
    const struct tie_match *match = context->match;
    const struct tie_group *group = about->group;
    const enum tie_leg leg = group->kind == TIE_GROUP_LABOUR ? TIE_LEG_TIME : TIE_LEG_USAGE;
    const enum expect_component component = about->component;
    struct tie_decision decision = { .exists = false };
    static const struct tie_line none = { .leg = TIE_LEG_BILLING, .row = TIE_NO_INDEX };
    tie_sum weighted = 0, total = 0;
    bool is_mixed = false, is_uneven = false, any = false;

    for (uint32_t n = 0; n < group->lines[leg].count; n++) {
        const struct tie_line *line = &match->lines[group->lines[leg].at[n]];
        struct tie_decision own;
        tie_str id = 0;

        if (line->state == TIE_STATE_EXCLUDED || line->order == TIE_NO_INDEX)
            continue;
        own = decide_line(context, line, context->orders[match->orders[line->order].row].wo_id, &id);
        if (!any) {
            decision = own;
            *decision_id = id;
            any = true;
        }
        is_mixed |= own.exists != decision.exists || own.word != decision.word;
        is_uneven |= *share_member(&own, component) != *share_member(&decision, component);
        weighted += (tie_sum)*share_member(&own, component) * tie_dec_abs(line->quantity);
        total += tie_dec_abs(line->quantity);
    }
    if (!any)
        decision = decide_line(context, &none, about->row->wo_id, decision_id);
    if (is_uneven && total > 0)
        *share_member(&decision, component) = (tie_dec)(weighted / total);
    decision.class_ = is_mixed ? TIE_CLASS_S : class_of_word(decision.word, *share_member(&decision, component));
    if (!decision.exists)
        decision.class_ = TIE_CLASS_N;
    decision.day = about->day;
    return decision;
}

void expect_recorded(
    const struct expect_context *context, const struct expect_subject *about, struct tie_expectation *e)
{
    if (about->order == TIE_NO_INDEX)
        return;
    if (context->may_be_recorded) {
        e->recorded = decide_group(context, about, &e->decision_id);
        return;
    }
    e->recorded.class_ = TIE_CLASS_N;
    e->recorded.day = about->day;
}

tie_dec expect_share_of(const struct tie_decision *decision, enum expect_component component)
{
    switch (component) {
    case EXPECT_PARTS: return decision->share_parts;
    case EXPECT_LABOUR: return decision->share_labour;
    case EXPECT_TRAVEL: return decision->share_travel;
    case EXPECT_EXPENSE: break;
    }
    return decision->share_expense;
}
