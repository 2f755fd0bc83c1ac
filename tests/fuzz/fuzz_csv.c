/*
 * fuzz_csv.c - the strict CSV reader.
 *
 * The first byte chooses delimiter, size of the pieces and limits; the rest is the file. Properties:
 *   - pieces of one byte, of some bytes and the whole at once give the same rows, or the same words of refusal;
 *   - what is accepted has exactly the fields that a naive parser of RFC 4180 finds, and lines that it counts;
 *   - all rows are as wide as the first, within the limits, and UTF-8;
 *   - what our writer makes of the rows is read back as the same fields.
 */
#include "fuzz.h"

#include "tieout/csv.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct feed {
    struct tie_text rest;
    size_t piece;
};

static enum tie_status pull(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct feed *feed = state;

    return tie_csv_pull_text(&feed->rest, buffer, feed->piece < room ? feed->piece : room, got, err);
}

struct shape {
    char delimiter;
    size_t max_row_bytes, max_fields;
};

/* All rows as text; `with_lines`: and where they begin. */
static enum tie_status read_all(struct tie_text text, const struct shape *shape, size_t piece, bool with_lines,
    struct tie_buf *rows, struct tie_csv_writer *writer, struct tie_error *err)
{
    struct feed feed = { text, piece };
    const struct tie_csv_setup setup = { "t.csv", shape->delimiter, pull, &feed, shape->max_row_bytes,
        shape->max_fields, piece };
    struct tie_csv_reader *reader = NULL;
    enum tie_status status = TIE_OK;
    size_t width = 0;

    TIE_TRY(tie_csv_open(&setup, &reader, err));
    for (;;) {
        struct tie_csv_row row = { 0 };
        bool end = false;
        size_t bytes = 0;

        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        width = width == 0 ? row.count : width;
        FUZZ_HOLDS(row.count == width && row.count > 0);
        FUZZ_HOLDS(shape->max_fields == 0 || row.count <= shape->max_fields);
        if (with_lines)
            tie_buf_put(rows, &row.line, sizeof row.line);
        tie_buf_put(rows, &row.count, sizeof row.count);
        for (size_t i = 0; i < row.count; i++) {
            bytes += row.fields[i].size;
            FUZZ_HOLDS(row.fields[i].size == 0 || tie_text_is_utf8(row.fields[i], NULL));
            for (size_t b = 0; row.is_plain && b < row.fields[i].size; b++)
                FUZZ_HOLDS(row.fields[i].at[b] > 0 && row.fields[i].at[b] != '\n');
            fuzz_put(rows, row.fields[i]);
            if (writer != NULL)
                tie_csv_put(writer, row.fields[i]);
        }
        FUZZ_HOLDS(shape->max_row_bytes == 0 || bytes <= shape->max_row_bytes);
        if (writer != NULL)
            tie_csv_end_row(writer);
    }
out:
    tie_csv_close(reader);
    return status;
}

/* One field as RFC 4180 has it, of a text that is known to be good. */
static const char *naive_field(const char *at, const char *end, char delimiter, uint64_t *lines, struct tie_buf *field)
{
    if (at == end || *at != '"') {
        while (at < end && *at != delimiter && *at != '\n' && *at != '\r')
            tie_buf_char(field, *at++);
        return at;
    }
    for (at++; at < end; at++) {
        if (*at == '"' && at + 1 < end && at[1] == '"')
            at++;
        else if (*at == '"')
            return at + 1;
        *lines += *at == '\n';
        tie_buf_char(field, *at);
    }
    return at;
}

static void naive_rows(struct tie_text text, char delimiter, struct tie_buf *rows)
{
    const char *at = text.at, *end = text.at + text.size;
    struct tie_buf fields;
    uint64_t line = 1;

    if (tie_text_starts(text, "\xEF\xBB\xBF"))
        at += 3;
    tie_buf_init(&fields, SIZE_MAX);
    while (at < end) {
        const uint64_t first_line = line;
        size_t count = 0;
        bool more = true;

        tie_buf_reset(&fields);
        while (more) {
            struct tie_buf field;

            tie_buf_init(&field, SIZE_MAX);
            at = naive_field(at, end, delimiter, &line, &field);
            fuzz_put(&fields, tie_buf_slice(&field));
            tie_buf_release(&field);
            count++;
            more = at < end && *at == delimiter;
            at += more;
        }
        at += at < end && *at == '\r';
        line += at < end;
        at += at < end;
        tie_buf_put(rows, &first_line, sizeof first_line);
        tie_buf_put(rows, &count, sizeof count);
        tie_buf_put(rows, fields.at, fields.size);
    }
    tie_buf_release(&fields);
}

/* What the writer made of the rows is read back as the same fields. */
static void round_trip(struct tie_text text, const struct shape *shape)
{
    const struct shape unlimited = { .delimiter = shape->delimiter };
    struct tie_csv_writer writer;
    struct tie_error err = { .text = "" };
    struct tie_buf before, after;
    struct tie_text written;
    struct tie_out out;
    int fd = -1;
    const char *path = fuzz_file("", 0);

    tie_buf_init(&before, SIZE_MAX);
    tie_buf_init(&after, SIZE_MAX);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    FUZZ_HOLDS(fd >= 0);
    tie_out_init(&out, fd, path, false);
    tie_csv_writer_init(&writer, &out, shape->delimiter);
    FUZZ_HOLDS(read_all(text, shape, SIZE_MAX, false, &before, &writer, &err) == TIE_OK);
    FUZZ_HOLDS(tie_out_flush(&out, &err) == TIE_OK);
    tie_out_release(&out);
    FUZZ_HOLDS(close(fd) == 0);
    FUZZ_HOLDS(tie_file_read(fuzz_arena(), path, 1 << 26, &written, &err) == TIE_OK);
    FUZZ_HOLDS(read_all(written, &unlimited, SIZE_MAX, false, &after, NULL, &err) == TIE_OK);
    FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&before), tie_buf_slice(&after)));
    tie_buf_release(&before);
    tie_buf_release(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char delimiters[] = { ',', ';', '\t', '|' };
    static const size_t pieces[] = { SIZE_MAX, 1, 2, 7 };
    const unsigned choice = size > 0 ? bytes[0] : 0;
    const struct shape shape = { delimiters[choice % 4], choice & 16 ? 64 : 0, choice & 32 ? 4 : 0 };
    const struct tie_text text = { (const char *)bytes + (size > 0), size - (size > 0) };
    struct tie_error first = { .text = "" }, err;
    enum tie_status status = TIE_OK;
    struct tie_buf rows, others;

    tie_buf_init(&rows, SIZE_MAX);
    tie_buf_init(&others, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(pieces); i++) {
        enum tie_status other = TIE_OK;

        err = (struct tie_error){ .text = "" };
        other = read_all(text, &shape, pieces[i], true, i == 0 ? &rows : &others, NULL, &err);
        if (i == 0) {
            status = other;
            first = err;
            continue;
        }
        FUZZ_HOLDS(other == status && strcmp(err.text, first.text) == 0);
        FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&rows), tie_buf_slice(&others)));
        tie_buf_reset(&others);
    }
    if (status != TIE_OK) {
        fuzz_failure_is_told(status, &first);
    } else {
        naive_rows(text, shape.delimiter, &others);
        FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&rows), tie_buf_slice(&others)));
        round_trip(text, &shape);
    }
    tie_buf_release(&rows);
    tie_buf_release(&others);
    return 0;
}
