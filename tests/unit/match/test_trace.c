/*
 * test_trace.c - what the matcher tells of its decisions: worked cases, each fact as a line.
 *
 *   P9/date WORSE_PLACE U1 M1/1 M2/1 1>0     pass/by outcome a b c measured>limit ("-" netting)
 *
 * Every fact of a case must stand in `want`, so that a decision that is told twice, late or wrongly is seen. That a
 * trace changes no decision is asserted for each case: the groups are the same without one.
 */
#include "match/scene.h"

#define VANS                                                                                                           \
    "technician; technician_id=T1, van_location_id=V1\ntechnician; technician_id=T2, van_location_id=V2\n"             \
    "item; item_id=A, base_uom=EA\n"
#define BY_T1 ", technician_id=T1"
#define FROM(van) ", from_location_id=" van ", cost_amount=40"

static void tell_fact(struct tie_buf *out, const struct tie_trace_fact *fact)
{
    static const char *const by[] = { "reference", "serial", "lot", "quantity", "sum", "date" };
    const struct tie_text ids[] = { fact->a, fact->b, fact->c };

    if (fact->pass == TIE_PASS_NONE)
        tie_buf_text(out, "-");
    else
        tie_buf_printf(out, "%s/%s", tie_pass_name(fact->pass), by[fact->by]);
    tie_buf_printf(out, " %s", tie_trace_name(fact->outcome));
    for (size_t i = 0; i < TIE_COUNT_OF(ids); i++)
        if (ids[i].size > 0)
            tie_buf_printf(out, " %.*s", (int)ids[i].size, ids[i].at);
    if (tie_trace_unit_of(fact->outcome) == TIE_TRACE_QUANTITY) {
        tell_dec(out, " ", fact->measured);
        if (fact->limit != 0)
            tell_dec(out, ">", fact->limit);
    } else if (tie_trace_unit_of(fact->outcome) != TIE_TRACE_NOTHING) {
        tie_buf_printf(out, " %lld>%lld", (long long)fact->measured, (long long)fact->limit);
    }
    tie_buf_char(out, '\n');
}

static char *tell_without_trace(const struct scene_case *at, struct tie_arena *arena)
{
    struct scene scene;
    char *text = NULL;

    scene_start(&scene, at->policy, at->master == NULL ? "" : at->master, at->rows);
    text = tie_text_dup(arena, tie_text_of(scene_tell(&scene)));
    scene_end(&scene);
    return text;
}

static void try_trace(const struct scene_case *at, const struct tie_map *focus)
{
    struct tie_arena arena;
    struct tie_error error;
    struct tie_trace trace = { .arena = &arena, .focus = focus };
    struct scene scene = { .trace = &trace };
    struct tie_buf told;
    char *plain = NULL;

    assert_int_equal(tie_arena_init(&arena, (size_t)1 << 28, &error), TIE_OK);
    plain = tell_without_trace(at, &arena);
    tie_buf_init(&told, 1 << 20);
    test_bench_start(&scene.bench, at->policy, at->master == NULL ? "" : at->master);
    test_rows_text(&scene.bench.shard, at->rows);
    scene_run(&scene);
    if (strcmp(scene_tell(&scene), plain) != 0)
        fail_msg("%s: a trace changed the match\n-- without\n%s-- with\n%s", at->why, plain, scene_tell(&scene));
    for (size_t i = 0; i < trace.count; i++)
        tell_fact(&told, &trace.at[i]);
    if (!tie_text_is(tie_buf_slice(&told), at->want))
        fail_msg("%s\n-- got\n%.*s-- want\n%s", at->why, (int)told.size, told.at, at->want);
    tie_buf_release(&told);
    scene_end(&scene);
    tie_arena_release(&arena);
}

static void try_all(const struct scene_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        try_trace(&cases[i], NULL);
}

