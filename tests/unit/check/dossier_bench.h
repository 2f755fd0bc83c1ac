/*
 * dossier_bench.h - from lines of text to findings: the whole pure half of the engine on one small company.
 *
 * A case gives rows beside those of COMPANY and says, in one line a finding, what must come out and nothing else:
 *
 *   CHECK primary certainty exposure book_effect verb status
 *
 * `primary` is yes, or the check of the primary; an unknown amount is `-`. The lines are compared sorted, joined by
 * "; ". All checks that are judged are on, whatever columns the case delivers, but TIM-01 only where `counts_delay`
 * says so. As-of 2026-11-20.
 */
#ifndef TIEOUT_TESTS_DOSSIER_BENCH_H
#define TIEOUT_TESTS_DOSSIER_BENCH_H

#include "support/bench.h"
#include "support/link.h"

#include "tieout/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Cost 40, price 100; B and C cost 50 and 40; N is no stock item, S is serialised; labour is 60.00/h, at least an hour,
 * in steps of 15 minutes. */
#define COMPANY                                                                                                        \
    "customer; customer_id=C1, name=One\n"                                                                             \
    "item; item_id=A, base_uom=EA, product_class=x\n"                                                                  \
    "item; item_id=B, base_uom=EA, product_class=x\n"                                                                  \
    "item; item_id=C, base_uom=EA, product_class=x\n"                                                                  \
    "item; item_id=N, base_uom=EA, stock_type=nonstock\n"                                                              \
    "item; item_id=S, base_uom=EA, serial_profile=always\n"                                                            \
    "item_cost; item_id=A, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"                                        \
    "item_cost; item_id=B, valid_from=2026-01-01, unit_cost=50, currency=EUR\n"                                        \
    "item_cost; item_id=C, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"                                        \
    "item_cost; item_id=S, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=A, unit_price=100, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=B, unit_price=100, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=C, unit_price=100, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=N, unit_price=100, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=S, unit_price=100, currency=EUR\n"                                        \
    "price; price_list_id=LIST, used_item_id=work, unit_price=60, uom=h, currency=EUR, minimum_minutes=60, "           \
    "round_to_minutes=15\n"

#define ORDER                                                                                                          \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=2026-10-02T16:00Z\n"
#define OPEN_ORDER                                                                                                     \
    "work_order; wo_id=W1, wo_type=repair, status=open, customer_id=C1, currency=EUR, "                                \
    "created_at=2026-09-30T08:00Z, closed_at=\n"
#define CANCELLED_ORDER                                                                                                \
    "work_order; wo_id=W1, wo_type=repair, status=cancelled, customer_id=C1, currency=EUR, "                           \
    "created_at=2026-09-30T08:00Z, closed_at=, cancelled_at=2026-10-02T16:00Z\n"
#define CLOSED_ON(day)                                                                                                 \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                              \
    "created_at=2026-09-30T08:00Z, closed_at=" day "T16:00Z\n"
#define USED(id, item, quantity)                                                                                       \
    "usage_line; usage_id=" id ", wo_id=W1, item_id=" item ", quantity=" quantity                                      \
    ", uom=EA, server_at=2026-10-01T10:00Z\n"
#define ISSUED(id, item, quantity)                                                                                     \
    "movement; mov_id=" id ", line_no=1, movement_class=issue_wo, wo_ref=W1, item_id=" item ", quantity=" quantity     \
    ", uom=EA, posting_date=2026-10-02\n"
#define INVOICE(id)                                                                                                    \
    "invoice; inv_id=" id ", kind=invoice, status=released, customer_id=C1, currency=EUR, posting_date=2026-10-03\n"
#define BILLED(id, line, item, quantity, net)                                                                          \
    "invoice_line; inv_id=" id ", line_no=" line ", wo_ref=W1, sales_item_id=" item ", quantity=" quantity             \
    ", net_amount=" net "\n"
#define FREE(id, line, item, quantity, outcome)                                                                        \
    "invoice_line; inv_id=" id ", line_no=" line ", wo_ref=W1, sales_item_id=" item ", quantity=" quantity             \
    ", net_amount=0, outcome=" outcome "\n"
#define WORKED(id, minutes)                                                                                            \
    "time_entry; time_id=" id ", wo_id=W1, technician_id=T1, kind=work, minutes=" minutes                              \
    ", start_at=2026-10-01T10:00Z\n"

struct dossier_case {
    const char *why;
    const char *policy, *master, *rows;
    const char *want;
};

static bool counts_delay; /* TIM-01, which stands beside every gap in billing, is on */

struct judged {
    struct test_bench bench;
    struct tie_shard shard;
    struct tie_check_sink sink;
    struct tie_findings findings;
    struct tie_tally tally;
    bool conserved;
};

static inline void unite_delivery(struct tie_delivery *into, const struct tie_delivery *from)
{
    for (size_t d = 0; d < TIE_DATASET_COUNT; d++) {
        into->dataset[d] |= from->dataset[d];
        for (size_t c = 0; c < TIE_COLUMN_MAX; c++)
            into->column[d][c] |= from->column[d][c];
    }
}

