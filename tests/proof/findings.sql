-- findings.sql - groups become findings: presence, relation, money, one gap one code, primaries. Second part of
-- oracle.sql, on its tables.
SET search_path = oracle;

-- ---- what the three legs say together ----

CREATE TABLE told2 AS
WITH a AS (
    SELECT *, charged_q + free_q AS bq,
           CASE WHEN has_i AND has_z THEN 'IZ' WHEN has_i THEN 'I' WHEN has_z THEN 'Z' ELSE '-' END AS bk,
           -- T chargeable, W warranty, C contract, G approved goodwill
           CASE WHEN derived = 'T' AND goodwill AND approved THEN 'G' ELSE derived END AS class,
           CASE WHEN each THEN 0 ELSE GREATEST(0.001, 0.005 * GREATEST(u, m)) END AS tol_um,
           CASE WHEN each THEN 0 ELSE GREATEST(0.001, 0.005 * GREATEST(u, charged_q + free_q)) END AS tol_ub,
           CASE WHEN each THEN 0 ELSE GREATEST(0.001, 0.005 * GREATEST(m, charged_q + free_q)) END AS tol_mb
    FROM told
), b AS (
    SELECT *, CASE WHEN abs(u - m) <= tol_um THEN 0 ELSE sign(u - m) END AS um,
           CASE WHEN abs(u - bq) <= tol_ub THEN 0 ELSE sign(u - bq) END AS ub,
           CASE WHEN abs(m - bq) <= tol_mb THEN 0 ELSE sign(m - bq) END AS mb FROM a
), c AS ( -- the 13 orders of three quantities; no billing counts as 0
    SELECT b.*, r.relation FROM b LEFT JOIN (VALUES (1, 0, 0, 0), (2, 0, 1, 1), (3, 0, -1, -1), (4, 1, 0, -1), (5, -1,
        0, 1),
        (6, -1, -1, 0), (7, 1, 1, 0), (8, 1, 1, 1), (9, 1, 1, -1), (10, -1, 1, 1), (11, -1, -1, 1), (12, 1, -1, -1),
        (13, -1, -1, -1)) AS r(relation, um, ub, mb) USING (um, ub, mb)
), d AS ( -- no two agree and all are there: whom to believe
    SELECT *, CASE WHEN u <= 0 OR m <= 0 OR bq <= 0 THEN 'sure' WHEN relation IN (11, 13) THEN 'doubt'
        WHEN relation NOT IN (8, 9, 10, 12) THEN 'sure' WHEN signed THEN 'sure' WHEN serial THEN 'stock' ELSE 'doubt'
        END AS trust
    FROM c
)
-- The expectation is on usage; on stock where nothing is reported, where stock is believed, and where two legs
-- outweigh the report.
SELECT d.*, q.exp_q, round(q.exp_q * p, digits) AS full_price,
       CASE WHEN class = 'T' THEN round(q.exp_q * p, digits) ELSE 0 END AS expected,
       GREATEST(lines * 10.0 ^ -digits, 0.005 * round(q.exp_q * p, digits)) AS tol_money
FROM d CROSS JOIN LATERAL (SELECT CASE WHEN u = 0 OR trust = 'stock' OR relation IN (6, 7) AND bq > 0 THEN m
    ELSE u END AS exp_q) q;

ALTER TABLE told2 ADD PRIMARY KEY (g);
ANALYZE told2;

-- ---- findings of groups; amounts unrounded ----

CREATE TABLE raw (g bigint, "check" text, keys text[], exposure numeric, book_effect numeric, currency text,
    certainty text, verb text, due date, bucket text, severity int, wo_id text, known bool DEFAULT true);

INSERT INTO raw -- quantities in stock
SELECT g, x."check", ARRAY[wo_id, item_id, owner, item_condition, currency], x.exposure, x.book, 'EUR', x.certainty,
    x.verb,
       stock_due, 'COST', 2, wo_id, c IS NOT NULL OR x.exposure = 0
