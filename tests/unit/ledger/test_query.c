/*
 * test_query.c - opening, reading and asking: read-only leaves no trace, names of runs, trend, open ones by age, and
 * the words for a state that can't be used.
 */
#include "ledger/night.h"

#include <fcntl.h>
#include <sys/stat.h>

static void night_sql_killed(struct night_place *place)
{
    sqlite3 *db = NULL;

    if (sqlite3_open(night_path(place, "state.db"), &db) == SQLITE_OK &&
        sqlite3_exec(db,
            "PRAGMA cache_size = 1; BEGIN; UPDATE discrepancy SET emission = hex(zeroblob(20000));"
            " UPDATE run SET run = 'x'",
            NULL, NULL, NULL) == SQLITE_OK)
        (void)kill(getpid(), SIGKILL);
}

static const char *names_in(struct night_place *place)
{
    struct tie_entries entries;
    const char *out = "";

    assert_int_equal(tie_folder_list(&place->arena, place->folder, &entries, NULL), TIE_OK);
    for (size_t i = 0; i < entries.count; i++)
        out = tie_arena_printf(&place->arena, "%s%s ", out, entries.at[i].name);
    return out;
}

static void expect_runs(struct night_place *place, size_t limit, const char *want)
{
    struct tie_ledger *ledger = NULL;
    const struct tie_run_row *rows = NULL;
    size_t count = 0;
    const char *got = "";

    assert_int_equal(tie_ledger_open(&place->place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_runs(ledger, &place->arena, limit, &count, &rows, NULL), TIE_OK);
    for (size_t i = 0; i < count; i++)
        got = tie_arena_printf(&place->arena, "%s%s %s %d %d %d %s; ", got, rows[i].run, rows[i].state,
            (int)rows[i].findings, (int)rows[i].open_primary, (int)(rows[i].firm_leakage / TIE_DEC_ONE),
            rows[i].reporting_currency);
    assert_string_equal(got, want);
    tie_ledger_close(ledger);
}

static void read_only_leaves_no_trace(void **state)
{
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A", .read = NIGHT_ALL };
    struct tie_ledger *ledger = NULL;
    char before[TIE_SHA256_HEX], after[TIE_SHA256_HEX];

    (void)state;
    night_place_start(&place);
    place.place.read_only = true;
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_last_as_of(ledger), TIE_NO_DATE);
    assert_string_equal(names_in(&place), "");
    tie_ledger_close(ledger);
    assert_string_equal(names_in(&place), "");

    /* a file without a state in it, as a kill in the first instant leaves it */
    assert_int_equal(tie_file_write(night_path(&place, "state.db"), TIE_TEXT(""), NULL), TIE_OK);
    expect_runs(&place, 9, "");
    assert_string_equal(names_in(&place), "state.db ");

    place.place.read_only = false;
    night_run(&place, &night);
    assert_string_equal(names_in(&place), "latest ledger.jsonl runs state.db ");
    assert_int_equal(tie_folder_make(night_path(&place, "work"), NULL), TIE_OK);
    assert_int_equal(tie_file_sha256(night_path(&place, "state.db"), before, NULL), TIE_OK);
    place.place.read_only = true;
    expect_runs(&place, 9, "2026-11-01.1 complete 1 1 80 EUR; ");
    assert_int_equal(tie_file_sha256(night_path(&place, "state.db"), after, NULL), TIE_OK);
    assert_string_equal(after, before);
    assert_string_equal(names_in(&place), "latest ledger.jsonl runs state.db work ");
    night_place_stop(&place);
}

/* `status` and --dry-run must work between a kill and the next run, whatever the kill left. */
static void read_only_after_a_kill(void **state)
{
    static const struct {
        int step;
        const char *want;
    } kills[] = {
        { 1, "2026-11-01.1 complete 1 1 80 EUR; " },
        { -2, "2026-11-01.1 complete 1 1 80 EUR; " },
        { 2, "2026-11-01.1 complete 1 1 80 EUR; 2026-11-02.1 publishing 2 2 160 EUR; " },
        { 5, "2026-11-01.1 complete 1 1 80 EUR; 2026-11-02.1 publishing 2 2 160 EUR; " },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(kills); i++) {
        struct night_place place;
        struct night nights[] = { { .day = 1, .emitted = "A", .read = NIGHT_ALL },
            { .day = 2, .emitted = "A B", .read = NIGHT_ALL } };

        night_place_start(&place);
        night_run(&place, &nights[0]);
        night_run_killed(&place, &nights[1], kills[i].step);
        place.place.read_only = true;
        expect_runs(&place, 9, kills[i].want);
        expect_runs(&place, 9, kills[i].want);
        night_place_stop(&place);
    }
}

