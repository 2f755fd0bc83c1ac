/*
 * serial.c - where quantities agree but serials (without serials, lots) do not.
 *
 * The serials of the open usage and movement lines of a group are sorted by text and laid beside each other. A side
 * that left serials out can't contradict, so only serials that stand alone on both sides count, and as many of them
 * as can be paired.
 * Lots are compared by the quantity that stands under them.
 */
#include "parts.h"

#include <stdlib.h>

struct tally { /* of one serial or lot: usage minus movement */
    tie_str id;
    tie_dec quantity; /* signed: usage +, movement - */
};

static int by_text(const void *a, const void *b, void *context)
{
    return tie_pool_compare(context, ((const struct tally *)a)->id, ((const struct tally *)b)->id);
}

static size_t collect(const struct tie_match *match, const struct tie_group *group, bool lots, struct tally *at)
{
    static const enum tie_leg legs[] = { TIE_LEG_USAGE, TIE_LEG_MOVEMENT };
    size_t count = 0;

    for (size_t l = 0; l < TIE_COUNT_OF(legs); l++)
        for (uint32_t i = 0; i < group->lines[legs[l]].count; i++) {
            const struct tie_line *line = &match->lines[group->lines[legs[l]].at[i]];
            const tie_str id = lots ? line->lot : line->serial;

            if (id != 0 && line->open > 0)
                at[count++] = (struct tally){ id, legs[l] == TIE_LEG_USAGE ? line->open : -line->open };
        }
    return count;
}

static void compare(const struct tie_match *match, struct tie_group *group, struct tally *at, size_t count)
{
    tie_sum used = 0, issued = 0;

    if (count > 1)
        qsort_r(at, count, sizeof *at, by_text, (void *)(uintptr_t)&match->shard->pool);
    for (size_t first = 0, end; first < count; first = end) {
        tie_sum sum = 0;

        for (end = first; end < count && at[end].id == at[first].id; end++)
            sum += at[end].quantity;
        if (sum > 0 && used == 0)
            group->serial_used = at[first].id;
        if (sum < 0 && issued == 0)
            group->serial_issued = at[first].id;
        used += sum > 0 ? sum : 0;
        issued += sum < 0 ? -sum : 0;
    }
    group->serials_differ = used > 0 && issued > 0;
    group->serial_qty = group->serials_differ ? tie_match_fit(used < issued ? used : issued) : 0;
    if (!group->serials_differ)
        group->serial_used = group->serial_issued = 0;
}

void tie_match_serials(struct tie_match *match)
{
    const struct tie_match_work *work = match->work;
    struct tally *at;

    if (!work->has_serial && !work->has_lot)
        return;
    at = tie_arena_take_raw(match->arena, match->line_count * sizeof *at);
    for (size_t i = 0; i < match->group_count; i++) {
        struct tie_group *group = &match->groups[i];

        if (group->kind != TIE_GROUP_PART || !group->is_stocked || group->pass == TIE_PASS_NONE)
            continue;
        compare(match, group, at, collect(match, group, false, at));
        if (!group->serials_differ)
            compare(match, group, at, collect(match, group, true, at));
    }
}
