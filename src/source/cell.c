/*
 * cell.c - from a value as the source wrote it to a typed cell of the data model, or to a sentence that says why not.
 *
 * One reader a type, in a table. A reader gets trimmed text that is not empty (NULL and blank are one and are settled
 * before) and answers with the cell or with a reason: dataset.column, the value, what is allowed. Readers decide
 * nothing about the row; what needs several cells is in cells.c.
 *
 * Words, booleans, mapped codes, days and small numbers (of lines, mostly) are few and dear to read: a part remembers
 * the short texts that were read well. A text that its driver has seen to be plain is not looked at again.
 *
 * Invariant: exact or refused. Text is never cut, a number never passes through floating point, and the one loss that
 * is allowed, decimals past the sixth, is told to the caller, who counts it.
 */
#include "driver.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ID_BYTES_MAX = 64, TEXT_BYTES_MAX = 4000, SHOWN_BYTES_MAX = 60 };

/* ---- reasons ---- */

static size_t shown_size(struct tie_text text)
{
    size_t size = text.size;

    if (size > SHOWN_BYTES_MAX) {
        size = SHOWN_BYTES_MAX;
        while (size > 0 && ((unsigned char)text.at[size] & 0xC0U) == 0x80U)
            size--;
    }
    return size;
}

static enum tie_cell_result bad(
    const struct tie_cell_rule *rule, struct tie_text value, struct tie_buf *reason, const char *what)
{
    const int size = (int)shown_size(value);

    tie_buf_reset(reason);
    tie_buf_printf(reason, "%s.%s \"%.*s%s\" %s.", rule->dataset, rule->column->name, size, value.at,
        (size_t)size < value.size ? "..." : "", what);
    return TIE_CELL_BAD;
}

static enum tie_cell_result bad_utf8(const struct tie_cell_rule *rule, size_t at, struct tie_buf *reason)
{
    tie_buf_reset(reason);
    tie_buf_printf(reason, "%s.%s is no UTF-8 at byte %zu: set the client character set of the source to UTF-8.",
        rule->dataset, rule->column->name, at + 1);
    return TIE_CELL_BAD;
}

/* ---- code maps ---- */

/* The list that holds the code; else the list "*" for a code that is not blank; else NULL. */
static const struct tie_code_list *mapped(const struct tie_code_map *map, struct tie_text code, bool is_exact)
{
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct tie_code_list *list = &map->lists[i];

        if (!is_exact && list->is_rest)
            return list;
        for (size_t j = 0; is_exact && j < list->count; j++)
            if (tie_text_is(code, list->codes[j]))
                return list;
    }
    return NULL;
}

/* MariaDB keeps "0000-00-00" and "2026-07-00" where its sql_mode lets it; no calendar has such days. */
static bool has_zero_day(struct tie_text value)
{
    return value.size >= 10 && value.at[4] == '-' && value.at[7] == '-' &&
        (memcmp(value.at + 5, "00", 2) == 0 || memcmp(value.at + 8, "00", 2) == 0);
}
static const char zero_day[] = "has month or day zero and is no day; deliver NULL for it (NULLIF), or mend the row";

/* ---- one reader a type ---- */

struct value {
    struct tie_text text; /* trimmed, not empty */
    char *room;
    bool is_plain; /* of its raw cell */
};

typedef enum tie_cell_result reader(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason);

static enum tie_cell_result read_text(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    size_t bad_at = 0;
    char what[96];

    if (!value->is_plain && !tie_text_is_utf8(value->text, &bad_at))
        return bad_utf8(rule, bad_at, reason);
    if (value->text.size > rule->text_max) {
        snprintf(what, sizeof what, "has %zu bytes; %zu are allowed", value->text.size, rule->text_max);
        return bad(rule, value->text, reason, what);
    }
    if (!value->is_plain && rule->text_max == ID_BYTES_MAX && memchr(value->text.at, '\n', value->text.size) != NULL)
        return bad(rule, value->text, reason, "holds a line break; an id is one line");
    cell->text = value->text;
    return TIE_CELL_OK;
}

static enum tie_cell_result read_open(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    const struct tie_code_list *list = mapped(rule->map, value->text, true);

    if (list == NULL)
        list = mapped(rule->map, value->text, false);
    if (list == NULL)
        return read_text(rule, value, cell, reason);
    cell->text = tie_text_of(list->word);
    return TIE_CELL_OK;
}