FROM told2 CROSS JOIN LATERAL (
    SELECT 'INV-01' AS "check", u * c AS exposure, -u * c AS book, 'FIRM' AS certainty, 'GI' AS verb
    WHERE u > 0 AND m = 0 AND owner = 'own'
    UNION ALL
    SELECT 'INV-02', CASE WHEN mb = 0 THEN 0 ELSE m * c END, 0, CASE WHEN mb = 0 THEN 'FIRM' ELSE 'CONTINGENT' END,
           CASE WHEN mb = 0 THEN 'FSM' ELSE 'INVST' END
    WHERE u = 0 AND m > 0
    UNION ALL
    SELECT 'INV-03', CASE WHEN relation IN (6, 7) OR trust = 'stock' THEN 0 ELSE (u - m) * c END,
           CASE WHEN relation IN (6, 7) OR trust <> 'sure' THEN 0 ELSE -(u - m) * c END,
           CASE WHEN trust = 'doubt' THEN 'CONTINGENT' ELSE 'FIRM' END,
           CASE WHEN relation IN (6, 7) OR trust = 'stock' THEN 'FSM' WHEN trust = 'doubt' THEN 'INVST' ELSE 'GI' END
    WHERE u > 0 AND m > 0 AND (relation IN (4, 6, 7, 8, 9, 12) OR trust = 'stock')
    UNION ALL
    SELECT 'INV-10', (m - u) * c, CASE WHEN trust = 'doubt' THEN 0 ELSE (m - u) * c END,
           CASE WHEN trust = 'doubt' THEN 'CONTINGENT' ELSE 'FIRM' END, CASE WHEN trust = 'doubt' THEN 'INVST'
               ELSE 'GR-REV' END
    WHERE u > 0 AND m > 0 AND relation IN (5, 10, 11, 13) AND trust <> 'stock'
    UNION ALL
    SELECT 'INV-06', q.q * c, 0, 'CONTINGENT', 'INVST'
    FROM (SELECT count(*) AS q FROM unnest(used_serials) AS s WHERE NOT s = ANY (moved_serials)) q
    WHERE u > 0 AND um = 0 AND serial AND NOT unmanaged AND q.q > 0
) x WHERE NOT unmanaged AND NOT is_cancelled;
UPDATE raw SET due = (SELECT closed_on + 10 FROM orders o WHERE o.wo_id = raw.wo_id) WHERE "check" = 'INV-10';

INSERT INTO raw -- money of the customer
SELECT g, x."check", ARRAY[wo_id, item_id, owner, item_condition, currency], x.exposure, x.book, currency,
       x.certainty, x.verb, x.due, 'REV', x.severity, wo_id, x.known