/* The worst instant of a commit: pages are written, the journal says how to take them back. A small cache gets
 * there. */
static void crash_in_a_transaction(struct night_place *place)
{
    int end = 0;
    const pid_t pid = fork();

    if (pid == 0) {
        night_sql_killed(place);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &end, 0), pid);
    assert_true(WIFSIGNALED(end));
    assert_int_equal(tie_path_kind(night_path(place, "state.db-journal")), TIE_ENTRY_FILE);
}

static void read_only_after_a_crash_in_the_transaction(void **state)
{
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A B C D E F G", .read = NIGHT_ALL };

    (void)state;
    night_place_start(&place);
    night_run(&place, &night);
    crash_in_a_transaction(&place);
    place.place.read_only = true;
    expect_runs(&place, 9, "2026-11-01.1 complete 7 7 560 EUR; ");
    assert_string_equal(names_in(&place), "latest ledger.jsonl runs state.db ");
    night_place_stop(&place);
}

static void a_read_only_ledger_can_not_write(void **state)
{
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A+", .read = NIGHT_ALL };
    struct tie_buf rows;

    (void)state;
    tie_buf_init(&rows, 1 << 12);
    night_place_start(&place);
    night_run(&place, &night);
    night_query(&place, "SELECT count(*) FROM correction", &rows);
    for (int again = 0; again < 2; again++) { /* a dry run judges and plans as often as it likes */
        struct tie_ledger *ledger = NULL;
        struct tie_commit commit;
        struct night dry = { .day = 2, .emitted = "A+ B+", .read = NIGHT_ALL };
        char sha256[65];

        place.place.read_only = true;
        assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
        night_prepare(&place, &dry, ledger, &commit, sha256);
        assert_string_equal(dry.text, "A open 1 C1, B new 2 C2");
        tie_ledger_close(ledger);
    }
    night_query(&place, "SELECT count(*) FROM correction", &rows);
    assert_string_equal(rows.at, "1;1;");
    tie_buf_release(&rows);
    night_place_stop(&place);
}

static void runs_are_named_and_listed(void **state)
{
    static const int days[] = { 1, 1, 2, 1, 2 };
    struct night_place place;
    char name[32];
    struct tie_ledger *ledger = NULL;

    (void)state;
    night_place_start(&place);
    for (size_t i = 0; i < 3; i++) {
        struct night night = { .day = days[i], .emitted = i == 1 ? "A B" : "A", .read = NIGHT_ALL };

        night_run(&place, &night);
    }
    expect_runs(&place, 9,
        "2026-11-01.1 complete 1 1 80 EUR; 2026-11-01.2 complete 2 2 160 EUR; 2026-11-02.1 complete 1 1 80 EUR; ");
    expect_runs(&place, 2, "2026-11-01.2 complete 2 2 160 EUR; 2026-11-02.1 complete 1 1 80 EUR; ");
    expect_runs(&place, 0, "");
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_last_as_of(ledger), night_day(2));
    assert_int_equal(tie_ledger_next_run(ledger, night_day(2), name, NULL), TIE_OK);
    assert_string_equal(name, "2026-11-02.2");
    assert_int_equal(tie_ledger_next_run(ledger, night_day(3), name, NULL), TIE_OK);
    assert_string_equal(name, "2026-11-03.1");
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

/* ---- open ones by age ---- */

