/*
 * tool_data.c - the data of the benchmark: two stores as CSV files, and what is wrong in them.
 *
 *   tool_data FOLDER --usage ROWS [--seed NUMBER] [--discrepant PERCENT] [--only FILE[,FILE...]]
 *
 * Writes one file a dataset (columns of the data model, LF, header) and the key, answer.csv and answer_every.csv, into
 * FOLDER, which must exist, and prints the rows of each. An order is a pure function of seed and number, so each file
 * makes the orders anew in its own order (the ERP posts in batches: movements and invoices come in another order than
 * usage), the files agree, and several processes with --only share the work and write the same bytes. Rejected: keeping
 * the orders in memory (gigabytes at 30 million rows), and one pass over all files (one order of rows for all of them).
 *
 * Integers only, so the bytes are the same on every machine. What the numbers are taken from, and the key: README.md.
 */
#include "tieout/date.h"
#include "tieout/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)4 << 20)
#define LINE_MOST 512 /* bytes that one row takes at most */
enum {
    KEYS_MOST = 8,
    LINES_MOST = 3,
    LISTS = 4,
    SPANS = 4, /* of days with one price */
    DAYS = 60,
    MILLION = 1000000,
    COVERED_PPM = 118000, /* of orders: work under a contract that pays for parts */
    AGREED_PPM = 130000   /* of orders: work under a contract with a price list of its own */
};

/* What is wrong with a key: at most one thing. */
enum trouble { CLEAN, NOT_ISSUED, NOT_USED, OTHER_QUANTITY, NOT_BILLED, NOT_WORKED, OTHER_PRICE, COVERED_BILLED };

struct sizes {
    uint64_t seed, usage, orders, contracts, customers, items;
    uint32_t share_ppm; /* of keys with something wrong */
};

struct key {
    uint32_t item; /* 0-based */
    enum trouble trouble;
    uint32_t lines;
    int64_t reported[LINES_MOST]; /* thousandths; what the technician says, line by line */
    int64_t issued[LINES_MOST];
    int64_t split, returned;     /* of the last issue: its second half; too much issued and brought back */
    int64_t price, billed_price; /* cents */
};

struct order {
    uint64_t number;             /* 0-based */
    uint64_t customer, contract; /* contract is 1-based, 0: none */
    bool is_covered;
    uint32_t list, kind;
    tie_date day;
    uint32_t second;                        /* of the day, UTC */
    uint32_t invoice_delay, movement_delay; /* days */
    uint32_t key_count;
    struct key keys[KEYS_MOST];
};

/* ---- chance: splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) ---- */

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static uint32_t below(uint64_t *state, uint64_t count) /* count is below 2^32 */
{
    return (uint32_t)(((next(state) >> 32) * count) >> 32);
}

static bool chance(uint64_t *state, uint32_t ppm)
{
    return below(state, MILLION) < ppm;
}

static uint64_t state_of(const struct sizes *sizes, uint64_t what, uint64_t number)
{
    return tie_hash_mix(tie_hash_mix(sizes->seed, what), number);
}

/* ---- masters ---- */

enum { OF_ORDER, OF_ITEM, OF_LIST_PRICE };
static const char *const list_names[LISTS] = { "LIST", "KEY", "OEM", "PUBLIC" };
static const char *const kinds[] = { "repair", "pm", "install" };
static tie_date first_day; /* of the work */

static bool is_measured(const struct sizes *sizes, uint32_t item) /* in kilograms, else counted */
{
    uint64_t state = state_of(sizes, OF_ITEM, item);

    return chance(&state, 150000);
}

static int64_t cost_of(const struct sizes *sizes, uint32_t item) /* cents: 1.00 to 400.00, cheap ones more often */
{
    uint64_t state = state_of(sizes, OF_ITEM, item);
    const uint32_t steps = 1 + below(&state, 20);

    return 100 + below(&state, 100 * steps * steps);
}

static int64_t price_of(const struct sizes *sizes, uint32_t list, uint32_t item, uint32_t span) /* cents */
{
    uint64_t state = state_of(sizes, OF_LIST_PRICE, ((uint64_t)item * LISTS + list) * SPANS + span);

    return cost_of(sizes, item) * (1500 + below(&state, 1000)) / 1000;
}

