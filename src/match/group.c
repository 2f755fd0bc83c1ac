/*
 * group.c - groups, and which group each usage, time and movement line belongs to.
 *
 * A group is (billing owner, kind, item, owner, condition, band); its currency is the billing owner's. Few groups are
 * looked through; many are found through a map of hashes and compared field by field, a collision tries the next hash.
 * They are numbered as they arise; struct tie_group, which is large, is only made when all are known, in its order.
 *
 * Invariant: a line makes one group at most, so there are never more groups than lines.
 *
 * A movement belongs to the group of the usage line that it names, when that is the same item: an explicit
 * reference is stronger than owner or condition. With another item it stays a group of its own, or a wrong item
 * would look like a wrong quantity. A reversal belongs to its original's group whatever it names itself. Where nothing
 * of that kind is there, plain.c finds the groups of parts by walking.
 *
 * A line stands in a group through a share. Only billing, ledger and claim lines may have several.
 */
#include "parts.h"

static uint64_t key_hash(const struct tie_group_key *key)
{
    uint64_t hash = tie_hash_mix((uint64_t)key->order << 32 | key->item, (uint64_t)key->kind);

    return tie_hash_mix(hash, (uint64_t)key->owner << 16 | (uint64_t)key->condition << 8 | (uint64_t)key->band);
}

static bool is_same_key(const struct tie_group_key *a, const struct tie_group_key *b)
{
    return a->item == b->item && a->order == b->order && a->kind == b->kind && a->owner == b->owner &&
        a->condition == b->condition && a->band == b->band;
}

static uint32_t find_in_map(const struct tie_match *match, const struct tie_group_key *key)
{
    struct tie_match_work *work = match->work;
    uint32_t group = TIE_NO_INDEX;

    for (; work->groups_mapped < match->group_count; work->groups_mapped++) {
        uint64_t free = key_hash(&work->groups[work->groups_mapped].key);

        while (!tie_map_put(&work->group_by_key, free, work->groups_mapped, NULL))
            free = tie_hash_mix(free, 1);
    }
    for (uint64_t hash = key_hash(key); tie_map_get(&work->group_by_key, hash, &group); hash = tie_hash_mix(hash, 1))
        if (is_same_key(&work->groups[group].key, key))
            return group;
    return TIE_NO_INDEX;
}

static inline uint32_t find_few(const struct tie_match *match, const struct tie_group_key *key)
{
    for (uint32_t i = 0; i < match->group_count; i++)
        if (is_same_key(&match->work->groups[i].key, key))
            return i;
    return TIE_NO_INDEX;
}

static inline uint32_t find(const struct tie_match *match, const struct tie_group_key *key)
{
    return match->group_count > TIE_MATCH_FEW ? find_in_map(match, key) : find_few(match, key);
}

uint32_t tie_match_find_group(const struct tie_match *match, const struct tie_group_key *key)
{
    return find(match, key);
}

uint32_t tie_match_new_group(struct tie_match *match, const struct tie_group_key *key)
{
    struct tie_match_work *work = match->work;
    struct tie_order_work *order = &work->orders[key->order];
    const uint32_t index = (uint32_t)match->group_count++;

    TIE_ASSERT(index < match->line_count);
    work->groups[index] = (struct tie_group_work){ .key = *key, .next_of_owner = order->first_group };
    order->first_group = index;
    order->group_count++;
    return index;
}

uint32_t tie_match_group(struct tie_match *match, const struct tie_group_key *key)
{
    const uint32_t index = find(match, key);

    return index != TIE_NO_INDEX ? index : tie_match_new_group(match, key);
}

/* ---- usage, time, movement ---- */

static struct tie_group_key own_key(const struct tie_match *match, uint32_t line, uint32_t owner)
{
    const struct tie_line *own = &match->lines[line];

    return (struct tie_group_key){ .kind = match->work->origins[line].kind,
        .order = owner,
        .item = own->item,
        .owner = own->owner,
        .condition = own->condition,
        .band = own->band };
}

static uint32_t movement_group(struct tie_match *match, uint32_t line)
{
    const struct tie_line_work *work = &match->work->lines[line];
    const uint32_t owner = match->work->lines[line].owner;
    struct tie_group_key key;

    if (work->root != line)
        return match->lines[work->root].group;
    if (work->named != TIE_NO_INDEX && match->lines[work->named].leg == TIE_LEG_USAGE &&
        match->lines[work->named].item == match->lines[line].item)
        return match->lines[work->named].group;
    if (owner == TIE_NO_INDEX)
        return TIE_NO_INDEX;
    key = own_key(match, line, owner);
    return tie_match_group(match, &key);
}

static void share_whole(struct tie_match *match, uint32_t line, uint32_t group)
{
    const struct tie_line *own = &match->lines[line];
    struct tie_group_work *work;

    if (group == TIE_NO_INDEX)
        return;
    work = &match->work->groups[group];
    if (own->leg != TIE_LEG_MOVEMENT)
        work->usage = tie_match_add(work->usage, own->quantity);
    else if (own->open > 0)
        work->movement = tie_match_add(work->movement, own->open);
    tie_match_share(
        match, (struct tie_share){ .line = line, .group = group, .quantity = own->quantity, .amount = own->amount });
}

