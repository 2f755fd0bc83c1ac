/*
 * config.h - INI files against a schema that is handed in; every error names file, line, section, key and what is
 * allowed.
 *
 * The schema is rows of a table; this module knows no product word. A file is scanned byte by byte first (what
 * iniparser hides is an error there), then loaded by iniparser, and the two readings are compared. `--set` values go on
 * top, ${NAME} is replaced by the environment, then every value is parsed by its row's type, also the defaults.
 *
 * Sections: titles are words, "kind", "kind name" or "kind name part", kept in the case written; keys fold to lower
 * case. Units: sizes are bytes; durations are seconds, or working days; shares and decimals are tie_dec (0.5% is 5000
 * millionths). Ownership: everything lies in the arena given to tie_config_load(). Errors: TIE_CONFIG, with the first
 * fault only; a missing file TIE_NOINPUT. Order: sections and keys as in the file. Threads: read-only once loaded.
 * Asking for a section, key or type that the schema does not have is a programmer error (TIE_ASSERT).
 */
#ifndef TIEOUT_CONFIG_H
#define TIEOUT_CONFIG_H

#include "tieout/date.h"
#include "tieout/decimal.h"
#include "tieout/file.h"

enum tie_value_type {
    TIE_VALUE_TEXT,
    TIE_VALUE_WORD,     /* one of row->words */
    TIE_VALUE_WORDS,    /* comma separated; each one of row->words, or any when that is NULL */
    TIE_VALUE_INT,      /* whole number */
    TIE_VALUE_SIZE,     /* whole number with KiB, MiB, GiB, TiB or nothing (bytes) */
    TIE_VALUE_DURATION, /* whole number with s, min, h, d or wd (working days); limits are in seconds and don't bind wd
                         */
    TIE_VALUE_SHARE,    /* 0.5% or 0.005 */
    TIE_VALUE_DECIMAL,
    TIE_VALUE_BOOL, /* yes, no */
    TIE_VALUE_DATE, /* YYYY-MM-DD */
    TIE_VALUE_PATH  /* relative to the file that names it */
};

enum {
    TIE_SCHEMA_SECRET = 1,  /* only as ${NAME}: a literal and --set are refused, and the value is never printed */
    TIE_SCHEMA_REQUIRED = 2 /* on a section's own row: the section must be there */
};

struct tie_schema_row {
    /* "job": exactly that title. In a pattern "*" is any one word and "*?" one word or none: "source *", "dataset *
     * *?". The first pattern that fits a title is taken, in schema order, so put exact titles first. */
    const char *section;
    const char *key; /* NULL: the row is about the section itself; "*": any other key, as in a table of words */
    enum tie_value_type type;
    /* NULL: the key is required (when its section is there). "": may be left out or empty, and then has no value. */
    const char *fallback;
    const char
        *words; /* "a, b": of WORD and WORDS what is allowed; of other types words that may stand instead of a value */
    int64_t min, max; /* inclusive, in the type's unit (millionths for tie_dec); both 0: no limits */
    unsigned flags;
    const char *help; /* one line, no full stop needed */
};

struct tie_schema {
    const struct tie_schema_row *rows;
    size_t count;
};

struct tie_config_setup {
    const char *path;
    const struct tie_schema *schemas; /* taken together; of modules that each own some rows */
    size_t schema_count;
    const char *const *sets; /* arguments of --set: "section.key=value", the last dot before the first '=' separates */
    size_t set_count;
    const char *bytes;    /* not NULL: the file's content, zero-ended; `path` only names it (replay from a bundle) */
    bool leave_variables; /* ${NAME} stays as written (replay: secrets are not in a bundle) */
};

struct tie_config;

struct tie_config_section {
    const char *title; /* as written, "source fsm" */
    const char *kind;  /* "source" */
    const char *name;  /* "fsm", "" when there is none */
    const char *part;  /* third word, "" when there is none */
    size_t line;       /* 0: not in the file, only defaults */
    const struct tie_config *config;
    struct tie_config_value *values; /* private */
    size_t value_count;
    size_t pattern; /* private */
};

