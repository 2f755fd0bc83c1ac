/*
 * replay_compare.c - see replay_compare.h.
 *
 * Bytes decide; only when they differ is the form looked at, to say where in terms that a person can look up. A form
 * that tells no difference (a quote more in a CSV, a blank in a JSON) leaves the offset of the first byte.
 */
#include "replay_compare.h"

#include "tieout/archive_reader.h"
#include "tieout/csv.h"
#include "tieout/json.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { SHOWN_BYTES = 60, BLOCK_BYTES = 64 * 1024 };
#define FILE_MAX_BYTES ((size_t)1 << 32)

struct pair { /* two files; read whole when they differ */
    struct tie_arena *arena;
    const char *name, *paths[2];
    struct tie_text bytes[2]; /* bundled, made */
};

static enum tie_status differ(
    struct tie_error *err, const struct pair *pair, const char *where, struct tie_text bundled, struct tie_text made)
{
    return tie_fail(err, TIE_DATA, "%s differs at %s: the bundle has \"%.*s\", replay made \"%.*s\"", pair->name, where,
        (int)(bundled.size < SHOWN_BYTES ? bundled.size : SHOWN_BYTES), bundled.at,
        (int)(made.size < SHOWN_BYTES ? made.size : SHOWN_BYTES), made.at);
}

/* ---- CSV ---- */

/* A file that is no CSV is told by its reader, with its line. */
static enum tie_status next_row(
    struct tie_csv_reader *reader, struct tie_csv_row *row, bool *has_row, struct tie_error *err)
{
    bool at_end = false;
    const enum tie_status status = tie_csv_next(reader, row, &at_end, err);

    *has_row = status == TIE_OK && !at_end;
    return status;
}

/* The fields of a first row, kept. */
static struct tie_text *keep_header(struct tie_arena *arena, const struct tie_csv_row *row)
{
    struct tie_text *header = TIE_TAKE(arena, struct tie_text, row->count);

    for (size_t f = 0; f < row->count; f++)
        header[f] = tie_text_of(tie_text_dup(arena, row->fields[f]));
    return header;
}

static enum tie_status compare_rows(
    const struct pair *pair, struct tie_csv_reader *const *readers, struct tie_error *err)
{
    struct tie_csv_row rows[2] = { { .count = 0 }, { .count = 0 } };
    struct tie_text *header = NULL;
    size_t columns = 0;
    enum tie_status status = TIE_OK;

    for (uint64_t number = 1;; number++) {
        bool has[2] = { false, false };

        for (size_t i = 0; i < 2; i++)
            TIE_TRY(next_row(readers[i], &rows[i], &has[i], err));
        if (!has[0] && !has[1])
            return TIE_OK;
        if (!has[0] || !has[1])
            return tie_fail(err, TIE_DATA, "%s differs: the %s ends after %llu lines, the %s goes on", pair->name,
                has[0] ? "replayed one" : "bundled one", (unsigned long long)number - 1,
                has[0] ? "bundled one" : "replayed one");
        if (header == NULL) {
            header = keep_header(pair->arena, &rows[0]);
            columns = rows[0].count;
        }
        for (size_t f = 0; f < rows[0].count && f < rows[1].count; f++)
            if (!tie_text_equal(rows[0].fields[f], rows[1].fields[f]))
                return differ(err, pair,
                    tie_arena_printf(pair->arena, "line %llu, column %s", (unsigned long long)rows[0].line,
                        f < columns ? header[f].at : "?"),
                    rows[0].fields[f], rows[1].fields[f]);
        if (rows[0].count != rows[1].count)
            return tie_fail(err, TIE_DATA, "%s differs at line %llu: %zu fields in the bundle, %zu replayed",
                pair->name, (unsigned long long)rows[0].line, rows[0].count, rows[1].count);
    }
out:
    return status;
}

static enum tie_status compare_csv(const struct pair *pair, struct tie_error *err)
{
    struct tie_csv_reader *readers[2] = { NULL, NULL };
    struct tie_text rest[2] = { pair->bytes[0], pair->bytes[1] };
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < 2; i++)
        TIE_TRY(tie_csv_open(
            &(struct tie_csv_setup){
                .name = pair->paths[i], .delimiter = ',', .pull = tie_csv_pull_text, .state = &rest[i] },
            &readers[i], err));
    TIE_TRY(compare_rows(pair, readers, err));
