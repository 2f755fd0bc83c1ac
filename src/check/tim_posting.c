/*
 * tim_posting.c - what was used and what was booked for it, day against day: TIM-02 (wrong period), TIM-14 (late).
 *
 * The bookings of a group are laid against its uses: first those that name a use or carry its serial, then first in,
 * first out by business day (matching.md, section 4). Each portion then has a day of use and a day in the ledger, and
 * both checks only add up portions: one finding a group, whatever the number of documents.
 *
 *   TIM-02  movement or invoice lies in another ledger period than the use. Within window.cutoff, before or after, it
 *           is allowed: information, no amount. Beyond: amount * rate * days / 365, and S1 whatever the amount where
 *           a year lies between.
 *           So is a reversal against what it reverses (matching.md, section 3). Where the reversal's own period
 *           books the thing again, that period is right as it stands, and the original stands for the use.
 *   TIM-14  a movement that came by its order reference was posted later than window.late_posting after the use.
 *
 * Invariant: quantity without a use (a surplus) and lines that no pass matched take no part; other checks name them.
 * Parts only: the checks are about a use (usage_line), and matching.md, section 9.6 names no wrong period of labour.
 * A return that names no original is an event of its own day, no reversal. Rejected: comparing only the last day of
 * leg; one late document among ten would then mark all ten.
 * Cost: where the days of all lines of an order lie in one period, and none was posted late for the first of them, no
 * group is looked at; where no pair of a use and a booking has anything to say, none is laid out.
 */
#include "judge.h"

#include <stdlib.h>

#define DAYS_OF_YEAR 365
#define PAIRS_AT_ONCE 16 /* of a use and a booking: more are laid out */

struct use {
    uint32_t line;
    tie_dec left;
};

struct booking {
    uint32_t line;
    tie_dec left, whole, amount; /* amount of the whole; movements take the group's unit cost instead */
};

struct portion { /* part of a booking that stands for part of a use, or takes part of another booking back */
    const struct tie_line *use, *booked;
    tie_date day; /* on which it ought to be booked */
    tie_dec quantity;
    const struct booking *booking; /* NULL: `amount` is given; else it is worked out for who asks */
    tie_dec amount;                /* in the group's currency; TIE_NONE: not known */
};

struct sum { /* of portions: what they are worth, what their delay costs, and the one to show */
    tie_dec quantity, amount, cost;
    int32_t days; /* of `worst`; without sign */
    struct portion worst;
    bool crosses_year;
};

struct desk {
    struct scene *scene;
    tie_str entity; /* legal entity of the billing owner */
    tie_date first_use, last_use;
    tie_date timely_until; /* nothing booked by then is late for any use */
    struct use *uses;
    struct booking *bookings;
    size_t use_count, booking_count;
    struct sum outside, inside; /* TIM-02: beyond the cut-off, within it */
    struct sum late;            /* TIM-14 */
};

static const struct tie_line *line_at(const struct desk *desk, uint32_t index)
{
    return &desk->scene->judge->match->lines[index];
}

static tie_dec plus(tie_dec a, tie_dec b)
{
    return a == TIE_NONE || b == TIE_NONE ? TIE_NONE : a + b;
}

/* ---- which use a booking is for ---- */

static int by_day(const void *a, const void *b, void *context)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b; /* `line` is the first member of both */
    const struct tie_line *p = line_at(context, x), *q = line_at(context, y);

    if (p->day != q->day)
        return p->day < q->day ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void take_uses(struct desk *desk)
{
    const struct tie_lines *lines = &desk->scene->group->lines[TIE_LEG_USAGE];

    desk->use_count = 0;
    for (uint32_t i = 0; desk->scene->group->usage > 0 && i < lines->count; i++)
        if (line_at(desk, lines->at[i])->open > 0)
            desk->uses[desk->use_count++] = (struct use){ lines->at[i], line_at(desk, lines->at[i])->open };
    if (desk->use_count > 1)
        qsort_r(desk->uses, desk->use_count, sizeof *desk->uses, by_day, desk);
}

