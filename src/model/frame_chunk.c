/*
 * frame_chunk.c - records become a chunk: cells laid out column by column, texts as ids of the chunk's dictionary.
 *
 * Column after column of some dozens of rows, so each loop does one thing and writes one array, and records are
 * fetched once; where the next text of each begins is kept beside them. Orders come first, in a walk of their own, and
 * are found by their home hash, which is known. The dictionary refers to the records and copies a text once, when all
 * are known. A text is packed into two words: all of it, or of more than 16 bytes the first eight and a hash. So most
 * comparisons are of two words and the size; of longer ones bytes are compared too. Whether a text is new, or the same
 * as in another row, is no branch. The column that names the order looks at its own row's reference first.
 *
 * Invariant: ids of order references are equal exactly when the texts are, and so are those of a column. Texts of a
 * primary key of one column are all different (doubles were rejected), so they are not looked up; they come last.
 * Should another column hold the text of an order or of a key, it has two ids, which a reader may not take for two
 * texts.
 * Rejected: tie_pool (copies and zero-ends each text, keeps it for look-ups that never come); qsort of texts; the text
 * above as a first guess (a third of them are wrong, and no processor can tell which); keys and hashes of a block
 * made in a loop of their own (half of the instructions again, no time saved).
 */
#include "frame_make.h"

#include "tieout/bytes.h"

#include <stdlib.h>
#include <string.h>

#define PACKED_BYTES TIE_SHORT_TEXT
#define BLOCK_ROWS 64u /* their records stay in the first-level cache; a multiple of 8 */
#define FIRST_SLOTS ((size_t)256)
#define SLOTS_A_ROW 4

struct packed {
    uint64_t first, last;
};

struct entry {         /* of the dictionary: three words, for all of a chunk and their slots ought to stay in a cache */
    struct packed key; /* of an order `first` is the home hash; of a key there is none */
    uint32_t at;       /* in the records */
    uint32_t size;
};

/* ---- layout, shared with the reader ---- */

bool tie_type_is_text(enum tie_type type)
{
    return type == TIE_TYPE_ID || type == TIE_TYPE_TEXT || type == TIE_TYPE_OPEN || type == TIE_TYPE_HASH;
}

size_t tie_type_bytes(enum tie_type type)
{
    if (tie_type_is_text(type) || type == TIE_TYPE_DATE)
        return 4;
    return type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL ? 1 : 8;
}

static size_t round_up_8(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

static enum tie_array_kind kind_of(enum tie_type type)
{
    if (tie_type_is_text(type))
        return TIE_ARRAY_IDS;
    return tie_type_bytes(type) == 8 ? TIE_ARRAY_WIDE : tie_type_bytes(type) == 4 ? TIE_ARRAY_DATES : TIE_ARRAY_BYTES;
}

void tie_chunk_shape_init(
    struct tie_chunk_shape *shape, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX])
{
    struct tie_arrays all = { .of = { [TIE_ARRAY_DATES] = 1, [TIE_ARRAY_IDS] = 1 } }; /* source_row, order_ref */

    *shape = (struct tie_chunk_shape){ .stored_count = 0 };
    for (size_t c = 0; c < info->column_count; c++) {
        if (!delivered[c])
            continue;
        shape->stored[shape->stored_count++] = (struct tie_stored_array){ (uint16_t)c, all };
        all.of[kind_of(info->columns[c].type)]++;
    }
    for (size_t i = 0; i < shape->stored_count; i++) { /* all arrays of a kind stand before those of the next */
        struct tie_stored_array *const array = &shape->stored[i];
        const enum tie_array_kind own = kind_of(info->columns[array->column].type);

        for (enum tie_array_kind kind = 0; kind < TIE_ARRAY_KINDS; kind++)
            if (kind != own)
                array->before.of[kind] = kind < own ? all.of[kind] : 0;
    }
    shape->source_row.of[TIE_ARRAY_WIDE] = shape->order_ref.of[TIE_ARRAY_WIDE] = all.of[TIE_ARRAY_WIDE];
    shape->order_ref.of[TIE_ARRAY_DATES] = all.of[TIE_ARRAY_DATES];
    shape->hashes = all;
}

