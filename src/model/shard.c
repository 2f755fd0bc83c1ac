/*
 * shard.c - loads a shard, or a slice of one, and the master data, out of frames.
 *
 * Count the rows that will be loaded (hashes and the lists of homes only), take the tables, take the rows chunk by
 * chunk (shard_rows.c), sort them into dossiers, write them. Invoice headers are taken last: the lines that are there
 * say into which dossiers. Where a slice or some dossiers are wanted, a chunk is asked order by order, not row by row.
 *
 * Invariant: before anything is put into the pool, the most it may take is known to fit, so the arena never runs past
 * its cap half-way; when it does not fit, the arena is given back as it was and the caller slices finer.
 * A slice is cut by the low word of the root's hash, so a family is never cut; for rows of no order by the row's own
 * hash, for documents of no order by that of the document.
 * Rejected: an upper bound for the whole shard before loading (chunks share most texts, the bound would be several
 * times over).
 */
#include "shard_rows.h"

#include <stdlib.h>
#include <string.h>

#define SLICE_BITS_MAX 16
#define TEXTS_AT_ONCE 64u /* of a dictionary: their slices stay in the first-level cache */

static enum tie_status open_loading(struct tie_loading *load, const char *what, struct tie_error *err)
{
    load->picked = malloc(sizeof *load->picked);
    if (load->picked == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory to load %s; give the machine more memory", what);
    load->picked->has_copies = false;
    return TIE_OK;
}

static void close_loading(struct tie_loading *load)
{
    free(load->picked);
}

static bool in_slice(const struct tie_loading *load, uint64_t hash)
{
    return load->slice.bits == 0 || (uint32_t)hash >> (32 - load->slice.bits) == load->slice.slice;
}

/* ---- which rows ---- */

void tie_roots_init(struct tie_roots *roots, struct tie_arena *arena)
{
    *roots = (struct tie_roots){ .has_none = false };
    tie_map_init(&roots->by_hash, arena);
}

#define FILTER_BITS (64 * TIE_COUNT_OF(((struct tie_roots *)NULL)->filter))

void tie_roots_add(struct tie_roots *roots, struct tie_text root)
{
    const uint64_t hash = tie_hash_text(root);

    roots->has_none |= root.size == 0;
    roots->filter[hash % FILTER_BITS / 64] |= UINT64_C(1) << hash % 64;
    (void)tie_map_put(&roots->by_hash, hash, 0, NULL);
}

static inline bool passes(const struct tie_roots *roots, uint64_t root_hash)
{
    return (roots->filter[root_hash % FILTER_BITS / 64] >> root_hash % 64 & 1) != 0;
}

static bool is_wanted(const struct tie_roots *roots, uint64_t root_hash)
{
    uint32_t ignored = 0;

    return passes(roots, root_hash) && tie_map_get(&roots->by_hash, root_hash, &ignored);
}

/* Nearly all rows are, where few dossiers are wanted: so this is asked first, and inline. */
static inline bool is_turned_away(const struct tie_roots *roots, struct tie_chunk *chunk, uint32_t row)
{
    return roots != NULL && tie_chunk_order(chunk, row) != 0 && !passes(roots, tie_chunk_hash(chunk, row));
}

/* A row that stays where it lies has the root that it names. */
static bool is_wanted_row(const struct tie_roots *roots, struct tie_chunk *chunk, uint32_t row)
{
    return roots == NULL ||
        (tie_chunk_order(chunk, row) == 0 ? roots->has_none : is_wanted(roots, tie_chunk_hash(chunk, row)));
}

typedef enum tie_status take_chunk(struct tie_loading *load, struct tie_chunk *chunk, struct tie_error *err);

/* Rows of no order are cut one by one, but a document's lines stay with their header: it is then copied into one
 * slice. */
static int document_column(const struct tie_loading *load, const struct tie_dataset_info *info)
{
    if (load->slice.shard < load->frames->shard_count ||
        (info->id != TIE_DS_INVOICE && info->id != TIE_DS_INVOICE_LINE))
        return -1;
    return tie_column_find(info, TIE_TEXT("inv_id"));
}

/* Whether a row that stays where it lies is in the slice and wanted. */
static bool takes(const struct tie_loading *load, struct tie_chunk *chunk, int document, uint32_t row)
{
    return is_wanted_row(load->roots_wanted, chunk, row) &&
        in_slice(load,
            document < 0 ? tie_chunk_hash(chunk, row)
                         : tie_hash_text(tie_chunk_dict(chunk, tie_chunk_id(chunk, (size_t)document, row))));
}

/* Marks the orders of a chunk whose rows are in the slice and wanted; false when there is none. */
static bool mark_orders(const struct tie_loading *load, const struct tie_chunk *chunk)
{
    const struct tie_roots *const roots = load->roots_wanted;
    const uint64_t *const hashes = chunk->hashes;
    uint8_t *const is_asked = load->picked->is_asked;
    unsigned any = 0;

    is_asked[0] = 0; /* each row names an order */
    for (uint32_t order = 0; order < chunk->order_count; order++) {
        unsigned asked = in_slice(load, hashes[order]);
        if (roots != NULL) {
            asked &= passes(roots, hashes[order]);
            if (__builtin_expect(asked, 0))
                asked = is_wanted(roots, hashes[order]);
        }
        is_asked[order + 1] = (uint8_t)asked;
        any |= asked;
    }
    return any != 0;
}

/* Those of the rows from `row` to `end` whose order is marked. Inline, so that there is a loop for each width of ids;
 * nothing foretells which rows they are, so none of them is a branch. */
static inline uint32_t pick_marked(
    struct tie_picked *picked, struct tie_chunk *chunk, bool is_long, uint32_t row, uint32_t end, uint32_t count)
{
    const uint32_t order_count = chunk->order_count;
    bool is_broken = false;

