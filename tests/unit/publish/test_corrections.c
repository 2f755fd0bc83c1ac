/* test_corrections.c - correction files of the shipped format: bytes, signs, prices, what is taken back and why, the
 * sidecar. */
#include "report_fixture.h"

#include "tieout/csv.h"
#include "tieout/json.h"

static const char format_path[] = "config/formats/tryton-csv.ini";

/* A finding with an export, correction ids counting up. */
static struct tie_finding *due(
    struct fixture *f, enum tie_check check, const char *verb, const char *quantity, const char *amount)
{
    struct tie_finding *finding = fixture_finding(f, check);
    struct tie_export *entry = &f->exports_at[f->exports.count++];

    finding->verb = verb;
    finding->correction_qty = quantity == NULL ? TIE_NONE : test_dec(quantity);
    finding->correction_amount = amount == NULL ? TIE_NONE : test_dec(amount);
    *entry = (struct tie_export){
        .finding = (uint32_t)(f->findings.count - 1), .output = "x", .is_exported = true, .why = "", .document = ""
    };
    (void)snprintf(entry->correction_id, sizeof entry->correction_id, "C%09zu", f->exports.count);
    finding->correction_id = entry->correction_id;
    return finding;
}

static void publish_as(struct fixture *f, const char *path)
{
    const struct tie_correction_output output = { "x", path };
    struct tie_error err = { 0 };

    if (tie_publish_corrections(&f->arena, &f->report, &output, f->folder, &err) != TIE_OK)
        fail_msg("%s", err.text);
}

static void publish(struct fixture *f)
{
    publish_as(f, format_path);
}

#define ISSUE_HEADER                                                                                                   \
    "reference,customer,delivery_address,warehouse,planned_date,outgoing_moves/product,outgoing_moves/from_location,"  \
    "outgoing_moves/to_location,outgoing_moves/quantity,outgoing_moves/uom,outgoing_moves/unit_price,"                 \
    "outgoing_moves/currency\r\n"
#define INVOICE_HEADER                                                                                                 \
    "reference,description,party,invoice_address,currency,account,journal,lines/product,lines/description,"            \
    "lines/currency,lines/account,lines/quantity,lines/unit,lines/unit_price\r\n"

static void a_goods_issue(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    (void)due(&f, TIE_INV_01, "GI", "3", "100");
    publish(&f);
    assert_string_equal(fixture_text(&f, "corrections/x/stock.shipment.out.GI.csv"),
        ISSUE_HEADER "C000000001,\"Acme, Inc.\",\"Acme, Inc.\",V1,2026-11-20,A,V1-OUT,Customer,3,Unit,33.3333,EUR\r\n");
    assert_string_equal(f.exports_at[0].document, "C000000001");
    assert_true(f.exports_at[0].is_exported);
    fixture_stop(&f);
}

/* The used item goes out, the one issued in its place comes back, each at its own cost. */
static void a_substitution_is_two_documents(void **state)
{
    struct fixture f;
    struct tie_finding *finding;

    (void)state;
    fixture_start(&f);
    finding = due(&f, TIE_INV_04, "GI+GR-REV", "2", "7.5");
    finding->other_item = "B";
    finding->movement_qty = test_dec("1.5");
    finding->location = "W1";
    publish(&f);
    assert_non_null(
        strstr(fixture_text(&f, "corrections/x/stock.shipment.out.GI.csv"), ",A,W1-OUT,Customer,2,Unit,12.5,EUR\r\n"));
    assert_non_null(strstr(fixture_text(&f, "corrections/x/stock.shipment.out.return.GR-REV.csv"),
        "C000000001,\"Acme, Inc.\",\"Acme, Inc.\",W1,2026-11-20,B,Customer,W1-IN,1.5,Meter,1.2346,EUR\r\n"));
    fixture_stop(&f);
}

