/*
 * csv_reader.c - a strict reader for delimited text: quick where a row is plain, careful where it is not.
 *
 *     pull -> block -> marks of what may mean something (csv_index.c) -> rows as slices of the block, or as a grid
 *                 \_ not UTF-8, a doubled quote, anything else -> the careful way, byte by byte, into `row`
 *
 * The quick way takes a row only if it lies whole in a block of good UTF-8, ends in LF or CRLF, has the right number of
 * fields, and its quotes stand at the ends of fields. It judges nothing: whatever it doesn't take, it leaves untouched
 * for the careful way, which alone knows what is refused and in which words. There it is one pass, one state per byte,
 * with a run of ordinary bytes taken at once; the bytes of a row are gathered unquoted in one buffer, and fields are
 * offsets into it until the row is whole, because it may move while it grows.
 *
 * Rows without quotes and with the right number of fields, one behind the other, are a grid of marks: nothing is
 * written down for a field, and a caller may read it column by column.
 *
 * Invariant: every input byte is part of a field, a delimiter, a quote or a line end, or the file is refused. Nothing
 * is guessed: a lenient reader shifts columns when a vendor forgets a quote, and money lands in the wrong field.
 * A row that crosses the end of the block is moved to its start and the block filled up. A failure of the source is
 * told after the rows before it.
 */
#include "csv_index.h"

#include "tieout/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The block and its marks stay in a second-level cache. */
enum { BLOCK_BYTES = 128 * 1024, BLOCK_BYTES_LEAST = 8, DEFAULT_ROW_BYTES = 16 * 1024 * 1024, DEFAULT_FIELDS = 4096 };

enum quick { QUICK_ROW, QUICK_CUT, QUICK_ODD }; /* taken; goes on behind the block; for the careful way */
enum state { AT_FIELD, IN_PLAIN, IN_QUOTED, AFTER_QUOTE, AFTER_CR };

struct place {
    uint64_t line, byte; /* from 1 */
};

struct tie_csv_reader {
    struct tie_csv_setup setup;
    char *block; /* with NULs behind, up to the next window */
    size_t block_at, block_size;
    uint32_t *marks; /* of the block; the last is block_size. Before the first stands the place before the block */
    uint32_t *all_marks;
    size_t mark_count; /* without the last */
    size_t mark_at;    /* the first that is not before block_at, when the quick way looks */
    bool is_clean;     /* the block's whole lines are UTF-8 */
    bool is_ascii;     /* no byte of the block is above 0x7F */
    bool source_ended;
    enum tie_status source_status; /* with `trouble`: told when the block is used up */
    struct tie_error trouble;
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

/* ---- the block ---- */

static void index_block(struct tie_csv_reader *reader)
{
    struct tie_text lines = { reader->block, 0 };
    size_t count = 0;

    memset(reader->block + reader->block_size, '\0', TIE_CSV_WINDOW);
    count = tie_csv_index(reader->block, reader->block_size, reader->setup.delimiter, reader->marks, &reader->is_ascii);
    reader->mark_count = count;
    while (count > 0 && reader->block[reader->marks[count - 1]] != '\n')
        count--;
    lines.size = count == 0 ? 0 : reader->marks[count - 1];
    reader->mark_at = 0;
    reader->is_clean = count > 0 &&
        (reader->is_ascii ? memchr(lines.at, '\0', lines.size) == NULL : tie_text_is_utf8(lines, NULL));
}

/* Moves what is left of the block to its start and fills it up. */
static enum tie_status fill(struct tie_csv_reader *reader, struct tie_error *err)
{
    size_t got = 1;

    if (reader->block_at > 0)
        memmove(reader->block, reader->block + reader->block_at, reader->block_size - reader->block_at);
    reader->block_size -= reader->block_at;
    reader->block_at = 0;
    while (!reader->source_ended && reader->block_size < reader->setup.block_bytes) {
        got = 0;
        reader->source_status = reader->setup.pull(reader->setup.state, reader->block + reader->block_size,
            reader->setup.block_bytes - reader->block_size, &got, &reader->trouble);
        reader->block_size += reader->source_status == TIE_OK ? got : 0;
        reader->source_ended = got == 0 || reader->source_status != TIE_OK;
    }
    index_block(reader);
    if (reader->block_size > 0 || reader->source_status == TIE_OK)
        return TIE_OK;
    if (err != NULL)
        *err = reader->trouble;
    return reader->source_status;
}

/* For the careful way: at least one byte, or at_end. */
static enum tie_status refill(struct tie_csv_reader *reader, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (reader->at_end || reader->block_at < reader->block_size)
        return TIE_OK;
    status = fill(reader, err);
    reader->at_end = reader->block_size == 0;
    return status;
}

static enum tie_status skip_mark(struct tie_csv_reader *reader, struct tie_error *err)
{
    const enum tie_status status = fill(reader, err);

