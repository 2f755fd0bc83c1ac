/*
 * lines.c - usage and time rows in common terms, and the one list of all lines in its order.
 *
 * Each row becomes exactly one line, excluded or not, so that the conservation can count rows. Reasons are tried
 * from the order down to the row: what is wrong with the order is wrong with all of its rows. Factors of units are
 * applied through 128 bits; a unit that nobody can convert counts as the base unit and says so.
 *
 * Owner, condition, serial and lot default to words that are no evidence (data-model.md 1): they stay in a line
 * only where both legs deliver the column; else every line has the default, so that they separate nothing.
 */
#include "parts.h"

#include <endian.h>
#include <string.h>

#define US_PER_MINUTE_MILLIONTH 60 /* microseconds in a millionth of a minute */

enum tie_exclusion tie_match_excluded_order(const struct tie_match *match, uint32_t order)
{
    const struct tie_work_order *row = &TIE_ROWS(
        match->shard->tables, WORK_ORDER, work_order)[match->orders[order].row];

    return row->deleted ? TIE_EXCLUDED_DELETED : TIE_EXCLUDED_ORDER_TYPE;
}

static const struct tie_region *region_of(const struct tie_match *match, uint32_t order)
{
    return order != TIE_NO_INDEX ? match->orders[order].region : &match->world->policy->regions[0];
}

static tie_instant first_of(tie_instant a, tie_instant b)
{
    return a != TIE_NONE ? a : b;
}

/* Who reported a usage line and from which place: what the row leaves out comes from its visit and from the
 * technician's van. */
static void find_place(struct tie_match *match, struct tie_line *line, const struct tie_usage_line *row)
{
    const struct tie_visit *visits = TIE_OF(match->shard, match->dossier, VISIT, visit);
    tie_str technician_id = row->technician_id;
    tie_str location_id = row->location_id;
    struct tie_match_place *last = &match->work->last_place;

    if (technician_id == 0 && row->visit_id != 0) {
        const uint32_t visit = tie_match_ids_find(&match->work->visits, row->visit_id);

        technician_id = visit == TIE_NO_INDEX ? 0 : visits[visit].technician_id;
    }
    if (location_id == 0 && technician_id != 0) {
        const struct tie_technician *technician = tie_world_technician(match->world, technician_id, line->day);

        location_id = technician == NULL ? 0 : technician->van_location_id;
    }
    if (last->technician_id != technician_id || last->location_id != location_id || last->day != line->day)
        *last = (struct tie_match_place){ .technician_id = technician_id,
            .location_id = location_id,
            .day = line->day,
            .technician = tie_key_fsm(match->keys, TIE_XREF_TECHNICIAN, technician_id, line->day),
            .location = tie_key_fsm(match->keys, TIE_XREF_LOCATION, location_id, line->day) };
    line->technician = last->technician;
    line->location = last->location;
}

static enum tie_exclusion usage_reason(
    const struct tie_match *match, const struct tie_line *line, const struct tie_usage_line *row)
{
    const enum tie_exclusion order = tie_match_order_reason(match, line->order);

    if (order != TIE_EXCLUDED_NONE)
        return order;
    if (row->deleted)
        return TIE_EXCLUDED_DELETED;
    if (row->line_status == TIE_W_ESTIMATED || row->line_status == TIE_W_CANCELLED)
        return TIE_EXCLUDED_LINE_NOT_USED;
    if (row->direction == TIE_W_REMOVED || row->direction == TIE_W_SCRAPPED)
        return TIE_EXCLUDED_NOT_USAGE;
    return line->day > match->world->as_of ? TIE_EXCLUDED_AFTER_AS_OF : TIE_EXCLUDED_NONE;
}

