/*
 * value.c - the grammar of values, one row of a table a type.
 *
 * Every parser is strict and looks at the whole text: iniparser's own read "010" as 8, "12abc" as 12 and "no way" as
 * no. Decimals go through tie_dec, a seventh decimal place is refused and not rounded: a policy says what it means. A
 * unit stands directly behind its number. Limits are compared after units are applied.
 */
#include "parts.h"

#include <inttypes.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit size_units[] = {
    { "KiB", INT64_C(1) << 10 },
    { "MiB", INT64_C(1) << 20 },
    { "GiB", INT64_C(1) << 30 },
    { "TiB", INT64_C(1) << 40 },
};
static const struct unit time_units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "wd", 0 } };

/* Splits "30min" into 30 and "min". */
static bool cut_number(struct tie_text text, int64_t *number, struct tie_text *unit)
{
    size_t digits = 0;

    while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    *unit = (struct tie_text){ text.at + digits, text.size - digits };
    return digits > 0 && tie_int_from_text((struct tie_text){ text.at, digits }, number);
}

static const struct unit *find_unit(const struct unit *units, size_t count, struct tie_text name)
{
    for (size_t i = 0; i < count; i++) {
        if (tie_text_is(name, units[i].name))
            return &units[i];
    }
    return NULL;
}

static bool parse_int(struct tie_text text, struct tie_config_value *value)
{
    return tie_int_from_text(text, &value->number);
}

static bool parse_size(struct tie_text text, struct tie_config_value *value)
{
    struct tie_text name = { 0 };
    const struct unit *unit = NULL;

    if (!cut_number(text, &value->number, &name))
        return false;
    if (name.size == 0)
        return true;
    unit = find_unit(size_units, TIE_COUNT_OF(size_units), name);
    return unit != NULL && !__builtin_mul_overflow(value->number, unit->factor, &value->number);
}

static bool parse_duration(struct tie_text text, struct tie_config_value *value)
{
    struct tie_text name = { 0 };
    const struct unit *unit = NULL;
    int64_t number = 0;

    if (!cut_number(text, &number, &name))
        return false;
    unit = find_unit(time_units, TIE_COUNT_OF(time_units), name);
    if (unit == NULL || number > 1000000) /* more days than dates have */
        return false;
    if (unit->factor == 0)
        value->workdays = (int32_t)number;
    else
        value->seconds = number * unit->factor;
    value->number = value->seconds;
    return true;
}

static bool parse_decimal(struct tie_text text, struct tie_config_value *value)
{
    /* tie_dec knows exponents; "1e3" in a policy is more likely a slip. */
    if (memchr(text.at, 'e', text.size) != NULL || memchr(text.at, 'E', text.size) != NULL)
        return false;
    return tie_dec_from_text(text, &value->number) == TIE_DEC_EXACT;
}

static bool parse_share(struct tie_text text, struct tie_config_value *value)
{
    if (text.size == 0 || text.at[text.size - 1] != '%')
        return parse_decimal(text, value);
    text.size--;
    if (!parse_decimal(text, value) || value->number % 100 != 0)
        return false;
    value->number /= 100;
    return true;
}

static bool parse_bool(struct tie_text text, struct tie_config_value *value)
{
    value->number = tie_text_is(text, "yes");
    return value->number == 1 || tie_text_is(text, "no");
}

static bool parse_date(struct tie_text text, struct tie_config_value *value)
{
    return tie_date_from_text(text, &value->date);
}

static void print_int(int64_t number, struct tie_buf *out)
{
    tie_buf_printf(out, "%" PRId64, number);
}

/* With the largest unit that divides it. */
static void print_with_unit(int64_t number, const struct unit *units, size_t count, struct tie_buf *out)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < count; i++) {
        if (units[i].factor > 0 && number != 0 && number % units[i].factor == 0)
            best = &units[i];
    }
    tie_buf_printf(out, "%" PRId64 "%s", best ? number / best->factor : number, best ? best->name : "");
}

static void print_size(int64_t number, struct tie_buf *out)
{
    print_with_unit(number, size_units, TIE_COUNT_OF(size_units), out);
}

static void print_duration(int64_t number, struct tie_buf *out)
{
    if (number == 0)
        tie_buf_text(out, "0s");
    else
        print_with_unit(number, time_units, TIE_COUNT_OF(time_units), out);
}

static void print_decimal(int64_t number, struct tie_buf *out)
{
    char text[TIE_DEC_TEXT_MAX];

    tie_buf_put(out, text, tie_dec_print(number, text));
}

static void print_share(int64_t number, struct tie_buf *out)
{
    print_decimal(number * 100, out);
    tie_buf_char(out, '%');
}

