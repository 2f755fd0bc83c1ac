/*
 * window.c - P9: what this dossier tells the exchange, and what it does with the replies.
 *
 * Usage side: part groups of orders with more usage than movement give one fact for each usage line that the cascade
 * left open.
 * Movement side: dossiers without an order give their issues, whole and not reversed. All facts of one item meet in
 * one fold (window_fold.c), since place and technician are alternatives and no single key holds both.
 *
 * A fact carries up to four visit days of the order, those nearest to the usage day; the usage day counts anyway.
 *
 * The reply to a usage line carries the whole movement, as a line that came by exchange; the reply to the movement
 * says only to which order and usage line it went. Both lines point at their reply, which must outlive the match.
 */
#include "parts.h"

#include <stdlib.h>

#define VISIT_DAYS 4
#define NO_DAY ((int64_t)TIE_NO_DATE)

struct tie_address tie_match_address(const struct tie_match *match, uint32_t line, unsigned shard_index)
{
    const struct tie_row *row = match->work->lines[line].source;

    return (struct tie_address){ .dataset = (uint16_t)tie_leg_dataset(match->lines[line].leg),
        .shard = (uint16_t)shard_index,
        .part = row->part,
        .source_row = row->source_row };
}

static struct tie_text text_of(const struct tie_match *match, tie_str id)
{
    return tie_pool_text(&match->shard->pool, id);
}

/* ---- facts ---- */

struct near { /* a visit day, and how far it is from the usage day that is being looked at */
    uint32_t order;
    tie_date day;
    int64_t distance;
};

static int by_order(const void *a, const void *b)
{
    const struct near *x = a, *y = b;

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->day < y->day ? -1 : x->day > y->day;
}

static int by_distance(const void *a, const void *b)
{
    const struct near *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->day < y->day ? -1 : x->day > y->day;
}

struct visits { /* days of the dossier's visits, sorted by order; made when the first fact needs them */
    struct near *at;
    struct near *room; /* for those of one order */
    size_t count;
};

static struct visits visits_of(const struct tie_match *match)
{
    const struct tie_visit *rows = TIE_OF(match->shard, match->dossier, VISIT, visit);
    const size_t room = TIE_OF_COUNT(match->dossier, VISIT);
    struct visits visits = { TIE_TAKE(match->arena, struct near, room), TIE_TAKE(match->arena, struct near, room), 0 };

    for (size_t i = 0; i < room; i++) {
        const uint32_t order = tie_match_order_of_fsm(match, rows[i].wo_id, rows[i].row.order_ref);
        const tie_instant start = rows[i].started_at != TIE_NONE ? rows[i].started_at : rows[i].arrived_at;

        if (order == TIE_NO_INDEX || rows[i].deleted || rows[i].outcome == TIE_W_CANCELLED || start == TIE_NONE)
            continue;
        visits.at[visits.count++] = (struct near){ .order = order,
            .day = tie_zone_date(&match->orders[order].region->zone, start) };
    }
    if (visits.count > 1)
        qsort(visits.at, visits.count, sizeof *visits.at, by_order);
    return visits;
}

