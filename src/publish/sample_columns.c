/*
 * sample_columns.c - what stands on Selection, in the workbook and in sample.csv.
 *
 * One table of columns with a getter each; names are those that sample.h promises to `tieout evaluate`. Findings of an
 * order are found in one walk over the run's findings, so that picks cost nothing before they are drawn.
 */
#include "sample_book.h"

#include <string.h>

#define FINDINGS_SHOWN 6

const struct tie_closed_order *sample_order_of(const struct sample_view *view, size_t pick)
{
    return view->pack->orders[view->pack->sample.picks[pick].unit];
}

const char *sample_customer_name(const struct sample_view *view, size_t pick)
{
    const struct tie_world *world = view->report->world;
    const tie_str key = tie_pool_find(world->pool, tie_text_of(sample_order_of(view, pick)->customer));
    const struct tie_customer *customer = key == TIE_STR_UNKNOWN || key == 0 ? NULL : tie_world_customer(world, key);

    return customer == NULL ? "" : tie_pool_chars(world->pool, customer->name);
}

/* ---- getters ---- */

static const struct tie_sample_pick *pick_of(const struct sample_view *view, size_t pick)
{
    return &view->pack->sample.picks[pick];
}

static struct sample_value text(const char *value)
{
    return (struct sample_value){ .text = value };
}

static struct sample_value number(int64_t value)
{
    return (struct sample_value){ .number = value };
}

#define ORDER_TEXT(name, member)                                                                                       \
    static struct sample_value get_##name(const struct sample_view *view, size_t pick)                                 \
    {                                                                                                                  \
        return text(sample_order_of(view, pick)->member);                                                              \
    }
ORDER_TEXT(work_order, wo_id)
ORDER_TEXT(customer, customer)
ORDER_TEXT(region, region)
ORDER_TEXT(legal_entity, legal_entity)
ORDER_TEXT(wo_type, wo_type)
ORDER_TEXT(who_pays, class_)

static struct sample_value get_no(const struct sample_view *view, size_t pick)
{
    (void)view;
    return number((int64_t)pick + 1);
}

static struct sample_value get_customer_name(const struct sample_view *view, size_t pick)
{
    return text(sample_customer_name(view, pick));
}

static struct sample_value get_closed(const struct sample_view *view, size_t pick)
{
    return number(sample_order_of(view, pick)->closed);
}

static struct sample_value get_stratum(const struct sample_view *view, size_t pick)
{
    return text(view->pack->units[pick_of(view, pick)->unit].stratum);
}

static struct sample_value get_class(const struct sample_view *view, size_t pick)
{
    return text(tie_sample_class_name(pick_of(view, pick)->class));
}

static struct sample_value get_times(const struct sample_view *view, size_t pick)
{
    return number((int64_t)pick_of(view, pick)->times);
}

static struct sample_value get_book(const struct sample_view *view, size_t pick)
{
    return number(sample_order_of(view, pick)->book);
}

static struct sample_value get_billed(const struct sample_view *view, size_t pick)
{
    return number(sample_order_of(view, pick)->billed);
}

static struct sample_value get_currency(const struct sample_view *view, size_t pick)
{
    (void)pick;
    return text(view->report->reporting_currency);
}

static struct sample_value get_findings(const struct sample_view *view, size_t pick)
{
    return text(view->findings[pick]);
}

static struct sample_value get_evidence(const struct sample_view *view, size_t pick)
{
    return text(view->pack->has_evidence[pick] ? "show" : "discrepancies.xlsx");
}

static struct sample_value get_nothing(const struct sample_view *view, size_t pick)
{
    (void)view;
    (void)pick;
    return text(NULL);
}

static struct sample_value get_seal(const struct sample_view *view, size_t pick)
{
    const struct tie_sample_unit *unit = &view->pack->units[pick_of(view, pick)->unit];
    char seal[TIE_SAMPLE_SEAL];

    tie_sample_seal(unit->key, unit->stratum, pick_of(view, pick)->class, pick_of(view, pick)->times, unit->book, seal);
    return text(tie_arena_strdup(view->arena, seal));
}

