/*
 * tool_intake.c - from the bytes of COPY or of CSV to a sealed frame, without a server or a child: reads a file of
 * COPY's text form, or one whose name ends in .csv, through the real path (split, cells, keys, frame) N times and says
 * what a row costs in processor time. Under callgrind it counts the instructions (src/source/README.md).
 *
 *   tool_intake DATASET FILE [REPEATS [SHARDS [MIB]]]
 *
 * The first line of FILE names the columns, of COPY between tabs. Types are those of the dataset's columns, ids are the
 * FSM's; the code of a word is the word in capitals.
 */
#include "../../src/source/intake.h"

#include "tieout/csv.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/tieout-intake.XXXXXX";

static const enum tie_raw_kind kinds[] = {
    [TIE_TYPE_ID] = TIE_RAW_TEXT,
    [TIE_TYPE_TEXT] = TIE_RAW_TEXT,
    [TIE_TYPE_OPEN] = TIE_RAW_TEXT,
    [TIE_TYPE_WORD] = TIE_RAW_TEXT,
    [TIE_TYPE_DATE] = TIE_RAW_DATE,
    [TIE_TYPE_INSTANT] = TIE_RAW_INSTANT,
    [TIE_TYPE_DECIMAL] = TIE_RAW_DECIMAL,
    [TIE_TYPE_BOOL] = TIE_RAW_BOOL,
    [TIE_TYPE_RATE] = TIE_RAW_DECIMAL,
    [TIE_TYPE_INT] = TIE_RAW_INTEGER,
    [TIE_TYPE_HASH] = TIE_RAW_TEXT,
};

struct input {
    struct tie_text names, rows;
    bool is_csv; /* and `rows` has the names too */
    struct tie_part_spec part;
    struct tie_result_shape shape;
};

static void read_names(struct tie_arena *arena, struct input *input)
{
    const struct tie_dataset_info *dataset = tie_dataset(input->part.dataset);
    struct tie_result_column *columns = TIE_TAKE(arena, struct tie_result_column, TIE_COLUMN_MAX);

    for (struct tie_text rest = input->names; rest.size > 0 && input->shape.count < TIE_COLUMN_MAX;) {
        struct tie_result_column *column = &columns[input->shape.count++];
        const struct tie_text name = tie_text_cut(&rest, input->is_csv ? ',' : '\t');
        const int known = tie_column_find(dataset, name);

        *column = (struct tie_result_column){ .name = tie_text_dup(arena, name), .type = "" };
        column->kind = input->is_csv ? TIE_RAW_UNKNOWN : known < 0 ? TIE_RAW_TEXT : kinds[dataset->columns[known].type];
    }
    input->shape.columns = columns;
}

static void make_maps(struct tie_arena *arena, struct tie_part_spec *part)
{
    const struct tie_dataset_info *dataset = tie_dataset(part->dataset);
    struct tie_code_map *maps = TIE_TAKE(arena, struct tie_code_map, TIE_COLUMN_MAX);

    for (size_t i = 0; i < dataset->column_count; i++) {
        struct tie_code_list *lists = TIE_TAKE(arena, struct tie_code_list, TIE_WORD_COUNT);
        struct tie_text rest = tie_text_of(dataset->columns[i].words);

        if (rest.size == 0)
            continue;
        maps[part->map_count] = (struct tie_code_map){ .column = (int)i, .lists = lists };
        while (rest.size > 0) {
            const char *word = tie_text_dup(arena, tie_text_cut(&rest, '|'));
            char *code = tie_arena_strdup(arena, word);
            const char **codes = TIE_TAKE(arena, const char *, 1);

            for (char *at = code; *at != '\0'; at++)
                *at = (char)toupper((unsigned char)*at);
            codes[0] = code;
            lists[maps[part->map_count].count++] = (struct tie_code_list){ .word = word, .count = 1, .codes = codes };
        }
        part->map_count++;
    }
    part->maps = maps;
}

/* As files.c does. */
static enum tie_status take_csv(
    struct tie_arena *arena, const struct input *input, const struct tie_row_sink *sink, struct tie_error *err)
{
    struct tie_raw *const cells = TIE_TAKE(arena, struct tie_raw, TIE_COLUMN_MAX + 1);
    struct tie_text rest = input->rows;
    const struct tie_csv_setup setup = { .name = "csv", .delimiter = ',', .pull = tie_csv_pull_text, .state = &rest };
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_row row = { .count = 0 };
    struct tie_csv_grid grid;
    bool end = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_csv_open(&setup, &reader, err));
    TIE_TRY(tie_csv_next(reader, &row, &end, err));
    for (;;) {
        while (tie_csv_next_grid(reader, &grid))
            TIE_TRY(sink->grid(sink->context, &grid, err));
        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        for (size_t i = 0; i < row.count; i++)
            cells[i] = (struct tie_raw){ .text = row.fields[i], .is_plain = row.is_plain };
        TIE_TRY(sink->row(sink->context, cells, err));
    }
