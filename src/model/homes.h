/*
 * homes.h - private to model/: what tie_homes_find found, as the loader of shards reads it.
 */
#ifndef TIEOUT_MODEL_HOMES_H
#define TIEOUT_MODEL_HOMES_H

#include "links.h"

/*
 * Invoice headers visit every shard that holds one of their lines; in which dossiers is found when the shard is
 * loaded. A header is known by its number: headers are counted chunk by chunk, in the order of frames. Those that visit
 * are read out of frames of their own, into whose shards they were dealt.
 */
struct tie_header_chunk { /* its headers: first ... first of the next chunk - 1 */
    uint32_t frame, chunk, first;
};

struct tie_header_visits { /* headers with a line in a shard, ascending within each piece */
    struct tie_header_visits *next;
    size_t count;
    uint32_t number[];
};

struct tie_headers {
    size_t chunk_count;
    struct tie_header_chunk *chunks; /* [chunk_count + 1]; the last one ends the one before it */
    uint64_t *with_lines;            /* a bit a header: it is not loaded where it lies */
    uint64_t with_line_count, visit_count;
    struct tie_frames dealt; /* owned: headers with lines, in the shards of these */
    size_t dealt_room;
    struct tie_header_visits **of_shard; /* [shard_count + 1], NULL: none; NULL itself when they have been dealt */
};

struct tie_homes {
    struct tie_arena keep;
    struct tie_links links;
    struct tie_moves emigrants; /* sorted by place; root and shard are not used */
    struct tie_moves visitors;  /* sorted by (shard, place) */
    struct tie_headers headers;
};

/* Index of the first entry at or behind the place, in a list sorted by place. */
size_t tie_moves_at_place(const struct tie_moves *moves, tie_place place);
/* Index of the first entry of the shard or a later one, in a list sorted by (shard, place). */
size_t tie_moves_at_shard(const struct tie_moves *moves, unsigned shard);

/* headers.c: fills homes->headers; emigrants and visitors say where lines are judged. What is found lies in links.keep,
 * what finding it takes in links.work, which is used up; both stay below links.memory_bytes. */
TIE_MUST_CHECK enum tie_status tie_headers_find(
    const struct tie_frames *frames, struct tie_homes *homes, unsigned threads, struct tie_error *err);
/* deal.c: from headers.of_shard to headers.dealt, in what is left of the same memory. */
TIE_MUST_CHECK enum tie_status tie_headers_deal(
    const struct tie_frames *frames, struct tie_homes *homes, unsigned threads, struct tie_error *err);
/* Number of the first header of a frame's chunk. */
uint32_t tie_headers_first_of(const struct tie_headers *headers, size_t frame, size_t chunk);
bool tie_headers_has_lines(const struct tie_headers *headers, uint32_t number);

#endif
