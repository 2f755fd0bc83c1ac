/*
 * odbc_read.h - one statement that is read over ODBC: what odbc.c (statements), odbc_blocks.c (rows) and odbc_split.c
 * (ranges) share. Internal to
 * the ODBC driver.
 */
#ifndef TIEOUT_SOURCE_ODBC_READ_H
#define TIEOUT_SOURCE_ODBC_READ_H

#include "odbc_link.h"

struct tie_odbc_column {
    SQLSMALLINT c_type;
    size_t room; /* bytes of one value in a block */
};

struct tie_odbc_blocks;
struct tie_odbc_reading {
    struct tie_link *link;
    const struct tie_statement *statement;
    const struct tie_row_sink *sink;
    SQLHSTMT stmt;
    struct tie_arena arena; /* of the shape and of SQL texts */
    struct tie_result_shape shape;
    const char *list; /* what of "(the query) q" is selected, once the shape is known */
    struct tie_odbc_column *columns;
    struct tie_odbc_blocks *blocks; /* under way; NULL before the first execute */
    bool goes_on;                   /* false: the sink failed or a value did not fit; read no further */
    bool is_short;                  /* a value did not fit: enlarged, begin again */
    uint64_t rows;                  /* fetched */
};

SQLCHAR *tie_odbc_text(const char *text); /* the ODBC functions take input as non-const and leave it alone */
enum tie_status tie_odbc_fail_stmt(
    const struct tie_odbc_reading *reading, enum tie_status otherwise, struct tie_error *err);
/* A statement handle with the attributes that all have; to be dropped before the next. */
enum tie_status tie_odbc_new_statement(struct tie_odbc_reading *reading, struct tie_error *err);
void tie_odbc_drop_statement(struct tie_odbc_reading *reading);
/* New statement, `sql` prepared and, the first time, its shape learnt. */
enum tie_status tie_odbc_prepare(struct tie_odbc_reading *reading, const char *sql, struct tie_error *err);
/* Executes what is prepared (and has its parameters bound) and gives its rows to the sink. */
enum tie_status tie_odbc_execute(struct tie_odbc_reading *reading, struct tie_error *err);

/* ---- odbc_blocks.c ---- */

/* Blocks of rows for the columns, whose rows a second thread gives to the sink; one set a reading. */
TIE_MUST_CHECK enum tie_status tie_odbc_blocks_make(struct tie_odbc_reading *reading, struct tie_error *err);
/* The statement at hand will fill the next block. */
TIE_MUST_CHECK enum tie_status tie_odbc_blocks_attach(struct tie_odbc_reading *reading, struct tie_error *err);
/* What SQLFetch filled goes to the sink, the next block is bound; sets goes_on. */
TIE_MUST_CHECK enum tie_status tie_odbc_blocks_give(struct tie_odbc_reading *reading, struct tie_error *err);
/* Waits until the sink has all that was given; its error, or is_short with the columns enlarged. To be called in any
 * case: it frees the blocks. */
enum tie_status tie_odbc_blocks_end(struct tie_odbc_reading *reading, struct tie_error *err);

/* ---- odbc_split.c ---- */

/* Reads the statement in ranges of statement->split, each row once; begin() of the sink is called. */
enum tie_status tie_odbc_run_split(struct tie_odbc_reading *reading, struct tie_error *err);
/* TIE_CONFIG unless the shape has the split column and it is one that can be split by. */
enum tie_status tie_odbc_check_split(
    const struct tie_statement *statement, const struct tie_result_shape *shape, struct tie_error *err);

#endif
