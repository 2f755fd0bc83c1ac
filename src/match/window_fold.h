/*
 * window_fold.h - private to the fold of P4 and P9: window_fold.c decides, window_pair.c knows which pairs may be and
 * which is better, window_tell.c says what became of a pair when somebody asks.
 */
#ifndef TIEOUT_MATCH_WINDOW_FOLD_H
#define TIEOUT_MATCH_WINDOW_FOLD_H

#include "parts.h"

struct node {
    const struct tie_fact *fact;
    tie_date day;
    int64_t left;
    bool is_undecided;
    uint32_t rivals;
    uint32_t component; /* union-find over usage nodes, then issue nodes */
    uint32_t partner;   /* of the other side: the last one linked, TIE_NO_INDEX none */
};

struct rank { /* smaller is better; what the ids would say stands after these */
    int64_t by[5];
};

struct best {
    struct rank rank;
    uint32_t first; /* smallest index of the other side: sides are sorted by day and id */
    uint32_t count; /* how many share the rank; 0 none */
    bool is_alike;  /* all of them interchangeable */
};

struct link {
    uint32_t usage, issue;
};

struct fold_rules { /* what the passes do differently */
    enum tie_pass pass;
    /* TIE_TRACE_ADMISSIBLE, else why not */
    enum tie_trace_outcome (*judge)(const struct tie_fact *usage, const struct tie_fact *issue);
    /* first and last day of issues that may be admissible */
    void (*reach)(const struct tie_fact *usage, int64_t *from, int64_t *to);
    const char *policy_key; /* of the window */
    bool by_serial;         /* one fold holds one serial, else all of an item */
    bool takes_sums;        /* lines that no pair takes may agree as sums */
};

struct scene {
    const struct fold_rules *rules;
    struct tie_arena *scratch;
    struct node *usage, *issue;
    size_t usage_count, issue_count;
    struct best *of_usage, *of_issue; /* of this round, by node */
    struct {                          /* pairs of this round */
        struct link *at;
        size_t count, room;
    } links;
    struct tie_replies *replies;
    struct tie_trace *trace; /* NULL: nobody asks */
};

extern const struct fold_rules tie_match_p4_rules, tie_match_p9_rules;
/* `rival_day` is the day of the one that is being judged. */
struct rank tie_match_rank(const struct tie_fact *usage, const struct tie_fact *issue, int64_t rival_day);
static inline int64_t tie_match_distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

struct told_pair {
    enum tie_trace_outcome outcome;
    int64_t measured, limit;
    const char *other; /* row id, NULL none */
};

/* Only what somebody asked about: an item may have thousands of pairs. */
void tie_match_tell_pair(const struct scene *scene, uint32_t usage, uint32_t issue, const struct told_pair *told);
/* Of every pair that was not linked, why. */
void tie_match_tell_scene(const struct scene *scene);

#endif
