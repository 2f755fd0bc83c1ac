/*
 * file.c - whole files in, whole files out.
 *
 * Out: a temporary file beside the target (same file system, so rename(2) is one step), every write checked, fsync of
 * the file, rename, fsync of the folder. Invariant: at every instant the target is the old file or the whole new one.
 * The temporary name is
 * ".<name>.<pid>.<n>.tmp" and opened with O_EXCL: two writers never share one. Rejected: O_TMPFILE with linkat(2),
 * which can't replace, and mkstemp(3), which ignores the umask.
 *
 * In: the size is not believed (a file may grow, /proc files say 0); reading goes on until the end or one byte past the
 * limit.
 */
#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

static enum tie_status read_some(
    int fd, const char *name, void *buffer, size_t room, size_t *got, struct tie_error *err)
{
    ssize_t size;

    do
        size = read(fd, buffer, room);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", name);
    *got = (size_t)size;
    return TIE_OK;
}

enum tie_status tie_fd_read(
    struct tie_arena *arena, int fd, const char *name, size_t max_bytes, struct tie_text *bytes, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_buf all;
    char *const block = malloc(READ_BYTES);
    char *copy = NULL;
    size_t got = 0;

    tie_buf_init(&all, max_bytes);
    if (block == NULL) {
        status = tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", name);
        goto out;
    }
    do {
        TIE_TRY(read_some(fd, name, block, READ_BYTES, &got, err));
        if (got > max_bytes - all.size) {
            status = tie_fail(
                err, TIE_DATA, "%s is larger than %zu bytes, the most that is read of such a file", name, max_bytes);
            goto out;
        }
        tie_buf_put(&all, block, got);
        if (all.failed) {
            status = tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", name);
            goto out;
        }
    } while (got > 0);
    copy = tie_arena_try(arena, all.size + 1);
    if (copy == NULL) {
        status = tie_fail(
            err, TIE_CONFIG, "no memory is left to read %s (%zu bytes); raise the memory limit", name, all.size);
        goto out;
    }
    if (all.size > 0)
        memcpy(copy, all.at, all.size);
    *bytes = (struct tie_text){ copy, all.size };
out:
    tie_buf_release(&all);
    free(block);
    return status;
}

