/*
 * config.c - from a file and a schema to parsed values.
 *
 * Steps: read, scan, compare with iniparser, find the schema row of every title and key, put --set on top, fill in
 * defaults, replace
 * ${NAME}, parse. Unknown names are told in file order before any value, because a wrong name often explains the rest.
 * Invariant: after a load every value of every section has been parsed by its row, defaults too; a default that does
 * not parse is a fault of the schema and asserts. Titles with an exact row are always there, so a caller reads [limits]
 * memory whether or not the file has [limits].
 */
#include "parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct tie_schema_row *row_at(const struct tie_config *config, size_t index)
{
    return schema_row(config->setup.schemas, config->setup.schema_count, index);
}

static struct tie_config_value *find_value(const struct tie_config_section *section, const char *key)
{
    for (size_t i = 0; i < section->value_count; i++) {
        if (strcmp(section->values[i].key, key) == 0)
            return &section->values[i];
    }
    return NULL;
}

/* "job.ini:4: [job] policy", or "--set: [job] policy". */
static void print_place(const struct tie_config_section *section, const char *key, struct tie_buf *out)
{
    const struct tie_config_value *const value = key ? find_value(section, key) : NULL;
    const size_t line = value != NULL && value->line > 0 ? value->line : section->line;
    const bool from_set = value != NULL && value->from_set;

    tie_buf_text(out, from_set ? "--set" : section->config->setup.path);
    if (line > 0 && !from_set)
        tie_buf_printf(out, ":%zu", line);
    tie_buf_printf(out, ": [%s]%s%s", section->title, key != NULL ? " " : "", key != NULL ? key : "");
}

enum tie_status tie_config_blame(
    struct tie_error *err, enum tie_status status, const struct tie_config_section *section, const char *key)
{
    struct tie_buf where;

    tie_buf_init(&where, 1024);
    print_place(section, key, &where);
    tie_error_prefix(err, "%.*s: ", (int)where.size, where.at ? where.at : "");
    tie_buf_release(&where);
    return status;
}

enum tie_status tie_config_fail(
    struct tie_error *err, const struct tie_config_section *section, const char *key, const char *format, ...)
{
    const struct tie_config_value *const value = key ? find_value(section, key) : NULL;
    struct tie_buf where;
    char text[768];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tie_buf_init(&where, 1024);
    print_place(section, key, &where);
    if (value != NULL && value->written != NULL && (value->row->flags & TIE_SCHEMA_SECRET) == 0)
        tie_buf_printf(&where, " = %.*s%s", 80, value->written, strlen(value->written) > 80 ? "..." : "");
    const enum tie_status status = tie_fail(
        err, TIE_CONFIG, "%.*s: %s", (int)where.size, where.at ? where.at : "", text);

    tie_buf_release(&where);
    return status;
}

/* ---- building ---- */

static size_t rows_of_pattern(const struct tie_config *config, size_t pattern)
{
    const struct tie_schema_row *row = NULL;
    size_t count = 0;

    for (size_t i = 0; (row = row_at(config, i)) != NULL; i++)
        count += strcmp(row->section, row_at(config, pattern)->section) == 0;
    return count;
}

/* Room for every value the section can get is taken at once, so pointers to values stay good. */
static void add_section(struct tie_arena *arena, struct tie_config *config, const char *title, size_t line,
    size_t pattern, size_t key_count)
{
    struct tie_text words[CONFIG_MAX_WORDS] = { { "", 0 }, { "", 0 }, { "", 0 } };
    const size_t room = key_count + config->setup.set_count + rows_of_pattern(config, pattern);

    (void)title_split(tie_text_of(title), words);
    TIE_PUSH(arena, &config->sections,
        (struct tie_config_section){
            .title = title,
            .kind = tie_text_dup(arena, words[0]),
            .name = tie_text_dup(arena, words[1]),
            .part = tie_text_dup(arena, words[2]),
            .line = line,
            .config = config,
            .values = TIE_TAKE(arena, struct tie_config_value, room),
            .pattern = pattern,
        });
}

static enum tie_status add_file_sections(
    struct tie_arena *arena, struct tie_config *config, const struct raw_file *raw, struct tie_error *err)
{
    for (size_t i = 0; i < raw->sections.count; i++) {
        const struct raw_section *const section = &raw->sections.at[i];
        const size_t pattern = schema_find_section(&config->setup, section->title);
        size_t key_count = 0;

        if (pattern == SIZE_MAX) {
            struct tie_buf hint;

            tie_buf_init(&hint, 700);
            schema_suggest_section(&config->setup, section->title, &hint);
            const enum tie_status status = tie_fail(err, TIE_CONFIG, "%s:%zu: [%s]: unknown section%.*s", raw->path,
                section->line, section->title, (int)hint.size, hint.at ? hint.at : "");

            tie_buf_release(&hint);
            return status;
        }
        for (size_t k = 0; k < raw->keys.count; k++)
            key_count += raw->keys.at[k].section == i;
        add_section(arena, config, section->title, section->line, pattern, key_count);
    }
    return TIE_OK;
}

