/*
 * test_bundle.c - the documents of a bundle, out and in again: nothing is lost, and what is damaged is named.
 *
 * A pipeline is filled by hand with what a run may hold at its worst: rejected values that are no UTF-8 or have several
 * lines, texts that are empty and texts that are not there, figures beyond 32 bits, controls that differ. The documents
 * go through their text form, as they do in a bundle.
 */
#include "support/bench.h"

#include "../../../src/run/bundle_content.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tie_arena arena;

static const char policy_text[] = "[region default]\ntimezone = Europe/Brussels\n"
                                  "[region east]\ntimezone = Asia/Kathmandu\n"
                                  "[region utc]\ntimezone = UTC\n"
                                  "[region also]\ntimezone = Europe/Brussels\n";

/* ---- a run at its worst ---- */

static const struct tie_source_spec sources[] = {
    { .name = "fsm",
        .driver = TIE_DRIVER_POSTGRES,
        .connection = "secret-1",
        .password = "secret-2",
        .timezone = "UTC" },
    { .name = "drop", .driver = TIE_DRIVER_FILES, .connection = "secret-3", .timezone = "Asia/Tokyo" },
};
static struct tie_source_result reported[] = {
    { .read_at = INT64_C(1782864000123456), .snapshot = "00000003-1B-1", .product = "PostgreSQL 15.18", .tries = 3 },
    { .read_at = TIE_NONE, .snapshot = NULL, .product = "", .tries = 1 },
};
static const char *const codes[] = { "261", "" };
static const struct tie_code_list lists[] = { { "issue_wo", 2, codes, false }, { "other", 0, NULL, true } };
static const struct tie_code_map maps[] = { { 1, 2, lists } };
static const struct tie_part_spec parts[] = {
    { .title = "usage_line", .dataset = TIE_DS_USAGE_LINE, .query_path = "../sql/u.sql", .query = "SELECT 1" },
    { .title = "movement caf\xc3\xa9",
        .dataset = TIE_DS_MOVEMENT,
        .part = 1,
        .source = 1,
        .file = "m.csv",
        .control = "c.csv",
        .split = "",
        .map_count = 1,
        .maps = maps },
    { .title = "xref item", .dataset = TIE_DS_XREF, .xref_kind = TIE_XREF_ITEM, .part = 2, .source = 1 },
};
static const struct tie_control controls[] = {
    { "rows", "18446744073709551615", "3", false },
    { "sum_quantity", "", "1.5", true },
};
static struct tie_part_result results[] = {
    { .rows = UINT64_C(5000000000),
        .rejected = 2,
        .rounded = UINT64_C(4294967296),
        .control_count = 2,
        .controls = controls },
    { .rows = 0 },
    { .rows = 1 },
};
static const struct tie_reject rejects[] = {
    { 0, 1, "W1", "U1", "quantity", "\xff\xfe latin \xe9", "is no UTF-8" },
    { 0, UINT64_C(5000000000), "", "", "", "line 1\r\nline 2\n\ttab \"q\" ; \\ \x01\x7f",
        "has \xe2\x82\xac, control\x02" },
    { 1, 7, "W\xf0\x28", "a/b", "item_id", "{\"hex\":\"41\"}", "" },
};
static const struct tie_reject_ref order_refs[] = { { "W1", TIE_DS_USAGE_LINE }, { "W\xf0\x28", TIE_DS_MOVEMENT } };
static const struct tie_reject_ref invoice_refs[] = { { "", TIE_DS_INVOICE_LINE } };
static const struct tie_correction_output outputs[] = { { .name = "goods", .format_path = "/secret-4" } };
static const struct tie_export_rule rules[] = { { "goods", "GI, GR-REV", true } };
static const char *const sets[] = { "source fsm.conninfo=secret-5", "job.lookback_days=30" };

