/*
 * deal.c - invoice headers are dealt out: each is copied into every shard that holds one of its lines.
 *
 * Headers name no order, so extraction wrote them in the order in which they came; headers.c says which shards each of
 * them visits. Here their frames are walked once, from front to back, and rows are copied, as they lie, into frames
 * whose chunks belong to shards. A shard then reads its headers as it reads its own rows. Each thread walks a range of
 * chunks and writes a frame of its own, in a file without a name: nothing is left behind, whatever happens.
 * Of each chunk, shard by shard: the list of a shard's headers is ascending, so where it was left is where it goes on.
 *
 * Invariant: dealt frames hold each visit once; read in their order, the headers of a shard come in that of the frames
 * they were copied from. Headers without lines are not dealt, they are loaded where they lie.
 * Memory: buffers of all frames that are written, from what finding homes left of its share; the lists of visits, four
 * bytes each, go behind it.
 * Rejected: headers fetched one by one by every shard that wants them (each touched a dozen pages of a frame of 200 MiB
 * that had been given back: a fifth of all processor time at ten million usage rows, half of it in 256 MiB), a walk by
 * header with a list of its shards (another sort of all visits; by shard, what is written lies together, too), files
 * with a name (a run that is killed would leave them).
 */
#include "frame_make.h"
#include "homes.h"

#include <pthread.h>
#include <stdlib.h>

#define BUFFER_BYTES_MAX ((size_t)128 << 20) /* of all threads; longer chunks take no less time */
#define BUFFER_BYTES_ENOUGH ((size_t)8 << 20)
#define BUFFER_BYTES_LEAST ((size_t)1 << 20)

struct dealing {
    const struct tie_frames *frames;
    const struct tie_headers *headers;
    unsigned ranges;       /* of the chunks of each frame, one a thread */
    size_t memory_bytes;   /* of each */
    struct tie_frame **at; /* [frames of invoices][ranges]; NULL where a range has no header with lines */
};

struct dealer {
    pthread_t thread;
    const struct dealing *all;
    unsigned range;
    size_t *next; /* by piece of visits: the first that is still to be dealt */
    struct tie_frame_writer *writer;
    enum tie_status status;
    struct tie_error error;
};

/* ---- a range of chunks ---- */

/* Calls `piece` for all of them, shard by shard. */
#define EACH_PIECE(headers, shards, shard, index, piece)                                                               \
    for (size_t shard = 0, index = 0; shard < (shards); shard++)                                                       \
        for (const struct tie_header_visits *piece = (headers)->of_shard[shard]; piece != NULL;                        \
             piece = piece->next, index++)

static void go_to(struct dealer *d, uint32_t number)
{
    const size_t shards = (size_t)d->all->frames->shard_count + 1;

    EACH_PIECE(d->all->headers, shards, shard, index, piece)
    {
        size_t low = 0, high = piece->count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (piece->number[middle] < number)
                low = middle + 1;
            else
                high = middle;
        }
        d->next[index] = low;
    }
}

static enum tie_status open_writer(struct dealer *d, const struct tie_frame *frame, struct tie_error *err)
{
    const size_t plenty = 4 * (frame->size_bytes / d->all->ranges), most = d->all->memory_bytes;
    const size_t enough = plenty > BUFFER_BYTES_ENOUGH ? plenty : BUFFER_BYTES_ENOUGH;
    const struct tie_frame_spec spec = { .dataset = frame->info->id,
        .part = frame->header.part,
        .shard_count = frame->header.shard_count,
        .xref_kind = (enum tie_xref_kind)frame->header.xref_kind,
        .delivered = frame->delivered,
        .memory_bytes = enough < most ? enough : most };

    return tie_frame_create_nameless(frame->path, &spec, &d->writer, err);
}

static enum tie_status deal_chunk(struct dealer *d, const struct tie_header_chunk *place, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_frame *const frame = d->all->frames->at[place->frame];
    const size_t shards = (size_t)d->all->frames->shard_count + 1;
    struct tie_chunk chunk;

    TIE_TRY(tie_chunk_open(frame, place->chunk, &chunk, err));
    EACH_PIECE(d->all->headers, shards, shard, index, piece)
    for (; d->next[index] < piece->count && piece->number[d->next[index]] < place[1].first; d->next[index]++) {
        if (d->writer == NULL)
            TIE_TRY(open_writer(d, frame, err));
        TIE_TRY(
            tie_frame_add_copy(d->writer, (unsigned)shard, &chunk, piece->number[d->next[index]] - place->first, err));
    }
    TIE_TRY(tie_chunk_check(&chunk, err));
out:
    return status;
}

