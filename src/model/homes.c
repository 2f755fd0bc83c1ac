/*
 * homes.c - the two lists that bring every row to its dossier: emigrants and visitors.
 *
 * links.c and follow.c say which rows belong elsewhere; here that becomes places in frames. Rows that name a linked
 * order are found in one more scan of their hashes, only when an order is linked at all. Then invoice headers: all of
 * them lie in the leftover shard; the lines are walked shard by shard, and each document named there sends its header
 * to that shard. Which dossiers of the shard get a copy is decided when the shard is loaded, from the very lines that
 * are there.
 *
 * Invariant: every row is loaded in exactly one dossier (a header: once in each that holds one of its lines), because
 * an emigrant is skipped where it lies and has exactly one visitor entry, and a header without lines is no emigrant.
 * Memory: 32 bytes a moved row; while it works about 60 bytes a row that follows another and a document.
 * Limit: more moved rows than the memory limit takes are refused, not spilled.
 * Rejected: a list of moves per rule (the loader would know the rules), the dossiers of a header in the list (a text
 * per line).
 */
#include "homes.h"

#include <stdlib.h>

struct header {
    struct tie_text inv_id;
    tie_place place;
    uint32_t next;  /* + 1: another document of the same hash */
    uint32_t shard; /* + 1: last shard that it was sent to; 0: no line yet */
};

struct heading {
    struct tie_homes *homes;
    const struct tie_frames *frames;
    struct tie_arena *work;
    struct tie_map by_hash;
    struct {
        struct header *at;
        size_t count, room;
    } headers;
    struct tie_moves visits;
    int header_id, line_id; /* column inv_id of both */
    uint64_t with_lines;
};

static int compare_places(const void *left, const void *right)
{
    const struct tie_move *a = left, *b = right;

    return a->place < b->place ? -1 : a->place > b->place;
}

static int compare_shards(const void *left, const void *right)
{
    const struct tie_move *a = left, *b = right;

    if (a->shard != b->shard)
        return a->shard < b->shard ? -1 : 1;
    return compare_places(left, right);
}

static void sort_moves(struct tie_moves *moves, int (*compare)(const void *, const void *))
{
    if (moves->count > 1)
        qsort(moves->at, moves->count, sizeof *moves->at, compare);
}

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

    if (links->linked.count == 0)
        return TIE_OK;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const enum tie_home home = tie_dataset((enum tie_dataset)d)->home;
        if (home != TIE_HOME_BROADCAST && home != TIE_HOME_NONE && home != TIE_HOME_VIA_LINES)
            TIE_TRY(tie_scan_rows(scan, (enum tie_dataset)d, TIE_SCAN_WITH_ORDER, read_linked, links, err));
    }
out:
    return status;
}

/* Both lists from the moves; memory for `headers` more is left to add_headers. */
static enum tie_status make_lists(struct tie_homes *homes, unsigned shard_count, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &homes->links;
    const size_t count = links->moves.count;

    for (size_t i = 0; i < count; i++) {
        const struct tie_text root = tie_pool_text(&links->names, links->moves.at[i].root);
        links->moves.at[i].shard = tie_shard_of_hash(tie_hash_text(root), shard_count);
    }
    TIE_TRY(tie_links_room(links, 2 * (count + 1) * sizeof(struct tie_move), err)); /* once more for qsort */
    homes->emigrants = (struct tie_moves){ TIE_TAKE(links->keep, struct tie_move, count + 1), count, count + 1 };
    for (size_t i = 0; i < count; i++)
        homes->emigrants.at[i] = links->moves.at[i];
    homes->visitors = links->moves;
    sort_moves(&homes->emigrants, compare_places);
    sort_moves(&homes->visitors, compare_shards);
out:
    return status;
}

/* ---- invoice headers ---- */

static enum tie_status read_header(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct heading *h = context;
    const struct tie_text inv_id = tie_scan_text(row, h->header_id);
    struct header header = { .inv_id = inv_id, .place = row->place };
    uint32_t first = 0;
    const enum tie_status status = tie_links_room(&h->homes->links,
        tie_growth_of_list(h->headers.count, h->headers.room, sizeof header) + tie_growth_of_map(&h->by_hash), err);

    if (status != TIE_OK)
        return status;
    const uint64_t hash = tie_hash_text(inv_id);
    if (tie_map_get(&h->by_hash, hash, &first))
        header.next = first + 1;
    tie_map_set(&h->by_hash, hash, (uint32_t)h->headers.count);
    TIE_PUSH(h->work, &h->headers, header);
    return TIE_OK;
}

static enum tie_status send_header(struct heading *h, struct tie_text inv_id, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    uint32_t first = 0;

    if (!tie_map_get(&h->by_hash, tie_hash_text(inv_id), &first))
        return TIE_OK;
    for (uint32_t i = first + 1; i != 0; i = h->headers.at[i - 1].next) {
        struct header *const header = &h->headers.at[i - 1];
        if (header->shard == shard + 1 || !tie_text_equal(header->inv_id, inv_id))
            continue;
        TIE_TRY(tie_links_room(
            &h->homes->links, tie_growth_of_list(h->visits.count, h->visits.room, sizeof *h->visits.at), err));
        h->with_lines += header->shard == 0;
        header->shard = shard + 1;
        TIE_PUSH(&h->homes->keep, &h->visits, (struct tie_move){ header->place, TIE_ROOT_OF_LINES, shard });
    }
out:
    return status;
}

