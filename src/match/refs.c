/*
 * refs.c - explicit references: which usage or time line a row names, and which row of its own leg it reverses or
 * cancels.
 *
 * Ids are looked up in maps over the dossier's lines. A reversal that names a document but no line takes, of that
 * document's lines with the same item, one with the same quantity that no other reversal took, else the next one:
 * each list has a head that only moves on, so a long document reversed as a whole costs no more than its lines.
 *
 * Links form trees. `root` is the top of a tree, `depth` the number of links up to it; a cycle, which only wrong
 * data make, is cut at its smallest line. A row whose original is left out is left out with it and for the same
 * reason: half of a pair would be an excess that nobody posted.
 */
#include "parts.h"

/* ---- what a row of each leg says about others ---- */

struct row_refs {
    tie_str document; /* own document and line */
    int64_t line_no;
    tie_str reverses;      /* document that it reverses, 0 none */
    int64_t reverses_line; /* TIE_NONE: the row names no line */
    bool only_opposite;    /* a correction may also add; then it reverses nothing */
};

static struct row_refs movement_refs(const struct tie_movement *row)
{
    return (struct row_refs){ .document = row->mov_id,
        .line_no = row->line_no,
        .reverses = row->reverses_mov_id,
        .reverses_line = row->reverses_line_no };
}

static struct row_refs billing_refs(const struct tie_invoice_line *row, const struct tie_invoice *invoice)
{
    struct row_refs refs = { .document = row->inv_id,
        .line_no = row->line_no,
        .reverses = row->cancels_inv_id,
        .reverses_line = row->cancels_line_no };

    if (refs.reverses == 0 && invoice != NULL)
        refs.reverses = invoice->cancels_inv_id;
    if (refs.reverses == 0 && invoice != NULL && invoice->corrects_inv_id != 0) {
        refs.reverses = invoice->corrects_inv_id;
        refs.only_opposite = true;
    }
    return refs;
}

static struct row_refs refs_of(const struct tie_match *match, uint32_t line)
{
    const struct tie_line_origin *origin = &match->work->origins[line];
    const struct tie_contract_ledger *ledger;
    const struct tie_claim *claim;

    switch (match->lines[line].leg) {
    case TIE_LEG_MOVEMENT: return movement_refs(origin->source);
    case TIE_LEG_BILLING: return billing_refs(origin->source, origin->invoice);
    case TIE_LEG_LEDGER:
        ledger = origin->source;
        return (struct row_refs){ .document = ledger->entry_id, .reverses = ledger->reverses_entry_id };
    case TIE_LEG_CLAIM:
        claim = origin->source;
        return (struct row_refs){ .document = claim->claim_id, .reverses = claim->reverses_claim_id };
    case TIE_LEG_USAGE:
    case TIE_LEG_TIME:
    case TIE_LEG_COUNT: break;
    }
    return (struct row_refs){ 0 };
}

/* ---- documents: lines by (document, line), and lists by (document, item) and (document, item, quantity) ---- */

struct documents {
    struct tie_match *match;
    struct tie_map exact, by_item, by_quantity; /* hash -> line; by_item and by_quantity: head of a list */
    uint32_t *next_item, *next_quantity;        /* by line */
    bool *is_taken;                             /* by line */
};

static uint64_t exact_key(tie_str document, int64_t line_no)
{
    return tie_hash_mix(document, (uint64_t)line_no);
}

static uint64_t item_key(tie_str document, tie_str item)
{
    return tie_hash_mix(tie_hash_mix(document, 1), item);
}

static uint64_t quantity_key(tie_str document, tie_str item, tie_dec quantity)
{
    return tie_hash_mix(tie_hash_mix(tie_hash_mix(document, 2), item), (uint64_t)tie_dec_abs(quantity));
}

/* Pushed from the last line to the first, so that a list runs in line order. */
static void push(struct tie_map *map, uint32_t *next, uint64_t key, uint32_t line)
{
    uint32_t head = TIE_NO_INDEX;

    next[line] = tie_map_get(map, key, &head) ? head : TIE_NO_INDEX;
    tie_map_set(map, key, line);
}

