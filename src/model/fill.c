/*
 * fill.c - cells of a chunk become rows.
 *
 * What does not depend on the row is written once: a row with the defaults of all columns that were not delivered and
 * with the head's constants is kept in the frame's plan and copied, after the ids that its texts have in the pool at
 * hand were put in; then only delivered columns are filled in, column by column over a block of rows that stays in the
 * first-level cache. A default that names another column of the same row ("=column") is a copy that is made at the end.
 * Rows of a block lie anywhere in their table, which is larger than a cache: memory is asked for all of them first.
 *
 * Invariant: rules are carried out in the order of columns, as if row by row. One whose source is not delivered has
 * nothing to copy: no source has a default of its own, which is asserted for every frame.
 * Rejected: column by column over the whole chunk (each column fetches every row's lines anew), and a switch over types
 * for each cell.
 */
#include "fill.h"

#include <string.h>

#define BLOCK_ROWS 32u /* of at most some hundred bytes each */
#define LINE_BYTES 64u /* of a cache */

/* ---- plan ---- */

static void store_number(unsigned char *cell, enum tie_type type, int64_t number)
{
    const int32_t day = number == TIE_NONE ? TIE_NO_DATE : (int32_t)number;

    if (type == TIE_TYPE_DATE)
        memcpy(cell, &day, sizeof day);
    else if (tie_type_bytes(type) == 1)
        *cell = (unsigned char)number;
    else
        memcpy(cell, &number, sizeof number);
}

static void add_text(struct tie_fill_plan *plan, size_t column, size_t offset, const char *text)
{
    if (text[0] != '\0')
        plan->defaults[plan->default_count++] = (struct tie_fill_default){ column, offset, text };
}

static bool is_empty(const char *fallback)
{
    return fallback[0] == '=' || strcmp(fallback, "-") == 0 || strcmp(fallback, "''") == 0;
}

/* The table's default as a cell: a literal or empty; "=..." is empty here. */
static void put_default(struct tie_fill_plan *plan, size_t index, const struct tie_column *column)
{
    const struct tie_text text = tie_text_of(column->fallback);
    const bool empty = is_empty(column->fallback);
    unsigned char *const cell = plan->row + column->offset;
    int64_t number = column->type == TIE_TYPE_WORD || column->type == TIE_TYPE_BOOL ? 0 : TIE_NONE;
    tie_date day = TIE_NO_DATE;

    if (tie_type_is_text(column->type)) {
        add_text(plan, index, column->offset, empty ? "" : column->fallback);
        return;
    }
    if (!empty && column->type == TIE_TYPE_WORD) {
        number = (int64_t)tie_word_of(text);
    } else if (!empty && column->type == TIE_TYPE_BOOL) {
        number = tie_text_is(text, "yes");
    } else if (!empty && column->type == TIE_TYPE_DATE) {
        TIE_ASSERT(tie_date_from_text(text, &day));
        number = day;
    } else if (!empty && column->type == TIE_TYPE_INT) {
        TIE_ASSERT(tie_int_from_text(text, &number));
    } else if (!empty && column->type == TIE_TYPE_RATE) {
        TIE_ASSERT(tie_rate_from_text(text, &number));
    } else if (!empty) {
        TIE_ASSERT(column->type == TIE_TYPE_DECIMAL && tie_dec_from_text(text, &number) == TIE_DEC_EXACT);
    }
    store_number(cell, column->type, number);
}

/* "=column" between cells of one kind, and the text of a word where a text is wanted (time_entry.item_id = kind).
 * Everything else a rule may say needs other rows or a period: it stays empty for those who judge. */
static bool is_copied(const struct tie_column *from, const struct tie_column *to)
{
    return from->type == to->type ||
        (tie_type_is_text(to->type) && (tie_type_is_text(from->type) || from->type == TIE_TYPE_WORD));
}

