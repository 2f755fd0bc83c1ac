/*
 * explain_group.c - one comparison: both systems side by side, the rows behind the figures, the rule that read them.
 *
 * Quantities are the group's own, in base units (labour: minutes). A row is shown with every cell that its source
 * delivered, as the evidence sheets show it. The cell and the relation are those of the tables in verdict/, read with
 * the very scene the checks read (tie_check_read_group).
 */
#include "explain_internal.h"

#include <string.h>

static const char *const leg_words[TIE_LEG_COUNT] = { "use reported", "time reported", "stock movement", "billing line",
    "contract ledger entry", "claim" };

const char *explain_str(const struct tie_match *match, tie_str id)
{
    return id == 0 ? "" : tie_pool_chars(&match->shard->pool, id);
}

static const char *order_of(const struct tie_match *match, uint32_t order)
{
    return order == TIE_NO_INDEX
        ? ""
        : explain_str(match, TIE_ROWS(match->shard->tables, WORK_ORDER, work_order)[match->orders[order].row].wo_id);
}

const char *explain_group_name(const struct explain_seen *seen, uint32_t index)
{
    static const char *const kinds[] = { "part", "work", "charge" };
    const struct tie_group *group = &seen->match->groups[index];

    return tie_arena_printf(seen->scratch, "%s %s%s%s%s%s in order %s, %s", kinds[group->kind],
        explain_str(seen->match, group->item), group->kind == TIE_GROUP_PART ? ", " : "",
        group->kind == TIE_GROUP_PART ? tie_word_text(group->owner) : "", group->kind == TIE_GROUP_PART ? ", " : "",
        group->kind == TIE_GROUP_PART ? tie_word_text(group->condition) : "", order_of(seen->match, group->order),
        explain_str(seen->match, group->currency));
}

/* ---- rows ---- */

const char *explain_line_id(const struct explain_seen *seen, uint32_t line)
{
    struct tie_buf id;
    const char *kept = NULL;

    tie_buf_init(&id, 1 << 16);
    tie_line_row_id(seen->match, &seen->match->lines[line], &id);
    kept = tie_text_dup(seen->scratch, tie_buf_slice(&id));
    tie_buf_release(&id);
    return kept;
}

static void print_cells(const struct explain_seen *seen, const struct tie_line *line, struct tie_buf *page)
{
    const enum tie_dataset dataset = tie_leg_dataset(line->leg);
    const struct tie_dataset_info *info = tie_dataset(dataset);
    const void *row = tie_line_source(seen->match, line);
    struct tie_buf cells, value;

    if (row == NULL)
        return;
    tie_buf_init(&cells, 1 << 20);
    tie_buf_init(&value, 1 << 20);
    for (size_t c = 0; c < info->column_count; c++) {
        if (!seen->match->world->delivery->column[dataset][c])
            continue;
        tie_buf_reset(&value);
        tie_cell_print(&value, &seen->match->shard->pool, &info->columns[c], row);
        if (value.size > 0)
            tie_buf_printf(
                &cells, "%s%s=%.*s", cells.size > 0 ? ", " : "", info->columns[c].name, (int)value.size, value.at);
    }
    explain_line(page, 6, "%s", tie_text_dup(seen->scratch, tie_buf_slice(&cells)));
    tie_buf_release(&cells);
    tie_buf_release(&value);
}

static const char *fate_of(const struct explain_seen *seen, const struct tie_line *line)
{
    struct tie_gone gone;

    if (line->excluded != TIE_EXCLUDED_NONE)
        return tie_arena_printf(seen->scratch, "; left out: %s", tie_exclusion_words(line->excluded));
    if (tie_line_is_gone(seen->match, line, &gone))
        return tie_arena_printf(seen->scratch, "; given to use %.*s of order %.*s", (int)gone.usage_id.size,
            gone.usage_id.at, (int)gone.wo_id.size, gone.wo_id.at);
    if (line->foreign != NULL)
        return "; it names no order and was given to this one";
    if (line->open != line->quantity)
        return tie_arena_printf(
            seen->scratch, "; after what was taken back: %s", explain_quantity(seen->scratch, line->open));
    return "";
}

