/*
 * explain_head.c - a finding in words: what it says, how sure that is, what it is worth, and what would put it right.
 *
 * Every figure is the finding's own, printed as discrepancies.csv prints it. Why another finding stands before this one
 * is asked of the module that decided it.
 */
#include "explain_internal.h"

#include <string.h>

static const char *const certainty_words[TIE_CERTAINTY_COUNT] = { "FIRM: the amount follows from the rows alone",
    "CONTINGENT: the amount depends on a question that a person must answer first",
    "TIMING: the amount comes right by itself when a later document is booked",
    "NONE: nothing can be said about an amount" };

static const char *const bucket_words[TIE_BUCKET_COUNT] = { "REV, revenue", "COST, cost of parts and work",
    "CLAIM, money owed by a vendor", "CORE, value of returned parts", "TIME, the right amount at the wrong time",
    "CTRL, a control that was not kept" };

static const char *const severity_words[] = { "", "S1, act today", "S2, act this week", "S3, act this month",
    "S4, for information" };

static const struct {
    const char *verb, *words;
} verbs[] = {
    { "GI", "goods issue: the stock is booked out" },
    { "GR-REV", "reversal of a goods issue: the stock is booked back in" },
    { "GI+GR-REV", "goods issue of the item used and reversal of the item issued" },
    { "GR-REV+GI", "reversal of the item issued and goods issue of the item used" },
    { "TRF", "transfer between two places: no money moves" },
    { "ADJ", "stock adjustment" },
    { "INV", "invoice to the payer" },
    { "CM", "credit memo to the payer" },
    { "DM", "debit memo to the payer: what the invoice lacks" },
    { "CRB", "credit and rebill with the right data: no money moves" },
    { "CDEB", "debit of the contract's allowance" },
    { "CREV", "reversal of a debit of the contract's allowance" },
    { "WCL", "claim to the vendor who gave the warranty" },
    { "WREV", "withdrawal of a claim" },
    { "RCL", "claim for a returned part" },
    { "RLS", "release of a document that is stuck" },
    { "ACC", "accrual for the period" },
    { "FSM", "a change in the field-service store: a person puts the report right, no document is posted" },
    { "INVST", "an investigation: a person finds out what is true, no document is posted" },
    { "MD", "a change of master data: no document is posted" },
    { "NONE", "nothing to post" },
};

static const char *verb_words(const char *verb)
{
    for (size_t i = 0; i < TIE_COUNT_OF(verbs); i++)
        if (strcmp(verbs[i].verb, verb) == 0)
            return verbs[i].words;
    return "no document is posted";
}

static const char *joined(struct tie_arena *arena, const struct tie_id_list *ids)
{
    struct tie_buf text;
    const char *kept = NULL;

    tie_buf_init(&text, 64U << 20);
    for (size_t i = 0; i < ids->count; i++)
        tie_buf_printf(&text, "%s%s", i > 0 ? " " : "", ids->at[i]);
    kept = tie_text_dup(arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    return kept;
}

static const struct tie_finding *find(const struct tie_findings *findings, const char *id)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->at[i].id, id) == 0)
            return &findings->at[i];
    return NULL;
}

static void print_rank(struct explain *explain, const struct tie_finding *f)
{
    const struct tie_finding *first = f->is_primary ? NULL : find(explain->findings, f->primary_id);

    if (f->is_primary)
        explain_pair(&explain->page, "Counts", "yes: it is the first of its comparison and kind of money (primary)");
    else if (first != NULL)
        explain_pair(&explain->page, "Counts",
            tie_arena_printf(explain->arena, "no, secondary to %s (%s), %s; the totals count that one", first->id,
                tie_check(first->check)->title, tie_primary_reason(first, f)));
    else
        explain_pair(&explain->page, "Counts",
            tie_arena_printf(explain->arena, "no, secondary to %s; the totals count that one", f->primary_id));
}

static const char *due_words(const struct explain *explain, const struct tie_finding *f)
{
    const tie_date as_of = explain->line->job->as_of;

    if (f->due == TIE_NO_DATE)
        return f->is_pending ? "not before the order is closed" : "at once";
    return tie_arena_printf(explain->arena, "%s, %d days %s", explain_day(explain->arena, f->due),
        f->due > as_of ? f->due - as_of : as_of - f->due, f->due > as_of ? "from now" : "ago");
}

