/*
 * test_state.c - the state in a bundle: every value comes back, no row is missing, and a run judges by it alike.
 *
 * Oracle of the round trip: SQLite's quote(), which writes NULL, '' and numbers each in its own way, over all columns
 * of all tables as the database names them. Oracle of the choice of rows: random lives, whose next night is judged by
 * the state and by the copy that a bundle would hold of it, and must say the same.
 */
#include "ledger/night.h"

#include "base/random.h"

enum { ALL_RUNS = 100, LIVES = 60 };

static struct tie_text state_text(struct night_place *place, int day, const char *emitted, size_t run_limit)
{
    const struct tie_findings findings = night_findings(&place->arena, emitted);
    const char *path = night_path(place, "state.jsonl");
    struct tie_ledger *ledger = NULL;
    struct tie_new_file file;
    struct tie_text text;
    struct tie_error err = { .text = "" };

    assert_int_equal(tie_ledger_open(&place->place, &ledger, &err), TIE_OK);
    assert_int_equal(tie_new_file_open(&file, path, 0600, false, &err), TIE_OK);
    if (tie_ledger_put_state(ledger, &place->arena, night_day(day), &findings, run_limit, &file.out, &err) != TIE_OK)
        fail_msg("%s", err.text);
    assert_int_equal(tie_new_file_commit(&file, &err), TIE_OK);
    tie_new_file_release(&file);
    tie_ledger_close(ledger);
    assert_int_equal(tie_file_read(&place->arena, path, 1 << 28, &text, &err), TIE_OK);
    return text;
}

static void copy_state(struct night_place *from, struct night_place *to)
{
    struct tie_error err = { .text = "" };

    if (tie_ledger_make_state(to->folder, night_path(from, "state.jsonl"), &err) != TIE_OK)
        fail_msg("%s", err.text);
}

