/*
 * test_verify.c - whatever is changed after it was kept is found and named.
 *
 * Four nights are kept; each case spoils one thing, and the answer must name the place. The undisturbed folder is the
 * case that shows that the checker can also be content.
 */
#include "ledger/night.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { NIGHTS = 4 };

enum spoil {
    NOTHING,
    LINE_TEXT,
    LINE_REHASHED,
    LINE_FORM,
    LINE_REMOVED,
    LINES_SWAPPED,
    LINE_DOUBLED,
    LINE_NO_JSON,
    LINE_NO_KEY,
    TAIL_LINE,
    TAIL_BYTES,
    TAIL_ALL,
    TAIL_ADDED,
    LEDGER_GONE,
    FILE_CHANGED,
    FILE_GONE,
    FOLDER_GONE,
    FILE_ADDED,
    FOLDER_ADDED,
    STATE_GONE,
    STATE_OTHER
};

static const struct {
    const char *why;
    enum spoil spoil;
    const char *file; /* below the job's folder, of FILE_* */
    const char *from, *to;
    const char *want; /* in the error text; NULL: verified */
} cases[] = {
    { "nothing", NOTHING, NULL, NULL, NULL, NULL },
    { "a figure of a line", LINE_TEXT, NULL, "\"rows\":7", "\"rows\":8", "ledger.jsonl:1: does not have the hash" },
    { "a digest of a line", LINE_TEXT, NULL, "\"result_sha256\":\"bb\"", "\"result_sha256\":\"bc\"",
        "ledger.jsonl:1: does not have the hash" },
    { "a line with a hash that fits it", LINE_REHASHED, NULL, "\"rows\":7", "\"rows\":8",
        "ledger.jsonl:2: does not follow the line before it" },
    { "blanks in a line", LINE_FORM, NULL, "\"rows\":7", "\"rows\": 7",
        "ledger.jsonl:1: is not in the form in which it was written" },
    { "a key that is gone", LINE_NO_KEY, NULL, "\"hash\":", "\"hush\":", "ledger.jsonl:1: has no \"hash\"" },
    { "a line that is no JSON", LINE_NO_JSON, NULL, "{\"as_of\"", "[\"as_of\"", "ledger.jsonl:1: is no JSON" },
    { "a line that is no object", LINE_NO_JSON, NULL, NULL, NULL, "ledger.jsonl:1: is no JSON" },
    { "a line removed", LINE_REMOVED, NULL, NULL, NULL, "ledger.jsonl:2: has the wrong seq" },
    { "two lines swapped", LINES_SWAPPED, NULL, NULL, NULL, "ledger.jsonl:2: has the wrong seq" },
    { "a line doubled", LINE_DOUBLED, NULL, NULL, NULL, "ledger.jsonl:3: has the wrong seq" },
    { "the last line cut", TAIL_LINE, NULL, NULL, NULL, "does not end with the line" },
    { "the last bytes cut", TAIL_BYTES, NULL, NULL, NULL, "ledger.jsonl:4: has no end of line" },
    { "all lines cut", TAIL_ALL, NULL, NULL, NULL, "does not end with the line" },
    { "a line added that fits", TAIL_ADDED, NULL, NULL, NULL, "does not end with the line" },
    { "the ledger removed", LEDGER_GONE, NULL, NULL, NULL, "does not end with the line" },
    { "run.json", FILE_CHANGED, "runs/2026-11-02.1/run.json", NULL, NULL, "runs/2026-11-02.1/run.json: digest is" },
    { "the list of findings", FILE_CHANGED, "runs/2026-11-03.1/discrepancies.csv", NULL, NULL,
        "runs/2026-11-03.1/discrepancies.csv: digest is" },
    { "a correction", FILE_CHANGED, "runs/2026-11-01.1/corrections/goods/moves.csv", NULL, NULL,
        "runs/2026-11-01.1/corrections/goods/moves.csv: digest is" },
    { "a correction removed", FILE_GONE, "runs/2026-11-01.1/corrections/goods/moves.csv", NULL, NULL,
        "runs/2026-11-01.1/corrections/goods/moves.csv is missing" },
    { "run.json removed", FILE_GONE, "runs/2026-11-04.1/run.json", NULL, NULL,
        "runs/2026-11-04.1/run.json is missing" },
    { "a whole run removed", FOLDER_GONE, "runs/2026-11-02.1", NULL, NULL, "runs/2026-11-02.1/run.json is missing" },
    { "a file beside the results", FILE_ADDED, "runs/2026-11-02.1/notes.txt", NULL, NULL,
        "runs/2026-11-02.1/notes.txt is no file of this run" },
    { "a correction more, in a folder below", FILE_ADDED, "runs/2026-11-01.1/corrections/goods/more.csv", NULL, NULL,
        "runs/2026-11-01.1/corrections/goods/more.csv is no file of this run" },
    { "a run that no line tells of", FOLDER_ADDED, "runs/2026-11-05.1", NULL, NULL,
        "runs/2026-11-05.1 is no run of this job" },
    { "what a killed run left", FOLDER_ADDED, "runs/.2026-11-05.1.part", NULL, NULL, NULL },
    { "the state removed", STATE_GONE, NULL, NULL, NULL, "does not end with the line" },
    { "the state of yesterday", STATE_OTHER, NULL, NULL, NULL, "does not end with the line" },
};

