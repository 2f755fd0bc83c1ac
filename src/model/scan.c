/*
 * scan.c - a cursor over the rows of one dataset, in frames or in tables.
 *
 * In frames, rows without an order are those of the leftover shard; in tables those whose order_ref is 0. After each
 * chunk the cursor asks whether a cell led outside it, so a damaged frame ends the scan before its rows are used.
 * Most scans look for few rows: what is asked of all of them is asked of a chunk's arrays, before a visitor is called.
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
        return tie_chunk_dict(row->chunk, tie_chunk_order(row->chunk, row->at));
    return tie_pool_text(row->pool, row_of(row)->order_ref);
}

uint64_t tie_scan_order_hash(const struct tie_scan_row *row)
{
    return row->chunk != NULL ? tie_chunk_hash(row->chunk, row->at) : tie_hash_text(tie_scan_order(row));
}

enum tie_xref_kind tie_scan_xref_kind(const struct tie_scan_row *row)
{
    return (enum tie_xref_kind)(row->chunk != NULL ? row->chunk->frame->header.xref_kind : row_of(row)->xref_kind);
}

/* ---- what is left out ---- */

size_t tie_sieve_bytes(size_t count)
{
    size_t bits = 512;

    while (bits < 16 * count) /* one in sixteen passes by chance */
        bits *= 2;
    return bits / 8;
}

void tie_sieve_init(struct tie_sieve *sieve, struct tie_arena *arena, size_t count)
{
    const size_t bytes = tie_sieve_bytes(count);

    *sieve = (struct tie_sieve){ TIE_TAKE(arena, uint64_t, bytes / 8), 8 * (uint64_t)bytes - 1 };
}

struct sifting { /* of one chunk */
    const void *ids[TIE_SCAN_ANY_MAX];
    size_t count;
    struct tie_chunk *chunk;
    const struct tie_sieve *orders;
};

/* False: no row of the chunk is wanted. */
static bool start_sifting(const struct tie_scan_want *want, struct tie_chunk *chunk, struct sifting *sifting)
{
    *sifting = (struct sifting){ .chunk = chunk, .orders = want->orders };
    TIE_ASSERT(want->any_count <= TIE_SCAN_ANY_MAX);
    for (size_t i = 0; i < want->any_count; i++)
        if (want->any_of[i] >= 0 && chunk->column[want->any_of[i]] != NULL)
            sifting->ids[sifting->count++] = chunk->column[want->any_of[i]];
    return want->any_count == 0 || sifting->count > 0;
}

/* The next row from `row` on that is wanted; `end` when there is none. */
static uint32_t next_wanted(const struct sifting *sifting, uint32_t row, uint32_t end)
{
    const bool is_long = sifting->chunk->has_long_ids;

    for (; row < end; row++) {
        uint32_t any = sifting->count == 0;
        for (size_t i = 0; i < sifting->count; i++)
            any |= tie_id_at(sifting->ids[i], is_long, row);
        if (any != 0 &&
            (sifting->orders == NULL || tie_sieve_may_hold(sifting->orders, tie_chunk_hash(sifting->chunk, row))))
            break;
    }
    return row;
}

/* ---- scans ---- */

static enum tie_status scan_frame(const struct tie_frames *frames, size_t frame_index, const struct tie_scan_want *want,
    tie_scan_visit *visit, void *context, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_frame *frame = frames->at[frame_index];
    const uint32_t leftover = frame->shard_first[frames->shard_count];
    const size_t first = want->what == TIE_SCAN_WITHOUT_ORDER ? leftover : 0;
    const size_t end = want->what == TIE_SCAN_WITH_ORDER ? leftover : frame->chunk_count;
    size_t behind = first, behind_bytes = 0; /* chunks that were walked through and are mapped */

    for (size_t c = first; c < end; c++) {
        struct tie_chunk chunk;
        struct sifting sifting;
        if (behind_bytes >= TIE_FRAME_WALKED_BYTES) {
            tie_frame_forget(frame, behind, c);
            behind = c;
            behind_bytes = 0;
        }
        behind_bytes += (size_t)frame->index[c].bytes;
        TIE_TRY(tie_chunk_open(frame, c, &chunk, err));
        if (!start_sifting(want, &chunk, &sifting))
            continue;
        struct tie_scan_row row = { .info = frame->info, .chunk = &chunk };
        while ((row.at = next_wanted(&sifting, row.at, chunk.rows)) < chunk.rows) {
            row.place = TIE_PLACE(frame_index, c, row.at);
            TIE_TRY(visit(context, &row, err));
            row.at++;
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

enum tie_status tie_scan_rows(const struct tie_scan *scan, enum tie_dataset dataset, struct tie_scan_want want,
    tie_scan_visit *visit, void *context, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (scan->tables != NULL)
        return scan_table(scan->tables, dataset, want.what, visit, context, err);
    for (size_t f = 0; f < scan->frames->count; f++)
        if (scan->frames->at[f]->info->id == dataset)
            TIE_TRY(scan_frame(scan->frames, f, &want, visit, context, err));
out:
    return status;
}
