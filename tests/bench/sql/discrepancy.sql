-- discrepancy.sql - the three-way comparison as a view `discrepancy` (check, order, item), for DuckDB and PostgreSQL
-- alike: three aggregations and two full joins, then one look-up of order, contract and price. What the checks say is
-- the part of the three-way tables that these data can reach: orders chargeable or covered, one unit an item,
-- quantities equal or far apart. Money has the tolerance of policy.ini.
CREATE TEMP VIEW discrepancy AS
WITH used AS (
    SELECT wo_id, item_id, sum(quantity) AS quantity FROM usage_line GROUP BY wo_id, item_id
), moved AS (
    SELECT wo_ref AS wo_id, item_id, sum(quantity) AS quantity FROM movement GROUP BY wo_ref, item_id
), billed AS (
    SELECT wo_ref AS wo_id, sales_item_id AS item_id, sum(quantity) AS quantity, sum(net_amount) AS amount,
        count(*) AS lines
    FROM invoice_line GROUP BY wo_ref, sales_item_id
), beside AS (
    SELECT wo_id, item_id, coalesce(used.quantity, 0) AS u, coalesce(moved.quantity, 0) AS m,
        coalesce(billed.quantity, 0) AS b, amount, lines
    FROM used FULL JOIN moved USING (wo_id, item_id) FULL JOIN billed USING (wo_id, item_id)
), ordered AS (
    SELECT wo_id, CAST(completed_at AS date) AS day, coalesce(share_parts, 0) = 1 AS is_covered,
        coalesce(price_list_id, 'LIST') AS price_list_id
    FROM work_order LEFT JOIN contract ON contract.contract_id = work_order.contract_id
            AND CAST(completed_at AS date) BETWEEN start_date AND end_date
        LEFT JOIN contract_line ON contract_line.contract_id = contract.contract_id
), valued AS (
    SELECT wo_id, item_id, u, m, b, is_covered, amount - u * unit_price AS too_much,
        greatest(0.005 * u * unit_price, 0.01 * lines) AS tolerance
    FROM beside JOIN ordered USING (wo_id) LEFT JOIN price ON price.price_list_id = ordered.price_list_id
        AND price.used_item_id = item_id AND day BETWEEN valid_from AND valid_to
), judged AS (
    SELECT wo_id, item_id,
        CASE WHEN u = m THEN NULL WHEN m = 0 THEN 'INV-01' WHEN u = 0 THEN 'INV-02' WHEN m < u THEN 'INV-03'
            ELSE 'INV-10' END AS goods,
        CASE WHEN b > 0 AND u = 0 AND m = 0 THEN 'BIL-07' WHEN is_covered AND b > 0 THEN 'BIL-06'
            WHEN is_covered THEN NULL WHEN b = 0 THEN 'BIL-01' WHEN b < u AND u = m THEN 'BIL-03'
            WHEN too_much < -tolerance THEN 'BIL-04' WHEN too_much > tolerance THEN 'BIL-05' END AS bill
    FROM valued
)
SELECT goods AS "check", wo_id, item_id FROM judged WHERE goods IS NOT NULL
UNION ALL SELECT bill, wo_id, item_id FROM judged WHERE bill IS NOT NULL;