static void place_field_lines(struct tie_match *match, enum tie_leg leg)
{
    const struct tie_range range = tie_match_leg(match, leg);

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        const uint32_t owner = match->work->lines[i].owner;
        struct tie_group_key key;
        uint32_t group;

        if (!tie_match_counts(&match->lines[i]) || owner == TIE_NO_INDEX)
            continue;
        key = own_key(match, i, owner);
        group = tie_match_group(match, &key);
        if (leg == TIE_LEG_TIME && match->work->groups[group].activity == TIE_W_EMPTY)
            match->work->groups[group].activity = match->work->origins[i].word;
        share_whole(match, i, group);
    }
}

static void place_movements(struct tie_match *match, bool are_roots)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_MOVEMENT);

    for (uint32_t i = range.first; i < range.first + range.count; i++)
        if (tie_match_counts(&match->lines[i]) && (match->work->lines[i].root == i) == are_roots)
            share_whole(match, i, movement_group(match, i));
}

/* A row left out as a repetition is judged with the row that it repeats; two contents of one id make their groups
 * undecided. */
static void place_repeated(struct tie_match *match)
{
    const struct tie_range range = tie_match_leg(match, TIE_LEG_USAGE);

    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        struct tie_line *line = &match->lines[i];

        if (line->excluded == TIE_EXCLUDED_DUPLICATE_LOAD)
            line->group = match->lines[line->duplicate_of].group;
        else if (line->rivals > 0 && line->group != TIE_NO_INDEX) {
            match->work->groups[line->group].is_contested = true;
            match->work->groups[line->group].rivals += line->rivals;
        }
    }
}

static void place_parts(struct tie_match *match)
{
    place_field_lines(match, TIE_LEG_USAGE);
    place_movements(match, true);
    if ((match->work->reversals & 1u << TIE_LEG_MOVEMENT) != 0)
        place_movements(match, false);
}

void tie_match_start_groups(struct tie_match *match)
{
    struct tie_match_work *work = match->work;

    match->group_count = 0;
    work->shares.count = 0;
    for (size_t i = 0; i < match->order_count; i++) {
        work->orders[i].first_group = TIE_NO_INDEX;
        work->orders[i].group_count = 0;
    }
}

void tie_match_drop_groups(struct tie_match *match)
{
    for (size_t i = 0; i < match->line_count; i++)
        match->lines[i].group = TIE_NO_INDEX;
    tie_match_start_groups(match);
}

void tie_match_groups(struct tie_match *match)
{
    struct tie_match_work *work = match->work;

    tie_map_init(&work->group_by_key, match->arena);
    work->groups = tie_arena_take_raw(match->arena, match->line_count * sizeof *work->groups);
    work->shares.room = match->line_count;
    work->shares.at = tie_arena_take_raw(match->arena, match->line_count * sizeof *work->shares.at);
    tie_match_start_groups(match);
    if (!tie_match_plain(match))
        place_parts(match);
    place_field_lines(match, TIE_LEG_TIME);
    if (work->has_repeat)
        place_repeated(match);
}

/* ---- the final order ---- */

static int by_word(enum tie_word a, enum tie_word b)
{
    return a == b ? 0 : tie_text_compare(tie_text_of(tie_word_text(a)), tie_text_of(tie_word_text(b)));
}

static int by_group_order(const void *context, uint32_t a, uint32_t b)
{
    const struct tie_match *match = context;
    const struct tie_group_key *x = &match->work->groups[a].key, *y = &match->work->groups[b].key;

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->item != y->item)
        return tie_pool_compare(&match->shard->pool, x->item, y->item);
    if (x->owner != y->owner)
        return by_word(x->owner, y->owner);
    if (x->condition != y->condition)
        return by_word(x->condition, y->condition);
    return by_word(x->band, y->band);
}

static void rename_groups(struct tie_match *match, const uint32_t *to)
{
    struct tie_match_work *work = match->work;

    for (size_t i = 0; i < match->line_count; i++)
        if (match->lines[i].group != TIE_NO_INDEX)
            match->lines[i].group = to[match->lines[i].group];
    for (size_t i = 0; i < work->shares.count; i++)
        work->shares.at[i].group = to[work->shares.at[i].group];
    work->shares.sorted_count = 0;
}

static void order_works(struct tie_match *match, const uint32_t *order)
{
    const size_t count = match->group_count;
    struct tie_group_work *works = tie_arena_take_raw(match->arena, count * sizeof *works);
    uint32_t *to = tie_arena_take_raw(match->arena, count * sizeof *to);

    for (uint32_t i = 0; i < count; i++) {
        works[i] = match->work->groups[order[i]];
        to[order[i]] = i;
    }
    match->work->groups = works; /* their chains served their purpose */
    rename_groups(match, to);
}

void tie_match_sort_groups(struct tie_match *match)
{
    const size_t count = match->group_count;
    uint32_t sorted = match->work->groups_sorted;

    while (sorted < count && (sorted == 0 || by_group_order(match, sorted - 1, sorted) < 0))
        sorted++;
    if (sorted < count) {
        uint32_t *order = tie_arena_take_raw(match->arena, count * sizeof *order);

        for (uint32_t i = 0; i < count; i++)
            order[i] = i;
        tie_match_sort(match->arena, order, count, by_group_order, match);
        order_works(match, order);
    }
    match->groups = tie_arena_take_raw(match->arena, count * sizeof *match->groups); /* total.c writes them */
}
