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
#include <stdlib.h>
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

static enum tie_status earlier_export(struct tie_ledger *ledger, struct tie_arena *arena, sqlite3_stmt *find,
    const struct tie_finding *finding, struct tie_export *entry, bool *found, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *found = false;
    ledger_bind_text(find, 1, finding->id);
    ledger_bind_day(find, 2, ledger->judged_as_of);
    TIE_TRY(ledger_step(ledger, find, found, err));
    if (*found) {
        const bool is_equal = sqlite3_column_int64(find, 2) == finding->correction_qty &&
            sqlite3_column_int64(find, 3) == finding->correction_amount;

        (void)snprintf(
            entry->correction_id, sizeof entry->correction_id, "%s", (const char *)sqlite3_column_text(find, 0));
        entry->why = tie_arena_printf(arena, "already exported as %s in run %s%s", entry->correction_id,
            ledger_text(arena, find, 1), is_equal ? "" : " with other figures: reject or acknowledge it first");
        entry->document = ledger_text(arena, find, 4);
    }
out:
    (void)sqlite3_reset(find);
    return status;
}

static enum tie_status is_approved(
    struct tie_ledger *ledger, sqlite3_stmt *find, const char *id, bool *approved, struct tie_error *err)
{
    enum tie_status status;

    ledger_bind_text(find, 1, id);
    ledger_bind_day(find, 2, ledger->judged_as_of);
    status = ledger_step(ledger, find, approved, err);
    (void)sqlite3_reset(find);
    return status;
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

static int compare_by_id(const void *a, const void *b, void *findings)
{
    const struct tie_finding *at = findings;

    return strcmp(at[((const struct tie_export *)a)->finding].id, at[((const struct tie_export *)b)->finding].id);
}

enum tie_status tie_ledger_plan_exports(struct tie_ledger *ledger, struct tie_arena *arena,
    const struct tie_findings *findings, const struct tie_export_rule *rules, size_t rule_count,
    struct tie_export_list *exports, struct tie_error *err)
{
    struct tie_export *list = TIE_TAKE(arena, struct tie_export, findings->count + 1);
    sqlite3_stmt *earlier = NULL, *approved = NULL;
    int64_t number = 0;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    TIE_ASSERT(ledger->judged_as_of != TIE_NO_DATE);
    TIE_TRY(ledger_begin_reading(ledger, err));
    TIE_TRY(ledger_prepare(ledger,
        "SELECT correction_id, run, quantity, amount, document FROM correction"
        " WHERE finding_id = ?1 AND (settled_as_of IS NULL OR settled_as_of >= ?2) ORDER BY correction_id DESC",
        &earlier, err));
    TIE_TRY(ledger_prepare(ledger,
        "SELECT 1 FROM decision WHERE finding_id = ?1 AND kind = 'approve' AND (valid_to IS NULL OR valid_to >= ?2)",
        &approved, err));
    TIE_TRY(next_number(ledger, &number, err));
    for (size_t i = 0; i < findings->count; i++)
        if (verb_index(findings->at[i].verb) >= 0)
            list[count++] = (struct tie_export){ .finding = (uint32_t)i, .output = "", .document = "" };
    if (count > 1)
        qsort_r(list, count, sizeof list[0], compare_by_id, findings->at);
    for (size_t i = 0; i < count; i++) {
        struct tie_finding *finding = &findings->at[list[i].finding];
        const struct tie_export_rule *rule = rule_of(rules, rule_count, finding->verb);
        bool was_exported = false, has_approval = true;

        list[i].output = rule == NULL ? "" : rule->output;
        TIE_TRY(earlier_export(ledger, arena, earlier, finding, &list[i], &was_exported, err));
        if (was_exported) {
            finding->correction_id = list[i].correction_id;
            continue;
        }
        list[i].why = own_reason(arena, finding);
        if (list[i].why == NULL && rule == NULL)
            list[i].why = tie_arena_printf(arena, "no output of this job carries verb %s", finding->verb);
        else if (list[i].why == NULL && rule->needs_approval) {
            TIE_TRY(is_approved(ledger, approved, finding->id, &has_approval, err));
            if (!has_approval)
                list[i].why = "waits for approval";
        }
        if (list[i].why != NULL)
            continue;
        list[i].is_exported = true;
        list[i].why = "";
        (void)snprintf(list[i].correction_id, sizeof list[i].correction_id, "C%09lld", (long long)number++);
        finding->correction_id = list[i].correction_id;
    }
    *exports = (struct tie_export_list){ count, list };
out:
    (void)sqlite3_finalize(earlier);
    (void)sqlite3_finalize(approved);
    ledger_end_reading(ledger);
    return status;
}
