-- generate_rows.sql - plan.slot as rows of the two stores: each quantity is told in one of several ways that mean the
-- same (one row, two rows, a return, a reversal and its reversal, another unit, a credit and a new invoice), with rows
-- between that mean nothing (drafts, cancelled, deleted, transfers). Reads what generate.sql made.

-- What a row needs to know of its slot; quantities and the purpose of draws are the row's own.
CREATE VIEW plan.told AS SELECT i, s, key, way, flaw, ent, life, cust, currency, done, wo, item, fsm_item, base,
    other_unit,
    factor, serial, mapped, condition, pf, owner, price, digits, day, bill_day, unit_cost FROM plan.slot;

-- ---- usage ----

-- how: 0 one line, 1 two unlike, 2 one too many and a return, 3 two alike (clean slots), 4 a line a serial number.
-- Two lines alike on a slot with a flaw would look like a repeated report, which way 10 alone means to be.
CREATE TABLE plan.usage AS
SELECT i, s, key, way, u, CASE WHEN serial THEN 4 WHEN way = 10 THEN 3 WHEN base <> 'EA' AND way > 0 THEN 0
        WHEN way = 0 THEN CASE plan.r(key || 'uh', 6) WHEN 1 THEN CASE WHEN u >= 3 THEN 1 ELSE 0 END
            WHEN 2 THEN 2 WHEN 3 THEN CASE WHEN u % 2 = 0 THEN 3 ELSE 0 END ELSE 0 END
        WHEN u >= 3 AND u <> 4 AND plan.r(key || 'uh', 3) = 0 THEN 1 ELSE 0 END AS how
FROM plan.slot WHERE u > 0 AND life <> 2;

CREATE TABLE plan.usage_row AS
SELECT i, s, k, q, way_of FROM plan.usage CROSS JOIN LATERAL (
    SELECT 0 AS k, u AS q, 'used' AS way_of WHERE how = 0
    UNION ALL SELECT 0, u - 1, 'used' WHERE how = 1 UNION ALL SELECT 1, 1, 'used' WHERE how = 1
    UNION ALL SELECT 0, u + 2, 'used' WHERE how = 2 UNION ALL SELECT 1, 2, 'returned' WHERE how = 2
    UNION ALL SELECT x, u / 2, 'used' FROM generate_series(0, 1) AS x WHERE how = 3
    UNION ALL SELECT x, 1, 'used' FROM generate_series(0, u::int - 1) AS x WHERE how = 4) rows;

INSERT INTO fsm.usage_line
SELECT format('U%s-%s-%s', i, s, r.k), wo, fsm_item, way_of, CASE WHEN other THEN round(q / factor, 6) ELSE q END,
       CASE WHEN other THEN other_unit ELSE base END, CASE WHEN serial THEN format('SN%s-%s-%s', i, s, r.k) END, owner,
       condition, 'used', done + r.k * interval '1 second', false
FROM plan.usage_row r JOIN plan.told USING (i, s) CROSS JOIN LATERAL (
    SELECT round(q / factor, 6) * factor = q AND plan.r(key || 'ux', 3) > 0 AND (base <> 'EA' OR q >= 12) AS other) x;
INSERT INTO fsm.usage_line -- no usage: estimated, cancelled, deleted lines, old parts taken out
SELECT format('U%s-%s-%s', i, s, 'n'), wo, fsm_item, CASE kind WHEN 0 THEN 'removed' ELSE 'used' END, 9, base, NULL,
    owner,
       condition, CASE kind WHEN 1 THEN 'estimated' WHEN 2 THEN 'cancelled' ELSE 'used' END, done, kind = 3
FROM (SELECT *, plan.r(key || 'noise', 24) AS kind FROM plan.slot WHERE u > 0 AND life <> 2) x WHERE kind < 4;

-- ---- movements ----

