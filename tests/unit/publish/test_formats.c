/* test_formats.c - what a format asks of files and cells: layouts, quotes, encodings, types, splits, zips; texts that
 * could hurt; what does not fit is taken back with the reason. Expected bytes are written out by hand. */
#include "report_fixture.h"

#include "tieout/archive_reader.h"
#include "tieout/json.h"

#define DOCUMENT "[document a]\nmodel = m\nverbs = GI, GR-REV, CM\n[column a 01]\nname = ref\nfrom = correction_id\n"
#define POSITIONAL                                                                                                     \
    "layout = positional\n[document a]\nmodel = m\nverbs = GI\ncolumns = 4\n"                                          \
    "[column a 03]\nname = item\nfrom = item\n[column a 1]\nname = ref\nfrom = correction_id\n"

static struct tie_finding *due(struct fixture *f, const char *verb, const char *quantity)
{
    struct tie_finding *finding = fixture_finding(f, TIE_INV_01);
    struct tie_export *entry = &f->exports_at[f->exports.count++];

    finding->verb = verb;
    finding->correction_qty = quantity == NULL ? TIE_NONE : test_dec(quantity);
    *entry = (struct tie_export){
        .finding = (uint32_t)(f->findings.count - 1), .output = "x", .is_exported = true, .why = "", .document = ""
    };
    (void)snprintf(entry->correction_id, sizeof entry->correction_id, "C%09zu", f->exports.count);
    finding->correction_id = entry->correction_id;
    return finding;
}

static enum tie_status publish_as(struct fixture *f, const char *format, struct tie_error *err)
{
    const char *path = tie_path_join(&f->arena, f->folder, "f.ini");
    const struct tie_correction_output output = { "x", path };

    assert_int_equal(tie_file_write(path, tie_text_of(format), NULL), TIE_OK);
    return tie_publish_corrections(&f->arena, &f->report, &output, f->folder, err);
}

static void publish(struct fixture *f, const char *format, const char *why)
{
    struct tie_error err = { 0 };

    if (publish_as(f, format, &err) != TIE_OK)
        fail_msg("%s: %s", why, err.text);
}

/* ---- bytes ---- */

