/*
 * follow.c - rows that name no order follow the row that they reverse, cancel, name, carry or prove.
 *
 * Every such row is a node with keys, the rows it may follow, in the order of data-model.md section 6 (table `rules`;
 * objects in table `objects`). One scan of each dataset that is asked for answers the keys: by a row that names an
 * order, or by another node. Then every node is walked along its first key that is not dead: a key is dead when
 * nothing answers it or when the node behind it ends dead. A walk that bites its own tail kills the whole ring
 * ("cycles end in leftover").
 *
 * Invariant: a node moves to its next key only when the one before is dead for good, so the result does not depend on
 * where the walks begin. Every node is entered once: linear, and no recursion.
 * Where several rows answer a key (a document without a line, a message key sent twice) the one that names an order
 * wins, then the smallest line, then the smallest primary key, then the smallest reference.
 * Rejected: rounds to a fixed point (quadratic on chains), copies of texts (they are borrowed from the frame's map).
 */
#include "links.h"

#define KEYS_MAX 8

struct rule {
    enum tie_dataset dataset, target;
    const char *id, *line; /* columns of dataset; line NULL: the target has one-part keys */
};

static const struct rule rules[] = {
    { TIE_DS_MOVEMENT, TIE_DS_MOVEMENT, "reverses_mov_id", "reverses_line_no" },
    { TIE_DS_MOVEMENT, TIE_DS_USAGE_LINE, "usage_ref", NULL },
    { TIE_DS_CONTRACT_LEDGER, TIE_DS_CONTRACT_LEDGER, "reverses_entry_id", NULL },
    { TIE_DS_CONTRACT_LEDGER, TIE_DS_USAGE_LINE, "usage_ref", NULL },
    { TIE_DS_CONTRACT_LEDGER, TIE_DS_TIME_ENTRY, "time_ref", NULL },
    { TIE_DS_INVOICE_LINE, TIE_DS_USAGE_LINE, "usage_ref", NULL },
    { TIE_DS_INVOICE_LINE, TIE_DS_TIME_ENTRY, "time_ref", NULL },
    { TIE_DS_INVOICE_LINE, TIE_DS_EXPENSE, "expense_ref", NULL },
    { TIE_DS_INVOICE_LINE, TIE_DS_MOVEMENT, "mov_id", "mov_line_no" },
    { TIE_DS_INVOICE_LINE, TIE_DS_INVOICE_LINE, "cancels_inv_id", "cancels_line_no" },
    { TIE_DS_CLAIM, TIE_DS_USAGE_LINE, "usage_ref", NULL },
    { TIE_DS_CLAIM, TIE_DS_TIME_ENTRY, "time_ref", NULL },
    { TIE_DS_CLAIM, TIE_DS_CLAIM, "reverses_claim_id", NULL },
    { TIE_DS_LABOUR_POSTING, TIE_DS_TIME_ENTRY, "time_ref", NULL },
    { TIE_DS_INBOX, TIE_DS_OUTBOX, "idempotency_key", NULL },
};

/* How a row is named by others. */
static const struct target {
    enum tie_dataset dataset;
    const char *id, *line;
} targets[] = {
    { TIE_DS_WORK_ORDER, "wo_id", NULL },
    { TIE_DS_VISIT, "visit_id", NULL },
    { TIE_DS_USAGE_LINE, "usage_id", NULL },
    { TIE_DS_TIME_ENTRY, "time_id", NULL },
    { TIE_DS_EXPENSE, "expense_id", NULL },
    { TIE_DS_ENTITLEMENT_DECISION, "decision_id", NULL },
    { TIE_DS_MILESTONE, "milestone_id", NULL },
    { TIE_DS_MOVEMENT, "mov_id", "line_no" },
    { TIE_DS_INVOICE_LINE, "inv_id", "line_no" },
    { TIE_DS_CONTRACT_LEDGER, "entry_id", NULL },
    { TIE_DS_CLAIM, "claim_id", NULL },
    { TIE_DS_OUTBOX, "idempotency_key", NULL },
};