static void take_bookings(struct desk *desk, enum tie_leg leg)
{
    const struct judge *judge = desk->scene->judge;
    const struct tie_group *group = desk->scene->group;
    const struct tie_lines *lines = &group->lines[leg];

    desk->booking_count = 0;
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_line *line = line_at(desk, lines->at[i]);
        struct tie_part part = { line->open, TIE_NONE };

        if (leg == TIE_LEG_BILLING)
            part = tie_group_part(judge->match, group, lines->at[i]);
        else if (line->pass == TIE_PASS_NONE)
            continue;
        if (part.quantity > 0 && part.amount != 0 && line->posting_day != TIE_NO_DATE)
            desk->bookings[desk->booking_count++] = (struct booking){ lines->at[i], part.quantity, part.quantity,
                part.amount };
    }
    if (desk->booking_count > 1)
        qsort_r(desk->bookings, desk->booking_count, sizeof *desk->bookings, by_day, desk);
}

static bool is_named(const struct desk *desk, const struct use *use, const struct booking *booking)
{
    const struct tie_line *used = line_at(desk, use->line), *booked = line_at(desk, booking->line);

    return tie_line_named(desk->scene->judge->match, booked) == use->line ||
        (used->serial != 0 && used->serial == booked->serial);
}

typedef void take_portion(struct desk *desk, const struct portion *portion);

static tie_dec in_group_currency(const struct desk *desk, tie_dec amount, tie_str currency, tie_date day)
{
    const struct tie_group *group = desk->scene->group;
    tie_dec out = TIE_NONE;

    if (amount == TIE_NONE || currency == group->currency || currency == 0)
        return amount;
    return tie_world_convert(desk->scene->judge->world, amount, currency, group->currency, day, &out) ? out : TIE_NONE;
}

static void pair(struct desk *desk, struct use *use, struct booking *booking, take_portion *take)
{
    const tie_dec quantity = use->left < booking->left ? use->left : booking->left;
    struct portion portion = { line_at(desk, use->line), line_at(desk, booking->line), line_at(desk, use->line)->day,
        quantity, booking, TIE_NONE };

    if (quantity <= 0)
        return;
    use->left -= quantity;
    booking->left -= quantity;
    take(desk, &portion);
}

static tie_dec amount_of(const struct desk *desk, const struct portion *portion)
{
    const struct booking *booking = portion->booking;
    tie_dec amount = TIE_NONE;

    if (booking == NULL)
        return portion->amount;
    if (portion->booked->leg == TIE_LEG_MOVEMENT)
        return in_group_currency(desk, check_cost_for(desk->scene, portion->quantity),
            desk->scene->expect->cost_currency, portion->booked->day);
    if (booking->amount == TIE_NONE || !tie_dec_muldiv(booking->amount, portion->quantity, booking->whole, &amount))
        return TIE_NONE;
    return in_group_currency(desk, amount, portion->booked->currency, portion->booked->day);
}

/* ---- what a portion costs ---- */

static int32_t days_between(const struct portion *portion)
{
    const int32_t days = portion->booked->posting_day - portion->day;

    return days < 0 ? -days : days;
}

/* The part of a year's interest that `amount` costs in `days`. */
static tie_dec delay_cost(const struct desk *desk, tie_dec amount, int32_t days)
{
    const tie_dec rate = desk->scene->judge->world->policy->annual_rate;
    tie_dec cost = TIE_NONE;

    if (amount == TIE_NONE || !tie_dec_muldiv(amount, rate * days, (int64_t)DAYS_OF_YEAR * TIE_DEC_ONE, &cost))
        return TIE_NONE;
    return tie_dec_abs(cost);
}

static void add(const struct desk *desk, struct sum *sum, const struct portion *portion, tie_dec amount)
{
    const int32_t days = days_between(portion);

    if (sum->worst.use == NULL || days > sum->days) {
        sum->worst = *portion;
        sum->days = days;
    }
    sum->quantity += portion->quantity;
    sum->amount = plus(sum->amount, amount);
    sum->cost = plus(sum->cost, delay_cost(desk, amount, days));
}

/* ---- TIM-02 ---- */

static const struct tie_period *period_of(const struct desk *desk, tie_date day)
{
    return tie_key_period(desk->scene->judge->match->keys, desk->entity, day);
}