static enum tie_cell_result read_word(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    const struct tie_code_list *list = mapped(rule->map, value->text, true);
    enum tie_word word = list == NULL ? tie_word_of(value->text) : tie_word_of(tie_text_of(list->word));
    size_t bad_at = 0;

    if (list == NULL && (word == TIE_W_EMPTY || !tie_column_allows(rule->column, word))) {
        list = mapped(rule->map, value->text, false);
        word = list == NULL ? TIE_W_EMPTY : tie_word_of(tie_text_of(list->word));
    }
    if (word == TIE_W_EMPTY) {
        if (!tie_text_is_utf8(value->text, &bad_at))
            return bad_utf8(rule, bad_at, reason);
        (void)bad(rule, value->text, reason, "is a code that no map knows");
        tie_buf_printf(reason, " Words are %s; add the code to [map %s.%s].", rule->column->words, rule->dataset,
            rule->column->name);
        return TIE_CELL_BAD;
    }
    cell->number = word;
    return TIE_CELL_OK;
}

static enum tie_cell_result read_date(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    tie_date date = TIE_NO_DATE;
    tie_instant at = TIE_NONE;
    bool has_offset = false;

    if (tie_date_from_text(value->text, &date)) {
        cell->number = date;
        return TIE_CELL_OK;
    }
    if (tie_text_is_nocase(value->text, "infinity") || tie_text_is_nocase(value->text, "-infinity"))
        return bad(rule, value->text, reason, "is an infinite date; leave an open end empty (NULL)");
    if (has_zero_day(value->text))
        return bad(rule, value->text, reason, zero_day);
    /* many stores keep dates as timestamps at midnight */
    if (!tie_instant_from_text(value->text, &at, &has_offset))
        return bad(rule, value->text, reason, "is no date; YYYY-MM-DD of the years 0001 to 9999 is allowed");
    if (has_offset)
        return bad(rule, value->text, reason, "is an instant with an offset; make a local date of it in the query");
    if (at % TIE_US_PER_DAY != 0)
        return bad(rule, value->text, reason, "has a time of day; make a date of it in the query");
    cell->number = at / TIE_US_PER_DAY;
    return TIE_CELL_OK;
}

static enum tie_cell_result read_instant(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    tie_instant at = TIE_NONE;
    bool has_offset = false;

    if (tie_instant_from_text(value->text, &at, &has_offset)) {
        cell->number = has_offset ? at : tie_zone_to_utc(rule->zone, at);
        return TIE_CELL_OK;
    }
    if (tie_text_is_nocase(value->text, "infinity") || tie_text_is_nocase(value->text, "-infinity"))
        return bad(rule, value->text, reason, "is an infinite instant; leave an open end empty (NULL)");
    if (has_zero_day(value->text))
        return bad(rule, value->text, reason, zero_day);
    return bad(
        rule, value->text, reason, "is no instant; YYYY-MM-DD HH:MM:SS is allowed, with a fraction and an offset");
}

static enum tie_cell_result in_range(
    const struct tie_cell_rule *rule, const struct value *value, int64_t number, int64_t one, struct tie_buf *reason)
{
    if (rule->is_not_negative && number < 0)
        return bad(rule, value->text, reason, "is negative; zero or more is allowed");
    if (rule->is_above_zero && number <= 0)
        return bad(rule, value->text, reason, "is not above zero");
    if (rule->is_fraction && (number < 0 || number > one))
        return bad(rule, value->text, reason, "is no fraction; 0 to 1 is allowed (10 percent is 0.1)");
    return TIE_CELL_OK;
}

