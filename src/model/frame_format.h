/*
 * frame_format.h - private to model/: the bytes of a frame, and access to one chunk of an open one.
 *
 *   +--------+---------+---------+-----+---------+-----------------------+--------+
 *   | header | chunk 0 | chunk 1 | ... | chunk n | index: n + 1 entries  | footer |
 *   +--------+---------+---------+-----+---------+-----------------------+--------+
 *     64       multiples of 8 bytes                24 each, (shard, offset)  32
 *
 *   chunk   +--------+----------------+------------+-----------+-----------+-----------+--------+------+
 *           | header | 8-byte columns | source_row | DATE      | order_ref | 1-byte    | hashes | dict |
 *           |        |                |            | columns   | and texts | columns   |        |      |
 *           +--------+----------------+------------+-----------+-----------+-----------+--------+------+
 *             40       INSTANT, INT     u32          u32         ids         WORD, BOOL  u64
 *                      DECIMAL, RATE
 *   ids     of texts in the dictionary; u16 where a chunk of so many rows cannot have 65,536 of them, else u32
 *   hashes  home hashes: of the orders 1, 2, ... order_count where each row names one; else of every row
 *   dict    u32 offsets [count + 1], then the texts, each with a zero behind it, so that a pool may refer to them as
 *           they lie; id 0 is the empty text, then come all orders that rows name, other texts, and from key_first on
 *           those of a primary key of one column that are no order's, in order of the rows. Every array starts at a
 *           multiple of 8.
 *
 * Only delivered columns are stored. Numbers are little-endian, as on both machines that Tieout is built for. The
 * header carries a hash of the dataset's columns: a frame made by another version of the table is refused, never
 * misread.
 */
#ifndef TIEOUT_MODEL_FRAME_FORMAT_H
#define TIEOUT_MODEL_FRAME_FORMAT_H

#include "tieout/frame.h"
#include "tieout/shard.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are mapped as they lie on disk: little-endian only");

#define TIE_FRAME_MAGIC "TIEFRAME"
#define TIE_FRAME_END_MAGIC "TIESEAL\n"
#define TIE_FRAME_VERSION 3u
#define TIE_CHUNK_MAGIC 0x4b4e4843u /* "CHNK" */
#define TIE_CHUNK_ROWS_MAX 4096u    /* ids and rows of a chunk stay in the second-level cache while it is loaded */

struct tie_frame_header {
    char magic[8];
    uint32_t version, dataset, part, xref_kind, shard_count, column_count;
    uint64_t delivered; /* bit i: column i is stored */
    uint64_t columns_hash;
    uint64_t reserved[2];
};
_Static_assert(sizeof(struct tie_frame_header) == 64, "drawn above");
_Static_assert(TIE_COLUMN_MAX <= 64, "the delivered mask is one 64-bit word");

struct tie_chunk_header {
    uint32_t magic, shard, rows;
    uint32_t order_count; /* different orders named by its rows */
    uint32_t hash_count;  /* of these, or of all rows */
    uint32_t key_first, dict_count, dict_bytes;
    uint64_t bytes; /* of the chunk, this header included */
};
_Static_assert(sizeof(struct tie_chunk_header) == 40, "drawn above");

struct tie_index_entry {
    uint64_t offset, bytes;
    uint32_t shard, rows;
};
_Static_assert(sizeof(struct tie_index_entry) == 24, "drawn above");

struct tie_frame_footer {
    uint64_t rows, chunk_count, index_offset;
    char magic[8];
};
_Static_assert(sizeof(struct tie_frame_footer) == 32, "drawn above");

/* How many arrays of each kind stand before one in a chunk: with the number of rows, that is where it begins. */
enum tie_array_kind { TIE_ARRAY_WIDE, TIE_ARRAY_DATES, TIE_ARRAY_IDS, TIE_ARRAY_BYTES, TIE_ARRAY_KINDS };
struct tie_arrays {
    uint16_t of[TIE_ARRAY_KINDS];
};

/* What is the same in all chunks of a frame. */
struct tie_chunk_shape {
    struct tie_arrays source_row, order_ref, hashes;
    size_t stored_count;
    struct tie_stored_array {
        uint16_t column;
        struct tie_arrays before;
    } stored[TIE_COLUMN_MAX]; /* in order of the dataset */
};

bool tie_type_is_text(enum tie_type type);
size_t tie_type_bytes(enum tie_type type); /* of a stored cell */
void tie_chunk_shape_init(
    struct tie_chunk_shape *shape, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX]);
