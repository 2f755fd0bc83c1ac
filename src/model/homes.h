/*
 * homes.h - private to model/: what tie_homes_find found, as the loader of shards reads it.
 */
#ifndef TIEOUT_MODEL_HOMES_H
#define TIEOUT_MODEL_HOMES_H

#include "links.h"

/* Root of a visiting invoice header: the dossiers of its lines, found when the shard is loaded. */
#define TIE_ROOT_OF_LINES TIE_STR_UNKNOWN

struct tie_homes {
    struct tie_arena keep;
    struct tie_links links;
    struct tie_moves emigrants; /* sorted by place; root and shard are not used */
    struct tie_moves visitors;  /* sorted by (shard, place) */
};

/* Index of the first entry at or behind the place, in a list sorted by place. */
size_t tie_moves_at_place(const struct tie_moves *moves, tie_place place);
/* Index of the first entry of the shard or a later one, in a list sorted by (shard, place). */
size_t tie_moves_at_shard(const struct tie_moves *moves, unsigned shard);

#endif
