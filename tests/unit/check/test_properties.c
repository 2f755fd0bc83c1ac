/*
 * test_properties.c - what must hold whatever the rows are, on 10,000 random small dossiers.
 *
 * Each property draws its own seeds, judges a dossier, changes it in a way that must not matter (or must matter in a
 * known way) and judges it again. Findings are compared as sorted lines of text, with what the change may touch left
 * out. A failure names the property, the seed and the rows.
 */
#include "support/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS_EACH 850 /* thirteen properties: 11,050 dossiers */

/* A hundredth of the amount a day: the cost of delay is exact, whatever all money is multiplied by. */
#define DELAY_IN_CENTS "[money]\nannual_rate = 365%\n"

static struct test_bench plain, tripled, narrow, wide, short_window, long_window;

static int start_benches(void **state)
{
    (void)state;
    random_bench_start(&plain, DELAY_IN_CENTS, 1);
    random_bench_start(&tripled, DELAY_IN_CENTS, 3);
    random_bench_start(&narrow, "[window]\ndate_match = 0d\n", 1);
    random_bench_start(&wide, "[window]\ndate_match = 20d\n", 1);
    random_bench_start(&short_window, "[window]\nmovement_after_close = 0d\n", 1);
    random_bench_start(&long_window, "[window]\nmovement_after_close = 40d\n", 1);
    return 0;
}

static int stop_benches(void **state)
{
    (void)state;
    test_bench_stop(&plain);
    test_bench_stop(&tripled);
    test_bench_stop(&narrow);
    test_bench_stop(&wide);
    test_bench_stop(&short_window);
    test_bench_stop(&long_window);
    return 0;
}

static struct test_view view_of(unsigned parts)
{
    return (struct test_view){ .bench = &plain, .text = { "", 1 }, .parts = parts, .divisor = 1 };
}

/* ---- 1: permutation ---- */

static void test_permutation(void **state)
{
    size_t found = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS_EACH; seed++) {
        struct random_rows rows, shuffled;

        random_rows_make(&rows, seed);
        shuffled = rows;
        random_rows_shuffle(&shuffled, seed);
        found += test_outcome_compare("order of rows", seed, &rows, &shuffled,
            view_of(TEST_PART_PRIMARY | TEST_PART_IDS | TEST_PART_PASS | TEST_PART_SEVERITY | TEST_PART_QUANTITIES));
    }
    assert_true(found > SEEDS_EACH / 2); /* else the dossiers prove nothing */
}

/* ---- 2: conservation ---- */

struct balance {
    uint64_t seed;
    const struct random_rows *rows;
    size_t linked, undecided; /* usage lines, by P4 */
};

static void count_pieces(const struct test_judge *judge, struct balance *balance)
{
    for (size_t d = 0; d < judge->groups.count; d++)
        for (size_t n = 0; n < judge->groups.at[d].match.line_count; n++) {
            const struct tie_line *line = &judge->groups.at[d].match.lines[n];

            balance->linked += line->leg == TIE_LEG_USAGE && line->pass == TIE_P4;
            balance->undecided += line->leg == TIE_LEG_USAGE && line->serial != 0 && line->rivals > 0;
        }
}

