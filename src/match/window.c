/*
 * window.c - P4 and P9: what this dossier tells their exchanges, and what it does with the replies.
 *
 * Usage side: part groups of orders with more usage than movement give one fact for each usage line that the cascade
 * left open.
 * Movement side: dossiers without an order give their issues, whole and not reversed.
 * P4 takes lines of one piece with a serial; all facts of one item and serial meet in one fold (window_fold.c). Its
 * window reaches from before the first visit to after the closing, without an end while the order is open. P9 then
 * takes whatever is left; all facts of one item meet, since place and technician are alternatives and no single key
 * holds both. What P4 left tied gives no fact to P9: a weaker pass must not decide what a stronger one could not.
 *
 * A fact of P9 carries up to four visit days of the order, those nearest to the usage day; the usage day counts anyway.
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
    const struct tie_row *row = match->work->origins[line].source;

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

/* What both passes tell of a usage line. */
static struct tie_fact usage_fact(const struct tie_match *match, uint32_t index, unsigned shard_index)
{
    const struct tie_line *line = &match->lines[index];
    const struct tie_usage_line *row = match->work->origins[index].source;
    const struct tie_technician *technician = NULL;
    struct tie_fact fact = { .kind = TIE_LINK_USAGE, .from = tie_match_address(match, index, shard_index) };

    if (row->technician_id != 0)
        technician = tie_world_technician(match->world, row->technician_id, line->day);
    fact.number[TIE_LINK_U_QUANTITY] = match->work->lines[index].left;
    fact.number[TIE_LINK_U_DAY] = line->day;
    fact.number[TIE_LINK_U_CLASS] = TIE_LINK_CLASS(line->owner, line->condition);
    fact.text[TIE_LINK_U_ITEM] = text_of(match, line->item);
    fact.text[TIE_LINK_U_LOCATION] = text_of(match, line->location);
    if (technician != NULL)
        fact.text[TIE_LINK_U_VAN] = text_of(
            match, tie_key_fsm(match->keys, TIE_XREF_LOCATION, technician->van_location_id, line->day));
    else
        fact.text[TIE_LINK_U_VAN] = TIE_TEXT("");
    fact.text[TIE_LINK_U_TECHNICIAN] = text_of(match, line->technician);
    fact.text[TIE_LINK_U_SERIAL] = text_of(match, line->serial);
    fact.text[TIE_LINK_U_LOT] = text_of(match, line->lot);
    fact.text[TIE_LINK_U_ID] = text_of(match, row->usage_id);
    fact.text[TIE_LINK_U_ORDER] = text_of(match, row->wo_id);
    return fact;
}

static uint64_t key_of(const struct tie_match *match, const struct tie_line *line, enum tie_pass pass)
{
    const uint64_t item = tie_hash_text(text_of(match, line->item));

    return pass == TIE_P4 ? tie_hash_mix(item, tie_hash_text(text_of(match, line->serial))) : item;
}

static void add_window(const struct tie_match *match, const struct tie_line *line, int64_t *number)
{
    const struct tie_order *order = &match->orders[line->order];
    const struct tie_span *window = match->world->policy->window;

    number[TIE_LINK_U_FROM] = tie_span_before(
        order->region, order->first_visit, window[TIE_WINDOW_MOVEMENT_BEFORE_VISIT]);
    number[TIE_LINK_U_TO] = order->closed == TIE_NO_DATE
        ? INT64_MAX
        : tie_span_after(order->region, order->closed, window[TIE_WINDOW_MOVEMENT_AFTER_CLOSE]);
}

