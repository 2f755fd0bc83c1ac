/* test_format.c - what a correction format file may say: the shipped ones load, each fault is named with file and
 * line. */
#include "report_fixture.h"

#define HEAD "[format]\nname = x\n[names uom]\n1 = EA -> Unit\n"
#define DOCUMENT "[document a]\nmodel = m\nverbs = GI\n"
#define ID "[column a 01]\nname = reference\nfrom = correction_id\n"
#define COLUMN(text) HEAD DOCUMENT ID "[column a 02]\nname = x\n" text
#define LAYOUT(text) "[format]\nname = x\n" text DOCUMENT

static const struct {
    const char *why, *text, *want; /* want: end of the error text; NULL: loads */
} cases[] = {
    { "smallest format", HEAD DOCUMENT ID, NULL },
    { "names, digits, constants",
        HEAD "[digits uom]\n1 = EA -> 0\n" DOCUMENT ID
             "[column a 02]\nname = unit\nfrom = uom\nnames = uom\n[column a 03]\nname = c\nconst = Main Revenue\n",
        NULL },
    { "no document", HEAD,
        "f.ini:1: [format]: the file has no [document NAME]; a format without documents exports nothing" },
    { "document without columns", HEAD DOCUMENT,
        "f.ini:5: [document a]: the document has no columns; add [column a 01] and further ones" },
    { "no reference", HEAD DOCUMENT "[column a 01]\nname = q\nfrom = quantity\n",
        "f.ini:5: [document a]: 0 columns hold from = correction_id; exactly one must, the ERP's reference" },
    { "two references", HEAD DOCUMENT ID "[column a 02]\nname = id\nfrom = correction_id\n",
        "f.ini:5: [document a]: 2 columns hold from = correction_id; exactly one must, the ERP's reference" },
    { "header twice", HEAD DOCUMENT ID "[column a 02]\nname = reference\nconst = x\n",
        "f.ini:5: [document a]: header reference stands in two columns" },
    { "verb twice",
        HEAD DOCUMENT ID "[document b]\nmodel = n\nverbs = TRF, GI\n[column b 01]\nname = r\nfrom = correction_id\n",
        "f.ini:13: [document b] verbs = TRF, GI: GI is carried by [document a] already" },
    { "path in the model", HEAD "[document a]\nmodel = ../m\nverbs = GI\n" ID,
        "f.ini:6: [document a] model = ../m: the model is part of a file name: letters, digits, dots, - and _" },
    { "neither from nor const", HEAD DOCUMENT ID "[column a 02]\nname = x\n",
        "f.ini:11: [column a 02]: give either from = or const =" },
    { "both from and const", HEAD DOCUMENT ID "[column a 02]\nname = x\nfrom = item\nconst = y\n",
        "f.ini:11: [column a 02]: give either from = or const =" },
    { "formula as a constant", HEAD DOCUMENT ID "[column a 02]\nname = x\nconst = @SUM\n",
        "f.ini:13: [column a 02] const = @SUM: the text starts with = + - or @, "
        "which a spreadsheet takes for a formula" },
    { "names of another kind", HEAD DOCUMENT ID "[column a 02]\nname = x\nfrom = item\nnames = item\n",
        "f.ini:14: [column a 02] names = item: the file has no section [names item]" },
    { "names of a number", HEAD DOCUMENT ID "[column a 02]\nname = x\nfrom = quantity\nnames = uom\n",
        "f.ini:14: [column a 02] names = uom: only a text taken by from = has names" },
    { "name of something nameless",
        HEAD "2 = * -> {name}\n" DOCUMENT ID "[column a 02]\nname = x\nfrom = uom\nnames = uom\n",
        "f.ini:15: [column a 02] names = uom: {name} is known of customers only; use {id}" },
    { "column of no document", HEAD DOCUMENT ID "[column b 01]\nname = x\nconst = y\n",
        "f.ini:11: [column b 01]: the file has no section [document b]" },
    { "pair without arrow", HEAD "2 = M\n" DOCUMENT ID, "f.ini:5: [names uom] 2 = M: write the pair as: id -> name" },
    { "half a pair", HEAD "2 = M ->\n" DOCUMENT ID,
        "f.ini:5: [names uom] 2 = M ->: both sides of -> must stand there: id -> name" },
    { "id twice", HEAD "2 = EA -> Piece\n" DOCUMENT ID,
        "f.ini:5: [names uom] 2 = EA -> Piece: EA has a name already (key 1); remove one" },
    { "unknown placeholder", HEAD "2 = * -> {code}\n" DOCUMENT ID,
        "f.ini:5: [names uom] 2 = * -> {code}: only {id} and {name} may stand in braces" },
    { "formula as a name", HEAD "2 = M -> =1+1\n" DOCUMENT ID,
        "f.ini:5: [names uom] 2 = M -> =1+1: the name starts with = + - or @, "
        "which a spreadsheet takes for a formula; no such "
        "text is written for the ERP" },
    { "seven decimals", HEAD "[digits uom]\n1 = EA -> 7\n" DOCUMENT ID,
        "f.ini:6: [digits uom] 1 = EA -> 7: decimals of a unit are a whole number from 0 to 6" },
    { "positions in any order", LAYOUT("layout = positional\n") "columns = 9\n[column a 9]\nname = x\nconst = y\n" ID,
        NULL },
    { "no number of columns", LAYOUT("layout = positional\n") ID,
        "f.ini:4: [document a] columns: a positional layout needs the number of cells of a row" },
    { "columns of a named layout", LAYOUT("") "columns = 3\n" ID,
        "f.ini:6: [document a] columns = 3: only layout = positional counts columns; remove it" },
    { "a position behind the last",
        LAYOUT("layout = positional\n") "columns = 1\n[column a 2]\nname = x\nconst = y\n" ID,
        "f.ini:4: [document a]: column 2 (x) stands behind the last one, columns = 1" },
    { "a position twice", LAYOUT("layout = positional\n") "columns = 3\n[column a 1]\nname = x\nconst = y\n" ID,
        "f.ini:4: [document a]: columns x and reference have the same position 1" },
    { "a position that is a word",
        LAYOUT("layout = positional\n") "columns = 3\n[column a first]\nname = x\nconst = y\n" ID,
        "f.ini:8: [column a first]: in a positional layout the title ends with the column's number, from 1" },
    { "position 0", LAYOUT("layout = positional\n") "columns = 3\n[column a 0]\nname = x\nconst = y\n" ID,
        "f.ini:8: [column a 0]: in a positional layout the title ends with the column's number, from 1" },
    { "empty columns of a positional layout",
        LAYOUT("layout = positional\nomit_empty_columns = yes\n") "columns = 1\n" ID,
        "f.ini:4: [format] omit_empty_columns = yes: columns that are known by their position can't be left out; "
        "say no, or layout = named" },
    { "an end marker of a named layout", LAYOUT("end_marker = END\n") ID,
        "f.ini:3: [format] end_marker = END: only layout = positional has one; name a const column" },
    { "an end marker that is a formula", LAYOUT("layout = positional\nend_marker = =END\n") "columns = 1\n" ID,
        "f.ini:4: [format] end_marker = =END: the text starts with = + - or @, "
        "which a spreadsheet takes for a formula" },
    { "another way with characters", LAYOUT("bad_char = replace\n") ID,
        "f.ini:3: [format] bad_char = replace: 'replace' is not allowed; allowed: reject" },
    { "a package that leads out", LAYOUT("package = zip\npackage_name = ../x.zip\n") ID,
        "f.ini:4: [format] package_name = ../x.zip: a file name that ends in .zip: letters, digits, dots, - and _, "
        "and {model}, {verb}, {as_of}" },
    { "a package without ending", LAYOUT("package = zip\npackage_name = x\n") ID,
        "f.ini:4: [format] package_name = x: a file name that ends in .zip: letters, digits, dots, - and _, "
        "and {model}, {verb}, {as_of}" },
    { "a package with another word", LAYOUT("package = zip\npackage_name = {batch}.zip\n") ID,
        "f.ini:4: [format] package_name = {batch}.zip: a file name that ends in .zip: letters, digits, dots, - and _, "
        "and {model}, {verb}, {as_of}" },
    { "a member without a zip", LAYOUT("") "member = x.csv\n" ID,
        "f.ini:6: [document a] member = x.csv: only a format with package = zip has members; remove it" },
    { "a member in a folder", LAYOUT("package = zip\n") "member = a/x.csv\n" ID,
        "f.ini:7: [document a] member = a/x.csv: a plain file name: letters, digits, dots, - and _" },
    { "a date as a number", COLUMN("from = as_of\ntype = integer\n"),
        "f.ini:14: [column a 02] type = integer: as_of can be: date" },
    { "a number as text", COLUMN("from = quantity\ntype = text\n"),
        "f.ini:14: [column a 02] type = text: quantity can be: decimal, integer" },
    { "a constant as a boolean", COLUMN("const = Y\ntype = boolean\nwords = Y, N\n"),
        "f.ini:14: [column a 02] type = boolean: a constant can be: text, code, integer" },
    { "a key of another type", COLUMN("from = item\nscale = 2\n"),
        "f.ini:14: [column a 02] scale = 2: it means nothing to a column of type text; remove it" },
    { "decimals of a whole number", COLUMN("from = quantity\ntype = integer\ndecimals = 2\n"),
        "f.ini:15: [column a 02] decimals = 2: it means nothing to a column of type integer; remove it" },
    { "an order of a date that is ambiguous", COLUMN("from = as_of\nformat = %m/%d\n"),
        "f.ini:14: [column a 02] format = %m/%d: %Y, %m and %d once each, %H, %M, %S at most once, between them "
        "- / . : T or a blank" },
    { "a month's name", COLUMN("from = as_of\nformat = %d %b %Y\n"),
        "f.ini:14: [column a 02] format = %d %b %Y: %Y, %m and %d once each, %H, %M, %S at most once, between them "
        "- / . : T or a blank" },
    { "a date like a formula", COLUMN("from = as_of\nformat = -%Y%m%d\n"),
        "f.ini:14: [column a 02] format = -%Y%m%d: %Y, %m and %d once each, %H, %M, %S at most once, between them "
        "- / . : T or a blank" },
    { "a charset from high to low", COLUMN("from = item\ncharset = Z-A\n"),
        "f.ini:14: [column a 02] charset = Z-A: printable ASCII characters and ranges from low to high, "
        "as A-Za-z0-9._-" },
    { "one word of a boolean", COLUMN("from = item\ntype = boolean\nwords = Y\n"),
        "f.ini:15: [column a 02] words = Y: two words: with a value, without one; as Y, N" },
    { "a sign of a text", COLUMN("from = item\nsign = by-verb\n"),
        "f.ini:14: [column a 02] sign = by-verb: it means nothing to a column of type text; remove it" },
    { "a verb without sign",
        HEAD "[sign]\n1 = TRF -> 1\n" DOCUMENT ID "[column a 02]\nname = q\nfrom = quantity\nsign = by-verb\n",
        "f.ini:7: [document a]: a column has sign = by-verb; add GI -> 1 or -1 to [sign]" },
    { "a sign of two", HEAD "[sign]\n1 = GI -> 2\n" DOCUMENT ID,
        "f.ini:6: [sign] 1 = GI -> 2: the sign of a verb is 1 or -1" },
    { "an id that loses itself",
        HEAD "[names id]\n1 = * -> x\n" DOCUMENT "[column a 01]\nname = r\nfrom = correction_id\nnames = id\n",
        "f.ini:13: [column a 01] names = id: [names id] must keep the id ({id}); the same text for two corrections "
        "is no "
        "reference" },
    { "an id by default", HEAD DOCUMENT ID "default = x\n",
        "f.ini:11: [column a 01] default = x: every correction has an id of its own; remove it" },
    { "an id that is too long", HEAD DOCUMENT ID "length = 9\n",
        "f.ini:8: [column a 01]: \"C999999999\" does not fit the column: it has 10 characters, 9 fit" },
    { "an id of digits", HEAD DOCUMENT ID "charset = 0-9\n",
        "f.ini:8: [column a 01]: \"C999999999\" does not fit the column: it holds \"C\"; charset = 0-9" },
    { "a constant that is too long", COLUMN("const = yes\nlength = 2\n"),
        "f.ini:11: [column a 02]: \"yes\" does not fit the column: it has 3 characters, 2 fit" },
    { "a name that is too long", COLUMN("from = uom\nnames = uom\nlength = 3\n"),
        "f.ini:14: [column a 02] names = uom: \"Unit\" does not fit the column: it has 4 characters, 3 fit" },
    { "a default that is no number", COLUMN("from = quantity\ndefault = none\n"),
        "f.ini:14: [column a 02] default = none: \"none\" does not fit the column: it is \"none\", no decimal number" },
    { "a header that needs quotes", LAYOUT("quote = never\n") "[column a 01]\nname = a,b\nfrom = correction_id\n",
        "f.ini:8: [column a 01] name = a,b: \"a,b\" does not fit the column: it holds the delimiter or a quote, "
        "and the "
        "format has quote = never" },
    { "a header beyond the encoding",
        LAYOUT("encoding = iso-8859-1\n") "[column a 01]\nname = \xE2\x82\xAC\nfrom = correction_id\n",
        "f.ini:8: [column a 01] name = \xE2\x82\xAC: \"\xE2\x82\xAC\" does not fit the column: it holds "
        "\"\xE2\x82\xAC\", which ISO 8859-1 does not have" },
};

