/*
 * dossier.c - the order in which one dossier is judged, and the end of the run.
 *
 * Groups first (they see three legs at once), then rows, then orders, because an order may be silent where a group
 * speaks. Then drafts that another one names are dropped, the rest are finished, primaries and verdicts chosen, and
 * lines get their states. Invariant: a dossier leaves nothing behind but findings, notes on master data and its
 * share of the tally.
 */
#include "judge.h"

#include <string.h>

#define TEXT_BYTES_MAX ((size_t)64 * 1024)

void tie_check_sink_init(struct tie_check_sink *sink, struct tie_arena *arena)
{
    *sink = (struct tie_check_sink){
        .findings = { .arena = arena, .list = arena }, .uses = { .arena = arena }, .releases = { .arena = arena }
    };
    tie_text_keeper_init(&sink->texts, arena);
    tie_map_init(&sink->uses.index, arena);
    sink->rules = check_rules_read(arena);
}

/* ---- one dossier ---- */

/* By leg, as lines are. */
static const struct {
    enum tie_leg leg;
    unsigned speaks; /* enum check_speaks, when any of these holds; a check looks again, and closer */
    enum tie_check id;
    row_check *check;
    bool also_at_load; /* rows left out because they repeat an earlier one */
} row_checks[] = {
    { TIE_LEG_USAGE, SPEAKS_REPEATED, TIE_INV_08, check_inv_08, true },
    { TIE_LEG_USAGE, SPEAKS_STRAY, TIE_WOS_08, check_wos_08, false },
    { TIE_LEG_TIME, SPEAKS_STRAY, TIE_WOS_08, check_wos_08, false },
    { TIE_LEG_MOVEMENT, SPEAKS_REPEATED, TIE_INV_07, check_inv_07, true },
    { TIE_LEG_MOVEMENT, SPEAKS_FOREIGN, TIE_INV_15, check_inv_15, false },
    { TIE_LEG_MOVEMENT, SPEAKS_EXCESS, TIE_INV_16, check_inv_16, false },
    { TIE_LEG_MOVEMENT, SPEAKS_STRAY, TIE_INV_21, check_inv_21, false },
    { TIE_LEG_BILLING, SPEAKS_REPEATED, TIE_BIL_08, check_bil_08, true },
    { TIE_LEG_LEDGER, SPEAKS_ALWAYS, TIE_CON_02, check_con_02, false },
    { TIE_LEG_CLAIM, SPEAKS_ALWAYS, TIE_WTY_02, check_wty_02, false },
};

static bool is_left_out(const struct judge *judge, const struct tie_line *line, bool also_at_load)
{
    if (line->order != TIE_NO_INDEX && judge->match->orders[line->order].is_excluded)
        return true;
    return line->excluded != TIE_EXCLUDED_NONE && !(also_at_load && line->excluded == TIE_EXCLUDED_DUPLICATE_LOAD);
}

static void judge_row(struct judge *judge, uint32_t index, unsigned facts)
{
    const struct tie_line *line = &judge->match->lines[index];

    for (size_t c = 0; c < TIE_COUNT_OF(row_checks); c++) {
        if (row_checks[c].leg == line->leg && (row_checks[c].speaks & facts) != 0 &&
            check_is_on(judge, row_checks[c].id) && !is_left_out(judge, line, row_checks[c].also_at_load))
            row_checks[c].check(judge, index);
    }
}

/* Nearly always no line speaks, and none is looked at. */
static void judge_rows(struct judge *judge)
{
    unsigned asked = 0;

    for (size_t c = 0; c < TIE_COUNT_OF(row_checks); c++)
        asked |= row_checks[c].speaks;
    for (uint32_t i = 0; (judge->survey.speaks & asked) != 0 && i < judge->match->line_count; i++) {
        const unsigned facts = check_line_speaks(&judge->match->lines[i]);

        if ((facts & asked) != 0)
            judge_row(judge, i, facts);
    }
}

/* Of orders, in this order, before one gap gets one code. */
static const struct {
    enum tie_check id;
    unsigned has; /* enum check_has, what there must be */
    void (*check)(struct judge *judge);
} order_checks[] = {
    { TIE_WOS_08, 0, check_wos_08_objects },
    { TIE_ENT_01, HAS_DECISIONS, check_ent_01 },
    { TIE_ENT_03, HAS_GAP, check_ent_03 },
    { TIE_ENT_04, HAS_DECISION, check_ent_04 },
    { TIE_CON_05, 0, check_con_05 },
    { TIE_WOS_05, HAS_CANCELLED, check_wos_05 },
};

static void judge_orders(struct judge *judge)
{
    for (size_t c = 0; c < TIE_COUNT_OF(order_checks); c++)
        if ((order_checks[c].has & ~judge->survey.has) == 0 && check_is_on(judge, order_checks[c].id))
            order_checks[c].check(judge);
}

__attribute__((noinline)) static void finish(struct judge *judge)
{
    for (size_t i = 0; i < judge->drafts.count; i++) {
        if (!judge->drafts.at[i].dropped)
            check_draft_finish(judge, &judge->drafts.at[i]);
    }
    check_primaries(judge);
}

void tie_check_dossier(struct tie_arena *scratch, const struct tie_match *match,
    const struct tie_expectations *expectations, const struct tie_check_switch switches[TIE_CHECK_COUNT],
    struct tie_check_sink *sink)
{
    struct judge judge = { .scratch = scratch,
        .match = match,
        .world = match->world,
        .pool = &match->shard->pool,
        .expectations = expectations,
        .switches = switches,
        .sink = sink };

    tie_buf_init(&judge.buf, TEXT_BYTES_MAX);
    check_survey(&judge);
    check_doubt_find(&judge);
    check_judge_groups(&judge);
    judge_rows(&judge);
    judge_orders(&judge);
    if (judge.drafts.count > 1)
        check_suppress(&judge);
    check_tim_01(&judge);
    check_wos_04(&judge); /* silent where a finding that stands names the gap */
    if (judge.drafts.count > 0)
        finish(&judge);
    check_states(&judge);
    check_mdm_01(&judge);
    check_evd_04(&judge);
    for (size_t i = 0; i < judge.drafts.count; i++) {
        if (!judge.drafts.at[i].dropped)
            TIE_PUSH(sink->findings.list, &sink->findings, judge.drafts.at[i].f);
    }
    tie_buf_release(&judge.buf);
}

/* ---- the run ---- */

void tie_check_fold(struct tie_arena *arena, const struct tie_world *world,
    const struct tie_check_switch switches[TIE_CHECK_COUNT], struct tie_check_sink *const *sinks, size_t sink_count,
    struct tie_tally *tally, bool *conserved)
{
    struct tie_check_sink whole;
    struct judge judge = {
        .scratch = arena, .world = world, .pool = world->pool, .switches = switches, .sink = &whole
    };

    tie_check_sink_init(&whole, arena);
    tie_buf_init(&judge.buf, TEXT_BYTES_MAX);
    *tally = (struct tie_tally){ 0 };
    whole.findings = sinks[0]->findings;
    whole.findings.arena = arena;
    for (size_t s = 0; s < sink_count; s++)
        tie_tally_add(tally, &sinks[s]->tally);
    check_mdm_01_fold(&judge, sinks, sink_count);
    check_evd_04_fold(&judge, sinks, sink_count);
    check_fin_06(&judge, tally, conserved);
    tie_buf_release(&judge.buf);
    whole.findings.arena = sinks[0]->findings.arena;
    sinks[0]->findings = whole.findings;
}
