/*
 * shard.h - from frames to dossiers: homes, shards, the exchange.
 *
 * Homes. A row lies in the shard of its own normalised order reference. Some must be judged elsewhere: rows of linked
 * orders (parent, billing owner) in the home of their family, renumbered orders (xref work_order) under the number in
 * force, rows without an order where the row lies that they reverse, cancel or name, an invoice in every shard that
 * holds one of its lines, approvals, evidence and messages with their object. tie_homes_find() scans the sealed frames
 * once and makes two lists: emigrants (not loaded where they lie) and visitors (loaded elsewhere, in addition). One
 * mechanism for all rules.
 *
 * Shards. tie_shard_load() brings one shard, or the n-th of 2^k slices of one, into an arena as typed rows with one
 * pool of text, sorted so that the rows of a family lie together; tie_dossier_at() is then a set of ranges. A dossier
 * without a work order holds rows that name an unknown order; the dossier of root 0 (rows that name no order at all) is
 * cut by row, so it is never too large.
 *
 * Exchange. Workers emit facts with a key; facts of one key come together, in a total order (kind, then text and
 * numbers), in a pure fold that answers rows by (dataset, part, source_row). Facts are few: they stay in memory,
 * capped.
 *
 * Order: rows of a dossier are sorted by primary key, part by part: text by bytes, whole numbers and dates as numbers;
 * facts by content; nothing depends on threads, on shard_count or on the order in which a source delivered.
 *
 * The dossier of a row is decided by homes, not by row.order_ref: a row that names no order and follows another row
 * keeps order_ref 0. A row that names a renumbered order gets the number in force. Of xref work_order rows the frame's
 * order_ref, where one is given to tie_frame_add, is the normalised number found; else erp_id stands as it is. In the
 * dossier of root 0 lines of one document lie in one slice, with their header.
 *
 * Lifetimes: frames outlive homes and every load; homes outlive loads. A sealed base pool outlives the shards above it.
 */
#ifndef TIEOUT_SHARD_H
#define TIEOUT_SHARD_H

#include "tieout/frame.h"
#include "tieout/trim.h"

struct tie_frames {
    unsigned shard_count;
    size_t count;
    struct tie_frame **at;
};

/* Rows that have been read are no longer counted as memory of the process: those that lie in a shard, or all. They may
 * be read again, also while they are forgotten. */
struct tie_homes;
void tie_shard_forget(const struct tie_frames *frames, const struct tie_homes *homes, unsigned shard);
void tie_frames_forget(const struct tie_frames *frames);
/* The trim gives their pages back from now on; no longer, before they are closed. */
void tie_frames_watch(const struct tie_frames *frames, struct tie_trim *trim);
void tie_frames_unwatch(const struct tie_frames *frames, struct tie_trim *trim);

/* ---- homes ---- */
/* By `threads` threads, at least one; below memory_bytes, else TIE_CONFIG. What is found depends on neither. Writes
 * invoices anew, in files without a name beside their frames; they are gone with the homes. */
TIE_MUST_CHECK enum tie_status tie_homes_find(const struct tie_frames *frames, size_t memory_bytes, unsigned threads,
    struct tie_homes **homes, struct tie_error *err);
void tie_homes_free(struct tie_homes *homes);
/* Those in which they wrote invoices; none of no homes. */
const struct tie_frames *tie_homes_frames(const struct tie_homes *homes);
struct tie_homes_count {
    uint64_t emigrants, visitors, families, linked_orders;
};
struct tie_homes_count tie_homes_count(const struct tie_homes *homes);

/* ---- broadcast ---- */
/* All rows of the broadcast datasets, into tables[] and the base pool. */
TIE_MUST_CHECK enum tie_status tie_broadcast_load(struct tie_arena *arena, const struct tie_frames *frames,
    struct tie_pool *pool, struct tie_rows tables[TIE_DATASET_COUNT], struct tie_error *err);

/* ---- shards ---- */
struct tie_range {
    uint32_t first, count;
};

struct tie_dossier {
    /* order_ref of the family's smallest wo_id (by bytes); the unknown reference; 0 = names no order */
    tie_str root;
    bool is_known;                              /* holds at least one work order */
    struct tie_range ranges[TIE_DATASET_COUNT]; /* into shard->tables[] */
};

struct tie_shard {
    unsigned index; /* 0 .. shard_count, the last is the leftover shard */
    struct tie_pool pool;
    struct tie_rows tables[TIE_DATASET_COUNT]; /* no broadcast datasets */
    size_t dossier_count;
    struct tie_dossier *dossiers; /* sorted by root text */
};

/* A slice: the rows whose family hash has `slice` in the `bits` bits below those that choose the shard. bits 0: the
 * whole shard. */
