/*
 * files.c - CSV files in a folder, in an archive, or one alone, as a source like any other.
 *
 * A file is streamed: descriptor or archive member -> csv.h -> sink. Nothing is unpacked to disk. An archive that
 * holds several datasets is read from its start for each of them, because a tar has no directory and nothing is kept
 * between two parts; its end is reached every time, so damage behind the member is found too.
 *
 * The first line names the columns. Values have no type of their own (TIE_RAW_UNKNOWN): the model's cell readers judge
 * each. A row that breaks a rule of the model is a row's fault and rejected by the intake. What breaks the form of the
 * file is the file's fault and refuses the source, since nobody knows which values have moved: another number of
 * fields than the header, bytes that are no UTF-8, NUL, quotes that don't close.
 *
 * Invariant: what is read is one version of a file: size and time of change are compared at the end, and a difference
 * is worth another try (whoever delivers was still writing). Names from a job lead nowhere but into the folder: they
 * are plain (tie_archive_name_trouble) and no part of them may be a link. `path` itself is the administrator's word.
 */
#include "driver.h"

#include "files.h"

#include "tieout/archive_reader.h"
#include "tieout/csv.h"
#include "tieout/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ROW_BYTES_MAX = 1 << 20, /* 64 columns of 4,000 bytes fit; what is longer is an open quote */
    FIELDS_MAX = 512,
    MEMBERS_MAX = 10000,
    RUN_ARENA_BYTES = 8 << 20,
    LIST_ARENA_BYTES = 64 << 20, /* address space for the names of a folder, when one is missing */
    NAMES_SHOWN = 8
};

struct tie_link {
    const struct tie_source_spec *spec;
    enum tie_files_kind kind;
    int64_t deadline_us;
    struct stat seen; /* the archive or the folder when the source was opened */
    char hint[256];   /* of a passed limit */
};

struct stream { /* one file on its way */
    struct tie_link *link;
    const struct tie_statement *statement;
    struct tie_archive *archive;
    int fd;
    struct stat seen; /* of fd */
    uint64_t bytes;
    struct tie_csv_reader *reader;
};

/* ---- what is there instead ---- */

/* "/srv/drop holds a.csv, b.csv and 3 more; did you mean a.csv?" into `text`, as far as the folder may be read. */
static void list_folder(const char *folder, const char *wanted, struct tie_buf *text)
{
    struct tie_arena arena = { .base = NULL };
    struct tie_entries entries = { NULL, 0, 0 };
    const char **names = NULL, *near = NULL;
    size_t count = 0;

    if (tie_arena_init(&arena, LIST_ARENA_BYTES, NULL) != TIE_OK)
        return;
    if (tie_folder_list(&arena, folder, &entries, NULL) == TIE_OK) {
        names = TIE_TAKE(&arena, const char *, entries.count + 1);
        for (size_t i = 0; i < entries.count; i++)
            if (tie_archive_name_trouble(tie_text_of(entries.at[i].name)) == NULL) /* others may hurt a terminal */
                names[count++] = entries.at[i].name;
        tie_buf_printf(text, "; %s holds %s", folder, count == 0 ? "nothing" : "");
        for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
            tie_buf_printf(text, "%s%.100s", i == 0 ? "" : ", ", names[i]);
        if (count > NAMES_SHOWN)
            tie_buf_printf(text, " and %zu more", count - NAMES_SHOWN);
        near = count > NAMES_SHOWN ? tie_nearest(wanted, names, count) : NULL;
        if (near != NULL)
            tie_buf_printf(text, "; did you mean %.100s?", near);
    }
    tie_arena_release(&arena);
}

/* A file can't be opened: why, and when it is missing what its folder holds. */
static enum tie_status fail_open(const char *path, int os_error, struct tie_error *err)
{
    struct tie_arena arena = { .base = NULL };
    struct tie_buf text;
    enum tie_status status = TIE_OK;

    if (os_error == ELOOP)
        return tie_fail(
            err, TIE_DATA, "%s is a link, or lies behind one; links are not followed, put the file itself there", path);
    if (os_error != ENOENT || tie_arena_init(&arena, 1 << 16, NULL) != TIE_OK)
        return tie_fail_os(err, TIE_IO, os_error, "open", path);
    tie_buf_init(&text, 4096);
    list_folder(tie_path_folder(&arena, path), tie_path_name(path), &text);
    status = tie_fail(err, TIE_NOINPUT, "%s does not exist%s", path, text.size == 0 ? "" : text.at);
    tie_buf_release(&text);
    tie_arena_release(&arena);
    return status;
}