static void plan_rules(struct tie_fill_plan *plan, const struct tie_frame *frame)
{
    const struct tie_dataset_info *const info = frame->info;
    bool varies[TIE_COLUMN_MAX] = { false };

    for (size_t c = 0; c < info->column_count; c++)
        varies[c] = frame->delivered[c];
    for (size_t c = 0; c < info->column_count; c++) {
        const struct tie_column *const to = &info->columns[c];
        const int from = frame->delivered[c] || to->fallback[0] != '='
            ? -1
            : tie_column_find(info, tie_text_of(to->fallback + 1));
        if (from < 0 || !is_copied(&info->columns[from], to))
            continue;
        varies[c] = varies[from];
        if (varies[c])
            plan->rules[plan->rule_count++] = (struct tie_fill_rule){ &info->columns[from], to,
                info->columns[from].type != TIE_TYPE_WORD || to->type == TIE_TYPE_WORD ? tie_type_bytes(to->type) : 0 };
        else /* a source has no default of its own: nothing to copy */
            TIE_ASSERT(is_empty(info->columns[from].fallback));
    }
}

void tie_fill_plan_init(struct tie_fill_plan *plan, const struct tie_frame *frame)
{
    const struct tie_dataset_info *const info = frame->info;
    const struct tie_row head = { .part = frame->header.part, .xref_kind = (uint8_t)frame->header.xref_kind };

    TIE_ASSERT(info->row_bytes <= sizeof plan->row);
    *plan = (struct tie_fill_plan){ .rule_count = 0 };
    memcpy(plan->row, &head, sizeof head);
    for (size_t c = 0; c < info->column_count; c++) {
        const struct tie_column *const column = &info->columns[c];
        const size_t width = tie_type_bytes(column->type);
        struct tie_stored_columns *const columns = tie_type_is_text(column->type) ? &plan->texts
            : width == 8                                                          ? &plan->wide
            : width == 4                                                          ? &plan->dates
                                                                                  : &plan->bytes;
        if (!frame->delivered[c])
            put_default(plan, c, column);
        else
            columns->at[columns->count++] = (struct tie_stored){ (uint16_t)c, (uint16_t)column->offset,
                column->type == TIE_TYPE_BOOL ? 2 : TIE_WORD_COUNT };
    }
    plan_rules(plan, frame);
}

size_t tie_fill_texts(const struct tie_frame *frame)
{
    return frame->plan->default_count + TIE_WORD_COUNT;
}

struct tie_text tie_fill_text(const struct tie_fill_plan *plan, size_t column)
{
    for (size_t i = 0; i < plan->default_count; i++)
        if (plan->defaults[i].column == column)
            return tie_text_of(plan->defaults[i].text);
    return TIE_TEXT("");
}

/* ---- texts of few rows ---- */

/* One column's; neighbours often hold the same text. */
static void find_cells(const struct tie_filling *filling, const void *column, tie_str *ids)
{
    struct tie_chunk *const chunk = filling->chunk;

    for (uint32_t first = 0, count; first < filling->count; first += count) {
        struct tie_text texts[BLOCK_ROWS];
        tie_str found[BLOCK_ROWS];
        uint8_t text_of[BLOCK_ROWS] = { 0 };
        uint32_t last = UINT32_MAX;
        size_t text_count = 0;
        count = filling->count - first < BLOCK_ROWS ? filling->count - first : BLOCK_ROWS;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t row = filling->row == NULL ? first + i : filling->row[first + i];
            const uint32_t id = tie_id_at(column, chunk->has_long_ids, row);
            if (id != last || text_count == 0)
                texts[text_count++] = tie_chunk_dict(chunk, id);
            last = id;
            text_of[i] = (uint8_t)(text_count - 1);
        }
        tie_pool_refer_all(filling->pool, texts, text_count, found);
        for (uint32_t i = 0; i < count; i++)
            ids[first + i] = found[text_of[i]];
    }
}

void tie_fill_ids(const struct tie_filling *filling, tie_str *ids)
{
    const struct tie_chunk *const chunk = filling->chunk;
    const struct tie_stored_columns *const texts = &chunk->frame->plan->texts;

    find_cells(filling, chunk->order_ref, ids);
    for (size_t c = 0; c < texts->count; c++)
        find_cells(filling, chunk->column[texts->at[c].column], ids + (c + 1) * filling->count);
}

