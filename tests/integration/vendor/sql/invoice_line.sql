-- Lines of billing documents. Amounts are whole Rappen; they become text, so nothing passes through a binary float.
SELECT p.nr      AS inv_id,
       p.pos     AS line_no,
       p.auftrag AS wo_ref,
       p.artikel AS sales_item_id,
       p.menge   AS quantity,
       printf('%d.%02d', p.rappen / 100, p.rappen % 100) AS net_amount
FROM rechnung_pos p
JOIN rechnung r ON r.nr = p.nr
WHERE r.tag BETWEEN substr(:history_start, 1, 10) AND :as_of;