static void emit_usage(const struct tie_match *match, enum tie_pass pass, uint32_t index, const struct visits *visits,
    unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_line *line = &match->lines[index];
    const struct tie_region *region = match->orders[line->order].region;
    struct tie_fact fact = usage_fact(match, index, shard_index);

    fact.key = key_of(match, line, pass);
    if (pass == TIE_P4) {
        add_window(match, line, fact.number);
    } else {
        add_visits(visits, line, &fact.number[TIE_LINK_U_VISIT_1]);
        fact.number[TIE_LINK_U_DAYS] = tie_span_after(
                                           region, line->day, match->world->policy->window[TIE_WINDOW_DATE_MATCH]) -
            line->day;
    }
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

static void emit_movement(
    const struct tie_match *match, enum tie_pass pass, uint32_t index, unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_line *line = &match->lines[index];
    const struct tie_movement *row = match->work->origins[index].source;
    const tie_str user = tie_key_erp(match->keys, TIE_XREF_TECHNICIAN, row->entered_by);
    const struct tie_fact fact = {
        .key = key_of(match, line, pass),
        .kind = TIE_LINK_MOVEMENT,
        .from = tie_match_address(match, index, shard_index),
        .number = { [TIE_LINK_M_QUANTITY] = line->open,
            [TIE_LINK_M_DAY] = line->day,
            [TIE_LINK_M_POSTING] = line->posting_day,
            [TIE_LINK_M_COST] = line->amount,
            [TIE_LINK_M_WORD] = row->movement_class,
            [TIE_LINK_M_LINE_NO] = row->line_no,
            [TIE_LINK_M_CLASS] = TIE_LINK_CLASS(line->owner, line->condition),
            [TIE_LINK_M_PERIOD] = period_start(match, line) },
        .text = { [TIE_LINK_M_ITEM] = text_of(match, line->item),
            [TIE_LINK_M_LOCATION] = text_of(match, line->location),
            [TIE_LINK_M_USER] = text_of(match, user),
            [TIE_LINK_M_ID] = text_of(match, row->mov_id),
            [TIE_LINK_M_ORDER] = text_of(match, row->wo_ref),
            [TIE_LINK_M_SERIAL] = text_of(match, line->serial),
            [TIE_LINK_M_LOT] = text_of(match, line->lot),
            [TIE_LINK_M_CURRENCY] = text_of(match, line->currency) },
    };

    tie_facts_emit(facts, &fact);
}

/* P4: one piece that says which; P9: whatever no stronger pass took or left tied. */
static bool is_for(const struct tie_match *match, uint32_t line, enum tie_pass pass)
{
    const struct tie_line_work *work = &match->work->lines[line];

    if (pass == TIE_P4)
        return match->lines[line].serial != 0 && work->left == TIE_DEC_ONE;
    return work->left > 0 && !work->is_tied;
}

enum { REFUSED = TIE_TRACE_OUTCOME_COUNT }; /* to be told by what is_for() looks at */

static void tell_asked(
    const struct tie_match *match, enum tie_pass pass, uint32_t group, uint32_t line, unsigned outcome)
{
    const struct tie_line_work *work = &match->work->lines[line];

    if (match->trace == NULL || work->left <= 0 || match->lines[line].open <= 0)
        return;
    if (outcome == REFUSED)
        outcome = pass == TIE_P4 ? TIE_TRACE_NO_SERIAL : TIE_TRACE_WAS_TIED;
    TIE_TELL(match, .pass = pass, .by = pass == TIE_P4 ? TIE_BY_SERIAL : TIE_BY_DATE,
        .outcome = (enum tie_trace_outcome)outcome, .group = group, .a = line, .b = TIE_NO_INDEX,
        .measured = work->left);
}

static void emit_group(const struct tie_match *match, enum tie_pass pass, const struct tie_group *group,
    struct visits *visits, unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_lines *list = &group->lines[TIE_LEG_USAGE];
    const uint32_t index = (uint32_t)(group - match->groups);

    for (uint32_t i = 0; i < list->count; i++) {
        tell_asked(match, pass, index, list->at[i], is_for(match, list->at[i], pass) ? TIE_TRACE_ASKED : REFUSED);
        if (!is_for(match, list->at[i], pass))
            continue;
        if (pass == TIE_P9 && visits->at == NULL)
            *visits = visits_of(match);
        emit_usage(match, pass, list->at[i], visits, shard_index, facts);
    }
}

bool tie_match_emit(const struct tie_match *match, enum tie_pass pass, unsigned shard_index, struct tie_facts *facts)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_MOVEMENT);
    struct visits visits = { 0 };
    const size_t before = facts->count;

    TIE_ASSERT(pass == TIE_P4 || pass == TIE_P9);
    if (match->work->all_agree)
        return false;
    for (size_t g = 0; g < match->group_count; g++) {
        const struct tie_group *group = &match->groups[g];

        if (group->kind == TIE_GROUP_PART && group->is_stocked && group->is_owned &&
            group->usage - group->movement > group->tolerance)
            emit_group(match, pass, group, &visits, shard_index, facts);
    }
    for (uint32_t i = range.first; !match->dossier->is_known && i < range.first + range.count; i++) {
        const bool is_whole = match->work->origins[i].is_candidate && match->lines[i].open == match->lines[i].quantity;

        tell_asked(match, pass, TIE_NO_INDEX, i,
            !is_whole                    ? TIE_TRACE_NOT_OFFERED
                : is_for(match, i, pass) ? TIE_TRACE_OFFERED
                                         : REFUSED);
        if (is_whole && is_for(match, i, pass))
            emit_movement(match, pass, i, shard_index, facts);
    }
    return facts->count > before;
}

/* ---- replies ---- */

static tie_str put(struct tie_match *match, struct tie_text text)
{
    return tie_pool_put(match->keys->pool, text);
}

struct line_entry { /* a line that comes */
    struct tie_line line;
    struct tie_line_origin origin;
    struct tie_line_work work;
};

static void come(struct tie_match *match, enum tie_pass pass, uint32_t usage, const struct tie_reply *reply,
    struct line_entry *entry)
{
    const struct tie_line *to = &match->lines[usage];
    const int64_t *number = reply->number;

