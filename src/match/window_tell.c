/*
 * window_tell.c - what became of the pairs of P4 and P9, for who asks.
 *
 * Links are told when they are made. What was not linked is told when the fold has ended, from the state that decided
 * it: the judge's own answer, the partner that each side got, the criterion in which the ranks of the two differ.
 * Invariant: of each pair one thing is told, a link or the reason against it. Cost: all pairs of one thing; nobody
 * pays who does not ask.
 */
#include "window_fold.h"

static const char *issue_id(const struct scene *scene, const struct node *issue)
{
    return tie_arena_printf(scene->scratch, "%s/%lld", tie_text_dup(scene->scratch, issue->fact->text[TIE_LINK_M_ID]),
        (long long)issue->fact->number[TIE_LINK_M_LINE_NO]);
}

void tie_match_tell_pair(const struct scene *scene, uint32_t usage, uint32_t issue, const struct told_pair *told)
{
    const struct tie_text a = scene->usage[usage].fact->text[TIE_LINK_U_ID];
    const struct tie_text b = tie_text_of(issue_id(scene, &scene->issue[issue]));

    if (!tie_trace_wants(scene->trace, a) && !tie_trace_wants(scene->trace, b))
        return;
    tie_trace_add(scene->trace,
        &(struct tie_trace_fact){ .pass = scene->rules->pass,
            .by = scene->rules->by_serial ? TIE_BY_SERIAL : TIE_BY_DATE,
            .outcome = told->outcome,
            .group = TIE_NO_INDEX,
            .a = a,
            .b = b,
            .c = tie_text_of(told->other),
            .measured = told->measured,
            .limit = told->limit,
            .policy_key = scene->rules->policy_key });
}

/* ---- telling what became of the pairs that were not linked ---- */

/* Days from the issue to the nearest day that the use may have (P9), or to the window of its order (P4). */
static int64_t days_to(const struct scene *scene, const struct tie_fact *usage, int64_t day)
{
    int64_t nearest = INT64_MAX;

    if (scene->rules->by_serial)
        return day < usage->number[TIE_LINK_U_FROM] ? usage->number[TIE_LINK_U_FROM] - day
            : day > usage->number[TIE_LINK_U_TO]    ? day - usage->number[TIE_LINK_U_TO]
                                                    : 0;
    for (int i = TIE_LINK_U_DAY; i <= TIE_LINK_U_VISIT_4; i++)
        if (usage->number[i] != TIE_NO_DATE && tie_match_distance(usage->number[i], day) < nearest)
            nearest = tie_match_distance(usage->number[i], day);
    return nearest;
}

/* The issue went to another use, else the quantities kept the two apart. */
static struct told_pair taken_or_other(const struct scene *scene, const struct node *u, const struct node *m)
{
    if (m->partner != TIE_NO_INDEX)
        return (struct told_pair){ TIE_TRACE_CLAIMED, 0, 0,
            tie_text_dup(scene->scratch, scene->usage[m->partner].fact->text[TIE_LINK_U_ID]) };
    return (struct told_pair){ TIE_TRACE_OTHER_QUANTITY, m->fact->number[TIE_LINK_M_QUANTITY],
        u->fact->number[TIE_LINK_U_QUANTITY], NULL };
}

/* By which criterion the use's own partner was better for it than this issue. */
static struct told_pair worse_than_partner(const struct scene *scene, const struct node *u, const struct node *m)
{
    static const enum tie_trace_outcome by[] = { TIE_TRACE_WORSE_NUMBER, TIE_TRACE_WORSE_PLACE, TIE_TRACE_WORSE_DAYS,
        TIE_TRACE_WORSE_USER, TIE_TRACE_WORSE_EARLIER };
    const struct node *taken = &scene->issue[u->partner];
    const struct rank own = tie_match_rank(u->fact, m->fact, m->day),
                      best = tie_match_rank(u->fact, taken->fact, taken->day);

    for (size_t i = 0; i < TIE_COUNT_OF(by); i++)
        if (own.by[i] != best.by[i])
            return own.by[i] > best.by[i] ? (struct told_pair){ by[i], own.by[i], best.by[i], issue_id(scene, taken) }
                                          : taken_or_other(scene, u, m);
    return (struct told_pair){ TIE_TRACE_WORSE_ID, 0, 0, issue_id(scene, taken) };
}

static struct told_pair fate_of(const struct scene *scene, uint32_t usage, uint32_t issue)
{
    const struct node *u = &scene->usage[usage], *m = &scene->issue[issue];
    const enum tie_trace_outcome judged = scene->rules->judge(u->fact, m->fact);
    const int64_t days = days_to(scene, u->fact, m->fact->number[TIE_LINK_M_DAY]);
    const int64_t allowed = scene->rules->by_serial ? 0 : u->fact->number[TIE_LINK_U_DAYS];

    if (judged == TIE_TRACE_OUTSIDE)
        return (struct told_pair){ judged, days - allowed, allowed, NULL };
    if (judged != TIE_TRACE_ADMISSIBLE)
        return (struct told_pair){ judged, days, allowed, NULL };
    if (u->partner != TIE_NO_INDEX)
        return worse_than_partner(scene, u, m);
    if (m->partner != TIE_NO_INDEX)
        return taken_or_other(scene, u, m);
    if (u->is_undecided || m->is_undecided)
        return (struct told_pair){ TIE_TRACE_UNDECIDED, (u->rivals > m->rivals ? u->rivals : m->rivals) - 1, 0, NULL };
    return taken_or_other(scene, u, m);
}

void tie_match_tell_scene(const struct scene *scene)
{
    for (uint32_t u = 0; u < scene->usage_count; u++)
        for (uint32_t m = 0; m < scene->issue_count; m++)
            if (scene->usage[u].partner != m && scene->issue[m].partner != u) {
                const struct told_pair fate = fate_of(scene, u, m);

                tie_match_tell_pair(scene, u, m, &fate);
            }
}
