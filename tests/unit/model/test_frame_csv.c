/*
 * test_frame_csv.c - what stands in the CSV of a frame, that it depends on the rows alone, and that it reads back.
 *
 * Expected texts are written by hand; that reading loses nothing follows from CSV -> frame -> CSV giving the same
 * bytes, because equal texts mean equal cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"

#include "tieout/frame_csv.h"

enum { RANDOM_ROWS = 3000 };

static struct tie_arena arena;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/tieout-framecsv-XXXXXX");
    return tie_arena_init(&arena, (size_t)256 << 20, NULL) == TIE_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    const enum tie_status status = tie_tree_remove(folder, NULL);

    tie_arena_release(&arena);
    return status == TIE_OK ? 0 : -1;
}

static char *in_folder(const char *name)
{
    return tie_path_join(&arena, folder, name);
}

/* The CSV of a frame as text; also stands in `name`. */
static struct tie_text csv_of(
    const char *frame_path, const struct tie_frame_picks *picks, const char *name, uint64_t *rows)
{
    struct tie_frame *frame = NULL;
    struct tie_new_file file;
    struct tie_text text;

    assert_int_equal(tie_frame_open(frame_path, &frame, NULL), TIE_OK);
    assert_int_equal(tie_new_file_open(&file, in_folder(name), 0600, false, NULL), TIE_OK);
    assert_int_equal(tie_frame_put_csv(frame, picks, &file.out, rows, NULL), TIE_OK);
    assert_int_equal(tie_new_file_commit(&file, NULL), TIE_OK);
    tie_new_file_release(&file);
    tie_frame_close(frame);
    assert_int_equal(tie_file_read(&arena, in_folder(name), 1 << 28, &text, NULL), TIE_OK);
    return text;
}

static void set(struct tie_cell *cells, enum tie_dataset dataset, const char *column, const char *text, int64_t number)
{
    const int at = tie_column_find(tie_dataset(dataset), tie_text_of(column));

    assert_true(at >= 0);
    cells[at] = (struct tie_cell){ tie_text_of(text), number };
}

static void delivers(bool *delivered, enum tie_dataset dataset, const char *const *columns, size_t count)
{
    memset(delivered, 0, TIE_COLUMN_MAX * sizeof *delivered);
    for (size_t i = 0; i < count; i++) {
        const int at = tie_column_find(tie_dataset(dataset), tie_text_of(columns[i]));

        assert_true(at >= 0);
        delivered[at] = true;
    }
}

/* ---- by hand ---- */

static const char *const usage_columns[] = { "usage_id", "item_id", "quantity", "server_at", "deleted" };

static const struct {
    const char *why, *order, *id, *item;
    int64_t quantity, at, deleted;
    const char *line;
} lines[] = {
    { "plain", "W1", "U1", "A", 2500000, 1000000, 0, "W1,U1,A,2.5,1970-01-01T00:00:01Z,no" },
    { "empty and void", "W1", "U2", "", TIE_NONE, TIE_NONE, 1, "W1,U2,,,,yes" },
    { "nought is not empty", "W1", "U3", "0", 0, 0, 0, "W1,U3,0,0,1970-01-01T00:00:00Z,no" },
    { "microseconds, negative", "W1", "U4", "a,b", -1, -1, 0,
        "W1,U4,\"a,b\",-0.000001,1969-12-31T23:59:59.999999Z,no" },
    { "the largest amount", "W1", "U5", "\"q\"\r\nx", TIE_DEC_MAX, 0, 0,
        "W1,U5,\"\"\"q\"\"\r\nx\",9200000000000,1970-01-01T00:00:00Z,no" },
    { "alike but for a number: the lesser first", "W1", "U7", "A", -2000000, 0, 0,
        "W1,U7,A,-2,1970-01-01T00:00:00Z,no" },
    { "and an empty one before all", "W1", "U7", "A", 1000000, TIE_NONE, 0, "W1,U7,A,1,,no" },
    { "and then by the next column", "W1", "U7", "A", 1000000, 0, 0, "W1,U7,A,1,1970-01-01T00:00:00Z,no" },
    { "names no order", "", "U6", "\xc3\xbc =1+1", 1000000, 0, 0, ",U6,\xc3\xbc =1+1,1,1970-01-01T00:00:00Z,no" },
};

