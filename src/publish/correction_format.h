/*
 * correction_format.h - private to publish/: a correction format file, read and resolved.
 *
 * Everything lies in the arena given. Order: documents, columns and pairs as in the file. Read-only once loaded.
 * format.c reads sections, format_shape.c the layout of files and the shape of cells, format_fit.c holds a text against
 * that shape, format_lint.c tries a format on a synthetic row.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_FORMAT_H
#define TIEOUT_PUBLISH_CORRECTION_FORMAT_H

#include "tieout/config.h"
#include "tieout/csv.h"
#include "tieout/publish.h"

enum { FORMAT_COLUMNS_MAX = 64 }; /* of one document: a set of columns is a bit mask */

struct format_pair {
    const char *from; /* an id; "*" = every id that the ERP knows */
    const char *to;   /* may hold {id} and {name} */
};

struct format_list { /* [names KIND], [digits uom] or [sign] */
    const char *kind;
    size_t count;
    const struct format_pair *pairs;
};

/* What a cell may be filled from; the table with the words of the file stands in correction_value.c. */
enum format_value { FORMAT_TEXT, FORMAT_DATE, FORMAT_NUMBER };
enum format_role {
    FORMAT_ROLE_NONE,
    FORMAT_ROLE_ID,
    FORMAT_ROLE_QUANTITY,
    FORMAT_ROLE_UNIT,
    FORMAT_ROLE_PRICE,
    FORMAT_ROLE_CURRENCY
};

struct correction; /* one document in the making, correction_value.h */
struct correction_value {
    const char *text; /* "" = none */
    tie_date date;
    tie_dec number;
};

struct format_source {
    const char *word;
    enum format_value value;
    enum format_role role;
    enum tie_xref_kind kind; /* of the id it gives; TIE_XREF_NONE: no id of master data */
    void (*get)(const struct correction *correction, struct correction_value *value);
};
const struct format_source *format_source_find(const char *word); /* NULL when unknown */
const char *format_source_words(void);                            /* all words, comma separated */

enum format_type { /* of a cell's text, in the order of the words in format_shape.c */
    FORMAT_AS_TEXT,
    FORMAT_AS_CODE,
    FORMAT_AS_INTEGER,
    FORMAT_AS_DECIMAL,
    FORMAT_AS_DATE,
    FORMAT_AS_BOOLEAN
};
enum format_case { FORMAT_CASE_KEEP, FORMAT_CASE_UPPER, FORMAT_CASE_LOWER };
enum { FORMAT_CHARSET_SIZE = 128, FORMAT_NO_SCALE = 255 };

/* What the text of a cell must look like. */
struct format_shape {
    enum format_type type;
    enum format_case letters; /* ASCII letters alone */
    const char *fallback;     /* in place of an empty value; "" = none */
    const char *date_format;  /* words of strftime that format_shape.c knows */
    const char *charset;      /* as written; "" = any character */
    const bool *allowed;      /* [FORMAT_CHARSET_SIZE] of `charset`; NULL = any character */
    const char *words[2];     /* boolean: with a value, without */
    unsigned length;          /* most, 0 = any */
    bool is_length_in_bytes;  /* of the file's encoding; else characters */
    unsigned scale;           /* exactly that many decimals; FORMAT_NO_SCALE = the shortest form */
    unsigned pad;             /* digits are filled up with zeros to this many */
    bool has_sign;            /* the number changes its sign by [sign] */
};

struct format_column {
    const char *header;
    unsigned position;                  /* from 1; 0 in a named layout */
    const struct format_source *source; /* NULL: constant */
    const char *constant;
    const struct format_list *names; /* NULL: the value as it is */
    unsigned decimals;               /* most that a number may have */
    bool is_required;
    struct format_shape shape;
};

enum format_encoding { FORMAT_UTF_8, FORMAT_UTF_8_BOM, FORMAT_ISO_8859_1 };

/* What the files of a format look like. */
struct format_layout {
    bool is_positional, has_header, omits_empty, ends_lf, is_zip;
    char delimiter;
    enum tie_csv_quote quote;
    enum format_encoding encoding;
    const char *end_marker;   /* last cell of each row; "" = none */
    uint64_t max_rows;        /* of one file; 0 = any number */
    const char *package_name; /* with {model}, {verb}, {as_of}; ends in ".zip" */
};

struct format_document {
    const char *label, *model;
    const char *member; /* name of the file in a zip; "" = model.verb.csv */
    unsigned width;     /* cells of a row in a positional layout, without the end marker */
    size_t verb_count;
    const char *const *verbs;
    size_t column_count;
    struct format_column *columns;
};

struct correction_format {
    const char *name, *file; /* file: its name, for reasons */
    const char *version;     /* of the ERP's own definition; "" = not told */
    struct format_layout layout;
    size_t document_count;
    struct format_document *documents;
    size_t list_count;
    struct format_list *lists;
    const struct format_list *digits; /* decimals of quantities by unit; NULL: none given */
    const struct format_list *signs;  /* 1 or -1 by verb; NULL: none given */
};

TIE_MUST_CHECK enum tie_status correction_format_load(
    struct tie_arena *arena, const char *path, struct correction_format *format, struct tie_error *err);
/* The document that carries a verb, NULL when none does. */
const struct format_document *correction_format_document(const struct correction_format *format, struct tie_text verb);
/* The pair of an id; `is_rest` tells that it is the "*" pair. NULL when there is none. */
const struct format_pair *format_list_find(const struct format_list *list, const char *id, bool *is_rest);
/* True when text can't be put into a file of the ERP: it starts like a formula or holds a control character. *why says
 * which. */
bool format_text_is_hostile(const char *text, const char **why);

/* ---- format_shape.c ---- */
TIE_MUST_CHECK enum tie_status format_read_layout(
    const struct tie_config_section *head, struct format_layout *layout, struct tie_error *err);
/* Position and shape of a column whose source and names are read. */
TIE_MUST_CHECK enum tie_status format_read_shape(struct tie_arena *arena, const struct tie_config_section *section,
    const struct correction_format *format, struct format_column *column, struct tie_error *err);
/* Positions lie within the document's width and stand once. */
TIE_MUST_CHECK enum tie_status format_check_positions(const struct tie_config_section *section,
    const struct format_document *document, bool is_positional, struct tie_error *err);
/* True when a text may be the name of a file: letters, digits, dots, - and _, and what `also` holds; no dot or minus in
 * front. */
bool format_is_file_name(const char *text, const char *also);

/* ---- format_fit.c ---- */
/* Brings a text into the column's shape where that changes nothing of its meaning (case, leading zeros). false: *why
 * completes "the <value> for column <header> ...". */
bool format_fit(struct tie_arena *arena, const struct format_layout *layout, const struct format_column *column,
    const char **cell, const char **why);
const char *format_print_date(struct tie_arena *arena, tie_date date, const char *format);
/* The sign of a verb's numbers: 1 where [sign] says nothing. */
int format_sign(const struct correction_format *format, struct tie_text verb);

/* ---- format_lint.c ---- */
/* Writes a synthetic row of each document and reads it back; `config` gives the lines of what does not fit. */
TIE_MUST_CHECK enum tie_status format_lint(struct tie_arena *arena, const struct tie_config *config,
    const struct correction_format *format, struct tie_error *err);

#endif
