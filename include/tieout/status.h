/*
 * status.h - how an operation that can fail says so.
 *
 * Three kinds of trouble, three channels (src/README.md): a *finding* is data and never comes through here; an
 * *operating failure* is a returned `enum tie_status` with a `struct tie_error` that says what, where and what to do; a
 * *programmer error* is TIE_ASSERT, on in release too, which prints a line and ends the process with 70 at once
 * (nothing was published).
 *
 * The table is public contract: name, exit code (sysexits.h), whether cron may retry at once, what it means.
 * Ownership: struct tie_error holds its own text; no memory to free. `err` may be NULL wherever it is a parameter.
 */
#ifndef TIEOUT_STATUS_H
#define TIEOUT_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#define TIE_STATUSES(X)                                                                                                \
    X(OK, 0, false, "done; discrepancies may exist")                                                                   \
    X(ALERT, 1, false, "done, and an alert threshold of the policy was reached")                                       \
    X(USAGE, 64, false, "command line wrong; or as-of older than the last kept run, without --dry-run")                \
    X(DATA, 65, false, "data refused (control totals differ, too many rejected rows, digest wrong)")                   \
    X(NOINPUT, 66, false, "a named input file, run or id does not exist")                                              \
    X(UNAVAILABLE, 69, true, "a source is not available, broke off, crashed its driver or passed its deadline")        \
    X(INTERNAL, 70, false, "internal error (assertion)")                                                               \
    X(CANTCREATE, 73, false, "output cannot be created")                                                               \
    X(IO, 74, false, "input/output error, disk full")                                                                  \
    X(BUSY, 75, true, "the job is already running (lock held)")                                                        \
    X(DENIED, 77, false, "permission denied by a source or the file system")                                           \
    X(CONFIG, 78, false, "configuration wrong; SQL error in a query; memory limit too small")                          \
    X(INTERRUPTED, 128, false, "ended by a signal (exit code 128 + signal); the last state stands")

enum tie_status {
#define TIE_AS_ENUM(name, code, retry, text) TIE_##name,
    TIE_STATUSES(TIE_AS_ENUM)
#undef TIE_AS_ENUM
};

#define TIE_MUST_CHECK __attribute__((warn_unused_result))
#define TIE_SMALL __attribute__((packed)) /* an enum that takes as few bytes as its values need */
#define TIE_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#define TIE_NORETURN __attribute__((noreturn))
#define TIE_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct tie_error {
    enum tie_status status;
    char text[1024]; /* one or more sentences, one line of UTF-8; cut at a character boundary when longer */
};

/* Fills err (if not NULL) and returns `status`, so that a caller can `return tie_fail(...)`. */
enum tie_status tie_fail(struct tie_error *err, enum tie_status status, const char *format, ...) TIE_PRINTF(3, 4);

/* All of the bytes to stderr, through interrupted and short writes; async-signal-safe, allocates nothing. Gives up in
 * silence when stderr can't be written: there is nobody left to tell. */
void tie_stderr_put(const char *bytes, size_t size);

/* Puts context before the text ("extract usage_line: ..."); never rewords. Does nothing when err is NULL. */
void tie_error_prefix(struct tie_error *err, const char *format, ...) TIE_PRINTF(2, 3);

int tie_status_exit_code(enum tie_status status);
const char *tie_status_name(enum tie_status status);    /* "UNAVAILABLE" */
const char *tie_status_meaning(enum tie_status status); /* the sentence of the table */
bool tie_status_may_retry(enum tie_status status);

TIE_NORETURN void tie_assert_failed(const char *file, int line, const char *expression);
#define TIE_ASSERT(expression) ((expression) ? (void)0 : tie_assert_failed(__FILE__, __LINE__, #expression))

/* Runs `call`; on failure leaves its status in `status` (a variable in scope) and jumps to the label `out`. */
#define TIE_TRY(call)                                                                                                  \
    do {                                                                                                               \
        status = (call);                                                                                               \
        if (status != TIE_OK)                                                                                          \
            goto out;                                                                                                  \
    } while (0)

#endif
