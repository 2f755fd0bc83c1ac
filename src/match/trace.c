/*
 * trace.c - where the facts of a trace are kept.
 *
 * Row ids are printed and copied at once: lines move when an exchange brings others, texts of a shard go with it.
 * Rejected: to work the reasons out afterwards from the finished match. Such a telling drifts from the matcher with
 * its first change, and nobody would notice.
 */
#include "parts.h"

static const struct {
    const char *name, *words;
    enum tie_trace_unit unit;
} outcomes[TIE_TRACE_OUTCOME_COUNT] = {
#define TIE_AS_ROW(NAME, what, text) { #NAME, text, TIE_TRACE_##what },
    TIE_TRACE_OUTCOMES(TIE_AS_ROW)
#undef TIE_AS_ROW
};

const char *tie_trace_words(enum tie_trace_outcome outcome)
{
    return outcomes[outcome].words;
}

const char *tie_trace_name(enum tie_trace_outcome outcome)
{
    return outcomes[outcome].name;
}

enum tie_trace_unit tie_trace_unit_of(enum tie_trace_outcome outcome)
{
    return outcomes[outcome].unit;
}

static struct tie_text kept(struct tie_trace *trace, struct tie_text text)
{
    return text.size == 0 ? TIE_TEXT("") : tie_text_of(tie_text_dup(trace->arena, text));
}

void tie_trace_add(struct tie_trace *trace, const struct tie_trace_fact *fact)
{
    struct tie_trace_fact own = *fact;

    own.a = kept(trace, fact->a);
    own.b = kept(trace, fact->b);
    own.c = kept(trace, fact->c);
    TIE_PUSH(trace->arena, trace, own);
}

void tie_trace_drop_cascade(struct tie_trace *trace)
{
    size_t count = 0;

    for (size_t i = 0; i < trace->count; i++)
        if (trace->at[i].outcome < TIE_TRACE_PAIRED || trace->at[i].outcome > TIE_TRACE_LEFT)
            trace->at[count++] = trace->at[i];
    trace->count = count;
}

bool tie_trace_wants(const struct tie_trace *trace, struct tie_text row_id)
{
    uint32_t ignored = 0;

    return trace->focus == NULL || tie_map_get(trace->focus, tie_hash_text(row_id), &ignored);
}

static struct tie_text id_of(const struct tie_match *match, uint32_t line, struct tie_buf *text)
{
    if (line == TIE_NO_INDEX)
        return TIE_TEXT("");
    tie_buf_reset(text);
    tie_line_row_id(match, &match->lines[line], text);
    return tie_buf_slice(text);
}

void tie_match_tell_told(const struct tie_match *match, const struct tie_told *told)
{
    enum { ID_MAX_BYTES = 1 << 16 };
    const uint32_t rows[] = { told->a, told->b };
    struct tie_buf a, b;

    tie_buf_init(&a, ID_MAX_BYTES);
    tie_buf_init(&b, ID_MAX_BYTES);
    tie_trace_add(match->trace,
        &(struct tie_trace_fact){ .pass = told->pass,
            .by = told->by,
            .outcome = told->outcome,
            .group = told->group,
            .a = id_of(match, rows[0], &a),
            .b = id_of(match, rows[1], &b),
            .measured = told->measured,
            .limit = told->limit,
            .policy_key = told->policy_key });
    tie_buf_release(&a);
    tie_buf_release(&b);
}
