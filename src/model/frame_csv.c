/*
 * frame_csv.c - a frame as CSV in an order that only its rows decide, and back.
 *
 * A row's shard is its hash scaled to the number of shards, so shards one after the other are already in the order of
 * the hash, however many there are. Within a shard the places of its rows (hash, chunk, row: 16 bytes) are sorted;
 * rows of one order, which share the hash, are compared cell by cell, the key first. Cells stay where they lie, in the
 * map. Equal rows print equal lines, so their order can't be seen.
 * Rejected: keeping the order of delivery, which a source need not repeat; sorting the whole frame, whose places may
 * not fit into the memory.
 */
#include "frame_format.h"

#include "tieout/frame_csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char order_column[] = "order_ref";

struct place {
    uint64_t home_hash;
    uint32_t chunk, row;
};

struct sorter { /* one shard */
    const struct tie_frame *frame;
    size_t columns[TIE_COLUMN_MAX]; /* delivered, the primary key first */
    size_t column_count;
    struct tie_chunk *chunks;
    size_t chunk_count, chunk_room;
    struct place *places;
    size_t place_count, place_room;
};

/* ---- order ---- */

static int compare_cells(struct tie_chunk *a, uint32_t row_a, struct tie_chunk *b, uint32_t row_b, size_t column)
{
    if (tie_type_is_text(a->frame->info->columns[column].type))
        return tie_text_compare(
            tie_chunk_dict(a, tie_chunk_id(a, column, row_a)), tie_chunk_dict(b, tie_chunk_id(b, column, row_b)));

    const int64_t x = tie_chunk_number(a, column, row_a), y = tie_chunk_number(b, column, row_b);

    return x < y ? -1 : x > y;
}

static int compare_places(const void *left, const void *right, void *context)
{
    const struct place *a = left, *b = right;
    struct sorter *sorter = context;
    struct tie_chunk *in_a = &sorter->chunks[a->chunk], *in_b = &sorter->chunks[b->chunk];
    int order = a->home_hash < b->home_hash ? -1 : a->home_hash > b->home_hash;

    if (order == 0) /* of two orders with one hash, the one first in text */
        order = tie_text_compare(
            tie_chunk_dict(in_a, tie_chunk_order(in_a, a->row)), tie_chunk_dict(in_b, tie_chunk_order(in_b, b->row)));
    for (size_t c = 0; order == 0 && c < sorter->column_count; c++)
        order = compare_cells(in_a, a->row, in_b, b->row, sorter->columns[c]);
    return order;
}

static void order_columns(struct sorter *sorter)
{
    const struct tie_dataset_info *info = sorter->frame->info;

    for (int keys = 1; keys >= 0; keys--)
        for (size_t c = 0; c < info->column_count; c++)
            if (sorter->frame->delivered[c] && (info->columns[c].key == TIE_KEY_PK) == (keys == 1))
                sorter->columns[sorter->column_count++] = c;
}

/* ---- writing ---- */

static enum tie_status grow(void **at, size_t *room, size_t count, size_t each_bytes, struct tie_error *err)
{
    void *larger = NULL;

    if (*at != NULL && count <= *room)
        return TIE_OK;
    larger = reallocarray(*at, count + count / 2 + 1, each_bytes);
    if (larger == NULL) {
        (void)tie_fail(err, TIE_CONFIG, "memory limit too small: %zu rows of one shard can't be put in order", count);
        return TIE_CONFIG; /* spelt out for the analyser, which can't see what tie_fail() returns */
    }
    *at = larger;
    *room = count + count / 2 + 1;
    return TIE_OK;
}

static bool is_picked(const struct tie_frame_picks *picks, uint32_t source_row)
{
    size_t first = 0, end = picks == NULL ? 0 : picks->count;

    while (first < end) {
        const size_t middle = first + (end - first) / 2;

        if (picks->source_rows[middle] < source_row)
            first = middle + 1;
        else
            end = middle;
    }
    return picks == NULL || (first < picks->count && picks->source_rows[first] == source_row);
}

/* Lays the chunks of a shard open and makes the list of the rows that are wanted. */
static enum tie_status open_shard(
    struct sorter *sorter, unsigned shard, const struct tie_frame_picks *picks, struct tie_error *err)
{
    const uint32_t first = sorter->frame->shard_first[shard], end = sorter->frame->shard_first[shard + 1];
    void *memory = sorter->chunks;
    enum tie_status status = TIE_OK;