/* ---- opening ---- */

/* Opens folder/name part by part, following no link on the way. -1 with errno. */
static int open_inside(const char *folder, const char *name)
{
    struct tie_text rest = tie_text_of(name);
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    while (at >= 0 && rest.size > 0) {
        const struct tie_text part = tie_text_cut(&rest, '/');
        char *word = strndup(part.at, part.size);
        const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (rest.size > 0 ? O_DIRECTORY : O_NONBLOCK);
        const int next = word == NULL ? -1 : openat(at, word, flags);
        const int os_error = errno;

        free(word);
        close(at);
        at = next;
        errno = os_error;
    }
    return at;
}

static bool is_changed(const struct stat *a, const struct stat *b)
{
    return a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_size != b->st_size ||
        a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

static enum tie_status open_plain(struct stream *stream, struct tie_error *err)
{
    const struct tie_link *link = stream->link;
    const char *path = link->spec->connection, *file = stream->statement->file;
    struct tie_arena arena = { .base = NULL };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_arena_init(&arena, 1 << 16, err));
    if (link->kind == TIE_FILES_FOLDER)
        stream->fd = open_inside(path, file);
    else if (strcmp(tie_path_name(path), file) == 0)
        stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    else
        stream->fd = open_inside(tie_path_folder(&arena, path), file); /* its control, beside it */
    if (stream->fd < 0)
        status = fail_open(stream->statement->path, errno, err);
    else if (fstat(stream->fd, &stream->seen) != 0)
        status = tie_fail_os(err, TIE_IO, errno, "read", stream->statement->path);
    else if (!S_ISREG(stream->seen.st_mode))
        status = tie_fail(err, TIE_DATA, "%s is no regular file; a CSV file was expected", stream->statement->path);
out:
    tie_arena_release(&arena);
    return status;
}

static enum tie_status open_archive(struct tie_link *link, struct tie_archive **archive, struct tie_error *err)
{
    const struct tie_archive_limits limits = { .max_members = MEMBERS_MAX,
        .max_member_bytes = link->spec->max_bytes,
        .max_total_bytes = link->spec->max_bytes,
        .max_ratio = link->spec->max_ratio,
        .hint = link->hint };

    return tie_archive_open(link->spec->connection, &limits, archive, err);
}

/* Bytes for the CSV reader. */
static enum tie_status pull(void *state, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    struct stream *stream = state;
    const struct tie_source_spec *spec = stream->link->spec;
    struct tie_csv_fd file = { stream->fd, stream->statement->path };
    enum tie_status status = TIE_OK;

    if (tie_clock_us() >= stream->link->deadline_us)
        return tie_fail(err, TIE_UNAVAILABLE, "source %s: %s was not read within its timeout (%lld s)", spec->name,
            stream->statement->path, (long long)(spec->timeout_us / TIE_US_PER_SECOND));
    if (stream->archive != NULL)
        return tie_archive_read(stream->archive, buffer, room, got, err);
    TIE_TRY(tie_csv_pull_fd(&file, buffer, room, got, err));
    stream->bytes += *got;
    if (stream->bytes > spec->max_bytes)
        status = tie_fail(err, TIE_DATA, "%s is longer than %" PRIu64 " bytes, which is all that is allowed%s",
            stream->statement->path, spec->max_bytes, stream->link->hint);
out:
    return status;
}

static void close_stream(struct stream *stream)
{
    tie_csv_close(stream->reader);
    tie_archive_close(stream->archive);
    if (stream->fd >= 0)
        close(stream->fd);
}

/* To be closed by the caller in any case. */
static enum tie_status open_stream(
    struct tie_link *link, const struct tie_statement *statement, struct stream *stream, struct tie_error *err)
{
    const char delimiter = link->spec->delimiter != '\0' ? link->spec->delimiter : tie_files_delimiter(statement->file);
    struct tie_csv_setup setup = { .name = statement->path,
        .delimiter = delimiter,
        .pull = pull,
        .state = stream,
        .max_row_bytes = ROW_BYTES_MAX,
        .max_fields = FIELDS_MAX };
    enum tie_status status = TIE_OK;

