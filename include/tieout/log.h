/*
 * log.h - what a run says on stderr while it works.
 *
 * Lines are "<ISO 8601 with offset> <level> <text>"; a phase gets one line, or a moving progress line when stderr is a
 * terminal. --quiet: errors only; --verbose: details. Never used by match/, expect/, verdict/ and check/. Never prints
 * secrets.
 */
#ifndef TIEOUT_LOG_H
#define TIEOUT_LOG_H

#include "tieout/date.h"
#include "tieout/status.h"

enum tie_log_level { TIE_LOG_ERROR, TIE_LOG_WARNING, TIE_LOG_INFO, TIE_LOG_DETAIL };

struct tie_log_setup {
    enum tie_log_level level;
    bool is_terminal; /* progress lines may be rewritten in place */
    bool use_colour;
    const struct tie_zone *zone; /* of the time stamps; NULL: UTC. Borrowed for the life of the process */
};

void tie_log_setup(const struct tie_log_setup *setup);
void tie_log(enum tie_log_level level, const char *format, ...) TIE_PRINTF(2, 3);
/* Progress of a phase: rewritten in place on a terminal (at most ten times a second), silent elsewhere. total 0: not
 * known. */
void tie_log_progress(const char *phase, uint64_t done, uint64_t total, const char *unit);
void tie_log_progress_end(void);
int64_t tie_clock_us(void); /* monotonic, for measuring */
tie_instant tie_now(void);  /* wall clock; only run/ and cli/ may decide anything by it */

#endif