static void faults_are_named(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const char *path = tie_path_join(&f.arena, f.folder, "f.ini");
        struct tie_error err = { 0 };
        enum tie_status status;

        assert_int_equal(tie_file_write(path, tie_text_of(cases[i].text), NULL), TIE_OK);
        status = tie_correction_format_check(path, &err);
        if (status != (cases[i].want == NULL ? TIE_OK : TIE_CONFIG))
            fail_msg("%s: %s %s", cases[i].why, tie_status_name(status), err.text);
        if (cases[i].want == NULL)
            continue;
        const size_t size = strlen(err.text), tail = strlen(cases[i].want);

        test_expect_text(size < tail ? err.text : err.text + size - tail, cases[i].want, cases[i].why);
    }
    fixture_stop(&f);
}

static void unknown_words_list_what_is_allowed(void **state)
{
    struct fixture f;
    struct tie_error err = { 0 };

    (void)state;
    fixture_start(&f);
    const char *path = tie_path_join(&f.arena, f.folder, "f.ini");

    assert_int_equal(
        tie_file_write(path, tie_text_of(HEAD DOCUMENT ID "[column a 02]\nname = x\nfrom = qty\n"), NULL), TIE_OK);
    assert_int_equal(tie_correction_format_check(path, &err), TIE_CONFIG);
    assert_non_null(strstr(err.text, "f.ini:13: [column a 02] from = qty: allowed: correction_id, "));
    assert_int_equal(
        tie_file_write(path, tie_text_of("[format]\nname = x\n[document a]\nmodel = m\nverbs = GX\n"), NULL), TIE_OK);
    assert_int_equal(tie_correction_format_check(path, &err), TIE_CONFIG);
    assert_non_null(strstr(err.text, "GX"));
    assert_int_equal(tie_correction_format_check(tie_path_join(&f.arena, f.folder, "none.ini"), &err), TIE_NOINPUT);
    fixture_stop(&f);
}

static void the_shipped_formats_load(void **state)
{
    static const char *const shipped[] = { "config/formats/tryton-csv.ini", "config/formats/oracle-fbdi-inv.ini" };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(shipped); i++) {
        struct tie_error err = { 0 };

        if (tie_correction_format_check(shipped[i], &err) != TIE_OK)
            fail_msg("%s", err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(unknown_words_list_what_is_allowed),
        cmocka_unit_test(the_shipped_formats_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