static enum tie_cell_result read_decimal(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    tie_dec number = TIE_NONE;
    const enum tie_dec_parse parse = tie_dec_from_text(value->text, &number);

    if (parse == TIE_DEC_RANGE)
        return bad(rule, value->text, reason, "is too large; up to 9.2e12 is allowed");
    if (parse == TIE_DEC_BAD &&
        (tie_text_is_nocase(value->text, "nan") || tie_text_is_nocase(value->text, "infinity") ||
            tie_text_is_nocase(value->text, "-infinity")))
        return bad(rule, value->text, reason, "is no finite number; give a number or NULL");
    if (parse == TIE_DEC_BAD)
        return bad(rule, value->text, reason, "is no number; digits with a point are allowed, such as -12.5");
    cell->number = number;
    if (in_range(rule, value, number, TIE_DEC_ONE, reason) == TIE_CELL_BAD)
        return TIE_CELL_BAD;
    return parse == TIE_DEC_ROUNDED ? TIE_CELL_ROUNDED : TIE_CELL_OK;
}

static enum tie_cell_result read_int(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    struct tie_text digits = value->text;
    int64_t number = TIE_NONE;
    const char *point = memchr(digits.at, '.', digits.size);

    if (point != NULL) { /* NUMBER(10,2) columns write 10.00 for ten */
        size_t zeros = digits.size - (size_t)(point - digits.at) - 1;

        while (zeros > 0 && digits.at[digits.size - 1] == '0') {
            digits.size--;
            zeros--;
        }
        if (zeros == 0 && digits.at + digits.size == point + 1 && point > digits.at)
            digits.size--;
    }
    if (!tie_int_from_text(digits, &number) || number == TIE_NONE)
        return bad(rule, value->text, reason, "is no whole number; digits with an optional sign are allowed");
    cell->number = number;
    return in_range(rule, value, number, 1, reason);
}

static enum tie_cell_result read_bool(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    static const char *const words[2][6] = { { "no", "0", "false", "f", "n", "off" },
        { "yes", "1", "true", "t", "y", "on" } };
    const struct tie_code_list *list = mapped(rule->map, value->text, true);

    for (unsigned truth = 0; list == NULL && truth < 2; truth++)
        for (size_t i = 0; i < TIE_COUNT_OF(words[truth]); i++)
            if (tie_text_is_nocase(value->text, words[truth][i])) {
                cell->number = truth;
                return TIE_CELL_OK;
            }
    if (list == NULL)
        list = mapped(rule->map, value->text, false);
    if (list == NULL)
        return bad(
            rule, value->text, reason, "is neither yes nor no; yes/no, 1/0, true/false, t/f and Y/N are allowed");
    cell->number = strcmp(list->word, "yes") == 0;
    return TIE_CELL_OK;
}

static enum tie_cell_result read_rate(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    int64_t rate = TIE_NONE;

    if (!tie_rate_from_text(value->text, &rate))
        return bad(rule, value->text, reason, "is no rate; a number above zero and below 9.2e6 is allowed");
    cell->number = rate;
    return TIE_CELL_OK;
}

static enum tie_cell_result read_hash(
    const struct tie_cell_rule *rule, const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    bool is_hex = value->text.size == 64;

    for (size_t i = 0; is_hex && i < 64; i++) {
        is_hex = isxdigit((unsigned char)value->text.at[i]) != 0;
        value->room[i] = (char)tolower((unsigned char)value->text.at[i]);
    }
    if (!is_hex)
        return bad(rule, value->text, reason, "is no SHA-256; 64 hex digits are allowed");
    cell->text = (struct tie_text){ value->room, 64 };
    return TIE_CELL_OK;
}

static reader *const readers[] = {
    [TIE_TYPE_ID] = read_text,
    [TIE_TYPE_TEXT] = read_text,
    [TIE_TYPE_OPEN] = read_open,
    [TIE_TYPE_WORD] = read_word,
    [TIE_TYPE_DATE] = read_date,
    [TIE_TYPE_INSTANT] = read_instant,
    [TIE_TYPE_DECIMAL] = read_decimal,
    [TIE_TYPE_BOOL] = read_bool,
    [TIE_TYPE_RATE] = read_rate,
    [TIE_TYPE_INT] = read_int,
    [TIE_TYPE_HASH] = read_hash,
};

