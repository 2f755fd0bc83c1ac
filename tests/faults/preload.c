/*
 * preload.c - faults that the operating system deals out, into one process of a run, on request. For LD_PRELOAD.
 *
 *   TIEOUT_FAULT        file    calls that change something below TIEOUT_FAULT_UNDER; the one named AT fails
 *                       memory  allocations; the one named AT is refused, and TIEOUT_FAULT_FOR - 1 after it
 *                       short   no call fails: each write stops half-way, one of KTH calls of read, write, poll,
 *                               send, recv and their like is interrupted
 *   TIEOUT_FAULT_WHO    parent, child (the reader of a source; the same binary with a word behind its name) or all
 *   TIEOUT_FAULT_AT     file: the ordinal from 1. memory: a place as a record names it. 0 or none: only record
 *   TIEOUT_FAULT_ERROR  errno of a failing call; 28 (no space) where none is given
 *   TIEOUT_FAULT_KTH    short: 3 where none is given
 *   TIEOUT_FAULT_LOG    a file that gets a line for each call that failed, or with AT 0 for each that might
 *
 * A program of another name is left alone, so shells and servers started under it are as ever. Calls of the C library
 * inside itself don't come here; so streams of stdio are made anew over our own write, with fopencookie(3), because the
 * workbook's library writes with stdio and does not look at what comes of it.
 *
 * A place in memory mode is a hash of the return addresses on the stack, relative to the objects they lie in: the
 * number of an allocation changes with every reply that happens to come in two pieces, its place does not. A record
 * names each place once. Rejected: ptrace and seccomp, which containers forbid; numbers for allocations.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SAME_AS(name) EXPORT __attribute__((alias(#name)))
#ifdef __clang__
#define SAME_KIND_AS(name) SAME_AS(name)
#else
#define SAME_KIND_AS(name) SAME_AS(name) __attribute__((copy(name))) /* else gcc wants them spelled out */
#endif

enum mode { OFF, FILES, MEMORY, SHORT };
enum { FRAMES = 4, FRAMES_TOLD = 8, FRAMES_SKIPPED = 2, PLACES_LOG2 = 14, PATH_ROOM = PATH_MAX + 64 };

static enum mode mode;
static uint64_t at, times, kth;
static int error_number = ENOSPC;
static int log_fd = -1;
static const char *under = "";
static size_t under_size;
static atomic_uint_fast64_t calls, struck;
static atomic_uint_fast64_t places[1 << PLACES_LOG2];
static _Thread_local bool is_inside; /* what the injection itself allocates and writes is left alone */

/* ---- set up ---- */

static uint64_t number(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);

    return text == NULL || *text == '\0' ? fallback : strtoull(text, NULL, 0);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* The program's name and whether a word of the child stands behind it. */
static bool is_meant(const char *who)
{
    char line[256] = "";
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const ssize_t size = fd < 0 ? 0 : syscall(SYS_read, fd, line, sizeof line - 1);
    const char *const word = line + strlen(line) + 1;
    bool is_child = false;

    if (fd >= 0)
        (void)syscall(SYS_close, fd);
    if (size <= 0 || strcmp(base_name(line), "tieout") != 0)
        return false;
    is_child = word < line + size && strncmp(word, "--", 2) != 0 && strstr(word, "source") != NULL;
    return strcmp(who, "all") == 0 || (strcmp(who, "child") == 0) == is_child;
}

