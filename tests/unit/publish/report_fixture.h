/*
 * report_fixture.h - a report made by hand: master data of a few lines, findings with nothing in them, a temporary
 * folder.
 */
#ifndef TIEOUT_TESTS_REPORT_FIXTURE_H
#define TIEOUT_TESTS_REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bench.h"

#include "tieout/publish.h"

enum { FIXTURE_FINDINGS = 16 };

struct fixture {
    struct test_bench bench;
    struct tie_arena arena;
    char folder[64];
    struct tie_finding at[FIXTURE_FINDINGS];
    struct tie_findings findings;
    struct tie_export exports_at[FIXTURE_FINDINGS];
    struct tie_export_list exports;
    struct tie_kept_list cleared, carried;
    struct tie_tally tally;
    struct tie_check_switch switches[TIE_CHECK_COUNT];
    struct tie_extract_plan plan;
    struct tie_extract_result extract;
    struct tie_report report;
};

static const char fixture_master[] =
    "customer; customer_id=C1, name='Acme, Inc.'\n"
    "customer; customer_id=C2, name=Twin\n"
    "customer; customer_id=C3, name=Twin\n"
    "customer; customer_id=C4, name='=cmd()'\n"
    "item; item_id=A, base_uom=EA\n"
    "item; item_id=B, base_uom=M\n"
    "item_cost; item_id=A, item_condition=new, valid_from=2026-01-01, unit_cost=12.5, currency=EUR\n"
    "item_cost; item_id=B, item_condition=new, valid_from=2026-01-01, unit_cost=1.23456, currency=EUR\n"
    "location; location_id=V1, kind=van\n"
    "location; location_id=W1, kind=warehouse\n";

static inline void fixture_start(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    test_bench_start(&f->bench, "", fixture_master);
    assert_int_equal(tie_arena_init(&f->arena, 64 << 20, NULL), TIE_OK);
    strncpy(f->folder, "/tmp/tieout-publish-XXXXXX", sizeof f->folder - 1);
    assert_non_null(mkdtemp(f->folder));
    f->findings = (struct tie_findings){ .arena = &f->arena, .list = &f->arena, .at = f->at, .room = FIXTURE_FINDINGS };
    f->exports = (struct tie_export_list){ 0, f->exports_at };
    f->report = (struct tie_report){ .job = "nightly",
        .run = "2026-11-20.1",
        .engine = "tieout test",
        .as_of = f->bench.world.as_of,
        .window_start = f->bench.world.window_start,
        .history_start = f->bench.world.history_start,
        .reporting_currency = "EUR",
        .policy_sha256 = "00",
        .policy = &f->bench.policy,
        .plan = &f->plan,
        .extract = &f->extract,
        .findings = &f->findings,
        .cleared = &f->cleared,
        .carried = &f->carried,
        .exports = &f->exports,
        .tally = &f->tally,
        .switches = f->switches,
        .world = &f->bench.world };
}

static inline void fixture_stop(struct fixture *f)
{
    assert_int_equal(tie_tree_remove(f->folder, NULL), TIE_OK);
    tie_arena_release(&f->arena);
    test_bench_stop(&f->bench);
}

/* A finding to which nothing applies; ids count up: INV-01-0000000000000001. */
static inline struct tie_finding *fixture_finding(struct fixture *f, enum tie_check check)
{
    const struct tie_check_info *info = tie_check(check);
    struct tie_finding *finding = &f->at[f->findings.count++];

    assert_true(f->findings.count <= FIXTURE_FINDINGS);
    *finding = (struct tie_finding){ .check = check,
        .severity = info->severity,
        .is_primary = true,
        .bucket = info->bucket,
        .certainty = info->certainty,
        .reason = info->reason,
        .first_seen = f->report.as_of,
        .due = TIE_NO_DATE,
        .anchor = "",
        .region = "",
        .legal_entity = "",
        .work_order = "WO-1",
        .customer = "C1",
        .asset = "",
        .contract = "",
        .item = "A",
        .serial = "",
        .location = "V1",
        .technician = "",
        .uom = "EA",
        .usage_qty = TIE_NONE,
        .movement_qty = TIE_NONE,
        .billed_qty = TIE_NONE,
        .expected_qty = TIE_NONE,
        .expected_amount = TIE_NONE,
        .actual_amount = TIE_NONE,
        .exposure = TIE_NONE,
        .book_effect = TIE_NONE,
        .currency = "EUR",
        .exposure_reporting = TIE_NONE,
        .reporting_currency = "EUR",
        .verb = "NONE",
        .correction_id = "",
        .explanation = "",
        .correction_qty = TIE_NONE,
        .correction_amount = TIE_NONE,
        .event_day = f->report.as_of - 1,
        .to_location = "",
        .payer = "",
        .other_item = "" };
    (void)snprintf(finding->id, sizeof finding->id, "%s-%016zu", info->code, f->findings.count);
    return finding;
}

static inline const char *fixture_text(struct fixture *f, const char *name)
{
    struct tie_text bytes = { 0 };
    struct tie_error err = { 0 };

    if (tie_file_read(&f->arena, tie_path_join(&f->arena, f->folder, name), 1 << 20, &bytes, &err) != TIE_OK)
        fail_msg("%s", err.text);
    return bytes.at;
}

static inline bool fixture_has(struct fixture *f, const char *name)
{
    return tie_path_kind(tie_path_join(&f->arena, f->folder, name)) != TIE_ENTRY_NONE;
}

#endif
