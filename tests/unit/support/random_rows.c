/*
 * random_rows.c - see random_rows.h. Everything is drawn from one counter, so a seed is a dossier on every machine.
 */
#include "support/random_rows.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *id, *stock_type, *unit;
    int cost, price; /* cents; labour: of an hour */
} items[] = {
    { "A", "stocked", "EA", 4000, 10000 },
    { "B", "stocked", "EA", 2500, 6000 },
    { "C", "stocked", "KG", 400, 1000 },
    { "N", "nonstock", "EA", 1500, 3000 },
    { "FRESH", "stocked", "EA", 3000, 7000 },
    { "LAB", "service", "h", 0, 6000 },
    { "S", "stocked", "EA", 5000, 12000 },
};
enum { DRAWN_ITEMS = 4 }; /* FRESH is left to the tests, LAB is labour, S is serialised */

static const struct {
    enum tie_dataset dataset;
    const char *columns;
} delivered[] = {
    { TIE_DS_WORK_ORDER, "wo_id wo_type status customer_id currency created_at closed_at cancelled_at" },
    { TIE_DS_ENTITLEMENT_DECISION, "decision_id wo_id decision_class is_override approval_id" },
    { TIE_DS_USAGE_LINE, "usage_id wo_id item_id quantity uom server_at technician_id location_id serial_no" },
    { TIE_DS_TIME_ENTRY, "time_id wo_id technician_id kind item_id minutes start_at is_billable" },
    { TIE_DS_MOVEMENT,
        "mov_id line_no movement_class wo_ref item_id quantity uom posting_date from_location_id reverses_mov_id "
        "reverses_line_no serial_no" },
    { TIE_DS_INVOICE, "inv_id kind status origin customer_id currency posting_date cancels_inv_id corrects_inv_id" },
    { TIE_DS_INVOICE_LINE, "inv_id line_no wo_ref sales_item_id quantity uom net_amount cancels_line_no" },
    { TIE_DS_CLAIM, "claim_id kind wo_ref item_id quantity parts_amount labour_amount currency filed_date status" },
    { TIE_DS_ASSET_COVER, "asset_id kind start_date" },
    { TIE_DS_APPROVAL, "approval_id object_type object_id kind amount_limit" },
};

static size_t item_index(const char *id)
{
    size_t i = 0;

    while (strcmp(items[i].id, id) != 0)
        TIE_ASSERT(++i < TIE_COUNT_OF(items));
    return i;
}

/* ---- masters ---- */

static void deliver(struct tie_delivery *delivery)
{
    for (size_t i = 0; i < TIE_COUNT_OF(delivered); i++) {
        struct tie_text rest = tie_text_of(delivered[i].columns);

        delivery->dataset[delivered[i].dataset] = true;
        while (rest.size > 0) {
            const int column = tie_column_find(tie_dataset(delivered[i].dataset), tie_text_cut(&rest, ' '));

            TIE_ASSERT(column >= 0);
            delivery->column[delivered[i].dataset][column] = true;
        }
    }
}

static const char *money(struct tie_arena *arena, int64_t cents)
{
    return tie_arena_printf(arena, "%s%d.%02d", cents < 0 ? "-" : "", (int)((cents < 0 ? -cents : cents) / 100),
        (int)((cents < 0 ? -cents : cents) % 100));
}

void random_bench_start(struct test_bench *bench, const char *policy, int factor)
{
    struct tie_arena *arena = &bench->rows.arena;

    test_bench_init(bench, policy);
    for (size_t i = 0; i < TIE_COUNT_OF(items); i++) {
        test_rows_add(&bench->rows,
            tie_arena_printf(arena, "item; item_id=%s, base_uom=%s, stock_type=%s%s", items[i].id, items[i].unit,
                items[i].stock_type, strcmp(items[i].id, "S") == 0 ? ", serial_profile=always" : ""));
        test_rows_add(&bench->rows,
            tie_arena_printf(arena, "price; price_list_id=LIST, used_item_id=%s, unit_price=%s, currency=EUR, uom=%s%s",
                items[i].id, money(arena, (int64_t)items[i].price * factor), items[i].unit,
                items[i].cost > 0 ? "" : ", minimum_minutes=60, round_to_minutes=15"));
        if (items[i].cost > 0)
            test_rows_add(&bench->rows,
                tie_arena_printf(arena, "item_cost; item_id=%s, valid_from=2026-01-01, unit_cost=%s, currency=EUR",
                    items[i].id, money(arena, (int64_t)items[i].cost * factor)));
    }
    test_rows_add(&bench->rows, "location; location_id=VAN, kind=van");
    test_rows_add(&bench->rows, "location; location_id=STORE, kind=warehouse");
    test_rows_add(&bench->rows, "technician; technician_id=T, van_location_id=VAN");
    deliver(&bench->rows.delivery);
    test_bench_build(bench);
}