static struct tie_pipeline made_run(void)
{
    struct tie_job *job = TIE_TAKE(&arena, struct tie_job, 1);
    struct tie_pipeline line = { .arena = &arena, .job = job, .name = "2026-06-30.2", .dry = true };
    struct tie_error err = { .text = "" };

    *job = (struct tie_job){ .name = "night \"ly\"",
        .reporting_currency = "EUR",
        .as_of = tie_date_from_civil(2026, 6, 30),
        .window_start = tie_date_from_civil(2026, 4, 30),
        .history_start = TIE_NO_DATE,
        .lookback_days = 62,
        .history_days = UINT32_MAX,
        .has_csv = true,
        .has_sample = true,
        .sample = { .method = TIE_SAMPLE_SRS, .size = 77, .strata = "region", .seed = "\"x\"", .confidence = 950000 },
        .sets = sets,
        .set_count = TIE_COUNT_OF(sets),
        .correction_count = 1,
        .corrections = outputs,
        .export_rules = rules,
        .plan = { .sources = sources, .source_count = 2, .parts = parts, .part_count = TIE_COUNT_OF(parts) } };
    if (test_policy_read(&arena, policy_text, &job->policy, &err) != TIE_OK ||
        tie_zone_load(&arena, "America/New_York", &job->zone, &err) != TIE_OK)
        fail_msg("%s", err.text);
    line.extract = (struct tie_extract_result){ .sources = reported,
        .parts = results,
        .reject_count = TIE_COUNT_OF(rejects),
        .rejects = rejects,
        .reject_refs = { .order_count = 2, .orders = order_refs, .invoice_count = 1, .invoices = invoice_refs } };
    line.extract.delivery.dataset[TIE_DS_MOVEMENT] = true;
    line.extract.delivery.dataset[TIE_DS_USAGE_LINE] = true;
    line.extract.delivery.column[TIE_DS_USAGE_LINE][0] = true;
    line.extract.delivery.column[TIE_DS_USAGE_LINE][tie_dataset(TIE_DS_USAGE_LINE)->column_count - 1] = true;
    return line;
}

enum document { ZONES, JOB, SOURCES, EXTRACT, DOCUMENTS };

/* Takes the value. */
static const char *text_of(struct tie_json *json)
{
    struct tie_buf text;
    const char *kept = NULL;

    tie_buf_init(&text, 1 << 24);
    tie_json_print(json, TIE_JSON_COMPACT, &text);
    kept = tie_text_dup(&arena, tie_buf_slice(&text));
    tie_buf_release(&text);
    tie_json_free(json);
    return kept;
}

static void put_all(const struct tie_pipeline *line, const char *texts[DOCUMENTS])
{
    texts[ZONES] = text_of(bundle_put_zones(line->job));
    texts[JOB] = text_of(bundle_put_job(&arena, line));
    texts[SOURCES] = text_of(bundle_put_sources(line));
    texts[EXTRACT] = text_of(bundle_put_extract(line));
}

static enum tie_status get_all(
    const char *const texts[DOCUMENTS], struct tie_zone_set *zones, struct tie_pipeline *line, struct tie_error *err)
{
    struct tie_json *json[DOCUMENTS] = { NULL };
    enum tie_status status = TIE_OK;

    *line = (struct tie_pipeline){ .arena = &arena, .job = TIE_TAKE(&arena, struct tie_job, 1) };
    for (int i = 0; i < DOCUMENTS; i++)
        TIE_TRY(tie_json_parse(tie_text_of(texts[i]), "document", &json[i], err));
    TIE_TRY(bundle_get_zones(&arena, json[ZONES], zones, err));
    TIE_TRY(bundle_get_job(json[JOB], zones, line, err));
    TIE_TRY(bundle_get_sources(json[SOURCES], line, err));
    TIE_TRY(bundle_get_extract(json[EXTRACT], line, err));
out:
    for (int i = 0; i < DOCUMENTS; i++)
        tie_json_free(json[i]);
    return status;
}

