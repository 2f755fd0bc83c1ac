/*
 * workbook_layout.c - reports/nightly.ini: which sheets, which columns, what they are called and how they look.
 *
 * The file reads like the workbook: [sheet ...] sections in the order of the tabs, and in [columns] one line a
 * column: heading, width, format and the band above it. [columns FAMILY] replaces lines for one sheet. Columns of
 * the CSV that a sheet does not name are put at its end, folded away: nothing of a finding can be lost by a layout.
 * Invariant after a load: every family of the catalogue has exactly one sheet, so has every other kind; titles are
 * fit for Excel with a number behind them. A wrong file is found before any work (tie_workbook_layout_check).
 */
#include "workbook.h"

#include <stdlib.h>
#include <string.h>

#define TITLE_MAX 24 /* Excel allows 31; " 9999" must fit behind */
#define TEXT_ROW(key, fallback, help)                                                                                  \
    {                                                                                                                  \
        "workbook", key, TIE_VALUE_TEXT, fallback, NULL, 0, 0, 0, help                                                 \
    }
#define INT_ROW(key, fallback, min, max, help)                                                                         \
    {                                                                                                                  \
        "workbook", key, TIE_VALUE_INT, fallback, NULL, min, max, 0, help                                              \
    }
#define COLOUR_ROW(key, fallback, help)                                                                                \
    {                                                                                                                  \
        "colours", key, TIE_VALUE_TEXT, fallback, NULL, 0, 0, 0, help                                                  \
    }
#define CHART_ROW(key, fallback, help)                                                                                 \
    {                                                                                                                  \
        "charts", key, TIE_VALUE_TEXT, fallback, NULL, 0, 0, 0, help                                                   \
    }
#define FORMAT_WORDS "text, id, wrap, tag, date, quantity, amount, count" /* in the order of enum format */

static const struct tie_schema_row schema_rows[] = {
    { "workbook", NULL, TIE_VALUE_TEXT, NULL, NULL, 0, 0, TIE_SCHEMA_REQUIRED, "the book as a whole" },
    TEXT_ROW("title", NULL, "headline of the summary"),
    TEXT_ROW("font", "Calibri", "font of all sheets"),
    INT_ROW("row_limit", "1000000", 20, 1048576, "rows of one sheet; what does not fit goes to a second one"),
    INT_ROW("link_limit", "65530", 0, LINKS_MAX, "links of one sheet"),
    INT_ROW("memory_cells", "400000", 0, 50000000,
        "books up to this size have shared strings and chart caches; larger ones are streamed"),
    INT_ROW("largest", "10", 1, 50, "discrepancies listed on the summary"),
    INT_ROW("trend_runs", "30", 2, 400, "runs in the trend chart, this one included"),
    INT_ROW("summary_rows", "15", 3, 1000, "lines of a breakdown; the rest is added up in one line"),
    INT_ROW("rejects_shown", "1000", 0, 100000, "rejected rows listed; all of them are in rejected.csv"),
    { "workbook", "snapshot_times", TIE_VALUE_BOOL, "no", NULL, 0, 0, 0,
        "when each source was read; two runs on equal data then differ in these cells" },
    COLOUR_ROW("ink", "262626", "text"),
    COLOUR_ROW("accent", "1F4E79", "headings, links, bars"),
    COLOUR_ROW("grey", "7F7F7F", "text beside the matter"),
    COLOUR_ROW("line", "D9D9D9", "rules"),
    COLOUR_ROW("wash", "F2F5F8", "ground of headings"),
    COLOUR_ROW("bad", "A61C1C", "text of what is wrong"),
    COLOUR_ROW("warn", "8A5A00", "text of what needs care"),
    COLOUR_ROW("good", "2E6B3A", "text of what is right"),
    COLOUR_ROW("bad_wash", "F9E4E2", "ground"),
    COLOUR_ROW("warn_wash", "FCF1DC", "ground"),
    COLOUR_ROW("good_wash", "E5F1E7", "ground"),
    CHART_ROW("cause", "Leakage by cause", "title"),
    CHART_ROW("trend", "Trend over runs", "title"),
    CHART_ROW("closure", "Closure completeness", "title"),
    { "sheet *", "title", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "name of the tab" },
    { "sheet *", "note", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "one sentence under the title" },
    { "sheet *", "columns", TIE_VALUE_WORDS, "", NULL, 0, 0, 0, "columns of discrepancies.csv, left to right" },
    { "columns *?", "*", TIE_VALUE_WORDS, "", NULL, 0, 0, 0, "heading, width, format (" FORMAT_WORDS "), band" },
};
static const char *const colour_keys[COLOUR_COUNT] = { "ink", "accent", "grey", "line", "wash", "bad", "warn", "good",
    "bad_wash", "warn_wash", "good_wash" };
