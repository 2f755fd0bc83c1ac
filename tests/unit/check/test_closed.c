/* test_closed.c - the closed orders that an audit sample is drawn from: which, what they are worth, in which order. */
#include "dossier_bench.h"

#include "support/groups.h"
#include "tieout/closed.h"

#define IN(id, more, day)                                                                                              \
    "work_order; wo_id=" id ", wo_type=repair, status=closed, customer_id=C1, region=NORTH, "                          \
    "legal_entity_id=L1, created_at=2026-08-01T08:00Z, closed_at=" day "T16:00Z, currency=EUR" more "\n"
#define PART(id, order, item, quantity)                                                                                \
    "usage_line; usage_id=" id ", wo_id=" order ", item_id=" item ", quantity=" quantity                               \
    ", uom=EA, server_at=2026-10-01T10:00Z\n"                                                                          \
    "movement; mov_id=M" id ", line_no=1, movement_class=issue_wo, wo_ref=" order ", item_id=" item                    \
    ", quantity=" quantity ", uom=EA, posting_date=2026-10-02\n"
#define BILL(id, order, item, quantity, net)                                                                           \
    INVOICE(id)                                                                                                        \
    "invoice_line; inv_id=" id ", line_no=1, wo_ref=" order ", sales_item_id=" item ", quantity=" quantity             \
    ", net_amount=" net "\n"
#define POUND_PRICES                                                                                                   \
    "item; item_id=P, base_uom=EA\n"                                                                                   \
    "item; item_id=Q, base_uom=EA\n"                                                                                   \
    "price; price_list_id=LIST, used_item_id=P, unit_price=33.33, currency=GBP\n"                                      \
    "price; price_list_id=LIST, used_item_id=Q, unit_price=33.33, currency=GBP\n"
#define POUND                                                                                                          \
    "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=GBP, "                              \
    "created_at=2026-08-01T08:00Z, closed_at=2026-10-02T16:00Z\n" PART("U1", "W1", "P", "1")
#define RATE(day, rate) "fx_rate; from_currency=GBP, to_currency=EUR, rate_date=" day ", rate=" rate "\n"

static const struct {
    const char *why, *master, *rows, *firm, *pending, *want; /* firm, pending: orders with a finding FIRM, CONTINGENT */
} cases[] = {
    { "what was used at its price, what was billed", NULL,
        IN("W1", "", "2026-10-02") PART("U1", "W1", "A", "2") BILL("I1", "W1", "A", "2", "200"), NULL, "W1",
        "W1 200 200 chargeable NORTH L1 repair 1" },
    { "not billed: book is what was due, a firm finding", NULL, IN("W1", "", "2026-10-02") PART("U1", "W1", "A", "2"),
        "W1", NULL, "W1 200 0 chargeable NORTH L1 repair 1 firm" },
    { "by number in bytes, whatever the order of rows", NULL,
        IN("W2", "", "2026-10-02") IN("W10", "", "2026-10-02") IN("W1", "", "2026-10-02"), NULL, NULL,
        "W1 0 0 nothing used NORTH L1 repair 0; W10 0 0 nothing used NORTH L1 repair 0; "
        "W2 0 0 nothing used NORTH L1 repair 0" },
    { "closed before the window: not in it", NULL,
        IN("W1", "", "2026-09-19") IN("W2", "", "2026-09-20") PART("U1", "W1", "A", "2"), "W1", NULL,
        "W2 0 0 nothing used NORTH L1 repair 0" },
    { "open and cancelled orders: not in it", NULL, OPEN_ORDER, "W1", NULL, "" },
    { "a cancelled order", NULL, CANCELLED_ORDER, "W1", NULL, "" },
    { "a deleted order", NULL, IN("W1", ", deleted=yes", "2026-10-02"), NULL, NULL, "" },
    { "what another order bills is part of that one, its findings too", NULL,
        IN("W1", "", "2026-10-02") IN("W2", ", billing_owner_wo_id=W1, parent_wo_id=W1", "2026-10-02")
            PART("U1", "W2", "A", "2") PART("U2", "W1", "B", "1") BILL("I1", "W1", "B", "1", "100"),
        "W2", "W1", "W1 300 100 chargeable NORTH L1 repair 2 firm" },
    { "no price: named, without a book", "item; item_id=Z, base_uom=EA\n",
        IN("W1", "", "2026-10-02") PART("U1", "W1", "Z", "1") PART("U2", "W1", "A", "1")
            BILL("I1", "W1", "A", "1", "100"),
        NULL, NULL, "W1 - 100 chargeable NORTH L1 repair 0, no price" },
    { "no rate: named, without a book", NULL, POUND, NULL, NULL,
        "W1 - 0 chargeable default  repair 0, no exchange rate" },
    { "no rate, but nothing to convert", NULL,
        "work_order; wo_id=W1, wo_type=inspection, status=closed, customer_id=C1, currency=GBP, "
        "created_at=2026-08-01T08:00Z, closed_at=2026-10-02T16:00Z\n",
        NULL, NULL, "W1 0 0 nothing used default  inspection 0" },
    { "the last rate up to the as-of; the sum is rounded once", RATE("2026-11-01", "1.1") RATE("2026-11-21", "9"),
        POUND, NULL, NULL, "W1 36.66 0 chargeable default  repair 0" },
    { "two lines are added before they are converted", RATE("2026-11-01", "1.005"), POUND PART("U2", "W1", "Q", "1"),
        NULL, NULL, "W1 66.99 0 chargeable default  repair 0" },
};

