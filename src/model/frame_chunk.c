/*
 * frame_chunk.c - records become a chunk: cells laid out column by column, texts as ids of the chunk's dictionary.
 *
 * Numbers are copied column after column, so each loop reads at one offset and writes one array. Texts are walked row
 * after row, because a text begins where the one before it ends. The dictionary refers to the records and copies a
 * text once, when all are known. A text is packed: its first and its last eight bytes and its size, which is all of a
 * text of up to 16 bytes, so most comparisons are of two words; of longer ones the second word is the hash, and bytes
 * are compared. The last text of a column saves the look-up where rows repeat it, and the column that names the order
 * looks at its own row's reference first.
 *
 * Invariant: ids of order references are equal exactly when the texts are. Texts of a primary key of one column are
 * all different (doubles were rejected), so they are not looked up; should another column hold the same text, it has
 * two ids, which a reader may not take for two texts.
 * Rejected: tie_pool (copies and zero-ends each text, keeps it for look-ups that never come); qsort of texts.
 */
#include "frame_make.h"

#include <stdlib.h>
#include <string.h>

#define PACKED_BYTES 16
#define ORDER_BIT 0x80000000u /* the records of a chunk are far shorter */
#define FIRST_SLOTS ((size_t)256)
#define SLOTS_A_ROW 2

struct packed {
    uint64_t first, last;
};

struct entry {         /* of the dictionary: three words, for all of a chunk and their slots ought to stay in a cache */
    struct packed key; /* `first` is 0 where the text is not looked up: no text begins with NUL */
    uint32_t at;       /* in the records; with ORDER_BIT when it is some row's reference */
    uint32_t size;
};

struct slot {
    uint32_t tag; /* of the hash */
    uint32_t id;  /* 0: free */
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

void tie_chunk_shape_init(
    struct tie_chunk_shape *shape, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX])
{
    struct tie_arrays all = { .wide = 1, .dates = 2 }; /* home_hash; source_row and order_ref */

    *shape = (struct tie_chunk_shape){ .stored_count = 0 };
    for (size_t c = 0; c < info->column_count; c++) {
        const size_t width = tie_type_bytes(info->columns[c].type);

        if (!delivered[c])
            continue;
        shape->stored[shape->stored_count++] = (struct tie_stored_array){ (uint16_t)c, all };
        *(width == 8 ? &all.wide : width == 4 ? &all.dates : &all.bytes) += 1;
    }
    /* a narrower array stands behind all wider ones */
    for (size_t i = 0; i < shape->stored_count; i++) {
        struct tie_stored_array *const array = &shape->stored[i];
        const size_t width = tie_type_bytes(info->columns[array->column].type);

        array->before.wide = width == 8 ? array->before.wide : all.wide;
        array->before.dates = width == 8 ? 0 : width == 4 ? array->before.dates : all.dates;
        array->before.bytes = width == 1 ? array->before.bytes : 0;
    }
    shape->source_row = (struct tie_arrays){ .wide = all.wide };
    shape->order_ref = (struct tie_arrays){ .wide = all.wide, .dates = 1 };
    shape->dict = all;
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

/* ---- records ---- */

void tie_record_plan_init(
    struct tie_record_plan *plan, const struct tie_dataset_info *info, const bool delivered[TIE_COLUMN_MAX])
{
    size_t keys = 0;

    *plan = (struct tie_record_plan){ .info = info, .key_text = -1 };
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
        columns->at[columns->count++] = (uint8_t)c;
    }
    plan->key_text = keys == 1 ? plan->key_text : -1;
    plan->source_row = 8 + 8 * plan->wide.count;
    plan->dates_at = plan->source_row + 4;
    plan->bytes_at = plan->dates_at + 4 * plan->dates.count;
    plan->sizes = plan->bytes_at + plan->bytes.count;
    plan->head_bytes = plan->sizes + 4 * (plan->texts.count + 1);
}

size_t tie_record_bytes(
    const struct tie_record_plan *plan, const struct tie_record_head *head, const struct tie_cell *cells)
{
    size_t size = plan->head_bytes + head->order_ref.size;

    for (size_t i = 0; i < plan->texts.count; i++)
        size += cells[plan->texts.at[i]].text.size;
    return size;
}