static void a_substitution_is_two_documents_or_none(void **state)
{
    struct fixture f;
    struct tie_finding *finding;

    (void)state;
    fixture_start(&f);
    finding = due(&f, TIE_INV_04, "GI+GR-REV", "2", "7.5");
    finding->other_item = "X"; /* the return can't be written, so the issue isn't either */
    finding->movement_qty = test_dec("1");
    publish(&f);
    assert_false(f.exports_at[0].is_exported);
    assert_string_equal(f.exports_at[0].why, "no xref for item X");
    assert_false(fixture_has(&f, "corrections"));
    fixture_stop(&f);
}

/* An issue on another order: nobody knows whose customer took it, and a return without customer is none in Tryton. */
static void a_move_between_orders_names_no_guessed_customer(void **state)
{
    struct fixture f;
    struct tie_finding *finding;
    const char *const rows[] = { "4900011789/1" };

    (void)state;
    fixture_start(&f);
    finding = due(&f, TIE_INV_15, "GR-REV+GI", "2", "0");
    finding->movement_qty = test_dec("2");
    finding->movement_ids = (struct tie_id_list){ 1, rows };
    publish(&f);
    assert_false(f.exports_at[0].is_exported);
    assert_string_equal(f.exports_at[0].why,
        "no customer for the return (column customer): the issue stands on another order, of which the run knows only "
        "the number; move 4900011789/1 to WO-1 in the ERP by hand");
    assert_string_equal(finding->correction_id, "");
    assert_false(fixture_has(&f, "corrections"));
    fixture_stop(&f);
}

/* Returns and issues of an ERP that books on orders and asks for no customer. */
static const char order_format[] = "[format]\nname = orders\ntarget = test\ndelimiter = comma\n"
                                   "[document goods]\nmodel = goods\nverbs = GI, GR-REV\n"
                                   "[column goods 01]\nname = ref\nfrom = correction_id\n"
                                   "[column goods 02]\nname = order\nfrom = work_order\n"
                                   "[column goods 03]\nname = customer\nfrom = customer\n"
                                   "[column goods 04]\nname = payer\nfrom = payer\n"
                                   "[column goods 05]\nname = item\nfrom = item\nrequired = yes\n"
                                   "[column goods 06]\nname = quantity\nfrom = quantity\nrequired = yes\n"
                                   "[column goods 07]\nname = uom\nfrom = uom\nrequired = yes\n"
                                   "[column goods 08]\nname = cost\nfrom = unit_cost\n"
                                   "[column goods 09]\nname = text\nfrom = description\n";

static const struct {
    const char *why, *verb, *quantity, *movement, *other_item;
    const char *returned, *issued; /* the files */
} halves[] = {
    { "moved between orders: the same part, nothing of the right order on the return", "GR-REV+GI", "2", "2", "",
        "ref,item,quantity,uom,cost,text\r\nC000000001,A,2,EA,12.5,\"A, INV-15-0000000000000001\"\r\n",
        "ref,order,customer,payer,item,quantity,uom,cost,text\r\n"
        "C000000001,WO-1,C1,C1,A,2,EA,12.5,\"A, work order WO-1, INV-15-0000000000000001\"\r\n" },
    { "no quantity of movements: the correction's", "GR-REV+GI", "3", NULL, "",
        "ref,item,quantity,uom,cost,text\r\nC000000001,A,3,EA,12.5,\"A, INV-15-0000000000000001\"\r\n",
        "ref,order,customer,payer,item,quantity,uom,cost,text\r\n"
        "C000000001,WO-1,C1,C1,A,3,EA,12.5,\"A, work order WO-1, INV-15-0000000000000001\"\r\n" },
    { "a substitute comes back from the order that it was issued to, as much as was issued", "GI+GR-REV", "2", "1.5",
        "B",
        "ref,order,customer,payer,item,quantity,uom,cost,text\r\n"
        "C000000001,WO-1,C1,C1,B,1.5,M,1.2346,\"B, work order WO-1, INV-15-0000000000000001\"\r\n",
        "ref,order,customer,payer,item,quantity,uom,cost,text\r\n"
        "C000000001,WO-1,C1,C1,A,2,EA,12.5,\"A, work order WO-1, INV-15-0000000000000001\"\r\n" },
};

