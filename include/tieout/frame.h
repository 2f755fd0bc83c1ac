/*
 * frame.h - the sealed, typed, columnar copy of one part of one dataset, cut into shards while it is written.
 *
 * A writer takes rows in any order, buffers them per shard and writes a chunk (rows of one shard, column by column,
 * with a dictionary of its own) when a shard's buffer is full or the memory limit is reached. Shard of a row = the
 * hash of its order scaled to shard_count; rows without an order lie in the leftover shard, index shard_count. Sealing
 * writes the index and the footer; only a sealed frame can be opened. Format: drawn in ASCII in
 * src/model/frame_format.h, with a version.
 *
 * A frame holds what the query delivered, after validation: cells of columns that were not delivered are not stored,
 * the loader gives them the default of the table.
 *
 * Ownership: a frame maps its file and borrows nothing; release unmaps. Threads: an open frame may be read by many.
 */
#ifndef TIEOUT_FRAME_H
#define TIEOUT_FRAME_H

#include "tieout/model.h"

#define TIE_SHARDS_MAX 4096

struct tie_cell {         /* one value on its way into a frame; which member counts follows from the column's type */
    struct tie_text text; /* ID TEXT OPEN HASH */
    int64_t number;       /* all others; empty = TIE_NONE, TIE_NO_DATE, TIE_W_EMPTY */
};

struct tie_frame_spec {
    enum tie_dataset dataset;
    uint32_t part;
    unsigned shard_count;
    enum tie_xref_kind xref_kind;
    const bool *delivered; /* [TIE_COLUMN_MAX] */
    size_t memory_bytes;   /* buffers stay below this */
};

struct tie_frame_seal {
    uint64_t rows;
    uint64_t bytes;
    char sha256[65]; /* of the file's bytes, made while writing */
};

struct tie_frame_writer;
TIE_MUST_CHECK enum tie_status tie_frame_create(
    const char *path, const struct tie_frame_spec *spec, struct tie_frame_writer **writer, struct tie_error *err);
/* `order_ref`: the normalised reference, empty when the row names no order. cells: one per column of the dataset. */
TIE_MUST_CHECK enum tie_status tie_frame_add(struct tie_frame_writer *writer, uint32_t source_row,
    struct tie_text order_ref, const struct tie_cell *cells, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_frame_seal(struct tie_frame_writer *writer, struct tie_frame_seal *seal,
    struct tie_error *err);                              /* frees the writer whatever happens */
void tie_frame_discard(struct tie_frame_writer *writer); /* NULL is fine; removes the file */

struct tie_frame;
TIE_MUST_CHECK enum tie_status tie_frame_open(const char *path, struct tie_frame **frame, struct tie_error *err);
void tie_frame_close(struct tie_frame *frame);
enum tie_dataset tie_frame_dataset(const struct tie_frame *frame);
uint32_t tie_frame_part(const struct tie_frame *frame);
uint64_t tie_frame_rows(const struct tie_frame *frame);
const bool *tie_frame_delivered(const struct tie_frame *frame); /* [TIE_COLUMN_MAX] */
/* Reads the file again and compares the digest: TIE_DATA when it differs. */
TIE_MUST_CHECK enum tie_status tie_frame_verify(const char *path, const char *sha256, struct tie_error *err);

#endif
