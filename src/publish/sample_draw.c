/*
 * sample_draw.c - a sample from a frame: see sample.h for the rules.
 *
 * The units are sorted once more, by stratum and key; everything after works on runs of that order. Each stratum is
 * split in three: certainty, zero book (MUS) and the rest; the zero-book orders of all strata form one attribute
 * stratum, because the question asked of them (is the decision right?) has one answer for the frame and their number in
 * one region is often too small to say anything.
 */
#include "tieout/sample_math.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_HITS = 2 };

struct line { /* one unit in sorted order */
    const struct tie_sample_unit *unit;
    size_t at;     /* its index in the caller's array */
    uint64_t hits; /* certainty and high: 1 */
    enum tie_sample_class class;
    bool is_open; /* not classed yet: may be drawn */
};

struct drawing {
    struct tie_arena *arena;
    const struct tie_sample_design *design;
    struct tie_splitmix random;
    struct tie_sample *sample;
    struct line *lines;
    size_t count;
    size_t *first;   /* of each stratum, and behind the last */
    size_t *places;  /* scratch: lines of a stratum that may be drawn */
    size_t *shuffle; /* scratch */
    int64_t *book;   /* scratch: of places */
    bool *is_high;   /* scratch: of places */
};

static int by_stratum_and_key(const void *a, const void *b)
{
    const struct line *const x = a, *const y = b;
    const int strata = strcmp(x->unit->stratum, y->unit->stratum);

    return strata != 0 ? strata : strcmp(x->unit->key, y->unit->key);
}

static bool is_zero(const struct drawing *drawing, const struct line *line)
{
    return drawing->design->method == TIE_SAMPLE_MUS && line->unit->book <= 0;
}

/* Sorts the lines and finds the strata; keys must be unique over all of them. */
static enum tie_status sort_lines(struct drawing *drawing, const struct tie_sample_unit *units, struct tie_error *err)
{
    struct tie_sample *const sample = drawing->sample;

    for (size_t i = 0; i < drawing->count; i++)
        drawing->lines[i] = (struct line){ .unit = &units[i], .at = i, .is_open = true };
    for (size_t i = 1; i < drawing->count; i++) {
        const int order = strcmp(units[i - 1].key, units[i].key);

        TIE_ASSERT(order <= 0); /* the digest of the frame and the draw must not depend on how the caller got them */
        if (order == 0)
            return tie_fail(err, TIE_DATA, "the frame of the sample holds order %s twice; an order may be in it once",
                units[i].key);
    }
    qsort(drawing->lines, drawing->count, sizeof *drawing->lines, by_stratum_and_key);
    for (size_t i = 0; i < drawing->count; i++)
        if (i == 0 || strcmp(drawing->lines[i - 1].unit->stratum, drawing->lines[i].unit->stratum) != 0)
            drawing->first[sample->stratum_count++] = i;
    drawing->first[sample->stratum_count] = drawing->count;
    sample->strata = TIE_TAKE(drawing->arena, struct tie_sample_stratum, sample->stratum_count);
    return TIE_OK;
}

/* Counts and totals of every stratum; certainty orders are classed. The sum of |book| must fit 64 bits, so that no
 * part of it can overflow later. */
static enum tie_status count_strata(struct drawing *drawing, struct tie_error *err)
{
    struct tie_sample *const sample = drawing->sample;
    tie_sum size_of_all = 0;

    for (size_t h = 0; h < sample->stratum_count; h++) {
        struct tie_sample_stratum *const stratum = &sample->strata[h];

        stratum->name = drawing->lines[drawing->first[h]].unit->stratum;
        stratum->interval_den = 1;
        for (size_t i = drawing->first[h]; i < drawing->first[h + 1]; i++) {
            struct line *const line = &drawing->lines[i];
            const int64_t book = line->unit->book;

            size_of_all += book < 0 ? -(tie_sum)book : book;
            if (size_of_all > INT64_MAX)
                return tie_fail(err, TIE_DATA,
                    "the book amounts of the sample's frame pass 64 bits at order %s; is its amount right?",
                    line->unit->key);
            stratum->orders++;
            stratum->book += book;
            if (line->unit->is_certainty) {
                line->is_open = false;
                line->class = TIE_PICK_CERTAINTY;
                line->hits = 1;
                stratum->certainty_orders++;
                stratum->certainty_book += book;
            } else if (is_zero(drawing, line)) {
                stratum->zero_orders++;
                stratum->zero_book += book;
            }
        }
        stratum->rest_orders = stratum->orders - stratum->certainty_orders - stratum->zero_orders;
        stratum->rest_book = stratum->book - stratum->certainty_book - stratum->zero_book;
        sample->orders += stratum->orders;
        sample->book += stratum->book;
        sample->certainty_orders += stratum->certainty_orders;
        sample->zero_orders += stratum->zero_orders;
    }
    return TIE_OK;
}

