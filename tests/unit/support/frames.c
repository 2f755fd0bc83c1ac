/*
 * frames.c - see frames.h.
 */
#include "support/frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"

#define LINES_BYTES ((size_t)1 << 30) /* address space only */

/* ---- writing ---- */

static void add_row(
    struct tie_frame_writer *writer, const struct test_rows *rows, const struct tie_dataset_info *info, const void *row)
{
    struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
    const struct tie_row *const head = row;
    struct tie_error error;

    for (size_t c = 0; c < info->column_count; c++) {
        const enum tie_type type = info->columns[c].type;
        if (type == TIE_TYPE_ID || type == TIE_TYPE_TEXT || type == TIE_TYPE_OPEN || type == TIE_TYPE_HASH)
            cells[c].text = tie_pool_text(&rows->pool, tie_cell_str(&info->columns[c], row));
        else
            cells[c].number = tie_cell_number(&info->columns[c], row);
    }
    if (tie_frame_add(writer, head->source_row, tie_pool_text(&rows->pool, head->order_ref), cells, &error) != TIE_OK)
        fail_msg("%s", error.text);
}

static void write_frame(
    struct test_frames *made, const struct test_rows *rows, const struct tie_frame_spec *spec, uint64_t *seed)
{
    const struct tie_dataset_info *const info = tie_dataset(spec->dataset);
    const struct tie_rows *const table = &rows->tables[spec->dataset];
    uint32_t *const order = calloc(table->count + 1, sizeof *order);
    struct tie_frame_writer *writer = NULL;
    struct tie_error error;
    size_t count = 0;

    assert_non_null(order);
    for (uint32_t i = 0; i < table->count; i++) {
        const struct tie_row *const head = (const void *)((const unsigned char *)table->at + i * info->row_bytes);
        if (head->part != spec->part || head->xref_kind != spec->xref_kind)
            continue;
        const size_t to = (size_t)(test_random(seed) % (count + 1)); /* a random order, by insertion */
        order[count++] = order[to];
        order[to] = i;
    }
    if (count > 0) {
        assert_true(made->frames.count < made->room);
        char *const path = made->paths[made->frames.count];
        (void)snprintf(path, sizeof made->paths[0], "%s/%s-%u-%d.frame", made->folder, info->name, spec->part,
            (int)spec->xref_kind);
        if (tie_frame_create(path, spec, &writer, &error) != TIE_OK)
            fail_msg("%s", error.text);
        for (size_t i = 0; i < count; i++)
            add_row(writer, rows, info, (const unsigned char *)table->at + order[i] * info->row_bytes);
        if (tie_frame_seal(writer, &made->seals[made->frames.count], &error) != TIE_OK ||
            tie_frame_open(path, &made->frames.at[made->frames.count], &error) != TIE_OK)
            fail_msg("%s", error.text);
        made->frames.count++;
    }
    free(order);
}

void test_frames_write(struct test_frames *made, const struct test_rows *rows, struct test_cut cut)
{
    const uint32_t parts = 3; /* parts 0, 1, 2 at most */
    uint64_t seed = cut.seed;

    memset(made, 0, sizeof *made);
    (void)snprintf(made->folder, sizeof made->folder, "/tmp/tieout-frames-XXXXXX");
    assert_non_null(mkdtemp(made->folder));
    made->room = TIE_DATASET_COUNT * parts + TIE_XREF_KIND_COUNT * parts;
    made->paths = calloc(made->room, sizeof made->paths[0]);
    made->seals = calloc(made->room, sizeof made->seals[0]);
    made->frames.at = calloc(made->room, sizeof(struct tie_frame *));
    made->frames.shard_count = cut.shard_count;
    assert_true(made->paths != NULL && made->seals != NULL && made->frames.at != NULL);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        for (uint32_t part = 0; part < parts; part++)
            for (unsigned kind = 0; kind < (d == TIE_DS_XREF ? TIE_XREF_KIND_COUNT : 1u); kind++) {
                const struct tie_frame_spec spec = { .dataset = (enum tie_dataset)d,
                    .part = part,
                    .shard_count = cut.shard_count,
                    .xref_kind = (enum tie_xref_kind)kind,
                    .delivered = rows->delivery.column[d],
                    .memory_bytes = cut.memory_bytes };
                write_frame(made, rows, &spec, &seed);
            }
}

void test_frames_release(struct test_frames *made)
{
    for (size_t f = 0; f < made->frames.count; f++) {
        tie_frame_close(made->frames.at[f]);
        (void)unlink(made->paths[f]);
    }
    (void)rmdir(made->folder);
    free(made->frames.at);
    free(made->paths);
    free(made->seals);
}

/* ---- lines ---- */

void test_lines_init(struct test_lines *lines)
{
    memset(lines, 0, sizeof *lines);
    assert_int_equal(tie_arena_init(&lines->arena, LINES_BYTES, NULL), TIE_OK);
}

void test_lines_release(struct test_lines *lines)
{
    tie_arena_release(&lines->arena);
}

void test_lines_row(struct test_lines *lines, const struct tie_pool *pool, const struct tie_delivery *delivery,
    const char *root, enum tie_dataset dataset, const void *row, tie_str order_ref)
{
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    const struct tie_row *const head = row;
    struct tie_buf buf;

    tie_buf_init(&buf, 1 << 20);
    tie_buf_printf(
        &buf, "%s|%s|%u/%u|%s", root, info->name, head->part, head->source_row, tie_pool_chars(pool, order_ref));
    for (size_t c = 0; c < info->column_count; c++) {
        if (!delivery->column[dataset][c])
            continue;
        tie_buf_char(&buf, '|');
        tie_cell_print(&buf, pool, &info->columns[c], row);
    }
    assert_false(buf.failed);
    TIE_PUSH(&lines->arena, lines, tie_text_dup(&lines->arena, tie_buf_slice(&buf)));
    tie_buf_release(&buf);
}

void test_lines_shard(struct test_lines *lines, const struct tie_shard *shard, const struct tie_delivery *delivery)
{
    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_dossier *const dossier = &shard->dossiers[i];
        for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
            for (uint32_t r = 0; r < dossier->ranges[d].count; r++) {
                const struct tie_rows *const table = &shard->tables[d];
                const void *row = (const unsigned char *)table->at + (dossier->ranges[d].first + r) * table->row_bytes;
                test_lines_row(lines, &shard->pool, delivery, tie_pool_chars(&shard->pool, dossier->root),
                    (enum tie_dataset)d, row, ((const struct tie_row *)row)->order_ref);
            }
    }
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void test_lines_sort(struct test_lines *lines)
{
    if (lines->count > 1)
        qsort(lines->at, lines->count, sizeof *lines->at, compare_lines);
}

void test_lines_equal(const struct test_lines *got, const struct test_lines *want, const char *what)
{
    for (size_t i = 0; i < got->count && i < want->count; i++)
        if (strcmp(got->at[i], want->at[i]) != 0)
            fail_msg("%s: line %zu\n  got  %s\n  want %s", what, i, got->at[i], want->at[i]);
    if (got->count != want->count)
        fail_msg("%s: %zu lines, %zu are wanted", what, got->count, want->count);
}
