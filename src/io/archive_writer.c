/*
 * archive_writer.c - tar.zst over libarchive, into a file that appears whole.
 *
 * libarchive makes the bytes, a struct tie_new_file takes them: so the disk is watched in one place, and the file
 * stands under its name only when all of it is on the disk. The seal is a frame that zstd skips, behind the others:
 * zstd leaves out its own checksum here, and what lies between members is covered by none. The size of a member is set
 * before its data: without it tar takes the header and drops the data in silence. Every return code counts,
 * ARCHIVE_WARN too: half a success would be found by an auditor. Invariant: after a member its announced size has been
 * written exactly.
 * Rejected: zstd with threads (other bytes than without), zip (it stores local time), level 3 (on the demo's bundle
 * 2.5 times the CPU of level 1, and 3 % more bytes).
 */
#include "tieout/archive_writer.h"

#include "archive_library.h"

#include "tieout/archive_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)64 * 1024)
#define FIXED_TIME 946684800 /* 2000-01-01T00:00:00Z */

struct tie_archive_writer {
    struct archive *archive;
    struct archive_entry *entry;
    struct tie_new_file file;
    struct tie_sha256 sha; /* of all that libarchive gave, for the seal */
    char *path;
    char *block;
};

/* Behind the last frame: one that zstd skips. Little-endian, as zstd has it. */
struct trailer {
    unsigned char magic[4], size[4]; /* of what follows */
    char word[8];
    unsigned char sha256[TIE_SHA256_BYTES];
};
_Static_assert(sizeof(struct trailer) == 48, "drawn in archive_writer.h");

static const struct trailer trailer_form = {
    .magic = { 0x5e, 0x2a, 0x4d, 0x18 }, .size = { 40, 0, 0, 0 }, .word = { 't', 'i', 'e', 'o', 'u', 't', '-', '1' }
};

/* ---- libarchive's side ---- */

static la_ssize_t take_bytes(struct archive *archive, void *context, const void *bytes, size_t size)
{
    struct tie_archive_writer *writer = context;

    tie_out_put(&writer->file.out, bytes, size);
    tie_sha256_put(&writer->sha, bytes, size);
    if (writer->file.out.error.status == TIE_OK)
        return (la_ssize_t)size;
    tie_la.set_error(archive, EIO, "%s", writer->file.out.error.text);
    return -1;
}

/* What failed: the file below where it did, else libarchive. */
static enum tie_status check(struct tie_archive_writer *writer, int code, const char *doing, struct tie_error *err)
{
    const char *why = NULL;

    if (code == ARCHIVE_OK)
        return TIE_OK;
    if (writer->file.out.error.status != TIE_OK)
        return tie_out_flush(&writer->file.out, err);
    why = tie_la.error_string(writer->archive);
    return tie_fail(err, TIE_IO, "cannot write %s: %s: %s; see that libarchive 3.6 with zstd is installed",
        writer->path, doing, why == NULL ? "no reason given" : why);
}

static enum tie_status set_up(struct tie_archive_writer *writer, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(check(writer, tie_la.write_set_format_pax_restricted(writer->archive), "format", err));
    TIE_TRY(check(writer, tie_la.write_add_filter_zstd(writer->archive), "zstd", err));
    TIE_TRY(
        check(writer, tie_la.write_set_filter_option(writer->archive, "zstd", "compression-level", "1"), "level", err));
    /* else the last block is filled up with zeros, which are no zstd */
    TIE_TRY(check(writer, tie_la.write_set_bytes_in_last_block(writer->archive, 1), "last block", err));
    TIE_TRY(check(writer, tie_la.write_open2(writer->archive, writer, NULL, take_bytes, NULL, NULL), "open", err));
out:
    return status;
}

enum tie_status tie_archive_create(const char *path, struct tie_archive_writer **writer, struct tie_error *err)
{
    struct tie_archive_writer *made = NULL;
    enum tie_status status = TIE_OK;

    *writer = NULL;
    TIE_TRY(tie_la_load(err));
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return tie_fail(err, TIE_IO, "no memory to write %s", path);
    tie_sha256_init(&made->sha);
    made->path = strdup(path);
    made->block = malloc(BLOCK_BYTES);
    made->archive = tie_la.write_new();
    made->entry = tie_la.entry_new();
    if (made->path == NULL || made->block == NULL || made->archive == NULL || made->entry == NULL) {
        status = tie_fail(err, TIE_IO, "no memory to write %s", path);
        goto out;
    }
    TIE_TRY(tie_new_file_open(&made->file, path, 0666, true, err));
    TIE_TRY(set_up(made, err));
    *writer = made;
    made = NULL;
out:
    tie_archive_discard(made);
    return status;
}

