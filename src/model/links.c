/*
 * links.c - renumbered orders and families of orders.
 *
 * Four scans of work_order at most, and none of the last three when no order is linked: (1) collect the ids that
 * links and renumberings speak of, (2) find their rows, which turns ids as written into normalised references, (3)
 * unite the references that are linked, (4) find the smallest wo_id of every family. Only linked orders are kept:
 * memory follows the links.
 *
 * Invariant: a component of the union-find holds references in force only; an old number points at the one in force
 * and has no family of its own. The root depends on the set of orders, never on the order of rows: the smallest wo_id
 * by bytes.
 * Renumbering runs in chains; a chain that bites its tail renumbers nothing. Of several rows for one old number the
 * one with the last valid_from counts, then the smallest number in force.
 * Rejected: recursion (chains are data), a graph of all orders (tens of millions of nodes for some thousands of
 * links).
 */
#include "links.h"

struct order { /* an id that some link or renumbering speaks of */
    tie_str wo_id;
    tie_str order_ref; /* of the work order with that id; 0 until found */
};

struct edge {
    tie_str from, to; /* wo_id */
};

struct renumbering {
    tie_str found, in_force; /* ids as xref writes them */
    int64_t valid_from;
};

struct finding {
    struct tie_links *links;
    struct tie_map order_of; /* name -> index of orders */
    struct {
        struct order *at;
        size_t count, room;
    } orders;
    struct {
        struct edge *at;
        size_t count, room;
    } edges;
    struct tie_map renumbering_of; /* name found -> index */
    struct {
        struct renumbering *at;
        size_t count, room;
    } renumberings;
    int wo_id, parent, owner;       /* columns of work_order */
    int fsm_id, erp_id, valid_from; /* columns of xref */
};

/* ---- memory ---- */

size_t tie_growth_of_list(size_t count, size_t room, size_t element_bytes)
{
    return count < room ? 0 : 2 * (room < 8 ? 8 : room) * element_bytes + 16;
}

size_t tie_growth_of_map(const struct tie_map *map)
{
    return map->count + 1 < map->room / 8 * 5 ? 0 : 2 * (map->room < 16 ? 16 : map->room) * 12 + 32;
}

enum tie_status tie_links_room(const struct tie_links *links, size_t more_bytes, struct tie_error *err)
{
    const size_t used = links->keep->used_bytes + (links->work == links->keep ? 0 : links->work->used_bytes);

    if (used + more_bytes <= links->memory_bytes)
        return TIE_OK;
    return tie_fail(err, TIE_CONFIG,
        "memory limit too small: finding out which order each row belongs to needs more than its share of it, "
        "%zu MiB; raise [limits] memory",
        links->memory_bytes >> 20);
}

static enum tie_status room_for(const struct finding *f, size_t text_bytes, struct tie_error *err)
{
    const struct tie_links *links = f->links;
    const size_t more = tie_growth_of_pool(&links->names, 4, text_bytes) + tie_growth_of_map(&f->order_of) * 2 +
        tie_growth_of_list(f->orders.count + 3, f->orders.room, sizeof *f->orders.at) +
        tie_growth_of_list(f->edges.count + 1, f->edges.room, sizeof *f->edges.at) +
        tie_growth_of_map(&f->renumbering_of) +
        tie_growth_of_list(f->renumberings.count, f->renumberings.room, sizeof *f->renumberings.at) +
        tie_growth_of_list(links->linked.count + 1, links->linked.room, sizeof *links->linked.at) +
        tie_growth_of_map(&links->linked_by_name) + tie_growth_of_map(&links->linked_by_hash) + 4096;

    return tie_links_room(links, more, err);
}

/* ---- what the rows say ---- */

static tie_str want_order(struct finding *f, struct tie_text wo_id)
{
    const tie_str name = tie_pool_put(&f->links->names, wo_id);

    if (tie_map_put(&f->order_of, name, (uint32_t)f->orders.count, NULL))
        TIE_PUSH(f->links->work, &f->orders, (struct order){ .wo_id = name });
    return name;
}

