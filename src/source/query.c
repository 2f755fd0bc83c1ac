/*
 * query.c - the parameters of an extraction query.
 *
 * One pass over the text, one token after the other. A token is something a `:name` can't stand in (string, quoted
 * name, comment, dollar quote, `::`), or a parameter, or one other byte; parameters are replaced, comments may turn
 * blank. So a value can only come to stand where the writer of the query put its name, and it is one of four literals
 * made here.
 *
 * Invariant: line breaks are never added or taken away, so a line of the bound statement is that line of the file.
 * Rejected: server-side parameters ($1, ?). COPY takes none, and one `?` makes the SQLite driver load the whole result.
 */
#include "driver.h"

#include <ctype.h>
#include <string.h>

struct lexer {
    const char *path, *text;
    size_t size, at;
    const struct tie_query_values *values;
    struct tie_buf *out;
    struct tie_error *err;
};

struct spot {
    size_t line, column;
};

static struct spot spot_of(const struct lexer *lexer, size_t at)
{
    struct spot spot = { 1, 1 };

    for (size_t i = 0; i < at; i++) {
        if (lexer->text[i] == '\n') {
            spot.line++;
            spot.column = 0;
        }
        spot.column += ((unsigned char)lexer->text[i] & 0xC0U) != 0x80U; /* characters, not bytes */
    }
    return spot;
}

static enum tie_status fail_at(const struct lexer *lexer, size_t at, const char *what)
{
    const struct spot spot = spot_of(lexer, at);

    return tie_fail(lexer->err, TIE_CONFIG, "%s:%zu:%zu: %s", lexer->path, spot.line, spot.column, what);
}

