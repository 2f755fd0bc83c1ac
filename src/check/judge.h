/*
 * judge.h - private to check/: one dossier on its way from codes to findings.
 *
 *   families (inv.c, bil.c, ...)  make drafts     suppress.c  drops what another draft names
 *   finding.c, sentence.c, due.c  finish a draft  primary.c   chooses primaries and verdicts
 *   survey.c                      says beforehand what of it is out of the ordinary
 *   conserve.c                    gives each line its state and adds it up
 *
 * A draft is a finding whose texts are borrowed and whose amounts are not rounded yet; it lives in the scratch
 * arena. Finishing copies its texts into the arena of the sink. Order of drafts has no influence on the result.
 * Units: quantities of a draft are base units, labour in hours; of a scene and a group: base units and minutes.
 */
#ifndef TIEOUT_CHECK_JUDGE_H
#define TIEOUT_CHECK_JUDGE_H

#include "tieout/check.h"
#include "tieout/verdict.h"

/* Until allowances are walked in event order, every finding on a metered contract line says so. */
#define NOTE_METERED "The contract's allowance is not walked yet: its line is taken to cover in full"

struct words { /* what only the sentence says */
    const char *ref, *other_ref, *name, *kind, *side, *field, *fsm_value, *erp_value, *action, *other_location, *period;
    tie_dec hours, limit, ratio;
    uint64_t count;
    tie_date date;
    int32_t days;      /* NO_DAYS: {days} are those since the finding was due */
    bool names_credit; /* the sentence calls {actual_amount} a credit, so it stands there without its sign */
};
#define NO_DAYS INT32_MIN

struct draft {
    struct tie_finding f;
    uint32_t order, group, line;      /* indices into the match; TIE_NO_INDEX: of a wider grain */
    uint32_t other_group, other_line; /* INV-04: where the other item was issued; of a duplicate: the row it repeats */
    tie_str currency;                 /* of the amounts */
    tie_date trigger;        /* posting_date, event_at, filed_at ... of the row; TIE_NO_DATE where the order tells */
    tie_dec quantity;        /* concerned, {diff}; TIE_NONE: none */
    tie_dec document_amount; /* of the correction, where that isn't the exposure; TIE_NONE: it is */
    bool has_book_effect;    /* else the verb gives the sign to the exposure */
    int severity;            /* whatever the amount; 0: the row's word, shifted by the amount */
    const char *note;        /* a sentence to add to the explanation, or NULL */
    const char *extra_id;    /* decision or approval, for other_ids */
    size_t cause_count;      /* groups that a cause holds (ENT-03), and what it is worth in each */
    const uint32_t *cause_groups;
    size_t about_count; /* groups whose rows a finding of an order names, though it is no cause of theirs */
    const uint32_t *about_groups;
    bool dropped;
    struct words words;
};

/* What a check's texts in the registry say. */
enum trigger { TRIGGER_NONE, TRIGGER_CLOSED, TRIGGER_CANCELLED, TRIGGER_ROW, TRIGGER_AS_OF };
struct sentence { /* words, and what stands behind them */
    size_t count;
    const struct sentence_piece {
        struct tie_text plain;
        const struct placeholder *value; /* NULL: nothing */
    } * at;
};
struct tie_check_rule {
    enum trigger trigger;
    bool has_window, is_billing_target; /* [money] billing_target instead of a window */
    enum tie_window window;
    struct sentence sentence;
};

/* What of a line can make a check speak. */
enum check_speaks {
    SPEAKS_REPEATED = 1, /* it repeats another line */
    SPEAKS_STRAY = 2,    /* it is of no order */
    SPEAKS_FOREIGN = 4,  /* it came by exchange */
    SPEAKS_EXCESS = 8,   /* more came back than went out */
    SPEAKS_ALWAYS = 16,  /* it is a debit or a claim */
    SPEAKS_REVERSES = 32 /* it takes another line back */
};

/* What of a dossier an order check can't do without. */
enum check_has {
    HAS_DECISIONS = 1, /* the job delivers who pays; else every order is chargeable, and none can lack it */
    HAS_DECISION = 2,  /* a row of it */
    HAS_GAP = 4,       /* a recorded decision that differs from the derived one */
    HAS_CANCELLED = 8  /* a cancelled order */
};

struct check_survey {
    unsigned speaks;                                            /* what any of the lines may do */
    unsigned has;                                               /* enum check_has */
    tie_date first_day[TIE_LEG_COUNT], last_day[TIE_LEG_COUNT]; /* of use; of posting; of no line: last < first */
};

struct scene;

