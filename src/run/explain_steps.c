/*
 * explain_steps.c - the facts of a trace as sentences, in the order of the passes.
 *
 * Facts of one kind about single rows are told together ("U1, U2 and 3 more"): a group of fifty rows has fifty of them
 * and one thing to say. Order: taking back, then P0 to P9; inside a pass as it happened. Invariant: nothing is said
 * that is no fact of the trace.
 */
#include "explain_internal.h"

#include <string.h>

enum { ROWS_SHOWN = 6 };

static const char *const by_words[] = { [TIE_BY_REFERENCE] = "by reference",
    [TIE_BY_SERIAL] = "by serial number",
    [TIE_BY_LOT] = "by lot and quantity",
    [TIE_BY_QUANTITY] = "by quantity",
    [TIE_BY_SUM] = "by sum",
    [TIE_BY_DATE] = "by item, place and date, across orders" };

static const char *heading_of(struct tie_arena *arena, const struct tie_trace_fact *fact)
{
    if (fact->pass == TIE_PASS_NONE)
        return "Taken back";
    return tie_arena_printf(arena, "%s, %s%s", tie_pass_name(fact->pass), by_words[fact->by],
        fact->pass == TIE_P4 && fact->by == TIE_BY_SERIAL ? ", across orders" : "");
}

static const char *value_of(struct tie_arena *arena, enum tie_trace_unit unit, int64_t value)
{
    if (unit == TIE_TRACE_DAYS)
        return tie_arena_printf(arena, "%lld day%s", (long long)value, value == 1 ? "" : "s");
    if (unit == TIE_TRACE_QUANTITY)
        return explain_quantity(arena, value);
    return tie_arena_printf(arena, "%lld", (long long)value);
}

/* The sentence with its places filled; `rows` stands for {a}. */
static const char *sentence_of(struct tie_arena *arena, const struct tie_trace_fact *fact, const char *rows)
{
    const enum tie_trace_unit unit = tie_trace_unit_of(fact->outcome);
    const struct {
        const char *place, *text;
    } fills[] = { { "{a}", rows }, { "{b}", tie_text_dup(arena, fact->b) }, { "{c}", tie_text_dup(arena, fact->c) },
        { "{n}", value_of(arena, unit, fact->measured) },
        { "{limit}",
            unit == TIE_TRACE_DAYS && fact->limit == 0 ? "of its order" : value_of(arena, unit, fact->limit) } };
    struct tie_buf text;
    const char *kept = NULL;

    tie_buf_init(&text, 1 << 20);
    for (const char *at = tie_trace_words(fact->outcome); *at != '\0';) {
        size_t step = 1;

        for (size_t i = 0; i < TIE_COUNT_OF(fills); i++)
            if (strncmp(at, fills[i].place, strlen(fills[i].place)) == 0) {
                tie_buf_text(&text, fills[i].text);
                step = strlen(fills[i].place);
            }
        if (step == 1)
            tie_buf_char(&text, *at);
        at += step;
    }
    if (fact->policy_key != NULL)
        tie_buf_printf(&text, "  (%s)", fact->policy_key);
    kept = tie_text_dup(arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    return kept;
}

void explain_fact(struct tie_arena *scratch, const struct tie_trace_fact *fact, struct tie_buf *page)
{
    explain_line(page, 6, "%s", sentence_of(scratch, fact, tie_text_dup(scratch, fact->a)));
}

/* ---- which facts, and which of them together ---- */

struct steps {
    struct tie_arena *scratch;
    struct {
        struct tie_trace_fact *at;
        size_t count, room;
    } facts;
};

static bool is_about(const struct tie_map *ids, uint32_t group, const struct tie_trace_fact *fact)
{
    const struct tie_text rows[] = { fact->a, fact->b };
    uint32_t ignored = 0;

    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++)
        if (rows[i].size > 0 && tie_map_get(ids, tie_hash_text(rows[i]), &ignored))
            return true;
    return group != TIE_NO_INDEX && fact->group == group && fact->a.size == 0 && fact->b.size == 0;
}

static void collect(struct steps *steps, const struct tie_trace *trace, const struct tie_map *ids, uint32_t group)
{
    for (size_t i = 0; i < trace->count; i++)
        if (is_about(ids, group, &trace->at[i]))
            TIE_PUSH(steps->scratch, &steps->facts, trace->at[i]);
}

static bool is_one_heading(const struct tie_trace_fact *a, const struct tie_trace_fact *b)
{
    return a->pass == b->pass && (a->pass == TIE_PASS_NONE || a->by == b->by);
}

static bool goes_with(const struct tie_trace_fact *a, const struct tie_trace_fact *b)
{
    return a->outcome == b->outcome && a->measured == b->measured && a->limit == b->limit &&
        (a->a.size > 0) == (b->a.size > 0) && a->c.size == 0 && b->c.size == 0 && a->b.size == 0 && b->b.size == 0;
}

static const char *rows_of(struct steps *steps, size_t first, bool *told)
{
    struct tie_buf rows;
    size_t count = 0;
    const char *kept = NULL;

    tie_buf_init(&rows, 1 << 20);
    for (size_t i = first; i < steps->facts.count; i++) {
        const struct tie_trace_fact *fact = &steps->facts.at[i];

        if (told[i] || !is_one_heading(fact, &steps->facts.at[first]) ||
            (i != first && !goes_with(fact, &steps->facts.at[first])))
            continue;
        told[i] = true;
        if (count++ < ROWS_SHOWN)
            tie_buf_printf(&rows, "%s%.*s", count > 1 ? ", " : "", (int)fact->a.size, fact->a.at);
    }
    if (count > ROWS_SHOWN)
        tie_buf_printf(&rows, " and %zu more", count - ROWS_SHOWN);
    kept = tie_text_dup(steps->scratch, tie_buf_slice(&rows));
    tie_buf_release(&rows);
    return kept;
}

/* All facts under the heading of the fact at `first`. */
static void print_heading(struct steps *steps, size_t first, bool *told, struct tie_buf *page)
{
    size_t lines = 0, left_out = 0;

    explain_line(page, 4, "%s", heading_of(steps->scratch, &steps->facts.at[first]));
    for (size_t i = first; i < steps->facts.count; i++) {
        const struct tie_trace_fact *fact = &steps->facts.at[i];
        const char *rows = NULL;

        if (told[i] || !is_one_heading(fact, &steps->facts.at[first]))
            continue;
        rows = rows_of(steps, i, told);
        if (lines++ < EXPLAIN_FACTS_MAX)
            explain_line(page, 6, "%s", sentence_of(steps->scratch, fact, rows));
        else
            left_out++;
    }
    if (left_out > 0)
        explain_line(page, 6, "... and %zu more; explain one of the rows to see them", left_out);
}

void explain_steps(const struct explain *explain, struct tie_arena *scratch, const struct tie_map *ids, uint32_t group,
    struct tie_buf *page)
{
    struct steps steps = { .scratch = scratch };
    bool *told = NULL;

    collect(&steps, &explain->trace, ids, group);
    collect(&steps, &explain->folds, ids, group);
    told = TIE_TAKE(scratch, bool, steps.facts.count);
    explain_line(page, 2, "How they were put together");
    if (steps.facts.count == 0)
        explain_line(page, 4, "Nothing was tried: the other system has no row to compare with, or none is needed.");
    for (enum tie_pass pass = TIE_PASS_NONE; pass <= TIE_P11; pass++)
        for (size_t i = 0; i < steps.facts.count; i++)
            if (!told[i] && steps.facts.at[i].pass == pass)
                print_heading(&steps, i, told, page);
}