FROM told2 CROSS JOIN LATERAL (SELECT expected - act AS gap, u = 0 AND m > 0 AS unproven, trust = 'doubt' AS doubt) y
CROSS JOIN LATERAL (
    SELECT 'BIL-01' AS "check", expected AS exposure, CASE WHEN unproven THEN 0 ELSE expected END AS book,
           CASE WHEN unproven THEN 'CONTINGENT' ELSE 'FIRM' END AS certainty, CASE WHEN unproven THEN 'INVST'
               ELSE 'INV' END AS verb,
           bill_due AS due, 1 AS severity, p IS NOT NULL AS known
    WHERE class = 'T' AND bk = '-' AND (u > 0 OR m > 0)
    UNION ALL
    SELECT 'BIL-02', gap, CASE WHEN unproven THEN 0 ELSE gap END, CASE WHEN unproven THEN 'CONTINGENT' ELSE 'FIRM' END,
           CASE WHEN unproven THEN 'INVST' ELSE 'INV' END, bill_due, 1, p IS NOT NULL
    WHERE class = 'T' AND has_z AND (u > 0 OR m > 0) AND (p IS NULL AND bk = 'Z' OR gap > tol_money)
    UNION ALL
    SELECT 'EVD-06', gap, 0, CASE WHEN unproven THEN 'CONTINGENT' ELSE 'FIRM' END, 'APP', bill_due, 1, p IS NOT NULL
    WHERE class = 'T' AND goodwill AND NOT approved AND (u > 0 OR m > 0) AND bk IN ('-', 'Z', 'IZ') AND (p IS NULL
        OR gap > tol_money)
    UNION ALL
    SELECT 'BIL-03', gap, CASE WHEN doubt THEN 0 ELSE gap END, CASE WHEN doubt THEN 'CONTINGENT' ELSE 'FIRM' END,
           CASE WHEN doubt THEN 'INVST' ELSE 'DM' END, bill_due, 2, p IS NOT NULL
    WHERE class = 'T' AND bk = 'I' AND u > 0 AND (trust <> 'stock' AND relation IN (2, 8, 9, 10)
        OR trust = 'stock' AND relation IN (8, 10))
    UNION ALL
    SELECT 'BIL-05', gap, CASE WHEN doubt THEN 0 ELSE gap END, CASE WHEN doubt THEN 'CONTINGENT' ELSE 'FIRM' END,
           CASE WHEN doubt THEN 'INVST' ELSE 'CM' END, bill_due, 2, p IS NOT NULL
    WHERE class = 'T' AND bk = 'I' AND u > 0 AND (trust <> 'stock' AND relation IN (3, 11, 12, 13)
        OR trust = 'stock' AND relation IN (9, 12))
    UNION ALL
    SELECT 'BIL-04', gap, gap, 'FIRM', 'DM', bill_due, 2, true
    WHERE class = 'T' AND bk = 'I' AND relation IN (1, 4, 5, 6, 7) AND gap > tol_money
    UNION ALL
    SELECT 'BIL-05', gap, gap, 'FIRM', 'CRB', bill_due, 2, true
    WHERE class = 'T' AND bk = 'I' AND relation IN (1, 4, 5, 6, 7) AND -gap > tol_money AND (u > 0 OR m > 0)
    UNION ALL
    SELECT 'BIL-07', -act, 0, 'CONTINGENT', 'INVST', CASE WHEN is_closed THEN posted + 30 END, 1, true WHERE u = 0
        AND m = 0 AND has_i
    UNION ALL
    SELECT 'BIL-06', -act, -act, 'FIRM', 'CM', CASE WHEN is_closed THEN posted END, 1, true
    WHERE (class IN ('W', 'C', 'G') AND bk = 'I' OR class = 'C' AND NOT metered AND bk = 'IZ') AND (u > 0 OR m > 0)
    UNION ALL
    SELECT 'CON-11', -act, -act, 'FIRM', 'CM', CASE WHEN is_closed THEN posted END, 1, true
    WHERE class = 'C' AND metered AND bk = 'IZ' AND (u > 0 OR m > 0)
    UNION ALL
    SELECT 'CON-01', full_price, 0, CASE WHEN unproven AND bk = '-' THEN 'CONTINGENT' ELSE 'FIRM' END,
           CASE WHEN unproven AND bk = '-' THEN 'INVST' ELSE 'CDEB' END, bill_due, 2, p IS NOT NULL
    WHERE class = 'C' AND metered AND bk IN ('-', 'I') AND (u > 0 OR m > 0)
) x WHERE NOT is_cancelled;

INSERT INTO raw -- claims
SELECT g, x."check", ARRAY[wo_id, item_id, owner, item_condition, currency], x.exposure, x.book, 'EUR',
       x.certainty, x.verb, x.due, 'CLAIM', 1, wo_id, x.exposure IS NOT NULL
FROM told2 CROSS JOIN LATERAL (SELECT u = 0 AND m > 0 AND bk = '-' AS unproven, exp_q * c AS due_from_vendor) y
CROSS JOIN LATERAL (
    SELECT 'WTY-01' AS "check", due_from_vendor AS exposure,
           CASE WHEN unproven OR cover = 'own_warranty' THEN 0 ELSE due_from_vendor END AS book,
           CASE WHEN unproven THEN 'CONTINGENT' ELSE 'FIRM' END AS certainty,
           CASE WHEN unproven THEN 'INVST' WHEN cover = 'own_warranty' THEN 'RCL' ELSE 'WCL' END AS verb, bill_due
               AS due
    WHERE bk IN ('-', 'I')
    UNION ALL
    SELECT 'WTY-13', -LEAST(act, claim), -LEAST(act, claim), 'FIRM', 'CM', CASE WHEN is_closed THEN posted END
        WHERE bk = 'IZ'
) x WHERE class = 'W' AND (u > 0 OR m > 0) AND NOT is_cancelled;

INSERT INTO raw -- cancelled orders
SELECT g, 'INV-22', ARRAY[wo_id, item_id, owner, item_condition, currency], m * c, m * c, 'EUR', 'FIRM', 'GR-REV',
       cancelled_on + 5, 'COST', 2, wo_id, c IS NOT NULL
FROM told2 WHERE is_cancelled AND m > 0 AND NOT unmanaged;
INSERT INTO raw
SELECT NULL, 'WOS-05', ARRAY[wo_id], -sum(act), -sum(act), currency, 'FIRM', 'CM', cancelled_on + 5, 'REV', 2, wo_id
FROM told2 WHERE is_cancelled GROUP BY wo_id, currency, cancelled_on HAVING sum(act) > 0;

