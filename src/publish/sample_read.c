/*
 * sample_read.c - a filled-in sample from its files: see evaluate.h, and sample.h for the columns and keys.
 *
 * A workbook and a CSV with sample.json become the same two things, a table of rows and a list of key/value fields, and
 * are judged by the same code; the rows in sample_rows.c. The record's own digest is over its fields in the order of
 * sample.json, so they are read in that order, wherever they stand.
 */
#include "sample_read.h"

#include "tieout/csv.h"
#include "tieout/xlsx_reader.h"

#include <string.h>

#define FILE_BYTES_MAX ((size_t)64 << 20)
#define PICKS_MAX 1048576 /* rows of a sheet */

struct record { /* the fields, and the digest of those asked for so far */
    struct tie_arena *arena;
    const char *name;
    struct tie_sample_fields fields;
    struct tie_sha256 sha;
    struct tie_error *err;
};

/* ---- files to tables ---- */

static enum tie_status read_sheet(struct tie_arena *arena, const char *path, const char *sheet_name,
    struct tie_sample_table *table, struct tie_error *err)
{
    struct tie_xlsx_sheet sheet;
    const enum tie_status status = tie_xlsx_read(arena, path, sheet_name, &sheet, err);

    table->name = tie_arena_printf(arena, "%s, sheet %s", path, sheet_name);
    for (size_t i = 0; i < sheet.count && status == TIE_OK; i++) {
        struct tie_text *const cells = TIE_TAKE(arena, struct tie_text, sheet.at[i].count);

        for (size_t c = 0; c < sheet.at[i].count; c++)
            cells[c] = tie_text_trim(sheet.at[i].cells[c].text);
        TIE_PUSH(arena, table,
            (struct tie_sample_line){ .number = sheet.at[i].number, .count = sheet.at[i].count, .cells = cells });
    }
    return status;
}

/* Spreadsheet programs of some countries write ';'. The header tells: no column name holds either. */
static char delimiter_of(struct tie_text bytes)
{
    const struct tie_text header = tie_text_cut(&bytes, '\n');

    return header.size > 0 && memchr(header.at, ';', header.size) != NULL ? ';' : ',';
}

static enum tie_status read_csv(
    struct tie_arena *arena, const char *path, struct tie_sample_table *table, struct tie_error *err)
{
    struct tie_text bytes = TIE_TEXT("");
    struct tie_csv_reader *reader = NULL;
    struct tie_csv_row row;
    bool end = false;
    enum tie_status status = TIE_OK;

    table->name = path;
    TIE_TRY(tie_file_read(arena, path, FILE_BYTES_MAX, &bytes, err));
    const struct tie_csv_setup setup = {
        .name = path, .delimiter = delimiter_of(bytes), .pull = tie_csv_pull_text, .state = &bytes
    };

    TIE_TRY(tie_csv_open(&setup, &reader, err));
    for (;;) {
        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        struct tie_text *const cells = TIE_TAKE(arena, struct tie_text, row.count);

        for (size_t c = 0; c < row.count; c++) {
            const char *const copy = tie_text_dup(arena, tie_text_trim(row.fields[c]));

            cells[c] = tie_text_of(copy);
        }
        TIE_PUSH(arena, table, (struct tie_sample_line){ .number = row.line, .count = row.count, .cells = cells });
    }
out:
    tie_csv_close(reader);
    return status;
}

/* ---- the record ---- */

static enum tie_status read_json(struct record *record, const char *csv_path)
{
    const char *const path = tie_path_beside(record->arena, csv_path, "sample.json");
    struct tie_text bytes = TIE_TEXT("");
    struct tie_json *json = NULL;
    enum tie_status status = TIE_OK;

    record->name = path;
    TIE_TRY(tie_file_read(record->arena, path, FILE_BYTES_MAX, &bytes, record->err));
    TIE_TRY(tie_json_parse(bytes, path, &json, record->err));
    tie_sample_flatten(record->arena, json, &record->fields);
out:
    tie_json_free(json);
    return status;
}

static enum tie_status read_design(struct record *record, const char *path)
{
    struct tie_sample_table table = { 0 };
    const enum tie_status status = read_sheet(record->arena, path, "Design", &table, record->err);

