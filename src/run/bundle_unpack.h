/*
 * bundle_unpack.h - the members of a bundle, each digested, the manifest held against them. Private to run/.
 */
#ifndef TIEOUT_RUN_BUNDLE_UNPACK_H
#define TIEOUT_RUN_BUNDLE_UNPACK_H

#include "tieout/file.h"
#include "tieout/json.h"

/* Proves seal, names, limits, digests and completeness of the bundle. `folder` not NULL: every member becomes a file
 * below it; it exists and is empty. *manifest belongs to the caller; *files gets how many members it vouches for. */
TIE_MUST_CHECK enum tie_status bundle_unpack(struct tie_arena *arena, const char *path, const char *folder,
    struct tie_json **manifest, uint64_t *files, struct tie_error *err);

#endif