static struct tie_text ledger_lines(struct night_place *place, struct tie_text lines[NIGHTS])
{
    struct tie_text all, rest;

    assert_int_equal(tie_file_read(&place->arena, night_path(place, "ledger.jsonl"), 1 << 20, &all, NULL), TIE_OK);
    rest = all;
    for (size_t i = 0; i < NIGHTS; i++)
        lines[i] = tie_text_cut(&rest, '\n');
    assert_int_equal(rest.size, 0);
    return all;
}

static const char *replaced(struct night_place *place, struct tie_text line, const char *from, const char *to)
{
    const char *text = tie_text_dup(&place->arena, line), *at = strstr(text, from);

    assert_non_null(at);
    return tie_arena_printf(&place->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* The line with another hash, as one who knows the format would write it. */
static const char *rehashed(struct night_place *place, const char *line)
{
    const char *hash = strstr(line, "\"hash\":\"");
    const char *plain = tie_arena_printf(&place->arena, "%.*s%s", (int)(hash - line), line, hash + 8 + 64 + 2);
    char digest[TIE_SHA256_HEX];

    tie_sha256_hex(tie_text_of(plain), digest);
    return tie_arena_printf(
        &place->arena, "%.*s\"hash\":\"%s\",%s", (int)(hash - line), line, digest, hash + 8 + 64 + 2);
}

static const char *fitting(struct night_place *place, struct tie_text last)
{
    const char *text = tie_text_dup(&place->arena, last);
    const char *hash = strstr(text, "\"hash\":\""), *prev = strstr(text, "\"prev\":\"");

    return rehashed(place,
        replaced(place,
            tie_text_of(tie_arena_printf(
                &place->arena, "%.*s\"prev\":\"%.64s%s", (int)(prev - text), text, hash + 8, prev + 8 + 64)),
            "\"seq\":4", "\"seq\":5"));
}

static const char *spoilt_ledger(struct night_place *place, size_t i)
{
    static const size_t orders[][NIGHTS + 1] = { [LINE_REMOVED] = { 1, 3, 4 },
        [LINES_SWAPPED] = { 1, 3, 2, 4 },
        [LINE_DOUBLED] = { 1, 2, 2, 3, 4 },
        [TAIL_LINE] = { 1, 2, 3 },
        [TAIL_ALL] = { 0 },
        [LEDGER_GONE] = { 0 } };
    struct tie_text lines[NIGHTS];
    const struct tie_text all = ledger_lines(place, lines);
    const char *first = tie_text_dup(&place->arena, lines[0]);
    const char *out = "";

    switch ((int)cases[i].spoil) {
    case LINE_TEXT:
    case LINE_FORM:
    case LINE_NO_KEY: first = replaced(place, lines[0], cases[i].from, cases[i].to); break;
    case LINE_NO_JSON: first = cases[i].from ? replaced(place, lines[0], cases[i].from, cases[i].to) : "[1]"; break;
    case LINE_REHASHED: first = rehashed(place, replaced(place, lines[0], cases[i].from, cases[i].to)); break;
    case TAIL_BYTES: return tie_text_dup(&place->arena, (struct tie_text){ all.at, all.size - 9 });
    case TAIL_ADDED: return tie_arena_printf(&place->arena, "%s%s\n", all.at, fitting(place, lines[3]));
    default:
        for (size_t n = 0; n <= NIGHTS && orders[cases[i].spoil][n] > 0; n++)
            out = tie_arena_printf(&place->arena, "%s%.*s\n", out, (int)lines[orders[cases[i].spoil][n] - 1].size,
                lines[orders[cases[i].spoil][n] - 1].at);
        return out;
    }
    return tie_arena_printf(&place->arena, "%s%s", tie_arena_printf(&place->arena, "%s\n", first), lines[1].at);
}

static void spoil(struct night_place *place, size_t i)
{
    const char *path = cases[i].file == NULL ? NULL : night_path(place, cases[i].file);

    switch (cases[i].spoil) {
    case NOTHING: break;
    case FILE_CHANGED: assert_int_equal(tie_file_append(path, TIE_TEXT(" "), NULL), TIE_OK); break;
    case FILE_ADDED: assert_int_equal(tie_file_write(path, TIE_TEXT("x"), NULL), TIE_OK); break;
    case FOLDER_ADDED: assert_int_equal(tie_folder_make(path, NULL), TIE_OK); break;
    case FILE_GONE:
    case FOLDER_GONE: assert_int_equal(tie_tree_remove(path, NULL), TIE_OK); break;
    case STATE_GONE: assert_int_equal(unlink(night_path(place, "state.db")), 0); break;
    case STATE_OTHER:
        night_sql(place,
            "UPDATE setting SET value = (SELECT substr(ledger_line, instr(ledger_line, '\"hash\":\"') + 8, 64)"
            " FROM run WHERE ledger_seq = 3) WHERE name = 'last_hash'");
        break;
    case LEDGER_GONE: assert_int_equal(unlink(night_path(place, "ledger.jsonl")), 0); break;
    case LINE_TEXT:
    case LINE_REHASHED:
    case LINE_FORM:
    case LINE_REMOVED:
    case LINES_SWAPPED:
    case LINE_DOUBLED:
    case LINE_NO_JSON:
    case LINE_NO_KEY:
    case TAIL_LINE:
    case TAIL_BYTES:
    case TAIL_ALL:
    case TAIL_ADDED:
        assert_int_equal(
            tie_file_write(night_path(place, "ledger.jsonl"), tie_text_of(spoilt_ledger(place, i)), NULL), TIE_OK);
        break;
    }
}

static void keep_nights(struct night_place *place)
{
    for (int day = 1; day <= NIGHTS; day++) {
        struct night night = { .day = day, .emitted = "A+ B", .read = NIGHT_ALL };

        night_run(place, &night);
    }
}

static void every_change_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct night_place place;
        struct tie_error err = { .text = "" };
        uint64_t lines = 0, files = 0;

        night_place_start(&place);
        keep_nights(&place);
        spoil(&place, i);
        TEST_EXPECT(
            tie_ledger_verify(&place.place, &lines, &files, &err) == (cases[i].want ? TIE_DATA : TIE_OK), cases[i].why);
        if (cases[i].want == NULL) {
            TEST_EXPECT(lines == NIGHTS && files == NIGHTS * 3, cases[i].why);
        } else if (strstr(err.text, cases[i].want) == NULL || strstr(err.text, place.folder) == NULL) {
            fail_msg("%s: \"%s\" is not in \"%s\"", cases[i].why, cases[i].want, err.text);
        }
        night_place_stop(&place);
    }
}

