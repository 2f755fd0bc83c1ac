/*
 * workbook_library.h - the functions of libxlsxwriter that publish/ calls, found when a workbook is begun. Private to
 * src/publish/workbook*.c and sample_book*.c.
 *
 * Call them as tie_lxw.workbook_close(), which is workbook_close(): same types, same meaning.
 */
#ifndef TIEOUT_PUBLISH_WORKBOOK_LIBRARY_H
#define TIEOUT_PUBLISH_WORKBOOK_LIBRARY_H

#include "tieout/status.h"

#include <xlsxwriter.h>

#define TIE_LXW_FUNCTIONS(X)                                                                                           \
    X(chart_add_series)                                                                                                \
    X(chart_axis_major_gridlines_set_line)                                                                             \
    X(chart_axis_major_gridlines_set_visible)                                                                          \
    X(chart_axis_set_label_position)                                                                                   \
    X(chart_axis_set_line)                                                                                             \
    X(chart_axis_set_major_tick_mark)                                                                                  \
    X(chart_axis_set_max)                                                                                              \
    X(chart_axis_set_min)                                                                                              \
    X(chart_axis_set_num_font)                                                                                         \
    X(chart_axis_set_num_format)                                                                                       \
    X(chart_axis_set_reverse)                                                                                          \
    X(chart_chartarea_set_line)                                                                                        \
    X(chart_legend_set_font)                                                                                           \
    X(chart_legend_set_position)                                                                                       \
    X(chart_series_set_categories)                                                                                     \
    X(chart_series_set_fill)                                                                                           \
    X(chart_series_set_labels)                                                                                         \
    X(chart_series_set_labels_font)                                                                                    \
    X(chart_series_set_labels_num_format)                                                                              \
    X(chart_series_set_labels_position)                                                                                \
    X(chart_series_set_line)                                                                                           \
    X(chart_series_set_name)                                                                                           \
    X(chart_series_set_values)                                                                                         \
    X(chart_set_series_gap)                                                                                            \
    X(chart_title_set_name)                                                                                            \
    X(chart_title_set_name_font)                                                                                       \
    X(format_set_align)                                                                                                \
    X(format_set_bg_color)                                                                                             \
    X(format_set_bold)                                                                                                 \
    X(format_set_bottom)                                                                                               \
    X(format_set_bottom_color)                                                                                         \
    X(format_set_font_color)                                                                                           \
    X(format_set_font_name)                                                                                            \
    X(format_set_font_size)                                                                                            \
    X(format_set_indent)                                                                                               \
    X(format_set_num_format)                                                                                           \
    X(format_set_text_wrap)                                                                                            \
    X(format_set_top)                                                                                                  \
    X(format_set_top_color)                                                                                            \
    X(lxw_col_to_name)                                                                                                 \
    X(lxw_strerror)                                                                                                    \
    X(lxw_workbook_free)                                                                                               \
    X(workbook_add_chart)                                                                                              \
    X(workbook_add_format)                                                                                             \
    X(workbook_add_worksheet)                                                                                          \
    X(workbook_close)                                                                                                  \
    X(workbook_new_opt)                                                                                                \
    X(workbook_set_properties)                                                                                         \
    X(worksheet_activate)                                                                                              \
    X(worksheet_autofilter)                                                                                            \
    X(worksheet_conditional_format_range)                                                                              \
    X(worksheet_data_validation_range)                                                                                 \
    X(worksheet_fit_to_pages)                                                                                          \
    X(worksheet_freeze_panes)                                                                                          \
    X(worksheet_gridlines)                                                                                             \
    X(worksheet_insert_chart_opt)                                                                                      \
    X(worksheet_merge_range)                                                                                           \
    X(worksheet_print_area)                                                                                            \
    X(worksheet_repeat_rows)                                                                                           \
    X(worksheet_set_column)                                                                                            \
    X(worksheet_set_column_opt)                                                                                        \
    X(worksheet_set_column_pixels)                                                                                     \
    X(worksheet_set_default_row)                                                                                       \
    X(worksheet_set_footer)                                                                                            \
    X(worksheet_set_landscape)                                                                                         \
    X(worksheet_set_margins)                                                                                           \
    X(worksheet_set_paper)                                                                                             \
    X(worksheet_set_row)                                                                                               \
    X(worksheet_set_tab_color)                                                                                         \
    X(worksheet_write_blank)                                                                                           \
    X(worksheet_write_number)                                                                                          \
    X(worksheet_write_string)                                                                                          \
    X(worksheet_write_url_opt)

struct tie_lxw {
#define TIE_LXW_MEMBER(name) __typeof__(name) *name;
    TIE_LXW_FUNCTIONS(TIE_LXW_MEMBER)
#undef TIE_LXW_MEMBER
};

extern struct tie_lxw tie_lxw; /* all NULL before tie_lxw_load() */

/* Before the first call; again is fine, from any thread. TIE_CONFIG: not installed, or too old. */
TIE_MUST_CHECK enum tie_status tie_lxw_load(struct tie_error *err);

#endif
