/*
 * test_emission.c - a finding goes into the state and comes back whole.
 *
 * The sample is a positional initialiser of all members, so a new member of struct tie_finding is a warning here (an
 * error with WERROR=1) until it has a value; the table of members must cover the struct, so it must also get a
 * comparison; and the comparison fails until emission.c writes it.
 */
#include "../../../src/ledger/store.h"

#include "support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const one[] = { "U1" };
static const char *const two[] = { "M1", "M2;x" };
static const char *const odd[] = { "B/1", "", "caf\xC3\xA9 \"q\"\\\n" };

/* In the order of the struct: never a designated initialiser here. */
static const struct tie_finding sample = { "INV-03-abcdefghijklmnop", TIE_INV_03, 3, { "W1", "", "EUR", NULL, NULL }, 3,
    true, TIE_FINDING_OPEN, true, "INV-01-ponmlkjihgfedcba", TIE_BUCKET_CLAIM, TIE_CERTAINTY_TIMING,
    TIE_VERDICT_DECISION_GAP, "NOT_RECORDED", 20700, 20710, true, { 86400, 0 }, "W1/x", "north", "BE01", "WO-1", "CU-1",
    "AS-1", "CT-1", "IT-1", "SN-1", "VAN-07", "TE-1", "EA", 1000001, -2000002, 0, TIE_NONE, 4000004, INT64_MAX,
    INT64_MIN + 1, -7, "JPY", 8000008, "EUR", TIE_P11, { 1, one }, { 2, two }, { 3, odd }, { 0, NULL }, "GI+GR-REV",
    "C000000001", "five, of \"six\"", 9000009, 10000010, -1, "VAN-08", "CU-2", "IT-2" };
static const struct tie_finding bare = { "INV-01-a", TIE_INV_01, 0, { NULL, NULL, NULL, NULL, NULL }, 1, false,
    TIE_FINDING_NEW, false, "", TIE_BUCKET_REV, TIE_CERTAINTY_FIRM, TIE_VERDICT_MATCHED, "", TIE_NO_DATE, TIE_NO_DATE,
    false, { 0, 5 }, "", "", "", "", "", "", "", "", "", "", "", "", TIE_NONE, TIE_NONE, TIE_NONE, TIE_NONE, TIE_NONE,
    TIE_NONE, TIE_NONE, TIE_NONE, "", TIE_NONE, "", TIE_PASS_NONE, { 0, NULL }, { 0, NULL }, { 0, NULL }, { 0, NULL },
    "NONE", "", "", TIE_NONE, TIE_NONE, TIE_NO_DATE, "", "", "" };

enum compare { BYTES, TEXT, KEYS, LIST, SPAN, ELSEWHERE };

#define M(member, how)                                                                                                 \
    {                                                                                                                  \
#member, how, offsetof(struct tie_finding, member), sizeof sample.member                                       \
    }
static const struct {
    const char *name;
    enum compare how; /* ELSEWHERE: a column of its own in the state */
    size_t offset, size;
} members[] = { M(id, BYTES), M(check, BYTES), M(key_count, BYTES), M(keys, KEYS), M(severity, BYTES),
    M(is_pending, BYTES), M(status, ELSEWHERE), M(is_primary, BYTES), M(primary_id, BYTES), M(bucket, BYTES),
    M(certainty, BYTES), M(verdict, BYTES), M(reason, TEXT), M(first_seen, ELSEWHERE), M(due, BYTES),
    M(is_due_from_first_seen, BYTES), M(due_span, SPAN), M(anchor, TEXT), M(region, TEXT), M(legal_entity, TEXT),
    M(work_order, TEXT), M(customer, TEXT), M(asset, TEXT), M(contract, TEXT), M(item, TEXT), M(serial, TEXT),
    M(location, TEXT), M(technician, TEXT), M(uom, TEXT), M(usage_qty, BYTES), M(movement_qty, BYTES),
    M(billed_qty, BYTES), M(expected_qty, BYTES), M(expected_amount, BYTES), M(actual_amount, BYTES),
    M(exposure, BYTES), M(book_effect, BYTES), M(currency, TEXT), M(exposure_reporting, BYTES),
    M(reporting_currency, TEXT), M(pass, BYTES), M(usage_ids, LIST), M(movement_ids, LIST), M(billing_ids, LIST),
    M(other_ids, LIST), M(verb, TEXT), M(correction_id, ELSEWHERE), M(explanation, TEXT), M(correction_qty, BYTES),
    M(correction_amount, BYTES), M(event_day, BYTES), M(to_location, TEXT), M(payer, TEXT), M(other_item, TEXT) };
#undef M

static void the_table_covers_the_struct(void **state)
{
    size_t end = 0;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++) {
        TEST_EXPECT(members[i].offset >= end, members[i].name);
        TEST_EXPECT(members[i].offset - end < _Alignof(max_align_t) / 2, members[i].name);
        end = members[i].offset + members[i].size;
    }
    assert_true(sizeof(struct tie_finding) - end < _Alignof(struct tie_finding));
}

