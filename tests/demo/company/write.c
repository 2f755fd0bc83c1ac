/*
 * write.c - one row writer for both stores: COPY text for PostgreSQL, INSERT statements for SQLite.
 *
 * The demo's text holds no tab and no backslash (asserted), so COPY needs no escapes; SQL text doubles its quotes.
 * Numbers are always written as text for the ERP: its columns are TEXT, so SQLite never turns an amount into a
 * binary float.
 */
#include "company.h"

void begin_table(struct writer *w, const char *table, const char *columns)
{
    w->table = table;
    w->cells = 0;
    if (!w->is_sql)
        fprintf(w->out, "COPY %s (%s) FROM stdin;\n", table, columns);
}

static void open_cell(struct writer *w)
{
    if (w->cells++ > 0)
        fputc(w->is_sql ? ',' : '\t', w->out);
    else if (w->is_sql)
        fprintf(w->out, "INSERT INTO %s VALUES (", w->table);
}

void put_text(struct writer *w, const char *value)
{
    open_cell(w);
    if (!value) {
        fputs(w->is_sql ? "NULL" : "\\N", w->out);
        return;
    }
    TIE_ASSERT(strpbrk(value, "\t\\\n") == NULL);
    if (!w->is_sql) {
        fputs(value, w->out);
        return;
    }
    fputc('\'', w->out);
    for (; *value; value++)
        fputs(*value == '\'' ? "''" : (const char[]){ *value, '\0' }, w->out);
    fputc('\'', w->out);
}

void put_int(struct writer *w, int64_t value)
{
    open_cell(w);
    fprintf(w->out, "%lld", (long long)value);
}

void put_number(struct writer *w, tie_dec value)
{
    char digits[TIE_DEC_TEXT_MAX];

    if (value != TIE_NONE)
        tie_dec_print(value, digits);
    put_text(w, value == TIE_NONE ? NULL : digits);
}

void put_money(struct writer *w, tie_dec value)
{
    char digits[TIE_DEC_TEXT_MAX];

    if (value != TIE_NONE)
        tie_dec_print_fixed(value, 2, digits);
    put_text(w, value == TIE_NONE ? NULL : digits);
}

void put_date(struct writer *w, tie_date value)
{
    char digits[16];

    if (value == TIE_NO_DATE) {
        put_text(w, NULL);
        return;
    }
    tie_date_print(value, digits);
    if (w->is_sql) { /* the ERP writes YYYYMMDD */
        memmove(digits + 4, digits + 5, 2);
        memmove(digits + 6, digits + 8, 3);
    }
    put_text(w, digits);
}

void put_bool(struct writer *w, bool value)
{
    put_text(w, value ? "t" : "f");
}

void put_time(struct writer *w, tie_instant value)
{
    char digits[40];

    if (value != TIE_NONE)
        tie_instant_print(value, digits);
    put_text(w, value == TIE_NONE ? NULL : digits);
}

void end_row(struct writer *w)
{
    fputs(w->is_sql ? ");\n" : "\n", w->out);
    w->cells = 0;
}

void end_table(struct writer *w)
{
    fputs(w->is_sql ? "" : "\\.\n", w->out);
}
