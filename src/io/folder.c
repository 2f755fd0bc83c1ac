/*
 * folder.c - folders: make, list, sync, remove, and links that change in one step.
 *
 * Removal walks with openat(2)/unlinkat(2) and O_NOFOLLOW from folder to folder, so a link or a folder that is
 * exchanged for a link while we work never leads outside the tree. It recurses on folders and stops at 64 levels: our
 * own trees have five, and a deeper one was not made by us. Rejected: nftw(3), whose path names can be exchanged under
 * its feet.
 */
#include "tieout/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MAX_LEVELS = 64 };

static pthread_mutex_t making_lock = PTHREAD_MUTEX_INITIALIZER;

static enum tie_entry_kind kind_of_mode(mode_t mode)
{
    if (S_ISREG(mode))
        return TIE_ENTRY_FILE;
    if (S_ISDIR(mode))
        return TIE_ENTRY_FOLDER;
    return S_ISLNK(mode) ? TIE_ENTRY_LINK : TIE_ENTRY_OTHER;
}

enum tie_entry_kind tie_path_kind(const char *path)
{
    struct stat facts;

    return lstat(path, &facts) == 0 ? kind_of_mode(facts.st_mode) : TIE_ENTRY_NONE;
}

static bool is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* Each parent in turn: what exists is fine, also when another process makes it at the same time. */
static enum tie_status make_parents_and(char *path, struct tie_error *err)
{
    for (size_t i = 1; path[0] != '\0'; i++) {
        const char c = path[i];
        enum tie_status status = TIE_OK;

        if (c != '/' && c != '\0')
            continue;
        path[i] = '\0';
        if (mkdir(path, 0777) != 0) {
            const int os_error = errno;

            if (!is_folder(path))
                status = tie_fail_os(err, TIE_CANTCREATE, os_error, "create the folder", path);
        }
        path[i] = c;
        if (c == '\0' || status != TIE_OK)
            return status;
    }
    return TIE_OK;
}

enum tie_status tie_folder_make(const char *path, struct tie_error *err)
{
    char *const copy = strdup(path);
    enum tie_status status = TIE_OK;

    if (copy == NULL)
        return tie_fail(err, TIE_CONFIG, "cannot create the folder %s: out of memory", path);
    (void)pthread_mutex_lock(&making_lock);
    status = make_parents_and(copy, err);
    (void)pthread_mutex_unlock(&making_lock);
    free(copy);
    return status;
}

void tie_folders_are_final(void)
{
    (void)pthread_mutex_lock(&making_lock);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tie_entry *)a)->name, ((const struct tie_entry *)b)->name);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

enum tie_status tie_folder_list(
    struct tie_arena *arena, const char *path, struct tie_entries *entries, struct tie_error *err)
{
    DIR *const folder = opendir(path);
    const struct dirent *entry = NULL;

