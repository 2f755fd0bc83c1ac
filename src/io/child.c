/*
 * child.c - start, feed, watch and end child processes.
 *
 * fork(2) and execv(2) with everything prepared before the fork: between the two only async-signal-safe calls are made,
 * because other threads may hold the allocator's locks. posix_spawn(3) was rejected: it sets neither PR_SET_PDEATHSIG
 * nor limits. A failed exec comes back as errno over a close-on-exec pipe, so "no such program" is told at the start
 * and not as exit 127.
 *
 * Invariants: signals go to the group only while its leader is not reaped, so a recycled pid is never hit.
 * PR_SET_PDEATHSIG is set before the parent is compared, so a parent that died in between is noticed. A deadline needs
 * no help from the child: SIGKILL ends a stopped or spinning one too. Waiting for the end looks every few milliseconds;
 * pidfd_open(2) was rejected because sandboxes often lack it.
 */
#include "tieout/child.h"

#include "tieout/file.h"
#include "tieout/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CHILDREN_MAX = 64,
    FIRST_FREE_FD = 10,     /* above every descriptor that has a fixed number in the child */
    GRACE_US = 10 * 1000000 /* between the end of the replies and the end of the process */
};

enum pipe_name { REQUEST, REPLY, TROUBLE, STDERR, PIPES };

