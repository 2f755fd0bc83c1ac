/*
 * budget.h - [limits] memory: who may take how much of it, and when. In bytes; the only place where it is shared out.
 *
 *   sources are read     4/16  buffers of all frames that are being written, in the sources' processes; at most
 *                              128 MiB: chunks longer than that makes them take no less time, over all
 *   homes are found      4/16  what finding takes, and what is kept of it
 *   dossiers are judged  8/16  master data and their look-ups
 *                        1/16  rows of the slices at hand, all threads; and most of what master data left
 *                        3/16  match, expectation and checks of the dossiers at hand, all threads
 *                        2/16  findings, their texts, evidence and facts, all threads; what is more goes to a file
 *                        2/16  mapped pages of frames and of such files
 *   findings are sorted  8/16  findings and their texts; what is more: the texts go to a file
 *                        11/16 their list; if it is more, it goes to a file, too. Of either, master data with their
 *                              look-ups, where somebody still asks for them
 *   kept and published   7/16  their list; sorted, it is read from its beginning to its end, and may lie in a file
 *                        1/32  pages of the state that is written meanwhile
 *   a slice judged alone what nobody holds: 3/8 its rows, 5/8 its match; no other thread has rows then, and what was
 *                        found goes to files before
 *
 * A slice that does not fit is cut finer. One that is cut TIE_SLICE_BITS_ALONE times and still does not fit waits until
 * all others are done; only a dossier that does not fit even then is an error. What is judged takes nearly twice its
 * rows in this measure (1.2 KiB a usage row with its movement and bill, its rows 0.6 KiB; tool_data --giant), therefore
 * these shares. Not in the table, as they follow from what is: homes of rows that moved. Mapped pages, of frames and of
 * spilled findings, are given back when they have been read, and whenever the memory comes near the limit (trim.h).
 *
 * Shards. How many rows will come is not known before they are read, so the number can't follow from it. More of them
 * take less memory while rows are judged (`tieout run` of ten million usage rows with limits.shards: 532 MiB with 256,
 * 490 with 512), but more time when their chunks hold few rows (a million: 256 and 512 alike). Of ten million rows one
 * of 512 fits whole into the share of a thread at memory = 256MiB beside the master data, one of 256 (42 MiB) would be
 * cut in two. The frames of a bundle are small more often, and known to be all there: 64.
 */
#ifndef TIEOUT_BUDGET_H
#define TIEOUT_BUDGET_H

#include <stddef.h>
#include <stdint.h>

enum { TIE_SHARDS_OF_RUN = 512, TIE_SHARDS_OF_REPLAY = 64 };
enum { TIE_SLICE_BITS_ALONE = 6 };
#define TIE_FRAME_BUFFERS_MAX ((size_t)128 << 20)

struct tie_budget {
    size_t whole;
    size_t frames, homes, master; /* of all processes; of all threads */
    size_t rows, scratch, found;  /* of one thread */
    size_t state;                 /* pages of the state while it is written */
    size_t found_all, listed_all; /* of all threads, when all is judged: with texts, and without */
    size_t published_all;         /* of the list, when it is sorted */
    size_t found_most;            /* of one thread, in memory and in its file: addresses for each of the two */
};

static inline struct tie_budget tie_budget_of(uint64_t memory_bytes, unsigned threads)
{
    const size_t part = (size_t)(memory_bytes / 16);

    return (struct tie_budget){ .whole = 16 * part,
        .frames = 4 * part < TIE_FRAME_BUFFERS_MAX ? 4 * part : TIE_FRAME_BUFFERS_MAX,
        .homes = 4 * part,
        .master = 8 * part,
        .rows = part / threads,
        .scratch = 3 * part / threads,
        .found = 2 * part / threads,
        .state = part / 2,
        .found_all = 8 * part,
        .listed_all = 11 * part,
        .published_all = 7 * part,
        .found_most = 32 * part / threads };
}

/* While dossiers are judged: three quarters of what master data did not take go to the rows, as a shard that is loaded
 * whole costs a fraction of one in slices; the rest is left to homes. Scratch stays as it is, so who loads more than a
 * third of it has to look for dossiers that are too large. */
static inline struct tie_budget tie_budget_beside(struct tie_budget budget, size_t master_bytes, unsigned threads)
{
    budget.rows += (master_bytes < budget.master ? budget.master - master_bytes : 0) / 4 * 3 / threads;
    return budget;
}

/* Rows and scratch of a slice judged alone, when `held` bytes are in use; never less than beside others. */
static inline struct tie_budget tie_budget_alone(const struct tie_budget *budget, size_t held)
{
    const size_t part = (held < budget->whole ? budget->whole - held : 0) / 8;
    struct tie_budget alone = *budget;

    alone.rows = 3 * part > budget->rows ? 3 * part : budget->rows;
    alone.scratch = 5 * part > budget->scratch ? 5 * part : budget->scratch;
    return alone;
}

#endif
