/*
 * credit.c - credits against what was billed: BIL-17, and the credits that somebody approved.
 *
 * A credit is a counted billing line below zero, of whatever kind of document. An approved one lowers what is
 * expected, so it leaves no gap. One that nobody approved is BIL-17 where the group's net is below zero, or where
 * what the customer still ought to pay is just that credit (or all such credits together) and no invoice followed it.
 * An invoice follows when it bills at least as much after the credit. Where the credit names its original any bill of
 * that day or later is the corrected one, also a smaller one: what it lacks is a quantity or a price (BIL-03, BIL-04),
 * and a cancellation and the same bill again change nothing (T13). A net of zero is BIL-01, reason CREDIT_REBILL.
 * Invariant: at most one BIL-17 a group, for the whole gap, so that no part of it is counted twice.
 * Rejected: a reason code as justification; any clerk can enter one, and the explanation shows it.
 */
#include "judge.h"

#include <inttypes.h>

/* Whether the approval names the credit itself: its document or its line. */
static bool is_for(struct judge *judge, const struct tie_approval *approval, const struct tie_line *line)
{
    const struct tie_invoice_line *row = check_row_of(judge, line);

    if (approval->object_type == TIE_W_INVOICE)
        return approval->object_id == row->inv_id;
    return approval->object_type == TIE_W_INVOICE_LINE &&
        tie_text_is(tie_pool_text(judge->pool, approval->object_id), check_row_id_of(judge, line));
}

/* What the object of the approval credits in all: a limit holds for a document, not for each of its lines. */
static tie_sum credited_by(struct judge *judge, const struct tie_approval *approval)
{
    const struct tie_match *match = judge->match;
    tie_sum sum = 0;

    for (size_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->leg == TIE_LEG_BILLING && line->excluded == TIE_EXCLUDED_NONE && line->amount != TIE_NONE &&
            line->amount < 0 && is_for(judge, approval, line))
            sum -= line->amount;
    }
    return sum;
}

static bool is_approved(struct judge *judge, const struct tie_line *line)
{
    const struct tie_match *match = judge->match;
    const struct tie_approval *rows = TIE_OF(match->shard, match->dossier, APPROVAL, approval);

    for (size_t i = 0; i < TIE_OF_COUNT(match->dossier, APPROVAL); i++) {
        tie_dec limit = rows[i].amount_limit;

        if (!tie_expect_approval_holds(judge->world, &rows[i], TIE_W_CREDIT, line->posting_day) ||
            !is_for(judge, &rows[i], line))
            continue;
        if (limit == TIE_NONE)
            return true;
        if (rows[i].currency != line->currency && rows[i].currency != 0 &&
            !tie_world_convert(judge->world, limit, rows[i].currency, line->currency, line->posting_day, &limit))
            continue; /* without a rate nothing is provably approved */
        if (credited_by(judge, &rows[i]) <= limit)
            return true;
    }
    return false;
}

/* ---- the credits of a group; of a summarised one those of all its groups ---- */

struct credits {
    tie_sum approved, open; /* in the group's currency, positive; open: neither approved nor followed by a bill */
    uint64_t count;         /* of open ones */
    /* lines that nobody approved: the largest; of the open ones the largest, and one worth the gap; TIE_NO_INDEX */
    uint32_t largest, largest_open, exact;
};

/* In the group's currency, without sign; false when there is no rate. */
static bool amount_of(const struct scene *scene, uint32_t index, tie_dec *amount)
{
    const struct tie_line *line = &scene->judge->match->lines[index];

    *amount = tie_dec_abs(line->amount);
    return line->currency == scene->group->currency || line->currency == 0 ||
        tie_world_convert(scene->judge->world, *amount, line->currency, scene->group->currency, line->day, amount);
}

static bool is_followed(const struct scene *scene, const struct tie_group *group, uint32_t index, tie_dec credited)
{
    const struct tie_line *lines = scene->judge->match->lines, *credit = &lines[index];
    tie_sum billed = 0;

    for (uint32_t i = 0; i < group->lines[TIE_LEG_BILLING].count; i++) {
        const uint32_t other = group->lines[TIE_LEG_BILLING].at[i];
        const struct tie_line *line = &lines[other];
        const bool is_after = line->posting_day > credit->posting_day ||
            (line->posting_day == credit->posting_day && credit->reverses != TIE_NO_INDEX);
        tie_dec amount = 0;

        if (is_after && other != credit->reverses && line->excluded == TIE_EXCLUDED_NONE && line->amount != TIE_NONE &&
            line->amount > 0 && line->open > 0 && amount_of(scene, other, &amount))
            billed += amount;
    }
    return credit->reverses != TIE_NO_INDEX ? billed > 0 : billed >= (tie_sum)credited - check_money_tolerance(scene);
}

static bool is_larger(const struct scene *scene, uint32_t index, uint32_t than)
{
    tie_dec a = 0, b = 0;

    return than == TIE_NO_INDEX || (amount_of(scene, index, &a) && amount_of(scene, than, &b) && a > b);
}

