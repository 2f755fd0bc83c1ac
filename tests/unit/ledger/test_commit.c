/*
 * test_commit.c - a run that is killed, at every step, leaves the old state or the new one.
 *
 * The whole of a job's folder is printed as text: all tables of state.db, every file below with its digest, where
 * `latest` points. "Old" is that text before the run, "new" the text of a twin folder in which the same nights were
 * not disturbed. After each kill and one tie_ledger_open the text must be one of the two, the one that the step says,
 * and a second open must change nothing. A file size limit stands for a full disk.
 */
#include "ledger/night.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct night first = { .day = 1, .emitted = "A+ B C* D+", .read = NIGHT_ALL };
static const struct night second = { .day = 2, .emitted = "A+ C+ E+", .read = "ABC", .keep_runs = 1 };

static void print_tree(struct night_place *place, const char *folder, struct tie_buf *out)
{
    struct tie_entries entries;
    char bytes[256];

    assert_int_equal(tie_folder_list(&place->arena, night_path(place, folder), &entries, NULL), TIE_OK);
    for (size_t i = 0; i < entries.count; i++) {
        const char *name = tie_path_join(&place->arena, folder, entries.at[i].name);
        const char *path = night_path(place, name);

        if (tie_text_starts(
                tie_text_of(name), "state.db")) /* told as rows; a journal that holds nothing may lie there */
            continue;
        tie_buf_printf(out, "%s ", name);
        if (entries.at[i].kind == TIE_ENTRY_FOLDER) {
            tie_buf_text(out, "\n");
            print_tree(place, name, out);
        } else if (entries.at[i].kind == TIE_ENTRY_LINK) {
            const ssize_t size = readlink(path, bytes, sizeof bytes - 1);

            assert_true(size > 0);
            tie_buf_printf(out, "-> %.*s\n", (int)size, bytes);
        } else {
            char sha256[TIE_SHA256_HEX];

            assert_int_equal(tie_file_sha256(path, sha256, NULL), TIE_OK);
            tie_buf_printf(out, "%s\n", sha256);
        }
    }
}

static const char *print_all(struct night_place *place)
{
    static const char *const tables[] = { "run", "discrepancy", "correction", "setting" };
    struct tie_buf out;
    const char *text = NULL;

    tie_buf_init(&out, 1 << 24);
    for (size_t i = 0; i < TIE_COUNT_OF(tables); i++) {
        tie_buf_printf(&out, "\n%s: ", tables[i]);
        night_query(place, tie_arena_printf(&place->arena, "SELECT * FROM %s ORDER BY 1", tables[i]), &out);
    }
    tie_buf_text(&out, "\n");
    print_tree(place, "", &out);
    text = tie_text_dup(&place->arena, tie_buf_slice(&out));
    tie_buf_release(&out);
    return text;
}

static void open_and_close(struct night_place *place, const char *why)
{
    struct tie_ledger *ledger = NULL;
    struct tie_error err;

    if (tie_ledger_open(&place->place, &ledger, &err) != TIE_OK)
        fail_msg("%s: %s", why, err.text);
    tie_ledger_close(ledger);
}

static void expect_verified(struct night_place *place, uint64_t want, const char *why)
{
    struct tie_error err;
    uint64_t lines = 0;

    if (night_verify(place, &lines, &err) != TIE_OK)
        fail_msg("%s: %s", why, err.text);
    TEST_EXPECT(lines == want, why);
}

/* What a killed run leaves beside what the commit makes: its work folder, and half a link. */
static void scatter(struct night_place *place)
{
    assert_int_equal(tie_folder_make(night_path(place, "work/frames"), NULL), TIE_OK);
    assert_int_equal(tie_file_write(night_path(place, "work/frames/x"), TIE_TEXT("x"), NULL), TIE_OK);
    assert_int_equal(tie_folder_make(night_path(place, "dry/.2026-11-01.part/corrections"), NULL), TIE_OK);
    assert_int_equal(symlink("runs/2026-11-01.7", night_path(place, "latest.4711.tmp")), 0);
}

static const char *undisturbed(struct night_place *twin)
{
    struct night nights[] = { first, second };

    night_place_start(twin);
    night_run(twin, &nights[0]);
    night_run(twin, &nights[1]);
    assert_int_equal(tie_folder_make(night_path(twin, "dry"), NULL), TIE_OK);
    return print_all(twin);
}

