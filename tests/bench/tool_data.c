/*
 * tool_data.c - the data of the benchmark: two stores as CSV files, and what is wrong in them.
 *
 *   tool_data FOLDER --usage ROWS [--seed NUMBER] [--discrepant PERCENT] [--giant PERCENT] [--only FILE[,FILE...]]
 *
 * Writes one file a dataset (columns of the data model, LF, header) and the key, answer.csv and answer_every.csv, into
 * FOLDER, which must exist, and prints the rows of each. An order is a pure function of seed and number, so each file
 * makes the orders anew in its own order (the ERP posts in batches: movements and invoices come in another order than
 * usage), the files agree, and several processes with --only share the work and write the same bytes. Rejected: keeping
 * the orders in memory (gigabytes at 30 million rows), and one pass over all files (one order of rows for all of them).
 *
 * Integers only, so the bytes are the same on every machine. What the numbers are taken from, and the key: README.md.
 */
#include "data/data.h"

#include "tieout/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_reported(const struct data_key *key)
{
    return key->trouble != NOT_USED && key->trouble != NOT_WORKED;
}

static bool is_issued(const struct data_key *key)
{
    return key->trouble != NOT_ISSUED && key->trouble != NOT_WORKED;
}

static bool is_billed(const struct data_order *order, const struct data_key *key)
{
    if (key->trouble == NOT_WORKED || key->trouble == COVERED_BILLED)
        return true;
    return !order->is_covered && key->trouble != NOT_BILLED && key->trouble != NOT_USED;
}

/* ---- rows of an order ---- */

static const char *const kinds[KINDS] = { "repair", "pm", "install" };
typedef void order_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order);

static void put_order(struct data_out *out, const struct data_order *order)
{
    data_put_id(out, "WO-", order->work + 1, 8);
}

static void put_item(struct data_out *out, uint32_t item)
{
    data_put_id(out, "P-", (uint64_t)item + 1, 6);
}

static uint64_t van_of(const struct data_order *order)
{
    return order->customer % 5000;
}

static int64_t amount_of(int64_t quantity, int64_t price) /* cents, half away from zero; never negative here */
{
    return (quantity * price + 500) / 1000;
}

static void work_order_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    (void)sizes;
    if (order->number != order->work)
        return;
    put_order(out, order);
    data_put(out, ",");
    data_put(out, kinds[order->kind]);
    data_put_id(out, ",closed,C-", order->customer, 6);
    if (order->contract != 0)
        data_put_id(out, ",K-", order->contract, 5);
    else
        data_put(out, ",");
    data_put(out, ",EUR,");
    data_put_instant(out, order->day - 2, order->second);
    data_put(out, ",");
    data_put_instant(out, order->day, order->second);
    data_put(out, ",");
    data_put_instant(out, order->day, order->second + 3600);
    data_put(out, ",");
    data_end_row(out);
}

/* order, item, quantity: what the field and the bill say alike */
static void put_line(struct data_out *out, const struct data_order *order, const struct data_key *key, uint32_t line)
{
    put_order(out, order);
    data_put(out, ",");
    put_item(out, key->item);
    data_put(out, ",");
    data_put_fixed(out, key->reported[line], 3);
}

static void usage_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    uint64_t number = order->number * KEYS_MOST * LINES_MOST;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct data_key *key = &order->keys[k];

        for (uint32_t i = 0; i < key->lines && is_reported(key); i++) {
            data_put_id(out, "U-", ++number, 9);
            data_put(out, ",");
            put_line(out, order, key, i);
            data_put(out, data_is_measured(sizes, key->item) ? ",KG,," : ",EA,,");
            data_put_id(out, "T-", van_of(order), 4);
            data_put_id(out, ",V-", van_of(order), 4);
            data_put(out, ",");
            data_put_instant(out, order->day, order->second - 60 * (KEYS_MOST - k));
            data_end_row(out);
        }
    }
}

