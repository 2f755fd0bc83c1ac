/*
 * child.h - work that may hang, crash or leak runs in a child process with a deadline and a memory limit.
 *
 * The child is this binary again (/proc/self/exe) or a given program. It reads its request from descriptor 3 and writes
 * its replies to descriptor 4, nothing else is passed: stdin is /dev/null, stdout goes to stderr, every other
 * descriptor is closed. Secrets travel in the request only, never in arguments or the environment. The child has a
 * process group of its own and is killed by the kernel when the parent ends, however it ends.
 *
 * Threads: the kernel ties the child to the *thread* that started it; start children from a thread that outlives them.
 * Units: times are microseconds of tie_clock_us(); memory is bytes of address space (RLIMIT_AS).
 * Errors: can't be started TIE_UNAVAILABLE; the child crashed, failed or passed its deadline TIE_UNAVAILABLE, with the
 * reason in words and the end of what it said on stderr when that is captured.
 */
#ifndef TIEOUT_CHILD_H
#define TIEOUT_CHILD_H

#include "tieout/text.h"

#include <sys/types.h>

#define TIE_CHILD_REQUEST_FD 3
#define TIE_CHILD_REPLY_FD 4

struct tie_child_setup {
    const char *name;        /* in error texts: "source erp"; borrowed for the life of the child */
    const char *program;     /* NULL: this binary */
    const char *const *argv; /* ends with NULL; argv[0] is what the process list shows */
    uint64_t memory_bytes;   /* 0: no limit */
    int64_t time_us;         /* from start to the end of the child; 0: no deadline */
    bool capture_stderr;     /* keep the end of it for error texts; else it goes to our stderr */
};

struct tie_child {
    const char *name;
    pid_t pid;                           /* 0: none, or already reaped */
    int request_fd, reply_fd, stderr_fd; /* our ends; -1 when closed */
    uint64_t memory_bytes;
    int64_t time_us, deadline_us;
    bool readable;   /* set by tie_child_wait: tie_child_read() has bytes, or the end */
    bool at_end;     /* the child closed its replies */
    bool expired;    /* killed at its deadline */
    int wait_status; /* of waitpid(2), once reaped */
    size_t said_size;
    char said[1024]; /* the end of its stderr, when captured */
};

#define TIE_CHILD_NONE ((struct tie_child){ .request_fd = -1, .reply_fd = -1, .stderr_fd = -1 })

TIE_MUST_CHECK enum tie_status tie_child_start(
    struct tie_child *child, const struct tie_child_setup *setup, struct tie_error *err);
/* Sends the whole request and closes the pipe, so the child sees its end. Keeps to the deadline. */
TIE_MUST_CHECK enum tie_status tie_child_send(struct tie_child *child, struct tie_text request, struct tie_error *err);
/* Waits until a child is readable or expired, or until `until_us` (INT64_MAX: no limit), or a signal arrives; children
 * past their deadline are killed. Reaching the end of a wait with nothing ready is no error. NULLs and ended children
 * are skipped. */
TIE_MUST_CHECK enum tie_status tie_child_wait(
    struct tie_child *const *children, size_t count, int64_t until_us, struct tie_error *err);
/* Reads what is there without waiting: *got 0 and !child->at_end means nothing yet. Expired: TIE_UNAVAILABLE. */
TIE_MUST_CHECK enum tie_status tie_child_read(
    struct tie_child *child, void *buffer, size_t room, size_t *got, struct tie_error *err);
/* Waits for the end of the child within its deadline and reaps it. TIE_OK only when it exited with 0. */
TIE_MUST_CHECK enum tie_status tie_child_finish(struct tie_child *child, struct tie_error *err);
/* SIGKILL to its group, reap, close. Harmless when there is none; always call. */
void tie_child_release(struct tie_child *child);
/* "exited with code 3", "was killed by signal 11 (Segmentation fault)"; `out` has `room` bytes. */
void tie_child_words(int wait_status, char *out, size_t room);

#endif