static const struct tie_period *named_period(const struct judge *judge, tie_str entity, tie_str period_id)
{
    const struct tie_rows *table = &judge->world->tables[TIE_DS_PERIOD];
    const struct tie_period *rows = table->at, *found = NULL;

    for (size_t i = 0; i < table->count && period_id != 0; i++)
        if (rows[i].period_id == period_id && (rows[i].legal_entity_id == entity || rows[i].legal_entity_id == 0) &&
            (found == NULL || rows[i].legal_entity_id == entity))
            found = &rows[i];
    return found;
}

/* A day of the ledger period that the booking stands in: the posting day, unless the document names another period.
 * Mostly it names the very period of its company that holds the day. */
static tie_date ledger_day(const struct desk *desk, const struct tie_line *booked)
{
    const struct judge *judge = desk->scene->judge;
    const struct tie_delivery *delivery = judge->world->delivery;
    const bool is_movement = booked->leg == TIE_LEG_MOVEMENT;

    if (!(is_movement ? TIE_DELIVERED(delivery, MOVEMENT, movement, period_id)
                      : TIE_DELIVERED(delivery, INVOICE, invoice, period_id)))
        return booked->posting_day; /* none names a period */
    const struct tie_movement *movement = is_movement ? check_row_of(judge, booked) : NULL;
    const struct tie_invoice *invoice = movement != NULL ? NULL : tie_line_invoice(judge->match, booked);
    const tie_str named = movement != NULL ? movement->period_id : invoice != NULL ? invoice->period_id : 0;
    const struct tie_period *period = named == 0 ? NULL : period_of(desk, booked->posting_day);

    if (named == 0 || (period != NULL && period->period_id == named && period->legal_entity_id == desk->entity))
        return booked->posting_day;
    period = named_period(judge, desk->entity, named);
    if (period == NULL || (booked->posting_day >= period->start_date && booked->posting_day <= period->end_date))
        return booked->posting_day;
    return period->end_date;
}

struct month {
    int year, month;
};

static struct month month_of(tie_date day)
{
    struct month month;
    int date = 0;

    tie_date_to_civil(day, &month.year, &month.month, &date);
    return month;
}

static bool names_periods(const struct tie_delivery *delivery)
{
    return TIE_DELIVERED(delivery, MOVEMENT, movement, period_id) ||
        TIE_DELIVERED(delivery, INVOICE, invoice, period_id);
}

static bool is_other_period(const struct desk *desk, tie_date used, tie_date booked)
{
    const struct tie_period *a = used == booked ? NULL : period_of(desk, used);
    const struct tie_period *b = a == NULL ? NULL : period_of(desk, booked);
    struct month x, y;

    if (used == booked)
        return false;
    if (a != NULL && b != NULL)
        return a->period_id != b->period_id;
    x = month_of(used);
    y = month_of(booked);
    return x.year != y.year || x.month != y.month;
}

static void compare_periods(struct desk *desk, const struct portion *portion)
{
    const struct scene *scene = desk->scene;
    const tie_date used = portion->day, posted = portion->booked->posting_day;
    const tie_date booked = ledger_day(desk, portion->booked);
    const tie_date first = used < posted ? used : posted, last = used < posted ? posted : used;
    const struct tie_span cutoff = scene->judge->world->policy->window[TIE_WINDOW_CUTOFF];

    if (!is_other_period(desk, used, booked))
        return;
    if (last <= tie_span_after(scene->order->region, first, cutoff)) {
        add(desk, &desk->inside, portion, amount_of(desk, portion));
        return;
    }
    add(desk, &desk->outside, portion, amount_of(desk, portion));
    desk->outside.crosses_year |= month_of(used).year != month_of(booked).year;
}

/* ---- reversals ---- */

