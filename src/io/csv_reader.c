/*
 * csv_reader.c - a strict reader for delimited text.
 *
 * One pass, one state per byte, with a run of ordinary bytes taken at once. The bytes of a row are gathered unquoted in
 * one block; fields are offsets into it until the row is whole, because the block may move while it grows. Invariant:
 * every input byte is part of a field, a delimiter, a quote or a line end, or the file is refused. Nothing is guessed:
 * a lenient reader shifts columns when a vendor forgets a quote, and money lands in the wrong field.
 * UTF-8 is checked per field when it ends.
 */
#include "tieout/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024, DEFAULT_ROW_BYTES = 16 * 1024 * 1024, DEFAULT_FIELDS = 4096 };

enum state { AT_FIELD, IN_PLAIN, IN_QUOTED, AFTER_QUOTE, AFTER_CR };

struct place {
    uint64_t line, byte; /* from 1 */
};

struct tie_csv_reader {
    struct tie_csv_setup setup;
    char *block;
    size_t block_at, block_size;
    bool at_end;
    enum state state;
    struct place here;        /* of the next byte */
    struct place field_start; /* of the field that is being read */
    uint64_t row_line;
    struct tie_buf row;
    size_t *starts; /* of fields, into row */
    struct tie_text *fields;
    size_t count; /* fields begun in this row */
    size_t width; /* of the first row; 0: none yet */
    bool specials[256];
};

static enum tie_status fail_at(
    const struct tie_csv_reader *reader, struct place place, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_DATA, "%s:%" PRIu64 ": field %zu, byte %" PRIu64 ": %s", reader->setup.name, place.line,
        reader->count, place.byte, what);
}

static enum tie_status refill(struct tie_csv_reader *reader, struct tie_error *err)
{
    size_t got = 0;
    enum tie_status status = TIE_OK;

    if (reader->at_end || reader->block_at < reader->block_size)
        return TIE_OK;
    status = reader->setup.pull(reader->setup.state, reader->block, BLOCK_BYTES, &got, err);
    reader->block_at = 0;
    reader->block_size = status == TIE_OK ? got : 0;
    reader->at_end = reader->block_size == 0;
    return status;
}

/* A byte order mark may come in pieces when the source is a pipe. */
static enum tie_status skip_mark(struct tie_csv_reader *reader, struct tie_error *err)
{
    while (reader->block_size < 3) {
        size_t got = 0;
        const enum tie_status status = reader->setup.pull(
            reader->setup.state, reader->block + reader->block_size, BLOCK_BYTES - reader->block_size, &got, err);

        if (status != TIE_OK)
            return status;
        if (got == 0)
            return TIE_OK;
        reader->block_size += got;
    }
    if (memcmp(reader->block, "\xEF\xBB\xBF", 3) == 0)
        reader->block_at = 3;
    if (memcmp(reader->block, "\xFF\xFE", 2) == 0 || memcmp(reader->block, "\xFE\xFF", 2) == 0)
        return tie_fail(
            err, TIE_DATA, "%s:1: the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in Excel)", reader->setup.name);
    return TIE_OK;
}

enum tie_status tie_csv_open(
    const struct tie_csv_setup *setup, struct tie_csv_reader **reader_out, struct tie_error *err)
{
    struct tie_csv_reader *const reader = calloc(1, sizeof *reader);
    enum tie_status status = TIE_OK;

    *reader_out = NULL;
    if (reader == NULL)
        return tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", setup->name);
    reader->setup = *setup;
    if (setup->max_row_bytes == 0)
        reader->setup.max_row_bytes = DEFAULT_ROW_BYTES;
    if (setup->max_fields == 0)
        reader->setup.max_fields = DEFAULT_FIELDS;
    reader->here = (struct place){ 1, 1 };
    tie_buf_init(&reader->row, reader->setup.max_row_bytes);
    reader->block = malloc(BLOCK_BYTES);
    reader->starts = calloc(reader->setup.max_fields + 1, sizeof *reader->starts);
    reader->fields = calloc(reader->setup.max_fields, sizeof *reader->fields);
    for (size_t i = 0; i < sizeof "\"\r\n"; i++)
        reader->specials[(unsigned char)"\"\r\n"[i]] = true; /* NUL, the literal's end, is one too */
    reader->specials[(unsigned char)setup->delimiter] = true;
    if (reader->block == NULL || reader->starts == NULL || reader->fields == NULL)
        status = tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", setup->name);
    if (status == TIE_OK)
        status = skip_mark(reader, err);
    if (status != TIE_OK)
        tie_csv_close(reader);
    else
        *reader_out = reader;
    return status;
}