static const struct {
    const char *id;
    enum tie_check check;
    int age; /* NIGHT_NEVER: no due day */
    enum tie_finding_status status;
    bool is_secondary;
    tie_dec exposure;
} aged[] = {
    { "a", TIE_INV_01, 0, TIE_FINDING_NEW, false, 1 },
    { "b", TIE_INV_01, 7, TIE_FINDING_OPEN, false, 10 },
    { "c", TIE_INV_01, 8, TIE_FINDING_OPEN, false, 100 },
    { "d", TIE_INV_01, 30, TIE_FINDING_REOPENED, false, 1000 },
    { "e", TIE_INV_01, 31, TIE_FINDING_OPEN, false, 10000 },
    { "f", TIE_INV_01, 90, TIE_FINDING_OPEN, false, TIE_NONE },
    { "g", TIE_INV_01, 91, TIE_FINDING_OPEN, false, -7 },
    { "h", TIE_INV_01, NIGHT_NEVER, TIE_FINDING_OPEN, false, 5 },
    { "i", TIE_INV_01, 7, TIE_FINDING_OPEN, true, 9999999 },    /* another one names the gap */
    { "j", TIE_INV_01, 7, TIE_FINDING_ACCEPTED, false, 99999 }, /* decided */
    { "k", TIE_INV_01, 7, TIE_FINDING_EXPLAINED, false, 99999 },
    { "l", TIE_INV_01, 7, TIE_FINDING_VOID, false, 99999 }, /* gone */
    { "m", TIE_INV_01, 7, TIE_FINDING_CORRECTED, false, 99999 },
    { "n", TIE_BIL_01, -3, TIE_FINDING_PENDING, false, 99999 },
    { "o", TIE_BIL_01, 7, TIE_FINDING_CARRIED, true, 99999 },
    { "p", TIE_BIL_01, 100, TIE_FINDING_OPEN, false, TIE_DEC_MAX },
    { "q", TIE_BIL_01, 100, TIE_FINDING_OPEN, false, 1 }, /* the sum stays at the largest value */
    { "r", TIE_WTY_01, 7, TIE_FINDING_VOID, false, 1 },
};

static void write_aged(struct night_place *place)
{
    struct tie_ledger *ledger = NULL;
    struct night night = { .day = 9, .emitted = "", .read = NIGHT_ALL };
    struct tie_commit commit;
    struct tie_findings findings = { .arena = &place->arena };
    char sha256[65];

    assert_int_equal(tie_ledger_open(&place->place, &ledger, NULL), TIE_OK);
    night_prepare(place, &night, ledger, &commit, sha256);
    for (size_t i = 0; i < TIE_COUNT_OF(aged); i++) {
        struct tie_finding finding = night_finding(&place->arena, 'A');

        (void)snprintf(finding.id, sizeof finding.id, "%s-%s", tie_check(aged[i].check)->code, aged[i].id);
        finding.check = aged[i].check;
        finding.due = aged[i].age == NIGHT_NEVER ? TIE_NO_DATE : night_day(9) - aged[i].age;
        finding.first_seen = night_day(9);
        finding.status = aged[i].status;
        finding.is_primary = !aged[i].is_secondary;
        finding.exposure_reporting = aged[i].exposure;
        TIE_PUSH(&place->arena, &findings, finding);
    }
    commit.findings = &findings;
    assert_int_equal(tie_ledger_commit(ledger, &commit, NULL), TIE_OK);
    tie_ledger_close(ledger);
}

static void open_ones_are_counted_by_check_and_age(void **state)
{
    static const struct tie_open_row want[] = {
        { "BIL-01", { 0, 0, 0, 2 }, { 0, 0, 0, TIE_DEC_MAX }, 1, 1 },
        { "INV-01", { 3, 2, 2, 1 }, { 16, 1100, 10000, -7 }, 0, 0 },
    };
    struct night_place place;
    struct tie_ledger *ledger = NULL;
    const struct tie_open_row *rows = NULL;
    size_t count = 0;

    (void)state;
    night_place_start(&place);
    write_aged(&place);
    place.place.read_only = true;
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_open_by_age(ledger, &place.arena, &count, &rows, NULL), TIE_OK);
    assert_int_equal(count, TIE_COUNT_OF(want));
    for (size_t i = 0; i < count; i++) {
        test_expect_text(rows[i].check, want[i].check, "sorted by check");
        for (size_t band = 0; band < 4; band++) {
            TEST_EXPECT(rows[i].count[band] == want[i].count[band], want[i].check);
            TEST_EXPECT(rows[i].exposure_reporting[band] == want[i].exposure_reporting[band], want[i].check);
        }
        TEST_EXPECT(rows[i].pending == want[i].pending && rows[i].carried == want[i].carried, want[i].check);
    }
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

