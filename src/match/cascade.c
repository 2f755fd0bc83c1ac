/*
 * cascade.c - passes P0 to P3: labels for what already belongs together.
 *
 * Which group a line belongs to is decided by its order and item; whether a group agrees is decided on its sums.
 * The passes say how strong the evidence is, and which lines are left without a partner:
 *   P0  the movement names the usage line
 *   P1  the same serial; the same lot with the same quantity
 *   P2  equal quantity, once on either side, of rows that nothing was taken from
 *   P3  the rest, when the sums agree within tolerance
 * A group that agrees carries the weakest pass that it needed. In one that does not, the remaining rows are set off
 * against each other in time order, which tells the residual rows but makes no label.
 *
 * Each pass sees only what the stronger ones left (`left`). Cost: sorting the lines of a group.
 */
#include "parts.h"

#include <stdlib.h>

struct side {
    uint32_t *at;
    size_t count;
    tie_sum left; /* of all its rows, after the passes; set_off() lets it be */
};

struct keyed {
    uint64_t key;
    uint32_t line;
};

struct bench { /* one group, and scratch for all of them */
    struct tie_match *match;
    uint32_t group;
    struct side usage, movement;
    uint32_t *room;     /* as many as the match has lines; taken when the first group needs them */
    struct keyed *keys; /* as well; taken when the first group needs them */
};

static struct side open_lines(struct tie_match *match, const struct tie_lines *list, uint32_t *room)
{
    struct side side = { room, 0, 0 };

    for (uint32_t i = 0; i < list->count; i++) {
        const tie_dec open = match->lines[list->at[i]].open;

        if (open <= 0)
            continue;
        side.at[side.count++] = list->at[i];
        side.left += open;
    }
    return side;
}

static void label(struct tie_match *match, uint32_t line, enum tie_pass pass)
{
    if (match->lines[line].pass < pass)
        match->lines[line].pass = pass;
}

static void pair(struct bench *bench, uint32_t usage, uint32_t movement, enum tie_pass pass, enum tie_trace_by by)
{
    struct tie_match *match = bench->match;
    struct tie_line_work *u = &match->work->lines[usage], *m = &match->work->lines[movement];
    const tie_dec part = u->left < m->left ? u->left : m->left;

    TIE_TELL(match, .pass = pass, .by = by, .outcome = part > 0 ? TIE_TRACE_PAIRED : TIE_TRACE_TAKEN,
        .group = bench->group, .a = usage, .b = movement, .measured = part);
    if (part <= 0)
        return;
    u->left -= part;
    m->left -= part;
    bench->usage.left -= part;
    bench->movement.left -= part;
    u->is_partnered = u->is_partnered || u->left == 0;
    m->is_partnered = m->is_partnered || m->left == 0;
    label(match, usage, pass);
    label(match, movement, pass);
}

static void pass_0(struct bench *bench)
{
    struct tie_match *match = bench->match;

    for (size_t i = 0; i < bench->movement.count; i++) {
        const uint32_t line = bench->movement.at[i];
        const uint32_t named = match->work->lines[line].named;

        if (named != TIE_NO_INDEX && match->lines[named].leg == TIE_LEG_USAGE &&
            match->lines[named].group == match->lines[line].group)
            pair(bench, named, line,
                match->work->origins[line].source == NULL ? match->work->lines[line].came_by : TIE_P0,
                TIE_BY_REFERENCE);
        else
            TIE_TELL(match, .pass = TIE_P0, .by = TIE_BY_REFERENCE,
                .outcome = named == TIE_NO_INDEX ? TIE_TRACE_NAMES_NOTHING : TIE_TRACE_NAMES_OTHER,
                .group = bench->group, .a = named, .b = line);
    }
}

/* ---- P1: by serial, then by lot and quantity ---- */

static uint64_t serial_key(const struct tie_match *match, uint32_t line)
{
    return match->lines[line].serial;
}

static uint64_t lot_key(const struct tie_match *match, uint32_t line)
{
    return match->lines[line].lot == 0 ? 0
                                       : tie_hash_mix(match->lines[line].lot, (uint64_t)match->work->lines[line].left);
}

/* P2: rows that nothing was taken from. */
static uint64_t quantity_key(const struct tie_match *match, uint32_t line)
{
    const tie_dec left = match->work->lines[line].left;

    return left > 0 && left == match->lines[line].quantity ? (uint64_t)left : 0;
}

/* What rows are paired by, strong to weak. */
static const struct pairing {
    uint64_t (*key)(const struct tie_match *match, uint32_t line);
    enum tie_pass pass;
    enum tie_trace_by by;
} pairings[] = { { serial_key, TIE_P1, TIE_BY_SERIAL }, { lot_key, TIE_P1, TIE_BY_LOT },
    { quantity_key, TIE_P2, TIE_BY_QUANTITY } };

