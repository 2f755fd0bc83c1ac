/*
 * night.h - a job's folder on disk and whole nights in it, told in one line of text each.
 *
 * A night emits findings by letter: "A B* C+ D~ R" is five findings; '*' pending, '+' a correction GI that may be
 * exported, '~' due three days after first seen. The anchor of A is "WA"; R has none (the run itself). `read` names
 * the anchors that the run saw: NIGHT_ALL, "" for none, or letters. The night is open, anchors, judge, plan, part
 * folder, commit, close; what it found comes back as text, one part a finding that was emitted, cleared or carried:
 * "A new 1, B corrected 1 C2" is status, day of first_seen and number of the correction. Days are those of November
 * 2026.
 */
#ifndef TIEOUT_TESTS_LEDGER_NIGHT_H
#define TIEOUT_TESTS_LEDGER_NIGHT_H

#include "support/bench.h"

#include "tieout/digest.h"
#include "tieout/ledger.h"
#include "tieout/log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NIGHT_ALL "*"
enum { NIGHT_NEVER = 99 }; /* no step has this number */

struct night_place {
    struct tie_arena arena;
    char folder[64];
    struct tie_ledger_place place;
};

struct night {
    int day;
    const char *emitted, *read;
    unsigned keep_runs;
    const struct tie_check_switch *switches;
    /* results */
    char run[32];
    char text[1024];
    size_t exported;
};

static inline void night_place_start(struct night_place *place)
{
    tie_io_ignore_signals();
    tie_log_setup(&(struct tie_log_setup){ .level = TIE_LOG_ERROR });
    /* in memory where there is such a place: hundreds of nights sync a dozen files each */
    *place = (struct night_place){ .folder = "/dev/shm/tieout-ledger-XXXXXX" };
    if (mkdtemp(place->folder) == NULL) {
        (void)snprintf(place->folder, sizeof place->folder, "/tmp/tieout-ledger-XXXXXX");
        assert_non_null(mkdtemp(place->folder));
    }
    assert_int_equal(tie_arena_init(&place->arena, (size_t)256 << 20, NULL), TIE_OK);
    place->place = (struct tie_ledger_place){ .job = "nightly", .folder = place->folder };
}

static inline void night_place_stop(struct night_place *place)
{
    assert_int_equal(tie_tree_remove(place->folder, NULL), TIE_OK);
    tie_arena_release(&place->arena);
}

static inline const char *night_path(struct night_place *place, const char *name)
{
    return tie_path_join(&place->arena, place->folder, name);
}

static inline tie_date night_day(int day)
{
    return tie_date_from_civil(2026, 11, 1) + day - 1;
}

static inline struct tie_finding night_finding(struct tie_arena *arena, char letter)
{
    struct tie_finding finding = { .check = TIE_INV_01,
        .key_count = 1,
        .severity = 2,
        .is_primary = true,
        .bucket = TIE_BUCKET_COST,
        .certainty = TIE_CERTAINTY_FIRM,
        .verdict = TIE_VERDICT_COST_GAP,
        .reason = "",
        .first_seen = TIE_NO_DATE,
        .due = TIE_NO_DATE,
        .anchor = letter == 'R' ? "" : tie_arena_printf(arena, "W%c", letter),
        .verb = "NONE",
        .correction_id = "",
        .currency = "EUR",
        .reporting_currency = "EUR",
        .exposure = 80 * TIE_DEC_ONE,
        .exposure_reporting = 80 * TIE_DEC_ONE,
        .correction_qty = 2 * TIE_DEC_ONE,
        .correction_amount = TIE_NONE,
        .event_day = TIE_NO_DATE,
        .explanation = "two pieces were used and never issued" };

    (void)snprintf(finding.id, sizeof finding.id, "INV-01-%c", letter);
    finding.keys[0] = tie_arena_printf(arena, "%c", letter);
    return finding;
}

