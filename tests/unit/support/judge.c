/*
 * judge.c - see judge.h.
 */
#include "support/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void test_judge_start(struct test_judge *judge, struct test_bench *bench)
{
    struct tie_check_sink *const sinks[] = { &judge->sink };
    struct tie_arena *arena = &judge->groups.arena;

    test_groups_start(&judge->groups, bench);
    tie_check_switches(arena, bench->world.delivery, &bench->policy, judge->switches);
    tie_check_sink_init(&judge->sink, arena);
    for (size_t i = 0; i < judge->groups.count; i++) {
        const struct test_dossier *dossier = &judge->groups.at[i];

        tie_check_dossier(arena, &dossier->match, &dossier->expectations, judge->switches, &judge->sink);
    }
    tie_check_fold(arena, &bench->world, judge->switches, sinks, 1, &judge->tally, &judge->conserved);
    judge->findings = judge->sink.findings;
    tie_findings_sort(arena, &judge->findings);
}

void test_judge_stop(struct test_judge *judge)
{
    test_groups_stop(&judge->groups);
}

/* ---- as text ---- */

const char *test_primary_code(const struct test_judge *judge, const struct tie_finding *finding)
{
    if (finding->is_primary)
        return "yes";
    for (size_t i = 0; i < judge->findings.count; i++)
        if (strcmp(judge->findings.at[i].id, finding->primary_id) == 0)
            return tie_check(judge->findings.at[i].check)->code;
    return "nobody";
}

static void put_ids(struct tie_buf *out, const struct tie_id_list *ids)
{
    tie_buf_char(out, ' ');
    for (size_t i = 0; i < ids->count; i++)
        tie_buf_printf(out, "%s;", ids->at[i]);
}

static void put_number(struct tie_buf *out, const char *name, tie_dec value, int64_t divisor)
{
    char text[TIE_DEC_TEXT_MAX];

    if (value == TIE_NONE) {
        tie_buf_printf(out, " %s=unknown", name);
        return;
    }
    tie_dec_print(value % divisor == 0 ? value / divisor : value, text);
    tie_buf_printf(out, " %s=%s%s", name, text, value % divisor == 0 ? "" : " (no multiple)");
}

void test_finding_describe(
    const struct test_judge *judge, const struct tie_finding *f, unsigned parts, int divisor, struct tie_buf *out)
{
    const bool is_row = tie_check(f->check)->grain == TIE_GRAIN_ROW;

    tie_buf_printf(out, "%s %s %s", tie_check(f->check)->code, f->work_order, f->item);
    for (size_t i = 0; i < f->key_count && (!is_row || (parts & TEST_PART_IDS) != 0); i++)
        tie_buf_printf(out, "|%s", f->keys[i]);
    if ((parts & TEST_PART_PRIMARY) != 0)
        tie_buf_printf(out, " primary=%s", test_primary_code(judge, f));
    tie_buf_printf(out, " %s %s %s %s", tie_finding_status_name(f->status), tie_certainty_name(f->certainty),
        tie_verdict_name(f->verdict), f->verb);
    put_number(out, "exposure", f->exposure, divisor);
    put_number(out, "book_effect", f->book_effect, divisor);
    if ((parts & TEST_PART_QUANTITIES) != 0) {
        put_number(out, "usage", f->usage_qty, 1);
        put_number(out, "movement", f->movement_qty, 1);
        put_number(out, "billed", f->billed_qty, 1);
    }
    if ((parts & TEST_PART_SEVERITY) != 0)
        tie_buf_printf(out, " S%d", f->severity);
    if ((parts & TEST_PART_PASS) != 0)
        tie_buf_printf(out, " %s", tie_pass_name(f->pass));
    if ((parts & TEST_PART_IDS) != 0) {
        put_ids(out, &f->usage_ids);
        put_ids(out, &f->movement_ids);
        put_ids(out, &f->billing_ids);
        put_ids(out, &f->other_ids);
    }
}

/* ---- verdicts ---- */

const char *test_verdict_of(const struct test_judge *judge, const char *wo_id, const char *item)
{
    const struct test_place place = test_group(&judge->groups, wo_id, item);

    for (size_t i = 0; i < judge->findings.count; i++) {
        const struct tie_finding *f = &judge->findings.at[i];

        if (strcmp(f->work_order, wo_id) == 0 && strcmp(f->item, item) == 0)
            return tie_verdict_name(f->verdict);
    }
    return place.group->is_ambiguous ? "ambiguous" : "matched";
}