    record->name = table.name;
    for (size_t i = 0; i < table.count && status == TIE_OK; i++)
        TIE_PUSH(record->arena, &record->fields,
            (struct tie_sample_field){ .key = tie_text_dup(record->arena, tie_sample_cell(&table.at[i], 0)),
                .value = tie_text_dup(record->arena, tie_sample_cell(&table.at[i], 1)) });
    return status;
}

static const char *find_field(const struct record *record, const char *key)
{
    for (size_t i = 0; i < record->fields.count; i++)
        if (strcmp(record->fields.at[i].key, key) == 0)
            return record->fields.at[i].value;
    return NULL;
}

static enum tie_status need_text(struct record *record, const char *key, const char **value)
{
    *value = find_field(record, key);
    if (*value == NULL)
        return tie_fail(
            record->err, TIE_DATA, "%s: %s is missing; take the file as the run wrote it", record->name, key);
    tie_sample_digest_field(&record->sha, key, *value);
    return TIE_OK;
}

static enum tie_status need_int(struct record *record, const char *key, int64_t least, int64_t *value)
{
    const char *text = NULL;
    const enum tie_status status = need_text(record, key, &text);

    if (status != TIE_OK)
        return status;
    if (!tie_int_from_text(tie_text_of(text), value) || *value < least)
        return tie_fail(record->err, TIE_DATA, "%s: %s is \"%s\"; expected a whole number of at least %lld",
            record->name, key, text, (long long)least);
    return TIE_OK;
}

static enum tie_status need_count(struct record *record, const char *key, uint64_t *value)
{
    int64_t number = 0;
    const enum tie_status status = need_int(record, key, 0, &number);

    *value = (uint64_t)number;
    return status;
}

static enum tie_status read_stratum(struct record *record, size_t place, struct tie_sample_stratum *stratum)
{
    const struct {
        const char *key;
        uint64_t *count;
        int64_t *amount;
        int64_t least;
    } fields[] = { { "orders", &stratum->orders, NULL, 0 }, { "book", NULL, &stratum->book, INT64_MIN + 1 },
        { "certainty_orders", &stratum->certainty_orders, NULL, 0 },
        { "certainty_book", NULL, &stratum->certainty_book, INT64_MIN + 1 },
        { "high_orders", &stratum->high_orders, NULL, 0 }, { "high_book", NULL, &stratum->high_book, 0 },
        { "zero_orders", &stratum->zero_orders, NULL, 0 }, { "zero_book", NULL, &stratum->zero_book, INT64_MIN + 1 },
        { "rest_orders", &stratum->rest_orders, NULL, 0 }, { "rest_book", NULL, &stratum->rest_book, INT64_MIN + 1 },
        { "size", &stratum->size, NULL, 0 }, { "interval_num", NULL, &stratum->interval_num, 0 },
        { "interval_den", NULL, &stratum->interval_den, 1 } };
    enum tie_status status = need_text(
        record, tie_arena_printf(record->arena, "strata.%zu.name", place), &stratum->name);

    for (size_t i = 0; i < TIE_COUNT_OF(fields) && status == TIE_OK; i++) {
        const char *const key = tie_arena_printf(record->arena, "strata.%zu.%s", place, fields[i].key);

        status = fields[i].count != NULL ? need_count(record, key, fields[i].count)
                                         : need_int(record, key, fields[i].least, fields[i].amount);
    }
    return status;
}

static enum tie_status read_head(struct record *record, struct tie_audit *audit)
{
    const char *format = NULL, *method = NULL, *confidence = NULL;
    uint64_t size = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(need_text(record, "format", &format));
    if (strcmp(format, "tieout-sample-1") != 0)
        return tie_fail(
            record->err, TIE_DATA, "%s: format is \"%s\"; this version reads tieout-sample-1", record->name, format);
    TIE_TRY(need_text(record, "job", &audit->job));
    TIE_TRY(need_text(record, "run", &audit->run));
    TIE_TRY(need_text(record, "as_of", &audit->as_of));
    TIE_TRY(need_text(record, "method", &method));
    audit->method = strcmp(method, "srs") == 0 ? TIE_SAMPLE_SRS : TIE_SAMPLE_MUS;
    if (strcmp(method, tie_sample_method_name(audit->method)) != 0)
        return tie_fail(record->err, TIE_DATA, "%s: method is \"%s\"; expected mus or srs", record->name, method);
    TIE_TRY(need_count(record, "size", &size));
    TIE_TRY(need_text(record, "seed", &audit->seed));
    TIE_TRY(need_text(record, "confidence", &confidence));
    if (tie_dec_from_text(tie_text_of(confidence), &audit->confidence) != TIE_DEC_EXACT ||
        audit->confidence < TIE_DEC_ONE / 2 || audit->confidence >= TIE_DEC_ONE)
        status = tie_fail(record->err, TIE_DATA, "%s: confidence is \"%s\"; expected a number from 0.5 to below 1",
            record->name, confidence);
out:
    return status;
}