static inline struct tie_findings night_findings(struct tie_arena *arena, const char *emitted)
{
    struct tie_findings findings = { .arena = arena };

    for (const char *at = emitted; *at != '\0'; at++) {
        struct tie_finding *last = findings.count == 0 ? NULL : &findings.at[findings.count - 1];

        switch (*at) {
        case ' ': break;
        case '*': last->is_pending = true; break;
        case '+': last->verb = "GI"; break;
        case '~':
            last->is_due_from_first_seen = true;
            last->due_span = (struct tie_span){ .seconds = 3 * 86400 };
            break;
        default: TIE_PUSH(arena, &findings, night_finding(arena, *at)); break;
        }
    }
    return findings;
}

static inline void night_mark(struct tie_anchors *anchors, const char *read)
{
    for (size_t i = 0; i < anchors->count; i++)
        if (strcmp(read, NIGHT_ALL) == 0 || strchr(read, anchors->at[i][1]) != NULL)
            tie_anchor_mark(anchors, anchors->at[i]);
}

static inline void night_tell(struct night *night, const struct tie_finding *finding)
{
    const size_t used = strlen(night->text);
    const char *number = finding->correction_id + strspn(finding->correction_id, "C0");

    (void)snprintf(night->text + used, sizeof night->text - used, "%s%s %s %d%s%s", used == 0 ? "" : ", ",
        finding->keys[0], tie_finding_status_name(finding->status), finding->first_seen - night_day(0),
        number[0] == '\0' ? "" : " C", number);
}

static inline void night_tell_kept(struct night *night, const struct tie_kept_list *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        assert_int_equal(kept->at[i].status, kept->at[i].finding.status);
        night_tell(night, &kept->at[i].finding);
    }
}

/* A part folder as publish/ leaves it: two files, and run.json with their digests. */
static inline const char *night_publish(struct night_place *place, struct night *night, char run_json_sha256[65])
{
    struct tie_arena *arena = &place->arena;
    const char *part = tie_arena_printf(arena, "%s/runs/.%s.part", place->folder, night->run);
    const char *files[] = { "discrepancies.csv", "corrections/goods/moves.csv" };
    struct tie_buf json;

    tie_buf_init(&json, 1 << 16);
    tie_buf_text(&json, "{\"result\":{\"files\":{");
    assert_int_equal(tie_folder_make(tie_path_join(arena, part, "corrections/goods"), NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(files); i++) {
        const char *bytes = tie_arena_printf(arena, "%s of %s: %s\n", files[i], night->run, night->text);
        char sha256[TIE_SHA256_HEX];

        tie_sha256_hex(tie_text_of(bytes), sha256);
        tie_buf_printf(&json, "%s\"%s\":\"%s\"", i == 0 ? "" : ",", files[i], sha256);
        assert_int_equal(tie_file_write(tie_path_join(arena, part, files[i]), tie_text_of(bytes), NULL), TIE_OK);
    }
    tie_buf_text(&json, "}}}");
    tie_sha256_hex(tie_buf_slice(&json), run_json_sha256);
    assert_int_equal(tie_file_write(tie_path_join(arena, part, "run.json"), tie_buf_slice(&json), NULL), TIE_OK);
    tie_buf_release(&json);
    return part;
}

static inline const struct tie_frame_digest *night_frames(void)
{
    static const struct tie_frame_digest frames[] = {
        { "movement", 7, "1111111111111111111111111111111111111111111111111111111111111111" },
        { "usage_line", 9, "2222222222222222222222222222222222222222222222222222222222222222" },
    };

    return frames;
}

/* All before the commit: findings judged and planned, the part folder written. */
static inline void night_prepare(struct night_place *place, struct night *night, struct tie_ledger *ledger,
    struct tie_commit *commit, char run_json_sha256[65])
{
    struct tie_arena *arena = &place->arena;
    static const struct tie_export_rule rule = { "goods", "GI, GR-REV", false };
    static const struct tie_region region = { .code = "default" };
    struct tie_findings *findings = TIE_TAKE(arena, struct tie_findings, 1);
    struct tie_kept_list *kept = TIE_TAKE(arena, struct tie_kept_list, 2);
    struct tie_export_list *exports = TIE_TAKE(arena, struct tie_export_list, 1);
    struct tie_anchors anchors;
    struct tie_error err;

    *findings = night_findings(arena, night->emitted);
    if (tie_ledger_next_run(ledger, night_day(night->day), night->run, &err) != TIE_OK ||
        tie_ledger_anchors(ledger, arena, &anchors, &err) != TIE_OK)
        fail_msg("%s", err.text);
    night_mark(&anchors, night->read);
    anchors.switches = night->switches;
    if (tie_ledger_judge(ledger, arena, night_day(night->day), &region, findings, &anchors, &kept[0], &kept[1], &err) !=
            TIE_OK ||
        tie_ledger_plan_exports(ledger, arena, findings, &rule, 1, exports, &err) != TIE_OK)
        fail_msg("%s", err.text);
    night->text[0] = '\0';
    night->exported = 0;
    for (size_t i = 0; i < findings->count; i++)
        night_tell(night, &findings->at[i]);
    night_tell_kept(night, &kept[0]);
    night_tell_kept(night, &kept[1]);
    for (size_t i = 0; i < exports->count; i++)
        night->exported += exports->at[i].is_exported;
    *commit = (struct tie_commit){ .run = night->run,
        .as_of = night_day(night->day),
        .part_folder = night_publish(place, night, run_json_sha256),
        .policy_sha256 = "aa",
        .engine = "tieout test",
        .frame_count = 2,
        .frames = night_frames(),
        .result_sha256 = "bb",
        .run_json_sha256 = run_json_sha256,
        .totals = { .run = night->run,
            .as_of = night_day(night->day),
            .findings = findings->count,
            .open_primary = findings->count,
            .firm_leakage = (tie_dec)findings->count * 80 * TIE_DEC_ONE,
            .reporting_currency = "EUR" },
        .findings = findings,
        .cleared = &kept[0],
        .carried = &kept[1],
        .exports = exports,
        .keep_runs = night->keep_runs };
}

static inline enum tie_status night_try(struct night_place *place, struct night *night, struct tie_error *err)
{
    struct tie_ledger *ledger = NULL;
    struct tie_commit commit;
    char run_json_sha256[65];
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_ledger_open(&place->place, &ledger, err));
    night_prepare(place, night, ledger, &commit, run_json_sha256);
    status = tie_ledger_commit(ledger, &commit, err);
out:
    tie_ledger_close(ledger);
    return status;
}