static uint64_t least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Rule 2: how many zero-book orders are drawn. */
static uint64_t attribute_share(const struct tie_sample *sample, uint64_t size)
{
    const uint64_t others = sample->orders - sample->certainty_orders - sample->zero_orders;
    const uint64_t drawable = others + sample->zero_orders;
    uint64_t share = 0;

    if (sample->zero_orders == 0)
        return 0;
    if (others == 0)
        return least_of(size, sample->zero_orders);
    share = (uint64_t)(((tie_sum)size * sample->zero_orders + drawable / 2) / drawable);
    share = share < LEAST_HITS ? LEAST_HITS : share;
    return least_of(least_of(share, size / 2), sample->zero_orders);
}

/* Rules 2 and 3. */
static enum tie_status split_size(struct drawing *drawing, struct tie_error *err)
{
    struct tie_sample *const sample = drawing->sample;
    const bool by_money = drawing->design->method == TIE_SAMPLE_MUS;
    const uint64_t size = least_of(drawing->design->size, drawing->count);
    const size_t count = sample->stratum_count;
    int64_t *const weight = TIE_TAKE(drawing->arena, int64_t, count);
    uint64_t *const most = TIE_TAKE(drawing->arena, uint64_t, count),
                    *const share = TIE_TAKE(drawing->arena, uint64_t, count);
    uint64_t need = 0, others = 0;

    sample->attribute_size = attribute_share(sample, size);
    for (size_t h = 0; h < count; h++) {
        weight[h] = by_money ? sample->strata[h].rest_book : (int64_t)sample->strata[h].rest_orders;
        most[h] = sample->strata[h].rest_orders;
        need += least_of(LEAST_HITS, most[h]);
        others += most[h];
    }
    /* what the size has above the other orders may go to the zero-book ones */
    if (size - sample->attribute_size > others)
        sample->attribute_size = least_of(size - others, sample->zero_orders);
    if (need > size - sample->attribute_size)
        return tie_fail(err, TIE_CONFIG,
            "a sample of %llu is too small: %zu strata need two orders each, %llu beside %llu of orders without a book "
            "amount; ask for a larger size or fewer strata",
            (unsigned long long)drawing->design->size, count, (unsigned long long)need,
            (unsigned long long)sample->attribute_size);
    (void)tie_allocate(size - sample->attribute_size, LEAST_HITS, weight, most, count, share);
    for (size_t h = 0; h < count; h++)
        sample->strata[h].size = share[h];
    return TIE_OK;
}

/* Lines from..to that may be drawn, zero ones or the others, into places; returns how many. */
static size_t gather(struct drawing *drawing, size_t from, size_t to, bool zero)
{
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        if (drawing->lines[i].is_open && is_zero(drawing, &drawing->lines[i]) == zero) {
            drawing->book[count] = drawing->lines[i].unit->book;
            drawing->places[count++] = i;
        }
    return count;
}

static void take(struct drawing *drawing, size_t place, enum tie_sample_class class)
{
    struct line *const line = &drawing->lines[drawing->places[place]];

    line->class = class;
    line->is_open = false;
    line->hits++;
}

static void draw_simple(struct drawing *drawing, size_t count, uint64_t n, enum tie_sample_class class)
{
    tie_pick_simple(&drawing->random, count, (size_t)n, drawing->shuffle);
    for (size_t i = 0; i < n; i++)
        take(drawing, drawing->shuffle[i], class);
}

