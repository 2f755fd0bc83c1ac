/*
 * test_homes.c - every rule of homes by a small example: in which dossier does the row end?
 *
 * Each case is read twice: through frames and tie_homes_find in one and in seven shards, and through
 * tie_shard_from_rows. Both must give the same root. FSM ids are written "FS-1", their reference is "1": links must
 * go through the normalised form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "support/frames.h"

#define ORDERS                                                                                                         \
    "work_order; wo_id=FS-1\n"                                                                                         \
    "work_order; wo_id=FS-2\n"                                                                                         \
    "work_order; wo_id=FS-3\n"                                                                                         \
    "usage_line; usage_id=U1, wo_id=FS-1\n"                                                                            \
    "usage_line; usage_id=U2, wo_id=FS-2\n"                                                                            \
    "time_entry; time_id=T2, wo_id=FS-2\n"                                                                             \
    "expense; expense_id=E3, wo_id=FS-3\n"
#define AWAY "(nowhere)"

static const struct {
    const char *why;
    const char *lines;
    enum tie_dataset dataset;
    const char *id;   /* primary key of the row in question */
    const char *want; /* roots of the dossiers that hold it, joined by '+', "" is the dossier of no order */
} cases[] = {
    { "an order alone is its own root", ORDERS, TIE_DS_USAGE_LINE, "U2", "2" },
    { "a reference that no order has makes a dossier of its own", ORDERS "movement; mov_id=M, line_no=1, wo_ref=77\n",
        TIE_DS_MOVEMENT, "M/1", "77" },
    { "a child lies with its parent", ORDERS "work_order; wo_id=FS-9, parent_wo_id=FS-1\n", TIE_DS_WORK_ORDER, "FS-9",
        "1" },
    { "the root is the smallest wo_id, not the parent", ORDERS "work_order; wo_id=FS-0, parent_wo_id=FS-3\n",
        TIE_DS_WORK_ORDER, "FS-3", "0" },
    { "rows of a linked order move", ORDERS "work_order; wo_id=FS-0, parent_wo_id=FS-2\n", TIE_DS_TIME_ENTRY, "T2",
        "0" },
    { "the billing owner links as the parent does", ORDERS "work_order; wo_id=FS-9, billing_owner_wo_id=FS-3\n",
        TIE_DS_WORK_ORDER, "FS-9", "3" },
    { "links run on: 9 to 3, 3 to 1",
        "work_order; wo_id=FS-1\nwork_order; wo_id=FS-3, parent_wo_id=FS-1\n"
        "work_order; wo_id=FS-9, parent_wo_id=FS-3\n",
        TIE_DS_WORK_ORDER, "FS-9", "1" },
    { "a ring of parents is one family",
        "work_order; wo_id=FS-1, parent_wo_id=FS-2\nwork_order; wo_id=FS-2, parent_wo_id=FS-1\n", TIE_DS_WORK_ORDER,
        "FS-2", "1" },
    { "a parent that is not there is ignored", ORDERS "work_order; wo_id=FS-9, parent_wo_id=FS-88\n", TIE_DS_WORK_ORDER,
        "FS-9", "9" },
    { "a link to oneself is none", ORDERS "work_order; wo_id=FS-9, parent_wo_id=FS-9\n", TIE_DS_WORK_ORDER, "FS-9",
        "9" },

    { "an old number counts as the number in force",
        ORDERS "xref work_order; fsm_id=FS-2, erp_id=900\nmovement; mov_id=M, line_no=1, wo_ref=900\n", TIE_DS_MOVEMENT,
        "M/1", "2" },
    { "old numbers run in chains",
        ORDERS "xref work_order; fsm_id=901, erp_id=900\nxref work_order; fsm_id=FS-2, erp_id=901\n"
               "movement; mov_id=M, line_no=1, wo_ref=900\n",
        TIE_DS_MOVEMENT, "M/1", "2" },
    { "a ring of numbers renumbers nothing",
        ORDERS "xref work_order; fsm_id=901, erp_id=900\nxref work_order; fsm_id=900, erp_id=901\n"
               "movement; mov_id=M, line_no=1, wo_ref=900\n",
        TIE_DS_MOVEMENT, "M/1", "900" },
    { "the number in force may belong to a family",
        ORDERS "work_order; wo_id=FS-9, parent_wo_id=FS-1\nxref work_order; fsm_id=FS-9, erp_id=900\n"
               "movement; mov_id=M, line_no=1, wo_ref=900\n",
        TIE_DS_MOVEMENT, "M/1", "1" },
    { "a parent may be named by its old number",
        ORDERS "work_order; wo_id=FS-9, parent_wo_id=900\nxref work_order; fsm_id=FS-2, erp_id=900\n",
        TIE_DS_WORK_ORDER, "FS-9", "2" },
    { "of two numbers in force the later one counts",
        ORDERS
        "xref work_order; fsm_id=FS-1, erp_id=900, valid_from=2020-01-01\n"
        "xref work_order; fsm_id=FS-3, erp_id=900, valid_from=2021-01-01\nmovement; mov_id=M, line_no=1, wo_ref=900\n",
        TIE_DS_MOVEMENT, "M/1", "3" },
    { "xref of another kind is no renumbering",
        ORDERS "xref item; fsm_id=FS-2, erp_id=900\nmovement; mov_id=M, line_no=1, wo_ref=900\n", TIE_DS_MOVEMENT,
        "M/1", "900" },

    { "a movement follows its usage line", ORDERS "movement; mov_id=M, line_no=1, usage_ref=U2\n", TIE_DS_MOVEMENT,
        "M/1", "2" },
    { "a reversal follows its original",
        ORDERS "movement; mov_id=M, line_no=1, wo_ref=3\n"
               "movement; mov_id=R, line_no=5, reverses_mov_id=M, reverses_line_no=1, usage_ref=U2\n",
        TIE_DS_MOVEMENT, "R/5", "3" },
    { "a reversal of a reversal",
        ORDERS "movement; mov_id=M, line_no=1, usage_ref=U2\n"
               "movement; mov_id=R, line_no=1, reverses_mov_id=M, reverses_line_no=1\n"
               "movement; mov_id=S, line_no=1, reverses_mov_id=R, reverses_line_no=1\n",
        TIE_DS_MOVEMENT, "S/1", "2" },
    { "an original without a home: the next key counts",
        ORDERS "movement; mov_id=M, line_no=1\n"
               "movement; mov_id=R, line_no=1, reverses_mov_id=M, reverses_line_no=1, usage_ref=U2\n",
        TIE_DS_MOVEMENT, "R/1", "2" },
    { "reversals in a ring belong to no order",
        ORDERS "movement; mov_id=R, line_no=1, reverses_mov_id=S, reverses_line_no=1, usage_ref=U2\n"
               "movement; mov_id=S, line_no=1, reverses_mov_id=R, reverses_line_no=1\n",
        TIE_DS_MOVEMENT, "R/1", "" },
    { "what leads into a ring goes on to its next key",
        ORDERS "movement; mov_id=R, line_no=1, reverses_mov_id=S, reverses_line_no=1\n"
               "movement; mov_id=S, line_no=1, reverses_mov_id=R, reverses_line_no=1\n"
               "movement; mov_id=T, line_no=1, reverses_mov_id=R, reverses_line_no=1, usage_ref=U1\n",
        TIE_DS_MOVEMENT, "T/1", "1" },
    { "a document reversed without a line: the line of the same number",
        ORDERS "movement; mov_id=M, line_no=1, wo_ref=1\nmovement; mov_id=M, line_no=2, wo_ref=2\n"
               "movement; mov_id=R, line_no=2, reverses_mov_id=M\n",
        TIE_DS_MOVEMENT, "R/2", "2" },
    { "no such line: the first that names an order",
        ORDERS "movement; mov_id=M, line_no=1\nmovement; mov_id=M, line_no=3, wo_ref=3\n"
               "movement; mov_id=R, line_no=7, reverses_mov_id=M\n",
        TIE_DS_MOVEMENT, "R/7", "3" },
    { "a named line that is not there leads nowhere",
        ORDERS "movement; mov_id=M, line_no=1, wo_ref=1\n"
               "movement; mov_id=R, line_no=2, reverses_mov_id=M, reverses_line_no=9\n",
        TIE_DS_MOVEMENT, "R/2", "" },
    { "a billing line by its time entry", ORDERS "invoice_line; inv_id=I, line_no=1, time_ref=T2\n",
        TIE_DS_INVOICE_LINE, "I/1", "2" },
    { "usage comes before expense", ORDERS "invoice_line; inv_id=I, line_no=1, usage_ref=U1, expense_ref=E3\n",
        TIE_DS_INVOICE_LINE, "I/1", "1" },
    { "a billing line by its movement, which follows its usage",
        ORDERS
        "movement; mov_id=M, line_no=4, usage_ref=U2\ninvoice_line; inv_id=I, line_no=1, mov_id=M, mov_line_no=4\n",
        TIE_DS_INVOICE_LINE, "I/1", "2" },
    { "a cancelling line follows the cancelled one",
        ORDERS "invoice_line; inv_id=I, line_no=1, wo_ref=3\n"
               "invoice_line; inv_id=C, line_no=1, cancels_inv_id=I, cancels_line_no=1\n",
        TIE_DS_INVOICE_LINE, "C/1", "3" },
    { "only the header says what is cancelled",
        ORDERS "invoice_line; inv_id=I, line_no=1, wo_ref=1\ninvoice_line; inv_id=I, line_no=2, wo_ref=3\n"
               "invoice; inv_id=C, cancels_inv_id=I\ninvoice_line; inv_id=C, line_no=2\n",
        TIE_DS_INVOICE_LINE, "C/2", "3" },
    { "a ledger entry by what it reverses",
        ORDERS "contract_ledger; entry_id=L, wo_ref=2\ncontract_ledger; entry_id=N, reverses_entry_id=L\n",
        TIE_DS_CONTRACT_LEDGER, "N", "2" },
    { "a claim by its usage before what it reverses",
        ORDERS "claim; claim_id=A, wo_ref=2\nclaim; claim_id=B, reverses_claim_id=A, usage_ref=U1\n", TIE_DS_CLAIM, "B",
        "1" },
    { "a labour posting by its time entry", ORDERS "labour_posting; posting_id=P, time_ref=T2\n", TIE_DS_LABOUR_POSTING,
        "P", "2" },
    { "the target's family counts",
        ORDERS "work_order; wo_id=FS-0, parent_wo_id=FS-2\nlabour_posting; posting_id=P, time_ref=T2\n",
        TIE_DS_LABOUR_POSTING, "P", "0" },

    { "an invoice goes to each dossier of its lines",
        ORDERS
        "invoice; inv_id=I\ninvoice_line; inv_id=I, line_no=1, wo_ref=1\ninvoice_line; inv_id=I, line_no=2, wo_ref=3\n"
        "invoice_line; inv_id=I, line_no=3, wo_ref=3\n",
        TIE_DS_INVOICE, "I", "1+3" },
    { "lines without an order keep a header of theirs",
        ORDERS "invoice; inv_id=I\ninvoice_line; inv_id=I, line_no=1, wo_ref=1\ninvoice_line; inv_id=I, line_no=2\n",
        TIE_DS_INVOICE, "I", "+1" },
    { "an invoice without lines belongs to no order", ORDERS "invoice; inv_id=I\n", TIE_DS_INVOICE, "I", "" },
    { "an invoice follows lines that follow",
        ORDERS "invoice; inv_id=I\ninvoice_line; inv_id=I, line_no=1, usage_ref=U2\n", TIE_DS_INVOICE, "I", "2" },

    { "an approval of an order", ORDERS "approval; approval_id=A, object_type=work_order, object_id=FS-2\n",
        TIE_DS_APPROVAL, "A", "2" },
    { "an approval of a decision",
        ORDERS "entitlement_decision; decision_id=D, wo_id=FS-3\n"
               "approval; approval_id=A, object_type=decision, object_id=D\n",
        TIE_DS_APPROVAL, "A", "3" },
    { "an approval of a billing line; the document holds a slash",
        ORDERS "invoice_line; inv_id=I/7, line_no=2, wo_ref=3\n"
               "approval; approval_id=A, object_type=invoice_line, object_id=I/7/2\n",
        TIE_DS_APPROVAL, "A", "3" },
    { "an approval of an invoice lies with its first line that has an order",
        ORDERS
        "invoice_line; inv_id=I, line_no=1\ninvoice_line; inv_id=I, line_no=2, wo_ref=3\n"
        "invoice_line; inv_id=I, line_no=9, wo_ref=1\napproval; approval_id=A, object_type=invoice, object_id=I\n",
        TIE_DS_APPROVAL, "A", "3" },
    { "a correction is nobody's row", ORDERS "approval; approval_id=A, object_type=correction, object_id=FS-2\n",
        TIE_DS_APPROVAL, "A", "" },
    { "evidence of a visit",
        ORDERS "visit; visit_id=V, wo_id=FS-2\nevidence; evidence_id=X, object_type=visit, object_id=V\n",
        TIE_DS_EVIDENCE, "X", "2" },
    { "evidence of a claim that follows",
        ORDERS "claim; claim_id=B, usage_ref=U1\nevidence; evidence_id=X, object_type=claim, object_id=B\n",
        TIE_DS_EVIDENCE, "X", "1" },
    { "a message by what it carries",
        ORDERS "outbox; msg_id=O, idempotency_key=K, object_type=time_entry, object_id=T2\n", TIE_DS_OUTBOX, "O", "2" },
    { "its receipt by the key",
        ORDERS "outbox; msg_id=O, idempotency_key=K, object_type=time_entry, object_id=T2\n"
               "inbox; msg_id=N, idempotency_key=K\n",
        TIE_DS_INBOX, "N", "2" },
    { "a receipt of nothing sent", ORDERS "inbox; msg_id=N, idempotency_key=K\n", TIE_DS_INBOX, "N", "" },
    { "a key sent twice: the first message counts",
        ORDERS
        "outbox; msg_id=P, idempotency_key=K, object_type=time_entry, object_id=T2\n"
        "outbox; msg_id=O, idempotency_key=K, object_type=expense, object_id=E3\ninbox; msg_id=N, idempotency_key=K\n",
        TIE_DS_INBOX, "N", "3" },
    { "stock belongs to no order", ORDERS "stock_balance; location_id=L, item_id=A\n", TIE_DS_STOCK_BALANCE, NULL, "" },
};