static const struct {
    const char *why, *format; /* behind [format] name = x */
    const char *work_order, *quantity;
    const char *bytes; /* of m.GI.csv */
} files[] = {
    { "quotes where needed, CRLF", DOCUMENT "[column a 02]\nname = order\nfrom = work_order\n", "a, b", "1",
        "ref,order\r\nC000000001,\"a, b\"\r\n" },
    { "quotes around every cell, the header's too",
        "quote = always\neol = lf\n" DOCUMENT "[column a 02]\nname = order\nfrom = work_order\n", "W \"1\"", "1",
        "\"ref\",\"order\"\n\"C000000001\",\"W \"\"1\"\"\"\n" },
    { "no quotes, pipes",
        "quote = never\ndelimiter = pipe\n" DOCUMENT "[column a 02]\nname = order\nfrom = work_order\n", "a, b", "1",
        "ref|order\r\nC000000001|a, b\r\n" },
    { "no header", "header = no\neol = lf\n" DOCUMENT, "W", "1", "C000000001\n" },
    { "an empty column stays where the format says so",
        "omit_empty_columns = no\n" DOCUMENT "[column a 02]\nname = s\nfrom = serial\n", "W", "1",
        "ref,s\r\nC000000001,\r\n" },
    { "and goes where it does not", DOCUMENT "[column a 02]\nname = s\nfrom = serial\n", "W", "1",
        "ref\r\nC000000001\r\n" },
    { "positions, gaps, in any order of the file", POSITIONAL, "W", "1", "ref,,item,\r\nC000000001,,A,\r\n" },
    { "an end marker behind the last column", "header = no\nend_marker = END\n" POSITIONAL, "W", "1",
        "C000000001,,A,,END\r\n" },
    { "gaps in quotes", "quote = always\nheader = no\n" POSITIONAL, "W", "1", "\"C000000001\",\"\",\"A\",\"\"\r\n" },
    { "a byte order mark", "encoding = utf-8-bom\n" DOCUMENT "[column a 02]\nname = order\nfrom = work_order\n",
        "Caf\xC3\xA9", "1", "\xEF\xBB\xBFref,order\r\nC000000001,Caf\xC3\xA9\r\n" },
    { "ISO 8859-1: a byte a character, from the first beyond ASCII to the last",
        "encoding = iso-8859-1\n" DOCUMENT "[column a 02]\nname = order\nfrom = work_order\n",
        "\xC2\xA0\xC3\x80\xC3\xA9\xC3\xBF", "1", "ref,order\r\nC000000001,\xA0\xC0\xE9\xFF\r\n" },
    { "a scale is kept: zeros are written", DOCUMENT "[column a 02]\nname = q\nfrom = quantity\nscale = 2\n", "W",
        "1.5", "ref,q\r\nC000000001,1.50\r\n" },
    { "the shortest form without", DOCUMENT "[column a 02]\nname = q\nfrom = quantity\n", "W", "1.5",
        "ref,q\r\nC000000001,1.5\r\n" },
    { "sign by verb",
        "[sign]\n1 = GI -> -1\n2 = GR-REV -> 1\n3 = CM -> 1\n" DOCUMENT
        "[column a 02]\nname = q\nfrom = quantity\nsign = by-verb\n",
        "W", "1.5", "ref,q\r\nC000000001,-1.5\r\n" },
    { "the number of a correction, with leading zeros",
        DOCUMENT "[column a 02]\nname = n\nfrom = correction_no\ntype = integer\npad = 6\n", "W", "1",
        "ref,n\r\nC000000001,000001\r\n" },
    { "a date's format", DOCUMENT "[column a 02]\nname = d\nfrom = as_of\nformat = %Y/%m/%d %H:%M:%S\n", "W", "1",
        "ref,d\r\nC000000001,2026/11/20 00:00:00\r\n" },
    { "a date of digits", DOCUMENT "[column a 02]\nname = d\nfrom = as_of\nformat = %d%m%Y\n", "W", "1",
        "ref,d\r\nC000000001,20112026\r\n" },
    { "leading zeros of digits alone", DOCUMENT "[column a 02]\nname = o\nfrom = work_order\npad = 8\n", "4711", "1",
        "ref,o\r\nC000000001,00004711\r\n" },
    { "none for a name", DOCUMENT "[column a 02]\nname = o\nfrom = work_order\npad = 8\n", "A-7", "1",
        "ref,o\r\nC000000001,A-7\r\n" },
    { "upper case of ASCII letters", DOCUMENT "[column a 02]\nname = o\nfrom = work_order\ncase = upper\n",
        "wo-\xC3\xA9z", "1", "ref,o\r\nC000000001,WO-\xC3\xA9Z\r\n" },
    { "an id in lower case with a prefix, as Odoo wants it",
        "[names id]\n1 = * -> tieout.corr_{id}\n[document a]\nmodel = m\nverbs = GI\n"
        "[column a 01]\nname = id\nfrom = correction_id\nnames = id\ncase = lower\ncharset = a-z0-9_.\n",
        "W", "1", "id\r\ntieout.corr_c000000001\r\n" },
    { "a default", DOCUMENT "[column a 02]\nname = s\nfrom = serial\ndefault = none\n", "W", "1",
        "ref,s\r\nC000000001,none\r\n" },
    { "booleans: there is one, there is none",
        DOCUMENT "[column a 02]\nname = o\nfrom = work_order\ntype = boolean\nwords = Y, N\n"
                 "[column a 03]\nname = s\nfrom = serial\ntype = boolean\nwords = Y, N\n",
        "W", "1", "ref,o,s\r\nC000000001,Y,N\r\n" },
    { "a map of values",
        "[names verb]\n1 = GI -> Issue\n2 = GR-REV -> Receipt\n" DOCUMENT
        "[column a 02]\nname = t\nfrom = verb\nnames = verb\n",
        "W", "1", "ref,t\r\nC000000001,Issue\r\n" },
    { "length in characters: just fits", DOCUMENT "[column a 02]\nname = o\nfrom = work_order\nlength = 4\n",
        "Caf\xC3\xA9", "1", "ref,o\r\nC000000001,Caf\xC3\xA9\r\n" },
    { "bytes are those of the file's encoding",
        "encoding = iso-8859-1\n" DOCUMENT
        "[column a 02]\nname = o\nfrom = work_order\nlength = 4\nlength_unit = bytes\n",
        "Caf\xC3\xA9", "1", "ref,o\r\nC000000001,Caf\xE9\r\n" },
};

