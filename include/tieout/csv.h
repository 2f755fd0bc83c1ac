/*
 * csv.h - RFC 4180 out, and a strict reader in.
 *
 * Writer: CRLF after each row, quotes only where a field holds the delimiter, a quote, CR, LF or starts with a byte
 * order mark; a row of one empty field is written as "" so that it is no empty line. Both can be set otherwise once it
 * is initialised; with TIE_CSV_NEVER a field that needs quotes is a programmer error (tie_csv_needs_quotes).
 * Reader: UTF-8, delimiter as given, CRLF or LF, quoted fields may hold newlines, a byte order mark of UTF-8 at the
 * start is skipped, one of UTF-16 refused. Refused with file, line,
 * field and byte (all from 1; bytes counted from the start of the line): a quote inside an unquoted field, text after a
 * closing quote, an unclosed quote, a lone CR, NUL, bytes that are no UTF-8, rows with more or fewer fields than the
 * first, and what passes the limits. All are TIE_DATA; nothing is repaired. A failure of pull() is told after the rows
 * that it had given. Ownership: a row's fields are borrowed until the next call. The reader owns memory until released.
 */
#ifndef TIEOUT_CSV_H
#define TIEOUT_CSV_H

#include "tieout/file.h"

enum tie_csv_quote { TIE_CSV_NEEDED, TIE_CSV_ALWAYS, TIE_CSV_NEVER };

struct tie_csv_writer {
    struct tie_out *out; /* borrowed; holds the errors */
    char delimiter;
    enum tie_csv_quote quote; /* may be set after init, as ends_lf */
    bool ends_lf;             /* LF after each row in place of CRLF */
    size_t field_count;       /* in the row that is being written */
    bool only_empty;          /* the row has one field so far and it is empty */
};

void tie_csv_writer_init(struct tie_csv_writer *writer, struct tie_out *out, char delimiter);
/* Whether a field holds what only quotes let through. */
bool tie_csv_needs_quotes(struct tie_text field, char delimiter);
void tie_csv_put(struct tie_csv_writer *writer, struct tie_text field);
/* The same for a field that needs no quotes, as its writer knows: a number, a date, a word of ours. */
void tie_csv_put_plain(struct tie_csv_writer *writer, struct tie_text field);
void tie_csv_end_row(struct tie_csv_writer *writer);

/* Where the reader gets its bytes: fills `buffer`, *got 0 is the end. */
typedef enum tie_status (*tie_csv_pull)(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err);

struct tie_csv_setup {
    const char *name; /* in error texts; borrowed */
    char delimiter;
    tie_csv_pull pull;
    void *state;
    size_t max_row_bytes; /* 0: 16 MiB */
    size_t max_fields;    /* 0: 4096 */
    size_t block_bytes;   /* read ahead; 0: 128 KiB, the most. A row that does not fit is read slowly */
};

struct tie_csv_row {
    const struct tie_text *fields;
    size_t count;
    uint64_t line; /* where the row starts */
    bool is_plain; /* all fields are known to be ASCII without NUL and line feed; false: may be so or not */
};

/* Rows that lie one behind the other in one block, all without quotes: field c of row r is what stands between two
 * marks, bytes of `block`, the second of which is mark r * stride + c * step. Fields that touch share a mark (step 1);
 * else each has two (2). The texts are UTF-8 without NUL, CR and line feed. */
struct tie_csv_grid {
    const char *block;
    const uint32_t *marks; /* from index -1 on */
    size_t rows, width, stride, step;
    uint64_t line; /* where the first row starts, each has one; 0: they are no lines of a file */
};

static inline struct tie_text tie_csv_field(const struct tie_csv_grid *grid, size_t row, size_t field)
{
    const uint32_t *const end = grid->marks + row * grid->stride + field * grid->step;

    return (struct tie_text){ grid->block + (end[-1] + 1), *end - (end[-1] + 1) };
}

struct tie_csv_reader;

TIE_MUST_CHECK enum tie_status tie_csv_open(
    const struct tie_csv_setup *setup, struct tie_csv_reader **reader, struct tie_error *err);
/* *end is true when no row is left. After an error the reader can only be closed. */
TIE_MUST_CHECK enum tie_status tie_csv_next(
    struct tie_csv_reader *reader, struct tie_csv_row *row, bool *end, struct tie_error *err);
/* The next rows as a grid, as many as there are in the block; false when there is none: then tie_csv_next() has the
 * next row, and reads on. The first row of a file is never in a grid. */
bool tie_csv_next_grid(struct tie_csv_reader *reader, struct tie_csv_grid *grid);
void tie_csv_close(struct tie_csv_reader *reader); /* NULL is fine */

/* Two ready sources: `state` is a struct tie_csv_fd, or a struct tie_text that is eaten up. */
struct tie_csv_fd {
    int fd;
    const char *name;
};
enum tie_status tie_csv_pull_fd(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err);
enum tie_status tie_csv_pull_text(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err);

#endif
