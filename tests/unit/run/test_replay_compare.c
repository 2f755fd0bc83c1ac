/* test_replay_compare.c - two files are equal, or their first difference is named in the words of their kind. */
#include "support/bench.h"

#include "../../../src/run/replay_compare.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tie_arena arena;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/tieout-compare-XXXXXX");
    return tie_arena_init(&arena, (size_t)64 << 20, NULL) == TIE_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    const enum tie_status status = tie_tree_remove(folder, NULL);

    tie_arena_release(&arena);
    return status == TIE_OK ? 0 : -1;
}

static const char *in_folder(const char *name)
{
    return tie_path_join(&arena, folder, name);
}

static enum tie_status compare(const char *name, uint64_t *bytes, struct tie_error *err)
{
    return replay_compare(&arena, name, in_folder("bundled"), in_folder("made"), bytes, err);
}

/* Texts; NULL: no such file. `says` NULL: they are equal. */
static const struct {
    const char *why, *name, *bundled, *made, *says;
} cases[] = {
    { "equal", "a.csv", "id\r\n1\r\n", "id\r\n1\r\n", NULL },
    { "equal and empty", "a.json", "", "", NULL },
    { "equal and no JSON", "a.json", "{", "{", NULL },
    { "a field", "a.csv", "id,amount\r\n1,2\r\n2,3\r\n", "id,amount\r\n1,2\r\n2,4\r\n",
        "a.csv differs at line 3, column amount: the bundle has \"3\", replay made \"4\"" },
    { "the first of two differences", "a.csv", "id,x,y\r\n1,2,3\r\n", "id,x,y\r\n1,5,4\r\n", "line 2, column x" },
    { "a name of the header", "a.csv", "id,amount\r\n", "id,sum\r\n", "line 1, column amount" },
    { "behind a field of two lines", "a.csv", "id,t\r\n1,\"a\r\nb\"\r\n2,x\r\n", "id,t\r\n1,\"a\r\nb\"\r\n2,y\r\n",
        "line 4, column t: the bundle has \"x\", replay made \"y\"" },
    { "empty against nought", "a.csv", "id,q\r\n1,\r\n", "id,q\r\n1,0\r\n",
        "line 2, column q: the bundle has \"\", replay made \"0\"" },
    { "fewer rows", "a.csv", "id\r\n1\r\n2\r\n", "id\r\n1\r\n", "the replayed one ends after 2 lines" },
    { "more rows", "a.csv", "id\r\n1\r\n", "id\r\n1\r\n2\r\n", "the bundled one ends after 2 lines" },
    { "a quote that stays open", "a.csv", "id\r\n1\r\n", "id\r\n\"1\r\n", "made:" },
    { "nothing at all", "a.csv", "id\r\n", "", "the replayed one ends after 0 lines" },
    { "more fields", "a.csv", "id\r\n1\r\n", "id\r\n1,2\r\n", "made:2" },
    { "a column more", "a.csv", "id\r\n1\r\n", "id,x\r\n1,2\r\n",
        "a.csv differs at line 1: 1 fields in the bundle, 2 replayed" },
    { "quotes that mean nothing", "a.csv", "id\r\n1\r\n", "id\r\n\"1\"\r\n", "a.csv differs at byte 4 (7 bytes" },
    { "another end of line", "a.csv", "id\r\n1\r\n", "id\r\n1\n", "a.csv differs at byte 5" },
    { "a value of JSON", "result.json", "{\"a\":{\"b\":[1,2]}}", "{\"a\":{\"b\":[1,3]}}",
        "result.json differs at $.a.b[1]: the bundle has \"2\", replay made \"3\"" },
    { "a list that is longer", "r.json", "{\"a\":[1]}", "{\"a\":[1,2]}",
        "$.a[1]: the bundle has \"nothing\", replay made \"2\"" },
    { "a key less", "r.json", "{\"a\":1,\"b\":2}", "{\"a\":1}", "$.b: the bundle has \"2\", replay made \"nothing\"" },
    { "a key more", "r.json", "{\"a\":1}", "{\"a\":1,\"b\":null}", "$.b: the bundle has \"nothing\"" },
    { "another kind", "r.json", "{\"a\":1}", "{\"a\":\"1\"}", "$.a: the bundle has \"1\", replay made \"\"1\"\"" },
    { "a blank", "r.json", "{\"a\":1}", "{\"a\": 1}", "r.json differs at byte 5 (7 bytes in the bundle, 8 replayed)" },
    { "no JSON on one side", "r.json", "{\"a\":1}", "{\"a\":", "made:1" },
    { "any other file", "corrections/goods/x.txt", "abc", "abd", "corrections/goods/x.txt differs at byte 2" },
    { "the end of it", "x.txt", "abc", "abcd", "x.txt differs at byte 3 (3 bytes in the bundle, 4 replayed)" },
    { "not made", "a.csv", "id\r\n", NULL, "a.csv stands in the bundle, but replay did not make it" },
    { "not bundled", "a.csv", NULL, "id\r\n", "a.csv is listed in result.json, but does not stand in the bundle" },
    { "no workbook", "a.xlsx", "abc", "abd", "bundled" },
};