/* Every table as "NAME: quoted cells of a row; ...". */
static void quote_all(struct night_place *place, struct tie_buf *out)
{
    struct tie_buf names, sql;
    struct tie_text rest;

    tie_buf_init(&names, 1 << 16);
    tie_buf_init(&sql, 1 << 16);
    night_query(place, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", &names);
    rest = tie_buf_slice(&names);
    while (rest.size > 0) {
        const struct tie_text name = tie_text_cut(&rest, ';');
        const size_t before = out->size;

        tie_buf_reset(&sql);
        night_query(place,
            tie_arena_printf(&place->arena,
                "SELECT 'SELECT ' || group_concat('quote(\"' || name || '\")', ', ') || ' FROM %.*s ORDER BY 1, 2'"
                " FROM pragma_table_info('%.*s')",
                (int)name.size, name.at, (int)name.size, name.at),
            &sql);
        tie_buf_printf(out, "%.*s: ", (int)name.size, name.at);
        night_query(place, sql.at, out);
        if (out->size == before + name.size + 2)
            fail_msg("table %.*s has no row: give it one, with every kind of value", (int)name.size, name.at);
    }
    tie_buf_release(&names);
    tie_buf_release(&sql);
}

static const char extremes[] =
    "INSERT INTO decision VALUES ('INV-01-A', 'accept', 'Zo\xc3\xab \"Z\"', 'line 1' || char(10, 13, 9, 1) || '\\n', "
    "NULL), ('INV-01-A', 'approve', '', '', 0), ('INV-01-B', 'explain', 'x', '{\"hex\":\"41\"}', -20000);"
    "INSERT INTO correction VALUES ('C000000090', 'INV-01-A', 'GI', 'goods', '2026-11-01.1', 20758, NULL, 0, '', "
    "'null', NULL), ('C000000091', 'INV-01-A', 'GI', 'goods', '2026-11-01.1', 20758, -9223372036854775807 - 1, "
    "9223372036854775807, 'EUR', '', 0), ('C000000092', 'INV-01-B', 'GI', '', '', -1, -9223372036854775807, 1, 'EUR',"
    "'\xf0\x9f\x94\xa7', 20759);"
    "UPDATE discrepancy SET visible_as_of = NULL, before_status = NULL WHERE finding_id = 'INV-01-B';"
    "UPDATE discrepancy SET visible_as_of = 0, before_status = 0 WHERE finding_id = 'INV-01-A';"
    "INSERT INTO setting VALUES ('empty', ''), ('digits', '007');";

static void every_value_comes_back(void **state)
{
    struct night night = { .day = 1, .emitted = "A+ B R*", .read = NIGHT_ALL };
    struct night_place place, other;
    struct tie_buf want, got;
    struct tie_text first, second;

    (void)state;
    night_place_start(&place);
    night_place_start(&other);
    tie_buf_init(&want, 1 << 20);
    tie_buf_init(&got, 1 << 20);
    night_run(&place, &night);
    night = (struct night){ .day = 2, .emitted = "A+ B", .read = "" };
    night_run(&place, &night);
    night_sql(&place, extremes);
    first = state_text(&place, 2, "A", ALL_RUNS);
    copy_state(&place, &other);
    quote_all(&place, &want);
    quote_all(&other, &got);
    assert_string_equal(want.at, got.at);
    second = state_text(&other, 2, "A", ALL_RUNS);
    assert_true(tie_text_equal(first, second));
    tie_buf_release(&want);
    tie_buf_release(&got);
    night_place_stop(&place);
    night_place_stop(&other);
}

/* ---- which rows ---- */

static size_t rows_of(struct tie_text text, const char *table, const char *id)
{
    size_t count = 0;

    while (text.size > 0) {
        const struct tie_text line = tie_text_cut(&text, '\n');
        const struct tie_text name = tie_text_of(table);

        if (memmem(line.at, line.size, name.at, name.size) != NULL &&
            (id == NULL || memmem(line.at, line.size, id, strlen(id)) != NULL))
            count++;
    }
    return count;
}

/* A is alive; B is gone since the 2nd, C since the 4th; D is gone and comes back; B to D had a correction. */
static void rows_that_count(void **state)
{
    static const struct {
        const char *why, *emitted, *id;
        int day;
        bool is_held;
    } cases[] = {
        { "alive, not emitted", "", "INV-01-A", 5, true },
        { "gone for long", "", "INV-01-B", 5, false },
        { "gone for long, but back", "B", "INV-01-B", 5, true },
        { "gone since an earlier run of this as-of", "", "INV-01-C", 4, true },
        { "gone since the day before", "", "INV-01-C", 5, false },
        { "never seen", "Z", "INV-01-Z", 5, false },
    };
    static const char *const emitted[] = { "A B+ C+ D+", "A C+ D+", "A C+ D+", "A D+" };
    struct night_place place;
    struct tie_text text;

    (void)state;
    night_place_start(&place);
    for (int day = 1; day <= 4; day++) {
        struct night night = { .day = day, .emitted = emitted[day - 1], .read = NIGHT_ALL };

        night_run(&place, &night);
    }
    night_sql(&place, "INSERT INTO decision VALUES ('INV-01-B', 'accept', 'x', 'y', NULL)");
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const bool has_more = cases[i].id[7] == 'B' || cases[i].id[7] == 'C';

        text = state_text(&place, cases[i].day, cases[i].emitted, ALL_RUNS);
        TEST_EXPECT(rows_of(text, "\"table\":\"discrepancy\"", cases[i].id) == cases[i].is_held, cases[i].why);
        TEST_EXPECT(
            rows_of(text, "\"table\":\"correction\"", cases[i].id) == (cases[i].is_held && has_more), cases[i].why);
        TEST_EXPECT(rows_of(text, "\"table\":\"decision\"", cases[i].id) == (cases[i].is_held && cases[i].id[7] == 'B'),
            cases[i].why);
        TEST_EXPECT(rows_of(text, "\"table\":\"run\"", NULL) == 4, cases[i].why);
    }
    text = state_text(&place, 5, "", 2);
    assert_int_equal(rows_of(text, "\"table\":\"run\"", NULL), 2);
    assert_int_equal(rows_of(text, "\"table\":\"run\"", "2026-11-03.1"), 1);
    assert_int_equal(rows_of(text, "\"table\":\"run\"", "2026-11-04.1"), 1);
    night_place_stop(&place);
}

