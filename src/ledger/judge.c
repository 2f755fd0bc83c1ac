/*
 * judge.c - what became of each discrepancy: status, first_seen, cleared, carried.
 *
 * The state before the as-of is what decides (columns before_*, or the row itself when no run of this as-of touched
 * it yet), so a second run of a day repeats the first one's answer. Rules, in this order:
 *
 *   emitted      decided by a person and still valid: accepted, explained; before due or order open: pending; else by
 *                what it was before: cleared or past its decision: reopened; visible before: open; else new
 *   not emitted  and alive before, or touched by an earlier run of this as-of: anchor not read: carried; its
 *                correction was exported and is not settled by an earlier as-of: corrected; else void
 *
 * Invariant: a run answers for every row that it or an earlier run of its as-of touched, so nothing that a first run
 * of a day showed fades away because the second one does not see it. Rejected: deleting such rows, as if the first
 * run had never been: its workbook was read and its corrections were sent.
 */
#include "store.h"

#include <stdlib.h>
#include <string.h>

struct known {       /* a discrepancy as it stood before this as-of */
    bool exists;     /* false: an earlier run of this as-of saw it first, or nobody yet */
    bool is_touched; /* by an earlier run of this as-of */
    enum tie_finding_status status;
    tie_date first_seen, visible_as_of;
};

static const char known_columns[] =
    "status, visible_as_of, first_seen, touched_as_of, before_status, before_visible_as_of";

static struct known read_known(sqlite3_stmt *statement, int at, tie_date as_of)
{
    const bool is_touched = ledger_day(statement, at + 3) == as_of;
    const int state = is_touched ? at + 4 : at;
    const tie_date first_seen = ledger_day(statement, at + 2);

    /* first seen later: a dry run looks at a day past, on which nobody knew it */
    return (struct known){ .exists = sqlite3_column_type(statement, state) != SQLITE_NULL && first_seen <= as_of,
        .is_touched = is_touched,
        .status = (enum tie_finding_status)sqlite3_column_int(statement, state),
        .first_seen = first_seen,
        .visible_as_of = ledger_day(statement, state + 1) };
}

static bool was_cleared(enum tie_finding_status status)
{
    return status == TIE_FINDING_VOID || status == TIE_FINDING_CORRECTED;
}

static bool is_past(enum tie_finding_status status) /* gone or decided: to be emitted again is news */
{
    return was_cleared(status) || status == TIE_FINDING_EXPLAINED || status == TIE_FINDING_ACCEPTED;
}

/* A decision of a person that still holds; NEW when there is none. */
static enum tie_status read_decision(sqlite3_stmt *find, const struct tie_ledger *ledger, const char *id,
    tie_date as_of, enum tie_finding_status *decided, struct tie_error *err)
{
    bool has_row = false;
    enum tie_status status = TIE_OK;

    *decided = TIE_FINDING_NEW;
    ledger_bind_text(find, 1, id);
    ledger_bind_day(find, 2, as_of);
    status = ledger_step(ledger, find, &has_row, err);
    if (status == TIE_OK && has_row)
        *decided = strcmp((const char *)sqlite3_column_text(find, 0), "accept") == 0 ? TIE_FINDING_ACCEPTED
                                                                                     : TIE_FINDING_EXPLAINED;
    (void)sqlite3_reset(find);
    return status;
}

static void judge_emitted(struct tie_finding *finding, const struct known *known, enum tie_finding_status decided,
    tie_date as_of, const struct tie_region *region)
{
    finding->first_seen = known->exists ? known->first_seen : as_of;
    if (finding->is_due_from_first_seen) {
        finding->due = tie_span_after(region, finding->first_seen, finding->due_span);
        finding->is_pending = as_of < finding->due;
        if (finding->is_pending)
            finding->verdict = TIE_VERDICT_PENDING;
        else if (finding->verdict == TIE_VERDICT_PENDING) /* a record that is missing is no gap of a group */
            finding->verdict = TIE_VERDICT_MATCHED;
    }
    if (decided != TIE_FINDING_NEW)
        finding->status = decided;
    else if (finding->is_pending)
        finding->status = TIE_FINDING_PENDING;
    else if (known->exists && is_past(known->status))
        finding->status = TIE_FINDING_REOPENED;
    else if (known->exists && known->visible_as_of != TIE_NO_DATE)
        finding->status = TIE_FINDING_OPEN;
    else
        finding->status = TIE_FINDING_NEW;
}