static enum tie_status read_renumbering(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct finding *f = context;

    if (tie_scan_xref_kind(row) != TIE_XREF_WORK_ORDER)
        return TIE_OK;
    const struct tie_text named = tie_scan_order(row);
    const struct tie_text found = named.size > 0 ? named : tie_scan_text(row, f->erp_id);
    const struct tie_text in_force = tie_scan_text(row, f->fsm_id);
    if (found.size == 0 || in_force.size == 0 || tie_text_equal(found, in_force))
        return TIE_OK;
    const enum tie_status status = room_for(f, found.size + in_force.size, err);
    if (status != TIE_OK)
        return status;
    const struct renumbering said = { want_order(f, found), want_order(f, in_force),
        tie_scan_number(row, f->valid_from) };
    uint32_t at = 0;
    if (tie_map_put(&f->renumbering_of, said.found, (uint32_t)f->renumberings.count, &at)) {
        TIE_PUSH(f->links->work, &f->renumberings, said);
    } else {
        struct renumbering *const old = &f->renumberings.at[at];
        if (said.valid_from > old->valid_from ||
            (said.valid_from == old->valid_from &&
                tie_pool_compare(&f->links->names, said.in_force, old->in_force) < 0))
            *old = said;
    }
    return TIE_OK;
}

static enum tie_status read_links(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct finding *f = context;
    const struct tie_text wo_id = tie_scan_text(row, f->wo_id);
    const struct tie_text targets[] = { tie_scan_text(row, f->parent), tie_scan_text(row, f->owner) };

    for (size_t t = 0; t < TIE_COUNT_OF(targets); t++) {
        if (targets[t].size == 0 || tie_text_equal(targets[t], wo_id))
            continue;
        const enum tie_status status = room_for(f, targets[t].size + wo_id.size, err);
        if (status != TIE_OK)
            return status;
        const struct edge edge = { want_order(f, wo_id), want_order(f, targets[t]) };
        TIE_PUSH(f->links->work, &f->edges, edge);
    }
    return TIE_OK;
}

static enum tie_status read_orders(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct finding *f = context;
    struct tie_pool *const names = &f->links->names;
    const tie_str wo_id = tie_pool_find(names, tie_scan_text(row, f->wo_id));
    const struct tie_text order_ref = tie_scan_order(row);
    uint32_t at = 0;

    if (wo_id == TIE_STR_UNKNOWN || order_ref.size == 0 || !tie_map_get(&f->order_of, wo_id, &at))
        return TIE_OK;
    const enum tie_status status = room_for(f, order_ref.size, err);
    if (status != TIE_OK)
        return status;
    const tie_str name = tie_pool_put(names, order_ref);
    struct order *const order = &f->orders.at[at];
    /* wo_id is unique over all parts; were it not, the smallest reference would count whatever came first */
    if (order->order_ref == 0 || tie_pool_compare(names, name, order->order_ref) < 0)
        order->order_ref = name;
    return TIE_OK;
}

/* ---- references in force ---- */

static uint32_t put_linked(struct tie_links *links, tie_str order_ref)
{
    const uint32_t fresh = (uint32_t)links->linked.count;
    uint32_t at = 0;

    if (tie_map_put(&links->linked_by_name, order_ref, fresh, &at)) {
        TIE_PUSH(links->keep, &links->linked, (struct tie_linked){ .order_ref = order_ref, .to = fresh, .up = fresh });
        (void)tie_map_put(&links->linked_by_hash, tie_hash_text(tie_pool_text(&links->names, order_ref)), fresh, NULL);
    }
    return at;
}

static tie_str reference_of(const struct finding *f, tie_str wo_id)
{
    uint32_t at = 0;

    return tie_map_get(&f->order_of, wo_id, &at) ? f->orders.at[at].order_ref : 0;
}

