/*
 * spill.h - what an arena holds goes to a file, and stays where it is.
 *
 * For what is kept until the end of a run and hardly looked at before: its memory is given back while every pointer
 * into it stays good. Reading or writing it costs a fault, out of the page cache as a rule; what was touched is mapped
 * and counts as memory until a trim gives it back. The file has no name and is gone with the last who maps it. Bytes.
 * Errors: a file that can't be made is TIE_CANTCREATE, a full disk TIE_IO; the arena is then as before.
 * Threads: that of the arena.
 */
#ifndef TIEOUT_SPILL_H
#define TIEOUT_SPILL_H

#include "tieout/arena.h"
#include "tieout/trim.h"

struct tie_spill { /* of one arena, which is neither reset nor taken back meanwhile */
    struct tie_arena *arena;
    const char *folder; /* where the file is made; borrowed. NULL: nothing is ever spilled */
    int fd;             /* -1: not made yet */
    size_t spilled_bytes;
    struct tie_trim *trim; /* is told what was spilled; who releases the arena removes it there. May be NULL */
};

void tie_spill_init(struct tie_spill *spill, struct tie_arena *arena, const char *folder, struct tie_trim *trim);
size_t tie_spill_held(const struct tie_spill *spill); /* bytes of the arena that are memory */
/* All whole pages of the first `bytes` of the arena that are not in the file yet. An arena that ends in room for more
 * of a list is spilled as far as the list goes: what is behind would be written as zeros. */
TIE_MUST_CHECK enum tie_status tie_spill_out(struct tie_spill *spill, size_t bytes, struct tie_error *err);
void tie_spill_close(struct tie_spill *spill); /* no more of it; what was spilled stays readable */

#endif
