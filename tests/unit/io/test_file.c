/* test_file.c - whole reads, atomic files under a file size limit, folders, links, locks. */
#include "tieout/file.h"
#include "tieout/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct tie_arena arena;
static char folder[64];

static char *in_folder(const char *name)
{
    return tie_path_join(&arena, folder, name);
}

static int set_up(void **state)
{
    (void)state;
    tie_io_ignore_signals();
    (void)snprintf(folder, sizeof folder, "/tmp/tieout-file-XXXXXX");
    return tie_arena_init(&arena, 16 << 20, NULL) == TIE_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    const enum tie_status status = tie_tree_remove(folder, NULL);

    tie_arena_release(&arena);
    return status == TIE_OK ? 0 : -1;
}

static size_t entry_count(void)
{
    struct tie_entries entries;

    assert_int_equal(tie_folder_list(&arena, folder, &entries, NULL), TIE_OK);
    return entries.count;
}

static void write_then_read(void **state)
{
    struct tie_text bytes;
    struct tie_error err = { 0 };
    char hex[TIE_SHA256_HEX];
    char want[TIE_SHA256_HEX];
    char *const path = in_folder("a.txt");

    (void)state;
    assert_int_equal(tie_file_write(path, TIE_TEXT("first"), &err), TIE_OK);
    assert_int_equal(tie_file_write(path, TIE_TEXT("second\0half"), &err), TIE_OK);
    assert_int_equal(tie_file_read(&arena, path, 100, &bytes, &err), TIE_OK);
    assert_true(tie_text_equal(bytes, TIE_TEXT("second\0half")));
    assert_int_equal(tie_file_sha256(path, hex, &err), TIE_OK);
    tie_sha256_hex(bytes, want);
    assert_string_equal(hex, want);
    assert_int_equal(tie_file_read(&arena, path, 11, &bytes, &err), TIE_OK);
    assert_int_equal(tie_file_read(&arena, path, 10, &bytes, &err), TIE_DATA);
    assert_non_null(strstr(err.text, "larger than 10 bytes"));
    assert_int_equal(tie_file_append(path, TIE_TEXT("+3"), &err), TIE_OK);
    assert_int_equal(tie_file_read(&arena, path, 100, &bytes, &err), TIE_OK);
    assert_true(tie_text_equal(bytes, TIE_TEXT("second\0half+3")));
    assert_int_equal(entry_count(), 1);
    assert_int_equal(unlink(path), 0);
}

static void errors_name_path_and_advice(void **state)
{
    struct tie_text bytes;
    struct tie_error err = { 0 };
    struct tie_new_file file;

    (void)state;
    assert_int_equal(tie_file_read(&arena, "/nonexistent/x", 10, &bytes, &err), TIE_NOINPUT);
    assert_string_equal(err.text, "cannot read /nonexistent/x: No such file or directory; check the path");
    assert_int_equal(tie_file_read(&arena, folder, 10, &bytes, &err), TIE_IO);
    assert_non_null(strstr(err.text, "it is a folder; name a file"));
    assert_int_equal(tie_new_file_open(&file, "/nonexistent/x", 0666, false, &err), TIE_CANTCREATE);
    assert_non_null(strstr(err.text, "cannot create /nonexistent/x"));
    tie_new_file_release(&file);
    assert_int_equal(tie_fail_os(&err, TIE_IO, EACCES, "read", "x"), TIE_DENIED);
    assert_int_equal(tie_fail_os(&err, TIE_CANTCREATE, ENOSPC, "create", "x"), TIE_IO);
    assert_non_null(strstr(err.text, "disk full"));
}