static void cells_as_written_by_hand(void **state)
{
    bool delivered[TIE_COLUMN_MAX], again[TIE_COLUMN_MAX];
    struct tie_frame_spec spec = { TIE_DS_USAGE_LINE, 3, 4, TIE_XREF_NONE, delivered, 1 << 20 };
    const struct tie_frame_picks picks = { 2, (const uint32_t[]){ 7, 9 } };
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_buf want;
    struct tie_text text;
    uint64_t rows = 0;

    (void)state;
    tie_buf_init(&want, 1 << 16);
    tie_buf_text(&want, "order_ref,usage_id,item_id,quantity,server_at,deleted\r\n");
    delivers(delivered, TIE_DS_USAGE_LINE, usage_columns, TIE_COUNT_OF(usage_columns));
    assert_int_equal(tie_frame_create(in_folder("a"), &spec, &writer, NULL), TIE_OK);
    for (size_t i = TIE_COUNT_OF(lines); i-- > 0;) { /* the last first */
        struct tie_cell cells[TIE_COLUMN_MAX] = { { { NULL, 0 }, 0 } };

        set(cells, TIE_DS_USAGE_LINE, "usage_id", lines[i].id, 0);
        set(cells, TIE_DS_USAGE_LINE, "item_id", lines[i].item, 0);
        set(cells, TIE_DS_USAGE_LINE, "quantity", "", lines[i].quantity);
        set(cells, TIE_DS_USAGE_LINE, "server_at", "", lines[i].at);
        set(cells, TIE_DS_USAGE_LINE, "deleted", "", lines[i].deleted);
        assert_int_equal(tie_frame_add(writer, (uint32_t)i + 5, tie_text_of(lines[i].order), cells, NULL), TIE_OK);
    }
    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(lines); i++)
        tie_buf_printf(&want, "%s\r\n", lines[i].line);
    text = csv_of(in_folder("a"), NULL, "a.csv", &rows);
    assert_int_equal(rows, TIE_COUNT_OF(lines));
    assert_string_equal(text.at, want.at);
    assert_int_equal(tie_frame_read_csv(in_folder("a.csv"), in_folder("b"), &spec, again, &seal, NULL), TIE_OK);
    assert_memory_equal(delivered, again, sizeof delivered);
    assert_string_equal(csv_of(in_folder("b"), NULL, "b.csv", &rows).at, want.at);
    text = csv_of(in_folder("a"), &picks, "c.csv", &rows);
    assert_int_equal(rows, 2);
    assert_true(strstr(text.at, "U3") != NULL && strstr(text.at, "U5") != NULL && strstr(text.at, "U4") == NULL);
    tie_buf_release(&want);
}

/* ---- every dataset, random rows ---- */

static int64_t random_number(const struct tie_column *column, uint64_t draw)
{
    enum tie_word word = (enum tie_word)(draw % TIE_WORD_COUNT);

    if (column->type == TIE_TYPE_BOOL)
        return (int64_t)(draw % 2);
    if (column->type == TIE_TYPE_WORD)
        return word == TIE_W_EMPTY || tie_column_allows(column, word) ? (int64_t)word : TIE_W_EMPTY;
    if (draw % 5 == 0)
        return TIE_NONE;
    if (column->type == TIE_TYPE_RATE)
        return (int64_t)(draw % 3000000000000) + 1;
    if (column->type == TIE_TYPE_DATE)
        return (int64_t)(draw % 30000) - 10000;
    return (int64_t)(draw % 4000000000000000) - 2000000000000000;
}

/* Row `i` is the same for any number of shards; the key column alone tells rows apart. */
static enum tie_status add_random(
    struct tie_frame_writer *writer, const struct tie_dataset_info *info, uint32_t i, uint32_t source_row)
{
    static const char *const texts[] = { "", "x", "10", "9", "\xc3\xa9", "a b", "\"", ",", " lead" };
    struct tie_cell cells[TIE_COLUMN_MAX];
    uint64_t seed = i + 1;
    char id[24], order[24];

    memset(cells, 0, sizeof cells);
    (void)snprintf(id, sizeof id, "%u", i);
    (void)snprintf(order, sizeof order, "W%llu", (unsigned long long)(test_random(&seed) % 400));
    for (size_t c = 0; c < info->column_count; c++) {
        const uint64_t draw = test_random(&seed);

        cells[c].text = info->columns[c].key == TIE_KEY_PK ? tie_text_of(id) : tie_text_of(texts[draw % 9]);
        cells[c].number = info->columns[c].key == TIE_KEY_PK && info->columns[c].type == TIE_TYPE_INT
            ? (int64_t)i
            : random_number(&info->columns[c], draw);
    }
    return tie_frame_add(writer, source_row, i % 7 == 0 ? TIE_TEXT("") : tie_text_of(order), cells, NULL);
}