    *entries = (struct tie_entries){ 0 };
    if (folder == NULL)
        return tie_fail_os(err, TIE_IO, errno, "read the folder", path);
    while (errno = 0, (entry = readdir(folder)) != NULL) {
        struct stat facts;

        if (is_dots(entry->d_name))
            continue;
        if (fstatat(dirfd(folder), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
            continue; /* removed while we read */
        TIE_PUSH(
            arena, entries, (struct tie_entry){ tie_arena_strdup(arena, entry->d_name), kind_of_mode(facts.st_mode) });
    }
    const int os_error = errno;

    (void)closedir(folder);
    if (os_error != 0)
        return tie_fail_os(err, TIE_IO, os_error, "read the folder", path);
    if (entries->count > 1)
        qsort(entries->at, entries->count, sizeof *entries->at, by_name);
    return TIE_OK;
}

enum tie_status tie_folder_sync(const char *path, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "sync the folder", path);
    /* EINVAL: a file system that can't sync folders keeps their order itself. */
    if (fsync(fd) != 0 && errno != EINVAL)
        status = tie_fail_os(err, TIE_IO, errno, "sync the folder", path);
    (void)close(fd);
    return status;
}

static enum tie_status remove_at(int parent, const char *name, const char *path, int level, struct tie_error *err);

/* Empties the folder behind `fd`, which closes with it. */
static enum tie_status empty_folder(int fd, const char *path, int level, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct dirent *entry = NULL;
    DIR *folder = NULL;

    if (level >= MAX_LEVELS) {
        (void)close(fd);
        return tie_fail(
            err, TIE_IO, "cannot remove %s: more than %d folders deep; remove it by hand", path, MAX_LEVELS);
    }
    folder = fdopendir(fd);
    if (folder == NULL) {
        status = tie_fail_os(err, TIE_IO, errno, "remove", path);
        (void)close(fd);
        return status;
    }
    while (status == TIE_OK && (errno = 0, entry = readdir(folder)) != NULL) {
        if (!is_dots(entry->d_name))
            status = remove_at(fd, entry->d_name, path, level + 1, err);
    }
    if (status == TIE_OK && errno != 0)
        status = tie_fail_os(err, TIE_IO, errno, "remove", path);
    (void)closedir(folder);
    return status;
}

/* `path` is the tree's top, for the error text only. */
static enum tie_status remove_at(int parent, const char *name, const char *path, int level, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    int fd = -1;

    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return TIE_OK;
    if (errno != EISDIR && errno != EPERM) /* Linux says EISDIR, POSIX allows EPERM */
        return tie_fail_os(err, TIE_IO, errno, "remove", path);
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "remove", path);
    status = empty_folder(fd, path, level, err);
    if (status == TIE_OK && unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        status = tie_fail_os(err, TIE_IO, errno, "remove", path);
    return status;
}

enum tie_status tie_tree_remove(const char *path, struct tie_error *err)
{
    return remove_at(AT_FDCWD, path, path, 0, err);
}

/* fsync of the folder in which `path` stands. */
static enum tie_status sync_parent(const char *path, struct tie_error *err)
{
    const char *const slash = strrchr(path, '/');
    char *folder = NULL;
    enum tie_status status = TIE_OK;

    if (slash == NULL)
        return tie_folder_sync(".", err);
    folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (folder == NULL)
        return tie_fail(err, TIE_CONFIG, "cannot sync the folder of %s: out of memory", path);
    status = tie_folder_sync(folder, err);
    free(folder);
    return status;
}

enum tie_status tie_path_rename(const char *from, const char *to, struct tie_error *err)
{
    if (rename(from, to) != 0)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "put in place", to);
    return sync_parent(to, err);
}

enum tie_status tie_link_replace(const char *target, const char *link_path, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    char *temp = NULL;

    if (tie_path_kind(link_path) != TIE_ENTRY_NONE && tie_path_kind(link_path) != TIE_ENTRY_LINK)
        return tie_fail(err, TIE_CANTCREATE, "cannot replace %s: it is no symbolic link; move it away", link_path);
    if (asprintf(&temp, "%s.%ld.tmp", link_path, (long)getpid()) < 0)
        return tie_fail(err, TIE_CONFIG, "cannot create the link %s: out of memory", link_path);
    (void)unlink(temp); /* left by a dead process that had our id */
    if (symlink(target, temp) != 0) {
        status = tie_fail_os(err, TIE_CANTCREATE, errno, "create the link", link_path);
        goto out;
    }
    status = tie_path_rename(temp, link_path, err);
    if (status != TIE_OK)
        (void)unlink(temp);
out:
    free(temp);
    return status;
}

enum tie_status tie_disk_require(const char *path, uint64_t need_bytes, struct tie_error *err)
{
    struct statvfs facts;

    if (statvfs(path, &facts) != 0)
        return tie_fail_os(err, TIE_IO, errno, "look at the free space of", path);
    const uint64_t free_bytes = (uint64_t)facts.f_bavail * (uint64_t)facts.f_frsize;

    if (free_bytes < need_bytes)
        return tie_fail(err, TIE_IO,
            "disk full: %s has %" PRIu64 " MiB free, at least %" PRIu64
            " MiB are needed; free some space and run again",
            path, free_bytes >> 20, (need_bytes + (UINT64_C(1) << 20) - 1) >> 20);
    return TIE_OK;
}