/* What was drawn, by leg and item, against the lines in whatever state they ended. */
static void look_at_balance(struct test_judge *judge, void *to)
{
    static const struct {
        enum random_kind kind;
        enum tie_leg leg;
    } legs[] = { { RANDOM_USAGE, TIE_LEG_USAGE }, { RANDOM_TIME, TIE_LEG_TIME }, { RANDOM_MOVEMENT, TIE_LEG_MOVEMENT },
        { RANDOM_BILLED, TIE_LEG_BILLING } };
    static const char *const items[] = { "A", "B", "C", "N", "LAB", "S" };
    struct balance *balance = to;

    count_pieces(judge, balance);

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
        for (size_t i = 0; i < TIE_COUNT_OF(items); i++) {
            tie_dec drawn = 0, kept = 0;

            for (size_t r = 0; r < balance->rows->count; r++)
                if (balance->rows->at[r].kind == legs[l].kind && strcmp(balance->rows->at[r].item, items[i]) == 0)
                    drawn += balance->rows->at[r].quantity * TIE_DEC_ONE;
            for (size_t d = 0; d < judge->groups.count; d++)
                for (size_t n = 0; n < judge->groups.at[d].match.line_count; n++) {
                    const struct tie_line *line = &judge->groups.at[d].match.lines[n];

                    if (line->leg == legs[l].leg && line->row != TIE_NO_INDEX &&
                        strcmp(tie_pool_chars(&judge->groups.shard.pool, line->item), items[i]) == 0 &&
                        line->state != TIE_STATE_OPEN)
                        kept += line->quantity;
                }
            if (drawn != kept)
                fail_msg("conservation: seed %llu, leg %zu, item %s: %lld drawn, %lld kept",
                    (unsigned long long)balance->seed, l, items[i], (long long)drawn, (long long)kept);
        }
}

static void test_conservation(void **state)
{
    size_t linked = 0, undecided = 0;

    (void)state;
    for (uint64_t seed = 1001; seed <= 1000 + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct balance balance = { seed, &rows, 0, 0 };
        struct test_outcome outcome;

        random_rows_make(&rows, seed);
        test_outcome_judge(&rows, view_of(0), &outcome, look_at_balance, &balance);
        if (!outcome.conserved)
            test_outcome_fail("conservation", seed, &outcome, NULL);
        test_outcome_release(&outcome);
        linked += balance.linked;
        undecided += balance.undecided;
    }
    if (linked < SEEDS_EACH / 4 || undecided < SEEDS_EACH / 50) /* P4 must take part in all of these properties */
        fail_msg("P4 linked %zu pieces and left %zu undecided in %d dossiers", linked, undecided, SEEDS_EACH);
}

/* ---- 3: a matched triple ---- */

static void push_triple(struct random_rows *rows, int order)
{
    const int document = random_rows_next(rows);

    random_rows_push(rows,
        (struct random_row){ .kind = RANDOM_USAGE,
            .number = random_rows_next(rows),
            .order = order,
            .item = "FRESH",
            .quantity = 2,
            .day = 1 });
    random_rows_push(rows,
        (struct random_row){ .kind = RANDOM_MOVEMENT,
            .number = random_rows_next(rows),
            .line_no = 1,
            .order = order,
            .item = "FRESH",
            .word = "issue_wo",
            .quantity = 2,
            .day = 1 });
    random_rows_push(
        rows, (struct random_row){ .kind = RANDOM_INVOICE, .number = document, .word = "invoice", .day = 7 });
    random_rows_push(rows,
        (struct random_row){ .kind = RANDOM_BILLED,
            .number = document,
            .line_no = 1,
            .order = order,
            .item = "FRESH",
            .quantity = 2,
            .cents = 14000 });
}

/* An order that nothing happened on is a finding of its own (WOS-04), which a first row would end. */
static bool has_usage(const struct random_rows *rows, int order)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->at[i].kind == RANDOM_USAGE && rows->at[i].order == order)
            return true;
    return false;
}

/* Order 1 where it is closed and chargeable, else a fresh one. */
static int order_for_triple(struct random_rows *rows)
{
    if (has_usage(rows, 1) && strcmp(rows->at[0].word, "closed") == 0 && rows->at[1].kind == RANDOM_DECISION &&
        strcmp(rows->at[1].word, "chargeable") == 0)
        return 1;
    random_rows_push(rows, (struct random_row){ .kind = RANDOM_ORDER, .number = 99, .word = "closed" });
    random_rows_push(rows,
        (struct random_row){
            .kind = RANDOM_DECISION, .number = random_rows_next(rows), .order = 99, .word = "chargeable" });
    return 99;
}

