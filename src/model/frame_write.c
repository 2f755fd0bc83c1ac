/*
 * frame_write.c - buffers rows per shard within a memory limit and writes them as chunks.
 *
 * A row is encoded once into a flat record and appended to its shard's chain of blocks, all from one pool of blocks
 * that is half of the memory limit. A shard is flushed when a chunk is full (4096 rows, or an eighth of the limit, at
 * most 1 MiB); when no block is free, the shard with the most bytes is flushed. Flushing gathers the chain, gives
 * every different text an id in the chunk's own dictionary and lays the cells out column by column.
 *
 * Invariant: a row is in exactly one chain until its chunk is in the file; the index holds one entry per chunk and is
 * sorted by shard when the frame is sealed. No memory is taken per row or per field. Flushing the largest chain keeps
 * chunks about twice as long as flushing all would.
 * Rejected: a dictionary per shard while buffering (4,097 hash tables), one dictionary for the frame (unbounded), a
 * temporary name and rename (a frame is scratch of its run: the footer tells a sealed one, and a torn one is never
 * opened).
 */
#include "frame_format.h"

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

struct chain { /* buffered rows of one shard */
    uint32_t first, last;
    uint32_t last_used; /* bytes in the last block */
    uint32_t rows;
    size_t bytes;
};

struct grown { /* scratch that only grows */
    unsigned char *at;
    size_t room;
};

struct tie_frame_writer {
    char *path;
    int fd;
    struct tie_out out;
    const struct tie_dataset_info *info;
    bool delivered[TIE_COLUMN_MAX];
    uint32_t part;
    unsigned shard_count;
    uint64_t rows;

    size_t chunk_bytes_max;
    size_t block_bytes;
    uint32_t block_count, block_free; /* free: head of the free list */
    uint32_t free_count;
    unsigned char *blocks;
    uint32_t *block_next;
    struct chain *chains; /* [shard_count + 1] */

    struct grown record, gathered, chunk;
    struct tie_arena dict_arena;
    struct tie_index_entry *index;
    size_t index_count, index_room;
};

/* ---- layout, shared with the reader ---- */

bool tie_type_is_text(enum tie_type type)
{
    return type == TIE_TYPE_ID || type == TIE_TYPE_TEXT || type == TIE_TYPE_OPEN || type == TIE_TYPE_HASH;
}

size_t tie_type_bytes(enum tie_type type)
{
    if (tie_type_is_text(type) || type == TIE_TYPE_DATE)
        return 4;
    return type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL ? 1 : 8;
}

static size_t round_up_8(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

void tie_chunk_layout(
    const struct tie_dataset_info *info, const bool *delivered, uint32_t rows, struct tie_chunk_layout *layout)
{
    static const size_t widths[] = { 8, 4, 1 };
    size_t at = sizeof(struct tie_chunk_header);

    *layout = (struct tie_chunk_layout){ .home_hash = at };
    at += 8 * (size_t)rows;
    for (size_t w = 0; w < TIE_COUNT_OF(widths); w++) {
        if (widths[w] == 4) {
            layout->source_row = at;
            at = round_up_8(at + 4 * (size_t)rows);
            layout->order_ref = at;
            at = round_up_8(at + 4 * (size_t)rows);
        }
        for (size_t c = 0; c < info->column_count; c++)
            if (delivered[c] && tie_type_bytes(info->columns[c].type) == widths[w]) {
                layout->column[c] = at;
                at = round_up_8(at + widths[w] * rows);
            }
    }
    layout->dict = at;
}

uint64_t tie_frame_columns_hash(const struct tie_dataset_info *info)
{
    uint64_t hash = tie_hash_text(tie_text_of(info->name));

    for (size_t c = 0; c < info->column_count; c++) {
        hash = tie_hash_mix(hash, tie_hash_text(tie_text_of(info->columns[c].name)));
        hash = tie_hash_mix(hash, (uint64_t)info->columns[c].type);
    }
    return tie_hash_mix(hash, TIE_WORD_COUNT);
}

unsigned tie_shard_of_hash(uint64_t home_hash, unsigned shard_count)
{
    return (unsigned)((home_hash >> 32) * shard_count >> 32);
}

/* ---- memory ---- */

static enum tie_status grow(struct grown *scratch, size_t size_bytes, struct tie_error *err)
{
    if (size_bytes <= scratch->room)
        return TIE_OK;
    size_t room = scratch->room == 0 ? 4096 : scratch->room;
    while (room < size_bytes)
        room *= 2;
    unsigned char *at = realloc(scratch->at, room);
    if (at == NULL)
        return tie_fail(
            err, TIE_CONFIG, "no memory for %zu bytes while a frame is written; give the machine more memory", room);
    scratch->at = at;
    scratch->room = room;
    return TIE_OK;
}

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
    for (size_t i = 0; i < chain_count; i++)
        writer->chains[i] = (struct chain){ .first = NO_BLOCK, .last = NO_BLOCK };
    for (uint32_t i = 0; i < writer->block_count; i++)
        writer->block_next[i] = i + 1 < writer->block_count ? i + 1 : NO_BLOCK;
    writer->block_free = 0;
    writer->free_count = writer->block_count;
    /* Distinct texts cost at most 14 bytes of pool for a byte of record (two-byte texts); the rest is room for
     * doubling. */
    return tie_arena_init(&writer->dict_arena, 32 * writer->chunk_bytes_max + (size_t)1024 * 1024, err);
}

