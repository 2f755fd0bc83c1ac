/*
 * budget.h - [limits] memory: who may take how much of it, and when. In bytes; the only place where it is shared out.
 *
 *   sources are read     1/4   buffers of all frames that are being written, in the sources' processes
 *   homes are found      1/4   what finding takes, and what is kept of it
 *   dossiers are judged  1/16  rows of the slices at hand, all threads
 *                        3/16  match, expectation and checks of the dossiers at hand, all threads
 *                        3/8   findings, evidence and facts, all threads, until the run ends
 *                        3/8   what is as large as it is: master data, lists of homes, findings of the whole run
 *   a slice judged alone 1/4   its rows, and 1/2 its match: no other thread has rows then
 *
 * A slice that does not fit is cut finer. One that is cut SLICE_BITS_ALONE times and still does not fit waits until all
 * others are done and then gets what they no longer need; only a dossier that does not fit even then is an error. What
 * is judged takes up to twice its rows in this measure (1.2 KiB a usage row with its movement and bill, its rows
 * 0.6 KiB: tool_data --giant), therefore these shares.
 *
 * Shards. How many rows will come is not known before they are read, so the number can't follow from it; from 256 on
 * the rows of a night of a million orders lie in a processor's cache while they are judged, and a small night pays with
 * chunks of few rows. The frames of a bundle are small more often, and known to be all there: 64.
 */
#ifndef TIEOUT_BUDGET_H
#define TIEOUT_BUDGET_H

#include <stddef.h>
#include <stdint.h>

enum { TIE_SHARDS_OF_RUN = 256, TIE_SHARDS_OF_REPLAY = 64 };
enum { TIE_SLICE_BITS_ALONE = 6 };

struct tie_budget {
    size_t frames, homes;             /* of all processes; of all threads */
    size_t rows, scratch, kept;       /* of one thread */
    size_t rows_alone, scratch_alone; /* of the only one */
};

static inline struct tie_budget tie_budget_of(uint64_t memory_bytes, unsigned threads)
{
    const size_t part = (size_t)(memory_bytes / 16);

    return (struct tie_budget){ .frames = 4 * part,
        .homes = 4 * part,
        .rows = part / threads,
        .scratch = 3 * part / threads,
        .kept = 6 * part / threads,
        .rows_alone = 4 * part,
        .scratch_alone = 8 * part };
}

#endif