static void the_halves_of_a_pair(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(halves); i++) {
        struct fixture f;
        struct tie_finding *finding;

        fixture_start(&f);
        const char *path = tie_path_join(&f.arena, f.folder, "orders.ini");

        assert_int_equal(tie_file_write(path, tie_text_of(order_format), NULL), TIE_OK);
        finding = due(&f, TIE_INV_15, halves[i].verb, halves[i].quantity, "0");
        finding->movement_qty = halves[i].movement == NULL ? TIE_NONE : test_dec(halves[i].movement);
        finding->other_item = halves[i].other_item;
        publish_as(&f, path);
        TEST_EXPECT(f.exports_at[0].is_exported, halves[i].why);
        test_expect_text(fixture_text(&f, "corrections/x/goods.GR-REV.csv"), halves[i].returned, halves[i].why);
        test_expect_text(fixture_text(&f, "corrections/x/goods.GI.csv"), halves[i].issued, halves[i].why);
        fixture_stop(&f);
    }
}

static const struct {
    const char *why, *item, *order, *text;
} descriptions[] = {
    { "all parts", "A", "WO-1", ",\"A, work order WO-1, BIL-01-0000000000000001\"," },
    { "a bill for a whole order has no item", "", "WO-1", ",\"work order WO-1, BIL-01-0000000000000001\"," },
    { "no order", "A", "", ",\"A, BIL-01-0000000000000001\"," },
    { "neither", "", "", ",BIL-01-0000000000000001," },
};

static void a_description_has_no_empty_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(descriptions); i++) {
        struct fixture f;
        struct tie_finding *finding;

        fixture_start(&f);
        finding = due(&f, TIE_BIL_01, "CM", NULL, "95");
        finding->item = descriptions[i].item;
        finding->work_order = descriptions[i].order;
        publish(&f);
        TEST_EXPECT(strstr(fixture_text(&f, "corrections/x/account.invoice.CM.csv"), descriptions[i].text) != NULL,
            descriptions[i].why);
        fixture_stop(&f);
    }
}

static const struct {
    const char *why, *verb, *quantity, *amount;
    const char *item, *uom;
    const char *tail; /* of the line, from quantity on */
} bills[] = {
    { "an even price", "INV", "2", "200", "A", "EA", ",2,Unit,100\r\n" },
    { "four decimals are a price", "DM", "8", "0.01", "A", "EA", ",1,Unit,0.01\r\n" },
    { "three decimals", "DM", "8", "1", "A", "EA", ",8,Unit,0.125\r\n" },
    { "no end within four decimals: 1 at the amount", "INV", "3", "100", "A", "EA", ",1,Unit,100\r\n" },
    { "a credit counts backwards", "CM", "2", "200", "A", "EA", ",-2,Unit,100\r\n" },
    { "money only, credit", "CM", NULL, "12.34", "A", "EA", ",-1,Unit,12.34\r\n" },
    { "money only, debit", "DM", NULL, "12.34", "A", "EA", ",1,Unit,12.34\r\n" },
    { "half of a unit without decimals: 1 at the amount", "INV", "1.5", "150", "A", "EA", ",1,Unit,150\r\n" },
    { "labour of three decimals has no unit: 1 at the amount", "INV", "0.125", "10", "work", "", ",1,10\r\n" },
    { "half a metre is a quantity", "INV", "1.5", "150", "B", "M", ",1.5,Meter,100\r\n" },
};