static char peek(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->size ? lexer->text[lexer->at + ahead] : '\0';
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_char(char c)
{
    return is_name_start(c) || isdigit((unsigned char)c);
}

/* ---- tokens that hide what is in them ----
 * Each function returns the length, 0 when none starts here, SIZE_MAX when it is not closed. */

static size_t quoted_size(const struct lexer *lexer, char close, bool has_escapes)
{
    for (size_t i = 1; lexer->at + i < lexer->size; i++) {
        const char c = peek(lexer, i);

        if ((has_escapes && c == '\\') || (c == close && peek(lexer, i + 1) == close))
            i++;
        else if (c == close)
            return i + 1;
    }
    return SIZE_MAX;
}

static size_t comment_size(const struct lexer *lexer)
{
    const bool nests = lexer->values->dialect == TIE_SQL_POSTGRES;
    size_t depth = 0;

    if (peek(lexer, 0) == '-' && peek(lexer, 1) == '-') {
        const char *end = memchr(lexer->text + lexer->at, '\n', lexer->size - lexer->at);

        return end == NULL ? lexer->size - lexer->at : (size_t)(end - (lexer->text + lexer->at));
    }
    if (peek(lexer, 0) != '/' || peek(lexer, 1) != '*')
        return 0;
    for (size_t i = 0; lexer->at + i < lexer->size; i++) {
        if (peek(lexer, i) == '/' && peek(lexer, i + 1) == '*' && (depth == 0 || nests)) {
            depth++;
            i++;
        } else if (peek(lexer, i) == '*' && peek(lexer, i + 1) == '/') {
            i++;
            if (--depth == 0)
                return i + 1;
        }
    }
    return SIZE_MAX;
}

static size_t dollar_size(const struct lexer *lexer)
{
    size_t tag = 1;

    if (peek(lexer, 0) != '$' || (lexer->at > 0 && is_name_char(lexer->text[lexer->at - 1])))
        return 0;
    if (is_name_start(peek(lexer, tag)))
        while (is_name_char(peek(lexer, tag)))
            tag++;
    if (peek(lexer, tag) != '$')
        return 0;
    tag++;
    for (size_t i = tag; lexer->at + i + tag <= lexer->size; i++)
        if (memcmp(lexer->text + lexer->at + i, lexer->text + lexer->at, tag) == 0)
            return i + tag;
    return SIZE_MAX;
}

static size_t hidden_size(const struct lexer *lexer, const char **what)
{
    const bool is_postgres = lexer->values->dialect == TIE_SQL_POSTGRES;
    const char before = lexer->at > 0 ? lexer->text[lexer->at - 1] : ' ';
    const char before2 = lexer->at > 1 ? lexer->text[lexer->at - 2] : ' ';

    switch (peek(lexer, 0)) {
    case '\'':
        *what = "this text is not closed: a ' is missing";
        return quoted_size(lexer, '\'', is_postgres && (before == 'E' || before == 'e') && !is_name_char(before2));
    case '"': *what = "this quoted name is not closed: a \" is missing"; return quoted_size(lexer, '"', false);
    case '`':
        *what = "this quoted name is not closed: a ` is missing";
        return is_postgres ? 0 : quoted_size(lexer, '`', false);
    case '[':
        *what = "this quoted name is not closed: a ] is missing";
        return is_postgres ? 0 : quoted_size(lexer, ']', false);
    case '$': *what = "this dollar-quoted text is not closed"; return is_postgres ? dollar_size(lexer) : 0;
    case '-':
    case '/': *what = "this comment is not closed: a */ is missing"; return comment_size(lexer);
    default: return 0;
    }
}

/* Over ODBC a comment travels as blanks: the SQLite driver looks for ; and ? in it. PostgreSQL may be told hints in
 * one. */
static void copy(struct lexer *lexer, size_t count)
{
    const bool is_blanked = lexer->values->dialect == TIE_SQL_ODBC && comment_size(lexer) == count;

    for (size_t i = 0; is_blanked && i < count; i++)
        tie_buf_char(lexer->out, lexer->text[lexer->at + i] == '\n' ? '\n' : ' ');
    if (!is_blanked)
        tie_buf_put(lexer->out, lexer->text + lexer->at, count);
    lexer->at += count;
}

/* ---- parameters ---- */

static const struct {
    const char *name;
    bool is_date;
    size_t offset; /* of the instant in struct tie_query_values */
} parameters[] = {
    { "as_of", true, 0 },
    { "window_start", false, offsetof(struct tie_query_values, window_start) },
    { "window_end", false, offsetof(struct tie_query_values, window_end) },
    { "history_start", false, offsetof(struct tie_query_values, history_start) },
};

static void put_instant(struct lexer *lexer, tie_instant at)
{
    const struct tie_query_values *values = lexer->values;
    const bool is_postgres = values->dialect == TIE_SQL_POSTGRES;
    const tie_instant shown = is_postgres ? at
                                          : at + (tie_instant)tie_zone_offset(values->zone, at) * TIE_US_PER_SECOND;
    char text[40];
    const size_t size = tie_instant_print(shown, text); /* 2026-11-20T00:00:00Z */
    const int time = (int)size - 12;                    /* hours to the end, without T and Z */

    if (is_postgres)
        tie_buf_printf(lexer->out, "TIMESTAMPTZ '%.10s %.*s+00'", text, time, text + 11);
    else if (values->style == TIE_STYLE_ODBC)
        tie_buf_printf(lexer->out, "{ts '%.10s %.*s'}", text, time, text + 11);
    else
        tie_buf_printf(lexer->out, "'%.10s %.*s'", text, time, text + 11);
}

static void put_date(struct lexer *lexer, tie_date date)
{
    char text[16];

    tie_date_print(date, text);
    if (lexer->values->dialect == TIE_SQL_POSTGRES)
        tie_buf_printf(lexer->out, "DATE '%s'", text);
    else
        tie_buf_printf(lexer->out, lexer->values->style == TIE_STYLE_ODBC ? "{d '%s'}" : "'%s'", text);
}

static enum tie_status take_parameter(struct lexer *lexer)
{
    size_t size = 1;

    while (is_name_char(peek(lexer, size)))
        size++;
    const struct tie_text name = { lexer->text + lexer->at + 1, size - 1 };

    for (size_t i = 0; i < TIE_COUNT_OF(parameters); i++) {
        tie_instant at = 0;

        if (!tie_text_is(name, parameters[i].name))
            continue;
        lexer->at += size;
        if (parameters[i].is_date) {
            put_date(lexer, lexer->values->as_of);
            return TIE_OK;
        }
        memcpy(&at, (const char *)lexer->values + parameters[i].offset, sizeof at);
        put_instant(lexer, at);
        return TIE_OK;
    }
    const struct spot spot = spot_of(lexer, lexer->at);

    return tie_fail(lexer->err, TIE_CONFIG,
        "%s:%zu:%zu: unknown parameter :%.*s; known are :as_of, :window_start, :window_end and :history_start",
        lexer->path, spot.line, spot.column, (int)(name.size > 60 ? 60 : name.size), name.at);
}

/* ---- statement ---- */

/* After the first ';' only blanks, comments and further ';' may come. */
static enum tie_status end_statement(struct lexer *lexer)
{
    const char *what = "";

    while (lexer->at < lexer->size) {
        const size_t size = comment_size(lexer);

        if (size == SIZE_MAX) {
            (void)hidden_size(lexer, &what);
            return fail_at(lexer, lexer->at, what);
        }
        if (size == 0 && peek(lexer, 0) != ';' && !isspace((unsigned char)peek(lexer, 0)))
            return fail_at(lexer, lexer->at, "a second statement begins here; a query file holds one SELECT");
        lexer->at += size > 0 ? size : 1;
    }
    return TIE_OK;
}

static enum tie_status take_token(struct lexer *lexer)
{
    const char *what = "";
    const size_t hidden = hidden_size(lexer, &what);
    const char c = peek(lexer, 0);

    if (hidden == SIZE_MAX)
        return fail_at(lexer, lexer->at, what);
    if (hidden > 0)
        copy(lexer, hidden);
    else if (c == ':' && (peek(lexer, 1) == ':' || peek(lexer, 1) == '='))
        copy(lexer, 2);
    else if (c == ':' && is_name_start(peek(lexer, 1)))
        return take_parameter(lexer);
    else if (c == ';')
        return end_statement(lexer);
    else if (c == '?' && lexer->values->dialect == TIE_SQL_ODBC)
        return fail_at(lexer, lexer->at,
            "? is a parameter marker of ODBC; use :as_of, :window_start, :window_end, :history_start");
    else
        copy(lexer, 1);
    return TIE_OK;
}

static enum tie_status check_first_word(struct lexer *lexer)
{
    static const char *const allowed[] = { "select", "with", "values", "table" };
    size_t size = 0;

    while (lexer->at < lexer->size) {
        const size_t comment = comment_size(lexer);

        if (comment == SIZE_MAX)
            return fail_at(lexer, lexer->at, "this comment is not closed: a */ is missing");
        if (comment == 0 && !isspace((unsigned char)peek(lexer, 0)) && peek(lexer, 0) != '(')
            break;
        copy(lexer, comment > 0 ? comment : 1);
    }
    while (is_name_char(peek(lexer, size)))
        size++;
    for (size_t i = 0; i < TIE_COUNT_OF(allowed); i++)
        if (tie_text_is_nocase((struct tie_text){ lexer->text + lexer->at, size }, allowed[i]))
            return TIE_OK;
    return fail_at(lexer, lexer->at, "a query is one SELECT: it must begin with SELECT or WITH");
}

enum tie_status tie_query_bind(const char *path, const char *text, const struct tie_query_values *values,
    struct tie_buf *out, struct tie_error *err)
{
    struct lexer lexer = { path, text, strlen(text), 0, values, out, err };
    enum tie_status status = TIE_OK;
    size_t bad_at = 0;

    tie_buf_reset(out);
    if (!tie_text_is_utf8((struct tie_text){ text, lexer.size }, &bad_at))
        return fail_at(&lexer, bad_at, "this is not UTF-8; save the file as UTF-8");
    if (tie_text_starts((struct tie_text){ text, lexer.size }, "\xEF\xBB\xBF"))
        return fail_at(&lexer, 0, "the file begins with a byte order mark; save it without");
    TIE_TRY(check_first_word(&lexer));
    while (lexer.at < lexer.size)
        TIE_TRY(take_token(&lexer));
    while (out->size > 0 && isspace((unsigned char)out->at[out->size - 1]))
        out->at[--out->size] = '\0';
    if (out->failed)
        status = tie_fail(err, TIE_CONFIG, "%s: the query is too long with its parameters; %zu bytes are allowed", path,
            out->max_bytes);
out:
    return status;
}

size_t tie_sql_line(const char *sql, size_t position)
{
    size_t line = 1;

    for (size_t left = position; *sql != '\0' && left > 1; sql++) {
        line += *sql == '\n';
        left -= ((unsigned char)sql[1] & 0xC0U) !=
            0x80U; /* the next character begins at the next byte that continues none */
    }
    return line;
}