/* "FS-1" is the order that the ERP calls "1". */
static void normalise(struct test_rows *rows)
{
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++)
        for (size_t i = 0; i < rows->tables[d].count; i++) {
            unsigned char *const at = (unsigned char *)rows->tables[d].at + i * rows->tables[d].row_bytes;
            struct tie_row *const head = (void *)at;
            const char *const text = tie_pool_chars(&rows->pool, head->order_ref);
            if (strncmp(text, "FS-", 3) == 0)
                head->order_ref = test_str(rows, tie_arena_strdup(&rows->arena, text + 3));
        }
}

static void add_roots(
    struct tie_buf *roots, const struct tie_shard *shard, enum tie_dataset dataset, const char *id, bool *is_found)
{
    struct tie_buf key;

    tie_buf_init(&key, 1024);
    for (size_t i = 0; i < shard->dossier_count; i++)
        for (uint32_t r = 0; r < shard->dossiers[i].ranges[dataset].count; r++) {
            const struct tie_rows *const table = &shard->tables[dataset];
            const size_t at = shard->dossiers[i].ranges[dataset].first + r;
            tie_row_id(&key, &shard->pool, dataset, (const unsigned char *)table->at + at * table->row_bytes);
            if (id != NULL && !tie_text_is(tie_buf_slice(&key), id))
                continue;
            if (*is_found)
                tie_buf_char(roots, '+');
            tie_buf_text(roots, tie_pool_chars(&shard->pool, shard->dossiers[i].root));
            *is_found = true;
        }
    tie_buf_release(&key);
}

