/* test_run_json.c - run.json: digests that anybody can recompute, values by path, and what the result must not depend
 * on. */
#include "report_fixture.h"

#include "tieout/json.h"

static struct tie_json *load(struct fixture *f)
{
    struct tie_json *json = NULL;
    struct tie_error err = { 0 };

    if (tie_json_parse(tie_text_of(fixture_text(f, "run.json")), "run.json", &json, &err) != TIE_OK)
        fail_msg("%s", err.text);
    return json;
}

/* Everything a run has, once. */
static void fill(struct fixture *f)
{
    static struct tie_kept cleared[1], carried[1];
    static const struct tie_source_spec sources[] = { { .name = "fsm" } };
    static const struct tie_part_spec parts[] = { { .title = "usage_line", .dataset = TIE_DS_USAGE_LINE } };
    static const struct tie_control controls[] = { { "rows", "3", "3", true } };
    static struct tie_source_result read;
    static struct tie_part_result part;
    static const struct tie_frame_digest frames[] = { { "usage_line", 3, "ab" } };
    struct tie_finding *finding = fixture_finding(f, TIE_INV_01);

    finding->verb = "GI";
    finding = fixture_finding(f, TIE_INV_01);
    finding->status = TIE_FINDING_OPEN;
    (void)fixture_finding(f, TIE_BIL_01);
    for (size_t c = 0; c < TIE_CHECK_COUNT; c++)
        f->switches[c] = (struct tie_check_switch){ TIE_CHECK_ON, NULL };
    f->switches[TIE_BIL_01] = (struct tie_check_switch){ TIE_CHECK_OFF_NEEDS, "needs price.net_price" };
    f->switches[TIE_INV_02] = (struct tie_check_switch){ TIE_CHECK_OFF_POLICY, "switched off by the policy" };
    cleared[0] = (struct tie_kept){
        .finding = f->at[0], .status = TIE_FINDING_CORRECTED, .last_seen = f->report.as_of - 1
    };
    cleared[0].finding.exposure = -1500000;
    cleared[0].finding.currency = "KWD";
    carried[0] = (struct tie_kept){
        .finding = f->at[2], .status = TIE_FINDING_CARRIED, .last_seen = f->report.as_of - 9
    };
    f->cleared = (struct tie_kept_list){ 1, cleared };
    f->carried = (struct tie_kept_list){ 1, carried };
    f->exports_at[0] = (struct tie_export){
        .finding = 0, .output = "goods", .why = "no xref for location VAN-07", .document = ""
    };
    f->exports.count = 1;
    read = (struct tie_source_result){ .read_at = 0, .snapshot = "00000003-1", .product = "PostgreSQL", .tries = 1 };
    part = (struct tie_part_result){ .rows = 3, .rejected = 1, .rounded = 2, .control_count = 1, .controls = controls };
    f->plan.source_count = f->plan.part_count = 1;
    f->plan.sources = sources;
    f->plan.parts = parts;
    f->extract.sources = &read;
    f->extract.parts = &part;
    f->tally.input[TIE_LEG_USAGE] = (struct tie_tally_cell){ 2, 2500000, 0 };
    f->tally.state[TIE_LEG_USAGE][TIE_STATE_EXCLUDED] = (struct tie_tally_cell){ 1, 500000, 0 };
    f->tally.excluded[TIE_LEG_USAGE][TIE_EXCLUDED_DELETED] = (struct tie_tally_cell){ 1, 500000, 0 };
    f->report.totals.headline = (struct tie_total){ .findings = 2, .leakage = 8000000000, .over_billing = -5000000 };
    f->report.measured = (struct tie_measured){
        .started_at = 0, .ended_at = 1500000, .host = "h", .threads = 4, .shards = 8, .frame_count = 1, .frames = frames
    };
}

static const struct {
    const char *path, *want; /* keys separated by '.', "#n" an element; whole numbers as text, true as "yes" */
} values[] = {
    { "result.job", "nightly" },
    { "result.engine", "tieout test" },
    { "result.as_of", "2026-11-20" },
    { "result.window.end", "2026-11-21" },
    { "result.window.start", "2026-09-20" },
    { "result.totals.headline.leakage", "8000.00" },
    { "result.totals.headline.over_billing", "-5.00" },
    { "result.checks_off.#0.check", "INV-02" },
    { "result.checks_off.#0.why", "switched off by the policy" },
    { "result.checks_off.#1.check", "BIL-01" },
    { "result.checks_off.#1.why", "needs price.net_price" },
    { "result.findings.count", "3" },
    { "result.findings.by_check_and_status.INV-01.new", "1" },
    { "result.findings.by_check_and_status.INV-01.open", "1" },
    { "result.cleared.#0.status", "corrected" },
    { "result.cleared.#0.exposure", "-1.500" },
    { "result.carried.#0.check", "BIL-01" },
    { "result.carried.#0.last_seen", "2026-11-11" },
    { "result.exports.#0.exported", "no" },
    { "result.exports.#0.why", "no xref for location VAN-07" },
    { "result.parts.#0.rejected", "1" },
    { "result.parts.#0.rounded", "2" },
    { "result.parts.#0.controls.#0.found", "3" },
    { "result.conservation.usage_line.input.quantity", "2.5" },
    { "result.conservation.usage_line.excluded_by_reason.deleted in the field-service store.rows", "1" },
    { "result.files.corrections/goods/a.csv", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "result.files.rejected.csv", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "measured.run", "2026-11-20.1" },
    { "measured.threads", "4" },
    { "measured.ended_at", "1970-01-01T00:00:01.500000Z" },
    { "measured.sources.#0.product", "PostgreSQL" },
    { "measured.frames.#0.sha256", "ab" },
};

