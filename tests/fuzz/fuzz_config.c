/*
 * fuzz_config.c - INI files: the scan, iniparser beside it, the schema and the values.
 *
 * Properties:
 *   - what the scan accepts, iniparser reads alike: the comparison never finds a difference;
 *   - every refusal of the scan names file and line;
 *   - titles, keys and values that were accepted, written anew, are read as the same;
 *   - a load over a schema with a key of every type ends in values or in a told refusal.
 */
#include "fuzz.h"

#include "../../src/config/parts.h"
#include "../unit/config/sample_schema.h"

#include <string.h>

static enum tie_status scan(struct tie_arena *arena, struct tie_text text, struct raw_file *raw, struct tie_error *err)
{
    memset(raw, 0, sizeof *raw);
    tie_buf_init(&raw->plain, CONFIG_MAX_BYTES + 1);
    return raw_scan(arena, "t.ini", text, raw, err);
}

/* A value in the quotes that it does not hold; with both kinds inside it can only have been written without. */
static void write_value(struct tie_buf *out, const char *value)
{
    const char *quote = strchr(value, '"') == NULL ? "\"" : strchr(value, '\'') == NULL ? "'" : "";

    tie_buf_printf(out, "%s%s%s\n", quote, value, quote);
}

static void write_anew(const struct raw_file *raw, struct tie_buf *out)
{
    size_t next = 0;

    for (size_t i = 0; i < raw->sections.count; i++) {
        tie_buf_printf(out, "[%s]\n", raw->sections.at[i].title);
        for (; next < raw->keys.count && raw->keys.at[next].section == i; next++) {
            tie_buf_printf(out, "%s=", raw->keys.at[next].key);
            write_value(out, raw->keys.at[next].value);
        }
    }
}

static void compare(const struct raw_file *a, const struct raw_file *b)
{
    FUZZ_HOLDS(a->sections.count == b->sections.count && a->keys.count == b->keys.count);
    for (size_t i = 0; i < a->sections.count; i++)
        FUZZ_HOLDS(strcmp(a->sections.at[i].title, b->sections.at[i].title) == 0);
    for (size_t i = 0; i < a->keys.count; i++) {
        FUZZ_HOLDS(strcmp(a->keys.at[i].key, b->keys.at[i].key) == 0);
        FUZZ_HOLDS(strcmp(a->keys.at[i].value, b->keys.at[i].value) == 0);
        FUZZ_HOLDS(a->keys.at[i].section == b->keys.at[i].section);
    }
}

static bool has_long_line(struct tie_text text)
{
    while (text.size > 0)
        if (tie_text_cut(&text, '\n').size > CONFIG_MAX_LINE)
            return true;
    return false;
}

static void scan_twice(struct tie_arena *arena, struct tie_text text)
{
    struct tie_error err = { .text = "" };
    struct raw_file raw, again;
    struct tie_buf anew;
    const enum tie_status status = scan(arena, text, &raw, &err);

    tie_buf_init(&anew, SIZE_MAX);
    if (status != TIE_OK) {
        fuzz_failure_is_told(status, &err);
        FUZZ_HOLDS(strncmp(err.text, "t.ini:", 6) == 0 && err.text[6] >= '1' && err.text[6] <= '9');
    } else {
        FUZZ_HOLDS(raw_compare(&raw, &err) == TIE_OK);
        write_anew(&raw, &anew);
        if (!has_long_line(tie_buf_slice(&anew))) { /* quotes make a line longer */
            FUZZ_HOLDS(scan(arena, tie_buf_slice(&anew), &again, &err) == TIE_OK);
            compare(&raw, &again);
            tie_buf_release(&again.plain);
        }
    }
    tie_buf_release(&anew);
    tie_buf_release(&raw.plain);
}

static void load(struct tie_arena *arena, const char *text)
{
    const struct tie_config *config = NULL;
    struct tie_error err = { .text = "" };
    const enum tie_status status = load_text(arena, text, NULL, 0, &config, &err);

    if (status != TIE_OK) {
        fuzz_failure_is_told(status, &err);
        return;
    }
    for (const struct tie_config_section *map = tie_config_next(config, "map", NULL); map != NULL;
         map = tie_config_next(config, "map", map))
        for (size_t i = 0; tie_config_key(map, i) != NULL; i++) {
            const char *const *words = NULL;
            const size_t count = tie_config_words(map, tie_config_key(map, i), &words);

            for (size_t k = 0; k < count; k++)
                FUZZ_HOLDS(tie_text_is_utf8(tie_text_of(words[k]), NULL));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct tie_text text = { (const char *)bytes, size };
    struct tie_arena *arena = fuzz_arena();

    (void)fuzz_file("", 0);
    scan_twice(arena, text);
    load(arena, tie_text_dup(arena, text));
    fuzz_files_closed();
    return 0;
}