/* First line of a list that is of this document and item and not taken; the head moves past the taken ones. */
static uint32_t pop(struct documents *documents, struct tie_map *map, const uint32_t *next, uint64_t key,
    tie_str document, tie_str item)
{
    uint32_t line = TIE_NO_INDEX;

    if (!tie_map_get(map, key, &line))
        return TIE_NO_INDEX;
    while (documents->is_taken[line] && next[line] != TIE_NO_INDEX)
        line = next[line];
    tie_map_set(map, key, line);
    if (refs_of(documents->match, line).document != document || documents->match->lines[line].item != item)
        return TIE_NO_INDEX; /* two keys with one hash */
    return line;
}

static void index_documents(struct documents *documents, struct tie_range range)
{
    struct tie_match *match = documents->match;

    tie_map_init(&documents->exact, match->arena);
    tie_map_init(&documents->by_item, match->arena);
    tie_map_init(&documents->by_quantity, match->arena);
    documents->next_item = TIE_TAKE(match->arena, uint32_t, match->line_count);
    documents->next_quantity = TIE_TAKE(match->arena, uint32_t, match->line_count);
    documents->is_taken = TIE_TAKE(match->arena, bool, match->line_count);
    for (uint32_t i = range.first + range.count; i-- > range.first;) {
        const struct row_refs refs = refs_of(match, i);

        tie_map_set(&documents->exact, exact_key(refs.document, refs.line_no), i);
        push(&documents->by_item, documents->next_item, item_key(refs.document, match->lines[i].item), i);
        push(&documents->by_quantity, documents->next_quantity,
            quantity_key(refs.document, match->lines[i].item, match->lines[i].quantity), i);
    }
}

static uint32_t exact_line(const struct documents *documents, tie_str document, int64_t line_no)
{
    uint32_t line = TIE_NO_INDEX;
    struct row_refs refs;

    if (!tie_map_get(&documents->exact, exact_key(document, line_no), &line))
        return TIE_NO_INDEX;
    refs = refs_of(documents->match, line);
    return refs.document == document && refs.line_no == line_no ? line : TIE_NO_INDEX;
}

static uint32_t original_of(struct documents *documents, uint32_t line, const struct row_refs *refs)
{
    const struct tie_line *own = &documents->match->lines[line];
    uint32_t found;

    if (own->leg == TIE_LEG_LEDGER || own->leg == TIE_LEG_CLAIM)
        return exact_line(documents, refs->reverses, 0);
    if (refs->reverses_line != TIE_NONE)
        return exact_line(documents, refs->reverses, refs->reverses_line);
    found = pop(documents, &documents->by_quantity, documents->next_quantity,
        quantity_key(refs->reverses, own->item, own->quantity), refs->reverses, own->item);
    if (found == TIE_NO_INDEX || documents->is_taken[found])
        found = pop(documents, &documents->by_item, documents->next_item, item_key(refs->reverses, own->item),
            refs->reverses, own->item);
    return found;
}

static bool are_opposite(tie_dec a, tie_dec b)
{
    return (a > 0 && b < 0) || (a < 0 && b > 0);
}

static void link_leg(struct tie_match *match, enum tie_leg leg)
{
    const struct tie_range range = tie_match_leg(match, leg);
    struct documents documents = { .match = match };

    index_documents(&documents, range);
    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const struct row_refs refs = refs_of(match, i);
        uint32_t original;

        if (refs.reverses == 0)
            continue;
        original = original_of(&documents, i, &refs);
        if (original == TIE_NO_INDEX || original == i) {
            match->work->lines[i].named_missing = !refs.only_opposite;
            continue;
        }
        if (refs.only_opposite && !are_opposite(match->lines[i].quantity, match->lines[original].quantity))
            continue;
        documents.is_taken[original] = true;
        match->lines[i].reverses = original;
    }
}

/* ---- trees ---- */

enum colour { NEW, UNDER_WAY, DONE };