static uint32_t span_of(tie_date day)
{
    return (uint32_t)(day - first_day) * SPANS / DAYS;
}

/* Zipf with exponent 1, roughly: every doubling of the rank is as likely. The ranks are scattered over the numbers. */
static uint32_t draw_item(const struct sizes *sizes, uint64_t *state)
{
    uint32_t doublings = 1;
    uint64_t rank;

    while ((UINT64_C(1) << doublings) < sizes->items)
        doublings++;
    do {
        const uint32_t octave = below(state, doublings);

        rank = (UINT64_C(1) << octave) - 1 + below(state, UINT64_C(1) << octave);
    } while (rank >= sizes->items);
    return (uint32_t)(rank * 7919 % sizes->items);
}

/* ---- an order ---- */

/* Of every class the same share of all keys; two of the classes are possible for some keys only. */
static enum trouble draw_trouble(const struct sizes *sizes, uint64_t *state, bool is_covered)
{
    static const enum trouble any[] = { NOT_ISSUED, NOT_USED, OTHER_QUANTITY, NOT_WORKED };
    const uint64_t each = sizes->share_ppm / 7;
    const uint64_t here = is_covered ? each * MILLION / COVERED_PPM : each * MILLION / (MILLION - COVERED_PPM);
    const uint32_t drawn = below(state, MILLION);

    if (drawn < 4 * each)
        return any[drawn / each];
    if (is_covered)
        return drawn < 4 * each + here ? COVERED_BILLED : CLEAN;
    if (drawn < 4 * each + here)
        return NOT_BILLED;
    return drawn < 4 * each + 2 * here ? OTHER_PRICE : CLEAN;
}

static int64_t draw_quantity(uint64_t *state, bool measured)
{
    static const uint8_t counted[] = { 1, 1, 1, 1, 2, 2, 3, 4, 6, 10 };

    return measured ? 500 + below(state, 20000) : 1000 * (int64_t)counted[below(state, sizeof counted)];
}

/* More or less than was used, by more than any tolerance; never so little that nothing is left. */
static int64_t deviating(uint64_t *state, int64_t quantity, bool measured)
{
    const int64_t by = measured ? quantity / 4 : 1000 * (int64_t)(1 + below(state, 2));

    return below(state, 2) == 0 && quantity > by ? quantity - by : quantity + by;
}

/* One line and one issue: of two alike, one too many would read as one that was posted twice (INV-07). */
static void deviate(const struct sizes *sizes, uint64_t *state, struct key *key)
{
    key->trouble = OTHER_QUANTITY;
    key->lines = 1;
    key->issued[0] = deviating(state, key->reported[0], is_measured(sizes, key->item));
    key->split = key->returned = 0;
}

static void make_key(const struct sizes *sizes, uint64_t *state, const struct order *order, struct key *key)
{
    const bool measured = is_measured(sizes, key->item);
    const uint32_t lines = below(state, 1000);

    key->trouble = draw_trouble(sizes, state, order->is_covered);
    key->lines = lines < 20 ? 3 : lines < 230 ? 2 : 1;
    for (uint32_t i = 0; i < key->lines; i++)
        key->reported[i] = key->issued[i] = draw_quantity(state, measured);
    const int64_t last = key->issued[key->lines - 1];

    key->split = key->returned = 0;
    if (chance(state, 35000) && last >= 2000)
        key->split = measured ? last / 3 : 1000;
    else if (chance(state, 27000))
        key->returned = measured ? last / 2 : 2000;
    if (key->trouble == OTHER_QUANTITY)
        deviate(sizes, state, key);
    key->price = price_of(sizes, order->list, key->item, span_of(order->day));
    key->billed_price = key->price;
    if (key->trouble == OTHER_PRICE) {
        const int64_t by = key->price * (100 + below(state, 200)) / 1000;

        key->billed_price += below(state, 2) == 0 ? -by : by;
    }
}

