/*
 * test_shard.c - random companies: the dossiers are the same whatever the shards, slices, memory and order of rows, and the same
 * as a simple rule book says (the oracle below: linear searches and rounds, no hash, no union-find, no walk).
 *
 * A company has orders in families, rings, renumberings and unknown parents; rows of both systems that name an order, another
 * row, several or nothing; documents with several lines. A failing run prints its seed.
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
#include "support/frames.h"

#define ORDERS 60
#define ROWS_MAX 4000

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
    const unsigned kind = draw(10);

    (void)snprintf(out, 16, kind < 5 ? "%u" : kind == 5 ? "9%02u" : kind == 6 ? "77%u" : "", draw(kind == 5 ? 10 : ORDERS));
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
            add(rows, draw(4) == 0 ? "xref work_order; fsm_id=9%02u, erp_id=9%02u" : "xref work_order; fsm_id=FS-%u, erp_id=9%02u",
                draw(10), i);
}

static void add_rows(struct test_rows *rows, unsigned scale)
{
    char a[16], b[16];

    for (unsigned i = 0; i < scale; i++) {
        add(rows, "usage_line; usage_id=U%u, wo_id=FS-%u, quantity=%u, item_id=%s", i, draw(ORDERS), i, draw(2) ? "A" : "'B''s'");
        add(rows, "time_entry; time_id=T%u, wo_id=FS-%u", i, draw(ORDERS));
        add(rows, "expense; expense_id=E%u, wo_id=FS-%u", i, draw(ORDERS));
        add(rows, "movement; mov_id=M%u, line_no=%u, wo_ref=%s, usage_ref=%s%u, reverses_mov_id=%s%u, reverses_line_no=%s", i / 3,
            i % 3 + 1, reference(a), draw(3) == 0 ? "U" : "X", draw(scale), draw(3) == 0 ? "M" : "X", draw(scale / 3 + 1),
            draw(2) ? "" : draw(2) ? "1" : "2");
        add(rows, "invoice_line; inv_id=I%u, line_no=%u, wo_ref=%s, time_ref=%s%u, expense_ref=%s%u, mov_id=%s%u, "
            "cancels_inv_id=%s%u, cancels_line_no=%s", i / 4, i % 4 + 1, reference(b), draw(4) == 0 ? "T" : "X", draw(scale),
            draw(5) == 0 ? "E" : "X", draw(scale), draw(4) == 0 ? "M" : "X", draw(scale / 3 + 1), draw(3) == 0 ? "I" : "X",
            draw(scale / 4 + 1), draw(2) ? "" : "2");
        if (i % 3 == 0)
            add(rows, "invoice; inv_id=I%u, kind=invoice", i / 3); /* the last ones have no lines */
        add(rows, "claim; claim_id=C%u, wo_ref=%s, usage_ref=%s%u, reverses_claim_id=C%u", i, reference(a),
            draw(3) == 0 ? "U" : "X", draw(scale), draw(scale));
        add(rows, "evidence; evidence_id=V%u, object_type=%s%u", i, draw(2) ? "claim, object_id=C" : "usage_line, object_id=U",
            draw(scale + 3));
        add(rows, "approval; approval_id=A%u, object_type=%s%u%s", i,
            draw(2) ? "invoice, object_id=I" : "invoice_line, object_id=I", draw(scale / 4 + 1), draw(2) ? "/1" : "");
        add(rows, "outbox; msg_id=O%u, idempotency_key=K%u, object_type=work_order, object_id=FS-%u", i, draw(scale),
            draw(ORDERS + 4));
        add(rows, "inbox; msg_id=N%u, idempotency_key=K%u", i, draw(scale));
        add(rows, "stock_balance; location_id=L%u, item_id=A, quantity=%u", i, i);
        add(rows, "item; item_id=IT%u, base_uom=EA", i);
    }
}