static void expect_roots(const struct tie_buf *roots, bool is_found, size_t index, const char *how)
{
    const struct tie_text got = is_found ? tie_buf_slice(roots) : TIE_TEXT(AWAY);

    if (!tie_text_is(got, cases[index].want))
        fail_msg("%s (%s): in '%.*s', wanted '%s'", cases[index].why, how, (int)got.size, got.at, cases[index].want);
}

static void read_case(struct test_rows *rows, size_t index)
{
    test_rows_init(rows, NULL);
    test_rows_text(rows, cases[index].lines);
    normalise(rows);
}

/* In one shard roots come sorted; a header of several dossiers is only asked for there. */
static void by_frames(size_t index, unsigned shard_count)
{
    struct test_rows rows;
    struct test_frames made;
    struct tie_homes *homes = NULL;
    struct tie_arena arena;
    struct tie_pool base;
    struct tie_error error;
    struct tie_buf roots;
    bool is_found = false;

    read_case(&rows, index);
    tie_buf_init(&roots, 1024);
    test_frames_write(&made, &rows, (struct test_cut){ shard_count, 1 << 20, index });
    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    tie_pool_init(&base, &arena, NULL);
    if (tie_homes_find(&made.frames, 1 << 22, 2, &homes, &error) != TIE_OK)
        fail_msg("%s: %s", cases[index].why, error.text);
    for (unsigned i = 0; i <= shard_count; i++) {
        const struct tie_slice slice = { (i + shard_count) % (shard_count + 1), 0,
            0 }; /* the leftover shard first: "" < "1" */
        struct tie_shard shard;
        bool fits = false;
        if (tie_shard_load(&arena, &made.frames, homes, &base, slice, &shard, &fits, &error) != TIE_OK)
            fail_msg("%s: %s", cases[index].why, error.text);
        assert_true(fits);
        add_roots(&roots, &shard, cases[index].dataset, cases[index].id, &is_found);
    }
    if (shard_count == 1 || strchr(cases[index].want, '+') == NULL)
        expect_roots(&roots, is_found, index, "frames");
    tie_homes_free(homes);
    tie_buf_release(&roots);
    tie_arena_release(&arena);
    test_frames_release(&made);
    test_rows_release(&rows);
}

