/*
 * homes.c - the two lists that bring every row to its dossier: emigrants and visitors.
 *
 * links.c and follow.c say which rows belong elsewhere; here that becomes places in frames. Rows that name a linked
 * order are found in one more scan of their hashes, only when an order is linked at all. Both lists are sorted by place
 * at once; visitors are then dealt out to their shards. Invoice headers, of which nearly every one moves, have a form
 * of their own (headers.c).
 *
 * Invariant: every row is loaded in exactly one dossier (a header: once in each that holds one of its lines), because
 * an emigrant is skipped where it lies and has exactly one visitor entry, and a header without lines is no emigrant.
 * Memory: 32 bytes a moved row; while it works about 60 bytes a row that follows another.
 * Limit: more moved rows than the memory limit takes are refused, not spilled.
 * Rejected: a list of moves per rule (the loader would know the rules), the dossiers of a header in the list (a text
 * per line).
 */
#include "homes.h"

#include "tieout/sort.h"

#include <stdlib.h>

size_t tie_moves_at_place(const struct tie_moves *moves, tie_place place)
{
    size_t low = 0, high = moves->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (moves->at[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t tie_moves_at_shard(const struct tie_moves *moves, unsigned shard)
{
    size_t low = 0, high = moves->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (moves->at[middle].shard < shard)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- rows of linked orders ---- */

static enum tie_status read_linked(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct tie_links *const links = context;
    const struct tie_linked *const linked = tie_links_of(links, row);

    if (linked == NULL || linked->root == linked->order_ref)
        return TIE_OK;
    const size_t more = tie_growth_of_list(links->moves.count, links->moves.room, sizeof *links->moves.at);
    const enum tie_status status = tie_links_room(links, more, err);
    if (status == TIE_OK)
        TIE_PUSH(links->keep, &links->moves, (struct tie_move){ row->place, linked->root, 0 });
    return status;
}

static enum tie_status move_linked(const struct tie_scan *scan, struct tie_links *links, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_scan_want want = { TIE_SCAN_WITH_ORDER, .orders = &links->linked_sieve };

    if (links->linked.count == 0)
        return TIE_OK;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const enum tie_home home = tie_dataset((enum tie_dataset)d)->home;
        if (home != TIE_HOME_BROADCAST && home != TIE_HOME_NONE && home != TIE_HOME_VIA_LINES)
            TIE_TRY(tie_scan_rows(scan, (enum tie_dataset)d, want, read_linked, links, err));
    }
out:
    return status;
}

/* Dealt out to the shards; those of one stay sorted by place. */
static void deal_visitors(
    const struct tie_keyed *sorted, const uint32_t *shards, size_t *ends, struct tie_moves *visitors)
{
    for (size_t i = 0; i < visitors->count; i++) {
        const uint32_t move = (uint32_t)(sorted[i].value >> 32);
        visitors->at[ends[shards[move]]++] = (struct tie_move){ sorted[i].key, (tie_str)sorted[i].value, shards[move] };
    }
}

static enum tie_status make_lists(struct tie_homes *homes, unsigned shard_count, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &homes->links;
    const struct tie_move *const moves = links->moves.at;
    const size_t count = links->moves.count, room = count + 1;

    TIE_ASSERT(count < UINT32_MAX);
    TIE_TRY(tie_links_room(links,
        room * (2 * sizeof(struct tie_move) + 2 * sizeof(struct tie_keyed) + sizeof(uint32_t)) +
            (shard_count + 2) * sizeof(size_t) + 128,
        err));
    homes->emigrants = (struct tie_moves){ TIE_TAKE(links->keep, struct tie_move, room), count, room };
    homes->visitors = (struct tie_moves){ TIE_TAKE(links->keep, struct tie_move, room), count, room };
    struct tie_keyed *const sorted = TIE_TAKE(links->work, struct tie_keyed, 2 * room);
    uint32_t *const shards = TIE_TAKE(links->work, uint32_t, room);
    size_t *const ends = TIE_TAKE(links->work, size_t, shard_count + 2); /* as yet where each shard begins */
    for (size_t i = 0; i < count; i++) {
        shards[i] = tie_shard_of_hash(tie_hash_text(tie_pool_text(&links->names, moves[i].root)), shard_count);
        ends[shards[i] + 1]++;
        sorted[i] = (struct tie_keyed){ moves[i].place, (uint64_t)i << 32 | moves[i].root };
    }
    for (unsigned s = 0; s < shard_count; s++)
        ends[s + 1] += ends[s];
    tie_sort_keyed(sorted, count, sorted + room);
    for (size_t i = 0; i < count; i++)
        homes->emigrants.at[i] = (struct tie_move){ .place = sorted[i].key };
    deal_visitors(sorted, shards, ends, &homes->visitors);
out:
    return status;
}

/* ---- all of it ---- */

static enum tie_status check_frames(const struct tie_frames *frames, struct tie_error *err)
{
    if (frames->count > UINT16_MAX)
        return tie_fail(
            err, TIE_CONFIG, "%zu frames are more than %d; join [dataset] sections", frames->count, UINT16_MAX);
    for (size_t f = 0; f < frames->count; f++)
        if (frames->at[f]->header.shard_count != frames->shard_count)
            return tie_fail(err, TIE_DATA, "frame %s is cut into %u shards, the run into %u; extract again",
                frames->at[f]->path, frames->at[f]->header.shard_count, frames->shard_count);
    return TIE_OK;
}

enum tie_status tie_homes_find(const struct tie_frames *frames, size_t memory_bytes, unsigned threads,
    struct tie_homes **homes, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_scan scan = { .frames = frames };
    struct tie_arena work = { 0 };
    struct tie_homes *made = calloc(1, sizeof *made);

    *homes = NULL;
    if (made == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory to find homes");
    TIE_TRY(check_frames(frames, err));
    TIE_TRY(tie_arena_init(&made->keep, memory_bytes, err));
    TIE_TRY(tie_arena_init(&work, memory_bytes, err));
    made->links.keep = &made->keep;
    made->links.work = &work;
    made->links.memory_bytes = memory_bytes;
    TIE_TRY(tie_links_find(&scan, &made->links, err));
    TIE_TRY(move_linked(&scan, &made->links, err));
    TIE_TRY(make_lists(made, frames->shard_count, err));
    tie_arena_reset(&work);
    TIE_TRY(tie_headers_find(frames, made, threads, err));
    tie_frames_forget(frames);
    made->links.work = NULL;
    *homes = made;
    made = NULL;
out:
    tie_arena_release(&work);
    tie_homes_free(made);
    return status;
}

void tie_homes_free(struct tie_homes *homes)
{
    if (homes == NULL)
        return;
    for (size_t f = 0; f < homes->headers.dealt.count; f++)
        tie_frame_close(homes->headers.dealt.at[f]);
    tie_arena_release(&homes->keep);
    free(homes);
}

const struct tie_frames *tie_homes_frames(const struct tie_homes *homes)
{
    static const struct tie_frames none = { .count = 0 };

    return homes == NULL ? &none : &homes->headers.dealt;
}

struct tie_homes_count tie_homes_count(const struct tie_homes *homes)
{
    return (struct tie_homes_count){ .emigrants = homes->emigrants.count + homes->headers.with_line_count,
        .visitors = homes->visitors.count + homes->headers.visit_count,
        .families = homes->links.families,
        .linked_orders = homes->links.linked_orders };
}
