/*
 * test_transaction.c - every finding of a night has its row, with its own emission, however many go in at once; states
 * of the version before are taken up.
 */
#include "ledger/night.h"

/* Nights of 61, 32, 33 and 1 findings: full statements, what is left of one, both, neither. */
#define LETTERS_33 "ABCDEFGHIJKLMNOPQSTUVWXYZabcdefgh"
static const struct {
    const char *why, *emitted;
    const char
        *want; /* rows; rows that hold their own emission and anchor; rows of which `visible_as_of` stood before */
} cases[] = {
    { "as many as two statements take, less three", LETTERS_33 "ijklmnopqrstuvwxyz0123456789", "61|61|0;" },
    { "again, and not all: those before keep what they were", "ABCDEFGHIJKLMNOPQSTUVWXYZabcdefg", "61|61|32;" },
    { "one more than a statement takes", LETTERS_33, "61|61|33;" },
    { "one", "z", "61|61|1;" },
};

static void each_finding_has_its_row(void **state)
{
    struct night_place place;
    struct tie_buf got;

    (void)state;
    night_place_start(&place);
    tie_buf_init(&got, 1 << 16);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct night night = { .day = (int)i + 1, .emitted = cases[i].emitted, .read = "" };
        const char *sql = tie_arena_printf(&place.arena,
            "SELECT count(*),"
            " sum(instr(emission, '\"id\":\"' || finding_id || '\"') > 0 AND anchor = 'W' || substr(finding_id, 8)),"
            " coalesce(sum(last_seen = %d AND before_visible_as_of < last_seen), 0) FROM discrepancy",
            night_day((int)i + 1));

        night_run(&place, &night);
        tie_buf_reset(&got);
        night_query(&place, sql, &got);
        if (strcmp(got.at, cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].why, got.at, cases[i].want);
    }
    tie_buf_release(&got);
    night_place_stop(&place);
}

static void a_state_of_version_1_is_taken_up(void **state)
{
    struct night_place place;
    struct night first = { .day = 1, .emitted = "A B", .read = NIGHT_ALL };
    struct night second = { .day = 2, .emitted = "A", .read = NIGHT_ALL };
    struct tie_ledger *ledger = NULL;
    struct tie_buf got;

    (void)state;
    night_place_start(&place);
    tie_buf_init(&got, 1 << 16);
    night_run(&place, &first);
    night_sql(&place, "PRAGMA user_version = 1");
    place.place.read_only = true;
    assert_int_equal(tie_ledger_open(&place.place, &ledger, NULL), TIE_OK);
    tie_ledger_close(ledger);
    night_query(&place, "PRAGMA user_version", &got);
    place.place.read_only = false;
    night_run(&place, &second);
    assert_string_equal(second.text, "A open 1, B void 1");
    night_query(&place, "PRAGMA user_version", &got);
    assert_string_equal(got.at, "1;2;");
    tie_buf_release(&got);
    night_place_stop(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_has_its_row),
        cmocka_unit_test(a_state_of_version_1_is_taken_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