static void files_as_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(files); i++) {
        struct fixture f;

        fixture_start(&f);
        due(&f, "GI", files[i].quantity)->work_order = files[i].work_order;
        publish(&f, tie_arena_printf(&f.arena, "[format]\nname = x\n%s", files[i].format), files[i].why);
        test_expect_text(f.exports_at[0].why, "", files[i].why);
        test_expect_text(fixture_text(&f, "corrections/x/m.GI.csv"), files[i].bytes, files[i].why);
        fixture_stop(&f);
    }
}

/* ---- what does not fit ---- */

static const struct {
    const char *why_case, *head, *column; /* column: of work_order, and what it asks */
    const char *work_order, *why;
} misfits[] = {
    { "one character too long", "", "length = 4\n", "Caf\xC3\xA9s",
        "the work_order for column o has 5 characters, 4 fit" },
    { "one byte too long", "", "length = 4\nlength_unit = bytes\n", "Caf\xC3\xA9",
        "the work_order for column o has 5 bytes, 4 fit" },
    { "too long by its leading zeros", "", "pad = 3\nlength = 3\n", "4711",
        "the work_order for column o has 4 characters, 3 fit" },
    { "a character that is not allowed", "", "charset = A-Z0-9-\n", "WO_1",
        "the work_order for column o holds \"_\"; charset = A-Z0-9-" },
    { "a letter beyond ASCII in a set", "", "charset = A-Z0-9\n",
        "\xC3\x89"
        "1",
        "the work_order for column o holds \"\xC3\x89\"; charset = A-Z0-9" },
    { "no code", "", "type = code\n", "WO 1",
        "the work_order for column o holds \" \"; a code has letters, digits and _ - . / only" },
    { "no number", "", "type = integer\n", "WO1", "the work_order for column o is \"WO1\", no whole number" },
    { "the first character beyond ISO 8859-1", "encoding = iso-8859-1\n", "", "\xC4\x80",
        "the work_order for column o holds \"\xC4\x80\", which ISO 8859-1 does not have" },
    { "the euro sign", "encoding = iso-8859-1\n", "", "5 \xE2\x82\xAC",
        "the work_order for column o holds \"\xE2\x82\xAC\", which ISO 8859-1 does not have" },
    { "an emoji", "encoding = iso-8859-1\n", "", "\xF0\x9F\x9A\x9A",
        "the work_order for column o holds \"\xF0\x9F\x9A\x9A\", which ISO 8859-1 does not have" },
    { "the delimiter without quotes", "quote = never\n", "", "a, b",
        "the work_order for column o holds the delimiter or a quote, and the format has quote = never" },
    { "a quote without quotes", "quote = never\n", "", "3\" pipe",
        "the work_order for column o holds the delimiter or a quote, and the format has quote = never" },
};

static void what_does_not_fit_is_taken_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(misfits); i++) {
        struct fixture f;

        fixture_start(&f);
        due(&f, "GI", "1")->work_order = misfits[i].work_order;
        publish(&f,
            tie_arena_printf(&f.arena,
                "[format]\nname = x\n%s" DOCUMENT "[column a 02]\nname = o\nfrom = work_order\n%s", misfits[i].head,
                misfits[i].column),
            misfits[i].why_case);
        TEST_EXPECT(!f.exports_at[0].is_exported, misfits[i].why_case);
        test_expect_text(f.exports_at[0].why, misfits[i].why, misfits[i].why_case);
        TEST_EXPECT(!fixture_has(&f, "corrections"), misfits[i].why_case);
        fixture_stop(&f);
    }
}

