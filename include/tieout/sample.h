/*
 * sample.h - an audit sample: how it is drawn, how it is written down, what a filled-in one proves.
 *
 * Pure: no files, no clock. Reading the auditor's file is evaluate.h, the statistics are sample_math.h. Formulas,
 * fixtures and sources: the project's sampling reference; the part that must not change is restated here.
 *
 * Units:     money is int64 in minor units of one currency (the frame's); book = what ought to have been recovered
 *            by the records' model, audit = what was. A shortfall (book > audit) is leakage, the other way is
 *            over-recovery; the two are never netted. Factors, rates and taints are tie_e12: whole numbers of 10^-12.
 * Frame:     closed orders of a period after the automatic checks, in byte order of their key, keys unique.
 * Ownership: results lie in the arena given and borrow the texts of their input.
 * Errors:    TIE_DATA for a frame or a sheet that contradicts itself, TIE_CONFIG for a design that can't be drawn.
 * Order:     picks by stratum (byte order of names), then key. Same units, design and seed: same picks, on any machine.
 */
#ifndef TIEOUT_SAMPLE_H
#define TIEOUT_SAMPLE_H

#include "tieout/date.h"
#include "tieout/json.h"

typedef int64_t tie_e12;
#define TIE_E12_ONE INT64_C(1000000000000)

/* ---- the random source: SplitMix64, and whole numbers below n without bias ---- */
struct tie_splitmix {
    uint64_t state; /* the seed */
};
uint64_t tie_splitmix_next(struct tie_splitmix *random);
uint64_t tie_splitmix_below(struct tie_splitmix *random, uint64_t n); /* 0..n-1; n > 0 */

/* Digits that fit 64 bits are the seed itself; other text gives the first 8 bytes (big end first) of its SHA-256; the
 * empty text those of job, '\n' and the as-of date. */
uint64_t tie_sample_seed(const char *text, const char *job, tie_date as_of);

/* ---- drawing ---- */
enum tie_sample_method {
    TIE_SAMPLE_MUS, /* monetary units, fixed interval: an order's chance is its book amount */
    TIE_SAMPLE_SRS, /* simple random: every order has the same chance */
    TIE_SAMPLE_METHOD_COUNT
};
enum tie_sample_class {
    TIE_PICK_CERTAINTY, /* has FIRM findings: taken whole, on top of the size asked for */
    TIE_PICK_HIGH,      /* book >= the interval: taken whole, counts one hit */
    TIE_PICK_SELECTED,
    TIE_PICK_ATTRIBUTE, /* MUS: book <= 0 has no chance there; drawn by count and judged by count */
    TIE_PICK_CLASS_COUNT
};
const char *tie_sample_method_name(enum tie_sample_method method); /* "mus", "srs" */
const char *tie_sample_class_name(enum tie_sample_class class);    /* "certainty", "high", "selected", "attribute" */

struct tie_sample_unit { /* one order of the frame */
    const char *key;     /* work order, as the FSM writes it */
    const char *stratum; /* "" when not stratified */
    int64_t book;
    bool is_certainty;
};

struct tie_sample_design {
    enum tie_sample_method method;
    uint64_t size; /* hits asked for, certainty orders not counted; at least 1 */
    uint64_t seed;
};

struct tie_sample_pick {
    size_t unit;    /* index into the units given */
    size_t stratum; /* index into strata */
    enum tie_sample_class class;
    uint64_t times; /* hits of a selected order; audited once, counted this often. Else 1 */
};

struct tie_sample_stratum {
    const char *name;
    uint64_t orders, certainty_orders, high_orders, zero_orders; /* zero: book <= 0, no certainty; MUS only */
    int64_t book, certainty_book, high_book, zero_book;
    uint64_t rest_orders; /* what was drawn from: orders without certainty, high and zero ones */
    int64_t rest_book;
    uint64_t size;                      /* hits (MUS) or orders (SRS) drawn from the rest */
    int64_t interval_num, interval_den; /* MUS: rest_book / size, unreduced; 0 / 1 when nothing is left to draw, SRS */
};

struct tie_sample {
    struct tie_sample_design design;
    uint64_t orders, certainty_orders;
    int64_t book;
    uint64_t zero_orders, attribute_size; /* MUS: the zero-book orders of all strata are one stratum of their own */
    size_t stratum_count;
    struct tie_sample_stratum *strata; /* at least one when there are units */
    size_t pick_count;
    struct tie_sample_pick *picks;
    const struct tie_sample_unit *units;
};

