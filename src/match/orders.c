/*
 * orders.c - the orders of a dossier: dates in their region, billing owners, and which of them lie outside the window.
 *
 * Owners: each order points at the order that bills it; following the pointers ends at an order that bills itself
 * or in a cycle, which ends at its smallest wo_id. Each order is walked once (a colour tells a finished order, one
 * of the walk under way, and a new one), so long chains cost nothing extra.
 *
 * Scope: an order that ended before the window and has no event inside it is out of scope. Orders billed together
 * are compared together, so one of them inside the window keeps them all.
 *
 * Orders are sorted by wo_id text, so an index compares like the text.
 */
#include "parts.h"

static tie_date day_of(const struct tie_match *match, const struct tie_region *region, tie_instant at)
{
    const tie_date day = tie_key_day(match->keys, region, at);

    return day == TIE_NO_DATE || day > match->world->as_of ? TIE_NO_DATE : day; /* what lies ahead has not happened */
}

static const struct tie_work_order *row_of(const struct tie_match *match, uint32_t order)
{
    return &TIE_ROWS(match->shard->tables, WORK_ORDER, work_order)[match->orders[order].row];
}

static int by_wo_id(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);

    return tie_pool_compare(&match->shard->pool, rows[a].wo_id, rows[b].wo_id);
}

static void fill_order(struct tie_match *match, struct tie_order *order, const struct tie_work_order *row)
{
    const struct tie_policy *policy = match->world->policy;
    const bool may_be_closed = row->status != TIE_W_OPEN && row->status != TIE_W_REOPENED &&
        row->status != TIE_W_CANCELLED;

    order->region = tie_key_region(match->keys, row->region);
    order->created = tie_key_day(match->keys, order->region, row->created_at);
    order->closed = may_be_closed ? day_of(match, order->region, row->closed_at) : TIE_NO_DATE;
    order->is_closed = order->closed != TIE_NO_DATE;
    order->completed = day_of(match, order->region, row->completed_at);
    if (order->completed == TIE_NO_DATE)
        order->completed = order->closed;
    order->cancelled = day_of(match, order->region, row->cancelled_at != TIE_NONE ? row->cancelled_at : row->closed_at);
    order->is_cancelled = row->status == TIE_W_CANCELLED;
    if (!order->is_cancelled)
        order->cancelled = TIE_NO_DATE;
    order->first_visit = order->created;
    order->is_excluded = row->deleted || policy->excluded_type[row->wo_type];
}

static void note(tie_date *last, tie_date day)
{
    if (day != TIE_NO_DATE && day > *last)
        *last = day;
}

static void find_visits(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const struct tie_visit *visits = TIE_OF(match->shard, match->dossier, VISIT, visit);
    const uint32_t count = match->dossier->ranges[TIE_DS_VISIT].count;

    for (uint32_t i = 0; i < count; i++) {
        const struct tie_visit *visit = &visits[i];
        const uint32_t index = tie_match_order_of_fsm(match, visit->wo_id, visit->row.order_ref);
        const tie_instant start = visit->started_at != TIE_NONE ? visit->started_at : visit->arrived_at;
        struct tie_order *order;
        tie_date day;

        work->visits.at[work->visits.count++] = visit->visit_id;
        if (index == TIE_NO_INDEX || visit->deleted || visit->outcome == TIE_W_CANCELLED)
            continue;
        order = &match->orders[index];
        day = day_of(match, order->region, start);
        note(&work->orders[index].last_event, day);
        if (day != TIE_NO_DATE && (!work->orders[index].has_visit || day < order->first_visit)) {
            order->first_visit = day;
            work->orders[index].has_visit = true;
        }
    }
}

/* ---- billing owners ---- */

enum colour { NEW, UNDER_WAY, DONE };

static uint32_t biller(const struct tie_match *match, uint32_t order)
{
    const struct tie_work_order *row = row_of(match, order);
    tie_str ref = row->billing_owner_wo_id;
    uint32_t to;

    if (ref == 0 || ref == row->wo_id)
        return order;
    to = tie_match_order_of_fsm(match, ref, ref);
    return to == TIE_NO_INDEX ? order : to;
}

/* Nearly always each order bills itself; then there is nothing to follow. */
static bool bill_themselves(struct tie_match *match)
{
    for (uint32_t i = 0; i < match->order_count; i++) {
        if (biller(match, i) != i)
            return false;
        match->orders[i].owner = i;
    }
    return true;
}