static void test_in_one_order(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W1: three issued, one brought back and named, two used: the sums agree",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "3", "")
                RETURNED("M2", "W1", "A", "-1", ", reverses_mov_id=M1, reverses_line_no=1"),
            .want = "- NET_NAMED M2/1 M1/1 1\n"
                    "P0/reference NAMES_NOTHING M1/1\n"
                    "P1/serial NO_MARK U1\n"
                    "P1/serial NO_MARK M1/1\n"
                    "P1/lot NO_MARK U1\n"
                    "P1/lot NO_MARK M1/1\n"
                    "P2/quantity NO_MARK M1/1\n"
                    "P2/quantity NO_SAME U1\n"
                    "P3/sum SUMS_AGREE 0>0.01\n" },
        { .why = "W2: nothing was issued, and nothing without an order is there",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", ""),
            .want = "P4/serial NO_SERIAL U1\n"
                    "P9/date ASKED U1 2\n"
                    "P1/serial NO_MARK U1\n"
                    "P1/lot NO_MARK U1\n"
                    "P2/quantity NO_SAME U1\n"
                    "P3/sum ONE_SIDED 2>0.01\n"
                    "P3/sum LEFT U1 2\n" },
        { .why = "a movement names its use; another names none and its serial is nobody's",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", ", serial_no=S1")
                ISSUED("M1", "W1", "A", "1", ", usage_ref=U1") ISSUED("M2", "W1", "A", "1", ", serial_no=S2"),
            .want = "P0/reference PAIRED U1 M1/1 1\n"
                    "P0/reference NAMES_NOTHING M2/1\n"
                    "P1/serial NO_SAME U2\n"
                    "P1/serial NO_SAME M2/1\n"
                    "P1/lot NO_MARK U2\n"
                    "P1/lot NO_MARK M2/1\n"
                    "P2/quantity PAIRED U2 M2/1 1\n"
                    "P3/sum SUMS_AGREE 0\n" },
        { .why = "a return that names nothing takes the newest, what is too much finds nothing",
            .rows = ORDER("W1", "") ISSUED("M1", "W1", "A", "1", "") ISSUED("M2", "W1", "A", "1", "")
                RETURNED("M3", "W1", "A", "-3", ""),
            .want = "- NET_PLACE M3/1 M2/1 1\n"
                    "- NET_PLACE M3/1 M1/1 1\n"
                    "- NET_EXCESS M3/1 1\n"
                    "P3/sum ONE_SIDED 0>0.001\n" },
        { .why = "two alike on each side are not unique, their sums agree",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", "") ISSUED("M2", "W1", "A", "1", ""),
            .want = "P0/reference NAMES_NOTHING M1/1\n"
                    "P0/reference NAMES_NOTHING M2/1\n"
                    "P1/serial NO_MARK U1\n"
                    "P1/serial NO_MARK U2\n"
                    "P1/serial NO_MARK M1/1\n"
                    "P1/serial NO_MARK M2/1\n"
                    "P1/lot NO_MARK U1\n"
                    "P1/lot NO_MARK U2\n"
                    "P1/lot NO_MARK M1/1\n"
                    "P1/lot NO_MARK M2/1\n"
                    "P2/quantity NOT_UNIQUE U1 4>0\n"
                    "P2/quantity NOT_UNIQUE U2 4>0\n"
                    "P2/quantity NOT_UNIQUE M1/1 4>0\n"
                    "P2/quantity NOT_UNIQUE M2/1 4>0\n"
                    "P3/sum SUMS_AGREE 0>0.01\n" },
    };

    (void)state;
    try_all(cases, TIE_COUNT_OF(cases));
}