void tie_archive_discard(struct tie_archive_writer *writer)
{
    if (writer == NULL)
        return;
    /* archive_write_free ends the archive by itself, so the file must outlive it; what it says no longer matters. */
    if (writer->archive != NULL)
        (void)tie_la.write_free(writer->archive);
    tie_la.entry_free(writer->entry);
    if (writer->file.path != NULL)
        tie_new_file_release(&writer->file);
    tie_sha256_release(&writer->sha);
    free(writer->block);
    free(writer->path);
    free(writer);
}

/* ---- members ---- */

static const char *name_trouble(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            return "has bytes that are no printable ASCII";
    return tie_archive_name_trouble(tie_text_of(name));
}

static enum tie_status begin_member(
    struct tie_archive_writer *writer, const char *name, uint64_t size, struct tie_error *err)
{
    const char *trouble = name_trouble(name);

    if (trouble != NULL)
        return tie_fail(err, TIE_DATA, "cannot put \"%s\" into %s: the name %s", name, writer->path, trouble);
    tie_la.entry_clear(writer->entry);
    tie_la.entry_set_pathname(writer->entry, name);
    tie_la.entry_set_filetype(writer->entry, AE_IFREG);
    tie_la.entry_set_perm(writer->entry, 0644);
    tie_la.entry_set_uid(writer->entry, 0);
    tie_la.entry_set_gid(writer->entry, 0);
    tie_la.entry_set_mtime(writer->entry, FIXED_TIME, 0);
    tie_la.entry_set_size(writer->entry, (la_int64_t)size);
    return check(writer, tie_la.write_header(writer->archive, writer->entry), name, err);
}

static enum tie_status put_bytes(
    struct tie_archive_writer *writer, const char *name, const char *bytes, size_t size, struct tie_error *err)
{
    const la_ssize_t put = size == 0 ? 0 : tie_la.write_data(writer->archive, bytes, size);

    if (put >= 0 && (size_t)put != size)
        return tie_fail(err, TIE_IO, "cannot write %s: member %s took %lld of %zu bytes; run again", writer->path, name,
            (long long)put, size);
    return check(writer, put < 0 ? (int)put : ARCHIVE_OK, name, err);
}

enum tie_status tie_archive_add(struct tie_archive_writer *writer, const char *name, struct tie_text bytes,
    struct tie_member_seal *seal, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(begin_member(writer, name, bytes.size, err));
    TIE_TRY(put_bytes(writer, name, bytes.at, bytes.size, err));
    TIE_TRY(check(writer, tie_la.write_finish_entry(writer->archive), name, err));
    if (seal != NULL) {
        seal->bytes = bytes.size;
        tie_sha256_hex(bytes, seal->sha256);
    }
out:
    return status;
}

/* Copies all of the descriptor, which must have `size` bytes. */
static enum tie_status copy_file(struct tie_archive_writer *writer, const char *name, const char *path, int fd,
    uint64_t size, struct tie_sha256 *sha, struct tie_error *err)
{
    uint64_t copied = 0;
    enum tie_status status = TIE_OK;

    for (;;) {
        const ssize_t got = read(fd, writer->block, BLOCK_BYTES);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tie_fail_os(err, TIE_IO, errno, "read", path);
        if (got == 0 && copied == size)
            return TIE_OK;
        copied += (uint64_t)got;
        if (got == 0 || copied > size)
            return tie_fail(err, TIE_IO, "%s changed its size while it was put into %s; let nobody write there", path,
                writer->path);
        tie_sha256_put(sha, writer->block, (size_t)got);
        TIE_TRY(put_bytes(writer, name, writer->block, (size_t)got, err));
    }
out:
    return status;
}