uint64_t tie_frame_columns_hash(const struct tie_dataset_info *info)
{
    uint64_t hash = tie_hash_text(tie_text_of(info->name));

    for (size_t c = 0; c < info->column_count; c++) {
        hash = tie_hash_mix(hash, tie_hash_text(tie_text_of(info->columns[c].name)));
        hash = tie_hash_mix(hash, (uint64_t)info->columns[c].type);
    }
    return tie_hash_mix(hash, TIE_WORD_COUNT);
}

unsigned tie_shard_of_hash(uint64_t home_hash, unsigned shard_count)
{
    return (unsigned)((home_hash >> 32) * shard_count >> 32);
}

/* ---- memory ---- */

enum tie_status tie_grow(struct tie_grown *scratch, size_t size_bytes, struct tie_error *err)
{
    size_t room = scratch->room == 0 ? 4096 : scratch->room;

    if (size_bytes <= scratch->room)
        return TIE_OK;
    while (room < size_bytes)
        room *= 2;
    free(scratch->at);
    scratch->at = malloc(room);
    scratch->room = scratch->at == NULL ? 0 : room;
    if (scratch->at == NULL)
        return tie_fail(
            err, TIE_CONFIG, "no memory for %zu bytes while a frame is written; give the machine more memory", room);
    return TIE_OK;
}

void tie_chunk_maker_release(struct tie_chunk_maker *maker)
{
    free(maker->records.at);
    free(maker->chunk.at);
    free(maker->entries.at);
    free(maker->slots.at);
}

/* ---- dictionary ---- */

/* Of a text of up to 16 bytes, all of it, zeros behind; of a longer one its beginning and a hash. `at` may be read to
 * TIE_RECORD_SLACK bytes behind the text. */
static inline struct packed pack(const unsigned char *at, uint32_t size)
{
    static const unsigned char kept[2 * PACKED_BYTES] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }; /* then zeros */
    uint64_t first = 0, last = 0, first_mask = 0, last_mask = 0;

    memcpy(&first, at, 8);
    if (size > PACKED_BYTES)
        return (struct packed){ first, tie_hash_bytes(at, size) };
    memcpy(&last, at + 8, 8);
    memcpy(&first_mask, kept + PACKED_BYTES - size, 8);
    memcpy(&last_mask, kept + PACKED_BYTES - size + 8, 8);
    return (struct packed){ first & first_mask, last & last_mask };
}

/* The maker's dictionary at hand, where a compiler can keep it in registers: nothing else is known to point into it. */
struct dictionary {
    const unsigned char *records;
    struct entry *entries;
    uint32_t *slots; /* ids, 0: free */
    uint32_t slot_mask, count;
};

static inline uint32_t size_at(const struct dictionary *dict, uint32_t at)
{
    uint16_t size = 0;

    memcpy(&size, dict->records + at, sizeof size);
    return size;
}

/* Whether the text at hand is that of an entry, whatever its key. */
static inline bool is_entry(const struct dictionary *dict, uint32_t id, uint32_t at, uint32_t size)
{
    return dict->entries[id].size == size &&
        tie_bytes_same(dict->records + dict->entries[id].at, dict->records + at, size);
}

