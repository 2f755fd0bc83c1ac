/*
 * finding.c - a draft becomes a finding: money, certainty, severity, id, and texts of its own.
 *
 * Order matters and is the same for every check (checks.md, section 2): a doubtful finding posts no document; an
 * unknown amount makes certainty NONE and reason MASTER; amounts are rounded once, here; the sign of the book effect
 * is the verb's; the reporting amount is the rounded one converted and rounded once more; severity is shifted by
 * that. Invariant: after check_draft_finish() a finding holds no text of a shard, so findings of many shards can be
 * merged.
 */
#include "judge.h"
#include "tieout/digest.h"

#include <stdlib.h>
#include <string.h>

enum { IDENTITY_BYTES = 512 };

/* What posting a document does to profit: sign of |exposure|; AS_EXPOSURE keeps its own. Doubt posts nothing. */
enum book { BOOK_NONE, BOOK_PLUS, BOOK_MINUS, BOOK_AS_EXPOSURE };
static const struct verb {
    const char *name;
    enum book book;
    bool posts;
} verbs[] = {
    { "GI", BOOK_MINUS, true },
    { "GR-REV", BOOK_PLUS, true },
    { "GI+GR-REV", BOOK_NONE, true },
    { "GR-REV+GI", BOOK_NONE, true },
    { "INV", BOOK_PLUS, true },
    { "DM", BOOK_PLUS, true },
    { "CM", BOOK_MINUS, true },
    { "CRB", BOOK_AS_EXPOSURE, true },
    { "WCL", BOOK_PLUS, true },
    { "WREV", BOOK_MINUS, true },
    { "RCL", BOOK_NONE, true },
    { "CDEB", BOOK_NONE, true },
    { "CREV", BOOK_MINUS, true },
    { "TRF", BOOK_NONE, true },
    { "ACC", BOOK_MINUS, true },
    { "ADJ", BOOK_MINUS, true },
    { "RLS", BOOK_NONE, true },
    { "INVST", BOOK_NONE, false },
    { "FSM", BOOK_NONE, false },
    { "APP", BOOK_NONE, false },
    { "MDM", BOOK_NONE, false },
    { "NONE", BOOK_NONE, false },
};