static enum tie_status send_of_chunk(
    struct heading *h, size_t frame_index, size_t chunk_index, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_moves *const emigrants = &h->homes->emigrants;
    const struct tie_arena_mark mark = tie_arena_mark(h->work);
    size_t gone = tie_moves_at_place(emigrants, TIE_PLACE(frame_index, chunk_index, 0));
    struct tie_chunk chunk;

    TIE_TRY(tie_chunk_open(h->frames->at[frame_index], chunk_index, &chunk, err));
    TIE_TRY(tie_links_room(&h->homes->links, chunk.dict_count + 16, err));
    bool *const is_sent = TIE_TAKE(h->work, bool, chunk.dict_count);
    for (uint32_t row = 0; row < chunk.rows; row++) {
        if (gone < emigrants->count && emigrants->at[gone].place == TIE_PLACE(frame_index, chunk_index, row)) {
            gone++;
            continue;
        }
        const uint32_t id = tie_chunk_id(&chunk, (size_t)h->line_id, row);
        if (id < chunk.dict_count && is_sent[id])
            continue;
        TIE_TRY(send_header(h, tie_chunk_dict(&chunk, id), shard, err));
        if (id < chunk.dict_count)
            is_sent[id] = true;
    }
    TIE_TRY(tie_chunk_check(&chunk, err));
out:
    tie_arena_back_to(h->work, mark);
    return status;
}

static enum tie_status send_of_visitors(struct heading *h, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_moves *const visitors = &h->homes->visitors;
    struct tie_chunk chunk;

    for (size_t v = tie_moves_at_shard(visitors, shard); v < visitors->count && visitors->at[v].shard == shard; v++) {
        const tie_place place = visitors->at[v].place;
        const struct tie_frame *frame = h->frames->at[TIE_PLACE_FRAME(place)];
        if (frame->info->id != TIE_DS_INVOICE_LINE)
            continue;
        TIE_TRY(tie_chunk_open(frame, TIE_PLACE_CHUNK(place), &chunk, err));
        const uint32_t id = tie_chunk_id(&chunk, (size_t)h->line_id, TIE_PLACE_ROW(place));
        TIE_TRY(send_header(h, tie_chunk_dict(&chunk, id), shard, err));
        TIE_TRY(tie_chunk_check(&chunk, err));
    }
out:
    return status;
}

static enum tie_status send_all(struct heading *h, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (unsigned s = 0; s <= h->frames->shard_count; s++) {
        for (size_t f = 0; f < h->frames->count; f++) {
            const struct tie_frame *frame = h->frames->at[f];
            if (frame->info->id == TIE_DS_INVOICE_LINE)
                for (size_t c = frame->shard_first[s]; c < frame->shard_first[s + 1]; c++)
                    TIE_TRY(send_of_chunk(h, f, c, s, err));
        }
        TIE_TRY(send_of_visitors(h, s, err));
    }
out:
    return status;
}

static struct tie_moves joined(struct tie_arena *arena, const struct tie_moves *a, const struct tie_moves *b)
{
    const size_t room = a->count + b->count + 1;
    struct tie_moves all = { TIE_TAKE(arena, struct tie_move, room), 0, room };

    for (size_t i = 0; i < a->count; i++)
        all.at[all.count++] = a->at[i];
    for (size_t i = 0; i < b->count; i++)
        all.at[all.count++] = b->at[i];
    return all;
}

static enum tie_status add_headers(struct tie_homes *homes, const struct tie_scan *scan, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct heading h = { .homes = homes,
        .frames = scan->frames,
        .work = homes->links.work,
        .header_id = tie_column_find(tie_dataset(TIE_DS_INVOICE), TIE_TEXT("inv_id")),
        .line_id = tie_column_find(tie_dataset(TIE_DS_INVOICE_LINE), TIE_TEXT("inv_id")) };

    tie_map_init(&h.by_hash, h.work);
    TIE_TRY(tie_scan_rows(scan, TIE_DS_INVOICE, TIE_SCAN_ALL, read_header, &h, err));
    if (h.headers.count == 0)
        goto out;
    TIE_TRY(send_all(&h, err));
    const size_t lists = homes->emigrants.count + h.with_lines + homes->visitors.count + h.visits.count + 2;
    TIE_TRY(tie_links_room(&homes->links, (lists + h.with_lines) * 2 * sizeof(struct tie_move) + 64, err));
    struct tie_moves gone = { TIE_TAKE(h.work, struct tie_move, h.with_lines + 1), 0, h.with_lines + 1 };
    for (size_t i = 0; i < h.headers.count; i++)
        if (h.headers.at[i].shard != 0)
            gone.at[gone.count++] = (struct tie_move){ h.headers.at[i].place, TIE_ROOT_OF_LINES, 0 };
    homes->emigrants = joined(&homes->keep, &homes->emigrants, &gone);
    homes->visitors = joined(&homes->keep, &homes->visitors, &h.visits);
    sort_moves(&homes->emigrants, compare_places);
    sort_moves(&homes->visitors, compare_shards);
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

enum tie_status tie_homes_find(
    const struct tie_frames *frames, size_t memory_bytes, struct tie_homes **homes, struct tie_error *err)
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
    TIE_TRY(add_headers(made, &scan, err));
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
    tie_arena_release(&homes->keep);
    free(homes);
}

struct tie_homes_count tie_homes_count(const struct tie_homes *homes)
{
    return (struct tie_homes_count){ .emigrants = homes->emigrants.count,
        .visitors = homes->visitors.count,
        .families = homes->links.families,
        .linked_orders = homes->links.linked_orders };
}
