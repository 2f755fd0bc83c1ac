/*
 * scene.h - dossiers from lines of text, matched, and told again as text: one line a group, one a row that is not
 * plain.
 *
 *   W1 A U=2 M=2 B=2+0 200 P3           billing owner, item (and /owner /condition /band when not the usual one),
 *                                       usage, movement, charged+free quantity, charged amount, pass; then marks
 *   movement M2/1 open=0 reverses=M1/1  what netting, exclusion, duplicates and P9 left on a row
 *
 * Orders of ORDER() end before the as-of 2026-11-20. Whatever the order of the input, the text is the same.
 */
#ifndef TIEOUT_TESTS_SCENE_H
#define TIEOUT_TESTS_SCENE_H

#include "support/bench.h"
#include "support/link.h"
#include "tieout/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct test_bench bench;
    struct tie_arena arena;
    struct tie_shard shard;
    struct tie_delivery delivery;
    struct tie_match *matches; /* one a dossier */
    struct tie_buf text;
    struct tie_trace *trace; /* NULL: nothing is told; else what the folds told, behind that of the matches */
};

/* ---- lines of text for rows, all on usual days ---- */
#define ORDER(id, more) ORDER_OF(id, "repair", more)
#define ORDER_OF(id, type, more)                                                                                       \
    "work_order; wo_id=" id ", wo_type=" type ", status=closed, customer_id=C1, currency=EUR, "                        \
    "created_at=2026-10-01T08:00Z, closed_at=2026-10-05T16:00Z" more "\n"
#define USED(id, order, item, quantity, more) USED_AT(id, order, item, quantity, "2026-10-05T10:00Z", more)
#define USED_AT(id, order, item, quantity, at, more)                                                                   \
    "usage_line; usage_id=" id ", wo_id=" order ", item_id=" item ", quantity=" quantity                               \
    ", uom=EA, server_at=" at more "\n"
#define MOVED(id, class_, order, item, quantity, more) MOVED_ON(id, class_, order, item, quantity, "2026-10-05", more)
#define MOVED_ON(id, class_, order, item, quantity, day, more)                                                         \
    "movement; mov_id=" id ", line_no=1, movement_class=" class_ ", wo_ref=" order ", item_id=" item                   \
    ", quantity=" quantity ", uom=EA, posting_date=" day ", currency=EUR" more "\n"
#define ISSUED(id, order, item, quantity, more) MOVED(id, "issue_wo", order, item, quantity, more)
#define RETURNED(id, order, item, quantity, more) MOVED(id, "return_wo", order, item, quantity, more)
#define INVOICE(id, kind, more) INVOICE_OF(id, kind, "released", "EUR", more)
#define INVOICE_OF(id, kind, status, currency, more)                                                                   \
    "invoice; inv_id=" id ", kind=" kind ", status=" status ", customer_id=C1, currency=" currency ", "                \
    "posting_date=2026-10-08" more "\n"
#define LINE(id, no, order, item, quantity, net, more)                                                                 \
    "invoice_line; inv_id=" id ", line_no=" no ", wo_ref=" order ", sales_item_id=" item ", quantity=" quantity        \
    ", net_amount=" net more "\n"
#define BILLED(id, order, item, quantity, net, more)                                                                   \
    INVOICE(id, "invoice", "") LINE(id, "1", order, item, quantity, net, more)

/* ---- running ---- */

static inline void scene_join_delivery(struct scene *scene)
{
    const struct tie_delivery *const from[] = { &scene->bench.rows.delivery, &scene->bench.shard.delivery };

    memset(&scene->delivery, 0, sizeof scene->delivery);
    for (size_t f = 0; f < TIE_COUNT_OF(from); f++)
        for (size_t d = 0; d < TIE_DATASET_COUNT; d++) {
            scene->delivery.dataset[d] = scene->delivery.dataset[d] || from[f]->dataset[d];
            for (size_t c = 0; c < TIE_COLUMN_MAX; c++)
                scene->delivery.column[d][c] = scene->delivery.column[d][c] || from[f]->column[d][c];
        }
    scene->bench.world.delivery = &scene->delivery;
}

