/*
 * primary.c - which finding of a unit counts, and the verdict of each group (checks.md, sections 2 and 5).
 *
 * A unit is (group, bucket); a row finding belongs to its row's group; an order finding that is no cause is a unit
 * of its own. Findings of a unit are sorted by (rank, FIRM first, layer, |exposure| falling, check, finding_id), the
 * first is primary. A cause (ENT-03) takes part in the unit of every group that it holds, in its own bucket only,
 * and is primary unless causes of smaller rank hold all of its groups. Invariant: exactly one primary a unit that
 * has findings, so totals over primaries count no gap twice.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#define RANK_OTHER 9

static const struct {
    enum tie_check check;
    int rank;
} ranks[] = {
    { TIE_ENT_03, 1 },
    { TIE_EVD_06, 2 },
    { TIE_ENT_04, 3 },
    { TIE_ENT_05, 3 },
    { TIE_ENT_06, 3 },
    { TIE_ENT_08, 3 },
    { TIE_ENT_12, 3 },
    { TIE_ENT_13, 3 },
    { TIE_CON_05, 3 },
    { TIE_CON_09, 3 },
    { TIE_CON_14, 3 },
    { TIE_BIL_22, 3 },
};

static const enum tie_check price_layer[] = { TIE_BIL_04, TIE_BIL_10, TIE_BIL_13, TIE_BIL_15, TIE_BIL_21 };

static int rank_of(enum tie_check check)
{
    for (size_t i = 0; i < TIE_COUNT_OF(ranks); i++) {
        if (ranks[i].check == check)
            return ranks[i].rank;
    }
    return RANK_OTHER;
}

static int layer_of(enum tie_check check)
{
    for (size_t i = 0; i < TIE_COUNT_OF(price_layer); i++) {
        if (price_layer[i] == check)
            return 1;
    }
    return 0;
}

static tie_dec size_of(const struct tie_finding *f)
{
    return f->exposure == TIE_NONE ? -1 : tie_dec_abs(f->exposure); /* unknown after 0 */
}

static int compare_findings(const struct tie_finding *a, const struct tie_finding *b)
{
    const int rank = rank_of(a->check) - rank_of(b->check);
    const int firm = (a->certainty != TIE_CERTAINTY_FIRM) - (b->certainty != TIE_CERTAINTY_FIRM);
    const int layer = layer_of(a->check) - layer_of(b->check);

    if (rank != 0)
        return rank;
    if (firm != 0)
        return firm;
    if (layer != 0)
        return layer;
    if (size_of(a) != size_of(b))
        return size_of(a) > size_of(b) ? -1 : 1;
    if (a->check != b->check)
        return strcmp(tie_check(a->check)->code, tie_check(b->check)->code);
    return strcmp(a->id, b->id);
}

const char *tie_primary_reason(const struct tie_finding *first, const struct tie_finding *other)
{
    if (rank_of(first->check) != rank_of(other->check))
        return "a cause that must be put right before the gaps it makes";
    if ((first->certainty == TIE_CERTAINTY_FIRM) != (other->certainty == TIE_CERTAINTY_FIRM))
        return "which is certain where this one is not";
    if (layer_of(first->check) != layer_of(other->check))
        return "because quantity comes before price";
    if (size_of(first) != size_of(other))
        return "which is worth more";
    return "which comes first by its check and id, being worth the same";
}

/* ---- units ---- */

struct member { /* a finding in a unit; a cause is in several */
    uint32_t group;
    struct draft *draft;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->draft->f.bucket != y->draft->f.bucket)
        return x->draft->f.bucket < y->draft->f.bucket ? -1 : 1;
    return compare_findings(&x->draft->f, &y->draft->f);
}

struct members {
    struct member *at;
    size_t count, room;
};

static struct members members_of(struct judge *judge)
{
    struct members members = { 0 };

    for (size_t i = 0; i < judge->drafts.count; i++) {
        struct draft *draft = &judge->drafts.at[i];

        if (draft->dropped)
            continue;
        if (draft->group != TIE_NO_INDEX)
            TIE_PUSH(judge->scratch, &members, (struct member){ draft->group, draft });
        for (size_t c = 0; c < draft->cause_count; c++)
            TIE_PUSH(judge->scratch, &members, (struct member){ draft->cause_groups[c], draft });
    }
    if (members.count > 1)
        qsort(members.at, members.count, sizeof *members.at, compare_members);
    return members;
}

static bool is_same_unit(const struct member *a, const struct member *b)
{
    return a->group == b->group && a->draft->f.bucket == b->draft->f.bucket;
}

static void choose(struct draft *draft, const struct draft *first)
{
    const bool is_cause = draft->cause_count > 0;

    if (draft == first) {
        draft->f.is_primary = true; /* of a cause: in one of its groups is enough */
        draft->f.primary_id[0] = '\0';
    } else if (!(is_cause && draft->f.is_primary) && draft->f.primary_id[0] == '\0') {
        memcpy(draft->f.primary_id, first->f.id, TIE_FINDING_ID_MAX);
    }
}

static void choose_primaries(struct judge *judge)
{
    const struct members members = members_of(judge);
    size_t first = 0;

    for (size_t i = 0; i < judge->drafts.count; i++) {
        struct draft *draft = &judge->drafts.at[i];

        draft->f.is_primary = draft->group == TIE_NO_INDEX && draft->cause_count == 0; /* a unit of its own */
    }
    for (size_t i = 0; i < members.count; i++) {
        if (i == 0 || !is_same_unit(&members.at[i], &members.at[first]))
            first = i;
        choose(members.at[i].draft, members.at[first].draft);
    }
}

