/*
 * dossier.c - sorts the rows of a shard so that a dossier is one range of every table.
 *
 * Roots are numbered by an array over the ids of the pool and ranked by text once: the bytes that all of them begin
 * with are left out, the next eight are a number to sort by, and only equal numbers look at the texts again. The rows
 * of a table are then counted per rank and dealt out, and the few rows of one dossier sorted by insertion; many are
 * sorted by the first eight bytes of their primary key. Rows are moved into place along the cycles of the permutation,
 * with one spare row.
 *
 * Invariant: the order depends on texts and numbers of the rows alone, never on ids of the pool or on where a row
 * came from. Parts of a primary key are compared one by one: text by bytes, whole numbers and dates as numbers.
 * Rejected: sorting the rows themselves (200 bytes each are moved log n times), sorting by printed keys (a print per
 * row), one sort of all rows of a table (a dossier holds two or three rows of it, a shard thousands).
 */
#include "dossier.h"
#include "frame_format.h"
#include "links.h"

#include "tieout/sort.h"

#include <stdlib.h>
#include <string.h>

#define ROW_BYTES_MAX 1024
#define KEYS_MAX 8
#define FEW 16 /* rows of a dossier that are sorted by insertion */

struct entry { /* of a sort of many rows */
    uint64_t prefix;
    uint32_t rank, index;
};

struct sorting {
    const struct tie_pool *pool;
    enum tie_dataset dataset;
    const struct tie_rows *rows;
    const struct tie_placed *placed;       /* rows; NULL for master data */
    const struct tie_unwritten *unwritten; /* NULL: rows lie in their table */
    struct sort_key {
        const struct tie_column *column;
        bool is_text;
    } keys[KEYS_MAX]; /* parts of the primary key */
    size_t key_count;
};

static const unsigned char *row_at(const struct tie_rows *rows, size_t index)
{
    return (const unsigned char *)rows->at + index * rows->row_bytes;
}

static const struct tie_row *head_at(const struct tie_rows *rows, size_t index)
{
    return (const void *)row_at(rows, index);
}

bool tie_in_dossiers(enum tie_dataset dataset)
{
    return tie_dataset(dataset)->home != TIE_HOME_BROADCAST;
}

static size_t arena_left(const struct tie_arena *arena)
{
    return arena->cap_bytes - arena->used_bytes;
}

/* ---- documents of lines ---- */

struct tie_line_pairs tie_line_pairs_make(
    struct tie_arena *arena, const struct tie_rows *lines, const struct tie_placed *placed)
{
    struct tie_line_pairs pairs = { NULL, 0 };
    const size_t room = lines->count + 1;
    struct tie_keyed *const at = tie_arena_try_raw(arena, 2 * room * sizeof *at);
    size_t count = 0;

    if (at == NULL)
        return pairs;
    for (size_t i = 0; i < lines->count; i++) { /* lines of a document often follow each other */
        const uint64_t pair = (uint64_t)placed[i].id << 32 | placed[i].root;
        if (count == 0 || at[count - 1].key != pair)
            at[count++] = (struct tie_keyed){ .key = pair };
    }
    tie_sort_keyed(at, count, at + room);
    pairs.at = (uint64_t *)(void *)at; /* keys close up: the i-th lands before the entries still to be read */
    for (size_t i = 0; i < count; i++) {
        const uint64_t pair = at[i].key;
        if (pairs.count == 0 || pairs.at[pairs.count - 1] != pair)
            pairs.at[pairs.count++] = pair;
    }
    return pairs;
}

size_t tie_line_pairs_of(const struct tie_line_pairs *pairs, tie_str inv_id, size_t *first)
{
    size_t low = 0, count = 0;

    for (size_t left = pairs->count; left > 0;) { /* halves without a branch: nothing foretells which */
        const size_t half = left - left / 2;
        low += half * (pairs->at[low + half - 1] >> 32 < inv_id);
        left /= 2;
    }
    while (low + count < pairs->count && pairs->at[low + count] >> 32 == inv_id)
        count++;
    *first = low;
    return count;
}

/* ---- comparing ---- */

/* The first part of a primary key if it is a text, and the first or the one behind it if it is a number of its own. */
struct tie_placing tie_placing_of(enum tie_dataset dataset)
{
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    struct tie_placing placing = { -1, -1 };

    for (size_t c = 0; c < info->column_count; c++) {
        if (info->columns[c].key != TIE_KEY_PK)
            continue;
        if (placing.id < 0 && tie_type_is_text(info->columns[c].type)) {
            placing.id = (int)c;
            continue;
        }
        if (tie_type_bytes(info->columns[c].type) == sizeof(int64_t))
            placing.number = (int)c;
        break;
    }
    return placing;
}