/* A part issued but not reported beside one reported but not issued would read as one swapped part (INV-04). */
static void separate(struct order *order, const struct sizes *sizes, uint64_t *state)
{
    bool has_missing = false;

    for (uint32_t i = 0; i < order->key_count; i++)
        has_missing = has_missing || order->keys[i].trouble == NOT_ISSUED;
    for (uint32_t i = 0; i < order->key_count && has_missing; i++)
        if (order->keys[i].trouble == NOT_USED)
            deviate(sizes, state, &order->keys[i]);
}

static void draw_customer(const struct sizes *sizes, uint64_t *state, struct order *order)
{
    const uint32_t drawn = below(state, MILLION);
    const uint64_t covered = (sizes->contracts + 1) / 2; /* the first half of the contracts pays for parts */

    order->contract = 0;
    order->list = 0;
    order->is_covered = drawn < COVERED_PPM;
    if (order->is_covered) {
        order->contract = 1 + below(state, covered);
    } else if (drawn < COVERED_PPM + AGREED_PPM) {
        order->contract = 1 + covered + below(state, sizes->contracts - covered);
        order->list = (uint32_t)(1 + order->contract % (LISTS - 1));
    }
    order->customer = order->contract != 0 ? order->contract
                                           : 1 + sizes->contracts + below(state, sizes->customers - sizes->contracts);
}

static void make_order(const struct sizes *sizes, uint64_t number, struct order *order)
{
    static const uint32_t cumulated[KEYS_MOST] = { 310, 580, 775, 885, 945, 975, 990, 1000 }; /* of 1,000 */
    uint64_t state = state_of(sizes, OF_ORDER, number);
    const uint32_t drawn = below(&state, 1000);

    order->number = number;
    draw_customer(sizes, &state, order);
    order->kind = below(&state, TIE_COUNT_OF(kinds));
    order->day = first_day + (tie_date)(number * DAYS / sizes->orders);
    order->second = 6 * 3600 + below(&state, 9 * 3600); /* the same day in Brussels */
    order->movement_delay = below(&state, 3);
    order->invoice_delay = 1 + below(&state, 5);
    order->key_count = 1;
    while (cumulated[order->key_count - 1] <= drawn)
        order->key_count++;
    for (uint32_t i = 0; i < order->key_count; i++) {
        struct key *key = &order->keys[i];
        bool again = true;

        while (again) {
            key->item = draw_item(sizes, &state);
            again = false;
            for (uint32_t j = 0; j < i; j++)
                again = again || order->keys[j].item == key->item;
        }
        make_key(sizes, &state, order, key);
    }
    separate(order, sizes, &state);
}

static bool is_reported(const struct key *key)
{
    return key->trouble != NOT_USED && key->trouble != NOT_WORKED;
}

static bool is_issued(const struct key *key)
{
    return key->trouble != NOT_ISSUED && key->trouble != NOT_WORKED;
}

static bool is_billed(const struct order *order, const struct key *key)
{
    if (key->trouble == NOT_WORKED || key->trouble == COVERED_BILLED)
        return true;
    return !order->is_covered && key->trouble != NOT_BILLED && key->trouble != NOT_USED;
}

/* ---- rows ---- */

struct out {
    int fd;
    char *bytes;
    size_t size;
    uint64_t rows;
    char path[4096];
};

static void stop(const char *what)
{
    fprintf(stderr, "tool_data: %s: %s\n", what, strerror(errno));
    exit(74);
}

static void flush(struct out *out)
{
    for (size_t done = 0; done < out->size;) {
        const ssize_t wrote = write(out->fd, out->bytes + done, out->size - done);

        if (wrote < 0 && errno != EINTR)
            stop(out->path);
        if (wrote > 0)
            done += (size_t)wrote;
    }
    out->size = 0;
}

static void put(struct out *out, const char *text)
{
    const size_t size = strlen(text);

    memcpy(out->bytes + out->size, text, size);
    out->size += size;
}

/* A prefix and at least so many digits. */
static void put_id(struct out *out, const char *prefix, uint64_t number, uint32_t digits)
{
    char text[24];
    size_t at = sizeof text;

    put(out, prefix);
    for (uint32_t i = 0; i < digits || number > 0; i++, number /= 10)
        text[--at] = (char)('0' + number % 10);
    memcpy(out->bytes + out->size, text + at, sizeof text - at);
    out->size += sizeof text - at;
}

