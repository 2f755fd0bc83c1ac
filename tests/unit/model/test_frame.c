/*
 * test_frame.c - what goes into a frame comes out of it; what is no frame, or no longer the one that was sealed, is
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../src/model/frame_format.h"

#include "base/random.h"
#include "support/frames.h"

static char folder[64], path[128];
static struct tie_arena arena;

static int open_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/tieout-frame-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/a.frame", folder);
    return tie_arena_init(&arena, (size_t)256 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int close_folder(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    (void)unlink(path);
    return rmdir(folder);
}

static int column(enum tie_dataset dataset, const char *name)
{
    const int at = tie_column_find(tie_dataset(dataset), tie_text_of(name));

    assert_true(at >= 0);
    return at;
}

static struct tie_frame_spec spec_of(enum tie_dataset dataset, const bool *delivered)
{
    return (struct tie_frame_spec){
        .dataset = dataset, .part = 4, .shard_count = 4, .delivered = delivered, .memory_bytes = 1 << 20
    };
}

/* ---- one row of every type ---- */

static const struct {
    const char *why;
    int64_t number; /* into every column that is no text, as far as its type goes */
    const char *text;
} values[] = {
    { "empty", TIE_NONE, "" },
    { "nought", 0, "0" },
    { "one", 1, "x" },
    { "text of eight bytes", 1, "12345678" },
    { "quotes, UTF-8, newline", 1, "it's \"\xc3\xbc\"\n" },
};

static int64_t number_for(enum tie_type type, int64_t number)
{
    if ((type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL) && number == TIE_NONE)
        return 0;
    return type == TIE_TYPE_DATE && number == TIE_NONE ? TIE_NO_DATE : number;
}

/* Through the file and back for every dataset, all columns delivered. */
static void round_trip(enum tie_dataset dataset)
{
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    bool delivered[TIE_COLUMN_MAX];
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_frame *frame = NULL;
    struct tie_error error;

    memset(delivered, true, sizeof delivered);
    const struct tie_frame_spec spec = spec_of(dataset, delivered);
    assert_int_equal(tie_frame_create(path, &spec, &writer, &error), TIE_OK);
    for (uint32_t v = 0; v < TIE_COUNT_OF(values); v++) {
        struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
        for (size_t c = 0; c < info->column_count; c++) {
            cells[c].text = tie_text_of(values[v].text);
            cells[c].number = number_for(info->columns[c].type, values[v].number);
        }
        assert_int_equal(tie_frame_add(writer, v + 10, TIE_TEXT(""), cells, &error), TIE_OK);
    }
    assert_int_equal(tie_frame_seal(writer, &seal, &error), TIE_OK);
    assert_int_equal(seal.rows, TIE_COUNT_OF(values));
    assert_int_equal(tie_frame_open(path, &frame, &error), TIE_OK);
    assert_int_equal(tie_frame_dataset(frame), dataset);
    assert_int_equal(tie_frame_part(frame), 4);
    assert_int_equal(tie_frame_rows(frame), TIE_COUNT_OF(values));

    struct tie_frames frames = { .shard_count = 4, .count = 1, .at = &frame };
    struct tie_homes *homes = NULL;
    struct tie_rows tables[TIE_DATASET_COUNT] = { 0 };
    struct tie_pool base;
    struct tie_shard shard;
    bool fits = false;
    tie_arena_reset(&arena);
    tie_pool_init(&base, &arena, NULL);
    assert_int_equal(tie_broadcast_load(&arena, &frames, &base, tables, &error), TIE_OK);
    assert_int_equal(tie_homes_find(&frames, 1 << 20, 2, &homes, &error), TIE_OK);
    assert_int_equal(
        tie_shard_load(&arena, &frames, homes, &base, (struct tie_slice){ 4, 0, 0 }, &shard, &fits, &error), TIE_OK);
    const bool is_master = info->home == TIE_HOME_BROADCAST;
    const struct tie_rows *const got = is_master ? &tables[dataset] : &shard.tables[dataset];
    const struct tie_pool *const pool = is_master ? &base : &shard.pool;
    assert_int_equal(got->count, TIE_COUNT_OF(values));
    for (size_t i = 0; i < got->count; i++) {
        const void *const row = (const unsigned char *)got->at + i * got->row_bytes;
        const struct tie_row *const head = row;
        const uint32_t v = head->source_row - 10;
        assert_true(v < TIE_COUNT_OF(values));
        assert_int_equal(head->part, 4);
        assert_int_equal(head->order_ref, 0);
        for (size_t c = 0; c < info->column_count; c++) {
            const enum tie_type type = info->columns[c].type;
            if (type == TIE_TYPE_ID || type == TIE_TYPE_TEXT || type == TIE_TYPE_OPEN || type == TIE_TYPE_HASH)
                assert_string_equal(tie_pool_chars(pool, tie_cell_str(&info->columns[c], row)), values[v].text);
            else if (type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL)
                assert_int_equal(tie_cell_number(&info->columns[c], row), number_for(type, values[v].number));
            else
                assert_true(tie_cell_number(&info->columns[c], row) == values[v].number);
        }
    }
    tie_homes_free(homes);
    tie_frame_close(frame);
}

