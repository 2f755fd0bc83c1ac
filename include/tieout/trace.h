/*
 * trace.h - what the matcher decided about single rows, in its own order: the facts behind `tieout explain`.
 *
 * Pure. match/ records while it decides: a match or a fold that is given a trace adds a fact at the place in the code
 * where the decision falls; without one that place costs a comparison with NULL. Nobody derives these facts
 * afterwards, so they can't say anything that did not happen.
 *
 * Units: quantities base unit or minutes in millionths, days and counts as plain integers; the outcome tells which.
 * Ownership: texts are copied into the arena of the trace. Order: as it happened. Errors: none.
 */
#ifndef TIEOUT_TRACE_H
#define TIEOUT_TRACE_H

#include "tieout/match.h"

/*
 * X(NAME, what `measured` and `limit` are, sentence). {a} {b} {c}: row ids; {n}: measured; {limit}: limit. Of a pair, a
 * is the use, b the stock movement.
 */
#define TIE_TRACE_OUTCOMES(X)                                                                                          \
    /* netting: a takes back, b is taken back */                                                                       \
    X(NET_NAMED, QUANTITY, "{a} takes back {n} of {b}: it names it")                                                   \
    X(NET_RESTORED, QUANTITY, "{a} undoes {n} of {b}: it names it")                                                    \
    X(NET_SERIAL, QUANTITY, "{a} takes back {n} of {b}: same serial number")                                           \
    X(NET_PLACE, QUANTITY, "{a} takes back {n} of {b}: the newest of the same order, lot and place")                   \
    X(NET_LOT, QUANTITY, "{a} takes back {n} of {b}: the newest of the same order and lot")                            \
    X(NET_ORDER, QUANTITY, "{a} takes back {n} of {b}: the newest of the same order")                                  \
    X(NET_UNIT, QUANTITY, "{a} takes back {n} of {b}: the newest of the orders billed together")                       \
    X(NET_EXCESS, QUANTITY, "{n} of {a} takes back nothing: no row is left that it could undo")                        \
    /* inside one order */                                                                                             \
    X(PAIRED, QUANTITY, "{a} and {b} are put together for {n}")                                                        \
    X(TAKEN, NOTHING, "{b} names {a}, but one of them is already used up")                                             \
    X(NAMES_NOTHING, NOTHING, "{b} names no line of use")                                                              \
    X(NAMES_OTHER, NOTHING, "{b} names {a}, which stands in another comparison (item, condition or order differ)")     \
    X(NO_MARK, NOTHING, "{a} has none to compare, or was partly taken back")                                           \
    X(NO_SAME, NOTHING, "the other system has no open row like {a}")                                                   \
    X(NOT_UNIQUE, COUNT, "{a} is one of {n} rows that look the same: none is preferred")                               \
    X(SUMS_AGREE, QUANTITY, "the sums differ by {n}, {limit} is allowed: what was left is put together")               \
    X(SUMS_DIFFER, QUANTITY, "the sums differ by {n}, {limit} is allowed: they do not agree")                          \
    X(ONE_SIDED, QUANTITY, "only one system has open rows: {n} stands against nothing")                                \
    X(NO_STOCK, NOTHING, "no stock movement is needed: the item is not kept in stock")                                 \
    X(LEFT, QUANTITY, "{n} of {a} stays without a partner")                                                            \
    /* across orders: who is asked for */                                                                              \
    X(ASKED, QUANTITY, "{n} of {a} is looked for among the stock movements that name no order")                        \
    X(OFFERED, QUANTITY, "{n} of {a} is offered to the uses of all orders that lack stock")                            \
    X(NO_SERIAL, NOTHING, "{a} is not one piece with a serial number: not looked for by serial number")                \
    X(WAS_TIED, NOTHING, "{a} was left undecided before: a weaker comparison does not decide it")                      \
    X(NOT_OFFERED, NOTHING, "{a} is not offered to other orders: it was partly taken back, or can't be a use")         \
    /* across orders: what became of a pair */                                                                         \
    X(OTHER_WARE, NOTHING, "{b} is not for {a}: owner or condition differ")                                            \
    X(OTHER_NUMBER, NOTHING, "{b} is not for {a}: serial or lot numbers contradict")                                   \
    X(OUTSIDE, DAYS, "{b} is not for {a}: {n} outside the window {limit}")                                             \
    X(OTHER_PLACE, NOTHING, "{b} is not for {a}: neither the place, nor the technician's van, nor the technician")     \
    X(ADMISSIBLE, DAYS, "{b} could be for {a}: {n} apart")                                                             \
    X(LINKED, QUANTITY, "{b} is given to {a} for {n}")                                                                 \
    X(CLAIMED, NOTHING, "{b} is not given to {a}: {c} fits it better")                                                 \
    X(WORSE_NUMBER, NOTHING, "{a} takes {c}, not {b}: it has the same serial or lot number")                           \
    X(WORSE_PLACE, NOTHING, "{a} takes {c}, not {b}: it left the place or van of the use")                             \
    X(WORSE_DAYS, DAYS, "{a} takes {c}, not {b}: it is nearer in days ({b}: {n}, {c}: {limit})")                       \
    X(WORSE_USER, NOTHING, "{a} takes {c}, not {b}: it was entered by the technician")                                 \
    X(WORSE_EARLIER, NOTHING, "{a} takes {c}, not {b}: it is the earlier one")                                         \
    X(WORSE_ID, NOTHING, "{a} takes {c}, not {b}: they are alike, the smaller number goes first")                      \
    X(UNDECIDED, COUNT, "{a} and {b} fit, but so do {n} others as well: nothing is guessed")                           \
    X(OTHER_QUANTITY, QUANTITY, "{b} could be for {a}, but has {n} against {limit}")