static void set_owners(struct tie_match *match)
{
    const size_t count = match->order_count;
    unsigned char *colours = TIE_TAKE(match->arena, unsigned char, count);
    uint32_t *path = TIE_TAKE(match->arena, uint32_t, count);

    for (uint32_t start = 0; start < count; start++) {
        size_t steps = 0;
        uint32_t at = start, end;

        while (colours[at] == NEW && biller(match, at) != at) {
            colours[at] = UNDER_WAY;
            path[steps++] = at;
            at = biller(match, at);
        }
        end = colours[at] == DONE ? match->orders[at].owner : at;
        if (colours[at] == UNDER_WAY) /* a cycle: `at` and all behind it on the path */
            for (size_t i = steps; i-- > 0 && path[i] != at;)
                end = path[i] < end ? path[i] : end;
        if (steps == 0 && colours[at] == NEW) {
            match->orders[at].owner = at;
            colours[at] = DONE;
        }
        for (size_t i = 0; i < steps; i++) {
            match->orders[path[i]].owner = end;
            colours[path[i]] = DONE;
        }
    }
}

/* ---- the step ---- */

static void index_orders(struct tie_match *match)
{
    struct tie_match_work *work = match->work;

    for (uint32_t i = 0; i < match->order_count; i++) {
        const struct tie_work_order *row = row_of(match, i);
        const uint32_t other = tie_match_ids_find(&work->order_refs, row->row.order_ref);

        work->order_ids.at[work->order_ids.count++] = row->wo_id;
        work->order_refs.at[work->order_refs.count++] = row->row.order_ref;
        if (other == TIE_NO_INDEX)
            continue;
        match->orders[i].is_ambiguous_ref = true;
        match->orders[other].is_ambiguous_ref = true;
    }
}

void tie_match_orders(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const struct tie_range range = match->dossier->ranges[TIE_DS_WORK_ORDER];
    const struct tie_work_order *rows = TIE_ROWS(match->shard->tables, WORK_ORDER, work_order);
    uint32_t *sorted = tie_arena_take_raw(match->arena, range.count * sizeof *sorted);

    match->order_count = range.count;
    match->orders = tie_arena_take_raw(match->arena, range.count * sizeof *match->orders);
    work->orders = tie_arena_take_raw(match->arena, range.count * sizeof *work->orders);
    for (uint32_t i = 0; i < range.count; i++)
        sorted[i] = range.first + i;
    tie_match_sort(match->arena, sorted, range.count, by_wo_id, match);
    for (uint32_t i = 0; i < range.count; i++) {
        struct tie_order *order = &match->orders[i];
        const struct tie_work_order *row = &rows[sorted[i]];
        tie_date *last = &work->orders[i].last_event;

        *order = (struct tie_order){ .row = sorted[i] };
        work->orders[i] = (struct tie_order_work){ 0 };
        work->has_fixed_order |= row->price_mode == TIE_W_FIXED;
        fill_order(match, order, row);
        *last = order->created;
        note(last, order->completed);
        note(last, order->closed);
        note(last, order->cancelled);
        note(last, day_of(match, order->region, row->reopened_at));
    }
    index_orders(match);
    find_visits(match);
    work->bill_themselves = bill_themselves(match);
    if (!work->bill_themselves)
        set_owners(match);
}

static bool is_over(const struct tie_order *order)
{
    return order->closed != TIE_NO_DATE || order->cancelled != TIE_NO_DATE;
}

/* Whether the orders' own dates say already that none of them is gone, as they do for nearly all. */
static bool are_inside(const struct tie_match *match)
{
    for (uint32_t i = 0; i < match->order_count; i++)
        if (is_over(&match->orders[i]) && match->work->orders[i].last_event < match->world->window_start)
            return false;
    return true;
}

/* An event of a line counts for the order that bills it; an order that is neither closed nor cancelled is open and
 * always in scope. */
void tie_match_bound_orders(struct tie_match *match)
{
    struct tie_order_work *work = match->work->orders;
    const tie_date start = match->world->window_start;
    bool is_any_gone = false;

    if (are_inside(match))
        return;
    for (uint32_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        if (line->order == TIE_NO_INDEX || line->excluded == TIE_EXCLUDED_AFTER_AS_OF)
            continue;
        note(&work[line->order].last_event, line->day);
        note(&work[line->order].last_event, line->posting_day);
    }
    for (uint32_t i = 0; i < match->order_count; i++)
        work[i].is_gone = true;
    for (uint32_t i = 0; i < match->order_count; i++) {
        const struct tie_order *order = &match->orders[i];

        if (!is_over(order) || work[i].last_event >= start)
            work[order->owner].is_gone = false; /* of owners: none of those that they bill is inside */
    }
    for (uint32_t i = 0; i < match->order_count; i++) {
        work[i].is_gone = work[match->orders[i].owner].is_gone;
        if (!work[i].is_gone)
            continue;
        is_any_gone = true;
        match->work->has_excluded = true;
        match->orders[i].is_excluded = true;
        match->orders[i].is_out_of_scope = true;
    }
    for (uint32_t i = 0; is_any_gone && i < match->line_count; i++) {
        struct tie_line *line = &match->lines[i];

        if (line->order != TIE_NO_INDEX && work[line->order].is_gone && tie_match_counts(line)) {
            line->excluded = TIE_EXCLUDED_OUT_OF_SCOPE;
            line->state = TIE_STATE_EXCLUDED;
        }
    }
}
