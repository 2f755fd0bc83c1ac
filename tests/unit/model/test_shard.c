/*
 * test_shard.c - random companies: the dossiers are the same whatever the shards, slices, memory and order of rows,
 * and the same as a simple rule book says (dossier_oracle.h).
 *
 * A company has orders in families, rings, renumberings and unknown parents; rows of both systems that name an order,
 * another row, several or nothing; documents with several lines. A failing run prints its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/dossier_oracle.h"

#define ORDERS 60

/* ---- a random company ---- */

static uint64_t seed;

static unsigned draw(unsigned below)
{
    return (unsigned)(test_random(&seed) % below);
}

static void add(struct test_rows *rows, const char *format, ...) TIE_PRINTF(2, 3);
static void add(struct test_rows *rows, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    assert_true(vsnprintf(line, sizeof line, format, args) < (int)sizeof line);
    va_end(args);
    test_rows_add(rows, line);
}

/* A reference as the ERP writes it: mostly an order, sometimes an old number or one that nobody knows, often none. */
static const char *reference(char *out)
{
    const unsigned kind = draw(10), order = draw(ORDERS);

    out[0] = '\0';
    if (kind < 5)
        (void)snprintf(out, 16, "%u", order);
    else if (kind < 7)
        (void)snprintf(out, 16, kind == 5 ? "9%02u" : "77%u", order % 10);
    return out;
}

static void add_orders(struct test_rows *rows)
{
    for (unsigned i = 0; i < ORDERS; i++) {
        char parent[16] = "", owner[16] = "";
        if (draw(6) == 0)
            (void)snprintf(parent, sizeof parent, "FS-%u", draw(ORDERS + 5));
        if (draw(12) == 0)
            (void)snprintf(owner, sizeof owner, draw(3) == 0 ? "9%02u" : "FS-%u", draw(10));
        add(rows, "work_order; wo_id=FS-%u, parent_wo_id=%s, billing_owner_wo_id=%s, status=closed", i, parent, owner);
    }
    add(rows, "work_order; wo_id=fs-7, status=open"); /* spelt twice: one reference, one dossier */
    for (unsigned i = 0; i < 10; i++)
        if (draw(2) == 0)
            add(rows,
                draw(4) == 0 ? "xref work_order; fsm_id=9%02u, erp_id=9%02u"
                             : "xref work_order; fsm_id=FS-%u, erp_id=9%02u",
                draw(10), i);
}

static void add_rows(struct test_rows *rows, unsigned scale)
{
    char a[16], b[16];

    for (unsigned i = 0; i < scale; i++) {
        add(rows, "usage_line; usage_id=U%u, wo_id=FS-%u, quantity=%u, item_id=%s", i, draw(ORDERS), i,
            draw(2) ? "A" : "'B''s'");
        add(rows, "time_entry; time_id=T%u, wo_id=FS-%u", i, draw(ORDERS));
        add(rows, "expense; expense_id=E%u, wo_id=FS-%u", i, draw(ORDERS));
        add(rows,
            "movement; mov_id=M%u, line_no=%u, wo_ref=%s, usage_ref=%s%u, reverses_mov_id=%s%u, reverses_line_no=%s",
            i / 3, i % 3 + 1, reference(a), draw(3) == 0 ? "U" : "X", draw(scale), draw(3) == 0 ? "M" : "X",
            draw(scale / 3 + 1),
            draw(2)       ? ""
                : draw(2) ? "1"
                          : "2");
        add(rows,
            "invoice_line; inv_id=I%u, line_no=%u, wo_ref=%s, time_ref=%s%u, expense_ref=%s%u, mov_id=%s%u, "
            "cancels_inv_id=%s%u, cancels_line_no=%s",
            i / 4, i % 4 + 1, reference(b), draw(4) == 0 ? "T" : "X", draw(scale), draw(5) == 0 ? "E" : "X",
            draw(scale), draw(4) == 0 ? "M" : "X", draw(scale / 3 + 1), draw(3) == 0 ? "I" : "X", draw(scale / 4 + 1),
            draw(2) ? "" : "2");
        if (i % 3 == 0)
            add(rows, "invoice; inv_id=I%u, kind=invoice", i / 3); /* the last ones have no lines */
        add(rows, "claim; claim_id=C%u, wo_ref=%s, usage_ref=%s%u, reverses_claim_id=C%u", i, reference(a),
            draw(3) == 0 ? "U" : "X", draw(scale), draw(scale));
        add(rows, "evidence; evidence_id=V%u, object_type=%s%u", i,
            draw(2) ? "claim, object_id=C" : "usage_line, object_id=U", draw(scale + 3));
        add(rows, "approval; approval_id=A%u, object_type=%s%u%s", i,
            draw(2) ? "invoice, object_id=I" : "invoice_line, object_id=I", draw(scale / 4 + 1), draw(2) ? "/1" : "");
        add(rows, "outbox; msg_id=O%u, idempotency_key=K%u, object_type=work_order, object_id=FS-%u", i, draw(scale),
            draw(ORDERS + 4));
        add(rows, "inbox; msg_id=N%u, idempotency_key=K%u", i, draw(scale));
        add(rows, "stock_balance; location_id=L%u, item_id=A%u, owner=%s, balance_date=2026-01-%02u, quantity=%u",
            i / 40, i * 7 % 5, i % 2 == 0 ? "own" : "vendor", 31 - i % 31, i);
        add(rows, "gl_balance; account_id=%u, period_id=%u, plant_id=%u, wo_ref=%u", i / 30 % 2, i * 3 % 10,
            10 - i % 10, i / 30);
        add(rows, "item; item_id=IT%u, base_uom=EA", i);
    }
}