static struct tie_row *head_of(const struct tie_rows *table, size_t index)
{
    return (void *)((unsigned char *)table->at + index * table->row_bytes);
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

/* ---- the oracle ---- */

struct wish { /* "the row of `dataset` whose id is ..., line ..." */
    enum tie_dataset dataset;
    const char *id;
    int64_t line; /* TIE_NONE: any */
};

struct mind {
    enum tie_dataset dataset;
    size_t index;
    struct wish wishes[8];
    size_t wish_count, at;
    enum { PENDING, HOME, DEAD } state;
    const char *root;
};

struct oracle {
    struct test_rows *rows;
    const char *from[256], *to[256]; /* reference -> reference in force */
    size_t number_count;
    struct {
        const char *order_ref, *root, *smallest;
    } orders[ORDERS + 1];
    struct mind minds[ROWS_MAX];
    size_t mind_count;
};

static const char *text_of(const struct oracle *o, tie_str id)
{
    return tie_pool_chars(&o->rows->pool, id);
}

static const struct tie_work_order *order_at(const struct oracle *o, size_t i)
{
    return &TEST_ROWS(o->rows, WORK_ORDER, work_order)[i];
}

static const char *reference_of_wo(const struct oracle *o, const char *wo_id)
{
    for (size_t i = 0; i < o->rows->tables[TIE_DS_WORK_ORDER].count; i++)
        if (strcmp(text_of(o, order_at(o, i)->wo_id), wo_id) == 0)
            return text_of(o, order_at(o, i)->row.order_ref);
    return NULL;
}

static const char *in_force(const struct oracle *o, const char *order_ref)
{
    const char *at = order_ref;

    for (size_t steps = 0; steps < 600; steps++) {
        size_t n = 0;
        while (n < o->number_count && strcmp(o->from[n], at) != 0)
            n++;
        if (n == o->number_count)
            return at;
        at = o->to[n];
    }
    return order_ref; /* a ring */
}

static const char *order_root(const struct oracle *o, const char *order_ref)
{
    const char *const number = in_force(o, order_ref);

    for (size_t i = 0; i < o->rows->tables[TIE_DS_WORK_ORDER].count; i++)
        if (strcmp(o->orders[i].order_ref, number) == 0)
            return o->orders[i].root;
    return number;
}

static void find_numbers(struct oracle *o)
{
    for (size_t i = 0; i < o->rows->tables[TIE_DS_XREF].count; i++) {
        const struct tie_xref *const xref = &TEST_ROWS(o->rows, XREF, xref)[i];
        const char *const old = text_of(o, xref->erp_id), *const wo = text_of(o, xref->fsm_id);
        const char *const known = reference_of_wo(o, wo);
        if (strcmp(old, wo) == 0)
            continue;
        o->from[o->number_count] = old; /* one row for an old number in these companies */
        o->to[o->number_count++] = known != NULL ? known : wo;
    }
}

/* The smallest wo_id spreads along the links until nothing changes. */
static void find_families(struct oracle *o)
{
    const size_t count = o->rows->tables[TIE_DS_WORK_ORDER].count;
    bool changed = true;

    for (size_t i = 0; i < count; i++) {
        o->orders[i].order_ref = in_force(o, text_of(o, order_at(o, i)->row.order_ref));
        o->orders[i].smallest = text_of(o, order_at(o, i)->wo_id);
        o->orders[i].root = o->orders[i].order_ref;
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            const char *links[] = { text_of(o, order_at(o, i)->parent_wo_id), text_of(o, order_at(o, i)->billing_owner_wo_id) };
            for (size_t j = 0; j < count; j++) {
                bool tied = strcmp(o->orders[i].order_ref, o->orders[j].order_ref) == 0;
                for (size_t l = 0; l < 2; l++) {
                    const char *target = reference_of_wo(o, links[l]);
                    for (size_t n = 0; n < o->number_count && target == NULL; n++)
                        if (strcmp(o->from[n], links[l]) == 0)
                            for (size_t w = 0; w < count; w++) /* only a number that an order has */
                                if (strcmp(text_of(o, order_at(o, w)->row.order_ref), o->to[n]) == 0)
                                    target = o->to[n];
                    tied = tied || (target != NULL && strcmp(in_force(o, target), o->orders[j].order_ref) == 0);
                }
                if (!tied || strcmp(o->orders[i].smallest, o->orders[j].smallest) == 0)
                    continue;
                const size_t low = strcmp(o->orders[i].smallest, o->orders[j].smallest) < 0 ? i : j, high = low == i ? j : i;
                o->orders[high].smallest = o->orders[low].smallest;
                o->orders[high].root = o->orders[low].root;
                changed = true;
            }
        }
    }
}

static void wish(struct mind *mind, enum tie_dataset dataset, const char *id, int64_t line)
{
    if (id[0] != '\0')
        mind->wishes[mind->wish_count++] = (struct wish){ dataset, id, line };
}

static void wish_document(struct mind *mind, enum tie_dataset dataset, const char *id, int64_t line, int64_t own)
{
    if (line != TIE_NONE) {
        wish(mind, dataset, id, line);
        return;
    }
    if (own != TIE_NONE)
        wish(mind, dataset, id, own);
    wish(mind, dataset, id, TIE_NONE);
}