/* Whether ids of a chunk of so many rows are u32. */
static inline bool tie_has_long_ids(const struct tie_chunk_shape *shape, uint32_t rows)
{
    return (size_t)rows * shape->hashes.of[TIE_ARRAY_IDS] > UINT16_MAX - 1;
}
/* Where an array begins, from the first byte of a chunk of `rows` rows. */
static inline size_t tie_array_at(const struct tie_arrays *before, uint32_t rows, bool long_ids)
{
    const size_t dates = (4 * (size_t)rows + 7) & ~(size_t)7, bytes = ((size_t)rows + 7) & ~(size_t)7;
    const size_t ids = long_ids ? dates : (2 * (size_t)rows + 7) & ~(size_t)7;

    return sizeof(struct tie_chunk_header) + before->of[TIE_ARRAY_WIDE] * 8 * (size_t)rows +
        before->of[TIE_ARRAY_DATES] * dates + before->of[TIE_ARRAY_IDS] * ids + before->of[TIE_ARRAY_BYTES] * bytes;
}
uint64_t tie_frame_columns_hash(const struct tie_dataset_info *info);
/* Which shard a hash belongs to. Slices are cut by the low word, so both cuts are independent. */
unsigned tie_shard_of_hash(uint64_t home_hash, unsigned shard_count);

struct tie_fill_plan;

struct tie_frame {
    char *path;
    const unsigned char *map;
    size_t size_bytes;
    struct tie_frame_header header;
    const struct tie_dataset_info *info;
    bool delivered[TIE_COLUMN_MAX];
    struct tie_chunk_shape shape;
    struct tie_fill_plan *plan; /* fill.h: how its rows are made */
    uint64_t rows;
    size_t chunk_count;
    const struct tie_index_entry *index;
    uint32_t *shard_first; /* [shard_count + 2] index of the first chunk of a shard; [s + 1] is the end of shard s */
};

/* tie_frame_open of an open file, which stays the caller's; `path` is what errors call it. */
TIE_MUST_CHECK enum tie_status tie_frame_map(int fd, const char *path, struct tie_frame **frame, struct tie_error *err);

/* Who walks through a frame of any size gives back what lies behind him when it is so much: small frames stay. */
#define TIE_FRAME_WALKED_BYTES ((size_t)8 << 20)
/* Pages of some chunks are no longer counted as memory of the process; they may be read again. */
void tie_frame_forget(const struct tie_frame *frame, size_t first_chunk, size_t end_chunk);

/* Texts of a row: its stored text columns and the order it names. */
size_t tie_frame_text_columns(const struct tie_frame *frame);

/* One chunk, laid open. Arrays lie in the map; NULL for a column that is not stored. */
struct tie_chunk {
    const struct tie_frame *frame;
    uint32_t rows, shard, order_count, dict_count, dict_bytes;
    uint32_t key_first; /* texts of the dictionary from here on are texts of one row each */
    const uint64_t *hashes;
    bool hashes_are_of_rows; /* else of orders, the first of id 1 */
    bool has_long_ids;
    const uint32_t *source_row;
    const void *order_ref; /* ids, as those of texts */
    const void *column[TIE_COLUMN_MAX];
    const uint32_t *dict_offsets;
    const char *dict;
    bool is_broken; /* an id or offset led outside: ask tie_chunk_check before what was read is used */
};

/* An id out of an array of them. */
static inline uint32_t tie_id_at(const void *ids, bool is_long, uint32_t row)
{
    return is_long ? ((const uint32_t *)ids)[row] : ((const uint16_t *)ids)[row];
}
/* Id of the order that a row names, 0 where it names none. */
static inline uint32_t tie_chunk_order(const struct tie_chunk *chunk, uint32_t row)
{
    return tie_id_at(chunk->order_ref, chunk->has_long_ids, row);
}
/* Id of a text cell, 0 when the column is not stored. */
static inline uint32_t tie_chunk_id(const struct tie_chunk *chunk, size_t column, uint32_t row)
{
    return chunk->column[column] == NULL ? 0 : tie_id_at(chunk->column[column], chunk->has_long_ids, row);
}
/* Of the order that a row names; of its primary key where it names none. A bad order gives 0 and marks the chunk. */
static inline uint64_t tie_chunk_hash(struct tie_chunk *chunk, uint32_t row)
{
    const uint32_t at = chunk->hashes_are_of_rows ? row : tie_chunk_order(chunk, row) - 1;

    if (at < (chunk->hashes_are_of_rows ? chunk->rows : chunk->order_count))
        return chunk->hashes[at];
    chunk->is_broken = true;
    return 0;
}

TIE_MUST_CHECK enum tie_status tie_chunk_open(
    const struct tie_frame *frame, size_t chunk_index, struct tie_chunk *chunk, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_chunk_check(const struct tie_chunk *chunk, struct tie_error *err);
/* Text of a dictionary id, with a zero behind it. A bad one gives "" and marks the chunk. */
struct tie_text tie_chunk_dict(struct tie_chunk *chunk, uint32_t id);
/* The same of `count` ids from `first` on, which are in the dictionary. */
void tie_chunk_texts(struct tie_chunk *chunk, uint32_t first, uint32_t count, struct tie_text *texts);
/* Widened; the empty value of its type when the column is not stored. A bad word or bool gives 0 and marks the
 * chunk. */
int64_t tie_chunk_number(struct tie_chunk *chunk, size_t column, uint32_t row);

#endif