/*
 * How `size` is split.
 *  1. Certainty orders are taken on top of it.
 *  2. MUS: the zero-book orders get a share by their number among all orders that are no certainty, at least 2, at
 *     most half of the size while others are left, never more than there are.
 *  3. The rest goes to the strata in proportion to their positive book (MUS) or number of orders (SRS) by largest
 *     remainder (a tie to the first name), at least 2 a stratum, at most the orders it has; what one can't take is
 *     split again among the others.
 *  4. MUS, in each stratum: interval = book / hits; orders of at least the interval are taken whole, the interval is
 *     worked out again for the rest, until nothing changes. Then hit j of n falls on monetary unit
 *     1 + floor((r - 1 + j * B) / n), r = 1 + below(B): whole numbers only, no drift.
 *     SRS: the first n steps of a Fisher-Yates shuffle of the stratum.
 * One random source runs through attribute stratum first, then the strata in order. A size above the frame takes all.
 * Units come in byte order of their keys (else: programmer error). TIE_CONFIG: fewer than 2 hits a stratum. TIE_DATA: a
 * key twice, a total that passes 64 bits.
 */
TIE_MUST_CHECK enum tie_status tie_sample_draw(struct tie_arena *arena, const struct tie_sample_unit *units,
    size_t unit_count, const struct tie_sample_design *design, struct tie_sample *sample, struct tie_error *err);

/*
 * ---- the record of a sample: sample.json, and the same as key/value rows on sheet Design ----
 *
 *  {"format": "tieout-sample-1", "job", "run", "as_of", "method", "size", "seed": "text", "confidence": "0.95",
 *   "frame": {"orders", "book", "currency", "sha256"},
 *   "attribute": {"orders", "size"},
 *   "strata": [{"name", "orders", "book", "certainty_orders", "certainty_book", "high_orders", "high_book",
 *               "zero_orders", "zero_book", "rest_orders", "rest_book", "size", "interval_num", "interval_den"}],
 *   "picks": {"count", "sha256"},
 *   "sha256": of all values above}
 *
 * Amounts are whole minor units. Sheet Design has a header row `key, value`, then one row a value of the JSON, its path
 * joined by dots, places in arrays from 1 ("strata.1.name"); all as text cells. Other rows there are for people and
 * must have keys that are none of these.
 *
 * Sheet Selection (or its CSV) has a header row and one row a pick. Columns that matter, found by name in any order:
 *   no            1, 2, 3 ... in the order of picks; rows may be sorted otherwise by the auditor
 *   work_order, stratum, class, times
 *   book_amount   with the decimals of the currency
 *   audit_amount  filled in by the auditor: what was recovered
 *   audit_note    free text
 *   not_auditable yes (or x, true, 1) where it can't be found out: counts as a full error, audit_amount is ignored
 *   seal          tie_sample_seal() of the row; optional, lets a changed row be named
 * Other columns are for people. The digest of the picks covers all of a row but what the auditor fills in. The digests
 * show accidents and clumsy changes; who wants proof compares sample.json with the run's ledger or bundle.
 */
struct tie_sample_meta {
    const char *job, *run, *currency; /* the frame's one currency, ISO code */
    tie_date as_of;
    tie_dec confidence; /* default for the evaluation: 0.95 */
};
/* The arena is scratch. The value belongs to the caller. */
struct tie_json *tie_sample_to_json(
    struct tie_arena *arena, const struct tie_sample *sample, const struct tie_sample_meta *meta);

struct tie_sample_field {
    const char *key, *value; /* "strata.1.name"; numbers as digits */
};
struct tie_sample_fields {
    struct tie_sample_field *at;
    size_t count, room;
};
/* The rows of sheet Design, in the order of the JSON. */
void tie_sample_flatten(struct tie_arena *arena, const struct tie_json *json, struct tie_sample_fields *fields);

/* The bytes under the two digests, one call a row; in frame order, and in order of `no`. */
void tie_sample_digest_unit(struct tie_sha256 *sha, const struct tie_sample_unit *unit);
/* A row of the record: key, value. */
void tie_sample_digest_field(struct tie_sha256 *sha, const char *key, const char *value);
void tie_sample_digest_pick(struct tie_sha256 *sha, const char *key, const char *stratum, enum tie_sample_class class,
    uint64_t times, int64_t book);
/* The first 12 hex digits of the SHA-256 of the bytes that the row puts under the digest. */
#define TIE_SAMPLE_SEAL 13 /* with the NUL */
void tie_sample_seal(const char *key, const char *stratum, enum tie_sample_class class, uint64_t times, int64_t book,
    char seal[TIE_SAMPLE_SEAL]);

#endif