/* What of a reversal was not taken back in its turn. */
static tie_dec standing(const struct desk *desk, enum tie_leg leg, uint32_t index)
{
    const struct tie_lines *lines = &desk->scene->group->lines[leg];
    const struct tie_line *own = line_at(desk, index), *original = line_at(desk, own->reverses);
    tie_sum left = tie_dec_abs(own->quantity);

    for (uint32_t i = 0; i < lines->count; i++)
        if (line_at(desk, lines->at[i])->reverses == index)
            left -= tie_dec_abs(line_at(desk, lines->at[i])->quantity);
    if (left > tie_dec_abs(original->quantity))
        left = tie_dec_abs(original->quantity);
    return left > 0 ? (tie_dec)left : 0;
}

/* Bookings of the reversal's own period give way to the original, as far as they go; what is left of the reversal. */
static tie_dec book_again(struct desk *desk, size_t count, uint32_t original, tie_date reversed_on, tie_dec quantity)
{
    const struct tie_line *first = line_at(desk, original);

    for (size_t b = 0; b < count && quantity > 0; b++) {
        struct booking *again = &desk->bookings[b];
        const tie_dec part = again->left < quantity ? again->left : quantity;
        const struct tie_line *line = line_at(desk, again->line);

        if (again->line == original || part <= 0 || is_other_period(desk, reversed_on, ledger_day(desk, line)))
            continue;
        again->left -= part;
        quantity -= part;
        desk->bookings[desk->booking_count++] = (struct booking){ original, part, first->quantity, first->amount };
    }
    return quantity;
}

static tie_dec reversed_amount(const struct desk *desk, const struct tie_line *original, tie_dec quantity)
{
    tie_dec amount = TIE_NONE;

    if (original->amount == TIE_NONE)
        return original->leg == TIE_LEG_MOVEMENT ? in_group_currency(desk, check_cost_for(desk->scene, quantity),
                                                       desk->scene->expect->cost_currency, original->day)
                                                 : TIE_NONE;
    if (!tie_dec_muldiv(original->amount, quantity, original->quantity, &amount))
        return TIE_NONE;
    return in_group_currency(desk, tie_dec_abs(amount), original->currency, original->day);
}

/* Reversals that lie in another period than what they reverse. */
static void look_at_reversals(struct desk *desk, enum tie_leg leg)
{
    const struct tie_lines *lines = &desk->scene->group->lines[leg];
    const size_t count = desk->booking_count;

    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_line *line = line_at(desk, lines->at[i]);

        if (line->reverses == TIE_NO_INDEX || line->posting_day == TIE_NO_DATE || line->quantity == 0)
            continue;
        const struct tie_line *original = line_at(desk, line->reverses);
        struct portion portion = { original, line, TIE_NO_DATE, standing(desk, leg, lines->at[i]), NULL, TIE_NONE };

        if (original->posting_day == TIE_NO_DATE || original->quantity == 0)
            continue;
        portion.day = ledger_day(desk, original);
        const tie_date reversed_on = ledger_day(desk, line);
        if (original->quantity > 0 && is_other_period(desk, portion.day, reversed_on))
            portion.quantity = book_again(desk, count, line->reverses, reversed_on, portion.quantity);
        portion.amount = reversed_amount(desk, original, portion.quantity);
        if (portion.quantity > 0)
            compare_periods(desk, &portion);
    }
    if (desk->booking_count > count)
        qsort_r(desk->bookings, desk->booking_count, sizeof *desk->bookings, by_day, desk);
}

/* ---- all portions of a leg ---- */

static void each_portion(struct desk *desk, enum tie_leg leg, take_portion *take)
{
    size_t u = 0, b = 0;

    take_uses(desk);
    take_bookings(desk, leg);
    look_at_reversals(desk, leg);
    for (size_t k = 0; k < desk->booking_count; k++)
        for (size_t i = 0; i < desk->use_count; i++)
            if (is_named(desk, &desk->uses[i], &desk->bookings[k]))
                pair(desk, &desk->uses[i], &desk->bookings[k], take);
    while (u < desk->use_count && b < desk->booking_count) {
        pair(desk, &desk->uses[u], &desk->bookings[b], take);
        u += desk->uses[u].left == 0;
        b += b < desk->booking_count && desk->bookings[b].left == 0;
    }
}

static const char *period_words(const struct desk *desk, tie_date day)
{
    const struct judge *judge = desk->scene->judge;
    const struct tie_period *period = period_of(desk, day);
    const struct month month = month_of(day);

    if (period != NULL)
        return check_text_of(judge, period->period_id);
    return tie_arena_printf(judge->scratch, "%04d-%02d", month.year, month.month);
}

