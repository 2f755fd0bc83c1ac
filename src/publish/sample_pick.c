/*
 * sample_pick.c - which monetary units and which orders: see sample_math.h.
 *
 * Whole numbers only; products of a book total and a size go through 128 bits. So the same seed gives the same sample
 * on any machine, n hits fall inside 1..total without drift, and a reader can follow the arithmetic by hand.
 * Rejected: stepping a floating interval, which drifts and can hit past the end.
 */
#include "tieout/sample_math.h"

#include <stdlib.h>
#include <string.h>

uint64_t tie_splitmix_next(struct tie_splitmix *random)
{
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t tie_splitmix_below(struct tie_splitmix *random, uint64_t n)
{
    uint64_t drawn = 0;

    TIE_ASSERT(n > 0);
    const uint64_t threshold = (0 - n) % n; /* 2^64 mod n: below it some remainders would come once too often */

    do
        drawn = tie_splitmix_next(random);
    while (drawn < threshold);
    return drawn % n;
}

uint64_t tie_sample_seed(const char *text, const char *job, tie_date as_of)
{
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;
    uint64_t seed = 0;
    bool is_number = text[0] != '\0';
    char day[16];

    for (const char *c = text; *c != '\0' && is_number; c++)
        is_number = *c >= '0' && *c <= '9' && !__builtin_mul_overflow(seed, 10, &seed) &&
            !__builtin_add_overflow(seed, (uint64_t)(*c - '0'), &seed);
    if (is_number)
        return seed;
    tie_sha256_init(&sha);
    if (text[0] != '\0') {
        tie_sha256_put(&sha, text, strlen(text));
    } else {
        tie_sha256_put(&sha, job, strlen(job));
        tie_sha256_put(&sha, "\n", 1);
        tie_sha256_put(&sha, day, tie_date_print(as_of, day));
    }
    tie_sha256_final(&sha, digest);
    seed = 0;
    for (size_t i = 0; i < sizeof seed; i++)
        seed = seed << 8 | digest[i];
    return seed;
}

void tie_pick_interval(int64_t total, uint64_t n, int64_t start, int64_t *out)
{
    TIE_ASSERT(total > 0 && start >= 1 && start <= total && n > 0);
    for (uint64_t j = 0; j < n; j++)
        out[j] = (int64_t)(1 + (start - 1 + (tie_sum)j * total) / (tie_sum)n);
}

void tie_pick_cells(struct tie_splitmix *random, int64_t total, uint64_t n, int64_t *out)
{
    TIE_ASSERT(n > 0 && total > 0 && n <= (uint64_t)total);
    for (uint64_t j = 0; j < n; j++) {
        const int64_t from = (int64_t)((tie_sum)j * total / (tie_sum)n);
        const int64_t to = (int64_t)((tie_sum)(j + 1) * total / (tie_sum)n);

        out[j] = 1 + from + (int64_t)tie_splitmix_below(random, (uint64_t)(to - from));
    }
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

void tie_pick_units(struct tie_splitmix *random, int64_t total, uint64_t n, int64_t *out)
{
    TIE_ASSERT(total > 0);
    for (uint64_t j = 0; j < n; j++)
        out[j] = 1 + (int64_t)tie_splitmix_below(random, (uint64_t)total);
    if (n > 0)
        qsort(out, n, sizeof *out, by_number);
}

void tie_pick_simple(struct tie_splitmix *random, size_t count, size_t n, size_t *places)
{
    TIE_ASSERT(n <= count);
    for (size_t i = 0; i < count; i++)
        places[i] = i;
    for (size_t i = 0; i < n; i++) {
        const size_t j = i + (size_t)tie_splitmix_below(random, count - i);
        const size_t taken = places[j];

        places[j] = places[i];
        places[i] = taken;
    }
}

/*
 * Each round takes at least one order or ends it. n never runs out before the money: k orders of at least total / n
 * each hold k / n of it, so n of them hold all.
 */
void tie_take_high(const int64_t *book, size_t count, uint64_t n, bool *is_high, int64_t *rest, uint64_t *n_left)
{
    bool changed = true;

    *rest = 0;
    *n_left = n;
    for (size_t i = 0; i < count; i++) {
        TIE_ASSERT(book[i] > 0);
        *rest += book[i];
        is_high[i] = false;
    }
    while (changed) {
        const int64_t total = *rest;
        const uint64_t hits = *n_left;

        changed = false;
        for (size_t i = 0; i < count; i++) {
            if (is_high[i] || (tie_sum)book[i] * (tie_sum)hits < total)
                continue;
            is_high[i] = changed = true;
            *rest -= book[i];
            (*n_left)--;
        }
    }
    if (*rest == 0)
        *n_left = 0;
}

/* ---- allocation ---- */

#define OPEN UINT64_MAX            /* a share that is not settled yet */
#define OPEN_MORE (UINT64_MAX - 1) /* and gets one of the remainders */

struct shares { /* what is still open */
    const int64_t *weight;
    size_t count;
    uint64_t *share;
    bool is_equal; /* no weight at all: equal parts */
    uint64_t total;
    tie_sum weights;
};

static tie_sum weight_of(const struct shares *open, size_t i)
{
    return open->is_equal ? 1 : open->weight[i];
}

static void measure(struct shares *open)
{
    tie_sum parts = 0;

    open->weights = 0;
    for (size_t i = 0; i < open->count; i++)
        if (open->share[i] == OPEN) {
            open->weights += open->weight[i];
            parts++;
        }
    open->is_equal = open->weights == 0;
    if (open->is_equal)
        open->weights = parts;
}

/* How far the bounds push share i from its quota, times the weights: above 0 its least, below 0 its most. */
static tie_sum push_of(const struct shares *open, size_t i, uint64_t least, uint64_t most)
{
    const tie_sum quota = (tie_sum)open->total * weight_of(open, i);
    const tie_sum low = (tie_sum)(least < most ? least : most) * open->weights;
    const tie_sum high = (tie_sum)most * open->weights;

    return quota < low ? low - quota : quota > high ? high - quota : 0;
}

/*
 * Settles the shares that a bound holds. When the bounds ask for more than there is on balance, those at their least
 * are settled, else those at their most; the quotas of the others move towards the settled side only, so no settled
 * share would have to be opened again. (The rule by which style sheets lay out flexible boxes.)
 */
static void settle_bounded(struct shares *open, uint64_t least, const uint64_t *most)
{
    bool again = true;

    while (again) {
        tie_sum balance = 0;

        again = false;
        measure(open);
        for (size_t i = 0; i < open->count; i++)
            if (open->share[i] == OPEN)
                balance += push_of(open, i, least, most[i]);
        const uint64_t total = open->total;

        for (size_t i = 0; i < open->count; i++) {
            struct shares before = *open;

            before.total = total;
            const tie_sum push = open->share[i] == OPEN ? push_of(&before, i, least, most[i]) : 0;

            if (push == 0 || (balance > 0 && push < 0) || (balance < 0 && push > 0))
                continue;
            open->share[i] = push < 0 || most[i] < least ? most[i] : least;
            open->total -= open->share[i];
            again = true;
        }
    }
}

/* Every open share gets its quota cut down; what is left over goes to the largest remainders, one each. */
static void settle_quotas(struct shares *open)
{
    uint64_t left = open->total;

    for (size_t i = 0; i < open->count; i++)
        if (open->share[i] == OPEN)
            left -= (uint64_t)((tie_sum)open->total * weight_of(open, i) / open->weights);
    for (size_t i = 0; i < open->count; i++) {
        uint64_t ahead = 0; /* open shares whose remainder goes first */

        if (open->share[i] != OPEN)
            continue;
        const tie_sum mine = (tie_sum)open->total * weight_of(open, i) % open->weights;

        for (size_t j = 0; j < open->count; j++) {
            const tie_sum other = (tie_sum)open->total * weight_of(open, j) % open->weights;

            ahead += open->share[j] >= OPEN_MORE && (other > mine || (other == mine && j < i));
        }
        if (ahead < left)
            open->share[i] = OPEN_MORE;
    }
    for (size_t i = 0; i < open->count; i++)
        if (open->share[i] >= OPEN_MORE)
            open->share[i] = (uint64_t)((tie_sum)open->total * weight_of(open, i) / open->weights) +
                (open->share[i] == OPEN_MORE ? 1 : 0);
}

uint64_t tie_allocate(
    uint64_t total, uint64_t least, const int64_t *weight, const uint64_t *most, size_t count, uint64_t *share)
{
    struct shares open = { .weight = weight, .count = count, .share = share };
    tie_sum room = 0, need = 0;

    for (size_t i = 0; i < count; i++) {
        TIE_ASSERT(weight[i] >= 0);
        room += most[i];
        need += least < most[i] ? least : most[i];
        share[i] = OPEN;
    }
    TIE_ASSERT(need <= total);
    open.total = (tie_sum)total < room ? total : (uint64_t)room;
    total = open.total;
    settle_bounded(&open, least, most);
    if (open.weights > 0)
        settle_quotas(&open);
    return total;
}
