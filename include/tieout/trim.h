/*
 * trim.h - mapped pages go when the process comes near its memory limit.
 *
 * What lies in a file and is mapped from it (frames, and what was spilled) counts as memory of the process from the
 * moment it is touched until somebody gives it back. Those who read in order do that in steps, as they know best
 * what is behind them. A trim is for all others: a thread that looks at the resident memory of the process and, near
 * the limit, gives back the pages of all maps that it was told of; where the processors are busy it may come late, so
 * who walks through much of them asks it to look now and then. They are read again when they are asked for, out
 * of the page cache as a rule: nobody can see it, except by the time. Bytes.
 * What isn't mapped from a file it can't give back: that much has to fit (budget.h). Without /proc nothing is watched.
 * Errors: a thread that can't be started is TIE_IO. Threads: all calls but start and stop may come from any thread.
 */
#ifndef TIEOUT_TRIM_H
#define TIEOUT_TRIM_H

#include "tieout/status.h"

#include <stdint.h>

struct tie_trim;

TIE_MUST_CHECK enum tie_status tie_trim_start(uint64_t limit_bytes, struct tie_trim **trim, struct tie_error *err);
/* A map of a file: read-only, or shared, so that no page of it is lost. It stays until it is removed, which is before
 * it is unmapped. Added again at the same place it is as long as is said last. trim == NULL: nothing is watched. */
void tie_trim_add(struct tie_trim *trim, const void *at, size_t bytes);
void tie_trim_remove(struct tie_trim *trim, const void *at);
void tie_trim_look(struct tie_trim *trim); /* as its thread does, at once: for who walks through much that is mapped */
void tie_trim_now(struct tie_trim *trim);  /* gives all back, wherever the limit is */
void tie_trim_stop(struct tie_trim *trim); /* NULL is fine */

#endif