/* The fields in the order of sample.json, because the digest is over that order. */
static enum tie_status read_record(
    struct record *record, struct tie_audit *audit, uint64_t *pick_count, const char **picks_sha256)
{
    const char *unused = NULL, *sha256 = NULL;
    struct tie_sample_stratum *strata = NULL;
    unsigned char digest[TIE_SHA256_BYTES];
    char hex[TIE_SHA256_HEX];
    enum tie_status status = TIE_OK;

    tie_sha256_init(&record->sha);
    TIE_TRY(read_head(record, audit));
    TIE_TRY(need_count(record, "frame.orders", &audit->orders));
    TIE_TRY(need_int(record, "frame.book", INT64_MIN + 1, &audit->book));
    TIE_TRY(need_text(record, "frame.currency", &audit->currency));
    TIE_TRY(need_text(record, "frame.sha256", &unused));
    TIE_TRY(need_count(record, "attribute.orders", &audit->zero_orders));
    TIE_TRY(need_count(record, "attribute.size", &audit->attribute_size));
    while (find_field(record, tie_arena_printf(record->arena, "strata.%zu.name", audit->stratum_count + 1)) != NULL)
        audit->stratum_count++;
    strata = TIE_TAKE(record->arena, struct tie_sample_stratum, audit->stratum_count);
    audit->strata = strata;
    audit->decimals = tie_currency_decimals(tie_text_of(audit->currency));
    for (size_t h = 0; h < audit->stratum_count; h++)
        TIE_TRY(read_stratum(record, h + 1, &strata[h]));
    TIE_TRY(need_count(record, "picks.count", pick_count));
    TIE_TRY(need_text(record, "picks.sha256", picks_sha256));
    tie_sha256_final(&record->sha, digest);
    tie_hex(digest, sizeof digest, hex);
    sha256 = find_field(record, "sha256");
    if (sha256 == NULL || strcmp(sha256, hex) != 0)
        status = tie_fail(record->err, TIE_DATA,
            "%s: a value was changed after the draw (its sha256 is %s, the values give %s); take the file as the run "
            "wrote it",
            record->name, sha256 != NULL ? sha256 : "missing", hex);
out:
    tie_sha256_release(&record->sha);
    return status;
}

static bool ends_in(const char *path, const char *ending)
{
    const struct tie_text text = tie_text_of(path);
    const size_t size = strlen(ending);

    return text.size > size && tie_text_is_nocase((struct tie_text){ text.at + text.size - size, size }, ending);
}

enum tie_status tie_audit_read(
    struct tie_arena *arena, const char *path, struct tie_audit *audit, struct tie_error *err)
{
    struct record record = { .arena = arena, .err = err };
    struct tie_sample_table table = { 0 };
    const char *picks_sha256 = NULL;
    uint64_t pick_count = 0;
    enum tie_status status = TIE_OK;

    *audit = (struct tie_audit){ 0 };
    if (ends_in(path, ".xlsx")) {
        TIE_TRY(read_sheet(arena, path, "Selection", &table, err));
        TIE_TRY(read_design(&record, path));
    } else if (ends_in(path, ".csv")) {
        TIE_TRY(read_csv(arena, path, &table, err));
        TIE_TRY(read_json(&record, path));
    } else {
        status = tie_fail(err, TIE_USAGE,
            "%s: a filled-in sample is the workbook of the sample (.xlsx), or its sheet Selection (.csv) with "
            "sample.json beside it",
            path);
        goto out;
    }
    TIE_TRY(read_record(&record, audit, &pick_count, &picks_sha256));
    if (pick_count > PICKS_MAX) {
        status = tie_fail(err, TIE_DATA, "%s: picks.count is %llu; a sheet can't hold that many", record.name,
            (unsigned long long)pick_count);
        goto out;
    }
    audit->count = (size_t)pick_count;
    TIE_TRY(tie_sample_read_rows(arena, &table, audit, picks_sha256, err));
out:
    return status;
}