/* Rule 4 for money: high ones whole, then the interval over what is left. */
static void draw_money(struct drawing *drawing, struct tie_sample_stratum *stratum, size_t count)
{
    const struct tie_arena_mark mark = tie_arena_mark(drawing->arena);
    uint64_t hits = 0;
    int64_t *units = NULL, reached = 0;
    size_t j = 0;

    tie_take_high(drawing->book, count, stratum->size, drawing->is_high, &stratum->rest_book, &hits);
    for (size_t i = 0; i < count; i++)
        if (drawing->is_high[i]) {
            take(drawing, i, TIE_PICK_HIGH);
            stratum->high_orders++;
            stratum->high_book += drawing->book[i];
        }
    stratum->rest_orders -= stratum->high_orders;
    stratum->size = hits;
    if (hits == 0)
        return;
    stratum->interval_num = stratum->rest_book;
    stratum->interval_den = (int64_t)hits;
    units = TIE_TAKE(drawing->arena, int64_t, hits);
    tie_pick_interval(stratum->rest_book, hits,
        1 + (int64_t)tie_splitmix_below(&drawing->random, (uint64_t)stratum->rest_book), units);
    for (size_t i = 0; i < count; i++) {
        if (drawing->is_high[i])
            continue;
        for (reached += drawing->book[i]; j < hits && units[j] <= reached; j++)
            take(drawing, i, TIE_PICK_SELECTED);
    }
    TIE_ASSERT(j == hits && reached == stratum->rest_book);
    tie_arena_back_to(drawing->arena, mark);
}

static void draw_all(struct drawing *drawing)
{
    struct tie_sample *const sample = drawing->sample;

    if (drawing->design->method == TIE_SAMPLE_MUS)
        draw_simple(drawing, gather(drawing, 0, drawing->count, true), sample->attribute_size, TIE_PICK_ATTRIBUTE);
    for (size_t h = 0; h < sample->stratum_count; h++) {
        struct tie_sample_stratum *const stratum = &sample->strata[h];
        const size_t count = gather(drawing, drawing->first[h], drawing->first[h + 1], false);

        if (stratum->size == 0)
            continue;
        if (drawing->design->method == TIE_SAMPLE_MUS)
            draw_money(drawing, stratum, count);
        else
            draw_simple(drawing, count, stratum->size, TIE_PICK_SELECTED);
    }
}

static void list_picks(struct drawing *drawing)
{
    struct tie_sample *const sample = drawing->sample;

    for (size_t i = 0; i < drawing->count; i++)
        sample->pick_count += drawing->lines[i].hits > 0;
    sample->picks = TIE_TAKE(drawing->arena, struct tie_sample_pick, sample->pick_count);
    sample->pick_count = 0;
    for (size_t h = 0; h < sample->stratum_count; h++)
        for (size_t i = drawing->first[h]; i < drawing->first[h + 1]; i++)
            if (drawing->lines[i].hits > 0)
                sample->picks[sample->pick_count++] = (struct tie_sample_pick){ .unit = drawing->lines[i].at,
                    .stratum = h,
                    .class = drawing->lines[i].class,
                    .times = drawing->lines[i].hits };
}

enum tie_status tie_sample_draw(struct tie_arena *arena, const struct tie_sample_unit *units, size_t unit_count,
    const struct tie_sample_design *design, struct tie_sample *sample, struct tie_error *err)
{
    struct drawing drawing = { .arena = arena,
        .design = design,
        .random = { design->seed },
        .sample = sample,
        .lines = TIE_TAKE(arena, struct line, unit_count),
        .count = unit_count,
        .first = TIE_TAKE(arena, size_t, unit_count + 1),
        .places = TIE_TAKE(arena, size_t, unit_count),
        .shuffle = TIE_TAKE(arena, size_t, unit_count),
        .book = TIE_TAKE(arena, int64_t, unit_count),
        .is_high = TIE_TAKE(arena, bool, unit_count) };
    enum tie_status status = TIE_OK;

    *sample = (struct tie_sample){ .design = *design, .units = units };
    if (design->size == 0)
        return tie_fail(err, TIE_CONFIG, "a sample of 0 orders proves nothing; ask for at least 1");
    TIE_TRY(sort_lines(&drawing, units, err));
    TIE_TRY(count_strata(&drawing, err));
    TIE_TRY(split_size(&drawing, err));
    draw_all(&drawing);
    list_picks(&drawing);
out:
    return status;
}
