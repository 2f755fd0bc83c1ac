/*
 * csv_writer.c - RFC 4180 rows over a tie_out.
 *
 * Quotes only when the reader needs them, so files are small and diffs are readable; always or never for a program
 * that wants it so. Errors stay in the stream.
 */
#include "tieout/csv.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const uint64_t ones = UINT64_C(0x0101010101010101);

void tie_csv_writer_init(struct tie_csv_writer *writer, struct tie_out *out, char delimiter)
{
    *writer = (struct tie_csv_writer){ .out = out, .delimiter = delimiter };
}

/* Eight bytes at a time: whether one of them is `byte`, which stands in all eight of `pattern`. */
static uint64_t meets(uint64_t bytes, uint64_t pattern)
{
    const uint64_t differs = bytes ^ pattern;

    return (differs - ones) & ~differs & ones << 7;
}

bool tie_csv_needs_quotes(struct tie_text field, char delimiter)
{
    const uint64_t delimiters = ones * (unsigned char)delimiter;
    size_t at = 0;
    uint64_t bytes;

    for (; field.size - at >= sizeof bytes; at += sizeof bytes) {
        memcpy(&bytes, field.at + at, sizeof bytes);
        if ((meets(bytes, delimiters) | meets(bytes, ones * '"') | meets(bytes, ones * '\r') |
                meets(bytes, ones * '\n')) != 0)
            return true;
    }
    for (; at < field.size; at++) {
        const char c = field.at[at];

        if (c == delimiter || c == '"' || c == '\r' || c == '\n')
            return true;
    }
    return field.size > 0 && field.at[0] == byte_order_mark[0] && tie_text_starts(field, byte_order_mark);
}

static void begin_field(struct tie_csv_writer *writer, size_t size)
{
    if (writer->field_count > 0)
        tie_out_char(writer->out, writer->delimiter);
    writer->only_empty = writer->field_count == 0 && size == 0 && writer->quote == TIE_CSV_NEEDED;
    writer->field_count++;
}

void tie_csv_put_plain(struct tie_csv_writer *writer, struct tie_text field)
{
    if (writer->quote != TIE_CSV_NEEDED) {
        tie_csv_put(writer, field);
        return;
    }
    begin_field(writer, field.size);
    tie_out_put(writer->out, field.at, field.size);
}

void tie_csv_put(struct tie_csv_writer *writer, struct tie_text field)
{
    struct tie_out *const out = writer->out;
    bool is_quoted = writer->quote == TIE_CSV_ALWAYS;

    begin_field(writer, field.size);
    is_quoted = is_quoted || (field.size > 0 && tie_csv_needs_quotes(field, writer->delimiter));
    TIE_ASSERT(!is_quoted || writer->quote != TIE_CSV_NEVER);
    if (!is_quoted) {
        tie_out_put(out, field.at, field.size);
        return;
    }
    tie_out_char(out, '"');
    while (field.size > 0) {
        const char *const quote = memchr(field.at, '"', field.size);
        const size_t part = quote ? (size_t)(quote - field.at) + 1 : field.size;

        tie_out_put(out, field.at, part);
        if (quote != NULL)
            tie_out_char(out, '"');
        field.at += part;
        field.size -= part;
    }
    tie_out_char(out, '"');
}

void tie_csv_end_row(struct tie_csv_writer *writer)
{
    if (writer->only_empty)
        tie_out_text(writer->out, "\"\"");
    tie_out_text(writer->out, writer->ends_lf ? "\n" : "\r\n");
    writer->field_count = 0;
    writer->only_empty = false;
}
