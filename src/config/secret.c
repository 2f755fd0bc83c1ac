/*
 * secret.c - a password from a file.
 *
 * The mode is asked of the open descriptor, so it is the mode of what is read. One newline at the end is taken off,
 * because every editor and `echo` leaves one; nothing else is changed. The content never stands in an error text.
 */
#include "tieout/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_MAX_BYTES = 4096 };

static enum tie_status check_mode(int fd, const char *path, struct tie_error *err)
{
    struct stat facts;

    if (fstat(fd, &facts) != 0)
        return tie_fail_os(err, TIE_IO, errno, "read", path);
    if (!S_ISREG(facts.st_mode))
        return tie_fail(err, TIE_CONFIG, "cannot read the password file %s: it is no regular file", path);
    if ((facts.st_mode & 077) != 0)
        return tie_fail(err, TIE_DENIED,
            "the password file %s may be read by others (mode %04o); take the right away: chmod 600 %s", path,
            (unsigned)(facts.st_mode & 07777), path);
    return TIE_OK;
}

enum tie_status tie_secret_read(struct tie_arena *arena, const char *path, const char **secret, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_text text = { 0 };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    *secret = NULL;
    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "read the password file", path);
    TIE_TRY(check_mode(fd, path, err));
    TIE_TRY(tie_fd_read(arena, fd, path, SECRET_MAX_BYTES, &text, err));
    if (text.size > 0 && text.at[text.size - 1] == '\n')
        text.size--;
    if (text.size > 0 && text.at[text.size - 1] == '\r')
        text.size--;
    if (text.size == 0) {
        status = tie_fail(err, TIE_CONFIG, "the password file %s is empty; write the password into it", path);
        goto out;
    }
    if (memchr(text.at, '\n', text.size) != NULL || !tie_text_is_utf8(text, NULL)) {
        status = tie_fail(
            err, TIE_CONFIG, "the password file %s must hold one line of UTF-8 text and nothing else", path);
        goto out;
    }
    *secret = tie_text_dup(arena, text);
out:
    (void)close(fd);
    return status;
}