static const struct {
    enum tie_word word; /* object_type; a correction has no row here and stays where it is */
    enum tie_dataset target;
} objects[] = {
    { TIE_W_WORK_ORDER, TIE_DS_WORK_ORDER },
    { TIE_W_VISIT, TIE_DS_VISIT },
    { TIE_W_USAGE_LINE, TIE_DS_USAGE_LINE },
    { TIE_W_TIME_ENTRY, TIE_DS_TIME_ENTRY },
    { TIE_W_EXPENSE, TIE_DS_EXPENSE },
    { TIE_W_DECISION, TIE_DS_ENTITLEMENT_DECISION },
    { TIE_W_MILESTONE, TIE_DS_MILESTONE },
    { TIE_W_INVOICE, TIE_DS_INVOICE_LINE }, /* any of its lines: a header has no dossier of its own */
    { TIE_W_INVOICE_LINE, TIE_DS_INVOICE_LINE },
    { TIE_W_CLAIM, TIE_DS_CLAIM },
};

static const enum tie_dataset with_objects[] = { TIE_DS_APPROVAL, TIE_DS_EVIDENCE, TIE_DS_OUTBOX };

struct key { /* a row that somebody wants to follow, and the best answer so far */
    struct tie_text id;
    int64_t line; /* TIE_NONE: any line, or a one-part key */
    uint64_t hash;
    uint32_t next; /* + 1: another key of the same hash */
    uint16_t dataset;
    bool is_answered, has_order;
    tie_str order;   /* name, when it has an order */
    tie_place place; /* of the answer, when it has none */
    int64_t answer_line;
    struct tie_text answer_pk;
};

enum node_state { NODE_NEW, NODE_ON_WALK, NODE_HOME, NODE_DEAD };

struct node {
    tie_place place;
    uint32_t first_key;
    uint8_t key_count, key_at;
    uint8_t state;
    tie_str root;
};

struct following {
    struct tie_links *links;
    struct tie_map key_of; /* hash -> first key */
    struct tie_sieve ids;  /* that keys ask for */
    struct {
        struct key *at;
        size_t count, room;
    } keys;
    struct tie_map node_of; /* place -> node */
    struct {
        struct node *at;
        size_t count, room;
    } nodes;
    struct {
        uint32_t *at;
        size_t count, room;
    } node_keys;
    struct tie_map cancelled_by; /* name of inv_id -> name of the document that its header cancels */
    bool is_wanted[TIE_DATASET_COUNT];

    /* of the dataset that is being scanned */
    const struct tie_dataset_info *info;
    struct {
        const struct rule *rule;
        int id, line;
    } by_rule[KEYS_MAX];
    size_t rule_count;
    int id, line, pk, object_type, object_id, cancels;
};

/* ---- keys ---- */

static enum tie_status room_for(const struct following *f, size_t text_bytes, struct tie_error *err)
{
    const size_t more = tie_growth_of_map(&f->key_of) + tie_growth_of_map(&f->node_of) +
        tie_growth_of_map(&f->cancelled_by) + tie_growth_of_list(f->keys.count, f->keys.room, sizeof *f->keys.at) +
        tie_growth_of_list(f->nodes.count, f->nodes.room, sizeof *f->nodes.at) +
        tie_growth_of_list(f->node_keys.count, f->node_keys.room, sizeof *f->node_keys.at) +
        tie_growth_of_pool(&f->links->names, 2, text_bytes) + 1024;

    return tie_links_room(f->links, more, err);
}

static uint64_t key_hash(enum tie_dataset dataset, uint64_t id_hash, int64_t line)
{
    return tie_hash_mix(tie_hash_mix(id_hash, (uint64_t)dataset), (uint64_t)line);
}

static struct key *find_key(
    const struct following *f, enum tie_dataset dataset, struct tie_text id, int64_t line, uint64_t hash)
{
    uint32_t at = 0;

    if (!tie_map_get(&f->key_of, hash, &at))
        return NULL;
    for (uint32_t k = at + 1; k != 0; k = f->keys.at[k - 1].next) {
        struct key *const key = &f->keys.at[k - 1];
        if (key->dataset == dataset && key->line == line && tie_text_equal(key->id, id))
            return key;
    }
    return NULL;
}

/* The key's index, made when it is new. Room was checked. */
static uint32_t want(struct following *f, enum tie_dataset dataset, struct tie_text id, int64_t line)
{
    const uint64_t hash = key_hash(dataset, tie_hash_text(id), line);
    const struct key *known = find_key(f, dataset, id, line, hash);
    uint32_t first = 0;

    if (known != NULL)
        return (uint32_t)(known - f->keys.at);
    const uint32_t fresh = (uint32_t)f->keys.count;
    struct key key = { .id = id, .line = line, .hash = hash, .dataset = (uint16_t)dataset };
    if (tie_map_get(&f->key_of, hash, &first))
        key.next = first + 1;
    TIE_PUSH(f->links->work, &f->keys, key);
    tie_map_set(&f->key_of, hash, fresh);
    f->is_wanted[dataset] = true;
    return fresh;
}