static void signs_and_prices_of_bills(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(bills); i++) {
        struct fixture f;
        struct tie_finding *finding;
        const char *name, *text;

        fixture_start(&f);
        finding = due(&f, TIE_BIL_01, bills[i].verb, bills[i].quantity, bills[i].amount);
        finding->item = bills[i].item;
        finding->uom = bills[i].uom;
        publish(&f);
        name = tie_arena_printf(&f.arena, "corrections/x/account.invoice.%s.csv", bills[i].verb);
        text = fixture_text(&f, name);
        const bool has_all_columns = strncmp(text, INVOICE_HEADER, sizeof INVOICE_HEADER - 1) == 0;

        TEST_EXPECT(has_all_columns == (bills[i].uom[0] != '\0'), bills[i].why);
        test_expect_text(strstr(text, ",Main Revenue") + 13, bills[i].tail, bills[i].why);
        fixture_stop(&f);
    }
}

/* Labour has no product and then no unit either: such rows stand in a file without those columns. */
static void columns_without_values_are_left_out(void **state)
{
    struct fixture f;
    struct tie_finding *finding;

    (void)state;
    fixture_start(&f);
    (void)due(&f, TIE_BIL_01, "INV", "1", "50");
    finding = due(&f, TIE_BIL_01, "INV", "1.5", "90");
    finding->item = "work";
    finding->uom = "h";
    (void)due(&f, TIE_BIL_01, "INV", "2", "50");
    publish(&f);
    assert_string_equal(fixture_text(&f, "corrections/x/account.invoice.INV.csv"),
        INVOICE_HEADER "C000000001,WO-1,\"Acme, Inc.\",\"Acme, Inc.\",EUR,Main Receivable,Revenue,A,\"A, "
                       "work order WO-1, BIL-01-0000000000000001\","
                       "EUR,Main Revenue,1,Unit,50\r\n"
                       "C000000003,WO-1,\"Acme, Inc.\",\"Acme, Inc.\",EUR,Main Receivable,Revenue,A,\"A, "
                       "work order WO-1, BIL-01-0000000000000003\","
                       "EUR,Main Revenue,2,Unit,25\r\n");
    assert_string_equal(fixture_text(&f, "corrections/x/account.invoice.INV.2.csv"),
        "reference,description,party,invoice_address,currency,account,journal,lines/description,lines/currency,"
        "lines/account,"
        "lines/quantity,"
        "lines/unit_price\r\n"
        "C000000002,WO-1,\"Acme, Inc.\",\"Acme, Inc.\",EUR,Main Receivable,Revenue,\"work, work order WO-1, "
        "BIL-01-0000000000000002\",EUR,Main Revenue,1.5,60\r\n");
    fixture_stop(&f);
}

static const struct {
    const char *why_case;
    const char *verb, *quantity, *amount;
    size_t member; /* text of the finding that is changed */
    const char *text;
    const char *why;
} refusals[] = {
    { "a van the ERP does not know", "GI", "1", "9", offsetof(struct tie_finding, location), "VAN-07",
        "no xref for location VAN-07" },
    { "an item the ERP does not know", "GI", "1", "9", offsetof(struct tie_finding, item), "Z", "no xref for item Z" },
    { "a customer the ERP does not know", "INV", "1", "9", offsetof(struct tie_finding, payer), "C9",
        "no xref for customer C9" },
    { "no place", "GI", "1", "9", offsetof(struct tie_finding, location), "",
        "no location: column warehouse must be filled" },
    { "a unit without a name", "GI", "1", "9", offsetof(struct tie_finding, uom), "PAL",
        "no name for uom PAL: add it to [names uom] of tryton-csv.ini" },
    { "a name that two customers bear", "INV", "1", "9", offsetof(struct tie_finding, payer), "C2",
        "customer C2: 2 customers of the ERP bear its name: add the id to [names] of tryton-csv.ini" },
    { "a name that is a formula", "INV", "1", "9", offsetof(struct tie_finding, payer), "C4",
        "the payer for column party starts with = + - or @, which a spreadsheet takes for a formula" },
    { "an order that is a formula", "INV", "1", "9", offsetof(struct tie_finding, work_order), "@SUM(A1)",
        "the work_order for column description starts with = + - or @, which a spreadsheet takes for a formula" },
    { "a control character", "INV", "1", "9", offsetof(struct tie_finding, work_order), "WO\t1",
        "the work_order for column description holds a control character" },
    { "half a piece", "GI", "0.5", "9", offsetof(struct tie_finding, serial), "",
        "quantity 0.5: unit EA takes 0 decimals" },
    { "no quantity", "GI", NULL, "9", offsetof(struct tie_finding, serial), "",
        "no quantity: column outgoing_moves/quantity must be filled" },
    { "no amount", "CM", "1", NULL, offsetof(struct tie_finding, serial), "",
        "no billing_quantity: column lines/quantity must be filled" },
    { "a verb without a document", "WCL", "1", "9", offsetof(struct tie_finding, serial), "",
        "format tryton-csv has no document for verb WCL" },
};

