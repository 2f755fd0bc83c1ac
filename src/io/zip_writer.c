/*
 * zip_writer.c - see zip_writer.h.
 *
 *     member's file -> libarchive, zip only -> callback -> tie_new_file
 *
 * libarchive writes through a callback of ours, so that the file appears whole or not at all as every other one does,
 * and the reason of a failed write is ours to tell. Rejected: a time in the members (libarchive turns it into the
 * local time of the machine), compression=store (see the header), members from memory (a file of rows has no limit).
 */
#include "tieout/zip_writer.h"

#include "archive_library.h"

#include "tieout/archive_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024 };

static la_ssize_t put_block(struct archive *writer, void *state, const void *bytes, size_t size)
{
    struct tie_out *out = state;

    (void)writer;
    tie_out_put(out, bytes, size);
    return out->error.status == TIE_OK ? (la_ssize_t)size : -1;
}

/* What libarchive could not do; why the stream failed comes first, of that it knows nothing. */
static enum tie_status failed(
    struct archive *writer, const struct tie_out *out, const char *path, struct tie_error *err)
{
    const char *why = tie_la.error_string(writer);

    if (out->error.status != TIE_OK)
        return tie_fail(err, out->error.status, "%s", out->error.text);
    return tie_fail(err, TIE_IO, "%s: the zip can't be written: %s", path, why == NULL ? "libarchive fails" : why);
}

static enum tie_status check_name(const char *path, const char *name, struct tie_error *err)
{
    const char *trouble = tie_archive_name_trouble(tie_text_of(name));

    for (const char *at = name; trouble == NULL && *at != '\0'; at++)
        if (*at < 0x20 || *at > 0x7e)
            trouble = "is not of printable ASCII characters alone";
    if (trouble != NULL)
        return tie_fail(err, TIE_DATA, "%s: the name of a member %s", path, trouble);
    return TIE_OK;
}

static enum tie_status put_content(struct archive *writer, const struct tie_out *out,
    const struct tie_zip_member *member, int fd, struct tie_error *err)
{
    char block[BLOCK_BYTES];

    for (;;) {
        const ssize_t got = read(fd, block, sizeof block);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tie_fail_os(err, TIE_IO, errno, "read", member->path);
        if (got == 0)
            return TIE_OK;
        if (tie_la.write_data(writer, block, (size_t)got) != got)
            return failed(writer, out, out->name, err);
    }
}

static enum tie_status put_member(
    struct archive *writer, const struct tie_out *out, const struct tie_zip_member *member, struct tie_error *err)
{
    struct archive_entry *entry = NULL;
    struct stat about;
    enum tie_status status = TIE_OK;
    const int fd = open(member->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "open", member->path);
    TIE_TRY(check_name(out->name, member->name, err));
    if (fstat(fd, &about) != 0) {
        status = tie_fail_os(err, TIE_IO, errno, "look at", member->path);
        goto out;
    }
    entry = tie_la.entry_new();
    TIE_ASSERT(entry != NULL);
    tie_la.entry_set_pathname(entry, member->name);
    tie_la.entry_set_filetype(entry, AE_IFREG);
    tie_la.entry_set_perm(entry, 0644);
    tie_la.entry_set_size(entry, about.st_size);
    if (tie_la.write_header(writer, entry) != ARCHIVE_OK) {
        status = failed(writer, out, out->name, err);
        goto out;
    }
    TIE_TRY(put_content(writer, out, member, fd, err));
    if (tie_la.write_finish_entry(writer) != ARCHIVE_OK)
        status = failed(writer, out, out->name, err);
out:
    tie_la.entry_free(entry);
    (void)close(fd);
    return status;
}

enum tie_status tie_zip_write(
    const char *path, const struct tie_zip_member *members, size_t count, struct tie_error *err)
{
    struct tie_new_file file = { 0 };
    struct archive *writer = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_la_load(err));
    TIE_TRY(tie_new_file_open(&file, path, 0666, false, err));
    writer = tie_la.write_new();
    TIE_ASSERT(writer != NULL);
    if (tie_la.write_set_format_zip(writer) != ARCHIVE_OK ||
        tie_la.write_set_format_option(writer, "zip", "compression", "deflate") != ARCHIVE_OK ||
        tie_la.write_set_bytes_in_last_block(writer, 1) != ARCHIVE_OK ||
        tie_la.write_open(writer, &file.out, NULL, put_block, NULL) != ARCHIVE_OK) {
        status = failed(writer, &file.out, path, err);
        goto out;
    }
    for (size_t i = 0; i < count; i++)
        TIE_TRY(put_member(writer, &file.out, &members[i], err));
    if (tie_la.write_close(writer) != ARCHIVE_OK) {
        status = failed(writer, &file.out, path, err);
        goto out;
    }
    TIE_TRY(tie_new_file_commit(&file, err));
out:
    if (writer != NULL)
        (void)tie_la.write_free(writer);
    tie_new_file_release(&file);
    return status;
}