-- how: 0 one issue, 1 two unlike, 2 a surplus and its linked return, 3 a surplus and a return without link, 4 an issue,
-- its reversal, and again, 5 two alike, 6 a row a serial number, 7 a return alone, 8 all brought back.
CREATE TABLE plan.stock AS
SELECT i, s, key, way, life, m, u, serial, CASE
        WHEN life = 2 AND way % 2 = 0 THEN 8 WHEN m < 0 THEN 7 WHEN serial THEN 6 WHEN way = 9 THEN 5
        WHEN base <> 'EA' THEN CASE WHEN way = 0 AND m % 1 = 0 THEN plan.r(key || 'mh', 4) ELSE 0 END
        WHEN way = 0 AND m % 2 = 0 AND plan.r(key || 'mh5', 6) = 0 THEN 5
        WHEN plan.r(key || 'mh', 8) = 1 AND (m < 3 OR m = 4) THEN 0 ELSE plan.r(key || 'mh', 8) END AS how
FROM plan.slot WHERE (m <> 0 OR life = 2) AND NOT unkept AND NOT (life = 3 AND s = 0);
UPDATE plan.stock SET how = 0 WHERE (how = 1 AND m < 3) OR (how IN (5, 6, 7) AND m > 0 AND way <> 9 AND key IN (
    SELECT key FROM plan.slot WHERE NOT serial) AND NOT (how = 5 AND way = 0 AND m % 2 = 0));

CREATE TABLE plan.stock_row AS
SELECT i, s, k, q, undoes, unit FROM plan.stock CROSS JOIN LATERAL (
    SELECT 0 AS k, m AS q, NULL::int AS undoes WHERE how IN (0, 7)
    UNION ALL SELECT 0, m - 1, NULL WHERE how = 1 UNION ALL SELECT 1, 1, NULL WHERE how = 1
    UNION ALL SELECT 0, m + 3, NULL WHERE how IN (2, 3)
    UNION ALL SELECT 1, -3, CASE how WHEN 2 THEN 0 END WHERE how IN (2, 3)
    UNION ALL SELECT 0, m, NULL WHERE how = 4 UNION ALL SELECT 1, -m, 0 WHERE how = 4
    UNION ALL SELECT 2, m, NULL WHERE how = 4
    UNION ALL SELECT x, m / 2, NULL FROM generate_series(0, 1) AS x WHERE how = 5
    UNION ALL SELECT x, 1, NULL FROM generate_series(0, m::int - 1) AS x WHERE how = 6
    UNION ALL SELECT 0, 4, NULL WHERE how = 8 AND NOT serial
    UNION ALL SELECT 1, -4, CASE WHEN plan.r(key || 'link', 2) = 0 THEN 0 END WHERE how = 8 AND NOT serial
    UNION ALL SELECT x, 1 - 2 * x, CASE WHEN x = 1 THEN 0 END FROM generate_series(0, 1) AS x WHERE how = 8
        AND serial) rows
CROSS JOIN LATERAL (SELECT CASE WHEN how = 8 THEN 0 ELSE k END AS unit) x;

-- A row names the line it is for where both legs tell the quantity in one row; then it may do without the order.
INSERT INTO erp.movement
SELECT format('M%s-%s-%s', i, s, r.k), 1, CASE WHEN named THEN format('U%s-%s-0', i, s) END,
       CASE WHEN q < 0 AND undoes IS NULL THEN 'return_wo' ELSE 'issue_wo' END, 'posted',
       CASE WHEN named AND plan.r(key || 'nowo', 3) = 0 THEN NULL ELSE plan.spell(wo, plan.r(key || 'sp' || r.k,
           8)) END,
       item, CASE WHEN other THEN round(q / factor, 6) ELSE q END, CASE WHEN other THEN other_unit ELSE base END,
       CASE WHEN plan.r(key || 'posted', 10) > 0 OR late > 0 THEN
           round(q * round(unit_cost * CASE plan.r(key || 'std', 3) WHEN 0 THEN 1.02 ELSE 1 END, 2), 2) END, 'EUR',
       CASE WHEN t.serial THEN format(CASE WHEN way = 12 AND r.k = 0 THEN 'SX%s-%s-%s' ELSE 'SN%s-%s-%s' END, i, s,
           r.unit) END,
       owner, condition, LEAST(day + late, DATE '2026-06-30'), done + (r.k + 1) * interval '20 min',
       CASE WHEN way = 9 THEN 'op' ELSE 'op' || r.k END,
       CASE WHEN undoes IS NOT NULL THEN format('M%s-%s-%s', i, s, undoes) END, CASE WHEN undoes IS NOT NULL THEN 1 END
