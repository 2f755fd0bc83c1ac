/*
 * data.h - the parts of tool_data: orders as the seed makes them, and rows of text.
 *
 * data_order is pure: the same sizes and number, the same order. What is printed goes into a buffer of one file; what
 * can't be written ends the program with 74.
 */
#ifndef TIEOUT_BENCH_DATA_H
#define TIEOUT_BENCH_DATA_H

#include "tieout/date.h"

#include <stddef.h>

enum {
    KEYS_MOST = 8,
    LINES_MOST = 3,
    LISTS = 4,
    SPANS = 4, /* of days with one price */
    KINDS = 3,
    DAYS = 60,
    MILLION = 1000000
};

/* What is wrong with a key: at most one thing. */
enum trouble { CLEAN, NOT_ISSUED, NOT_USED, OTHER_QUANTITY, NOT_BILLED, NOT_WORKED, OTHER_PRICE, COVERED_BILLED };

struct data_sizes {
    uint64_t seed, usage, orders, contracts, customers, items;
    uint64_t slices;    /* of the giant order: as many as make its share of the rows */
    uint32_t share_ppm; /* of keys with something wrong */
};

struct data_key {
    uint32_t item; /* 0-based */
    enum trouble trouble;
    uint32_t lines;
    int64_t reported[LINES_MOST]; /* thousandths; what the technician says, line by line */
    int64_t issued[LINES_MOST];
    int64_t split, returned;     /* of the last issue: its second half; too much issued and brought back */
    int64_t price, billed_price; /* cents */
};

struct data_order {
    uint64_t number;             /* 0-based: of its documents, and of itself unless it is a slice of the giant */
    uint64_t work;               /* 0-based: of the work order */
    uint64_t customer, contract; /* contract is 1-based, 0: none */
    bool is_covered;
    uint32_t list, kind;
    tie_date day;
    uint32_t second;                        /* of the day, UTC */
    uint32_t invoice_delay, movement_delay; /* days */
    uint32_t key_count;
    struct data_key keys[KEYS_MOST];
};

extern tie_date data_first_day; /* of the work; data_begin sets it */
extern const char *const data_lists[LISTS];

bool data_is_measured(const struct data_sizes *sizes, uint32_t item); /* in kilograms, else counted */
int64_t data_cost(const struct data_sizes *sizes, uint32_t item);     /* cents */
int64_t data_price(const struct data_sizes *sizes, uint32_t list, uint32_t item, uint32_t span); /* cents */

void data_order(const struct data_sizes *sizes, uint64_t number, struct data_order *order);
/* One of the slices of the giant, below sizes->slices. */
void data_slice(const struct data_sizes *sizes, uint64_t slice, struct data_order *order);

/* ---- rows ---- */

#define DATA_BUFFER_BYTES ((size_t)4 << 20)

struct data_out {
    int fd;
    char *bytes;
    size_t size;
    uint64_t rows;
    char path[4096];
};

_Noreturn void data_stop(const char *what); /* says errno */
void data_begin(void);                      /* the days; before anything else */
void data_flush(struct data_out *out);
void data_put(struct data_out *out, const char *text);
/* A prefix and at least so many digits. */
void data_put_id(struct data_out *out, const char *prefix, uint64_t number, uint32_t digits);
void data_put_fixed(struct data_out *out, int64_t value, uint32_t places);
void data_put_date(struct data_out *out, tie_date day);
void data_put_instant(struct data_out *out, tie_date day, uint32_t second); /* UTC */
void data_end_row(struct data_out *out);

#endif
