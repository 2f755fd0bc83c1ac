/*
 * workbook.h - the parts of the workbook writer; private to src/publish/workbook*.c.
 *
 *   workbook_layout.c    reports/nightly.ini: sheets, columns, colours
 *   workbook_columns.c   what a column of a finding holds, by its CSV name
 *   workbook_pen.c       every cell goes through here: styles, guards, counts, links
 *   workbook_plan.c      where each finding and each evidence row will stand
 *   workbook_details.c   sheets that are one table of findings
 *   workbook_rows.c      evidence
 *   workbook_summary.c, workbook_charts.c, workbook_account.c, workbook_terms.c   the other sheets
 *   workbook_library.c   libxlsxwriter's functions, loaded for the first book
 *   workbook_stream.c    did the library's temporary files take what was written?
 *   workbook_file.c      the file: made, closed, read back; sample_book*.c use it and the pen, too
 *   workbook.c           all of it in order
 *
 * Everything is planned before the first cell is written, so cells come in ascending rows on every sheet, and links
 * forward and back need no second pass over the file.
 */
#ifndef TIEOUT_PUBLISH_WORKBOOK_H
#define TIEOUT_PUBLISH_WORKBOOK_H

#include "workbook_library.h"

#include "tieout/publish.h"

#define LINKS_MAX 65530 /* hyperlinks a sheet, Excel's limit */
#define SUMMARY_COLUMNS 14

/* ---- layout ---- */
enum sheet_kind {
    SHEET_SUMMARY,
    SHEET_FAMILY,
    SHEET_ROWS,
    SHEET_COMPLETENESS,
    SHEET_CARRIED,
    SHEET_CLEARED,
    SHEET_CORRECTIONS,
    SHEET_DEFINITIONS,
    SHEET_KIND_COUNT
};
enum format {
    FORMAT_TEXT,
    FORMAT_ID,
    FORMAT_WRAP,
    FORMAT_TAG,
    FORMAT_DATE,
    FORMAT_QUANTITY,
    FORMAT_AMOUNT,
    FORMAT_COUNT,
    FORMAT_COUNT_OF
};
enum colour {
    COLOUR_INK,
    COLOUR_ACCENT,
    COLOUR_GREY,
    COLOUR_LINE,
    COLOUR_WASH,
    COLOUR_BAD,
    COLOUR_WARN,
    COLOUR_GOOD,
    COLOUR_BAD_WASH,
    COLOUR_WARN_WASH,
    COLOUR_GOOD_WASH,
    COLOUR_COUNT
};
enum chart { CHART_CAUSE, CHART_TREND, CHART_CLOSURE, CHART_COUNT };

struct column;
struct layout_column {
    const struct column *column;
    const char *heading, *band;
    double width; /* characters */
    enum format format;
    bool is_rest; /* not named by the sheet: stands at its end, folded away */
    bool is_finding_id;
    size_t list; /* of row ids: 0 usage, 1 movement, 2 billing, 3 other */
};
struct layout_sheet {
    const char *key, *title, *note;
    enum sheet_kind kind;
    size_t column_count;
    struct layout_column *columns;
};
struct layout {
    const char *title, *font;
    lxw_color_t colours[COLOUR_COUNT];
    const char *chart_titles[CHART_COUNT];
    uint32_t row_limit, link_limit;
    int64_t memory_cells, largest, trend_runs, summary_rows, rejects_shown;
    bool snapshot_times;
    size_t sheet_count;
    struct layout_sheet *sheets;
};
enum tie_status layout_load(struct tie_arena *arena, const char *path, struct layout *layout, struct tie_error *err);
const struct layout_sheet *layout_family(const struct layout *layout, const char *family); /* never NULL after a load */

/* ---- columns of a finding ---- */
struct item { /* one line of a sheet of findings */
    const struct tie_report *report;
    const struct tie_finding *finding;
    const struct tie_kept *kept;     /* NULL but on Carried over and Cleared */
    const struct tie_export *export; /* NULL but on Corrections */
};
enum value_kind { VALUE_TEXT, VALUE_DECIMAL, VALUE_AMOUNT, VALUE_DATE, VALUE_COUNT, VALUE_IDS };
struct value {
    enum value_kind kind;
    const char *text;     /* TEXT */
    int64_t number;       /* TIE_NONE: empty */
    const char *currency; /* of an amount */
    const struct tie_id_list *ids;
};
#define ON_CSV 1u
#define ON_KEPT 2u
#define ON_EXPORT 4u
struct column {
    const char *name;
    unsigned on; /* ON_CSV: a column of discrepancies.csv; else only on the sheets named */
    enum value_kind kind;
    size_t offset; /* of the member of struct tie_finding, when get is NULL */
    void (*get)(const struct item *item, struct value *value, char *scratch);
};
extern const struct column columns[];
extern const size_t columns_count;
#define COLUMN_SCRATCH 64
const struct column *column_find(const char *name); /* NULL when unknown */
struct value column_value(const struct column *column, const struct item *item, char scratch[COLUMN_SCRATCH]);