static void free_writer(struct tie_frame_writer *writer)
{
    tie_out_release(&writer->out);
    if (writer->fd >= 0)
        (void)close(writer->fd); /* a failed close was told by seal; here the file is given up */
    tie_arena_release(&writer->dict_arena);
    free(writer->blocks);
    free(writer->block_next);
    free(writer->chains);
    free(writer->record.at);
    free(writer->gathered.at);
    free(writer->chunk.at);
    free(writer->index);
    free(writer->path);
    free(writer);
}

enum tie_status tie_frame_create(
    const char *path, const struct tie_frame_spec *spec, struct tie_frame_writer **writer, struct tie_error *err)
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
    made->path = strdup(path);
    made->info = tie_dataset(spec->dataset);
    made->part = spec->part;
    made->shard_count = spec->shard_count;
    if (made->path == NULL)
        TIE_TRY(tie_fail(err, TIE_CONFIG, "no memory to write frame %s", path));
    if (spec->memory_bytes < MEMORY_MIN)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: writing frame %s needs at least %zu bytes of buffers, "
            "%zu were left; raise [limits] memory",
            path, MEMORY_MIN, spec->memory_bytes));
    for (size_t c = 0; c < made->info->column_count; c++) {
        made->delivered[c] = spec->delivered[c];
        header.delivered |= (uint64_t)spec->delivered[c] << c;
    }
    TIE_TRY(make_blocks(made, spec->memory_bytes, err));
    made->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made->fd < 0)
        TIE_TRY(tie_fail_os(err, TIE_CANTCREATE, errno, "create frame", path));
    tie_out_init(&made->out, made->fd, made->path, true);
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

void tie_frame_discard(struct tie_frame_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->fd >= 0)
        (void)unlink(writer->path); /* what stays behind is no frame: it has no footer */
    free_writer(writer);
}

/* ---- flushing ---- */

