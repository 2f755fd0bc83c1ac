/*
 * duplicate.c - repeated postings, in three tiers.
 *
 * At load, usage only: rows with one external id (D1). Equal contents: the first to arrive stays, the others are left
 * out. Different contents: the newest version stays where all are numbered, else all stay and their groups are
 * undecided. Movements and invoices with one external id were really posted twice, so they stay in the sums and are
 * looked at with the residual.
 *
 * Residual, after the cascade: only on the side of a group that has a surplus over both other sides, only whole
 * postings without a partner, the latest first, each against an earlier posting of the same natural key (order,
 * quantity, serial, lot; the item is the group's):
 *   D1  the same external id on another document
 *   D2  within [window] duplicate: usage; a movement of the same serial, or of the same day, user and cost; a billing
 *       line of the same amount that names no other usage
 *   D3  a movement entered within ten minutes; a billing line of the same text and amount from another origin
 * But for D1 and equal serials, the earlier posting must be one that the other sides account for: where nothing was
 * issued, two equal reports are two parts that were not issued. Each duplicate takes its quantity off the surplus, so a
 * row that has a partner is never one: two equal reports with two equal issues are two real parts.
 *
 * Cost: sorting; back from a row at most LOOK_BACK rows of its key are compared.
 */
#include "parts.h"

#define LOOK_BACK 32
#define TEN_MINUTES (600 * TIE_US_PER_SECOND)

/* ---- at load ---- */

static const struct tie_usage_line *usage_at(const struct tie_match *match, uint32_t line)
{
    return match->work->origins[line].source;
}

/* What the technician reported, without the marks that the transport leaves. */
static bool is_same_report(
    const struct tie_match *match, const struct tie_usage_line *a, const struct tie_usage_line *b)
{
    const bool has_device = TIE_DELIVERED(match->world->delivery, USAGE_LINE, usage_line, device_at);

    return a->row.order_ref == b->row.order_ref && a->wo_id == b->wo_id && a->visit_id == b->visit_id &&
        a->technician_id == b->technician_id && a->item_id == b->item_id && a->direction == b->direction &&
        a->quantity == b->quantity && a->uom == b->uom && a->serial_no == b->serial_no && a->lot_no == b->lot_no &&
        a->location_id == b->location_id && a->owner == b->owner && a->item_condition == b->item_condition &&
        a->line_status == b->line_status && a->reason_code == b->reason_code &&
        (!has_device || a->device_at == b->device_at);
}

static bool has_external(const struct tie_match *match, uint32_t line)
{
    return usage_at(match, line)->external_id != 0 && tie_match_counts(&match->lines[line]);
}

static int by_arrival(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;
    const struct tie_usage_line *p = usage_at(match, x), *q = usage_at(match, y);

    if (p->external_id != q->external_id)
        return p->external_id < q->external_id ? -1 : 1;
    if (p->server_at != q->server_at)
        return p->server_at < q->server_at ? -1 : 1;
    return match->lines[x].row < match->lines[y].row ? -1 : 1;
}

static void leave_out(struct tie_match *match, uint32_t line, uint32_t stays)
{
    match->lines[line].excluded = TIE_EXCLUDED_DUPLICATE_LOAD;
    match->lines[line].state = TIE_STATE_EXCLUDED;
    match->lines[line].duplicate_of = stays;
    match->lines[line].duplicate_tier = 1;
}

