/*
 * parts.h - private to match/: what the files of the module hand to each other.
 *
 * One struct tie_match_work a match, in the same arena. Steps, in order, and the file of each:
 *
 *   few.c        sorting and finding ids, where there are nearly always a handful
 *   orders.c     orders, billing owners, business dates
 *   lines.c      rows -> lines in common terms, erp_lines.c the ERP's rows; exclusions that a row decides alone
 *   duplicate.c  the same report loaded twice; in tie_match_finish() duplicates among the residual
 *   straight.c   where there is nothing but parts and nothing to decide: all steps behind this, in one walk
 *   refs.c       explicit references: which line a line names, reverses or cancels
 *   net.c        chains, serial states, implicit netting, excess
 *   group.c      groups; usage, time, movement lines into them; billing.c billing, claim.c ledger and claim lines
 *   plain.c      the groups of parts where nothing is entangled, in one walk in place of group.c and billing.c
 *   total.c      sums of groups, summarised orders
 *   cascade.c    P0 to P3
 *   window.c     P4 and P9: facts and replies, window_fold.c the folds
 */
#ifndef TIEOUT_MATCH_PARTS_H
#define TIEOUT_MATCH_PARTS_H

#include "tieout/sort.h"
#include "tieout/trace.h"

/* Up to so many elements are looked through; more are sorted or mapped. */
#define TIE_MATCH_FEW 16

/* Ids of rows, looked through while they are few. Add by writing at[count++], with 0 for a row that has none. */
struct tie_match_ids {
    tie_str *at;
    uint32_t count, mapped; /* the first `mapped` of many are in `map` */
    struct tie_map *map;    /* made when there are many */
    struct tie_arena *arena;
};
/* Room for ids in a block that several share; returns what is left of it. */
static inline tie_str *tie_match_ids_init(
    struct tie_match_ids *ids, struct tie_arena *arena, tie_str *block, uint32_t room)
{
    ids->at = block;
    ids->count = ids->mapped = 0;
    ids->arena = arena;
    return block + room;
}
uint32_t tie_match_ids_find_many(struct tie_match_ids *ids, tie_str id);
/* Position of the first; TIE_NO_INDEX, also for 0. */
static inline uint32_t tie_match_ids_find(struct tie_match_ids *ids, tie_str id)
{
    if (ids->count > TIE_MATCH_FEW)
        return tie_match_ids_find_many(ids, id);
    for (uint32_t i = 0; id != 0 && i < ids->count; i++)
        if (ids->at[i] == id)
            return i;
    return TIE_NO_INDEX;
}

void tie_match_sort_many(
    struct tie_arena *arena, uint32_t *at, size_t size, tie_sort_compare *compare, const void *context);
/* Stable; `arena` is given back. */
static inline void tie_match_sort(
    struct tie_arena *arena, uint32_t *at, size_t count, tie_sort_compare *compare, const void *context)
{
    if (count <= TIE_MATCH_FEW)
        tie_sort_few(at, count, compare, context);
    else
        tie_match_sort_many(arena, at, count, compare, context);
}

/* What the row of a line says beside struct tie_line, index for index. */
struct tie_line_origin {
    const void *source; /* the typed row; NULL for a line that came by exchange */
    const struct tie_invoice *invoice;
    uint64_t item_head;       /* first bytes of the item's text */
    enum tie_group_kind kind; /* billing: kind of group it looks for */
    enum tie_word word;       /* billing: line_kind after the rule for an empty one; time: kind */
    bool is_own;              /* usage: of the company's stock, as far as the row says */
    bool is_free;             /* billing: covers quantity without charging */
    bool has_item;            /* billing, claim: the row names an item */
    bool is_candidate;        /* movement: may be linked by P4 or P9 though it is excluded here */
};