/* What the child needs between fork and exec; made before. */
struct plan {
    const char *program;
    char *const *argv;
    pid_t parent;
    rlim_t memory_bytes;
    int null_fd;
    int pipes[PIPES][2];
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

TIE_NORETURN static void give_up(const struct plan *plan, int os_error)
{
    /* Nobody is left to be told when this write fails. */
    (void)!write(plan->pipes[TROUBLE][1], &os_error, sizeof os_error);
    _exit(127);
}

/* Moves `fd` out of the way of the fixed numbers; close-on-exec. */
static int lift(const struct plan *plan, int fd)
{
    const int lifted = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

    if (lifted < 0)
        give_up(plan, errno);
    return lifted;
}

static void put_at(const struct plan *plan, int fd, int number)
{
    if (dup2(fd, number) < 0)
        give_up(plan, errno);
}

static void reset_signals(void)
{
    struct sigaction fallback = { 0 };
    sigset_t none;

    fallback.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &fallback, NULL); /* KILL, STOP and libc's own refuse, rightly */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Runs in the child: async-signal-safe calls only. */
TIE_NORETURN static void become(struct plan plan)
{
    const struct rlimit no_core = { 0, 0 }; /* a core file would hold the secrets */
    const struct rlimit memory = { plan.memory_bytes, plan.memory_bytes };

    (void)setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        give_up(&plan, errno);
    if (getppid() != plan.parent)
        _exit(127);
    reset_signals();
    plan.pipes[TROUBLE][1] = lift(&plan, plan.pipes[TROUBLE][1]);
    const int request = lift(&plan, plan.pipes[REQUEST][0]);
    const int reply = lift(&plan, plan.pipes[REPLY][1]);
    const int errors = lift(&plan, plan.pipes[STDERR][1] >= 0 ? plan.pipes[STDERR][1] : STDERR_FILENO);
    const int null = lift(&plan, plan.null_fd);

    put_at(&plan, null, STDIN_FILENO);
    put_at(&plan, errors, STDOUT_FILENO);
    put_at(&plan, errors, STDERR_FILENO);
    put_at(&plan, request, TIE_CHILD_REQUEST_FD);
    put_at(&plan, reply, TIE_CHILD_REPLY_FD);
    /* Libraries may have opened descriptors without close-on-exec. An old kernel refuses; ours are marked anyway. */
    (void)close_range(TIE_CHILD_REPLY_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    if (plan.memory_bytes > 0 && setrlimit(RLIMIT_AS, &memory) != 0)
        give_up(&plan, errno);
    (void)execv(plan.program, plan.argv);
    give_up(&plan, errno);
}

static enum tie_status make_pipes(struct plan *plan, const struct tie_child_setup *setup, struct tie_error *err)
{
    for (int i = 0; i < PIPES; i++) {
        if (i == STDERR && !setup->capture_stderr)
            continue;
        if (pipe2(plan->pipes[i], O_CLOEXEC) != 0) {
            plan->pipes[i][0] = plan->pipes[i][1] = -1;
            return tie_fail_os(err, TIE_IO, errno, "make a pipe for", setup->name);
        }
    }
    plan->null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (plan->null_fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "open", "/dev/null");
    /* Our ends never block; the child's are descriptions of their own and stay blocking. */
    const int ours[] = { plan->pipes[REQUEST][1], plan->pipes[REPLY][0], plan->pipes[STDERR][0] };

    for (size_t i = 0; i < TIE_COUNT_OF(ours); i++) {
        if (ours[i] >= 0 && fcntl(ours[i], F_SETFL, O_NONBLOCK) != 0)
            return tie_fail_os(err, TIE_IO, errno, "make a pipe for", setup->name);
    }
    return TIE_OK;
}

/* Forks with all signals blocked, so that no handler of ours runs in the child. */
static pid_t fork_child(const struct plan *plan)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = fork();

    if (pid == 0)
        become(*plan);
    const int os_error = errno;

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = os_error;
    return pid;
}

/* Blocks until the exec is done: the pipe then closes, or brings the errno. */
static int exec_trouble(int fd)
{
    int os_error = 0;
    ssize_t size;

    do
        size = read(fd, &os_error, sizeof os_error);
    while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof os_error ? os_error : 0;
}

enum tie_status tie_child_start(struct tie_child *child, const struct tie_child_setup *setup, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct plan plan = {
        .program = setup->program ? setup->program : "/proc/self/exe",
        .parent = getpid(),
        .memory_bytes = (rlim_t)setup->memory_bytes,
        .null_fd = -1,
        .pipes = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } },
    };
    int trouble = 0;

    TIE_ASSERT(setup->argv != NULL && setup->argv[0] != NULL);
    memcpy(&plan.argv, &setup->argv, sizeof plan.argv); /* execv() keeps its arguments but lacks the const */
    *child = TIE_CHILD_NONE;
    child->name = setup->name;
    child->memory_bytes = setup->memory_bytes;
    child->time_us = setup->time_us;
    child->deadline_us = setup->time_us > 0 ? tie_clock_us() + setup->time_us : INT64_MAX;
    TIE_TRY(make_pipes(&plan, setup, err));
    child->pid = fork_child(&plan);
    if (child->pid < 0) {
        child->pid = 0;
        status = tie_fail(err, TIE_UNAVAILABLE, "cannot start %s: %s", setup->name, strerrordesc_np(errno));
        goto out;
    }
    (void)setpgid(child->pid, child->pid); /* both sides do it: whoever comes first */
    close_fd(&plan.pipes[TROUBLE][1]);
    trouble = exec_trouble(plan.pipes[TROUBLE][0]);
    child->request_fd = plan.pipes[REQUEST][1];
    child->reply_fd = plan.pipes[REPLY][0];
    child->stderr_fd = plan.pipes[STDERR][0];
    plan.pipes[REQUEST][1] = plan.pipes[REPLY][0] = plan.pipes[STDERR][0] = -1;
    if (trouble != 0) {
        tie_child_release(child);
        status = tie_fail(
            err, TIE_UNAVAILABLE, "cannot start %s (%s): %s", setup->name, plan.program, strerrordesc_np(trouble));
    }
out:
    for (int i = 0; i < PIPES; i++) {
        close_fd(&plan.pipes[i][0]);
        close_fd(&plan.pipes[i][1]);
    }
    close_fd(&plan.null_fd);
    return status;
}

/* Keeps the end of what the child says on stderr. */
static void hear(struct tie_child *child)
{
    char block[sizeof child->said / 2];
    ssize_t size = 0;

    while (child->stderr_fd >= 0 && (size = read(child->stderr_fd, block, sizeof block)) != 0) {
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == EAGAIN)
            return;
        if (size < 0)
            break;
        const size_t fresh = (size_t)size;
        const size_t drop = child->said_size + fresh > sizeof child->said
            ? child->said_size + fresh - sizeof child->said
            : 0;

        memmove(child->said, child->said + drop, child->said_size - drop);
        memcpy(child->said + child->said_size - drop, block, fresh);
        child->said_size += fresh - drop;
    }
    close_fd(&child->stderr_fd);
}