struct tie_slice {
    unsigned shard, bits, slice;
};
/* Bytes that loading the slice needs at most, rows and text, for planning. */
size_t tie_shard_bytes(const struct tie_frames *frames, const struct tie_homes *homes, unsigned shard);
/* Loads into `arena`. Past the arena's cap: *fits = false and TIE_OK, the caller slices finer; when a single dossier
 * does not fit at 16 bits: TIE_CONFIG that names it. `base` is the sealed pool of master data. */
TIE_MUST_CHECK enum tie_status tie_shard_load(struct tie_arena *arena, const struct tie_frames *frames,
    const struct tie_homes *homes, const struct tie_pool *base, struct tie_slice slice, struct tie_shard *shard,
    bool *fits, struct tie_error *err);

/* Some dossiers of a slice, by root: roots are kept as hashes, so one more may be among them by chance. */
struct tie_roots {
    struct tie_map by_hash;
    uint64_t filter[64]; /* a bit for the low bits of each hash: most rows are turned away by it */
    bool has_none;       /* the dossier of root 0 */
};
void tie_roots_init(struct tie_roots *roots, struct tie_arena *arena);
void tie_roots_add(struct tie_roots *roots, struct tie_text root);
/* tie_shard_load of the dossiers in `roots` alone; each is whole, as it is in the slice. NULL loads all. */
TIE_MUST_CHECK enum tie_status tie_shard_load_roots(struct tie_arena *arena, const struct tie_frames *frames,
    const struct tie_homes *homes, const struct tie_pool *base, struct tie_slice slice, const struct tie_roots *roots,
    struct tie_shard *shard, bool *fits, struct tie_error *err);

/* Rows of `name` in a dossier: TIE_OF(shard, dossier, USAGE_LINE, usage_line) points at the first, .count at ranges. */
#define TIE_OF(shard, dossier, NAME, name)                                                                             \
    ((dossier)->ranges[TIE_DS_##NAME].count == 0                                                                       \
            ? (struct tie_##name *)NULL                                                                                \
            : TIE_ROWS((shard)->tables, NAME, name) + (dossier)->ranges[TIE_DS_##NAME].first)
#define TIE_OF_COUNT(dossier, NAME) ((size_t)(dossier)->ranges[TIE_DS_##NAME].count)

/* For tests and tools that have rows but no frames: sorts rows given in tables[] and builds the dossiers of one shard.
 * row.order_ref must be set; families are found from work_order as tie_homes_find does. */
TIE_MUST_CHECK enum tie_status tie_shard_from_rows(
    struct tie_arena *arena, struct tie_shard *shard, struct tie_error *err);

/* ---- exchange ---- */
#define TIE_FACT_NUMBERS 8
#define TIE_FACT_TEXTS 8

struct tie_address {
    uint16_t dataset; /* enum tie_dataset */
    uint16_t shard;
    uint32_t part, source_row;
};

struct tie_fact {
    uint64_t key;  /* facts of one key are folded together */
    uint32_t kind; /* meaning is the round's own */
    struct tie_address from;
    int64_t number[TIE_FACT_NUMBERS];
    struct tie_text text[TIE_FACT_TEXTS]; /* copied when emitted */
};

struct tie_reply {
    struct tie_address to;
    uint32_t kind;
    int64_t number[TIE_FACT_NUMBERS];
    struct tie_text text[TIE_FACT_TEXTS];
};

struct tie_facts { /* one emitter a worker; merged afterwards */
    struct tie_arena *arena;
    struct tie_fact *at;
    size_t count, room;
};
void tie_facts_init(struct tie_facts *facts, struct tie_arena *arena);
void tie_facts_emit(struct tie_facts *facts, const struct tie_fact *fact);

struct tie_replies {
    struct tie_arena *arena;
    struct tie_reply *at;
    size_t count, room;
};
void tie_reply_add(struct tie_replies *replies, const struct tie_reply *reply); /* copies text */

/* Pure: facts of one key, sorted by (kind, texts, numbers, address). */
typedef void tie_fold(struct tie_arena *scratch, const struct tie_fact *facts, size_t count, const void *context,
    struct tie_replies *replies);

/* Sorts all facts, folds key by key; replies are sorted by (shard, dataset, part, source_row, kind). Keys are 64 bits:
 * different things may share one by chance and then come in one fold, which compares the texts where that matters.
 * `replies` is made anew, in `arena`, which also holds the folds' scratch until the caller gives it back. */
void tie_exchange(struct tie_arena *arena, struct tie_facts *const *emitters, size_t emitter_count, tie_fold *fold,
    const void *context, struct tie_replies *replies);
/* First reply to a row, and how many; 0 when there is none. */
size_t tie_replies_to(const struct tie_replies *replies, struct tie_address to, const struct tie_reply **first);

#endif