static void add_usage(struct tie_match *match, uint32_t index, const struct tie_usage_line *row)
{
    struct tie_match_work *work = match->work;
    const struct tie_new_line new = tie_match_new_line(match, TIE_LEG_USAGE, index, row);
    struct tie_line *line = new.line;
    const struct tie_region *region;
    tie_dec quantity;

    line->order = tie_match_order_of_fsm(match, row->wo_id, row->row.order_ref);
    region = region_of(match, line->order);
    line->day = tie_key_day(match->keys, region, first_of(row->device_at, row->server_at));
    line->posting_day = row->device_at == TIE_NONE || row->server_at == TIE_NONE || row->device_at == row->server_at
        ? line->day
        : tie_key_day(match->keys, region, row->server_at);
    line->item = tie_key_fsm(match->keys, TIE_XREF_ITEM, row->item_id, line->day);
    line->serial = work->use_serial ? row->serial_no : 0;
    line->lot = work->use_lot ? row->lot_no : 0;
    if (work->use_owner && row->owner != TIE_W_EMPTY)
        line->owner = (enum tie_word)row->owner;
    if (work->use_condition && row->item_condition != TIE_W_EMPTY)
        line->condition = (enum tie_word)row->item_condition;
    find_place(match, line, row);
    quantity = tie_match_to_base(match, TIE_SIDE_FSM, line, row->quantity, row->uom);
    line->quantity = row->direction == TIE_W_RETURNED ? -quantity : quantity;
    line->excluded = usage_reason(match, line, row);
    work->has_external |= row->external_id != 0;
    new.origin->kind = TIE_GROUP_PART;
    new.origin->is_own = row->owner == TIE_W_OWN || row->owner == TIE_W_EMPTY;
}

static tie_dec minutes_of(const struct tie_time_entry *row)
{
    if (row->minutes != TIE_NONE)
        return row->minutes;
    if (row->start_at == TIE_NONE || row->end_at == TIE_NONE || row->end_at < row->start_at)
        return 0;
    return (row->end_at - row->start_at) / US_PER_MINUTE_MILLIONTH;
}

static enum tie_exclusion time_reason(
    const struct tie_match *match, const struct tie_line *line, const struct tie_time_entry *row)
{
    const enum tie_exclusion order = tie_match_order_reason(match, line->order);

    if (order != TIE_EXCLUDED_NONE)
        return order;
    if (row->deleted)
        return TIE_EXCLUDED_DELETED;
    if (row->approval_status != TIE_W_APPROVED && row->approval_status != TIE_W_EMPTY)
        return TIE_EXCLUDED_NOT_APPROVED;
    return line->day != TIE_NO_DATE && line->day > match->world->as_of ? TIE_EXCLUDED_AFTER_AS_OF : TIE_EXCLUDED_NONE;
}

static void add_time(struct tie_match *match, uint32_t index, const struct tie_time_entry *row)
{
    const struct tie_new_line new = tie_match_new_line(match, TIE_LEG_TIME, index, row);
    struct tie_line *line = new.line;

    line->order = tie_match_order_of_fsm(match, row->wo_id, row->row.order_ref);
    line->day = tie_key_day(match->keys, region_of(match, line->order), first_of(row->start_at, row->created_at));
    if (line->day == TIE_NO_DATE && line->order != TIE_NO_INDEX)
        line->day = match->orders[line->order].completed != TIE_NO_DATE ? match->orders[line->order].completed
                                                                        : match->orders[line->order].created;
    line->posting_day = line->day;
    if (row->item_id != 0)
        line->item = tie_key_fsm(match->keys, TIE_XREF_ITEM, row->item_id, line->day);
    else
        line->item = tie_key_word(match->keys, (enum tie_word)row->kind);
    line->band = row->rate_band == TIE_W_EMPTY ? TIE_W_BASE : (enum tie_word)row->rate_band;
    line->technician = tie_key_fsm(match->keys, TIE_XREF_TECHNICIAN, row->technician_id, line->day);
    line->quantity = minutes_of(row);
    line->excluded = time_reason(match, line, row);
    new.origin->kind = TIE_GROUP_LABOUR;
    new.origin->word = (enum tie_word)row->kind;
}