static const struct {
    const char *why;
    int step;
    bool is_new;
} kills[] = {
    { "before step 1", 0, false },
    { "the part folder is synced", 1, false },
    { "all is written in the transaction, nothing committed", -2, false },
    { "committed: the run is publishing", 2, true },
    { "the folder has its name", 3, true },
    { "the ledger has its line", 4, true },
    { "latest points at it", 5, true },
    { "complete, older folders not removed yet", 6, true },
};

static void killed_at_any_step(void **state)
{
    struct night_place twin;
    const char *want_new = undisturbed(&twin);

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(kills); i++) {
        struct night_place place;
        struct night nights[] = { first, second };
        const char *old = NULL, *got = NULL;

        night_place_start(&place);
        night_run(&place, &nights[0]);
        assert_int_equal(tie_folder_make(night_path(&place, "dry"), NULL), TIE_OK);
        old = print_all(&place);
        night_run_killed(&place, &nights[1], kills[i].step);
        scatter(&place);
        open_and_close(&place, kills[i].why);
        got = print_all(&place);
        if (kills[i].step != 6)
            test_expect_text(got, kills[i].is_new ? want_new : old, kills[i].why);
        expect_verified(&place, kills[i].is_new ? 2 : 1, kills[i].why);
        for (int again = 0; again < 2; again++) {
            open_and_close(&place, kills[i].why);
            test_expect_text(print_all(&place), got, kills[i].why);
        }
        if (!kills[i].is_new) { /* the night that was lost is simply run again */
            night_run(&place, &nights[1]);
            test_expect_text(print_all(&place), want_new, kills[i].why);
        }
        night_place_stop(&place);
    }
    night_place_stop(&twin);
}

/* The first run of all has no old state to fall back to but nothing. */
static void the_very_first_run_killed_at_any_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(kills); i++) {
        struct night_place place;
        struct night night = first, again = first;

        night_place_start(&place);
        night_run_killed(&place, &night, kills[i].step);
        open_and_close(&place, kills[i].why);
        expect_verified(&place, kills[i].is_new ? 1 : 0, kills[i].why);
        TEST_EXPECT((tie_path_kind(night_path(&place, "latest")) == TIE_ENTRY_LINK) == kills[i].is_new, kills[i].why);
        night_run(&place, &again);
        test_expect_text(again.run, kills[i].is_new ? "2026-11-01.2" : "2026-11-01.1", kills[i].why);
        night_place_stop(&place);
    }
}

/* A kill in the middle of a recovery, at each of its steps, one after the other. */
static void killed_while_recovering(void **state)
{
    static const int steps[] = { 3, 4, 5, 6 };
    struct night_place place, twin;
    const char *want = undisturbed(&twin);
    struct night nights[] = { first, second };

    (void)state;
    night_place_start(&place);
    night_run(&place, &nights[0]);
    assert_int_equal(tie_folder_make(night_path(&place, "dry"), NULL), TIE_OK);
    night_run_killed(&place, &nights[1], 2);
    for (size_t i = 0; i < TIE_COUNT_OF(steps); i++) {
        int end = 0;
        const pid_t pid = fork();

        if (pid == 0) {
            struct tie_ledger *ledger = NULL;

            night_kill_step = steps[i];
            tie_ledger_step_hook = night_kill;
            _exit(tie_ledger_open(&place.place, &ledger, NULL) == TIE_OK ? 1 : 2);
        }
        assert_int_equal(waitpid(pid, &end, 0), pid);
        assert_true(WIFSIGNALED(end));
    }
    open_and_close(&place, "the recovery that is let be");
    expect_verified(&place, 2, "recovered");
    assert_int_equal(
        tie_tree_remove(night_path(&place, "runs/2026-11-01.1"), NULL), TIE_OK); /* keep_runs was cut off */
    assert_string_equal(print_all(&place), want);
    night_place_stop(&place);
    night_place_stop(&twin);
}

/* ---- the ledger's end ---- */

static const struct {
    const char *why;
    int cut;            /* bytes of the new line that reached the disk */
    const char *behind; /* other bytes behind the last newline, in their place */
    bool is_healed;     /* verify finds nothing */
} tears[] = {
    { "nothing of it", 0, NULL, true },
    { "one byte", 1, NULL, true },
    { "half of it", 200, NULL, true },
    { "all but the newline", -1, NULL, true },
    { "bytes that are not ours stay, as evidence", 0, "{\"note\":1}", false },
    { "bytes that begin like it", 0, "{\"as_of\":\"2026-11-09", false },
};