/* ---- words for a state that can't be used ---- */

static const struct {
    const char *why;
    const char *bytes; /* of state.db; NULL: none */
    const char *sql;   /* on a good state */
    bool folder_gone, read_only;
    enum tie_status status;
    const char *want;
} refused[] = {
    { "no folder", NULL, NULL, true, false, TIE_CANTCREATE, "check that its folder exists" },
    { "no SQLite file", "this is a letter to the auditor, not a database, and long enough to be looked at", NULL, false,
        false, TIE_DATA, "restore it from a backup" },
    { "no SQLite file, reading", "this is a letter to the auditor, not a database, and long enough to be looked at",
        NULL, false, true, TIE_DATA, "restore it from a backup" },
    { "a later version", NULL, "PRAGMA user_version = 3", false, false, TIE_DATA,
        "has version 3, this program reads versions 1 to 2" },
    { "a later version, reading", NULL, "PRAGMA user_version = 3", false, true, TIE_DATA,
        "has version 3, this program reads versions 1 to 2" },
};

static void a_state_that_can_not_be_used_is_told_with_advice(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(refused); i++) {
        struct night_place place;
        struct night night = { .day = 1, .emitted = "A", .read = NIGHT_ALL };
        struct tie_ledger *ledger = NULL;
        struct tie_error err = { .text = "" };

        night_place_start(&place);
        if (refused[i].sql != NULL) {
            night_run(&place, &night);
            night_sql(&place, refused[i].sql);
        }
        if (refused[i].bytes != NULL)
            assert_int_equal(
                tie_file_write(night_path(&place, "state.db"), tie_text_of(refused[i].bytes), NULL), TIE_OK);
        place.place.read_only = refused[i].read_only;
        if (refused[i].folder_gone)
            place.place.folder = night_path(&place, "nowhere");
        TEST_EXPECT(tie_ledger_open(&place.place, &ledger, &err) == refused[i].status, refused[i].why);
        TEST_EXPECT(ledger == NULL, refused[i].why);
        if (strstr(err.text, refused[i].want) == NULL || strstr(err.text, "state.db") == NULL)
            fail_msg("%s: %s", refused[i].why, err.text);
        night_place_stop(&place);
    }
}

static void damage_in_the_state_is_told_and_nothing_is_voided(void **state)
{
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A", .read = NIGHT_ALL };
    static const struct tie_region region = { .code = "default" };
    struct tie_ledger *ledger = NULL;
    struct tie_findings none = { 0 };
    struct tie_anchors anchors;
    struct tie_kept_list cleared, carried;
    const struct tie_open_row *rows = NULL;
    size_t count = 0;
    struct tie_error err;

    (void)state;
    night_place_start(&place);
    night_run(&place, &night);
    night_sql(&place, "UPDATE discrepancy SET emission = replace(emission, '\"COST', '\"X') || 'x'");
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    assert_int_equal(tie_ledger_anchors(ledger, &place.arena, &anchors, NULL), TIE_OK);
    assert_int_equal(
        tie_ledger_judge(ledger, &place.arena, night_day(2), &region, &none, &anchors, &cleared, &carried, &err),
        TIE_DATA);
    assert_non_null(strstr(err.text, "state.db"));
    assert_int_equal(tie_ledger_open_by_age(ledger, &place.arena, &count, &rows, &err), TIE_DATA);
    tie_ledger_close(ledger);
    night_place_stop(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_only_leaves_no_trace),
        cmocka_unit_test(read_only_after_a_kill),
        cmocka_unit_test(read_only_after_a_crash_in_the_transaction),
        cmocka_unit_test(a_read_only_ledger_can_not_write),
        cmocka_unit_test(runs_are_named_and_listed),
        cmocka_unit_test(open_ones_are_counted_by_check_and_age),
        cmocka_unit_test(a_state_that_can_not_be_used_is_told_with_advice),
        cmocka_unit_test(damage_in_the_state_is_told_and_nothing_is_voided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
