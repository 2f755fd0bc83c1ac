/*
 * test_decide.c - who pays: the recorded decision, the derived one, the one that counts, and where the two differ.
 */
#include "support/expecting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEADER(class) "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=" class "\n"
#define ASSET "asset; asset_id=PUMP, customer_id=C1\n"
#define COVER(more)                                                                                                    \
    "asset_cover; cover_id=V1, asset_id=PUMP, start_date=2025-11-01, parts_end_date=2026-10-31, " more "\n"
#define VENDOR COVER("kind=vendor_warranty, provider_id=MAKER")
#define SECOND_COVER(more)                                                                                             \
    "asset_cover; cover_id=V2, asset_id=PUMP, start_date=2025-11-01, parts_end_date=2026-10-31, " more "\n"
#define SOLD_ON                                                                                                        \
    "asset; asset_id=PUMP, customer_id=C0, valid_to=2026-05-31\n"                                                      \
    "asset; asset_id=PUMP, customer_id=C1, valid_from=2026-06-01\n"
#define PIECE_CHANGED                                                                                                  \
    "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, serial_no=NEW1, server_at=2026-10-02T10:00Z\n"  \
    "usage_line; usage_id=U2, wo_id=W1, item_id=A, quantity=1, uom=EA, serial_no=OLD7, direction=removed, "            \
    "server_at=2026-10-02T10:00Z\n"
#define CONTRACT(more)                                                                                                 \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=2026-12-31, currency=EUR\n"             \
    "contract_line; contract_id=K1, line_no=1, " more "\n"
#define LABOUR "time_entry; time_id=T1, wo_id=W1, technician_id=T, kind=work, minutes=60\n"

/* ---- recorded ---- */

