/*
 * pg_lines.c - lines of COPY's text form, gathered until they are worth a grid (csv.h), which is read column by column.
 *
 *     line    W O - 1 \t \N \t 2 . 5 \n         as libpq hands it out
 *     marks  0        4   4 5     8      11       before and behind each field; behind a NULL at once
 *
 * Sixteen bytes at a time: tabs are marks, and a backslash or what is no printable ASCII makes the line odd. Such a
 * line is gathered all the same when its backslashes are NULLs and its bytes UTF-8. What else there is (an escape, a
 * control character, another number of fields, great length) is not taken: it goes the way of one line
 * (tie_pg_copy_split).
 *
 * Invariant: each field of a line that was taken is the text that tie_pg_copy_split() finds, and "" for NULL; so the
 * grid keeps what csv.h promises of one. Rows keep their order, because a line that is not taken lets the
 * others go first.
 * Rejected: a second parse of libpq's buffer without its copy of each line (its insides are not ours).
 */
#include "driver.h"

#include "tieout/bytes.h"
#include "tieout/csv.h"

#include <string.h>

enum { LINES = 64, BLOCK_BYTES = 32 * 1024, LINE_BYTES_MAX = BLOCK_BYTES / 4, STEP = 2 };

void tie_pg_lines_init(
    struct tie_pg_lines *lines, struct tie_arena *arena, const struct tie_row_sink *sink, size_t width)
{
    uint32_t *const marks = TIE_TAKE(arena, uint32_t, 1 + (size_t)LINES * STEP * width);

    marks[0] = UINT32_MAX; /* the place before the block */
    *lines = (struct tie_pg_lines){ .sink = sink,
        .cells = TIE_TAKE(arena, struct tie_raw, width + 1),
        .block = TIE_TAKE(arena, char, BLOCK_BYTES + sizeof(tie_bytes)),
        .marks = marks + 1,
        .width = width };
}

/* Whether a byte is a backslash or no printable ASCII, tabs apart (DEL passes for it). */
static inline tie_bytes odds_of(tie_bytes part, tie_bytes tabs)
{
    /* as signed numbers, bytes above 0x7F are less than a blank too */
    return ((tie_bytes)((tie_signed_bytes)part < (tie_signed_bytes)tie_bytes_each(' ')) & ~tabs) |
        (tie_bytes)(part == tie_bytes_each('\\'));
}

/* Marks of the `size` bytes behind what is in the block. False: they have not `width` fields. */
static inline bool mark_line(struct tie_pg_lines *lines, size_t size, bool *is_odd)
{
    char *const line = lines->block + lines->used;
    uint32_t *mark = lines->marks + lines->rows * STEP * lines->width, *const last = mark + STEP * (lines->width - 1);
    const tie_bytes blanks = tie_bytes_each(' ');
    tie_bytes odd = { 0 };

    memcpy(line + size, &blanks, sizeof blanks); /* no mark, and not odd */
    mark[-1] = (uint32_t)lines->used - 1;
    for (size_t at = 0; at < size; at += sizeof(tie_bytes)) {
        tie_bytes part, tabs;

        memcpy(&part, line + at, sizeof part);
        tabs = (tie_bytes)(part == tie_bytes_each('\t'));
        odd |= odds_of(part, tabs);
        for (unsigned hits = tie_bytes_mask(tabs); hits != 0; hits &= hits - 1, mark += STEP) {
            if (mark == last)
                return false;
            mark[0] = mark[1] = (uint32_t)(lines->used + at) + (uint32_t)__builtin_ctz(hits);
        }
    }
    *is_odd = tie_bytes_mask(odd) != 0;
    *mark = (uint32_t)(lines->used + size);
    return mark == last;
}

/* A field that is \N is empty from here on, its two bytes are blanks. */
static void empty_nulls(struct tie_pg_lines *lines)
{
    uint32_t *mark = lines->marks + lines->rows * STEP * lines->width;

    for (size_t i = 0; i < lines->width; i++, mark += STEP) {
        char *const field = lines->block + (mark[-1] + 1);

        if (mark[0] - mark[-1] != 3 || field[0] != '\\' || field[1] != 'N')
            continue;
        field[0] = field[1] = ' ';
        mark[0] = mark[-1] + 1;
    }
}

/* Whether the bytes, behind which are blanks, are fields as they stand: UTF-8, no escapes, no control characters. */
static bool is_text(struct tie_text line)
{
    tie_bytes odd = { 0 };

    for (size_t at = 0; at < line.size; at += sizeof(tie_bytes)) {
        tie_bytes part;

        memcpy(&part, line.at + at, sizeof part);
        odd |= odds_of(part, (tie_bytes)(part == tie_bytes_each('\t')));
    }
    if (tie_bytes_mask(odd) == 0)
        return true;
    for (size_t i = 0; i < line.size; i++)
        if (line.at[i] == '\\' || ((unsigned char)line.at[i] < ' ' && line.at[i] != '\t'))
            return false;
    return tie_text_is_utf8(line, NULL);
}

/* Gathers a line, for which there is room if it is not too long. False: it is not for a grid. */
static bool take(struct tie_pg_lines *lines, const char *line, size_t size)
{
    char *const to = lines->block + lines->used;
    bool is_odd = false;

    if (size > LINE_BYTES_MAX || lines->width == 0)
        return false;
    memcpy(to, line, size);
    if (!mark_line(lines, size, &is_odd))
        return false;
    if (is_odd) {
        empty_nulls(lines);
        if (!is_text((struct tie_text){ to, size }))
            return false;
    }
    lines->used += size;
    lines->rows++;
    return true;
}

enum tie_status tie_pg_lines_end(struct tie_pg_lines *lines, struct tie_error *err)
{
    const struct tie_csv_grid grid = { .block = lines->block,
        .marks = lines->marks,
        .rows = lines->rows,
        .width = lines->width,
        .stride = STEP * lines->width,
        .step = STEP };

    if (grid.rows == 0)
        return TIE_OK;
    TIE_ASSERT(lines->sink->grid != NULL); /* for others nothing is gathered */
    lines->rows = lines->used = 0;
    return lines->sink->grid(lines->sink->context, &grid, err);
}

enum tie_status tie_pg_lines_put(
    struct tie_pg_lines *lines, char *line, size_t size, bool *has_fields, struct tie_error *err)
{
    const struct tie_row_sink *sink = lines->sink;
    enum tie_status status = TIE_OK;

    *has_fields = true;
    if (lines->rows == LINES || lines->used >= BLOCK_BYTES - LINE_BYTES_MAX)
        TIE_TRY(tie_pg_lines_end(lines, err));
    if (sink->grid != NULL && take(lines, line, size))
        return TIE_OK;
    TIE_TRY(tie_pg_lines_end(lines, err));
    *has_fields = tie_pg_copy_split(line, size, lines->cells, lines->width);
    if (*has_fields)
        status = sink->row(sink->context, lines->cells, err);
out:
    return status;
}
