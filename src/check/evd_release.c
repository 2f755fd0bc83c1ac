/*
 * evd_release.c - EVD-04: an invoice that was released before the last approval or sign-off that its work needs.
 *
 * Needed are: mandatory evidence of the orders billed; a signature, where [scope] signoff_order_types asks for one and
 * one is recorded (the first accepted one settles it); approvals to release or sign off; the approval of the hours
 * billed. What is recorded as open or refused counts as later than any release. Work whose terms let it be billed
 * before it is done needs none (T34). A signature that nobody recorded at all is EVD-01's.
 *
 * An invoice may bill orders of many dossiers, and one document is one finding: each dossier leaves what it saw (the
 * amount of the lines concerned, what was missing), and the fold at the end of the run adds it up. Invariant: the fold
 * takes the smallest order and the latest need whatever the order of dossiers. Rejected: a finding a dossier; a
 * collective invoice would be several findings of one id.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#define NEVER INT64_MAX /* not given yet */

struct need { /* the latest one so far; most are given in time, so its name is only made where two are of one instant */
    tie_instant at;
    const char *what;   /* NULL: none yet */
    enum tie_word kind; /* of evidence, behind `what`; TIE_W_EMPTY */
    tie_str row;        /* whose id ends the name */
};

static const char *name_of(struct judge *judge, const struct need *need)
{
    const char *id = check_text_of(judge, need->row);

    return need->kind == TIE_W_EMPTY
        ? tie_arena_printf(judge->scratch, "%s %s", need->what, id)
        : tie_arena_printf(judge->scratch, "%s %s %s", need->what, tie_word_text(need->kind), id);
}

static void ask(struct judge *judge, struct need *need, const struct need *asked)
{
    if (asked->at > need->at ||
        (asked->at == need->at && need->what != NULL && strcmp(name_of(judge, asked), name_of(judge, need)) < 0))
        *need = *asked;
}

static tie_instant given_at(tie_instant at, bool is_given)
{
    return is_given && at != TIE_NONE ? at : NEVER;
}

/* ---- evidence ---- */

/* Order that a piece of evidence belongs to. */
static uint32_t order_of_evidence(const struct judge *judge, const struct tie_evidence *row)
{
    const struct tie_match *match = judge->match;
    tie_str reference = 0;

    for (size_t i = 0; row->object_type == TIE_W_VISIT && i < TIE_OF_COUNT(match->dossier, VISIT); i++) {
        const struct tie_visit *visit = &TIE_OF(match->shard, match->dossier, VISIT, visit)[i];

        if (visit->visit_id == row->object_id)
            reference = visit->row.order_ref;
    }
    for (size_t i = 0; row->object_type == TIE_W_USAGE_LINE && i < TIE_OF_COUNT(match->dossier, USAGE_LINE); i++) {
        const struct tie_usage_line *usage = &TIE_OF(match->shard, match->dossier, USAGE_LINE, usage_line)[i];

        if (usage->usage_id == row->object_id)
            reference = usage->row.order_ref;
    }
    for (size_t i = 0; row->object_type == TIE_W_TIME_ENTRY && i < TIE_OF_COUNT(match->dossier, TIME_ENTRY); i++) {
        const struct tie_time_entry *time = &TIE_OF(match->shard, match->dossier, TIME_ENTRY, time_entry)[i];

        if (time->time_id == row->object_id)
            reference = time->row.order_ref;
    }
    for (uint32_t o = 0; o < match->order_count; o++) {
        const struct tie_work_order *order = check_work_order_of(judge, o);

        if (row->object_type == TIE_W_WORK_ORDER ? order->wo_id == row->object_id
                                                 : reference != 0 && order->row.order_ref == reference)
            return o;
    }
    return TIE_NO_INDEX;
}

static void need_evidence(struct judge *judge, uint32_t order, struct need *need)
{
    const struct tie_match *match = judge->match;
    const struct tie_evidence *rows = TIE_OF(match->shard, match->dossier, EVIDENCE, evidence);
    const bool needs_signature = judge->world->policy->signoff_type[check_work_order_of(judge, order)->wo_type];
    const struct tie_evidence *signature = NULL;

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, EVIDENCE); i++) {
        const struct tie_evidence *row = &rows[i];

        if (row->deleted || order_of_evidence(judge, row) != order)
            continue;
        if (row->is_mandatory)
            ask(judge, need,
                &(struct need){ given_at(row->captured_at, row->is_accepted), "the", row->kind, row->evidence_id });
        else if (needs_signature && row->kind == TIE_W_SIGNATURE &&
            (signature == NULL ||
                given_at(row->captured_at, row->is_accepted) <
                    given_at(signature->captured_at, signature->is_accepted)))
            signature = row;
    }
    if (signature != NULL)
        ask(judge, need,
            &(struct need){ given_at(signature->captured_at, signature->is_accepted), "the customer's signature",
                TIE_W_EMPTY, signature->evidence_id });
}

