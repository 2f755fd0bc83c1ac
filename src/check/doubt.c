/*
 * doubt.c - an order that lacks a row which could not be read is not fully known, so nothing said of it is firm.
 *
 * A gap may be the rejected row itself: a movement of quantity "abc" would make a missing issue out of a bad cell, and
 * an exported document would book the goods a second time. Doubt is by family of a billing owner, because quantities
 * and money of an order and its owner are compared together. Lines of a rejected invoice are left out by match/ and
 * put their order in doubt like a rejected line. Invariant: a finding keeps its amount; only what it asks for and how
 * sure it is change (finding.c). Rejected: dropping such findings; then a bad cell would hide a real gap.
 */
#include "judge.h"

static const char *note_of(const struct judge *judge, enum tie_dataset dataset)
{
    return tie_arena_printf(judge->scratch,
        "A rejected %s row names this order or one billed with it; see rejected.csv", tie_dataset(dataset)->name);
}

/* Of one reference; NULL when no rejected row names it. */
static const char *doubt_of(const struct judge *judge, tie_str order_ref)
{
    enum tie_dataset dataset = TIE_DATASET_COUNT;

    return tie_world_has_reject(judge->world, check_text_of(judge, order_ref), &dataset) ? note_of(judge, dataset)
                                                                                         : NULL;
}

/* Of a billing line whose header was rejected. */
static const char *doubt_of_line(const struct judge *judge, const struct tie_line *line)
{
    const struct tie_invoice_line *row;

    if (line->leg != TIE_LEG_BILLING || line->excluded != TIE_EXCLUDED_PARENT_REJECTED)
        return NULL;
    row = check_row_of(judge, line);
    return row != NULL && tie_world_has_rejected_invoice(judge->world, check_text_of(judge, row->inv_id))
        ? note_of(judge, TIE_DS_INVOICE)
        : NULL;
}

void check_doubt_find(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    const size_t count = match->order_count;
    const char **by_owner;

    if (judge->world->rejects.order_count == 0 && judge->world->rejects.invoice_count == 0)
        return;
    by_owner = TIE_TAKE(judge->scratch, const char *, count);
    judge->doubts = TIE_TAKE(judge->scratch, const char *, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t owner = match->orders[i].owner;

        if (by_owner[owner] == NULL)
            by_owner[owner] = doubt_of(judge, check_work_order_of(judge, i)->row.order_ref);
    }
    for (size_t i = 0; i < match->line_count; i++) {
        const uint32_t order = match->lines[i].order;

        if (order != TIE_NO_INDEX && by_owner[match->orders[order].owner] == NULL)
            by_owner[match->orders[order].owner] = doubt_of_line(judge, &match->lines[i]);
    }
    for (size_t i = 0; i < count; i++)
        judge->doubts[i] = by_owner[match->orders[i].owner];
}

static const char *doubt_of_group(const struct judge *judge, uint32_t group)
{
    return group == TIE_NO_INDEX ? NULL : judge->doubts[judge->match->groups[group].order];
}

/* A row without an order of its own may name one that was rejected itself. */
static const char *doubt_of_row(const struct judge *judge, uint32_t line)
{
    const struct tie_row *row = line == TIE_NO_INDEX ? NULL : check_row_of(judge, &judge->match->lines[line]);

    if (row == NULL)
        return NULL;
    const uint32_t order = judge->match->lines[line].order;

    return order != TIE_NO_INDEX ? judge->doubts[order] : doubt_of(judge, row->order_ref);
}

const char *check_doubt_of(const struct judge *judge, const struct draft *draft)
{
    const uint32_t groups[] = { draft->group, draft->other_group }, lines[] = { draft->line, draft->other_line };
    const char *doubt;

    if (judge->doubts == NULL)
        return NULL;
    doubt = draft->order == TIE_NO_INDEX ? NULL : judge->doubts[draft->order];
    for (size_t i = 0; i < TIE_COUNT_OF(groups) && doubt == NULL; i++)
        doubt = doubt_of_group(judge, groups[i]);
    for (size_t i = 0; i < TIE_COUNT_OF(lines) && doubt == NULL; i++)
        doubt = doubt_of_row(judge, lines[i]);
    for (size_t i = 0; i < draft->cause_count && doubt == NULL; i++)
        doubt = doubt_of_group(judge, draft->cause_groups[i]);
    return doubt;
}