FROM plan.stock_row r JOIN plan.told t USING (i, s) LEFT JOIN plan.usage uh USING (i, s, key, way)
JOIN (SELECT i, s, how AS mh FROM plan.stock) h USING (i, s)
CROSS JOIN LATERAL (SELECT COALESCE(mh = 0 AND uh.how = 0 AND NOT t.serial AND life < 3 AND plan.r(key || 'named',
    2) = 0,
        false) AS named,
    round(q / factor, 6) * factor = q AND plan.r(key || 'mx', 3) > 0 AND (base <> 'EA' OR abs(q) >= 12) AS other,
        plan.r(key || 'late', 2) AS late) x;
INSERT INTO erp.movement -- no consumption: stuck and cancelled documents, transfers, classes of no interest
SELECT format('M%s-%s-n', i, s), 1, NULL, CASE kind WHEN 0 THEN 'transfer_out' WHEN 1 THEN 'other' ELSE 'issue_wo' END,
       CASE kind WHEN 2 THEN 'draft' WHEN 3 THEN 'cancelled' ELSE 'posted' END, wo, item, 9, base, 9 * unit_cost, 'EUR',
       NULL, owner, condition, day, done, 'op', NULL, NULL
FROM (SELECT *, plan.r(key || 'mnoise', 30) AS kind FROM plan.slot WHERE life < 2 AND NOT unkept) x WHERE kind < 4;
INSERT INTO erp.movement -- issues to orders that do not exist; their items are used nowhere
SELECT 'MX' || i, 1, NULL, 'issue_wo', 'posted', CASE i % 3 WHEN 0 THEN 'WO-9' || i WHEN 1 THEN 'Stock room' END,
       'X-' || i % 10, 1 + i % 4, 'EA', CASE WHEN i % 5 > 0 THEN (1 + i % 4) * (11 + i % 10) END, 'EUR', NULL, 'own',
           'new',
       DATE '2026-05-10' + i % 51, DATE '2026-05-10' + i % 51, 'op', NULL, NULL
FROM plan.job WHERE bad AND plan.r(k || 'stray', 25) = 0;

-- ---- billing ----

-- how: 0 one line on the order's invoice, 1 two unlike, 2 cancelled and billed anew, 3 a surplus and its credit, 4 two
-- alike, 5 cancelled and nothing after. What is cancelled is more than any gap, so that no credit looks like the reason
-- of one (BIL-17).
CREATE TABLE plan.bill AS
SELECT i, s, key, way, b, bk, class, CASE
        WHEN life = 2 THEN CASE WHEN way > 0 AND (way % 2 = 0 OR way % 3 = 0) THEN 0 ELSE 5 END
        WHEN bk = '-' THEN 5 WHEN way = 11 THEN 4 WHEN bk = 'IZ' OR base <> 'EA' OR class <> 'T' THEN 0
        WHEN way = 0 AND b % 2 = 0 AND plan.r(key || 'bh4', 6) = 0 THEN 4
        WHEN plan.r(key || 'bh', 8) = 1 AND b >= 3 AND b <> 4 AND way <> 4 THEN 1
        WHEN plan.r(key || 'bh', 8) = 2 THEN 2 WHEN plan.r(key || 'bh', 8) = 3 AND way = 0 THEN 3 ELSE 0 END AS how
FROM plan.slot WHERE b > 0 AND (bk IN ('I', 'IZ') AND life <> 2 OR life <> 2 AND bk = '-' AND plan.r(key || 'void',
    5) = 0
    OR life = 2 AND (way > 0 OR plan.r(key || 'void', 2) = 0));