TIE_MUST_CHECK enum tie_status tie_config_load(struct tie_arena *arena, const struct tie_config_setup *setup,
    const struct tie_config **config, struct tie_error *err);

const char *tie_config_path(const struct tie_config *config);
struct tie_text tie_config_bytes(const struct tie_config *config); /* the file as it was read, for its digest */
/* The names of the ${NAME} in the file's values and in --set, each once, by bytes. */
size_t tie_config_variables(struct tie_arena *arena, const struct tie_config *config, const char *const **names);

/* A section with an exact title in the schema. Never NULL; line is 0 when the file does not have it. */
const struct tie_config_section *tie_config_section(const struct tie_config *config, const char *title);
/* The sections of a kind that the file has, in file order: NULL gives the first, NULL comes after the last. */
const struct tie_config_section *tie_config_next(
    const struct tie_config *config, const char *kind, const struct tie_config_section *previous);
/* By its title, among those in the file: NULL when absent. */
const struct tie_config_section *tie_config_find(const struct tie_config *config, const char *title);

/* ---- values ---- */
bool tie_config_has(const struct tie_config_section *section, const char *key);    /* has a value, be it the default */
bool tie_config_given(const struct tie_config_section *section, const char *key);  /* the file or --set has the key */
size_t tie_config_line(const struct tie_config_section *section, const char *key); /* 0: default or --set */
/* The value's text: of PATH the resolved path, of other types as written, after ${NAME}. "" when there is none. */
const char *tie_config_text(const struct tie_config_section *section, const char *key);
bool tie_config_is(const struct tie_config_section *section, const char *key, const char *word); /* text equals word */
size_t tie_config_words(const struct tie_config_section *section, const char *key, const char *const **words);
/* TIE_NONE (false, TIE_NO_DATE) when there is no value or a word stands instead. */
int64_t tie_config_int(const struct tie_config_section *section, const char *key); /* INT, SIZE */
tie_dec tie_config_dec(const struct tie_config_section *section, const char *key); /* SHARE, DECIMAL */
bool tie_config_bool(const struct tie_config_section *section, const char *key);
tie_date tie_config_date(const struct tie_config_section *section, const char *key);
/* Exactly one of the two is above zero, or both are 0. False when there is no value. */
bool tie_config_duration(
    const struct tie_config_section *section, const char *key, int64_t *seconds, int32_t *workdays);
/* The keys that the file (or --set) gives in this section, in order; for free keys. NULL past the last. */
const char *tie_config_key(const struct tie_config_section *section, size_t index);

/* TIE_CONFIG with "nightly.ini:12: [limits] memory = 2XB: " before the text; key may be NULL: the section as a whole.
 */
enum tie_status tie_config_fail(struct tie_error *err, const struct tie_config_section *section, const char *key,
    const char *format, ...) TIE_PRINTF(4, 5);

/* Puts "nightly.ini:7: [job] policy: " before what reading the file named by that key said, and returns the status
 * unchanged: who reads the message has to know which key to mend. */
enum tie_status tie_config_blame(
    struct tie_error *err, enum tie_status status, const struct tie_config_section *section, const char *key);

/* ---- secrets ---- */
/* The content of a password file without one newline at its end. Readable by group or others: TIE_DENIED. */
TIE_MUST_CHECK enum tie_status tie_secret_read(
    struct tie_arena *arena, const char *path, const char **secret, struct tie_error *err);

/* ---- what there is to set, for people ---- */
void tie_schema_markdown(
    const struct tie_schema *schemas, size_t schema_count, struct tie_out *out); /* a table a section */
void tie_schema_help(const struct tie_schema *schemas, size_t schema_count, struct tie_out *out); /* plain text */
/* The candidate nearest to `text` by edits, or NULL when none is near; for "did you mean". */
const char *tie_nearest(const char *text, const char *const *candidates, size_t count);

#endif