void tie_place_row(enum tie_dataset dataset, struct tie_placing placing, const void *row, struct tie_placed *placed)
{
    const struct tie_column *const columns = tie_dataset(dataset)->columns;

    placed->id = placing.id < 0 ? 0 : tie_cell_str(&columns[placing.id], row);
    placed->number = placing.number < 0 ? 0 : tie_cell_number(&columns[placing.number], row);
}

static struct sorting sorting_of(const struct tie_pool *pool, enum tie_dataset dataset, const struct tie_rows *rows)
{
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    struct sorting sorting = { .pool = pool, .dataset = dataset, .rows = rows };

    for (size_t c = 0; c < info->column_count; c++)
        if (info->columns[c].key == TIE_KEY_PK) {
            TIE_ASSERT(sorting.key_count < KEYS_MAX);
            sorting.keys[sorting.key_count++] = (struct sort_key){ &info->columns[c],
                tie_type_is_text(info->columns[c].type) };
        }
    return sorting;
}

/* Eight bytes as a number that orders as they do: little-endian, as frames are. */
static inline uint64_t eight_bytes(const char *at)
{
    uint64_t bytes = 0;

    memcpy(&bytes, at, 8);
    return __builtin_bswap64(bytes);
}

/* Those from `at` on; what the text does not have is zero. */
static uint64_t prefix_of_text(struct tie_text text, size_t at)
{
    uint64_t prefix = 0;

    if (text.size >= at + 8)
        return eight_bytes(text.at + at);
    for (size_t i = at; i < at + 8; i++)
        prefix = prefix << 8 | (i < text.size ? (unsigned char)text.at[i] : 0);
    return prefix;
}

/* Of the first part of the primary key, as far as placed rows have it. */
static uint64_t prefix_of(const struct sorting *sorting, size_t index)
{
    const struct tie_placed *const placed = sorting->placed == NULL ? NULL : &sorting->placed[index];
    const struct sort_key *const key = &sorting->keys[0];
    int64_t number = placed == NULL ? 0 : placed->number;

    if (sorting->key_count > 0 && key->is_text)
        return prefix_of_text(
            tie_pool_text(
                sorting->pool, placed == NULL ? tie_cell_str(key->column, row_at(sorting->rows, index)) : placed->id),
            0);
    if (sorting->key_count > 0 && placed == NULL)
        number = tie_cell_number(key->column, row_at(sorting->rows, index));
    return (uint64_t)number ^ UINT64_C(1) << 63; /* signed order as unsigned order */
}

static int compare_rows(const struct sorting *sorting, uint32_t a, uint32_t b)
{
    const unsigned char *const left = row_at(sorting->rows, a), *const right = row_at(sorting->rows, b);

    if (sorting->unwritten != NULL)
        return sorting->unwritten->compare(sorting->unwritten->context, sorting->dataset, a, b);
    for (size_t k = 0; k < sorting->key_count; k++) {
        const struct tie_column *const column = sorting->keys[k].column;
        int order;
        if (sorting->keys[k].is_text) {
            tie_str x = 0, y = 0;
            memcpy(&x, left + column->offset, sizeof x);
            memcpy(&y, right + column->offset, sizeof y);
            order = tie_pool_compare(sorting->pool, x, y);
        } else {
            const int64_t x = tie_cell_number(column, left), y = tie_cell_number(column, right);
            order = x < y ? -1 : x > y;
        }
        if (order != 0)
            return order;
    }
    /* Primary keys are unique over all parts; what follows only decides between rows that should not be there. */
    const struct tie_row *x = (const void *)left, *y = (const void *)right;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return x->source_row < y->source_row ? -1 : x->source_row > y->source_row;
}

/* The same, first by what is known without the rows. */
static int compare_placed(const void *context, uint32_t a, uint32_t b)
{
    const struct sorting *const sorting = context;
    const struct tie_placed *const x = &sorting->placed[a], *const y = &sorting->placed[b];

    if (x->id != y->id)
        return tie_pool_compare(sorting->pool, x->id, y->id);
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return compare_rows(sorting, a, b);
}

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct sorting *const sorting = context;
    const struct entry *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return sorting->placed == NULL ? compare_rows(context, a->index, b->index)
                                   : compare_placed(context, a->index, b->index);
}

/* ---- sorting ---- */