static inline void all_judged(struct tie_check_switch switches[TIE_CHECK_COUNT])
{
    for (size_t i = 0; i < TIE_CHECK_COUNT; i++)
        switches[i].off = tie_check_is_judged((enum tie_check)i) ? TIE_CHECK_ON : TIE_CHECK_OFF_VERSION;
}

static inline void judge_dossiers(struct judged *judged, struct tie_arena *arena)
{
    struct tie_check_switch switches[TIE_CHECK_COUNT] = { 0 };
    struct tie_check_sink *sink = &judged->sink;
    struct tie_match *matches = TIE_TAKE(arena, struct tie_match, judged->shard.dossier_count);

    all_judged(switches);
    if (!counts_delay)
        switches[TIE_TIM_01].off = TIE_CHECK_OFF_POLICY;
    tie_check_sink_init(sink, arena);
    for (size_t d = 0; d < judged->shard.dossier_count; d++)
        tie_match_dossier(arena, &judged->bench.keys, &judged->shard, &judged->shard.dossiers[d], &matches[d]);
    test_link_all(arena, matches, judged->shard.dossier_count, 0);
    for (size_t d = 0; d < judged->shard.dossier_count; d++) {
        struct tie_expectations expectations;

        tie_match_finish(&matches[d]);
        tie_expect_dossier(arena, &matches[d], &expectations);
        tie_check_dossier(arena, &matches[d], &expectations, switches, sink);
    }
    tie_check_fold(arena, &judged->bench.world, switches, &sink, 1, &judged->tally, &judged->conserved);
    judged->findings = sink->findings;
    tie_findings_sort(arena, &judged->findings);
}

/* `rejects`: what rejected rows named. */
static inline void judge_start_with(
    struct judged *judged, const struct dossier_case *c, const struct tie_reject_refs *rejects)
{
    struct tie_error error;

    memset(judged, 0, sizeof *judged);
    test_bench_init(&judged->bench, c->policy);
    test_rows_text(&judged->bench.rows, COMPANY);
    if (c->master != NULL)
        test_rows_text(&judged->bench.rows, c->master);
    test_bench_build(&judged->bench);
    judged->bench.world.rejects = *rejects;
    test_rows_text(&judged->bench.shard, c->rows);
    test_rows_end(&judged->bench.shard, &judged->bench.rows);
    unite_delivery(&judged->bench.rows.delivery, &judged->bench.shard.delivery);
    judged->shard.pool = judged->bench.shard.pool;
    memcpy(judged->shard.tables, judged->bench.shard.tables, sizeof judged->shard.tables);
    judged->bench.keys.pool = &judged->shard.pool;
    if (tie_shard_from_rows(&judged->bench.shard.arena, &judged->shard, &error) != TIE_OK)
        fail_msg("%s: %s", c->why, error.text);
    judge_dossiers(judged, &judged->bench.shard.arena);
}

static inline void judge_start(struct judged *judged, const struct dossier_case *c)
{
    judge_start_with(judged, c, &(const struct tie_reject_refs){ 0 });
}

static inline void judge_stop(struct judged *judged)
{
    test_bench_stop(&judged->bench);
}

static inline const char *amount_words(tie_dec amount, char out[TIE_DEC_TEXT_MAX])
{
    if (amount == TIE_NONE)
        return "-";
    tie_dec_print(amount, out);
    return out;
}

static inline int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All findings in the words of a case. */
static inline const char *spell_findings(struct judged *judged)
{
    struct tie_arena *arena = &judged->bench.shard.arena;
    const size_t count = judged->findings.count;
    const char **lines = TIE_TAKE(arena, const char *, count);
    const char *all = "";

    for (size_t i = 0; i < count; i++) {
        const struct tie_finding *f = &judged->findings.at[i];
        char exposure[TIE_DEC_TEXT_MAX], book[TIE_DEC_TEXT_MAX], primary[7] = "yes";

        if (!f->is_primary)
            memcpy(primary, f->primary_id, 6);
        lines[i] = tie_arena_printf(arena, "%s %s %s %s %s %s %s", tie_check(f->check)->code, primary,
            tie_certainty_name(f->certainty), amount_words(f->exposure, exposure), amount_words(f->book_effect, book),
            f->verb, tie_finding_status_name(f->status));
    }
    if (count > 1)
        qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        all = tie_arena_printf(arena, "%s%s%s", all, i > 0 ? "; " : "", lines[i]);
    return all;
}

static inline void run_cases(const struct dossier_case *cases, size_t count)
{
    size_t failed = 0;

    for (size_t i = 0; i < count; i++) {
        struct judged *judged = calloc(1, sizeof *judged);
        const char *got;

        assert_non_null(judged);
        judge_start(judged, &cases[i]);
        got = spell_findings(judged);
        if (strcmp(got, cases[i].want) != 0) {
            print_error("%s:\n  got  \"%s\"\n  want \"%s\"\n", cases[i].why, got, cases[i].want);
            failed++;
        }
        if (!judged->conserved) {
            print_error("%s: not conserved\n", cases[i].why);
            failed++;
        }
        judge_stop(judged);
        free(judged);
    }
    assert_int_equal(failed, 0);
}

#endif