static void find_roots(struct tie_match *match)
{
    struct tie_line *lines = match->lines;
    struct tie_line_work *work = match->work->lines;
    unsigned char *colours = TIE_TAKE(match->arena, unsigned char, match->line_count);
    uint32_t *path = TIE_TAKE(match->arena, uint32_t, match->line_count);

    for (uint32_t start = 0; start < match->line_count; start++) {
        size_t steps = 0;
        uint32_t at = start;

        while (colours[at] == NEW && lines[at].reverses != TIE_NO_INDEX) {
            colours[at] = UNDER_WAY;
            path[steps++] = at;
            at = lines[at].reverses;
        }
        if (colours[at] ==
            UNDER_WAY) { /* start is the smallest line of the cycle, or led into it: cut where it closes */
            lines[at].reverses = TIE_NO_INDEX;
            while (path[steps - 1] != at) {
                colours[path[steps - 1]] = NEW;
                steps--;
            }
            steps--;
            colours[at] = DONE;
            start--; /* once more, the cycle is gone */
            while (steps > 0)
                colours[path[--steps]] = NEW;
            continue;
        }
        colours[at] = DONE;
        while (steps > 0) {
            const uint32_t line = path[--steps];

            work[line].root = work[lines[line].reverses].root;
            work[line].depth = work[lines[line].reverses].depth + 1;
            colours[line] = DONE;
        }
    }
}

static void exclude_with_original(struct tie_match *match)
{
    for (uint32_t i = 0; i < match->line_count; i++) {
        struct tie_line *line = &match->lines[i];
        const struct tie_line *root = &match->lines[match->work->lines[i].root];

        if (tie_match_counts(line) && !tie_match_counts(root) && root->excluded != TIE_EXCLUDED_AFTER_AS_OF) {
            line->excluded = root->excluded;
            line->state = TIE_STATE_EXCLUDED;
        }
    }
}

/* ---- named lines ---- */

/* Line of a usage or time row that has the id; `ids` are those of the leg. */
static inline uint32_t look_up(const struct tie_match *match, struct tie_match_ids *ids, enum tie_leg leg, tie_str id)
{
    uint32_t position, line;

    if (id == 0)
        return TIE_NO_INDEX;
    position = tie_match_ids_find(ids, id);
    if (position == TIE_NO_INDEX)
        return TIE_NO_INDEX;
    line = match->work->legs[leg].first + position;
    if (match->lines[line].excluded == TIE_EXCLUDED_DUPLICATE_LOAD)
        line = match->lines[line].duplicate_of;
    return tie_match_counts(&match->lines[line]) ? line : TIE_NO_INDEX;
}

/* By the id of the store, or by the one that the device gave. */
static uint32_t find_named(const struct tie_match *match, tie_str usage_ref, tie_str time_ref, tie_str external_id)
{
    struct tie_match_work *work = match->work;
    uint32_t named = look_up(match, &work->usage_ids, TIE_LEG_USAGE, usage_ref);

    if (named == TIE_NO_INDEX)
        named = look_up(match, &work->time_ids, TIE_LEG_TIME, time_ref);
    if (named == TIE_NO_INDEX)
        named = look_up(match, &work->usage_external_ids, TIE_LEG_USAGE, external_id);
    if (named == TIE_NO_INDEX)
        named = look_up(match, &work->usage_ids, TIE_LEG_USAGE, external_id);
    return named;
}

static uint32_t named_by(const struct tie_match *match, uint32_t line)
{
    const void *source = match->work->origins[line].source;
    const struct tie_movement *movement = source;
    const struct tie_invoice_line *billing = source;
    const struct tie_contract_ledger *ledger = source;
    const struct tie_claim *claim = source;

    switch (match->lines[line].leg) {
    case TIE_LEG_MOVEMENT: return find_named(match, movement->usage_ref, 0, movement->external_id);
    case TIE_LEG_BILLING: return find_named(match, billing->usage_ref, billing->time_ref, 0);
    case TIE_LEG_LEDGER: return find_named(match, ledger->usage_ref, ledger->time_ref, 0);
    case TIE_LEG_CLAIM: return find_named(match, claim->usage_ref, claim->time_ref, 0);
    case TIE_LEG_USAGE:
    case TIE_LEG_TIME:
    case TIE_LEG_COUNT: break;
    }
    return TIE_NO_INDEX;
}