/* Its share of the chunks of one frame, which are those from `first` to `end`. */
static enum tie_status deal_range(
    struct dealer *d, size_t first, size_t end, struct tie_frame **made, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_header_chunk *const chunks = d->all->headers->chunks;
    const struct tie_frame *const frame = d->all->frames->at[chunks[first].frame];
    const size_t count = end - first, from = first + count * d->range / d->all->ranges;
    const size_t to = first + count * (d->range + 1) / d->all->ranges;
    size_t walked = 0, kept_from = from;

    go_to(d, chunks[from].first);
    for (size_t c = from; c < to; c++) {
        TIE_TRY(deal_chunk(d, &chunks[c], err));
        walked += (size_t)frame->index[chunks[c].chunk].bytes;
        if (walked < TIE_FRAME_WALKED_BYTES)
            continue;
        tie_frame_forget(frame, chunks[kept_from].chunk, chunks[c].chunk + (size_t)1);
        walked = 0;
        kept_from = c + 1;
    }
    if (d->writer != NULL) {
        struct tie_frame_writer *const writer = d->writer;
        d->writer = NULL; /* sealing frees it */
        TIE_TRY(tie_frame_seal_nameless(writer, made, err));
    }
out:
    return status;
}

static void *deal(void *argument)
{
    struct dealer *const d = argument;
    const struct tie_headers *const headers = d->all->headers;
    struct tie_frame **made = d->all->at + d->range;

    for (size_t first = 0, end; first < headers->chunk_count && d->status == TIE_OK; first = end) {
        for (end = first + 1; end < headers->chunk_count && headers->chunks[end].frame == headers->chunks[first].frame;)
            end++;
        d->status = deal_range(d, first, end, made, &d->error);
        made += d->all->ranges;
    }
    tie_frame_discard(d->writer);
    d->writer = NULL;
    return NULL;
}

/* ---- all of them ---- */

/* A range a thread, but no more than have memory to buffer rows in. */
static unsigned choose_ranges(size_t left, unsigned threads)
{
    unsigned ranges = threads;

    while (ranges > 1 && left / ranges < BUFFER_BYTES_LEAST)
        ranges--;
    return ranges;
}

static enum tie_status run_dealers(struct dealer *dealers, unsigned count, struct tie_error *err)
{
    unsigned started = 1;

    while (started < count && pthread_create(&dealers[started].thread, NULL, deal, &dealers[started]) == 0)
        started++;
    for (unsigned i = started; i < count; i++) /* fewer threads do the same work */
        (void)deal(&dealers[i]);
    (void)deal(&dealers[0]);
    for (unsigned i = 1; i < started; i++)
        (void)pthread_join(dealers[i].thread, NULL);
    for (unsigned i = 0; i < count; i++)
        if (dealers[i].status != TIE_OK) {
            if (err != NULL)
                *err = dealers[i].error;
            return dealers[i].status;
        }
    return TIE_OK;
}

enum tie_status tie_headers_deal(
    const struct tie_frames *frames, struct tie_homes *homes, unsigned threads, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &homes->links;
    struct tie_headers *const headers = &homes->headers;
    const size_t room = headers->dealt_room;
    size_t pieces = 0;

    EACH_PIECE(headers, (size_t)frames->shard_count + 1, shard, index, piece)
    pieces++;
    TIE_TRY(tie_links_room(links, threads * (sizeof(struct dealer) + pieces * sizeof(size_t) + 32) + 64, err));
    struct dealer *const dealers = TIE_TAKE(links->work, struct dealer, threads);
    const size_t left = links->memory_bytes - links->keep->used_bytes - links->work->used_bytes;
    const unsigned ranges = choose_ranges(left, threads);
    const size_t buffers = left < BUFFER_BYTES_MAX ? left : BUFFER_BYTES_MAX;
    const struct dealing all = { frames, headers, ranges, buffers / ranges, headers->dealt.at };
    for (unsigned i = 0; i < ranges; i++) {
        dealers[i].all = &all;
        dealers[i].range = i;
        dealers[i].next = TIE_TAKE(links->work, size_t, pieces);
    }
    status = run_dealers(dealers, ranges, err);
    for (size_t i = 0; i < room; i++) /* also of those that were sealed before one failed */
        if (headers->dealt.at[i] != NULL)
            headers->dealt.at[headers->dealt.count++] = headers->dealt.at[i];
out:
    return status;
}