/* Rows of one external id, in order of arrival. */
static void judge_reports(struct tie_match *match, const uint32_t *lines, size_t count)
{
    bool are_equal = true, are_numbered = true;
    size_t stays = 0, distinct = 1;

    match->work->has_repeat = true;
    for (size_t i = 0; i < count; i++) {
        const struct tie_usage_line *row = usage_at(match, lines[i]);

        are_equal = are_equal && is_same_report(match, row, usage_at(match, lines[0]));
        are_numbered = are_numbered && row->row_version != TIE_NONE;
        if (are_numbered && row->row_version > usage_at(match, lines[stays])->row_version)
            stays = i;
    }
    if (are_equal)
        stays = 0;
    for (size_t i = 0; i < count; i++)
        if ((are_equal || are_numbered) && i != stays)
            leave_out(match, lines[i], lines[stays]);
    if (are_equal || are_numbered)
        return;
    for (size_t i = 1; i < count; i++) { /* those that say the same as the first are repetitions all the same */
        if (is_same_report(match, usage_at(match, lines[i]), usage_at(match, lines[0])))
            leave_out(match, lines[i], lines[0]);
        else
            distinct++;
    }
    for (size_t i = 0; i < count; i++)
        if (tie_match_counts(&match->lines[lines[i]]))
            match->lines[lines[i]].rivals = (uint32_t)(distinct - 1);
}

void tie_match_load_duplicates(struct tie_match *match)
{
    size_t count = 0;
    uint32_t *lines;

    if (tie_match_leg(match, TIE_LEG_USAGE).count < 2 || !match->work->has_external)
        return;
    lines = tie_match_indices(match->arena, tie_match_leg(match, TIE_LEG_USAGE), &count, has_external, match);
    tie_match_sort(match->arena, lines, count, by_arrival, match);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1;
             end < count && usage_at(match, lines[end])->external_id == usage_at(match, lines[first])->external_id;)
            end++;
        if (end - first > 1)
            judge_reports(match, lines + first, end - first);
    }
}

/* ---- among the residual ---- */

static int by_natural_key(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;
    const struct tie_pool *pool = &match->shard->pool;
    const struct tie_line *p = &match->lines[x], *q = &match->lines[y];
    const int serial = tie_pool_compare(pool, p->serial, q->serial);
    const int lot = tie_pool_compare(pool, p->lot, q->lot);

    if (p->quantity != q->quantity)
        return p->quantity > q->quantity ? -1 : 1;
    if (p->order != q->order)
        return p->order < q->order ? -1 : 1;
    if (serial != 0 || lot != 0)
        return serial != 0 ? serial : lot;
    return tie_match_chronological(match, x, y);
}

static bool has_same_key(const struct tie_line *a, const struct tie_line *b)
{
    return a->quantity == b->quantity && a->order == b->order && a->serial == b->serial && a->lot == b->lot;
}

static bool within_window(const struct tie_match *match, const struct tie_line *line, tie_date earlier, tie_date later)
{
    const struct tie_region *region = line->order != TIE_NO_INDEX ? match->orders[line->order].region
                                                                  : &match->world->policy->regions[0];

    return later <= tie_span_after(region, earlier, match->world->policy->window[TIE_WINDOW_DUPLICATE]);
}

static unsigned usage_tier(const struct tie_match *match, uint32_t late, uint32_t early)
{
    const struct tie_line *a = &match->lines[late], *b = &match->lines[early];

    return within_window(match, a, a->day < b->day ? a->day : b->day, a->day < b->day ? b->day : a->day) ? 2 : 0;
}

static unsigned movement_tier(const struct tie_match *match, uint32_t late, uint32_t early)
{
    const struct tie_line *a = &match->lines[late], *b = &match->lines[early];
    const struct tie_line_work *p = &match->work->lines[late], *q = &match->work->lines[early];
    const struct tie_movement *x = match->work->origins[late].source, *y = match->work->origins[early].source;
    const bool same_cost = a->amount == TIE_NONE || b->amount == TIE_NONE || a->amount == b->amount;

    if (x == NULL || y == NULL) /* came by exchange: it has its partner */
        return 0;
    if (x->external_id != 0 && x->external_id == y->external_id && x->mov_id != y->mov_id)
        return 1;
    if (x->usage_ref != 0 && y->usage_ref != 0 && x->usage_ref != y->usage_ref)
        return 0;
    if (within_window(match, a, b->posting_day, a->posting_day) &&
        (a->serial != 0 || (a->day == b->day && a->technician == b->technician && same_cost)))
        return 2;
    return p->entry_at != TIE_NONE && q->entry_at != TIE_NONE && p->entry_at - q->entry_at <= TEN_MINUTES ? 3 : 0;
}