static struct tie_text csv_of_cut(
    const struct tie_dataset_info *info, unsigned shards, size_t memory, uint32_t step, const char *name)
{
    bool delivered[TIE_COLUMN_MAX] = { false };
    const struct tie_frame_spec spec = { info->id, 0, shards, TIE_XREF_NONE, delivered, memory };
    struct tie_frame_writer *writer = NULL;
    struct tie_frame_seal seal;
    struct tie_text text;
    uint64_t rows = 0;

    for (size_t c = 0; c < info->column_count; c++)
        delivered[c] = info->columns[c].key == TIE_KEY_PK || c % 4 != 3;
    assert_int_equal(tie_frame_create(in_folder("r"), &spec, &writer, NULL), TIE_OK);
    for (uint32_t i = 0; i < RANDOM_ROWS; i++) /* step and the number of rows have no factor in common */
        assert_int_equal(add_random(writer, info, (uint32_t)((uint64_t)i * step % RANDOM_ROWS), i + 1), TIE_OK);
    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    text = csv_of(in_folder("r"), NULL, name, &rows);
    assert_int_equal(rows, RANDOM_ROWS);
    return text;
}

static void rows_alone_decide(void **state)
{
    (void)state;
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);
        const struct tie_frame_spec spec = { d, 0, 5, TIE_XREF_NONE, NULL, 1 << 20 };
        const struct tie_text first = csv_of_cut(tie_dataset(d), 1, 64 << 20, 1, "r1.csv");
        const struct tie_text second = csv_of_cut(tie_dataset(d), 64, 64 << 10, 7, "r2.csv");
        bool delivered[TIE_COLUMN_MAX];
        struct tie_frame_seal seal;
        struct tie_error err;
        uint64_t rows = 0;

        assert_true(tie_text_equal(first, second));
        if (tie_frame_read_csv(in_folder("r1.csv"), in_folder("r3"), &spec, delivered, &seal, &err) != TIE_OK)
            fail_msg("%s: %s", tie_dataset(d)->name, err.text);
        assert_int_equal(seal.rows, RANDOM_ROWS);
        assert_true(tie_text_equal(first, csv_of(in_folder("r3"), NULL, "r3.csv", &rows)));
        tie_arena_back_to(&arena, mark);
    }
}

/* ---- what is refused ---- */

static void damage_is_named(void **state)
{
    static const struct {
        const char *why, *csv, *says;
    } cases[] = {
        { "no header", "", "is empty" },
        { "another file", "usage_id\r\nU1\r\n", ":1: the first column must be \"order_ref\"" },
        { "unknown column", "order_ref,colour\r\n", "\"colour\" is unknown" },
        { "twice", "order_ref,usage_id,usage_id\r\n", "stands twice" },
        { "order", "order_ref,item_id,usage_id\r\n", "out of order" },
        { "decimal not shortest", "order_ref,quantity\r\nW1,2.50\r\n", ":2: column quantity: \"2.50\"" },
        { "date", "order_ref,server_at\r\nW1,2026-13-01T00:00:00Z\r\n", ":2: column server_at" },
        { "instant with another offset", "order_ref,server_at\r\nW1,2026-01-01T01:00:00+01:00\r\n", "server_at" },
        { "bool", "order_ref,deleted\r\nW1,no\r\nW1,maybe\r\n", ":3: column deleted" },
        { "bool is never empty", "order_ref,usage_id,deleted\r\nW1,U1,\r\n", ":2: column deleted" },
        { "too few fields", "order_ref,usage_id\r\nW1\r\n", "2" },
    };
    const struct tie_frame_spec spec = { TIE_DS_USAGE_LINE, 0, 5, TIE_XREF_NONE, NULL, 1 << 20 };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        bool delivered[TIE_COLUMN_MAX];
        struct tie_frame_seal seal;
        struct tie_error err = { .status = TIE_OK };

        assert_int_equal(tie_file_write(in_folder("bad.csv"), tie_text_of(cases[i].csv), NULL), TIE_OK);
        if (tie_frame_read_csv(in_folder("bad.csv"), in_folder("bad"), &spec, delivered, &seal, &err) != TIE_DATA ||
            strstr(err.text, cases[i].says) == NULL || strstr(err.text, "bad.csv") == NULL)
            fail_msg("%s: %s", cases[i].why, err.text);
        assert_int_equal(tie_path_kind(in_folder("bad")), TIE_ENTRY_NONE);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(cells_as_written_by_hand),
        cmocka_unit_test(rows_alone_decide), cmocka_unit_test(damage_is_named) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