/* ---- verdicts ---- */

enum weight { WEIGHT_COST = 1, WEIGHT_SHORT = 2, WEIGHT_OVER = 4, WEIGHT_PHANTOM = 8, WEIGHT_DECISION = 16 };

static const struct {
    enum tie_check check;
    unsigned weight;
} weights[] = {
    /* those whose family does not say it */
    { TIE_BIL_05, WEIGHT_OVER },
    { TIE_BIL_06, WEIGHT_OVER },
    { TIE_BIL_08, WEIGHT_OVER },
    { TIE_CON_02, WEIGHT_OVER },
    { TIE_CON_11, WEIGHT_OVER },
    { TIE_WTY_02, WEIGHT_OVER },
    { TIE_WTY_13, WEIGHT_OVER },
    { TIE_BIL_07, WEIGHT_PHANTOM },
    { TIE_ENT_01, WEIGHT_DECISION },
};

/* 0: a finding without amount, or one that is about no gap, leaves the group matched. */
static unsigned weight_of(const struct tie_finding *f)
{
    const char *family = tie_check(f->check)->family;

    for (size_t i = 0; i < TIE_COUNT_OF(weights); i++) {
        if (weights[i].check == f->check)
            return weights[i].weight;
    }
    if (strcmp(family, "INV") == 0)
        return tie_check(f->check)->certainty == TIE_CERTAINTY_NONE || f->check == TIE_INV_15 ? 0 : WEIGHT_COST;
    if (f->bucket != TIE_BUCKET_REV && f->bucket != TIE_BUCKET_CLAIM && strcmp(family, "WOS") != 0)
        return 0;
    if (f->exposure == 0 && f->certainty != TIE_CERTAINTY_NONE && strcmp(family, "BIL") != 0)
        return 0;
    return f->exposure != TIE_NONE && f->exposure < 0 ? WEIGHT_OVER : WEIGHT_SHORT;
}

struct opinion { /* what the findings of one group say together */
    unsigned weight;
    bool is_pending, has_code;
};

static enum tie_verdict_word verdict_of(struct opinion opinion, bool is_ambiguous)
{
    if (opinion.is_pending)
        return TIE_VERDICT_PENDING;
    if (is_ambiguous)
        return TIE_VERDICT_AMBIGUOUS;
    if ((opinion.weight & WEIGHT_DECISION) != 0)
        return TIE_VERDICT_DECISION_GAP;
    if ((opinion.weight & WEIGHT_PHANTOM) != 0)
        return TIE_VERDICT_PHANTOM;
    if ((opinion.weight & WEIGHT_COST) != 0)
        return (opinion.weight & (WEIGHT_SHORT | WEIGHT_OVER)) != 0 ? TIE_VERDICT_BOTH : TIE_VERDICT_COST_GAP;
    if ((opinion.weight & WEIGHT_OVER) != 0)
        return TIE_VERDICT_OVER_RECOVERY;
    return opinion.weight != 0 ? TIE_VERDICT_REVENUE_GAP : TIE_VERDICT_MATCHED;
}

static void weigh(struct opinion *opinion, const struct tie_finding *f)
{
    opinion->weight |= weight_of(f);
    opinion->is_pending |= f->is_pending;
    opinion->has_code |= f->bucket != TIE_BUCKET_TIME; /* what came late is no gap */
}

/* A missing decision is a finding of the order; it is the word for those of its worked groups that have no other. */
static void weigh_decisions(const struct judge *judge, struct opinion *opinions)
{
    const struct tie_match *match = judge->match;

    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *draft = &judge->drafts.at[i];

        if (draft->dropped || draft->f.check != TIE_ENT_01)
            continue;
        for (size_t g = 0; g < match->group_count; g++) {
            const struct tie_group *group = &match->groups[g];
            const bool has_work = group->usage > group->tolerance || group->movement > group->tolerance;

            if (has_work && !opinions[g].has_code && check_worked_order(match, group) == draft->order)
                weigh(&opinions[g], &draft->f);
        }
    }
}

static void choose_verdicts(struct judge *judge)
{
    const struct tie_match *match = judge->match;
    struct opinion *opinions;

    judge->verdicts = tie_arena_take_raw(judge->scratch, match->group_count * sizeof *judge->verdicts);
    opinions = TIE_TAKE(judge->scratch, struct opinion, match->group_count);
    for (size_t i = 0; i < judge->drafts.count; i++) {
        const struct draft *draft = &judge->drafts.at[i];

        if (draft->dropped)
            continue;
        if (draft->group != TIE_NO_INDEX)
            weigh(&opinions[draft->group], &draft->f);
        if (draft->other_group != TIE_NO_INDEX)
            weigh(&opinions[draft->other_group], &draft->f);
        for (size_t c = 0; c < draft->cause_count; c++)
            weigh(&opinions[draft->cause_groups[c]], &draft->f);
    }
    weigh_decisions(judge, opinions);
    for (size_t i = 0; i < match->group_count; i++)
        judge->verdicts[i] = verdict_of(opinions[i], match->groups[i].is_ambiguous);
    for (size_t i = 0; i < judge->drafts.count; i++) {
        struct draft *draft = &judge->drafts.at[i];
        struct opinion own = { 0 };

        weigh(&own, &draft->f);
        draft->f.verdict = draft->group != TIE_NO_INDEX ? judge->verdicts[draft->group] : verdict_of(own, false);
    }
}

void check_primaries(struct judge *judge)
{
    choose_primaries(judge);
    choose_verdicts(judge);
}