static void test_round_trip(void **state)
{
    (void)state;
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        round_trip((enum tie_dataset)d);
}

/* ---- defaults of what was not delivered ---- */

static const struct {
    enum tie_dataset dataset;
    const char *column, *want; /* as tie_cell_print prints it */
    const char *given, *value; /* another column of the row: a text, or a number */
    int64_t number;
} defaults[] = {
    { TIE_DS_WORK_ORDER, "region", "default", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "price_mode", "t_and_m", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "deleted", "no", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "sla_paused_minutes", "0", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "quote_amount", "", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "legal_entity_id", "", NULL, NULL, 0 },
    { TIE_DS_WORK_ORDER, "billing_owner_wo_id", "W1", "wo_id", "W1", 0 },
    { TIE_DS_WORK_ORDER, "completed_at", "1970-01-01T00:00:01Z", "closed_at", NULL, 1000000 },
    { TIE_DS_WORK_ORDER, "site_country", "", NULL, NULL, 0 },
    { TIE_DS_TIME_ENTRY, "is_billable", "yes", NULL, NULL, 0 },
    { TIE_DS_TIME_ENTRY, "item_id", "travel", "kind", NULL, TIE_W_TRAVEL },
    { TIE_DS_USAGE_LINE, "device_at", "1970-01-01T00:00:02Z", "server_at", NULL, 2000000 },
    { TIE_DS_MOVEMENT, "doc_date", "1970-01-06", "posting_date", NULL, 5 },
    { TIE_DS_MOVEMENT, "period_id", "", "posting_date", NULL, 5 },
    { TIE_DS_MOVEMENT, "reverses_line_no", "", NULL, NULL, 0 },
    { TIE_DS_ENTITLEMENT_DECISION, "share_parts", "", "decision_class", NULL, TIE_W_WARRANTY },
    { TIE_DS_INVOICE, "bill_to_id", "C1", "customer_id", "C1", 0 },
    { TIE_DS_INVOICE_LINE, "cancels_inv_id", "", "inv_id", "I1", 0 },
    { TIE_DS_APPROVAL, "currency", "", NULL, NULL, 0 },
    { TIE_DS_XREF, "valid_from", "1900-01-01", NULL, NULL, 0 },
    { TIE_DS_XREF, "valid_to", "", NULL, NULL, 0 },
    { TIE_DS_CUSTOMER, "payer_id", "C2", "customer_id", "C2", 0 },
};

/* Three rows, the second of which lacks the other column: what is made of it is empty, and the third has it again. */
static void write_defaults(struct tie_frame_writer *writer, size_t index, struct tie_cell cells[TIE_COLUMN_MAX])
{
    const enum tie_dataset dataset = defaults[index].dataset;

    for (uint32_t row = 1; row <= 3; row++) {
        if (defaults[index].given != NULL) {
            const int given = column(dataset, defaults[index].given);
            const bool is_word = tie_dataset(dataset)->columns[given].type == TIE_TYPE_WORD;

            cells[given] = row == 2 ? (struct tie_cell){ TIE_TEXT(""), is_word ? TIE_W_EMPTY : TIE_NONE }
                                    : (struct tie_cell){ tie_text_of(defaults[index].value), defaults[index].number };
        }
        assert_int_equal(tie_frame_add(writer, row, TIE_TEXT(""), cells, NULL), TIE_OK);
    }
}

