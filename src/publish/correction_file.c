/*
 * correction_file.c - one file of documents for the ERP, and the sidecar that lets anybody check it.
 *
 * correction_rows.c makes the rows; here they become a file, alone or as the only member of a zip. No exponents, no
 * thousand separators, no trailing empty row. The sidecar (<file>.control.json) holds counts, sums, ids and digests,
 * recounted from the bytes on the disk, out of the zip, with the CSV reader; every cell read back must be the cell that
 * was meant, else the run stops. Of a zip the member's digest stands there too: how it is packed depends on zlib.
 */
#include "correction_file.h"

#include "tieout/archive_reader.h"
#include "tieout/json.h"
#include "tieout/zip_writer.h"

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
    struct correction_rows rows;
    uint64_t count;
    struct sums quantities, amounts;
    struct tie_json *ids;
    char member_sha256[TIE_SHA256_HEX]; /* of the CSV in a zip */
};

/* ---- writing ---- */

static enum tie_status write_rows(const struct recount *plan, const char *path, struct tie_error *err)
{
    struct tie_new_file out = { 0 };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_new_file_open(&out, path, 0666, false, err));
    correction_rows_put(&plan->rows, &out.out);
    TIE_TRY(tie_new_file_commit(&out, err));
out:
    tie_new_file_release(&out);
    return status;
}

/* The CSV stands beside the zip while that is made; a zip needs to know the size of a member beforehand. */
static enum tie_status write_zip(struct recount *plan, struct tie_error *err)
{
    const struct correction_file *file = plan->file;
    const char *content = tie_arena_printf(plan->arena, "%s.member", file->path);
    const struct tie_zip_member member = { file->member, content };
    enum tie_status status = TIE_OK;

    TIE_TRY(write_rows(plan, content, err));
    TIE_TRY(tie_file_sha256(content, plan->member_sha256, err));
    TIE_TRY(tie_zip_write(file->path, &member, 1, err));
    TIE_TRY(tie_tree_remove(content, err));
out:
    return status;
}

/* ---- reading back ---- */

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
    const struct recount *recount, uint64_t number, struct tie_text text, tie_dec *value, struct tie_error *err)
{
    if (memchr(text.at, 'e', text.size) != NULL || memchr(text.at, 'E', text.size) != NULL ||
        tie_dec_from_text(text, value) != TIE_DEC_EXACT)
        return correction_rows_differ(recount->file->path, number, "holds a number that is none", err);
    return TIE_OK;
}

static enum tie_status count_row(void *state, const struct tie_csv_row *row, uint64_t number, struct tie_error *err)
{
    struct recount *recount = state;
    struct tie_text unit = TIE_TEXT(""), currency = TIE_TEXT("");
    tie_dec quantity = TIE_NONE, price = TIE_NONE, amount = 0;
    enum tie_status status = TIE_OK;

    recount->count = number;
    for (size_t c = 0; c < row->count; c++) {
        const struct format_column *column = recount->rows.columns[c];
        const enum format_role role = column == NULL || column->source == NULL ? FORMAT_ROLE_NONE
                                                                               : column->source->role;

        if (role == FORMAT_ROLE_ID)
            tie_json_add(recount->ids, tie_json_text(row->fields[c]));
        else if (role == FORMAT_ROLE_UNIT)
            unit = row->fields[c];
        else if (role == FORMAT_ROLE_CURRENCY)
            currency = row->fields[c];
        else if (role == FORMAT_ROLE_QUANTITY && row->fields[c].size > 0)
            TIE_TRY(number_of(recount, number, row->fields[c], &quantity, err));
        else if (role == FORMAT_ROLE_PRICE && row->fields[c].size > 0)
            TIE_TRY(number_of(recount, number, row->fields[c], &price, err));
    }
    if (quantity != TIE_NONE)
        add_sum(recount->arena, &recount->quantities, unit, quantity);
    if (quantity != TIE_NONE && price != TIE_NONE && !tie_dec_mul(quantity, price, &amount))
        return correction_rows_differ(recount->file->path, number, "has an amount out of range", err);
    if (quantity != TIE_NONE && price != TIE_NONE)
        add_sum(recount->arena, &recount->amounts, currency, amount);
out:
    return status;
}

static enum tie_status pull_member(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    return tie_archive_read(state, buffer, room, got, err);
}

static enum tie_status read_zip(struct recount *recount, struct tie_error *err)
{
    const struct correction_file *file = recount->file;
    const struct tie_archive_limits limits = { .max_members = 1 };
    struct tie_archive *archive = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_archive_open(file->path, &limits, &archive, err));
    TIE_TRY(tie_archive_find(archive, file->member, err));
    TIE_TRY(correction_rows_read(&recount->rows, file->path, pull_member, archive, count_row, recount, err));
    TIE_TRY(tie_archive_finish(archive, err));
out:
    tie_archive_close(archive);
    return status;
}

static enum tie_status read_csv(struct recount *recount, struct tie_error *err)
{
    const char *path = recount->file->path;
    struct tie_csv_fd source = { open(path, O_RDONLY | O_CLOEXEC), path };
    enum tie_status status = TIE_OK;

    if (source.fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "read back", path);
    status = correction_rows_read(&recount->rows, path, tie_csv_pull_fd, &source, count_row, recount, err);
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
    if (file->member != NULL) {
        tie_json_set_text(control, "member", file->member);
        tie_json_set_text(control, "member_sha256", recount->member_sha256);
    }
    tie_json_set_text(control, "model", file->rows[0]->document->model);
    tie_json_set(control, "quantities", sums_json(&recount->quantities));
    tie_json_set_int(control, "rows", (int64_t)recount->count);
    tie_json_set_text(control, "sha256", hex);
    tie_json_set(control, "verb", tie_json_text(file->rows[0]->verb));
    if (file->format->version[0] != '\0')
        tie_json_set_text(control, "version", file->format->version);
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
    struct recount recount = { .arena = arena, .file = file, .ids = tie_json_array() };
    enum tie_status status = TIE_OK;

    correction_rows_init(&recount.rows, arena, &file->format->layout, file->row_count, file->rows);
    TIE_TRY(file->member == NULL ? write_rows(&recount, file->path, err) : write_zip(&recount, err));
    TIE_TRY(file->member == NULL ? read_csv(&recount, err) : read_zip(&recount, err));
    TIE_TRY(write_control(&recount, err));
out:
    tie_json_free(recount.ids);
    return status;
}