void tie_csv_close(struct tie_csv_reader *reader)
{
    if (reader == NULL)
        return;
    tie_buf_release(&reader->row);
    free(reader->block);
    free(reader->starts);
    free(reader->fields);
    free(reader);
}

static enum tie_status begin_field(struct tie_csv_reader *reader, struct tie_error *err)
{
    reader->field_start = reader->here;
    if (reader->count == reader->setup.max_fields)
        return tie_fail(err, TIE_DATA, "%s:%" PRIu64 ": more than %zu fields; is the delimiter right?",
            reader->setup.name, reader->row_line, reader->setup.max_fields);
    reader->starts[reader->count++] = reader->row.size;
    reader->state = AT_FIELD;
    return TIE_OK;
}

static enum tie_status end_field(const struct tie_csv_reader *reader, struct tie_error *err)
{
    const size_t start = reader->starts[reader->count - 1];
    const size_t size = reader->row.size - start;

    if (size == 0 || tie_text_is_utf8((struct tie_text){ reader->row.at + start, size }, NULL))
        return TIE_OK;
    return fail_at(reader, reader->field_start, "not UTF-8 text; convert the file to UTF-8", err);
}

static enum tie_status end_row(struct tie_csv_reader *reader, struct tie_csv_row *row, struct tie_error *err)
{
    if (reader->width == 0)
        reader->width = reader->count;
    if (reader->count != reader->width)
        return tie_fail(err, TIE_DATA,
            "%s:%" PRIu64 ": %zu field%s, the first row has %zu; a field that holds the delimiter must be in quotes",
            reader->setup.name, reader->row_line, reader->count, reader->count == 1 ? "" : "s", reader->width);
    reader->starts[reader->count] = reader->row.size;
    for (size_t i = 0; i < reader->count; i++) {
        const size_t size = reader->starts[i + 1] - reader->starts[i];

        reader->fields[i] = size > 0 ? (struct tie_text){ reader->row.at + reader->starts[i], size } : TIE_TEXT("");
    }
    *row = (struct tie_csv_row){ reader->fields, reader->count, reader->row_line };
    return TIE_OK;
}

static enum tie_status keep(struct tie_csv_reader *reader, const char *bytes, size_t size, struct tie_error *err)
{
    tie_buf_put(&reader->row, bytes, size);
    if (!reader->row.failed)
        return TIE_OK;
    return tie_fail(err, TIE_DATA, "%s:%" PRIu64 ": the row is longer than %zu bytes; is a quote left open?",
        reader->setup.name, reader->row_line, reader->setup.max_row_bytes);
}

/* Takes the run of bytes that mean nothing but themselves. */
static enum tie_status take_run(struct tie_csv_reader *reader, struct tie_error *err)
{
    const char *const at = reader->block + reader->block_at;
    const size_t room = reader->block_size - reader->block_at;
    size_t size = 0;

    if (reader->state == IN_QUOTED) {
        while (size < room && at[size] != '"' && at[size] != '\n' && at[size] != '\0')
            size++;
    } else {
        while (size < room && !reader->specials[(unsigned char)at[size]])
            size++;
        if (size > 0)
            reader->state = IN_PLAIN;
    }
    reader->block_at += size;
    reader->here.byte += size;
    return size > 0 ? keep(reader, at, size, err) : TIE_OK;
}

static enum tie_status step_quoted(struct tie_csv_reader *reader, char c, struct tie_error *err)
{
    if (c == '\0')
        return fail_at(reader, reader->here, "a NUL byte; the file is no text", err);
    if (c == '"') {
        reader->state = AFTER_QUOTE;
        return TIE_OK;
    }
    return keep(reader, &c, 1, err);
}