/* Whether any row of the dossier has the mark. */
static bool has_mark(const struct tie_match_work *work, enum tie_trace_by by)
{
    return by == TIE_BY_SERIAL ? work->has_serial : by == TIE_BY_LOT ? work->has_lot : true;
}

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void tell_row(
    const struct bench *bench, const struct pairing *by, enum tie_trace_outcome outcome, uint32_t line, size_t measured)
{
    TIE_TELL(bench->match, .pass = by->pass, .by = by->by, .outcome = outcome, .group = bench->group, .a = line,
        .b = TIE_NO_INDEX, .measured = (int64_t)measured);
}

static inline void tell_run(const struct bench *bench, const struct pairing *by, enum tie_trace_outcome outcome,
    const struct keyed *at, size_t count, size_t measured)
{
    for (size_t i = 0; bench->match->trace != NULL && i < count; i++)
        tell_row(bench, by, outcome, at[i].line, measured);
}

/* Rows of a side that have something left and a mark to be paired by, by mark; written to `at`. */
static const struct keyed *sorted(
    const struct bench *bench, const struct side *side, const struct pairing *by, struct keyed *at, size_t *count)
{
    struct tie_match *match = bench->match;

    *count = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct keyed entry = { by->key(match, side->at[i]), side->at[i] };

        if (match->work->lines[entry.line].left <= 0)
            continue;
        if (entry.key != 0)
            at[(*count)++] = entry;
        else
            tell_row(bench, by, TIE_TRACE_NO_MARK, entry.line, 0);
    }
    if (*count > 1)
        qsort(at, *count, sizeof *at, by_key);
    return at;
}

static size_t run_of(const struct keyed *at, size_t first, size_t count)
{
    size_t end = first;

    while (end < count && at[end].key == at[first].key)
        end++;
    return end - first;
}

/* Marks of rows; 0 where nothing is left to pair. */
static void read_keys(const struct tie_match *match, const uint32_t *at, size_t count, const struct pairing *by,
    uint64_t keys[TIE_MATCH_FEW])
{
    for (size_t i = 0; i < count; i++)
        keys[i] = match->work->lines[at[i]].left > 0 ? by->key(match, at[i]) : 0;
}

/* Where the key stands, when it does once; TIE_NO_INDEX. */
static inline uint32_t only(const uint64_t keys[TIE_MATCH_FEW], size_t count, uint64_t key)
{
    uint32_t found = TIE_NO_INDEX;

    for (uint32_t i = 0; i < count; i++)
        if (keys[i] == key) {
            if (found != TIE_NO_INDEX)
                return TIE_NO_INDEX;
            found = i;
        }
    return found;
}

/* Few rows, as nearly all groups have, are looked through; a trace is told of sorted runs. */
static void pair_few(struct bench *bench, const struct pairing *by)
{
    const size_t u_count = bench->usage.count, m_count = bench->movement.count;
    uint64_t us[TIE_MATCH_FEW], ms[TIE_MATCH_FEW];

    read_keys(bench->match, bench->usage.at, u_count, by, us);
    read_keys(bench->match, bench->movement.at, m_count, by, ms);
    for (uint32_t u = 0; u < u_count; u++) {
        const uint32_t m = us[u] == 0 ? TIE_NO_INDEX : only(ms, m_count, us[u]);

        if (m != TIE_NO_INDEX && only(us, u_count, us[u]) == u)
            pair(bench, bench->usage.at[u], bench->movement.at[m], by->pass, by->by);
    }
}

/* Pairs lines of equal key that have exactly one line on either side. */
static void pair_unique(struct bench *bench, const struct pairing *by)
{
    size_t u_count = 0, m_count = 0, u = 0, m = 0;
    const struct keyed *us = sorted(bench, &bench->usage, by, bench->keys, &u_count);
    const struct keyed *ms;

    if (u_count == 0 && bench->match->trace == NULL)
        return;
    ms = sorted(bench, &bench->movement, by, bench->keys + u_count, &m_count);
    while (u < u_count && m < m_count) {
        const size_t u_run = run_of(us, u, u_count), m_run = run_of(ms, m, m_count);

        if (us[u].key == ms[m].key) {
            if (u_run == 1 && m_run == 1) {
                pair(bench, us[u].line, ms[m].line, by->pass, by->by);
            } else {
                tell_run(bench, by, TIE_TRACE_NOT_UNIQUE, &us[u], u_run, u_run + m_run);
                tell_run(bench, by, TIE_TRACE_NOT_UNIQUE, &ms[m], m_run, u_run + m_run);
            }
            u += u_run;
            m += m_run;
        } else if (us[u].key < ms[m].key) {
            tell_run(bench, by, TIE_TRACE_NO_SAME, &us[u], u_run, 0);
            u += u_run;
        } else {
            tell_run(bench, by, TIE_TRACE_NO_SAME, &ms[m], m_run, 0);
            m += m_run;
        }
    }
    tell_run(bench, by, TIE_TRACE_NO_SAME, &us[u], u_count - u, 0);
    tell_run(bench, by, TIE_TRACE_NO_SAME, &ms[m], m_count - m, 0);
}

