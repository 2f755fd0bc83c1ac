/*
 * shard_rows.c - rows of chunks become rows of a shard: texts first, then places, cells last.
 *
 * A chunk's dictionary goes through the shard's pool once; of a few rows out of a large chunk only their cells do. With
 * the ids it is known which order a row names and what its primary key is, and that is all that rows are sorted by. So
 * they are sorted before there are any, and each is written once, where it stays, column by column from the chunk.
 *
 * Invariant: before anything is put into the pool, the most it may take is known to fit, so the arena never runs past
 * its cap half-way.
 * Rejected: rows written as they come and moved to their places afterwards (a row is two to four lines of cache, and
 * was fetched and written twice more).
 */
#include "shard_rows.h"

#include "fill.h"

#include <string.h>

#define TEXTS_AT_ONCE 64u /* of a dictionary: their slices stay in the first-level cache */

/* ---- texts ---- */

/* Whether the texts of the picked rows go into the pool whatever they are; `whole` bounds them by the whole
 * dictionary. Those of dossiers stay in the frames' maps and in homes. */
static bool texts_fit(const struct tie_loading *load, const struct tie_batch *batch)
{
    const struct tie_frame *const frame = batch->chunk.frame;
    const size_t texts = batch->has_cell_ids ? batch->count * tie_frame_text_columns(frame) : batch->chunk.dict_count;
    const size_t of_homes = batch->is_visit ? 2 * (size_t)batch->count : 0;
    const size_t bytes = load->homes == NULL ? batch->chunk.dict_bytes : 0;

    return tie_growth_of_pool(load->pool, texts + of_homes, bytes) <= tie_loading_left(load);
}

/* The ids of a chunk's dictionary in the pool. */
static void find_ids(struct tie_loading *load, struct tie_chunk *chunk, tie_str *ids)
{
    for (uint32_t first = 0, count; first < chunk->dict_count; first += count) {
        struct tie_text texts[TEXTS_AT_ONCE];
        count = chunk->dict_count - first < TEXTS_AT_ONCE ? chunk->dict_count - first : TEXTS_AT_ONCE;
        tie_chunk_texts(chunk, first, count, texts);
        if (load->homes != NULL) {
            tie_pool_refer_all(load->pool, texts, count, ids + first);
            continue;
        }
        for (uint32_t i = 0; i < count; i++) /* master data may outlive their frames */
            ids[first + i] = tie_pool_put(load->pool, texts[i]);
    }
}

/* ---- places ---- */

static inline tie_str id_in(const tie_str *ids, const struct tie_chunk *chunk, uint32_t id)
{
    return ids[id < chunk->dict_count ? id : 0]; /* the chunk is marked when its rows are written */
}

/* Order and key of rows of which the whole dictionary is known. Inline, so that there is a loop for each width of
 * ids. */
static inline void place_by_dictionary(
    const struct tie_batch *batch, bool is_long, const void *key, struct tie_placed *placed)
{
    const struct tie_chunk *const chunk = &batch->chunk;

    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t row = batch->row == NULL ? i : batch->row[i];
        placed[i].root = id_in(batch->ids, chunk, tie_id_at(chunk->order_ref, is_long, row));
        placed[i].id = key == NULL ? 0 : id_in(batch->ids, chunk, tie_id_at(key, is_long, row));
    }
}

static void place_by_cells(const struct tie_batch *batch, int key, struct tie_placed *placed)
{
    const struct tie_stored_columns *const texts = &batch->chunk.frame->plan->texts;
    const tie_str *keys = NULL;

    for (size_t c = 0; c < texts->count; c++)
        if (texts->at[c].column == key)
            keys = batch->ids + (c + 1) * batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        placed[i].root = batch->ids[i];
        placed[i].id = keys == NULL ? 0 : keys[i];
    }
}

static void place_numbers(const struct tie_batch *batch, int column, struct tie_placed *placed)
{
    const struct tie_frame *const frame = batch->chunk.frame;
    const int64_t *const numbers = column < 0 ? NULL : batch->chunk.column[column];
    const int64_t same = column < 0 ? 0 : tie_cell_number(&frame->info->columns[column], frame->plan->row);

    for (uint32_t i = 0; i < batch->count; i++)
        placed[i].number = numbers == NULL ? same : numbers[batch->row == NULL ? i : batch->row[i]];
}