static void what_cannot_be_written_is_taken_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(refusals); i++) {
        struct fixture f;
        struct tie_finding *finding;

        fixture_start(&f);
        finding = due(&f, TIE_INV_01, refusals[i].verb, refusals[i].quantity, refusals[i].amount);
        memcpy((char *)finding + refusals[i].member, &refusals[i].text, sizeof refusals[i].text);
        publish(&f);
        TEST_EXPECT(!f.exports_at[0].is_exported, refusals[i].why_case);
        test_expect_text(f.exports_at[0].why, refusals[i].why, refusals[i].why_case);
        test_expect_text(finding->correction_id, "", refusals[i].why_case);
        TEST_EXPECT(!fixture_has(&f, "corrections"), refusals[i].why_case);
        fixture_stop(&f);
    }
}

static void others_stay_when_one_is_taken_back(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    (void)due(&f, TIE_INV_01, "GI", "1", "10");
    due(&f, TIE_INV_01, "GI", "1", "10")->location = "VAN-07";
    (void)due(&f, TIE_INV_01, "GI", "1", "10");
    f.exports_at[2].output = "other"; /* not this output's */
    publish(&f);
    assert_true(f.exports_at[0].is_exported);
    assert_false(f.exports_at[1].is_exported);
    assert_true(f.exports_at[2].is_exported);
    const char *text = fixture_text(&f, "corrections/x/stock.shipment.out.GI.csv");

    assert_non_null(strstr(text, "C000000001,"));
    assert_null(strstr(text, "C000000002,"));
    assert_null(strstr(text, "C000000003,"));
    fixture_stop(&f);
}

/* Counts the file again without the code under test: by splitting lines and commas, in millionths. */
static void recount(
    const char *text, size_t quantity_at, size_t price_at, int64_t *rows, int64_t *quantity, int64_t *amount)
{
    struct tie_text rest = tie_text_of(text);

    (void)tie_text_cut(&rest, '\n');
    while (rest.size > 0) {
        struct tie_text line = tie_text_trim(tie_text_cut(&rest, '\n'));
        tie_dec q = 0, p = 0;

        for (size_t i = 0; line.size > 0; i++) {
            const struct tie_text cell = tie_text_cut(&line, ',');

            if (i == quantity_at)
                assert_int_equal(tie_dec_from_text(cell, &q), TIE_DEC_EXACT);
            if (i == price_at)
                assert_int_equal(tie_dec_from_text(cell, &p), TIE_DEC_EXACT);
        }
        *rows += 1;
        *quantity += q;
        *amount += (int64_t)((tie_sum)q * p / TIE_DEC_ONE);
    }
}