    sorter->chunk_count = sorter->place_count = 0;
    TIE_TRY(grow(&memory, &sorter->chunk_room, end - first, sizeof *sorter->chunks, err));
    sorter->chunks = memory;
    for (uint32_t i = first; i < end; i++) {
        struct tie_chunk *chunk = &sorter->chunks[sorter->chunk_count];

        TIE_TRY(tie_chunk_open(sorter->frame, i, chunk, err));
        memory = sorter->places;
        TIE_TRY(grow(&memory, &sorter->place_room, sorter->place_count + chunk->rows, sizeof *sorter->places, err));
        sorter->places = memory;
        for (uint32_t row = 0; row < chunk->rows; row++)
            if (is_picked(picks, chunk->source_row[row]))
                sorter->places[sorter->place_count++] = (struct place){ tie_chunk_hash(chunk, row),
                    (uint32_t)sorter->chunk_count, row };
        sorter->chunk_count++;
    }
    if (sorter->place_count > 1)
        qsort_r(sorter->places, sorter->place_count, sizeof *sorter->places, compare_places, sorter);
out:
    return status;
}

static void put_row(const struct sorter *sorter, const struct place *place, struct tie_csv_writer *writer)
{
    struct tie_chunk *chunk = &sorter->chunks[place->chunk];
    const struct tie_dataset_info *info = sorter->frame->info;

    tie_csv_put(writer, tie_chunk_dict(chunk, tie_chunk_order(chunk, place->row)));
    for (size_t c = 0; c < info->column_count; c++) {
        char text[64];

        if (!sorter->frame->delivered[c])
            continue;
        if (tie_type_is_text(info->columns[c].type)) {
            tie_csv_put(writer, tie_chunk_dict(chunk, tie_chunk_id(chunk, c, place->row)));
        } else {
            tie_number_print(&info->columns[c], tie_chunk_number(chunk, c, place->row), text);
            tie_csv_put(writer, tie_text_of(text));
        }
    }
    tie_csv_end_row(writer);
}

static void put_header(const struct tie_frame *frame, struct tie_csv_writer *writer)
{
    tie_csv_put(writer, tie_text_of(order_column));
    for (size_t c = 0; c < frame->info->column_count; c++)
        if (frame->delivered[c])
            tie_csv_put(writer, tie_text_of(frame->info->columns[c].name));
    tie_csv_end_row(writer);
}

enum tie_status tie_frame_put_csv(const struct tie_frame *frame, const struct tie_frame_picks *picks,
    struct tie_out *out, uint64_t *rows, struct tie_error *err)
{
    struct sorter sorter = { .frame = frame };
    struct tie_csv_writer writer;
    enum tie_status status = TIE_OK;

    *rows = 0;
    order_columns(&sorter);
    tie_csv_writer_init(&writer, out, ',');
    put_header(frame, &writer);
    for (unsigned shard = 0; shard <= frame->header.shard_count; shard++) {
        TIE_TRY(open_shard(&sorter, shard, picks, err));
        for (size_t i = 0; i < sorter.place_count; i++)
            put_row(&sorter, &sorter.places[i], &writer);
        for (size_t i = 0; i < sorter.chunk_count; i++)
            TIE_TRY(tie_chunk_check(&sorter.chunks[i], err));
        *rows += sorter.place_count;
    }
out:
    free(sorter.chunks);
    free(sorter.places);
    return status;
}

/* ---- reading ---- */

struct reading {
    const char *csv_path;
    const struct tie_dataset_info *info;
    size_t columns[TIE_COLUMN_MAX]; /* column of the dataset by field - 1 */
    size_t column_count;
};