    for (; row < end; row++) {
        const uint32_t order = tie_id_at(chunk->order_ref, is_long, row);
        const bool is_bad = order - 1 >= order_count;
        picked->row[count] = row;
        count += picked->is_asked[is_bad ? 0 : order];
        is_broken |= is_bad;
    }
    chunk->is_broken |= is_broken;
    return count;
}

/* Those of a run of rows that are asked for: all, those of marked orders, or each for itself. */
struct asking {
    bool all, by_order;
    int document;
};

static uint32_t pick_run(
    struct tie_loading *load, struct tie_chunk *chunk, struct asking asking, uint32_t row, uint32_t end, uint32_t count)
{
    struct tie_picked *const picked = load->picked;

    if (asking.by_order)
        return chunk->has_long_ids ? pick_marked(picked, chunk, true, row, end, count)
                                   : pick_marked(picked, chunk, false, row, end, count);
    for (; asking.all && row < end; row++)
        picked->row[count++] = row;
    for (; row < end; row++)
        if (!is_turned_away(load->roots_wanted, chunk, row) && takes(load, chunk, asking.document, row))
            picked->row[count++] = row;
    return count;
}

/* Rows that lie in the chunk and stay there: runs of rows between those that left. */
static void pick_residents(struct tie_loading *load, size_t frame_index, size_t chunk_index, struct tie_chunk *chunk)
{
    const struct tie_moves *const gone = &load->homes->emigrants;
    const tie_place here = TIE_PLACE(frame_index, chunk_index, 0);
    struct asking asking = { load->slice.bits == 0 && load->roots_wanted == NULL, false,
        document_column(load, chunk->frame->info) };
    uint32_t count = 0;

    load->picked->count = 0;
    load->picked->is_visit = false;
    asking.by_order = !asking.all && !chunk->hashes_are_of_rows && asking.document < 0;
    if (asking.by_order && !mark_orders(load, chunk))
        return;
    size_t g = tie_moves_at_place(gone, here);
    if (asking.all && (g == gone->count || gone->at[g].place >> 16 != here >> 16)) {
        load->picked->count = chunk->rows;
        return;
    }
    for (uint32_t row = 0, end; row < chunk->rows; row = end + 1, g++) {
        end = g < gone->count && gone->at[g].place >> 16 == here >> 16 ? TIE_PLACE_ROW(gone->at[g].place) : chunk->rows;
        count = pick_run(load, chunk, asking, row, end, count);
    }
    load->picked->count = count;
}

/* Headers that have no line lie where they are; all others visit. */
static void pick_lonely_headers(
    struct tie_loading *load, size_t frame_index, size_t chunk_index, struct tie_chunk *chunk)
{
    const struct tie_headers *const headers = &load->homes->headers;
    const uint32_t first = tie_headers_first_of(headers, frame_index, chunk_index);
    const int document = document_column(load, chunk->frame->info);
    uint32_t count = 0;