static void put_fixed(struct out *out, int64_t value, uint32_t places)
{
    uint64_t scale = 1;

    for (uint32_t i = 0; i < places; i++)
        scale *= 10;
    const uint64_t size = (uint64_t)(value < 0 ? -value : value);

    put_id(out, value < 0 ? "-" : "", size / scale, 1);
    put_id(out, ".", size % scale, places);
}

enum { DAYS_AROUND = 16 };
static char day_texts[DAYS + 2 * DAYS_AROUND][16]; /* printing a date is dear, and there are few */

static void put_date(struct out *out, tie_date day)
{
    memcpy(out->bytes + out->size, day_texts[day - first_day + DAYS_AROUND], 10);
    out->size += 10;
}

static void put_instant(struct out *out, tie_date day, uint32_t second)
{
    put_date(out, day);
    put_id(out, " ", second / 3600, 2);
    put_id(out, ":", second / 60 % 60, 2);
    put_id(out, ":", second % 60, 2);
    put(out, "+00");
}

static void end_row(struct out *out)
{
    out->bytes[out->size++] = '\n';
    out->rows++;
    if (out->size > BUFFER_BYTES - LINE_MOST)
        flush(out);
}

static void put_order(struct out *out, const struct order *order)
{
    put_id(out, "WO-", order->number + 1, 8);
}

static void put_item(struct out *out, uint32_t item)
{
    put_id(out, "P-", (uint64_t)item + 1, 6);
}

static uint64_t van_of(const struct order *order)
{
    return order->customer % 5000;
}

static int64_t amount_of(int64_t quantity, int64_t price) /* cents, half away from zero; never negative here */
{
    return (quantity * price + 500) / 1000;
}

typedef void order_rows(const struct sizes *sizes, struct out *out, const struct order *order);

static void work_order_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    (void)sizes;
    put_order(out, order);
    put(out, ",");
    put(out, kinds[order->kind]);
    put_id(out, ",closed,C-", order->customer, 6);
    if (order->contract != 0)
        put_id(out, ",K-", order->contract, 5);
    else
        put(out, ",");
    put(out, ",EUR,");
    put_instant(out, order->day - 2, order->second);
    put(out, ",");
    put_instant(out, order->day, order->second);
    put(out, ",");
    put_instant(out, order->day, order->second + 3600);
    put(out, ",");
    end_row(out);
}

static void usage_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    uint64_t number = order->number * KEYS_MOST * LINES_MOST;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct key *key = &order->keys[k];

        for (uint32_t i = 0; i < key->lines && is_reported(key); i++) {
            put_id(out, "U-", ++number, 9);
            put(out, ",");
            put_order(out, order);
            put(out, ",");
            put_item(out, key->item);
            put(out, ",");
            put_fixed(out, key->reported[i], 3);
            put(out, is_measured(sizes, key->item) ? ",KG,," : ",EA,,");
            put_id(out, "T-", van_of(order), 4);
            put_id(out, ",V-", van_of(order), 4);
            put(out, ",");
            put_instant(out, order->day, order->second - 60 * (KEYS_MOST - k));
            end_row(out);
        }
    }
}

static void movement_row(const struct sizes *sizes, struct out *out, const struct order *order, const struct key *key,
    uint32_t line, int64_t quantity)
{
    const bool is_back = quantity < 0;
    const int64_t cost = amount_of(is_back ? -quantity : quantity, cost_of(sizes, key->item));

    put_id(out, is_back ? "R-" : "M-", order->number + 1, 8);
    put_id(out, ",", line, 1);
    put(out, is_back ? ",return_wo," : ",issue_wo,");
    put_order(out, order);
    put(out, ",");
    put_item(out, key->item);
    put(out, ",");
    put_fixed(out, quantity, 3);
    put(out, is_measured(sizes, key->item) ? ",KG," : ",EA,");
    put_fixed(out, is_back ? -cost : cost, 2);
    put(out, ",EUR,,");
    put_id(out, "V-", van_of(order), 4);
    put(out, ",");
    put_date(out, order->day + (tie_date)order->movement_delay + is_back);
    end_row(out);
}

