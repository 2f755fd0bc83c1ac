/*
 * schema.c - which row governs a title or a key, what to suggest for a wrong one, and the schema in print.
 *
 * Rows are searched one by one in schema order: a schema has some hundred, a file is read once. A title fits the
 * pattern that stands first, so an exact title before "kind *" wins. Suggestions are by edit distance with a bound of a
 * third of the word: nearer ones help, farther ones mislead.
 */
#include "parts.h"

#include <string.h>

enum { WORD_MAX = 64 };

const struct tie_schema_row *schema_row(const struct tie_schema *schemas, size_t schema_count, size_t index)
{
    for (size_t i = 0; i < schema_count; i++) {
        if (index < schemas[i].count)
            return &schemas[i].rows[index];
        index -= schemas[i].count;
    }
    return NULL;
}

static const struct tie_schema_row *row_of(const struct tie_config_setup *setup, size_t index)
{
    return schema_row(setup->schemas, setup->schema_count, index);
}

static const char *pattern_of(const struct tie_config_setup *setup, size_t index)
{
    const struct tie_schema_row *const row = row_of(setup, index);

    TIE_ASSERT(row != NULL);
    return row != NULL ? row->section : "";
}

bool pattern_is_exact(const char *pattern)
{
    return strchr(pattern, '*') == NULL;
}

static bool pattern_fits(const char *pattern, struct tie_text title)
{
    struct tie_text want[CONFIG_MAX_WORDS];
    struct tie_text have[CONFIG_MAX_WORDS];
    const size_t want_count = title_split(tie_text_of(pattern), want);
    const size_t have_count = title_split(title, have);

    TIE_ASSERT(want_count >= 1 && want_count <= CONFIG_MAX_WORDS);
    if (have_count > want_count)
        return false;
    for (size_t i = 0; i < want_count; i++) {
        const bool may_lack = tie_text_is(want[i], "*?");

        if (i >= have_count && !may_lack)
            return false;
        if (i < have_count && !may_lack && !tie_text_is(want[i], "*") && !tie_text_equal(want[i], have[i]))
            return false;
    }
    return true;
}

size_t schema_find_section(const struct tie_config_setup *setup, const char *title)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = row_of(setup, i)) != NULL; i++) {
        if (pattern_fits(row->section, tie_text_of(title)))
            return i;
    }
    return SIZE_MAX;
}

const struct tie_schema_row *schema_find_key(const struct tie_config_setup *setup, size_t pattern, const char *key)
{
    const char *const section = pattern_of(setup, pattern);
    const struct tie_schema_row *any = NULL;
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = row_of(setup, i)) != NULL; i++) {
        if (row->key == NULL || strcmp(row->section, section) != 0)
            continue;
        if (strcmp(row->key, key) == 0)
            return row;
        if (strcmp(row->key, "*") == 0)
            any = row;
    }
    return any;
}

/* Edits (insert, delete, exchange) between two words; WORD_MAX when one is too long to be worth it. */
static size_t edits_between(const char *a, const char *b)
{
    const size_t a_size = strlen(a);
    const size_t b_size = strlen(b);
    size_t costs[WORD_MAX + 1];

    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return WORD_MAX;
    for (size_t k = 0; k <= b_size; k++)
        costs[k] = k;
    for (size_t i = 0; i < a_size; i++) {
        size_t corner = costs[0]; /* of the row before, one to the left */

        costs[0] = i + 1;
        for (size_t k = 0; k < b_size; k++) {
            const size_t exchange = corner + (a[i] != b[k]);
            const size_t shorter = costs[k] < costs[k + 1] ? costs[k] + 1 : costs[k + 1] + 1;

            corner = costs[k + 1];
            costs[k + 1] = exchange < shorter ? exchange : shorter;
        }
    }
    return costs[b_size];
}

const char *tie_nearest(const char *text, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_edits = strlen(text) / 3 + 2; /* short words may have one edit, long ones a third */

    for (size_t i = 0; i < count; i++) {
        const size_t edits = edits_between(text, candidates[i]);

        if (edits < best_edits) {
            best = candidates[i];
            best_edits = edits;
        }
    }
    return best;
}

void suggest(const char *text, const char *const *candidates, size_t count, struct tie_buf *out)
{
    const char *const near = tie_nearest(text, candidates, count);

    if (near != NULL)
        tie_buf_printf(out, "; did you mean %s?", near);
    else
        for (size_t i = 0; i < count; i++)
            tie_buf_printf(out, "%s%s", i == 0 ? "; allowed: " : ", ", candidates[i]);
}

enum { NAMES_MAX = 256 };

static bool among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* A right kind, but a wrong name or number of words: the one that was meant, else every form the kind has. */
static void suggest_form(const char *title, const char *const *forms, size_t count, struct tie_buf *out)
{
    const char *const near = tie_nearest(title, forms, count);

    if (near != NULL && pattern_is_exact(near)) {
        tie_buf_printf(out, "; did you mean [%s]?", near);
        return;
    }
    if (near != NULL)
        tie_buf_printf(out, "; write it as [%s]", near);
    for (size_t i = 0; i < count && near == NULL; i++)
        tie_buf_printf(out, "%s[%s]", i == 0 ? "; write it as " : i + 1 < count ? ", " : " or ", forms[i]);
    tie_buf_text(out, ", where * is a name and *? may be left out");
}

void schema_suggest_section(const struct tie_config_setup *setup, const char *title, struct tie_buf *out)
{
    const char *names[NAMES_MAX], *forms[NAMES_MAX]; /* all sections; those of the right kind */
    struct tie_text words[CONFIG_MAX_WORDS];
    const size_t word_count = title_split(tie_text_of(title), words);
    const struct tie_schema_row *row = NULL;
    size_t count = 0, form_count = 0;

    for (size_t i = 0; count < NAMES_MAX && (row = row_of(setup, i)) != NULL; i++) {
        struct tie_text pattern = tie_text_of(row->section);

        if (among(names, count, row->section))
            continue;
        names[count++] = row->section;
        if (word_count > 0 && tie_text_equal(tie_text_cut(&pattern, ' '), words[0]))
            forms[form_count++] = row->section;
    }
    if (form_count > 0)
        suggest_form(title, forms, form_count, out);
    else
        suggest(title, names, count, out);
}

void schema_suggest_key(const struct tie_config_setup *setup, size_t pattern, const char *key, struct tie_buf *out)
{
    const char *names[NAMES_MAX];
    const char *const section = pattern_of(setup, pattern);
    const struct tie_schema_row *row = NULL;
    size_t count = 0;

    for (size_t i = 0; count < NAMES_MAX && (row = row_of(setup, i)) != NULL; i++) {
        if (row->key != NULL && strcmp(row->section, section) == 0)
            names[count++] = row->key;
    }
    if (count == 0)
        tie_buf_text(out, "; this section has no keys");
    else
        suggest(key, names, count, out);
}