static void expect_default(size_t index)
{
    const enum tie_dataset dataset = defaults[index].dataset;
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    const bool is_master = info->home == TIE_HOME_BROADCAST;
    bool delivered[TIE_COLUMN_MAX] = { false };
    struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_frame *frame = NULL;
    struct tie_buf printed;

    if (defaults[index].given != NULL)
        delivered[column(dataset, defaults[index].given)] = true;
    const struct tie_frame_spec spec = spec_of(dataset, delivered);
    assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
    write_defaults(writer, index, cells);
    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_OK);
    assert_memory_equal(tie_frame_delivered(frame), delivered, sizeof delivered);

    struct tie_frames frames = { .shard_count = 4, .count = 1, .at = &frame };
    struct tie_homes *homes = NULL;
    struct tie_rows tables[TIE_DATASET_COUNT] = { 0 };
    struct tie_pool base;
    struct tie_shard shard;
    bool fits = false;
    tie_arena_reset(&arena);
    tie_pool_init(&base, &arena, NULL);
    assert_int_equal(tie_broadcast_load(&arena, &frames, &base, tables, NULL), TIE_OK);
    assert_int_equal(tie_homes_find(&frames, 1 << 20, 2, &homes, NULL), TIE_OK);
    assert_int_equal(
        tie_shard_load(&arena, &frames, homes, &base, (struct tie_slice){ 4, 0, 0 }, &shard, &fits, NULL), TIE_OK);
    const struct tie_rows *const got = is_master ? &tables[dataset] : &shard.tables[dataset];
    assert_int_equal(got->count, 3);
    tie_buf_init(&printed, 4096);
    for (size_t i = 0; i < got->count; i++) {
        const void *const row = (const char *)got->at + i * got->row_bytes;
        const bool lacks = defaults[index].given != NULL && ((const struct tie_row *)row)->source_row == 2;
        const char *const want = lacks ? "" : defaults[index].want;

        tie_buf_reset(&printed);
        tie_cell_print(
            &printed, is_master ? &base : &shard.pool, &info->columns[column(dataset, defaults[index].column)], row);
        if (!tie_text_is(tie_buf_slice(&printed), want))
            fail_msg("%s.%s is '%.*s', wanted '%s'", info->name, defaults[index].column, (int)printed.size,
                printed.size > 0 ? printed.at : "", want);
    }
    tie_buf_release(&printed);
    tie_homes_free(homes);
    tie_frame_close(frame);
}

static void test_defaults(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(defaults); i++)
        expect_default(i);
}

/* ---- limits ---- */

static void test_refusals_of_writer(void **state)
{
    bool delivered[TIE_COLUMN_MAX] = { true };
    struct tie_frame_spec spec = spec_of(TIE_DS_WORK_ORDER, delivered);
    struct tie_frame_writer *writer = NULL;
    struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
    struct tie_error error;
    static char text[UINT16_MAX + 1];

    (void)state;
    spec.memory_bytes = 1000;
    assert_int_equal(tie_frame_create(path, &spec, &writer, &error), TIE_CONFIG);
    assert_null(writer);
    assert_non_null(strstr(error.text, "memory limit too small"));
    spec.memory_bytes = 64 * 1024;
    assert_int_equal(tie_frame_create("/nonexistent/a.frame", &spec, &writer, &error), TIE_CANTCREATE);
    assert_non_null(strstr(error.text, "/nonexistent/a.frame"));
    assert_int_equal(tie_frame_create(path, &spec, &writer, &error), TIE_OK);
    memset(text, 'x', sizeof text);
    cells[0].text = (struct tie_text){ text, sizeof text };
    assert_int_equal(tie_frame_add(writer, 7, TIE_TEXT("1"), cells, &error), TIE_CONFIG);
    assert_non_null(strstr(error.text, "row 7 of work_order"));
    tie_frame_discard(writer);
    assert_int_equal(access(path, F_OK), -1);
    tie_frame_discard(NULL);
    spec.memory_bytes = 16 << 20; /* a chunk takes more than a text may have */
    assert_int_equal(tie_frame_create(path, &spec, &writer, &error), TIE_OK);
    memset(text, 'x', sizeof text);
    cells[0].text.size = UINT16_MAX;
    assert_int_equal(tie_frame_add(writer, 7, TIE_TEXT("1"), cells, &error), TIE_OK);
    cells[0].text.size++;
    assert_int_equal(tie_frame_add(writer, 8, TIE_TEXT("1"), cells, &error), TIE_DATA);
    assert_non_null(strstr(error.text, "row 8 of work_order has a text of more than 65535 bytes"));
    tie_frame_discard(writer);
}