/* The last words as one line that is safe in an error text. */
static const char *last_words(const struct tie_child *child, char *out, size_t room)
{
    struct tie_text said = tie_text_trim((struct tie_text){ child->said, child->said_size });
    size_t used = 0;

    if (said.size > room - 1) {
        said.at += said.size - (room - 1);
        said.size = room - 1;
    }
    while (said.size > 0 && ((unsigned char)said.at[0] & 0xC0) == 0x80) { /* not from the middle of a character */
        said.at++;
        said.size--;
    }
    if (!tie_text_is_utf8(said, NULL))
        said.size = 0;
    for (; used < said.size; used++)
        out[used] = (unsigned char)said.at[used] < ' ' ? ' ' : said.at[used];
    out[used] = '\0';
    return out;
}

static enum tie_status fail_expired(const struct tie_child *child, struct tie_error *err)
{
    const int64_t tenths = child->time_us / 100000;

    return tie_fail(err, TIE_UNAVAILABLE,
        "%s passed its deadline of %" PRId64 ".%" PRId64 " s and was ended; raise its timeout or give it less to do",
        child->name, tenths / 10, tenths % 10);
}

void tie_child_words(int wait_status, char *out, size_t room)
{
    if (WIFEXITED(wait_status)) {
        (void)snprintf(out, room, "exited with code %d", WEXITSTATUS(wait_status));
    } else if (WIFSIGNALED(wait_status)) {
        const char *const name = sigdescr_np(WTERMSIG(wait_status));

        (void)snprintf(out, room, "was killed by signal %d (%s)", WTERMSIG(wait_status), name ? name : "unknown");
    } else {
        (void)snprintf(out, room, "ended in an unknown way (%d)", wait_status);
    }
}

static enum tie_status fail_ended(const struct tie_child *child, struct tie_error *err)
{
    char words[96];
    char said[512];
    char limit[64] = "";

    tie_child_words(child->wait_status, words, sizeof words);
    (void)last_words(child, said, sizeof said);
    if (child->memory_bytes > 0)
        (void)snprintf(limit, sizeof limit, "; its memory limit is %" PRIu64 " MiB", child->memory_bytes >> 20);
    return tie_fail(err, TIE_UNAVAILABLE, "%s %s%s%s%s", child->name, words, limit, said[0] ? "; it said: " : "", said);
}

static void kill_group(const struct tie_child *child)
{
    if (child->pid > 0 && kill(-child->pid, SIGKILL) != 0)
        (void)kill(child->pid, SIGKILL);
}

static void expire(struct tie_child *child)
{
    kill_group(child);
    child->expired = true;
    child->readable = true;
}