/* ---- approvals ---- */

/* Of an order or an invoice. */
static void need_approvals(struct judge *judge, enum tie_word object_type, tie_str object_id, struct need *need)
{
    const struct tie_match *match = judge->match;
    const struct tie_approval *rows = TIE_OF(match->shard, match->dossier, APPROVAL, approval);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, APPROVAL); i++) {
        const struct tie_approval *row = &rows[i];

        if (row->object_type == object_type && row->object_id == object_id &&
            (row->kind == TIE_W_RELEASE || row->kind == TIE_W_SIGNOFF))
            ask(judge, need,
                &(struct need){ given_at(row->approved_at, row->status == TIE_W_APPROVED || row->status == TIE_W_EMPTY),
                    "the approval", TIE_W_EMPTY, row->approval_id });
    }
}

static void need_hours(struct judge *judge, const struct tie_line *line, struct need *need)
{
    const struct tie_time_entry *row = check_row_of(judge, line);
    const bool is_approved = row->approval_status == TIE_W_APPROVED || row->approval_status == TIE_W_EMPTY;

    if (row->approval_status == TIE_W_REJECTED || (is_approved && row->approved_at == TIE_NONE))
        return; /* rejected hours are no work; without a day nothing can be told */
    ask(judge, need,
        &(struct need){
            given_at(row->approved_at, is_approved), "the approval of time entry", TIE_W_EMPTY, row->time_id });
}

/* Hours behind a billing line: those it names, else those of its group, else what the order has not approved yet. */
static void need_hours_billed(struct judge *judge, const struct tie_line *billed, struct need *need)
{
    const struct tie_match *match = judge->match;
    const struct tie_invoice_line *row = check_row_of(judge, billed);
    const struct tie_group *group = billed->group == TIE_NO_INDEX ? NULL : &match->groups[billed->group];

    if (group == NULL || group->kind != TIE_GROUP_LABOUR || TIE_OF_COUNT(match->dossier, TIME_ENTRY) == 0)
        return;
    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];
        const bool is_open = line->excluded == TIE_EXCLUDED_NOT_APPROVED;

        if (line->leg != TIE_LEG_TIME || (line->excluded != TIE_EXCLUDED_NONE && !is_open) || line->row == TIE_NO_INDEX)
            continue;
        if (row->time_ref != 0 ? ((const struct tie_time_entry *)check_row_of(judge, line))->time_id == row->time_ref
                : is_open      ? group->usage == 0 && line->order == billed->order
                               : line->group == billed->group)
            need_hours(judge, line, need);
    }
}

/* ---- one invoice in one dossier ---- */

static bool is_out(const struct tie_invoice *invoice)
{
    return (invoice->status == TIE_W_RELEASED || invoice->status == TIE_W_PAID) &&
        (invoice->kind == TIE_W_INVOICE || invoice->kind == TIE_W_DEBIT) && invoice->released_at != TIE_NONE;
}

static bool is_judged(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_invoice *invoice = NULL;

    if (line->leg != TIE_LEG_BILLING || line->excluded != TIE_EXCLUDED_NONE || line->order == TIE_NO_INDEX ||
        line->amount == TIE_NONE || line->amount <= 0)
        return false;
    const struct tie_order *order = &judge->match->orders[line->order];
    const enum tie_word terms = check_work_order_of(judge, line->order)->billing_terms;

    invoice = tie_line_invoice(judge->match, line);
    return invoice != NULL && is_out(invoice) && !order->is_excluded && !order->is_cancelled &&
        terms != TIE_W_PREPAID && terms != TIE_W_MILESTONE;
}

struct order_need { /* of the orders billed under one, found for its first line */
    struct need need;
    bool is_known;
};

/* Work of a child order may be billed under its owner: what any order of the family needs, the line needs. */
static struct need need_of_order(struct judge *judge, uint32_t order, struct order_need *known)
{
    const struct tie_order *orders = judge->match->orders;

    if (known->is_known)
        return known->need;
    *known = (struct order_need){ .need = { .at = INT64_MIN }, .is_known = true };
    for (uint32_t o = 0; o < judge->match->order_count; o++) {
        if (o != order && orders[o].owner != order)
            continue;
        need_evidence(judge, o, &known->need);
        need_approvals(judge, TIE_W_WORK_ORDER, check_work_order_of(judge, o)->wo_id, &known->need);
    }
    return known->need;
}

static const char *keep(struct judge *judge, tie_str id)
{
    return tie_arena_strdup(judge->sink->releases.arena, check_text_of(judge, id));
}

static void note_line(
    struct judge *judge, const struct tie_invoice *invoice, const struct tie_line *line, const struct need *need)
{
    const struct tie_work_order *order = check_work_order_of(judge, line->order);
    struct tie_arena *arena = judge->sink->releases.arena;
    const tie_str customer = tie_key_fsm(judge->match->keys, TIE_XREF_CUSTOMER, order->customer_id, TIE_NO_DATE);