-- ---- findings of rows ----

CREATE INDEX ON raw (wo_id);
CREATE INDEX ON raw (g);
ANALYZE raw;

-- A surplus that is one whole row, equal to an earlier one, and that no other leg knows.
CREATE TABLE twice AS
SELECT t.g, 'INV-07' AS "check", x.mov_id || '/' || x.line_no AS row_id, x.q, x.cost_amount AS cost,
    x.posting_date + 3 AS due
FROM told2 t CROSS JOIN LATERAL (
    SELECT b.* FROM moved b JOIN moved a USING (wo_id, item_id, owner, item_condition, q, posting_date, entered_by)
    WHERE a.mov_id < b.mov_id AND a.serial_no IS NOT DISTINCT FROM b.serial_no AND b.q = t.m - t.u
      AND (b.wo_id, b.item_id, b.owner, b.item_condition) = (t.wo_id, t.item_id, t.owner, t.item_condition)
    ORDER BY b.mov_id DESC LIMIT 1) x
WHERE m > u AND u > 0 AND mb <> 0 AND NOT unmanaged AND NOT is_cancelled
UNION ALL
SELECT t.g, 'INV-08', x.usage_id, x.q, 0, ((x.device_at + interval '72 hours') AT TIME ZONE o.zone)::date
FROM told2 t JOIN orders o USING (wo_id) CROSS JOIN LATERAL (
    SELECT b.* FROM used b JOIN used a USING (wo_id, item_id, owner, item_condition, q)
    WHERE a.usage_id < b.usage_id AND a.serial_no IS NOT DISTINCT FROM b.serial_no AND b.q = t.u - t.m
      AND (b.wo_id, b.item_id, b.owner, b.item_condition) = (t.wo_id, t.item_id, t.owner, t.item_condition)
    ORDER BY b.usage_id DESC LIMIT 1) x
WHERE u > m AND m > 0 AND bq <= m AND NOT unmanaged AND NOT t.is_cancelled
UNION ALL
SELECT t.g, 'BIL-08', x.inv_id || '/' || x.line_no, x.net_amount, 0, x.posting_date
FROM told2 t CROSS JOIN LATERAL (
    SELECT b.* FROM billed b JOIN billed a USING (wo_id, item_id, item_condition, q, net_amount)
    WHERE (a.posting_date, a.inv_id) < (b.posting_date, b.inv_id) AND b.q = t.bq - t.u AND b.net_amount > 0
      AND (b.wo_id, b.item_id, b.item_condition) = (t.wo_id, t.item_id, t.item_condition)
    ORDER BY b.inv_id DESC LIMIT 1) x
WHERE bq > u AND u > 0 AND mb <> 0 AND NOT is_cancelled AND class = 'T';

INSERT INTO raw
SELECT t.g, "check", ARRAY[CASE "check" WHEN 'INV-07' THEN 'movement' WHEN 'INV-08' THEN 'usage_line'
    ELSE 'invoice_line' END, row_id],
       x.amount, x.amount, CASE "check" WHEN 'BIL-08' THEN currency ELSE 'EUR' END, 'FIRM',
       CASE "check" WHEN 'INV-07' THEN 'GR-REV' WHEN 'INV-08' THEN 'FSM' ELSE 'CM' END, due,
       CASE "check" WHEN 'BIL-08' THEN 'REV' ELSE 'COST' END, CASE "check" WHEN 'BIL-08' THEN 1 ELSE 2 END, wo_id,
       x.amount IS NOT NULL
FROM twice JOIN told2 t USING (g) CROSS JOIN LATERAL (
    SELECT CASE "check" WHEN 'INV-08' THEN 0 WHEN 'BIL-08' THEN -q ELSE q * COALESCE(cost / q, c) END AS amount) x;
DELETE FROM raw USING twice w WHERE raw.g = w.g AND (w."check", raw."check") IN
    (('INV-07', 'INV-10'), ('INV-08', 'INV-03'), ('BIL-08', 'BIL-05'));

INSERT INTO raw -- returned beyond what was issued
SELECT g, 'INV-16', ARRAY['movement', mov_id || '/' || line_no], x, -x, 'EUR', 'FIRM', 'GI', posting_date, 'COST', 2,
    t.wo_id,
       x IS NOT NULL