enum tie_status tie_archive_add_file(struct tie_archive_writer *writer, const char *name, const char *path,
    struct tie_member_seal *seal, struct tie_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;
    struct stat info;
    enum tie_status status = TIE_OK;

    if (fd < 0)
        return tie_fail_os(err, TIE_NOINPUT, errno, "open", path);
    tie_sha256_init(&sha);
    if (fstat(fd, &info) != 0)
        TIE_TRY(tie_fail_os(err, TIE_IO, errno, "look at", path));
    if (!S_ISREG(info.st_mode))
        TIE_TRY(tie_fail(err, TIE_IO, "%s is no regular file; only such go into %s", path, writer->path));
    TIE_TRY(begin_member(writer, name, (uint64_t)info.st_size, err));
    TIE_TRY(copy_file(writer, name, path, fd, (uint64_t)info.st_size, &sha, err));
    TIE_TRY(check(writer, tie_la.write_finish_entry(writer->archive), name, err));
    if (seal != NULL) {
        tie_sha256_final(&sha, digest);
        tie_hex(digest, sizeof digest, seal->sha256);
        seal->bytes = (uint64_t)info.st_size;
    }
out:
    tie_sha256_release(&sha);
    (void)close(fd); /* nothing was written */
    return status;
}

enum tie_status tie_archive_seal(
    struct tie_archive_writer *writer, struct tie_archive_seal *seal, struct tie_error *err)
{
    struct trailer trailer = trailer_form;
    enum tie_status status = TIE_OK;

    TIE_TRY(check(writer, tie_la.write_close(writer->archive), "end of archive", err));
    tie_sha256_final(&writer->sha, trailer.sha256);
    tie_out_put(&writer->file.out, &trailer, sizeof trailer);
    TIE_TRY(tie_out_flush(&writer->file.out, err));
    seal->bytes = writer->file.out.bytes;
    tie_out_sha256(&writer->file.out, seal->sha256);
    TIE_TRY(tie_new_file_commit(&writer->file, err));
out:
    tie_archive_discard(writer);
    return status;
}

/* ---- the seal ---- */

/* Digest of the first `size` bytes. */
static enum tie_status digest_of(
    int fd, const char *path, uint64_t size, unsigned char digest[TIE_SHA256_BYTES], struct tie_error *err)
{
    struct tie_sha256 sha;
    char block[16 * 1024];
    enum tie_status status = TIE_OK;

    tie_sha256_init(&sha);
    for (uint64_t done = 0; done < size;) {
        const size_t want = size - done < sizeof block ? (size_t)(size - done) : sizeof block;
        const ssize_t got = pread(fd, block, want, (off_t)done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            TIE_TRY(tie_fail_os(err, TIE_IO, errno, "read", path));
        if (got == 0)
            TIE_TRY(tie_fail(err, TIE_IO, "%s became shorter while it was read; let nobody write there", path));
        tie_sha256_put(&sha, block, (size_t)got);
        done += (uint64_t)got;
    }
    tie_sha256_final(&sha, digest);
out:
    tie_sha256_release(&sha);
    return status;
}

enum tie_status tie_archive_check_seal(const char *path, struct tie_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct trailer trailer;
    unsigned char digest[TIE_SHA256_BYTES];
    char found[TIE_SHA256_HEX], stated[TIE_SHA256_HEX];
    struct stat info;
    uint64_t size = 0;
    enum tie_status status = TIE_OK;

    if (fd < 0)
        return tie_fail_os(err, TIE_NOINPUT, errno, "open", path);
    if (fstat(fd, &info) != 0)
        TIE_TRY(tie_fail_os(err, TIE_IO, errno, "look at", path));
    if (!S_ISREG(info.st_mode))
        TIE_TRY(tie_fail(err, TIE_IO, "%s is no regular file; name the archive itself", path));
    size = (uint64_t)info.st_size;
    if (size < sizeof trailer ||
        pread(fd, &trailer, sizeof trailer, (off_t)(size - sizeof trailer)) != (ssize_t)sizeof trailer ||
        memcmp(&trailer, &trailer_form, offsetof(struct trailer, sha256)) != 0)
        TIE_TRY(tie_fail(err, TIE_DATA,
            "%s does not end with the seal of an archive of Tieout: it was cut off, changed at its end, or made by "
            "another program; get it again from where it was made",
            path));
    TIE_TRY(digest_of(fd, path, size - sizeof trailer, digest, err));
    tie_hex(digest, sizeof digest, found);
    tie_hex(trailer.sha256, sizeof trailer.sha256, stated);
    if (strcmp(found, stated) != 0)
        status = tie_fail(err, TIE_DATA,
            "%s is not as it was sealed: digest %.12s..., its seal says %.12s...; get it again from where it was made",
            path, found, stated);
out:
    (void)close(fd); /* nothing was written */
    return status;
}