/* ---- drawing ---- */

static int pick(uint64_t *counter, int count)
{
    return (int)(test_random(counter) % (uint64_t)count);
}

struct random_row *random_rows_push(struct random_rows *rows, struct random_row row)
{
    TIE_ASSERT(rows->count < RANDOM_ROWS_MAX);
    rows->at[rows->count] = row;
    return &rows->at[rows->count++];
}

int random_rows_next(struct random_rows *rows)
{
    return ++rows->last_number;
}

static void draw_order(struct random_rows *rows, uint64_t *counter, int order)
{
    static const char *const states[] = { "closed", "closed", "closed", "closed", "closed", "closed", "open",
        "cancelled" };
    static const char *const classes[] = { "chargeable", "chargeable", "chargeable", "chargeable", "warranty",
        "contract", "goodwill", NULL };
    const char *class_ = classes[pick(counter, TIE_COUNT_OF(classes))];

    random_rows_push(rows,
        (struct random_row){
            .kind = RANDOM_ORDER, .number = order, .word = states[pick(counter, TIE_COUNT_OF(states))] });
    if (class_ != NULL)
        random_rows_push(rows,
            (struct random_row){ .kind = RANDOM_DECISION,
                .number = random_rows_next(rows),
                .order = order,
                .word = class_,
                .is_odd = pick(counter, 8) == 0 });
}

/* About what was used: mostly the same, else none, one more or one less. */
static int near(uint64_t *counter, int quantity)
{
    static const int off[] = { 0, 0, 0, 0, 0, 1, -1 };
    const int which = pick(counter, (int)TIE_COUNT_OF(off) + 1);

    if (which == (int)TIE_COUNT_OF(off))
        return 0;
    return quantity + off[which] < 0 ? 0 : quantity + off[which];
}

static void draw_movements(struct random_rows *rows, uint64_t *counter, struct random_row used)
{
    struct random_row row = used;

    row.kind = RANDOM_MOVEMENT;
    row.word = "issue_wo";
    row.line_no = 1;
    row.quantity = near(counter, used.quantity);
    row.day += pick(counter, 3);
    if (row.quantity == 0)
        return;
    row.number = random_rows_next(rows);
    if (pick(counter, 12) == 0)
        row.order = 0; /* for P9 */
    random_rows_push(rows, row);
    if (pick(counter, 8) == 0) { /* posted twice */
        row.number = random_rows_next(rows);
        random_rows_push(rows, row);
    }
    if (pick(counter, 6) == 0) { /* one comes back without saying from where */
        row.number = random_rows_next(rows);
        row.word = "return_wo";
        row.quantity = -1;
        row.day++;
        random_rows_push(rows, row);
    }
}

/* Half of it, or twice as much, that nobody approved and that names no document. */
static void draw_credit(struct random_rows *rows, uint64_t *counter, struct random_row line)
{
    random_rows_push(rows,
        (struct random_row){ .kind = RANDOM_INVOICE, .number = random_rows_next(rows), .word = "credit", .day = 9 });
    line.number = rows->last_number;
    line.cents = pick(counter, 2) == 0 ? -line.cents * 2 : -(line.cents / 200 * 100);
    line.quantity = 0; /* of value only */
    random_rows_push(rows, line);
}

static void draw_invoice(struct random_rows *rows, uint64_t *counter, const struct random_row *used, int quantity)
{
    const int price = items[item_index(used->item)].price;
    struct random_row document = {
        .kind = RANDOM_INVOICE, .number = random_rows_next(rows), .word = "invoice", .day = 7
    };
    struct random_row line = { .kind = RANDOM_BILLED,
        .number = document.number,
        .line_no = 1,
        .order = used->order,
        .item = used->item,
        .quantity = quantity,
        .cents = quantity * price };

    if (used->kind == RANDOM_TIME)
        line.cents = (quantity < 60 && pick(counter, 2) == 0 ? 60 : quantity) * price / 60;
    if (pick(counter, 8) == 0)
        line.cents = line.cents / 200 * 100; /* too cheap */
    if (pick(counter, 12) == 0)
        line.cents = 0;
    document.is_undone = pick(counter, 10) == 0;
    random_rows_push(rows, document);
    random_rows_push(rows, line);
    if (!document.is_undone && line.cents > 0 && pick(counter, 10) == 0)
        draw_credit(rows, counter, line);
    if (!document.is_undone)
        return;
    random_rows_push(rows,
        (struct random_row){ .kind = RANDOM_INVOICE,
            .number = random_rows_next(rows),
            .word = "cancel",
            .day = 7,
            .undoes = document.number });
    line.quantity = -line.quantity;
    line.cents = -line.cents;
    line.undoes = document.number;
    line.number = rows->last_number;
    random_rows_push(rows, line);
}