static void gather(struct tie_frame_writer *writer, struct chain *chain)
{
    unsigned char *to = writer->gathered.at;

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

struct reading {
    const unsigned char *at;
};

static void read_bytes(struct reading *in, void *to, size_t size)
{
    memcpy(to, in->at, size);
    in->at += size;
}

static struct tie_text read_text(struct reading *in)
{
    uint32_t size = 0;

    read_bytes(in, &size, sizeof size);
    const struct tie_text text = { (const char *)in->at, size };
    in->at += size;
    return text;
}

/* Neighbouring rows often repeat a text (a currency, an order): the last one of a column saves the hash. */
struct last_text {
    struct tie_text text;
    tie_str id;
};

static tie_str dict_put(struct tie_pool *dict, struct last_text *last, struct tie_text text)
{
    if (text.size == 0)
        return 0;
    if (!tie_text_equal(last->text, text))
        *last = (struct last_text){ text, tie_pool_put(dict, text) };
    return last->id;
}

/* Records become columns in writer->chunk; texts become ids of `dict`. */
static void lay_out(
    struct tie_frame_writer *writer, const struct tie_chunk_layout *layout, uint32_t rows, struct tie_pool *dict)
{
    struct last_text last[TIE_COLUMN_MAX + 1] = { 0 };
    struct reading in = { writer->gathered.at };
    unsigned char *const chunk = writer->chunk.at;

    for (uint32_t r = 0; r < rows; r++) {
        read_bytes(&in, chunk + layout->source_row + 4 * (size_t)r, 4);
        read_bytes(&in, chunk + layout->home_hash + 8 * (size_t)r, 8);
        const tie_str order = dict_put(dict, &last[TIE_COLUMN_MAX], read_text(&in));
        memcpy(chunk + layout->order_ref + 4 * (size_t)r, &order, 4);
        for (size_t c = 0; c < writer->info->column_count; c++) {
            const size_t width = tie_type_bytes(writer->info->columns[c].type);
            if (!writer->delivered[c])
                continue;
            unsigned char *const cell = chunk + layout->column[c] + width * r;
            if (tie_type_is_text(writer->info->columns[c].type)) {
                const tie_str id = dict_put(dict, &last[c], read_text(&in));
                memcpy(cell, &id, 4);
            } else {
                read_bytes(&in, cell, width);
            }
        }
    }
}

static uint32_t count_orders(
    struct tie_frame_writer *writer, const struct tie_chunk_layout *layout, uint32_t rows, uint32_t dict_count)
{
    unsigned char *seen = TIE_TAKE(&writer->dict_arena, unsigned char, dict_count);
    uint32_t count = 0;

    seen[0] = 1; /* no order is none */
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t id = 0;
        memcpy(&id, writer->chunk.at + layout->order_ref + 4 * (size_t)r, sizeof id);
        count += seen[id] == 0;
        seen[id] = 1;
    }
    return count;
}

static void put_dict(struct tie_out *out, const struct tie_pool *dict, uint32_t dict_count, size_t dict_bytes)
{
    static const unsigned char zeros[8];
    uint32_t offset = 0;

    for (uint32_t id = 0; id < dict_count; id++) {
        tie_out_put(out, &offset, sizeof offset);
        offset += (uint32_t)tie_pool_text(dict, id).size;
    }
    tie_out_put(out, &offset, sizeof offset);
    tie_out_put(out, zeros, dict_count % 2 == 0 ? 4 : 0); /* dict_count + 1 offsets of 4 bytes */
    for (uint32_t id = 0; id < dict_count; id++)
        tie_out_put(out, tie_pool_text(dict, id).at, tie_pool_text(dict, id).size);
    tie_out_put(out, zeros, round_up_8(dict_bytes) - dict_bytes);
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
    struct tie_chunk_layout layout;
    struct tie_pool dict;
    struct tie_chunk_header header = { .magic = TIE_CHUNK_MAGIC, .shard = shard, .rows = rows };

    if (rows == 0)
        return TIE_OK;
    tie_chunk_layout(writer->info, writer->delivered, rows, &layout);
    TIE_TRY(grow(&writer->gathered, chain->bytes, err));
    TIE_TRY(grow(&writer->chunk, layout.dict, err));
    gather(writer, chain);
    memset(writer->chunk.at, 0, layout.dict); /* padding is part of the digest */
    tie_arena_reset(&writer->dict_arena);
    tie_pool_init(&dict, &writer->dict_arena, NULL);
    lay_out(writer, &layout, rows, &dict);

    header.dict_count = dict.first + dict.count;
    if (header.dict_count == 0)
        header.dict_count = 1; /* "" is always there */
    header.order_count = count_orders(writer, &layout, rows, header.dict_count);
    size_t dict_bytes = 0;
    for (uint32_t id = 0; id < header.dict_count; id++)
        dict_bytes += tie_pool_text(&dict, id).size;
    header.dict_bytes = (uint32_t)dict_bytes;
    header.bytes = layout.dict + round_up_8(4 * ((size_t)header.dict_count + 1)) + round_up_8(dict_bytes);
    TIE_TRY(add_to_index(writer, (struct tie_index_entry){ writer->out.bytes, header.bytes, shard, rows }, err));
    memcpy(writer->chunk.at, &header, sizeof header);
    tie_out_put(&writer->out, writer->chunk.at, layout.dict);
    put_dict(&writer->out, &dict, header.dict_count, dict_bytes);
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
        if (column->key != TIE_KEY_PK || !writer->delivered[c])
            continue;
        hash = tie_hash_mix(
            hash, tie_type_is_text(column->type) ? tie_hash_text(cells[c].text) : (uint64_t)cells[c].number);
    }
    return hash;
}

