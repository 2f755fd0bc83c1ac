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

/* ---- what was not emitted ---- */

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
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

/* Findings and what the state knows are walked in the order of their ids, side by side. */
struct judging {
    struct tie_ledger *ledger;
    struct tie_arena *arena;
    tie_date as_of;
    const struct tie_region *region;
    const struct tie_anchors *anchors;
    struct ledger_walk known, decided;
    sqlite3_stmt *exported;
    struct kept_room cleared, carried;
};

static enum tie_status keep_one(struct judging *judging, const struct known *known, struct tie_error *err)
{
    sqlite3_stmt *row = judging->known.rows, *exported = judging->exported;
    struct tie_kept kept = { .last_seen = ledger_day(row, 2) };
    bool was_exported = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(ledger_emission_read(
        judging->arena, tie_text_of((const char *)sqlite3_column_text(row, 3)), &kept.finding, err));
    kept.finding.first_seen = known->first_seen;
    ledger_bind_text(exported, 1, kept.finding.id);
    ledger_bind_day(exported, 2, judging->as_of);
    TIE_TRY(ledger_step(judging->ledger, exported, &was_exported, err));
    if (was_exported)
        kept.finding.correction_id = ledger_text(judging->arena, exported, 0);
    (void)sqlite3_reset(exported);
    kept.status = !was_judged(judging->anchors, (const char *)sqlite3_column_text(row, 1), kept.finding.check)
        ? TIE_FINDING_CARRIED
        : was_exported ? TIE_FINDING_CORRECTED
                       : TIE_FINDING_VOID;
    kept.finding.status = kept.status;
    TIE_PUSH(judging->arena, kept.status == TIE_FINDING_CARRIED ? &judging->carried : &judging->cleared, kept);
out:
    return status;
}

/* The rows before `id`, which nobody emitted; NULL: all that are left. */
static enum tie_status keep_until(struct judging *judging, const char *id, struct tie_error *err)
{
    struct ledger_walk *walk = &judging->known;
    enum tie_status status = TIE_OK;

    while (walk->id != NULL && (id == NULL || strcmp(walk->id, id) < 0)) {
        const struct known known = read_known(walk->rows, 4, judging->as_of);

        if (known.is_touched || (known.exists && !was_cleared(known.status)))
            TIE_TRY(keep_one(judging, &known, err));
        TIE_TRY(ledger_walk_next(walk, err));
    }
out:
    return status;
}

/* A decision of a person that still holds; NEW when there is none. */
static enum tie_status read_decision(
    struct judging *judging, const char *id, enum tie_finding_status *decided, struct tie_error *err)
{
    bool found = false;
    enum tie_status status = TIE_OK;

    *decided = TIE_FINDING_NEW;
    TIE_TRY(ledger_walk_to(&judging->decided, id, &found, err));
    if (found) /* of two, accept comes first */
        *decided = strcmp((const char *)sqlite3_column_text(judging->decided.rows, 1), "accept") == 0
            ? TIE_FINDING_ACCEPTED
            : TIE_FINDING_EXPLAINED;
out:
    return status;
}

static enum tie_status start_walks(struct judging *judging, struct tie_error *err)
{
    char sql[512];
    enum tie_status status = TIE_OK;

    (void)sqlite3_snprintf(sizeof sql, sql,
        "SELECT finding_id, anchor, last_seen, emission, %s FROM discrepancy ORDER BY finding_id", known_columns);
    TIE_TRY(ledger_walk_start(judging->ledger, sql, &judging->known, err));
    TIE_TRY(ledger_walk_next(&judging->known, err));
    TIE_TRY(ledger_walk_start(judging->ledger,
        "SELECT finding_id, kind FROM decision WHERE kind IN ('accept', 'explain')"
        " AND (valid_to IS NULL OR valid_to >= ?1) ORDER BY finding_id, kind",
        &judging->decided, err));
    ledger_bind_day(judging->decided.rows, 1, judging->as_of);
    TIE_TRY(ledger_walk_next(&judging->decided, err));
    TIE_TRY(ledger_prepare(judging->ledger,
        "SELECT correction_id FROM correction WHERE finding_id = ?1 AND (settled_as_of IS NULL OR settled_as_of >= ?2)"
        " ORDER BY correction_id DESC",
        &judging->exported, err));
out:
    return status;
}

static enum tie_status judge_all(struct judging *judging, const struct tie_findings *findings, struct tie_error *err)
{
    struct tie_finding *const *sorted = ledger_sort(judging->ledger, judging->arena, findings);
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < findings->count; i++) {
        struct known known = { .exists = false };
        enum tie_finding_status decided;

        ledger_fetch_ahead(sorted, findings->count, i, false);
        TIE_TRY(keep_until(judging, sorted[i]->id, err));
        if (judging->known.id != NULL && strcmp(judging->known.id, sorted[i]->id) == 0) {
            known = read_known(judging->known.rows, 4, judging->as_of);
            TIE_TRY(ledger_walk_next(&judging->known, err));
        }
        TIE_TRY(read_decision(judging, sorted[i]->id, &decided, err));
        judge_emitted(sorted[i], &known, decided, judging->as_of, judging->region);
    }
    TIE_TRY(keep_until(judging, NULL, err));
out:
    return status;
}

enum tie_status tie_ledger_judge(struct tie_ledger *ledger, struct tie_arena *arena, tie_date as_of,
    const struct tie_region *region, struct tie_findings *findings, const struct tie_anchors *anchors,
    struct tie_kept_list *cleared, struct tie_kept_list *carried, struct tie_error *err)
{
    struct judging judging = { .ledger = ledger, .arena = arena, .as_of = as_of, .region = region, .anchors = anchors };
    enum tie_status status = TIE_OK;

    ledger->judged_as_of = as_of;
    TIE_TRY(ledger_begin_reading(ledger, err));
    TIE_TRY(start_walks(&judging, err));
    TIE_TRY(judge_all(&judging, findings, err));
    *cleared = (struct tie_kept_list){ judging.cleared.count, judging.cleared.at };
    *carried = (struct tie_kept_list){ judging.carried.count, judging.carried.at };
out:
    (void)sqlite3_finalize(judging.known.rows);
    (void)sqlite3_finalize(judging.decided.rows);
    (void)sqlite3_finalize(judging.exported);
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
