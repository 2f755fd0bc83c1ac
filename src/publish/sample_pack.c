/*
 * sample_pack.c - closed orders become the units of a frame, and a sample of them is drawn.
 *
 * The frame holds what has a book. An order without one is counted by its trouble and stands in frame.csv: to draw it
 * as if it were worth nothing would let an error there look like over-recovery. Strata are words of the order joined
 * to one name; repeated names are found by their hash and kept once.
 */
#include "tieout/sample_file.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *word;
    size_t at;
} strata_words[] = {
    { "region", offsetof(struct tie_closed_order, region) },
    { "legal_entity", offsetof(struct tie_closed_order, legal_entity) },
    { "wo_type", offsetof(struct tie_closed_order, wo_type) },
    { "who_pays", offsetof(struct tie_closed_order, class_) },
};

static const char *member_of(const struct tie_closed_order *order, struct tie_text word)
{
    for (size_t i = 0; i < TIE_COUNT_OF(strata_words); i++)
        if (tie_text_is(word, strata_words[i].word)) {
            const char *value = NULL;

            memcpy(&value, (const char *)order + strata_words[i].at, sizeof value);
            return value;
        }
    return NULL;
}

enum tie_status tie_sample_stratum_of(struct tie_arena *arena, const struct tie_closed_order *order, const char *strata,
    const char **stratum, struct tie_error *err)
{
    struct tie_text rest = tie_text_of(strata);

    *stratum = "";
    while (rest.size > 0) {
        const struct tie_text word = tie_text_trim(tie_text_cut(&rest, ','));
        const char *value = member_of(order, word);

        if (value == NULL)
            return tie_fail(err, TIE_CONFIG, "strata: \"%.*s\" is none; allowed are %s", (int)word.size, word.at,
                TIE_SAMPLE_STRATA);
        if (value[0] == '\0')
            value = "(none)";
        *stratum = (*stratum)[0] == '\0' ? value : tie_arena_printf(arena, "%s / %s", *stratum, value);
    }
    return TIE_OK;
}

static int64_t minor_units(tie_dec amount, unsigned decimals)
{
    int64_t millionths = TIE_DEC_ONE;

    for (unsigned i = 0; i < decimals; i++)
        millionths /= 10;
    return amount / millionths; /* the amount is rounded: nothing is left over */
}

static enum tie_status fill_units(
    struct tie_arena *arena, struct tie_sample_pack *pack, unsigned decimals, struct tie_error *err)
{
    struct tie_pool names; /* of strata: few, and each stands once */
    enum tie_status status = TIE_OK;

    tie_pool_init(&names, arena, NULL);
    for (size_t i = 0; i < pack->closed->count; i++) {
        const struct tie_closed_order *order = &pack->closed->at[i];
        const struct tie_arena_mark mark = tie_arena_mark(arena);
        const char *stratum = NULL;
        tie_str known = TIE_STR_UNKNOWN;

        pack->apart[order->trouble]++;
        if (order->trouble != TIE_CLOSED_FINE)
            continue;
        TIE_TRY(tie_sample_stratum_of(arena, order, pack->setup.strata, &stratum, err));
        known = tie_pool_find(&names, tie_text_of(stratum));
        if (known == TIE_STR_UNKNOWN)
            known = tie_pool_put(&names, tie_text_of(stratum));
        else
            tie_arena_back_to(arena, mark);
        pack->orders[pack->unit_count] = order;
        pack->units[pack->unit_count++] = (struct tie_sample_unit){ .key = order->wo_id,
            .stratum = tie_pool_chars(&names, known),
            .book = minor_units(order->book, decimals),
            .is_certainty = order->is_firm };
    }
    pack->apart[TIE_CLOSED_FINE] = 0;
out:
    return status;
}

/* Everything that was drawn, and so many of the orders that are taken whole for their findings. */
static void choose_evidence(struct tie_sample_pack *pack)
{
    size_t certain = 0;

    for (size_t i = 0; i < pack->sample.pick_count; i++)
        pack->has_evidence[i] = pack->sample.picks[i].class != TIE_PICK_CERTAINTY ||
            certain++ < TIE_SAMPLE_EVIDENCE_MAX;
}

enum tie_status tie_sample_pack_draw(struct tie_arena *arena, const struct tie_closed_orders *closed,
    const struct tie_sample_setup *setup, const struct tie_report *report, struct tie_sample_pack *pack,
    struct tie_error *err)
{
    const unsigned decimals = tie_currency_decimals(tie_text_of(report->reporting_currency));
    enum tie_status status = TIE_OK;

    *pack = (struct tie_sample_pack){ .setup = *setup,
        .closed = closed,
        .units = TIE_TAKE(arena, struct tie_sample_unit, closed->count + 1),
        .orders = TIE_TAKE(arena, const struct tie_closed_order *, closed->count + 1) };
    TIE_TRY(fill_units(arena, pack, decimals, err));
    TIE_TRY(tie_sample_draw(arena, pack->units, pack->unit_count,
        &(struct tie_sample_design){ .method = setup->method,
            .size = setup->size,
            .seed = tie_sample_seed(setup->seed, report->job, report->as_of) },
        &pack->sample, err));
    pack->has_evidence = TIE_TAKE(arena, bool, pack->sample.pick_count + 1);
    pack->evidence = TIE_TAKE(arena, struct tie_sample_evidence, pack->sample.pick_count + 1);
    choose_evidence(pack);
out:
    return status;
}