static void wish_object(const struct oracle *o, struct mind *mind, enum tie_word type, const char *id)
{
    const char *const slash = strrchr(id, '/');
    char *document;

    switch ((int)type) {
    case TIE_W_CLAIM: wish(mind, TIE_DS_CLAIM, id, TIE_NONE); break;
    case TIE_W_USAGE_LINE: wish(mind, TIE_DS_USAGE_LINE, id, TIE_NONE); break;
    case TIE_W_WORK_ORDER: wish(mind, TIE_DS_WORK_ORDER, id, TIE_NONE); break;
    case TIE_W_INVOICE: wish(mind, TIE_DS_INVOICE_LINE, id, TIE_NONE); break;
    case TIE_W_INVOICE_LINE:
        if (slash == NULL)
            break;
        document = tie_arena_strdup(&o->rows->arena, id);
        document[slash - id] = '\0';
        wish(mind, TIE_DS_INVOICE_LINE, document, strtol(slash + 1, NULL, 10));
        break;
    default: fail_msg("no such object in these companies");
    }
}

static void make_wishes(const struct oracle *o, struct mind *mind)
{
    const void *const row = head_of(&o->rows->tables[mind->dataset], mind->index);
    const struct tie_movement *const m = row;
    const struct tie_invoice_line *const l = row;
    const struct tie_claim *const c = row;
    const struct tie_evidence *const e = row;
    const struct tie_approval *const a = row;
    const struct tie_outbox *const out = row;
    const struct tie_inbox *const in = row;

    switch ((int)mind->dataset) {
    case TIE_DS_MOVEMENT:
        wish_document(mind, TIE_DS_MOVEMENT, text_of(o, m->reverses_mov_id), m->reverses_line_no, m->line_no);
        wish(mind, TIE_DS_USAGE_LINE, text_of(o, m->usage_ref), TIE_NONE);
        break;
    case TIE_DS_INVOICE_LINE:
        wish(mind, TIE_DS_TIME_ENTRY, text_of(o, l->time_ref), TIE_NONE);
        wish(mind, TIE_DS_EXPENSE, text_of(o, l->expense_ref), TIE_NONE);
        wish_document(mind, TIE_DS_MOVEMENT, text_of(o, l->mov_id), l->mov_line_no, TIE_NONE);
        wish_document(mind, TIE_DS_INVOICE_LINE, text_of(o, l->cancels_inv_id), l->cancels_line_no, l->line_no);
        break;
    case TIE_DS_CLAIM:
        wish(mind, TIE_DS_USAGE_LINE, text_of(o, c->usage_ref), TIE_NONE);
        wish(mind, TIE_DS_CLAIM, text_of(o, c->reverses_claim_id), TIE_NONE);
        break;
    case TIE_DS_EVIDENCE: wish_object(o, mind, (enum tie_word)e->object_type, text_of(o, e->object_id)); break;
    case TIE_DS_APPROVAL: wish_object(o, mind, (enum tie_word)a->object_type, text_of(o, a->object_id)); break;
    case TIE_DS_OUTBOX: wish_object(o, mind, (enum tie_word)out->object_type, text_of(o, out->object_id)); break;
    case TIE_DS_INBOX: wish(mind, TIE_DS_OUTBOX, text_of(o, in->idempotency_key), TIE_NONE); break;
    default: break;
    }
}

/* What a row answers to: its first id column, or the key of a message. */
static const char *id_of(const struct oracle *o, enum tie_dataset dataset, const void *row, int64_t *line)
{
    *line = TIE_NONE;
    if (dataset == TIE_DS_MOVEMENT)
        *line = ((const struct tie_movement *)row)->line_no;
    if (dataset == TIE_DS_INVOICE_LINE)
        *line = ((const struct tie_invoice_line *)row)->line_no;
    if (dataset == TIE_DS_OUTBOX)
        return text_of(o, ((const struct tie_outbox *)row)->idempotency_key);
    return text_of(o, tie_cell_str(&tie_dataset(dataset)->columns[0], row)); /* the primary key stands first */
}

/* The row that grants the wish: one with an order first, then the smallest line, then the smallest primary key. */
static const struct tie_row *grant(const struct oracle *o, const struct wish *wanted, size_t *index)
{
    const struct tie_rows *const table = &o->rows->tables[wanted->dataset];
    const struct tie_row *best = NULL;
    int64_t best_line = 0, line = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct tie_row *const row = head_of(table, i);
        const char *const id = id_of(o, wanted->dataset, row, &line);
        if (strcmp(id, wanted->id) != 0 || (wanted->line != TIE_NONE && wanted->line != line))
            continue;
        if (best != NULL) {
            const struct tie_column *const pk = &tie_dataset(wanted->dataset)->columns[0];
            if ((best->order_ref != 0) != (row->order_ref != 0)) {
                if (best->order_ref != 0)
                    continue;
            } else if (best_line < line || (best_line == line && strcmp(text_of(o, tie_cell_str(pk, best)),
                                                                     text_of(o, tie_cell_str(pk, row))) <= 0)) {
                continue;
            }
        }
        best = row;
        best_line = line;
        *index = i;
    }
    return best;
}