static unsigned billing_tier(const struct tie_match *match, uint32_t late, uint32_t early)
{
    const struct tie_line *a = &match->lines[late], *b = &match->lines[early];
    const struct tie_line_origin *p = &match->work->origins[late], *q = &match->work->origins[early];
    const struct tie_invoice_line *x = p->source, *y = q->source;

    if (x->inv_id != y->inv_id && p->invoice->external_id != 0 && p->invoice->external_id == q->invoice->external_id)
        return 1;
    if (a->amount != b->amount || !within_window(match, a, b->posting_day, a->posting_day))
        return 0;
    if ((x->usage_ref != 0 && y->usage_ref != 0 && x->usage_ref != y->usage_ref) ||
        (x->time_ref != 0 && y->time_ref != 0 && x->time_ref != y->time_ref))
        return 0;
    if (a->item == b->item && match->groups[a->group].kind != TIE_GROUP_CHARGE)
        return 2;
    return x->line_text != 0 && x->line_text == y->line_text && p->invoice->origin != q->invoice->origin ? 3 : 0;
}

static unsigned tier_of(const struct tie_match *match, uint32_t late, uint32_t early)
{
    switch (match->lines[late].leg) {
    case TIE_LEG_USAGE: return usage_tier(match, late, early);
    case TIE_LEG_MOVEMENT: return movement_tier(match, late, early);
    case TIE_LEG_BILLING: return billing_tier(match, late, early);
    case TIE_LEG_TIME:
    case TIE_LEG_LEDGER:
    case TIE_LEG_CLAIM:
    case TIE_LEG_COUNT: break;
    }
    return 0;
}

/* The earlier posting that line at[i] repeats best: the strongest tier, of equal ones the nearest. Tier 0: none. */
static unsigned find_earlier(const struct tie_match *match, const uint32_t *at, size_t i, uint32_t *earlier)
{
    const bool is_charge = match->groups[match->lines[at[i]].group].kind == TIE_GROUP_CHARGE;
    unsigned best = 0;

    for (size_t back = 1; back <= i && back <= LOOK_BACK; back++) {
        const struct tie_line *other = &match->lines[at[i - back]];
        unsigned tier;

        if (!has_same_key(other, &match->lines[at[i]]))
            break;
        tier = tier_of(match, at[i], at[i - back]);
        if (tier > 1 && other->serial == 0 && !is_charge && !match->work->lines[at[i - back]].is_covered)
            continue;
        if (tier != 0 && (best == 0 || tier < best)) {
            best = tier;
            *earlier = at[i - back];
        }
    }
    return best;
}

static int by_cover(const void *context, uint32_t x, uint32_t y)
{
    const struct tie_match *match = context;

    if (match->work->lines[x].is_partnered != match->work->lines[y].is_partnered)
        return match->work->lines[x].is_partnered ? -1 : 1;
    if (match->work->lines[x].is_repeat != match->work->lines[y].is_repeat)
        return match->work->lines[x].is_repeat ? 1 : -1;
    return by_natural_key(context, x, y);
}

/* Which rows the other sides account for, while their quantity lasts: those with a partner, then those that repeat
 * nothing, the largest first, then the earliest of those that look the same. A row that is too large for what is left
 * takes nothing from those behind it. So a document that is cancelled and made again, and by that the last one, pushes
 * no other into its place. Labour is sold by rounded minutes, so the last that has any work left is covered whole;
 * prices are not known here, check/ asks again whether the surplus over the billable minutes holds the repetition. */
