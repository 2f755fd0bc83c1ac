/*
 * frame_write.c - buffers rows per shard within a memory limit and writes them as chunks.
 *
 * A row is encoded once into a flat record and appended to its shard's chain of blocks, all from one pool of blocks
 * that is half of the memory limit. A shard is flushed when a chunk is full (4096 rows, or an eighth of the limit, at
 * most 1 MiB); when no block is free, the shard with the most bytes is flushed. Flushing gathers the chain and makes a
 * chunk of it (frame_chunk.c).
 *
 * Invariant: a row is in exactly one chain until its chunk is in the file; the index holds one entry per chunk and is
 * sorted by shard when the frame is sealed. No memory is taken per row or per field. Flushing the largest chain keeps
 * chunks about twice as long as flushing all would.
 * Rejected: a dictionary per shard while buffering (4,097 hash tables), one dictionary for the frame (unbounded), a
 * temporary name and rename (a frame is scratch of its run: the footer tells a sealed one, and a torn one is never
 * opened).
 */
#include "frame_make.h"

#include "tieout/bytes.h"
#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MIN ((size_t)64 * 1024)
#define CHUNK_BYTES_MAX ((size_t)1024 * 1024)
#define BLOCK_BYTES_MIN 256
#define BLOCK_BYTES_MAX ((size_t)16 * 1024)
#define NO_BLOCK UINT32_MAX
#define ORDER_BYTES 40 /* a longer reference is hashed each time */

struct chain { /* buffered rows of one shard */
    uint32_t first, last;
    uint32_t last_used; /* bytes in the last block */
    uint32_t rows;
    size_t bytes;
};

struct tie_frame_writer {
    char *path;
    bool is_nameless; /* no file has the path as its name */
    int fd;
    struct tie_out out;
    const struct tie_dataset_info *info;
    unsigned shard_count;
    uint64_t rows;

    struct {         /* the order named last, and the hash of it: lines of one order come close together */
        size_t size; /* 0: none */
        uint64_t hash;
        char text[ORDER_BYTES];
    } last;

    struct tie_chunk_maker maker;
    struct tie_grown record;
    size_t chunk_bytes_max;
    size_t block_bytes;
    uint32_t block_count, block_free; /* free: head of the free list */
    uint32_t free_count;
    unsigned char *blocks;
    uint32_t *block_next;
    struct chain *chains; /* [shard_count + 1] */

    struct tie_index_entry *index;
    size_t index_count, index_room;
};

/* ---- memory ---- */

static enum tie_status make_blocks(struct tie_frame_writer *writer, size_t memory_bytes, struct tie_error *err)
{
    const size_t chain_count = (size_t)writer->shard_count + 1;
    const size_t half = memory_bytes / 2;
    size_t block_bytes = BLOCK_BYTES_MIN;

    while (block_bytes < BLOCK_BYTES_MAX && block_bytes * 2 * chain_count * 2 <= half)
        block_bytes *= 2;
    writer->block_bytes = block_bytes;
    writer->block_count = (uint32_t)(half / block_bytes < NO_BLOCK ? half / block_bytes : NO_BLOCK - 1);
    writer->chunk_bytes_max = memory_bytes / 8 < CHUNK_BYTES_MAX ? memory_bytes / 8 : CHUNK_BYTES_MAX;
    writer->blocks = malloc((size_t)writer->block_count * block_bytes); /* pages are touched when blocks are used */
    writer->block_next = calloc(writer->block_count, sizeof *writer->block_next);
    writer->chains = calloc(chain_count, sizeof *writer->chains);
    if (writer->blocks == NULL || writer->block_next == NULL || writer->chains == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for the %zu bytes of buffers of frame %s; lower [limits] memory",
            half, writer->path);
    if (writer->info->home != TIE_HOME_BROADCAST) /* those are short */
        tie_use_huge_pages(writer->blocks, half);
    for (size_t i = 0; i < chain_count; i++)
        writer->chains[i] = (struct chain){ .first = NO_BLOCK, .last = NO_BLOCK };
    for (uint32_t i = 0; i < writer->block_count; i++)
        writer->block_next[i] = i + 1 < writer->block_count ? i + 1 : NO_BLOCK;
    writer->block_free = 0;
    writer->free_count = writer->block_count;
    return TIE_OK;
}

static void free_writer(struct tie_frame_writer *writer)
{
    tie_out_release(&writer->out);
    if (writer->fd >= 0)
        (void)close(writer->fd); /* a failed close was told by seal; here the file is given up */
    tie_chunk_maker_release(&writer->maker);
    free(writer->blocks);
    free(writer->block_next);
    free(writer->chains);
    free(writer->record.at);
    free(writer->index);
    free(writer->path);
    free(writer);
}