    if (status != TIE_OK)
        return status;
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
    if (setup->block_bytes == 0 || setup->block_bytes > BLOCK_BYTES)
        reader->setup.block_bytes = BLOCK_BYTES;
    if (reader->setup.block_bytes < BLOCK_BYTES_LEAST)
        reader->setup.block_bytes = BLOCK_BYTES_LEAST;
    reader->here = (struct place){ 1, 1 };
    tie_buf_init(&reader->row, reader->setup.max_row_bytes);
    reader->block = malloc(reader->setup.block_bytes + TIE_CSV_WINDOW);
    reader->all_marks = calloc(1 + reader->setup.block_bytes + TIE_CSV_WINDOW, sizeof *reader->all_marks);
    reader->starts = calloc(reader->setup.max_fields + 1, sizeof *reader->starts);
    reader->fields = calloc(reader->setup.max_fields, sizeof *reader->fields);
    for (size_t i = 0; i < sizeof "\"\r\n"; i++)
        reader->specials[(unsigned char)"\"\r\n"[i]] = true; /* NUL, the literal's end, is one too */
    reader->specials[(unsigned char)setup->delimiter] = true;
    if (reader->block == NULL || reader->all_marks == NULL || reader->starts == NULL || reader->fields == NULL)
        TIE_TRY(tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", setup->name));
    reader->all_marks[0] = UINT32_MAX;
    reader->marks = reader->all_marks + 1;
    status = skip_mark(reader, err);
out:
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
    free(reader->all_marks);
    free(reader->starts);
    free(reader->fields);
    free(reader);
}

/* ---- the careful way ---- */

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
    *row = (struct tie_csv_row){ reader->fields, reader->count, reader->row_line, false };
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

static enum tie_status take_careful(
    struct tie_csv_reader *reader, struct tie_csv_row *row, bool *end, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    bool row_ends = false;

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
    while (reader->marks[reader->mark_at] < reader->block_at)
        reader->mark_at++;
    if (row_ends)
        status = end_row(reader, row, err);
out:
    return status;
}

/* ---- the quick way ---- */

/* A field that opens with a quote at *mark: its text, and *mark behind the closing one. False: cut or odd. */
static inline bool take_quoted(
    const struct tie_csv_reader *reader, const uint32_t **mark, struct tie_text *field, uint64_t *lines)
{
    const char *const block = reader->block;
    const uint32_t *const open = (*mark)++;

    while (block[**mark] != '"' && **mark < reader->block_size)
        *lines += block[*(*mark)++] == '\n';
    if (**mark == reader->block_size)
        return false;
    *field = (struct tie_text){ block + *open + 1, **mark - *open - 1 };
    (*mark)++;
    return (*mark)[0] == (*mark)[-1] + 1; /* a delimiter or line end at once; another quote is odd to the caller */
}

static enum quick take_quick(struct tie_csv_reader *reader, struct tie_csv_row *row)
{
    const char *const block = reader->block;
    const char delimiter = reader->setup.delimiter;
    const size_t width = reader->width != 0 ? reader->width : reader->setup.max_fields;
    const uint32_t *mark = reader->marks + reader->mark_at;
    size_t at = reader->block_at, count = 0;
    uint64_t lines = 1;
    char c = delimiter;

    for (; c == delimiter && count < width; count++) {
        struct tie_text *field = &reader->fields[count];

        if (block[at] != '"')
            *field = (struct tie_text){ block + at, *mark - at };
        else if (!take_quoted(reader, &mark, field, &lines))
            return *mark == reader->block_size ? QUICK_CUT : QUICK_ODD;
        c = block[*mark];
        at = *mark++ + 1;
    }
    if (at > reader->block_size)
        return QUICK_CUT;
    if (c == '\r' && block[at] == '\n') {
        c = '\n';
        at = *mark++ + 1;
    }
    if (c != '\n' || (reader->width != 0 && count != width) || at - reader->block_at > reader->setup.max_row_bytes)
        return c == '\r' && at == reader->block_size ? QUICK_CUT : QUICK_ODD;
    reader->width = count;
    *row = (struct tie_csv_row){ reader->fields, count, reader->here.line, reader->is_ascii && lines == 1 };
    reader->mark_at = (size_t)(mark - reader->marks);
    reader->block_at = at;
    reader->here.line += lines;
    return QUICK_ROW;
}

enum tie_status tie_csv_next(struct tie_csv_reader *reader, struct tie_csv_row *row, bool *end, struct tie_error *err)
{
    enum quick quick = QUICK_CUT;
    enum tie_status status = TIE_OK;

    *end = false;
    for (;;) {
        quick = reader->is_clean ? take_quick(reader, row) : QUICK_ODD;
        if (quick == QUICK_ROW)
            return TIE_OK;
        if (quick == QUICK_ODD || reader->source_ended || (reader->block_at == 0 && reader->block_size > 0))
            break;
        TIE_TRY(fill(reader, err));
    }
    status = take_careful(reader, row, end, err);
out:
    return status;
}

/* ---- rows as a grid ---- */

/* Whether the row whose marks these are has `width` fields and no quote. */
static inline bool is_regular(const struct tie_csv_reader *reader, const uint32_t *marks, size_t stride)
{
    const char *const block = reader->block;
    const size_t width = reader->width;
    int odd = block[marks[stride - 1]] ^ '\n';

    for (size_t i = 0; i + 1 < width; i++)
        odd |= block[marks[i]] ^ reader->setup.delimiter;
    if (stride > width)
        odd |= (block[marks[width - 1]] ^ '\r') | (marks[width] != marks[width - 1] + 1);
    return odd == 0 && marks[stride - 1] - marks[-1] <= reader->setup.max_row_bytes;
}

bool tie_csv_next_grid(struct tie_csv_reader *reader, struct tie_csv_grid *grid)
{
    const uint32_t *const marks = reader->marks + reader->mark_at, *next = marks;
    const uint32_t *const end = reader->marks + reader->mark_count;
    size_t stride = reader->width;

    if (!reader->is_clean || stride == 0 || marks + stride > end || marks[-1] + 1 != (uint32_t)reader->block_at)
        return false;
    stride += reader->block[marks[stride - 1]] == '\r';
    while ((size_t)(end - next) >= stride && is_regular(reader, next, stride))
        next += stride;
    if (next == marks)
        return false;
    *grid = (struct tie_csv_grid){ reader->block, marks, (size_t)(next - marks) / stride, reader->width, stride, 1,
        reader->here.line };
    reader->mark_at = (size_t)(next - reader->marks);
    reader->block_at = next[-1] + (size_t)1;
    reader->here.line += grid->rows;
    return true;
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
