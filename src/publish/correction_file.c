/*
 * correction_file.c - one file of documents for the ERP, and the sidecar that lets anybody check it.
 *
 * The file has exactly the columns that all of its rows fill: an empty cell is an explicit null for an import and
 * kills the ERP's default. No byte order mark, no exponents, no thousand separators, no trailing empty row. The
 * sidecar (<file>.control.json) holds counts, sums, ids and the digest, recounted from the bytes on the disk with the
 * CSV reader; every cell read back must be the cell that was meant, else the run stops.
 */
#include "correction_file.h"

#include "tieout/csv.h"
#include "tieout/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct named_sum {
    const char *name;
    tie_sum sum;
};
struct sums {
    struct named_sum *at;
    size_t count, room;
};

struct recount {
    struct tie_arena *arena;
    const struct correction_file *file;
    const struct format_column *columns[FORMAT_COLUMNS_MAX]; /* those in the file, in its order */
    size_t column_count;
    uint64_t rows;
    struct sums quantities, amounts;
    struct tie_json *ids;
};

/* ---- writing ---- */

static enum tie_status write_rows(const struct recount *plan, struct tie_error *err)
{
    const struct correction_file *file = plan->file;
    const struct format_document *document = file->rows[0]->document;
    struct tie_new_file out = { 0 };
    struct tie_csv_writer writer;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_new_file_open(&out, file->path, 0666, false, err));
    tie_csv_writer_init(&writer, &out.out, file->format->delimiter);
    for (size_t c = 0; c < plan->column_count; c++)
        tie_csv_put(&writer, tie_text_of(plan->columns[c]->header));
    tie_csv_end_row(&writer);
    for (size_t r = 0; r < file->row_count; r++) {
        for (size_t c = 0; c < plan->column_count; c++)
            tie_csv_put(&writer, tie_text_of(file->rows[r]->cells[plan->columns[c] - document->columns]));
        tie_csv_end_row(&writer);
    }
    TIE_TRY(tie_new_file_commit(&out, err));
out:
    tie_new_file_release(&out);
    return status;
}

/* ---- reading back ---- */

static enum tie_status differs(const struct recount *recount, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_IO, "%s: read back, row %llu %s; nothing is published. Check the disk, then run again",
        recount->file->path, (unsigned long long)recount->rows, what);
}

static void add_sum(struct tie_arena *arena, struct sums *sums, struct tie_text name, tie_dec value)
{
    for (size_t i = 0; i < sums->count; i++) {
        if (tie_text_is(name, sums->at[i].name)) {
            sums->at[i].sum += value;
            return;
        }
    }
    TIE_PUSH(arena, sums, (struct named_sum){ tie_text_dup(arena, name), value });
}

static enum tie_status number_of(
    const struct recount *recount, struct tie_text text, tie_dec *value, struct tie_error *err)
{
    if (memchr(text.at, 'e', text.size) != NULL || memchr(text.at, 'E', text.size) != NULL ||
        tie_dec_from_text(text, value) != TIE_DEC_EXACT)
        return differs(recount, "holds a number that is none", err);
    return TIE_OK;
}

static enum tie_status count_row(struct recount *recount, const struct tie_csv_row *row, struct tie_error *err)
{
    const struct correction_file *file = recount->file;
    const struct correction_row *meant;
    struct tie_text unit = TIE_TEXT(""), currency = TIE_TEXT("");
    tie_dec quantity = TIE_NONE, price = TIE_NONE, amount = 0;
    enum tie_status status = TIE_OK;

    if (recount->rows > file->row_count || row->count != recount->column_count)
        return differs(recount, "is not one that was written", err);
    meant = file->rows[recount->rows - 1];
    for (size_t c = 0; c < row->count; c++) {
        const struct format_column *column = recount->columns[c];
        const enum format_role role = column->source == NULL ? FORMAT_ROLE_NONE : column->source->role;

        if (!tie_text_is(row->fields[c], meant->cells[column - meant->document->columns]))
            return differs(recount, "is not what was written", err);
        if (role == FORMAT_ROLE_ID)
            tie_json_add(recount->ids, tie_json_text(row->fields[c]));
        else if (role == FORMAT_ROLE_UNIT)
            unit = row->fields[c];
        else if (role == FORMAT_ROLE_CURRENCY)
            currency = row->fields[c];
        else if (role == FORMAT_ROLE_QUANTITY)
            TIE_TRY(number_of(recount, row->fields[c], &quantity, err));
        else if (role == FORMAT_ROLE_PRICE)
            TIE_TRY(number_of(recount, row->fields[c], &price, err));
    }
    if (quantity != TIE_NONE)
        add_sum(recount->arena, &recount->quantities, unit, quantity);
    if (quantity != TIE_NONE && price != TIE_NONE && !tie_dec_mul(quantity, price, &amount))
        return differs(recount, "has an amount out of range", err);
    if (quantity != TIE_NONE && price != TIE_NONE)
        add_sum(recount->arena, &recount->amounts, currency, amount);
out:
    return status;
}