/* True when the child has ended; then its group is cleared and it is reaped. */
static bool try_reap(struct tie_child *child)
{
    siginfo_t info = { 0 };

    if (child->pid == 0)
        return true;
    if (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0)
        return false;
    kill_group(child); /* what the child may have started; its own pid is still taken */
    while (waitpid(child->pid, &child->wait_status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    return true;
}

/* Milliseconds for poll(2) until `until_us`, rounded up; -1 for no limit. */
static int poll_ms(int64_t until_us)
{
    if (until_us == INT64_MAX)
        return -1;
    const int64_t left_us = until_us - tie_clock_us();

    if (left_us <= 0)
        return 0;
    return left_us > INT64_C(3600000000) ? 3600000 : (int)((left_us + 999) / 1000);
}

enum tie_status tie_child_send(struct tie_child *child, struct tie_text request, struct tie_error *err)
{
    while (request.size > 0) {
        struct pollfd fds[2] = { { child->request_fd, POLLOUT, 0 }, { child->stderr_fd, POLLIN, 0 } };
        const ssize_t wrote = write(child->request_fd, request.at, request.size);

        if (wrote > 0) {
            request.at += wrote;
            request.size -= (size_t)wrote;
            continue;
        }
        if (wrote < 0 && errno == EPIPE) {
            const enum tie_status status = tie_child_finish(child, err);

            return status != TIE_OK
                ? status
                : tie_fail(err, TIE_UNAVAILABLE, "%s ended before it took its request", child->name);
        }
        if (wrote < 0 && errno != EAGAIN && errno != EINTR)
            return tie_fail_os(err, TIE_UNAVAILABLE, errno, "send the request to", child->name);
        if (tie_clock_us() >= child->deadline_us) {
            expire(child);
            return fail_expired(child, err);
        }
        (void)poll(fds, 2, poll_ms(child->deadline_us));
        hear(child);
    }
    close_fd(&child->request_fd);
    return TIE_OK;
}

enum tie_status tie_child_wait(struct tie_child *const *children, size_t count, int64_t until_us, struct tie_error *err)
{
    struct pollfd fds[2 * CHILDREN_MAX];
    int64_t first_us = until_us;
    bool any = false;

    TIE_ASSERT(count <= CHILDREN_MAX);
    for (size_t i = 0; i < count; i++) {
        struct tie_child *const child = children[i];

        fds[2 * i] = fds[2 * i + 1] = (struct pollfd){ -1, POLLIN, 0 };
        if (child == NULL)
            continue;
        child->readable = child->expired;
        if (child->reply_fd < 0 || child->expired)
            continue;
        fds[2 * i].fd = child->reply_fd;
        fds[2 * i + 1].fd = child->stderr_fd;
        if (child->deadline_us < first_us)
            first_us = child->deadline_us;
        any = true;
    }
    if (!any)
        return TIE_OK;
    if (poll(fds, (nfds_t)(2 * count), poll_ms(first_us)) < 0)
        return errno == EINTR ? TIE_OK : tie_fail_os(err, TIE_IO, errno, "wait for", "child processes");
    const int64_t now_us = tie_clock_us();

    for (size_t i = 0; i < count; i++) {
        struct tie_child *const child = children[i];

        if (child == NULL || fds[2 * i].fd < 0)
            continue;
        if (fds[2 * i + 1].revents != 0)
            hear(child);
        child->readable = fds[2 * i].revents != 0;
        if (now_us >= child->deadline_us)
            expire(child);
    }
    return TIE_OK;
}

enum tie_status tie_child_read(struct tie_child *child, void *buffer, size_t room, size_t *got, struct tie_error *err)
{
    ssize_t size = 0;

    *got = 0;
    if (child->expired)
        return fail_expired(child, err);
    if (child->at_end || child->reply_fd < 0)
        return TIE_OK;
    do
        size = read(child->reply_fd, buffer, room);
    while (size < 0 && errno == EINTR);
    if (size < 0 && errno != EAGAIN)
        return tie_fail_os(err, TIE_UNAVAILABLE, errno, "read the replies of", child->name);
    if (size == 0) {
        child->at_end = true;
        close_fd(&child->reply_fd);
    } else if (size > 0) {
        *got = (size_t)size;
    }
    child->readable = false;
    return TIE_OK;
}

enum tie_status tie_child_finish(struct tie_child *child, struct tie_error *err)
{
    const int64_t grace_us = tie_clock_us() + GRACE_US;
    const int64_t until_us = child->deadline_us < grace_us ? child->deadline_us : grace_us;
    int pause_ms = 1;

    close_fd(&child->request_fd);
    close_fd(&child->reply_fd); /* a child that still writes must not wait for us */
    while (!try_reap(child)) {
        struct pollfd fds = { child->stderr_fd, POLLIN, 0 };

        (void)poll(&fds, 1, pause_ms);
        hear(child);
        pause_ms = pause_ms < 20 ? pause_ms * 2 : 20;
        if (!child->expired && tie_clock_us() >= until_us)
            expire(child);
    }
    hear(child);
    close_fd(&child->stderr_fd);
    if (child->expired && tie_clock_us() < child->deadline_us)
        return tie_fail(err, TIE_UNAVAILABLE, "%s did not end within %d s after its last reply and was killed",
            child->name, GRACE_US / 1000000);
    if (child->expired)
        return fail_expired(child, err);
    if (!WIFEXITED(child->wait_status) || WEXITSTATUS(child->wait_status) != 0)
        return fail_ended(child, err);
    return TIE_OK;
}

void tie_child_release(struct tie_child *child)
{
    if (child->pid > 0) {
        kill_group(child);
        while (waitpid(child->pid, &child->wait_status, 0) < 0 && errno == EINTR)
            ;
        child->pid = 0;
    }
    close_fd(&child->request_fd);
    close_fd(&child->reply_fd);
    close_fd(&child->stderr_fd);
}