static void test_triple(void **state)
{
    (void)state;
    for (uint64_t seed = 2001; seed <= 2000 + SEEDS_EACH; seed++) {
        struct random_rows rows, more;
        struct test_outcome before, after;

        random_rows_make(&rows, seed);
        more = rows;
        push_triple(&more, order_for_triple(&more));
        test_outcome_judge(&rows, view_of(TEST_PART_PRIMARY | TEST_PART_IDS | TEST_PART_PASS | TEST_PART_SEVERITY),
            &before, NULL, NULL);
        test_outcome_judge(&more, view_of(TEST_PART_PRIMARY | TEST_PART_IDS | TEST_PART_PASS | TEST_PART_SEVERITY),
            &after, NULL, NULL);
        test_outcome_expect_equal("a matched triple", seed, &before, &after);
        if (after.tally.groups_by_verdict[TIE_VERDICT_MATCHED] !=
            before.tally.groups_by_verdict[TIE_VERDICT_MATCHED] + 1)
            fail_msg("a matched triple: seed %llu: it is no new matched group", (unsigned long long)seed);
        test_outcome_release(&before);
        test_outcome_release(&after);
    }
}

/* ---- 4: a movement and its reversal ---- */

static void test_reversal(void **state)
{
    size_t tried = 0;

    (void)state;
    for (uint64_t seed = 3001; seed <= 3000 + SEEDS_EACH; seed++) {
        struct random_rows rows, more;
        struct random_row issue = { .kind = RANDOM_MOVEMENT,
            .line_no = 1,
            .word = "issue_wo",
            .order = 1,
            .item = seed % 2 == 0 ? "A" : "B",
            .day = 2 };

        random_rows_make(&rows, seed);
        more = rows;
        if (!has_usage(&rows, issue.order))
            continue;
        tried++;
        issue.number = random_rows_next(&more);
        issue.quantity = 1 + (int)(seed % 3);
        random_rows_push(&more, issue);
        issue.undoes = issue.number;
        issue.number = random_rows_next(&more);
        issue.quantity = -issue.quantity;
        issue.word = "return_wo";
        random_rows_push(&more, issue);
        (void)test_outcome_compare("a movement and its reversal", seed, &rows, &more,
            view_of(TEST_PART_PRIMARY | TEST_PART_PASS | TEST_PART_SEVERITY | TEST_PART_QUANTITIES));
    }
    assert_true(tried > SEEDS_EACH / 2);
}

/* ---- 5: credit and rebill ---- */

static bool rebill(struct random_rows *rows)
{
    const size_t count = rows->count;

    for (size_t i = 0; i + 1 < count; i++) {
        struct random_row document = rows->at[i], line = rows->at[i + 1];

        if (document.kind != RANDOM_INVOICE || document.undoes != 0 || document.is_undone ||
            strcmp(document.word, "invoice") != 0)
            continue;
        document.undoes = document.number;
        document.number = random_rows_next(rows);
        document.word = "cancel";
        random_rows_push(rows, document);
        line.undoes = line.number;
        line.number = document.number;
        line.quantity = -line.quantity;
        line.cents = -line.cents;
        random_rows_push(rows, line);
        document = rows->at[i];
        line = rows->at[i + 1];
        document.number = line.number = random_rows_next(rows);
        random_rows_push(rows, document);
        random_rows_push(rows, line);
        return true;
    }
    return false;
}

static void test_rebill(void **state)
{
    size_t tried = 0;

    (void)state;
    for (uint64_t seed = 4001; seed <= 4000 + SEEDS_EACH; seed++) {
        struct random_rows rows, more;

        random_rows_make(&rows, seed);
        more = rows;
        if (!rebill(&more))
            continue;
        tried++;
        (void)test_outcome_compare("credit and rebill", seed, &rows, &more,
            view_of(TEST_PART_PRIMARY | TEST_PART_SEVERITY | TEST_PART_QUANTITIES));
    }
    assert_true(tried > SEEDS_EACH / 2);
}