/* Both words of a text count: as in pool.c, each has a factor of its own. */
static inline size_t hash_of(struct packed key, uint32_t size)
{
    const uint64_t hash = (key.first ^ size) * UINT64_C(0x9E3779B97F4A7C15) + key.last * UINT64_C(0xD6E8FEB86659FD93);

    return (size_t)((hash ^ hash >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static struct entry *entries_of(const struct tie_chunk_maker *maker)
{
    return (struct entry *)(void *)maker->entries.at;
}

static uint32_t *slots_of(const struct tie_chunk_maker *maker)
{
    return (uint32_t *)(void *)maker->slots.at;
}

/* An empty table of `count` places, filled with the entries from `first` on. */
static enum tie_status make_slots(struct tie_chunk_maker *maker, uint32_t first, size_t count, struct tie_error *err)
{
    const struct entry *entries = entries_of(maker);
    uint32_t *slots = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_grow(&maker->slots, count * sizeof *slots, err));
    slots = slots_of(maker);
    memset(slots, 0, count * sizeof *slots);
    maker->slot_count = count;
    for (uint32_t id = first; id < maker->entry_count; id++) {
        size_t at = hash_of(entries[id].key, entries[id].size) & (count - 1);

        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = id;
    }
out:
    return status;
}

/* A power of two: a table that most chunks of so many rows need not grow. One kept from a longer chunk would have to be
 * emptied whole. */
static size_t slots_for(uint32_t rows)
{
    size_t count = FIRST_SLOTS;

    while (count < SLOTS_A_ROW * (size_t)rows)
        count *= 2;
    return count;
}

static struct dictionary dictionary_of(const struct tie_chunk_maker *maker)
{
    return (struct dictionary){ .records = maker->records.at,
        .entries = entries_of(maker),
        .slots = slots_of(maker),
        .slot_mask = (uint32_t)maker->slot_count - 1,
        .count = maker->entry_count };
}

static inline uint32_t add_entry(struct dictionary *dict, struct entry entry)
{
    dict->entries[dict->count] = entry;
    return dict->count++;
}

/* The id of an order by its hash. There is a free slot. */
static inline uint32_t put_order(struct dictionary *dict, uint64_t hash, uint32_t at, uint32_t size)
{
    size_t slot = (size_t)hash & dict->slot_mask; /* the high bits chose the shard */

    for (uint32_t id; (id = dict->slots[slot]) != 0; slot = (slot + 1) & dict->slot_mask)
        if (dict->entries[id].key.first == hash && is_entry(dict, id, at, size))
            return id;
    dict->slots[slot] = dict->count;
    return add_entry(dict, (struct entry){ .key = { .first = hash }, .at = at, .size = size });
}

static inline bool same_text(
    const struct dictionary *dict, const struct entry *entry, struct packed key, uint32_t at, uint32_t size)
{
    const bool is_same = ((entry->key.first ^ key.first) | (entry->key.last ^ key.last) | (entry->size ^ size)) == 0;

    return size <= PACKED_BYTES ? is_same : is_same && memcmp(dict->records + entry->at, dict->records + at, size) == 0;
}

/* The id of a text that is not empty. There is a free slot, and room for an entry. Whether a text is new no processor
 * can foresee, so nothing asks: a free slot is looked at as if the empty text were in it, and the entry is written
 * behind the others and counts or not. In line, or the dictionary would go through memory for each text. */
static inline __attribute__((always_inline)) uint32_t put_text(struct dictionary *dict, uint32_t at, uint32_t size)
{
    const struct packed key = pack(dict->records + at, size);
    uint32_t slot = (uint32_t)hash_of(key, size) & dict->slot_mask, id = dict->slots[slot];

    while ((id != 0) & !same_text(dict, &dict->entries[id], key, at, size)) {
        slot = (slot + 1) & dict->slot_mask;
        id = dict->slots[slot];
    }
    dict->entries[dict->count] = (struct entry){ .key = key, .at = at, .size = size };
    id += dict->count & -(uint32_t)(id == 0);
    dict->slots[slot] = id;
    dict->count += id == dict->count;
    return id;
}

/* Twice the slots, where a column of `rows` more texts may take half of them; those from `first` on are in them. */
static enum tie_status make_room(
    struct tie_chunk_maker *maker, struct dictionary *dict, uint32_t first, uint32_t rows, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (dict->count - first + rows <= dict->slot_mask / 2)
        return TIE_OK;
    maker->entry_count = dict->count;
    TIE_TRY(make_slots(maker, first, 2 * maker->slot_count, err));
    *dict = dictionary_of(maker);
out:
    return status;
}

/* ---- columns ---- */

struct layout { /* where the arrays of a chunk begin */
    bool long_ids;
    size_t source_row, order_ref, hashes;
    size_t column[TIE_COLUMN_MAX];
};

static void lay_out(const struct tie_chunk_shape *shape, uint32_t rows, struct layout *layout)
{
    const bool long_ids = tie_has_long_ids(shape, rows);

    layout->long_ids = long_ids;
    layout->source_row = tie_array_at(&shape->source_row, rows, long_ids);
    layout->order_ref = tie_array_at(&shape->order_ref, rows, long_ids);
    layout->hashes = tie_array_at(&shape->hashes, rows, long_ids);
    for (size_t i = 0; i < shape->stored_count; i++)
        layout->column[shape->stored[i].column] = tie_array_at(&shape->stored[i].before, rows, long_ids);
}

static inline void put_id(unsigned char *ids, bool is_long, uint32_t row, uint32_t id)
{
    if (is_long)
        ((uint32_t *)(void *)ids)[row] = id;
    else
        ((uint16_t *)(void *)ids)[row] = (uint16_t)id;
}

static unsigned char *ids_of(const struct tie_chunk_maker *maker, const struct layout *layout, size_t text)
{
    return maker->chunk.at + (text == 0 ? layout->order_ref : layout->column[maker->plan.texts.at[text - 1]]);
}

/* What stands behind the last cell of an array, and so before the next one, is a part of the digest. */
static void clear_padding(const struct tie_chunk_maker *maker, const struct layout *layout)
{
    const struct tie_chunk_shape *const shape = &maker->plan.shape;

    memset(maker->chunk.at + layout->order_ref - 8, 0, 8);
    memset(maker->chunk.at + layout->hashes - 8, 0, 8);
    for (size_t i = 0; i < shape->stored_count; i++)
        memset(maker->chunk.at + layout->column[shape->stored[i].column] - 8, 0, 8);
}

/* Where each record begins and where its texts, with the orders that they name. Returns whether each names one. */
static bool lay_orders(
    struct tie_chunk_maker *maker, const struct layout *layout, uint32_t rows, struct dictionary *dict)
{
    const struct tie_record_plan *const plan = &maker->plan;
    unsigned char *const ids = ids_of(maker, layout, 0);
    uint64_t last_hash = 0;
    uint32_t record = 0, id = 0;
    bool all = true;

    for (uint32_t r = 0; r < rows; r++) {
        const uint32_t sizes = record + (uint32_t)plan->sizes, text = record + (uint32_t)plan->head_bytes;
        const uint32_t size = size_at(dict, sizes);
        uint32_t end = text + size;
        uint64_t hash = 0;

        memcpy(&hash, dict->records + record, sizeof hash);
        for (uint32_t i = 1; i <= plan->texts.count; i++)
            end += size_at(dict, sizes + 2 * i);
        if (size == 0)
            id = 0;
        else if (id == 0 || hash != last_hash || !is_entry(dict, id, text, size))
            id = put_order(dict, hash, text, size);
        last_hash = hash;
        all &= size > 0;
        maker->starts[r] = record;
        maker->texts[r] = text + size;
        maker->orders[r] = id;
        put_id(ids, layout->long_ids, r, id);
        record = end;
    }
    return all;
}

struct rows { /* some of a chunk */
    uint32_t first, end;
};

/* A column of texts. There are slots and entries for as many more. */
static void lay_texts(
    struct tie_chunk_maker *maker, const struct layout *layout, struct rows rows, size_t text, struct dictionary *whole)
{
    const uint32_t size_offset = (uint32_t)(maker->plan.sizes + 2 * text);
    unsigned char *const ids = ids_of(maker, layout, text);
    struct dictionary dict = *whole;

    for (uint32_t r = rows.first; r < rows.end; r++) {
        const uint32_t size = size_at(&dict, maker->starts[r] + size_offset), at = maker->texts[r];

        put_id(ids, layout->long_ids, r, size == 0 ? 0 : put_text(&dict, at, size));
        maker->texts[r] = at + size;
    }
    whole->count = dict.count;
}

static __attribute__((noinline)) uint32_t put_other_text(struct dictionary *dict, uint32_t at, uint32_t size)
{
    return size == 0 ? 0 : put_text(dict, at, size);
}

/* The column that names the order: where references are written as they are compared, it is the same text. */
static void lay_order_texts(
    struct tie_chunk_maker *maker, const struct layout *layout, struct rows rows, size_t text, struct dictionary *dict)
{
    const uint32_t size_offset = (uint32_t)(maker->plan.sizes + 2 * text);
    unsigned char *const ids = ids_of(maker, layout, text);

    for (uint32_t r = rows.first; r < rows.end; r++) {
        const uint32_t size = size_at(dict, maker->starts[r] + size_offset), at = maker->texts[r];
        const uint32_t order = maker->orders[r];

        put_id(ids, layout->long_ids, r, is_entry(dict, order, at, size) ? order : put_other_text(dict, at, size));
        maker->texts[r] = at + size;
    }
}

/* A primary key of one column: its texts are all different, but may be the orders'. Where the others are is kept. */
static void find_keys(struct tie_chunk_maker *maker, struct rows rows, size_t text, const struct dictionary *dict)
{
    const bool is_order = maker->plan.key_text == maker->plan.order_text;

    for (uint32_t r = rows.first; r < rows.end; r++) {
        const uint32_t size = size_at(dict, maker->starts[r] + (uint32_t)(maker->plan.sizes + 2 * text));
        const uint32_t at = maker->texts[r];

        maker->keys[r] = is_order && is_entry(dict, maker->orders[r], at, size) ? 0 : at;
        maker->key_sizes[r] = (uint16_t)size;
        maker->texts[r] = at + size;
    }
}

static void lay_keys(struct tie_chunk_maker *maker, const struct layout *layout, uint32_t rows, struct dictionary *dict)
{
    unsigned char *const ids = ids_of(maker, layout, (size_t)maker->plan.key_text + 1);

    for (uint32_t r = 0; r < rows; r++) {
        const uint32_t at = maker->keys[r], size = maker->key_sizes[r];
        const uint32_t id = at == 0 ? maker->orders[r]
            : size == 0             ? 0
                                    : add_entry(dict, (struct entry){ .at = at, .size = size });
        put_id(ids, layout->long_ids, r, id);
    }
}

static void lay_numbers(
    const struct tie_chunk_maker *maker, size_t column_at, size_t offset, size_t width, struct rows rows)
{
    const unsigned char *from = maker->records.at + offset;
    unsigned char *to = maker->chunk.at + column_at;

    if (width == 8)
        for (uint32_t r = rows.first; r < rows.end; r++)
            memcpy(to + 8 * (size_t)r, from + maker->starts[r], 8);
    else if (width == 4)
        for (uint32_t r = rows.first; r < rows.end; r++)
            memcpy(to + 4 * (size_t)r, from + maker->starts[r], 4);
    else
        for (uint32_t r = rows.first; r < rows.end; r++)
            to[r] = from[maker->starts[r]];
}

static void lay_columns(const struct tie_chunk_maker *maker, const struct layout *layout, struct rows rows)
{
    const struct tie_record_plan *plan = &maker->plan;

    lay_numbers(maker, layout->source_row, plan->source_row, 4, rows);
    for (size_t i = 0; i < plan->wide.count; i++)
        lay_numbers(maker, layout->column[plan->wide.at[i]], 8 + 8 * i, 8, rows);
    for (size_t i = 0; i < plan->dates.count; i++)
        lay_numbers(maker, layout->column[plan->dates.at[i]], plan->dates_at + 4 * i, 4, rows);
    for (size_t i = 0; i < plan->bytes.count; i++)
        lay_numbers(maker, layout->column[plan->bytes.at[i]], plan->bytes_at + i, 1, rows);
}

/* All of some rows but the ids of their orders and keys. */
static enum tie_status lay_block(struct tie_chunk_maker *maker, const struct layout *layout, struct rows rows,
    struct dictionary *dict, struct tie_error *err)
{
    const struct tie_record_plan *const plan = &maker->plan;
    enum tie_status status = TIE_OK;

    for (size_t i = 1; i <= plan->texts.count; i++) {
        TIE_TRY(make_room(maker, dict, maker->order_count + 1, rows.end - rows.first, err));
        if ((int)i - 1 == plan->key_text)
            find_keys(maker, rows, i, dict);
        else if ((int)i - 1 == plan->order_text)
            lay_order_texts(maker, layout, rows, i, dict);
        else
            lay_texts(maker, layout, rows, i, dict);
    }
    lay_columns(maker, layout, rows);
out:
    return status;
}

/* Orders come first in the dictionary, then all other texts, then keys. */
static enum tie_status lay_rows(struct tie_chunk_maker *maker, const struct layout *layout, uint32_t rows,
    struct tie_chunk_header *header, struct tie_error *err)
{
    struct dictionary dict = dictionary_of(maker);
    enum tie_status status = TIE_OK;

    clear_padding(maker, layout);
    header->hash_count = lay_orders(maker, layout, rows, &dict) ? dict.count - 1 : rows;
    header->order_count = maker->order_count = dict.count - 1;
    TIE_TRY(make_slots(maker, dict.count, maker->slot_count, err));
    for (struct rows block = { 0, 0 }; block.end < rows; block.first = block.end) {
        block.end = rows - block.first < BLOCK_ROWS ? rows : block.first + BLOCK_ROWS;
        TIE_TRY(lay_block(maker, layout, block, &dict, err));
    }
    header->key_first = dict.count;
    if (maker->plan.key_text >= 0)
        lay_keys(maker, layout, rows, &dict);
    maker->entry_count = dict.count;
out:
    return status;
}

static void lay_hashes(const struct tie_chunk_maker *maker, size_t at, const struct tie_chunk_header *header)
{
    const struct entry *const orders = entries_of(maker) + 1;
    unsigned char *const to = maker->chunk.at + at;

    if (header->hash_count != header->order_count)
        lay_numbers(maker, at, 0, 8, (struct rows){ 0, header->rows });
    for (uint32_t i = 0; header->hash_count == header->order_count && i < header->order_count; i++)
        memcpy(to + 8 * (size_t)i, &orders[i].key.first, 8);
}

/* Returns the bytes of its texts. */
static uint32_t lay_dictionary(const struct tie_chunk_maker *maker, unsigned char *to)
{
    const struct entry *entries = entries_of(maker);
    unsigned char *text = to + round_up_8(4 * ((size_t)maker->entry_count + 1));
    uint32_t offset = 0;

    memset(text - 8, 0, 8);
    for (uint32_t id = 0; id < maker->entry_count; id++) {
        memcpy(to + 4 * (size_t)id, &offset, 4);
        tie_record_copy(text + offset, maker->records.at + entries[id].at, entries[id].size);
        offset += entries[id].size;
        text[offset++] = 0;
    }
    memcpy(to + 4 * (size_t)maker->entry_count, &offset, 4);
    memset(text + offset, 0, 8); /* up to the chunk's end */
    return offset;
}

enum tie_status tie_chunk_make(
    struct tie_chunk_maker *maker, unsigned shard, uint32_t rows, size_t *bytes, struct tie_error *err)
{
    const struct tie_record_plan *plan = &maker->plan;
    const size_t entries_max = rows * (plan->texts.count + 1) + 1;
    struct tie_chunk_header header = { .magic = TIE_CHUNK_MAGIC, .shard = shard, .rows = rows };
    struct layout layout;
    enum tie_status status = TIE_OK;

    lay_out(&plan->shape, rows, &layout);
    /* all texts of the records, each with its offset and its zero: more than any dictionary of them */
    TIE_TRY(tie_grow(
        &maker->chunk, layout.hashes + 8 * (size_t)rows + 5 * (entries_max + 2) + maker->records.used + 16, err));
    TIE_TRY(tie_grow(&maker->entries, (entries_max + 1) * sizeof(struct entry), err));
    maker->entry_count = 0;
    entries_of(maker)[maker->entry_count++] = (struct entry){ .size = 0 }; /* "" has id 0 */
    TIE_TRY(make_slots(maker, 1, slots_for(rows), err));
    TIE_TRY(lay_rows(maker, &layout, rows, &header, err));
    lay_hashes(maker, layout.hashes, &header);
    const size_t dict_at = layout.hashes + 8 * (size_t)header.hash_count;
    header.dict_bytes = lay_dictionary(maker, maker->chunk.at + dict_at);
    header.dict_count = maker->entry_count;
    header.bytes = dict_at + round_up_8(4 * ((size_t)maker->entry_count + 1)) + round_up_8(header.dict_bytes);
    memcpy(maker->chunk.at, &header, sizeof header);
    *bytes = header.bytes;
out:
    return status;
}