static unsigned choose_shard(const struct tie_frame_writer *writer, struct tie_text order_ref, uint64_t home_hash)
{
    if (writer->info->home == TIE_HOME_BROADCAST)
        return 0;
    if (writer->info->home == TIE_HOME_NONE || writer->info->home == TIE_HOME_VIA_LINES || order_ref.size == 0)
        return writer->shard_count;
    return tie_shard_of_hash(home_hash, writer->shard_count);
}

static unsigned char *encode_text(unsigned char *to, struct tie_text text)
{
    const uint32_t size = (uint32_t)text.size;

    memcpy(to, &size, sizeof size);
    if (size > 0)
        memcpy(to + sizeof size, text.at, size);
    return to + sizeof size + size;
}

static unsigned char *encode_number(unsigned char *to, enum tie_type type, int64_t number)
{
    const size_t width = tie_type_bytes(type);

    if (type == TIE_TYPE_DATE) {
        const int32_t day = number == TIE_NONE ? TIE_NO_DATE : (int32_t)number;
        TIE_ASSERT(number == TIE_NONE || (number >= INT32_MIN && number <= INT32_MAX));
        memcpy(to, &day, sizeof day);
    } else if (width == 1) {
        TIE_ASSERT(number >= 0 && number < (type == TIE_TYPE_BOOL ? 2 : TIE_WORD_COUNT));
        *to = (unsigned char)number;
    } else {
        memcpy(to, &number, sizeof number);
    }
    return to + width;
}

static size_t record_bytes(
    const struct tie_frame_writer *writer, struct tie_text order_ref, const struct tie_cell *cells)
{
    size_t size = 4 + 8 + 4 + order_ref.size;

    for (size_t c = 0; c < writer->info->column_count; c++)
        if (writer->delivered[c])
            size += tie_type_bytes(writer->info->columns[c].type) +
                (tie_type_is_text(writer->info->columns[c].type) ? cells[c].text.size : 0);
    return size;
}

static void encode(struct tie_frame_writer *writer, uint32_t source_row, uint64_t home_hash, struct tie_text order_ref,
    const struct tie_cell *cells)
{
    unsigned char *to = writer->record.at;

    memcpy(to, &source_row, 4);
    memcpy(to + 4, &home_hash, 8);
    to = encode_text(to + 12, order_ref);
    for (size_t c = 0; c < writer->info->column_count; c++) {
        const enum tie_type type = writer->info->columns[c].type;
        if (writer->delivered[c])
            to = tie_type_is_text(type) ? encode_text(to, cells[c].text) : encode_number(to, type, cells[c].number);
    }
}

static void append(struct tie_frame_writer *writer, struct chain *chain, const unsigned char *bytes, size_t size)
{
    chain->rows++;
    chain->bytes += size;
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

enum tie_status tie_frame_add(struct tie_frame_writer *writer, uint32_t source_row, struct tie_text order_ref,
    const struct tie_cell *cells, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const uint64_t home_hash = order_ref.size > 0 ? tie_hash_text(order_ref) : hash_key(writer, cells);
    const unsigned shard = choose_shard(writer, order_ref, home_hash);
    struct chain *chain = &writer->chains[shard];
    const size_t size = record_bytes(writer, order_ref, cells);

    if (size > writer->chunk_bytes_max)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: row %u of %s has %zu bytes, a chunk of frame %s takes %zu; "
            "raise [limits] memory",
            source_row, writer->info->name, size, writer->path, writer->chunk_bytes_max));
    TIE_TRY(grow(&writer->record, size, err));
    encode(writer, source_row, home_hash, order_ref, cells);
    if (chain->rows == TIE_CHUNK_ROWS_MAX || chain->bytes + size > writer->chunk_bytes_max)
        TIE_TRY(flush_shard(writer, shard, err));
    while (writer->free_count < size / writer->block_bytes + 1)
        TIE_TRY(flush_largest(writer, err));
    append(writer, chain, writer->record.at, size);
    writer->rows++;
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

enum tie_status tie_frame_seal(struct tie_frame_writer *writer, struct tie_frame_seal *seal, struct tie_error *err)
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