out:
    tie_csv_close(readers[0]);
    tie_csv_close(readers[1]);
    return status;
}

/* ---- JSON ---- */

static struct tie_text text_of(struct tie_arena *arena, const struct tie_json *json)
{
    struct tie_buf text;
    struct tie_text kept;

    tie_buf_init(&text, FILE_MAX_BYTES);
    if (json != NULL)
        tie_json_print(json, TIE_JSON_COMPACT, &text);
    kept = tie_text_of(json == NULL ? "nothing" : tie_text_dup(arena, tie_buf_slice(&text)));
    tie_buf_release(&text);
    return kept;
}

/* Down to the first value that differs; `path` of it. NULL when all below is equal. */
static const char *first_difference(
    struct tie_arena *arena, const char *path, const struct tie_json **a, const struct tie_json **b)
{
    const struct tie_json *x = *a, *y = *b;
    const enum tie_json_kind kind = tie_json_kind(x);

    if (tie_text_equal(text_of(arena, x), text_of(arena, y)))
        return NULL;
    if (x == NULL || y == NULL || kind != tie_json_kind(y))
        return path;
    if (kind == TIE_JSON_ARRAY)
        for (size_t i = 0; i < tie_json_count(x) || i < tie_json_count(y); i++) {
            *a = tie_json_at(x, i);
            *b = tie_json_at(y, i);
            const char *below = first_difference(arena, tie_arena_printf(arena, "%s[%zu]", path, i), a, b);
            if (below != NULL)
                return below;
        }
    if (kind == TIE_JSON_OBJECT)
        for (int side = 0; side < 2; side++)
            for (const char *key = tie_json_next_key(side == 0 ? x : y, NULL); key != NULL;
                 key = tie_json_next_key(side == 0 ? x : y, key)) {
                *a = tie_json_get(x, key);
                *b = tie_json_get(y, key);
                const char *below = first_difference(arena, tie_arena_printf(arena, "%s.%s", path, key), a, b);
                if (below != NULL)
                    return below;
            }
    *a = x;
    *b = y;
    return path;
}

static enum tie_status compare_json(const struct pair *pair, struct tie_error *err)
{
    struct tie_json *values[2] = { NULL, NULL };
    const struct tie_json *a = NULL, *b = NULL;
    const char *path = NULL;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < 2; i++)
        TIE_TRY(tie_json_parse(pair->bytes[i], pair->paths[i], &values[i], err));
    a = values[0];
    b = values[1];
    path = first_difference(pair->arena, "$", &a, &b);
    if (path != NULL)
        status = differ(err, pair, path, text_of(pair->arena, a), text_of(pair->arena, b));
out:
    tie_json_free(values[0]);
    tie_json_free(values[1]);
    return status;
}

/* ---- workbooks ---- */

/* The member at hand of both, block by block. */
static enum tie_status compare_member(const struct pair *pair, struct tie_archive *const *zips, const char *name,
    char *const *blocks, struct tie_error *err)
{
    size_t got[2] = { 0, 0 };
    enum tie_status status = TIE_OK;

    for (uint64_t offset = 0;; offset += got[0]) {
        for (size_t i = 0; i < 2; i++) {
            size_t part = 1;

            for (got[i] = 0; got[i] < BLOCK_BYTES && part > 0; got[i] += part)
                TIE_TRY(tie_archive_read(zips[i], blocks[i] + got[i], BLOCK_BYTES - got[i], &part, err));
        }
        for (size_t at = 0; at < got[0] || at < got[1]; at++)
            if (at >= got[0] || at >= got[1] || blocks[0][at] != blocks[1][at])
                return differ(err, pair,
                    tie_arena_printf(pair->arena, "member %s, byte %llu", name, (unsigned long long)offset + at),
                    (struct tie_text){ blocks[0] + at, at < got[0] ? got[0] - at : 0 },
                    (struct tie_text){ blocks[1] + at, at < got[1] ? got[1] - at : 0 });
        if (got[0] == 0)
            return TIE_OK;
    }
out:
    return status;
}

