/*
 * workbook_pen.c - every cell of the workbook goes through here.
 *
 * Guards what libxlsxwriter does not: text is UTF-8 that XML allows and at most as long as a cell may be; text from
 * data is never a formula or an address; numbers that a double can't hold to the last digit are written as text;
 * links stop at the limit of a sheet; and every return code is looked at. Rows and cells are counted, so that the
 * file can be compared with what was meant. Invariant: rows of a sheet only ascend. That makes the two modes of the
 * library (in memory, streamed) interchangeable. Styles are one table of roles over the colours of the layout: one
 * accent, a few greys.
 */
#include "workbook.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CELL_TEXT_MAX 32767 /* UTF-16 units a cell holds */
#define CUT_MARK " [cut: a cell holds 32,767 characters]"
#define DOUBLE_DIGITS 15

/* ---- styles ---- */

enum { BOLD = 1, WRAP = 2, RIGHT = 4, CENTRE = 8, RULE_BELOW = 16, RULE_ABOVE = 32, TOP = 64, INDENT = 128 };
#define NO_WASH COLOUR_COUNT

static const struct {
    double size;
    enum colour ink, wash;
    unsigned traits;
    const char *number;
} looks[STYLE_COUNT_OF] = {
#define MONEY0 "#,##0;[Red]-#,##0;\xE2\x80\x93" /* nil is a dash, as accountants write it */
#define MONEY2 "#,##0.00;[Red]-#,##0.00;\xE2\x80\x93"
#define MONEY3 "#,##0.000;[Red]-#,##0.000;\xE2\x80\x93"
    [STYLE_TEXT] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW, NULL },
    [STYLE_ID] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW, "@" },
    [STYLE_WRAP] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | WRAP | INDENT, NULL },
    [STYLE_TAG] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | CENTRE, NULL },
    [STYLE_DATE] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | CENTRE, "yyyy-mm-dd" },
    [STYLE_QUANTITY] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, "#,##0.######;[Red]-#,##0.######" },
    [STYLE_AMOUNT0] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, MONEY0 },
    [STYLE_AMOUNT2] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, MONEY2 },
    [STYLE_AMOUNT3] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, MONEY3 },
    [STYLE_COUNT] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, "#,##0" },
    [STYLE_SHARE] = { 10, COLOUR_INK, NO_WASH, TOP | RULE_BELOW | RIGHT, "0.0%" },
    [STYLE_LINK] = { 10, COLOUR_ACCENT, NO_WASH, TOP | RULE_BELOW, NULL },
    [STYLE_HEAD] = { 10, COLOUR_ACCENT, COLOUR_WASH, BOLD | WRAP | RULE_BELOW, NULL },
    [STYLE_HEAD_RIGHT] = { 10, COLOUR_ACCENT, COLOUR_WASH, BOLD | WRAP | RIGHT | RULE_BELOW, NULL },
    [STYLE_HEAD_WRAP] = { 10, COLOUR_ACCENT, COLOUR_WASH, BOLD | WRAP | INDENT | RULE_BELOW, NULL },
    [STYLE_HEAD_CENTRE] = { 10, COLOUR_ACCENT, COLOUR_WASH, BOLD | WRAP | CENTRE | RULE_BELOW, NULL },
    [STYLE_BAND] = { 9, COLOUR_GREY, COLOUR_WASH, CENTRE | RULE_BELOW, NULL },
    [STYLE_TITLE] = { 20, COLOUR_INK, NO_WASH, 0, NULL },
    [STYLE_SUBTITLE] = { 10, COLOUR_GREY, NO_WASH, 0, NULL },
    [STYLE_BACK] = { 10, COLOUR_ACCENT, NO_WASH, 0, NULL },
    [STYLE_SECTION] = { 12, COLOUR_ACCENT, NO_WASH, BOLD, NULL },
    [STYLE_NOTE] = { 9, COLOUR_GREY, NO_WASH, 0, NULL },
    [STYLE_TILE_RULE] = { 6, COLOUR_GREY, NO_WASH, RULE_ABOVE, NULL },
    [STYLE_TILE_RULE_ACCENT] = { 6, COLOUR_ACCENT, NO_WASH, RULE_ABOVE, NULL },
    [STYLE_TILE_LABEL] = { 10, COLOUR_GREY, NO_WASH, 0, NULL },
    [STYLE_TILE_VALUE] = { 18, COLOUR_INK, NO_WASH, 0, "#,##0;-#,##0" },
    [STYLE_TILE_VALUE_ACCENT] = { 18, COLOUR_ACCENT, NO_WASH, BOLD, "#,##0;-#,##0" },
    [STYLE_TILE_COUNT] = { 18, COLOUR_INK, NO_WASH, 0, "#,##0" },
    [STYLE_TILE_NOTE] = { 9, COLOUR_GREY, NO_WASH, 0, NULL },
    [STYLE_TOTAL_TEXT] = { 10, COLOUR_INK, NO_WASH, BOLD | RULE_ABOVE, NULL },
    [STYLE_TOTAL_AMOUNT0] = { 10, COLOUR_INK, NO_WASH, BOLD | RULE_ABOVE | RIGHT, MONEY0 },
    [STYLE_TOTAL_AMOUNT2] = { 10, COLOUR_INK, NO_WASH, BOLD | RULE_ABOVE | RIGHT, MONEY2 },
    [STYLE_TOTAL_AMOUNT3] = { 10, COLOUR_INK, NO_WASH, BOLD | RULE_ABOVE | RIGHT, MONEY3 },
    [STYLE_TOTAL_COUNT] = { 10, COLOUR_INK, NO_WASH, BOLD | RULE_ABOVE | RIGHT, "#,##0" },
    [STYLE_GOOD] = { 10, COLOUR_GOOD, NO_WASH, TOP | RULE_BELOW | CENTRE, NULL },
    [STYLE_BAD] = { 10, COLOUR_BAD, COLOUR_BAD_WASH, TOP | RULE_BELOW | CENTRE | BOLD, NULL },
    /* cells that a person fills in */
    [STYLE_FILL_TEXT] = { 10, COLOUR_INK, COLOUR_WARN_WASH, TOP | RULE_BELOW | WRAP, "@" },
    [STYLE_FILL_TAG] = { 10, COLOUR_INK, COLOUR_WARN_WASH, TOP | RULE_BELOW | CENTRE, "@" },
    [STYLE_FILL_AMOUNT0] = { 10, COLOUR_INK, COLOUR_WARN_WASH, TOP | RULE_BELOW | RIGHT, "#,##0;[Red]-#,##0" },
    [STYLE_FILL_AMOUNT2] = { 10, COLOUR_INK, COLOUR_WARN_WASH, TOP | RULE_BELOW | RIGHT, "#,##0.00;[Red]-#,##0.00" },
    [STYLE_FILL_AMOUNT3] = { 10, COLOUR_INK, COLOUR_WARN_WASH, TOP | RULE_BELOW | RIGHT, "#,##0.000;[Red]-#,##0.000" },
};

