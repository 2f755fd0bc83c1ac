/*
 * dossier.c - sorts the rows of a shard so that a dossier is one range of every table.
 *
 * Roots are ranked by text once; a row then sorts by (rank, first eight bytes of its primary key), 16 bytes a row,
 * and only equal prefixes look at the key itself. Rows are moved into place along the cycles of the permutation, with
 * one spare row.
 *
 * Invariant: the order depends on texts and numbers of the rows alone, never on ids of the pool or on where a row
 * came from. Parts of a primary key are compared one by one: text by bytes, whole numbers and dates as numbers.
 * Rejected: sorting the rows themselves (200 bytes each are moved log n times), sorting by printed keys (a print per
 * row).
 */
#include "dossier.h"
#include "links.h"

#include <stdlib.h>
#include <string.h>

#define ROW_BYTES_MAX 1024

struct entry {
    uint32_t rank, index;
    uint64_t prefix;
};

struct sorting {
    const struct tie_pool *pool;
    const struct tie_dataset_info *info;
    const struct tie_rows *rows;
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

static int compare_words(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

struct tie_line_pairs tie_line_pairs_make(struct tie_arena *arena, const struct tie_rows *lines, const tie_str *roots)
{
    struct tie_line_pairs pairs = { tie_arena_try(arena, (lines->count + 1) * sizeof *pairs.at), 0 };
    const struct tie_invoice_line *const line = lines->at;
    size_t count = 0;

    if (pairs.at == NULL || lines->count == 0)
        return pairs;
    for (size_t i = 0; i < lines->count; i++)
        pairs.at[i] = (uint64_t)line[i].inv_id << 32 | roots[i];
    qsort(pairs.at, lines->count, sizeof *pairs.at, compare_words);
    for (size_t i = 0; i < lines->count; i++)
        if (i == 0 || pairs.at[i] != pairs.at[i - 1])
            pairs.at[count++] = pairs.at[i];
    pairs.count = count;
    return pairs;
}

size_t tie_line_pairs_of(const struct tie_line_pairs *pairs, tie_str inv_id, size_t *first)
{
    size_t low = 0, high = pairs->count, count = 0;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (pairs->at[middle] >> 32 < inv_id)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < pairs->count && pairs->at[low + count] >> 32 == inv_id)
        count++;
    *first = low;
    return count;
}

/* ---- sorting ---- */

static uint64_t prefix_of_text(struct tie_text text)
{
    uint64_t prefix = 0;

    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < text.size ? (unsigned char)text.at[i] : 0);
    return prefix;
}

static uint64_t prefix_of(const struct sorting *sorting, size_t index)
{
    for (size_t c = 0; c < sorting->info->column_count; c++) {
        const struct tie_column *column = &sorting->info->columns[c];
        const unsigned char *row = row_at(sorting->rows, index);
        if (column->key != TIE_KEY_PK)
            continue;
        if (tie_type_is_text(column->type))
            return prefix_of_text(tie_pool_text(sorting->pool, tie_cell_str(column, row)));
        return (uint64_t)tie_cell_number(column, row) ^ UINT64_C(1) << 63; /* signed order as unsigned order */
    }
    return 0;
}