    *entry = (struct line_entry){
        .line = { .leg = TIE_LEG_MOVEMENT,
            .row = TIE_NO_INDEX,
            .foreign = reply,
            .order = to->order,
            .group = to->group,
            .item = to->item,
            .serial = put(match, reply->text[TIE_LINK_M_SERIAL]),
            .lot = put(match, reply->text[TIE_LINK_M_LOT]),
            .location = put(match, reply->text[TIE_LINK_M_LOCATION]),
            .technician = put(match, reply->text[TIE_LINK_M_USER]),
            .currency = put(match, reply->text[TIE_LINK_M_CURRENCY]),
            .owner = to->owner,
            .condition = to->condition,
            .quantity = number[TIE_LINK_M_QUANTITY],
            .amount = number[TIE_LINK_M_COST],
            .day = (tie_date)number[TIE_LINK_M_DAY],
            .posting_day = (tie_date)number[TIE_LINK_M_POSTING],
            .open = number[TIE_LINK_M_QUANTITY],
            .duplicate_of = TIE_NO_INDEX,
            .reverses = TIE_NO_INDEX },
        .work = { .named = usage,
            .owner = match->work->lines[usage].owner,
            .named_movement = TIE_NO_INDEX,
            .entry_at = TIE_NONE,
            .net_amount = TIE_NONE,
            .came_by = pass },
        .origin = { .kind = TIE_GROUP_PART, .has_item = true },
    };
}

static void go(struct tie_match *match, enum tie_pass pass, uint32_t movement, const struct tie_reply *reply)
{
    struct tie_line *line = &match->lines[movement];

    if (line->foreign == NULL) /* cut over several usage lines: the first tells the order, they are all of it */
        line->foreign = reply;
    line->pass = pass;
    line->open = tie_match_fit((tie_sum)line->open - reply->number[TIE_LINK_R_QUANTITY]);
    line->excluded = TIE_EXCLUDED_NONE;
    line->state = TIE_STATE_OPEN;
}

static void leave_undecided(struct tie_match *match, uint32_t index, const struct tie_reply *reply)
{
    struct tie_line *line = &match->lines[index];

    line->rivals = (uint32_t)reply->number[TIE_LINK_R_RIVALS];
    match->work->lines[index].is_tied = true;
    if (line->group == TIE_NO_INDEX)
        return;
    match->work->groups[line->group].is_contested = true;
    match->work->groups[line->group].rivals += line->rivals;
}

/* Lines that came by exchange lie behind all others: no index moves. */
static void add_lines(struct tie_match *match, const struct line_entry *came, size_t count)
{
    const size_t old = match->line_count;
    struct tie_line *lines = TIE_TAKE(match->arena, struct tie_line, old + count);
    struct tie_line_origin *origins = TIE_TAKE(match->arena, struct tie_line_origin, old + count);
    struct tie_line_work *works = TIE_TAKE(match->arena, struct tie_line_work, old + count);

    for (size_t i = 0; i < old + count; i++) {
        lines[i] = i < old ? match->lines[i] : came[i - old].line;
        origins[i] = i < old ? match->work->origins[i] : came[i - old].origin;
        works[i] = i < old ? match->work->lines[i] : came[i - old].work;
    }
    match->lines = lines;
    match->work->origins = origins;
    match->work->lines = works;
    match->line_count = old + count;
    for (size_t i = old; i < old + count; i++) {
        works[i].root = (uint32_t)i;
        match->work->has_serial |= lines[i].serial != 0;
        match->work->has_lot |= lines[i].lot != 0;
        tie_match_share(match,
            (struct tie_share){ .line = (uint32_t)i,
                .group = lines[i].group,
                .quantity = lines[i].quantity,
                .amount = lines[i].amount });
    }
}

struct came { /* lines that an exchange brings */
    struct line_entry *at;
    size_t count, room;
};

static void read_replies(struct tie_match *match, enum tie_pass pass, enum tie_leg leg, unsigned shard_index,
    const struct tie_replies *replies, struct came *came)
{
    const struct tie_range range = tie_match_leg(match, leg);

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const struct tie_reply *first = NULL;
        const size_t found = tie_replies_to(replies, tie_match_address(match, i, shard_index), &first);

        for (size_t k = 0; k < found; k++) {
            if (first[k].kind == TIE_LINK_UNDECIDED) {
                leave_undecided(match, i, &first[k]);
            } else if (leg == TIE_LEG_MOVEMENT) {
                go(match, pass, i, &first[k]);
            } else {
                struct line_entry entry;

                come(match, pass, i, &first[k], &entry);
                TIE_PUSH(match->arena, came, entry);
            }
        }
    }
}

void tie_match_apply(
    struct tie_match *match, enum tie_pass pass, unsigned shard_index, const struct tie_replies *replies)
{
    struct came came = { 0 };

    if (match->work->lines == NULL)
        tie_match_spell_out(match);
    if (!match->dossier->is_known) { /* has issues only */
        read_replies(match, pass, TIE_LEG_MOVEMENT, shard_index, replies, &came);
        return;
    }
    read_replies(match, pass, TIE_LEG_USAGE, shard_index, replies, &came);
    if (came.count > 0)
        add_lines(match, came.at, came.count);
    tie_match_totals(match);
    tie_match_cascade(match);
}