/* A file that nobody else can find: its name, made of the path, is gone at once. */
static int open_nameless(const char *path)
{
    struct tie_buf name;
    int fd = -1;

    tie_buf_init(&name, SIZE_MAX);
    tie_buf_text(&name, path);
    tie_buf_text(&name, ".XXXXXX");
    if (!name.failed)
        fd = mkostemp(name.at, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(name.at); /* in the folder it was just made in */
    tie_buf_release(&name);
    return fd;
}

static enum tie_status create(const char *path, bool is_nameless, const struct tie_frame_spec *spec,
    struct tie_frame_writer **writer, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_frame_writer *made = calloc(1, sizeof *made);
    struct tie_frame_header header = { .version = TIE_FRAME_VERSION,
        .dataset = spec->dataset,
        .part = spec->part,
        .xref_kind = spec->xref_kind,
        .shard_count = spec->shard_count };

    *writer = NULL;
    TIE_ASSERT(spec->shard_count >= 1 && spec->shard_count <= TIE_SHARDS_MAX);
    if (made == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory to write frame %s", path);
    made->fd = -1;
    made->is_nameless = is_nameless;
    made->path = strdup(path);
    made->info = tie_dataset(spec->dataset);
    made->shard_count = spec->shard_count;
    if (made->path == NULL)
        TIE_TRY(tie_fail(err, TIE_CONFIG, "no memory to write frame %s", path));
    if (spec->memory_bytes < MEMORY_MIN)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: writing frame %s needs at least %zu bytes of buffers, "
            "%zu were left; raise [limits] memory",
            path, MEMORY_MIN, spec->memory_bytes));
    tie_record_plan_init(&made->maker.plan, made->info, spec->delivered);
    for (size_t c = 0; c < made->info->column_count; c++)
        header.delivered |= (uint64_t)spec->delivered[c] << c;
    TIE_TRY(make_blocks(made, spec->memory_bytes, err));
    made->fd = is_nameless ? open_nameless(path) : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made->fd < 0)
        TIE_TRY(tie_fail_os(err, TIE_CANTCREATE, errno, is_nameless ? "create a file beside" : "create frame", path));
    tie_out_init(&made->out, made->fd, made->path, !is_nameless);
    memcpy(header.magic, TIE_FRAME_MAGIC, sizeof header.magic);
    header.column_count = (uint32_t)made->info->column_count;
    header.columns_hash = tie_frame_columns_hash(made->info);
    tie_out_put(&made->out, &header, sizeof header);
    *writer = made;
    made = NULL;
out:
    tie_frame_discard(made);
    return status;
}

enum tie_status tie_frame_create(
    const char *path, const struct tie_frame_spec *spec, struct tie_frame_writer **writer, struct tie_error *err)
{
    return create(path, false, spec, writer, err);
}

enum tie_status tie_frame_create_nameless(
    const char *path, const struct tie_frame_spec *spec, struct tie_frame_writer **writer, struct tie_error *err)
{
    return create(path, true, spec, writer, err);
}

void tie_frame_discard(struct tie_frame_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->fd >= 0 && !writer->is_nameless)
        (void)unlink(writer->path); /* what stays behind is no frame: it has no footer */
    free_writer(writer);
}

/* ---- flushing ---- */

static void gather(struct tie_frame_writer *writer, struct chain *chain)
{
    unsigned char *to = writer->maker.records.at;

    for (uint32_t block = chain->first; block != NO_BLOCK;) {
        const uint32_t next = writer->block_next[block];
        const size_t size = block == chain->last ? chain->last_used : writer->block_bytes;
        memcpy(to, writer->blocks + (size_t)block * writer->block_bytes, size);
        to += size;
        writer->block_next[block] = writer->block_free;
        writer->block_free = block;
        writer->free_count++;
        block = next;
    }
    *chain = (struct chain){ .first = NO_BLOCK, .last = NO_BLOCK };
}

static enum tie_status add_to_index(
    struct tie_frame_writer *writer, struct tie_index_entry entry, struct tie_error *err)
{
    if (writer->index_count == writer->index_room) {
        const size_t room = writer->index_room == 0 ? 64 : 2 * writer->index_room;
        struct tie_index_entry *at = reallocarray(writer->index, room, sizeof *at);
        if (at == NULL)
            return tie_fail(err, TIE_CONFIG, "no memory for the index of frame %s", writer->path);
        writer->index = at;
        writer->index_room = room;
    }
    writer->index[writer->index_count++] = entry;
    return TIE_OK;
}