static enum tie_status judge_findings(struct tie_ledger *ledger, tie_date as_of, const struct tie_region *region,
    struct tie_findings *findings, struct tie_error *err)
{
    sqlite3_stmt *find = NULL, *find_decision = NULL;
    char sql[512];
    enum tie_status status = TIE_OK;

    (void)sqlite3_snprintf(sizeof sql, sql, "SELECT %s FROM discrepancy WHERE finding_id = ?1", known_columns);
    TIE_TRY(ledger_prepare(ledger, sql, &find, err));
    TIE_TRY(ledger_prepare(ledger,
        "SELECT kind FROM decision WHERE finding_id = ?1 AND kind IN ('accept', 'explain')"
        " AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY kind",
        &find_decision, err));
    for (size_t i = 0; i < findings->count; i++) {
        struct known known = { .exists = false };
        enum tie_finding_status decided;
        bool has_row = false;

        ledger_bind_text(find, 1, findings->at[i].id);
        TIE_TRY(ledger_step(ledger, find, &has_row, err));
        if (has_row)
            known = read_known(find, 0, as_of);
        (void)sqlite3_reset(find);
        TIE_TRY(read_decision(find_decision, ledger, findings->at[i].id, as_of, &decided, err));
        judge_emitted(&findings->at[i], &known, decided, as_of, region);
    }
out:
    (void)sqlite3_finalize(find);
    (void)sqlite3_finalize(find_decision);
    return status;
}

/* ---- what was not emitted ---- */

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_ids(struct tie_arena *arena, const struct tie_findings *findings)
{
    const char **ids = TIE_TAKE(arena, const char *, findings->count + 1);

    for (size_t i = 0; i < findings->count; i++)
        ids[i] = findings->at[i].id;
    if (findings->count > 1)
        qsort(ids, findings->count, sizeof ids[0], compare_text);
    return ids;
}

/* Whether this run would have emitted it, were it still there. */
static bool was_judged(const struct tie_anchors *anchors, const char *anchor, enum tie_check check)
{
    const char *const *found = NULL;

    if (anchors->switches != NULL && anchors->switches[check].off != TIE_CHECK_ON)
        return false;
    if (anchor[0] == '\0')
        return true; /* the run itself */
    if (anchors->count > 0)
        found = bsearch(&anchor, anchors->at, anchors->count, sizeof anchors->at[0], compare_text);
    return found != NULL && anchors->seen[found - anchors->at];
}

struct kept_room {
    struct tie_kept *at;
    size_t count, room;
};

static enum tie_status keep_one(struct tie_ledger *ledger, struct tie_arena *arena, sqlite3_stmt *rows,
    sqlite3_stmt *exported, const struct known *known, const struct tie_anchors *anchors, tie_date as_of,
    struct kept_room *cleared, struct kept_room *carried, struct tie_error *err)
{
    struct tie_kept kept = { .last_seen = ledger_day(rows, 2) };
    bool was_exported = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_emission_read(arena, tie_text_of((const char *)sqlite3_column_text(rows, 3)), &kept.finding, err));
    kept.finding.first_seen = known->first_seen;
    ledger_bind_text(exported, 1, kept.finding.id);
    ledger_bind_day(exported, 2, as_of);
    TIE_TRY(ledger_step(ledger, exported, &was_exported, err));
    if (was_exported)
        kept.finding.correction_id = ledger_text(arena, exported, 0);
    (void)sqlite3_reset(exported);
    kept.status = !was_judged(anchors, (const char *)sqlite3_column_text(rows, 1), kept.finding.check)
        ? TIE_FINDING_CARRIED
        : was_exported ? TIE_FINDING_CORRECTED
                       : TIE_FINDING_VOID;
    kept.finding.status = kept.status;
    TIE_PUSH(arena, kept.status == TIE_FINDING_CARRIED ? carried : cleared, kept);
out:
    return status;
}

static enum tie_status judge_missing(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_findings *findings, const struct tie_anchors *anchors, struct kept_room *cleared,
    struct kept_room *carried, struct tie_error *err)
{
    const char **ids = sorted_ids(arena, findings);
    sqlite3_stmt *rows = NULL, *exported = NULL;
    char sql[512];
    bool has_row = false;
    enum tie_status status = TIE_OK;

