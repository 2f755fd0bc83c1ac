/*
 * rejected.c - rejected.csv: every row that the engine could not read, with its place, its value and the reason.
 *
 * One line a rejected cell, in the order of extraction (part, position, column). A file without lines still has its
 * header: "no row was rejected" is a statement. Bytes that are no UTF-8 are the commonest reason for a rejection, so
 * they are shown as U+FFFD: the file stays readable as what it says it is.
 */
#include "tieout/csv.h"
#include "tieout/publish.h"

#include <inttypes.h>

static const char *const columns[] = { "dataset", "part", "position", "row_id", "column", "value", "reason" };

static void put_safe(struct tie_csv_writer *writer, struct tie_buf *buf, const char *value)
{
    struct tie_text rest = tie_text_of(value);
    size_t bad_at = 0;

    tie_buf_reset(buf);
    while (rest.size > 0 && !tie_text_is_utf8(rest, &bad_at)) {
        tie_buf_put(buf, rest.at, bad_at);
        tie_buf_text(buf, "\xEF\xBF\xBD");
        rest = (struct tie_text){ rest.at + bad_at + 1, rest.size - bad_at - 1 };
    }
    tie_buf_put(buf, rest.at, rest.size);
    TIE_ASSERT(!buf->failed);
    tie_csv_put(writer, tie_buf_slice(buf));
}

static void put_reject(struct tie_csv_writer *writer, struct tie_buf *buf, const struct tie_part_spec *part,
    const struct tie_reject *reject)
{
    tie_csv_put(writer, tie_text_of(tie_dataset(part->dataset)->name));
    tie_csv_put(writer, tie_text_of(part->title));
    tie_buf_reset(buf);
    tie_buf_printf(buf, "%" PRIu64, reject->source_row);
    tie_csv_put(writer, tie_buf_slice(buf));
    put_safe(writer, buf, reject->row_id);
    put_safe(writer, buf, reject->column);
    put_safe(writer, buf, reject->value);
    put_safe(writer, buf, reject->reason);
    tie_csv_end_row(writer);
}

enum tie_status tie_publish_rejected(const struct tie_report *report, const char *folder, struct tie_error *err)
{
    const struct tie_extract_result *extract = report->extract;
    struct tie_new_file file = { 0 };
    struct tie_csv_writer writer;
    struct tie_arena arena = { 0 };
    struct tie_buf buf;
    enum tie_status status = TIE_OK;

    tie_buf_init(&buf, 1 << 20);
    TIE_TRY(tie_arena_init(&arena, 1 << 16, err));
    TIE_TRY(tie_new_file_open(&file, tie_path_join(&arena, folder, "rejected.csv"), 0666, false, err));
    tie_csv_writer_init(&writer, &file.out, ',');
    for (size_t i = 0; i < TIE_COUNT_OF(columns); i++)
        tie_csv_put(&writer, tie_text_of(columns[i]));
    tie_csv_end_row(&writer);
    for (size_t i = 0; i < extract->reject_count; i++) {
        TIE_ASSERT(extract->rejects[i].part < report->plan->part_count);
        put_reject(&writer, &buf, &report->plan->parts[extract->rejects[i].part], &extract->rejects[i]);
    }
    TIE_TRY(tie_new_file_commit(&file, err));
out:
    tie_new_file_release(&file);
    tie_buf_release(&buf);
    tie_arena_release(&arena);
    return status;
}