FROM told t JOIN moved m USING (wo_id, item_id, owner, item_condition)
CROSS JOIN LATERAL (SELECT COALESCE(-m.cost_amount, -m.q * t.c) AS x) y
WHERE m.q < 0 AND NOT t.unmanaged AND NOT EXISTS (SELECT FROM moved p WHERE p.q > 0 AND
    (p.wo_id, p.item_id, p.owner, p.item_condition) = (m.wo_id, m.item_id, m.owner, m.item_condition));

INSERT INTO raw -- rows of orders that do not exist; claims for items that the order does not know
SELECT NULL, 'INV-21', ARRAY['movement', mov_id || '/' || line_no], COALESCE(cost_amount, q * c.unit_cost), 0, 'EUR',
       'CONTINGENT', 'INVST', posting_date + 3, 'COST', 2, NULL, true
FROM moved m LEFT JOIN erp.item_cost c ON c.item_id = m.item_id AND c.valid_from = '2020-01-01'
    AND c.item_condition = 'new'
WHERE NOT EXISTS (SELECT FROM orders o WHERE o.wo_id = m.wo_id)
UNION ALL
SELECT t.g, 'WTY-02', ARRAY['claim', claim_id], -amount, -amount, c.currency, 'FIRM', 'WREV', filed_date + 3, 'CLAIM',
    1, c.wo_id, true
FROM claimed c LEFT JOIN orders o USING (wo_id) LEFT JOIN told t USING (wo_id, item_id, item_condition)
WHERE NOT COALESCE(o.excluded, false) AND COALESCE(t.u, 0) = 0 AND COALESCE(t.m, 0) = 0
UNION ALL
SELECT NULL, 'CON-02', ARRAY['contract_ledger', entry_id], -amount, -amount, d.currency, 'FIRM', 'CREV',
    posting_date + 3,
       'REV', 2, d.wo_id, true
FROM debited d WHERE NOT EXISTS (SELECT FROM orders o WHERE o.wo_id = d.wo_id);

-- ---- the wrong item: one unmatched usage and one unmatched issue of an order, as many of the one as of the other ----

CREATE TABLE swapped AS
WITH lone AS (
    SELECT wo_id, "check", min(g) AS g FROM raw WHERE "check" IN ('INV-01', 'INV-02') GROUP BY 1, 2 HAVING count(*) = 1
)
SELECT a.g AS used_g, b.g AS issued_g, a.u AS q, a.c AS used_c, b.c AS issued_c
FROM lone x JOIN lone y USING (wo_id) JOIN told2 a ON a.g = x.g JOIN told2 b ON b.g = y.g
WHERE x."check" = 'INV-01' AND y."check" = 'INV-02' AND a.u = b.m;
DELETE FROM raw USING swapped s WHERE raw.g = s.used_g AND "check" = 'INV-01' OR raw.g = s.issued_g;
INSERT INTO raw
SELECT g, 'INV-04', ARRAY[wo_id, item_id, owner, item_condition, currency], q * abs(used_c - issued_c),
       CASE WHEN bk = '-' THEN 0 ELSE q * (issued_c - used_c) END, 'EUR', 'FIRM', CASE WHEN bk = '-' THEN 'INVST'
           ELSE 'GI+GR-REV' END, stock_due, 'COST', 2, wo_id, used_c IS NOT NULL AND issued_c IS NOT NULL
FROM swapped JOIN told2 ON g = used_g;

-- ---- findings of orders ----

-- What the recorded class would have the customer pay, and whether the group was billed so.
CREATE TABLE gap AS
SELECT g, wo_id, o.bill_due, expected - r.recorded_price AS gap, abs(act - r.recorded_price) <= tol_money AS as_recorded
FROM told2 t JOIN orders o USING (wo_id)
CROSS JOIN LATERAL (SELECT CASE o.recorded WHEN 'chargeable' THEN full_price ELSE 0 END AS recorded_price) r
WHERE o.recorded IN ('chargeable', 'warranty', 'contract') AND NOT o.is_cancelled
  AND o.recorded <> CASE o.derived WHEN 'W' THEN 'warranty' WHEN 'C' THEN 'contract' ELSE 'chargeable' END;
INSERT INTO raw
SELECT NULL, 'ENT-03', ARRAY[wo_id, 'header'], sum(CASE WHEN as_recorded THEN gap ELSE 0 END), 0, o.currency, 'FIRM',
    'FSM',
       o.bill_due, 'REV', 1, wo_id, bool_and(gap IS NOT NULL)
