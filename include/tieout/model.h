/*
 * model.h - the canonical data: datasets, columns, words, typed rows, interned text.
 *
 * One table (model_columns.h) makes: the enum of datasets, the metadata of columns, and one struct a dataset in which
 * pure code reads `line->quantity` by name. Generic code (extraction, frames, preflight, CSV evidence) reads the same
 * cell by tie_column and the offset in it.
 *
 * Cells: ID, TEXT, OPEN and HASH are tie_str (id of interned text; 0 is empty, and empty text and NULL are one); WORD
 * is an enum tie_word in a byte (TIE_W_EMPTY = none); BOOL a byte 0/1; DATE int32 days (TIE_NO_DATE); INSTANT, DECIMAL,
 * RATE and INT int64 (TIE_NONE). Units and signs: the table's meaning column.
 */
#ifndef TIEOUT_MODEL_H
#define TIEOUT_MODEL_H

#include "tieout/date.h"
#include "tieout/decimal.h"
#include "tieout/hash.h"
#include "tieout/model_columns.h"

#include <stddef.h>

/* ---- words ---- */
enum TIE_SMALL tie_word {
    TIE_W_EMPTY,
#define TIE_AS_ENUM(NAME, text) TIE_W_##NAME,
    TIE_WORDS(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_WORD_COUNT
};
_Static_assert(TIE_WORD_COUNT <= 256, "a WORD cell is one byte");

const char *tie_word_text(enum tie_word word);   /* "" for TIE_W_EMPTY */
enum tie_word tie_word_of(struct tie_text text); /* exact; TIE_W_EMPTY when unknown */

/* ---- interned text ---- */
typedef uint32_t tie_str;

/*
 * A pool interns text: equal text, equal id, id 0 is "". A pool may stand on a sealed base pool whose ids it shares:
 * master data are interned once in the run's base pool, each shard has a pool of its own above it. Ids never leave the
 * run: output is ordered by text.
 */
struct tie_pool_slot {
    uint32_t tag;  /* of the text */
    uint32_t name; /* id + 1; 0: empty */
};

struct tie_pool_key { /* first and last eight bytes of a text; the last are a hash where it is longer than 16 */
    uint64_t first, last;
};

struct tie_pool {
    const struct tie_pool *base; /* borrowed, no longer written to; NULL for a base pool */
    struct tie_arena *arena;
    uint32_t first; /* ids below belong to base */
    uint32_t count; /* ids first .. first + count - 1 are own */
    uint32_t room;
    uint32_t slot_room;
    struct tie_text *texts;      /* by own index */
    struct tie_pool_key *keys;   /* likewise */
    struct tie_pool_slot *slots; /* open addressing */
    uint64_t *sieve;             /* of a base pool, 8 bits a slot: a bit a tag; NULL: none */
    unsigned slot_shift, sieve_shift;
    char *block; /* where the next text goes */
    size_t block_left;
};

void tie_pool_init(struct tie_pool *pool, struct tie_arena *arena, const struct tie_pool *base);
/* Room for `texts` own texts, so that putting them grows nothing. */
void tie_pool_reserve(struct tie_pool *pool, uint32_t texts);
tie_str tie_pool_put(struct tie_pool *pool, struct tie_text text); /* copies; asserts below 2^32 - 2 ids */
/* Does not copy: the text outlives the pool and has a zero behind it. */
tie_str tie_pool_refer(struct tie_pool *pool, struct tie_text text);
/* The same of many at once: ids[i] is that of texts[i]. Eight bytes may be read at each, also an empty one. */
void tie_pool_refer_all(struct tie_pool *pool, const struct tie_text *texts, size_t count, tie_str *ids);
tie_str tie_pool_find(const struct tie_pool *pool, struct tie_text text); /* TIE_STR_UNKNOWN when absent */
/* The same of many at once, which may be read as those of tie_pool_refer_all. */
void tie_pool_find_all(const struct tie_pool *pool, const struct tie_text *texts, size_t count, tie_str *ids);
struct tie_text tie_pool_text(const struct tie_pool *pool, tie_str id);
const char *tie_pool_chars(const struct tie_pool *pool, tie_str id);     /* zero-ended, same text */
int tie_pool_compare(const struct tie_pool *pool, tie_str a, tie_str b); /* by bytes */
#define TIE_STR_UNKNOWN UINT32_MAX

/* ---- datasets and columns ---- */
enum tie_side { TIE_SIDE_FSM, TIE_SIDE_ERP, TIE_SIDE_BOTH };
enum tie_home {
    TIE_HOME_OWN,
    TIE_HOME_VIA_ORIGINAL,
    TIE_HOME_VIA_REFERENCE,
    TIE_HOME_VIA_LINES,
    TIE_HOME_VIA_OBJECT,
    TIE_HOME_VIA_MESSAGE,
    TIE_HOME_BROADCAST,
    TIE_HOME_NONE
};
enum tie_type {
    TIE_TYPE_ID,
    TIE_TYPE_TEXT,
    TIE_TYPE_OPEN,
    TIE_TYPE_WORD,
    TIE_TYPE_DATE,
    TIE_TYPE_INSTANT,
    TIE_TYPE_DECIMAL,
    TIE_TYPE_BOOL,
    TIE_TYPE_RATE,
    TIE_TYPE_INT,
    TIE_TYPE_HASH
};
enum tie_key { TIE_KEY_PLAIN, TIE_KEY_PK, TIE_KEY_BK };
enum tie_need { TIE_NEED_MIN, TIE_NEED_GIVEN, TIE_NEED_OPTIONAL };

enum tie_dataset {
#define TIE_AS_ENUM(NAME, name, side, home, holds) TIE_DS_##NAME,
    TIE_DATASETS(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_DATASET_COUNT
};

#define TIE_COLUMN_MAX 40 /* columns of the widest dataset, checked when the table is built */

struct tie_column {
    const char *name;
    enum tie_type type;
    enum tie_key key;
    const char *foreign; /* dataset that an fk leads to, "" for none */
    enum tie_need need;
    bool nullable;
    const char *fallback; /* default: "-" none, "''" empty text, "=..." a rule, else the literal */
    const char *words;    /* closed list of a WORD, separated by |; else "" */
    const char *meaning;
    size_t offset; /* of the cell in the row struct */
};

struct tie_dataset_info {
    enum tie_dataset id;
    const char *name;
    enum tie_side side;
    enum tie_home home;
    const char *holds;
    size_t row_bytes;
    size_t column_count;
    const struct tie_column *columns;
    int order_column; /* index of wo_id or wo_ref, the reference that gives the home; -1 when there is none */
};

const struct tie_dataset_info *tie_dataset(enum tie_dataset id);
bool tie_dataset_find(struct tie_text name, enum tie_dataset *id);                 /* exact lower-case name */
int tie_column_find(const struct tie_dataset_info *dataset, struct tie_text name); /* case-blind; -1 when unknown */
bool tie_column_allows(const struct tie_column *column, enum tie_word word);
const char *tie_type_name(enum tie_type type); /* as data-model.md names it: "id", "code", "decimal", ... */

/* ---- rows ---- */
/* What the engine knows of a row beside its cells. */
struct tie_row {
    tie_str order_ref;   /* normalised reference: the FSM's wo_id as the engine compares it; 0 = names no order */
    uint32_t part;       /* which [dataset] section delivered it, index into the job's parts */
    uint32_t source_row; /* 1-based position in that part's result */
    uint8_t xref_kind;   /* of dataset xref: enum tie_xref_kind; else 0 */
};

/* What rejected rows named: an order or an invoice that is not fully known. Sorted by text in bytes, no repeats. */
struct tie_reject_ref {
    const char *text;         /* an order's normalised reference, or an invoice's id as written */
    enum tie_dataset dataset; /* of the rejected row; of several the first in the data model */
};
struct tie_reject_refs {
    size_t order_count, invoice_count;
    const struct tie_reject_ref *orders, *invoices; /* borrowed */
};

enum tie_xref_kind {
    TIE_XREF_NONE,
    TIE_XREF_CUSTOMER,
    TIE_XREF_ITEM,
    TIE_XREF_LOCATION,
    TIE_XREF_TECHNICIAN,
    TIE_XREF_CONTRACT,
    TIE_XREF_ASSET,
    TIE_XREF_WORK_ORDER,
    TIE_XREF_KIND_COUNT
};
const char *tie_xref_kind_name(enum tie_xref_kind kind);

typedef tie_str tie_cell_ID;
typedef tie_str tie_cell_TEXT;
typedef tie_str tie_cell_OPEN;
typedef tie_str tie_cell_HASH;
typedef uint8_t tie_cell_WORD;
typedef uint8_t tie_cell_BOOL;
typedef tie_date tie_cell_DATE;
typedef tie_instant tie_cell_INSTANT;
typedef tie_dec tie_cell_DECIMAL;
typedef int64_t tie_cell_RATE;
typedef int64_t tie_cell_INT;

#define TIE_AS_FIELD(name, type, key, foreign, need, nulls, fallback, words, meaning) tie_cell_##type name;
#define TIE_AS_STRUCT(NAME, name, side, home, holds)                                                                   \
    struct tie_##name {                                                                                                \
        struct tie_row row;                                                                                            \
        TIE_COLUMNS_##name(TIE_AS_FIELD)                                                                               \
    };
TIE_DATASETS(TIE_AS_STRUCT)
#undef TIE_AS_STRUCT
#undef TIE_AS_FIELD

/* Rows of one dataset, lying one behind the other. */
struct tie_rows {
    void *at;
    size_t count;
    size_t row_bytes;
};
/* tables is an array indexed by enum tie_dataset: TIE_ROWS(shard->tables, USAGE_LINE, usage_line)[i].quantity */
#define TIE_ROWS(tables, NAME, name) ((struct tie_##name *)(tables)[TIE_DS_##NAME].at)

/* Which columns the job delivers: a default is no evidence. True only when every part of the dataset delivers it. */
struct tie_delivery {
    bool dataset[TIE_DATASET_COUNT];
    bool column[TIE_DATASET_COUNT][TIE_COLUMN_MAX];
};
/* Index of a column by its name in the code: a struct with one byte a column is laid out like the table. */
#define TIE_AS_BYTE(name, type, key, foreign, need, nulls, fallback, words, meaning) char name;
#define TIE_AS_COLUMNS(NAME, name, side, home, holds)                                                                  \
    struct tie_columns_of_##name {                                                                                     \
        TIE_COLUMNS_##name(TIE_AS_BYTE)                                                                                \
    };