static int compare_keys(const struct sorting *sorting, size_t a, size_t b)
{
    const unsigned char *left = row_at(sorting->rows, a), *right = row_at(sorting->rows, b);

    for (size_t c = 0; c < sorting->info->column_count; c++) {
        const struct tie_column *column = &sorting->info->columns[c];
        int order;
        if (column->key != TIE_KEY_PK)
            continue;
        if (tie_type_is_text(column->type)) {
            order = tie_pool_compare(sorting->pool, tie_cell_str(column, left), tie_cell_str(column, right));
        } else {
            const int64_t x = tie_cell_number(column, left), y = tie_cell_number(column, right);
            order = x < y ? -1 : x > y;
        }
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct sorting *sorting = context;
    const struct entry *a = left, *b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    const int order = compare_keys(sorting, a->index, b->index);
    if (order != 0)
        return order;
    /* Primary keys are unique over all parts; what follows only decides between rows that should not be there. */
    const struct tie_row *x = head_at(sorting->rows, a->index), *y = head_at(sorting->rows, b->index);
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return x->source_row < y->source_row ? -1 : x->source_row > y->source_row;
}

/* Row entries[i].index goes to place i. */
static void permute(struct tie_rows *rows, struct entry *entries)
{
    unsigned char spare[ROW_BYTES_MAX];
    unsigned char *const at = rows->at;
    const size_t size = rows->row_bytes;

    TIE_ASSERT(size <= sizeof spare);
    for (uint32_t i = 0; i < rows->count; i++) {
        if (entries[i].index == i)
            continue;
        memcpy(spare, at + i * size, size);
        uint32_t to = i;
        while (entries[to].index != i) {
            const uint32_t from = entries[to].index;
            memcpy(at + to * size, at + from * size, size);
            entries[to].index = to;
            to = from;
        }
        memcpy(at + to * size, spare, size);
        entries[to].index = to;
    }
}

/* Entries in the order of the sorted table; NULL when the arena is full. The caller gives the arena back. */
static struct entry *sort_rows(struct tie_arena *arena, const struct tie_pool *pool, enum tie_dataset dataset,
    struct tie_rows *rows, const tie_str *roots, const struct tie_map *ranks)
{
    struct sorting sorting = { pool, tie_dataset(dataset), rows };
    struct entry *entries = tie_arena_try(arena, (rows->count + 1) * sizeof *entries);

    TIE_ASSERT(rows->count < UINT32_MAX);
    if (entries == NULL)
        return NULL;
    for (uint32_t i = 0; i < rows->count; i++) {
        uint32_t rank = head_at(rows, i)->xref_kind; /* master data have no root */
        if (ranks != NULL)
            TIE_ASSERT(tie_map_get(ranks, roots[i], &rank));
        entries[i] = (struct entry){ rank, i, prefix_of(&sorting, i) };
    }
    if (rows->count > 1)
        qsort_r(entries, rows->count, sizeof *entries, compare_entries, &sorting);
    permute(rows, entries);
    return entries;
}

bool tie_broadcast_sort(
    struct tie_arena *arena, const struct tie_pool *pool, enum tie_dataset dataset, struct tie_rows *rows)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    const bool fits = sort_rows(arena, pool, dataset, rows, NULL, NULL) != NULL;

    tie_arena_back_to(arena, mark);
    return fits;
}

/* ---- dossiers ---- */

static int compare_roots(const void *left, const void *right, void *pool)
{
    const struct tie_dossier *a = left, *b = right;

    return tie_pool_compare(pool, a->root, b->root);
}

/* Each root once, as yet without order. */
static bool list_roots(struct tie_arena *arena, const struct tie_shard *shard, tie_str *const roots[TIE_DATASET_COUNT],
    struct tie_map *ranks)
{
    tie_map_init(ranks, arena);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        if (!tie_in_dossiers((enum tie_dataset)d))
            continue;
        for (size_t i = 0; i < shard->tables[d].count; i++) {
            if (arena_left(arena) < tie_growth_of_map(ranks))
                return false;
            (void)tie_map_put(ranks, roots[d][i], (uint32_t)ranks->count, NULL);
        }
    }
    return true;
}

static void cut_ranges(struct tie_shard *shard, enum tie_dataset dataset, const struct entry *entries)
{
    for (uint32_t i = 0; i < shard->tables[dataset].count; i++) {
        struct tie_dossier *const dossier = &shard->dossiers[entries[i].rank];
        struct tie_range *const range = &dossier->ranges[dataset];
        if (range->count == 0)
            range->first = i;
        range->count++;
        dossier->is_known = dossier->is_known || dataset == TIE_DS_WORK_ORDER;
    }
}

bool tie_dossiers_make(struct tie_arena *arena, struct tie_shard *shard, tie_str *const roots[TIE_DATASET_COUNT])
{
    struct tie_map ranks;

    if (!list_roots(arena, shard, roots, &ranks))
        return false;
    shard->dossier_count = ranks.count;
    shard->dossiers = tie_arena_try(arena, (ranks.count + 1) * sizeof *shard->dossiers);
    if (shard->dossiers == NULL)
        return false;
    for (size_t slot = 0; slot < ranks.room; slot++)
        if (ranks.values[slot] != 0)
            shard->dossiers[ranks.values[slot] - 1].root = (tie_str)ranks.keys[slot];
    if (ranks.count > 1)
        qsort_r(shard->dossiers, ranks.count, sizeof *shard->dossiers, compare_roots, &shard->pool);
    for (uint32_t i = 0; i < shard->dossier_count; i++)
        tie_map_set(&ranks, shard->dossiers[i].root, i);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_arena_mark mark = tie_arena_mark(arena);
        if (!tie_in_dossiers((enum tie_dataset)d) || shard->tables[d].count == 0)
            continue;
        const struct entry *entries = sort_rows(
            arena, &shard->pool, (enum tie_dataset)d, &shard->tables[d], roots[d], &ranks);
        if (entries == NULL)
            return false;
        cut_ranges(shard, (enum tie_dataset)d, entries);
        tie_arena_back_to(arena, mark);
    }
    return true;
}

