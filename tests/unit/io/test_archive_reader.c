/*
 * test_archive_reader.c - archives of others: what is read back, and what is refused in which words.
 *
 * Archives are made here by libarchive's writer, hostile ones by giving it what no honest program would, or by changing
 * bytes of a good one. Two properties run over every cut and every flipped bit: a cut archive is always refused, and a
 * flipped bit never changes a byte of what a member gives. Other writers (Python, Info-ZIP) are read in
 * tests/integration/files.sh.
 */
#include "tieout/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/tieout-archive.XXXXXX";
static char path[64];
static struct tie_arena arena;

struct entry { /* one member that is written */
    const char *name;
    unsigned type;
    const char *text; /* NULL: `zeros` bytes of zero */
    size_t zeros;
    const char *link_to; /* of AE_IFLNK; of a file: a hard link */
};

enum form { ZIP, ZIP_STORED, ZIP_SECRET, TAR, TAR_GZ, TAR_ZST, FORMS };

static const char *const form_names[FORMS] = { "zip", "zip stored", "zip encrypted", "tar", "tar.gz", "tar.zst" };

static void write_archive(enum form form, const struct entry *entries, size_t count)
{
    static const char zeros[4096];
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();

    if (form <= ZIP_SECRET)
        assert_int_equal(archive_write_set_format_zip(writer), ARCHIVE_OK);
    else
        assert_int_equal(archive_write_set_format_pax_restricted(writer), ARCHIVE_OK);
    if (form == ZIP_STORED)
        assert_int_equal(archive_write_zip_set_compression_store(writer), ARCHIVE_OK);
    if (form == ZIP_SECRET) {
        assert_int_equal(archive_write_set_options(writer, "zip:encryption=zipcrypt"), ARCHIVE_OK);
        assert_int_equal(archive_write_set_passphrase(writer, "open sesame"), ARCHIVE_OK);
    }
    if (form == TAR_GZ)
        assert_int_equal(archive_write_add_filter_gzip(writer), ARCHIVE_OK);
    if (form == TAR_ZST)
        assert_int_equal(archive_write_add_filter_zstd(writer), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(writer, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        const size_t size = entries[i].text != NULL ? strlen(entries[i].text) : entries[i].zeros;

        archive_entry_clear(entry);
        archive_entry_set_pathname(entry, entries[i].name);
        archive_entry_set_filetype(entry, entries[i].type);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, entries[i].type == AE_IFREG ? (la_int64_t)size : 0);
        if (entries[i].link_to != NULL && entries[i].type == AE_IFLNK)
            archive_entry_set_symlink(entry, entries[i].link_to);
        else if (entries[i].link_to != NULL)
            archive_entry_set_hardlink(entry, entries[i].link_to);
        assert_true(archive_write_header(writer, entry) >= ARCHIVE_WARN); /* a name that is no UTF-8 is a warning */
        if (entries[i].type != AE_IFREG || entries[i].link_to != NULL)
            continue;
        for (size_t at = 0; at < size;) {
            const size_t piece = entries[i].text != NULL || size - at < sizeof zeros ? size - at : sizeof zeros;

            assert_int_equal(
                archive_write_data(writer, entries[i].text != NULL ? entries[i].text : zeros, piece), (int)piece);
            at += piece;
        }
    }
    archive_entry_free(entry);
    assert_int_equal(archive_write_close(writer), ARCHIVE_OK);
    archive_write_free(writer);
}

/* Everything that an archive gives, as "name=content;"; the status is that of the first failure. */
static enum tie_status read_all(const struct tie_archive_limits *limits, struct tie_buf *content, struct tie_error *err)
{
    struct tie_archive *archive = NULL;
    const char *name = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_reset(content);
    TIE_TRY(tie_archive_open(path, limits, &archive, err));
    for (;;) {
        char buffer[1000];
        size_t got = 0;

        TIE_TRY(tie_archive_next(archive, &name, err));
        if (name == NULL)
            break;
        tie_buf_printf(content, "%s=", name);
        do {
            TIE_TRY(tie_archive_read(archive, buffer, sizeof buffer, &got, err));
            tie_buf_put(content, buffer, got);
        } while (got > 0);
        tie_buf_char(content, ';');
    }
out:
    tie_archive_close(archive);
    return status;
}

