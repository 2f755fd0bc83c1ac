/*
 * driver.h - what a source driver must be able to do; the words that the files of this folder share. Internal to
 * source/.
 *
 * A driver is one row of function pointers. It knows connections, types and error codes of its system; it knows no
 * dataset. Rows go to a sink as raw cells, which live until the sink returns. run() may call begin() again on the same
 * sink: then everything given so far is void and the rows come again from the first (ODBC, when a value did not fit
 * its buffer).
 *
 * Errors: TIE_CONFIG (a query is wrong: file, line, SQLSTATE), TIE_DENIED, TIE_UNAVAILABLE (gone, broke off, past the
 * deadline: worth another try), else what the sink said. Deadlines are instants of tie_clock_us().
 * Threads: one link belongs to one thread; attach() and close() of links of one source are called one at a time.
 */
#ifndef TIEOUT_SOURCE_DRIVER_H
#define TIEOUT_SOURCE_DRIVER_H

#include "tieout/source.h"

/* What the source says a value is; decides what the text of a cell may mean. */
enum tie_raw_kind {
    TIE_RAW_TEXT,
    TIE_RAW_INTEGER,
    TIE_RAW_DECIMAL,
    TIE_RAW_FLOAT,
    TIE_RAW_DATE,
    TIE_RAW_NAIVE,   /* date and time without offset */
    TIE_RAW_INSTANT, /* date and time with offset */
    TIE_RAW_BOOL,
    TIE_RAW_UNKNOWN, /* the driver can't tell: judged on the rows */
    TIE_RAW_REFUSED  /* must be cast in the query */
};

/* The number that a decoder found beside the text: `integer` of the cell, in the unit of the form. */
enum tie_raw_form {
    TIE_FORM_TEXT, /* none: the text is all there is */
    TIE_FORM_INTEGER,
    TIE_FORM_DECIMAL, /* millionths */
    TIE_FORM_ROUNDED, /* millionths; decimals past the sixth were rounded */
    TIE_FORM_DATE,    /* days */
    TIE_FORM_NAIVE,   /* microseconds, as if UTC */
    TIE_FORM_INSTANT  /* microseconds UTC */
};

struct tie_raw { /* one cell as delivered */
    struct tie_text text;
    int64_t integer; /* when is_integer, text is empty then; or by `form` */
    bool is_null;
    bool is_integer;
    bool is_plain;          /* the driver has seen that it is UTF-8 without NUL and line feed; false: it did not look */
    enum tie_raw_form form; /* what is said of the value comes from the text, whatever the form */
};

struct tie_result_column {
    const char *name; /* as the source writes it */
    const char *type; /* as the source names it, "" when it can't */
    enum tie_raw_kind kind;
};

struct tie_result_shape {
    size_t count;
    const struct tie_result_column *columns;
};

struct tie_statement {
    const char *title; /* part, for messages: "usage_line" */
    const char *path;  /* of the query file */
    const char *sql;   /* parameters replaced, no ';' at the end; NULL for files */
    const char *file;  /* driver files: name in the source's path; else NULL */
    const char *split; /* result column, or NULL */
    bool is_control;   /* delivers one row; a second one is enough to know better */
};

struct tie_csv_grid;
struct tie_row_sink {
    enum tie_status (*begin)(void *context, const struct tie_result_shape *shape, struct tie_error *err);
    enum tie_status (*row)(void *context, const struct tie_raw *cells, struct tie_error *err);
    /* Rows as a grid, as row() for each of them would do; NULL: only row(). */
    enum tie_status (*grid)(void *context, const struct tie_csv_grid *grid, struct tie_error *err);
    void *context;
    uint64_t *line; /* not NULL: a driver that reads lines puts there where the row starts, before row() */
};

struct tie_driver_setup {
    const struct tie_source_spec *spec;
    const char *work_folder;
    int64_t deadline_us;
    bool wants_snapshot; /* more than one link will be opened: export the snapshot */
};

