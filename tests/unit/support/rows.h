/*
 * rows.h - typed rows from lines of text, for tests that judge rows and need no frames.
 *
 *   work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, created_at=2026-10-01T08:00Z
 *   usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=2, uom=EA, server_at=2026-10-02 10:00
 *   xref item; fsm_id=A, erp_id=4711
 *   # a comment; empty lines count for nothing
 *
 * One line a row: dataset, semicolon, cells. A value runs to the next comma; one that holds a comma, or blanks at its
 * ends, stands in single quotes ('' within is a quote). An empty value is NULL. Instants without offset are UTC.
 * A column that is left out, or NULL, takes the default of the data model: literals and =column at once, rules that
 * lead to another row (=visit.technician_id, =order, =base_uom, =contract.start_date ...) in test_rows_end(), when
 * all rows are there.
 * What the lines name is what `delivery` says is delivered; a required column that is left out is empty: tests say
 * what they mean.
 * row.order_ref is wo_id or wo_ref, through `reference` where one is set; source_row (1, 2, ... a dataset) is set
 * too; part is 0.
 * Errors: test_rows_add() and test_rows_text() fail the running cmocka test and print line and fault; the try form
 * returns them.
 * Ownership: everything lies in `arena`, which init makes and release gives back.
 */
#ifndef TIEOUT_TESTS_ROWS_H
#define TIEOUT_TESTS_ROWS_H

#include "tieout/policy.h"

struct test_rows {
    struct tie_arena arena;
    struct tie_pool pool;
    struct tie_rows tables[TIE_DATASET_COUNT];
    size_t room[TIE_DATASET_COUNT];
    struct tie_delivery delivery;
    const struct tie_reference *reference; /* borrowed; NULL: the reference stands as it is */
    size_t line;                           /* lines read so far */
};

/* `base`: the sealed pool of master data that these rows stand on, or NULL. */
void test_rows_init(struct test_rows *rows, const struct tie_pool *base);
void test_rows_release(struct test_rows *rows);

/* One row. TIE_DATA: the text says which line, which cell, and what is allowed. */
TIE_MUST_CHECK enum tie_status test_rows_try(struct test_rows *rows, struct tie_text line, struct tie_error *err);
void test_rows_add(struct test_rows *rows, const char *line);
/* Many lines, separated by newlines. */
void test_rows_text(struct test_rows *rows, const char *lines);
/* Defaults that lead to other rows; `master` (may be NULL, or rows itself) holds those that these rows lack. */
void test_rows_end(struct test_rows *rows, const struct test_rows *master);

/* Id of a text in the pool; put there when it is new. */
tie_str test_str(struct test_rows *rows, const char *text);
tie_date test_date(const char *iso); /* fails the test when it is none */
tie_dec test_dec(const char *text);

/* The rows of a table: TEST_ROWS(&rows, ITEM, item)[0].base_uom */
#define TEST_ROWS(rows, NAME, name) TIE_ROWS((rows)->tables, NAME, name)

#endif