/* NULL or blank. */
static enum tie_cell_result read_nothing(
    const struct tie_cell_rule *rule, struct tie_cell *cell, struct tie_buf *reason)
{
    const struct tie_code_list *list = mapped(rule->map, tie_text_of(""), true);

    *cell = tie_cell_none(rule->column);
    if (list != NULL && rule->column->type == TIE_TYPE_OPEN)
        cell->text = tie_text_of(list->word);
    else if (list != NULL && rule->column->type == TIE_TYPE_BOOL)
        cell->number = strcmp(list->word, "yes") == 0;
    else if (list != NULL)
        cell->number = tie_word_of(tie_text_of(list->word));
    if (list != NULL)
        return TIE_CELL_OK;
    if (rule->column->nullable)
        return TIE_CELL_EMPTY;
    tie_buf_reset(reason);
    tie_buf_printf(
        reason, "%s.%s is empty; every row needs one: %s", rule->dataset, rule->column->name, rule->column->meaning);
    return TIE_CELL_BAD;
}

/* The forms whose number is the cell's, by type of column; TIE_FORM_TEXT ends a row. */
static const enum tie_raw_form ready[][3] = {
    [TIE_TYPE_DATE] = { TIE_FORM_DATE },
    [TIE_TYPE_INSTANT] = { TIE_FORM_INSTANT, TIE_FORM_NAIVE },
    [TIE_TYPE_DECIMAL] = { TIE_FORM_DECIMAL, TIE_FORM_ROUNDED },
    [TIE_TYPE_INT] = { TIE_FORM_INTEGER },
    [TIE_TYPE_HASH] = { TIE_FORM_TEXT },
};

static bool is_ready(enum tie_type type, enum tie_raw_form form)
{
    return form != TIE_FORM_TEXT && (size_t)type < TIE_COUNT_OF(ready) &&
        (ready[type][0] == form || ready[type][1] == form);
}

/* A number that the decoder found: the same rules as after reading its text. */
static enum tie_cell_result take_number(const struct tie_cell_rule *rule, const struct tie_raw *raw,
    const struct value *value, struct tie_cell *cell, struct tie_buf *reason)
{
    const int64_t one = rule->column->type == TIE_TYPE_DECIMAL ? TIE_DEC_ONE : 1;

    cell->number = raw->form == TIE_FORM_NAIVE ? tie_zone_to_utc(rule->zone, raw->integer) : raw->integer;
    if (in_range(rule, value, raw->integer, one, reason) == TIE_CELL_BAD)
        return TIE_CELL_BAD;
    return raw->form == TIE_FORM_ROUNDED ? TIE_CELL_ROUNDED : TIE_CELL_OK;
}

/* ---- what was read before ---- */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* Few texts have a blank at an end. */
static struct tie_text outer_trim(struct tie_text text)
{
    const bool has_blank = text.size > 0 && (is_blank(text.at[0]) || is_blank(text.at[text.size - 1]));

    return has_blank ? tie_text_trim(text) : text;
}

/* Two words that, with the size, no two texts of 1 to 16 bytes share: its ends, which overlap. */
static void pack(struct tie_text text, uint64_t *first, uint64_t *last)
{
    uint32_t ends[2];

    *last = 0;
    if (text.size >= 8) {
        memcpy(first, text.at, 8);
        memcpy(last, text.at + text.size - 8, 8);
    } else if (text.size >= 4) {
        memcpy(&ends[0], text.at, 4);
        memcpy(&ends[1], text.at + text.size - 4, 4);
        memcpy(first, ends, 8);
    } else {
        *first = (uint64_t)(unsigned char)text.at[0] << 16 | (uint64_t)(unsigned char)text.at[text.size / 2] << 8 |
            (unsigned char)text.at[text.size - 1];
    }
}

static size_t place_of(uint64_t first, uint64_t last)
{
    return (size_t)((first ^ (last << 32 | last >> 32)) * UINT64_C(0x9E3779B97F4A7C15) >> 60);
}

static bool recall(const struct tie_cell_memo *memo, struct tie_text text, struct tie_cell *cell)
{
    uint64_t first = 0, last = 0;
    size_t at = 0;

    if (text.size > 16)
        return false;
    pack(text, &first, &last);
    at = place_of(first, last);
    if (memo->at[at].size != text.size || memo->at[at].first != first || memo->at[at].last != last)
        return false;
    *cell = memo->at[at].cell;
    return true;
}

static void keep(struct tie_cell_memo *memo, struct tie_text text, const struct tie_cell *cell)
{
    uint64_t first = 0, last = 0;
    size_t at = 0;

    if (text.size > 16)
        return;
    pack(text, &first, &last);
    at = place_of(first, last);
    memo->at[at].first = first;
    memo->at[at].last = last;
    memo->at[at].size = text.size;
    memo->at[at].cell = *cell;
}