struct tie_driver_session { /* what open() found; texts live in the arena given */
    const char *product;
    const char *snapshot;         /* "" when the source has none to name */
    tie_instant read_at;          /* TIE_NONE when the source does not tell */
    bool can_attach;              /* attach() works */
    const struct tie_link *first; /* of a driver whose further links are copies */
};

struct tie_link;
struct tie_driver_ops {
    const char *name;
    enum tie_status (*open)(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **link,
        struct tie_driver_session *session, struct tie_error *err);
    /* A further link that sees the snapshot of `first`. */
    enum tie_status (*attach)(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
        struct tie_link **link, struct tie_error *err);
    enum tie_status (*describe)(struct tie_arena *arena, struct tie_link *link, const struct tie_statement *statement,
        struct tie_result_shape *shape, struct tie_error *err);
    /* About how many bytes the statement will deliver, without running it: 0 where it is not known, or for a driver
     * without this function. What is asked of the driver's own planner may be wrong by any factor. */
    enum tie_status (*estimate)(
        struct tie_link *link, const struct tie_statement *statement, uint64_t *bytes, struct tie_error *err);
    enum tie_status (*run)(struct tie_link *link, const struct tie_statement *statement,
        const struct tie_row_sink *sink, struct tie_error *err);
    void (*close)(struct tie_link *link); /* NULL is fine */
};

extern const struct tie_driver_ops tie_driver_postgres, tie_driver_odbc, tie_driver_files;
const struct tie_driver_ops *tie_driver_ops_of(enum tie_driver driver);

/* A class of SQLSTATEs and what it means to us; the first row whose prefix fits wins. */
enum tie_status tie_sqlstate_status(const char *sqlstate, enum tie_status otherwise);

/* Line (from 1) of the character at `position` (from 1, in UTF-8 characters) of a statement. */
size_t tie_sql_line(const char *sql, size_t position);

/* ---- query.c ---- */
enum tie_sql_dialect { TIE_SQL_POSTGRES, TIE_SQL_ODBC };
struct tie_query_values {
    enum tie_sql_dialect dialect;
    enum tie_parameter_style style;
    const struct tie_zone *zone; /* in which TIE_SQL_ODBC writes instants */
    tie_date as_of;
    tie_instant window_start, window_end, history_start;
};
/* Writes the statement with its parameters replaced into `out` (reset first). TIE_CONFIG with path:line:column. */
TIE_MUST_CHECK enum tie_status tie_query_bind(const char *path, const char *text, const struct tie_query_values *values,
    struct tie_buf *out, struct tie_error *err);

/* ---- pg_types.c ---- */
/* A field in binary form to a cell, whose text is what the server writes in text form; a text that is not in the field
 * is appended to `texts`. False: the bytes are no value of the type. */
typedef bool tie_pg_decode(struct tie_text field, struct tie_buf *texts, struct tie_raw *cell);
struct tie_pg_type {
    unsigned oid;
    const char *name;
    enum tie_raw_kind kind;
    tie_pg_decode *binary; /* NULL: read as text (its text form needs no decoder but the split) */
};
const struct tie_pg_type *tie_pg_type_find(unsigned oid); /* NULL: not in the table */
/* One line of COPY TO STDOUT in text format (without its newline) into `count` cells; changes the line, which the
 * cells then borrow. False when the line has another number of fields. */
TIE_MUST_CHECK bool tie_pg_copy_split(char *line, size_t size, struct tie_raw *cells, size_t count);

/* ---- pg_lines.c ---- */
struct tie_pg_lines { /* lines of COPY in text format on their way to a sink, some at once where it takes a grid */
    const struct tie_row_sink *sink;
    struct tie_raw *cells; /* of a line that goes alone */
    char *block;
    uint32_t *marks; /* from index -1 on */
    size_t used, rows, width;
};
/* Of `width` fields each. Borrows sink and arena. */
void tie_pg_lines_init(
    struct tie_pg_lines *lines, struct tie_arena *arena, const struct tie_row_sink *sink, size_t width);
/* A line without its newline, which may be changed. *has_fields is false, and nothing was taken, when it has another
 * number of fields. Errors are the sink's, maybe of a line before. */