/* In a child process: the limit can't be raised again. Exit code 0 when all holds. */
static int write_past_limit(const char *path)
{
    const struct rlimit limit = { 100000, 100000 };
    struct tie_new_file file;
    struct tie_error err = { 0 };
    static const char block[1000] = "x";

    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || tie_new_file_open(&file, path, 0666, true, &err) != TIE_OK)
        return 1;
    for (int i = 0; i < 500; i++)
        tie_out_put(&file.out, block, sizeof block);
    if (tie_new_file_commit(&file, &err) != TIE_IO || strstr(err.text, "disk full") == NULL)
        return 2;
    tie_new_file_release(&file);
    static char large[200000];

    if (tie_file_append(path, (struct tie_text){ large, sizeof large }, &err) != TIE_IO)
        return 3;
    return 0;
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    char *const path = in_folder("full.txt");
    struct tie_text bytes;
    int wait_status = 0;

    (void)state;
    assert_int_equal(tie_file_write(path, TIE_TEXT("old"), NULL), TIE_OK);
    const pid_t pid = fork();

    if (pid == 0)
        _exit(write_past_limit(path));
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    assert_true(WIFEXITED(wait_status));
    assert_int_equal(WEXITSTATUS(wait_status), 0);
    assert_int_equal(tie_file_read(&arena, path, 1000, &bytes, NULL), TIE_OK);
    assert_true(tie_text_is(bytes, "old"));
    assert_int_equal(entry_count(), 1); /* no temporary file */
    assert_int_equal(unlink(path), 0);
}

static void dropped_files_leave_nothing(void **state)
{
    struct tie_new_file file;

    (void)state;
    assert_int_equal(tie_new_file_open(&file, in_folder("dropped"), 0600, false, NULL), TIE_OK);
    tie_out_printf(&file.out, "%s", "text");
    assert_int_equal(entry_count(), 1); /* the temporary one */
    tie_new_file_release(&file);
    assert_int_equal(entry_count(), 0);
}

static void streams_count_and_digest(void **state)
{
    int ends[2];
    struct tie_out out;
    struct tie_text bytes;
    struct tie_error err = { 0 };
    char hex[TIE_SHA256_HEX];
    char want[TIE_SHA256_HEX];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    tie_out_init(&out, ends[1], "pipe", true);
    tie_out_text(&out, "one ");
    tie_out_printf(&out, "%d%c", 2, '\n');
    assert_int_equal(tie_out_flush(&out, &err), TIE_OK);
    assert_int_equal(out.bytes, 6);
    tie_out_sha256(&out, hex);
    tie_out_release(&out);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(tie_fd_read(&arena, ends[0], "pipe", 100, &bytes, &err), TIE_OK);
    assert_true(tie_text_is(bytes, "one 2\n"));
    tie_sha256_hex(bytes, want);
    assert_string_equal(hex, want);
    assert_int_equal(close(ends[0]), 0);

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(close(ends[0]), 0);
    tie_out_init(&out, ends[1], "pipe", false);
    tie_out_text(&out, "nobody reads this");
    assert_int_equal(tie_out_flush(&out, &err), TIE_IO); /* EPIPE, not the end of the process */
    tie_out_release(&out);
    assert_int_equal(close(ends[1]), 0);
}

/* The digest is taken of whole buffers: what fills one, what does not fit into any, what still lies in one. */
static void digests_cover_what_waits(void **state)
{
    static const size_t sizes[] = { 1, 65535, 1, 65536, 3, 200000, 65537, 0, 7 };
    static char bytes[500000];
    const int fd = memfd_create("digest", MFD_CLOEXEC);
    struct tie_out out;
    size_t at = 0;
    char hex[TIE_SHA256_HEX], want[TIE_SHA256_HEX];

    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    tie_out_init(&out, fd, "digest", true);
    for (size_t i = 0; i < TIE_COUNT_OF(sizes); i++) {
        tie_out_put(&out, bytes + at, sizes[i]);
        tie_out_char(&out, bytes[at + sizes[i]]);
        at += sizes[i] + 1;
        assert_int_equal(out.bytes, at);
    }
    tie_out_sha256(&out, hex);
    tie_sha256_hex((struct tie_text){ bytes, at }, want);
    assert_string_equal(hex, want);
    assert_int_equal(tie_out_flush(&out, NULL), TIE_OK);
    tie_out_release(&out);
    assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)at);
    assert_int_equal(close(fd), 0);
}