/* ---- rows without frames ---- */

static tie_str *own_roots(
    struct tie_arena *arena, struct tie_shard *shard, const struct tie_links *links, enum tie_dataset dataset)
{
    struct tie_rows *const rows = &shard->tables[dataset];
    tie_str *const roots = TIE_TAKE(arena, tie_str, rows->count + 1);

    for (size_t i = 0; i < rows->count; i++) {
        struct tie_row *const row = (void *)((unsigned char *)rows->at + i * rows->row_bytes);
        const struct tie_linked *linked = NULL;
        if (row->order_ref != 0 && links->linked.count > 0)
            linked = tie_links_of_text(links, tie_pool_text(&shard->pool, row->order_ref));
        roots[i] = row->order_ref;
        if (linked == NULL)
            continue;
        roots[i] = tie_pool_put(&shard->pool, tie_pool_text(&links->names, linked->root));
        const struct tie_text in_force = tie_pool_text(&links->names, linked->in_force);
        row->order_ref = tie_pool_put(&shard->pool, in_force);
        row->home_hash = tie_hash_text(in_force);
    }
    return roots;
}

/* A header in every dossier that holds one of its lines; without lines it stays where it is. */
static void copy_headers(struct tie_arena *arena, struct tie_shard *shard, tie_str *roots[TIE_DATASET_COUNT])
{
    struct tie_rows *const headers = &shard->tables[TIE_DS_INVOICE];
    const struct tie_rows *const lines = &shard->tables[TIE_DS_INVOICE_LINE];
    const struct tie_line_pairs pairs = tie_line_pairs_make(arena, lines, roots[TIE_DS_INVOICE_LINE]);
    const struct tie_invoice *const from = headers->at;
    size_t room = headers->count + 1, first = 0;

    TIE_ASSERT(pairs.at != NULL);
    for (size_t i = 0; i < headers->count; i++)
        room += tie_line_pairs_of(&pairs, from[i].inv_id, &first);
    struct tie_invoice *const to = TIE_TAKE(arena, struct tie_invoice, room);
    tie_str *const to_root = TIE_TAKE(arena, tie_str, room);
    size_t count = 0;
    for (size_t i = 0; i < headers->count; i++) {
        const size_t copies = tie_line_pairs_of(&pairs, from[i].inv_id, &first);
        for (size_t c = 0; c < (copies == 0 ? 1 : copies); c++) {
            to[count] = from[i];
            to_root[count++] = copies == 0 ? 0 : (tie_str)pairs.at[first + c];
        }
    }
    *headers = (struct tie_rows){ to, count, sizeof *to };
    roots[TIE_DS_INVOICE] = to_root;
}

enum tie_status tie_shard_from_rows(struct tie_arena *arena, struct tie_shard *shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_scan scan = { .tables = shard };
    struct tie_arena work = { 0 };
    struct tie_links links = { .keep = &work, .work = &work, .memory_bytes = arena->cap_bytes };
    tie_str *roots[TIE_DATASET_COUNT] = { 0 };

    TIE_TRY(tie_arena_init(&work, arena->cap_bytes, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        shard->tables[d].row_bytes = tie_dataset((enum tie_dataset)d)->row_bytes;
    TIE_TRY(tie_links_find(&scan, &links, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        if (tie_in_dossiers((enum tie_dataset)d))
            roots[d] = own_roots(arena, shard, &links, (enum tie_dataset)d);
    for (size_t i = 0; i < links.moves.count; i++) {
        const tie_place place = links.moves.at[i].place;
        roots[place >> 48][place & UINT32_MAX] = tie_pool_put(
            &shard->pool, tie_pool_text(&links.names, links.moves.at[i].root));
    }
    copy_headers(arena, shard, roots);
    if (!tie_dossiers_make(arena, shard, roots))
        TIE_TRY(tie_fail(
            err, TIE_CONFIG, "memory limit too small: %zu bytes do not hold the rows given", arena->cap_bytes));
out:
    tie_arena_release(&work);
    return status;
}