static enum tie_status compare_zip(const struct pair *pair, struct tie_error *err)
{
    static const struct tie_archive_limits limits = { .max_members = 10000 };
    struct tie_archive *zips[2] = { NULL, NULL };
    char *blocks[2] = { TIE_TAKE(pair->arena, char, BLOCK_BYTES), TIE_TAKE(pair->arena, char, BLOCK_BYTES) };
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < 2; i++)
        TIE_TRY(tie_archive_open(pair->paths[i], &limits, &zips[i], err));
    for (;;) {
        const char *names[2] = { NULL, NULL };

        for (size_t i = 0; i < 2; i++)
            TIE_TRY(tie_archive_next(zips[i], &names[i], err));
        if (names[0] == NULL && names[1] == NULL)
            break;
        if (names[0] == NULL || names[1] == NULL || strcmp(names[0], names[1]) != 0)
            TIE_TRY(differ(err, pair, "the names of its members", tie_text_of(names[0] == NULL ? "" : names[0]),
                tie_text_of(names[1] == NULL ? "" : names[1])));
        TIE_TRY(compare_member(pair, zips, names[0], blocks, err));
    }
out:
    tie_archive_close(zips[0]);
    tie_archive_close(zips[1]);
    if (status == TIE_OK)
        return tie_fail(err, TIE_DATA,
            "%s differs as a file, but every member is the same: it was packed by another version of libxlsxwriter or "
            "zlib than this machine has",
            pair->name);
    return status;
}

/* ---- any file ---- */

static const struct {
    const char *ending;
    enum tie_status (*compare)(const struct pair *pair, struct tie_error *err);
} forms[] = { { ".csv", compare_csv }, { ".json", compare_json }, { ".xlsx", compare_zip } };

static enum tie_status compare_bytes(const struct pair *pair, struct tie_error *err)
{
    const struct tie_text *bytes = pair->bytes;
    const size_t size = bytes[0].size < bytes[1].size ? bytes[0].size : bytes[1].size;
    size_t at = 0;

    while (at < size && bytes[0].at[at] == bytes[1].at[at])
        at++;
    return tie_fail(err, TIE_DATA, "%s differs at byte %zu (%zu bytes in the bundle, %zu replayed)", pair->name, at,
        bytes[0].size, bytes[1].size);
}

/* By digest, so that equal files of any size need no memory. */
static enum tie_status are_equal(const struct pair *pair, bool *is_equal, uint64_t *bytes, struct tie_error *err)
{
    char digests[2][TIE_SHA256_HEX];
    struct stat facts;
    enum tie_status status = TIE_OK;

    *is_equal = false;
    for (size_t i = 0; i < 2; i++)
        TIE_TRY(tie_file_sha256(pair->paths[i], digests[i], err));
    if (stat(pair->paths[0], &facts) != 0)
        return tie_fail_os(err, TIE_IO, errno, "read", pair->paths[0]);
    *bytes = (uint64_t)facts.st_size;
    *is_equal = strcmp(digests[0], digests[1]) == 0;
out:
    return status;
}

enum tie_status replay_compare(struct tie_arena *arena, const char *name, const char *bundled, const char *made,
    uint64_t *bytes, struct tie_error *err)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);
    struct pair pair = { .arena = arena, .name = name, .paths = { bundled, made } };
    const struct tie_text all = tie_text_of(name);
    bool is_equal = false;
    enum tie_status status = TIE_OK;

    if (tie_path_kind(bundled) != TIE_ENTRY_FILE)
        return tie_fail(err, TIE_DATA, "%s is listed in result.json, but does not stand in the bundle", name);
    if (tie_path_kind(made) != TIE_ENTRY_FILE)
        return tie_fail(err, TIE_DATA, "%s stands in the bundle, but replay did not make it", name);
    TIE_TRY(are_equal(&pair, &is_equal, bytes, err));
    if (is_equal)
        goto out;
    for (size_t i = 0; i < 2; i++)
        TIE_TRY(tie_file_read(arena, pair.paths[i], FILE_MAX_BYTES, &pair.bytes[i], err));
    for (size_t i = 0; i < TIE_COUNT_OF(forms) && status == TIE_OK; i++) {
        const size_t size = strlen(forms[i].ending);

        if (all.size > size && strcmp(name + all.size - size, forms[i].ending) == 0)
            status = forms[i].compare(&pair, err);
    }
    if (status == TIE_OK)
        status = compare_bytes(&pair, err);
out:
    tie_arena_back_to(arena, mark);
    return status;
}