static void test_across_orders(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W12: of two vans the technician's",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1)
                MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-10-05", FROM("V2") ", entered_by=T1")
                    MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-06", FROM("V1")),
            .want = "P4/serial NO_SERIAL M1/1\n"
                    "P4/serial NO_SERIAL M2/1\n"
                    "P9/date OFFERED M1/1 1\n"
                    "P9/date OFFERED M2/1 1\n"
                    "P4/serial NO_SERIAL U1\n"
                    "P9/date ASKED U1 1\n"
                    "P9/reference PAIRED U1 M2/1 1\n"
                    "P3/sum SUMS_AGREE 0\n"
                    "P9/date LINKED U1 M2/1 1\n"
                    "P9/date WORSE_PLACE U1 M1/1 M2/1\n" },
        { .why = "one day outside the window of three",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", BY_T1)
                MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-10-09", FROM("V1")),
            .want = "P4/serial NO_SERIAL M1/1\n"
                    "P9/date OFFERED M1/1 1\n"
                    "P4/serial NO_SERIAL U1\n"
                    "P9/date ASKED U1 1\n"
                    "P1/serial NO_MARK U1\n"
                    "P1/lot NO_MARK U1\n"
                    "P2/quantity NO_SAME U1\n"
                    "P3/sum ONE_SIDED 1\n"
                    "P3/sum LEFT U1 1\n"
                    "P9/date OUTSIDE U1 M1/1 1>3\n" },
        { .why = "two orders want the only issue: undecided, each with a rival",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") USED("U1", "W1", "A", "1", BY_T1) USED("U2", "W2", "A", "1", BY_T1)
                ISSUED("M1", "", "A", "1", FROM("V1")),
            .want = "P4/serial NO_SERIAL M1/1\n"
                    "P9/date OFFERED M1/1 1\n"
                    "P4/serial NO_SERIAL U1\n"
                    "P9/date ASKED U1 1\n"
                    "P1/serial NO_MARK U1\n"
                    "P1/lot NO_MARK U1\n"
                    "P2/quantity NO_SAME U1\n"
                    "P3/sum ONE_SIDED 1\n"
                    "P3/sum LEFT U1 1\n"
                    "P4/serial NO_SERIAL U2\n"
                    "P9/date ASKED U2 1\n"
                    "P1/serial NO_MARK U2\n"
                    "P1/lot NO_MARK U2\n"
                    "P2/quantity NO_SAME U2\n"
                    "P3/sum ONE_SIDED 1\n"
                    "P3/sum LEFT U2 1\n"
                    "P9/date UNDECIDED U1 M1/1 1>0\n"
                    "P9/date UNDECIDED U2 M1/1 1>0\n" },
        { .why = "the nearer use claims the only issue",
            .master = VANS,
            .rows = ORDER("W1", "") ORDER("W2", "") USED_AT("U1", "W1", "A", "1", "2026-10-05T10:00Z", BY_T1)
                USED_AT("U2", "W2", "A", "1", "2026-10-07T10:00Z", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1")),
            .want = "P4/serial NO_SERIAL M1/1\n"
                    "P9/date OFFERED M1/1 1\n"
                    "P4/serial NO_SERIAL U1\n"
                    "P9/date ASKED U1 1\n"
                    "P9/reference PAIRED U1 M1/1 1\n"
                    "P3/sum SUMS_AGREE 0\n"
                    "P4/serial NO_SERIAL U2\n"
                    "P9/date ASKED U2 1\n"
                    "P1/serial NO_MARK U2\n"
                    "P1/lot NO_MARK U2\n"
                    "P2/quantity NO_SAME U2\n"
                    "P3/sum ONE_SIDED 1\n"
                    "P3/sum LEFT U2 1\n"
                    "P9/date LINKED U1 M1/1 1\n"
                    "P9/date CLAIMED U2 M1/1 U1\n" },
        { .why = "P4: the serial links across vans, outside its order's window it does not",
            .master = VANS,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1")
                MOVED_ON("M1", "issue_wo", "", "A", "1", "2026-09-01", ", serial_no=S1")
                    MOVED_ON("M2", "issue_wo", "", "A", "1", "2026-10-03", ", serial_no=S1"),
            .want = "P4/serial OFFERED M1/1 1\n"
                    "P4/serial OFFERED M2/1 1\n"
                    "P9/date OFFERED M1/1 1\n"
                    "P4/serial ASKED U1 1\n"
                    "P4/reference PAIRED U1 M2/1 1\n"
                    "P3/sum SUMS_AGREE 0\n"
                    "P4/serial LINKED U1 M2/1 1\n"
                    "P4/serial OUTSIDE U1 M1/1 23>0\n" },
    };

    (void)state;
    try_all(cases, TIE_COUNT_OF(cases));
}

/* A fold tells of the rows in the focus only. */
static void test_focus(void **state)
{
    static const struct scene_case at = { .why = "only what was asked about",
        .master = VANS,
        .rows = ORDER("W1", "") ORDER("W2", "") USED_AT("U1", "W1", "A", "1", "2026-10-05T10:00Z", BY_T1)
            USED_AT("U2", "W2", "A", "1", "2026-10-07T10:00Z", BY_T1) ISSUED("M1", "", "A", "1", FROM("V1")),
        .want = "P4/serial NO_SERIAL M1/1\n"
                "P9/date OFFERED M1/1 1\n"
                "P4/serial NO_SERIAL U1\n"
                "P9/date ASKED U1 1\n"
                "P9/reference PAIRED U1 M1/1 1\n"
                "P3/sum SUMS_AGREE 0\n"
                "P4/serial NO_SERIAL U2\n"
                "P9/date ASKED U2 1\n"
                "P1/serial NO_MARK U2\n"
                "P1/lot NO_MARK U2\n"
                "P2/quantity NO_SAME U2\n"
                "P3/sum ONE_SIDED 1\n"
                "P3/sum LEFT U2 1\n"
                "P9/date CLAIMED U2 M1/1 U1\n" };
    struct tie_arena arena;
    struct tie_error error;
    struct tie_map focus;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)1 << 24, &error), TIE_OK);
    tie_map_init(&focus, &arena);
    (void)tie_map_put(&focus, tie_hash_text(TIE_TEXT("U2")), 1, NULL);
    try_trace(&at, &focus);
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_one_order),
        cmocka_unit_test(test_across_orders),
        cmocka_unit_test(test_focus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
