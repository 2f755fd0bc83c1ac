/*
 * frame_csv.h - a frame as CSV, and back: how a bundle keeps what was read so that anybody can read it.
 *
 * Columns: "order_ref", the normalised reference that gives a row its home (empty: it names no order), then the
 * delivered columns of the dataset in model order, each cell in its canonical text (tie_cell_print). Which columns
 * stand in the header says which were delivered.
 * Order of rows: by the hash of the order reference (of the primary key where there is none; such rows come last), then
 * by primary key, then by the other cells: the same bytes whatever the order of delivery, shards, chunks and memory.
 * A row's position in its source is not kept; read back, rows are numbered as they stand in the file.
 *
 * Memory: 16 bytes a row of the largest shard, and its dictionaries, which are mapped.
 */
#ifndef TIEOUT_FRAME_CSV_H
#define TIEOUT_FRAME_CSV_H

#include "tieout/csv.h"
#include "tieout/frame.h"

/* Which rows of a frame: ascending positions in the source. */
struct tie_frame_picks {
    size_t count;
    const uint32_t *source_rows;
};

/* `picks` NULL: all rows. *rows gets how many were put. Errors of `out` stay in it. */
TIE_MUST_CHECK enum tie_status tie_frame_put_csv(const struct tie_frame *frame, const struct tie_frame_picks *picks,
    struct tie_out *out, uint64_t *rows, struct tie_error *err);

/* Makes the frame `spec` describes at `path` from the CSV in `csv_path`. spec->delivered is not looked at; the header
 * decides and `delivered` [TIE_COLUMN_MAX] gets it. An unknown column, a cell that is not in its canonical form or a
 * word the column does not allow is TIE_DATA with file, line and column. */
TIE_MUST_CHECK enum tie_status tie_frame_read_csv(const char *csv_path, const char *path,
    const struct tie_frame_spec *spec, bool delivered[TIE_COLUMN_MAX], struct tie_frame_seal *seal,
    struct tie_error *err);

#endif