static const struct tie_archive_limits no_limits;

static const struct entry good[] = {
    { "./", AE_IFDIR, NULL, 0, NULL },
    { "./price.csv", AE_IFREG, "item_id,unit_price\nA,1.50\n", 0, NULL },
    { "sub/", AE_IFDIR, NULL, 0, NULL },
    { "sub/empty.csv", AE_IFREG, "", 0, NULL },
    { "sub/K\xC3\xB6ln.csv", AE_IFREG, "a\n1\n", 0, NULL },
};
static const char good_content[] = "price.csv=item_id,unit_price\nA,1.50\n;sub/empty.csv=;sub/K\xC3\xB6ln.csv=a\n1\n;";

static void test_members(void **state)
{
    struct tie_error err = { .text = "" };
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (enum form form = 0; form < FORMS; form++) {
        if (form == ZIP_SECRET)
            continue;
        print_message("%s\n", form_names[form]);
        write_archive(form, good, TIE_COUNT_OF(good));
        assert_int_equal(read_all(&no_limits, &content, &err), TIE_OK);
        tie_buf_char(&content, '\0');
        assert_string_equal(content.at, good_content);
    }
    tie_buf_release(&content);
}

static void test_find(void **state)
{
    struct tie_error err = { .text = "" };
    struct tie_archive *archive = NULL;
    char buffer[100], want[256];
    size_t got = 0;

    (void)state;
    for (enum form form = ZIP; form < FORMS; form++) {
        if (form == ZIP_SECRET)
            continue;
        write_archive(form, good, TIE_COUNT_OF(good));
        assert_int_equal(tie_archive_open(path, &no_limits, &archive, &err), TIE_OK);
        assert_int_equal(tie_archive_find(archive, "sub/K\xC3\xB6ln.csv", &err), TIE_OK);
        assert_int_equal(tie_archive_read(archive, buffer, sizeof buffer, &got, &err), TIE_OK);
        assert_int_equal(got, 4);
        assert_int_equal(tie_archive_finish(archive, &err), TIE_OK);
        tie_archive_close(archive);
        assert_int_equal(tie_archive_open(path, &no_limits, &archive, &err), TIE_OK);
        assert_int_equal(tie_archive_find(archive, "prices.csv", &err), TIE_NOINPUT);
        snprintf(want, sizeof want,
            "%s has no member prices.csv; it holds price.csv, sub/empty.csv, sub/K\xC3\xB6ln.csv", path);
        assert_string_equal(err.text, want);
        tie_archive_close(archive);
    }
    unlink(path);
    assert_int_equal(tie_archive_open(path, &no_limits, &archive, &err), TIE_NOINPUT);
}

/* ---- refusals ---- */

