/*
 * frame_make.h - private to model/: rows as flat records while they wait for their chunk, and a chunk made of records.
 *
 * A record, without gaps; every number little-endian:
 *
 *   | home_hash u64 | 8-byte cells | source_row u32 | DATE cells | WORD and BOOL cells | sizes of texts u16 | texts |
 *
 * The first text is the order's reference, then the text columns in order of the dataset. Columns that are not
 * delivered are not in it. What stands before the texts has the same size in every record of a frame.
 */
#ifndef TIEOUT_MODEL_FRAME_MAKE_H
#define TIEOUT_MODEL_FRAME_MAKE_H

#include "frame_format.h"

#include <string.h>

struct tie_columns { /* of a dataset, by index */
    size_t count;
    uint8_t at[TIE_COLUMN_MAX];
};

struct tie_record_plan {
    const struct tie_dataset_info *info;
    bool delivered[TIE_COLUMN_MAX];
    struct tie_chunk_shape shape;
    struct tie_columns wide, dates, bytes, texts; /* delivered ones */
    size_t source_row, dates_at, bytes_at, sizes; /* offsets in a record */
    size_t head_bytes;                            /* of all that stands before the texts */
    int key_text;   /* index in `texts` of a primary key of one column, whose texts are all different; else -1 */
    int order_text; /* index in `texts` of the column that names the order; else -1 */
};

struct tie_record_head { /* what a row has beside its cells */
    uint64_t home_hash;
    uint32_t source_row;
    struct tie_text order_ref;
};

void tie_record_plan_init(
    struct tie_record_plan *plan, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX]);
/* *text_bytes_max gets no less than the size of its longest text; past UINT16_MAX it cannot be encoded. */
size_t tie_record_bytes(const struct tie_record_plan *plan, const struct tie_record_head *head,
    const struct tie_cell *cells, size_t *text_bytes_max);
void tie_record_encode(const struct tie_record_plan *plan, const struct tie_record_head *head,
    const struct tie_cell *cells, unsigned char *record);

/* The same of a row as it lies in a chunk of a frame with the same columns, cells as they are. *texts: its order and
 * the texts of its columns, which the first finds and the second copies. A bad text marks the chunk. */
size_t tie_record_copied_bytes(
    const struct tie_record_plan *plan, struct tie_chunk *chunk, uint32_t row, struct tie_text *texts);
void tie_record_encode_copy(const struct tie_record_plan *plan, struct tie_chunk *chunk, uint32_t row,
    const struct tie_text *texts, unsigned char *record);

#define TIE_SHORT_TEXT 16

/* Most texts have up to 16 bytes: two words that overlap, in place of a call. */
static inline void tie_record_copy(unsigned char *to, const void *from, size_t size)
{
    const unsigned char *const at = from;
    uint64_t words[2];
    uint32_t halves[2];

    if (size > TIE_SHORT_TEXT) {
        memcpy(to, at, size);
    } else if (size >= 8) {
        memcpy(&words[0], at, 8);
        memcpy(&words[1], at + size - 8, 8);
        memcpy(to, &words[0], 8);
        memcpy(to + size - 8, &words[1], 8);
    } else if (size >= 4) {
        memcpy(&halves[0], at, 4);
        memcpy(&halves[1], at + size - 4, 4);
        memcpy(to, &halves[0], 4);
        memcpy(to + size - 4, &halves[1], 4);
    } else if (size > 0) {
        to[0] = at[0];
        to[size / 2] = at[size / 2];
        to[size - 1] = at[size - 1];
    }
}

struct tie_grown { /* scratch that only grows; what it held is lost when it does */
    unsigned char *at;
    size_t room, used; /* used: by whoever fills it */
};
TIE_MUST_CHECK enum tie_status tie_grow(struct tie_grown *scratch, size_t size_bytes, struct tie_error *err);

#define TIE_RECORD_SLACK TIE_SHORT_TEXT /* bytes that may be read behind the last record */

struct tie_chunk_maker {
    struct tie_record_plan plan;
    struct tie_grown records;        /* filled by the caller, with TIE_RECORD_SLACK bytes of room behind them */
    struct tie_grown chunk;          /* made */
    struct tie_grown entries, slots; /* of the dictionary at hand */
    uint32_t entry_count, order_count;
    size_t slot_count; /* a power of two */
    /* by row: where the record begins, its next text, the text of its key; the id of its order */
    uint32_t starts[TIE_CHUNK_ROWS_MAX], texts[TIE_CHUNK_ROWS_MAX], keys[TIE_CHUNK_ROWS_MAX];
    uint32_t orders[TIE_CHUNK_ROWS_MAX];
    uint16_t key_sizes[TIE_CHUNK_ROWS_MAX];
};

/* The chunk of the `rows` records that lie in maker->records. *bytes of it lie in maker->chunk, header first. */
TIE_MUST_CHECK enum tie_status tie_chunk_make(
    struct tie_chunk_maker *maker, unsigned shard, uint32_t rows, size_t *bytes, struct tie_error *err);
void tie_chunk_maker_release(struct tie_chunk_maker *maker);

/* A frame in a file without a name, beside that of `path`, which errors tell: gone with the last who maps it, and with
 * the process. It has no digest. */
TIE_MUST_CHECK enum tie_status tie_frame_create_nameless(
    const char *path, const struct tie_frame_spec *spec, struct tie_frame_writer **writer, struct tie_error *err);
/* A row of another frame with the same dataset, part and columns, into a shard of the caller's choice. */
TIE_MUST_CHECK enum tie_status tie_frame_add_copy(
    struct tie_frame_writer *writer, unsigned shard, struct tie_chunk *chunk, uint32_t row, struct tie_error *err);
/* Frees the writer whatever happens. */
TIE_MUST_CHECK enum tie_status tie_frame_seal_nameless(
    struct tie_frame_writer *writer, struct tie_frame **frame, struct tie_error *err);

#endif
