/*
 * tool_time.c - runs a command and says what it cost: one line `what<TAB>value<TAB>unit` each, appended to a file.
 *
 *   tool_time [--server PID] [--out FILE] COMMAND [ARGUMENT...]
 *
 *   wall    s    from before the fork to the end of the command
 *   cpu     s    user and system time of the command and of all it started, and of the server
 *   server  s    of that, what the server with all its processes used meanwhile (only with --server)
 *   memory  MiB  the largest sum of resident sets over the command's process tree (the server's is not in it)
 *   anonymous MiB the same without the pages of files (libraries, mapped frames), which the kernel can drop
 *   others  %    of all processors' time that went to anybody else: other programs, the host (steal), the kernel
 *
 * CPU time of the command comes from the kernel: this program adopts what loses its parent, waits for all of them, and
 * asks for RUSAGE_CHILDREN; nothing is lost by sampling. Memory is sampled every 10 ms and is no smaller than the
 * largest single process (ru_maxrss), which the kernel keeps. Pages that two processes share count in both, so the sum
 * is an upper bound; PSS would be exact, but reading it walks the page tables of the very process that is timed. The
 * tree is found through /proc/PID/task/TID/children, which costs a few microseconds, not through all of /proc.
 * Exit code: the command's, 128 + signal, or 64 to 71 when it could not be started.
 */
#include "tieout/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dirent.h>

#define TREE_MOST 256
#define SAMPLE_NS 10000000L
#define MIB ((double)(1 << 20))

struct tree {
    pid_t pids[TREE_MOST];
    size_t count;
};

struct cost {
    double wall_s, cpu_s, server_s, memory_mib, anonymous_mib, others_percent;
    int exit_code;
};

