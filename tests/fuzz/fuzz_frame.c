/*
 * fuzz_frame.c - a sealed frame whose bytes were altered is refused or read, never read out of its bounds.
 *
 * The input does not hold a frame (it would be stale with the next column of the data model) but says what to do to one
 * that the writer of today makes: the dataset, then patches of where, how and with what, and at the end perhaps a cut.
 * Places are counted from the front, from the end, or from a chunk. Properties:
 *   - without a patch every row comes back, with the cells that were written;
 *   - with one, open, homes and load end in TIE_OK or in a told TIE_DATA or TIE_CONFIG;
 *   - every text that a chunk gives lies within the file;
 *   - verify refuses whatever differs in a byte; every file is closed again.
 */
#include "fuzz.h"

#include "../../src/model/frame_format.h"
#include "../unit/base/random.h"

#include "tieout/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 40, SHARDS = 3, PATCHES_MAX = 32, LOAD_BYTES = 64 << 20 };

struct base {
    unsigned char *at;
    size_t size;
    char sha256[65];
};

static void fill_cells(const struct tie_dataset_info *info, uint64_t *seed, struct tie_cell *cells)
{
    static const char *const texts[] = { "", "A", "W-1", "W-2", "a text of more than eight bytes", "\xC3\xBC" };

    for (size_t c = 0; c < info->column_count; c++) {
        const enum tie_type type = info->columns[c].type;
        const uint64_t draw = test_random(seed);

        cells[c] = (struct tie_cell){ tie_text_of(texts[draw % TIE_COUNT_OF(texts)]), (int64_t)(draw >> 16 & 0xFFFF) };
        if (type == TIE_TYPE_BOOL)
            cells[c].number %= 2;
        if (type == TIE_TYPE_WORD)
            cells[c].number %= TIE_WORD_COUNT;
        if (draw >> 40 == 0 && type != TIE_TYPE_BOOL && type != TIE_TYPE_WORD)
            cells[c].number = type == TIE_TYPE_DATE ? TIE_NO_DATE : TIE_NONE;
    }
}

