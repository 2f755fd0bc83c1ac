/*
 * due.c - from which day on a finding counts: trigger + window.
 *
 * The rule is read from the registry's own text, so that catalogue, documentation and engine can't drift apart; once a
 * worker, into its sink, with what else a check's texts say. A window of the check in the policy wins; the
 * payer's billing calendar replaces window.billing_after_close. A trigger that has not happened (an order not
 * closed) gives no due day: pending.
 */
#include "judge.h"

static const struct {
    const char *word;
    enum trigger trigger;
} triggers[] = {
    { "-", TRIGGER_NONE },
    { "closed_at", TRIGGER_CLOSED },
    { "cancelled_at", TRIGGER_CANCELLED },
    { "as_of", TRIGGER_AS_OF },
    { "posting_date", TRIGGER_ROW },
    { "event_at", TRIGGER_ROW },
    { "filed_at", TRIGGER_ROW },
    /* of checks that later versions judge; each takes the day of its own row */
    { "reopened_at", TRIGGER_ROW },
    { "completed_at", TRIGGER_ROW },
    { "doc_date", TRIGGER_ROW },
    { "entry_at", TRIGGER_ROW },
    { "decided_at", TRIGGER_ROW },
    { "sent_at", TRIGGER_ROW },
    { "need_date", TRIGGER_ROW },
    { "core_due", TRIGGER_ROW },
    { "core_received", TRIGGER_ROW },
    { "plan_due", TRIGGER_ROW },
    { "end_of_period", TRIGGER_ROW },
};

static bool read_rule(const char *due, struct tie_check_rule *rule)
{
    struct tie_text rest = tie_text_of(due);
    const struct tie_text word = tie_text_trim(tie_text_cut(&rest, '+'));
    const struct tie_text window = tie_text_trim(rest);
    bool is_known = false;

    *rule = (struct tie_check_rule){ .has_window = window.size > 0 };
    for (size_t i = 0; i < TIE_COUNT_OF(triggers) && !is_known; i++) {
        is_known = tie_text_is(word, triggers[i].word);
        rule->trigger = triggers[i].trigger;
    }
    if (!is_known || !rule->has_window)
        return is_known;
    rule->is_billing_target = tie_text_is(window, "money.billing_target");
    if (rule->is_billing_target)
        return true;
    for (int i = 0; i < TIE_WINDOW_COUNT; i++) {
        struct tie_text name = window;

        if (tie_text_is(tie_text_cut(&name, '.'), "window") && tie_text_is(name, tie_window_name((enum tie_window)i))) {
            rule->window = (enum tie_window)i;
            return true;
        }
    }
    return false;
}

bool check_due_rule_is_known(const char *due)
{
    struct tie_check_rule rule;

    return read_rule(due, &rule);
}

const struct tie_check_rule *check_rules_read(struct tie_arena *arena)
{
    struct tie_check_rule *rules = TIE_TAKE(arena, struct tie_check_rule, TIE_CHECK_COUNT);

    for (size_t i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct tie_check_info *info = tie_check((enum tie_check)i);

        TIE_ASSERT(read_rule(info->due, &rules[i]));
        rules[i].sentence = check_sentence_read(arena, info->sentence);
    }
    return rules;
}

/* A policy has some twenty overrides, and each finding asks twice: looked up once a worker. */
const struct tie_check_override *check_override_of(const struct judge *judge, enum tie_check check)
{
    struct tie_check_sink *sink = judge->sink;

    if (sink->overrides == NULL) {
        sink->overrides = TIE_TAKE(sink->findings.arena, const struct tie_check_override *, TIE_CHECK_COUNT);
        for (size_t i = 0; i < TIE_CHECK_COUNT; i++)
            sink->overrides[i] = tie_policy_override(judge->world->policy, tie_check((enum tie_check)i)->code);
    }
    return sink->overrides[check];
}

static struct tie_span span_of(const struct tie_policy *policy, const struct tie_check_rule *rule)
{
    return rule->is_billing_target ? policy->billing_target : policy->window[rule->window];
}

/* What a due day hangs on. */
struct about {
    enum tie_check check;
    uint32_t order, group; /* TIE_NO_INDEX: none */
    tie_date row_day;
};