/* ---- rows ---- */

struct block { /* some of the rows that are filled */
    const struct tie_filling *filling;
    const uint32_t *row; /* of the chunk; NULL: `first` and those behind it */
    uint32_t first, count;
    uint32_t index; /* of the first of them among those that are filled */
    unsigned char *to[BLOCK_ROWS];
};

static inline void put_id(unsigned char *to, const tie_str *ids, uint32_t id, uint32_t dict_count, uint32_t *highest)
{
    memcpy(to, &ids[id < dict_count ? id : 0], sizeof *ids);
    *highest = id > *highest ? id : *highest;
}

/* Ids of a column of the chunk into every row; what leads outside the dictionary is empty and marks the chunk. Most
 * blocks are runs of rows. Inline, so that there is a loop for each width of ids. */
static inline void fill_ids(const struct block *block, const void *column, bool is_long, size_t offset)
{
    const tie_str *const ids = block->filling->ids;
    const uint32_t *const row = block->row;
    const uint32_t count = block->count, first = block->first, dict_count = block->filling->chunk->dict_count;
    uint32_t highest = 0;

    for (uint32_t i = 0; row == NULL && i < count; i++)
        put_id(block->to[i] + offset, ids, tie_id_at(column, is_long, first + i), dict_count, &highest);
    for (uint32_t i = 0; row != NULL && i < count; i++)
        put_id(block->to[i] + offset, ids, tie_id_at(column, is_long, row[i]), dict_count, &highest);
    block->filling->chunk->is_broken |= highest >= dict_count;
}

/* `text`: 0 for the order, then text columns as they are stored. */
static void fill_texts(const struct block *block, size_t text, const void *column, size_t offset)
{
    const struct tie_filling *const filling = block->filling;

    if (filling->has_cell_ids) {
        const tie_str *const ids = filling->ids + text * filling->count + block->index;
        for (uint32_t i = 0; i < block->count; i++)
            memcpy(block->to[i] + offset, &ids[i], sizeof *ids);
    } else if (filling->chunk->has_long_ids) {
        fill_ids(block, column, true, offset);
    } else {
        fill_ids(block, column, false, offset);
    }
}

/* Inline, so that a width known where it is called is one store; a run of rows goes by fours. */
static inline void fill_numbers(const struct block *block, const void *column, size_t width, size_t offset)
{
    const uint32_t *const row = block->row;
    const uint32_t count = block->count;
    unsigned char *const *const to = block->to;
    const unsigned char *from = (const unsigned char *)column + (row == NULL ? block->first * width : 0);
    uint32_t i = 0;

    for (; row == NULL && i + 4 <= count; i += 4, from += 4 * width) {
        memcpy(to[i] + offset, from, width);
        memcpy(to[i + 1] + offset, from + width, width);
        memcpy(to[i + 2] + offset, from + 2 * width, width);
        memcpy(to[i + 3] + offset, from + 3 * width, width);
    }
    for (; row == NULL && i < count; i++, from += width)
        memcpy(to[i] + offset, from, width);
    for (; i < count; i++)
        memcpy(to[i] + offset, from + row[i] * width, width);
}

static void fill_bytes(const struct block *block, const unsigned char *column, size_t offset, unsigned limit)
{
    const uint32_t *const row = block->row;
    const uint32_t count = block->count;
    bool is_broken = false;

    for (uint32_t i = 0; i < count; i++) {
        const unsigned char cell = column[row == NULL ? block->first + i : row[i]];
        block->to[i][offset] = cell < limit ? cell : 0;
        is_broken |= cell >= limit;
    }
    block->filling->chunk->is_broken |= is_broken;
}

/* A cell of each row of the block, within the row. */
static inline void copy_cells(const struct block *block, size_t from, size_t to, size_t width)
{
    for (uint32_t i = 0; i < block->count; i++)
        memcpy(block->to[i] + to, block->to[i] + from, width);
}

