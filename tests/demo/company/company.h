/*
 * company.h - the demo company: two months of field service, kept in memory as the two vendors' stores would hold it.
 *
 * Input:     a seed and a number of orders; nothing else. Same input, same bytes, on every machine.
 * Output:    fsm.sql (COPY data for PostgreSQL), erp.sql (INSERTs for SQLite), answer.csv (what a run must find).
 * Invariant: make_order() books all three legs of an order right. Only a plant breaks one, on an order of its own,
 *            and says in the same function which findings follow; whatever no plant touched must give no finding.
 * Amounts:   tie_dec in the order's currency; quantities are without sign, direction stands beside them as the
 *            vendors do it.
 * Ownership: everything lives in company.arena. Rows are reached by index, because the arrays move while they grow;
 *            so a row is added first and looked up in a statement of its own, never in at[add_...()].
 * Errors:    none: a generator that can't go on is a programmer error (TIE_ASSERT).
 */
#ifndef DEMO_COMPANY_H
#define DEMO_COMPANY_H

#include "tieout/arena.h"
#include "tieout/date.h"
#include "tieout/decimal.h"
#include "tieout/text.h"

#include <stdio.h>
#include <string.h>

#define NO_ROW SIZE_MAX
#define UNITS(n) ((tie_dec)(n)*TIE_DEC_ONE)
#define CENTS(n) ((tie_dec)(n)*10000)
#define LIST(type)                                                                                                     \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t count, room;                                                                                            \
    }

struct dice { /* splitmix64: our own, so that no library version changes the company */
    uint64_t state;
};

/* Who pays by the facts: derived class of an order. */
enum payer { PAY_CUSTOMER, PAY_VENDOR, PAY_RESERVE, PAY_METERED, PAY_FLAT };
enum terms { TERMS_LIST, TERMS_OWN_PRICES, TERMS_DISCOUNT, TERMS_METERED, TERMS_FLAT };
enum item_kind {
    ITEM_PART,
    ITEM_SERIAL,
    ITEM_METRE,
    ITEM_BOXED,
    ITEM_NONSTOCK,
    ITEM_RENAMED,
    ITEM_RISING,
    ITEM_RARE,
    ITEM_CONSUMABLE
};

struct region {
    const char *code, *entity, *plant, *currency, *country, *warehouse;
    int offset_minutes; /* local time ahead of UTC; all demo dates lie in summer time */
    size_t money;       /* 0 EUR, 1 GBP: index into item.cost and item.price */
    struct tie_workdays calendar;
};

struct item {
    enum item_kind kind;
    const char *part_no, *material, *sold_as, *label, *unit;
    int64_t box; /* base units in one BOX; 0: there is no box */
    tie_dec cost[2], price[2];
};

struct technician {
    const char *code, *person, *name, *van, *bin;
    const struct region *region;
    tie_dec hour_cost;
};

struct customer {
    const char *account, *debtor, *name, *contract;
    const struct region *region;
    enum terms terms;
    bool monthly;         /* billed by the calendar `monthly` */
    const char *equip[3]; /* without cover, vendor warranty, own warranty */
};

struct job {
    const char *id, *kind, *state, *account, *equip, *agreement, *area, *company, *currency;
    const char *free_reason, *price_mode, *billing_rule, *master, *invoice_job;
    tie_dec fixed_price;
    tie_instant created, done, closed, cancelled;
    bool deleted;
};
struct visit {
    const char *id, *job, *crew, *van, *tour, *result;
    tie_instant started, ended;
};
struct part {
    const char *id, *key, *job, *visit, *crew, *action, *unit, *serial, *store, *owner, *verdict, *state;
    const struct item *item;
    tie_dec quantity;
    tie_instant device, server;
    bool deleted, dropped;
    size_t move, line, claim, debit; /* rows of the other side, or NO_ROW */
};
struct labour {
    const char *id, *job, *visit, *crew, *kind, *verdict;
    tie_dec minutes;
    tie_instant start, end;
    bool dropped;
    size_t line, claim, debit;
};
struct decision {
    const char *id, *job, *part, *labour, *verdict, *cover, *approval;
    tie_instant at;
    bool overruled; /* somebody changed what the app proposed */
    bool dropped;
};
struct approval {
    const char *id, *object_kind, *object, *topic, *state, *currency;
    tie_dec limit;
    tie_instant at;
};
struct proof {
    const char *id, *object_kind, *object, *kind;
    tie_instant at;
    bool dropped;
};
struct equip { /* one owner over some days */
    const char *id, *account;
    tie_date from, to;
};
struct cover {
    const char *id, *equip, *kind, *provider;
    tie_date from, to;
};