static void tim_02(struct desk *desk)
{
    const bool is_outside = desk->outside.worst.use != NULL;
    const struct sum *sum = is_outside ? &desk->outside : &desk->inside;
    struct draft draft;

    if (sum->worst.use == NULL)
        return;
    draft = check_draft_of_group(desk->scene, TIE_TIM_02);
    draft.f.verb = is_outside ? "ACC" : "NONE";
    draft.f.expected_amount = TIE_NONE;
    draft.f.actual_amount = draft.document_amount = sum->amount;
    draft.f.exposure = is_outside ? sum->cost : 0;
    draft.severity = !is_outside ? 4 : sum->crosses_year ? 1 : 0;
    draft.trigger = draft.words.date = sum->worst.booked->posting_day;
    draft.words.period = period_words(desk, sum->worst.day);
    draft.f.event_day = sum->worst.day;
    if (sum->worst.booked->reverses != TIE_NO_INDEX)
        draft.note = "It takes back what stands in that period";
    check_draft_add(desk->scene->judge, &draft);
}

/* ---- TIM-14 ---- */

/* The movement names its order itself, and was posted too late for it. */
static bool is_late(const struct desk *desk, const struct tie_line *use, const struct tie_line *booked)
{
    const struct tie_span late = desk->scene->judge->world->policy->window[TIE_WINDOW_LATE_POSTING];
    const tie_date posted = booked->posting_day, used = use->day;

    return booked->leg == TIE_LEG_MOVEMENT && booked->row != TIE_NO_INDEX && booked->order != TIE_NO_INDEX &&
        posted > used && (int64_t)posted - used > late.workdays && /* so many working days are as many days at least */
        posted > tie_span_after(desk->scene->order->region, used, late);
}

static void compare_days(struct desk *desk, const struct portion *portion)
{
    if (is_late(desk, portion->use, portion->booked))
        add(desk, &desk->late, portion, check_cost_for(desk->scene, portion->quantity));
}

static void tim_14(struct desk *desk)
{
    const struct sum *late = &desk->late;
    struct draft draft;

    if (late->worst.use == NULL)
        return;
    draft = check_draft_of_group(desk->scene, TIE_TIM_14);
    draft.f.verb = "NONE";
    draft.f.exposure = late->cost;
    if (desk->scene->expect->cost_currency != 0)
        draft.currency = desk->scene->expect->cost_currency;
    draft.quantity = draft.f.movement_qty = late->quantity;
    draft.trigger = draft.words.date = late->worst.booked->posting_day;
    draft.words.days = late->days;
    draft.f.event_day = late->worst.use->day;
    check_draft_add(desk->scene->judge, &draft);
}

static void take_movement(struct desk *desk, const struct portion *portion)
{
    compare_periods(desk, portion);
    compare_days(desk, portion);
}

/* Whichever use the booking is laid against, there is nothing to say. */
static bool is_timely_for_each(const struct desk *desk, const struct tie_line *booked, tie_date ledger)
{
    const struct tie_lines *uses = &desk->scene->group->lines[TIE_LEG_USAGE];

    for (uint32_t u = 0; u < uses->count; u++) {
        const struct tie_line *use = line_at(desk, uses->at[u]);

        if (is_other_period(desk, use->day, ledger) || is_late(desk, use, booked))
            return false;
    }
    return true;
}

/* The same, by the first and the last day of use alone; false where only a closer look can tell. */
static bool is_timely_for_all(const struct desk *desk, const struct tie_line *booked, tie_date ledger)
{
    const tie_date first = ledger < desk->first_use ? ledger : desk->first_use;
    const tie_date last = ledger > desk->last_use ? ledger : desk->last_use;

    return (booked->leg != TIE_LEG_MOVEMENT || booked->posting_day <= desk->timely_until) &&
        tie_key_is_one_period(desk->scene->judge->match->keys, desk->entity, first, last);
}

