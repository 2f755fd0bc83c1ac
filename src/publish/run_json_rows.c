/*
 * run_json_rows.c - the part of run.json's result that accounts for rows: read, rejected, compared, left out, and why.
 *
 * Conservation is printed as it was proved (FIN-06): a leg's input equals the sum of its states. Quantities and
 * amounts of it are plain sums over all units and currencies, an identity and no figure for people, so they print in
 * shortest form.
 */
#include "run_json.h"

/* ---- parts ---- */

static struct tie_json *controls_of(const struct tie_part_result *part)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < part->control_count; i++) {
        struct tie_json *control = tie_json_object();

        tie_json_set_text(control, "name", part->controls[i].name);
        tie_json_set_text(control, "expected", part->controls[i].expected);
        tie_json_set_text(control, "found", part->controls[i].found);
        tie_json_set(control, "is_equal", tie_json_bool(part->controls[i].is_equal));
        tie_json_add(list, control);
    }
    return list;
}

static struct tie_json *result_parts(const struct tie_report *report)
{
    struct tie_json *list = tie_json_array();

    for (size_t i = 0; i < report->plan->part_count; i++) {
        const struct tie_part_spec *spec = &report->plan->parts[i];
        const struct tie_part_result *read = &report->extract->parts[i];
        struct tie_json *part = tie_json_object();

        tie_json_set_text(part, "title", spec->title);
        tie_json_set_text(part, "dataset", tie_dataset(spec->dataset)->name);
        run_json_set_count(part, "rows", read->rows);
        run_json_set_count(part, "rejected", read->rejected);
        run_json_set_count(part, "rounded", read->rounded);
        tie_json_set(part, "controls", controls_of(read));
        tie_json_add(list, part);
    }
    return list;
}

/* ---- conservation ---- */

static struct tie_json *cell_of(const struct tie_tally_cell *cell)
{
    struct tie_json *json = tie_json_object();
    char text[64];

    run_json_set_count(json, "rows", cell->rows);
    tie_sum_print(cell->quantity, text);
    tie_json_set_text(json, "quantity", text);
    tie_sum_print(cell->amount, text);
    tie_json_set_text(json, "amount", text);
    return json;
}

static struct tie_json *leg_of(const struct tie_tally *tally, enum tie_leg leg)
{
    static const char *const states[] = { "open", "matched", "excepted", "pending", "excluded" };
    _Static_assert(TIE_COUNT_OF(states) == TIE_STATE_EXCLUDED + 1, "one name a state");
    struct tie_json *json = tie_json_object(), *by_state = tie_json_object(), *by_reason = tie_json_object();

    for (size_t s = 0; s < TIE_COUNT_OF(states); s++)
        tie_json_set(by_state, states[s], cell_of(&tally->state[leg][s]));
    for (int e = 0; e < TIE_EXCLUSION_COUNT; e++)
        if (tally->excluded[leg][e].rows > 0)
            tie_json_set(by_reason, tie_exclusion_words((enum tie_exclusion)e), cell_of(&tally->excluded[leg][e]));
    tie_json_set(json, "input", cell_of(&tally->input[leg]));
    tie_json_set(json, "by_state", by_state);
    tie_json_set(json, "excluded_by_reason", by_reason);
    return json;
}

static struct tie_json *result_conservation(const struct tie_tally *tally)
{
    struct tie_json *json = tie_json_object();

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
        tie_json_set(json, tie_dataset(tie_leg_dataset((enum tie_leg)leg))->name, leg_of(tally, (enum tie_leg)leg));
    return json;
}

/* ---- groups and orders ---- */

static struct tie_json *result_groups(const struct tie_tally *tally)
{
    struct tie_json *json = tie_json_object(), *verdicts = tie_json_object(), *passes = tie_json_object();

    for (enum tie_verdict_word v = 0; v < TIE_VERDICT_COUNT; v++)
        run_json_set_count(verdicts, tie_verdict_name(v), tally->groups_by_verdict[v]);
    for (enum tie_pass p = 0; p <= TIE_P11; p++)
        if (tally->groups_by_pass[p] > 0)
            run_json_set_count(passes, p == TIE_PASS_NONE ? "none" : tie_pass_name(p), tally->groups_by_pass[p]);
    tie_json_set(json, "by_verdict", verdicts);
    tie_json_set(json, "by_pass", passes);
    return json;
}

static struct tie_json *result_closure(const struct tie_report *report)
{
    const struct tie_tally *tally = report->tally;
    struct tie_json *json = tie_json_object();

    run_json_set_count(json, "orders", tally->orders);
    run_json_set_count(json, "orders_closed", tally->orders_closed);
    run_json_set_count(json, "orders_complete_strict", tally->orders_complete_strict);
    run_json_set_count(json, "orders_complete_expected", tally->orders_complete_expected);
    run_json_set_sum(json, "expected_revenue", tally->expected_revenue_reporting, report->reporting_currency);
    return json;
}

void run_json_put_rows(struct tie_json *result, const struct tie_report *report)
{
    tie_json_set(result, "parts", result_parts(report));
    tie_json_set(result, "conservation", result_conservation(report->tally));
    tie_json_set(result, "groups", result_groups(report->tally));
    tie_json_set(result, "closure", result_closure(report));
}