/* ---- nodes ---- */

static enum tie_status add_key(struct following *f, struct node *node, enum tie_dataset target, struct tie_text id,
    int64_t line, struct tie_error *err)
{
    if (id.size == 0)
        return TIE_OK;
    const enum tie_status status = room_for(f, 0, err);
    if (status != TIE_OK)
        return status;
    TIE_ASSERT(node->key_count < KEYS_MAX);
    TIE_PUSH(f->links->work, &f->node_keys, want(f, target, id, line));
    node->key_count++;
    return TIE_OK;
}

/* A document named without a line: its line of the same number first (cancellations mirror their original), then
 * any. */
static enum tie_status add_document(struct following *f, struct node *node, const struct rule *rule, struct tie_text id,
    int64_t line, int64_t own_line, struct tie_error *err)
{
    if (rule->line == NULL || line != TIE_NONE)
        return add_key(f, node, rule->target, id, line, err);
    const enum tie_status status = own_line == TIE_NONE ? TIE_OK : add_key(f, node, rule->target, id, own_line, err);
    return status == TIE_OK ? add_key(f, node, rule->target, id, TIE_NONE, err) : status;
}

static enum tie_status add_object(
    struct following *f, struct node *node, const struct tie_scan_row *row, struct tie_error *err)
{
    const int64_t type = tie_scan_number(row, f->object_type);
    struct tie_text id = tie_scan_text(row, f->object_id);
    int64_t line = TIE_NONE;

    if (type == TIE_W_INVOICE_LINE) { /* "document/line"; a document may hold a slash itself */
        size_t cut = id.size;
        while (cut > 0 && id.at[cut - 1] != '/')
            cut--;
        if (cut == 0 || !tie_int_from_text((struct tie_text){ id.at + cut, id.size - cut }, &line))
            return TIE_OK;
        id.size = cut - 1;
    }
    for (size_t o = 0; o < TIE_COUNT_OF(objects); o++)
        if (objects[o].word == (enum tie_word)type)
            return add_key(f, node, objects[o].target, id, line, err);
    return TIE_OK;
}

/* A cancelling line that names no document cancels the one that its header cancels. */
static struct tie_text header_cancels(const struct following *f, const struct tie_scan_row *row)
{
    const tie_str inv = tie_pool_find(&f->links->names, tie_scan_text(row, f->id));
    uint32_t cancelled = 0;

    if (inv == TIE_STR_UNKNOWN || !tie_map_get(&f->cancelled_by, inv, &cancelled))
        return TIE_TEXT("");
    return tie_pool_text(&f->links->names, cancelled);
}

static enum tie_status collect_node(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct following *f = context;
    struct node node = { .place = row->place, .first_key = (uint32_t)f->node_keys.count };

    for (size_t i = 0; i < f->rule_count; i++) {
        const struct rule *rule = f->by_rule[i].rule;
        struct tie_text id = tie_scan_text(row, f->by_rule[i].id);
        if (id.size == 0 && rule->dataset == TIE_DS_INVOICE_LINE && rule->target == TIE_DS_INVOICE_LINE)
            id = header_cancels(f, row);
        const int64_t own_line = rule->target == rule->dataset ? tie_scan_number(row, f->line) : TIE_NONE;
        TIE_TRY(add_document(f, &node, rule, id, tie_scan_number(row, f->by_rule[i].line), own_line, err));
    }
    if (f->object_type >= 0)
        TIE_TRY(add_object(f, &node, row, err));
    if (node.key_count == 0)
        goto out;
    TIE_TRY(room_for(f, 0, err));
    (void)tie_map_put(&f->node_of, node.place, (uint32_t)f->nodes.count, NULL);
    TIE_PUSH(f->links->work, &f->nodes, node);
out:
    return status;
}

static enum tie_status read_cancelled(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct following *f = context;
    const struct tie_text inv = tie_scan_text(row, f->id), cancelled = tie_scan_text(row, f->cancels);

    if (cancelled.size == 0 || inv.size == 0)
        return TIE_OK;
    const enum tie_status status = room_for(f, inv.size + cancelled.size, err);
    if (status == TIE_OK) {
        const tie_str name = tie_pool_put(&f->links->names, inv);
        (void)tie_map_put(&f->cancelled_by, name, tie_pool_put(&f->links->names, cancelled), NULL);
    }
    return status;
}