static void by_rows(size_t index)
{
    struct test_rows rows;
    struct tie_shard shard = { 0 };
    struct tie_error error;
    struct tie_buf roots;
    bool is_found = false;

    read_case(&rows, index);
    tie_buf_init(&roots, 1024);
    shard.pool = rows.pool;
    memcpy(shard.tables, rows.tables, sizeof shard.tables);
    if (tie_shard_from_rows(&rows.arena, &shard, &error) != TIE_OK)
        fail_msg("%s: %s", cases[index].why, error.text);
    add_roots(&roots, &shard, cases[index].dataset, cases[index].id, &is_found);
    expect_roots(&roots, is_found, index, "rows");
    tie_buf_release(&roots);
    test_rows_release(&rows);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        by_rows(i);
        by_frames(i, 1);
        by_frames(i, 7);
    }
}

/* Renumbered rows carry the number in force; rows that follow name no order still. */
static void test_references(void **state)
{
    struct test_rows rows;
    struct test_frames made;
    struct tie_homes *homes = NULL;
    struct tie_arena arena;
    struct tie_shard shard;
    struct tie_pool base;
    bool fits = false;

    (void)state;
    test_rows_init(&rows, NULL);
    test_rows_text(&rows,
        ORDERS "xref work_order; fsm_id=FS-2, erp_id=900\nmovement; mov_id=M, line_no=1, wo_ref=900\n"
               "movement; mov_id=R, line_no=1, reverses_mov_id=M, reverses_line_no=1\n"
               "work_order; wo_id=FS-4, parent_wo_id=FS-2\n");
    normalise(&rows);
    test_frames_write(&made, &rows, (struct test_cut){ 1, 1 << 20, 1 });
    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    tie_pool_init(&base, &arena, NULL);
    assert_int_equal(tie_homes_find(&made.frames, 1 << 22, 2, &homes, NULL), TIE_OK);
    assert_int_equal(tie_homes_count(homes).families, 1);
    assert_int_equal(tie_homes_count(homes).linked_orders, 2);
    assert_int_equal(tie_homes_count(homes).emigrants, 3); /* both movements and order 4 */
    assert_int_equal(tie_homes_count(homes).visitors, 3);
    assert_int_equal(
        tie_shard_load(&arena, &made.frames, homes, &base, (struct tie_slice){ 0, 0, 0 }, &shard, &fits, NULL), TIE_OK);
    assert_true(fits);
    assert_int_equal(shard.dossier_count, 3);
    const struct tie_dossier *const second = &shard.dossiers[1];
    assert_string_equal(tie_pool_chars(&shard.pool, second->root), "2");
    assert_true(second->is_known);
    assert_int_equal(TIE_OF_COUNT(second, MOVEMENT), 2);
    const struct tie_movement *const moved = TIE_ROWS(shard.tables, MOVEMENT, movement) +
        second->ranges[TIE_DS_MOVEMENT].first;
    assert_string_equal(tie_pool_chars(&shard.pool, moved[0].wo_ref), "900"); /* as delivered */
    assert_string_equal(tie_pool_chars(&shard.pool, moved[0].row.order_ref), "2");
    assert_int_equal(moved[1].row.order_ref, 0);
    assert_null(TIE_OF(&shard, second, INVOICE, invoice));
    tie_homes_free(homes);
    tie_arena_release(&arena);
    test_frames_release(&made);
    test_rows_release(&rows);
}

