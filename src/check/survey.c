/*
 * survey.c - one walk over the lines of a dossier before it is judged: what of them is out of the ordinary.
 *
 * Of nearly all dossiers nothing is. So that no check needs to walk them to find that out, the walk gathers which kinds
 * of a speaking line there are, and the first and the last day of each leg. It counts the lines as well, as matched or
 * excluded, as they are where nobody finds anything: who finds something moves their share of the tally (conserve.c).
 * A leg of ordinary lines is looked at and added up without a branch; lines of any other are counted one by one.
 */
#include "judge.h"

/* Billing of an order nobody knows: no check of this version names it, and yet it matches nothing. */
static bool is_stray(const struct tie_line *line)
{
    return line->leg == TIE_LEG_BILLING && line->order == TIE_NO_INDEX && line->group == TIE_NO_INDEX &&
        line->pass == TIE_PASS_NONE && line->duplicate_of == TIE_NO_INDEX;
}

enum tie_row_state check_plain_state(const struct tie_line *line)
{
    if (line->excluded != TIE_EXCLUDED_NONE)
        return TIE_STATE_EXCLUDED;
    return is_stray(line) ? TIE_STATE_EXCEPTED : TIE_STATE_MATCHED;
}

static tie_dec known(tie_dec value)
{
    return value & -(tie_dec)(value != TIE_NONE);
}

static void count_line(struct tie_tally_cell *cell, const struct tie_line *line)
{
    cell->rows++;
    cell->quantity += known(line->quantity);
    cell->amount += known(line->amount);
}

/* One left out matches nothing; one from elsewhere is counted where its row lies. */
static void count_odd(struct tie_tally *tally, struct tie_line *line)
{
    const enum tie_leg leg = line->leg;

    line->state = check_plain_state(line);
    if (line->row == TIE_NO_INDEX)
        return;
    tally->input[leg].quantity += known(line->quantity);
    tally->input[leg].amount += known(line->amount);
    count_line(&tally->state[leg][line->state], line);
    if (line->state == TIE_STATE_EXCLUDED)
        count_line(&tally->excluded[leg][line->excluded], line);
}

__attribute__((noinline)) static void count_odd_leg(
    struct tie_tally *tally, struct tie_line *line, const struct tie_line *end, struct check_survey *survey)
{
    for (; line < end; line++) {
        survey->speaks |= check_line_speaks(line);
        count_odd(tally, line);
    }
}

/* Lines of one leg that all match unless somebody finds something. */
static void count_leg(struct tie_tally *tally, struct tie_line *line, const struct tie_line *end)
{
    const enum tie_leg leg = line->leg;
    struct tie_tally_cell *const input = &tally->input[leg], *const matched = &tally->state[leg][TIE_STATE_MATCHED];
    tie_sum quantity = 0, amount = 0;

    matched->rows += (uint64_t)(end - line);
    for (; line < end; line++) {
        line->state = TIE_STATE_MATCHED;
        quantity += known(line->quantity);
        amount += known(line->amount);
    }
    input->quantity += quantity; /* how many rows came in, the shard's own tables say */
    input->amount += amount;
    matched->quantity += quantity;
    matched->amount += amount;
}

unsigned check_line_speaks(const struct tie_line *line)
{
    return (line->duplicate_of != TIE_NO_INDEX ? SPEAKS_REPEATED : 0U) |
        (line->order == TIE_NO_INDEX ? SPEAKS_STRAY : 0U) | (line->row == TIE_NO_INDEX ? SPEAKS_FOREIGN : 0U) |
        (line->excess > 0 ? SPEAKS_EXCESS : 0U) | (line->leg >= TIE_LEG_LEDGER ? SPEAKS_ALWAYS : 0U) |
        (line->reverses != TIE_NO_INDEX ? SPEAKS_REVERSES : 0U);
}

/* Lines of one leg from `first` on; what came by exchange is a second run of its leg. Returns where they end. No index
 * is all bits, so that one that is there clears some. */
static struct tie_line *survey_leg(
    struct tie_line *first, const struct tie_line *end, struct check_survey *survey, struct tie_tally *tally)
{
    const enum tie_leg leg = first->leg;
    struct tie_line *line = first;
    tie_date first_day = survey->first_day[leg], last_day = survey->last_day[leg]; /* of an earlier run */
    uint32_t duplicate_of = TIE_NO_INDEX, reverses = TIE_NO_INDEX;
    tie_dec excess = 0;
    uint32_t excluded = 0, indices = 0;

    do {
        const tie_date day = leg == TIE_LEG_USAGE ? line->day : line->posting_day;

        duplicate_of &= line->duplicate_of;
        reverses &= line->reverses;
        excess |= line->excess;
        excluded |= line->excluded;
        indices |= line->order | line->row;
        first_day = day < first_day ? day : first_day;
        last_day = day > last_day ? day : last_day;
    } while (++line < end && line->leg == leg);
    survey->first_day[leg] = first_day;
    survey->last_day[leg] = last_day;
    survey->speaks |= (duplicate_of != TIE_NO_INDEX ? SPEAKS_REPEATED : 0U) | (excess != 0 ? SPEAKS_EXCESS : 0U) |
        (reverses != TIE_NO_INDEX ? SPEAKS_REVERSES : 0U) | (leg >= TIE_LEG_LEDGER ? SPEAKS_ALWAYS : 0U);
    if (excluded != 0 || indices > INT32_MAX) /* no index is all bits; a large one is only looked at more closely */
        count_odd_leg(tally, first, line, survey);
    else
        count_leg(tally, first, line);
    return line;
}

static unsigned what_there_is(const struct judge *judge)
{
    const struct tie_match *match = judge->match;
    unsigned cancelled = 0;

    for (size_t o = 0; o < match->order_count; o++)
        cancelled |= match->orders[o].is_cancelled;
    return cancelled * HAS_CANCELLED | (unsigned)(judge->expectations->gap_count > 0) * HAS_GAP |
        (unsigned)(TIE_OF_COUNT(match->dossier, ENTITLEMENT_DECISION) > 0) * HAS_DECISION |
        (unsigned)judge->world->delivery->dataset[TIE_DS_ENTITLEMENT_DECISION] * HAS_DECISIONS;
}

void check_survey(struct judge *judge)
{
    struct tie_line *line = judge->match->lines, *const end = line + judge->match->line_count;
    struct check_survey *survey = &judge->survey;

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        survey->first_day[leg] = INT32_MAX;
        survey->last_day[leg] = INT32_MIN;
    }
    while (line < end)
        line = survey_leg(line, end, survey, &judge->sink->tally);
    survey->has = what_there_is(judge);
}
