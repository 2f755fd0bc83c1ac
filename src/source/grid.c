/*
 * grid.c - the cells of a grid of CSV or of lines of COPY, a column at a time.
 *
 *     grid, 64 rows -> for each column: one loop that knows its type -> cells, row behind row; marks of odd rows
 *
 * A loop takes what needs no second look: a text that is its own value, an empty cell that may be empty, a number or a
 * word that is read well. Everything else, above all what will be rejected, makes its row odd, and the caller reads an
 * odd row as if no grid had been there: cell.c stays the only place that refuses.
 *
 * Invariant: a row that is not odd has the cells that tie_cell_read() gives, no figure was rounded and no cell points
 * anywhere but into the grid's bytes, the memory of a column, or a map. Therefore columns that need room beside their
 * text (hashes) are none for a grid.
 */
#include "intake.h"

#include "tieout/bytes.h"
#include "tieout/csv.h"

#include <string.h>

bool tie_grid_takes(const struct tie_cell_rule *rule)
{
    return rule->column->type != TIE_TYPE_HASH;
}

static void read_texts(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells)
{
    const size_t text_max = rule->text_max;
    struct tie_cell *to = cells->column;

    for (size_t row = 0; row < cells->rows; row++, to += cells->stride) {
        const struct tie_text text = tie_csv_field(grid, first + row, field);

        to->text = text; /* the text of a text column is never NULL */
        if (text.size - 1 >= text_max)
            cells->is_odd[row] |= text.size > 0 || !rule->may_be_empty;
        else
            cells->is_odd[row] |= (unsigned char)text.at[0] <= ' ' || (unsigned char)text.at[text.size - 1] <= ' ';
    }
}

static void read_decimals(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells)
{
    const int64_t least = rule->is_above_zero ? 1 : rule->is_not_negative || rule->is_fraction ? 0 : INT64_MIN;
    const int64_t most = rule->is_fraction ? TIE_DEC_ONE : INT64_MAX;
    struct tie_cell *to = cells->column;

    for (size_t row = 0; row < cells->rows; row++, to += cells->stride) {
        const struct tie_text text = tie_csv_field(grid, first + row, field);

        to->number = TIE_NONE;
        if (text.size == 0)
            cells->is_odd[row] |= !rule->may_be_empty;
        else
            cells->is_odd[row] |= tie_dec_from_text(text, &to->number) != TIE_DEC_EXACT || to->number < least ||
                to->number > most;
    }
}

static void read_instants(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells)
{
    struct tie_cell *to = cells->column;
    struct tie_day_hint hint = { .text = "" };

    for (size_t row = 0; row < cells->rows; row++, to += cells->stride) {
        const struct tie_text text = tie_csv_field(grid, first + row, field);
        tie_instant at = TIE_NONE;
        bool has_offset = true;

        if (text.size == 0)
            cells->is_odd[row] |= !rule->may_be_empty;
        else
            cells->is_odd[row] |= !tie_instant_from_text_near(&hint, text, &at, &has_offset);
        to->number = has_offset || at == TIE_NONE ? at : tie_zone_to_utc(rule->zone, at);
    }
}

static void read_others(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells)
{
    struct tie_cell *to = cells->column;
    struct tie_text last = { "", 0 };
    struct tie_buf reason; /* of an odd row, which will be given again */
    char room[TIE_CELL_ROOM];

    tie_buf_init(&reason, 4096);
    for (size_t row = 0; row < cells->rows; row++, to += cells->stride) {
        const struct tie_raw raw = { .text = tie_csv_field(grid, first + row, field), .is_plain = true };

        if (row > 0 && !cells->is_odd[row - 1] && raw.text.size == last.size &&
            tie_bytes_same(raw.text.at, last.at, last.size))
            *to = to[-(ptrdiff_t)cells->stride];
        else
            cells->is_odd[row] |= tie_cell_read(rule, &raw, to, room, &reason) >= TIE_CELL_ROUNDED;
        last = raw.text;
    }
    tie_buf_release(&reason);
}

void tie_grid_read(const struct tie_cell_rule *rule, const struct tie_csv_grid *grid, size_t first, size_t field,
    const struct tie_grid_cells *cells)
{
    if (rule->is_text)
        read_texts(rule, grid, first, field, cells);
    else if (rule->column->type == TIE_TYPE_DECIMAL)
        read_decimals(rule, grid, first, field, cells);
    else if (rule->column->type == TIE_TYPE_INSTANT)
        read_instants(rule, grid, first, field, cells);
    else
        read_others(rule, grid, first, field, cells);
}