static void print_row(const struct explain_seen *seen, uint32_t index, struct tie_buf *page)
{
    const struct tie_line *line = &seen->match->lines[index];
    uint32_t part = 0, source_row = 0;

    tie_line_place(seen->match, line, &part, &source_row);
    explain_line(page, 4, "%s %s (%s, from [dataset %s], row %u): %s on %s%s%s%s",
        tie_dataset(tie_leg_dataset(line->leg))->name, explain_line_id(seen, index), leg_words[line->leg],
        seen->explain->line->job->plan.parts[part].title, source_row, explain_quantity(seen->scratch, line->quantity),
        explain_day(seen->scratch, line->day), line->amount == TIE_NONE ? "" : ", ",
        line->amount == TIE_NONE ? ""
                                 : explain_money(seen->scratch, line->amount, explain_str(seen->match, line->currency)),
        fate_of(seen, line));
    if (line->duplicate_of != TIE_NO_INDEX)
        explain_line(page, 6, "It repeats %s", explain_line_id(seen, line->duplicate_of));
    if (line->reverses != TIE_NO_INDEX)
        explain_line(page, 6, "It names %s as what it takes back", explain_line_id(seen, line->reverses));
    print_cells(seen, line, page);
}

static void put_id(const struct explain_seen *seen, struct tie_map *ids, uint32_t line)
{
    (void)tie_map_put(ids, tie_hash_text(tie_text_of(explain_line_id(seen, line))), 1, NULL);
}

/* Rows of the group, also those that repeat one of it and those that take part of one back. */
static void print_rows(const struct explain_seen *seen, uint32_t index, struct tie_map *ids, struct tie_buf *page)
{
    const struct tie_match *match = seen->match;
    bool *is_in = TIE_TAKE(seen->scratch, bool, match->line_count);
    size_t shown = 0, left_out = 0;

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++)
        for (uint32_t i = 0; i < match->groups[index].lines[leg].count; i++)
            is_in[match->groups[index].lines[leg].at[i]] = true;
    for (uint32_t i = 0; i < match->line_count; i++)
        is_in[i] = is_in[i] || match->lines[i].group == index ||
            (match->lines[i].reverses != TIE_NO_INDEX && is_in[match->lines[i].reverses]);
    explain_line(page, 2, "The rows");
    for (uint32_t i = 0; i < match->line_count; i++) {
        if (!is_in[i])
            continue;
        put_id(seen, ids, i);
        if (shown++ < EXPLAIN_ROWS_MAX)
            print_row(seen, i, page);
        else
            left_out++;
    }
    if (left_out > 0)
        explain_line(page, 4, "... and %zu more rows", left_out);
}

void explain_lone_row(const struct explain_seen *seen, uint32_t line, struct tie_buf *page)
{
    struct tie_map ids;

    tie_map_init(&ids, seen->scratch);
    put_id(seen, &ids, line);
    explain_line(page, 2, "A row that stands in no comparison of an order");
    print_row(seen, line, page);
    explain_steps(seen->explain, seen->scratch, &ids, TIE_NO_INDEX, page);
}

/* ---- the rule ---- */

static const char *const code_names[] = { [TIE_CODE_END] = "",
    [TIE_CODE_INV_01] = "INV-01",
    [TIE_CODE_INV_02] = "INV-02",
    [TIE_CODE_INV_03] = "INV-03",
    [TIE_CODE_INV_10] = "INV-10",
    [TIE_CODE_BIL_01] = "BIL-01",
    [TIE_CODE_BIL_02] = "BIL-02",
    [TIE_CODE_BIL_03] = "BIL-03",
    [TIE_CODE_BIL_04] = "BIL-04",
    [TIE_CODE_BIL_05] = "BIL-05",
    [TIE_CODE_BIL_06] = "BIL-06",
    [TIE_CODE_BIL_07] = "BIL-07",
    [TIE_CODE_BIL_10] = "BIL-10",
    [TIE_CODE_WTY_01] = "WTY-01",
    [TIE_CODE_WTY_02] = "WTY-02",
    [TIE_CODE_WTY_13] = "WTY-13",
    [TIE_CODE_CON_01] = "CON-01",
    [TIE_CODE_CON_02] = "CON-02",
    [TIE_CODE_CON_11] = "CON-11",
    [TIE_CODE_ENT_01] = "ENT-01",
    [TIE_CODE_WOS_04] = "WOS-04",
    [TIE_CODE_COV] = "WTY-01 or CON-01 for the covered share",
    [TIE_CODE_COV_MINUS] = "WTY-02 or CON-02",
    [TIE_CODE_AMOUNT] = "presence is right, compare the amounts",
    [TIE_CODE_APPROVAL] = "look at the approval",
    [TIE_CODE_NIL] = "a zero line without use: no finding" };

