/*
 * workbook_charts.c - the three charts of the summary. Each reads cells that stand on the same sheet, further down,
 * so a reader can check every bar against its figure. One accent colour; what is not the matter is grey; no borders,
 * no legend where one series speaks for itself.
 */
#include "workbook.h"

#include <string.h>

#define CHART_HEIGHT_PX 256.0

struct frame { /* where on the grid, in pixels */
    lxw_col_t column;
    double width;
    uint8_t type;
};

static lxw_chart_font text_font(const struct book *book, double size, enum colour colour)
{
    lxw_chart_font font;

    memset(&font, 0, sizeof font);
    font.name = (char *)(uintptr_t)book->layout.font; /* the library only reads it */
    font.size = size;
    font.color = book->layout.colours[colour];
    return font;
}

static lxw_chart_series *add_series(struct book *book, struct sheet *sheet, lxw_chart *chart,
    const struct chart_range *range, lxw_col_t values, enum colour colour)
{
    lxw_chart_series *const series = tie_lxw.chart_add_series(chart, NULL, NULL);
    lxw_chart_fill fill = { .color = book->layout.colours[colour] };
    lxw_chart_line no_line = { .none = 1 };

    tie_lxw.chart_series_set_categories(series, sheet->name, range->first, range->names, range->last, range->names);
    tie_lxw.chart_series_set_values(series, sheet->name, range->first, values, range->last, values);
    tie_lxw.chart_series_set_fill(series, &fill);
    tie_lxw.chart_series_set_line(series, &no_line);
    return series;
}

static void label(struct book *book, lxw_chart_series *series, const char *format)
{
    lxw_chart_font font = text_font(book, 9, COLOUR_INK);

    tie_lxw.chart_series_set_labels(series);
    tie_lxw.chart_series_set_labels_num_format(series, format);
    tie_lxw.chart_series_set_labels_font(series, &font);
}

static void quiet_axes(struct book *book, lxw_chart *chart, bool values_visible)
{
    lxw_chart_font font = text_font(book, 9, COLOUR_INK);
    lxw_chart_line no_line = { .none = 1 };
    lxw_chart_line grid = { .color = book->layout.colours[COLOUR_LINE], .width = 0.5f };

    tie_lxw.chart_axis_set_num_font(chart->x_axis, &font);
    tie_lxw.chart_axis_set_num_font(chart->y_axis, &font);
    tie_lxw.chart_axis_set_line(chart->x_axis, &grid);
    tie_lxw.chart_axis_set_line(chart->y_axis, &no_line);
    tie_lxw.chart_axis_major_gridlines_set_visible(chart->y_axis, values_visible ? LXW_TRUE : LXW_FALSE);
    if (values_visible) /* giving gridlines a look shows them */
        tie_lxw.chart_axis_major_gridlines_set_line(chart->y_axis, &grid);
    tie_lxw.chart_axis_set_major_tick_mark(chart->x_axis, LXW_CHART_AXIS_TICK_MARK_NONE);
    tie_lxw.chart_axis_set_major_tick_mark(chart->y_axis, LXW_CHART_AXIS_TICK_MARK_NONE);
}

static void draw_cause(struct book *book, struct sheet *sheet, lxw_chart *chart, const struct chart_range *range)
{
    lxw_chart_series *const series = add_series(book, sheet, chart, range, range->values, COLOUR_ACCENT);
    lxw_chart_line no_line = { .none = 1 };

    label(book, series, "#,##0");
    tie_lxw.chart_series_set_labels_position(series, LXW_CHART_LABEL_POSITION_OUTSIDE_END);
    quiet_axes(book, chart, false);
    /* of a bar chart the library calls the upright axis, with the categories, y */
    tie_lxw.chart_axis_set_reverse(chart->y_axis);
    tie_lxw.chart_axis_set_label_position(chart->x_axis, LXW_CHART_AXIS_LABEL_POSITION_NONE);
    tie_lxw.chart_axis_major_gridlines_set_visible(chart->x_axis, LXW_FALSE);
    tie_lxw.chart_axis_set_line(chart->x_axis, &no_line);
    tie_lxw.chart_set_series_gap(chart, 45);
    tie_lxw.chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
}