/* What the steps write down of a line, index for index; none where no step asks (straight.c). */
struct tie_line_work {
    bool is_tied;            /* an exchange left it undecided: no weaker pass decides */
    bool named_missing;      /* names an original that is not there */
    bool is_partnered;       /* P0, P1, P2, P4 or P9 found its partner */
    bool is_repeat;          /* residual: an earlier line of the group looks the same */
    bool is_covered;         /* residual: the other sides account for it */
    enum tie_pass came_by;   /* line that came by exchange: the pass that linked it */
    uint32_t named;          /* usage or time line that the row names explicitly */
    uint32_t named_movement; /* billing: movement line that the row names */
    uint32_t owner;          /* billing owner of its order, tie_match_refs() knows how; TIE_NO_INDEX */
    uint32_t root;           /* top of its chain of explicit links; itself without one */
    uint32_t depth;          /* links up to the root */
    tie_instant entry_at;
    tie_dec net_amount; /* billing: amount after what was netted against the line */
    tie_dec left;       /* part of `open` without a partner after the cascade */
};

/* Share of a line that a group holds. */
struct tie_share {
    uint32_t line, group;
    tie_dec quantity; /* usage, time: signed; movement: open; billing: open, ledger, claim: as booked */
    tie_dec amount;   /* in line->currency; TIE_NONE when not known */
};

struct tie_group_key {
    uint32_t order; /* billing owner */
    tie_str item;
    enum tie_group_kind kind;
    enum tie_word owner, condition, band;
};

struct tie_group_work { /* match->groups is made of these when all are known, in its order */
    struct tie_group_key key;
    uint32_t next_of_owner;  /* chain of groups of one billing owner */
    enum tie_word activity;  /* labour: kind of its first time entry */
    tie_dec usage, movement; /* rough, while billing lines are spread */
    tie_dec billed;          /* capacity already taken then */
    uint32_t rivals;
    bool in_summary;
    bool was_billed;   /* by an invoice that is out together with its cancellation */
    bool is_contested; /* an undecided tie touched it */
};

struct tie_order_work {
    bool is_gone; /* outside the window */
    bool has_visit;
    tie_date last_event;
    uint32_t first_group; /* of the chain of its groups, when it bills */
    uint32_t group_count;
};

struct tie_match_place { /* who and where, as written and as key: most usage rows say what the one before said */
    tie_str technician_id, location_id;
    tie_date day;
    tie_str technician, location;
};

struct tie_match_work {
    struct tie_line_origin *origins;
    struct tie_line_work *lines; /* NULL: none, nor shares and works of groups; tie_match_spell_out() */
    /* Lines of a leg lie together, but for those that came by exchange, which lie behind all others. */
    struct tie_range legs[TIE_LEG_COUNT];
    unsigned reversals;                /* bit by leg: some row names a document that it reverses */
    unsigned negatives;                /* bit by leg: some quantity is below zero */
    bool names_movement;               /* some billing row does */
    bool names_line;                   /* some row of the ERP names a usage or time line */
    bool has_lump;                     /* some billing row is, or names, a sum for several */
    bool has_fixed_order;              /* some order is billed at a fixed price */
    bool has_no_part;                  /* some billing row is of no part */
    bool has_excluded;                 /* some line is, by its row or its order */
    bool all_agree;                    /* sides of all groups, within tolerance; false: not known */
    bool has_orphan;                   /* some line names no order of the dossier */
    bool has_serial, has_lot;          /* some line has one */
    bool has_class;                    /* some line is of another owner or condition than nearly all are */
    bool has_expense;                  /* some billing row names one */
    bool has_cancelled;                /* some billing row is left out as cancelled */
    bool has_external;                 /* some usage row has an external id */
    bool has_repeat;                   /* some usage row has the external id of another */
    bool bill_themselves;              /* all orders */
    struct tie_match_place last_place; /* of the usage row before */
    struct {
        tie_str id, key;
    } last_location;       /* of the movement before */
    uint32_t last_invoice; /* position of the header of the billing line before */
    struct tie_order_work *orders;
    struct tie_group_work *groups;
    struct {
        struct tie_share *at;
        size_t count, room;
        size_t sorted_count; /* so many lie in the order of group, leg, line; all, when totals have been made */
        uint32_t *firsts;    /* by group, and the end of the last, since then */
    } shares;
    struct tie_match_ids order_ids, order_refs, visits, invoices, claims;
    struct tie_match_ids usage_ids, usage_external_ids, time_ids; /* by position in their leg */
    struct tie_map group_by_key;                                  /* of the first groups_mapped, when they are many */
    uint32_t groups_mapped;
    uint32_t groups_sorted; /* so many groups lie in their final order */
    bool use_owner, use_condition, use_billing_condition, use_serial, use_lot;
};