static enum tie_status open_to_read(const char *path, int *fd, struct tie_error *err)
{
    struct stat facts;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (*fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", path);
    if (fstat(*fd, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        (void)close(*fd);
        *fd = -1;
        return tie_fail(err, TIE_IO, "cannot read %s: it is a folder; name a file", path);
    }
    return TIE_OK;
}

enum tie_status tie_file_read(
    struct tie_arena *arena, const char *path, size_t max_bytes, struct tie_text *bytes, struct tie_error *err)
{
    int fd = -1;
    enum tie_status status = open_to_read(path, &fd, err);

    if (status != TIE_OK)
        return status;
    status = tie_fd_read(arena, fd, path, max_bytes, bytes, err);
    (void)close(fd);
    return status;
}

enum tie_status tie_file_sha256(const char *path, char hex[TIE_SHA256_HEX], struct tie_error *err)
{
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;
    unsigned char *block = NULL;
    size_t got = 0;
    int fd = -1;
    enum tie_status status = open_to_read(path, &fd, err);

    if (status != TIE_OK)
        return status;
    tie_sha256_init(&sha);
    block = malloc(READ_BYTES);
    if (block == NULL) {
        status = tie_fail(err, TIE_CONFIG, "cannot read %s: out of memory", path);
        goto out;
    }
    do {
        TIE_TRY(read_some(fd, path, block, READ_BYTES, &got, err));
        tie_sha256_put(&sha, block, got);
    } while (got > 0);
    tie_sha256_final(&sha, digest);
    tie_hex(digest, sizeof digest, hex);
out:
    tie_sha256_release(&sha);
    free(block);
    (void)close(fd);
    return status;
}

static char *temp_name(const char *path)
{
    static atomic_uint counter;
    const char *const name = tie_path_name(path);
    struct tie_buf text;

    tie_buf_init(&text, SIZE_MAX / 2);
    tie_buf_put(&text, path, (size_t)(name - path));
    tie_buf_printf(&text, ".%s.%ld.%u.tmp", name, (long)getpid(), atomic_fetch_add(&counter, 1));
    if (text.failed)
        tie_buf_release(&text);
    return text.at;
}

enum tie_status tie_new_file_open(
    struct tie_new_file *file, const char *path, unsigned mode, bool with_digest, struct tie_error *err)
{
    struct tie_buf copy;

    tie_buf_init(&copy, SIZE_MAX / 2);
    tie_buf_text(&copy, path);
    *file = (struct tie_new_file){ .path = copy.at, .fd = -1 };
    file->temp = temp_name(path);
    tie_out_init(&file->out, -1, file->path ? file->path : "", with_digest);
    if (file->path == NULL || file->temp == NULL) {
        tie_new_file_release(file);
        return tie_fail(err, TIE_CONFIG, "cannot create %s: out of memory", path);
    }
    /* A file of that name can only be left from a dead process that had our id. */
    (void)unlink(file->temp);
    file->fd = open(file->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (file->fd < 0) {
        const int os_error = errno;
        const enum tie_status status = tie_fail_os(err, TIE_CANTCREATE, os_error, "create", path);

        tie_new_file_release(file);
        return status;
    }
    file->out.fd = file->fd;
    file->out.is_lasting = true;
    return TIE_OK;
}

enum tie_status tie_new_file_commit(struct tie_new_file *file, struct tie_error *err)
{
    enum tie_status status = tie_out_flush(&file->out, err);
    int fd = -1;

    if (status != TIE_OK)
        goto out;
    if (fsync(file->fd) != 0) {
        status = tie_fail_os(err, TIE_IO, errno, "write", file->path);
        goto out;
    }
    fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0) { /* NFS reports a full disk only here */
        status = tie_fail_os(err, TIE_IO, errno, "write", file->path);
        goto out;
    }
    TIE_TRY(tie_path_rename(file->temp, file->path, err));
    free(file->temp);
    file->temp = NULL;
out:
    if (status != TIE_OK)
        tie_new_file_release(file);
    return status;
}

void tie_new_file_release(struct tie_new_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
    if (file->temp != NULL)
        (void)unlink(file->temp);
    free(file->temp);
    file->temp = NULL;
    tie_out_release(&file->out);
    free(file->path);
    file->path = NULL;
}

enum tie_status tie_file_write(const char *path, struct tie_text bytes, struct tie_error *err)
{
    struct tie_new_file file;
    enum tie_status status = tie_new_file_open(&file, path, 0666, false, err);

    if (status != TIE_OK)
        return status;
    tie_out_put(&file.out, bytes.at, bytes.size);
    status = tie_new_file_commit(&file, err);
    tie_new_file_release(&file);
    return status;
}

enum tie_status tie_file_append(const char *path, struct tie_text bytes, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_out out;
    off_t old_size = 0;
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "open", path);
    tie_out_init(&out, fd, path, false);
    old_size = lseek(fd, 0, SEEK_END);
    if (old_size < 0) {
        status = tie_fail_os(err, TIE_IO, errno, "append to", path);
        goto out;
    }
    tie_out_put(&out, bytes.at, bytes.size);
    status = tie_out_flush(&out, err);
    if (status == TIE_OK && fsync(fd) != 0)
        status = tie_fail_os(err, TIE_IO, errno, "append to", path);
    if (status != TIE_OK && ftruncate(fd, old_size) != 0)
        tie_error_prefix(err, "a cut line was left at the end of %s: ", path);
out:
    tie_out_release(&out);
    (void)close(fd);
    return status;
}