    TIE_PUSH(arena, &judge->sink->releases,
        (struct tie_early_release){ .inv_id = keep(judge, invoice->inv_id),
            .work_order = keep(judge, order->wo_id),
            .region = keep(judge, order->region),
            .legal_entity = keep(judge, order->legal_entity_id),
            .customer = keep(judge, customer),
            .row_id = tie_arena_strdup(arena, check_row_id_of(judge, line)),
            .name = tie_arena_strdup(arena, name_of(judge, need)),
            .proof_id = keep(judge, need->row),
            .needed_at = need->at,
            .posting = line->posting_day,
            .currency = keep(judge, line->currency),
            .amount = line->amount });
}

void check_evd_04(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const bool is_on = check_is_on(judge, TIE_EVD_04);
    struct order_need *needs = NULL;

    for (size_t l = 0; is_on && l < match->line_count; l++) {
        const struct tie_line *line = &match->lines[l];

        if (!is_judged(judge, line))
            continue;
        if (needs == NULL)
            needs = TIE_TAKE(judge->scratch, struct order_need, match->order_count);
        const struct tie_invoice *invoice = tie_line_invoice(match, line);
        struct need need = need_of_order(judge, line->order, &needs[line->order]);

        need_approvals(judge, TIE_W_INVOICE, invoice->inv_id, &need);
        need_hours_billed(judge, line, &need);
        if (need.what != NULL && need.at > invoice->released_at)
            note_line(judge, invoice, line, &need);
    }
}

/* ---- the fold ---- */

static int compare_releases(const void *a, const void *b)
{
    const struct tie_early_release *x = a, *y = b;
    const int invoice = strcmp(x->inv_id, y->inv_id), order = strcmp(x->work_order, y->work_order);

    return invoice != 0 ? invoice : order != 0 ? order : strcmp(x->row_id, y->row_id);
}

/* `at` to `at + count` are the lines of one invoice, sorted. */
static void fold_finding(struct judge *judge, const struct tie_early_release *at, size_t count)
{
    const struct tie_policy *policy = judge->world->policy;
    const struct tie_check_override *own = tie_policy_override(policy, tie_check(TIE_EVD_04)->code);
    const char **lines = TIE_TAKE(judge->sink->findings.arena, const char *, count);
    struct draft draft = check_draft_plain(TIE_EVD_04);
    const struct tie_early_release *latest = at; /* of one instant, the one whose name comes first */
    struct tie_finding *f = &draft.f;
    tie_sum amount = 0;

    for (size_t i = 0; i < count; i++) {
        lines[i] = at[i].row_id;
        amount += at[i].amount;
        if (at[i].needed_at > latest->needed_at ||
            (at[i].needed_at == latest->needed_at && strcmp(at[i].name, latest->name) < 0))
            latest = &at[i];
    }
    f->key_count = 1;
    f->keys[0] = draft.words.ref = at->inv_id;
    f->anchor = f->work_order = at->work_order;
    f->region = at->region;
    f->legal_entity = at->legal_entity;
    f->customer = at->customer;
    draft.words.name = latest->name;
    draft.extra_id = latest->proof_id;
    draft.currency = tie_pool_find(judge->pool, tie_text_of(at->currency));
    if (draft.currency == TIE_STR_UNKNOWN) /* no master row names it, so there is no rate either */
        draft.currency = 0;
    if (!tie_dec_from_sum(amount, &f->exposure))
        f->exposure = TIE_NONE;
    f->actual_amount = f->exposure;
    f->event_day = at->posting;
    f->verb = "APP";
    f->due = own != NULL && own->has_window ? tie_span_after(&policy->regions[0], at->posting, own->window)
                                            : at->posting;
    f->is_pending = f->due == TIE_NO_DATE || judge->world->as_of < f->due;
    check_draft_finish(judge, &draft);
    f->billing_ids = (struct tie_id_list){ count, lines };
    f->is_primary = true;
    f->verdict = f->is_pending ? TIE_VERDICT_PENDING : TIE_VERDICT_MATCHED;
    TIE_PUSH(judge->sink->findings.list, &judge->sink->findings, *f);
}

void check_evd_04_fold(struct judge *judge, struct tie_check_sink *const *sinks, size_t sink_count)
{
    struct tie_early_releases all = { .arena = judge->scratch };

    for (size_t s = 0; s < sink_count; s++) {
        for (size_t i = 0; i < sinks[s]->releases.count; i++)
            TIE_PUSH(judge->scratch, &all, sinks[s]->releases.at[i]);
    }
    if (all.count > 1)
        qsort(all.at, all.count, sizeof *all.at, compare_releases);
    for (size_t i = 0, first = 0; i < all.count; first = i) {
        while (i < all.count && strcmp(all.at[i].inv_id, all.at[first].inv_id) == 0)
            i++;
        fold_finding(judge, &all.at[first], i - first);
    }
}
