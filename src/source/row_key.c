/*
 * row_key.c - the primary key of a row as bytes that no two different keys share: texts behind their size, numbers in
 * eight bytes, the greatest byte first. So "9" comes before "10", and keys that a source counts up ascend.
 */
#include "intake.h"

#include <endian.h>
#include <string.h>

void tie_row_key_init(struct tie_row_key *key, const struct tie_dataset_info *dataset,
    const struct tie_cell_rule *rules, const bool *delivered)
{
    *key = (struct tie_row_key){ .dataset = dataset, .rules = rules, .delivered = delivered, .room = 1 };
    for (size_t i = 0; i < dataset->column_count; i++) {
        if (dataset->columns[i].key != TIE_KEY_PK)
            continue;
        key->columns[key->count++] = (int)i;
        key->room += sizeof(uint64_t) + rules[i].text_max;
    }
}

const struct tie_cell *tie_row_key_cell(const struct tie_row_key *key, const struct tie_cell *cells, size_t at)
{
    const int column = key->columns[at];

    return key->delivered[column] ? &cells[column] : &key->rules[column].fallback;
}

struct tie_text tie_row_key_put(const struct tie_row_key *key, const struct tie_cell *cells, char *bytes)
{
    char *to = bytes;

    for (size_t i = 0; i < key->count; i++) {
        const struct tie_cell *cell = tie_row_key_cell(key, cells, i);
        const struct tie_text text = cell->text;

        if (tie_type_holds_text(key->dataset->columns[key->columns[i]].type)) {
            const uint16_t size = htobe16((uint16_t)text.size);

            memcpy(to, &size, sizeof size);
            if (text.size > 0)
                memcpy(to + sizeof size, text.at, text.size);
            to += sizeof size + text.size;
        } else {
            const uint64_t number = htobe64((uint64_t)cell->number ^ UINT64_C(1) << 63);

            memcpy(to, &number, sizeof number);
            to += sizeof number;
        }
    }
    return (struct tie_text){ bytes, (size_t)(to - bytes) };
}
