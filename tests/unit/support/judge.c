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
    tie_check_run(arena, &bench->world, judge->switches, sinks, 1, &judge->findings, &judge->tally, &judge->conserved);
}

void test_judge_stop(struct test_judge *judge)
{
    test_groups_stop(&judge->groups);
}

/* ---- as text ---- */

static void put_number(struct tie_buf *out, const char *name, tie_dec value)
{
    char text[TIE_DEC_TEXT_MAX];

    if (value == TIE_NONE)
        return;
    tie_dec_print(value, text);
    tie_buf_printf(out, " %s=%s", name, text);
}

static void put_text(struct tie_buf *out, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        tie_buf_printf(out, " %s=%s", name, text);
}

static void put_ids(struct tie_buf *out, const char *name, const struct tie_id_list *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        tie_buf_printf(out, "%s%s", i > 0 ? ";" : name, ids->at[i]);
}

void test_finding_print(struct tie_buf *out, const struct tie_finding *f)
{
    tie_buf_printf(out, "%s", tie_check(f->check)->code);
    for (size_t i = 0; i < f->key_count; i++)
        tie_buf_printf(out, "%c%s", i == 0 ? ' ' : '|', f->keys[i]);
    tie_buf_printf(out, " primary=%s status=%s severity=%d certainty=%s verdict=%s", f->is_primary ? "yes" : f->primary_id,
        tie_finding_status_name(f->status), f->severity, tie_certainty_name(f->certainty), tie_verdict_name(f->verdict));
    put_text(out, "reason", f->reason);
    put_text(out, "item", f->item);
    put_number(out, "usage", f->usage_qty);
    put_number(out, "movement", f->movement_qty);
    put_number(out, "billed", f->billed_qty);
    put_number(out, "expected", f->expected_amount);
    put_number(out, "actual", f->actual_amount);
    put_number(out, "exposure", f->exposure);
    put_number(out, "book_effect", f->book_effect);
    put_text(out, "currency", f->currency);
    put_text(out, "verb", f->verb);
    put_number(out, "correction_qty", f->correction_qty);
    put_text(out, "pass", tie_pass_name(f->pass));
    put_ids(out, " usage_ids=", &f->usage_ids);
    put_ids(out, " movement_ids=", &f->movement_ids);
    put_ids(out, " billing_ids=", &f->billing_ids);
    put_ids(out, " other_ids=", &f->other_ids);
    tie_buf_char(out, '\n');
}

void test_findings_print(struct tie_buf *out, const struct tie_findings *findings)
{
    tie_buf_reset(out);
    for (size_t i = 0; i < findings->count; i++)
        test_finding_print(out, &findings->at[i]);
    tie_buf_text(out, "");
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