/* One special byte outside quotes; *row_ends is set at the end of a row. */
static enum tie_status step_plain(struct tie_csv_reader *reader, char c, bool *row_ends, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (c == '"' && reader->state == AT_FIELD) {
        reader->state = IN_QUOTED;
        return TIE_OK;
    }
    if (c == '"' && reader->state == AFTER_QUOTE) { /* a doubled quote stands for one */
        reader->state = IN_QUOTED;
        return keep(reader, &c, 1, err);
    }
    if (c == '"')
        return fail_at(
            reader, reader->here, "a quote inside a field without quotes; quote the field and double the quote", err);
    if (c == '\0')
        return fail_at(reader, reader->here, "a NUL byte; the file is no text", err);
    if (c == '\r') {
        reader->state = AFTER_CR;
        return TIE_OK;
    }
    status = end_field(reader, err);
    if (status == TIE_OK)
        *row_ends = c == '\n';
    return status;
}

static enum tie_status end_of_file(struct tie_csv_reader *reader, bool *row_ends, bool *end, struct tie_error *err)
{
    if (reader->state == IN_QUOTED)
        return fail_at(reader, reader->field_start, "the quote that opens here is never closed", err);
    if (reader->state == AFTER_CR)
        return fail_at(reader, reader->here, "a carriage return without a line feed", err);
    *end = reader->count == 1 && reader->state == AT_FIELD; /* nothing behind the last line end */
    *row_ends = !*end;
    return end_field(reader, err);
}

/* One byte that take_run() left. */
static enum tie_status step(struct tie_csv_reader *reader, bool *row_ends, struct tie_error *err)
{
    const char c = reader->block[reader->block_at];
    enum tie_status status = TIE_OK;

    if (reader->state == AFTER_CR && c != '\n')
        return fail_at(reader, reader->here, "a carriage return without a line feed", err);
    if (reader->state == IN_QUOTED)
        status = step_quoted(reader, c, err);
    else if (reader->state == AFTER_QUOTE && !reader->specials[(unsigned char)c])
        return fail_at(reader, reader->here, "text after a closing quote; a quote inside must be doubled", err);
    else
        status = step_plain(reader, c, row_ends, err);
    if (status != TIE_OK)
        return status;
    reader->block_at++;
    reader->here.byte++;
    if (c == '\n') {
        reader->here.line++;
        reader->here.byte = 1;
    }
    return c == reader->setup.delimiter && reader->state != IN_QUOTED ? begin_field(reader, err) : TIE_OK;
}

enum tie_status tie_csv_next(struct tie_csv_reader *reader, struct tie_csv_row *row, bool *end, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    bool row_ends = false;

    *end = false;
    tie_buf_reset(&reader->row);
    reader->count = 0;
    reader->row_line = reader->here.line;
    TIE_TRY(begin_field(reader, err));
    while (!row_ends && !*end) {
        TIE_TRY(refill(reader, err));
        if (reader->at_end) {
            TIE_TRY(end_of_file(reader, &row_ends, end, err));
            continue;
        }
        if (reader->state == IN_QUOTED || reader->state == AT_FIELD || reader->state == IN_PLAIN)
            TIE_TRY(take_run(reader, err));
        if (reader->block_at < reader->block_size)
            TIE_TRY(step(reader, &row_ends, err));
    }
    if (row_ends)
        status = end_row(reader, row, err);
out:
    return status;
}

enum tie_status tie_csv_pull_fd(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    const struct tie_csv_fd *const source = state;
    ssize_t size = 0;

    do
        size = read(source->fd, buffer, room);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", source->name);
    *got = (size_t)size;
    return TIE_OK;
}

enum tie_status tie_csv_pull_text(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct tie_text *const text = state;
    const size_t size = text->size < room ? text->size : room;

    (void)err;
    memcpy(buffer, text->at, size);
    text->at += size;
    text->size -= size;
    *got = size;
    return TIE_OK;
}
