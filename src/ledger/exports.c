/*
 * exports.c - which corrections are due for export, and why the others are not.
 *
 * One entry a finding whose verb posts a document. The first test that fails gives the reason; its words stand on the
 * workbook's Corrections sheet. A correction that was exported before and is live is never exported again, not even
 * with other figures: a person must acknowledge or reject the first one. What an earlier run of the same as-of
 * settled is still live for this one, which starts from the state before that run. Rejected: a new correction for the
 * difference; two documents for one gap can't be told apart from a double posting by those who release them.
 */
#include "store.h"

#include <stdio.h>
#include <string.h>

/* Verbs that move no margin may be exported without an amount; an accrual is a matter of timing. */
static const struct {
    const char *verb;
    enum tie_certainty beside_firm;
} verbs[] = {
    { "GI", TIE_CERTAINTY_FIRM },
    { "GR-REV", TIE_CERTAINTY_FIRM },
    { "GI+GR-REV", TIE_CERTAINTY_FIRM },
    { "GR-REV+GI", TIE_CERTAINTY_FIRM },
    { "TRF", TIE_CERTAINTY_NONE },
    { "ADJ", TIE_CERTAINTY_FIRM },
    { "INV", TIE_CERTAINTY_FIRM },
    { "CM", TIE_CERTAINTY_FIRM },
    { "DM", TIE_CERTAINTY_FIRM },
    { "CRB", TIE_CERTAINTY_NONE },
    { "CDEB", TIE_CERTAINTY_FIRM },
    { "CREV", TIE_CERTAINTY_FIRM },
    { "WCL", TIE_CERTAINTY_FIRM },
    { "WREV", TIE_CERTAINTY_FIRM },
    { "RCL", TIE_CERTAINTY_FIRM },
    { "RLS", TIE_CERTAINTY_NONE },
    { "ACC", TIE_CERTAINTY_TIMING },
};

static int verb_index(const char *verb)
{
    for (size_t i = 0; i < TIE_COUNT_OF(verbs); i++)
        if (strcmp(verbs[i].verb, verb) == 0)
            return (int)i;
    return -1;
}

static bool carries(const char *list, struct tie_text verb)
{
    struct tie_text rest = tie_text_of(list);

    while (rest.size > 0)
        if (tie_text_equal(tie_text_trim(tie_text_cut(&rest, ',')), verb))
            return true;
    return false;
}

/* The output that carries every document of a verb ("GI+GR-REV" has two); NULL when none does. */
static const struct tie_export_rule *rule_of(const struct tie_export_rule *rules, size_t count, const char *verb)
{
    for (size_t i = 0; i < count; i++) {
        struct tie_text rest = tie_text_of(verb);
        bool all = true;

        while (rest.size > 0)
            all &= carries(rules[i].verbs, tie_text_cut(&rest, '+'));
        if (all)
            return &rules[i];
    }
    return NULL;
}

static bool is_live(enum tie_finding_status status)
{
    return status == TIE_FINDING_NEW || status == TIE_FINDING_OPEN || status == TIE_FINDING_REOPENED;
}

/* Why it must not be exported by its own nature; NULL when it may. */
static const char *own_reason(struct tie_arena *arena, const struct tie_finding *finding)
{
    const int verb = verb_index(finding->verb);

    if (!finding->is_primary)
        return tie_arena_printf(arena, "not primary: %s names the gap", finding->primary_id);
    if (finding->status == TIE_FINDING_PENDING)
        return "pending: not due yet";
    if (!is_live(finding->status))
        return tie_arena_printf(arena, "%s by a person", tie_finding_status_name(finding->status));
    if (finding->certainty != TIE_CERTAINTY_FIRM && finding->certainty != verbs[verb].beside_firm)
        return tie_arena_printf(
            arena, "certainty %s: only firm amounts are posted", tie_certainty_name(finding->certainty));
    return NULL;
}

/* What stands beside the findings of the list, in the order of their ids. */
struct planning {
    struct tie_ledger *ledger;
    struct tie_arena *arena;
    const struct tie_export_rule *rules;
    size_t rule_count;
    struct ledger_walk earlier, approved;
    struct { /* the same for all findings of a verb */
        bool is_known;
        const struct tie_export_rule *rule;
        const char *why_none;
    } by_verb[TIE_COUNT_OF(verbs)];
    int64_t number;
};

static enum tie_status earlier_export(struct planning *planning, const struct tie_finding *finding,
    struct tie_export *entry, bool *found, struct tie_error *err)
{
    sqlite3_stmt *row = planning->earlier.rows;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_walk_to(&planning->earlier, finding->id, found, err));
    if (*found) {
        const bool is_equal = sqlite3_column_int64(row, 3) == finding->correction_qty &&
            sqlite3_column_int64(row, 4) == finding->correction_amount;

        (void)snprintf(
            entry->correction_id, sizeof entry->correction_id, "%s", (const char *)sqlite3_column_text(row, 1));
        entry->why = tie_arena_printf(planning->arena, "already exported as %s in run %s%s", entry->correction_id,
            ledger_text(planning->arena, row, 2),
            is_equal ? "" : " with other figures: reject or acknowledge it first");
        entry->document = ledger_text(planning->arena, row, 5);
    }