CREATE TABLE plan.bill_row AS
SELECT i, s, k, q, undoes, kind FROM plan.bill CROSS JOIN LATERAL (
    SELECT 0 AS k, CASE WHEN bk = 'IZ' AND class = 'T' THEN b / 2 ELSE b END AS q, NULL::int AS undoes, 'invoice'
        AS kind WHERE how = 0
    UNION ALL SELECT 1, b - 1, NULL, 'invoice' WHERE how = 1 UNION ALL SELECT 2, 1, NULL, 'invoice' WHERE how = 1
    UNION ALL SELECT 1, b + 10, NULL, 'invoice' WHERE how IN (2, 5)
    UNION ALL SELECT 2, -b - 10, 1, 'cancel' WHERE how IN (2, 5)
    UNION ALL SELECT 3, b, NULL, 'invoice' WHERE how = 2
    UNION ALL SELECT 1, b + 2, NULL, 'invoice' WHERE how = 3 UNION ALL SELECT 2, -2, 1, 'credit' WHERE how = 3
    UNION ALL SELECT x, b / 2, NULL, 'invoice' FROM generate_series(1, 2) AS x WHERE how = 4) rows;

-- Line 0 of each item stands on one document of the order, the others on documents of their own. A credit names its
-- line, and sometimes no order.
CREATE TABLE plan.bill_line AS
SELECT r.*, CASE WHEN r.k = 0 THEN 'I' || i ELSE format('I%s-%s-%s', i, s, r.k) END AS inv,
       CASE WHEN r.k = 0 THEN s + 1 ELSE 1 END AS line, key, wo, cust, t.currency, bill_day, mapped, item, condition,
           price,
       pf, digits, base, other_unit, factor, life
FROM plan.bill_row r JOIN plan.told t USING (i, s);
INSERT INTO erp.invoice
SELECT DISTINCT inv, kind, CASE plan.r(inv || 'paid', 2) WHEN 0 THEN 'paid' ELSE 'released' END, 'sales_order',
       'K' || lpad(cust::text, 4, '0'), currency, bill_day, CASE WHEN kind = 'cancel' THEN format('I%s-%s-%s', i, s,
           undoes) END,
       CASE WHEN kind = 'credit' THEN format('I%s-%s-%s', i, s, undoes) END
FROM plan.bill_line WHERE k > 0
UNION ALL SELECT DISTINCT inv, 'invoice', 'released', 'sales_order', 'K' || lpad(cust::text, 4, '0'), currency,
    min(bill_day) OVER
    (PARTITION BY inv), NULL, NULL FROM plan.bill_line WHERE k = 0;
INSERT INTO erp.invoice_line
SELECT inv, line, CASE WHEN undoes IS NOT NULL AND plan.r(key || 'cwo', 3) = 0 THEN NULL
       ELSE plan.spell(wo, plan.r(inv || line, 8)) END, CASE WHEN k = 0 AND life < 2 AND plan.r(key || 'bref',
           3) = 0 AND
       EXISTS (SELECT FROM plan.usage u WHERE u.i = b.i AND u.s = b.s AND how = 0) THEN format('U%s-%s-0', i, s) END,
       CASE WHEN mapped THEN 'S-' || item ELSE item END, 'part', condition, 'charge',
       CASE WHEN other THEN round(q / factor, 6) ELSE q END, CASE WHEN other THEN other_unit ELSE base END,
       COALESCE(round(q * price * pf, digits), q * 10),
       CASE WHEN undoes IS NOT NULL THEN format('I%s-%s-%s', i, s, undoes) END, CASE WHEN undoes IS NOT NULL THEN 1 END
FROM plan.bill_line b CROSS JOIN LATERAL (
    SELECT NOT mapped AND round(q / factor, 6) * factor = q AND plan.r(key || 'bx', 2) = 0 AND (base <> 'EA' OR q >= 12)
    AS other) x;

-- What is not charged: zero lines, claims on the vendor or the reserve, debits of metered contracts.
CREATE TABLE plan.free AS
SELECT *, CASE WHEN bk = 'IZ' AND class = 'T' THEN b / 2 ELSE b END AS z,
       bk IN ('Z', 'IZ') AND (class IN ('T', 'G') OR ent = 4 OR bk = 'Z' AND plan.r(key || 'zero', 2) = 0)
           OR ent = 4 AND way = 0 AND plan.r(key || 'zero', 3) = 0 AS zero