static void make_company(struct test_rows *rows, uint64_t with_seed, unsigned scale)
{
    seed = with_seed;
    test_rows_init(rows, NULL);
    add_orders(rows);
    add_rows(rows, scale);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        for (size_t i = 0; i < rows->tables[d].count; i++) {
            struct tie_row *const head = head_of(&rows->tables[d], i);
            const char *const text = tie_pool_chars(&rows->pool, head->order_ref);
            head->part = draw(3);
            if (strncmp(text, "FS-", 3) == 0 || strncmp(text, "fs-", 3) == 0)
                head->order_ref = test_str(rows, tie_arena_strdup(&rows->arena, text + 3));
        }
}

/* ---- loading ---- */

struct plan {
    const char *why;
    struct test_cut cut;
    unsigned bits;
    unsigned parts; /* 0: whole slices; else the dossiers of a slice are dealt out to so many loads */
};

static const struct plan plans[] = {
    { "one shard", { 1, 1 << 22, 11 }, 0, 0 },
    { "three shards", { 3, 1 << 22, 12 }, 0, 0 },
    { "eight shards, tight memory", { 8, 64 * 1024, 13 }, 0, 0 },
    { "sixty-four shards, tight memory", { 64, 64 * 1024, 14 }, 0, 0 },
    { "one shard in four slices", { 1, 64 * 1024, 15 }, 2, 0 },
    { "eight shards in two slices", { 8, 1 << 20, 16 }, 1, 0 },
    { "three shards in 128 slices", { 3, 1 << 20, 17 }, 7, 0 },
    { "one shard, some dossiers at a time", { 1, 1 << 20, 18 }, 0, 5 },
    { "eight shards in two slices, some dossiers at a time", { 8, 64 * 1024, 19 }, 1, 2 },
};

/* By the primary key, part by part. */
static int compare_rows(const struct tie_pool *pool, const struct tie_dataset_info *info, const void *a, const void *b)
{
    int order = 0;

    for (size_t c = 0; c < info->column_count && order == 0; c++) {
        const struct tie_column *const column = &info->columns[c];
        if (column->key != TIE_KEY_PK)
            continue;
        if (column->type == TIE_TYPE_ID || column->type == TIE_TYPE_OPEN) {
            order = tie_text_compare(
                tie_pool_text(pool, tie_cell_str(column, a)), tie_pool_text(pool, tie_cell_str(column, b)));
        } else {
            const int64_t x = tie_cell_number(column, a), y = tie_cell_number(column, b);
            order = (x > y) - (x < y);
        }
    }
    return order;
}

/* Rows in order inside a dossier, dossiers in order, each root once over all shards and slices. */
static void check_order(const struct tie_shard *shard, struct tie_pool *seen, struct tie_map *roots)
{
    for (size_t i = 0; i < shard->dossier_count; i++) {
        const struct tie_text root = tie_pool_text(&shard->pool, shard->dossiers[i].root);
        if (i > 0)
            assert_true(tie_pool_compare(&shard->pool, shard->dossiers[i - 1].root, shard->dossiers[i].root) < 0);
        assert_true(shard->dossiers[i].is_known == (TIE_OF_COUNT(&shard->dossiers[i], WORK_ORDER) > 0));
        if (root.size > 0)
            assert_true(tie_map_put(roots, tie_pool_put(seen, root), 0, NULL));
        for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
            const struct tie_dataset_info *const info = tie_dataset((enum tie_dataset)d);
            const struct tie_range range = shard->dossiers[i].ranges[d];
            const unsigned char *const rows = shard->tables[d].at; /* NULL where there are none */
            for (uint32_t r = 1; r < range.count; r++) {
                const unsigned char *const row = rows + (range.first + r) * info->row_bytes;
                assert_true(compare_rows(&shard->pool, info, row - info->row_bytes, row) <= 0);
            }
        }
    }
}

