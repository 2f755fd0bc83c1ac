/*
 * frame_pages.c - gives pages of mapped frames back when their rows have been read.
 *
 * The kernel counts every page of a map that was touched as memory of the process until it is told otherwise, and a run
 * reads all of its frames. What is given back stays in the page cache: reading it again costs a fault without a read,
 * so it is done per shard, when a shard has been judged, and costs a call for each run of chunks that lie together.
 *
 * A fault maps the pages around it, too, 64 KiB by default: the range is widened to such borders, else those of the
 * neighbours that were given back before would come back one by one, never to go again. A neighbour that is just being
 * read by another thread faults once more.
 * Rejected: reading frames into buffers (a copy of every byte), MADV_RANDOM (does not stop that widening for files).
 */
#include "homes.h"

#include <sys/mman.h>

#define AROUND_BYTES ((uintptr_t)65536)

static void forget_bytes(const struct tie_frame *frame, size_t from, size_t to)
{
    union { /* the map is const for everybody but munmap and this */
        const unsigned char *read_only;
        unsigned char *any;
    } map = { .read_only = frame->map };
    const uintptr_t base = (uintptr_t)frame->map;
    const uintptr_t first = (base + from) / AROUND_BYTES * AROUND_BYTES;
    const uintptr_t end = (base + to + AROUND_BYTES - 1) / AROUND_BYTES * AROUND_BYTES;
    const size_t begin = first < base ? 0 : (size_t)(first - base);
    const size_t last = end - base < frame->size_bytes ? (size_t)(end - base) : frame->size_bytes;

    (void)madvise(map.any + begin, last - begin, MADV_DONTNEED); /* memory only: nothing is lost when it fails */
}

void tie_frame_forget(const struct tie_frame *frame, size_t first_chunk, size_t end_chunk)
{
    for (size_t c = first_chunk; c < end_chunk;) {
        const size_t from = (size_t)frame->index[c].offset;
        size_t to = from;
        for (; c < end_chunk && frame->index[c].offset == to; c++)
            to += (size_t)frame->index[c].bytes;
        forget_bytes(frame, from, to);
    }
}

void tie_frames_forget(const struct tie_frames *frames)
{
    for (size_t f = 0; f < frames->count; f++)
        forget_bytes(frames->at[f], 0, frames->at[f]->size_bytes);
}

static void forget_shard(const struct tie_frames *frames, unsigned shard)
{
    for (size_t f = 0; f < frames->count; f++)
        tie_frame_forget(frames->at[f], frames->at[f]->shard_first[shard], frames->at[f]->shard_first[shard + 1]);
}

void tie_shard_forget(const struct tie_frames *frames, const struct tie_homes *homes, unsigned shard)
{
    forget_shard(frames, shard);
    forget_shard(&homes->headers.dealt, shard);
}

void tie_frames_watch(const struct tie_frames *frames, struct tie_trim *trim)
{
    for (size_t f = 0; f < frames->count; f++)
        tie_trim_add(trim, frames->at[f]->map, frames->at[f]->size_bytes);
}

void tie_frames_unwatch(const struct tie_frames *frames, struct tie_trim *trim)
{
    for (size_t f = 0; f < frames->count; f++)
        tie_trim_remove(trim, frames->at[f]->map);
}