out:
    return status;
}

static void know_verb(struct planning *planning, const char *verb, size_t index)
{
    if (planning->by_verb[index].is_known)
        return;
    planning->by_verb[index].is_known = true;
    planning->by_verb[index].rule = rule_of(planning->rules, planning->rule_count, verb);
    if (planning->by_verb[index].rule == NULL)
        planning->by_verb[index].why_none = tie_arena_printf(
            planning->arena, "no output of this job carries verb %s", verb);
}

static enum tie_status next_number(struct tie_ledger *ledger, int64_t *number, struct tie_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_prepare(
        ledger, "SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'next_correction'", &statement, err));
    TIE_TRY(ledger_step(ledger, statement, &has_row, err));
    *number = has_row ? sqlite3_column_int64(statement, 0) : 1;
out:
    (void)sqlite3_finalize(statement);
    return status;
}

static enum tie_status start_planning(struct planning *planning, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_walk_start(planning->ledger,
        "SELECT finding_id, correction_id, run, quantity, amount, document FROM correction"
        " WHERE settled_as_of IS NULL OR settled_as_of >= ?1 ORDER BY finding_id, correction_id DESC",
        &planning->earlier, err));
    ledger_bind_day(planning->earlier.rows, 1, planning->ledger->judged_as_of);
    TIE_TRY(ledger_walk_next(&planning->earlier, err));
    TIE_TRY(ledger_walk_start(planning->ledger,
        "SELECT finding_id FROM decision WHERE kind = 'approve' AND (valid_to IS NULL OR valid_to >= ?1)"
        " ORDER BY finding_id",
        &planning->approved, err));
    ledger_bind_day(planning->approved.rows, 1, planning->ledger->judged_as_of);
    TIE_TRY(ledger_walk_next(&planning->approved, err));
    TIE_TRY(next_number(planning->ledger, &planning->number, err));
out:
    return status;
}

static enum tie_status plan_one(struct planning *planning, struct tie_finding *finding, size_t verb,
    struct tie_export *entry, struct tie_error *err)
{
    const struct tie_export_rule *rule = NULL;
    bool was_exported = false, has_approval = true;
    enum tie_status status = TIE_OK;

    know_verb(planning, finding->verb, verb);
    rule = planning->by_verb[verb].rule;
    entry->output = rule == NULL ? "" : rule->output;
    TIE_TRY(earlier_export(planning, finding, entry, &was_exported, err));
    if (was_exported) {
        finding->correction_id = entry->correction_id;
        return TIE_OK;
    }
    entry->why = own_reason(planning->arena, finding);
    if (entry->why == NULL && rule == NULL) {
        entry->why = planning->by_verb[verb].why_none;
    } else if (entry->why == NULL && rule->needs_approval) {
        TIE_TRY(ledger_walk_to(&planning->approved, finding->id, &has_approval, err));
        if (!has_approval)
            entry->why = "waits for approval";
    }
    if (entry->why != NULL)
        return TIE_OK;
    entry->is_exported = true;
    entry->why = "";
    (void)snprintf(entry->correction_id, sizeof entry->correction_id, "C%09lld", (long long)planning->number++);
    finding->correction_id = entry->correction_id;
out:
    return status;
}

enum tie_status tie_ledger_plan_exports(struct tie_ledger *ledger, struct tie_arena *arena,
    const struct tie_findings *findings, const struct tie_export_rule *rules, size_t rule_count,
    struct tie_export_list *exports, struct tie_error *err)
{
    struct tie_export *list = TIE_TAKE(arena, struct tie_export, findings->count + 1);
    struct tie_finding *const *sorted = ledger_by_id(ledger, arena, findings);
    struct planning planning = { .ledger = ledger, .arena = arena, .rules = rules, .rule_count = rule_count };
    size_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_ASSERT(ledger->judged_as_of != TIE_NO_DATE);
    TIE_TRY(ledger_begin_reading(ledger, err));
    TIE_TRY(start_planning(&planning, err));
    for (size_t i = 0; i < findings->count; i++) {
        tie_findings_tend(findings, i);
        const int verb = verb_index(sorted[i]->verb);

        ledger_fetch_ahead(sorted, findings->count, i, false);
        if (verb < 0)
            continue;
        list[count] = (struct tie_export){
            .finding = (uint32_t)(sorted[i] - findings->at), .output = "", .document = ""
        };
        TIE_TRY(plan_one(&planning, sorted[i], (size_t)verb, &list[count++], err));
    }
    *exports = (struct tie_export_list){ count, list };
out:
    (void)sqlite3_finalize(planning.earlier.rows);
    (void)sqlite3_finalize(planning.approved.rows);
    ledger_end_reading(ledger);
    return status;
}