static struct mind *mind_of(struct oracle *o, enum tie_dataset dataset, size_t index)
{
    for (size_t i = 0; i < o->mind_count; i++)
        if (o->minds[i].dataset == dataset && o->minds[i].index == index)
            return &o->minds[i];
    return NULL;
}

/* The mind that a pending mind waits for; NULL when its state is decided now or it went on to its next wish (*changed). */
static struct mind *look(struct oracle *o, struct mind *mind, bool *changed)
{
    size_t index = 0;

    *changed = true;
    if (mind->at == mind->wish_count) {
        mind->state = DEAD;
        return NULL;
    }
    const struct wish *const wanted = &mind->wishes[mind->at];
    const struct tie_row *const row = grant(o, wanted, &index);
    if (row != NULL && row->order_ref != 0) {
        mind->state = HOME;
        mind->root = order_root(o, text_of(o, row->order_ref));
        return NULL;
    }
    struct mind *const target = row == NULL ? NULL : mind_of(o, wanted->dataset, index);
    if (target == NULL || target->state == DEAD) {
        mind->at++;
        return NULL;
    }
    if (target->state == HOME) {
        mind->state = HOME;
        mind->root = target->root;
        return NULL;
    }
    *changed = false;
    return target;
}

static void follow(struct oracle *o)
{
    bool again = true;

    while (again) {
        bool changed = false;
        again = false;
        for (size_t i = 0; i < o->mind_count; i++)
            if (o->minds[i].state == PENDING) {
                bool moved = false;
                (void)look(o, &o->minds[i], &moved);
                changed = changed || moved;
            }
        if (changed) {
            again = true;
            continue;
        }
        bool on_ring[ROWS_MAX] = { false };
        for (size_t i = 0; i < o->mind_count; i++) {
            struct mind *at = o->minds[i].state == PENDING ? &o->minds[i] : NULL;
            bool moved = false;
            for (size_t steps = 0; at != NULL && steps < o->mind_count && !on_ring[i]; steps++) {
                at = look(o, at, &moved);
                on_ring[i] = at == &o->minds[i];
            }
        }
        for (size_t i = 0; i < o->mind_count; i++)
            if (on_ring[i]) {
                o->minds[i].state = DEAD;
                again = true;
            }
    }
}

static const char *row_root(struct oracle *o, enum tie_dataset dataset, size_t index)
{
    const struct tie_row *const row = head_of(&o->rows->tables[dataset], index);
    const struct mind *const mind = mind_of(o, dataset, index);

    if (row->order_ref != 0)
        return order_root(o, text_of(o, row->order_ref));
    return mind != NULL && mind->state == HOME ? mind->root : "";
}

static void emit_header(struct oracle *o, struct test_lines *lines, const struct tie_invoice *header)
{
    const char *roots[ROWS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < o->rows->tables[TIE_DS_INVOICE_LINE].count; i++) {
        if (TEST_ROWS(o->rows, INVOICE_LINE, invoice_line)[i].inv_id != header->inv_id)
            continue;
        const char *const root = row_root(o, TIE_DS_INVOICE_LINE, i);
        size_t known = 0;
        while (known < count && strcmp(roots[known], root) != 0)
            known++;
        if (known == count)
            roots[count++] = root;
    }
    if (count == 0)
        roots[count++] = "";
    for (size_t i = 0; i < count; i++)
        test_lines_row(lines, &o->rows->pool, &o->rows->delivery, roots[i], TIE_DS_INVOICE, header, 0);
}

