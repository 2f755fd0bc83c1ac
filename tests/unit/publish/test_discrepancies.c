/* test_discrepancies.c - discrepancies.csv and rejected.csv, byte by byte: columns, signs, decimals, lists, what is
 * empty. */
#include "report_fixture.h"

#define HEADER                                                                                                         \
    "finding_id,check,title,severity,status,primary,bucket,certainty,verdict,reason,first_seen,due,age_days,region,"   \
    "legal_entity,work_order,customer,asset,contract,item,serial,location,technician,uom,usage_qty,movement_qty,"      \
    "billed_qty,expected_qty,expected_amount,actual_amount,exposure,book_effect,currency,exposure_reporting,"          \
    "reporting_currency,pass,usage_ids,movement_ids,billing_ids,other_ids,correction,correction_id,explanation\r\n"

static void no_findings_is_a_header(void **state)
{
    struct fixture f;

    (void)state;
    fixture_start(&f);
    assert_int_equal(tie_publish_discrepancies(&f.report, f.folder, NULL), TIE_OK);
    assert_string_equal(fixture_text(&f, "discrepancies.csv"), HEADER);
    fixture_stop(&f);
}

static void a_full_finding(void **state)
{
    static const char *const usage[] = { "U1", "U;2" }, *const movement[] = { "M1/10" };
    struct fixture f;
    struct tie_finding *finding;

    (void)state;
    fixture_start(&f);
    finding = fixture_finding(&f, TIE_INV_01);
    finding->verdict = TIE_VERDICT_COST_GAP;
    finding->due = f.report.as_of - 3;
    finding->first_seen = f.report.as_of - 2;
    finding->region = "BE-N";
    finding->legal_entity = "BE01";
    finding->asset = "AS-1";
    finding->contract = "K1";
    finding->serial = "=1+1";
    finding->technician = "T1";
    finding->usage_qty = 2500000;
    finding->movement_qty = 0;
    finding->exposure = 80 * TIE_DEC_ONE;
    finding->book_effect = -80 * TIE_DEC_ONE;
    finding->currency = "JPY";
    finding->exposure_reporting = 500000;
    finding->pass = TIE_P3;
    finding->usage_ids = (struct tie_id_list){ 2, usage };
    finding->movement_ids = (struct tie_id_list){ 1, movement };
    finding->verb = "GI";
    finding->correction_id = "C000000007";
    finding->explanation = "2.5 A used, \"none\" issued\nnext line";
    assert_int_equal(tie_publish_discrepancies(&f.report, f.folder, NULL), TIE_OK);
    assert_string_equal(fixture_text(&f, "discrepancies.csv"),
        HEADER
        "INV-01-0000000000000001,INV-01,Usage without goods movement,S2,new,yes,COST,FIRM,cost_gap,NOT_RECORDED,"
        "2026-11-18,"
        "2026-11-17,3,BE-N,BE01,WO-1,C1,AS-1,K1,A,=1+1,V1,T1,EA,2.5,0,,,,,80,-80,JPY,0.50,EUR,P3,U1;U%3B2,M1/10,,,GI,"
        "C000000007,\"2.5 A used, \"\"none\"\" issued\nnext line\"\r\n");
    fixture_stop(&f);
}

static void secondary_pending_and_without_amount(void **state)
{
    struct fixture f;
    struct tie_finding *finding;

    (void)state;
    fixture_start(&f);
    finding = fixture_finding(&f, TIE_BIL_01);
    finding->is_primary = false;
    strncpy(finding->primary_id, "ENT-03-abcdefghijklmnop", sizeof finding->primary_id - 1);
    finding->status = TIE_FINDING_PENDING;
    finding->verdict = TIE_VERDICT_PENDING;
    finding->certainty = TIE_CERTAINTY_NONE;
    finding->reason = "MASTER";
    finding->due = f.report.as_of + 10;
    finding->item = finding->location = finding->uom = "";
    finding->expected_amount = 1234500000;
    finding->actual_amount = 0;
    assert_int_equal(tie_publish_discrepancies(&f.report, f.folder, NULL), TIE_OK);
    const char *line = strstr(fixture_text(&f, "discrepancies.csv"), "\r\n") + 2;
    const char *want = tie_arena_printf(&f.arena,
        "BIL-01-0000000000000001,BIL-01,%s,S%d,pending,ENT-03-abcdefghijklmnop,REV,NONE,"
        "pending,MASTER,2026-11-20,2026-11-30,-10,,,WO-1,C1,,,,,,,,,,,,1234.50,0.00,,,EUR,,EUR,,,,,,NONE,,\r\n",
        tie_check(TIE_BIL_01)->title, tie_check(TIE_BIL_01)->severity);

    assert_string_equal(line, want);
    fixture_stop(&f);
}

static void order_is_as_given(void **state)
{
    struct fixture f;
    const char *text;

    (void)state;
    fixture_start(&f);
    (void)fixture_finding(&f, TIE_INV_10);
    (void)fixture_finding(&f, TIE_INV_01);
    assert_int_equal(tie_publish_discrepancies(&f.report, f.folder, NULL), TIE_OK);
    text = fixture_text(&f, "discrepancies.csv");
    assert_true(strstr(text, "INV-10-") < strstr(text, "INV-01-"));
    fixture_stop(&f);
}

static void rejected_rows(void **state)
{
    const struct tie_part_spec parts[] = { { .title = "movement", .dataset = TIE_DS_MOVEMENT },
        { .title = "price contracts", .dataset = TIE_DS_PRICE } };
    const struct tie_reject rejects[] = {
        { 0, 17, "WO-1", "M1/3", "quantity", "1,5", "is no decimal number; write 1.5" },
        { 1, 2, "", "L\xff/A", "net_price", "caf\xe9", "is no UTF-8 at byte 4" },
    };
    struct fixture f;

    (void)state;
    fixture_start(&f);
    f.plan.parts = parts;
    f.plan.part_count = TIE_COUNT_OF(parts);
    assert_int_equal(tie_publish_rejected(&f.report, f.folder, NULL), TIE_OK);
    assert_string_equal(fixture_text(&f, "rejected.csv"), "dataset,part,position,row_id,column,value,reason\r\n");
    f.extract.rejects = rejects;
    f.extract.reject_count = TIE_COUNT_OF(rejects);
    assert_int_equal(tie_publish_rejected(&f.report, f.folder, NULL), TIE_OK);
    assert_string_equal(fixture_text(&f, "rejected.csv"),
        "dataset,part,position,row_id,column,value,reason\r\n"
        "movement,movement,17,M1/3,quantity,\"1,5\",is no decimal number; write 1.5\r\n"
        "price,price contracts,2,L\xEF\xBF\xBD/A,net_price,caf\xEF\xBF\xBD,is no UTF-8 at byte 4\r\n");
    fixture_stop(&f);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    struct fixture f;
    struct tie_error err = { 0 };

    (void)state;
    fixture_start(&f);
    assert_int_not_equal(tie_publish_discrepancies(&f.report, "/nonexistent/folder", &err), TIE_OK);
    assert_non_null(strstr(err.text, "/nonexistent/folder"));
    assert_int_not_equal(tie_publish_rejected(&f.report, "/nonexistent/folder", &err), TIE_OK);
    fixture_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_findings_is_a_header),
        cmocka_unit_test(a_full_finding),
        cmocka_unit_test(secondary_pending_and_without_amount),
        cmocka_unit_test(order_is_as_given),
        cmocka_unit_test(rejected_rows),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
