/*
 * explain_page.c - lines of an explanation: wrapped at 120 columns, with a hanging indent.
 *
 * A column is a code point; what could act on a terminal is shown as '?'. A word longer than a line stands alone on
 * its line, cut at the width, so that no line is ever longer. Invariant: the same words give the same lines.
 */
#include "explain_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 18, LINE_MAX_BYTES = 1 << 20 };

static size_t columns_of(const char *word, size_t size)
{
    size_t columns = 0;

    for (size_t i = 0; i < size; i++)
        columns += ((unsigned char)word[i] & 0xC0) != 0x80;
    return columns;
}

static void put_blanks(struct tie_buf *page, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tie_buf_char(page, ' ');
}

/* Bytes of the word that fit into `room` columns. */
static size_t fitting(const char *word, size_t size, size_t room)
{
    size_t at = 0;

    while (at < size && columns_of(word, at + 1) <= room)
        at++;
    while (at < size && at > 0 && ((unsigned char)word[at] & 0xC0) == 0x80)
        at--;
    return at == 0 ? size : at;
}

static void put_word(struct tie_buf *page, const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++)
        tie_buf_char(page, (unsigned char)word[i] < ' ' || word[i] == 0x7F ? '?' : word[i]);
}

/* Breaks at blanks, behind the first `indent` columns of every line. */
static void wrap(struct tie_buf *page, size_t indent, size_t hanging, const char *text)
{
    size_t column = indent;
    bool is_first = true;

    put_blanks(page, indent);
    while (*text != '\0') {
        size_t blanks = strspn(text, " "), size = 0;

        text += blanks;
        size = strcspn(text, " ");
        if (size == 0)
            break;
        if (!is_first && column + blanks + columns_of(text, size) > EXPLAIN_WIDTH) {
            tie_buf_char(page, '\n');
            put_blanks(page, hanging);
            column = hanging;
            blanks = 0;
        }
        put_blanks(page, is_first ? 0 : blanks);
        column += is_first ? 0 : blanks;
        size = fitting(text, size, EXPLAIN_WIDTH - column);
        put_word(page, text, size);
        column += columns_of(text, size);
        text += size;
        is_first = false;
    }
    tie_buf_char(page, '\n');
}

void explain_line(struct tie_buf *page, unsigned indent, const char *format, ...)
{
    va_list args;
    char *words = NULL;

    va_start(args, format);
    if (vasprintf(&words, format, args) < 0)
        words = NULL;
    va_end(args);
    TIE_ASSERT(words != NULL);
    wrap(page, indent, indent + 2, words);
    free(words);
}

void explain_title(struct tie_buf *page, const char *title)
{
    tie_buf_char(page, '\n');
    tie_buf_text(page, title);
    tie_buf_char(page, '\n');
}

void explain_pair(struct tie_buf *page, const char *name, const char *value)
{
    struct tie_buf text;

    if (value == NULL || value[0] == '\0')
        return;
    tie_buf_init(&text, LINE_MAX_BYTES);
    wrap(&text, 2 + NAME_WIDTH, 2 + NAME_WIDTH, value);
    tie_buf_printf(page, "  %-*s%.*s", NAME_WIDTH, name, (int)(text.size - 2 - NAME_WIDTH), text.at + 2 + NAME_WIDTH);
    tie_buf_release(&text);
}

const char *explain_quantity(struct tie_arena *arena, tie_dec quantity)
{
    char text[TIE_DEC_TEXT_MAX];

    if (quantity == TIE_NONE)
        return "";
    (void)tie_dec_print(quantity, text);
    return tie_arena_strdup(arena, text);
}

const char *explain_money(struct tie_arena *arena, tie_dec amount, const char *currency)
{
    char text[TIE_DEC_TEXT_MAX];
    const unsigned decimals = tie_currency_decimals(tie_text_of(currency));

    if (amount == TIE_NONE)
        return "";
    if (tie_dec_round(amount, decimals) == amount)
        (void)tie_dec_print_fixed(amount, decimals, text);
    else
        (void)tie_dec_print(amount, text); /* a unit price may be finer than a coin */
    return tie_arena_printf(arena, "%s%s%s", text, currency[0] == '\0' ? "" : " ", currency);
}

const char *explain_percent(struct tie_arena *arena, tie_dec share)
{
    char text[TIE_DEC_TEXT_MAX];

    (void)tie_dec_print(share * 100, text);
    return tie_arena_printf(arena, "%s%%", text);
}

const char *explain_day(struct tie_arena *arena, tie_date day)
{
    char text[16];

    if (day == TIE_NO_DATE)
        return "";
    (void)tie_date_print(day, text);
    return tie_arena_strdup(arena, text);
}
