/*
 * test_intake.c - keys, figures of control queries, rejected rows, and the words between parent and child.
 *
 * Oracle of the keys: a plain list that is searched from end to end; the checker itself is proved by a planted repeat.
 * Whole extractions are tested against real servers in tests/integration/source.
 */
#include "../../../src/source/intake.h"
#include "../../../src/source/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[] = "/tmp/tieout-intake.XXXXXX";

static struct tie_text key_of(char room[64], unsigned number)
{
    /* long and short ones, with NUL as between the parts of a key */
    const int size = snprintf(room, 64, "K%u/%.*s", number, (int)(number % 7), "xxxxxxx");

    *strchr(room, '/') = '\0';
    return (struct tie_text){ room, (size_t)size };
}

static enum tie_status put(
    struct tie_keys *keys, struct tie_text key, struct tie_key_place place, bool *is_new, struct tie_key_place *first)
{
    return tie_keys_put(keys, key, tie_keys_expect(keys, key), place, is_new, first, NULL);
}

static void test_keys(void **state)
{
    enum { KEYS = 20000, RANGE = 9000 }; /* several doublings; about half are repeats */
    static uint64_t first_row[RANGE];
    char path[128], other_path[128], room[64];
    struct tie_keys *keys = NULL, *other = NULL;
    struct tie_key_place first;
    unsigned random = 12345;
    uint64_t mark = 0, repeats = 0;
    bool is_new = false;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/keys.a", folder);
    (void)snprintf(other_path, sizeof other_path, "%s/keys.b", folder);
    assert_int_equal(tie_keys_create(path, &keys, NULL), TIE_OK);
    for (uint64_t row = 1; row <= KEYS; row++) {
        random = random * 1664525U + 1013904223U;
        const unsigned number = (random >> 8) % RANGE;

        if (row == KEYS / 2)
            mark = tie_keys_mark(keys);
        assert_int_equal(put(keys, key_of(room, number), (struct tie_key_place){ 3, row }, &is_new, &first), TIE_OK);
        assert_int_equal(is_new, first_row[number] == 0);
        if (is_new) {
            first_row[number] = row;
        } else {
            repeats++;
            assert_int_equal(first.source_row, first_row[number]);
            assert_int_equal(first.part, 3);
        }
    }
    assert_true(repeats > KEYS / 4);
    assert_int_equal(tie_keys_back_to(keys, mark, NULL), TIE_OK); /* the second half is forgotten, the first is not */
    for (unsigned number = 0; number < RANGE; number++) {
        if (first_row[number] == 0)
            continue;
        assert_int_equal(put(keys, key_of(room, number), (struct tie_key_place){ 4, 1 }, &is_new, &first), TIE_OK);
        assert_int_equal(is_new, first_row[number] >= KEYS / 2);
    }
    assert_int_equal(tie_keys_flush(keys, NULL), TIE_OK);
    assert_int_equal(tie_keys_create(other_path, &other, NULL), TIE_OK);
    assert_int_equal(tie_keys_import(other, path, NULL), TIE_OK);
    assert_int_equal(put(other, key_of(room, 99999), (struct tie_key_place){ 5, 1 }, &is_new, &first), TIE_OK);
    assert_true(is_new);
    for (unsigned number = 0; number < RANGE; number++) {
        assert_int_equal(put(other, key_of(room, number), (struct tie_key_place){ 5, 2 }, &is_new, &first), TIE_OK);
        assert_int_equal(is_new, first_row[number] == 0);
    }
    tie_keys_close(keys);
    tie_keys_close(other);
}