static void the_sidecar_equals_a_recount(void **state)
{
    struct fixture f;
    struct tie_json *control = NULL;
    int64_t rows = 0, quantity = 0, amount = 0;
    char hex[65], number[TIE_DEC_TEXT_MAX];

    (void)state;
    fixture_start(&f);
    for (size_t i = 0; i < 5; i++) {
        struct tie_finding *finding = due(&f, TIE_INV_01, "GI", i % 2 == 0 ? "2" : "7", i % 2 == 0 ? "25" : "87.5");

        finding->customer = "C5"; /* a name without a comma, for the simple split */
    }
    test_bench_stop(&f.bench);
    const char *master = tie_arena_printf(&f.arena, "%scustomer; customer_id=C5, name=Plain\n", fixture_master);

    test_bench_start(&f.bench, "", master);
    publish(&f);
    const char *path = tie_path_join(&f.arena, f.folder, "corrections/x/stock.shipment.out.GI.csv");

    recount(fixture_text(&f, "corrections/x/stock.shipment.out.GI.csv"), 8, 10, &rows, &quantity, &amount);
    assert_int_equal(
        tie_json_parse(tie_text_of(fixture_text(&f, "corrections/x/stock.shipment.out.GI.csv.control.json")), "control",
            &control, NULL),
        TIE_OK);
    assert_int_equal(tie_json_as_int(tie_json_get(control, "rows")), rows);
    assert_int_equal(tie_json_as_int(tie_json_get(control, "documents")), 5);
    assert_int_equal(tie_json_count(tie_json_get(control, "ids")), 5);
    assert_string_equal(tie_json_as_text(tie_json_at(tie_json_get(control, "ids"), 4)).at, "C000000005");
    tie_dec_print(quantity, number);
    assert_string_equal(tie_json_as_text(tie_json_get(tie_json_get(control, "quantities"), "Unit")).at, number);
    tie_dec_print(amount, number);
    assert_string_equal(tie_json_as_text(tie_json_get(tie_json_get(control, "amounts"), "EUR")).at, number);
    assert_string_equal(tie_json_as_text(tie_json_get(tie_json_get(control, "amounts"), "EUR")).at, "250");
    assert_int_equal(tie_file_sha256(path, hex, NULL), TIE_OK);
    assert_string_equal(tie_json_as_text(tie_json_get(control, "sha256")).at, hex);
    assert_string_equal(tie_json_as_text(tie_json_get(control, "verb")).at, "GI");
    tie_json_free(control);
    fixture_stop(&f);
}

static void a_transfer_has_two_places_and_no_money(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    due(&f, TIE_INV_01, "TRF", "4", NULL)->to_location = "W1";
    publish(&f);
    assert_string_equal(fixture_text(&f, "corrections/x/stock.shipment.internal.TRF.csv"),
        "reference,from_location,to_location,planned_date,planned_start_date,moves/product,moves/from_location,"
        "moves/to_location,"
        "moves/quantity,moves/uom\r\n"
        "C000000001,V1-STO,W1-STO,2026-11-20,2026-11-20,A,V1-STO,W1-STO,4,Unit\r\n");
    assert_non_null(
        strstr(fixture_text(&f, "corrections/x/stock.shipment.internal.TRF.csv.control.json"), "\"amounts\": {}"));
    fixture_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goods_issue),
        cmocka_unit_test(a_substitution_is_two_documents),
        cmocka_unit_test(a_substitution_is_two_documents_or_none),
        cmocka_unit_test(a_move_between_orders_names_no_guessed_customer),
        cmocka_unit_test(the_halves_of_a_pair),
        cmocka_unit_test(a_description_has_no_empty_part),
        cmocka_unit_test(signs_and_prices_of_bills),
        cmocka_unit_test(columns_without_values_are_left_out),
        cmocka_unit_test(what_cannot_be_written_is_taken_back),
        cmocka_unit_test(others_stay_when_one_is_taken_back),
        cmocka_unit_test(the_sidecar_equals_a_recount),
        cmocka_unit_test(a_transfer_has_two_places_and_no_money),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