static const char *const chart_keys[CHART_COUNT] = { "cause", "trend", "closure" };
static const char *const kind_keys[SHEET_KIND_COUNT] = { "summary", NULL, "rows", "completeness", "carried", "cleared",
    "corrections", "definitions" };
/* Columns that a sheet may show; 0: it is no table of findings. */
static const unsigned kind_columns[SHEET_KIND_COUNT] = { [SHEET_FAMILY] = ON_CSV,
    [SHEET_CARRIED] = ON_CSV | ON_KEPT,
    [SHEET_CLEARED] = ON_CSV | ON_KEPT,
    [SHEET_CORRECTIONS] = ON_CSV | ON_EXPORT };

/* ---- values ---- */

static enum tie_status read_colour(
    const struct tie_config_section *section, const char *key, lxw_color_t *colour, struct tie_error *err)
{
    const char *const text = tie_config_text(section, key);
    char *end = NULL;
    const unsigned long value = strtoul(text, &end, 16);

    if (strlen(text) != 6 || strspn(text, "0123456789ABCDEFabcdef") != 6)
        return tie_config_fail(err, section, key, "not a colour; write six hexadecimal digits such as 1F4E79");
    *colour = value == 0 ? (lxw_color_t)LXW_COLOR_BLACK : (lxw_color_t)value;
    return TIE_OK;
}

static bool read_format(const char *word, enum format *format)
{
    struct tie_text rest = tie_text_of(FORMAT_WORDS);

    for (int i = 0; i < FORMAT_COUNT_OF; i++) {
        if (tie_text_is(tie_text_trim(tie_text_cut(&rest, ',')), word)) {
            *format = (enum format)i;
            return true;
        }
    }
    return false;
}

static enum tie_status read_column(
    const struct tie_config_section *section, const char *key, struct layout_column *column, struct tie_error *err)
{
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, key, &words);
    int64_t width = 0;

    if (count < 3 || count > 4)
        return tie_config_fail(
            err, section, key, "write heading, width, format and, if any, the band above, with commas between");
    if (!tie_int_from_text(tie_text_of(words[1]), &width) || width < 2 || width > 120)
        return tie_config_fail(
            err, section, key, "width '%s' must be a whole number of characters from 2 to 120", words[1]);
    if (!read_format(words[2], &column->format))
        return tie_config_fail(err, section, key, "format '%s' is unknown; allowed: " FORMAT_WORDS, words[2]);
    column->heading = words[0];
    column->width = (double)width;
    column->band = count > 3 ? words[3] : "";
    return TIE_OK;
}

/* ---- sheets ---- */

static const struct tie_config_section *columns_of(const struct tie_config *config, const char *sheet, const char *name)
{
    const struct tie_config_section *section = NULL;

    while ((section = tie_config_next(config, "columns", section)) != NULL)
        if (strcmp(section->name, sheet) == 0 && tie_config_given(section, name))
            return section;
    return sheet[0] == '\0' ? NULL : columns_of(config, "", name);
}

/* Columns of row ids, by their place in struct book's ids_of. */
static const char *const id_lists[] = { "usage_ids", "movement_ids", "billing_ids", "other_ids" };

static enum tie_status add_column(const struct tie_config_section *section, struct layout_sheet *sheet,
    const struct column *column, struct tie_error *err)
{
    const struct tie_config_section *const look = columns_of(section->config, sheet->key, column->name);
    struct layout_column *const to = &sheet->columns[sheet->column_count];

    if (look == NULL)
        return tie_config_fail(err, section, NULL, "[columns] has no line for %s: add \"%s = heading, width, format\"",
            column->name, column->name);
    to->column = column;
    to->is_finding_id = strcmp(column->name, "finding_id") == 0;
    while (column->kind == VALUE_IDS && strcmp(id_lists[to->list], column->name) != 0) {
        to->list++;
        TIE_ASSERT(to->list < TIE_COUNT_OF(id_lists));
    }
    sheet->column_count++;
    return read_column(look, column->name, to, err);
}