TIE_DATASETS(TIE_AS_COLUMNS)
#undef TIE_AS_COLUMNS
#undef TIE_AS_BYTE
#define TIE_COLUMN_INDEX(name, column) offsetof(struct tie_columns_of_##name, column)
/* TIE_DELIVERED(delivery, USAGE_LINE, usage_line, serial_no) */
#define TIE_DELIVERED(delivery, NAME, name, column_name)                                                               \
    ((delivery)->dataset[TIE_DS_##NAME] && (delivery)->column[TIE_DS_##NAME][TIE_COLUMN_INDEX(name, column_name)])

/* Generic access to one cell, for code that works on any dataset. */
tie_str tie_cell_str(const struct tie_column *column, const void *row); /* ID TEXT OPEN HASH */
/* all others, widened; TIE_NONE for an empty date */
int64_t tie_cell_number(const struct tie_column *column, const void *row);
/* Canonical text of a cell as evidence and CSV print it: ISO dates, shortest decimals, yes/no, words. */
void tie_cell_print(struct tie_buf *out, const struct tie_pool *pool, const struct tie_column *column, const void *row);
/* The same for a value at hand, of a column that is no text; zero-ended. */
void tie_number_print(const struct tie_column *column, int64_t value, char out[64]);
/* Back again: false when the text is not the canonical text of a value that the column allows. */
TIE_MUST_CHECK bool tie_number_parse(const struct tie_column *column, struct tie_text text, int64_t *value);
/* Primary key of a row, parts joined by '/', into out (reset first). */
void tie_row_id(struct tie_buf *out, const struct tie_pool *pool, enum tie_dataset dataset, const void *row);

#endif
