/*
 * frame_read.c - opens a sealed frame and its chunks without trusting a byte of them.
 *
 * The file is mapped; opening checks header, footer and index, so that every chunk lies inside the file; opening a
 * chunk checks that its arrays lie inside the chunk. What is left are ids, offsets of texts, words and bools in the
 * arrays: they are checked where they are read, because most cells are read once, and reading them all before would
 * double the work. A bad one reads as empty and marks the chunk; who used the chunk asks tie_chunk_check and fails
 * with the frame's path.
 *
 * Limit: a frame altered so that it is still well-formed is found by tie_frame_verify only. A file that shrinks while
 * it is mapped ends the process (SIGBUS): frames lie in the run's own folder, under its lock.
 */
#include "fill.h"

#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum tie_status refuse(const struct tie_frame *frame, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_DATA, "frame %s is damaged: %s; extract again", frame->path, what);
}

static enum tie_status map_file(struct tie_frame *frame, int fd, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct stat info;

    if (fstat(fd, &info) != 0)
        TIE_TRY(tie_fail_os(err, TIE_IO, errno, "look at frame", frame->path));
    if (!S_ISREG(info.st_mode))
        TIE_TRY(refuse(frame, "it is no regular file", err));
    if ((uint64_t)info.st_size < sizeof(struct tie_frame_header) + sizeof(struct tie_frame_footer))
        TIE_TRY(refuse(frame, "it is shorter than a header and a footer, so it was never sealed", err));
    frame->size_bytes = (size_t)info.st_size;
    void *map = mmap(NULL, frame->size_bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        TIE_TRY(tie_fail_os(err, TIE_IO, errno, "map frame", frame->path));
    frame->map = map;
out:
    return status;
}

static enum tie_status check_header(struct tie_frame *frame, struct tie_error *err)
{
    struct tie_frame_header *const header = &frame->header;

    TIE_ASSERT(frame->map != NULL); /* else map_file had failed */
    memcpy(header, frame->map, sizeof *header);
    if (memcmp(header->magic, TIE_FRAME_MAGIC, sizeof header->magic) != 0)
        return refuse(frame, "it does not begin as a frame", err);
    if (header->version != TIE_FRAME_VERSION)
        return tie_fail(err, TIE_DATA, "frame %s has version %u, this engine reads version %u; extract again",
            frame->path, header->version, TIE_FRAME_VERSION);
    if (header->dataset >= TIE_DATASET_COUNT)
        return refuse(frame, "it names an unknown dataset", err);
    frame->info = tie_dataset((enum tie_dataset)header->dataset);
    if (header->column_count != frame->info->column_count ||
        header->columns_hash != tie_frame_columns_hash(frame->info))
        return tie_fail(err, TIE_DATA,
            "frame %s was written with other columns of %s than this engine knows; extract again", frame->path,
            frame->info->name);
    if (header->column_count < 64 && header->delivered >> header->column_count != 0)
        return refuse(frame, "it delivers columns that its dataset does not have", err);
    if (header->shard_count < 1 || header->shard_count > TIE_SHARDS_MAX)
        return refuse(frame, "its shard count is out of range", err);
    if (header->xref_kind >= TIE_XREF_KIND_COUNT)
        return refuse(frame, "its kind of xref is unknown", err);
    for (size_t c = 0; c < header->column_count; c++)
        frame->delivered[c] = (header->delivered >> c & 1) != 0;
    tie_chunk_shape_init(&frame->shape, frame->info, frame->delivered);
    return TIE_OK;
}

static enum tie_status check_index(struct tie_frame *frame, struct tie_error *err)
{
    struct tie_frame_footer footer;
    const uint64_t footer_at = frame->size_bytes - sizeof footer;
    const size_t shards = frame->header.shard_count;
    uint64_t rows = 0;

    memcpy(&footer, frame->map + footer_at, sizeof footer);
    if (memcmp(footer.magic, TIE_FRAME_END_MAGIC, sizeof footer.magic) != 0)
        return refuse(frame, "it has no footer, so it was never sealed or is cut off", err);
    if (footer.index_offset % 8 != 0 || footer.index_offset > footer_at || footer.index_offset < sizeof frame->header ||
        footer.chunk_count != (footer_at - footer.index_offset) / sizeof *frame->index ||
        (footer_at - footer.index_offset) % sizeof *frame->index != 0 || footer.chunk_count > UINT32_MAX - 1)
        return refuse(frame, "its footer does not fit its size", err);
    frame->index = (const void *)(frame->map + footer.index_offset);
    frame->chunk_count = (size_t)footer.chunk_count;
    frame->rows = footer.rows;
    frame->shard_first = calloc(shards + 2, sizeof *frame->shard_first);
    if (frame->shard_first == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory to open frame %s", frame->path);
    for (size_t i = 0; i < frame->chunk_count; i++) {
        const struct tie_index_entry *entry = &frame->index[i];
        if (entry->offset % 8 != 0 || entry->offset < sizeof frame->header || entry->offset > footer.index_offset ||
            entry->bytes > footer.index_offset - entry->offset || entry->bytes < sizeof(struct tie_chunk_header))
            return refuse(frame, "a chunk lies outside the file", err);
        if (entry->shard > shards || entry->rows == 0 || entry->rows > TIE_CHUNK_ROWS_MAX ||
            (i > 0 && entry->shard < entry[-1].shard))
            return refuse(frame, "its index is not in order", err);
        rows += entry->rows;
        frame->shard_first[entry->shard + 1] = (uint32_t)(i + 1);
    }
    for (size_t s = 1; s < shards + 2; s++)
        if (frame->shard_first[s] < frame->shard_first[s - 1])
            frame->shard_first[s] = frame->shard_first[s - 1];
    return rows == frame->rows ? TIE_OK : refuse(frame, "index and footer count different rows", err);
}

enum tie_status tie_frame_map(int fd, const char *path, struct tie_frame **frame, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_frame *made = calloc(1, sizeof *made);

    *frame = NULL;
    if (made == NULL || (made->path = strdup(path)) == NULL || (made->plan = malloc(sizeof *made->plan)) == NULL) {
        status = tie_fail(err, TIE_CONFIG, "no memory to open frame %s", path);
        goto out;
    }
    TIE_TRY(map_file(made, fd, err));
    TIE_TRY(check_header(made, err));
    TIE_TRY(check_index(made, err));
    tie_fill_plan_init(made->plan, made);
    *frame = made;
    made = NULL;
out:
    tie_frame_close(made);
    return status;
}

enum tie_status tie_frame_open(const char *path, struct tie_frame **frame, struct tie_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum tie_status status;

    *frame = NULL;
    if (fd < 0)
        return tie_fail_os(err, TIE_NOINPUT, errno, "open frame", path);
    status = tie_frame_map(fd, path, frame, err);
    (void)close(fd); /* nothing was written */
    return status;
}

void tie_frame_close(struct tie_frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->map != NULL) {
        union { /* munmap takes what mmap gave; the map is const for everybody else */
            const unsigned char *read_only;
            void *any;
        } map = { .read_only = frame->map };
        (void)munmap(map.any, frame->size_bytes); /* fails for bad arguments only */
    }
    free(frame->shard_first);
    free(frame->plan);
    free(frame->path);
    free(frame);
}

enum tie_dataset tie_frame_dataset(const struct tie_frame *frame)
{
    return frame->info->id;
}

uint32_t tie_frame_part(const struct tie_frame *frame)
{
    return frame->header.part;
}

uint64_t tie_frame_rows(const struct tie_frame *frame)
{
    return frame->rows;
}

const bool *tie_frame_delivered(const struct tie_frame *frame)
{
    return frame->delivered;
}

size_t tie_frame_text_columns(const struct tie_frame *frame)
{
    return 1 + frame->plan->texts.count; /* order_ref */
}

enum tie_status tie_frame_verify(const char *path, const char *sha256, struct tie_error *err)
{
    char found[TIE_SHA256_HEX];
    const enum tie_status status = tie_file_sha256(path, found, err);

    if (status != TIE_OK)
        return status;
    if (strcmp(found, sha256) != 0)
        return tie_fail(err, TIE_DATA,
            "frame %s is not the one that was sealed: SHA-256 %s, sealed with %s; extract again", path, found, sha256);
    return TIE_OK;
}

/* ---- chunks ---- */

enum tie_status tie_chunk_open(
    const struct tie_frame *frame, size_t chunk_index, struct tie_chunk *chunk, struct tie_error *err)
{
    const struct tie_index_entry *entry = &frame->index[chunk_index];
    const unsigned char *const at = frame->map + entry->offset;
    const struct tie_chunk_shape *const shape = &frame->shape;
    struct tie_chunk_header header;

    memcpy(&header, at, sizeof header);
    if (header.magic != TIE_CHUNK_MAGIC || header.bytes != entry->bytes || header.rows != entry->rows ||
        header.shard != entry->shard || header.order_count > header.rows || header.dict_count < 1)
        return refuse(frame, "a chunk's header and the index disagree", err);
    if (header.key_first > header.dict_count || header.order_count >= header.dict_count ||
        (header.hash_count != header.rows && header.hash_count != header.order_count))
        return refuse(frame, "a chunk's header counts what cannot be", err);
    const bool long_ids = tie_has_long_ids(shape, header.rows);
    const size_t hashes_at = tie_array_at(&shape->hashes, header.rows, long_ids);
    const size_t dict_at = hashes_at + 8 * (size_t)header.hash_count;
    const size_t offsets_bytes = (4 * ((size_t)header.dict_count + 1) + 7) & ~(size_t)7;
    if (dict_at > header.bytes || offsets_bytes > header.bytes - dict_at ||
        header.dict_bytes > header.bytes - dict_at - offsets_bytes)
        return refuse(frame, "the arrays of a chunk lie outside it", err);
    *chunk = (struct tie_chunk){ .frame = frame,
        .rows = header.rows,
        .shard = header.shard,
        .order_count = header.order_count,
        .dict_count = header.dict_count,
        .dict_bytes = header.dict_bytes,
        .key_first = header.key_first,
        .hashes = (const void *)(at + hashes_at),
        .hashes_are_of_rows = header.hash_count != header.order_count,
        .has_long_ids = long_ids,
        .source_row = (const void *)(at + tie_array_at(&shape->source_row, header.rows, long_ids)),
        .order_ref = at + tie_array_at(&shape->order_ref, header.rows, long_ids),
        .dict_offsets = (const void *)(at + dict_at),
        .dict = (const char *)at + dict_at + offsets_bytes };
    for (size_t i = 0; i < shape->stored_count; i++)
        chunk->column[shape->stored[i].column] = at + tie_array_at(&shape->stored[i].before, header.rows, long_ids);
    return TIE_OK;
}

enum tie_status tie_chunk_check(const struct tie_chunk *chunk, struct tie_error *err)
{
    return chunk->is_broken ? refuse(chunk->frame, "a cell leads outside its chunk", err) : TIE_OK;
}

/* Eight bytes may be read from where any text of a chunk begins: behind a chunk there are the index and the footer. */
static const char nothing[8] = "";

/* The text between two offsets, of which the last byte is its zero. */
static inline struct tie_text text_between(struct tie_chunk *chunk, uint32_t from, uint32_t to)
{
    if (from < to && to <= chunk->dict_bytes && chunk->dict[to - 1] == '\0')
        return (struct tie_text){ chunk->dict + from, to - from - 1 };
    chunk->is_broken = true;
    return (struct tie_text){ nothing, 0 };
}

struct tie_text tie_chunk_dict(struct tie_chunk *chunk, uint32_t id)
{
    if (id != 0 && id < chunk->dict_count)
        return text_between(chunk, chunk->dict_offsets[id], chunk->dict_offsets[id + 1]);
    chunk->is_broken |= id != 0;
    return (struct tie_text){ nothing, 0 };
}

void tie_chunk_texts(struct tie_chunk *chunk, uint32_t first, uint32_t count, struct tie_text *texts)
{
    const uint32_t *const offsets = chunk->dict_offsets + first;

    TIE_ASSERT(first <= chunk->dict_count && count <= chunk->dict_count - first);
    for (uint32_t i = 0, from = offsets[0]; i < count; i++) {
        const uint32_t to = offsets[i + 1];

        texts[i] = text_between(chunk, from, to);
        from = to;
    }
}

static int64_t small_number(struct tie_chunk *chunk, unsigned value, unsigned limit)
{
    if (value < limit)
        return (int64_t)value;
    chunk->is_broken = true;
    return 0;
}

int64_t tie_chunk_number(struct tie_chunk *chunk, size_t column, uint32_t row)
{
    const enum tie_type type = chunk->frame->info->columns[column].type;
    const void *cells = chunk->column[column];

    if (type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL) {
        const unsigned char *bytes = cells;
        return bytes == NULL ? 0 : small_number(chunk, bytes[row], type == TIE_TYPE_BOOL ? 2 : TIE_WORD_COUNT);
    }
    if (cells == NULL)
        return TIE_NONE;
    if (type == TIE_TYPE_DATE) {
        const int32_t *days = cells;
        return days[row] == TIE_NO_DATE ? TIE_NONE : days[row];
    }
    const int64_t *numbers = cells;
    return numbers[row];
}