static const struct verb *verb_of(const char *name)
{
    for (size_t i = 0; i < TIE_COUNT_OF(verbs); i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    TIE_ASSERT(false); /* a verb that no row of the table knows */
    return NULL;
}

/* ---- money ---- */

static tie_dec rounded(tie_dec amount, unsigned decimals)
{
    return amount == TIE_NONE ? TIE_NONE : tie_dec_round(amount, decimals);
}

static tie_dec booked(enum book book, tie_dec exposure)
{
    if (exposure == TIE_NONE)
        return TIE_NONE;
    switch (book) {
    case BOOK_PLUS: return tie_dec_abs(exposure);
    case BOOK_MINUS: return -tie_dec_abs(exposure);
    case BOOK_AS_EXPOSURE: return exposure;
    case BOOK_NONE: break;
    }
    return 0;
}

/* What lacks a rejected row is not firm, and asks for no document even where a verb is exported beside firm ones. */
static void settle_doubt(const struct judge *judge, struct draft *draft)
{
    struct tie_finding *f = &draft->f;
    const char *doubt = check_doubt_of(judge, draft);

    if (doubt == NULL || (f->certainty != TIE_CERTAINTY_FIRM && !verb_of(f->verb)->posts))
        return;
    if (f->certainty == TIE_CERTAINTY_FIRM)
        f->certainty = TIE_CERTAINTY_CONTINGENT;
    if (verb_of(f->verb)->posts)
        f->verb = "INVST";
    draft->has_book_effect = false;
    draft->note = draft->note == NULL ? doubt : tie_arena_printf(judge->scratch, "%s. %s", draft->note, doubt);
}

static void settle_certainty(struct draft *draft)
{
    struct tie_finding *f = &draft->f;
    const struct verb *verb = verb_of(f->verb);

    if (f->certainty == TIE_CERTAINTY_CONTINGENT && verb->posts)
        verb = verb_of("INVST");
    f->verb = verb->name; /* of the table: nobody's to be copied */
    if (!draft->has_book_effect)
        f->book_effect = booked(verb->book, f->exposure);
    if (f->certainty == TIE_CERTAINTY_CONTINGENT || f->certainty == TIE_CERTAINTY_TIMING)
        f->book_effect = 0;
    if (f->exposure == TIE_NONE) {
        f->certainty = TIE_CERTAINTY_NONE;
        f->reason = "MASTER";
        f->book_effect = TIE_NONE;
    }
}

static void settle_amounts(const struct judge *judge, struct draft *draft)
{
    struct tie_finding *f = &draft->f;
    const struct tie_world *world = judge->world;
    const unsigned decimals = tie_world_decimals(judge->pool, draft->currency);
    tie_dec reporting = TIE_NONE;

    f->exposure = rounded(f->exposure, decimals);
    f->book_effect = rounded(f->book_effect, decimals);
    f->expected_amount = rounded(f->expected_amount, decimals);
    f->actual_amount = rounded(f->actual_amount, decimals);
    f->correction_qty = draft->quantity == TIE_NONE ? TIE_NONE : tie_dec_abs(draft->quantity);
    f->correction_amount = draft->document_amount != TIE_NONE ? rounded(draft->document_amount, decimals) : f->exposure;
    f->correction_amount = f->correction_amount == TIE_NONE ? TIE_NONE : tie_dec_abs(f->correction_amount);
    f->currency = check_text_of(judge, draft->currency);
    f->reporting_currency = check_text_of(judge, world->reporting_currency);
    if (f->exposure == 0)
        reporting = 0; /* needs no rate */
    else if (f->exposure != TIE_NONE && draft->currency != 0 &&
        !tie_world_convert(world, f->exposure, draft->currency, world->reporting_currency, world->as_of, &reporting))
        reporting = TIE_NONE;
    f->exposure_reporting = rounded(reporting, world->reporting_decimals);
}

static void settle_severity(const struct judge *judge, const struct draft *draft, struct tie_finding *f)
{
    const struct tie_policy *policy = judge->world->policy;
    const struct tie_check_override *own = check_override_of(judge, f->check);

    if (own != NULL && own->severity != 0)
        f->severity = own->severity;
    else if (draft->severity != 0) {
        f->severity = draft->severity;
        return;
    }
    if (f->certainty == TIE_CERTAINTY_NONE || f->exposure_reporting == TIE_NONE)
        return;
    const tie_dec size = tie_dec_abs(f->exposure_reporting);
    if (size >= policy->high && f->severity > 1)
        f->severity--;
    else if (size < policy->trivial && f->severity < 4)
        f->severity++;
}

/* ---- texts and rows of its own ---- */

static const char *own_text(struct judge *judge, const char *text)
{
    return text[0] == '\0' ? "" : tie_text_keep(&judge->sink->texts, tie_text_of(text));
}

/* Order, item and currency stand in a finding two and three times, also as its keys. A text of the pool is told by
 * where it lies, so these are kept first and found again without being read. */
static void own_texts(struct judge *judge, struct tie_finding *f)
{
    const char *const order = f->work_order, *const item = f->item, *const currency = f->currency;
    const char **const others[] = { &f->reason, &f->anchor, &f->region, &f->legal_entity, &f->customer, &f->asset,
        &f->contract, &f->serial, &f->location, &f->technician, &f->uom, &f->reporting_currency, &f->to_location,
        &f->payer, &f->other_item, &f->keys[0], &f->keys[1], &f->keys[2], &f->keys[3], &f->keys[4] };
    const size_t count = TIE_COUNT_OF(others) - TIE_FINDING_KEYS + f->key_count;

    _Static_assert(TIE_FINDING_KEYS == 5, "all keys are there, and last");
    f->work_order = own_text(judge, order);
    f->item = own_text(judge, item);
    f->currency = own_text(judge, currency);
    for (size_t i = 0; i < count; i++) {
        const char **const text = others[i];

        *text = *text == order  ? f->work_order
            : *text == item     ? f->item
            : *text == currency ? f->currency
                                : own_text(judge, *text);
    }
}

struct ids {
    const char **at;
    size_t count, room;
};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted and each once, at the front of `at`, which has room for all. */
static struct tie_id_list own_ids(struct judge *judge, const struct ids *ids, const char **at)
{
    size_t count = 0;

    if (ids->count == 0)
        return (struct tie_id_list){ 0, NULL };
    if (ids->count > 1)
        qsort(ids->at, ids->count, sizeof *ids->at, by_bytes);
    for (size_t i = 0; i < ids->count; i++) {
        if (i == 0 || strcmp(ids->at[i], ids->at[i - 1]) != 0)
            at[count++] = own_text(judge, ids->at[i]);
    }
    return (struct tie_id_list){ count, at };
}

enum list { LIST_USAGE, LIST_MOVEMENT, LIST_BILLING, LIST_OTHER, LIST_COUNT };

static void take_line(struct judge *judge, struct ids lists[LIST_COUNT], uint32_t index)
{
    static const enum list list_of[TIE_LEG_COUNT] = { [TIE_LEG_USAGE] = LIST_USAGE,
        [TIE_LEG_TIME] = LIST_USAGE,
        [TIE_LEG_MOVEMENT] = LIST_MOVEMENT,
        [TIE_LEG_BILLING] = LIST_BILLING,
        [TIE_LEG_LEDGER] = LIST_OTHER,
        [TIE_LEG_CLAIM] = LIST_OTHER };
    TIE_ASSERT(judge->match != NULL); /* only run-grain findings have none, and they name no line */
    const struct tie_line *line = &judge->match->lines[index];

    TIE_PUSH(judge->scratch, &lists[list_of[line->leg]], check_row_id_of(judge, line));
}

static void take_group(struct judge *judge, struct ids lists[LIST_COUNT], uint32_t index)
{
    TIE_ASSERT(judge->match != NULL);
    const struct tie_group *group = &judge->match->groups[index];

    for (int leg = 0; leg < TIE_LEG_COUNT; leg++) {
        for (uint32_t i = 0; i < group->lines[leg].count; i++)
            take_line(judge, lists, group->lines[leg].at[i]);
    }
}

static const enum tie_check checks_of_whole_orders[] = { TIE_ENT_01, TIE_WOS_04, TIE_WOS_05 };

/* Rows of the order that a finding is about: those that name it, and those that a link put into its groups. */
static void take_order(struct judge *judge, struct ids lists[LIST_COUNT], const struct draft *draft)
{
    const struct tie_match *match = judge->match;
    bool is_whole = false;

    for (size_t i = 0; i < TIE_COUNT_OF(checks_of_whole_orders); i++)
        is_whole |= checks_of_whole_orders[i] == draft->f.check;
    for (uint32_t i = 0; is_whole && draft->order != TIE_NO_INDEX && i < match->line_count; i++) {
        const struct tie_line *line = &match->lines[i];
        const uint32_t order = line->order != TIE_NO_INDEX || line->group == TIE_NO_INDEX
            ? line->order
            : match->groups[line->group].order;

        if (order == draft->order && line->excluded == TIE_EXCLUDED_NONE)
            take_line(judge, lists, i);
    }
}

static void own_rows(struct judge *judge, struct draft *draft)
{
    struct ids lists[LIST_COUNT] = { 0 };
    struct tie_finding *f = &draft->f;

    if (draft->line != TIE_NO_INDEX)
        take_line(judge, lists, draft->line);
    else if (draft->group != TIE_NO_INDEX)
        take_group(judge, lists, draft->group);
    else if (judge->match != NULL)
        take_order(judge, lists, draft);
    if (draft->other_line != TIE_NO_INDEX)
        take_line(judge, lists, draft->other_line);
    if (draft->other_group != TIE_NO_INDEX)
        take_group(judge, lists, draft->other_group);
    for (size_t i = 0; i < draft->cause_count; i++)
        take_group(judge, lists, draft->cause_groups[i]);
    for (size_t i = 0; i < draft->about_count; i++)
        take_group(judge, lists, draft->about_groups[i]);
    if (draft->extra_id != NULL && draft->extra_id[0] != '\0')
        TIE_PUSH(judge->scratch, &lists[LIST_OTHER], draft->extra_id);

    struct tie_id_list *const own[LIST_COUNT] = { &f->usage_ids, &f->movement_ids, &f->billing_ids, &f->other_ids };
    size_t room = 0;

    for (int list = 0; list < LIST_COUNT; list++)
        room += lists[list].count;
    const char **at = TIE_TAKE(judge->sink->findings.arena, const char *, room);
    for (int list = 0; list < LIST_COUNT; list++) {
        *own[list] = own_ids(judge, &lists[list], at);
        at += own[list]->count;
    }
}

void check_draft_finish(struct judge *judge, struct draft *draft)
{
    struct tie_finding *f = &draft->f;

    if (judge->match != NULL) {
        check_due_set(judge, draft);
        settle_doubt(judge, draft);
    }
    settle_certainty(draft);
    settle_amounts(judge, draft);
    settle_severity(judge, draft, f);
    f->status = f->is_pending ? TIE_FINDING_PENDING : TIE_FINDING_NEW;
    f->explanation = check_sentence_fill(judge, draft);
    tie_finding_id(f->id, f->check, f->keys, f->key_count);
    own_rows(judge, draft);
    own_texts(judge, f);
}

/* ---- identity ---- */

/* The parts of an identity, each behind a NUL, in one text: most fit into `few`, so that a digest costs one call. */
void tie_finding_id(char out[TIE_FINDING_ID_MAX], enum tie_check check, const char *const *keys, size_t key_count)
{
    static const char domain[] = "tieout-finding-1";
    const struct tie_text code = tie_text_of(tie_check(check)->code);
    unsigned char digest[TIE_SHA256_BYTES];
    char few[IDENTITY_BYTES], *all = few, *to = few;
    size_t size = sizeof domain + code.size;

    TIE_ASSERT(code.size + 1 + 16 < TIE_FINDING_ID_MAX);
    for (size_t i = 0; i < key_count; i++)
        size += 1 + strlen(keys[i]);
    if (size > sizeof few) {
        to = all = malloc(size);
        TIE_ASSERT(all != NULL);
    }
    memcpy(to, domain, sizeof domain); /* with its NUL */
    memcpy(to + sizeof domain, code.at, code.size);
    to += sizeof domain + code.size;
    for (size_t i = 0; i < key_count; i++) {
        const struct tie_text key = tie_text_of(keys[i]);

        *to++ = '\0';
        memcpy(to, key.at, key.size);
        to += key.size;
    }
    tie_sha256_of((struct tie_text){ all, size }, digest);
    if (all != few)
        free(all);
    memcpy(out, code.at, code.size);
    out[code.size] = '-';
    tie_base32(digest, sizeof digest, out + code.size + 1, 16);
}
