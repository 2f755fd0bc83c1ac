/*
 * links.h - private to model/: which rows belong to another dossier than the order they name, by any rule of homes.
 *
 * Works on frames and on tables alike (scan.h). Orders, references and roots are ids of `names`, a pool of its own.
 */
#ifndef TIEOUT_MODEL_LINKS_H
#define TIEOUT_MODEL_LINKS_H

#include "scan.h"

struct tie_linked { /* a reference that is renumbered or belongs to a family */
    tie_str order_ref;
    uint32_t to;       /* index of the linked reference in force; its own when it is */
    uint32_t up;       /* union-find */
    tie_str first_wo;  /* smallest wo_id by bytes, at the top of a component */
    tie_str first_ref; /* reference in force of that order */
    tie_str root;      /* order_ref of the family's root */
    tie_str in_force;  /* order_ref that rows of this reference get */
};

struct tie_move { /* a row whose dossier is not that of the order it names */
    tie_place place;
    tie_str root;   /* id of names */
    uint32_t shard; /* where it is loaded */
};

struct tie_moves {
    struct tie_move *at;
    size_t count, room;
};

struct tie_links {
    struct tie_arena *keep; /* the result lives here */
    struct tie_arena *work; /* given back after tie_links_find */
    size_t memory_bytes;    /* both stay below this together */
    struct tie_pool names;
    struct tie_map linked_by_name, linked_by_hash;
    struct tie_sieve linked_sieve; /* the same, when there are any */
    struct {
        struct tie_linked *at;
        size_t count, room;
    } linked;
    struct tie_moves moves; /* rows that name no order and found one */
    uint64_t families, linked_orders;
};

TIE_MUST_CHECK enum tie_status tie_links_find(
    const struct tie_scan *scan, struct tie_links *links, struct tie_error *err);
/* The linked reference that a row names; NULL when it is not linked. One probe for a row that is not. */
const struct tie_linked *tie_links_of(const struct tie_links *links, const struct tie_scan_row *row);
const struct tie_linked *tie_links_of_text(const struct tie_links *links, struct tie_text order_ref);

/* Room for one more of everything: TIE_CONFIG when the next step may pass memory_bytes. `text_bytes`: what is
 * interned. */
TIE_MUST_CHECK enum tie_status tie_links_room(const struct tie_links *links, size_t more_bytes, struct tie_error *err);
/* What one push to a list, one put into a map may take from an arena. */
size_t tie_growth_of_list(size_t count, size_t room, size_t element_bytes);
size_t tie_growth_of_map(const struct tie_map *map);
/* `texts` new texts of `bytes` in all. */
size_t tie_growth_of_pool(const struct tie_pool *pool, size_t texts, size_t bytes);

/* follow.c: rows without an order, followed to the row that they reverse, cancel, name or carry. Adds to
 * links->moves. */
TIE_MUST_CHECK enum tie_status tie_links_follow(
    const struct tie_scan *scan, struct tie_links *links, struct tie_error *err);

#endif