static bool has_column(const struct layout_sheet *sheet, const struct column *column)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (sheet->columns[i].column == column)
            return true;
    return false;
}

static enum tie_status read_columns(struct tie_arena *arena, const struct tie_config_section *section,
    struct layout_sheet *sheet, struct tie_error *err)
{
    const unsigned allowed = kind_columns[sheet->kind];
    const char *const *words = NULL;
    const size_t count = tie_config_words(section, "columns", &words);
    enum tie_status status = TIE_OK;

    if (allowed == 0)
        return count == 0
            ? TIE_OK
            : tie_config_fail(err, section, "columns", "this sheet has columns of its own; leave the key out");
    sheet->columns = TIE_TAKE(arena, struct layout_column, columns_count);
    for (size_t i = 0; i < count; i++) {
        const struct column *const column = column_find(words[i]);

        if (column == NULL || (column->on & allowed) == 0)
            return tie_config_fail(err, section, "columns",
                "%s is no column of this sheet; allowed are those of discrepancies.csv (contract.md, section 5)%s",
                words[i],
                sheet->kind == SHEET_CORRECTIONS
                    ? ", exported, output, document, why, correction_qty and correction_amount"
                    : sheet->kind == SHEET_FAMILY ? ""
                                                  : " and last_seen");
        if (has_column(sheet, column))
            return tie_config_fail(err, section, "columns", "%s stands there twice", words[i]);
        TIE_TRY(add_column(section, sheet, column, err));
    }
    for (size_t i = 0; i < columns_count; i++) {
        if ((columns[i].on & allowed) == 0 || has_column(sheet, &columns[i]))
            continue;
        TIE_TRY(add_column(section, sheet, &columns[i], err));
        sheet->columns[sheet->column_count - 1].is_rest = true;
    }
out:
    return status;
}

static bool is_family(const char *key)
{
    for (int i = 0; i < TIE_CHECK_COUNT; i++)
        if (strcmp(tie_check((enum tie_check)i)->family, key) == 0)
            return true;
    return false;
}

static bool read_kind(const char *key, enum sheet_kind *kind)
{
    for (int i = 0; i < SHEET_KIND_COUNT; i++) {
        if (kind_keys[i] != NULL && strcmp(kind_keys[i], key) == 0) {
            *kind = (enum sheet_kind)i;
            return true;
        }
    }
    *kind = SHEET_FAMILY;
    return is_family(key);
}

static enum tie_status check_title(
    const struct layout *layout, const struct tie_config_section *section, const char *title, struct tie_error *err)
{
    if (title[0] == '\0' || strlen(title) > TITLE_MAX || strpbrk(title, "[]:*?/\\'") != NULL)
        return tie_config_fail(
            err, section, "title", "a tab is named by 1 to %d bytes without [ ] : * ? / \\ '", TITLE_MAX);
    for (size_t i = 0; i < layout->sheet_count; i++)
        if (tie_text_is_nocase(tie_text_of(title), layout->sheets[i].title))
            return tie_config_fail(err, section, "title",
                "[sheet %s] has this title already; Excel does not look at case", layout->sheets[i].key);
    return TIE_OK;
}

static enum tie_status read_sheet(
    struct tie_arena *arena, const struct tie_config_section *section, struct layout *layout, struct tie_error *err)
{
    struct layout_sheet *const sheet = &layout->sheets[layout->sheet_count];
    enum tie_status status = TIE_OK;

    *sheet = (struct layout_sheet){
        .key = section->name, .title = tie_config_text(section, "title"), .note = tie_config_text(section, "note")
    };
    if (!read_kind(section->name, &sheet->kind))
        return tie_config_fail(err, section, NULL,
            "there is no such sheet; allowed are summary, rows, completeness, carried, cleared, "
            "corrections, definitions and the families of the catalogue (INV, BIL, ...)");
    TIE_TRY(check_title(layout, section, sheet->title, err));
    TIE_TRY(read_columns(arena, section, sheet, err));
    layout->sheet_count++;
out:
    return status;
}

const struct layout_sheet *layout_family(const struct layout *layout, const char *family)
{
    for (size_t i = 0; i < layout->sheet_count; i++)
        if (layout->sheets[i].kind == SHEET_FAMILY && strcmp(layout->sheets[i].key, family) == 0)
            return &layout->sheets[i];
    return NULL;
}

