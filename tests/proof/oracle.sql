-- oracle.sql - what a run must find, worked out a second time in SQL from the two stores alone. Written from the
-- specification (the three-way tables, the checks, the data model), not from the engine; README.md says which checks
-- and columns it covers. The result is oracle.finding. psql variable: as_of.
CREATE SCHEMA oracle;
SET search_path = oracle;

-- ---- policy and helpers ----

CREATE TABLE param AS SELECT DATE :'as_of' AS as_of;
CREATE TABLE region (region text PRIMARY KEY, zone text, holidays date[]);
INSERT INTO region VALUES ('default', 'Europe/Brussels', '{2026-05-25}'), ('NY', 'America/New_York', '{2026-06-19}');

-- First 16 characters of base32 are 80 bits: the first ten bytes, five bits a character.
CREATE FUNCTION finding_id("check" text, VARIADIC keys text[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT "check" || '-' || string_agg(substr('abcdefghijklmnopqrstuvwxyz234567',
        substring(bits FROM 5 * g + 1 FOR 5)::int + 1, 1), '' ORDER BY g)
    FROM (SELECT ('x' || encode(substring(sha256(string_agg(convert_to(part, 'UTF8'), '\x00'::bytea ORDER BY at))
        FOR 10), 'hex'))::bit(80) AS bits
        FROM unnest(ARRAY['tieout-finding-1', "check"] || keys) WITH ORDINALITY AS t(part, at)) d,
        generate_series(0, 15) AS g $$;

-- The day after so many working days.
CREATE FUNCTION working(day date, days int, region text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT max(d) FROM (SELECT day + g AS d FROM generate_series(1, days * 3 + 9) AS g, oracle.region r
        WHERE r.region = working.region AND extract(isodow FROM day + g) < 6 AND NOT day + g = ANY (r.holidays)
        ORDER BY g LIMIT days) x $$;

CREATE FUNCTION wo_of(ref text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'WO-' || (regexp_match(ref, 'wo[ -]*([0-9]+)', 'i'))[1] $$;
CREATE FUNCTION digits(currency text) RETURNS int LANGUAGE sql IMMUTABLE AS
    $$ SELECT CASE currency WHEN 'JPY' THEN 0 ELSE 2 END $$;
-- What one unit of a currency is worth in another: the mid rate, direct else inverse.
CREATE FUNCTION rate(have text, want text) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN have = want THEN 1 ELSE COALESCE(
        (SELECT f.rate FROM erp.fx_rate f, oracle.param WHERE from_currency = have AND to_currency = want
             AND rate_kind = 'mid' AND rate_date <= as_of ORDER BY rate_date DESC LIMIT 1),
        (SELECT 1 / f.rate FROM erp.fx_rate f, oracle.param WHERE from_currency = want AND to_currency = have
             AND rate_kind = 'mid' AND rate_date <= as_of ORDER BY rate_date DESC LIMIT 1)) END $$;
CREATE TABLE worth AS -- rate(), once a pair
SELECT a.currency AS have, b.currency AS want, rate(a.currency, b.currency) AS rate
FROM (SELECT DISTINCT currency FROM erp.customer) a, (SELECT DISTINCT currency FROM erp.customer) b;

CREATE TABLE unit AS -- of items of the ERP, in base units
SELECT item_id, base_uom AS uom, 1::numeric AS factor FROM erp.item
UNION SELECT item_id, uom, factor_num::numeric / factor_den FROM erp.item_uom;

-- ---- orders: dates, cover, the recorded decision ----

CREATE TABLE orders AS
WITH o AS (
    SELECT w.*, c.erp_id, r.zone, (COALESCE(w.completed_at, w.closed_at) AT TIME ZONE zone)::date AS day,
           (w.closed_at AT TIME ZONE zone)::date AS closed_on, (w.cancelled_at AT TIME ZONE zone)::date AS cancelled_on
    FROM fsm.work_order w JOIN fsm.fsm_customer c USING (customer_id) JOIN region r USING (region)
), cover AS ( -- the vendor's before the own
    SELECT DISTINCT ON (wo_id) wo_id, a.kind FROM o JOIN fsm.asset_cover a USING (asset_id)
    WHERE o.day BETWEEN a.start_date AND a.parts_end_date
    ORDER BY wo_id, array_position(ARRAY['vendor_warranty', 'own_warranty'], a.kind)
), contract AS ( -- the one named, else the customer's only one
    SELECT wo_id, COALESCE(o.contract_id, CASE WHEN count(k.contract_id) = 1 THEN min(k.contract_id) END) AS contract
    FROM o LEFT JOIN erp.contract k ON k.customer_id = o.erp_id
        AND o.day BETWEEN k.start_date AND COALESCE(k.end_date, 'infinity')
    GROUP BY wo_id, o.contract_id
)
SELECT o.wo_id, o.erp_id, o.region, o.zone, o.currency, o.day, o.closed_on, o.cancelled_on, o.wo_type,
       o.status = 'cancelled' AS is_cancelled, o.closed_on IS NOT NULL AS is_closed,
       o.deleted OR o.wo_type IN ('internal', 'training') AS excluded, cover.kind AS cover, contract.contract,
       CASE WHEN cover.kind IS NOT NULL THEN 'W' WHEN l.share_parts = 1 THEN 'C' ELSE 'T' END AS derived,
       l.allowance_kind IS DISTINCT FROM 'none' AND l.allowance_kind IS NOT NULL AS metered,
       l.price_list_id AS contract_list, COALESCE(l.discount_parts_pct, 0) AS discount, d.decision_class AS recorded,
       EXISTS (SELECT FROM fsm.evidence e WHERE e.object_type = 'work_order' AND e.object_id = o.wo_id
           AND e.kind = 'signature' AND e.is_accepted) AS signed,
       EXISTS (SELECT FROM fsm.approval a WHERE a.object_type = 'work_order' AND a.object_id = o.wo_id
           AND a.kind = 'goodwill' AND a.status = 'approved') AS approved,
       o.no_charge_reason, working(o.closed_on, 5, o.region) AS stock_due, o.closed_on + 10 AS bill_due
FROM o LEFT JOIN cover USING (wo_id) LEFT JOIN contract USING (wo_id)
LEFT JOIN erp.contract_line l ON l.contract_id = contract.contract
LEFT JOIN fsm.entitlement_decision d ON d.wo_id = o.wo_id AND d.usage_id IS NULL;
ALTER TABLE orders ADD PRIMARY KEY (wo_id);

-- ---- rows of the three legs, in base units, signs and orders put right ----

CREATE TABLE used AS
SELECT l.usage_id, l.wo_id, x.erp_id AS item_id, l.owner, l.item_condition, l.serial_no,
       CASE l.direction WHEN 'used' THEN 1 ELSE -1 END * l.quantity * u.factor AS q, l.device_at
FROM fsm.usage_line l JOIN fsm.xref_item x ON x.fsm_id = l.item_id JOIN unit u ON u.item_id = x.erp_id AND u.uom = l.uom
WHERE NOT l.deleted AND l.line_status = 'used' AND l.direction IN ('used', 'returned');

CREATE TABLE moved AS
SELECT m.mov_id, m.line_no, COALESCE(wo_of(m.wo_ref), wo_of(r.wo_ref), n.wo_id) AS wo_id, m.item_id, m.owner,
       m.item_condition, m.serial_no, m.quantity * u.factor AS q, m.cost_amount, m.posting_date, m.entered_by
FROM erp.movement m JOIN unit u ON u.item_id = m.item_id AND u.uom = m.uom
LEFT JOIN erp.movement r ON r.mov_id = m.reverses_mov_id AND r.line_no = m.reverses_line_no
LEFT JOIN fsm.usage_line n ON n.usage_id = m.usage_ref
WHERE m.status IN ('posted', 'costed', 'reversed') AND m.movement_class IN ('issue_wo', 'return_wo');

CREATE TABLE billed AS
SELECT l.inv_id, l.line_no, COALESCE(wo_of(l.wo_ref), wo_of(c.wo_ref), n.wo_id) AS wo_id,
       COALESCE(s.used_item_id, l.sales_item_id) AS item_id, l.item_condition, l.outcome, l.quantity * u.factor AS q,
       l.net_amount, i.posting_date
FROM erp.invoice_line l JOIN erp.invoice i USING (inv_id) JOIN unit u ON u.item_id = l.sales_item_id AND u.uom = l.uom
LEFT JOIN erp.sales_map s ON s.sales_item_id = l.sales_item_id
LEFT JOIN erp.invoice_line c ON c.inv_id = l.cancels_inv_id AND c.line_no = l.cancels_line_no
LEFT JOIN fsm.usage_line n ON n.usage_id = l.usage_ref
WHERE i.status IN ('released', 'paid') AND i.kind IN ('invoice', 'credit', 'debit', 'cancel');

CREATE TABLE claimed AS
SELECT claim_id, wo_of(wo_ref) AS wo_id, item_id, item_condition, quantity AS q, parts_amount + labour_amount AS amount,
       currency, filed_date
FROM erp.claim WHERE status NOT IN ('draft', 'reversed', 'cancelled') AND filed_date IS NOT NULL;
CREATE TABLE debited AS
SELECT e.entry_id, wo_of(e.wo_ref) AS wo_id, x.erp_id AS item_id, l.item_condition, e.quantity AS q, e.amount,
       c.currency, e.posting_date
FROM erp.contract_ledger e JOIN erp.contract c USING (contract_id) LEFT JOIN fsm.usage_line l
    ON l.usage_id = e.usage_ref
LEFT JOIN fsm.xref_item x ON x.fsm_id = l.item_id WHERE e.kind = 'debit';
CREATE INDEX ON used (wo_id, item_id);
CREATE INDEX ON moved (wo_id, item_id);
CREATE INDEX ON billed (wo_id, item_id);
CREATE TABLE price AS SELECT * FROM erp.price;
CREATE INDEX ON price (used_item_id, price_list_id, customer_id);
ANALYZE orders, used, moved, billed, claimed, debited, price, unit;

-- ---- groups: order, item, owner, condition; the currency is the order's ----

-- Billing knows no owner: it belongs to the group that stock or usage makes, else to one of the company's own.
CREATE TABLE grp AS
WITH stock AS (
    SELECT wo_id, item_id, owner, item_condition FROM used UNION SELECT wo_id, item_id, owner, item_condition FROM moved
), money AS (
    SELECT wo_id, item_id, item_condition FROM billed UNION SELECT wo_id, item_id, item_condition FROM claimed
), keys AS (
    SELECT * FROM stock UNION SELECT m.wo_id, m.item_id, 'own', m.item_condition FROM money m
    WHERE NOT EXISTS (SELECT FROM stock s WHERE (s.wo_id, s.item_id, s.item_condition) = (m.wo_id, m.item_id,
        m.item_condition))
), u AS (
    SELECT wo_id, item_id, owner, item_condition, sum(q) AS q, count(*) AS n, max(device_at) AS at,
           array_agg(serial_no ORDER BY serial_no) FILTER (WHERE serial_no IS NOT NULL) AS serials,
           bool_or(a.object_id IS NOT NULL) AS approved
    FROM used LEFT JOIN (SELECT DISTINCT object_id FROM fsm.approval WHERE object_type = 'usage_line'
        AND kind = 'goodwill'
        AND status = 'approved') a ON a.object_id = usage_id GROUP BY 1, 2, 3, 4
), out AS ( -- a serial number that came back isn't out
    SELECT wo_id, item_id, owner, item_condition, serial_no, sum(q) AS q, sum(cost_amount) AS cost,
           bool_and(cost_amount IS NOT NULL) AS known, min(posting_date) AS day FROM moved GROUP BY 1, 2, 3, 4, 5
), m AS (
    SELECT wo_id, item_id, owner, item_condition, GREATEST(sum(q), 0) AS q, sum(q) AS raw, min(day) AS day,
           CASE WHEN bool_and(known) AND sum(q) > 0 THEN sum(cost) / sum(q) END AS unit_cost,
           array_agg(serial_no ORDER BY serial_no) FILTER (WHERE serial_no IS NOT NULL AND q > 0) AS serials
    FROM out GROUP BY 1, 2, 3, 4
), b AS (
    SELECT wo_id, item_id, item_condition, sum(net_amount) AS act, sum(q) FILTER (WHERE net_amount <> 0) AS charged_q,
           sum(q) FILTER (WHERE net_amount = 0) AS free_q, max(posting_date) AS posted, count(*) AS n,
           bool_or(outcome = 'no_charge_goodwill') AS goodwill FROM billed GROUP BY 1, 2, 3
), c AS (
    SELECT wo_id, item_id, item_condition, sum(q) AS q, sum(amount) AS amount FROM claimed GROUP BY 1, 2, 3
), d AS (
    SELECT wo_id, item_id, item_condition, sum(q) AS q, sum(amount) AS amount FROM debited GROUP BY 1, 2, 3
)
SELECT row_number() OVER (ORDER BY k.wo_id, k.item_id, k.owner, k.item_condition) AS g, k.*, o.currency, o.derived,
       o.metered, o.cover, o.recorded, o.signed, o.is_closed, o.is_cancelled, o.stock_due, o.bill_due, o.cancelled_on,
       o.erp_id, o.contract_list, o.discount, o.day, digits(o.currency) AS digits,
       i.stock_type NOT IN ('stocked', 'kit', 'core') AS unmanaged, i.serial_profile <> 'none' AS serial,
       i.base_uom = ANY ('{EA,PCE,ST,C62,UNIT}') AS each, COALESCE(u.q, 0) AS u,
       CASE WHEN i.stock_type NOT IN ('stocked', 'kit', 'core') THEN COALESCE(u.q, 0) ELSE COALESCE(m.q, 0) END AS m,
       COALESCE(b.act, 0) AS act, COALESCE(b.n, 0) AS lines, b.posted, COALESCE(b.charged_q, 0) AS charged_q,
       COALESCE(b.charged_q, 0) + COALESCE(b.free_q, 0) AS document_q,
       GREATEST(b.free_q, c.q, d.q, 0) AS free_q, COALESCE(b.act, 0) > 0 AS has_i,
       GREATEST(b.free_q, c.q, d.q, 0) > 0 AS has_z, c.amount AS claim, d.amount AS debit,
       u.serials AS used_serials, m.serials AS moved_serials, COALESCE(m.day, o.day) AS cost_day, m.unit_cost,
       COALESCE(b.goodwill, false) OR o.recorded = 'goodwill' AS goodwill,
       o.approved OR COALESCE(u.approved, false) AS approved
FROM keys k JOIN orders o USING (wo_id) JOIN erp.item i USING (item_id)
LEFT JOIN u USING (wo_id, item_id, owner, item_condition) LEFT JOIN m USING (wo_id, item_id, owner, item_condition)
LEFT JOIN b USING (wo_id, item_id, item_condition) LEFT JOIN c USING (wo_id, item_id, item_condition)
LEFT JOIN d USING (wo_id, item_id, item_condition)
WHERE NOT o.excluded;

-- ---- what one unit costs, and what it should have been sold at on the deciding day ----

CREATE TABLE told AS
SELECT g.*, COALESCE(g.unit_cost, cost.unit_cost) AS c,
       round(round(price.p * worth.rate, 6) * (1 - price.discount), 6) / price.factor
           AS p -- a price is kept in millionths
FROM grp g
LEFT JOIN LATERAL (SELECT unit_cost FROM erp.item_cost x WHERE x.item_id = g.item_id
    AND x.item_condition = g.item_condition AND x.valid_from <= g.cost_day ORDER BY valid_from DESC LIMIT 1) cost
        ON true
LEFT JOIN LATERAL ( -- contract list, contract discount on list, customer price, list
    SELECT r.unit_price AS p, unit.factor, CASE t.turn WHEN 2 THEN g.discount ELSE 0 END AS discount, r.currency
    FROM (VALUES (1, g.contract_list, ''), (2, CASE WHEN g.discount > 0 THEN 'LIST' END, ''), (3, 'LIST', g.erp_id),
        (4, 'LIST', '')) AS t(turn, list, customer)
    JOIN price r ON r.price_list_id = t.list AND r.customer_id = t.customer AND r.used_item_id = g.item_id
        AND r.item_condition = g.item_condition AND g.day BETWEEN r.valid_from AND COALESCE(r.valid_to, 'infinity')
    JOIN unit ON unit.item_id = r.used_item_id AND unit.uom = r.uom
    ORDER BY t.turn LIMIT 1) price ON true
LEFT JOIN worth ON worth.have = price.currency AND worth.want = g.currency;
ALTER TABLE told ADD PRIMARY KEY (g);
CREATE INDEX ON told (wo_id, item_id);
CREATE INDEX ON grp (wo_id);
ANALYZE told, grp;