/* ---- P3 and what is left ---- */

static int by_day(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;

    if (match->lines[x].day != match->lines[y].day)
        return match->lines[x].day < match->lines[y].day ? -1 : 1;
    return tie_match_chronological(match, x, y);
}

/* First in, first out on either side. */
static void set_off(struct bench *bench)
{
    struct tie_line_work *work = bench->match->work->lines;
    size_t u = 0, m = 0;

    tie_match_sort(bench->match->arena, bench->usage.at, bench->usage.count, by_day, bench->match);
    tie_match_sort(bench->match->arena, bench->movement.at, bench->movement.count, by_day, bench->match);
    while (u < bench->usage.count && m < bench->movement.count) {
        struct tie_line_work *from = &work[bench->usage.at[u]], *to = &work[bench->movement.at[m]];
        const tie_dec part = from->left < to->left ? from->left : to->left;

        from->left -= part;
        to->left -= part;
        u += from->left == 0;
        m += to->left == 0;
    }
}

/* Labels what no stronger pass did; returns the weakest pass that the side then needed. */
static inline enum tie_pass label_rest(struct tie_match *match, const struct side *side)
{
    enum tie_pass weakest = TIE_PASS_NONE;

    for (size_t i = 0; i < side->count; i++) {
        if (match->work->lines[side->at[i]].left > 0)
            label(match, side->at[i], TIE_P3);
        if (match->lines[side->at[i]].pass > weakest)
            weakest = match->lines[side->at[i]].pass;
    }
    return weakest;
}

static bool agrees(const struct tie_group *group)
{
    const tie_dec surplus = group->usage - group->movement;

    return surplus <= group->tolerance && surplus >= -group->tolerance;
}

/* How the sums came out, and what of which row is left. */
static void tell_sums(const struct bench *bench, const struct tie_group *group, bool is_closed)
{
    const struct side *const sides[] = { &bench->usage, &bench->movement };
    const bool has_both = bench->usage.count > 0 && bench->movement.count > 0;
    struct tie_match *match = bench->match;

    if (match->trace == NULL)
        return;
    TIE_TELL(match, .pass = TIE_P3, .by = TIE_BY_SUM, .group = bench->group, .a = TIE_NO_INDEX, .b = TIE_NO_INDEX,
        .outcome = !group->is_stocked ? TIE_TRACE_NO_STOCK
            : is_closed               ? TIE_TRACE_SUMS_AGREE
            : has_both                ? TIE_TRACE_SUMS_DIFFER
                                      : TIE_TRACE_ONE_SIDED,
        .measured = tie_dec_abs(group->usage - group->movement), .limit = group->tolerance,
        .policy_key = group->each ? NULL : "[tolerance] quantity_share");
    for (size_t s = 0; group->is_stocked && !is_closed && s < TIE_COUNT_OF(sides); s++)
        for (size_t i = 0; i < sides[s]->count; i++)
            if (match->work->lines[sides[s]->at[i]].left > 0)
                TIE_TELL(match, .pass = TIE_P3, .by = TIE_BY_SUM, .outcome = TIE_TRACE_LEFT, .group = bench->group,
                    .a = sides[s]->at[i], .b = TIE_NO_INDEX, .measured = match->work->lines[sides[s]->at[i]].left);
}

/* Nothing can be paired once one side is used up; only a trace asks what became of the rest of the other. */
static inline bool can_pair(const struct bench *bench)
{
    return bench->usage.left > 0 && bench->movement.left > 0;
}

static void close_part(struct bench *bench, struct tie_group *group)
{
    struct tie_match *match = bench->match;
    const bool is_closed = group->is_stocked && agrees(group) && bench->usage.count > 0 && bench->movement.count > 0;

    if (is_closed) {
        const enum tie_pass usage = label_rest(match, &bench->usage);
        const enum tie_pass movement = label_rest(match, &bench->movement);

        group->pass = usage > movement ? usage : movement;
    }
    if (match->trace != NULL || can_pair(bench))
        set_off(bench);
    tell_sums(bench, group, is_closed);
}

