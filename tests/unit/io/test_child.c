/*
 * test_child.c - children that answer, fail, crash, hang, stop, talk too much and lose their grandparent.
 *
 * This program is its own child: with the argument "child" it plays the part that the second argument names.
 */
#include "tieout/child.h"
#include "tieout/file.h"
#include "tieout/log.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* gcc and clang say it differently */
#ifdef __SANITIZE_ADDRESS__
#define UNDER_ASAN
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define UNDER_ASAN
#endif
#endif

static struct tie_arena arena;

static struct tie_child_setup setup_of(const char *part, const char *argv[4])
{
    argv[0] = "tieout-test-child";
    argv[1] = "child";
    argv[2] = part;
    argv[3] = NULL;
    return (struct tie_child_setup){ .name = "source test", .argv = argv, .time_us = 20000000, .capture_stderr = true };
}

/* ---- the parts ---- */

static int play_echo(void)
{
    struct tie_text request;
    struct tie_out out;

    if (tie_fd_read(&arena, TIE_CHILD_REQUEST_FD, "request", 8 << 20, &request, NULL) != TIE_OK)
        return 2;
    tie_out_init(&out, TIE_CHILD_REPLY_FD, "reply", false);
    tie_out_put(&out, request.at, request.size);
    const enum tie_status status = tie_out_flush(&out, NULL);

    tie_out_release(&out);
    return status == TIE_OK ? 0 : 3;
}

static int play_hang(void)
{
    while (pause() != 0) /* it never returns 0 */
        ;
    return 0;
}

static int play_stop(void)
{
    (void)raise(SIGSTOP);
    return play_hang();
}

static int play_crash(void)
{
    (void)fprintf(stderr, "driver: about to fall\n");
    (void)signal(SIGSEGV, SIG_DFL);
    (void)raise(SIGSEGV);
    return 0;
}

static int play_fail(void)
{
    (void)printf("stdout is no way out\n"); /* goes to stderr */
    (void)fflush(stdout);
    return 3;
}

static int play_memory(void)
{
    for (int i = 0; i < 4096; i++) {
        void *volatile block = malloc(1 << 20); /* volatile: a compiler may leave out what nobody reads */

        if (block == NULL) {
            (void)fprintf(stderr, "refused after %d MiB\n", i);
            return 9;
        }
    }
    return 0;
}

static int play_chatter(void)
{
    for (int i = 0; i < 20000; i++)
        (void)fprintf(stderr, "line %d of much talk\n", i);
    return 4;
}

/* Replies with the descriptors that are open. */
static int play_fds(void)
{
    DIR *const folder = opendir("/proc/self/fd");
    const struct dirent *entry = NULL;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        const int fd = (int)strtol(entry->d_name, NULL, 10);

        if (entry->d_name[0] != '.' && fd != dirfd(folder))
            (void)dprintf(TIE_CHILD_REPLY_FD, "[%d]", fd);
    }
    return folder != NULL ? closedir(folder) : 1;
}

/* Starts a child of its own and replies with its pid. */
static int play_parent(void)
{
    const char *argv[4];
    struct tie_child_setup setup = setup_of("hang", argv);
    struct tie_child child;

    if (tie_child_start(&child, &setup, NULL) != TIE_OK)
        return 5;
    (void)dprintf(TIE_CHILD_REPLY_FD, "%ld", (long)child.pid);
    return play_hang();
}

static const struct {
    const char *name;
    int (*play)(void);
} parts[] = {
    { "echo", play_echo },
    { "hang", play_hang },
    { "stop", play_stop },
    { "crash", play_crash },
    { "fail", play_fail },
    { "memory", play_memory },
    { "chatter", play_chatter },
    { "fds", play_fds },
    { "parent", play_parent },
};

/* ---- the tests ---- */

/* All replies up to their end; -1 on an error. */
static long read_all(struct tie_child *child, char *buffer, size_t room, struct tie_error *err)
{
    struct tie_child *const children[] = { child };
    size_t used = 0;

    while (!child->at_end) {
        size_t got = 0;

        if (tie_child_wait(children, 1, INT64_MAX, err) != TIE_OK ||
            tie_child_read(child, buffer + used, room - used, &got, err) != TIE_OK)
            return -1;
        used += got;
    }
    return (long)used;
}