/* Many rows of few shards, long and short texts, in memory that holds some of them only. Same rows, same bytes. */
static void test_many_rows(void **state)
{
    bool delivered[TIE_COLUMN_MAX] = { false };
    char digests[2][65];

    (void)state;
    delivered[column(TIE_DS_USAGE_LINE, "usage_id")] = delivered[column(TIE_DS_USAGE_LINE, "quantity")] = true;
    for (unsigned again = 0; again < 2; again++) {
        struct tie_frame_spec spec = spec_of(TIE_DS_USAGE_LINE, delivered);
        struct tie_frame_writer *writer = NULL;
        struct tie_frame_seal seal;
        struct tie_frame *frame = NULL;
        static char id[3000];
        uint64_t seed = 3;
        spec.memory_bytes = 64 * 1024;
        assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
        for (uint32_t i = 0; i < 30000; i++) {
            struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
            char order[16];
            const size_t size = i % 500 == 0 ? sizeof id : 3 + (size_t)(test_random(&seed) % 20);
            memset(id, 'a' + (int)(i % 26), size);
            cells[column(TIE_DS_USAGE_LINE, "usage_id")].text = (struct tie_text){ id, size };
            cells[column(TIE_DS_USAGE_LINE, "quantity")].number = i;
            (void)snprintf(order, sizeof order, "%u", i % 1000);
            assert_int_equal(tie_frame_add(writer, i, tie_text_of(order), cells, NULL), TIE_OK);
        }
        assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
        assert_int_equal(seal.rows, 30000);
        memcpy(digests[again], seal.sha256, sizeof seal.sha256);
        assert_int_equal(tie_frame_verify(path, seal.sha256, NULL), TIE_OK);
        assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_OK);
        assert_int_equal(tie_frame_rows(frame), 30000);
        tie_frame_close(frame);
    }
    assert_string_equal(digests[0], digests[1]);
}

/* Texts that differ in one byte, in the middle or in their length alone, around the 8 and 16 bytes that the dictionary
 * compares at once: each row has its own again, and a chunk counts its orders. In the last chunk nearly every text is
 * another one. */
static void test_texts(void **state)
{
    enum { ROWS = 6000, TEXTS = 4, SIZE = 24 };
    static const char *const names[TEXTS] = { "usage_id", "wo_id", "item_id", "serial_no" };
    static char texts[ROWS][TEXTS][SIZE];
    bool delivered[TIE_COLUMN_MAX] = { false };
    struct tie_frame_spec spec = spec_of(TIE_DS_USAGE_LINE, delivered);
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_frame *frame = NULL;
    uint64_t seed = 11;

    (void)state;
    spec.shard_count = 1;
    for (size_t t = 0; t < TEXTS; t++)
        delivered[column(TIE_DS_USAGE_LINE, names[t])] = true;
    assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
    for (uint32_t r = 0; r < ROWS; r++) {
        struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
        for (size_t t = 0; t < TEXTS; t++) {
            const size_t size = test_random(&seed) % SIZE;
            memset(texts[r][t], 'a', size);
            if (size > 0 && test_random(&seed) % 4 > 0)
                texts[r][t][test_random(&seed) % size] = 'b';
            for (size_t i = 0; r >= TIE_CHUNK_ROWS_MAX && i < size; i++)
                texts[r][t][i] = (char)('a' + test_random(&seed) % 26);
            cells[column(TIE_DS_USAGE_LINE, names[t])].text = (struct tie_text){ texts[r][t], size };
        }
        assert_int_equal(tie_frame_add(writer, r, tie_text_of(texts[r][1]), cells, NULL), TIE_OK);
    }
    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_OK);
    for (size_t i = 0; i < frame->chunk_count; i++) {
        struct tie_chunk chunk;
        uint32_t orders = 0;
        assert_int_equal(tie_chunk_open(frame, i, &chunk, NULL), TIE_OK);
        for (uint32_t r = 0; r < chunk.rows; r++) {
            char(*const want)[SIZE] = texts[chunk.source_row[r]];
            uint32_t first = 0;
            for (size_t t = 0; t < TEXTS; t++)
                assert_true(tie_text_is(
                    tie_chunk_dict(&chunk, tie_chunk_id(&chunk, (size_t)column(TIE_DS_USAGE_LINE, names[t]), r)),
                    want[t]));
            assert_true(tie_text_is(tie_chunk_dict(&chunk, tie_chunk_order(&chunk, r)), want[1]));
            while (strcmp(texts[chunk.source_row[first]][1], want[1]) != 0)
                first++;
            assert_int_equal(tie_chunk_order(&chunk, first), tie_chunk_order(&chunk, r)); /* one text, one id */
            orders += first == r && want[1][0] != '\0';
        }
        assert_int_equal(chunk.order_count, orders);
    }
    tie_frame_close(frame);
}