struct judge {
    struct tie_arena *scratch;
    const struct tie_match *match;
    const struct tie_world *world;
    const struct tie_pool *pool;
    const struct tie_expectations *expectations;
    const struct tie_check_switch *switches;
    struct tie_check_sink *sink;
    struct tie_buf buf; /* scratch text */
    struct {
        struct draft *at;
        size_t count, room;
    } drafts;
    struct check_survey survey;
    struct scene **scenes; /* per group; NULL: not read yet */
    /* per order: what to say of a rejected row that its family lacks; NULL: none, as is the list without such rows */
    const char **doubts;
    bool *asks_wos_04;               /* per group: its cell says WOS-04, which is a finding of the order; NULL: none */
    enum tie_verdict_word *verdicts; /* per group, filled by primary.c; NULL: nobody found anything */
};

/* A group as the tables read it. */
struct scene {
    struct judge *judge;
    uint32_t index;
    const struct tie_group *group;
    const struct tie_expectation *expect;
    const struct tie_order *order;   /* billing owner */
    bool has_stock;                  /* INV codes are made; else movement = usage */
    tie_dec usage, movement, billed; /* billed: what the customer outcome covers */
    enum tie_outcome outcome;
    enum tie_class class_;
    tie_dec expected, actual; /* the customer's money; expected TIE_NONE: not known */
    tie_dec money_tolerance;  /* TIE_NONE: that of the expectation; ask check_money_tolerance() */
    int relation;             /* 1..13, of whatever legs there are */
    bool is_unsure;           /* three legs, none agrees, and nothing says which is right */
    bool trusts_movement;     /* ... but a serial number does: movement is right */
};

/* ---- draft.c: what a draft of each grain knows by itself ---- */
const char *check_text_of(const struct judge *judge, tie_str id);
struct draft check_draft_plain(enum tie_check check);
struct draft check_draft_of_group(const struct scene *scene, enum tie_check check);
struct draft check_draft_of_order(struct judge *judge, uint32_t order, enum tie_check check);
struct draft check_draft_of_row(struct judge *judge, uint32_t line, enum tie_check check);
void check_draft_add(struct judge *judge, const struct draft *draft); /* unless the check is off */
static inline bool check_is_on(const struct judge *judge, enum tie_check check)
{
    return judge->switches[check].off == TIE_CHECK_ON;
}
/* Row of a line as evidence names it; lives in the pool or in the scratch arena. */
const char *check_row_id_of(struct judge *judge, const struct tie_line *line);
const void *check_row_of(
    const struct judge *judge, const struct tie_line *line); /* NULL for a line of another dossier */
/* A movement of another dossier that P9 linked here: what its reply tells of it. */
struct foreign {
    const char *row_id, *order; /* as written; "" names none */
    bool is_cost_centre;
};
struct foreign check_foreign_of(struct judge *judge, const struct tie_line *line);
const struct tie_work_order *check_work_order_of(const struct judge *judge, uint32_t order);
tie_dec check_shown_quantity(const struct tie_group *group, tie_dec quantity); /* minutes to hours for labour */

/* ---- survey.c ---- */
void check_survey(struct judge *judge); /* fills judge->survey; counts lines as if nothing were found */
unsigned check_line_speaks(const struct tie_line *line); /* enum check_speaks */
/* The state of a line that no finding speaks of. */
enum tie_row_state check_plain_state(const struct tie_line *line);

/* ---- scene.c: facts that the families ask for ---- */
/* Read when it is asked for first, and kept: it hangs on match and expectation alone, which no check changes. */
struct scene *check_scene_of(struct judge *judge, uint32_t index);
/* Of the customer's money. Worked out when a difference asks for it. */
tie_dec check_money_tolerance(const struct scene *scene);
const struct tie_decision *check_deciding(const struct scene *scene); /* the one that money is compared with */
bool check_exceeds(
    tie_dec larger, tie_dec smaller, tie_dec tolerance); /* larger - smaller > tolerance; false when one is unknown */
tie_dec check_less(tie_dec a, tie_dec b);                /* a - b; TIE_NONE when one is unknown */
tie_dec check_negated(tie_dec value);                    /* TIE_NONE stays */
tie_dec check_expected_for(const struct scene *scene, tie_dec quantity);
tie_dec check_cost_for(const struct scene *scene, tie_dec quantity);
/* Posted or standard cost of `quantity` (positive) of a movement row. */
tie_dec check_line_cost(struct judge *judge, const struct tie_line *line, tie_dec quantity, tie_str *currency);
bool check_is_signed(struct judge *judge, const struct scene *scene);
bool check_is_serialised(const struct scene *scene);
bool check_fits_two(const struct judge *judge, tie_str order_ref); /* a normalised reference that several orders have */
tie_date check_last_posting(const struct judge *judge, const struct tie_group *group, enum tie_leg leg);