/* ---- out and in ---- */

static void same_text(const char *a, const char *b)
{
    assert_true((a == NULL) == (b == NULL));
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_zone(const struct tie_zone *a, const struct tie_zone *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->count, b->count);
    if (a->count > 0)
        assert_memory_equal(a->starts_at, b->starts_at, a->count * sizeof a->starts_at[0]);
    assert_memory_equal(a->offset_seconds, b->offset_seconds, (a->count + 1) * sizeof a->offset_seconds[0]);
}

static void same_job(const struct tie_pipeline *want, const struct tie_pipeline *got)
{
    const struct tie_job *a = want->job, *b = got->job;

    assert_string_equal(want->name, got->name);
    assert_int_equal(want->dry, got->dry);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->reporting_currency, b->reporting_currency);
    same_zone(&a->zone, &b->zone);
    assert_true(a->as_of == b->as_of && a->as_of == b->plan.as_of && a->window_start == b->window_start &&
        a->history_start == b->history_start && a->lookback_days == b->lookback_days &&
        a->history_days == b->history_days && a->has_csv == b->has_csv && a->has_workbook == b->has_workbook);
    assert_true(b->has_sample && b->sample.method == a->sample.method && b->sample.size == a->sample.size &&
        b->sample.confidence == a->sample.confidence);
    same_text(a->sample.strata, b->sample.strata);
    same_text(a->sample.seed, b->sample.seed);
    assert_int_equal(b->correction_count, 1);
    same_text(b->corrections[0].name, "goods");
    same_text(b->corrections[0].format_path, NULL); /* a path of another machine */
    same_text(b->export_rules[0].output, "goods");
    same_text(b->export_rules[0].verbs, "GI, GR-REV");
    assert_true(b->export_rules[0].needs_approval);
    assert_int_equal(b->plan.part_count, a->plan.part_count);
    for (size_t i = 0; i < a->plan.part_count; i++) {
        const struct tie_part_spec *x = &a->plan.parts[i], *y = &b->plan.parts[i];

        same_text(x->title, y->title);
        assert_true(
            x->dataset == y->dataset && x->xref_kind == y->xref_kind && x->part == y->part && x->source == y->source);
        same_text(x->query_path, y->query_path);
        same_text(x->control_path, y->control_path);
        same_text(x->file, y->file);
        same_text(x->split, y->split);
    }
    assert_int_equal(b->plan.source_count, a->plan.source_count);
    for (size_t i = 0; i < a->plan.source_count; i++) {
        same_text(a->plan.sources[i].name, b->plan.sources[i].name);
        assert_int_equal(a->plan.sources[i].driver, b->plan.sources[i].driver);
        same_text(want->extract.sources[i].product, got->extract.sources[i].product);
        same_text(want->extract.sources[i].snapshot, got->extract.sources[i].snapshot);
        assert_true(want->extract.sources[i].read_at == got->extract.sources[i].read_at &&
            want->extract.sources[i].tries == got->extract.sources[i].tries);
    }
}

static void same_refs(const struct tie_reject_ref *a, const struct tie_reject_ref *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        same_text(a[i].text, b[i].text);
        assert_int_equal(a[i].dataset, b[i].dataset);
    }
}