/* ---- 6: all money times three ---- */

static void test_money_factor(void **state)
{
    (void)state;
    for (uint64_t seed = 5001; seed <= 5000 + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct test_outcome before, after;

        random_rows_make(&rows, seed);
        test_outcome_judge(
            &rows, view_of(TEST_PART_PRIMARY | TEST_PART_IDS | TEST_PART_QUANTITIES), &before, NULL, NULL);
        test_outcome_judge(&rows,
            (struct test_view){ .bench = &tripled,
                .text = { "", 3 },
                .parts = TEST_PART_PRIMARY | TEST_PART_IDS | TEST_PART_QUANTITIES,
                .divisor = 3 },
            &after, NULL, NULL);
        test_outcome_expect_equal("all money times three", seed, &before, &after);
        test_outcome_release(&before);
        test_outcome_release(&after);
    }
}

/* ---- 7: one line into two ---- */

static bool is_p9_at_work(const struct random_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->at[i].kind == RANDOM_MOVEMENT && rows->at[i].order == 0 && rows->at[i].serial == 0)
            return true; /* a piece can't be split, and is of an item of its own */
    return false;
}

static bool split(struct random_rows *rows, uint64_t seed)
{
    for (size_t n = 0; n < rows->count; n++) {
        const size_t i = (n + seed) % rows->count;
        struct random_row *row = &rows->at[i];
        struct random_row rest = *row;

        if ((row->kind != RANDOM_USAGE && row->kind != RANDOM_MOVEMENT && row->kind != RANDOM_BILLED) ||
            row->quantity < 2 || row->cents % 2 != 0 || row->undoes != 0 || strcmp(row->item, "LAB") == 0)
            continue;
        if (row->kind == RANDOM_BILLED && i > 0 && rows->at[i - 1].is_undone)
            continue;
        rest.quantity = 1;
        rest.cents = row->cents / row->quantity;
        row->quantity -= rest.quantity;
        row->cents -= rest.cents;
        if (row->kind == RANDOM_USAGE)
            rest.number = random_rows_next(rows);
        else
            rest.line_no = 2;
        random_rows_push(rows, rest);
        return true;
    }
    return false;
}

static void test_split(void **state)
{
    size_t tried = 0;

    (void)state;
    for (uint64_t seed = 6001; seed <= 6000 + SEEDS_EACH; seed++) {
        struct random_rows rows, more;
        struct test_outcome before, after;

        random_rows_make(&rows, seed);
        more = rows;
        if (is_p9_at_work(&rows) || !split(&more, seed))
            continue;
        test_outcome_judge(
            &rows, view_of(TEST_PART_PRIMARY | TEST_PART_SEVERITY | TEST_PART_QUANTITIES), &before, NULL, NULL);
        test_outcome_judge(
            &more, view_of(TEST_PART_PRIMARY | TEST_PART_SEVERITY | TEST_PART_QUANTITIES), &after, NULL, NULL);
        if (!before.has_duplicates && !after.has_duplicates) {
            test_outcome_expect_equal("one line into two", seed, &before, &after);
            tried++;
        }
        test_outcome_release(&before);
        test_outcome_release(&after);
    }
    assert_true(tried > SEEDS_EACH / 4);
}

/* ---- 8: a wider window ---- */

struct matched {
    tie_sum strong, loose; /* usage closed by P0 to P3; and by P4, P9 or left undecided */
};

static void look_at_matched(struct test_judge *judge, void *to)
{
    struct matched *matched = to;

    for (size_t d = 0; d < judge->groups.count; d++)
        for (size_t n = 0; n < judge->groups.at[d].match.line_count; n++) {
            const struct tie_line *line = &judge->groups.at[d].match.lines[n];

            if (line->leg != TIE_LEG_USAGE)
                continue;
            if (line->pass >= TIE_P0 && line->pass <= TIE_P3)
                matched->strong += line->quantity;
            if (line->pass != TIE_PASS_NONE || line->rivals > 0)
                matched->loose += line->quantity;
        }
}