/* Keys that ascend, many files of them, and where they stop to: a repeat of any earlier one is found. */
static void test_ascending_keys(void **state)
{
    enum { KEYS = 30000 };
    static const int stops[] = { 1, KEYS / 2, KEYS };

    (void)state;
    for (size_t s = 0; s < TIE_COUNT_OF(stops); s++) {
        char path[128], room[16];
        struct tie_keys *keys = NULL;
        struct tie_key_place first;
        const uint64_t mark = 0;
        bool is_new = false;

        (void)snprintf(path, sizeof path, "%s/keys.ascending", folder);
        assert_int_equal(tie_keys_create(path, &keys, NULL), TIE_OK);
        for (int again = 0; again < 2; again++) { /* the second time from nothing */
            for (int i = 0; i < KEYS; i++) {
                const struct tie_text key = { room, (size_t)snprintf(room, sizeof room, "%06d", i) };
                const int repeat = i == stops[s] - 1 ? i / 2 : i;

                assert_int_equal(put(keys, key, (struct tie_key_place){ 1, (uint64_t)i + 1 }, &is_new, &first), TIE_OK);
                assert_true(is_new);
                (void)snprintf(room, sizeof room, "%06d", repeat);
                if (repeat == i && i < stops[s])
                    continue;
                assert_int_equal(put(keys, key, (struct tie_key_place){ 2, 9 }, &is_new, &first), TIE_OK);
                assert_false(is_new);
                assert_int_equal(first.part, 1);
                assert_int_equal(first.source_row, (uint64_t)repeat + 1);
            }
            assert_int_equal(tie_keys_back_to(keys, mark, NULL), TIE_OK);
        }
        tie_keys_close(keys);
    }
}

/* Many keys are asked about, then they are put: what was found out of the later ones is of bits, where the first repeat
 * has made a table of all. */
static void test_keys_asked_ahead(void **state)
{
    enum { KEYS = 40 };
    struct tie_key_ahead ahead[KEYS];
    char path[128], rooms[KEYS][16];
    struct tie_text texts[KEYS];
    struct tie_keys *keys = NULL;
    struct tie_key_place first;
    bool is_new = false;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/keys.ahead", folder);
    assert_int_equal(tie_keys_create(path, &keys, NULL), TIE_OK);
    for (int i = 0; i < KEYS; i++) { /* every fourth repeats the third before it */
        texts[i] = (struct tie_text){ rooms[i],
            (size_t)snprintf(rooms[i], sizeof rooms[i], "M-%06d", i % 4 == 3 ? i - 3 : i) };
        ahead[i] = tie_keys_expect(keys, texts[i]);
    }
    for (int i = 0; i < KEYS; i++) {
        const struct tie_key_place place = { 1, (uint64_t)i + 1 };

        assert_int_equal(tie_keys_put(keys, texts[i], ahead[i], place, &is_new, &first, NULL), TIE_OK);
        assert_int_equal(is_new, i % 4 != 3);
        if (!is_new)
            assert_int_equal(first.source_row, (uint64_t)i - 2);
    }
    tie_keys_close(keys);
}

/* ---- figures ---- */

static const struct tie_part_spec usage = {
    .title = "usage_line", .dataset = TIE_DS_USAGE_LINE, .control_path = "c.sql"
};

static const struct {
    const char *why;
    const char *name, *expected; /* one figure beside rows */
    const char *quantities[4];   /* of the rows read; ids are U1, U2, ... */
    bool is_equal;
    const char *found;
} figures_cases[] = {
    { "a sum", "sum_quantity", "3.5", { "1", "2.5" }, true, "3.5" },
    { "in another writing", "SUM_QUANTITY", "+3.50000000", { "1", "2.5" }, true, "3.5" },
    { "a millionth off", "sum_quantity", "3.500001", { "1", "2.5" }, false, "3.5" },
    { "NULL is the sum of nothing", "sum_quantity", NULL, { NULL }, true, "0" },
    { "larger than any decimal", "sum_quantity", "18400000000000.000001",
        { "9200000000000", "9200000000000", "0.000001" }, true, "18400000000000.000001" },
    { "rounded cells may be half a millionth off each", "sum_quantity", "0.0000008", { "0.0000004", "0.0000004" }, true,
        "0" },
    { "but not more", "sum_quantity", "0.000004", { "0.0000004", "0.0000004" }, false, "0" },
    { "smallest key", "min_usage_id", "U1", { "1", "1" }, true, "U1" },
    { "largest key", "max_usage_id", "U1", { "1", "1" }, false, "U2" },
    { "no key at all", "max_usage_id", NULL, { NULL }, true, "" },
    { "a sum that is no number", "sum_quantity", "many", { "1" }, false, "1" },
};

