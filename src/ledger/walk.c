/*
 * walk.c - findings by id, and rows of the state beside them.
 *
 * SQLite's order of texts is that of their bytes, as tie_findings_by_id's, so a list and a query in finding_id order
 * are merged like two sorted files. Rejected: a look-up a finding, two thousand instructions each also where the state
 * has nothing to say.
 */
#include "store.h"

#include <string.h>

struct tie_finding **ledger_sort(
    struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings)
{
    ledger->judged.sorted = tie_findings_by_id(arena, findings);
    ledger->judged.at = findings->at;
    ledger->judged.count = findings->count;
    return ledger->judged.sorted;
}

struct tie_finding **ledger_by_id(
    const struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings)
{
    const bool is_judged = ledger->judged.at == findings->at && ledger->judged.count == findings->count;

    return is_judged && ledger->judged.sorted != NULL ? ledger->judged.sorted : tie_findings_by_id(arena, findings);
}

void ledger_fetch_ahead(struct tie_finding *const *sorted, size_t count, size_t at, bool with_texts)
{
    if (at + TIE_FINDING_FAR_AHEAD < count)
        tie_finding_fetch(sorted[at + TIE_FINDING_FAR_AHEAD]);
    if (with_texts && at + TIE_FINDING_AHEAD < count)
        tie_finding_fetch_texts(sorted[at + TIE_FINDING_AHEAD]);
}

enum tie_status ledger_walk_start(
    const struct tie_ledger *ledger, const char *sql, struct ledger_walk *walk, struct tie_error *err)
{
    *walk = (struct ledger_walk){ .ledger = ledger };
    return ledger_prepare(ledger, sql, &walk->rows, err);
}

enum tie_status ledger_walk_next(struct ledger_walk *walk, struct tie_error *err)
{
    bool has_row = false;
    const enum tie_status status = ledger_step(walk->ledger, walk->rows, &has_row, err);

    walk->id = status == TIE_OK && has_row ? (const char *)sqlite3_column_text(walk->rows, 0) : NULL;
    return status;
}

enum tie_status ledger_walk_to(struct ledger_walk *walk, const char *id, bool *found, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *found = false;
    while (walk->id != NULL && strcmp(walk->id, id) < 0)
        TIE_TRY(ledger_walk_next(walk, err));
    *found = walk->id != NULL && strcmp(walk->id, id) == 0;
out:
    return status;
}