static void cover(struct tie_match *match, uint32_t *lines, size_t count, tie_sum others)
{
    const bool is_labour = count > 0 && match->groups[match->lines[lines[0]].group].kind == TIE_GROUP_LABOUR;

    tie_match_sort(match->arena, lines, count, by_natural_key, match);
    for (size_t i = 0; i < count; i++)
        match->work->lines[lines[i]].is_repeat = i > 0 &&
            has_same_key(&match->lines[lines[i - 1]], &match->lines[lines[i]]);
    tie_match_sort(match->arena, lines, count, by_cover, match);
    for (size_t i = 0; i < count; i++) {
        struct tie_line_work *work = &match->work->lines[lines[i]];

        work->is_covered = match->lines[lines[i]].open <= others || (is_labour && others > 0);
        if (work->is_covered)
            others -= match->lines[lines[i]].open;
    }
}

static void mark(struct tie_match *match, const struct tie_lines *list, uint32_t *room, tie_sum surplus, tie_sum others)
{
    size_t count = 0;

    for (uint32_t i = 0; i < list->count; i++)
        if (match->lines[list->at[i]].open > 0)
            room[count++] = list->at[i];
    if (count < 2)
        return;
    cover(match, room, count, others);
    tie_match_sort(match->arena, room, count, by_natural_key, match);
    for (size_t i = count; i-- > 1 && surplus > 0;) {
        struct tie_line *line = &match->lines[room[i]];
        const struct tie_line_work *work = &match->work->lines[room[i]];
        uint32_t earlier = TIE_NO_INDEX;
        unsigned tier;

        if (work->is_partnered || work->is_covered || line->open != line->quantity || line->quantity > surplus)
            continue;
        tier = find_earlier(match, room, i, &earlier);
        if (tier == 0)
            continue;
        line->duplicate_tier = (uint8_t)tier;
        line->duplicate_of = earlier;
        surplus -= line->quantity;
    }
    for (size_t i = 0; i < count;
         i++) { /* earlier ones come first: a chain of repetitions leads to its first posting */
        struct tie_line *line = &match->lines[room[i]];

        if (line->duplicate_of != TIE_NO_INDEX && match->lines[line->duplicate_of].duplicate_of != TIE_NO_INDEX)
            line->duplicate_of = match->lines[line->duplicate_of].duplicate_of;
    }
}

static tie_dec larger(tie_dec a, tie_dec b)
{
    return a > b ? a : b;
}

static tie_dec smaller(tie_dec a, tie_dec b)
{
    return a < b ? a : b;
}

/* Whether one side has more than another. */
static inline bool has_surplus(const struct tie_group *group)
{
    const tie_dec u = group->usage, m = group->movement, b = group->billed;

    return (tie_sum)larger(larger(u, m), b) - smaller(smaller(u, m), b) > group->tolerance;
}

/* What one side has more than both others; a charge has no other side, there only equal documents tell. */
static void mark_group(struct tie_match *match, struct tie_group *group, uint32_t *room)
{
    const tie_dec u = group->usage, m = group->movement, b = group->billed;
    const struct {
        enum tie_leg leg;
        bool applies;
        tie_sum own, others;
    } sides[] = {
        { TIE_LEG_USAGE, group->kind == TIE_GROUP_PART && group->is_stocked, u, larger(m, b) },
        { TIE_LEG_MOVEMENT, group->kind == TIE_GROUP_PART && group->is_stocked, m, larger(u, b) },
        { TIE_LEG_BILLING, !group->is_summarised, b, larger(u, m) },
    };

    for (size_t i = 0; i < TIE_COUNT_OF(sides); i++)
        if (sides[i].applies && sides[i].own - sides[i].others > group->tolerance)
            mark(match, &group->lines[sides[i].leg], room, sides[i].own - sides[i].others, sides[i].others);
}

void tie_match_residual_duplicates(struct tie_match *match)
{
    uint32_t *room;

    if (match->work->all_agree)
        return;
    room = tie_arena_take_raw(match->arena, match->line_count * sizeof *room);
    for (size_t i = 0; i < match->group_count; i++)
        if (has_surplus(&match->groups[i]))
            mark_group(match, &match->groups[i], room);
}
