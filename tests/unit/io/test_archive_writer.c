/* test_archive_writer.c - same members, same bytes; what stands in the headers; full disks; names that are refused. */
#include "tieout/archive_reader.h"
#include "tieout/archive_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOISE_BYTES = 700000 };

static struct tie_arena arena;
static char folder[64];
static char noise[NOISE_BYTES]; /* does not compress */

static char *in_folder(const char *name)
{
    return tie_path_join(&arena, folder, name);
}

static int set_up(void **state)
{
    uint64_t word = 1;

    (void)state;
    tie_io_ignore_signals();
    for (size_t i = 0; i < sizeof noise; i++) {
        word = word * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        noise[i] = (char)(word >> 56);
    }
    (void)snprintf(folder, sizeof folder, "/tmp/tieout-archive-XXXXXX");
    return tie_arena_init(&arena, (size_t)1 << 30, NULL) == TIE_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    const enum tie_status status = tie_tree_remove(folder, NULL);

    tie_arena_release(&arena);
    return status == TIE_OK ? 0 : -1;
}

static const struct {
    const char *name, *text; /* text NULL: the noise */
    bool from_file;
} members[] = {
    { "manifest.json", "{}\n", false },
    { "empty.txt", "", true },
    { "frames/usage_line.csv", NULL, true },
    { "frames/noise", NULL, false },
    { "a-name-that-is-longer-than-the-hundred-bytes-of-an-old-tar-header/and-goes-on-in-a-second-part-of-its-own/x.csv",
        "id\r\n1\r\n", false },
};

static struct tie_text content(size_t i)
{
    return members[i].text == NULL ? (struct tie_text){ noise, sizeof noise } : tie_text_of(members[i].text);
}

static enum tie_status write_all(const char *path, struct tie_archive_seal *seal, struct tie_error *err)
{
    struct tie_archive_writer *writer = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_archive_create(path, &writer, err));
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++) {
        struct tie_member_seal member;
        char want[TIE_SHA256_HEX];

        if (members[i].from_file)
            TIE_TRY(tie_archive_add_file(
                writer, members[i].name, in_folder(members[i].text == NULL ? "in.noise" : "in.empty"), &member, err));
        else
            TIE_TRY(tie_archive_add(writer, members[i].name, content(i), &member, err));
        tie_sha256_hex(content(i), want);
        assert_string_equal(member.sha256, want);
        assert_int_equal(member.bytes, content(i).size);
    }
    status = tie_archive_seal(writer, seal, err);
    writer = NULL;
out:
    tie_archive_discard(writer);
    return status;
}

static void make_inputs(void)
{
    assert_int_equal(tie_file_write(in_folder("in.noise"), (struct tie_text){ noise, sizeof noise }, NULL), TIE_OK);
    assert_int_equal(tie_file_write(in_folder("in.empty"), TIE_TEXT(""), NULL), TIE_OK);
}

static void same_bytes_under_any_zone_and_locale(void **state)
{
    struct tie_archive_seal first, second;
    char *path = in_folder("x.tar.zst");
    char found[TIE_SHA256_HEX];
    struct tie_error err;
    struct stat info;

    (void)state;
    make_inputs();
    assert_int_equal(write_all(path, &first, &err), TIE_OK);
    assert_int_equal(tie_file_sha256(path, found, &err), TIE_OK);
    assert_string_equal(found, first.sha256);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, first.bytes);
    assert_int_equal(setenv("TZ", "Pacific/Chatham", 1), 0);
    tzset();
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    assert_int_equal(write_all(path, &second, &err), TIE_OK);
    assert_non_null(setlocale(LC_ALL, "C"));
    assert_string_equal(first.sha256, second.sha256);
}

static void headers_say_nothing_of_here_and_now(void **state)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry = NULL;
    struct tie_archive_seal seal;
    char *got = malloc(NOISE_BYTES + 1);

    (void)state;
    assert_non_null(got);
    make_inputs();
    assert_int_equal(write_all(in_folder("x.tar.zst"), &seal, NULL), TIE_OK);
    assert_int_equal(archive_read_support_format_tar(archive), ARCHIVE_OK);
    assert_int_equal(archive_read_support_filter_zstd(archive), ARCHIVE_OK);
    assert_int_equal(archive_read_open_filename(archive, in_folder("x.tar.zst"), 1 << 16), ARCHIVE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++) {
        assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
        assert_string_equal(archive_entry_pathname(entry), members[i].name);
        assert_int_equal(archive_entry_filetype(entry), AE_IFREG);
        assert_int_equal(archive_entry_perm(entry), 0644);
        assert_int_equal(archive_entry_uid(entry), 0);
        assert_int_equal(archive_entry_gid(entry), 0);
        assert_int_equal(archive_entry_mtime(entry), 946684800);
        assert_false(archive_entry_atime_is_set(entry) || archive_entry_ctime_is_set(entry));
        assert_true(archive_entry_uname(entry) == NULL || archive_entry_uname(entry)[0] == '\0');
        assert_int_equal(archive_read_data(archive, got, NOISE_BYTES + 1), content(i).size);
        assert_memory_equal(got, content(i).at, content(i).size);
    }
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_EOF);
    assert_int_equal(archive_read_free(archive), ARCHIVE_OK);
    free(got);
}