struct doc { /* material document */
    const char *no, *user;
    tie_date date, posted, entered;
    int64_t lines;
};
struct move {
    size_t doc;
    int64_t line;
    const char *type, *side, *material, *unit, *currency, *order, *centre, *from, *to, *part, *key, *serial, *owner;
    tie_dec quantity, value;
    const char *back_doc; /* document that this row reverses */
    int64_t back_line;
    bool dropped;
};
struct bill {
    const char *no, *kind, *state, *source, *debtor, *currency, *entity, *cancels, *corrects;
    tie_date date; /* released at six in the evening of that day */
    int64_t lines;
};
struct bill_line {
    size_t bill;
    int64_t line, cancels_line;
    const char *order, *part, *labour, *sold, *kind, *outcome, *unit, *text, *group, *agreement;
    tie_dec quantity, price, discount, net; /* positive; the kind of document gives the sign */
    bool dropped;
};
struct debit { /* entry of the service ledger */
    const char *no, *contract, *kind, *order, *part, *labour;
    tie_date date;
    tie_dec amount;
    bool dropped;
};
struct old_contract { /* one that is not in force any more, or for a while */
    const char *no;
    const struct customer *customer;
    tie_date from, to;
    bool is_suspended;
};
struct claim {
    const char *no, *kind, *party, *cover, *order, *part, *labour, *material, *currency;
    tie_date filed;
    tie_dec quantity, parts, work;
    bool dropped;
};

struct finding { /* one line of answer.csv */
    const char *id, *check, *keys, *primary, *certainty, *exposure, *book, *currency, *verb, *status, *planted, *why;
};

/* What an order ought to look like. Zero is the plain case; see make_order(). */
struct wish {
    enum payer payer;
    const struct region *region;     /* NULL: any */
    enum terms terms;                /* of a customer who pays: list, own prices or discount */
    const struct customer *customer; /* NULL: one that fits */
    const struct item *item;         /* of the first part; NULL: any */
    tie_dec quantity;                /* of the first part; 0: any */
    int parts;                       /* -1: 0 to 6 by chance */
    int minutes;                     /* of the work; 0 none, -1 by chance */
    tie_date closed;                 /* TIE_NO_DATE: by chance from `created` */
    tie_date created;
    bool is_unsigned;   /* no signature of the customer */
    bool has_header;    /* a header decision stands in any case */
    bool has_no_header; /* ... in no case */
    bool is_plain;      /* interface rows only, no zero lines, no trip charge, no travel */
};

struct order {
    struct dice dice;
    const char *id;
    const struct region *region;
    const struct customer *customer;
    const struct technician *technician;
    enum payer payer;
    bool is_plain;
    tie_date created, done, closed; /* local days */
    size_t job, visit, bill;        /* bill: NO_ROW while nothing is invoiced */
    size_t doc;                     /* last material document of the interface, or NO_ROW */
    size_t part_first, part_count, labour_first, labour_count, header;
    const char *cover; /* cover_id or NULL */
};

struct company {
    struct tie_arena arena;
    uint64_t seed;
    tie_date as_of;
    struct region regions[3];
    LIST(struct item) items;
    LIST(struct technician) technicians;
    LIST(struct customer) customers;
    LIST(struct equip) equips;
    LIST(struct cover) covers;
    LIST(struct job) jobs;
    LIST(struct visit) visits;
    LIST(struct part) parts;
    LIST(struct labour) labours;
    LIST(struct decision) decisions;
    LIST(struct approval) approvals;
    LIST(struct proof) proofs;
    LIST(struct doc) docs;
    LIST(struct move) moves;
    LIST(struct bill) bills;
    LIST(struct bill_line) lines;
    LIST(struct old_contract) old_contracts;
    LIST(struct debit) debits;
    LIST(struct claim) claims;
    LIST(struct finding) findings;
    size_t order_count, plant_count;
    const char *plant_name, *plant_why; /* of the plant that is at work */
    int64_t numbers[8];                 /* last number given, by enum number */
};