/* Lines come in their own order, so the first of two equal ones stays whatever the order of rows. */
static void add_credit(
    const struct scene *scene, const struct tie_group *group, uint32_t index, tie_dec gap, struct credits *credits)
{
    const struct tie_line *line = &scene->judge->match->lines[index];
    tie_dec amount = 0;

    if (line->excluded != TIE_EXCLUDED_NONE || line->amount == TIE_NONE || line->amount >= 0 || line->foreign != NULL ||
        !amount_of(scene, index, &amount))
        return;
    if (is_approved(scene->judge, line)) {
        credits->approved += amount;
        return;
    }
    if (is_larger(scene, index, credits->largest))
        credits->largest = index;
    if (is_followed(scene, group, index, amount))
        return;
    credits->open += amount;
    credits->count++;
    if (is_larger(scene, index, credits->largest_open))
        credits->largest_open = index;
    if (credits->exact == TIE_NO_INDEX && gap != TIE_NONE &&
        !check_exceeds(amount, gap, check_money_tolerance(scene)) &&
        !check_exceeds(gap, amount, check_money_tolerance(scene)))
        credits->exact = index;
}

static void add_credits(const struct scene *scene, const struct tie_group *group, tie_dec gap, struct credits *credits)
{
    for (uint32_t i = 0; i < group->lines[TIE_LEG_BILLING].count; i++)
        add_credit(scene, group, group->lines[TIE_LEG_BILLING].at[i], gap, credits);
}

static struct credits credits_of(const struct scene *scene, tie_dec gap)
{
    const struct tie_match *match = scene->judge->match;
    struct credits credits = { .largest = TIE_NO_INDEX, .largest_open = TIE_NO_INDEX, .exact = TIE_NO_INDEX };

    if (!scene->group->is_summarised) {
        add_credits(scene, scene->group, gap, &credits);
        return credits;
    }
    for (size_t g = 0; g < match->group_count; g++) {
        if (match->groups[g].summary == scene->index)
            add_credits(scene, &match->groups[g], gap, &credits);
    }
    return credits;
}

tie_dec check_approved_credit(const struct scene *scene, tie_dec gap)
{
    if (gap == TIE_NONE || gap <= 0 || gap <= check_money_tolerance(scene))
        return 0;
    const tie_sum approved = credits_of(scene, TIE_NONE).approved;

    return approved < gap ? (tie_dec)approved : gap;
}

/* ---- BIL-17 ---- */

/* The credit that answers for the gap; TIE_NO_INDEX when it has another reason. */
static uint32_t answering(const struct scene *scene, tie_dec gap, const struct credits *credits)
{
    const tie_sum difference = gap == TIE_NONE ? 0 : credits->open - gap;

    if (credits->exact != TIE_NO_INDEX)
        return credits->exact;
    if (scene->actual < 0)
        return credits->largest;
    return gap != TIE_NONE && difference <= check_money_tolerance(scene) &&
            difference >= -(tie_sum)check_money_tolerance(scene)
        ? credits->largest_open
        : TIE_NO_INDEX;
}

static const char *note_of(const struct judge *judge, uint32_t line, const struct credits *credits)
{
    const struct tie_invoice *invoice = tie_line_invoice(judge->match, &judge->match->lines[line]);
    const char *reason = invoice == NULL ? "" : check_text_of(judge, invoice->reason_code);

    if (credits->exact == TIE_NO_INDEX && credits->count > 1)
        return tie_arena_printf(
            judge->scratch, "It is the largest of %" PRIu64 " credits that nobody approved", credits->count);
    return reason[0] == '\0'
        ? NULL
        : tie_arena_printf(judge->scratch, "Its document gives the reason %s, and no approval", reason);
}

void check_bil_17(struct scene *scene, unsigned marks)
{
    struct judge *judge = scene->judge;
    struct scene whole;

    (void)marks;
    if (scene->actual == TIE_NONE || scene->actual == 0 || !check_is_on(judge, TIE_BIL_17))
        return;
    const bool is_due = check_has_presence(scene) && !scene->order->is_cancelled;
    tie_dec expected = is_due && !scene->group->is_summarised ? check_believed_expectation(scene) : 0;

    if (!scene->group->is_summarised && expected != TIE_NONE && expected <= scene->actual)
        return; /* nothing is lacking, as nearly always */
    whole = *scene;
    if (scene->group->is_summarised && !check_take_summary(&whole))
        return;
    if (is_due && scene->group->is_summarised)
        expected = whole.expected;
    const tie_dec lacking = check_less(expected, scene->actual);
    const tie_dec gap = check_less(lacking, check_approved_credit(&whole, lacking));

    if (gap == TIE_NONE ? scene->actual > 0 : gap <= check_money_tolerance(&whole))
        return;
    const struct credits credits = credits_of(&whole, gap);
    const uint32_t index = answering(&whole, gap, &credits);

    if (index == TIE_NO_INDEX)
        return;
    const struct tie_line *line = &judge->match->lines[index];
    struct draft draft = check_draft_of_row(judge, index, TIE_BIL_17);
    tie_dec amount = 0;

    TIE_ASSERT(amount_of(scene, index, &amount));
    draft.group = scene->index;
    draft.currency = scene->group->currency;
    draft.f.expected_amount = expected;
    draft.f.actual_amount = -amount;
    draft.words.names_credit = true;
    draft.f.exposure = gap;
    draft.f.billed_qty = draft.quantity = check_shown_quantity(scene->group, line->quantity);
    draft.f.verb = is_due && expected != TIE_NONE ? "DM" : "INVST";
    draft.note = note_of(judge, index, &credits);
    if (scene->order->is_ambiguous_ref || line->history_may_hold_original)
        draft.f.certainty = TIE_CERTAINTY_CONTINGENT;
    check_draft_add(judge, &draft);
}
