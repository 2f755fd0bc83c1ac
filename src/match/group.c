/*
 * group.c - groups, and which group each usage, time and movement line belongs to.
 *
 * A group is (billing owner, kind, item, owner, condition, band); its currency is the billing owner's. Groups are
 * found through a map of hashes and compared field by field, a collision tries the next hash. They are numbered as
 * they arise and sorted at the end, when all are known.
 *
 * A movement belongs to the group of the usage line that it names, when that is the same item: an explicit
 * reference is stronger than owner or condition. With another item it stays a group of its own, or a wrong item
 * would look like a wrong quantity. A reversal belongs to its original's group whatever it names itself.
 *
 * A line stands in a group through a share. Only billing, ledger and claim lines may have several.
 */
#include "parts.h"

#include <stdlib.h>

static uint64_t key_hash(const struct tie_group_key *key)
{
    uint64_t hash = tie_hash_mix((uint64_t)key->order << 32 | key->item, (uint64_t)key->kind);

    return tie_hash_mix(hash, (uint64_t)key->owner << 16 | (uint64_t)key->condition << 8 | (uint64_t)key->band);
}

static bool has_key(const struct tie_group *group, const struct tie_group_key *key)
{
    return group->order == key->order && group->kind == key->kind && group->item == key->item &&
        group->owner == key->owner && group->condition == key->condition && group->band == key->band;
}

/* *hash is left at the slot where the key is, or is to be put. */
static uint32_t find(const struct tie_match *match, const struct tie_group_key *key, uint64_t *hash)
{
    uint32_t group = TIE_NO_INDEX;

    for (*hash = key_hash(key); tie_map_get(&match->work->group_by_key, *hash, &group); *hash = tie_hash_mix(*hash, 1))
        if (has_key(&match->groups[group], key))
            return group;
    return TIE_NO_INDEX;
}

uint32_t tie_match_find_group(const struct tie_match *match, const struct tie_group_key *key)
{
    uint64_t hash;

    return find(match, key, &hash);
}

static void make_room(struct tie_match *match)
{
    struct tie_match_work *work = match->work;
    size_t room = work->group_room;

    if (match->group_count < work->group_room)
        return;
    match->groups = tie_arena_grow(
        match->arena, match->groups, match->group_count, &work->group_room, sizeof *match->groups);
    work->groups = tie_arena_grow(match->arena, work->groups, match->group_count, &room, sizeof *work->groups);
    TIE_ASSERT(room == work->group_room);
}

uint32_t tie_match_group(struct tie_match *match, const struct tie_group_key *key)
{
    struct tie_match_work *work = match->work;
    const struct tie_work_order *row = &TIE_ROWS(
        match->shard->tables, WORK_ORDER, work_order)[match->orders[key->order].row];
    uint64_t hash;
    uint32_t index = find(match, key, &hash);

    if (index != TIE_NO_INDEX)
        return index;
    make_room(match);
    index = (uint32_t)match->group_count++;
    match->groups[index] = (struct tie_group){ .kind = key->kind,
        .order = key->order,
        .item = key->item,
        .owner = key->owner,
        .condition = key->condition,
        .band = key->band,
        .currency = row->currency,
        .summary = TIE_NO_INDEX };
    work->groups[index] = (struct tie_group_work){ .next_of_owner = work->orders[key->order].first_group };
    work->orders[key->order].first_group = index;
    work->orders[key->order].group_count++;
    tie_map_set(&work->group_by_key, hash, index);
    return index;
}

void tie_match_share(struct tie_match *match, const struct tie_share *share)
{
    if (match->lines[share->line].group == TIE_NO_INDEX)
        match->lines[share->line].group = share->group;
    TIE_PUSH(match->arena, &match->work->shares, *share);
}

/* ---- usage, time, movement ---- */

static struct tie_group_key own_key(const struct tie_match *match, uint32_t line, uint32_t owner)
{
    const struct tie_line *own = &match->lines[line];

    return (struct tie_group_key){ .kind = match->work->lines[line].kind,
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
    if (group == TIE_NO_INDEX)
        return;
    tie_match_share(match,
        &(struct tie_share){ .line = line,
            .group = group,
            .quantity = match->lines[line].quantity,
            .amount = match->lines[line].amount });
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
            match->work->groups[group].activity = match->work->lines[i].word;
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

void tie_match_groups(struct tie_match *match)
{
    struct tie_match_work *work = match->work;

    for (size_t i = 0; i < match->order_count; i++)
        work->orders[i].first_group = TIE_NO_INDEX;
    place_field_lines(match, TIE_LEG_USAGE);
    place_field_lines(match, TIE_LEG_TIME);
    place_movements(match, true);
    place_movements(match, false);
    place_repeated(match);
}

/* ---- the final order ---- */

static int by_word(enum tie_word a, enum tie_word b)
{
    return a == b ? 0 : tie_text_compare(tie_text_of(tie_word_text(a)), tie_text_of(tie_word_text(b)));
}

static int by_group_order(const void *a, const void *b, void *context)
{
    const struct tie_match *match = context;
    const struct tie_group *x = &match->groups[*(const uint32_t *)a], *y = &match->groups[*(const uint32_t *)b];
    const int item = tie_pool_compare(&match->shard->pool, x->item, y->item);

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (item != 0)
        return item;
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
}

void tie_match_sort_groups(struct tie_match *match)
{
    const size_t count = match->group_count;
    uint32_t *order = TIE_TAKE(match->arena, uint32_t, count);
    uint32_t *to = TIE_TAKE(match->arena, uint32_t, count);
    struct tie_group *groups = TIE_TAKE(match->arena, struct tie_group, count);
    struct tie_group_work *works = TIE_TAKE(match->arena, struct tie_group_work, count);

    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    if (count > 1)
        qsort_r(order, count, sizeof *order, by_group_order, match);
    for (uint32_t i = 0; i < count; i++) {
        groups[i] = match->groups[order[i]];
        works[i] = match->work->groups[order[i]];
        works[i].next_of_owner = TIE_NO_INDEX; /* the chains served their purpose */
        to[order[i]] = i;
    }
    match->groups = groups;
    match->work->groups = works;
    match->work->group_room = count;
    rename_groups(match, to);
}
