/*
 * fuzz_copy_binary.c - the stream of COPY TO STDOUT (FORMAT binary).
 *
 * The first byte chooses the columns (a cut of the table of types), the second whether the stream is taken as it is or
 * behind a right header; the rest is the stream. Properties:
 *   - messages of one byte, of some bytes and the whole at once give the same rows and the same end;
 *   - a cell that came with a number has a text that reads as that number, by the readers of the text form;
 *   - a stream is whole only with its end mark behind the last row and nothing behind it.
 */
#include "fuzz.h"

#include "../../src/source/driver.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 4 };

static const unsigned oids[] = { 16, 20, 21, 23, 25, 1082, 1114, 1184, 1700, 2950 };
static const char header[] = "PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0"; /* with the literal's end 19 bytes */

static void check_cell(const struct tie_raw *cell)
{
    int64_t number = 0;
    tie_date date = TIE_NO_DATE;
    bool has_offset = false;

    FUZZ_HOLDS(!cell->is_integer && (!cell->is_null || cell->form == TIE_FORM_TEXT));
    switch (cell->form) {
    case TIE_FORM_TEXT: return;
    case TIE_FORM_INTEGER: FUZZ_HOLDS(tie_int_from_text(cell->text, &number)); break;
    case TIE_FORM_DECIMAL: FUZZ_HOLDS(tie_dec_from_text(cell->text, &number) == TIE_DEC_EXACT); break;
    case TIE_FORM_ROUNDED: FUZZ_HOLDS(tie_dec_from_text(cell->text, &number) == TIE_DEC_ROUNDED); break;
    case TIE_FORM_DATE:
        FUZZ_HOLDS(tie_date_from_text(cell->text, &date));
        number = date;
        break;
    case TIE_FORM_NAIVE:
    case TIE_FORM_INSTANT:
        FUZZ_HOLDS(tie_instant_from_text(cell->text, &number, &has_offset));
        FUZZ_HOLDS(has_offset == (cell->form == TIE_FORM_INSTANT));
        break;
    }
    FUZZ_HOLDS(number == cell->integer);
}

static bool read_all(
    struct tie_text stream, size_t piece, tie_pg_decode *const *decode, size_t count, struct tie_buf *seen)
{
    struct tie_raw cells[COLUMNS_MAX];
    size_t starts[COLUMNS_MAX];
    struct tie_pg_binary binary;
    enum tie_pg_step step = TIE_PG_MORE;

    tie_pg_binary_init(&binary, decode, starts, count);
    while (stream.size > 0 && step == TIE_PG_MORE) {
        const size_t size = piece < stream.size ? piece : stream.size;
        char *message = malloc(size); /* of its exact size, and gone with the next */

        FUZZ_HOLDS(message != NULL);
        memcpy(message, stream.at, size);
        stream.at += size;
        stream.size -= size;
        tie_pg_binary_feed(&binary, message, size);
        while ((step = tie_pg_binary_next(&binary, cells)) == TIE_PG_ROW)
            for (size_t i = 0; i < count; i++) {
                check_cell(&cells[i]);
                tie_buf_char(seen, cells[i].is_null ? 'N' : 'V');
                fuzz_put(seen, cells[i].text);
            }
        free(message);
    }
    FUZZ_HOLDS(step != TIE_PG_BAD || (binary.trouble != NULL && binary.trouble[0] != '\0'));
    tie_buf_char(seen, step == TIE_PG_BAD ? 'B' : 'M');
    const bool is_whole = step == TIE_PG_MORE && tie_pg_binary_is_whole(&binary);
    tie_pg_binary_release(&binary);
    return is_whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const size_t pieces[] = { SIZE_MAX, 1, 5 };
    struct fuzz_input input = { bytes, size };
    const unsigned columns = (unsigned)fuzz_take(&input, 1), how = (unsigned)fuzz_take(&input, 1);
    const size_t count = columns / 10 % COLUMNS_MAX + 1;
    tie_pg_decode *decode[COLUMNS_MAX];
    struct tie_buf stream, first, other;

    for (size_t i = 0; i < count; i++)
        decode[i] = tie_pg_type_find(oids[(columns + i) % TIE_COUNT_OF(oids)])->binary;
    tie_buf_init(&stream, SIZE_MAX);
    tie_buf_init(&first, SIZE_MAX);
    tie_buf_init(&other, SIZE_MAX);
    if (how % 4 > 0)
        tie_buf_put(&stream, header, sizeof header);
    tie_buf_put(&stream, input.at, input.left);
    if (how % 4 == 2)
        tie_buf_put(&stream, "\xFF\xFF", 2);
    const bool is_whole = read_all(tie_buf_slice(&stream), pieces[0], decode, count, &first);
    for (size_t i = 1; i < TIE_COUNT_OF(pieces); i++) {
        tie_buf_reset(&other);
        FUZZ_HOLDS(read_all(tie_buf_slice(&stream), pieces[i], decode, count, &other) == is_whole);
        FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&first), tie_buf_slice(&other)));
    }
    if (is_whole) {
        FUZZ_HOLDS(stream.size >= 2 && memcmp(stream.at + stream.size - 2, "\xFF\xFF", 2) == 0);
        tie_buf_char(&stream, '\0');
        tie_buf_reset(&other);
        FUZZ_HOLDS(!read_all(tie_buf_slice(&stream), SIZE_MAX, decode, count, &other));
        tie_buf_reset(&other);
        FUZZ_HOLDS(!read_all((struct tie_text){ stream.at, stream.size - 2 }, SIZE_MAX, decode, count, &other));
    }
    tie_buf_release(&stream);
    tie_buf_release(&first);
    tie_buf_release(&other);
    return 0;
}