static enum tie_status renumber(struct finding *f, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = f->links;

    for (size_t i = 0; i < f->renumberings.count; i++) {
        const struct renumbering *said = &f->renumberings.at[i];
        const tie_str in_force = reference_of(f, said->in_force), found = reference_of(f, said->found);
        TIE_TRY(room_for(f, 0, err));
        const uint32_t from = put_linked(links, found != 0 ? found : said->found);
        const uint32_t to = put_linked(links, in_force != 0 ? in_force : said->in_force);
        links->linked.at[from].to = to;
    }
    /* A chain has fewer steps than there are links; one that has not ended by then is a ring. */
    for (uint32_t i = 0; i < links->linked.count; i++) {
        uint32_t end = i;
        for (size_t steps = 0; links->linked.at[end].to != end && steps <= links->linked.count; steps++)
            end = links->linked.at[end].to;
        const bool is_ring = links->linked.at[end].to != end;
        links->linked.at[i].in_force = links->linked.at[is_ring ? i : end].order_ref;
    }
out:
    return status;
}

static uint32_t in_force_of(const struct tie_links *links, uint32_t linked)
{
    uint32_t at = linked;

    (void)tie_map_get(&links->linked_by_name, links->linked.at[linked].in_force, &at);
    return at;
}

/* ---- families ---- */

static uint32_t top_of(struct tie_links *links, uint32_t at)
{
    struct tie_linked *const linked = links->linked.at;

    while (linked[at].up != at) {
        linked[at].up = linked[linked[at].up].up;
        at = linked[at].up;
    }
    return at;
}

/* A link may name an old number of its target. */
static tie_str target_of(const struct finding *f, tie_str wo_id)
{
    uint32_t at = 0;
    const tie_str order_ref = reference_of(f, wo_id);

    if (order_ref != 0 || !tie_map_get(&f->renumbering_of, wo_id, &at))
        return order_ref;
    return reference_of(f, f->renumberings.at[at].in_force);
}

static enum tie_status put_families(struct finding *f, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < f->edges.count; i++) {
        const tie_str from = reference_of(f, f->edges.at[i].from), to = target_of(f, f->edges.at[i].to);
        if (from == 0 || to == 0 || from == to)
            continue;
        TIE_TRY(room_for(f, 0, err));
        (void)put_linked(f->links, from);
        (void)put_linked(f->links, to);
    }
out:
    return status;
}

static void unite(struct finding *f)
{
    struct tie_links *const links = f->links;

    for (size_t i = 0; i < f->edges.count; i++) {
        const tie_str from = reference_of(f, f->edges.at[i].from), to = target_of(f, f->edges.at[i].to);
        uint32_t a = 0, b = 0;
        if (from == 0 || to == 0 || from == to || !tie_map_get(&links->linked_by_name, from, &a) ||
            !tie_map_get(&links->linked_by_name, to, &b))
            continue;
        a = top_of(links, in_force_of(links, a));
        b = top_of(links, in_force_of(links, b));
        links->linked.at[a < b ? b : a].up = a < b ? a : b;
    }
}

/* All linked references are known now: rows of any other order are left out. */
static enum tie_status sift_linked(struct tie_links *links, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_links_room(links, tie_sieve_bytes(links->linked.count) + 16, err));
    tie_sieve_init(&links->linked_sieve, links->keep, links->linked.count);
    for (size_t i = 0; i < links->linked.count; i++)
        tie_sieve_add(&links->linked_sieve, tie_hash_text(tie_pool_text(&links->names, links->linked.at[i].order_ref)));
out:
    return status;
}

static enum tie_status read_smallest(void *context, const struct tie_scan_row *row, struct tie_error *err)
{
    struct finding *f = context;
    struct tie_links *const links = f->links;
    const struct tie_linked *const linked = tie_links_of(links, row);
    const struct tie_text wo_id = tie_scan_text(row, f->wo_id);

    if (linked == NULL)
        return TIE_OK;
    struct tie_linked *const top =
        &links->linked.at[top_of(links, in_force_of(links, (uint32_t)(linked - links->linked.at)))];
    if (top->first_wo != 0 && tie_text_compare(tie_pool_text(&links->names, top->first_wo), wo_id) <= 0)
        return TIE_OK;
    const enum tie_status status = room_for(f, wo_id.size, err);
    if (status == TIE_OK) {
        top->first_wo = tie_pool_put(&links->names, wo_id);
        top->first_ref = linked->in_force;
    }
    return status;
}

