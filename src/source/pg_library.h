/*
 * pg_library.h - the functions of libpq that source/ calls, found when a source of PostgreSQL is opened. Internal to
 * source/.
 *
 * Call them as tie_pq.clear(result), which is PQclear(result): same types, same meaning.
 */
#ifndef TIEOUT_SOURCE_PG_LIBRARY_H
#define TIEOUT_SOURCE_PG_LIBRARY_H

#include "tieout/status.h"

#include <libpq-fe.h>

#define TIE_PQ_FUNCTIONS(X)                                                                                            \
    X(clear)                                                                                                           \
    X(connectPoll)                                                                                                     \
    X(connectStartParams)                                                                                              \
    X(connectionNeedsPassword)                                                                                         \
    X(conninfoFree)                                                                                                    \
    X(conninfoParse)                                                                                                   \
    X(consumeInput)                                                                                                    \
    X(errorMessage)                                                                                                    \
    X(escapeLiteral)                                                                                                   \
    X(finish)                                                                                                          \
    X(fname)                                                                                                           \
    X(freemem)                                                                                                         \
    X(ftype)                                                                                                           \
    X(getCopyData)                                                                                                     \
    X(getResult)                                                                                                       \
    X(getvalue)                                                                                                        \
    X(isBusy)                                                                                                          \
    X(nfields)                                                                                                         \
    X(nparams)                                                                                                         \
    X(ntuples)                                                                                                         \
    X(parameterStatus)                                                                                                 \
    X(resultErrorField)                                                                                                \
    X(resultStatus)                                                                                                    \
    X(sendDescribePrepared)                                                                                            \
    X(sendPrepare)                                                                                                     \
    X(sendQuery)                                                                                                       \
    X(setErrorVerbosity)                                                                                               \
    X(setNoticeProcessor)                                                                                              \
    X(socket)                                                                                                          \
    X(status)

struct tie_pq {
#define TIE_PQ_MEMBER(name) __typeof__(PQ##name) *name;
    TIE_PQ_FUNCTIONS(TIE_PQ_MEMBER)
#undef TIE_PQ_MEMBER
};

extern struct tie_pq tie_pq; /* all NULL before tie_pq_load() */

/* Before the first call; again is fine, from any thread. TIE_CONFIG: not installed, or too old. */
TIE_MUST_CHECK enum tie_status tie_pq_load(struct tie_error *err);

#endif
