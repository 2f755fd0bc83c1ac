/* test_format.c - what a correction format file may say: the shipped one loads, each fault is named with file and
 * line. */
#include "report_fixture.h"

#define HEAD "[format]\nname = x\n[names uom]\n1 = EA -> Unit\n"
#define DOCUMENT "[document a]\nmodel = m\nverbs = GI\n"
#define ID "[column a 01]\nname = reference\nfrom = correction_id\n"

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

static void the_shipped_format_loads(void **state)
{
    struct tie_error err = { 0 };

    (void)state;
    if (tie_correction_format_check("config/formats/tryton-csv.ini", &err) != TIE_OK)
        fail_msg("%s", err.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(unknown_words_list_what_is_allowed),
        cmocka_unit_test(the_shipped_format_loads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