/* Every limit either works or says so: no limit may lead past the arena. */
static void test_memory(void **state)
{
    struct test_rows rows;
    struct test_frames made;
    unsigned refused = 0, done = 0;

    (void)state;
    test_rows_init(&rows, NULL);
    test_rows_text(&rows, ORDERS);
    for (unsigned i = 1; i <= 3000; i++) { /* a tree of reversals; M1 finds no original and follows its usage */
        char line[160];
        (void)snprintf(line, sizeof line, "movement; mov_id=M%u, line_no=1, usage_ref=U%u, reverses_mov_id=M%u", i,
            i % 2 + 1, i / 2);
        test_rows_add(&rows, line);
    }
    test_frames_write(&made, &rows, (struct test_cut){ 3, 1 << 20, 1 });
    for (size_t limit = 4096; limit < (size_t)4 << 20; limit += limit / 7) {
        struct tie_homes *homes = NULL;
        struct tie_error error;
        const enum tie_status status = tie_homes_find(&made.frames, limit, 2, &homes, &error);
        if (status == TIE_OK) {
            done++;
            assert_int_equal(tie_homes_count(homes).visitors, 3000);
        } else {
            refused++;
            assert_int_equal(status, TIE_CONFIG);
            assert_non_null(strstr(error.text, "memory limit too small"));
            assert_true(done == 0); /* more memory never makes it worse */
        }
        tie_homes_free(homes);
    }
    assert_true(refused > 5 && done > 5);
    test_frames_release(&made);
    test_rows_release(&rows);
}