static void movement_row(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order,
    const struct data_key *key, uint32_t line, int64_t quantity)
{
    const bool is_back = quantity < 0;
    const int64_t cost = amount_of(is_back ? -quantity : quantity, data_cost(sizes, key->item));

    data_put_id(out, is_back ? "R-" : "M-", order->number + 1, 8);
    data_put_id(out, ",", line, 1);
    data_put(out, is_back ? ",return_wo," : ",issue_wo,");
    put_order(out, order);
    data_put(out, ",");
    put_item(out, key->item);
    data_put(out, ",");
    data_put_fixed(out, quantity, 3);
    data_put(out, data_is_measured(sizes, key->item) ? ",KG," : ",EA,");
    data_put_fixed(out, is_back ? -cost : cost, 2);
    data_put(out, ",EUR,,");
    data_put_id(out, "V-", van_of(order), 4);
    data_put(out, ",");
    data_put_date(out, order->day + (tie_date)order->movement_delay + is_back);
    data_end_row(out);
}

static void movement_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    uint32_t issues = 0, returns = 0;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct data_key *key = &order->keys[k];

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

static void invoice_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    bool has_line = false;

    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++)
        has_line = has_line || is_billed(order, &order->keys[k]);
    if (!has_line)
        return;
    data_put_id(out, "I-", order->number + 1, 8);
    data_put_id(out, ",invoice,released,fsm,C-", order->customer, 6);
    data_put(out, ",EUR,,");
    data_put_date(out, order->day + (tie_date)order->invoice_delay);
    data_put(out, ",");
    data_put_instant(out, order->day + (tie_date)order->invoice_delay, 17 * 3600);
    data_end_row(out);
}

static void invoice_line_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    uint32_t line = 0;

    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct data_key *key = &order->keys[k];

        for (uint32_t i = 0; i < key->lines && is_billed(order, key); i++) {
            data_put_id(out, "I-", order->number + 1, 8);
            data_put_id(out, ",", ++line, 1);
            data_put(out, ",");
            put_line(out, order, key, i);
            data_put(out, data_is_measured(sizes, key->item) ? ",KG," : ",EA,");
            data_put_fixed(out, key->billed_price, 2);
            data_put(out, ",");
            data_put_fixed(out, amount_of(key->reported[i], key->billed_price), 2);
            data_end_row(out);
        }
    }
}

/* ---- the key ---- */

static void answer_row(
    struct data_out *out, const char *check, const struct data_order *order, const struct data_key *key)
{
    data_put(out, check);
    data_put(out, ",");
    put_order(out, order);
    data_put(out, ",");
    put_item(out, key->item);
    data_end_row(out);
}

static void answer_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++) {
        const struct data_key *key = &order->keys[k];
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
static void answer_every_rows(const struct data_sizes *sizes, struct data_out *out, const struct data_order *order)
{
    (void)sizes;
    for (uint32_t k = 0; k < order->key_count; k++)
        if (order->keys[k].trouble == NOT_BILLED) {
            data_put(out, "TIM-01,");
            put_order(out, order);
            data_put(out, ",");
            data_end_row(out);
            return;
        }
}

/* ---- master files ---- */

typedef void master_rows(const struct data_sizes *sizes, struct data_out *out);

static void customer_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint64_t i = 1; i <= sizes->customers; i++) {
        data_put_id(out, "C-", i, 6);
        data_put_id(out, ",Customer ", i, 6);
        data_end_row(out);
    }
}

static void contract_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint64_t i = 1; i <= sizes->contracts; i++) {
        data_put_id(out, "K-", i, 5);
        data_put_id(out, ",C-", i, 6);
        data_put(out, ",2025-01-01,2027-12-31,EUR");
        data_end_row(out);
    }
}

static void contract_line_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint64_t i = 1; i <= sizes->contracts; i++) {
        const bool covers = i <= (sizes->contracts + 1) / 2;

        data_put_id(out, "K-", i, 5);
        data_put(out, covers ? ",1,1," : ",1,0,");
        data_put(out, covers ? "" : data_lists[1 + i % (LISTS - 1)]);
        data_end_row(out);
    }
}

static void item_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++) {
        put_item(out, i);
        data_put(out, data_is_measured(sizes, i) ? ",KG" : ",EA");
        data_end_row(out);
    }
}