enum { WINDOWS = 3 };

static void compare_windows(struct test_bench *const benches[WINDOWS], uint64_t first)
{
    tie_sum gained = 0;

    for (uint64_t seed = first; seed < first + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct matched matched[WINDOWS] = { { 0 } };

        random_rows_make(&rows, seed);
        for (size_t b = 0; b < WINDOWS; b++) {
            struct test_outcome outcome;

            test_outcome_judge(&rows, (struct test_view){ .bench = benches[b], .text = { "", 1 }, .divisor = 1 },
                &outcome, look_at_matched, &matched[b]);
            if (b > 0 && matched[b].strong < matched[b - 1].strong)
                test_outcome_fail("a wider window: less is matched", seed, &outcome, NULL);
            if (b > 0 && matched[b].loose < matched[b - 1].loose)
                test_outcome_fail("a wider window: less is matched or undecided", seed, &outcome, NULL);
            test_outcome_release(&outcome);
        }
        gained += matched[2].loose - matched[0].loose;
    }
    assert_true(gained > 0); /* else the window did nothing */
}

static void test_window(void **state)
{
    (void)state;
    compare_windows((struct test_bench *const[]){ &narrow, &plain, &wide }, 7001);
}

static void test_window_of_serials(void **state)
{
    (void)state;
    compare_windows((struct test_bench *const[]){ &short_window, &plain, &long_window }, 11001);
}

/* ---- 12: which shard a dossier lies in ---- */

static void test_shards(void **state)
{
    (void)state;
    for (uint64_t seed = 12001; seed <= 12000 + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct test_outcome one, three;

        random_rows_make(&rows, seed);
        test_outcome_judge(&rows, view_of(TEST_PART_ALL), &one, NULL, NULL);
        plain.shards = 3;
        test_outcome_judge(&rows, view_of(TEST_PART_ALL), &three, NULL, NULL);
        plain.shards = 0;
        test_outcome_expect_equal("dossiers in three shards", seed, &one, &three);
        test_outcome_release(&one);
        test_outcome_release(&three);
    }
}

/* ---- 9: the as-of moves on ---- */

struct verdicts {
    size_t count;
    bool pending[RANDOM_ROWS_MAX];
};

static void look_at_verdicts(struct test_judge *judge, void *to)
{
    struct verdicts *verdicts = to;
    const struct tie_pool *pool = &judge->groups.shard.pool;
    const struct tie_work_order *orders = TIE_ROWS(judge->groups.shard.tables, WORK_ORDER, work_order);

    for (size_t d = 0; d < judge->groups.count; d++)
        for (size_t g = 0; g < judge->groups.at[d].match.group_count; g++) {
            const struct tie_match *match = &judge->groups.at[d].match;
            const struct tie_group *group = &match->groups[g];
            const char *wo_id = tie_pool_chars(pool, orders[match->orders[group->order].row].wo_id);

            TIE_ASSERT(verdicts->count < RANDOM_ROWS_MAX);
            verdicts->pending[verdicts->count++] = strcmp(
                                                       test_verdict_of(judge, wo_id, tie_pool_chars(pool, group->item)),
                                                       "pending") == 0;
        }
}

