/*
 * scan.c - a cursor over the rows of one dataset, in frames or in tables.
 *
 * In frames, rows without an order are those of the leftover shard; in tables those whose order_ref is 0. After each
 * chunk the cursor asks whether a cell led outside it, so a damaged frame ends the scan before its rows are used.
 */
#include "scan.h"

struct tie_text tie_scan_text(const struct tie_scan_row *row, int column)
{
    if (column < 0)
        return TIE_TEXT("");
    if (row->chunk != NULL)
        return tie_chunk_dict(row->chunk, tie_chunk_id(row->chunk, (size_t)column, row->at));
    return tie_pool_text(row->pool, tie_cell_str(&row->info->columns[column], row->bytes));
}

int64_t tie_scan_number(const struct tie_scan_row *row, int column)
{
    if (column < 0)
        return TIE_NONE;
    if (row->chunk != NULL)
        return tie_chunk_number(row->chunk, (size_t)column, row->at);
    return tie_cell_number(&row->info->columns[column], row->bytes);
}

static const struct tie_row *row_of(const struct tie_scan_row *row)
{
    return (const void *)row->bytes; /* every row struct begins with it */
}

struct tie_text tie_scan_order(const struct tie_scan_row *row)
{
    if (row->chunk != NULL)
        return tie_chunk_dict(row->chunk, row->chunk->order_ref[row->at]);
    return tie_pool_text(row->pool, row_of(row)->order_ref);
}

uint64_t tie_scan_order_hash(const struct tie_scan_row *row)
{
    return row->chunk != NULL ? row->chunk->home_hash[row->at] : tie_hash_text(tie_scan_order(row));
}

enum tie_xref_kind tie_scan_xref_kind(const struct tie_scan_row *row)
{
    return (enum tie_xref_kind)(row->chunk != NULL ? row->chunk->frame->header.xref_kind : row_of(row)->xref_kind);
}

static enum tie_status scan_frame(const struct tie_frames *frames, size_t frame_index, enum tie_scan_what what,
    tie_scan_visit *visit, void *context, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_frame *frame = frames->at[frame_index];
    const uint32_t leftover = frame->shard_first[frames->shard_count];
    const size_t first = what == TIE_SCAN_WITHOUT_ORDER ? leftover : 0;
    const size_t end = what == TIE_SCAN_WITH_ORDER ? leftover : frame->chunk_count;

    for (size_t c = first; c < end; c++) {
        struct tie_chunk chunk;
        TIE_TRY(tie_chunk_open(frame, c, &chunk, err));
        struct tie_scan_row row = { .info = frame->info, .chunk = &chunk };
        for (row.at = 0; row.at < chunk.rows; row.at++) {
            row.place = TIE_PLACE(frame_index, c, row.at);
            TIE_TRY(visit(context, &row, err));
        }
        TIE_TRY(tie_chunk_check(&chunk, err));
    }
out:
    return status;
}

static enum tie_status scan_table(const struct tie_shard *tables, enum tie_dataset dataset, enum tie_scan_what what,
    tie_scan_visit *visit, void *context, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_rows *rows = &tables->tables[dataset];
    struct tie_scan_row row = { .info = tie_dataset(dataset), .pool = &tables->pool };

    for (size_t r = 0; r < rows->count; r++) {
        row.bytes = (const unsigned char *)rows->at + r * rows->row_bytes;
        row.place = TIE_TABLE_PLACE(dataset, r);
        const bool has_order = row_of(&row)->order_ref != 0;
        if (what == TIE_SCAN_ALL || has_order == (what == TIE_SCAN_WITH_ORDER))
            TIE_TRY(visit(context, &row, err));
    }
out:
    return status;
}

enum tie_status tie_scan_rows(const struct tie_scan *scan, enum tie_dataset dataset, enum tie_scan_what what,
    tie_scan_visit *visit, void *context, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (scan->tables != NULL)
        return scan_table(scan->tables, dataset, what, visit, context, err);
    for (size_t f = 0; f < scan->frames->count; f++)
        if (scan->frames->at[f]->info->id == dataset)
            TIE_TRY(scan_frame(scan->frames, f, what, visit, context, err));
out:
    return status;
}