__attribute__((constructor)) static void set_up(void)
{
    static const char *const names[] = { [FILES] = "file", [MEMORY] = "memory", [SHORT] = "short" };
    const char *word = getenv("TIEOUT_FAULT"), *who = getenv("TIEOUT_FAULT_WHO"), *log = getenv("TIEOUT_FAULT_LOG");
    void *frames[FRAMES];

    if (word == NULL || !is_meant(who == NULL ? "all" : who))
        return;
    is_inside = true;
    (void)backtrace(frames, FRAMES); /* the first call loads the unwinder, which allocates */
    at = number("TIEOUT_FAULT_AT", 0);
    times = number("TIEOUT_FAULT_FOR", 1);
    kth = number("TIEOUT_FAULT_KTH", 3);
    error_number = (int)number("TIEOUT_FAULT_ERROR", ENOSPC);
    under = getenv("TIEOUT_FAULT_UNDER");
    under = under == NULL ? "" : under;
    under_size = strlen(under);
    if (log != NULL) {
        const int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

        log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 200); /* above what the program gives fixed numbers */
        (void)syscall(SYS_close, fd);
    }
    for (size_t i = FILES; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i]) == 0)
            mode = (enum mode)i;
    is_inside = false;
}

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    char text[PATH_ROOM + 128];
    va_list args;

    va_start(args, format);
    const int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (log_fd >= 0 && size > 0)
        (void)!syscall(SYS_write, log_fd, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

/* ---- files ---- */

static bool is_under(const char *path)
{
    return strncmp(path, under, under_size) == 0 && (path[under_size] == '/' || path[under_size] == '\0');
}

static const char *path_of(int fd, char room[PATH_ROOM])
{
    char name[64];

    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    const ssize_t size = syscall(SYS_readlink, name, room, (size_t)PATH_MAX);

    room[size < 0 ? 0 : size] = '\0';
    return room;
}

static const char *path_at(int folder, const char *path, char room[PATH_ROOM])
{
    if (path[0] == '/' || folder == AT_FDCWD)
        return path;
    (void)path_of(folder, room);
    const size_t size = strlen(room);

    (void)snprintf(room + size, PATH_ROOM - size, "/%s", path);
    return room;
}

/* Is this the call that is to fail? Sets errno then. */
static bool strikes(const char *what, const char *path)
{
    if (mode != FILES || is_inside || !is_under(path))
        return false;
    const uint64_t n = atomic_fetch_add(&calls, 1) + 1;

    if (n != at && at != 0)
        return false;
    is_inside = true;
    tell("%llu %s %s\n", (unsigned long long)n, what, path);
    is_inside = false;
    errno = error_number;
    return n == at;
}

static bool strikes_fd(const char *what, int fd)
{
    char room[PATH_ROOM];

    return mode == FILES && !is_inside && strikes(what, path_of(fd, room));
}

static bool strikes_at(const char *what, int folder, const char *path)
{
    char room[PATH_ROOM];

    return mode == FILES && !is_inside && strikes(what, path_at(folder, path, room));
}

/* Short mode: one of kth calls is interrupted, in an order without a period: a loop of as many calls as the period has
 * would meet the interruption in the same one for ever. */
static bool is_interrupted(void)
{
    if (mode != SHORT || is_inside)
        return false;
    if (((atomic_fetch_add(&calls, 1) + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 32) % kth != 0)
        return false;
    if (atomic_fetch_add(&struck, 1) == 0)
        tell("interrupted\n");
    errno = EINTR;
    return true;
}

static size_t half(size_t size)
{
    return mode == SHORT && size > 1 ? size / 2 : size;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t size)
{
    if (strikes_fd("write", fd) || is_interrupted())
        return -1;
    return syscall(SYS_write, fd, bytes, half(size));
}

EXPORT ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    if (strikes_fd("pwrite", fd) || is_interrupted())
        return -1;
    return syscall(SYS_pwrite64, fd, bytes, half(size), offset);
}
ssize_t pwrite64(int, const void *, size_t, off64_t) SAME_AS(pwrite);

EXPORT int fsync(int fd)
{
    return strikes_fd("fsync", fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

EXPORT int fdatasync(int fd)
{
    return strikes_fd("fdatasync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

EXPORT int ftruncate(int fd, off_t size)
{
    return strikes_fd("ftruncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}
int ftruncate64(int, off64_t) SAME_AS(ftruncate);

EXPORT int truncate(const char *path, off_t size)
{
    return strikes("truncate", path) ? -1 : (int)syscall(SYS_truncate, path, size);
}
int truncate64(const char *, off64_t) SAME_AS(truncate);

static int open_at(int folder, const char *path, int flags, mode_t rights)
{
    if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 && strikes_at("open", folder, path))
        return -1;
    return (int)syscall(SYS_openat, folder, path, flags, rights);
}

#define RIGHTS_OF(flags, rights)                                                                                       \
    do {                                                                                                               \
        va_list args;                                                                                                  \
                                                                                                                       \
        va_start(args, flags);                                                                                         \
        if (((flags) & (O_CREAT | O_TMPFILE)) != 0)                                                                    \
            (rights) = va_arg(args, mode_t);                                                                           \
        va_end(args);                                                                                                  \
    } while (0)

EXPORT int open(const char *path, int flags, ...)
{
    mode_t rights = 0;

    RIGHTS_OF(flags, rights);
    return open_at(AT_FDCWD, path, flags, rights);
}
int open64(const char *, int, ...) SAME_AS(open);

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    mode_t rights = 0;

    RIGHTS_OF(flags, rights);
    return open_at(folder, path, flags, rights);
}
int openat64(int, const char *, int, ...) SAME_AS(openat);

EXPORT int mkdir(const char *path, mode_t rights)
{
    return strikes("mkdir", path) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, rights);
}

EXPORT int mkdirat(int folder, const char *path, mode_t rights)
{
    return strikes_at("mkdir", folder, path) ? -1 : (int)syscall(SYS_mkdirat, folder, path, rights);
}

EXPORT int rename(const char *from, const char *to)
{
    return strikes("rename", to) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int link(const char *from, const char *to)
{
    return strikes("link", to) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

EXPORT int symlink(const char *text, const char *path)
{
    return strikes("symlink", path) ? -1 : (int)syscall(SYS_symlinkat, text, AT_FDCWD, path);
}

EXPORT int symlinkat(const char *text, int folder, const char *path)
{
    return strikes_at("symlink", folder, path) ? -1 : (int)syscall(SYS_symlinkat, text, folder, path);
}

EXPORT int unlink(const char *path)
{
    return strikes("unlink", path) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

EXPORT int unlinkat(int folder, const char *path, int flags)
{
    return strikes_at("unlink", folder, path) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
}

/* ---- streams of stdio ---- */

static ssize_t stream_read(void *cookie, char *bytes, size_t size)
{
    return syscall(SYS_read, (int)(intptr_t)cookie, bytes, size);
}

static ssize_t stream_write(void *cookie, const char *bytes, size_t size)
{
    const ssize_t wrote = write((int)(intptr_t)cookie, bytes, size);

    return wrote < 0 ? 0 : wrote; /* 0 is the failure that fopencookie(3) knows */
}

static int stream_seek(void *cookie, off64_t *offset, int whence)
{
    const off64_t to = syscall(SYS_lseek, (int)(intptr_t)cookie, *offset, whence);

    *offset = to;
    return to < 0 ? -1 : 0;
}

static int stream_close(void *cookie)
{
    return (int)syscall(SYS_close, (int)(intptr_t)cookie);
}

static FILE *stream_of(int fd, const char *how)
{
    const cookie_io_functions_t ours = { stream_read, stream_write, stream_seek, stream_close };

    return fopencookie((void *)(intptr_t)fd, how, ours); /* NOLINT(performance-no-int-to-ptr) */
}

static void *next(const char *name)
{
    is_inside = true;
    void *const found = dlsym(RTLD_NEXT, name);
    is_inside = false;
    return found;
}

EXPORT FILE *fdopen(int fd, const char *how)
{
    char room[PATH_ROOM];
    FILE *(*real)(int, const char *);

    if (mode == FILES && is_under(path_of(fd, room)))
        return stream_of(fd, how);
    *(void **)&real = next("fdopen");
    return real(fd, how);
}

EXPORT FILE *fopen(const char *path, const char *how)
{
    FILE *(*real)(const char *, const char *);

    if (mode == FILES && is_under(path)) {
        const bool adds = strchr(how, '+') != NULL;
        const int flags = how[0] == 'r' ? (adds ? O_RDWR : O_RDONLY)
            : how[0] == 'a'             ? (adds ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND
                                        : (adds ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
        const int fd = open(path, flags, 0666);

        return fd < 0 ? NULL : stream_of(fd, how);
    }
    *(void **)&real = next("fopen");
    return real(path, how);
}
FILE *fopen64(const char *, const char *) SAME_AS(fopen);

/* ---- calls that may be interrupted ---- */

EXPORT ssize_t read(int fd, void *bytes, size_t size)
{
    return is_interrupted() ? -1 : syscall(SYS_read, fd, bytes, size);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);
EXPORT ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room)
{
    (void)room;
    return read(fd, bytes, size);
}

EXPORT ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
    return is_interrupted() ? -1 : syscall(SYS_pread64, fd, bytes, size, offset);
}
ssize_t pread64(int, void *, size_t, off64_t) SAME_AS(pread);

EXPORT int poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
    return is_interrupted() ? -1 : (int)syscall(SYS_poll, fds, count, wait_ms);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int wait_ms, size_t room);
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int wait_ms, size_t room)
{
    (void)room;
    return poll(fds, count, wait_ms);
}

EXPORT ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    return is_interrupted() ? -1 : syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL);
}

EXPORT ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    return is_interrupted() ? -1 : syscall(SYS_sendto, fd, bytes, half(size), flags, NULL, 0);
}

EXPORT int flock(int fd, int operation)
{
    return is_interrupted() ? -1 : (int)syscall(SYS_flock, fd, operation);
}

/* ---- memory ---- */

/* Where an allocation is made; never 0. */
static uint64_t place_here(void)
{
    void *frames[FRAMES + FRAMES_SKIPPED] = { NULL };
    const int count = backtrace(frames, FRAMES + FRAMES_SKIPPED);
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (int i = FRAMES_SKIPPED; i < count; i++) {
        struct dl_find_object object;
        uint64_t offset = (uint64_t)(uintptr_t)frames[i];

        if (_dl_find_object(frames[i], &object) == 0)
            offset -= (uint64_t)(uintptr_t)object.dlfo_map_start;
        hash = (hash ^ offset) * UINT64_C(1099511628211);
    }
    return hash | 1;
}

/* True the first time; a full table forgets, which only makes a record longer. */
static bool is_new(uint64_t place)
{
    for (uint64_t i = place >> (64 - PLACES_LOG2), tries = 0; tries < 64; tries++, i++) {
        uint_fast64_t found = 0;
        atomic_uint_fast64_t *const slot = &places[i % (1 << PLACES_LOG2)];

        if (atomic_compare_exchange_strong(slot, &found, place))
            return true;
        if (found == place)
            return false;
    }
    return true;
}

/* In one piece: the readers of several sources write into one file. */
static void tell_place(uint64_t place, const char *what, size_t size)
{
    void *frames[FRAMES_TOLD + FRAMES_SKIPPED] = { NULL };
    const int count = backtrace(frames, FRAMES_TOLD + FRAMES_SKIPPED);
    char text[1024] = "";
    size_t used = 0;

    for (int i = FRAMES_SKIPPED; i < count && used < sizeof text; i++) {
        Dl_info info = { NULL, NULL, NULL, NULL };
        int more = 0;

        if (dladdr(frames[i], &info) == 0)
            continue;
        more = info.dli_sname != NULL
            ? snprintf(text + used, sizeof text - used, " %s", info.dli_sname)
            : snprintf(text + used, sizeof text - used, " %s+0x%zx", base_name(info.dli_fname),
                  (size_t)((char *)frames[i] - (char *)info.dli_fbase));
        used += more > 0 ? (size_t)more : 0;
    }
    tell("0x%016llx %s %zu%s\n", (unsigned long long)place, what, size, text);
}

__attribute__((noinline)) static bool is_refused(const char *what, size_t size)
{
    bool refused = false;

    if (mode != MEMORY || is_inside)
        return false;
    is_inside = true;
    if (at == 0) {
        const uint64_t place = place_here();

        if (is_new(place))
            tell_place(place, what, size);
    } else {
        const uint64_t before = atomic_load(&struck);

        /* Who was refused once is refused what it asks for next, whatever that is. */
        refused = before > 0 ? before < times : place_here() == at;
        if (refused && atomic_fetch_add(&struck, 1) == 0)
            tell_place(at, what, size);
    }
    is_inside = false;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *real_malloc(size_t size)
{
    static void *(*real)(size_t);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "__libc_malloc");
    return real(size);
}

static void *real_calloc(size_t count, size_t size)
{
    static void *(*real)(size_t, size_t);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "__libc_calloc");
    return real(count, size);
}

static void *real_realloc(void *block, size_t size)
{
    static void *(*real)(void *, size_t);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "__libc_realloc");
    return real(block, size);
}

EXPORT void *malloc(size_t size)
{
    return is_refused("malloc", size) ? NULL : real_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    return is_refused("calloc", count * size) ? NULL : real_calloc(count, size);
}

EXPORT void *realloc(void *block, size_t size)
{
    return size > 0 && is_refused("realloc", size) ? NULL : real_realloc(block, size);
}

/* The program may have taken the three above over itself and ask for these. */
void *__libc_malloc(size_t) SAME_KIND_AS(malloc);
void *__libc_calloc(size_t, size_t) SAME_KIND_AS(calloc);
void *__libc_realloc(void *, size_t) SAME_KIND_AS(realloc);

EXPORT void *mmap(void *hint, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (is_refused("mmap", size))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, hint, size, protection, flags, fd, offset); /* NOLINT */
}
void *mmap64(void *, size_t, int, int, int, off64_t) SAME_AS(mmap);

EXPORT int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *restrict context)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

    if (is_refused("pthread_create", 0))
        return EAGAIN;
    *(void **)&real = next("pthread_create");
    return real(thread, attributes, start, context);
}