static const struct {
    const char *name;
    const char *form;                                          /* behind "allowed: " */
    bool (*parse)(struct tie_text, struct tie_config_value *); /* NULL: any text */
    void (*print)(int64_t number, struct tie_buf *out);        /* of limits */
} types[] = {
    [TIE_VALUE_TEXT] = { "a text", "any text", NULL, NULL },
    [TIE_VALUE_WORD] = { "a word", "one word", NULL, NULL },
    [TIE_VALUE_WORDS] = { "a list of words", "words, comma separated", NULL, NULL },
    [TIE_VALUE_INT] = { "a whole number", "a whole number", parse_int, print_int },
    [TIE_VALUE_SIZE] = { "a size", "a whole number with KiB, MiB, GiB or TiB", parse_size, print_size },
    [TIE_VALUE_DURATION] = { "a duration", "a whole number with s, min, h, d or wd (working days)", parse_duration,
        print_duration },
    [TIE_VALUE_SHARE] = { "a share", "a number, or a number with %", parse_share, print_share },
    [TIE_VALUE_DECIMAL] = { "a decimal number", "digits with at most six after the point", parse_decimal,
        print_decimal },
    [TIE_VALUE_BOOL] = { "yes or no", "yes, no", parse_bool, NULL },
    [TIE_VALUE_DATE] = { "a date", "YYYY-MM-DD", parse_date, NULL },
    [TIE_VALUE_PATH] = { "a path", "a path, relative to this file", NULL, NULL },
};

static bool in_list(const char *list, struct tie_text word)
{
    struct tie_text rest = tie_text_of(list);

    while (rest.size > 0) {
        if (tie_text_equal(tie_text_trim(tie_text_cut(&rest, ',')), word))
            return true;
    }
    return false;
}

static bool has_limits(const struct tie_schema_row *row)
{
    return row->min != 0 || row->max != 0;
}

void value_describe(const struct tie_schema_row *row, struct tie_buf *out)
{
    const bool is_list = row->type == TIE_VALUE_WORD || row->type == TIE_VALUE_WORDS;

    if (is_list && row->words != NULL) {
        tie_buf_printf(out, "%s%s", row->type == TIE_VALUE_WORDS ? "any of " : "", row->words);
        return;
    }
    tie_buf_text(out, types[row->type].form);
    if (has_limits(row) && types[row->type].print != NULL) {
        tie_buf_text(out, ", from ");
        types[row->type].print(row->min, out);
        tie_buf_text(out, " to ");
        types[row->type].print(row->max, out);
    }
    if (row->words != NULL)
        tie_buf_printf(out, ", or %s", row->words);
}

static bool refuse(const struct tie_schema_row *row, const char *what, struct tie_buf *wrong)
{
    tie_buf_printf(wrong, "%s; allowed: ", what);
    value_describe(row, wrong);
    return false;
}

static bool refuse_type(const struct tie_schema_row *row, struct tie_buf *wrong)
{
    tie_buf_printf(wrong, "not %s; allowed: ", types[row->type].name);
    value_describe(row, wrong);
    return false;
}

/* An unknown word: the near one first, else all. */
static bool refuse_word(
    struct tie_arena *arena, const struct tie_schema_row *row, struct tie_text word, struct tie_buf *wrong)
{
    struct tie_text rest = tie_text_of(row->words);
    const char *names[64];
    const char *near = NULL;
    size_t count = 0;

    while (rest.size > 0 && count < TIE_COUNT_OF(names))
        names[count++] = tie_text_dup(arena, tie_text_trim(tie_text_cut(&rest, ',')));
    near = tie_nearest(tie_text_dup(arena, word), names, count);
    tie_buf_printf(wrong, "'%.*s' is not allowed; ", (int)word.size, word.at);
    if (near != NULL)
        tie_buf_printf(wrong, "did you mean %s? ", near);
    tie_buf_text(wrong, "allowed: ");
    value_describe(row, wrong);
    return false;
}

static bool parse_words(struct tie_arena *arena, struct tie_config_value *value, struct tie_buf *wrong)
{
    struct tie_text rest = tie_text_of(value->text);
    struct {
        const char **at;
        size_t count, room;
    } words = { 0 };
    bool more = rest.size > 0;

    while (more) {
        more = memchr(rest.at, ',', rest.size) != NULL; /* a comma at the end asks for one more word */
        const struct tie_text word = tie_text_trim(tie_text_cut(&rest, ','));

        if (word.size == 0)
            return refuse(value->row, "an empty word between commas", wrong);
        if (value->row->words != NULL && !in_list(value->row->words, word))
            return refuse_word(arena, value->row, word, wrong);
        TIE_PUSH(arena, &words, tie_text_dup(arena, word));
    }
    value->words = words.at;
    value->word_count = words.count;
    return true;
}

bool value_parse(
    struct tie_arena *arena, const char *naming_file, struct tie_config_value *value, struct tie_buf *wrong)
{
    const struct tie_schema_row *const row = value->row;
    const struct tie_text text = tie_text_of(value->text);

    if (text.size == 0) {
        const bool may_be_empty = row->fallback != NULL && (row->fallback[0] == '\0' || row->type == TIE_VALUE_WORDS);

        value->text = NULL;
        return may_be_empty || refuse(row, "a value is missing", wrong);
    }
    if (row->type == TIE_VALUE_WORDS)
        return parse_words(arena, value, wrong);
    if (row->type == TIE_VALUE_WORD)
        return row->words == NULL || in_list(row->words, text) || refuse_word(arena, row, text, wrong);
    if (row->words != NULL && in_list(row->words, text)) {
        value->is_word = true;
        return true;
    }
    if (row->type == TIE_VALUE_PATH)
        value->text = tie_path_beside(arena, naming_file, value->text);
    if (types[row->type].parse == NULL)
        return true;
    if (!types[row->type].parse(text, value))
        return refuse_type(row, wrong);
    if (has_limits(row) && types[row->type].print != NULL && (value->number < row->min || value->number > row->max) &&
        value->workdays == 0)
        return refuse(row, "out of range", wrong);
    return true;
}
