-- generate.sql - random canonical data for both stores. psql variables: orders, share (per cent of orders with a
-- discrepancy), seed. The same three give the same rows on every machine: all chance is md5 of the seed and of what
-- is drawn for.
--
-- plan.job draws an order, plan.slot what becomes of one item on it: u, m, b are the quantities used, issued and
-- billed in the base unit, bk how it was billed (- none, I invoice, Z no charge, IZ both). The rows of the stores are
-- written from that. Nothing here is read by oracle.sql, which sees the two stores only.
SELECT set_config('proof.seed', :'seed', false) AS seed, set_config('proof.share', :'share', false) AS share \gset
\set as_of '2026-06-30'

-- A draw below n for a purpose.
CREATE FUNCTION plan.r(what text, n int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ('x' || substr(md5(what), 1, 7))::bit(28)::int % n $$;
-- One of the numbers 0, 1, 2 ... with these weights, out of their sum.
CREATE FUNCTION plan.pick(what text, VARIADIC weights int[]) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT count(*)::int FROM (SELECT sum(w) OVER (ORDER BY k) AS upto FROM unnest(weights) WITH ORDINALITY AS t(w,
        k)) x
    WHERE upto <= plan.r(what, (SELECT sum(w)::int FROM unnest(weights) AS w)) $$;
-- An order number as people write it.
CREATE FUNCTION plan.spell(wo text, how int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE how WHEN 0 THEN lower(wo) WHEN 1 THEN 'wo ' || substr(wo, 4) WHEN 2 THEN 'Wo- ' || substr(wo, 4)
                    WHEN 3 THEN 'ref WO-' || substr(wo, 4) || ' van' ELSE wo END $$;

-- ---- master data ----

-- n mod 8: 5 not kept in stock, 6 measured (litres or metres), 7 serialised; 1 has neither cost nor price.
CREATE TABLE plan.part AS
SELECT n, 'IT-' || lpad(n::text, 3, '0') AS item, 'P' || lpad(n::text, 3, '0') AS fsm_item,
       CASE WHEN n % 16 = 6 THEN 'L' WHEN n % 16 = 14 THEN 'M' ELSE 'EA' END AS base,
       CASE WHEN n % 16 = 6 THEN 'ML' WHEN n % 16 = 14 THEN 'CM' ELSE 'BOX' END AS other_unit,
       (CASE WHEN n % 16 = 6 THEN 0.001 WHEN n % 16 = 14 THEN 0.01 ELSE 12 END)::numeric AS factor,
       n % 8 = 7 AS serial, n % 8 = 5 AS unkept, n % 7 = 0 AS mapped, n % 9 = 4 AND n % 8 < 5 AS boxed,
       CASE WHEN n <> 1 THEN round(5 + n * 3.37, 2) END AS cost
FROM generate_series(0, 55) AS n;

INSERT INTO erp.item SELECT item, base, CASE WHEN unkept THEN 'nonstock' ELSE 'stocked' END,
    CASE WHEN serial THEN 'always' ELSE 'none' END, 'PC' || n FROM plan.part
UNION ALL SELECT 'S-' || item, base, 'stocked', 'none', 'S' FROM plan.part WHERE mapped
UNION ALL SELECT 'X-' || n, 'EA', 'stocked', 'none', 'X' FROM generate_series(0, 9) AS n;
INSERT INTO erp.sales_map SELECT item, 'S-' || item FROM plan.part WHERE mapped;
INSERT INTO fsm.xref_item SELECT fsm_item, item FROM plan.part;
INSERT INTO erp.item_uom SELECT item, other_unit, CASE other_unit WHEN 'BOX' THEN 12 ELSE 1 END,
    CASE other_unit WHEN 'ML' THEN 1000 WHEN 'CM' THEN 100 ELSE 1 END FROM plan.part;
INSERT INTO erp.item_cost
SELECT item, c.condition, c.since, round(cost * c.part, 2), 'EUR'
FROM plan.part, (VALUES ('new', DATE '2020-01-01', 1.0), ('new', '2026-06-01', 1.05), ('refurb', '2020-01-01', 0.6))
    AS c(condition, since, part) WHERE cost IS NOT NULL
UNION ALL SELECT 'X-' || n, 'new', DATE '2020-01-01', 10 + n, 'EUR' FROM generate_series(0, 9) AS n;

-- Customers: 0..39 buy at list or at their own price; 40..49 metered contract, 50..59 unmetered, 60..64 a contract
-- with its own prices, 65..69 one with a discount.
CREATE TABLE plan.customer AS
SELECT k, 'C' || k AS fsm_id, 'K' || lpad(k::text, 4, '0') AS erp_id,
       CASE WHEN k < 40 THEN (ARRAY['EUR','EUR','EUR','EUR','EUR','EUR','EUR','USD','GBP','JPY'])[k % 10 + 1]
            ELSE 'EUR' END AS currency
FROM generate_series(0, 69) AS k;
INSERT INTO fsm.fsm_customer SELECT fsm_id, erp_id, 'Customer ' || k FROM plan.customer;
INSERT INTO erp.customer SELECT erp_id, 'Customer ' || k, currency FROM plan.customer;
INSERT INTO erp.contract SELECT 'V' || k, erp_id, DATE '2025-01-01', DATE '2027-12-31', 'EUR' FROM plan.customer
    WHERE k >= 40;
INSERT INTO erp.contract_line
SELECT 'V' || k, 1, CASE WHEN k < 60 THEN 1 ELSE 0 END, CASE WHEN k BETWEEN 60 AND 64 THEN 'CL' END,
       CASE WHEN k >= 65 THEN 0.1 ELSE 0 END, CASE WHEN k < 50 THEN 'parts_qty' ELSE 'none' END,
       CASE WHEN k < 50 THEN 100000 END
FROM plan.customer WHERE k >= 40;

-- List in two periods, reconditioned parts at six tenths; some are priced by the box. Every fifth customer has prices
-- of its own for every fourth item, in its own currency. The contracts' list lacks every third item.
INSERT INTO erp.price
SELECT 'LIST', item, '', c.condition, c.since, c.until,
       CASE WHEN boxed THEN round(cost * 2.5 * c.part * 12 * 0.9, 2) ELSE round(cost * 2.5 * c.part, 2) END,
       CASE WHEN boxed THEN 'BOX' ELSE base END, 'EUR'
FROM plan.part, (VALUES ('new', DATE '2020-01-01', DATE '2026-05-31', 1.0), ('new', '2026-06-01', NULL, 1.03),
    ('refurb', '2020-01-01', NULL, 0.6)) AS c(condition, since, until, part) WHERE cost IS NOT NULL
UNION ALL
SELECT 'LIST', item, erp_id, 'new', '2020-01-01', NULL,
       round(cost * 2.3 * CASE currency WHEN 'JPY' THEN 160 WHEN 'USD' THEN 1.1 ELSE 1 END,
             CASE currency WHEN 'JPY' THEN 0 ELSE 2 END), base, currency
FROM plan.part, plan.customer WHERE k % 5 IN (0, 4) AND n % 4 = 0 AND cost IS NOT NULL
UNION ALL
SELECT 'CL', item, '', 'new', '2020-01-01', NULL, round(cost * 2, 2), base, 'EUR'
FROM plan.part WHERE n % 3 <> 1 AND cost IS NOT NULL;

-- One rate of each pair holds over the whole time; the others are of another kind or begin after the last day.
INSERT INTO erp.fx_rate VALUES ('USD', 'EUR', '2024-12-01', 'mid', 0.91), ('USD', 'EUR', '2025-06-01', 'mid', 0.925),
    ('USD', 'EUR', '2026-07-01', 'mid', 0.5), ('GBP', 'EUR', '2025-01-01', 'mid', 1.1765),
    ('EUR', 'JPY', '2025-01-01', 'mid', 162.35), ('USD', 'EUR', '2026-06-01', 'buy', 0.8);

-- ---- orders ----

-- ent: 0, 5 T; 1 vendor's warranty; 2 own; 3 metered contract; 4 unmetered; 6 goodwill.
-- life: 0 closed; 1 completed, not closed; 2 cancelled; 3 of an excluded type; 4 deleted.
-- flaw: 0 in the slots alone; 1 no decision; 2 a wrong one; 3 nothing on a closed order; 4 the wrong item issued.
CREATE TABLE plan.job AS
WITH drawn AS (
    SELECT i, current_setting('proof.seed') || '/' || i AS k FROM generate_series(1, :orders) AS i
), a AS (
    SELECT i, k, plan.r(k || 'share', 100) < current_setting('proof.share')::int AS bad,
           plan.pick(k || 'ent', 45, 8, 7, 10, 7, 15, 8) AS ent, plan.pick(k || 'life', 86, 5, 5, 3, 1) AS life,
           CASE plan.r(k || 'zone', 4) WHEN 0 THEN 'NY' ELSE 'default' END AS region
    FROM drawn
), b AS (
    SELECT *, CASE WHEN bad AND life = 0 THEN plan.pick(k || 'flaw', 80, 6, 6, 4, 4) ELSE 0 END AS flaw,
           CASE WHEN ent IN (0, 6) THEN plan.r(k || 'cust', 40)
                WHEN ent IN (1, 2) THEN plan.r(k || 'cust', 4) * 10 + plan.r(k || 'c2', 7)
                WHEN ent = 3 THEN 40 + plan.r(k || 'cust', 10) WHEN ent = 4 THEN 50 + plan.r(k || 'cust', 10)
                ELSE 60 + plan.r(k || 'cust', 10) END AS cust,
           CASE region WHEN 'NY' THEN 'America/New_York' ELSE 'Europe/Brussels' END AS zone,
           (DATE '2026-05-02' + plan.r(k || 'day', 56)) + make_interval(mins => plan.r(k || 'min', 1440)) AS done_local
    FROM a
), c AS (
    SELECT *, done_local AT TIME ZONE zone AS done FROM b
)
SELECT i, c.k, bad, flaw, ent, life, region, zone, cust, c2.currency, done, 'WO-' || 100000 + i AS wo,
       done + make_interval(hours => plan.r(c.k || 'close', 40)) AS closed,
       CASE WHEN ent IN (1, 2) THEN 'W' WHEN ent IN (3, 4) THEN 'C' WHEN ent = 6 THEN 'G' ELSE 'T' END AS class,
       plan.r(c.k || 'sign', 2) = 0 AS signed, CASE WHEN flaw = 3 THEN 0 WHEN flaw = 4 THEN 2
           ELSE 1 + plan.r(c.k || 'slots', 4) END AS slots
FROM c JOIN plan.customer c2 ON c2.k = c.cust;

INSERT INTO fsm.work_order
SELECT wo, CASE WHEN life = 3 THEN 'internal' WHEN NOT signed THEN 'inspection' ELSE 'repair' END,
       CASE life WHEN 1 THEN 'completed' WHEN 2 THEN 'cancelled' ELSE 'closed' END, 'C' || cust,
       CASE WHEN ent IN (1, 2) THEN 'A' || i END,
       CASE WHEN cust >= 40 AND plan.r(k || 'names', 2) = 0 THEN 'V' || cust END, region, currency,
       done - interval '30 hours', CASE WHEN life <> 2 THEN done END, CASE WHEN life NOT IN (1, 2) THEN closed END,
       CASE WHEN life = 2 THEN closed END, NULL, life = 4
FROM plan.job;
INSERT INTO fsm.evidence SELECT 'E' || i, 'work_order', wo, 'signature', true, done FROM plan.job
    WHERE signed AND life <> 2;
INSERT INTO fsm.asset SELECT 'A' || i, 'C' || cust FROM plan.job WHERE ent IN (1, 2);
INSERT INTO fsm.asset_cover SELECT 'W' || i, 'A' || i, CASE ent WHEN 1 THEN 'vendor_warranty' ELSE 'own_warranty' END,
    CASE ent WHEN 1 THEN 'MAKER' END, DATE '2025-06-01', DATE '2026-12-31' FROM plan.job WHERE ent IN (1, 2);

-- The recorded decision. Chargeable work that is charged needs none.
INSERT INTO fsm.entitlement_decision
SELECT 'D' || i, wo, NULL, CASE WHEN flaw = 2 AND class <> 'G' THEN CASE WHEN class IN ('W', 'C') THEN 'chargeable'
        WHEN cust >= 40 THEN 'contract' ELSE 'warranty' END
    ELSE CASE class WHEN 'W' THEN 'warranty' WHEN 'C' THEN 'contract' WHEN 'G' THEN 'goodwill' ELSE 'chargeable' END END
FROM plan.job WHERE flaw <> 1 AND (class <> 'T' OR bad OR plan.r(k || 'decided', 3) > 0);

-- ---- what becomes of an item on an order ----

-- way: 0 clean, else the flaw of this item (the CASE of plan.slot says which). Quantities: whole numbers but for
-- measured items. The quantities of way 7 lie above all others, so that no two items of an order look exchanged.
CREATE TABLE plan.drawn AS
SELECT j.*, s, p.n, p.item, p.fsm_item, p.base, p.other_unit, p.factor, p.serial, p.unkept, p.mapped, p.boxed, p.cost,
       x.key, CASE WHEN j.bad AND (j.flaw = 0 OR j.flaw = 1 AND class <> 'G') AND j.life IN (0, 1, 2)
           AND plan.r(x.key || 'bad', 10) < 7
           THEN 1 + plan.r(x.key || 'way', 13) WHEN j.flaw = 4 THEN 14 + s ELSE 0 END AS way,
       CASE WHEN p.n % 11 = 3 AND plan.r(x.key || 'cond', 3) = 0 THEN 'refurb' ELSE 'new' END AS condition,
       (1 + plan.r(x.key || 'u', 6) + CASE WHEN p.base <> 'EA' THEN 0.25 * plan.r(x.key || 'f', 4) ELSE 0 END)::numeric
           AS u0, (1 + plan.r(x.key || 'm', 5))::numeric AS m0, (1 + plan.r(x.key || 'b', 5))::numeric AS b0
FROM plan.job j CROSS JOIN LATERAL generate_series(0, j.slots - 1) AS s
CROSS JOIN LATERAL (SELECT j.k || '/' || s AS key) x
JOIN plan.part p ON p.n = CASE WHEN (j.flaw IN (1, 2) OR j.class = 'G') AND (plan.r(j.k || 'part',
    56) + 17 * s) % 56 = 1 THEN 2
    WHEN j.flaw = 4 THEN 8 * (plan.r(j.k || 'part', 6)) + 2 + s
    ELSE (plan.r(j.k || 'part', 56) + 17 * s) % 56 END;

CREATE TABLE plan.slot AS
WITH a AS (
    SELECT d.k, d.i, d.s, d.key, d.bad, d.flaw, d.ent, d.life, d.zone, d.cust, d.currency, d.done, d.closed, d.wo,
        d.class,
           d.n, d.item, d.fsm_item, d.base, d.other_unit, d.factor, d.serial, d.unkept, d.mapped, d.boxed, d.cost,
           d.condition, d.m0, d.b0,
           CASE WHEN unkept AND way IN (1, 7, 9, 10, 12, 13) THEN 3 WHEN serial AND way IN (9, 10, 13) THEN 2
                WHEN ent = 3 AND way = 10 THEN 1 WHEN class <> 'T' AND way IN (4, 11)
               OR class = 'G' AND way = 10 OR life = 2 AND way = 9 THEN 3 ELSE way END AS way,
           CASE WHEN flaw = 2 AND class IN ('W', 'C') AND plan.r(k || 'as', 2) = 0 THEN 'I'
                WHEN flaw = 2 AND class = 'T' AND plan.r(k || 'as', 2) = 0 THEN (ARRAY['Z',
                    '-'])[1 + plan.r(key || 'as', 2)]
                WHEN class IN ('W', 'G') THEN 'Z' WHEN ent = 3 THEN 'Z' WHEN ent = 4 THEN '-' ELSE 'I' END AS good,
           CASE WHEN way = 0 AND base = 'EA' AND NOT serial AND plan.r(key || 'box', 9) = 0 THEN 12 * u0
                WHEN way > 13 THEN 3 ELSE u0 END AS q
    FROM plan.drawn d
), b AS (
    SELECT a.*,
           CASE way WHEN 7 THEN 0 WHEN 8 THEN 0 WHEN 13 THEN 0 WHEN 15 THEN 0 WHEN 10 THEN 2 * q ELSE q END AS u,
           CASE way WHEN 1 THEN 0 WHEN 2 THEN m0 WHEN 7 THEN 6 + m0 WHEN 8 THEN 0 WHEN 9 THEN 2 * q WHEN 12 THEN
                    CASE WHEN serial THEN q ELSE 0 END WHEN 13 THEN -m0 WHEN 14 THEN 0 ELSE q END AS m,
           CASE WHEN way = 2 AND class = 'T' THEN b0 WHEN way = 7 THEN 6 + m0 WHEN way = 13 THEN 0
                WHEN way = 11 AND class = 'T' THEN 2 * q WHEN way = 15 THEN 0 ELSE q END AS b,
           CASE way WHEN 3 THEN '-' WHEN 5 THEN CASE class WHEN 'T' THEN 'Z' WHEN 'G' THEN '-' ELSE 'I' END
                    WHEN 6 THEN CASE WHEN class = 'G' THEN 'I' WHEN ent = 4 THEN 'Z' ELSE 'IZ' END
                    WHEN 7 THEN CASE WHEN ent = 3 OR plan.r(key || 'b7', 2) = 0 THEN '-' ELSE good END
                    WHEN 8 THEN CASE WHEN class = 'W' AND plan.r(key || 'b8', 2) = 0 THEN 'Z' ELSE 'I' END
                    WHEN 12 THEN CASE WHEN serial THEN good ELSE '-' END WHEN 13 THEN '-' WHEN 15 THEN '-'
                        ELSE good END AS bk
    FROM a
)
SELECT b.*,
       CASE WHEN way = 4 AND class = 'T' THEN (ARRAY[0.8, 0.5, 1.25, 0.93])[1 + plan.r(key || 'off', 4)]
            WHEN way = 0 AND class = 'T' AND plan.r(key || 'near', 12) = 0 THEN 0.997 ELSE 1 END::numeric AS pf,
       CASE WHEN way = 0 AND NOT unkept AND flaw = 0 THEN
           (ARRAY['own', 'consignment', 'customer'])[1 + plan.pick(key || 'owner', 86, 8, 6)] ELSE 'own' END AS owner,
       -- The price as whoever writes the invoice knows it, in euro or in the customer's currency.
       CASE WHEN cust BETWEEN 60 AND 64 AND n % 3 <> 1 AND condition = 'new' THEN round(cost * 2, 2)
            WHEN cust % 5 IN (0, 4) AND n % 4 = 0 AND condition = 'new' AND cust < 65
                THEN round(cost * 2.3 * CASE currency WHEN 'JPY' THEN 160 WHEN 'USD' THEN 1.1 ELSE 1 END,
                           CASE currency WHEN 'JPY' THEN 0 ELSE 2 END)
            ELSE (CASE WHEN boxed THEN round(cost * 2.5 * f * 12 * 0.9, 2) / 12 ELSE round(cost * 2.5 * f, 2) END)
                * CASE WHEN cust >= 65 THEN 0.9 ELSE 1 END
                * CASE currency WHEN 'JPY' THEN 162.35 WHEN 'USD' THEN 1 / 0.925 WHEN 'GBP' THEN 1 / 1.1765 ELSE 1 END
       END AS price,
       CASE currency WHEN 'JPY' THEN 0 ELSE 2 END AS digits,
       (done AT TIME ZONE zone)::date AS day,
       LEAST(DATE '2026-06-30', (closed AT TIME ZONE zone)::date + plan.r(key || 'post', 3)) AS bill_day,
       CASE WHEN condition = 'refurb' THEN round(cost * 0.6, 2)
            WHEN (done AT TIME ZONE zone)::date >= DATE '2026-06-01' THEN round(cost * 1.05, 2)
            ELSE cost END AS unit_cost
FROM b CROSS JOIN LATERAL (SELECT CASE WHEN condition = 'refurb' THEN 0.6
    WHEN (done AT TIME ZONE zone)::date >= DATE '2026-06-01' THEN 1.03 ELSE 1.0 END AS f) x;
