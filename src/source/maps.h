/* maps.h - the [map dataset.column] sections of a job. Internal to source/. */
#ifndef TIEOUT_SOURCE_MAPS_H
#define TIEOUT_SOURCE_MAPS_H

#include "tieout/source.h"

/* Gives every part the maps of its dataset; they lie in the arena. */
TIE_MUST_CHECK enum tie_status tie_source_read_maps(struct tie_arena *arena, const struct tie_config *config,
    struct tie_part_spec *parts, size_t part_count, struct tie_error *err);

#endif
