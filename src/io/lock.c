/*
 * lock.c - flock(2) on a file that is never removed.
 *
 * Rejected: a pid file that is created and unlinked (stale after a crash, and two processes can hold different files of
 * one name), and fcntl(2) locks (given back when any descriptor of the file is closed). The descriptor is
 * close-on-exec, so a child that outlives the run can't keep the lock.
 */
#include "tieout/lock.h"

#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum tie_status fail_busy(int fd, const char *path, struct tie_error *err)
{
    char text[32] = "";
    const ssize_t size = pread(fd, text, sizeof text - 1, 0);
    size_t digits = 0;

    while (size > 0 && digits < (size_t)size && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    text[digits] = '\0';
    if (digits == 0)
        return tie_fail(
            err, TIE_BUSY, "the job is already running (%s is held by another process); wait for it to end", path);
    return tie_fail(
        err, TIE_BUSY, "the job is already running (%s is held by process %s); wait for it to end", path, text);
}

enum tie_status tie_lock_take(struct tie_lock *lock, const char *folder, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    char *path = NULL;
    char text[32];
    int size = 0;

    lock->fd = -1;
    if (asprintf(&path, "%s/.lock", folder) < 0)
        return tie_fail(err, TIE_CONFIG, "cannot lock %s: out of memory", folder);
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (lock->fd < 0) {
        status = tie_fail_os(err, TIE_CANTCREATE, errno, "create", path);
        goto out;
    }
    while (flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        status = errno == EWOULDBLOCK ? fail_busy(lock->fd, path, err) : tie_fail_os(err, TIE_IO, errno, "lock", path);
        (void)close(lock->fd);
        lock->fd = -1;
        goto out;
    }
    /* The id is a courtesy: on a full disk the lock holds all the same. */
    size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(lock->fd, 0) == 0 && pwrite(lock->fd, text, (size_t)size, 0) != size)
        (void)!ftruncate(lock->fd, 0);
out:
    free(path);
    return status;
}

void tie_lock_release(struct tie_lock *lock)
{
    if (lock->fd < 0)
        return;
    (void)!ftruncate(lock->fd, 0);
    (void)close(lock->fd);
    lock->fd = -1;
}
