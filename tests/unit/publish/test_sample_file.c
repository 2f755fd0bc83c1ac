/* test_sample_file.c - the frame and the files of a sample: strata, orders without a book, digests, the CSVs. */
#include "report_fixture.h"

#include "tieout/sample_file.h"

enum { ORDERS = 40 };

struct company {
    struct fixture fixture;
    struct tie_closed_order orders[ORDERS];
    struct tie_closed_orders closed;
    struct tie_sample_setup setup;
};

/* Orders W00 to W39: every fifth is worth nothing, W07 has no price, W08 no rate, W09 a firm finding. */
static void company_start(struct company *c)
{
    static const char *const regions[] = { "NORTH", "SOUTH", "" };

    fixture_start(&c->fixture);
    c->setup = (struct tie_sample_setup){
        .method = TIE_SAMPLE_MUS, .size = 12, .strata = "", .seed = "7", .confidence = 950000
    };
    for (int i = 0; i < ORDERS; i++)
        c->orders[i] = (struct tie_closed_order){ .wo_id = tie_arena_printf(&c->fixture.arena, "W%02d", i),
            .customer = "C1",
            .region = regions[i % 3],
            .legal_entity = "L1",
            .wo_type = "repair",
            .class_ = "chargeable",
            .closed = test_day("2026-10-02"),
            .book = i % 5 == 0 ? 0 : (1000 + i) * TIE_DEC_ONE / 100,
            .billed = i * TIE_DEC_ONE };
    c->orders[7].trouble = TIE_CLOSED_NO_PRICE;
    c->orders[7].book = TIE_NONE;
    c->orders[8].trouble = TIE_CLOSED_NO_RATE;
    c->orders[8].book = TIE_NONE;
    c->orders[9].is_firm = true;
    c->closed = (struct tie_closed_orders){ .at = c->orders, .count = ORDERS };
}

static void company_stop(struct company *c)
{
    fixture_stop(&c->fixture);
}

static const struct {
    const char *why, *strata, *want;
    bool is_known;
} names[] = {
    { "none", "", "", true },
    { "one", "region", "NORTH", true },
    { "two, with blanks", "region , who_pays", "NORTH / chargeable", true },
    { "all", "wo_type,legal_entity,region,who_pays", "repair / L1 / NORTH / chargeable", true },
    { "unknown", "region, colour", "strata: \"colour\" is none; allowed are region, legal_entity", false },
};

static void test_strata(void **state)
{
    struct company c;

    (void)state;
    company_start(&c);
    for (size_t i = 0; i < TIE_COUNT_OF(names); i++) {
        const char *got = NULL;
        struct tie_error error;
        const enum tie_status status = tie_sample_stratum_of(
            &c.fixture.arena, &c.orders[0], names[i].strata, &got, &error);

        TEST_EXPECT(status == (names[i].is_known ? TIE_OK : TIE_CONFIG), names[i].why);
        if (names[i].is_known)
            test_expect_text(got, names[i].want, names[i].why);
        else
            TEST_EXPECT(strncmp(error.text, names[i].want, strlen(names[i].want)) == 0, names[i].why);
    }
    company_stop(&c);
}

static void test_frame(void **state)
{
    struct company c;
    struct tie_sample_pack pack;
    struct tie_error error;
    size_t certain = 0;

    (void)state;
    company_start(&c);
    c.setup.strata = "region";
    assert_int_equal(
        tie_sample_pack_draw(&c.fixture.arena, &c.closed, &c.setup, &c.fixture.report, &pack, &error), TIE_OK);
    assert_int_equal(pack.unit_count, ORDERS - 2);
    assert_int_equal(pack.apart[TIE_CLOSED_NO_PRICE], 1);
    assert_int_equal(pack.apart[TIE_CLOSED_NO_RATE], 1);
    assert_int_equal(pack.apart[TIE_CLOSED_TOO_LARGE], 0);
    assert_int_equal(pack.sample.stratum_count, 3);
    assert_string_equal(pack.sample.strata[0].name, "(none)");
    assert_int_equal(pack.units[1].book, 1001); /* 10.01 in cents */
    for (size_t i = 0; i < pack.unit_count; i++) {
        assert_string_equal(pack.units[i].key, pack.orders[i]->wo_id);
        assert_true(i == 0 || strcmp(pack.units[i - 1].key, pack.units[i].key) < 0);
    }
    for (size_t i = 0; i < pack.sample.pick_count; i++) {
        const bool is_firm = strcmp(pack.units[pack.sample.picks[i].unit].key, "W09") == 0;

        assert_int_equal(is_firm, pack.sample.picks[i].class == TIE_PICK_CERTAINTY);
        assert_true(pack.has_evidence[i]);
        certain += is_firm;
    }
    assert_int_equal(certain, 1);
    company_stop(&c);
}

static const char *file_of(struct company *c, const char *name)
{
    struct tie_text bytes = TIE_TEXT("");
    struct tie_error error;

    assert_int_equal(tie_file_read(&c->fixture.arena, tie_path_join(&c->fixture.arena, c->fixture.folder, name),
                         1 << 20, &bytes, &error),
        TIE_OK);
    return bytes.at;
}

static void test_files(void **state)
{
    struct company c;
    struct tie_sample_pack pack;
    struct tie_error error;
    const char *frame = NULL, *first = NULL;
    struct tie_text book = TIE_TEXT("");

    (void)state;
    company_start(&c);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(
            tie_sample_pack_draw(&c.fixture.arena, &c.closed, &c.setup, &c.fixture.report, &pack, &error), TIE_OK);
        assert_int_equal(
            tie_publish_sample(&c.fixture.arena, &c.fixture.report, &pack, c.fixture.folder, &error), TIE_OK);
        assert_int_equal(tie_file_read(&c.fixture.arena,
                             tie_path_join(&c.fixture.arena, c.fixture.folder, "sample.xlsx"), 1 << 20, &book, &error),
            TIE_OK);
        char hex[TIE_SHA256_HEX];

        tie_sha256_hex(book, hex);
        if (first == NULL)
            first = tie_arena_strdup(&c.fixture.arena, hex);
        else
            assert_string_equal(first, hex); /* same pack, same bytes */
    }
    frame = file_of(&c, "frame.csv");
    assert_non_null(strstr(frame, "W01,,10.01,1.00,no,2026-10-02,SOUTH,L1,repair,chargeable,C1,\r\n"));
    assert_non_null(strstr(frame, "W07,,,7.00,no,2026-10-02,SOUTH,L1,repair,chargeable,C1,no price\r\n"));
    assert_non_null(strstr(frame, "W09,,10.09,9.00,yes,"));
    assert_non_null(strstr(file_of(&c, "sample.json"), "\"seed\": \"7\""));
    assert_non_null(strstr(file_of(&c, "sample.csv"), "no,work_order,customer,customer_name,region,legal_entity,"));
    company_stop(&c);
}

static void test_nothing(void **state)
{
    struct company c;
    struct tie_sample_pack pack;
    struct tie_error error;

    (void)state;
    company_start(&c);
    c.closed.count = 0;
    assert_int_equal(
        tie_sample_pack_draw(&c.fixture.arena, &c.closed, &c.setup, &c.fixture.report, &pack, &error), TIE_OK);
    assert_int_equal(pack.sample.pick_count, 0);
    assert_int_equal(tie_publish_sample(&c.fixture.arena, &c.fixture.report, &pack, c.fixture.folder, &error), TIE_OK);
    company_stop(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_strata), cmocka_unit_test(test_frame),
        cmocka_unit_test(test_files), cmocka_unit_test(test_nothing) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
