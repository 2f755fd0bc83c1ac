/*
 * window_pair.c - which pairs of P4 and P9 may be, and which is the better one.
 *
 * The rules of a pass are one struct, so that the fold reads the same for both. A judge says why a pair may not be, at
 * the place where it is decided: the fold only asks whether it may, who explains a run asks why not.
 * Invariant: a judge and its reach agree, a pair outside the reach is never admissible.
 */
#include "window_fold.h"

static bool same(struct tie_text a, struct tie_text b)
{
    return a.size > 0 && tie_text_equal(a, b);
}

static bool contradict(struct tie_text a, struct tie_text b)
{
    return a.size > 0 && b.size > 0 && !tie_text_equal(a, b);
}

/* ---- pairs ---- */

static bool same_place(const struct tie_fact *usage, const struct tie_fact *issue)
{
    return same(issue->text[TIE_LINK_M_LOCATION], usage->text[TIE_LINK_U_LOCATION]) ||
        same(issue->text[TIE_LINK_M_LOCATION], usage->text[TIE_LINK_U_VAN]);
}

static bool in_window(const struct tie_fact *usage, const struct tie_fact *issue)
{
    for (int i = TIE_LINK_U_DAY; i <= TIE_LINK_U_VISIT_4; i++)
        if (usage->number[i] != TIE_NO_DATE &&
            tie_match_distance(usage->number[i], issue->number[TIE_LINK_M_DAY]) <= usage->number[TIE_LINK_U_DAYS])
            return true;
    return false;
}

static enum tie_trace_outcome judge_ware(const struct tie_fact *usage, const struct tie_fact *issue)
{
    if (usage->number[TIE_LINK_U_CLASS] != issue->number[TIE_LINK_M_CLASS])
        return TIE_TRACE_OTHER_WARE;
    if (contradict(usage->text[TIE_LINK_U_SERIAL], issue->text[TIE_LINK_M_SERIAL]) ||
        contradict(usage->text[TIE_LINK_U_LOT], issue->text[TIE_LINK_M_LOT]))
        return TIE_TRACE_OTHER_NUMBER;
    return TIE_TRACE_ADMISSIBLE;
}

static enum tie_trace_outcome judge_p4(const struct tie_fact *usage, const struct tie_fact *issue)
{
    if (issue->number[TIE_LINK_M_DAY] < usage->number[TIE_LINK_U_FROM] ||
        issue->number[TIE_LINK_M_DAY] > usage->number[TIE_LINK_U_TO])
        return TIE_TRACE_OUTSIDE;
    return judge_ware(usage, issue);
}

static void reach_p4(const struct tie_fact *usage, int64_t *from, int64_t *to)
{
    *from = usage->number[TIE_LINK_U_FROM];
    *to = usage->number[TIE_LINK_U_TO];
}

static enum tie_trace_outcome judge_p9(const struct tie_fact *usage, const struct tie_fact *issue)
{
    if (!in_window(usage, issue))
        return TIE_TRACE_OUTSIDE;
    if (!same_place(usage, issue) && !same(issue->text[TIE_LINK_M_USER], usage->text[TIE_LINK_U_TECHNICIAN]))
        return TIE_TRACE_OTHER_PLACE;
    return judge_ware(usage, issue);
}

static void reach_p9(const struct tie_fact *usage, int64_t *from, int64_t *to)
{
    const int64_t days = usage->number[TIE_LINK_U_DAYS];

    *from = INT64_MAX;
    *to = INT64_MIN;
    for (int i = TIE_LINK_U_DAY; i <= TIE_LINK_U_VISIT_4; i++)
        if (usage->number[i] != TIE_NO_DATE) {
            *from = usage->number[i] - days < *from ? usage->number[i] - days : *from;
            *to = usage->number[i] + days > *to ? usage->number[i] + days : *to;
        }
}

const struct fold_rules tie_match_p4_rules = { .pass = TIE_P4,
    .judge = judge_p4,
    .reach = reach_p4,
    .policy_key = "[window] movement_before_visit and movement_after_close",
    .by_serial = true };
const struct fold_rules tie_match_p9_rules = {
    .pass = TIE_P9, .judge = judge_p9, .reach = reach_p9, .policy_key = "[window] date_match", .takes_sums = true
};

struct rank tie_match_rank(const struct tie_fact *usage, const struct tie_fact *issue, int64_t rival_day)
{
    return (struct rank){ {
        !(same(usage->text[TIE_LINK_U_SERIAL], issue->text[TIE_LINK_M_SERIAL]) ||
            same(usage->text[TIE_LINK_U_LOT], issue->text[TIE_LINK_M_LOT])),
        !same_place(usage, issue),
        tie_match_distance(usage->number[TIE_LINK_U_DAY], issue->number[TIE_LINK_M_DAY]),
        !same(issue->text[TIE_LINK_M_USER], usage->text[TIE_LINK_U_TECHNICIAN]),
        rival_day,
    } };
}
