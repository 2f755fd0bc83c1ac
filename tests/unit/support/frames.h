/*
 * frames.h - frames out of rows.h, and shards as lines of text that can be compared.
 *
 * test_frames_write() makes one frame per dataset, part and kind of xref of all rows, in an order drawn from `seed`,
 * in a temporary folder, and opens them. What the rows' delivery says is delivered. Release closes and removes
 * everything.
 */
#ifndef TIEOUT_TESTS_FRAMES_H
#define TIEOUT_TESTS_FRAMES_H

#include "support/rows.h"

#include "tieout/shard.h"

struct test_cut {
    unsigned shard_count;
    size_t memory_bytes; /* of each writer */
    uint64_t seed;
};

struct test_frames {
    char folder[64];
    struct tie_frames frames;
    size_t room;
    char (*paths)[128];
    struct tie_frame_seal *seals;
};

void test_frames_write(struct test_frames *made, const struct test_rows *rows, struct test_cut cut);
void test_frames_release(struct test_frames *made);

/* Lines "root|dataset|part/source row|order|cells", one a row of a dossier; sorted by test_lines_sort. */
struct test_lines {
    struct tie_arena arena;
    char **at;
    size_t count, room;
};

void test_lines_init(struct test_lines *lines);
void test_lines_release(struct test_lines *lines);
void test_lines_row(struct test_lines *lines, const struct tie_pool *pool, const struct tie_delivery *delivery,
    const char *root, enum tie_dataset dataset, const void *row, tie_str order_ref);
void test_lines_shard(struct test_lines *lines, const struct tie_shard *shard, const struct tie_delivery *delivery);
void test_lines_sort(struct test_lines *lines);
/* Fails with the first line that one side lacks. */
void test_lines_equal(const struct test_lines *got, const struct test_lines *want, const char *what);

#endif