    (void)sqlite3_snprintf(sizeof sql, sql,
        "SELECT finding_id, anchor, last_seen, emission, %s FROM discrepancy ORDER BY finding_id", known_columns);
    TIE_TRY(ledger_prepare(ledger, sql, &rows, err));
    TIE_TRY(ledger_prepare(ledger,
        "SELECT correction_id FROM correction WHERE finding_id = ?1 AND (settled_as_of IS NULL OR settled_as_of >= ?2)"
        " ORDER BY correction_id DESC",
        &exported, err));
    for (;;) {
        struct known known;
        const char *id = NULL;

        TIE_TRY(ledger_step(ledger, rows, &has_row, err));
        if (!has_row)
            break;
        id = (const char *)sqlite3_column_text(rows, 0);
        known = read_known(rows, 4, as_of);
        if (!known.is_touched && (!known.exists || was_cleared(known.status)))
            continue;
        if (findings->count > 0 && bsearch(&id, ids, findings->count, sizeof ids[0], compare_text) != NULL)
            continue;
        TIE_TRY(keep_one(ledger, arena, rows, exported, &known, anchors, as_of, cleared, carried, err));
    }
out:
    (void)sqlite3_finalize(rows);
    (void)sqlite3_finalize(exported);
    return status;
}

enum tie_status tie_ledger_judge(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_region *region, struct tie_findings *findings, const struct tie_anchors *anchors,
    struct tie_kept_list *cleared, struct tie_kept_list *carried, struct tie_error *err)
{
    struct kept_room cleared_room = { 0 }, carried_room = { 0 };
    enum tie_status status = TIE_OK;

    ledger->judged_as_of = as_of;
    TIE_TRY(ledger_begin_reading(ledger, err));
    TIE_TRY(judge_findings(ledger, as_of, region, findings, err));
    TIE_TRY(judge_missing(ledger, arena, as_of, findings, anchors, &cleared_room, &carried_room, err));
    *cleared = (struct tie_kept_list){ cleared_room.count, cleared_room.at };
    *carried = (struct tie_kept_list){ carried_room.count, carried_room.at };
out:
    ledger_end_reading(ledger);
    return status;
}

/* ---- anchors ---- */

enum tie_status tie_ledger_anchors(
    struct tie_ledger *ledger, struct tie_arena *arena, struct tie_anchors *anchors, struct tie_error *err)
{
    struct {
        const char **at;
        size_t count, room;
    } list = { 0 };
    sqlite3_stmt *rows = NULL;
    bool has_row = false;
    enum tie_status status = TIE_OK;

    /* What the last as-of cleared, too: a run of it again starts from the state before it. */
    TIE_TRY(ledger_prepare(ledger,
        "SELECT DISTINCT anchor FROM discrepancy WHERE anchor <> '' AND (status NOT IN (?1, ?2) OR touched_as_of = ?3)",
        &rows, err));
    (void)sqlite3_bind_int(rows, 1, TIE_FINDING_VOID);
    (void)sqlite3_bind_int(rows, 2, TIE_FINDING_CORRECTED);
    ledger_bind_day(rows, 3, ledger->last_as_of);
    for (;;) {
        TIE_TRY(ledger_step(ledger, rows, &has_row, err));
        if (!has_row)
            break;
        TIE_PUSH(arena, &list, ledger_text(arena, rows, 0));
    }
    if (list.count > 1)
        qsort(list.at, list.count, sizeof list.at[0], compare_text);
    *anchors = (struct tie_anchors){
        .count = list.count, .at = list.at, .seen = TIE_TAKE(arena, bool, list.count + 1)
    };
out:
    (void)sqlite3_finalize(rows);
    return status;
}

void tie_anchor_mark(struct tie_anchors *anchors, const char *anchor)
{
    const char *const *found = anchors->count == 0
        ? NULL
        : bsearch(&anchor, anchors->at, anchors->count, sizeof anchors->at[0], compare_text);

    if (found != NULL) /* several threads may set the same flag, nobody reads it before they have ended */
        __atomic_store_n(&anchors->seen[found - anchors->at], true, __ATOMIC_RELAXED);
}