enum tie_cell_result tie_cell_read(const struct tie_cell_rule *rule, const struct tie_raw *raw, struct tie_cell *cell,
    char room[TIE_CELL_ROOM], struct tie_buf *reason)
{
    struct value value = { outer_trim(raw->text), room, raw->is_plain };
    enum tie_cell_result result = TIE_CELL_OK;

    if (raw->is_integer)
        value.text = (struct tie_text){ room, (size_t)snprintf(room, TIE_CELL_ROOM, "%lld", (long long)raw->integer) };
    *cell = rule->none;
    if (raw->is_null || value.text.size == 0)
        return rule->may_be_empty ? TIE_CELL_EMPTY : read_nothing(rule, cell, reason);
    if (is_ready(rule->column->type, raw->form))
        return take_number(rule, raw, &value, cell, reason);
    if (rule->memo != NULL && recall(rule->memo, value.text, cell))
        return TIE_CELL_OK;
    result = readers[rule->column->type](rule, &value, cell, reason);
    /* a text of the row itself dies with the row */
    if (rule->memo != NULL && result == TIE_CELL_OK && cell->text.at != value.text.at)
        keep(rule->memo, value.text, cell);
    return result;
}

/* ---- rules ---- */

bool tie_cell_wants_memo(const struct tie_cell_rule *rule)
{
    const enum tie_type type = rule->column->type;

    return type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL || type == TIE_TYPE_DATE || type == TIE_TYPE_INT ||
        (type == TIE_TYPE_OPEN && rule->map != NULL);
}

static bool has_ending(const char *name, const char *ending)
{
    const size_t size = strlen(name), end = strlen(ending);

    return size >= end && strcmp(name + size - end, ending) == 0;
}

static void set_fallback(struct tie_cell_rule *rule, const struct tie_dataset_info *dataset)
{
    const char *fallback = rule->column->fallback;
    struct tie_buf reason;
    char room[TIE_CELL_ROOM];

    rule->copy_from = -1;
    if (strcmp(fallback, "-") == 0 || strcmp(fallback, "''") == 0)
        return;
    if (fallback[0] == '=') {
        rule->copy_from = tie_column_find(dataset, tie_text_of(fallback + 1)); /* -1: the loader's to find */
        return;
    }
    tie_buf_init(&reason, 1024);
    rule->has_fallback = readers[rule->column->type](rule, &(struct value){ tie_text_of(fallback), room, false },
                             &rule->fallback, &reason) == TIE_CELL_OK;
    tie_buf_release(&reason);
    TIE_ASSERT(rule->has_fallback);
}

void tie_cell_rule_init(struct tie_cell_rule *rule, const struct tie_dataset_info *dataset, int column,
    const struct tie_code_map *maps, size_t map_count, const struct tie_zone *zone)
{
    const struct tie_column *info = &dataset->columns[column];

    *rule = (struct tie_cell_rule){ .column = info, .dataset = dataset->name, .zone = zone };
    rule->text_max = info->type == TIE_TYPE_ID && !has_ending(info->name, "_ref") ? ID_BYTES_MAX : TEXT_BYTES_MAX;
    /* the table's own words are the rule, so documentation and check can't part */
    rule->is_not_negative = strstr(info->meaning, "zero or more") != NULL;
    rule->is_above_zero = strstr(info->meaning, "above zero") != NULL;
    rule->is_fraction = info->type == TIE_TYPE_DECIMAL &&
        (has_ending(info->name, "_pct") || strncmp(info->name, "share_", strlen("share_")) == 0);
    rule->none = rule->fallback = tie_cell_none(info);
    set_fallback(rule, dataset);
    for (size_t i = 0; i < map_count; i++)
        if (maps[i].column == column)
            rule->map = &maps[i];
    rule->is_text = info->type == TIE_TYPE_ID || info->type == TIE_TYPE_TEXT ||
        (info->type == TIE_TYPE_OPEN && rule->map == NULL);
    rule->may_be_empty = info->nullable && mapped(rule->map, tie_text_of(""), true) == NULL;
}