TIE_MUST_CHECK enum tie_status tie_pg_lines_put(
    struct tie_pg_lines *lines, char *line, size_t size, bool *has_fields, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_pg_lines_end(struct tie_pg_lines *lines, struct tie_error *err); /* hands over all */

/* ---- postgres.c ---- */
/* Of "Seq Scan on m  (cost=0.00..17353.00 rows=1000000 width=45)", the first line of a plan: rows times width, 0 where
 * it does not say. */
uint64_t tie_pg_plan_bytes(struct tie_text line);

/* ---- pg_binary.c ---- */
tie_pg_decode tie_pg_decode_int, tie_pg_decode_bool, tie_pg_decode_text, tie_pg_decode_uuid, tie_pg_decode_date,
    tie_pg_decode_naive, tie_pg_decode_instant, tie_pg_decode_numeric;

struct tie_pg_binary {            /* COPY TO STDOUT (FORMAT binary), message by message */
    tie_pg_decode *const *decode; /* by field */
    size_t *starts;               /* of printed texts, by field: room for `count` */
    size_t count;
    struct tie_buf waiting; /* an unfinished row of the messages before */
    struct tie_buf texts;   /* of the row at hand */
    struct tie_text rest;   /* of the message, or of what waits with it */
    bool has_begun, has_ended;
    const char *trouble; /* of TIE_PG_BAD */
};
enum tie_pg_step { TIE_PG_ROW, TIE_PG_MORE, TIE_PG_BAD };
void tie_pg_binary_init(struct tie_pg_binary *binary, tie_pg_decode *const *decode, size_t *starts, size_t count);
void tie_pg_binary_release(struct tie_pg_binary *binary);
/* Borrows the bytes until tie_pg_binary_next() has said MORE. */
void tie_pg_binary_feed(struct tie_pg_binary *binary, const char *at, size_t size);
/* The next row of what was fed; cells borrow until the next call. After BAD the stream is of no more use. */
TIE_MUST_CHECK enum tie_pg_step tie_pg_binary_next(struct tie_pg_binary *binary, struct tie_raw *cells);
bool tie_pg_binary_is_whole(const struct tie_pg_binary *binary); /* its end mark was read, nothing is left */

/* ---- cell.c ---- */
struct tie_cell_memo { /* what short texts were read as, by their bytes: a place for each value of a hash */
    struct {
        uint64_t first, last; /* together all of a text of up to 16 bytes */
        size_t size;          /* 0: free */
        struct tie_cell cell;
    } at[16];
};

struct tie_cell_rule { /* how one column of one part is read */
    const struct tie_column *column;
    const char *dataset;            /* name, for reasons */
    const struct tie_code_map *map; /* NULL when none */
    const struct tie_zone *zone;    /* of naive instants */
    struct tie_cell_memo *memo;     /* NULL: none is kept */
    struct tie_cell none;           /* the empty value of the column */
    size_t text_max;                /* bytes */
    bool is_text;                   /* any text of that size that is UTF-8 (an id: on one line) is its own value */
    bool may_be_empty;              /* and an empty text is `none` */
    bool is_not_negative, is_above_zero, is_fraction;
    bool has_fallback;
    struct tie_cell fallback; /* literal default */
    int copy_from;            /* column of the row whose value is the default, -1: none */
};

enum tie_cell_result { TIE_CELL_OK, TIE_CELL_EMPTY, TIE_CELL_ROUNDED, TIE_CELL_BAD };
#define TIE_CELL_ROOM 72 /* bytes that a cell may need beside its raw text: digits, a hash */

/* Rule of a column; the literal default must parse (programmer error else). `maps` are those of the part. */
void tie_cell_rule_init(struct tie_cell_rule *rule, const struct tie_dataset_info *dataset, int column,
    const struct tie_code_map *maps, size_t map_count, const struct tie_zone *zone);
/* Reads one value. EMPTY: NULL or blank, no default applied yet, never for a column that may not be empty. BAD:
 * `reason` (reset first) is a sentence. Text of the cell borrows the raw text or `room`. */
TIE_MUST_CHECK enum tie_cell_result tie_cell_read(const struct tie_cell_rule *rule, const struct tie_raw *raw,
    struct tie_cell *cell, char room[TIE_CELL_ROOM], struct tie_buf *reason);
bool tie_cell_wants_memo(const struct tie_cell_rule *rule); /* its values are few, and dear to read */
/* The case of tie_cell_read() that most cells are, in line: OK, with the raw text as it is. False: not for sure. */
static inline bool tie_cell_is_plain_text(const struct tie_cell_rule *rule, const struct tie_raw *raw)
{
    const char *const at = raw->text.at;

    return rule->is_text && raw->is_plain && raw->text.size - 1 < rule->text_max && (unsigned char)at[0] > ' ' &&
        (unsigned char)at[raw->text.size - 1] > ' ';
}
bool tie_type_holds_text(enum tie_type type);
struct tie_cell tie_cell_none(const struct tie_column *column);
bool tie_cell_is_none(const struct tie_column *column, const struct tie_cell *cell);
struct tie_defaults { /* the delivered columns that have one, found once a part */
    size_t count;
    int columns[TIE_COLUMN_MAX];
};
void tie_defaults_init(struct tie_defaults *defaults, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, const bool *delivered);
/* Puts defaults where cells are empty, of rows that lie `stride` cells apart. */
void tie_cells_complete(const struct tie_defaults *defaults, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, struct tie_cell *cells, size_t rows, size_t stride);
/* Columns that rules over several cells look at, found once a part. */
struct tie_judge {
    const char *needs;         /* the sentence when neither stands there; NULL: the dataset has no such rule */
    int either, first, second; /* one of: either, or first and second */
    bool has_signs;            /* signs of movements */
    int class, reverses, signs[3];
    int sign_of[TIE_WORD_COUNT]; /* by class; 0: either */
};
void tie_judge_init(struct tie_judge *judge, const struct tie_dataset_info *dataset);
/* Rules that look at more than one cell (signs of data-model.md 3, "one of the two is needed"). Returns the index of
 * the column at fault and fills `reason`, or -1. */
int tie_cells_judge(const struct tie_judge *judge, const struct tie_dataset_info *dataset, const bool *delivered,
    const struct tie_cell *cells, struct tie_buf *reason);
void tie_cell_text(struct tie_buf *out, const struct tie_column *column, const struct tie_cell *cell);
/* Why values of `kind` can't fill the column, with what to do; NULL when they can. */
const char *tie_cell_kind_trouble(struct tie_arena *arena, const struct tie_column *column, enum tie_raw_kind kind,
    const char *type, bool allow_float);

/* ---- keys.c ---- */
struct tie_key_place { /* where a key was first seen */
    uint32_t part;
    uint64_t source_row;
};
struct tie_keys;
/* A key may be of any bytes. Keys that are counted up need a bit, those that ascend (tie_text_compare) no memory. */
TIE_MUST_CHECK enum tie_status tie_keys_create(const char *path, struct tie_keys **keys, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_keys_import(
    struct tie_keys *keys, const char *path, struct tie_error *err); /* of another source */
struct tie_key_ahead { /* what is found out of a key before it is put: its hash, or the place of its bit */
    bool is_hash;
    uint64_t at;
};
/* The key will be put soon, maybe after others: fetches what that will look at. */
struct tie_key_ahead tie_keys_expect(const struct tie_keys *keys, struct tie_text key);
/* *is_new is false when the key stands already; *first tells where. */
TIE_MUST_CHECK enum tie_status tie_keys_put(struct tie_keys *keys, struct tie_text key, struct tie_key_ahead ahead,
    struct tie_key_place place, bool *is_new, struct tie_key_place *first, struct tie_error *err);
/* Forgets everything after `mark` (from tie_keys_mark): a part that is read again. */
uint64_t tie_keys_mark(const struct tie_keys *keys);
TIE_MUST_CHECK enum tie_status tie_keys_back_to(struct tie_keys *keys, uint64_t mark, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_keys_flush(struct tie_keys *keys, struct tie_error *err); /* the file is whole */
void tie_keys_close(struct tie_keys *keys); /* NULL is fine; the file stays */

#endif