struct loaded {
    const struct test_rows *rows;
    struct tie_pool *seen;
    struct tie_map *roots;
    struct test_lines *lines;
};

static void take(const struct loaded *loaded, const struct tie_shard *shard)
{
    check_order(shard, loaded->seen, loaded->roots);
    test_lines_shard(loaded->lines, shard, &loaded->rows->delivery);
}

/* Deals the roots of a slice out to `parts` sets and loads set after set: each brings its dossiers and no other. */
static void load_parts(struct tie_arena *arena, const struct test_frames *made, const struct tie_homes *homes,
    const struct tie_pool *base, struct tie_slice slice, unsigned parts, const struct loaded *loaded)
{
    struct tie_shard whole, shard;
    bool fits = false;

    assert_int_equal(tie_shard_load(arena, &made->frames, homes, base, slice, &whole, &fits, NULL), TIE_OK);
    assert_true(fits);
    for (unsigned part = 0; part <= parts; part++) { /* the last set is empty */
        struct tie_roots roots;
        size_t count = 0;
        tie_roots_init(&roots, arena);
        for (size_t i = part; part < parts && i < whole.dossier_count; i += parts, count++)
            tie_roots_add(&roots, tie_pool_text(&whole.pool, whole.dossiers[i].root));
        assert_int_equal(
            tie_shard_load_roots(arena, &made->frames, homes, base, slice, &roots, &shard, &fits, NULL), TIE_OK);
        assert_true(fits);
        assert_int_equal(shard.dossier_count, count);
        take(loaded, &shard);
    }
}

static void load_plan(
    const struct test_frames *made, const struct test_rows *rows, const struct plan *plan, struct test_lines *lines)
{
    struct tie_homes *homes = NULL;
    struct tie_arena arena, kept;
    struct tie_pool base, seen;
    struct tie_rows masters[TIE_DATASET_COUNT] = { 0 };
    struct tie_map roots;
    struct tie_error error;
    const struct loaded loaded = { rows, &seen, &roots, lines };

    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    assert_int_equal(tie_arena_init(&kept, (size_t)64 << 20, NULL), TIE_OK);
    tie_pool_init(&base, &kept, NULL);
    tie_pool_init(&seen, &arena, NULL);
    tie_map_init(&roots, &arena);
    if (tie_broadcast_load(&kept, &made->frames, &base, masters, &error) != TIE_OK ||
        tie_homes_find(&made->frames, (size_t)8 << 20, 2, &homes, &error) != TIE_OK)
        fail_msg("%s: %s", plan->why, error.text);
    assert_int_equal(masters[TIE_DS_ITEM].count, rows->tables[TIE_DS_ITEM].count);
    for (unsigned s = 0; s <= plan->cut.shard_count; s++)
        for (unsigned slice = 0; slice < 1u << plan->bits; slice++) {
            struct tie_shard shard;
            bool fits = false;
            const size_t before = arena.used_bytes;
            const struct tie_slice at = { s, plan->bits, slice };
            if (plan->parts > 0) {
                load_parts(&arena, made, homes, &base, at, plan->parts, &loaded);
                continue;
            }
            if (tie_shard_load(&arena, &made->frames, homes, &base, at, &shard, &fits, &error) != TIE_OK)
                fail_msg("%s: %s", plan->why, error.text);
            assert_true(fits);
            if (plan->bits == 0)
                assert_true(arena.used_bytes - before <= tie_shard_bytes(&made->frames, homes, s));
            take(&loaded, &shard);
        }
    tie_homes_free(homes);
    tie_arena_release(&arena);
    tie_arena_release(&kept);
    test_lines_sort(lines);
}

static void from_rows(struct test_rows *rows, struct test_lines *lines)
{
    struct tie_shard shard = { .pool = rows->pool };
    struct tie_error error;

    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        shard.tables[d] = rows->tables[d];
    if (tie_shard_from_rows(&rows->arena, &shard, &error) != TIE_OK)
        fail_msg("%s", error.text);
    test_lines_shard(lines, &shard, &rows->delivery);
    test_lines_sort(lines);
}

static void test_companies(void **state)
{
    (void)state;
    for (uint64_t company = 1; company <= 6; company++) {
        struct test_rows rows;
        struct test_lines want, got;
        char what[128];

        make_company(&rows, company * 1000, company == 6 ? 250 : 20 + 20 * (unsigned)company);
        test_lines_init(&want);
        ask_oracle(&rows, &want);
        for (size_t p = 0; p < TIE_COUNT_OF(plans); p++) {
            struct test_frames made;
            test_frames_write(&made, &rows, plans[p].cut);
            test_lines_init(&got);
            load_plan(&made, &rows, &plans[p], &got);
            (void)snprintf(what, sizeof what, "company %u, %s", (unsigned)company, plans[p].why);
            test_lines_equal(&got, &want, what);
            test_lines_release(&got);
            test_frames_release(&made);
        }
        test_lines_init(&got);
        from_rows(&rows, &got);
        test_lines_equal(&got, &want, "from rows");
        test_lines_release(&got);
        test_lines_release(&want);
        test_rows_release(&rows);
    }
}