/* Row order[i] goes to place i; uses up `order`. */
static void permute(struct tie_rows *rows, uint32_t *order)
{
    unsigned char spare[ROW_BYTES_MAX];
    unsigned char *const at = rows->at;
    const size_t size = rows->row_bytes;

    TIE_ASSERT(size <= sizeof spare);
    for (uint32_t i = 0; i < rows->count; i++) {
        if (order[i] == i)
            continue;
        memcpy(spare, at + i * size, size);
        uint32_t to = i;
        while (order[to] != i) {
            const uint32_t from = order[to];
            memcpy(at + to * size, at + from * size, size);
            order[to] = to;
            to = from;
        }
        memcpy(at + to * size, spare, size);
        order[to] = to;
    }
}

/* Sorts many rows; false when the arena is full. */
static bool sort_many(struct tie_arena *arena, struct sorting *sorting, bool by_kind, uint32_t *order, size_t count)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    struct entry *const entries = tie_arena_try_raw(arena, count * sizeof *entries);

    if (entries == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){ prefix_of(sorting, order[i]),
            by_kind ? head_at(sorting->rows, order[i])->xref_kind : 0, order[i] };
    qsort_r(entries, count, sizeof *entries, compare_entries, sorting);
    for (size_t i = 0; i < count; i++)
        order[i] = entries[i].index;
    tie_arena_back_to(arena, mark);
    return true;
}

bool tie_broadcast_sort(
    struct tie_arena *arena, const struct tie_pool *pool, enum tie_dataset dataset, struct tie_rows *rows)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    struct sorting sorting = sorting_of(pool, dataset, rows);
    uint32_t *const order = tie_arena_try_raw(arena, (rows->count + 1) * sizeof *order);
    bool fits = order != NULL;

    TIE_ASSERT(rows->count < UINT32_MAX);
    for (uint32_t i = 0; fits && i < rows->count; i++)
        order[i] = i;
    fits = fits && (rows->count < 2 || sort_many(arena, &sorting, true, order, rows->count));
    if (fits)
        permute(rows, order);
    tie_arena_back_to(arena, mark);
    return fits;
}

/* ---- roots ---- */

struct ranks { /* of the roots of a shard, by id */
    const struct tie_pool *pool;
    uint32_t *own;           /* [pool->count] rank + 1 of own ids; 0: no root */
    struct tie_map borrowed; /* ids of a base pool: root 0, or an order that is called as master data are */
    size_t count;
};

static uint32_t rank_of(const struct ranks *ranks, tie_str root)
{
    uint32_t rank = 0;

    if (root >= ranks->pool->first)
        return ranks->own[root - ranks->pool->first] - 1;
    TIE_ASSERT(tie_map_get(&ranks->borrowed, root, &rank));
    return rank;
}

/* Marks and counts each root once; false when the arena is full. */
static bool list_roots(struct tie_arena *arena, const struct tie_shard *shard,
    struct tie_placed *const placed[TIE_DATASET_COUNT], struct ranks *ranks)
{
    *ranks = (struct ranks){ .pool = &shard->pool,
        .own = tie_arena_try(arena, ((size_t)shard->pool.count + 1) * sizeof *ranks->own) };
    tie_map_init(&ranks->borrowed, arena);
    if (ranks->own == NULL)
        return false;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const size_t count = tie_in_dossiers((enum tie_dataset)d) ? shard->tables[d].count : 0;
        for (size_t i = 0; i < count; i++) {
            const tie_str root = placed[d][i].root;
            if (root >= shard->pool.first) {
                uint32_t *const own = &ranks->own[root - shard->pool.first];
                ranks->count += *own == 0;
                *own = 1;
            } else if (arena_left(arena) < tie_growth_of_map(&ranks->borrowed)) {
                return false;
            } else {
                ranks->count += tie_map_put(&ranks->borrowed, root, 0, NULL);
            }
        }
    }
    return true;
}

static int compare_texts(const void *left, const void *right, void *pool)
{
    const struct tie_keyed *a = left, *b = right;

    return tie_pool_compare(pool, (tie_str)a->value, (tie_str)b->value);
}

/* Bytes that all texts but the empty one begin with. */
static size_t shared_prefix(const struct tie_pool *pool, const struct tie_keyed *names, size_t count)
{
    struct tie_text shared = TIE_TEXT("");
    bool has_any = false;

    for (size_t i = 0; i < count; i++) {
        const struct tie_text text = tie_pool_text(pool, (tie_str)names[i].value);
        size_t same = 0;

        if (text.size == 0)
            continue;
        while (has_any && same < shared.size && same < text.size && text.at[same] == shared.at[same])
            same++;
        shared = has_any ? (struct tie_text){ shared.at, same } : text;
        has_any = true;
    }
    return shared.size;
}