/* ---- group.c ---- */
void check_judge_groups(struct judge *judge);

/* ---- families; a function a check ---- */
typedef void maker(struct scene *scene, unsigned marks);
maker check_inv_01, check_inv_02, check_inv_03, check_inv_10, check_inv_06, check_inv_22;
maker check_bil_01, check_bil_02, check_bil_06, check_bil_07;
void check_bil_money(struct scene *scene, enum tie_code quantity_code, unsigned marks); /* BIL-02 to BIL-06, BIL-10 */
/* ---- bil.c: what is due where a leg is in the wrong, or one sum stands for many groups ---- */
tie_dec check_believed_expectation(const struct scene *scene);
bool check_take_summary(struct scene *scene); /* false: another group answers for the sum */
/* ---- credit.c ---- */
maker check_bil_17;
/* Credits of the group that somebody approved, at most `gap`; 0 where `gap` is unknown or no shortage. */
tie_dec check_approved_credit(const struct scene *scene, tie_dec gap);
maker check_con_01, check_con_11, check_wty_01, check_wty_13, check_evd_06;
void check_recover(struct scene *scene, unsigned marks); /* the covered share: WTY-01 or CON-01 */
bool check_has_presence(const struct scene *scene);      /* something was used or issued */
bool check_has_work(
    const struct judge *judge, const struct tie_line *line); /* something stands behind a claim or a debit */
void check_inv_pairs(struct judge *judge);                   /* INV-04 */
maker check_inv_09;
bool check_may_lie_elsewhere(const struct judge *judge, const struct tie_group *group); /* false: not INV-09 */
void check_posting(struct scene *scene);                                                /* TIM-02, TIM-14 */
bool check_may_post_late(struct judge *judge); /* false: neither of them of any group */
typedef void row_check(struct judge *judge, uint32_t line);
row_check check_inv_07, check_inv_08, check_inv_15, check_inv_16, check_inv_21, check_bil_08, check_con_02,
    check_wty_02, check_wos_08;
void check_wos_08_objects(struct judge *judge); /* evidence and orders */
/* The order whose work a group holds: that of its first usage, time or movement line, else the billing owner. */
uint32_t check_worked_order(const struct tie_match *match, const struct tie_group *group);
void check_ent_01(struct judge *judge);
void check_ent_03(struct judge *judge);
/* Makes the draft a cause: it holds those of the groups that were billed as recorded and ought not to have been, for
 * what each of them lacks. `is_uncovered`: nothing covers them, also where the job delivers nothing to derive by. */
void check_cause_hold(
    struct judge *judge, struct draft *draft, const uint32_t *groups, uint32_t group_count, bool is_uncovered);
void check_ent_04(struct judge *judge);
void check_con_05(struct judge *judge);
void check_tim_01(struct judge *judge);
void check_evd_04(struct judge *judge); /* collects; folded at the end of the run */
maker check_wos_04_ask;                 /* a cell says WOS-04: remembered for the order */
void check_wos_04(struct judge *judge);
void check_wos_05(struct judge *judge);
void check_mdm_01(struct judge *judge); /* collects; folded at the end of the run */
/* Checks of the run as a whole: a judge without a dossier, whose sink takes the findings. */
void check_evd_04_fold(struct judge *judge, struct tie_check_sink *const *sinks, size_t sink_count);
void check_mdm_01_fold(struct judge *judge, struct tie_check_sink *const *sinks, size_t sink_count);
void check_fin_06(struct judge *judge, const struct tie_tally *tally, bool *conserved);

/* ---- after the families ---- */
void check_suppress(struct judge *judge);
void check_doubt_find(struct judge *judge); /* fills judge->doubts */
/* Sentence on a rejected row that an order, group or row of the draft lacks; NULL: none. */
const char *check_doubt_of(const struct judge *judge, const struct draft *draft);
void check_due_set(const struct judge *judge, struct draft *draft);
/* What check_due_set() would give a draft of the order. */
tie_date check_due_of_order(const struct judge *judge, uint32_t order, enum tie_check check);
const struct tie_check_rule *check_rules_read(struct tie_arena *arena); /* of every check */
/* What the policy says of the check, or NULL. */
const struct tie_check_override *check_override_of(const struct judge *judge, enum tie_check check);
bool check_due_rule_is_known(const char *due); /* the registry's text can be read */
void check_draft_finish(struct judge *judge, struct draft *draft);
struct sentence check_sentence_read(struct tie_arena *arena, const char *text);
const char *check_sentence_fill(struct judge *judge, const struct draft *draft);
void check_primaries(struct judge *judge);
void check_states(struct judge *judge); /* of lines, and the tally */

#endif
