/*
 * maps.c - code maps: canonical word = the source's codes.
 *
 * A map must be a function: a code stands in one list only, and one list at most is "*". Words of a closed list are
 * checked against the data model; an open list takes any word (keys of a job file are lower case), a bool yes and no.
 */
#include "maps.h"

#include <string.h>

struct map_list {
    struct tie_code_map *at;
    size_t count, room;
};

/* Names the words of a closed list, and the one that was perhaps meant. */
static enum tie_status fail_word(struct tie_arena *arena, const struct tie_config_section *section,
    const struct tie_column *column, const char *word, struct tie_error *err)
{
    struct tie_text rest = tie_text_of(column->words);
    const char **names = TIE_TAKE(arena, const char *, rest.size + 1);
    const char *near = NULL, *list = "";
    size_t count = 0;

    while (rest.size > 0) {
        names[count] = tie_text_dup(arena, tie_text_cut(&rest, '|'));
        list = tie_arena_printf(arena, "%s%s%s", list, count > 0 ? ", " : "", names[count]);
        count++;
    }
    near = tie_nearest(word, names, count);
    return tie_config_fail(err, section, word, "%s is no word of %s; allowed are %s%s%s%s", word, section->name, list,
        near == NULL ? "" : "; did you mean ", near == NULL ? "" : near, near == NULL ? "" : "?");
}

static enum tie_status check_word(struct tie_arena *arena, const struct tie_config_section *section,
    const struct tie_column *column, const char *word, struct tie_error *err)
{
    if (column->type == TIE_TYPE_WORD && !tie_column_allows(column, tie_word_of(tie_text_of(word))))
        return fail_word(arena, section, column, word, err);
    if (column->type == TIE_TYPE_BOOL && strcmp(word, "yes") != 0 && strcmp(word, "no") != 0)
        return tie_config_fail(err, section, word, "%s is no word of %s; allowed are yes and no", word, section->name);
    return TIE_OK;
}

static enum tie_status read_list(struct tie_arena *arena, const struct tie_config_section *section, const char *word,
    struct tie_code_list *list, struct tie_error *err)
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, word, &words);
    const char **codes = TIE_TAKE(arena, const char *, count);

    *list = (struct tie_code_list){ .word = word, .codes = codes };
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], "*") == 0)
            list->is_rest = true;
        else
            codes[list->count++] = strcmp(words[i], "\\empty") == 0 ? "" : words[i];
    }
    if (count == 0)
        return tie_config_fail(err, section, word, "no codes; give codes separated by commas, \\empty or *");
    return TIE_OK;
}

/* Each code once, "*" once. */
static enum tie_status check_unique(const struct tie_config_section *section, const struct tie_code_map *map,
    const struct tie_code_list *list, struct tie_error *err)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct tie_code_list *earlier = &map->lists[i];

        if (earlier->is_rest && list->is_rest)
            return tie_config_fail(err, section, list->word, "* stands already under %s", earlier->word);
        for (size_t j = 0; j < earlier->count; j++)
            for (size_t k = 0; k < list->count; k++)
                if (strcmp(earlier->codes[j], list->codes[k]) == 0)
                    return tie_config_fail(err, section, list->word, "code %s stands already under %s",
                        list->codes[k][0] == '\0' ? "\\empty" : list->codes[k], earlier->word);
    }
    return TIE_OK;
}

static enum tie_status fail_column(struct tie_arena *arena, const struct tie_config_section *section,
    const struct tie_dataset_info *dataset, struct tie_text column, struct tie_error *err)
{
    const char *names[TIE_COLUMN_MAX];
    const char *near = NULL;

    for (size_t i = 0; i < dataset->column_count; i++)
        names[i] = dataset->columns[i].name;
    near = tie_nearest(tie_text_dup(arena, column), names, dataset->column_count);
    return tie_config_fail(err, section, NULL, "%s has no column %.*s%s%s%s", dataset->name, (int)column.size,
        column.at, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near, near == NULL ? "" : "?");
}

static enum tie_status read_map(struct tie_arena *arena, const struct tie_config_section *section,
    enum tie_dataset *dataset, struct tie_code_map *map, struct tie_error *err)
{
    struct tie_text column_name = tie_text_of(section->name);
    const struct tie_text dataset_name = tie_text_cut(&column_name, '.');
    struct tie_code_list *lists = NULL;
    const struct tie_column *column = NULL;
    size_t count = 0;
    enum tie_status status = TIE_OK;

    if (!tie_dataset_find(dataset_name, dataset))
        return tie_config_fail(err, section, NULL, "the data model has no dataset %.*s; write [map dataset.column]",
            (int)dataset_name.size, dataset_name.at);
    map->column = tie_column_find(tie_dataset(*dataset), column_name);
    if (map->column < 0)
        return fail_column(arena, section, tie_dataset(*dataset), column_name, err);
    column = &tie_dataset(*dataset)->columns[map->column];
    if (column->type != TIE_TYPE_WORD && column->type != TIE_TYPE_OPEN && column->type != TIE_TYPE_BOOL)
        return tie_config_fail(err, section, NULL,
            "%s holds no codes but is a %s; only code and bool columns are mapped", section->name,
            tie_type_name(column->type));
    while (tie_config_key(section, count) != NULL)
        count++;
    map->lists = lists = TIE_TAKE(arena, struct tie_code_list, count);
    for (size_t i = 0; i < count; i++) {
        const char *word = tie_config_key(section, i);

        TIE_TRY(check_word(arena, section, column, word, err));
        TIE_TRY(read_list(arena, section, word, &lists[i], err));
        TIE_TRY(check_unique(section, map, &lists[i], err));
        map->count++;
    }
out:
    return status;
}

enum tie_status tie_source_read_maps(struct tie_arena *arena, const struct tie_config *config,
    struct tie_part_spec *parts, size_t part_count, struct tie_error *err)
{
    struct map_list lists[TIE_DATASET_COUNT] = { { NULL, 0, 0 } };
    enum tie_status status = TIE_OK;

    for (const struct tie_config_section *section = tie_config_next(config, "map", NULL); section != NULL;
         section = tie_config_next(config, "map", section)) {
        enum tie_dataset dataset = TIE_DATASET_COUNT;
        struct tie_code_map map = { .column = -1 };

        TIE_TRY(read_map(arena, section, &dataset, &map, err));
        TIE_PUSH(arena, &lists[dataset], map);
    }
    for (size_t i = 0; i < part_count; i++) {
        parts[i].maps = lists[parts[i].dataset].at;
        parts[i].map_count = lists[parts[i].dataset].count;
    }
out:
    return status;
}