/* ---- the list ---- */

#define BOTH_DELIVER(delivery, column)                                                                                 \
    (TIE_DELIVERED(delivery, USAGE_LINE, usage_line, column) && TIE_DELIVERED(delivery, MOVEMENT, movement, column))

static void choose_keys(struct tie_match *match)
{
    const struct tie_delivery *delivery = match->world->delivery;
    struct tie_match_work *work = match->work;

    work->use_owner = BOTH_DELIVER(delivery, owner);
    work->use_condition = BOTH_DELIVER(delivery, item_condition);
    work->use_billing_condition = work->use_condition &&
        TIE_DELIVERED(delivery, INVOICE_LINE, invoice_line, item_condition);
    work->use_serial = BOTH_DELIVER(delivery, serial_no);
    work->use_lot = BOTH_DELIVER(delivery, lot_no);
}

/* Within a leg. Rows of one dossier and dataset are sorted by primary key, so the row's index stands for its text. */
static inline int by_line_order(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const struct tie_line *x = &match->lines[a], *y = &match->lines[b];

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (x->item != y->item)
        return tie_match_compare_items(match, a, b);
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Puts line from[i] of the leg at its i-th place, going round each cycle of the permutation once. */
static void permute(struct tie_match *match, uint32_t first, uint32_t *from, uint32_t count)
{
    struct tie_line *lines = match->lines;
    struct tie_line_origin *origins = match->work->origins;

    for (uint32_t i = 0; i < count; i++) {
        struct tie_line line;
        struct tie_line_origin origin;
        uint32_t to = first + i;

        if (from[i] == to)
            continue;
        line = lines[to];
        origin = origins[to];
        while (from[to - first] != first + i) {
            const uint32_t next = from[to - first];

            lines[to] = lines[next];
            origins[to] = origins[next];
            from[to - first] = to;
            to = next;
        }
        lines[to] = line;
        origins[to] = origin;
        from[to - first] = to;
    }
}

/* The first bytes of a text as a number that compares like them; zeros behind a short one, as no text holds any. */
static uint64_t head_of(struct tie_text text)
{
    uint64_t head = 0;

    if (text.size >= sizeof head) {
        memcpy(&head, text.at, sizeof head);
        return be64toh(head);
    }
    for (size_t i = 0; i < text.size; i++)
        head |= (uint64_t)(unsigned char)text.at[i] << (56 - 8 * i);
    return head;
}

static void sort_leg(struct tie_match *match, struct tie_range range, uint32_t *from)
{
    bool is_sorted = true;

    for (uint32_t i = 0; i < range.count; i++) {
        const uint32_t line = range.first + i;

        from[i] = line;
        match->work->origins[line].item_head = head_of(tie_pool_text(&match->shard->pool, match->lines[line].item));
        is_sorted = is_sorted && (i == 0 || by_line_order(match, from[i - 1], from[i]) < 0);
    }
    if (is_sorted)
        return;
    tie_match_sort(match->arena, from, range.count, by_line_order, match);
    permute(match, range.first, from, range.count);
}

static void sort_lines(struct tie_match *match)
{
    uint32_t *from = tie_arena_take_raw(match->arena, match->line_count * sizeof *from);
    uint32_t first = 0;

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        match->work->legs[leg].first = first;
        if (match->work->legs[leg].count > 0)
            sort_leg(match, match->work->legs[leg], from);
        first += match->work->legs[leg].count;
    }
}

