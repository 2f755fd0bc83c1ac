/*
 * test_source_config.c - [source], [dataset], [map] and [xref] of a job: the plan they make, and every mistake in
 * words. A case is the minimum job with lines put in place of others; %s in a wanted text stands for the folder of the
 * test.
 */
#include "tieout/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char minimum[] = "[source fsm]\n"
                              "driver = postgres\n"
                              "conninfo = \"dbname=fsm\"\n"
                              "[source erp]\n"
                              "driver = odbc\n"
                              "connection = \"DSN=erp\"\n"
                              "timezone = Europe/Brussels\n"
                              "[dataset work_order]\n"
                              "source = fsm\n"
                              "query = q.sql\n"
                              "[dataset usage_line]\n"
                              "source = fsm\n"
                              "query = q.sql\n"
                              "[dataset movement]\n"
                              "source = erp\n"
                              "query = q.sql\n"
                              "[dataset invoice]\n"
                              "source = erp\n"
                              "query = q.sql\n"
                              "[dataset invoice_line]\n"
                              "source = erp\n"
                              "query = q.sql\n";

static char folder[] = "/tmp/tieout-config.XXXXXX";

struct loaded {
    struct tie_arena arena;
    struct tie_extract_plan plan;
    struct tie_error err;
    enum tie_status status;
};

static void load(struct loaded *loaded, const char *job)
{
    const struct tie_schema schemas[] = { { tie_source_schema, tie_source_schema_count } };
    const struct tie_config *config = NULL;
    struct tie_config_setup setup = { .schemas = schemas, .schema_count = 1, .bytes = job };

    memset(loaded, 0, sizeof *loaded);
    assert_int_equal(tie_arena_init(&loaded->arena, 64 << 20, NULL), TIE_OK);
    setup.path = tie_arena_printf(&loaded->arena, "%s/job.ini", folder);
    loaded->status = tie_zone_load(&loaded->arena, "Europe/Lisbon", &loaded->plan.zone, &loaded->err);
    assert_int_equal(loaded->status, TIE_OK);
    loaded->status = tie_config_load(&loaded->arena, &setup, &config, &loaded->err);
    if (loaded->status == TIE_OK)
        loaded->status = tie_source_read_config(&loaded->arena, config, &loaded->plan, &loaded->err);
}

/* The minimum job with `from` replaced by `to`; without `from`, `to` is put behind it. */
static char *changed(struct tie_arena *arena, const char *from, const char *to)
{
    const char *at = from == NULL ? minimum + strlen(minimum) : strstr(minimum, from);

    assert_non_null(at);
    return tie_arena_printf(
        arena, "%.*s%s%s", (int)(at - minimum), minimum, to, at + (from == NULL ? 0 : strlen(from)));
}

static void test_plan(void **state)
{
    struct loaded loaded;
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    load(&loaded,
        changed(&arena, NULL,
            "[dataset price contracts]\nsource = fsm\nquery = q.sql\ncontrol = q.sql\nids = fsm\n"
            "allow_float = unit_price\n[xref item]\nsource = erp\nquery = q.sql\nsplit = fsm_id\n"
            "[map movement.movement_class]\nissue_wo = 261, 281\nscrap = \\empty\nother = *\n"));
    assert_string_equal(loaded.err.text, "");
    assert_int_equal(loaded.status, TIE_OK);
    assert_int_equal(loaded.plan.source_count, 2);
    assert_string_equal(loaded.plan.sources[0].timezone, "Europe/Lisbon"); /* the job's */
    assert_string_equal(loaded.plan.sources[1].timezone, "Europe/Brussels");
    assert_int_equal(loaded.plan.sources[0].connect_timeout_us, 10 * TIE_US_PER_SECOND);
    assert_int_equal(loaded.plan.sources[1].timeout_us, 1800 * TIE_US_PER_SECOND);
    assert_int_equal(loaded.plan.part_count, 7);
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(loaded.plan.parts[i].part, i);
    assert_string_equal(loaded.plan.parts[5].title, "price contracts");
    assert_int_equal(loaded.plan.parts[5].ids, TIE_SIDE_FSM);
    assert_true(loaded.plan.parts[5].allow_float[tie_column_find(tie_dataset(TIE_DS_PRICE), TIE_TEXT("unit_price"))]);
    assert_string_equal(loaded.plan.parts[5].control, "SELECT :as_of\n");
    assert_string_equal(loaded.plan.parts[6].title, "xref item");
    assert_int_equal(loaded.plan.parts[6].xref_kind, TIE_XREF_ITEM);
    assert_string_equal(loaded.plan.parts[6].split, "fsm_id");
    assert_int_equal(loaded.plan.parts[2].ids, TIE_SIDE_ERP);
    assert_int_equal(loaded.plan.parts[2].map_count, 1);
    assert_int_equal(loaded.plan.parts[2].maps[0].count, 3);
    assert_string_equal(loaded.plan.parts[2].maps[0].lists[1].codes[0], "");
    assert_true(loaded.plan.parts[2].maps[0].lists[2].is_rest);
    tie_arena_release(&loaded.arena);
    tie_arena_release(&arena);
}

