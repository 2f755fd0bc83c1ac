/*
 * pg_types.c - what PostgreSQL's types are to us, and the text form of COPY.
 *
 * One table decides which types are read (contract.md, section 4). Domains and enums are resolved by postgres.c to a
 * row of this table before it is asked. A type without a decoder of its binary form (floats, whose shortest text is the
 * server's own art; "char") is read as text, and with it the whole query. In text form numbers go straight to
 * millionths; nothing passes through floating point in either.
 */
#include "driver.h"

#include "tieout/bytes.h"

#include <string.h>

static const struct tie_pg_type types[] = {
    { 16, "bool", TIE_RAW_BOOL, tie_pg_decode_bool },
    { 18, "\"char\"", TIE_RAW_TEXT, NULL },
    { 19, "name", TIE_RAW_TEXT, tie_pg_decode_text },
    { 20, "bigint", TIE_RAW_INTEGER, tie_pg_decode_int },
    { 21, "smallint", TIE_RAW_INTEGER, tie_pg_decode_int },
    { 23, "integer", TIE_RAW_INTEGER, tie_pg_decode_int },
    { 25, "text", TIE_RAW_TEXT, tie_pg_decode_text },
    { 700, "real", TIE_RAW_FLOAT, NULL },
    { 701, "double precision", TIE_RAW_FLOAT, NULL },
    { 705, "unknown", TIE_RAW_TEXT, NULL },
    { 1042, "character", TIE_RAW_TEXT, tie_pg_decode_text },
    { 1043, "character varying", TIE_RAW_TEXT, tie_pg_decode_text },
    { 1082, "date", TIE_RAW_DATE, tie_pg_decode_date },
    { 1114, "timestamp without time zone", TIE_RAW_NAIVE, tie_pg_decode_naive },
    { 1184, "timestamp with time zone", TIE_RAW_INSTANT, tie_pg_decode_instant },
    { 1700, "numeric", TIE_RAW_DECIMAL, tie_pg_decode_numeric },
    { 2950, "uuid", TIE_RAW_TEXT, tie_pg_decode_uuid },
};

const struct tie_pg_type *tie_pg_type_find(unsigned oid)
{
    for (size_t i = 0; i < TIE_COUNT_OF(types); i++)
        if (types[i].oid == oid)
            return &types[i];
    return NULL;
}

static char unescaped(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return c; /* the server writes nothing else but \\ */
    }
}

/* Takes the escapes out of a field in place; it only gets shorter. */
static size_t unescape(char *field, size_t size)
{
    char *to = memchr(field, '\\', size);
    const char *end = field + size;

    if (to == NULL)
        return size;
    for (const char *from = to; from < end; from++) {
        if (*from == '\\' && from + 1 < end)
            *to++ = unescaped(*++from);
        else
            *to++ = *from;
    }
    return (size_t)(to - field);
}

/* Sixteen bytes, the missing ones as blanks, which are no mark. */
static inline tie_bytes part_at(const char *at, size_t left)
{
    tie_bytes part = tie_bytes_each(' ');

    if (left >= sizeof part)
        memcpy(&part, at, sizeof part);
    else
        memcpy(&part, at, left);
    return part;
}

/* `is_odd`: it holds a backslash, or what is no printable ASCII (DEL passes for it). */
static inline void end_field(struct tie_raw *cell, char *at, size_t size, bool is_odd)
{
    *cell = (struct tie_raw){ .text = { at, size }, .is_plain = !is_odd };
    if (!is_odd)
        return;
    cell->is_null = size == 2 && at[0] == '\\' && at[1] == 'N';
    cell->text = cell->is_null ? (struct tie_text){ "", 0 } : (struct tie_text){ at, unescape(at, size) };
}

/* Where tabs are, and what is no plain text. A mark that was seen behind the last tab of a part belongs to the field
 * that goes on. */
bool tie_pg_copy_split(char *line, size_t size, struct tie_raw *cells, size_t count)
{
    size_t start = 0, field = 0;
    unsigned odd = 0; /* of the field at hand: not 0 */

    for (size_t at = 0; at < size; at += sizeof(tie_bytes)) {
        const tie_bytes part = part_at(line + at, size - at);
        unsigned tabs = tie_bytes_mask((tie_bytes)(part == tie_bytes_each('\t')));
        /* as signed numbers, bytes above 0x7F are less than a blank too */
        const tie_bytes odds = (tie_bytes)((tie_signed_bytes)part < (tie_signed_bytes)tie_bytes_each(' ')) |
            (tie_bytes)(part == tie_bytes_each('\\'));
        unsigned part_odd = tie_bytes_mask(odds) & ~tabs;

        for (; tabs != 0; tabs &= tabs - 1) {
            const size_t end = at + (size_t)__builtin_ctz(tabs);
            const unsigned before = (tabs & -tabs) - 1;

            if (field + 1 >= count)
                return false;
            end_field(&cells[field++], line + start, end - start, (odd | (part_odd & before)) != 0);
            part_odd &= ~before;
            odd = 0;
            start = end + 1;
        }
        odd |= part_odd;
    }
    if (field + 1 != count)
        return false;
    end_field(&cells[field], line + start, size - start, odd != 0);
    return true;
}
