/*
 * compare.c - iniparser reads the same text, and must agree with the scan.
 *
 * Two readers of different make are a guard against a fault in either: a value that only one of them cuts is an error
 * and not a wrong tolerance. iniparser 4.1 is used through iniparser_load() and iniparser_getstring("section:key")
 * alone; its number readers, and any call with a bare section name, are unsafe. It can only load by name, so the text
 * goes into a memory file; the disk is not read a second time, when it might hold something else. Keys that iniparser
 * has and the scan has not show as a difference in number.
 */
#include "parts.h"

#include <errno.h>
#include <iniparser/iniparser.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The callback of iniparser is process-wide. */
static pthread_mutex_t iniparser_mutex = PTHREAD_MUTEX_INITIALIZER;

static int be_silent(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int be_silent(const char *format, ...)
{
    return format != NULL;
}

static dictionary *load(int fd)
{
    dictionary *loaded = NULL;
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    (void)pthread_mutex_lock(&iniparser_mutex);
    iniparser_set_error_callback(be_silent);
    loaded = iniparser_load(path);
    iniparser_set_error_callback(NULL);
    (void)pthread_mutex_unlock(&iniparser_mutex);
    return loaded;
}

static enum tie_status compare_key(
    const struct raw_file *raw, const struct raw_key *key, const dictionary *loaded, struct tie_error *err)
{
    const char *const title = raw->sections.at[key->section].title;
    char name[2 * CONFIG_MAX_LINE + 2];
    const char *other = NULL;

    (void)snprintf(name, sizeof name, "%s:%s", title, key->key);
    other = iniparser_getstring(loaded, name, NULL);
    if (other != NULL && strcmp(other, key->value) == 0)
        return TIE_OK;
    return tie_fail(err, TIE_CONFIG, "%s:%zu: [%s] %s: two readings of this line differ; put the value in quotes",
        raw->path, key->line, title, key->key);
}

enum tie_status raw_compare(const struct raw_file *raw, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_out out;
    dictionary *loaded = NULL;
    const int fd = memfd_create("tieout-config", MFD_CLOEXEC);

    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", raw->path);
    tie_out_init(&out, fd, raw->path, false);
    tie_out_put(&out, raw->plain.at, raw->plain.size);
    TIE_TRY(tie_out_flush(&out, err));
    if (access("/proc/self/fd", X_OK) != 0) { /* iniparser opens files by name only */
        status = tie_fail(err, TIE_IO, "%s: cannot be read, because /proc is not mounted here; mount it", raw->path);
        goto out;
    }
    loaded = load(fd);
    if (loaded == NULL) {
        status = tie_fail(err, TIE_CONFIG, "%s: the INI library refuses this file; look for unusual lines", raw->path);
        goto out;
    }
    if ((size_t)loaded->n != raw->sections.count + raw->keys.count) {
        status = tie_fail(err, TIE_CONFIG, "%s: two readings of this file differ: %d entries and %zu", raw->path,
            loaded->n, raw->sections.count + raw->keys.count);
        goto out;
    }
    for (size_t i = 0; i < raw->keys.count; i++)
        TIE_TRY(compare_key(raw, &raw->keys.at[i], loaded, err));
out:
    if (loaded != NULL)
        iniparser_freedict(loaded);
    tie_out_release(&out);
    (void)close(fd);
    return status;
}
