/*
 * lock.h - one run of a job at a time.
 *
 * flock(2) on <folder>/.lock: the kernel gives it back when the process ends, however it ends, so there are no stale
 * locks. The file stays and holds the process id of the last holder; the id is for the error text only and decides
 * nothing. Errors: held by another TIE_BUSY, can't be made TIE_CANTCREATE.
 */
#ifndef TIEOUT_LOCK_H
#define TIEOUT_LOCK_H

#include "tieout/status.h"

struct tie_lock {
    int fd; /* -1: not held */
};

#define TIE_LOCK_NONE ((struct tie_lock){ -1 })

/* `folder` must exist. Does not wait. */
TIE_MUST_CHECK enum tie_status tie_lock_take(struct tie_lock *lock, const char *folder, struct tie_error *err);
void tie_lock_release(struct tie_lock *lock); /* harmless when not held */

#endif
