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

#include <stdlib.h>

#define US_PER_MINUTE_MILLIONTH 60 /* microseconds in a millionth of a minute */

struct tie_line_entry *tie_match_new_line(
    struct tie_line_list *list, enum tie_leg leg, uint32_t row, const void *source)
{
    struct tie_line_entry *entry = &list->at[list->count++];

    *entry = (struct tie_line_entry){
        .line = { .leg = leg,
            .row = row,
            .order = TIE_NO_INDEX,
            .group = TIE_NO_INDEX,
            .owner = TIE_W_OWN,
            .condition = TIE_W_NEW,
            .amount = TIE_NONE,
            .day = TIE_NO_DATE,
            .posting_day = TIE_NO_DATE,
            .duplicate_of = TIE_NO_INDEX,
            .reverses = TIE_NO_INDEX },
        .work = { .source = source, .named = TIE_NO_INDEX, .named_movement = TIE_NO_INDEX, .entry_at = TIE_NONE },
    };
    return entry;
}

tie_dec tie_match_to_base(
    const struct tie_match *match, enum tie_side side, struct tie_line *line, tie_dec quantity, tie_str uom)
{
    int64_t num = 1, den = 1;
    tie_dec base = quantity;

    if (uom == 0)
        return quantity;
    line->unit_unknown = !tie_world_unit(match->world, side, line->item, uom, &num, &den) ||
        !tie_dec_muldiv(quantity, num, den, &base);
    return line->unit_unknown ? quantity : base;
}

enum tie_exclusion tie_match_order_reason(const struct tie_match *match, uint32_t order)
{
    const struct tie_work_order *row;

    if (order == TIE_NO_INDEX || !match->orders[order].is_excluded)
        return TIE_EXCLUDED_NONE;
    row = &TIE_ROWS(match->shard->tables, WORK_ORDER, work_order)[match->orders[order].row];
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
    const struct tie_technician *technician;
    tie_str technician_id = row->technician_id;
    tie_str location_id = row->location_id;
    uint32_t visit = 0;