FROM gap JOIN orders o USING (wo_id) GROUP BY wo_id, o.currency, o.bill_due;

INSERT INTO raw
SELECT NULL, 'ENT-01', ARRAY[wo_id], COALESCE(sum(t.expected), 0), 0, o.currency, 'CONTINGENT', 'FSM', o.bill_due,
    'REV', 2, wo_id
FROM orders o JOIN told2 t USING (wo_id)
WHERE o.is_closed AND o.recorded IS NULL AND o.no_charge_reason IS NULL AND NOT o.is_cancelled
GROUP BY wo_id, o.currency, o.bill_due HAVING bool_or(t.u > 0 OR t.m > 0) AND NOT bool_or(t.has_i);

-- Orders of a kind that asks for work and left no trace; orders where goodwill left none, worth what was given away.
-- Silent where another check names a gap of the order.
INSERT INTO raw
SELECT NULL, 'WOS-04', ARRAY[wo_id], COALESCE(f.full_price, 0), 0, o.currency, 'CONTINGENT', 'INVST', o.bill_due,
    'CTRL', 2, wo_id
FROM orders o LEFT JOIN (SELECT wo_id, sum(full_price) AS full_price, count(*) AS n
    FROM told2 WHERE class = 'G' AND bk = '-' AND (u > 0 OR m > 0) AND g NOT IN (SELECT issued_g FROM swapped)
        GROUP BY wo_id) f USING (wo_id)
WHERE NOT o.excluded AND o.is_closed AND NOT o.is_cancelled
  AND (f.n > 0 OR o.wo_type IN ('repair', 'pm', 'install') AND NOT EXISTS (SELECT FROM grp t WHERE t.wo_id = o.wo_id))
  AND NOT EXISTS (SELECT FROM raw r WHERE r.wo_id = o.wo_id AND "check" IN ('INV-01', 'BIL-01', 'WTY-01', 'CON-01'));

-- ---- findings ----

CREATE TABLE finding AS
WITH a AS (
    SELECT r.g, r."check", cardinality(r.keys) = 5 AS of_group, finding_id(r."check", VARIADIC r.keys) AS finding_id,
        r.wo_id, r.bucket, r.verb AS correction,
           CASE WHEN known THEN certainty ELSE 'NONE' END AS certainty, r.currency, due,
           CASE WHEN known THEN round(exposure, digits(r.currency)) END AS exposure,
           CASE WHEN known THEN round(book_effect, digits(r.currency)) END AS book_effect,
           CASE WHEN due IS NULL OR due > as_of THEN 'pending' ELSE 'new' END AS status, severity
    FROM raw r, param
), b AS (
    SELECT a.*, round(exposure * rate, 2) AS exposure_reporting, x.cause,
           CASE WHEN "check" = 'EVD-06' THEN 2 ELSE 9 END AS rank, CASE WHEN "check" = 'BIL-04' THEN 1 ELSE 0 END
               AS layer
    FROM a LEFT JOIN worth ON have = a.currency AND want = 'EUR'
    LEFT JOIN (SELECT gap.g, c.finding_id AS cause FROM gap JOIN a c USING (wo_id)
        WHERE c."check" = 'ENT-03' AND as_recorded AND gap <> 0) x ON x.g = a.g AND a.bucket = 'REV'
)
SELECT "check", finding_id, b.wo_id, status, due, bucket, certainty, exposure, book_effect, b.currency,
    exposure_reporting,
       correction, of_group, 'S' || CASE WHEN certainty = 'NONE' THEN severity WHEN abs(exposure_reporting) >= 5000
           THEN GREATEST(severity - 1, 1) WHEN abs(exposure_reporting) < 25 THEN LEAST(severity + 1, 4)
               ELSE severity END AS severity,
       CASE WHEN g IS NULL THEN 'yes' ELSE COALESCE(cause, NULLIF(first_value(finding_id) OVER (PARTITION BY g, bucket,
           CASE WHEN g IS NULL THEN finding_id END ORDER BY rank, certainty <> 'FIRM', layer,
               abs(exposure) DESC NULLS LAST, "check",
           finding_id), finding_id), 'yes') END AS "primary",
       CASE WHEN of_group THEN u END AS usage_qty, CASE WHEN of_group AND NOT unmanaged THEN m END AS movement_qty,
       CASE WHEN of_group THEN document_q END AS billed_qty -- on documents
FROM b LEFT JOIN told2 t USING (g);