static lxw_format *make_style(struct book *book, enum style style)
{
    const lxw_color_t *const colours = book->layout.colours;
    const unsigned traits = looks[style].traits;
    lxw_format *const format = tie_lxw.workbook_add_format(book->at);

    tie_lxw.format_set_font_name(format, book->layout.font);
    tie_lxw.format_set_font_size(format, looks[style].size);
    tie_lxw.format_set_font_color(format, colours[looks[style].ink]);
    tie_lxw.format_set_align(format, (traits & TOP) != 0 ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER);
    if (looks[style].wash != NO_WASH)
        tie_lxw.format_set_bg_color(format, colours[looks[style].wash]);
    if ((traits & INDENT) != 0)
        tie_lxw.format_set_indent(format, 1);
    if ((traits & BOLD) != 0)
        tie_lxw.format_set_bold(format);
    if ((traits & WRAP) != 0)
        tie_lxw.format_set_text_wrap(format);
    if ((traits & (RIGHT | CENTRE)) != 0)
        tie_lxw.format_set_align(format, (traits & RIGHT) != 0 ? LXW_ALIGN_RIGHT : LXW_ALIGN_CENTER);
    else
        tie_lxw.format_set_align(format, LXW_ALIGN_LEFT);
    if ((traits & RULE_BELOW) != 0) {
        tie_lxw.format_set_bottom(format, LXW_BORDER_THIN);
        tie_lxw.format_set_bottom_color(format, colours[COLOUR_LINE]);
    }
    if ((traits & RULE_ABOVE) != 0) {
        tie_lxw.format_set_top(format, style == STYLE_TILE_RULE_ACCENT ? LXW_BORDER_MEDIUM : LXW_BORDER_THIN);
        tie_lxw.format_set_top_color(
            format, looks[style].ink == COLOUR_ACCENT ? colours[COLOUR_ACCENT] : colours[COLOUR_GREY]);
    }
    if (looks[style].number != NULL)
        tie_lxw.format_set_num_format(format, looks[style].number);
    return format;
}