/* The number in force of an order; "" when the one given is in force itself. */
static struct tie_text in_force(const struct tie_loading *load, struct tie_text order_ref)
{
    const struct tie_linked *linked = order_ref.size == 0 ? NULL : tie_links_of_text(&load->homes->links, order_ref);

    return linked == NULL || linked->in_force == linked->order_ref ? TIE_TEXT("")
                                                                   : tie_loading_name(load, linked->in_force);
}

/* Visitors have the root that homes gave them, and name an order by its number in force. Roots of headers are ids of
 * this pool already. `orders` are their cells' ids; NULL: they name none. */
static void settle_visitors(const struct tie_loading *load, enum tie_dataset dataset, uint32_t count, tie_str *orders,
    struct tie_placed *placed)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct tie_text number = orders == NULL ? TIE_TEXT("")
                                                      : in_force(load, tie_pool_text(load->pool, orders[i]));
        if (number.size > 0)
            orders[i] = tie_pool_refer(load->pool, number);
        placed[i].root = dataset == TIE_DS_INVOICE
            ? load->picked->root[i]
            : tie_pool_refer(load->pool, tie_loading_name(load, load->picked->root[i]));
    }
}

static void place_rows(const struct tie_batch *batch, struct tie_placed *placed)
{
    const struct tie_chunk *const chunk = &batch->chunk;
    const struct tie_placing placing = tie_placing_of(chunk->frame->info->id);
    const void *const key = placing.id < 0 ? NULL : chunk->column[placing.id];

    TIE_ASSERT(key != NULL || placing.id < 0 || tie_fill_text(chunk->frame->plan, (size_t)placing.id).size == 0);
    if (batch->has_cell_ids)
        place_by_cells(batch, placing.id, placed);
    else if (chunk->has_long_ids)
        place_by_dictionary(batch, true, key, placed);
    else
        place_by_dictionary(batch, false, key, placed);
    place_numbers(batch, placing.number, placed);
}

/* ---- taking ---- */

/* A batch of the picked rows with room for their ids; NULL when the arena is full. Orders that visitors name may be
 * other ones than their chunk says, so those have ids of their own. */
static struct tie_batch *make_batch(struct tie_loading *load, const struct tie_chunk *chunk, tie_str **ids)
{
    const struct tie_picked *const picked = load->picked;
    const uint32_t count = picked->count;
    const size_t cells = count * tie_frame_text_columns(chunk->frame);
    const bool has_cell_ids = load->homes != NULL &&
        (cells < chunk->dict_count / 2 || (picked->is_visit && chunk->order_count > 0));
    const bool is_all = !picked->is_visit && count == chunk->rows;
    struct tie_batch *const batch = tie_arena_try_raw(load->work, sizeof *batch);
    uint32_t *const row = is_all ? NULL : tie_arena_try_raw(load->work, count * sizeof *row);

    *ids = tie_arena_try_raw(load->work, (has_cell_ids ? cells : chunk->dict_count) * sizeof **ids);
    if (batch == NULL || (row == NULL && !is_all) || *ids == NULL)
        return NULL;
    if (row != NULL)
        memcpy(row, picked->row, count * sizeof *row);
    *batch = (struct tie_batch){ .chunk = *chunk,
        .row = row,
        .count = count,
        .is_visit = picked->is_visit,
        .has_copies = picked->has_copies,
        .has_cell_ids = has_cell_ids,
        .ids = *ids,
        .first = load->tables[chunk->frame->info->id].count };
    return batch;
}

static struct tie_filling filling_of(struct tie_batch *batch, struct tie_pool *pool)
{
    return (struct tie_filling){ .chunk = &batch->chunk,
        .pool = pool,
        .row = batch->row,
        .count = batch->count,
        .is_ascending = !batch->has_copies,
        .ids = batch->ids,
        .has_cell_ids = batch->has_cell_ids };
}

enum tie_status tie_rows_take(struct tie_loading *load, struct tie_chunk *chunk, struct tie_error *err)
{
    const enum tie_dataset dataset = chunk->frame->info->id;
    struct tie_rows *const table = &load->tables[dataset];
    tie_str *ids = NULL;
    struct tie_batch *const batch = make_batch(load, chunk, &ids);