static void draw_part(struct random_rows *rows, uint64_t *counter, int order)
{
    struct random_row used = { .kind = RANDOM_USAGE,
        .order = order,
        .item = items[pick(counter, DRAWN_ITEMS)].id,
        .quantity = 1 + pick(counter, 4),
        .day = pick(counter, 3) };
    const int billed = near(counter, used.quantity);

    if (pick(counter, 8) != 0) {
        used.number = random_rows_next(rows);
        random_rows_push(rows, used);
        if (pick(counter, 8) == 0) { /* reported twice */
            used.number = random_rows_next(rows);
            random_rows_push(rows, used);
        }
    }
    draw_movements(rows, counter, used);
    if (billed > 0)
        draw_invoice(rows, counter, &used, billed);
    if (pick(counter, 12) == 0)
        random_rows_push(rows,
            (struct random_row){ .kind = RANDOM_CLAIM,
                .number = random_rows_next(rows),
                .order = order,
                .item = used.item,
                .quantity = used.quantity,
                .cents = used.quantity * items[item_index(used.item)].cost,
                .day = 8 });
}

static void draw_labour(struct random_rows *rows, uint64_t *counter, int order)
{
    static const int minutes[] = { 35, 60, 61, 90, 120 };
    struct random_row worked = { .kind = RANDOM_TIME,
        .number = random_rows_next(rows),
        .order = order,
        .item = "LAB",
        .quantity = minutes[pick(counter, TIE_COUNT_OF(minutes))],
        .day = pick(counter, 3) };

    worked.is_odd = pick(counter, 8) == 0;
    random_rows_push(rows, worked);
    if (pick(counter, 4) != 0)
        draw_invoice(rows, counter, &worked, worked.quantity);
}

/* One piece of few numbers, so that another order may report the same one. */
static void draw_piece(struct random_rows *rows, uint64_t *counter, int order)
{
    struct random_row used = { .kind = RANDOM_USAGE,
        .order = order,
        .item = "S",
        .quantity = 1,
        .day = pick(counter, 3),
        .serial = 1 + pick(counter, 2) };
    static const int issues[] = { 0, 1, 1, 1, 1, 2 };

    if (pick(counter, 8) != 0) {
        used.number = random_rows_next(rows);
        random_rows_push(rows, used);
    }
    for (int left = issues[pick(counter, TIE_COUNT_OF(issues))]; left > 0; left--) {
        struct random_row row = used;

        row.kind = RANDOM_MOVEMENT;
        row.number = random_rows_next(rows);
        row.line_no = 1;
        row.word = pick(counter, 6) == 0 ? "issue_cc" : "issue_wo";
        row.order = pick(counter, 4) == 0 ? order : 0;
        row.day += pick(counter, 6) == 0 ? 18 : pick(counter, 4); /* some after any window */
        row.serial = pick(counter, 10) == 0 ? 3 : used.serial;
        row.is_odd = pick(counter, 5) == 0;
        random_rows_push(rows, row);
    }
    if (pick(counter, 4) != 0)
        draw_invoice(rows, counter, &used, 1);
}

/* Pieces come from a counter of their own, behind all else: the rest of a seed's dossier doesn't hang on them. */
static void draw_pieces(struct random_rows *rows, uint64_t seed, int orders)
{
    uint64_t counter = seed * UINT64_C(0xD1B54A32D192ED03);

    for (int order = 1; order <= orders; order++)
        for (int piece = pick(&counter, 4) - 1; piece > 0; piece--)
            draw_piece(rows, &counter, order);
}

void random_rows_make(struct random_rows *rows, uint64_t seed)
{
    uint64_t counter = seed * UINT64_C(0x9E3779B97F4A7C15);
    const int orders = 1 + pick(&counter, 2);

    rows->count = 0;
    rows->last_number = 100;
    for (int order = 1; order <= orders; order++) {
        draw_order(rows, &counter, order);
        for (int part = 1 + pick(&counter, 3); part > 0; part--)
            draw_part(rows, &counter, order);
        if (pick(&counter, 3) == 0)
            draw_labour(rows, &counter, order);
    }
    draw_pieces(rows, seed, orders);
}

void random_rows_shuffle(struct random_rows *rows, uint64_t seed)
{
    uint64_t counter = seed;

    for (size_t i = rows->count; i > 1; i--) {
        const size_t other = (size_t)(test_random(&counter) % i);
        const struct random_row spare = rows->at[i - 1];

        rows->at[i - 1] = rows->at[other];
        rows->at[other] = spare;
    }
}

/* ---- as text ---- */