static void a_torn_line_is_made_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(tears); i++) {
        struct night_place place;
        struct night nights[] = { first, second };
        struct tie_buf line;
        struct tie_text torn, ledger;
        const char *path = NULL;
        uint64_t lines = 0;
        struct tie_error err;

        tie_buf_init(&line, 1 << 16);
        night_place_start(&place);
        path = night_path(&place, "ledger.jsonl");
        night_run(&place, &nights[0]);
        night_run_killed(&place, &nights[1], 3);
        night_query(&place, "SELECT ledger_line FROM run WHERE state = 'publishing'", &line);
        torn = (struct tie_text){ line.at, tears[i].cut < 0 ? line.size - 1 : (size_t)tears[i].cut };
        if (tears[i].behind != NULL)
            torn = tie_text_of(tears[i].behind);
        assert_int_equal(tie_file_append(path, torn, NULL), TIE_OK);
        open_and_close(&place, tears[i].why);
        assert_int_equal(tie_file_read(&place.arena, path, 1 << 20, &ledger, NULL), TIE_OK);
        TEST_EXPECT(ledger.at[ledger.size - 1] == '\n', tears[i].why);
        TEST_EXPECT((night_verify(&place, &lines, &err) == TIE_OK) == tears[i].is_healed, tears[i].why);
        if (!tears[i].is_healed)
            TEST_EXPECT(strstr(ledger.at, tears[i].behind) != NULL && strstr(err.text, "ledger.jsonl:2: ") != NULL,
                tears[i].why);
        night_place_stop(&place);
        tie_buf_release(&line);
    }
}

static void the_line_is_as_the_contract_says(void **state)
{
    static const char want[] =
        "{\"as_of\":\"2026-11-0%d\",\"engine\":\"tieout test\",\"frames\":{"
        "\"movement\":{\"rows\":7,\"sha256\":\"1111111111111111111111111111111111111111111111111111111111111111\"},"
        "\"usage_line\":{\"rows\":9,\"sha256\":\"2222222222222222222222222222222222222222222222222222222222222222\"}}"
        ",%s\"job\":\"nightly\",\"policy_sha256\":\"aa\",\"prev\":\"%s\",\"result_sha256\":\"bb\","
        "\"run\":\"2026-11-0%d.1\",\"run_json_sha256\":\"%s\",\"seq\":%d}";
    struct night_place place;
    struct tie_text rest;
    char prev[TIE_SHA256_HEX];

    (void)state;
    night_place_start(&place);
    memset(prev, '0', 64);
    prev[64] = '\0';
    for (int day = 1; day <= 3; day++) {
        struct night night = { .day = day, .emitted = "A+", .read = NIGHT_ALL };

        night_run(&place, &night);
    }
    assert_int_equal(tie_file_read(&place.arena, night_path(&place, "ledger.jsonl"), 1 << 20, &rest, NULL), TIE_OK);
    for (int day = 1; day <= 3; day++) {
        const char *run_json = tie_arena_printf(&place.arena, "runs/2026-11-0%d.1/run.json", day);
        const struct tie_text line = tie_text_cut(&rest, '\n');
        char digest[TIE_SHA256_HEX], hash[TIE_SHA256_HEX];

        assert_int_equal(tie_file_sha256(night_path(&place, run_json), digest, NULL), TIE_OK);
        tie_sha256_hex(tie_text_of(tie_arena_printf(&place.arena, want, day, "", prev, day, digest, day)), hash);
        test_expect_text(tie_text_dup(&place.arena, line),
            tie_arena_printf(&place.arena, want, day, tie_arena_printf(&place.arena, "\"hash\":\"%s\",", hash), prev,
                day, digest, day),
            "keys sorted, compact, hash over the line without it");
        memcpy(prev, hash, sizeof prev);
    }
    assert_int_equal(rest.size, 0);
    night_place_stop(&place);
}

/* ---- run folders ---- */

static void keep_runs_keeps_the_newest(void **state)
{
    static const struct {
        unsigned keep;
        size_t want; /* folders that stand after the night */
    } nights[] = { { 0, 1 }, { 0, 2 }, { 0, 3 }, { 2, 2 }, { 0, 3 }, { 5, 4 }, { 1, 1 } };
    struct night_place place;

    (void)state;
    night_place_start(&place);
    for (size_t i = 0; i < TIE_COUNT_OF(nights); i++) {
        struct night night = { .day = 1 + (int)i / 2, .emitted = "A", .read = NIGHT_ALL, .keep_runs = nights[i].keep };
        struct tie_entries entries;

        night_run(&place, &night);
        assert_int_equal(tie_folder_list(&place.arena, night_path(&place, "runs"), &entries, NULL), TIE_OK);
        assert_int_equal(entries.count, nights[i].want);
        assert_string_equal(entries.at[entries.count - 1].name, night.run);
        expect_verified(&place, i + 1, "what keep_runs removed is not missed");
    }
    night_place_stop(&place);
}