static size_t first_of_order(const struct visits *visits, uint32_t order)
{
    size_t low = 0, high = visits->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (visits->at[middle].order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_visits(const struct visits *visits, const struct tie_line *line, int64_t *number)
{
    size_t count = 0, given = 0;

    for (size_t i = first_of_order(visits, line->order); i < visits->count && visits->at[i].order == line->order; i++) {
        visits->room[count] = visits->at[i];
        visits->room[count].distance = llabs((int64_t)visits->at[i].day - line->day);
        count++;
    }
    if (count > 1)
        qsort(visits->room, count, sizeof *visits->room, by_distance);
    for (size_t i = 0; i < VISIT_DAYS; i++)
        number[i] = NO_DAY;
    for (size_t i = 0; i < count && given < VISIT_DAYS; i++)
        if (visits->room[i].distance > 0 && (given == 0 || number[given - 1] != visits->room[i].day))
            number[given++] = visits->room[i].day;
}

static void emit_usage(const struct tie_match *match, uint32_t index, const struct visits *visits, unsigned shard_index,
    struct tie_facts *facts)
{
    const struct tie_line *line = &match->lines[index];
    const struct tie_usage_line *row = match->work->lines[index].source;
    const struct tie_region *region = match->orders[line->order].region;
    const struct tie_technician *technician = NULL;
    struct tie_fact fact = { .kind = TIE_P9_USAGE, .from = tie_match_address(match, index, shard_index) };

    if (row->technician_id != 0)
        technician = tie_world_technician(match->world, row->technician_id, line->day);
    fact.key = tie_hash_text(text_of(match, line->item));
    fact.number[TIE_P9U_QUANTITY] = match->work->lines[index].left;
    fact.number[TIE_P9U_DAY] = line->day;
    add_visits(visits, line, &fact.number[TIE_P9U_VISIT_1]);
    fact.number[TIE_P9U_DAYS] = tie_span_after(region, line->day, match->world->policy->window[TIE_WINDOW_DATE_MATCH]) -
        line->day;
    fact.number[TIE_P9U_CLASS] = TIE_P9_CLASS(line->owner, line->condition);
    fact.text[TIE_P9U_ITEM] = text_of(match, line->item);
    fact.text[TIE_P9U_LOCATION] = text_of(match, line->location);
    if (technician != NULL)
        fact.text[TIE_P9U_VAN] = text_of(
            match, tie_key_fsm(match->keys, TIE_XREF_LOCATION, technician->van_location_id, line->day));
    else
        fact.text[TIE_P9U_VAN] = TIE_TEXT("");
    fact.text[TIE_P9U_TECHNICIAN] = text_of(match, line->technician);
    fact.text[TIE_P9U_SERIAL] = text_of(match, line->serial);
    fact.text[TIE_P9U_LOT] = text_of(match, line->lot);
    fact.text[TIE_P9U_ID] = text_of(match, row->usage_id);
    fact.text[TIE_P9U_ORDER] = text_of(match, row->wo_id);
    tie_facts_emit(facts, &fact);
}

/* First day of the ledger period, of the calendar month where periods are not known. */
static tie_date period_start(const struct tie_match *match, const struct tie_line *line)
{
    const struct tie_location *place = tie_world_location(match->world, line->location);
    const struct tie_period *period = tie_world_period(
        match->world, place == NULL ? 0 : place->legal_entity_id, line->posting_day);
    int year, month, day;

    if (period != NULL)
        return period->start_date;
    tie_date_to_civil(line->posting_day, &year, &month, &day);
    return tie_date_from_civil(year, month, 1);
}

static void emit_movement(const struct tie_match *match, uint32_t index, unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_line *line = &match->lines[index];
    const struct tie_movement *row = match->work->lines[index].source;
    const tie_str user = tie_key_erp(match->keys, TIE_XREF_TECHNICIAN, row->entered_by);
    const struct tie_fact fact = {
        .key = tie_hash_text(text_of(match, line->item)),
        .kind = TIE_P9_MOVEMENT,
        .from = tie_match_address(match, index, shard_index),
        .number = { [TIE_P9M_QUANTITY] = line->open,
            [TIE_P9M_DAY] = line->day,
            [TIE_P9M_POSTING] = line->posting_day,
            [TIE_P9M_COST] = line->amount,
            [TIE_P9M_WORD] = row->movement_class,
            [TIE_P9M_LINE_NO] = row->line_no,
            [TIE_P9M_CLASS] = TIE_P9_CLASS(line->owner, line->condition),
            [TIE_P9M_PERIOD] = period_start(match, line) },
        .text = { [TIE_P9M_ITEM] = text_of(match, line->item),
            [TIE_P9M_LOCATION] = text_of(match, line->location),
            [TIE_P9M_USER] = text_of(match, user),
            [TIE_P9M_ID] = text_of(match, row->mov_id),
            [TIE_P9M_ORDER] = text_of(match, row->wo_ref),
            [TIE_P9M_SERIAL] = text_of(match, line->serial),
            [TIE_P9M_LOT] = text_of(match, line->lot),
            [TIE_P9M_CURRENCY] = text_of(match, line->currency) },
    };

    tie_facts_emit(facts, &fact);
}

bool tie_match_emit(const struct tie_match *match, unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_MOVEMENT);
    struct visits visits = { 0 };
    const size_t before = facts->count;
    bool has_visits = false;

    for (size_t g = 0; g < match->group_count; g++) {
        const struct tie_group *group = &match->groups[g];
        const struct tie_lines *list = &group->lines[TIE_LEG_USAGE];

        if (group->kind != TIE_GROUP_PART || !group->is_stocked || !group->is_owned ||
            group->usage - group->movement <= group->tolerance)
            continue;
        if (!has_visits)
            visits = visits_of(match);
        has_visits = true;
        for (uint32_t i = 0; i < list->count; i++)
            if (match->work->lines[list->at[i]].left > 0)
                emit_usage(match, list->at[i], &visits, shard_index, facts);
    }
    for (uint32_t i = range.first; !match->dossier->is_known && i < range.first + range.count; i++)
        if (match->work->lines[i].is_p9_candidate && match->lines[i].open == match->lines[i].quantity)
            emit_movement(match, i, shard_index, facts);
    return facts->count > before;
}

/* ---- replies ---- */

static tie_str put(struct tie_match *match, struct tie_text text)
{
    return tie_pool_put(match->keys->pool, text);
}

static void come(struct tie_match *match, uint32_t usage, const struct tie_reply *reply, struct tie_line_entry *entry)
{
    const struct tie_line *to = &match->lines[usage];
    const int64_t *number = reply->number;

    *entry = (struct tie_line_entry){
        .line = { .leg = TIE_LEG_MOVEMENT,
            .row = TIE_NO_INDEX,
            .foreign = reply,
            .order = to->order,
            .group = to->group,
            .item = to->item,
            .serial = put(match, reply->text[TIE_P9M_SERIAL]),
            .lot = put(match, reply->text[TIE_P9M_LOT]),
            .location = put(match, reply->text[TIE_P9M_LOCATION]),
            .technician = put(match, reply->text[TIE_P9M_USER]),
            .currency = put(match, reply->text[TIE_P9M_CURRENCY]),
            .owner = to->owner,
            .condition = to->condition,
            .quantity = number[TIE_P9M_QUANTITY],
            .amount = number[TIE_P9M_COST],
            .day = (tie_date)number[TIE_P9M_DAY],
            .posting_day = (tie_date)number[TIE_P9M_POSTING],
            .open = number[TIE_P9M_QUANTITY],
            .duplicate_of = TIE_NO_INDEX,
            .reverses = TIE_NO_INDEX },
        .work = { .named = usage,
            .named_movement = TIE_NO_INDEX,
            .entry_at = TIE_NONE,
            .net_amount = TIE_NONE,
            .kind = TIE_GROUP_PART,
            .has_item = true },
    };
}

static void go(struct tie_match *match, uint32_t movement, const struct tie_reply *reply)
{
    struct tie_line *line = &match->lines[movement];

    if (line->foreign == NULL) /* cut over several usage lines: the first tells the order, they are all of it */
        line->foreign = reply;
    line->pass = TIE_P9;
    line->open = tie_match_fit((tie_sum)line->open - reply->number[TIE_P9R_QUANTITY]);
    line->excluded = TIE_EXCLUDED_NONE;
    line->state = TIE_STATE_OPEN;
}

static void leave_undecided(struct tie_match *match, uint32_t index, const struct tie_reply *reply)
{
    struct tie_line *line = &match->lines[index];

    line->rivals = (uint32_t)reply->number[TIE_P9R_RIVALS];
    if (line->group == TIE_NO_INDEX)
        return;
    match->work->groups[line->group].is_contested = true;
    match->work->groups[line->group].rivals += line->rivals;
}

/* Lines that came by exchange lie behind all others: no index moves. */
static void add_lines(struct tie_match *match, const struct tie_line_entry *came, size_t count)
{
    const size_t old = match->line_count;
    struct tie_line *lines = TIE_TAKE(match->arena, struct tie_line, old + count);
    struct tie_line_work *works = TIE_TAKE(match->arena, struct tie_line_work, old + count);

    for (size_t i = 0; i < old + count; i++) {
        lines[i] = i < old ? match->lines[i] : came[i - old].line;
        works[i] = i < old ? match->work->lines[i] : came[i - old].work;
    }
    match->lines = lines;
    match->work->lines = works;
    match->line_count = old + count;
    for (size_t i = old; i < old + count; i++) {
        works[i].root = (uint32_t)i;
        tie_match_share(match,
            &(struct tie_share){ .line = (uint32_t)i,
                .group = lines[i].group,
                .quantity = lines[i].quantity,
                .amount = lines[i].amount });
    }
}

static void read_replies(struct tie_match *match, enum tie_leg leg, unsigned shard_index,
    const struct tie_replies *replies, struct tie_line_entry **came, size_t *count, size_t *room)
{
    const struct tie_range range = tie_match_leg(match, leg);

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const struct tie_reply *first = NULL;
        const size_t found = tie_replies_to(replies, tie_match_address(match, i, shard_index), &first);

        for (size_t k = 0; k < found; k++) {
            if (first[k].kind == TIE_P9_UNDECIDED) {
                leave_undecided(match, i, &first[k]);
            } else if (leg == TIE_LEG_MOVEMENT) {
                go(match, i, &first[k]);
            } else {
                if (*count == *room)
                    *came = tie_arena_grow(match->arena, *came, *count, room, sizeof **came);
                come(match, i, &first[k], &(*came)[(*count)++]);
            }
        }
    }
}

void tie_match_apply(struct tie_match *match, unsigned shard_index, const struct tie_replies *replies)
{
    struct tie_line_entry *came = NULL;
    size_t count = 0, room = 0;

    if (!match->dossier->is_known) { /* has issues only */
        read_replies(match, TIE_LEG_MOVEMENT, shard_index, replies, &came, &count, &room);
        return;
    }
    read_replies(match, TIE_LEG_USAGE, shard_index, replies, &came, &count, &room);
    if (count > 0)
        add_lines(match, came, count);
    tie_match_totals(match);
    tie_match_cascade(match);
}