static inline void night_run(struct night_place *place, struct night *night)
{
    struct tie_error err;

    if (night_try(place, night, &err) != TIE_OK)
        fail_msg("day %d: %s", night->day, err.text);
}

/* A night in a child that kills itself when the commit reports `step`. */
static int night_kill_step = NIGHT_NEVER;

static inline void night_kill(int step)
{
    if (step == night_kill_step)
        (void)kill(getpid(), SIGKILL);
}

static inline void night_run_killed(struct night_place *place, struct night *night, int step)
{
    int end = 0;
    const pid_t pid = fork();

    if (pid == 0) {
        struct tie_error err;

        night_kill_step = step;
        tie_ledger_step_hook = night_kill;
        (void)night_try(place, night, &err);
        _exit(1);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &end, 0), pid);
    assert_true(WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL);
}

static inline void night_sql(struct night_place *place, const char *sql)
{
    sqlite3 *db = NULL;

    if (sqlite3_open(night_path(place, "state.db"), &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* All rows of a query, "a|b|c;" a row. */
static inline void night_query(struct night_place *place, const char *sql, struct tie_buf *out)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;

    assert_int_equal(sqlite3_open_v2(night_path(place, "state.db"), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const char *text = (const char *)sqlite3_column_text(rows, i);

            tie_buf_text(out, text == NULL ? "-" : text);
            tie_buf_char(out, i + 1 < sqlite3_column_count(rows) ? '|' : ';');
        }
    assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* TIE_OK, or the words of the first difference. */
static inline enum tie_status night_verify(struct night_place *place, uint64_t *lines, struct tie_error *err)
{
    uint64_t files = 0;

    return tie_ledger_verify(&place->place, lines, &files, err);
}

#endif