static void compare_list(const struct tie_id_list *got, const struct tie_id_list *want, const char *why)
{
    TEST_EXPECT(got->count == want->count, why);
    for (size_t i = 0; i < want->count; i++)
        test_expect_text(got->at[i], want->at[i], why);
}

static void compare(const struct tie_finding *got, const struct tie_finding *want)
{
    for (size_t i = 0; i < TIE_COUNT_OF(members); i++) {
        const void *a = (const char *)got + members[i].offset, *b = (const char *)want + members[i].offset;

        switch (members[i].how) {
        case BYTES: TEST_EXPECT(memcmp(a, b, members[i].size) == 0, members[i].name); break;
        case TEXT: test_expect_text(*(const char *const *)a, *(const char *const *)b, members[i].name); break;
        case KEYS:
            for (size_t k = 0; k < want->key_count; k++)
                test_expect_text(got->keys[k], want->keys[k], members[i].name);
            break;
        case LIST: compare_list(a, b, members[i].name); break;
        case SPAN:
            TEST_EXPECT(got->due_span.seconds == want->due_span.seconds, members[i].name);
            TEST_EXPECT(got->due_span.workdays == want->due_span.workdays, members[i].name);
            break;
        case ELSEWHERE: break;
        }
    }
}

static void print(const struct tie_finding *finding, struct tie_buf *out)
{
    tie_buf_reset(out);
    ledger_emission_put(out, finding);
    assert_false(out->failed);
}

/* The emission as a tree of values, which the library reads; the caller's. */
static struct tie_json *json_of(const struct tie_finding *finding)
{
    struct tie_json *json = NULL;
    struct tie_buf text;
    struct tie_error err;

    tie_buf_init(&text, 1 << 16);
    print(finding, &text);
    if (tie_json_parse(tie_buf_slice(&text), "emission", &json, &err) != TIE_OK)
        fail_msg("%s", err.text);
    tie_buf_release(&text);
    return json;
}

/* Every state that was ever written holds this form, byte for byte. */
static void it_is_the_compact_form(void **state)
{
    const struct tie_finding *findings[] = { &sample, &bare };
    struct tie_buf text, want;

    (void)state;
    tie_buf_init(&text, 1 << 16);
    tie_buf_init(&want, 1 << 16);
    for (size_t i = 0; i < TIE_COUNT_OF(findings); i++) {
        struct tie_json *json = json_of(findings[i]);

        print(findings[i], &text);
        tie_buf_reset(&want);
        tie_json_print(json, TIE_JSON_COMPACT, &want);
        assert_string_equal(text.at, want.at);
        tie_json_free(json);
    }
    tie_buf_release(&text);
    tie_buf_release(&want);
}

static void what_goes_in_comes_out(void **state)
{
    const struct tie_finding *findings[] = { &sample, &bare };
    struct tie_arena arena;
    struct tie_buf first, second;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    tie_buf_init(&first, 1 << 16);
    tie_buf_init(&second, 1 << 16);
    for (size_t i = 0; i < TIE_COUNT_OF(findings); i++) {
        struct tie_finding back;
        struct tie_error err;

        print(findings[i], &first);
        if (ledger_emission_read(&arena, tie_buf_slice(&first), &back, &err) != TIE_OK)
            fail_msg("%s", err.text);
        compare(&back, findings[i]);
        assert_int_equal(back.first_seen, TIE_NO_DATE);
        assert_string_equal(back.correction_id, "");
        print(&back, &second);
        assert_string_equal(second.at, first.at);
    }
    tie_buf_release(&first);
    tie_buf_release(&second);
    tie_arena_release(&arena);
}

/* A text of version 1, all members, and what it is written as now. */
static const char version_1[] =
    "{\"actual_amount\":0,\"anchor\":\"WO-8898\",\"asset\":\"\",\"billed_qty\":0,\"billing_ids\":[],\"book_ef"
    "fect\":null,\"bucket\":0,\"certainty\":1,\"check\":\"BIL-01\",\"contract\":\"\",\"correction_amount\":34"
    "830000,\"correction_qty\":1000000,\"currency\":\"EUR\",\"customer\":\"C-441\",\"due\":20484,\"due_second"
    "s\":0,\"due_workdays\":0,\"event_day\":null,\"expected_amount\":34830000,\"expected_qty\":1000000,\"expl"
    "anation\":\"nothing billed\",\"exposure\":34830000,\"exposure_reporting\":34830000,\"id\":\"BIL-01-2236f"
    "mqyeu4veing\",\"is_due_from_first_seen\":false,\"is_pending\":false,\"is_primary\":true,\"item\":\"P-159"
    "6\",\"keys\":[\"WO-8898\",\"P-1596\"],\"legal_entity\":\"\",\"location\":\"V-0441\",\"movement_ids\":[\""
    "M-8898/1\",\"M-8898/2\"],\"movement_qty\":1000000,\"other_ids\":[],\"other_item\":\"\",\"pass\":0,\"paye"
    "r\":\"C-441\",\"primary_id\":\"\",\"reason\":\"NOT_RECORDED\",\"region\":\"default\",\"reporting_currenc"
    "y\":\"EUR\",\"serial\":\"\",\"severity\":1,\"technician\":\"\",\"to_location\":\"\",\"uom\":\"EA\",\"usa"
    "ge_ids\":[],\"usage_qty\":0,\"verb\":\"INVST\",\"verdict\":4,\"work_order\":\"WO-8898\"}";
