/*
 * found.c - what a worker found: in memory up to its share, in files beyond it, at last in one list.
 *
 * Two arenas grow while dossiers are judged: `listed`, the findings themselves, and `kept`, their texts with evidence
 * and facts. Both are spilled between two slices (spill.h). When all are judged, the lists of all workers are copied
 * one behind the other, some thousand findings at a time, and what has been copied goes at once, so that nothing is
 * held twice. Texts go to files when not all fits any more, the joined list while it is sorted only when it does not
 * fit alone: each step may be a fault there. Sorted, it is walked from its beginning to its end, and makes room in time
 * for what publishing takes.
 *
 * Invariant: a finding is in one list at a time; its texts never move. Rejected: lists left as they are and merged
 * while they are read (everybody behind reads one list, in several orders), a list in blocks (the same).
 */
#include "reconcile_internal.h"

#include <string.h>

#define JOINED_AT_ONCE ((size_t)8192) /* findings: some MiB */
#define LIST_BYTES_MIN ((size_t)1 << 20)

enum tie_status reconcile_found_open(
    struct reconcile_found *found, const struct tie_reconcile_plan *plan, struct tie_arena *kept, struct tie_error *err)
{
    const size_t most = plan->spill_folder == NULL ? plan->budget.found : plan->budget.found_most;
    enum tie_status status = TIE_OK;

    *found = (struct reconcile_found){ .kept = kept };
    tie_spill_init(&found->kept_spill, kept, plan->spill_folder, plan->trim);
    tie_spill_init(&found->listed_spill, &found->listed, plan->spill_folder, plan->trim);
    TIE_TRY(tie_arena_init(kept, most, err));
    kept->holds = "what a thread found, with its evidence,";
    TIE_TRY(tie_arena_init(&found->listed, most, err));
    found->listed.holds = "the list of what a thread found";
    tie_check_sink_init(&found->sink, kept);
    found->sink.findings.list = &found->listed;
out:
    return status;
}

static size_t listed_bytes(const struct reconcile_found *found)
{
    return found->sink.findings.count * sizeof *found->sink.findings.at;
}

/* Room for more findings is no memory until it is written to. */
size_t reconcile_found_held(const struct reconcile_found *found)
{
    const size_t listed = listed_bytes(found), spilled = found->listed_spill.spilled_bytes;

    return tie_spill_held(&found->kept_spill) + (listed > spilled ? listed - spilled : 0);
}

enum tie_status reconcile_found_spill(struct reconcile_found *found, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_spill_out(&found->kept_spill, found->kept->used_bytes, err));
    TIE_TRY(tie_spill_out(&found->listed_spill, listed_bytes(found), err));
out:
    return status;
}

static void release_list(struct reconcile_found *found)
{
    tie_trim_remove(found->listed_spill.trim, found->listed.base);
    tie_arena_release(&found->listed);
}

/* Appends a worker's list to `all`, which has room; `into` takes what is copied to its file, unless it is NULL. */
static enum tie_status append(
    struct reconcile_found *found, struct tie_findings *all, struct tie_spill *into, struct tie_error *err)
{
    struct tie_findings *const list = &found->sink.findings;
    enum tie_status status = TIE_OK;

    for (size_t at = 0, some; at < list->count; at += some) {
        some = list->count - at < JOINED_AT_ONCE ? list->count - at : JOINED_AT_ONCE;
        memcpy(all->at + all->count, list->at + at, some * sizeof *all->at);
        all->count += some;
        const unsigned char *const end = (const unsigned char *)(list->at + at + some);
        tie_arena_forget(&found->listed, (size_t)(end - found->listed.base));
        if (into != NULL)
            TIE_TRY(tie_spill_out(into, all->count * sizeof *all->at, err));
    }
    release_list(found);
    *list = (struct tie_findings){ .arena = list->arena, .list = list->arena };
out:
    return status;
}

/* Whether findings may hold so much when all are judged, of `most` bytes: what master data held is theirs, unless
 * somebody still looks at them. */
static bool fits(const struct tie_reconcile_plan *plan, size_t bytes, size_t most)
{
    return bytes + (plan->judged != NULL ? 0 : plan->held_bytes) <= most;
}

enum tie_status reconcile_found_join(const struct tie_reconcile_plan *plan, struct reconcile_found *const *found,
    unsigned count, struct tie_arena *arena, struct tie_arena *scratch, struct tie_findings *all, struct tie_error *err)
{
    struct tie_spill spill;
    size_t total = 0, held = 0, spilled = 0;
    enum tie_status status = TIE_OK;

    tie_spill_init(&spill, arena, plan->spill_folder, plan->trim);
    for (unsigned i = 0; i < count; i++) {
        total += found[i]->sink.findings.count;
        held += tie_spill_held(&found[i]->kept_spill);
    }
    const size_t bytes = total * sizeof(struct tie_finding);
    TIE_TRY(tie_arena_init(arena, bytes + LIST_BYTES_MIN, err));
    arena->holds = "the list of findings";
    *all = (struct tie_findings){ .arena = found[0]->kept, .list = arena, .room = total };
    all->at = tie_arena_take_raw(arena, bytes);
    for (unsigned i = 0; i < count; i++) {
        if (!fits(plan, bytes + held, plan->budget.found_all))
            TIE_TRY(tie_spill_out(&found[i]->kept_spill, found[i]->kept->used_bytes, err));
        spilled += found[i]->kept_spill.spilled_bytes;
        TIE_TRY(append(found[i], all, fits(plan, bytes, plan->budget.listed_all) ? NULL : &spill, err));
    }
    tie_findings_sort(scratch, all);
    if (!fits(plan, bytes, plan->budget.published_all))
        TIE_TRY(tie_spill_out(&spill, bytes, err));
    all->trim = spilled + spill.spilled_bytes > 0 ? plan->trim : NULL;
out:
    tie_spill_close(&spill);
    return status;
}

void reconcile_found_close(struct reconcile_found *found)
{
    release_list(found);
    tie_spill_close(&found->kept_spill);
    tie_spill_close(&found->listed_spill);
}
