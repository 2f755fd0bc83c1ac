/*
 * window_fold.c - the decision of P4 and P9: which issues without an order belong to which open usage lines of one
 * item, P4 of one serial.
 *
 * A usage line and an issue are admissible when owner and condition agree, no serial and no lot contradicts, and for
 *   P4  serials are the same and the issue's day lies in the window of the usage line's order;
 *   P9  the issue left the usage's place or its technician's van or was entered by that technician, and its day lies
 *       within the window around the usage day or a visit day of the order.
 *
 * First, equal quantities, by the mutual-best rule. For each line the best admissible ones of the other side are
 * found by these criteria, in this order: same serial or lot, same place, distance in days, same technician,
 * earlier day. Two lines are linked when each is among the other's best and the tie, if there is one, is between
 * interchangeable rivals: issues of equal cost, place, class, period and named order; usage lines of the same
 * order. Ids then decide. All links of a round are found before one is made; rounds go on until one makes none,
 * each on what the last one left. What is tied and not interchangeable is left undecided on both sides, with the
 * number of rivals.
 * Then, in P9 alone, grouped sums: P4 pairs one piece with one. What is still open and tied by no undecided
 * line forms components of the admissible pairs; a component whose sums agree and whose usage lines are of one order
 * is linked first in, first out. Whatever remains stays open.
 *
 * Invariant: the answer depends on the facts alone. They come sorted by content; both sides are then sorted by day
 * and id.
 * Cost: each round looks only at pairs inside the window, by binary search on the day.
 */
#include "window_fold.h"

#include <stdlib.h>

static int compare_ranks(const struct rank *a, const struct rank *b)
{
    for (size_t i = 0; i < TIE_COUNT_OF(a->by); i++)
        if (a->by[i] != b->by[i])
            return a->by[i] < b->by[i] ? -1 : 1;
    return 0;
}

static bool are_alike(const struct tie_fact *a, const struct tie_fact *b)
{
    static const int numbers[] = { TIE_LINK_M_COST, TIE_LINK_M_WORD, TIE_LINK_M_CLASS, TIE_LINK_M_PERIOD };
    static const int texts[] = { TIE_LINK_M_LOCATION, TIE_LINK_M_ORDER, TIE_LINK_M_SERIAL, TIE_LINK_M_LOT,
        TIE_LINK_M_CURRENCY };

    if (a->kind == TIE_LINK_USAGE)
        return tie_text_equal(a->text[TIE_LINK_U_ORDER], b->text[TIE_LINK_U_ORDER]) &&
            tie_text_equal(a->text[TIE_LINK_U_SERIAL], b->text[TIE_LINK_U_SERIAL]) &&
            tie_text_equal(a->text[TIE_LINK_U_LOT], b->text[TIE_LINK_U_LOT]);
    for (size_t i = 0; i < TIE_COUNT_OF(numbers); i++)
        if (a->number[numbers[i]] != b->number[numbers[i]])
            return false;
    for (size_t i = 0; i < TIE_COUNT_OF(texts); i++)
        if (!tie_text_equal(a->text[texts[i]], b->text[texts[i]]))
            return false;
    return true;
}

/* ---- the best of the other side ---- */

static void consider(struct best *best, const struct node *others, uint32_t index, const struct rank *rank)
{
    const int order = best->count == 0 ? -1 : compare_ranks(rank, &best->rank);

    if (order < 0)
        *best = (struct best){ .rank = *rank, .first = index, .count = 1, .is_alike = true };
    else if (order == 0) {
        best->count++;
        best->is_alike = best->is_alike && are_alike(others[best->first].fact, others[index].fact);
    }
}