static void put_file(const char *name, const char *text)
{
    if (text == NULL)
        assert_int_equal(tie_tree_remove(in_folder(name), NULL), TIE_OK);
    else
        assert_int_equal(tie_file_write(in_folder(name), tie_text_of(text), NULL), TIE_OK);
}

static void the_first_difference_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct tie_error err = { .text = "" };
        uint64_t bytes = 0;
        enum tie_status status;

        put_file("bundled", cases[i].bundled);
        put_file("made", cases[i].made);
        status = compare(cases[i].name, &bytes, &err);
        if (cases[i].says == NULL) {
            TEST_EXPECT(status == TIE_OK && bytes == strlen(cases[i].bundled), cases[i].why);
        } else if (status != TIE_DATA || strstr(err.text, cases[i].says) == NULL) {
            fail_msg("%s: \"%s\" is not in \"%s\"", cases[i].why, cases[i].says, err.text);
        }
    }
}

/* ---- workbooks ---- */

struct sheet {
    const char *name, *text;
};

static void put_zip(const char *name, const struct sheet *sheets, const char *method)
{
    struct archive *zip = archive_write_new();

    assert_int_equal(archive_write_set_format_zip(zip), ARCHIVE_OK);
    assert_int_equal(archive_write_set_format_option(zip, "zip", "compression", method), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(zip, in_folder(name)), ARCHIVE_OK);
    for (; sheets->name != NULL; sheets++) {
        struct archive_entry *entry = archive_entry_new();

        archive_entry_set_pathname(entry, sheets->name);
        archive_entry_set_size(entry, (la_int64_t)strlen(sheets->text));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0600);
        assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(zip, sheets->text, strlen(sheets->text)), strlen(sheets->text));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(zip), ARCHIVE_OK);
    assert_int_equal(archive_write_free(zip), ARCHIVE_OK);
}

static const struct {
    const char *why;
    struct sheet bundled[3], made[3];
    const char *method, *says;
} books[] = {
    { "equal", { { "a.xml", "<a>1</a>" } }, { { "a.xml", "<a>1</a>" } }, "deflate", NULL },
    { "a byte of the second member", { { "a.xml", "<a>1</a>" }, { "b.xml", "<b>1</b>" } },
        { { "a.xml", "<a>1</a>" }, { "b.xml", "<b>2</b>" } }, "deflate",
        "b.xlsx differs at member b.xml, byte 3: the bundle has \"1</b>\", replay made \"2</b>\"" },
    { "a member that ends early", { { "a.xml", "<a>1</a>" } }, { { "a.xml", "<a>1" } }, "deflate",
        "member a.xml, byte 4: the bundle has \"</a>\", replay made \"\"" },
    { "another name", { { "a.xml", "1" } }, { { "b.xml", "1" } }, "deflate",
        "the names of its members: the bundle has \"a.xml\", replay made \"b.xml\"" },
    { "a member less", { { "a.xml", "1" }, { "b.xml", "1" } }, { { "a.xml", "1" } }, "deflate",
        "the bundle has \"b.xml\", replay made \"\"" },
    { "a member more", { { "a.xml", "1" } }, { { "a.xml", "1" }, { "b.xml", "1" } }, "deflate",
        "the bundle has \"\", replay made \"b.xml\"" },
    { "packed in another way", { { "a.xml", "<a>1</a>" } }, { { "a.xml", "<a>1</a>" } }, "store",
        "every member is the same" },
};

static void workbooks_by_member(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(books); i++) {
        struct tie_error err = { .text = "" };
        uint64_t bytes = 0;
        enum tie_status status;

        put_zip("bundled", books[i].bundled, "deflate");
        put_zip("made", books[i].made, books[i].method);
        status = compare("b.xlsx", &bytes, &err);
        if (books[i].says == NULL)
            TEST_EXPECT(status == TIE_OK && bytes > 0, books[i].why);
        else if (status != TIE_DATA || strstr(err.text, books[i].says) == NULL)
            fail_msg("%s: \"%s\" is not in \"%s\"", books[i].why, books[i].says, err.text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(the_first_difference_is_named),
        cmocka_unit_test(workbooks_by_member) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