void pen_styles(struct book *book)
{
    for (int i = 0; i < STYLE_COUNT_OF; i++)
        book->formats[i] = make_style(book, (enum style)i);
    for (int i = 0; i < COLOUR_COUNT; i++) {
        static const enum colour ink_of[COLOUR_COUNT] = { [COLOUR_GREY] = COLOUR_GREY,
            [COLOUR_BAD_WASH] = COLOUR_BAD,
            [COLOUR_WARN_WASH] = COLOUR_WARN,
            [COLOUR_GOOD_WASH] = COLOUR_GOOD };

        book->tints[i] = tie_lxw.workbook_add_format(book->at);
        tie_lxw.format_set_font_color(book->tints[i], book->layout.colours[ink_of[i]]);
        if (i == COLOUR_BAD_WASH || i == COLOUR_WARN_WASH || i == COLOUR_GOOD_WASH)
            tie_lxw.format_set_bg_color(book->tints[i], book->layout.colours[i]);
    }
}

enum style pen_amount_style(enum style base, const char *currency)
{
    const unsigned decimals = tie_currency_decimals(tie_text_of(currency));

    return (enum style)((unsigned)base + (decimals == 0 ? 0u : decimals == 2 ? 1u : 2u));
}

/* ---- failures, rows ---- */

void pen_failed(struct book *book, const struct sheet *sheet, lxw_row_t row, lxw_error code)
{
    if (code != LXW_NO_ERROR && book->error.status == TIE_OK)
        (void)tie_fail(&book->error, TIE_IO, "%s, sheet %s, row %u: %s", book->file_name, sheet->name,
            (unsigned)row + 1, tie_lxw.lxw_strerror(code));
}

static bool begin(struct book *book, struct sheet *sheet, lxw_row_t row)
{
    TIE_ASSERT(sheet->rows == 0 || row >= sheet->row);
    if (book->error.status != TIE_OK)
        return false;
    if (sheet->rows == 0 || row > sheet->row)
        sheet->rows++;
    sheet->row = row;
    return true;
}

void pen_row(struct book *book, struct sheet *sheet, lxw_row_t row, double height_px)
{
    if (begin(book, sheet, row))
        pen_failed(book, sheet, row, tie_lxw.worksheet_set_row(sheet->at, row, height_px * 0.75, NULL));
}

/* ---- text ---- */

/* Length in UTF-16 units, as Excel counts, up to `stop`; *at gets the byte where the units end. */
static size_t utf16_units(const char *text, size_t stop, size_t *at)
{
    size_t units = 0;
    size_t i = 0;

    while (text[i] != '\0') {
        const unsigned char c = (unsigned char)text[i];
        const size_t bytes = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

        if (units + (bytes == 4 ? 2 : 1) > stop)
            break;
        units += bytes == 4 ? 2 : 1;
        i += bytes;
    }
    *at = i;
    return units;
}

/* U+FFFE and U+FFFF are UTF-8 but no XML. */
static bool has_noncharacter(const char *text)
{
    for (const char *at = strstr(text, "\xEF\xBF"); at != NULL; at = strstr(at + 1, "\xEF\xBF"))
        if (at[2] == '\xBE' || at[2] == '\xBF')
            return true;
    return false;
}

