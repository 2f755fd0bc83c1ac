/*
 * path.c - paths as text, and the words for what the operating system refuses.
 *
 * strerrordesc_np() and not strerror(): it looks at no locale and is safe between threads.
 */
#include "tieout/file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

void tie_io_ignore_signals(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

enum tie_status tie_fail_os(
    struct tie_error *err, enum tie_status fallback, int os_error, const char *doing, const char *path)
{
    static const struct {
        int os_error;
        bool also_when_creating; /* else a creation that fails stays TIE_CANTCREATE */
        enum tie_status status;
        const char *advice;
    } rows[] = {
        { ENOSPC, true, TIE_IO, "disk full: free some space and run again" },
        { EDQUOT, true, TIE_IO, "disk full (quota): free some space or raise the quota and run again" },
        { EFBIG, true, TIE_IO, "disk full (file size limit): raise the limit (ulimit -f) and run again" },
        { ENOENT, false, TIE_NOINPUT, "check the path" },
        { ENOTDIR, false, TIE_NOINPUT, "a part of the path is no folder; check the path" },
        { EACCES, false, TIE_DENIED, "give this user the right to it" },
        { EPERM, false, TIE_DENIED, "give this user the right to it" },
        { EROFS, false, TIE_CANTCREATE, "the file system is read-only; choose another place" },
        { EEXIST, false, TIE_CANTCREATE, "something else stands there; move it away" },
        { EMFILE, true, TIE_IO, "too many files are open; raise the limit (ulimit -n)" },
        { ENFILE, true, TIE_IO, "too many files are open on this machine" },
        { ENOMEM, true, TIE_CONFIG, "memory limit too small: raise the limit of the process (ulimit -v)" },
    };
    const char *why = strerrordesc_np(os_error);

    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++) {
        if (rows[i].os_error != os_error)
            continue;
        return tie_fail(err,
            fallback == TIE_CANTCREATE && !rows[i].also_when_creating ? TIE_CANTCREATE : rows[i].status,
            "cannot %s %s: %s; %s", doing, path, why, rows[i].advice);
    }
    return tie_fail(err, fallback, "cannot %s %s: %s; see that the disk is sound and mounted", doing, path,
        why ? why : "unknown error");
}

char *tie_path_join(struct tie_arena *arena, const char *folder, const char *name)
{
    const size_t size = strlen(folder);

    if (name[0] == '/' || size == 0)
        return tie_arena_strdup(arena, name);
    return tie_arena_printf(arena, "%s%s%s", folder, folder[size - 1] == '/' ? "" : "/", name);
}

char *tie_path_folder(struct tie_arena *arena, const char *path)
{
    const char *const slash = strrchr(path, '/');

    if (slash == NULL)
        return tie_arena_strdup(arena, ".");
    return tie_text_dup(arena, (struct tie_text){ path, slash == path ? 1 : (size_t)(slash - path) });
}

const char *tie_path_name(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

char *tie_path_beside(struct tie_arena *arena, const char *naming_file, const char *path)
{
    const char *const slash = strrchr(naming_file, '/');

    if (path[0] == '/' || slash == NULL)
        return tie_arena_strdup(arena, path);
    return tie_arena_printf(arena, "%.*s/%s", (int)(slash - naming_file), naming_file, path);
}