static void name_movements(struct tie_match *match)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_BILLING);
    struct documents documents = { .match = match };

    index_documents(&documents, tie_match_leg(match, TIE_LEG_MOVEMENT));
    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const struct tie_invoice_line *row = match->work->origins[i].source;
        uint32_t movement = TIE_NO_INDEX, head = TIE_NO_INDEX;

        if (row->mov_id == 0)
            continue;
        if (row->mov_line_no != TIE_NONE)
            movement = exact_line(&documents, row->mov_id, row->mov_line_no);
        else if (tie_map_get(&documents.by_item, item_key(row->mov_id, match->lines[i].item), &head) &&
            refs_of(match, head).document == row->mov_id)
            movement = head;
        if (movement != TIE_NO_INDEX && tie_match_counts(&match->lines[movement]))
            match->work->lines[i].named_movement = movement;
    }
}

static void index_ids(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    const struct tie_range usage = tie_match_leg(match, TIE_LEG_USAGE);
    const struct tie_range time = tie_match_leg(match, TIE_LEG_TIME);
    struct tie_match_ids *ids = &work->usage_ids, *external = &work->usage_external_ids, *times = &work->time_ids;
    tie_str *block = tie_arena_take_raw(match->arena, (2 * (size_t)usage.count + time.count) * sizeof *block);

    block = tie_match_ids_init(ids, match->arena, block, usage.count);
    block = tie_match_ids_init(external, match->arena, block, usage.count);
    (void)tie_match_ids_init(times, match->arena, block, time.count);
    for (uint32_t i = usage.first; i < usage.first + usage.count; i++) {
        const struct tie_usage_line *row = work->origins[i].source;

        ids->at[ids->count++] = row->usage_id;
        external->at[external->count++] = tie_match_counts(&match->lines[i]) ? row->external_id : 0;
    }
    for (uint32_t i = time.first; i < time.first + time.count; i++)
        times->at[times->count++] = ((const struct tie_time_entry *)work->origins[i].source)->time_id;
}

/* Billing owner of the order a line belongs to: the order that it names, else that of the row that it names. */
static uint32_t owner_of(const struct tie_match *match, uint32_t line)
{
    const struct tie_line_work *work = &match->work->lines[line];
    const uint32_t from[] = { line, work->named, work->named_movement, work->root };

    for (size_t i = 0; i < TIE_COUNT_OF(from); i++)
        if (from[i] != TIE_NO_INDEX && match->lines[from[i]].order != TIE_NO_INDEX)
            return match->orders[match->lines[from[i]].order].owner;
    if (work->root != line && match->work->lines[work->root].named != TIE_NO_INDEX)
        return owner_of(match, work->root);
    return TIE_NO_INDEX;
}

void tie_match_refs(struct tie_match *match)
{
    static const enum tie_leg legs[] = { TIE_LEG_MOVEMENT, TIE_LEG_BILLING, TIE_LEG_LEDGER, TIE_LEG_CLAIM };
    struct tie_match_work *work = match->work;
    const bool can_name = work->names_line && work->legs[TIE_LEG_USAGE].count + work->legs[TIE_LEG_TIME].count > 0;

    if (can_name)
        index_ids(match);
    for (size_t i = 0; i < TIE_COUNT_OF(legs); i++)
        if ((work->reversals & 1u << legs[i]) != 0)
            link_leg(match, legs[i]);
    if (work->reversals != 0) {
        find_roots(match);
        exclude_with_original(match);
    }
    for (uint32_t i = work->legs[TIE_LEG_MOVEMENT].first; can_name && i < match->line_count; i++)
        work->lines[i].named = named_by(match, i);
    if (work->names_movement)
        name_movements(match);
    for (uint32_t i = 0; work->has_orphan && i < match->line_count; i++)
        if (match->lines[i].order == TIE_NO_INDEX)
            work->lines[i].owner = owner_of(match, i);
}