static void a_number_keeps_its_scale(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    (void)due(&f, "GI", "1.25");
    publish(&f, "[format]\nname = x\n" DOCUMENT "[column a 02]\nname = q\nfrom = quantity\nscale = 1\n", "scale");
    assert_string_equal(f.exports_at[0].why, "quantity 1.25: column q takes 1 decimals");
    fixture_stop(&f);
}

/* ---- texts that could hurt ---- */

#define STARTS "starts with = + - or @, which a spreadsheet takes for a formula"
#define BEHIND "holds = + - or @ behind a separator or a quote, which a spreadsheet may take for a formula"
#define CONTROL "holds a control character"

static const struct {
    const char *text, *what; /* what: NULL is written as it is */
} hostile[] = {
    { "=1+1", STARTS },
    { "+1", STARTS },
    { "-1", STARTS },
    { "@SUM(A1)", STARTS },
    { "  =1+1", STARTS },
    { "=cmd|' /C calc'!A0", STARTS },
    { "a,=1+1", BEHIND },
    { "a, =1+1", BEHIND },
    { "a;=1+1", BEHIND },
    { "a|@x", BEHIND },
    { "a\"=1+1", BEHIND },
    { "\",\"=1+1", BEHIND },
    { "a\",-2,\"", BEHIND },
    { "\t=1+1", CONTROL },
    { "a\tb", CONTROL },
    { "a\rb", CONTROL },
    { "a\nb", CONTROL },
    { "a\x1b[31m", CONTROL },
    { "a\x7f", CONTROL },
    { "a\xC2\x85"
      "b",
        CONTROL },
    { "a-b=c+d@e", NULL },
    { "a - b", NULL },
    { "'=1+1", NULL },
    { "3\" pipe, 2 m", NULL },
    { "Caf\xC3\xA9 \xE2\x82\xAC", NULL },
};

static void hostile_texts(void **state)
{
    static const char format[] = "[format]\nname = x\nquote = always\n" DOCUMENT
                                 "[column a 02]\nname = o\nfrom = work_order\n";

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(hostile); i++) {
        struct fixture f;
        const char *want;

        fixture_start(&f);
        due(&f, "GI", "1")->work_order = hostile[i].text;
        publish(&f, format, hostile[i].text);
        TEST_EXPECT(f.exports_at[0].is_exported == (hostile[i].what == NULL), hostile[i].text);
        want = hostile[i].what == NULL ? ""
                                       : tie_arena_printf(&f.arena, "the work_order for column o %s", hostile[i].what);
        test_expect_text(f.exports_at[0].why, want, hostile[i].text);
        fixture_stop(&f);
    }
}

/* ---- files ---- */

