/*
 * correction_rows.c - the rows of a correction file in the layout that its format asks for, and read back from it.
 *
 * Named: the columns that the rows fill, in the order of the format. Positional: as many cells as the ERP counts, each
 * column at its place, gaps empty, the end marker behind the last. Cells are UTF-8 here and become the file's encoding
 * only on their way to it; format_fit() let nothing pass that it lacks.
 * Invariant: what the CSV reader gets back, turned to UTF-8 again, is cell by cell what was meant, headers included.
 */
#include "correction_rows.h"

#include <string.h>

void correction_rows_init(struct correction_rows *rows, struct tie_arena *arena, const struct format_layout *layout,
    size_t count, const struct correction_row *const *at)
{
    const struct format_document *document = at[0]->document;
    const size_t room = layout->is_positional ? document->width : document->column_count;

    *rows = (struct correction_rows){
        .layout = layout, .columns = TIE_TAKE(arena, const struct format_column *, room + 1), .count = count, .at = at
    };
    for (size_t c = 0; c < document->column_count; c++) {
        const struct format_column *column = &document->columns[c];

        if (layout->is_positional)
            rows->columns[column->position - 1] = column;
        else if ((at[0]->columns >> c & 1) != 0)
            rows->columns[rows->width++] = column;
    }
    if (layout->is_positional)
        rows->width = document->width + (layout->end_marker[0] != '\0');
}

/* The cell that row `row` means at place `place`; of the header when row is NULL. */
static const char *cell_at(const struct correction_rows *rows, const struct correction_row *row, size_t place)
{
    const struct format_column *column = rows->columns[place];

    if (column == NULL)
        return place + 1 == rows->width ? rows->layout->end_marker : "";
    return row == NULL ? column->header : row->cells[column - row->document->columns];
}

/* ---- writing ---- */

/* Each character of two bytes (C2 or C3 first) becomes one. */
static void put_iso_8859_1(struct tie_csv_writer *writer, struct tie_buf *bytes, const char *text)
{
    tie_buf_reset(bytes);
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at < 0x80) {
            tie_buf_char(bytes, (char)*at);
        } else {
            tie_buf_char(bytes, (char)((*at & 0x03) << 6 | (at[1] & 0x3f)));
            at++;
        }
    }
    TIE_ASSERT(!bytes->failed);
    tie_csv_put(writer, tie_buf_slice(bytes));
}

void correction_rows_put(const struct correction_rows *rows, struct tie_out *out)
{
    const struct format_layout *layout = rows->layout;
    struct tie_csv_writer writer;
    struct tie_buf bytes;

    tie_buf_init(&bytes, 1 << 24);
    tie_csv_writer_init(&writer, out, layout->delimiter);
    writer.quote = layout->quote;
    writer.ends_lf = layout->ends_lf;
    if (layout->encoding == FORMAT_UTF_8_BOM)
        tie_out_text(out, "\xEF\xBB\xBF");
    for (size_t r = layout->has_header ? 0 : 1; r <= rows->count; r++) {
        for (size_t c = 0; c < rows->width; c++) {
            const char *cell = cell_at(rows, r == 0 ? NULL : rows->at[r - 1], c);

            if (layout->encoding == FORMAT_ISO_8859_1)
                put_iso_8859_1(&writer, &bytes, cell);
            else
                tie_csv_put(&writer, tie_text_of(cell));
        }
        tie_csv_end_row(&writer);
    }
    tie_buf_release(&bytes);
}

/* ---- reading back ---- */

struct decoder {
    tie_csv_pull pull;
    void *state;
    const char *name;
};

static enum tie_status pull_iso_8859_1(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct decoder *decoder = state;
    unsigned char bytes[4096];
    size_t count = 0;
    enum tie_status status = TIE_OK;

    *got = 0;
    TIE_ASSERT(room >= 2);
    TIE_TRY(
        decoder->pull(decoder->state, (char *)bytes, room / 2 < sizeof bytes ? room / 2 : sizeof bytes, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] >= 0x80)
            buffer[(*got)++] = (char)(0xc0 | bytes[i] >> 6);
        buffer[(*got)++] = (char)(bytes[i] < 0x80 ? bytes[i] : 0x80 | (bytes[i] & 0x3f));
    }
out:
    return status;
}

enum tie_status correction_rows_differ(const char *name, uint64_t row, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_IO, "%s: read back, row %llu %s; nothing is published. Check the disk, then run again",
        name, (unsigned long long)row, what);
}

static enum tie_status check_row(const struct correction_rows *rows, const struct tie_csv_row *row, uint64_t number,
    const char *name, struct tie_error *err)
{
    if (number > rows->count || row->count != rows->width)
        return correction_rows_differ(name, number, "is not one that was written", err);
    for (size_t c = 0; c < row->count; c++)
        if (!tie_text_is(row->fields[c], cell_at(rows, number == 0 ? NULL : rows->at[number - 1], c)))
            return correction_rows_differ(name, number, "is not what was written", err);
    return TIE_OK;
}

enum tie_status correction_rows_read(const struct correction_rows *rows, const char *name, tie_csv_pull pull,
    void *pull_state, correction_see_row see, void *see_state, struct tie_error *err)
{
    struct decoder decoder = { pull, pull_state, name };
    const bool is_decoded = rows->layout->encoding == FORMAT_ISO_8859_1;
    const struct tie_csv_setup setup = { .name = name,
        .delimiter = rows->layout->delimiter,
        .pull = is_decoded ? pull_iso_8859_1 : pull,
        .state = is_decoded ? &decoder : pull_state };
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_row row;
    uint64_t number = rows->layout->has_header ? 0 : 1;
    bool end = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_csv_open(&setup, &reader, err));
    for (;; number++) {
        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        TIE_TRY(check_row(rows, &row, number, name, err));
        if (number > 0 && see != NULL)
            TIE_TRY(see(see_state, &row, number, err));
    }
    if (number != rows->count + 1)
        status = correction_rows_differ(name, number - 1, "is the last one; rows are missing", err);
out:
    tie_csv_close(reader);
    return status;
}
