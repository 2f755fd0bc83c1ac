/*
 * expecting.c - see expecting.h.
 */
#include "support/expecting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char common_lines[] = "item; item_id=A, base_uom=EA\n"
                                   "item_cost; item_id=A, valid_from=2026-01-01, unit_cost=40, currency=EUR\n"
                                   "price; price_list_id=LIST, used_item_id=A, unit_price=100, currency=EUR\n";

/* ---- fields ---- */

struct seen {
    const struct test_groups *groups;
    const struct test_place *place;
    char text[8 * TIE_DEC_TEXT_MAX];
};

typedef const char *show(struct seen *seen);

static const char *number(struct seen *seen, tie_dec value)
{
    if (value == TIE_NONE)
        return "unknown";
    tie_dec_print(value, seen->text);
    return seen->text;
}

static const char *chars(const struct seen *seen, tie_str id)
{
    return id == 0 ? "-" : tie_pool_chars(&seen->groups->shard.pool, id);
}

static const char *day(struct seen *seen, tie_date date)
{
    if (date == TIE_NO_DATE)
        return "-";
    tie_date_print(date, seen->text);
    return seen->text;
}

#define NUMBER(name, member)                                                                                           \
    static const char *show_##name(struct seen *seen)                                                                  \
    {                                                                                                                  \
        return number(seen, seen->place->expect->member);                                                              \
    }
#define CHARS(name, member)                                                                                            \
    static const char *show_##name(struct seen *seen)                                                                  \
    {                                                                                                                  \
        return chars(seen, seen->place->expect->member);                                                               \
    }
#define WORDS(name, words)                                                                                             \
    static const char *show_##name(struct seen *seen)                                                                  \
    {                                                                                                                  \
        const struct tie_expectation *e = seen->place->expect;                                                         \
                                                                                                                       \
        return words;                                                                                                  \
    }
NUMBER(share, share)
NUMBER(full, full_amount)
NUMBER(customer, customer_amount)
NUMBER(recorded_customer, recorded_customer_amount)
NUMBER(covered, covered_amount)
NUMBER(deductible, deductible_amount)
NUMBER(claim, claim_amount)
NUMBER(debit, debit_amount)
NUMBER(debit_qty, debit_qty)
NUMBER(unit_price, unit_price)
NUMBER(quantity, expected_qty)
NUMBER(limit, approved_limit)
NUMBER(unit_cost, unit_cost)
CHARS(claim_currency, claim_currency)
CHARS(cost_currency, cost_currency)
CHARS(approval, approval_id)
CHARS(payer, payer)
CHARS(customer_id, customer)
CHARS(scope, recorded.scope)
WORDS(class, tie_class_words(e->class_))
WORDS(recorded, e->recorded.exists ? tie_class_words(e->recorded.class_) : "-")
WORDS(derived, e->derived.exists ? tie_class_words(e->derived.class_) : "-")
WORDS(cover, e->derived.cover == NULL ? "-" : chars(seen, e->derived.cover->cover_id))
WORDS(contract, e->derived.contract == NULL ? "-" : chars(seen, e->derived.contract->contract_id))
WORDS(contract_line,
    e->derived.contract_line == NULL ? "-" : number(seen, e->derived.contract_line->line_no *TIE_DEC_ONE))
WORDS(rule, tie_price_rule_words(e->price_rule))
NUMBER(discount, discount)
CHARS(price_key, price_key)
WORDS(money_day, day(seen, e->money_day))
WORDS(cost_source, tie_cost_source_words(e->cost_source))
WORDS(approved, e->is_goodwill ? (e->is_approved ? "yes" : "no") : "-")
WORDS(refused, e->is_refused ? "yes" : "no")
WORDS(vendor, (e->derived.exists ? &e->derived : &e->recorded)->is_vendor ? "yes" : "no")
WORDS(due, day(seen, e->billing_due))
WORDS(deciding, day(seen, e->recorded.day))

static const char *show_tolerance(struct seen *seen)
{
    return number(seen, tie_expect_tolerance(&seen->place->dossier->match, seen->place->group, seen->place->expect));
}

/* "61>75=75 20>60=60": worked, charged, amount */
static const char *show_stints(struct seen *seen)
{
    const struct tie_expectation *e = seen->place->expect;

    size_t used = 0;

    for (size_t i = 0; i < e->stint_count && used < sizeof seen->text; i++) {
        char worked[TIE_DEC_TEXT_MAX], charged[TIE_DEC_TEXT_MAX], amount[TIE_DEC_TEXT_MAX];

        (void)tie_dec_print(e->stints[i].minutes, worked);
        (void)tie_dec_print(e->stints[i].charged, charged);
        (void)tie_dec_print(e->stints[i].amount, amount);
        used += (size_t)snprintf(
            seen->text + used, sizeof seen->text - used, "%s%s>%s=%s", i > 0 ? " " : "", worked, charged, amount);
    }
    return used == 0 ? "-" : seen->text;
}

static const char *show_gaps(struct seen *seen)
{
    return number(seen, (tie_dec)seen->place->dossier->expectations.gap_count * TIE_DEC_ONE);
}