/* ---- company.c ---- */
enum number {
    NUMBER_VISIT,
    NUMBER_PART,
    NUMBER_LABOUR,
    NUMBER_FSM_OTHER,
    NUMBER_DOC,
    NUMBER_BILL,
    NUMBER_LEDGER,
    NUMBER_CLAIM
};
const char *next_number(struct company *c, enum number kind);
const char *text(struct company *c, const char *format, ...) TIE_PRINTF(2, 3);
uint32_t roll(struct dice *dice, uint32_t sides); /* 0 .. sides - 1 */
bool chance(struct dice *dice, uint32_t percent);
tie_dec times(tie_dec a, tie_dec b); /* exact to the millionth */
tie_dec money(tie_dec a, tie_dec b); /* product, rounded to the minor unit */
tie_instant local_time(const struct region *region, tie_date day, int minute_of_day);
tie_date day_of(int month, int day); /* of 2026 */
tie_date workday_from(tie_date day); /* that day, or the Monday after it */
tie_date month_end(tie_date day);    /* last day of its month */
tie_date in_month_of(tie_date done, tie_date day);
const struct item *item_of(const struct company *c, enum item_kind kind, size_t nth); /* wraps around */
bool company_init(struct company *c, uint64_t seed);
void company_release(struct company *c);

/* ---- master.c ---- */
void make_master(struct company *c);
tie_dec cost_of(const struct region *region, const struct item *item);
tie_dec list_price(const struct region *region, const struct item *item, tie_date day); /* in the region's currency */
tie_dec own_price(const struct customer *customer, const struct item *item);            /* 0: the customer has none */
tie_dec work_price(const struct region *region);                                        /* of one hour of work */
tie_dec travel_price(const struct region *region);
tie_dec billed_hours(tie_dec minutes); /* least 60 minutes, steps of 15 */
const struct customer *customer_for(const struct company *c, struct dice *dice, const struct wish *wish);
#define INCREASE_MONTH 6 /* list prices of ITEM_RISING go up on the first of this month */
#define TECHNICIANS 8    /* those who do the work; behind them stand the ones that the ERP does not know */

/* ---- order.c ---- */
struct order make_order(struct company *c, const struct wish *wish);
void make_clean_orders(struct company *c, size_t count);
void call_off(struct company *c, struct order *o); /* cancelled on the day it would have been closed */
struct part *part_of(struct company *c, const struct order *o, size_t nth);
struct labour *labour_of(struct company *c, const struct order *o, size_t nth);
struct job *job_of(struct company *c, const struct order *o);
tie_dec price_of(
    struct company *c, const struct order *o, const struct item *item); /* expected net price of a base unit */
tie_dec base_of(const struct part *part);                               /* quantity in base units */
size_t add_part(struct company *c, struct order *o, const struct item *item, tie_dec quantity); /* usage leg only */
size_t add_labour(struct company *c, struct order *o, const char *kind, tie_dec minutes);
const char *add_decision(struct company *c, struct order *o, const char *verdict, const char *part, const char *cover);
const char *add_approval_of(struct company *c, const struct order *o, const char *object_kind, const char *object,
    const char *topic, const char *state, tie_dec limit);
const char *add_approval(
    struct company *c, const struct order *o, const char *object, const char *state, tie_dec limit);
void drop_order_header(struct company *c, struct order *o);

/* ---- books.c: the ERP's rows ---- */
struct booking { /* a movement */
    const char *type, *side, *order, *centre, *part, *key, *serial, *user;
    const struct item *item;
    tie_dec quantity; /* base units */
    tie_date day;
};
const char *spelled(struct company *c, struct order *o); /* the order as a clerk writes it */
size_t book_move(struct company *c, struct order *o, const struct booking *booking);
void issue_part(struct company *c, struct order *o, size_t part); /* the movement leg of a part */
size_t open_bill(struct company *c, struct order *o, const char *kind, const char *source, tie_date day);
size_t bill_part(struct company *c, struct order *o, size_t bill, size_t part, tie_dec quantity);
size_t bill_labour(struct company *c, struct order *o, size_t bill, size_t labour);
size_t bill_copy(struct company *c, size_t bill, size_t line); /* the same line on another document */
size_t debit_contract(struct company *c, struct order *o, const char *part, const char *labour, tie_dec amount);
size_t claim_part(struct company *c, struct order *o, size_t part);
size_t claim_labour(struct company *c, struct order *o, size_t labour);
void settle_order(struct company *c, struct order *o); /* the billing leg of the order */
void cancel_bill(struct company *c, struct order *o, size_t bill, tie_date day);
const char *bill_of_line(const struct company *c, size_t line);
#define BILL_DAY(c, line) ((c)->bills.at[(c)->lines.at[line].bill].date)