static void a_folder_that_the_state_does_not_know_is_never_overwritten(void **state)
{
    struct night_place place;
    struct night night = { .day = 1, .emitted = "A", .read = NIGHT_ALL };
    struct tie_ledger *ledger = NULL;
    struct tie_commit commit;
    char sha256[65];
    uint64_t lines = 0;
    struct tie_error err;

    (void)state;
    night_place_start(&place);
    assert_int_equal(tie_folder_make(night_path(&place, "runs/2026-11-01.1"), NULL), TIE_OK);
    night_run(&place, &night);
    assert_string_equal(night.run, "2026-11-01.2");
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    night_prepare(&place, &night, ledger, &commit, sha256);
    assert_int_equal(tie_folder_make(night_path(&place, "runs/2026-11-01.3"), NULL), TIE_OK);
    assert_int_equal(tie_ledger_commit(ledger, &commit, &err), TIE_CANTCREATE);
    assert_non_null(strstr(err.text, "runs/2026-11-01.3 stands there"));
    tie_ledger_close(ledger);
    open_and_close(&place, "nothing was committed");
    for (int number = 1; number <= 3; number += 2) { /* still there, so verify tells of it */
        const char *name = tie_arena_printf(&place.arena, "runs/2026-11-01.%d", number);

        assert_int_equal(night_verify(&place, &lines, &err), TIE_DATA);
        assert_non_null(strstr(err.text, name));
        assert_int_equal(tie_tree_remove(night_path(&place, name), NULL), TIE_OK);
    }
    expect_verified(&place, 1, "nothing was committed");
    night_place_stop(&place);
}

static void a_lost_part_folder_is_told_by_name(void **state)
{
    struct night_place place;
    struct night night = first;
    struct tie_ledger *ledger = NULL;
    struct tie_error err;

    (void)state;
    night_place_start(&place);
    night_run_killed(&place, &night, 2);
    assert_int_equal(tie_tree_remove(night_path(&place, "runs/.2026-11-01.1.part"), NULL), TIE_OK);
    assert_true(tie_ledger_open(&place.place, &ledger, &err) != TIE_OK);
    assert_null(ledger);
    assert_non_null(strstr(err.text, "finishing run 2026-11-01.1, which was interrupted: "));
    night_place_stop(&place);
}

/* ---- begun before the files are there ---- */

enum begun_end { BEGUN_COMMITTED, BEGUN_CLOSED, BEGUN_GIVEN_UP, BEGUN_WITHOUT_FOLDER };
static const struct {
    const char *why;
    enum begun_end end;
    bool is_well;
} begun[] = {
    { "the commit goes on with it", BEGUN_COMMITTED, true },
    { "closed: nothing of it is kept", BEGUN_CLOSED, true },
    { "given up: nothing of it is kept, and no journal is left to the next start", BEGUN_GIVEN_UP, true },
    { "the files can't be synced: nothing of it is kept", BEGUN_WITHOUT_FOLDER, false },
};

static void a_transaction_that_is_begun_early(void **state)
{
    struct night_place twin;
    const char *want = undisturbed(&twin);

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(begun); i++) {
        struct night_place place;
        struct night nights[] = { first, second };
        struct tie_ledger *ledger = NULL;
        struct tie_commit commit;
        struct tie_error err;
        char sha256[65];
        enum tie_status status = TIE_OK;

        night_place_start(&place);
        night_run(&place, &nights[0]);
        assert_int_equal(tie_ledger_open(&place.place, &ledger, &err), TIE_OK);
        night_prepare(&place, &nights[1], ledger, &commit, sha256);
        assert_int_equal(
            tie_ledger_begin(ledger, commit.as_of, commit.findings, commit.cleared, commit.carried, &err), TIE_OK);
        if (begun[i].end == BEGUN_WITHOUT_FOLDER)
            assert_int_equal(tie_tree_remove(commit.part_folder, NULL), TIE_OK);
        if (begun[i].end == BEGUN_GIVEN_UP) {
            tie_ledger_give_up(ledger);
            TEST_EXPECT(tie_path_kind(night_path(&place, "state.db-journal")) == TIE_ENTRY_NONE, begun[i].why);
        } else if (begun[i].end != BEGUN_CLOSED) {
            status = tie_ledger_commit(ledger, &commit, &err);
        }
        tie_ledger_close(ledger);
        TEST_EXPECT((status == TIE_OK) == begun[i].is_well, begun[i].why);
        open_and_close(&place, begun[i].why);
        expect_verified(&place, begun[i].end == BEGUN_COMMITTED ? 2 : 1, begun[i].why);
        if (begun[i].end != BEGUN_COMMITTED) /* the old state: the night again has the name it would have had */
            night_run(&place, &nights[1]);
        assert_int_equal(tie_folder_make(night_path(&place, "dry"), NULL), TIE_OK);
        test_expect_text(print_all(&place), want, begun[i].why);
        night_place_stop(&place);
    }
    night_place_stop(&twin);
}