/* Names as values, sorted by text. */
static void sort_names(struct tie_pool *pool, struct tie_keyed *names, size_t count, struct tie_keyed *spare)
{
    const size_t shared = shared_prefix(pool, names, count);

    for (size_t i = 0; i < count; i++)
        names[i].key = prefix_of_text(tie_pool_text(pool, (tie_str)names[i].value), shared);
    tie_sort_keyed(names, count, spare);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && names[end].key == names[first].key;)
            end++;
        if (end - first > 1)
            qsort_r(names + first, end - first, sizeof *names, compare_texts, pool);
    }
}

/* The dossiers, as yet without rows, by the text of their roots; false when the arena is full. */
static bool make_dossiers(struct tie_arena *arena, struct tie_shard *shard, struct ranks *ranks)
{
    const size_t room = ranks->count + 1;
    struct tie_keyed *const names = tie_arena_try_raw(arena, 2 * room * sizeof *names);
    size_t count = 0;

    shard->dossiers = tie_arena_try(arena, room * sizeof *shard->dossiers);
    if (names == NULL || shard->dossiers == NULL)
        return false;
    for (uint32_t i = 0; i < shard->pool.count; i++)
        if (ranks->own[i] != 0)
            names[count++] = (struct tie_keyed){ .value = (uint64_t)shard->pool.first + i };
    for (size_t slot = 0; slot < ranks->borrowed.room; slot++)
        if (ranks->borrowed.values[slot] != 0)
            names[count++] = (struct tie_keyed){ .value = ranks->borrowed.keys[slot] };
    TIE_ASSERT(count == ranks->count);
    sort_names(&shard->pool, names, count, names + room);
    for (uint32_t i = 0; i < count; i++) {
        const tie_str root = (tie_str)names[i].value;
        shard->dossiers[i].root = root;
        if (root >= shard->pool.first)
            ranks->own[root - shard->pool.first] = i + 1;
        else
            tie_map_set(&ranks->borrowed, root, i);
    }
    shard->dossier_count = count;
    return true;
}

/* ---- dossiers ---- */

/* Deals the rows of a table out to the dossiers and sorts those of each; false when the arena is full. `ends` has room
 * for one number a dossier and one more. */
static bool deal_table(struct tie_arena *arena, struct tie_shard *shard, enum tie_dataset dataset,
    struct tie_placed *placed, const struct tie_unwritten *unwritten, const struct ranks *ranks, uint32_t *ends)
{
    struct tie_rows *const rows = &shard->tables[dataset];
    struct sorting sorting = sorting_of(&shard->pool, dataset, rows);
    uint32_t *const order = tie_arena_try_raw(arena, (rows->count + 1) * sizeof *order);
    uint32_t first = 0;

    sorting.placed = placed;
    sorting.unwritten = unwritten;
    TIE_ASSERT(rows->count < UINT32_MAX);
    if (order == NULL)
        return false;
    memset(ends, 0, (shard->dossier_count + 1) * sizeof *ends);
    for (size_t i = 0; i < rows->count; i++) { /* from here on a row's root is its rank */
        placed[i].root = rank_of(ranks, placed[i].root);
        ends[placed[i].root + 1]++;
    }
    for (size_t r = 0; r < shard->dossier_count; r++) /* as yet where each dossier begins */
        ends[r + 1] += ends[r];
    for (uint32_t i = 0; i < rows->count; i++)
        order[ends[placed[i].root]++] = i;
    for (size_t r = 0; r < shard->dossier_count; first = ends[r], r++) {
        const uint32_t count = ends[r] - first;
        if (count == 0)
            continue;
        shard->dossiers[r].ranges[dataset] = (struct tie_range){ first, count };
        shard->dossiers[r].is_known = shard->dossiers[r].is_known || dataset == TIE_DS_WORK_ORDER;
        if (count <= FEW)
            tie_sort_few(order + first, count, compare_placed, &sorting);
        else if (!sort_many(arena, &sorting, false, order + first, count))
            return false;
    }
    if (unwritten == NULL)
        permute(rows, order);
    for (uint32_t i = 0; unwritten != NULL && i < rows->count; i++)
        placed[order[i]].root = i;
    return true;
}

bool tie_dossiers_make(struct tie_arena *arena, struct tie_shard *shard,
    struct tie_placed *const placed[TIE_DATASET_COUNT], const struct tie_unwritten *unwritten)
{
    struct ranks ranks;