    for (uint32_t row = 0; row < chunk->rows; row++)
        if (!tie_headers_has_lines(headers, first + row) && takes(load, chunk, document, row))
            load->picked->row[count++] = row;
    load->picked->count = count;
    load->picked->is_visit = false;
}

/* Headers are a pass of their own: their table is made when the lines are known. */
static enum tie_status each_resident(struct tie_loading *load, bool headers, take_chunk *take, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t f = 0; f < load->frames->count; f++) {
        const struct tie_frame *frame = load->frames->at[f];
        if (!tie_in_dossiers(frame->info->id) || (frame->info->id == TIE_DS_INVOICE) != headers)
            continue;
        const size_t end = frame->shard_first[load->slice.shard + 1];
        for (size_t c = frame->shard_first[load->slice.shard]; c < end && !load->is_full; c++) {
            struct tie_chunk chunk;
            TIE_TRY(tie_chunk_open(frame, c, &chunk, err));
            (headers ? pick_lonely_headers : pick_residents)(load, f, c, &chunk);
            if (load->picked->count > 0)
                TIE_TRY(take(load, &chunk, err));
        }
    }
out:
    return status;
}

/* Visitors but headers; a run of neighbours in one chunk is taken at once. */
static enum tie_status each_visitor(struct tie_loading *load, take_chunk *take, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_moves *const visitors = &load->homes->visitors;
    const size_t end = tie_moves_at_shard(visitors, load->slice.shard + 1);

    for (size_t v = tie_moves_at_shard(visitors, load->slice.shard); v < end && !load->is_full;) {
        const tie_place run = visitors->at[v].place >> 16;
        load->picked->count = 0;
        load->picked->is_visit = true;
        struct tie_chunk chunk;
        TIE_TRY(tie_chunk_open(load->frames->at[TIE_PLACE_FRAME(run << 16)], TIE_PLACE_CHUNK(run << 16), &chunk, err));
        for (; v < end && visitors->at[v].place >> 16 == run; v++) {
            const tie_str root = visitors->at[v].root;
            const uint64_t hash = tie_hash_text(tie_loading_name(load, root));
            if (!in_slice(load, hash) || (load->roots_wanted != NULL && !is_wanted(load->roots_wanted, hash)))
                continue;
            load->picked->row[load->picked->count] = TIE_PLACE_ROW(visitors->at[v].place);
            load->picked->root[load->picked->count++] = root;
        }
        if (load->picked->count > 0)
            TIE_TRY(take(load, &chunk, err));
    }
out:
    return status;
}

/* ---- counting ---- */

static void vote(struct tie_loading *load, struct tie_text root)
{
    const uint64_t hash = tie_hash_text(root);

    if (load->votes == 0) {
        load->vote_hash = hash;
        load->vote = root;
    }
    load->votes = load->vote_hash == hash ? load->votes + 1 : load->votes - 1;
}

static enum tie_status count_chunk(struct tie_loading *load, struct tie_chunk *chunk, struct tie_error *err)
{
    const size_t cells = load->picked->count * tie_frame_text_columns(chunk->frame);

    load->room[chunk->frame->info->id] += load->picked->count;
    load->texts += cells < chunk->dict_count ? cells : chunk->dict_count;
    if (load->slice.bits < SLICE_BITS_MAX)
        return TIE_OK;
    for (uint32_t i = 0; i < load->picked->count; i++)
        vote(load,
            load->picked->is_visit ? tie_loading_name(load, load->picked->root[i])
                                   : tie_chunk_dict(chunk, tie_chunk_order(chunk, load->picked->row[i])));
    return tie_chunk_check(chunk, err);
}

static void take_table(struct tie_loading *load, enum tie_dataset dataset)
{
    const size_t room = load->room[dataset], row_bytes = tie_dataset(dataset)->row_bytes;

    load->tables[dataset] = (struct tie_rows){ .row_bytes = row_bytes };
    if (load->is_full || room == 0)
        return;
    load->tables[dataset].at = tie_arena_try_raw(load->arena, room * row_bytes);
    load->is_full = load->tables[dataset].at == NULL;
    if (!tie_in_dossiers(dataset) || load->is_full)
        return;
    load->placed[dataset] = tie_arena_try_raw(load->arena, room * sizeof(struct tie_placed));
    load->is_full = load->placed[dataset] == NULL;
}

/* ---- headers ---- */