static void our_reader_reads_it(void **state)
{
    struct tie_archive *archive = NULL;
    struct tie_archive_seal seal;
    struct tie_error err;
    const char *name = NULL;
    char *got = malloc(NOISE_BYTES);

    (void)state;
    assert_non_null(got);
    make_inputs();
    assert_int_equal(write_all(in_folder("x.tar.zst"), &seal, NULL), TIE_OK);
    assert_int_equal(
        tie_archive_open(in_folder("x.tar.zst"), &(struct tie_archive_limits){ 0 }, &archive, &err), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++) {
        size_t size = 0, part = 1;

        assert_int_equal(tie_archive_next(archive, &name, &err), TIE_OK);
        assert_string_equal(name, members[i].name);
        while (part > 0) {
            assert_int_equal(tie_archive_read(archive, got + size, NOISE_BYTES - size, &part, &err), TIE_OK);
            size += part;
            if (size == NOISE_BYTES)
                break;
        }
        assert_int_equal(size, content(i).size);
        assert_memory_equal(got, content(i).at, size);
    }
    assert_int_equal(tie_archive_finish(archive, &err), TIE_OK);
    tie_archive_close(archive);
    free(got);
}

/* In a child of its own: the limit can't be taken back. Returns its exit code, 0 when all was as it should. */
static int write_below(rlim_t limit_bytes)
{
    struct tie_archive_seal seal;
    struct tie_error err;

    if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit_bytes, limit_bytes }) != 0)
        return 2;
    if (write_all(in_folder("full.tar.zst"), &seal, &err) != TIE_IO)
        return 3;
    if (strstr(err.text, "disk full") == NULL || strstr(err.text, "full.tar.zst") == NULL)
        return 4;
    return 0;
}

static void a_full_disk_is_told_and_leaves_nothing(void **state)
{
    static const rlim_t limits[] = { 0, 1, 5000, 300000, 700000 };
    struct tie_entries entries = { 0 };

    (void)state;
    make_inputs();
    for (size_t i = 0; i < TIE_COUNT_OF(limits); i++) {
        const pid_t child = fork();
        int how = 0;

        if (child == 0)
            _exit(write_below(limits[i]));
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 0);
    }
    assert_int_equal(tie_folder_list(&arena, folder, &entries, NULL), TIE_OK);
    for (size_t i = 0; i < entries.count; i++)
        assert_null(strstr(entries.at[i].name, "full"));
}

static void a_changed_byte_breaks_the_seal(void **state)
{
    struct tie_archive_seal seal;
    struct tie_text bytes;
    struct tie_error err;
    char *path = in_folder("sealed.tar.zst");

    (void)state;
    make_inputs();
    assert_int_equal(write_all(path, &seal, &err), TIE_OK);
    if (tie_archive_check_seal(path, &err) != TIE_OK)
        fail_msg("%s", err.text);
    assert_int_equal(tie_file_read(&arena, path, 8 << 20, &bytes, &err), TIE_OK);
    for (size_t step = 0; step < 200; step++) {
        /* all of the last 100 bytes, and some before */
        const size_t at = step < 100 ? bytes.size - 1 - step : (step - 100) * (bytes.size / 100);
        char *changed = tie_text_dup(&arena, bytes);

        changed[at] = (char)(changed[at] ^ (1 << step % 8));
        assert_int_equal(tie_file_write(path, (struct tie_text){ changed, bytes.size }, NULL), TIE_OK);
        assert_int_equal(tie_archive_check_seal(path, &err), TIE_DATA);
        assert_non_null(strstr(err.text, "sealed.tar.zst"));
        assert_int_equal(tie_file_write(path, (struct tie_text){ bytes.at, at }, NULL), TIE_OK);
        assert_int_equal(tie_archive_check_seal(path, &err), TIE_DATA);
    }
    assert_int_equal(tie_archive_check_seal(in_folder("nowhere"), &err), TIE_NOINPUT);
}

static void bad_members_are_refused(void **state)
{
    static const struct {
        const char *name, *says;
    } cases[] = { { "", "is empty" }, { "/etc/passwd", "absolute" }, { "a/../b", "has a part" },
        { "a//b", "has a part" }, { "a/", "ends with" }, { "./a", "has a part" }, { "caf\xC3\xA9", "ASCII" },
        { "a\nb", "ASCII" }, { "a\\b", "backslash" } };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_archive_writer *writer = NULL;
        struct tie_error err;

        assert_int_equal(tie_archive_create(in_folder("bad.tar.zst"), &writer, &err), TIE_OK);
        assert_int_equal(tie_archive_add(writer, cases[i].name, TIE_TEXT("x"), NULL, &err), TIE_DATA);
        assert_non_null(strstr(err.text, cases[i].says));
        assert_int_equal(tie_archive_add_file(writer, "f", in_folder("nowhere"), NULL, &err), TIE_NOINPUT);
        assert_int_equal(tie_archive_add_file(writer, "f", folder, NULL, &err), TIE_IO);
        tie_archive_discard(writer);
        assert_int_equal(tie_path_kind(in_folder("bad.tar.zst")), TIE_ENTRY_NONE);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(same_bytes_under_any_zone_and_locale),
        cmocka_unit_test(headers_say_nothing_of_here_and_now), cmocka_unit_test(our_reader_reads_it),
        cmocka_unit_test(a_full_disk_is_told_and_leaves_nothing), cmocka_unit_test(a_changed_byte_breaks_the_seal),
        cmocka_unit_test(bad_members_are_refused) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
