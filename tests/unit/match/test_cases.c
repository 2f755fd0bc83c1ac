/*
 * test_cases.c - groups and what lies in them: the worked cases of the matching rules as far as matching decides
 * them, units, owners, families, billing chains, items sold as others, summaries, labour, ledger and claims, and rows
 * that take no part.
 */
#include "match/scene.h"

#define EACH "item; item_id=A, base_uom=EA\nitem; item_id=B, base_uom=EA\n"

static void test_worked_cases(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W2: used, not issued, billed",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") BILLED("I1", "W1", "A", "2", "200", ""),
            .want = "W1 A U=2 M=0 B=2+0 200 - I\n" },
        { .why = "W3: used and issued, not billed",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "2", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\n" },
        { .why = "W7: a box of 12 against 12 pieces",
            .master = "item; item_id=A, base_uom=EA\nitem_uom; item_id=A, uom=BOX, factor_num=12\n",
            .rows = ORDER("W1", "") "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=BOX, "
                                    "server_at=2026-10-05T10:00Z\n" ISSUED("M1", "W1", "A", "12", "") INVOICE(
                                        "I1", "invoice", "") LINE("I1", "1", "W1", "A", "1", "100", ", uom=BOX"),
            .want = "W1 A U=12 M=12 B=12+0 100 P2 I\n" },
        { .why = "a unit that nobody can convert counts as the base unit and says so",
            .master = "item; item_id=A, base_uom=EA\n",
            .rows = ORDER("W1", "") "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=BOX, "
                                    "server_at=2026-10-05T10:00Z\n" ISSUED("M1", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\nusage_line U1 unit?\n" },
        { .why = "W9: two equal reports and two equal issues are two parts",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", "") ISSUED("M2", "W1", "A", "1", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P3\n" },
        { .why = "W23: more issued than used; a single issue of 3 repeats nothing",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "3", "")
                BILLED("I1", "W1", "A", "2", "200", ""),
            .want = "W1 A U=2 M=3 B=2+0 200 - I\n" },
        { .why = "W24: issued and billed 3, reported 2",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "3", "")
                BILLED("I1", "W1", "A", "3", "300", ""),
            .want = "W1 A U=2 M=3 B=3+0 300 - I\n" },
        { .why = "W26: an item without stock needs no movement",
            .master = "item; item_id=A, base_uom=EA, stock_type=nonstock\n",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") BILLED("I1", "W1", "A", "1", "100", ""),
            .want = "W1 A U=1 M=1 B=1+0 100 - I\n" },
        { .why = "P1: the same serial, or the same lot and quantity; rows without either are none the stronger",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1") ISSUED(
                "M1", "W1", "A", "1", ", serial_no=S1") USED("U2", "W1", "B", "1", "") ISSUED("M2", "W1", "B", "1", "")
                USED("U3", "W1", "C", "2", ", lot_no=L1") ISSUED("M3", "W1", "C", "2", ", lot_no=L1"),
            .want = "W1 A U=1 M=1 B=0+0 0 P1\nW1 B U=1 M=1 B=0+0 0 P2\nW1 C U=2 M=2 B=0+0 0 P1\n" },
        { .why = "another serial is no other part, and a lot of another quantity no partner",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", serial_no=S1") ISSUED("M1", "W1", "A", "1",
                ", serial_no=S2") USED("U2", "W1", "B", "2", ", lot_no=L1") ISSUED("M2", "W1", "B", "3", ", lot_no=L1"),
            .want = "W1 A U=1 M=1 B=0+0 0 P2 S1#S2x1\nW1 B U=2 M=3 B=0+0 0 -\n" },
        { .why = "P0: the movement names the usage line, or carries its external id",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", external_id=X1") USED("U2", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", ", external_id=X1") ISSUED("M2", "W1", "A", "1", ", usage_ref=U2"),
            .want = "W1 A U=2 M=2 B=0+0 0 P0\n" },
        { .why = "P0 reaches another order of the family, and a row without an order",
            .rows = ORDER("W1", "") ORDER("W2", ", parent_wo_id=W1") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W2",
                "A", "1", ", usage_ref=U1") USED("U2", "W1", "B", "1", "") ISSUED("M2", "", "B", "1", ", usage_ref=U2"),
            .want = "W1 A U=1 M=1 B=0+0 0 P0\nW1 B U=1 M=1 B=0+0 0 P0\n" },
        { .why = "a reference to a line of another item does not make it that item",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") ISSUED("M1", "W1", "B", "1", ", usage_ref=U1"),
            .want = "W1 A U=1 M=0 B=0+0 0 -\nW1 B U=0 M=1 B=0+0 0 -\n" },
        { .why = "consignment stock is a group of its own where both legs say who owned it",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", owner=consignment")
                ISSUED("M1", "W1", "A", "1", ", owner=own"),
            .want = "W1 A/consignment U=1 M=0 B=0+0 0 -\nW1 A U=0 M=1 B=0+0 0 -\n" },
        { .why = "a default is no evidence: one leg alone separates nothing",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", owner=consignment") ISSUED("M1", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\n" },
        { .why = "a small difference is forgiven once a group, not for counted items",
            .master = EACH "item; item_id=OIL, base_uom=L\nitem_uom; item_id=OIL, uom=EA, factor_num=1\n",
            .rows = ORDER("W1", "") USED("U1", "W1", "OIL", "10", "") ISSUED("M1", "W1", "OIL", "10.04", "")
                USED("U2", "W1", "A", "10", "") ISSUED("M2", "W1", "A", "10.04", ""),
            .want = "W1 A U=10 M=10.04 B=0+0 0 -\nW1 OIL U=10 M=10.04 B=0+0 0 P3\n" },
        { .why = "children are judged with the order that bills them; a cycle ends at its smallest order",
            .rows = ORDER("W1", ", billing_owner_wo_id=W3") ORDER("W2", ", billing_owner_wo_id=W1")
                ORDER("W3", ", billing_owner_wo_id=W1") USED("U1", "W2", "A", "1", "") USED("U2", "W3", "A", "1", "")
                    ISSUED("M1", "W1", "A", "2", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P3\n" },
        { .why = "an order that leads into a cycle ends at the cycle's smallest, not where it came in",
            .rows = ORDER("W1", ", billing_owner_wo_id=W3") ORDER("W2", ", billing_owner_wo_id=W3")
                ORDER("W3", ", billing_owner_wo_id=W2") USED("U1", "W1", "A", "1", ""),
            .want = "W2 A U=1 M=0 B=0+0 0 -\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

#define USED_2_BOTH ORDER("W1", "") USED("U1", "W1", "A", "2", "") ISSUED("M1", "W1", "A", "2", "")
#define SOLD_AS_S                                                                                                      \
    "item; item_id=S, base_uom=EA\nsales_map; used_item_id=A, sales_item_id=S\n"                                       \
    "sales_map; used_item_id=B, sales_item_id=S\n" EACH

static void test_billing(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "W14: billed, cancelled, billed again at another price",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "200", "") INVOICE("I2", "cancel", ", cancels_inv_id=I1")
                LINE("I2", "1", "W1", "A", "-2", "-200", "") BILLED("I3", "W1", "A", "2", "180", ""),
            .want = "W1 A U=2 M=2 B=2+0 180 P2 I\ninvoice_line I1/1 open=0\n"
                    "invoice_line I2/1 open=0 reverses=I1/1\n" },
        { .why = "W15: cancelled and nothing after",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "200", "") INVOICE("I2", "cancel", ", cancels_inv_id=I1")
                LINE("I2", "1", "W1", "A", "-2", "-200", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P2 cancelled\ninvoice_line I1/1 open=0\n"
                    "invoice_line I2/1 open=0 reverses=I1/1\n" },
        { .why = "the same where the ERP marks the invoice itself: both documents go out together",
            .rows = USED_2_BOTH INVOICE_OF("I1", "invoice", "cancelled", "EUR", "") LINE("I1", "1", "W1", "A", "2",
                "200", "") INVOICE("I2", "cancel", ", cancels_inv_id=I1") LINE("I2", "1", "W1", "A", "-2", "-200", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P2 cancelled\ninvoice_line I1/1 CANCELLED\n"
                    "invoice_line I2/1 CANCELLED reverses=I1/1\n" },
        { .why = "a credit of one of two, named by line, leaves one at its price",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "200", "") INVOICE("I2", "credit", "")
                LINE("I2", "1", "W1", "A", "-1", "-100", ", cancels_inv_id=I1, cancels_line_no=1"),
            .want = "W1 A U=2 M=2 B=1+0 100 P2 I\ninvoice_line I1/1 open=1\ninvoice_line I2/1 open=0 reverses=I1/1\n" },
        { .why = "a credit that names nothing takes from the newest invoice",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "200", "") INVOICE("I2", "credit", "")
                LINE("I2", "1", "W1", "A", "-1", "-90", ""),
            .want = "W1 A U=2 M=2 B=1+0 110 P2 I\ninvoice_line I1/1 open=1\ninvoice_line I2/1 open=0\n" },
        { .why = "a credit beyond the invoice is excess",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "200", "") INVOICE("I2", "credit", "")
                LINE("I2", "1", "W1", "A", "-3", "-300", ""),
            .want = "W1 A U=2 M=2 B=0+0 -100 P2 cancelled\ninvoice_line I1/1 open=0\n"
                    "invoice_line I2/1 open=-1 excess=1\n" },
        { .why = "a correction that adds reverses nothing",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "1", "100", "") INVOICE("I2", "debit", ", corrects_inv_id=I1")
                LINE("I2", "1", "W1", "A", "1", "100", ""),
            .want = "W1 A U=2 M=2 B=2+0 200 P2 I\n" },
        { .why = "a line at zero is a no-charge outcome, whatever its word",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "2", "0", ""),
            .want = "W1 A U=2 M=2 B=0+2 0 P2 Z\n" },
        { .why = "one charged, one free",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "1", "100", "")
                LINE("I1", "2", "W1", "A", "1", "0", ", outcome=no_charge_warranty"),
            .want = "W1 A U=2 M=2 B=1+1 100 P2 I Z\n" },
        { .why = "drafts, proformas, text and sales at the counter are no billing",
            .rows = USED_2_BOTH INVOICE_OF("I1", "invoice", "draft", "EUR", "") LINE("I1", "1", "W1", "A", "2", "200",
                "") INVOICE("I2", "proforma", "") LINE("I2", "1", "W1", "A", "2", "200", "") INVOICE("I3", "invoice",
                "") LINE("I3", "1", "W1", "", "0", "0", ", line_kind=text") LINE("I3", "2", "", "A", "1", "100", ""),
            .want = "invoice_line I3/2 NOT_SERVICE\nW1 A U=2 M=2 B=0+0 0 P2\ninvoice_line I1/1 NOT_BILLED\n"
                    "invoice_line I2/1 NOT_BILLED\ninvoice_line I3/1 TEXT_LINE\n" },
        { .why = "a line whose header was rejected hangs in the air",
            .rows = USED_2_BOTH LINE("I9", "1", "W1", "A", "2", "200", ""),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\ninvoice_line I9/1 PARENT_REJECTED\n" },
        { .why = "... between lines that have theirs, too",
            .rows = USED_2_BOTH BILLED("I1", "W1", "A", "1", "100", "") LINE("I2", "1", "W1", "A", "1", "100", "")
                BILLED("I3", "W1", "A", "1", "100", ""),
            .want = "W1 A U=2 M=2 B=2+0 200 P2 I\ninvoice_line I2/1 PARENT_REJECTED\n" },
        { .why = "billed what nobody used or issued: a group of its own",
            .rows = ORDER("W1", "") BILLED("I1", "W1", "A", "2", "200", ""),
            .want = "W1 A U=0 M=0 B=2+0 200 - I\n" },
        { .why = "items sold as one: filled in their order, the rest to the last",
            .master = SOLD_AS_S,
            .rows = USED_2_BOTH USED("U2", "W1", "B", "3", "") ISSUED("M2", "W1", "B", "3", "")
                BILLED("I1", "W1", "S", "6", "600", ""),
            .want = "W1 A U=2 M=2 B=2+0 200 P2 I\nW1 B U=3 M=3 B=4+0 400 P2 I\n" },
        { .why = "a line that fits one of them exactly goes there",
            .master = SOLD_AS_S,
            .rows = USED_2_BOTH USED("U2", "W1", "B", "3", "") ISSUED("M2", "W1", "B", "3", "")
                BILLED("I1", "W1", "S", "3", "150", "") LINE("I1", "2", "W1", "S", "2", "200", ""),
            .want = "W1 A U=2 M=2 B=2+0 200 P2 I\nW1 B U=3 M=3 B=3+0 150 P2 I\n" },
        { .why = "shares of a cut line add up to it",
            .master = SOLD_AS_S,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "B", "2", "")
                BILLED("I1", "W1", "S", "3", "100", ""),
            .want = "W1 A U=1 M=0 B=1+0 33.333333 - I\nW1 B U=2 M=0 B=2+0 66.666667 - I\n" },
        { .why = "a named usage line wins over the item",
            .master = SOLD_AS_S,
            .rows = USED_2_BOTH USED("U2", "W1", "B", "2", "") BILLED("I1", "W1", "S", "2", "200", ", usage_ref=U2"),
            .want = "W1 A U=2 M=2 B=0+0 0 P2\nW1 B U=2 M=0 B=2+0 200 - I\n" },
        { .why = "a line that names the movement",
            .rows = USED_2_BOTH BILLED("I1", "", "A", "2", "200", ", mov_id=M1, mov_line_no=1"),
            .want = "W1 A U=2 M=2 B=2+0 200 P2 I\n" },
        { .why = "another currency is compared in the order's, and said so; without a rate it is left out",
            .master = EACH
            "fx_rate; rate_date=2026-10-01, from_currency=USD, to_currency=EUR, rate_kind=mid, rate=0.9\n",
            .rows = USED_2_BOTH INVOICE_OF("I1", "invoice", "released", "USD", "")
                LINE("I1", "1", "W1", "A", "2", "200", "") USED("U2", "W1", "B", "1", "")
                    INVOICE_OF("I2", "invoice", "released", "GBP", "") LINE("I2", "1", "W1", "B", "1", "50", ""),
            .want = "W1 A U=2 M=2 B=2+0 180 P2 I converted\nW1 B U=1 M=0 B=1+0 0 - I converted no-rate\n" },
        { .why = "a fixed price is compared as one sum, carried by the first group that has work",
            .master = EACH,
            .rows = ORDER("W1", ", price_mode=fixed") USED("U1", "W1", "A", "2", "") USED("U2", "W1", "B", "1", "")
                BILLED("I1", "W1", "", "1", "500", ", line_kind=fixed"),
            .want = "W1 A U=2 M=0 B=2+0 500 - I in W1 A\nW1 B U=1 M=0 B=1+0 0 - I in W1 A\n"
                    "W1 fixed U=0 M=0 B=0+0 0 - in W1 A\n" },
        { .why = "a lump in a currency without a rate is billed, its amount is not known",
            .master = EACH,
            .rows = ORDER("W1", ", price_mode=fixed") USED("U1", "W1", "A", "2", "") USED("U2", "W1", "B", "1", "")
                INVOICE_OF("I1", "invoice", "released", "GBP", "") LINE("I1", "1", "W1", "B", "1", "500", ""),
            .want = "W1 A U=2 M=0 B=2+0 0 - I converted no-rate in W1 A\nW1 B U=1 M=0 B=1+0 0 - I in W1 A\n" },
        { .why = "a fixed price that nobody billed is not billed",
            .master = EACH,
            .rows = ORDER("W1", ", price_mode=fixed") USED("U1", "W1", "A", "2", ""),
            .want = "W1 A U=2 M=0 B=0+0 0 - in W1 A\n" },
        { .why = "a billing group covers what its lines name",
            .master = EACH "item; item_id=C, base_uom=EA\n",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "2", "") USED("U2", "W1", "B", "1", "")
                USED("U3", "W1", "C", "1", "") BILLED("I1", "W1", "A", "1", "300", ", billing_group=G")
                    LINE("I1", "2", "W1", "B", "1", "0", ", billing_group=G") LINE("I1", "3", "W1", "C", "1", "10", ""),
            .want = "W1 A U=2 M=0 B=2+0 300 - I in W1 A\nW1 B U=1 M=0 B=0+1 0 - Z in W1 A\n"
                    "W1 C U=1 M=0 B=1+0 10 - I\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

