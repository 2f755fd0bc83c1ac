/*
 * variable.c - ${NAME} from the environment.
 *
 * One pass from left to right: what a variable holds is not looked at again, so a password may hold "${". An undefined
 * variable is an error and never empty text: an empty password would be tried, and locked out.
 */
#include "parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX_BYTES = 64 * 1024 };

/* The length of the name at `at`, 0 when none stands there. */
static size_t name_size(const char *at)
{
    size_t size = 0;

    if (isdigit((unsigned char)at[0]))
        return 0;
    while (isascii((unsigned char)at[size]) && (isalnum((unsigned char)at[size]) || at[size] == '_'))
        size++;
    return size;
}

bool variables_is_only_one(const char *text)
{
    if (strncmp(text, "${", 2) != 0)
        return false;
    const size_t size = name_size(text + 2);

    return size > 0 && strcmp(text + 2 + size, "}") == 0;
}

/* Puts the value of the variable whose "${" stands at `at` and returns its length as written; 0: `wrong` says why. */
static size_t put_variable(const char *at, struct tie_buf *out, struct tie_buf *wrong)
{
    const size_t size = name_size(at + 2);
    char name[128];
    const char *value = NULL;

    if (size == 0 || at[2 + size] != '}' || size >= sizeof name) {
        tie_buf_text(wrong, "'${' without a name and '}'; write ${NAME}, or $${ for the two characters");
        return 0;
    }
    memcpy(name, at + 2, size);
    name[size] = '\0';
    value = getenv(name);
    if (value == NULL) {
        tie_buf_printf(wrong, "the environment variable %s is not set; set it where the job is started", name);
        return 0;
    }
    if (!tie_text_is_utf8(tie_text_of(value), NULL)) {
        tie_buf_printf(wrong, "the environment variable %s is not UTF-8 text", name);
        return 0;
    }
    tie_buf_text(out, value);
    return size + 3;
}

bool variables_expand(struct tie_arena *arena, const char *text, const char **expanded, struct tie_buf *wrong)
{
    struct tie_buf out;
    bool ok = true;

    *expanded = text;
    if (strstr(text, "${") == NULL)
        return true;
    tie_buf_init(&out, VALUE_MAX_BYTES);
    while (ok && *text != '\0') {
        if (strncmp(text, "$${", 3) == 0) {
            tie_buf_text(&out, "${");
            text += 3;
        } else if (strncmp(text, "${", 2) == 0) {
            const size_t size = put_variable(text, &out, wrong);

            ok = size > 0;
            text += size;
        } else {
            tie_buf_char(&out, *text++);
        }
    }
    if (ok && out.failed) {
        tie_buf_printf(wrong, "longer than %d bytes after its variables are filled in", VALUE_MAX_BYTES);
        ok = false;
    }
    if (ok)
        *expanded = tie_text_dup(arena, tie_buf_slice(&out));
    tie_buf_release(&out);
    return ok;
}

/* Walks as variables_expand() does, so that `$${` is no variable here either. */
void variables_collect(struct tie_arena *arena, const char *text, struct name_list *names)
{
    while (*text != '\0') {
        const bool is_literal = strncmp(text, "$${", 3) == 0;

        if (!is_literal && strncmp(text, "${", 2) == 0) {
            const struct tie_text name = { text + 2, name_size(text + 2) };
            bool known = name.size == 0;

            for (size_t i = 0; i < names->count && !known; i++)
                known = tie_text_equal(tie_text_of(names->at[i]), name);
            if (!known)
                TIE_PUSH(arena, names, tie_text_dup(arena, name));
        }
        text += is_literal ? 3 : 1;
    }
}