/* A family is a component with at least two references in force; a renumbered order alone is none. */
static void name_roots(struct tie_links *links)
{
    uint32_t *const size = TIE_TAKE(links->work, uint32_t, links->linked.count + 1);

    for (uint32_t i = 0; i < links->linked.count; i++)
        if (links->linked.at[i].in_force == links->linked.at[i].order_ref)
            size[top_of(links, i)]++;
    for (uint32_t i = 0; i < links->linked.count; i++) {
        struct tie_linked *const linked = &links->linked.at[i];
        const uint32_t top = top_of(links, in_force_of(links, i));
        linked->root = links->linked.at[top].first_ref != 0 ? links->linked.at[top].first_ref : linked->in_force;
        if (linked->in_force != linked->order_ref || size[top] < 2)
            continue;
        links->families += i == top;
        links->linked_orders++;
    }
}

const struct tie_linked *tie_links_of_text(const struct tie_links *links, struct tie_text order_ref)
{
    const tie_str name = tie_pool_find(&links->names, order_ref);
    uint32_t at = 0;

    if (name == TIE_STR_UNKNOWN || !tie_map_get(&links->linked_by_name, name, &at))
        return NULL;
    return &links->linked.at[at];
}

const struct tie_linked *tie_links_of(const struct tie_links *links, const struct tie_scan_row *row)
{
    uint32_t at = 0;

    if (!tie_map_get(&links->linked_by_hash, tie_scan_order_hash(row), &at))
        return NULL;
    const struct tie_text order_ref = tie_scan_order(row);
    return order_ref.size == 0 ? NULL : tie_links_of_text(links, order_ref);
}

enum tie_status tie_links_find(const struct tie_scan *scan, struct tie_links *links, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_dataset_info *const order = tie_dataset(TIE_DS_WORK_ORDER), *const xref = tie_dataset(TIE_DS_XREF);
    struct finding f = { .links = links,
        .wo_id = tie_column_find(order, TIE_TEXT("wo_id")),
        .parent = tie_column_find(order, TIE_TEXT("parent_wo_id")),
        .owner = tie_column_find(order, TIE_TEXT("billing_owner_wo_id")),
        .fsm_id = tie_column_find(xref, TIE_TEXT("fsm_id")),
        .erp_id = tie_column_find(xref, TIE_TEXT("erp_id")),
        .valid_from = tie_column_find(xref, TIE_TEXT("valid_from")) };

    tie_map_init(&f.order_of, links->work);
    tie_map_init(&f.renumbering_of, links->work);
    tie_map_init(&links->linked_by_name, links->keep);
    tie_map_init(&links->linked_by_hash, links->keep);
    TIE_TRY(tie_links_room(links, 8192, err));
    tie_pool_init(&links->names, links->keep, NULL);
    TIE_TRY(tie_scan_rows(scan, TIE_DS_XREF, TIE_SCAN_EVERY, read_renumbering, &f, err));
    TIE_TRY(tie_scan_rows(scan, TIE_DS_WORK_ORDER,
        (struct tie_scan_want){ .any_of = (const int[]){ f.parent, f.owner }, .any_count = 2 }, read_links, &f, err));
    if (f.orders.count > 0) {
        TIE_TRY(tie_scan_rows(scan, TIE_DS_WORK_ORDER, TIE_SCAN_EVERY, read_orders, &f, err));
        TIE_TRY(put_families(&f, err));
        TIE_TRY(renumber(&f, err));
        unite(&f);
        TIE_TRY(sift_linked(links, err));
        TIE_TRY(tie_scan_rows(scan, TIE_DS_WORK_ORDER,
            (struct tie_scan_want){ TIE_SCAN_WITH_ORDER, .orders = &links->linked_sieve }, read_smallest, &f, err));
        TIE_TRY(tie_links_room(links, (links->linked.count + 2) * sizeof(uint32_t), err));
        name_roots(links);
    }
    TIE_TRY(tie_links_follow(scan, links, err));
out:
    return status;
}
