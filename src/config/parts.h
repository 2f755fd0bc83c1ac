/*
 * parts.h - what the files of config/ share: the raw scan, values, the schema. Private to this folder.
 */
#ifndef TIEOUT_CONFIG_PARTS_H
#define TIEOUT_CONFIG_PARTS_H

#include "tieout/config.h"

enum { CONFIG_MAX_BYTES = 1024 * 1024, CONFIG_MAX_LINE = 1000, CONFIG_MAX_WORDS = 3, CONFIG_MAX_KEYS = 5000 };

/* One key as the raw scan found it. */
struct raw_key {
    const char *key;   /* lower case */
    const char *value; /* without quotes and comment */
    size_t line;
    size_t section; /* index into sections */
};

struct raw_section {
    const char *title; /* as written */
    size_t line;
};

struct raw_file {
    const char *path;
    struct {
        struct raw_section *at;
        size_t count, room;
    } sections;
    struct {
        struct raw_key *at;
        size_t count, room;
    } keys;
    struct tie_buf plain; /* the file without comments behind section titles, for iniparser; owned */
};

TIE_MUST_CHECK enum tie_status raw_scan(
    struct tie_arena *arena, const char *path, struct tie_text bytes, struct raw_file *raw, struct tie_error *err);
/* Loads raw->plain with iniparser and compares every value with the scan's. */
TIE_MUST_CHECK enum tie_status raw_compare(const struct raw_file *raw, struct tie_error *err);

struct tie_config_value {
    const char *key;
    const struct tie_schema_row *row;
    const char *text;    /* NULL: none */
    const char *written; /* before ${NAME}; NULL for a default */
    size_t line;         /* 0: default or --set */
    bool from_set;
    bool is_word; /* a word that stands instead of a value */
    int64_t number;
    int64_t seconds;
    int32_t workdays;
    tie_date date;
    size_t word_count;
    const char *const *words;
};

struct tie_config {
    struct tie_config_setup setup;
    struct tie_text bytes;
    struct {
        struct tie_config_section *at;
        size_t count, room;
    } sections;
};

/* What a row allows, in words: "a size from 64MiB to 1TiB, or auto". */
void value_describe(const struct tie_schema_row *row, struct tie_buf *out);
/* Parses value->text by value->row into the other fields. False: `wrong` says what is wrong and what is allowed. */
bool value_parse(
    struct tie_arena *arena, const char *naming_file, struct tie_config_value *value, struct tie_buf *wrong);

/* Replaces ${NAME}. False: `wrong` says why. */
bool variables_expand(struct tie_arena *arena, const char *text, const char **expanded, struct tie_buf *wrong);
bool variables_is_only_one(const char *text); /* nothing but one ${NAME} */
struct name_list {
    const char **at;
    size_t count, room;
};
/* Adds the names in `text` that are not in the list yet. */
void variables_collect(struct tie_arena *arena, const char *text, struct name_list *names);

/* Splits a title at blanks into at most CONFIG_MAX_WORDS; returns how many there are, counting on past the maximum. */
size_t title_split(struct tie_text title, struct tie_text words[CONFIG_MAX_WORDS]);

/* All rows of all schemas in order. */
const struct tie_schema_row *schema_row(
    const struct tie_schema *schemas, size_t schema_count, size_t index); /* or NULL */
bool pattern_is_exact(const char *pattern);
/* Index of the first row whose pattern fits; SIZE_MAX when none does. */
size_t schema_find_section(const struct tie_config_setup *setup, const char *title);
/* The row of a key under the pattern of row `pattern`, an exact key before "*"; NULL when there is none. */
const struct tie_schema_row *schema_find_key(const struct tie_config_setup *setup, size_t pattern, const char *key);
/* "; did you mean "x"?" or "; allowed: ..." for an unknown section or key. */
void schema_suggest_section(const struct tie_config_setup *setup, const char *title, struct tie_buf *out);
void schema_suggest_key(const struct tie_config_setup *setup, size_t pattern, const char *key, struct tie_buf *out);
void suggest(const char *text, const char *const *candidates, size_t count, struct tie_buf *out);

#endif