static void test_as_of(void **state)
{
    const tie_date later = plain.world.as_of, sooner = test_date("2026-10-10");
    size_t settled = 0;

    (void)state;
    for (uint64_t seed = 8001; seed <= 8000 + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct verdicts before = { .count = 0 }, after = { .count = 0 };
        struct test_outcome first, second;

        random_rows_make(&rows, seed);
        plain.world.as_of = sooner;
        test_outcome_judge(&rows, view_of(0), &first, look_at_verdicts, &before);
        plain.world.as_of = later;
        test_outcome_judge(&rows, view_of(0), &second, look_at_verdicts, &after);
        assert_int_equal(before.count, after.count);
        for (size_t i = 0; i < before.count; i++) {
            if (after.pending[i] && !before.pending[i])
                test_outcome_fail("a later as-of: a group is pending now", seed, &first, &second);
            settled += before.pending[i] && !after.pending[i];
        }
        test_outcome_release(&first);
        test_outcome_release(&second);
    }
    assert_true(settled > SEEDS_EACH / 4);
}

/* ---- 10: other ids in the same order ---- */

static void strip_prefix(struct tie_buf *text, const char *prefix)
{
    const size_t length = strlen(prefix);
    char *at = text->at, *to = text->at;

    if (text->size == 0)
        return;
    while (*at != '\0') {
        if (strncmp(at, prefix, length) == 0)
            at += length;
        else
            *to++ = *at++;
    }
    *to = '\0';
}

static void compare_prefixed(uint64_t seed, const struct random_rows *rows, unsigned parts)
{
    struct test_view view = view_of(parts);
    struct test_outcome before, after;

    test_outcome_judge(rows, view, &before, NULL, NULL);
    view.text.prefix = "@7~";
    test_outcome_judge(rows, view, &after, NULL, NULL);
    strip_prefix(&after.text, "@7~");
    test_outcome_expect_equal("other ids in the same order", seed, &before, &after);
    test_outcome_release(&before);
    test_outcome_release(&after);
}

static void test_ids(void **state)
{
    (void)state;
    for (uint64_t seed = 9001; seed <= 9000 + SEEDS_EACH; seed++) {
        struct random_rows rows;

        random_rows_make(&rows, seed);
        compare_prefixed(seed, &rows, TEST_PART_IDS | TEST_PART_PASS | TEST_PART_SEVERITY | TEST_PART_QUANTITIES);
        compare_prefixed(seed, &rows, TEST_PART_PRIMARY);
    }
}

/* ---- 11: nothing is counted twice ---- */

static void look_at_primaries(struct test_judge *judge, void *to)
{
    const uint64_t seed = *(const uint64_t *)to;

    for (size_t i = 0; i < judge->findings.count; i++) {
        const struct tie_finding *f = &judge->findings.at[i];
        size_t primaries = f->is_primary;

        if (f->item[0] == '\0' || f->work_order[0] == '\0')
            continue;
        for (size_t k = 0; k < judge->findings.count; k++) {
            const struct tie_finding *other = &judge->findings.at[k];

            if (k != i && other->is_primary && other->bucket == f->bucket &&
                strcmp(other->work_order, f->work_order) == 0 &&
                (strcmp(other->item, f->item) == 0 || (!f->is_primary && strcmp(other->id, f->primary_id) == 0)))
                primaries++;
        }
        if (primaries != 1)
            fail_msg("nothing twice: seed %llu: %s of %s %s has %zu primaries", (unsigned long long)seed,
                tie_check(f->check)->code, f->work_order, f->item, primaries);
    }
}

static void test_primaries(void **state)
{
    (void)state;
    for (uint64_t seed = 10001; seed <= 10000 + SEEDS_EACH; seed++) {
        struct random_rows rows;
        struct test_outcome outcome;

        random_rows_make(&rows, seed);
        test_outcome_judge(&rows, view_of(0), &outcome, look_at_primaries, &seed);
        test_outcome_release(&outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_conservation),
        cmocka_unit_test(test_triple),
        cmocka_unit_test(test_reversal),
        cmocka_unit_test(test_rebill),
        cmocka_unit_test(test_money_factor),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_window_of_serials),
        cmocka_unit_test(test_shards),
        cmocka_unit_test(test_as_of),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_primaries),
    };

    return cmocka_run_group_tests(tests, start_benches, stop_benches);
}
