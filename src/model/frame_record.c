/*
 * frame_record.c - rows as flat records (frame_make.h), in which they wait until their chunk is made.
 *
 * The plan of a frame says once which columns stand where; a record is then written front to back, each cell once. A
 * row that is copied out of another frame's chunk goes into its record without being decoded.
 */
#include "frame_make.h"

#include <string.h>

void tie_record_plan_init(
    struct tie_record_plan *plan, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX])
{
    size_t keys = 0;

    *plan = (struct tie_record_plan){ .info = info, .key_text = -1, .order_text = -1 };
    tie_chunk_shape_init(&plan->shape, info, delivered);
    for (size_t c = 0; c < info->column_count; c++) {
        const enum tie_type type = info->columns[c].type;
        const bool is_text = tie_type_is_text(type), is_key = info->columns[c].key == TIE_KEY_PK;
        struct tie_columns *columns = is_text ? &plan->texts
            : type == TIE_TYPE_DATE           ? &plan->dates
            : tie_type_bytes(type) == 1       ? &plan->bytes
                                              : &plan->wide;

        keys += is_key;
        plan->delivered[c] = delivered[c];
        if (!delivered[c])
            continue;
        if (is_key && is_text)
            plan->key_text = (int)columns->count;
        if ((int)c == info->order_column)
            plan->order_text = (int)columns->count;
        columns->at[columns->count++] = (uint8_t)c;
    }
    plan->key_text = keys == 1 ? plan->key_text : -1;
    plan->source_row = 8 + 8 * plan->wide.count;
    plan->dates_at = plan->source_row + 4;
    plan->bytes_at = plan->dates_at + 4 * plan->dates.count;
    plan->sizes = plan->bytes_at + plan->bytes.count;
    plan->head_bytes = plan->sizes + 2 * (plan->texts.count + 1);
}

size_t tie_record_bytes(const struct tie_record_plan *plan, const struct tie_record_head *head,
    const struct tie_cell *cells, size_t *text_bytes_max)
{
    size_t size = plan->head_bytes + head->order_ref.size, bits = head->order_ref.size;

    for (size_t i = 0; i < plan->texts.count; i++) {
        size += cells[plan->texts.at[i]].text.size;
        bits |= cells[plan->texts.at[i]].text.size;
    }
    *text_bytes_max = bits;
    return size;
}

static inline unsigned char *encode_text(unsigned char *to, unsigned char *size_at, struct tie_text text)
{
    const uint16_t size = (uint16_t)text.size;

    memcpy(size_at, &size, sizeof size);
    tie_record_copy(to, text.at, size);
    return to + size;
}

void tie_record_encode(const struct tie_record_plan *plan, const struct tie_record_head *head,
    const struct tie_cell *cells, unsigned char *record)
{
    unsigned char *text = record + plan->head_bytes, *size_at = record + plan->sizes;

    memcpy(record, &head->home_hash, 8);
    memcpy(record + plan->source_row, &head->source_row, 4);
    for (size_t i = 0; i < plan->wide.count; i++)
        memcpy(record + 8 + 8 * i, &cells[plan->wide.at[i]].number, 8);
    for (size_t i = 0; i < plan->dates.count; i++) {
        const int64_t number = cells[plan->dates.at[i]].number;
        const int32_t day = number == TIE_NONE ? TIE_NO_DATE : (int32_t)number;

        TIE_ASSERT(number == TIE_NONE || (number >= INT32_MIN && number <= INT32_MAX));
        memcpy(record + plan->dates_at + 4 * i, &day, 4);
    }
    for (size_t i = 0; i < plan->bytes.count; i++) {
        const int64_t number = cells[plan->bytes.at[i]].number;
        const bool is_bool = plan->info->columns[plan->bytes.at[i]].type == TIE_TYPE_BOOL;

        TIE_ASSERT(number >= 0 && number < (is_bool ? 2 : TIE_WORD_COUNT));
        record[plan->bytes_at + i] = (unsigned char)number;
    }
    text = encode_text(text, size_at, head->order_ref);
    for (size_t i = 0; i < plan->texts.count; i++)
        text = encode_text(text, size_at + 2 * (i + 1), cells[plan->texts.at[i]].text);
}

size_t tie_record_copied_bytes(
    const struct tie_record_plan *plan, struct tie_chunk *chunk, uint32_t row, struct tie_text *texts)
{
    size_t size = plan->head_bytes;

    texts[0] = tie_chunk_dict(chunk, tie_chunk_order(chunk, row));
    for (size_t i = 0; i < plan->texts.count; i++)
        texts[i + 1] = tie_chunk_dict(chunk, tie_chunk_id(chunk, plan->texts.at[i], row));
    for (size_t i = 0; i <= plan->texts.count; i++) {
        if (texts[i].size > UINT16_MAX) { /* it was never written by a writer */
            chunk->is_broken = true;
            texts[i].size = 0;
        }
        size += texts[i].size;
    }
    return size;
}

void tie_record_encode_copy(const struct tie_record_plan *plan, struct tie_chunk *chunk, uint32_t row,
    const struct tie_text *texts, unsigned char *record)
{
    const uint64_t home_hash = tie_chunk_hash(chunk, row);
    unsigned char *text = record + plan->head_bytes, *size_at = record + plan->sizes;

    memcpy(record, &home_hash, 8);
    memcpy(record + plan->source_row, &chunk->source_row[row], 4);
    for (size_t i = 0; i < plan->wide.count; i++)
        memcpy(record + 8 + 8 * i, (const uint64_t *)chunk->column[plan->wide.at[i]] + row, 8);
    for (size_t i = 0; i < plan->dates.count; i++)
        memcpy(record + plan->dates_at + 4 * i, (const int32_t *)chunk->column[plan->dates.at[i]] + row, 4);
    for (size_t i = 0; i < plan->bytes.count; i++)
        record[plan->bytes_at + i] = ((const unsigned char *)chunk->column[plan->bytes.at[i]])[row];
    for (size_t i = 0; i <= plan->texts.count; i++)
        text = encode_text(text, size_at + 2 * i, texts[i]);
}