static void an_empty_job_is_right(void **state)
{
    struct night_place place;
    struct tie_entries entries;
    uint64_t lines = 9, files = 9;

    (void)state;
    night_place_start(&place);
    assert_int_equal(tie_ledger_verify(&place.place, &lines, &files, NULL), TIE_OK);
    assert_true(lines == 0 && files == 0);
    assert_int_equal(tie_folder_list(&place.arena, place.folder, &entries, NULL), TIE_OK);
    assert_int_equal(entries.count, 0);
    night_place_stop(&place);
}

/* Behind the commit point and before the end nothing can be proved: it is said, and nothing is touched. */
static void a_half_published_run_puts_the_verdict_off(void **state)
{
    (void)state;
    for (int step = 2; step <= 5; step++) {
        struct night_place place;
        struct night night = { .day = 9, .emitted = "A", .read = NIGHT_ALL };
        struct tie_error err;
        uint64_t lines = 0, files = 0;

        night_place_start(&place);
        keep_nights(&place);
        night_run_killed(&place, &night, step);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(tie_ledger_verify(&place.place, &lines, &files, &err), TIE_BUSY);
            assert_non_null(strstr(err.text, "run 2026-11-09.1 is being published"));
        }
        night_place_stop(&place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_is_named),
        cmocka_unit_test(an_empty_job_is_right),
        cmocka_unit_test(a_half_published_run_puts_the_verdict_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
