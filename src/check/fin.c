/*
 * fin.c - the engine's own books: FIN-06. (FIN-05, control totals, ends a run while it extracts.)
 *
 * For every leg rows, quantity and money of all states together must be what came in, exactly. The input of rows is
 * counted from the tables of the shards, not from what the matcher made of them.
 */
#include "judge.h"

struct control {
    const char *name;
    tie_sum input, accounted;
};

static void report(struct judge *judge, enum tie_leg leg, const struct control *control)
{
    struct draft draft = check_draft_plain(TIE_FIN_06);
    struct tie_finding *f = &draft.f;

    f->key_count = 2;
    f->keys[0] = tie_dataset(tie_leg_dataset(leg))->name;
    f->keys[1] = control->name;
    draft.words.name = tie_arena_printf(judge->scratch, "%s %s", f->keys[0], control->name);
    draft.words.count = control->accounted > 0 ? (uint64_t)(control->accounted / TIE_DEC_ONE) : 0;
    if (!tie_dec_from_sum(control->input, &f->expected_qty))
        f->expected_qty = TIE_NONE;
    f->exposure = 0;
    check_draft_finish(judge, &draft);
    f->is_primary = true;
    f->verdict = TIE_VERDICT_MATCHED;
    TIE_PUSH(judge->sink->findings.list, &judge->sink->findings, *f);
}

void check_fin_06(struct judge *judge, const struct tie_tally *tally, bool *conserved)
{
    *conserved = true;
    /* Usage, time, movement and billing: of ledger and claims only outcomes become lines (match/erp_lines.c). */
    for (int leg = 0; leg <= TIE_LEG_BILLING; leg++) {
        const struct tie_tally_cell *input = &tally->input[leg];
        struct tie_tally_cell sum = { 0 };

        for (int s = 0; s <= TIE_STATE_EXCLUDED; s++) {
            sum.rows += tally->state[leg][s].rows;
            sum.quantity += tally->state[leg][s].quantity;
            sum.amount += tally->state[leg][s].amount;
        }
        const struct control controls[] = {
            { "rows", (tie_sum)input->rows * TIE_DEC_ONE, (tie_sum)sum.rows * TIE_DEC_ONE },
            { "quantity", input->quantity, sum.quantity },
            { "amount", input->amount, sum.amount },
        };
        for (size_t i = 0; i < TIE_COUNT_OF(controls); i++) {
            if (controls[i].input == controls[i].accounted)
                continue;
            *conserved = false;
            if (check_is_on(judge, TIE_FIN_06))
                report(judge, (enum tie_leg)leg, &controls[i]);
        }
    }
}
