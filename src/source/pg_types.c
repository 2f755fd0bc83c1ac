/*
 * pg_types.c - what PostgreSQL's types are to us, and the text form of COPY.
 *
 * One table decides which types are read (contract.md, section 4). Domains and enums are resolved by postgres.c to a
 * row of this table before it is asked. A type without a decoder of its binary form (floats, whose shortest text is the
 * server's own art; "char") is read as text, and with it the whole query. In text form numbers go straight to
 * millionths; nothing passes through floating point in either.
 */
#include "driver.h"

#include <endian.h>
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

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte of `word` that is `byte`, and of no other. */
static uint64_t bytes_equal(uint64_t word, unsigned char byte)
{
    const uint64_t gap = word ^ EACH_BYTE(byte);

    return ~(((gap & EACH_BYTE(0x7F)) + EACH_BYTE(0x7F)) | gap | EACH_BYTE(0x7F));
}

/* The high bit of each byte that is no printable ASCII; DEL passes for it. */
static uint64_t bytes_odd(uint64_t word)
{
    return (~((word & EACH_BYTE(0x7F)) + EACH_BYTE(0x60)) | word) & EACH_BYTE(0x80);
}

static uint64_t word_at(const char *at, size_t left)
{
    uint64_t word = EACH_BYTE(' ');

    if (left >= sizeof word)
        memcpy(&word, at, sizeof word);
    else
        memcpy(&word, at, left);
    return le64toh(word);
}

static void end_field(struct tie_raw *cell, char *at, size_t size, bool has_escape, bool is_odd)
{
    *cell = (struct tie_raw){ .text = { at, size }, .is_plain = !is_odd && !has_escape };
    if (!has_escape)
        return;
    cell->is_null = size == 2 && at[0] == '\\' && at[1] == 'N';
    cell->text = cell->is_null ? (struct tie_text){ "", 0 } : (struct tie_text){ at, unescape(at, size) };
}

/* Eight bytes at a time: where tabs and backslashes are, and what is no plain text. A mark that was seen behind the
 * last tab of a word belongs to the field that goes on. */
bool tie_pg_copy_split(char *line, size_t size, struct tie_raw *cells, size_t count)
{
    uint64_t escapes = 0, odd = 0;
    size_t start = 0, field = 0;

    for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
        const uint64_t word = word_at(line + at, size - at);
        uint64_t tabs = bytes_equal(word, '\t');
        uint64_t word_escapes = bytes_equal(word, '\\'), word_odd = bytes_odd(word) & ~tabs;

        for (; tabs != 0; tabs &= tabs - 1) {
            const size_t end = at + (size_t)__builtin_ctzll(tabs) / 8;
            const uint64_t before = (tabs & -tabs) - 1;

            if (field + 1 >= count)
                return false;
            escapes |= word_escapes & before;
            odd |= word_odd & before;
            end_field(&cells[field++], line + start, end - start, escapes != 0, odd != 0);
            word_escapes &= ~before;
            word_odd &= ~before;
            escapes = odd = 0;
            start = end + 1;
        }
        escapes |= word_escapes;
        odd |= word_odd;
    }
    if (field + 1 != count)
        return false;
    end_field(&cells[field], line + start, size - start, escapes != 0, odd != 0);
    return true;
}