/* ---- ids and hashes of a chunk ---- */

static const struct {
    const char *why;
    enum tie_dataset dataset;
    bool all; /* columns are delivered, else the first two */
    uint32_t rows;
    uint32_t orders; /* that they name in turn; each fifth row names none where is_patchy */
    bool is_patchy, want_long_ids;
} chunks[] = {
    { "few texts", TIE_DS_USAGE_LINE, false, 100, 30, false, false },
    { "all texts are different and too many for two bytes", TIE_DS_WORK_ORDER, true, 4096, 4096, false, true },
    { "an order is its own key", TIE_DS_WORK_ORDER, false, 4096, 4096, false, false },
    { "rows without an order", TIE_DS_WORK_ORDER, false, 50, 7, true, false },
    { "no row names an order", TIE_DS_MOVEMENT, false, 50, 0, false, false },
};

static struct tie_text cell_text(char text[32], uint32_t row, size_t column)
{
    const int size = snprintf(text, 32, "%zx.%x", column, row);

    return (struct tie_text){ text, (size_t)size };
}

static struct tie_text order_text(char text[32], size_t index, uint32_t row)
{
    const bool none = chunks[index].orders == 0 || (chunks[index].is_patchy && row % 5 == 0);
    const int size = none ? 0 : snprintf(text, 32, "o%u", row % chunks[index].orders);

    return (struct tie_text){ text, (size_t)size };
}

/* The order's column repeats its reference, as it does in the store. */
static struct tie_text wanted_text(char text[32], size_t index, uint32_t row, size_t column)
{
    return (int)column == tie_dataset(chunks[index].dataset)->order_column ? order_text(text, index, row)
                                                                           : cell_text(text, row, column);
}