static void a_large_request_comes_back(void **state)
{
    enum { SIZE = 1 << 20 };
    const char *argv[4];
    const struct tie_child_setup setup = setup_of("echo", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_error err = { 0 };
    char *const request = malloc(SIZE);
    char *const reply = malloc(SIZE + 1);

    (void)state;
    assert_true(request != NULL && reply != NULL);
    for (size_t i = 0; i < SIZE; i++)
        request[i] = (char)(i * 7);
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
    assert_int_equal(tie_child_send(&child, (struct tie_text){ request, SIZE }, &err), TIE_OK);
    assert_int_equal(read_all(&child, reply, SIZE + 1, &err), SIZE);
    assert_memory_equal(request, reply, SIZE);
    assert_int_equal(tie_child_finish(&child, &err), TIE_OK);
    tie_child_release(&child);
    free(request);
    free(reply);
}

static const struct {
    const char *why;
    const char *part;
    const char *want;
    const char *also;
} end_cases[] = {
    { "an exit code is told", "fail", "source test exited with code 3; it said: stdout is no way out", "" },
    { "a crash is told by its signal", "crash",
        "source test was killed by signal 11 (Segmentation fault); it said: ", "driver: about to fall" },
    { "only the end of much talk is kept", "chatter",
        "source test exited with code 4; it said: ", "line 19999 of much talk" },
};

static void ends_are_told_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(end_cases); i++) {
        const char *argv[4];
        const struct tie_child_setup setup = setup_of(end_cases[i].part, argv);
        struct tie_child child = TIE_CHILD_NONE;
        struct tie_error err = { 0 };
        char reply[16];

        print_message("%s\n", end_cases[i].why);
        assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
        assert_int_equal(read_all(&child, reply, sizeof reply, &err), 0);
        assert_int_equal(tie_child_finish(&child, &err), TIE_UNAVAILABLE);
        if (strncmp(err.text, end_cases[i].want, strlen(end_cases[i].want)) != 0)
            assert_string_equal(err.text, end_cases[i].want);
        assert_non_null(strstr(err.text, end_cases[i].also));
        tie_child_release(&child);
    }
}

static void deadlines_end_what_hangs(void **state)
{
    static const char *const hanging[] = { "hang", "stop" };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(hanging); i++) {
        const char *argv[4];
        struct tie_child_setup setup = setup_of(hanging[i], argv);
        struct tie_child child = TIE_CHILD_NONE;
        struct tie_error err = { 0 };
        char reply[16];
        const int64_t start_us = tie_clock_us();

        setup.time_us = 300000;
        assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
        assert_int_equal(read_all(&child, reply, sizeof reply, &err), -1);
        assert_int_equal(err.status, TIE_UNAVAILABLE);
        assert_string_equal(err.text,
            "source test passed its deadline of 0.3 s and was ended; raise its timeout or give it less to do");
        assert_int_equal(tie_child_finish(&child, &err), TIE_UNAVAILABLE);
        assert_true(WIFSIGNALED(child.wait_status));
        assert_true(tie_clock_us() - start_us < 10000000);
        tie_child_release(&child);
    }
}