static const char *order_text(struct tie_arena *arena, const struct random_row *row, const char *p)
{
    const bool is_cancelled = strcmp(row->word, "cancelled") == 0, is_closed = strcmp(row->word, "closed") == 0;

    return tie_arena_printf(arena,
        "work_order; wo_id=%sW%d, wo_type=repair, status=%s, customer_id=C1, currency=EUR, "
        "created_at=2026-09-28T08:00Z, closed_at=%s, "
        "cancelled_at=%s",
        p, row->number, row->word, is_closed ? "2026-10-05T16:00Z" : "", is_cancelled ? "2026-10-05T16:00Z" : "");
}

static const char *reference(struct tie_arena *arena, const char *p, int order)
{
    return order == 0 ? "" : tie_arena_printf(arena, "%sW%d", p, order);
}

static const char *row_text(struct tie_arena *arena, const struct random_row *row, struct random_text text)
{
    const char *p = text.prefix, *wo = reference(arena, p, row->order);
    const char *unit = row->item == NULL ? "" : items[item_index(row->item)].unit;
    const char *amount = money(arena, (int64_t)row->cents * text.factor);
    const char *undoes = row->undoes == 0 ? "" : tie_arena_printf(arena, "%sD%d", p, row->undoes);
    const char *serial = row->serial == 0 ? "" : tie_arena_printf(arena, "%sN%d", p, row->serial);
    const int day = 1 + row->day;

    switch (row->kind) {
    case RANDOM_ORDER: return order_text(arena, row, p);
    case RANDOM_DECISION:
        return tie_arena_printf(arena,
            "entitlement_decision; decision_id=%sE%d, wo_id=%s, decision_class=%s, is_override=%s", p, row->number, wo,
            row->word, row->is_odd ? "yes" : "no");
    case RANDOM_USAGE:
        return tie_arena_printf(arena,
            "usage_line; usage_id=%sU%d, wo_id=%s, item_id=%s, quantity=%d, uom=%s, technician_id=T, "
            "server_at=2026-10-%02dT10:00Z, serial_no=%s, location_id=%s",
            p, row->number, wo, row->item, row->quantity, unit, day, serial, row->serial == 0 ? "" : "VAN");
    case RANDOM_TIME:
        return tie_arena_printf(arena,
            "time_entry; time_id=%sT%d, wo_id=%s, technician_id=T, kind=work, item_id=LAB, minutes=%d, "
            "start_at=2026-10-%02dT10:00Z, is_billable=%s",
            p, row->number, wo, row->quantity, day, row->is_odd ? "no" : "yes");
    case RANDOM_MOVEMENT:
        return tie_arena_printf(arena,
            "movement; mov_id=%sD%d, line_no=%d, movement_class=%s, wo_ref=%s, item_id=%s, quantity=%d, uom=%s, "
            "posting_date=2026-10-%02d, "
            "from_location_id=%s, reverses_mov_id=%s, reverses_line_no=%s, serial_no=%s",
            p, row->number, row->line_no, row->word, wo, row->item, row->quantity, unit, day,
            row->is_odd ? "STORE" : "VAN", undoes, row->undoes == 0 ? "" : "1", serial);
    case RANDOM_INVOICE:
        return tie_arena_printf(arena,
            "invoice; inv_id=%sD%d, kind=%s, status=released, origin=fsm, customer_id=C1, currency=EUR, "
            "posting_date=2026-10-%02d, "
            "cancels_inv_id=%s",
            p, row->number, row->word, day, undoes);
    case RANDOM_BILLED:
        return tie_arena_printf(arena,
            "invoice_line; inv_id=%sD%d, line_no=%d, wo_ref=%s, sales_item_id=%s, quantity=%d, uom=%s, "
            "net_amount=%s, cancels_line_no=%s",
            p, row->number, row->line_no, wo, row->item, row->quantity, strcmp(unit, "h") == 0 ? "min" : unit, amount,
            row->undoes == 0 ? "" : tie_arena_printf(arena, "%d", row->line_no));
    case RANDOM_CLAIM:
        return tie_arena_printf(arena,
            "claim; claim_id=%sC%d, kind=vendor, wo_ref=%s, item_id=%s, quantity=%d, parts_amount=%s, "
            "labour_amount=0, currency=EUR, "
            "filed_date=2026-10-%02d, status=filed",
            p, row->number, wo, row->item, row->quantity, amount, day);
    }
    return "";
}

void random_rows_add(
    const struct random_rows *rows, struct random_text text, struct test_bench *bench, struct tie_buf *said)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *line = row_text(&bench->shard.arena, &rows->at[i], text);

        test_rows_add(&bench->shard, line);
        if (said != NULL)
            tie_buf_printf(said, "  %s\n", line);
    }
}