static void movement_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    uint32_t issues = 0, returns = 0;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct key *key = &order->keys[k];

        for (uint32_t i = 0; i < key->lines && is_issued(key); i++) {
            const bool is_last = i + 1 == key->lines;
            const int64_t split = is_last ? key->split : 0, returned = is_last ? key->returned : 0;

            movement_row(sizes, out, order, key, ++issues, key->issued[i] - split + returned);
            if (split > 0)
                movement_row(sizes, out, order, key, ++issues, split);
            if (returned > 0)
                movement_row(sizes, out, order, key, ++returns, -returned);
        }
    }
}

static void invoice_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    bool has_line = false;

    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++)
        has_line = has_line || is_billed(order, &order->keys[k]);
    if (!has_line)
        return;
    put_id(out, "I-", order->number + 1, 8);
    put_id(out, ",invoice,released,fsm,C-", order->customer, 6);
    put(out, ",EUR,,");
    put_date(out, order->day + (tie_date)order->invoice_delay);
    put(out, ",");
    put_instant(out, order->day + (tie_date)order->invoice_delay, 17 * 3600);
    end_row(out);
}

static void invoice_line_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    uint32_t line = 0;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct key *key = &order->keys[k];

        for (uint32_t i = 0; i < key->lines && is_billed(order, key); i++) {
            put_id(out, "I-", order->number + 1, 8);
            put_id(out, ",", ++line, 1);
            put(out, ",");
            put_order(out, order);
            put(out, ",");
            put_item(out, key->item);
            put(out, ",");
            put_fixed(out, key->reported[i], 3);
            put(out, is_measured(sizes, key->item) ? ",KG," : ",EA,");
            put_fixed(out, key->billed_price, 2);
            put(out, ",");
            put_fixed(out, amount_of(key->reported[i], key->billed_price), 2);
            end_row(out);
        }
    }
}

/* ---- the key ---- */

static void answer_row(struct out *out, const char *check, const struct order *order, const struct key *key)
{
    put(out, check);
    put(out, ",");
    put_order(out, order);
    put(out, ",");
    put_item(out, key->item);
    end_row(out);
}

static void answer_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct key *key = &order->keys[k];
        const uint32_t last = key->lines - 1;

        switch (key->trouble) {
        case CLEAN: break;
        case NOT_ISSUED: answer_row(out, "INV-01", order, key); break;
        case NOT_USED:
            answer_row(out, "INV-02", order, key);
            if (!order->is_covered)
                answer_row(out, "BIL-01", order, key);
            break;
        case OTHER_QUANTITY:
            answer_row(out, key->issued[last] < key->reported[last] ? "INV-03" : "INV-10", order, key);
            break;
        case NOT_BILLED: answer_row(out, "BIL-01", order, key); break;
        case NOT_WORKED: answer_row(out, "BIL-07", order, key); break;
        case OTHER_PRICE: answer_row(out, key->billed_price < key->price ? "BIL-04" : "BIL-05", order, key); break;
        case COVERED_BILLED: answer_row(out, "BIL-06", order, key); break;
        }
    }
}

/* What the other checks make of it: the order is late with its bill. */
static void answer_every_rows(const struct sizes *sizes, struct out *out, const struct order *order)
{
    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++)
        if (order->keys[k].trouble == NOT_BILLED) {
            put(out, "TIM-01,");
            put_order(out, order);
            put(out, ",");
            end_row(out);
            return;
        }
}

/* ---- master files ---- */

typedef void master_rows(const struct sizes *sizes, struct out *out);

static void customer_rows(const struct sizes *sizes, struct out *out)
{
    for (uint64_t i = 1; i <= sizes->customers; i++) {
        put_id(out, "C-", i, 6);
        put_id(out, ",Customer ", i, 6);
        end_row(out);
    }
}