static const struct tie_json *value_at(const struct tie_json *json, const char *path)
{
    struct tie_text rest = tie_text_of(path);

    while (rest.size > 0) {
        char name[128] = "";
        struct tie_text key = rest;
        int64_t index = 0;

        /* keys may hold dots themselves: the longest that exists wins */
        for (key = rest; key.size > 0; key.size--) {
            memcpy(name, key.at, key.size);
            name[key.size] = '\0';
            if ((key.size == rest.size || rest.at[key.size] == '.') &&
                (name[0] == '#' || tie_json_get(json, name) != NULL) && (name[0] != '#' || strchr(name, '.') == NULL))
                break;
        }
        if (key.size == 0)
            return NULL;
        if (name[0] == '#') {
            assert_true(tie_int_from_text((struct tie_text){ key.at + 1, key.size - 1 }, &index));
            json = tie_json_at(json, (size_t)index);
        } else {
            json = tie_json_get(json, name);
        }
        rest.at += key.size + (key.size < rest.size);
        rest.size -= key.size + (key.size < rest.size);
    }
    return json;
}

static const char *text_of(struct fixture *f, const struct tie_json *value)
{
    switch (tie_json_kind(value)) {
    case TIE_JSON_TEXT: return tie_json_as_text(value).at;
    case TIE_JSON_INT: return tie_arena_printf(&f->arena, "%lld", (long long)tie_json_as_int(value));
    case TIE_JSON_BOOL: return tie_json_as_bool(value) ? "yes" : "no";
    case TIE_JSON_NULL:
    case TIE_JSON_ARRAY:
    case TIE_JSON_OBJECT: break;
    }
    return "(none)";
}

static void every_value_stands_where_it_should(void **state)
{
    struct fixture f;
    char result[65], file[65], hex[65];
    struct tie_json *json;
    struct tie_buf compact;

    (void)state;
    fixture_start(&f);
    fill(&f);
    assert_int_equal(tie_folder_make(tie_path_join(&f.arena, f.folder, "corrections/goods"), NULL), TIE_OK);
    assert_int_equal(
        tie_file_write(tie_path_join(&f.arena, f.folder, "corrections/goods/a.csv"), TIE_TEXT("abc"), NULL), TIE_OK);
    assert_int_equal(tie_file_write(tie_path_join(&f.arena, f.folder, "rejected.csv"), TIE_TEXT(""), NULL), TIE_OK);
    assert_int_equal(tie_publish_run_json(&f.report, f.folder, result, file, NULL), TIE_OK);
    json = load(&f);
    for (size_t i = 0; i < TIE_COUNT_OF(values); i++)
        test_expect_text(text_of(&f, value_at(json, values[i].path)), values[i].want, values[i].path);
    assert_int_equal(tie_json_count(tie_json_get(tie_json_get(json, "result"), "checks_off")), 2);
    assert_int_equal(tie_json_count(tie_json_get(tie_json_get(json, "result"), "files")), 2); /* not run.json itself */

    /* the digests are of what the file says */
    tie_buf_init(&compact, 1 << 20);
    tie_json_print(tie_json_get(json, "result"), TIE_JSON_COMPACT, &compact);
    tie_sha256_hex(tie_buf_slice(&compact), hex);
    assert_string_equal(hex, result);
    tie_sha256_hex(tie_text_of(fixture_text(&f, "run.json")), hex);
    assert_string_equal(hex, file);
    tie_buf_release(&compact);
    tie_json_free(json);
    fixture_stop(&f);
}

static void keys_are_sorted(const struct tie_json *json, const char *name)
{
    const char *before = "";

    for (const char *key = tie_json_next_key(json, NULL); key != NULL; key = tie_json_next_key(json, key)) {
        if (strcmp(before, key) >= 0)
            fail_msg("%s: %s stands before %s", name, before, key);
        keys_are_sorted(tie_json_get(json, key), key);
        before = key;
    }
    for (size_t i = 0; i < tie_json_count(json) && tie_json_kind(json) == TIE_JSON_ARRAY; i++)
        keys_are_sorted(tie_json_at(json, i), name);
}

static void keys_of_the_file_are_sorted(void **state)
{
    struct fixture f;
    char result[65], file[65];
    struct tie_json *json;

    (void)state;
    fixture_start(&f);
    fill(&f);
    assert_int_equal(tie_publish_run_json(&f.report, f.folder, result, file, NULL), TIE_OK);
    json = load(&f);
    keys_are_sorted(json, "run.json");
    tie_json_free(json);
    fixture_stop(&f);
}

static void the_result_knows_nothing_of_the_machine(void **state)
{
    struct fixture f;
    char first[65], second[65], file_first[65], file_second[65];

    (void)state;
    fixture_start(&f);
    fill(&f);
    assert_int_equal(tie_publish_run_json(&f.report, f.folder, first, file_first, NULL), TIE_OK);
    f.report.run = "2026-11-20.2";
    f.report.measured = (struct tie_measured){
        .host = "elsewhere", .threads = 1, .shards = 1, .started_at = 5, .ended_at = TIE_NONE
    };
    f.extract.sources[0] = (struct tie_source_result){ .read_at = 77, .snapshot = "x", .product = "y", .tries = 3 };
    assert_int_equal(tie_publish_run_json(&f.report, f.folder, second, file_second, NULL), TIE_OK);
    assert_string_equal(first, second);
    assert_string_not_equal(file_first, file_second);
    f.at[0].status = TIE_FINDING_OPEN; /* but it does know the findings */
    assert_int_equal(tie_publish_run_json(&f.report, f.folder, second, file_second, NULL), TIE_OK);
    assert_string_not_equal(first, second);
    fixture_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_stands_where_it_should),
        cmocka_unit_test(keys_of_the_file_are_sorted),
        cmocka_unit_test(the_result_knows_nothing_of_the_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