static void expect_chunk(size_t index, struct tie_chunk *chunk)
{
    const struct tie_dataset_info *const info = tie_dataset(chunks[index].dataset);
    const uint32_t count = chunks[index].orders;
    char text[32];

    assert_int_equal(chunk->has_long_ids, chunks[index].want_long_ids);
    if (order_text(text, index, chunk->source_row[0]).size > 0)
        assert_int_equal(chunk->order_count, count < chunk->rows ? count : chunk->rows);
    else
        assert_int_equal(chunk->order_count, 0);
    for (uint32_t r = 0; r < chunk->rows; r++) {
        const uint32_t row = chunk->source_row[r];
        const struct tie_text order = order_text(text, index, row);

        assert_true(tie_text_equal(tie_chunk_dict(chunk, tie_chunk_order(chunk, r)), order));
        assert_true(tie_chunk_order(chunk, r) <= chunk->order_count);
        if (order.size > 0)
            assert_true(tie_chunk_hash(chunk, r) == tie_hash_text(order));
        else
            (void)tie_chunk_hash(chunk, r);
        for (size_t c = 0; c < info->column_count; c++) {
            const struct tie_text want = wanted_text(text, index, row, c);

            if (!chunk->frame->delivered[c] || !tie_type_is_text(info->columns[c].type))
                continue;
            assert_true(tie_text_equal(tie_chunk_dict(chunk, tie_chunk_id(chunk, c, r)), want));
            if ((int)c == info->order_column)
                assert_int_equal(tie_chunk_id(chunk, c, r), tie_chunk_order(chunk, r));
            else if (info->columns[c].key != TIE_KEY_PK)
                assert_true(tie_chunk_id(chunk, c, r) < chunk->key_first);
            else if (info->id == TIE_DS_USAGE_LINE)
                assert_true(tie_chunk_id(chunk, c, r) == chunk->key_first + r);
        }
    }
    assert_int_equal(tie_chunk_check(chunk, NULL), TIE_OK);
}

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(chunks); i++) {
        const struct tie_dataset_info *const info = tie_dataset(chunks[i].dataset);
        bool delivered[TIE_COLUMN_MAX] = { true, true };
        struct tie_frame_spec spec = spec_of(chunks[i].dataset, delivered);
        struct tie_frame_writer *writer = NULL;
        struct tie_frame_seal seal;
        struct tie_frame *frame = NULL;
        struct tie_chunk chunk;

        for (size_t c = 0; c < info->column_count; c++)
            delivered[c] |= chunks[i].all && tie_type_is_text(info->columns[c].type);
        spec.shard_count = 1;
        spec.memory_bytes = (size_t)64 << 20;
        assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
        for (uint32_t r = 0; r < chunks[i].rows; r++) {
            static char texts[TIE_COLUMN_MAX][32];
            struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
            char order[32];

            for (size_t c = 0; c < info->column_count; c++)
                cells[c].text = wanted_text(texts[c], i, r, c);
            assert_int_equal(tie_frame_add(writer, r, order_text(order, i, r), cells, NULL), TIE_OK);
        }
        assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
        assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_OK);
        for (size_t c = 0; c < frame->chunk_count; c++) {
            assert_int_equal(tie_chunk_open(frame, c, &chunk, NULL), TIE_OK);
            expect_chunk(i, &chunk);
        }
        tie_frame_close(frame);
    }
}

static void test_empty_frame(void **state)
{
    bool delivered[TIE_COLUMN_MAX] = { true };
    const struct tie_frame_spec spec = spec_of(TIE_DS_CLAIM, delivered);
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_frame *frame = NULL;

    (void)state;
    assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
    assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_DATA); /* not sealed yet */
    assert_null(frame);
    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    assert_int_equal(tie_frame_open(path, &frame, NULL), TIE_OK);
    assert_int_equal(tie_frame_rows(frame), 0);
    tie_frame_close(frame);
}

/* ---- damage ---- */

