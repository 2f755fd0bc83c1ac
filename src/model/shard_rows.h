/*
 * shard_rows.h - private to model/: rows of chunks become rows of a shard, or master data.
 */
#ifndef TIEOUT_MODEL_SHARD_ROWS_H
#define TIEOUT_MODEL_SHARD_ROWS_H

#include "dossier.h"
#include "frame_format.h"
#include "homes.h"

struct tie_picked { /* rows of one chunk that are loaded */
    uint32_t row[TIE_CHUNK_ROWS_MAX];
    tie_str root[TIE_CHUNK_ROWS_MAX];
    uint32_t count;  /* as many residents as the chunk has rows are all of them: `row` is not asked */
    bool is_visit;   /* roots are set; else a row's root is the order it names */
    bool has_copies; /* rows may occur more than once */
    uint8_t is_asked[TIE_CHUNK_ROWS_MAX + 1]; /* by id of an order: whether its rows are */
};

struct tie_batch { /* rows of one chunk, which are written when it is known where each of them belongs */
    struct tie_batch *next;
    struct tie_chunk chunk;
    const uint32_t *row; /* NULL: all, in their order */
    uint32_t count;
    bool is_visit, has_copies;
    bool has_cell_ids;
    const tie_str *ids; /* of the chunk's dictionary; else of its cells, as fill.h has them */
    size_t first;       /* how many rows of the dataset were taken before */
};

struct tie_loading {
    struct tie_arena *arena; /* of rows and their pool */
    struct tie_arena *work;  /* of what is needed until they are written */
    struct tie_pool *pool;
    const struct tie_frames *frames;
    const struct tie_homes *homes; /* NULL for master data */
    struct tie_slice slice;
    const struct tie_roots *roots_wanted; /* NULL: all */
    struct tie_rows *tables;
    struct tie_placed *placed[TIE_DATASET_COUNT]; /* rows of the tables; NULL for master data */
    size_t room[TIE_DATASET_COUNT];
    struct tie_batch *batches[TIE_DATASET_COUNT], *last[TIE_DATASET_COUNT];
    struct tie_picked *picked;
    size_t texts;   /* of all chunks that rows are picked from, as often as they occur */
    bool is_full;   /* the arena would not take it */
    uint64_t votes; /* for the name of a dossier that is too large: the majority, by Boyer and Moore */
    uint64_t vote_hash;
    struct tie_text vote;
};

static inline size_t tie_loading_left(const struct tie_loading *load)
{
    return load->arena->cap_bytes - load->arena->used_bytes;
}

/* The text of a name of homes. */
static inline struct tie_text tie_loading_name(const struct tie_loading *load, tie_str name)
{
    return tie_pool_text(&load->homes->links.names, name);
}

/* Takes the picked rows: texts get their ids, load->placed says what each row is sorted by, the table counts them. */
TIE_MUST_CHECK enum tie_status tie_rows_take(struct tie_loading *load, struct tie_chunk *chunk, struct tie_error *err);
/* Writes all rows that were taken, each where placed[].root says, which is a place in its table now; master data one
 * behind the other. Batches are done with. */
TIE_MUST_CHECK enum tie_status tie_rows_write(struct tie_loading *load, struct tie_error *err);
/* Rows that are not written as yet, by all parts of their primary key, for those that are placed alike. */
tie_compare_unwritten tie_rows_compare;

#endif