/* A billing line is as strong as what it names: P0; else its order and item put it here. */
static void label_billing(struct tie_match *match, const struct tie_group *group)
{
    const struct tie_lines *list = &group->lines[TIE_LEG_BILLING];
    const struct tie_lines *time = &group->lines[TIE_LEG_TIME];

    if (group->usage == 0 && group->movement == 0)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct tie_line_work *work = &match->work->lines[list->at[i]];

        label(
            match, list->at[i], work->named != TIE_NO_INDEX || work->named_movement != TIE_NO_INDEX ? TIE_P0 : TIE_P3);
        if (work->named != TIE_NO_INDEX && match->lines[work->named].leg == TIE_LEG_TIME)
            label(match, work->named, TIE_P0);
    }
    for (uint32_t i = 0; i < time->count && list->count > 0; i++)
        if (match->lines[time->at[i]].pass == TIE_PASS_NONE)
            label(match, time->at[i], TIE_P3);
}

static void pair_by(struct bench *bench, const struct pairing *by)
{
    if (bench->match->trace == NULL && bench->usage.count <= TIE_MATCH_FEW && bench->movement.count <= TIE_MATCH_FEW) {
        pair_few(bench, by);
        return;
    }
    if (bench->keys == NULL)
        bench->keys = tie_arena_take_raw(bench->match->arena, bench->match->line_count * sizeof *bench->keys);
    pair_unique(bench, by);
}

/* One whole row against one of the same quantity, without a name or a mark: P2, as what most groups are. */
static bool pair_at_once(struct tie_match *match, struct tie_group *group)
{
    const struct tie_match_work *work = match->work;
    const uint32_t usage = group->lines[TIE_LEG_USAGE].at[0], movement = group->lines[TIE_LEG_MOVEMENT].at[0];
    struct tie_line *u = &match->lines[usage], *m = &match->lines[movement];

    if (u->quantity <= 0 || u->open != u->quantity || m->open != u->open || m->quantity != m->open ||
        work->has_serial || work->has_lot || work->lines[movement].named != TIE_NO_INDEX)
        return false;
    work->lines[usage].left = work->lines[movement].left = 0;
    work->lines[usage].is_partnered = work->lines[movement].is_partnered = true;
    u->pass = m->pass = TIE_P2;
    if (group->is_stocked && agrees(group))
        group->pass = TIE_P2;
    return true;
}

/* P0 to P3 of one group. A group that has rows on one side only has nothing to pair; a trace is told so row by row. */
static void pair_rows(struct bench *bench, struct tie_group *group)
{
    struct tie_match *match = bench->match;
    const bool is_traced = match->trace != NULL;

    if (!is_traced && group->lines[TIE_LEG_USAGE].count == 1 && group->lines[TIE_LEG_MOVEMENT].count == 1 &&
        pair_at_once(match, group))
        return;
    if (bench->room == NULL)
        bench->room = tie_arena_take_raw(match->arena, match->line_count * sizeof *bench->room);
    bench->usage = open_lines(match, &group->lines[TIE_LEG_USAGE], bench->room);
    bench->movement = open_lines(match, &group->lines[TIE_LEG_MOVEMENT], bench->room + bench->usage.count);
    if (!is_traced && (bench->usage.count == 0 || bench->movement.count == 0))
        return;
    pass_0(bench);
    for (size_t p = 0; p < TIE_COUNT_OF(pairings); p++)
        if (is_traced || (has_mark(match->work, pairings[p].by) && can_pair(bench)))
            pair_by(bench, &pairings[p]);
    close_part(bench, group);
}

static void run_group(struct bench *bench)
{
    struct tie_group *group = &bench->match->groups[bench->group];

    if (group->kind == TIE_GROUP_PART)
        pair_rows(bench, group);
    label_billing(bench->match, group);
}

void tie_match_cascade_group(struct tie_match *match, uint32_t group)
{
    struct bench bench = { .match = match, .group = group };

    run_group(&bench);
}

void tie_match_cascade(struct tie_match *match)
{
    struct bench bench = { .match = match };

    if (match->trace != NULL)
        tie_trace_drop_cascade(match->trace);
    for (size_t i = 0; i < match->line_count; i++) {
        match->work->lines[i].left = match->lines[i].open;
        match->work->lines[i].is_partnered = false;
        match->lines[i].pass = TIE_PASS_NONE;
    }
    for (bench.group = 0; bench.group < match->group_count; bench.group++)
        run_group(&bench);
}