#define TIME(id, order, kind, minutes, more)                                                                           \
    "time_entry; time_id=" id ", wo_id=" order ", technician_id=T1, kind=" kind ", minutes=" minutes                   \
    ", start_at=2026-10-05T08:00Z, end_at=2026-10-05T09:30Z" more "\n"
#define LABOUR "item; item_id=LAB, base_uom=h, stock_type=service\nsales_map; used_item_id=work, sales_item_id=LAB\n"

static void test_labour(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "hours billed against minutes worked, the activity sold as a service item",
            .master = LABOUR,
            .rows = ORDER("W1", "") TIME("T1", "W1", "work", "90", "")
                BILLED("I1", "W1", "LAB", "1.5", "90", ", uom=h"),
            .want = "W1 work U=90 M=90 B=90+0 90 - I\n" },
        { .why = "minutes come from start and end where they are not given",
            .rows = ORDER("W1", "") TIME("T1", "W1", "work", "", ""),
            .want = "W1 work U=90 M=90 B=0+0 0 -\n" },
        { .why = "bands are groups; an invoice that knows none fills them in their order",
            .master = LABOUR,
            .rows = ORDER("W1", "") TIME("T1", "W1", "work", "60", "")
                TIME("T2", "W1", "work", "30", ", rate_band=weekend") BILLED("I1", "W1", "LAB", "1.5", "90", ", uom=h"),
            .want = "W1 work U=60 M=60 B=60+0 60 - I\nW1 work/weekend U=30 M=30 B=30+0 30 - I\n" },
        { .why = "labour without an item goes to the work, travel to the travel",
            .rows = ORDER("W1", "") TIME("T1", "W1", "work", "60", "") TIME("T2", "W1", "travel", "30", "")
                BILLED("I1", "W1", "", "1", "60", ", line_kind=labour, uom=h")
                    LINE("I1", "2", "W1", "", "30", "20", ", line_kind=travel, uom=min"),
            .want = "W1 travel U=30 M=30 B=30+0 20 - I\nW1 work U=60 M=60 B=60+0 60 - I\n" },
        { .why = "time that is not approved takes no part",
            .rows = ORDER("W1", "") TIME("T1", "W1", "work", "60", ", approval_status=submitted"),
            .want = "time_entry T1 NOT_APPROVED\n" },
        { .why = "labour without time is a group of its own; a trip is a charge by sales_map",
            .master = "item; item_id=LAB, base_uom=h, stock_type=service\nitem; item_id=TR, base_uom=EA, "
                      "stock_type=service\nsales_map; used_item_id=trip, sales_item_id=TR\n",
            .rows = ORDER("W1", "") BILLED("I1", "W1", "LAB", "1", "60", ", uom=h")
                LINE("I1", "2", "W1", "TR", "1", "40", ", uom=EA") LINE("I1", "3", "W1", "", "1", "5", ""),
            .want = "W1 LAB U=0 M=0 B=60+0 60 - I\nW1 charge U=0 M=0 B=1+0 5 - I\nW1 trip U=0 M=0 B=1+0 40 - I\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

#define DEBIT(id, order, quantity, amount, more)                                                                       \
    "contract_ledger; entry_id=" id ", contract_id=K1, posting_date=2026-10-06, kind=debit, quantity=" quantity        \
    ", amount=" amount ", wo_ref=" order more "\n"
#define CLAIM(id, order, parts, more) CLAIM_OF(id, order, "filed", parts, more)
#define CLAIM_OF(id, order, status, parts, more)                                                                       \
    "claim; claim_id=" id ", kind=vendor, wo_ref=" order ", parts_amount=" parts                                       \
    ", currency=EUR, filed_date=2026-10-07, status=" status more "\n"
#define CONTRACT "contract; contract_id=K1, customer_id=C1, start_date=2026-01-01, end_date=, currency=EUR\n"

static void test_ledger_and_claims(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "a debit that names the usage line settles its group, one taken back settles nothing",
            .master = CONTRACT,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "B", "1", "")
                DEBIT("L1", "W1", "1", "40", ", usage_ref=U1") DEBIT("L2", "W1", "1", "30",
                    ", usage_ref=U2") "contract_ledger; entry_id=L3, contract_id=K1, posting_date=2026-10-06, "
                                      "kind=credit, quantity=-1, "
                                      "amount=-30, wo_ref=W1, reverses_entry_id=L2\n",
            .want = "W1 A U=1 M=0 B=0+0 0 - debit=40/1\nW1 B U=1 M=0 B=0+0 0 -\ncontract_ledger L3 reverses=L2\n" },
        { .why = "a debit of the order settles all of it",
            .master = CONTRACT,
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "B", "1", "")
                DEBIT("L1", "W1", "2", "80", ""),
            .want = "W1 A U=1 M=0 B=0+0 0 - debit=40/1\nW1 B U=1 M=0 B=0+0 0 - debit=40/1\n" },
        { .why = "a claim by item; its labour settles the labour",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") USED("U2", "W1", "B", "1", "")
                TIME("T1", "W1", "work", "60", "") CLAIM("K1", "W1", "40", ", item_id=A, quantity=1, labour_amount=25"),
            .want = "W1 A U=1 M=0 B=0+0 0 - claim=40\nW1 B U=1 M=0 B=0+0 0 -\nW1 work U=60 M=60 B=0+0 0 - claim=25\n" },
        { .why = "drafts and claims taken back are no outcome, with the row that took them back",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", "") CLAIM_OF("K1", "W1", "draft", "40", "")
                CLAIM_OF("K2", "W1", "reversed", "40", "") CLAIM("K3", "W1", "-40", ", reverses_claim_id=K2"),
            .want = "W1 A U=1 M=0 B=0+0 0 -\n" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

#define OLD_ORDER(id, more)                                                                                            \
    "work_order; wo_id=" id ", wo_type=repair, status=closed, customer_id=C1, currency=EUR, "                          \
    "created_at=2026-08-01T08:00Z, closed_at=2026-08-05T16:00Z" more "\n"

static void test_exclusions(void **state)
{
    static const struct scene_case cases[] = {
        { .why = "what a usage row says of itself",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "1", ", deleted=yes")
                USED("U2", "W1", "A", "1", ", line_status=estimated") USED("U3", "W1", "A", "1",
                    ", direction=removed") "usage_line; usage_id=U4, wo_id=W1, item_id=A, quantity=1, uom=EA, "
                                           "server_at=2026-11-21T10:00Z\n",
            .want = "usage_line U1 DELETED\nusage_line U2 LINE_NOT_USED\nusage_line U3 NOT_USAGE\n"
                    "usage_line U4 AFTER_AS_OF\n" },
        { .why = "returned unused takes off what was used",
            .rows = ORDER("W1", "") USED("U1", "W1", "A", "3", "") USED("U2", "W1", "A", "1", ", direction=returned"),
            .want = "W1 A U=2 M=0 B=0+0 0 -\nusage_line U1 open=2\nusage_line U2 open=0\n" },
        { .why = "orders of an excluded type and deleted ones, with all that names them",
            .rows = ORDER_OF("W1", "internal", "") ORDER("W2", ", deleted=yes") USED("U1", "W1", "A", "1", "")
                ISSUED("M1", "W1", "A", "1", "") USED("U2", "W2", "A", "1", "") BILLED("I1", "W2", "A", "1", "100", ""),
            .want = "usage_line U1 ORDER_TYPE\nmovement M1/1 ORDER_TYPE\nusage_line U2 DELETED\n"
                    "invoice_line I1/1 DELETED\n" },
        { .why = "an order that ended before the window, without an event inside it",
            .rows = OLD_ORDER("W1", "") "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, "
                                        "server_at=2026-08-04T10:00Z\n",
            .want = "usage_line U1 OUT_OF_SCOPE\n" },
        { .why = "a late issue brings it back into scope",
            .rows = OLD_ORDER("W1", "") "usage_line; usage_id=U1, wo_id=W1, item_id=A, quantity=1, uom=EA, "
                                        "server_at=2026-08-04T10:00Z\n" ISSUED("M1", "W1", "A", "1", ""),
            .want = "W1 A U=1 M=1 B=0+0 0 P2\n" },
        { .why = "rows of an unknown order count inside the window only",
            .rows = ISSUED("M1", "W9", "A", "1",
                "") "movement; mov_id=M2, line_no=1, movement_class=issue_wo, wo_ref=W9, item_id=A, "
                    "quantity=1, uom=EA, "
                    "posting_date=2026-09-19\n",
            .want = "movement M2/1 OUT_OF_SCOPE\n" },
        { .why = "issue and return of one unknown order undo each other",
            .rows = ISSUED("M1", "W9", "A", "1", "") RETURNED("M2", "W9", "A", "-1", ""),
            .want = "movement M1/1 open=0\nmovement M2/1 open=0\n" },
        { .why = "rows that name no order at all have nothing in common",
            .rows = ISSUED("M1", "", "A", "1", "") RETURNED("M2", "", "A", "-1", ""),
            .want = "" },
    };

    (void)state;
    scene_try(cases, TIE_COUNT_OF(cases));
}