/* ---- small things ---- */
static inline tie_dec tie_match_fit(tie_sum sum) /* clamps to what a tie_dec holds */
{
    return sum > TIE_DEC_MAX ? TIE_DEC_MAX : sum < -(tie_sum)TIE_DEC_MAX ? -TIE_DEC_MAX : (tie_dec)sum;
}
static inline tie_dec tie_match_add(tie_dec a, tie_dec b) /* the same of two */
{
    tie_dec sum;

    return __builtin_add_overflow(a, b, &sum) ? tie_match_fit((tie_sum)a + b) : tie_match_fit(sum);
}
tie_dec tie_match_share_of_some(tie_dec amount, tie_dec part, tie_dec whole);
static inline tie_dec tie_match_share_of(tie_dec amount, tie_dec part, tie_dec whole) /* amount * part / whole */
{
    return amount == TIE_NONE || part == whole ? amount : tie_match_share_of_some(amount, part, whole);
}
static inline bool tie_match_counts(const struct tie_line *line)
{
    return line->excluded == TIE_EXCLUDED_NONE;
}
static inline struct tie_range tie_match_leg(const struct tie_match *match, enum tie_leg leg)
{
    return match->work->legs[leg];
}
static inline int tie_match_compare_items(const struct tie_match *match, uint32_t a, uint32_t b)
{
    const uint64_t p = match->work->origins[a].item_head, q = match->work->origins[b].item_head;

    return p != q ? (p < q ? -1 : 1)
                  : tie_pool_compare(&match->shard->pool, match->lines[a].item, match->lines[b].item);
}
/* By order, then item. */
static inline bool tie_match_is_before(const struct tie_match *match, uint32_t a, uint32_t b)
{
    const struct tie_line *x = &match->lines[a], *y = &match->lines[b];

    return x->order != y->order ? x->order < y->order : x->item != y->item && tie_match_compare_items(match, a, b) < 0;
}
/* A line of what is billed, but neither used nor issued: only where nothing is sold as that item it is clear what was
 * meant. */
static inline bool tie_match_stands_alone(const struct tie_match *match, uint32_t line)
{
    const tie_str *used = NULL;

    return tie_world_used_for(match->world, match->lines[line].item, &used) == 0;
}
/* Earlier first: posting day, entry, out before back, row. */
int tie_match_chronological(const struct tie_match *match, uint32_t a, uint32_t b);
uint32_t *tie_match_indices(struct tie_arena *arena, struct tie_range range, size_t *count,
    bool (*takes)(const struct tie_match *match, uint32_t line), const struct tie_match *match);

/* ---- steps ---- */
void tie_match_orders(struct tie_match *match);
static inline uint32_t tie_match_order_of_ref(const struct tie_match *match, tie_str order_ref)
{
    const uint32_t order = tie_match_ids_find(&match->work->order_refs, order_ref);

    return order == TIE_NO_INDEX || match->orders[order].is_ambiguous_ref ? TIE_NO_INDEX : order;
}
static inline uint32_t tie_match_order_of_fsm(const struct tie_match *match, tie_str wo_id, tie_str order_ref)
{
    const uint32_t order = tie_match_ids_find(&match->work->order_ids, wo_id);

    return order != TIE_NO_INDEX ? order : tie_match_order_of_ref(match, order_ref);
}
void tie_match_bound_orders(struct tie_match *match); /* after lines: orders outside the window */

