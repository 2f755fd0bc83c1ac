/*
 * signals.h - SIGTERM and SIGINT end a run within a second, clean up, and leave the last state.
 *
 * A thread of its own waits for the signals (they are blocked everywhere else). It removes the run's folders and ends
 * the process with 128 + signal; children die with the process. A signal that comes after the commit has begun is too
 * late: the commit is short, the new state is whole, and the run ends by itself with the exit code of a kept run, not
 * with 128 + signal.
 */
#ifndef TIEOUT_RUN_SIGNALS_H
#define TIEOUT_RUN_SIGNALS_H

#include "tieout/ledger.h"

/* Call first, before any thread or child exists. */
TIE_MUST_CHECK enum tie_status run_signals_start(struct tie_error *err);
/* A folder that an interrupted run leaves behind; NULL: none. Copied. Slots 0..3. */
void run_signals_remove(unsigned slot, const char *folder);
/* The state that a run may be writing, open until run_signals_settle: what is not committed of it is taken back. */
void run_signals_give_up(struct tie_ledger *ledger);
void run_signals_commit_begin(void);
void run_signals_commit_end(void);
/* Call before the run ends. Does not return when a signal is ending it already: what fails then fails only because its
 * folders are being removed, and must not be reported nor decide the exit code. */
void run_signals_settle(void);

#endif