/* First issue whose day is not before `day`. */
static size_t first_from(const struct scene *scene, int64_t day)
{
    size_t low = 0, high = scene->issue_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (scene->issue[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

typedef void visit_pair(struct scene *scene, uint32_t usage, uint32_t issue);

/* All admissible pairs of one usage line, each once. */
static void each_issue(struct scene *scene, uint32_t usage, visit_pair *visit)
{
    const struct tie_fact *fact = scene->usage[usage].fact;
    int64_t from = 0, to = 0;

    scene->rules->reach(fact, &from, &to);
    for (size_t i = first_from(scene, from); i < scene->issue_count && scene->issue[i].day <= to; i++)
        if (scene->rules->judge(fact, scene->issue[i].fact) == TIE_TRACE_ADMISSIBLE)
            visit(scene, usage, (uint32_t)i);
}

static void rank_pair(struct scene *scene, uint32_t usage, uint32_t issue)
{
    const struct node *u = &scene->usage[usage], *m = &scene->issue[issue];
    struct rank rank;

    if (u->left == 0 || m->left != u->left)
        return;
    rank = tie_match_rank(u->fact, m->fact, m->day);
    consider(&scene->of_usage[usage], scene->issue, issue, &rank);
    rank = tie_match_rank(u->fact, m->fact, u->day);
    consider(&scene->of_issue[issue], scene->usage, usage, &rank);
}

/* ---- links ---- */

static void reply_link(struct scene *scene, uint32_t usage, uint32_t issue, int64_t quantity)
{
    const struct tie_fact *u = scene->usage[usage].fact, *m = scene->issue[issue].fact;
    struct tie_reply reply = { .to = u->from, .kind = TIE_LINK_MADE };

    for (int i = 0; i < TIE_FACT_NUMBERS; i++)
        reply.number[i] = m->number[i];
    for (int i = 0; i < TIE_FACT_TEXTS; i++)
        reply.text[i] = m->text[i];
    reply.number[TIE_LINK_M_QUANTITY] = quantity;
    reply.number[TIE_LINK_M_COST] = tie_match_share_of(
        m->number[TIE_LINK_M_COST], quantity, m->number[TIE_LINK_M_QUANTITY]);
    reply.number[TIE_LINK_M_PERIOD] = (int64_t)m->from.part << 32 |
        m->from.source_row; /* nobody needs the period any more */
    tie_reply_add(scene->replies, &reply);

    reply = (struct tie_reply){ .to = m->from, .kind = TIE_LINK_MADE, .number = { [TIE_LINK_R_QUANTITY] = quantity } };
    for (int i = 0; i < TIE_FACT_TEXTS; i++)
        reply.text[i] = TIE_TEXT("");
    reply.text[TIE_LINK_R_ORDER] = u->text[TIE_LINK_U_ORDER];
    reply.text[TIE_LINK_R_USAGE] = u->text[TIE_LINK_U_ID];
    tie_reply_add(scene->replies, &reply);
    scene->usage[usage].left -= quantity;
    scene->issue[issue].left -= quantity;
    scene->usage[usage].partner = issue;
    scene->issue[issue].partner = usage;
    if (scene->trace != NULL)
        tie_match_tell_pair(scene, usage, issue, &(struct told_pair){ TIE_TRACE_LINKED, quantity, 0, NULL });
}

/* Whether the pair is among the best of both, and whether both ties, if any, are between interchangeable ones. */
static bool is_mutual(const struct scene *scene, uint32_t usage, uint32_t issue, bool *may_link)
{
    const struct node *u = &scene->usage[usage], *m = &scene->issue[issue];
    const struct best *of_usage = &scene->of_usage[usage], *of_issue = &scene->of_issue[issue];
    struct rank rank;

    if (u->left == 0 || m->left != u->left)
        return false;
    *may_link = of_usage->is_alike && of_issue->is_alike;
    rank = tie_match_rank(u->fact, m->fact, m->day);
    if (compare_ranks(&rank, &of_usage->rank) != 0)
        return false;
    rank = tie_match_rank(u->fact, m->fact, u->day);
    return compare_ranks(&rank, &of_issue->rank) == 0;
}

static void collect_links(struct scene *scene, uint32_t usage, uint32_t issue)
{
    bool may_link = false;

    if (is_mutual(scene, usage, issue, &may_link) && may_link)
        TIE_PUSH(scene->scratch, &scene->links, (struct link){ usage, issue });
}

static void mark_tie(struct scene *scene, uint32_t usage, uint32_t issue)
{
    struct node *u = &scene->usage[usage], *m = &scene->issue[issue];
    bool may_link = false;

    if (!is_mutual(scene, usage, issue, &may_link) || may_link)
        return;
    u->is_undecided = m->is_undecided = true;
    u->rivals++;
    m->rivals++;
}

static void find_bests(struct scene *scene)
{
    for (size_t i = 0; i < scene->usage_count; i++)
        scene->of_usage[i].count = 0;
    for (size_t i = 0; i < scene->issue_count; i++)
        scene->of_issue[i].count = 0;
    for (uint32_t i = 0; i < scene->usage_count; i++)
        each_issue(scene, i, rank_pair);
}

/* One round of equal quantities; false when it linked nothing. Pairs come by usage, then issue: by day and id on
 * both sides. */
static bool link_equal(struct scene *scene)
{
    bool any = false;

    find_bests(scene);
    scene->links.count = 0;
    for (uint32_t i = 0; i < scene->usage_count; i++)
        each_issue(scene, i, collect_links);
    for (size_t i = 0; i < scene->links.count; i++) {
        const struct link *link = &scene->links.at[i];
        const struct node *u = &scene->usage[link->usage], *m = &scene->issue[link->issue];

        if (u->left == 0 || m->left != u->left)
            continue;
        reply_link(scene, link->usage, link->issue, u->left);
        any = true;
    }
    return any;
}

static void reply_undecided(struct scene *scene, const struct node *node)
{
    struct tie_reply reply = {
        .to = node->fact->from, .kind = TIE_LINK_UNDECIDED, .number = { [TIE_LINK_R_RIVALS] = node->rivals }
    };

    for (int i = 0; i < TIE_FACT_TEXTS; i++)
        reply.text[i] = TIE_TEXT("");
    tie_reply_add(scene->replies, &reply);
}

static void mark_undecided(struct scene *scene)
{
    find_bests(scene);
    for (uint32_t i = 0; i < scene->usage_count; i++)
        each_issue(scene, i, mark_tie);
    for (size_t i = 0; i < scene->usage_count; i++)
        if (scene->usage[i].is_undecided)
            reply_undecided(scene, &scene->usage[i]);
    for (size_t i = 0; i < scene->issue_count; i++)
        if (scene->issue[i].is_undecided)
            reply_undecided(scene, &scene->issue[i]);
}

/* ---- grouped sums ---- */

static struct node *node_at(const struct scene *scene, uint32_t index)
{
    return index < scene->usage_count ? &scene->usage[index] : &scene->issue[index - scene->usage_count];
}

static uint32_t top_of(const struct scene *scene, uint32_t index)
{
    while (node_at(scene, index)->component != index) {
        struct node *node = node_at(scene, index);

        node->component = node_at(scene, node->component)->component;
        index = node->component;
    }
    return index;
}

static void join(struct scene *scene, uint32_t usage, uint32_t issue)
{
    const uint32_t a = top_of(scene, usage), b = top_of(scene, (uint32_t)scene->usage_count + issue);

    if (scene->usage[usage].left == 0 || scene->issue[issue].left == 0)
        return;
    node_at(scene, a < b ? b : a)->component = a < b ? a : b;
}

struct member { /* an open node; usage nodes come before issue nodes, both in their order */
    uint32_t component, node;
};

static int by_component(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    if (x->component != y->component)
        return x->component < y->component ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* [first, middle) usage nodes, [middle, end) issue nodes of one component. */
static bool agrees(const struct scene *scene, const struct member *members, size_t first, size_t middle, size_t end)
{
    tie_sum sum = 0;

    for (size_t i = first; i < end; i++) {
        const struct node *node = node_at(scene, members[i].node);

        if (node->is_undecided)
            return false;
        sum += i < middle ? node->left : -(tie_sum)node->left;
        if (i < middle &&
            !tie_text_equal(
                node->fact->text[TIE_LINK_U_ORDER], node_at(scene, members[first].node)->fact->text[TIE_LINK_U_ORDER]))
            return false;
    }
    return sum == 0 && middle > first && end > middle;
}

static void link_sums(struct scene *scene)
{
    const uint32_t all = (uint32_t)(scene->usage_count + scene->issue_count);
    struct member *members = TIE_TAKE(scene->scratch, struct member, all);
    size_t count = 0;

    for (uint32_t i = 0; i < all; i++)
        node_at(scene, i)->component = i;
    for (uint32_t i = 0; i < scene->usage_count; i++)
        each_issue(scene, i, join);
    for (uint32_t i = 0; i < all; i++)
        if (node_at(scene, i)->left > 0)
            members[count++] = (struct member){ top_of(scene, i), i };
    if (count > 1)
        qsort(members, count, sizeof *members, by_component);
    for (size_t first = 0, end; first < count; first = end) {
        size_t middle = first, u = first, m;

        for (end = first; end < count && members[end].component == members[first].component; end++)
            middle += members[end].node < scene->usage_count;
        if (!agrees(scene, members, first, middle, end))
            continue;
        for (m = middle; u < middle && m < end;) {
            const struct node *from = node_at(scene, members[u].node), *to = node_at(scene, members[m].node);

            reply_link(scene, members[u].node, members[m].node - (uint32_t)scene->usage_count,
                from->left < to->left ? from->left : to->left);
            u += from->left == 0;
            m += to->left == 0;
        }
    }
}

/* ---- the fold ---- */

/* Usage by (day, usage id), issues by (day, document, line): the order in which ids decide. */
static int by_day_and_id(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    const int id = x->fact->kind == TIE_LINK_USAGE ? TIE_LINK_U_ID : TIE_LINK_M_ID;
    const int order = tie_text_compare(x->fact->text[id], y->fact->text[id]);

    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (order != 0 || x->fact->kind == TIE_LINK_USAGE)
        return order;
    return x->fact->number[TIE_LINK_M_LINE_NO] < y->fact->number[TIE_LINK_M_LINE_NO] ? -1 : 1;
}

/* Of one item, and where the pass pairs serials, of one serial. */
static bool is_same_thing(const struct fold_rules *rules, const struct tie_fact *a, const struct tie_fact *b)
{
    const int serial_a = a->kind == TIE_LINK_USAGE ? TIE_LINK_U_SERIAL : TIE_LINK_M_SERIAL;
    const int serial_b = b->kind == TIE_LINK_USAGE ? TIE_LINK_U_SERIAL : TIE_LINK_M_SERIAL;

    return tie_text_equal(a->text[TIE_LINK_U_ITEM], b->text[TIE_LINK_U_ITEM]) &&
        (!rules->by_serial || tie_text_equal(a->text[serial_a], b->text[serial_b]));
}

static void fold_thing(struct scene *scene, const struct tie_fact *facts, size_t count, const struct tie_fact *thing)
{
    scene->usage = TIE_TAKE(scene->scratch, struct node, count);
    scene->issue = TIE_TAKE(scene->scratch, struct node, count);
    scene->usage_count = scene->issue_count = 0;
    for (size_t i = 0; i < count; i++) {
        const bool is_usage = facts[i].kind == TIE_LINK_USAGE;
        const int64_t *number = facts[i].number;

        if (!is_same_thing(scene->rules, &facts[i], thing))
            continue;
        *(is_usage ? &scene->usage[scene->usage_count++] : &scene->issue[scene->issue_count++]) = (struct node){
            .fact = &facts[i],
            .day = (tie_date)number[TIE_LINK_U_DAY],
            .left = number[TIE_LINK_U_QUANTITY],
            .partner = TIE_NO_INDEX,
        };
    }
    if (scene->usage_count == 0 || scene->issue_count == 0)
        return;
    scene->of_usage = TIE_TAKE(scene->scratch, struct best, scene->usage_count);
    scene->of_issue = TIE_TAKE(scene->scratch, struct best, scene->issue_count);
    qsort(scene->usage, scene->usage_count, sizeof *scene->usage, by_day_and_id);
    qsort(scene->issue, scene->issue_count, sizeof *scene->issue, by_day_and_id);
    while (link_equal(scene))
        ;
    mark_undecided(scene);
    if (scene->rules->takes_sums)
        link_sums(scene);
    if (scene->trace != NULL)
        tie_match_tell_scene(scene);
}

/* Two things may share a key by chance: each is folded apart, at its first usage fact. */
static void fold_key(const struct fold_rules *rules, struct tie_arena *scratch, const struct tie_fact *facts,
    size_t count, const struct tie_fold_context *context, struct tie_replies *replies)
{
    struct scene scene = {
        .rules = rules, .scratch = scratch, .replies = replies, .trace = context == NULL ? NULL : context->trace
    };

    _Static_assert((int)TIE_LINK_U_ITEM == (int)TIE_LINK_M_ITEM && (int)TIE_LINK_U_DAY == (int)TIE_LINK_M_DAY &&
            (int)TIE_LINK_U_QUANTITY == (int)TIE_LINK_M_QUANTITY,
        "facts of both kinds hold item, day and quantity in one place");
    for (size_t i = 0; i < count && facts[i].kind == TIE_LINK_USAGE; i++) {
        bool is_folded = false;

        for (size_t k = i; k-- > 0 && !is_folded;) /* facts of one item lie together: the first look mostly tells */
            is_folded = is_same_thing(rules, &facts[i], &facts[k]);
        if (!is_folded)
            fold_thing(&scene, facts, count, &facts[i]);
    }
}

void tie_match_fold_p4(struct tie_arena *scratch, const struct tie_fact *facts, size_t count, const void *context,
    struct tie_replies *replies)
{
    fold_key(&tie_match_p4_rules, scratch, facts, count, context, replies);
}

void tie_match_fold_p9(struct tie_arena *scratch, const struct tie_fact *facts, size_t count, const void *context,
    struct tie_replies *replies)
{
    fold_key(&tie_match_p9_rules, scratch, facts, count, context, replies);
}