/* What each line begins with in its place, and what the steps behind need not look for. */
static void start_lines(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    struct tie_line *const end = match->lines + match->line_count;
    unsigned negatives = 0;
    unsigned orphans = 0, classes = 0, excluded = 0;
    tie_str serials = 0, lots = 0;

    for (struct tie_line *line = match->lines; line < end; line++) {
        line->open = line->quantity;
        line->state = tie_match_counts(line) ? TIE_STATE_OPEN : TIE_STATE_EXCLUDED;
        orphans |= line->order == TIE_NO_INDEX;
        excluded |= line->excluded;
        classes |= (unsigned)(line->owner ^ TIE_W_OWN) | (unsigned)(line->condition ^ TIE_W_NEW);
        negatives |= (unsigned)((uint64_t)line->quantity >> 63) << line->leg;
        serials |= line->serial;
        lots |= line->lot;
    }
    end->order = TIE_NO_INDEX; /* of no group: a walk needs not look for the end (straight.c) */
    end->leg = TIE_LEG_COUNT;
    end->item = 0;
    work->negatives = negatives;
    work->has_orphan = orphans != 0;
    work->has_class = classes != 0;
    work->has_excluded = excluded != TIE_EXCLUDED_NONE;
    work->has_serial = serials != 0;
    work->has_lot = lots != 0;
}

static tie_instant entry_of(const struct tie_line_origin *origin, enum tie_leg leg)
{
    const struct tie_usage_line *usage = origin->source;
    const struct tie_time_entry *time = origin->source;
    const struct tie_movement *movement = origin->source;
    const struct tie_invoice *invoice = origin->invoice;

    switch (leg) {
    case TIE_LEG_USAGE: return first_of(usage->server_at, usage->device_at);
    case TIE_LEG_TIME: return time->created_at;
    case TIE_LEG_MOVEMENT: return movement->entry_at;
    case TIE_LEG_BILLING: return invoice == NULL ? TIE_NONE : first_of(invoice->released_at, invoice->entry_at);
    case TIE_LEG_LEDGER:
    case TIE_LEG_CLAIM:
    case TIE_LEG_COUNT: break;
    }
    return TIE_NONE;
}

void tie_match_start_works(struct tie_match *match)
{
    struct tie_line_work *works = tie_arena_take_raw(match->arena, match->line_count * sizeof *works);

    for (uint32_t i = 0; i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];

        works[i] = (struct tie_line_work){ .named = TIE_NO_INDEX,
            .named_movement = TIE_NO_INDEX,
            .owner = line->order == TIE_NO_INDEX ? TIE_NO_INDEX : match->orders[line->order].owner,
            .root = i,
            .entry_at = entry_of(&match->work->origins[i], line->leg),
            .net_amount = line->amount,
            .left = line->quantity };
    }
    match->work->lines = works;
}

void tie_match_lines(struct tie_match *match)
{
    static const enum tie_dataset datasets[] = { TIE_DS_USAGE_LINE, TIE_DS_TIME_ENTRY, TIE_DS_MOVEMENT,
        TIE_DS_INVOICE_LINE, TIE_DS_CONTRACT_LEDGER, TIE_DS_CLAIM };
    const struct tie_usage_line *usage = TIE_OF(match->shard, match->dossier, USAGE_LINE, usage_line);
    const struct tie_time_entry *time = TIE_OF(match->shard, match->dossier, TIME_ENTRY, time_entry);
    struct tie_match_work *work = match->work;
    size_t room = 0;

    for (size_t i = 0; i < TIE_COUNT_OF(datasets); i++)
        room += match->dossier->ranges[datasets[i]].count;
    TIE_ASSERT(room < TIE_NO_INDEX);
    match->lines = tie_arena_take_raw(match->arena, (room + 1) * sizeof *match->lines);
    work->origins = tie_arena_take_raw(match->arena, room * sizeof *work->origins);
    choose_keys(match);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, USAGE_LINE); i++)
        add_usage(match, match->dossier->ranges[TIE_DS_USAGE_LINE].first + i, &usage[i]);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, TIME_ENTRY); i++)
        add_time(match, match->dossier->ranges[TIE_DS_TIME_ENTRY].first + i, &time[i]);
    tie_match_erp_lines(match);
    sort_lines(match);
    start_lines(match);
}