/* The keys of a row are those of its own day, whatever the row before it asked. */
static void test_places(void **state)
{
    static const struct {
        const char *why, *technician, *location;
    } want[] = {
        { "the resource of the first days", "R1", "V1" },
        { "another resource since, the same technician and place", "R2", "V1" },
        { "the same technician on the same day, another place", "R2", "V2" },
        { "another technician in that place", "T2", "V2" },
        { "neither is told", "", "" },
    };
    struct scene scene;
    const struct tie_match *match = NULL;

    (void)state;
    scene_start(&scene, NULL,
        "technician; technician_id=T1, erp_resource_id=R1, valid_to=2026-10-04\n"
        "technician; technician_id=T1, erp_resource_id=R2, valid_from=2026-10-05\n",
        ORDER("W1", "") USED_AT("U1", "W1", "A", "1", "2026-10-04T10:00Z", ", technician_id=T1, location_id=V1")
            USED("U2", "W1", "B", "1", ", technician_id=T1, location_id=V1")
                USED("U3", "W1", "C", "1", ", technician_id=T1, location_id=V2")
                    USED("U4", "W1", "D", "1", ", technician_id=T2, location_id=V2") USED("U5", "W1", "E", "1", ""));
    match = &scene.matches[0];
    assert_int_equal(match->line_count, TIE_COUNT_OF(want));
    for (size_t i = 0; i < TIE_COUNT_OF(want); i++) {
        TEST_EXPECT(strcmp(tell_str(match, match->lines[i].technician), want[i].technician) == 0, want[i].why);
        TEST_EXPECT(strcmp(tell_str(match, match->lines[i].location), want[i].location) == 0, want[i].why);
    }
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_cases),
        cmocka_unit_test(test_billing),
        cmocka_unit_test(test_labour),
        cmocka_unit_test(test_ledger_and_claims),
        cmocka_unit_test(test_exclusions),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
