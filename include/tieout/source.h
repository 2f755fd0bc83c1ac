/*
 * source.h - reading the sources: one child process each, frames out.
 *
 * The parent (tie_extract) re-executes the binary once per source, hands the request over a pipe (secrets too, never
 * argv or environment), and waits with a deadline. The child connects, opens one snapshot, runs the queries, validates
 * every cell against the data model, writes frames into the work folder and reports: columns, counts, rejected rows,
 * control results. A child that hangs, crashes or breaks off is killed and, as far as `retries` allow, started again
 * from nothing. A driver is one vtable (src/source/driver.h): postgres, odbc, files.
 *
 * Nothing is half read: only sealed frames of a source whose every part succeeded are returned. Paths and texts of the
 * result live in the arena given. Threads: call from one thread.
 */
#ifndef TIEOUT_SOURCE_H
#define TIEOUT_SOURCE_H

#include "tieout/config.h"
#include "tieout/frame.h"
#include "tieout/policy.h"

enum tie_driver { TIE_DRIVER_POSTGRES, TIE_DRIVER_ODBC, TIE_DRIVER_FILES };
enum tie_copy { TIE_COPY_AUTO, TIE_COPY_TEXT, TIE_COPY_BINARY };
enum tie_parameter_style { TIE_STYLE_TEXT, TIE_STYLE_ODBC };

struct tie_source_spec { /* [source NAME] */
    const char *name;
    enum tie_driver driver;
    const char *connection; /* conninfo or ODBC connection string, ${} replaced, no password; path for files */
    const char *password;   /* from password_file; NULL when none. Secret */
    const char *timezone;   /* of its naive instants */
    int64_t timeout_us;     /* deadline of the whole child, per try */
    int64_t connect_timeout_us;
    unsigned retries;
    unsigned fetch_rows;
    unsigned connections;
    enum tie_copy copy; /* postgres: form of COPY; TIE_COPY_AUTO is what was measured to be faster */
    uint64_t memory_bytes;
    enum tie_parameter_style style;
    char delimiter;     /* files: 0 is by the file's ending */
    uint64_t max_bytes; /* files: of one file, and of an archive, unpacked */
    uint64_t max_ratio; /* files: unpacked bytes of an archive by its own */
};

struct tie_code_list { /* one key of [map dataset.column] */
    const char *word;  /* canonical */
    size_t count;
    const char *const *codes; /* vendor codes, trimmed; "" stands for \empty */
    bool is_rest;             /* the code list is "*" */
};

struct tie_code_map {
    int column; /* index in the dataset */
    size_t count;
    const struct tie_code_list *lists;
};

struct tie_part_spec { /* [dataset NAME], [dataset NAME PART], [xref KIND] */
    const char *title; /* "usage_line", "price contracts", "xref item": as errors and evidence name it */
    enum tie_dataset dataset;
    enum tie_xref_kind xref_kind;
    uint32_t part;                      /* index of this spec */
    size_t source;                      /* index into the plan's sources */
    const char *query_path, *query;     /* path as given and the text; NULL for files */
    const char *control_path, *control; /* NULL when none; of driver files `control` is a name like `file` */
    const char *file;                   /* driver files: name in the source's path, NULL when path is the file */
    const char *split;                  /* result column, or NULL */
    enum tie_side ids;
    bool allow_float[TIE_COLUMN_MAX];
    size_t map_count;
    const struct tie_code_map *maps;
};

struct tie_extract_plan {
    size_t source_count;
    const struct tie_source_spec *sources;
    size_t part_count;
    const struct tie_part_spec *parts;
    const struct tie_policy *policy;
    tie_date as_of;
    struct tie_zone zone; /* of the job: the four instants below are its local midnights */
    tie_instant window_start, window_end, history_start;
    unsigned shard_count;
    uint64_t memory_bytes;   /* for frame buffers of all children together */
    const char *work_folder; /* exists, empty, on the output's file system */
    tie_dec reject_share;    /* a fraction */
    uint64_t reject_rows;
    int64_t retry_delay_us; /* before the second try, doubled before each further one; 0: one second */
    unsigned threads;       /* files of one source that are read at once; 0: one */
};

extern const struct tie_schema_row tie_source_schema[]; /* [source *], [dataset *], [map *], [xref *] */
extern const size_t tie_source_schema_count;

/* Reads sources, parts, maps and xrefs of a parsed job into plan (those members only); loads the query files, checks
 * names of datasets, columns, words and sources, the parameters of the queries, and that the minimum job is complete.
 * plan->zone and plan->threads must be set before: a source without timezone takes it, one of files is read so. */
TIE_MUST_CHECK enum tie_status tie_source_read_config(
    struct tie_arena *arena, const struct tie_config *config, struct tie_extract_plan *plan, struct tie_error *err);

struct tie_reject { /* one rejected row */
    uint32_t part;
    uint64_t source_row;                 /* 1-based position in the result */
    const char *order_ref;               /* normalised, of the order that the row names; "" where it can't be read */
    const char *row_id;                  /* primary key as far as it could be read, parts joined by '/' */
    const char *column, *value, *reason; /* value cut to 200 bytes; reason is a sentence with what is allowed */
};

struct tie_control {  /* one compared figure of a control query */
    const char *name; /* rows, sum_quantity, min_usage_id ... */
    const char *expected, *found;
    bool is_equal;
};

struct tie_part_result {
    uint64_t rows; /* read, rejected ones included */
    uint64_t rejected;
    uint64_t rounded; /* cells with more than six decimals */
    bool delivered[TIE_COLUMN_MAX];
    const char *frame_path;
    struct tie_frame_seal seal;
    size_t control_count;
    const struct tie_control *controls;
};

struct tie_source_result {
    tie_instant read_at;  /* snapshot time by the source's clock where it tells, else the child's start */
    const char *snapshot; /* id or "" */
    const char *product;  /* "PostgreSQL 15.18", "SQLite 3.40.1 (libsqliteodbc.so 0.9998)" */
    unsigned tries;
    int64_t wall_us, cpu_us;
    uint64_t peak_bytes;
};

struct tie_extract_result {
    struct tie_source_result *sources;
    struct tie_part_result *parts;
    size_t reject_count;
    const struct tie_reject *rejects;   /* sorted by part, source_row, column */
    struct tie_reject_refs reject_refs; /* of all rejected rows, also of those whose reasons were not kept */
    struct tie_delivery delivery;       /* united over parts */
};

/* Reads everything. Control totals that differ and passed reject limits are TIE_DATA; a source that is gone,
 * TIE_UNAVAILABLE. */
TIE_MUST_CHECK enum tie_status tie_extract(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_extract_result *result, struct tie_error *err);

/* preflight: what one query would deliver, without running it whole. */
struct tie_described_column {
    const char *name;    /* as the source names it */
    const char *type;    /* as the source names it, "" when the driver can't tell */
    int column;          /* index in the dataset, -1: unknown column */
    const char *trouble; /* NULL, or why it can't be used and what to do */
};
struct tie_described_part {
    enum tie_status status; /* of this part; text says why */
    const char *text;
    size_t column_count;
    const struct tie_described_column *columns;
};
/* One entry a part; connections that fail give all parts of that source the status. Returns TIE_OK when it could look.
 * */
TIE_MUST_CHECK enum tie_status tie_describe(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_described_part *parts, struct tie_source_result *sources, struct tie_error *err);

/* Entry of the child: reads its request from descriptor 3, reports on descriptor 4, returns the exit code. */
int tie_source_child_main(void);
#define TIE_SOURCE_CHILD_WORD "source-child" /* argv[1] of a re-executed binary */

#endif