/* ---- the pen ---- */
enum style {
    STYLE_TEXT,
    STYLE_ID,
    STYLE_WRAP,
    STYLE_TAG,
    STYLE_DATE,
    STYLE_QUANTITY,
    STYLE_AMOUNT0,
    STYLE_AMOUNT2,
    STYLE_AMOUNT3,
    STYLE_COUNT,
    STYLE_SHARE,
    STYLE_LINK,
    STYLE_HEAD,
    STYLE_HEAD_RIGHT,
    STYLE_HEAD_WRAP,
    STYLE_HEAD_CENTRE,
    STYLE_BAND,
    STYLE_TITLE,
    STYLE_SUBTITLE,
    STYLE_BACK,
    STYLE_SECTION,
    STYLE_NOTE,
    STYLE_TILE_RULE,
    STYLE_TILE_LABEL,
    STYLE_TILE_VALUE,
    STYLE_TILE_COUNT,
    STYLE_TILE_NOTE,
    STYLE_TILE_RULE_ACCENT,
    STYLE_TILE_VALUE_ACCENT,
    STYLE_TOTAL_TEXT,
    STYLE_TOTAL_AMOUNT0,
    STYLE_TOTAL_AMOUNT2,
    STYLE_TOTAL_AMOUNT3,
    STYLE_TOTAL_COUNT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_FILL_TEXT,
    STYLE_FILL_TAG,
    STYLE_FILL_AMOUNT0,
    STYLE_FILL_AMOUNT2,
    STYLE_FILL_AMOUNT3,
    STYLE_COUNT_OF
};

struct sheet {
    lxw_worksheet *at;
    const char *name;
    const struct layout_sheet *layout;
    uint32_t first, count; /* slice of the plan's list that stands here */
    uint64_t links_wanted;
    bool links_lists; /* false: only the first link of a line, to stay below the limit */
    uint64_t rows, cells, links;
    lxw_row_t row; /* last row touched; rows only ascend */
};
struct place {
    uint32_t sheet, row;
};
#define NO_PLACE UINT32_MAX

struct book {
    struct tie_arena *arena;
    const struct tie_report *report;
    const char *file_name;               /* "discrepancies.xlsx" */
    const char *folder, *path, *scratch; /* book_begin sets them */
    struct layout layout;
    lxw_workbook *at;
    lxw_format *formats[STYLE_COUNT_OF], *tints[COLOUR_COUNT];
    struct {
        struct sheet *at;
        size_t count, room;
    } sheets;
    struct place *finding_place, *evidence_place;
    uint32_t *order;               /* findings by family sheet, in the report's order */
    size_t *ids_of[4];             /* evidence of the first row of each id list, by finding; SIZE_MAX none */
    uint32_t *named_at, *named_by; /* findings that name evidence row i: named_by[named_at[i] .. named_at[i + 1]) */
    uint64_t cells_planned;
    struct tie_error error; /* the first failure; cells after it are not written. status is TIE_OK until then */
};

void pen_styles(struct book *book);
void pen_row(struct book *book, struct sheet *sheet, lxw_row_t row, double height_px);
size_t pen_lines(const char *text, double width);
void pen_lined_row(
    struct book *book, struct sheet *sheet, lxw_row_t row, size_t lines); /* high enough for wrapped text */
void pen_blank(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style);
void pen_text(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, const char *text);
void pen_printf(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style,
    const char *format, ...) TIE_PRINTF(6, 7);
void pen_count(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, uint64_t count);
void pen_share(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, uint64_t part, uint64_t whole);
void pen_decimal(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, tie_sum value);
void pen_date(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, tie_date date);
void pen_merge(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t first, lxw_col_t last, enum style style,
    const char *text);
/* To `place`; plain text when the place is nowhere or the sheet's links are used up. */
void pen_link(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style,
    struct place place, const char *text);
enum style pen_amount_style(
    enum style base, const char *currency); /* AMOUNT0 of a group -> by the currency's decimals */
void pen_heads(
    struct book *book, struct sheet *sheet, lxw_row_t row, const char *const *heads, size_t count, size_t left_count);
void pen_page(struct book *book, struct sheet *sheet, lxw_row_t head_row);
void pen_title(struct book *book, struct sheet *sheet, const char *note); /* rows 0 and 1 */
void pen_failed(struct book *book, const struct sheet *sheet, lxw_row_t row, lxw_error code);
const char *pen_date_words(struct tie_arena *arena, tie_date date); /* "20 November 2026" */

/* ---- the file ---- */
/* The sheets and cells_planned are known. Always book_drop() at the end, with what came out. */
enum tie_status book_begin(struct book *book, const char *folder, struct tie_error *err);
enum tie_status book_end(struct book *book, struct tie_error *err);
void book_drop(struct book *book, enum tie_status status);

/* ---- the library's temporary files ---- */
void stream_watch(void);
bool stream_lost(void); /* since stream_watch(), by this thread */

/* ---- plan and sheets ---- */
#define DETAIL_HEAD_ROWS 4
void plan_sheets(struct book *book);
struct sheet *plan_first(struct book *book, enum sheet_kind kind);
struct item plan_item(const struct book *book, const struct sheet *sheet, uint32_t index);

void write_details(struct book *book, struct sheet *sheet);
void write_rows(struct book *book, struct sheet *sheet);
/* One cell of a source row, as the data model types it. */
bool rows_is_number(const struct tie_evidence_row *evidence, size_t cell);
void rows_write_value(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col,
    const struct tie_evidence_row *evidence, size_t cell);
void write_summary(struct book *book, struct sheet *sheet);
void write_account(struct book *book, struct sheet *sheet);
void write_terms(struct book *book, struct sheet *sheet);

struct chart_range {
    lxw_row_t first, last; /* last < first: nothing to draw */
    lxw_col_t names, values, others;
};
void draw_chart(
    struct book *book, struct sheet *sheet, enum chart which, lxw_row_t row, const struct chart_range *range);

#endif
