/*
 * connstr.c - ODBC connection strings taken apart and put together again.
 *
 * One pass, no copies but of the keys and values. Braces are put where they stood, and where a value would end early
 * without them. Not everywhere: the SQLite driver takes braces around Database for a part of the file's name.
 */
#include "connstr.h"

#include <string.h>
#include <strings.h>

/* Reads a value from *rest, with or without braces, up to the ';' behind it. */
static bool take_value(struct tie_arena *arena, struct tie_text *rest, const char **value)
{
    char *out = tie_arena_take(arena, rest->size + 1);
    size_t size = 0, at = 1;

    *value = out;
    if (rest->size == 0 || rest->at[0] != '{') {
        const struct tie_text plain = tie_text_trim(tie_text_cut(rest, ';'));

        memcpy(out, plain.at, plain.size);
        return true;
    }
    for (; at < rest->size; at++) {
        if (rest->at[at] == '}' && (at + 1 >= rest->size || rest->at[at + 1] != '}'))
            break;
        at += rest->at[at] == '}';
        out[size++] = rest->at[at];
    }
    if (at >= rest->size)
        return false; /* no closing brace */
    rest->at += at + 1;
    rest->size -= at + 1;
    return tie_text_trim(tie_text_cut(rest, ';')).size == 0;
}

bool tie_connstr_parse(struct tie_arena *arena, const char *text, struct tie_connstr *pairs)
{
    struct tie_text rest = tie_text_of(text);

    *pairs = (struct tie_connstr){ NULL, 0, 0 };
    while (tie_text_trim(rest).size > 0) {
        const char *equals = memchr(rest.at, '=', rest.size), *semicolon = memchr(rest.at, ';', rest.size);
        struct tie_text key = { "", 0 };
        const char *value = NULL;
        bool is_braced = false;

        if (semicolon != NULL && (equals == NULL || semicolon < equals)) {
            if (tie_text_trim(tie_text_cut(&rest, ';')).size > 0)
                return false; /* a word without '=' */
            continue;
        }
        if (equals == NULL)
            return false;
        key = tie_text_trim(tie_text_cut(&rest, '='));
        while (rest.size > 0 && rest.at[0] == ' ') {
            rest.at++;
            rest.size--;
        }
        is_braced = rest.size > 0 && rest.at[0] == '{';
        if (key.size == 0 || !take_value(arena, &rest, &value))
            return false;
        TIE_PUSH(arena, pairs, (struct tie_connstr_pair){ tie_text_dup(arena, key), value, is_braced });
    }
    return true;
}

const char *tie_connstr_get(const struct tie_connstr *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (strcasecmp(pairs->at[i].key, key) == 0)
            return pairs->at[i].value;
    return NULL;
}

void tie_connstr_set(
    struct tie_arena *arena, struct tie_connstr *pairs, const char *key, const char *value, bool is_braced)
{
    size_t kept = 0;

    for (size_t i = 0; i < pairs->count; i++)
        if (strcasecmp(pairs->at[i].key, key) != 0)
            pairs->at[kept++] = pairs->at[i];
    pairs->count = kept;
    TIE_PUSH(arena, pairs, (struct tie_connstr_pair){ key, value, is_braced });
}

void tie_connstr_print(const struct tie_connstr *pairs, struct tie_buf *out)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const char *value = pairs->at[i].value;
        const bool needs_braces = pairs->at[i].is_braced || strpbrk(value, ";{}") != NULL;

        tie_buf_printf(out, "%s=%s", pairs->at[i].key, needs_braces ? "{" : "");
        for (; *value != '\0'; value++) {
            if (needs_braces && *value == '}')
                tie_buf_char(out, '}');
            tie_buf_char(out, *value);
        }
        tie_buf_text(out, needs_braces ? "};" : ";");
    }
}