static const char version_2[] =
    "{\"anchor\":\"WO-8898\",\"book_effect\":null,\"certainty\":1,\"check\":\"BIL-01\",\"correction_amount\":"
    "34830000,\"correction_qty\":1000000,\"currency\":\"EUR\",\"customer\":\"C-441\",\"due\":20484,\"event_da"
    "y\":null,\"expected_amount\":34830000,\"expected_qty\":1000000,\"explanation\":\"nothing billed\",\"expo"
    "sure\":34830000,\"exposure_reporting\":34830000,\"id\":\"BIL-01-2236fmqyeu4veing\",\"is_primary\":true,"
    "\"item\":\"P-1596\",\"keys\":[\"WO-8898\",\"P-1596\"],\"location\":\"V-0441\",\"movement_ids\":[\"M-8898"
    "/1\",\"M-8898/2\"],\"movement_qty\":1000000,\"payer\":\"C-441\",\"reason\":\"NOT_RECORDED\",\"region\":"
    "\"default\",\"reporting_currency\":\"EUR\",\"severity\":1,\"uom\":\"EA\",\"verb\":\"INVST\",\"verdict\":"
    "4,\"work_order\":\"WO-8898\",\"zeros\":20}";

static void texts_of_version_1_are_read(void **state)
{
    struct tie_arena arena;
    struct tie_finding back;
    struct tie_error err;
    struct tie_buf now;

    (void)state;
    tie_buf_init(&now, 1 << 16);
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    if (ledger_emission_read(&arena, tie_text_of(version_1), &back, &err) != TIE_OK)
        fail_msg("%s", err.text);
    print(&back, &now);
    assert_string_equal(now.at, version_2);
    if (ledger_emission_read(&arena, tie_text_of(version_2), &back, &err) != TIE_OK)
        fail_msg("%s", err.text);
    print(&back, &now);
    assert_string_equal(now.at, version_2);
    tie_buf_release(&now);
    tie_arena_release(&arena);
}

/* Each member of the text in turn is left out, emptied and spoilt: a damaged state must be told, not shown. */
static const struct {
    const char *why, *key;
    int64_t number;
} spoilt[] = {
    { "a bucket too many", "bucket", TIE_BUCKET_COUNT },
    { "a bucket below none", "bucket", -1 },
    { "no such certainty", "certainty", TIE_CERTAINTY_COUNT },
    { "no such verdict", "verdict", TIE_VERDICT_COUNT },
    { "no such pass", "pass", TIE_P11 + 1 },
    { "no such severity", "severity", 5 },
    { "no day", "due", INT64_C(1) << 32 },
    { "the mark of no day as a number", "due", INT32_MIN },
    { "a number for a text", "reason", 1 },
    { "a number for a list", "usage_ids", 1 },
    { "a number for yes or no", "is_primary", 1 },
    { "more members left out than said", "zeros", 0 },
    { "fewer members left out than said", "zeros", 50 },
};

static void expect_damage(struct tie_arena *arena, struct tie_json *json, const char *why)
{
    struct tie_finding back;
    struct tie_error err = { 0 };
    struct tie_buf text;

    tie_buf_init(&text, 1 << 16);
    tie_json_print(json, TIE_JSON_COMPACT, &text);
    TEST_EXPECT(ledger_emission_read(arena, tie_buf_slice(&text), &back, &err) == TIE_DATA, why);
    TEST_EXPECT(strstr(err.text, "INV-03-abcdefghijklmnop is damaged") != NULL, why);
    TEST_EXPECT(strstr(err.text, "backup") != NULL, why);
    tie_buf_release(&text);
    tie_json_free(json);
}

static void damage_is_told(void **state)
{
    struct tie_arena arena;
    struct tie_json *whole = json_of(&sample);

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(spoilt); i++) {
        struct tie_json *json = json_of(&sample);

        tie_json_set_int(json, spoilt[i].key, spoilt[i].number);
        expect_damage(&arena, json, spoilt[i].why);
    }
    for (const char *key = tie_json_next_key(whole, NULL); key != NULL; key = tie_json_next_key(whole, key)) {
        struct tie_json *json = json_of(&sample);

        if (strcmp(key, "id") == 0) {
            tie_json_free(json);
            continue; /* the sentence names it */
        }
        tie_json_remove(json, key);
        expect_damage(&arena, json, key);
    }
    struct tie_json *json = json_of(&sample);

    tie_json_set_text(json, "check", "INV-99");
    expect_damage(&arena, json, "no such check");
    tie_json_free(whole);
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_covers_the_struct),
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(it_is_the_compact_form),
        cmocka_unit_test(texts_of_version_1_are_read),
        cmocka_unit_test(damage_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