static void ask_oracle(struct test_rows *rows, struct test_lines *lines)
{
    struct oracle *const o = calloc(1, sizeof *o);

    assert_non_null(o);
    o->rows = rows;
    find_numbers(o);
    find_families(o);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        for (size_t i = 0; i < rows->tables[d].count; i++) {
            struct mind mind = { .dataset = (enum tie_dataset)d, .index = i };
            if (head_of(&rows->tables[d], i)->order_ref != 0)
                continue;
            make_wishes(o, &mind);
            assert_true(o->mind_count < ROWS_MAX);
            if (mind.wish_count > 0)
                o->minds[o->mind_count++] = mind;
        }
    follow(o);
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        if (tie_dataset((enum tie_dataset)d)->home == TIE_HOME_BROADCAST)
            continue;
        for (size_t i = 0; i < rows->tables[d].count; i++) {
            const struct tie_row *const row = head_of(&rows->tables[d], i);
            const char *const number = in_force(o, text_of(o, row->order_ref));
            if (d == TIE_DS_INVOICE)
                emit_header(o, lines, (const void *)row);
            else
                test_lines_row(lines, &rows->pool, &rows->delivery, row_root(o, (enum tie_dataset)d, i), (enum tie_dataset)d,
                    row, test_str(rows, number));
        }
    }
    free(o);
    test_lines_sort(lines);
}

/* ---- loading ---- */

struct plan {
    const char *why;
    struct test_cut cut;
    unsigned bits;
};

static const struct plan plans[] = {
    { "one shard", { 1, 1 << 22, 11 }, 0 },
    { "three shards", { 3, 1 << 22, 12 }, 0 },
    { "eight shards, tight memory", { 8, 64 * 1024, 13 }, 0 },
    { "sixty-four shards, tight memory", { 64, 64 * 1024, 14 }, 0 },
    { "one shard in four slices", { 1, 64 * 1024, 15 }, 2 },
    { "eight shards in two slices", { 8, 1 << 20, 16 }, 1 },
    { "three shards in 128 slices", { 3, 1 << 20, 17 }, 7 },
};

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
        const struct tie_usage_line *const usage = TIE_OF(shard, &shard->dossiers[i], USAGE_LINE, usage_line);
        for (size_t u = 1; usage != NULL && u < TIE_OF_COUNT(&shard->dossiers[i], USAGE_LINE); u++)
            assert_true(tie_pool_compare(&shard->pool, usage[u - 1].usage_id, usage[u].usage_id) < 0);
    }
}

static void load_plan(const struct test_frames *made, const struct test_rows *rows, const struct plan *plan,
    struct test_lines *lines)
{
    struct tie_homes *homes = NULL;
    struct tie_arena arena, kept;
    struct tie_pool base, seen;
    struct tie_rows masters[TIE_DATASET_COUNT] = { 0 };
    struct tie_map roots;
    struct tie_error error;

    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    assert_int_equal(tie_arena_init(&kept, (size_t)64 << 20, NULL), TIE_OK);
    tie_pool_init(&base, &kept, NULL);
    tie_pool_init(&seen, &arena, NULL);
    tie_map_init(&roots, &arena);
    if (tie_broadcast_load(&kept, &made->frames, &base, masters, &error) != TIE_OK ||
        tie_homes_find(&made->frames, (size_t)8 << 20, &homes, &error) != TIE_OK)
        fail_msg("%s: %s", plan->why, error.text);
    assert_int_equal(masters[TIE_DS_ITEM].count, rows->tables[TIE_DS_ITEM].count);
    for (unsigned s = 0; s <= plan->cut.shard_count; s++)
        for (unsigned slice = 0; slice < 1u << plan->bits; slice++) {
            struct tie_shard shard;
            bool fits = false;
            const size_t before = arena.used_bytes;
            if (tie_shard_load(&arena, &made->frames, homes, &base, (struct tie_slice){ s, plan->bits, slice }, &shard, &fits,
                    &error) != TIE_OK)
                fail_msg("%s: %s", plan->why, error.text);
            assert_true(fits);
            if (plan->bits == 0)
                assert_true(arena.used_bytes - before <= tie_shard_bytes(&made->frames, homes, s));
            check_order(&shard, &seen, &roots);
            test_lines_shard(lines, &shard, &rows->delivery);
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

/* Whatever the arena: it fits, or it is given back as it was. Finer slices need less; at 16 bits the dossier is named. */
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
    assert_int_equal(tie_homes_find(&made.frames, (size_t)8 << 20, &homes, NULL), TIE_OK);
    for (size_t cap = 4096; cap < (size_t)4 << 20; cap += cap / 9)
        for (unsigned s = 0; s <= 2; s++) {
            struct tie_arena arena;
            struct tie_shard shard;
            bool fits = false;
            assert_int_equal(tie_arena_init(&arena, cap, NULL), TIE_OK);
            assert_int_equal(tie_shard_load(&arena, &made.frames, homes, &base, (struct tie_slice){ s, 0, 0 }, &shard, &fits,
                                 NULL),
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_companies),
        cmocka_unit_test(test_fits),
    };

    return cmocka_run_group_tests_name("model/shard", tests, NULL, NULL);
}