static void contract_rows(const struct sizes *sizes, struct out *out)
{
    for (uint64_t i = 1; i <= sizes->contracts; i++) {
        put_id(out, "K-", i, 5);
        put_id(out, ",C-", i, 6);
        put(out, ",2025-01-01,2027-12-31,EUR");
        end_row(out);
    }
}

static void contract_line_rows(const struct sizes *sizes, struct out *out)
{
    for (uint64_t i = 1; i <= sizes->contracts; i++) {
        const bool covers = i <= (sizes->contracts + 1) / 2;

        put_id(out, "K-", i, 5);
        put(out, covers ? ",1,1," : ",1,0,");
        put(out, covers ? "" : list_names[1 + i % (LISTS - 1)]);
        end_row(out);
    }
}

static void item_rows(const struct sizes *sizes, struct out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++) {
        put_item(out, i);
        put(out, is_measured(sizes, i) ? ",KG" : ",EA");
        end_row(out);
    }
}

static void item_cost_rows(const struct sizes *sizes, struct out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++) {
        put_item(out, i);
        put(out, ",2025-01-01,");
        put_fixed(out, cost_of(sizes, i), 2);
        put(out, ",EUR");
        end_row(out);
    }
}

static void price_rows(const struct sizes *sizes, struct out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++)
        for (uint32_t list = 0; list < LISTS; list++)
            for (uint32_t span = 0; span < SPANS; span++) {
                put(out, list_names[list]);
                put(out, ",");
                put_item(out, i);
                put(out, ",");
                put_date(out, first_day + (tie_date)(span * DAYS / SPANS));
                put(out, ",");
                put_date(out, first_day + (tie_date)((span + 1) * DAYS / SPANS) - 1);
                put(out, ",");
                put_fixed(out, price_of(sizes, list, i, span), 2);
                put(out, ",EUR");
                end_row(out);
            }
}

/* Ledger periods are quarters: what is booked some days after the work lies in the same one. */
static void period_rows(const struct sizes *sizes, struct out *out)
{
    static const char *const periods[] = { "2025Q4,2025-10-01,2025-12-31", "2026Q1,2026-01-01,2026-03-31",
        "2026Q2,2026-04-01,2026-06-30" };

    (void)sizes;
    for (size_t i = 0; i < TIE_COUNT_OF(periods); i++) {
        put(out, periods[i]);
        end_row(out);
    }
}

/* ---- files ---- */

static const struct file {
    const char *name, *header;
    order_rows *of_order; /* one of the two */
    master_rows *of_all;
    bool is_posted; /* in batches, not in the order of the work */
} files[] = {
    { "work_order",
        "wo_id,wo_type,status,customer_id,contract_id,currency,created_at,completed_at,closed_at,"
        "cancelled_at",
        work_order_rows, NULL, false },
    { "usage_line", "usage_id,wo_id,item_id,quantity,uom,serial_no,technician_id,location_id,server_at", usage_rows,
        NULL, false },
    { "movement",
        "mov_id,line_no,movement_class,wo_ref,item_id,quantity,uom,cost_amount,currency,serial_no,"
        "from_location_id,posting_date",
        movement_rows, NULL, true },
    { "invoice", "inv_id,kind,status,origin,customer_id,currency,cancels_inv_id,posting_date,released_at", invoice_rows,
        NULL, true },
    { "invoice_line", "inv_id,line_no,wo_ref,sales_item_id,quantity,uom,unit_price,net_amount", invoice_line_rows, NULL,
        true },
    { "customer", "customer_id,name", NULL, customer_rows, false },
    { "contract", "contract_id,customer_id,start_date,end_date,currency", NULL, contract_rows, false },
    { "contract_line", "contract_id,line_no,share_parts,price_list_id", NULL, contract_line_rows, false },
    { "item", "item_id,base_uom", NULL, item_rows, false },
    { "item_cost", "item_id,valid_from,unit_cost,currency", NULL, item_cost_rows, false },
    { "price", "price_list_id,used_item_id,valid_from,valid_to,unit_price,currency", NULL, price_rows, false },
    { "period", "period_id,start_date,end_date", NULL, period_rows, false },
    { "answer", "check,wo_id,item_id", answer_rows, NULL, false },
    { "answer_every", "check,wo_id,item_id", answer_every_rows, NULL, false },
};