/* ---- background.c, innocent.c, plants_*.c ---- */
void make_background(struct company *c);
struct plant {
    const char *check, *name, *why;
    void (*plant)(struct company *c, size_t copy);
    size_t copies;
};
extern const struct plant innocent_table[], stock_plants[], billing_plants[], cover_plants[], field_plants[],
    late_plants[], posting_plants[];
extern const size_t innocent_count, stock_plant_count, billing_plant_count, cover_plant_count, field_plant_count,
    late_plant_count, posting_plant_count;
void run_plants(struct company *c, const struct plant *plants, size_t count);
/* A plain clean order with a header decision, in another region for each copy, due by the as-of unless the wish
 * says when. */
struct order plant_order(struct company *c, size_t copy, const struct wish *wish);
/* The same with one part, 60 minutes of work and `payer`. */
struct order one_part_order(struct company *c, size_t copy, enum payer payer, enum item_kind kind, int quantity);
void forget_refs(struct company *c, struct order *o); /* no row of the ERP names a row of the app */
void set_move(struct company *c, struct order *o, size_t move, tie_dec quantity);
void set_line(
    struct company *c, size_t line, tie_dec quantity, tie_dec price); /* plain lines: quantity in base units */
size_t repeat_move(struct company *c, size_t move, tie_date day);     /* the same again on a document of its own */
const char *move_row(struct company *c, size_t move);
const char *line_row(struct company *c, size_t line);
size_t bill_phantom(struct company *c, struct order *o, size_t bill, const struct item *item, tie_dec quantity);

/* ---- answer.c ---- */
#define KEY_MAX 5
struct claimable { /* what a plant says of one finding */
    const char *check, *certainty, *verb, *currency;
    const char *keys[KEY_MAX];
    tie_dec exposure, book; /* TIE_NONE: unknown, printed empty */
    tie_date row_day;       /* posting, event, filing or cancelling day where the check is due by that */
    const struct order *order;
    const char *under; /* finding_id of the primary; NULL: it is primary itself */
};
const char *expect(struct company *c, const struct claimable *finding); /* returns the finding_id */
/* The three shapes of key; what follows sets the other members. */
#define EXPECT_KEYS(c, o, code, list, ...)                                                                             \
    expect((c), &(struct claimable){ .check = (code), .order = (o), .keys = list, __VA_ARGS__ })
#define KEYS(...)                                                                                                      \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define EXPECT_GROUP(c, o, item, code, ...)                                                                            \
    EXPECT_KEYS(c, o, code, KEYS((o)->id, (item)->material, "own", "new", (o)->region->currency), __VA_ARGS__)
#define EXPECT_ROW(c, o, dataset, row, code, ...) EXPECT_KEYS(c, o, code, KEYS(dataset, row), __VA_ARGS__)
#define EXPECT_LABOUR(c, o, code, ...) EXPECT_KEYS(c, o, code, KEYS((o)->id, "work", "base"), __VA_ARGS__)
#define EXPECT_ORDER(c, o, code, ...) EXPECT_KEYS(c, o, code, KEYS((o)->id), __VA_ARGS__)
const char *finding_id(struct company *c, const char *check, const char *const *keys, size_t count);
/* What it costs (TIM-01) that `amount` of a closed order was billed that many days after closing. */
void expect_delay(struct company *c, const struct order *o, tie_dec amount, tie_date days);
void expect_unbilled(struct company *c, const struct order *o, tie_dec amount); /* the same up to the as-of, if late */
const char *row_id(struct company *c, const char *document, int64_t line);      /* "document/line" */

/* ---- write.c, write_fsm.c, write_erp.c, answer.c ---- */
struct writer {
    FILE *out;
    bool is_sql; /* INSERT statements; else COPY text */
    const char *table;
    size_t cells;
};
void begin_table(struct writer *w, const char *table, const char *columns);
void put_text(struct writer *w, const char *value); /* NULL is a NULL */
void put_int(struct writer *w, int64_t value);
void put_number(struct writer *w, tie_dec value); /* TIE_NONE is a NULL */
void put_money(struct writer *w, tie_dec value);
void put_date(struct writer *w, tie_date value);
void put_bool(struct writer *w, bool value);
void put_time(struct writer *w, tie_instant value); /* with offset */
void end_row(struct writer *w);
void end_table(struct writer *w);
void write_fsm(const struct company *c, FILE *out);
void write_erp(const struct company *c, FILE *out);
void write_answer(const struct company *c, FILE *out);

#endif