/* A text that a cell can hold: `text` itself in all but strange cases. */
static const char *fit(struct book *book, const char *text)
{
    size_t at = 0;
    char *copy = NULL;

    if (tie_text_is_utf8(tie_text_of(text), NULL) && !has_noncharacter(text) && strlen(text) <= CELL_TEXT_MAX)
        return text;
    copy = tie_arena_strdup(book->arena, text);
    while (!tie_text_is_utf8(tie_text_of(copy), &at))
        copy[at] = '?';
    for (char *bad = copy; (bad = strstr(bad, "\xEF\xBF")) != NULL; bad++)
        if (bad[2] == '\xBE' || bad[2] == '\xBF')
            memset(bad, '?', 3);
    (void)utf16_units(copy, CELL_TEXT_MAX, &at);
    if (copy[at] == '\0')
        return copy;
    (void)utf16_units(copy, CELL_TEXT_MAX - (sizeof CUT_MARK - 1), &at);
    copy[at] = '\0';
    return tie_arena_printf(book->arena, "%s%s", copy, CUT_MARK);
}

/* Lines that `text` takes in a column of `width` characters; words are short beside the column. */
size_t pen_lines(const char *text, double width)
{
    size_t bytes = 0;
    const size_t units = text == NULL ? 0 : utf16_units(text, SIZE_MAX, &bytes);
    const size_t line = width > 4 ? (size_t)(width * 1.15) - 2 : 2;

    return units <= line ? 1 : (units + line - 1) / line;
}

void pen_lined_row(struct book *book, struct sheet *sheet, lxw_row_t row, size_t lines)
{
    pen_row(book, sheet, row, 20.0 + 17.0 * (double)((lines > 20 ? 20 : lines < 1 ? 1 : lines) - 1));
}

void pen_blank(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style)
{
    if (begin(book, sheet, row)) {
        sheet->cells++;
        pen_failed(book, sheet, row, tie_lxw.worksheet_write_blank(sheet->at, row, col, book->formats[style]));
    }
}

void pen_text(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        pen_blank(book, sheet, row, col, style);
    } else if (begin(book, sheet, row)) {
        sheet->cells++;
        pen_failed(book, sheet, row,
            tie_lxw.worksheet_write_string(sheet->at, row, col, fit(book, text), book->formats[style]));
    }
}

void pen_printf(
    struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    pen_text(book, sheet, row, col, style, text);
}

void pen_merge(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t first, lxw_col_t last, enum style style,
    const char *text)
{
    if (first == last) {
        pen_text(book, sheet, row, first, style, text);
    } else if (begin(book, sheet, row)) {
        sheet->cells += (uint64_t)(last - first) + 1;
        pen_failed(book, sheet, row,
            tie_lxw.worksheet_merge_range(
                sheet->at, row, first, row, last, text == NULL ? "" : fit(book, text), book->formats[style]));
    }
}

/* ---- numbers ---- */

static void put_number(
    struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, double number)
{
    if (begin(book, sheet, row)) {
        sheet->cells++;
        pen_failed(book, sheet, row, tie_lxw.worksheet_write_number(sheet->at, row, col, number, book->formats[style]));
    }
}

void pen_count(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, uint64_t count)
{
    pen_decimal(book, sheet, row, col, style, (tie_sum)count * TIE_DEC_ONE);
}

void pen_share(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, uint64_t part, uint64_t whole)
{
    if (whole == 0)
        pen_text(book, sheet, row, col, STYLE_TAG, "-");
    else
        put_number(book, sheet, row, col, STYLE_SHARE, (double)part / (double)whole);
}

/* digits * 10^-scale, where digits have at most 15 places: one division of two exact doubles is rounded right. */
void pen_decimal(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, tie_sum value)
{
    static const double powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
    tie_sum digits = value;
    tie_sum limit = 1;
    size_t scale = 6;
    char text[64];

    if (value == (int64_t)value) { /* as nearly all are: 64 bits divide faster */
        int64_t small = (int64_t)value;

        for (; scale > 0 && small % 10 == 0; scale--)
            small /= 10;
        digits = small;
    }
    for (; scale > 0 && digits % 10 == 0; scale--)
        digits /= 10;
    for (int i = 0; i < DOUBLE_DIGITS; i++)
        limit *= 10;
    if (digits > -limit && digits < limit) {
        put_number(book, sheet, row, col, style, (double)(int64_t)digits / powers[scale]);
        return;
    }
    (void)tie_sum_print(value, text);
    pen_text(book, sheet, row, col, style, text);
}