/* Position to order: inside blocks of 2^16 a permutation, so that rows of one order lie elsewhere in each system but
 * about the same day. */
static uint64_t posted_at(uint64_t position, uint64_t orders)
{
    const uint64_t block = position & ~UINT64_C(0xFFFF);

    return block + 0x10000 > orders ? position : block + (position * 40503 + 12345) % 0x10000;
}

static void write_file(const struct sizes *sizes, const char *folder, const struct file *file, struct out *out)
{
    struct order order;

    out->rows = 0;
    if (snprintf(out->path, sizeof out->path, "%s/%s.csv", folder, file->name) >= (int)sizeof out->path)
        stop("the folder's name is too long");
    out->fd = open(out->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out->fd < 0)
        stop(out->path);
    put(out, file->header);
    put(out, "\n");
    if (file->of_all != NULL)
        file->of_all(sizes, out);
    for (uint64_t i = 0; i < sizes->orders && file->of_order != NULL; i++) {
        make_order(sizes, file->is_posted ? posted_at(i, sizes->orders) : i, &order);
        file->of_order(sizes, out, &order);
    }
    flush(out);
    if (close(out->fd) != 0)
        stop(out->path);
    printf("%s\t%" PRIu64 "\n", file->name, out->rows);
}

/* Is name one of the words of a list separated by commas? */
static bool is_listed(const char *list, const char *name)
{
    struct tie_text rest = tie_text_of(list);

    while (rest.size > 0)
        if (tie_text_is(tie_text_cut(&rest, ','), name))
            return true;
    return false;
}

static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && *number <= most;
}

/* Proportions of the study behind the targets: README.md. */
static void take_sizes(struct sizes *sizes)
{
    static const uint64_t items_least = 200, items_most = 20000;

    sizes->orders = sizes->usage * 319 / 1000 + 1;
    sizes->contracts = sizes->usage / 600 + 2;
    sizes->customers = 4 * sizes->contracts;
    sizes->items = sizes->usage / 50;
    if (sizes->items < items_least)
        sizes->items = items_least;
    if (sizes->items > items_most)
        sizes->items = items_most;
    if (sizes->items % 7919 == 0) /* its multiples would scatter ranks onto themselves */
        sizes->items++;
    first_day = tie_date_from_civil(2026, 1, 5);
    for (int i = 0; i < DAYS + 2 * DAYS_AROUND; i++)
        tie_date_print(first_day + i - DAYS_AROUND, day_texts[i]);
}

int main(int argc, char **argv)
{
    struct sizes sizes = { .seed = 1, .share_ppm = 35000 };
    struct out out = { 0 };
    const char *only = NULL;
    uint64_t percent = 0;

    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--usage") == 0 && read_number(argv[i + 1], 100 * MILLION, &sizes.usage))
            continue;
        if (strcmp(argv[i], "--seed") == 0 && read_number(argv[i + 1], UINT64_MAX, &sizes.seed))
            continue;
        if (strcmp(argv[i], "--discrepant") == 0 && read_number(argv[i + 1], 50, &percent)) {
            sizes.share_ppm = (uint32_t)percent * 10000;
            continue;
        }
        if (strcmp(argv[i], "--only") == 0) {
            only = argv[i + 1];
            continue;
        }
        sizes.usage = 0;
        break;
    }
    if (argc % 2 != 0 || sizes.usage == 0) {
        fprintf(stderr,
            "usage: tool_data FOLDER --usage ROWS [--seed NUMBER] [--discrepant PERCENT, to 50] "
            "[--only FILE,...]\n");
        return 64;
    }
    take_sizes(&sizes);
    out.bytes = malloc(BUFFER_BYTES);
    if (out.bytes == NULL)
        stop("memory");
    for (size_t i = 0; i < TIE_COUNT_OF(files); i++)
        if (only == NULL || is_listed(only, files[i].name))
            write_file(&sizes, argv[1], &files[i], &out);
    free(out.bytes);
    return 0;
}
