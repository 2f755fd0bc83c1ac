/*
 * table.c - the data model as data: model_columns.h expanded into constant arrays.
 *
 * Each dataset gets a function of its own that holds its columns: inside it one name, row_type, stands for the row
 * struct, so the list of columns, which does not know its dataset, can ask for offsets. Which column names the order is
 * worked out while compiling: IS_ORDER pastes the column's name onto a prefix for which only wo_id and wo_ref have a
 * macro.
 *
 * Words are sorted in bytes, so tie_word_of() is a binary search; the tests check the order. Everything here is
 * constant: no initialisation, no lock.
 */
#include "tieout/model.h"

#include <stddef.h>
#include <string.h>

/* ---- words ---- */

static const struct tie_text words[TIE_WORD_COUNT] = { [TIE_W_EMPTY] = { "", 0 },
#define AS_TEXT(NAME, text) [TIE_W_##NAME] = { text, sizeof(text) - 1 },
    TIE_WORDS(AS_TEXT)
#undef AS_TEXT
};

const char *tie_word_text(enum tie_word word)
{
    TIE_ASSERT((size_t)word < TIE_COUNT_OF(words));
    return words[word].at;
}

enum tie_word tie_word_of(struct tie_text text)
{
    size_t low = TIE_W_EMPTY + 1;
    size_t high = TIE_WORD_COUNT;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = tie_text_compare(text, words[middle]);

        if (order == 0)
            return (enum tie_word)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TIE_W_EMPTY;
}

/* ---- datasets ---- */

/* 1 when `name` is the column that names the order on this side, else 0. */
#define ORDER_FSM_wo_id ~, 1
#define ORDER_ERP_wo_ref ~, 1
#define SECOND(first, second, ...) second
#define PICK(...) SECOND(__VA_ARGS__, 0, 0)
#define IS_ORDER(side, name) PICK(ORDER_##side##_##name)

#define IS_NULLABLE_NULLABLE true
#define IS_NULLABLE_NOT_NULL false

#define AS_INDEX(name, type, key, foreign, need, nulls, fallback, words, meaning) index_##name,
#define AS_COLUMN(name, type, key, foreign, need, nulls, fallback, words, meaning)                                     \
    { #name, TIE_TYPE_##type, TIE_KEY_##key, foreign, TIE_NEED_##need, IS_NULLABLE_##nulls, fallback, words, meaning,  \
        offsetof(row_type, name) },
/* A dataset has one such column at most, so the sum is its index + 1, or 0. */
#define AS_FSM_ORDER(name, type, key, foreign, need, nulls, fallback, words, meaning)                                  \
    +IS_ORDER(FSM, name) * (index_##name + 1)
#define AS_ERP_ORDER(name, type, key, foreign, need, nulls, fallback, words, meaning)                                  \
    +IS_ORDER(ERP, name) * (index_##name + 1)
#define AS_BOTH_ORDER(name, type, key, foreign, need, nulls, fallback, words, meaning)

#define AS_DATASET(NAME, name, side, home, holds)                                                                      \
    static const struct tie_dataset_info *info_##name(void)                                                            \
    {                                                                                                                  \
        typedef struct tie_##name row_type;                                                                            \
        enum { TIE_COLUMNS_##name(AS_INDEX) index_count };                                                             \
        static const struct tie_column columns[] = { TIE_COLUMNS_##name(AS_COLUMN) };                                  \
        static const struct tie_dataset_info info = { TIE_DS_##NAME, #name, TIE_SIDE_##side, TIE_HOME_##home, holds,   \
            sizeof(row_type), TIE_COUNT_OF(columns), columns, -1 TIE_COLUMNS_##name(AS_##side##_ORDER) };              \
        _Static_assert((size_t)index_count <= TIE_COLUMN_MAX, "raise TIE_COLUMN_MAX");                                 \
        return &info;                                                                                                  \
    }
TIE_DATASETS(AS_DATASET)

static const struct tie_dataset_info *(*const infos[])(void) = {
#define AS_ENTRY(NAME, name, side, home, holds) [TIE_DS_##NAME] = info_##name,
    TIE_DATASETS(AS_ENTRY)
#undef AS_ENTRY
};

const struct tie_dataset_info *tie_dataset(enum tie_dataset id)
{
    TIE_ASSERT((size_t)id < TIE_COUNT_OF(infos));
    return infos[id]();
}

bool tie_dataset_find(struct tie_text name, enum tie_dataset *id)
{
    for (size_t i = 0; i < TIE_COUNT_OF(infos); i++) {
        if (tie_text_is(name, infos[i]()->name)) {
            *id = (enum tie_dataset)i;
            return true;
        }
    }
    return false;
}

int tie_column_find(const struct tie_dataset_info *dataset, struct tie_text name)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (tie_text_is_nocase(name, dataset->columns[i].name))
            return (int)i;
    return -1;
}

bool tie_column_allows(const struct tie_column *column, enum tie_word word)
{
    struct tie_text rest = tie_text_of(column->words);
    const char *wanted = tie_word_text(word);

    while (rest.size > 0)
        if (tie_text_is(tie_text_cut(&rest, '|'), wanted))
            return true;
    return false;
}

const char *tie_type_name(enum tie_type type)
{
    static const char *const names[] = {
        [TIE_TYPE_ID] = "id",
        [TIE_TYPE_TEXT] = "text",
        [TIE_TYPE_OPEN] = "code",
        [TIE_TYPE_WORD] = "code",
        [TIE_TYPE_DATE] = "date",
        [TIE_TYPE_INSTANT] = "instant",
        [TIE_TYPE_DECIMAL] = "decimal",
        [TIE_TYPE_BOOL] = "bool",
        [TIE_TYPE_RATE] = "rate",
        [TIE_TYPE_INT] = "int",
        [TIE_TYPE_HASH] = "hash",
    };

    TIE_ASSERT((size_t)type < TIE_COUNT_OF(names));
    return names[type];
}

const char *tie_xref_kind_name(enum tie_xref_kind kind)
{
    static const char *const names[] = {
        [TIE_XREF_NONE] = "",
        [TIE_XREF_CUSTOMER] = "customer",
        [TIE_XREF_ITEM] = "item",
        [TIE_XREF_LOCATION] = "location",
        [TIE_XREF_TECHNICIAN] = "technician",
        [TIE_XREF_CONTRACT] = "contract",
        [TIE_XREF_ASSET] = "asset",
        [TIE_XREF_WORK_ORDER] = "work_order",
    };

    _Static_assert(TIE_COUNT_OF(names) == TIE_XREF_KIND_COUNT, "a kind without a name");
    TIE_ASSERT((size_t)kind < TIE_COUNT_OF(names));
    return names[kind];
}