static const struct {
    const char *why, *naming_file, *path, *want;
} beside_cases[] = {
    { "beside the naming file", "jobs/nightly.ini", "../var", "jobs/../var" },
    { "naming file without folder", "nightly.ini", "x.sql", "x.sql" },
    { "absolute stays", "jobs/nightly.ini", "/srv/x", "/srv/x" },
    { "naming file at the root", "/nightly.ini", "x", "/x" },
};

static void paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(beside_cases); i++) {
        print_message("%s\n", beside_cases[i].why);
        assert_string_equal(
            tie_path_beside(&arena, beside_cases[i].naming_file, beside_cases[i].path), beside_cases[i].want);
    }
    assert_string_equal(tie_path_folder(&arena, "/a"), "/");
    assert_string_equal(tie_path_folder(&arena, "a"), ".");
    assert_string_equal(tie_path_folder(&arena, "a/b/c"), "a/b");
    assert_string_equal(tie_path_name("a/b/c"), "c");
    assert_string_equal(tie_path_join(&arena, "a/", "b"), "a/b");
    assert_string_equal(tie_path_join(&arena, "a", "/b"), "/b");
}

static void trees_go_and_links_are_not_followed(void **state)
{
    struct tie_entries entries;
    struct tie_error err = { 0 };

    (void)state;
    assert_int_equal(tie_folder_make(in_folder("keep/me"), &err), TIE_OK);
    assert_int_equal(tie_folder_make(in_folder("keep/me"), &err), TIE_OK); /* again is fine */
    assert_int_equal(tie_folder_make(in_folder("tree/b/c"), &err), TIE_OK);
    assert_int_equal(tie_file_write(in_folder("tree/b/a"), TIE_TEXT("x"), &err), TIE_OK);
    assert_int_equal(tie_file_write(in_folder("tree/b/Z"), TIE_TEXT("x"), &err), TIE_OK);
    assert_int_equal(tie_link_replace("../../keep", in_folder("tree/b/link"), &err), TIE_OK);
    assert_int_equal(tie_folder_list(&arena, in_folder("tree/b"), &entries, &err), TIE_OK);
    assert_int_equal(entries.count, 4);
    assert_string_equal(entries.at[0].name, "Z"); /* byte order: capitals first */
    assert_string_equal(entries.at[1].name, "a");
    assert_int_equal(entries.at[2].kind, TIE_ENTRY_FOLDER);
    assert_int_equal(entries.at[3].kind, TIE_ENTRY_LINK);
    assert_int_equal(tie_tree_remove(in_folder("tree"), &err), TIE_OK);
    assert_int_equal(tie_path_kind(in_folder("tree")), TIE_ENTRY_NONE);
    assert_int_equal(tie_path_kind(in_folder("keep/me")), TIE_ENTRY_FOLDER);
    assert_int_equal(tie_tree_remove(in_folder("tree"), &err), TIE_OK); /* nothing there: done */
    assert_int_equal(tie_file_write(in_folder("plain"), TIE_TEXT("x"), &err), TIE_OK);
    assert_int_equal(tie_folder_make(in_folder("plain/sub"), &err), TIE_CANTCREATE);
    assert_int_equal(tie_tree_remove(in_folder("plain"), &err), TIE_OK);
    assert_int_equal(tie_tree_remove(in_folder("keep"), &err), TIE_OK);
}

static atomic_int maker_tid;
static atomic_bool is_made;

static void *make_one(void *path)
{
    atomic_store(&maker_tid, gettid());
    const enum tie_status status = tie_folder_make(path, NULL);

    atomic_store(&is_made, status == TIE_OK);
    return NULL;
}

