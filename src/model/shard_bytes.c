/*
 * shard_bytes.c - what loading a shard takes at most, without loading it.
 *
 * Rows are counted exactly. Texts, whose bytes stay in the frames' maps, are bounded by the dictionaries of the shard's
 * chunks, dossiers by the different orders that each chunk names, copies of invoice headers by lines: all of them are
 * counted again where chunks share them. The bound holds and is often two to three times what is used; tie_shard_load
 * itself measures while it works.
 */
#include "shard_rows.h"

struct need {
    size_t texts, row_bytes, lines, dossiers, batches;
};

static void need_rows(struct need *need, const struct tie_dataset_info *info, size_t rows)
{
    need->row_bytes += rows *
        (info->row_bytes + sizeof(struct tie_placed) + 24); /* its number, its place, an entry while it is sorted */
    need->lines += info->id == TIE_DS_INVOICE_LINE ? rows : 0;
}

static void need_visitor(struct need *need, const struct tie_frame *frame)
{
    need_rows(need, frame->info, 1);
    need->texts += tie_frame_text_columns(frame) + 2; /* the order's number in force, the root */
    need->dossiers++;
    need->batches++;
}

/* Rows that lie in a shard of some frames. */
static void need_shard(struct need *need, const struct tie_frames *frames, unsigned shard)
{
    struct tie_chunk chunk;

    for (size_t f = 0; f < frames->count; f++) {
        const struct tie_frame *frame = frames->at[f];
        for (size_t c = frame->shard_first[shard];
             tie_in_dossiers(frame->info->id) && c < frame->shard_first[shard + 1]; c++) {
            if (tie_chunk_open(frame, c, &chunk, NULL) != TIE_OK)
                continue;
            need_rows(need, frame->info, chunk.rows);
            need->texts += chunk.dict_count;
            need->dossiers += chunk.order_count;
            need->batches++;
        }
    }
}

/* Damaged chunks count nothing here: loading them fails with the reason. */
size_t tie_shard_bytes(const struct tie_frames *frames, const struct tie_homes *homes, unsigned shard)
{
    const struct tie_moves *const visitors = &homes->visitors;
    const struct tie_pool empty = { 0 };
    struct need need = { .texts = (size_t)2 * TIE_WORD_COUNT, .dossiers = 1 };

    need_shard(&need, frames, shard);
    need_shard(&need, &homes->headers.dealt, shard);
    for (size_t v = tie_moves_at_shard(visitors, shard); v < visitors->count && visitors->at[v].shard == shard; v++)
        need_visitor(&need, frames->at[TIE_PLACE_FRAME(visitors->at[v].place)]);
    /* a pair, twice; may copy a header, whose cells have ids of their own when there are few */
    const size_t a_line = 32 + sizeof(struct tie_invoice) + sizeof(struct tie_placed) + 24 +
        (TIE_COLUMN_MAX + 1) * sizeof(tie_str);
    const size_t a_text = 2 * sizeof(tie_str); /* its id for its chunk, and its rank should it be a root */
    return need.row_bytes + need.lines * a_line + need.dossiers * (sizeof(struct tie_dossier) + 64) +
        need.texts * a_text + need.batches * (sizeof(struct tie_batch) + 64) +
        tie_growth_of_pool(&empty, need.texts, 0) + (size_t)64 * 1024;
}