    load->is_full = batch == NULL || !texts_fit(load, batch);
    if (load->is_full)
        return TIE_OK;
    TIE_ASSERT(table->count + batch->count <= load->room[dataset]);
    const struct tie_filling filling = filling_of(batch, load->pool);
    if (batch->has_cell_ids)
        tie_fill_ids(&filling, ids);
    else
        find_ids(load, &batch->chunk, ids);
    if (load->placed[dataset] != NULL) {
        struct tie_placed *const placed = load->placed[dataset] + table->count;
        place_rows(batch, placed);
        if (batch->is_visit)
            settle_visitors(load, dataset, batch->count, batch->has_cell_ids ? ids : NULL, placed);
    }
    if (load->batches[dataset] == NULL)
        load->batches[dataset] = batch;
    else
        load->last[dataset]->next = batch;
    load->last[dataset] = batch;
    table->count += batch->count;
    return tie_chunk_check(&batch->chunk, err);
}

/* ---- comparing ---- */

static struct tie_batch *batch_of(const struct tie_loading *load, enum tie_dataset dataset, uint32_t *index)
{
    struct tie_batch *batch = load->batches[dataset];

    while (*index - batch->first >= batch->count)
        batch = batch->next;
    *index -= (uint32_t)batch->first;
    *index = batch->row == NULL ? *index : batch->row[*index];
    return batch;
}

static struct tie_text text_of(struct tie_chunk *chunk, size_t column, uint32_t row)
{
    return chunk->column[column] == NULL ? tie_fill_text(chunk->frame->plan, column)
                                         : tie_chunk_dict(chunk, tie_chunk_id(chunk, column, row));
}

static int64_t number_of(struct tie_chunk *chunk, size_t column, uint32_t row)
{
    return chunk->column[column] == NULL
        ? tie_cell_number(&chunk->frame->info->columns[column], chunk->frame->plan->row)
        : tie_chunk_number(chunk, column, row);
}

int tie_rows_compare(const void *loading, enum tie_dataset dataset, uint32_t a, uint32_t b)
{
    const struct tie_loading *const load = loading;
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    struct tie_chunk *const left = &batch_of(load, dataset, &a)->chunk;
    struct tie_chunk *const right = &batch_of(load, dataset, &b)->chunk;

    for (size_t c = 0; c < info->column_count; c++) {
        int order = 0;
        if (info->columns[c].key != TIE_KEY_PK)
            continue;
        if (tie_type_is_text(info->columns[c].type)) {
            order = tie_text_compare(text_of(left, c, a), text_of(right, c, b));
        } else {
            const int64_t x = number_of(left, c, a), y = number_of(right, c, b);
            order = x < y ? -1 : x > y;
        }
        if (order != 0)
            return order;
    }
    /* Primary keys are unique over all parts; what follows only decides between rows that should not be there. */
    const uint32_t of_left = left->frame->header.part, of_right = right->frame->header.part;
    if (of_left != of_right)
        return of_left < of_right ? -1 : 1;
    return left->source_row[a] < right->source_row[b] ? -1 : left->source_row[a] > right->source_row[b];
}

/* ---- writing ---- */

static enum tie_status write_batch(
    struct tie_loading *load, enum tie_dataset dataset, struct tie_batch *batch, struct tie_error *err)
{
    const struct tie_rows *const table = &load->tables[dataset];
    const struct tie_placed *const placed = load->placed[dataset];
    struct tie_filling filling = filling_of(batch, load->pool);

    load->is_full = tie_growth_of_pool(load->pool, tie_fill_texts(batch->chunk.frame), 0) > tie_loading_left(load);
    if (load->is_full)
        return TIE_OK;
    filling.placed = placed == NULL ? NULL : placed + batch->first;
    tie_fill_rows(&filling, (unsigned char *)table->at + (placed == NULL ? batch->first * table->row_bytes : 0));
    return tie_chunk_check(&batch->chunk, err);
}

enum tie_status tie_rows_write(struct tie_loading *load, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        for (struct tie_batch *batch = load->batches[d]; batch != NULL && !load->is_full; batch = batch->next)
            TIE_TRY(write_batch(load, (enum tie_dataset)d, batch, err));
        load->batches[d] = NULL;
    }
out:
    return status;
}
