/*
 * walk.c - findings by id, and rows of the state beside them.
 *
 * Ids are sorted as numbers of eight bytes, the last first: each pass keeps the order of the one before it, and bytes
 * that are the same in all ids cost nothing. SQLite's order of texts is that of their bytes, too, so a list and a
 * query in finding_id order are merged like two sorted files. Rejected: a look-up a finding, two thousand
 * instructions each also where the state has nothing to say.
 */
#include "store.h"

#include "tieout/sort.h"

#include <string.h>

_Static_assert(TIE_FINDING_ID_MAX % sizeof(uint64_t) == 0, "an id is whole numbers of eight bytes");

/* Eight bytes of an id as a number that sorts as they do; behind its end zeros. */
static uint64_t piece_of(const char *id, size_t size, size_t at)
{
    uint64_t piece = 0;

    for (size_t i = at; i < at + sizeof piece; i++)
        piece = piece << 8 | (i < size ? (unsigned char)id[i] : 0U);
    return piece;
}

static struct tie_finding **sort(struct tie_arena *arena, const struct tie_findings *findings)
{
    struct tie_finding **sorted = TIE_TAKE(arena, struct tie_finding *, findings->count + 1);
    struct tie_arena_mark mark = tie_arena_mark(arena);
    struct tie_keyed *keyed = TIE_TAKE(arena, struct tie_keyed, findings->count + 1);
    struct tie_keyed *spare = TIE_TAKE(arena, struct tie_keyed, findings->count + 1);

    for (size_t i = 0; i < findings->count; i++)
        keyed[i].value = i;
    for (size_t at = TIE_FINDING_ID_MAX; at > 0; at -= sizeof(uint64_t)) {
        for (size_t i = 0; i < findings->count; i++) {
            const char *id = findings->at[keyed[i].value].id;

            keyed[i].key = piece_of(id, strlen(id), at - sizeof(uint64_t));
        }
        tie_sort_keyed(keyed, findings->count, spare);
    }
    for (size_t i = 0; i < findings->count; i++)
        sorted[i] = &findings->at[keyed[i].value];
    tie_arena_back_to(arena, mark);
    return sorted;
}

struct tie_finding **ledger_sort(
    struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings)
{
    ledger->judged.sorted = sort(arena, findings);
    ledger->judged.at = findings->at;
    ledger->judged.count = findings->count;
    return ledger->judged.sorted;
}

struct tie_finding **ledger_by_id(
    const struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings)
{
    const bool is_judged = ledger->judged.at == findings->at && ledger->judged.count == findings->count;

    return is_judged && ledger->judged.sorted != NULL ? ledger->judged.sorted : sort(arena, findings);
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