static enum tie_status flush_shard(struct tie_frame_writer *writer, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct chain *chain = &writer->chains[shard];
    const uint32_t rows = chain->rows;
    size_t bytes = 0;

    if (rows == 0)
        return TIE_OK;
    TIE_TRY(tie_grow(&writer->maker.records, chain->bytes + TIE_RECORD_SLACK, err));
    writer->maker.records.used = chain->bytes;
    gather(writer, chain);
    TIE_TRY(tie_chunk_make(&writer->maker, shard, rows, &bytes, err));
    TIE_TRY(add_to_index(writer, (struct tie_index_entry){ writer->out.bytes, bytes, shard, rows }, err));
    tie_out_put(&writer->out, writer->maker.chunk.at, bytes);
    if (writer->out.error.status != TIE_OK) /* a full disk ends the extraction now, not at its end */
        TIE_TRY(tie_out_flush(&writer->out, err));
out:
    return status;
}

static enum tie_status flush_largest(struct tie_frame_writer *writer, struct tie_error *err)
{
    unsigned largest = 0;

    for (unsigned s = 1; s <= writer->shard_count; s++)
        if (writer->chains[s].bytes > writer->chains[largest].bytes)
            largest = s;
    return flush_shard(writer, largest, err);
}

/* ---- adding ---- */

static uint64_t hash_key(const struct tie_frame_writer *writer, const struct tie_cell *cells)
{
    uint64_t hash = writer->info->id;

    for (size_t c = 0; c < writer->info->column_count; c++) {
        const struct tie_column *column = &writer->info->columns[c];
        if (column->key != TIE_KEY_PK || !writer->maker.plan.delivered[c])
            continue;
        hash = tie_hash_mix(
            hash, tie_type_is_text(column->type) ? tie_hash_text(cells[c].text) : (uint64_t)cells[c].number);
    }
    return hash;
}

static uint64_t hash_order(struct tie_frame_writer *writer, struct tie_text order)
{
    if (writer->last.size != order.size || !tie_bytes_same(writer->last.text, order.at, order.size)) {
        writer->last.hash = tie_hash_text(order);
        writer->last.size = order.size <= ORDER_BYTES ? order.size : 0;
        memcpy(writer->last.text, order.at, writer->last.size);
    }
    return writer->last.hash;
}

static unsigned choose_shard(const struct tie_frame_writer *writer, struct tie_text order_ref, uint64_t home_hash)
{
    if (writer->info->home == TIE_HOME_BROADCAST)
        return 0;
    if (writer->info->home == TIE_HOME_NONE || writer->info->home == TIE_HOME_VIA_LINES || order_ref.size == 0)
        return writer->shard_count;
    return tie_shard_of_hash(home_hash, writer->shard_count);
}

/* Room for a record where it will stay; NULL when it goes on in another block. */
static unsigned char *room_in_block(const struct tie_frame_writer *writer, const struct chain *chain, size_t size)
{
    if (chain->last == NO_BLOCK || size > writer->block_bytes - chain->last_used)
        return NULL;
    return writer->blocks + (size_t)chain->last * writer->block_bytes + chain->last_used;
}

static void append(struct tie_frame_writer *writer, struct chain *chain, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        if (chain->last == NO_BLOCK || chain->last_used == writer->block_bytes) {
            const uint32_t block = writer->block_free;
            writer->block_free = writer->block_next[block];
            writer->free_count--;
            writer->block_next[block] = NO_BLOCK;
            if (chain->last == NO_BLOCK)
                chain->first = block;
            else
                writer->block_next[chain->last] = block;
            chain->last = block;
            chain->last_used = 0;
        }
        const size_t room = writer->block_bytes - chain->last_used;
        const size_t step = size < room ? size : room;
        memcpy(writer->blocks + (size_t)chain->last * writer->block_bytes + chain->last_used, bytes, step);
        chain->last_used += (uint32_t)step;
        bytes += step;
        size -= step;
    }
}

/* Where the shard's next record is to be written, of `size` bytes; whoever writes it calls end_record. */
static enum tie_status begin_record(struct tie_frame_writer *writer, unsigned shard, uint32_t source_row, size_t size,
    unsigned char **record, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct chain *const chain = &writer->chains[shard];

    if (size > writer->chunk_bytes_max)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: row %u of %s has %zu bytes, a chunk of frame %s takes %zu; "
            "raise [limits] memory",
            source_row, writer->info->name, size, writer->path, writer->chunk_bytes_max));
    if (chain->rows == TIE_CHUNK_ROWS_MAX || chain->bytes + size > writer->chunk_bytes_max)
        TIE_TRY(flush_shard(writer, shard, err));
    while (writer->free_count < size / writer->block_bytes + 1)
        TIE_TRY(flush_largest(writer, err));
    *record = room_in_block(writer, chain, size);
    if (*record == NULL) {
        TIE_TRY(tie_grow(&writer->record, size, err));
        *record = writer->record.at;
    }
