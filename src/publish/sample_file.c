/*
 * sample_file.c - the files of a sample, in order: frame, record, CSV, workbook.
 *
 * sample.json is the record as sample.h defines it and nothing else: `tieout evaluate` computes a digest over its
 * values. What people want to know beside it stands in the workbook.
 */
#include "sample_book.h"

#include "tieout/csv.h"

#include <inttypes.h>
#include <stdio.h>

#define RECORD_MAX_BYTES (64u << 20)

static void put_amount(struct tie_csv_writer *writer, const struct tie_report *report, tie_dec amount)
{
    char digits[TIE_DEC_TEXT_MAX] = "";

    if (amount != TIE_NONE)
        (void)tie_dec_print_fixed(amount, tie_currency_decimals(tie_text_of(report->reporting_currency)), digits);
    tie_csv_put(writer, tie_text_of(digits));
}

static void put_date(struct tie_csv_writer *writer, tie_date date)
{
    char day[16] = "";

    if (date != TIE_NO_DATE)
        (void)tie_date_print(date, day);
    tie_csv_put(writer, tie_text_of(day));
}

/* ---- frame.csv ---- */

static void put_frame_row(struct tie_csv_writer *writer, const struct tie_report *report,
    const struct tie_closed_order *order, const struct tie_sample_unit *unit)
{
    tie_csv_put(writer, tie_text_of(order->wo_id));
    tie_csv_put(writer, tie_text_of(unit == NULL ? "" : unit->stratum));
    put_amount(writer, report, order->book);
    put_amount(writer, report, order->billed);
    tie_csv_put(writer, tie_text_of(order->is_firm ? "yes" : "no"));
    put_date(writer, order->closed);
    tie_csv_put(writer, tie_text_of(order->region));
    tie_csv_put(writer, tie_text_of(order->legal_entity));
    tie_csv_put(writer, tie_text_of(order->wo_type));
    tie_csv_put(writer, tie_text_of(order->class_));
    tie_csv_put(writer, tie_text_of(order->customer));
    tie_csv_put(writer, tie_text_of(tie_closed_trouble_words(order->trouble)));
    tie_csv_end_row(writer);
}

static void put_frame(struct tie_csv_writer *writer, const struct sample_view *view)
{
    static const char *const heads[] = { "work_order", "stratum", "book_amount", "billed_amount", "certainty", "closed",
        "region", "legal_entity", "wo_type", "who_pays", "customer", "not_in_frame" };
    const struct tie_sample_pack *pack = view->pack;
    size_t unit = 0;

    for (size_t i = 0; i < TIE_COUNT_OF(heads); i++)
        tie_csv_put(writer, tie_text_of(heads[i]));
    tie_csv_end_row(writer);
    for (size_t i = 0; i < pack->closed->count; i++) {
        const struct tie_closed_order *order = &pack->closed->at[i];
        const bool is_unit = order->trouble == TIE_CLOSED_FINE;

        put_frame_row(writer, view->report, order, is_unit ? &pack->units[unit] : NULL);
        unit += is_unit;
    }
}

/* ---- sample.csv ---- */

static void put_value(
    struct tie_csv_writer *writer, const struct sample_view *view, const struct sample_column *column, size_t pick)
{
    const struct sample_value value = column->get(view, pick);
    char digits[24];

    switch (column->kind) {
    case SAMPLE_COUNT:
        (void)snprintf(digits, sizeof digits, "%" PRId64, value.number);
        tie_csv_put(writer, tie_text_of(digits));
        return;
    case SAMPLE_DATE: put_date(writer, (tie_date)value.number); return;
    case SAMPLE_AMOUNT: put_amount(writer, view->report, value.number); return;
    case SAMPLE_TEXT:
    case SAMPLE_ID:
    case SAMPLE_TAG:
    case SAMPLE_FILL: tie_csv_put(writer, tie_text_of(value.text)); return;
    }
}

static void put_selection(struct tie_csv_writer *writer, const struct sample_view *view)
{
    for (size_t c = 0; c < sample_column_count; c++)
        if (!sample_columns[c].only_book)
            tie_csv_put(writer, tie_text_of(sample_columns[c].name));
    tie_csv_end_row(writer);
    for (size_t i = 0; i < view->pack->sample.pick_count; i++) {
        const struct tie_arena_mark mark = tie_arena_mark(view->arena);

        for (size_t c = 0; c < sample_column_count; c++)
            if (!sample_columns[c].only_book)
                put_value(writer, view, &sample_columns[c], i);
        tie_csv_end_row(writer);
        tie_arena_back_to(view->arena, mark);
    }
}

/* ---- all of them ---- */

static enum tie_status write_csv(const struct sample_view *view, const char *folder, const char *name,
    void (*put)(struct tie_csv_writer *writer, const struct sample_view *view), struct tie_error *err)
{
    struct tie_new_file file = { 0 };
    struct tie_csv_writer writer;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_new_file_open(&file, tie_path_join(view->arena, folder, name), 0666, false, err));
    tie_csv_writer_init(&writer, &file.out, ',');
    put(&writer, view);
    TIE_TRY(tie_new_file_commit(&file, err));
out:
    tie_new_file_release(&file);
    return status;
}

static enum tie_status write_json(const struct sample_view *view, const char *folder, struct tie_error *err)
{
    struct tie_buf text;
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, RECORD_MAX_BYTES);
    tie_json_print(view->json, TIE_JSON_PRETTY, &text);
    tie_buf_char(&text, '\n');
    TIE_ASSERT(!text.failed); /* a record has some 20 values and 13 a stratum */
    TIE_TRY(tie_file_write(tie_path_join(view->arena, folder, "sample.json"), tie_buf_slice(&text), err));
out:
    tie_buf_release(&text);
    return status;
}

enum tie_status tie_publish_sample(struct tie_arena *arena, const struct tie_report *report,
    const struct tie_sample_pack *pack, const char *folder, struct tie_error *err)
{
    struct sample_view view;
    enum tie_status status = TIE_OK;

    sample_view_init(&view, arena, report, pack);
    TIE_TRY(write_csv(&view, folder, "frame.csv", put_frame, err));
    TIE_TRY(write_json(&view, folder, err));
    TIE_TRY(write_csv(&view, folder, "sample.csv", put_selection, err));
    TIE_TRY(sample_book_write(&view, folder, err));
out:
    sample_view_release(&view);
    return status;
}
