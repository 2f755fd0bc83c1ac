/*
 * fill.h - private to model/: from rows of a chunk to row structs.
 */
#ifndef TIEOUT_MODEL_FILL_H
#define TIEOUT_MODEL_FILL_H

#include "dossier.h"
#include "frame_format.h"

#define TIE_ROW_BYTES_MAX 1024

struct tie_stored { /* a delivered column */
    uint16_t column, offset;
    uint16_t limit; /* of a byte: it holds less */
};

struct tie_stored_columns {
    struct tie_stored at[TIE_COLUMN_MAX];
    size_t count;
};

/* How rows of a frame are made: what is the same in all of them, and what is copied. Made when the frame is opened. */
struct tie_fill_plan {
    struct tie_stored_columns texts, wide, dates, bytes; /* by the width of a stored cell */
    struct tie_fill_rule {
        const struct tie_column *from, *to;
        size_t bytes;        /* to copy; 0: the text of a word */
    } rules[TIE_COLUMN_MAX]; /* a column that takes its value from a delivered one of the same row */
    size_t rule_count;
    struct tie_fill_default { /* a text that is the same in all rows: an id in each pool */
        size_t column, offset;
        const char *text; /* static */
    } defaults[TIE_COLUMN_MAX];
    size_t default_count;
    _Alignas(16) unsigned char row[TIE_ROW_BYTES_MAX]; /* where those are empty */
};

void tie_fill_plan_init(struct tie_fill_plan *plan, const struct tie_frame *frame);
/* How many texts filling rows may put into a pool beside those of the chunk; none is copied. */
size_t tie_fill_texts(const struct tie_frame *frame);

/* What all rows hold in a text column that is not delivered. */
struct tie_text tie_fill_text(const struct tie_fill_plan *plan, size_t column);

struct tie_filling {
    struct tie_chunk *chunk;
    struct tie_pool *pool;
    const uint32_t *row; /* which rows of the chunk; NULL: the first `count` */
    uint32_t count;
    bool is_ascending;               /* each row once, in their order */
    const tie_str *ids;              /* of the chunk's dictionary in the pool */
    bool has_cell_ids;               /* `ids` are `count` of the orders that rows name, and as many a text column */
    const struct tie_placed *placed; /* .root is the place of each in the table; NULL: one behind the other */
};

/* Ids of the cells of all rows, as `has_cell_ids` has them; a bad one is of the empty text and marks the chunk. */
void tie_fill_ids(const struct tie_filling *filling, tie_str *ids);
/* Writes `count` whole rows into the table; a bad cell is empty and marks the chunk. */
void tie_fill_rows(const struct tie_filling *filling, unsigned char *table);

#endif
