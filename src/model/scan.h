/*
 * scan.h - private to model/: the rows of a dataset one by one, whether they lie in frames or in tables.
 *
 * The rules of homes are written once, over this cursor; tie_homes_find walks frames with it, tie_shard_from_rows
 * tables. Texts are borrowed from the frame's map or the table's pool.
 */
#ifndef TIEOUT_MODEL_SCAN_H
#define TIEOUT_MODEL_SCAN_H

#include "frame_format.h"

struct tie_scan {
    const struct tie_frames *frames; /* either these */
    const struct tie_shard *tables;  /* or tables[] and pool of a shard that is being made */
};

/* Where a row lies, as one sortable number: frame, chunk and row, or dataset and row. */
typedef uint64_t tie_place;
#define TIE_PLACE(frame, chunk, row) ((tie_place)(frame) << 48 | (tie_place)(chunk) << 16 | (tie_place)(row))
#define TIE_PLACE_FRAME(place) ((size_t)((place) >> 48))
#define TIE_PLACE_CHUNK(place) ((size_t)((place) >> 16 & UINT32_MAX))
#define TIE_PLACE_ROW(place) ((uint32_t)((place)&UINT16_MAX))
#define TIE_TABLE_PLACE(dataset, row) ((tie_place)(dataset) << 48 | (tie_place)(row))

struct tie_scan_row {
    const struct tie_dataset_info *info;
    tie_place place;
    struct tie_chunk *chunk; /* NULL when the row lies in a table */
    uint32_t at;
    const struct tie_pool *pool;
    const unsigned char *bytes;
};

struct tie_text tie_scan_text(const struct tie_scan_row *row, int column); /* column -1: "" */
int64_t tie_scan_number(const struct tie_scan_row *row, int column);       /* column -1: TIE_NONE */
struct tie_text tie_scan_order(const struct tie_scan_row *row); /* normalised reference as the row names it */
uint64_t tie_scan_order_hash(const struct tie_scan_row *row);   /* of that text; meaningless when it is empty */

typedef enum tie_status tie_scan_visit(void *context, const struct tie_scan_row *row, struct tie_error *err);

/* Some hashes, as bits: who is not in it is turned away by one look, who is may be there by chance. */
struct tie_sieve {
    uint64_t *bits;
    uint64_t mask; /* of the hash: a power of two of bits, less one */
};
size_t tie_sieve_bytes(size_t count); /* what `count` hashes take */
void tie_sieve_init(struct tie_sieve *sieve, struct tie_arena *arena, size_t count);
static inline void tie_sieve_add(struct tie_sieve *sieve, uint64_t hash)
{
    sieve->bits[(hash & sieve->mask) / 64] |= UINT64_C(1) << hash % 64;
}
static inline bool tie_sieve_may_hold(const struct tie_sieve *sieve, uint64_t hash)
{
    return (sieve->bits[(hash & sieve->mask) / 64] >> hash % 64 & 1) != 0;
}

#define TIE_SCAN_ANY_MAX 8
enum tie_scan_what { TIE_SCAN_ALL, TIE_SCAN_WITHOUT_ORDER, TIE_SCAN_WITH_ORDER };

/* Which rows a visitor needs to see. Frames leave the others out at a few instructions each; of tables, which are for
 * tests, it is shown more. */
struct tie_scan_want {
    enum tie_scan_what what;
    const int *any_of;              /* text columns (-1: none) of which one holds something */
    size_t any_count;               /* 0: whatever they hold */
    const struct tie_sieve *orders; /* rows whose order may be in it; NULL: of any order */
};
TIE_MUST_CHECK enum tie_status tie_scan_rows(const struct tie_scan *scan, enum tie_dataset dataset,
    struct tie_scan_want want, tie_scan_visit *visit, void *context, struct tie_error *err);
#define TIE_SCAN_EVERY ((struct tie_scan_want){ .what = TIE_SCAN_ALL })
/* Kind of xref a row belongs to. */
enum tie_xref_kind tie_scan_xref_kind(const struct tie_scan_row *row);

#endif