static void test_figures(void **state)
{
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(figures_cases); i++) {
        const struct tie_result_column columns[] = { { .name = "rows", .type = "" },
            { .name = figures_cases[i].name, .type = "" } };
        const struct tie_result_shape shape = { 2, columns };
        struct tie_figures *figures = tie_figures_new(&arena, &usage, NULL);
        const struct tie_row_sink sink = tie_figures_sink(figures);
        const struct tie_dataset_info *dataset = tie_dataset(TIE_DS_USAGE_LINE);
        const int quantity = tie_column_find(dataset, TIE_TEXT("quantity"));
        struct tie_part_result result = { .rows = 0 };
        struct tie_raw answer[2] = { { .is_integer = true, .integer = 0 },
            { .text = tie_text_of(figures_cases[i].expected), .is_null = figures_cases[i].expected == NULL } };
        char ids[4][8];
        int64_t rows = 0;

        while (rows < 4 && figures_cases[i].quantities[rows] != NULL)
            rows++;
        answer[0].integer = rows;
        print_message("%s\n", figures_cases[i].why);
        assert_int_equal(sink.begin(sink.context, &shape, NULL), TIE_OK);
        assert_int_equal(sink.row(sink.context, answer, NULL), TIE_OK);
        assert_int_equal(tie_figures_check_read(figures, NULL), TIE_OK);
        for (int64_t row = 0; row < rows; row++) {
            struct tie_cell cell = tie_cell_none(&dataset->columns[quantity]);
            const enum tie_dec_parse parse = tie_dec_from_text(
                tie_text_of(figures_cases[i].quantities[row]), &cell.number);

            assert_true(parse == TIE_DEC_EXACT || parse == TIE_DEC_ROUNDED);
            tie_figures_row(figures);
            tie_figures_cell(figures, quantity, &cell, false, parse == TIE_DEC_ROUNDED);
            (void)snprintf(ids[row], sizeof ids[row], "U%d", (int)row + 1);
            cell.text = tie_text_of(ids[row]);
            tie_figures_cell(figures, 0, &cell, false, false);
        }
        assert_int_equal(
            tie_figures_compare(&arena, figures, &result, NULL), figures_cases[i].is_equal ? TIE_OK : TIE_DATA);
        assert_int_equal(result.control_count, 2);
        assert_true(result.controls[0].is_equal);
        assert_int_equal(result.controls[1].is_equal, figures_cases[i].is_equal);
        assert_string_equal(result.controls[1].found, figures_cases[i].found);
        tie_figures_free(figures);
    }
    tie_arena_release(&arena);
}

static void test_control_shapes(void **state)
{
    static const struct {
        const char *why, *names[2], *want;
    } shapes[] = {
        { "rows is missing", { "sum_quantity" }, "c.sql: the control query has no column \"rows\"" },
        { "sum of a text", { "rows", "sum_uom" }, "c.sql: column sum_uom of the control query is unknown" },
        { "min of what is no key", { "rows", "min_quantity" },
            "c.sql: column min_quantity of the control query is unknown" },
        { "no prefix", { "rows", "quantity" }, "c.sql: column quantity of the control query is unknown" },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(shapes); i++) {
        const struct tie_result_column columns[] = { { .name = shapes[i].names[0] }, { .name = shapes[i].names[1] } };
        const struct tie_result_shape shape = { shapes[i].names[1] == NULL ? 1 : 2, columns };
        struct tie_row_sink sink = tie_figures_sink(tie_figures_new(&arena, &usage, NULL));
        struct tie_error err = { .status = TIE_OK };

        print_message("%s\n", shapes[i].why);
        assert_int_equal(sink.begin(sink.context, &shape, &err), TIE_CONFIG);
        assert_true(tie_text_starts(tie_text_of(err.text), shapes[i].want));
        tie_figures_free(sink.context);
    }
    tie_arena_release(&arena);
}

/* ---- rejected rows ---- */

static struct tie_raw raw_of(const char *text)
{
    return (struct tie_raw){ .text = tie_text_of(text), .is_null = text == NULL };
}