static enum tie_status read_back(struct recount *recount, struct tie_error *err)
{
    const char *path = recount->file->path;
    struct tie_csv_fd source = { open(path, O_RDONLY | O_CLOEXEC), path };
    const struct tie_csv_setup setup = {
        .name = path, .delimiter = recount->file->format->delimiter, .pull = tie_csv_pull_fd, .state = &source
    };
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_row row;
    bool end = false;
    enum tie_status status = TIE_OK;

    if (source.fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "read back", path);
    TIE_TRY(tie_csv_open(&setup, &reader, err));
    TIE_TRY(tie_csv_next(reader, &row, &end, err)); /* the header */
    for (;;) {
        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        recount->rows++;
        TIE_TRY(count_row(recount, &row, err));
    }
    if (recount->rows != recount->file->row_count)
        status = differs(recount, "is the last one; rows are missing", err);
out:
    tie_csv_close(reader);
    (void)close(source.fd);
    return status;
}

/* ---- the sidecar ---- */

/* A name that no column of the file gives (a line without unit, a document without currency) is written as "-". */
static struct tie_json *sums_json(const struct sums *sums)
{
    struct tie_json *json = tie_json_object();
    char text[64];

    for (size_t i = 0; i < sums->count; i++) {
        tie_sum_print(sums->at[i].sum, text);
        tie_json_set_text(json, sums->at[i].name[0] == '\0' ? "-" : sums->at[i].name, text);
    }
    return json;
}

static enum tie_status write_control(struct recount *recount, struct tie_error *err)
{
    const struct correction_file *file = recount->file;
    struct tie_json *control = tie_json_object();
    struct tie_buf text;
    char hex[TIE_SHA256_HEX];
    enum tie_status status = TIE_OK;

    tie_buf_init(&text, 1 << 28);
    TIE_TRY(tie_file_sha256(file->path, hex, err));
    tie_json_set(control, "amounts", sums_json(&recount->amounts));
    tie_json_set_int(control, "documents", (int64_t)tie_json_count(recount->ids));
    tie_json_set_text(control, "file", tie_path_name(file->path));
    tie_json_set_text(control, "format", file->format->name);
    tie_json_set(control, "ids", recount->ids);
    recount->ids = NULL;
    tie_json_set_text(control, "model", file->rows[0]->document->model);
    tie_json_set(control, "quantities", sums_json(&recount->quantities));
    tie_json_set_int(control, "rows", (int64_t)recount->rows);
    tie_json_set_text(control, "sha256", hex);
    tie_json_set(control, "verb", tie_json_text(file->rows[0]->verb));
    tie_json_print(control, TIE_JSON_PRETTY, &text);
    tie_buf_char(&text, '\n');
    TIE_ASSERT(!text.failed);
    TIE_TRY(tie_file_write(tie_arena_printf(recount->arena, "%s.control.json", file->path), tie_buf_slice(&text), err));
out:
    tie_json_free(control);
    tie_buf_release(&text);
    return status;
}

enum tie_status correction_file_write(
    struct tie_arena *arena, const struct correction_file *file, struct tie_error *err)
{
    const struct format_document *document = file->rows[0]->document;
    struct recount recount = { .arena = arena, .file = file, .ids = tie_json_array() };
    enum tie_status status = TIE_OK;

    for (size_t c = 0; c < document->column_count; c++)
        if ((file->rows[0]->columns >> c & 1) != 0)
            recount.columns[recount.column_count++] = &document->columns[c];
    TIE_TRY(write_rows(&recount, err));
    TIE_TRY(read_back(&recount, err));
    TIE_TRY(write_control(&recount, err));
out:
    tie_json_free(recount.ids);
    return status;
}