static inline void scene_match(struct scene *scene)
{
    const size_t count = scene->shard.dossier_count;

    struct tie_trace *traces = TIE_TAKE(&scene->arena, struct tie_trace, count);
    struct tie_trace folds = { .arena = &scene->arena };

    scene->matches = TIE_TAKE(&scene->arena, struct tie_match, count);
    if (scene->trace != NULL)
        folds.focus = scene->trace->focus;
    for (size_t i = 0; i < count; i++) {
        traces[i].arena = &scene->arena;
        tie_match_dossier_traced(&scene->arena, &scene->bench.keys, &scene->shard, &scene->shard.dossiers[i],
            scene->trace == NULL ? NULL : &traces[i], &scene->matches[i]);
    }
    test_link_traced(&scene->arena, scene->matches, count, scene->shard.index,
        &(struct tie_fold_context){ .trace = scene->trace == NULL ? NULL : &folds });
    for (size_t i = 0; i < count; i++)
        tie_match_finish(&scene->matches[i]);
    for (size_t i = 0; scene->trace != NULL && i <= count; i++) {
        const struct tie_trace *from = i < count ? &traces[i] : &folds;

        for (size_t k = 0; k < from->count; k++)
            tie_trace_add(scene->trace, &from->at[k]);
    }
}

/* Judges the rows of bench.shard as they are then; scene_end() gives everything back. */
static inline void scene_run(struct scene *scene)
{
    struct tie_error error;

    test_rows_end(&scene->bench.shard, &scene->bench.rows);
    scene_join_delivery(scene);
    assert_int_equal(tie_arena_init(&scene->arena, (size_t)1 << 30, &error), TIE_OK);
    scene->shard = (struct tie_shard){ .pool = scene->bench.shard.pool };
    memcpy(scene->shard.tables, scene->bench.shard.tables, sizeof scene->shard.tables);
    scene->bench.keys.pool = &scene->shard.pool;
    if (tie_shard_from_rows(&scene->arena, &scene->shard, &error) != TIE_OK)
        fail_msg("%s", error.text);
    tie_buf_init(&scene->text, (size_t)1 << 24);
    scene_match(scene);
}

static inline void scene_start(struct scene *scene, const char *policy, const char *master, const char *rows)
{
    memset(scene, 0, sizeof *scene);
    test_bench_start(&scene->bench, policy, master);
    test_rows_text(&scene->bench.shard, rows);
    scene_run(scene);
}

static inline void scene_end(struct scene *scene)
{
    tie_buf_release(&scene->text);
    tie_arena_release(&scene->arena);
    test_bench_stop(&scene->bench);
}

/* ---- telling ---- */

static inline void tell_dec(struct tie_buf *out, const char *name, tie_dec value)
{
    char text[TIE_DEC_TEXT_MAX];

    (void)tie_dec_print(value, text);
    tie_buf_printf(out, "%s%s", name, text);
}

static inline const char *tell_str(const struct tie_match *match, tie_str id)
{
    return tie_pool_chars(&match->shard->pool, id);
}

static inline const char *tell_order(const struct tie_match *match, uint32_t order)
{
    return tell_str(match, TIE_ROWS(match->shard->tables, WORK_ORDER, work_order)[match->orders[order].row].wo_id);
}

static inline void tell_key(struct tie_buf *out, const struct tie_match *match, const struct tie_group *group)
{
    tie_buf_printf(out, "%s %s", tell_order(match, group->order), tell_str(match, group->item));
    if (group->owner != TIE_W_OWN)
        tie_buf_printf(out, "/%s", tie_word_text(group->owner));
    if (group->condition != TIE_W_NEW)
        tie_buf_printf(out, "/%s", tie_word_text(group->condition));
    if (group->band != TIE_W_EMPTY && group->band != TIE_W_BASE)
        tie_buf_printf(out, "/%s", tie_word_text(group->band));
}

static inline void tell_marks(struct tie_buf *out, const struct tie_match *match, const struct tie_group *group)
{
    const struct {
        bool is_set;
        const char *word;
    } marks[] = {
        { group->has_charge, " I" },
        { group->has_free, " Z" },
        { group->is_ambiguous, " ambiguous" },
        { group->converted, " converted" },
        { group->rate_missing, " no-rate" },
        { group->cancelled_without_successor, " cancelled" },
    };

    for (size_t i = 0; i < TIE_COUNT_OF(marks); i++)
        if (marks[i].is_set)
            tie_buf_text(out, marks[i].word);
    if (group->is_summarised) {
        tie_buf_text(out, " in ");
        tell_key(out, match, &match->groups[group->summary]);
    }
    if (group->serials_differ) {
        tie_buf_printf(out, " %s#%s", tell_str(match, group->serial_used), tell_str(match, group->serial_issued));
        tell_dec(out, "x", group->serial_qty);
    }
    if (group->has_claim)
        tell_dec(out, " claim=", group->claim_amount);
    if (group->has_debit) {
        tell_dec(out, " debit=", group->debit_amount);
        tell_dec(out, "/", group->debit_qty);
    }
}