enum { ROW_CELLS = 6 };
static const char *const row_columns[ROW_CELLS] = { "usage_id", "wo_id", "item_id", "quantity", "uom", "server_at" };

static const struct {
    const char *why;
    const char *rows[3][ROW_CELLS]; /* a row without an id ends the list */
    const char *sum;                /* of quantity, as the control query says */
    enum tie_status want;
    uint64_t rejected;
    const char *orders[2], *text; /* orders that are not fully known; the text of a failure holds it */
} reject_cases[] = {
    { "a sign that a rule refuses counts in the sum",
        { { "U1", "wo 7", "P", "3.5", "EA", "2026-11-01 10:00" }, { "U2", "WO-0008", "P", "-2", "EA", "2026-11-01" } },
        "1.5", TIE_OK, 1, { "8" }, NULL },
    { "more than six decimals and refused: rounded like any other",
        { { "U2", "8", "P", "-1.0000004", "EA", "2026-11-01" }, { "U3", "8", "P", "-1.0000004", "EA", "2026-11-01" } },
        "-2.0000008", TIE_OK, 2, { "8" }, NULL },
    { "a good number of a row that is rejected for another cell",
        { { "U1", "7", "P", "3.5", "EA", "yesterday" }, { "U2", "8", "P", "1", "EA", "2026-11-01" } }, "4.5", TIE_OK, 1,
        { "7" }, NULL },
    { "what is no number counts as nothing",
        { { "U1", "7", "P", "abc", "EA", "2026-11-01" }, { "U2", "8", "P", "1", "EA", "2026-11-01" } }, "1", TIE_OK, 1,
        { "7" }, NULL },
    { "a key that comes twice: its order",
        { { "U1", "7", "P", "1", "EA", "2026-11-01" }, { "U1", "9", "P", "1", "EA", "2026-11-01" } }, "2", TIE_OK, 1,
        { "9" }, NULL },
    { "an order that can't be read is named by nobody", { { "U1", NULL, "P", "-1", "EA", "2026-11-01" } }, "-1", TIE_OK,
        1, { NULL }, NULL },
    { "sums that differ: the text counts the rejected rows",
        { { "U1", "7", "P", "abc", "EA", "2026-11-01" }, { "U2", "9", "P", "-1", "EA", "2026-11-01" } }, "5", TIE_DATA,
        2, { "7", "9" }, "is 5 at the source, but -1 was read (FIN-05); 2 rows were rejected" },
};

static void feed(struct tie_row_sink sink, const char *const (*rows)[ROW_CELLS])
{
    struct tie_result_column columns[ROW_CELLS];
    struct tie_raw raws[ROW_CELLS];

    for (size_t i = 0; i < ROW_CELLS; i++)
        columns[i] = (struct tie_result_column){ .name = row_columns[i], .type = "text", .kind = TIE_RAW_TEXT };
    assert_int_equal(sink.begin(sink.context, &(struct tie_result_shape){ ROW_CELLS, columns }, NULL), TIE_OK);
    for (size_t row = 0; row < 3 && rows[row][0] != NULL; row++) {
        for (size_t i = 0; i < ROW_CELLS; i++)
            raws[i] = raw_of(rows[row][i]);
        assert_int_equal(sink.row(sink.context, raws, NULL), TIE_OK);
    }
}

static struct tie_figures *answered(struct tie_arena *arena, int64_t rows, const char *sum)
{
    static const struct tie_result_column columns[] = { { .name = "rows" }, { .name = "sum_quantity" } };
    struct tie_figures *figures = tie_figures_new(arena, &usage, NULL);
    const struct tie_row_sink sink = tie_figures_sink(figures);

    assert_int_equal(sink.begin(sink.context, &(struct tie_result_shape){ 2, columns }, NULL), TIE_OK);
    assert_int_equal(
        sink.row(sink.context, (const struct tie_raw[]){ { .is_integer = true, .integer = rows }, raw_of(sum) }, NULL),
        TIE_OK);
    return figures;
}

