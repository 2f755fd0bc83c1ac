/*
 * status.c - the table of statuses, and error texts that always fit.
 *
 * A text is first formatted into a buffer of its own and then copied, so err->text itself may be an argument of the
 * format: `tie_fail(err, s, "reading: %s", err->text)` is right. A text that is too long is cut at the last whole UTF-8
 * character, because workbook and JSON refuse half ones.
 *
 * What a text quotes was written by others (a line of a file, the words of a library) and may be cut by a %.60s. So the
 * rule of the header, one line of UTF-8, is kept here for all: a newline at the end is taken off, other control
 * characters are blanks, a byte that belongs to no whole character is '?'.
 *
 * Rejected: a heap-allocated text. An error about lack of memory must not need memory.
 */
#include "tieout/status.h"

#include "tieout/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int exit_code;
    bool may_retry;
    const char *meaning;
} statuses[] = {
#define AS_ROW(name, code, retry, text) { #name, code, retry, text },
    TIE_STATUSES(AS_ROW)
#undef AS_ROW
};

/* The longest length <= size at which no UTF-8 character is cut in two. */
static size_t whole_characters(const char *text, size_t size)
{
    size_t lead = size;
    unsigned need;
    unsigned char c;

    while (lead > 0 && size - lead < 3 && ((unsigned char)text[lead - 1] & 0xC0U) == 0x80U)
        lead--;
    if (lead == 0)
        return size;
    c = (unsigned char)text[lead - 1];
    need = c >= 0xF0U ? 4 : c >= 0xE0U ? 3 : c >= 0xC0U ? 2 : 1;
    return size - (lead - 1) < need ? lead - 1 : size;
}

static void set_text(struct tie_error *err, const char *text, size_t size)
{
    if (size > sizeof err->text - 1)
        size = whole_characters(text, sizeof err->text - 1);
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    memcpy(err->text, text, size);
    err->text[size] = '\0';
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)err->text[i] < ' ' || err->text[i] == 0x7F)
            err->text[i] = ' ';
    for (size_t from = 0, at = 0; !tie_text_is_utf8((struct tie_text){ err->text + from, size - from }, &at);
         from += at)
        err->text[from + at] = '?';
}

enum tie_status tie_fail(struct tie_error *err, enum tie_status status, const char *format, ...)
{
    /* One byte more than fits, so that set_text() sees that something was cut. */
    char text[sizeof err->text + 1];
    va_list args;

    if (err == NULL)
        return status;
    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    err->status = status;
    set_text(err, text, strlen(text));
    return status;
}

void tie_error_prefix(struct tie_error *err, const char *format, ...)
{
    char text[2 * sizeof err->text];
    size_t size;
    va_list args;

    if (err == NULL)
        return;
    va_start(args, format);
    if (vsnprintf(text, sizeof err->text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    size = strlen(text);
    memcpy(text + size, err->text, strlen(err->text) + 1);
    set_text(err, text, strlen(text));
}

int tie_status_exit_code(enum tie_status status)
{
    TIE_ASSERT((size_t)status < TIE_COUNT_OF(statuses));
    return statuses[status].exit_code;
}

const char *tie_status_name(enum tie_status status)
{
    TIE_ASSERT((size_t)status < TIE_COUNT_OF(statuses));
    return statuses[status].name;
}

const char *tie_status_meaning(enum tie_status status)
{
    TIE_ASSERT((size_t)status < TIE_COUNT_OF(statuses));
    return statuses[status].meaning;
}

bool tie_status_may_retry(enum tie_status status)
{
    TIE_ASSERT((size_t)status < TIE_COUNT_OF(statuses));
    return statuses[status].may_retry;
}

void tie_stderr_put(const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t done = write(STDERR_FILENO, bytes, size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        bytes += done;
        size -= (size_t)done;
    }
}

/* No stdio: the assertion may have struck inside of it, or in a child between fork and exec. */
TIE_NORETURN void tie_assert_failed(const char *file, int line, const char *expression)
{
    char text[512];
    const int size = snprintf(text, sizeof text, "tieout: internal error at %s:%d: %s\n", file, line, expression);

    if (size > 0) {
        const size_t used = (size_t)size < sizeof text ? (size_t)size : sizeof text - 1;

        text[used - 1] = '\n';
        tie_stderr_put(text, used);
    }
    _exit(tie_status_exit_code(TIE_INTERNAL));
}
