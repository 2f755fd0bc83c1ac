/*
 * random_rows.h - small random dossiers as rows that a test can change before it judges them.
 *
 * random_rows_make() draws one or two orders with parts, labour, movements, invoices and claims, most of them in
 * order, some wrong in one of the ways that checks look for. Half of the orders use serialised pieces too, mostly
 * issued without naming the order, so that P4 has pairs and ties to decide. A row is kept as a few plain fields, so
 * that a property can add, split or swap rows; it becomes text only in random_rows_add(), where `prefix` stands before
 * every id and all money is multiplied by `factor`. Units: quantities are whole base units (time: minutes), amounts
 * cents, days count from 2026-10-01.
 */
#ifndef TIEOUT_TESTS_RANDOM_ROWS_H
#define TIEOUT_TESTS_RANDOM_ROWS_H

#include "support/bench.h"

enum random_kind {
    RANDOM_ORDER,
    RANDOM_DECISION,
    RANDOM_USAGE,
    RANDOM_TIME,
    RANDOM_MOVEMENT,
    RANDOM_INVOICE,
    RANDOM_BILLED,
    RANDOM_CLAIM
};

struct random_row {
    enum random_kind kind;
    int number, line_no; /* of the row's id; BILLED: of its document */
    int order;           /* number of the order named; 0: none */
    const char *item;    /* a master item */
    const char *word;    /* status of an order, class of a decision, class of a movement, kind of a document */
    int quantity, cents, day;
    int serial;     /* number of the piece; 0: none is told */
    int undoes;     /* movement or document that this one takes back; 0: none */
    bool is_undone; /* the other way round */
    bool is_odd;    /* a decision that somebody overrode; time that is not chargeable; an issue from the warehouse */
};

#define RANDOM_ROWS_MAX 96
struct random_rows {
    struct random_row at[RANDOM_ROWS_MAX];
    size_t count;
    int last_number;
};

struct random_text {
    const char *prefix;
    int factor;
};

/* A bench whose masters hold the items and prices that the rows speak of, with everything delivered that the rows may
 * name. */
void random_bench_start(struct test_bench *bench, const char *policy, int factor);
void random_rows_make(struct random_rows *rows, uint64_t seed);
struct random_row *random_rows_push(struct random_rows *rows, struct random_row row);
int random_rows_next(struct random_rows *rows); /* a number that no row has yet */
void random_rows_shuffle(struct random_rows *rows, uint64_t seed);
/* Appends the rows to bench->shard; `said` (may be NULL) takes them as lines, for the reader of a failure. */
void random_rows_add(
    const struct random_rows *rows, struct random_text text, struct test_bench *bench, struct tie_buf *said);

#endif