out:
    return status;
}

static void end_record(struct tie_frame_writer *writer, unsigned shard, const unsigned char *record, size_t size)
{
    struct chain *const chain = &writer->chains[shard];

    if (record == writer->record.at) {
        append(writer, chain, record, size);
    } else {
        chain->last_used += (uint32_t)size;
        /* the shard's next row comes when its lines have long left the caches: a store would wait for them */
        __builtin_prefetch(record + size + 64, 1);
        __builtin_prefetch(record + size + 128, 1);
    }
    chain->rows++;
    chain->bytes += size;
    writer->rows++;
}

enum tie_status tie_frame_add(struct tie_frame_writer *writer, uint32_t source_row, struct tie_text order_ref,
    const struct tie_cell *cells, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_record_plan *plan = &writer->maker.plan;
    const struct tie_record_head head = { order_ref.size > 0 ? hash_order(writer, order_ref) : hash_key(writer, cells),
        source_row, order_ref };
    const unsigned shard = choose_shard(writer, order_ref, head.home_hash);
    unsigned char *record = NULL;
    size_t text_bytes_max = 0;
    const size_t size = tie_record_bytes(plan, &head, cells, &text_bytes_max);

    if (text_bytes_max > UINT16_MAX && size <= writer->chunk_bytes_max)
        TIE_TRY(tie_fail(err, TIE_DATA, "row %u of %s has a text of more than %u bytes; frame %s takes none so long",
            source_row, writer->info->name, UINT16_MAX, writer->path));
    TIE_TRY(begin_record(writer, shard, source_row, size, &record, err));
    tie_record_encode(plan, &head, cells, record);
    end_record(writer, shard, record, size);
out:
    return status;
}

enum tie_status tie_frame_add_copy(
    struct tie_frame_writer *writer, unsigned shard, struct tie_chunk *chunk, uint32_t row, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_text texts[TIE_COLUMN_MAX + 1];
    const size_t size = tie_record_copied_bytes(&writer->maker.plan, chunk, row, texts);
    unsigned char *record = NULL;

    TIE_ASSERT(shard <= writer->shard_count);
    TIE_TRY(begin_record(writer, shard, chunk->source_row[row], size, &record, err));
    tie_record_encode_copy(&writer->maker.plan, chunk, row, texts, record);
    end_record(writer, shard, record, size);
out:
    return status;
}

/* ---- sealing ---- */

static int compare_entries(const void *left, const void *right)
{
    const struct tie_index_entry *a = left, *b = right;

    if (a->shard != b->shard)
        return a->shard < b->shard ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* What is still buffered, index and footer. */
static enum tie_status finish(struct tie_frame_writer *writer, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_frame_footer footer = { .rows = writer->rows };

    for (unsigned s = 0; s <= writer->shard_count; s++)
        TIE_TRY(flush_shard(writer, s, err));
    footer.chunk_count = writer->index_count;
    footer.index_offset = writer->out.bytes;
    memcpy(footer.magic, TIE_FRAME_END_MAGIC, sizeof footer.magic);
    if (writer->index_count > 0) {
        qsort(writer->index, writer->index_count, sizeof *writer->index, compare_entries);
        tie_out_put(&writer->out, writer->index, writer->index_count * sizeof *writer->index);
    }
    tie_out_put(&writer->out, &footer, sizeof footer);
    TIE_TRY(tie_out_flush(&writer->out, err));
out:
    return status;
}

enum tie_status tie_frame_seal(struct tie_frame_writer *writer, struct tie_frame_seal *seal, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(finish(writer, err));
    *seal = (struct tie_frame_seal){ .rows = writer->rows, .bytes = writer->out.bytes };
    tie_out_sha256(&writer->out, seal->sha256);
    const int fd = writer->fd;
    writer->fd = -1;
    if (close(fd) != 0) {
        const int os_error = errno;
        (void)unlink(writer->path);
        TIE_TRY(tie_fail_os(err, TIE_IO, os_error, "close frame", writer->path));
    }
out:
    if (status == TIE_OK)
        free_writer(writer);
    else
        tie_frame_discard(writer);
    return status;
}

enum tie_status tie_frame_seal_nameless(
    struct tie_frame_writer *writer, struct tie_frame **frame, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_ASSERT(writer->is_nameless);
    *frame = NULL;
    TIE_TRY(finish(writer, err));
    TIE_TRY(tie_frame_map(writer->fd, writer->path, frame, err));
out:
    free_writer(writer);
    return status;
}