/* Most texts have up to 16 bytes: two words that overlap, in place of a call. */
static inline void copy_text(unsigned char *to, const void *from, size_t size)
{
    const unsigned char *const at = from;
    uint64_t words[2];
    uint32_t halves[2];

    if (size > PACKED_BYTES) {
        memcpy(to, at, size);
    } else if (size >= 8) {
        memcpy(&words[0], at, 8);
        memcpy(&words[1], at + size - 8, 8);
        memcpy(to, &words[0], 8);
        memcpy(to + size - 8, &words[1], 8);
    } else if (size >= 4) {
        memcpy(&halves[0], at, 4);
        memcpy(&halves[1], at + size - 4, 4);
        memcpy(to, &halves[0], 4);
        memcpy(to + size - 4, &halves[1], 4);
    } else if (size > 0) {
        to[0] = at[0];
        to[size / 2] = at[size / 2];
        to[size - 1] = at[size - 1];
    }
}

static inline unsigned char *encode_text(unsigned char *to, unsigned char *size_at, struct tie_text text)
{
    const uint32_t size = (uint32_t)text.size;

    memcpy(size_at, &size, sizeof size);
    copy_text(to, text.at, size);
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
        text = encode_text(text, size_at + 4 * (i + 1), cells[plan->texts.at[i]].text);
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

/* `at` may be read to TIE_RECORD_SLACK bytes behind the text, which is not empty. */
static struct packed pack(const unsigned char *at, uint32_t size)
{
    struct packed packed = { 0, 0 };

    memcpy(&packed.first, at, 8);
    if (size < 8)
        packed.first &= ~UINT64_C(0) >> (64 - 8 * size);
    else if (size <= PACKED_BYTES)
        memcpy(&packed.last, at + size - 8, 8);
    else
        packed.last = tie_hash_bytes(at, size);
    return packed;
}

/* The maker's dictionary at hand, where a compiler can keep it in registers: nothing else is known to point into it. */
struct dictionary {
    const unsigned char *records;
    struct entry *entries;
    struct slot *slots;
    size_t slot_mask, text_bytes;
    uint32_t count, slots_taken;
};

static inline bool same_text(
    const struct dictionary *dict, const struct entry *entry, const struct packed *key, uint32_t at, uint32_t size)
{
    return entry->key.first == key->first && entry->key.last == key->last && entry->size == size &&
        (size <= PACKED_BYTES || memcmp(dict->records + (entry->at & ~ORDER_BIT), dict->records + at, size) == 0);
}

/* Both words of a text may hold some of the same bytes: as in pool.c, each has a factor of its own. */
static uint32_t tag_of(const struct packed *key, uint32_t size)
{
    uint64_t hash = (key->first ^ size) * UINT64_C(0x9E3779B97F4A7C15) + key->last * UINT64_C(0xD6E8FEB86659FD93);

    hash = (hash ^ hash >> 32) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(hash >> 32);
}

static struct entry *entries_of(const struct tie_chunk_maker *maker)
{
    return (struct entry *)(void *)maker->entries.at;
}

static struct slot *slots_of(const struct tie_chunk_maker *maker)
{
    return (struct slot *)(void *)maker->slots.at;
}

/* An empty table of `count` places, filled with the entries that are looked up. */
static enum tie_status make_slots(struct tie_chunk_maker *maker, size_t count, struct tie_error *err)
{
    const struct entry *entries = entries_of(maker);
    struct slot *slots = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_grow(&maker->slots, count * sizeof *slots, err));
    slots = slots_of(maker);
    memset(slots, 0, count * sizeof *slots);
    maker->slot_count = count;
    for (uint32_t id = 1; id < maker->entry_count; id++) {
        const struct slot slot = { tag_of(&entries[id].key, entries[id].size), id };
        size_t at = slot.tag & (count - 1);

        if (entries[id].key.first == 0)
            continue;
        while (slots[at].id != 0)
            at = (at + 1) & (count - 1);
        slots[at] = slot;
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
        .slot_mask = maker->slot_count - 1,
        .text_bytes = maker->dict_bytes,
        .count = maker->entry_count,
        .slots_taken = maker->slots_taken };
}