/* A frame of every column of the dataset; made once. */
static const struct base *base_of(enum tie_dataset dataset)
{
    static struct base bases[TIE_DATASET_COUNT];
    struct base *base = &bases[dataset];
    char folder[] = "/tmp/tieout-fuzz.XXXXXX", path[64];
    bool delivered[TIE_COLUMN_MAX];
    const struct tie_frame_spec spec = { dataset, 3, SHARDS, TIE_XREF_ITEM, delivered, 1 << 20 };
    struct tie_frame_writer *writer = NULL;
    struct tie_cell cells[TIE_COLUMN_MAX];
    struct tie_frame_seal seal;
    struct tie_text bytes;
    uint64_t seed = (uint64_t)dataset;

    if (base->at != NULL)
        return base;
    memset(delivered, true, sizeof delivered);
    FUZZ_HOLDS(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/f", folder);
    FUZZ_HOLDS(tie_frame_create(path, &spec, &writer, NULL) == TIE_OK);
    for (uint32_t i = 0; i < ROWS; i++) {
        char order[16] = "";

        fill_cells(tie_dataset(dataset), &seed, cells);
        if (i % 4 > 0)
            (void)snprintf(order, sizeof order, "W-%u", i % 9);
        FUZZ_HOLDS(tie_frame_add(writer, i + 1, tie_text_of(order), cells, NULL) == TIE_OK);
    }
    FUZZ_HOLDS(tie_frame_seal(writer, &seal, NULL) == TIE_OK);
    FUZZ_HOLDS(tie_file_read(fuzz_arena(), path, 1 << 26, &bytes, NULL) == TIE_OK);
    FUZZ_HOLDS(unlink(path) == 0 && rmdir(folder) == 0);
    base->at = malloc(bytes.size);
    FUZZ_HOLDS(base->at != NULL);
    memcpy(base->at, bytes.at, bytes.size);
    base->size = bytes.size;
    memcpy(base->sha256, seal.sha256, sizeof base->sha256);
    return base;
}

/* ---- patches ---- */

static size_t place(const unsigned char *frame, size_t size, uint64_t where, uint64_t from)
{
    struct tie_frame_footer footer;
    struct tie_index_entry entry;

    memcpy(&footer, frame + size - sizeof footer, sizeof footer);
    if (from % 4 == 1)
        return size - 1 - (size_t)(where % size);
    if (from % 4 >= 2 && footer.chunk_count > 0) {
        const uint64_t index = footer.index_offset + from / 4 % footer.chunk_count * sizeof entry;

        memcpy(&entry, frame + index, sizeof entry);
        return (size_t)((entry.offset + where) % size);
    }
    return (size_t)(where % size);
}

/* Places are looked up in the frame as it was sealed. */
static size_t alter(const struct base *base, struct fuzz_input *input, unsigned char *frame)
{
    size_t size = base->size;

    for (unsigned i = 0; i < PATCHES_MAX && input->left > 0; i++) {
        const unsigned how = (unsigned)fuzz_take(input, 1);
        const size_t width = (size_t)1 << how % 4;
        const uint64_t from = fuzz_take(input, 1);
        const size_t at = place(base->at, base->size, fuzz_take(input, 2), from);
        const uint64_t value = fuzz_take(input, width);

        if (how / 4 % 8 == 7)
            size = at;
        for (size_t k = 0; how / 4 % 8 != 7 && k < width && at + k < base->size; k++) {
            const unsigned char byte = (unsigned char)(value >> (8 * k));

            frame[at + k] = how / 4 % 8 == 6 ? (unsigned char)(frame[at + k] + byte)
                : how / 4 % 8 == 5           ? (unsigned char)(frame[at + k] ^ byte)
                                             : byte;
        }
    }
    return size;
}

/* ---- reading ---- */

static void check_text(const struct tie_frame *frame, struct tie_text text)
{
    const char *begin = (const char *)frame->map;

    if (text.size > 0)
        FUZZ_HOLDS(text.at >= begin && text.at + text.size <= begin + frame->size_bytes);
}

static void walk_chunks(const struct tie_frame *frame)
{
    const struct tie_dataset_info *info = tie_dataset(tie_frame_dataset(frame));
    uint64_t sum = 0;

    for (size_t i = 0; i < frame->chunk_count; i++) {
        struct tie_error err = { .text = "" };
        struct tie_chunk chunk;
        enum tie_status status = tie_chunk_open(frame, i, &chunk, &err);

        if (status != TIE_OK) {
            fuzz_failure_is_told(status, &err);
            continue;
        }
        for (uint32_t row = 0; row < chunk.rows; row++) {
            sum += tie_chunk_hash(&chunk, row) + chunk.source_row[row];
            check_text(frame, tie_chunk_dict(&chunk, tie_chunk_order(&chunk, row)));
            for (size_t c = 0; c < info->column_count; c++)
                if (tie_type_is_text(info->columns[c].type))
                    check_text(frame, tie_chunk_dict(&chunk, tie_chunk_id(&chunk, c, row)));
                else
                    sum += (uint64_t)tie_chunk_number(&chunk, c, row);
        }
        status = tie_chunk_check(&chunk, &err);
        FUZZ_HOLDS((status == TIE_OK) == !chunk.is_broken);
    }
    static volatile uint64_t sink; /* else the reads could be left out */
    sink = sum;
    (void)sink;
}

static enum tie_status load_all(struct tie_frame *frame, uint64_t *rows, struct tie_error *err)
{
    const struct tie_dataset_info *info = tie_dataset(tie_frame_dataset(frame));
    const struct tie_frames frames = { frame->header.shard_count, 1, &frame };
    struct tie_arena *arena = fuzz_arena();
    struct tie_rows tables[TIE_DATASET_COUNT] = { 0 };
    struct tie_homes *homes = NULL;
    struct tie_pool base;
    enum tie_status status = TIE_OK;

    tie_pool_init(&base, arena, NULL);
    TIE_TRY(tie_broadcast_load(arena, &frames, &base, tables, err));
    *rows = info->home == TIE_HOME_BROADCAST ? tables[info->id].count : 0;
    TIE_TRY(tie_homes_find(&frames, LOAD_BYTES, 2, &homes, err));
    for (unsigned s = 0; s <= frames.shard_count && info->home != TIE_HOME_BROADCAST; s++) {
        struct tie_shard shard;
        bool fits = false;

        TIE_TRY(tie_shard_load(arena, &frames, homes, &base, (struct tie_slice){ s, 0, 0 }, &shard, &fits, err));
        *rows += fits ? shard.tables[info->id].count : 0;
    }
out:
    tie_homes_free(homes);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = { bytes, size };
    const struct base *base = base_of((enum tie_dataset)(fuzz_take(&input, 1) % TIE_DATASET_COUNT));
    unsigned char *frame_bytes = malloc(base->size);
    struct tie_error err = { .text = "" };
    struct tie_frame *frame = NULL;
    uint64_t rows = 0;

    FUZZ_HOLDS(frame_bytes != NULL);
    memcpy(frame_bytes, base->at, base->size);
    const size_t left = alter(base, &input, frame_bytes);
    const bool is_same = left == base->size && memcmp(frame_bytes, base->at, base->size) == 0;
    const char *path = fuzz_file(frame_bytes, left);
    enum tie_status status = tie_frame_open(path, &frame, &err);
    FUZZ_HOLDS((tie_frame_verify(path, base->sha256, NULL) == TIE_OK) == is_same);
    FUZZ_HOLDS(status == TIE_OK || !is_same);
    if (status == TIE_OK) {
        walk_chunks(frame);
        status = load_all(frame, &rows, &err);
        FUZZ_HOLDS(!is_same || (status == TIE_OK && rows == ROWS));
    }
    if (status != TIE_OK) {
        fuzz_failure_is_told(status, &err);
        FUZZ_HOLDS(status == TIE_DATA || status == TIE_CONFIG);
    }
    tie_frame_close(frame);
    fuzz_files_closed();
    free(frame_bytes);
    return 0;
}