struct tie_new_line { /* a line while it is being made, in its place for now */
    struct tie_line *line;
    struct tie_line_origin *origin;
};
void tie_match_lines(struct tie_match *match);
void tie_match_start_works(struct tie_match *match); /* after lines */
void tie_match_erp_lines(struct tie_match *match);
enum tie_exclusion tie_match_excluded_order(const struct tie_match *match, uint32_t order);
/* NONE: the order is no reason. */
static inline enum tie_exclusion tie_match_order_reason(const struct tie_match *match, uint32_t order)
{
    return order == TIE_NO_INDEX || !match->orders[order].is_excluded ? TIE_EXCLUDED_NONE
                                                                      : tie_match_excluded_order(match, order);
}
static inline struct tie_new_line tie_match_new_line(
    struct tie_match *match, enum tie_leg leg, uint32_t row, const void *source)
{
    const size_t index = match->line_count++;
    struct tie_line *const line = &match->lines[index];

    /* One by one: for a copy of an empty line gcc takes an instruction that is slow to start. */
    line->leg = leg;
    line->state = TIE_STATE_OPEN;
    line->excluded = TIE_EXCLUDED_NONE;
    line->owner = TIE_W_OWN;
    line->condition = TIE_W_NEW;
    line->band = TIE_W_EMPTY;
    line->duplicate_tier = 0;
    line->unit_unknown = line->history_may_hold_original = false;
    line->pass = TIE_PASS_NONE;
    line->row = row;
    line->order = line->group = TIE_NO_INDEX;
    line->item = line->serial = line->lot = line->location = line->technician = line->currency = 0;
    line->day = line->posting_day = TIE_NO_DATE;
    line->rivals = 0;
    line->duplicate_of = line->reverses = TIE_NO_INDEX;
    line->quantity = line->open = line->excess = 0;
    line->amount = TIE_NONE;
    line->foreign = NULL;
    match->work->origins[index] = (struct tie_line_origin){ .source = source };
    match->work->legs[leg].count++;
    return (struct tie_new_line){ line, &match->work->origins[index] };
}
/* In the item's base unit; what nobody can convert stays as it is, and the line says so. */
static inline tie_dec tie_match_to_base(
    const struct tie_match *match, enum tie_side side, struct tie_line *line, tie_dec quantity, tie_str uom)
{
    int64_t num = 1, den = 1;
    tie_dec base = quantity;

    if (uom == 0)
        return quantity;
    line->unit_unknown = !tie_key_unit(match->keys, side, line->item, uom, &num, &den) || quantity == TIE_NONE ||
        (num != den && !tie_dec_muldiv(quantity, num, den, &base));
    return line->unit_unknown ? quantity : base;
}

void tie_match_refs(struct tie_match *match);
void tie_match_load_duplicates(struct tie_match *match);
void tie_match_residual_duplicates(struct tie_match *match);
void tie_match_net(struct tie_match *match);

uint32_t tie_match_find_group(const struct tie_match *match, const struct tie_group_key *key); /* TIE_NO_INDEX */
uint32_t tie_match_group(struct tie_match *match, const struct tie_group_key *key);            /* made when new */
uint32_t tie_match_new_group(struct tie_match *match, const struct tie_group_key *key);        /* known to be new */
static inline void tie_match_share(struct tie_match *match, struct tie_share share)
{
    if (match->lines[share.line].group == TIE_NO_INDEX)
        match->lines[share.line].group = share.group;
    TIE_PUSH(match->arena, &match->work->shares, share);
}
void tie_match_groups(struct tie_match *match);
void tie_match_start_groups(struct tie_match *match); /* none */
void tie_match_drop_groups(struct tie_match *match);  /* none again, and no line has one */
bool tie_match_plain(struct tie_match *match);        /* plain.c: all lines of parts have their groups; else none has */
/* straight.c: all lines have their groups, with sums and pairs, and no step is left; else none has. */
bool tie_match_straight(struct tie_match *match);
void tie_match_spell_out(struct tie_match *match); /* works of lines and groups and the shares, which it left out */
void tie_match_sort_groups(struct tie_match *match);
void tie_match_billing(struct tie_match *match);
void tie_match_ledger_and_claims(struct tie_match *match);