static void keep_dictionary(struct tie_chunk_maker *maker, const struct dictionary *dict)
{
    maker->dict_bytes = dict->text_bytes;
    maker->entry_count = dict->count;
    maker->slots_taken = dict->slots_taken;
}

static inline uint32_t add_entry(struct dictionary *dict, struct entry entry)
{
    dict->entries[dict->count] = entry;
    dict->text_bytes += entry.size + (size_t)1;
    return dict->count++;
}

/* The id of a text; `guess` is one that it may well have, or 0. There is room for one more. */
static inline uint32_t put_text(struct dictionary *dict, uint32_t guess, uint32_t at, uint32_t size)
{
    const struct packed key = pack(dict->records + at, size);

    if (same_text(dict, &dict->entries[guess], &key, at, size))
        return guess;
    const uint32_t tag = tag_of(&key, size);
    size_t slot = tag & dict->slot_mask;
    for (; dict->slots[slot].id != 0; slot = (slot + 1) & dict->slot_mask)
        if (dict->slots[slot].tag == tag && same_text(dict, &dict->entries[dict->slots[slot].id], &key, at, size))
            return dict->slots[slot].id;
    dict->slots[slot] = (struct slot){ tag, dict->count };
    dict->slots_taken++;
    return add_entry(dict, (struct entry){ .key = key, .at = at, .size = size });
}

/* Twice the slots, where they are half taken or nearly so. */
static enum tie_status make_room(
    struct tie_chunk_maker *maker, struct dictionary *dict, size_t more, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    if (dict->slots_taken + more <= (dict->slot_mask + 1) / 2)
        return TIE_OK;
    keep_dictionary(maker, dict);
    TIE_TRY(make_slots(maker, 2 * maker->slot_count, err));
    *dict = dictionary_of(maker);
out:
    return status;
}

/* A row names the order of an entry: counts those that are named for the first time. */
static uint32_t note_order(struct dictionary *dict, uint32_t id)
{
    struct entry *const order = &dict->entries[id];
    const bool is_new = id != 0 && (order->at & ORDER_BIT) == 0;

    order->at |= ORDER_BIT;
    return is_new;
}

/* ---- columns ---- */

struct layout { /* where the arrays of a chunk begin */
    size_t source_row, order_ref, dict;
    size_t column[TIE_COLUMN_MAX];
};

static void lay_out(const struct tie_chunk_shape *shape, uint32_t rows, struct layout *layout)
{
    layout->source_row = tie_array_at(&shape->source_row, rows);
    layout->order_ref = tie_array_at(&shape->order_ref, rows);
    layout->dict = tie_array_at(&shape->dict, rows);
    for (size_t i = 0; i < shape->stored_count; i++)
        layout->column[shape->stored[i].column] = tie_array_at(&shape->stored[i].before, rows);
}

/* Texts of all records as ids; finds where the records start. */
static enum tie_status lay_texts(
    struct tie_chunk_maker *maker, const struct layout *layout, uint32_t rows, struct tie_error *err)
{
    const struct tie_record_plan *plan = &maker->plan;
    const size_t count = plan->texts.count + 1;
    const int key_text = plan->key_text + 1, order_text = plan->order_text + 1;
    struct dictionary dict = dictionary_of(maker);
    uint32_t *ids[TIE_COLUMN_MAX + 1], last[TIE_COLUMN_MAX + 1] = { 0 }, order = 0, record = 0;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < count; i++)
        ids[i] = (uint32_t *)(void *)(maker->chunk.at +
            (i == 0 ? layout->order_ref : layout->column[plan->texts.at[i - 1]]));
    for (uint32_t r = 0; r < rows; r++) {
        const unsigned char *const sizes = dict.records + record + plan->sizes;
        uint32_t text = record + (uint32_t)plan->head_bytes;

        maker->starts[r] = record;
        TIE_TRY(make_room(maker, &dict, count, err));
        for (size_t i = 0; i < count; i++) {
            uint32_t size = 0, id = 0;

            memcpy(&size, sizes + 4 * i, sizeof size);
            if (size > 0 && (int)i == key_text)
                id = add_entry(&dict, (struct entry){ .at = text, .size = size });
            else if (size > 0)
                id = last[i] = put_text(&dict, (int)i == order_text ? last[0] : last[i], text, size);
            ids[i][r] = id;
            text += size;
        }
        if (ids[0][r] != order)
            maker->order_count += note_order(&dict, ids[0][r]);
        order = ids[0][r];
        record = text;
    }
    keep_dictionary(maker, &dict);