/* Seven rows, three a file: every row once, in order, and each sidecar counts its own. */
static void a_full_file_is_followed_by_another(void **state)
{
    static const struct {
        const char *name, *text, *sum;
    } parts[] = {
        { "m.GI.csv", "ref,q\r\nC000000001,1\r\nC000000002,2\r\nC000000004,4\r\n", "7" },
        { "m.GI.2.csv", "ref,q\r\nC000000005,5\r\nC000000006,6\r\nC000000007,7\r\n", "18" },
        { "m.GI.3.csv", "ref,q\r\nC000000008,8\r\n", "8" },
        { "m.GR-REV.csv", "ref,q\r\nC000000003,3\r\n", "3" },
    };
    struct fixture f;

    (void)state;
    fixture_start(&f);
    for (unsigned i = 1; i <= 8; i++)
        (void)due(&f, i == 3 ? "GR-REV" : "GI", tie_arena_printf(&f.arena, "%u", i));
    publish(&f, "[format]\nname = x\nmax_rows = 3\n" DOCUMENT "[column a 02]\nname = q\nfrom = quantity\n", "split");
    for (size_t i = 0; i < TIE_COUNT_OF(parts); i++) {
        const char *path = tie_arena_printf(&f.arena, "corrections/x/%s", parts[i].name);
        struct tie_json *control = NULL;

        test_expect_text(fixture_text(&f, path), parts[i].text, parts[i].name);
        path = tie_arena_printf(&f.arena, "%s.control.json", path);
        assert_int_equal(tie_json_parse(tie_text_of(fixture_text(&f, path)), parts[i].name, &control, NULL), TIE_OK);
        test_expect_text(
            tie_json_as_text(tie_json_get(tie_json_get(control, "quantities"), "-")).at, parts[i].sum, parts[i].name);
        tie_json_free(control);
    }
    assert_false(fixture_has(&f, "corrections/x/m.GI.4.csv"));
    fixture_stop(&f);
}

static const char zip_format[] =
    "[format]\nname = x\nversion = 25D\npackage = zip\npackage_name = p_{verb}.{as_of}.zip\nmax_rows = 1\n"
    "[document a]\nmodel = m\nverbs = GI\nmember = Rows.csv\n[column a 01]\nname = ref\nfrom = correction_id\n";

static void zips_hold_their_member(void **state)
{
    static const char *const names[] = { "p_GI.20261120.zip", "p_GI.20261120.2.zip" };
    const struct tie_archive_limits limits = { .max_members = 1 };
    struct fixture f;
    struct tie_entries entries = { 0 };

    (void)state;
    fixture_start(&f);
    (void)due(&f, "GI", "1");
    (void)due(&f, "GI", "1");
    publish(&f, zip_format, "zip");
    for (size_t i = 0; i < TIE_COUNT_OF(names); i++) {
        const char *name = tie_arena_printf(&f.arena, "corrections/x/%s", names[i]);
        struct tie_archive *archive = NULL;
        struct tie_json *control = NULL;
        char text[64] = "", hex[TIE_SHA256_HEX];
        size_t got = 0;

        assert_int_equal(tie_archive_open(tie_path_join(&f.arena, f.folder, name), &limits, &archive, NULL), TIE_OK);
        assert_int_equal(tie_archive_find(archive, "Rows.csv", NULL), TIE_OK);
        assert_int_equal(tie_archive_read(archive, text, sizeof text - 1, &got, NULL), TIE_OK);
        test_expect_text(text, i == 0 ? "ref\r\nC000000001\r\n" : "ref\r\nC000000002\r\n", names[i]);
        tie_archive_close(archive);
        name = tie_arena_printf(&f.arena, "%s.control.json", name);
        assert_int_equal(tie_json_parse(tie_text_of(fixture_text(&f, name)), names[i], &control, NULL), TIE_OK);
        tie_sha256_hex(tie_text_of(text), hex);
        test_expect_text(tie_json_as_text(tie_json_get(control, "member_sha256")).at, hex, names[i]);
        test_expect_text(tie_json_as_text(tie_json_get(control, "member")).at, "Rows.csv", names[i]);
        test_expect_text(tie_json_as_text(tie_json_get(control, "version")).at, "25D", names[i]);
        tie_json_free(control);
    }
    assert_int_equal(
        tie_folder_list(&f.arena, tie_path_join(&f.arena, f.folder, "corrections/x"), &entries, NULL), TIE_OK);
    assert_int_equal(entries.count, 4); /* two zips, two sidecars, no CSV left behind */
    fixture_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_as_asked),
        cmocka_unit_test(what_does_not_fit_is_taken_back),
        cmocka_unit_test(a_number_keeps_its_scale),
        cmocka_unit_test(hostile_texts),
        cmocka_unit_test(a_full_file_is_followed_by_another),
        cmocka_unit_test(zips_hold_their_member),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
