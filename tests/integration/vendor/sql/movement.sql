-- Stock movements. The ERP keeps no sign: goods that come back (R) are turned here.
SELECT beleg   AS mov_id,
       pos     AS line_no,
       art     AS movement_class,
       auftrag AS wo_ref,
       artikel AS item_id,
       CASE art WHEN 'R' THEN -menge ELSE menge END AS quantity,
       einheit AS uom,
       tag     AS posting_date
FROM lager
WHERE tag BETWEEN substr(:history_start, 1, 10) AND :as_of;