/* ---- a full disk ---- */

/* Emits 25 findings with a long explanation, so that the state must grow. */
static int commit_within(struct night_place *place, rlim_t limit_bytes, struct tie_error *err)
{
    static char words[2000];
    struct night night = { .day = 2, .emitted = "A+ B+ C+ D+ E+ F G H I J K L M N O P Q S T U V W X Y Z", .read = "*" };
    struct tie_ledger *ledger = NULL;
    struct tie_commit commit;
    char sha256[65];
    enum tie_status status = tie_ledger_open(&place->place, &ledger, err);

    if (status != TIE_OK)
        return (int)status;
    memset(words, 'x', sizeof words - 1);
    night_prepare(place, &night, ledger, &commit, sha256);
    for (size_t i = 0; i < commit.findings->count; i++)
        commit.findings->at[i].explanation = words;
    if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit_bytes, limit_bytes }) != 0)
        return -1;
    status = tie_ledger_commit(ledger, &commit, err);
    tie_ledger_close(ledger);
    return (int)status;
}

static void a_full_disk_leaves_the_old_state_or_one_that_is_finished_later(void **state)
{
    static const rlim_t limits[] = { 0, 100, 512, 1 << 10, 3 << 10, 16 << 10, 60 << 10, 64 << 10, 100 << 10, 1 << 20 };
    size_t refused = 0, half = 0, done = 0;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(limits); i++) {
        struct night_place place;
        struct night night = first;
        struct tie_error *err = /* the child's words */
            mmap(NULL, sizeof *err, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        const char *old = NULL;
        uint64_t lines = 0;
        int end = 0;
        pid_t pid;

        assert_true(err != MAP_FAILED);
        night_place_start(&place);
        night_run(&place, &night);
        old = print_all(&place);
        pid = fork();
        if (pid == 0)
            _exit(commit_within(&place, limits[i], err));
        assert_int_equal(waitpid(pid, &end, 0), pid);
        assert_true(WIFEXITED(end));
        open_and_close(&place, "room again");
        assert_int_equal(night_verify(&place, &lines, NULL), TIE_OK);
        if (WEXITSTATUS(end) != TIE_OK) {
            assert_int_equal(WEXITSTATUS(end), TIE_IO);
            if (strstr(err->text, "disk full") == NULL || strstr(err->text, place.folder) == NULL)
                fail_msg("limit %lu: %s", (unsigned long)limits[i], err->text);
        }
        if (lines == 1)
            assert_string_equal(print_all(&place), old);
        refused += lines == 1;
        half += lines == 2 && WEXITSTATUS(end) != TIE_OK;
        done += WEXITSTATUS(end) == TIE_OK;
        assert_int_equal(munmap(err, sizeof *err), 0);
        night_place_stop(&place);
    }
    assert_true(refused > 0 && half + done > 0 && refused + half + done == TIE_COUNT_OF(limits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_step),
        cmocka_unit_test(the_very_first_run_killed_at_any_step),
        cmocka_unit_test(killed_while_recovering),
        cmocka_unit_test(a_torn_line_is_made_whole),
        cmocka_unit_test(the_line_is_as_the_contract_says),
        cmocka_unit_test(keep_runs_keeps_the_newest),
        cmocka_unit_test(a_folder_that_the_state_does_not_know_is_never_overwritten),
        cmocka_unit_test(a_lost_part_folder_is_told_by_name),
        cmocka_unit_test(a_transaction_that_is_begun_early),
        cmocka_unit_test(a_full_disk_leaves_the_old_state_or_one_that_is_finished_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