static const char *codes_of(struct tie_arena *arena, const struct tie_cell_code *codes, size_t count)
{
    const char *text = "";

    for (size_t i = 0; i < count && codes[i].code != TIE_CODE_END; i++)
        text = tie_arena_printf(arena, "%s%s%s%s", text, i > 0 ? ", " : "", code_names[codes[i].code],
            (codes[i].marks & TIE_MARK_CONTINGENT) != 0 ? " (to be found out)" : "");
    return text[0] == '\0' ? "nothing" : text;
}

static void print_tables(const struct explain_seen *seen, const struct tie_reading *r, struct tie_buf *page)
{
    static const char *const outcomes[] = { "nothing billed", "charged", "closed without charge",
        "charged in part, free in part" };
    struct tie_arena *arena = seen->scratch;
    const struct tie_presence_cell *cell = tie_presence(r->has_usage, r->has_movement, r->outcome, r->class_);
    const struct tie_relation_row *relation = tie_relation_row(r->relation);

    explain_line(page, 2, "What the tables say");
    explain_line(page, 4, "As compared: used %s, stock %s, covered by billing %s; %s may differ%s",
        explain_quantity(arena, r->usage), explain_quantity(arena, r->movement), explain_quantity(arena, r->billed),
        explain_quantity(arena, r->tolerance), r->has_stock ? "" : "; no stock is needed, so stock counts as used");
    explain_line(page, 4, "Presence table (9.2): use %s, stock %s, %s, %s -> %s", r->has_usage ? "yes" : "no",
        r->has_movement ? "yes" : "no", outcomes[r->outcome], tie_class_words(r->class_),
        codes_of(arena, cell->codes, TIE_CELL_CODES));
    explain_line(page, 4, "Relation %d (9.3): %s, %s -> %s", relation->number, relation->relation, relation->reading,
        codes_of(arena, relation->codes, TIE_COUNT_OF(relation->codes)));
    if (r->trusts_movement)
        explain_line(page, 4, "No two agree; a serial number says that the stock is right");
    if (r->is_unsure)
        explain_line(page, 4, "No two agree and nothing says which is right: amounts are not firm");
    if (r->expected != TIE_NONE && r->actual != TIE_NONE)
        explain_line(page, 4, "Money: expected %s, booked %s; %s may differ",
            explain_money(arena, r->expected, r->currency), explain_money(arena, r->actual, r->currency),
            explain_money(arena, r->money_tolerance, r->currency));
}

static const char *const cover_days[] = { "completed", "usage", "created" };

static void print_policy(const struct explain_seen *seen, const struct tie_reading *r, struct tie_buf *page)
{
    const struct tie_policy *policy = seen->match->world->policy;
    struct tie_arena *arena = seen->scratch;

    explain_line(page, 4, "[tolerance] quantity_share = %s, quantity_abs = %s%s",
        explain_percent(arena, policy->quantity_share), explain_quantity(arena, policy->quantity_abs),
        r->tolerance == 0 ? "; counted singly here: nothing may differ" : "");
    explain_line(page, 4, "[tolerance] money_share = %s, money_minor_units_per_line = %s",
        explain_percent(arena, policy->money_share), explain_quantity(arena, policy->money_minor_units_per_line));
    explain_line(page, 4, "[billing] price_rounding = %s; [entitlement] cover_date = %s",
        policy->round_unit_price ? "unit" : "line", cover_days[policy->cover_date]);
}