static void draw_trend(struct book *book, struct sheet *sheet, lxw_chart *chart, const struct chart_range *range)
{
    lxw_chart_series *const leakage = add_series(book, sheet, chart, range, range->values, COLOUR_ACCENT);
    lxw_chart_series *const contingent = add_series(book, sheet, chart, range, range->others, COLOUR_LINE);
    lxw_chart_font font = text_font(book, 9, COLOUR_INK);

    tie_lxw.chart_series_set_name(leakage, "Leakage");
    tie_lxw.chart_series_set_name(contingent, "Contingent");
    quiet_axes(book, chart, true);
    tie_lxw.chart_axis_set_num_format(chart->y_axis, "#,##0");
    tie_lxw.chart_set_series_gap(chart, 60);
    tie_lxw.chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
    tie_lxw.chart_legend_set_font(chart, &font);
}

static void draw_closure(struct book *book, struct sheet *sheet, lxw_chart *chart, const struct chart_range *range)
{
    lxw_chart_series *const done = add_series(book, sheet, chart, range, range->values, COLOUR_ACCENT);
    lxw_chart_series *const open = add_series(book, sheet, chart, range, range->others, COLOUR_LINE);
    lxw_chart_font white = text_font(book, 10, COLOUR_INK);
    lxw_chart_font font = text_font(book, 9, COLOUR_INK);

    white.color = LXW_COLOR_WHITE;
    white.bold = LXW_TRUE;
    tie_lxw.chart_series_set_name(done, "Complete");
    tie_lxw.chart_series_set_name(open, "Not complete");
    tie_lxw.chart_series_set_labels(done);
    tie_lxw.chart_series_set_labels_num_format(done, "0.0%");
    tie_lxw.chart_series_set_labels_font(done, &white);
    tie_lxw.chart_series_set_labels_position(done, LXW_CHART_LABEL_POSITION_CENTER);
    quiet_axes(book, chart, false);
    tie_lxw.chart_axis_set_label_position(chart->y_axis, LXW_CHART_AXIS_LABEL_POSITION_NONE);
    tie_lxw.chart_axis_set_max(chart->y_axis, 1);
    tie_lxw.chart_axis_set_min(chart->y_axis, 0);
    tie_lxw.chart_set_series_gap(chart, 70);
    tie_lxw.chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
    tie_lxw.chart_legend_set_font(chart, &font);
}

void draw_chart(
    struct book *book, struct sheet *sheet, enum chart which, lxw_row_t row, const struct chart_range *range)
{
    static const struct frame frames[CHART_COUNT] = { { 1, 566, LXW_CHART_BAR }, { 7, 470, LXW_CHART_COLUMN },
        { 12, 288, LXW_CHART_COLUMN_STACKED } };
    static void (*const draw[CHART_COUNT])(struct book *, struct sheet *, lxw_chart *,
        const struct chart_range *) = { draw_cause, draw_trend, draw_closure };
    lxw_chart_font title = text_font(book, 12, COLOUR_ACCENT);
    lxw_chart_line no_line = { .none = 1 };
    lxw_chart_options options = { .x_scale = frames[which].width / 480.0,
        .y_scale = CHART_HEIGHT_PX / 288.0,
        .object_position = LXW_OBJECT_MOVE_DONT_SIZE };
    lxw_chart *chart = NULL;

    if (range->last < range->first || book->error.status != TIE_OK)
        return;
    chart = tie_lxw.workbook_add_chart(book->at, frames[which].type);
    if (chart == NULL) {
        pen_failed(book, sheet, row, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    title.bold = LXW_TRUE;
    tie_lxw.chart_title_set_name(chart, book->layout.chart_titles[which]);
    tie_lxw.chart_title_set_name_font(chart, &title);
    tie_lxw.chart_chartarea_set_line(chart, &no_line);
    draw[which](book, sheet, chart, range);
    pen_failed(
        book, sheet, row, tie_lxw.worksheet_insert_chart_opt(sheet->at, row, frames[which].column, chart, &options));
}