static const char *amount(tie_dec value, char *out)
{
    if (value == TIE_NONE)
        return "-";
    (void)tie_dec_print(value, out);
    return out;
}

static const char *spell(struct tie_arena *arena, const struct tie_closed_orders *all)
{
    const char *text = "";
    char book[TIE_DEC_TEXT_MAX], billed[TIE_DEC_TEXT_MAX];

    for (size_t i = 0; i < all->count; i++) {
        const struct tie_closed_order *o = &all->at[i];
        const char *trouble = tie_closed_trouble_words(o->trouble);

        text = tie_arena_printf(arena, "%s%s%s %s %s %s %s %s %s %u%s%s%s", text, i > 0 ? "; " : "", o->wo_id,
            amount(o->book, book), amount(o->billed, billed), o->class_, o->region, o->legal_entity, o->wo_type,
            (unsigned)o->findings, o->is_firm ? " firm" : "", trouble[0] == '\0' ? "" : ", ", trouble);
    }
    return text;
}

static size_t find(struct tie_finding *at, const char *wo_id, enum tie_certainty certainty)
{
    *at = (struct tie_finding){ .work_order = wo_id, .certainty = certainty };
    return wo_id != NULL;
}

/* Dossier i goes to worker i % workers: the merged list must not tell. */
static const char *closed_of(struct test_groups *groups, const struct tie_findings *findings, unsigned workers)
{
    struct tie_arena *arena = &groups->arena;
    struct tie_closed_orders parts[3], all;
    const struct tie_closed_orders *lists[3] = { &parts[0], &parts[1], &parts[2] };

    for (unsigned w = 0; w < workers; w++)
        tie_closed_init(&parts[w], arena);
    for (size_t i = groups->count; i-- > 0;)
        tie_closed_collect(&groups->at[i].match, &groups->at[i].expectations, &parts[(unsigned)i % workers]);
    tie_closed_merge(arena, lists, workers, findings, &all);
    return spell(arena, &all);
}

static void test_cases_of_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct test_bench bench;
        struct test_groups groups;
        struct tie_finding at[2];
        struct tie_findings findings = { .at = at };

        test_bench_init(&bench, "");
        test_rows_text(&bench.rows, COMPANY POUND_PRICES);
        if (cases[i].master != NULL)
            test_rows_text(&bench.rows, cases[i].master);
        test_bench_build(&bench);
        test_rows_text(&bench.shard, cases[i].rows);
        test_groups_start(&groups, &bench);
        findings.count = find(at, cases[i].firm, TIE_CERTAINTY_FIRM);
        findings.count += find(&at[findings.count], cases[i].pending, TIE_CERTAINTY_CONTINGENT);
        test_expect_text(closed_of(&groups, &findings, 1), cases[i].want, cases[i].why);
        test_expect_text(closed_of(&groups, &findings, 3), cases[i].want, cases[i].why);
        test_groups_stop(&groups);
        test_bench_stop(&bench);
    }
}

static void test_find(void **state)
{
    struct tie_closed_order orders[] = { { .wo_id = "A" }, { .wo_id = "C" } };
    struct tie_closed_member members[] = { { "B", "C" }, { "D", "gone" } };
    const struct tie_closed_orders all = { .at = orders, .count = 2, .members = { .at = members, .count = 2 } };
    const struct tie_closed_orders none = { .count = 0 };

    (void)state;
    assert_ptr_equal(tie_closed_find(&all, "A"), &orders[0]);
    assert_ptr_equal(tie_closed_find(&all, "B"), &orders[1]);
    assert_null(tie_closed_find(&all, "D"));
    assert_null(tie_closed_find(&all, ""));
    assert_null(tie_closed_find(&none, "A"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases_of_closed), cmocka_unit_test(test_find) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