/* The columns in model order, as they were written: another order is another file. */
static enum tie_status read_header(
    struct reading *reading, const struct tie_csv_row *row, bool *delivered, struct tie_error *err)
{
    if (!tie_text_is(row->fields[0], order_column))
        return tie_fail(err, TIE_DATA, "%s:1: the first column must be \"%s\"; the file is no frame of a bundle",
            reading->csv_path, order_column);
    memset(delivered, 0, TIE_COLUMN_MAX * sizeof *delivered);
    for (size_t f = 1; f < row->count; f++) {
        const int column = tie_column_find(reading->info, row->fields[f]);

        if (column < 0 || delivered[column] || (f > 1 && (size_t)column < reading->columns[f - 2]))
            return tie_fail(err, TIE_DATA,
                "%s:1: column \"%.*s\" is unknown to dataset %s, stands twice or out of order; the bundle is damaged "
                "or of another version",
                reading->csv_path, (int)(row->fields[f].size < 80 ? row->fields[f].size : 80), row->fields[f].at,
                reading->info->name);
        delivered[column] = true;
        reading->columns[reading->column_count++] = (size_t)column;
    }
    return TIE_OK;
}

static enum tie_status read_cells(
    const struct reading *reading, const struct tie_csv_row *row, struct tie_cell *cells, struct tie_error *err)
{
    for (size_t i = 0; i < reading->column_count; i++) {
        const struct tie_column *column = &reading->info->columns[reading->columns[i]];
        const struct tie_text text = row->fields[i + 1];
        struct tie_cell *cell = &cells[reading->columns[i]];

        if (tie_type_is_text(column->type))
            cell->text = text;
        else if (!tie_number_parse(column, text, &cell->number))
            return tie_fail(err, TIE_DATA,
                "%s:%llu: column %s: \"%.*s\" is no %s in the form of a bundle; the bundle is damaged or of another "
                "version",
                reading->csv_path, (unsigned long long)row->line, column->name, (int)(text.size < 80 ? text.size : 80),
                text.at, tie_type_name(column->type));
    }
    return TIE_OK;
}

static enum tie_status read_rows(struct reading *reading, struct tie_csv_reader *reader, const char *path,
    const struct tie_frame_spec *spec, bool *delivered, struct tie_frame_seal *seal, struct tie_error *err)
{
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_spec made = *spec;
    struct tie_cell cells[TIE_COLUMN_MAX];
    struct tie_csv_row row;
    uint32_t number = 0;
    bool at_end = false;
    enum tie_status status = TIE_OK;

    memset(cells, 0, sizeof cells);
    TIE_TRY(tie_csv_next(reader, &row, &at_end, err));
    if (at_end)
        TIE_TRY(tie_fail(err, TIE_DATA, "%s is empty: it must have a header", reading->csv_path));
    TIE_TRY(read_header(reading, &row, delivered, err));
    made.delivered = delivered;
    TIE_TRY(tie_frame_create(path, &made, &writer, err));
    for (;;) {
        TIE_TRY(tie_csv_next(reader, &row, &at_end, err));
        if (at_end)
            break;
        if (number == UINT32_MAX)
            TIE_TRY(tie_fail(err, TIE_DATA, "%s has more rows than a frame can number", reading->csv_path));
        TIE_TRY(read_cells(reading, &row, cells, err));
        TIE_TRY(tie_frame_add(writer, ++number, row.fields[0], cells, err));
    }
    status = tie_frame_seal(writer, seal, err);
    writer = NULL;
out:
    tie_frame_discard(writer);
    return status;
}

enum tie_status tie_frame_read_csv(const char *csv_path, const char *path, const struct tie_frame_spec *spec,
    bool delivered[TIE_COLUMN_MAX], struct tie_frame_seal *seal, struct tie_error *err)
{
    struct reading reading = { .csv_path = csv_path, .info = tie_dataset(spec->dataset) };
    struct tie_csv_fd source = { .fd = open(csv_path, O_RDONLY | O_CLOEXEC), .name = csv_path };
    struct tie_csv_reader *reader = NULL;
    enum tie_status status = TIE_OK;

    if (source.fd < 0)
        return tie_fail_os(err, TIE_NOINPUT, errno, "open", csv_path);
    TIE_TRY(tie_csv_open(
        &(struct tie_csv_setup){ .name = csv_path, .delimiter = ',', .pull = tie_csv_pull_fd, .state = &source },
        &reader, err));
    TIE_TRY(read_rows(&reading, reader, path, spec, delivered, seal, err));
out:
    tie_csv_close(reader);
    (void)close(source.fd); /* nothing was written */
    return status;
}