/* ---- all of it ---- */

static void print_sides(const struct explain_seen *seen, const struct tie_group *group, struct tie_buf *page)
{
    struct tie_arena *arena = seen->scratch;
    const char *currency = explain_str(seen->match, group->currency);

    explain_line(page, 2, "Field service: used %s%s    ERP: stock %s, billed %s (charged %s, free %s) for %s",
        explain_quantity(arena, group->usage), group->kind == TIE_GROUP_LABOUR ? " minutes" : "",
        group->is_stocked ? explain_quantity(arena, group->movement) : "not kept",
        explain_quantity(arena, group->billed), explain_quantity(arena, group->charged_qty),
        explain_quantity(arena, group->free_qty), explain_money(arena, group->charged_amount, currency));
    if (group->is_summarised)
        explain_line(
            page, 4, "Billed in one sum for several comparisons of the order: the money is compared for all together");
    if (group->is_ambiguous)
        explain_line(page, 4, "Several rows fit equally well (%u): nothing was guessed", group->rivals);
    if (group->serials_differ)
        explain_line(page, 4, "Quantities agree, serial numbers do not: used %s, issued %s",
            explain_str(seen->match, group->serial_used), explain_str(seen->match, group->serial_issued));
}

void explain_group(const struct explain_seen *seen, uint32_t index, struct tie_buf *page)
{
    const struct tie_group *group = &seen->match->groups[index];
    struct tie_reading reading;
    struct tie_map ids;

    tie_map_init(&ids, seen->scratch);
    explain_title(page, tie_arena_printf(seen->scratch, "The comparison: %s", explain_group_name(seen, index)));
    print_sides(seen, group, page);
    print_rows(seen, index, &ids, page);
    explain_steps(seen->explain, seen->scratch, &ids, index, page);
    tie_check_read_group(seen->scratch, seen->match, seen->expectations, index, &reading);
    print_tables(seen, &reading, page);
    print_policy(seen, &reading, page);
    explain_slip(seen, index, page);
}

/* ---- the check ---- */

/* "window.billing_after_close" of a due rule, with the value of this policy. */
static const char *window_words(
    struct tie_arena *arena, const struct tie_policy *policy, const struct tie_check_info *check)
{
    const struct tie_check_override *own = tie_policy_override(policy, check->code);
    const char *window = strstr(check->due, "window.");

    if (own != NULL && own->has_window)
        return tie_arena_printf(arena, "[check %s] window = %s", check->code, tie_span_words(arena, own->window));
    if (strstr(check->due, "money.billing_target") != NULL)
        return tie_arena_printf(arena, "[money] billing_target = %s", tie_span_words(arena, policy->billing_target));
    for (int i = 0; window != NULL && i < TIE_WINDOW_COUNT; i++)
        if (strcmp(window + strlen("window."), tie_window_name((enum tie_window)i)) == 0)
            return tie_arena_printf(arena, "[window] %s = %s", tie_window_name((enum tie_window)i),
                tie_span_words(arena, policy->window[i]));
    return "";
}

void explain_rule(
    struct tie_arena *arena, const struct tie_pipeline *line, const struct tie_finding *finding, struct tie_buf *page)
{
    const struct tie_check_info *check = tie_check(finding->check);
    const struct tie_policy *policy = &line->job->policy;
    const struct tie_check_override *own = tie_policy_override(policy, check->code);

    explain_title(page, "The rule");
    explain_pair(page, "Check", tie_arena_printf(arena, "%s, %s", check->code, check->definition));
    explain_pair(page, "Holds when", check->test);
    explain_pair(page, "Exposure is", check->exposure);
    explain_pair(page, "Is due", strcmp(check->due, "-") == 0 ? "at once" : check->due);
    explain_pair(page, "Policy", window_words(arena, policy, check));
    if (own != NULL && own->severity != 0)
        explain_pair(page, "Policy", tie_arena_printf(arena, "[check %s] severity = %d", check->code, own->severity));
    if (finding->reason != NULL && finding->reason[0] != '\0')
        explain_pair(page, "Reason", finding->reason);
}
