/*
 * correction_format.h - private to publish/: a correction format file, read and resolved.
 *
 * Everything lies in the arena given. Order: documents, columns and pairs as in the file. Read-only once loaded.
 */
#ifndef TIEOUT_PUBLISH_CORRECTION_FORMAT_H
#define TIEOUT_PUBLISH_CORRECTION_FORMAT_H

#include "tieout/publish.h"

enum { FORMAT_COLUMNS_MAX = 64 }; /* of one document: a set of columns is a bit mask */

struct format_pair {
    const char *from; /* an id; "*" = every id that the ERP knows */
    const char *to;   /* may hold {id} and {name} */
};

struct format_list { /* [names KIND] or [digits uom] */
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

struct format_column {
    const char *header;
    const struct format_source *source; /* NULL: constant */
    const char *constant;
    const struct format_list *names; /* NULL: the value as it is */
    unsigned decimals;               /* most that a number may have */
    bool is_required;
};

struct format_document {
    const char *label, *model;
    size_t verb_count;
    const char *const *verbs;
    size_t column_count;
    struct format_column *columns;
};

struct correction_format {
    const char *name, *file; /* file: its name, for reasons */
    char delimiter;
    size_t document_count;
    struct format_document *documents;
    size_t list_count;
    struct format_list *lists;
    const struct format_list *digits; /* decimals of quantities by unit; NULL: none given */
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

#endif