#define DROP "[source drop]\ndriver = files\npath = x\n"
#define PRICE "[dataset price]\nsource = drop\n"

static const struct {
    const char *why;
    const char *from, *to;
    enum tie_status want; /* TIE_OK: it is fine */
    const char *want_text;
} cases[] = {
    { "no such source", "source = erp\nquery = q.sql\n[dataset invoice]",
        "source = epr\nquery = q.sql\n[dataset invoice]", TIE_CONFIG,
        "%s/job.ini:15: [dataset movement] source = epr: there is no [source epr]; did you mean erp?" },
    { "no such dataset", "[dataset movement]", "[dataset movemnt]", TIE_CONFIG,
        "%s/job.ini:14: [dataset movemnt]: the data model has no dataset movemnt; did you mean movement?" },
    { "xref is a section of its own", "[dataset movement]", "[dataset xref]", TIE_CONFIG,
        "%s/job.ini:14: [dataset xref]: write [xref KIND], such as [xref item]" },
    { "no such kind", NULL, "[xref things]\nsource = erp\nquery = q.sql\n", TIE_CONFIG,
        "%s/job.ini:23: [xref things]: no kind of id is called things; allowed are customer, item, location, "
        "technician, "
        "contract, asset, work_order" },
    { "the minimum is not there", "[dataset movement]", "[dataset price]", TIE_CONFIG,
        "%s/job.ini: the job lacks [dataset movement]; no job can run without" },
    { "a password in conninfo", "dbname=fsm", "dbname=fsm password=abc", TIE_CONFIG,
        "%s/job.ini:3: [source fsm] conninfo: a password may not stand here; use password_file, ${NAME}, "
        "~/.pgpass or the "
        "DSN" },
    { "a password in a URI", "dbname=fsm", "postgresql://tieout:abc@db/fsm", TIE_CONFIG,
        "%s/job.ini:3: [source fsm] conninfo: a password may not stand here; use password_file, ${NAME}, "
        "~/.pgpass or the "
        "DSN" },
    { "a password over ODBC", "DSN=erp", "DSN=erp;Pwd = {abc}", TIE_CONFIG,
        "%s/job.ini:6: [source erp] connection: a password may not stand here; use password_file, ${NAME}, "
        "~/.pgpass or the "
        "DSN" },
    { "a password from the environment", "DSN=erp", "DSN=erp;PWD=${TIE_TEST_WORD}", TIE_OK, NULL },
    { "a URI with one from the environment", "dbname=fsm", "postgresql://tieout:${TIE_TEST_WORD}@db/fsm", TIE_OK,
        NULL },
    { "a URI without", "dbname=fsm", "postgresql://tieout@db:5432/fsm", TIE_OK, NULL },
    { "passfile is no password", "dbname=fsm", "dbname=fsm passfile=/x", TIE_OK, NULL },
    { "the other driver's key", "connection = \"DSN=erp\"", "conninfo = \"DSN=erp\"", TIE_CONFIG,
        "%s/job.ini:6: [source erp] conninfo = DSN=erp: driver odbc is connected by connection" },
    { "no connection", "conninfo = \"dbname=fsm\"\n", "", TIE_CONFIG,
        "%s/job.ini:1: [source fsm]: driver postgres needs the key conninfo: how the source is reached" },
    { "no such zone", "Europe/Brussels", "Europe/Brussel", TIE_CONFIG, NULL },
    { "ODBC shares no snapshot", "timezone = Europe/Brussels", "connections = 2", TIE_CONFIG,
        "%s/job.ini:7: [source erp] connections = 2: only driver postgres can share a snapshot among connections; 1 is "
        "allowed" },
    { "files know no SELECT", "driver = odbc\nconnection = \"DSN=erp\"\ntimezone = Europe/Brussels",
        "driver = files\npath = x", TIE_CONFIG,
        "%s/job.ini:15: [dataset movement] query = q.sql: source erp reads files and knows no SELECT; give file, the "
        "name of the file" },
    { "an unused source of files is fine", NULL, "[source drop]\ndriver = files\npath = x\n", TIE_OK, NULL },
    { "a database knows no files", "[dataset movement]\nsource = erp", "[dataset movement]\nsource = erp\nfile = a.csv",
        TIE_CONFIG,
        "%s/job.ini:16: [dataset movement] file = a.csv: only driver files reads a file; give query, the file that "
        "holds a SELECT" },
    { "nor how their fields are divided", "timezone = Europe/Brussels", "max_ratio = 5", TIE_CONFIG,
        "%s/job.ini:7: [source erp] max_ratio = 5: only driver files knows it" },
    { "files have no password", NULL, DROP "password_file = q.sql\n", TIE_CONFIG,
        "%s/job.ini:26: [source drop] password_file = q.sql: driver files has no use for a password" },
    { "a placeholder that is none", NULL, "[source drop]\ndriver = files\npath = x/{day}.zip\n", TIE_CONFIG,
        "%s/job.ini:25: [source drop] path = x/{day}.zip: {day} is no placeholder; only {as_of} is replaced, by the "
        "run's date as YYYY-MM-DD" },
    { "a brace that is never closed", NULL, "[source drop]\ndriver = files\npath = x/{as_of\n", TIE_CONFIG,
        "%s/job.ini:25: [source drop] path = x/{as_of: { is no placeholder; only {as_of} is replaced, by the run's "
        "date as YYYY-MM-DD" },
    { "a placeholder in a name", NULL, DROP PRICE "file = {as_of}/{asof}.csv\n", TIE_CONFIG, NULL },
    { "a name with a day", NULL, DROP PRICE "file = {as_of}/price-{as_of}.csv\n", TIE_OK, NULL },
    { "a name that leads out", NULL, DROP PRICE "file = ../price.csv\n", TIE_CONFIG,
        "%s/job.ini:28: [dataset price] file = ../price.csv: the name has a part that is .., which leads out of its "
        "folder; a plain name of a file in the path of [source drop] is allowed" },
    { "an absolute name", NULL, DROP PRICE "file = /price.csv\n", TIE_CONFIG, NULL },
    { "a control is a name, too", NULL, DROP PRICE "file = price.csv\ncontrol = a/../../b.csv\n", TIE_CONFIG, NULL },
    { "an ending that says nothing", NULL, DROP PRICE "file = price.txt\n", TIE_CONFIG,
        "%s/job.ini:28: [dataset price] file = price.txt: the ending does not tell what divides the fields; write "
        "delimiter = comma, semicolon, tab or pipe in [source drop]" },
    { "unless the source says it", NULL, DROP "delimiter = pipe\n" PRICE "file = price.txt\n", TIE_OK, NULL },
    { "no file", NULL, DROP PRICE, TIE_CONFIG,
        "%s/job.ini:26: [dataset price]: file is missing: the name of the file in the path of [source drop]" },
    { "a file alone needs none", NULL, "[source drop]\ndriver = files\npath = x.csv\n" PRICE, TIE_OK, NULL },
    { "and may have none", NULL, "[source drop]\ndriver = files\npath = x.csv\n" PRICE "file = x.csv\n", TIE_CONFIG,
        "%s/job.ini:28: [dataset price] file = x.csv: path of [source drop] is the file itself; leave file out, or let "
        "path name its folder" },
    { "no query", "[dataset movement]\nsource = erp\nquery = q.sql", "[dataset movement]\nsource = erp", TIE_CONFIG,
        "%s/job.ini:14: [dataset movement]: query is missing: the file that holds its SELECT" },
    { "the query file is missing", "[dataset movement]\nsource = erp\nquery = q.sql",
        "[dataset movement]\nsource = erp\nquery = none.sql", TIE_NOINPUT, NULL },
    { "a parameter that is none", "[dataset movement]\nsource = erp\nquery = q.sql",
        "[dataset movement]\nsource = erp\nquery = bad.sql", TIE_CONFIG,
        "%s/bad.sql:2:3: unknown parameter :as_off; known are :as_of, :window_start, :window_end and :history_start" },
    { "floats for a text", NULL, "[dataset price]\nsource = erp\nquery = q.sql\nallow_float = currency\n", TIE_CONFIG,
        "%s/job.ini:26: [dataset price] allow_float = currency: currency is no decimal or rate column of price" },
    { "a map of nothing", NULL, "[map movement.clas]\nissue_wo = 1\n", TIE_CONFIG,
        "%s/job.ini:23: [map movement.clas]: movement has no column clas" },
    { "a map of no codes", NULL, "[map movement.quantity]\nissue_wo = 1\n", TIE_CONFIG,
        "%s/job.ini:23: [map movement.quantity]: movement.quantity holds no codes but is a decimal; only code and bool "
        "columns are mapped" },
    { "a word that is none", NULL, "[map invoice.kind]\nissue_wo = 1\n", TIE_CONFIG, NULL },
    { "a code twice", NULL, "[map movement.movement_class]\nissue_wo = 261, 262\nreturn_wo = 262\n", TIE_CONFIG,
        "%s/job.ini:25: [map movement.movement_class] return_wo = 262: code 262 stands already under issue_wo" },
    { "the rest twice", NULL, "[map movement.movement_class]\nissue_wo = *\nother = *\n", TIE_CONFIG,
        "%s/job.ini:25: [map movement.movement_class] other = *: * stands already under issue_wo" },
    { "a bool may be mapped", NULL, "[map usage_line.deleted]\nyes = X\nno = \\empty\n", TIE_OK, NULL },
    { "to yes and no only", NULL, "[map usage_line.deleted]\nmaybe = X\n", TIE_CONFIG,
        "%s/job.ini:24: [map usage_line.deleted] maybe = X: maybe is no word of usage_line.deleted; allowed are "
        "yes and no" },
};