    if (technician_id == 0 && row->visit_id != 0 && tie_map_get(&match->work->visit_by_id, row->visit_id, &visit))
        technician_id = visits[visit].technician_id;
    technician = technician_id == 0 ? NULL : tie_world_technician(match->world, technician_id, line->day);
    if (location_id == 0 && technician != NULL)
        location_id = technician->van_location_id;
    line->technician = tie_key_fsm(match->keys, TIE_XREF_TECHNICIAN, technician_id, line->day);
    line->location = tie_key_fsm(match->keys, TIE_XREF_LOCATION, location_id, line->day);
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

static void add_usage(struct tie_line_list *list, uint32_t index, const struct tie_usage_line *row)
{
    struct tie_match *match = list->match;
    struct tie_match_work *work = match->work;
    struct tie_line_entry *entry = tie_match_new_line(list, TIE_LEG_USAGE, index, row);
    struct tie_line *line = &entry->line;
    const struct tie_zone *zone;
    tie_dec quantity;

    line->order = tie_match_order_of_fsm(match, row->wo_id, row->row.order_ref);
    zone = &region_of(match, line->order)->zone;
    line->day = tie_zone_date(zone, first_of(row->device_at, row->server_at));
    line->posting_day = tie_zone_date(zone, first_of(row->server_at, row->device_at));
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
    entry->work.entry_at = first_of(row->server_at, row->device_at);
    entry->work.kind = TIE_GROUP_PART;
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

static void add_time(struct tie_line_list *list, uint32_t index, const struct tie_time_entry *row)
{
    struct tie_match *match = list->match;
    struct tie_line_entry *entry = tie_match_new_line(list, TIE_LEG_TIME, index, row);
    struct tie_line *line = &entry->line;

    line->order = tie_match_order_of_fsm(match, row->wo_id, row->row.order_ref);
    line->day = tie_zone_date(&region_of(match, line->order)->zone, first_of(row->start_at, row->created_at));
    if (line->day == TIE_NO_DATE && line->order != TIE_NO_INDEX)
        line->day = match->orders[line->order].completed != TIE_NO_DATE ? match->orders[line->order].completed
                                                                        : match->orders[line->order].created;
    line->posting_day = line->day;
    if (row->item_id != 0)
        line->item = tie_key_fsm(match->keys, TIE_XREF_ITEM, row->item_id, line->day);
    else
        line->item = tie_pool_put(match->keys->pool, tie_text_of(tie_word_text((enum tie_word)row->kind)));
    line->band = row->rate_band == TIE_W_EMPTY ? TIE_W_BASE : (enum tie_word)row->rate_band;
    line->technician = tie_key_fsm(match->keys, TIE_XREF_TECHNICIAN, row->technician_id, line->day);
    line->quantity = minutes_of(row);
    line->excluded = time_reason(match, line, row);
    entry->work.entry_at = row->created_at;
    entry->work.kind = TIE_GROUP_LABOUR;
    entry->work.word = (enum tie_word)row->kind;
}

/* ---- the list ---- */

static bool both_deliver(const struct tie_match *match, const char *column)
{
    return tie_delivered(match->world->delivery, TIE_DS_USAGE_LINE, column) &&
        tie_delivered(match->world->delivery, TIE_DS_MOVEMENT, column);
}

static void choose_keys(struct tie_match *match)
{
    struct tie_match_work *work = match->work;

    work->use_owner = both_deliver(match, "owner");
    work->use_condition = both_deliver(match, "item_condition");
    work->use_billing_condition = work->use_condition &&
        tie_delivered(match->world->delivery, TIE_DS_INVOICE_LINE, "item_condition");
    work->use_serial = both_deliver(match, "serial_no");
    work->use_lot = both_deliver(match, "lot_no");
}

/* Rows of one dossier and dataset are sorted by primary key, so the row's index stands for its text. */
static int by_line_order(const void *a, const void *b, void *context)
{
    const struct tie_match *match = context;
    const struct tie_line *x = &((const struct tie_line_entry *)a)->line;
    const struct tie_line *y = &((const struct tie_line_entry *)b)->line;
    const int items = x->item == y->item ? 0 : tie_pool_compare(&match->shard->pool, x->item, y->item);

    if (x->leg != y->leg)
        return x->leg < y->leg ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (items != 0)
        return items;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

void tie_match_lines(struct tie_match *match)
{
    static const enum tie_dataset datasets[] = { TIE_DS_USAGE_LINE, TIE_DS_TIME_ENTRY, TIE_DS_MOVEMENT,
        TIE_DS_INVOICE_LINE, TIE_DS_CONTRACT_LEDGER, TIE_DS_CLAIM };
    const struct tie_usage_line *usage = TIE_OF(match->shard, match->dossier, USAGE_LINE, usage_line);
    const struct tie_time_entry *time = TIE_OF(match->shard, match->dossier, TIME_ENTRY, time_entry);
    struct tie_line_list list = { .match = match };
    size_t room = 0;

    for (size_t i = 0; i < TIE_COUNT_OF(datasets); i++)
        room += match->dossier->ranges[datasets[i]].count;
    list.at = TIE_TAKE(match->arena, struct tie_line_entry, room);
    choose_keys(match);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, USAGE_LINE); i++)
        add_usage(&list, match->dossier->ranges[TIE_DS_USAGE_LINE].first + i, &usage[i]);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, TIME_ENTRY); i++)
        add_time(&list, match->dossier->ranges[TIE_DS_TIME_ENTRY].first + i, &time[i]);
    tie_match_erp_lines(&list);
    if (list.count > 1)
        qsort_r(list.at, list.count, sizeof *list.at, by_line_order, match);

    match->line_count = list.count;
    match->work->sorted_count = (uint32_t)list.count;
    match->lines = TIE_TAKE(match->arena, struct tie_line, list.count);
    match->work->lines = TIE_TAKE(match->arena, struct tie_line_work, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
        match->lines[i] = list.at[i].line;
        match->lines[i].open = match->lines[i].quantity;
        if (!tie_match_counts(&match->lines[i]))
            match->lines[i].state = TIE_STATE_EXCLUDED;
        match->work->lines[i] = list.at[i].work;
        match->work->lines[i].root = i;
        match->work->lines[i].net_amount = match->lines[i].amount;
    }
}