/* Whether the thread waits for something that isn't there yet. */
static bool is_asleep(int tid)
{
    char path[64];
    char state = '?';
    FILE *file = NULL;

    (void)snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = '?';
    (void)fclose(file);
    return state == 'S';
}

/* In a process of its own: nobody could make a folder in this one any more. */
static void final_folders_stay_removed(void **state)
{
    char *const path = in_folder("late/one");
    int wait_status = -1;

    (void)state;
    assert_int_equal(tie_folder_make(in_folder("early"), NULL), TIE_OK);
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        pthread_t maker;

        tie_folders_are_final();
        if (pthread_create(&maker, NULL, make_one, path) != 0)
            _exit(2);
        while (!atomic_load(&is_made) && !is_asleep(atomic_load(&maker_tid)))
            (void)sched_yield();
        _exit(atomic_load(&is_made) || tie_path_kind(in_folder("late")) != TIE_ENTRY_NONE ||
            tie_tree_remove(in_folder("early"), NULL) != TIE_OK);
    }
    assert_int_equal(waitpid(child, &wait_status, 0), child);
    assert_int_equal(wait_status, 0);
    assert_int_equal(tie_path_kind(in_folder("early")), TIE_ENTRY_NONE);
}

static void links_change_in_one_step(void **state)
{
    char target[64] = "";
    struct tie_error err = { 0 };
    char *const path = in_folder("latest");

    (void)state;
    assert_int_equal(tie_link_replace("runs/1", path, &err), TIE_OK);
    assert_int_equal(tie_link_replace("runs/2", path, &err), TIE_OK);
    assert_int_equal(readlink(path, target, sizeof target - 1), 6);
    assert_string_equal(target, "runs/2");
    assert_int_equal(entry_count(), 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tie_file_write(path, TIE_TEXT("a file"), &err), TIE_OK);
    assert_int_equal(tie_link_replace("runs/3", path, &err), TIE_CANTCREATE); /* never eats a file */
    assert_int_equal(unlink(path), 0);
}

static void space_is_checked(void **state)
{
    struct tie_error err = { 0 };

    (void)state;
    assert_int_equal(tie_disk_require(folder, 1, &err), TIE_OK);
    assert_int_equal(tie_disk_require(folder, UINT64_MAX / 2, &err), TIE_IO);
    assert_non_null(strstr(err.text, "disk full"));
}

static void one_holder_at_a_time(void **state)
{
    struct tie_lock first = TIE_LOCK_NONE;
    struct tie_lock second = TIE_LOCK_NONE;
    struct tie_error err = { 0 };
    char want[64];

    (void)state;
    assert_int_equal(tie_lock_take(&first, folder, &err), TIE_OK);
    assert_int_equal(tie_lock_take(&second, folder, &err), TIE_BUSY);
    (void)snprintf(want, sizeof want, "held by process %ld)", (long)getpid());
    assert_non_null(strstr(err.text, want));
    tie_lock_release(&second); /* harmless */
    tie_lock_release(&first);
    assert_int_equal(tie_lock_take(&second, folder, &err), TIE_OK);
    tie_lock_release(&second);
    assert_int_equal(tie_lock_take(&first, "/nonexistent", &err), TIE_CANTCREATE);
    assert_int_equal(first.fd, -1);
    assert_int_equal(unlink(in_folder(".lock")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_then_read),
        cmocka_unit_test(errors_name_path_and_advice),
        cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(dropped_files_leave_nothing),
        cmocka_unit_test(streams_count_and_digest),
        cmocka_unit_test(digests_cover_what_waits),
        cmocka_unit_test(paths),
        cmocka_unit_test(trees_go_and_links_are_not_followed),
        cmocka_unit_test(final_folders_stay_removed),
        cmocka_unit_test(links_change_in_one_step),
        cmocka_unit_test(space_is_checked),
        cmocka_unit_test(one_holder_at_a_time),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