/* Picks a header for all of its dossiers. A collective invoice may have more of them than a chunk has rows. */
static enum tie_status pick_header(struct tie_loading *load, struct tie_chunk *chunk, uint32_t row, tie_str inv_id,
    const struct tie_line_pairs *pairs, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_picked *const picked = load->picked;
    size_t first = 0;
    const size_t count = inv_id == TIE_STR_UNKNOWN ? 0 : tie_line_pairs_of(pairs, inv_id, &first);

    picked->has_copies |= count > 1;
    for (size_t i = 0; i < count; i++) {
        if (picked->count == TIE_CHUNK_ROWS_MAX) {
            TIE_TRY(tie_rows_take(load, chunk, err));
            picked->count = 0;
            if (load->is_full)
                break;
        }
        picked->row[picked->count] = row;
        picked->root[picked->count++] = (tie_str)pairs->at[first + i];
    }
out:
    return status;
}

/* Some headers of a chunk; every step is taken for all of them, so that the waits for memory overlap. */
static enum tie_status pick_headers(struct tie_loading *load, struct tie_chunk *chunk, uint32_t first, uint32_t count,
    const struct tie_line_pairs *pairs, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const size_t id_column = (size_t)tie_placing_of(TIE_DS_INVOICE).id;
    struct tie_text texts[TEXTS_AT_ONCE];
    tie_str ids[TEXTS_AT_ONCE];

    for (uint32_t i = 0; i < count; i++)
        texts[i] = tie_chunk_dict(chunk, tie_chunk_id(chunk, id_column, first + i));
    tie_pool_find_all(load->pool, texts, count, ids);
    for (uint32_t i = 0; i < count && !load->is_full; i++)
        TIE_TRY(pick_header(load, chunk, first + i, ids[i], pairs, err));
out:
    return status;
}

/* Headers of one chunk that were dealt to the shard: those of lines that are there. */
static enum tie_status load_dealt(
    struct tie_loading *load, struct tie_chunk *chunk, const struct tie_line_pairs *pairs, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_picked *const picked = load->picked;

    picked->count = 0;
    picked->is_visit = true;
    picked->has_copies = false;
    for (uint32_t first = 0, count; first < chunk->rows && !load->is_full; first += count) {
        count = chunk->rows - first < TEXTS_AT_ONCE ? chunk->rows - first : TEXTS_AT_ONCE;
        TIE_TRY(pick_headers(load, chunk, first, count, pairs, err));
    }
    if (picked->count > 0 && !load->is_full)
        TIE_TRY(tie_rows_take(load, chunk, err));
    picked->has_copies = false;
    TIE_TRY(tie_chunk_check(chunk, err));
out:
    return status;
}

static enum tie_status load_headers(struct tie_loading *load, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_frames *const dealt = &load->homes->headers.dealt;
    const unsigned shard = load->slice.shard;
    const struct tie_line_pairs pairs = tie_line_pairs_make(
        load->arena, &load->tables[TIE_DS_INVOICE_LINE], load->placed[TIE_DS_INVOICE_LINE]);

    load->is_full = pairs.at == NULL;
    load->room[TIE_DS_INVOICE] += pairs.count;
    take_table(load, TIE_DS_INVOICE);
    TIE_TRY(each_resident(load, true, tie_rows_take, err));
    for (size_t f = 0; f < dealt->count && pairs.count > 0; f++)
        for (size_t c = dealt->at[f]->shard_first[shard]; c < dealt->at[f]->shard_first[shard + 1]; c++) {
            struct tie_chunk chunk;
            if (load->is_full)
                break;
            TIE_TRY(tie_chunk_open(dealt->at[f], c, &chunk, err));
            TIE_TRY(load_dealt(load, &chunk, &pairs, err));
        }
out:
    return status;
}

/* ---- a shard ---- */

/* About half of what the dictionaries hold is new; where there is little memory the pool grows as it must. */
static void reserve_texts(struct tie_loading *load)
{
    const size_t texts = load->texts / 2;

    if (!load->is_full && load->slice.bits == 0 && load->roots_wanted == NULL && texts < UINT32_MAX / 8 &&
        tie_growth_of_pool(load->pool, texts, 0) < tie_loading_left(load) / 8)
        tie_pool_reserve(load->pool, (uint32_t)texts);
}