void pen_date(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style, tie_date date)
{
    const tie_date excel_zero = tie_date_from_civil(1899, 12, 30);
    char text[16];

    if (date == TIE_NO_DATE)
        pen_blank(book, sheet, row, col, style);
    else if (date >= tie_date_from_civil(1900, 3, 1)) /* Excel takes 1900 for a leap year: days before are off by one */
        put_number(book, sheet, row, col, style, (double)(date - excel_zero));
    else if (tie_date_print(date, text) > 0)
        pen_text(book, sheet, row, col, style, text);
}

/* ---- links ---- */

void pen_link(struct book *book, struct sheet *sheet, lxw_row_t row, lxw_col_t col, enum style style,
    struct place place, const char *text)
{
    char address[96];

    if (place.sheet == NO_PLACE || sheet->links >= book->layout.link_limit || text == NULL || text[0] == '\0') {
        pen_text(book, sheet, row, col, style == STYLE_LINK ? STYLE_ID : style, text);
        return;
    }
    if (!begin(book, sheet, row))
        return;
    sheet->cells++;
    sheet->links++;
    (void)snprintf(
        address, sizeof address, "internal:'%s'!A%u", book->sheets.at[place.sheet].name, (unsigned)place.row + 1);
    pen_failed(book, sheet, row,
        tie_lxw.worksheet_write_url_opt(sheet->at, row, col, address, book->formats[style], fit(book, text), NULL));
}

/* ---- what all sheets share ---- */

void pen_heads(
    struct book *book, struct sheet *sheet, lxw_row_t row, const char *const *heads, size_t count, size_t left_count)
{
    for (size_t i = 0; i < count; i++)
        pen_text(book, sheet, row, (lxw_col_t)i, i < left_count ? STYLE_HEAD : STYLE_HEAD_RIGHT, heads[i]);
}

static void put_doubled(char *out, size_t room, const char *text)
{
    size_t used = 0;

    for (; *text != '\0' && used + 3 < room; text++) {
        out[used++] = *text;
        if (*text == '&') /* begins a code in headers and footers */
            out[used++] = '&';
    }
    out[used] = '\0';
}

void pen_page(struct book *book, struct sheet *sheet, lxw_row_t head_row)
{
    char run[64], job[64], footer[250];

    put_doubled(job, sizeof job, book->report->job);
    put_doubled(run, sizeof run, book->report->run);
    (void)snprintf(footer, sizeof footer, "&L&8%s, run %s&C&8&A&R&8Page &P of &N", job, run);
    tie_lxw.worksheet_set_landscape(sheet->at);
    tie_lxw.worksheet_set_paper(sheet->at, 9); /* A4 */
    tie_lxw.worksheet_set_margins(sheet->at, 0.4, 0.4, 0.5, 0.6);
    tie_lxw.worksheet_fit_to_pages(sheet->at, 1, 0);
    tie_lxw.worksheet_gridlines(sheet->at, LXW_HIDE_ALL_GRIDLINES);
    pen_failed(book, sheet, 0, tie_lxw.worksheet_set_footer(sheet->at, footer));
    if (head_row > 0)
        pen_failed(book, sheet, 0, tie_lxw.worksheet_repeat_rows(sheet->at, 0, head_row));
}

void pen_title(struct book *book, struct sheet *sheet, const char *note)
{
    pen_row(book, sheet, 0, 34);
    pen_text(book, sheet, 0, 0, STYLE_TITLE, sheet->name);
    pen_row(book, sheet, 1, 22);
    pen_link(book, sheet, 1, 0, STYLE_BACK, (struct place){ 0, 0 }, "\xE2\x80\xB9 Summary");
    pen_text(book, sheet, 1, 1, STYLE_SUBTITLE, note);
}

const char *pen_date_words(struct tie_arena *arena, tie_date date)
{
    static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December" };
    int year = 0, month = 0, day = 0;

    if (date == TIE_NO_DATE)
        return "";
    tie_date_to_civil(date, &year, &month, &day);
    return tie_arena_printf(arena, "%d %s %d", day, months[month - 1], year);
}