    *stream = (struct stream){ .link = link, .statement = statement, .fd = -1 };
    TIE_ASSERT(delimiter != '\0'); /* judged when the job was read */
    if (link->kind == TIE_FILES_ARCHIVE) {
        TIE_TRY(open_archive(link, &stream->archive, err));
        TIE_TRY(tie_archive_find(stream->archive, statement->file, err));
    } else {
        TIE_TRY(open_plain(stream, err));
    }
    TIE_TRY(tie_csv_open(&setup, &stream->reader, err));
out:
    return status;
}

/* The whole file was read: was it one file all the time? */
static enum tie_status end_stream(struct stream *stream, struct tie_error *err)
{
    const struct tie_link *link = stream->link;
    const char *path = link->kind == TIE_FILES_ARCHIVE ? link->spec->connection : stream->statement->path;
    struct stat now;
    enum tie_status status = TIE_OK;

    if (stream->archive != NULL)
        TIE_TRY(tie_archive_finish(stream->archive, err));
    if ((stream->archive != NULL ? stat(path, &now) : fstat(stream->fd, &now)) != 0)
        return tie_fail_os(err, TIE_IO, errno, "read", path);
    if (is_changed(stream->archive != NULL ? &link->seen : &stream->seen, &now))
        status = tie_fail(err, TIE_UNAVAILABLE,
            "source %s: %s was changed while it was read; deliver under another name and rename, then it is whole or "
            "not there",
            link->spec->name, path);
out:
    return status;
}

/* ---- the header line ---- */

/* One column that holds another delimiter: the file was written with that one. */
static enum tie_status fail_delimiter(const struct stream *stream, const char *name, struct tie_error *err)
{
    static const struct {
        char delimiter;
        const char *word;
    } rows[] = { { ';', "semicolon" }, { ',', "comma" }, { '\t', "tab" }, { '|', "pipe" } };

    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++)
        if (strchr(name, rows[i].delimiter) != NULL)
            return tie_fail(err, TIE_DATA,
                "%s:1: the header is one column, \"%.100s\"; write delimiter = %s in [source %s] if that is what "
                "divides the columns",
                stream->statement->path, name, rows[i].word, stream->link->spec->name);
    return TIE_OK;
}

static enum tie_status read_header(
    struct tie_arena *arena, struct stream *stream, struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_result_column *columns = NULL;
    struct tie_csv_row row = { .count = 0 };
    bool end = false;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_csv_next(stream->reader, &row, &end, err));
    if (end)
        return tie_fail(err, TIE_DATA, "%s is empty; at least a line with the names of the columns is expected",
            stream->statement->path);
    shape->count = row.count;
    shape->columns = columns = TIE_TAKE(arena, struct tie_result_column, row.count);
    for (size_t i = 0; i < row.count; i++) {
        columns[i] = (struct tie_result_column){ tie_text_dup(arena, tie_text_trim(row.fields[i])), "",
            TIE_RAW_UNKNOWN };
        for (const char *at = columns[i].name; *at != '\0'; at++)
            if ((unsigned char)*at < ' ' || *at == 0x7F)
                return tie_fail(err, TIE_DATA,
                    "%s:1: the name of column %zu holds a line break or a control character; is a quote left open?",
                    stream->statement->path, i + 1);
        if (columns[i].name[0] == '\0')
            return tie_fail(err, TIE_DATA, "%s:1: column %zu has no name; the first line must name every column",
                stream->statement->path, i + 1);
    }
    if (row.count == 1)
        status = fail_delimiter(stream, columns[0].name, err);
out:
    return status;
}

/* ---- the driver ---- */

static enum tie_status fail_memory(const struct tie_driver_setup *setup, struct tie_error *err)
{
    return tie_fail(err, TIE_CONFIG, "source %s: out of memory; raise memory of the source", setup->spec->name);
}

static enum tie_status check_kind(const struct tie_link *link, struct tie_error *err)
{
    const bool is_folder = S_ISDIR(link->seen.st_mode);

    if (is_folder == (link->kind == TIE_FILES_FOLDER))
        return TIE_OK;
    if (is_folder)
        return tie_fail(err, TIE_DATA, "source %s: %s is a folder, but its name says that it is a file",
            link->spec->name, link->spec->connection);
    return tie_fail(err, TIE_CONFIG, "source %s: %s is a file, but its name does not tell which kind; name it %s",
        link->spec->name, link->spec->connection, TIE_FILES_PATH_ENDINGS);
}

static void close_link(struct tie_link *link)
{
    free(link);
}