static size_t read_whole(const char *name, unsigned char **bytes)
{
    FILE *file = fopen(name, "rb");

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const size_t size = (size_t)ftell(file);
    *bytes = malloc(size + 1);
    assert_non_null(*bytes);
    rewind(file);
    assert_int_equal(fread(*bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return size;
}

static void write_whole(const char *name, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Everything that reads frames, over all of them; a failure must be TIE_DATA and name the frame. Returns whether
 * it failed. */
static bool read_all(struct test_frames *made, size_t damaged)
{
    struct tie_error error = { 0 };
    struct tie_homes *homes = NULL;
    struct tie_rows tables[TIE_DATASET_COUNT] = { 0 };
    struct tie_pool base;
    enum tie_status status;

    tie_arena_reset(&arena);
    tie_pool_init(&base, &arena, NULL);
    tie_frame_close(made->frames.at[damaged]);
    status = tie_frame_open(made->paths[damaged], &made->frames.at[damaged], &error);
    if (status == TIE_OK)
        status = tie_broadcast_load(&arena, &made->frames, &base, tables, &error);
    if (status == TIE_OK)
        status = tie_homes_find(&made->frames, (size_t)8 << 20, 2, &homes, &error);
    for (unsigned s = 0; s <= made->frames.shard_count && status == TIE_OK; s++) {
        struct tie_shard shard;
        bool fits = true;
        (void)tie_shard_bytes(&made->frames, homes, s);
        status = tie_shard_load(
            &arena, &made->frames, homes, &base, (struct tie_slice){ s, 0, 0 }, &shard, &fits, &error);
    }
    tie_homes_free(homes);
    if (status != TIE_OK) {
        assert_int_equal(status, TIE_DATA);
        assert_non_null(strstr(error.text, made->paths[damaged]));
    }
    return status != TIE_OK;
}

static void test_damage(void **state)
{
    struct test_rows rows;
    struct test_frames made;
    uint64_t seed = 77;
    unsigned noticed = 0, cut = 0;

    (void)state;
    test_rows_init(&rows, NULL);
    for (unsigned i = 0; i < 40; i++) {
        char line[200];
        (void)snprintf(line, sizeof line, "work_order; wo_id=%u, parent_wo_id=%u, status=closed, deleted=no", i, i / 7);
        test_rows_add(&rows, line);
        (void)snprintf(line, sizeof line, "movement; mov_id=M%u, line_no=1, reverses_mov_id=M%u, wo_ref=%.0u", i, i + 1,
            i % 3 == 0 ? i : 0);
        test_rows_add(&rows, line);
        (void)snprintf(line, sizeof line, "invoice_line; inv_id=I%u, line_no=%u, wo_ref=%u", i / 5, i % 5, i);
        test_rows_add(&rows, line);
        (void)snprintf(line, sizeof line, "invoice; inv_id=I%u, kind=invoice", i);
        test_rows_add(&rows, line);
        (void)snprintf(line, sizeof line, "item; item_id=I%u, base_uom=EA", i);
        test_rows_add(&rows, line);
    }
    test_frames_write(&made, &rows, (struct test_cut){ 3, 1 << 20, 1 });
    for (unsigned turn = 0; turn < 400; turn++) {
        const size_t f = (size_t)(test_random(&seed) % made.frames.count);
        unsigned char *bytes = NULL;
        const size_t size = read_whole(made.paths[f], &bytes);
        const size_t at = (size_t)(test_random(&seed) % size);
        const unsigned char kept = bytes[at];
        tie_frame_close(made.frames.at[f]); /* the file shrinks: it must not be mapped then */
        made.frames.at[f] = NULL;
        if (turn % 2 == 0)
            bytes[at] ^= (unsigned char)(1u << test_random(&seed) % 8);
        write_whole(made.paths[f], bytes, turn % 2 == 0 ? size : at);
        assert_int_equal(tie_frame_verify(made.paths[f], made.seals[f].sha256, NULL), TIE_DATA);
        const bool failed = read_all(&made, f);
        noticed += failed;
        cut += failed && turn % 2 == 1;
        bytes[at] = kept;
        tie_frame_close(made.frames.at[f]);
        made.frames.at[f] = NULL;
        write_whole(made.paths[f], bytes, size);
        assert_int_equal(tie_frame_verify(made.paths[f], made.seals[f].sha256, NULL), TIE_OK);
        assert_false(read_all(&made, f));
        free(bytes);
    }
    assert_int_equal(cut, 200); /* a frame that was cut is always noticed */
    assert_true(noticed > 220); /* a flipped bit when it leads outside; the digest finds the rest */
    test_frames_release(&made);
    test_rows_release(&rows);
}

/* Who is handed a text as characters goes on to its zero: a dictionary without one is not read. */
static void test_text_without_its_zero(void **state)
{
    static const char text[] = "an order's own";
    struct test_rows rows;
    struct test_frames made;
    unsigned char *bytes = NULL, *at = NULL;

    (void)state;
    test_rows_init(&rows, NULL);
    test_rows_add(&rows, "work_order; wo_id=an order's own, status=closed");
    test_frames_write(&made, &rows, (struct test_cut){ 1, 1 << 20, 1 });
    const size_t size = read_whole(made.paths[0], &bytes);
    at = memmem(bytes, size, text, sizeof text);
    assert_non_null(at);
    assert_false(read_all(&made, 0));
    at[sizeof text - 1] = '!';
    write_whole(made.paths[0], bytes, size);
    assert_true(read_all(&made, 0));
    free(bytes);
    test_frames_release(&made);
    test_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_refusals_of_writer),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_empty_frame),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_text_without_its_zero),
    };

    return cmocka_run_group_tests_name("model/frame", tests, open_folder, close_folder);
}