void tie_match_totals(struct tie_match *match); /* lists and sums of all groups; may be called again */
void tie_match_close_group(struct tie_match *match, struct tie_group *group); /* after all lists and sums */
/* After charged_amount and rate_missing: quantities of lines that charge and of those that don't. */
static inline void tie_match_close_billing(struct tie_group *group, tie_sum charged, tie_sum free)
{
    if (group->charged_amount == 0 &&
        !group->rate_missing) { /* credited to nothing: the quantity is there, no charge */
        free += charged;
        charged = 0;
    }
    group->charged_qty = charged < 0 ? 0 : tie_match_fit(charged);
    group->free_qty = free < 0 ? 0 : tie_match_fit(free);
    group->has_charge = group->charged_amount > 0 || (group->rate_missing && group->charged_qty > 0);
    group->has_free = group->free_qty > 0;
    group->billed = tie_match_add(group->charged_qty, group->free_qty);
}
void tie_match_serials(struct tie_match *match);
void tie_match_cascade(struct tie_match *match);                       /* may be called again */
void tie_match_cascade_group(struct tie_match *match, uint32_t group); /* of one, for the first time */

/* ---- P4 and P9: what facts and replies hold ---- */
enum tie_link_kind { TIE_LINK_USAGE = 1, TIE_LINK_MOVEMENT, TIE_LINK_MADE, TIE_LINK_UNDECIDED };
/* usage fact; P4 has the first and last day of its window in place of visits and days */
enum {
    TIE_LINK_U_QUANTITY,
    TIE_LINK_U_DAY,
    TIE_LINK_U_VISIT_1,
    TIE_LINK_U_VISIT_2,
    TIE_LINK_U_VISIT_3,
    TIE_LINK_U_VISIT_4,
    TIE_LINK_U_DAYS,
    TIE_LINK_U_CLASS,
    TIE_LINK_U_FROM = TIE_LINK_U_VISIT_1,
    TIE_LINK_U_TO = TIE_LINK_U_VISIT_2
};
enum {
    TIE_LINK_U_ITEM,
    TIE_LINK_U_LOCATION,
    TIE_LINK_U_VAN,
    TIE_LINK_U_TECHNICIAN,
    TIE_LINK_U_SERIAL,
    TIE_LINK_U_LOT,
    TIE_LINK_U_ID,
    TIE_LINK_U_ORDER
};
/* movement fact, and the reply that carries it to the usage side (quantity and cost are then the linked part) */
enum {
    TIE_LINK_M_QUANTITY,
    TIE_LINK_M_DAY,
    TIE_LINK_M_POSTING,
    TIE_LINK_M_COST,
    TIE_LINK_M_WORD,
    TIE_LINK_M_LINE_NO,
    TIE_LINK_M_CLASS,
    TIE_LINK_M_PERIOD
};
enum {
    TIE_LINK_M_ITEM,
    TIE_LINK_M_LOCATION,
    TIE_LINK_M_USER,
    TIE_LINK_M_ID,
    TIE_LINK_M_ORDER,
    TIE_LINK_M_SERIAL,
    TIE_LINK_M_LOT,
    TIE_LINK_M_CURRENCY
};
/* reply to the movement side, and the undecided reply to either side */
enum { TIE_LINK_R_QUANTITY, TIE_LINK_R_RIVALS };
enum { TIE_LINK_R_ORDER, TIE_LINK_R_USAGE };
#define TIE_LINK_CLASS(owner, condition) ((int64_t)(owner) << 8 | (int64_t)(condition))

/* ---- trace.c: a fact of lines of this match ---- */
struct tie_told {
    enum tie_pass pass;
    enum tie_trace_by by;
    enum tie_trace_outcome outcome;
    uint32_t group, a, b; /* TIE_NO_INDEX: none */
    int64_t measured, limit;
    const char *policy_key;
};
void tie_match_tell_told(const struct tie_match *match, const struct tie_told *told);
/* Tells when somebody asks; the arguments are not looked at otherwise. */
#define TIE_TELL(match, ...)                                                                                           \
    do {                                                                                                               \
        if (__builtin_expect((match)->trace != NULL, 0))                                                               \
            tie_match_tell_told((match), &(struct tie_told){ __VA_ARGS__ });                                           \
    } while (0)

struct tie_address tie_match_address(const struct tie_match *match, uint32_t line, unsigned shard_index);

#endif
