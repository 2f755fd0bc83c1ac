/*
 * get.c - values out of a loaded file.
 *
 * A getter looks the key up in its section and checks that the schema has it with the type asked for; anything else is
 * a fault of the program and asserts, also when the file does not have the key. Nothing is parsed here.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

/* NULL: no value. */
static const struct tie_config_value *value_of(const struct tie_config_section *section, const char *key)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; i < section->value_count; i++) {
        if (strcmp(section->values[i].key, key) == 0)
            return section->values[i].text != NULL ? &section->values[i] : NULL;
    }
    row = schema_find_key(&section->config->setup, section->pattern, key);
    TIE_ASSERT(row != NULL); /* else the schema has no such key */
    return NULL;
}

/* The same, of one of two types. */
static const struct tie_config_value *typed(
    const struct tie_config_section *section, const char *key, enum tie_value_type type, enum tie_value_type or_type)
{
    const struct tie_schema_row *const row = schema_find_key(&section->config->setup, section->pattern, key);

    TIE_ASSERT(row != NULL && (row->type == type || row->type == or_type));
    return value_of(section, key);
}

const char *tie_config_path(const struct tie_config *config)
{
    return config->setup.path;
}

struct tie_text tie_config_bytes(const struct tie_config *config)
{
    return config->bytes;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t tie_config_variables(struct tie_arena *arena, const struct tie_config *config, const char *const **names)
{
    struct name_list found = { .count = 0 };

    for (size_t i = 0; i < config->sections.count; i++)
        for (size_t k = 0; k < config->sections.at[i].value_count; k++)
            if (config->sections.at[i].values[k].written != NULL)
                variables_collect(arena, config->sections.at[i].values[k].written, &found);
    if (found.count > 1)
        qsort(found.at, found.count, sizeof found.at[0], compare_names);
    *names = found.at;
    return found.count;
}

const struct tie_config_section *tie_config_section(const struct tie_config *config, const char *title)
{
    const struct tie_config_section *found = NULL;

    for (size_t i = 0; i < config->sections.count && found == NULL; i++) {
        if (strcmp(config->sections.at[i].title, title) == 0)
            found = &config->sections.at[i];
    }
    TIE_ASSERT(found != NULL); /* else the schema has no section of exactly this title */
    return found;
}

const struct tie_config_section *tie_config_next(
    const struct tie_config *config, const char *kind, const struct tie_config_section *previous)
{
    for (size_t i = previous ? (size_t)(previous - config->sections.at) + 1 : 0; i < config->sections.count; i++) {
        const struct tie_config_section *const section = &config->sections.at[i];

        if (section->line > 0 && strcmp(section->kind, kind) == 0)
            return section;
    }
    return NULL;
}

const struct tie_config_section *tie_config_find(const struct tie_config *config, const char *title)
{
    for (size_t i = 0; i < config->sections.count; i++) {
        if (config->sections.at[i].line > 0 && strcmp(config->sections.at[i].title, title) == 0)
            return &config->sections.at[i];
    }
    return NULL;
}

bool tie_config_has(const struct tie_config_section *section, const char *key)
{
    return value_of(section, key) != NULL;
}

bool tie_config_given(const struct tie_config_section *section, const char *key)
{
    for (size_t i = 0; i < section->value_count; i++) {
        if (strcmp(section->values[i].key, key) == 0)
            return section->values[i].written != NULL;
    }
    (void)value_of(section, key); /* asserts that the schema has it */
    return false;
}

size_t tie_config_line(const struct tie_config_section *section, const char *key)
{
    for (size_t i = 0; i < section->value_count; i++) {
        if (strcmp(section->values[i].key, key) == 0)
            return section->values[i].line; /* an empty value has a line too */
    }
    (void)value_of(section, key); /* asserts that the schema has it */
    return 0;
}

const char *tie_config_text(const struct tie_config_section *section, const char *key)
{
    const struct tie_config_value *const value = value_of(section, key);

    return value ? value->text : "";
}

bool tie_config_is(const struct tie_config_section *section, const char *key, const char *word)
{
    return strcmp(tie_config_text(section, key), word) == 0;
}

size_t tie_config_words(const struct tie_config_section *section, const char *key, const char *const **words)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_WORDS, TIE_VALUE_WORDS);

    *words = value ? value->words : NULL;
    return value ? value->word_count : 0;
}

int64_t tie_config_int(const struct tie_config_section *section, const char *key)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_INT, TIE_VALUE_SIZE);

    return value && !value->is_word ? value->number : TIE_NONE;
}

tie_dec tie_config_dec(const struct tie_config_section *section, const char *key)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_SHARE, TIE_VALUE_DECIMAL);

    return value && !value->is_word ? value->number : TIE_NONE;
}

bool tie_config_bool(const struct tie_config_section *section, const char *key)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_BOOL, TIE_VALUE_BOOL);

    return value && !value->is_word && value->number == 1;
}

tie_date tie_config_date(const struct tie_config_section *section, const char *key)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_DATE, TIE_VALUE_DATE);

    return value && !value->is_word ? value->date : TIE_NO_DATE;
}

bool tie_config_duration(const struct tie_config_section *section, const char *key, int64_t *seconds, int32_t *workdays)
{
    const struct tie_config_value *const value = typed(section, key, TIE_VALUE_DURATION, TIE_VALUE_DURATION);
    const bool has = value && !value->is_word;

    *seconds = has ? value->seconds : 0;
    *workdays = has ? value->workdays : 0;
    return has;
}

const char *tie_config_key(const struct tie_config_section *section, size_t index)
{
    for (size_t i = 0; i < section->value_count; i++) {
        if (section->values[i].written == NULL)
            continue;
        if (index-- == 0)
            return section->values[i].key;
    }
    return NULL;
}
