-- Price conditions: the list, and customers' own.
SELECT p.list AS price_list_id, p.used AS used_item_id, p.debtor AS customer_id,
       substr(p.valid_from, 1, 4) || '-' || substr(p.valid_from, 5, 2) || '-' || substr(p.valid_from, 7, 2)
           AS valid_from,
       substr(p.valid_to, 1, 4) || '-' || substr(p.valid_to, 5, 2) || '-' || substr(p.valid_to, 7, 2) AS valid_to,
       p.price AS unit_price, p.unit AS uom, p.ccy AS currency,
       p.min_minutes AS minimum_minutes, p.step_minutes AS round_to_minutes
FROM price_condition p;
