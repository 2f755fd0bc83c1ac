/*
 * shard_bytes.c - what loading a shard takes at most, without loading it.
 *
 * Rows are counted exactly. Texts are bounded by the dictionaries of the shard's chunks, dossiers by the different
 * orders that each chunk names, copies of invoice headers by lines: all of them are counted again where chunks share
 * them. The bound holds and is often two to three times what is used; tie_shard_load itself measures while it works.
 */
#include "dossier.h"
#include "homes.h"

struct need {
    size_t texts, text_bytes, row_bytes, lines, dossiers;
};

static void need_rows(struct need *need, const struct tie_dataset_info *info, size_t rows)
{
    need->row_bytes += rows *
        (info->row_bytes + sizeof(tie_str) + 24); /* 24: its place and an entry while it is sorted */
    need->lines += info->id == TIE_DS_INVOICE_LINE ? rows : 0;
}

/* Damaged chunks count nothing here: loading them fails with the reason. */
static void need_visitor(struct need *need, const struct tie_frames *frames, tie_place place)
{
    const struct tie_frame *const frame = frames->at[TIE_PLACE_FRAME(place)];
    struct tie_chunk chunk;

    if (tie_chunk_open(frame, TIE_PLACE_CHUNK(place), &chunk, NULL) != TIE_OK)
        return;
    need_rows(need, frame->info, 1);
    need->texts += tie_frame_text_columns(frame) + 2;
    need->dossiers += frame->info->id != TIE_DS_INVOICE; /* a header goes where its lines are */
    for (size_t c = 0; c < frame->info->column_count; c++)
        if (tie_type_is_text(frame->info->columns[c].type))
            need->text_bytes += tie_chunk_dict(&chunk, tie_chunk_id(&chunk, c, TIE_PLACE_ROW(place))).size;
    need->text_bytes += (size_t)3 * 64; /* the order, its number in force and the root: ids */
}

static void need_visits(
    struct need *need, const struct tie_frames *frames, const struct tie_headers *headers, unsigned shard)
{
    if (headers->chunk_count == 0)
        return;
    for (const struct tie_header_visits *v = headers->of_shard[shard]; v != NULL; v = v->next)
        for (size_t i = 0; i < v->count; i++) {
            const struct tie_header_chunk *const at = &headers->chunks[tie_headers_chunk_of(headers, v->number[i])];
            need_visitor(need, frames, TIE_PLACE(at->frame, at->chunk, v->number[i] - at->first));
        }
}

size_t tie_shard_bytes(const struct tie_frames *frames, const struct tie_homes *homes, unsigned shard)
{
    const struct tie_moves *const visitors = &homes->visitors;
    const struct tie_pool empty = { 0 };
    struct need need = {
        .texts = (size_t)2 * TIE_WORD_COUNT, .text_bytes = (size_t)64 * TIE_WORD_COUNT, .dossiers = 1
    };
    struct tie_chunk chunk;

    for (size_t f = 0; f < frames->count; f++) {
        const struct tie_frame *frame = frames->at[f];
        for (size_t c = frame->shard_first[shard];
             tie_in_dossiers(frame->info->id) && c < frame->shard_first[shard + 1]; c++) {
            if (tie_chunk_open(frame, c, &chunk, NULL) != TIE_OK)
                continue;
            need_rows(&need, frame->info, chunk.rows);
            need.texts += chunk.dict_count;
            need.text_bytes += chunk.dict_bytes;
            need.dossiers += chunk.order_count;
        }
    }
    for (size_t v = tie_moves_at_shard(visitors, shard); v < visitors->count && visitors->at[v].shard == shard; v++)
        need_visitor(&need, frames, visitors->at[v].place);
    need_visits(&need, frames, &homes->headers, shard);
    const size_t a_line = 32 + sizeof(struct tie_invoice) + sizeof(tie_str) + 24; /* a pair, twice; may copy a header */
    return need.row_bytes + need.lines * a_line + need.dossiers * (sizeof(struct tie_dossier) + 64) +
        need.texts * sizeof(uint32_t) + tie_growth_of_pool(&empty, need.texts, need.text_bytes) + (size_t)64 * 1024;
}
