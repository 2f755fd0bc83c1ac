/*
 * trim.c - a thread that gives mapped pages back when the process comes near its memory limit.
 *
 * It reads the resident memory of the process a thousand times a second once half of the limit is in use, and less
 * often before: a page fault maps 64 KiB and takes some microseconds, so from one look to the next a few MiB can come,
 * where an eighth of the limit is kept free. When little is mapped nothing is given back: what fills the memory then is
 * not mapped from a file.
 *
 * Invariant: only maps that were added, and not removed since, are touched: both under the lock, which is held while
 * pages are given back. MADV_DONTNEED loses nothing of a map that is read-only or shared.
 * Rejected: nothing but steps in each loop over findings (in the order of ids each finding lies on other pages, so
 * steps would have to be short everywhere; loops that read all texts do ask for a look now and then, by
 * tie_findings_tend); MADV_PAGEOUT and MADV_COLD (the pages stay mapped until the kernel is short of memory); a limit
 * of the kernel's (a cgroup is not ours to make).
 */
#include "tieout/trim.h"

#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NEAR_NS 1000000 /* between two looks when half of the limit is in use */
#define FAR_NS 4000000  /* and before */
#define SECOND_NS 1000000000

struct map {
    unsigned char *at;
    size_t bytes;
};

struct tie_trim {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool is_stopping;
    int statm;
    size_t limit_bytes, page_bytes;
    struct map *maps;
    size_t count, room;
};

/* Resident bytes of the process, and how many of them are mapped from files. */
static bool look(const struct tie_trim *trim, size_t *resident, size_t *mapped)
{
    char text[128];
    const ssize_t size = pread(trim->statm, text, sizeof text - 1, 0);
    char *at = text;

    if (size <= 0)
        return false;
    text[size] = '\0';
    (void)strtoull(at, &at, 10); /* all that is mapped, resident or not */
    *resident = (size_t)strtoull(at, &at, 10) * trim->page_bytes;
    *mapped = (size_t)strtoull(at, &at, 10) * trim->page_bytes;
    return true;
}

static void give_back(const struct tie_trim *trim)
{
    for (size_t i = 0; i < trim->count; i++)
        (void)madvise(trim->maps[i].at, trim->maps[i].bytes, MADV_DONTNEED);
}

/* One look, and what follows from it; false: nothing can be seen. */
static bool tend(const struct tie_trim *trim, size_t *resident)
{
    size_t mapped = 0;

    if (!look(trim, resident, &mapped))
        return false;
    if (*resident > trim->limit_bytes - trim->limit_bytes / 8 && mapped > trim->limit_bytes / 8)
        give_back(trim);
    return true;
}

static void *watch(void *argument)
{
    struct tie_trim *const trim = argument;
    size_t resident = 0;

    (void)pthread_mutex_lock(&trim->lock);
    while (!trim->is_stopping && tend(trim, &resident)) {
        struct timespec until;

        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += resident > trim->limit_bytes / 2 ? NEAR_NS : FAR_NS;
        until.tv_sec += until.tv_nsec / SECOND_NS;
        until.tv_nsec %= SECOND_NS;
        (void)pthread_cond_timedwait(&trim->stopped, &trim->lock, &until);
    }
    (void)pthread_mutex_unlock(&trim->lock);
    return NULL;
}

/* Signals are for the other threads. */
static int start_thread(struct tie_trim *trim)
{
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&trim->thread, NULL, watch, trim);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void init_waiting(struct tie_trim *trim)
{
    pthread_condattr_t monotonic;

    (void)pthread_mutex_init(&trim->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&trim->stopped, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

enum tie_status tie_trim_start(uint64_t limit_bytes, struct tie_trim **trim, struct tie_error *err)
{
    struct tie_trim *const made = calloc(1, sizeof *made);

    *trim = NULL;
    TIE_ASSERT(made != NULL);
    made->limit_bytes = (size_t)limit_bytes;
    made->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    made->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    init_waiting(made);
    const int failed = start_thread(made);
    if (failed != 0) {
        if (made->statm >= 0)
            (void)close(made->statm);
        free(made);
        return tie_fail_os(err, TIE_IO, failed, "start", "a thread that watches the memory");
    }
    *trim = made;
    return TIE_OK;
}

static struct map *find(struct tie_trim *trim, const void *at)
{
    for (size_t i = 0; i < trim->count; i++)
        if (trim->maps[i].at == at)
            return &trim->maps[i];
    return NULL;
}

void tie_trim_add(struct tie_trim *trim, const void *at, size_t bytes)
{
    union { /* a map may be const for everybody but this */
        const void *read_only;
        unsigned char *any;
    } place = { .read_only = at };

    if (trim == NULL)
        return;
    (void)pthread_mutex_lock(&trim->lock);
    struct map *map = find(trim, at);
    if (map == NULL) {
        if (trim->count == trim->room) {
            trim->room = trim->room == 0 ? 16 : 2 * trim->room;
            trim->maps = realloc(trim->maps, trim->room * sizeof *trim->maps);
            TIE_ASSERT(trim->maps != NULL);
        }
        map = &trim->maps[trim->count++];
    }
    *map = (struct map){ place.any, bytes };
    (void)pthread_mutex_unlock(&trim->lock);
}

void tie_trim_remove(struct tie_trim *trim, const void *at)
{
    if (trim == NULL)
        return;
    (void)pthread_mutex_lock(&trim->lock);
    struct map *const map = find(trim, at);
    if (map != NULL)
        *map = trim->maps[--trim->count];
    (void)pthread_mutex_unlock(&trim->lock);
}

void tie_trim_look(struct tie_trim *trim)
{
    size_t resident = 0;

    if (trim == NULL)
        return;
    (void)pthread_mutex_lock(&trim->lock);
    (void)tend(trim, &resident);
    (void)pthread_mutex_unlock(&trim->lock);
}

void tie_trim_now(struct tie_trim *trim)
{
    if (trim == NULL)
        return;
    (void)pthread_mutex_lock(&trim->lock);
    give_back(trim);
    (void)pthread_mutex_unlock(&trim->lock);
}

void tie_trim_stop(struct tie_trim *trim)
{
    if (trim == NULL)
        return;
    (void)pthread_mutex_lock(&trim->lock);
    trim->is_stopping = true;
    (void)pthread_cond_signal(&trim->stopped);
    (void)pthread_mutex_unlock(&trim->lock);
    (void)pthread_join(trim->thread, NULL);
    if (trim->statm >= 0)
        (void)close(trim->statm);
    (void)pthread_cond_destroy(&trim->stopped);
    (void)pthread_mutex_destroy(&trim->lock);
    free(trim->maps);
    free(trim);
}
