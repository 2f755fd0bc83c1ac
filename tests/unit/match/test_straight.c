/*
 * test_straight.c - the three ways to groups come out alike: straight.c, plain.c, and the general one that is taken
 * when a trace asks. Random orders of parts (fixed seeds), most of them without anything odd, and to some of them one
 * of the oddities of a table: one for each reason not to go straight, and for each not to walk (plain.c).
 *
 * All that later steps read is told as text and compared three times: when the dossier has been matched, when it is
 * finished, and when replies of an exchange have been applied, which makes sums and pairs anew from the shares.
 * What is not proved: that a dossier without oddities goes straight, which is a matter of speed; tests/bench/counts.tsv
 * would tell.
 */
#include "base/random.h"
#include "match/scene.h"

#include <stdio.h>
#include <stdlib.h>

#define SEEDS 12
#define ORDERS 8
#define SOILED ((size_t)1 << 20) /* more than a match of them takes */
#define MASTER                                                                                                         \
    "item; item_id=A, base_uom=EA\nitem; item_id=B, base_uom=KG\nitem; item_id=C, base_uom=EA\n"                       \
    "item; item_id=N, base_uom=EA, stock_type=nonstock\nitem; item_id=S, base_uom=EA\n"                                \
    "item; item_id=D, base_uom=EA\nitem; item_id=E, base_uom=KG\nitem; item_id=T, base_uom=EA\n"                       \
    "sales_map; used_item_id=C, sales_item_id=S\nitem_uom; item_id=B, uom=BOX, factor_num=3\n"                         \
    "fx_rate; from_currency=USD, to_currency=EUR, rate_date=2026-09-01, rate=0.5\n"                                    \
    "contract; contract_id=K1, customer_id=C1, status=active, currency=EUR, start_date=2026-01-01\n"                   \
    "technician; technician_id=T1, van_location_id=V1\n"

#define ISSUE(id, cells)                                                                                               \
    "movement; mov_id=" id ", line_no=1, wo_ref=@, uom=EA, posting_date=2026-10-03, currency=EUR, " cells "\n"
#define BILL(id, cells, line)                                                                                          \
    "invoice; inv_id=" id ", customer_id=C1, posting_date=2026-10-08" cells "\ninvoice_line; inv_id=" id               \
    ", line_no=1, wo_ref=@, uom=EA, " line "\n"
#define OUT ", kind=invoice, status=released, currency=EUR"
#define USE(id, cells)                                                                                                 \
    "usage_line; usage_id=" id ", wo_id=@, uom=EA, server_at=2026-10-02T10:00Z, technician_id=T1, " cells "\n"