/* 6,000 documents: of none, one or two orders, with lines that follow others or lie in a family. */
static void add_documents(struct test_rows *rows)
{
    char line[200];

    test_rows_text(rows, ORDERS "work_order; wo_id=FS-30, parent_wo_id=FS-31\nwork_order; wo_id=FS-31\n");
    for (unsigned i = 0; i < 6000; i++) {
        (void)snprintf(line, sizeof line, "invoice; inv_id=a document with a long name %u", i);
        test_rows_add(rows, line);
        for (unsigned l = 0; l < i % 4; l++) { /* those of 0 have no line */
            (void)snprintf(line, sizeof line, "invoice_line; inv_id=a document with a long name %u, line_no=%u, %s%u",
                i, l, i % 50 == 7 ? "usage_ref=U" : "wo_ref=", i % 50 == 7 ? l % 2 + 1 : 10 + (i + l * 7) % 40);
            test_rows_add(rows, line);
        }
    }
}

/* Documents of a dossier that a table names, each once. */
static size_t documents_of(const struct tie_dossier *dossier, const struct tie_shard *shard, bool of_lines)
{
    struct tie_map seen;
    struct tie_arena arena;
    size_t count;

    assert_int_equal(tie_arena_init(&arena, (size_t)8 << 20, NULL), TIE_OK);
    tie_map_init(&seen, &arena);
    for (size_t i = 0; of_lines && i < TIE_OF_COUNT(dossier, INVOICE_LINE); i++)
        (void)tie_map_put(&seen, TIE_OF(shard, dossier, INVOICE_LINE, invoice_line)[i].inv_id, 0, NULL);
    for (size_t i = 0; !of_lines && i < TIE_OF_COUNT(dossier, INVOICE); i++)
        assert_true(tie_map_put(&seen, TIE_OF(shard, dossier, INVOICE, invoice)[i].inv_id, 0, NULL));
    count = seen.count;
    tie_arena_release(&arena);
    return count;
}