static int column_of(const struct tie_dataset_info *info, const char *name)
{
    return name == NULL ? -1 : tie_column_find(info, tie_text_of(name));
}

static void aim(struct following *f, enum tie_dataset dataset)
{
    f->info = tie_dataset(dataset);
    f->id = f->line = f->pk = f->object_type = f->object_id = -1;
    f->rule_count = 0;
    for (size_t c = f->info->column_count; c-- > 0;)
        if (f->info->columns[c].key == TIE_KEY_PK && tie_type_is_text(f->info->columns[c].type))
            f->pk = (int)c;
    for (size_t t = 0; t < TIE_COUNT_OF(targets); t++)
        if (targets[t].dataset == dataset) {
            f->id = column_of(f->info, targets[t].id);
            f->line = column_of(f->info, targets[t].line);
        }
    for (size_t i = 0; i < TIE_COUNT_OF(rules); i++) {
        if (rules[i].dataset != dataset)
            continue;
        f->by_rule[f->rule_count].rule = &rules[i];
        f->by_rule[f->rule_count].id = column_of(f->info, rules[i].id);
        f->by_rule[f->rule_count++].line = column_of(f->info, rules[i].line);
    }
    for (size_t i = 0; i < TIE_COUNT_OF(with_objects); i++)
        if (with_objects[i] == dataset) {
            f->object_type = column_of(f->info, "object_type");
            f->object_id = column_of(f->info, "object_id");
        }
}

/* Columns that say whom a row follows; none when it may follow what its header says. */
static size_t keys_of(const struct following *f, int *columns)
{
    size_t count = 0;

    if (f->info->id == TIE_DS_INVOICE_LINE && f->cancelled_by.count > 0)
        return 0;
    for (size_t i = 0; i < f->rule_count; i++)
        columns[count++] = f->by_rule[i].id;
    columns[count++] = f->object_id;
    return count;
}

static enum tie_status collect(struct following *f, const struct tie_scan *scan, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    f->id = column_of(tie_dataset(TIE_DS_INVOICE), "inv_id");
    f->cancels = column_of(tie_dataset(TIE_DS_INVOICE), "cancels_inv_id");
    TIE_TRY(tie_scan_rows(
        scan, TIE_DS_INVOICE, (struct tie_scan_want){ .any_of = &f->cancels, .any_count = 1 }, read_cancelled, f, err));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        int any_of[KEYS_MAX + 1];
        aim(f, (enum tie_dataset)d);
        const struct tie_scan_want want = { TIE_SCAN_WITHOUT_ORDER, any_of, keys_of(f, any_of), NULL };
        if (f->rule_count > 0 || f->object_type >= 0)
            TIE_TRY(tie_scan_rows(scan, (enum tie_dataset)d, want, collect_node, f, err));
    }
out:
    return status;
}

/* ---- answers ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static enum tie_status answer(
    struct following *f, struct key *key, const struct tie_scan_row *row, int64_t line, struct tie_error *err)
{
    struct tie_pool *const names = &f->links->names;
    const struct tie_text order = tie_scan_order(row), pk = tie_scan_text(row, f->pk);

    if (key->is_answered) {
        int order_of = (int)key->has_order - (int)(order.size > 0);
        if (order_of == 0)
            order_of = compare_numbers(line, key->answer_line);
        if (order_of == 0)
            order_of = tie_text_compare(pk, key->answer_pk);
        if (order_of == 0 && key->has_order)
            order_of = tie_text_compare(order, tie_pool_text(names, key->order));
        if (order_of >= 0)
            return TIE_OK;
    }
    const enum tie_status status = room_for(f, order.size, err);
    if (status != TIE_OK)
        return status;
    key->is_answered = true;
    key->has_order = order.size > 0;
    key->order = tie_pool_put(names, order);
    key->place = row->place;
    key->answer_line = line;
    key->answer_pk = pk;
    return TIE_OK;
}

static enum tie_status read_target(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct following *f = context;
    const enum tie_dataset dataset = row->info->id;
    const struct tie_text id = tie_scan_text(row, f->id);
    const uint64_t id_hash = tie_hash_text(id);

    if (!tie_sieve_may_hold(&f->ids, id_hash))
        return TIE_OK;
    const int64_t line = tie_scan_number(row, f->line);
    struct key *key = find_key(f, dataset, id, TIE_NONE, key_hash(dataset, id_hash, TIE_NONE));

    if (key != NULL)
        TIE_TRY(answer(f, key, row, line, err));
    if (line == TIE_NONE)
        goto out;
    key = find_key(f, dataset, id, line, key_hash(dataset, id_hash, line));
    if (key != NULL)
        TIE_TRY(answer(f, key, row, line, err));
out:
    return status;
}

/* ---- walks ---- */