const struct sample_column sample_columns[] = {
    { "no", 5, SAMPLE_COUNT, false, get_no },
    { "work_order", 17, SAMPLE_ID, false, get_work_order },
    { "customer", 11, SAMPLE_ID, false, get_customer },
    { "customer_name", 24, SAMPLE_ID, false, get_customer_name },
    { "region", 9, SAMPLE_TAG, false, get_region },
    { "legal_entity", 9, SAMPLE_TAG, false, get_legal_entity },
    { "wo_type", 11, SAMPLE_TAG, false, get_wo_type },
    { "closed", 12, SAMPLE_DATE, false, get_closed },
    { "who_pays", 13, SAMPLE_TAG, false, get_who_pays },
    { "stratum", 12, SAMPLE_ID, false, get_stratum },
    { "class", 10, SAMPLE_TAG, false, get_class },
    { "times", 7, SAMPLE_COUNT, false, get_times },
    { "book_amount", 13, SAMPLE_AMOUNT, false, get_book },
    { "billed_amount", 13, SAMPLE_AMOUNT, false, get_billed },
    { "currency", 9, SAMPLE_TAG, false, get_currency },
    { "findings", 27, SAMPLE_TEXT, false, get_findings },
    { "evidence", 10, SAMPLE_TAG, true, get_evidence },
    { "audit_amount", 15, SAMPLE_FILL, false, get_nothing },
    { "not_auditable", 13, SAMPLE_FILL, false, get_nothing },
    { "audit_note", 40, SAMPLE_FILL, false, get_nothing },
    { "seal", 14, SAMPLE_ID, false, get_seal },
};
const size_t sample_column_count = TIE_COUNT_OF(sample_columns);

size_t sample_column_at(const char *name)
{
    size_t at = 0;

    while (at < sample_column_count && strcmp(sample_columns[at].name, name) != 0)
        at++;
    TIE_ASSERT(at < sample_column_count);
    return at;
}

/* ---- the view ---- */

static void list_findings(struct sample_view *view)
{
    const struct tie_sample_pack *pack = view->pack;
    const struct tie_findings *findings = view->report->findings;
    uint32_t *shown = TIE_TAKE(view->arena, uint32_t, pack->sample.pick_count + 1);
    struct tie_map pick_of_order; /* address of the order: place in the list of closed ones */

    tie_map_init(&pick_of_order, view->arena);
    for (size_t i = 0; i < pack->sample.pick_count; i++) {
        view->findings[i] = "";
        tie_map_set(&pick_of_order, (uint64_t)(sample_order_of(view, i) - pack->closed->at), (uint32_t)i);
    }
    for (size_t i = 0; i < findings->count; i++) {
        const struct tie_closed_order *order = tie_closed_find(pack->closed, findings->at[i].work_order);
        uint32_t pick = 0;

        if (order == NULL || !tie_map_get(&pick_of_order, (uint64_t)(order - pack->closed->at), &pick))
            continue;
        if (shown[pick]++ < FINDINGS_SHOWN)
            view->findings[pick] = tie_arena_printf(view->arena, "%s%s%s", view->findings[pick],
                view->findings[pick][0] == '\0' ? "" : "; ", findings->at[i].id);
    }
    for (size_t i = 0; i < pack->sample.pick_count; i++)
        if (shown[i] > FINDINGS_SHOWN)
            view->findings[i] = tie_arena_printf(
                view->arena, "%s; and %u more", view->findings[i], (unsigned)(shown[i] - FINDINGS_SHOWN));
}

void sample_view_init(struct sample_view *view, struct tie_arena *arena, const struct tie_report *report,
    const struct tie_sample_pack *pack)
{
    *view = (struct sample_view){ .arena = arena, .report = report, .pack = pack };
    view->findings = TIE_TAKE(arena, const char *, pack->sample.pick_count + 1);
    list_findings(view);
    view->json = tie_sample_to_json(arena, &pack->sample,
        &(struct tie_sample_meta){ .job = report->job,
            .run = report->run,
            .currency = report->reporting_currency,
            .as_of = report->as_of,
            .confidence = pack->setup.confidence });
    tie_sample_flatten(arena, view->json, &view->record);
}

void sample_view_release(struct sample_view *view)
{
    tie_json_free(view->json);
    view->json = NULL;
}
