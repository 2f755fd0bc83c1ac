/*
 * cell.c - generic access to the cells of typed rows.
 *
 * A cell is found by the column's offset; how it is read and printed is a row of the table `forms`, by type. Every
 * printed form is canonical: one value, one text. Evidence, CSV and digests rest on that.
 */
#include "tieout/model.h"

#include <string.h>

static const void *cell_at(const struct tie_column *column, const void *row)
{
    return (const unsigned char *)row + column->offset;
}

static int64_t number_of_byte(const void *cell)
{
    return *(const uint8_t *)cell;
}

static int64_t number_of_date(const void *cell)
{
    const tie_date date = *(const tie_date *)cell;

    return date == TIE_NO_DATE ? TIE_NONE : date;
}

static int64_t number_of_wide(const void *cell)
{
    return *(const int64_t *)cell;
}

/* The printers write into `out`, at least 64 bytes; TIE_NONE prints nothing. */
static void print_word(int64_t value, char *out)
{
    (void)strncat(out, tie_word_text((enum tie_word)value), 63);
}

static void print_bool(int64_t value, char *out)
{
    memcpy(out, value != 0 ? "yes" : "no", value != 0 ? 4 : 3);
}

static void print_date(int64_t value, char *out)
{
    (void)tie_date_print(value == TIE_NONE ? TIE_NO_DATE : (tie_date)value, out);
}

static void print_instant(int64_t value, char *out)
{
    (void)tie_instant_print(value, out);
}

static void print_decimal(int64_t value, char *out)
{
    (void)tie_dec_print(value, out);
}

static void print_rate(int64_t value, char *out)
{
    (void)tie_rate_print(value, out);
}

static void print_int(int64_t value, char *out)
{
    if (value != TIE_NONE)
        (void)tie_int_print(value, out);
}

/* The parsers take what the printers print, and more: tie_number_parse compares. */
static bool parse_word(struct tie_text text, int64_t *value)
{
    *value = tie_word_of(text);
    return *value != TIE_W_EMPTY || text.size == 0;
}

static bool parse_bool(struct tie_text text, int64_t *value)
{
    *value = tie_text_is(text, "yes");
    return true;
}

static bool parse_date(struct tie_text text, int64_t *value)
{
    tie_date date = TIE_NO_DATE;
    const bool is_date = tie_date_from_text(text, &date);

    *value = is_date ? date : TIE_NONE;
    return is_date;
}

static bool parse_instant(struct tie_text text, int64_t *value)
{
    bool has_offset = false;

    return tie_instant_from_text(text, value, &has_offset);
}

static bool parse_decimal(struct tie_text text, int64_t *value)
{
    return tie_dec_from_text(text, value) == TIE_DEC_EXACT;
}

/* NULL stands for the types that are text. */
static const struct {
    int64_t (*number)(const void *cell);
    void (*print)(int64_t value, char *out);
    bool (*parse)(struct tie_text text, int64_t *value);
} forms[] = {
    [TIE_TYPE_ID] = { NULL, NULL, NULL },
    [TIE_TYPE_TEXT] = { NULL, NULL, NULL },
    [TIE_TYPE_OPEN] = { NULL, NULL, NULL },
    [TIE_TYPE_WORD] = { number_of_byte, print_word, parse_word },
    [TIE_TYPE_DATE] = { number_of_date, print_date, parse_date },
    [TIE_TYPE_INSTANT] = { number_of_wide, print_instant, parse_instant },
    [TIE_TYPE_DECIMAL] = { number_of_wide, print_decimal, parse_decimal },
    [TIE_TYPE_BOOL] = { number_of_byte, print_bool, parse_bool },
    [TIE_TYPE_RATE] = { number_of_wide, print_rate, tie_rate_from_text },
    [TIE_TYPE_INT] = { number_of_wide, print_int, tie_int_from_text },
    [TIE_TYPE_HASH] = { NULL, NULL, NULL },
};

tie_str tie_cell_str(const struct tie_column *column, const void *row)
{
    TIE_ASSERT((size_t)column->type < TIE_COUNT_OF(forms) && forms[column->type].number == NULL);
    return *(const tie_str *)cell_at(column, row);
}

int64_t tie_cell_number(const struct tie_column *column, const void *row)
{
    TIE_ASSERT((size_t)column->type < TIE_COUNT_OF(forms) && forms[column->type].number != NULL);
    return forms[column->type].number(cell_at(column, row));
}

void tie_number_print(const struct tie_column *column, int64_t value, char out[64])
{
    TIE_ASSERT((size_t)column->type < TIE_COUNT_OF(forms) && forms[column->type].print != NULL);
    out[0] = '\0';
    forms[column->type].print(value, out);
}

bool tie_number_parse(const struct tie_column *column, struct tie_text text, int64_t *value)
{
    char again[64];

    TIE_ASSERT((size_t)column->type < TIE_COUNT_OF(forms) && forms[column->type].parse != NULL);
    if (text.size == 0 && column->type != TIE_TYPE_BOOL && column->type != TIE_TYPE_WORD) {
        *value = TIE_NONE;
        return true;
    }
    if (!forms[column->type].parse(text, value))
        return false;
    if (column->type == TIE_TYPE_WORD && *value != TIE_W_EMPTY && !tie_column_allows(column, (enum tie_word) * value))
        return false;
    tie_number_print(column, *value, again);
    return tie_text_is(text, again);
}

void tie_cell_print(struct tie_buf *out, const struct tie_pool *pool, const struct tie_column *column, const void *row)
{
    char text[64] = "";
    struct tie_text slice;

    TIE_ASSERT((size_t)column->type < TIE_COUNT_OF(forms));
    if (forms[column->type].print == NULL) {
        slice = tie_pool_text(pool, tie_cell_str(column, row));
    } else {
        forms[column->type].print(tie_cell_number(column, row), text);
        slice = tie_text_of(text);
    }
    tie_buf_put(out, slice.at, slice.size);
}

void tie_row_id(struct tie_buf *out, const struct tie_pool *pool, enum tie_dataset dataset, const void *row)
{
    const struct tie_dataset_info *info = tie_dataset(dataset);

    tie_buf_reset(out);
    for (size_t i = 0; i < info->column_count && info->columns[i].key == TIE_KEY_PK; i++) { /* they stand first */
        if (i > 0)
            tie_buf_char(out, '/');
        tie_cell_print(out, pool, &info->columns[i], row);
    }
}