static enum tie_status check_whole(const struct layout *layout, const struct tie_config *config, struct tie_error *err)
{
    unsigned seen = 0;

    for (size_t i = 0; i < layout->sheet_count; i++)
        seen |= 1u << layout->sheets[i].kind;
    for (unsigned i = 0; i < SHEET_KIND_COUNT; i++)
        if (kind_keys[i] != NULL && (seen & (1u << i)) == 0)
            return tie_fail(err, TIE_CONFIG, "%s: there is no [sheet %s]; every workbook has it",
                tie_config_path(config), kind_keys[i]);
    if (layout->sheets[0].kind != SHEET_SUMMARY)
        return tie_fail(err, TIE_CONFIG, "%s: the first sheet must be [sheet summary]: the workbook opens there",
            tie_config_path(config));
    for (int i = 0; i < TIE_CHECK_COUNT; i++)
        if (layout_family(layout, tie_check((enum tie_check)i)->family) == NULL)
            return tie_fail(err, TIE_CONFIG, "%s: there is no [sheet %s]; its findings would be lost",
                tie_config_path(config), tie_check((enum tie_check)i)->family);
    return TIE_OK;
}

static enum tie_status read_sheets(
    struct tie_arena *arena, const struct tie_config *config, struct layout *layout, struct tie_error *err)
{
    const struct tie_config_section *section = NULL;
    enum tie_status status = TIE_OK;
    size_t count = 0;

    while ((section = tie_config_next(config, "sheet", section)) != NULL)
        count++;
    layout->sheets = TIE_TAKE(arena, struct layout_sheet, count + 1);
    while ((section = tie_config_next(config, "sheet", section)) != NULL)
        TIE_TRY(read_sheet(arena, section, layout, err));
    while ((section = tie_config_next(config, "columns", section)) != NULL) {
        const char *key = NULL;
        struct layout_column unused;

        for (size_t i = 0; (key = tie_config_key(section, i)) != NULL; i++) {
            if (column_find(key) == NULL)
                return tie_config_fail(
                    err, section, key, "there is no such column; see discrepancies.csv (contract.md, section 5)");
            TIE_TRY(read_column(section, key, &unused, err));
        }
    }
    status = check_whole(layout, config, err);
out:
    return status;
}

enum tie_status layout_load(struct tie_arena *arena, const char *path, struct layout *layout, struct tie_error *err)
{
    const struct tie_schema schema = { schema_rows, TIE_COUNT_OF(schema_rows) };
    const struct tie_config_setup setup = { .path = path, .schemas = &schema, .schema_count = 1 };
    const struct tie_config *config = NULL;
    const struct tie_config_section *book = NULL;
    enum tie_status status = TIE_OK;

    *layout = (struct layout){ 0 };
    TIE_TRY(tie_config_load(arena, &setup, &config, err));
    book = tie_config_section(config, "workbook");
    layout->title = tie_config_text(book, "title");
    layout->font = tie_config_text(book, "font");
    layout->row_limit = (uint32_t)tie_config_int(book, "row_limit");
    layout->link_limit = (uint32_t)tie_config_int(book, "link_limit");
    layout->memory_cells = tie_config_int(book, "memory_cells");
    layout->largest = tie_config_int(book, "largest");
    layout->trend_runs = tie_config_int(book, "trend_runs");
    layout->summary_rows = tie_config_int(book, "summary_rows");
    layout->rejects_shown = tie_config_int(book, "rejects_shown");
    layout->snapshot_times = tie_config_bool(book, "snapshot_times");
    for (size_t i = 0; i < COLOUR_COUNT; i++)
        TIE_TRY(read_colour(tie_config_section(config, "colours"), colour_keys[i], &layout->colours[i], err));
    for (size_t i = 0; i < CHART_COUNT; i++)
        layout->chart_titles[i] = tie_config_text(tie_config_section(config, "charts"), chart_keys[i]);
    status = read_sheets(arena, config, layout, err);
out:
    return status;
}

enum tie_status tie_workbook_layout_check(const char *layout_path, struct tie_error *err)
{
    struct tie_arena arena = { 0 };
    struct layout layout;
    enum tie_status status = tie_arena_init(&arena, (size_t)64 << 20, err);

    if (status == TIE_OK)
        status = layout_load(&arena, layout_path, &layout, err);
    tie_arena_release(&arena);
    return status;
}