static void expect_orders(const struct tie_extract_result *result, const char *const orders[2])
{
    size_t count = 0;

    while (count < 2 && orders[count] != NULL)
        count++;
    assert_int_equal(result->reject_refs.order_count, count);
    assert_int_equal(result->reject_refs.invoice_count, 0);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(result->reject_refs.orders[i].text, orders[i]);
        assert_int_equal(result->reject_refs.orders[i].dataset, TIE_DS_USAGE_LINE);
    }
}

static void take_rows(struct tie_arena *arena, size_t i)
{
    static const struct tie_policy policy = { .order_pattern = "0*([1-9][0-9]*)", .order_format = "{1}" };
    struct tie_reference *reference = NULL;
    const struct tie_extract_plan plan = { .part_count = 1, .parts = &usage, .work_folder = folder };
    struct tie_zone zone;
    struct tie_intake_setup setup = { .part = &usage,
        .zone = &zone,
        .shard_count = 2,
        .memory_bytes = 1 << 20,
        .work_folder = folder,
        .reject_rows = 20 };
    struct tie_part_result part;
    struct tie_extract_result result = { .parts = &part };
    struct tie_intake *intake = NULL;
    struct tie_error err = { .status = TIE_OK };
    char path[128];
    int64_t rows = 0;

    while (rows < 3 && reject_cases[i].rows[rows][0] != NULL)
        rows++;
    (void)snprintf(path, sizeof path, "%s/keys.rows", folder);
    assert_int_equal(tie_zone_load(arena, "UTC", &zone, NULL), TIE_OK);
    assert_int_equal(tie_reference_compile(&policy, &reference, NULL), TIE_OK);
    assert_int_equal(tie_keys_create(path, &setup.keys, NULL), TIE_OK);
    setup.reference = reference;
    setup.figures = answered(arena, rows, reject_cases[i].sum);
    assert_int_equal(tie_intake_open(arena, &setup, &intake, NULL), TIE_OK);
    feed(tie_intake_sink(intake), reject_cases[i].rows);
    assert_int_equal(tie_intake_seal(intake, &part, &err), reject_cases[i].want);
    assert_int_equal(part.rejected, reject_cases[i].rejected);
    if (reject_cases[i].text != NULL)
        assert_non_null(strstr(err.text, reject_cases[i].text));
    tie_intake_close(intake);
    assert_int_equal(tie_extract_merge(arena, &plan, &result, NULL), TIE_OK);
    expect_orders(&result, reject_cases[i].orders);
    tie_figures_free(setup.figures);
    tie_keys_close(setup.keys);
    tie_reference_free(reference);
}

static void test_rejected_rows(void **state)
{
    struct tie_arena arena;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(reject_cases); i++) {
        print_message("%s\n", reject_cases[i].why);
        assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
        take_rows(&arena, i);
        tie_arena_release(&arena);
    }
}

/* ---- protocol ---- */