    if (!list_roots(arena, shard, placed, &ranks) || !make_dossiers(arena, shard, &ranks))
        return false;
    uint32_t *const ends = tie_arena_try_raw(arena, (ranks.count + 1) * sizeof *ends);
    if (ends == NULL)
        return false;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_arena_mark mark = tie_arena_mark(arena);
        if (!tie_in_dossiers((enum tie_dataset)d) || shard->tables[d].count == 0)
            continue;
        if (!deal_table(arena, shard, (enum tie_dataset)d, placed[d], unwritten, &ranks, ends))
            return false;
        tie_arena_back_to(arena, mark);
    }
    return true;
}

/* ---- rows without frames ---- */

static struct tie_placed *own_places(
    struct tie_arena *arena, struct tie_shard *shard, const struct tie_links *links, enum tie_dataset dataset)
{
    struct tie_rows *const rows = &shard->tables[dataset];
    struct tie_placed *const placed = TIE_TAKE(arena, struct tie_placed, rows->count + 1);
    const struct tie_placing placing = tie_placing_of(dataset);

    for (size_t i = 0; i < rows->count; i++) {
        struct tie_row *const row = (void *)((unsigned char *)rows->at + i * rows->row_bytes);
        const struct tie_linked *linked = NULL;
        if (row->order_ref != 0 && links->linked.count > 0)
            linked = tie_links_of_text(links, tie_pool_text(&shard->pool, row->order_ref));
        tie_place_row(dataset, placing, row, &placed[i]);
        placed[i].root = row->order_ref;
        if (linked == NULL)
            continue;
        placed[i].root = tie_pool_put(&shard->pool, tie_pool_text(&links->names, linked->root));
        const struct tie_text in_force = tie_pool_text(&links->names, linked->in_force);
        row->order_ref = tie_pool_put(&shard->pool, in_force);
    }
    return placed;
}

/* A header in every dossier that holds one of its lines; without lines it stays where it is. */
static void copy_headers(struct tie_arena *arena, struct tie_shard *shard, struct tie_placed *placed[TIE_DATASET_COUNT])
{
    struct tie_rows *const headers = &shard->tables[TIE_DS_INVOICE];
    const struct tie_rows *const lines = &shard->tables[TIE_DS_INVOICE_LINE];
    const struct tie_line_pairs pairs = tie_line_pairs_make(arena, lines, placed[TIE_DS_INVOICE_LINE]);
    const struct tie_invoice *const from = headers->at;
    size_t room = headers->count + 1, first = 0;

    TIE_ASSERT(pairs.at != NULL);
    for (size_t i = 0; i < headers->count; i++)
        room += tie_line_pairs_of(&pairs, from[i].inv_id, &first);
    struct tie_invoice *const to = TIE_TAKE(arena, struct tie_invoice, room);
    struct tie_placed *const to_place = TIE_TAKE(arena, struct tie_placed, room);
    size_t count = 0;
    for (size_t i = 0; i < headers->count; i++) {
        const size_t copies = tie_line_pairs_of(&pairs, from[i].inv_id, &first);
        for (size_t c = 0; c < (copies == 0 ? 1 : copies); c++) {
            to[count] = from[i];
            to_place[count++] = (struct tie_placed){ .root = copies == 0 ? 0 : (tie_str)pairs.at[first + c],
                .id = from[i].inv_id };
        }
    }
    *headers = (struct tie_rows){ to, count, sizeof *to };
    placed[TIE_DS_INVOICE] = to_place;
}

enum tie_status tie_shard_from_rows(struct tie_arena *arena, struct tie_shard *shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_scan scan = { .tables = shard };
    struct tie_arena work = { 0 };
    struct tie_links links = { .keep = &work, .work = &work, .memory_bytes = arena->cap_bytes };
    struct tie_placed *placed[TIE_DATASET_COUNT] = { 0 };

    TIE_TRY(tie_arena_init(&work, arena->cap_bytes, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        shard->tables[d].row_bytes = tie_dataset((enum tie_dataset)d)->row_bytes;
    TIE_TRY(tie_links_find(&scan, &links, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        if (tie_in_dossiers((enum tie_dataset)d))
            placed[d] = own_places(arena, shard, &links, (enum tie_dataset)d);
    for (size_t i = 0; i < links.moves.count; i++) {
        const tie_place place = links.moves.at[i].place;
        placed[place >> 48][place & UINT32_MAX].root = tie_pool_put(
            &shard->pool, tie_pool_text(&links.names, links.moves.at[i].root));
    }
    copy_headers(arena, shard, placed);
    if (!tie_dossiers_make(arena, shard, placed, NULL))
        TIE_TRY(tie_fail(
            err, TIE_CONFIG, "memory limit too small: %zu bytes do not hold the rows given", arena->cap_bytes));
out:
    tie_arena_release(&work);
    return status;
}