static const struct {
    const char *why;
    enum form form;
    struct entry entries[3];
    struct tie_archive_limits limits;
    const char *want; /* behind "<path>" */
} refusals[] = {
    { "leads out", TAR, { { "../x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"../x.csv\" has a name that has a part that is .., which leads out of its folder" },
    { "leads out from within", ZIP, { { "a/../../x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"a/../../x.csv\" has a name that has a part that is .., which leads out of its folder" },
    { "a folder that leads out", TAR_GZ, { { "..", AE_IFDIR, NULL, 0, NULL } }, { 0 },
        ": member \"../\" has a name that has a part that is .., which leads out of its folder" },
    { "absolute", TAR_GZ, { { "/etc/x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"/etc/x.csv\" has a name that is absolute; it must be relative" },
    { "absolute in a zip", ZIP, { { "/x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"/x.csv\" has a name that is absolute; it must be relative" },
    { "a backslash", TAR, { { "a\\x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"a\\x.csv\" has a name that holds a backslash; parts are divided by /" },
    { "a terminal's command", TAR, { { "a\033[2Jx.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"a?[2Jx.csv\" has a name that holds a control character" },
    { "an empty part", TAR, { { "a//x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"a//x.csv\" has a name that has a part that is empty or a single point" },
    { "a symbolic link", TAR_ZST, { { "x.csv", AE_IFLNK, NULL, 0, "/etc/passwd" } }, { 0 },
        ": member x.csv is a symbolic link; only regular files and folders are allowed" },
    { "a symbolic link in a zip", ZIP, { { "x.csv", AE_IFLNK, NULL, 0, "/etc/passwd" } }, { 0 },
        ": member x.csv is a symbolic link; only regular files and folders are allowed" },
    { "a hard link", TAR, { { "a.csv", AE_IFREG, "a", 0, NULL }, { "x.csv", AE_IFREG, NULL, 0, "a.csv" } }, { 0 },
        ": member x.csv is a hard link; only regular files and folders are allowed" },
    { "a device", TAR, { { "null", AE_IFCHR, NULL, 0, NULL } }, { 0 },
        ": member null is a device; only regular files and folders are allowed" },
    { "a pipe", TAR, { { "pipe", AE_IFIFO, NULL, 0, NULL } }, { 0 },
        ": member pipe is a pipe; only regular files and folders are allowed" },
    { "twice", ZIP, { { "x.csv", AE_IFREG, "a", 0, NULL }, { "x.csv", AE_IFREG, "b", 0, NULL } }, { 0 },
        ": member x.csv comes twice; which of the two counts can't be told" },
    { "twice, written differently", TAR_GZ,
        { { "x.csv", AE_IFREG, "a", 0, NULL }, { "./x.csv", AE_IFREG, "b", 0, NULL } }, { 0 },
        ": member x.csv comes twice; which of the two counts can't be told" },
    { "encrypted", ZIP_SECRET, { { "x.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member x.csv is encrypted; pack it without a password" },
    { "no UTF-8", TAR, { { "K\xF6ln.csv", AE_IFREG, "a", 0, NULL } }, { 0 },
        ": member \"K?ln.csv\" has a name that is not UTF-8" },
    { "too many", ZIP,
        { { "a.csv", AE_IFREG, "a", 0, NULL }, { "b.csv", AE_IFREG, "b", 0, NULL },
            { "c.csv", AE_IFREG, "c", 0, NULL } },
        { 2, 0, 0, 0, NULL }, ": more than 2 members, which is all that is allowed" },
    { "folders count", TAR,
        { { "a/", AE_IFDIR, NULL, 0, NULL }, { "b/", AE_IFDIR, NULL, 0, NULL }, { "c/", AE_IFDIR, NULL, 0, NULL } },
        { 2, 0, 0, 0, NULL }, ": more than 2 members, which is all that is allowed" },
    { "a member too long", TAR_GZ, { { "a.csv", AE_IFREG, NULL, 100001, NULL } }, { 0, 100000, 0, 0, NULL },
        ": member a.csv is longer than 100000 bytes, which is all that is allowed" },
    { "all too long", ZIP, { { "a.csv", AE_IFREG, NULL, 60000, NULL }, { "b.csv", AE_IFREG, NULL, 60000, NULL } },
        { 0, 0, 100000, 0, NULL },
        ": member b.csv: it unpacks to more than 100000 bytes, which is all that is allowed" },
    { "all too long, as a tar", TAR_ZST,
        { { "a.csv", AE_IFREG, NULL, 60000, NULL }, { "b.csv", AE_IFREG, NULL, 60000, NULL } },
        { 0, 0, 100000, 0, NULL },
        ": member b.csv: it unpacks to more than 100000 bytes, which is all that is allowed" },
};

static void test_refusals(void **state)
{
    struct tie_error err = { .text = "" };
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(refusals); i++) {
        size_t count = 0;

        print_message("%s\n", refusals[i].why);
        while (count < TIE_COUNT_OF(refusals[i].entries) && refusals[i].entries[count].name != NULL)
            count++;
        write_archive(refusals[i].form, refusals[i].entries, count);
        assert_int_equal(read_all(&refusals[i].limits, &content, &err), TIE_DATA);
        assert_memory_equal(err.text, path, strlen(path));
        assert_string_equal(err.text + strlen(path), refusals[i].want);
    }
    tie_buf_release(&content);
}

/* What is exactly as long as allowed is fine. */
static void test_limits_fit(void **state)
{
    static const struct entry entry = { "a.csv", AE_IFREG, NULL, 2 << 20, NULL };
    static const struct tie_archive_limits limits = { 1, 2 << 20, 2 << 20, 0, NULL };
    struct tie_error err = { .text = "" };
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    write_archive(ZIP, &entry, 1);
    assert_int_equal(read_all(&limits, &content, &err), TIE_OK);
    tie_buf_release(&content);
}

/* A bomb is refused by its ratio, read or passed over; a tar unpacks what is passed over, a zip does not. */
static void test_bombs(void **state)
{
    static const struct entry entries[] = { { "bomb", AE_IFREG, NULL, 30 << 20, NULL },
        { "x.csv", AE_IFREG, "a", 0, NULL } };
    static const struct tie_archive_limits limits = { 0, 0, 0, 200, NULL };
    struct tie_error err = { .text = "" };
    struct tie_archive *archive = NULL;
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (enum form form = ZIP; form < FORMS; form++) {
        if (form == ZIP_SECRET || form == TAR || form == ZIP_STORED)
            continue;
        print_message("%s\n", form_names[form]);
        write_archive(form, entries, TIE_COUNT_OF(entries));
        assert_int_equal(read_all(&limits, &content, &err), TIE_DATA);
        assert_non_null(strstr(err.text, "member bomb: it unpacks to more than 200 times its own"));
        assert_true(content.size < (16U << 20));
        assert_int_equal(tie_archive_open(path, &limits, &archive, &err), TIE_OK);
        assert_int_equal(tie_archive_find(archive, "x.csv", &err), form == ZIP ? TIE_OK : TIE_DATA);
        tie_archive_close(archive);
    }
    tie_buf_release(&content);
}

/* ---- damage ---- */

static struct tie_text load(void)
{
    struct tie_text bytes = { "", 0 };

    assert_int_equal(tie_file_read(&arena, path, 1 << 24, &bytes, NULL), TIE_OK);
    return bytes;
}

static void store(struct tie_text bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

static char noise[40000];

/* Two members of text that does not compress to nothing, so that damage has something to hit. */
static void write_noise(enum form form)
{
    static const struct entry entries[] = { { "a.csv", AE_IFREG, noise, 0, NULL },
        { "b.csv", AE_IFREG, noise, 0, NULL } };
    uint32_t random = 20260630;

    for (size_t i = 0; i < sizeof noise - 1; i++) {
        random = random * 1664525U + 1013904223U;
        noise[i] = (char)('0' + (random >> 24) % 10);
    }
    write_archive(form, entries, TIE_COUNT_OF(entries));
}

static void test_cuts(void **state)
{
    struct tie_error err = { .text = "" };
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (enum form form = ZIP; form < FORMS; form++) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);
        struct tie_text bytes = { "", 0 };
        size_t end = 0;

        if (form == ZIP_SECRET)
            continue;
        print_message("%s\n", form_names[form]);
        write_noise(form);
        bytes = load();
        end = bytes.size;
        assert_int_equal(read_all(&no_limits, &content, &err), TIE_OK);
        /* a tar is whole from its end mark on, what follows is padding; 64 also hits the ends of its members */
        while (form == TAR && bytes.at[end - 1] == '\0')
            end--;
        for (size_t size = 0; size < (form == TAR ? end + 512 : end); size += form == TAR ? 64 : 97) {
            store((struct tie_text){ bytes.at, size });
            if (read_all(&no_limits, &content, &err) != TIE_DATA)
                fail_msg("%s cut to %zu of %zu bytes is not refused", form_names[form], size, bytes.size);
        }
        tie_arena_back_to(&arena, mark);
    }
    tie_buf_release(&content);
}

/* Every member that was given has its own bytes. In a zip a name or type may change, its directory has no checksum. */
static bool has_true_members(const struct tie_buf *content)
{
    struct tie_text rest = tie_buf_slice(content);

    while (rest.size > 0) {
        (void)tie_text_cut(&rest, '=');
        if (!tie_text_is(tie_text_cut(&rest, ';'), noise))
            return false;
    }
    return true;
}

static void test_flips(void **state)
{
    static const enum form forms[] = { ZIP, ZIP_STORED, TAR_GZ, TAR_ZST };
    struct tie_error err = { .text = "" };
    struct tie_buf content;
    size_t refused = 0;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(forms); i++) {
        const struct tie_arena_mark mark = tie_arena_mark(&arena);
        struct tie_text bytes = { "", 0 };
        char *changed = NULL;

        print_message("%s\n", form_names[forms[i]]);
        write_noise(forms[i]);
        bytes = load();
        changed = tie_text_dup(&arena, bytes);
        for (size_t at = 0; at < bytes.size; at += at < 300 || at + 300 > bytes.size ? 1 : 97) {
            enum tie_status status = TIE_OK;

            changed[at] = (char)(changed[at] ^ 1 << at % 8);
            store((struct tie_text){ changed, bytes.size });
            changed[at] = bytes.at[at];
            status = read_all(&no_limits, &content, &err);
            refused += status != TIE_OK;
            /* libarchive's zstd writer makes frames without a checksum: there only that nothing breaks is asked */
            if (status == TIE_OK && forms[i] != TAR_ZST && !has_true_members(&content))
                fail_msg("%s with byte %zu flipped changes a member unnoticed", form_names[forms[i]], at);
        }
        tie_arena_back_to(&arena, mark);
    }
    assert_true(refused > 1000);
    tie_buf_release(&content);
}

/* The sizes that an archive declares are not believed: the limit is on what comes. */
static void test_lying_size(void **state)
{
    static const struct entry entry = { "a.csv", AE_IFREG, NULL, 300000, NULL };
    static const struct tie_archive_limits limits = { 0, 200000, 0, 0, NULL };
    static const char real[4] = { (char)0xE0, (char)0x93, 0x04, 0x00 }; /* 300,000 */
    const struct tie_arena_mark mark = tie_arena_mark(&arena);
    struct tie_error err = { .text = "" };
    struct tie_text bytes = { "", 0 };
    struct tie_buf content;
    char *changed = NULL;
    size_t hits = 0;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    write_archive(ZIP, &entry, 1);
    bytes = load();
    changed = tie_text_dup(&arena, bytes);
    for (size_t i = 0; i + 4 <= bytes.size; i++)
        if (memcmp(changed + i, real, 4) == 0) {
            memcpy(changed + i, "\x0A\0\0", 4); /* ten bytes, it says */
            hits++;
        }
    assert_true(hits > 0);
    store((struct tie_text){ changed, bytes.size });
    assert_int_equal(read_all(&limits, &content, &err), TIE_DATA);
    assert_true(content.size <= 200000 + strlen("a.csv="));
    assert_int_equal(read_all(&no_limits, &content, &err), TIE_DATA); /* and the lie itself is found */
    tie_arena_back_to(&arena, mark);
    tie_buf_release(&content);
}

/* ---- what is no archive ---- */

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *why;
    const char *bytes;
    size_t size;
    const char *want;
} others[] = {
    { "empty", BYTES(""), " is empty; an archive was expected, transfer it again" },
    { "text", BYTES("item_id,unit_price\nA,1.50\n"), " is no archive; zip, tar, tar.gz and tar.zst are read" },
    { "a 7z", BYTES("7z\xBC\xAF\x27\x1C and so on"), " is a 7z archive; zip, tar, tar.gz and tar.zst are read" },
    { "a zip without its directory", BYTES("PK\x03\x04 and so on"),
        " is a zip without its directory: it was cut short, transfer it again" },
    { "gzip of text", /* printf 'a,b\n1,2\n' | gzip -n */
        BYTES("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
              "\x4b\xd4\x49\xe2\x32\xd4\x31\xe2\x02\x00\x7b\x07\x97\x0a\x08\x00\x00\x00"),
        " is compressed by gzip, but holds no tar archive; zip, tar, tar.gz and tar.zst are read" },
};

static void test_others(void **state)
{
    struct tie_error err = { .text = "" };
    struct tie_buf content;

    (void)state;
    tie_buf_init(&content, SIZE_MAX);
    for (size_t i = 0; i < TIE_COUNT_OF(others); i++) {
        print_message("%s\n", others[i].why);
        store((struct tie_text){ others[i].bytes, others[i].size });
        assert_int_equal(read_all(&no_limits, &content, &err), TIE_DATA);
        assert_memory_equal(err.text, path, strlen(path));
        assert_string_equal(err.text + strlen(path), others[i].want);
    }
    tie_buf_release(&content);
}

static int make_folder(void **state)
{
    (void)state;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || tie_arena_init(&arena, 64 << 20, NULL) != TIE_OK ||
        mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/drop", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return tie_tree_remove(folder, NULL) == TIE_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_limits_fit),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_lying_size),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