out:
    return status;
}

static void lay_numbers(
    const struct tie_chunk_maker *maker, size_t column_at, size_t offset, size_t width, uint32_t rows)
{
    const unsigned char *from = maker->records.at + offset;
    unsigned char *to = maker->chunk.at + column_at;

    /* the padding at the end is part of the digest */
    memset(to + round_up_8(width * rows) - 8, 0, 8);
    if (width == 8)
        for (uint32_t r = 0; r < rows; r++)
            memcpy(to + 8 * (size_t)r, from + maker->starts[r], 8);
    else if (width == 4)
        for (uint32_t r = 0; r < rows; r++)
            memcpy(to + 4 * (size_t)r, from + maker->starts[r], 4);
    else
        for (uint32_t r = 0; r < rows; r++)
            to[r] = from[maker->starts[r]];
}

static void lay_columns(const struct tie_chunk_maker *maker, const struct layout *layout, uint32_t rows)
{
    const struct tie_record_plan *plan = &maker->plan;

    lay_numbers(maker, sizeof(struct tie_chunk_header), 0, 8, rows); /* home_hash */
    lay_numbers(maker, layout->source_row, plan->source_row, 4, rows);
    for (size_t i = 0; i < plan->wide.count; i++)
        lay_numbers(maker, layout->column[plan->wide.at[i]], 8 + 8 * i, 8, rows);
    for (size_t i = 0; i < plan->dates.count; i++)
        lay_numbers(maker, layout->column[plan->dates.at[i]], plan->dates_at + 4 * i, 4, rows);
    for (size_t i = 0; i < plan->bytes.count; i++)
        lay_numbers(maker, layout->column[plan->bytes.at[i]], plan->bytes_at + i, 1, rows);
}

static void lay_dictionary(const struct tie_chunk_maker *maker, unsigned char *to)
{
    const struct entry *entries = entries_of(maker);
    unsigned char *text = to + round_up_8(4 * ((size_t)maker->entry_count + 1));
    uint32_t offset = 0;

    memset(text - 8, 0, 8);
    memset(text + round_up_8(maker->dict_bytes) - 8, 0, 8); /* there is the zero of the empty text at least */
    for (uint32_t id = 0; id < maker->entry_count; id++) {
        memcpy(to + 4 * (size_t)id, &offset, 4);
        copy_text(text + offset, maker->records.at + (entries[id].at & ~ORDER_BIT), entries[id].size);
        offset += entries[id].size;
        text[offset++] = 0;
    }
    memcpy(to + 4 * (size_t)maker->entry_count, &offset, 4);
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
    TIE_TRY(tie_grow(&maker->chunk, layout.dict + 5 * (entries_max + 2) + maker->records.used + 16, err));
    TIE_TRY(tie_grow(&maker->entries, entries_max * sizeof(struct entry), err));
    maker->entry_count = maker->order_count = maker->slots_taken = 0;
    entries_of(maker)[maker->entry_count++] = (struct entry){ .size = 0 }; /* "" has id 0 */
    maker->dict_bytes = 1;
    TIE_TRY(make_slots(maker, slots_for(rows), err));
    for (size_t i = 0; i <= plan->texts.count; i++) {
        const size_t at = i == 0 ? layout.order_ref : layout.column[plan->texts.at[i - 1]];

        memset(maker->chunk.at + at + round_up_8(4 * (size_t)rows) - 8, 0, 8);
    }
    TIE_TRY(lay_texts(maker, &layout, rows, err));
    lay_columns(maker, &layout, rows);
    lay_dictionary(maker, maker->chunk.at + layout.dict);
    header.order_count = maker->order_count;
    header.dict_count = maker->entry_count;
    header.dict_bytes = (uint32_t)maker->dict_bytes;
    header.bytes = layout.dict + round_up_8(4 * ((size_t)maker->entry_count + 1)) + round_up_8(maker->dict_bytes);
    memcpy(maker->chunk.at, &header, sizeof header);
    *bytes = header.bytes;
out:
    return status;
}