static void a_child_that_takes_no_request_meets_its_deadline(void **state)
{
    enum { SIZE = 1 << 20 }; /* more than a pipe holds */
    const char *argv[4];
    struct tie_child_setup setup = setup_of("hang", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_error err = { 0 };
    char *const request = calloc(1, SIZE);

    (void)state;
    setup.time_us = 300000;
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
    assert_int_equal(tie_child_send(&child, (struct tie_text){ request, SIZE }, &err), TIE_UNAVAILABLE);
    assert_non_null(strstr(err.text, "deadline"));
    tie_child_release(&child);
    free(request);
}

static void the_memory_limit_holds(void **state)
{
    const char *argv[4];
    struct tie_child_setup setup = setup_of("memory", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_error err = { 0 };

    (void)state;
#ifdef UNDER_ASAN
    skip(); /* the sanitizer reserves terabytes of address space itself */
#endif
    setup.memory_bytes = UINT64_C(256) << 20;
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
    assert_int_equal(tie_child_finish(&child, &err), TIE_UNAVAILABLE);
    assert_non_null(strstr(err.text, "exited with code 9; its memory limit is 256 MiB; it said: refused after"));
    tie_child_release(&child);
}

static void only_five_descriptors_are_passed(void **state)
{
    const char *argv[4];
    const struct tie_child_setup setup = setup_of("fds", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_error err = { 0 };
    char reply[256] = "";
    const int leaky = dup(STDERR_FILENO); /* without close-on-exec */

    (void)state;
    assert_true(leaky >= 0);
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
    assert_true(read_all(&child, reply, sizeof reply - 1, &err) > 0);
    assert_string_equal(reply, "[0][1][2][3][4]");
    assert_int_equal(tie_child_finish(&child, &err), TIE_OK);
    tie_child_release(&child);
    assert_int_equal(close(leaky), 0);
}

static void several_are_watched_at_once(void **state)
{
    const char *argv[3][4];
    struct tie_child children[3];
    struct tie_child *all[3];
    struct tie_error err = { 0 };
    char block[16];
    size_t got = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct tie_child_setup setup = setup_of(i == 1 ? "echo" : "hang", argv[i]);

        setup.time_us = i == 2 ? 400000 : 20000000;
        assert_int_equal(tie_child_start(&children[i], &setup, &err), TIE_OK);
        all[i] = &children[i];
    }
    assert_int_equal(tie_child_wait(all, 3, tie_clock_us() + 20000, &err), TIE_OK);
    assert_false(children[0].readable || children[1].readable);
    assert_int_equal(tie_child_send(&children[1], TIE_TEXT("hello"), &err), TIE_OK);
    while (!children[1].readable)
        assert_int_equal(tie_child_wait(all, 3, INT64_MAX, &err), TIE_OK);
    assert_int_equal(tie_child_read(&children[1], block, sizeof block, &got, &err), TIE_OK);
    assert_int_equal(got, 5);
    while (!children[2].expired)
        assert_int_equal(tie_child_wait(all, 3, INT64_MAX, &err), TIE_OK);
    assert_false(children[0].expired);
    for (size_t i = 0; i < 3; i++)
        tie_child_release(&children[i]);
}

static void a_missing_program_is_told_at_the_start(void **state)
{
    const char *argv[4];
    struct tie_child_setup setup = setup_of("echo", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_error err = { 0 };

    (void)state;
    setup.program = "/nonexistent/program";
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_UNAVAILABLE);
    assert_string_equal(err.text, "cannot start source test (/nonexistent/program): No such file or directory");
    tie_child_release(&child);
}

/* A dead process may stay as a zombie when nobody reaps orphans here. */
static bool is_alive(long pid)
{
    char path[64];
    char line[512] = "";

    (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *const file = fopen(path, "re");

    if (file == NULL)
        return false;
    const char *const got = fgets(line, sizeof line, file);
    const char *const close = got ? strrchr(line, ')') : NULL;

    (void)fclose(file);
    return close != NULL && strchr("ZX", close[2]) == NULL;
}

static void no_orphan_outlives_its_parent(void **state)
{
    const char *argv[4];
    const struct tie_child_setup setup = setup_of("parent", argv);
    struct tie_child child = TIE_CHILD_NONE;
    struct tie_child *const children[] = { &child };
    struct tie_error err = { 0 };
    char reply[32] = "";
    size_t got = 0;

    (void)state;
    assert_int_equal(tie_child_start(&child, &setup, &err), TIE_OK);
    assert_int_equal(tie_child_wait(children, 1, INT64_MAX, &err), TIE_OK);
    assert_int_equal(tie_child_read(&child, reply, sizeof reply - 1, &got, &err), TIE_OK);
    const long grandchild = strtol(reply, NULL, 10);

    assert_true(grandchild > 0 && is_alive(grandchild));
    tie_child_release(&child); /* SIGKILL; the grandchild has a group of its own */
    for (int i = 0; i < 500 && is_alive(grandchild); i++)
        (void)usleep(10000);
    assert_false(is_alive(grandchild));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_request_comes_back),
        cmocka_unit_test(ends_are_told_in_words),
        cmocka_unit_test(deadlines_end_what_hangs),
        cmocka_unit_test(a_child_that_takes_no_request_meets_its_deadline),
        cmocka_unit_test(the_memory_limit_holds),
        cmocka_unit_test(only_five_descriptors_are_passed),
        cmocka_unit_test(several_are_watched_at_once),
        cmocka_unit_test(a_missing_program_is_told_at_the_start),
        cmocka_unit_test(no_orphan_outlives_its_parent),
    };
    int result = 127;

    tie_io_ignore_signals();
    if (argc == 3 && strcmp(argv[1], "child") == 0) {
        if (strcmp(argv[2], "echo") == 0 && tie_arena_init(&arena, 16 << 20, NULL) != TIE_OK)
            return 6;
        for (size_t i = 0; i < TIE_COUNT_OF(parts); i++) {
            if (strcmp(argv[2], parts[i].name) == 0)
                result = parts[i].play();
        }
        if (arena.base != NULL)
            tie_arena_release(&arena);
        return result;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