static tie_str root_of(const struct following *f, tie_str order)
{
    uint32_t at = 0;

    return tie_map_get(&f->links->linked_by_name, order, &at) ? f->links->linked.at[at].root : order;
}

/* One step of the node on top of the walk. Returns true when it leads to another node, put into *to; else the node's
 * state is decided, or it moved on to its next key. */
static bool step(struct following *f, struct node *node, uint32_t *to)
{
    if (node->key_at == node->key_count) {
        node->state = NODE_DEAD;
        return false;
    }
    const struct key *key = &f->keys.at[f->node_keys.at[node->first_key + node->key_at]];
    if (key->is_answered && key->has_order) {
        node->root = root_of(f, key->order);
        node->state = NODE_HOME;
        return false;
    }
    if (!key->is_answered || !tie_map_get(&f->node_of, key->place, to)) {
        node->key_at++; /* nothing answers, or a row that follows nobody */
        return false;
    }
    const struct node *target = &f->nodes.at[*to];
    if (target->state == NODE_HOME) {
        node->root = target->root;
        node->state = NODE_HOME;
        return false;
    }
    if (target->state == NODE_DEAD) {
        node->key_at++;
        return false;
    }
    return true;
}

static void walk_from(struct following *f, uint32_t start, uint32_t *stack)
{
    size_t depth = 0;

    stack[depth++] = start;
    f->nodes.at[start].state = NODE_ON_WALK;
    while (depth > 0) {
        struct node *const node = &f->nodes.at[stack[depth - 1]];
        uint32_t to = 0;
        if (node->state != NODE_ON_WALK) {
            depth--;
        } else if (step(f, node, &to)) {
            if (f->nodes.at[to].state == NODE_NEW) {
                f->nodes.at[to].state = NODE_ON_WALK;
                stack[depth++] = to;
                continue;
            }
            for (size_t i = depth; i-- > 0;) { /* a ring: from the top down to the node it leads back to */
                f->nodes.at[stack[i]].state = NODE_DEAD;
                if (stack[i] == to)
                    break;
            }
        }
    }
}

static enum tie_status walk_all(struct following *f, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = f->links;

    TIE_TRY(tie_links_room(links, (f->nodes.count + 1) * (sizeof(uint32_t) + sizeof(struct tie_move)) + 64, err));
    uint32_t *const stack = TIE_TAKE(links->work, uint32_t, f->nodes.count + 1);
    links->moves.at = TIE_TAKE(links->keep, struct tie_move, f->nodes.count + 1);
    links->moves.room = f->nodes.count + 1;
    for (uint32_t i = 0; i < f->nodes.count; i++) {
        if (f->nodes.at[i].state == NODE_NEW)
            walk_from(f, i, stack);
        if (f->nodes.at[i].state == NODE_HOME)
            links->moves.at[links->moves.count++] = (struct tie_move){ f->nodes.at[i].place, f->nodes.at[i].root, 0 };
    }
out:
    return status;
}

enum tie_status tie_links_follow(const struct tie_scan *scan, struct tie_links *links, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct following f = { .links = links };

    tie_map_init(&f.key_of, links->work);
    tie_map_init(&f.node_of, links->work);
    tie_map_init(&f.cancelled_by, links->work);
    TIE_TRY(collect(&f, scan, err));
    TIE_TRY(tie_links_room(links, tie_sieve_bytes(f.keys.count) + 16, err));
    tie_sieve_init(&f.ids, links->work, f.keys.count);
    for (size_t k = 0; k < f.keys.count; k++)
        tie_sieve_add(&f.ids, tie_hash_text(f.keys.at[k].id));
    for (unsigned d = 0; d < TIE_DATASET_COUNT; d++) {
        if (!f.is_wanted[d])
            continue;
        aim(&f, (enum tie_dataset)d);
        TIE_TRY(tie_scan_rows(scan, (enum tie_dataset)d, TIE_SCAN_EVERY, read_target, &f, err));
    }
    TIE_TRY(walk_all(&f, err));
out:
    return status;
}