static void same_extract(const struct tie_extract_result *a, const struct tie_extract_result *b)
{
    assert_memory_equal(&a->delivery, &b->delivery, sizeof a->delivery);
    for (size_t i = 0; i < TIE_COUNT_OF(parts); i++) {
        const struct tie_part_result *x = &a->parts[i], *y = &b->parts[i];

        assert_true(x->rows == y->rows && x->rejected == y->rejected && x->rounded == y->rounded &&
            x->control_count == y->control_count);
        for (size_t c = 0; c < x->control_count; c++) {
            same_text(x->controls[c].name, y->controls[c].name);
            same_text(x->controls[c].expected, y->controls[c].expected);
            same_text(x->controls[c].found, y->controls[c].found);
            assert_int_equal(x->controls[c].is_equal, y->controls[c].is_equal);
        }
    }
    assert_int_equal(a->reject_count, b->reject_count);
    for (size_t i = 0; i < a->reject_count; i++) {
        const struct tie_reject *x = &a->rejects[i], *y = &b->rejects[i];

        assert_true(x->part == y->part && x->source_row == y->source_row);
        same_text(x->order_ref, y->order_ref);
        same_text(x->row_id, y->row_id);
        same_text(x->column, y->column);
        same_text(x->value, y->value);
        same_text(x->reason, y->reason);
    }
    assert_int_equal(a->reject_refs.order_count, b->reject_refs.order_count);
    assert_int_equal(a->reject_refs.invoice_count, b->reject_refs.invoice_count);
    same_refs(a->reject_refs.orders, b->reject_refs.orders, a->reject_refs.order_count);
    same_refs(a->reject_refs.invoices, b->reject_refs.invoices, a->reject_refs.invoice_count);
}

static void nothing_is_lost(void **state)
{
    const struct tie_pipeline want = made_run();
    struct tie_pipeline got;
    struct tie_zone_set zones;
    struct tie_zone zone;
    const char *texts[DOCUMENTS];
    struct tie_error err = { .text = "" };

    (void)state;
    put_all(&want, texts);
    if (get_all(texts, &zones, &got, &err) != TIE_OK)
        fail_msg("%s", err.text);
    assert_int_equal(zones.count, 4); /* one name, one table */
    for (size_t i = 0; i < want.job->policy.region_count; i++) {
        assert_int_equal(tie_zone_get(&zones, &arena, want.job->policy.regions[i].zone.name, &zone, &err), TIE_OK);
        same_zone(&want.job->policy.regions[i].zone, &zone);
    }
    same_job(&want, &got);
    same_extract(&want.extract, &got.extract);
    for (int i = 0; i < DOCUMENTS; i++)
        assert_null(strstr(texts[i], "secret"));
    assert_non_null(strstr(texts[JOB], "\"source fsm.conninfo=...\""));
    assert_non_null(strstr(texts[JOB], "\"job.lookback_days=30\""));
    assert_non_null(strstr(texts[JOB], "{\"issue_wo\":[\"261\",\"\"],\"other\":[\"*\"]}"));
}

/* ---- what is refused ---- */