static void test_recorded(void **state)
{
    static const struct test_expect_case cases[] = {
        { "nothing recorded, nothing to derive from: everybody pays", .usage = "2", .lines = "", .item = "A",
            .want = "recorded=-, derived=-, class=chargeable, customer=200" },
        { "the job delivers decisions, but none for this order", .usage = "2",
            .lines = "entitlement_decision; decision_id=D9, wo_id=W9, decision_class=warranty\n", .item = "A",
            .want = "recorded=-, class=no decision, decided=no" },
        { "a header row", .usage = "2", .lines = HEADER("warranty"), .item = "A",
            .want = "recorded=warranty, class=warranty, scope=header, share=1, customer=0, decided=yes" },
        { "a row of the line wins over the header", .usage = "2",
            .lines = HEADER(
                "warranty") "entitlement_decision; decision_id=D2, wo_id=W1, usage_id=U1, decision_class=chargeable\n",
            .item = "A", .want = "recorded=chargeable, scope=U1, customer=200" },
        { "the reason of the line wins over its row",
            .lines = HEADER(
                "warranty") "entitlement_decision; decision_id=D2, wo_id=W1, usage_id=U1, decision_class=warranty\n"
                            "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=2, uom=EA, reason_code=chargeable, "
                            "server_at=2026-10-02T10:00Z\n",
            .item = "A", .want = "recorded=chargeable, scope=U1, customer=200" },
        { "a row of another line says nothing", .usage = "2",
            .lines = "entitlement_decision; decision_id=D2, wo_id=W1, usage_id=U7, decision_class=warranty\n",
            .item = "A", .want = "recorded=-, class=no decision, decided=no" },
        { "of two header rows the one decided later counts, whatever its id", .usage = "2",
            .lines = "entitlement_decision; decision_id=D9, wo_id=W1, decision_class=warranty, "
                     "decided_at=2026-10-05T10:00Z\n"
                     "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=chargeable, "
                     "decided_at=2026-10-05T11:00Z\n",
            .item = "A", .want = "recorded=chargeable" },
        { "decided at the same moment: the larger id", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, "
                     "decided_at=2026-10-05T10:00Z\n"
                     "entitlement_decision; decision_id=D2, wo_id=W1, decision_class=chargeable, "
                     "decided_at=2026-10-05T10:00Z\n",
            .item = "A", .want = "recorded=chargeable" },
        { "a row without a date gives way", .usage = "2",
            .lines = "entitlement_decision; decision_id=D9, wo_id=W1, decision_class=warranty\n"
                     "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=chargeable, "
                     "decided_at=2026-10-05T10:00Z\n",
            .item = "A", .want = "recorded=chargeable" },
        { "shared, with its share of parts", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=shared, share_parts=0.25, "
                     "share_labour=1\n",
            .item = "A", .want = "recorded=shared, share=0.25, customer=150, covered=50" },
        { "a shared reason takes its shares from the header",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=shared, share_parts=0.4\n"
                     "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=2, uom=EA, reason_code=shared, "
                     "server_at=2026-10-02T10:00Z\n",
            .item = "A", .want = "recorded=shared, share=0.4, customer=120" },
        { "lines of one group decided differently: shared, by quantity",
            .lines = "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, reason_code=warranty, "
                     "server_at=2026-10-02T10:00Z\n"
                     "usage_line; usage_id=U2, wo_id=W1, item_id=A, quantity=3, uom=EA, reason_code=chargeable, "
                     "server_at=2026-10-02T10:00Z\n",
            .item = "A", .want = "recorded=shared, share=0.25, customer=300" },
        { "a warranty that leaves parts out leaves them to the customer", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, share_parts=0\n",
            .item = "A", .want = "recorded=chargeable, class=chargeable, customer=200" },
        { "... and covers the labour", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, share_parts=0\n" LABOUR,
            .item = "work", .want = "recorded=warranty, class=warranty, share=1" },
        { "decided by the vendor's warranty: a claim is due", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, "
                     "decision_source=vendor_warranty\n",
            .item = "A", .want = "vendor=yes, claim=80" },
        { "decided by the own warranty: a posting to the reserve", .usage = "2",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=warranty, "
                     "decision_source=own_warranty\n",
            .item = "A", .want = "vendor=no, claim=80" },
        { "decided that nobody decides", .usage = "2", .lines = HEADER("none"), .item = "A",
            .want = "class=no decision, decided=yes" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- derived from covers ---- */

static void test_covers(void **state)
{
    static const struct test_expect_case cases[] = {
        { "a cover in its dates", .order = "asset_id=PUMP", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "derived=warranty, cover=V1, vendor=yes, share=1, customer=0, claim=80, gaps=0" },
        { "its last day is covered", .order = "asset_id=PUMP, completed_at=2026-10-31T20:00Z", .usage = "2",
            .lines = ASSET VENDOR, .item = "A", .want = "derived=warranty, deciding=2026-10-31" },
        { "the day after is not", .order = "asset_id=PUMP, completed_at=2026-11-01T08:00Z", .usage = "2",
            .lines = ASSET VENDOR, .item = "A", .want = "derived=chargeable, customer=200, deciding=2026-11-01" },
        { "half past eleven at night in another zone is the day at the site",
            .order = "asset_id=PUMP, completed_at=2026-10-31T23:30Z", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "derived=chargeable, deciding=2026-11-01" },
        { "its first day is covered", .order = "asset_id=PUMP, completed_at=2026-10-04T08:00Z", .usage = "2",
            .lines = ASSET "asset_cover; cover_id=V1, asset_id=PUMP, kind=own_warranty, start_date=2026-10-04, "
                           "parts_end_date=2026-12-31\n",
            .item = "A", .want = "derived=warranty, vendor=no" },
        { "the day before is not", .order = "asset_id=PUMP, completed_at=2026-10-03T08:00Z", .usage = "2",
            .lines = ASSET "asset_cover; cover_id=V1, asset_id=PUMP, kind=own_warranty, start_date=2026-10-04, "
                           "parts_end_date=2026-12-31\n",
            .item = "A", .want = "derived=chargeable" },
        { "no end date for parts: parts are not covered", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET "asset_cover; cover_id=V1, asset_id=PUMP, kind=own_warranty, start_date=2025-11-01, "
                           "labour_end_date=2026-12-31\n",
            .item = "A", .want = "derived=chargeable" },
        { "... labour is", .order = "asset_id=PUMP",
            .lines = ASSET "asset_cover; cover_id=V1, asset_id=PUMP, kind=own_warranty, start_date=2025-11-01, "
                           "labour_end_date=2026-12-31\n" LABOUR,
            .item = "work", .want = "derived=warranty" },
        { "another asset's cover", .order = "asset_id=FAN", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "derived=chargeable" },
        { "the day of use decides where the policy says so", .policy = "[entitlement]\ndate = usage\n",
            .order = "asset_id=PUMP, completed_at=2026-11-01T08:00Z", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "derived=warranty, deciding=2026-10-02" },
        { "groups of one order used on different days: each by its own day, also the second one",
            .policy = "[entitlement]\ndate = usage\n", .usage = "2",
            .lines = "contract; contract_id=K1, customer_id=C1, start_date=2026-10-01, end_date=2026-12-31, "
                     "currency=EUR\ncontract_line; contract_id=K1, line_no=1, share_parts=1\n"
                     "item; item_id=B, base_uom=EA\n"
                     "usage_line; usage_id=U2, wo_id=W1, item_id=B, quantity=1, uom=EA, server_at=2026-09-29T10:00Z\n",
            .item = "B", .want = "class=chargeable" },
        { "... and the first one", .policy = "[entitlement]\ndate = usage\n", .usage = "2",
            .lines = "contract; contract_id=K1, customer_id=C1, start_date=2026-10-01, end_date=2026-12-31, "
                     "currency=EUR\ncontract_line; contract_id=K1, line_no=1, share_parts=1\n"
                     "item; item_id=B, base_uom=EA\n"
                     "usage_line; usage_id=U2, wo_id=W1, item_id=B, quantity=1, uom=EA, server_at=2026-09-29T10:00Z\n",
            .item = "A", .want = "class=contract" },
        { "the day of creation decides where the policy says so", .policy = "[entitlement]\ndate = created\n",
            .order = "asset_id=PUMP, completed_at=2026-11-01T08:00Z", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "derived=warranty, deciding=2026-09-28" },
        { "meter at the limit", .order = "asset_id=PUMP, meter_qty=5000", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty, meter_limit_qty=5000"), .item = "A", .want = "derived=warranty" },
        { "meter above the limit", .order = "asset_id=PUMP, meter_qty=5000.5", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty, meter_limit_qty=5000"), .item = "A",
            .want = "derived=chargeable" },
        { "no reading: the limit can't be passed", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty, meter_limit_qty=5000"), .item = "A", .want = "derived=warranty" },
        { "a cause that the cover leaves out", .order = "asset_id=PUMP, cause_code=MISUSE", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty, exclusions='WEAR; MISUSE'"), .item = "A",
            .want = "derived=chargeable" },
        { "a cause that only looks like one of them", .order = "asset_id=PUMP, cause_code=MIS", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty, exclusions='WEAR; MISUSE'"), .item = "A",
            .want = "derived=warranty" },
        { "sold on, and the cover stays with the first owner", .order = "asset_id=PUMP", .usage = "2",
            .lines = SOLD_ON COVER("kind=own_warranty, is_transferable=no"), .item = "A",
            .want = "derived=chargeable" },
        { "sold on, and the cover goes with it", .order = "asset_id=PUMP", .usage = "2",
            .lines = SOLD_ON COVER("kind=own_warranty, is_transferable=yes"), .item = "A", .want = "derived=warranty" },
        { "the smaller priority wins over the policy's order of kinds", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=vendor_warranty, priority=2") SECOND_COVER("kind=own_warranty, priority=1"),
            .item = "A", .want = "cover=V2, vendor=no" },
        { "without priorities the policy's order", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=own_warranty") SECOND_COVER("kind=vendor_warranty"), .item = "A",
            .want = "cover=V2, vendor=yes" },
        { "a kind that the policy leaves out", .policy = "[entitlement]\norder = own_warranty, contract, chargeable\n",
            .order = "asset_id=PUMP", .usage = "2", .lines = ASSET VENDOR, .item = "A", .want = "derived=chargeable" },
        { "a cover that pays nothing for parts must not hide one that does", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=vendor_warranty, share_parts=0") SECOND_COVER("kind=own_warranty"), .item = "A",
            .want = "derived=warranty, cover=V2" },
        { "part of the parts", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=vendor_warranty, share_parts=0.6"), .item = "A",
            .want = "derived=shared, share=0.6, customer=80, covered=120, claim=48" },
        { "a part warranty of this item", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=part_warranty, item_id=A"), .item = "A", .want = "derived=warranty, vendor=no" },
        { "... of another item", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=part_warranty, item_id=B"), .item = "A", .want = "derived=chargeable" },
        { "... given by a vendor", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET COVER("kind=part_warranty, item_id=A, provider_id=MAKER"), .item = "A",
            .want = "derived=warranty, vendor=yes" },
        { "... of one piece: the failed one was taken out", .order = "asset_id=PUMP",
            .lines = ASSET COVER("kind=part_warranty, item_id=A, serial_no=OLD7") PIECE_CHANGED, .item = "A",
            .want = "derived=warranty" },
        { "... of a piece that was not there", .order = "asset_id=PUMP",
            .lines = ASSET COVER("kind=part_warranty, item_id=A, serial_no=OLD8") PIECE_CHANGED, .item = "A",
            .want = "derived=chargeable" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- derived from contracts ---- */

#define ALL_PARTS CONTRACT("share_parts=1, share_labour=1")
#define SECOND "contract_line; contract_id=K1, line_no=2, share_parts=0.5, "

#define ENDS_OCTOBER_3                                                                                                 \
    "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=2026-10-03, currency=EUR\n"             \
    "contract_line; contract_id=K1, line_no=1, share_parts=1\n"

static void test_contracts(void **state)
{
    static const struct test_expect_case cases[] = {
        { "the contract that the order names", .order = "contract_id=K1", .usage = "2", .lines = ALL_PARTS, .item = "A",
            .want = "derived=contract, contract=K1, contract_line=1, share=1, customer=0, debit=0" },
        { "the customer's only contract", .usage = "2", .lines = ALL_PARTS, .item = "A",
            .want = "derived=contract, contract=K1" },
        { "two contracts run: neither is the order's", .usage = "2",
            .lines = ALL_PARTS
            "contract; contract_id=K2, customer_id=C1, start_date=2026-01-01, end_date=2026-12-31, currency=EUR\n",
            .item = "A", .want = "derived=chargeable, contract=-" },
        { "two contracts, one of them over", .usage = "2",
            .lines = ALL_PARTS
            "contract; contract_id=K2, customer_id=C1, start_date=2025-01-01, end_date=2025-12-31, currency=EUR\n",
            .item = "A", .want = "derived=contract, contract=K1" },
        { "its last day", .order = "completed_at=2026-10-03T08:00Z", .usage = "2", .lines = ENDS_OCTOBER_3, .item = "A",
            .want = "derived=contract" },
        { "the day after", .order = "completed_at=2026-10-04T08:00Z", .usage = "2", .lines = ENDS_OCTOBER_3,
            .item = "A", .want = "derived=chargeable" },
        { "a line that has ended before the contract", .usage = "2",
            .lines = CONTRACT("share_parts=1, valid_to=2026-10-04"), .item = "A",
            .want = "derived=chargeable, contract_line=-" },
        { "a line that ends on the deciding day", .usage = "2", .lines = CONTRACT("share_parts=1, valid_to=2026-10-05"),
            .item = "A", .want = "derived=contract" },
        { "labour only", .usage = "2", .lines = CONTRACT("share_labour=1"), .item = "A",
            .want = "derived=chargeable, customer=200" },
        { "an excluded cause", .order = "cause_code=MISUSE", .usage = "2",
            .lines = CONTRACT("share_parts=1, exclusions=MISUSE"), .item = "A", .want = "derived=chargeable" },
        { "the line that names the asset wins", .order = "asset_id=PUMP", .usage = "2",
            .lines = ALL_PARTS SECOND "asset_id=PUMP\n", .item = "A",
            .want = "derived=shared, contract_line=2, share=0.5" },
        { "... even over a narrower one for all assets", .order = "asset_id=PUMP", .usage = "2",
            .lines = CONTRACT("share_parts=1, cover_scope=repair") SECOND "asset_id=PUMP\n", .item = "A",
            .want = "contract_line=2" },
        { "a line for another asset", .order = "asset_id=FAN", .usage = "2",
            .lines = ALL_PARTS SECOND "asset_id=PUMP\n", .item = "A", .want = "contract_line=1" },
        { "the narrower scope wins", .usage = "2", .lines = ALL_PARTS SECOND "cover_scope=repair\n", .item = "A",
            .want = "contract_line=2" },
        { "a scope of another type of order", .usage = "2", .lines = CONTRACT("share_parts=1, cover_scope=pm"),
            .item = "A", .want = "derived=chargeable" },
        { "two lines alike: the smaller number", .usage = "2", .lines = ALL_PARTS SECOND "valid_from=2026-01-01\n",
            .item = "A", .want = "contract_line=1" },
        { "a warranty before the contract, by the policy's order", .order = "asset_id=PUMP", .usage = "2",
            .lines = ASSET VENDOR ALL_PARTS, .item = "A", .want = "derived=warranty, cover=V1" },
        { "the contract first, where the policy says so",
            .policy = "[entitlement]\norder = contract, vendor_warranty, own_warranty, part_warranty, chargeable\n",
            .order = "asset_id=PUMP", .usage = "2", .lines = ASSET VENDOR ALL_PARTS, .item = "A",
            .want = "derived=contract" },
        { "... and the warranty where the contract leaves parts out",
            .policy = "[entitlement]\norder = contract, vendor_warranty, own_warranty, part_warranty, chargeable\n",
            .order = "asset_id=PUMP", .usage = "2", .lines = ASSET VENDOR CONTRACT("share_labour=1"), .item = "A",
            .want = "derived=warranty" },
        { "names a contract that has ended: not another one instead", .order = "contract_id=K2", .usage = "2",
            .lines = ALL_PARTS
            "contract; contract_id=K2, customer_id=C1, start_date=2025-01-01, end_date=2025-12-31, currency=EUR\n",
            .item = "A", .want = "derived=chargeable" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* ---- where they differ ---- */

static void test_gaps(void **state)
{
    static const struct test_expect_case cases[] = {
        { "recorded as chargeable, covered by dates", .order = "asset_id=PUMP", .usage = "2",
            .lines = HEADER("chargeable") ASSET VENDOR, .item = "A",
            .want = "gaps=1, class=warranty, customer=0, recorded_customer=200" },
        { "recorded as warranty, the cover is over", .order = "asset_id=PUMP, completed_at=2026-11-02T08:00Z",
            .usage = "2", .lines = HEADER("warranty") ASSET VENDOR, .item = "A",
            .want = "gaps=1, class=chargeable, customer=200, recorded_customer=0" },
        { "the same", .order = "asset_id=PUMP", .usage = "2", .lines = HEADER("warranty") ASSET VENDOR, .item = "A",
            .want = "gaps=0" },
        { "warranty recorded, contract derived", .usage = "2", .lines = HEADER("warranty") ALL_PARTS, .item = "A",
            .want = "gaps=1" },
        { "the same class, another share", .order = "asset_id=PUMP", .usage = "2",
            .lines = HEADER("warranty") ASSET COVER("kind=own_warranty, share_parts=0.5"), .item = "A",
            .want = "gaps=1, customer=100, recorded_customer=0" },
        { "shared as the cover says", .order = "asset_id=PUMP", .usage = "2",
            .lines =
                "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=shared, share_parts=0.5\n" ASSET COVER(
                    "kind=own_warranty, share_parts=0.5"),
            .item = "A", .want = "gaps=0" },
        { "shared over the components, and the contract covers labour alone",
            .lines = "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=shared, share_parts=0, "
                     "share_labour=1\n" LABOUR CONTRACT("share_labour=1"),
            .item = "work", .want = "gaps=0" },
        { "a contract that leaves parts out is chargeable for parts", .usage = "2",
            .lines =
                "entitlement_decision; decision_id=D1, wo_id=W1, decision_class=contract, share_parts=0\n" CONTRACT(
                    "share_labour=1"),
            .item = "A", .want = "gaps=0, class=chargeable" },
        { "goodwill is not compared", .order = "asset_id=PUMP", .usage = "2", .lines = HEADER("goodwill") ASSET VENDOR,
            .item = "A", .want = "gaps=0, class=warranty, customer=0" },
        { "none is not compared", .order = "asset_id=PUMP", .usage = "2", .lines = HEADER("none") ASSET VENDOR,
            .item = "A", .want = "gaps=0" },
        { "nothing derived: nothing to differ from", .usage = "2", .lines = HEADER("warranty"), .item = "A",
            .want = "gaps=0" },
        { "nothing recorded", .order = "asset_id=PUMP", .usage = "2", .lines = ASSET VENDOR, .item = "A",
            .want = "gaps=0, class=warranty" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

/* One gap a scope, with the groups whose billing it governs. */
static void test_gap_scopes(void **state)
{
    static const struct test_expect_case at = { "two scopes", .order = "asset_id=PUMP",
        .lines = HEADER("chargeable") ASSET VENDOR
        "item; item_id=B, base_uom=EA\nitem; item_id=C, base_uom=EA\n"
        "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n"
        "usage_line; usage_id=U2, wo_id=W1, item_id=B, quantity=1, uom=EA, server_at=2026-10-02T10:00Z\n"
        "usage_line; usage_id=U3, wo_id=W1, item_id=C, quantity=1, uom=EA, server_at=2026-10-02T10:00Z, "
        "reason_code=contract\n" };
    struct test_bench bench;
    struct test_groups groups;
    const struct tie_expectations *all;

    (void)state;
    test_expect_start(&bench, &groups, &at);
    assert_int_equal(groups.count, 1);
    all = &groups.at[0].expectations;
    assert_int_equal(all->gap_count, 2);
    assert_string_equal(tie_pool_chars(&groups.shard.pool, all->gaps[0].recorded.scope), "U3");
    assert_int_equal(all->gaps[0].group_count, 1);
    assert_int_equal(all->gaps[0].decision_id, 0);
    assert_string_equal(tie_pool_chars(&groups.shard.pool, all->gaps[1].recorded.scope), "header");
    assert_int_equal(all->gaps[1].group_count, 2);
    assert_string_equal(tie_pool_chars(&groups.shard.pool, all->gaps[1].decision_id), "D1");
    test_groups_stop(&groups);
    test_bench_stop(&bench);
}

/* ---- whether the order is decided at all (ENT-01) ---- */

#define BILLED(kind, id, quantity, net, document, line)                                                                \
    "invoice; inv_id=" id ", kind=" kind                                                                               \
    ", status=released, customer_id=C1, currency=EUR, posting_date=2026-10-08" document "\ninvoice_line; inv_id=" id   \
    ", line_no=1, wo_ref=W1, sales_item_id=A, quantity=" quantity ", net_amount=" net line "\n"

static void test_decided(void **state)
{
    static const struct test_expect_case cases[] = {
        { "a charged line is a decision", .usage = "2", .lines = BILLED("invoice", "I1", "2", "200", "", ""),
            .item = "A", .want = "decided=yes" },
        { "a line at zero is none", .usage = "2", .lines = BILLED("invoice", "I1", "2", "0", "", ""), .item = "A",
            .want = "decided=no" },
        { "a cancelled charge is none any more", .usage = "2",
            .lines = BILLED("invoice", "I1", "2", "200", "", "")
                BILLED("cancel", "I2", "-2", "-200", ", cancels_inv_id=I1", ", cancels_line_no=1"),
            .item = "A", .want = "decided=no" },
        { "a reason for closing without charge is one", .order = "no_charge_reason=other", .usage = "2", .lines = "",
            .item = "A", .want = "decided=yes" },
        { "nothing", .usage = "2", .lines = "", .item = "A", .want = "decided=no" },
        { "a line decision is no header", .usage = "2",
            .lines = "entitlement_decision; decision_id=D2, wo_id=W1, usage_id=U1, decision_class=chargeable\n",
            .item = "A", .want = "decided=no, recorded=chargeable" },
    };

    (void)state;
    test_expect_cases(cases, TIE_COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded),
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_contracts),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_gap_scopes),
        cmocka_unit_test(test_decided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