static enum tie_status files_open(struct tie_arena *arena, const struct tie_driver_setup *setup, struct tie_link **out,
    struct tie_driver_session *session, struct tie_error *err)
{
    static const char *const products[] = {
        [TIE_FILES_FOLDER] = "folder", [TIE_FILES_ARCHIVE] = "archive", [TIE_FILES_SINGLE] = "file"
    };
    const char *path = setup->spec->connection;
    struct tie_link *link = calloc(1, sizeof *link);
    struct tie_archive *archive = NULL;
    enum tie_status status = TIE_OK;

    *out = NULL;
    if (link == NULL)
        return fail_memory(setup, err);
    link->spec = setup->spec;
    link->kind = tie_files_kind_of(path);
    link->deadline_us = setup->deadline_us;
    (void)snprintf(link->hint, sizeof link->hint, "; if that is right, raise max_bytes or max_ratio of [source %.100s]",
        setup->spec->name);
    if (stat(path, &link->seen) != 0) {
        status = fail_open(path, errno, err);
        tie_error_prefix(err, "source %s: ", setup->spec->name);
        goto out;
    }
    TIE_TRY(check_kind(link, err));
    if (link->kind == TIE_FILES_ARCHIVE)
        TIE_TRY(open_archive(link, &archive, err));
    *session = (struct tie_driver_session){
        .snapshot = "", .read_at = TIE_NONE, .can_attach = link->kind != TIE_FILES_SINGLE, .first = link
    };
    session->product = tie_arena_printf(arena, "%s %s", products[link->kind], tie_path_name(path));
    *out = link;
    link = NULL;
out:
    tie_archive_close(archive);
    close_link(link);
    return status;
}

/* Another reader of the same version of the folder or archive: a link holds nothing open between two parts. */
static enum tie_status files_attach(const struct tie_driver_setup *setup, const struct tie_driver_session *session,
    struct tie_link **out, struct tie_error *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return fail_memory(setup, err);
    **out = *session->first;
    return TIE_OK;
}

static enum tie_status files_describe(struct tie_arena *arena, struct tie_link *link,
    const struct tie_statement *statement, struct tie_result_shape *shape, struct tie_error *err)
{
    struct stream stream;
    enum tie_status status = TIE_OK;

    TIE_TRY(open_stream(link, statement, &stream, err));
    TIE_TRY(read_header(arena, &stream, shape, err));
out:
    close_stream(&stream);
    return status;
}

static enum tie_status read_rows(
    struct stream *stream, struct tie_raw *cells, const struct tie_row_sink *sink, struct tie_error *err)
{
    struct tie_csv_row row = { .count = 0 };
    struct tie_csv_grid grid;
    bool end = false, was_plain = false;
    enum tie_status status = TIE_OK;

    for (;;) {
        while (sink->grid != NULL && tie_csv_next_grid(stream->reader, &grid))
            TIE_TRY(sink->grid(sink->context, &grid, err));
        TIE_TRY(tie_csv_next(stream->reader, &row, &end, err));
        if (end)
            break;
        for (size_t i = 0; i < row.count; i++) { /* what else a cell has stays zero */
            cells[i].text = row.fields[i];
            cells[i].is_null = row.fields[i].size == 0;
        }
        for (size_t i = 0; row.is_plain != was_plain && i < row.count; i++)
            cells[i].is_plain = row.is_plain;
        was_plain = row.is_plain;
        if (sink->line != NULL)
            *sink->line = row.line;
        TIE_TRY(sink->row(sink->context, cells, err));
    }
    TIE_TRY(end_stream(stream, err));
out:
    return status;
}

static enum tie_status files_run(struct tie_link *link, const struct tie_statement *statement,
    const struct tie_row_sink *sink, struct tie_error *err)
{
    struct tie_arena arena = { .base = NULL };
    struct tie_result_shape shape = { 0, NULL };
    struct stream stream;
    enum tie_status status = TIE_OK;

    TIE_TRY(open_stream(link, statement, &stream, err));
    TIE_TRY(tie_arena_init(&arena, RUN_ARENA_BYTES, err));
    TIE_TRY(read_header(&arena, &stream, &shape, err));
    TIE_TRY(sink->begin(sink->context, &shape, err));
    TIE_TRY(read_rows(&stream, TIE_TAKE(&arena, struct tie_raw, shape.count), sink, err));
out:
    close_stream(&stream);
    tie_arena_release(&arena);
    return status;
}

const struct tie_driver_ops tie_driver_files = {
    .name = "files",
    .open = files_open,
    .attach = files_attach,
    .describe = files_describe,
    .run = files_run,
    .close = close_link,
};