static size_t read_file(const char *path, char *out, size_t room)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;

    if (fd >= 0) {
        got = read(fd, out, room - 1);
        close(fd);
    }
    out[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static void add_children(struct tree *tree, pid_t pid)
{
    char path[64], text[4096];
    struct dirent *task;
    DIR *tasks;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    while (tasks && (task = readdir(tasks)) != NULL) {
        char *at = text, *end;

        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%.12s/children", (int)pid, task->d_name);
        if (read_file(path, text, sizeof(text)) == 0)
            continue;
        for (;; at = end) {
            const long child = strtol(at, &end, 10);

            if (end == at || tree->count == TREE_MOST)
                break;
            tree->pids[tree->count++] = (pid_t)child;
        }
    }
    if (tasks)
        closedir(tasks);
}

/* The process and everything below it. */
static void find_tree(struct tree *tree, pid_t root)
{
    tree->pids[0] = root;
    tree->count = 1;
    for (size_t i = 0; i < tree->count; i++)
        add_children(tree, tree->pids[i]);
}

/* The n-th number (from 1) of a file of numbers in /proc; 0 when the process is gone. */
static int64_t number_of(const char *text, unsigned n)
{
    char *end;

    for (;;) {
        const long long value = strtoll(text, &end, 10);

        if (end == text)
            return 0;
        if (--n == 0)
            return value;
        text = end;
    }
}

/* What is resident now, and of that what is no file's, each no less than it was before. */
static void note_memory(const struct tree *tree, int64_t *most_pages, int64_t *most_anonymous)
{
    int64_t pages = 0, anonymous = 0;
    char path[64], text[256];

    for (size_t i = 0; i < tree->count; i++) {
        snprintf(path, sizeof(path), "/proc/%d/statm", (int)tree->pids[i]);
        if (read_file(path, text, sizeof(text)) == 0)
            continue;
        pages += number_of(text, 2);
        anonymous += number_of(text, 2) - number_of(text, 3);
    }
    *most_pages = pages > *most_pages ? pages : *most_pages;
    *most_anonymous = anonymous > *most_anonymous ? anonymous : *most_anonymous;
}

/* utime, stime, cutime, cstime of a process and of all below it: what they and what they waited for have used. */
static double tree_cpu_s(pid_t root)
{
    char path[64], text[1024];
    int64_t ticks = 0;
    struct tree tree;

    find_tree(&tree, root);
    for (size_t i = 0; i < tree.count; i++) {
        const char *at;

        snprintf(path, sizeof(path), "/proc/%d/stat", (int)tree.pids[i]);
        if (read_file(path, text, sizeof(text)) == 0 || (at = strrchr(text, ')')) == NULL || strlen(at) < 4)
            continue;
        /* after the name in brackets stands a letter, then numbers; utime is the 11th of them */
        for (unsigned n = 11; n <= 14; n++)
            ticks += number_of(at + 3, n);
    }
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Time in which processors did something, since the machine started: user, nice, system, irq, softirq, steal. */
static double busy_s(void)
{
    static const unsigned fields[] = { 1, 2, 3, 6, 7, 8 };
    int64_t ticks = 0;
    char text[512];

    if (read_file("/proc/stat", text, sizeof(text)) < 5)
        return 0;
    for (size_t i = 0; i < TIE_COUNT_OF(fields); i++)
        ticks += number_of(text + 4, fields[i]);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static pid_t start(char **argv, const sigset_t *mask)
{
    const pid_t pid = fork();

    if (pid != 0)
        return pid;
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    fprintf(stderr, "tool_time: %s: %s\n", argv[0], strerror(errno));
    _exit(errno == ENOENT ? 66 : 71);
}

/* Takes whatever has ended; true when `pid` is among it, with its status in *status. */
static bool reap(pid_t pid, int *status)
{
    bool is_over = false;
    pid_t ended;
    int how;

    while ((ended = waitpid(-1, &how, WNOHANG)) > 0)
        if (ended == pid) {
            *status = how;
            is_over = true;
        }
    return is_over;
}

static int measure(char **argv, pid_t server, struct cost *cost)
{
    const struct timespec step = { .tv_nsec = SAMPLE_NS };
    const double busy = busy_s(), server_s = server ? tree_cpu_s(server) : 0;
    const int64_t started_us = tie_clock_us(), page_bytes = sysconf(_SC_PAGESIZE);
    sigset_t child_signal, mask;
    struct rusage used;
    int64_t pages = 0, anonymous = 0;
    struct tree tree;
    int status = 0;
    double own;
    pid_t pid;

    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, &mask);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1L) != 0 || (pid = start(argv, &mask)) < 0) {
        fprintf(stderr, "tool_time: %s\n", strerror(errno));
        return 71;
    }
    while (!reap(pid, &status)) {
        find_tree(&tree, pid);
        note_memory(&tree, &pages, &anonymous);
        sigtimedwait(&child_signal, NULL, &step);
    }
    cost->wall_s = (double)(tie_clock_us() - started_us) / 1e6;
    getrusage(RUSAGE_CHILDREN, &used);
    cost->memory_mib = (double)(pages * page_bytes) / MIB;
    if (cost->memory_mib < (double)used.ru_maxrss / 1024)
        cost->memory_mib = (double)used.ru_maxrss / 1024;
    cost->anonymous_mib = (double)(anonymous * page_bytes) / MIB;
    cost->server_s = server ? tree_cpu_s(server) - server_s : 0;
    cost->cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime) + cost->server_s;
    getrusage(RUSAGE_SELF, &used);
    own = cost->cpu_s + seconds(used.ru_utime) + seconds(used.ru_stime);
    cost->others_percent = 100 * (busy_s() - busy - own) / (cost->wall_s * (double)sysconf(_SC_NPROCESSORS_ONLN));
    cost->others_percent = cost->others_percent > 0 ? cost->others_percent : 0; /* /proc/stat counts in 10 ms */
    cost->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return 0;
}

static int usage(void)
{
    fprintf(stderr, "usage: tool_time [--server PID] [--out FILE] COMMAND [ARGUMENT...]\n");
    return 64;
}

int main(int argc, char **argv)
{
    const char *out_path = NULL;
    struct cost cost = { 0 };
    FILE *out = stdout;
    pid_t server = 0;
    int code, i = 1;

    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--server") == 0)
            server = (pid_t)strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--out") == 0)
            out_path = argv[i + 1];
        else
            return usage();
    }
    if (i >= argc)
        return usage();
    if (server && kill(server, 0) != 0 && errno == ESRCH) {
        fprintf(stderr, "tool_time: no process %d: the server is not there\n", (int)server);
        return 69;
    }
    code = measure(argv + i, server, &cost);
    if (code != 0)
        return code;
    if (out_path && (out = fopen(out_path, "a")) == NULL) {
        fprintf(stderr, "tool_time: %s: %s\n", out_path, strerror(errno));
        return 73;
    }
    fprintf(out, "wall\t%.3f\ts\ncpu\t%.3f\ts\n", cost.wall_s, cost.cpu_s);
    if (server)
        fprintf(out, "server\t%.3f\ts\n", cost.server_s);
    fprintf(out, "memory\t%.1f\tMiB\nanonymous\t%.1f\tMiB\nothers\t%.0f\t%%\n", cost.memory_mib, cost.anonymous_mib,
        cost.others_percent);
    if (fflush(out) != 0) {
        fprintf(stderr, "tool_time: %s: %s\n", out_path ? out_path : "stdout", strerror(errno));
        return 74;
    }
    return cost.exit_code;
}