static void item_cost_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++) {
        put_item(out, i);
        data_put(out, ",2025-01-01,");
        data_put_fixed(out, data_cost(sizes, i), 2);
        data_put(out, ",EUR");
        data_end_row(out);
    }
}

static void price_rows(const struct data_sizes *sizes, struct data_out *out)
{
    for (uint32_t i = 0; i < sizes->items; i++)
        for (uint32_t list = 0; list < LISTS; list++)
            for (uint32_t span = 0; span < SPANS; span++) {
                data_put(out, data_lists[list]);
                data_put(out, ",");
                put_item(out, i);
                data_put(out, ",");
                data_put_date(out, data_first_day + (tie_date)(span * DAYS / SPANS));
                data_put(out, ",");
                data_put_date(out, data_first_day + (tie_date)((span + 1) * DAYS / SPANS) - 1);
                data_put(out, ",");
                data_put_fixed(out, data_price(sizes, list, i, span), 2);
                data_put(out, ",EUR");
                data_end_row(out);
            }
}

/* Ledger periods are quarters: what is booked some days after the work lies in the same one. */
static void period_rows(const struct data_sizes *sizes, struct data_out *out)
{
    static const char *const periods[] = { "2025Q4,2025-10-01,2025-12-31", "2026Q1,2026-01-01,2026-03-31",
        "2026Q2,2026-04-01,2026-06-30" };

    (void)sizes;
    for (size_t i = 0; i < TIE_COUNT_OF(periods); i++) {
        data_put(out, periods[i]);
        data_end_row(out);
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

static void write_file(
    const struct data_sizes *sizes, const char *folder, const struct file *file, struct data_out *out)
{
    struct data_order order;

    out->rows = 0;
    if (snprintf(out->path, sizeof out->path, "%s/%s.csv", folder, file->name) >= (int)sizeof out->path)
        data_stop("the folder's name is too long");
    out->fd = open(out->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out->fd < 0)
        data_stop(out->path);
    data_put(out, file->header);
    data_put(out, "\n");
    if (file->of_all != NULL)
        file->of_all(sizes, out);
    for (uint64_t i = 0; i < sizes->orders && file->of_order != NULL; i++) {
        data_order(sizes, file->is_posted ? posted_at(i, sizes->orders) : i, &order);
        file->of_order(sizes, out, &order);
    }
    for (uint64_t i = 0; i < sizes->slices && file->of_order != NULL; i++) {
        data_slice(sizes, i, &order);
        file->of_order(sizes, out, &order);
    }
    data_flush(out);
    if (close(out->fd) != 0)
        data_stop(out->path);
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
static void take_sizes(struct data_sizes *sizes)
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
}

int main(int argc, char **argv)
{
    struct data_sizes sizes = { .seed = 1, .share_ppm = 35000 };
    struct data_out out = { 0 };
    const char *only = NULL;
    uint64_t percent = 0, giant = 0;

    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--usage") == 0 && read_number(argv[i + 1], 100 * MILLION, &sizes.usage))
            continue;
        if (strcmp(argv[i], "--seed") == 0 && read_number(argv[i + 1], UINT64_MAX, &sizes.seed))
            continue;
        if (strcmp(argv[i], "--discrepant") == 0 && read_number(argv[i + 1], 50, &percent)) {
            sizes.share_ppm = (uint32_t)percent * 10000;
            continue;
        }
        if (strcmp(argv[i], "--giant") == 0 && read_number(argv[i + 1], 50, &giant))
            continue;
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
            "[--giant PERCENT, to 50] [--only FILE,...]\n");
        return 64;
    }
    data_begin();
    take_sizes(&sizes);
    sizes.slices = sizes.usage * giant / 100 / (KEYS_MOST * LINES_MOST);
    out.bytes = malloc(DATA_BUFFER_BYTES);
    if (out.bytes == NULL)
        data_stop("memory");
    for (size_t i = 0; i < TIE_COUNT_OF(files); i++)
        if (only == NULL || is_listed(only, files[i].name))
            write_file(&sizes, argv[1], &files[i], &out);
    free(out.bytes);
    return 0;
}