enum tie_trace_outcome {
#define TIE_AS_ENUM(NAME, unit, words) TIE_TRACE_##NAME,
    TIE_TRACE_OUTCOMES(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_TRACE_OUTCOME_COUNT
};
enum tie_trace_unit { TIE_TRACE_NOTHING, TIE_TRACE_QUANTITY, TIE_TRACE_DAYS, TIE_TRACE_COUNT };
const char *tie_trace_words(enum tie_trace_outcome outcome);
enum tie_trace_unit tie_trace_unit_of(enum tie_trace_outcome outcome);
const char *tie_trace_name(enum tie_trace_outcome outcome); /* "NET_NAMED" */

/* What a pass compares: P1 and P9 are tried by several. */
enum tie_trace_by { TIE_BY_REFERENCE, TIE_BY_SERIAL, TIE_BY_LOT, TIE_BY_QUANTITY, TIE_BY_SUM, TIE_BY_DATE };

struct tie_trace_fact {
    enum tie_pass pass; /* NONE: netting */
    enum tie_trace_by by;
    enum tie_trace_outcome outcome;
    uint32_t group; /* of the match; TIE_NO_INDEX where the fact is of rows alone */
    struct tie_text a, b, c;
    int64_t measured, limit;
    const char *policy_key; /* "[window] date_match"; NULL: none */
};

struct tie_trace {
    struct tie_arena *arena;
    const struct tie_map *focus; /* hashes of the row ids whose pairs a fold shall tell; NULL: of all */
    struct tie_trace_fact *at;
    size_t count, room;
};
/* Drops what P0 to P3 told of a match: they are done anew when an exchange brought rows. */
void tie_trace_drop_cascade(struct tie_trace *trace);
void tie_trace_add(struct tie_trace *trace, const struct tie_trace_fact *fact);
/* Whether the focus holds the row. */
bool tie_trace_wants(const struct tie_trace *trace, struct tie_text row_id);

/* tie_match_dossier, with a trace (NULL: none), which must live as long as the match. */
void tie_match_dossier_traced(struct tie_arena *arena, struct tie_keys *keys, const struct tie_shard *shard,
    const struct tie_dossier *dossier, struct tie_trace *trace, struct tie_match *match);

/* The context that tie_match_fold_p4 and _p9 take; NULL: nothing is told. */
struct tie_fold_context {
    struct tie_trace *trace;
};

#endif
