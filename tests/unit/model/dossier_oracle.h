/*
 * dossier_oracle.h - which row belongs to which dossier, as simply as it can be said: linear searches, and rounds
 * until nothing changes. No hash, no union-find, no walk. Knows the datasets and objects that test_shard.c makes.
 */
#ifndef TEST_DOSSIER_ORACLE_H
#define TEST_DOSSIER_ORACLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "support/frames.h"

#define ORACLE_ORDERS_MAX 128
#define ORACLE_ROWS_MAX 4000

static struct tie_row *head_of(const struct tie_rows *table, size_t index)
{
    return (void *)((unsigned char *)table->at + index * table->row_bytes);
}

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
    } orders[ORACLE_ORDERS_MAX];
    struct mind minds[ORACLE_ROWS_MAX];
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

    assert_true(count <= ORACLE_ORDERS_MAX);
    for (size_t i = 0; i < count; i++) {
        o->orders[i].order_ref = in_force(o, text_of(o, order_at(o, i)->row.order_ref));
        o->orders[i].smallest = text_of(o, order_at(o, i)->wo_id);
        o->orders[i].root = o->orders[i].order_ref;
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            const char *links[] = { text_of(o, order_at(o, i)->parent_wo_id),
                text_of(o, order_at(o, i)->billing_owner_wo_id) };
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
                const size_t low = strcmp(o->orders[i].smallest, o->orders[j].smallest) < 0 ? i : j,
                             high = low == i ? j : i;
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
            } else if (best_line < line ||
                (best_line == line &&
                    strcmp(text_of(o, tie_cell_str(pk, best)), text_of(o, tie_cell_str(pk, row))) <= 0)) {
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

/* The mind that a pending mind waits for; NULL when its state is decided now or it went on to its next wish
 * (*changed). */
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
        bool on_ring[ORACLE_ROWS_MAX] = { false };
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
    const char *roots[ORACLE_ROWS_MAX];
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
            assert_true(o->mind_count < ORACLE_ROWS_MAX);
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
                test_lines_row(lines, &rows->pool, &rows->delivery, row_root(o, (enum tie_dataset)d, i),
                    (enum tie_dataset)d, row, test_str(rows, number));
        }
    }
    free(o);
    test_lines_sort(lines);
}

#endif