static void copy_words(const struct block *block, size_t from, size_t to)
{
    tie_str str = 0; /* of no word */

    for (uint32_t i = 0, last = TIE_W_EMPTY; i < block->count; i++) {
        const unsigned char word = block->to[i][from];
        if (word != last)
            str = tie_pool_refer(block->filling->pool, tie_text_of(tie_word_text((enum tie_word)word)));
        last = word;
        memcpy(block->to[i] + to, &str, sizeof str);
    }
}

static void follow_rule(const struct block *block, const struct tie_fill_rule *rule)
{
    const size_t from = rule->from->offset, to = rule->to->offset;

    switch (rule->bytes) {
    case 0: copy_words(block, from, to); break;
    case 1: copy_cells(block, from, to, 1); break;
    case 4: copy_cells(block, from, to, 4); break;
    default: copy_cells(block, from, to, 8); break;
    }
}

static void fill_block(const struct block *block, const unsigned char *defaults, size_t row_bytes)
{
    const struct tie_chunk *const chunk = block->filling->chunk;
    const struct tie_fill_plan *const plan = chunk->frame->plan;

    for (uint32_t i = 0; i < block->count; i++)
        memcpy(block->to[i], defaults, row_bytes);
    fill_numbers(block, chunk->source_row, sizeof(uint32_t), offsetof(struct tie_row, source_row));
    fill_texts(block, 0, chunk->order_ref, offsetof(struct tie_row, order_ref));
    for (size_t c = 0; c < plan->texts.count; c++)
        fill_texts(block, c + 1, chunk->column[plan->texts.at[c].column], plan->texts.at[c].offset);
    for (size_t c = 0; c < plan->wide.count; c++)
        fill_numbers(block, chunk->column[plan->wide.at[c].column], sizeof(uint64_t), plan->wide.at[c].offset);
    for (size_t c = 0; c < plan->dates.count; c++)
        fill_numbers(block, chunk->column[plan->dates.at[c].column], sizeof(uint32_t), plan->dates.at[c].offset);
    for (size_t c = 0; c < plan->bytes.count; c++)
        fill_bytes(block, chunk->column[plan->bytes.at[c].column], plan->bytes.at[c].offset, plan->bytes.at[c].limit);
    for (size_t r = 0; r < plan->rule_count; r++)
        follow_rule(block, &plan->rules[r]);
}

void tie_fill_rows(const struct tie_filling *filling, unsigned char *table)
{
    const struct tie_fill_plan *const plan = filling->chunk->frame->plan;
    const size_t row_bytes = filling->chunk->frame->info->row_bytes;
    const struct tie_placed *const placed = filling->placed;
    _Alignas(16) unsigned char defaults[TIE_ROW_BYTES_MAX];
    struct block block = { .filling = filling };

    memcpy(defaults, plan->row, row_bytes);
    for (size_t i = 0; i < plan->default_count; i++) {
        const tie_str str = tie_pool_refer(filling->pool, tie_text_of(plan->defaults[i].text));
        memcpy(defaults + plan->defaults[i].offset, &str, sizeof str);
    }
    for (uint32_t first = 0; first < filling->count; first += BLOCK_ROWS) {
        const uint32_t left = filling->count - first, count = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        const uint32_t *const row = filling->row == NULL ? NULL : filling->row + first;
        const bool is_run = row == NULL || (filling->is_ascending && row[count - 1] - row[0] == count - 1);

        block.row = is_run ? NULL : row;
        block.first = row == NULL ? first : row[0];
        block.count = count;
        block.index = first;
        for (uint32_t i = 0; i < count; i++) {
            unsigned char *const to = table + row_bytes * (placed == NULL ? first + i : placed[first + i].root);
            for (size_t line = 0; line < row_bytes; line += LINE_BYTES)
                __builtin_prefetch(to + line, 1);
            __builtin_prefetch(to + row_bytes - 1, 1);
            block.to[i] = to;
        }
        fill_block(&block, defaults, row_bytes);
    }
}