FROM plan.slot WHERE life <> 2 AND b > 0;
INSERT INTO erp.invoice
SELECT 'Z' || i, 'invoice', 'released', 'sales_order', 'K' || lpad(cust::text, 4, '0'), currency, min(bill_day), NULL,
    NULL
FROM plan.free WHERE zero GROUP BY i, cust, currency;
INSERT INTO erp.invoice_line
SELECT 'Z' || i, s + 1, wo, NULL, CASE WHEN mapped THEN 'S-' || item ELSE item END, 'part', condition,
       CASE class WHEN 'W' THEN 'no_charge_warranty' WHEN 'C' THEN 'contract_covered' WHEN 'G' THEN 'no_charge_goodwill'
       ELSE (ARRAY['charge', 'no_charge_warranty', 'contract_covered',
           'no_charge_goodwill'])[1 + plan.r(key || 'word', 4)]
       END, z, base, 0, NULL, NULL
FROM plan.free WHERE zero;
INSERT INTO erp.claim
SELECT format('CL%s-%s', i, s), CASE ent WHEN 1 THEN 'vendor' ELSE 'internal' END, CASE ent WHEN 1 THEN 'MAKER' END, wo,
       CASE WHEN u > 0 THEN format('U%s-%s-0', i, s) END, item, condition, z, round(z * COALESCE(unit_cost, 7), 2), 0,
           'EUR', bill_day,
       (ARRAY['filed', 'approved', 'paid'])[1 + plan.r(key || 'state', 3)]
FROM plan.free WHERE class = 'W' AND bk IN ('Z', 'IZ');
INSERT INTO erp.contract_ledger
SELECT format('L%s-%s', i, s), 'V' || cust, 1, bill_day, 'debit', z, round(z * COALESCE(price, 7), 2), wo,
    format('U%s-%s-0', i, s)
FROM plan.free WHERE ent = 3 AND bk IN ('Z', 'IZ') AND u > 0;
INSERT INTO erp.claim -- behind these two stands no order at all
SELECT 'CX' || i, 'vendor', 'MAKER', 'WO-9' || i, NULL, 'X-1', 'new', 2, 31.40, 0, 'EUR', DATE '2026-06-01' + i % 30,
    'filed'
FROM plan.job WHERE bad AND plan.r(k || 'claim', 40) = 0;
INSERT INTO erp.contract_ledger
SELECT 'LX' || i, 'V40', 1, DATE '2026-06-01' + i % 30, 'debit', 1, 27.10, 'WO-9' || i, NULL
FROM plan.job WHERE bad AND plan.r(k || 'debit', 40) = 0;

INSERT INTO erp.invoice -- no billing: drafts, proforma invoices
SELECT 'D' || i, CASE kind WHEN 0 THEN 'invoice' ELSE 'proforma' END, CASE kind WHEN 0 THEN 'draft'
    ELSE 'released' END, 'manual',
       'K' || lpad(cust::text, 4, '0'), currency, DATE '2026-06-15', NULL, NULL
FROM (SELECT *, plan.r(k || 'draft', 30) AS kind FROM plan.job WHERE life = 0 AND slots > 0) x WHERE kind < 2;
INSERT INTO erp.invoice_line SELECT 'D' || i, 1, wo, NULL, 'IT-002', 'part', 'new', 'charge', 5, 'EA', 99, NULL, NULL
FROM plan.job JOIN erp.invoice ON inv_id = 'D' || i;

-- Goodwill is approved for the order or for each line; on some orders with a flaw nobody did.
INSERT INTO fsm.approval
SELECT 'G' || i, 'work_order', wo, 'goodwill', 'approved', NULL::numeric, 'boss', done - interval '1 hour'
FROM plan.job WHERE class = 'G' AND plan.r(k || 'each', 2) = 0 AND NOT (bad AND plan.r(k || 'asked', 3) = 0)
UNION ALL SELECT 'G' || usage_id, 'usage_line', usage_id, 'goodwill', 'approved', NULL::numeric, 'boss',
    done - interval '1 hour'
FROM plan.job JOIN fsm.usage_line ON wo_id = wo
WHERE class = 'G' AND plan.r(k || 'each', 2) = 1 AND NOT (bad AND plan.r(k || 'asked', 3) = 0);
ANALYZE;