static enum tie_status load_all(struct tie_loading *load, struct tie_shard *shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_unwritten unwritten = { tie_rows_compare, load };

    TIE_TRY(each_resident(load, false, count_chunk, err));
    TIE_TRY(each_resident(load, true, count_chunk, err));
    TIE_TRY(each_visitor(load, count_chunk, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        if (d != TIE_DS_INVOICE && tie_in_dossiers((enum tie_dataset)d))
            take_table(load, (enum tie_dataset)d);
    reserve_texts(load);
    if (!load->is_full)
        TIE_TRY(each_resident(load, false, tie_rows_take, err));
    if (!load->is_full)
        TIE_TRY(each_visitor(load, tie_rows_take, err));
    if (!load->is_full)
        TIE_TRY(load_headers(load, err));
    if (!load->is_full)
        load->is_full = !tie_dossiers_make(load->arena, shard, load->placed, &unwritten);
    if (!load->is_full)
        TIE_TRY(tie_rows_write(load, err));
out:
    return status;
}

enum tie_status tie_shard_load(struct tie_arena *arena, const struct tie_frames *frames, const struct tie_homes *homes,
    const struct tie_pool *base, struct tie_slice slice, struct tie_shard *shard, bool *fits, struct tie_error *err)
{
    return tie_shard_load_roots(arena, frames, homes, base, slice, NULL, shard, fits, err);
}

enum tie_status tie_shard_load_roots(struct tie_arena *arena, const struct tie_frames *frames,
    const struct tie_homes *homes, const struct tie_pool *base, struct tie_slice slice, const struct tie_roots *roots,
    struct tie_shard *shard, bool *fits, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    struct tie_loading load = { .arena = arena,
        .work = arena,
        .pool = &shard->pool,
        .frames = frames,
        .homes = homes,
        .slice = slice,
        .roots_wanted = roots,
        .tables = shard->tables };

    TIE_ASSERT(slice.shard <= frames->shard_count && slice.bits <= SLICE_BITS_MAX && slice.slice < 1u << slice.bits);
    *fits = false;
    *shard = (struct tie_shard){ .index = slice.shard };
    TIE_TRY(open_loading(&load, "a shard", err));
    load.is_full = tie_loading_left(&load) < 8192; /* a pool of its own begins with some slots */
    if (!load.is_full) {
        tie_pool_init(&shard->pool, arena, base);
        TIE_TRY(load_all(&load, shard, err));
    }
    *fits = !load.is_full;
    if (load.is_full && slice.bits == SLICE_BITS_MAX)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: the dossier of order '%.*s' does not fit into %zu MiB; raise [limits] memory",
            (int)load.vote.size, load.vote.at, arena->cap_bytes >> 20));
out:
    close_loading(&load);
    if (!*fits)
        tie_arena_back_to(arena, mark);
    return status;
}

/* ---- master data ---- */

static enum tie_status load_broadcast(struct tie_loading *load, const struct tie_frame *frame, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t c = 0; c < frame->chunk_count && !load->is_full; c++) {
        struct tie_chunk chunk;
        TIE_TRY(tie_chunk_open(frame, c, &chunk, err));
        load->picked->is_visit = false;
        load->picked->count = chunk.rows;
        TIE_TRY(tie_rows_take(load, &chunk, err));
        if (!load->is_full)
            TIE_TRY(tie_rows_write(load, err));
        tie_arena_reset(load->work);
    }
    tie_frame_forget(frame, 0, frame->chunk_count);
out:
    return status;
}

enum tie_status tie_broadcast_load(struct tie_arena *arena, const struct tie_frames *frames, struct tie_pool *pool,
    struct tie_rows tables[TIE_DATASET_COUNT], struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_arena work = { 0 };
    struct tie_loading load = { .arena = arena, .work = &work, .pool = pool, .frames = frames, .tables = tables };

    TIE_TRY(tie_arena_init(&work, arena->cap_bytes, err));
    TIE_TRY(open_loading(&load, "master data", err));
    for (size_t f = 0; f < frames->count; f++)
        load.room[frames->at[f]->info->id] += (size_t)frames->at[f]->rows;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        if (tie_in_dossiers((enum tie_dataset)d))
            continue;
        take_table(&load, (enum tie_dataset)d);
    }
    for (size_t f = 0; f < frames->count; f++)
        if (!tie_in_dossiers(frames->at[f]->info->id) && !load.is_full)
            TIE_TRY(load_broadcast(&load, frames->at[f], err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT && !load.is_full; d++)
        if (!tie_in_dossiers((enum tie_dataset)d))
            load.is_full = !tie_broadcast_sort(arena, pool, (enum tie_dataset)d, &tables[d]);
    if (load.is_full)
        TIE_TRY(tie_fail(err, TIE_CONFIG,
            "memory limit too small: master data do not fit into %zu MiB; raise [limits] memory",
            arena->cap_bytes >> 20));
out:
    close_loading(&load);
    tie_arena_release(&work);
    return status;
}