static void test_request(void **state)
{
    static const char *const codes[] = { "261", "", "a\"b" };
    static const struct tie_code_list lists[] = { { "issue_wo", 3, codes, false }, { "other", 0, codes, true } };
    static const struct tie_code_map maps[] = { { 5, 2, lists } };
    const struct tie_source_spec source = { .name = "erp",
        .driver = TIE_DRIVER_ODBC,
        .connection = "DSN=x",
        .password = "p\n\"w",
        .timezone = "UTC",
        .timeout_us = 5,
        .connect_timeout_us = 6,
        .fetch_rows = 7,
        .connections = 8,
        .memory_bytes = 9,
        .style = TIE_STYLE_ODBC };
    struct tie_part_spec part = { .title = "xref item",
        .dataset = TIE_DS_XREF,
        .xref_kind = TIE_XREF_ITEM,
        .part = 3,
        .query_path = "q.sql",
        .query = "select\n1",
        .split = "x",
        .ids = TIE_SIDE_BOTH,
        .map_count = 1,
        .maps = maps };
    const struct tie_policy policy = { .order_pattern = "([0-9]+)", .order_format = "{1}", .order_ignore_case = true };
    const uint32_t imports[] = { 0 };
    const char *const paths[] = { "/w/keys" };
    const struct tie_source_request request = { .is_describe = true,
        .source = 4,
        .plan = { .source_count = 1,
            .sources = &source,
            .part_count = 1,
            .parts = &part,
            .policy = &policy,
            .as_of = 20000,
            .window_start = -1,
            .window_end = 2,
            .history_start = 3,
            .shard_count = 16,
            .memory_bytes = 17,
            .work_folder = "/w",
            .reject_share = 1000,
            .reject_rows = 20 },
        .import_count = 1,
        .import_parts = imports,
        .import_paths = paths };
    struct tie_source_request got;
    struct tie_buf text, again;
    struct tie_arena arena;

    (void)state;
    part.allow_float[2] = true;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    tie_buf_init(&text, 1 << 20);
    tie_buf_init(&again, 1 << 20);
    tie_source_request_print(&request, &text);
    assert_int_equal(tie_source_request_parse(&arena, tie_buf_slice(&text), &got, NULL), TIE_OK);
    tie_source_request_print(&got, &again);
    assert_string_equal(again.at, text.at); /* nothing that is printed is lost */
    assert_string_equal(got.plan.sources[0].password, "p\n\"w");
    assert_string_equal(got.plan.parts[0].maps[0].lists[0].codes[2], "a\"b");
    assert_true(got.plan.parts[0].allow_float[2]);
    assert_null(got.plan.parts[0].control);
    assert_int_equal(tie_source_request_parse(&arena, TIE_TEXT("{}"), &got, NULL), TIE_DATA);
    assert_int_equal(tie_source_request_parse(&arena, TIE_TEXT("{"), &got, NULL), TIE_DATA);
    tie_buf_release(&text);
    tie_buf_release(&again);
    tie_arena_release(&arena);
}

static void test_replies(void **state)
{
    static const struct tie_control controls[] = { { "rows", "2", "2", true }, { "sum_x", "1", "2", false } };
    static const struct tie_described_column columns[] = { { "a\xff", "text", -1, "is unknown" },
        { "b", "", 3, NULL } };
    const struct tie_source_reply replies[] = {
        { .event = TIE_EVENT_SESSION, .session = { .product = "P", .snapshot = "", .read_at = 77 } },
        { .event = TIE_EVENT_PROGRESS, .part = 2, .rows = 1000 },
        { .event = TIE_EVENT_PART,
            .part = 1,
            .result = { .rows = 9,
                .rejected = 1,
                .rounded = 2,
                .delivered = { true, false, true },
                .frame_path = "/f",
                .seal = { 8, 4096, "00ff" },
                .control_count = 2,
                .controls = controls } },
        { .event = TIE_EVENT_DESCRIBED,
            .part = 1,
            .described = { .status = TIE_CONFIG, .text = "no", .column_count = 2, .columns = columns } },
        { .event = TIE_EVENT_ERROR, .error = { TIE_DENIED, "a \"b\"" } },
        { .event = TIE_EVENT_DONE, .session = { .cpu_us = 5, .peak_bytes = 6 } },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(replies); i++) {
        struct tie_source_reply got;
        struct tie_buf text, again;

        tie_buf_init(&text, 1 << 20);
        tie_buf_init(&again, 1 << 20);
        tie_source_reply_print(&replies[i], &text);
        assert_ptr_equal(strchr(text.at, '\n'), text.at + text.size - 1); /* one line */
        assert_int_equal(tie_source_reply_parse(&arena, tie_buf_slice(&text), &got, NULL), TIE_OK);
        assert_int_equal(got.event, replies[i].event);
        tie_source_reply_print(&got, &again);
        assert_string_equal(again.at, text.at);
        if (got.event == TIE_EVENT_DESCRIBED)
            assert_string_equal(got.described.columns[0].name, "a?"); /* foreign bytes can't break the stream */
        tie_buf_release(&text);
        tie_buf_release(&again);
    }
    assert_int_equal(
        tie_source_reply_parse(&arena, TIE_TEXT("{\"event\":\"x\"}"), &(struct tie_source_reply){ 0 }, NULL), TIE_DATA);
    tie_arena_release(&arena);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    return tie_tree_remove(folder, NULL) == TIE_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_ascending_keys),
        cmocka_unit_test(test_keys_asked_ahead),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_control_shapes),
        cmocka_unit_test(test_rejected_rows),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_replies),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
