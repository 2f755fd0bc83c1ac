/*
 * scan.c - the raw scan of an INI file.
 *
 * A line is blank, a comment, a [title] or key = value, and nothing else. The scan gives what iniparser drops (line
 * numbers, the case of titles) and refuses what iniparser takes in silence: repeated keys, reopened sections, values
 * cut at ';' or '#', open quotes, joined lines, keys with ':', a mark at the start.
 *
 * It also writes the text that iniparser gets: the same lines, but without comments behind a [title], which version 4.1
 * takes for a syntax error (or, when the comment holds a '=', for a key). Nothing else is changed. Cost: repeats are
 * found by comparing with every earlier key; files have tens of keys, and the size limit bounds the rest.
 */
#include "parts.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct scan {
    struct tie_arena *arena;
    struct raw_file *raw;
    size_t line;
};

static enum tie_status fail_line(const struct scan *scan, struct tie_error *err, const char *format, ...)
    TIE_PRINTF(3, 4);

static enum tie_status fail_line(const struct scan *scan, struct tie_error *err, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return tie_fail(err, TIE_CONFIG, "%s:%zu: %s", scan->raw->path, scan->line, text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct tie_text trim_blanks(struct tie_text text)
{
    while (text.size > 0 && is_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

/* What may stand behind a title or a closing quote: nothing, or a blank and a comment. */
static bool is_tail(struct tie_text tail)
{
    const struct tie_text inner = trim_blanks(tail);

    return inner.size == 0 || (is_blank(tail.at[0]) && (inner.at[0] == ';' || inner.at[0] == '#'));
}

static char *lower_dup(struct tie_arena *arena, struct tie_text text)
{
    char *const copy = tie_text_dup(arena, text);

    for (char *at = copy; *at != '\0'; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    return copy;
}

size_t title_split(struct tie_text title, struct tie_text words[CONFIG_MAX_WORDS])
{
    size_t count = 0;

    while (title.size > 0) {
        const struct tie_text word = tie_text_cut(&title, ' ');

        if (word.size == 0)
            continue;
        if (count < CONFIG_MAX_WORDS)
            words[count] = word;
        count++;
    }
    return count;
}

static enum tie_status check_title(const struct scan *scan, struct tie_text title, struct tie_error *err)
{
    static const char closed[] = { ':', '[', '"', '\'', ';', '#', '=', '\t' };

    if (title.size == 0)
        return fail_line(scan, err, "an empty section title; write [name]");
    for (size_t i = 0; i < title.size; i++) {
        if (memchr(closed, title.at[i], sizeof closed) != NULL)
            return fail_line(scan, err,
                "'%c' in the section title [%.*s]; a title is words separated by one blank, without : [ ] = ; # and "
                "quotes",
                title.at[i] == '\t' ? ' ' : title.at[i], (int)title.size, title.at);
        if (title.at[i] == ' ' && (i == 0 || i + 1 == title.size || title.at[i + 1] == ' '))
            return fail_line(scan, err,
                "the section title [%.*s] has outer or double blanks; write one blank between words", (int)title.size,
                title.at);
    }
    return TIE_OK;
}

static enum tie_status scan_title(struct scan *scan, struct tie_text line, struct tie_error *err)
{
    const char *const close = memchr(line.at, ']', line.size);
    struct raw_file *const raw = scan->raw;
    struct tie_text title = { 0 };
    enum tie_status status = TIE_OK;

    if (close == NULL)
        return fail_line(scan, err, "'[' is not closed; write [%.*s]", (int)line.size - 1, line.at + 1);
    title = (struct tie_text){ line.at + 1, (size_t)(close - line.at) - 1 };
    if (!is_tail((struct tie_text){ close + 1, line.size - title.size - 2 }))
        return fail_line(scan, err, "text behind the section title [%.*s]; only a blank and a comment may stand there",
            (int)title.size, title.at);
    status = check_title(scan, title, err);
    if (status != TIE_OK)
        return status;
    for (size_t i = 0; i < raw->sections.count; i++) {
        if (tie_text_is_nocase(title, raw->sections.at[i].title))
            return fail_line(scan, err, "[%.*s] was already opened at line %zu; put all its keys there",
                (int)title.size, title.at, raw->sections.at[i].line);
    }
    TIE_PUSH(scan->arena, &raw->sections, (struct raw_section){ tie_text_dup(scan->arena, title), scan->line });
    tie_buf_printf(&raw->plain, "[%.*s]\n", (int)title.size, title.at);
    return TIE_OK;
}

static enum tie_status check_key(const struct scan *scan, struct tie_text key, struct tie_error *err)
{
    if (key.size == 0)
        return fail_line(scan, err, "'=' without a key before it; write key = value");
    for (size_t i = 0; i < key.size; i++) {
        const unsigned char c = (unsigned char)key.at[i];

        if (c >= 0x80 || (!isalnum(c) && strchr("_-.", c) == NULL))
            return fail_line(scan, err,
                "'%.*s' can't be a key: only letters, digits, '_', '-' and '.' may stand in one", (int)key.size,
                key.at);
    }
    return TIE_OK;
}

static enum tie_status quoted_value(
    const struct scan *scan, struct tie_text key, struct tie_text *value, struct tie_error *err)
{
    const char quote = value->at[0];
    const char *const close = memchr(value->at + 1, quote, value->size - 1);
    struct tie_text inner = { 0 };

    if (close == NULL)
        return fail_line(scan, err, "%.*s: the quote %c is not closed on this line; end the value with it",
            (int)key.size, key.at, quote);
    inner = (struct tie_text){ value->at + 1, (size_t)(close - value->at) - 1 };
    if (!is_tail((struct tie_text){ close + 1, value->size - inner.size - 2 }))
        return fail_line(scan, err,
            "%.*s: text behind the closing quote; a value with %c inside goes into the other kind of quotes, and a "
            "comment needs a blank before it",
            (int)key.size, key.at, quote);
    *value = inner;
    return TIE_OK;
}

/* Cuts a comment off. `value` has no blanks in front; `before` is the byte before it. */
static enum tie_status bare_value(
    const struct scan *scan, struct tie_text key, struct tie_text *value, char before, struct tie_error *err)
{
    for (size_t i = 0; i < value->size; i++) {
        if (value->at[i] != ';' && value->at[i] != '#')
            continue;
        if (!is_blank(i > 0 ? value->at[i - 1] : before))
            return fail_line(scan, err,
                "%.*s: '%c' in a value without quotes; put the value in quotes, or a blank before a comment",
                (int)key.size, key.at, value->at[i]);
        value->size = i;
    }
    *value = trim_blanks(*value);
    return TIE_OK;
}

static enum tie_status scan_key(struct scan *scan, struct tie_text line, struct tie_error *err)
{
    struct raw_file *const raw = scan->raw;
    const char *const equals = memchr(line.at, '=', line.size);
    struct tie_text key = { 0 };
    struct tie_text value = { 0 };
    enum tie_status status = TIE_OK;

    if (equals == NULL)
        return fail_line(
            scan, err, "'%.*s' has no '='; write key = value", line.size > 60 ? 60 : (int)line.size, line.at);
    key = trim_blanks((struct tie_text){ line.at, (size_t)(equals - line.at) });
    TIE_TRY(check_key(scan, key, err));
    if (raw->sections.count == 0)
        return fail_line(scan, err, "%.*s stands before the first [section]; put it below one", (int)key.size, key.at);
    value = trim_blanks((struct tie_text){ equals + 1, line.size - (size_t)(equals - line.at) - 1 });
    if (value.size > 0 && (value.at[0] == '"' || value.at[0] == '\''))
        TIE_TRY(quoted_value(scan, key, &value, err));
    else if (value.size > 0)
        TIE_TRY(bare_value(scan, key, &value, value.at[-1], err));
    const struct raw_key fresh = { lower_dup(scan->arena, key), tie_text_dup(scan->arena, value), scan->line,
        raw->sections.count - 1 };

    for (size_t i = raw->keys.count; i > 0 && raw->keys.at[i - 1].section == fresh.section; i--) {
        if (strcmp(raw->keys.at[i - 1].key, fresh.key) == 0)
            return fail_line(scan, err, "%s stands in [%s] twice, first at line %zu; keep one", fresh.key,
                raw->sections.at[fresh.section].title, raw->keys.at[i - 1].line);
    }
    if (raw->keys.count == CONFIG_MAX_KEYS)
        return fail_line(scan, err, "more than %d keys in one file", CONFIG_MAX_KEYS);
    TIE_PUSH(scan->arena, &raw->keys, fresh);
    tie_buf_put(&raw->plain, line.at, line.size);
    tie_buf_char(&raw->plain, '\n');
out:
    return status;
}

/* What no line may have, wherever it stands. */
static enum tie_status check_line(const struct scan *scan, struct tie_text line, struct tie_error *err)
{
    const struct tie_text inner = trim_blanks(line);
    size_t bad_at = 0;

    if (line.size > CONFIG_MAX_LINE)
        return fail_line(scan, err, "a line of %zu bytes; at most %d are allowed", line.size, CONFIG_MAX_LINE);
    for (size_t i = 0; i < line.size; i++) {
        const unsigned char c = (unsigned char)line.at[i];

        if ((c < ' ' && c != '\t') || c == 0x7F)
            return fail_line(scan, err, "byte %zu is the control character 0x%02X; take it out", i + 1, c);
    }
    if (!tie_text_is_utf8(line, &bad_at))
        return fail_line(scan, err, "byte %zu (0x%02X) is not UTF-8; save the file as UTF-8", bad_at + 1,
            (unsigned char)line.at[bad_at]);
    if (inner.size > 0 && inner.at[inner.size - 1] == '\\')
        return fail_line(scan, err,
            "a backslash at the end of a line; lines can't be joined, put the value in quotes or in a "
            "file of its own");
    return TIE_OK;
}

static enum tie_status scan_line(struct scan *scan, struct tie_text line, struct tie_error *err)
{
    enum tie_status status = check_line(scan, line, err);

    if (status != TIE_OK)
        return status;
    line = trim_blanks(line);
    if (line.size == 0 || line.at[0] == ';' || line.at[0] == '#')
        tie_buf_char(&scan->raw->plain, '\n');
    else if (line.at[0] == '[')
        status = scan_title(scan, line, err);
    else
        status = scan_key(scan, line, err);
    return status;
}

enum tie_status raw_scan(
    struct tie_arena *arena, const char *path, struct tie_text bytes, struct raw_file *raw, struct tie_error *err)
{
    struct scan scan = { arena, raw, 0 };

    raw->path = path;
    if (tie_text_starts(bytes, "\xEF\xBB\xBF"))
        return tie_fail(
            err, TIE_CONFIG, "%s:1: the file starts with a byte order mark; save it as UTF-8 without one", path);
    while (bytes.size > 0) {
        struct tie_text line = tie_text_cut(&bytes, '\n');

        scan.line++;
        if (line.size > 0 && line.at[line.size - 1] == '\r')
            line.size--;
        const enum tie_status status = scan_line(&scan, line, err);

        if (status != TIE_OK)
            return status;
    }
    return raw->plain.failed ? tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", path) : TIE_OK;
}