bool explain_names(const struct tie_finding *f, const char *row_id)
{
    const struct tie_id_list *const lists[] = { &f->usage_ids, &f->movement_ids, &f->billing_ids, &f->other_ids };

    for (size_t l = 0; l < TIE_COUNT_OF(lists); l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (strcmp(lists[l]->at[i], row_id) == 0)
                return true;
    return false;
}

void explain_finding(struct explain *explain, const struct tie_finding *f)
{
    struct tie_arena *arena = explain->arena;
    struct tie_buf *page = &explain->page;
    const struct {
        const char *name, *value;
    } lines[] = {
        { "Status",
            tie_arena_printf(
                arena, "%s, first seen %s", tie_finding_status_name(f->status), explain_day(arena, f->first_seen)) },
        { "Due", due_words(explain, f) },
        { "Severity", severity_words[f->severity] },
        { "Certainty", certainty_words[f->certainty] },
        { "Kind of money", bucket_words[f->bucket] },
        { "Verdict", tie_verdict_name(f->verdict) },
        { "Order", f->work_order },
        { "Customer", f->customer },
        { "Item", f->item },
        { "Serial", f->serial },
        { "Unit", f->uom },
        { "Used", explain_quantity(arena, f->usage_qty) },
        { "Moved in stock", explain_quantity(arena, f->movement_qty) },
        { "Billed", explain_quantity(arena, f->billed_qty) },
        { "Expected", explain_quantity(arena, f->expected_qty) },
        { "Expected amount", explain_money(arena, f->expected_amount, f->currency) },
        { "Booked amount", explain_money(arena, f->actual_amount, f->currency) },
        { "Exposure", explain_money(arena, f->exposure, f->currency) },
        { "In reports",
            f->exposure_reporting == TIE_NONE || f->exposure == TIE_NONE
                ? ""
                : explain_money(arena, f->exposure_reporting, f->reporting_currency) },
        { "Book effect", explain_money(arena, f->book_effect, f->currency) },
        { "Use rows", joined(arena, &f->usage_ids) },
        { "Stock rows", joined(arena, &f->movement_ids) },
        { "Billing rows", joined(arena, &f->billing_ids) },
        { "Other rows", joined(arena, &f->other_ids) },
    };

    explain_line(page, 0, "%s  %s", f->id, tie_check(f->check)->title);
    explain_line(page, 2, "%s", f->explanation);
    tie_buf_char(page, '\n');
    for (size_t i = 0; i < TIE_COUNT_OF(lines); i++)
        explain_pair(page, lines[i].name, lines[i].value);
    if (f->exposure == TIE_NONE)
        explain_pair(page, "Exposure", "not known or not applicable");
    print_rank(explain, f);
}

/* ---- the correction ---- */

static const char *export_words(const struct explain *explain, const struct tie_finding *f)
{
    const struct tie_export_list *exports = &explain->line->exports;

    for (size_t i = 0; i < exports->count; i++) {
        const struct tie_export *entry = &exports->at[i];

        if (strcmp(explain->findings->at[entry->finding].id, f->id) != 0)
            continue;
        if (entry->is_exported)
            return tie_arena_printf(explain->arena, "yes, as %s by [output corrections %s]%s%s", entry->correction_id,
                entry->output, entry->document[0] != '\0' ? ", document " : "", entry->document);
        return tie_arena_printf(explain->arena, "no: %s", entry->why);
    }
    return "no: it posts no document";
}

void explain_correction(struct explain *explain, const struct tie_finding *f)
{
    struct tie_arena *arena = explain->arena;
    struct tie_buf *page = &explain->page;
    const char *verb = f->verb == NULL || f->verb[0] == '\0' ? "NONE" : f->verb;
    const struct {
        const char *name, *value;
    } lines[] = {
        { "Document", tie_arena_printf(arena, "%s, %s", verb, verb_words(verb)) },
        { "Item", f->item },
        { "Other item", f->other_item },
        { "Quantity", f->correction_qty == 0 ? "" : explain_quantity(arena, f->correction_qty) },
        { "Amount", f->correction_amount == 0 ? "" : explain_money(arena, f->correction_amount, f->currency) },
        { "From", f->location },
        { "To", f->to_location },
        { "Payer", f->payer },
        { "Day of the event", explain_day(arena, f->event_day) },
        { "Effect on profit", explain_money(arena, f->book_effect, f->currency) },
        { "Exported", export_words(explain, f) },
    };

    explain_title(page, "What would put it right");
    for (size_t i = 0; i < TIE_COUNT_OF(lines); i++)
        explain_pair(page, lines[i].name, lines[i].value);
}