static inline void tell_group(struct tie_buf *out, const struct tie_match *match, const struct tie_group *group)
{
    tell_key(out, match, group);
    tell_dec(out, " U=", group->usage);
    tell_dec(out, " M=", group->movement);
    tell_dec(out, " B=", group->charged_qty);
    tell_dec(out, "+", group->free_qty);
    tell_dec(out, " ", group->charged_amount);
    tie_buf_printf(out, " %s", group->pass == TIE_PASS_NONE ? "-" : tie_pass_name(group->pass));
    tell_marks(out, match, group);
    tie_buf_char(out, '\n');
}

static inline void tell_id(struct tie_buf *out, const struct tie_match *match, const char *name, uint32_t line)
{
    struct tie_buf id;

    tie_buf_init(&id, 4096);
    tie_line_row_id(match, &match->lines[line], &id);
    tie_buf_printf(out, "%s%s", name, id.at);
    tie_buf_release(&id);
}

/* What became of a row; nothing for one that is whole, counted and single. */
static inline void tell_state(struct tie_buf *out, const struct tie_match *match, const struct tie_line *line)
{
    static const char *const names[] = {
#define NAME_OF(NAME, words) #NAME,
        TIE_EXCLUSIONS(NAME_OF)
#undef NAME_OF
    };
    struct tie_gone gone;

    if (line->excluded != TIE_EXCLUDED_NONE)
        tie_buf_printf(out, " %s", names[line->excluded]);
    else if (line->open != line->quantity)
        tell_dec(out, " open=", line->open);
    if (line->reverses != TIE_NO_INDEX)
        tell_id(out, match, " reverses=", line->reverses);
    if (line->excess != 0)
        tell_dec(out, line->history_may_hold_original ? " excess?=" : " excess=", line->excess);
    if (line->duplicate_tier != 0) {
        tie_buf_printf(out, " D%d=", line->duplicate_tier);
        tell_id(out, match, "", line->duplicate_of);
    }
    if (line->rivals != 0)
        tie_buf_printf(out, " rivals=%u", line->rivals);
    if (line->unit_unknown)
        tie_buf_text(out, " unit?");
    if (tie_line_is_gone(match, line, &gone))
        tie_buf_printf(
            out, " to=%.*s/%.*s", (int)gone.wo_id.size, gone.wo_id.at, (int)gone.usage_id.size, gone.usage_id.at);
    else if (line->foreign != NULL)
        tie_buf_text(out, " came");
}

static inline const char *scene_tell(struct scene *scene)
{
    struct tie_buf state;

    tie_buf_init(&state, (size_t)1 << 16);
    tie_buf_reset(&scene->text);
    for (size_t d = 0; d < scene->shard.dossier_count; d++) {
        const struct tie_match *match = &scene->matches[d];

        for (size_t i = 0; i < match->group_count; i++)
            tell_group(&scene->text, match, &match->groups[i]);
        for (uint32_t i = 0; i < match->line_count; i++) {
            tie_buf_reset(&state);
            tell_state(&state, match, &match->lines[i]);
            if (state.size == 0)
                continue;
            tie_buf_printf(&scene->text, "%s ", tie_dataset(tie_leg_dataset(match->lines[i].leg))->name);
            tell_id(&scene->text, match, "", i);
            tie_buf_printf(&scene->text, "%s\n", state.at);
        }
    }
    tie_buf_release(&state);
    return scene->text.size == 0 ? "" : scene->text.at;
}

/* ---- tables of cases ---- */
struct scene_case {
    const char *why, *policy, *master, *rows, *want;
};

static inline void scene_try(const struct scene_case *cases, size_t count)
{
    int wrong = 0;

    for (size_t i = 0; i < count; i++) {
        struct scene scene;

        scene_start(&scene, cases[i].policy, cases[i].master == NULL ? "" : cases[i].master, cases[i].rows);
        if (strcmp(scene_tell(&scene), cases[i].want) != 0) {
            print_error("%s\n-- got\n%s-- want\n%s", cases[i].why, scene_tell(&scene), cases[i].want);
            wrong++;
        }
        scene_end(&scene);
    }
    assert_int_equal(wrong, 0);
}

#endif