static enum tie_status fail_unknown_key(
    const struct tie_config_section *section, const char *where, size_t line, const char *key, struct tie_error *err)
{
    struct tie_buf text;

    tie_buf_init(&text, 900);
    tie_buf_text(&text, where);
    if (line > 0)
        tie_buf_printf(&text, ":%zu", line);
    tie_buf_printf(&text, ": [%s] %s: unknown key", section->title, key);
    schema_suggest_key(&section->config->setup, section->pattern, key, &text);
    const enum tie_status status = tie_fail(err, TIE_CONFIG, "%.*s", (int)text.size, text.at ? text.at : "");

    tie_buf_release(&text);
    return status;
}

static enum tie_status add_file_keys(struct tie_config *config, const struct raw_file *raw, struct tie_error *err)
{
    for (size_t i = 0; i < raw->keys.count; i++) {
        const struct raw_key *const key = &raw->keys.at[i];
        struct tie_config_section *const section = &config->sections.at[key->section];
        const struct tie_schema_row *const row = schema_find_key(&config->setup, section->pattern, key->key);

        if (row == NULL)
            return fail_unknown_key(section, raw->path, key->line, key->key, err);
        section->values[section->value_count++] = (struct tie_config_value){
            .key = key->key, .row = row, .text = key->value, .written = key->value, .line = key->line
        };
    }
    return TIE_OK;
}

/* Sections with an exact row that the file lacks. */
static enum tie_status add_absent_sections(struct tie_arena *arena, struct tie_config *config, struct tie_error *err)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = row_at(config, i)) != NULL; i++) {
        bool found = false;

        for (size_t k = 0; k < config->sections.count && !found; k++)
            found = strcmp(row_at(config, config->sections.at[k].pattern)->section, row->section) == 0;
        if (!found && row->key == NULL && (row->flags & TIE_SCHEMA_REQUIRED) != 0)
            return tie_fail(err, TIE_CONFIG, "%s: section [%s] is missing; it is required: %s", config->setup.path,
                row->section, row->help);
        if (!found && pattern_is_exact(row->section))
            add_section(arena, config, row->section, 0, i, 0);
    }
    return TIE_OK;
}

static struct tie_config_section *section_titled(const struct tie_config *config, struct tie_text title)
{
    for (size_t i = 0; i < config->sections.count; i++) {
        if (tie_text_is(title, config->sections.at[i].title))
            return &config->sections.at[i];
    }
    return NULL;
}

static enum tie_status fail_set_section(struct tie_arena *arena, const struct tie_config *config, const char *set,
    struct tie_text title, struct tie_error *err)
{
    const char **const titles = TIE_TAKE(arena, const char *, config->sections.count + 1);
    struct tie_buf hint;

    for (size_t i = 0; i < config->sections.count; i++)
        titles[i] = config->sections.at[i].title;
    tie_buf_init(&hint, 700);
    suggest(tie_text_dup(arena, title), titles, config->sections.count, &hint);
    const enum tie_status status = tie_fail(err, TIE_CONFIG, "--set '%s': %s has no section [%.*s]%.*s", set,
        config->setup.path, (int)title.size, title.at, (int)hint.size, hint.at ? hint.at : "");

    tie_buf_release(&hint);
    return status;
}

static enum tie_status apply_set(
    struct tie_arena *arena, struct tie_config *config, const char *set, struct tie_error *err)
{
    const char *const equals = strchr(set, '=');
    const char *const dot = equals ? memrchr(set, '.', (size_t)(equals - set)) : NULL;
    struct tie_config_section *section = NULL;
    struct tie_config_value *value = NULL;
    const struct tie_schema_row *row = NULL;
    char *key = NULL;

    if (dot == NULL || dot == set || dot + 1 == equals)
        return tie_fail(err, TIE_USAGE, "--set '%.100s': write it as --set 'section.key=value'",
            equals ? tie_text_dup(arena, (struct tie_text){ set, (size_t)(equals - set) }) : set);
    const char *const shown = tie_text_dup(
        arena, (struct tie_text){ set, (size_t)(equals - set) }); /* no value: it may be secret */
    const struct tie_text title = tie_text_trim((struct tie_text){ set, (size_t)(dot - set) });