/* ---- judged by the copy ---- */

static void judge_by(struct night_place *place, struct night *night)
{
    struct tie_ledger_place looked_at = place->place;
    struct tie_ledger *ledger = NULL;
    struct tie_commit commit;
    char run_json_sha256[65];

    looked_at.read_only = true;
    assert_int_equal(tie_ledger_open(&looked_at, &ledger, NULL), TIE_OK);
    night_prepare(place, night, ledger, &commit, run_json_sha256);
    tie_ledger_close(ledger);
}

static const char *random_emitted(struct tie_arena *arena, uint64_t *seed)
{
    static const char *const marks[] = { "", "", "*", "+", "+", "~" };
    const char *text = "";

    for (char letter = 'A'; letter <= 'H'; letter++)
        if (test_random(seed) % 5 < 3)
            text = tie_arena_printf(arena, "%s%c%s ", text, letter, marks[test_random(seed) % TIE_COUNT_OF(marks)]);
    return text;
}

static const char *random_read(uint64_t *seed)
{
    static const char *const reads[] = { NIGHT_ALL, NIGHT_ALL, "ABCD", "EFGH", "" };

    return reads[test_random(seed) % TIE_COUNT_OF(reads)];
}

static void decide(struct night_place *place, uint64_t *seed)
{
    static const char *const kinds[] = { "accept", "explain", "approve" };

    night_sql(place,
        tie_arena_printf(&place->arena, "INSERT OR REPLACE INTO decision VALUES ('INV-01-%c', '%s', 'x', 'y', %s)",
            (int)('A' + test_random(seed) % 8), kinds[test_random(seed) % 3],
            test_random(seed) % 2 == 0 ? "NULL" : "20762"));
}

static void the_copy_judges_alike(void **state)
{
    size_t statuses = 0;

    (void)state;
    for (uint64_t life = 0; life < LIVES; life++) {
        uint64_t seed = life * 7919 + 1;
        struct night_place place, other;
        struct night night, again;
        int day = 1;

        night_place_start(&place);
        night_place_start(&other);
        for (int n = 0; n < 5; n++) {
            night = (struct night){
                .day = day, .emitted = random_emitted(&place.arena, &seed), .read = random_read(&seed)
            };
            night_run(&place, &night);
            if (test_random(&seed) % 2 == 0)
                decide(&place, &seed);
            day += test_random(&seed) % 3 != 0; /* else the same day once more */
        }
        night = (struct night){
            .day = day, .emitted = random_emitted(&place.arena, &seed), .read = random_read(&seed)
        };
        (void)state_text(&place, day, night.emitted, 3);
        copy_state(&place, &other);
        again = night;
        judge_by(&place, &night);
        judge_by(&other, &again);
        if (strcmp(night.text, again.text) != 0)
            fail_msg("life %llu: by the state\n%s\nby the copy\n%s", (unsigned long long)life, night.text, again.text);
        assert_int_equal(night.exported, again.exported);
        statuses += strstr(night.text, "carried") != NULL && strstr(night.text, "corrected") != NULL;
        night_place_stop(&place);
        night_place_stop(&other);
    }
    assert_true(statuses > 2); /* the lives were rich enough to say something */
}

/* ---- what is refused ---- */