/* No booking of the leg has anything to say: then they need not be laid out. */
static bool is_timely(const struct desk *desk, enum tie_leg leg)
{
    const struct tie_lines *uses = &desk->scene->group->lines[TIE_LEG_USAGE], *lines = &desk->scene->group->lines[leg];

    if ((uint64_t)uses->count * lines->count > PAIRS_AT_ONCE)
        return false;
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct tie_line *booked = line_at(desk, lines->at[i]);

        if (booked->reverses != TIE_NO_INDEX)
            return false;
        if (booked->posting_day == TIE_NO_DATE)
            continue;
        const tie_date day = ledger_day(desk, booked);

        if (!is_timely_for_all(desk, booked, day) && !is_timely_for_each(desk, booked, day))
            return false;
    }
    return true;
}

static void find_days_of_use(struct desk *desk)
{
    const struct tie_lines *uses = &desk->scene->group->lines[TIE_LEG_USAGE];

    desk->first_use = INT32_MAX;
    desk->last_use = TIE_NO_DATE;
    for (uint32_t u = 0; u < uses->count; u++) {
        const tie_date day = line_at(desk, uses->at[u])->day;

        desk->first_use = day < desk->first_use ? day : desk->first_use;
        desk->last_use = day > desk->last_use ? day : desk->last_use;
    }
    desk->timely_until = uses->count == 0 ? INT32_MAX
                                          : tie_span_after(desk->scene->order->region, desk->first_use,
                                                desk->scene->judge->world->policy->window[TIE_WINDOW_LATE_POSTING]);
}

/* By the days of all lines, whether they stand in a group or not: then no group of the order has anything to say. */
bool check_may_post_late(struct judge *judge)
{
    const struct check_survey *survey = &judge->survey;
    const struct tie_match *match = judge->match;
    const struct tie_span late = judge->world->policy->window[TIE_WINDOW_LATE_POSTING];
    tie_date first = survey->first_day[TIE_LEG_USAGE], last = survey->last_day[TIE_LEG_USAGE];

    if (!check_is_on(judge, TIE_TIM_02) && !check_is_on(judge, TIE_TIM_14))
        return false;
    if (match->order_count != 1 || first > last || (survey->speaks & SPEAKS_REVERSES) != 0 ||
        names_periods(judge->world->delivery))
        return true;
    if (survey->last_day[TIE_LEG_MOVEMENT] > tie_span_after(match->orders[0].region, first, late))
        return true;
    for (int leg = TIE_LEG_MOVEMENT; leg <= TIE_LEG_BILLING; leg++) {
        first = survey->first_day[leg] < first ? survey->first_day[leg] : first;
        last = survey->last_day[leg] > last ? survey->last_day[leg] : last;
    }
    return !tie_key_is_one_period(match->keys, check_work_order_of(judge, 0)->legal_entity_id, first, last);
}

void check_posting(struct scene *scene)
{
    const struct tie_group *group = scene->group;
    const size_t uses = group->lines[TIE_LEG_USAGE].count;
    const size_t bookings = group->lines[TIE_LEG_MOVEMENT].count + group->lines[TIE_LEG_BILLING].count;
    struct tie_arena *scratch = scene->judge->scratch;
    struct desk desk;

    if (group->kind != TIE_GROUP_PART || bookings == 0 ||
        (!check_is_on(scene->judge, TIE_TIM_02) && !check_is_on(scene->judge, TIE_TIM_14)))
        return;
    desk = (struct desk){ .scene = scene, .entity = check_work_order_of(scene->judge, group->order)->legal_entity_id };
    find_days_of_use(&desk);
    if ((!scene->has_stock || is_timely(&desk, TIE_LEG_MOVEMENT)) && is_timely(&desk, TIE_LEG_BILLING))
        return;
    desk.uses = TIE_TAKE(scratch, struct use, uses);
    desk.bookings = TIE_TAKE(scratch, struct booking, 2 * bookings); /* book_again() ends one or a reversal each time */
    if (scene->has_stock)
        each_portion(&desk, TIE_LEG_MOVEMENT, take_movement);
    each_portion(&desk, TIE_LEG_BILLING, compare_periods);
    tim_02(&desk);
    tim_14(&desk);
}