/* Whatever the arena: it fits, or it is given back as it was. Finer slices need less; at 16 bits the dossier is
 * named. */
static void test_fits(void **state)
{
    struct test_rows rows;
    struct test_frames made;
    struct tie_homes *homes = NULL;
    struct tie_arena kept;
    struct tie_pool base;
    unsigned full = 0, whole = 0;

    (void)state;
    make_company(&rows, 4711, 120);
    for (unsigned i = 0; i < 400; i++)
        add(&rows, "usage_line; usage_id=big%u, wo_id=FS-large, quantity=1, item_id=item-%u", i, i);
    test_frames_write(&made, &rows, (struct test_cut){ 2, 1 << 20, 1 });
    assert_int_equal(tie_arena_init(&kept, (size_t)8 << 20, NULL), TIE_OK);
    tie_pool_init(&base, &kept, NULL);
    assert_int_equal(tie_homes_find(&made.frames, (size_t)8 << 20, 2, &homes, NULL), TIE_OK);
    for (size_t cap = 4096; cap < (size_t)4 << 20; cap += cap / 9)
        for (unsigned s = 0; s <= 2; s++) {
            struct tie_arena arena;
            struct tie_shard shard;
            bool fits = false;
            assert_int_equal(tie_arena_init(&arena, cap, NULL), TIE_OK);
            assert_int_equal(
                tie_shard_load(&arena, &made.frames, homes, &base, (struct tie_slice){ s, 0, 0 }, &shard, &fits, NULL),
                TIE_OK);
            full += !fits;
            whole += fits;
            assert_true(fits || arena.used_bytes == 0);
            assert_true(fits || cap < tie_shard_bytes(&made.frames, homes, s));
            tie_arena_release(&arena);
        }
    assert_true(full > 20 && whole > 20);

    const uint64_t hash = tie_hash_text(TIE_TEXT("FS-large"));
    struct tie_arena arena;
    struct tie_shard shard;
    struct tie_error error;
    bool fits = true;
    assert_int_equal(tie_arena_init(&arena, 64 * 1024, NULL), TIE_OK);
    const struct tie_slice slice = { (unsigned)((hash >> 32) * 2 >> 32), 16, (uint32_t)hash >> 16 };
    assert_int_equal(tie_shard_load(&arena, &made.frames, homes, &base, slice, &shard, &fits, &error), TIE_CONFIG);
    assert_non_null(strstr(error.text, "'FS-large'"));
    tie_arena_release(&arena);
    tie_homes_free(homes);
    tie_arena_release(&kept);
    test_frames_release(&made);
    test_rows_release(&rows);
}

/* Keys of every length that begin alike, few and many of them to an order: rows stand in the order of their bytes. */
static void test_order_of_keys(void **state)
{
    struct test_rows rows;
    struct tie_shard shard;
    size_t compared = 0;

    (void)state;
    seed = 5;
    test_rows_init(&rows, NULL);
    for (unsigned i = 0; i < 400; i++) {
        char key[33] = "usage-line-number-of-a-long-name";
        const unsigned size = 1 + draw(32);

        key[draw(size)] = (char)('a' + draw(26));
        add(&rows, "usage_line; usage_id=%.*s%u, wo_id=W%u", (int)size, key, i, i / 12 % 3 == 0 ? 1 : i / 12);
    }
    shard = (struct tie_shard){ .pool = rows.pool };
    memcpy(shard.tables, rows.tables, sizeof shard.tables);
    assert_int_equal(tie_shard_from_rows(&rows.arena, &shard, NULL), TIE_OK);
    for (size_t d = 0; d < shard.dossier_count; d++) {
        const struct tie_usage_line *const lines = TIE_OF(&shard, &shard.dossiers[d], USAGE_LINE, usage_line);

        for (size_t i = 1; i < TIE_OF_COUNT(&shard.dossiers[d], USAGE_LINE); i++, compared++)
            assert_true(tie_pool_compare(&shard.pool, lines[i - 1].usage_id, lines[i].usage_id) < 0);
    }
    assert_true(compared > 100);
    test_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_companies),
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_order_of_keys),
    };

    return cmocka_run_group_tests_name("model/shard", tests, NULL, NULL);
}