out:
    tie_csv_close(reader);
    return status;
}

/* A line is copied first, as libpq does: splitting changes it. */
static enum tie_status take_rows(
    struct tie_arena *arena, const struct input *input, const struct tie_row_sink *sink, struct tie_error *err)
{
    static char line[1 << 16];
    struct tie_text rest = input->rows;
    struct tie_pg_lines lines;
    enum tie_status status = TIE_OK;

    tie_pg_lines_init(&lines, arena, sink, input->shape.count);
    while (rest.size > 0) {
        const struct tie_text one = tie_text_cut(&rest, '\n');
        bool has_fields = true;

        if (one.size >= sizeof line)
            return tie_fail(err, TIE_DATA, "a line has %zu bytes", one.size);
        memcpy(line, one.at, one.size);
        TIE_TRY(tie_pg_lines_put(&lines, line, one.size, &has_fields, err));
        if (!has_fields)
            return tie_fail(
                err, TIE_DATA, "a line has not %zu fields: %.*s", input->shape.count, (int)one.size, one.at);
    }
    status = tie_pg_lines_end(&lines, err);
out:
    return status;
}

static enum tie_status run(
    struct tie_arena *arena, const struct input *input, struct tie_intake_setup setup, struct tie_error *err)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    const clock_t started = clock();
    struct tie_intake *intake = NULL;
    struct tie_part_result result;
    struct tie_row_sink sink;
    enum tie_status status = TIE_OK;

    setup.part = &input->part;
    TIE_TRY(tie_keys_create(tie_path_join(arena, folder, "keys"), &setup.keys, err));
    TIE_TRY(tie_intake_open(arena, &setup, &intake, err));
    sink = tie_intake_sink(intake);
    TIE_TRY(sink.begin(sink.context, &input->shape, err));
    TIE_TRY((input->is_csv ? take_csv : take_rows)(arena, input, &sink, err));
    TIE_TRY(tie_intake_seal(intake, &result, err));
    const double took = (double)(clock() - started) / CLOCKS_PER_SEC;
    printf("%" PRIu64 " rows, %" PRIu64 " rejected, %" PRIu64 " bytes of frame, %.3f CPU s, %.0f ns a row, %.16s\n",
        result.rows, result.rejected, result.seal.bytes, took, result.rows == 0 ? 0 : took * 1e9 / (double)result.rows,
        result.seal.sha256);
out:
    tie_intake_close(intake);
    tie_keys_close(setup.keys);
    tie_arena_back_to(arena, mark);
    return status;
}

int main(int argc, char **argv)
{
    static const struct tie_policy policy = {
        .order_pattern = "(^|wo)[ -]*([0-9]+)", .order_format = "WO-{2}", .order_ignore_case = true
    };
    const unsigned long repeats = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
    struct tie_intake_setup setup = { .reject_rows = UINT64_MAX };
    struct input input = { .part = { .title = "bench", .query_path = "bench", .ids = TIE_SIDE_FSM } };
    struct tie_reference *reference = NULL;
    struct tie_arena arena = { 0 };
    struct tie_error err = { 0 };
    struct tie_zone zone;
    enum tie_status status = TIE_OK;

    if (argc < 3 || repeats < 1 || !tie_dataset_find(tie_text_of(argv[1]), &input.part.dataset)) {
        fprintf(stderr, "usage: tool_intake DATASET FILE [REPEATS [SHARDS [MIB]]]\n");
        return 64;
    }
    setup.shard_count = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 64;
    setup.memory_bytes = (argc > 5 ? (size_t)strtoul(argv[5], NULL, 10) : 64) << 20;
    setup.work_folder = folder;
    if (mkdtemp(folder) == NULL)
        return 73;
    TIE_TRY(tie_arena_init(&arena, (size_t)16 << 30, &err));
    TIE_TRY(tie_file_read(&arena, argv[2], (size_t)8 << 30, &input.rows, &err));
    input.is_csv = strlen(argv[2]) > 4 && strcmp(argv[2] + strlen(argv[2]) - 4, ".csv") == 0;
    const struct tie_text whole = input.rows;
    input.names = tie_text_cut(&input.rows, '\n');
    if (input.is_csv)
        input.rows = whole;
    read_names(&arena, &input);
    make_maps(&arena, &input.part);
    TIE_TRY(tie_zone_load(&arena, "Europe/Brussels", &zone, &err));
    TIE_TRY(tie_reference_compile(&policy, &reference, &err));
    setup.zone = &zone;
    setup.reference = reference;
    for (unsigned long i = 0; i < repeats && status == TIE_OK; i++)
        status = run(&arena, &input, setup, &err);
out:
    if (status != TIE_OK)
        fprintf(stderr, "tool_intake: %s\n", err.text);
    tie_reference_free(reference);
    tie_arena_release(&arena);
    if (tie_tree_remove(folder, NULL) != TIE_OK)
        return 74;
    return status == TIE_OK ? 0 : (int)status;
}