    key = tie_text_dup(arena, tie_text_trim((struct tie_text){ dot + 1, (size_t)(equals - dot) - 1 }));
    for (char *at = key; *at != '\0'; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    section = section_titled(config, title);
    if (section == NULL)
        return fail_set_section(arena, config, shown, title, err);
    row = schema_find_key(&config->setup, section->pattern, key);
    if (row == NULL)
        return fail_unknown_key(section, "--set", 0, key, err);
    if ((row->flags & TIE_SCHEMA_SECRET) != 0)
        return tie_fail(err, TIE_CONFIG,
            "--set '%s': a secret can't be given on the command line, where everyone can read it; use ${NAME} in the "
            "file",
            shown);
    if (!tie_text_is_utf8(tie_text_of(equals + 1), NULL))
        return tie_fail(err, TIE_CONFIG, "--set '%s': the value is not UTF-8 text", shown);
    value = find_value(section, key);
    if (value == NULL)
        value = &section->values[section->value_count++];
    *value = (struct tie_config_value){ .key = key, .row = row, .from_set = true };
    value->text = value->written = tie_text_dup(arena, tie_text_trim(tie_text_of(equals + 1)));
    return TIE_OK;
}

/* The rows of the section whose key nobody gave. */
static enum tie_status add_defaults(
    struct tie_config *config, struct tie_config_section *section, struct tie_error *err)
{
    const bool is_used = section->line > 0 || section->value_count > 0;
    const char *const pattern = row_at(config, section->pattern)->section;
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = row_at(config, i)) != NULL; i++) {
        if (row->key == NULL || strcmp(row->key, "*") == 0 || strcmp(row->section, pattern) != 0 ||
            find_value(section, row->key) != NULL)
            continue;
        if (row->fallback == NULL && is_used)
            return tie_config_fail(err, section, row->key, "this key is missing and required: %s", row->help);
        if (row->fallback != NULL)
            section->values[section->value_count++] = (struct tie_config_value){
                .key = row->key, .row = row, .text = row->fallback
            };
    }
    return TIE_OK;
}

static enum tie_status parse_one(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_config_section *section, struct tie_config_value *value, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_buf wrong;

    value->date = TIE_NO_DATE;
    tie_buf_init(&wrong, 700);
    if (value->written == NULL) {
        TIE_ASSERT(value_parse(arena, config->setup.path, value, &wrong));
        goto out;
    }
    const bool is_secret = (value->row->flags & TIE_SCHEMA_SECRET) != 0;

    if (is_secret && value->text[0] != '\0' && !variables_is_only_one(value->text)) {
        status = tie_config_fail(err, section, value->key,
            "a secret may not stand in a file; write %s = ${NAME} and set that variable where the job is started",
            value->key);
        goto out;
    }
    if (config->setup.leave_variables && strstr(value->text, "${") != NULL) {
        value->is_word = true;
        goto out;
    }
    if (!variables_expand(arena, value->text, &value->text, &wrong) ||
        !value_parse(arena, config->setup.path, value, &wrong))
        status = tie_config_fail(err, section, value->key, "%.*s", (int)wrong.size, wrong.at ? wrong.at : "");
out:
    tie_buf_release(&wrong);
    return status;
}

static enum tie_status build(
    struct tie_arena *arena, struct tie_config *config, const struct raw_file *raw, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(add_file_sections(arena, config, raw, err));
    TIE_TRY(add_file_keys(config, raw, err));
    TIE_TRY(add_absent_sections(arena, config, err));
    for (size_t i = 0; i < config->setup.set_count; i++)
        TIE_TRY(apply_set(arena, config, config->setup.sets[i], err));
    for (size_t i = 0; i < config->sections.count; i++) {
        struct tie_config_section *const section = &config->sections.at[i];

        TIE_TRY(add_defaults(config, section, err));
        for (size_t k = 0; k < section->value_count; k++)
            TIE_TRY(parse_one(arena, config, section, &section->values[k], err));
    }
out:
    return status;
}

enum tie_status tie_config_load(struct tie_arena *arena, const struct tie_config_setup *setup,
    const struct tie_config **config_out, struct tie_error *err)
{
    struct tie_config *const config = TIE_TAKE(arena, struct tie_config, 1);
    enum tie_status status = TIE_OK;
    struct raw_file raw = { 0 };

    *config_out = NULL;
    config->setup = *setup;
    config->setup.path = tie_arena_strdup(arena, setup->path);
    tie_buf_init(&raw.plain, CONFIG_MAX_BYTES + 1);
    if (setup->bytes != NULL) {
        config->bytes = tie_text_of(setup->bytes);
    } else {
        status = tie_file_read(arena, setup->path, CONFIG_MAX_BYTES, &config->bytes, err);
        if (status == TIE_DATA) /* too large */
            status = tie_fail(
                err, TIE_CONFIG, "%s is larger than %d bytes; is it the right file?", setup->path, CONFIG_MAX_BYTES);
        if (status != TIE_OK)
            goto out;
    }
    TIE_TRY(raw_scan(arena, config->setup.path, config->bytes, &raw, err));
    TIE_TRY(raw_compare(&raw, err));
    TIE_TRY(build(arena, config, &raw, err));
    *config_out = config;
out:
    tie_buf_release(&raw.plain);
    return status;
}