static const struct {
    const char *why;
    enum document document;
    const char *from, *to, *says;
} damages[] = {
    { "no such zone", JOB, "America/New_York", "Mars/Olympus", "Mars/Olympus" },
    { "an offset that no zone has", ZONES, "\"before\":-18000", "\"before\":-180000", "America/New_York" },
    { "transitions out of order", ZONES, "[[638953200000000,", "[[957093600000000,", "America/New_York" },
    { "transitions that are no list", ZONES, "\"transitions\":[]", "\"transitions\":{}", "Asia/Kathmandu" },
    { "no day", JOB, "\"2026-06-30\"", "null", "day is empty" },
    { "a day that is none", JOB, "\"2026-06-30\"", "\"2026-06-31\"", "\"as_of\"" },
    { "a bool that is a number", JOB, "\"dry_run\":true", "\"dry_run\":1", "\"dry_run\"" },
    { "a key less", JOB, "\"verbs\":", "\"words\":", "corrections[0]: \"verbs\"" },
    { "a name that leads outside", JOB, "\"name\":\"goods\"", "\"name\":\"../goods\"", "corrections[0]" },
    { "an unknown dataset", JOB, "\"dataset\":\"usage_line\"", "\"dataset\":\"usage\"", "parts[0]: \"dataset\"" },
    { "an unknown kind of xref", JOB, "\"xref_kind\":2", "\"xref_kind\":99", "parts[2]" },
    { "a sample larger than any", JOB, "\"sample_size\":77", "\"sample_size\":9999999999", "design of the sample" },
    { "a source that is not there", JOB, "\"source\":1", "\"source\":2", "number 2 of 2" },
    { "a negative count", EXTRACT, "\"rejected\":2", "\"rejected\":-2", "parts[0]: \"rejected\"" },
    { "a source without a report", SOURCES, "\"reported\":[{", "\"reported\":[{\"x\":1},{", "reported[0]" },
    { "an instant that is none", SOURCES, "\"read_at\":\"2026", "\"read_at\":\"x2026", "\"read_at\"" },
    { "a list that is none", EXTRACT, "\"rejects\":[", "\"rejects\":7,\"x\":[", "rejects" },
    { "a reject of no part", EXTRACT, "\"part\":1", "\"part\":3", "rejects[2]" },
    { "a reject without a reason", EXTRACT, "\"reason\":\"\"", "\"reason\":null", "rejects[2]" },
    { "hex of half a byte", EXTRACT, "{\"hex\":\"fffe", "{\"hex\":\"ffe", "rejects[0]: \"value\"" },
    { "hex with a letter", EXTRACT, "{\"hex\":\"fffe", "{\"hex\":\"fgfe", "rejects[0]: \"value\"" },
    { "hex with a NUL", EXTRACT, "{\"hex\":\"fffe", "{\"hex\":\"00fe", "rejects[0]: \"value\"" },
    { "another object than hex", EXTRACT, "{\"hex\":\"fffe", "{\"hox\":\"fffe", "rejects[0]: \"value\"" },
    { "an unknown dataset delivered", EXTRACT, "\"movement\":[]", "\"move\":[]", "\"move\" is unknown" },
    { "an unknown column delivered", EXTRACT, "\"movement\":[]", "\"movement\":[\"colour\"]", "movement has a column" },
    { "references out of order", EXTRACT, "\"text\":\"W1\"", "\"text\":\"X1\"", "rejected_orders[1]" },
    { "a control without a name", EXTRACT, "\"name\":\"rows\"", "\"name\":null", "controls[0]" },
};

static void damage_is_named(void **state)
{
    const struct tie_pipeline want = made_run();
    const char *good[DOCUMENTS];

    (void)state;
    put_all(&want, good);
    for (size_t i = 0; i < TIE_COUNT_OF(damages); i++) {
        const char *texts[DOCUMENTS], *at = strstr(good[damages[i].document], damages[i].from);
        struct tie_error err = { .text = "" };
        struct tie_zone_set zones;
        struct tie_pipeline got;

        if (at == NULL)
            fail_msg("%s: %s is not in %s", damages[i].why, damages[i].from, good[damages[i].document]);
        memcpy(texts, good, sizeof texts);
        texts[damages[i].document] = tie_arena_printf(&arena, "%.*s%s%s", (int)(at - good[damages[i].document]),
            good[damages[i].document], damages[i].to, at + strlen(damages[i].from));
        if (get_all(texts, &zones, &got, &err) == TIE_OK || strstr(err.text, damages[i].says) == NULL)
            fail_msg("%s: \"%s\" is not in \"%s\"", damages[i].why, damages[i].says, err.text);
    }
}

static void names_of_members(void **state)
{
    static const struct {
        const char *title, *want;
        size_t part;
    } names[] = {
        { "price contracts", "frames/003-price_contracts.csv", 3 },
        { "../../etc", "frames/000-.._.._etc.csv", 0 },
        { "caf\xc3\xa9", "frames/1000-caf__.csv", 1000 },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(names); i++)
        assert_string_equal(bundle_part_name(&arena, "frames", names[i].part, names[i].title, ".csv"), names[i].want);
}

static int set_up(void **state)
{
    (void)state;
    return tie_arena_init(&arena, (size_t)256 << 20, NULL) == TIE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_is_lost), cmocka_unit_test(damage_is_named),
        cmocka_unit_test(names_of_members) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