static void test_mistakes(void **state)
{
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct loaded loaded;
        char want[1024] = "";

        print_message("%s\n", cases[i].why);
        load(&loaded, changed(&arena, cases[i].from, cases[i].to));
        if (cases[i].want == TIE_OK)
            assert_string_equal(loaded.err.text, "");
        assert_int_equal(loaded.status, cases[i].want);
        if (cases[i].want_text != NULL) {
            const char *mark = strstr(cases[i].want_text, "%s");

            (void)snprintf(
                want, sizeof want, "%.*s%s%s", (int)(mark - cases[i].want_text), cases[i].want_text, folder, mark + 2);
            assert_string_equal(loaded.err.text, want);
        }
        assert_null(strstr(loaded.err.text, "abc")); /* a password is never repeated */
        tie_arena_release(&loaded.arena);
    }
    tie_arena_release(&arena);
}

static void write_file(const char *name, const char *text)
{
    char path[256];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(tie_file_write(path, tie_text_of(text), NULL), TIE_OK);
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("TIE_TEST_WORD", "abc", 1), 0);
    write_file("q.sql", "SELECT :as_of\n");
    write_file("bad.sql", "SELECT\n  :as_off\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return tie_tree_remove(folder, NULL) == TIE_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_plan), cmocka_unit_test(test_mistakes) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
