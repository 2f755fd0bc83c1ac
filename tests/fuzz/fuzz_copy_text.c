/*
 * fuzz_copy_text.c - one line of COPY TO STDOUT in text format.
 *
 * The first byte is the number of fields, the rest the line. Properties: the split succeeds exactly when the line has
 * that many fields; each cell is what a naive reading of the escapes gives; NULL is the bare \N alone; cells written
 * as the server writes them split into the same cells.
 */
#include "fuzz.h"

#include "../../src/source/driver.h"

#include <string.h>

enum { FIELDS_MAX = 8 };

static const char letters[] = "bfnrtv", controls[] = "\b\f\n\r\t\v";

static void naive_cell(struct tie_text field, struct tie_buf *out)
{
    for (size_t i = 0; i < field.size; i++) {
        const char *letter = NULL;

        if (field.at[i] == '\\' && i + 1 < field.size)
            letter = memchr(letters, field.at[++i], sizeof letters - 1);
        tie_buf_char(out, letter == NULL ? field.at[i] : controls[letter - letters]);
    }
}

/* As CopyAttributeOutText of the server does. */
static void write_cell(struct tie_buf *out, const struct tie_raw *cell)
{
    if (cell->is_null)
        tie_buf_text(out, "\\N");
    for (size_t i = 0; i < cell->text.size; i++) {
        const char c = cell->text.at[i], *control = memchr(controls, c, sizeof controls - 1);

        if (c == '\\' || control != NULL)
            tie_buf_char(out, '\\');
        tie_buf_char(out, control != NULL ? letters[control - controls] : c);
    }
}

static void check_cells(struct tie_text line, const struct tie_raw *cells, size_t count)
{
    struct tie_text rest = line;

    for (size_t i = 0; i < count; i++) {
        const struct tie_text field = tie_text_cut(&rest, '\t');
        struct tie_buf want;

        tie_buf_init(&want, SIZE_MAX);
        FUZZ_HOLDS(cells[i].is_null == tie_text_is(field, "\\N") && !cells[i].is_integer);
        if (!cells[i].is_null)
            naive_cell(field, &want);
        FUZZ_HOLDS(tie_text_equal(cells[i].text, tie_buf_slice(&want)));
        tie_buf_release(&want);
    }
}

static void round_trip(const struct tie_raw *cells, size_t count)
{
    struct tie_raw again[FIELDS_MAX];
    struct tie_buf line;

    tie_buf_init(&line, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            tie_buf_char(&line, '\t');
        write_cell(&line, &cells[i]);
    }
    tie_buf_char(&line, '\n'); /* so that an empty line has a block of its own too */
    FUZZ_HOLDS(tie_pg_copy_split(line.at, line.size - 1, again, count));
    for (size_t i = 0; i < count; i++) {
        FUZZ_HOLDS(again[i].is_null == cells[i].is_null);
        FUZZ_HOLDS(tie_text_equal(again[i].text, cells[i].text));
    }
    tie_buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const size_t count = (size > 0 ? bytes[0] % FIELDS_MAX : 0) + 1;
    const struct tie_text line = { (const char *)bytes + (size > 0), size - (size > 0) };
    struct tie_raw cells[FIELDS_MAX];
    struct tie_buf copy;
    size_t tabs = 0;

    tie_buf_init(&copy, SIZE_MAX);
    tie_buf_put(&copy, line.at, line.size);
    tie_buf_char(&copy, '\n');
    for (size_t i = 0; i < line.size; i++)
        tabs += line.at[i] == '\t';
    if (tie_pg_copy_split(copy.at, line.size, cells, count)) {
        FUZZ_HOLDS(tabs + 1 == count);
        check_cells(line, cells, count);
        round_trip(cells, count);
    } else {
        FUZZ_HOLDS(tabs + 1 != count);
    }
    tie_buf_release(&copy);
    return 0;
}