/* Every dossier has the headers of its lines; those without a line lie in that of no order. */
static void expect_headers(struct tie_arena *arena, const struct test_frames *made, const struct tie_homes *homes)
{
    struct tie_pool base;
    size_t lonely = 0;

    tie_arena_reset(arena);
    tie_pool_init(&base, arena, NULL);
    for (unsigned s = 0; s <= made->frames.shard_count; s++) {
        const struct tie_arena_mark mark = tie_arena_mark(arena);
        struct tie_shard shard;
        bool fits = false;
        assert_int_equal(
            tie_shard_load(arena, &made->frames, homes, &base, (struct tie_slice){ s, 0, 0 }, &shard, &fits, NULL),
            TIE_OK);
        assert_true(fits);
        for (size_t d = 0; d < shard.dossier_count; d++) {
            const struct tie_dossier *const dossier = &shard.dossiers[d];
            const size_t headers = documents_of(dossier, &shard, false);
            if (dossier->root == 0)
                lonely += headers;
            else
                assert_int_equal(headers, documents_of(dossier, &shard, true));
        }
        tie_arena_back_to(arena, mark);
    }
    assert_int_equal(lonely, 1500);
}

/* One pass or many, one thread or several: the same headers, from the least memory that is enough. */
static void test_headers(void **state)
{
    struct test_rows rows;
    struct test_frames made;
    struct tie_arena arena;
    struct tie_homes_count first = { 0 };
    size_t done = 0;

    (void)state;
    test_rows_init(&rows, NULL);
    add_documents(&rows);
    normalise(&rows);
    test_frames_write(&made, &rows, (struct test_cut){ 7, 1 << 20, 1 });
    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    for (size_t limit = 16384; limit < (size_t)1 << 20; limit += limit / 5) {
        struct tie_homes *homes = NULL;
        struct tie_error error;
        if (tie_homes_find(&made.frames, limit, 1 + (unsigned)done % 4, &homes, &error) != TIE_OK) {
            assert_true(done == 0); /* more memory never makes it worse */
            assert_non_null(strstr(error.text, "memory limit too small"));
            continue;
        }
        const struct tie_homes_count count = tie_homes_count(homes);
        first = done++ == 0 ? count : first;
        assert_memory_equal(&count, &first, sizeof count);
        expect_headers(&arena, &made, homes);
        tie_homes_free(homes);
    }
    assert_true(done > 10); /* the least of them in several passes */
    assert_true(first.emigrants > 4500 && first.visitors > first.emigrants);
    tie_arena_release(&arena);
    test_frames_release(&made);
    test_rows_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_headers),
    };

    return cmocka_run_group_tests_name("model/homes", tests, NULL, NULL);
}