static void damage_is_named(void **state)
{
    static const struct {
        const char *why, *line, *says;
    } cases[] = {
        { "no JSON", "{\"row\":", "state.jsonl:2: " },
        { "an empty line", "", "state.jsonl:2: " },
        { "no table", "{\"row\":{\"name\":\"a\",\"value\":\"b\"}}", "table" },
        { "no row", "{\"table\":\"setting\"}", "row" },
        { "unknown table", "{\"row\":{\"name\":\"a\"},\"table\":\"seting\"}", "seting" },
        { "a name that would be SQL", "{\"row\":{\"name\":\"a\"},\"table\":\"x\\\" (a) VALUES (1); --\"}", "x" },
        { "unknown column", "{\"row\":{\"name\":\"a\",\"colour\":\"b\"},\"table\":\"setting\"}", "colour" },
        { "NULL where none may be", "{\"row\":{\"name\":\"a\",\"value\":null},\"table\":\"setting\"}",
            "setting.value" },
        { "a bool", "{\"row\":{\"name\":\"a\",\"value\":true},\"table\":\"setting\"}", "column value: must be" },
        { "a list", "{\"row\":{\"name\":\"a\",\"value\":[]},\"table\":\"setting\"}", "column value: must be" },
        { "an object", "{\"row\":{\"name\":\"a\",\"value\":{}},\"table\":\"setting\"}", "column value: an object" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct night_place place;
        struct tie_error err = { .text = "" };
        const char *path = NULL;

        night_place_start(&place);
        path = night_path(&place, "state.jsonl");
        assert_int_equal(
            tie_file_write(path,
                tie_text_of(tie_arena_printf(&place.arena,
                    "{\"row\":{\"name\":\"first\",\"value\":\"\"},\"table\":\"setting\"}\n%s\n", cases[i].line)),
                NULL),
            TIE_OK);
        if (tie_ledger_make_state(place.folder, path, &err) != TIE_DATA || err.status != TIE_DATA ||
            strstr(err.text, "state.jsonl:2: ") == NULL || strstr(err.text, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].why, err.text);
        night_place_stop(&place);
    }
}

/* ---- a state that an earlier program wrote ---- */

/* As tables of version 1 first were: the same columns, rows in the tree of their key. */
static const char earlier_layout[] =
    "ALTER TABLE discrepancy RENAME TO renewed;"
    "CREATE TABLE discrepancy (finding_id TEXT NOT NULL PRIMARY KEY, check_code TEXT NOT NULL, anchor TEXT NOT NULL,"
    " status INTEGER NOT NULL, first_seen INTEGER NOT NULL, visible_as_of INTEGER, last_seen INTEGER NOT NULL,"
    " touched_as_of INTEGER NOT NULL, before_status INTEGER, before_visible_as_of INTEGER, emission TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "INSERT INTO discrepancy SELECT * FROM renewed; DROP TABLE renewed;";

/* Nights go on from it as from one of today: what they say, and all that is kept. */
static void an_earlier_layout_goes_on(void **state)
{
    static const struct night nights[] = {
        { .day = 1, .emitted = "A+ B* C D", .read = NIGHT_ALL },
        { .day = 2, .emitted = "A+ B E", .read = "ABC" },
        { .day = 3, .emitted = "C E F~", .read = NIGHT_ALL },
        { .day = 9, .emitted = "A+ F~", .read = "" },
    };
    struct night_place today, earlier;
    struct tie_buf want, got;

    (void)state;
    night_place_start(&today);
    night_place_start(&earlier);
    tie_buf_init(&want, 1 << 20);
    tie_buf_init(&got, 1 << 20);
    for (size_t i = 0; i < TIE_COUNT_OF(nights); i++) {
        struct night a = nights[i], b = nights[i];

        night_run(&today, &a);
        night_run(&earlier, &b);
        assert_string_equal(a.text, b.text);
        if (i == 0)
            night_sql(&earlier, earlier_layout);
    }
    night_query(&today, "SELECT * FROM discrepancy ORDER BY finding_id", &want);
    night_query(&earlier, "SELECT * FROM discrepancy ORDER BY finding_id", &got);
    assert_true(want.size > 0);
    assert_string_equal(want.at, got.at);
    tie_buf_release(&want);
    tie_buf_release(&got);
    night_place_stop(&today);
    night_place_stop(&earlier);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_comes_back),
        cmocka_unit_test(rows_that_count),
        cmocka_unit_test(the_copy_judges_alike),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(an_earlier_layout_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