static const char *show_decided(struct seen *seen)
{
    const struct tie_match *match = &seen->place->dossier->match;

    return tie_expect_decided_orders(match->arena, match)[0] ? "yes" : "no";
}

static const struct {
    const char *name;
    show *text;
} fields[] = {
    { "class", show_class },
    { "recorded", show_recorded },
    { "derived", show_derived },
    { "share", show_share },
    { "full", show_full },
    { "customer", show_customer },
    { "recorded_customer", show_recorded_customer },
    { "covered", show_covered },
    { "deductible", show_deductible },
    { "claim", show_claim },
    { "claim_currency", show_claim_currency },
    { "debit", show_debit },
    { "debit_qty", show_debit_qty },
    { "unit_price", show_unit_price },
    { "quantity", show_quantity },
    { "limit", show_limit },
    { "unit_cost", show_unit_cost },
    { "cost_currency", show_cost_currency },
    { "approval", show_approval },
    { "payer", show_payer },
    { "customer_id", show_customer_id },
    { "scope", show_scope },
    { "cover", show_cover },
    { "contract", show_contract },
    { "contract_line", show_contract_line },
    { "rule", show_rule },
    { "discount", show_discount },
    { "price_key", show_price_key },
    { "money_day", show_money_day },
    { "cost_source", show_cost_source },
    { "stints", show_stints },
    { "approved", show_approved },
    { "refused", show_refused },
    { "vendor", show_vendor },
    { "due", show_due },
    { "deciding", show_deciding },
    { "tolerance", show_tolerance },
    { "gaps", show_gaps },
    { "decided", show_decided },
};

static bool is_equal(const char *got, const char *want)
{
    tie_dec a = 0, b = 0;

    return strcmp(got, want) == 0 ||
        (tie_dec_from_text(tie_text_of(got), &a) == TIE_DEC_EXACT &&
            tie_dec_from_text(tie_text_of(want), &b) == TIE_DEC_EXACT && a == b);
}

/* "name=value, name=value" */
static void check_fields(struct seen *seen, struct tie_arena *arena, const struct test_expect_case *at)
{
    struct tie_text rest = tie_text_of(at->want);

    while (rest.size > 0) {
        struct tie_text value = tie_text_trim(tie_text_cut(&rest, ','));
        const struct tie_text name = tie_text_cut(&value, '=');
        const char *want = tie_text_dup(arena, value), *got = NULL;

        for (size_t i = 0; i < TIE_COUNT_OF(fields); i++)
            if (tie_text_is(name, fields[i].name))
                got = fields[i].text(seen);
        if (got == NULL)
            fail_msg("%s: \"%.*s\" is no field of an expectation", at->why, (int)name.size, name.at);
        if (!is_equal(got, want))
            fail_msg("%s: %.*s is %s, not %s", at->why, (int)name.size, name.at, got, want);
    }
}

/* ---- cases ---- */

static bool is_master(struct tie_text line)
{
    struct tie_text title = tie_text_cut(&line, ';');
    enum tie_dataset id = TIE_DATASET_COUNT;

    return tie_dataset_find(tie_text_trim(tie_text_cut(&title, ' ')), &id) &&
        tie_dataset(id)->home == TIE_HOME_BROADCAST;
}

static void add_lines(struct test_rows *rows, const char *lines, bool masters)
{
    struct tie_text rest = tie_text_of(lines);

    while (rest.size > 0) {
        const struct tie_text line = tie_text_trim(tie_text_cut(&rest, '\n'));

        if (line.size > 0 && is_master(line) == masters)
            test_rows_add(rows, tie_text_dup(&rows->arena, line));
    }
}

static void add_order(struct test_rows *rows, const struct test_expect_case *at)
{
    test_rows_add(rows,
        tie_arena_printf(&rows->arena,
            "work_order; wo_id=W1, wo_type=repair, status=closed, customer_id=C1, currency=EUR, "
            "created_at=2026-09-28T08:00Z, closed_at=2026-10-05T16:00Z%s%s",
            at->order == NULL ? "" : ", ", at->order == NULL ? "" : at->order));
    if (at->usage != NULL)
        test_rows_add(rows,
            tie_arena_printf(&rows->arena,
                "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=%s, uom=EA, server_at=2026-10-02T10:00Z",
                at->usage));
}

void test_expect_start(struct test_bench *bench, struct test_groups *groups, const struct test_expect_case *at)
{
    test_bench_init(bench, at->policy);
    test_rows_text(&bench->rows, common_lines);
    add_lines(&bench->rows, at->lines, true);
    test_bench_build(bench);
    add_order(&bench->shard, at);
    add_lines(&bench->shard, at->lines, false);
    test_groups_start(groups, bench);
}

void test_expect_cases(const struct test_expect_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct test_bench bench;
        struct test_groups groups;
        struct test_place place;
        struct seen seen = { .groups = &groups, .place = &place };

        test_expect_start(&bench, &groups, &cases[i]);
        place = test_group(&groups, "W1", cases[i].item);
        check_fields(&seen, &bench.rows.arena, &cases[i]);
        test_groups_stop(&groups);
        test_bench_stop(&bench);
    }
}