static tie_date trigger_day(const struct judge *judge, const struct about *about, enum trigger trigger)
{
    const struct tie_order *order = about->order == TIE_NO_INDEX ? NULL : &judge->match->orders[about->order];

    switch (trigger) {
    case TRIGGER_CLOSED: return order != NULL && order->is_closed ? order->closed : TIE_NO_DATE;
    case TRIGGER_CANCELLED: return order != NULL ? order->cancelled : TIE_NO_DATE;
    case TRIGGER_AS_OF: return judge->world->as_of;
    case TRIGGER_ROW: return about->row_day;
    case TRIGGER_NONE: break;
    }
    return TIE_NO_DATE;
}

/* A finding on what an order has in all waits for the order; one on a single row does not. */
static bool waits_for_close(const struct judge *judge, const struct about *about)
{
    if (about->order == TIE_NO_INDEX || tie_check(about->check)->grain == TIE_GRAIN_ROW)
        return false;
    return !judge->match->orders[about->order].is_closed && !judge->match->orders[about->order].is_cancelled;
}

/* The calendar's day as the expectation found it; for a finding of an order that of its first group. */
static tie_date billing_day(const struct judge *judge, const struct about *about)
{
    if (about->group != TIE_NO_INDEX)
        return judge->expectations->at[about->group].billing_due;
    for (size_t i = 0; about->order != TIE_NO_INDEX && i < judge->match->group_count; i++) {
        if (judge->match->groups[i].order == about->order)
            return judge->expectations->at[i].billing_due;
    }
    return TIE_NO_DATE;
}

/* A calendar that comes later than the target moves it: an invoice on the day agreed is not late. */
static tie_date calendar_day(const struct judge *judge, const struct about *about)
{
    tie_date last = TIE_NO_DATE;

    for (size_t i = 0; about->order != TIE_NO_INDEX && i < judge->match->group_count; i++) {
        const struct tie_expectation *expect = &judge->expectations->at[i];

        if (judge->match->groups[i].order == about->order && expect->has_calendar && expect->billing_due > last)
            last = expect->billing_due;
    }
    return last;
}

/* The day, and the span that a check of this version counts from its trigger. */
static tie_date due_day(const struct judge *judge, const struct about *about, struct tie_span *span)
{
    const struct tie_check_rule *rule = &judge->sink->rules[about->check];
    const struct tie_policy *policy = judge->world->policy;
    const struct tie_check_override *own = check_override_of(judge, about->check);
    const struct tie_region *region = about->order != TIE_NO_INDEX && judge->match->orders[about->order].region != NULL
        ? judge->match->orders[about->order].region
        : &policy->regions[0];
    const bool has_own = own != NULL && own->has_window;
    tie_date due = trigger_day(judge, about, rule->trigger);

    *span = has_own ? own->window : span_of(policy, rule);
    if (due != TIE_NO_DATE && rule->has_window) {
        const bool has_calendar = rule->window == TIE_WINDOW_BILLING_AFTER_CLOSE && !rule->is_billing_target &&
            !has_own;
        const tie_date billing = has_calendar ? billing_day(judge, about) : TIE_NO_DATE;

        due = billing != TIE_NO_DATE ? billing : tie_span_after(region, due, *span);
        if (rule->is_billing_target && !has_own && calendar_day(judge, about) > due)
            due = calendar_day(judge, about);
    }
    return waits_for_close(judge, about) ? TIE_NO_DATE : due;
}

tie_date check_due_of_order(const struct judge *judge, uint32_t order, enum tie_check check)
{
    const struct about about = { check, order, TIE_NO_INDEX, TIE_NO_DATE };
    struct tie_span span;

    return due_day(judge, &about, &span);
}

void check_due_set(const struct judge *judge, struct draft *draft)
{
    const struct about about = { draft->f.check, draft->order, draft->group, draft->trigger };
    const enum trigger trigger = judge->sink->rules[about.check].trigger;
    struct tie_span span;

    if (trigger == TRIGGER_NONE)
        return;
    draft->f.due = due_day(judge, &about, &span);
    draft->f.is_pending = draft->f.due == TIE_NO_DATE || judge->world->as_of < draft->f.due;
    if (trigger == TRIGGER_AS_OF) {
        draft->f.is_due_from_first_seen = true;
        draft->f.due_span = span;
    }
}