/* @ is the order, # a number of its own for each time that the rows are put in. */
static const struct oddity {
    const char *why, *rows;
} oddities[] = {
    { "nothing odd", "" },
    { "a row comes back", ISSUE("R#", "movement_class=return_wo, item_id=A, quantity=-1, cost_amount=-10") },
    { "a use comes back", USE("R#", "item_id=A, quantity=1, direction=returned") },
    { "credit without a name",
        BILL("R#", ", kind=credit, status=released, currency=EUR", "sales_item_id=A, quantity=-1, net_amount=-10") },
    { "an issue and what reverses it, by its name",
        ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=2")
            ISSUE("XR#", "movement_class=return_wo, item_id=A, quantity=-2, reverses_mov_id=X#, reverses_line_no=1") },
    { "what reverses is of another item",
        ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=2")
            ISSUE("XR#", "movement_class=return_wo, item_id=B, quantity=-1, reverses_mov_id=X#, reverses_line_no=1") },
    { "what reverses is above zero",
        ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=2")
            ISSUE("XR#", "movement_class=return_wo, item_id=B, quantity=1, reverses_mov_id=X#, reverses_line_no=1") },
    { "a bill that cancels another, both above zero",
        BILL("X#", OUT, "sales_item_id=A, quantity=2, net_amount=20")
            BILL("XC#", OUT, "sales_item_id=B, quantity=1, net_amount=10, cancels_inv_id=X#, cancels_line_no=1") },
    { "a bill that corrects another of another item",
        BILL("X#", OUT, "sales_item_id=A, quantity=2, net_amount=20")
            BILL("XC#", OUT ", corrects_inv_id=X#", "sales_item_id=B, quantity=1, net_amount=10") },
    { "names an original that is not there",
        ISSUE("XR#", "movement_class=return_wo, item_id=A, quantity=-1, reverses_mov_id=none, reverses_line_no=1") },
    { "an invoice is cancelled",
        BILL("X#", ", kind=invoice, status=cancelled, currency=EUR", "sales_item_id=A, quantity=1, net_amount=10") },
    { "a cancelled invoice of what nothing else is billed for",
        USE("X#", "item_id=N, quantity=1") BILL(
            "X#", ", kind=invoice, status=cancelled, currency=EUR", "sales_item_id=N, quantity=1, net_amount=10") },
    { "an invoice is a draft",
        BILL("X#", ", kind=invoice, status=draft, currency=EUR", "sales_item_id=A, quantity=1, net_amount=10") },
    { "a text line", BILL("X#", OUT, "line_kind=text, sales_item_id=A, quantity=1, net_amount=0") },
    { "no consumption", ISSUE("X#", "movement_class=transfer_out, item_id=A, quantity=1") },
    { "a deleted use", USE("X#", "item_id=A, quantity=1, deleted=yes") },
    { "labour",
        "time_entry; time_id=X#, wo_id=@, technician_id=T1, kind=work, start_at=2026-10-02T08:00Z, minutes=60\n" },
    { "labour that is billed",
        "time_entry; time_id=X#, wo_id=@, technician_id=T1, kind=work, start_at=2026-10-02T08:00Z, minutes=60\n" BILL(
            "X#", OUT, "line_kind=labour, quantity=1, net_amount=60") },
    { "a charge", BILL("X#", OUT, "line_kind=charge, quantity=1, net_amount=60") },
    { "a part without its item", BILL("X#", OUT, "line_kind=part, quantity=1, net_amount=7") },
    { "labour by an item", BILL("X#", OUT, "line_kind=labour, sales_item_id=A, quantity=1, net_amount=70") },
    { "an expense", BILL("X#", OUT, "line_kind=part, sales_item_id=A, expense_ref=E1, quantity=1, net_amount=7") },
    { "names a movement",
        ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=2")
            BILL("X#", OUT, "sales_item_id=B, quantity=1, net_amount=7, mov_id=X#, mov_line_no=1") },
    { "an issue names a use of its item",
        USE("X#", "item_id=A, quantity=2")
            ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=3, usage_ref=X#") },
    { "a bill names a use of another item",
        USE("X#", "item_id=A, quantity=2")
            BILL("X#", OUT, "sales_item_id=B, quantity=2, net_amount=20, usage_ref=X#") },
    { "reported twice",
        USE("X#", "item_id=A, quantity=1, external_id=E#") USE("XX#", "item_id=A, quantity=1, external_id=E#") },
    { "reported twice, not alike",
        USE("X#", "item_id=A, quantity=1, external_id=E#") USE("XX#", "item_id=B, quantity=2, external_id=E#") },
    { "stock of others",
        USE("X#", "item_id=A, quantity=1, owner=consignment")
            ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=1, owner=own") },
    { "refurbished",
        USE("X#", "item_id=A, quantity=1, item_condition=refurb")
            ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=1, item_condition=new") },
    { "serials",
        USE("X#", "item_id=A, quantity=1, serial_no=S1") USE("XX#", "item_id=A, quantity=1, serial_no=S2")
            ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=1, serial_no=S2")
                ISSUE("XX#", "movement_class=issue_wo, item_id=A, quantity=2, serial_no=S3") },
    { "lots",
        USE("X#", "item_id=B, quantity=1, lot_no=L1")
            ISSUE("X#", "movement_class=issue_wo, item_id=B, quantity=1, lot_no=L2") },
    { "one serial on either side",
        USE("X#", "item_id=S, quantity=1, serial_no=S1")
            ISSUE("X#", "movement_class=issue_wo, item_id=S, quantity=1, serial_no=S1") },
    { "one lot on either side",
        USE("X#", "item_id=S, quantity=2, lot_no=L1")
            ISSUE("X#", "movement_class=issue_wo, item_id=S, quantity=2, lot_no=L1") },
    { "an issue without an order",
        "movement; mov_id=X#, line_no=1, wo_ref=, movement_class=issue_wo, item_id=A, quantity=1, uom=EA, "
        "posting_date=2026-10-03, currency=EUR\n" },
    { "a bill below zero", BILL("X#", OUT, "sales_item_id=N, quantity=1, net_amount=-10") },
    { "billed twice, and issued a little less, within tolerance",
        USE("X#", "item_id=B, quantity=1000") ISSUE("X#", "movement_class=issue_wo, item_id=B, quantity=999")
            BILL("X#", OUT, "sales_item_id=B, quantity=1000, net_amount=10")
                BILL("XX#", OUT, "sales_item_id=B, quantity=1000, net_amount=10") },
    { "a fixed line", BILL("X#", OUT, "line_kind=fixed, quantity=1, net_amount=500") },
    { "a billing group", BILL("X#", OUT, "sales_item_id=A, quantity=1, net_amount=300, billing_group=G") },
    { "contract ledger",
        "contract_ledger; entry_id=X#, contract_id=K1, posting_date=2026-10-06, kind=debit, quantity=1, amount=10, "
        "wo_ref=@\n" },
    { "a claim",
        "claim; claim_id=X#, kind=vendor, status=filed, parts_amount=30, currency=EUR, filed_date=2026-10-09, "
        "wo_ref=@\n" },
    { "billed in another currency",
        BILL("X#", ", kind=invoice, status=released, currency=USD", "sales_item_id=A, quantity=1, net_amount=7") },
    { "posted in another currency",
        "movement; mov_id=X#, line_no=1, wo_ref=@, movement_class=issue_wo, item_id=A, quantity=1, uom=EA, "
        "posting_date=2026-10-03, currency=USD, cost_amount=7\n" },
    { "without a currency",
        "movement; mov_id=X#, line_no=1, wo_ref=@, movement_class=issue_wo, item_id=A, quantity=1, uom=EA, "
        "posting_date=2026-10-03, cost_amount=7\n" },
    { "an issue of nothing, with a cost",
        ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=0, cost_amount=5") },
    { "a use of nothing", USE("X#", "item_id=A, quantity=0") },
    { "a bill of nothing", BILL("X#", OUT, "sales_item_id=A, quantity=0, net_amount=5") },
    { "free of charge", BILL("X#", OUT, "sales_item_id=A, quantity=1, net_amount=0") },
    { "credited in money alone",
        BILL("X#", OUT, "sales_item_id=A, quantity=1, net_amount=10")
            BILL("XX#", OUT, "sales_item_id=A, quantity=1, net_amount=-10") },
    { "credited as far as all was billed",
        USE("X#", "item_id=N, quantity=1") BILL("X#", OUT, "sales_item_id=N, quantity=1, net_amount=10")
            BILL("XX#", OUT, "sales_item_id=N, quantity=1, net_amount=-10") },
    { "a cost is not known", ISSUE("X#", "movement_class=issue_wo, item_id=A, quantity=1") },
    { "sold as another item",
        USE("X#", "item_id=C, quantity=1") BILL("X#", OUT, "sales_item_id=S, quantity=1, net_amount=10") },
    { "kept in another unit",
        "usage_line; usage_id=X#, wo_id=@, uom=BOX, server_at=2026-10-02T10:00Z, "
        "technician_id=T1, item_id=B, quantity=1\n" },
    { "more than is counted with",
        USE("X#", "item_id=B, quantity=9000000000000") USE("XX#", "item_id=B, quantity=9000000000000") },
    { "costs more than is counted with",
        ISSUE("X#", "movement_class=issue_wo, item_id=B, quantity=1, cost_amount=9000000000000")
            ISSUE("XX#", "movement_class=issue_wo, item_id=B, quantity=1, cost_amount=9000000000000") },
    { "many rows of one quantity",
        USE("X#", "item_id=B, quantity=2") USE("XX#", "item_id=B, quantity=2")
            ISSUE("X#", "movement_class=issue_wo, item_id=B, quantity=2")
                ISSUE("XX#", "movement_class=issue_wo, item_id=B, quantity=2") },
    { "a quantity twice on one side, once on the other",
        USE("X#", "item_id=T, quantity=2") USE("XX#", "item_id=T, quantity=2")
            ISSUE("X#", "movement_class=issue_wo, item_id=T, quantity=2")
                ISSUE("XX#", "movement_class=issue_wo, item_id=T, quantity=1")
                    ISSUE("XXX#", "movement_class=issue_wo, item_id=T, quantity=1")
                        BILL("X#", OUT, "sales_item_id=T, quantity=4, net_amount=10") },
    { "another order bills",
        "work_order; wo_id=X#, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z, billing_owner_wo_id=@\n"
        "usage_line; usage_id=X#, wo_id=X#, item_id=A, quantity=1, uom=EA, "
        "server_at=2026-10-02T10:00Z\n" },
    { "a second order of the family",
        "work_order; wo_id=X#, wo_type=repair, status=closed, customer_id=C1, currency=USD, "
        "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z, parent_wo_id=@\n"
        "usage_line; usage_id=X#, wo_id=X#, item_id=A, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n" },
    { "a fixed price",
        "work_order; wo_id=X#, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "price_mode=fixed, created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z, parent_wo_id=@\n"
        "usage_line; usage_id=X#, wo_id=X#, item_id=A, quantity=1, uom=EA, "
        "server_at=2026-10-02T10:00Z\n"
        "invoice; inv_id=X#, customer_id=C1, posting_date=2026-10-08" OUT
        "\ninvoice_line; inv_id=X#, line_no=1, wo_ref=X#, uom=EA, sales_item_id=A, quantity=1, "
        "net_amount=10\n" },
    { "over before the window",
        "work_order; wo_id=X#, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-05-01T08:00Z, closed_at=2026-05-05T16:00Z, parent_wo_id=@\n"
        "usage_line; usage_id=X#, wo_id=X#, item_id=A, quantity=1, uom=EA, server_at=2026-05-02T10:00Z\n" },
    { "a reference that two orders share",
        "work_order; wo_id=0@, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z, parent_wo_id=@\n" },
};

struct maker {
    uint64_t seed;
    unsigned next; /* number of the next rows */
    struct tie_buf text;
};

static unsigned pick(struct maker *maker, unsigned below)
{
    return (unsigned)(test_random(&maker->seed) % below);
}

static void put(struct maker *maker, unsigned order, const char *rows)
{
    const unsigned number = maker->next++;

    for (; *rows != '\0'; rows++)
        if (*rows == '@')
            tie_buf_printf(&maker->text, "W%02u", order);
        else if (*rows == '#')
            tie_buf_printf(&maker->text, "%u", number);
        else
            tie_buf_char(&maker->text, *rows);
}

/* Uses, issues and bills of an item: most agree, some leave one out, some are split or of another quantity. */
static void put_item(struct maker *maker, unsigned order, const char *item)
{
    const unsigned uses = pick(maker, 8) == 0 ? 0 : 1 + pick(maker, 2), issues = pick(maker, 8) == 0 ? 0 : uses;
    const unsigned extra = pick(maker, 8) == 0, bills = pick(maker, 4) == 0 ? 0 : 1 + pick(maker, 2);
    const unsigned quantity = 1 + pick(maker, 3);
    char row[300];

    for (unsigned i = 0; i < uses; i++) {
        (void)snprintf(row, sizeof row, USE("U#", "item_id=%s, quantity=%u"), item, quantity + i);
        put(maker, order, row);
    }
    for (unsigned i = 0; i < issues + extra; i++) {
        (void)snprintf(row, sizeof row, ISSUE("M#", "movement_class=issue_wo, item_id=%s, quantity=%u, cost_amount=%u"),
            item, quantity + i * (1 - extra), 10 + i);
        put(maker, order, row);
    }
    for (unsigned i = 0; i < bills; i++) {
        (void)snprintf(row, sizeof row, BILL("I#", OUT, "sales_item_id=%s, quantity=%u, net_amount=%u"), item,
            quantity + i, 20 + i);
        put(maker, order, row);
    }
}

static void make(struct maker *maker, const struct oddity *oddity)
{
    static const char *const items[] = { "A", "B", "C", "D", "E", "N" };

    for (unsigned order = 1; order <= ORDERS; order++) {
        put(maker, order,
            "work_order; wo_id=@, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
            "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z\n");
        for (size_t i = 0; i < TIE_COUNT_OF(items); i++)
            if (pick(maker, 2) == 0)
                put_item(maker, order, items[i]);
        if (pick(maker, 2) == 0)
            put(maker, order, oddity->rows);
    }
}

/* ---- telling ---- */

static void tell_line(struct tie_buf *out, const struct tie_match *match, uint32_t at)
{
    const struct tie_line *line = &match->lines[at];

    tie_buf_printf(out,
        "line %u leg %d row %u state %d out %d pass %d group %d open %lld of %lld excess %lld like %d/%d named %d\n",
        at, line->leg, line->row, line->state, line->excluded, line->pass, (int)line->group, (long long)line->open,
        (long long)line->quantity, (long long)line->excess, (int)line->duplicate_of, line->duplicate_tier,
        (int)tie_line_named(match, line));
}

static void tell_all_of(struct tie_buf *out, const struct tie_match *match, const struct tie_group *group)
{
    tell_group(out, match, group);
    tie_buf_printf(out,
        "  kind %d currency %u cost %lld in %u tolerance %lld each %d stocked %d owned %d billed %lld rivals %u\n",
        group->kind, group->currency, (long long)group->movement_cost, group->cost_currency,
        (long long)group->tolerance, group->each, group->is_stocked, group->is_owned, (long long)group->billed,
        group->rivals);
    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        TEST_EXPECT((group->lines[leg].at == NULL) == (group->lines[leg].count == 0), "an empty list has no place");
        for (uint32_t i = 0; i < group->lines[leg].count; i++) {
            const struct tie_part part = tie_group_part(match, group, group->lines[leg].at[i]);

            tie_buf_printf(out, "  holds %u: %lld for %lld\n", group->lines[leg].at[i], (long long)part.quantity,
                (long long)part.amount);
        }
    }
    for (uint32_t i = 0; i < match->line_count; i++) { /* of those that are in no list of it, nothing */
        const struct tie_part part = tie_group_part(match, group, i);

        if (part.quantity != 0 || part.amount != 0)
            tie_buf_printf(out, "  has %u\n", i);
    }
}

/* What each exchange would be given, and all that is there. */
static void tell(struct tie_buf *out, const struct tie_match *match, const char *when)
{
    static const enum tie_pass passes[] = { TIE_P4, TIE_P9 };

    tie_buf_printf(out, "-- %s\n", when);
    for (size_t i = 0; i < match->group_count; i++)
        tell_all_of(out, match, &match->groups[i]);
    for (uint32_t i = 0; i < match->line_count; i++)
        tell_line(out, match, i);
    for (size_t p = 0; p < TIE_COUNT_OF(passes); p++) {
        struct tie_facts facts;

        tie_facts_init(&facts, match->arena);
        (void)tie_match_emit(match, passes[p], 0, &facts);
        tie_buf_printf(out, "gives %zu\n", facts.count);
    }
    for (int pass = TIE_P0; pass <= TIE_P11; pass++)
        tie_buf_printf(out, "%llu ", (unsigned long long)match->pairs_by_pass[pass]);
    tie_buf_char(out, '\n');
}

/* ---- matching both ways ---- */

static void match_all(struct scene *scene, bool is_traced, struct tie_buf *out)
{
    const struct tie_replies none = { 0 };

    tie_buf_reset(out);
    for (size_t i = 0; i < scene->shard.dossier_count; i++) {
        struct tie_trace trace = { .arena = &scene->arena };
        struct tie_match match;

        tie_match_dossier_traced(&scene->arena, &scene->bench.keys, &scene->shard, &scene->shard.dossiers[i],
            is_traced ? &trace : NULL, &match);
        tell(out, &match, "matched");
        tie_match_finish(&match);
        tell(out, &match, "finished");
        tie_match_apply(&match, TIE_P9, 0, &none);
        tie_match_finish(&match);
        tell(out, &match, "applied");
    }
}

/* What the memory held before must not matter. */
static void soil(struct tie_arena *arena)
{
    const struct tie_arena_mark mark = tie_arena_mark(arena);

    memset(tie_arena_take_raw(arena, SOILED), 0xa5, SOILED);
    tie_arena_back_to(arena, mark);
}

static void try_oddity(const struct oddity *oddity, uint64_t seed)
{
    struct maker maker = { .seed = seed, .next = 1 };
    struct scene scene;
    struct tie_buf traced;

    tie_buf_init(&maker.text, (size_t)1 << 20);
    tie_buf_init(&traced, (size_t)1 << 24);
    make(&maker, oddity);
    tie_buf_char(&maker.text, '\0');
    scene_start(&scene, NULL, MASTER, maker.text.at);
    soil(&scene.arena);
    match_all(&scene, false, &scene.text);
    match_all(&scene, true, &traced);
    if (scene.text.size != traced.size || memcmp(scene.text.at, traced.at, traced.size) != 0) {
        tie_buf_char(&traced, '\0');
        fail_msg("%s, seed %llu:\n%s-- straight\n%s-- general\n%s", oddity->why, (unsigned long long)seed,
            maker.text.at, scene.text.at, traced.at);
    }
    scene_end(&scene);
    tie_buf_release(&traced);
    tie_buf_release(&maker.text);
}

static void test_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(oddities); i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            try_oddity(&oddities[i], seed * 1000 + i);
}

/* The bytes that a match of an order of so many uses takes, for each of them. */
static size_t bytes_of_line(unsigned count)
{
    struct maker maker = { .next = 1 };
    struct scene scene;
    struct tie_buf traced;
    size_t used;

    tie_buf_init(&maker.text, (size_t)1 << 20);
    tie_buf_init(&traced, (size_t)1 << 24);
    put(&maker, 1,
        "work_order; wo_id=@, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
        "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z\n");
    for (unsigned i = 0; i < count; i++)
        put(&maker, 1, USE("U#", "item_id=B, quantity=1"));
    tie_buf_char(&maker.text, '\0');
    scene_start(&scene, NULL, MASTER, maker.text.at);
    used = scene.arena.used_bytes;
    tie_match_dossier(&scene.arena, &scene.bench.keys, &scene.shard, &scene.shard.dossiers[0], &scene.matches[0]);
    used = scene.arena.used_bytes - used;
    match_all(&scene, false, &scene.text);
    match_all(&scene, true, &traced);
    TEST_EXPECT(scene.text.size == traced.size && memcmp(scene.text.at, traced.at, traced.size) == 0,
        "both ways come out alike");
    scene_end(&scene);
    tie_buf_release(&traced);
    tie_buf_release(&maker.text);
    return used / count;
}

/* There is room for a group a line where lines are few only. */
static void test_many_lines(void **state)
{
    const size_t of_few = bytes_of_line(4000), of_many = bytes_of_line(4200);

    (void)state;
    if (of_many + sizeof(struct tie_group) / 2 > of_few)
        fail_msg("a line of few takes %zu bytes, one of many %zu", of_few, of_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_many_lines),
    };

    return cmocka_run_group_tests_name("straight", tests, NULL, NULL);
}
